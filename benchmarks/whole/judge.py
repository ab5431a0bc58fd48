"""Whether a study ended as it must: with numbers that hold its truth and nothing left out, or with a refusal that says where."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as parquet

from .expected import Expected

Fact = Mapping[str, object]
NEAR = 1e-6
FAR = 4  # half-widths from the middle of a sampling interval: no chance has drawn that
# What nobody should ever meet: the program's own trouble, in a command's output or in a log.
UNFORESEEN = re.compile(
    r"erreur imprévue|Traceback \(most recent call last\)|^  File \"[^\"]+\", line \d+", re.MULTILINE
)
OUTCOMES = ("kept", "merged", "set_aside")
# What can be acted on: a file, or a key of the configuration, and a cell, a line, a column or what to do.
PLACE = re.compile(r"\.(csv|xlsx|zip|yaml|md|geojson)\b|questionnaire|situation_coding|interview_sheets|coded_ads")
REMEDY = re.compile(
    r"ligne|colonne|cellule|feuille|[A-Z]{1,2}\d+|corriger|remplacer|renommer|ôter|écrire|diagnostic \w+|mettre"
)


@dataclass
class Verdict:
    """`faults`: what is wrong, a sentence each; `misses`: sampling intervals that do not hold the truth, which some may not;
    `held`: facts that were compared."""

    faults: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    held: int = 0


def facts(path: Path) -> dict[str, Fact]:
    """Identifier → row of a table of facts."""
    return {str(row["fact_id"]): row for row in parquet.read_table(path).to_pylist()}


def unforeseen(text: str) -> list[str]:
    """What a text says that no team should meet."""
    found = UNFORESEEN.search(text)
    return [f"unforeseen: {text[max(0, found.start() - 200) : found.end() + 200].strip()}"] if found else []


def can_be_acted_on(text: str) -> bool:
    """Whether a refusal says where, and what to do."""
    return bool(PLACE.search(text) and REMEDY.search(text)) and not unforeseen(text)


def _of_nobody(count: Fact | None) -> bool:
    """Whether a share is of nobody, as its count says: who is in the base is read at the least of mixed answers, and may be none
    while the truth has some; the count's own bounds are judged."""
    return count is not None and count["denominator"] == 0


def numbers(found: Mapping[str, Fact], wanted: Iterable[Expected]) -> Verdict:
    """Facts against the truth: exact ones are equal to it, bounds hold it, sampling intervals that miss it are counted, and those
    that are far from it are wrong."""
    verdict = Verdict(faults=list(outside(found)))
    for one in wanted:
        fact = found.get(one.fact)
        if fact is None and _of_nobody(found.get(f"{one.fact}_count")):
            continue
        if fact is None:
            verdict.faults.append(f"{one.fact}: no such fact, {one.value:g} is true")
            continue
        verdict.held += 1
        said = f"{one.fact}: {_number(fact['value'])} [{_number(fact['low'])}; {_number(fact['high'])}], {one.value:g} is true"
        value = None if fact["value"] is None else float(str(fact["value"]))
        if one.near and (value is None or abs(value - one.value) > one.near * one.value):
            verdict.faults.append(f"{said}: far from it")
        if one.exact:
            if fact["value"] is None or not _same(float(str(fact["value"])), one.value):
                verdict.faults.append(said)
        elif fact["low"] is not None and fact["high"] is not None:
            low, high = float(str(fact["low"])), float(str(fact["high"]))
            if not low - NEAR <= one.value <= high + NEAR:
                missed = fact["interval_kind"] == "sampling" and not _far(one.value, low, high)
                (verdict.misses if missed else verdict.faults).append(said)
        elif (
            fact["value"] is not None
            and fact["interval_kind"] == "none"
            and not _same(float(str(fact["value"])), one.value)
        ):
            verdict.faults.append(f"{said}: not exact, and without an interval")
    return verdict


def outside(found: Mapping[str, Fact]) -> Iterable[str]:
    """Numbers out of their own bounds, bounds the wrong way round, shares that are none."""
    for name, fact in found.items():
        value, low, high = (fact[key] for key in ("value", "low", "high"))
        known = [float(str(one)) for one in (low, value, high) if one is not None]
        if any(not math.isfinite(one) for one in known) or known != sorted(known) and not _sorted(known):
            yield f"{name}: {_number(value)} outside its own bounds [{_number(low)}; {_number(high)}]"
        if fact["measure"] == "percent" and any(not -NEAR <= one <= 100 + NEAR for one in known):
            yield f"{name}: a share of {known}"


def accounted(rows: Path, wanted: Mapping[str, int]) -> list[str]:
    """Every row that was given has one fate, and no other row has one."""
    table = parquet.read_table(rows).to_pylist()
    faults = [
        f"row {row['role']} {row['row']}: fate {row['outcome']!r}" for row in table if row["outcome"] not in OUTCOMES
    ]
    places = Counter((row["role"], row["sheet"], row["row"]) for row in table)
    faults += [f"row {place}: {number} fates" for place, number in places.items() if number > 1]
    given = Counter(str(row["role"]) for row in table)
    return faults + [
        f"{role}: {given[role]} rows accounted for, {number} were given"
        for role, number in wanted.items()
        if given[role] != number
    ]


def statements(path: Path, wanted: Iterable[Expected]) -> list[str]:
    """What documents may say holds the truth: between the least and the most that the printed form allows."""
    rows = {str(row["statement_id"]): row for row in parquet.read_table(path).to_pylist()}
    faults = []
    for one in wanted:
        row = rows.get(one.fact)
        if row is None or row["kind"] not in ("value", "limits"):
            continue
        low, high = row["claim_low"], row["claim_high"]
        if one.exact and low is not None and high is not None and not low - NEAR <= one.value <= high + NEAR:
            faults.append(f"{one.fact}: printed {row['printed']}, that is {low:g} to {high:g}, {one.value:g} is true")
    return faults


def first_look(path: Path) -> list[str]:
    """What the report of a study that was just created says of nobody, and should: women, men, minors."""
    rows = {str(row["statement_id"]): row for row in parquet.read_table(path).to_pylist()}
    wanted = ("profile.women", "profile.men", "profile.minors")
    return [f"{name}: not printed of a new study" for name in wanted if rows.get(name, {}).get("kind") != "value"]


def _far(value: float, low: float, high: float) -> bool:
    return abs(value - (low + high) / 2) > FAR * (high - low) / 2 + NEAR


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)


def _sorted(known: list[float]) -> bool:
    return all(one <= other + NEAR for one, other in zip(known, known[1:], strict=False))


def _number(value: object) -> str:
    return "–" if value is None else f"{float(str(value)):g}"
