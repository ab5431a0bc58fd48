"""A study of several départements: what it prints of each and of the whole, attacked as one table.

The attack here is none of the release's: integers over départements × answers, question by question, under the printed
numbers alone. `test_regions.py` shows what two releases of the same persons give away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
import scipy
from facts_at_hand import Fact
from simulated import AGE, GENDER, SHORT, departement, invented, population

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.estimate.facts import table
from diagnostic.release.attack.gate import OUTSIDER, Gate, Reader
from diagnostic.release.editions import issued
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import Population, holding
from diagnostic.release.populations.policy import Policy, coarse, regional
from diagnostic.release.populations.rounding import Claim, Draw, claim
from diagnostic.release.ways import verdicts
from diagnostic.release.ways.listed import Decision, Known, decide
from diagnostic.release.ways.verdicts import Decided

CODES = ("22", "29", "35", "56")
SIZES = (40, 120, 80, 60)
STRUCTURES = (3, 12)  # that tell of persons, in each; fewer in the quick form
NOWHERE = "≠"  # persons of the region whom no commune places
REGIONS = 2
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
    return regional(invented(listed="headlines" if SHORT else "all"), CODES)


@cache
def released(region: int) -> Decision:
    return decide(Listing("prostitution", rules()), people(region), Draw(f"{region}".encode()), {}, {})


Said = Sequence[tuple[Mapping[str, Claim], tuple[str, ...]]]  # what is printed, and of which persons (STAYED, CAME)
STAYED, CAME = "stayed", "came"


def limits(told: Said, variable: str, of: str = STAYED) -> Iterator[tuple[str, str, float, float]]:
    """Département, answer ("" for all of it), and the fewest and most persons that all printed numbers on the question leave."""
    answers = (*ASKED[variable], "?")
    cells = list(product((*CODES, NOWHERE), answers, dict.fromkeys(kind for _, kinds in told for kind in kinds)))
    rows, low, high = [], [], []
    for printed, kinds in told:
        for name, one in printed.items():
            terms = dict(part.split("=") for part in name.partition(": ")[2].split(" & ") if part)
            if set(terms) <= {DEPARTEMENT, variable}:
                where, what = terms.get(DEPARTEMENT), terms.get(variable)
                rows.append([(where in (None, d)) and (what in (None, a)) and k in kinds for d, a, k in cells])
                low.append(one.low)
                high.append(one.high)
    held = scipy.optimize.LinearConstraint(np.array(rows, dtype=float), low, high)
    for where, what in product(CODES, ("", *ASKED[variable])):
        goal = np.array([d == where and what in ("", a) and k == of for d, a, k in cells], dtype=float)
        ends = [scipy.optimize.milp(sign * goal, constraints=held, integrality=np.ones(len(cells))) for sign in (1, -1)]
        yield where, what, ends[0].fun, -ends[1].fun if ends[1].status == 0 else np.inf


def true(people: Population, where: str, variable: str, what: str) -> int:
    inside = people.answers(DEPARTEMENT).holds((where,))
    return int((inside & people.answers(variable).holds((what,))).sum() if what else inside.sum())


def named(where: str, variable: str, what: str) -> str:
    return f"prostitution: {DEPARTEMENT}={where}" + (f" & {variable}={what}" if what else "")


def test_each_headline_is_listed_by_departement_and_nothing_finer() -> None:
    listing = Listing("prostitution", rules())
    crossed = {one.name for one in listing.entries if DEPARTEMENT in one.name and "&" in one.name}
    assert len(crossed) == len(CODES) * (2 + len(AGE))  # women, men, each band of age
    assert all(one.threshold >= 11 for one in listing.entries if DEPARTEMENT in one.name)
    assert coarse(rules()) and not coarse(invented())


def test_of_one_departement_the_policy_is_the_same() -> None:
    assert regional(invented(), ("62",)) is invented()


@pytest.mark.slow
@pytest.mark.parametrize("region", range(REGIONS))
def test_the_region_less_the_other_departements_gives_nothing_away(region: int) -> None:
    """No group of a département that is not printed is proved small and not empty, nor known to fewer numbers than its
    threshold; what is printed holds the truth."""
    decision, everyone = released(region), people(region)
    assert not decision.left
    shown = [name for name in decision.printed if DEPARTEMENT in name]
    assert len(shown) >= len(CODES)  # else nothing was at stake
    for variable in ASKED:
        for where, what, least, most in limits([(decision.printed, (STAYED,))], variable):
            assert least <= true(everyone, where, variable, what) <= most, (where, what)
            if named(where, variable, what) in decision.printed:
                continue
            assert not (least >= 1 and most < 11), (where, what, least, most)
            assert most - least >= 10, (where, what, least, most)


@cache
def editions(region: int, at: str, number: int) -> tuple[Population, Population, Decision, Decision, str]:
    """Two editions of a region, the second with the last `number` situations of a département besides: those who were
    there, all, what each prints, and the day of the edition whose numbers the second keeps ("" where it has its own)."""
    everyone, draw = people(region), Draw(f"{region}".encode())
    inside = everyone.answers(DEPARTEMENT).holds((at,))
    came = np.isin(everyone.situation, sorted(set(everyone.situation[inside].tolist()))[-number:])
    before = Population(
        everyone.name,
        everyone.situation[~came],
        everyone.structure[~came],
        everyone.frame[~came].reset_index(drop=True),
        everyone.key[~came],
    )
    first = released_as(before, draw, ())
    made = issued.record("2019-03-01", first.claims, {"prostitution": before}, draw.fingerprint)
    second = released_as(everyone, draw, tuple(issued.read(issued.write([made]))))
    now = second.released["prostitution"]
    return before, everyone, first.released["prostitution"].decision, now.decision, now.edition


def released_as(those: Population, draw: Draw, earlier: tuple[issued.Issued, ...]) -> Decided:
    """The whole door, of the facts that the list has."""
    shared = {"universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed", "unit": "person"}
    made = [
        Fact(
            fact_id=f"x.{at}",
            label=one.name,
            measure="count",
            group=one.name,
            value=int(holding(those, one.terms).sum()),
            **shared,
        )
        for at, one in enumerate(Listing("prostitution", rules()).entries)
    ]
    nothing = pd.DataFrame([], columns=["id", "value", "unit", "rounding", "statement_fr"])
    return verdicts.decide(
        table("bretagne-2019", made), rules(), {"prostitution": those}, Known(nothing, earlier), draw
    )


@pytest.mark.slow
@pytest.mark.parametrize(("at", "number"), [("22", 4), ("29", 60)])
def test_an_edition_less_the_other_gives_no_newcomer_away(at: str, number: int) -> None:
    """Of those who came to one département between two editions of the region: no group is proved small and not empty,
    nor known to fewer numbers than the threshold."""
    before, everyone, first, second, kept = editions(1, at, number)
    assert not first.left and not second.left
    assert number < 60 or not kept  # enough persons came for the second to have numbers of its own
    told: Said = [(first.printed, (STAYED,)), (second.printed, (STAYED,) if kept else (STAYED, CAME))]
    for variable in ASKED if not kept else ():
        for where, what, least, most in limits(told, variable, CAME):
            came = true(everyone, where, variable, what) - true(before, where, variable, what)
            assert least <= came <= most, (where, what)
            assert not (least >= 1 and most < 11), (where, what, least, most)
            assert most - least >= 7, (where, what, least, most)


OPEN = regional(invented(listed="unknown"), CODES)
MARGIN, DEPARTEMENT_MARGIN = "prostitution: departement=22 & gender ±", "prostitution: departement=22 ±"
WHOLE = {"prostitution: ": claim(200, 5, 8, 1), "prostitution: departement=22": claim(20, 10, 11, 1)}
OF_22 = "prostitution: departement=22 & gender=femme"


@pytest.mark.parametrize(("least", "exposed"), [(9, False), (10, True)])
def test_what_answers_leave_open_in_a_departement_is_given_to_the_attack(least: int, exposed: bool) -> None:
    """31 persons at most, of whom 11 women at least and so many unknown at least: 11 men may be there, or 10."""
    printed = WHOLE | {OF_22: claim(20, 10, 11, 1)}
    given = {f"{MARGIN}count+": Claim(15, 5, least, 21), f"{DEPARTEMENT_MARGIN}count+": Claim(0, 1, 0, 0)}
    listing = Listing("prostitution", OPEN)
    nobody = [Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))]
    found = {one.target: one for one in Gate(listing, margins=given).findings(printed, nobody)}
    target = "prostitution: departement=22 & gender=homme"
    assert (target in found) is exposed and set(found) <= {target}
    assert not exposed or {"prostitution: departement=22", OF_22} <= set(found[target].proof)


@pytest.mark.slow
def test_a_margin_that_no_printed_number_shows_says_nothing() -> None:
    """Of a département of few nothing is printed, nor what its answers leave open, which would prove that somebody is there."""
    given, listing = {f"{MARGIN}count+": Claim(10, 5, 4, 16)}, Listing("prostitution", OPEN)
    nobody = [Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))]
    total = {name: WHOLE[name] for name in ("prostitution: ",)}
    assert Gate(listing, margins=given).findings(total, nobody) == []
    # Where it is printed, that some of its persons have not answered says nothing of anybody.
    assert Gate(listing, margins=given).findings(WHOLE | {OF_22: claim(20, 10, 11, 1)}, nobody) == []


@pytest.mark.slow
def test_a_margin_shown_by_a_proof_names_the_numbers_that_show_it() -> None:
    given, listing = {f"{MARGIN}count+": Claim(2, 1, 1, 2)}, Listing("prostitution", OPEN)
    nobody = [Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))]
    printed = WHOLE | {OF_22: claim(20, 10, 11, 1)}
    found = {one.target: one.proof for one in Gate(listing, margins=given).findings(printed, nobody)}
    assert found["prostitution: departement=22 & gender=?"] == (OF_22,)


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
