"""What a command names in a study's configuration: one line is written, nothing else moves, or what to write is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostic.study.given import named

STUDY = "47-2026"
PLACE = f"config/studies/{STUDY}.yaml"
TEXT = """# L’étude.
inputs: # fichiers
  sites: sites.csv # le registre

# Les exports.
received:
  questionnaire: template # l’essai
counting:
  ceiling: 10
"""


def study(root: Path, text: str = TEXT) -> Path:
    path = root / PLACE
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "role", "value", "old", "new"),
    [
        ("inputs", "press", "press.csv", "# le registre\n", "# le registre\n  press: press.csv\n"),
        ("received", "questionnaire", "kobo", "template # l’essai", "kobo # l’essai"),
        ("received", "situation_coding", "template", "# l’essai\n", "# l’essai\n  situation_coding: template\n"),
        ("counting", "first_year", "2020", "ceiling: 10\n", "ceiling: 10\n  first_year: 2020\n"),
        ("publication", "outreach", "ici", "ceiling: 10\n", "ceiling: 10\n\npublication:\n  outreach: ici\n"),
    ],
)
def test_one_line_is_written_under_its_key(tmp_path: Path, key: str, role: str, value: str, old: str, new: str) -> None:
    path = study(tmp_path)
    assert named(tmp_path, STUDY, key, role, value) == f"{PLACE} : « {role}: {value} » est écrit sous « {key} »."
    assert path.read_text(encoding="utf-8") == TEXT.replace(old, new)
    assert named(tmp_path, STUDY, key, role, value) == ""  # it is there


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("inputs: {sites: sites.csv}\n", "inputs: {sites: autre.csv}\n"),
        ("inputs:\n    sites:\n      sites.csv\n", "inputs:\n    sites:\n      autre.csv\n"),
        ("inputs:\n", "inputs:\n  sites: autre.csv\n"),
        ("inputs: {} # rien\nfinal: false\n", "inputs: # rien\n  sites: autre.csv\nfinal: false\n"),
        ("# Rien encore.", "# Rien encore.\n\ninputs:\n  sites: autre.csv\n"),
        ("inputs: # fichiers\nfinal: false", "inputs: # fichiers\n  sites: autre.csv\nfinal: false\n"),
    ],
)
def test_a_file_laid_out_otherwise_is_written_in_its_own_way(tmp_path: Path, text: str, new: str) -> None:
    path = study(tmp_path, text)
    if text.startswith("#"):
        text = f"title: Un titre\n{text}"
        path.write_text(text, "utf-8")
        new = f"title: Un titre\n{new}"
    assert named(tmp_path, STUDY, "inputs", "sites", "autre.csv").endswith("est écrit sous « inputs ».")
    assert path.read_text(encoding="utf-8") == new


@pytest.mark.parametrize("text", ["inputs: {press: press.csv}\n", "inputs: oui\n", "inputs: [a, b]\n"])
def test_what_cannot_be_written_is_left_to_the_team(tmp_path: Path, text: str) -> None:
    path = study(tmp_path, text)
    told = named(tmp_path, STUDY, "inputs", "sites", "autre.csv")
    assert told == f"À écrire dans {PLACE}, sous « inputs » : « sites: autre.csv »."
    assert path.read_text(encoding="utf-8") == text
