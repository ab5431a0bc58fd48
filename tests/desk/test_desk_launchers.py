"""What a double click starts: in a folder of any name, and what is told where Python, or the whole folder, is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import own
import pytest

TOLD = "print('lancé', *sys.argv[1:], pathlib.Path.cwd().name)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of which nothing but its launchers is there, under a name that a shell would read otherwise."""
    made = tmp_path / "été à l’essai $(x) d'une équipe"
    made.mkdir()
    for name in ("bureau.command", "bureau.desktop"):
        shutil.copy2(own.ROOT / name, made)
    return made


def ran(folder: Path, python: str, *command: str) -> subprocess.CompletedProcess[str]:
    """What a launcher says where the only Python is `python`, a script; Enter closes its window."""
    tools = folder / "outils"
    tools.mkdir()
    if python:
        (tools / "python3").write_text(f"#!{sys.executable}\n{python}\n", "utf-8")
        (tools / "python3").chmod(0o755)
    (tools / "sh").symlink_to("/bin/sh")
    here = {"PATH": str(tools), "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd="/", env=here, input="\n", text=True, capture_output=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="lanceur de macOS et de Linux")
@pytest.mark.parametrize("code", [0, 3])
def test_it_starts_in_its_own_folder_and_stays_to_be_read_where_it_fails(folder: Path, code: int) -> None:
    python = f"import pathlib, sys\nif 'lancer.py' in sys.argv:\n    {TOLD}\n    sys.exit({code})"
    done = ran(folder, python, "/bin/sh", str(folder / "bureau.command"))
    assert f"lancé lancer.py bureau {folder.name}" in done.stdout and not done.stderr
    assert ("Entrée" in done.stdout, done.returncode) == (bool(code), min(code, 1))


@pytest.mark.skipif(sys.platform == "win32", reason="lanceur de macOS et de Linux")
def test_without_python_it_says_what_to_do(folder: Path) -> None:
    done = ran(folder, "", "/bin/sh", str(folder / "bureau.command"))
    assert "Python n’est pas installé" in done.stdout and "Installer Python 3.13" in done.stdout
    assert done.returncode == 1 and not done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="lanceur de Linux")
def test_that_of_linux_reaches_the_other_by_its_own_place(folder: Path) -> None:
    """As the specification of desktop entries reads `Exec`: escapes of the file, then of what stands between quotation marks, then the
    codes of fields."""
    text = (folder / "bureau.desktop").read_text("utf-8")
    [line] = re.findall(r"^Exec=(.*)$", text, re.MULTILINE)
    parts = re.findall(r'"((?:\\.|[^"\\])*)"|(\S+)', line.replace("\\\\", "\\"))
    words = [re.sub(r'\\(["`$\\])', r"\1", quoted) if quoted else bare for quoted, bare in parts]
    fields = {"%k": str(folder / "bureau.desktop"), "%%": "%"}
    given = [re.sub("%[k%]", lambda found: fields[found[0]], word) for word in words]
    python = f"import pathlib, sys\nif 'lancer.py' in sys.argv:\n    {TOLD}"
    done = ran(folder, python, "/bin/sh", *given[1:])
    assert given[0] == "sh" and "Terminal=true" in text
    assert f"lancé lancer.py bureau {folder.name}" in done.stdout, done


def test_that_of_windows_is_read_by_its_own_shell() -> None:
    """Lines end as it wants them, and no sign that a code page would change stands before the one that it asks."""
    content = (own.ROOT / "bureau.bat").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    lines = content.decode("utf-8").split("\r\n")
    assert "".join(lines[: lines.index("chcp 65001 >nul") + 1]).isascii()
    goes = re.findall(r"goto (\w+)", content.decode("utf-8"))
    assert goes and all(f":{name}" in lines for name in goes)
    assert lines.count("pause") == len(goes) and "if errorlevel 1 pause" in lines  # a window that fails stays
    assert not any(re.search(r"[&|<>^]", line) for line in lines if line.startswith("echo"))
