"""Quantities and what the qualifiers around them do to their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from diagnostic.counts.tokens import NotRead, Token

APPROXIMATION = 5  # one fifth either way: "une dizaine" is [8, 12]


@dataclass(frozen=True)
class Amount:
    """A quantity: its bounds, the smallest number written (None: none is), and the rule that read it."""

    minimum: int
    central: float | None
    maximum: int | None
    rule: str
    written: int | None
    like_a_year: bool = False
    spelled: bool = False
    groups: int = 0  # how many tens, dozens… it is made of
    size: int = 0  # and of how many each

    @property
    def study(self) -> int:
        """The study's own rule, moved into the bounds."""
        value = max(1 if self.written is None else self.written, self.minimum)
        return value if self.maximum is None else min(value, self.maximum)

    def times(self, factor: int) -> Amount:
        """The same in persons, where each of what was counted is `factor` persons."""
        if factor == 1:
            return self
        return replace(
            self,
            minimum=self.minimum * factor,
            central=None if self.central is None else self.central * factor,
            maximum=None if self.maximum is None else self.maximum * factor,
            written=None if self.written is None else self.written * factor,
        )


def exact(value: int, token: Token) -> Amount:
    """One number, as written."""
    rule = "exact" if value else "zero"
    return Amount(value, float(value), value, rule, value, token.like_a_year, token.spelled)


def around(groups: int, size: int) -> Amount:
    """An order of magnitude: so many groups (tens, dozens…) of so many each."""
    value = groups * size
    low, high = _widened(value, value)
    return Amount(low, float(value), high, "approximately", value, groups=groups, size=size)


def _widened(low: int, high: int) -> tuple[int, int]:
    """One fifth lower and one fifth higher, rounded outwards, never under one person."""
    return max(1, low - low // APPROXIMATION - (low % APPROXIMATION > 0)), high - -high // APPROXIMATION


def one_sided(amount: Amount, side: str) -> Amount:
    """The half of an approximation on one side of the number named."""
    value = amount.written or 0
    low, high = _widened(value, value)
    low, high = (low, value) if side == "smaller" else (value, high)
    return Amount(low, (low + high) / 2, high, "approximately", value)


def approximate(amount: Amount, kind: str) -> Amount:
    """An amount said to be approximate; what is already an order of magnitude is not widened again."""
    if amount.maximum is None or not amount.maximum:
        raise NotRead
    if kind == "nearly":
        if not amount.groups and amount.minimum != amount.maximum:
            raise NotRead
        return replace(one_sided(amount, "smaller"), like_a_year=amount.like_a_year)
    if amount.rule == "approximately":
        return amount
    low, high = _widened(amount.minimum, amount.maximum)
    return replace(amount, minimum=low, maximum=high, rule="approximately")


def bounded(amount: Amount, kind: str) -> Amount:
    """An amount given as a bound: its own lower bound for "au moins", its upper one for "au plus"."""
    if kind in ("at_least", "more_than"):
        low = amount.minimum + (kind == "more_than")
        return replace(amount, minimum=low, central=None, maximum=None, rule="at_least")
    high = (amount.maximum or 0) - (kind == "less_than")
    if high < 1:
        raise NotRead
    return replace(amount, minimum=1, central=(1 + high) / 2, maximum=high, rule="at_most")


def between(amounts: Sequence[Amount], rule: str, joint: str) -> Amount:
    """From the smallest to the largest of several amounts."""
    first, last = amounts[0], amounts[-1]
    if any(amount.like_a_year for amount in amounts):
        raise NotRead
    if joint != "/" and last.groups > 1 and not first.groups and first.minimum in range(1, 10):
        amounts = [amount if amount.groups else around(amount.minimum, last.size) for amount in amounts]
    for left, right in zip(amounts, amounts[1:], strict=False):
        _clear(left, right, joint)
    centrals = [amount.central for amount in amounts if amount.central is not None]
    highs = [amount.maximum for amount in amounts if amount.maximum is not None]
    written = [amount.written for amount in amounts if amount.written is not None]
    closed = len(highs) == len(amounts)
    if any(amount.rule == "approximately" for amount in amounts) and closed:
        rule = "approximately"
    return Amount(
        minimum=min(amount.minimum for amount in amounts),
        central=(min(centrals) + max(centrals)) / 2 if closed else None,
        maximum=max(highs) if closed else None,
        rule=rule if closed else "at_least",
        written=min(written, default=None),
    )


def _clear(left: Amount, right: Amount, joint: str) -> None:
    """Refuse two bounds of which one may be shortened: "22 ou 3" (or 23?), "deux ou trois cents" (200 or 300?)."""
    if left.written is None or right.written is None:
        return
    first, second = left.written, right.written
    if first in range(1, 20) and second >= 200 and second % 100 == 0:
        raise NotRead
    if first > second:
        spelled = left.spelled or right.spelled
        if len(str(first)) != len(str(second)) or (spelled and first >= 60 and second < 20):
            raise NotRead
        if joint == "-" and spelled:  # "soixante-quatre-vingt": from 60 to 80
            raise NotRead
    if joint == "-" and right.spelled and second >= 100:  # "un-cent" is no way to write a range
        raise NotRead
    # A slash also writes a fraction, a score or a date: only near numbers are alternatives ("3/4", "10/15").
    near = second == first + 1 or first < second <= first * 3 / 2
    if joint == "/" and (not near or left.groups or right.groups):
        raise NotRead


def total_or_open(values: Iterable[int | None]) -> int | None:
    """The sum of bounds; None when there is no value, or one is open."""
    known = list(values)
    return None if not known or None in known else sum(value for value in known if value is not None)
