"""Facts of the partners contacted: by wave, reminders, and a response rate only where a rate has a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.estimate.facts import Fact, table
from diagnostic.estimate.places import Places

CONTACTED = "structures contactées"
BY_NAME = "structures contactées nommément"
WAVES = {"first": "première vague", "second": "seconde vague"}
CAME = ("answered", "interview")


def estimate(
    partners: pd.DataFrame,
    reminders: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """One row per fact on the partners contacted; none without a list of them."""
    if partners.empty:
        return {"partners_facts": table(study, [])}
    fact = partial(Fact, unit="structure", source_table="collect/partners", origin=origins.get("partners", "observed"))
    return {"partners_facts": table(study, _facts(partners, reminders, Places(places, files), fact))}


def _facts(partners: pd.DataFrame, reminders: pd.DataFrame, index: Places, fact: partial[Fact]) -> Iterator[Fact]:
    cells = partial(index.cells, partners, "partners")
    count = partial(fact, measure="count", universe=CONTACTED)
    yield count(
        fact_id="partners.contacted",
        label="structures contactées",
        value=len(partners),
        formula="lignes du tableau des partenaires",
        cells=cells("partner_code"),
    )
    for code, label in WAVES.items():
        found = int(partners["wave.code"].eq(code).sum())
        yield count(
            fact_id=f"partners.wave_{code}",
            label=f"structures contactées, {label}",
            value=found,
            numerator=found,
            denominator=len(partners),
            formula=f"lignes de la {label}",
            cells=cells("wave"),
        )
    yield count(
        fact_id="partners.reminders",
        label="relances faites",
        value=len(reminders),
        formula="lignes du tableau des relances",
        cells=index.cells(reminders, "reminders", "partner_code"),
    )
    named = partners["contacted_by_name.code"].eq("yes")
    came, unsaid = partners["outcome.code"].isin(CAME), partners["outcome.code"].isin(["dk", "no_answer"])
    base, found, open_ = int(named.sum()), int((named & came).sum()), int((named & unsaid).sum())
    shared: dict[str, Any] = {
        "universe": BY_NAME,
        "numerator": found,
        "denominator": base,
        "method": "Un taux n’a de sens que sur les structures contactées nommément : combien ont reçu un lien relayé est inconnu.",
        "cells": cells("contacted_by_name", "outcome"),
    }
    yield fact(
        fact_id="partners.by_name",
        label="structures contactées nommément",
        measure="count",
        universe=CONTACTED,
        value=base,
        numerator=base,
        denominator=len(partners),
        formula="lignes où le contact est nominatif",
        cells=cells("contacted_by_name"),
    )
    if base:
        rate = 100 * found / base
        limits = {"low": rate, "high": 100 * (found + open_) / base, "interval_kind": "bounds"} if open_ else {}
        yield fact(
            fact_id="partners.response_pct",
            label="structures contactées nommément qui ont répondu ou accepté un entretien",
            measure="percent",
            value=rate,
            formula="structures ayant répondu ou accepté un entretien, sur les structures contactées nommément",
            **shared,
            **limits,
        )
