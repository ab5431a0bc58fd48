"""Facts that no closed list holds, kept with the batch of those whom they count: who answered, which structures, and what
they say of themselves, which are printed exactly, other choices of counting, drawn numbers without members.

While a population keeps the statements of its last edition, so do they: one answer more would else be read off all that is
exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.release.closed_list import parse
from diagnostic.release.grouped import Released
from diagnostic.release.issued import NUMBERS, STRUCTURE, Issued, said
from diagnostic.release.row import row

PROFESSIONALS, RESPONSES = "professionals", "responses"  # a response is kept with those who gave it
ANSWERED = {"professional": PROFESSIONALS, "response": PROFESSIONALS}  # unit → the population that it is kept with
DESCRIBED = {"person": "concerned", "situation": "described"}
TABLES: Mapping[str, Mapping[str, str]] = {
    "consolidate/respondents": ANSWERED,
    "consolidate/professionals": ANSWERED,
    "collect/partners": {STRUCTURE: PROFESSIONALS},
    "consolidate/described": DESCRIBED,
    "consolidate/cases": DESCRIBED,
}
LISTED = ("edition", "edition_kept")  # grounds of what the closed list keeps by itself


def keep(
    facts: pd.DataFrame, found: pd.DataFrame, released: Mapping[str, Released], issues: Sequence[Issued]
) -> pd.DataFrame:
    """The rows of the ledger (`found`, one per fact) with those of a population that keeps its last edition as it was: what it
    did not print is withheld. As they are where nothing was recorded of them."""
    told = said(issues)
    held = {name for name, one in released.items() if one.held}
    if told.empty or not held:
        return found
    changed = found.copy()
    own = facts["origin"].eq("observed") & facts["source_table"].isin(list(TABLES)) & ~found["ground"].isin(LISTED)
    for at, fact in facts[own].to_dict("index").items():
        group = parse(fact["group"])[0] if fact["group"] else ""
        if group not in ("", PROFESSIONALS, RESPONSES):
            continue  # of the closed list, or of nothing that is printed
        if TABLES[fact["source_table"]].get(fact["unit"], "") not in held:
            continue
        if fact["fact_id"] not in told.index:
            changed.loc[at, ["verdict", "ground", "reason"]] = list(_withheld(fact))
            continue
        kept = told.loc[fact["fact_id"]]
        changed.loc[at, ["verdict", "ground"]] = ["shown", kept["ground"]]
        changed.loc[at, NUMBERS] = kept[NUMBERS].astype(float).to_list()
    return changed


def _withheld(fact: Mapping[str, object]) -> tuple[str, str, str]:
    made = row(dict(fact), "withheld", "secondary")
    return made["verdict"], made["ground"], made["reason"]
