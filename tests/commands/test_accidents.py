"""What happens to files between two commands, a table damaged, a folder taken away, a key lost: each command that meets it says
what it is, in French, and which file; none says that the program is at fault."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import own
import pandas as pd
import pytest
from drawn import one_in

from diagnostic.commands.program import main
from diagnostic.core.declarations import ConfigError
from diagnostic.study.config import COLUMNS, REFERENCES, load

STUDY, DAY, NOBODY = "47-2026", dt.date(2026, 9, 15), 65534
RESULTS, VAULT = f"results/{STUDY}", f"vault/{STUDY}"
PHASES = ("collect", "consolidate", "estimate", "geography", "release")
AT_FAULT = re.compile(r"faute du programme|imprévu|Traceback|\w+Error\b|Errno")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own.created(tmp_path_factory.mktemp("faite") / "projet", STUDY, "template", DAY, alone=True)


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study with its vault, to harm at will; the current folder."""
    root = Path(shutil.copytree(made, tmp_path / "projet"))
    (root / "workflow").mkdir(exist_ok=True)  # a project of its own: what it lacks is nowhere else
    monkeypatch.chdir(root)
    return root


def garbled(path: Path) -> None:
    path.write_bytes(b"\x00\xff\xfeabc\xe9" * 200)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    gone(path)
    path.mkdir()


def gone(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def of_another_version(path: Path) -> None:
    pd.DataFrame({"une_colonne": [1]}).to_parquet(path)


EVERY = [garbled, *(pytest.param(harm, marks=pytest.mark.slow) for harm in (emptied, a_folder, gone))]


def said(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command tells that ends well or refuses."""
    code = main(command.split())
    out, err = capsys.readouterr()
    assert not AT_FAULT.search(out + err), (command, out + err)
    assert code in (0, 1, 2) and (code == 0 or err.strip() or out.strip()), command
    return f"{out}{err}"


READERS = ("expliquer 47-2026 ads.total", "constats 47-2026", "simuler 47-2026 threshold=9", "recontacter 47-2026",
           "relire 47-2026", "comparer 47-2026 47-2026", "suivre 47-2026")  # fmt: skip


@pytest.mark.parametrize("harm", [of_another_version, *EVERY])
def test_a_damaged_table_is_named_with_what_makes_it_again(
    harm: Callable[[Path], None], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for phase in PHASES:
        (project / RESULTS / phase).mkdir(parents=True)
        for name in importlib.import_module(f"diagnostic.{phase}.tables").TABLES:
            path = project / RESULTS / phase / f"{name}.parquet"
            path.touch()
            harm(path)
    for command in READERS:
        told = said(command, capsys)
        assert re.search(rf"{RESULTS}/\w+/\w+\.parquet|n’a pas de résultats|il faut un dossier", told), told
        assert "calculer" in told or "l’ôter" in told or "il faut un dossier" in told, told


HARMED = (
    "key",
    "received/questionnaire.xlsx",
    "received/situation_coding.xlsx",
    "versions/journal.csv",
    "received",
    "conformite",
)
KEEPERS = (f"recevoir {STUDY} --versions", f"preparer {STUDY}", f"effacer {STUDY} R001", f"purger {STUDY}", f"nommer {STUDY}",
           f"decrire {STUDY}", f"recevoir {STUDY} questionnaire --annuler", f"suivre {STUDY}")  # fmt: skip


@pytest.mark.parametrize("name", one_in(3, HARMED))
@pytest.mark.parametrize("harm", EVERY)
def test_a_damaged_vault_is_told(
    harm: Callable[[Path], None], name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / VAULT / name
    path.parent.mkdir(exist_ok=True)
    if path.is_dir() and harm in (garbled, emptied):
        gone(path)
    harm(path)
    if path.exists():
        path.chmod(0o700 if path.is_dir() else 0o600)
    for command in KEEPERS:
        said(command, capsys)


@pytest.mark.slow
def test_no_sheet_is_made_without_what_a_damaged_export_holds(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "situations, dont" in said(f"preparer {STUDY} --remplacer", capsys)
    garbled(project / VAULT / "received/situation_coding.xlsx")
    assert "situation_coding" in said(f"preparer {STUDY} --remplacer", capsys)
    assert main(["preparer", STUDY, "--remplacer"]) == 1


SHARED = ("config/config.yaml", "config/release.yaml", "config/codebook/variables.csv", "config/pistes.yaml",
          f"config/studies/{STUDY}.yaml", "resources/references/departements.csv", "config/codebook")  # fmt: skip
STARTERS = (
    "creer 48-2026",
    f"sceller {STUDY}",
    f"preparer {STUDY}",
    "outiller sortie",
    f"simuler {STUDY} threshold=9",
)
UNREAD = ("config/release.yaml", "config/pistes.yaml")  # by the first of them, which makes a study: a second


@pytest.mark.parametrize("name", one_in(4, SHARED))
@pytest.mark.parametrize("harm", EVERY)
def test_a_damaged_configuration_is_told(
    harm: Callable[[Path], None], name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / name
    if path.is_dir() and harm in (garbled, emptied):
        gone(path)
    harm(path)
    for command in STARTERS[name in UNREAD and harm is not garbled :]:
        said(command, capsys)


@pytest.mark.parametrize("harm", [garbled, emptied, a_folder, gone])
def test_a_damaged_reference_is_told_before_any_step(harm: Callable[[Path], None], project: Path) -> None:
    names = sorted(path.name for path in (project / REFERENCES).glob("*.csv"))
    assert len(names) == len(COLUMNS)
    for name in names:
        harm(project / REFERENCES / name)
    with pytest.raises(ConfigError) as refused:
        load(project, {"studies": [STUDY]})
    assert [line.partition(" : ")[0] for line in str(refused.value).splitlines()] == [
        f"{REFERENCES}/{one}" for one in names
    ]


def test_a_file_that_is_not_there_is_named_when_an_export_is_received(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And not the export itself, whose name may say who answered."""
    export = Path(shutil.copy(project / VAULT / "received/questionnaire.xlsx", project / "zlatomira.xlsx"))
    gone(project / "resources/references")
    told = said(f"recevoir {STUDY} questionnaire {export.name}", capsys)
    assert "departements.csv" in told and "zlatomira" not in told


@pytest.mark.parametrize("command", ["outiller sortie --situations 999999999999", "tirer 47-2026 A01 999999999999"])
def test_a_number_that_no_study_can_ask_for_is_refused(
    command: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "au plus" in said(command, capsys) and not (project / "sortie").exists()


@pytest.fixture
def open_to_all(made: Path) -> Iterator[Path]:
    """The study where any account reads it; nobody may read what is in the folders of a test."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(made, Path(folder) / "projet"))
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o644)
        yield root


@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="aucun processus ne se dédouble ici : les droits y sont d’une autre sorte"
)
def test_a_file_that_may_not_be_read_is_named(open_to_all: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As another account than that of the system, to which nothing is closed."""
    closed = open_to_all / f"resources/studies/{STUDY}/sites.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(open_to_all)
        main(["sceller", STUDY])  # what a command loads is loaded: the other account may not read the program
        closed.chmod(0)
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            code = main(["sceller", STUDY])
            sys.stderr.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = capfd.readouterr().err
    assert code == 1 and "sites.csv" in told and "l’accès est refusé" in told and not AT_FAULT.search(told), told


IN_TURN = """
import sys
from diagnostic.commands.program import main
for command in sys.argv[1:]:
    print(command, main(command.split()))
"""


@pytest.mark.slow  # the same commands, another switch of Python
def test_where_warnings_are_errors_a_command_ends_as_elsewhere(project: Path) -> None:
    commands = [f"sceller {STUDY}", f"preparer {STUDY}", "outiller sortie", f"verifier {STUDY}"]
    done = subprocess.run(
        [sys.executable, "-c", IN_TURN, *commands],
        env=os.environ | {"PYTHONWARNINGS": "error", "PYTHONPATH": str(own.ROOT / "workflow")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0 and "Warning" not in done.stdout + done.stderr, done.stderr
    assert re.findall(r"^(.+) [01]$", done.stdout, re.M) == commands
    assert not AT_FAULT.search(done.stdout + done.stderr), done.stderr
