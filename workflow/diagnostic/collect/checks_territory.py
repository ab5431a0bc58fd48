"""Coded communes: each is a commune of the study's département, or its cell is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnostic.collect.keys import NOTHING, Words, at_cell
from diagnostic.core.problems import Problem

CODED = {  # role → its table and the columns that hold codes of communes
    "situation_coding": ("situation_coding", ("commune", "commune_2", "commune_3")),
    "partners": ("partners", ("commune",)),
}
OUTSIDE = "Ce code n'est celui d'aucune commune du département."
REMEDY = (
    "Écrire le code Insee actuel de la commune (celui de la commune nouvelle, pour une commune déléguée), la colonne étant au "
    "format texte pour garder un zéro en tête ; laisser vide pour un lieu hors du département."
)


def check(
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    files: Mapping[str, str],
    areas: pd.DataFrame,
    departements: tuple[str, ...],
) -> Iterator[Problem]:
    """One blocking problem per cell. `areas` has the communes of the département; where it is empty, a code needs
    only begin as theirs do."""
    listed = set(areas.loc[areas["level"] == "commune", "code"])
    for role, (name, variables) in CODED.items():
        table = tables.get(name)
        if table is None:
            continue
        for variable in variables:
            codes = set(table.get(f"{variable}.code", ()))
            known = listed or {code for code in codes if code.startswith(departements)}
            astray = table[~table[f"{variable}.code"].isin(known | NOTHING)] if codes else table.iloc[:0]
            for row in astray.itertuples():
                yield at_cell(row, name, variable, places, files.get(role, role), Words(OUTSIDE, REMEDY))
