"""A whole study with an answer less, as its team would receive it: every file of `report/` is compared, see `folders`.

`benchmarks/neighbours.py --folders 20` has the long form, of ten kinds of neighbours, each on two cases.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import Project, compared


@pytest.mark.slow
def test_an_answer_less_changes_no_file_but_by_its_statements(tmp_path: Path) -> None:
    project = Project(tmp_path / "projet")
    first = project.first
    other, again = project.neighbour("response less")
    found = compared(first, other, again, answered=True)
    assert (found.unexplained, found.false) == ([], [])
    assert found.moved and {"rapport.html", "rapport.docx", "tableaux.xlsx", "rapport.pdf"} <= set(found.files)
    # Who answered is told exactly: where nobody did, the same differences are no audited draw, nor are files explained by themselves.
    planted = compared(first, other, other.documents, answered=False).unexplained
    assert {f"file {name}" for name in found.files} < set(planted)
