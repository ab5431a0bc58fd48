"""The row ledger: every input row is kept, merged into another, or set aside, and says why."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from diagnostic.collect.table_names import BLANK_READ, EITHER
from diagnostic.consolidate.table_names import KEYS, PLAIN

END = "_rows"  # of the name of a ledger


def ledger(
    role: str,
    files: Mapping[str, str],
    table: pd.DataFrame,
    into: pd.Series | str,
    rules: Mapping[str, pd.Series] | None = None,
    aside: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """Ledger lines for one input table, which has the `row` of each line and the `sheet` of one of several.

    `into`: the table where they are counted, under the columns that `KEYS` says, or what each becomes; `rules`: name of a
    rule → the rows it touched; `aside`: reason → the rows not counted, of several reasons the last.
    """
    reason = np.full(len(table), "", dtype=object)
    for text, mask in (aside or {}).items():
        reason[mask.to_numpy(dtype=bool)] = text
    return pd.DataFrame(
        {
            "role": role,
            "file": files.get(role, role),
            "sheet": table["sheet"].astype("str") if "sheet" in table else "",
            "row": table["row"],
            "outcome": np.where(reason != "", "set_aside", "kept"),
            "into": f"{into}/" + _names(into, table) if isinstance(into, str) and into else into,
            "rules": applied(table, rules or {}),
            "reason": reason,
        }
    )


def applied(table: pd.DataFrame, rules: Mapping[str, pd.Series]) -> np.ndarray:
    """The names of the rules that touched each row; one that is not known to leave it alone is named."""
    named = np.full(len(table), "", dtype=object)
    for name, mask in rules.items():
        touched = mask.to_numpy(dtype=bool, na_value=True)
        named[touched] = [f"{before}; {name}" if before else name for before in named[touched]]
    return named


# What a publication prints, and what each of its rows is named by.
PUBLISHED = {
    **{"published_figures": "id", "published_notes": "id"},
    **{"published_structure": "relation", "published_lists": "figure"},
}


def gather(
    cells: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str], **given: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """All ledgers of a study in one, one row per input row. Raises ValueError when a row is unaccounted for, or is said to
    be counted in a row of a table that does not exist.

    `cells` has one row per filled cell of every input file, `received_rows` one per row of the exports; these rows
    (headers aside) must be exactly those of the ledgers. `given`: the ledgers, and every table of `KEYS`. What a publication
    prints is kept row for row: it is compared, never counted.
    """
    kept = [
        ledger(role, files, given[role], "reproduction/" + given[role][name])
        for role, name in PUBLISHED.items()
        if len(given.get(role, ()))
    ]
    kept += [ledger(role, files, given[role], role) for role in PLAIN if role in given]
    ledgers = [frame for name, frame in given.items() if name.endswith(END)]
    rows = pd.concat([*ledgers, *kept], ignore_index=True).sort_values(["role", "sheet", "row"], ignore_index=True)
    cells = cells[~cells["role"].isin(received_rows["role"])]
    received = set(zip(cells["role"], cells["sheet"].fillna(""), cells["row"], strict=True))
    received -= {(role, sheet, 1) for role, sheet, _ in received}
    received |= set(zip(received_rows["role"], received_rows["sheet"].astype("str"), received_rows["row"], strict=True))
    accounted = list(zip(rows["role"], rows["sheet"].fillna(""), rows["row"], strict=True))
    if len(set(accounted)) != len(accounted) or set(accounted) != received:
        raise ValueError(f"{len(received)} input rows received, {len(accounted)} accounted for")
    _named(rows, {name: frame for name, frame in given.items() if not name.endswith(END)})
    return {"rows": rows}


def _named(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> None:
    """Raises ValueError where a row that counts is in no row of the table that the ledger names."""
    counted = rows[rows["outcome"].ne("set_aside")]
    if counted.empty:
        return
    named = counted["into"].fillna("").str.partition("/")
    for table, own in named.groupby(0):
        if table != "reproduction":
            frame = tables.get(str(table), pd.DataFrame())
            known = set(_names(str(table), frame)) if set(KEYS.get(str(table), ())) & set(frame) else set()
            if astray := int((~own[2].isin(known)).sum()):
                raise ValueError(f"{astray} input rows counted in rows of {table or 'no table'} that do not exist")


def _names(table: str, frame: pd.DataFrame) -> pd.Series:
    parts = [_text(frame[name]) for name in KEYS[table] if name in frame]
    return parts[0].str.cat(parts[1:], sep="/") if parts else pd.Series("", index=frame.index, dtype="str")


def _text(column: pd.Series) -> pd.Series:
    dated = pd.api.types.is_datetime64_any_dtype(column)
    return (column.dt.strftime("%Y-%m-%d") if dated else column.astype("str")).fillna("")


# -- What the tables of a filled workbook have in common: answers as plain columns, and every received row accounted for
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


def rules_read(table: pd.DataFrame) -> dict[str, set[str]]:
    """Variable → the rules by which the recipe of a team's own file read its answers: what a blank means, a band of ages that
    is none of the list."""
    own = {name.removesuffix(".rule"): table[name] for name in table if str(name).endswith(".rule")}
    said = {name: {*" ".join(rules.fillna("").astype("str").unique()).split()} for name, rules in own.items()}
    return {name: found & {EITHER, BLANK_READ} for name, found in said.items() if found & {EITHER, BLANK_READ}}


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
