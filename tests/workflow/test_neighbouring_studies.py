"""A whole study with one situation less, as its team would make it: nothing but statements changes, and documents are made
of nothing else.

`tests/release/test_neighbours.py` holds what may change in the statements; the other kinds of neighbours are there.
"""

from __future__ import annotations

import io as streams
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from planted_exports import Sown, saved
from planted_study import CHOSEN, STUDY, Planted, coded, register, run

from diagnostic.core import io
from diagnostic.release.tables import PRINTED
from diagnostic.trial import coding

RELEASE, REPORT = f"results/{STUDY}/release", f"results/{STUDY}/report"


def without_one(content: bytes) -> bytes:
    """The export without its last situation."""
    book = openpyxl.load_workbook(streams.BytesIO(content))
    situations = book.worksheets[1]
    situations.delete_rows(situations.max_row)
    return saved(book)


def documents(root: Path) -> dict[str, bytes]:
    folder = root / REPORT
    files = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")
    ]  # Snakemake's marks
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_one_situation_less_changes_statements_and_no_document_otherwise(
    trial: Planted, sown: Sown, tmp_path: Path
) -> None:
    before = trial.project
    project = before.copy(tmp_path / "projet")
    left = without_one(sown.content)
    register(project, left)
    register(project, coded(left), coding.TABLE)  # a team's coding names the situations that there are
    done = run(project, "snakemake", *CHOSEN, "--", f"{RELEASE}/lineage.parquet")
    assert done.code == 0, done.output
    for name in (*PRINTED, "lineage"):
        tables = [io.read_table(one.path(f"{RELEASE}/{name}.parquet")) for one in (before, project)]
        if name == "statements":
            assert not tables[0].equals(tables[1])  # else nothing was looked at
        else:
            pd.testing.assert_frame_equal(*tables, obj=name)
    project.path(f"{RELEASE}/statements.parquet").write_bytes(before.path(f"{RELEASE}/statements.parquet").read_bytes())
    made = run(project, "diagnostic", "refaire", STUDY)
    assert made.code == 0, made.output
    first, second = documents(before.root), documents(project.root)
    assert first.keys() == second.keys() and len(first) > 10
    assert [name for name, content in first.items() if content != second[name]] == []
