"""The lineage of a run, for its provenance page: every table with its rule and what it was made from.

Read from the stamps that each table carries. The number of rows of a table and its digest, from which a small table
could be guessed, are told only in a study all of whose files are public; elsewhere both stay in the manifest.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from diagnostic.core import io, tables, writing
from diagnostic.release.tables import TABLES


def write(stages: Iterable[str], sources: str, output: str, rule: str, code: str, log: str) -> None:
    """Write the table `release/lineage` (one row per table of the run, in the order of `stages`). `sources` is the
    study's `collect/sources`, which says of each file whether it is public."""
    paths = [Path(name) for name in stages]
    frame = gathered(paths, bool(io.read_table(Path(sources))["public"].all()))
    stamp = {
        "rule": rule,
        "code": code,
        "function": f"{__name__.partition('.')[2]}.{write.__name__}",
        "params": {},
        "inputs": {path.as_posix(): writing.sha256(path) for path in paths},
        "rows_in": {path.stem: io.read_stamp(path)["rows_out"] for path in paths},
    }
    rows = io.write_table(frame, Path(output), stamp)
    Path(log).write_text(f"lineage: {rows} rows out\n", encoding="utf-8")


def gathered(paths: Iterable[Path], public: bool) -> pd.DataFrame:
    """One row per table, as `release/lineage` declares it. Where the study is not `public`, neither rows nor digests."""
    rows = []
    for path in paths:
        stamp = io.read_stamp(path)
        name, read = io.table_name(path), map(Path, stamp["inputs"])
        rows.append(
            {
                "phase": path.parent.name,
                "table": name,
                "title": str(tables.model(name).to_schema().title),
                "rule": stamp["rule"],
                "code": stamp["code"],
                "rows": stamp["rows_out"] if public else pd.NA,
                "digest": f"sha256:{writing.sha256(path)}" if public else "",
                # `phase/table` for a table of the run, the file's name for any other input
                "made_from": "; ".join(
                    f"{one.parent.name}/{one.stem}" if one.suffix == ".parquet" else one.name for one in read
                ),
            }
        )
    return pd.DataFrame(rows, columns=tables.columns(TABLES["lineage"]))
