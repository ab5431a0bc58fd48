"""A long measure in pieces: one row at a time, in a table that the next piece goes on with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd


def pieces(
    path: Path, keys: Sequence[str], asked: Iterable[tuple[Any, ...]], measure: Callable[..., Mapping[str, Any]]
) -> pd.DataFrame:
    """The whole table once every row asked for is in it. `keys`: the columns that name a row; each row of `asked` that the
    table lacks is `measure(*row)`, written as soon as it is there. A table of another version of the code is to be removed
    first."""
    done = set(pd.read_csv(path, dtype=str)[list(keys)].itertuples(index=False, name=None)) if path.exists() else set()
    for row in asked:
        if tuple(map(str, row)) in done:
            continue
        found = dict(zip(keys, row, strict=True)) | measure(*row)
        first = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(found))
            if first:
                writer.writeheader()
            writer.writerow(found)
    return pd.read_csv(path)
