"""`diagnostic nombres`: the documents of a study read back; every number in them is a statement's, and nobody is named
who did not agree to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from diagnostic.core import io
from diagnostic.core.french import typographic
from diagnostic.release.named import mentions, refusing
from diagnostic.report import numbers
from diagnostic.report.read_back import blocks


def lint(qmd: Path, statements: Path, figures: Path, structures: Path, documents: Iterable[Path]) -> str:
    """The French message of `numbers.message`, and one line per document that names a structure which did not agree;
    empty when every number is in its place and nobody is named. A folder stands for the vector images in it."""
    allowed = numbers.known(qmd.read_text(encoding="utf-8"), io.read_table(statements), io.read_table(figures))
    hidden = refusing(io.read_table(structures))
    files = [path for given in documents for path in (sorted(given.glob("*.svg")) if given.is_dir() else [given])]
    strays = [stray for path in files for stray in numbers.strays(path.name, path.read_bytes(), allowed)]
    return numbers.message(strays) + "".join(_named(path, hidden) for path in files)


def _named(path: Path, hidden: Sequence[str]) -> str:
    """What to tell of a document that names one of these; never the name."""
    if not hidden or not any(mentions(block.text, hidden) for block in blocks(path.name, path.read_bytes())):
        return ""
    return typographic(
        f"{path.name} : une structure qui n’a pas accepté d’être nommée y est nommée ; relire ce que l’équipe a écrit.\n"
    )
