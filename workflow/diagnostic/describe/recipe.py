"""A recipe: how a kind of given file is read, as data that people read, that is versioned in the vault, and that replays.

    file: sites                        the first role that it fills
    sheets:
    - number: 1                        a sheet is known again by its headings, never by its name or its file's
      title: Registre
      signed: AB                       who read it whole; until then its file is not received
      tables: [sites, ad_counts]       those of the study that it fills; none: not for the study
      header: 3                        the row of the headings
      headings: [Code, …]
      constants: {window_start: 2026-05-12}    what holds of all its rows
      lines:
      - name: sites-1.2                of a question, the same for ever
        heading: Type de site
        question: category             none: not for the study; two: « window_start ; window_end »
        free: true                     what is in no list is « Autre », written by hand
        blank: ''                      what an empty cell means: an answer, or nothing noted
        cells: ''                      bands, references, names: how they are read, where not as they are
        state: confirmed               proposed: waits for a signature; decides: waits for its own yes
        answers:
        - {text: salons, count: 3, read: Massages érotiques}

Nothing of it is pre-filled by resemblance alone where a wrong guess changes a number: such a line `decides`, and no signature
confirms it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from diagnostic.codebook.headings import compact
from diagnostic.collect.exports.tools import DEEPEST
from diagnostic.collect.grids import Grid
from diagnostic.core.declarations import parse
from diagnostic.core.writing import as_yaml
from diagnostic.describe.known import joined, tool_of
from diagnostic.describe.questions import is_total, named, ticks

NOT_READ = "-"  # an answer of the file that is none of the codebook's
ASKED = "?"  # what a person has to say: of a blank, what it means; of a sheet, which table it fills, what holds of all its rows
UNIT = ";"  # between the questions of one column
Names = Mapping[str, Mapping[str, str]]  # variable → a name as other recipes have it → its neutral code
SHARED, OWN = 2 / 3, 0.5  # of the headings of a known sheet, and of the one given, from which they are the same


class State(StrEnum):
    """What a person has said of a line: see the head of this module."""

    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    DECIDES = "decides"


class Cells(StrEnum):
    """How the cells of a column are read."""

    AS_THEY_ARE = ""
    BANDS = "bands"
    REFERENCES = "references"
    NAMES = "names"


@dataclass(frozen=True)
class Answer:
    """One answer as it is written, how often the file that was described had it, and what it is: a label, a code or
    `NOT_READ`; "" where nobody has said it, and the codebook's own writings tell."""

    text: str
    count: int = 0
    read: str = ""


@dataclass(frozen=True)
class Line:
    """One question of a sheet (see the head of this module). `filled`, `empty`: cells of the file that was described."""

    name: str
    heading: str
    question: str = ""
    free: bool = True
    blank: str = ""
    cells: Cells = Cells.AS_THEY_ARE
    state: State = State.PROPOSED
    filled: int = 0
    empty: int = 0
    answers: tuple[Answer, ...] = ()

    @property
    def key(self) -> str:
        """Its heading, as it is compared."""
        return named(self.heading)

    @property
    def confirmed(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def place(self) -> int:
        """The number of its column, which its name ends with."""
        return int(self.name.rpartition(".")[2])

    @property
    def questions(self) -> list[str]:
        """The variables that its column answers."""
        return [part.strip() for part in self.question.split(UNIT) if part.strip() and "=" not in part]

    @property
    def fixed(self) -> dict[str, str]:
        """What its heading, or a person, says of all its cells: « count ; place = Lens »."""
        parts = (part.partition("=") for part in self.question.split(UNIT) if "=" in part)
        return {name.strip(): text.strip() for name, _, text in parts}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a kind of file. `kept`: the questions that no column holds and that were asked all the same; `copies`: titles of
    sheets of the same headings that are copies of it, and are not read."""

    number: int
    title: str
    tables: tuple[str, ...]
    header: int
    headings: tuple[str, ...]
    rows: int = 0
    signed: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    copies: tuple[str, ...] = ()

    def alike(self, own: frozenset[str]) -> float:
        """How much of this sheet these headings are, from 0 to 1; 0 for another sheet."""
        known = frozenset(map(compact, self.headings))
        shared = len(known & own)
        same = known and shared >= SHARED * len(known) and shared >= OWN * len(own)
        return shared / len(known | own) if same else 0.0


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is read. `file`: what its role in the vault begins with."""

    file: str
    sheets: tuple[Sheet, ...] = ()

    @property
    def lines(self) -> Iterable[Line]:
        """The lines of all its sheets that are for the study."""
        return (line for sheet in self.sheets for line in sheet.lines if sheet.tables)

    @property
    def waiting(self) -> list[Line]:
        """The lines that nobody has confirmed, or of which nobody has said what their blanks mean."""
        return [line for line in self.lines if not line.confirmed or line.blank == ASKED]

    @property
    def undecided(self) -> list[Sheet]:
        """The sheets of which nobody has said what they are, or what holds of all their rows."""
        return [sheet for sheet in self.sheets if ASKED in (*sheet.tables, *sheet.constants.values())]

    @property
    def unread(self) -> list[Sheet]:
        """The sheets that nobody has signed yet, or of which nothing is confirmed."""
        held = [sheet for sheet in self.sheets if sheet.tables and ASKED not in sheet.tables]
        return [one for one in held if not one.signed or not any(line.confirmed for line in one.lines)]

    @property
    def waits(self) -> bool:
        """Whether nothing of its file is received before somebody has read it."""
        return bool(self.undecided or self.unread)

    def lined(self, made: Callable[[Line], Line]) -> Recipe:
        """The recipe with each of its lines made another."""
        return replace(self, sheets=tuple(replace(one, lines=tuple(map(made, one.lines))) for one in self.sheets))

    def called(self, file: str) -> Recipe:
        """The recipe of a kind of file of this name, by which its lines are named."""
        return replace(self.lined(lambda line: replace(line, name=f"{file}-{line.name.rpartition('-')[2]}")), file=file)

    def confirmed(self, *of: State) -> Recipe:
        """The recipe with its lines of these states confirmed, or of any, but for blanks of which nobody has said what they mean."""
        said = [one.name for one in self.lines if one.state in (of or State) and one.blank != ASKED]
        return self.lined(lambda line: replace(line, state=State.CONFIRMED) if line.name in said else line)

    def known(self, grid: Grid) -> tuple[Sheet, int] | None:
        """The sheet that a grid is, and the row of its headings (from 0); None for none of these."""
        found: list[tuple[float, int, int]] = []
        for row in (row for row in _deepest(grid) if any(grid.rows[row])):
            for own in map(headings_of, _heads(grid, row)):
                found += [(alike, -row, one.number) for one in self.sheets if (alike := one.alike(own))]
            if found and max(found)[0] == 1:
                break  # no row below is more alike
        if not found:
            return None
        _, row, number = max(found)
        return next(sheet for sheet in self.sheets if sheet.number == number), -row


def kind_of(recipes: Iterable[Recipe], grids: Sequence[Grid], least: float = 0) -> Recipe | None:
    """The recipe that knows the most sheets of a file, and at least `least` of them; None for a file of another kind. A sheet of
    which somebody has moved the headings is known by its title."""

    def knows(recipe: Recipe, grid: Grid) -> bool:
        moved = any(not sheet.headings and sheet.title == grid.title for sheet in recipe.sheets)
        return moved or recipe.known(grid) is not None

    held = [(sum(knows(recipe, grid) for grid in grids), recipe) for recipe in recipes]
    found, recipe = max(held, key=lambda one: one[0], default=(0, None))
    return recipe if found and found >= least else None


def _heads(grid: Grid, row: int) -> list[list[str]]:
    """What the headings may be, where they begin or end in a row (from 0): its texts, or those of two rows put together."""
    return [list(grid.rows[row]), *filter(None, (_merged(grid, over) for over in (row - 1, row) if over >= 0))]


def headings_of(cells: Sequence[str]) -> frozenset[str]:
    """The headings of a row, as they are compared."""
    return frozenset(text for one in cells if (text := compact(one) or one.strip()))


# -- Its file -----------------------------------------------------------------------------------------------------
_WRITTEN = TypeAdapter(Recipe)


def to_yaml(recipe: Recipe) -> bytes:
    """The file of a recipe: what is as it is by default is not in it."""
    return as_yaml(_WRITTEN.dump_python(recipe, mode="json", exclude_defaults=True))


def from_yaml(content: bytes) -> Recipe:
    """The recipe of a file. Raises ConfigError for one that is no YAML, ValueError for one that is no recipe."""
    return _WRITTEN.validate_python(parse(content, Path("recette")))


# -- The sheet of a file, its headings first ----------------------------------------------------------------------
@dataclass(frozen=True)
class Clean:
    """A sheet with its headings in the first row and its data below; `rows`: of each row, where the file has it, from 1."""

    grid: Grid
    rows: tuple[int, ...]
    left: tuple[int, ...] = ()  # rows of totals, which are not data


def blocks(grids: Iterable[Grid]) -> list[Grid]:
    """The tables of each sheet: one below another, after an empty row and perhaps a title, is a sheet of its own, whose rows stay
    where they are. It begins with headings of which the first table has some. Of a tool that gives the answers of one question
    a column each, they are put together."""
    found = []
    for grid in grids:
        first = headed(grid)
        if (tool := tool_of(grid.rows[first]) if grid.rows else None) and tool.several:
            grid = joined(grid, first)
        heads, starts = headings_of(grid.rows[first]) if grid.rows else frozenset(), [0]
        for at in range(first + 2, len(grid.rows) - 1):
            titled = sum(map(bool, grid.rows[at])) == 1
            own = headings_of(grid.rows[at + titled])
            if not any(grid.rows[at - 1]) and len(own) > 1 and own & heads:
                starts.append(at)
        for at, end in zip(starts, [*starts[1:], len(grid.rows)], strict=True):
            title = next((text for text in grid.rows[at] if text), grid.title) if at else grid.title
            found.append(replace(grid, title=title, rows=[*([[]] * at), *grid.rows[at:end]]))
    return found


def _deepest(grid: Grid) -> range:
    """The rows (from 0) where headings are looked for."""
    first = next((at for at, cells in enumerate(grid.rows) if any(cells)), 0)
    return range(first, min(first + DEEPEST, len(grid.rows)))


def headed(grid: Grid) -> int:
    """The row (from 0) where the headings of an unknown sheet seem to stand: that of a tool that is known, or the first that has
    nearly as many texts as the rows below have cells."""
    if (row := next((at for at in _deepest(grid) if tool_of(grid.rows[at])), None)) is not None:
        return row
    widths = [sum(map(bool, cells)) for cells in grid.rows]
    for row in _deepest(grid):
        cells = grid.rows[row]
        texts = [text for text in cells if text and not text.replace(",", ".").replace(".", "").isdigit()]
        below = max(widths[row + 1 : row + 11], default=0)
        if len(texts) >= 2 and 5 * len(texts) >= 3 * below and 5 * len(set(texts)) >= 4 * len(texts):
            return row
    return 0


def cleaned(grid: Grid, header: int) -> Clean:
    """The sheet below the row (from 0) of its headings. Headings of two rows, the first of them over several columns, are put
    together; rows that are empty, or that add others up, are left."""
    heads, first = [text.strip() for text in grid.rows[header]] if grid.rows else [], header + 1
    if merged := _merged(grid, header):
        heads, first = merged, header + 2
    elif header and (merged := _merged(grid, header - 1)):
        heads = merged
    numbers = [row for row in range(first, len(grid.rows)) if any(grid.rows[row])]
    totals = tuple(row + 1 for row in numbers if is_total(next(filter(None, grid.rows[row]), "")))
    kept = [row for row in numbers if row + 1 not in totals]
    rows = [heads, *(grid.rows[row] for row in kept)]
    return Clean(replace(grid, rows=rows), (header + 1, *(row + 1 for row in kept)), totals)


def _merged(grid: Grid, over: int) -> list[str]:
    """The headings of a row (from 0) that has merged cells and of the one below: an option after its question, « Genre [femmes] »,
    another part as it is, or after what stands over it where it is there twice. Empty where these are no such rows."""
    under = over + 1
    if under + 1 >= len(grid.rows):
        return []
    width = max(len(grid.rows[over]), len(grid.rows[under]))
    top, parts = ([*map(str.strip, grid.rows[at]), *[""] * width][:width] for at in (over, under))
    if not (pairs := [at for at in range(1, width) if parts[at] and not top[at] and parts[at - 1]]):
        return []
    columns = [[cells[at] for cells in grid.rows[under + 1 :] if at < len(cells) and cells[at]] for at in range(width)]
    ticked = [bool(column) and all(ticks(text) for text in column) for column in columns]
    runs = [at for at in pairs if top[at - 1] or ticked[at - 1]]
    again = any(part in column for part, column in zip(parts, columns, strict=True) if part)
    if not runs or again or any(part.replace(",", "").isdigit() for part in parts if part):
        return []
    if sum(map(bool, top)) == 1 and not any(ticked[at] for at in runs):
        return []  # a title above a table is over no columns
    made, above, marks = list[str](), "", set[str]()
    for head, part, tick, column in zip(top, parts, ticked, columns, strict=True):
        marks = set(column) if head else marks | set(column) if marks & set(column) or not column else set[str]()
        above = head or (above if tick and marks else "")  # « oui, non » after crosses is a question of its own
        made.append(f"{above} [{part}]" if part and above and (tick or parts.count(part) > 1) else part or head)
    return made
