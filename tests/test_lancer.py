"""`lancer.py`: what it says to a machine that lacks something, and that it goes on where it stopped.

What needs the network (a whole installation) is in `.ci/run`, which starts with the README's two commands.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "lancer.py"
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def lancer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lancer", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the installation reads, in a folder with spaces and accents; of the lock, its first package."""
    root = tmp_path / "Étude d’été 2026"
    root.mkdir()
    for name in ("lancer.py", "pyproject.toml"):
        shutil.copy(SCRIPT.parent / name, root)
    lock = (SCRIPT.parent / "requirements.lock").read_text(encoding="utf-8")
    (root / "requirements.lock").write_text(re.split(r"\n(?=\w)", lock)[0] + "\n", encoding="utf-8")
    return root


def launch(root: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(root / "lancer.py"), *arguments],
        env=os.environ | OFFLINE | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def test_it_is_short_and_needs_python_alone() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    tree = ast.parse(text, feature_version=(3, 6))  # an older Python must read it to be told that it is too old
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= sys.stdlib_module_names and not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]


@pytest.mark.parametrize("version", [(3, 6, 9), (3, 10, 14)])
def test_an_old_python_is_told_so(lancer: ModuleType, version: tuple[int, int, int]) -> None:
    assert f"celui-ci est Python 3.{version[1]}. " in lancer.too_old(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 15, 1), (4, 0, 0)])
def test_a_recent_python_will_do(lancer: ModuleType, version: tuple[int, int, int]) -> None:
    assert lancer.too_old(version) == ""


def test_each_system_has_its_layout(lancer: ModuleType) -> None:
    assert Path(lancer.interpreter("nt")).parts[-3:] == (".venv", "Scripts", "python.exe")
    assert Path(lancer.interpreter("posix")).parts[-3:] == (".venv", "bin", "python")


# What pip 23 and 25 printed, each in its situation.
SAID = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": "DISK",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "HASH",
    "ERROR: Could not find a version that satisfies the requirement pandas==3.1.1 (from versions: 2.0, 2.1)": "NO_WHEEL",
    "ERROR: Could not find a version that satisfies the requirement altair==6.3.0 (from versions: none)": "NETWORK",
    "note: This is an issue with network connectivity, not pip.": "NETWORK",
    "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError(…)'": "NETWORK",
}


@pytest.mark.parametrize("said", SAID)
def test_what_pip_says_becomes_what_to_do(lancer: ModuleType, said: str) -> None:
    found = [told for pattern, told in lancer.WHY.items() if re.search(pattern, said)]
    assert found[0] == getattr(lancer, SAID[said])


@pytest.mark.slow  # makes an environment; the others read what one would be made of
def test_a_moved_environment_is_made_again_and_without_network_it_is_told(project: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "ailleurs", symlinks=os.name != "nt")
    shutil.move(tmp_path / "ailleurs", project / ".venv")
    code, said = launch(project)
    assert code == 1 and "L’environnement .venv est refait" in said
    assert "le réseau ne répond pas" in said and "Traceback" not in said

    # Again, as after an installation that was cut while two packages were being written.
    (packages,) = (project / ".venv").rglob("site-packages")
    for name, file in (("demi-1.0.dist-info", "METADATA"), ("entier-1.0.dist-info", "INSTALLER")):
        (packages / name).mkdir()
        (packages / name / file).write_text("")
    code, said = launch(project)
    assert code == 1 and "refait" not in said and "le réseau ne répond pas" in said
    assert not (packages / "demi-1.0.dist-info").exists() and (packages / "entier-1.0.dist-info").exists()


def test_nothing_is_installed_again_while_the_lock_is_the_same(project: Path) -> None:
    """An environment without pip cannot install: what was asked starts at once, or all is made anew."""
    venv.create(project / ".venv", symlinks=os.name != "nt")
    spec = importlib.util.spec_from_file_location("copie", project / "lancer.py")
    assert spec and spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    Path(copy.NOTE).write_text(copy.wanted(), encoding="utf-8")
    for arguments, module in (((), "diagnostic"), (("tests", "-x"), "pytest"), (("verifier", "x"), "diagnostic")):
        code, said = launch(project, *arguments)
        assert code == 1 and "Installation" not in said and f"No module named {module}" in said.replace("'", "")

    before = copy.wanted()
    with (project / "requirements.lock").open("a") as lock:
        lock.write("# un verrou plus récent\n")
    assert copy.wanted() != before and not copy.reusable()


def test_an_environment_from_elsewhere_is_never_erased(project: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "partagé", symlinks=os.name != "nt")
    (project / ".venv").symlink_to(tmp_path / "partagé")
    code, said = launch(project)
    assert code == 1 and ".venv est un lien" in said
    assert (tmp_path / "partagé/pyvenv.cfg").exists()


def test_a_console_without_accents_is_no_reason_to_stop(project: Path, tmp_path: Path) -> None:
    (project / ".venv").symlink_to(tmp_path)
    code, said = launch(project, PYTHONIOENCODING="ascii")
    assert code == 1 and ".venv est un lien" in said and "l?" in said


def test_debian_without_venv_is_told_which_package(project: Path, tmp_path: Path) -> None:
    """As there, `ensurepip` cannot be imported."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    code, said = launch(project, PYTHONPATH=str(tmp_path))
    assert code == 1 and "sudo apt install python3-venv" in said and not (project / ".venv").exists()
