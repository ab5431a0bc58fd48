"""The outer half of the grammar: qualified terms, sums of them, and the parts told after "dont"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostic.counts.amounts import Amount, approximate, bounded, total_or_open
from diagnostic.counts.model import CATEGORIES, MEN, MINORS, UNKNOWN, WOMEN, Part
from diagnostic.counts.quantities import Noun, Quantities
from diagnostic.counts.tokens import NotRead
from diagnostic.counts.words import (
    ABOUT_BEFORE,
    ADULTS,
    AFTER,
    BETWEEN_BOUNDS,
    BOUND_BEFORE,
    JOINTS,
    OF_WHICH,
    UPPER,
)

MAJORITY = 18


@dataclass(frozen=True)
class Term:
    """A quantity with its noun; `loose` when its qualifier could also bear on a sum it is part of."""

    amount: Amount
    noun: Noun | None
    loose: bool = False

    @property
    def kind(self) -> str:
        return self.noun.kind if self.noun else UNKNOWN

    @property
    def who(self) -> str:
        return self.kind if self.kind in CATEGORIES else UNKNOWN

    def part(self, most: int | None = None) -> Part:
        """The term as a part of a whole of at most so many."""
        amount = self.amount
        if most is not None and (amount.maximum is None or amount.maximum > most):
            middle = (amount.minimum + most) / 2
            central = middle if amount.central is None else min(amount.central, float(most))
            return Part(amount.minimum, central, most, self.who, amount.rule)
        return Part(amount.minimum, amount.central, amount.maximum, self.who, amount.rule)


class Reader(Quantities):
    """Reads an answer from its tokens; raises NotRead where the grammar has no such text."""

    # answer := total ("dont" parts)*

    def answer(self) -> tuple[Term, list[Part]]:
        total, parts = self.total()
        told = self.of_which()
        if self.at < self.end:
            raise NotRead
        if {part.who for part in parts} & {term.who for term in told}:
            raise NotRead
        if told:
            total = _not_under(total, told)
        return total, parts + [term.part(total.amount.maximum) for term in told]

    def of_which(self) -> list[Term]:
        told: list[Term] = []
        while True:
            start = self.at
            opened = self.take("(")
            if not opened:
                self.take(",")
            if not self.choose(OF_WHICH):
                self.at = start
                return told
            told.append(self.part())
            while self.joint():
                told.append(self.part())
            if opened:
                self.expect(")")

    def part(self) -> Term:
        term = self.term()
        if term.noun is None:
            raise NotRead
        return term

    def joint(self) -> str:
        """What joins two effectifs, unless it introduces their parts."""
        start = self.at
        found = self.choose(JOINTS)
        if found and self.choose(OF_WHICH):
            self.at = start
            return ""
        return found

    # total := term | "au moins" term "au plus" term | term (joint term)+

    def total(self) -> tuple[Term, list[Part]]:
        first = self.term()
        pair = self.upper_bound_of(first)
        if pair:
            return pair, []
        terms, joints = [first], []
        while found := self.joint():
            joints.append(found)
            terms.append(self.term())
        if not joints:
            return first, []
        _check_sum(terms, joints)
        amounts = [term.amount for term in terms]
        total = Amount(
            minimum=sum(amount.minimum for amount in amounts),
            central=None if any(a.central is None for a in amounts) else sum(a.central or 0.0 for a in amounts),
            maximum=total_or_open(amount.maximum for amount in amounts),
            rule="sum",
            written=sum(amount.study for amount in amounts),
        )
        return Term(total, None), [term.part() for term in terms]

    def upper_bound_of(self, lower: Term) -> Term | None:
        """The range that a lower and an upper bound make, if an upper bound comes next."""
        if lower.amount.rule != "at_least" or (lower.noun and lower.noun.factor > 1):
            return None
        start = self.at
        self.choose(BETWEEN_BOUNDS)
        if not self.begins_an_amount() and self.peek().text not in UPPER:
            self.at = start
            return None
        try:
            upper = self.term()
        except NotRead:
            upper = lower
        if upper.amount.rule != "at_most" or (lower.noun and upper.noun):
            self.at = start
            return None
        low, high = lower.amount.minimum, upper.amount.maximum or 0
        if low > high:
            raise NotRead
        amount = replace(upper.amount, minimum=low, central=(low + high) / 2, rule="range", written=low)
        return Term(amount, lower.noun or upper.noun)

    # term := qualifiers quantity noun qualifier

    def term(self) -> Term:
        bound = self.choose(BOUND_BEFORE)
        about = self.choose(ABOUT_BEFORE)
        self.take("seulement") or self.take("uniquement")
        amount, noun = self.quantity()
        after = self.after(bool(bound or about))
        noun = noun or self.noun()
        after = after or self.after(bool(bound or about))
        if after and (bound or about):
            raise NotRead
        if about or after == "about":
            amount = approximate(amount, about or after)
        if bound or after not in ("", "about"):
            if noun is None and amount.written == MAJORITY:  # "plus de 18": an age?
                raise NotRead
            amount = bounded(amount, bound or after)
        if noun is None and amount.like_a_year:
            raise NotRead
        loose = bool(about or after == "about") or amount.rule == "at_most"
        if noun and noun.factor > 1:
            amount = replace(amount.times(noun.factor), rule="couple")
        return Term(amount, noun, loose)

    def after(self, qualified: bool) -> str:
        """A qualifier that follows, after a comma or in brackets; not one that bears on the next number."""
        start = self.at
        opened = self.take("(")
        if not opened:
            self.take(",")
        sign = self.peek().text
        found = self.choose(AFTER)
        if opened and found:
            self.expect(")")
        if not found or ((qualified or sign == "+") and self.begins_an_amount()) or self.peek().text == "de":
            self.at = start
            return ""
        return found


def _check_sum(terms: Sequence[Term], joints: Sequence[str]) -> None:
    """Only effectifs that cannot overlap are added; a bare list may also tell the parts of its first number."""
    if any(term.loose for term in terms):
        raise NotRead
    if set(joints) == {"plus"}:
        if len({term.noun is None for term in terms}) > 1:
            raise NotRead
        return
    kinds = {term.kind for term in terms}
    if UNKNOWN in kinds or len(kinds) < len(terms):
        raise NotRead
    if ADULTS in kinds and kinds != {ADULTS, MINORS}:
        raise NotRead
    if joints[-1] == "comma" and not kinds <= {WOMEN, MEN}:
        raise NotRead


def _not_under(total: Term, told: Sequence[Term]) -> Term:
    """The total raised to its parts; refused where the text contradicts itself."""
    amount = total.amount
    for term in told:
        if {total.kind, term.kind} in ({WOMEN, MEN}, {MINORS, ADULTS}):
            raise NotRead
    apart = sum(term.amount.minimum for term in told if term.kind in (WOMEN, MEN))
    least = max(apart, *(term.amount.minimum for term in told))
    if amount.maximum is not None and least > amount.maximum:
        raise NotRead
    low = max(amount.minimum, least)
    central = None if amount.central is None else max(amount.central, float(low))
    return replace(total, amount=replace(amount, minimum=low, central=central))
