"""`diagnostic nombres`: the documents of a study read back, every number in them found in the released text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from diagnostic import io
from diagnostic.report import numbers


def lint(qmd: Path, ledger: Path, figures: Path, documents: Iterable[Path]) -> str:
    """The French message of `numbers.message`; empty when every number is in its place. A folder stands for the vector
    images in it."""
    allowed = numbers.known(qmd.read_text(encoding="utf-8"), io.read_table(ledger), io.read_table(figures))
    files = [path for given in documents for path in (sorted(given.glob("*.svg")) if given.is_dir() else [given])]
    return numbers.message([stray for path in files for stray in numbers.strays(path.name, path.read_bytes(), allowed)])
