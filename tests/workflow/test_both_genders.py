"""A study whose documents name both genders in words: no median point in any format, and the search finds either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import forked
import own
import pytest
from copies import Project
from test_generations import calculated_while_another_asks
from test_plain_french import office
from test_read_back import pdf_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Opened = Callable[..., Page]

SOUGHT = ("professionnels", "mineurs", "client")


def said(path: Path) -> str:
    """The words of a document, its alternative texts among them."""
    if path.suffix == ".pdf":
        return pdf_text(path)
    return (
        office(path) if path.suffix in (".docx", ".pptx", ".xlsx") else path.read_text("utf-8").partition("<script>")[0]
    )


def found(page: Page) -> list[str]:
    page.reload()
    counts = []
    for word in SOUGHT:
        page.fill("#recherche", word)
        counts.append(page.inner_text(".recherche-compte"))
    return counts


@pytest.mark.skipif(not forked.HERE, reason="aucun processus ne se dédouble ici : le premier calcul ne s’y suspend pas")
@pytest.mark.slow
def test_no_document_has_a_median_point_and_the_search_finds_both(copied: Project, opened: Opened) -> None:
    report = copied.path(f"results/{own.SMALL}/report")
    before = found(opened((report / "rapport.html").resolve().as_uri()))
    with copied.path(f"config/studies/{own.SMALL}.yaml").open("a", encoding="utf-8") as file:
        file.write("ecriture: doublets\n")
    calculated_while_another_asks(copied)
    kinds = (".html", ".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".json")
    files = [path for path in sorted(report.rglob("*")) if path.suffix in kinds and "quarto" not in path.parts]
    assert len(files) > 20 and [path.name for path in files if "·" in said(path)] == []
    assert "les professionnelles et les professionnels" in said(report / "rapport.docx")
    after = found(opened((report / "rapport.html").resolve().as_uri()))
    assert len(before) == len(after) == 3 and not [one for one in (*before, *after) if not one.startswith("Trouvés")]


@pytest.mark.slow
def test_another_way_of_writing_is_refused_before_anything_starts(source: Project, tmp_path: Path) -> None:
    project = source.copy(tmp_path / "projet")
    with project.path(f"config/studies/{own.SMALL}.yaml").open("a", encoding="utf-8") as file:
        file.write("ecriture: neutre\n")
    done = project.snakemake("-n", "--config", f"studies=[{own.SMALL}]")
    assert done.code == 1 and "ecriture" in done.output and "doublets" in done.output and "Traceback" not in done.output
