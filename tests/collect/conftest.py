"""The small fictional study, fresh for each test."""

from __future__ import annotations

import pytest
from small_study import SMALL


@pytest.fixture
def small() -> dict[str, str]:
    """Role → content of its CSV."""
    return dict(SMALL)
