"""The one door of files: Parquet validated and stamped both ways, text and bytes written whole or not at all.

The stamp in a Parquet footer says which table and schema it is, which rule and code made it, with which
parameters and inputs (sha256), how many rows went in and out, and the digest of the content (columns, types, values).
A table is validated whole when it is written; read, it is validated again where its declaration is no longer what the
stamp says, and refused where its content is not, plausible or not. Files of `report/` say no digest and are always
validated. No time, no absolute path: same inputs, same bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diagnostic.core import tables
from diagnostic.core.stamp import STAMP, Damaged, content_digest, opened, pages, stamp_in, table_name
from diagnostic.core.stamp import DoorError as DoorError
from diagnostic.core.stamp import read_stamp as read_stamp
from diagnostic.core.validation import validate as validate
from diagnostic.core.writing import PUBLIC_PHASES, RESULTS, write_bytes

STUDY = "study"  # the column that names the study of a row
WHOLE_NUMBERS = {pa.int64(): pd.Int64Dtype()}  # else numbers with a blank would become floats
SMALL = 100_000  # bytes of a table's file; a larger one would hold the memory that its step has done with
MOST = 256  # small tables kept: those of the two studies that a run is at
_kept: dict[tuple[bytes, Path], pd.DataFrame] = {}
_turn = Lock()  # two steps may run at once


@cache
def schema_hash(name: str) -> str:
    """12 digits that change with the declaration of a table: columns, types, checks, rules on rows, titles, descriptions."""
    text = [
        f"{column}|{part.dtype}|{part.nullable}|{part.unique}|{part.title}|{part.description}|"
        f"{sorted((check.name or '', repr(check.statistics)) for check in part.checks)}"
        for column, part in tables.schema(name).columns.items()
    ]
    text += [rule.name for rule in tables.row_rules(name)]
    return hashlib.sha256("\n".join([str(tables.VERSION), *text]).encode()).hexdigest()[:12]


def write_table(frame: pd.DataFrame, path: Path, stamp: Mapping[str, Any]) -> int:
    """Validate a frame as the table its path names, stamp it, write it. Returns its number of rows."""
    return store(storable(frame, path), path, stamp)


def storable(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """A frame as it will be stored: validated as the table its path names, floats rounded. Raises DoorError."""
    frame = rounded(validate(frame, table_name(path))).reset_index(drop=True)
    _of_its_study(frame, path)
    return frame


def store(frame: pd.DataFrame, path: Path, stamp: Mapping[str, Any]) -> int:
    """Stamp a frame that `storable` gave, and write it. Returns its number of rows."""
    name = table_name(path)
    made = {**stamp, "table": name, "schema": schema_hash(name), "rows_out": len(frame)}
    content = parquet_bytes(frame, made, digested=path.parent.name not in PUBLIC_PHASES)
    write_bytes(content, path)
    _keep(content, path, frame)
    return len(frame)


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with floats of 12 significant digits, so that they are the same with every version of what computes them."""
    kinds = frame.dtypes.items() if len(frame) else ()
    floats = {name: frame[name] for name, kind in kinds if pd.api.types.is_float_dtype(kind)}
    return frame.assign(**{name: _rounded(column) for name, column in floats.items()}) if floats else frame


def _rounded(column: pd.Series) -> pd.Series:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    given = ~np.isnan(values)
    values = values.copy()
    values[given] = [float(f"{value:.{tables.DIGITS}g}") for value in values[given]]
    return pd.Series(values, index=column.index).astype(column.dtype)


def parquet_bytes(frame: pd.DataFrame, stamp: Mapping[str, Any] | None = None, digested: bool = False) -> bytes:
    """A frame as Parquet without its index, pages checksummed; with a `stamp` in the footer, which names the digest of the
    content where it is `digested`. Raises DoorError, without any value, when a column mixes types."""
    sink = BytesIO()
    failed = False
    try:
        # `Table.from_pandas` would describe the frame in metadata that no table here keeps, for most of its time
        columns = [pa.array(column, from_pandas=True) for _, column in frame.items()]
        arrow = pa.Table.from_arrays(columns, names=list(frame.columns))
        with pq.ParquetWriter(sink, arrow.schema, compression="zstd", write_page_checksum=True) as writer:
            writer.write_table(arrow)
            if stamp is not None:
                content = {"content": content_digest(arrow.schema, sink.getvalue())} if digested else {}
                text = json.dumps({**stamp, **content}, ensure_ascii=False, sort_keys=True)
                writer.add_key_value_metadata({STAMP: text.encode()})
    except (pa.ArrowException, TypeError, ValueError):
        failed = True  # Arrow's message quotes the cell: nothing of it goes on
    if failed:
        raise DoorError("a column mixes types")
    return sink.getvalue()


def parquet_frame(content: bytes) -> tuple[pd.DataFrame, dict[bytes, bytes]]:
    """The frame of a Parquet content and its footer's key-value metadata. Raises DoorError when it is damaged."""
    arrow, footer = opened(content)
    return arrow.to_pandas(), footer


def read_table(path: Path) -> pd.DataFrame:
    """Read the table its path names. Raises Damaged where it is not there, is not what was written there, or is not as declared.

    What was written as it is declared today is not validated a second time.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Damaged(path, "no file") from None
    return table_in(content, path)


def table_in(content: bytes, path: Path) -> pd.DataFrame:
    """The same of a file already read. Steps of a run read the small tables that others of it have written or read: of these
    very bytes, the frame is still there."""
    frame = _kept.get((content, path))
    if frame is None:
        try:
            name = table_name(path)
            arrow, footer = opened(content)
            stamp = stamp_in(footer)
            digested = path.parent.name not in PUBLIC_PHASES
            if digested and stamp.get("content") != content_digest(arrow.schema, pages(content)):
                raise DoorError("the content is not its stamp's")
            known = "content" in stamp and (stamp.get("table"), stamp.get("schema")) == (name, schema_hash(name))
            frame = _as_declared(arrow, name) if known else validate(arrow.to_pandas(), name)
            _of_its_study(frame, path)
        except DoorError as refused:
            raise Damaged(path, str(refused)) from None
        _keep(content, path, frame)
    return frame.copy(deep=False)


def _keep(content: bytes, path: Path, frame: pd.DataFrame) -> None:
    """Keep what a small file holds; of too many, the oldest goes."""
    if len(content) <= SMALL:
        with _turn:
            _kept[content, path] = frame
            if len(_kept) > MOST:
                del _kept[next(iter(_kept))]


def _as_declared(arrow: pa.Table, name: str) -> pd.DataFrame:
    """A content that was validated, with the types of its declaration."""
    frame = arrow.to_pandas(types_mapper=WHOLE_NUMBERS.get, use_threads=False)
    parts = tables.declared(name, tuple(frame.columns)) or {}
    types = zip(parts.items(), frame.dtypes, strict=True)
    other = {column: part.dtype.type for (column, part), dtype in types if dtype != part.dtype.type}
    return frame.assign(**{column: frame[column].astype(kind) for column, kind in other.items()}) if other else frame


def _of_its_study(frame: pd.DataFrame, path: Path) -> None:
    """A row says the study of its folder, results/{study}/{phase}. Raises DoorError."""
    folder = path.absolute().parent.parent
    if folder.parent.name == RESULTS and STUDY in frame:
        other = frame[STUDY].ne(folder.name).to_numpy(dtype=bool)
        if other.any():
            at = [int(row) for row in other.nonzero()[0][:10]]
            raise DoorError(f"table {table_name(path)}: {STUDY} is not the study of its folder (positions {at})")
