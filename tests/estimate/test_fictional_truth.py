"""The fictional study 99-2025 from its filled workbooks to its facts: what is true of it lies inside the intervals."""

from __future__ import annotations

import fictional
import pandas as pd
import pytest
from replay import Estimated, estimated

SINGLE = ("gender_presented", "declared_origin", "passing_through")
SETS = ("audience", "hosting", "vocabulary", "euphemism", "network_sign")
UNKNOWN = "not_stated"


@pytest.fixture(scope="module")
def study() -> Estimated:
    return estimated(fictional.STUDY)


@pytest.fixture(scope="module")
def world() -> fictional.World:
    return fictional.world()


def truths(world: fictional.World) -> dict[str, float]:
    """Every share that the study estimates, by ad and by person of the collapsed frame, in percent."""
    persons = world.persons.loc[sorted(set(world.ads["person"]))]
    made = {}
    for unit, answers in (("ad", persons.loc[world.ads["person"]]), ("person", persons)):
        for name in SINGLE:
            known = answers[name][answers[name] != UNKNOWN]
            for option, share in known.value_counts(normalize=True).items():
                made[f"profile.{unit}.{name}.{option}"] = 100 * share
        for name in SETS:
            for option in {option for own in answers[name] for option in own}:
                made[f"profile.{unit}.{name}.{option}"] = 100 * answers[name].map(lambda own, o=option: o in own).mean()
        signs = answers["network_sign"].map(lambda own: len(set(own) - {"none"}))
        for least in (1, 2, 3):
            made[f"profile.{unit}.network_sign.at_least_{least}"] = 100 * (signs >= least).mean()
        stated = answers["age_stated"] == "yes"
        made[f"profile.{unit}.declared_age.missing"] = 100 * (~stated).mean()
        made[f"profile.{unit}.declared_age.mean"] = answers.loc[stated, "declared_age"].mean()
        made[f"profile.{unit}.declared_origin.missing"] = 100 * answers["declared_origin"].eq(UNKNOWN).mean()
    return made


def test_persons_and_ads_are_inside_their_intervals(study: Estimated, world: fictional.World) -> None:
    on_site = world.ads["site_code"].value_counts()
    expected = {
        **dict.fromkeys(
            (f"persons.{name}" for name in ("total", "horvitz_thompson", "indicative", "logical")),
            world.ads["person"].nunique(),
        ),
        "ads.site_count.A01": on_site["A01"],
        "ads.site_count.A02": on_site["A02"],
        "ads.total": len(world.ads) + fictional.MIRRORS["D02"],
    }
    for fact_id, value in expected.items():
        assert study.facts.at[fact_id, "low"] <= value <= study.facts.at[fact_id, "high"], fact_id
    # The published formula counts half as many persons again, at least.
    assert study.facts.at["persons.published_formula", "value"] > 1.5 * expected["persons.total"]


def test_shares_are_inside_their_intervals(study: Estimated, world: fictional.World) -> None:
    expected = pd.Series(truths(world))
    found = study.facts[study.facts["interval_kind"].eq("sampling") & study.facts.index.isin(expected.index)]
    assert len(found) > 60
    inside = (found["low"] <= expected[found.index]) & (expected[found.index] <= found["high"])
    assert inside.all(), list(found.index[~inside])


def test_limits_that_rest_on_an_assumption_name_it(study: Estimated) -> None:
    modelled = study.facts[study.facts["interval_kind"].eq("model")]
    assert {"persons.total", "persons.indicative"} <= set(modelled.index)
    assert modelled["method"].str.contains(r"(?:^|\. )Sous (?:le|un) modèle ").all()
    assert study.facts.at["persons.logical", "interval_kind"] == "bounds"


def test_doubtful_links_widen_the_interval(study: Estimated) -> None:
    facts = study.facts
    assert facts.at["persons.source.links", "value"] > 0
    assert "rapprochements douteux" in facts.at["persons.source.links", "method"]
    # a link that is true half the time takes half a person away, weighed as its ads are
    assert facts.at["persons.source.links", "value"] < facts.at["persons.source.sampling", "value"]


def test_ages_copies_and_groups_of_the_two_coders_are_compared(study: Estimated) -> None:
    facts = study.facts
    for name in ("declared_age", "copies_total"):
        assert facts.at[f"agreement.verdict.{name}", "value_text"] == "fiable"
        assert "(a + b))²" in facts.at[f"agreement.alpha.{name}", "method"]
    pairs, each = (facts.loc[f"agreement.groups.{name}_pct"] for name in ("pairs", "b_cubed"))
    assert 0 <= pairs["value"] <= 100 and pairs["numerator"] <= pairs["denominator"]
    assert 0 < each["value"] <= 100 and each["denominator"] <= facts.at["sample.twice", "value"]


def test_what_two_persons_do_not_code_alike_is_not_published(study: Estimated) -> None:
    verdicts = study.facts["value_text"].filter(like="agreement.verdict.")
    insufficient = {name.rpartition(".")[2] for name in verdicts.index[verdicts == "insuffisant"]}
    assert insufficient == {"vocabulary"}
    assert not study.facts.index.str.contains(r"^profile\.\w+\.vocabulary\.").any()
