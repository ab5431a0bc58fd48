"""The workflow of one run as it was: its steps from top to bottom, and what each reads from those above it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import shapely

from diagnostic.core import french
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import EDGE, WIDTH
from diagnostic.report.grids.provenance import STEPS, not_empty
from diagnostic.report.registry import chart

ROW = 34  # pixels from step to step
LEFT, NEAR, FAR = 120, 16, 112  # pixels: where names begin; how near and how far from them a link runs
LAST = "report"  # drawn from the released tables and outlines alone
READ_LAST = ("geography", "release")


@dataclass(frozen=True)
class Node:
    """One step that made something: how many rules and tables, how many rows in all, None where they are not told."""

    step: str
    rules: int
    tables: int
    rows: int | None


@chart
def provenance(lineage: pd.DataFrame) -> Chart | None:
    """The steps of a run and what they read of each other, from the table `release/lineage`; None without any. Empty tables
    are left out. Rules, of which a run has dozens, are in the table beside it."""
    full = not_empty(lineage)
    nodes = _nodes(full)
    if not nodes:
        return None
    heights = {step: ROW * (at + 0.5) for at, step in enumerate([*(node.step for node in nodes), LAST])}
    height = max(heights.values()) + ROW / 2
    plane = Plane(WIDTH - 2 * EDGE, height)
    links = [_link(heights[a], heights[b], height) for a, b in sorted(_links(full, heights))]
    plane.shapes([shapely.MultiLineString(links)], stroke="#55606B", width=1.25)
    plane.points([(LEFT, y) for y in heights.values()], 9)
    plane.texts([(LEFT + 12, y, STEPS[step]) for step, y in heights.items()], fontWeight="bold")
    plane.texts([(plane.width, heights[node.step], _size(node)) for node in nodes], align="right")
    rules, made = sum(node.rules for node in nodes), sum(node.tables for node in nodes)
    told = "" if full["rows"].isna().any() else " non vides"  # of tables that are not public, not even that is told
    alternative = f"Schéma des {len(heights)} étapes de ce calcul, du recueil au rapport, et de ce que chacune lit."
    description = (
        f"De haut en bas, les étapes, dont {rules} {french.plural(rules, 'règle')} "
        f"{french.plural(rules, 'a', 'ont')} produit {french.number(made)} {french.plural(made, 'table')}{told}. Un trait à gauche "
        "relie une étape à celles dont elle lit les tables. Les documents ne lisent que les tables publiables."
    )
    return image(plane.drawn(), "provenance", alternative, [description], ())


def _nodes(full: pd.DataFrame) -> list[Node]:
    """The steps that made something, in their order."""
    found = []
    for step in STEPS:
        made = full[full["phase"] == step]
        if len(made):
            rows = None if made["rows"].isna().any() else int(made["rows"].sum())
            found.append(Node(step, made["rule"].nunique(), len(made), rows))
    return found


def _links(full: pd.DataFrame, drawn: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs (step that made a table, step that read it), and what the documents read."""
    maker = dict(zip(full["table"], full["phase"], strict=True))
    read = {
        (maker[source], row.phase)
        for row in full.itertuples()
        for source in str(row.made_from).split("; ")
        if source in maker and maker[source] != row.phase
    }
    return read | {(step, LAST) for step in READ_LAST if step in drawn}


def _link(top: float, bottom: float, height: float) -> list[tuple[float, float]]:
    """A bent line in pixels: the further apart two steps are, the further left it runs."""
    x = LEFT - NEAR - (FAR - NEAR) * abs(bottom - top) / height
    return [(LEFT - 5, top), (x, top + 4), (x, bottom - 4), (LEFT - 5, bottom)]


def _size(node: Node) -> str:
    said = f"{node.rules} {french.plural(node.rules, 'règle')} · {node.tables} {french.plural(node.tables, 'table')}"
    if node.rows is None:
        return said
    return f"{said} · {french.number(node.rows)} {french.plural(node.rows, 'ligne')}"
