"""« diagnostic diffuser » on a finished study: what was sent is kept, and the next calculation prints the same of the same persons; so of
a draft, which takes the place of nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from copies import Project
from planted_study import CHOSEN, STUDY, Planted, run

from diagnostic.core import io
from diagnostic.privacy.vault import open_vault
from diagnostic.release.editions import issued
from diagnostic.release.table_names import ISSUES
from diagnostic.release.tables import PRINTED

DAY = ("--date", "2026-07-02")
RESULTS = f"results/{STUDY}"
REPORT, RELEASE = f"{RESULTS}/report", f"{RESULTS}/release"

pytestmark = pytest.mark.slow  # a calculation of its own; `tests/release/test_known.py` has the short form


def test_what_was_sent_is_kept_and_is_printed_again(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
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
    printed = [f"{RELEASE}/{name}.parquet" for name in (*PRINTED, "lineage")]  # all that documents are made of
    before = [io.read_table(project.path(name)) for name in printed]
    done = run(project, "snakemake", *printed, *CHOSEN)
    assert done.code == 0 and "release_ledger" in done.jobs, done.output
    for name, table in zip(printed, before, strict=True):
        pd.testing.assert_frame_equal(io.read_table(project.path(name)), table, obj=name)


def test_what_changed_since_the_calculation_is_not_recorded(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    page = project.path(f"{REPORT}/rapport.html")
    page.write_text(page.read_text("utf-8") + "<!-- -->", "utf-8")
    sent = run(project, "diagnostic", "diffuser", STUDY, *DAY)
    assert sent.code == 1 and "ont changé depuis le calcul" in sent.output
    assert not open_vault(project.root, STUDY).received(ISSUES)


def shown(project: Project) -> dict[str, bytes]:
    """What readers have, and the copies that are kept."""
    files = [*project.files(REPORT, f"{RESULTS}/generations"), project.path(f"{RESULTS}/manifest.json")]
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def claimed(project: Project) -> pd.DataFrame:
    """What is said of each group, by its population and its name."""
    claims = pd.read_parquet(project.path(f"results/{STUDY}/release/claims.parquet"))
    return claims.set_index(["population", "group"]).sort_index()


def test_a_draft_takes_the_place_of_nothing_and_is_recorded_where_it_left(trial: Planted, tmp_path: Path) -> None:
    """The numbers that its readers have are then those that the study prints of the same persons, or fewer: nothing attacked the
    draft, and what an attack then widens or withholds depends on the key, which is new each time."""
    project = trial.project.copy(tmp_path / "projet")
    before, first = shown(project), claimed(project)
    documents = {path: path.read_bytes() for path in project.files(REPORT)}
    early = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert early.code == 1 and "n’est pas un brouillon" in early.output
    done = run(project, "snakemake", *CHOSEN, "brouillon=true")
    assert done.code == 0, done.output
    assert shown(project) == before and project.path(f"{RESULTS}/brouillon/BROUILLON-rapport.pdf").is_file()
    assert f"{RESULTS}/generations/1" in project.diagnostic("expliquer", STUDY, "ads.total").output
    sent = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert sent.code == 0, sent.output
    (one,) = issued.read(open_vault(project.root, STUDY).read_received(ISSUES))
    drafted = claimed(project)
    assert one.draft and one.record["kind"].eq(issued.FIGURE).sum() == len(drafted) > 10
    done = run(project, "snakemake", *CHOSEN)
    assert done.code == 0, done.output
    after = claimed(project)
    had = drafted.loc[after.index]  # a KeyError names what only this calculation says
    assert len(after) > 10 and after["value"].equals(had["value"])
    assert after["low"].le(had["low"]).all() and after["high"].ge(had["high"]).all()
    same = {path: path.read_bytes() for path in project.files(REPORT)} == documents
    assert same or not after.equals(first)
    assert project.diagnostic("verifier", STUDY).code == 0
