"""The project as it is shipped, copied for a test: with the small study of the tests, and without the studies that a team
has added to its own. The full fictional study (`FULL`) comes only where it is asked for."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import shared
import yaml

ROOT = Path(__file__).resolve().parents[1]
SMALL, FULL = "99-2025", "99-2026"
STUDIES = ("62-2020", SMALL)
ADDED = Path(__file__).parent / "small"  # its files, laid out as in the project
SMALL_FILES = ADDED / "resources/studies" / SMALL
OTHERS = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
_PLACES = ("config/studies", "resources/studies")


def copy(target: Path, *names: str, studies: tuple[str, ...] = STUDIES) -> Path:
    """Copies of these files and folders of the project, with these studies only; returns `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=OTHERS)
            if (ADDED / name).is_dir():
                shutil.copytree(ADDED / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target / name)
    for added in (path for place in _PLACES for path in (target / place).glob("*") if path.stem not in studies):
        shutil.rmtree(added) if added.is_dir() else added.unlink()
    choices = target / "config/config.yaml"
    if choices.is_file():
        text = choices.read_text(encoding="utf-8")
        chosen = yaml.safe_load(text)["studies"]
        kept = [study for study in chosen if study in studies] or [studies[0]]
        if kept != chosen:
            line = f"studies: {str(kept).replace(chr(39), chr(34))}"
            choices.write_text(re.sub(r"^studies:.*\n(?:[ -].*\n)*", f"{line}\n", text, flags=re.M), encoding="utf-8")
    return target


def _created(study: str, tool: str, day: dt.date) -> Path:
    def make() -> Path:
        from diagnostic.study.start import init

        made = Path(tempfile.mkdtemp(prefix="creee-", dir=shared.folder()))
        init(copy(made, "config", "resources"), study, tool, day)
        return made

    return shared.between_processes(("creee", study, tool, day.isoformat()), make)


def created(target: Path, study: str, tool: str, day: dt.date, alone: bool = False, instruments: bool = True) -> Path:
    """The project with a study that `diagnostic creer` has just made of it, once in a session; `alone`: without the files
    of the other studies, where each test has a copy; nor its own `instruments`, unless this says so. Returns `target`."""
    root = Path(shutil.copytree(_created(study, tool, day), target))
    for other in STUDIES if alone else ():
        shutil.rmtree(root / "resources/studies" / other)
    if not instruments:
        shutil.rmtree(root / "instruments")
    return root


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="etudes-")
    home = copy(Path(made.name), "config", "resources")
    for name in ("workflow", "report", "profiles"):
        (home / name).symlink_to(ROOT / name)
    return made


def home() -> Path:
    """One such project for all tests of a process that only read, its code and texts being the project's own."""
    return Path(_home().name)
