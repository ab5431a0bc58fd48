"""The numbers of a chart as a table that a spreadsheet opens: those released, and no other."""

from __future__ import annotations

import base64
import csv
import io
import re
import shutil
from pathlib import Path

import ledgers

from diagnostic.office.render import render
from diagnostic.report.charts.facts import HEADER, Released, table
from diagnostic.review.lint import blocks

SAMPLE = Path(__file__).parent / "sample"
THEME = Path(__file__).parents[2] / "report"
FACTS = [
    {"fact_id": "a.total", "label": "annonces", "value": 1204.0},
    {"fact_id": "a.here_pct", "label": "part ici", "value": 58.25, "low": 40.0, "high": 60.5}
    | {"measure": "percent", "decimals": 1, "interval_kind": "bounds"},
    {"fact_id": "a.hidden", "label": "secret", "value": 7.0, "verdict": "withheld"},
]
ROWS = [
    ("Annonces", "1204", "annonce", "", "", "", "a.total"),
    ("Part ici", "58,3", "%", "40,0", "60,5", "bornes", "a.here_pct"),
]


def read(content: bytes) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")]


def test_each_released_number_is_a_row_with_its_limits_and_its_id() -> None:
    facts = Released(ledgers.statements(FACTS))
    content = table(facts, ["a.total", "a.here_pct", "a.hidden"])
    assert read(content) == [HEADER, *ROWS] and content.startswith(b"\xef\xbb\xbf")
    assert b"secret" not in content and table(facts, ["a.hidden"]) == b""


def test_the_page_carries_it_and_it_is_read_back(tmp_path: Path) -> None:
    """A number planted in it is a block of the document, under the id that its row ends with."""
    shutil.copytree(SAMPLE / "figures", tmp_path / "figures")
    content = table(Released(ledgers.statements(FACTS)), ["a.total"])
    (tmp_path / "figures/x.csv").write_bytes(content)
    source = tmp_path / "rapport.qmd"
    source.write_text('---\ntitle: "Essai"\nlang: fr\n---\n\n# Un\n\n[Données](figures/x.csv)\n', "utf-8")
    render(source, tmp_path / "rapport.html", THEME, 0, "embarqué")
    page = (tmp_path / "rapport.html").read_bytes()
    found = re.search(rb'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="x.csv"', page)
    assert found and base64.b64decode(found[1]) == content
    said = [(block.text, block.fact) for block in blocks("rapport.html", page) if block.fact]
    assert (" ".join(ROWS[0]), "a.total") in said
