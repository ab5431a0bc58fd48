"""Charts are among what `.ci/run` compares, byte for byte, with runs elsewhere, at another hour, on other cores."""

from __future__ import annotations

from pathlib import Path

from copies import Finished


def test_charts_are_among_them(finished: Finished) -> None:
    made = map(Path, finished.project.digests("99-2025"))
    whole = [path for path in made if path.parent.name == "figures" and not path.stem.endswith("-mince")]
    suffixes = [path.suffix for path in whole]
    assert suffixes.count(".svg") >= 3 and suffixes.count(".svg") == suffixes.count(".png")
