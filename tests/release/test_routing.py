"""Who was asked a question is printed exactly while answers are rounded: what that leaves, and who finds it out."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from drawn import some
from simulated import policy

from diagnostic.release.attack.gate import OUTSIDER, Gate, Reader
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.rounding import EXACT, Claim, Draw, claim, crowded, first_step, least

THRESHOLD = 8


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
    ("whole", "answers", "withheld"),
    [
        (44, {"yes": 30, "no": 20}, ["no"]),  # yes 24 to 30, no 14 to 20
        (45, {"yes": 30, "no": 20}, []),  # yes 24 to 31, eight numbers
        (45, {"yes": 30, "no": 10}, []),
        (40, {"yes": 40}, ["yes"]),  # 34 to 40, seven
        (41, {"yes": 40}, []),
        (20, {"a": 10, "b": 10}, ["a"]),
    ],
)
def test_answers_beside_an_exact_base(whole: int, answers: dict[str, int], withheld: list[str]) -> None:
    told = {name: claim(value, 5, THRESHOLD, 1) for name, value in answers.items()}
    assert crowded(told, whole, THRESHOLD) == withheld
    kept = {name: one for name, one in told.items() if name not in withheld}
    assert fewest(kept, whole) >= THRESHOLD > (0 if not withheld else fewest(told, whole))


def test_no_answer_and_no_remainder_of_a_drawn_question_is_under_the_threshold() -> None:
    """Invented questions of two to four answers; `benchmarks/copies.py --questions` does 20 000."""
    rng, draw = np.random.default_rng(20201), Draw(b"k")
    for at in some(range(200)):
        whole = int(rng.integers(8, 70))
        counts = rng.multinomial(whole, rng.dirichlet(np.full(4, 0.8)))[: int(rng.integers(1, 4))]
        told = {}
        for name, count in enumerate(counts.tolist()):
            value = draw.random_round(count, 5, "group", f"{at} {name}", first=first_step(5, THRESHOLD))
            if count >= THRESHOLD and value >= least(5, THRESHOLD):
                told[str(name)] = claim(value, 5, THRESHOLD, 1)
        gone = crowded(told, whole, THRESHOLD)
        assert fewest({name: one for name, one in told.items() if name not in gone}, whole) >= THRESHOLD


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
    reader = [Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))]
    found = {one.target for one in Gate(listing).findings(printed, reader)}
    left = f"professionals: took_charge=yes{' ∖ '}professionals: talked_about_it=yes"
    assert left in found
    del printed["professionals: talked_about_it=no"]
    assert not Gate(listing).findings(printed, reader)
