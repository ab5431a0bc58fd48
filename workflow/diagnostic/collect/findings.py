"""What a check across cells says: a finding at a row and column, and the columns a check must have to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from diagnostic.collect.parse import Source
from diagnostic.collect.tables import INPUTS

Tables = Mapping[str, pd.DataFrame]
Find = Callable[[Tables], Iterator["Finding"]]


@dataclass(frozen=True)
class Finding:
    """One contradiction: in which table, row and column, how it is told, and whether it blocks."""

    role: str
    row: int | None
    column: str
    message: str
    remedy: str
    blocks: bool = True


@dataclass(frozen=True)
class Check:
    """A generator of findings, and the columns it reads, by role. A role in `may_lack` may be absent."""

    find: Find
    columns: Mapping[str, tuple[str, ...]]
    may_lack: tuple[str, ...] = ()

    def possible(self, sources: Mapping[str, Source]) -> bool:
        """Whether each table is given (or may be lacking) with all these columns in its header."""
        for role, names in self.columns.items():
            if role in sources:
                if not set(names) <= set(sources[role].letters):
                    return False
            elif role not in self.may_lack:
                return False
        return True


def needs(may_lack: tuple[str, ...] = (), **columns: tuple[str, ...]) -> Callable[[Find], Check]:
    """Make a generator a Check."""
    return lambda find: Check(find, columns, may_lack)


@lru_cache(maxsize=4096)  # asked again at each cell of a faulty column
def may_quote(role: str, *names: str) -> bool:
    """Whether a message may repeat values of all these columns."""
    declared = INPUTS[role].to_schema().columns
    return all((declared[name].metadata or {}).get("quote") for name in names)


def repeats(table: pd.DataFrame, key: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """(row, row of its first occurrence) for each row that repeats a key; `optional` columns may be empty."""
    full = table.dropna(subset=[name for name in key if name not in optional])
    if not full.duplicated(list(key)).any():
        return
    first = full.groupby(list(key), dropna=False)["row"].transform("min")
    for row, original in zip(full["row"], first, strict=True):
        if row != original:
            yield int(row), int(original)
