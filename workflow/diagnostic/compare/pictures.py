"""The dots of a comparison: a block per indicator, a row per study, its interval and its verdict; never in the order of numbers.

Of many studies, small multiples: the studies down the page, a few indicators beside each other, as many figures as pages need.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from diagnostic.compare import cells
from diagnostic.compare.table_names import SHOWN, VERDICTS
from diagnostic.compare.words import DOTS
from diagnostic.core import french
from diagnostic.report.charts import marks
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.style import TALL, Chart, image, wrapped

MOST = 12  # studies whose numbers are written beside their dots
# Rows of a page, indicators beside each other, pixels of one of them and between two.
PAGE, ABREAST, PANEL, GAP = 28, 2, 100, 16
FRAME = 76  # pixels: what an indicator takes beside its rows, with its title, its axis and the space to the next
SERIES = (VERDICTS["comparable"], VERDICTS["caution"])


def dots(numbers: pd.DataFrame, statements: pd.DataFrame, names: Mapping[str, str]) -> list[Chart]:
    """The charts of each family of `numbers` (one row per indicator and study) that has two numbers which may be read beside each
    other; a number that compares with none is not drawn. One chart, or where it would be higher than `TALL` several, whose names
    go on with `_2`, `_3`… `statements`: one row per number that may be printed; `names`: study → what readers know it by, in the
    order in which they are drawn."""
    facts, printed = Released(statements), {one.statement_id: cells.drawn(one) for one in statements.itertuples()}
    drawn = numbers[numbers["verdict"].ne("not")].assign(study=numbers["study"].map(names))
    charts: list[Chart] = []
    for family, words in SHOWN.items():
        own = drawn[drawn["family"].eq(family)]
        own = own.assign(printed=own["statement_id"].map(printed))
        blocks = [block for _, block in own.groupby("indicator", sort=False) if len(block) > 1]
        if any(len(block) > MOST for block in blocks):
            charts += _pages(facts, family, words, blocks, list(names.values()))
        else:
            for at, together in enumerate(_shared(blocks), 1):
                charts.append(_chart(facts, _name(family, at), words, together))
    return charts


def _name(family: str, at: int) -> str:
    """The name of the chart of a family that is its first, second…"""
    return f"{DOTS}{family}" + (f"_{at}" if at > 1 else "")


def _shared(blocks: list[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
    """The indicators in as few charts as `TALL` allows, as many in each."""
    height = sum(marks.BAND * len(block) + FRAME for block in blocks)
    length = math.ceil(len(blocks) / max(math.ceil(height / TALL), 1))
    return (blocks[first : first + length] for first in range(0, len(blocks), max(length, 1)))


def _chart(facts: Released, name: str, words: str, blocks: list[pd.DataFrame]) -> Chart:
    shown = [one for block in blocks for one in block["statement_id"]]
    kinds = facts.kinds(shown)  # one key for all blocks, which Vega takes from the first
    drawn = (_block(facts, block, kinds if at == 0 else []) for at, block in enumerate(blocks))
    alternative = f"Les études côte à côte, dans l’ordre de leurs noms : {words}, avec limites et verdicts."
    return image(alt.vconcat(*drawn, spacing=14), name, alternative, [_said(block) for block in blocks], shown)


def _block(facts: Released, block: pd.DataFrame, kinds: list[str]) -> alt.LayerChart:
    """One indicator on its own scale."""
    names = [f"{one.study}{french.NBSP}: {one.printed}, {VERDICTS[one.verdict]}" for one in block.itertuples()]
    table = pd.DataFrame(map(facts.drawn, block["statement_id"])).assign(name=names, series="")
    percent = facts.said(block["statement_id"].iloc[0]).measure == "percent"
    axis: dict[str, Any] = marks.PERCENT if percent else marks.counted("Nombre")
    layers = [
        *marks.intervals(kinds, marks.DOWN, **axis),
        marks.points(marks.across("value", **axis), ("",), marks.DOWN, key=False),
    ]
    return marks.rows(table, *layers).properties(title=str(block["title"].iloc[0]))


def _said(block: pd.DataFrame) -> str:
    """The numbers in words, with the verdict that each carries."""
    told = ", ".join(f"{one.printed} ({one.study}, {VERDICTS[one.verdict]})" for one in block.itertuples())
    return f"{block['title'].iloc[0]} : {told}."


# -- Of many studies ------------------------------------------------------------------------------------------------------


def _pages(
    facts: Released, family: str, words: str, blocks: Sequence[pd.DataFrame], names: Sequence[str]
) -> Iterator[Chart]:
    """Small multiples: the indicators that stand beside each other, each with one scale on all its pages."""
    at = 0
    for first in range(0, len(blocks), ABREAST):
        abreast = blocks[first : first + ABREAST]
        there = set(pd.concat(abreast)["study"])
        studies = [name for name in names if name in there]
        length = math.ceil(len(studies) / math.ceil(len(studies) / PAGE))  # pages as long as each other
        for begin in range(0, len(studies), length):
            at += 1
            yield _page(facts, _name(family, at), words, abreast, studies[begin : begin + length])


def _page(facts: Released, name: str, words: str, abreast: Sequence[pd.DataFrame], studies: Sequence[str]) -> Chart:
    kept = [block[block["study"].isin(studies)] for block in abreast]
    shown = [one for block in kept for one in block["statement_id"]]
    kinds = facts.kinds(shown)
    titles = [str(block["title"].iloc[0]) for block in abreast]
    room = PANEL if len(abreast) > 1 else 2 * PANEL + GAP  # pixels of each
    lines = [wrapped(title, room + GAP) for title in titles]
    most = max(map(len, lines))  # as many for each: rows then stand at the same height
    panels = [
        _panel(facts, whole, block, studies, kinds if at == 0 else None).properties(
            title=alt.TitleParams([*title, *[""] * (most - len(title))], anchor="start", frame="group"), width=room
        )
        for at, (whole, block, title) in enumerate(zip(abreast, kept, lines, strict=True))
    ]
    span = f"de {studies[0]} à {studies[-1]}. Chaque nombre, avec son verdict, est dans le tableau."
    alternative = f"{len(studies)} études côte à côte, dans l’ordre de leurs noms : {words}, avec limites et verdicts."
    return image(alt.hconcat(*panels, spacing=GAP), name, alternative, [f"{' ; '.join(titles)} : {span}"], shown)


def _panel(
    facts: Released, whole: pd.DataFrame, block: pd.DataFrame, studies: Sequence[str], kinds: list[str] | None
) -> alt.LayerChart:
    """One indicator of these studies, on the scale of all (`whole`); the first has the names and the key of `kinds`."""
    first, found = kinds is not None, {one.study: one for one in block.itertuples()}
    none = dict.fromkeys(("value", "low", "high", "kind")) | {"series": SERIES[0]}
    drawn = {name: facts.drawn(one.statement_id) | {"series": VERDICTS[one.verdict]} for name, one in found.items()}
    table = pd.DataFrame([drawn.get(study, none) | {"name": study} for study in studies])
    numbers = map(facts.drawn, whole["statement_id"])
    most = max((one[end] for one in numbers for end in ("value", "high") if one[end] is not None), default=1.0)
    percent = facts.said(whole["statement_id"].iloc[0]).measure == "percent"
    axis: dict[str, Any] = {"most": most, "title": "%" if percent else "", "format": ",.0f", "tickCount": 3}
    layers = [
        *marks.intervals(kinds or [], **axis),
        marks.points(marks.across("value", **axis), SERIES, key=first, **marks.BELOW),
    ]
    y = marks.beside(named=first, gap=12).scale(alt.Scale(type="band", padding=0, domain=list(studies)))
    return marks.rows(table, *layers, y=y, pitch=marks.PITCH)
