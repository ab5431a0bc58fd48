"""`lancer.py`: what it says to a machine that lacks something, and that it goes on where it stopped.

What needs the network (a whole installation) is in `.ci/run`, which starts with the README's two commands.
"""

from __future__ import annotations

import ast
import http.server
import importlib.util
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
import yaml

SCRIPT = Path(__file__).parents[1] / "lancer.py"
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Where packages are asked for, nobody listens.
OFFLINE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9",
    "PIP_RETRIES": "1",
    "PIP_FIND_LINKS": "",
    "PIP_CONFIG_FILE": os.devnull,
}


@pytest.fixture(scope="module")
def lancer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lancer", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the installation reads, in a folder with spaces and accents; of the locks, two packages."""
    root = tmp_path / "Étude d’été 2026"
    root.mkdir()
    for name in ("lancer.py", "pyproject.toml"):
        shutil.copy(SCRIPT.parent / name, root)
    for name in LOCKS:
        lock = (SCRIPT.parent / name).read_text(encoding="utf-8")
        kept = [one for one in re.split(r"\n(?=\w)", lock) if one.startswith(("absl", "setuptools"))]
        (root / name).write_text("\n".join([*kept, ""]), encoding="utf-8")
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
    assert len(text.splitlines()) < 280
    tree = ast.parse(text, feature_version=(3, 6))  # an older Python must read it to be told that it is too old
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= sys.stdlib_module_names and not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]


@pytest.mark.parametrize(
    ("version", "does"),
    [
        ((3, 6, 9), False),
        ((3, 10, 14), False),
        ((3, 11, 0), True),
        ((3, 13, 9), True),
        ((3, 14, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_three_pythons_will_do(lancer: ModuleType, version: tuple[int, int, int], does: bool) -> None:
    assert lancer.fit(version) is does


def test_what_it_says_of_pythons_is_what_the_project_asks(lancer: ModuleType) -> None:
    asked = tomllib.loads((SCRIPT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    first, before = (".".join(map(str, version)) for version in (lancer.NEEDED, lancer.BEYOND))
    assert asked == f">={first},<{before}"


def test_a_public_host_tries_each_of_them_on_three_systems(lancer: ModuleType) -> None:
    told = yaml.safe_load((SCRIPT.parent / ".github/workflows/checks.yml").read_text(encoding="utf-8"))
    job = told["jobs"]["readme"]
    pythons = [f"3.{minor}" for minor in range(lancer.NEEDED[1], lancer.BEYOND[1])]
    assert job["strategy"]["matrix"]["python"] == pythons and len(job["strategy"]["matrix"]["system"]) == 3
    ran = [step["run"] for step in job["steps"] if "run" in step]
    assert ran[0] == "python lancer.py" and ran[-1] == "python lancer.py tests"


def test_a_folder_too_deep_for_windows_is_told_with_both_lengths(
    lancer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the longest path of a package's file, 133 characters after the environment's folder, the limit is that of Windows."""
    assert not lancer.deep("C" * 125, "nt") and lancer.deep("C" * 126, "nt") and not lancer.deep("/" * 999, "posix")
    assert 125 + 1 + 133 == 259
    monkeypatch.setattr(lancer, "ready", lambda lock: False)
    monkeypatch.setattr(lancer, "deep", lambda root: True)
    with pytest.raises(SystemExit, match=rf"a {len(lancer.ROOT)} caractères, et Windows en permet 125"):
        lancer.prepared(lancer.RUNNING, "")


def test_another_python_of_the_machine_is_found_by_its_name(
    lancer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lancer.other() == []
    name = f"python3.{sys.version_info.minor}"
    (tmp_path / name).symlink_to(sys.executable)
    assert lancer.other() == [name]
    # What bears the name of a Python and is another is not taken.
    (tmp_path / name).rename(tmp_path / f"python3.{24 - sys.version_info.minor}")
    assert lancer.other() == []


def test_a_python_that_will_not_do_is_told_in_one_message(
    lancer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(lancer, "ENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(lancer, "NOTE", str(tmp_path / ".venv/lancer.txt"))
    monkeypatch.setattr(lancer, "OURS", (3, 14))
    with pytest.raises(SystemExit, match="celui-ci est Python 3.14, et aucun autre n’est trouvé ici"):
        lancer.prepared(lancer.RUNNING, "")
    assert not list(tmp_path.iterdir())


def test_each_system_has_its_layout(lancer: ModuleType) -> None:
    assert Path(lancer.interpreter("nt")).parts[-3:] == (".venv", "Scripts", "python.exe")
    assert Path(lancer.interpreter("posix")).parts[-3:] == (".venv", "bin", "python")


# What pip 23 and 25 printed, each in its situation.
SAID = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": "DISK",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "HASH",
    "ERROR: Could not find a version that satisfies the requirement pandas==3.1.1 (from versions: 2.0, 2.1)": "NO_WHEEL",
    "ERROR: Could not find a version that satisfies the requirement immutables==0.21 (from versions: none)": "NO_WHEEL",
    "Looking in links: /paquets\nERROR: Could not find a version that satisfies the requirement altair==6.3.0 "
    "(from versions: none)": "MISSING",
    "note: This is an issue with network connectivity, not pip.": "NETWORK",
    "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError(…)'": "NETWORK",
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'ProxyError('Cannot connect to proxy.', "
    "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))'": "PROXY",
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
    "CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate'))'": "CERTIFICATE",
}


@pytest.mark.parametrize("said", SAID)
def test_what_pip_says_becomes_what_to_do(lancer: ModuleType, said: str) -> None:
    found = [told for pattern, told in lancer.WHY.items() if re.search(pattern, said)]
    assert found[0] == getattr(lancer, SAID[said])


def test_the_settings_that_led_packages_are_named_without_what_they_hold(
    lancer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in lancer.SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    said = "WARNING: Retrying (Retry(total=4)) after connection broken by 'ProxyError(…)'"
    assert lancer.reason(said).endswith("Réglages trouvés ici : aucun.")
    monkeypatch.setenv("https_proxy", "http://nom:secret@serveur:3128")
    assert lancer.reason(said).endswith("Réglages trouvés ici : HTTPS_PROXY.")
    assert "Réglages" not in lancer.reason("No space left on device")


def test_the_developing_lock_has_all_that_the_running_one_has() -> None:
    running, developing = (re.split(r"\n(?=\w)", (SCRIPT.parent / name).read_text("utf-8")) for name in LOCKS)

    def pins(stanzas: list[str]) -> dict[str, set[str]]:
        return {re.split(r"[ \\;]", one)[0]: set(re.findall(r"sha256:\w+", one)) for one in stanzas}

    assert pins(running).items() <= pins(developing).items()
    assert any(one.startswith("pytest==") for one in developing) and not any("pytest" in one for one in running)


class AsksForAName(http.server.BaseHTTPRequestHandler):
    def do_CONNECT(self) -> None:
        self.send_error(407)

    def log_message(self, *_: object) -> None:
        """Nothing of it is printed among the tests."""


@pytest.mark.slow  # makes an environment; the others read what one would be made of
def test_a_moved_environment_is_made_again_and_without_network_it_is_told(project: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "ailleurs", symlinks=os.name != "nt")
    shutil.move(tmp_path / "ailleurs", project / ".venv")
    code, said = launch(project)
    assert code == 1 and "L’environnement .venv est refait" in said
    assert "le réseau ne répond pas" in said and "Traceback" not in said
    assert (project / ".venv-ancien/pyvenv.cfg").exists()  # until the new one is whole

    # Again, as after an installation that was cut while two packages were being written.
    (packages,) = (project / ".venv").rglob("site-packages")
    for name, file in (("demi-1.0.dist-info", "METADATA"), ("entier-1.0.dist-info", "INSTALLER")):
        (packages / name).mkdir()
        (packages / name / file).write_text("")
    code, said = launch(project)
    assert code == 1 and "refait" not in said and "le réseau ne répond pas" in said
    assert not (packages / "demi-1.0.dist-info").exists() and (packages / "entier-1.0.dist-info").exists()

    # Behind a proxy that asks for a name: a real one, on this machine.
    with socketserver.TCPServer(("127.0.0.1", 0), AsksForAName) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{proxy.server_address[1]}"
        code, said = launch(project, HTTPS_PROXY=address, NO_PROXY="", PIP_INDEX_URL="https://paquets.invalid/simple")
        proxy.shutdown()
    assert code == 1 and "Le proxy refuse la connexion" in said and "HTTPS_PROXY" in said and address not in said


def test_nothing_is_installed_again_while_the_lock_is_the_same(project: Path) -> None:
    """An environment without pip cannot install: what was asked starts at once, or all is made anew."""
    venv.create(project / ".venv", symlinks=os.name != "nt")
    spec = importlib.util.spec_from_file_location("copie", project / "lancer.py")
    assert spec and spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    Path(copy.NOTE).write_text(copy.wanted(copy.DEVELOPING), encoding="utf-8")
    for arguments, module in (((), "diagnostic"), (("tests", "-x"), "pytest"), (("verifier", "x"), "diagnostic")):
        code, said = launch(project, *arguments)
        assert code == 1 and "Installation" not in said and f"No module named {module}" in said.replace("'", "")

    Path(copy.NOTE).write_text(copy.wanted(copy.RUNNING), encoding="utf-8")
    assert copy.ready(copy.RUNNING) and not copy.ready(copy.DEVELOPING)
    with (project / "requirements.lock").open("a") as lock:
        lock.write("# un verrou plus récent\n")
    assert not copy.ready(copy.RUNNING) and not copy.reusable()


def test_an_environment_from_elsewhere_is_never_erased(project: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "partagé", symlinks=os.name != "nt")
    (project / ".venv").symlink_to(tmp_path / "partagé")
    code, said = launch(project)
    assert code == 1 and ".venv est un lien" in said
    assert (tmp_path / "partagé/pyvenv.cfg").exists()


def test_a_file_where_the_environment_goes_is_left_and_told(project: Path) -> None:
    (project / ".venv").write_text("à moi")
    code, said = launch(project)
    assert code == 1 and ".venv est un fichier" in said and (project / ".venv").read_text() == "à moi"


def test_through_a_link_it_is_the_same_project(project: Path, tmp_path: Path) -> None:
    (tmp_path / "raccourci.py").symlink_to(project / "lancer.py")
    spec = importlib.util.spec_from_file_location("raccourci", tmp_path / "raccourci.py")
    assert spec and spec.loader
    linked = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(linked)
    assert Path(linked.ROOT) == project and Path(linked.ENV) == project / ".venv"


def test_an_environment_that_cannot_be_replaced_stays(
    lancer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / ".venv"
    environment.mkdir()
    (environment / "à moi").write_text("")
    monkeypatch.setattr(lancer, "ENV", str(environment))
    monkeypatch.setattr(lancer, "FORMER", f"{environment}-ancien")
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path), raising=False)  # a folder does not start
    with pytest.raises(OSError):
        lancer.create()
    assert (environment / "à moi").exists() and [one.name for one in tmp_path.iterdir()] == [".venv"]


@pytest.mark.parametrize(("words", "told"), [(["--paquets"], "DOSSIER"), (["--paquets", "ailleurs"], "ailleurs")])
def test_a_folder_of_packages_that_is_not_there_is_told(project: Path, words: list[str], told: str) -> None:
    code, said = launch(project, *words)
    assert code == 1 and "n’est pas un dossier de paquets" in said and told in said and "telecharger" in said
    assert not (project / ".venv").exists()


def test_a_console_without_accents_is_no_reason_to_stop(project: Path, tmp_path: Path) -> None:
    (project / ".venv").symlink_to(tmp_path)
    code, said = launch(project, PYTHONIOENCODING="ascii")
    assert code == 1 and ".venv est un lien" in said and "l?" in said


def test_debian_without_venv_is_told_which_package(project: Path, tmp_path: Path) -> None:
    """As there, `ensurepip` cannot be imported."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    code, said = launch(project, PYTHONPATH=str(tmp_path))
    assert (
        code == 1
        and f"sudo apt install python3.{sys.version_info.minor}-venv" in said
        and not (project / ".venv").exists()
    )
