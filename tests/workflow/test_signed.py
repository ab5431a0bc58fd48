"""The findings that the program proposes, as a team keeps them: as they are, signed, and after a correction of what was counted."""

from __future__ import annotations

from pathlib import Path

import own
import pytest
from copies import Project

from diagnostic.study.generations import DOCUMENTS

STUDY = own.SMALL
SIGNATURE = "l’équipe & Cie, le 3 octobre 2026"


def signed(project: Project) -> Path:
    """The proposal, written and signed."""
    path = project.path(f"config/studies/{STUDY}/constats.md")
    path.unlink(missing_ok=True)
    done = project.diagnostic("constats", STUDY)
    assert done.code == 0, done.output
    path.write_text(path.read_text("utf-8").replace("Signé par :", f"Signé par : {SIGNATURE}", 1), "utf-8")
    return path


def corrected(project: Project) -> None:
    """The first count of ads, larger; the change is sealed."""
    path = project.input(STUDY, "ad_counts.csv")
    head, first, *rows = path.read_text("utf-8").splitlines(keepends=True)
    site, place, count, *others = first.split(",")
    path.write_text("".join([head, ",".join([site, place, str(int(count) + 7), *others]), *rows]), "utf-8")
    assert project.diagnostic("sceller", STUDY).code == 0


@pytest.mark.slow
def test_findings_pass_the_last_door_as_signed_not_after_a_correction_and_again_as_proposed_anew(
    copied: Project,
) -> None:
    """Up to where documents would be made, which readers keep meanwhile; `benchmarks/wholes.py` makes them, drafts too."""
    found, words = copied.path(f"logs/{STUDY}/report_tripwire.txt"), copied.path(f"results/{STUDY}/rendu/rapport.qmd")
    asked = (found.relative_to(copied.root).as_posix(), "--config", f"studies=[{STUDY}]")
    path = signed(copied)
    done = copied.snakemake(*asked)
    assert done.code == 0 and found.read_text("utf-8") == "", done.output
    assert f"relus et signés par {SIGNATURE.replace('&', chr(92) + '&')}." in words.read_text("utf-8")
    report = copied.path(f"results/{STUDY}/report")
    shown = {name: (report / name).read_bytes() for name in DOCUMENTS}
    corrected(copied)
    refused = copied.fork("diagnostic", "calculer", STUDY)
    assert refused.code == 1 and f"{path.relative_to(copied.root)}, ligne " in refused.output, refused.output
    assert (
        f"{STUDY} : arrêté à « mise en page des documents ». Corriger ce que dit logs/{STUDY}/report_tripwire.txt"
        in refused.output
    )
    assert "imprévue" not in refused.output and {name: (report / name).read_bytes() for name in DOCUMENTS} == shown
    told = copied.diagnostic("constats", STUDY)
    assert told.code == 1 and "ne correspond plus à" in told.output
    assert "n’a pas, ou plus, tels que le calcul les propose" in told.output
    signed(copied)
    again = copied.snakemake(*asked)
    assert again.code == 0 and found.read_text("utf-8") == "", again.output
