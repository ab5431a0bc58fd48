"""The text of a fact: a row of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from string import Formatter
from typing import Any

WORD = r"\{\w+\}"


@dataclass(frozen=True)
class Text:
    """What is said of a fact, in French, as a row of the catalogue. It stands under the fact's id, or under a pattern
    of ids whose `{words}` may also stand in `label`, `formula`, `universe` and `method`.

    `if_open` holds what differs (a method, rules, …) where the number has an interval.
    """

    label: str
    formula: str
    unit: str
    universe: str
    way: str = ""  # of release (`ways`): there is none by default, and no text may lack it
    measure: str = "count"
    decimals: int = 0
    method: str = ""
    rules: tuple[str, ...] = ()
    if_open: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def opened(self) -> Text:
        """What is said of a number that has an interval."""
        return replace(self, if_open={}, **self.if_open)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that its sentences leave to be filled in."""
        others = (text for text in self.if_open.values() if isinstance(text, str))
        return words(" ".join((self.label, self.formula, self.universe, self.method, *others)))


@cache
def words(pattern: str) -> frozenset[str]:
    """The `{words}` of a pattern."""
    return frozenset(word for _, word, _, _ in Formatter().parse(pattern) if word)


@cache
def matching(pattern: str) -> re.Pattern[str]:
    """The ids of a pattern."""
    first, *others = re.split(WORD, pattern)
    found, before = re.escape(first), first
    for part in others:
        found += ("[^.]*" if before[-1:].isalpha() else "[^.]+") + re.escape(part)
        before = part
    return re.compile(found)
