"""Counts by place, coded ads and demand: what is published holds, checked by direct arithmetic on the rows."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from diagnostic.codebook import loading
from diagnostic.reconstruct import internet, project, situations
from diagnostic.reconstruct.situations import Impossible, Publication, Questions

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "resources" / "studies" / "62-2020"
SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2,)))


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(STUDY / name, dtype=str, keep_default_na=False)


@cache
def publication() -> Publication:
    return Publication.read(read("published_figures.csv"), read("structure.csv"))


def half_up(count: float, base: float) -> int:
    return int((200 * count + base) // (2 * base))


@pytest.mark.parametrize("seed", SEEDS)
def test_places(seed: int) -> None:
    counts = read("ad_counts.csv")
    made = internet.placed(counts, read("sites.csv"), publication(), seed)
    made["number"] = made["count"].astype(int)
    before = counts.set_index("site_code")["count"].astype(int)
    assert made.groupby("site_code")["number"].sum().to_dict() == before.to_dict(), "sites keep their counts"
    by_place = made[made["number"] > 0].groupby("place")["number"].sum().sort_values(ascending=False)
    assert len(by_place) == 30 and not by_place.index.isin([""]).any()
    first = by_place.index[:5]
    assert sum(name.startswith("Lieu fictif") for name in by_place.index) == 25
    shares = {"Lens": 26, "Arras": 18, "Boulogne": 14, "Bethune": 12, "Calais": 11}
    told = {name.replace("é", "e"): half_up(int(by_place[name]), 699) for name in first}
    assert told == shares and half_up(int(by_place[first].sum()), 699) == 80
    mirrors = read("sites.csv").query("mirror_group != ''")["site_code"]
    alike = [
        tuple(sorted(zip(own["place"], own["number"], strict=True)))
        for _, own in made[made["site_code"].isin(mirrors)].groupby("site_code")
    ]
    assert len(set(alike)) == 1


def draw(size: int) -> pd.DataFrame:
    rows = [(f"A{at}", "E01", 1 + at // 20, 1 + at % 20) for at in range(size)]
    return pd.DataFrame(rows, columns=["ad_id", "site_code", "page_rank", "rank_on_page"])


@pytest.mark.parametrize("seed", SEEDS)
def test_coded_ads(seed: int) -> None:
    rows = internet.coded(publication(), draw(262), dt.date(2018, 10, 1), seed)["ads"]
    made = pd.DataFrame([row for row in rows if row["disposition"] == "relevant"])
    assert len(rows) == 262 and len(made) == 249
    counts = made["gender_presented"].value_counts()
    assert [half_up(int(counts[name]), 249) for name in ("woman", "man", "trans")] == [84, 7, 9]
    assert half_up(int(made["passing_through"].eq("yes").sum()), 249) == 18
    assert half_up(int(made["declared_age"].isna().sum()), 249) == 53
    assert int(made["declared_age"].mean() + 0.5) == 30
    stated = made["declared_origin"].value_counts()
    known = int(stated["french"] + stated["foreign"])
    assert half_up(known, 249) == 58 and half_up(int(stated["french"]), known) == 20
    assert half_up(int(made["network_sign"].map(lambda signs: signs != ("none",)).sum()), 249) == 38
    men, women = (made["audience"].map(lambda told, who=who: who in told) for who in ("men", "women"))
    alone = made["audience"].map(len).eq(1)
    cases = (men, men & alone, women, women & alone)
    assert [half_up(int(case.sum()), 249) for case in cases] == [96, 91, 8, 4]
    assert half_up(249 - made["cluster_id"].nunique(), 249) == 61


def test_a_draw_too_small_is_refused() -> None:
    with pytest.raises(Impossible, match="249"):
        internet.coded(publication(), draw(248), dt.date(2018, 10, 1), 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_demand(seed: int) -> None:
    made = internet.demand_noted(publication(), "E01", seed)
    numbers = [row["demand_count"] for row in made["demand_ads"]]
    assert sum(numbers) == 22 and set(numbers) <= {1, 2, 4, 5}  # type: ignore[arg-type]
    threads = [row["threads_active"] for row in made["forum_threads"] if row["place"]]
    assert sum(threads) == 76 and len(threads) == 24  # type: ignore[arg-type]
    assert len({row["venue_code"] for row in made["venues"]}) == 7
    assert len({row["arrondissement"] for row in made["venues"]}) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_professionals(seed: int) -> None:
    fields = list(read("interviews.csv")["activity_field"])
    forms, met = project.drawn(publication(), fields, seed)
    sizes = [unit.people for unit in forms]
    collective = [size for size in sizes if size > 1]
    assert (len(sizes), sum(sizes), len(collective)) == (36, 61, 12)
    assert (min(collective), max(collective)) == (2, 8)
    assert sum(unit.met for unit in met) == 35 and sum(unit.people for unit in (*forms, *met)) == 92
    asked = [unit for unit in forms if unit.one("needs") and not unit.says("ill_equipped")]
    assert not asked, "a need is only asked of who is not equipped"


@cache
def asked() -> Questions:
    return Questions(loading.load(loading.read_folder(ROOT / loading.FOLDER)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_situations(seed: int) -> None:
    made = situations.drawn(publication(), asked(), seed)
    inside = [one for one in made if not one.risk]
    assert sum(one.persons for one in inside) == 152 and sum(one.persons for one in made) == 167
    for one in inside:
        several = [name for name, options in one.ticks.items() if len(options) > 1]
        if one.persons > 1:
            assert set(several) <= {"age_band", "nationality"} and len(several) <= 1
            assert all(len(one.ticks[name]) == one.persons for name in several), "one answer for each person"
