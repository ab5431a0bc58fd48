"""What each screen of the desk costs where a study has a thousand responses and three thousand situations.

    .venv/bin/python benchmarks/desk.py

The finished results of 99-2026, each response twenty-five times under other numbers, its export too; a desk that is really open is
asked for each screen twice. CPU seconds of its process and of those that it starts; exits 1 where one costs more than a second.
"""

from __future__ import annotations

import io as buffers
import re
import shutil
import sys
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import psutil

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/desk")]

import own  # noqa: E402
from desks import Open  # noqa: E402

from diagnostic.consolidate.decisions import OPEN  # noqa: E402
from diagnostic.core import io  # noqa: E402
from diagnostic.desk.app import routes  # noqa: E402
from diagnostic.privacy.vault import ALPHABET  # noqa: E402

STUDY, TIMES, MOST = own.FULL, 25, 1.0
TABLES = (
    "collect/responses",
    "collect/situations",
    "collect/text_coding",
    "consolidate/described",
    "consolidate/pairs",
)
NUMBERED = ("situation", "record", "response_id", "interview_id.code", "record_id.code", "first", "second")
ID = re.compile(r"^([^/]+)")


def tiled(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """The rows so many times, each time under other numbers."""
    copies = []
    for n in range(times):
        copy = frame.copy()
        for name in set(NUMBERED) & set(copy.columns):
            copy[name] = (
                copy[name]
                .astype("object")
                .map(lambda text, n=n: ID.sub(rf"\g<1>{ALPHABET[n]}", text) if isinstance(text, str) else text)
            )
        for name in {"row", "coding_row"} & set(copy.columns):
            copy[name] += n * 10_000
        copies.append(copy)
    return pd.concat(copies, ignore_index=True)


def opened(pairs: pd.DataFrame) -> pd.DataFrame:
    """As many pairs again, each of two copies, and none of them decided."""
    crossed = pairs.assign(second=pairs["second"].to_numpy()[::-1])
    both = pd.concat([pairs, crossed[crossed["first"] != crossed["second"]]], ignore_index=True)
    names = pd.DataFrame({"one": both[["first", "second"]].min(axis=1), "other": both[["first", "second"]].max(axis=1)})
    return both[~names.duplicated()].assign(decision="", row=None, status=OPEN[0]).astype(pairs.dtypes.to_dict())


def made(root: Path) -> Path:
    """A project whose study has been made larger."""
    own.copy(root, "config", "resources", studies=("62-2020", STUDY))
    shutil.copytree(
        PROJECT / "results" / STUDY,
        root / "results" / STUDY,
        ignore=shutil.ignore_patterns("generations", "manifest.json"),
    )
    shutil.copytree(PROJECT / "vault" / STUDY, root / "vault" / STUDY)
    (root / "vault").chmod(0o700)
    for name in TABLES:
        path = root / "results" / STUDY / f"{name}.parquet"
        frame = tiled(io.read_table(path), TIMES)
        frame = opened(frame) if name.endswith("pairs") else frame
        print(f"{name} : {io.write_table(frame, path, io.read_stamp(path))} lignes")
    export = root / "vault" / STUDY / "received/questionnaire_original.xlsx"
    book = openpyxl.load_workbook(buffers.BytesIO(export.read_bytes()))
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for row in rows * (TIMES - 1):
            sheet.append(row)
    book.save(export)
    return root


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root, worst = made(Path(folder) / "projet"), 0.0
        desk = Open(root).enter()
        process = psutil.Process(desk.process.pid)
        try:
            screens = [
                route.path.replace("{study}", STUDY).replace("{comparison}", "demonstration")
                for route in routes()
                if "GET" in (route.methods or ()) and route.path.count("{") == 1
            ]
            for path in [*screens, *screens]:
                before = process.cpu_times()
                code = desk.get(path).code
                after = process.cpu_times()
                cost = sum(after[:4]) - sum(before[:4])
                worst = max(worst, cost)
                print(f"{path.removeprefix(f'/etude/{STUDY}/'):<24} {code} {cost:.2f} s")
        finally:
            desk.close()
    print(f"Le plus cher : {worst:.2f} s, pour {MOST:.0f} au plus.")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
