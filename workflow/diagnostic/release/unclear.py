"""Numbers of a département that say nothing, of which not even that may stand beside what is withheld."""

from __future__ import annotations

import pandas as pd

from diagnostic.estimate.texts.described import WIDE
from diagnostic.estimate.texts.ways import PEOPLE
from diagnostic.release.region import OF_ONE


def in_a_departement(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """Numbers of the persons of a département to withhold, whose share has printed limits too far apart to say something: a
    mask over the facts. `found`: their rows of the ledger.

    Of the whole study that is said, between its limits. Where nearly every cell of a table would say so, one that is withheld
    would stand out, and say that its number is small: both are one word here.
    """
    own = facts["fact_id"].str.contains(OF_ONE) & facts["unit"].isin(PEOPLE) & found["verdict"].eq("shown")
    ends = found[["shown_low", "shown_high"]].astype(float)
    reach = ends.join(found[["claim_low", "claim_high"]].astype(float))
    wide = (reach.max(axis=1) - reach.min(axis=1)).gt(WIDE) & ends.notna().all(axis=1)
    shares = facts.loc[own & wide & facts["measure"].eq("percent"), "fact_id"]
    return own & facts["fact_id"].isin({*shares, *shares.str.removesuffix("_pct")})
