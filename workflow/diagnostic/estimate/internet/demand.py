"""Facts on demand and places of risk: ads of buyers, archived forum, penal response, venues. Never a type by place."""

from collections.abc import Iterator

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.checks_region import located
from diagnostic.consolidate.lists import DEMAND
from diagnostic.core.french import slug
from diagnostic.estimate.catalogue.entry import APPROXIMATE
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places


def estimate(
    demand_ads: pd.DataFrame,
    forum: pd.DataFrame,
    penal: pd.DataFrame,
    venues: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact; none for a study without the workbook. `codebook` holds the codebook's files."""
    index = Places(places)
    if DEMAND not in index:
        return {"demand": table(study, [])}
    book = loading.load(loading.given(codebook))

    def build(name: str) -> Builder:
        return Builder(f"consolidate/{name}", index.origin(DEMAND))

    facts = [
        *_ads(demand_ads, build("demand_ads"), index),
        *_forum(forum, build("forum"), index),
        *_penal(penal, book, build("penal"), index),
        *_venues(venues, book, build("venues"), index),
    ]
    return {"demand": table(study, facts)}


def _ads(ads: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    if ads.empty:
        return
    where = index.of("demand_ads", ads)
    total, placed = int(ads["count"].sum()), ads[located(ads["place"].fillna(""))]
    yield build.count("demand.ads", total, cells=where("demand_count"))
    yield build.count("demand.sites", ads["site_code"].nunique(), cells=where("site_code"))
    dated = ads.dropna(subset=["window_start", "window_end"])
    if len(dated):
        period = f"{dated['window_start'].min():%Y-%m}/{dated['window_end'].max():%Y-%m}"
        yield build.fact("demand.period", value_text=period, cells=where("window_start", dated))
    names = placed["place"].astype(str).map(slug)  # however it is written
    by_place = placed.groupby(names)["count"].sum()
    by_place = by_place[by_place > 0].sort_values(ascending=False, kind="stable")
    if by_place.empty:
        return
    yield build.count("demand.communes", len(by_place), cells=where("place", placed))
    for place, number in by_place.items():
        found = placed[names == place]
        name, own = str(found["place"].iloc[0]), where("demand_count", found)
        yield build.count("demand.place.{place}", int(number), total, cells=own, place=place, name=name)


def _forum(forum: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    if forum.empty:
        return
    where = index.of("forum_threads", forum)
    lists = [forum["source_code"], forum["place"].fillna("")]
    least, most = int(forum.groupby(lists)["threads"].max().sum()), int(forum["threads"].sum())
    yield build.count("forum.discussions", least, between=(least, most), cells=where("threads_active"))
    placed = forum[located(forum["place"].fillna(""))]
    yield build.count("forum.communes", placed["place"].nunique(), cells=where("place", placed))
    known = forum.dropna(subset=["pseudonyms"])
    if len(known):
        least, most = int(known["pseudonyms"].max()), int(known["pseudonyms"].sum())
        own = where("pseudonyms_minimum", known)
        yield build.count("forum.pseudonyms", least, between=(least, most), cells=own)
    years = sorted(year for year in forum["year"].dropna().unique() if year.isdigit())
    if years:
        period = f"{years[0]}/{years[-1]}" if len(years) > 1 else years[0]
        yield build.fact("forum.years", value_text=period, cells=where("forum_year"))
    for year in years:
        active = forum[forum["year"] == year]
        number, own = int(active["threads"].sum()), where("threads_active", active)
        yield build.count("forum.year.{year}", number, numerator=number, cells=own, year=year)


def _penal(penal: pd.DataFrame, book: Codebook, build: Builder, index: Places) -> Iterator[Fact]:
    names = {v.name: {o.code: o.label for o in book.options(v)} for v in book.table("penal_response")}
    grouped = penal.dropna(subset=["year", "measure", "source"]).groupby(["year", "measure", "source"], sort=True)
    for (year, measure, source), own in grouped:
        number = int(own["count"].sum())
        given = {"year": year, "penal_measure": measure, "source": source, "numerator": number}
        given["what"] = (
            f"{names['measure'][measure]}, {names['penal_year'][year]}, source : {names['measure_source'][source]}"
        )
        given["approximate"] = APPROXIMATE if own["approximate"].any() else ""
        given["cells"] = index.cells(own, "penal_response", "measure_count")
        yield build.count("penal.{year}.{penal_measure}.{source}", number, **given)


def _venues(venues: pd.DataFrame, book: Codebook, build: Builder, index: Places) -> Iterator[Fact]:
    """The total, the types, the number of arrondissements: never a type in a place, and no rumour."""
    if venues.empty:
        return
    cells, total = index.of("venues", venues), len(venues)
    yield build.count("venues.high_risk", venues["venue_code"].nunique(), cells=cells("venue_code"))
    labels = {o.code: o.label for v in book.table("venues") if v.name == "venue_type" for o in book.options(v)}
    for code, number in venues["venue_type"].value_counts().items():
        kind = str(code)
        yield build.count(
            "venues.type.{type}", int(number), total, cells=cells("venue_type"), type=kind, name=labels[kind]
        )
    known = venues.dropna(subset=["arrondissement"])
    if len(known):
        where = cells("arrondissement", known)
        yield build.count("venues.arrondissements", known["arrondissement"].nunique(), cells=where)
