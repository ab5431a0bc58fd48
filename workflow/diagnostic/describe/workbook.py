"""One view of the recipes: a workbook with drop-down lists, whose lines keep their names; what a person chose in it is put
into the recipes.

It stays in the vault, where values are shown: headings and answers of a form may tell more than its team thinks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from diagnostic.codebook import template
from diagnostic.codebook.headings import Headings
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports.tools import ORIGIN
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.core.french import typographic
from diagnostic.core.problems import column_letter
from diagnostic.describe import deciding
from diagnostic.describe.everything import FORM, ROLE_OF, boxes, of_tables
from diagnostic.describe.reading import NOTHING, Made
from diagnostic.describe.recipe import ASKED, NOT_READ, UNIT, Answer, Cells, Line, Recipe, Sheet, State

SHEETS, QUESTIONS, ANSWERS, ABSENT = "Feuilles", "Questions", "Réponses", "Sans colonne"
RESULT, LISTS = "Ce qui en résulte", "Listes"
SHEET_COLUMNS = ("n°", "titre", "lignes", "tableau", "libellé", "en-têtes", "ligne des titres", "constantes")
COLUMNS = (
    *("n°", "feuille", "fichier", "en-tête", "remplies", "question", "libellé", "autre libre", "confirmé"),
    *("vides", "une case vide veut dire", "lecture"),
)
VALUES = ("lignes", "réponse reçue", "fois", "lue comme", "à lire comme")
LEFT = ("question", "libellé", "non posée ici", "feuille")
YES, NO = "oui", "non"
STATES = {State.CONFIRMED: YES, State.PROPOSED: "à confirmer", State.DECIDES: "à décider"}
CELLS = dict(zip(Cells, ("", "tranches d’âge", "renvois à d’autres lignes", "noms, sous un code neutre"), strict=True))
NOT_FOR, TO_SAY = "pas pour l’étude", "à dire"
UNSAID = "rien n’est noté"
SIGNED = "Relu en entier par (initiales) :"
SHOWN = 200  # rows of each resulting table that are shown
WIDTHS = {"en-tête": 60, "réponse reçue": 50, "question": 28, "libellé": 34, "lue comme": 40, "à lire comme": 40}
WIDTHS |= {"en-têtes": 90, "une case vide veut dire": 26, "lecture": 26, "tableau": 26, "constantes": 30}
HELP = (
    "Recettes des fichiers de l’équipe. NE PAS DIFFUSER.",
    "Feuille « Feuilles » : chaque feuille reçue, et le tableau de l’étude qu’elle remplit (deux : « sites ; ad_counts ») ; "
    "« pas pour l’étude » la laisse de côté. « constantes » : ce qui vaut de toutes ses lignes (« window_start = 2026-05-12 ») ; y remplacer « à dire » par « oui » ou « non ».",
    "Feuille « Questions » : une ligne par colonne, dont le nom ne change pas. Choisir « question » où la proposition est fausse "
    "(deux pour une colonne qui en remplit deux : « window_start ; window_end ») ; la vider pour ne pas lire la colonne.",
    "« à décider » : un âge, un renvoi à une autre ligne ; aucune signature ne le confirme, y mettre « oui ». « à dire » : ce que "
    "veut dire une case vide.",
    "Feuille « Réponses » : chaque réponse, son nombre, et comment elle est lue ; « à lire comme » prévaut : une réponse de la "
    "liste, ou « sans réponse ».",
    "Feuille « Ce qui en résulte » : ce que devient chaque ligne et chaque colonne, puis les tableaux tels que l’étude les lira.",
    "Tout relu, écrire ses initiales en B1 de la feuille « Questions », enregistrer en .xlsx, et redonner les mêmes fichiers à "
    "« diagnostic recevoir ».",
)


@dataclass(frozen=True)
class _Choice:
    """A cell with a drop-down list; other texts may be typed."""

    value: object
    among: tuple[str, ...] = ()


# -- Written ------------------------------------------------------------------------------------------------------
def written(codebook: Codebook, recipes: Sequence[Recipe], made: Mapping[str, Made]) -> bytes:
    """The workbook of all recipes, as .xlsx bytes. `made`: a recipe's file → what its file becomes, where it is at hand."""
    book, lists = Workbook(), dict[tuple[str, ...], str]()
    template.first_page(book.active, HELP, 1, 110)
    numbered = [(recipe, sheet) for recipe in recipes for sheet in recipe.sheets]
    lines = [(recipe, sheet, line) for recipe, sheet in numbered if sheet.tables for line in sheet.lines]
    waits = any(recipe.waiting or recipe.waits for recipe in recipes)
    signed = "" if waits else ", ".join(dict.fromkeys(sheet.signed for _, sheet in numbered if sheet.signed))
    _put(book, SHEETS, [SHEET_COLUMNS], (_sheet_row(codebook, *one) for one in numbered), lists)
    _put(book, QUESTIONS, [(SIGNED, signed), COLUMNS], (_line_row(codebook, *one) for one in lines), lists)
    _put(book, ANSWERS, [VALUES], _answer_rows(codebook, lines, made), lists)
    _put(book, ABSENT, [LEFT], _absent(codebook, recipes), lists)
    _result(book, made)
    sheet = book.create_sheet(LISTS)
    for column, texts in enumerate(lists, start=1):
        for row, text in enumerate(texts, start=1):
            template.put(sheet, row, column, text)
    return template.to_bytes(book)


def _name(recipe: Recipe, sheet: Sheet) -> str:
    return f"{recipe.file}-{sheet.number}"


def _sheet_row(codebook: Codebook, recipe: Recipe, sheet: Sheet) -> Sequence[object]:
    labels = ", ".join(codebook.tables[table].label for table in sheet.tables if table in codebook.tables)
    said = ((name, TO_SAY if text == ASKED else text) for name, text in sheet.constants.items())
    tables = TO_SAY if ASKED in sheet.tables else _joined(sheet.tables) or NOT_FOR
    every = (NOT_FOR, FORM, *(table for table in ROLE_OF if table not in ROLES[FORM]))
    head = [_name(recipe, sheet), sheet.title, sheet.rows, _Choice(tables, every), labels, " ; ".join(sheet.headings)]
    return [*head, sheet.header, _joined(f"{name} = {text}" for name, text in said)]


def _joined(parts: Iterable[str]) -> str:
    return f" {UNIT} ".join(parts)


def _line_row(codebook: Codebook, recipe: Recipe, sheet: Sheet, line: Line) -> Sequence[object]:
    headings, blank, blanks = of_tables(codebook, sheet.tables), "", ()
    labels = [v.label for name in line.questions for v in headings.variables if v.name == name]
    free = NO if not line.free else YES if line.questions and boxes(headings, line.questions[0]) else ""
    variable = deciding.variable_of(headings, line)
    if variable is not None and variable.closed:
        none = (deciding.NONE_OF,) if variable.type == "multiple" else ()
        blanks = (UNSAID, *none, *(option.label for option in codebook.options(variable)))
    if variable is not None and line.empty:
        said = {"": UNSAID if variable.closed else "", ASKED: TO_SAY, NOTHING: deciding.NONE_OF}
        blank = said.get(line.blank, line.blank)
    names = tuple(dict.fromkeys(v.name for v in headings.variables))
    return [
        *(line.name, _name(recipe, sheet), sheet.title, line.heading, line.filled, _Choice(line.question, names)),
        *(_joined(dict.fromkeys(labels)) or NOT_FOR, _Choice(free, (YES, NO))),
        *(_Choice(STATES[line.state], (YES, "à confirmer")), line.empty or "", _Choice(blank, blanks)),
        _Choice(CELLS[line.cells], tuple(text for text in CELLS.values() if text)),
    ]


def _answer_rows(
    codebook: Codebook, lines: Sequence[tuple[Recipe, Sheet, Line]], made: Mapping[str, Made]
) -> Iterator[Sequence[object]]:
    """A row per answer, what is none of the list among them; questions of one list share it, so that it is said once."""
    rows: dict[tuple[str, str, str], list[object]] = {}
    for recipe, sheet, line in lines:
        headings = of_tables(codebook, sheet.tables)
        variable, told = deciding.variable_of(headings, line), made.get(recipe.file, Made())
        if variable is None or (not variable.closed and line.cells != Cells.NAMES):
            continue
        own = {one.text for one in line.answers}
        others = [Answer(text, n) for text, n in told.texts.get(line.name, Counter()).items() if text not in own]
        among = (*(option.label for option in codebook.options(variable)), deciding.none_of(codebook, variable))
        for answer in (*line.answers, *sorted(others, key=lambda one: -one.count)):
            if line.cells == Cells.NAMES:
                yield [line.name, answer.text, answer.count, "", _Choice(answer.read, among)]
                continue
            said = deciding.none_of(codebook, variable) if answer.read == NOT_READ else answer.read
            read = deciding.read_as(codebook, headings, variable, line, answer)
            made_ = [line.name, answer.text, answer.count, read, _Choice(said, among)]
            row = rows.setdefault((variable.list, normalise(answer.text) or answer.text, said), made_)
            if row is not made_:
                row[0], row[2] = f"{row[0]}, {line.name}", int(str(row[2])) + answer.count
    yield from rows.values()


def _absent(codebook: Codebook, recipes: Sequence[Recipe]) -> Iterator[Sequence[object]]:
    """The questions that no column holds."""
    for recipe in recipes:
        bound = {name for line in recipe.lines for name in line.questions}
        kept = {name for sheet in recipe.sheets for name in sheet.kept}
        for sheet in recipe.sheets:
            variables = of_tables(codebook, sheet.tables).variables
            asked = [v for v in variables if v.name in bound]
            joined = {v.name: f" : réunie dans « {one.label} »" for one in asked for v in codebook.joined(one)}
            for variable in reversed(variables):
                if variable.name not in bound and not variable.shape:
                    bound.add(variable.name)
                    label = f"{variable.label}{joined.get(variable.name, '')}"
                    yield [variable.name, label, NO if variable.name in kept else YES, _name(recipe, sheet)]


def _result(book: Workbook, made: Mapping[str, Made]) -> None:
    """The account of each file, then the tables as the study would read them, labels for codes."""
    rows: list[list[object]] = [["Ce que devient chaque ligne, chaque colonne, chaque case"]]
    for file, one in made.items():
        if one.account:
            told = {"lues « Autre »": one.others, "à attribuer": one.unread, "colonnes nouvelles": one.new}
            rows.append([file, *(f"{count} {what}" for what, count in told.items())])
            rows.append(["feuille", "quoi", "titre", "nombre", "devient"])
            rows += [[c.sheet, c.what, c.heading, c.count, c.become] for c in one.account]
    for grid in (grid for one in made.values() for part in one.parts.values() for grid in part):
        if ORIGIN in (grid.rows or [[]])[0]:
            rows += [[], [f"{grid.title} : {len(grid.rows) - 2} lignes"]]
            rows += [list[object](cells) for cells in grid.rows[: SHOWN + 2]]
    sheet = book.create_sheet(RESULT)
    for at, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            template.put(sheet, at, column, typographic(str(value)) if at == 1 else value)
    for letter, width in zip("ABCDE", (22, 18, 50, 16, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _put(
    book: Workbook,
    title: str,
    heads: Sequence[Sequence[object]],
    rows: Iterable[Sequence[object]],
    lists: dict[tuple[str, ...], str],
) -> None:
    """A sheet of text: what begins like a formula is none. `lists`: the texts of each drop-down list → its column."""
    sheet, offered = book.create_sheet(title), defaultdict[tuple[str, ...], list[str]](list)
    for at, values in enumerate([*heads, *rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = value if isinstance(value, _Choice) else _Choice(value)
            template.put(sheet, at, column, cell.value, font=Font(bold=at <= len(heads)))
            if cell.among:
                offered[cell.among].append(f"{column_letter(column - 1)}{at}")
    for among, cells in offered.items():
        letter = lists.setdefault(among, column_letter(len(lists)))
        where = f"{LISTS}!${letter}$1:${letter}${len(among)}"
        rule = DataValidation("list", where, allow_blank=True, showErrorMessage=False, sqref=" ".join(cells))
        sheet.add_data_validation(rule)
    for column, name in enumerate(heads[-1], start=1):
        sheet.column_dimensions[column_letter(column - 1)].width = WIDTHS.get(str(name), 14)
    sheet.freeze_panes = f"A{len(heads) + 1}"


# -- Read again ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Typed:
    """What a workbook holds: name of a sheet, or of a line → its row; of a line, answer → what it is read as; name of a sheet →
    the questions that were asked and that no column holds; and the initials of who has read it whole."""

    sheets: Mapping[str, Sequence[str]]
    questions: Mapping[str, Sequence[str]]
    said: Mapping[str, Mapping[str, str]]
    kept: Mapping[str, Sequence[str]]
    signed: str


def _grids(content: bytes, name: str) -> dict[str, list[list[str]]]:
    return {grid.title: grid.rows for grid in read_export(content, name, short_rows=True)[0]}


def _signature(rows: Sequence[Sequence[str]]) -> str:
    return next((cells[1] for cells in rows if len(cells) > 1 and normalise(cells[0]) == normalise(SIGNED)), "").strip()


def _rows(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a sheet, each as long as its headings; headings and what stands apart are left out."""
    for cells in rows:
        full = [*map(str.strip, cells), *[""] * len(heads)][: len(heads)]
        if any(full) and normalise(full[0]) not in (normalise(heads[0]), normalise(SIGNED)):
            yield full


def completed(codebook: Codebook, recipes: Sequence[Recipe], content: bytes, name: str) -> list[Recipe]:
    """The recipes with what a person chose in the workbook, in whatever order its rows are. Raises ValueError for a file that
    is no such workbook."""
    grids = _grids(content, name)
    if not {SHEETS, QUESTIONS, ANSWERS, ABSENT} <= grids.keys():
        raise ValueError("no view of recipes")
    said, kept = defaultdict[str, dict[str, str]](dict), defaultdict[str, list[str]](list)
    for lines, text, _, _, answer in _rows(grids[ANSWERS], VALUES):
        for one in lines.split(","):
            said[one.strip()][text] = answer
    for question, _, state, sheet in _rows(grids[ABSENT], LEFT):
        kept[sheet] += [question] if normalise(state) == NO else []
    of_sheets = {cells[0]: cells for cells in _rows(grids[SHEETS], SHEET_COLUMNS)}
    of_lines = {cells[0]: cells for cells in _rows(grids[QUESTIONS], COLUMNS)}
    typed = _Typed(of_sheets, of_lines, said, kept, _signature(grids[QUESTIONS]))
    return [_completed(codebook, recipe, typed) for recipe in recipes]


def written_by_hand(content: bytes, name: str) -> dict[str, Counter[str]]:
    """Name of a line → the answers that a view lists of it and nobody has attributed, how often: no recipe keeps them."""
    found = defaultdict[str, Counter[str]](Counter)
    for lines, text, count, _, answer in _rows(_grids(content, name).get(ANSWERS, []), VALUES):
        if not answer and count.isdigit() and "," not in lines:
            found[lines][text] += int(count)
    return found


def _completed(codebook: Codebook, recipe: Recipe, typed: _Typed) -> Recipe:
    """The recipe with what the view says of its sheets, its lines, their answers, and the questions without a column; where
    somebody has signed the sheets that it shows, what was proposed is confirmed."""
    made = []
    for sheet in recipe.sheets:
        name, headings = _name(recipe, sheet), of_tables(codebook, sheet.tables)
        lines = tuple(_line(headings, line, typed) if line.name in typed.questions else line for line in sheet.lines)
        one = replace(sheet, lines=lines, kept=tuple(typed.kept.get(name, ())))
        if name in typed.sheets:
            one = replace(_sheet(codebook, one, typed.sheets[name]), signed=typed.signed or one.signed)
        made.append(one)
    done = replace(recipe, sheets=tuple(made))
    return done.confirmed(State.PROPOSED) if typed.signed else done


def _sheet(codebook: Codebook, sheet: Sheet, cells: Sequence[str]) -> Sheet:
    """The sheet as a person left it; another table, or another row of headings, is proposed again."""
    labels = {normalise(table.label): name for name, table in codebook.tables.items()}
    wanted = (part.strip() for part in cells[3].split(UNIT) if part.strip())
    tables = tuple(labels.get(normalise(one), one) for one in wanted)
    if normalise(cells[3]) in ("", normalise(TO_SAY), normalise(NOT_FOR)):
        tables = () if normalise(cells[3]) == normalise(NOT_FOR) else (ASKED,)
    parts = (part.partition("=") for part in cells[7].split(UNIT) if "=" in part)
    said = {name.strip(): ASKED if normalise(text) == normalise(TO_SAY) else text.strip() for name, _, text in parts}
    header = int(cells[6]) if cells[6].isdigit() and int(cells[6]) else sheet.header
    return deciding.headed_at(replace(deciding.filling(codebook, sheet, tables), constants=said), header)


def _line(headings: Headings, line: Line, typed: _Typed) -> Line:
    """The line as a person left it. Another question is judged again with the next file: nothing is counted of it yet."""
    cells = typed.questions[line.name]
    question = _joined(_question(headings, part) for part in cells[5].split(UNIT) if part.strip())
    variable = deciding.variable_of(headings, replace(line, question=question))
    none = deciding.none_of(headings.codebook, variable) if variable is not None else deciding.NO_ANSWER
    line = deciding.reading(line, [(text, _answer(read, none)) for text, read in typed.said.get(line.name, {}).items()])
    states = {**dict.fromkeys((YES, "o", "x"), State.CONFIRMED), normalise(STATES[State.DECIDES]): State.DECIDES}
    state, free = states.get(normalise(cells[8]), State.PROPOSED), normalise(cells[7]) != NO
    if question != _joined(part.strip() for part in line.question.split(UNIT) if part.strip()):
        return deciding.answering(headings, replace(line, free=free), question, state)
    blanks = {UNSAID: "", TO_SAY: ASKED, deciding.NONE_OF: NOTHING, "": line.blank if not line.empty else ""}
    blank = {normalise(text): read for text, read in blanks.items()}.get(normalise(cells[10]), cells[10])
    kind = {normalise(text): name for name, text in CELLS.items()}.get(normalise(cells[11]), line.cells)
    return replace(line, question=question, free=free, blank=blank, cells=kind, state=state)


def _answer(text: str, none: str = deciding.NO_ANSWER) -> str:
    return NOT_READ if normalise(text) in (normalise(none), normalise(deciding.NONE_OF)) else text


def _question(headings: Headings, text: str) -> str:
    """The name of a question, for its name, its label or its wording; what a person says of all cells as it is."""
    text = text.strip()
    if "=" in text or any(v.name == text for v in headings.variables):
        return text
    named = headings.find(text)
    return named.variable if named and not named.option else text


# -- The workbooks of correspondence of before --------------------------------------------------------------------
def converted(content: bytes, file: str, headings: Sequence[Sequence[str]] = ()) -> Recipe | None:
    """The recipe of a workbook of correspondence, as the project wrote them before recipes; None for a file that is none.
    `headings`: of each sheet of the form that it describes, which it did not hold."""
    grids = _grids(content, file)
    if not {QUESTIONS, ANSWERS, ABSENT} <= grids.keys():
        return None
    rows = [cells for cells in _rows(grids[QUESTIONS], COLUMNS) if cells[3]]
    signed, said = _signature(grids[QUESTIONS]), defaultdict[str, list[Answer]](list)
    for lines, text, count, _, answer in _rows(grids[ANSWERS], VALUES):
        for number in lines.replace(",", " ").split():
            said[number].append(Answer(text, int(count) if count.isdigit() else 0, _answer(answer)))
    kept = tuple(cells[0] for cells in _rows(grids[ABSENT], LEFT[:3]) if normalise(cells[2]) == NO)
    tables = {cells[0]: cells for cells in _rows(grids.get(SHEETS, []), SHEET_COLUMNS[:6])}
    sheets = list[Sheet]()
    for at in dict.fromkeys(cells[1] for cells in rows):
        own, found = [cells for cells in rows if cells[1] == at], list[Line]()
        for rank, cells in enumerate(own, start=1):
            state = State.CONFIRMED if signed or normalise(cells[8]) == YES else State.PROPOSED
            line = Line(f"{file}-{at}.{rank}", cells[3], cells[5], normalise(cells[7]) != NO, state=state)
            filled = int(cells[4]) if cells[4].isdigit() else 0
            found.append(replace(line, filled=filled, answers=tuple(said[cells[0]])))
        place = int(at) if at.isdigit() else len(sheets) + 1
        heads = tuple(headings[place - 1]) if place <= len(headings) else tuple(cells[3] for cells in own)
        title, table = (tables[at][1], tables[at][3]) if at in tables else ("", FORM)
        held = (table,) if table else ()
        sheets.append(Sheet(place, title, held, 1, heads, signed=signed, kept=kept, lines=tuple(found)))
    return Recipe(file, tuple(sheets))
