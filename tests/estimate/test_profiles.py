"""Profiles of coded ads: what is a case, what is the base, by ad and by person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas import draw, profiles
from diagnostic.estimate.formulas.sampling import realised_margin

SIZES = {"A": 8, "B": 4}
ADS = pd.DataFrame(
    {
        "stratum": ["A", "A", "A", "A", "B", "B"],
        "gender_presented": ["woman", "woman", "man", "dk", "woman", None],
        "declared_origin": ["foreign", "not_stated", "french", "foreign", "not_stated", "dk"],
        "declared_age": pd.array([25, None, 40, 31, None, 22], dtype="Int64"),
        "audience/men": [True, True, False, True, False, True],
        "audience/women": [False, True, False, False, False, True],
        "audience/dk": [False, False, True, False, False, False],
        "network_sign/english": [True, True, False, False, False, True],
        "network_sign/passing": [True, True, False, False, False, False],
        "network_sign/same_phone": [True, False, False, False, False, False],
        "network_sign/none": [False, False, True, False, False, False],
        "network_sign/dk": [False, False, False, True, False, False],
        "multiplicity": pd.array([4, 2, 1, 1, 2, None], dtype="Int64"),
    }
)


def table(variables, means=(), ads=ADS, **options) -> pd.DataFrame:
    return profiles.profiles(ads, SIZES, variables, means, **options).set_index(
        ["variable", "measure", "option", "unit"]
    )


def test_single_answers_among_the_known_with_their_missing_share():
    found = table(["gender_presented", "declared_origin"])
    # every ad weighs 2: of four known, three women; two of six unknown
    woman, missing = (
        found.loc["gender_presented", "any", "woman", "ad"],
        found.loc["gender_presented", "missing", "", "ad"],
    )
    assert woman[["value", "cases", "units"]].to_list() == [0.75, 3, 4]
    assert missing[["value", "cases", "units"]].to_list() == pytest.approx([1 / 3, 2, 6])
    # « non déclarée » is a missing origin, as « ne sait pas » is
    assert found.loc["declared_origin", "missing", "", "ad"]["cases"] == 3
    assert found.loc["declared_origin", "any", "foreign", "ad"]["value"] == pytest.approx(2 / 3)


def test_persons_weigh_once_and_only_where_their_copies_were_searched():
    found = table(["gender_presented"])
    # 1/m of the women 1/4 + 1/2 + 1/2, of the man 1; the sixth ad was not searched
    woman = found.loc["gender_presented", "any", "woman", "person"]
    assert (woman["value"], woman["units"]) == pytest.approx((1.25 / 2.25, 4))
    assert found.loc["gender_presented", "missing", "", "person"]["units"] == 5
    alone = table(["gender_presented"], ads=ADS.drop(columns="multiplicity"))
    assert set(alone.index.get_level_values("unit")) == {"ad"}
    assert set(table(["gender_presented"], ads=ADS.assign(multiplicity=None)).index.get_level_values("unit")) == {"ad"}


def test_an_audience_is_a_set_any_and_only_share_one_base():
    found = table(["audience"])
    any_men, only_men = found.loc["audience", "any", "men", "ad"], found.loc["audience", "only", "men", "ad"]
    assert (any_men["cases"], any_men["units"]) == (4, 4) and (only_men["cases"], only_men["units"]) == (2, 4)
    assert found.loc["audience", "only", "women", "ad"]["cases"] == 0
    # one « ne sait pas », one blank
    assert found.loc["audience", "missing", "", "ad"]["cases"] == 2


def test_signs_of_a_network():
    found = profiles.network_signs(ADS, SIZES).set_index(["option", "unit"])
    # known: five less « ne sait pas » and blank, that is four ads with 3, 2, 0 and 1 signs
    assert found.loc[("1", "ad"), ["cases", "units"]].to_list() == [3, 4]
    assert found.loc[("2", "ad"), ["cases", "units"]].to_list() == [2, 4]
    assert found.loc[("3", "ad"), "value"] == pytest.approx(0.25)
    none = table(["network_sign"]).loc["network_sign", "any", "none", "ad"]
    assert (none["cases"], none["units"]) == (1, 4)


def test_means_over_what_is_stated():
    found = table([], ["declared_age"])
    assert found.loc["declared_age", "mean", "", "ad"]["value"] == pytest.approx((25 + 40 + 31 + 22) / 4)
    assert found.loc["declared_age", "missing", "", "ad"]["value"] == pytest.approx(1 / 3)
    by_person = found.loc["declared_age", "mean", "", "person"]["value"]
    assert by_person == pytest.approx((25 / 4 + 40 + 31) / 2.25)


def test_options_nobody_has():
    found = table(["gender_presented"], options={"gender_presented": ["woman", "man", "trans", "dk"]})
    none = found.loc["gender_presented", "any", "trans", "ad"]
    assert none["value"] == 0 and none["high"] > 0.3


def test_a_multiplicity_starts_at_one():
    with pytest.raises(ValueError, match="multiplicities"):
        table(["gender_presented"], ads=ADS.assign(multiplicity=0))


def test_margins_of_published_domains():
    sizes = pd.Series({"E20": 160, "rest": 539})
    found = profiles.domain_margins(sizes, pd.Series({"E20": 57, "rest": 192}), pd.Series({"E20": "E20", "rest": "r"}))
    assert 100 * found.loc["E20", "margin"] == pytest.approx(10.5, abs=0.06)
    # one of four départements of the region: 92 of about 1848
    region = profiles.domain_margins(pd.Series({"d": 1848}), pd.Series({"d": 92}), pd.Series({"d": "d"}))
    assert 100 * region.loc["d", "margin"] == pytest.approx(10.0, abs=0.05)
    assert found.loc["E20", "margin"] == pytest.approx(realised_margin(57, 160, 0.95))


def test_margins_of_a_domain_of_several_strata():
    sizes, drawn = pd.Series({"a": 30, "b": 2, "c": 9, "d": 0}), pd.Series({"a": 10, "b": 2})
    found = profiles.domain_margins(sizes, drawn, pd.Series({"a": "x", "b": "x", "c": "y", "d": "x"}))
    assert found.loc["x", "margin"] == pytest.approx(1.959964 * np.sqrt(30**2 * 0.25 / 10 * 20 / 29) / 32, rel=1e-6)
    assert np.isnan(found.loc["y", "margin"]) and found.loc["x", "size"] == 32


@pytest.mark.parametrize(
    ("draws", "near", "least", "most"),
    [(40, 0.03, 0.84, 1), pytest.param(300, 0.014, 0.91, 0.99, marks=pytest.mark.slow)],
)
def test_intervals_cover_the_truth_by_ad_and_by_person(draws, near, least, most):
    """So many draws of a frame with heavy persons: both shares, and persons counted as ads would be far off.

    The limits are those of 95 % with three standard errors, whatever the draws."""
    rng = np.random.default_rng(3)
    ads_of = np.repeat([1, 2, 8], [120, 60, 25])  # people with many ads pass through more often
    passing_person = rng.random(len(ads_of)) < np.where(ads_of == 8, 0.8, 0.3)
    frame = pd.DataFrame({"person": np.repeat(np.arange(len(ads_of)), ads_of)})
    frame["stratum"] = rng.choice(["A", "B", "C"], len(frame), p=[0.6, 0.3, 0.1])
    frame["multiplicity"] = ads_of[frame["person"]]
    frame["passing_through"] = np.where(passing_person[frame["person"]], "yes", "no")
    truth = {"ad": (frame["passing_through"] == "yes").mean(), "person": passing_person.mean()}
    assert truth["ad"] - truth["person"] > 0.1
    sizes = frame["stratum"].value_counts()
    hits, values = {"ad": [], "person": []}, {"ad": [], "person": []}
    for _ in range(draws):
        sample = frame.groupby("stratum").sample(frac=0.3, random_state=rng)
        found = profiles.profiles(sample, sizes, ["passing_through"]).set_index(["option", "unit"]).loc["yes"]
        for unit, row in found.iterrows():
            hits[unit].append(row["low"] <= truth[unit] <= row["high"])
            values[unit].append(row["value"])
    for unit, expected in truth.items():
        assert np.mean(values[unit]) == pytest.approx(expected, abs=near)
        assert least <= np.mean(hits[unit]) <= most


def test_from_the_draw_to_the_profile():
    """The weights of a draw are those of the design when every drawn ad is usable."""
    frame = pd.DataFrame({"site_code": ["E01", "E02"], "place": "", "size": [40, 9]})
    frame = frame.set_index(draw.strata(frame["site_code"], frame["place"]))
    ads = draw.draw_ads(frame, pd.Series({"E01": 10, "E02": 3}), 1)
    coded = ads.assign(relevant=["yes", "no"] * 6 + ["yes"])
    found = profiles.profiles(coded, frame["size"], ["relevant"]).set_index("option").loc["yes", "value"]
    assert found == pytest.approx(coded.loc[coded["relevant"] == "yes", "weight"].sum() / 49)
