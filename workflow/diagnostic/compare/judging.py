"""What may be compared with what: the rules of `config/comparability/`, applied to the methods of two studies.

A rule is of a family of indicators (`*`: all), reads one item of method, and has one effect when its test holds:

- `always`: whatever the methods;
- `unknown`: one of the two studies does not say it;
- `differs`: both say it, and not the same;
- `is`: one of them has the code `limit`;
- `ratio`: the larger number is more than `limit` times the smaller one;
- `gap`: the numbers are more than `limit` apart;
- `apart`: the first days are more than `limit` days apart;
- `mix`: the shares of two distributions (`a=3;b=1`) differ by more than `limit` in all (half the sum of absolute
  differences, the total variation distance).

The worst effect of the rules that hold is the verdict. Without any, two numbers are comparable, where rules of each of their
families could be read: what no rule covers is never comparable, and what one of two studies does not say asks for caution.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from diagnostic.compare.table_names import ALL, VERDICTS
from diagnostic.core.tables import columns
from diagnostic.report.grids.method import Said, points

ORDER = list(VERDICTS)
UNRULED = "aucune règle ne dit ce qui rend deux de ces nombres comparables"
UNSAID = "l’une ne dit pas tout ce que les règles lisent"
Codes = Mapping[str, str]  # item → code of one study
Told = tuple[str, list[tuple[str, str, str]]]  # verdict; item, effect and reason of each rule that holds
Holds = Callable[[str, str, str], bool]  # both codes, and the limit of the rule


def _number(code: str) -> float:
    return float(code.partition("|")[0])


def _apart(one: str, other: str, limit: str) -> bool:
    first, second = (dt.date.fromisoformat(code.partition("/")[0]) for code in (one, other))
    return abs((first - second).days) > float(limit)


def _shares(code: str) -> dict[str, float]:
    parts = {name: float(count) for name, _, count in (part.partition("=") for part in code.split(";"))}
    return {name: count / sum(parts.values()) for name, count in parts.items()}


def _mix(one: str, other: str, limit: str) -> bool:
    first, second = _shares(one), _shares(other)
    return sum(abs(first.get(name, 0) - second.get(name, 0)) for name in {*first, *second}) / 2 > float(limit)


def _ratio(one: str, other: str, limit: str) -> bool:
    small, large = sorted(map(_number, (one, other)))
    return large > float(limit) * small


class Rule(NamedTuple):
    """One row of `rules.csv`."""

    family: str
    item: str
    test: str
    limit: str
    effect: str
    reason: str


TESTS: dict[str, Holds] = {  # of two codes that are both said
    "differs": lambda one, other, limit: one != other,
    "is": lambda one, other, limit: limit in (one, other),
    "ratio": _ratio,
    "gap": lambda one, other, limit: abs(_number(one) - _number(other)) > float(limit),
    "apart": _apart,
    "mix": _mix,
}


def ruling(families: Sequence[str], rules: pd.DataFrame) -> list[Rule]:
    """The rules of these families, and one that refuses for a family that has none."""
    every = [Rule(*one) for one in rules[list(Rule._fields)].itertuples(index=False)]
    ruled = {rule.family for rule in every}
    lacking = [Rule(family, "", "always", "", "not", UNRULED) for family in families if family not in ruled]
    return [rule for rule in every if rule.family in (ALL, *families)] + lacking


def verdict(rules: Sequence[Rule], one: Codes, other: Codes) -> Told:
    """The verdict of these rules (`ruling`) on two numbers, and item, effect and reason of each that holds: of those on one
    item, all that refuse, else the first that cautions. Without any, of items that one of the two does not say: caution."""
    held = [rule for rule in rules if _holds(rule, one, other)]
    if not held:
        silent = dict.fromkeys(rule.item for rule in rules if not (one.get(rule.item) and other.get(rule.item)))
        return ORDER[bool(silent)], [(item, "caution", UNSAID) for item in silent]
    strictest = {rule.item: rule for rule in sorted(held, key=lambda rule: ORDER.index(rule.effect))}
    kept = [rule for rule in held if strictest[rule.item] is rule or rule.effect == "not"]
    worst = max(ORDER.index(rule.effect) for rule in kept)
    return ORDER[worst], [(rule.item, rule.effect, rule.reason) for rule in kept]


def _holds(rule: Rule, one: Codes, other: Codes) -> bool:
    first, second = one.get(rule.item, ""), other.get(rule.item, "")
    if rule.test == "always":
        return True
    if rule.test == "unknown":
        return not (first and second)
    if rule.test == "is":
        return rule.limit in (first, second)
    return bool(first and second) and TESTS[rule.test](first, second, rule.limit)


def methods(
    items: pd.DataFrame,
    declared: Mapping[str, Mapping[str, Said]],
    stated: Mapping[str, Mapping[str, tuple[str, str, str]]],
) -> pd.DataFrame:
    """One row per study and item, in the order of `declared` and of `items` (see `report.grids.method.points`). `declared`: study → item →
    code and words; `stated`: the same with the statement, which prevails."""
    rows = [
        (study, item, title, code, words, f"{study}.{name}" if name else "")
        for study in declared
        for item, title, code, words, name in points(items, {**declared[study], **stated.get(study, {})})
    ]
    return pd.DataFrame(rows, columns=columns("compare/methods"))


def invented(methods: pd.DataFrame) -> set[str]:
    """The studies whose data are invented (`methods`: one row per study and item)."""
    return set(methods.loc[methods["item"].eq("invented") & methods["code"].eq("yes"), "study"])


def differences(methods: pd.DataFrame) -> pd.DataFrame:
    """One row per item and pair of studies whose codes are not the same (`methods`: one row per study and item)."""
    rows = []
    for item, own in methods.groupby("item", sort=False):
        codes = dict(zip(own["study"], own["code"], strict=True))
        for one, other in combinations(codes, 2):
            unknown = not (codes[one] and codes[other])
            if unknown or codes[one] != codes[other]:
                rows.append((item, one, other, "unknown" if unknown else "differs"))
    return pd.DataFrame(rows, columns=columns("compare/differences"))


def judged(
    indicators: pd.DataFrame, methods: pd.DataFrame, rules: pd.DataFrame, found: Mapping[str, Mapping[str, str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`pairs` and `numbers`, in the order of `indicators` and of the studies of `found`: indicator → study → statement."""
    codes = {str(study): dict(zip(own["item"], own["code"], strict=True)) for study, own in methods.groupby("study")}
    pairs, numbers = [], []
    for indicator in indicators.itertuples():
        families = [one.strip() for one in indicator.families.split(";")]
        have = found.get(indicator.indicator, {})
        mine: dict[str, dict[str, Told]] = {study: {} for study in have}
        for (one, other), told in _pairs(have, codes, ruling(families, rules)):
            mine[one][other] = mine[other][one] = told
            word, why = told
            items, _, reasons = (
                ("; ".join(dict.fromkeys(part)) for part in zip(*why, strict=True)) if why else ("", "", "")
            )
            pairs.append((indicator.indicator, one, other, word, items, reasons))
        own = indicator.indicator, indicator.title, indicator.subject, indicator.says, indicator.whole
        head = (*own, families[-1])
        numbers += [_number_row(head, study, have[study], said) for study, said in mine.items() if said]
    return pd.DataFrame(pairs, columns=columns("compare/pairs")), pd.DataFrame(
        numbers, columns=columns("compare/numbers")
    )


def _pairs(
    studies: Iterable[str], codes: Mapping[str, Codes], rules: Sequence[Rule]
) -> Iterator[tuple[tuple[str, str], Told]]:
    """The verdict on each pair; studies of one method, as far as these rules read it, are judged once for all."""
    read = sorted({rule.item for rule in rules})
    kinds = {study: tuple(codes[study].get(item, "") for item in read) for study in studies}
    known: dict[tuple[Any, Any], Told] = {}
    for one, other in combinations(kinds, 2):
        key = kinds[one], kinds[other]
        if key not in known:
            known[key] = verdict(rules, codes[one], codes[other])
        yield (one, other), known[key]


def _number_row(head: tuple[str, ...], study: str, statement: str, mine: Mapping[str, Told]) -> tuple[Any, ...]:
    """The row of one number; `head`: what all of its indicator begin with; `mine`: other study → the verdict with it."""
    with_ = {word: [other for other, (found, _) in mine.items() if found == word] for word in ORDER}
    best = next(word for word in ORDER if with_[word])
    reasons = dict.fromkeys(
        reason for word, why in mine.values() if word == best for _, effect, reason in why if effect == best
    )
    return (*head, study, statement, best, *("; ".join(with_[word]) for word in ORDER), "; ".join(reasons))
