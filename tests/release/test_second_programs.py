"""Decisions of the release beside a second program each, written from what their docstrings promise: every case of a grid."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import asdict
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn import one_in
from facts_at_hand import replace
from simulated import policy
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.collect.answers import FIELDS
from diagnostic.estimate.facts import table
from diagnostic.release import printed, statements
from diagnostic.release.populations.rounding import PUBLIC_KEY, Claim, Draw
from diagnostic.release.ways import envelopes, model, places, things
from diagnostic.release.ways.way import Scope

NAN = math.nan
DRAWS = (0.0, 0.25, 0.5, 0.75)


def beneath(value: float, step: int) -> int:
    """The last multiple of a step that is no more than a value, by counting up from nothing, or down from it."""
    found = 0
    while found > value:
        found -= step
    while found + step <= value:
        found += step
    return found


def above(value: float, step: int) -> int:
    found = beneath(value, step)
    return found if found == value else found + step


# -- Numbers that name no members -------------------------------------------------------------------------------------


def shown(row: dict[str, object], *names: str) -> list[float]:
    return [float(row[f"shown_{name}" if name in ("low", "high") else name]) for name in names]  # type: ignore[arg-type]


@pytest.mark.parametrize("drawn", DRAWS)
def test_a_share_goes_to_a_multiple_of_five_with_limits_on_both_sides(drawn: float) -> None:
    """Up as often as it has gone of the way, counted from the nearer of 0 and 100; never to 0 nor 100. Its limits are as many
    steps away as the error, carried to the share nearest to a half that the printed one may stand for, and one more."""
    for value, half in itertools.product((0.5, 4, 5, 12.5, 37, 49, 50, 51, 88.75, 99.5), (0, 4.9, 8)):
        nearer = min(value, 100 - value)
        low = beneath(nearer, 5)
        told = max(5, low + 5 if drawn < (nearer - low) / 5 else low)
        told = 100 - told if value > 50 else told
        means = min((told + off for off in range(-5, 6)), key=lambda share: abs(share - 50))
        error = half * math.sqrt(means * (100 - means) / (value * (100 - value)))
        reach = above(round(error, 9), 5) + 5
        given = {"low": value - half / 2, "high": value + half, "method": "Intervalle de Wilson. Dit."}
        for limits in (
            given,
            given | {"low": value - half, "high": value + half / 2},
            given | {"low": NAN, "high": NAN},
        ):
            made = fact("ad", "percent", value=value, numerator=10 * value, denominator=1000)
            row = model.points(asdict(made) | limits, scope(drawn))
            assert shown(row, "shown_value", "claim_low", "claim_high") == [told, max(0, told - 5), min(100, told + 5)]
            bare = math.isnan(limits["low"])  # type: ignore[arg-type]
            expected = [NAN, NAN] if bare else [max(0, told - reach), min(100, told + reach)]
            assert shown(row, "low", "high") == pytest.approx(expected, nan_ok=True), (value, half)
            assert row["method"] == ("Intervalle de Wilson. Dit." if bare else f"{model.LIMITS} Dit.")


def test_a_share_and_what_is_left_of_its_base_add_up() -> None:
    """Of facts with twelve digits, whichever side of a half: under one key both are one draw."""
    draw = Draw(PUBLIC_KEY)
    for whole in (3, 7, 8, 11, 29):
        for part in range(1, whole):
            told = []
            for one in (part, whole - part):
                value = float(f"{100 * one / whole:.12g}")
                made = fact("ad", "percent", value=value, numerator=one, denominator=whole)
                told.append(model.points(asdict(made), Scope(policy(), draw))["shown_value"])
            assert sum(told) == 100, (part, whole)


def test_what_counts_the_same_draws_the_same() -> None:
    drew: list[tuple[str, ...]] = []

    class Listening(Draw):
        def uniform(self, *said: str) -> float:
            drew.append(said)
            return 0.5

    for value, table_, unit in (
        (40, "a", "ad"),
        (40, "a", "ad"),
        (41, "a", "ad"),
        (40, "b", "ad"),
        (40, "a", "person"),
    ):
        made = replace(fact(unit, value=value, numerator=value), source_table=table_)
        model.rounded(asdict(made), Scope(policy(), Listening(b"k")), "ordinary")
    assert drew[0] == drew[1] and len(set(drew)) == 4


@pytest.mark.parametrize("drawn", one_in(2, DRAWS))
@pytest.mark.parametrize(("unit", "of_place"), [("person", False), ("situation", False), ("ad", True), ("ad", False)])
def test_an_estimate_is_of_two_digits_and_of_persons_drawn(unit: str, of_place: bool, drawn: float) -> None:
    """From the threshold of eight on. Of persons and places: to a multiple of ten, or of its second digit, its ends outward."""
    limits = [(NAN, NAN), *itertools.product((9.75, 10, 12.5, 31, 120, 1130), (43, 131, 2340))]
    for value, (low, high) in itertools.product((7.75, 8, 10, 14.5, 43, 99.5, 100, 1234, 20480), limits):
        if low > high:
            continue
        made = asdict(replace(fact(unit, "estimate", value=value, low=low, high=high), method="Dit."))
        row = model.estimate(made, Scope(policy(), at(drawn)), of_place)
        names = ("shown_value", "low", "high", "claim_low", "claim_high")
        told = shown(row, *names) if row["verdict"] == "shown" else row["ground"]

        def second(number: float) -> int:
            return max(10, 10 ** (len(str(int(number))) - 2))

        expected: object
        people, bare = unit != "ad", math.isnan(low)
        if value < 8:
            expected = "small"
        elif not people and not of_place:
            digits = [10.0 ** (len(str(int(one))) - 2) if not math.isnan(one) else NAN for one in (value, low, high)]
            expected = [step * math.floor(one / step + 0.5) if step == step else NAN for one, step in zip((value, low, high), digits, strict=True)]  # fmt: skip
            expected += [NAN, NAN]
        else:
            step = second(value)
            own = beneath(value + step * drawn, step)
            ends = [NAN, NAN]
            if not bare and low >= 10:
                outer = (
                    beneath(low - second(low) * drawn, second(low)),
                    above(high + second(high) * drawn, second(high)),
                )
                ends = [min(outer[0], own), max(outer[1], own)] if outer[0] >= 10 else ends
            hidden = own < 10 or (people and not bare and math.isnan(ends[0]))
            expected = "draw" if hidden else [own, *ends, max(8, own - step), own + step]
        if isinstance(expected, str):
            assert told == expected, (value, low, high)
        else:
            assert told == pytest.approx(expected, nan_ok=True), (value, low, high)
        assert row["method"] == "Dit."


@pytest.mark.parametrize(("unit", "ends"), [("person", False), ("ad", True)])
def test_an_estimate_without_a_number_is_its_limits_or_nothing(unit: str, ends: bool) -> None:
    for low, told in ((9.0, None), (31.0, (20.0, 70.0))):
        made = asdict(fact(unit, "estimate", value=NAN, low=low, high=58.0))
        row = model.estimate(made, scope(0.5), of_place=ends)
        assert (row["verdict"] == "shown") == (told is not None)
        if told:
            assert tuple(shown(row, "low", "high")) == told and math.isnan(row["shown_value"])


def test_an_error_of_a_model_has_two_digits_and_no_decimal() -> None:
    for value, printed_ in ((12.4, 12), (12.5, 13), (123.0, 120), (125.0, 130), (0.4, 0), (9.96, 10)):
        made = replace(fact("person", "error", value=value), fact_id="persons.source.links", way="model")
        assert (model.result(asdict(made), scope()) or {})["shown_value"] == printed_, value
    assert model.result(asdict(fact("person", "estimate", value=40)), scope()) is None


@pytest.mark.parametrize("drawn", one_in(2, DRAWS))
def test_other_choices_are_one_range_that_holds_the_headline_and_what_it_stands_for(drawn: float) -> None:
    """Outward by chance from the least and the greatest of them and of the headline; by tens, or steps of an estimate."""
    rng = random.Random(drawn)
    for case in range(8):
        estimate = case % 2 == 0
        measure, headline = ("estimate", "persons.total") if estimate else ("percent", "profile.women_pct")
        value, *others = (
            rng.choice((20.0, 40.0, 45.5, 60.0, 88.0)) * (rng.choice((1, 30)) if estimate else 1) for _ in range(3)
        )
        names = [f"sensitivity.{one}.{headline.replace('.', '_')}" for one in ("links_apart", "links_together")]
        made = [replace(fact("person", measure, value=one), fact_id=name, way="model") for one, name in zip((value, *others), (headline, *names), strict=True)]  # fmt: skip
        facts = table("99-2026", made)
        claim = value - rng.choice((1, 14)), value + rng.choice((1, 14))
        columns = {
            "verdict": "shown",
            "shown_value": value,
            "claim_low": claim[0],
            "claim_high": claim[1],
            "shown_low": NAN,
        }
        verdicts = pd.DataFrame([columns | {"shown_high": NAN, "shown_numerator": NAN, "shown_denominator": NAN, "method": "", "ground": "x", "reason": "x"}] * 3)  # fmt: skip
        found = model.sensitivity(facts, verdicts, Scope(policy(), at(drawn)))
        step = max(10, 10 ** (len(str(int(value))) - 2)) if estimate else 10
        low = min(beneath(min(value, *others) - step * drawn, step), beneath(claim[0], step))
        high = max(above(max(value, *others) + step * drawn, step), above(claim[1], step))
        high = high if estimate else min(high, 100)
        told = found.loc[[1, 2], ["shown_low", "shown_high"]].to_numpy().tolist()
        assert told == ([[low, high]] * 2 if low >= 10 else [[NAN, NAN]] * 2) or low < 10 and np.isnan(told).all(), case
        assert found.loc[0].equals(verdicts.loc[0])
        hidden = verdicts.assign(verdict=["withheld", "shown", "shown"])
        assert model.sensitivity(facts, hidden, Scope(policy(), at(drawn))).equals(hidden)


# -- Envelopes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawn", DRAWS)
@pytest.mark.parametrize(("base", "reach"), [(5, 0), (5, 1), (5, 3), (10, 2)])
def test_a_margin_is_a_multiple_that_what_moves_is_within(base: int, reach: int, drawn: float) -> None:
    """Nothing moved by nothing. Downwards: the next multiple of what moves, moved by the draw and by as far as it may be moved
    once more; upwards: drawn, and one base at most is « no more than two »."""
    shift = math.floor((2 * reach + 1) * drawn) - reach
    for most in (0.0, 1e-9, 0.25, 1.0, 1.000000001, 4.5, 5.0, 5.25, 23.0):
        moved = math.ceil(round(most, 6))
        less = envelopes._margin(most, "m-", at(drawn), base, reach, "t")
        value = above(moved + shift + reach, base) if moved else 0
        assert less == Claim(value, base, max(0, value - base - 2 * reach), value), most
        more = envelopes._margin(most, "m+", at(drawn), base, reach, "t")
        value = at(drawn).random_round(moved + (shift if moved else 0), base, "x")
        narrow = Claim(base, base, 0, 2 * base + reach)
        wide = Claim(value, base, max(0, value - base - reach), value + base + reach)
        assert more == (wide if value > base else narrow), most


def test_how_far_limits_are_from_a_number_in_persons() -> None:
    row = {"value": 40.0, "low": 30.0, "high": 55.0, "denominator": 50.0}
    assert envelopes.moves(row | {"measure": "count"}) == {"-": 10, "+": 15}
    assert envelopes.moves(row | {"measure": "percent"}) == {"-": 5, "+": 7.5}
    assert envelopes.moves(row | {"measure": "count", "low": NAN, "high": NAN}) == {"-": 0, "+": 0}


def test_ends_go_outward_to_what_is_printed_of_them() -> None:
    """Of a count: two significant digits, of a small one multiples of five; of a share, multiples of five within 0 and 100."""
    ends = (-3, 0, 0.5, 1, 4, 5, 9, 49, 50, 99, 100, 101, 449, 999, 1000, 1001, 4321)
    for low, high in itertools.combinations_with_replacement(ends, 2):
        steps = [max(5, 10 ** max(0, len(str(int(max(one, 1)))) - 2)) for one in (low, high)]
        expected = max(0, beneath(low, steps[0])), above(high, steps[1])
        assert envelopes.outward(low, high) == expected, (low, high)
        assert envelopes.outward(low, 10**6) == (expected[0], 10**6)
        assert envelopes.points(low, high) == (max(0, beneath(low, 5)), min(100, above(high, 5)))


# -- Ads by place -----------------------------------------------------------------------------------------------------


def rules(threshold: int, smallest: int) -> SimpleNamespace:
    geography = SimpleNamespace(commune_ads=smallest)
    return SimpleNamespace(threshold=lambda name: threshold, rules=SimpleNamespace(geography=geography))


def numbers_left(parts: list[places._Part], total: int, five: tuple[float, float] | None, smallest: int) -> list[int]:
    """How many numbers of ads each place that is not named may have, by trying every table that agrees with what is printed."""
    first = sorted((one for one in parts if not one.places), key=lambda one: -one.shown)[:5]
    left: dict[int, set[int]] = {at_: set() for at_, one in enumerate(parts) if one.places}
    every = [range(int(one.low), int(min(one.high, total)) + 1) for one in parts]
    for ads in itertools.product(*every):
        if sum(ads) != total:
            continue
        told = sum(count for count, one in zip(ads, parts, strict=True) if any(one is other for other in first))
        if five and (told > five[1] or (len(first) == 5 and told < five[0])):
            continue
        for at_, found in left.items():
            one, others = parts[at_], parts[at_].places - 1
            most = total if math.isinf(one.high) else smallest - 1
            found |= {own for own in range(1, most + 1) if others <= ads[at_] - own <= others * most}
    return [len(found) for found in left.values()]


def test_places_that_are_not_named_keep_as_many_numbers_as_their_threshold() -> None:
    """Beside every table of some hundred small cases: up to five named places, some too small together, and some not told."""
    rng, seen = random.Random(3), set()
    for case in range(160):
        smallest, wanted = rng.choice((3, 4, 6)), rng.choice((2, 3, 4))
        named = [places._Part(f"n{one}", low := rng.randint(3, 6), low + rng.randint(0, 1), shown=rng.random()) for one in range(5 if case % 2 else rng.randint(0, 4))]  # fmt: skip
        many = rng.randint(2, 3)
        joined = places._Part("j", low := rng.randint(many, many * (smallest - 1)), rng.randint(low, many * (smallest - 1)), many, 1)  # fmt: skip
        parts = [*named, *([joined] if case % 3 else []), *([places._Part("x", 1, math.inf, 1)] if case % 5 else [])]
        least, most = sum(one.low for one in parts), sum(min(one.high, 9) for one in parts)
        total = rng.randint(int(least), max(int(least), int(most)))
        five = None
        if case % 4:
            own = sum(one.low for one in sorted(named, key=lambda one: -one.shown)[:5])
            five = own + rng.randint(-1, 1), own + rng.randint(1, 3)
        left = numbers_left(parts, total, five, smallest)
        if not left or not max(left):
            continue
        told = pd.DataFrame({"verdict": ["shown"], "claim_low": [five[0]], "claim_high": [five[1]]}, index=[places.FIVE]) if five else pd.DataFrame({"verdict": []})  # fmt: skip
        if five:
            told[["claim_low", "claim_high"]] *= 100 / total
            if any(told[name].iloc[0] * total / 100 != end for name, end in zip(told.columns[1:], five, strict=True)):
                continue  # told in points, an end is no whole number of ads any more
        found = places._narrow(parts, told, total, rules(wanted, smallest), "share")  # type: ignore[arg-type]
        assert found == (min(left) < wanted), (case, parts, total, five, smallest, wanted, left)
        seen.add((found, bool(five), len(named) == 5))
    assert len(seen) >= 6


def test_what_a_reader_knows_of_each_place() -> None:
    """Twenty ads at least for a place to be named: of two together 38 at most, of one that is not told anything."""
    names = ["places.ads.a", "places.ads.b", "places.ads.c", "places.ads.e", "ads.joined.rest", "ads.joined.epci.1", "ads.city_a_pct", "ads.city_b_pct"]  # fmt: skip
    told = pd.DataFrame(
        {
            "verdict": ["shown", "shown", "withheld", "withheld", "withheld", "shown", "shown", "withheld"],
            "claim_low": [15.0, 30, NAN, NAN, NAN, 10, 11, 3],
            "claim_high": [45.0, 50, NAN, NAN, NAN, 90, 20, 3],
            "shown_value": [30.0, 40, NAN, NAN, NAN, 30, 15, NAN],
            "group": ["", "", "", "", "ads: place=e|f|g", "ads: place=h|i", "", ""],
            "denominator": 200.0,
        },
        index=names,
    )
    part = places._Part
    own = [part("places.ads.a", 22, 40, 0, 30), part("places.ads.b", 30, 50, 0, 40)]
    found = places._parts(told, places.NUMBER, places.SHARE, policy())
    together = [part("ads.joined.rest", 3, 57, 3), part("ads.joined.epci.1", 20, 38, 2, 30)]
    expected = [*own, part("places.ads.c", 1, math.inf, 1), *together]
    assert [one[:4] for one in found] == [one[:4] for one in expected]
    assert [one.shown for one in found] == pytest.approx([one.shown for one in expected], nan_ok=True)
    # The five first go first, then all shares, then the smallest number; of another family numbers alone.
    five = pd.DataFrame({"verdict": ["shown"], "denominator": [200.0]}, index=[places.FIVE])
    assert places._next(pd.concat([told, five]), found, places.SHARE) == [places.FIVE]
    assert places._next(told, found, places.SHARE) == ["ads.city_a_pct"]
    bare = told.drop(index="ads.city_a_pct")
    assert places._next(bare, found, places.SHARE) == ["ads.joined.epci.1"] == places._next(told, found, "")
    assert places._next(bare.assign(verdict="withheld"), found, places.SHARE) == []


@pytest.mark.parametrize(("counted", "level", "other"), [("places.communes", "commune", "epci"), ("places.intercommunalities", "epci", "commune")])  # fmt: skip
def test_how_many_places_were_cited_goes_where_all_are_named_or_nearly_all_exist(
    counted: str, level: str, other: str
) -> None:
    """Of thirty, of which `n` were cited and `shown` are printed by their own number."""
    for n, of, own, elsewhere in (
        (0, 4, 0, 1),
        (0, 4, 1, 0),
        (1, 4, 0, 1),
        (1, 4, 1, 0),
        (2, 4, 1, 1),
        (2, 30, 2, 0),
        (3, 4, 0, 0),
        (3, 30, 2, 1),
    ):
        facts = [replace(fact("commune", value=n, denominator=of), fact_id=counted, way="things")]
        codes = [(level, one) for one in range(own)] + [(other, one) for one in range(elsewhere)]
        facts += [
            replace(fact("person", value=20), fact_id=f"territory.persons.{where}.9900{one}") for where, one in codes
        ]
        facts += [replace(fact("person", "percent", value=20), fact_id=f"territory.persons.{level}.99009")]
        made = table("99-2026", facts)
        verdicts = pd.DataFrame({"verdict": ["shown"] * len(made)})
        expected = (0 < own >= n) or 2 * n > of
        assert places.cited(made, verdicts, scope()).tolist() == [expected] + [False] * (len(made) - 1), (n, of, own)


# -- Things and structures --------------------------------------------------------------------------------------------


def test_kinds_of_few_places_go_with_the_smallest_others_until_the_total_leaves_several() -> None:
    least = policy().rules.contributors.structures
    for values in ((1, 1, 1), (1, 1, 4), (1, 2, 3), (1, 3, 4), (2, 2, 4), (2, 3, 3), (3, 3, 4), (3, 4, 4)):
        made = [replace(fact("venue", value=one), fact_id=f"venues.type.t{n}") for n, one in enumerate(values)]
        made += [replace(fact("venue", value=sum(values)), fact_id="venues.high_risk"), fact("site", value=1)]
        facts = table("99-2026", made)
        verdicts = pd.DataFrame({"verdict": ["shown"] * len(facts)})
        few = [one for one in values if one < least]
        enough = [n for n in range(len(few), 4) if n == 0 or (n > 1 and sum(values[:n]) >= least)] if few else [0]
        hidden = min(enough, default=3)
        expected = [n < hidden for n in range(3)] + [sum(values) < least, False]
        assert things.sparse(facts, verdicts, scope()).tolist() == expected, values
        published = facts.assign(origin="published")
        assert not things.sparse(published, verdicts, scope()).any()
        told = verdicts.assign(verdict=["withheld", *["shown"] * 4])  # one that is withheld already hides no other
        assert not things.sparse(facts, told, scope()).iloc[0]


def meetings(by: dict[str, tuple[int, int]], column: str, unplaced: int = 0) -> pd.DataFrame:
    """One row per interview: in each place, or field, so many, of so many structures."""
    rows = [{column: name, "structure": f"{name}{n % of}"} for name, (held, of) in by.items() for n in range(held)]
    rows += [{column: None, "structure": f"z{n}"} for n in range(unplaced)]
    return pd.DataFrame(rows, columns=[column, "structure"])


def test_towns_of_few_structures_go_with_those_that_would_give_them_away() -> None:
    """By trying every number of others: what the total leaves must be three numbers for each town that is not told."""
    for sizes in itertools.product(((1, 1), (2, 2), (3, 3), (4, 3)), repeat=2):
        for unplaced in (0, 1):
            by = dict(zip(("a", "b", "c"), (*sizes, (3, 3)), strict=True))
            few = [town for town, (_, met) in by.items() if met < 3]
            others = sorted(set(by) - set(few), key=lambda town: (by[town][0], town))
            tried = [few + others[:n] for n in range(len(others) + 1)]
            wide = [one for one in tried if sum(by[town][0] for town in one) + unplaced - len(one) + 1 >= 3]
            expected = (wide[0] if wide else tried[-1]) if few else []
            assert things.untold_towns(meetings(by, "place", unplaced)) == expected, (sizes, unplaced)


def test_fields_of_few_structures_go_with_those_that_would_give_them_away() -> None:
    """So too of fields: several, of three structures, and more named than interviews, or none named."""
    fields = list(FIELDS)
    for sizes in itertools.product(((0, 0), (2, 2), (3, 3), (5, 4)), repeat=2):
        for known in ({fields[0]: 3}, {fields[1]: 6, fields[4]: 1}):
            by = dict(zip(fields, sizes, strict=False)) | dict.fromkeys(fields[2:], (6, 6)) | {fields[4]: (4, 3)}
            rows = meetings(by, "activity_field")

            def guessed(names: list[str], by: dict[str, tuple[int, int]] = by, known: dict[str, int] = known) -> bool:
                return 0 < sum(known.get(one, 0) for one in names) <= sum(by[one][0] for one in names)

            few = [one for one in fields if by[one][1] < 3 or guessed([one])]
            others = sorted(set(fields) - set(few), key=lambda one: (by[one][0], fields.index(one)))
            tried = [few + others[:n] for n in range(len(others) + 1)]
            wide = [one for one in tried if len(one) > 1 and sum(by[name][1] for name in one) >= 3 and not guessed(one)]
            expected = (wide[0] if wide else tried[-1]) if sum(by[one][1] for one in few) else []
            assert things.untold_fields(rows, known) == expected, (sizes, known)


# -- Statements and printed forms -------------------------------------------------------------------------------------


def said(**given: object) -> SimpleNamespace:
    row = {"fact_id": "x.y", "study": "99-2026", "unit": "ad", "measure": "count", "origin": "observed", "decimals": 0}
    row |= {
        "verdict": "shown",
        "value_text": "",
        "shown_value": 40.0,
        "shown_low": NAN,
        "shown_high": NAN,
        "ground": "x",
    }
    row |= {
        "claim_low": NAN,
        "claim_high": NAN,
        "interval_kind": "none",
        "source_table": "x/x",
        "cells": "",
        "rules": "r",
    }
    row |= dict.fromkeys(("label", "universe", "formula"), "x") | {"shown_numerator": 40.0, "shown_denominator": 100.0}
    return SimpleNamespace(**row | {"method": "Dit. Les bornes comptent les vides."} | given)


def test_the_claim_of_what_is_printed_as_it_is_is_its_last_digit() -> None:
    assert statements._claim(said()) == (40, 40)
    assert statements._claim(said(decimals=1)) == (39.95, 40.05)
    assert statements._claim(said(measure="percent")) == (39.5, 40.5)
    assert statements._claim(said(measure="mean", decimals=2)) == (39.995, 40.005)
    assert statements._claim(said(claim_low=35.0, claim_high=45.0)) == (35, 45)


def test_an_envelope_holds_its_limits_and_what_its_number_stands_for_and_says_why() -> None:
    """By hand: half a digit more at the ends of what is written to the nearest, none of what is on whole steps."""
    for unit, measure, ground, kind, source in itertools.product(
        ("ad", "person", "professional"), ("count", "percent", "mean"), ("rounded", "edition_kept", "model", "x"),
        ("bounds", "sampling", "model", "none"), ("consolidate/described", "x/x"),
    ):  # fmt: skip
        drawn = unit != "ad" and ground != "x"
        half = 0.05 if measure != "count" and not drawn else 0
        about = unit == "person" and source != "x/x"
        causes = ["arrondi"] if drawn else []
        causes += ["réponses manquantes"] if about or (kind == "bounds" and unit != "ad") else []
        causes += ["doublons possibles"] if about else []
        causes += ["tirage"] if kind in ("sampling", "model") and not about else []
        causes += ["hypothèse"] if kind == "model" else []
        for (low, high), claim in itertools.product(((30, 55), (-1, 101)), ((35.0, 60.0), (25.0, 50.0), (NAN, NAN))):
            row = said(unit=unit, measure=measure, ground=ground, source_table=source, decimals=1, shown_low=low, shown_high=high)  # fmt: skip
            found = statements._envelope(row, kind, claim)
            ends = [low - half, high + half] if math.isnan(claim[0]) else [min(low - half, claim[0]), max(high + half, claim[1])]  # fmt: skip
            ends = [max(0, ends[0]), min(100, ends[1])] if measure == "percent" else ends
            assert [found["envelope_low"], found["envelope_high"]] == pytest.approx(ends)
            assert len(found["envelope_causes"].split(" ; ")) == max(1, len(causes))
            assert ("doublons possibles" in found["envelope_causes"]) == about
            assert ("réponses manquantes" in found["envelope_causes"]) == ("réponses manquantes" in causes)
            assert ("hypothèse" in found["envelope_causes"]) == (kind == "model")
            assert (statements.OF_DRAW in found["envelope_causes"]) == ("tirage" in causes)
            assert (statements.ROUNDING in found["envelope_causes"]) == drawn


def test_a_statement_says_no_more_than_its_kind() -> None:
    def told(public: object = (), **given: object) -> dict[str, object]:
        return statements._statement(said(**given), public)  # type: ignore[arg-type]

    bounds = {"shown_low": 30.0, "shown_high": 55.0, "interval_kind": "bounds"}
    value, limits = told(**bounds), told(shown_value=NAN, **bounds)
    hidden = told(verdict="withheld", **bounds)
    assert [one["kind"] for one in (value, limits, hidden)] == ["value", "limits", "withheld"]
    assert [one["printed"] for one in (value, limits, hidden)] == ["40", "30 à 55", printed.WITHHELD]
    assert [one["printed_interval"] for one in (value, limits, hidden)] == ["30 à 55", "30 à 55", ""]
    assert [one["printed_numerator"] for one in (value, limits, hidden)] == ["40", "", printed.WITHHELD]
    assert [one["printed_denominator"] for one in (value, limits, hidden)] == ["100", "", printed.WITHHELD]
    assert [one["interval_kind"] for one in (value, limits, hidden)] == ["bounds", "bounds", "none"]
    for name, numbers in (("shown_value", [40, NAN, NAN]), ("shown_low", [30, 30, NAN]), ("claim_low", [40, NAN, NAN]), ("envelope_low", [30, 30, NAN])):  # fmt: skip
        assert [one[name] for one in (value, limits, hidden)] == pytest.approx(numbers, nan_ok=True), name
    assert [one["method"] for one in (value, told(), hidden)] == ["Dit. Les bornes comptent les vides.", "Dit.", ""]
    # A census, or limits nearer than what is printed, say no more; of people they are told.
    near = {"shown_low": 40.0, "shown_high": 40.0, "interval_kind": "sampling"}
    assert told(**near)["printed_interval"] == "" == told(measure="percent", **near)["printed_interval"]
    assert told(unit="person", **near)["printed_interval"] == "40 à 40"
    # Of persons, one that may be nearly any other is a range, but for a publication and for the team.
    wide = {"shown_low": 15.0, "shown_high": 55.0, "interval_kind": "bounds", "unit": "person"}
    assert told(**wide)["kind"] == "limits" and told(None, **wide)["kind"] == "value"
    assert told(**wide | {"origin": "published"})["kind"] == "value" == told(**wide | {"unit": "ad"})["kind"]
    # A date of people is nobody's to print; an interval that a draw alone leaves is one of bounds.
    day = {"measure": "date", "value_text": "2026-03", "shown_value": NAN}
    assert [told(**day)["kind"], told(unit="person", **day)["kind"]] == ["text", "withheld"]
    assert told(None, unit="person", **day)["kind"] == "text"
    drawn = {"claim_low": 35.0, "claim_high": 45.0, "shown_low": 30.0, "shown_high": 55.0, "unit": "person"}
    assert told(**drawn)["interval_kind"] == "bounds" and told(**drawn | {"claim_low": NAN})["interval_kind"] == "none"
    # Rules and cells of public files alone, and of nobody.
    cells = {"cells": "a.csv!B2 ; a.csv!B3"}
    for public, unit, seen in (({"a.csv"}, "ad", True), ((), "ad", False), ({"a.csv"}, "person", False), (None, "person", True)):  # fmt: skip
        one = told(public, unit=unit, **cells)
        assert (bool(one["rules"]), bool(one["cells"])) == (seen, seen)
    assert told({"a.csv"}, verdict="withheld", **cells)["cells"] == ""


def test_a_number_is_read_back_as_it_is_printed() -> None:
    for decimals, hundredths, sign in itertools.product((0, 1), range(0, 300, 5), (1, -1)):
        value = Fraction(hundredths, 100)
        step = Fraction(1, 10**decimals)
        nearest = min((n * step for n in range(40)), key=lambda one: (abs(one - value), -one))
        found = printed.read_back(said(decimals=decimals), sign * float(value))
        assert found == pytest.approx(sign * float(nearest)), value
    assert math.isnan(printed.read_back(said(), NAN))
