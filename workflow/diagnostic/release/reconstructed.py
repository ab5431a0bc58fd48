"""What data reconstructed from a publication may say: what every reconstruction says, and nothing else.

They were made to agree with the published figures, so only these hold in all of them, at the precision at which they
were published. Any other number, any bound, numerator or base changes from one reconstruction to the next.
"""

from __future__ import annotations

import re

import pandas as pd

ORIGIN = "reconstructed"
MOVES = "Reconstitué : ce nombre change d’une reconstitution à l’autre."
HOLDS = "Reconstitué : vrai de toute reconstitution, à la précision publiée."
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def settle(ledger: pd.DataFrame, reproduction: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger and the reproduction table of a study, with what is reconstructed reduced to what holds in every
    solution; both as they are where nothing is."""
    made = ledger["origin"].eq(ORIGIN)
    if not made.any():
        return ledger, reproduction
    same = reproduction[reproduction["status"].eq("reproduced")].set_index("fact_id")["published"]
    published = ledger["fact_id"].map(same)
    number = pd.to_numeric(published.where(published.fillna("").str.match(NUMBER)), errors="coerce").astype(float)
    holds = made & published.notna()
    moves = made & ~holds
    kept = holds & ledger["verdict"].ne("withheld")
    settled = ledger.assign(
        verdict=ledger["verdict"].mask(moves, "withheld"),
        reason=ledger["reason"].mask(moves, MOVES).mask(kept, HOLDS),
        value=ledger["value"].mask(made, number),
        shown_value=ledger["shown_value"].mask(moves).mask(kept, number),
        interval_kind=ledger["interval_kind"].mask(made, "none"),
        **{name: ledger[name].mask(made) for name in ("low", "high", "shown_low", "shown_high")},
        **{name: ledger[name].mask(made) for name in ("numerator", "denominator")},
        **{name: ledger[name].mask(made, "") for name in ("method", "rules")},  # they may tell numbers
    )
    told = reproduction["fact_id"].isin(ledger.loc[holds, "fact_id"])
    return settled, reproduction.assign(computed=reproduction["computed"].mask(told, reproduction["published"]))
