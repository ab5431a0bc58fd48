"""The pages of finished PDFs, read back: none nearly empty but the last, no lonely row, no heading that ends one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from printed_pages import cuts, ending_in_a_heading, lines

LEAST = 0.35  # of the height of a page


@pytest.mark.parametrize(
    ("study", "name"),
    [
        ("62-2020", "rapport"),
        *(
            pytest.param(*one, marks=pytest.mark.slow)
            for one in (("62-2020", "dossier"), ("99-2026", "rapport"), ("99-2026", "dossier"))
        ),
    ],
)
def test_pages_are_full_and_tables_are_cut_where_they_may_be(
    results_of: Callable[[str], Path], study: str, name: str
) -> None:
    path = results_of(study) / f"report/{name}.pdf"
    filled = [own[-1][0] if own else 0 for own in lines(path)]
    assert len(filled) > 8 and [n for n, part in enumerate(filled[:-1], 1) if part < LEAST] == []
    assert ending_in_a_heading(path) == []
    found = cuts(path)
    assert len(found) > 8 and [rows for rows in found if len(rows) > 1 and rows[-1] < 2] == []


@pytest.mark.slow
def test_the_full_study_is_read_in_twelve_to_twenty_pages(results_of: Callable[[str], Path]) -> None:
    assert 12 <= len(lines(results_of("99-2026") / "report/rapport.pdf")) <= 20
