"""All input files of one study, read and checked at once: the one reading that check and collect share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from diagnostic.collect.checks import check
from diagnostic.collect.parse import Source, empty, parse, source
from diagnostic.collect.reader import read_csv
from diagnostic.collect.received import PLACED, Cells
from diagnostic.collect.tables import INPUTS
from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.core.wording import UnreadableRow


@dataclass(frozen=True)
class Collected:
    """What a study's files hold: `cells` (shape of `Cells`), one table per role of INPUTS, all problems, and the place of
    each column, by role.

    With a blocking problem the tables may lack values and must not be written.
    """

    cells: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    problems: list[Problem]
    sources: dict[str, Source]

    @property
    def blocked(self) -> bool:
        """Whether any problem blocks."""
        return any(problem.severity == BLOCKING for problem in self.problems)

    @property
    def places(self) -> pd.DataFrame:
        """The columns of the tables, in the shape of `Places` but for the origin, which no file says."""
        rows = [
            (role, source.file, role, name, 0, 0, letter)
            for role, source in self.sources.items()
            for name, letter in source.letters.items()
        ]
        return pd.DataFrame(rows, columns=PLACED)


def read(
    contents: Mapping[str, bytes],
    files: Mapping[str, str],
    encodings: Mapping[str, str] | None = None,
    latest: dt.date | None = None,
) -> Collected:
    """Every file of a study: role → content, role → name for messages, role → declared encoding if any.

    A role that is not given has an empty typed table. `latest` is the last day a date may be. Raises KeyError
    for a role that is not in INPUTS; nothing in the contents makes it raise.
    """
    tables: dict[str, pd.DataFrame] = {}
    cells: list[pd.DataFrame] = [Cells.empty()]
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for role, content in contents.items():
        model = INPUTS[role]
        found, told = read_csv(content, files[role], role, (encodings or {}).get(role))
        sources[role] = source(found, files[role])
        problems += told
        if len(found):
            tables[role], more = parse(found, model, files[role], latest)
            problems += _untold(more, told)
            cells.append(found)
    tables = {role: tables[role] if role in tables else empty(model) for role, model in INPUTS.items()}
    problems += _untold(check(tables, sources), problems)
    return Collected(pd.concat(cells, ignore_index=True), tables, problems, sources)


def _untold(found: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """The problems that are no mere consequence of one already told for the same row or cell."""
    told = [problem for problem in told if problem.severity == BLOCKING and problem.row is not None]
    rows = {(problem.file, problem.row) for problem in told if isinstance(problem, UnreadableRow)}
    places = {(problem.file, problem.row, problem.column) for problem in told if problem.column}
    return [
        problem
        for problem in found
        if (problem.file, problem.row) not in rows and (problem.file, problem.row, problem.column) not in places
    ]
