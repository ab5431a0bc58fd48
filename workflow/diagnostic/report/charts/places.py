"""What a map may show: released numbers of one series of facts, by the place that their label names. Never below the
commune. What is reconstructed or only published has no place that is known to be real: it is not mapped."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import fact, of
from diagnostic.geography.names import LEVELS, Gazetteer, Place
from diagnostic.report.charts.facts import Released, listed
from diagnostic.report.printing import published

MAPPED = ("observed", "transcribed")


class Series(NamedTuple):
    """Facts `pattern` whose label is `before` and a place; whether the place is established or only declared."""

    pattern: str
    before: str
    many: str
    told: str  # what happens in its places
    certain: bool
    place: str  # what the place of a symbol is
    levels: tuple[str, ...] = LEVELS  # where its names are looked for
    share: str = ""  # the fact that is the part of the whole, `{}` being the place
    unit: str = ""  # after each number, where it does not count


ADS = Series(
    "places.ads.{place}",
    "annonces déclarées à ",
    "annonces d’offre",
    "Des annonces d’offre se déclarent",
    False,
    "lieu que l’annonce déclare",
    share="ads.city_{}_pct",
)
DEMAND = Series(
    *("demand.place.{place}", "annonces de demande : ", "annonces de demande", "Des annonces de demande se déclarent"),
    *(False, "lieu que l’annonce déclare"),
)
MET = Series(
    *("interviews.place.{place}", "entretiens : ", "entretiens", "Des entretiens ont eu lieu"),
    *(True, "ville de l’entretien"),
)
ANSWERED = Series(
    *("partners.place.{code}", "structures entendues : ", "structures entendues", "Des structures ont été entendues"),
    *(True, "commune de la structure"),
)
# Of a publication, in its own words: no statement of the study, which could not compute it.
PRINTED = Series(
    "ads.city_{place}_pct",
    f"part des annonces{french.NBSP}: ",
    "annonces, d’après la publication",
    "Selon la publication, des annonces se déclarent",
    False,
    "lieu que l’annonce déclare",
    ("commune",),
    unit=f"{french.NBSP}%",
)


class Cell(NamedTuple):
    """One place of a series, with its number as released; no fact for a printed one."""

    place: Place
    fact_id: str
    value: float
    text: str
    share: float | None = None


class Placed(NamedTuple):
    """A series as it can be mapped: cells largest first, and the facts whose name no official name equals."""

    series: Series
    cells: tuple[Cell, ...]
    unmatched: tuple[tuple[str, str], ...]  # the name, then the fact

    @property
    def shown(self) -> tuple[Cell, ...]:
        """What stands on the ground, as of a filled series."""
        return self.cells

    @property
    def most(self) -> float:
        return max((cell.value for cell in self.cells), default=0)

    @property
    def many(self) -> str:
        return self.series.many

    def told(self) -> list[str]:
        """The numbers of the map as sentences; then what is not on it, and why."""
        sentences = seen(self.series.told, self.series.many, "lieu", self.cells)
        if self.unmatched:
            verb = french.plural(len(self.unmatched), "n’est pas placé", "ne sont pas placés")
            names = listed([name for name, _ in self.unmatched])
            sentences.append(
                f"{names} {verb}, faute d’une commune ou d’une intercommunalité qui porte exactement ce nom."
            )
        return sentences


FIRST, LONG = 3, 28  # places that a caption names, and its words


def seen(told: str, many: str, kind: str, cells: Sequence[Cell]) -> list[str]:
    """What a map shows: in how many places at least, for some are not published, the first of them with their numbers; then all of
    them where they are more."""
    named = [f"{cell.place.name} ({cell.text})" for cell in cells]
    places = french.plural(len(named), kind, "lieux" if kind == "lieu" else None)
    begun = f"{told} dans {french.number(len(named))} {places} au moins"
    for most in range(min(FIRST, len(named)), 0, -1):
        whole = most == len(named)
        said = f"{begun}{' :' if whole else ', dont'} {listed(named[:most])}."
        if len(said.split()) <= LONG or most == 1:
            return [said] if whole else [said, f"{french.capital(many)} : {listed(named)}."]
    return []


def placed(facts: Released, series: Series, gazetteer: Gazetteer) -> Placed:
    """The released facts of a series by place: what is withheld is not on the map, under any sign. Two names of one
    commune, an old and a new one, stay two symbols."""
    cells, unmatched = [], []
    for fact_id in facts.ids(series.pattern):
        value = facts.value(fact_id)
        if value is None or facts.said(fact_id).origin not in MAPPED:
            continue
        label = facts.label(fact_id)
        name = label[len(series.before) :]
        place = gazetteer.find(name, series.levels) if label.lower().startswith(series.before.lower()) else None
        text = facts.text(fact_id)
        if place:
            share = facts.value(series.share.format(fact(fact_id).place)) if series.share else None
            cells.append(Cell(place, fact_id, value, text, share))
        else:
            unmatched.append((name, fact_id))
    return Placed(series, ordered(cells), tuple(unmatched))


def ordered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The largest first, equal ones by name."""
    return tuple(sorted(cells, key=lambda cell: (-cell.value, cell.place.name)))


def printed(figures: pd.DataFrame, gazetteer: Gazetteer) -> Placed:
    """What a publication prints by place and the study could not compute: `figures` has a row per published figure."""
    cells, unmatched = [], []
    known = figures[of(figures["fact_id"], PRINTED.pattern) & figures["statement"].str.startswith(PRINTED.before)]
    for figure in known.sort_values("fact_id").itertuples():
        name = figure.statement[len(PRINTED.before) :]
        if place := gazetteer.find(name, PRINTED.levels) or gazetteer.begun(name):
            cells.append(Cell(place, "", float(figure.published), f"{published(figure.published)}{PRINTED.unit}"))
        else:
            unmatched.append((name, ""))
    return Placed(PRINTED, ordered(cells), tuple(unmatched))
