"""Same inputs, same bytes after a run was killed; `.ci/run` has them elsewhere, at another hour, on other cores."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from copies import BOTH, HANGS, Finished, Project


def differing(here: dict[str, str], there: dict[str, str]) -> set[str]:
    return {name for name in here | there if here.get(name) != there.get(name)}


def test_charts_are_among_them(finished: Finished) -> None:
    suffixes = [Path(name).suffix for name in finished.project.digests("99-2025")]
    assert suffixes.count(".svg") >= 3 and suffixes.count(".svg") == suffixes.count(".png")


def kill_when(project: Project, appears: str, *arguments: str) -> None:
    """Start Snakemake in a process group of its own and `kill -9` the group as soon as a file is there."""
    process = project.begun(Path(os.devnull), "snakemake", *arguments)
    target, deadline = project.path(appears), time.monotonic() + HANGS
    while not target.exists() and process.exitcode is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.exitcode is None, f"ended before {appears} was there"
    os.killpg(process.pid, signal.SIGKILL)
    process.join(HANGS)


MOMENTS = (
    "results/62-2020/collect/erreurs.csv",
    "logs/99-2025/collect_gate.ok",
    "results/99-2025/estimate/internet.parquet",
    "results/62-2020/estimate/reproduction.parquet",
)


@pytest.mark.slow  # `test_killed` has every rule of a later run, documents included
def test_a_first_run_of_two_studies_killed_again_and_again_is_resumed_by_the_same_command(
    finished: Finished, source: Project, tmp_path: Path
) -> None:
    """Each time it goes on from where it was; a moment that is past when it starts is one at its very beginning."""
    project = source.copy(tmp_path / "projet")
    wanted = ("results/62-2020/estimate/facts.parquet", "logs/99-2025/report_tripwire.txt", *BOTH)
    for moment in MOMENTS:
        kill_when(project, moment, *wanted)
        assert not project.path("logs/99-2025/report_tripwire.txt").exists()
    done = project.snakemake(*wanted)
    assert done.code == 0, done.output
    for study in ("62-2020", "99-2025"):
        there = project.digests(study)
        here = {name: digest for name, digest in finished.project.digests(study).items() if name in there}
        assert len(there) > 60 and differing(here, there) == set()
