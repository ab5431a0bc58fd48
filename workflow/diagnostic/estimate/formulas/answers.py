"""Coded answers as values and sets, whatever their columns: what agreement and profiles both read.

A multiple question has one boolean column per option (`audience/men`); a single one has its own column.
"""

import pandas as pd

UNKNOWN = ("dk", "not_stated")  # « ne sait pas », « non déclarée »: answers for the coder, missing values for a profile
NONE = "none"  # « aucun de ces… »: looked for and not found, an empty set


def option_columns(table: pd.DataFrame, variable: str) -> dict[str, str]:
    """The columns of a multiple question by option, in the order of the table; empty for a single question."""
    start = f"{variable}/"
    return {column.removeprefix(start): column for column in table.columns if column.startswith(start)}


def ticks(table: pd.DataFrame, variable: str) -> pd.DataFrame:
    """The boxes of a multiple question, one boolean column per option: an empty box is not ticked.

    Raises KeyError when the question has no column.
    """
    columns = option_columns(table, variable)
    if not columns:
        raise KeyError(variable)
    boxes = [table[column].fillna(False).to_numpy(dtype=bool) for column in columns.values()]
    return pd.DataFrame(dict(zip(columns, boxes, strict=True)), index=table.index)


def option_sets(table: pd.DataFrame, variable: str) -> pd.Series:
    """The set of ticked options of each row, with the index of the table; None where no box is ticked.

    `none` alone is the empty set; an unknown is kept as an option. Raises KeyError as `ticks`.
    """
    boxes = ticks(table, variable)
    options = list(boxes.columns)
    sets = [
        frozenset(option for option, box in zip(options, row, strict=True) if box) for row in boxes.to_numpy().tolist()
    ]
    return pd.Series([made - {NONE} if made else None for made in sets], index=table.index, dtype=object, name=variable)


def known_values(table: pd.DataFrame, variable: str) -> pd.Series:
    """The answers to a single question, None where it is blank or unknown."""
    values = table[variable].astype(object)
    return values.where(values.notna() & ~values.isin(UNKNOWN), None)
