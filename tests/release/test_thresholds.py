"""Each threshold of the release, one below and one above, with draws that are known: what is printed is worked out here."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn import one_in
from facts_at_hand import replace
from simulated import policy
from test_verdicts import fact

from diagnostic.release import statements
from diagnostic.release.editions import ledger
from diagnostic.release.populations import rounding
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.rounding import STEP, Claim, Draw
from diagnostic.release.ways import coded, group, listed, model, own, places, verdicts
from diagnostic.release.ways.way import Scope


@dataclass(frozen=True)
class Known(Draw):
    """Every draw is the same number."""

    at: float = 0.5

    def uniform(self, *said: str) -> float:
        return self.at


def at(number: float) -> Known:
    return Known(b"k", number)


def scope(number: float = 0.5) -> Scope:
    return Scope(policy(), at(number))


# -- Rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "base", "first", "draws"),
    [
        # count → (draw, what is printed): up with the chance of what is left over, worked out by hand
        (3, 5, 0, {0.399: 0, 0.401: 5}),
        (7, 5, 0, {0.599: 5, 0.601: 10}),
        (5, 5, 0, {0.099: 0, 0.101: 5, 0.899: 5, 0.901: 10}),
        (10, 5, 0, {0.099: 5, 0.101: 10, 0.899: 10, 0.901: 15}),
        (11, 10, 20, {0.449: 0, 0.451: 20}),
        (19, 10, 20, {0.049: 0, 0.051: 20}),
        (20, 10, 20, {0.024: 0, 0.026: 20, 0.949: 20, 0.951: 30}),
        (21, 10, 20, {0.899: 20, 0.901: 30}),
        (30, 10, 20, {0.049: 20, 0.051: 30, 0.949: 30, 0.951: 40}),
        (-2, 5, 0, {0.0: 0, 0.999: 0}),
        (0, 5, 0, {0.0: 0, 0.999: 0}),
    ],
)
def test_a_count_is_drawn_to_a_multiple_next_to_it(count: int, base: int, first: int, draws: dict[float, int]) -> None:
    for drawn, printed in draws.items():
        assert at(drawn).random_round(count, base, "person", "x", first=first) == printed, drawn


@pytest.mark.parametrize(("base", "first"), one_in(3, [(3, 0), (5, 0), (5, 10), (10, 0), (10, 20), (20, 0)]))
def test_no_count_is_moved_on_average(base: int, first: int) -> None:
    """The mean over as many even draws as all chances divide: exact."""
    many = 2400
    for count in range(3 * (first or base) + 1):
        total = sum(at((one + 0.5) / many).random_round(count, base, "person", "x", first=first) for one in range(many))
        assert Fraction(total, many) == count, count


@pytest.mark.parametrize("base", [3, 5, 10, 20])
def test_the_smallest_number_printed_means_as_many_counts_as_the_threshold(base: int) -> None:
    """By trying every count: which are drawn to it, whatever the draw, and may be printed."""
    for threshold in range(1, 2 * base + 2):
        stand = {
            value: sum(threshold <= count <= value + base for count in range(value - base, value + base + 1))
            for value in range(base, 5 * base, base)
        }
        expected = next(value for value, many in stand.items() if value >= threshold and many >= threshold)
        assert rounding.least(base, threshold) == expected, threshold
    with pytest.raises(ValueError, match="holds"):
        rounding.least(base, 2 * base + 2)
    assert rounding.widest(base) == 2 * base + 1


@pytest.mark.parametrize(
    ("base", "threshold", "first"),
    [
        (10, 11, 20),
        (10, 12, 20),  # 12 of 20 is 60 %: at most
        (10, 13, 10),
        (5, 8, 5),  # 8 of 10 would be printed four times in five
        (5, 6, 10),  # 6 of 10
        (5, 7, 5),
        (20, 24, 40),
        (20, 25, 20),
    ],
)
def test_a_group_of_just_the_threshold_is_printed_six_times_in_ten_at_most(
    base: int, threshold: int, first: int
) -> None:
    assert rounding.first_step(base, threshold) == first


@pytest.mark.parametrize(
    ("whole", "low", "high", "numbers"), [(14, 8, 15, 7), (15, 8, 15, 8), (16, 8, 15, 8), (40, 8, 15, 8), (9, 8, 15, 2)]
)
def test_what_is_left_of_an_exact_whole(whole: int, low: int, high: int, numbers: int) -> None:
    assert (
        rounding.rest(whole, low, high) == numbers == len({whole - part for part in range(low, min(high, whole) + 1)})
    )


# -- Professionals, by field or function ------------------------------------------------------------------------------

GROUP = "professionals: activity_field=social & network_interest=yes"


def by_field(
    size: int, counted: int, drawn: float, group: str = GROUP, measure: str = "count"
) -> tuple[float, ...] | str:
    """What is printed of so many of a field who say yes; the ground where nothing is."""
    others = 4  # of another field, who all say yes
    frame = pd.DataFrame(
        {
            "activity_field.code": ["social"] * size + ["health"] * others,
            "network_interest.code": ["yes"] * counted + ["no"] * (size - counted) + ["yes"] * others,
        }
    )
    rows = np.arange(size + others)
    people = Population("professionals", rows, rows, frame, rows.astype(str))
    told = asdict(replace(fact("professional", measure, value=counted), group=group))
    found = own._by_field(told, Scope(policy(), at(drawn), {"professionals": people}), "professionals")
    shown = found["verdict"] == "shown"
    return tuple(found[name] for name in ("shown_value", "claim_low", "claim_high")) if shown else found["ground"]


@pytest.mark.parametrize(
    ("size", "counted", "drawn", "printed"),
    [
        (5, 3, 0.5, "field"),  # a group of five is too small
        (6, 3, 0.5, (3, 1, 6)),  # six is enough; three is printed
        (6, 3, 0.1, "field"),  # drawn to nothing
        (6, 3, 0.9, (6, 3, 6)),
        (6, 1, 0.7, (3, 1, 6)),
        (6, 1, 0.6, "field"),
        (9, 9, 0.5, "field"),  # all of nine would be unanimous
        (10, 10, 0.5, (9, 6, 10)),  # of ten they may be
        (10, 10, 0.1, (9, 6, 10)),  # drawn to twelve, more than there are
        (9, 8, 0.5, (9, 6, 9)),
        (9, 0, 0.0, "field"),
        (10, 0, 0.0, "field"),  # nobody, drawn to nothing
        (11, 4, 0.5, (3, 1, 6)),
        (12, 6, 0.5, (6, 3, 9)),
        (7, 7, 0.2, "field"),
    ],
)
def test_what_they_say_by_field(size: int, counted: int, drawn: float, printed: tuple[float, ...] | str) -> None:
    assert by_field(size, counted, drawn) == printed


def test_neither_a_share_nor_who_was_asked_is_told_by_field() -> None:
    assert by_field(12, 6, 0.5, measure="percent") == "field"
    assert by_field(12, 6, 0.5, "professionals: activity_field=social & network_interest=*") == "field"


@pytest.mark.parametrize(("whole", "verdict"), [(14, "withheld"), (15, "shown"), (40, "shown")])
def test_a_rounded_part_of_those_who_took_part_leaves_as_many_numbers_as_the_threshold(
    whole: int, verdict: str
) -> None:
    """Twelve, printed « 10 », are 8 to 15: of fourteen 0 to 6 are left, of fifteen 0 to 7."""
    own = replace(
        fact("professional", value=12, numerator=12, denominator=whole), source_table="consolidate/professionals"
    )
    assert verdicts.verdict(asdict(replace(own, way="own")), scope())["verdict"] == verdict


# -- Counts, shares and estimates that name no group ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count", "drawn", "printed"),
    [
        ("ordinary", 7, 0.5, "small"),
        ("ordinary", 8, 0.41, (10, 8, 15)),
        ("ordinary", 8, 0.39, "draw"),  # five would mean 8 to 10
        ("ordinary", 12, 0.5, (10, 8, 15)),
        ("trans", 10, 0.5, "small"),
        ("trans", 11, 0.46, (20, 11, 30)),
        ("trans", 11, 0.44, "draw"),
        ("trans", 21, 0.5, (20, 11, 30)),
        ("trans", 29, 0.5, (30, 20, 40)),
    ],
)
def test_a_rounded_count(name: str, count: int, drawn: float, printed: tuple[float, ...] | str) -> None:
    found = model.rounded(asdict(fact("person", value=count)), scope(drawn), name)
    told = tuple(found[one] for one in ("shown_value", "claim_low", "claim_high"))
    assert (told if found["verdict"] == "shown" else found["ground"]) == printed


def attribute(name: str, part: int, whole: int, measure: str = "percent") -> dict:
    value = 100 * part / whole if measure == "percent" else 27.4
    made = fact("ad", measure, value=value, numerator=part, denominator=whole)
    return asdict(replace(made, fact_id=name, source_table="consolidate/codings", way="declared"))


@pytest.mark.parametrize(
    ("name", "part", "whole", "verdict"),
    [
        ("profile.ad.gender_presented.woman", 8, 50, "shown"),
        ("profile.ad.gender_presented.woman", 8, 49, "withheld"),  # a base under fifty
        ("profile.ad.gender_presented.woman", 7, 50, "withheld"),
        ("profile.ad.gender_presented.woman", 42, 50, "shown"),
        ("profile.ad.gender_presented.woman", 43, 50, "withheld"),  # seven are left
        ("profile.ad.declared_place.47001", 20, 60, "shown"),
        ("profile.ad.declared_place.47001", 19, 60, "withheld"),  # ads at least for a place to be named
        ("profile.ad.declared_place.47001", 41, 60, "withheld"),
        ("profile.ad.declared_country.ro", 11, 60, "shown"),
        ("profile.ad.declared_country.ro", 10, 60, "withheld"),
        ("profile.ad.network_sign.at_least_1", 11, 60, "shown"),
        ("profile.ad.network_sign.at_least_1", 10, 60, "withheld"),
        ("profile.ad.no_question.x", 8, 60, "withheld"),  # of no question: the strictest
        ("profile.ad.no_question.x", 11, 60, "shown"),
    ],
)
def test_a_share_of_coded_ads(name: str, part: int, whole: int, verdict: str) -> None:
    assert (coded.attribute(attribute(name, part, whole), scope()) or {})["verdict"] == verdict


@pytest.mark.parametrize(("whole", "printed"), [(49, math.nan), (50, 27.0), (51, 27.0)])
def test_a_mean_of_coded_ads_is_of_fifty_at_least(whole: int, printed: float) -> None:
    found = coded.attribute(attribute("ads.mean_age", whole, whole, "mean"), scope())
    assert found["shown_value"] == pytest.approx(printed, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "draws"),
    [
        (37.0, {0.399: 40, 0.401: 35}),
        (63.0, {0.399: 60, 0.401: 65}),  # what is left is drawn with it: together they are 100
        (2.0, {0.399: 5, 0.401: 5}),  # never nothing
        (98.0, {0.399: 95, 0.401: 95}),
        (50.0, {0.0: 50, 0.999: 50}),
        (50.5, {0.899: 50, 0.901: 55}),
    ],
)
def test_a_share_in_steps_of_five_points(value: float, draws: dict[float, float]) -> None:
    share = asdict(fact("ad", "percent", value=value, numerator=value * 10, denominator=1000))
    for drawn, printed in draws.items():
        found = model.points(share, scope(drawn))
        assert (found["shown_value"], found["claim_low"], found["claim_high"]) == (
            printed,
            max(0, printed - STEP),
            min(100, printed + STEP),
        )


@pytest.mark.parametrize(
    ("told", "value", "half", "limits"),
    [
        # half × √(p (1 − p)) at 45 %, the nearest to a half that « 40 » stands for, over that at 37 %: × 1.0304
        (40, 37, 4.85, (30, 50)),  # 4.998 points: one step, and one for the rounding
        (40, 37, 4.86, (25, 55)),  # 5.008: two
        (60, 63, 4.86, (45, 75)),
        (50, 48, 4.99, (40, 60)),  # at a half itself
        (10, 10, 0.0, (5, 15)),
        (5, 4, 20.0, (0, 45)),  # × 1.531 at 10 %: 30.6 points, seven steps and one
    ],
)
def test_the_limits_of_a_share_in_steps(told: float, value: float, half: float, limits: tuple[float, float]) -> None:
    assert tuple(model._around(told, value, half).values()) == limits


@pytest.mark.parametrize(
    ("value", "printed"),
    [(1249, 1200), (1250, 1300), (0.0444, 0.044), (0.0446, 0.045), (99.4, 99), (99.6, 100), (0, 0), (7, 7)],
)
def test_two_significant_digits(value: float, printed: float) -> None:
    assert model.significant(value) == pytest.approx(printed)


@pytest.mark.parametrize(
    ("value", "step"), [(8, 10), (99, 10), (100, 10), (999, 10), (1000, 100), (9999, 100), (10000, 1000)]
)
def test_a_model_s_number_is_a_multiple_of_its_second_digit(value: float, step: int) -> None:
    assert model.step_of(value) == step


@pytest.mark.parametrize(
    ("value", "low", "high", "drawn", "printed"),
    [
        (7.9, math.nan, math.nan, 0.5, "small"),
        (8.0, math.nan, math.nan, 0.5, (10, math.nan, math.nan, 8, 20)),
        (8.0, math.nan, math.nan, 0.1, "draw"),  # nothing, under ten
        (43.0, 31.0, 58.0, 0.5, (40, 20, 70, 30, 50)),
        (43.0, 31.0, 58.0, 0.8, (50, 20, 70, 40, 60)),
        (43.0, 9.9, 58.0, 0.5, "draw"),  # a limit under ten is not told, and the number not without its limits
        (43.0, 10.0, 58.0, 0.0, (40, 10, 60, 30, 50)),
        (43.0, 10.0, 58.0, 0.5, "draw"),  # drawn outward to nothing
        (1234.0, 1000.0, 2345.0, 0.0, (1200, 1000, 2400, 1100, 1300)),
    ],
)
def test_an_estimate_of_persons(
    value: float, low: float, high: float, drawn: float, printed: tuple[float, ...] | str
) -> None:
    made = asdict(fact("person", "estimate", value=value, low=low, high=high, interval_kind="model"))
    found = model.estimate(made, scope(drawn))
    names = ("shown_value", "shown_low", "shown_high", "claim_low", "claim_high")
    told = tuple(float(found[one]) for one in names) if found["verdict"] == "shown" else found["ground"]
    assert told == (printed if isinstance(printed, str) else pytest.approx(printed, nan_ok=True))


@pytest.mark.parametrize(("value", "printed"), [(19.9, 20), (20, 20), (20.1, 40), (0.1, 20)])
def test_what_missed_copies_add_is_told_as_the_next_multiple_of_twenty(value: float, printed: float) -> None:
    made = replace(fact("person", "error", value=value), fact_id="persons.source.recall")
    found = model.result(asdict(made), scope())
    assert found and found["shown_value"] == printed


# -- Groups of the closed list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("structures", "situations", "reason"),
    [
        ([17, 2, 1], [4, 4, 4, 4, 4], ""),  # 85 % of one
        ([18, 1, 1], [4, 4, 4, 4, 4], "contributors"),
        ([10, 10], [4, 4, 4, 4, 4], "contributors"),  # two structures
        ([10, 9, 1], [10, 10], "contributors"),  # two situations
        ([7, 7, 6], [17, 2, 1], ""),
        ([7, 7, 6], [18, 1, 1], "contributors"),
    ],
)
def test_enough_contributors_and_none_that_dominates(structures: list[int], situations: list[int], reason: str) -> None:
    members = [np.repeat(np.arange(len(sizes)), sizes) for sizes in (situations, structures)]
    size = sum(structures)
    people = Population("prostitution", *members, pd.DataFrame(index=range(size)), np.arange(size).astype(str))

    class Entry:
        threshold = 8

    inside = np.ones(size, dtype=bool)
    assert listed._reason(size, inside, people, Entry(), policy()) == reason  # type: ignore[arg-type]
    assert listed._reason(8, inside, people, Entry(), policy()) == reason  # type: ignore[arg-type]
    assert listed._reason(7, inside, people, Entry(), policy()) == "small"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "whole", "shown", "claim"),
    [
        ((10, 8, 15), (50, 45, 55), 20, (14, 34)),  # 8 of 55, and 15 of 45: outward
        ((10, 8, 15), (45, 40, 50), None, None),  # a printed base under fifty
        ((50, 45, 55), (50, 45, 55), None, None),  # all of it
        ((45, 40, 50), (50, 45, 55), 90, (72, 100)),
        ((10, 8, 15), (2000, 1995, 2005), 1, (0, 1)),
    ],
)
def test_a_share_of_what_is_printed(
    part: tuple[int, int, int], whole: tuple[int, int, int], shown: float | None, claim: tuple[int, int] | None
) -> None:
    own, of = (Claim(value, 5, low, high) for value, low, high in (part, whole))
    told = asdict(replace(fact("person", "percent", value=20), group="prostitution: gender=women")) | {"rules": ""}
    found = group._share(told, own, of, SimpleNamespace(margins={}), policy())  # type: ignore[arg-type]
    assert (found["shown_value"] if found["verdict"] == "shown" else None) == shown
    assert claim is None or (found["claim_low"], found["claim_high"]) == claim


@pytest.mark.parametrize(("high", "ranged"), [(59.9, False), (60.0, False), (60.1, True)])
def test_a_share_or_a_number_that_may_be_nearly_any_other_is_told_as_a_range(high: float, ranged: bool) -> None:
    """Over forty points, or ends of which one is more than three times the other."""
    assert statements.wide("percent", 20.0, high) is ranged
    assert statements.wide("count", 20.0, high) is ranged


@pytest.mark.parametrize(("told", "kept"), [(10, False), (11, True), (12, True)])
def test_a_method_keeps_no_sentence_that_tells_a_number_under_the_highest_threshold(told: int, kept: bool) -> None:
    assert ledger.discreet(f"Dit par {told} personnes. Rien de plus.", policy()) == (
        f"Dit par {told} personnes. Rien de plus." if kept else "Rien de plus."
    )


# -- Ads by place -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "together", "drawn", "printed"),
    [
        (19, 0, 0.5, None),  # ads at least for a place to be named
        (20, 0, 0.5, 20),
        (20, 0, 0.01, None),  # drawn to nothing
        (38, 2, 0.1, 30),  # two places have 38 at most: « 30 » is 20 to 40
        (38, 2, 0.5, None),  # « 40 » is 30 to 50, and 29 of 38 would leave one of them fewer numbers than eleven
        (38, 3, 0.5, 40),  # three have 57 at most
        (28, 2, 0.5, 30),
        (39, 2, 0.5, None),
    ],
)
def test_ads_of_one_place_or_of_several_that_have_too_few_each(
    value: int, together: int, drawn: float, printed: float | None
) -> None:
    name = "ads.joined.epci.1" if together else "places.ads.c"
    named = f"ads: place={'|'.join('abc'[:together])}" if together else ""
    told = asdict(replace(fact("ad", value=value), fact_id=name, group=named, source_table="consolidate/counts"))
    found = places.by_place(told, scope(drawn))
    assert found and (found["shown_value"] if found["verdict"] == "shown" else None) == printed


@pytest.mark.parametrize(("part", "verdict"), [(19, "withheld"), (20, "shown"), (21, "shown")])
def test_a_share_of_ads_by_place_is_of_as_many_ads_as_a_place_that_is_named(part: int, verdict: str) -> None:
    share = fact("ad", "percent", value=part / 2, numerator=part, denominator=200)
    found = places.by_place(asdict(replace(share, fact_id="ads.city_c_pct")), scope())
    assert found and found["verdict"] == verdict
    assert places.by_place(asdict(replace(fact("commune", value=40), fact_id="places.communes")), scope()) is None
