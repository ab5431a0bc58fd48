"""Facts of the coded sample: the draw, what came back, agreement, profiles, persons behind the ads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.consolidate.ads import ROLE
from diagnostic.estimate.codings import plain
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.internet.frame import FRAME
from diagnostic.estimate.internet.names_given import continents
from diagnostic.estimate.places import Places
from diagnostic.estimate.sample import agreement as sample_agreement
from diagnostic.estimate.sample import choices as sample_choices
from diagnostic.estimate.sample import coded, dispositions
from diagnostic.estimate.sample import persons as sample_persons
from diagnostic.estimate.sample import profiles as sample_profiles
from diagnostic.estimate.sample import published as sample_published
from diagnostic.estimate.sample import returned as sample_draw
from diagnostic.estimate.texts import profiles
from diagnostic.estimate.texts.sample import TEXTS

TABLE = "consolidate/codings"


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    frame: pd.DataFrame,
    draw: pd.DataFrame,
    codings: pd.DataFrame,
    usable: pd.DataFrame,
    held: pd.DataFrame,
    conflicts: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    sampling: Mapping[str, float],
    countries: bytes,
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact: the draw alone before the coding, all of it after; none where nothing was drawn.

    `countries`: the CSV of `resources/references/` that says in which continent a country is.
    """
    if draw.empty:
        return {"sample": table(study, [])}
    book, index = loading.load(loading.given(codebook)), Places(places)
    where = (index.cells(counts, "ad_counts", "count"), index.cells(pages, "ad_pages", "ads_relevant"))
    drawn = Builder(TEXTS, "estimate/draw", index.origin(*FRAME), " ; ".join(filter(None, where)))
    facts: list[Fact | None] = [*sample_draw.facts(frame, draw, sampling, drawn)]
    if not codings.empty:
        answers = plain(codings)
        first = usable.merge(answers.drop(columns=["site_code"]), on=["ad_id", "coder"], how="left")
        origin, level, seed = index.origin(*FRAME, ROLE), sampling["confidence"], int(sampling["seed"])
        build, said = Builder(TEXTS, TABLE, origin), Builder(profiles.TEXTS, TABLE, origin)
        of_all, of_first = (cache(partial(index.cells, records, "ads")) for records in (answers, first))
        seen = replace(build, cells=index.cells(answers[answers["turn"] == 1], "ads", dispositions.VARIABLE))
        places_seen = coded.places_seen(answers, draw)
        known = dispositions.answered(places_seen, book)
        lists = dispositions.corrected(frame, known, level)
        agreement = list(sample_agreement.facts(answers, book, seed, level, build, of_all))
        doubtful = sample_agreement.insufficient(agreement)
        facts += [
            *sample_draw.returned(answers, usable, conflicts, lists, draw, sampling, seen),
            *dispositions.facts(places_seen, known, frame, book, level, seen),
            *agreement,
            *sample_profiles.facts(first, lists, book, level, said, of_first, doubtful),
            *sample_published.facts(first, book, said, of_first, continents(countries)),
        ]
        build = replace(build, cells=of_first("copies_total"))
        persons = partial(sample_persons.facts, confidence=level, build=build, seed=seed, doubtful=doubtful)
        facts += [*persons(usable, held, lists), *sample_choices.facts(usable, held, lists, build, persons)]
    return {"sample": table(study, facts)}
