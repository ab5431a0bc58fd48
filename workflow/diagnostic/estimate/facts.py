"""A fact: one number with its unit, universe, numerator, denominator, rules, interval and cells.

Estimators return lists of `Fact`; nothing else can be printed. `origin` says where its inputs come from and
is the weakest of them (`ORIGINS`, strongest first): a fact that uses one published value is `published`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

Run = tuple[int, int]  # the first and the last of rows without a gap
ASKED = "*"  # in a group: any answer, blanks included, where the question was put
UNKNOWN = "?"  # in a group: no known answer
INFORMED = "!"  # in a group: some known answer
ORIGINS = ("observed", "transcribed", "reconstructed", "published")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One indicator of one study. French in what readers see: `label`, `universe`, `formula`, `method`.

    `value` is unrounded, percentages on 0-100; dates and texts go to `value_text`. `low` and `high` bound the
    value in the sense of `interval_kind`: sampling (only for what was drawn at random), bounds (what the data
    leave undetermined) or none. `decimals` is the precision at which the value is printed. `cells` names the input cells as a spreadsheet does: "ad_counts.csv!C2:C40".
    `group` says who is counted, for the release audit: "population: variable=option|option & variable=option" (after
    the colon nothing: the whole population), empty for what counts nobody; `base` says the same of the denominator.
    """

    fact_id: str
    label: str
    unit: str
    measure: str
    universe: str
    formula: str
    source_table: str
    origin: str
    value: float | None = None
    value_text: str = ""
    decimals: int = 0
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    interval_kind: str = "none"
    method: str = ""
    rules: tuple[str, ...] = ()
    cells: str = ""
    group: str = ""
    base: str = ""


def group_of(population: str, *asked: tuple[str, Iterable[str]]) -> str:
    """The name of a group: ("prostitution", ("age_band", ("u15", "a15"))) → "prostitution: age_band=u15|a15"."""
    terms = " & ".join(f"{variable}={'|'.join(options)}" for variable, options in asked)
    return f"{population}: {terms}".strip()


def weakest(origins: Iterable[str]) -> str:
    """The origin of what is computed from several inputs."""
    return max(origins, key=ORIGINS.index)


def cell_ranges(file: str, column: str, rows: Iterable[int]) -> str:
    """Rows of one column as spreadsheet ranges: ("a.csv", "C", [2, 3, 4, 9]) → "a.csv!C2:C4 C9"."""
    text = spelled(column, stretches(np.fromiter(rows, dtype="int64")))
    return f"{file}!{text}" if text else ""


def stretches(rows: np.ndarray) -> list[Run]:
    """Rows as stretches without a gap, in order: [9, 2, 3, 4, 2] → [(2, 4), (9, 9)]."""
    found = np.unique(rows)
    if not len(found):
        return []
    breaks = np.flatnonzero(np.diff(found) > 1)
    firsts, lasts = found[np.r_[0, breaks + 1]], found[np.r_[breaks, -1]]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def spelled(column: str, runs: Iterable[Run]) -> str:
    """Stretches of rows of one column as a spreadsheet names them: ("C", [(2, 4), (9, 9)]) → "C2:C4 C9"."""
    return " ".join(f"{column}{first}" if first == last else f"{column}{first}:{column}{last}" for first, last in runs)


def table(study: str, facts: Iterable[Fact]) -> pd.DataFrame:
    """Facts as a frame, one row per fact."""
    names = [field.name for field in fields(Fact)]
    rows = [{name: getattr(fact, name) for name in names} for fact in facts]
    frame = pd.DataFrame(rows, columns=names)
    frame["rules"] = ["; ".join(rules) for rules in frame["rules"]]
    frame.insert(0, "study", study)
    return frame


def gather(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The facts of all strands in one table, one row per fact, sorted by id."""
    facts = pd.concat(tables.values(), ignore_index=True).sort_values("fact_id", ignore_index=True)
    return {"facts": facts}
