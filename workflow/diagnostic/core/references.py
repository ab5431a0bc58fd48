"""Foreign keys: what tables declare of each other (`tables.refers`), checked where both are at hand.

Answers refer to the codebook without declaring it: where the table of its codes is at hand, every column of a closed
question is one of its answers (`variable/code`), and holds some of its codes (`variable.code`) or says that it has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import pandas as pd

from diagnostic.core.tables import among, references
from diagnostic.core.validation import DoorError

CODES, ANSWER = "collect/codes", "answer"  # the table of the codebook's answers, and its column
STATES = frozenset({"no_answer", "not_asked"})


def check(given: Mapping[str, pd.DataFrame]) -> None:
    """Check every declared reference from one of the tables to another (`phase/table` → typed table).

    A column that is not there, since its form follows the codebook, holds nothing. Raises DoorError: it names tables,
    columns and positions, all of them, and never a value.
    """
    found = list(_answers(given))
    for name, frame in given.items():
        for reference in references(name):
            if reference.table not in given or reference.column not in frame:
                continue
            known = given[reference.table].get(reference.target, pd.Series([], dtype="str"))
            values = frame[reference.column]
            if pd.api.types.is_string_dtype(values.dtype):  # as plain texts: pandas would turn Arrow's one by one
                values, known = values.astype(object), known.astype(object)
            astray = (
                values.notna().to_numpy() & ~values.isin(known).to_numpy(dtype=bool) & among(frame, reference.where)
            )
            if astray.any():
                at = [int(row) for row in astray.nonzero()[0][:10]]
                target = f"{reference.table}.{reference.target}"
                found.append(f"table {name}: {reference.column} is not in {target} (positions {at})")
    if found:
        raise DoorError("; ".join(found))


def _answers(given: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """What is no answer of the codebook, in the columns of closed questions."""
    codes = _codes(tuple(given[CODES][ANSWER].tolist())) if CODES in given else {}
    for name, frame in given.items() if codes else ():
        for column in frame.columns:
            variable, ticked, option = column.partition("/")
            if ticked and variable in codes and option not in codes[variable]:
                yield f"table {name}: a column of {variable} is no answer of the codebook"
            variable = column.removesuffix(".code")
            if variable != column and variable in codes:
                others = set(frame[column].dropna().unique()) - codes[variable] - STATES
                if others:
                    astray = frame[column].isin(others)
                    at = [int(row) for row in astray.to_numpy().nonzero()[0][:10]]
                    yield f"table {name}: {column} is not in {CODES}.{ANSWER} (positions {at})"


@lru_cache(maxsize=2)  # every step of a study has the same
def _codes(answers: tuple[str, ...]) -> dict[str, set[str]]:
    """Variable → its codes."""
    codes: dict[str, set[str]] = {}
    for answer in answers:
        variable, _, code = answer.partition("/")
        codes.setdefault(variable, set()).add(code)
    return codes
