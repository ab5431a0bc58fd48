"""The inner half of the grammar: amounts, ranges and alternatives, and the nouns that follow them."""

from __future__ import annotations

from typing import NamedTuple

from diagnostic.counts.amounts import Amount, around, between, exact, one_sided
from diagnostic.counts.cursor import Cursor
from diagnostic.counts.model import MEN, MINORS, UNKNOWN, WOMEN
from diagnostic.counts.tokens import NotRead
from diagnostic.counts.words import (
    ADJECTIVES,
    ADULTS,
    CHOICES,
    COUPLE,
    GROUP_OF,
    GROUPS,
    HALVED,
    NOUNS,
    SEVERAL,
    SIZES,
    TAILS,
)


class Noun(NamedTuple):
    """What is counted: one of the categories, adults or a couple; and how many persons each one is."""

    kind: str
    factor: int


class Quantities(Cursor):
    """Reads quantities and nouns; raises NotRead where the grammar has none."""

    # quantity := "entre" amount "et" amount | "de" amount "à" amount | amount ("à" amount | ("ou" amount)*)

    def quantity(self) -> tuple[Amount, Noun | None]:
        """The quantity, and the noun that stood inside it ("une personne ou deux")."""
        for opening, joint in (("entre", "et"), ("de", "a")):
            if self.take(opening):
                first = self.amount()
                self.expect(joint)
                return between((first, self.amount()), "range", joint), None
        amounts = [self.amount()]
        for joint in ("a", "–", "-", "/"):
            if self.take(joint):
                amounts.append(self.amount())
                return between(amounts, "alternatives" if joint == "/" else "range", joint), None
        return self.alternatives(amounts)

    def alternatives(self, amounts: list[Amount]) -> tuple[Amount, Noun | None]:
        while self.peek().text == "," and self.peek(1).number is not None:
            self.at += 1
            amounts.append(self.amount())
        listed = len(amounts)
        start = self.at
        noun = self.noun() if listed == 1 else None
        while self.alternative():
            amounts.append(self.amount())
        if len(amounts) == listed:
            if listed > 1:
                raise NotRead
            self.at = start
            return amounts[0], None
        return between(amounts, "alternatives", "ou"), noun

    def alternative(self) -> bool:
        start = self.at
        if self.choose(CHOICES) and self.begins_an_amount():
            return True
        self.at = start
        return False

    # amount := number | number group | "plusieurs" group | "des" group

    def amount(self) -> Amount:
        if self.take("des"):
            return self.several()
        if any(self.take(word) for word in SEVERAL):
            self.take("-", "unes") or self.take("-", "uns")
            return self.several() if self.peek().text in GROUPS else Amount(2, None, None, "several", None)
        token = self.peek()
        if token.number is None:
            if token.text not in (*GROUP_OF.values(), "demi"):  # "dizaines" alone: how many?
                raise NotRead
            return self.group(1)
        self.at += 1
        if self.peek().text in GROUPS or self.peek().text == "demi":
            return self.group(token.number)
        size = self.choose(SIZES) if token.number == 1 else ""
        return one_sided(self.group(1), size) if size else exact(token.number, token)

    def several(self) -> Amount:
        return Amount(2 * self.group(1).size, None, None, "several", None)

    def group(self, groups: int) -> Amount:
        """So many tens, dozens…; "une demi-douzaine" is six."""
        half = self.take("demi", "-") or self.take("demi")
        word = self.peek().text
        if groups not in range(1, 10) or word not in GROUPS or (half and word.removesuffix("s") not in HALVED):
            raise NotRead
        self.at += 1
        return around(groups, GROUPS[word] // (2 if half else 1))

    # noun := words of the lists, "couple" doubling

    def noun(self) -> Noun | None:
        start = self.at
        self.take("de")
        kinds: set[str] = set()
        read, factor = False, 1
        while (word := self.peek().text) in NOUNS or word in ADJECTIVES:
            self.at += 1
            read = True
            if word in NOUNS:
                kinds.add(NOUNS[word])
            if word in ("couple", "couples"):
                if factor > 1:
                    raise NotRead
                factor = 2
                self.take("de")
        if not read:
            self.at = start
            return None
        self.choose(TAILS)
        if {WOMEN, MEN} <= kinds or {MINORS, ADULTS} <= kinds:
            raise NotRead
        kind = next((kind for kind in (MINORS, WOMEN, MEN, ADULTS, COUPLE) if kind in kinds), UNKNOWN)
        return Noun(kind, factor)
