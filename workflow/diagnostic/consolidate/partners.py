"""Structures contacted and reminders: they are counted as they were received; what became of their rows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import whole

ROLE = "partners"


def consolidate(
    partners: pd.DataFrame, reminders: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The ledger of the workbook's rows, one row per row received."""
    file = files.get(ROLE, ROLE)
    ledgers = [
        ledger(ROLE, file, table["row"], f"{name}/" + table["partner_code.code"], sheet=table["sheet"].astype("str"))
        for name, table in {"partners": partners, "reminders": reminders}.items()
        if len(table)
    ]
    return {"partners_rows": whole(ROLE, file, received_rows, ledgers)}
