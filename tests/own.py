"""The project as it is shipped, copied for a test: without the studies that a team has added to its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
STUDIES = ("62-2020", "99-2026")
OTHERS = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
_PLACES = ("config/studies", "resources/studies")


def copy(target: Path, *names: str) -> Path:
    """Copies of these files and folders of the project; returns `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=OTHERS)
        else:
            shutil.copy2(source, target / name)
    for added in (path for place in _PLACES for path in (target / place).glob("*") if path.stem not in STUDIES):
        shutil.rmtree(added) if added.is_dir() else added.unlink()
    choices = target / "config/config.yaml"
    if choices.is_file():
        text = choices.read_text(encoding="utf-8")
        chosen = yaml.safe_load(text)["studies"]
        kept = [study for study in chosen if study in STUDIES] or [STUDIES[0]]
        if kept != chosen:
            line = f"studies: {str(kept).replace(chr(39), chr(34))}"
            choices.write_text(re.sub(r"^studies:.*\n(?:[ -].*\n)*", f"{line}\n", text, flags=re.M), encoding="utf-8")
    return target
