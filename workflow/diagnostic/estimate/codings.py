"""Codings as the estimators read them: one plain column per variable, and one boolean column per option."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from diagnostic.consolidate.workbooks import SILENT

ALWAYS = (
    *("coded_on", "coder", "disposition", "cluster_id", "cluster_maybe", "copies_searched"),
    *("copies_total", "copies_again", "site_code", "ad_id"),
)
TICKED, NOT_TICKED = "ticked", "not_ticked"


def plain(codings: pd.DataFrame) -> pd.DataFrame:
    """One row per ad and coder, as given: `name` for a choice, a number, a date or a place, `name/option` for a tick.

    What was not answered or not asked is missing. The columns that estimators need are there even if nobody filled them.
    """
    made: dict[str, pd.Series] = {n: codings[n] for n in ("sheet", "row", "turn") if n in codings}
    for column in codings.columns:
        name, _, kind = column.rpartition(".")
        if "/" in column:
            states = codings[column].to_numpy(dtype=object)
            ticked, left = (states == state for state in (TICKED, NOT_TICKED))
            made[column] = pd.Series(pd.arrays.BooleanArray(ticked, ~ticked & ~left), index=codings.index)
        elif kind == "code":
            made[name] = _said(codings[column], {*SILENT, ""})
        elif kind in ("number", "date"):
            made[name] = codings[column]
        elif kind == "text":
            made[name] = _said(codings[column], {""})
    missing = {name: pd.Series(None, index=codings.index, dtype="object") for name in ALWAYS if name not in made}
    return pd.DataFrame(made | missing, index=codings.index)


def _said(column: pd.Series, silent: Collection[str]) -> pd.Series:
    """The texts of a column, None where there is none or one that says nothing."""
    texts = column.to_numpy(dtype=object).copy()  # `copy=True` shares the texts of a table that another process made
    texts[(column.isna() | column.isin(list(silent))).to_numpy(dtype=bool)] = None
    return pd.Series(texts, index=column.index, dtype="object")
