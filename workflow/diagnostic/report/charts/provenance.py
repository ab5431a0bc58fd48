"""The workflow of one run as it was: its rules from top to bottom, and what each reads from those above it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import shapely

from diagnostic.core import french
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import EDGE, WIDTH
from diagnostic.report.grids.provenance import STEPS, not_empty
from diagnostic.report.registry import chart

ROW, BAND = 19, 26  # pixels: one rule, the name of a step
LEFT, NEAR, FAR = 120, 8, 112  # pixels: where names begin; how near and how far from them a link runs
LAST = ("report", "report_figures … report_render")  # drawn from the released tables alone


@dataclass(frozen=True)
class Node:
    """One rule that made something: how many tables, how many rows in all, None where they are not told."""

    step: str
    rule: str
    tables: int
    rows: int | None


@chart
def provenance(lineage: pd.DataFrame) -> Chart | None:
    """The rules of a run and their links, from the table `release/lineage`; None without any. Empty tables are left out."""
    full = not_empty(lineage)
    nodes = _nodes(full)
    if not nodes:
        return None
    heights = _placed(nodes)
    height = max(heights.values()) + ROW
    plane = Plane(WIDTH - 2 * EDGE, height)
    for step, y in _bands(nodes, heights).items():
        plane.texts([(LEFT, y, STEPS[step])], fontWeight="bold")
    links = [_link(heights[a], heights[b], height) for a, b in sorted(_links(full, nodes))]
    plane.shapes([shapely.MultiLineString(links)], stroke="#55606B", width=0.9)
    plane.points([(LEFT, y) for y in heights.values()], 7)
    plane.texts([(LEFT + 10, heights[node.rule], node.rule) for node in nodes])
    plane.texts([(plane.width, heights[node.rule], _size(node)) for node in nodes if node.tables], align="right")
    made = sum(node.tables for node in nodes)
    told = "" if full["rows"].isna().any() else " non vides"  # of tables that are not public, not even that is told
    alternative = f"Schéma des {len(nodes)} règles de ce calcul, du recueil au rapport, et de ce que chacune lit."
    description = (
        f"De haut en bas, les règles qui ont produit {french.number(made)} {french.plural(made, 'table')}{told}. Un trait à gauche "
        "relie une règle à celles dont elle lit les tables. Les documents ne lisent que les tables publiables."
    )
    return image(plane.drawn(), "provenance", alternative, [description], ())


def _nodes(full: pd.DataFrame) -> list[Node]:
    """The rules step by step, each after those that it reads."""
    depth = _depths(full)
    found = []
    for step in STEPS:
        made_here = full[full["phase"] == step].groupby("rule", sort=False)
        for rule, made in sorted(made_here, key=lambda group: depth[str(group[0])]):
            rows = None if made["rows"].isna().any() else int(made["rows"].sum())
            found.append(Node(step, str(rule), len(made), rows))
    return [*found, Node(*LAST, 0, None)] if found else []


def _depths(full: pd.DataFrame) -> dict[str, int]:
    """Rule → the length of the longest chain of rules above it."""
    depth = dict.fromkeys(full["rule"], 0)
    read = _read(full)
    for _ in depth:
        for above, below in read:
            depth[below] = max(depth[below], depth[above] + 1)
    return depth


def _placed(nodes: list[Node]) -> dict[str, float]:
    """Rule → its height in the drawing, with room for the name of each step."""
    y, last, places = 0.0, "", {}
    for node in nodes:
        y += ROW + (BAND if node.step != last else 0)
        last = node.step
        places[node.rule] = y
    return places


def _bands(nodes: list[Node], heights: dict[str, float]) -> dict[str, float]:
    """Step → the height of its name, above its first rule."""
    first: dict[str, float] = {}
    for node in nodes:
        first.setdefault(node.step, heights[node.rule] - ROW)
    return first


def _read(full: pd.DataFrame) -> set[tuple[str, str]]:
    """Pairs (rule that made a table, rule that read it)."""
    maker = dict(zip(full["table"], full["rule"], strict=True))
    return {
        (maker[source], row.rule)
        for row in full.itertuples()
        for source in str(row.made_from).split("; ")
        if source in maker and maker[source] != row.rule
    }


def _links(full: pd.DataFrame, nodes: list[Node]) -> set[tuple[str, str]]:
    """What each rule reads; documents read what is released, and outlines."""
    return _read(full) | {(node.rule, LAST[1]) for node in nodes if node.step in ("release", "geography")}


def _link(top: float, bottom: float, height: float) -> list[tuple[float, float]]:
    """A bent line in pixels: the further apart two rules are, the further left it runs."""
    x = LEFT - NEAR - (FAR - NEAR) * abs(bottom - top) / height
    return [(LEFT - 4, top), (x, top + 3), (x, bottom - 3), (LEFT - 4, bottom)]


def _size(node: Node) -> str:
    tables = f"{node.tables} {french.plural(node.tables, 'table')}"
    if node.rows is None:
        return tables
    return f"{tables} · {french.number(node.rows)} {french.plural(node.rows, 'ligne')}"
