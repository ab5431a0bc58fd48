"""The release decision: what may be printed, fact by fact, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnostic.release.tables import Ledger
from diagnostic.tables import columns

# Counting these may give someone away; sites, ads, articles, structures and rows may not.
PROTECTED_UNITS = ("person", "situation", "professional", "response")
HARMLESS = "Ne compte pas des personnes."
LARGE = "Atteint le seuil de publication."
SMALL = "Sous le seuil de publication ({threshold}) : non publié."


def decide(facts: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """The ledger: one row per fact. Counts of people below the threshold, and shares of them, are withheld.

    A share is judged by its numerator and by what is left of its denominator; a fact that has neither, by its
    value. Zero is withheld like any small count.
    """
    protected = facts["unit"].isin(PROTECTED_UNITS) & facts["measure"].isin(["count", "percent", "mean", "estimate"])
    part = facts["numerator"].fillna(facts["value"].where(facts["measure"] != "percent"))
    rest = (facts["denominator"] - facts["numerator"]).where(facts["measure"] == "percent")
    small = protected & (part.lt(threshold) | rest.lt(threshold))
    ledger = facts.assign(
        verdict=np.where(small, "withheld", "shown"),
        shown_value=facts["value"].mask(small),
        shown_low=facts["low"].mask(small),
        shown_high=facts["high"].mask(small),
        reason=np.select([small, protected], [SMALL.format(threshold=threshold), LARGE], HARMLESS),
    )
    return ledger[columns(Ledger)]
