"""The usable coded ads, each with its list, its person and its multiplicity; and what does not fit."""

from __future__ import annotations

import pandas as pd

from diagnostic.core.tables import columns
from diagnostic.estimate.codings import plain
from diagnostic.estimate.sample import coded, designs
from diagnostic.estimate.tables import Conflicts, Held, Usable

NOT_DRAWN, OUTSIDE = "not_drawn", "outside"


def link(
    codings: pd.DataFrame, copies: pd.DataFrame, frame: pd.DataFrame, draw: pd.DataFrame, design: str | None
) -> dict[str, pd.DataFrame]:
    """`usable` (one row per usable ad), `held` (one row per person and site with copies), `conflicts` (per ad).

    Ads that the draw does not have are left out and told as conflicts; where the team chose its sample (`design`), those
    of sites that the frame does not have.
    """
    if codings.empty:
        return {"usable": Usable.empty(), "held": Held.empty(), "conflicts": Conflicts.empty()}
    answers = plain(codings)
    kept = frame[frame["kept"] & frame["size"].gt(0)]
    sites = list(dict.fromkeys(kept["site_code"]))
    collapsed = bool((~frame["kept"] & frame["size"].gt(0)).any())
    own = designs.places(answers, frame, design) if design else draw
    ads, table, conflicts = coded.multiplicities(coded.usable_ads(answers, own), copies, sites, collapsed)
    strangers = sorted(set(answers["ad_id"]) - set(own["ad_id"]))
    unknown = ads.loc[ads["maybe"].notna() & ~ads["maybe"].isin(ads["person"]), "ad_id"]
    told = [(ad_id, OUTSIDE if design else NOT_DRAWN) for ad_id in strangers]
    told += [(ad_id, "maybe") for ad_id in sorted(unknown)]
    held = table.rename_axis(index="person", columns="site_code").stack().rename("copies").reset_index()
    return {
        "usable": ads.sort_values("ad_id")[columns(Usable)],
        "held": held[held["copies"] > 0][columns(Held)],
        "conflicts": pd.concat([conflicts, pd.DataFrame(told, columns=columns(Conflicts))], ignore_index=True)[
            columns(Conflicts)
        ],
    }
