"""The stamp in the footer of a table's file, read without what tables are made and checked with (see `core.io`)."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from diagnostic.core import freshness
from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.writing import RENDERING, inside_results

STAMP = b"diagnostic"
AGAIN = "l’ôter si elle est là, puis « diagnostic calculer » la refait"
KEPT = "elle est d’un calcul gardé : « diagnostic calculer » en fait un qui se lit"


class DoorError(Exception):
    """A table does not match its declaration. Names the table, columns, checks and positions; never a value."""

    names_no_value = True  # its message may be kept (`core.faults`)


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
        return json.loads((pq.read_metadata(path).metadata or {})[STAMP])
    except (OSError, pa.ArrowException, KeyError, ValueError, RecursionError):
        raise Damaged(path, "no readable stamp") from None


def stamp_in(footer: Mapping[bytes, bytes]) -> dict[str, Any]:
    """The stamp of a footer's key-value metadata; empty where there is none that reads."""
    try:
        stamp = json.loads(footer[STAMP])
    except (KeyError, ValueError, RecursionError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def opened(content: bytes) -> tuple[pa.Table, dict[bytes, bytes]]:
    """The table of a Parquet content and its footer's key-value metadata. Raises DoorError when it is damaged."""
    try:
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        arrow, footer = file.read(use_threads=False), dict(file.metadata.metadata or {})
    except (OSError, pa.ArrowException):
        arrow = None
    if arrow is None:
        raise DoorError("the file is damaged")
    return arrow, footer


def content_digest(schema: pa.Schema, pages: bytes) -> str:
    """The digest of a content: names and types of its columns, and the bytes before the footer, which hold the values."""
    types = ["dictionary" if pa.types.is_dictionary(field.type) else str(field.type) for field in schema]
    digest = hashlib.sha256(json.dumps([schema.names, types]).encode())
    digest.update(pages)
    return digest.hexdigest()


def pages(content: bytes) -> bytes:
    """A Parquet file without its footer, the footer's length (4 bytes, little end first) and the closing mark (4)."""
    return content[: -8 - int.from_bytes(content[-8:-4], "little")]


def as_stamped(path: Path, root: Path) -> bool:
    """Whether a table's file holds what its stamp says, made from what the tables that it names from the `root` now are.

    Who forges a stamp too is found by `diagnostic verifier`: the manifest has the digest of the whole file.
    """
    try:
        content = path.read_bytes()
        arrow, footer = opened(content)
        stamp = stamp_in(footer)
        made_from = {root / name: digest for name, digest in stamp["inputs"].items() if name.endswith(".parquet")}
        same = stamp["table"] == table_name(path) and stamp["content"] == content_digest(arrow.schema, pages(content))
        return same and all(freshness.content(one) in ("", digest) for one, digest in made_from.items())
    except (OSError, DoorError, AttributeError, KeyError, TypeError):
        return False
