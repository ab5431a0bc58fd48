"""The generator of a team's files: independent of the project, the same every time, at the reference study's size."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
import team_files
from team_internet import CATEGORIES, Internet
from team_people import People

FOLDER = Path(__file__).parent
GENERATOR = (
    "team_people",
    "team_internet",
    "team_words",
    "team_ground",
    "team_places",
    "team_blocks",
    "team_waves",
    "team_files",
)
ALLOWED = {"openpyxl", "numpy", "pandas"}


@pytest.fixture(scope="module")
def truth() -> tuple[People, Internet]:
    return team_files.truth()


def imported(name: str) -> set[str]:
    """The first names of all modules that a module imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module or "")
        elif isinstance(node, ast.Name):
            assert node.id not in ("__import__", "eval", "exec"), name
    return {text.partition(".")[0] for text in found}


@pytest.mark.parametrize("name", GENERATOR)
def test_it_imports_nothing_of_the_project(name: str) -> None:
    """Nor anything but the standard library, what reads and writes workbooks, and itself."""
    assert imported(name) <= {*sys.stdlib_module_names, *ALLOWED, *GENERATOR} - {"importlib"}


@pytest.mark.slow
def test_the_same_bytes_every_time(truth: tuple[People, Internet]) -> None:
    assert team_files.files(*truth) == team_files.files(*team_files.truth())


def test_its_sizes_are_near_those_of_the_reference_study(truth: tuple[People, Internet]) -> None:
    """66 professionals behind 41 forms, 17 interviews of 37, 124 situations of 169 persons, 37 sites, 243 ads, 23 articles."""
    people, ads = truth
    totals = team_files.totals(people, ads)
    assert (totals["responses"], totals["professionals"]) == (41, 66)
    assert (totals["interviews"], totals["met"]) == (17, 37)
    distinct = [one for one in people.situations if not one.again]
    assert (len(distinct), totals["persons"]) == (124, 169)
    assert sum(totals["sites"].values()) == 37 == sum(count for _, count in CATEGORIES.values())
    assert totals["drawn"] == 243 and totals["articles"] == 23
    assert 650 <= sum(totals["site_ads"].values()) <= 750


def test_counts_are_in_words_too(truth: tuple[People, Internet]) -> None:
    """Every kind of wording is there, and none names more persons than there are."""
    people, ads = truth
    said = team_files.totals(people, ads)["counts"]
    words = {text for text, _ in said.values()}
    assert {"un couple", "deux ou trois", "une dizaine", "3 ou 4", "1 ou 2", ""} <= words
    assert all(
        least <= one.persons for one in people.situations for least in [said[team_files.words.reference(one.key)][1]]
    )
