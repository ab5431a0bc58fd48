"""The project's own codebook, as files and as loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostic.codebook import loading
from diagnostic.codebook.instruments import instruments
from diagnostic.codebook.model import Codebook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return loading.read_folder(ROOT / loading.FOLDER)


@pytest.fixture(scope="session")
def codebook(files: dict[str, bytes]) -> Codebook:
    return loading.load(files)


@pytest.fixture(scope="session")
def made(codebook: Codebook) -> dict[str, bytes]:
    return instruments(codebook)
