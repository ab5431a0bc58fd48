"""The tripwire: personal data looked for in everything that leaves the vault, and told without being repeated.

`scan` looks for what has the *form* of personal data (`known_values.search` for values that are known). What they give
back says where, what kind, how long: never the value, and never a
file name that holds it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagnostic.core.french import NBSP, plural
from diagnostic.privacy import folding, personal
from diagnostic.privacy.contents import Column, Contents, base64_text, encoded, frame_columns, read
from diagnostic.privacy.streams import Unreadable
from diagnostic.privacy.texts import Text

UNREADABLE = "unreadable"
MASKED_NAME = "(nom masqué)"
LABELS = personal.KINDS | {UNREADABLE: "fichier illisible"}


@dataclass(frozen=True)
class Trip:
    """One place that looks personal. `where`: sheet or member, by number; `row` counts as a spreadsheet or an editor
    does, from 1; `column` is a letter; `offset` and `length` are characters in the cell or the line."""

    kind: str
    file: str = ""
    where: str = ""
    row: int | None = None
    column: str = ""
    offset: int = 0
    length: int = 0


def scan(content: str | bytes | pd.DataFrame, name: str = "", allowed: Collection[str] = ()) -> list[Trip]:
    """What looks personal in a text, a table or a file's bytes. `name` is shown, and tells kinds of text apart.

    `allowed`: texts that may stand (a published address, a help line). A file that cannot be read is a trip too.
    """
    may = {folding.fold(text) for text in allowed} | {folding.phone_digits(text) for text in allowed}
    may.discard("")
    try:
        contents = _contents(content, name)
    except Unreadable:
        return [Trip(UNREADABLE, name)]
    trips = [trip for text in contents.texts for trip in _scan_text(text, name, may)]
    trips += [trip for column in contents.columns for trip in _scan_column(column, name, may)]
    return list(dict.fromkeys(trips))


def _contents(content: str | bytes | pd.DataFrame, name: str) -> Contents:
    if isinstance(content, pd.DataFrame):
        return Contents(columns=frame_columns(content))
    return Contents([Text(content)]) if isinstance(content, str) else read(content, name)


def _scan_text(text: Text, name: str, allowed: Collection[str]) -> Iterator[Trip]:
    cleaned = folding.clean(text.text)
    starts = [0, *(m.end() for m in re.finditer("\n", cleaned))]
    line = 0
    for hit in personal.find(cleaned, code=text.code, allowed=allowed):
        while line + 1 < len(starts) and starts[line + 1] <= hit.offset:
            line += 1
        yield Trip(hit.kind, name, text.where, line + 1, "", hit.offset - starts[line], hit.length)


def _scan_column(column: Column, name: str, allowed: Collection[str]) -> Iterator[Trip]:
    heading = column.cells[0] if column.cells else ""
    known: dict[str, list[personal.Hit]] = {"": []}
    for row, cell in enumerate(column.cells, start=1):
        if cell not in known:
            cleaned = folding.clean(cell)
            known[cell] = personal.find(cleaned, heading if row > 1 else "", allowed=allowed)
            for plain in encoded(cell):
                hits = personal.find(folding.clean(plain), allowed=allowed)
                known[cell] += [personal.Hit(hit.kind, 0, len(cleaned)) for hit in hits]
        for hit in known[cell]:
            yield Trip(hit.kind, name, column.where, row, column.letter, hit.offset, hit.length)


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file under the paths, sorted, links not followed but given."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for folder, _, names in sorted(os.walk(path)):
                yield from (Path(folder, name) for name in sorted(names))
                yield from (Path(folder, name) for name in sorted(os.listdir(folder)) if Path(folder, name).is_symlink()
                            and Path(folder, name).is_dir())  # fmt: skip
        elif path.exists() or path.is_symlink():
            yield path


def _read_file(path: Path) -> bytes | None:
    """A file's bytes, a link's target; None when it cannot be opened."""
    try:
        return os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
    except OSError:
        return None


def decoded_names(path: Path, root: Path | None) -> list[str]:
    """The names a path may hide: itself from `root`, and the output path that Snakemake writes in base64."""
    relative = _relative(path, root)
    parts = [part.removeprefix("@") for part in relative.parts]
    candidates = {*parts, "".join(parts[parts.index("metadata") + 1 :]) if "metadata" in parts else ""}
    plain = [base64_text(part) for part in sorted(candidates) if len(part) >= 8]
    return [*relative.parts, *(text for text in plain if text)]


def _relative(path: Path, root: Path | None) -> Path:
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root)
    return Path(path.name) if path.is_absolute() else path


def _shown(path: Path, root: Path | None, masked: bool) -> str:
    """A path that may be printed. A name with a space or an accent is not ours: it may hold anything."""
    parts = [
        part if part.isascii() and " " not in part and "@" not in part[1:] else MASKED_NAME
        for part in _relative(path, root).parts
    ]
    if masked:
        parts = [part if re.fullmatch(r"\.?[a-z]{1,12}|\d\w-\d{4}", part) and at < len(parts) - 1 else MASKED_NAME
                 for at, part in enumerate(parts)]  # fmt: skip
    return "/".join(parts)


def message(trips: Sequence[Trip]) -> str:
    """What a stopped run prints: how many of which kind, in which file; empty when there is nothing."""
    if not trips:
        return ""
    total = len(trips)
    lines = [f"Donnée personnelle hors du coffre{NBSP}: {total} {plural(total, 'endroit')}. Rien n’est publié."]
    for (file, kind), count in sorted(Counter((trip.file, trip.kind) for trip in trips).items()):
        rows = sorted({trip.row for trip in trips if (trip.file, trip.kind) == (file, kind) and trip.row})
        at = (
            f", {plural(len(rows), 'ligne')} {', '.join(map(str, rows[:5]))}{'…' if len(rows) > 5 else ''}"
            if rows
            else ""
        )
        lines.append(f"  {file or '(texte)'}{NBSP}: {LABELS[kind]}, {count} fois{at}")
    return "\n".join(lines)
