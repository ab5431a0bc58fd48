"""What the team knows of support: local structures, practices, outreach, presentations of the study, the previous plan,
what the law did; the composite stories that it approved."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.collect.answers import AXES, CIRCULATIONS, PRACTICES
from diagnostic.collect.checks_vignettes import approved
from diagnostic.consolidate.rows import ledger

RESERVED, WAITING = "diffusion_restreinte", "sans_deux_approbations"


def consolidate(
    structures: pd.DataFrame,
    practices: pd.DataFrame,
    law_results: pd.DataFrame,
    files: Mapping[str, str],
    circulation: str,
    **others: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The seven tables in the order in which they are read (structures by code, practices by kind, outreach, presentations
    and what the law did by date, actions and stories as they stand), and the ledger of their input rows.

    A structure of which some axis is not known is counted for the others (`axe_non_precise`). `circulation`: to whom the
    report may go; a total that may not go as far is set aside (`RESERVED`), and a story that two persons have not approved
    (`WAITING`). `others`: outreach, restitutions, actions, vignettes.
    """
    kinds = practices["kind"].map(list(PRACTICES).index)
    unknown = structures[list(AXES)].isna().any(axis=1)
    given = {"structures": structures, "practices": practices, **others, "law_results": law_results}
    far = law_results["circulation"].map(CIRCULATIONS.index)
    reserved = far.astype("int64") < CIRCULATIONS.index(circulation)
    rules = {"structures": {"axe_non_precise": unknown}}
    told = others["vignettes"]
    agreed = [approved(*pair) for pair in zip(told["first_approval"], told["second_approval"], strict=True)]
    waiting = ~pd.Series(agreed, index=told.index, dtype="bool")
    aside = {"law_results": {RESERVED: reserved}, "vignettes": {WAITING: waiting}}
    rows = [ledger(role, files, table, role, rules.get(role), aside.get(role)) for role, table in given.items()]
    return {
        "structures": structures.sort_values("structure_code"),
        "practices": practices.assign(order=kinds).sort_values(["order", "row"]).drop(columns="order"),
        "outreach": others["outreach"].sort_values("year"),
        "restitutions": others["restitutions"].sort_values(["date", "row"]),
        "actions": others["actions"].sort_values("row"),
        "vignettes": told.loc[~waiting, ["row", "title", "text"]].sort_values("row"),
        "law_results": law_results[~reserved].sort_values(["year", "row"]),
        "support_rows": pd.concat(rows, ignore_index=True),
    }
