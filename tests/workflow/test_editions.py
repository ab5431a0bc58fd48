"""A real study: what its team works with is stamped on every page and closed; only « diagnostic diffuser » makes what leaves, once the
edition is on record, and a command that was cut is finished by the same one (`planted_study` cuts it)."""

from __future__ import annotations

import difflib
import io
import re
import stat
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from copies import Project
from planted_study import CHOSEN, ISSUED, STUDY, Planted, run

from diagnostic.privacy.contents import read
from diagnostic.privacy.vault import open_vault
from diagnostic.release.editions import issued
from diagnostic.release.table_names import ISSUES

pytestmark = pytest.mark.slow  # the shared run of a study with a questionnaire

STAMP = "Document de travail, ne pas diffuser"
RESULTS = f"results/{STUDY}"
NAMES = ("rapport.html", "rapport.docx", "rapport.pdf", "dossier.html", "dossier.pdf")
NAMES += ("synthese.pdf", "restitution.pptx", "tableaux.xlsx")


def surfaces(name: str, content: bytes) -> list[str]:
    """The text of what is on each page, sheet or slide of a document, its watermark and running lines included."""
    if name.endswith(".pdf"):
        return [one.text for one in read(content, name).texts if one.where.startswith("page")]
    if name.endswith(".html"):
        return [content.decode()]
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [f"{sheet['A3'].value} {sheet.oddFooter.center.text}" for sheet in book]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        own = (
            r"word/(?:header|footer)\d\.xml"
            if name.endswith(".docx")
            else r"ppt/slideMasters/.*\d\.xml|ppt/slideLayouts/slideLayout1\.xml"
        )
        return [archive.read(one).decode() for one in archive.namelist() if re.fullmatch(own, one)]


def stamped(text: str) -> bool:
    return STAMP.casefold() in re.sub(r"\s+", " ", text.replace("\u00a0", " ")).casefold()


def shown(project: Project, folder: str) -> dict[str, bytes]:
    base = project.path(f"{RESULTS}/{folder}")
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in project.files(f"{RESULTS}/{folder}")}


def editions(project: Project) -> list[issued.Issued]:
    return issued.read(open_vault(project.root, STUDY).read_received(ISSUES))


def test_what_the_team_works_with_says_so_on_every_page_and_is_closed(trial: Planted) -> None:
    assert not [name for name in trial.worked if name.startswith("report/")]
    assert {name.removeprefix("travail/TRAVAIL-") for name in trial.worked} > {*NAMES}
    for name in NAMES:
        texts = surfaces(name, trial.worked[f"travail/TRAVAIL-{name}"])
        assert texts and all(map(stamped, texts)), name
    links = re.findall(r'href="([\w.-]+\.(?:html|pdf))', trial.worked["travail/TRAVAIL-rapport.html"].decode())
    assert links and all(f"travail/{link}" in trial.worked for link in links)
    folder = trial.project.path(f"{RESULTS}/travail")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and (folder / "NE_PAS_DIFFUSER.txt").is_file()


def test_what_leaves_has_no_stamp_and_its_edition_is_recorded_once(trial: Planted) -> None:
    documents = shown(trial.project, "report")
    assert {*NAMES, "empreintes.txt"} <= documents.keys()
    assert not [name for name in NAMES if any(map(stamped, surfaces(name, documents[name])))]
    (one,) = editions(trial.project)
    assert one.name == "2026-07-02" and one.key
    claims = pd.read_parquet(trial.project.path(f"{RESULTS}/release/claims.parquet"))
    for population, own in claims.groupby("population"):
        kept = issued.last([one], str(population))
        assert kept is not None and kept.keys
        printed = {name: told.value for name, told in kept.printed.items()}
        assert printed == dict(zip(own["group"], own["value"], strict=True))
    assert trial.project.diagnostic("verifier", STUDY).code == 0


def test_an_edition_says_what_its_team_has_read(trial: Planted) -> None:
    """The release is decided anew with the edition on record: of the same persons, it is the same."""
    worked, sent = (
        text.decode().replace("TRAVAIL-", "").splitlines()
        for text in (trial.worked["travail/quarto/rapport.qmd"], shown(trial.project, "report")["quarto/rapport.qmd"])
    )
    moved = [line[2:] for line in difflib.ndiff(worked, sent) if line[0] in "-+"]
    assert {line.partition(":")[0] for line in moved} == {"statut", "keywords", "brouillon", "filigrane"}


def test_the_same_command_again_changes_nothing_and_more_work_leaves_what_was_sent(
    trial: Planted, tmp_path: Path
) -> None:
    project = trial.project.copy(tmp_path / "projet")
    before = {folder: shown(project, folder) for folder in ("report", "travail")}
    again = run(project, *ISSUED)
    assert again.code == 0 and "déjà enregistrée" in again.output, again.output
    assert {folder: shown(project, folder) for folder in before} == before and len(editions(project)) == 1
    done = run(project, "snakemake", *CHOSEN)
    assert done.code == 0, done.output
    assert shown(project, "report") == before["report"]
    assert project.diagnostic("verifier", STUDY).code == 0
    assert run(project, "diagnostic", "refaire", STUDY).code == 0
    assert shown(project, "report") == before["report"]


def test_no_document_leaves_that_no_edition_says(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    before = shown(project, "report")
    vault = open_vault(project.root, STUDY)
    vault.received(ISSUES).unlink()  # type: ignore[union-attr]
    refused = run(project, "snakemake", *CHOSEN, "diffusion=true")
    assert refused.code == 1 and "ne dit plus ce que dit l’édition enregistrée" in refused.output, refused.output
    assert shown(project, "report") == before
