"""What the processes of a session share is made once, whoever asks first, and a failure is told to all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from shared import NotMade, once


def made(folder: str) -> str:
    """The number of the process that made it; each making is noted."""
    with Path(folder, "makings").open("a") as file:
        file.write("x")
    return str(os.getpid())


def failing() -> str:
    raise ValueError("la base n’est pas là")


def asked(folder: str) -> str:
    return once(Path(folder), lambda: made(folder))


def asked_in_vain(folder: str) -> str:
    try:
        return once(Path(folder), failing)
    except NotMade as error:
        return str(error)


@pytest.mark.slow
def test_it_is_made_by_one_process_and_given_to_all(tmp_path: Path) -> None:
    with get_context("spawn").Pool(3) as pool:
        found = pool.map(asked, [str(tmp_path)] * 6, chunksize=1)
    assert len(set(found)) == 1 and (tmp_path / "makings").read_text() == "x"


def test_a_failure_is_told_to_all(tmp_path: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        found = pool.map(asked_in_vain, [str(tmp_path / "base")] * 4, chunksize=1)
    assert set(found) == {"base: ValueError: la base n’est pas là"}


def test_nobody_waits_for_a_process_that_is_gone(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (tmp_path / "maker").write_text(done.stdout.strip())
    with pytest.raises(NotMade, match="its maker ended"):
        once(tmp_path, failing)
