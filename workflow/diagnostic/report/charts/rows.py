"""Charts with one row per site: where the rows stand, how far the drawing may reach, which rows are mirrors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import WIDTH, text_width

PITCH, LINE, GAP, EDGE = 18, 20, 8, 8  # pixels: from row to row, a line of text, between blocks, at the sides
CODES = 32  # pixels for the site codes
AFTER = 9  # pixels from the end of a row's drawing to its label
MOST = 40  # rows that one page can hold
SAME = "mêmes annonces"


@dataclass(frozen=True)
class Row:
    """One site: `reach` is the largest number drawn in its row, `label` the text that follows it."""

    code: str
    mirror: str
    reach: float
    label: str


@dataclass(frozen=True)
class Bracket:
    """Neighbouring rows of one mirror group, and what is written beside them."""

    rows: tuple[Row, ...]
    lines: tuple[str, ...]

    @property
    def width(self) -> float:
        return 16 + max(map(text_width, self.lines))


def brackets(blocks: Iterable[Sequence[Row]]) -> list[Bracket]:
    """The mirror groups, one bracket wherever two or more of their rows follow each other; one row alone is named."""
    blocks = list(blocks)
    groups = {row.mirror for block in blocks for row in block if row.mirror}
    found = []
    for block in blocks:
        for mirror, run in groupby(block, key=lambda row: row.mirror):
            rows = tuple(run)
            if mirror:
                name = f" {mirror[:14]}" if len(groups) > 1 else ""
                lines = (f"sites miroirs{name} :", SAME) if len(rows) > 1 else (f"site miroir{name}",)
                found.append(Bracket(rows, lines))
    return found


def plane(rows: Sequence[Row], marked: Sequence[Bracket], height: float, left: float) -> Plane:
    """A plane where every row, its label and its bracket fit: x in units of the numbers, y in pixels."""
    width = WIDTH - left - EDGE
    beside = {row.code: bracket.width for bracket in marked for row in bracket.rows}
    label = {row.code: max(map(text_width, (other.label for other in _peers(row, marked)))) for row in rows}
    reach = {row.code: max(other.reach for other in _peers(row, marked)) for row in rows}
    most = max(reach[c] * width / max(width - AFTER - label[c] - beside.get(c, 0), 40) for c in label)
    return Plane(height, (0, most), (0, height), (left, EDGE, 2, 2))


def draw_brackets(area: Plane, marked: Sequence[Bracket], places: Mapping[str, float]) -> None:
    """The brackets, right of the longest row of each."""
    pixel = area.x[1] / area.width
    for bracket in marked:
        x = max(row.reach + pixel * (AFTER + 8 + text_width(row.label)) for row in bracket.rows)
        first, last = places[bracket.rows[0].code] - 6, places[bracket.rows[-1].code] + 6
        if len(bracket.rows) > 1:
            area.rules(
                [(x, x, first, last), (x, x - 4 * pixel, first, first), (x, x - 4 * pixel, last, last)], stroke=1
            )
        start = (first + last) / 2 - (len(bracket.lines) - 1) * PITCH / 2
        area.texts([(x, start + i * PITCH, line) for i, line in enumerate(bracket.lines)], dx=7)


def _peers(row: Row, marked: Sequence[Bracket]) -> Sequence[Row]:
    return next((bracket.rows for bracket in marked if row in bracket.rows), (row,))
