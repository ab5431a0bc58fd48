"""One row of the ledger: a verdict, what is printed, and why. The reasons are the team's own: no document tells them."""

import math
import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.release.populations.policy import CLASSES, Policy

Row = dict[str, Any]


class Ground(NamedTuple):
    """Why a fact has its verdict: its name in the ledger, and the reason, in French."""

    name: str
    reason: str


# Of several ways; the others are beside the way that gives them.
NOT_ABOUT_PERSONS = Ground("harmless", "Ne compte pas des personnes.")
ROUNDED = Ground("rounded", "Arrondi au hasard, à {base}.")
MODEL = Ground("model", "Estimation : deux chiffres significatifs.")
SMALL = Ground("small", "Sous le seuil de publication ({threshold}, {named}).")
CONTRIBUTORS = Ground("contributors", "Trop peu de structures ou de situations derrière ce nombre, ou l’une domine.")
DRAW = Ground("draw", "Trop petit une fois arrondi pour ne rien dire du seuil.")
SECONDARY = Ground("secondary", "Permettrait de retrouver un nombre protégé.")
LIST = Ground("list", "Hors de la liste fermée de ce qui peut être imprimé.")
PLACE = Ground("place", "Échelon géographique trop fin.")
FOLLOWS = Ground("follows", "Variante d’un nombre non publié.")
EDITION = Ground("edition", "Absent de la dernière édition ({date}), gardée tant que trop peu a changé.")
EDITION_KEPT = Ground("edition_kept", "Valeur de l’édition du {date} : trop peu a changé depuis.")
EDITION_GONE = Ground("edition_gone", "Valeur de la dernière édition, gardée : les données ne la donnent plus.")


def row(fact: Row, verdict: str, ground: Ground, value: float = math.nan, **more: Any) -> Row:
    """`low`, `high`: printed bounds; `claim`: what the printed form says at least and at most; `part`, `whole`: numerator
    and denominator; `said`: what the reason names."""
    named = {"threshold": "", "named": "", "base": "", "date": ""} | more.pop("said", {})
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
        "ground": ground.name,
        "reason": typographic(ground.reason.format(**named)),
    }


def as_it_is(fact: Row, ground: Ground = NOT_ABOUT_PERSONS, **more: Any) -> Row:
    """A fact with its limits, its numerator and its denominator; `more`: what is told otherwise."""
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    return row(fact, "shown", ground, fact["value"], **exact | more)


def withheld(fact: Row, ground: Ground, **said: Any) -> Row:
    """A fact that is not printed; `said`: what the reason names."""
    return row(fact, "withheld", ground, said=said)


def put(verdicts: pd.DataFrame, rows: Mapping[Hashable, Row]) -> pd.DataFrame:
    """The verdicts with these rows (index → row) in the place of theirs: column by column, since a table takes one row as
    dearly as many."""
    if not rows:
        return verdicts
    changed = verdicts.copy()
    for name in next(iter(rows.values())):
        changed.loc[list(rows), name] = [one[name] for one in rows.values()]
    return changed


def withhold(facts: pd.DataFrame, verdicts: pd.DataFrame, ground: Ground, mask: pd.Series) -> pd.DataFrame:
    """The verdicts, where these facts are withheld."""
    if not mask.any():  # most often: a table is not cut for nothing
        return verdicts
    return put(verdicts, {at: withheld(fact, ground) for at, fact in facts[mask].to_dict("index").items()})


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
