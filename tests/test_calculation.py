"""`diagnostic calculer` on a small workflow of the same shape, run by Snakemake itself."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from diagnostic.commands.program import main
from diagnostic.core import locks
from diagnostic.core.errors import NoProject
from diagnostic.running.calculation import Followed, Progress, _ending, _locked, duration

ROOT = Path(__file__).parents[1]
SNAKEFILE = """
import sys
from pathlib import Path
configfile: "config/config.yaml"
from diagnostic.core.faults import guarded
from diagnostic.core import locks

locks.sweep(Path.cwd())

onstart:
    locks.note(Path.cwd())

rule all:
    input:
        expand("results/{study}/report/rapport.html", study=config["studies"]),

rule collect_gate:
    output:
        touch("logs/{study}/collect_gate.ok"),
    log:
        "logs/{study}/collect_gate.log",
    message:
        "{wildcards.study} : résultat du contrôle"
    shell:
        "echo 'ligne 3 : illisible' >&2; test {wildcards.study} != 98-2026"

rule estimate_facts:
    input:
        "logs/{study}/collect_gate.ok",
    output:
        "results/{study}/facts.txt",
    log:
        "logs/{study}/estimate_facts.log",
    message:
        "{wildcards.study} : registre des indicateurs"
    run:
        if wildcards.study == "97-2026":
            guarded(lambda: int("Zlatomira, 06 39 98 47 01, z@example.org"), Path(str(log)))
        Path(output[0]).touch()

rule report_render:
    input:
        "results/{study}/facts.txt",
    output:
        "results/{study}/report/rapport.html",
    message:
        "{wildcards.study} : rapport.html"
    shell:
        "test {wildcards.study} != 96-2026 || read < attend || true;"
        " test {wildcards.study} != 95-2026 || {{ echo 'constats.md, ligne 3' > logs/95-2026/report_tripwire.txt; echo 'constats.md, ligne 3'; exit 1; }};"
        " test {wildcards.study} != 94-2026 || {sys.executable:q} -m diagnostic render rien.qmd {output} --theme report --date 2026-01-02;"
        " > {output}"
"""


STOPPED = ("98-2026", "97-2026", "95-2026", "94-2026")


@dataclass(frozen=True)
class Ended:
    root: Path
    code: int
    said: str


def small(root: Path) -> Path:
    (root / "config").mkdir(parents=True)
    (root / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    (root / "config/config.yaml").write_text('studies: ["62-2020", "99-2026"]\n')
    shutil.copytree(ROOT / "profiles", root / "profiles")
    return root


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "diagnostic", "calculer", *arguments]


def calculate(root: Path, *arguments: str) -> Ended:
    done = subprocess.run(
        command(*arguments), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    return Ended(root, done.returncode, done.stdout)


def told(root: Path, *arguments: str) -> Ended:
    """The same in this process, which starts Snakemake's own."""
    said = io.StringIO()
    with chdir(root), redirect_stdout(said), redirect_stderr(said):
        return Ended(root, main(["calculer", *arguments]), said.getvalue())


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return calculate(small(tmp_path_factory.mktemp("fini") / "Étude d’été 2026"))


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return told(small(tmp_path_factory.mktemp("faute") / "projet"), *("62-2020", *STOPPED))


def test_it_ends_with_where_each_report_is(done: Ended) -> None:
    assert done.code == 0, done.said
    for study in ("62-2020", "99-2026"):
        assert f"{study} : le rapport est dans {done.root}/results/{study}/report/rapport.html" in done.said


@pytest.mark.slow
def test_a_dry_run_says_what_is_to_be_made_and_makes_nothing(tmp_path: Path) -> None:
    new = told(small(tmp_path / "projet"), "--dry-run")
    assert new.code == 0, new.said
    for study in ("62-2020", "99-2026"):
        assert f"{study} : 3 étapes à faire, la première : " in new.said
    assert not (new.root / "results").exists() and not (new.root / "logs").exists()


def test_what_rules_print_is_shown_and_what_snakemake_prints_is_not(done: Ended) -> None:
    assert done.said.count("ligne 3 : illisible") == 2
    assert not [word for word in ("rule", "jobid", "Building", "profile", "\x1e", "\r", "\x1b") if word in done.said]


def test_a_blocked_study_is_told_with_what_to_open_and_the_others_are_made(failed: Ended) -> None:
    assert failed.code == 1
    assert "98-2026 : arrêté à « résultat du contrôle ». Corriger ce que dit results/98-2026/collect/erreurs.html" in (
        failed.said
    )
    assert "62-2020 : le rapport est dans" in failed.said
    assert "CalledProcessError" not in failed.said


def test_a_fault_of_the_program_is_told_with_where_its_report_lies(failed: Ended) -> None:
    report = failed.root / "logs/97-2026/estimate_facts.faute.txt"
    assert "97-2026 : arrêté à « registre des indicateurs » par une faute du programme" in failed.said
    assert f"peut être envoyé à qui tient ce programme : {report.relative_to(failed.root)}" in failed.said
    everything = failed.said + "".join(path.read_text("utf-8") for path in (failed.root / "logs").rglob("*.*t"))
    assert "ValueError" in report.read_text("utf-8")
    assert not [one for one in ("Zlatomira", "39 98", "@", "Traceback", "Exception", 'File "') if one in everything]


def test_what_a_team_has_to_mend_in_its_texts_is_no_unforeseen_error(failed: Ended) -> None:
    """A text that was refused before any document was made; a document that refuses in French."""
    where = "arrêté à « rapport.html ». Corriger ce"
    assert (
        f"95-2026 : {where} que dit logs/95-2026/report_tripwire.txt, puis relancer « diagnostic calculer 95-2026 »."
        in failed.said
    )
    assert f"94-2026 : {where} qui est dit plus haut, puis relancer." in failed.said
    assert "Source du rapport introuvable : rien.qmd." in failed.said
    assert failed.said.count("une faute du programme") == 1


@pytest.mark.slow  # `workflow/test_main_job.py` asks again of a whole study
def test_with_nothing_to_do_no_duration_is_said(done: Ended) -> None:
    again = told(done.root)
    assert again.code == 0 and "99-2026 : le rapport est dans" in again.said and "Fait en" not in again.said
    assert "Fait en " in done.said
    again = told(done.root, "-n", "99-2026")
    assert again.code == 0 and "99-2026 : rien à refaire." in again.said and "62-2020" not in again.said


@contextmanager
def read_by(process: subprocess.Popen[bytes], pipe: Path) -> Iterator[None]:
    """Enters once a step of this process reads the pipe; the step goes on when this is left, however it is."""
    while True:
        try:
            writing = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)  # refused as long as nobody reads
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.05)
    try:
        yield
    finally:
        os.close(writing)


def heard() -> None:
    """Interruptions are heard, as from a terminal: what runs the tests in the background may have them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_one_run_at_a_time_and_an_interruption_leaves_no_trace(tmp_path: Path) -> None:
    root = small(tmp_path / "projet")
    os.mkfifo(root / "attend")
    with (
        subprocess.Popen(
            command("96-2026"),
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=heard,
        ) as process,
        read_by(process, root / "attend"),
    ):
        second = told(root, "96-2026")
        assert second.code != 0 and "Un calcul est en cours dans ce dossier : processus " in second.said
        assert "LockException" not in second.said and "Error" not in second.said
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C: to all that the terminal runs
        said = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 130 and "Interrompu : la même commande reprendra" in said
    assert "Traceback" not in said
    assert not list((root / ".snakemake/locks").glob("*"))  # no lock is left


@pytest.mark.slow
def test_what_a_kill_left_is_taken_up_by_the_command_that_was_printed(tmp_path: Path) -> None:
    """One moment; the whole workflow at five, and in one rule of three, is in `tests/workflow/test_killed.py`."""
    root = small(tmp_path / "un projet")
    os.mkfifo(root / "attend")
    asked, held = command("96-2026"), root / locks.LOCKS
    for _ in range(1):
        with (
            subprocess.Popen(asked, cwd=root, stdout=subprocess.PIPE, start_new_session=True) as process,
            read_by(process, root / "attend"),
        ):
            os.killpg(process.pid, signal.SIGKILL)
            said = process.communicate(timeout=120)[0].decode()
        assert any(held.iterdir())
        (printed,) = [line.partition("par : ")[2] for line in said.splitlines() if line.startswith("Coupé net")]
        asked = shlex.split(printed)
    (root / "attend").unlink()
    (root / "attend").write_text("")
    done = subprocess.run(["sh", "-c", printed], cwd=root, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 0 and "96-2026 : le rapport est dans" in done.stdout, done.stdout
    assert not list(held.glob("*"))


def test_a_lock_falls_with_its_process_whoever_has_its_number(tmp_path: Path) -> None:
    lock = tmp_path / locks.LOCKS / "0.output.lock"
    lock.parent.mkdir(parents=True)
    locks.note(tmp_path)
    own = json.loads((tmp_path / locks.NOTE).read_text("utf-8"))
    later = own | {"began": own["began"] - 500, "uptime": own["uptime"] - 500}
    gone = own | {"pid": 2**22 + 1}  # more than Linux gives
    put_right = own | {"began": own["began"] - 500}
    for told, stands in (
        (own, True),
        (put_right, True),
        (later, False),
        (gone, False),
        ({}, False),  # no process of this machine runs Snakemake there
        (gone | {"machine": "x"}, True),
    ):
        lock.write_text("results/a.csv\n")
        (tmp_path / locks.NOTE).write_text(json.dumps(told))
        locks.sweep(tmp_path)
        assert lock.exists() == stands, told
    told = _locked(tmp_path, "diagnostic calculer")
    assert "machine « x »" in told and "-m snakemake --unlock" in told
    assert told.endswith("puis relancer par : diagnostic calculer")


def test_a_lock_stands_with_the_process_that_runs_snakemake_there(tmp_path: Path) -> None:
    lock = tmp_path / locks.LOCKS / "0.output.lock"
    lock.parent.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "input()", "snakemake"], cwd=tmp_path, stdin=subprocess.PIPE) as other:
        lock.write_text("results/a.csv\n")
        assert (locks.holder(tmp_path) or {}).get("pid") == other.pid
        assert locks.holder(tmp_path.parent) is None
        other.communicate(b"\n")
    locks.sweep(tmp_path)
    assert not lock.exists()


def test_elsewhere_than_in_the_project_it_is_told(tmp_path: Path) -> None:
    ended = told(tmp_path)
    assert ended.code == 2 and ended.said.strip() == str(NoProject())


# -- What is said ----------------------------------------------------------------------------------------------------


def test_what_the_system_refuses_is_told_once_without_what_surrounds_it() -> None:
    followed, told = Followed(), "Le disque est plein ; y faire de la place, puis relancer « diagnostic calculer »."
    step = "RuleException:\nStepError in file common.smk, line 56:\nconsolidate_press : le disque est plein ; y faire de la place, puis"
    assert followed.said("Une ligne.") == "Une ligne." and followed.refusal == ""
    assert followed.said(step) == told and followed.refusal in told.lower()
    assert followed.said(step) == "" == followed.said("OSError: [Errno 28] No space left on device: 'a'")
    kept = Followed()
    named = "resources/a b.csv : l’accès est refusé ; en rendre le droit, puis relancer"
    assert kept.said(f'RuleException:\nStepError in file "common.smk", line 6:\n{named}\n  File "x", line 2') == named
    assert kept.said("PermissionError: [Errno 13] Permission denied: 'resources/a b.csv'") == ""
    assert Followed().said("PermissionError: [Errno 13] Permission denied: 'resources/a b.csv'").startswith(named)
    assert (
        Followed()
        .said("Traceback…\nOSError: [Errno 30] Read-only file system")
        .startswith("Ce disque ne peut être que lu")
    )


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (59.6, "1 min 00 s"), (65, "1 min 05 s"), (3600, "1 h 00 min")]
)
def test_durations_are_written_as_one_says_them(seconds: float, told: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == told


# -- Progress -----------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_terminal_one_line_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    progress = Progress(stream)
    progress.show(3, 4, "62-2020 : figures" + " et encore" * 10)
    progress.show(4, 4, "fin")
    progress.say("terminé")
    first, second, *_ = stream.getvalue().split("\r")[1:]
    assert first.startswith("[###############.....] 3/4 ") and len(first) == 59
    assert second.rstrip().endswith("fin") and len(second) == len(first)  # nothing of the longer one stays
    assert stream.getvalue().endswith("\rterminé\n")


def test_elsewhere_lines_are_few() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    for done in range(1000):
        progress.show(done, 1000, "62-2020 : figures")
    progress.say("terminé")
    assert stream.getvalue() == "terminé\n"


# -- Where the documents of a study are -----------------------------------------------------------------------------


def test_where_the_documents_are_and_what_makes_those_that_leave(tmp_path: Path) -> None:
    results = tmp_path / "results/47-2026"
    for name in ("travail/TRAVAIL-rapport.html", "report/rapport.html"):
        path = results / name
        path.parent.mkdir(parents=True)
        path.touch()
    followed = Followed("")
    worked = list(_ending(tmp_path, ["47-2026"], False, False, followed, 0))
    assert len(worked) == 2 and "travail/TRAVAIL-rapport.html" in worked[0] and "diffuser 47-2026" in worked[1]
    (sent,) = _ending(tmp_path, ["47-2026"], False, True, followed, 0)
    assert "report/rapport.html" in sent
    shutil.rmtree(results / "travail")
    assert list(_ending(tmp_path, ["47-2026"], False, False, followed, 0)) == [sent]
