"""The words of page 1 of a comparison: indicators named in a sentence, counted, told together where they are one fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from diagnostic.core import french
from diagnostic.report.printing import escape

REASONS = 3  # to be careful with an indicator, that page 1 tells
NOUN = "indicateur"
COUNTED = re.compile(rf"(autres?) {NOUN}s?")


def wholes(names: Iterable[str], indicators: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """These indicators, those that are parts of one whole together, in the place of the first."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(indicators[name].whole or name, []).append(name)
    return [tuple(parts) for parts in found.values()]


def titled(row: Any) -> str:
    """« Répartition entre sortes de sites »: the title of the whole that an indicator is a part of."""
    return french.capital(str(row.whole).removeprefix("la "))


def few(shared: Sequence[str], every: int) -> str:
    """The first reasons of those that all pairs share, and how many more stand beside the numbers, pair by pair."""
    kept = list(shared if len(shared) == every <= REASONS + 1 else shared[:REASONS])
    left = every - len(kept)
    words = ("autre réserve", "autres réserves") if kept else ("réserve", "réserves")
    some = "" if len(shared) == every else "selon la paire, "
    more = f"{'et ' if kept else ''}{french.number(left)} {french.plural(left, *words)}, {some}dites avec les nombres"
    return " ; ".join([*kept, *([more] if left else [])])


def phrases(rows: Sequence[Any]) -> str:
    """« le nombre d’annonces et les parts des annonces sur des sites de rencontre et qui présentent une femme » (`rows`: of the
    indicators, `subject` and `says`)."""
    subjects: dict[str, list[str]] = {}
    for one in rows:
        subjects.setdefault(one.subject, []).append(one.says)
    parts = []
    for subject, says in subjects.items():
        several = subject.replace("la part ", "les parts ", 1) if len(says) > 1 else subject
        parts.append(escape(f"{several} {_and(says)}".strip()))
    inner = any(len(says) > 1 for says in subjects.values())
    return _and(parts, " ainsi que " if inner else " et ")


def agreed(rows: Sequence[Any], every: int, verbs: tuple[str, str], after: str = "") -> str:
    """These indicators of `every`, how many there are besides, and a verb that agrees with all of them."""
    verb = f"{verbs[0] if every == 1 else verbs[1]}{after}"
    if every <= len(rows):
        return f"{phrases(rows)} {verb}"
    return f"{', '.join(phrases([row]) for row in rows)} et {_counted(every - len(rows))} {verb}"


def others(number: int, verbs: tuple[str, str]) -> str:
    """« un autre indicateur change », « 9 autres indicateurs changent »."""
    return f"{_counted(number)} {verbs[0] if number == 1 else verbs[1]}"


def _counted(number: int) -> str:
    """« un autre indicateur », « 9 autres indicateurs »."""
    return f"un autre {NOUN}" if number == 1 else f"{french.number(number)} autres {NOUN}s"


def noun_once(clauses: Sequence[str]) -> list[str]:
    """The clauses, of which the first alone says what the others count."""
    counting = [at for at, said in enumerate(clauses) if COUNTED.search(said)]
    return [COUNTED.sub(r"\1", said) if at in counting[1:] else said for at, said in enumerate(clauses)]


def _and(parts: Sequence[str], last: str = " et ") -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
