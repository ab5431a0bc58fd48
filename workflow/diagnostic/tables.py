"""What every declared table shares: strict, coercing, with a French title and description per column.

Each phase declares its tables in its own `tables.py`; `model` finds the one behind a name such as
`collect/sites`, which is also the end of the file's path: results/{study}/collect/sites.parquet.
"""

from __future__ import annotations

import importlib
from typing import Any

import pandera.pandas as pa

VERSION = 1


class Table(pa.DataFrameModel):
    """One declared table. `strict`: no column more, no column less; `coerce`: types are the declared ones."""

    class Config:
        strict = True
        coerce = True


def field(title: str, description: str, **checks: Any) -> Any:
    """A column: French title and description, pandera checks, and `quote=True` where a bad value may be shown.

    Values are quoted in error messages only for closed, non-sensitive columns (design, decision 5).
    """
    quote = checks.pop("quote", False)
    return pa.Field(title=title, description=description, metadata={"quote": quote}, **checks)


def model(name: str) -> type[Table]:
    """The model of table `phase/table_name`. Raises KeyError for an undeclared table."""
    phase, table = name.split("/")
    module = importlib.import_module(f"diagnostic.{phase}.tables")
    return module.TABLES[table]


def columns(table: type[Table]) -> list[str]:
    """The column names of a table, in order."""
    return list(table.to_schema().columns)
