"""Two editions of one territory: what may come from the method, what from who answered, what is left for what happened."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

WHO = ("instrument", "respondents", "fields", "response")  # items that say who answered
AROUND = ("ads_window", "facts_window", "coded", "double")  # dates and sizes, which are no method
ALWAYS = ("edition", "territory", "depth", "author")  # what two editions differ in by being two, or by who signs them


@dataclass(frozen=True)
class Editions:
    """Two editions of one territory: titles of the items of method that differ or that one does not say, of dates and sizes, of
    those on who answered, and the statements of the contrasts that are left, each with its indicator."""

    one: str
    other: str
    method: tuple[str, ...]
    around: tuple[str, ...]
    answering: tuple[str, ...]
    contrasts: tuple[tuple[str, str], ...]


def editions(methods: pd.DataFrame, differences: pd.DataFrame, contrasts: pd.DataFrame) -> list[Editions]:
    """The pairs of studies of the same territory, in the order of `methods`.

    `methods`: one row per study and item; `differences`: one row per item and pair that is not the same; `contrasts`: one row
    per indicator and pair whose numbers compare.
    """
    names = dict(methods.drop_duplicates("item")[["item", "title"]].itertuples(index=False))
    territory = methods[methods["item"].eq("territory") & methods["code"].ne("")]
    found = []
    for _, own in territory.groupby("code", sort=False):
        for one, other in combinations(own["study"], 2):
            apart = _of_pair(differences, one, other)["item"]
            told = _of_pair(contrasts, one, other)
            found.append(
                Editions(
                    one,
                    other,
                    tuple(names[item] for item in apart if item not in (*AROUND, *WHO, *ALWAYS)),
                    tuple(names[item] for item in apart if item in AROUND),
                    tuple(names[item] for item in apart if item in WHO),
                    tuple((str(line.indicator), str(line.statement_id)) for line in told.itertuples()),
                )
            )
    return found


def _of_pair(table: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    return table[table["study"].eq(one) & table["other"].eq(other)]
