"""What the coded ads of a region say of each département: its own lists alone, weighted by hand; and nothing of persons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from handmade import BOOK
from test_departements import NAMES, SAMPLING, STUDY

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.tables import columns, model
from diagnostic.estimate.formulas import draw
from diagnostic.estimate.internet import lists
from diagnostic.estimate.sample import usable
from diagnostic.estimate.tables import TABLES
from diagnostic.estimate.territory import departements

# site, place → ads of the list, of how many places drawn the ad presents a woman: every third, every fourth…
LISTS = {("E01", "Rennes (35)"): (300, 3), ("E02", "35"): (90, 4), ("E01", "22"): (200, 2), ("E01", None): (60, 5)}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """A frame counted exactly, drawn and coded whole; and the rest of a region, empty."""
    rows = [
        {"stratum": f"{site} / {place}" if place else site, "site_code": site, "place": place or "", "size": size}
        for (site, place), (size, _) in LISTS.items()
    ]
    frame = pd.DataFrame(rows).assign(
        category="escorting", mirror_group="", variance=0.0, degrees=np.inf, page_size=pd.NA
    )
    frame = frame.assign(value=frame["size"].astype(float), low=frame["size"], high=frame["size"], listed=frame["size"])
    frame["page_size"] = frame["page_size"].astype("Int64")
    made = lists.planned(frame.set_index("stratum"), SAMPLING | {"domains": "departement"})
    drawn = draw.draw_ads(made, made["drawn"], 1, 0.0)
    every = {row["stratum"]: LISTS[row["site_code"], row["place"] or None][1] for row in rows}
    woman = (drawn["draw_order"] % drawn["stratum"].map(every)).eq(0)
    codings = pd.DataFrame(
        {
            "sheet": 1,
            "row": range(2, len(drawn) + 2),
            "turn": 1,
            "ad_id.code": drawn["ad_id"].to_numpy(),
            "coder.code": "ab",
            "site_code.code": drawn["site_code"].to_numpy(),
            "disposition.code": "relevant",
            "gender_presented.code": np.where(woman, "woman", "man"),
            "declared_place.text": "Rennes",
        }
    )
    frame = made.reset_index()[columns("estimate/frame")]
    linked = usable.link(codings, CONSOLIDATED["copies"].empty(), model("collect/ad_pages").empty(), frame, drawn, None)
    names = ("pages", "counts", "demand_ads", "forum", "cases", "professionals", "respondents", "described", "pairs")
    return (
        {name: CONSOLIDATED[name].empty() for name in names}
        | {"frame": frame, "draw": drawn, "codings": codings}
        | linked
    )


@pytest.fixture(scope="module")
def facts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    given = {"places": model("collect/places").empty(), "study": STUDY, "sampling": SAMPLING | {"design": None}}
    counting = {"ceiling": 10, "first_year": None}
    made = departements.estimate(departements=NAMES, counting=counting, **given, **tables, **BOOK)["departements"]
    return TABLES["departements"].validate(made).set_index("fact_id")


@pytest.mark.slow
def test_a_share_is_that_of_the_lists_of_the_departement(tables: dict[str, pd.DataFrame], facts: pd.DataFrame) -> None:
    """Σ N_h p_h ÷ Σ N_h, from the ads drawn in each list."""
    drawn = tables["draw"].merge(tables["codings"], left_on="ad_id", right_on="ad_id.code")
    seen = drawn.groupby("stratum")["gender_presented.code"].agg(lambda own: own.eq("woman").mean())
    for code, own in {"35": ["E01 / Rennes (35)", "E02 / 35"], "22": ["E01 / 22"]}.items():
        sizes = tables["frame"].set_index("stratum")["size"].astype(float)[own]
        share = facts.loc[f"d{code}.profile.ad.gender_presented.woman"]
        assert share["value"] == pytest.approx(100 * (sizes * seen[own]).sum() / sizes.sum())
        assert share["low"] < share["value"] < share["high"] and share["interval_kind"] == "sampling"
        assert share["denominator"] == drawn["stratum"].isin(own).sum() == facts.loc[f"d{code}.sample.usable", "value"]
        assert facts.loc[f"d{code}.sample.margin.all", "value"] <= 5.01  # what was asked of each
    assert not facts.index.str.startswith(("d29.", "d56.")).any()


def test_neither_persons_nor_places_nor_means_are_told_of_a_departement(facts: pd.DataFrame) -> None:
    assert not facts.index.str.contains("person|declared_place|declared_age|cited").any()


def test_a_sample_that_the_team_chose_says_nothing_of_a_departement(tables: dict[str, pd.DataFrame]) -> None:
    given = {"places": model("collect/places").empty(), "study": STUDY, "sampling": SAMPLING | {"design": "simple"}}
    counting = {"ceiling": 10, "first_year": None}
    made = departements.estimate(departements=NAMES, counting=counting, **given, **tables, **BOOK)["departements"]
    assert made.empty
