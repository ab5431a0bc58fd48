"""Facts across two sources: what their unpublished overlap would imply. A sensitivity table, never an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.estimate.facts import Fact, cell_ranges, table
from diagnostic.estimate.two_lists import ODDS_RATIOS, WHY_NO_ESTIMATE, sensitivity

ROLE = "published_figures"
VALUE = "E"  # column of published_figures.csv
DEPENDENCE = (
    "θ est le rapport de chances entre les deux listes : 1 si être sur l’une ne dit rien de l’autre, au-dessus si les "
    "mêmes personnes sont vues deux fois, au-dessous si un service évite l’autre. Deux listes ne permettent jamais de le connaître."
)

INDEPENDENT = "Suppose les listes indépendantes, ce que rien ne permet de vérifier. Ce n’est pas une estimation."


def estimate(
    published_figures: pd.DataFrame, study: str, files: Mapping[str, str], publication: Mapping[str, str | None]
) -> dict[str, pd.DataFrame]:
    """One row per case of the table, for a publication that gives the persons seen by two sources together."""
    chosen = published_figures[published_figures["id"] == (publication.get("persons_seen") or "")]
    if chosen.empty:
        return {"across": table(study, [])}
    seen = round(float(chosen["value"].iloc[0]))
    fact = partial(
        Fact,
        unit="person",
        measure="estimate",
        universe="personnes connues de l’une ou l’autre de deux sources, recoupement non publié",
        source_table="collect/published_figures",
        origin="published",
        cells=cell_ranges(files[ROLE], VALUE, [int(chosen["row"].iloc[0])]),
        rules=("non_identifie",),
    )
    facts = [
        fact(
            fact_id="two_lists.seen",
            label="personnes vues par les deux sources réunies",
            measure="count",
            value=seen,
            formula="chiffre publié",
            method=WHY_NO_ESTIMATE,
        )
    ]
    for case in sensitivity(seen).to_dict("records"):
        facts += _case(case, fact)
    return {"across": table(study, facts)}


def _case(case: dict[str, Any], fact: partial[Fact]) -> list[Fact]:
    split, overlap = case["split"], case["overlap"]
    key = f"two_lists.s{round(100 * split)}_m{overlap}"
    sizes = " et ".join(french.number(case[name]) for name in ("first", "second"))
    lists = f"listes de {sizes} personnes, {french.number(overlap)} en commun"
    made = [
        fact(
            fact_id=key,
            label=f"total impliqué, {lists}",
            value=case["chapman"],
            low=case["low"],
            high=case["high"],
            interval_kind="bounds",
            formula="(n₁ + 1)(n₂ + 1) ÷ (m + 1) − 1, limites de Sadinle (2009)",
            method=f"Première liste : {french.percent(100 * split)} des deux. {INDEPENDENT}",
        )
    ]
    for ratio in ODDS_RATIOS:
        made.append(
            fact(
                fact_id=f"{key}_theta_{round(10 * ratio):02d}",
                label=f"total impliqué, {lists}, θ = {french.number(ratio, 1 if ratio % 1 else 0)}",
                value=case[f"odds_{ratio:g}"],
                formula="M + θ (n₁ − m)(n₂ − m) ÷ m, M personnes vues",
                method=DEPENDENCE,
            )
        )
    return made
