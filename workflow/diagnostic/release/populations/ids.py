"""What the catalogue says of the identifiers of facts. One that it does not know, of an edition before, is of no pattern."""

from __future__ import annotations

import pandas as pd

from diagnostic.estimate.catalogue.ids import FactId, fact


def read(fact_id: str) -> FactId:
    """The identifier that a text tells; without a pattern where the catalogue does not know it."""
    try:
        return fact(fact_id)
    except KeyError:
        return FactId(fact_id, "", {})


def plain(fact_id: str) -> FactId:
    """The same fact, of the whole study."""
    one = read(fact_id)
    return one.plain if one.pattern else one


def family(fact_id: str) -> str:
    """What a fact is about; empty where the catalogue does not know it."""
    one = read(fact_id)
    return one.family if one.pattern else ""


def of(fact_id: str, *patterns: str) -> bool:
    """Whether an identifier is of one of these patterns, and of the whole study."""
    one = read(fact_id)
    return one.pattern in patterns and not one.departement


def are(fact_ids: pd.Series, *patterns: str) -> pd.Series:
    """Which identifiers are of one of these patterns, and of the whole study: a mask."""
    return fact_ids.map(lambda one: of(one, *patterns)).astype(bool)


def departements(fact_ids: pd.Series) -> pd.Series:
    """The département that each fact is of; empty for one of the whole study."""
    return fact_ids.map(lambda one: read(one).departement).astype("str")


def beside(fact_id: str, other: str) -> str:
    """The identifier of another fact of the same département, or of the whole study."""
    code = read(fact_id).departement
    return f"d{code}.{other}" if code else other
