"""One layout per collection tool: where its export keeps records, identities, and its own columns."""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, partialmethod

import numpy as np
import pandas as pd

from diagnostic.codebook import routing
from diagnostic.codebook.headings import Headings, Named, compact
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import HELPING, OTHER_FIELDS, TO_READ, Codebook, Variable
from diagnostic.codebook.routing import Atom
from diagnostic.collect.grids import CSV, Grid
from diagnostic.core.french import plural, typographic
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem, UnreadableRow, column_letter

# -- Which column holds which answer, and where the records of each table lie -------------------------------------
# How tools and people write that an option is ticked or not, normalised.
TICKED = {"1", "1.0", "x", "oui", "yes", "y", "true", "vrai", "coche", "ticked"}
NOT_TICKED = {"0", "0.0", "non", "no", "n", "false", "faux", "non coche"}


OTHER = "_other"  # ends the name of the box where « Autre » is written
# What the recipe of a team's own file leaves in the workbook that is read in its place: a sheet of notes (questions that were
# not asked, what blanks mean, identities that are times, columns as they were given), and where each row was, « sheet:row ».
NOTES, ORIGIN = "À lire recette", f"{TO_READ} reçu en"
ABSENT, BLANK, TIMED, COLUMN = "non posée", "case vide", "horodateur", "colonne"


@dataclass(frozen=True)
class Binding:
    """One column of an export and the answer it holds: a whole answer, or one `option` of it. `number`: which repeat it
    belongs to where a block is unrolled, counted from 1; 0 where each record has its row."""

    sheet: int
    column: int
    table: str
    variable: str
    option: str = ""
    number: int = 0

    @property
    def heading(self) -> str:
        """`gender/women`, or `gender` for the whole answer."""
        return f"{self.variable}/{self.option}" if self.option else self.variable


@dataclass(frozen=True)
class Records:
    """Where a table's records lie: a sheet, the index of its first row of data, and the columns that name a record.

    `key`: the record's own identity, in one column or several; `parent`: its parent's key, in a sheet of repeats;
    `order`: its number there. With `timed`, `key` is a time of submission: two of the same second are told apart by
    their order in the file.
    """

    table: str
    sheet: int
    first: int
    key: tuple[int, ...] = ()
    parent: int | None = None
    order: int | None = None
    timed: bool = False


@dataclass(frozen=True)
class Layout:
    """What an export looks like. `blank`: texts that stand for an empty cell. `explicit`: whether a question whose
    options are all written as not ticked was answered so; tools write the same where nobody answered.

    `absent`: variables that a team's own form did not ask.
    """

    format: str
    records: tuple[Records, ...]
    bindings: tuple[Binding, ...]
    blank: frozenset[str] = frozenset()
    explicit: bool = False
    absent: frozenset[str] = frozenset()


@dataclass
class Told:
    """Problems of one export, at the cells a spreadsheet shows. Values are never quoted: they are people's answers.
    Those that it begins with are faults of form: nothing more is said of a cell that could not even be read."""

    role: str
    plain: bool = False  # a CSV has no sheets to name
    problems: list[Problem] = field(default_factory=list)
    described: bool = False  # by a recipe, which may learn an answer

    def __post_init__(self) -> None:
        faults = [p for p in self.problems if p.severity == BLOCKING]
        self._damaged = {(p.sheet, p.row, p.column) for p in faults if p.column}
        self._cut = {p.sheet for p in faults if isinstance(p, UnreadableRow)}
        self.damaged_rows = {row for _, row, _ in self._damaged if row}  # of any sheet: the few where to look closer

    def damaged(self, sheet: int, row: int, column: int) -> bool:
        """Whether this cell could not be read."""
        return (self._place(sheet), row, column_letter(column)) in self._damaged

    def lacks_rows(self, sheet: int) -> bool:
        """Whether rows of a sheet could not be told apart."""
        return self._place(sheet) in self._cut

    def _place(self, sheet: int) -> str:
        return str(sheet) if sheet and not self.plain else ""

    def add(
        self,
        severity: str,
        message: str,
        remedy: str,
        sheet: int = 0,
        row: int | None = None,
        column: int | None = None,
        empty: bool = False,
    ) -> None:
        """Add a problem. `empty`: there is nothing in the cell to mask."""
        letter = "" if column is None else column_letter(column)
        shown = MASKED if letter and row and row > 1 and not empty else ""
        place = self._place(sheet)
        if (place, row, letter) not in self._damaged:
            message, remedy = typographic(message), typographic(remedy)
            self.problems.append(Problem(severity, self.role, message, remedy, place, row, letter, shown))

    block = partialmethod(add, BLOCKING)  # what stops the study
    warn = partialmethod(add, WARNING)  # what is to be known of


def cell(grid: Grid, row: int, column: int) -> str:
    """The text of a cell, empty where the row is shorter."""
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else ""


def header(grid: Grid) -> list[str]:
    """The first row, its cells stripped."""
    return [text.strip() for text in grid.rows[0]] if grid.rows else []


def table_of(codebook: Codebook, grid: Grid) -> str | None:
    """The codebook's table whose workbook's sheet this is: it has all the key's columns, and most of the others. A question
    with several answers is there in one column or in one for each of them."""
    found = {name.partition("/")[0] for name in header(grid)}
    shared: dict[str, float] = {}
    for name, table in codebook.tables.items():
        own = {heading.partition("/")[0] for heading, *_ in codebook.columns(name)}
        others = own - set(table.key)  # a key alone names the rows of several tables
        if set(table.key) <= found and 2 * len(found & others) >= len(others):
            shared[name] = len(found & own) - len(own - found) / 1000
    return max(shared, key=lambda name: shared[name], default=None)


DEEPEST = 20  # rows in which headings that do not stand in the first are looked for


def unread(codebook: Codebook, grids: Sequence[Grid], read: Collection[int], told: Told) -> None:
    """Tell the sheets of a workbook or an archive that hold something, and that nothing reads: neither a table of the codebook,
    nor one that helps to fill it, nor declared to be none by its name. `read`: the numbers of those that are read."""
    lower = None if read else _lower(grids)
    for grid in grids:
        apart = grid.title in HELPING or normalise(grid.title).startswith(normalise(TO_READ))
        apart |= grid.kind == CSV and lower is None
        if grid.number in read or apart or table_of(codebook, grid) or not any(map(any, grid.rows)):
            continue
        row = next((at for at in range(1, DEEPEST) if table_of(codebook, replace(grid, rows=grid.rows[at:]))), lower)
        if row is None:
            message = "Cette feuille n’est d’aucun tableau de l’étude : rien n’y est lu."
            remedy = "L’ôter si elle n’est pas pour l’étude, ou faire commencer son nom par « À lire » ; sinon, reprendre ses en-têtes du classeur modèle."
        else:
            message = f"Les titres des colonnes sont en ligne {row + 1}, et doivent être en ligne 1 : rien n’y est lu."
            remedy = "Ôter les lignes qui sont au-dessus."
        told.block(message, remedy, grid.number, *([row + 1] if row else []))


def _lower(grids: Sequence[Grid]) -> int | None:
    """After how many rows a tool's export begins, where others were put above its headings."""
    below = range(1, DEEPEST) if recognise(grids) is None else ()
    return next((at for at in below if recognise([replace(one, rows=one.rows[at:]) for one in grids])), None)


Layer = Callable[[Sequence[Grid], Headings, Told], Layout]

TIMES = ("horodateur", "timestamp")
_GOOGLE_OWN = {*TIMES, "score", "adresse e mail", "e mail", "nom d utilisateur", "username", "email address"}
_KOBO_OWN = re.compile(
    r"_.*|start|end|today|deviceid|phonenumber|simserial|subscriberid|username|audit|(?:.*/)?__version__|(?:.*/)?_version_|"
    r"meta/.*|formhub/.*"
)
_ODK_OWN = re.compile(
    r"SubmissionDate|KEY|PARENT_KEY|SET-OF-.*|SubmitterID|SubmitterName|AttachmentsPresent|AttachmentsExpected|Status|"
    r"ReviewState|DeviceID|Edits|FormVersion|start|end|today|deviceid|username|audit|meta-.*|meta"
)
LIMESURVEY_ID = ("id", "id de la reponse", "response id")
_LIMESURVEY_OWN = {
    *LIMESURVEY_ID,
    *("submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"),
    *("date de soumission", "derniere page", "langue de depart", "tete de serie", "date de lancement"),
    *("date de la derniere action", "adresse ip", "url de reference", "invitation", "code d acces"),
}
OURS = 1 / 3  # of its headings, from which an export is one of the project's own form
WITH_EMPTY_TABLES = ("odk", "template")  # whose export holds every table, were it empty


@dataclass(frozen=True)
class Tool:
    """How a tool lays out a form. `own`: which headings are its own; `key`: the column that names a response, the first of a
    single sheet where none is told; `parent`: in a sheet of repeats, the one that names its response; `timed` and `blank` as
    for `Records` and `Layout`."""

    own: Callable[[str], bool]
    key: str = ""
    parent: str = ""
    timed: bool = False
    blank: frozenset[str] = frozenset()


TOOLS = {
    **dict.fromkeys(("google_csv", "google_sheets"), Tool(lambda text: normalise(text) in _GOOGLE_OWN, timed=True)),
    # repeats are joined on the submission's uuid, never on _index
    "kobo": Tool(lambda text: _KOBO_OWN.fullmatch(text) is not None, "_uuid", "_submission__uuid"),
    "odk": Tool(lambda text: _ODK_OWN.fullmatch(text) is not None, "KEY", "PARENT_KEY"),
    # situations are unrolled under codes such as S2gender or under repeated wordings
    "limesurvey": Tool(lambda text: normalise(text) in _LIMESURVEY_OWN, blank=frozenset({"N/A"})),
}
FIRST_TEMPLATE_ROW = 2  # names, French headings, then the answers


def recognise(grids: Sequence[Grid], keys: Collection[str] = ("response_id",)) -> str | None:
    """The format that an export's content shows, or None. See the header samples of each tool. `keys`: columns that
    name a record in the project's own workbook."""
    if any(grid.title == NOTES for grid in grids):
        return "recipe"
    first = header(grids[0]) if grids else []
    heads = [set(header(grid)) for grid in grids]
    if any({"KEY", "PARENT_KEY"} <= found for found in heads) or {"KEY", "SubmissionDate"} <= set(first):
        return "odk"
    if any("_uuid" in found and "_index" in found for found in heads):
        return "kobo"
    begun, *after = map(normalise, first[:4]) if first else ("",)
    if begun in TIMES:
        return "google_csv" if grids[0].kind == "csv" else "google_sheets"
    if begun in LIMESURVEY_ID and not _LIMESURVEY_OWN.isdisjoint(after):
        return "limesurvey"
    return "template" if any(key in found for found in heads for key in keys) else None


def ours(grids: Sequence[Grid], headings: Headings, tool: str) -> bool:
    """Whether an export of a tool is one of the project's form, not of another that was made with the same tool."""
    texts = {text for grid in grids for text in header(grid) if text and tool in TOOLS and not TOOLS[tool].own(text)}
    return sum(headings.find(text) is not None or headings.shown(text) for text in texts) >= OURS * len(texts)


def position(grid: Grid, name: str) -> int | None:
    """The column of a heading, or None."""
    titles = header(grid)
    return titles.index(name) if name and name in titles else None


def of_tool(name: str, grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """The sheets of a tool that hold records: submissions, and one per repeat where it has repeats."""
    tool = TOOLS[name]
    if name.startswith("google"):
        _accounts(grids[0], told)
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids if tool.key else grids[:1]:
        key, parent = position(grid, tool.key) if tool.key else 0, position(grid, tool.parent)
        if key is None and parent is None:
            continue
        bindings += bind(grid, headings, told, tool.own)
        if parent is not None:
            records.append(Records("situations", grid.number, 1, parent=parent))
        elif key is not None:
            records.append(Records("responses", grid.number, 1, key=(key,), timed=tool.timed))
    return Layout(name, tuple(records), tuple(bindings), tool.blank)


def _accounts(grid: Grid, told: Told) -> None:
    for column, text in enumerate(header(grid)[:3]):
        if normalise(text) in _GOOGLE_OWN - {*TIMES, "score"}:
            message = "Google Forms a recueilli l’adresse ou le compte des répondant·es : la colonne n’est pas lue."
            remedy = "Dans les paramètres du formulaire, ne pas recueillir les adresses e-mail."
            told.warn(message, remedy, grid.number, 1, column)


def workbook(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """Any other workbook of the project: one table per sheet, each record named by its table's key columns."""
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids:
        table = _table_of(grid, headings)
        if table is None:
            continue
        own = Headings(headings.codebook, (table,))
        key = [position(grid, name) for name in headings.codebook.tables[table].key]
        _french_headings(grid, own, told, key[0])
        bindings += bind(grid, own, told, lambda text: text.startswith(TO_READ), row=FIRST_TEMPLATE_ROW - 1)
        named = tuple(column for column in key if column is not None)
        records.append(Records(table, grid.number, FIRST_TEMPLATE_ROW, key=named))
    return Layout("template", tuple(records), tuple(bindings), explicit=True)


def _table_of(grid: Grid, headings: Headings) -> str | None:
    """The table whose columns a sheet has the most of and whose first key it has; None for a table of another role."""
    found = set(header(grid))
    shared = {
        name: len(found & {column for column, *_ in headings.codebook.columns(name)})
        for name, table in headings.codebook.tables.items()
        if table.key[0] in found
    }
    closest = max(shared, key=lambda name: (shared[name], name in headings.tables), default=None)
    return closest if closest in headings.tables else None


def template(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """The project's workbook: names in row 1, French headings in row 2, answers from row 3, one sheet per table."""
    bindings: list[Binding] = []
    records: list[Records] = []
    notes = noted(grids)
    for grid in grids:
        key, number = position(grid, "response_id"), position(grid, "situation_number")
        if key is None:
            continue
        _french_headings(grid, headings, told, key)
        table = "responses" if number is None else "situations"
        names = {v.name for v in headings.codebook.table(table)}
        for one in bind(grid, headings, told, lambda text: text == ORIGIN, row=FIRST_TEMPLATE_ROW - 1):
            # columns that name a record are in both sheets: each belongs to its sheet's table
            bindings.append(replace(one, table=table if one.variable in names else one.table, number=0))
        timed = any(row[0] == TIMED for row in notes)
        named = {"key": (key,), "timed": timed} if number is None else {"parent": key, "order": number}
        records.append(Records(table, grid.number, FIRST_TEMPLATE_ROW, **named))
    absent = frozenset(row[1] for row in notes if row[0] == ABSENT)
    return Layout("recipe" if notes else "template", tuple(records), tuple(bindings), explicit=True, absent=absent)


def noted(grids: Sequence[Grid]) -> list[list[str]]:
    """What the recipe of a file left in the workbook that is read in its place: rows of notes, the first cell their kind."""
    return [cells for grid in grids if grid.title == NOTES for cells in grid.rows if cells and cells[0]]


def _french_headings(grid: Grid, headings: Headings, told: Told, key: int | None) -> None:
    """The second row of a workbook of the project repeats the headings in French; answers begin below it."""
    found = headings.find(header(grid)[key]) if key is not None else None
    if key is None or found is None:
        return
    label = headings.variable(found).label
    if len(grid.rows) < FIRST_TEMPLATE_ROW or compact(cell(grid, FIRST_TEMPLATE_ROW - 1, key)) != compact(label):
        message = f"La ligne {FIRST_TEMPLATE_ROW} ne porte pas les intitulés français du modèle : une réponse y serait perdue."
        remedy = f"Remettre les intitulés sur la ligne {FIRST_TEMPLATE_ROW} (« {label} »…) ; les réponses commencent dessous."
        told.block(message, remedy, grid.number, FIRST_TEMPLATE_ROW, key)


LAYERS: dict[str, Layer] = {name: partial(of_tool, name) for name in TOOLS} | {"template": template, "recipe": template}


# -- Columns bound to questions -----------------------------------------------------------------------------------
# By their headings, by position where a block of questions is repeated side by side.
HEADLESS = "Cette colonne contient des valeurs sous un en-tête vide."
_UNKNOWN_REMEDY = "Rien à faire si elle n’est pas au codebook ; sinon corriger l’en-tête, ou y ajouter la question."
_LOST_REMEDY = "Dans options.csv, ajouter cette réponse, ou ce nom aux « aliases » de celle qui dit la même chose."


def bind(grid: Grid, headings: Headings, told: Told, own: Callable[[str], bool], row: int = 0) -> list[Binding]:
    """The bindings of one sheet, in order of columns. `own` says which headings are the tool's own records.

    What cannot be bound is told: an unknown column is ignored with a warning, or blocks where it ticks an answer that its
    question lacks; one that looks like a misspelled question blocks, and is read as that question so that the rest can be
    checked; two columns for one answer and repeats of a block that differ block too.
    """
    texts = [(position, text) for position, text in enumerate(header(grid)) if text]
    found = match([(position, text) for position, text in texts if not (own(text) or headings.shown(text))], headings)
    for position, (named, sure) in found.items():
        if not sure:
            _unknown(grid, headings, told, position, named)
    bindings = numbered(grid.number, found, headings)
    headless(grid, told, row)
    _twice(bindings, headings, told)
    _uneven(bindings, headings, told)
    return bindings


def match(texts: Sequence[tuple[int, str]], headings: Headings) -> dict[int, tuple[Named | None, bool]]:
    """Column → what its heading names, for sure or not: the answer without a column whose heading is the closest."""
    exact = {position: headings.find(text) for position, text in texts}
    room = _Room([named for named in exact.values() if named], headings)
    return {
        position: (exact[position] or room.take(headings.near(text)), exact[position] is not None)
        for position, text in texts
    }


class _Room:
    """Which answers still lack a column: a heading that nobody knows may be a misspelling of theirs only."""

    def __init__(self, named: Sequence[Named], headings: Headings) -> None:
        self.taken = Counter(named)
        self.blocks: dict[str, int] = {}  # table of repeats side by side → how many, as most of its headings show
        for table in _repeated(headings, named):
            counts = [count for name, count in self.taken.items() if name.table == table and not name.number]
            self.blocks[table] = statistics.mode(counts) if counts else 1

    def take(self, near: Iterable[Named]) -> Named | None:
        """The first that has room, which it then has no more."""
        for named in near:
            if self.taken[named] < (1 if named.number else self.blocks.get(named.table, 1)):
                self.taken[named] += 1
                return named
        return None


def numbered(sheet: int, matched: Mapping[int, tuple[Named | None, bool]], headings: Headings) -> list[Binding]:
    """Bindings with the number of their repeat: told by the heading, else a new one begins after the question that
    asks for another, or where the first question of a repeat comes back."""
    named = [(position, found) for position, (found, _) in matched.items() if found]
    repeated = _repeated(headings, [found for _, found in named])
    bindings: list[Binding] = []
    number, opening, held, closed = 1, dict[str, tuple[str, str]](), 0, False
    for position, found in named:
        if found.table not in repeated:
            bindings.append(Binding(sheet, position, found.table, found.variable, found.option))
            continue
        if not found.number:
            name = (found.variable, found.option)
            if closed or (held > 1 and name == opening.get(found.table)):
                number, held = number + 1, 0
            opening.setdefault(found.table, name)
            held, closed = held + 1, headings.variable(found).shape == "unrolled"
        bindings.append(Binding(sheet, position, found.table, found.variable, found.option, found.number or number))
    return bindings


def _repeated(headings: Headings, named: Iterable[Named]) -> set[str]:
    """Tables of repeats that this sheet holds side by side: those whose parent's answers stand in the same sheet."""
    tables = {found.table for found in named if headings.variable(found).shape != "sheet"}
    return {name for name in tables if headings.codebook.tables[name].parent in tables}


def _unknown(grid: Grid, headings: Headings, told: Told, position: int, near: Named | None) -> None:
    if near is None:
        lost = headings.lost(header(grid)[position])
        cells = {normalise(cell(grid, row, position)) for row in range(1, len(grid.rows))} if lost else set()
        if lost and cells & TICKED:
            message = f"Cette colonne coche une réponse que la question « {lost.label} » n’a pas : elle serait perdue."
            return told.block(message, _LOST_REMEDY, grid.number, 1, position)
        message = "Cette colonne n’est pas une question connue : elle est ignorée."
        return told.warn(message, _UNKNOWN_REMEDY, grid.number, 1, position)
    variable = headings.variable(near)
    options = {option.code: option.label for option in headings.codebook.options(variable)}
    answer = f", réponse « {options[near.option]} »" if near.option else ""
    name = f"« {variable.question} »" + (f" et la réponse « {options[near.option]} »" if near.option else "")
    message = f"Cet en-tête n’est pas reconnu ; il ressemble à la question « {variable.label} »{answer}, qui manque."
    remedy = f"Remettre l’en-tête exact de l’outil : {name}, ou {near.variable}{OTHER_FIELDS if near.option else ''}{near.option}."
    told.block(message, remedy, grid.number, 1, position)


def headless(grid: Grid, told: Told, row: int) -> None:
    """Tell the columns that hold something under an empty heading, below a row (from 0)."""
    for position, index in unnamed(grid, row).items():
        remedy = "Remettre l’en-tête de la question, ou vider la colonne."
        told.block(HEADLESS, remedy, grid.number, index + 1, position)


def unnamed(grid: Grid, row: int) -> dict[int, int]:
    """Columns that hold something under an empty heading → the first row below this one that does; both from 0."""
    titles, filled = header(grid), dict[int, int]()
    for index, cells in enumerate(grid.rows[row + 1 :], start=row + 1):
        if len(cells) > len(titles) or "" in titles:
            for position, text in enumerate(cells):
                if text and (position >= len(titles) or not titles[position]):
                    filled.setdefault(position, index)
    return filled


def _twice(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    first: dict[tuple[str, str, int], Binding] = {}
    for binding in bindings:
        key = (binding.table, binding.heading, binding.number)
        if key in first:
            label = headings.variable(Named(binding.table, binding.variable)).label
            other = column_letter(first[key].column)
            message = f"Cette colonne et la colonne {other} portent la même question, « {label} » ({binding.heading})."
            told.block(message, "Garder une seule colonne par question.", binding.sheet, 1, binding.column)
        first.setdefault(key, binding)


def _uneven(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    """Repeats that do not hold the same questions in the same order as most of them: told where they part."""
    closing = {(v.table, v.name) for v in headings.variables if v.shape == "unrolled"}
    blocks: dict[str, dict[int, dict[str, Binding]]] = {}
    for binding in bindings:
        if binding.number:
            block = blocks.setdefault(binding.table, {}).setdefault(binding.number, {})
            block.setdefault(binding.heading, binding)
    for table, numbered_blocks in blocks.items():
        orders = {number: tuple(block) for number, block in numbered_blocks.items()}
        model = max(Counter(orders.values()).items(), key=lambda item: (item[1], len(item[0])))[0]
        ending = tuple(name for name in model if (table, name) not in closing)  # the last need not ask for another one
        for number, order in orders.items():
            if order != model and not (number == max(orders) and order == ending):
                _apart(number, order, model, numbered_blocks[number], headings, told)


def _apart(
    number: int,
    order: Sequence[str],
    model: Sequence[str],
    block: Mapping[str, Binding],
    headings: Headings,
    told: Told,
) -> None:
    at = next((i for i, (here, there) in enumerate(zip(order, model, strict=False)) if here != there), None)
    at = min(len(order), len(model)) if at is None else at
    place = [*block.values()][-1] if at >= len(order) else block[order[at]]
    label = ""
    if at < len(model):
        variable = headings.variable(Named(place.table, model[at].split("/")[0]))
        label = f" : la question « {variable.label} » était attendue ici"
    message = (
        f"Le bloc répété n° {number} n’a pas les mêmes questions, dans le même ordre, que les autres{label} ; les "
        "réponses ne peuvent pas être attribuées."
    )
    remedy = "Reprendre l’export entier, sans supprimer ni déplacer de colonne."
    told.block(message, remedy, place.sheet, 1, place.column)


def missing(bindings: Sequence[Binding], headings: Headings, told: Told, tables: Iterable[str]) -> None:
    """Tell the questions of the tables that no column holds: their answers count as not asked. One that decides whether
    others that are there were asked blocks: without it nothing could be attributed to them."""
    bound = {(b.table, b.variable) for b in bindings}
    kept = [
        v
        for v in headings.variables
        if v.table in set(tables) and not v.shape and v.privacy != "vault" and (v.table, v.name) not in bound
    ]
    asked = [v for v in headings.variables if (v.table, v.name) in bound]
    deciding = {atom.name for atom in _atoms(headings, asked)}  # whether one that has a column was asked
    for variable in kept:
        if variable.name in deciding:
            told.block(
                f"La question « {variable.label} » ({variable.name}) manque : elle décide de qui répond à d’autres questions.",
                "Dire dans la recette quelle colonne y répond, ou ce qui vaut de toutes ses lignes (« constantes »)."
                if told.described
                else "Reprendre l’export entier, avec toutes ses colonnes.",
            )
    _options(bindings, headings, told)
    joined = {
        v.name: merged.label
        for merged in headings.variables
        if (merged.table, merged.name) in bound
        for v in headings.codebook.joined(merged)
    }
    for label in dict.fromkeys(joined[v.name] for v in kept if v.name in joined):
        parts = " et ".join(f"« {v.label} »" for v in kept if joined.get(v.name) == label)
        told.warn(
            f"Le formulaire réunit {parts} en une question, « {label} » : elle est comptée, et ce qui demande de les "
            "distinguer compte comme non posé.",
            "Rien à faire.",
        )
    lacking = [v.label for v in kept if v.name not in {*deciding, *joined}]
    if lacking and told.described:  # a person has seen each of them in the workbook of recipes
        told.warn(
            f"{len(lacking)} {plural(len(lacking), 'question')} sans colonne, comptées comme non posées.",
            "Rien à faire : la feuille « Sans colonne » du classeur des recettes les nomme ; « non » y dit celle qui était posée.",
        )
    elif lacking:
        names = ", ".join(f"« {label} »" for label in lacking)
        told.warn(
            f"Questions absentes de l’export, comptées comme non posées : {names}.",
            "Rien à faire si le formulaire ne les posait pas ; sinon reprendre l’export entier.",
        )


def _options(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    """Tell the options that no column holds, of questions whose options have a column each and nothing else."""
    held: dict[tuple[str, str], set[str]] = {}
    for binding in bindings:
        held.setdefault((binding.table, binding.variable), set()).add(binding.option)
    deciding = {(one.name, code) for one in _atoms(headings, headings.variables) for code in getattr(one, "codes", ())}
    for variable in headings.variables:
        columns = held.get((variable.table, variable.name), set())
        if variable.type != "multiple" or not columns or "" in columns:
            continue
        lacking = [option for option in headings.codebook.options(variable) if option.code not in columns]
        if not lacking:
            continue
        names = ", ".join(f"« {option.label} »" for option in lacking)
        message = f"Réponses sans colonne à la question « {variable.label} », comptées comme non cochées : {names}."
        if any((variable.name, option.code) in deciding for option in lacking):
            told.block(message, "Reprendre l’export entier : ces réponses décident de qui répond à d’autres questions.")
        else:
            told.warn(message, "Rien à faire si le formulaire ne les proposait pas ; sinon reprendre l’export entier.")


def _atoms(headings: Headings, variables: Iterable[Variable]) -> list[Atom]:
    conditions = [c for v in variables for c in (v.condition, headings.codebook.condition_of_block(v))]
    return [atom for condition in conditions for atom in routing.atoms(condition)]


# -- The records of an export as text -----------------------------------------------------------------------------
# One row per response or situation, one column per answer, each cell at its place.
MOST = 200  # situations in one response
MORE = ("oui", "yes", "y")  # begins the answer that another situation follows
IDENTITY_REMEDY = "Reprendre l’export de l’outil sans le modifier ; dans un tableur, donner un numéro à chaque ligne."


@dataclass(frozen=True)
class Raw:
    """The records of one table, as text ("" where nothing is written).

    `frame`: one row per record: sheet, row (as a spreadsheet shows it), key (the identity of the response),
    number (of the situation in it; 0 for a response). `answers`: heading → one text per record. `places`: heading →
    repeat → (sheet, column position); the repeat is 0 where each record has its own row (not `unrolled`). `timed`: a
    key is a time of submission and its rank.
    """

    table: str
    frame: pd.DataFrame
    answers: Mapping[str, np.ndarray]
    places: Mapping[str, Mapping[int, tuple[int, int]]]
    unrolled: bool = False
    explicit: bool = False
    timed: bool = False

    @property
    def shown(self) -> list[str]:
        """The identity of each record as the tool shows it: its number, or the time of submission, with its rank among
        those of the same second where there are several."""
        if not self.timed:
            return self.frame["key"].tolist()
        keys = self.frame["key"].tolist()
        several = {key.rpartition(" ")[0] for key in keys if not key.endswith(" 1")}
        return [key if key.rpartition(" ")[0] in several else key.removesuffix(" 1") for key in keys]

    def place(self, heading: str, record: int) -> tuple[int, int, int]:
        """(sheet, row, column position) of an answer of the record at a position; the sheet's first column if it has none."""
        sheet, row, number = self._where[record]
        sheet, column = self.places.get(heading, {}).get(number if self.unrolled else 0, (sheet, 0))
        return sheet, row, column

    def placed(self, heading: str, records: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same for records at several positions: sheets, rows and column positions."""
        at = self.frame.iloc[records]
        sheets, columns = at["sheet"].to_numpy().copy(), np.zeros(len(at), dtype=np.int64)
        numbers = at["number"].to_numpy() if self.unrolled else columns.copy()
        for number, (sheet, column) in self.places.get(heading, {}).items():
            here = numbers == number
            sheets[here], columns[here] = sheet, column
        return sheets, at["row"].to_numpy(), columns

    def damaged(self, name: str, told: Told) -> np.ndarray:
        """Whether each record's answer to a variable lies in a cell that could not even be read."""
        damaged = np.zeros(len(self.frame), dtype=bool)
        headings = [heading for heading in self.places if heading.split("/")[0] == name]
        for record in np.flatnonzero(self.frame["row"].isin(told.damaged_rows)) if told.damaged_rows else ():
            damaged[record] = any(told.damaged(*self.place(heading, int(record))) for heading in headings)
        return damaged

    @cached_property
    def _where(self) -> list[tuple[int, int, int]]:
        """(sheet, row, number) of each record, as plain numbers: a place is asked for at every text."""
        return list(zip(*(self.frame[name].tolist() for name in ("sheet", "row", "number")), strict=True))


def read_records(layout: Layout, grids: Sequence[Grid], told: Told) -> tuple[dict[str, Raw], pd.DataFrame]:
    """Table → its records, and every row of data of the sheets that hold records (sheet, row). Tells at their cells: a
    record without identity, an identity given twice, a repeat whose parent is not there."""
    by_number = {grid.number: grid for grid in grids}
    raws: dict[str, Raw] = {}
    rows: list[pd.DataFrame] = []
    for part in layout.records:
        grid = by_number[part.sheet]
        kept = [index for index in range(part.first, len(grid.rows)) if any(grid.rows[index])]
        rows.append(pd.DataFrame({"sheet": part.sheet, "row": [index + 1 for index in kept]}, dtype="int64"))
        bound = [b for b in layout.bindings if b.sheet == part.sheet]
        texts = _texts(grid, kept, bound, layout.blank)
        if part.parent is None:
            raws[part.table] = _parents(part, grid, kept, [b for b in bound if not b.number], texts, told)
            repeated = [b for b in bound if b.number]
            if repeated:
                raws[repeated[0].table] = _unrolled(raws[part.table], repeated, texts)
        else:
            raws[part.table] = _children(part, grid, kept, bound, texts, raws.get("responses"), told)
    raws = {name: replace(raw, explicit=layout.explicit) for name, raw in raws.items()}
    return raws, pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"sheet": [], "row": []}, dtype="int64")


def _texts(
    grid: Grid, kept: Sequence[int], bound: Sequence[Binding], blank: frozenset[str]
) -> dict[tuple[int, int], np.ndarray]:
    """(sheet, column) → the texts of the kept rows."""
    found = {}
    width = max((binding.column + 1 for binding in bound), default=0)
    padding = [""] * width
    rows = (grid.rows[index] for index in kept)
    columns = list(zip(*(row if len(row) >= width else row + padding[len(row) :] for row in rows), strict=False))
    for binding in bound:
        column = binding.column
        texts: Sequence[str] = columns[column] if kept else ()
        if blank:
            texts = ["" if text in blank else text for text in texts]
        found[binding.sheet, column] = np.array(texts, dtype=object)
    return found


def _parents(
    part: Records,
    grid: Grid,
    kept: Sequence[int],
    bound: Sequence[Binding],
    texts: Mapping[tuple[int, int], np.ndarray],
    told: Told,
) -> Raw:
    column = part.key[0] if part.key else 0
    named = ([cell(grid, index, at) for at in part.key] for index in kept)
    keys = ["/".join(cells) if cells and cells[0] else "" for cells in named]  # empty when the first cell is
    if part.timed:  # two answers of the same second stay two: their order in the file tells them apart
        rank = pd.Series(keys, dtype="object").groupby(keys).cumcount() + 1 if keys else []
        keys = [f"{key} {number}" if key else "" for key, number in zip(keys, rank, strict=True)]
    first: dict[str, int] = {}
    for index, key in zip(kept, keys, strict=True):
        if not key:
            message = "Cette ligne n’a pas d’identifiant."
            told.block(message, IDENTITY_REMEDY, grid.number, index + 1, column, empty=True)
        elif key in first:
            message = f"Cet identifiant est déjà celui de la ligne {first[key] + 1}."
            told.block(message, IDENTITY_REMEDY, grid.number, index + 1, column)
        first.setdefault(key, index)
    return Raw(part.table, _frame(grid, kept, keys, [0] * len(kept)), *_columns(bound, texts), timed=part.timed)


def _children(
    part: Records,
    grid: Grid,
    kept: Sequence[int],
    bound: Sequence[Binding],
    texts: Mapping[tuple[int, int], np.ndarray],
    parents: Raw | None,
    told: Told,
) -> Raw:
    column = part.parent or 0
    keys = [cell(grid, index, column) for index in kept]
    known = set(keys) if parents is None else set(parents.frame["key"])  # without the parents' sheet: told once
    cut = parents is not None and any(told.lacks_rows(int(sheet)) for sheet in parents.frame["sheet"].unique())
    for index, key in zip(kept, keys, strict=True):
        if not key or (key not in known and not cut):
            message = "Cette situation se rattache à une réponse qui n’est pas dans le fichier."
            remedy = "Reprendre l’export entier : un export filtré perd des feuilles ou des lignes."
            told.block(message, remedy, grid.number, index + 1, column)
    return Raw(part.table, _frame(grid, kept, keys, _numbers(part, grid, kept, keys, told)), *_columns(bound, texts))


def _frame(grid: Grid, kept: Sequence[int], keys: Sequence[str], numbers: Sequence[int]) -> pd.DataFrame:
    found = pd.DataFrame({"sheet": grid.number, "row": [at + 1 for at in kept], "key": keys, "number": numbers})
    return found.astype({"sheet": "int64", "row": "int64", "key": "object", "number": "int64"})


def _numbers(part: Records, grid: Grid, kept: Sequence[int], keys: Sequence[str], told: Told) -> list[int]:
    """The number of each repeat: the one written, else its order in the file."""
    counted: Counter[str] = Counter()
    seen: dict[tuple[str, int], int] = {}
    numbers = []
    for index, key in zip(kept, keys, strict=True):
        counted[key] += 1
        if part.order is None:
            numbers.append(counted[key])
            continue
        text = cell(grid, index, part.order)
        written = int(text) if text.isdecimal() and len(text) < 4 else 0
        number, wrong = written or counted[key], ""
        if not 0 < written <= MOST:
            wrong = "Le numéro de la situation doit être un nombre entier, à partir de 1."
        elif (key, number) in seen:
            wrong = f"Ce numéro est déjà celui de la ligne {seen[key, number]}, dans la même réponse."
        if wrong:
            remedy = "Numéroter les situations de chaque réponse : 1, 2, 3…"
            told.block(wrong, remedy, grid.number, index + 1, part.order)
        if written:
            seen.setdefault((key, number), index + 1)
        numbers.append(number)
    return numbers


def _unrolled(parents: Raw, bound: Sequence[Binding], texts: Mapping[tuple[int, int], np.ndarray]) -> Raw:
    """Repeats laid side by side: a record where its block holds an answer, or where the block before asks for it."""
    numbers = sorted({b.number for b in bound})
    positions, repeats = [], []
    announced = np.zeros(len(parents.frame), dtype=bool)
    for number in numbers:
        block = [b for b in bound if b.number == number]
        closing = [b for b in block if b.variable == "add_situation"]
        filled = np.zeros(len(parents.frame), dtype=bool)
        for binding in block:
            if binding not in closing:
                filled |= _filled(texts[binding.sheet, binding.column], bool(binding.option))
        present = filled | announced
        positions.append(np.flatnonzero(present))
        repeats.append(np.full(int(present.sum()), number))
        announced = np.zeros(len(parents.frame), dtype=bool)
        for binding in closing:
            announced |= np.array(
                [text.strip().casefold().startswith(MORE) for text in texts[binding.sheet, binding.column]], dtype=bool
            )
    at, repeat = np.concatenate(positions), np.concatenate(repeats)
    order = np.lexsort((repeat, at))
    at, repeat = at[order], repeat[order]
    frame = parents.frame.iloc[at].reset_index(drop=True).assign(number=repeat)
    answers: dict[str, np.ndarray] = {}
    places: dict[str, dict[int, tuple[int, int]]] = {}
    for binding in bound:
        column = answers.setdefault(binding.heading, np.full(len(frame), "", dtype=object))
        chosen = repeat == binding.number
        column[chosen] = texts[binding.sheet, binding.column][at[chosen]]
        places.setdefault(binding.heading, {})[binding.number] = (binding.sheet, binding.column)
    return Raw(bound[0].table, frame, answers, places, unrolled=True)


def _filled(texts: np.ndarray, option: bool) -> np.ndarray:
    """Where something is answered; an option that is written as not ticked answers nothing by itself."""
    if not option:
        return np.asarray(texts != "", dtype=bool)
    codes, distinct = pd.factorize(texts)
    return np.array([text != "" and normalise(text) not in NOT_TICKED for text in distinct], dtype=bool)[codes]


def _columns(
    bound: Sequence[Binding], texts: Mapping[tuple[int, int], np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, dict[int, tuple[int, int]]]]:
    answers = {b.heading: texts[b.sheet, b.column] for b in bound}
    return answers, {b.heading: {0: (b.sheet, b.column)} for b in bound}
