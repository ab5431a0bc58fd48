"""Identifiers: what each says is read in the catalogue, and every fact of the studies is what its entry says."""

from __future__ import annotations

import pandas as pd
import pytest
import territories
from drawn import always
from replay import estimated

from diagnostic.estimate.catalogue.ids import chosen, fact, of, together, which
from diagnostic.estimate.catalogue.reading import known

READ = {  # id → pattern, family, place, département, study
    "places.ads.port-neuf": ("places.ads.{place}", "ads_by_place", "port-neuf", "", ""),
    "ads.city_port-neuf_pct": ("ads.city_{place}_pct", "ads_by_place", "port-neuf", "", ""),
    "territory.persons.commune.62041": ("territory.persons.{level}.{code}", "territory", "62041", "", ""),
    "d2a.ads.site_count.A01": ("ads.site_count.{site}", "ads", "", "2a", ""),
    "62-2020.d62.ads.total": ("ads.total", "ads", "", "62", "62-2020"),
    "needs.training_pct": ("{professional_indicator}_pct", "answers", "", "", ""),
    "pros.function_health": ("{coded_indicator}", "contributors", "", "", ""),
    "pros.total_distinct": ("pros.total_distinct", "contributors", "", "", ""),
    "goods.minors_pct": ("{person_share}", "described", "", "", ""),
    "profile.minors": ("{person_count}", "described", "", "", ""),
    "profile.ad.tools.missing": ("profile.ad.{variable}.missing", "profiles", "", "", ""),
    "sensitivity.one_each.profile_women_pct": ("sensitivity.{rule}.{headline}", "choices", "", "", ""),
    "ads.allocation.A01": ("ads.allocation{choice}.{site}", "sample_size", "", "", ""),
    "ads.allocation_floor.A01": ("ads.allocation{choice}.{site}", "sample_size", "", "", ""),
}


@pytest.mark.parametrize("told", READ)
def test_an_identifier_says_its_entry_and_its_parts(told: str) -> None:
    found = fact(told)
    assert (found.pattern, found.family, found.place, found.departement, found.study) == READ[told]
    assert found.entry is known()[found.pattern] and str(found) == told and found == fact(told)


def test_an_identifier_is_no_text() -> None:
    found = fact("d35.places.ads.rennes")
    assert found.plain == fact("places.ads.rennes") != found
    for name in ("startswith", "endswith", "split", "partition", "rpartition", "removeprefix", "replace"):
        with pytest.raises(AttributeError):
            getattr(found, name)
    with pytest.raises(TypeError):
        found + ".more"  # type: ignore[operator]
    with pytest.raises(KeyError, match=r"maraudes\.met\.agen is not in the catalogue"):
        fact("maraudes.met.agen")


COLUMN = ["survey.needs.train", "survey.needs.info_pct", "survey.tools.yes", "d35.survey.needs.info", "ads.total", "x"]


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["survey.{variable}.{option}"], [0, 2]),
        (["survey.needs.{option}"], [0]),
        (["survey.needs.{option}", "survey.{variable}.info_pct"], [0, 1]),
        (["survey.needs.train", "ads.total"], [0, 4]),
        (["survey."], [0, 1, 2]),
        ([], []),
    ],
)
def test_a_column_is_asked_by_name(names: list[str], kept: list[int]) -> None:
    """Facts of a département are none of them, nor what the catalogue does not know."""
    assert [at for at, one in enumerate(of(COLUMN, *names)) if one] == kept
    assert chosen(COLUMN, *names) == [COLUMN[at] for at in kept]
    assert which(COLUMN, lambda one: one.departement == "35").tolist() == [False, False, False, True, False, False]


def test_a_name_that_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError, match=r"interview\.place\.\{place\} is not in the catalogue"):
        of(COLUMN, "interview.place.{place}")


@pytest.mark.parametrize("of_places", always(1, [False, True]))
def test_every_fact_is_what_its_entry_says(of_places: bool) -> None:
    """Of the committed studies, and by place: the way and the unit that the estimator gave are those that the id says."""
    studies = (estimated(study).facts for study in ("62-2020", "99-2025"))
    facts = pd.concat([one.reset_index() for one in ([territories.facts(territories.EIGHT)] if of_places else studies)])
    said = [fact(one).entry for one in facts["fact_id"]]
    assert [entry.way for entry in said] == facts["way"].to_list()
    assert [entry.unit for entry in said] == facts["unit"].to_list()


def test_a_part_is_one_of_its_whole() -> None:
    """Where both are counted exactly, the denominator of a part is the number of what its entry calls its whole."""
    seen = set()
    for study in ("62-2020", "99-2025"):
        facts = estimated(study).facts
        for told, own in facts[facts["measure"].eq("count")].iterrows():
            found = fact(told)
            if (whole := found.entry.whole) and whole in facts.index:
                assert own["value"] <= facts.at[whole, "value"], told
                if pd.notna(own["denominator"]):
                    assert own["denominator"] == facts.at[whole, "value"], told
                    seen.add(found.pattern)
    assert len(seen) > 20


def test_the_answers_to_one_question_stand_together() -> None:
    told = ["survey.exposure.yes_pct", "survey.exposure.no_pct", "survey.exposures.yes_pct", "survey.total"]
    assert together(told[0], told) == told[:2]
