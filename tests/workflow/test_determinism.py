"""Same inputs, same bytes: elsewhere, at another hour, on other cores, and after a run was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import own
import pytest
from copies import BOTH, HANGS, NOTHING, SMALL, Finished, Project

sys.path.insert(0, str(own.ROOT / "benchmarks"))  # as when a benchmark is run

from support import departements

STUDIES = ("62-2020", "99-2025")
FACTS = "results/99-2025/estimate/facts.parquet"


# Another time zone, language, hash seed and number of cores; in a folder with another, longer name.
OTHER = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "62", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
ONE_CORE = ("--cores", "1")


def elsewhere(source: Project, folder: Path) -> Project:
    return source.copy(folder / "un autre dossier, à côté")


def differing(here: dict[str, str], there: dict[str, str]) -> set[str]:
    return {name for name in here | there if here.get(name) != there.get(name)}


@pytest.mark.slow
def test_another_place_time_zone_hash_seed_and_core_count_give_the_same_bytes(
    finished: Finished, source: Project, tmp_path: Path
) -> None:
    project = elsewhere(source, tmp_path)
    done = project.snakemake(*BOTH, *ONE_CORE, **OTHER)
    assert done.code == 0, done.output
    for study in STUDIES:
        here, there = finished.project.digests(study), project.digests(study)
        assert {Path(name).suffix for name in here} >= {".parquet", ".html", ".docx", ".pdf", ".qmd", ".json", ".csv"}
        assert differing(here, there) == set()


def test_charts_are_among_them(finished: Finished) -> None:
    suffixes = [Path(name).suffix for name in finished.project.digests("62-2020")]
    assert suffixes.count(".svg") >= 3 and suffixes.count(".svg") == suffixes.count(".png")


def kill_when(project: Project, appears: str, *arguments: str, **changes: str) -> None:
    """Start Snakemake in a process group of its own and `kill -9` the group as soon as a file is there."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=project.root,
            env=project.environment(**changes),
            stdout=nowhere,
            stderr=nowhere,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    target, deadline = project.path(appears), time.monotonic() + HANGS
    while not target.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.poll() is None, f"ended before {appears} was there"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=HANGS)


MOMENTS = {
    "while checking": "results/99-2025/collect/erreurs.csv",
    "while estimating": "results/99-2025/estimate/internet.parquet",
}


@pytest.mark.parametrize("killed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_another_place_time_zone_hash_seed_and_core_count_give_the_same_facts(
    finished: Finished, source: Project, tmp_path: Path, killed: bool
) -> None:
    """The short form of the others, up to the facts of one study."""
    project = elsewhere(source, tmp_path)
    if killed:
        kill_when(project, MOMENTS["while estimating"], FACTS, *SMALL, *ONE_CORE, **OTHER)
        assert project.snakemake("--unlock").code == 0
    done = project.snakemake(FACTS, *SMALL, *ONE_CORE, **OTHER)
    assert done.code == 0, done.output
    there = project.digests("99-2025")
    here = {name: digest for name, digest in finished.project.digests("99-2025").items() if name in there}
    assert len(there) > 60 and differing(here, there) == set()


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_resumed_by_the_two_documented_commands(
    finished: Finished, source: Project, tmp_path: Path, moment: str
) -> None:
    project = source.copy(tmp_path / "projet")
    kill_when(project, MOMENTS[moment], *SMALL)
    assert not project.path("results/99-2025/manifest.json").exists()
    assert project.snakemake("--unlock").code == 0
    done = project.snakemake(*SMALL)
    assert done.code == 0, done.output
    assert project.digests("99-2025") == finished.project.digests("99-2025")
    assert project.diagnostic("verifier", "results/99-2025").code == 0


@pytest.mark.slow
def test_a_run_killed_while_rendering_again_is_resumed_too(finished: Finished, copied: Project) -> None:
    """Only the end is missing, a document put in place included: the rest is not done again."""
    copied.path("results/99-2025/report/rapport.html").unlink()
    report = copied.path("results/99-2025/rendu")
    for name in ("rapport.qmd", "rapport.html", "rapport.docx", "rapport.pdf", "synthese.pdf", "restitution.pptx"):
        (report / name).unlink()
    kill_when(copied, "results/99-2025/rendu/rapport.qmd", *SMALL)
    assert copied.snakemake("--unlock").code == 0
    done = copied.snakemake(*SMALL)
    assert done.code == 0, done.output
    assert set(done.jobs) <= {
        "report_assemble",
        "report_tripwire",
        "report_render",
        "report_numbers",
        "publish",
        "all",
    }
    assert copied.digests("99-2025") == finished.project.digests("99-2025")
    assert NOTHING in copied.snakemake(*SMALL).output


@pytest.mark.slow
def test_a_run_of_several_studies_killed_again_and_again_gives_the_same_bytes(source: Project, tmp_path: Path) -> None:
    """Each time it goes on from where it was; a moment that is past when it starts is one at its very beginning."""
    project = source.copy(tmp_path / "projet")
    studies = departements.made(project.root, 3)
    whole = project.copy(tmp_path / "entier")
    facts = [f"results/{study}/estimate/facts.parquet" for study in studies]
    chosen = (*facts, "--config", f"studies=[{','.join(studies)}]")
    moments = [f"results/{studies[0]}/collect/erreurs.csv", f"logs/{studies[1]}/collect_gate.ok"]
    moments += [f"results/{studies[0]}/consolidate/respondents.parquet", f"results/{studies[2]}/estimate/draw.parquet"]
    moments += [f"results/{studies[1]}/estimate/press.parquet", f"results/{studies[2]}/estimate/reproduction.parquet"]
    for moment in moments:
        if all(project.path(path).exists() for path in facts):
            break
        kill_when(project, moment, *chosen)
        assert project.snakemake("--unlock").code == 0
    for one in (project, whole):
        done = one.snakemake(*chosen)
        assert done.code == 0, done.output
    for study in studies:
        assert project.digests(study) == whole.digests(study) and len(whole.digests(study)) > 60
