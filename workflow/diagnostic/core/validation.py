"""A frame against what its table declares: columns and types by pandera, then the rules on rows.

pandera takes its time over each column: `validate` looks itself at what is declared, and a frame in which something is not so is
refused by pandera, by the whole declaration.
"""

from collections.abc import Callable, Hashable
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
        values = frame[column]
        if _kind(values.dtype) != _kind(part.dtype.type):
            values = typed[column] = part.dtype.try_coerce(values)
            if _kind(values.dtype) != _kind(part.dtype.type):
                raise TypeError("types")
        if not part.nullable and values.hasnans:
            raise ValueError("blanks")
        if not _holds(values, part):
            raise ValueError("checks")
    return typed


def _kind(dtype: Any) -> Hashable:
    """A type as it is compared: for pandas two categorical types are equal in whatever order their categories are."""
    return (tuple(dtype.categories), dtype.ordered) if isinstance(dtype, pd.CategoricalDtype) else dtype


# What may be said of a column's values: the name that pandera gives it → the same.
SAID: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    "greater_than_or_equal_to": lambda known, least: known >= least,
    "less_than_or_equal_to": lambda known, most: known <= most,
    "isin": lambda known, values: known.isin(list(values)),
    "str_matches": lambda known, pattern: known.str.match(pattern),
}


def _holds(values: pd.Series, part: pa.Column) -> bool:
    """Whether all that is said of a column holds, blanks aside; of what only pandera knows to check, it is not said here."""
    if any(check.name not in SAID for check in part.checks):
        return False
    known = values.dropna() if part.checks else values
    said = ((SAID[check.name], *check.statistics.values()) for check in part.checks)
    return all(test(known, given).all() for test, given in said) and not (part.unique and values.duplicated().any())
