"""The stamp in the footer of a table's file, read without what tables are made and checked with (see `core.io`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.writing import RENDERING, inside_results

STAMP = b"diagnostic"
AGAIN = "l’ôter si elle est là, puis « diagnostic calculer » la refait"
KEPT = "elle est d’un calcul gardé : « diagnostic calculer » en fait un qui se lit"


class DoorError(Exception):
    """A table does not match its declaration. Names the table, columns, checks and positions; never a value."""


class Damaged(DoorError, Refused):
    """A table on the disk is not what this program has written there. The message names its file alone; `reason` is the door's."""

    def __init__(self, path: Path, reason: str) -> None:
        told = "cette table manque, est abîmée, ou d’une autre version de ce programme"
        again = KEPT if "generations" in path.parts else AGAIN
        super().__init__(typographic(f"{inside_results(path)} : {told} ; {again}."))
        self.reason = reason


def table_name(path: Path) -> str:
    """`results/62-2020/collect/sites.parquet` → `collect/sites`; the report's own lie in `rendu`."""
    phase = "report" if path.parent.name == RENDERING else path.parent.name
    return f"{phase}/{path.stem}"


def read_stamp(path: Path) -> dict[str, Any]:
    """The stamp in a Parquet footer. Raises Damaged when there is none."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        return json.loads(metadata[STAMP])
    except (OSError, pa.ArrowException, KeyError, ValueError, RecursionError):
        raise Damaged(path, "no readable stamp") from None
