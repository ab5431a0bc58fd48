"""A study whose team chose its ads itself, to its documents: each of them opened, and read for what it may not say; the other
ways, in what documents are made of. The short form is `tests/report/test_unsaid.py`."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import own
import pytest
from copies import Project

from diagnostic.collect.answers import DESCRIBED, SAMPLES

SAID = {
    "simple": "de son propre tirage au sort, fait dans la liste entière",
    "by_site": "de son propre tirage au sort, fait dans chaque site",
    "convenience": "au fil de sa lecture, sans tirage au sort",
    "two_stage": "par un tirage à deux degrés",
}
NEVER = r"places tirées|annonces?, tirées? au sort|le champ du tirage"
ALONE = rf"{NEVER}|[Mm]arge (?:demandée|réalisée|attendue|d’erreur (?:demandée|réalisée))|La marge est|incertitudes mesurées"

pytestmark = pytest.mark.slow


def words(path: Path) -> str:
    """What a document says, without its marks; a page's and a PDF's are the same source."""
    if path.suffix == ".html":
        parts = [path.read_text(encoding="utf-8").partition("<body")[2]]
    else:
        with zipfile.ZipFile(path) as book:
            parts = [
                book.read(name).decode()
                for name in book.namelist()
                if re.search(r"(document|slide\d+|sheet\d+)\.xml$", name)
            ]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", " ".join(parts)))


def calculated(project: Project, study: str, design: str, *targets: str) -> Path:
    """The folder of results, the ads having been chosen so."""
    chosen = project.path(f"config/studies/{study}.yaml")
    chosen.write_text(f"{chosen.read_text(encoding='utf-8')}\ncoded_sample: {design}\n", encoding="utf-8")
    done = project.snakemake(*targets, "--config", f"studies=[{study}]")
    assert done.code == 0, done.output
    return project.path(f"results/{study}")


def test_a_team_that_chose_its_ads_has_its_documents_and_they_say_so(copied: Project) -> None:
    report = calculated(copied, own.SMALL, "convenience") / "report"
    said = {
        name: words(report / name)
        for name in ("rapport.html", "dossier.html", "rapport.docx", "restitution.pptx", "tableaux.xlsx")
    }
    assert SAID["convenience"] in said["rapport.html"] and SAID["convenience"] in said["rapport.docx"]
    for name, text in said.items():
        assert re.findall(ALONE, text) == [], name
        assert not re.search(r"\ue000|« »| ,", text), name
    assert all((report / name).stat().st_size > 10_000 for name in ("rapport.pdf", "synthese.pdf", "dossier.pdf"))


@pytest.mark.parametrize("design", SAMPLES)
def test_documents_of_every_choice_are_made_of_words_that_say_so(
    design: str, complete: Project, tmp_path: Path
) -> None:
    project = complete.copy(tmp_path / "projet")
    found = f"logs/{own.FULL}/report_tripwire.txt"
    text = (calculated(project, own.FULL, design, found) / "rendu/rapport.qmd").read_text("utf-8")
    assert project.path(found).read_text("utf-8") == ""
    said = re.sub(r"\s+", " ", text)
    assert SAID[design] in said
    assert re.findall(ALONE if design in DESCRIBED else NEVER, said) == []
    assert "\ue000" not in said
