"""One view of the recipes: a workbook with drop-down lists, whose lines keep their names; what a person chose in it is put
into the recipes.

It stays in the vault, where values are shown: headings and answers of a form may tell more than its team thinks.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.codebook.headings import Headings
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.collect.exports.tools import ORIGIN
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.core.french import typographic
from diagnostic.core.problems import column_letter
from diagnostic.describe.everything import FORM, ROLE_OF
from diagnostic.describe.proposing import boxes
from diagnostic.describe.reading import NOTHING, Made
from diagnostic.describe.recipe import (
    ASKED,
    BANDS,
    CONFIRMED,
    DECIDES,
    NAMES,
    NOT_READ,
    PROPOSED,
    REFERENCES,
    UNIT,
    Answer,
    Line,
    Recipe,
    Sheet,
)
from diagnostic.describe.words import as_band, covered, read_answers

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
STATES = {CONFIRMED: YES, PROPOSED: "à confirmer", DECIDES: "à décider"}
CELLS = {"": "", BANDS: "tranches d’âge", REFERENCES: "renvois à d’autres lignes", NAMES: "noms, sous un code neutre"}
NOT_FOR, TO_SAY = "pas pour l’étude", "à dire"
NO_ANSWER, UNSAID, NONE_OF = "sans réponse", "rien n’est noté", "aucune de la liste"
SIGNED = "Relu en entier par (initiales) :"
SHOWN = 200  # rows of each resulting table that are shown
WIDTHS = {"en-tête": 60, "réponse reçue": 50, "question": 28, "libellé": 34, "lue comme": 40, "à lire comme": 40}
WIDTHS |= {"en-têtes": 90, "une case vide veut dire": 26, "lecture": 26, "tableau": 26, "constantes": 30}
HELP = (
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


# -- Written ------------------------------------------------------------------------------------------------------
def written(codebook: Codebook, recipes: Sequence[Recipe], made: Mapping[str, Made]) -> bytes:
    """The workbook of all recipes, as .xlsx bytes. `made`: a recipe's file → what its file becomes, where it is at hand."""
    book, lists = Workbook(), _Lists(codebook)
    _page(book.active)
    numbered = [(recipe, sheet) for recipe in recipes for sheet in recipe.sheets]
    rows = [_sheet_row(codebook, recipe, sheet) for recipe, sheet in numbered]
    _put_sheet(book, SHEETS, [SHEET_COLUMNS, *rows])
    waits = any(recipe.waiting or recipe.undecided or recipe.unread for recipe in recipes)
    signed = "" if waits else ", ".join(_initials(recipes))
    lines = [(recipe, sheet, line) for recipe, sheet in numbered if sheet.tables for line in sheet.lines]
    questions = [_line_row(_headings(codebook, sheet), recipe, sheet, line) for recipe, sheet, line in lines]
    sheet = _put_sheet(book, QUESTIONS, [(SIGNED, signed), COLUMNS, *questions])
    for row, (_, own, line) in enumerate(lines, start=3):
        lists.offer(sheet, f"F{row}", lists.questions(own.tables))
        variable = _variable(_headings(codebook, own), line)
        if variable is not None and variable.closed:
            lists.offer(sheet, f"K{row}", lists.blanks(variable))
    if lines:
        lists.offer(sheet, f"H3:H{len(lines) + 2}", [YES, NO])
        lists.offer(sheet, f"I3:I{len(lines) + 2}", [YES, "à confirmer"])
        lists.offer(sheet, f"L3:L{len(lines) + 2}", [text for text in CELLS.values() if text])
    answers, variables = list[list[object]](), list[Variable]()
    for of, told in _answer_rows(codebook, lines, made):
        answers.append(told)
        variables.append(of)
    sheet = _put_sheet(book, ANSWERS, [VALUES, *answers])
    for at, variable in enumerate(variables, start=2):
        lists.offer(sheet, f"E{at}", lists.answers(variable))
    tables = book[SHEETS]
    if rows:
        lists.offer(tables, f"D2:D{len(rows) + 1}", [NOT_FOR, FORM, *(t for t in ROLE_OF if t not in ROLES[FORM])])
    _put_sheet(book, ABSENT, [LEFT, *_absent(codebook, recipes)])
    _result(book, codebook, made)
    lists.write(book)
    return template.to_bytes(book)


def _initials(recipes: Sequence[Recipe]) -> list[str]:
    return list(dict.fromkeys(sheet.signed for recipe in recipes for sheet in recipe.sheets if sheet.signed))


def _name(recipe: Recipe, sheet: Sheet) -> str:
    return f"{recipe.file}-{sheet.number}"


def _sheet_row(codebook: Codebook, recipe: Recipe, sheet: Sheet) -> list[object]:
    tables = f" {UNIT} ".join(sheet.tables) if sheet.tables else NOT_FOR
    labels = ", ".join(codebook.tables[table].label for table in sheet.tables if table in codebook.tables)
    constants = f" {UNIT} ".join(
        f"{name} = {TO_SAY if text == ASKED else text}" for name, text in sheet.constants.items()
    )
    shown = " ; ".join(sheet.headings)
    said = TO_SAY if ASKED in sheet.tables else tables
    return [_name(recipe, sheet), sheet.title, sheet.rows, said, labels, shown, sheet.header, constants]


def _headings(codebook: Codebook, sheet: Sheet) -> Headings:
    names = (name for one in sheet.tables for name in (ROLES[FORM] if one == FORM else (one,)))
    return _of_tables(codebook, tuple(name for name in names if name in codebook.tables))


@lru_cache(maxsize=64)
def _of_tables(codebook: Codebook, tables: tuple[str, ...]) -> Headings:
    return Headings(codebook, tables)


def _variable(headings: Headings, line: Line) -> Variable | None:
    return next((v for v in headings.variables if line.questions and v.name == line.questions[0]), None)


def _line_row(headings: Headings, recipe: Recipe, sheet: Sheet, line: Line) -> list[object]:
    labels = [v.label for name in line.questions for v in headings.variables if v.name == name]
    box = bool(line.questions) and boxes(headings, line.questions[0])
    free = NO if not line.free else YES if box else ""
    variable = _variable(headings, line)
    blank = ""
    if variable is not None and line.empty:
        said = {"": UNSAID if variable.closed else "", ASKED: TO_SAY, NOTHING: NONE_OF}
        blank = said.get(line.blank, line.blank)
    head = [line.name, _name(recipe, sheet), sheet.title, line.heading, line.filled, line.question]
    label = " ; ".join(dict.fromkeys(labels)) or NOT_FOR
    return [*head, label, free, STATES[line.state], line.empty or "", blank, CELLS[line.cells]]


def _answer_rows(
    codebook: Codebook, lines: Sequence[tuple[Recipe, Sheet, Line]], made: Mapping[str, Made]
) -> Iterator[tuple[Variable, list[object]]]:
    """A row per answer, what is none of the list among them; questions of one list share it, so that it is said once."""
    rows: dict[tuple[str, str, str], tuple[Variable, list[object]]] = {}
    for recipe, sheet, line in lines:
        headings = _headings(codebook, sheet)
        texts = made[recipe.file].texts.get(line.name, Counter()) if recipe.file in made else Counter[str]()
        own = {one.text for one in line.answers}
        others = [Answer(text, count) for text, count in texts.items() if text not in own]
        variable = _variable(headings, line)
        if variable is None or (not variable.closed and line.cells != NAMES):
            continue
        for answer in (*line.answers, *sorted(others, key=lambda one: -one.count)):
            if line.cells == NAMES:
                yield variable, [line.name, answer.text, answer.count, "", answer.read]
                continue
            read, said = _read_as(codebook, headings, variable, line, answer), answer.read
            said = none_of(codebook, variable) if said == NOT_READ else said
            key = (variable.list, normalise(answer.text) or answer.text, said)
            if key in rows:
                row = rows[key][1]
                row[0], row[2] = f"{row[0]}, {line.name}", int(str(row[2])) + answer.count
            else:
                rows[key] = variable, [line.name, answer.text, answer.count, read, said]
    yield from rows.values()


def _read_as(codebook: Codebook, headings: Headings, variable: Variable, line: Line, answer: Answer) -> str:
    """How the codebook reads an answer, in words."""
    options = codebook.options(variable)
    labels = {option.code: option.label for option in options}
    codes, unknown = read_answers(answer.text, codebook.spellings(variable.list), False)
    ages = as_band(answer.text) if line.cells == BANDS else None
    if unknown and ages:
        return "entre " + ", ".join(labels[code] for code in covered(options, ages))
    if unknown:
        return labels.get("other", "Autre") if line.free and boxes(headings, variable.name) else "à attribuer"
    if variable.type == "single" and len(codes) > 1:
        return "deux réponses : à attribuer"
    return ", ".join(labels[code] for code in codes)


def _absent(codebook: Codebook, recipes: Sequence[Recipe]) -> Iterator[list[object]]:
    """The questions that no column holds."""
    for recipe in recipes:
        bound = {name for line in recipe.lines for name in line.questions}
        kept = {name for sheet in recipe.sheets for name in sheet.kept}
        for sheet in recipe.sheets:
            asked = [v for v in _headings(codebook, sheet).variables if v.name in bound]
            joined = {v.name: f" : réunie dans « {one.label} »" for one in asked for v in codebook.joined(one)}
            for variable in reversed(_headings(codebook, sheet).variables):
                if variable.name not in bound and not variable.shape:
                    bound.add(variable.name)
                    state = NO if variable.name in kept else YES
                    label = f"{variable.label}{joined.get(variable.name, '')}"
                    yield [variable.name, label, state, _name(recipe, sheet)]


def _result(book: Workbook, codebook: Codebook, made: Mapping[str, Made]) -> None:
    """The account of each file, then the tables as the study would read them, labels for codes."""
    rows: list[list[object]] = [["Ce que devient chaque ligne, chaque colonne, chaque case"]]
    for file, one in made.items():
        if not one.account:
            continue
        told = {"lues « Autre »": one.others, "à attribuer": one.unread, "colonnes nouvelles": one.new}
        rows.append([file, *(f"{count} {what}" for what, count in told.items())])
        rows.append(["feuille", "quoi", "titre", "nombre", "devient"])
        rows += [[c.sheet, c.what, c.heading, c.count, c.become] for c in one.account]
    for one in made.values():
        for part in one.parts.values():
            for grid in part.grids:
                if ORIGIN not in (grid.rows or [[]])[0]:
                    continue
                rows += [[], [f"{grid.title} : {len(grid.rows) - 2} lignes"]]
                rows += [list(cells) for cells in grid.rows[: SHOWN + 2]]
    sheet = book.create_sheet(RESULT)
    for at, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            template.put(sheet, at, column, typographic(value) if at == 1 and isinstance(value, str) else value)
    for letter, width in zip("ABCDE", (22, 18, 50, 16, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _page(page: Worksheet) -> None:
    page.title = "À lire"
    page.column_dimensions["A"].width = 110
    for row, text in enumerate(("Recettes des fichiers de l’équipe. NE PAS DIFFUSER.", *HELP), start=1):
        template.put(page, row, 1, typographic(text), alignment=template.TOP, font=Font(bold=row == 1))


def _put_sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> Worksheet:
    """A sheet of text: what begins like a formula is none."""
    sheet = book.create_sheet(title)
    heads = next(at for at, row in enumerate(rows, 1) if row in (COLUMNS, VALUES, LEFT, SHEET_COLUMNS))
    for at, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            template.put(sheet, at, column, value, font=Font(bold=at <= heads))
    for column, name in enumerate(rows[heads - 1], start=1):
        sheet.column_dimensions[column_letter(column - 1)].width = WIDTHS.get(str(name), 14)
    sheet.freeze_panes = f"A{heads + 1}"
    return sheet


class _Lists:
    """The drop-down lists: each once, in a sheet of its own."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.columns: dict[tuple[str, ...], str] = {}
        self.rules: dict[tuple[str, str], DataValidation] = {}

    def questions(self, tables: Sequence[str]) -> list[str]:
        """The names of the questions that the tables of a sheet may hold."""
        names = tuple(
            n for one in tables for n in (ROLES[FORM] if one == FORM else (one,)) if n in self.codebook.tables
        )
        return list(dict.fromkeys(v.name for v in Headings(self.codebook, names).variables))

    def answers(self, variable: Variable) -> list[str]:
        """What an answer may be read as."""
        return [*(option.label for option in self.codebook.options(variable)), none_of(self.codebook, variable)]

    def blanks(self, variable: Variable) -> list[str]:
        """What a blank of a question may mean."""
        labels = [option.label for option in self.codebook.options(variable)]
        return [UNSAID, *([NONE_OF] if variable.type == "multiple" else []), *labels]

    def offer(self, sheet: Worksheet, cells: str, texts: Sequence[str]) -> None:
        """Offer these texts in some cells; others may be typed."""
        if not texts:
            return
        letter = self.columns.setdefault(tuple(texts), column_letter(len(self.columns)))
        rule = self.rules.get((sheet.title, letter))
        if rule is None:
            rule = DataValidation(type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(texts)}", allow_blank=True)
            rule.showErrorMessage = False
            sheet.add_data_validation(rule)
            self.rules[sheet.title, letter] = rule
        rule.add(cells)

    def write(self, book: Workbook) -> None:
        """The sheet that holds them."""
        sheet = book.create_sheet(LISTS)
        for column, texts in enumerate(self.columns, start=1):
            for row, text in enumerate(texts, start=1):
                template.put(sheet, row, column, text)


# -- Read again ---------------------------------------------------------------------------------------------------
def completed(codebook: Codebook, recipes: Sequence[Recipe], content: bytes, name: str) -> list[Recipe]:
    """The recipes with what a person chose in the workbook, in whatever order its rows are. Raises ValueError for a file that
    is no such workbook."""
    grids = {grid.title: grid for grid in read_export(content, name, short_rows=True)[0]}
    if not {SHEETS, QUESTIONS, ANSWERS, ABSENT} <= grids.keys():
        raise ValueError("no view of recipes")
    sheets = {cells[0]: cells for cells in _rows(grids[SHEETS].rows, SHEET_COLUMNS)}
    questions = {cells[0]: cells for cells in _rows(grids[QUESTIONS].rows, COLUMNS)}
    signed = next(
        (cells[1] for cells in grids[QUESTIONS].rows if len(cells) > 1 and normalise(cells[0]) == normalise(SIGNED)), ""
    )
    said: dict[tuple[str, str], str] = {}
    for lines, text, _, _, answer in (cells[:5] for cells in _rows(grids[ANSWERS].rows, VALUES)):
        said |= {(one.strip(), text): answer for one in lines.split(",")}
    kept: dict[str, list[str]] = {}
    for name_, _, state, sheet in (cells[:4] for cells in _rows(grids[ABSENT].rows, LEFT)):
        if normalise(state) == NO:
            kept.setdefault(sheet, []).append(name_)
    found = [_completed(codebook, recipe, (sheets, questions, said, kept)) for recipe in recipes]
    return [_signed(recipe, sheets, signed.strip()) if signed.strip() else recipe for recipe in found]


def written_by_hand(content: bytes, name: str) -> dict[str, Counter[str]]:
    """Name of a line → the answers that a view lists of it and nobody has attributed, how often: no recipe keeps them."""
    grids = {grid.title: grid for grid in read_export(content, name, short_rows=True)[0]}
    found: dict[str, Counter[str]] = {}
    for lines, text, count, _, answer in _rows(grids[ANSWERS].rows, VALUES) if ANSWERS in grids else ():
        if not answer and count.isdigit() and "," not in lines:
            found.setdefault(lines, Counter())[text] += int(count)
    return found


def _rows(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a sheet, each as long as its headings; headings and what stands apart are left out."""
    for cells in rows:
        full = [*map(str.strip, cells), *[""] * len(heads)][: len(heads)]
        if (
            any(full)
            and list(map(normalise, full)) != list(map(normalise, heads))
            and normalise(full[0]) != normalise(SIGNED)
        ):
            yield full


Typed = tuple[
    Mapping[str, Sequence[str]],
    Mapping[str, Sequence[str]],
    Mapping[tuple[str, str], str],
    Mapping[str, Collection[str]],
]


def _completed(codebook: Codebook, recipe: Recipe, typed: Typed) -> Recipe:
    """The recipe with what the view says of its sheets, its lines, their answers, and the questions without a column."""
    sheets, questions, said, kept = typed
    made = []
    for sheet in recipe.sheets:
        name, headings = _name(recipe, sheet), _headings(codebook, sheet)
        lines = tuple(
            _line(headings, line, questions[line.name], said) if line.name in questions else line
            for line in sheet.lines
        )
        one = replace(sheet, lines=lines, kept=tuple(kept.get(name, ())))
        made.append(_sheet(codebook, one, sheets[name]) if name in sheets else one)
    return replace(recipe, sheets=tuple(made))


def _signed(recipe: Recipe, shown: Collection[str], initials: str) -> Recipe:
    """The recipe once somebody has signed the sheets that the view shows: what was proposed is confirmed."""
    own = tuple(replace(one, signed=initials) if _name(recipe, one) in shown else one for one in recipe.sheets)
    return replace(recipe, sheets=own).every(CONFIRMED, PROPOSED)


def _sheet(codebook: Codebook, sheet: Sheet, cells: Sequence[str]) -> Sheet:
    """The sheet as a person left it; another table, or another row of headings, is proposed again."""
    wanted = tuple(part.strip() for part in cells[3].split(UNIT) if part.strip())
    labels = {normalise(table.label): name for name, table in codebook.tables.items()}
    tables = tuple(labels.get(normalise(one), one) for one in wanted)
    tables = (
        ()
        if normalise(cells[3]) == normalise(NOT_FOR)
        else (ASKED,)
        if normalise(cells[3]) in ("", normalise(TO_SAY))
        else tables
    )
    parts = (part.partition("=") for part in cells[7].split(UNIT) if "=" in part)
    constants = {
        name.strip(): ASKED if normalise(text) == normalise(TO_SAY) else text.strip() for name, _, text in parts
    }
    header = int(cells[6]) if cells[6].isdigit() and int(cells[6]) else sheet.header
    if tables != sheet.tables:  # what its questions are in the new tables stays; the others are proposed again
        names = {v.name for v in _headings(codebook, replace(sheet, tables=tables)).variables}
        kept = (line for line in sheet.lines if line.questions and names.issuperset(line.questions))
        sheet = replace(sheet, lines=tuple(replace(line, filled=0) for line in kept))
    sheet = replace(sheet, tables=tables, constants=constants)
    return sheet if header == sheet.header else replace(sheet, header=header, headings=(), lines=())


def _line(headings: Headings, line: Line, cells: Sequence[str], said: Mapping[tuple[str, str], str]) -> Line:
    """The line as a person left it. Another question is judged again with the next file: nothing is counted of it yet."""
    question = f" {UNIT} ".join(_question(headings, part) for part in cells[5].split(UNIT) if part.strip())
    again = question != f" {UNIT} ".join(part.strip() for part in line.question.split(UNIT) if part.strip())
    texts = dict.fromkeys([*(one.text for one in line.answers), *(t for name, t in said if name == line.name)])
    before = {one.text: one for one in line.answers}
    variable = _variable(headings, replace(line, question=question))
    none = none_of(headings.codebook, variable) if variable is not None else NO_ANSWER
    answers = [
        replace(
            before.get(text, Answer(text)),
            read=_answer(said.get((line.name, text), before.get(text, Answer(text)).read), none),
        )
        for text in texts
    ]
    answers = [one for one in answers if one.read or one.text in before]
    states = {YES: CONFIRMED, "o": CONFIRMED, "x": CONFIRMED, normalise(STATES[DECIDES]): DECIDES}
    state = states.get(normalise(cells[8]), PROPOSED)
    free = normalise(cells[7]) != NO
    if again:
        own = headings.spelled(variable.list) if variable is not None and variable.closed else {}
        answers = [one for one in answers if one.read == NOT_READ or normalise(one.read) in own]
        state = PROPOSED if state == DECIDES else state
        return Line(line.name, line.heading, question, free, state=state, answers=tuple(answers))
    blank = {
        normalise(UNSAID): "",
        normalise(TO_SAY): ASKED,
        normalise(NONE_OF): NOTHING,
        "": line.blank if not line.empty else "",
    }
    kinds = {normalise(text): name for name, text in CELLS.items()}
    empty, kind = blank.get(normalise(cells[10]), cells[10]), kinds.get(normalise(cells[11]), line.cells)
    return replace(line, question=question, free=free, blank=empty, cells=kind, state=state, answers=tuple(answers))


def none_of(codebook: Codebook, variable: Variable) -> str:
    """What says that an answer is none of a list: another word where « sans réponse » is one of it."""
    own = normalise(NO_ANSWER) in (normalise(option.label) for option in codebook.options(variable))
    return NONE_OF if own else NO_ANSWER


def _answer(text: str, none: str = NO_ANSWER) -> str:
    return NOT_READ if normalise(text) in (normalise(none), normalise(NONE_OF)) else text


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
    grids = {grid.title: grid for grid in read_export(content, file, short_rows=True)[0]}
    if not {QUESTIONS, ANSWERS, ABSENT} <= grids.keys():
        return None
    before = ("n°", "feuille", "colonnes", "en-tête", "remplies", "question", "libellé", "autre libre", "confirmé")
    rows = [cells for cells in _rows(grids[QUESTIONS].rows, before) if cells[3]]
    signed = next(
        (cells[1] for cells in grids[QUESTIONS].rows if len(cells) > 1 and normalise(cells[0]) == normalise(SIGNED)), ""
    )
    said: dict[str, list[Answer]] = {}
    for lines, text, count, _, answer in (cells[:5] for cells in _rows(grids[ANSWERS].rows, VALUES)):
        for number in lines.replace(",", " ").split():
            one = Answer(text, int(count) if count.isdigit() else 0, _answer(answer))
            said.setdefault(number, []).append(one)
    kept = tuple(cells[0] for cells in _rows(grids[ABSENT].rows, LEFT[:3]) if normalise(cells[2]) == NO)
    tables = {cells[0]: cells for cells in _rows(grids[SHEETS].rows, SHEET_COLUMNS[:6])} if SHEETS in grids else {}
    sheets = list[Sheet]()
    for at in dict.fromkeys(cells[1] for cells in rows):
        own = [cells for cells in rows if cells[1] == at]
        found = tuple(
            Line(
                f"{file}-{at}.{number}",
                cells[3],
                cells[5],
                normalise(cells[7]) != NO,
                state=CONFIRMED if signed or normalise(cells[8]) == YES else PROPOSED,
                filled=int(cells[4]) if cells[4].isdigit() else 0,
                answers=tuple(said.get(cells[0], ())),
            )
            for number, cells in enumerate(own, start=1)
        )
        place = int(at) if at.isdigit() else len(sheets) + 1
        heads = tuple(headings[place - 1]) if place <= len(headings) else tuple(cells[3] for cells in own)
        title, table = (tables[at][1], tables[at][3]) if at in tables else ("", FORM)
        tables_ = (table,) if table else ()
        sheets.append(Sheet(place, title, tables_, 1, heads, signed=signed, kept=kept, lines=found))
    return Recipe(file, tuple(sheets))
