"""What the tables of a filled workbook have in common: answers as plain columns, and every received row accounted for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagnostic.consolidate.rows import ledger

SILENT = ("no_answer", "not_asked")
UNREAD = "Feuille ou ligne qui n’est lue par aucune règle."


def choice(table: pd.DataFrame, name: str) -> pd.Series:
    """A single choice or a code as text, missing where it is not answered; all missing without the column."""
    column = f"{name}.code"
    if column not in table:
        return pd.Series(pd.NA, index=table.index, dtype="str")
    codes = table[column].astype("str")
    return codes.mask(codes.isin([*SILENT, ""]))


def number(table: pd.DataFrame, name: str) -> pd.Series:
    """A whole number, missing where it is not given."""
    column = f"{name}.number"
    return table[column].astype("Int64") if column in table else pd.Series(pd.NA, index=table.index, dtype="Int64")


def at_least(table: pd.DataFrame, name: str) -> pd.Series:
    """Whether a whole number was given as the least there can be (« 5 et plus »)."""
    column = f"{name}.rule"
    return table[column].eq("at_least").fillna(False).astype(bool) if column in table else pd.Series(False, table.index)


def date(table: pd.DataFrame, name: str) -> pd.Series:
    """A date, missing where it is not given."""
    column = f"{name}.date"
    return pd.to_datetime(table[column] if column in table else pd.Series(pd.NaT, index=table.index))


def text(table: pd.DataFrame, name: str) -> pd.Series:
    """A place as it is written, missing where it is not given."""
    column = f"{name}.text"
    if column not in table:
        return pd.Series(pd.NA, index=table.index, dtype="str")
    written = table[column].astype("str")
    return written.mask(written.eq(""))


def whole(role: str, file: str, received_rows: pd.DataFrame, ledgers: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The ledgers of a workbook's tables, and the rows received that none of them has, set aside."""
    own = received_rows[received_rows["role"] == role]
    known = {pair for one in ledgers for pair in zip(one["sheet"].astype("str"), one["row"], strict=True)}
    sheets = own["sheet"].astype("str")
    found = [(sheet, row) not in known for sheet, row in zip(sheets, own["row"], strict=True)]
    rest = pd.Series(found, index=own.index, dtype=bool)
    left = own[rest]
    aside = pd.Series(True, index=left.index)
    unread = ledger(role, file, left["row"], "", set_aside=aside, reason=UNREAD, sheet=sheets[rest])
    return pd.concat([*ledgers, unread], ignore_index=True)
