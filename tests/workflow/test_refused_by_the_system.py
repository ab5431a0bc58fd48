"""What the system refuses to a calculation, a full disk or a folder that only reads, is told in French; what readers have stays, and
going on gives the same bytes. Both are made by mounts of a namespace of their own, which end with the command."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from copies import HANGS, Project, Run
from test_generations import RESULTS, STUDY, shown
from test_killed import again, everything

from diagnostic.core.errors import CAUSES

UNSHARE = shutil.which("unshare")
POINTS, BLOCK = 3, 4096  # BLOCK: bytes, of which a file takes whole ones
FULL, ONLY_READ = CAUSES[errno.ENOSPC], CAUSES[errno.EROFS]
CALCULATE = [sys.executable, "-m", "diagnostic", "calculer", STUDY]


def _alone(script: str, folder: Path, environment: dict[str, str] | None = None) -> Run:
    """How a script of the shell ends that may mount what it wants, which nobody else sees."""
    assert UNSHARE
    command = [UNSHARE, *(["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]), "sh", "-c", script]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        timeout=HANGS,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode("utf-8", "replace"))


def _may_mount() -> bool:
    return UNSHARE is not None and _alone("mount -t tmpfs tmpfs /tmp", Path("/")).code == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _may_mount(), reason="aucun montage permis ici : ni disque plein ni dossier fermé"),
]


def _taken(folder: Path) -> int:
    """The bytes of a disk that the files in a folder take."""
    return sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in folder.rglob("*") if path.is_file())


def only_reading(project: Project, folder: str, command: list[str]) -> Run:
    mount = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"
    return _alone(f"{mount} && exec {shlex.join(command)}", project.root, project.environment())


@pytest.mark.parametrize("folder", ["results", "logs", ".snakemake", f"{RESULTS}/release", f"{RESULTS}/generations"])
def test_a_folder_that_only_reads_is_told_and_nothing_is_lost(copied: Project, folder: str) -> None:
    before = everything(copied)
    record = copied.path(f"logs/{STUDY}/published.ok")
    record.unlink()
    done = only_reading(copied, folder, CALCULATE)
    assert done.code == 1 and done.output == (
        f"Le dossier {folder} : {ONLY_READ}, puis relancer « diagnostic calculer ».\n"
    )
    assert everything(copied) == before


def test_a_seal_that_cannot_be_written_is_told(copied: Project) -> None:
    path = copied.input(STUDY, "press.csv")
    path.write_bytes(path.read_bytes().replace(b"2025", b"2024", 1))
    command = [sys.executable, "-m", "diagnostic", "sceller", STUDY]
    done = only_reading(copied, f"resources/studies/{STUDY}", command)
    assert done.code == 1 and ONLY_READ in done.output and "Traceback" not in done.output


def test_a_disk_that_is_full_at_three_points(copied: Project, tmp_path: Path) -> None:
    whole, before, wanted = everything(copied), shown(copied), _taken(copied.path("results"))
    again(copied)
    results, kept = copied.path("results"), tmp_path / "gardé"
    used = _taken(results)
    step = (wanted - used) // (POINTS + 1)  # at the last point too there is less place than the calculation needs
    results.rename(kept)
    results.mkdir()
    stored = shlex.quote(str(kept))
    for point in range(1, POINTS + 1):
        script = (
            f"mount -t tmpfs -o size={used + point * step} tmpfs results && cp -a {stored}/. results/ && "
            f"{{ {shlex.join(CALCULATE)}; code=$?; rm -rf {stored} && cp -a results {stored} && exit $code; }}"
        )
        done = _alone(script, copied.root, copied.environment())
        assert done.code == 1 and done.output.count(f"L{FULL[1:]}, puis relancer") == 1, done.output
        assert f"{STUDY} : arrêté, car {FULL}." in done.output and "Traceback" not in done.output, done.output
        held = {path.relative_to(kept).as_posix(): path.read_bytes() for path in kept.rglob("*") if path.is_file()}
        assert {name: held.get(name.removeprefix("results/")) for name in before} == before, point
    results.rmdir()
    kept.rename(results)
    assert copied.snakemake("--config", f"studies=[{STUDY}]").code == 0
    assert everything(copied) == whole
