"""A study's own outlines in its configuration: refused in French when they are not there, sealed like any input."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import own
import pytest

from diagnostic.core import writing
from diagnostic.study.config import ConfigError, load
from diagnostic.study.given import seal

ROOT = Path(__file__).parents[2]
STUDY = "99-2025"
FILE = f"resources/studies/{STUDY}/communes.geojson"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return own.copy(tmp_path, "config", "resources")


def rewrite(root: Path, old: str, new: str) -> None:
    path = root / f"config/studies/{STUDY}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_they_are_among_what_the_results_depend_on(root: Path) -> None:
    config = load(root, {"studies": [STUDY]})
    assert config.outlines(STUDY) == FILE
    assert {FILE, f"{FILE}.meta.yaml"} <= set(config.sealed(STUDY))
    assert load(root).outlines("62-2020") == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("file: communes.geojson", "file: absent.geojson", "outlines.file : le fichier"),
        ("file: communes.geojson", "file: ../communes.geojson", "doit être un nom de fichier, sans dossier"),
        ("outlines:\n", "outlines:\n  properties: {codes: INSEE}\n", "outlines.properties"),
    ],
)
def test_a_wrong_declaration_is_refused_before_anything_runs(old: str, new: str, told: str, root: Path) -> None:
    rewrite(root, old, new)
    with pytest.raises(ConfigError, match=told):
        load(root, {"studies": [STUDY]})


def test_a_file_without_its_origin_record_is_refused(root: Path) -> None:
    (root / f"{FILE}.meta.yaml").unlink()
    with pytest.raises(ConfigError, match="communes.geojson.meta.yaml"):
        load(root, {"studies": [STUDY]})


def test_a_corrected_file_is_accepted_again(root: Path) -> None:
    content = json.loads((root / FILE).read_bytes())
    content["features"][0]["properties"]["name"] = "Corrigée"
    (root / FILE).write_text(json.dumps(content), encoding="utf-8")
    (line,) = seal(root, STUDY, dt.date(2026, 9, 15))
    assert line.startswith("communes.geojson : empreinte")
    assert writing.sha256(root / FILE) in (root / f"{FILE}.meta.yaml").read_text(encoding="utf-8")
    assert seal(root, STUDY, dt.date(2026, 9, 15)) == []
