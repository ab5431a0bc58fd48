"""One row of the ledger: a verdict, what is printed, and why. The reasons are the team's own: no document tells them."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.release.policy import CLASSES, Policy

TEXT = {
    "harmless": "Ne compte pas des personnes.",
    "public": "Chiffre public, extérieur à l’étude.",
    "large": "Atteint le seuil de publication.",
    "exact": "Exact : de la participation à l’enquête.",
    "participation": "Participation à l’enquête : exact.",
    "own": "Ce que les professionnel·les disent d’eux-mêmes et d’elles-mêmes : exact pour toute l’étude.",
    "field": "Par champ ou fonction : groupe trop petit, ou unanime.",
    "rounded": "Arrondi au hasard, à {base}.",
    "model": "Estimation : deux chiffres significatifs.",
    "choices": "Fourchette des choix de calcul, arrondie vers l’extérieur.",
    "small": "Sous le seuil de publication ({threshold}, {named}).",
    "contributors": "Trop peu de structures ou de situations derrière ce nombre, ou l’une domine.",
    "heard": "Trop peu de structures rencontrées, ou celles que le rapport nomme.",
    "unnamed": "Dirait d’une ou deux structures sans nom ce qu’elles sont, à côté de celles que le rapport nomme.",
    "draw": "Trop petit une fois arrondi pour ne rien dire du seuil.",
    "split": "Répartition retirée au hasard, une fois sur vingt, comme toute répartition d’un petit total.",
    "secondary": "Permettrait de retrouver un nombre protégé.",
    "ladder": "Hors du barreau retenu : la liste entière en dirait trop.",
    "list": "Hors de la liste fermée de ce qui peut être imprimé.",
    "place": "Échelon géographique trop fin.",
    "base": "Base imprimée de moins de {threshold}, ou part de tout ou de rien : aucun pourcentage.",
    "edition": "Absent de la dernière édition ({date}), gardée tant que trop peu a changé.",
    "edition_kept": "Valeur de l’édition du {date} : trop peu a changé depuis.",
    "edition_gone": "Valeur de la dernière édition, gardée : les données ne la donnent plus.",
    "service": "Compte d’un service, rendu à ce service seul.",
    "sparse": "Type de trop peu d’établissements, ou qui se déduirait du total.",
    "cited": "Dirait d’autres lieux que quelqu’un, ou personne, y a été signalé.",
    "thin": "Trop peu d’annonces codées, ou une part trop petite, dans l’un des départements : l’ensemble, moins les autres, en dirait trop.",
    "unclear": "Bornes trop larges : d’un département, retiré comme le sont les petits nombres.",
    "follows": "Variante d’un nombre non publié.",
}
GONE = "edition_gone"  # the ground of a fact that only the last edition has
Row = dict[str, Any]


def row(fact: Row, verdict: str, ground: str, value: float = math.nan, **more: Any) -> Row:
    """`low`, `high`: printed bounds; `claim`: what the printed form says at least and at most; `part`, `whole`: numerator
    and denominator; `said`: what the reason names."""
    told = {"threshold": "", "named": "", "base": "", "date": ""} | more.pop("said", {})
    low, high = more.get("claim", (math.nan, math.nan))
    return {
        "verdict": verdict,
        "shown_value": value,
        "shown_low": more.get("low", math.nan),
        "shown_high": more.get("high", math.nan),
        "claim_low": float(low),
        "claim_high": float(high),
        "shown_numerator": more.get("part", math.nan),
        "shown_denominator": more.get("whole", math.nan),
        "method": more.get("method", fact["method"]),
        "ground": ground,
        "reason": typographic(TEXT[ground].format(**told)),
    }


def put(found: pd.DataFrame, rows: Mapping[Hashable, Row]) -> None:
    """Rows of the ledger in the place of those of `found` (index → row), which is changed in place: column by column, since a
    table takes one row as dearly as many."""
    if rows:
        for name in next(iter(rows.values())):
            found.loc[list(rows), name] = [one[name] for one in rows.values()]


def number(value: Any) -> float:
    """A number, or nan."""
    try:
        return math.nan if value is None else float(value)
    except TypeError:
        return math.nan


def discreet(method: Any, policy: Policy) -> str:
    """The method without the sentences that tell a small number."""
    text = method if isinstance(method, str) else ""
    small = max(policy.rules.thresholds.of(name) for name in CLASSES)
    kept = [
        sentence
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if not any(int(digits) < small for digits in re.findall(r"(?<![\d\u202f,])\d+(?![\d\u202f,])", sentence))
    ]
    return " ".join(kept)
