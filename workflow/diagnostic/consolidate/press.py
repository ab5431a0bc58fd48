"""Press review: one row per article, newest first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger


def consolidate(press: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Articles (one row per article) and the ledger of their input rows."""
    articles = press.assign(year_printed=press["date"].dt.year).sort_values(["date", "row"], ascending=[False, True])
    into = "articles/" + press["date"].dt.strftime("%Y-%m-%d/") + press["row"].astype("str")
    return {"articles": articles, "press_rows": ledger("press", files.get("press", ""), press["row"], into)}
