"""Facts of the interviews: how many, when, how, where, in which field."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import DONT_KNOW, Codebook
from diagnostic.collect.answers import FIELDS, MODES
from diagnostic.consolidate import coders
from diagnostic.consolidate.coders import between
from diagnostic.core.french import collated, slug
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places


def estimate(
    meetings: pd.DataFrame, text_coding: pd.DataFrame, places: pd.DataFrame, study: str, **files: bytes
) -> dict[str, pd.DataFrame]:
    """One row per fact on the interviews; none when the study has none. `files` is the codebook, as `codebook_…`."""
    index = Places(places)
    build = Builder("consolidate/meetings", index.origin("interviews"))
    facts = list(_facts(meetings, build, index)) if len(meetings) else []
    coded = coders.of_interviews(text_coding)
    if len(coded):
        told = Builder("collect/text_coding", index.origin(coders.ROLE))
        facts += _themes(loading.load(loading.given(files)), coded, told, index)
    return {"interviews": table(study, facts)}


def _themes(codebook: Codebook, coded: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    """Interviews in which something is said of a theme, of those that were coded. Nothing of it is published."""
    for variable in codebook.table(coders.ROLE):
        for option in codebook.options(variable) if variable.type == "multiple" else ():
            column = f"{variable.name}/{option.code}"
            if column not in coded or option.code == DONT_KNOW:
                continue
            chosen = coded[column].astype("str").eq("ticked").to_numpy()
            low, high = (int(at.sum()) for at in between(coded, variable.name, option.code, chosen))
            said = coded[chosen]
            words = {"variable": variable.name, "code": option.code, "name": f"{variable.label} : {option.label}"}
            words["cells"] = index.cells(said, coders.ROLE, variable.name)
            text = "interviews.themes.{variable}.{code}"
            yield build.count(text, len(said), len(coded), between=(low, high), **words)


def _facts(meetings: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    cells = index.of("interviews", meetings)

    def part(text: str, column: str, mask: pd.Series, **words: Any) -> Fact:
        found = meetings[mask]
        return build.count(text, len(found), len(meetings), cells=cells(column, found), **words)

    dates, mode, place = meetings["date"], meetings["mode"], meetings["place"]
    first, last, total, every = dates.min(), dates.max(), len(meetings), cells("date")
    yield build.count("interviews.total", total, cells=every)
    yield build.count("interviews.annex_rows", total, cells=every)
    for text, day in (("interviews.first_date", first), ("interviews.last_date", last)):
        yield build.fact(text, value_text=f"{day:%Y-%m-%d}", cells=every)
    yield build.fact("process.mobilisation_phase2", value_text=f"{first:%Y}/{last:%Y}", cells=every)
    yield build.fact("interviews.months", value_text=f"{first:%Y-%m}/{last:%Y-%m}", cells=every)
    yield build.count("interviews.days", dates.nunique(), cells=every)
    yield part("interviews.by_phone", "mode", mode == "telephone")
    yield part("interviews.prosecutors", "interlocutor", meetings["interlocutor"] == "prosecutor")
    met = meetings[mode == "in_person"]  # towns written down are a minimum: each unwritten one may be another
    written, unwritten = met["place"].nunique(), int(met["place"].isna().sum())
    most, where = written + unwritten, cells("place", met)
    yield build.count("interviews.towns", written, between=(written, most), cells=where, unwritten=unwritten)
    for code, name in MODES.items():
        yield part("interviews.mode.{mode}", "mode", mode == code, mode=code, name=name)
    for code, name in FIELDS.items():
        found = meetings["activity_field"] == code
        yield part("interviews.field.{field}", "activity_field", found, field=code, name=name)
    for month in sorted(meetings["month"].unique()):
        yield part("interviews.month.{month}", "date", meetings["month"] == month, month=month)
    for year in sorted(dates.dt.year.unique()):
        yield part("interviews.year.{year}", "date", dates.dt.year == year, year=year)
    towns = place.map(slug, na_action="ignore")
    named = {slug(name): name for name in sorted(place.dropna().unique(), key=collated)}
    for town, name in named.items():  # not numbered: that would place in the alphabet those that are not printed
        yield part("interviews.place.{place}", "place", towns == town, place=town, name=name)
    yield part("interviews.place_unknown", "place", place.isna())
