"""A study that gives only some of its files still has its report: chapters without data say so or are left out."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import ledgers
import pytest
from replay import config, estimated, released

from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report.assemble import assemble
from diagnostic.report.tables import TABLES
from diagnostic.study.words import study_words

THEME = Path(__file__).parents[2] / "report"
TEMPLATES = {f"chapitre_{path.stem}": path.read_bytes() for path in (THEME / "chapitres").glob("*.qmd")}
TEMPLATES["rapport"] = (THEME / "rapport.qmd").read_bytes()
INTERNET, PRESS, INTERVIEWS = "{#sec-annonces}", "{#sec-presse}", "{#sec-entretiens}"


def report(study: str, roles: Collection[str] | None) -> str:
    """Of all that a study gives, or of these files."""
    tables = released(study) if roles is None else estimated(study, roles=roles).released()
    words = study_words(config(), study)
    return assemble(
        **tables,
        figures=TABLES["figures"].empty(),
        lineage=RELEASED["lineage"].empty(),
        **ledgers.shelf(),
        areas=ledgers.ground()["areas"],
        source=ledgers.ground()["source"],
        study=words,
        **TEMPLATES,
    )["qmd"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("study", "roles", "chapters"),
    [
        ("99-2025", None, {INTERNET, PRESS, INTERVIEWS}),
        pytest.param("62-2020", None, {INTERNET, PRESS, INTERVIEWS}, marks=pytest.mark.slow),
        pytest.param("99-2025", (), set(), marks=pytest.mark.slow),  # `test_unsaid` has a study without any fact
        pytest.param("99-2025", ("press", "sites"), {PRESS}, marks=pytest.mark.slow),  # a register, nothing counted yet
        pytest.param(
            "99-2025",
            ("sites", "ad_counts", "ad_pages", "interviews"),
            {INTERNET, INTERVIEWS},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "62-2020", ("sites", "ad_counts"), {INTERNET}, marks=pytest.mark.slow
        ),  # no publication to compare with
        pytest.param("62-2020", ("published_figures",), set(), marks=pytest.mark.slow),  # no table to compute from
    ],
    ids=lambda value: (
        "everything" if value is None else "+".join(value) or "nothing" if isinstance(value, tuple) else None
    ),
)
def test_a_report_has_the_chapters_of_its_files(study: str, roles: Collection[str] | None, chapters: set[str]) -> None:
    text = report(study, roles)
    assert {chapter for chapter in (INTERNET, PRESS, INTERVIEWS) if chapter in text} == chapters
    if INTERNET not in chapters:
        assert "Aucun site n’a été compté dans cette étude." in text
    printed = set(re.findall(r'\]\{\.fact fact="([^"]+)"\}', text))
    cards = re.findall(r'^``` \{\.carte fact="([^"]+)"\}', text, re.MULTILINE)
    assert printed <= set(cards) and len(cards) == len(set(cards))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_number_is_typed_in_a_template(name: str) -> None:
    """Outside what is filled in, identifiers, references, formulas and bibliographic notes, the sources hold no figure."""
    text = TEMPLATES[name].decode()
    for filled in (
        r"\{\{.*?\}\}",
        r"\{%.*?%\}",
        r"\$\$.*?\$\$ *\{[^}]*\}",
        r"\{[#.][^}]*\}",
        r"@[\w-]+",
        r"\n\[\^\w+\]:[^\n]*",
    ):
        text = re.sub(filled, "", text, flags=re.DOTALL)
    assert re.findall(r"[^\n]*\d[^\n]*", text) == []
