"""The layout of an export: which column holds which answer, and where the records of each table lie.

A layout is all that one tool's export differs in from another's; reading the answers is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostic.collect.grids import Grid
from diagnostic.core.french import typographic
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem, UnreadableRow, column_letter

# How tools and people write that an option is ticked or not, normalised.
TICKED = {"1", "1.0", "x", "oui", "yes", "y", "true", "vrai", "coche", "ticked"}
NOT_TICKED = {"0", "0.0", "non", "no", "n", "false", "faux", "non coche"}


OTHER = "_other"  # ends the name of the box where « Autre » is written


@dataclass(frozen=True)
class Binding:
    """One column of an export and the answer it holds: a whole answer, or one `option` of it.

    `number`: which repeat it belongs to where a block is unrolled, counted from 1; 0 where each record has its row.
    """

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

    Of a form of one's own: `words`: (table, variable) → its wordings, normalised → the answer's code, "" for none;
    `free`: those whose unknown answers are « Autre », written by hand; `absent`: variables that were not asked.
    """

    format: str
    records: tuple[Records, ...]
    bindings: tuple[Binding, ...]
    blank: frozenset[str] = frozenset()
    explicit: bool = False
    words: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    free: frozenset[tuple[str, str]] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass
class Told:
    """Problems of one export, at the cells a spreadsheet shows. Values are never quoted: they are people's answers.

    Those that it begins with are faults of form: nothing more is said of a cell that could not even be read.
    """

    role: str
    plain: bool = False  # a CSV has no sheets to name
    problems: list[Problem] = field(default_factory=list)
    described: bool = False  # by a mapping workbook, which may learn an answer

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

    def block(
        self,
        message: str,
        remedy: str,
        sheet: int = 0,
        row: int | None = None,
        column: int | None = None,
        empty: bool = False,
    ) -> None:
        """Add what stops the study. `empty`: there is nothing in the cell to mask."""
        self._add(BLOCKING, message, remedy, sheet, row, column, empty)

    def warn(
        self,
        message: str,
        remedy: str,
        sheet: int = 0,
        row: int | None = None,
        column: int | None = None,
        empty: bool = False,
    ) -> None:
        """Add what is to be known of."""
        self._add(WARNING, message, remedy, sheet, row, column, empty)

    def _add(
        self, severity: str, message: str, remedy: str, sheet: int, row: int | None, column: int | None, empty: bool
    ) -> None:
        letter = "" if column is None else column_letter(column)
        shown = MASKED if letter and row and row > 1 and not empty else ""
        place = self._place(sheet)
        if (place, row, letter) not in self._damaged:
            message, remedy = typographic(message), typographic(remedy)
            self.problems.append(Problem(severity, self.role, message, remedy, place, row, letter, shown))


def cell(grid: Grid, row: int, column: int) -> str:
    """The text of a cell, empty where the row is shorter."""
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else ""


def header(grid: Grid) -> list[str]:
    """The first row, its cells stripped."""
    return [text.strip() for text in grid.rows[0]] if grid.rows else []
