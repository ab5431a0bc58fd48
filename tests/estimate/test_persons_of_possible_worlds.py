"""How many persons there may be, over every world that the answers allow: each situation holds as many persons as its answer says
at least to at most, and where the status is not said all of them are in prostitution, or none."""

from __future__ import annotations

from itertools import product
from random import Random
from statistics import fmean

import pytest
from drawn import always
from handmade import BOOK, CODEBOOK, consolidated, facts, layout
from test_counting_rules import told

from diagnostic.core.validation import validate
from diagnostic.estimate.people import sensitivity

CEILING = 10
WRITTEN = {  # what is written → least, most, the number that the study counts, the middle; None: the mean of the others
    "1": (1, 1, 1, 1.0),
    "4": (4, 4, 4, 4.0),
    "3 ou 4": (3, 4, 3, 3.5),
    "entre 2 et 6": (2, 6, 2, 4.0),
    "": (1, CEILING, 1, None),
}
STATUS = {"prov": (True,), "proba": (True,), "risk": (False,), "": (False, True)}


@pytest.mark.parametrize("seed", always(1, range(6)))
def test_bounds_are_the_least_and_the_most_of_all_worlds(seed: int) -> None:
    random = Random(seed)
    drawn = [(random.choice(list(WRITTEN)), random.choice(list(STATUS))) for _ in range(5)]
    if all(number == "" for number, _ in drawn):
        drawn[0] = ("4", drawn[0][1])
    rows = [
        told(str(at + 1), persons_in_situation=number, situation_status=status)
        for at, (number, status) in enumerate(drawn)
    ]
    found = facts(consolidated(rows))

    known = [middle for number, _ in drawn if (middle := WRITTEN[number][3]) is not None]
    study = [WRITTEN[number][2] for number, _ in drawn]
    middles = [fmean(known) if WRITTEN[number][3] is None else WRITTEN[number][3] for number, _ in drawn]
    certain = [STATUS[status] == (True,) for _, status in drawn]
    worlds = list(product(*(((WRITTEN[n][0], s), (WRITTEN[n][1], s)) for n, status in drawn for s in [STATUS[status]])))
    everyone = [sum(size for size, _ in world) for world in worlds]
    inside = [sum(size for size, states in world if pick(states)) for world in worlds for pick in (all, any)]

    def told_as(fact: str) -> tuple[float, float, float]:
        row = found.loc[fact]
        return row["value"], row["low"], row["high"]

    assert told_as("shared.persons_concerned") == (sum(study), min(everyone), max(everyone))
    mine = [number for number, sure in zip(study, certain, strict=True) if sure]
    assert told_as("shared.persons_prostitution") == (sum(mine), min(inside), max(inside))
    central = sum(number for number, sure in zip(middles, certain, strict=True) if sure)
    assert told_as("shared.persons_prostitution_central") == pytest.approx(
        (central, min(inside), max(central, *inside))
    )
    assert told_as("shared.persons_concerned_central")[0] == pytest.approx(sum(middles))


@pytest.mark.slow
def test_a_study_without_any_status_said_counts_nobody_in_prostitution_and_may_have_all() -> None:
    found = facts(consolidated([told("1", persons_in_situation="3", situation_status="")]))
    row = found.loc["shared.persons_prostitution"]
    assert (row["value"], row["low"], row["high"]) == (0, 0, 3)


@pytest.mark.slow
def test_the_middle_of_a_blank_may_pass_the_ceiling_and_its_own_limit_follows() -> None:
    """Twenty, and a blank: on average twenty too, where the ceiling lets the blank be ten at most."""
    rows = [told("1", persons_in_situation="20"), told("2", persons_in_situation="")]
    found = facts(consolidated(rows)).loc[["shared.persons_concerned", "shared.persons_concerned_central"]]
    assert found[["value", "low", "high"]].to_numpy().tolist() == [[21, 21, 30], [40, 21, 40]]


@pytest.mark.slow
def test_so_it_may_under_another_rule_of_counting() -> None:
    """One form describes most of those known: a blank, on average, is of more persons than the ceiling. The page of other rules
    was refused, as a program's fault."""
    made = consolidated([told("1", persons_in_situation="20"), told("2", persons_in_situation="")])
    given = (made["described"], made["pairs"], made["respondents"], layout(CODEBOOK), "00-2026")
    found = sensitivity.estimate(*given, **BOOK)["sensitivity"].set_index("fact_id")
    total = found.loc["sensitivity.ranges_central.shared_persons_concerned"]
    assert total[["value", "low", "high"]].tolist() == [40, 21, 40]
    validate(found.reset_index(), "estimate/sensitivity")
