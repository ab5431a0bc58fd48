"""A study whose team chose its ads itself, to its documents: each of them opened, and read for what it may not say."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import own
import pytest
from copies import fresh

from diagnostic.collect.answers import DESCRIBED, SAMPLES

SAID = {
    "simple": "de son propre tirage au sort, fait dans la liste entière",
    "by_site": "de son propre tirage au sort, fait dans chaque site",
    "convenience": "au fil de sa lecture, sans tirage au sort",
    "two_stage": "par un tirage à deux degrés",
}
NEVER = r"places tirées|annonces?, tirées? au sort|le champ du tirage"
ALONE = rf"{NEVER}|[Mm]arge (?:demandée|réalisée|attendue|d’erreur (?:demandée|réalisée))|La marge est|incertitudes mesurées"
CASES = [(own.SMALL, "convenience"), *((own.FULL, design) for design in SAMPLES)]


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


@pytest.mark.parametrize(
    ("study", "design"), [CASES[0], *(pytest.param(*case, marks=pytest.mark.slow) for case in CASES[1:])]
)
def test_a_team_that_chose_its_ads_has_its_documents_and_they_say_so(study: str, design: str, tmp_path: Path) -> None:
    project = fresh(tmp_path / "projet", study)
    chosen = project.path(f"config/studies/{study}.yaml")
    chosen.write_text(f"{chosen.read_text(encoding='utf-8')}\ncoded_sample: {design}\n", encoding="utf-8")
    done = project.snakemake("--config", f"studies=[{study}]")
    assert done.code == 0, done.output
    report = project.path(f"results/{study}/report")
    said = {
        name: words(report / name)
        for name in ("rapport.html", "dossier.html", "rapport.docx", "restitution.pptx", "tableaux.xlsx")
    }
    assert SAID[design] in said["rapport.html"] and SAID[design] in said["rapport.docx"]
    for name, text in said.items():
        assert re.findall(ALONE if design in DESCRIBED else NEVER, text) == [], name
        assert not re.search(r"\ue000|« »| ,", text), name
    assert all((report / name).stat().st_size > 10_000 for name in ("rapport.pdf", "synthese.pdf", "dossier.pdf"))
