"""Agreement between coders on which ads show the same person: pairs put together, and B-cubed.

A grouping has no categories, so that alpha does not apply: the names of groups are each coder's own. Two ads that
nobody groups prove little, since most pairs are apart; they are left out of the first measure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd


@dataclass(frozen=True)
class Groupings:
    """What the coders of the same ads agree on. `ads`: ads grouped by two coders (by three: once for each pair of coders);
    `both`, `either`: pairs of these ads that both coders of a pair put together, or one at least; `b_cubed`: the
    mean over ads, on 0-1, None without any.
    """

    ads: int
    both: int
    either: int
    b_cubed: float | None


def agreement(codings: pd.DataFrame) -> Groupings:
    """The agreement on groupings of a table with one row per ad and coder: `ad_id`, `coder`, `group`, missing where the
    coder saw the ad alone. Every two coders are compared over the ads of both. Raises ValueError when a coder coded an
    ad twice.
    """
    if codings.duplicated(["ad_id", "coder"]).any():
        raise ValueError("a coder coded an ad twice")
    groups: dict[str, dict[str, Hashable]] = {}
    for ad, coder, group in zip(codings["ad_id"], codings["coder"], codings["group"], strict=True):
        groups.setdefault(coder, {})[ad] = ("", ad) if pd.isna(group) else group
    ads, both, either, weighed = 0, 0, 0, 0.0
    for one, other in combinations(sorted(groups), 2):
        common = sorted(groups[one].keys() & groups[other].keys())
        if not common:
            continue
        first, second = ([groups[coder][ad] for ad in common] for coder in (one, other))
        ads += len(common)
        weighed += len(common) * b_cubed(first, second)
        shared = _pairs(zip(first, second, strict=True))
        both, either = both + shared, either + _pairs(first) + _pairs(second) - shared
    return Groupings(ads, both, either, weighed / ads if ads else None)


def b_cubed(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """The harmonic mean of B-cubed precision and recall (Bagga & Baldwin 1998) of two groupings of the same ads: the group of
    each ad, in the same order. It does not matter which is the first. Raises ValueError without ad.

    P = mean over ads of |A ∩ B| / |B|, R = mean of |A ∩ B| / |A|: A and B are the groups of the ad in each grouping.
    """
    if not first:
        raise ValueError("no ad: nothing is grouped")
    of_first, of_second = Counter(first), Counter(second)
    common = Counter(zip(first, second, strict=True))
    precision = sum(n**2 / of_second[b] for (_, b), n in common.items()) / len(first)
    recall = sum(n**2 / of_first[a] for (a, _), n in common.items()) / len(first)
    return 2 * precision * recall / (precision + recall)


def _pairs(groups: Iterable[Hashable]) -> int:
    """The pairs of ads of one group."""
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())
