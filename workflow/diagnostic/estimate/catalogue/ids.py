"""The identifier of a fact: an entry of the catalogue and what its words are. Nothing else reads meaning out of an id.
Tables keep identifiers as texts; `fact` reads one, `of` and `which` a column."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagnostic.core.declarations import STUDY_ID
from diagnostic.estimate.catalogue.entry import Entry
from diagnostic.estimate.catalogue.reading import families, known

# Before the identifier of a study's fact: the study, where several are side by side; the département, where it is of one.
BEFORE = re.compile(rf"(?:(?P<study>{STUDY_ID})\.)?(?:d(?P<departement>[0-9][0-9ab][0-9]?)\.)?(?P<plain>.+)")
WORD = re.compile(r"\{(\w+)\}")
CHOICES = "choices"  # the family of what another choice of counting gives
SHARE = "_pct"  # after the identifier of a number: its share
ONE = r"[^.]+"  # what a word may be, where nothing else is said
WORDS = {  # the others, narrow ones first; of an indicator of the codebook, its whole identifier
    "choice": r"[^.]*?",
    "action": r"[a-z][a-z0-9_]*",
    "headline": r"[^.]+_pct",
    "coded_indicator": r"pros\.[a-z0-9_]+",
    "professional_indicator": r"(?:needs|law)\.[a-z0-9_]+?",
    "ad_indicator": r"ads\.[a-z0-9_]+",
    "situation_indicator": r"[a-z][a-z0-9_]*\.[a-z0-9_]+_situations",
    "person_share": r"[a-z][a-z0-9_]*\.[a-z0-9_]+_pct",
    "person_count": r"[a-z][a-z0-9_]*\.[a-z0-9_]+",
    "person_indicator": r"[a-z][a-z0-9_]*\.[a-z0-9_]+?",
}

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class FactId:
    """`pattern`: that of its entry; `parts`: what the words of the pattern are; `departement` and `study`: empty for a fact of
    the whole study, and within it."""

    told: str
    pattern: str = field(compare=False)
    parts: Mapping[str, str] = field(compare=False)
    departement: str = ""
    study: str = ""

    def __str__(self) -> str:
        return self.told

    @property
    def entry(self) -> Entry:
        return known()[self.pattern]

    @cached_property
    def family(self) -> str:
        """What it is about; empty where the catalogue does not know it."""
        return self.entry.family if self.pattern else ""

    @cached_property
    def subject(self) -> str:
        """What it is about, as documents group it: the first of its parts."""
        return str(BEFORE.fullmatch(self.told)["plain"]).partition(".")[0]  # type: ignore[index]

    @property
    def place(self) -> str:
        """The place that it names; empty where it names none."""
        return self.parts.get(self.entry.place, "") if self.pattern else ""

    @property
    def names(self) -> list[str]:
        """What stands between its points: subjects, variables, options."""
        return self.told.split(".")

    @property
    def plain(self) -> "FactId":
        """The same fact, of the whole study."""
        return read(BEFORE.fullmatch(self.told)["plain"]) if self.pattern else self  # type: ignore[index]


@cache
def _patterns() -> Mapping[str, list[tuple[re.Pattern[str], str]]]:
    """What ids begin with, up to their first point (empty: anything) → patterns, the one that says most of an id first."""
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for pattern in sorted(known(), key=_rank):
        begins, point, _ = pattern.partition(".")
        found.setdefault(begins if point and "{" not in begins else "", []).append((matching(pattern), pattern))
    return found


def _rank(pattern: str) -> tuple[int, int, int]:
    """Few words, then a long text around them, then narrow words."""
    own, order = WORD.findall(pattern), list(WORDS)
    narrow = min((order.index(one) for one in own if one in WORDS), default=len(order))
    return len(own), -len(WORD.sub("", pattern)), narrow


@cache
def matching(pattern: str) -> re.Pattern[str]:
    """The ids of a pattern; a word of it is itself where a name leaves it open."""
    texts = WORD.split(pattern)
    words = [rf"(?P<{name}>\{{{name}\}}|{WORDS.get(name, ONE)})" for name in texts[1::2]]
    plain = map(re.escape, texts[::2])
    return re.compile("".join(part for both in zip(plain, [*words, ""], strict=True) for part in both))


@cache
def fact(told: str) -> FactId:
    """The identifier that a text tells; `{words}` of its pattern may be left in it. Raises KeyError for an unknown one."""
    before = BEFORE.fullmatch(told)
    if before:
        begins = before["plain"].partition(".")[0]
        for form, pattern in (*_patterns().get(begins, ()), *_patterns().get("", ())):
            if found := form.fullmatch(before["plain"]):
                return FactId(told, pattern, found.groupdict(), before["departement"] or "", before["study"] or "")
    raise KeyError(f"{told} is not in the catalogue")


@cache
def read(told: str) -> FactId:
    """The same; without a pattern where the catalogue does not know it."""
    with suppress(KeyError):
        return fact(told)
    return FactId(told, "", {})


def number_of(told: str) -> str:
    """The identifier of a number: of that one, or of the number whose share it is."""
    return told.removesuffix(SHARE)


def flat(told: str) -> str:
    """An identifier as a part of another: « profile_women »."""
    return told.replace(".", "_")


def unchanged(told: str) -> str:
    """What a fact is another choice of; of any other, itself: flat."""
    return told.split(".", 2)[2] if read(told).family == CHOICES else flat(told)


def otherwise(told: str) -> set[str]:
    """What a fact may say otherwise, flat: the number of which it is another choice, or that whose share or middle it is."""
    plain = unchanged(told)
    return {plain, *(plain.removesuffix(end) for end in (SHARE, "_central", f"_situations{SHARE}"))}


def departements(column: pd.Series) -> pd.Series:
    """The département that each fact is of; empty for one of the whole study."""
    return column.map(lambda one: read(one).departement).astype("str")


def beside(told: str, other: str) -> str:
    """The identifier of another fact of the same département, or of the whole study."""
    code = read(told).departement
    return f"{within(code)}{other}" if code else other


def together(told: str, column: Iterable[str]) -> list[str]:
    """The identifiers that begin as one does, up to its last part: those of the answers to its question, its own included."""
    question = told.rpartition(".")[0] + "."
    return [one for one in column if one.startswith(question)]


def within(departement: str) -> str:
    """What the identifiers of a département's facts begin with: « d35. », « d2a. »."""
    return f"d{departement.lower()}."


def bare(column: pd.Series, study: str) -> pd.Series:
    """The identifiers of a study's facts that stand under its name, without it."""
    return column.str.removeprefix(f"{study}.")


def which(column: Iterable[str], asked: Callable[[FactId], bool]) -> Mask:
    """Of which identifiers of a column this is true; of none that the catalogue does not know."""
    told = column.tolist() if isinstance(column, pd.Series) else column  # a hundred times faster to run through
    return np.array([found.pattern != "" and asked(found) for found in map(read, told)], dtype=bool)


def of(column: Iterable[str], *names: str) -> Mask:
    """Which identifiers of a column are what one of these names says, in the whole study: an identifier, one where `{words}` are
    left open (« survey.exposure.{option} »), a family, or a subject, with its point (« vuln. »). Raises KeyError for a name
    that the catalogue does not know."""
    subjects = {name for name in names if name.endswith(".")}
    about = families().keys() & set(names)
    asked: dict[str, list[Mapping[str, str]]] = {}
    for name in names:
        if name not in subjects | about:
            own = fact(name)
            given = {word: told for word, told in own.parts.items() if told != f"{{{word}}}"}
            asked.setdefault(own.pattern, []).append(given)

    def is_one(found: FactId) -> bool:
        given = asked.get(found.pattern, ())
        among = bool(subjects) and f"{found.subject}." in subjects or bool(about) and found.family in about
        return not found.departement and (among or any(one.items() <= found.parts.items() for one in given))

    return which(column, is_one)


@cache
def is_one(told: str, *names: str) -> bool:
    """Whether an identifier is what one of these names says (see `of`)."""
    return bool(of([told], *names)[0])


def is_share(told: str) -> bool:
    """Whether an identifier is that of a share."""
    return number_of(told) != told


def chosen(column: Iterable[str], *names: str) -> list[str]:
    """Those identifiers (see `of`), in their order."""
    told = list(column)
    return [one for one, kept in zip(told, of(told, *names), strict=True) if kept]
