"""Counts of persons written in free French text: bounds, a central value and the named rule, or a human reads it.

A small closed grammar: a text is read only if every sign of it is understood; nothing is corrected or guessed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from diagnostic.counts import tokens as lists
from diagnostic.counts.tokens import ADULTS, COUPLE, NotRead, Phrases, Token, fold, tokenise

# -- What a text gives: bounds, a central value and the named rule, never anything of the text itself -------------
WOMEN, MEN, MINORS, UNKNOWN = "women", "men", "minors", "unknown"
CATEGORIES = (MINORS, WOMEN, MEN, UNKNOWN)


@dataclass(frozen=True)
class Part:
    """A sub-count told in the text, its words kept only as one of CATEGORIES."""

    minimum: int
    central: float | None
    maximum: int | None
    who: str
    rule: str


@dataclass(frozen=True)
class Count:
    """A count of persons read in a text.

    `minimum` and `maximum` are what the text itself guarantees; `maximum` is None when the text sets no upper
    bound. `central` is the number named, or the middle of the bounds; None when there is no upper bound. `study_value` is the study's own rule: the smallest number
    written, 1 when none is, moved into the bounds where the text excludes it ("plusieurs" → 2). All four are
    None when a human must read the text. `rule` names how it was read, `unreadable` where it was not. `who` is the category of the whole, `of_which` its parts.
    """

    minimum: int | None
    central: float | None
    maximum: int | None
    rule: str
    study_value: int | None
    who: str = UNKNOWN
    of_which: tuple[Part, ...] = ()

    @property
    def for_a_human(self) -> bool:
        """Whether the text was not read."""
        return self.rule == "unreadable"


# -- Quantities and what the qualifiers around them do to their bounds --------------------------------------------
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

    def times(self, factor: int) -> "Amount":
        """The same in persons, where each of what was counted is `factor` persons."""
        return replace(
            self,
            minimum=self.minimum * factor,
            central=None if self.central is None else self.central * factor,
            maximum=None if self.maximum is None else self.maximum * factor,
            written=None if self.written is None else self.written * factor,
        )


def exact(value: int, token: Token) -> Amount:
    """One number, as written."""
    return Amount(value, float(value), value, "exact" if value else "zero", value, token.like_a_year, token.spelled)


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
    low, high = min(amount.minimum for amount in amounts), max(highs) if closed else None
    central = (min(centrals) + max(centrals)) / 2 if closed else None
    return Amount(low, central, high, rule if closed else "at_least", min(written, default=None))


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


# -- A text of its own, or each of a column -----------------------------------------------------------------------
__all__ = ["CATEGORIES", "PLAUSIBLE_LIMIT", "Count", "Part", "read_count", "read_counts"]

PLAUSIBLE_LIMIT = 10_000
LONGEST_TEXT = 200


def read_count(text: str | None, limit: int = PLAUSIBLE_LIMIT) -> Count:
    """The count of persons that a free text gives; raises nothing. `limit`: above it a number is not believed. Bounds
    follow "partial identification" (Manski 2003); the study's rule is footnote 15 of the published report."""
    try:
        return _read(text, limit)
    except NotRead:
        return Count(None, None, None, "unreadable", None)


def read_counts(texts: pd.Series) -> pd.DataFrame:
    """One row per text, under the index of `texts`; each distinct text is read once.

    Columns: minimum, central, maximum, study_value, rule, for_a_human, then `minors_minimum` and `minors_maximum`: sums of
    the parts that are minors, missing when the text tells none, the maximum also when one is open. Counts in persons.
    """
    codes, distinct = pd.factorize(texts.astype(object))
    counts = [*map(read_count, map(str, distinct)), read_count(None)]
    columns = {name: pd.array([getattr(count, name) for count in counts], dtype=kind) for name, kind in _KINDS.items()}
    for bound in ("minimum", "maximum"):
        minors = ([getattr(part, bound) for part in count.of_which if part.who == MINORS] for count in counts)
        columns[f"minors_{bound}"] = pd.array([total_or_open(parts) for parts in minors], dtype="Int64")
    return pd.DataFrame(columns).iloc[codes].set_axis(texts.index)  # a missing text has code -1: the last, blank


_KINDS = {
    **{"minimum": "Int64", "central": "Float64", "maximum": "Int64", "study_value": "Int64"},
    **{"rule": "str", "for_a_human": "boolean"},
}


def _read(text: str | None, limit: int) -> Count:
    folded = fold(text or "")
    if len(folded) > LONGEST_TEXT:
        raise NotRead
    if folded in lists.BLANKS:
        return Count(1, None, None, "blank", 1)
    if folded in lists.UNKNOWNS or set(folded) <= {"?", " "}:
        return Count(1, None, None, "unknown", 1)
    if folded in lists.ZEROS:
        return Count(0, 0.0, 0, "zero", 0)
    total, parts = Reader(tokenise(folded)).answer()
    amount = total.amount
    bounds = [amount.minimum, amount.maximum or 0, *(part.minimum for part in parts)]
    if max(bounds + [part.maximum or 0 for part in parts]) > limit:
        raise NotRead
    told = (amount.minimum, amount.central, amount.maximum, amount.rule, amount.study)
    return Count(*told, total.who, tuple(parts))


# -- The grammar: a place in a row of tokens, what is read from there, and what is expected next -----------------
END = Token("")
_LOOK_AHEAD = 8  # longer than any phrase of the lists
MAJORITY = 18


class Noun(NamedTuple):
    """What is counted: one of the categories, adults or a couple; and how many persons each one is."""

    kind: str
    factor: int


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
        low, central, high = self.amount.minimum, self.amount.central, self.amount.maximum
        if most is not None and (high is None or high > most):
            central, high = (low + most) / 2 if central is None else min(central, float(most)), most
        return Part(low, central, high, self.who, self.amount.rule)


class Reader:
    """Reads an answer from its tokens, from left to right; raises NotRead where the grammar has no such text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.end = len(tokens)
        self.tokens = [*tokens, *[END] * _LOOK_AHEAD]
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[self.at + ahead]

    def take(self, *texts: str) -> bool:
        """Step over these words if they come next."""
        for token, text in zip(self.tokens[self.at : self.at + len(texts)], texts, strict=True):
            if token.text != text:
                return False
        self.at += len(texts)
        return True

    def choose(self, phrases: Phrases) -> str:
        """Step over the first phrase that comes next: its kind, or ""."""
        return next((kind for phrase, kind in phrases.get(self.peek().text, ()) if self.take(*phrase)), "")

    def expect(self, *texts: str) -> None:
        if not self.take(*texts):
            raise NotRead

    def begins_an_amount(self) -> bool:
        token, then = self.peek(), self.peek(1)
        if token.number is not None or token.text in (*lists.GROUPS, *lists.SEVERAL, "demi"):
            return True
        return token.text == "des" and then.text in lists.GROUPS

    # -- The inner half of the grammar: amounts, ranges and alternatives, and the nouns that follow them

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
        if self.choose(lists.CHOICES) and self.begins_an_amount():
            return True
        self.at = start
        return False

    # amount := number | number group | "plusieurs" group | "des" group

    def amount(self) -> Amount:
        if self.take("des"):
            return self.several()
        if any(self.take(word) for word in lists.SEVERAL):
            self.take("-", "unes") or self.take("-", "uns")
            return self.several() if self.peek().text in lists.GROUPS else Amount(2, None, None, "several", None)
        token = self.peek()
        if token.number is None:
            if token.text not in (*lists.GROUP_OF.values(), "demi"):  # "dizaines" alone: how many?
                raise NotRead
            return self.group(1)
        self.at += 1
        if self.peek().text in lists.GROUPS or self.peek().text == "demi":
            return self.group(token.number)
        size = self.choose(lists.SIZES) if token.number == 1 else ""
        return one_sided(self.group(1), size) if size else exact(token.number, token)

    def several(self) -> Amount:
        return Amount(2 * self.group(1).size, None, None, "several", None)

    def group(self, groups: int) -> Amount:
        """So many tens, dozens…; "une demi-douzaine" is six."""
        half = self.take("demi", "-") or self.take("demi")
        word = self.peek().text
        if (
            groups not in range(1, 10)
            or word not in lists.GROUPS
            or (half and word.removesuffix("s") not in lists.HALVED)
        ):
            raise NotRead
        self.at += 1
        return around(groups, lists.GROUPS[word] // (2 if half else 1))

    # noun := words of the lists, "couple" doubling

    def noun(self) -> Noun | None:
        start = self.at
        self.take("de")
        kinds: set[str] = set()
        read, factor = False, 1
        while (word := self.peek().text) in lists.NOUNS or word in lists.ADJECTIVES:
            self.at += 1
            read = True
            if word in lists.NOUNS:
                kinds.add(lists.NOUNS[word])
            if word in ("couple", "couples"):
                if factor > 1:
                    raise NotRead
                factor = 2
                self.take("de")
        if not read:
            self.at = start
            return None
        self.choose(lists.TAILS)
        if {WOMEN, MEN} <= kinds or {MINORS, ADULTS} <= kinds:
            raise NotRead
        kind = next((kind for kind in (MINORS, WOMEN, MEN, ADULTS, COUPLE) if kind in kinds), UNKNOWN)
        return Noun(kind, factor)

    # -- The outer half: qualified terms, sums of them, and the parts told after "dont"

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
            if not self.choose(lists.OF_WHICH):
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
        found = self.choose(lists.JOINTS)
        if found and self.choose(lists.OF_WHICH):
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
        low, high = sum(amount.minimum for amount in amounts), total_or_open(amount.maximum for amount in amounts)
        central = None if any(a.central is None for a in amounts) else sum(a.central or 0.0 for a in amounts)
        total = Amount(low, central, high, "sum", sum(amount.study for amount in amounts))
        return Term(total, None), [term.part() for term in terms]

    def upper_bound_of(self, lower: Term) -> Term | None:
        """The range that a lower and an upper bound make, if an upper bound comes next."""
        if lower.amount.rule != "at_least" or (lower.noun and lower.noun.factor > 1):
            return None
        start = self.at
        self.choose(lists.BETWEEN_BOUNDS)
        if not self.begins_an_amount() and self.peek().text not in lists.UPPER:
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
        bound = self.choose(lists.BOUND_BEFORE)
        about = self.choose(lists.ABOUT_BEFORE)
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
        found = self.choose(lists.AFTER)
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
