"""The steps that tests replay in memory give what the workflow writes, table by table."""

from __future__ import annotations

import pandas as pd
import pytest
from copies import Finished
from replay import estimated, released

from diagnostic.core.io import read_table

OUTLINES = "geography"  # replayed without the folder where a run keeps that it could not fetch them


@pytest.mark.slow
@pytest.mark.parametrize("study", ["99-2025", "62-2020"])
def test_replayed_steps_give_what_the_workflow_writes(finished: Finished, study: str) -> None:
    found = estimated(study)
    tables = {path: made for path, made in found.made.items() if isinstance(made, pd.DataFrame)}
    compared = [path for path in tables if path.split("/")[2] != OUTLINES]
    assert len(compared) > 50
    for path in compared:
        pd.testing.assert_frame_equal(tables[path], read_table(finished.project.path(path)), obj=path)
    for name, table in released(study).items():
        written = read_table(finished.project.path(f"results/{study}/release/{name}.parquet"))
        pd.testing.assert_frame_equal(table, written, obj=name)
