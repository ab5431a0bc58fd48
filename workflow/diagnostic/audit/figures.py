"""The figures file, read: one record per published figure, and every problem of the file at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

from diagnostic.audit import values
from diagnostic.audit.values import Bounds, Share, Unreadable
from diagnostic.core.problems import BLOCKING, Problem, column_letter

REQUIRED = ("id", "statement_fr", "value", "unit", "rounding")
COUNTED = {*values.COUNTS, "percent"}
UNSTATED = "unstated"
NOT_A_COUNT = "Ce n’est ni un effectif, ni une part, ni une date : rien à vérifier sur des entiers."


@dataclass(frozen=True)
class Figure:
    """One published figure.

    `variables` are the integers behind it and their bounds: `{"": (52, 52)}` for a count, `{"@low": …, "@high": …}`
    for a range, `{"@start": …, "@end": …, …}` for a date (days, years and months counted from year 1).
    A percentage has the share that it prints, and the base that the file declares, by id, by value or both.
    """

    id: str
    statement: str
    value: str
    unit: str
    rounding: str
    variables: dict[str, Bounds] = field(default_factory=dict)
    share: Share | None = None
    base_id: str = ""
    base_value: int | None = None
    subset_of: str = ""
    aside: str = ""

    @property
    def countable(self) -> bool:
        """Whether one integer count stands behind it."""
        return "" in self.variables

    @property
    def instant(self) -> bool:
        return self.unit in ("date", "month", "year")


def read_figures(table: pd.DataFrame, file: str) -> tuple[dict[str, Figure], list[Problem]]:
    """The figures by id, in the file's order, and the problems found: all of them, in French."""
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        names = ", ".join(f"« {name} »" for name in missing)
        message = f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {names}."
        return {}, [Problem(BLOCKING, file, message, "Remettre les en-têtes de colonnes attendus.", row=1)]
    text = as_text(table)
    known = dict(zip(text["id"], text["unit"], strict=True))
    seen: set[str] = set()
    figures: dict[str, Figure] = {}
    problems: list[Problem] = []
    for row, record in enumerate(text.to_dict("records"), start=2):
        cells = {str(key): str(value) for key, value in record.items()}
        found = _problems_of(cells, known, seen)
        seen.add(cells["id"])
        letters = {name: column_letter(position) for position, name in enumerate(text.columns)}
        problems += [
            Problem(severity, file, message, remedy, row=row, column=letters[column], value=cells[column])
            for severity, column, message, remedy in found
        ]
        if not any(severity == BLOCKING for severity, *_ in found):
            figures[cells["id"]] = _figure(cells)
    return figures, problems


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Every cell as stripped text, empty where missing."""
    return table.astype("object").where(table.notna(), "").astype(str).apply(lambda column: column.str.strip())


Found = tuple[str, str, str, str]  # severity, column, message, remedy


def _problems_of(cells: dict[str, str], known: dict[str, str], seen: set[str]) -> list[Found]:
    found: list[Found] = []
    if not cells["id"]:
        found.append((BLOCKING, "id", "Le chiffre n’a pas d’identifiant.", "Lui en donner un, unique."))
    elif cells["id"] in seen:
        found.append((BLOCKING, "id", "Cet identifiant est déjà pris plus haut.", "Un identifiant par chiffre."))
    if cells["unit"] not in values.UNITS:
        allowed = ", ".join(sorted(values.UNITS))
        found.append((BLOCKING, "unit", "Cette nature de chiffre est inconnue.", f"Choisir parmi : {allowed}."))
    if cells["rounding"] not in values.ROUNDINGS:
        allowed = ", ".join(values.ROUNDINGS)
        found.append((BLOCKING, "rounding", "Cet arrondi est inconnu.", f"Choisir parmi : {allowed}."))
    for name in ("base_id", "subset_of"):
        target = cells.get(name, "")
        if target and target != UNSTATED and target not in known:
            message = "Cet identifiant n’est celui d’aucun chiffre du fichier."
            found.append((BLOCKING, name, message, "Corriger l’identifiant, ou laisser la cellule vide."))
        elif name == "base_id" and cells["unit"] == "percent" and known.get(target, "count") not in COUNTED:
            message = "La base d’un pourcentage est un effectif ou un pourcentage ; celle-ci n’en est pas un."
            found.append((BLOCKING, name, message, f"Corriger l’identifiant, ou écrire « {UNSTATED} »."))
        if target and target == cells["id"]:
            found.append((BLOCKING, name, "Un chiffre ne peut pas renvoyer à lui-même.", "Corriger l’identifiant."))
    base = cells.get("base_value", "")
    if base and base != UNSTATED and not (base.isdecimal() and 0 < int(base) <= values.LARGEST):
        message = "La base n’est pas un nombre entier positif."
        found.append((BLOCKING, "base_value", message, f"Écrire un entier, « {UNSTATED} », ou rien."))
    if not found:
        try:
            _figure(cells)
        except Unreadable as error:
            remedy = "Recopier la valeur imprimée, ou corriger sa nature ou son arrondi."
            found.append((BLOCKING, "value", f"Valeur illisible : {error}", remedy))
    return found


def _figure(cells: dict[str, str]) -> Figure:
    """Raises Unreadable where value, unit and rounding do not go together."""
    unit, value, rounding = cells["unit"], cells["value"], cells["rounding"]
    base_id, base_value = cells.get("base_id", ""), cells.get("base_value", "")
    variables: dict[str, Bounds] = {}
    window, aside = None, ""
    if unit == "percent":
        window, variables = values.share(value, rounding), {"": (0, None)}
    elif unit in values.COUNTS:
        variables = {"": values.count_bounds(value, rounding)}
    elif unit in values.RANGES:
        low, high = values.range_ends(value)
        variables = {"@low": (low, low), "@high": (high, high)}
    elif unit in values.DATES:
        variables = _moments(value, unit)
    else:
        aside = NOT_A_COUNT
    return Figure(
        id=cells["id"],
        statement=cells["statement_fr"],
        value=value,
        unit=unit,
        rounding=rounding,
        variables=variables,
        share=window,
        base_id="" if base_id == UNSTATED else base_id,
        base_value=int(base_value) if base_value.isdecimal() else None,
        subset_of="" if cells.get("subset_of", "") == UNSTATED else cells.get("subset_of", ""),
        aside=aside,
    )


def _moments(value: str, unit: str) -> dict[str, Bounds]:
    start, end = values.days(value, unit)
    variables: dict[str, Bounds] = {}
    for name, (first, last) in (("@start", start), ("@end", end)):
        variables[name] = (first.toordinal(), last.toordinal())
        variables[f"{name}_month"] = (_months(first), _months(last))
        variables[f"{name}_year"] = (first.year, last.year)
    return variables


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
