"""Counts of persons written in free French text: bounds, a central value and the named rule, or a human reads it.

A small closed grammar: a text is read only if every sign of it is understood; nothing is corrected or guessed.
No result repeats anything of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from diagnostic.collect.french_numerals import GLUE, numeral

RULES = {
    "exact": "Un seul nombre, écrit en chiffres ou en lettres.",
    "zero": "Zéro, écrit en chiffres ou en lettres (« aucune », « personne », « néant »).",
    "range": "Deux bornes (« deux à cinq », « entre 2 et 5 », « 2-5 ») : de la plus petite à la plus grande.",
    "alternatives": "Plusieurs nombres au choix (« 3 ou 4 », « 3/4 ») : du plus petit au plus grand.",
    "approximately": "Ordre de grandeur (« une dizaine », « environ 10 ») : le nombre à 20 % près, arrondi vers "
    "l'extérieur ; seulement au-dessous pour « presque », « près de », « une petite dizaine » ; seulement "
    "au-dessus pour « une bonne dizaine ».",
    "at_least": "Borne basse seule (« au moins 2 », « plus de 10 », « 10+ ») : le plafond de l'étude borne le haut.",
    "at_most": "Borne haute seule (« au plus 5 », « moins de 5 ») : le bas est une personne, comme pour un blanc.",
    "several": "« Plusieurs », « quelques » : au moins deux (« plusieurs dizaines » : au moins vingt) ; le plafond "
    "de l'étude borne le haut.",
    "couple": "Un couple compte pour deux personnes.",
    "sum": "Plusieurs effectifs distincts (« 1 femme et 2 enfants », « 2 + 1 ») : leur somme.",
    "blank": "Effectif non renseigné : une personne, règle de l'étude ; le plafond de l'étude borne le haut.",
    "unknown": "« ? », « ne sait pas » : effectif inconnu, compté comme non renseigné ; le plafond borne le haut.",
    "unreadable": "Texte que la grammaire ne lit pas en entier : aucun nombre, une personne doit le lire.",
}

WOMEN, MEN, MINORS, UNKNOWN = "women", "men", "minors", "unknown"
CATEGORIES = (MINORS, WOMEN, MEN, UNKNOWN)
PLAUSIBLE_LIMIT = 10_000
LONGEST_TEXT = 200
APPROXIMATION = 5  # one fifth either way: "une dizaine" is [8, 12]
YEARS = range(1900, 2101)
MAJORITY = 18

# Internal: told apart from the four categories to decide whether two effectifs can overlap.
_ADULTS, _COUPLE = "adults", "couple"


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
    bound. `central` is the number named, or the middle of the bounds; None when there is no upper bound (it is
    then to be imputed from the other answers). `study_value` is the study's own rule: the smallest number
    written, 1 when none is, moved into the bounds where the text excludes it ("plusieurs" → 2). All four are
    None when a human must read the text. `who` is the category of the whole, `of_which` its parts.
    """

    minimum: int | None
    central: float | None
    maximum: int | None
    rule: str
    study_value: int | None
    cap: int
    who: str = UNKNOWN
    of_which: tuple[Part, ...] = ()

    @property
    def for_a_human(self) -> bool:
        """Whether the text was not read."""
        return self.rule == "unreadable"

    @property
    def capped(self) -> bool:
        """Whether the upper bound is the study's cap, not the text's."""
        return self.minimum is not None and self.maximum is None

    @property
    def capped_maximum(self) -> int | None:
        """The upper bound, where open the study's cap (never under the study's value, so nor the minimum)."""
        return max(self.cap, self.study_value or 0) if self.capped else self.maximum

    @property
    def imputed(self) -> bool:
        """Whether the study's value is a default or a choice: the text does not give one number."""
        return self.minimum is not None and self.minimum != self.maximum


def read_count(text: str | None, cap: int, limit: int = PLAUSIBLE_LIMIT) -> Count:
    """The count of persons that a free text gives. Raises nothing, whatever the text.

    `cap` is the study's stated upper bound for answers without one, `limit` the number of persons above which a
    number is not believed. Bounds follow "partial identification" (Manski 2003); the study's rule is footnote 15
    of the published report: not given → 1, several numbers → the smallest.
    """
    try:
        return _read(text, cap, limit)
    except _NotRead:
        return Count(None, None, None, "unreadable", None, cap)


def read_counts(texts: pd.Series, cap: int, limit: int = PLAUSIBLE_LIMIT) -> pd.DataFrame:
    """One row per text, under the index of `texts`; each distinct text is read once.

    Columns: minimum, central, maximum, capped_maximum, capped, rule, study_value, imputed, for_a_human, who, then
    `of_which_{category}_minimum` and `_maximum` for each of CATEGORIES: sums of its parts, missing when the text
    tells no such part, the maximum also when a part is open (parts of the category unknown may overlap). Counts
    in persons.
    """
    codes, distinct = pd.factorize(texts.astype(object))
    counts = [read_count(str(text), cap, limit) for text in distinct] + [read_count(None, cap, limit)]
    columns = {name: pd.array([get(count) for count in counts], dtype=kind) for name, (kind, get) in _COLUMNS.items()}
    return pd.DataFrame(columns).iloc[codes].set_axis(texts.index)  # a missing text has code -1: the last, blank


def _part_total(who: str, bound: str) -> Callable[[Count], int | None]:
    def total(count: Count) -> int | None:
        return _sum(getattr(part, bound) for part in count.of_which if part.who == who)

    return total


def _sum(values: Iterable[int | None]) -> int | None:
    """None when there is no value, or one is open."""
    known = list(values)
    return None if not known or None in known else sum(value for value in known if value is not None)


_COLUMNS: dict[str, tuple[str, Callable[[Count], object]]] = {
    "minimum": ("Int64", lambda count: count.minimum),
    "central": ("Float64", lambda count: count.central),
    "maximum": ("Int64", lambda count: count.maximum),
    "capped_maximum": ("Int64", lambda count: count.capped_maximum),
    "capped": ("boolean", lambda count: count.capped),
    "rule": ("str", lambda count: count.rule),
    "study_value": ("Int64", lambda count: count.study_value),
    "imputed": ("boolean", lambda count: count.imputed),
    "for_a_human": ("boolean", lambda count: count.for_a_human),
    "who": ("str", lambda count: count.who),
} | {
    f"of_which_{who}_{bound}": ("Int64", _part_total(who, bound))
    for who in CATEGORIES
    for bound in ("minimum", "maximum")
}


# The closed lists: lower case, without accents, "d'" written "de", an inclusive ending written "s".


def _texts(line: str) -> frozenset[str]:
    return frozenset(line.split(";"))


_BLANKS = _texts(";non renseigne;non renseignee;pas de reponse;sans reponse;nr;n.r;n.r.")
_UNKNOWNS = _texts(
    "nsp;n.s.p;n.s.p.;inconnu;inconnue;inconnus;indetermine;indeterminee;nombre inconnu;effectif inconnu;"
    "ne sait pas;ne sais pas;je ne sais pas;nous ne savons pas;on ne sait pas;sais pas;aucune idee;pas d'idee;"
    "non connu;non precise;non communique;non determine;non quantifiable;"
    "impossible a dire;impossible a quantifier;impossible a estimer;impossible a evaluer;"
    "difficile a dire;difficile a quantifier;difficile a estimer;difficile a evaluer"
)
_ZEROS = _texts("personne;neant;pas de cas;aucun;aucune")

_SIZES_OF_GROUPS = (8, 10, 12, 15, 20, 30, 40, 50, 60, 100, 1000)
_GROUP_NAMES = (
    "huitaine dizaine douzaine quinzaine vingtaine trentaine quarantaine cinquantaine soixantaine centaine millier"
)
_GROUP_OF = dict(zip(_SIZES_OF_GROUPS, _GROUP_NAMES.split(), strict=True))
_GROUPS = {word: size for size, name in _GROUP_OF.items() for word in (name, f"{name}s")}
_HALVED = ("dizaine", "douzaine", "centaine")
_SEVERAL = ("plusieurs", "quelques")


def _list(**words: str) -> dict[str, str]:
    return {word: kind for kind, line in words.items() for word in line.split()}


_NOUNS = _list(
    women="femme femmes fille filles mere meres",
    men="homme hommes garcon garcons pere peres",
    minors="mineur mineurs mineure mineures enfant enfants adolescent adolescents adolescente adolescentes ado ados "
    "fillette fillettes",
    adults="majeur majeurs majeure majeures adulte adultes",
    couple="couple couples",
    unknown="personne personnes pers jeune jeunes victime victimes situation situations cas individu individus "
    "prostitue prostitues prostituee prostituees",
)
_ADJECTIVES = _texts(
    "seul;seuls;seule;seules;concerne;concernes;concernee;concernees;suivi;suivis;suivie;suivies;accompagne;"
    "accompagnes;accompagnee;accompagnees;rencontre;rencontres;rencontree;rencontrees;identifie;identifies;"
    "identifiee;identifiees;trans;transgenre;transgenres"
)

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def _phrases(**kinds: str) -> Phrases:
    """Phrases and their kinds under their first word, the longest first ("plus ou moins" before "plus")."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, line in kinds.items():
        for phrase in line.split(";"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, kind))
    return {first: sorted(several, key=lambda one: -len(one[0])) for first, several in found.items()}


_BOUND_BEFORE = _phrases(
    at_least="au moins;au minimum;minimum;mini;min;pas moins de;a partir de;>=;≥",
    more_than="plus de;+ de;>",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;pas plus de;jusque a;<=;≤",
    less_than="moins de;– de;<",
)
_UPPER = {first for first, phrases in _BOUND_BEFORE.items() if {"at_most", "less_than"} & {kind for _, kind in phrases}}
_ABOUT_BEFORE = _phrases(
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;~;≈;±;autour de;"
    "aux alentours de;aux environs de;de l' ordre de",
    nearly="presque;pres de;pas loin de",
)
_AFTER = _phrases(
    at_least="+;au moins;au minimum;minimum;mini;et plus;ou plus;voire plus;et +;ou +;voire +;& +",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;ou moins;et moins;voire moins",
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;±",
)
_OF_WHICH = _phrases(of_which="dont;parmi lesquels;parmi lesquelles;y compris")
_JOINTS = _phrases(et="et;&;ainsi que;, et;, ainsi que", plus="+", comma=",")
_TAILS = _phrases(
    tail="en situation de prostitution;en prostitution;de prostitution;de traite;de proxenetisme;"
    "de exploitation sexuelle"
)
_BETWEEN_BOUNDS = _phrases(joint="et;,;-;–;/")
_CHOICES = _phrases(choice="ou;voire;, ou;, voire")
_SIZES = _phrases(smaller="petite;petit", larger="bonne;bon;grosse;gros")


class _NotRead(Exception):
    """The text is outside the grammar."""


class _Token(NamedTuple):
    text: str
    number: int | None = None
    spelled: bool = False
    like_a_year: bool = False


_END = _Token("")
_LOOK_AHEAD = 8  # longer than any phrase of the lists
_ACCENTS = frozenset("\u0300\u0301\u0302\u0308\u0327")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SIGNS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "−": "-", "—": "–"})
# Thousands are parted by a space; a line break or a tab between two digits parts two answers.
_BROKEN_NUMBER = re.compile(r"(?<=[0-9])\s*[^\S \u00a0\u2007\u2009\u202f]\s*(?=[0-9])")
_INCLUSIVE = re.compile(
    r"\b([a-z]+)(?:[·•‧∙⋅.](?:(?:e|ne|le)[·•‧∙⋅.]?s?|s)|\((?:(?:e|ne|le)s?|s)\)s?|-e(?:-s)?)(?![a-z0-9])"
)
_UNDER_AGE = re.compile(r"\b(?:agee?s? )?de moins de (?:18|dix[- ]huit) ans\b")
_LEXER = re.compile(
    r"(?P<space> )"
    r"|(?P<bad>[0-9]+(?:[.,][0-9])|0[0-9]|[0-9]{10,})"
    r"|(?P<aine>(?:8|10|12|15|20|30|40|50|60|100)aines?(?![a-z]))"
    r"|(?P<grouped>[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]))"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<short>(?:pers|env|approx|max|maxi|mini|min)\.)"
    r"|(?P<word>[a-z]+'?)"
    r"|(?P<sign>\+/-|\+-|>=|<=|[≥≤><~≈±+\-–/&,()])"
)


def _fold(text: str) -> str:
    """Lower case, without the accents of French, one plain space for any white space, one kind of sign."""
    decomposed = unicodedata.normalize("NFD", text.translate(_INVISIBLE).casefold())
    letters: list[str] = []
    for sign in decomposed:
        if sign in _ACCENTS and letters and letters[-1].isalpha():
            continue
        letters.append(sign)
    broken = _BROKEN_NUMBER.sub(" ; ", "".join(letters).translate(_SIGNS))
    folded = re.sub(r"\s+", " ", broken).strip()
    return folded if folded.endswith("..") else folded.removesuffix(".").rstrip()


def _inclusive(match: re.Match[str]) -> str:
    stem = match[1]
    return stem if stem in ("un", "aucun", "seul") else f"{stem}s"


def _tokens(folded: str) -> list[_Token]:
    """The text cut into words, numbers and signs; raises _NotRead on anything else."""
    words = _UNDER_AGE.sub("mineurs", _INCLUSIVE.sub(_inclusive, folded))
    words = re.sub(r"\+ ?ou ?-(?= |[0-9]|$)|\+/-|\+-", "±", words)
    cut = list(_cut(words))
    tokens: list[_Token] = []
    texts = [token.text for token in cut]
    at = 0
    while at < len(cut):
        found = numeral(texts, at)
        if found is None:
            tokens.append(cut[at])
            at += 1
            continue
        loose = numeral(texts, at, GLUE | {"–"})
        if loose and loose[1] > found[1]:  # "quatre - vingt": 80, or from 4 to 20?
            raise _NotRead
        value, at = found
        tokens.append(_Token("", value, spelled=True, like_a_year=value in YEARS))
    return tokens


def _cut(text: str) -> Iterable[_Token]:
    at = 0
    while at < len(text):
        match = _LEXER.match(text, at)
        if match is None or match.lastgroup == "bad":
            raise _NotRead
        yield from _token(match, text)
        at = match.end()


def _token(match: re.Match[str], text: str) -> Iterable[_Token]:
    kind, found = match.lastgroup, match[0]
    if kind in ("digits", "grouped"):
        value = int(found.replace(" ", ""))
        yield _Token("", value, like_a_year=kind == "digits" and value in YEARS)
    elif kind == "aine":
        size = int(found.split("a")[0])
        yield _Token(_GROUP_OF[size])
    elif kind == "word" and found in ("zero", "aucun", "aucune"):
        yield _Token("", 0, spelled=True)
    elif kind == "sign" and found == "-":
        glued = text[match.start() - 1 : match.start()].strip() and text[match.end() : match.end() + 1].strip()
        yield _Token("-" if glued else "–")
    elif kind != "space":
        yield _Token({"d'": "de", "jusqu'": "jusque"}.get(found, found.removesuffix(".")))


@dataclass(frozen=True)
class _Amount:
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

    def times(self, factor: int) -> _Amount:
        if factor == 1:
            return self
        return replace(
            self,
            minimum=self.minimum * factor,
            central=None if self.central is None else self.central * factor,
            maximum=None if self.maximum is None else self.maximum * factor,
            written=None if self.written is None else self.written * factor,
        )


class _Noun(NamedTuple):
    kind: str
    factor: int


@dataclass(frozen=True)
class _Term:
    """A quantity with its noun; `loose` when its qualifier could also bear on a sum it is part of."""

    amount: _Amount
    noun: _Noun | None
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


def _read(text: str | None, cap: int, limit: int) -> Count:
    folded = _fold(text or "")
    if len(folded) > LONGEST_TEXT:
        raise _NotRead
    if folded in _BLANKS:
        return Count(1, None, None, "blank", 1, cap)
    if folded in _UNKNOWNS or set(folded) <= {"?", " "}:
        return Count(1, None, None, "unknown", 1, cap)
    if folded in _ZEROS:
        return Count(0, 0.0, 0, "zero", 0, cap)
    total, parts = _Reader(_tokens(folded)).answer()
    amount = total.amount
    bounds = [amount.minimum, amount.maximum or 0, *(part.minimum for part in parts)]
    if max(bounds + [part.maximum or 0 for part in parts]) > limit:
        raise _NotRead
    return Count(
        minimum=amount.minimum,
        central=amount.central,
        maximum=amount.maximum,
        rule=amount.rule,
        study_value=amount.study,
        cap=cap,
        who=total.who,
        of_which=tuple(parts),
    )


def _exact(value: int, token: _Token) -> _Amount:
    rule = "exact" if value else "zero"
    return _Amount(value, float(value), value, rule, value, token.like_a_year, token.spelled)


def _around(groups: int, size: int) -> _Amount:
    value = groups * size
    low, high = _widened(value, value)
    return _Amount(low, float(value), high, "approximately", value, groups=groups, size=size)


def _widened(low: int, high: int) -> tuple[int, int]:
    """One fifth lower and one fifth higher, rounded outwards, never under one person."""
    return max(1, low - low // APPROXIMATION - (low % APPROXIMATION > 0)), high - -high // APPROXIMATION


def _one_sided(amount: _Amount, side: str) -> _Amount:
    """The half of an approximation on one side of the number named."""
    value = amount.written or 0
    low, high = _widened(value, value)
    low, high = (low, value) if side == "smaller" else (value, high)
    return _Amount(low, (low + high) / 2, high, "approximately", value)


def _about(amount: _Amount, kind: str) -> _Amount:
    """An amount said to be approximate; what is already an order of magnitude is not widened again."""
    if amount.maximum is None or not amount.maximum:
        raise _NotRead
    if kind == "nearly":
        if not amount.groups and amount.minimum != amount.maximum:
            raise _NotRead
        return replace(_one_sided(amount, "smaller"), like_a_year=amount.like_a_year)
    if amount.rule == "approximately":
        return amount
    low, high = _widened(amount.minimum, amount.maximum)
    return replace(amount, minimum=low, maximum=high, rule="approximately")


def _bounded(amount: _Amount, kind: str) -> _Amount:
    """An amount given as a bound: its own lower bound for "au moins", its upper one for "au plus"."""
    if kind in ("at_least", "more_than"):
        low = amount.minimum + (kind == "more_than")
        return replace(amount, minimum=low, central=None, maximum=None, rule="at_least")
    high = (amount.maximum or 0) - (kind == "less_than")
    if high < 1:
        raise _NotRead
    return replace(amount, minimum=1, central=(1 + high) / 2, maximum=high, rule="at_most")


def _between(amounts: Sequence[_Amount], rule: str, joint: str) -> _Amount:
    """From the smallest to the largest of several amounts."""
    first, last = amounts[0], amounts[-1]
    if any(amount.like_a_year for amount in amounts):
        raise _NotRead
    if joint != "/" and last.groups > 1 and not first.groups and first.minimum in range(1, 10):
        amounts = [amount if amount.groups else _around(amount.minimum, last.size) for amount in amounts]
    for left, right in zip(amounts, amounts[1:], strict=False):
        _clear(left, right, joint)
    centrals = [amount.central for amount in amounts if amount.central is not None]
    highs = [amount.maximum for amount in amounts if amount.maximum is not None]
    written = [amount.written for amount in amounts if amount.written is not None]
    closed = len(highs) == len(amounts)
    if any(amount.rule == "approximately" for amount in amounts) and closed:
        rule = "approximately"
    return _Amount(
        minimum=min(amount.minimum for amount in amounts),
        central=(min(centrals) + max(centrals)) / 2 if closed else None,
        maximum=max(highs) if closed else None,
        rule=rule if closed else "at_least",
        written=min(written, default=None),
    )


def _clear(left: _Amount, right: _Amount, joint: str) -> None:
    """Refuse two bounds of which one may be shortened: "22 ou 3" (or 23?), "deux ou trois cents" (200 or 300?)."""
    if left.written is None or right.written is None:
        return
    first, second = left.written, right.written
    if first in range(1, 20) and second >= 200 and second % 100 == 0:
        raise _NotRead
    if first > second:
        spelled = left.spelled or right.spelled
        if len(str(first)) != len(str(second)) or (spelled and first >= 60 and second < 20):
            raise _NotRead
        if joint == "-" and spelled:  # "soixante-quatre-vingt": from 60 to 80
            raise _NotRead
    if joint == "-" and right.spelled and second >= 100:  # "un-cent" is no way to write a range
        raise _NotRead
    # A slash also writes a fraction, a score or a date: only near numbers are alternatives ("3/4", "10/15").
    near = second == first + 1 or first < second <= first * 3 / 2
    if joint == "/" and (not near or left.groups or right.groups):
        raise _NotRead


class _Reader:
    """Reads an answer from its tokens, from left to right; raises _NotRead where the grammar has no such text."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self.end = len(tokens)
        self.tokens = [*tokens, *[_END] * _LOOK_AHEAD]
        self.at = 0

    # The tokens.

    def peek(self, ahead: int = 0) -> _Token:
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
            raise _NotRead

    def begins_an_amount(self) -> bool:
        token, then = self.peek(), self.peek(1)
        return (
            token.number is not None
            or token.text in _GROUPS
            or token.text in _SEVERAL
            or token.text == "demi"
            or (token.text == "des" and then.text in _GROUPS)
        )

    # answer := total ("dont" parts)*

    def answer(self) -> tuple[_Term, list[Part]]:
        total, parts = self.total()
        told = self.of_which()
        if self.at < self.end:
            raise _NotRead
        if {part.who for part in parts} & {term.who for term in told}:
            raise _NotRead
        if told:
            total = _not_under(total, told)
        return total, parts + [term.part(total.amount.maximum) for term in told]

    def of_which(self) -> list[_Term]:
        told: list[_Term] = []
        while True:
            start = self.at
            opened = self.take("(")
            if not opened:
                self.take(",")
            if not self.choose(_OF_WHICH):
                self.at = start
                return told
            told.append(self.part())
            while self.joint():
                told.append(self.part())
            if opened:
                self.expect(")")

    def part(self) -> _Term:
        term = self.term()
        if term.noun is None:
            raise _NotRead
        return term

    def joint(self) -> str:
        """What joins two effectifs, unless it introduces their parts."""
        start = self.at
        found = self.choose(_JOINTS)
        if found and self.choose(_OF_WHICH):
            self.at = start
            return ""
        return found

    # total := term | "au moins" term "au plus" term | term (joint term)+

    def total(self) -> tuple[_Term, list[Part]]:
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
        total = _Amount(
            minimum=sum(amount.minimum for amount in amounts),
            central=None if any(a.central is None for a in amounts) else sum(a.central or 0.0 for a in amounts),
            maximum=_sum(amount.maximum for amount in amounts),
            rule="sum",
            written=sum(amount.study for amount in amounts),
        )
        return _Term(total, None), [term.part() for term in terms]

    def upper_bound_of(self, lower: _Term) -> _Term | None:
        """The range that a lower and an upper bound make, if an upper bound comes next."""
        if lower.amount.rule != "at_least" or (lower.noun and lower.noun.factor > 1):
            return None
        start = self.at
        self.choose(_BETWEEN_BOUNDS)
        if not self.begins_an_amount() and self.peek().text not in _UPPER:
            self.at = start
            return None
        try:
            upper = self.term()
        except _NotRead:
            upper = lower
        if upper.amount.rule != "at_most" or (lower.noun and upper.noun):
            self.at = start
            return None
        low, high = lower.amount.minimum, upper.amount.maximum or 0
        if low > high:
            raise _NotRead
        amount = replace(upper.amount, minimum=low, central=(low + high) / 2, rule="range", written=low)
        return _Term(amount, lower.noun or upper.noun)

    # term := qualifiers quantity noun qualifier

    def term(self) -> _Term:
        bound = self.choose(_BOUND_BEFORE)
        about = self.choose(_ABOUT_BEFORE)
        self.take("seulement") or self.take("uniquement")
        amount, noun = self.quantity()
        after = self.after(bool(bound or about))
        noun = noun or self.noun()
        after = after or self.after(bool(bound or about))
        if after and (bound or about):
            raise _NotRead
        if about or after == "about":
            amount = _about(amount, about or after)
        if bound or after not in ("", "about"):
            if noun is None and amount.written == MAJORITY:  # "plus de 18": an age?
                raise _NotRead
            amount = _bounded(amount, bound or after)
        if noun is None and amount.like_a_year:
            raise _NotRead
        loose = bool(about or after == "about") or amount.rule == "at_most"
        if noun and noun.factor > 1:
            amount = replace(amount.times(noun.factor), rule="couple")
        return _Term(amount, noun, loose)

    def after(self, qualified: bool) -> str:
        """A qualifier that follows, after a comma or in brackets; not one that bears on the next number."""
        start = self.at
        opened = self.take("(")
        if not opened:
            self.take(",")
        sign = self.peek().text
        found = self.choose(_AFTER)
        if opened and found:
            self.expect(")")
        if not found or ((qualified or sign == "+") and self.begins_an_amount()) or self.peek().text == "de":
            self.at = start
            return ""
        return found

    def noun(self) -> _Noun | None:
        start = self.at
        self.take("de")
        kinds: set[str] = set()
        read, factor = False, 1
        while (word := self.peek().text) in _NOUNS or word in _ADJECTIVES:
            self.at += 1
            read = True
            if word in _NOUNS:
                kinds.add(_NOUNS[word])
            if word in ("couple", "couples"):
                if factor > 1:
                    raise _NotRead
                factor = 2
                self.take("de")
        if not read:
            self.at = start
            return None
        self.choose(_TAILS)
        if {WOMEN, MEN} <= kinds or {MINORS, _ADULTS} <= kinds:
            raise _NotRead
        kind = next((kind for kind in (MINORS, WOMEN, MEN, _ADULTS, _COUPLE) if kind in kinds), UNKNOWN)
        return _Noun(kind, factor)

    # quantity := "entre" amount "et" amount | "de" amount "à" amount | amount ("à" amount | ("ou" amount)*)

    def quantity(self) -> tuple[_Amount, _Noun | None]:
        """The quantity, and the noun that stood inside it ("une personne ou deux")."""
        for opening, joint in (("entre", "et"), ("de", "a")):
            if self.take(opening):
                first = self.amount()
                self.expect(joint)
                return _between((first, self.amount()), "range", joint), None
        amounts = [self.amount()]
        for joint in ("a", "–", "-", "/"):
            if self.take(joint):
                amounts.append(self.amount())
                return _between(amounts, "alternatives" if joint == "/" else "range", joint), None
        return self.alternatives(amounts)

    def alternatives(self, amounts: list[_Amount]) -> tuple[_Amount, _Noun | None]:
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
                raise _NotRead
            self.at = start
            return amounts[0], None
        return _between(amounts, "alternatives", "ou"), noun

    def alternative(self) -> bool:
        start = self.at
        if self.choose(_CHOICES) and self.begins_an_amount():
            return True
        self.at = start
        return False

    # amount := number | number group | "plusieurs" group | "des" group

    def amount(self) -> _Amount:
        if self.take("des"):
            return self.several()
        if any(self.take(word) for word in _SEVERAL):
            self.take("-", "unes") or self.take("-", "uns")
            return self.several() if self.peek().text in _GROUPS else _Amount(2, None, None, "several", None)
        token = self.peek()
        if token.number is None:
            if token.text not in (*_GROUP_OF.values(), "demi"):  # "dizaines" alone: how many?
                raise _NotRead
            return self.group(1)
        self.at += 1
        if self.peek().text in _GROUPS or self.peek().text == "demi":
            return self.group(token.number)
        size = self.choose(_SIZES) if token.number == 1 else ""
        return _one_sided(self.group(1), size) if size else _exact(token.number, token)

    def several(self) -> _Amount:
        return _Amount(2 * self.group(1).size, None, None, "several", None)

    def group(self, groups: int) -> _Amount:
        """So many tens, dozens…; "une demi-douzaine" is six."""
        half = self.take("demi", "-") or self.take("demi")
        word = self.peek().text
        if groups not in range(1, 10) or word not in _GROUPS or (half and word.removesuffix("s") not in _HALVED):
            raise _NotRead
        self.at += 1
        return _around(groups, _GROUPS[word] // (2 if half else 1))


def _check_sum(terms: Sequence[_Term], joints: Sequence[str]) -> None:
    """Only effectifs that cannot overlap are added; a bare list may also tell the parts of its first number."""
    if any(term.loose for term in terms):
        raise _NotRead
    if set(joints) == {"plus"}:
        if len({term.noun is None for term in terms}) > 1:
            raise _NotRead
        return
    kinds = {term.kind for term in terms}
    if UNKNOWN in kinds or len(kinds) < len(terms):
        raise _NotRead
    if _ADULTS in kinds and kinds != {_ADULTS, MINORS}:
        raise _NotRead
    if joints[-1] == "comma" and not kinds <= {WOMEN, MEN}:
        raise _NotRead


def _not_under(total: _Term, told: Sequence[_Term]) -> _Term:
    """The total raised to its parts; refused where the text contradicts itself."""
    amount = total.amount
    for term in told:
        if {total.kind, term.kind} in ({WOMEN, MEN}, {MINORS, _ADULTS}):
            raise _NotRead
    apart = sum(term.amount.minimum for term in told if term.kind in (WOMEN, MEN))
    least = max(apart, *(term.amount.minimum for term in told))
    if amount.maximum is not None and least > amount.maximum:
        raise _NotRead
    low = max(amount.minimum, least)
    central = None if amount.central is None else max(amount.central, float(low))
    return replace(total, amount=replace(amount, minimum=low, central=central))
