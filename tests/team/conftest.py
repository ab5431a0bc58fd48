"""The tests of a team at work run whole studies in copies of the project, as those of `tests/workflow` do."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "workflow"))  # `copies`, which makes them
