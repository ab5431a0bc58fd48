"""One finished run of both studies for all the tests that only read, and cheap copies of it for the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import BOTH, TRIAL, Finished, Project, fresh


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as git would give it, never run: every copy starts from the same text."""
    return fresh(tmp_path_factory.mktemp("source") / "projet")


@pytest.fixture(scope="session")
def finished(source: Project, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A finished run: bare `snakemake`, then both studies. Read-only."""
    project = source.copy(tmp_path_factory.mktemp("finished") / "projet")
    bare = project.snakemake()
    assert bare.code == 0, bare.output
    files = project.digests("62-2020")
    both = project.snakemake(*BOTH)
    assert both.code == 0, both.output
    return Finished(project, bare, files, both)


@pytest.fixture(scope="session")
def trial(source: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A third study, as `diagnostic init` makes it, with a questionnaire; run. Read-only.

    DIAGNOSTIC_TRIAL names a project where it has been made and run already."""
    if done_before := os.environ.get("DIAGNOSTIC_TRIAL"):
        return Project(Path(done_before))
    project = source.copy(tmp_path_factory.mktemp("trial") / "projet")
    made = project.diagnostic("init", TRIAL, "--date", "2026-09-01")
    assert made.code == 0, made.output
    done = project.snakemake("--config", f"studies=[{TRIAL}]")
    assert done.code == 0, done.output
    return project


@pytest.fixture(scope="session")
def results_of(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The finished results of a study, by its name; only what is asked for is run."""

    def found(study: str) -> Path:
        ran = request.getfixturevalue("trial" if study == TRIAL else "finished")
        project: Project = ran if study == TRIAL else ran.project
        return project.path(f"results/{study}")

    return found


@pytest.fixture
def copied(finished: Finished, tmp_path: Path) -> Project:
    """A copy of the finished run, to change at will."""
    return finished.project.copy(tmp_path / "projet")


@pytest.fixture(scope="session")
def new_copy(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Makes copies of the finished run, for fixtures wider than one test."""
    return lambda: finished.project.copy(tmp_path_factory.mktemp("copy") / "projet")
