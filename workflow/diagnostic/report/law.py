"""The law of 2016 in six points, as it stood on the day that the report bears; the table is dated, its wording ours."""

from __future__ import annotations

import datetime as dt
import io

import pandas as pd

from diagnostic.core import french
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import pipe

NAME = "loi n° 2016-444 du 13 avril 2016"
COLUMNS = ("order", "variable", "title", "text", "articles", "valid_from", "valid_to", "source", "written")


def in_force(content: bytes, day: dt.date) -> pd.DataFrame:
    """The points in force on a day, in order: one row per point, the columns of `resources/references/loi_2016.csv`.

    A point that changed has one row per wording, with the days between which it stood. Raises ValueError for a table
    with other columns, or with two wordings of one point on the same day.
    """
    table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    if tuple(table.columns) != COLUMNS:
        raise ValueError(f"loi_2016.csv: {', '.join(table.columns)}")
    iso = day.isoformat()
    standing = table[(table["valid_from"] <= iso) & ((table["valid_to"] == "") | (table["valid_to"] >= iso))]
    if standing["order"].duplicated().any():
        raise ValueError("loi_2016.csv: two wordings of one point on the same day")
    return standing.sort_values("order", key=lambda column: column.astype(int)).reset_index(drop=True)


@grid
def law(law: bytes, date: dt.date, caption: str) -> str:
    """The points as a table of the report: what each says, where it is written, since when."""
    rows = [
        (
            f"**{escape(point.title)}.** {escape(point.text)}",
            escape(point.articles),
            french.date(dt.date.fromisoformat(point.valid_from)),
        )
        for point in in_force(law, date).itertuples()
    ]
    header = (("Ce que dit la loi", "left", 58), ("Où", "left", 28), ("Depuis le", "left", 14))
    return pipe(header, rows, caption, "loi", small=True)


def written(content: bytes, day: dt.date) -> str:
    """The day of the table, in French: the oldest on which one of the wordings in force was written, which is no review by a lawyer."""
    return french.date(dt.date.fromisoformat(min(in_force(content, day)["written"])))
