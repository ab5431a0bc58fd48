"""A long measure in pieces: one row at a time, in a table that the next piece goes on with."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .costs import PROJECT

VERSION = "version"


def version() -> str:
    """The code that measures: day and commit that it comes from, or was changed after; nothing without its repository, or git."""
    if shutil.which("git") is None:
        return ""
    command = ["git", "log", "-1", "--format=%cs %h", "--abbrev=12"]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()


def pieces(
    path: Path, keys: Sequence[str], asked: Iterable[tuple[Any, ...]], measure: Callable[..., Mapping[str, Any]]
) -> pd.DataFrame:
    """The whole table once every row asked for is in it. `keys`: the columns that name a row; each row of `asked` that the
    table lacks is `measure(*row)`, written as soon as it is there, with the version of the code. A row of a version that no
    longer says what the code does is to be removed first."""
    done = set(pd.read_csv(path, dtype=str)[list(keys)].itertuples(index=False, name=None)) if path.exists() else set()
    for row in asked:
        if tuple(map(str, row)) in done:
            continue
        found = dict(zip(keys, row, strict=True)) | {VERSION: version()} | measure(*row)
        new = not path.exists()
        columns = list(found) if new else list(pd.read_csv(path, nrows=0))
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(
                file, columns, restval="", lineterminator="\n"
            )  # "": what this piece does not measure
            if new:
                writer.writeheader()
            writer.writerow(found)
    return pd.read_csv(path)
