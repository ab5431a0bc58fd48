"""In a study of several départements, every place says which of them it is in: « Rennes (35) », or « 35 » for all of it."""

import re
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from diagnostic.collect.keys import Words, at_cell
from diagnostic.collect.parse import Source
from diagnostic.core.problems import Problem, blocking, quoted

PLACED = ("ad_counts", "ad_pages", "interviews")  # roles with a place that is counted by département
ANSWERED = {"demand_ads": "demand", "forum_threads": "demand"}  # tables of a workbook with such a place → its role
OUTSIDE = "Ce lieu ne dit pas dans lequel des départements de l’étude il est."
WRITTEN = re.compile(r"(?:.*\S \((?P<within>[0-9][0-9AB][0-9]?)\)|(?P<whole>[0-9][0-9AB][0-9]?))")


def within(places: pd.Series) -> pd.Series:
    """The code of the département that each place says; empty where none is said."""
    return pd.Series([departement(place) for place in places], index=places.index, dtype="str")


def located(places: pd.Series) -> pd.Series:
    """Whether each place is one below the département."""
    return pd.Series([bool(place) and not _whole(place) for place in places], index=places.index, dtype=bool)


def _whole(place: object) -> bool:
    found = WRITTEN.fullmatch(place) if isinstance(place, str) else None
    return bool(found and found["whole"])


def departement(place: object) -> str:
    """« Rennes (35) » → 35, « 35 » → 35, « Rennes » or nothing → nothing."""
    found = WRITTEN.fullmatch(place) if isinstance(place, str) else None
    return (found["within"] or found["whole"]) if found else ""


def check(
    tables: Mapping[str, pd.DataFrame], sources: Mapping[str, Source], departements: Collection[str]
) -> Iterator[Problem]:
    """One blocking problem per place that names none of the study's départements, where it has several. An empty place is
    counted in the region alone."""
    for role in PLACED if len(departements) > 1 else ():
        if role not in sources:
            continue
        table, source = tables[role], sources[role]
        for row, place in zip(table["row"], table["place"], strict=True):
            if isinstance(place, str) and place and departement(place) not in departements:
                yield blocking(
                    source.file,
                    OUTSIDE,
                    _remedy(departements),
                    int(row),
                    source.letters.get("place", ""),
                    quoted(place, True),
                )


def in_workbooks(
    tables: Mapping[str, pd.DataFrame], places: pd.DataFrame, files: Mapping[str, str], departements: Collection[str]
) -> Iterator[Problem]:
    """The same of the places that a workbook of the vault has: `tables` as typed, `places` where each variable was read."""
    for name, role in ANSWERED.items() if len(departements) > 1 else ():
        table = tables.get(name)
        if table is None or "place.text" not in table:
            continue
        written = table["place.text"].fillna("").astype("str")
        for row in table[written.ne("") & ~within(written).isin(list(departements))].itertuples():
            yield at_cell(row, name, "place", places, files.get(role, role), Words(OUTSIDE, _remedy(departements)))


def _remedy(departements: Collection[str]) -> str:
    return (
        "Écrire le lieu puis le département entre parenthèses, « Rennes (35) », ou « 35 » seul ; départements de l’étude : "
        f"{', '.join(departements)}."
    )
