"""Documents of several editions, read back from their pages and attacked together (`benchmarks/studies.py` has more studies).

A region and its départements, and a comparison with its studies, are in `tests/workflow/test_region_whole.py`; a draft and its
final in `tests/workflow/test_issued.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.slow  # three editions of a whole study
def test_the_pages_of_three_editions_together_give_nobody_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one newcomer and a batch, with the newcomer, with all: the first two print the same."""
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import studies

    row = studies.editions("01", 18)
    assert (row["exposed"], row["newcomer_moved"]) == (0, 0)
    assert int(row["numbers_read"]) > 50 and int(row["batch_moved"]) > 5
