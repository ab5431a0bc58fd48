"""« diagnostic comparer » : which facts moved between two finished runs, and what moved each of them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from copies import Finished, Project

STUDY = "62-2020"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def kept(copied: Project) -> str:
    """The results as they were, kept beside those of the next run."""
    shutil.copytree(copied.path(f"results/{STUDY}"), copied.path("avant"))
    return "avant"


def test_nothing_moved_between_a_run_and_itself(finished: Finished) -> None:
    said = finished.project.diagnostic("comparer", "results/99-2025", "results/99-2025")
    assert said.code == 0 and re.match(r"Aucun des [\d\s]+ indicateurs n’a bougé\.", said.output)


@pytest.mark.slow
def test_a_corrected_cell_and_a_choice_are_told_apart(copied: Project, kept: str) -> None:
    change(copied.input(STUDY, "ad_counts.csv"), "\nE01,,32,", "\nE01,,35,")
    change(copied.input(STUDY, "ad_counts.csv"), "\nE15,,171,", "\nE15,,271,")  # the largest site
    change(copied.path("config/config.yaml"), "confidence: 0.95", "confidence: 0.99")
    assert copied.diagnostic("sceller", STUDY).code == 0
    done = copied.fork("diagnostic", "calculer", STUDY)
    assert done.code == 0, done.output
    assert copied.diagnostic("verifier", STUDY).code == 0
    said = copied.diagnostic("comparer", kept, f"results/{STUDY}")
    assert said.code == 1
    cells = said.output.replace("\u00a0", " ")
    assert "fichier ad_counts.csv" in cells and all(
        one in cells for one in ("ad_counts.csv!C2 : 32 → 35", "ad_counts.csv!C16 : 171 → 271")
    )
    assert re.search(r"choix sampling\.confidence\W+0\.95\s+→\s+0\.99", said.output)
    told = re.findall(r"^- ([\w.]+)\W", said.output, re.MULTILINE)
    counted = re.search(
        rf"{STUDY} : (\d+) des [\d\s]+ indicateurs ont bougé ; lesquels.*comparer (\S+) {STUDY}\.", done.output
    )
    assert counted and int(counted[1]) == len(told) > 1
    assert copied.diagnostic("comparer", counted[2], f"results/{STUDY}").output.count("\n- ") == len(told)
    before, after = (
        pd.read_parquet(copied.path(f"{folder}/release/ledger.parquet")).set_index("fact_id")
        for folder in (kept, f"results/{STUDY}")
    )
    printed = ["verdict", "shown_value", "shown_low", "shown_high", "value_text"]
    moved = set(before.index) ^ set(after.index)
    moved |= {
        fact
        for fact in after.index
        if fact in before.index
        and before.loc[fact, printed].map(repr).tolist() != after.loc[fact, printed].map(repr).tolist()
    }
    assert "ads.total" in told and set(told) <= moved
    assert not any(fact.startswith(("press.", "interviews.")) for fact in told)


@pytest.mark.slow
def test_two_studies_and_an_empty_folder_are_refused_in_french(finished: Finished) -> None:
    said = finished.project.diagnostic("comparer", f"results/{STUDY}", "results/99-2025")
    assert said.code == 2 and said.output.strip() == "Ce sont deux études : 62-2020 et 99-2025."
    said = finished.project.diagnostic("comparer", "config", "results/99-2025")
    assert said.code == 2 and "pas de résultats ici" in said.output and "Traceback" not in said.output
