"""The lineage of a run, for its provenance page: every table with its rule, rows, digest and what it was made from.

Read from the stamps that each table carries. A table that comes from the exports of the vault shows neither its number
of rows, which may count people, nor its plain digest, from which a small table could be guessed: a keyed one instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic import io, tables
from diagnostic.report.tables import Lineage

PRINTED = "release"  # its tables hold nothing but what may be printed


def write(
    sources: Iterable[str], output: str, rule: str, code: str, digest: Callable[[bytes], str] | None, log: str
) -> None:
    """Write the table `report/lineage` (one row per table of the run, in the order of `sources`).

    `digest` is the keyed digest of the study's vault, None for a study that has none.
    """
    paths = [Path(name) for name in sources]
    frame = gathered(paths, digest)
    # The table lies in the folder that may leave the team: its own stamp names released tables only.
    released = [path for path in paths if path.parent.name == PRINTED]
    stamp = {
        "rule": rule,
        "code": code,
        "params": {},
        "inputs": {path.as_posix(): io.sha256(path) for path in released},
        "rows_in": {path.stem: io.read_stamp(path)["rows_out"] for path in released},
    }
    rows = io.write_table(frame, Path(output), stamp)
    Path(log).write_text(f"lineage: {rows} rows out\n", encoding="utf-8")


def gathered(paths: Iterable[Path], digest: Callable[[bytes], str] | None, review: bool = False) -> pd.DataFrame:
    """One row per table, as `report/lineage` declares it; made so that a table comes after what it was made from.

    For a `review` nothing is hidden.
    """
    stamps = {path: io.read_stamp(path) for path in paths}
    private = set() if review else _from_exports(stamps)
    rows = []
    for path, stamp in stamps.items():
        name = f"{path.parent.name}/{path.stem}"
        hidden = path in private
        printed = digest(path.read_bytes()) if hidden and digest else f"sha256:{io.sha256(path)}"
        rows.append(
            {
                "phase": path.parent.name,
                "table": name,
                "title": str(tables.model(name).to_schema().title),
                "rule": stamp["rule"],
                "code": stamp["code"],
                "rows": pd.NA if hidden and path.parent.name != PRINTED else stamp["rows_out"],
                "digest": "" if hidden and not digest else printed,
                "made_from": "; ".join(_short(Path(source)) for source in stamp["inputs"]),
            }
        )
    return pd.DataFrame(rows, columns=tables.columns(Lineage))


def _from_exports(stamps: dict[Path, dict[str, Any]]) -> set[Path]:
    """The tables whose chain of stamps reaches a step that read exports of the vault.

    That step also types the public files of the study: a table named after the role of one of them is not private.
    """
    found = {
        path
        for path, stamp in stamps.items()
        if stamp["params"].get("exports") and path.stem not in stamp["params"].get("files", {})
    }
    names = {path.as_posix(): path for path in stamps}
    while True:
        more = {
            path
            for path, stamp in stamps.items()
            if path not in found and any(names.get(source) in found for source in stamp["inputs"])
        }
        if not more:
            return found
        found |= more


def _short(path: Path) -> str:
    """`phase/table` for a table of the run, the file's name for any other input."""
    return f"{path.parent.name}/{path.stem}" if path.suffix == ".parquet" else path.name
