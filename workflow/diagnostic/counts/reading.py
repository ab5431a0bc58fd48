"""Counts of persons written in free French text: bounds, a central value and the named rule, or a human reads it.

A small closed grammar: a text is read only if every sign of it is understood; nothing is corrected or guessed.
No result repeats anything of the text.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from diagnostic.counts.amounts import total_or_open
from diagnostic.counts.grammar import Reader
from diagnostic.counts.model import CATEGORIES, Count, Part
from diagnostic.counts.tokens import NotRead, fold, tokenise
from diagnostic.counts.words import BLANKS, UNKNOWNS, ZEROS

__all__ = ["CATEGORIES", "PLAUSIBLE_LIMIT", "Count", "Part", "read_count", "read_counts"]

PLAUSIBLE_LIMIT = 10_000
LONGEST_TEXT = 200


def read_count(text: str | None, cap: int, limit: int = PLAUSIBLE_LIMIT) -> Count:
    """The count of persons that a free text gives. Raises nothing, whatever the text.

    `cap` is the study's stated upper bound for answers without one, `limit` the number of persons above which a
    number is not believed. Bounds follow "partial identification" (Manski 2003); the study's rule is footnote 15
    of the published report: not given → 1, several numbers → the smallest.
    """
    try:
        return _read(text, cap, limit)
    except NotRead:
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


def _read(text: str | None, cap: int, limit: int) -> Count:
    folded = fold(text or "")
    if len(folded) > LONGEST_TEXT:
        raise NotRead
    if folded in BLANKS:
        return Count(1, None, None, "blank", 1, cap)
    if folded in UNKNOWNS or set(folded) <= {"?", " "}:
        return Count(1, None, None, "unknown", 1, cap)
    if folded in ZEROS:
        return Count(0, 0.0, 0, "zero", 0, cap)
    total, parts = Reader(tokenise(folded)).answer()
    amount = total.amount
    bounds = [amount.minimum, amount.maximum or 0, *(part.minimum for part in parts)]
    if max(bounds + [part.maximum or 0 for part in parts]) > limit:
        raise NotRead
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


def _part_total(who: str, bound: str) -> Callable[[Count], int | None]:
    def total(count: Count) -> int | None:
        return total_or_open(getattr(part, bound) for part in count.of_which if part.who == who)

    return total


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
