"""What is written, as it depends on nothing but its content: rows, archives, declarations."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import yaml

EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that an entry of an archive can have


def as_csv(rows: Iterable[Iterable[object]], separator: str = ",", end: str = "\n", quoted: bool = False) -> str:
    """The rows as a CSV, lines ended by `end`; `quoted`: every cell, else those that need it."""
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def listed(header: Sequence[str], records: Iterable[Mapping[str, object]]) -> list[list[object]]:
    """The header, then the cells of each record under it, empty where a record has none."""
    return [list(header), *([record.get(name, "") for name in header] for record in records)]


def as_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of these files (name, content), in their order and without a date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content)
    return out.getvalue()


def as_yaml(content: Mapping[str, Any]) -> bytes:
    """A declaration as the project writes it: keys in their order, no line over 110 signs."""
    return str(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=110)).encode()


def as_json(content: object, indent: int = 1) -> bytes:
    """A record as people may read it, ended by a line break."""
    return (json.dumps(content, ensure_ascii=False, indent=indent) + "\n").encode()
