"""Ads by place under the gate: those of few ads together leave each of them as many numbers as its threshold."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pandas as pd
import pytest
from drawn import always, cases, long, one_in
from facts_at_hand import Fact
from simulated import policy

from diagnostic.estimate.facts import Builder, group_of, table
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import decide, verdict
from diagnostic.release.ways.way import Scope

SMALLEST, THRESHOLD = 20, 11  # ads of a place that is named; of the class of places
KEYS = [Draw(str(key).encode()) for key in range(60)]
TRIED = KEYS[:: 1 if long() else 12]


def told(name: str, value: float, places: int = 0, measure: str = "count", draw: Draw = KEYS[0]) -> dict[str, Any]:
    group = f"ads: place={'|'.join(f'p{n}' for n in range(places))}" if places else ""
    fact = {
        "fact_id": name,
        "value": value,
        "numerator": value,
        "denominator": 5000.0,
        "measure": measure,
        "unit": "ad",
        "way": "place",
    }
    fact |= {"group": group, "low": None, "high": None, "origin": "observed", "source_table": "consolidate/counts"}
    return verdict(fact | {"method": ""}, Scope(policy(), draw))


@pytest.mark.parametrize("places", always(1, [2, 3, 4]))
def test_no_place_is_closed_in_on(places: int) -> None:
    """Every sum that so many places of at most 19 ads may have, under each key: what one may have if the others have from
    none to 19, by trying."""
    looked = 0
    for total, draw in itertools.product(range(SMALLEST, places * (SMALLEST - 1) + 1), TRIED):
        one = told("ads.joined.rest", total, places, draw=draw)
        if one["verdict"] != "shown":
            continue
        looked += 1
        sums = range(int(one["claim_low"]), int(one["claim_high"]) + 1)
        others = (places - 1) * (SMALLEST - 1)
        possible = [n for n in range(SMALLEST) if any(0 <= whole - n <= others for whole in sums)]
        assert total in sums and possible[-1] - possible[0] >= THRESHOLD - 1
    assert looked > len(TRIED)


def test_nearly_as_many_as_named_places_have_is_not_told() -> None:
    assert {told("ads.joined.rest", 38, 2, draw=draw)["verdict"] for draw in KEYS} == {"shown", "withheld"}
    assert {told("ads.joined.rest", 38, 2, draw=draw)["shown_value"] for draw in KEYS} >= {30.0}


def test_places_left_that_are_too_few_are_withheld() -> None:
    assert all(told("ads.joined.rest", 19, 3, draw=draw)["verdict"] == "withheld" for draw in KEYS)


def test_ads_of_a_place_read_by_pages_are_a_number_of_ads() -> None:
    """And no share: 352.4 ads are 350 or 360, never 95."""
    seen = {told("places.ads.villeneuve", 352.4, measure="estimate", draw=draw)["shown_value"] for draw in KEYS}
    assert seen and seen <= {350.0, 360.0}
    assert told("places.ads.bourg", 12.5, measure="estimate")["verdict"] == "withheld"


# -- All places together, with the exact number of all ads ---------------------------------------------------------


def counted(ads: dict[str, int]) -> list[Fact]:
    """The facts on ads by place, those of fewer than twenty together."""
    total = sum(ads.values())
    build = Builder("consolidate/counts", "observed", "ad_counts.csv!C2:C9")
    words = [{"place": name, "name": name.title()} for name in ads]
    found = [build.count("places.ads.{place}", ads[one["place"]], total, **one) for one in words]
    found += [build.share("ads.city_{place}_pct", ads[one["place"]], total, **one) for one in words]
    first = sum(sorted(ads.values(), reverse=True)[:5])
    found += [build.share("ads.five_cities_pct", first, total)] if len(ads) > 5 else []
    found += [build.share("places.placed_pct", total, 2 * total)]
    small = sorted(name for name, number in ads.items() if number < SMALLEST)
    group = group_of("ads", ("place", small))
    together = Builder("consolidate/counts", "observed")
    found += [together.count("ads.joined.rest", sum(ads[one] for one in small), total, group=group)] if small else []
    return [one for one in found if one]


def statements(ads: dict[str, int], draw: Draw) -> pd.DataFrame:
    ledger = decide(table("47-2026", counted(ads)), policy(), draw=draw).ledger
    return made(ledger, {"ad_counts.csv"}).set_index("statement_id")


def possible(said: pd.DataFrame, ads: dict[str, int]) -> list[int]:
    """What one of the places that are not named may have, for a reader who knows the exact total, by trying: every number of
    each named place that its printed number and its share allow, and every sum of the others."""
    total, hidden = sum(ads.values()), sum(number < SMALLEST for number in ads.values())
    known: dict[tuple[int, tuple[int, ...]], None] = {(0, ()): None}
    for place in (one for one in ads if said.at[f"places.ads.{one}", "kind"] == "value"):
        low, high = said.loc[f"places.ads.{place}", ["claim_low", "claim_high"]]
        share = said.loc[f"ads.city_{place}_pct", ["claim_low", "claim_high"]].fillna(
            {"claim_low": 0, "claim_high": 100}
        )
        may = [
            n
            for n in range(int(low), int(high) + 1)
            if n >= SMALLEST and share.iloc[0] <= 100 * n / total <= share.iloc[1]
        ]
        known = {(done + n, tuple(sorted((*each, n)))): None for done, each in known for n in may}
    named_all = all(said.at[f"places.ads.{one}", "kind"] == "value" for one, n in ads.items() if n >= SMALLEST)
    rest = said.loc["ads.joined.rest"]
    found = set()
    for done, each in known:
        left = total - done
        if rest["kind"] == "value" and named_all and not rest["claim_low"] <= left <= rest["claim_high"]:
            continue
        if "ads.five_cities_pct" in said.index and said.at["ads.five_cities_pct", "kind"] == "value" and len(each) >= 5:
            five = said.loc["ads.five_cities_pct"]
            if not five["claim_low"] <= 100 * sum(each[-5:]) / total <= five["claim_high"]:
                continue
        largest = SMALLEST - 1 if named_all else left
        found |= {n for n in range(1, largest + 1) if hidden - 1 <= left - n <= (hidden - 1) * largest}
    return sorted(found)


@pytest.mark.parametrize("seed", one_in(3, range(cases(120))))
def test_no_place_that_is_not_named_is_closed_in_on(seed: int) -> None:
    """One to three named places and as many others, under any key: eleven numbers at least are left for each of those."""
    rng, draw = random.Random(seed), Draw(str(seed).encode())
    ads = {f"n{at}": rng.randint(20, 60) for at in range(rng.randint(1, 3))}
    ads |= {f"p{at}": rng.randint(1, 19) for at in range(rng.randint(1, 3))}
    said = statements(ads, draw)
    shown = said["kind"].eq("value") & said.index.str.startswith("places.ads.")
    if shown.any():
        found = possible(said, ads)
        assert found[-1] - found[0] >= THRESHOLD - 1, (ads, said[["printed"]])


@pytest.mark.slow
def test_an_exact_sum_beside_rounded_places_is_not_printed() -> None:
    """The five first places and the ads whose place is known: shares to five points, without the numbers behind."""
    ads = {"a": 126, "b": 69, "c": 39, "d": 30, "e": 25, "f": 16, "g": 10, "h": 9}
    for draw in KEYS[:8]:
        said = statements(ads, draw)
        ours = said[
            said.index.isin(["ads.five_cities_pct", "places.placed_pct"]) | said.index.str.startswith("ads.city_")
        ]
        assert ours["printed_numerator"].isin(["", "non publié"]).all()
        assert ours["printed_denominator"].isin(["", "non publié"]).all()
        assert (ours["shown_value"].dropna() % 5 == 0).all() and not ours["printed"].str.contains(",").any()
        numbers = said.loc[said.index.str.startswith(("places.ads.", "ads.joined.")), "shown_value"].dropna()
        assert len(numbers) and (numbers % 10 == 0).all()


@pytest.mark.parametrize("key", one_in(3, range(12)))
def test_the_ads_of_a_place_are_drawn_once(key: int) -> None:
    """Two places of one printed number have one printed share, its nearest multiple of five points, and what this share stands
    for holds what the number does: it narrows nothing."""
    ads = {"a": 126, "b": 69, "c": 39, "d": 30, "e": 25, "f": 16, "g": 10, "h": 9}
    said, total = statements(ads, Draw(str(key).encode())), sum(ads.values())
    looked = 0
    for place, true in ads.items():
        share = f"ads.city_{place}_pct"
        if share not in said.index or said.at[share, "kind"] != "value":
            continue
        looked += 1
        number, told = said.loc[f"places.ads.{place}"], said.loc[share]
        assert abs(told["shown_value"] - 100 * number["shown_value"] / total) <= 2.5
        for end, sign in (("claim_low", 1), ("claim_high", -1)):
            assert sign * (100 * number[end] / total - told[end]) >= 0
        assert told["claim_low"] <= 100 * true / total <= told["claim_high"]
    assert looked


def coded(place: str, part: int, value: float) -> Fact:
    return Fact(
        fact_id=f"profile.ad.declared_place.{place}",
        label=f"lieu déclaré : {place}, part des annonces",
        unit="ad",
        measure="percent",
        universe="x",
        formula="x",
        source_table="consolidate/codings",
        origin="observed",
        value=value,
        numerator=part,
        denominator=286.0,
        decimals=1,
    )


def test_a_place_is_named_everywhere_or_nowhere() -> None:
    """A place of sixteen ads, of which thirty coded ones would be a share, is named by none of both; nor is one of fewer
    than twenty coded ads that was not counted."""
    ads = {"a": 126, "b": 69, "c": 16}
    facts = [
        *counted(ads),
        coded("a", 116, 44.8),
        coded("c", 30, 10.4),
        coded("elsewhere", 19, 6.6),
        coded("far", 30, 10.4),
    ]
    ledger = decide(table("47-2026", facts), policy(), draw=KEYS[0]).ledger
    said = made(ledger, []).set_index("statement_id")["kind"]
    assert {name: said[f"profile.ad.declared_place.{name}"] for name in ("a", "c", "elsewhere", "far")} == {
        "a": "value",
        "c": "withheld",
        "elsewhere": "withheld",
        "far": "value",
    }
