"""A vault that can only be read, as on a disk that is full or mounted so: each command that writes there says it in French, and
nothing that it was given, nor what is beside, is changed by half."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_versions import STUDY, export, made, root  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
UNSHARE = shutil.which("unshare")
ONLY_READ = "ce disque ne peut être que lu"


def alone(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script of the shell that may mount what it wants, which nobody else sees."""
    command = [
        UNSHARE or "",
        *(["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]),
        "sh",
        "-c",
        script,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow")}
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        UNSHARE is None or alone("mount -t tmpfs tmpfs /tmp", Path("/")).returncode != 0,
        reason="aucun montage permis ici : un coffre ne s’y ferme pas en écriture",
    ),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


COMMANDS = {
    "an export": "recevoir {study} questionnaire ../nouveau.xlsx",
    "an export whose role is found": "recevoir {study} ../nouveau.xlsx",
    "working sheets": "preparer {study} --initiales AB",
    "a purge": "purger {study} --confirmer --date 2040-01-01",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_vault_that_only_reads_is_told_and_nothing_is_changed_by_half(root: Path, command: str) -> None:  # noqa: F811
    (root.parent / "nouveau.xlsx").write_bytes(export(1, 38))
    path = root / f"vault/{STUDY}/conformite/conformite.yaml"
    filled = yaml.safe_load(path.read_text(encoding="utf-8"))
    filled["retention"] = {"exports": "2030-01-01", "contacts": "2030-01-01"}
    path.write_text(yaml.safe_dump(filled, allow_unicode=True), encoding="utf-8")
    path.chmod(0o600)
    before = contents(root)
    run = shlex.join([sys.executable, "-m", "diagnostic", *COMMANDS[command].format(study=STUDY).split()])
    done = alone(f"mount --bind vault vault && mount -o remount,bind,ro vault && exec {run}", root)
    told = done.stdout + done.stderr
    assert done.returncode == 1 and ONLY_READ in told and "Traceback" not in told, told
    assert contents(root) == before
