"""Facts by place: persons described and structures that answered, at each step from the commune to the arrondissement.

Every step is a union of the same codes of places, so that the release audit sees what the steps say of each other.
Communes with few inhabitants are left out before anything is counted (`geography` of the release policy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.meaning import meaning
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.terms import Asked
from diagnostic.consolidate import located
from diagnostic.consolidate.described import options
from diagnostic.estimate.facts import Builder, Fact, group_of, table
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.places import DESCRIBING, Places, decided, finder
from diagnostic.estimate.tally import Described, prepare
from diagnostic.estimate.territory import counts as territory_counts
from diagnostic.estimate.territory.joined import joined
from diagnostic.estimate.texts.territory import TEXTS

BASE = "prostitution"
STEPS = {"commune": "commune", "epci": "intercommunality", "arrondissement": "arrondissement"}  # level → policy's name
CROSSED = ("epci", "arrondissement")  # levels at which places are crossed with forms
CROSSED_FROM = 100  # persons: in a smaller territory nearly every crossing is under the thresholds of release
FORMS = {"visible": "visible.persons", "discreet": "discreet.persons"}  # → the indicator that counts it everywhere


def estimate(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    partners: pd.DataFrame,
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    areas: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    geography: Mapping[str, Any],
    sampling: Mapping[str, float],
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact by place; none where no place is coded, or where the territories are not known.

    `geography` has the `ladder` of the steps that may be published, `commune_population`, the fewest inhabitants of a
    commune that may be named, and `commune_ads`, the fewest ads of a place that may be. `codebook`: its files, as `codebook_…`.
    """
    if areas.empty:
        return {"territory": table(study, [])}
    shown = _printable(areas, geography)
    given, index = loading.load(loading.given(codebook)), Places(places)
    lists = register.lists(counts, pages, sampling)
    here = finder(index, described)
    where = ("persons_in_situation", "situation_status", *located.COMMUNES)
    cells = " ; ".join(filter(None, (*map(here, where), decided(pairs, index))))
    build = Builder(TEXTS, "consolidate/described", index.origin(*DESCRIBING), cells)
    facts = [
        *_persons(described, pairs, areas, shown, build, given),
        *territory_counts.structures(partners, areas, index),
        *territory_counts.intercommunalities(lists, counts, areas, index),
        *joined(lists, counts, areas, index, geography["commune_ads"]),
    ]
    return {"territory": table(study, facts)}


def _printable(areas: pd.DataFrame, geography: Mapping[str, Any]) -> pd.DataFrame:
    """The territories that may be named: those of the ladder, and communes with inhabitants enough."""
    kept = areas["level"].map(STEPS).isin(geography["ladder"])
    few = areas["level"].eq("commune") & ~areas["population"].ge(geography["commune_population"]).fillna(False)
    return areas[kept & ~few].sort_values(["level", "code"])


def _persons(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    areas: pd.DataFrame,
    shown: pd.DataFrame,
    build: Builder,
    codebook: Codebook,
) -> Iterator[Fact]:
    cited = located.cited(described)
    if not cited:
        return
    ready = prepare(described, pairs, meaning(codebook))
    counted = {one.fact_id: one for one in codebook.indicators}
    yield from _cited(cited, areas, build)
    known = set(options(ready.frame, "place")) - {located.INSIDE, located.OUTSIDE}
    yield from _counted(ready, build, "territory.persons.located", known)
    for area in shown.itertuples():
        inside = located.members(area.level, area.code, areas) & known
        if not inside:
            continue
        words = {"level": area.level, "code": located.token(area.code), "name": area.name}
        whole = list(_counted(ready, build, "territory.persons.{level}.{code}", inside, **words))
        yield from whole
        if area.level in CROSSED and any((one.value or 0) >= CROSSED_FROM for one in whole):
            for form, indicator in FORMS.items():
                asked = counted[indicator].asked if indicator in counted else ()
                if asked and all(options(ready.frame, variable) for variable, _ in asked):
                    text = f"territory.{form}.{{level}}.{{code}}"
                    yield from _counted(ready, build, text, inside, *asked, **words)


def _cited(cited: set[str], areas: pd.DataFrame, build: Builder) -> Iterator[Fact]:
    """How many communes and intercommunalities are cited, of how many: the release decides what may be said."""
    communes = areas[areas["level"].eq("commune") & areas["code"].isin(cited)]
    for text, number, level in (
        ("places.communes", len(communes), "commune"),
        ("places.intercommunalities", communes["epci"].nunique(), "epci"),
    ):
        yield build.count(text, number, denominator=int(areas["level"].eq(level).sum()))


def _counted(
    ready: Described, build: Builder, text: str, inside: set[str], *also: Asked, **words: Any
) -> Iterator[Fact]:
    """Nothing for nobody: the row itself would say which places are known."""
    asked = (("place", tuple(sorted(inside))), *also)
    value = ready.tally(ready.having(*asked), ready.prostitution).value
    if value:
        yield build.count(text, value, group=group_of(BASE, *asked), base=group_of(BASE), **words)
