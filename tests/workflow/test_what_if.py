"""« diagnostic simuler » on a finished study with a questionnaire: what other rules would publish is told, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from copies import Run
from planted_study import STUDY, Planted, run

pytestmark = pytest.mark.slow  # two decisions and attacks of its own, on the shared run

TOLD = re.compile(r"^- (.+?)\s:\s(\d+)\snombres? publiés? sur\s(\d+)\s.*; (\d+)\sgroupes? exposés?\.$", re.MULTILINE)


def told(said: Run) -> dict[str, tuple[int, int, int]]:
    """Rules → how many numbers they publish, of how many, and how many groups an attack still finds."""
    plain = said.output.replace("\u202f", "").replace("\u00a0", " ")
    return {name: (int(shown), int(every), int(exposed)) for name, shown, every, exposed in TOLD.findall(plain)}


def test_other_rules_are_told_and_nothing_is_written(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    before = project.digests(STUDY)
    found: dict[str, tuple[int, int, int]] = {}
    for choice in ("threshold=5", "preset=strict"):
        said = run(project, "diagnostic", "simuler", STUDY, choice)
        assert said.code == 0 and "NE PAS DIFFUSER" in said.output, said.output
        found |= told(said)
    refused = run(project, "diagnostic", "simuler", STUDY, "threshold=15")
    assert refused.code == 1 and "base" in refused.output and "Traceback" not in refused.output
    assert project.digests(STUDY) == before
    ledger = pd.read_parquet(project.path(f"results/{STUDY}/release/ledger.parquet"))
    counted = ledger[ledger["ground"].ne("harmless")]
    own = found["règles en vigueur"]
    assert own == (counted["verdict"].eq("shown").sum(), len(counted), 0)
    assert found["threshold=5"][0] >= own[0] >= found["preset=strict"][0]
    assert {exposed for _, _, exposed in found.values()} == {0}
