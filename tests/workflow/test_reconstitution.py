"""The reconstructed study from its files to its documents, by its own workflow, as a reviewer would run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import own
import pandas as pd
import pytest

from diagnostic.reconstruct.project import FOLDER, reconstruct

STUDY = "62-2020"
DOCUMENTS = {
    "rapport.html",
    "rapport.pdf",
    "rapport.docx",
    "dossier.html",
    "dossier.pdf",
    "synthese.pdf",
    "restitution.pptx",
    "tableaux.xlsx",
}
AT_LEAST = 190  # of the 294 published figures, computed from two rows or more


@pytest.mark.slow
def test_it_ends_with_its_documents_and_reproduces_what_it_can(tmp_path: Path) -> None:
    own.copy(tmp_path, "config", "resources")
    for name in ("Snakefile", "workflow", "profiles", "report", "envs"):
        (tmp_path / name).symlink_to(own.ROOT / name)
    reconstruct(tmp_path, STUDY, seed=1)
    home = tmp_path / FOLDER / STUDY
    run = subprocess.run([sys.executable, "-m", "diagnostic", "calculer"], cwd=home, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    made = home / "results" / STUDY
    assert {path.name for path in (made / "report").iterdir()} >= DOCUMENTS
    found = pd.read_parquet(made / "estimate/reproduction.parquet")
    assert len(found) == 294 and found["reason"].str.len().gt(20).all()
    assert found["status"].eq("reproduced").sum() >= AT_LEAST
    assert list(found.loc[found["status"].eq("contradicted"), "fact_id"]) == ["shared.collection_period_synthesis"]
