"""Where a vault may not lie: in what may be shared, or in what git keeps."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from diagnostic.core.french import NBSP, plural


def misplaced(root: Path, base: Path, inside: str) -> list[str]:
    """Why a vault cannot lie in `base`, one sentence each: the shared results, or a folder that git would keep. `inside` is the
    name of a file that every vault has."""
    place = base.resolve()
    found = []
    if place.is_relative_to((root / "results").resolve()):
        found.append(f"Coffre{NBSP}: il est dans results/, qui peut être diffusé ; le mettre ailleurs.")
    return found + _git_keeps(place, inside)


def _git_keeps(place: Path, inside: str) -> list[str]:
    """Whether git would take the vault: not ignored, or already tracked."""
    start = next(folder for folder in (place, *place.parents) if folder.is_dir())
    top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
    if top is None:
        return []
    command = shutil.which("git")
    if command is None:
        return [] if _ignored_by_text(top, place) else [_not_ignored(place.name)]
    example = str((place / "00-0000" / inside).relative_to(top))
    ignored = subprocess.run(
        [command, "-C", str(top), "check-ignore", "-q", "--no-index", example], capture_output=True
    )
    tracked = subprocess.run([command, "-C", str(top), "ls-files", "--", str(place)], capture_output=True)
    found = []
    if ignored.returncode > 1 or tracked.returncode:
        found.append(f"Coffre{NBSP}: git ne répond pas sur ce dossier ; rien ne garantit qu’il ignore le coffre.")
    elif ignored.returncode == 1:
        found.append(_not_ignored(place.name))
    count = len(tracked.stdout.splitlines())
    if count:
        found.append(
            f"Coffre{NBSP}: git suit {count} {plural(count, 'fichier')} du coffre ; les retirer du dépôt et de son historique."
        )
    return found


def _not_ignored(name: str) -> str:
    return f"Coffre{NBSP}: git ne l’ignore pas ; ajouter la ligne « /{name}/ » au fichier .gitignore."


def _ignored_by_text(top: Path, place: Path) -> bool:
    """Without git: whether .gitignore names the vault's first folder."""
    ignore = top / ".gitignore"
    lines = ignore.read_text(encoding="utf-8").split() if ignore.is_file() else []
    return place.relative_to(top).parts[0] in {line.strip("/") for line in lines}
