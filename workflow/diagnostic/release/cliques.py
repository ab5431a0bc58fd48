"""Which variables must be reasoned with together: a junction tree of the printed tables.

Whole-number tables that agree on what two cliques share can always be glued into one table of persons, so that
unknown counts are needed per clique only, not for the cube of all variables (Lauritzen, Graphical Models, 1996, §2.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

LARGEST_CLIQUE = 20_000  # unknown counts


class TooWide(Exception):
    """Printed tables tie so many variables together that they cannot be reasoned with; the message is French."""


def cliques(sizes: Sequence[int], groups: Iterable[Iterable[int]]) -> list[tuple[int, ...]]:
    """The maximal cliques of a triangulation of the graph whose edges are inside `groups`; each as sorted axes.

    Greedy: the axis that needs the fewest new edges goes first, then the smallest clique. Raises TooWide.
    """
    near: dict[int, set[int]] = {axis: set() for axis in range(len(sizes))}
    for group in groups:
        for one, other in combinations(sorted(set(group)), 2):
            near[one].add(other)
            near[other].add(one)
    found: list[frozenset[int]] = []
    left = set(near)

    def cost(axis: int) -> tuple[int, int, int]:
        around = near[axis] & left
        fill = sum(1 for one, other in combinations(sorted(around), 2) if other not in near[one])
        return fill, _weight(sizes, around | {axis}), axis

    while left:
        axis = min(left, key=cost)
        around = near[axis] & left
        for one, other in combinations(sorted(around), 2):
            near[one].add(other)
            near[other].add(one)
        clique = frozenset(around | {axis})
        if not any(clique <= other for other in found):
            found.append(clique)
        left.remove(axis)
    widest = max((_weight(sizes, clique) for clique in found), default=0)
    if widest > LARGEST_CLIQUE:
        raise TooWide(
            f"Les tableaux à publier croisent trop de variables entre eux ({widest} cases inconnues) : "
            "publier moins de tableaux croisés, ou regrouper des modalités."
        )
    return sorted(tuple(sorted(clique)) for clique in found)


def _weight(sizes: Sequence[int], axes: Iterable[int]) -> int:
    weight = 1
    for axis in axes:
        weight *= sizes[axis]
    return weight


def tree(found: Sequence[tuple[int, ...]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Edges (known clique, next clique, shared axes) from the first clique on: a spanning tree of largest overlaps."""
    held = [frozenset(clique) for clique in found]
    nearest = {other: (len(held[0] & held[other]), 0) for other in range(1, len(found))}  # overlap with what is joined
    edges = []
    while nearest:
        other = max(nearest, key=lambda place: (nearest[place][0], -nearest[place][1], -place))
        _, one = nearest.pop(other)
        edges.append((one, other, tuple(sorted(held[one] & held[other]))))
        for left, (most, place) in nearest.items():
            overlap = len(held[other] & held[left])
            if (overlap, -other) > (most, -place):
                nearest[left] = (overlap, other)
    return edges
