"""The findings that the program proposes, as a team keeps them: as they are, signed, and after a correction of what was counted."""

from __future__ import annotations

from pathlib import Path

import own
import pytest
from copies import TRIAL, Project, Run

from diagnostic.study.generations import DOCUMENTS

SIGNATURE = "l’équipe & Cie, le 3 octobre 2026"


def calculated(project: Project, study: str, *options: str) -> Run:
    return project.fork("diagnostic", "calculer", study, *options)


def signed(project: Project, study: str) -> Path:
    """The proposal, written and signed."""
    path = project.path(f"config/studies/{study}/constats.md")
    path.unlink(missing_ok=True)
    done = project.diagnostic("constats", study)
    assert done.code == 0, done.output
    path.write_text(path.read_text("utf-8").replace("Signé par :", f"Signé par : {SIGNATURE}", 1), "utf-8")
    return path


def corrected(project: Project, study: str) -> None:
    """The first count of ads, larger; the change is sealed."""
    path = project.input(study, "ad_counts.csv")
    head, first, *rows = path.read_text("utf-8").splitlines(keepends=True)
    site, place, count, *others = first.split(",")
    path.write_text("".join([head, ",".join([site, place, str(int(count) + 7), *others]), *rows]), "utf-8")
    assert project.diagnostic("sceller", study).code == 0


@pytest.fixture
def project(study: str, request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """A finished calculation of the study, to change at will."""
    name = {own.FULL: "complete", TRIAL: "trial"}.get(study, "finished")
    shared = request.getfixturevalue(name)
    whole: Project = shared if study == own.FULL else shared.project
    return whole.copy(tmp_path / "projet")


@pytest.mark.slow
@pytest.mark.parametrize("study", [own.SMALL])
def test_findings_lead_to_documents_as_proposed_signed_and_after_a_correction(project: Project, study: str) -> None:
    assert project.diagnostic("constats", study).code == 0
    draft = calculated(project, study, "--brouillon")
    assert draft.code == 0, draft.output
    assert all(project.path(f"results/{study}/brouillon/BROUILLON-{name}").is_file() for name in DOCUMENTS)
    path = signed(project, study)
    final = calculated(project, study)
    assert final.code == 0, final.output
    report = project.path(f"results/{study}/report")
    assert f"relus et signés par {SIGNATURE.replace('&', chr(92) + '&')}." in (report / "rapport.qmd").read_text(
        "utf-8"
    )
    shown = {name: (report / name).read_bytes() for name in DOCUMENTS}
    corrected(project, study)
    refused = calculated(project, study)
    assert refused.code == 1 and f"{path.relative_to(project.root)}, ligne " in refused.output, refused.output
    assert (
        f"{study} : arrêté à « mise en page des documents ». Corriger ce que dit logs/{study}/report_tripwire.txt"
        in refused.output
    )
    assert "imprévue" not in refused.output and {name: (report / name).read_bytes() for name in DOCUMENTS} == shown
    told = project.diagnostic("constats", study)
    assert told.code == 1 and "ne correspond plus à" in told.output
    assert "n’a pas, ou plus, tels que le calcul les propose" in told.output
    signed(project, study)
    again = calculated(project, study)
    assert again.code == 0, again.output
    assert (report / "synthese.pdf").read_bytes() != shown["synthese.pdf"]


@pytest.mark.slow
@pytest.mark.parametrize("study", ["62-2020", own.FULL, TRIAL])
def test_findings_as_proposed_then_signed_pass_the_door(project: Project, study: str) -> None:
    """Of every other kind of study, up to where its documents would be made; `benchmarks/wholes.py` makes them."""
    found, words = f"logs/{study}/report_tripwire.txt", project.path(f"results/{study}/rendu/rapport.qmd")
    signed(project, study)
    done = project.snakemake(found, "--config", f"studies=[{study}]")
    assert done.code == 0, done.output
    assert project.path(found).read_text("utf-8") == ""
    assert f"relus et signés par {SIGNATURE.replace('&', chr(92) + '&')}." in words.read_text("utf-8")
