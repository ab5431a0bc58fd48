"""Complementary suppression over everything printed at once: an implicit hitting set.

Each exposed group names the printed facts that prove it: one of them at least must go (a *cut*). The cheapest set of
facts that meets all cuts is withheld, the attack is run again, and so on until it finds nothing. Every cut is a proof,
so no release that protects the same groups withholds less than the set found, at the costs given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from diagnostic.release.attack import Exposure
from diagnostic.release.groups import Frame, Group
from diagnostic.release.siege import Finding, again

LEVEL_COST = {0: 400, 1: 8, 2: 1}  # a total is worth more than a margin, a margin more than a crossing
FINEST_COST = 1
ROUNDS = 60

Attack = Callable[[frozenset[str]], Sequence[Finding]]


@dataclass(frozen=True)
class Suppression:
    """`secondary`: facts withheld to protect others. `stuck`: groups that withholding cannot protect."""

    secondary: frozenset[str]
    stuck: tuple[Finding, ...]
    rounds: int
    cuts: tuple[frozenset[str], ...]


def costs(frame: Frame, values: Mapping[Group, int]) -> dict[str, int]:
    """What withholding each printed group costs: its information, log2(2 + n), times its level."""
    return {
        frame.name(group): max(1, round(10 * np.log2(2 + values[group]) * LEVEL_COST.get(len(group), FINEST_COST)))
        for group in frame.printed
    }


def suppress(
    attacks: Sequence[Attack], primary: frozenset[str], cost: Mapping[str, int], kept: frozenset[str] = frozenset()
) -> Suppression:
    """The facts to withhold besides `primary` so that no attack finds anything.

    `attacks`: each returns what it finds exposed when some facts are withheld; a later one is run once the earlier
    ones find nothing. `cost`: what may be withheld, and its price. `kept`: facts that cannot be withdrawn (an earlier
    edition): a group that they alone expose is `stuck`.
    """
    cuts: list[frozenset[str]] = []
    stuck: dict[tuple[str, str], Finding] = {}
    chosen: frozenset[str] = frozenset()
    for turn in range(1, ROUNDS + 1):
        findings: list[Finding] = []
        for attack in attacks:
            found = attack(primary | chosen)
            findings = [one for one in found if (one.reader, one.exposure.target) not in stuck]
            if findings:
                break
        if not findings:
            return Suppression(chosen, tuple(stuck.values()), turn, tuple(cuts))
        tried: set[str] = set()
        # The same proof tells the same for every reader: one of them is followed; the next turn finds what is left.
        for finding in {one.exposure.proof or one.exposure.target: one for one in reversed(findings)}.values():
            new = _probe(finding, primary | chosen, tried, cost, kept)
            if not new:
                stuck[finding.reader, finding.exposure.target] = finding
            cuts.extend(cut for cut in new if cut not in cuts)
        chosen = cover(cuts, cost)
    raise RuntimeError("suppression does not settle")


def _probe(
    finding: Finding, withheld: frozenset[str], tried: set[str], cost: Mapping[str, int], kept: frozenset[str]
) -> list[frozenset[str]]:
    """Proofs for one group: withhold the cheapest fact of a proof, attack again, until it is safe.

    `tried` gathers what has been withheld on trial for the groups before this one, so that a fact that protects many
    is tried once. Empty when some proof rests on nothing that may be withheld.
    """
    found: list[frozenset[str]] = []
    exposure: Exposure | None = finding.exposure
    while exposure:
        cut = frozenset(exposure.proof) - kept
        if not cut:
            return []
        found.append(cut)
        if not cut & tried:
            tried.add(min(sorted(cut), key=lambda fact: cost[fact]))
        exposure = again(finding, withheld | tried)
    return found


def cover(cuts: Iterable[frozenset[str]], cost: Mapping[str, int]) -> frozenset[str]:
    """The cheapest set of facts that meets every cut; ties go to the first in order. Raises RuntimeError."""
    cuts = list(cuts)
    facts = sorted(set().union(*cuts)) if cuts else []
    if not facts:
        return frozenset()
    place = {fact: number for number, fact in enumerate(facts)}
    rows = [number for number, cut in enumerate(cuts) for _ in cut]
    columns = [place[fact] for cut in cuts for fact in sorted(cut)]
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(cuts), len(facts)))
    # Whole costs; the rank decides between equals, and weighs less than one unit of cost over all facts together.
    price = np.array([cost[fact] + number / (len(facts) ** 2 + 1) for number, fact in enumerate(facts)])
    result = milp(
        price,
        integrality=np.ones(len(facts)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, 1, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise RuntimeError("no cover")
    return frozenset(fact for fact, taken in zip(facts, result.x, strict=True) if taken > 0.5)
