"""The slides of a comparison, made and read back: each number in them, those in names of studies too, is where the source has it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_pooled_document import ROOT, collated, written

from diagnostic.office.render import render
from diagnostic.review import lint
from diagnostic.review.lint import blocks


@pytest.mark.slow
def test_the_slides_of_comparable_studies_are_read_back_and_name_no_number_for_a_machine(tmp_path: Path) -> None:
    """The same indicator of several studies, whose names hold numbers, is in no note."""
    tables = collated(["22-2025", "29-2025", "35-2025"])
    text = written(tables).replace("Neuf", "Côte à côte")  # its title is a number
    (tmp_path / "rapport.qmd").write_text(text, encoding="utf-8")
    render(tmp_path / "rapport.qmd", tmp_path / "restitution.pptx", ROOT / "report", 1793577600)
    statements = pd.concat([tables["statements"], tables["second_hand"]], ignore_index=True)
    known = lint.known_numbers(text, statements, pd.DataFrame({"alt": [], "description": []}))
    read = list(blocks("restitution.pptx", (tmp_path / "restitution.pptx").read_bytes()))
    assert read and not [block.text for block in read if ".rate.ads.total" in block.text]
    assert lint.stray_numbers("restitution.pptx", read, known) == []
