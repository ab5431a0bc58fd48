"""`diagnostic auditer`: the files of a publication read from disk, audited, told; the tables written where asked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from diagnostic.audit.auditing import Audit, audit
from diagnostic.audit.reporting import report, tables
from diagnostic.collect.grids import read_export
from diagnostic.core import writing
from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic

CLEAN, CONTRADICTED, REFUSED = 0, 1, 2  # exit codes


class UnreadableFile(Refused):
    """A file that holds no table at all; the message is in French."""

    code = REFUSED


def run(figures: Path, structure: Path | None, integers: bool, folder: Path | None) -> tuple[str, int]:
    """What the audit of these two files says, and the exit code.

    `integers`: the reviewer's form, with counts, ranges and contradictory sets. `folder`: where to write the tables
    as CSV, in the same form. Raises UnreadableFile.
    """
    rules = None if structure is None else read(structure)
    done = audit(
        read(figures), rules, figures_file=figures.name, rules_file=structure.name if structure else "structure.csv"
    )
    text = report(done, safe=not integers)
    if done.blocked:
        return text, REFUSED
    if folder is not None:
        for name, frame in tables(done, safe=not integers).items():
            writing.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode(), folder / f"{name}.csv")
    return text, CONTRADICTED if _contradicts(done) else CLEAN


def _contradicts(done: Audit) -> bool:
    """Whether some figures contradict each other whatever the reading."""
    return bool(done.tables["conflicts"]["question"].eq("").any())


def read(path: Path) -> pd.DataFrame:
    """A CSV or the first sheet of a workbook, as text. Raises UnreadableFile."""
    try:
        content = path.read_bytes()
    except OSError:
        raise UnreadableFile(typographic(f"{path.name} : fichier introuvable ou illisible.")) from None
    grids, problems = read_export(content, path.name, short_rows=True)
    if not grids:
        told = " ".join(f"{problem.message} {problem.remedy}" for problem in problems)
        raise UnreadableFile(typographic(f"{path.name} : {told}"))
    header, *rows = grids[0].rows
    filled = [[*row, *[""] * (len(header) - len(row))][: len(header)] for row in rows]
    return pd.DataFrame(filled, columns=header, dtype="str")
