"""The dots of a comparison: a block per indicator, a row per study, its interval and its verdict; never in the order of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from diagnostic.compare.tables import FAMILIES, VERDICTS
from diagnostic.core import french
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, PERCENT, above, across, counted, intervals, labels, points, rows


def dots(numbers: pd.DataFrame, statements: pd.DataFrame, names: Mapping[str, str]) -> list[Chart]:
    """One chart per family of `numbers` (one row per indicator and study) that has two numbers which may be read beside each
    other; a number that compares with none is not drawn. `statements`: one row per number that may be printed; `names`: study
    → what readers know it by."""
    facts, printed = Released(statements), dict(zip(statements["statement_id"], statements["printed"], strict=True))
    drawn = numbers[numbers["verdict"].ne("not")].assign(study=numbers["study"].map(names))
    charts = []
    for family, words in FAMILIES.items():
        own = drawn[drawn["family"].eq(family)]
        own = own.assign(printed=own["statement_id"].map(printed))
        blocks = [block for _, block in own.groupby("indicator", sort=False) if len(block) > 1]
        if blocks:
            charts.append(_chart(facts, family, words, blocks))
    return charts


def _chart(facts: Released, family: str, words: str, blocks: list[pd.DataFrame]) -> Chart:
    shown = [one for block in blocks for one in block["statement_id"]]
    kinds = facts.kinds(shown)  # one key for all blocks, which Vega takes from the first
    drawing = alt.vconcat(
        *(_block(facts, block, kinds if at == 0 else []) for at, block in enumerate(blocks)), spacing=14
    )
    return image(
        drawing,
        f"cote_a_cote_{family}",
        f"Les études côte à côte, dans l’ordre de leurs noms : {words}, avec limites et verdicts.",
        [_said(block) for block in blocks],
        shown,
    )


def _block(facts: Released, block: pd.DataFrame, kinds: list[str]) -> alt.LayerChart:
    """One indicator on its own scale."""
    table = pd.DataFrame([_row(facts, one) for one in block.itertuples()])
    percent = facts.measure(str(block["statement_id"].iloc[0])) == "percent"
    axis: dict[str, Any] = PERCENT if percent else counted("Nombre")
    marks = [
        *intervals(kinds, DOWN, **axis),
        points(across("value", **axis), ("",), DOWN, key=False),
        *labels(across("value", **axis), "label", gap=9, down=DOWN),
    ]
    return rows(table, *marks, y=above()).properties(title=str(block["title"].iloc[0]))


def _row(facts: Released, one: Any) -> dict[str, Any]:
    return facts.drawn(one.statement_id) | {
        "name": f"{one.study}{french.NBSP}: {one.printed}, {VERDICTS[one.verdict]}",
        "series": "",
        "label": "",
    }


def _said(block: pd.DataFrame) -> str:
    """The numbers in words, with the verdict that each carries."""
    told = ", ".join(f"{one.printed} ({one.study}, {VERDICTS[one.verdict]})" for one in block.itertuples())
    return f"{block['title'].iloc[0]} : {told}."
