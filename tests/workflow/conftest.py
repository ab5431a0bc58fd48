"""One finished run of both studies for all the tests that only read, and cheap copies of it for the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from copies import BOTH, Finished, Project, fresh


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


@pytest.fixture
def copied(finished: Finished, tmp_path: Path) -> Project:
    """A copy of the finished run, to change at will."""
    return finished.project.copy(tmp_path / "projet")


@pytest.fixture(scope="session")
def new_copy(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Makes copies of the finished run, for fixtures wider than one test."""
    return lambda: finished.project.copy(tmp_path_factory.mktemp("copy") / "projet")
