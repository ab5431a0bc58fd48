"""Coding begun, in any order: what is printed of every state is what its definition gives, written here list by list."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict

import pandas as pd
import pytest
from begun import STATES, begun
from drawn import one_in
from replay import Estimated

from diagnostic.collect.answers import SAMPLES
from diagnostic.estimate.formulas.domain import domain_sizes
from diagnostic.estimate.formulas.sampling import mean_variances

OUT = {"not_prostitution", "no_place", "not_relevant"}
SHARE = "profile.ad.passing_through.yes"
DESCRIBED = ("convenience",)
made = begun


def seen(study: Estimated) -> tuple[pd.DataFrame, dict[str, list[bool]]]:
    """The lists of the draw by name, and whether a relevant ad is at each of their places that somebody saw: of two codings
    of a place the earlier, of one day the first in the alphabet."""
    frame = study.table("estimate/frame").set_index("stratum")
    drawn = dict(study.table("estimate/draw")[["ad_id", "stratum"]].to_numpy())
    rows = study.table("consolidate/codings")
    if rows.empty:  # without the columns of a coding
        return frame[frame["kept"] & frame["listed"].gt(0)], {}
    rows = rows.sort_values(["coded_on.date", "coder.code"], kind="stable")
    said: dict[str, str] = {}
    for ad, what in rows[["ad_id.code", "disposition.code"]].to_numpy():
        said.setdefault(ad, what)
    places = defaultdict(list)
    for ad, what in said.items():
        if ad in drawn and (what == "relevant" or what in OUT):
            places[drawn[ad]].append(what == "relevant")
    return frame[frame["kept"] & frame["listed"].gt(0)], places


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_the_relevant_ads_are_those_of_the_places_seen_and_of_the_pages_where_none_was(state: str) -> None:
    facts, (lists, places) = made(state).facts, seen(made(state))
    if not places:
        assert "sample.relevant" not in facts.index
        return
    total = least = most = 0.0
    for name, one in lists.iterrows():
        found = places.get(str(name))
        if found:
            total += one["listed"] * sum(found) / len(found)
        else:
            total += one["value"]  # its count, or what its pages say
        paged = not pd.isna(one["page_size"])
        least += sum(found) if found else one["low"] if paged else 0
        most += one["listed"] - len(found) + sum(found) if found else one["high"]
    said = facts.loc["sample.relevant"]
    assert said["value"] == pytest.approx(total)
    bare = [name for name in lists.index if name not in places]
    assert said["interval_kind"] == ("bounds" if bare else "sampling")
    assert least - 1e-9 <= said["low"] <= total <= said["high"] <= most + 1e-9 and said["low"] < said["high"]
    assert facts.at["sample.places", "value"] == lists["listed"].sum()


@pytest.mark.slow
def test_the_shares_and_the_persons_of_lists_coded_first_are_sums_over_them() -> None:
    """Only counted lists are coded, and every place of theirs is relevant: N_h is their count; lists without any coded ad are
    outside a share, and have the mean of the others for their persons."""
    study = made("counted first")
    usable, codings = study.table("estimate/usable"), study.table("consolidate/codings")
    assert usable["maybe"].isna().all() and not codings["copies_again.number"].notna().any()
    answers = codings.drop_duplicates("ad_id.code").set_index("ad_id.code")["passing_through.code"]
    lists, _ = seen(study)
    case = base = persons = covered = 0.0
    for name, own in usable.groupby("stratum"):
        weight = lists.at[name, "value"] / len(own)
        told = own["ad_id"].map(answers)
        case += weight * (told == "yes").sum()
        base += weight * told.isin(["yes", "no"]).sum()
        persons += weight * (1 / own["multiplicity"]).sum()
        covered += lists.at[name, "value"]
    bare = lists.loc[~lists.index.isin(usable["stratum"]), "value"].sum()
    assert bare > 50 * covered
    assert study.facts.at[SHARE, "value"] == pytest.approx(100 * case / base)
    assert study.facts.at["persons.total", "value"] == pytest.approx(persons * (1 + bare / covered))


# Each state under one choice that is not the project’s own, which has them all above; each choice under three states.
TOGETHER = list(zip(itertools.cycle(SAMPLES), STATES, strict=False))


@pytest.mark.slow
@pytest.mark.parametrize(("design", "state"), one_in(16, TOGETHER))
def test_states_of_every_choice_have_numbers_inside_their_limits(design: str, state: str) -> None:
    facts = made(state, design).facts
    own = facts[facts.index.str.match(r"sample\.|profile\.|persons\.|draw\.|agreement\.")]
    limited = own[own["low"].notna() & own["value"].notna()]
    assert (limited["low"] <= limited["value"] + 1e-9).all() and (limited["value"] <= limited["high"] + 1e-9).all()
    tells_all = limited["interval_kind"].eq("sampling") & ~limited["low"].lt(limited["high"])
    assert (
        limited[tells_all].filter(regex=r"^(?!agreement\.)", axis=0).empty
    )  # all agree, in every sample of those coded twice
    if design in DESCRIBED:
        assert not own["interval_kind"].eq("sampling").any() and not own.index.str.match(r"sample\.margin|draw\.").any()
    coded = len(made(state, design).table("consolidate/codings"))
    assert ("sample.coded" in own.index) == bool(coded)


def test_nothing_drawn_has_variances_of_nothing() -> None:
    none, size = pd.Series([], dtype=float).to_numpy(), pd.Series([3.0, 4.0]).to_numpy()
    rows = none.astype("int64")
    assert mean_variances(none, rows, size, 0 * size).tolist() == [0, 0]
    assert mean_variances(none.reshape(2, 0), rows, size, 0 * size).shape == (2, 2)
    assert domain_sizes(pd.Series({"a": 3}), pd.Series([], dtype=str), pd.Series([], dtype=bool)).empty


@pytest.mark.slow
def test_a_share_of_lists_that_say_one_thing_each_has_limits() -> None:
    """Of three lists one is all relevant and two are not at all: no unit deviates from its list, and not all were seen."""
    facts = made("none relevant on pages").facts
    low, value, high = facts.loc["sample.relevant", ["low", "value", "high"]]
    assert low < value < high and not math.isclose(low, high)
