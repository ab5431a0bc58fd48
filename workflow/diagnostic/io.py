"""The one door of files: Parquet validated and stamped both ways, text and bytes written whole or not at all.

The stamp in a Parquet footer says which table and schema it is, which rule and code made it, with which
parameters and inputs (sha256), and how many rows went in and out. No time, no absolute path: same inputs,
same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.errors
import pyarrow as pa
import pyarrow.parquet as pq

from diagnostic import tables

STAMP = b"diagnostic"
PUBLIC_PHASES = {"report"}
REVIEW = "review"  # the folder of a study where a reviewer's own copy lies: no phase, never sent, in no manifest
NOTICE = "NE_PAS_DIFFUSER.txt"
NOTICE_TEXT = (
    "NE PAS DIFFUSER\n\nCe dossier contient des données de travail non protégées.\n"
    "Seul le dossier « report » de l’étude peut quitter l’équipe.\n"
)


class DoorError(Exception):
    """A table does not match its declaration. Names the table, columns, checks and positions; never a value."""


def sha256(path: Path) -> str:
    """The hexadecimal sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def table_name(path: Path) -> str:
    """`results/62-2020/collect/sites.parquet` → `collect/sites`."""
    return f"{path.parent.name}/{path.stem}"


@cache
def schema_hash(name: str) -> str:
    """12 digits that change with the declaration of a table: columns, types, checks, titles, descriptions."""
    schema = tables.model(name).to_schema()
    text = [
        f"{column}|{part.dtype}|{part.nullable}|{part.unique}|{part.title}|{part.description}|"
        f"{sorted((check.name or '', repr(check.statistics)) for check in part.checks)}"
        for column, part in schema.columns.items()
    ]
    return hashlib.sha256("\n".join([str(tables.VERSION), *text]).encode()).hexdigest()[:12]


def validate(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame, typed and checked as table `name`. Raises DoorError without any value of the data."""
    try:
        return tables.model(name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        found = sorted({f"{case.column}: {case.check}" for case in cases.itertuples()})
        at = sorted({int(i) for i in cases["index"].dropna() if isinstance(i, int)})[:10]
        message = f"table {name} refused at the door: {'; '.join(found)} (positions {at})"
    raise DoorError(message)


def _private(folder: Path) -> None:
    """Close the folder of a phase that must not leave the team: results/{study}/{phase}."""
    if folder.parent.parent.name == "results" and folder.name not in PUBLIC_PHASES:
        folder.chmod(0o700)
        notice = folder / NOTICE
        if not notice.exists():
            notice.write_text(NOTICE_TEXT, encoding="utf-8")


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file whole or not at all: temporary name in the same folder, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _private(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_folder(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a folder, and take away those that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in contents:
            old.unlink()
    for name, content in contents.items():
        write_bytes(content, folder / name)


def write_table(frame: pd.DataFrame, path: Path, stamp: Mapping[str, Any]) -> int:
    """Validate a frame as the table its path names, stamp it, write it. Returns its number of rows."""
    name = table_name(path)
    frame = validate(frame, name).reset_index(drop=True)
    content = {**stamp, "table": name, "schema": schema_hash(name), "rows_out": len(frame)}
    metadata = {STAMP: json.dumps(content, ensure_ascii=False, sort_keys=True).encode()}
    write_bytes(parquet_bytes(frame, metadata), path)
    return len(frame)


def parquet_bytes(frame: pd.DataFrame, metadata: Mapping[bytes, bytes] | None = None) -> bytes:
    """A frame as Parquet, pages checksummed. Raises DoorError, without any value, when a column mixes types."""
    sink = pa.BufferOutputStream()
    failed = False
    try:
        arrow = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
        pq.write_table(arrow.replace_schema_metadata(metadata), sink, compression="zstd", write_page_checksum=True)
    except (pa.ArrowException, TypeError, ValueError):
        failed = True  # Arrow's message quotes the cell: nothing of it goes on
    if failed:
        raise DoorError("a column mixes types")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def parquet_frame(content: bytes) -> tuple[pd.DataFrame, dict[bytes, bytes]]:
    """The frame of a Parquet content and its footer's key-value metadata. Raises DoorError when it is damaged."""
    try:
        arrow = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (OSError, pa.ArrowException):
        arrow = None
    if arrow is None:
        raise DoorError("the file is damaged")
    return arrow.to_pandas(), dict(arrow.schema.metadata or {})


def read_table(path: Path) -> pd.DataFrame:
    """Read and validate the table its path names. Raises DoorError when a page is damaged or the schema differs."""
    try:
        frame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    except (OSError, pa.ArrowException):
        raise DoorError(f"table {table_name(path)}: the file is damaged") from None
    return validate(frame, table_name(path))


def read_stamp(path: Path) -> dict[str, Any]:
    """The stamp in a Parquet footer. Raises DoorError when there is none."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        return json.loads(metadata[STAMP])
    except (OSError, pa.ArrowException, KeyError, ValueError):
        raise DoorError(f"table {table_name(path)}: no readable stamp") from None
