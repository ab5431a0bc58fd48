"""The methods of studies side by side, one row per study and item, as rules of comparability read them."""

from collections.abc import Mapping

import pandas as pd

from diagnostic.core.tables import columns
from diagnostic.report.grids.method import Said, points


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
