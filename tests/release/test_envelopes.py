"""Envelopes hold what is known: the exact number and its exact limits, whatever is missing."""

from __future__ import annotations

import math
from itertools import product

import pandas as pd
import pytest
from drawn import long
from enveloped import released
from test_thresholds import at

from diagnostic.release.populations.rounding import Claim
from diagnostic.release.ways import envelopes

SIZES, BLANKS, LOOSE = (24, 60, 152, 400), (0.05, 0.15, 0.4), (0.0, 0.1)
EVERY = list(product(SIZES, BLANKS, LOOSE))
DRAWN = [
    (seed, *one) for seed, one in enumerate(EVERY * 3 if long() else EVERY[9:10])
]  # each way three times; one of sixty


def test_the_exact_number_and_its_exact_limits_lie_in_the_envelope() -> None:
    looked = 0
    for case in DRAWN:
        said = released(*case)
        said = said[said["kind"].ne("withheld")]
        assert (said["envelope_low"] <= said["least"] + 1e-9).all(), case
        assert (said["most"] <= said["envelope_high"] + 1e-9).all(), case
        looked += len(said)
    assert looked > 5 * len(DRAWN)


FACT = {"group": "prostitution: gender=women", "base": "prostitution:", "measure": "count"}
NAMES = [f"prostitution: gender ±count{side}" for side in "-+"]


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        (Claim(5, 5, 0, 10), (95, 120)),  # at most ten more
        (Claim(10, 5, 5, 15), (95, 130)),  # 125: outward, on two digits
        (Claim(85, 5, 80, 90), (95, 200)),
    ],
)
def test_an_envelope_is_made_of_what_is_printed(more: Claim, ends: tuple[int, int]) -> None:
    """100 to 110, less 0 to 5, and as many more as the margin says: on multiples of five under a hundred, of ten above."""
    drawn = dict(zip(NAMES, (Claim(5, 5, 0, 5), more), strict=True))
    assert envelopes.of_count(FACT, Claim(105, 5, 100, 110), drawn) == ends


@pytest.mark.parametrize(
    ("less", "more", "ends"),
    [(5, 10, (60, 90)), (2, 9, (65, 85)), (3, 9, (60, 85)), (2, 10, (65, 90))],
)
def test_a_share_has_its_margins_in_persons_of_its_base(less: int, more: int, ends: tuple[int, int]) -> None:
    """100 to 110 of 140 to 150, less and more persons of the same base: (100 − 2) ÷ 150 is 65.3 %, (110 + 9) ÷ 140 is 85 %,
    and nothing is rounded but the ends."""
    drawn = dict(
        zip(
            (one.replace("count", "percent") for one in NAMES),
            (Claim(5, 5, 0, less), Claim(5, 5, 0, more)),
            strict=True,
        )
    )
    fact = FACT | {"measure": "percent"}
    assert envelopes.of_share(fact, Claim(105, 5, 100, 110), Claim(145, 5, 140, 150), drawn) == ends
    assert envelopes.of_share(fact, Claim(105, 5, 100, 110), Claim(145, 5, 140, 150), {})[0] != ends[0]


def test_what_no_answer_leaves_open_has_what_its_rounding_stands_for() -> None:
    """Those of whom a variable is unknown, and situations."""
    for group in ("prostitution: gender=?", "described: source=response"):
        assert envelopes.of_count(FACT | {"group": group}, Claim(30, 5, 25, 35), {}) == (25, 35)


@pytest.mark.parametrize(("most", "told"), [(0, 0), (1, 5), (5, 5), (6, 10), (10, 10), (11, 15)])
def test_the_largest_move_downwards_is_told_by_its_next_multiple(most: float, told: int) -> None:
    found = envelopes._margin(most, NAMES[0], at(0.5), 5)
    assert (found.value, found.low, found.high) == (told, max(0, told - 5), told)


def test_a_number_of_no_listed_group_is_as_wide_as_what_it_stands_for_and_its_margins() -> None:
    """A share of 200: five persons less are 2.5 points, and « 10 », which is up to 15, 7.5 more: 38 − 2.5 to 43 + 7.5. A
    number: 35 to 45, five less and 15 more. Without limits of its own: what it stands for."""
    made = [("percent", 40, 37.5, 45, "bounds", 200), ("count", 40, 36, 50, "bounds", math.nan)]
    made.append(("percent", 40, 37.5, 45, "none", 200))
    facts = pd.DataFrame(made, columns=["measure", "value", "low", "high", "interval_kind", "denominator"])
    facts = facts.assign(fact_id=list("abc"), unit="person")
    said = {"verdict": "shown", "ground": "rounded", "claim_low": [38.0, 35, 38], "claim_high": [43.0, 45, 43]}
    verdicts = pd.DataFrame(said | {"shown_low": math.nan, "shown_high": math.nan}, index=facts.index)
    found = envelopes.others(facts, verdicts, at(0.5), 5)
    assert found[["shown_low", "shown_high"]].to_numpy().tolist() == [[35, 55], [30, 60], [35, 45]]
