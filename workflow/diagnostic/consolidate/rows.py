"""The row ledger: every input row is kept, merged into another, or set aside, and says why."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.tables import RowLedger
from diagnostic.core.tables import columns


def ledger(
    role: str,
    file: str,
    row: pd.Series,
    into: pd.Series | str,
    rules: Mapping[str, pd.Series] | None = None,
    set_aside: pd.Series | None = None,
    reason: str = "",
    sheet: pd.Series | str = "",
) -> pd.DataFrame:
    """Ledger lines for one input table: one row per input row.

    `rules` maps a rule's name to the mask of the rows it touched; `set_aside` masks the rows not counted,
    which all get `reason`.
    """
    aside = pd.Series(False, index=row.index) if set_aside is None else set_aside
    applied = pd.Series("", index=row.index, dtype="str")
    for name, mask in (rules or {}).items():
        applied = applied.where(~mask, applied.str.cat([name] * len(applied), sep="; ").str.removeprefix("; "))
    return pd.DataFrame(
        {
            "role": role,
            "file": file,
            "sheet": sheet,
            "row": row,
            "outcome": aside.map({True: "set_aside", False: "kept"}),
            "into": into,
            "rules": applied,
            "reason": aside.map({True: reason, False: ""}),
        },
        columns=columns(RowLedger),
    )


def gather(
    cells: pd.DataFrame,
    published_figures: pd.DataFrame,
    published_notes: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    **ledgers: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """All ledgers of a study in one, one row per input row. Raises ValueError when a row is unaccounted for.

    `cells` has one row per filled cell of every input file, `received_rows` one per row of the exports; these rows
    (headers aside) must be exactly those of the ledgers. Published figures are kept one for one: they are compared, never counted.
    """
    kept = [
        ledger(role, files.get(role, ""), frame["row"], "reproduction/" + frame["id"])
        for role, frame in (("published_figures", published_figures), ("published_notes", published_notes))
    ]
    rows = pd.concat([*ledgers.values(), *kept], ignore_index=True).sort_values(
        ["role", "sheet", "row"], ignore_index=True
    )
    cells = cells[~cells["role"].isin(received_rows["role"])]
    sheets = cells["sheet"].fillna("")
    received = set(zip(cells["role"], sheets, cells["row"], strict=True))
    received -= {(role, sheet, 1) for role, sheet, _ in received}
    received |= set(zip(received_rows["role"], received_rows["sheet"].astype("str"), received_rows["row"], strict=True))
    accounted = list(zip(rows["role"], rows["sheet"].fillna(""), rows["row"], strict=True))
    if len(set(accounted)) != len(accounted) or set(accounted) != received:
        raise ValueError(f"{len(received)} input rows received, {len(accounted)} accounted for")
    return {"rows": rows}
