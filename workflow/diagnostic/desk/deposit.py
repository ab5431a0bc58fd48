"""« Déposer »: a file put into the vault, how each of its sheets and columns is read, the table that results, and its reception.

Every choice goes into the recipe of the file (`study.deposits`), as a cell of the workbook of recipes does; the file stays as it
was given. Addresses hold numbers alone.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.collect.exports.tools import NOTES, ORIGIN
from diagnostic.collect.grids import Grid
from diagnostic.collect.table_names import ROLES
from diagnostic.core.errors import Refused, Typeset
from diagnostic.core.french import date, plural, typographic
from diagnostic.describe import deciding
from diagnostic.describe.everything import FORM, TABLES, boxes, of_tables, tables_of
from diagnostic.describe.questions import questions
from diagnostic.describe.reading import NOTHING, Made, apply
from diagnostic.describe.recipe import ASKED, NOT_READ, UNIT, Answer, Cells, Line, Sheet, State, cleaned
from diagnostic.describe.words import as_date, as_numbers
from diagnostic.desk import page
from diagnostic.study import deposits, settings
from diagnostic.study.deposits import Looked
from diagnostic.study.given import KEPT, Choice, ReceiveError, titled
from diagnostic.study.own_files import grouped

FIRST, RESULT, VALUES = 8, 10, 60  # rows of a sheet, of the table that results, values of a column that are shown
WIDE = 12  # columns of the first lines that are shown
YES, NOT_FOR, LATER = "oui", "non", "tard"  # the three answers of a sheet or a column
FREE = {Cells.BANDS: "des tranches d’âge", Cells.REFERENCES: "des renvois à d’autres lignes"}
FREE |= {Cells.NAMES: "des noms, sous un code neutre"}
FORM_LABEL = "Réponses au questionnaire, et leurs situations"
BLANK = [(UNIT, "rien n’est noté")]  # what a blank may mean beside the answers: what the recipe has, and its words
BLANKS = {"multiple": [*BLANK, (NOTHING, "aucune de la liste, et la question a été posée")]}  # by its type
UNREAD, UNCONFIRMED = "non lu", "à confirmer"
# Questions of which a cell may be said to be another, by a field of a kind.
PLAIN = {"date": "date", "integer": "text", "code": "text"}


# -- All files that wait, and a new one -----------------------------------------------------------------------------
def waiting(request: Request) -> Response:
    """The files that wait, and the form that gives another."""
    study, root = page.study(request), page.root(request)
    every = [deposits.looked(root, study, one.number) for one in deposits.deposits(root, study)]
    held = [(one.deposit, date(one.deposit.day), _state(one)) for one in every]
    return page.render(request, "deposer.html", held=held, trial=list(map(titled, settings.tried(root, study))))


def _state(one: Looked) -> str:
    """What is left to say of a file, in a few words."""
    recipe = one.recipe
    if recipe is None:
        return f"reconnu : {', '.join(one.deposit.roles)}" if one.deposit.roles else ""
    left = ((len(recipe.undecided), "feuille", "à dire"), (len(recipe.waiting), "colonne", "à relire"))
    return ", ".join(f"{count} {plural(count, one)} {to}" for count, one, to in left if count) or "tout est dit"


def given(request: Request) -> Response:
    """Put files into the vault; one that is refused keeps no other out. Raises Typeset where all are."""
    root, study, numbers, told = page.root(request), page.study(request), list[int](), list[str]()
    files = page.uploads(request)
    for at, (name, content) in enumerate(files, start=1):
        try:
            numbers.append(deposits.deposit(root, study, content, name, dt.date.today()))
        except Refused as error:
            told += [f"Fichier {at} sur {len(files)}, « {name} » :"] * (len(files) > 1) + str(error).splitlines()
    if not numbers:
        raise Typeset("\n".join(told))
    return _further(request, told, numbers[0])


def untried(request: Request) -> Response:
    """Leave out what the study still has of its trial. Raises Refused."""
    roles = settings.without_trial(page.root(request), page.study(request))
    page.note(request, "form", "données d’essai ôtées", len(roles))
    told = "Les données d’essai sont ôtées de l’étude ; leurs fichiers restent à leur place."
    return page.back(request, "deposer", told)


# -- One file: a card a sheet ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Card:
    """One sheet as its card shows it. `at`: its place in the file; `lines`: its first rows, each its number, its cells, whether it is
    that of the headings."""

    at: int
    number: int
    title: str
    lines: list[tuple[int, list[str], bool]]
    more: int
    sheet: Sheet | None = None
    waits: int = 0
    decides: int = 0


def one(request: Request) -> Response:
    """One file: its sheets, what receiving it would tell."""
    found = _looked(request)
    cards = [_card(found, at, grid) for at, grid in enumerate(found.grids) if any(map(any, grid.rows))]
    values: dict[str, Any] = {"deposit": found.deposit, "cards": cards, "tables": (tables := _tables(found))}
    values["unsaid"] = deposits.unsaid(found.recipe) if found.recipe else []
    values["labels"] = {name: label for _, group in tables for name, label in group}
    values["constants"] = {card.number: _constants(found, card.sheet) for card in cards if card.sheet}
    return page.render(request, "depot.html", at=f"{page.base(request)}/deposer", asked=ASKED, **values)


def _card(found: Looked, at: int, grid: Grid) -> Card:
    known = found.recipe.known(grid) if found.recipe else None
    sheet = known[0] if known else None
    first = next((row for row, cells in enumerate(grid.rows) if any(cells)), 0)
    heads = {known[1], min(known[1] + 1, sheet.header - 1)} if known and sheet else set()  # of two rows put together
    rows = [(row + 1, grid.rows[row][:WIDE], row in heads) for row in range(first, min(first + FIRST, len(grid.rows)))]
    lines = sheet.lines if sheet and sheet.tables else ()
    waits = list(filter(_waits, lines))
    decides = sum(line.state == State.DECIDES or line.blank == ASKED for line in waits)
    more = len(grid.rows[first + FIRST :])
    return Card(at, (sheet or grid).number, grid.title, rows, more, sheet, len(waits), decides)


def _tables(found: Looked) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tables that a sheet may fill, in groups: the form, interviews, what is coded, the rest."""
    groups = {"Les réponses": [(FORM, FORM_LABEL)], "Les entretiens et le codage": [], "Le reste": []}
    fillable, coded = (frozenset(chain(*tables.values())) for tables in (TABLES, ROLES))
    for name, table in found.codebook.tables.items():
        if name in fillable and name not in ROLES[FORM]:
            groups["Les entretiens et le codage" if name in coded else "Le reste"].append((name, table.label))
    return [(group, sorted(listed, key=lambda one: one[1])) for group, listed in groups.items()]


def _constants(found: Looked, sheet: Sheet) -> list[tuple[str, str, str, list[str], str]]:
    """What holds of all rows of a sheet, or has to where no column says it: name, label, what is said, the answers that there are, the
    kind of a field."""
    variables = {v.name: v for v in of_tables(found.codebook, sheet.tables).variables}
    bound = {name for line in sheet.lines for name in (*line.questions, *line.fixed)}
    asked = [] if FORM in sheet.tables else variables.values()
    must = (v.name for v in asked if v.required and (v.closed or v.type == "date"))
    made = []
    for name, text in {**{one: ASKED for one in must if one not in bound}, **sheet.constants}.items():
        variable = variables.get(name)
        options = [one.label for one in found.codebook.options(variable)] if variable else []
        kind = "date" if variable is not None and variable.type == "date" else "text"
        made.append((name, variable.label if variable else name, "" if text == ASKED else text, options, kind))
    return made


def sheet_said(request: Request) -> Response:
    """What a person says of a sheet, on its card."""
    number, action = int(request.path_params["sheet"]), page.field(request, "dire")
    header, copied, place = (page.field(request, name) for name in ("titres", "copie", "place"))

    def change(found: Looked, sheet: Sheet) -> Sheet:
        if header.isdigit():
            return deciding.headed_at(sheet, int(header))
        title = found.grids[int(place)].title if place.isdigit() and int(place) < len(found.grids) else ""
        if copied == str(number):  # of the sheet that has the same headings
            return replace(sheet, copies=tuple(dict.fromkeys((*sheet.copies, title))))
        if title in sheet.copies:
            sheet = replace(sheet, copies=tuple(one for one in sheet.copies if one != title))
        if action == NOT_FOR or copied:
            return deciding.filling(found.codebook, sheet, ())
        tables = tuple(dict.fromkeys(filter(None, (page.field(request, "table"), page.field(request, "seconde")))))
        wrong = [name for name in tables if name != FORM and name not in found.codebook.tables]
        if wrong or not tables:
            raise ReceiveError("Choisir d’abord ce qu’est cette feuille.")
        names = [name for name, *_ in _constants(found, sheet)]
        said = {name: text for name in names if (text := page.field(request, f"c-{name}"))}
        kept = sheet.constants if tables == sheet.tables else {}
        return replace(deciding.filling(found.codebook, sheet, tables), constants={**kept, **said})

    if action != LATER or header:
        _decide(request, change, f"feuille {number}")
    said = action == YES and not (header or copied)
    return page.back(request, _onward(_looked(request)) if said else f"deposer/{request.path_params['number']}")


def _onward(found: Looked) -> str:
    """Where the next thing is to be said of a file: of the columns of a sheet, once all is said of each sheet; else of its cards."""
    every, at = found.recipe.sheets if found.recipe else (), f"deposer/{found.deposit.number}"
    sheets, shown = [one for one in every if one.tables], sum(any(map(any, grid.rows)) for grid in found.grids)
    asked = any(ASKED in one.tables or not all(said[2] for said in _constants(found, one)) for one in sheets)
    left = next((f"/{one.number}" for one in sheets if any(map(_waits, one.lines))), "")
    return at if asked or shown > len(every) else at + left


# -- One sheet: its columns, and the tables that result ---------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """One column as the list of its sheet shows it."""

    line: Line
    label: str
    others: int
    unread: int

    @property
    def state(self) -> str:
        """What is left to say of it."""
        if self.line.state == State.DECIDES:
            return "à décider"
        if self.line.blank == ASKED:
            return "dire ce que veut dire une case vide"
        if self.unread:
            return f"{self.unread} {plural(self.unread, 'réponse')} à attribuer"
        return "" if self.line.confirmed else UNCONFIRMED


def sheet(request: Request) -> Response:
    """The columns of one sheet, and the first rows of the tables that it fills."""
    found = _looked(request)
    own = found.sheet(int(request.path_params["sheet"]))
    made = _made(found, own)
    assert found.recipe is not None
    columns = [_column(found, own, line, made) for line in own.lines]
    ready = not found.recipe.waiting and not deposits.unsaid(found.recipe)
    values: dict[str, Any] = {"columns": columns, "proposed": sum(_plain(one.line) for one in columns), "made": made}
    values |= {"questions": _asked(found, own), "later": _later(found, own, made), "ready": ready}
    values["problems"] = made.problems and grouped(made.problems)
    values["tables"] = list(_preview(found.codebook, made))
    where = f"{page.base(request)}/deposer/{found.deposit.number}"
    return page.render(request, "feuille.html", at=where, sheet=own, **values)


def _asked(found: Looked, own: Sheet) -> list[tuple[str, str]]:
    """The questions that a column of a sheet may answer, each its name and its label."""
    return list(dict.fromkeys((v.name, v.label) for v in of_tables(found.codebook, own.tables).variables))


def _later(found: Looked, own: Sheet, made: Made | None = None) -> list[Column]:
    """The columns that are to be decided one at a time."""
    made = made or _made(found, own)
    return [one for line in own.lines if (one := _column(found, own, line, made)).state not in ("", UNCONFIRMED)]


def _column(found: Looked, own: Sheet, line: Line, made: Made) -> Column:
    headings = of_tables(found.codebook, own.tables)
    labels = [v.label for name in line.questions for v in headings.variables if v.name == name]
    label = " ; ".join(dict.fromkeys(labels))
    written = sum(made.texts.get(line.name, {}).values())
    free = line.free and bool(line.questions) and boxes(headings, line.questions[0]) and line.cells != Cells.BANDS
    return Column(line, label, written if free else 0, 0 if free else written)


def _made(found: Looked, own: Sheet, only: Line | None = None) -> Made:
    """What the file becomes if all that is proposed of a sheet is right; of it, `only` one column beside what names its rows."""
    assert found.recipe is not None
    keys = {name for table in tables_of(own.tables) for name in found.codebook.tables[table].key}
    lines = own.lines if only is None else [one for one in own.lines if one == only or keys & set(one.questions)]
    recipe = replace(found.recipe, sheets=(replace(own, lines=tuple(lines)),))
    grids = [grid for grid in found.grids if (known := found.recipe.known(grid)) and known[0].number == own.number]
    return apply(found.codebook, recipe.confirmed(), grids, found.names)


def _preview(
    codebook: Codebook, made: Made, only: Sequence[str] = ()
) -> Iterator[tuple[str, int, list[str], list[list[str]]]]:
    """Each table that results: its title, how many rows, its headings, its first rows, labels for codes; `only`: these questions and
    the keys."""
    tables = {table.sheet: name for name, table in codebook.tables.items()}
    wanted = {*only, *(f"{one}_other" for one in only)}
    for grid in (grid for part in made.parts.values() for grid in part):
        if grid.title == NOTES or len(grid.rows) < 3:
            continue
        heads, titles, *rows = grid.rows
        lists = {v.name: v.list for v in codebook.received(tables[grid.title]) if v.closed}
        labels = {name: {one.code: one.label for one in codebook.lists[own]} for name, own in lists.items()}
        of = [name.partition("/")[0] for name in heads]
        kept = [at for at, name in enumerate(heads) if name != ORIGIN and (not only or of[at] in wanted)]
        first = [[*row, *[""] * (len(heads) - len(row))] for row in rows[:RESULT]]
        shown = [[_worded(labels.get(heads[at], {}), row[at]) for at in kept] for row in first]
        yield grid.title, len(rows), [titles[at] for at in kept], shown


def _worded(labels: Mapping[str, str], text: str) -> str:
    """Codes as their labels: one, several, or one of several."""
    each = (" ou ".join(labels.get(one, one) for one in part.split("|")) for part in text.split(";"))
    return ", ".join(each) if labels else text


def columns_said(request: Request) -> Response:
    """« Oui, c’est cela » for all columns of a sheet that only wait to be confirmed; those of which another question was said show
    their answers first."""
    number = int(request.path_params["sheet"])

    def change(found: Looked, own: Sheet) -> Sheet:
        headings, lines = of_tables(found.codebook, own.tables), list[Line]()
        for one in own.lines:
            said = request.state.form.get(f"q-{one.place}", first := "".join(one.questions[:1]))
            moved = deciding.answering(headings, one, str(said)) if said != first else one
            sure = _plain(one) and (not said or said == first)
            lines.append(replace(moved, state=State.CONFIRMED) if sure else moved)
        return replace(own, lines=tuple(lines))

    _decide(request, change, f"colonnes de la feuille {number}")
    found = _looked(request)
    own, further = found.sheet(number), _onward(found)
    here = any(map(_waits, own.lines)) or further.count("/") < 2 or _later(found, own)
    return page.back(request, f"deposer/{found.deposit.number}/{number}" if here else further)


def _waits(line: Line) -> bool:
    return not line.confirmed or line.blank == ASKED


def _plain(line: Line) -> bool:
    return line.state == State.PROPOSED and line.blank != ASKED


# -- One column -------------------------------------------------------------------------------------------------------
def column(request: Request) -> Response:
    """One column: all its answers and how often, what it is, what a blank means, and the table that results beside."""
    found, own, line = _line(request)
    headings = of_tables(found.codebook, own.tables)
    variable = deciding.variable_of(headings, line)
    made = _made(found, own, line)
    values = list(_values(found, own, line, variable, made))
    closed = variable is not None and variable.closed
    options = [one.label for one in found.codebook.options(variable)] if closed and variable else []
    blanks = [*BLANKS.get(variable.type if variable else "", BLANK), *zip(options, options, strict=True)]
    keys = {name for table in tables_of(own.tables) for name in found.codebook.tables[table].key}
    shown: dict[str, Any] = {
        "questions": _asked(found, own),
        "none": deciding.none_of(found.codebook, variable) if variable else "",
        "kinds": FREE if variable is None or line.cells or not closed else {Cells.BANDS: FREE[Cells.BANDS]},
        "field": PLAIN.get(variable.type, "") if variable and line.cells not in (Cells.NAMES, Cells.REFERENCES) else "",
        "box": closed and bool(line.questions) and boxes(headings, line.questions[0]),
        "tables": list(_preview(found.codebook, made, (*line.questions, *keys))),
    }
    shown |= {"state": _column(found, own, line, made), "sheet": own, "line": line, "variable": variable}
    shown |= {"values": values[:VALUES], "more": max(0, len(values) - VALUES), "options": options}
    shown["blanks"] = blanks if closed and line.empty else []
    shown |= {"problems": made.problems and grouped(made.problems), "asked": ASKED, "not_read": NOT_READ}
    where = f"{page.base(request)}/deposer/{found.deposit.number}/{own.number}"
    return page.render(request, "colonne.html", at=where, **shown)


def _values(
    found: Looked, own: Sheet, line: Line, variable: Variable | None, made: Made
) -> Iterator[tuple[Answer, str]]:
    """The answers of a column as a person has said them, and how the codebook reads each, the most frequent first: of a closed
    question or of names those that its recipe lists and what else is written there; of another its cells."""
    if variable is not None and (variable.closed or line.cells == Cells.NAMES):
        headings, known = of_tables(found.codebook, own.tables), {one.text for one in line.answers}
        texts: Mapping[str, int] = made.texts.get(line.name, {})
        others = [Answer(text, count) for text, count in texts.items() if text not in known]
        for one in sorted((*line.answers, *others), key=lambda one: -one.count):
            read = "" if line.cells == Cells.NAMES else deciding.read_as(found.codebook, headings, variable, line, one)
            yield one, read
        return
    counts, said = Counter[str](), {one.text: one.read for one in line.answers}
    for grid in found.grids:
        known_ = found.recipe.known(grid) if found.recipe else None
        if known_ and known_[0].number == own.number:
            asked = {one.name: one for one in questions(cleaned(grid, known_[1]).grid)}.get(line.key)
            counts.update(asked.cells if asked else {})
    read_ = {text: _read_plain(own, variable, text) for text in counts}
    for text, count in sorted(counts.items(), key=lambda one: (read_[one[0]] != UNREAD, -one[1])):
        yield Answer(text, count, said.get(text, "")), read_[text]


def _read_plain(own: Sheet, variable: Variable | None, text: str) -> str:
    """How a date or a number is read; "" of another question, which is read as it is."""
    kind = variable.type if variable else ""
    if kind == "date":
        read = as_date(text, own.constants.get("year", ""))
        return read if re.match(r"\d{4}-\d{2}-\d{2}", read) else UNREAD
    return (text if text.isdigit() else as_numbers([text]).get(text, UNREAD)) if kind == "integer" else ""


def column_said(request: Request) -> Response:
    """What a person says of a column."""
    found, own, line = _line(request)
    action, where = page.field(request, "dire"), f"deposer/{found.deposit.number}/{own.number}"
    if action == LATER:
        return page.back(request, f"{where}{_next(found, own, line)}")
    asked = f" {UNIT} ".join(filter(None, (page.field(request, "question"), page.field(request, "seconde"))))
    moved = action == YES and asked != f" {UNIT} ".join(line.questions)

    def change(now: Looked, fresh: Sheet) -> Sheet:
        after = _said(request, now, fresh, next(one for one in fresh.lines if one.name == line.name), moved, asked)
        lines = [after if one.name == line.name else _alike(now, fresh, after, one) for one in fresh.lines]
        return replace(fresh, lines=tuple(lines))

    _decide(request, change, f"colonne {line.name}")
    if moved and asked:
        told = "La question a changé : voici ses réponses, à relire."
        return page.back(request, f"{where}/{request.path_params['column']}", told)
    return page.back(request, f"{where}{_next(*_line(request))}")


def _said(request: Request, found: Looked, own: Sheet, line: Line, moved: bool, asked: str) -> Line:
    headings = of_tables(found.codebook, own.tables)
    if page.field(request, "dire") == NOT_FOR or (moved and not asked):
        return replace(deciding.answering(headings, line, ""), state=State.CONFIRMED)
    if moved:
        return deciding.answering(headings, line, asked)
    blank = page.field(request, "vide")
    if not blank and line.blank == ASKED:
        raise ReceiveError("Dire d’abord ce que veut dire une case vide de cette colonne.")
    line = replace(line, blank={"": line.blank, UNIT: ""}.get(blank, blank))
    if kind := page.field(request, "lecture"):
        line = replace(line, cells=next((one for one in FREE if one == kind), Cells.AS_THEY_ARE))
    free = {"oui": True, "non": False}.get(page.field(request, "libre"), line.free)
    given_ = {str(name): str(text) for name, text in request.state.form.items()}
    places = [name.removeprefix("t-") for name in given_ if name.startswith("t-")]
    said = [(given_[f"t-{at}"], given_.get(f"a-{at}", "")) for at in places]
    return replace(deciding.reading(line, said), free=free, state=State.CONFIRMED)


def _alike(found: Looked, own: Sheet, said: Line, line: Line) -> Line:
    """Another column of the same list of answers, where what was said of a wording is said of it too: as in the workbook, once."""
    headings = of_tables(found.codebook, own.tables)
    one, other = (deciding.variable_of(headings, column) for column in (said, line))
    if one is None or other is None or not one.list or one.list != other.list:
        return line
    told = {answer.text: answer.read for answer in said.answers if answer.read}
    unsaid = [answer.text for answer in line.answers if not answer.read and answer.text in told]
    known = headings.spelled[one.list]
    return deciding.reading(line, [(text, told[text]) for text in unsaid if normalise(text) not in known])


def _next(found: Looked, own: Sheet, line: Line) -> str:
    """What follows the address of the sheet in that of the next column that is to be decided; "" for none."""
    at = own.lines.index(line)
    order = sorted(_later(found, own), key=lambda one: own.lines.index(one.line) <= at)
    return next((f"/{one.line.place}" for one in order if one.line != line), "")


# -- Received, or taken away ------------------------------------------------------------------------------------------
def received(request: Request) -> Response:
    """« J’ai vu ce tableau : recevoir ». Where answers that were there are gone, somebody says first that this is right."""
    study, root = page.study(request), page.root(request)
    number, missing = int(request.path_params["number"]), list[str]()
    agreed = page.field(request, "voulu") == YES

    def agree(lines: Sequence[str]) -> bool:
        missing.extend(lines)
        return agreed

    try:
        choice = Choice(page.field(request, "tout") == YES, agree)
        told = deposits.received(root, study, number, page.initials(request), dt.date.today(), choice)
    except ReceiveError as error:
        lines, may = str(error).replace(typographic(KEPT), "").splitlines(), typographic(KEPT) in str(error)
        ask = "voulu" if missing and not agreed else "tout" * may
        where = f"{page.base(request)}/deposer/{number}"
        return page.render(request, "recevoir.html", 422, lines=list(filter(None, lines)), ask=ask, at=where)
    page.note(request, "received", f"dépôt {number}")
    return _further(request, told)


def _further(request: Request, told: str | Sequence[str], number: int = 0) -> Response:
    """To a file that waits, the first where no `number` is given, if there is one."""
    root, study = page.root(request), page.study(request)
    own = number or next((one.number for one in deposits.deposits(root, study)), 0)
    return page.back(request, _onward(deposits.looked(root, study, own)) if own else "deposer", told)


def withdrawn(request: Request) -> Response:
    """« Ce n’est pas pour l’étude », of a whole file: it is taken away."""
    deposits.withdrawn(page.root(request), page.study(request), int(request.path_params["number"]))
    return _further(request, "Le fichier est retiré ; rien n’en a été reçu.")


# -- What all of these share ------------------------------------------------------------------------------------------
def _looked(request: Request) -> Looked:
    return deposits.looked(page.root(request), page.study(request), int(request.path_params["number"]))


def _line(request: Request) -> tuple[Looked, Sheet, Line]:
    found = _looked(request)
    own = found.sheet(int(request.path_params["sheet"]))
    line = next((one for one in own.lines if one.place == request.path_params["column"]), None)
    if line is None:
        raise ReceiveError("Cette colonne n’est plus dans cette feuille.")
    return found, own, line


def _decide(request: Request, change: Callable[[Looked, Sheet], Sheet], what: str) -> None:
    """Put what a person says of the sheet of the address into the recipe of its file."""
    number, sheet = (int(request.path_params[name]) for name in ("number", "sheet"))
    deposits.decide(page.root(request), page.study(request), number, sheet, change)
    page.note(request, "recipe", f"dépôt {number}, {what}")


FILE, SHEET, COLUMN = "/{number:int}", "/{number:int}/{sheet:int}", "/{number:int}/{sheet:int}/{column:int}"
CHANGES = {"": given, "/essai": untried, f"{FILE}/recevoir": received, f"{FILE}/retirer": withdrawn}
CHANGES |= {SHEET: sheet_said, f"{SHEET}/colonnes": columns_said, COLUMN: column_said}
ROUTES = page.routes("/etude/{study}/deposer", {"": waiting, FILE: one, SHEET: sheet, COLUMN: column}, CHANGES)
