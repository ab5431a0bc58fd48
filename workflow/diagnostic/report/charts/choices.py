"""The chart of the headlines of the Internet diagnosis under each choice of calculation, one at a time."""

from __future__ import annotations

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.report import choices
from diagnostic.report.charts.facts import Released, listed
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, across, counted, ranges
from diagnostic.report.charts.style import ORANGE
from diagnostic.report.registry import chart

NAME = "choix_de_calcul"
TICK = 20  # pixels: the height of the number kept, in each row


@chart
def by_choice(facts: Released) -> Chart | None:
    """A block for each thing counted, on its own scale: the number kept across all rows, and what another choice gives.

    Nothing is drawn where one range stands for all choices: a table says it.
    """
    told = choices.rows(facts.shown, facts.label, facts.text)
    told = {title: rows for title, rows in told.items() if all(_drawn(facts, name) for name, _ in rows)}
    if not told:
        return None
    shown = [name for rows in told.values() for name, _ in rows]
    kinds = facts.kinds(shown)  # one key for all blocks, which Vega takes from the first
    blocks = [_block(facts, title, rows, kinds if title == next(iter(told)) else []) for title, rows in told.items()]
    sentences = [_said(facts, title, rows) for title, rows in told.items()]
    alternative = (
        f"{french.capital(listed([title.lower() for title in told]))} selon le choix de calcul, un choix à la fois."
    )
    return image(alt.vconcat(*blocks, spacing=14), NAME, alternative, sentences, shown)


def _drawn(facts: Released, name: str) -> bool:
    return facts.value(name) is not None or facts.limits(name) is not None


def _block(facts: Released, title: str, rows: list[choices.Row], kinds: list[str]) -> alt.LayerChart:
    kept = facts.value(rows[0][0])
    table = pd.DataFrame([_row(facts, name, said) | {"part": kept, "series": ""} for name, said in rows])
    x = across("part", **counted(title))
    under = [alt.Chart().mark_tick(size=TICK, thickness=2, color=ORANGE, yOffset=DOWN).encode(x=x)]
    return ranges(table, kinds, title, *(under if kept is not None else []))


def _row(facts: Released, fact_id: str, name: str) -> dict[str, object]:
    """A number stands after the name of its choice."""
    row = facts.drawn(fact_id)
    return row | {"name": name if row["value"] is None else f"{name}{french.NBSP}: {row['text']}"}


def _ends(facts: Released, name: str) -> tuple[float, ...]:
    value = facts.value(name)
    return (facts.limits(name) or ()) if value is None else (value,)


def _said(facts: Released, title: str, rows: list[choices.Row]) -> str:
    """From what to what the other choices lead, in the order of numbers; a choice that gives a number leads to it, whatever
    its interval, which is no choice."""
    (kept, _), *others = rows
    ends = [end for name, _ in others for end in _ends(facts, name)]
    low, high = (facts.text(kept, end) for end in (min(ends), max(ends)))
    if len(others) == 1:
        return f"{title} : {facts.text(kept)} ; l’autre choix donne {low if low == high else f'de {low} à {high}'}."
    return f"{title} : {facts.text(kept)} ; les autres choix vont de {low} à {high}."
