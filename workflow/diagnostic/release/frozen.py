"""Facts that no closed list holds, kept with the batch of those whom they count: who answered, which structures, what they
say of themselves, which are printed exactly, interviews, other choices of counting, drawn numbers without members.

While a population keeps the statements of its last edition, so do they: one answer, or one interview, more would else be
read off all that is exact.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.release.closed_list import parse
from diagnostic.release.issued import NUMBERS, PROFESSIONALS, SAID, held_back
from diagnostic.release.row import GONE, TEXT, row

RESPONSES = "responses"  # a response is kept with those who gave it
LISTED = ("edition", "edition_kept")  # grounds of what the closed list keeps by itself
WHY = ("verdict", "ground", "reason")
EXACT = {"shown_value": "value", "shown_low": "low", "shown_high": "high"} | {
    f"shown_{one}": one for one in ("numerator", "denominator")
}


def keep(
    facts: pd.DataFrame, found: pd.DataFrame, held: Collection[str], told: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts, and the rows of the ledger (`found`, one per fact), with those of the populations that keep their last
    edition (`held`) as they were: what it did not print is withheld, what has no fact any more is printed again. As they are
    where nothing was recorded of them. `told`: what was, one row per fact (`issued.said`)."""
    if told.empty or not held:
        return facts, found
    words, changed = facts.copy(), found.copy()
    own = facts["origin"].eq("observed") & held_back(facts, held) & ~found["ground"].isin(LISTED)
    for at, fact in facts[own].to_dict("index").items():
        group = parse(fact["group"])[0] if fact["group"] else ""
        if group not in ("", PROFESSIONALS, RESPONSES):
            continue  # of the closed list, or of nothing that is printed
        if fact["fact_id"] not in told.index:
            absent = row(dict(fact), "withheld", "edition", said={"date": told["issue"].iloc[0]})
            changed.loc[at, list(WHY)] = [absent[name] for name in WHY]
            continue
        kept = told.loc[fact["fact_id"]]
        why = typographic(TEXT["edition_kept"].format(date=kept["issue"]))
        changed.loc[at, list(WHY)] = ["shown", kept["ground"], why]
        changed.loc[at, NUMBERS] = kept[NUMBERS].astype(float).to_list()
        if kept["label"]:
            words.loc[at, "value_text"], changed.loc[at, "method"] = kept["value_text"], kept["method"]
    gone = told[told["label"].ne("") & ~told.index.isin(facts["fact_id"])]
    return _again(words, changed, gone[held_back(gone, held)])


def _again(facts: pd.DataFrame, found: pd.DataFrame, gone: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with the facts that only the last edition has."""
    if gone.empty:
        return facts, found
    blank = dict.fromkeys(("rules", "cells", "group", "base"), "")
    shared = blank | {"study": facts["study"].iloc[0], "origin": "observed", "way": "second_hand"}
    gone = gone.assign(fact_id=gone.index, decimals=pd.to_numeric(gone["decimals"]).astype("Int64"))
    gone.index = pd.RangeIndex(facts.index.max() + 1, facts.index.max() + 1 + len(gone))
    fact = gone[["fact_id", *SAID]].assign(**shared).join(gone[list(EXACT)].rename(columns=EXACT))
    told = gone[[*NUMBERS, "method"]].assign(verdict="shown", ground=GONE, reason=typographic(TEXT[GONE]))
    return pd.concat([facts, fact[list(facts)]]), pd.concat([found, told[list(found)]])
