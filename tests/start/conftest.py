from __future__ import annotations

from pathlib import Path

import pytest
from new_project import project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project")
