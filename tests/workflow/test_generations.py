"""A run never goes backwards: whatever stops it, the documents of the last one that ended are there, and so are its tables."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from copies import HANGS, NOTHING, SMALL, Finished, Project

from diagnostic.core import io, writing
from diagnostic.study import generations
from diagnostic.study.manifest import copied as damaged

STUDY = "99-2025"
RESULTS = f"results/{STUDY}"
STRACE = shutil.which("strace")


def shown(project: Project) -> dict[str, bytes]:
    """What readers have, and the copies that are kept."""
    paths = [*project.files(f"{RESULTS}/report", f"{RESULTS}/generations"), project.path(f"{RESULTS}/manifest.json")]
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in paths}


def report(files: dict[str, bytes]) -> frozenset[tuple[str, bytes]]:
    return frozenset((name, content) for name, content in files.items() if name.startswith(f"{RESULTS}/report/"))


def write(project: Project, name: str, text: str) -> Path:
    path = project.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_copy_of_a_run_is_whole_and_holds_what_is_shown(finished: Finished) -> None:
    results = finished.project.path(RESULTS)
    (generation,) = generations.generations(results)
    assert generation.name == "1" and damaged(generations.within(generation)) == []
    for folder in ("report", "collect", "consolidate", "estimate", "release", "geography"):
        kept = {path.relative_to(generation): path.read_bytes() for path in generations.files(generation / folder)}
        live = {path.relative_to(results): path.read_bytes() for path in generations.files(results / folder)}
        live.pop(Path(folder) / writing.NOTICE, None)
        assert kept == live
    assert not [path for path in generation.rglob("*") if path.is_file() and path.stat().st_nlink > 1]


MISTAKES = {
    "a number in the conclusions": (f"config/studies/{STUDY}/conclusions.md", "# Conclusions\n\nIl y a 12 sites.\n"),
    "a chapter": ("report/chapitres/presse.qmd", "# Presse\n\n{{ fact('press.inconnu' }}\n"),
    "the policy": ("config/release.yaml", "version: 2\npreset: inconnu\n"),
}


@pytest.mark.slow  # `test_findings.py` refuses a text of the team; `test_calculation.py` has a run that stops
@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_ordinary_mistake_leaves_the_documents_and_is_told(copied: Project, mistake: str) -> None:
    name, text = MISTAKES[mistake]
    before = shown(copied)
    write(copied, name, text)
    done = copied.snakemake(*SMALL)
    assert done.code != 0 and "Traceback" not in done.output
    assert shown(copied) == before
    assert f"{RESULTS}/report garde les documents du dernier calcul achevé." in done.output or not done.jobs
    assert copied.diagnostic("expliquer", STUDY, "ads.total").code == 0


@pytest.mark.slow
def test_what_a_stopped_run_has_left_is_not_what_is_read(copied: Project) -> None:
    """As if it had stopped after another table was written: explained, compared and verified is what is shown."""
    path = copied.path(f"{RESULTS}/estimate/press.parquet")
    frame = io.read_table(path)
    io.write_table(frame.iloc[:-1], path, {**io.read_stamp(path), "code": "autre"})
    copy = f"{RESULTS}/generations/1"
    told = copied.diagnostic("verifier", STUDY)
    assert told.code == 1 and f"{RESULTS}/estimate/press.parquet : le contenu a changé." in told.output
    assert f"sa copie, {copy}, est lue à leur place" in told.output and "Cette copie est entière." in told.output
    fact = copied.diagnostic("expliquer", STUDY, "press.articles")
    assert fact.code == 0 and copy in fact.output and f"{copy}/estimate/press.parquet" in fact.output
    compared = copied.diagnostic("comparer", f"{RESULTS}/generations/1", RESULTS)
    assert (
        compared.code == 0
        and re.match(r"(?s).*Aucun des [\d\s]+ indicateurs n’a bougé\.", compared.output)
        and copy in compared.output
    )
    whole = copied.diagnostic("verifier", copy)
    day = generations.day(generations.within(copied.path(copy)))
    assert whole.code == 0 and whole.output.startswith(f"Rien n’a changé depuis {day}.\nCalculé avec")


@pytest.mark.slow
def test_what_was_taken_out_of_the_report_is_put_back(copied: Project) -> None:
    before = shown(copied)
    shutil.rmtree(copied.path(f"{RESULTS}/report/quarto/figures"))
    copied.path(f"{RESULTS}/report/rapport.pdf").write_bytes(b"modifi\xc3\xa9")
    copied.path(f"{RESULTS}/manifest.json").unlink()
    done = copied.snakemake(*SMALL)
    assert done.code == 0 and done.jobs == {"publish": 1, "all": 1}, done.output
    assert shown(copied) == before
    assert NOTHING in copied.snakemake(*SMALL).output


def calculated_while_another_asks(project: Project) -> None:
    """Calculate what was changed; a second run is refused meanwhile, the first ends, and what it had shown before is kept."""
    before = shown(project)
    first = project.begun(Path(os.devnull), "snakemake", *SMALL)
    locks, deadline = project.path(".snakemake/locks"), time.monotonic() + HANGS
    while not (locks.is_dir() and any(locks.iterdir())) and time.monotonic() < deadline:
        assert first.exitcode is None
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGSTOP)  # else it could end before the second begins, or write while that one looks
    second = project.diagnostic("calculer", STUDY)
    os.killpg(first.pid, signal.SIGCONT)
    assert second.code != 0 and "Un calcul est en cours dans ce dossier" in second.output
    first.join(HANGS)
    assert first.exitcode == 0
    assert project.diagnostic("verifier", STUDY).code == 0
    after = shown(project)
    kept = {name: content for name, content in before.items() if "/generations/1/" in name}
    assert {name: after[name] for name in kept} == kept
    assert after[f"{RESULTS}/report/quarto/rapport.qmd"] != before[f"{RESULTS}/report/quarto/rapport.qmd"]


# -- The system ends the last step at one of its calls -------------------------------------------------------------


RELATIVE = {"write", "fsync", "unlinkat"}  # that say no path: those after the first file of ours is opened
CALLS = "rename,renameat2,openat,write,fsync,mkdir,unlink,unlinkat,rmdir,chmod"


def publisher(project: Project) -> list[str]:
    """The last step as the workflow calls it, with this project's own documents."""
    documents = [f"--document={RESULTS}/rendu/{name}" for name in ("rapport.qmd", "rapport.html", "figures")]
    return [sys.executable, "-m", "diagnostic", "publier", RESULTS, *documents, "--output", "logs/mis-en-place.ok"]


def traced(project: Project, *options: str) -> int:
    assert STRACE
    command = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        "appels.txt",
        "-e",
        f"trace={CALLS}",
        *options,
        *publisher(project),
    ]
    kept = project.environment(PYTHONDONTWRITEBYTECODE="1")  # else the first run makes folders that the next finds
    done = subprocess.run(command, cwd=project.root, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode


def calls(project: Project) -> list[tuple[str, int]]:
    """Each call that publishing makes on what it keeps and shows, as its name and its rank among those of that name that its
    thread makes, as strace counts them."""
    counted: dict[tuple[str, str], int] = {}
    found = []
    opened: set[str] = set()
    for line in project.path("appels.txt").read_text(encoding="utf-8", errors="replace").splitlines():
        thread, call = line.split(maxsplit=1)
        name = call.partition("(")[0].strip()
        counted[thread, name] = counted.get((thread, name), 0) + 1
        ours = f"{RESULTS}/generations" in line or f"{RESULTS}/.report" in line or f"{RESULTS}/.manifest" in line
        if name == "openat" and ours:
            opened.add(line.rpartition(" = ")[2].strip())
        if (ours and not ("openat" in name and "O_RDONLY" in line)) or (name in RELATIVE and opened):
            found.append((name, counted[thread, name]))
    return found


def moments(every: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The first and the last call of each name: hundreds between them copy one file after the other."""
    named: dict[str, list[tuple[str, int]]] = {}
    for one in every:
        named.setdefault(one[0], []).append(one)
    return [one for own in named.values() for one in dict.fromkeys((own[0], own[-1]))]


@pytest.mark.skipif(STRACE is None, reason="strace absent : aucun appel au système ne peut être coupé")
@pytest.mark.slow
def test_killed_at_a_call_to_the_system_what_is_shown_is_whole_and_going_on_gives_the_same(
    copied: Project, tmp_path: Path
) -> None:
    record = copied.path(f"{RESULTS}/rendu/rapport.html")
    record.write_text(record.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    start = copied.copy(tmp_path / "avant")
    if traced(copied) != 0:
        pytest.skip("strace ne peut pas suivre un processus ici")
    whole, points = shown(copied), moments(calls(copied))
    assert len(points) > 12 and {"rename", "openat", "fsync", "unlinkat"} <= {name for name, _ in points}
    editions: set[frozenset[tuple[str, bytes]]] = set()
    for name, rank in points:
        shutil.rmtree(copied.path(RESULTS))
        shutil.copytree(start.path(RESULTS), copied.path(RESULTS))
        assert traced(copied, "-e", f"inject={name}:signal=KILL:when={rank}") in (-signal.SIGKILL, 128 + signal.SIGKILL)
        editions.add(report(shown(copied)))
        assert damaged(generations.within(copied.path(f"{RESULTS}/generations/1"))) == []
        assert copied.diagnostic(*publisher(copied)[3:]).code == 0
        assert shown(copied) == whole, (name, rank)
    assert editions == {report(whole), report(shown(start))}
