"""Rates per 100,000 inhabitants of what was counted or estimated of advertisements: one more statement of a study each.

A rate divides a printed number by a public population, so that it tells nothing that the number did not. Its limits are those
of the number, divided alike: no Poisson interval stands around a count of ads, which come in clusters and mirrors. What
professionals tell of persons gets no rate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from diagnostic.compare.tables import Compared
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.release.printed import read_back

PREFIX = "rate."  # of an id: the rate of the statement that follows
INHABITANTS = 100_000
DECIMALS = 1
BASE = "Population municipale de {years} : {people} (Insee)."
BASED = re.compile(re.escape(BASE).replace(r"\{years\}", "(.+?)").replace(r"\{people\}", "(.+?)"))


def added(
    statements: pd.DataFrame,
    asked: Collection[str],
    territory: Sequence[str],
    year: int | None,
    populations: pd.DataFrame,
) -> pd.DataFrame:
    """The statements of one study, and a rate for each that is asked for as `rate.{id}` and prints a number.

    `territory`: Insee codes of départements; `year`: when the ads were counted; `populations`: one row per département and
    year, as text. A territory without a known population, or a count without a year, has no rate.
    """
    found = _population(territory, year, populations)
    bases = {one.removeprefix(PREFIX) for one in asked if one.startswith(PREFIX)}
    if found is None or not bases:
        return statements
    rows = [_rate(one, *found) for one in statements.itertuples(index=False) if one.statement_id in bases]
    made = pd.DataFrame([row for row in rows if row], columns=columns(Compared))
    return pd.concat([statements, made], ignore_index=True) if len(made) else statements


def _population(territory: Sequence[str], year: int | None, populations: pd.DataFrame) -> tuple[int, str] | None:
    """Inhabitants and the year of their census, each département in the year nearest to `year`, the earlier of two; none
    unless all are known."""
    if year is None or not territory:
        return None
    people, years = 0, set()
    for code in territory:
        own = populations[populations["departement"].eq(code)]
        if own.empty:
            return None
        nearest = min(own.itertuples(), key=lambda one: (abs(int(one.year) - year), int(one.year)))
        people += int(nearest.population)
        years.add(nearest.year)
    return people, " et ".join(sorted(years))


def _rate(one: Any, people: int, years: str) -> dict[str, Any] | None:
    """The rate of one statement; none if no number is printed."""
    if one.kind != "value" or math.isnan(one.shown_value):
        return None
    told = {name: read_back(one, getattr(one, name)) for name in ("shown_value", "shown_low", "shown_high")}
    told |= {name: getattr(one, name) for name in ("claim_low", "claim_high")}
    scaled = {name: value * INHABITANTS / people for name, value in told.items()}
    rounded = not scaled["claim_high"] - scaled["claim_low"] < 1  # of a number to hundreds no tenth of a rate is known
    decimals = 0 if rounded else DECIMALS
    low, high = (french.number(scaled[name], decimals) for name in ("shown_low", "shown_high"))
    inhabitants = f"{french.number(INHABITANTS)} habitant·es"
    return {
        **one._asdict(),
        **scaled,
        "statement_id": PREFIX + one.statement_id,
        "label": f"{one.label}, pour {inhabitants}",
        "measure": "rate",
        "formula": f"nombre imprimé × {french.number(INHABITANTS)} ÷ population",
        "decimals": decimals,
        "place": "rate",
        "printed": french.number(scaled["shown_value"], decimals),
        "printed_interval": f"{low} à {high}" if one.printed_interval else "",
        "printed_numerator": "",
        "printed_denominator": "",
        "method": f"{BASE.format(years=years, people=french.number(people))} {one.method}".strip(),
    }


def based(said: Any) -> tuple[str, str] | None:
    """The inhabitants that a rate is of, as printed, and the year of their census; none of what is no rate."""
    found = BASED.match(said.method) if said.measure == "rate" else None
    return (found[2], found[1]) if found else None
