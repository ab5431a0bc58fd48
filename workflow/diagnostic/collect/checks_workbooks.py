"""What the sheets of workbooks say of each other and of the register: a code that names nothing blocks at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.collect.answered import WORKBOOKS
from diagnostic.core.french import typographic
from diagnostic.core.problems import BLOCKING, MASKED, Problem

SITE = "site_code"


def check(
    codebook: Codebook,
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    files: Mapping[str, str],
    sites: pd.DataFrame | None,
) -> Iterator[Problem]:
    """Rows whose parent is not in the workbook, and sites that are not in the register (`sites`, None without one)."""
    for role, names in WORKBOOKS.items():
        for name in names if role in files else ():
            table = tables[name]
            parent = codebook.tables[name].parent
            if parent in names:
                shared = codebook.tables[name].key[0]
                known = set(tables[parent].get(f"{shared}.code", ()))
                message = f"Ce code n'est pas dans la feuille « {codebook.tables[parent].label} »."
                remedy = "Corriger le code, ou ajouter la ligne qui manque dans cette feuille."
                yield from unknown(table, shared, known, places, (role, name), files[role], (message, remedy))
            if sites is not None and name != "sites":
                known = set(sites["site_code"])
                message = "Ce code de site n'est pas dans le registre des sites."
                remedy = "Corriger le code, ou ajouter le site au registre."
                yield from unknown(table, SITE, known, places, (role, name), files[role], (message, remedy))


def unknown(
    table: pd.DataFrame,
    variable: str,
    known: set[str],
    places: pd.DataFrame,
    where: tuple[str, str],
    file: str,
    words: tuple[str, str],
) -> Iterator[Problem]:
    """One blocking problem per cell of a `.code` column whose code is not `known`; `where` is its role and table, `words` what
    is wrong and what to do."""
    column = f"{variable}.code"
    if column not in table:
        return
    own = places[(places["role"] == where[0]) & (places["table"] == where[1]) & (places["name"] == variable)]
    letters = dict(zip(own["sheet"], own["column"], strict=True))
    for row in table[~table[column].isin(known | {"no_answer", "not_asked"})].itertuples():
        yield Problem(
            BLOCKING,
            file,
            typographic(words[0]),
            words[1],
            sheet=str(row.sheet),
            row=int(row.row),
            column=letters.get(row.sheet, ""),
            value=MASKED,
        )
