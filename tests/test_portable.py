"""What can be tested of Windows without one: modules and functions that are missing there, its consoles, its folders."""

from __future__ import annotations

import contextlib
import errno
import ntpath
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import own
import psutil
import pytest
import received_files as files
from drawn import one_in
from pydantic import TypeAdapter, ValidationError

from diagnostic.commands.values import inside
from diagnostic.core import child, writing
from diagnostic.core.declarations import ConfigError, FileName, Folder, parse
from diagnostic.core.errors import Refused, system

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow" / "diagnostic"
UNIX = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog", "posix_ipc")
# Before anything of ours is imported: those modules cannot be, and the functions of `os` and `signal` are not there. psutil has
# a part of its own for each system, and is loaded before.
WITHOUT = f"""
import os, signal, sys
import psutil
for name in {UNIX!r}:
    sys.modules[name] = None
for name in ("fork", "killpg", "getuid", "geteuid", "getpgid", "setsid", "fchmod", "chown"):
    if hasattr(os, name):
        delattr(os, name)
"""


def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    inherited = os.environ | {"PYTHONPATH": str(ROOT / "workflow")} | environment
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=inherited, cwd=ROOT, capture_output=True, check=False
    )


def modules() -> list[str]:
    found = [path.relative_to(PACKAGE.parent).with_suffix("") for path in sorted(PACKAGE.rglob("*.py"))]
    return [".".join(path.parts) for path in found if path.name not in ("__init__", "__main__")]


@pytest.mark.slow
def test_no_module_needs_a_unix_to_be_imported() -> None:
    every = "import importlib\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n"
    done = run(WITHOUT + every, *modules())
    assert done.returncode == 0, done.stderr.decode()[-600:]


@pytest.mark.slow
def test_what_starts_the_workflow_needs_no_unix() -> None:
    """The short form: what every run imports first."""
    done = run(
        f"{WITHOUT}import diagnostic.core.child, diagnostic.core.step, diagnostic.commands.program, diagnostic.study.config"
    )
    assert done.returncode == 0, done.stderr.decode()[-600:]


READ = """
from diagnostic.core import child, writing
from diagnostic.files.workbook import Refused, read_sheets
content = sys.stdin.buffer.read()
child.__file__ = sys.argv[1]
print([sheet.rows for sheet in read_sheets(content, {"rows": 9, "columns": 9, "cells": 99, "characters": 999})])
child.MEMORY = 1 << 20
try:
    read_sheets(content, {"rows": 8, "columns": 9, "cells": 99, "characters": 999})  # nothing that was answered already
except Refused as error:
    print(error.reason)
"""


def test_a_workbook_is_read_by_a_child_whose_memory_is_watched(tmp_path: Path) -> None:
    """The child too is one of a system without limits."""
    source = (PACKAGE / "core" / "child.py").read_text(encoding="utf-8")
    slow = source.replace(
        "    try:\n        options, content = ",
        "    import time\n    time.sleep(0.5)\n    try:\n        options, content = ",
    )
    assert slow != source
    script = tmp_path / "child.py"
    script.write_text(WITHOUT + slow, encoding="utf-8")
    code = f"import psutil\n{WITHOUT}{READ}"  # psutil is the system's own there
    done = subprocess.run(
        [sys.executable, "-c", code, str(script)],
        input=files.xlsx(files.SMALL_SHEET),
        env={"PYTHONPATH": str(ROOT / "workflow"), "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-800:]
    first, second = done.stdout.decode().splitlines()
    assert "âge" in first and second == "memory"


def test_on_macos_too_a_child_is_watched(tmp_path: Path) -> None:
    """There the limit exists and holds nothing: the child is not confined, and the one that asks is of that system (psutil,
    which has a part of its own for each, is loaded before)."""
    source = (PACKAGE / "core" / "child.py").read_text(encoding="utf-8")
    loose = source.replace("    _confine()\n", "", 1).replace(
        "    try:\n        options, content = ",
        "    import time\n    time.sleep(0.5)\n    try:\n        options, content = ",
    )
    assert loose.count("_confine()") == source.count("_confine()") - 1 and "sleep" in loose
    script = tmp_path / "child.py"
    script.write_text(loose, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nimport psutil\nsys.platform = 'darwin'\n{READ}", str(script)],
        input=files.xlsx(files.SMALL_SHEET),
        env={"PYTHONPATH": str(ROOT / "workflow"), "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-800:]
    first, second = done.stdout.decode().splitlines()
    assert "âge" in first and second == "memory"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="aucun processus ne s’y dédouble")
def test_what_a_fork_takes_is_counted_and_ended_with_the_child_before_it_is_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = 200 << 20
    forked = f"import os, time\nif not os.fork():\n    kept = b'x' * {large}\n    print(flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", forked], stdout=subprocess.PIPE, start_new_session=True) as asked:
        try:
            assert asked.stdout and asked.stdout.readline()
            (fork,) = (alone := psutil.Process(asked.pid)).children()
            assert child.memory(alone) < large <= child.memory(fork)
            monkeypatch.setattr(child, "MEMORY", large)
            answered, ended = threading.Event(), threading.Event()
            threading.Timer(2, answered.set).start()
            child._watch(asked, answered, ended)
            assert ended.is_set() and asked.wait(5) == -signal.SIGKILL
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(asked.pid, signal.SIGKILL)
    psutil.wait_procs([fork], 5)
    assert child.memory(alone) == child.memory(fork) == 0


@pytest.mark.parametrize("console", one_in(3, ["cp1252", "cp850"]))
@pytest.mark.parametrize("asked", [("verifier", "99-2025"), ("comparer", "--aide"), ("calculr",)])
def test_a_command_speaks_to_any_console(console: str, asked: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "diagnostic", *asked],
        cwd=ROOT / "tests",
        env={"PYTHONPATH": str(ROOT / "workflow"), "PYTHONIOENCODING": console},
        capture_output=True,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(console)
    assert len(said) > 20 and "Traceback" not in said and (done.returncode == 0) is (asked[-1] == "--aide")


@pytest.mark.slow
def test_a_study_is_made_and_sealed_where_a_unix_has_more(tmp_path: Path) -> None:
    """Not only imported: run, without the modules and functions that Windows lacks."""
    project = own.copy(tmp_path, "Snakefile", "config", "resources")
    given = [["creer", "47-2026"], ["sceller", "47-2026"], ["outiller", "instruments-bis"]]
    code = f"{WITHOUT}from diagnostic.commands.program import main\nsys.exit(sum(map(main, {given})))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-600:]


@pytest.mark.parametrize("name", ["CON.csv", "nul", "Aux.xlsx", "com1.csv", "LPT¹", "prn .csv"])
def test_a_name_that_windows_keeps_for_itself_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="Windows se réserve"):
        TypeAdapter(FileName).validate_python(name)
    assert TypeAdapter(FileName).validate_python(f"le_{name.strip()}") == f"le_{name.strip()}"


GATE = ("-m", "diagnostic.core.gate")


@pytest.mark.parametrize("console", one_in(2, ["cp1252", "cp850", "ascii", "utf-8"]))
def test_a_gate_speaks_to_any_console(console: str, tmp_path: Path) -> None:
    text, log, errors = tmp_path / "é.txt", tmp_path / "é.log", tmp_path / "erreurs.csv"
    text.write_text("Ligne 2\u202f: « Œuvre » → à corriger, 形\n", encoding="utf-8")
    for severity, code in (("bloquant", 1), ("avertissement", 0)):
        errors.write_text(f"severity,file\n{severity},a.csv\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *GATE, "passe", str(text), str(log), "--bloque", str(errors)],
            env={"PYTHONPATH": str(ROOT / "workflow"), "PYTHONIOENCODING": console},
            capture_output=True,
            check=False,
        )
        assert done.returncode == code and b"Ligne 2" in done.stderr and b"Traceback" not in done.stderr
        assert log.read_bytes() == text.read_bytes()


def gate(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": str(ROOT / "workflow")}
    command = [sys.executable, *GATE, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


def test_a_program_is_launched_its_words_kept_and_told_where_it_fails(tmp_path: Path) -> None:
    log, stop = tmp_path / "a.log", tmp_path / "stop.txt"
    stop.write_text("")
    says = [sys.executable, "-c", "import sys; print('dit'); sys.exit(int(sys.argv[1]))"]
    sound = gate("lance", log, "--si-vide", stop, "--", *says, 0)
    assert (sound.returncode, sound.stderr) == (0, b"") and log.read_text().strip() == "dit"
    assert b"dit" in gate("lance", log, "--dit", "--", *says, 0).stderr
    failed = gate("lance", log, "--", *says, 3)
    assert failed.returncode == 3 and b"dit" in failed.stderr
    stop.write_text("arrêt")
    held = gate("lance", log, "--si-vide", stop, "--", *says, 0)
    assert held.returncode == 1 and "arrêt" in held.stderr.decode()


def test_no_rule_calls_a_program_of_a_unix_shell() -> None:
    for rules in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        text = rules.read_text(encoding="utf-8")
        for line in text.splitlines():
            words = line.strip().strip('"').split()
            assert (
                not {"cat", "tee", "grep", "test", "sed", "awk", "2>&1", "||", "&&"} & set(words)
                or line.lstrip()[:1] in "#"
            ), line


def held(times: int, code: int | None) -> Callable[[str, str], None]:
    """A renaming that the system refuses so many times: as Windows does what another program has open, or as for a right."""
    refused = PermissionError(errno.EACCES, "refused")
    if code is not None:
        refused.winerror = code  # type: ignore[attr-defined, unused-ignore]
    left, real = [refused] * times, os.replace

    def rename(old: str, new: str) -> None:
        if left:
            raise left.pop()
        real(old, new)

    return rename


@pytest.mark.parametrize("code", [5, 32])
def test_what_another_program_holds_is_tried_again_then_told(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAUSES", (0, 0))
    place = tmp_path / "rapport.docx"
    monkeypatch.setattr(os, "replace", held(2, code))
    writing.write_bytes(b"one", place)
    monkeypatch.setattr(os, "replace", held(3, code))
    with pytest.raises(PermissionError) as told:
        writing.write_bytes(b"two", place)
    assert "Word" in system(told.value) and place.read_bytes() == b"one" and list(tmp_path.iterdir()) == [place]


def test_a_right_that_lacks_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "replace", held(1, None))
    with pytest.raises(PermissionError) as told:
        writing.write_bytes(b"one", tmp_path / "rapport.docx")
    assert "l’accès est refusé" in system(told.value) and not list(tmp_path.iterdir())


HERE = "C:\\Projets\\diagnostic"


@pytest.mark.parametrize(
    "written",
    [
        r"results\47-2026",
        r".\results\47-2026\\",
        "results/47-2026/",
        r"results/47-2026\report",
        r"config\studies\47-2026.yaml",
        r"vault\47-2026",
        r"C:\Projets\diagnostic\results\47-2026",
        r"c:\projets\Diagnostic\results\47-2026",  # one folder, whatever its capitals
    ],
)
def test_a_study_is_given_by_a_path_as_windows_writes_it(written: str) -> None:
    parts = inside(written, HERE, ntpath)
    assert "47-2026" in {part.removesuffix(".yaml") for part in parts} and parts[0].islower()


@pytest.mark.parametrize(
    "written", [r"D:\results\47-2026", r"..\autre\results\47-2026", r"C:\Projets\diagnostic-bis", r"\\serveur\x"]
)
def test_a_path_of_elsewhere_is_refused_as_windows_writes_it(written: str) -> None:
    with pytest.raises(Refused, match="hors de ce projet"):
        inside(written, HERE, ntpath)


def test_a_file_is_named_without_a_folder_of_windows_either() -> None:
    for name in (r"dossier\presse.csv", r"..\presse.csv", r"C:\presse.csv"):
        with pytest.raises(ValidationError, match="ce nom de fichier ne convient pas"):
            TypeAdapter(FileName).validate_python(name)


@pytest.mark.parametrize("written", [r"D:\tables\nord", r"'D:\tables\nord'"])
def test_a_folder_of_windows_is_written_bare(written: str) -> None:
    assert parse(f"cache: {written}\n".encode(), "config.yaml") == {"cache": r"D:\tables\nord"}


@pytest.mark.parametrize("written", [r'"D:\cartes"', r'"D:\tables"', r'"D:\nord"'])
def test_a_folder_of_windows_between_quotes_is_told(written: str) -> None:
    """What YAML makes of it is either no YAML or another name: neither goes further."""
    with pytest.raises(
        (ConfigError, ValidationError), match="écrire un chemin de Windows sans guillemets|une seule ligne"
    ):
        TypeAdapter(Folder).validate_python(parse(f"cache: {written}\n".encode(), "config.yaml")["cache"])
