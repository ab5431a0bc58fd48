"""One finished run of each study for all the tests that only read, and cheap copies of them for the others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import own
import pytest
from copies import BOTH, TRIAL, Finished, Project, fresh
from drawn import long
from planted_exports import Sown, sow
from planted_study import CODEBOOK, Planted, planted

from diagnostic.study.manifest import verify

Once = Callable[[str, Callable[[Path], Any]], Any]
FULL_RESULTS = f"results/{own.FULL}"


@pytest.fixture(scope="session")
def source(once: Once) -> Project:
    """The project as git would give it, never run: every copy starts from the same text."""
    project: Project = once("source", lambda folder: fresh(folder / "projet"))
    return project


@pytest.fixture(scope="session")
def finished(source: Project, once: Once) -> Finished:
    """A finished run: bare `snakemake`, which makes the published study, then both studies; in the short form the small study
    alone. Read-only."""

    def made(folder: Path) -> Finished:
        project = source.copy(folder / "projet")
        if not long():
            choices = project.path("config/config.yaml")
            choices.write_text(choices.read_text("utf-8").replace('["62-2020"]', '["99-2025"]'), "utf-8")
            alone = project.snakemake()
            assert alone.code == 0, alone.output
            return Finished(project, alone, project.digests("99-2025"), alone)
        bare = project.snakemake()
        assert bare.code == 0, bare.output
        files = project.digests("62-2020")
        both = project.snakemake(*BOTH)
        assert both.code == 0, both.output
        return Finished(project, bare, files, both)

    return once("finished", made)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def sown() -> Sown:
    """The questionnaire of the third study, full of invented personal data."""
    return sow(CODEBOOK)


@pytest.fixture(scope="session")
def trial(source: Project, sown: Sown, once: Once) -> Planted:
    """A third study, as `diagnostic creer` makes it, then made real and given that questionnaire; run. Read-only, but for
    the reviewer's copy that `test_vault_run` adds beside the phases."""
    return once("trial", lambda folder: planted(source.copy(folder / "projet"), sown))  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def complete(once: Once) -> Project:
    """The complete fictional study, run as it is shipped. Read-only. Where the README's first command has just made it, as in
    `.ci/run`, and nothing has changed since, that is what is run again: nothing is left to do."""

    def made(folder: Path) -> Project:
        project = fresh(folder / "projet", own.FULL)
        if (own.ROOT / FULL_RESULTS).is_dir() and verify(own.ROOT / FULL_RESULTS, own.ROOT) == []:
            project.path("vault").mkdir(mode=0o700)
            for name in (FULL_RESULTS, f"logs/{own.FULL}", f"vault/{own.FULL}", ".snakemake"):
                if (own.ROOT / name).is_dir():
                    ignored = shutil.ignore_patterns("locks", "log", "incomplete")
                    shutil.copytree(own.ROOT / name, project.path(name), symlinks=True, ignore=ignored)
        done = project.snakemake()
        assert done.code == 0, done.output
        return project

    return once("complete", made)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def results_of(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The finished results of a study, by its name; only what is asked for is run."""

    def found(study: str) -> Path:
        if study == own.FULL:
            project: Project = request.getfixturevalue("complete")
        else:
            project = request.getfixturevalue("trial" if study == TRIAL else "finished").project
        return project.path(f"results/{study}")

    return found


@pytest.fixture
def copied(finished: Finished, tmp_path: Path) -> Project:
    """A copy of the finished run, to change at will."""
    return finished.project.copy(tmp_path / "projet")


@pytest.fixture(scope="session")
def sound(finished: Finished) -> None:
    """The finished run is as its manifest says; so is a copy of it, until a test changes something."""
    assert verify(finished.project.path("results/99-2025"), finished.project.root) == []


@pytest.fixture(scope="session")
def new_copy(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Makes copies of the finished run, for fixtures wider than one test."""
    return lambda: finished.project.copy(tmp_path_factory.mktemp("copy") / "projet")
