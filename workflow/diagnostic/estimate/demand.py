"""Facts on demand and places of risk: ads of buyers, archived forum, penal response, venues. Never a type by place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.consolidate.demand import ROLE
from diagnostic.estimate.facts import Fact, table
from diagnostic.estimate.places import Places

SNAPSHOT = "Un relevé vaut à sa date ; ce sont des annonces, pas des client·es différent·es."
AT_LEAST = (
    "Un même pseudonyme peut écrire dans plusieurs communes ou plusieurs années : au moins le plus grand nombre relevé "
    "en une fois, au plus leur somme. Une personne peut avoir plusieurs pseudonymes."
)
REPEATED = "Un fil actif plusieurs années y est compté chaque année : au moins la plus forte année de chaque commune, au plus la somme."
RISK = "Un risque repéré, non un fait établi ; ni nom, ni adresse, ni croisement avec un lieu."
TOLD = "Nombre communiqué par la source citée ; les sources ne s’additionnent pas : une même mesure peut être dite par plusieurs."
APPROXIMATE = " Donné comme approximatif."
Cells = Callable[[str, str, pd.DataFrame], str]


def estimate(
    demand_ads: pd.DataFrame,
    forum: pd.DataFrame,
    penal: pd.DataFrame,
    venues: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact; none for a study without the workbook. `codebook` holds the codebook's files."""
    if ROLE not in files:
        return {"demand": table(study, [])}
    book = loading.load(loading.given(codebook))
    base = partial(Fact, origin=origins[ROLE], measure="count")

    index = Places(places, files)

    def cells(of: str, name: str, records: pd.DataFrame) -> str:
        return index.cells(records, of, name)

    facts = [
        *_ads(demand_ads, partial(base, source_table="consolidate/demand_ads"), cells),
        *_forum(forum, partial(base, source_table="consolidate/forum"), cells),
        *_penal(penal, book, partial(base, source_table="consolidate/penal"), cells),
        *_venues(venues, book, partial(base, source_table="consolidate/venues"), cells),
    ]
    return {"demand": table(study, facts)}


def slug(place: str) -> str:
    """A place's name as the end of an identifier: « Boulogne-sur-Mer » → boulogne-sur-mer."""
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "lieu"


def _ads(ads: pd.DataFrame, base: partial[Fact], cells: Cells) -> Iterator[Fact]:
    if ads.empty:
        return
    total, placed = int(ads["count"].sum()), ads.dropna(subset=["place"])
    fact = partial(base, unit="ad", universe="annonces de demande relevées", method=SNAPSHOT)
    where = cells("demand_ads", "demand_count", ads)
    yield fact(
        fact_id="demand.ads",
        label="annonces de demande relevées",
        value=total,
        formula="somme des annonces de demande, le décompte le plus récent de chaque site et lieu",
        cells=where,
        rules=("derniere_fenetre", "lieu_non_ventile"),
    )
    yield fact(
        fact_id="demand.sites",
        label="sites de demande étudiés",
        unit="site",
        universe="sites où la demande a été relevée",
        value=ads["site_code"].nunique(),
        formula="codes de site différents",
        cells=cells("demand_ads", "site_code", ads),
    )
    dated = ads.dropna(subset=["window_start", "window_end"])
    if len(dated):
        yield fact(
            fact_id="demand.period",
            label="période de relevé des annonces de demande",
            measure="date",
            value_text=f"{dated['window_start'].min():%Y-%m}/{dated['window_end'].max():%Y-%m}",
            formula="mois du premier et du dernier jour de relevé",
            cells=cells("demand_ads", "window_start", dated),
        )
    by_place = placed.groupby("place")["count"].sum()
    by_place = by_place[by_place > 0].sort_values(ascending=False, kind="stable")
    if by_place.empty:
        return
    yield fact(
        fact_id="demand.communes",
        label="communes citées dans les annonces de demande",
        unit="commune",
        value=len(by_place),
        formula="lieux différents qui ont une annonce de demande au moins",
        cells=cells("demand_ads", "place", placed),
    )
    for place, number in by_place.items():
        own = placed[placed["place"] == place]
        yield fact(
            fact_id=f"demand.place.{slug(str(place))}",
            label=f"annonces de demande : {place}",
            value=int(number),
            numerator=int(number),
            denominator=total,
            formula="somme des annonces de demande du lieu",
            cells=cells("demand_ads", "demand_count", own),
        )


def _forum(forum: pd.DataFrame, base: partial[Fact], cells: Cells) -> Iterator[Fact]:
    if forum.empty:
        return
    fact = partial(
        base,
        unit="thread",
        universe="fils du forum public archivé",
        cells=cells("forum_threads", "threads_active", forum),
    )
    lists = [forum["source_code"], forum["place"].fillna("")]
    low, high = int(forum.groupby(lists)["threads"].max().sum()), int(forum["threads"].sum())
    bounds = {"low": low, "high": high, "interval_kind": "bounds"} if low < high else {}
    yield fact(
        fact_id="forum.discussions",
        label="fils de discussion actifs",
        value=low,
        formula="plus forte année de chaque forum et commune, sommée",
        method=REPEATED if bounds else "Fils distincts, une seule année par commune.",
        **bounds,
    )
    placed = forum.dropna(subset=["place"])
    yield fact(
        fact_id="forum.communes",
        label="communes concernées par les fils",
        unit="commune",
        value=placed["place"].nunique(),
        formula="lieux différents",
        cells=cells("forum_threads", "place", placed),
    )
    known = forum.dropna(subset=["pseudonyms"])
    if len(known):
        most, total = int(known["pseudonyms"].max()), int(known["pseudonyms"].sum())
        yield fact(
            fact_id="forum.pseudonyms",
            label="pseudonymes différents, au moins",
            unit="pseudonym",
            universe="pseudonymes visibles dans les fils ; les pseudonymes ne sont pas relevés",
            value=most,
            formula="plus grand nombre relevé en une fois",
            method=AT_LEAST,
            cells=cells("forum_threads", "pseudonyms_minimum", known),
            **({"low": most, "high": total, "interval_kind": "bounds"} if most < total else {}),
        )
    years = sorted(year for year in forum["year"].dropna().unique() if year.isdigit())
    if years:
        yield fact(
            fact_id="forum.years",
            label="années des fils relevés",
            measure="date",
            value_text=f"{years[0]}/{years[-1]}" if len(years) > 1 else years[0],
            formula="première et dernière année",
            cells=cells("forum_threads", "forum_year", forum),
        )
    for year in years:
        own = forum[forum["year"] == year]
        yield fact(
            fact_id=f"forum.year.{year}",
            label=f"fils de discussion actifs en {year}",
            value=int(own["threads"].sum()),
            numerator=int(own["threads"].sum()),
            formula="somme des fils actifs des communes",
            cells=cells("forum_threads", "threads_active", own),
        )


def _penal(penal: pd.DataFrame, book: Codebook, base: partial[Fact], cells: Cells) -> Iterator[Fact]:
    names = {v.name: {o.code: o.label for o in book.options(v)} for v in book.table("penal_response")}
    grouped = penal.dropna(subset=["year", "measure", "source"]).groupby(["year", "measure", "source"], sort=True)
    for (year, measure, source), own in grouped:
        number = int(own["count"].sum())
        label = f"{names['measure'][measure]}, {names['penal_year'][year]}, source : {names['measure_source'][source]}"
        yield base(
            fact_id=f"penal.{year}.{measure}.{source}",
            label=label,
            unit="measure",
            universe="mesures communiquées par une autorité ou par la presse",
            value=number,
            numerator=number,
            formula="nombre communiqué",
            method=TOLD + (APPROXIMATE if own["approximate"].any() else ""),
            cells=cells("penal_response", "measure_count", own),
        )


def _venues(venues: pd.DataFrame, book: Codebook, base: partial[Fact], cells: Cells) -> Iterator[Fact]:
    """The total, the types, the number of arrondissements: never a type in a place, and no rumour."""
    if venues.empty:
        return
    fact = partial(base, unit="venue", universe="établissements repérés, sous codes neutres", method=RISK)
    every = cells("venues", "venue_type", venues)
    yield fact(
        fact_id="venues.high_risk",
        label="établissements à risque repérés",
        value=venues["venue_code"].nunique(),
        formula="codes différents",
        cells=cells("venues", "venue_code", venues),
    )
    labels = {o.code: o.label for v in book.table("venues") if v.name == "venue_type" for o in book.options(v)}
    for code, number in venues["venue_type"].value_counts().items():
        yield fact(
            fact_id=f"venues.type.{code}",
            label=f"établissements à risque : {labels[str(code)]}",
            value=int(number),
            numerator=int(number),
            denominator=len(venues),
            formula="établissements du type, tous lieux réunis",
            cells=every,
        )
    if venues["arrondissement"].notna().any():
        yield fact(
            fact_id="venues.arrondissements",
            label="arrondissements où un établissement a été repéré",
            unit="commune",
            value=venues["arrondissement"].nunique(),
            formula="arrondissements différents",
            cells=cells("venues", "arrondissement", venues.dropna(subset=["arrondissement"])),
        )
