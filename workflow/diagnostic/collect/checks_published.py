"""Contradictions in the figures that an earlier publication prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostic.collect.findings import Finding, Tables, needs, repeats

UNSTATED = "unstated"


@needs(published_figures=("id", "base_id", "subset_of"))
def known_bases_and_wholes(tables: Tables) -> Iterator[Finding]:
    table = tables["published_figures"]
    known = {UNSTATED, *table["id"].dropna()}
    for name in ("base_id", "subset_of"):
        for row in table.loc[table[name].notna() & ~table[name].isin(known), "row"]:
            message = "Cet identifiant n'est celui d'aucun chiffre du fichier."
            remedy = f"Corriger l'identifiant, ou écrire « {UNSTATED} » si la publication ne dit pas la base."
            yield Finding("published_figures", int(row), name, message, remedy, blocks=False)


def _of_unknown_figures(role: str, name: str, what: str, tables: Tables) -> Iterator[Finding]:
    given = tables[role].dropna(subset=[name])
    for row in given.loc[~given[name].isin(tables["published_figures"]["id"].dropna()), "row"]:
        message = f"{what} porte sur un chiffre qui n'est pas dans le fichier des chiffres publiés."
        yield Finding(role, int(row), name, message, "Corriger l'identifiant, ou retirer la ligne.", blocks=False)


@needs(published_figures=("id",), published_notes=("id",))
def notes_of_known_figures(tables: Tables) -> Iterator[Finding]:
    return _of_unknown_figures("published_notes", "id", "Cette note", tables)


@needs(published_figures=("id",), published_lists=("figure",))
def lists_of_known_figures(tables: Tables) -> Iterator[Finding]:
    return _of_unknown_figures("published_lists", "figure", "Cet élément de liste", tables)


@needs(published_lists=("figure", "rank"))
def elements_once(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["published_lists"], ("figure", "rank")):
        message = f"Ce rang de cette liste est écrit deux fois : d'abord à la ligne {first}."
        yield Finding("published_lists", row, "rank", message, "Corriger le rang, ou supprimer la ligne en trop.")


@needs(published_figures=("unit", "value"))
def percentages_within_hundred(tables: Tables) -> Iterator[Finding]:
    table = tables["published_figures"].dropna(subset=["value", "unit"])
    table = table[table["unit"] == "percent"]
    for value, row in zip(table["value"], table["row"], strict=True):
        figure = re.fullmatch(r"([-−]?\d+(?:[.,]\d+)?)\s*%?", value)
        if figure and not 0 <= float(figure[1].replace(",", ".").replace("−", "-")) <= 100:
            message = "Un pourcentage de cette sorte est compris entre 0 et 100."
            yield Finding(
                "published_figures",
                int(row),
                "value",
                message,
                "Corriger la valeur, ou sa nature dans « unit ».",
            )
