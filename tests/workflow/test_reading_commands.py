"""Commands that read a finished study change nothing in it, whoever asks, and those that its dossier prints run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from copies import Finished, Project
from test_chain import KEPT, RESULTS, STUDY, alter

from diagnostic.core import writing
from diagnostic.study import program

UNSHARE = shutil.which("unshare")
READING = {  # command → its arguments after the study
    "verifier": [],
    "expliquer": ["ads.total"],
    "comparer": [],
    "simuler": ["threshold=6"],
    "relire": [],
    "suivre": [],
    "calculer": ["--a-blanc"],
}


def tree(root: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Path → mode, owner, time of its last change, content; bytecode and what `relire` writes aside."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if "__pycache__" not in name and f"/{writing.REVIEW}" not in name:
            status = path.lstat()
            moment = 0 if path.parent.name == writing.RESULTS else status.st_mtime_ns  # where `relire` begins a folder
            found[name] = (status.st_mode, status.st_uid, moment, path.read_bytes() if path.is_file() else b"")
    return found


def asked(study: str, command: str) -> list[str]:
    named = [f"{RESULTS}/generations/1".replace(STUDY, study), study] if command == "comparer" else [study]
    return [command, *named, *READING[command]]


def changed_by(project: Project, study: str, command: str) -> list[str]:
    before = tree(project.root)
    done = project.command("diagnostic", *asked(study, command))
    assert "Traceback" not in done.output and done.code in (0, 1), done.output
    after = tree(project.root)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


@pytest.mark.slow  # `test_provenance.py` asks again and again of one copy
@pytest.mark.parametrize("command", READING)
def test_a_command_that_reads_changes_nothing(copied: Project, command: str) -> None:
    apart = (".snakemake", "logs") if command == "calculer" else ()  # Snakemake's own log of what it would do
    assert [name for name in changed_by(copied, STUDY, command) if not name.startswith(apart)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "others"),
    [
        ("export in the open", ("calculer",)),  # a dry run took it in too
        ("key", ("expliquer", "simuler", "relire")),
        ("folder", ("relire",)),
        ("stage", ("expliquer",)),
    ],
)
def test_what_verifier_reads_of_a_vault_it_leaves_as_it_is(
    complete: Project, tmp_path: Path, damage: str, others: tuple[str, ...]
) -> None:
    """A damaged export of an invented study was taken in as the one in use; a lost key was drawn again."""
    project, study = complete.copy(tmp_path / "projet"), "99-2026"
    vault = project.path(f"vault/{study}")
    if damage == "export in the open":
        path = next(project.path(f"resources/studies/{study}/received").glob("questionnaire.*"))
        path.write_bytes(path.read_bytes() + b" ")
    elif damage == "key":
        (vault / "key").unlink()
    elif damage == "folder":
        shutil.rmtree(vault / "private")
    else:
        assert alter(project.path(f"results/{study}/estimate/facts.parquet"), KEPT)
    assert changed_by(project, study, "verifier") == []
    assert project.command("diagnostic", "verifier", study).code == 1
    for command in others:
        apart = (".snakemake", "logs") if command == "calculer" else ()  # Snakemake's own log of what it would do
        assert [name for name in changed_by(project, study, command) if not name.startswith(apart)] == []


@pytest.mark.slow
def test_a_reader_without_rights_and_who_checks_a_backup_change_nothing(complete: Project, tmp_path: Path) -> None:
    """Each command that reads, by another user whose copy it is, in a project that they may write; then in one that they may not."""
    project, study = complete.copy(tmp_path / "projet"), "99-2026"
    saved = shutil.copytree(project.path(f"vault/{study}"), tmp_path / "sauvegarde" / study)
    before = tree(tmp_path)
    done = project.command("diagnostic", "controler", study, str(saved.parent))
    assert done.code in (0, 1) and "Traceback" not in done.output and tree(tmp_path) == before, done.output
    if os.geteuid() != 0 or not (drop := shutil.which("setpriv")):
        pytest.skip("aucun autre compte ne peut être pris ici")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o011 != 0o011 and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o011)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
    for writable in (True, False):
        if not writable:
            for path in tmp_path.rglob("*"):
                path.chmod(path.stat().st_mode & 0o555) if not path.is_symlink() else None
        before = tree(tmp_path)
        for command in READING:
            if writable or command not in ("relire", "calculer"):
                line = [
                    drop,
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--",
                    sys.executable,
                    "-m",
                    "diagnostic",
                ]
                kept = project.environment(
                    HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"), PYTHONDONTWRITEBYTECODE="1"
                )
                run = subprocess.run(
                    [*line, *asked(study, command)],
                    cwd=project.root,
                    env=kept,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert run.returncode in (0, 1) and "Traceback" not in run.stderr, (command, run.stderr)
                assert "Permission" not in run.stdout + run.stderr, (command, run.stderr)
        after = tree(tmp_path)
        moved = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        # Snakemake keeps its own cache in the account's, wherever the environment says that this is.
        assert [
            name
            for name in moved
            if "/.snakemake" not in name and "/logs" not in name and name.split("/")[0] != "cache"
        ] == []


@pytest.mark.slow
@pytest.mark.skipif(UNSHARE is None or os.geteuid() != 0, reason="aucun montage permis ici")
@pytest.mark.parametrize("command", [one for one in READING if one not in ("relire", "calculer")])
def test_a_command_that_reads_needs_no_right_to_write(copied: Project, command: str) -> None:
    python = [sys.executable, "-m", "diagnostic", *asked(STUDY, command)]
    mounted = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && exec "$@"'
    line = [UNSHARE or "", "--mount", "sh", "-c", mounted, "sh", *python]
    done = subprocess.run(line, cwd=copied.root, env=copied.environment(), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr and not done.stderr, done.stderr
    assert done.stdout == copied.command("diagnostic", *asked(STUDY, command)).output


@pytest.mark.slow
def test_the_commands_of_the_dossier_run_as_they_are_printed(finished: Finished) -> None:
    """Three numbers from the page to their cells, each named with its value."""
    page = finished.project.path(f"{RESULTS}/report/dossier.html").read_text(encoding="utf-8")
    section = page.partition('id="sec-verifier"')[2].partition("<h2")[0]
    printed = re.findall(r"<code>diagnostic ((?:verifier|expliquer) [^<]+)</code>", section)
    assert len(printed) == 4 and program.metadata.version("diagnostic") in section
    for line in printed:
        done = finished.project.diagnostic(*line.split())
        assert done.code == 0, done.output
        assert line.startswith("verifier") or re.search(r"^\S+\.csv!\w+  \S", done.output, re.MULTILINE), line
