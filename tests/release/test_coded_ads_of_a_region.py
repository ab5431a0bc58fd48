"""Shares of the coded ads, of a region and of each of its départements: printed of each or of none, and attacked together."""

from __future__ import annotations

import math
from functools import cache
from itertools import product

import numpy as np
import pytest
import scipy
from drawn import always
from facts_at_hand import Fact
from hypothesis import given
from hypothesis import strategies as st
from simulated import policy

from diagnostic.estimate.facts import table
from diagnostic.release.populations.policy import regional
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.ways.verdicts import decide, verdict
from diagnostic.release.ways.way import Scope

CODES = ("22", "29", "35", "56")
ANSWERS = ("woman", "man", "trans")
THRESHOLDS = {"woman": 8, "man": 8, "trans": 11}  # config/release.yaml
SHARES = (0.86, 0.1, 0.04)
STEP, STUDIES = 5, 12
# ads coded in each, ads that these stand for
SHAPES = [
    ((110, 140, 100, 250), (900, 400, 3000, 700)),
    ((100, 400), (4000, 500)),
    ((120, 60, 200, 300), (500, 500, 500, 500)),
]
Told = dict[tuple[str, str], float]


@cache
def printed(shape: int, seed: int) -> tuple[dict[str, dict[str, int]], Told]:
    """How many coded ads give each answer, by département; and the shares printed, of a département or of the whole (""): of
    strata drawn at different rates, each weighs the ads that it stands for."""
    coded, ads = SHAPES[shape]
    codes = CODES[: len(coded)]
    rng = np.random.default_rng([23, shape, seed])
    counts = {
        code: dict(zip(ANSWERS, rng.multinomial(number, SHARES).tolist(), strict=True))
        for code, number in zip(codes, coded, strict=True)
    }
    shared = {"label": "x", "universe": "x", "formula": "x", "unit": "ad", "source_table": "consolidate/codings"}
    shared |= {"origin": "observed"}
    made = [
        Fact(fact_id=f"d{code}.sample.usable", measure="count", value=number, **shared)
        for code, number in zip(codes, coded, strict=True)
    ]
    for answer in ANSWERS:
        name = f"profile.ad.gender_presented.{answer}"
        parts = [counts[code][answer] / number for code, number in zip(codes, coded, strict=True)]
        whole = sum(counts[code][answer] for code in codes)
        given = {"measure": "percent", **shared}
        value = 100 * float(np.average(parts, weights=ads))
        made.append(Fact(fact_id=name, value=value, numerator=whole, denominator=sum(coded), **given))
        made += [
            Fact(
                fact_id=f"d{code}.{name}", value=100 * part, numerator=counts[code][answer], denominator=number, **given
            )
            for code, part, number in zip(codes, parts, coded, strict=True)
        ]
    rules = regional(policy(), codes)
    ledger = decide(table("bretagne-2019", made), rules, {}, draw=Draw(f"{shape}/{seed}".encode())).ledger
    shown = ledger[ledger["verdict"].eq("shown") & ledger["measure"].eq("percent")].set_index("fact_id")["shown_value"]
    told = {
        (code, answer): float(shown[f"{f'd{code}.' if code else ''}profile.ad.gender_presented.{answer}"])
        for code, answer in product(("", *codes), ANSWERS)
        if f"{f'd{code}.' if code else ''}profile.ad.gender_presented.{answer}" in shown
    }
    return counts, told


@pytest.mark.parametrize("shape", always(1, range(2)))
@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, STUDIES), marks=pytest.mark.slow)], ids=["few", "all"]
)
def test_the_whole_less_the_others_proves_no_few_ads(shape: int, seeds: range) -> None:
    """Who knows how many ads are coded in each département and what each stands for: of an answer that is not printed, no
    number of ads is proved small and not null."""
    coded, ads = SHAPES[shape]
    codes, withheld, shares = CODES[: len(coded)], 0, 0
    cells = list(product(codes, ANSWERS))
    weight = {code: share / number for code, share, number in zip(codes, np.array(ads) / sum(ads), coded, strict=True)}
    for seed in seeds:
        counts, told = printed(shape, seed)
        shares += sum(1 for code, _ in told if code)
        rows = [([code == one for code, _ in cells], number, number) for one, number in zip(codes, coded, strict=True)]
        for (where, answer), share in told.items():
            known = [
                (weight[code] if not where else (code == where) / dict(zip(codes, coded, strict=True))[where])
                * (a == answer)
                for code, a in cells
            ]
            rows.append((known, max(0, share - STEP) / 100, min(100, share + STEP) / 100))
        matrix, low, high = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
        held = scipy.optimize.LinearConstraint(matrix, low - 1e-9, high + 1e-9)
        for at, (code, answer) in enumerate(cells):
            goal = np.eye(len(cells))[at]
            ends = [
                scipy.optimize.milp(sign * goal, constraints=held, integrality=np.ones(len(cells))) for sign in (1, -1)
            ]
            least, most = round(ends[0].fun), round(-ends[1].fun)
            assert least <= counts[code][answer] <= most, (seed, code, answer)
            if (code, answer) not in told:
                withheld += 1
                assert not (least >= 1 and most < THRESHOLDS[answer]), (seed, code, answer, least, most)
    assert withheld and shares


@pytest.mark.parametrize("shape", range(2))
def test_a_share_is_told_of_each_departement_or_of_none(shape: int) -> None:
    """Withheld of one alone, it would be a share under the threshold."""
    codes = CODES[: len(SHAPES[shape][0])]
    for seed in range(6):
        told = printed(shape, seed)[1]
        assert all(sum((code, answer) in told for code in codes) in (0, len(codes)) for answer in ANSWERS), seed


SHARED = {
    **{"label": "x", "universe": "x", "formula": "x", "unit": "ad", "source_table": "consolidate/codings"},
    **{"origin": "observed", "measure": "percent"},
}


@pytest.mark.slow
@given(part=st.integers(12, 138), other=st.integers(12, 138), margin=st.floats(1, 20), key=st.binary(min_size=1))
def test_the_limits_hold_those_of_the_share_and_say_no_more_of_it_than_the_printed_number(
    part: int, other: int, margin: float, key: bytes
) -> None:
    """Two shares that print the same, with the same margin at one half, have the same limits, whatever their own were."""
    facts = []
    for number, counted in enumerate((part, other)):
        value = 100 * counted / 150
        half = (
            2 * margin * math.sqrt(value / 100 * (1 - value / 100))
        )  # of a share so large, where `margin` is that of one half
        limits = {"low": max(0.0, value - half), "high": min(100.0, value + half), "interval_kind": "sampling"}
        name = f"profile.ad.hosting.answer{number}"
        facts.append(Fact(fact_id=name, value=value, numerator=counted, denominator=150, **limits, **SHARED))
    rows = decide(table("47-2026", facts), policy(), {}, draw=Draw(key)).ledger.to_dict("records")
    for row in rows:
        assert row["verdict"] == "shown"
        assert row["shown_low"] <= row["low"] and row["high"] <= row["shown_high"]
        assert row["shown_low"] % STEP == row["shown_high"] % STEP == 0
    if rows[0]["shown_value"] == rows[1]["shown_value"]:
        assert [rows[0][end] for end in ("shown_low", "shown_high")] == [
            rows[1][end] for end in ("shown_low", "shown_high")
        ]


@given(
    part=st.integers(12, 138),
    weight=st.floats(0.2, 5),
    half=st.floats(1, 20),
    unit=st.sampled_from(["ad", "person"]),
    key=st.binary(min_size=1),
)
def test_two_answers_of_which_every_ad_gives_one_add_up_and_claim_the_same(
    part: int, weight: float, half: float, unit: str, key: bytes
) -> None:
    """Each with its own weighted value, computed apart: printed numbers, claims and limits are complements, and none claims
    less than a step on either side of what is printed."""
    whole, facts = 150, []
    for name, own, other in (("yes", part, whole - part), ("no", whole - part, part)):
        weights = {"yes": weight, "no": 1.0}
        mine, left = own * weights[name], other * weights["no" if name == "yes" else "yes"]
        value = float(f"{100 * mine / (mine + left):.12g}")
        limits = {"low": max(0.0, value - half), "high": min(100.0, value + half), "interval_kind": "sampling"}
        told = {**SHARED, "unit": unit, "numerator": own, "denominator": whole}
        facts.append(Fact(fact_id=f"profile.{unit}.passing_through.{name}", value=value, **limits, **told))
    one, other = decide(table("47-2026", facts), policy(), {}, draw=Draw(key)).ledger.to_dict("records")
    assert one["shown_value"] + other["shown_value"] == 100
    for low, high in (("claim_low", "claim_high"), ("shown_low", "shown_high")):
        assert one[low] + other[high] == one[high] + other[low] == 100
    for row in (one, other):
        assert row["claim_low"] == max(0, row["shown_value"] - STEP) <= row["value"] <= row["claim_high"]
        assert row["claim_high"] == min(100, row["shown_value"] + STEP)


class Even(Draw):
    """A draw that gives one number."""

    def uniform(self, *said: str) -> float:
        return self.key[0] / 100


@pytest.mark.parametrize("value", always(1, [48.75, 7.2, 66.7]))
def test_what_is_printed_of_a_share_is_that_share_on_average(value: float) -> None:
    """Over a hundred draws, evenly spread."""
    share = Fact(fact_id="profile.ad.hosting.travels", value=value, numerator=60, denominator=150, **SHARED)
    given, rules = table("47-2026", [share]).to_dict("records")[0], policy()
    told = [verdict(given, Scope(rules, Even(bytes([number])))) for number in range(100)]
    draws = [one["shown_value"] for one in told if one]
    assert np.mean(draws) == pytest.approx(value, abs=STEP / 100 + 1e-9)
    assert all(abs(told - value) < STEP for told in draws)


@pytest.mark.slow
@pytest.mark.parametrize("seen", always(1, [149, 150, 141]))
def test_persons_nearly_as_many_as_their_ads_are_told_where_any_few_may_be_left(seen: int) -> None:
    """The ads are exact: a number next to theirs would say how few of them are another ad of somebody."""
    counts, ads = {**SHARED, "measure": "count"}, 150
    made = [Fact(fact_id="sample.usable", value=ads, **counts)]
    made.append(Fact(fact_id="persons.seen", value=seen, **counts | {"unit": "person"}))
    told = []
    for key in range(12):
        ledger = decide(table("47-2026", made), policy(), {}, draw=Draw(bytes([key]))).ledger.set_index("fact_id")
        one = ledger.loc["persons.seen"]
        if one["verdict"] == "shown":
            possible = range(int(one["claim_low"]), min(int(one["claim_high"]), ads) + 1)
            assert seen in possible and len(possible) >= THRESHOLDS["woman"]
        told.append(one["verdict"] == "shown")
    assert all(told) == (seen < 146)


def test_a_departement_with_few_coded_ads_tells_nothing_of_any() -> None:
    """Sixty in one of four: the whole alone is told."""
    _, told = printed(2, 0)
    assert told and not any(code for code, _ in told)
