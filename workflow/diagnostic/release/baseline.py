"""What is public already of the persons of a study: figures that were published on them, and that nobody can withdraw.

They prove some groups by themselves: that is the baseline. Our release may not narrow it further.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from diagnostic.audit.values import Unreadable, count_bounds, share
from diagnostic.release.groups import Group, Statement, member


def statements(
    figures: pd.DataFrame, facts: pd.DataFrame, group: Mapping[str, tuple[Group, ...]]
) -> tuple[Statement, ...]:
    """The published figures that count a group of a population, or a share of it, as sentences on its persons.

    `figures`: one row per published figure. `facts`: one row per fact with `fact_id`, `group`, `base`; a figure speaks
    of the fact of the same identifier. `group`: name → the disjoint groups it is the union of. What cannot be read as a number says nothing.
    """
    same = facts.drop_duplicates("fact_id").set_index("fact_id")
    found: list[Statement] = []
    for figure in figures[figures["id"].isin(same.index)].to_dict("records"):
        fact = same.loc[figure["id"]]
        part, whole = group.get(fact["group"]), group.get(fact["base"])
        title = f"{figure['statement_fr']} ({figure['id']}, publié)"
        try:
            if figure["unit"] == "count" and part is not None:
                low, high = count_bounds(figure["value"], figure["rounding"])
                found.append(Statement(title, tuple((1, one) for one in part), low, high))
            elif figure["unit"] == "percent" and part is not None and whole is not None:
                found += _share(title, figure["value"], figure["rounding"], part, whole)
        except Unreadable:
            continue
    return tuple(found)


def _share(title: str, value: str, rounding: str, part: tuple[Group, ...], whole: tuple[Group, ...]) -> list[Statement]:
    """low ≤ 100 · part / whole < high, in whole numbers: one sentence for each end."""
    window = share(value, rounding)
    scale = 10 ** max(0, *(-_exponent(end) for end in (window.low, window.high)))
    low, high = int(window.low * scale), int(window.high * scale)
    return [
        Statement(f"{title}≥", _weighted((100 * scale, part), (-low, whole)), 0, None),
        Statement(f"{title}≤", _weighted((100 * scale, part), (-high, whole)), None, -1 if window.open_high else 0),
    ]


def _weighted(*sums: tuple[int, tuple[Group, ...]]) -> tuple[tuple[int, Group], ...]:
    return tuple((times, group) for times, groups in sums for group in groups)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def true(said: tuple[Statement, ...], codes: np.ndarray) -> tuple[Statement, ...]:
    """The sentences that the data agree with. A figure that they contradict was counted otherwise: it bounds nobody. `codes`: persons × axes."""
    return tuple(one for one in said if _holds(one, codes))


def _holds(said: Statement, codes: np.ndarray) -> bool:
    found = sum(coefficient * int(member(codes, group).sum()) for coefficient, group in said.terms)
    return (said.low is None or said.low <= found) and (said.high is None or found <= said.high)
