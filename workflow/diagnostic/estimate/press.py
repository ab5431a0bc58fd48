"""Facts of the press review: articles by year, under the heading and by printed date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.estimate.facts import Fact, cell_ranges, table

COLUMN = {"date": "A", "outlet": "B", "title": "C", "year_heading": "D"}


def estimate(
    articles: pd.DataFrame, study: str, origins: Mapping[str, str], files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """One row per fact on the press review; none when the study has no press review.

    Where heading and printed year differ, which of the two is the misprint is not known: the counts of both
    years carry bounds that hold under either reading.
    """
    if articles.empty:
        return {"press": table(study, [])}
    cells = partial(cell_ranges, files["press"])
    fact = partial(
        Fact,
        unit="article",
        universe="articles de la revue de presse",
        source_table="consolidate/articles",
        origin=origins["press"],
    )
    headings, printed = articles["year_heading"], articles["year_printed"]
    misfiled = articles[headings != printed]
    outlets = articles["outlet"].nunique()
    facts = [
        fact(
            fact_id="press.articles",
            label="articles de la revue de presse",
            measure="count",
            value=len(articles),
            formula="nombre de lignes de la revue de presse",
            cells=cells(COLUMN["date"], articles["row"]),
        ),
        fact(
            fact_id="press.period",
            label="période couverte par la revue de presse",
            measure="date",
            value_text=f"{headings.min()}/{headings.max()}",
            formula="première et dernière année des rubriques",
            cells=cells(COLUMN["year_heading"], articles["row"]),
            rules=("annee_rubrique",),
        ),
        fact(
            fact_id="press.outlets",
            label="titres de presse différents",
            measure="count",
            value=outlets,
            formula="nombre de titres de presse différents",
            cells=cells(COLUMN["outlet"], articles["row"]),
        ),
        fact(
            fact_id="press.misfiled",
            label="articles classés sous une autre année que leur date",
            measure="count",
            value=len(misfiled),
            numerator=len(misfiled),
            denominator=len(articles),
            formula="articles dont l’année imprimée diffère de l’année de la rubrique",
            cells=cells(COLUMN["date"], misfiled["row"]),
            method="On ne sait pas laquelle des deux années est la coquille.",
        ),
    ]
    for year in range(int(min(headings.min(), printed.min())), int(max(headings.max(), printed.max())) + 1):
        under, dated = articles[headings == year], articles[printed == year]
        low, high = sorted((len(under), len(dated)))
        bounds: dict[str, Any] = {"low": low, "high": high, "interval_kind": "bounds"} if low != high else {}
        note = "Les bornes couvrent les deux lectures : rubrique ou date imprimée." if bounds else ""
        facts += [
            fact(
                fact_id=f"press.articles_{year}",
                label=f"articles sous la rubrique {year}",
                measure="count",
                value=len(under),
                numerator=len(under),
                denominator=len(articles),
                method=note,
                rules=("annee_rubrique",),
                formula=f"articles dont la rubrique est {year}",
                cells=cells(COLUMN["year_heading"], under["row"]),
                **bounds,
            ),
            fact(
                fact_id=f"press.printed.{year}",
                label=f"articles datés de {year}",
                measure="count",
                value=len(dated),
                numerator=len(dated),
                denominator=len(articles),
                method=note,
                rules=("annee_imprimee",),
                formula=f"articles dont la date imprimée est en {year}",
                cells=cells(COLUMN["date"], dated["row"]),
                **bounds,
            ),
        ]
    return {"press": table(study, facts)}
