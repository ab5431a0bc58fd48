"""Tools of collection whose exports are known from a public description (`tools.yaml`): what is proposed of their own columns.
Nobody has to say what « Adresse IP » is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diagnostic.codebook.headings import compact
from diagnostic.collect.grids import Grid
from diagnostic.core.declarations import parse


@dataclass(frozen=True)
class Known:
    """A tool: see the head of `tools.yaml`. Its headings as they are compared, the key among its `own`; `rests` in French."""

    name: str
    rests: str
    shown: list[set[str]]
    key: list[str]
    own: set[str]
    several: bool


def _listed(text: str) -> list[str]:
    return [compact(one) for one in text.split(",")]


TOOLS = [
    Known(
        name,
        told["rests"],
        [set(_listed(row)) for row in told["shown"].split("|")],
        _listed(told["key"]),
        {*_listed(told["own"]), *_listed(told["key"])},
        "several" in told,
    )
    for name, told in parse((Path(__file__).parent / "tools.yaml").read_bytes(), "tools.yaml").items()
]


def tool_of(headings: Iterable[str]) -> Known | None:
    """The tool whose own headings stand in a row."""
    found = set(map(compact, headings))
    return next((tool for tool in TOOLS if any(shown <= found for shown in tool.shown)), None)


def keyed(headings: Sequence[str], tool: Known | None) -> str:
    """The heading, as it is compared, of the column that numbers the responses of a tool's export; "" where none does."""
    found = set(map(compact, headings))
    return next((key for key in tool.key if key in found), "") if tool else ""


def joined(grid: Grid, row: int) -> Grid:
    """A sheet whose headings stand in a row (from 0), with numbered columns of one question put into the first of them, « a ; b »:
    columns stay where they are. Answers of one question differ from each other; else these are questions of a table."""
    columns = defaultdict[str, list[int]](list)
    for at, text in enumerate(grid.rows[row]):
        if match := re.fullmatch(r"(.*\D)_(\d+)", text.strip(), re.DOTALL):
            columns[match[1]] += [at] if int(match[2]) == len(columns[match[1]]) + 1 else []
    rows = [[*cells, *[""] * (len(grid.rows[row]) - len(cells))] if cells else cells for cells in grid.rows]
    for heading, own in columns.items():
        held = [(cells, [cells[at] for at in own if cells[at]]) for cells in rows[row + 1 :] if cells]
        if len(own) < 2 or any(len(set(texts)) < len(texts) for _, texts in held):
            continue
        for cells, texts in [(rows[row], [heading]), *held]:
            for at in own:
                cells[at] = " ; ".join(texts) if at == own[0] else ""
    return replace(grid, rows=rows)
