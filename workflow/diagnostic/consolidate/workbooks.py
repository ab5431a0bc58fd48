"""What the tables of a filled workbook have in common: answers as plain columns, and every received row accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.consolidate.rows import ledger

SILENT = ("no_answer", "not_asked")
UNREAD = "Feuille ou ligne qui n’est lue par aucune règle."


def _answers(table: pd.DataFrame, column: str, dtype: str) -> pd.Series:
    return table[column].astype(dtype) if column in table else pd.Series(pd.NA, index=table.index, dtype=dtype)


def choice(table: pd.DataFrame, name: str) -> pd.Series:
    """A single choice or a code as text, missing where it is not answered; all missing without the column."""
    codes = _answers(table, f"{name}.code", "str")
    return codes.mask(codes.isin([*SILENT, ""]))


def number(table: pd.DataFrame, name: str) -> pd.Series:
    """A whole number, missing where it is not given."""
    return _answers(table, f"{name}.number", "Int64")


def at_least(table: pd.DataFrame, name: str) -> pd.Series:
    """Whether a whole number was given as the least there can be (« 5 et plus »)."""
    column = f"{name}.rule"
    return table[column].eq("at_least").fillna(False).astype(bool) if column in table else pd.Series(False, table.index)


def date(table: pd.DataFrame, name: str) -> pd.Series:
    """A date, missing where it is not given."""
    return _answers(table, f"{name}.date", "datetime64[ns]")


def text(table: pd.DataFrame, name: str) -> pd.Series:
    """A place as it is written, missing where it is not given."""
    written = _answers(table, f"{name}.text", "str")
    return written.mask(written.eq(""))


def plain(table: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """A typed table with the columns named, each from one of its own (`site_code.code`), beside the place of each row."""
    read = {"code": choice, "number": number, "date": date, "text": text}
    parts = {own: column.rsplit(".", 1) for own, column in columns.items()}
    return table[["sheet", "row"]].assign(**{own: read[kind](table, name) for own, (name, kind) in parts.items()})


def whole(
    role: str, files: Mapping[str, str], received_rows: pd.DataFrame, ledgers: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """The ledgers of a workbook's tables, and the rows received that none of them has, set aside."""
    own = received_rows[received_rows["role"] == role]
    known = {pair for one in ledgers for pair in zip(one["sheet"].astype("str"), one["row"], strict=True)}
    unseen = [pair not in known for pair in zip(own["sheet"].astype("str"), own["row"], strict=True)]
    left = own[pd.Series(unseen, index=own.index, dtype=bool)]
    unread = ledger(role, files, left, "", aside={UNREAD: pd.Series(True, index=left.index)})
    return pd.concat([*ledgers, unread], ignore_index=True)
