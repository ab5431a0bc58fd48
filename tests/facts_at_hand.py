"""Facts made by hand, which leave by the way that the texts declare for their identifiers; else by that of their unit."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import cache

from diagnostic.estimate import facts
from diagnostic.estimate.texts.strands import every
from diagnostic.estimate.texts.text import matching

OF_UNIT = {
    **dict.fromkeys(("person", "situation"), "group"),
    **dict.fromkeys(("exchange", "meeting", "met"), "service"),
    **dict.fromkeys(("measure", "reply", "pseudonym"), "each"),
    **{"professional": "own", "response": "participation"},
}
OF_ONE = re.compile(r"^d[0-9][0-9ab][0-9]?\.")
Patterns = list[tuple[re.Pattern[str], str]]


@cache
def _patterns() -> Patterns:
    named = [(name, text) for table in every().values() for name, text in table.items() if "." in name]
    return [(matching(name), text.way) for name, text in sorted(named, key=lambda one: one[0].count("{"))]


@cache
def way(fact_id: str, unit: str) -> str:
    """The way of release of a fact, by its identifier; of an invented one, by its unit."""
    plain = OF_ONE.sub("", fact_id)
    declared = (own for pattern, own in _patterns() if pattern.fullmatch(plain))
    return next(declared, OF_UNIT.get(unit, "things"))


@dataclass(frozen=True, kw_only=True)
class Fact(facts.Fact):
    """The same, whose `way` may be left out."""

    way: str = ""

    def __post_init__(self) -> None:
        if not self.way:
            object.__setattr__(self, "way", way(self.fact_id, self.unit))


def replace(fact: facts.Fact, **changes: object) -> Fact:
    """The fact with changes, and with the way of its new identifier."""
    return dataclasses.replace(fact, **{"way": "", **changes})
