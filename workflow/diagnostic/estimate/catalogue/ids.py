"""The identifier of a fact: not a text, but an entry of the catalogue and what its words are.

What an identifier says is read here, and nowhere else: code asks for the entry, the family, the place, a part. Tables keep
identifiers as texts; `fact` reads one, `of` a column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from diagnostic.core.declarations import STUDY_ID
from diagnostic.estimate.catalogue.entry import Entry
from diagnostic.estimate.catalogue.reading import known

# Before the identifier of a study's fact: the study, where several are side by side; the département, where it is of one.
BEFORE = re.compile(rf"(?:(?P<study>{STUDY_ID})\.)?(?:d(?P<departement>[0-9][0-9ab][0-9]?)\.)?(?P<plain>.+)")
WORD = re.compile(r"\{(\w+)\}")
ONE = r"[^.]+"  # what a word may be, where nothing else is said
WORDS = {  # the others, narrow ones first; of an indicator of the codebook, its whole identifier
    "year": r"\d{4}",
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

    @property
    def family(self) -> str:
        return self.entry.family

    @property
    def place(self) -> str:
        """The place that it names; empty where it names none."""
        return self.parts.get(self.entry.place, "")

    @property
    def plain(self) -> FactId:
        """The same fact, of the whole study."""
        return fact(BEFORE.fullmatch(self.told)["plain"])  # type: ignore[index]


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


def matching(pattern: str) -> re.Pattern[str]:
    """The ids of a pattern."""
    texts = WORD.split(pattern)
    parts = [f"(?P<{one}>{WORDS.get(one, ONE)})" if at % 2 else re.escape(one) for at, one in enumerate(texts)]
    return re.compile("".join(parts))


@cache
def fact(told: str) -> FactId:
    """The identifier that a text tells. Raises KeyError for one that the catalogue does not know."""
    before = BEFORE.fullmatch(told)
    if before:
        begins = before["plain"].partition(".")[0]
        for form, pattern in (*_patterns().get(begins, ()), *_patterns().get("", ())):
            if found := form.fullmatch(before["plain"]):
                return FactId(told, pattern, found.groupdict(), before["departement"] or "", before["study"] or "")
    raise KeyError(f"{told} is not in the catalogue")


def of(column: pd.Series, *patterns: str, **parts: str) -> pd.Series:
    """Which ids of a column are of one of these patterns, and of the whole study; `parts`: and have these words."""
    if unknown := set(patterns) - set(known()):
        raise KeyError(f"not in the catalogue: {', '.join(sorted(unknown))}")
    mask = [
        one.pattern in patterns and not one.departement and parts.items() <= one.parts.items()
        for one in map(fact, column)
    ]
    return pd.Series(mask, index=column.index, dtype=bool)
