"""A frame against what its table declares: columns and types by pandera, then the rules on rows.

Most columns have nothing but a type, and blanks or none, which `validate` looks at itself: pandera, which takes its time over
each column, is given those that have something else to check. What is refused is always refused by the whole declaration.
"""

import copy
from collections.abc import Hashable
from functools import cache
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from diagnostic.core import tables
from diagnostic.core.stamp import DoorError as DoorError


def validate(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame, typed and checked as table `name`. Raises DoorError without any value of the data."""
    typed = _typed(frame, name)
    rules = tables.row_rules(name) if len(typed) else ()
    broken = {rule.name: rows for rule in rules if (rows := rule.broken(typed)).any()}
    if broken:
        at = sorted({int(row) for rows in broken.values() for row in rows.nonzero()[0]})[:10]
        raise DoorError(f"table {name} refused at the door: {'; '.join(broken)} (positions {at})")
    return typed


def _typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with the declared columns and types, each column checked by itself."""
    try:
        return _as_declared(frame, name)
    except (pandera.errors.SchemaErrors, pandera.errors.ParserError, TypeError, ValueError):
        pass  # what they say is not kept: it may quote a value
    try:
        return tables.schema(name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        message = f"table {name} refused at the door: {_told(errors.failure_cases, name)}"
    raise DoorError(message)


def _told(cases: pd.DataFrame, name: str) -> str:
    """Columns, checks and positions of pandera's findings; of a column that is not declared only that there is one."""
    known = tables.schema(name).columns
    found = {
        f"{case.failure_case}: lacking"
        if case.check == "column_in_dataframe" and case.failure_case in known
        else "a column that is not declared"
        if case.check == "column_in_schema"
        else f"{case.column}: {case.check}"
        for case in cases.itertuples()
    }
    at = sorted({int(i) for i in cases["index"].dropna() if isinstance(i, int)})[:10]
    return f"{'; '.join(sorted(found))} (positions {at})"


def _as_declared(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Raises SchemaErrors, ParserError, TypeError or ValueError where something is wrong: not what, which is not looked for."""
    parts = tables.declared(name, tuple(frame.columns))
    if parts is None:
        raise ValueError("columns")
    typed = frame.copy(deep=False)
    for column, part in parts.items():
        if _kind(typed[column].dtype) != _kind(part.dtype.type):
            typed[column] = part.dtype.try_coerce(typed[column])
            if _kind(typed[column].dtype) != _kind(part.dtype.type):
                raise TypeError("types")
        if not part.nullable and typed[column].hasnans:
            raise ValueError("blanks")
    left = _left(name, tuple(frame.columns))
    return left.validate(typed, lazy=True, inplace=True) if left.columns and len(frame) else typed


def _kind(dtype: Any) -> Hashable:
    """A type as it is compared: for pandas two categorical types are equal in whatever order their categories are."""
    return (tuple(dtype.categories), dtype.ordered) if isinstance(dtype, pd.CategoricalDtype) else dtype


@cache
def _left(name: str, columns: tuple[str, ...]) -> pa.DataFrameSchema:
    """Of columns that have their types, those of which something else is declared."""
    left = {column: copy.deepcopy(part) for column, part in (tables.declared(name, columns) or {}).items()}
    left = {column: part for column, part in left.items() if part.checks or part.unique}
    for column, part in left.items():
        part.name, part.regex, part.coerce, part.dtype = column, False, False, None
    return pa.DataFrameSchema(left)
