"""Whatever kills a command, at whichever thing that it does to files, the same command again ends as if nothing had: the same
files, with the same modes and contents, and nothing left of what was begun."""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import drawn
import finished
import killing
import own
import pytest
from test_erase import WHO, YES, export

from diagnostic.collect.grids import read_export
from diagnostic.core.locks import Busy
from diagnostic.privacy import versions
from diagnostic.privacy.vault import VaultError, convert, laid_out, open_vault
from diagnostic.study import annexes, changes, erase, given, issuing, receive, sheets, signature, start
from diagnostic.study.changes import Meanwhile, whole
from diagnostic.study.compliance import Retention

STUDY, NEW, ROLE = "47-2026", "48-2026", "questionnaire"
DAY, LATER, END = dt.date(2026, 3, 1), dt.date(2026, 5, 4), dt.date(2028, 1, 1)
RETENTION = Retention(exports=dt.date(2027, 1, 1), contacts=dt.date(2027, 2, 1))
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="aucun processus à couper ici"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that has received two exports, its sheets, some results, and a decision that names who is to be erased."""
    root = own.created(tmp_path_factory.mktemp("faite") / "projet", STUDY, "kobo", DAY, alone=True, instruments=False)
    given_ = root.parent / "export.xlsx"
    for last in (8, 12):
        given_.write_bytes(export("template", last))
        receive.receive(root, STUDY, ROLE, given_, DAY, YES)
    mapping = Path(__file__).parents[1] / f"describe/before/{ROLE}_mapping.xlsx"
    versions.add(open_vault(root, STUDY), mapping.read_bytes(), f"{ROLE}_mapping", ".xlsx", DAY.isoformat())
    sheets.prepare(root, STUDY, "AB")
    for name in ("collect/responses.parquet", "estimate/inconnue.bin", "report/rapport.html"):
        path = root / "results" / STUDY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"<p>12 %</p>" if name.endswith("html") else b"exact")
    given_.write_bytes(export("kobo", 12))
    read_export(given_.read_bytes(), ROLE)  # once, before there are many processes
    sites = root / f"resources/studies/{STUDY}/sites.csv"
    sites.write_bytes(sites.read_bytes() + b"\n")
    return root


@pytest.fixture(scope="module")
def calculated(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same study once it is calculated and published; beside it, a key to sign with."""
    root = Path(shutil.copytree(made, tmp_path_factory.mktemp("calculee") / "projet"))
    calculate(root)
    return root


def calculate(root: Path) -> None:
    shutil.rmtree(root / "results", ignore_errors=True)  # of nothing that a calculation has made
    finished.finished(root, STUDY)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "equipe", "-f", root.parent / "cle"], check=True
    )


def receiving(root: Path) -> object:
    return receive.receive(root, STUDY, ROLE, root.parent / "export.xlsx", LATER, YES)


def undoing(root: Path) -> object:
    return receive.undo(root, STUDY, ROLE, LATER)


def describing(root: Path) -> object:
    return receive.describe(root, STUDY, LATER)


def preparing(root: Path) -> object:
    return sheets.prepare(root, STUDY, "CD", replace=True)


def sealing(root: Path) -> object:
    return given.seal(root, STUDY, LATER)


def creating(root: Path) -> object:
    secrets.token_bytes = lambda size: b"k" * size  # type: ignore[assignment,misc]
    return start.init(root, NEW, start.TOOL, DAY)


def erasing(root: Path) -> object:
    return erase.erase(root, STUDY, WHO, LATER, execute=True)


def purging(root: Path) -> object:
    return erase.purge(root, STUDY, RETENTION, END, execute=True)


def naming(root: Path) -> object:
    return annexes.for_authorities(root, STUDY)


def calling_back(root: Path) -> object:
    return annexes.to_call_back(root, STUDY)


def issuing_(root: Path) -> object:
    return issuing.issue(root, STUDY, LATER)


def signing(root: Path) -> object:
    return signature.sign(root / "results" / STUDY / "report", root.parent / "cle")


SHORT = (receiving, undoing, describing, preparing, sealing)
LONG = (creating, erasing, purging)
CALCULATED = (naming, calling_back, issuing_, signing)  # what they read is there once it is calculated


@pytest.mark.slow
@pytest.mark.parametrize("work", [*SHORT, *LONG, *CALCULATED])
def test_killed_anywhere_the_same_command_again_ends_the_same(
    tmp_path: Path, work: Callable[[Path], object], request: pytest.FixtureRequest
) -> None:
    """Of the operations before the change is decided, which are alike, some; of the others, in the slow form, all for one command,
    and half, or a few, for each other: all end by the same steps."""
    made = request.getfixturevalue("calculated" if work in CALCULATED else "made")
    for beside in made.parent.glob("[!p]*"):
        shutil.copy2(beside, tmp_path)
    root = tmp_path / "projet"

    def again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(made, root, symlinks=True)

    again()
    before = killing.state(root)
    code, count, done = killing.run(lambda: work(root), root)
    whole_ = killing.state(root)
    assert code == 0 and whole_ != before and count > 5, work
    decided = next((at for at, what in enumerate(done, 1) if what.endswith(f".{STUDY}.json")), 2)
    chosen = random.Random(work.__name__)
    slow = drawn.long()
    early, late = range(1, decided), range(decided, count + 1)
    if slow and work not in LONG:
        half = late if work is receiving else chosen.sample(late, len(late) // 2)
        ends = [*chosen.sample(early, min(len(early), 12)), *half, count]
    else:
        few = 4 if work is purging else 6 if work is creating else 12  # `test_purge.py` cuts a purge too
        ends = [*chosen.sample(early, 1), count, *chosen.sample(late, min(len(late), few if slow else 0))]
    for at, _ in killing.each_ended(lambda: work(root), root, again, ends, tmp_path):
        assert killing.state(root) == whole_, (at, done[at - 1])


def test_what_is_printed_is_told_again_where_all_was_made(made: Path, tmp_path: Path) -> None:
    """An undoing that was cut as it ends is not undone once more."""
    root = Path(shutil.copytree(made, tmp_path / "projet"))
    count = killing.run(lambda: undoing(root), root)[1]
    shutil.rmtree(root)
    shutil.copytree(made, root)
    assert killing.run(lambda: undoing(root), root, count)[0] == killing.KILLED
    assert any("reprend" in line for line in receive.undo(root, STUDY, ROLE, LATER))
    assert not list((root / "vault").glob(".*"))


def test_what_a_person_does_beside_is_never_written_over(made: Path, tmp_path: Path) -> None:
    """While a command works, it is told; after a kill, what a person has put since stays."""
    root = Path(shutil.copytree(made, tmp_path / "projet"))
    place = f"resources/studies/{STUDY}/sites.csv"

    def both(inside: Path) -> None:
        (inside / place).unlink()
        (inside / place).write_text("de la commande")
        (root / place).write_text("de la personne")

    with pytest.raises(Meanwhile, match="sites.csv a changé"):
        whole(root, STUDY, ("essai",), both)
    assert (root / place).read_text() == "de la personne" and not list((root / "vault").glob(".*"))


def test_another_waits_and_a_name_that_is_no_study_changes_nothing(made: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(made, tmp_path / "projet"))

    def nested(inside: Path) -> None:
        with pytest.raises(Busy):
            whole(root, STUDY, ("autre",), lambda other: None, wait=0)
        changes.resume(root)  # leaves what lives alone
        assert inside.is_dir()

    whole(root, STUDY, ("essai",), nested)
    assert whole(root, "../ailleurs", ("essai",), lambda inside: inside) == root


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace absent : l’ordre sur le disque n’est pas vu du système"
)
@pytest.mark.slow
def test_a_file_is_on_the_disk_before_its_name_and_its_name_before_what_follows(made: Path, tmp_path: Path) -> None:
    """As the system sees it: each file is synced before it is renamed into place, each folder after."""
    root = Path(shutil.copytree(made, tmp_path / "projet"))
    traced = tmp_path / "appels.txt"
    script = f"from diagnostic.commands.program import main; raise SystemExit(main(['decrire', '{STUDY}']))"
    command = [
        "strace",
        "-f",
        "-y",
        "-e",
        "trace=fsync,rename,renameat2,unlink,openat",
        "-o",
        str(traced),
        sys.executable,
    ]
    done = subprocess.run(
        [*command, "-c", script],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = [line for line in traced.read_text(errors="replace").splitlines() if "vault" in line]
    synced = [(at, line) for at, line in enumerate(calls) if "fsync(" in line]
    renamed = [(at, line) for at, line in enumerate(calls) if "rename" in line and " = 0" in line]
    assert len(renamed) >= 3
    plan = next(at for at, line in renamed if f".{STUDY}.json" in line)
    into = [(at, line) for at, line in renamed if at > plan and f"/.{STUDY}/" in line.split('", "')[0]]
    assert into
    for at, line in into:
        source, target = line.split('"')[1], line.split('"')[3]
        assert any(before < plan and f"{source}>" in one for before, one in synced), line
        assert any(after > at and f"{os.path.dirname(target)}>" in one for after, one in synced), line
    vault = root / "vault"
    assert any(plan < at < into[0][0] and f"{vault}>" in line for at, line in synced)
    ended = next(at for at, line in enumerate(calls) if "unlink(" in line and f".{STUDY}.json" in line)
    assert max(at for at, _ in into) < ended


# -- How a vault is laid out ----------------------------------------------------------------------------------------
def test_an_older_vault_is_converted_with_a_copy_and_a_newer_one_is_refused(made: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(made, tmp_path / "projet"))
    folder = root / "vault" / STUDY
    assert laid_out(folder) == 2
    (folder / "format").unlink()
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    key = open_vault(root, STUDY, create=False).digest(b"x")  # read as it is
    assert laid_out(folder) == 1 and not (folder / "avant").exists()
    undoing(root)
    assert laid_out(folder) == 2 and open_vault(root, STUDY).digest(b"x") == key
    copy = folder / "avant/1"
    assert {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    (tmp_path / "export.xlsx").write_bytes((made.parent / "export.xlsx").read_bytes())
    (folder / "format").write_text("3\n")
    (folder / "format").chmod(0o600)
    whole_ = killing.state(root)
    for work in (receiving, undoing, describing, preparing, erasing, purging):
        with pytest.raises(VaultError, match="version plus récente"):
            work(root)
    convert(folder)
    assert killing.state(root) == whole_
    (folder / "format").write_text("deux\n")
    with pytest.raises(VaultError, match="« format » est abîmé"):
        open_vault(root, STUDY)
