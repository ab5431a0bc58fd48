"""Findings of a study from its statements alone: which sentences are true, and in what order they are told.

Whether a sentence may be said, and before which others, follows from printed forms and claims: no exact value, no verdict and
no reason is read, so that a finding says nothing that the statements do not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from diagnostic.core.french import capital, plural, typographic
from diagnostic.estimate.texts.described import WIDE
from diagnostic.findings import judged
from diagnostic.findings.forms import (
    ABOUT,
    AT_MOST,
    WHOLE,
    about,
    between,
    cited,
    limits,
    number,
    says_something,
    surely,
)
from diagnostic.findings.judged import OPEN
from diagnostic.findings.sentences import ABOVE, FAMILIES, LACKING, LARGEST, REFERENCES, SENTENCES, UNKNOWN, Sentence

PAGE = 9  # findings of page 1
ONE_SENTENCE, PAGE_ONE, CHAPTERS = "En une phrase", "L’essentiel", "Dans les chapitres"
MACRO = re.compile(r"\{(n|i|v|b|agree):([^{}|]+)(?:\|([^{}|]*)\|([^{}|]*))?\}")
YEAR = "_year"  # in the place of `_pct`: the year of a reference, where its source prints one
APART = "La référence nationale citée, {n:%s} %s (%s), ne mesure pas la même chose."


@dataclass(frozen=True)
class Finding:
    """One finding: a claim and what goes with it, in Markdown; a number is a link, its printed form to `fact:id`,
    `interval:id`, `base:id` or `claim:id`. `part` is where it stands; `why`, for the team, what ranked it."""

    name: str
    family: str
    part: str
    claim: str
    detail: str
    rank: float
    why: str


def computed(statements: pd.DataFrame) -> list[Finding]:
    """The findings of a study, from its `statements` (one row each): page 1, then those of chapters, then what is not
    known; persons first, and in a family the most certain and the largest first."""
    facts = {said.statement_id: said for said in statements.itertuples()}
    found = [finding for name in SENTENCES if (finding := _finding(name, facts))]
    order = list(FAMILIES)
    ranked = sorted(found, key=lambda one: (order.index(one.family), -one.rank))
    known = [one for one in ranked if one.part != OPEN]
    first = _page_one(known, [one.family for one in ranked if one.part == OPEN])
    return [
        *(replace(one, part=PAGE_ONE) for one in known if one.name in first),
        *(one for one in known if one.name not in first),
        *(one for one in ranked if one.part == OPEN),
    ]


def _page_one(ranked: list[Finding], unknown: list[str]) -> set[str]:
    """The names of page 1: as many of each family as it is worth, then, while there is room, the others. What is not known of
    a family (one of `unknown` each) is on that page too, in the place of as many findings."""
    before: dict[str, int] = {}
    worth: list[str] = []
    others: list[str] = []
    for one in ranked:
        before[one.family] = before.get(one.family, 0) + 1
        (worth if before[one.family] <= FAMILIES[one.family] - unknown.count(one.family) else others).append(one.name)
    return set([*worth, *others][: PAGE - len(unknown)])


def _finding(name: str, facts: Mapping[str, Any]) -> Finding | None:
    """The finding that a sentence makes of these statements; None where it is not true of them, or says nothing."""
    row = SENTENCES[name]
    if _replaced(row, facts):
        return None
    if row.kind == LACKING:
        return None if row.of in facts else _told(name, row, facts, OPEN, 0.0, "")
    if row.kind == UNKNOWN:
        said = facts.get(row.of)
        open_ = said is not None and said.kind != "withheld" and said.printed_interval and not says_something(said)
        return _told(name, row, facts, OPEN, 0.0, "") if open_ else None
    if row.kind == LARGEST:
        return _largest(name, row, facts)
    if row.kind == ABOVE and not _above(*(facts.get(one) for one in row.above)):
        return None
    cited = [facts.get(fact) for kind, fact in _cited(row.claim) if kind != "agree"]
    if any(said is None or not says_something(said) for said in cited):
        return None
    lead = cited[0]
    if row.least and not surely(lead)[0] > row.least:
        return None
    rank, why = _rank(row, lead, facts)
    return _told(name, row, facts, CHAPTERS, rank, why)


def _replaced(row: Sentence, facts: Mapping[str, Any]) -> bool:
    """Whether another sentence is told in the place of this one, or of that other."""
    other = SENTENCES.get(row.instead)
    return other is not None and (_replaced(other, facts) or _finding(row.instead, facts) is not None)


def _cited(text: str) -> list[tuple[str, str]]:
    return [(kind, fact) for kind, fact, *_ in MACRO.findall(text)]


def _above(one: Any, other: Any) -> bool:
    """Whether the first statement is surely above the second; of two that are « jusqu’à », printed without limits, nobody knows."""
    if one is None or other is None or not (says_something(one) and says_something(other)):
        return False
    if any(about(said) == AT_MOST and not said.printed_interval for said in (one, other)):
        return False  # how many it counts at least is not printed, and a blank may hide more
    return bool(surely(one)[0] > surely(other)[1])


def _largest(name: str, row: Sentence, facts: Mapping[str, Any]) -> Finding | None:
    """The one statement, or the two, surely above all others of a family."""
    family = [said for fact, said in facts.items() if re.fullmatch(row.among, fact) and says_something(said)]
    family.sort(key=lambda said: -said.shown_value)
    if len(family) < 2 or not surely(family[0])[0] > row.least:
        return None
    words = [found[1] for said in family if (found := re.fullmatch(row.words, said.label))]
    first, second, *rest = family
    if _above(first, second):
        claim = row.claim
        why = f"le plus grand de {len(family)}"
    elif row.tied and rest and all(_above(one, other) for one in (first, second) for other in rest):
        claim = row.tied
        why = f"les deux plus grands de {len(family)}"
    else:
        return None
    named = replace(
        row,
        claim=claim.replace("{first}", words[0])
        .replace("{second}", words[1])
        .replace(":first}", f":{first.statement_id}}}"),
        details=tuple(one.replace(":first}", f":{first.statement_id}}}") for one in row.details),
    )
    return _told(name, named, facts, CHAPTERS, _rank(row, first, facts)[0], why)


def _rank(row: Sentence, said: Any, facts: Mapping[str, Any]) -> tuple[float, str]:
    """How early a finding is told: by its size and its certainty, and by how far it lies from its reference."""
    if row.first:
        return math.inf, "dit d’abord"
    if said.measure != "percent":
        return 0.5, "un nombre"
    low, high = limits(said)
    rank = (1 - (high - low) / WIDE) * said.shown_value / 100
    why = (
        "sous un modèle"
        if said.interval_kind == "model"
        else "exact"
        if high - low <= WHOLE
        else f"à {math.ceil(high - low)} points près"
    )
    away = _away(row, said, facts)
    return rank + away / 100, f"{why}, à {math.ceil(away)} points de la référence" if away else why


def _away(row: Sentence, said: Any, facts: Mapping[str, Any]) -> float:
    """Points between a share and its reference; 0 where the reference lies within its limits, where these rest on a model, or
    there is none."""
    reference = facts.get(row.beside)
    if reference is None or math.isnan(reference.shown_value) or said.interval_kind == "model":
        return 0.0
    low, high = limits(said)
    return float(max(low - reference.shown_value, reference.shown_value - high, 0.0))


def _told(name: str, row: Sentence, facts: Mapping[str, Any], part: str, rank: float, why: str) -> Finding | None:
    """The finding as it is told: each of its sentences is one that the team may sign as it is (`judged`); None where the claim
    itself is not."""
    claim = filled(row.claim, facts)
    if not signable(claim, facts, part):
        return None
    lead = facts.get(_cited(row.claim)[0][1]) if _cited(row.claim) else None
    details = list(row.details)
    if lead is not None and _away(row, lead, facts):
        year = row.beside.removesuffix("_pct") + YEAR
        details.append(
            APART % (row.beside, REFERENCES[row.beside], f"{{n:{year}}}" if year in facts else "année non précisée")
        )
    told = [filled(one, facts) for one in details if sayable(one, facts)]
    if not any(kind == "i" for one in details if sayable(one, facts) for kind, _ in _cited(one)):
        told += _rounding([facts[fact] for kind, fact in _cited(row.claim) if kind == "n"])
    signed = [one for one in told if not any(judged.problems(0, judged.written(claim, one), facts, part == OPEN))]
    return Finding(name, row.family, part, claim, " ".join(signed), rank, why)


def signable(claim: str, facts: Mapping[str, Any], part: str) -> bool:
    """Whether a claim has nothing that would be refused in the file of the team."""
    return not any(judged.problems(0, judged.written(claim), facts, part == OPEN))


def _rounding(said: Iterable[Any]) -> Iterator[str]:
    """What each rounded number of a claim stands for, where it has no interval of its own."""
    rounded = [one for one in said if not one.printed_interval and about(one) == ABOUT]
    ranges = [f"{number(one)} veut dire de {cited('claim', one)}" for one in rounded]
    if ranges:
        yield f"{capital(', et '.join(ranges))}."


def sayable(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether every statement that a sentence cites exists, may be printed and says something; of one cited by its limits
    alone, that it has some, however wide; of one cited without them (`v`), that it may be printed; of its part and its whole (`b`), that they
    are."""

    def holds(kind: str, said: Any) -> bool:
        if said is None or said.kind == "withheld":
            return False
        if kind == "b":
            return bool(said.printed_denominator)
        return bool(said.printed_interval) if kind == "i" else kind == "v" or says_something(said)

    return all(holds(kind, facts.get(fact)) for kind, fact in _cited(text))


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """A sentence with its numbers, as Markdown: each a link to its statement."""

    def put(found: re.Match[str]) -> str:
        kind, fact, one, many = found.groups()
        said = facts[fact]
        if kind == "agree":
            return plural(2 if math.isnan(said.shown_value) else limits(said)[1], one, many)
        written = {"n": number, "i": between}.get(kind)
        return written(said) if written else cited("fact" if kind == "v" else "base", said)

    return typographic(capital(MACRO.sub(put, text))).replace(" de environ", " d’environ")
