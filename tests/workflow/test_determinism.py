"""Same inputs, same bytes: elsewhere, at another hour, on other cores, and after a run was killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from copies import BOTH, HANGS, SMALL, Finished, Project

FACTS = "results/99-2025/estimate/facts.parquet"


# Another time zone, language, hash seed and number of cores; in a folder with another, longer name.
OTHER = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "62", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
ONE_CORE = ("--cores", "1")


def elsewhere(source: Project, folder: Path) -> Project:
    return source.copy(folder / "un autre dossier, à côté")


def differing(here: dict[str, str], there: dict[str, str]) -> set[str]:
    return {name for name in here | there if here.get(name) != there.get(name)}


def test_charts_are_among_them(finished: Finished) -> None:
    suffixes = [Path(name).suffix for name in finished.project.digests("62-2020")]
    assert suffixes.count(".svg") >= 3 and suffixes.count(".svg") == suffixes.count(".png")


@pytest.mark.slow
def test_another_place_time_zone_hash_seed_and_core_count_give_the_same_facts(
    finished: Finished, source: Project, tmp_path: Path
) -> None:
    """Of one study; `.ci/run` compares two to their last document."""
    project = elsewhere(source, tmp_path)
    done = project.snakemake(FACTS, *SMALL, *ONE_CORE, **OTHER)
    assert done.code == 0, done.output
    there = project.digests("99-2025")
    here = {name: digest for name, digest in finished.project.digests("99-2025").items() if name in there}
    assert len(there) > 60 and differing(here, there) == set()


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
    wanted = ("results/62-2020/estimate/facts.parquet", "logs/99-2025/published.ok", *BOTH)
    for moment in MOMENTS:
        kill_when(project, moment, *wanted)
        assert not project.path("results/99-2025/manifest.json").exists()
    done = project.snakemake(*wanted)
    assert done.code == 0, done.output
    assert project.digests("99-2025") == finished.project.digests("99-2025")
    assert project.diagnostic("verifier", "results/99-2025").code == 0
    there = project.digests("62-2020")
    here = {name: digest for name, digest in finished.project.digests("62-2020").items() if name in there}
    assert len(there) > 60 and differing(here, there) == set()
