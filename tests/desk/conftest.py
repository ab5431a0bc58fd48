"""A study that was just created, and a desk that is open on it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import own
import pytest
from desks import Open
from near import Near

STUDY, DAY = "47-2026", dt.date(2026, 1, 5)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own.created(
        tmp_path_factory.mktemp("made") / "project", STUDY, "template", DAY, alone=True, instruments=False
    )


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "projet"))


@pytest.fixture(scope="module")
def shared(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A desk that only refuses, and so can be asked by every test of a file."""
    place = Path(shutil.copytree(made, tmp_path_factory.mktemp("shared") / "projet"))
    desk = Open(place).enter()
    yield desk
    desk.close()


@pytest.fixture
def opening() -> Iterator[Callable[..., Open]]:
    """Open desks, which are closed whatever happens."""
    held: list[Open] = []

    def opened(root: Path, idle: float = 900.0, environment: Mapping[str, str] | None = None) -> Open:
        held.append(Open(root, idle, environment or {}))
        return held[-1]

    yield opened
    for desk in held:
        desk.close()


@pytest.fixture
def near() -> Iterator[Callable[[Path], Near]]:
    """Desks open in this process, entered, which are closed whatever happens."""
    held: list[Near] = []

    def opened(root: Path) -> Near:
        held.append(Near(root))
        held[-1].enter()
        return held[-1]

    yield opened
    for desk in held:
        desk.close()
