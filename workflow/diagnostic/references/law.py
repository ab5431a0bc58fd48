"""The law as it stood on a day, the texts that made it, and the services where help is found; in our words, dated.

What a lawyer still has to confirm is marked. A text that is neither in the list of dated texts nor read in its code is not cited
(`tests/workflow/test_legal_references.py` reads the finished documents).
"""

import datetime as dt
import io
from collections.abc import Sequence

import pandas as pd

COLUMNS = ("order", "variable", "title", "text", "articles", "valid_from", "valid_to", "source", "confirm")
TEXTS = ("date", "text", "says", "source", "confirm")
OFFICIAL = (  # how the source of a number begins where it is of a public body that makes or keeps it
    *("Assemblée nationale", "Conseil constitutionnel", "Haut Conseil", "Interstats", "Légifrance", "Ministère"),
    *("Préfecture", "Sénat", "Seine-Saint-Denis", "Vie-publique"),
)
AWAITED = "source officielle attendue"
SERVICES = ("order", "need", "service", "contact", "source", "read_on")


def _read(content: bytes, columns: Sequence[str], name: str) -> pd.DataFrame:
    """One of the tables, all text. Raises ValueError for other columns."""
    table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    if tuple(table.columns) != tuple(columns):
        raise ValueError(f"{name}: {', '.join(table.columns)}")
    return table


def awaited(source: str) -> str:
    """What is said beside a number that the press or an association printed of a public body; empty where that body did."""
    return "" if source.startswith(OFFICIAL) else AWAITED


def in_force(content: bytes, day: dt.date) -> pd.DataFrame:
    """The points in force on a day, in order: one row per point, the columns of `resources/references/loi.csv`.

    A point that changed has one row per wording, with the days between which it stood; a first day that its source does not
    print is a month. Raises ValueError for a table with other columns, or with two wordings of one point on the same day.
    """
    table = _read(content, COLUMNS, "loi.csv")
    iso = day.isoformat()
    standing = table[(table["valid_from"] <= iso) & ((table["valid_to"] == "") | (table["valid_to"] >= iso))]
    if standing["order"].duplicated().any():
        raise ValueError("loi.csv: two wordings of one point on the same day")
    return standing.sort_values("order", key=lambda column: column.astype(int)).reset_index(drop=True)


def until(content: bytes, day: dt.date) -> pd.DataFrame:
    """The dated texts up to a day, in order: one row per text. Raises ValueError for a table with other columns."""
    table = _read(content, TEXTS, "textes.csv")
    return table[table["date"] <= day.isoformat()]


def services(content: bytes) -> pd.DataFrame:
    """The national services, in order: one row each. Raises ValueError for a table with other columns."""
    return _read(content, SERVICES, "orientation.csv")
