"""The envelope of a number on persons: what its rounding, missing answers and possible duplicates leave open together.

One thing more than the groups is drawn for each variable: its *margins*, how far the answers that are missing, the sizes of
groups and the descriptions that may be of the same persons can move any of its numbers, and any of its shares (in persons of
their base). The envelope of a group is then a closed form of three claims, of its number, of its base and of a margin: no
solver is asked, and whoever knows the three knows no more with it. It holds the exact limits of every listed group, since
none moves further than the margin and each claim holds the count behind it.

A margin of answers that say nothing is of nobody: what it tells of the unknown of a variable is given to the attack
(`listing.Unknowns.left_open`), where some number is printed with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.editions.ledger import EDITION_KEPT, ROUNDED, Row, number
from diagnostic.release.populations import listing, rounding
from diagnostic.release.populations.policy import parse
from diagnostic.release.populations.rounding import EXACT, LESS, MARGIN, MORE, Claim, Draw, claim

NOBODY = Claim(0, EXACT, 0, 0)
POINTS = 5  # what the ends of a share are multiples of: typography, which protects nobody
Margins = Mapping[str, Claim]  # name of a margin → what is printed of it
Ends = tuple[float, float]


def name_of(fact: Row, side: str) -> str:
    """The margin of a fact: that of its group, of its measure, on one side."""
    return f"{listing.margin(*parse(fact['group']))}{fact['measure']}{side}"


def margins(facts: pd.DataFrame, draw: Draw, base: int, table: str, later: int) -> dict[str, Claim]:
    """Name of each margin → its claim, drawn by its name for ever and moved before as a count is: by its name and `table`, the word for
    all that the population holds, further in a `later` edition. `facts`: those on listed groups, printed or not, with their exact
    limits. The largest move upwards, most often that of the unknown, is drawn to a multiple of `base`, one of `base` at most as
    « 2 × base at most »; the largest downwards, of who may be told twice, is told by its next multiple."""
    reach: dict[str, float] = {}
    for fact in facts.to_dict("records"):
        if listing.settled(*parse(fact["group"])):
            continue
        for side, far in moves(fact).items():
            name = name_of(fact, side)
            reach[name] = max(reach.get(name, 0.0), far)
    far = rounding.reach(base, later)
    return {name: _margin(most, name, draw, base, far, table) for name, most in reach.items()}


def moves(fact: Row) -> dict[str, float]:
    """Side → how far the exact limits of a fact are from it, in persons; 0 without any."""
    value, low, high = (number(fact[name]) for name in ("value", "low", "high"))
    persons = number(fact["denominator"]) / 100 if fact["measure"] == "percent" else 1.0
    far = {LESS: (value - low) * persons, MORE: (high - value) * persons}
    return {side: 0.0 if math.isnan(one) else one for side, one in far.items()}


def _margin(most: float, name: str, draw: Draw, base: int, reach: int = 0, table: str = "") -> Claim:
    moved = math.ceil(most - 1e-6)
    shift = draw.shift(reach, MARGIN, name, table) if moved else 0
    if name.endswith(LESS):
        value = base * math.ceil((moved + shift + reach) / base) if moved else 0
        return Claim(value, base, max(0, value - base - 2 * reach), value)
    value = draw.random_round(moved + shift, base, MARGIN, name)
    return claim(value, base, 0, reach) if value > base else Claim(base, base, 0, 2 * base + reach)


def of_count(fact: Row, part: Claim, drawn: Margins) -> Ends:
    """The envelope of a printed count; unknown where no margin was drawn."""
    if listing.settled(*parse(fact["group"])):
        return outward(part.low, part.high)
    less, more = (drawn.get(name_of(fact, side)) for side in (LESS, MORE))
    return outward(part.low - less.high, part.high + more.high) if less and more else (math.nan, math.nan)


def of_share(fact: Row, part: Claim, whole: Claim, drawn: Margins) -> Ends:
    """The same of a share of two printed counts: n persons, m less or more, of N, each as far as its claim allows; rounded once."""
    none = listing.settled(*parse(fact["group"]))
    less, more = (NOBODY if none else drawn.get(name_of(fact, side)) for side in (LESS, MORE))
    if not (less and more):
        return math.nan, math.nan
    return points(100 * (part.low - less.high) / max(whole.high, part.low), 100 * (part.high + more.high) / whole.low)


def points(low: float, high: float) -> Ends:
    """Two ends of a share on multiples of POINTS, outward."""
    return max(0.0, float(POINTS * math.floor(low / POINTS))), min(100.0, float(POINTS * math.ceil(high / POINTS)))


def outward(low: float, high: float) -> Ends:
    """Two ends of a count on two significant digits, of a small one on POINTS, outward; none under nobody."""
    steps = [max(POINTS, 10 ** (len(str(int(max(end, 1)))) - 2)) for end in (low, high)]
    return float(max(0, steps[0] * math.floor(low / steps[0]))), float(steps[1] * math.ceil(high / steps[1]))


def others(facts: pd.DataFrame, verdicts: pd.DataFrame, draw: Draw, base: int) -> pd.DataFrame:
    """The verdicts, where a drawn number of people that is of no listed group has its envelope: what it stands for, and a
    margin of its own where it has exact limits."""
    drawn = verdicts["ground"].isin([ROUNDED.name, EDITION_KEPT.name]) & verdicts["verdict"].eq("shown")
    bare = drawn & facts["unit"].isin(PEOPLE) & facts["measure"].isin(["count", "percent"])
    bare &= verdicts["shown_low"].isna() & (verdicts["claim_low"] < verdicts["claim_high"])
    if not bare.any():
        return verdicts
    found = verdicts.copy()
    for at, fact in facts[bare].to_dict("index").items():
        low, high = found.loc[at, ["claim_low", "claim_high"]]
        persons = number(fact["denominator"]) / 100 if fact["measure"] == "percent" else 1.0
        for side, far in moves(fact).items() if fact["interval_kind"] != "none" else ():
            more = _margin(far, f"{fact['fact_id']} {MARGIN}{side}", draw, base).high / persons
            low, high = (low - more, high) if side == LESS else (low, high + more)
        found.loc[at, ["shown_low", "shown_high"]] = (
            points(low, high) if fact["measure"] == "percent" else outward(low, high)
        )
    return found
