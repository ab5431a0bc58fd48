"""What the team knows of support: local structures, practices, outreach, presentations of the study, the previous plan."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.collect.answers import AXES, PRACTICES
from diagnostic.consolidate.rows import ledger


def consolidate(
    structures: pd.DataFrame,
    practices: pd.DataFrame,
    outreach: pd.DataFrame,
    restitutions: pd.DataFrame,
    actions: pd.DataFrame,
    files: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """The five tables in the order in which they are read (structures by code, practices by kind, outreach and
    presentations by date, actions as they stand), and the ledger of their input rows.

    A structure of which some axis is not known is counted for the others (`axe_non_precise`).
    """
    kinds = practices["kind"].map(list(PRACTICES).index)
    unknown = structures[list(AXES)].isna().any(axis=1)
    into = {
        "structures": "structures/" + structures["structure_code"],
        "practices": "practices/" + practices["row"].astype("str"),
        "outreach": "outreach/" + outreach["year"].astype("str"),
        "restitutions": "restitutions/" + restitutions["date"] + "/" + restitutions["row"].astype("str"),
        "actions": "actions/" + actions["row"].astype("str"),
    }
    given = {"structures": structures, "practices": practices, "outreach": outreach, "restitutions": restitutions}
    given["actions"] = actions
    rules = {"structures": {"axe_non_precise": unknown}}
    rows = [
        ledger(role, files.get(role, ""), table["row"], into[role], rules.get(role)) for role, table in given.items()
    ]
    return {
        "structures": structures.sort_values("structure_code"),
        "practices": practices.assign(order=kinds).sort_values(["order", "row"]).drop(columns="order"),
        "outreach": outreach.sort_values("year"),
        "restitutions": restitutions.sort_values(["date", "row"]),
        "actions": actions.sort_values("row"),
        "support_rows": pd.concat(rows, ignore_index=True),
    }
