"""The columns of every CSV shuffled: the same values, and each fact still names the cells that it is made from.

The cells are looked up in the files with the csv module alone: what stands in the cell, and under which heading.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

import own
import pandas as pd
import pytest
from openpyxl.utils import column_index_from_string
from replay import EVERY, estimated, of_project

from diagnostic.study.config import load_study
from diagnostic.study.given import seal

FOLDERS = ("config", "profiles", "resources", "workflow", "report")
SEED = 62
Found = tuple[str, int, str, str]  # file, row, heading, content


def shuffled(root: Path, study: str) -> None:
    """The project with the columns of the study's CSV files in another order, and accepted as they are."""
    own.copy(root, *FOLDERS)
    rng = random.Random(SEED)
    for name in load_study(root, study)[0].inputs.values():
        path = root / "resources/studies" / study / name
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            order = list(range(len(rows[0])))
            while order == sorted(order):
                rng.shuffle(order)
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([row[at] for at in order] for row in rows)
    seal(root, study, dt.date(2026, 9, 1))


@cache
def content(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def found(cells: str, folder: Path) -> Counter[Found]:
    """What stands in the cells that a fact names, files with sheets aside."""
    held: Counter[Found] = Counter()
    for part in cells.split(" ; ") if cells else ():
        name, _, ranges = part.partition("!")
        if "(feuille" in name:
            continue
        rows = content(folder / name)
        for column, first, last in re.findall(r"([A-Z]+)(\d+)(?::[A-Z]+(\d+))?", ranges):
            at = column_index_from_string(column) - 1
            for row in range(int(first), int(last or first) + 1):
                held[name, row, rows[0][at], rows[row - 1][at]] += 1
    return held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("study", "roles", "least"),
    [
        *((study, EVERY, 100) for study in own.STUDIES),
    ],
    ids=lambda value: "every" if isinstance(value, tuple) else None,
)
def test_the_same_values_and_the_true_cells(study: str, roles: tuple[str, ...], least: int, tmp_path: Path) -> None:
    shuffled(tmp_path, study)
    before, after = estimated(study, roles=roles).facts, of_project(tmp_path, study, roles=roles).facts
    pd.testing.assert_frame_equal(before.drop(columns="cells"), after.drop(columns="cells"))
    folders = [root / "resources/studies" / study for root in (own.home(), tmp_path)]
    named = 0
    for fact_id, first, second in zip(before.index, before["cells"], after["cells"], strict=True):
        held = [found(cells, folder) for cells, folder in zip((first, second), folders, strict=True)]
        assert held[0] == held[1], fact_id
        named += first != second
    assert named > least  # the letters did change
    press = after[after.index.str.startswith("press.articles_")]
    assert len(press)
    for fact_id, cells in press["cells"].items():
        year = str(fact_id).rpartition("_")[2]
        assert {(heading, value) for _, _, heading, value in found(cells, folders[1])} <= {("year_heading", year)}
    counted = found(after.at["ads.total", "cells"], folders[1])
    assert {heading for _, _, heading, _ in counted} <= {"count", "ads_relevant"}
    assert (
        sum(int(value or 0) for _, _, heading, value in counted if heading == "count") <= after.at["ads.total", "value"]
    )
