"""Who was asked a question is printed exactly while answers are rounded: what that leaves, and who finds it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from simulated import ROOT, policy

from diagnostic.release.attack.gate import OUTSIDER, Finding, Gate, Reader
from diagnostic.release.populations.listing import OTHER, Listing
from diagnostic.release.populations.policy import load_policy
from diagnostic.release.populations.rounding import EXACT, Claim, Draw, claim
from diagnostic.release.ways.listed import Counted, Draft, proofs
from diagnostic.study.config import load_yaml

THRESHOLD = 8
ANSWERS = "abcd"


@cache
def question(answers: str = ANSWERS) -> Listing:
    """The closed list of some answers to a question that takes one, put to all who answered: how many is exact."""
    content = load_yaml(ROOT, Path("config/release.yaml")) | {"professionals": {}}
    content |= {"printed": {"professionals": {"others": [f"q={one}" for one in answers]}}}
    told = {"classes": {f"q={one}": "ordinary" for one in ANSWERS}, "options": {"q": list(ANSWERS)}}
    return Listing("professionals", load_policy(content, codebook=told | {"single": ["q"], "exclusive": []}))


def found(listing: Listing, printed: Mapping[str, Claim]) -> list[Finding]:
    reader = Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))
    return Gate(listing).findings(printed, [reader])


def answered(printed: Mapping[str, Claim]) -> dict[str, Claim]:
    """What is printed of the answers, without how many were asked."""
    return {name: one for name, one in printed.items() if one.base != EXACT}


def attempts(whole: int, counts: Sequence[int], draw: Draw) -> Iterator[dict[str, Claim]]:
    """What a release would print of a question, until the attack finds nothing."""
    listing, nobody = question(), np.zeros(0, dtype=bool)
    numbers = dict(zip((f"professionals: q={one}" for one in ANSWERS), counts, strict=False)) | {
        "professionals: ": whole
    }
    counted = {
        one.name: Counted(one, size, "", nobody, "" if size >= THRESHOLD else "small")
        for one in listing.entries
        for size in [numbers.get(one.name, 0)]
    }
    draft = Draft(listing, counted, draw, exact_total=True)
    while True:
        printed = draft.printed(OTHER)
        yield printed
        if fewest(answered(printed), whole) >= THRESHOLD:
            return
        draft.widen(proofs(found(listing, printed), listing, printed))


def fewest(told: dict[str, Claim], whole: int) -> int:
    """How many numbers the answer, or what is left of the base without some of them, that has fewest may be: by trying every
    number of each."""
    every = [range(one.low, one.high + 1) for one in told.values()]
    found: dict[tuple[int, ...], set[int]] = {}
    for numbers in product(*every):
        if sum(numbers) <= whole:
            for at in range(len(numbers)):
                found.setdefault((at,), set()).add(numbers[at])
            for size in range(1, len(numbers) + 1):
                for some_ in combinations(range(len(numbers)), size):
                    found.setdefault((-1, *some_), set()).add(whole - sum(numbers[at] for at in some_))
    return min(map(len, found.values()), default=THRESHOLD)


@pytest.mark.parametrize(
    ("whole", "answers", "told"),
    [
        (44, {"a": 30, "b": 20}, {"b"}),  # a 24 to 30, seven numbers; b 14 to 20
        (45, {"a": 30, "b": 20}, set()),  # a 24 to 31, eight numbers
        (45, {"a": 30, "b": 10}, set()),
        (40, {"a": 40}, {"a"}),  # 34 to 40, seven
        (41, {"a": 40}, set()),  # eight numbers; who did not, none to seven, is few for sure
        (20, {"a": 10, "b": 10}, {"a", "b"}),
    ],
)
def test_answers_beside_an_exact_base(whole: int, answers: dict[str, int], told: set[str]) -> None:
    printed = {f"professionals: q={name}": claim(value, 5, THRESHOLD, 1) for name, value in answers.items()}
    exact = {"professionals: ": Claim(whole, EXACT, whole, whole)}
    said = {one.target for one in found(question("".join(answers)), exact | printed)}
    assert {name for name in answers if f"professionals: q={name}" in said} >= told
    assert bool(said) == bool(told or whole == 41)
    assert (fewest(printed, whole) < THRESHOLD) == bool(told)


def test_no_answer_and_no_remainder_of_a_drawn_question_is_under_the_threshold() -> None:
    """Invented questions of two to four answers: the attack finds something where some number, or what it leaves, has fewer values
    than the threshold, and what it widens then has as many; `benchmarks/two_copies.py --questions` does 20 000."""
    rng, narrow = np.random.default_rng(20201), 0
    for at in range(100):
        whole = int(rng.integers(8, 70))
        counts = rng.multinomial(whole, rng.dirichlet(np.full(4, 0.8)))[: int(rng.integers(1, 4))]
        every = list(attempts(whole, counts.tolist(), Draw(f"{at}".encode())))
        for printed in every:
            few = fewest(answered(printed), whole) < THRESHOLD
            assert not few or found(question(), printed), (whole, printed)
        assert not few
        narrow += len(every) > 1
    assert narrow


def test_the_attack_knows_who_was_asked() -> None:
    """The planted leak, found by the solver: 45 accompanied somebody, exactly; who spoke of it, « 30 », and who did not, « 20 »,
    are then six numbers each. Without the form's own condition it would not be seen."""
    listing = Listing("professionals", policy())
    assert listing.asked["talked_about_it"].name == "professionals: took_charge=yes"
    printed = {
        "professionals: ": Claim(80, EXACT, 80, 80),
        "professionals: took_charge=yes": Claim(45, EXACT, 45, 45),
        "professionals: talked_about_it=yes": claim(30, 5, 8),
        "professionals: talked_about_it=no": claim(20, 5, 8),
    }
    said = {one.target for one in found(listing, printed)}
    left = f"professionals: took_charge=yes{' ∖ '}professionals: talked_about_it=yes"
    assert left in said
    del printed["professionals: talked_about_it=no"]
    assert not found(listing, printed)
