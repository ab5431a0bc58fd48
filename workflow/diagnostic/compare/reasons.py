"""Why two numbers compare, or do not: pair by pair where there are few, all together where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import ascii_lowercase
from typing import Any

import pandas as pd

from diagnostic.compare.judging import UNRULED
from diagnostic.compare.many import NAMED, told
from diagnostic.compare.table_names import VERDICTS
from diagnostic.core import french

Group = tuple[str, tuple[str, ...]]  # verdict and reasons
WITH = {"comparable": "comparable à ", "caution": "avec prudence, à ", "not": ""}
TITLES = {"comparable": "Comparable à", "caution": "Avec prudence à", "not": "Non comparable à"}
COLUMNS = {
    "comparable": "comparable",
    "caution": "caution",
    "not": "apart",
}  # of `numbers`: the studies of each verdict


class Reasons:
    """`pairs`: one row per indicator and pair of studies; `declared`: the rules, whose reasons refuse or caution. What its
    methods call `names`: study → its name."""

    def __init__(self, pairs: pd.DataFrame, declared: pd.DataFrame) -> None:
        self.refusals = {UNRULED, *declared.loc[declared["effect"].eq("not"), "reason"]}
        self.groups: dict[tuple[str, str], dict[Group, list[str]]] = {}
        for one in pairs.itertuples():
            group = one.verdict, self._of(one)
            for study, other in ((one.study, one.other), (one.other, one.study)):
                self.groups.setdefault((one.indicator, study), {}).setdefault(group, []).append(other)

    def _of(self, pair: Any) -> tuple[str, ...]:
        """The reasons of a pair: of one that does not compare, those that refuse it."""
        return tuple(one for one in split(pair.reasons) if pair.verdict != "not" or one in self.refusals)

    def _best(self, one: Any) -> list[tuple[Group, list[str]]]:
        """The groups of a number that are told: those with which it may be read, else those that refuse it."""
        own = self.groups[one.indicator, one.study].items()
        readable = [(group, others) for group, others in own if (group[0] != "not") or one.verdict == "not"]
        return sorted(readable, key=lambda found: list(VERDICTS).index(found[0][0]))

    def letters(self, numbers: pd.DataFrame) -> dict[str, str]:
        """Reason → the letter that stands for it beside these numbers."""
        own = (reason for one in numbers.itertuples() for (_, why), _ in self._best(one) for reason in why)
        return dict(zip(dict.fromkeys(own), ascii_lowercase, strict=False))

    def cell(self, one: Any, letters: Mapping[str, str], names: Mapping[str, str]) -> str:
        """With what a number (a row of `numbers`) compares, and the letters of why not without a reserve."""
        groups = self._best(one)
        if sum(len(others) for _, others in groups) > NAMED:
            return _together(one, letters, names)
        parts = [f"{WITH[verdict]}{told(others, names)}{_why(why, letters)}" for (verdict, why), others in groups]
        if one.verdict == "not":
            alone = len(groups) == 1
            return (
                f"à aucune autre{_why(groups[0][0][1], letters)}" if alone else f"à aucune autre ({' ; '.join(parts)})"
            )
        return " ; ".join([*parts, *_rest(one)])

    def card(self, one: Any, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The lines of a number's card on what it may be compared with. Nothing can leave them out."""
        own = self.groups[one.indicator, one.study]
        lines = [("Verdict", VERDICTS[one.verdict])]
        few = sum(map(len, own.values())) <= NAMED
        for word, title in TITLES.items():
            groups = [(why, others) for (verdict, why), others in own.items() if verdict == word]
            if few:
                said = [(told(others, names), ", ".join(why)) for why, others in groups]
                parts = [f"{studies} ({why})" if why else studies for studies, why in said]
                lines += [(title, " ; ".join(parts))] if parts else []
            elif others := split(getattr(one, COLUMNS[word])):
                lines.append((title, told(others, names)))
        return lines if few or not one.reasons else [*lines, ("Parce que", one.reasons)]


def split(text: str) -> list[str]:
    """The parts of a text that « ; » separates."""
    return [part for part in text.split("; ") if part]


def _together(one: Any, letters: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The same of many studies, one line: the column before says the verdict."""
    if one.verdict == "not":
        return f"à aucune autre{_why(split(one.reasons), letters)}"
    found = [(word, split(getattr(one, COLUMNS[word]))) for word in ("comparable", "caution")]
    found = [(word, others) for word, others in found if others]
    short = len(found) == 1
    parts = [f"{'à ' if short else WITH[word]}{told(others, names)}" for word, others in found]
    return " ; ".join([*parts, *_rest(one)]) + _why(split(one.reasons), letters)


def _why(reasons: Iterable[str], letters: Mapping[str, str]) -> str:
    said = ", ".join(f"*{letters[reason]}*" for reason in reasons)
    return f" : {said}" if said else ""


def _rest(one: Any) -> list[str]:
    """That a number compares with some and not with others."""
    return [french.plural(len(split(one.apart)), "pas à l’autre", "pas aux autres")] if one.apart else []
