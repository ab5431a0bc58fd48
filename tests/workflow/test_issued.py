"""« diagnostic diffuser » on a finished study: what was sent is kept, and the next calculation prints the same of the same persons."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from planted_study import CHOSEN, STUDY, Planted, run

from diagnostic.privacy.vault import open_vault
from diagnostic.release import issued
from diagnostic.release.table_names import ISSUES

DAY = ("--date", "2026-07-02")
REPORT = f"results/{STUDY}/report"

pytestmark = pytest.mark.slow  # a calculation of its own; `tests/release/test_known.py` has the short form


def test_what_was_sent_is_kept_and_is_printed_again(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    before = {path: path.read_bytes() for path in project.files(REPORT)}
    sent = run(project, "diagnostic", "diffuser", STUDY, *DAY)
    assert sent.code == 0 and "Traceback" not in sent.output, sent.output
    (one,) = issued.read(open_vault(project.root, STUDY).read_received(ISSUES))
    claims = pd.read_parquet(project.path(f"results/{STUDY}/release/claims.parquet"))
    for population, own in claims.groupby("population"):
        kept = issued.last([one], str(population))
        assert kept is not None and kept.keys
        assert {name: told.value for name, told in kept.printed.items()} == dict(
            zip(own["group"], own["value"], strict=True)
        )
    assert one.key and str(len(claims)) in sent.output
    again = run(project, "diagnostic", "diffuser", STUDY, *DAY)
    assert again.code == 1 and "déjà enregistré" in again.output
    done = run(project, "snakemake", *CHOSEN)
    assert done.code == 0 and "release_ledger" in done.jobs, done.output
    assert {path: path.read_bytes() for path in project.files(REPORT)} == before


def test_what_changed_since_the_calculation_is_not_recorded(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    page = project.path(f"{REPORT}/rapport.html")
    page.write_text(page.read_text("utf-8") + "<!-- -->", "utf-8")
    sent = run(project, "diagnostic", "diffuser", STUDY, *DAY)
    assert sent.code == 1 and "ont changé depuis le calcul" in sent.output
    assert not open_vault(project.root, STUDY).received(ISSUES)


def test_a_draft_that_left_is_recorded_too(trial: Planted, tmp_path: Path) -> None:
    """The numbers that its readers have are then those that the study prints of the same persons."""
    project = trial.project.copy(tmp_path / "projet")
    before = {path: path.read_bytes() for path in project.files(REPORT)}
    early = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert early.code == 1 and "n’est pas un brouillon" in early.output
    done = run(project, "snakemake", *CHOSEN, "brouillon=true")
    assert done.code == 0, done.output
    sent = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert sent.code == 0, sent.output
    (one,) = issued.read(open_vault(project.root, STUDY).read_received(ISSUES))
    claims = pd.read_parquet(project.path(f"results/{STUDY}/release/claims.parquet"))
    assert one.draft and one.record["kind"].eq(issued.FIGURE).sum() == len(claims) > 10
    done = run(project, "snakemake", *CHOSEN)
    assert done.code == 0, done.output
    assert {path: path.read_bytes() for path in project.files(REPORT)} == before
