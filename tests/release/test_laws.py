"""The exact law of a printed number, against numbers worked out by hand, against keys, and between neighbours."""

from __future__ import annotations

import math
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drawn import cases
from laws import distance, drawn, exact, moves
from simulated import departement, invented, population

from diagnostic.release.populations.listing import Entry, Listing
from diagnostic.release.ways.listed import Counted, count

KEYS = 1000
TOTAL, WOMEN, MEN, YOUNG = (
    f"prostitution: {group}" for group in ("", "gender=femme", "gender=homme", "age_band=18-25")
)


def told(counts: dict[str, int]) -> Any:
    """A population of which only these groups may be printed, as counted."""
    listing = Listing("prostitution", invented())

    def one(entry: Entry) -> Counted:
        size = counts.get(entry.name, 0)
        return Counted(entry, size, f"{entry.name} {size}", np.zeros(0, bool), "" if size else "small")

    found = {entry.name: one(entry) for entry in listing.entries}
    return SimpleNamespace(listings={"prostitution": listing}, counted=found, policy=listing.policy)


def of_rows(rows: pd.DataFrame) -> Any:
    listing, people = Listing("prostitution", invented()), population(rows)
    counted = {entry.name: count(entry, people, listing.policy, None, {}) for entry in listing.entries}
    return SimpleNamespace(listings={"prostitution": listing}, counted=counted, policy=listing.policy)


def least_of(part: dict[int, float], whole: dict[int, float]) -> dict[int, float]:
    """The law of the smaller of two numbers drawn apart."""
    found: dict[int, float] = {}
    for (one, chance), (other, likely) in product(part.items(), whole.items()):
        found[min(one, other)] = found.get(min(one, other), 0.0) + chance * likely
    return found


@pytest.mark.parametrize(
    "counts, name, law",
    [
        ({TOTAL: 13}, TOTAL, {10: 2 / 5, 15: 3 / 5}),
        ({TOTAL: 20}, TOTAL, {15: 1 / 10, 20: 8 / 10, 25: 1 / 10}),
        ({TOTAL: 8}, TOTAL, {None: 2 / 5, 10: 3 / 5}),  # « 5 » is not printed under a threshold of 8
        # The whole is never printed under the part; each count is moved by one at most, so that 94 are 93, 94 or 95.
        (
            {TOTAL: 96, WOMEN: 94},
            WOMEN,
            least_of({90: 0.7 / 3, 95: 2.2 / 3, 100: 0.1 / 3}, {90: 0.1 / 3, 95: 2.2 / 3, 100: 0.7 / 3}),
        ),
        (
            {TOTAL: 95, WOMEN: 94},
            WOMEN,
            least_of({90: 0.7 / 3, 95: 2.2 / 3, 100: 0.1 / 3}, {90: 0.1, 95: 0.8, 100: 0.1}),
        ),
        ({TOTAL: 94, WOMEN: 93}, WOMEN, least_of({90: 0.4, 95: 0.6}, {90: 0.7 / 3, 95: 2.2 / 3, 100: 0.1 / 3})),
    ],
)
def test_the_law_is_the_one_worked_out_by_hand(counts: dict[str, int], name: str, law: dict[int | None, float]) -> None:
    assert exact(told(counts), "prostitution")[name] == pytest.approx(law)


def test_a_small_total_tosses_its_splits_once_in_twenty() -> None:
    """Of 30 persons all parts may be withheld for their size: women are then withheld in one key of twenty besides."""
    law = exact(told({TOTAL: 32, WOMEN: 20}), "prostitution")[WOMEN]
    assert law == pytest.approx({None: 0.05, 15: 0.095, 20: 0.76, 25: 0.095})


@pytest.mark.slow  # `benchmarks/neighbours.py` does so at each submission
@pytest.mark.parametrize("size", [60, 152])
def test_keys_draw_from_the_exact_law(size: int) -> None:
    """To the distance that so many draws of a law of four values pass once in a million (Bretagnolle, Huber and Carol)."""
    study = of_rows(departement(1, size))
    law, seen = exact(study, "prostitution"), drawn(study, "prostitution", KEYS)
    furthest = math.sqrt((4 * math.log(2) + math.log(1e6)) / (2 * KEYS))
    assert max(distance(law[name], seen[name]) for name in law) <= furthest
    assert sum(len(one) > 1 for one in law.values()) > 10


@pytest.mark.parametrize("seed", range(cases(12)))
def test_a_person_less_moves_every_law_as_far_as_its_draws_at_most(seed: int) -> None:
    """The number of a set alone by one base at most; a part beside its whole, by what both draws allow together."""
    rows = departement(seed, (60, 152, 400)[seed % 3])
    one, other = of_rows(rows), of_rows(rows.drop(index=seed).reset_index(drop=True))
    found = moves(one, other, "prostitution", exact(one, "prostitution"), exact(other, "prostitution"))
    assert len(found) >= 1
    assert [move for move in found if move.far > move.allowed + 1e-9] == []
    assert [move for move in found if move.alone and move.far > 1 + 1e-9] == []
