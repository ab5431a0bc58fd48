"""The invented study tells of nobody: none of the numbers of the real one is in it, by the same name, as one could cite it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import own
import pandas as pd
import pytest

REAL, LEAST = "62-2020", 5  # fewer things are so few in many studies
FIGURES = own.ROOT / "resources/studies" / REAL / "published_figures.csv"
MAY_COINCIDE = {  # a number of both studies, by the start of its name → why it is no number of the real one
    "ads.allocation": "the part of one site in a sample",
    "ads.planned_margin.": "what a sample of that size can give",
    "ads.implied_confidence_pct": "chosen by every study",
    "ads.margin_of_error_pct": "chosen by every study",
    "profile.students_pct": "by chance: 16 of 145 beside 11 % of 152",
}


def repeated(invented: pd.Series, real: pd.Series) -> dict[str, float]:
    """The numbers of both, by name, that are the same once rounded as reports do."""
    both = invented.index.intersection(real.index[real.ge(LEAST)])
    same = both[invented[both].round().eq(real[both].round())]
    return {name: real[name] for name in same if not name.startswith(tuple(MAY_COINCIDE))}


@pytest.mark.slow
def test_the_invented_study_has_no_number_of_the_real_one(results_of: Callable[[str], Path]) -> None:
    published = pd.read_csv(FIGURES).set_index("id")["value"]
    numbers = pd.to_numeric(published, errors="coerce").dropna()
    facts = {
        study: pd.read_parquet(results_of(study) / "estimate/facts.parquet").set_index("fact_id")
        for study in (own.FULL, REAL)
    }
    counted = facts[REAL]["value"].dropna()
    real = pd.concat([numbers, counted[~counted.index.isin(numbers.index)]])
    invented = facts[own.FULL]["value"].dropna()
    assert len(invented.index.intersection(real.index)) > 150
    assert repeated(real, real)  # it would be seen
    assert repeated(invented, real) == {}
    said = facts[own.FULL]["value_text"].replace("", pd.NA).dropna()
    both = said.index.intersection(published.index)
    assert len(both) >= 5 and not (said[both] == published[both]).any()
