"""The documents of a study read back; every number in them is a statement's, nobody is named who did
not agree to it, and what the text says of the rounding is not more than what the numbers stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from diagnostic.core import io, writing
from diagnostic.core.french import typographic
from diagnostic.release.named import mentions, refusing
from diagnostic.review import numbers
from diagnostic.review.read_back import Block, blocks, unfolded

# A rounding to the nearest would halve what a number drawn at random may stand for. (« Entier le plus proche » is a sample
# size's, which is exact.)
NEAREST = re.compile(r"\barrondi\w*\s+(?:aux?|à(?!\s*\d))\b[^.,;:(]{0,60}\bplus\s(?:proches?|près)\b", re.IGNORECASE)


def write(inputs: Mapping[str, str | Iterable[str]], output: str, log: str) -> None:
    """Write what `lint` has to tell, where what comes next stops. `inputs`, by name, is a path or several: `qmd`, `statements`,
    `figures`, `documents`, `images`, and `structures` where a team wrote some of it."""
    given = {
        name: [Path(one) for one in ([paths] if isinstance(paths, str) else paths)] for name, paths in inputs.items()
    }
    (qmd,), (figures,), (structures,) = given["qmd"], given["figures"], given.get("structures", [None])
    found = lint(qmd, given["statements"], figures, structures, [*given["documents"], *given["images"]])
    writing.write_bytes(found.encode(), Path(output))
    Path(log).write_text(f"documents: {len(given['documents'])} files\n", encoding="utf-8")


def lint(
    qmd: Path, statements: Iterable[Path], figures: Path, structures: Path | None, documents: Iterable[Path]
) -> str:
    """The French message of `numbers.message`, and one line per document that names a structure which did not agree, or
    that announces another rounding than the one drawn; empty when there is nothing to tell. A folder stands for the vector
    images in it. Without `structures`, none is looked for: no team wrote a word of these documents."""
    said = pd.concat([io.read_table(path) for path in statements], ignore_index=True)
    allowed = numbers.known(qmd.read_text(encoding="utf-8"), said, io.read_table(figures))
    hidden = refusing(io.read_table(structures)) if structures else []
    files = [path for given in documents for path in (sorted(given.glob("*.svg")) if given.is_dir() else [given])]
    strays: list[numbers.Stray] = []
    told = []
    with ThreadPoolExecutor(4) as pool:  # a PDF is read by another program, which need not be waited for
        for path, read in zip(
            files, pool.map(lambda path: list(blocks(path.name, path.read_bytes())), files), strict=True
        ):
            strays += numbers.strays(path.name, read, allowed)
            told.append(_named(path.name, read, hidden) + announced(path.name, read))
    return numbers.message(strays) + "".join(told)


def announced(name: str, read: Iterable[Block]) -> str:
    """What to tell of a document, read back, whose text says that numbers are rounded to the nearest."""
    if not any(NEAREST.search(unfolded(block.text)) for block in read):
        return ""
    return typographic(
        f"{name} : le texte annonce un arrondi au plus proche, et dirait ainsi plus que les nombres, qui sont arrondis "
        "au hasard ; corriger ce que l’équipe a écrit.\n"
    )


def _named(name: str, read: Iterable[Block], hidden: Sequence[str]) -> str:
    """What to tell of a document that names one of these; never the name."""
    if not hidden or not any(mentions(block.text, hidden) for block in read):
        return ""
    return typographic(
        f"{name} : une structure qui n’a pas accepté d’être nommée y est nommée ; relire ce que l’équipe a écrit.\n"
    )
