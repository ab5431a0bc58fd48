"""The stamp in the footer of a table's file, read without what tables are made and checked with (see `core.io`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from diagnostic.core.writing import RENDERING

STAMP = b"diagnostic"


class DoorError(Exception):
    """A table does not match its declaration. Names the table, columns, checks and positions; never a value."""


def table_name(path: Path) -> str:
    """`results/62-2020/collect/sites.parquet` → `collect/sites`; the report's own lie in `rendu`."""
    phase = "report" if path.parent.name == RENDERING else path.parent.name
    return f"{phase}/{path.stem}"


def read_stamp(path: Path) -> dict[str, Any]:
    """The stamp in a Parquet footer. Raises DoorError when there is none."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        return json.loads(metadata[STAMP])
    except (OSError, pa.ArrowException, KeyError, ValueError, RecursionError):
        raise DoorError(f"table {table_name(path)}: no readable stamp") from None
