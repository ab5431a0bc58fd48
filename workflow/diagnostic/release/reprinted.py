"""The figures of an earlier publication, as they may be printed again: what is public already is not told a second time.

The publication proves some groups by itself. That is its baseline; printing a figure again, beside others, would only
make it easier to find. Figures on some of the persons described are not printed again, whatever they say; others follow
the thresholds. The complete table stays with the team (phase estimate).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.policy import CLASSES, Policy
from diagnostic.release.printed import PROTECTED
from diagnostic.release.reconstructed import ORIGIN as RECONSTRUCTED

NOT_AGAIN = "Déjà public, non réimprimé{named}."
WITHHELD = "Non publié : le verdict donnerait le nombre."
PERSONS = ("situations",)  # stages whose figures count persons described
PROFESSIONALS = ("survey", "survey+interviews", "interviews")
TOTALS = ("shared.persons_concerned", "shared.persons_prostitution")
NUMERIC = ("count", "percent", "age_range", "range", "share")
NAMED = {
    "minor": r"minor|under15|age_15|girls|boys|le25",
    "trans": r"trans",
    "origin": r"africa|latin|asia|europe|countries",
    "procuring": r"pimp|network",
    "place": r"towns|communes|places\.|intercommunal",
}


def class_of_figure(fact_id: str, policy: Policy) -> str:
    """The strictest class that a published figure names, by its identifier."""
    found = [name for name, pattern in NAMED.items() if re.search(pattern, fact_id)]
    return max(found or ["ordinary"], key=lambda name: (policy.threshold(name), name))


def protect(
    reproduction: pd.DataFrame, published_figures: pd.DataFrame, policy: Policy, ledger: pd.DataFrame
) -> pd.DataFrame:
    """The reproduction table without the published figures that may not be printed again: neither published nor
    computed value, nor the verdict, which would give one of the other. What the `ledger` prints of no person (the mode
    of interviews, their towns) is decided there alone."""
    if reproduction.empty or published_figures.empty:
        return reproduction
    figures = published_figures.set_index("id").reindex(reproduction["fact_id"])
    value = pd.to_numeric(figures["value"], errors="coerce").to_numpy(dtype=float)
    base = pd.to_numeric(figures["base_value"], errors="coerce").to_numpy(dtype=float)
    unit = figures["unit"].astype("str").to_numpy()
    name = [class_of_figure(fact, policy) for fact in reproduction["fact_id"]]
    threshold = np.array([policy.threshold(one) for one in name], dtype=float)
    numeric = np.isin(unit, NUMERIC)
    persons = reproduction["source_stage"].isin(PERSONS).to_numpy() & numeric
    persons &= ~reproduction["fact_id"].isin(TOTALS).to_numpy()
    part = np.where(unit == "percent", np.floor((value - 0.5) * base / 100), value)
    small = (part < threshold) | (base - part < threshold) | ((unit == "percent") & np.isnan(base))
    professionals = reproduction["source_stage"].isin(PROFESSIONALS).to_numpy() & np.isin(unit, ("count", "percent"))
    told = ledger["verdict"].eq("shown") & ~ledger["unit"].isin(PEOPLE) & ledger["origin"].ne(RECONSTRUCTED)
    printed = reproduction["fact_id"].isin(set(ledger.loc[told, "fact_id"])).to_numpy()
    hidden = persons | (professionals & small & ~printed)
    why = [NOT_AGAIN.format(named="" if one == "ordinary" else f" : {CLASSES[one]}") for one in name]
    return reproduction.assign(
        published=reproduction["published"].mask(hidden, PROTECTED),
        computed=reproduction["computed"].mask(hidden, PROTECTED),
        status=reproduction["status"].mask(hidden, "withheld"),
        basis=reproduction["basis"].mask(hidden, ""),
        reason=reproduction["reason"].mask(hidden, pd.Series(why, index=reproduction.index)),
    )


def withdraw(reproduction: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """The reproduction table without what the ledger withholds: a verdict beside a published figure gives it away."""
    withheld = set(ledger.loc[ledger["verdict"] != "shown", "fact_id"])
    hidden = reproduction["fact_id"].isin(withheld)
    again = reproduction["published"].eq(PROTECTED)
    return reproduction.assign(
        computed=reproduction["computed"].mask(hidden, PROTECTED),
        status=reproduction["status"].mask(hidden, "withheld"),
        basis=reproduction["basis"].mask(hidden, ""),
        reason=reproduction["reason"].mask(hidden & ~again, WITHHELD),
    )
