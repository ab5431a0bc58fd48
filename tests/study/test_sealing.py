"""A new origin record needs no digest: the command that seals writes it, and nothing where something else lacks."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import own
import pytest
import yaml

from diagnostic.core.declarations import ConfigError
from diagnostic.study.given import seal

STUDY, DAY = "47-2026", dt.date(2026, 3, 1)
RECORD = {"title": "Aller-vers", "origin": "observed", "source": "Équipe", "licence": "Interne", "date": "2026-02-01"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return own.created(tmp_path / "project", STUDY, "template", DAY)


def record(root: Path, content: dict[str, str]) -> Path:
    path = root / f"resources/studies/{STUDY}/outreach.csv.meta.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_the_digest_of_a_new_record_is_written(root: Path) -> None:
    path = record(root, RECORD)
    told = seal(root, STUDY, DAY)
    given = hashlib.sha256((path.parent / "outreach.csv").read_bytes()).hexdigest()
    assert any("outreach.csv" in line and given[:12] in line for line in told)
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["sha256"] == given
    assert not seal(root, STUDY, DAY)


def test_a_record_that_lacks_something_else_is_told_and_left(root: Path) -> None:
    path = record(root, {name: value for name, value in RECORD.items() if name != "licence"})
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="licence"):
        seal(root, STUDY, DAY)
    assert path.read_bytes() == before
