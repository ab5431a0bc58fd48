"""The study 99-2026 as the project ships it: what the team of `team_play` leaves when it has worked by the project's own doors.

    PYTHONPATH=tests:tests/workflow python tests/team/team_study.py

plays the team in a temporary copy of the project, and writes the study again.Its exports lie in the open, beside its other files: nothing in them is of anybody.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import team_files
import yaml
from copies import fresh
from own import ROOT
from team_blocks import BLOCKS
from team_play import STUDY, Team

RESOURCES, CONFIG = Path("resources/studies") / STUDY, Path("config/studies")
EXPORTS = ("questionnaire", "interview_sheets", "situation_coding", "text_coding")
HELD = (*(f"{name}.xlsx" for name in (*EXPORTS, "questionnaire_original")), "questionnaire_recipe.yaml")
# Of the team's first calculation, what it goes on from: its documents are those of the last one.
DRAWN = f"results/{STUDY}/estimate/codage.xlsx"
UP_TO_ITS_DRAW = ("--config", f"studies=[{STUDY}]", "--until", "estimate_facts")
HEADER = "# The complete fictional study: every file that a team gives, made by tests/team/team_study.py.\n"
ORIGIN = {"source": "Inventé pour la démonstration et les tests", "licence": "Licence Ouverte 2.0"}
SOURCES = {"communes.geojson": "Contours inventés pour la démonstration et les tests"}  # what stands under a map
PUBLIC = (
    "sites",
    "press",
    "restitutions",
    "communes",
)
TITLES = {"communes.geojson": "Communes d’un département fictif"}


def shipped(root: Path) -> dict[Path, bytes]:
    """Path → content of all that the project ships of the study, from the project where the team worked."""
    found = {CONFIG / f"{STUDY}.yaml": _bare((root / CONFIG / f"{STUDY}.yaml").read_text(encoding="utf-8"))}
    found |= {CONFIG / STUDY / name: (root / CONFIG / STUDY / name).read_bytes() for name in BLOCKS}
    for path in sorted((root / RESOURCES).iterdir()):
        record = path.name.endswith(".meta.yaml")
        found[RESOURCES / path.name] = _declared(path) if record else path.read_bytes()
    received = root / "vault" / STUDY / "received"
    found |= {RESOURCES / "received" / name: (received / name).read_bytes() for name in HELD}
    found |= {
        RESOURCES / "conformite" / path.name: path.read_bytes() for path in (received.parent / "conformite").iterdir()
    }
    return found


def _bare(text: str) -> bytes:
    """The study's choices without what `creer` explains of them."""
    lines = (re.sub(r"\s+#.*", "", line) for line in text.splitlines() if not line.lstrip().startswith("#"))
    return (HEADER + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).lstrip("\n") + "\n").encode()


def _declared(path: Path) -> bytes:
    """An origin record that says where the content comes from: nowhere."""
    name = path.name.removesuffix(".meta.yaml")
    record: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    record |= ORIGIN | {"title": TITLES.get(name, record["title"])}
    record |= {"source": SOURCES.get(name, record["source"])}
    record |= {"public": True} if name.partition(".")[0] in PUBLIC else {}
    for gone in ("history", "trial"):
        record.pop(gone, None)
    return str(yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=110)).encode()


def play(folder: Path, told: Callable[[str], object] = print) -> Team:
    """The team at work in a copy of the project under `folder`. Raises AssertionError where a command is refused."""
    team_files.main(str(folder / "fichiers"))
    project = fresh(folder / "projet")

    def say(*arguments: str) -> str:
        drawn = arguments[0] == "calculer" and not project.path(DRAWN).is_file()
        done = project.snakemake(*UP_TO_ITS_DRAW) if drawn else project.diagnostic(*arguments)
        told(" ".join(arguments))
        waits = "attente de leur recette" in done.output or "rien n’en est encore reçu" in done.output
        assert done.code == bool(waits), done.output  # 1 while a file waits for its recipe
        return done.output

    team = Team(project.root, folder / "fichiers", say)
    team.work()
    team.compliance()
    return team


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for path, content in shipped(play(Path(scratch)).root).items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(content)


if __name__ == "__main__":
    main()
