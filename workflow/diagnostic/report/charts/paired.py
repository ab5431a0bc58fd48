"""A chart of two shares per line, a disc and a diamond, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostic.report.charts.facts import Released, whiskers
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import ORANGE, WIDTH

PITCH, ABOVE, APART = 46, 12, 12  # pixels: from line to line, from its top to its name, between its two ranges
DISC, DIAMOND, UNDER = 8, 12, 48
AXIS = {"title": "Part (%)", "values": [0, 25, 50, 75, 100], "titlePadding": 6, "labelFlush": False}


@dataclass(frozen=True)
class Pair:
    """One line: its name, and the two facts whose shares it shows."""

    name: str
    first: str
    second: str


def drawn(facts: Released, pairs: Sequence[Pair], series: tuple[str, str]) -> tuple[Plane, list[str]]:
    """The plane with the key (`series`: what disc and diamond stand for) and the lines, and the facts on it."""
    top = LINE + 6
    height = top + PITCH * len(pairs)
    area = Plane(height, (0, 100), (0, height), (EDGE + 6, EDGE + 22, 2, UNDER + LINE), axis=AXIS)
    shown, kinds = [], set()
    for at, pair in enumerate(pairs):
        y = top + PITCH * at + ABOVE
        area.texts([(0, y - 2, pair.name)])
        for turn, fact_id in enumerate((pair.first, pair.second)):
            value, limits = facts.value(fact_id), facts.limits(fact_id)
            if value is None:
                continue
            place = y + APART * (turn + 1)
            if limits:
                kind = facts.kind(fact_id)
                area.rules([(*limits, place, place)], dashed=kind == "bounds", stroke=1.5)
                kinds.add(kind)
            _mark(area, value, place, turn)
            shown.append(fact_id)
    pixel, under_the_edge = 100 / area.width, LINE / 2
    for turn, words in enumerate(series):
        start = turn * (WIDTH / 3) * pixel
        _mark(area, start + 4 * pixel, under_the_edge, turn)
        area.texts([(start + 14 * pixel, under_the_edge, words)])
    area.texts([(0, height + UNDER + LINE / 2, whiskers(kinds))] if kinds else [])
    return area, shown


def _mark(area: Plane, x: float, y: float, turn: int) -> None:
    if turn:
        area.points([(x, y)], DIAMOND, "diamond", ORANGE, hollow=True)
    else:
        area.points([(x, y)], height=DISC)
