"""Samples that the team chose: refused until their choice is declared, then estimated as drawn, or described and no more."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, product
from statistics import fmean

import pandas as pd
import pytest
from drawn import always
from fictional import STUDY, world
from own import home
from replay import RELEASE, Estimated, estimated, recorded, replayed

from diagnostic.collect import steps
from diagnostic.collect.answers import DESCRIBED, SAMPLES
from diagnostic.core.tables import model
from diagnostic.estimate.catalogue.reading import known
from diagnostic.estimate.formulas import draw
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.sample import steps as sample_steps
from diagnostic.estimate.sample import usable
from diagnostic.estimate.sample.usable import OUTSIDE, RELEVANT, link

# The places of two sites: the person whose ad is there, None where there is none; D02 mirrors D01.
SITES = {"E01": [1, 2, None, 3], "D01": [1, 1, 3], "D02": [1, 1, 3]}
ADS_OF, PERSONS = {1: 3, 2: 1, 3: 2}, 3
NO_PAGES = model("collect/ad_pages").empty()


def numbers(*written: str) -> pd.DataFrame:
    return pd.DataFrame({"ad_id.code": list(written)})


def test_a_sample_of_unknown_choice_is_refused_with_the_choices_there_are() -> None:
    [problem] = steps.undeclared_sample("62-2026", numbers("A001", "A002"), None, "annonces.xlsx")
    assert (problem.file, problem.severity) == ("annonces.xlsx", "bloquant")
    assert all(
        f"coded_sample: {code}" in problem.remedy and meaning in problem.remedy for code, meaning in SAMPLES.items()
    )
    assert "config/studies/62-2026.yaml" in problem.remedy and "Les 2 numéros" in problem.message.replace("\xa0", " ")
    for design in SAMPLES:
        assert not list(steps.undeclared_sample("62-2026", numbers("A001"), design, "annonces.xlsx"))


def test_the_numbers_of_the_draw_need_no_declaration() -> None:
    frame = pd.DataFrame({"site_code": ["E01"], "place": [""], "size": [40]}, index=["E01"])
    drawn = draw.draw_ads(frame, pd.Series({"E01": 20}), seed=3)["ad_id"]
    assert drawn.map(lambda one: steps.DRAWN.fullmatch(one) is not None).all()
    for one in drawn:  # a miswritten one is told with the codings
        assert not list(steps.undeclared_sample(STUDY, numbers(one, "A001"), None, "annonces.xlsx"))
    assert not list(steps.undeclared_sample(STUDY, numbers(), None, "annonces.xlsx"))


def test_copies_in_common_are_a_part_of_those_of_the_second_search() -> None:
    found = {"copies_total.number": [4, 4, 4, None], "copies_again.number": [5, 4, None, 2]}
    ads = pd.DataFrame({"sheet": 1, "row": [3, 4, 5, 6]} | found).astype("Int64")
    place = {"table": "ads", "name": "copies_again", "sheet": 1, "column": "R"}
    [problem] = steps.copies_in_common(ads, pd.DataFrame([place]), "annonces.xlsx")
    assert (problem.severity, problem.sheet, problem.row, problem.column) == ("bloquant", "1", 3, "R")
    assert not list(steps.copies_in_common(ads.drop(columns=["copies_again.number"]), pd.DataFrame([place]), "a.xlsx"))


@cache
def frame() -> pd.DataFrame:
    counts = pd.DataFrame(
        {
            "site_code": list(SITES),
            "place": None,
            "category": ["escorting", "dating", "dating"],
            "mirror_group": [None, "M", "M"],
            "count": [len(own) for own in SITES.values()],
            "method": "exact",
        }
    )
    pages = pd.DataFrame(columns=["site_code", "place", "page_rank"])
    return register.owned(register.lists(counts, pages, {"confidence": 0.95, "seed": 1})).reset_index()


def persons(sample: list[tuple[str, int | None]], design: str) -> float:
    """The persons estimated from coded places: (site, person) of each."""
    rows = [
        {
            "ad_id": f"A{at}",
            "coder": "AB",
            "coded_on": "2026-01-05",
            "site_code": site,
            "disposition": RELEVANT if person else "no_place",
            "cluster_id": None if person is None else f"K{person}",
            "copies_searched": "yes",
            "copies_total": ADS_OF.get(person) if person else None,
        }
        for at, (site, person) in enumerate(sample)
    ]
    answers, lists = pd.DataFrame(rows), frame()
    places = usable.places_seen(answers, usable.designed_places(answers, lists, design, NO_PAGES))
    ads = usable.usable_ads(answers, usable.designed_places(answers, lists, design, NO_PAGES))
    if design == usable.SIMPLE:
        lists, of = usable.as_one(lists)
        places, ads = (one.assign(stratum=one["stratum"].map(of)) for one in (places, ads))
    told = places.assign(inside=places["disposition"].eq(RELEVANT))
    known = sample_steps.corrected(usable.raised(lists, places["stratum"]), told, 0.95)
    kept = known[known["kept"] & known["high"].gt(0)].set_index("stratum")
    shares = (1 / ads["copies_total"].astype(float)).groupby(ads["stratum"]).mean()
    return float((kept["value"] * shares).sum())  # D_HH, not raised to the persons seen


@pytest.mark.parametrize("n", always(0, [5, 3]))
def test_a_simple_sample_of_the_whole_list_is_unbiased(n: int) -> None:
    places = [(site, person) for site in ("E01", "D01") for person in SITES[site]]
    values = [persons(list(own), usable.SIMPLE) for own in combinations(places, n)]
    assert abs(fmean(values) - PERSONS) < 1e-12


@pytest.mark.parametrize("n", always(1, [((2, 2),), ((3, 2),)]))
def test_a_sample_by_site_is_unbiased(n: tuple[int, int]) -> None:
    own = [[(site, person) for person in SITES[site]] for site in ("E01", "D01")]
    values = [
        persons([*one, *two], usable.BY_SITE)
        for one, two in product(combinations(own[0], n[0]), combinations(own[1], n[1]))
    ]
    assert abs(fmean(values) - PERSONS) < 1e-12


def test_ads_of_a_mirror_left_out_are_told_and_count_for_nothing_but_in_a_description() -> None:
    kept = frame().set_index("stratum")["kept"]
    assert kept.to_dict() == {"E01": True, "D01": True, "D02": False}
    codings = pd.DataFrame({"ad_id": ["a", "b"], "site_code": ["E01", "D02"]})
    assert usable.designed_places(codings, frame(), usable.BY_SITE, NO_PAGES)["ad_id"].to_list() == ["a"]
    for design in DESCRIBED:
        assert usable.designed_places(codings, frame(), design, NO_PAGES)["ad_id"].to_list() == ["a", "b"]
    typed = codings.rename(columns=lambda name: f"{name}.code").assign(
        **{"disposition.code": RELEVANT, "coder.code": "AB", "sheet": 1, "row": [3, 4], "turn": 1}
    )
    copies = pd.DataFrame(columns=["ad_id", "site_code", "copies"])
    told = link(typed, copies, NO_PAGES, frame(), pd.DataFrame(columns=["ad_id", "stratum"]), usable.BY_SITE)
    assert told["conflicts"].to_numpy().tolist() == [["b", OUTSIDE]] and told["usable"]["ad_id"].to_list() == ["a"]


def test_a_list_has_at_least_the_ads_coded_there() -> None:
    made = usable.raised(frame(), pd.Series(["E01"] * 6)).set_index("stratum").loc["E01"]
    assert (made["size"], made["value"], made["high"], made["listed"]) == (6, 6, 6, 6)


def chosen(design: str) -> Estimated:
    """The fictional study, its coded ads under numbers of the team's own and its choice declared."""
    calls = []
    for call in recorded(home(), STUDY):
        own = {name: design for name in ("design", "coded_sample") if name in call.params}
        if "sampling" in call.params:
            own["sampling"] = call.params["sampling"] | {"design": design}
        calls.append(replace(call, params=call.params | own))
    first = next(at for at, call in enumerate(calls) if call.rule == RELEASE)

    def renamed(tables: dict[str, pd.DataFrame]) -> None:
        new = {one: f"T{at:04d}" for at, one in enumerate(tables["ads"]["ad_id.code"].unique())}
        for name in ("ads", "ad_copies"):
            tables[name]["ad_id.code"] = tables[name]["ad_id.code"].map(new)

    return Estimated(STUDY, replayed(calls[:first], home(), change=renamed), calls[first:], home())


@pytest.mark.slow
@pytest.mark.parametrize("design", [usable.BY_SITE, usable.SIMPLE])
def test_a_sample_drawn_elsewhere_is_estimated_as_the_project_would(design: str) -> None:
    """The same ads as those of the draw, whose lists are one site in two places, or all of them: nearly the same numbers.
    The lists read by pages have the ads that their pages say, which the places drawn by the project correct."""
    facts, drawn = chosen(design).facts, estimated(STUDY).facts
    assert facts.at[f"sample.design.{design}", "value_text"] == SAMPLES[design]
    assert facts.at["persons.total", "value"] == pytest.approx(drawn.at["persons.total", "value"], rel=0.1)
    assert facts.at["persons.total", "low"] <= world().ads["person"].nunique() <= facts.at["persons.total", "high"]
    assert not facts.index.str.startswith("draw.").any()


@pytest.mark.slow
@pytest.mark.parametrize("design", sorted(DESCRIBED))
def test_a_sample_that_allows_no_estimate_is_described_without_weight_nor_interval(design: str) -> None:
    facts = chosen(design).facts
    assert not facts.index.str.match(r"draw\.|profile\.|sample\.(margin|relevant|lost|out)|persons\.(?!seen)").any()
    each_once = known()["{ad_indicator}"].universe
    about = facts[facts["universe"].isin([each_once, "annonces codées"])]
    assert len(about) > 20 and not about["interval_kind"].eq("sampling").any()
    assert (
        facts.loc[facts["universe"] == each_once, "method"].str.startswith(("Parmi les annonces codées", "Un ")).all()
    )
