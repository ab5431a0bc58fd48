"""Controlled rounding: every figure to a neighbouring multiple of the base, sums kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

NODES = 20_000


@dataclass(frozen=True)
class Rounded:
    """`values`: cell → multiple of the base. Each differs from its count by less than `within`. `additive`: every sum
    holds between rounded figures."""

    values: Mapping[str, int]
    within: int
    additive: bool


def controlled(counts: Mapping[str, int], sums: Iterable[tuple[str, Sequence[str]]], base: int) -> Rounded:
    """Round every count to a multiple of `base`, at less than `base` from it, so that each (whole, parts) still adds
    up, as close as possible to the counts.

    Where no such rounding exists, less than 2·base; where none either, each count to its nearest multiple, sums lost.
    """
    sums = list(sums)
    for times in (1, 2):
        found = _solve(counts, sums, base, times * base)
        if found is not None:
            return Rounded(found, times * base, True)
    return Rounded({cell: base * ((count + base // 2) // base) for cell, count in counts.items()}, base, False)


def _solve(
    counts: Mapping[str, int], sums: list[tuple[str, Sequence[str]]], base: int, within: int
) -> dict[str, int] | None:
    """Columns: the multiplier of each cell, then its distance from the count."""
    cells = list(counts)
    place = {cell: number for number, cell in enumerate(cells)}
    value = np.array([counts[cell] for cell in cells], dtype=float)
    size = len(cells)
    rows = sparse.lil_array((len(sums), 2 * size))
    for number, (whole, parts) in enumerate(sums):
        rows[number, place[whole]] = 1
        for part in parts:
            rows[number, place[part]] = -1
    one, eye = sparse.eye_array(size), base * sparse.eye_array(size)
    lowest = np.maximum(0, np.floor((value - within) / base) + 1)
    highest = np.ceil((value + within) / base) - 1
    constraints = [
        LinearConstraint(sparse.hstack([eye, -one]), -np.inf, value),
        LinearConstraint(sparse.hstack([eye, one]), value, np.inf),
    ]
    if sums:
        constraints.append(LinearConstraint(rows.tocsr(), 0, 0))
    # The rank breaks ties between equally close roundings.
    price = np.concatenate([np.arange(size) / (1000.0 * (size + 1)), np.ones(size)])
    result = milp(
        price,
        integrality=np.concatenate([np.ones(size), np.zeros(size)]),
        bounds=Bounds(np.concatenate([lowest, np.zeros(size)]), np.concatenate([highest, np.full(size, np.inf)])),
        constraints=constraints,
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )
    if result.status != 0:
        return None
    return {cell: int(base * round(float(result.x[place[cell]]))) for cell in cells}
