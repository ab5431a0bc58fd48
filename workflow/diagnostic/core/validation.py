"""A frame against what its table declares: columns and types by pandera, then the rules on rows.

pandera looks at each column in turn, and most of what it finds is known from a frame's types: a text column holds
texts. `validate` types all text columns in one call and the others as pandera would, tells by itself whether the checks of
`HOLD` hold, and gives pandera the columns that have something else to check. What is refused is always refused by the whole
declaration.
"""

import copy
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from diagnostic.core import tables
from diagnostic.core.stamp import DoorError as DoorError

# Where a check of pandera holds, by its name, from a column and what it is given; of a blank it may say anything.
HOLD: Mapping[str, Callable[..., pd.Series]] = {
    "greater_than_or_equal_to": lambda values, min_value: values >= min_value,
    "less_than_or_equal_to": lambda values, max_value: values <= max_value,
    "isin": lambda values, allowed_values: values.isin(list(allowed_values)),
    "str_matches": lambda values, pattern: values.str.match(pattern, na=False),
}


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
        return _left_to_check(frame, name)
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


@dataclass(frozen=True)
class _Left:
    """What the columns and types of a frame with rows leave to do: the columns to be given their type, blanks in the `filled`
    columns, no value twice in the `unique` ones, the checks of `HOLD`, and a schema of the other columns."""

    untyped: dict[str, pa.Column]
    filled: list[str]
    unique: list[str]
    known: dict[str, list[pa.Check]]
    schema: pa.DataFrameSchema


def _left_to_check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Raises SchemaErrors, ParserError, TypeError or ValueError where something is wrong: not what, which is not looked for."""
    parts = tables.declared(name, tuple(frame.columns))
    if parts is None:
        raise ValueError("columns")
    if not len(frame):
        return _nothing(name, tuple(frame.columns)).copy()
    types = zip(parts.items(), frame.dtypes, strict=True)
    texts = [column for (column, part), dtype in types if part.dtype.type == tables.TEXT and dtype != tables.TEXT]
    typed = frame.astype(dict.fromkeys(texts, tables.TEXT)) if texts else frame.copy(deep=False)
    left = _left(name, tuple(typed.columns), tuple(_kind(dtype) for dtype in typed.dtypes))
    for column, part in left.untyped.items():
        typed[column] = part.dtype.try_coerce(typed[column])
        if _kind(typed[column].dtype) != _kind(part.dtype.type):
            raise TypeError("types")
    values = dict(typed.items())
    if any(values[column].hasnans for column in left.filled):
        raise ValueError("blanks")
    if any(values[column].duplicated().any() for column in left.unique):
        raise ValueError("doubled")
    if not all(_hold(values[column], checks) for column, checks in left.known.items()):
        raise ValueError("values")
    return left.schema.validate(typed, lazy=True, inplace=True) if left.schema.columns else typed


def _hold(column: pd.Series, checks: list[pa.Check]) -> bool:
    for check in checks:
        held = HOLD[str(check.name)](column, **(check.statistics or {}))
        if not held.all() and not (held | column.isna()).all():
            return False
    return True


@cache
def _nothing(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table without rows, with the types of its declaration: there is nothing else to check."""
    parts = tables.declared(name, columns) or {}
    return pd.DataFrame({column: pd.Series([], dtype=part.dtype.type) for column, part in parts.items()})


def _kind(dtype: Any) -> Hashable:
    """A type as it is compared: for pandas two categorical types are equal in whatever order their categories are."""
    return (tuple(dtype.categories), dtype.ordered) if isinstance(dtype, pd.CategoricalDtype) else dtype


@cache
def _left(name: str, columns: tuple[str, ...], kinds: tuple[Hashable, ...]) -> _Left:
    filled, unique, rest = [], [], {}
    known: dict[str, list[pa.Check]] = {}
    untyped: dict[str, pa.Column] = {}
    for (column, part), kind in zip((tables.declared(name, columns) or {}).items(), kinds, strict=True):
        typed = _kind(part.dtype.type) == kind
        if all(check.name in HOLD and check.ignore_na for check in part.checks):
            untyped |= {} if typed else {column: part}
            filled += [] if part.nullable else [column]
            unique += [column] if part.unique else []
            known |= {column: part.checks} if part.checks else {}
            continue
        rest[column] = copy.deepcopy(part)
        rest[column].name, rest[column].regex = column, False
        rest[column].coerce = not typed
        if typed:
            rest[column].dtype = None
    return _Left(untyped, filled, unique, known, pa.DataFrameSchema(rest))
