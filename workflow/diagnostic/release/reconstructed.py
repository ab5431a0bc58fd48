"""What data reconstructed from a publication may say: what every reconstruction says, and nothing else.

They were made to agree with the published figures, so only these hold in all of them, at the precision at which they
were published: with the base that was published, and the one count of it that a published share allows. Any other number,
any bound, numerator or base may change from one reconstruction to the next.
"""

from __future__ import annotations

import re

import pandas as pd

from diagnostic.release.printed import PROTECTED

ORIGIN = "reconstructed"
GROUND = "reconstructed"  # in the ledger, of what the publication does not fix, or has told already
MOVES = (
    "Reconstitué : la publication ne donne pas ce nombre sous ce nom ; il peut changer d’une reconstitution à l’autre."
)
HOLDS = "Reconstitué : vrai de toute reconstitution, à la précision publiée."
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def settle(
    ledger: pd.DataFrame, reproduction: pd.DataFrame, published_figures: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger and the reproduction table of a study, with what is reconstructed reduced to what holds in every
    solution; both as they are where nothing is. A number is told with its own precision, no longer with a draw's claim."""
    made = ledger["origin"].eq(ORIGIN)
    if not made.any():
        return ledger, reproduction
    same = reproduction[reproduction["status"].eq("reproduced")].set_index("fact_id")["published"]
    published = ledger["fact_id"].map(same)
    number = pd.to_numeric(published.where(published.fillna("").str.match(NUMBER)), errors="coerce").astype(float)
    holds = made & published.notna()
    moves = made & ~holds
    kept = holds & ledger["verdict"].ne("withheld")
    again = reproduction[reproduction["published"].eq(PROTECTED)].set_index("fact_id")["reason"]
    told_already = ledger["fact_id"].map(again)
    why = told_already.astype("str").where(told_already.notna(), MOVES)
    part, whole = _of_whole(ledger, published_figures, number)
    settled = ledger.assign(
        verdict=ledger["verdict"].mask(moves, "withheld"),
        ground=ledger["ground"].mask(moves, GROUND),
        reason=ledger["reason"].mask(moves, why).mask(kept, HOLDS),
        value=ledger["value"].mask(made, number),
        shown_value=ledger["shown_value"].mask(moves).mask(kept, number),
        interval_kind=ledger["interval_kind"].mask(made, "none"),
        **{name: ledger[name].mask(made) for name in ("low", "high", "shown_low", "shown_high")},
        **{name: ledger[name].mask(made) for name in ("claim_low", "claim_high", "numerator", "denominator")},
        shown_numerator=ledger["shown_numerator"].mask(made, part.where(kept)),
        shown_denominator=ledger["shown_denominator"].mask(made, whole.where(kept)),
        **{name: ledger[name].mask(made, "") for name in ("method", "rules")},  # they may tell numbers
    )
    told = reproduction["fact_id"].isin(ledger.loc[holds, "fact_id"])
    return settled, reproduction.assign(computed=reproduction["computed"].mask(told, reproduction["published"]))


def _of_whole(ledger: pd.DataFrame, published_figures: pd.DataFrame, number: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The published base of each fact, and the count of it that is published, or that its published share alone allows; both
    or neither, where the release tells them."""
    published = published_figures.set_index("id")
    base, allowed = (
        pd.to_numeric(ledger["fact_id"].map(published[name]), errors="coerce").astype(float)
        for name in ("base_value", "feasible_k")
    )
    part = number.where(ledger["measure"].eq("count"), allowed)
    both = base.notna() & part.notna() & ledger["shown_denominator"].notna()
    return part.where(both), base.where(both)
