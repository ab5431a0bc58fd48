"""A calculation that is killed as each of its jobs begins, and taken up again each time, ends with the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest
from copies import HANGS, SMALL, Finished, Project, fresh

STUDY = "99-2025"
MOST = 150  # kills: there are fewer jobs


def killed(project: Project) -> bool:
    """Whether a job began, and the whole calculation was killed there; else it went to its end."""
    with subprocess.Popen(
        [sys.executable, "-m", "snakemake", *SMALL, "-c1"],
        cwd=project.root,
        env=project.environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    ) as run:
        assert run.stdout
        began = 0
        for line in run.stdout:
            if line.startswith("Job ") and ":" in line:
                began += 1
                if began == 2:  # the first is done, the second has begun
                    os.killpg(run.pid, signal.SIGKILL)
                    break
        run.communicate(timeout=HANGS)
    return run.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_killed_in_every_job_and_taken_up_again_it_gives_the_same(
    finished: Finished, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = fresh(tmp_path_factory.mktemp("tue") / "projet")
    kills = 0
    while killed(project):
        kills += 1
        assert kills < MOST
        shutil.rmtree(project.path(".snakemake/locks"))  # what `--unlock` does, without reading the workflow
    assert kills > 30
    assert project.snakemake(*SMALL).code == 0
    assert project.digests(STUDY) == finished.project.digests(STUDY)
