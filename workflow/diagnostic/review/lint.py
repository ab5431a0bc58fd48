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
    `figures`, `documents`, `images`, `departements` (CSV), `structures` where a team wrote some of it, and `areas` where the
    study has a territory."""
    given = {
        name: [Path(one) for one in ([paths] if isinstance(paths, str) else paths)] for name, paths in inputs.items()
    }
    (qmd,), (figures,), (structures,) = given["qmd"], given["figures"], given.get("structures", [None])
    names = territory(given["departements"], given.get("areas", []))
    found, told = lint(qmd, given["statements"], figures, structures, [*given["documents"], *given["images"]], names)
    writing.write_bytes(found.encode(), Path(output))
    Path(log).write_text(f"documents: {len(given['documents'])} files\n{told}", encoding="utf-8")


def territory(departements: Iterable[Path], areas: Iterable[Path]) -> list[str]:
    """The names of all départements, and those of the communes and groupings of these territories."""
    own = [io.read_table(path) for path in areas]
    named = [table[name].dropna() for table in own for name in ("name", "epci_name", "arrondissement_name")]
    return [
        *(name for path in departements for name in pd.read_csv(path, dtype=str)["name"]),
        *pd.concat(named or [pd.Series()]),
    ]


def lint(
    qmd: Path,
    statements: Iterable[Path],
    figures: Path,
    structures: Path | None,
    documents: Iterable[Path],
    names: Iterable[str] = (),
) -> tuple[str, str]:
    """What stops the study: the French message of `numbers.message`, and one line per document that names a structure which
    did not agree, or that announces another rounding than the one drawn; empty when there is nothing to tell. And what does
    not (`numbers.misread`). A folder stands for the vector images in it. Without `structures`, none is looked for: no team
    wrote a word of these documents. `names`: those of the territory."""
    said = pd.concat([io.read_table(path) for path in statements], ignore_index=True)
    hidden = refusing(io.read_table(structures)) if structures else []
    files = [path for given in documents for path in (sorted(given.glob("*.svg")) if given.is_dir() else [given])]
    with ThreadPoolExecutor(4) as pool:  # a PDF is read by another program, which need not be waited for
        read = dict(zip(files, pool.map(lambda path: list(blocks(path.name, path.read_bytes())), files), strict=True))
    drawn = [block for path in files if path.suffix == ".svg" for block in read[path]]
    allowed = numbers.known(qmd.read_text(encoding="utf-8"), said, io.read_table(figures), names, drawn)
    strays = {path.name: numbers.strays(path.name, own, allowed) for path, own in read.items()}
    misread = numbers.misread(strays)
    told = [_named(path.name, own, hidden) + announced(path.name, own) for path, own in read.items()]
    found = [stray for name, own in strays.items() if name not in misread for stray in own]
    return numbers.message(found) + "".join(told), "".join(f"misread, not stopped: {name}\n" for name in misread)


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
