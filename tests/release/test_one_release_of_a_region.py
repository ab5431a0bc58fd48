"""A study of several départements: what it prints of each and of the whole, attacked as one table.

The attack here is none of the release's: integers over départements × answers, question by question, under the printed
numbers alone. `test_regions.py` shows what two releases of the same persons give away.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
import scipy
from simulated import AGE, GENDER, departement, invented, population

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.release.decision import Decision, decide
from diagnostic.release.draws import Draw
from diagnostic.release.listing import Listing
from diagnostic.release.policy import Policy
from diagnostic.release.populations import Population
from diagnostic.release.region import coarse, regional

CODES = ("22", "29", "35", "56")
SIZES = (40, 120, 80, 60)
STRUCTURES = (3, 12)  # that tell of persons, in each; fewer in the quick form
NOWHERE = "≠"  # persons of the region whom no commune places
REGIONS = 4
ASKED = {"gender": GENDER, "age_band": AGE}


@cache
def people(region: int) -> Population:
    """The persons of four départements, with some of no known place."""
    parts = [departement(300 + 10 * region + at, size, STRUCTURES[region > 0]) for at, size in enumerate(SIZES)]
    for at, one in enumerate(parts):
        one["situation"] += 10_000 * at
        one["structure"] = f"{at}/" + one["structure"]
        one[DEPARTEMENT] = [CODES[at] if number % 12 else "no_answer" for number in one["situation"]]
    every = pd.concat(parts, ignore_index=True)
    found = population(every)
    found.frame[f"{DEPARTEMENT}.code"] = every[DEPARTEMENT].to_numpy()
    return found


@cache
def rules() -> Policy:
    return regional(invented(), CODES)


@cache
def released(region: int) -> Decision:
    return decide(Listing("prostitution", rules()), people(region), Draw(f"{region}".encode()), {}, {})


def limits(decision: Decision, variable: str) -> Iterator[tuple[str, str, float, float]]:
    """Département, answer, and the fewest and most persons that all printed numbers on the question leave."""
    answers = (*ASKED[variable], "?")
    cells = list(product((*CODES, NOWHERE), answers))
    rows, low, high = [], [], []
    for name, one in decision.printed.items():
        terms = dict(part.split("=") for part in name.partition(": ")[2].split(" & ") if part)
        if set(terms) <= {DEPARTEMENT, variable}:
            where, what = terms.get(DEPARTEMENT), terms.get(variable)
            rows.append([(where in (None, d)) and (what in (None, a)) for d, a in cells])
            low.append(one.low)
            high.append(one.high)
    held = scipy.optimize.LinearConstraint(np.array(rows, dtype=float), low, high)
    for at, (where, what) in enumerate(cells):
        if where == NOWHERE or what == "?":
            continue
        goal = np.eye(len(cells))[at]
        ends = [scipy.optimize.milp(sign * goal, constraints=held, integrality=np.ones(len(cells))) for sign in (1, -1)]
        least = ends[0].fun
        most = -ends[1].fun if ends[1].status == 0 else np.inf
        yield where, what, least, most


def test_each_headline_is_listed_by_departement_and_nothing_finer() -> None:
    listing = Listing("prostitution", rules())
    crossed = {one.name for one in listing.entries if DEPARTEMENT in one.name and "&" in one.name}
    assert len(crossed) == len(CODES) * (2 + len(AGE))  # women, men, each band of age
    assert all(one.threshold >= 11 for one in listing.entries if DEPARTEMENT in one.name)
    assert coarse(rules()) and not coarse(invented())


def test_of_one_departement_the_policy_is_the_same() -> None:
    assert regional(invented(), ("62",)) is invented()


@pytest.mark.parametrize("region", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, REGIONS))])
def test_the_region_less_the_other_departements_gives_nothing_away(region: int) -> None:
    """No group of a département that is not printed is proved small and not empty, nor known to fewer numbers than its
    threshold; what is printed holds the truth."""
    decision, everyone = released(region), people(region)
    assert not decision.left
    shown = [name for name in decision.printed if DEPARTEMENT in name]
    assert len(shown) >= len(CODES)  # else nothing was at stake
    for variable in ASKED:
        for where, what, least, most in limits(decision, variable):
            true = int(
                (everyone.answers(DEPARTEMENT).holds((where,)) & everyone.answers(variable).holds((what,))).sum()
            )
            assert least <= true <= most, (where, what)
            if f"prostitution: {DEPARTEMENT}={where} & {variable}={what}" in decision.printed:
                continue
            assert not (least >= 1 and most < 11), (where, what, least, most)
            assert most - least >= 10, (where, what, least, most)


def test_the_same_persons_print_the_same_under_either_name() -> None:
    """A region all of whose persons are of one département: one set, one draw, though two groups."""
    everyone = people(0)
    alone = Population(
        everyone.name,
        everyone.situation,
        everyone.structure,
        everyone.frame.assign(**{f"{DEPARTEMENT}.code": "22"}),
        everyone.key,
    )
    decision = decide(Listing("prostitution", regional(invented(preset="brouillon"), CODES)), alone, Draw(b"x"), {}, {})
    whole, part = decision.printed["prostitution: "], decision.printed[f"prostitution: {DEPARTEMENT}=22"]
    assert whole.low <= part.high and part.low <= whole.high
    assert not any(f"{DEPARTEMENT}={code}" in name for name in decision.printed for code in CODES[1:])
