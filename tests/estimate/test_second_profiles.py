"""Profiles of ads and persons beside a second calculation: every reading and every count tried, margins by their own formula."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy

from diagnostic.estimate.formulas import linearised, profiles
from diagnostic.estimate.formulas.linearised import Ratio, design_of

NAN = math.nan
SIZES = {"L": 40.0, "M": 9.0}


def told(found: pd.DataFrame, measure: str, unit: str) -> Any:
    (row,) = found[found["measure"].eq(measure) & found["unit"].eq(unit)].itertuples()
    return row


def ends(made: list[Ratio], own: Ratio) -> tuple[float, float]:
    """Of what every choice makes: the lower limit of the lowest, and the upper one of the highest, or those of the value told."""

    def limit(one: Ratio, name: str) -> float:
        end: float | None = getattr(one, name)
        return one.value if end is None else end

    least, most = (pick(made, key=lambda one: one.value) for pick in (min, max))
    return min(limit(own, "low"), limit(least, "low")), max(limit(own, "high"), limit(most, "high"))


def every(choices: list[list[float]], of: Callable[[np.ndarray], Ratio | None]) -> list[Ratio]:
    made = (of(np.array(one)) for one in itertools.product(*choices))
    return [one for one in made if one is not None]


@pytest.mark.parametrize("seed", range(8))
def test_what_coders_read_otherwise_widens_the_limits_to_the_worst_of_every_reading(seed: int) -> None:
    """Five ads in two lists, whose copies were searched but of one; the other coder said yes, no, or nothing of two of them."""
    pick = random.Random(seed)
    ads = pd.DataFrame({"stratum": ["L", "L", "L", "M", "M"], "multiplicity": [1.0, 3, 2, 1, NAN]})
    ads["age"] = [pick.choice([20.0, 31, 45, NAN]) for _ in ads.index[:4]] + [28]
    ads.loc[0, "age"] = 25.0
    other = ads.copy()
    for at in pick.sample(range(5), 2):
        other.loc[at, "age"] = pick.choice([one for one in (18.0, 33, 70, NAN) if one != ads.loc[at, "age"]])
    for table in (ads, other):
        table["young"] = np.where(table["age"].isna(), None, np.where(table["age"] < 30, "yes", "no"))
    found = profiles.profiles(ads, SIZES, ["young"], ["age"], {"young": ["yes"]}, others=[other])
    design = design_of(ads["stratum"], SIZES)
    searched = ads["multiplicity"].notna().to_numpy()
    for unit, each, known in (("ad", np.ones(5), np.ones(5, bool)), ("person", (1 / ads["multiplicity"]).fillna(0).to_numpy(), searched)):  # fmt: skip

        def mean(values: np.ndarray, each: np.ndarray = each, known: np.ndarray = known) -> Ratio | None:
            base = known & ~np.isnan(values)
            return linearised.mean(design, values, base, each) if base.any() else None

        def share(values: np.ndarray, each: np.ndarray = each, known: np.ndarray = known) -> Ratio | None:
            base = known & ~np.isnan(values)
            return linearised.share(design, values < 30, base, each) if base.any() else None

        ages = [[a] if a == b or (a != a and b != b) else [a, b] for a, b in zip(ads["age"], other["age"], strict=True)]
        for measure, of in (("mean", mean), ("any", share)):
            own = of(ads["age"].to_numpy())
            assert own is not None
            row, made = told(found, measure, unit), every(ages, of)
            if not row.disputed:  # they differ, not on this
                made = [own]
            assert (row.low, row.high) == pytest.approx(ends(made, own)), (measure, unit)
            assert row.value == pytest.approx(own.value)


@pytest.mark.parametrize("read", [False, True])
def test_copies_that_may_be_fewer_or_more_widen_the_limits_to_the_worst_of_every_count(read: bool) -> None:
    """Four ads of two to four copies at most; where `read`, the other coder saw no age in the first and another in the last."""
    ads = pd.DataFrame(
        {"stratum": "L", "multiplicity": [2.0, 1, 3, 2], "least": [1.0, 1, 2, 2], "most": [4.0, 1, 3, 2]}
    )
    ads["young"] = ["yes", "no", "yes", "no"]
    other = ads.assign(young=[None, "no", "yes", "yes"])
    found = profiles.profiles(ads, SIZES, ["young"], (), {"young": ["yes"]}, others=[other] if read else [])
    design = design_of(ads["stratum"], SIZES)

    def share(young: tuple[str | None, ...], each: tuple[float, ...]) -> Ratio:
        base = np.array([pd.notna(one) for one in young])
        return linearised.share(design, np.array([one == "yes" for one in young]), base, np.array(each))

    readings = itertools.product(*({a, b} if read else {a} for a, b in zip(ads["young"], other["young"], strict=True)))
    counts = [*itertools.product(*zip(1 / ads["least"], 1 / ads["most"], strict=True))]
    made = [share(young, each) for young in readings for each in counts]
    row = told(found, "any", "person")
    assert (row.low, row.high) == pytest.approx(ends(made, share(tuple(ads["young"]), tuple(1 / ads["multiplicity"]))))


def test_what_nobody_searched_and_alone_was_read_has_no_share_of_persons() -> None:
    """The only ad that says an age is the one whose copies were not searched: a mean of ads, and none of persons."""
    ads = pd.DataFrame({"stratum": "L", "multiplicity": [2.0, NAN], "age": [NAN, 30.0]})
    found = profiles.profiles(ads, SIZES, [], ["age"])
    assert found.loc[found["measure"].eq("mean"), "unit"].tolist() == ["ad"]


def test_where_every_answer_may_be_none_the_share_told_stands() -> None:
    """The other coder said nothing of the only ad that was searched: nobody need have answered, and nothing is lower or higher."""
    ads = pd.DataFrame({"stratum": "L", "multiplicity": [2.0, NAN, NAN], "young": ["yes", "no", "yes"]})
    other = ads.assign(young=[None, "no", "yes"])
    found = profiles.profiles(ads, SIZES, ["young"], (), {"young": ["yes"]}, others=[other])
    row = told(found, "any", "person")
    own = linearised.share(design_of(ads["stratum"], SIZES), np.array([True, False, True]), np.array([True, False, False]), np.array([0.5, 0, 0]))  # fmt: skip
    assert (row.low, row.high) == pytest.approx((own.low, own.high))


def test_an_ad_that_may_be_left_out_is_out_of_the_end_that_it_would_hold_back() -> None:
    """Of a yes and a no, a third ad that one coder left out: a no of it is not of the highest share, a yes not of the lowest."""
    ads = pd.DataFrame({"stratum": "L", "multiplicity": [1.0, 2, 4], "young": ["yes", "no", None]})
    design, each = design_of(ads["stratum"], SIZES), np.array([1, 0.5, 0.25])
    for read in ("yes", "no"):
        other = ads.assign(young=["yes", "no", read])
        row = told(profiles.profiles(ads, SIZES, ["young"], (), {"young": ["yes"]}, others=[other]), "any", "person")
        case = np.array([True, False, read == "yes"])
        made = [
            linearised.share(design, case, base, each) for base in (np.array([True, True, False]), np.ones(3, bool))
        ]
        assert (row.low, row.high) == pytest.approx(ends(made, made[0])), read


def test_boxes_that_say_unknown_or_none_are_known_as_such() -> None:
    """One unknown box of the two that there are leaves an ad out; « none » beside another answer is not none."""
    boxes = pd.DataFrame(
        {"a": [1, 0, 0, 1, 0], "none": [0, 1, 0, 1, 0], "dk": [0, 0, 1, 0, 0], "not_stated": 0}
    ).astype(bool)
    ads = boxes.add_prefix("v/").assign(stratum="L")
    found = profiles.profiles(ads, SIZES, ["v"]).set_index(["measure", "option"])
    assert found["units"].to_dict() == {("any", "a"): 3, ("only", "a"): 3, ("any", "none"): 3, ("missing", ""): 5}
    assert found["cases"].to_dict() == {("any", "a"): 2, ("only", "a"): 2, ("any", "none"): 1, ("missing", ""): 2}


def test_the_margin_of_a_domain_is_that_of_its_lists() -> None:
    """Of each pair of lists: z √(Σ (N_h / N)² p (1 − p) / n_h × (N_h − n_h) / (N_h − 1)), nothing where one has no ad coded."""
    lists = [(1, 1), (1, 0), (2, 1), (2, 0), (7, 1), (7, 7), (30, 12), (0, 0), (5, 6)]
    pairs = [*itertools.combinations(lists, 2)]
    size, drawn = (pd.Series([one[at] for pair in pairs for one in pair]) for at in (0, 1))
    made = profiles.domain_margins(size, drawn, pd.Series(np.repeat(np.arange(len(pairs)), 2)), 0.9, 0.3)
    for (_, found), pair in zip(made.iterrows(), pairs, strict=True):
        filled = [(big, n) for big, n in pair if big]
        whole = sum(big for big, _ in filled)
        assert found["size"] == whole and found["drawn"] == sum(n for _, n in filled)
        parts = [(big / whole) ** 2 * 0.21 / n * max(0, big - n) / (big - 1) for big, n in filled if big > 1 and n]
        expected = 1.644854 * math.sqrt(sum(parts)) if all(n for _, n in filled) else NAN
        assert found["margin"] == pytest.approx(expected, rel=1e-6, nan_ok=True), pair


def test_the_margin_of_a_domain_drawn_by_pages_is_that_of_what_was_answered_there() -> None:
    """Twelve pages of five ads; of a question asked in the first half alone, the other half has no effect."""
    page = [at for at in range(12) for _ in range(5)]
    first = np.array(page) < 6
    ads = pd.DataFrame(
        {"stratum": "L", "page": page, "page_ads": 20, "pages_filled": 12, "pages_read": 12, "pages_total": 40}
    )
    ads = ads.assign(cell="all", cell_ads=NAN, domain=np.where(first, "A", "B"))
    ads["v"] = [("yes", "no")[at // 2 % 2] if one else None for at, one in enumerate(first)]
    ads["w"] = [("yes", "no")[at % 2] for at in range(60)]
    sizes = pd.Series({"L": 800.0})
    found = profiles.staged_margins(ads, sizes, ["v", "w"], ads["domain"])
    alone = profiles.staged_margins(ads, sizes, ["w"], ads["domain"])
    assert set(found) == {"all", "A", "B"} and found["B"] == alone["B"]
    design = design_of(ads["stratum"], sizes, ads=ads)
    for name, inside, degrees in (("all", np.ones(60, bool), 11), ("A", first, 5)):
        effects = []
        for variable, option in itertools.product("vw", ("yes", "no")):
            base = inside & ads[variable].notna().to_numpy()
            one = linearised.share_of_seen(design, ads[variable].eq(option).to_numpy(), base, np.ones(60), 0.95)
            assert one.interval == "logit"
            effects.append(int(base.sum()) * one.se**2 / (one.value * (1 - one.value)))
        spread = 0.25 * sum(effects) / 4 / int(inside.sum())
        assert found[name] == pytest.approx(scipy.special.stdtrit(degrees, 0.975) * math.sqrt(spread))
