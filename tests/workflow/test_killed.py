"""A calculation that is killed once in every rule, and taken up again each time, ends with the same bytes; what readers have is
whole all the while."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import own
import pytest
from copies import BOTH, HANGS, SMALL, Project
from test_generations import RESULTS, STUDY, shown

from diagnostic.running.calculation import LOGGER, MARK
from diagnostic.study import generations
from diagnostic.study.manifest import copied as damaged

KEPT = {"report", generations.FOLDER, generations.MANIFEST}  # what the last complete calculation left to readers
LOGS = f"logs/{STUDY}"
LOOK = 0.0005  # seconds between two looks at what a job writes
UPDATED = " (update)"  # what Snakemake adds to the name of an output that a job may find


@dataclass(frozen=True)
class Killed:
    """Where a calculation was killed; `wrote`: one of the job's files was there."""

    rule: str
    wrote: bool


def again(project: Project) -> None:
    """As before the first calculation, but for what the last complete one left to readers."""
    for path in project.path(RESULTS).iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(project.path(LOGS))


def everything(project: Project) -> dict[str, bytes]:
    """All that a calculation leaves in the results, hidden files too; Snakemake's own mark in a folder aside."""
    paths = (path for path in project.files(RESULTS) if path.name != ".snakemake_timestamp")
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in paths}


def events(run: BaseProcess, said: Path) -> Iterator[dict[str, Any]]:
    """What `--logger diagnostic` tells, as it does, until the run ends."""
    with said.open(encoding="utf-8") as file:
        line, ended = "", False
        while not ended:
            ended = run.exitcode is not None  # looked at before the file: nothing is written after
            while part := file.readline():
                line += part
                if line.endswith("\n"):
                    if line.startswith(MARK):
                        yield json.loads(line[len(MARK) :])
                    line = ""
            time.sleep(LOOK)


def killed(
    project: Project, wanted: Callable[[str], bool], number: int, asked: tuple[str, ...] = SMALL
) -> Killed | None:
    """Kill a calculation in the first job whose rule is wanted; None where it went to its end.

    Of three kills one is as the job begins, one as its first file is there, and one of Snakemake alone: what it has started
    goes on, whoever begins again.
    """
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "dit"
        said.touch()
        run = project.begun(said, "snakemake", *asked, "--logger", LOGGER)
        begun = (told for told in events(run, said) if told["event"] == "job_info" and told["rule_name"] != "all")
        job = next((told for told in begun if wanted(told["rule_name"])), None)
        if job is None:
            assert run.exitcode == 0, said.read_text("utf-8")
            return None
        files = [project.path(name.removesuffix(UPDATED)) for name in job["output"]]
        while number % 3 and not any(path.exists() for path in files) and run.exitcode is None:
            time.sleep(LOOK)
        wrote = any(path.exists() for path in files)
        (os.kill if number % 3 == 2 else os.killpg)(run.pid, signal.SIGKILL)
        run.join(HANGS)
    return Killed(job["rule_name"], wrote)


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(os, "killpg"), reason="aucun groupe de processus ici : un calcul ne s’y coupe pas net"
    ),
]


def launched(project: Project, folder: Path) -> dict[str, str]:
    """The project as `lancer.py` leaves it, its environment being that of the tests; the variables of a shell where it is not
    active."""
    for name in ("lancer.py", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(own.ROOT / name, project.root)
    environment, programs = project.path(".venv"), folder / "programmes"
    for place in (environment, programs):
        place.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    (programs / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    others = [one for one in os.environ["PATH"].split(os.pathsep) if not Path(one).is_relative_to(sys.prefix)]
    path = os.pathsep.join([str(programs), *others])
    shell = project.environment(PATH=path, GIT_DIR=os.devnull)  # of a project without git: it has no commit to say
    noted = "import lancer; open(lancer.NOTE, 'w', encoding='utf-8').write(lancer.wanted(lancer.RUNNING))"
    subprocess.run(["python3", "-c", noted], cwd=project.root, env=shell, check=True)
    return {name: value for name, value in shell.items() if name not in ("VIRTUAL_ENV", "PWD")}


def test_killed_at_three_moments_the_one_command_that_is_printed_takes_it_up_again(
    copied: Project, tmp_path: Path
) -> None:
    """From a shell where the environment is not active, each time some step more has begun."""
    whole, logs = everything(copied), copied.path(LOGS)
    number = len(list(logs.glob("*.log")))
    again(copied)
    shell, printed, moments = launched(copied, tmp_path), f"python3 lancer.py calculer {STUDY}", 3
    told, ends = "", 0
    for moment in range(moments):
        before = max(len(list(logs.glob("*.log"))), (2 * moment + 1) * number // (2 * moments))
        run = subprocess.Popen(
            ["sh", "-c", printed], cwd=copied.root, env=shell, stdout=subprocess.PIPE, start_new_session=True
        )
        while len(list(logs.glob("*.log"))) <= before and run.poll() is None:
            time.sleep(LOOK)
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            ends += 1
        told = run.communicate(timeout=HANGS)[0].decode()
        (printed,) = [line.partition("par : ")[2] for line in told.splitlines() if line.startswith("Coupé net")]
        assert printed == f"python3 lancer.py calculer {STUDY}"
    done = subprocess.run(["sh", "-c", printed], cwd=copied.root, env=shell, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 0 and ends == moments, (done.stdout.decode(), ends)
    assert everything(copied) == whole


def test_killed_once_in_one_rule_of_three_and_taken_up_again_it_gives_the_same(copied: Project) -> None:
    whole, before = everything(copied), shown(copied)
    again(copied)
    places: list[Killed] = []
    begun: list[str] = []  # in the present run
    met: list[str] = []  # in any, in their order: the first is killed, the two next not, and so on

    def new(rule: str) -> bool:
        begun.append(rule)
        if rule in met:
            return False
        met.append(rule)
        return len(met) % 3 == 1

    while place := killed(copied, new, len(places)):
        places.append(place)
        begun.clear()
        assert shown(copied) == before, place
        assert damaged(generations.within(copied.path(f"{RESULTS}/generations/1"))) == []
    assert len(places) >= 13 and sum(place.wrote for place in places) > 5, places
    assert {*begun} <= {*met[-5:]}  # what was done is not done again
    assert everything(copied).keys() == whole.keys()
    assert everything(copied) == whole


def test_the_list_of_what_is_wrong_is_there_after_a_kill(copied: Project) -> None:
    """The last one, or the next: the file has been mended, and the check is killed as it begins."""
    path = copied.input(STUDY, "press.csv")
    sound = path.read_bytes()
    path.write_bytes(sound + b"hier,x,y,z\n")
    before = shown(copied)
    assert copied.snakemake(*SMALL).code != 0
    listed = {path.name: path.read_bytes() for path in copied.path(f"{RESULTS}/collect").glob("erreurs.*")}
    assert len(listed) == 3 and b"bloquant" in listed["erreurs.csv"]
    path.write_bytes(sound)
    place = killed(copied, "collect_check".__eq__, 0)
    assert place and place.rule == "collect_check"
    assert all(copied.path(f"{RESULTS}/collect/{name}").stat().st_size for name in listed)
    assert shown(copied) == before


def test_killed_as_the_outlines_of_the_country_are_fetched(copied: Project) -> None:
    """A rule that the small study does not need: it has its own. Here there is no network, and that is what is written."""
    country = ".geographie/geography/country.parquet"
    path, asked = copied.path(country), (country, "--config", "studies=[62-2020]")
    whole = path.read_bytes()
    path.unlink()
    assert killed(copied, "geography_fetch".__eq__, 1, asked) == Killed("geography_fetch", True)
    assert not path.exists() or path.read_bytes() == whole
    assert copied.snakemake(*asked).code == 0
    assert path.read_bytes() == whole


def test_killed_as_a_configuration_is_refused_the_other_study_is_as_it_was(copied: Project) -> None:
    """It writes nothing but its refusal, which is told again."""
    before = shown(copied)
    path = copied.path("config/studies/62-2020.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "inconnue: 1\n", encoding="utf-8")
    assert killed(copied, "collect_refused".__eq__, 0, BOTH) == Killed("collect_refused", False)
    done = copied.snakemake(*BOTH)
    assert done.code != 0 and "62-2020.yaml" in done.output and "La configuration est refusée" in done.output
    assert not copied.path("logs/62-2020/configuration.ok").exists() and shown(copied) == before
