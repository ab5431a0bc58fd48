"""A file read by its recipe: the rows of each table of the study under the project's own headings and codes, where each came
from, and an account of all that the file holds.

What is written is the project's own workbook of a role, so that nothing later needs to know of the recipe. Its sheet « À lire »
says which questions the file did not ask, and what its empty cells mean; a last column says where each row stands in the
file that was given.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from openpyxl import Workbook

from diagnostic.codebook import template
from diagnostic.codebook.labels import by_spelling, normalise
from diagnostic.codebook.model import DONT_KNOW, Codebook, Variable
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.tools import ABSENT, BLANK, COLUMN, NOTES, ORIGIN, OTHER, TIMED, Told, cell
from diagnostic.collect.grids import XLSX, Grid
from diagnostic.collect.table_names import NAMED_AD, ROLES, WORKBOOKS
from diagnostic.core.problems import Problem, column_letter
from diagnostic.describe.everything import FORM, KEY, ROLE_OF, TABLES, boxes, of_tables
from diagnostic.describe.questions import Column, Question, column_of, questions, ticked, ticks
from diagnostic.describe.recipe import ASKED, NOT_READ, Cells, Clean, Line, Names, Recipe, Sheet, cleaned
from diagnostic.describe.words import as_band, as_date, as_numbers, covered, groups, read_answers

ORDER, MORE = "situation_number", "add_situation"
NOTHING = "none ticked"  # what a blank of tick boxes means: nobody ticked anything, and was asked


@dataclass(frozen=True)
class Counted:
    """One line of the account: what a column, a row or a sheet became, and how often."""

    sheet: int
    what: str
    heading: str
    count: int
    become: str


@dataclass
class Made:
    """All that a recipe makes of a file. `parts`: role → the sheets of the project's own workbook of it; `others`: answers read as
    « Autre »; `new`: columns that the recipe does not know; `gone`: its lines that the file lacks; `unread`: answers that nobody
    has attributed; `texts`: name of a line → what is written there that is no answer of the list, how often. It is shown in the
    view, and no recipe keeps it."""

    parts: dict[str, list[Grid]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    account: list[Counted] = field(default_factory=list)
    others: int = 0
    new: int = 0
    gone: int = 0
    unread: int = 0
    approximate: int = 0
    texts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def apply(codebook: Codebook, recipe: Recipe, grids: Sequence[Grid], names: Names | None = None) -> Made:
    """What the recipe makes of a file's sheets. `codebook`: with every table (`everything`). Nothing in the contents makes it
    raise."""
    made = Made()
    rows: dict[str, list[_Row]] = defaultdict(list)
    asked, sheets = set[str](), list[Sheet]()
    for grid in grids:
        if (found := recipe.known(grid)) is None:
            continue
        sheet, header = found
        if grid.title in sheet.copies:
            made.account.append(Counted(sheet.number, "feuille", grid.title, len(grid.rows), "copie, non lue"))
            continue
        sheets.append(sheet)
        one = _SheetReader(codebook, recipe, sheet, cleaned(grid, header), made, names or {})
        for table, own in one.tables().items():
            rows[table] += own
        asked |= one.asked
    told = Told(recipe.file)
    for sheet in recipe.sheets:
        if sheet not in sheets and sheet.tables and ASKED not in sheet.tables and sheet.rows:
            label = codebook.tables[sheet.tables[0]].label if sheet.tables[0] in codebook.tables else FORM
            told.block(
                f"La feuille du tableau « {label} » que la recette connaît n’est pas dans ce fichier.",
                "Redonner le fichier entier ; si l’équipe ne la tient plus, écrire « pas pour l’étude » en face de la feuille.",
            )
    made.problems += told.problems
    kept = {name for sheet in recipe.sheets for name in sheet.kept}
    for role in dict.fromkeys(ROLE_OF[table] for table in rows):
        made.parts[role] = _written(codebook, recipe, role, rows, asked | kept)
    return made


# -- One sheet ----------------------------------------------------------------------------------------------------
@dataclass
class _Row:
    """One record: heading → text, and where it comes from: « sheet:row », and heading → column."""

    origin: str
    cells: dict[str, str]
    columns: dict[str, int]


@dataclass(frozen=True)
class _Bound:
    """A line read: the texts of its columns, row by row, for one heading of a table. `number`: of the repeat, 0 where each row
    has one; `fixed`: what the line says of all its cells."""

    table: str
    heading: str
    number: int
    columns: tuple[int, ...]
    texts: list[str]
    fixed: Mapping[str, str]

    @property
    def column(self) -> int:
        return self.columns[0]


class _SheetReader:
    """The reading of one sheet; problems are told at the cells of the file that was given."""

    def __init__(
        self, codebook: Codebook, recipe: Recipe, sheet: Sheet, clean: Clean, made: Made, names: Names
    ) -> None:
        self.codebook, self.sheet, self.clean, self.made, self.names = codebook, sheet, clean, made, names
        self.grid, self.told = clean.grid, Told(recipe.file, clean.grid.kind == "csv")
        self.headings = of_tables(codebook, sheet.tables)
        self.names_of = self.headings.tables
        self.asked: set[str] = set()
        self.questions = {one.name: one for one in questions(clean.grid)}
        self.size = len(clean.grid.rows) - 1

    def tables(self) -> dict[str, list[_Row]]:
        """Table → its records in this sheet."""
        self._account()
        bound = [one for line in self.sheet.lines for one in self._line(line)]
        self._twice(bound)
        form = [table for table in self.names_of if self.codebook.tables[table].form]
        found = self._form(bound) if form else {}
        found |= {table: self._records(table, bound) for table in self.names_of if table not in form}
        self.made.problems += self.told.problems
        return found

    def _count(self, what: str, heading: str, count: int, become: str) -> None:
        self.made.account.append(Counted(self.sheet.number, what, heading, count, become))

    def _tell(self, message: str, remedy: str, row: int = 0, column: int | None = None) -> None:
        """Block at a row of the cleaned sheet, or of the sheet as a whole."""
        self.told.block(message, remedy, self.grid.number, None if column is None else self.clean.rows[row], column)

    def _account(self) -> None:
        known = {line.key for line in self.sheet.lines}
        self._count("lignes", self.sheet.title, self.size, ", ".join(self.sheet.tables) or "pas pour l’étude")
        if self.clean.left:
            shown = ", ".join(map(str, self.clean.left))
            self._count("totaux", f"lignes {shown}", len(self.clean.left), "non lus")
        for key, question in self.questions.items():
            if self.names_of and key not in known:
                self.made.new += 1
                said = "colonne nouvelle : à lire, ou pas pour l’étude"
                self._count("colonne", question.heading, question.filled, said)
        gone = [line for line in self.sheet.lines if line.key not in self.questions]
        self.made.gone += sum(bool(line.question) for line in gone)
        for line in gone if self.names_of else []:
            self._count("colonne", line.heading, 0, "n’est plus dans le fichier")
            self.asked |= set(line.questions)
        for position, row in tools.unnamed(self.grid, 0).items():
            self._tell(tools.HEADLESS, "Lui donner un titre, ou la vider.", row, position)

    def _twice(self, bound: Sequence[_Bound]) -> None:
        """Tell the questions that two lines give, where a row is one record: the one would hide the other."""
        first: dict[tuple[str, str, int], _Bound] = {}
        for one in bound:
            other = first.setdefault((one.table, one.heading, one.number), one)
            shared = one.heading in self.codebook.tables[one.table].key
            several = one.table != self.names_of[0] and not self.codebook.tables[one.table].form
            if other.column != one.column and not (one.fixed or several or shared):
                letter = column_letter(other.column)
                message = f"Cette colonne et la colonne {letter} sont dites la même question ({one.heading})."
                self._tell(message, "Vider « question » de l’une des deux dans la recette.", 0, one.column)

    # --- a line, and the cells of its columns ---
    def _line(self, line: Line) -> list[_Bound]:
        question = self.questions.get(line.key)
        if question is None:
            return []
        if not (line.confirmed and line.questions):
            said = "pas pour l’étude" if line.confirmed else "à relire dans la recette"
            self._count("colonne", line.heading, question.filled, said)
            return []
        found: list[_Bound] = []
        for name in line.questions:
            variables = [v for v in self.headings.variables if v.name == name or normalise(v.label) == normalise(name)]
            if not variables:
                told = f"« {name} », dit par la recette de la colonne « {line.heading} », n’est d’aucun tableau de cette feuille."
                self._tell(told, "Choisir une question de la liste, ou vider la cellule.")
            form = any(self.codebook.tables[v.table].form for v in variables)
            shared = [] if form else [v for v in variables if v.name in self.codebook.tables[v.table].key]
            for variable in shared or variables[:1]:
                found += self._read(line, question, variable)
        self.asked |= {one.heading.partition("/")[0] for one in found}
        self.asked |= {v.name for v in self.headings.variables if v.name in line.questions}
        self._count("colonne", line.heading, question.filled, " ; ".join(dict.fromkeys(line.questions)))
        return found

    def _read(self, line: Line, question: Question, variable: Variable) -> list[_Bound]:
        if any(column.option for column in question.columns):
            return self._boxes(line, question, variable)
        found: list[_Bound] = []
        for column in question.columns:
            texts, place = column_of(self.grid, column.position), (column.position,)
            if variable.closed:
                found += self._closed(line, question, variable, column, texts)
            else:
                texts = self._plain(line, variable, texts)
                found.append(_Bound(variable.table, variable.name, column.number, place, texts, line.fixed))
        return found

    def _plain(self, line: Line, variable: Variable, texts: list[str]) -> list[str]:
        """The texts of a question that is not closed: dates, numbers, other rows' numbers and names read where they are, what a
        person has said of one first."""
        if line.cells != Cells.NAMES:
            said = {one.text: "" if one.read == NOT_READ else one.read for one in line.answers if one.read}
            texts = [said.get(text, text) for text in texts]
        if variable.type == "date":
            year = self.sheet.constants.get("year", "") or self.sheet.constants.get("année", "")
            return [as_date(text, year) if text else line.blank for text in texts]
        if variable.type == "integer":
            read = as_numbers(text for text in texts if not (variable.pattern and re.fullmatch(variable.pattern, text)))
            self.made.approximate += sum(text in read for text in texts)
            texts = [read.get(text, text) for text in texts]
        if line.cells == Cells.REFERENCES:
            texts = groups(texts, self._identities(variable.table), NAMED_AD if variable.name == "cluster_id" else "")
        if line.cells == Cells.NAMES or (variable.type == "code" and variable.name in self.names):
            known = by_spelling(self.names.get(variable.name, {}))
            known |= {normalise(one.text): one.read for one in line.answers if one.read}
            texts = [known.get(normalise(text), text) if text else "" for text in texts]
        return [text or line.blank for text in texts]

    def _identities(self, table: str) -> list[str]:
        """The first key of each row: what other rows call it."""
        own = next(iter(self.codebook.tables[table].key), "")
        lines = [line for line in self.sheet.lines if own in line.questions and line.key in self.questions]
        columns = [self.questions[line.key].columns[0].position for line in lines]
        return column_of(self.grid, columns[0]) if columns else [""] * self.size

    # --- closed questions ---
    def _spellings(self, line: Line, variable: Variable) -> dict[str, str]:
        """Each writing of an answer → its code, "" for none: those of the recipe before those of the codebook."""
        own = self.codebook.spellings(variable.list)
        codes, said = by_spelling(own), dict[str, str]()
        for answer in (one for one in line.answers if one.read):
            code = "" if answer.read == NOT_READ else codes.get(normalise(answer.read), "")
            if not code and answer.read != NOT_READ and as_band(answer.read) is None:
                self.told.block(
                    f"« {answer.read} » n’est pas une réponse de la question « {variable.label} ».",
                    f"Choisir dans la liste, ou « sans réponse », en face de cette réponse de la colonne « {line.heading} ».",
                )
            said[answer.text] = code
        return {text: code for text, code in own.items() if normalise(text) not in set(map(normalise, said))} | said

    def _closed(
        self, line: Line, question: Question, variable: Variable, place: Column, texts: Sequence[str]
    ) -> list[_Bound]:
        """The answers of one column, whole in its cells."""
        spellings, one = self._spellings(line, variable), variable.type == "single"
        several, bands = len(line.questions) > 1, line.cells == Cells.BANDS
        free = line.free and boxes(self.headings, variable.name) and not several
        read = dict[str, tuple[list[str], list[str]]]()
        for text in dict.fromkeys(texts):
            codes, unknown = read_answers(text, spellings, free and not bands)
            if unknown and bands:
                codes, unknown = self._bands(question.cut(text), spellings, variable.list)
            read[text] = codes, [] if several else unknown
        for row, text in enumerate(texts, start=1):
            codes, unknown = read[text]
            two = one and len(codes) > 1
            if unknown or two:
                parts = [text] if one else question.cut(text)
                own = (part for part in parts if one or read_answers(part, spellings, False)[1])
                self.made.texts[line.name].update(own)
            if (unknown and not free) or two:
                told = f"Cette réponse à « {variable.label} » n’est pas attribuée."
                if two and not (unknown and not free):
                    told = f"Deux réponses dans une cellule de « {variable.label} », qui n’en a qu’une."
                remedy = f"Dire ce qu’elle est dans la recette, en face de la colonne « {line.heading} » ; ses réponses y sont."
                self._tell(told, remedy, row, place.position)
                self.made.unread += 1
        others = ["; ".join(read[text][1]) if free else "" for text in texts]
        self.made.others += sum(map(bool, others))
        return self._bound(line, variable, [place], [";".join(read[text][0]) for text in texts], texts, others)

    def _bound(
        self,
        line: Line,
        variable: Variable,
        columns: Sequence[Column],
        cells: Sequence[str],
        given: Sequence[str],
        others: list[str],
    ) -> list[_Bound]:
        """Codes, what a blank means where nothing was `given`, and what is written under « Autre », each row by row."""

        def bound(heading: str, texts: list[str]) -> _Bound:
            places = tuple(column.position for column in columns)
            return _Bound(variable.table, heading, columns[0].number, places, texts, line.fixed)

        blank, name = self._blank(line, variable), variable.name
        if variable.type == "multiple" and blank == NOTHING:
            codes = [option.code for option in self.codebook.options(variable)]
            found = [bound(f"{name}/{code}", [str(int(code in one.split(";"))) for one in cells]) for code in codes]
        else:
            found = [bound(name, [one if text else blank for one, text in zip(cells, given, strict=True)])]
        return [*found, bound(f"{name}{OTHER}", others)] if any(others) else found

    def _bands(self, parts: Sequence[str], spellings: Mapping[str, str], name: str) -> tuple[list[str], list[str]]:
        """The codes of bands of ages that a list has, or, of an interval, all that it touches: one of these, which one nobody
        knows."""
        codes, unknown = list[str](), list[str]()
        for part in parts:
            own, rest = read_answers(part, spellings, False)
            ages = as_band(part) if rest else None
            codes += ["|".join(covered(self.codebook.lists[name], ages))] if ages else own
            unknown += [] if ages else rest
        return codes, unknown

    def _blank(self, line: Line, variable: Variable) -> str:
        """The code that a blank cell stands for, `NOTHING`, or "" where nobody noted anything."""
        if line.blank in ("", ASKED, NOTHING):
            return line.blank.replace(ASKED, "")
        code = self.headings.spelled[variable.list].get(normalise(line.blank), "")
        if not code:
            self.told.block(
                f"« {line.blank} », dit d’une case vide, n’est pas une réponse de la question « {variable.label} ».",
                f"Choisir dans la liste, en face de la colonne « {line.heading} ».",
            )
        return code

    def _boxes(self, line: Line, question: Question, variable: Variable) -> list[_Bound]:
        """Tick boxes: one column an answer, or the whole answer beside them, which is not read again. What the file did not
        offer counts as not ticked, and is said once."""
        if variable.type != "multiple":
            told = f"« {line.heading} » a une colonne par réponse, et la question « {variable.label} » n’en a qu’une."
            self._tell(told, "Choisir une question à plusieurs réponses, ou vider la cellule.")
            return []
        found, options = list[_Bound](), self.codebook.options(variable)
        spelled = by_spelling(self._spellings(line, variable))
        every = [(column, self._code(line, variable, spelled, column)) for column in question.columns if column.option]
        held = {code for _, code in every}
        lacking = [o.label for o in options if o.code not in held and not o.exclusive and o.code != DONT_KNOW]
        if lacking:
            shown = f"réponses non proposées, comptées comme non cochées : {' ; '.join(lacking)}"
            self._count("cases", line.heading, len(lacking), shown)
        for number in dict.fromkeys(column.number for column, code in every if code):
            own = [(column, code) for column, code in every if code and column.number == number]
            texts = zip(*(column_of(self.grid, column.position) for column, _ in own), strict=True)
            rows = [[(code, text) for (_, code), text in zip(own, one, strict=True) if ticked(text)] for one in texts]
            cells = [";".join(dict.fromkeys(code for code, _ in one)) for one in rows]
            others = ["; ".join(text for code, text in one if code == "other" and not ticks(text)) for one in rows]
            others = others if boxes(self.headings, variable.name) else []
            found += self._bound(line, variable, [column for column, _ in own], cells, cells, others)
        return found

    def _code(self, line: Line, variable: Variable, spelled: Mapping[str, str], box: Column) -> str:
        """The code of a box; of one that is none of the list, « Autre » where the question has it, and that is counted."""
        code = spelled.get(normalise(box.option))
        if code is not None:
            return code
        other = line.free and any(option.code == "other" for option in self.codebook.options(variable))
        if not other:
            self.made.unread += 1
            remedy = "Dire dans la recette de quelle réponse c’est la case, ou « sans réponse »."
            self._tell(f"La case « {box.option} » de « {line.heading} » n’est pas attribuée.", remedy, 0, box.position)
        count = sum(map(ticked, column_of(self.grid, box.position)))
        self.made.texts[line.name][box.option] += count
        self.made.others += count
        return "other" if other else ""

    # --- records ---
    def _records(self, table: str, bound: Sequence[_Bound]) -> list[_Row]:
        """The records of a table in this sheet: one a row, or one for each repeat that holds something."""
        keys, first = self.codebook.tables[table].key, table == self.names_of[0]
        own = [one for one in bound if one.table == table]
        constants = self._constants(table)
        shared = keys if first else self.codebook.tables[self.names_of[0]].key
        numbered, repeats = Counter[str](), _repeats(own)
        found: list[_Row] = []
        for row in range(self.size):
            for columns in repeats:
                cells = {one.heading: one.texts[row] for one in columns if one.texts[row]}
                fixed = {name: text for one in columns if one.texts[row] for name, text in one.fixed.items()}
                told = any(one.heading not in shared and self._said(one, row) for one in columns)
                if not told and not (first and cells and len(repeats) == 1):
                    continue
                cells = constants | fixed | cells
                if ORDER in keys and ORDER not in cells:
                    numbered[cells.get(keys[0], "")] += 1
                    cells[ORDER] = str(numbered[cells.get(keys[0], "")])
                found.append(self._row(row, cells, columns))
        return found if first and not (table == "sites" and "ad_counts" in self.names_of) else _once(found)

    def _form(self, bound: Sequence[_Bound]) -> dict[str, list[_Row]]:
        """Responses and their situations: a sheet of either, or both on the row of the response, once or side by side."""
        responses, situations = ROLES[FORM]
        key = next((one for one in bound if one.heading == KEY), None)
        order = next((one for one in bound if one.heading == ORDER), None)
        answers = [one for one in bound if one.heading not in (KEY, ORDER)]
        if not answers:
            return {}
        if key is None:
            remedy = "Donner un numéro à chaque ligne, et dire dans la recette que cette colonne est le numéro de la réponse."
            self._tell("Aucune colonne n’identifie la réponse.", remedy)
            return {}
        own, said = ([one for one in answers if one.table == table] for table in (responses, situations))
        if said and not own and not any(one.number for one in said):
            said = [one for one in said if one.heading != MORE]
            numbers = order.texts if order else list(map(str, _ranks(key.texts)))
            said_of = [key, *([order] if order else []), *said]
            cells = [{KEY: name, ORDER: number} for name, number in zip(key.texts, numbers, strict=True)]
            return {situations: [self._row(row, one | _filled(said, row), said_of) for row, one in enumerate(cells)]}
        held, each = self._constants(responses), enumerate(key.texts)
        rows = [self._row(row, held | {KEY: name} | _filled(own, row), [key, *own]) for row, name in each]
        beside = [one for row, name in enumerate(self._numbers(key)) for one in self._beside(row, name, said)]
        return {responses: rows} | ({situations: beside} if said else {})

    def _beside(self, row: int, name: str, said: Sequence[_Bound]) -> list[_Row]:
        """The situations on the row of a response: those of which something is said, or that the one before asks for."""
        found, announced = list[_Row](), False
        for number in sorted({one.number for one in said}):
            columns = [one for one in said if one.number == number]
            cells = _filled(columns, row)
            more = cells.pop(MORE, "")
            own = (one for one in columns if one.heading != MORE and one.texts[row] != "0")
            if announced or any(self._said(one, row) for one in own):
                found.append(self._row(row, {KEY: name, ORDER: str(number or 1)} | cells, columns))
            announced = more.strip().casefold().startswith(tools.MORE)
        return found

    def _said(self, one: _Bound, row: int) -> bool:
        """Whether the cell itself says something, beside what a blank means."""
        return bool(one.texts[row] and any(cell(self.grid, row + 1, column) for column in one.columns))

    def _numbers(self, key: _Bound) -> list[str]:
        """What each response is called: two of the same time of submission are told apart by their rank."""
        if not _timed(self.sheet.lines):
            return key.texts
        return [f"{text} {rank}" if text else "" for text, rank in zip(key.texts, _ranks(key.texts), strict=True)]

    def _row(self, row: int, cells: dict[str, str], columns: Sequence[_Bound]) -> _Row:
        origin = f"{self.grid.number}:{self.clean.rows[row + 1]}"
        return _Row(origin, cells, {one.heading: one.column for one in columns})

    def _constants(self, table: str) -> dict[str, str]:
        """What a person says of all the records of a table."""
        names = {variable.name for variable in self.codebook.received(table)}
        return {name: text for name, text in self.sheet.constants.items() if name in names and text != ASKED}


def _timed(lines: Iterable[Line]) -> bool:
    """Whether responses are named by the time of their submission."""
    return any(normalise(line.heading) in tools.TIMES for line in lines if KEY in line.questions)


def _ranks(texts: Sequence[str]) -> list[int]:
    """Of each text, how often it has come so far, itself included."""
    seen = defaultdict[str, Iterator[int]](lambda: count(1))
    return [next(seen[text]) for text in texts]


def _filled(bound: Sequence[_Bound], row: int) -> dict[str, str]:
    return {one.heading: one.texts[row] for one in bound if one.texts[row]}


def _repeats(own: Sequence[_Bound]) -> list[list[_Bound]]:
    """The columns of each record of a row: all of them, or, where columns come back, those of one repeat and what all share."""
    numbers = sorted({one.number for one in own if one.number})
    if numbers:
        return [[one for one in own if one.number in (0, number)] for number in numbers]
    times, rank = Counter(one.heading for one in own), Counter[str]()
    parts = [list[_Bound]() for _ in range(max(times.values(), default=1))]
    for one in own:
        for part in parts if times[one.heading] == 1 else [parts[rank[one.heading]]]:
            part.append(one)
        rank[one.heading] += 1
    return parts


def _once(rows: Sequence[_Row]) -> list[_Row]:
    """Records of a table that a sheet of another repeats on each of its rows: each once, where all say the same."""
    found: dict[tuple[tuple[str, str], ...], _Row] = {}
    for row in rows:
        found.setdefault(tuple(sorted(row.cells.items())), row)
    return list(found.values())


# -- The project's own workbook of a role -------------------------------------------------------------------------
def as_xlsx(grids: Iterable[Grid]) -> bytes:
    """The bytes of a workbook of these sheets, the same for the same rows."""
    book = Workbook()
    book.remove(book.active)
    for grid in grids:
        sheet = book.create_sheet(grid.title)
        for at, cells in enumerate(grid.rows, start=1):
            for column, text in enumerate(cells, start=1):
                if text:
                    template.put(sheet, at, column, text)
    return template.to_bytes(book)


def _written(
    codebook: Codebook, recipe: Recipe, role: str, rows: Mapping[str, Sequence[_Row]], asked: set[str]
) -> list[Grid]:
    """The sheets of a role: its tables that the file has, those of a role that has several even where they are empty, and what
    the recipe says of them."""
    known = {table for sheet in recipe.sheets for table in sheet.tables}
    grids, notes = list[Grid](), [list[str]()]
    several = role in ROLES or role in WORKBOOKS
    for table in TABLES[role]:
        own = rows.get(table, [])
        if not own and (not several or (table in known and table not in rows)):
            continue
        only = {v.name for v in codebook.received(table) if not v.shape} - set(codebook.tables[table].key)
        if role == FORM and not own and only & asked:
            continue  # its questions were asked: what lacks is told where the answers are read
        grids.append(_sheet(codebook, table, own, len(grids) + 1, notes))
    if role == FORM:
        names = {v.name for table in ROLES[FORM] for v in codebook.received(table) if not v.shape}
        notes += [[ABSENT, name] for name in sorted(names - asked)]
    lines = [line for sheet in recipe.sheets for line in sheet.lines]
    notes += [[BLANK, name, line.blank] for line in lines for name in line.questions if line.blank not in ("", ASKED)]
    notes += [[TIMED]] if role == FORM and _timed(lines) else []
    return [*grids, Grid(len(grids) + 1, NOTES, [row for row in notes if row], XLSX)]


def _sheet(codebook: Codebook, table: str, rows: Sequence[_Row], number: int, notes: list[list[str]]) -> Grid:
    variables = {v.name: v for v in codebook.received(table)}
    keys = [name for name in codebook.tables[table].key if name in variables]
    said = (heading for row in rows for heading in (*row.columns, *row.cells) if heading != MORE)
    headings = list(dict.fromkeys([*keys, *said])) if rows else list(variables)  # by which an empty sheet is known too
    out = [[*headings, ORIGIN], [*(_title(codebook, variables, heading) for heading in headings), ORIGIN]]
    out += [[*(row.cells.get(heading, "") for heading in headings), row.origin] for row in rows]
    title = codebook.tables[table].sheet
    for at, heading in enumerate(headings):
        letters = dict.fromkeys(column_letter(row.columns[heading]) for row in rows if heading in row.columns)
        if letters:
            notes.append([COLUMN, str(number), column_letter(at), *letters])
    return Grid(number, title, out, XLSX)


def _title(codebook: Codebook, variables: Mapping[str, Variable], heading: str) -> str:
    name, _, code = heading.partition("/")
    if name not in variables:
        return heading
    label = {one.code: one.label for one in codebook.options(variables[name])}.get(code, "") if code else ""
    return f"{variables[name].label} : {label}" if label else variables[name].label
