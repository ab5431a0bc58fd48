"""What `git add -A` would keep of a real study: nothing that counts few persons or names a service."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import own
import pytest

from diagnostic.collect.table_names import INPUTS, WORKBOOKS, may_be_public
from diagnostic.study.start import TOOL, init

ROOT = Path(__file__).parents[2]
SMALL = ("outreach.csv", "structures.csv", "interviews.csv", "partenaires.xlsx", "annonces.xlsx", "autre_nom.csv")
CLOSED = (role for role in (*INPUTS, *WORKBOOKS) if not may_be_public(role))  # what the report rounds or does not name
HIDDEN = tuple(f"{role}.{end}" for role in CLOSED for end in ("csv", "xlsx"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files that git would keep of a project with a new study, and a team's own files in it."""
    if not shutil.which("git"):
        pytest.skip("git absent")
    root = own.copy(tmp_path_factory.mktemp("garde"), "config", "resources", studies=(*own.STUDIES, own.FULL))
    shutil.copyfile(ROOT / ".gitignore", root / ".gitignore")
    init(root, "47-2026", TOOL, dt.date(2026, 3, 1))
    for name in (*SMALL, *HIDDEN):
        (root / "resources/studies/47-2026" / name).write_text("x")
        (root / "resources/studies/47-2026" / f"{name}.meta.yaml").write_text("sha256: x")
    for study in ("47-2026", own.FULL):
        path = root / f"resources/studies/{study}/received/questionnaire.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    for name in ("estimate/facts.parquet", "release/ledger.parquet", "brouillon/BROUILLON-rapport.html"):
        path = root / "results/47-2026" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    done = subprocess.run(["git", "ls-files"], cwd=root, check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines())


def test_no_small_count_no_result_and_nothing_of_the_vault(kept: set[str]) -> None:
    own = {name.removeprefix("resources/studies/47-2026/") for name in kept if name.startswith("resources/studies/47-")}
    assert own and not {name for name in own if name.removesuffix(".meta.yaml") in (*SMALL, *HIDDEN, "questionnaire")}
    assert {"sites.csv", "sites.csv.meta.yaml", "press.csv"} <= own
    assert not {name for name in kept if name.startswith("resources/studies/47-2026/received/")}
    assert not {name for name in kept if name.startswith(("results/", "vault/", "instruments/"))}
    assert "config/studies/47-2026.yaml" in kept


def test_the_studies_of_the_project_stay(kept: set[str]) -> None:
    assert f"resources/studies/{own.FULL}/outreach.csv" in kept and "resources/studies/62-2020/interviews.csv" in kept
    assert f"resources/studies/{own.FULL}/received/questionnaire.xlsx" in kept
