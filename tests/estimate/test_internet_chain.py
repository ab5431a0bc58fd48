"""From pages and counts to the final interval: a fictional département whose truth is known, drawn again and again.

One list is read by pages and shows other ads too, three sites mirror each other, some ads are coded twice, people with
many ads pass through more often. The steps are those of a team: nothing is passed on but their tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas import draw, profiles, uncertainty
from diagnostic.estimate.formulas.agreement import agreements
from diagnostic.estimate.formulas.pages import estimate_pages
from diagnostic.estimate.formulas.uncertainty import estimate_persons
from diagnostic.estimate.sample import usable as sample_usable

PAGE, PAGES, READ = 20, 30, 12
COUNTS = {"E02": 90, "E03": 45, "D01": 20, "D02": 20, "D03": 20}
TURNS = 36


@pytest.fixture(scope="module")
def world() -> dict[str, pd.DataFrame]:
    """Every position of every list: `person` (−1 for an ad that is not one of them) and its answers."""
    rng = np.random.default_rng(99)
    ads_of = rng.geometric(0.35, 190)
    passing = rng.random(190) < np.where(ads_of >= 4, 0.7, 0.25)
    ads = rng.permutation(np.repeat(np.arange(190), ads_of))
    mirror, others = ads[:20], ads[20:]
    first = others[: len(others) - COUNTS["E02"] - COUNTS["E03"]]
    assert len(first) < PAGE * PAGES
    shown = np.concatenate([first, np.full(PAGE * PAGES - len(first), -1)])
    lists = {"E01": rng.permutation(shown), "E02": others[len(first) : len(first) + 90], "E03": others[-45:]}
    lists |= dict.fromkeys(("D01", "D02", "D03"), mirror)
    return {
        site: pd.DataFrame({"person": persons, "passing": np.where(persons >= 0, passing[persons], False)})
        for site, persons in lists.items()
    }


def register(world: dict[str, pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """The frame: E01 from drawn pages, the others counted; mirrors collapsed."""
    ranks = np.sort(rng.choice(PAGES, READ, replace=False))
    relevant = [(world["E01"]["person"].iloc[PAGE * r : PAGE * (r + 1)] >= 0).sum() for r in ranks]
    pages = estimate_pages(list(ranks + 1), [PAGE] * READ, relevant, PAGES, PAGE * PAGES, planned=True)
    frame = pd.DataFrame({"site_code": ["E01", *COUNTS], "place": ""})
    frame["value"] = [pages.total, *COUNTS.values()]
    frame["size"] = frame["value"].round().astype(int)
    frame["variance"] = [pages.se**2, *[0.0] * len(COUNTS)]
    frame["listed"] = [PAGE * PAGES, *COUNTS.values()]
    frame["page_size"] = PAGE
    frame["mirror_group"] = ["", "", "", "M", "M", "M"]
    return draw.collapse_mirrors(frame.set_index(draw.strata(frame["site_code"], frame["place"])))


def code(
    world: dict[str, pd.DataFrame], drawn: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The coding sheet and the copies by site, mirrors included, as a careful team would return them."""
    position = PAGE * (drawn["page_rank"] - 1) + drawn["rank_on_page"] - 1
    found = [world[site].iloc[where] for site, where in zip(drawn["site_code"], position, strict=True)]
    person = np.array([int(one["person"]) for one in found])
    passing = np.array([bool(one["passing"]) for one in found])
    on_site = {site: ads["person"].value_counts() for site, ads in world.items()}
    sheet = drawn[["ad_id", "site_code"]].assign(
        coder="ab",
        coded_on="2026-03-01",
        disposition=np.where(person >= 0, "relevant", "not_prostitution"),
        passing_through=np.where(passing, "yes", "no"),
        cluster_id=[f"k{one}" for one in person],
        copies_searched="yes",
        copies_total=[sum(int(counts.get(one, 0)) for counts in on_site.values()) for one in person],
    )
    second = sheet[drawn["double"].to_numpy()].assign(coder="cd", coded_on="2026-03-02")
    wrong = rng.random(len(second)) < 0.05
    second.loc[wrong, "passing_through"] = second.loc[wrong, "passing_through"].map({"yes": "no", "no": "yes"})
    copies = [
        (ad_id, site, int(counts.get(one, 0)))
        for ad_id, one in zip(drawn["ad_id"], person, strict=True)
        if one >= 0
        for site, counts in on_site.items()
        if counts.get(one, 0)
    ]
    return pd.concat([sheet, second], ignore_index=True), pd.DataFrame(copies, columns=["ad_id", "site_code", "copies"])


@pytest.mark.slow
def test_known_truth_is_inside_the_intervals(world):
    everyone = pd.concat([world[site] for site in ("E01", "E02", "E03", "D01")])
    everyone = everyone[everyone["person"] >= 0]
    persons = everyone.drop_duplicates("person")
    truth = {
        "persons": len(persons),
        "ad": everyone["passing"].mean(),
        "person": persons["passing"].mean(),
    }
    assert truth["ad"] - truth["person"] > 0.05
    hits: dict[str, list[bool]] = {name: [] for name in (*truth, "check")}
    values, alphas, doubled = [], [], []
    for turn in range(TURNS):
        rng = np.random.default_rng([7, turn])
        frame = register(world, rng)
        planned = draw.plan(frame, 200)
        drawn = draw.draw_ads(frame, planned["drawn"], turn, 0.25)
        codings, copies = code(world, drawn, rng)
        ads = sample_usable.usable_ads(codings, drawn)
        ads, table, conflicts = sample_usable.multiplicities(
            ads, copies, frame["site_code"], sample_usable.Mirrors({}, 1, 1)
        )
        assert conflicts.empty and ads["multiplicity"].notna().all()
        usable = ads.groupby("stratum").size()
        sizes = frame["size"].clip(lower=usable.reindex(frame.index).fillna(0)).astype(int)
        _, check = estimate_persons(ads["stratum"], ads["person"], table, sizes.to_dict())
        lists = frame[["variance"]].assign(size=frame["value"])
        final = uncertainty.with_multiplicities(ads, lists, check=check)
        hits["persons"].append(final.low <= truth["persons"] <= final.high)
        hits["check"].append(check.low <= truth["persons"] <= check.high)
        values.append(final.value)
        assert final.kind == "sampling" and final.parts["pages"] > 0
        shares = profiles.profiles(ads, lists["size"], ["passing_through"], size_variances=lists["variance"].to_dict())
        for row in shares[shares["option"] == "yes"].itertuples():
            hits[row.unit].append(row.low <= truth[row.unit] <= row.high)
        if turn < 5:
            found = agreements(codings, ["passing_through"], seed=turn, replicates=100).iloc[0]
            alphas.append(found["alpha"])
            doubled.append(found["units"] / len(drawn))
    assert np.mean(values) == pytest.approx(truth["persons"], rel=0.015 * np.sqrt(60 / TURNS))
    for name in (*truth, "check"):
        assert np.mean(hits[name]) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / TURNS), name
    assert min(alphas) > 0.6 and np.mean(doubled) == pytest.approx(0.25, abs=0.03)
