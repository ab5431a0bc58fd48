"""Facts of the Internet diagnosis: sites, ads, mirrors, places, then the sample and the persons behind the ads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.estimate.facts import Fact, table
from diagnostic.estimate.internet import ads as internet_ads
from diagnostic.estimate.internet import places as internet_places
from diagnostic.estimate.internet import readings as internet_readings
from diagnostic.estimate.internet import register as internet_register
from diagnostic.estimate.internet import size as internet_sample
from diagnostic.estimate.internet.frame import FRAME, counted_cells, site_totals
from diagnostic.estimate.internet.lists import lists
from diagnostic.estimate.places import Places

SIZE = "ads.sample_size"  # a publication that says it was sized on all the ads of its sites


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    published_figures: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    sampling: Mapping[str, Any],
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on sites and ads; none when no site was counted.

    `publication` names the published figures that may be used (duplicate rate, neighbouring population): the
    facts computed from them carry the origin `published`.
    """
    if counts["method"].isna().all():
        return {"internet": table(study, [])}
    level, index = sampling["confidence"], Places(places)
    totals, frame = site_totals(counts, pages, sampling), lists(counts, pages, sampling)
    origin = index.origin(*FRAME)
    facts: list[Fact | None] = [
        *internet_register.sites(totals, index),
        *internet_ads.ads(counts, totals, index, level),
        *internet_ads.windows(counts, index),
        *internet_register.mirrors(totals, frame, index),
        *internet_places.facts(counts, frame, origin, partial(_place_cells, counts, index), level),
    ]
    published = dict(zip(published_figures["id"], published_figures["value"], strict=True))
    total = sum(site.size for site in totals)
    if total:
        cells_of = partial(counted_cells, index)
        if not sampling.get("design"):  # a sample that the team chose is not the one that its margin asks for
            facts += internet_sample.facts(totals, frame, sampling, origin, cells_of, SIZE in published)
        reference = publication.get("reference_population")
        if reference in published:
            cell = _published_cell(published_figures, reference, index)
            facts += internet_sample.reference_facts(round(float(published[reference])), sampling, cell)
        rate = publication.get("duplicate_rate")
        if rate in published:
            cell = _published_cell(published_figures, rate, index)
            facts += internet_readings.facts(
                totals, frame, float(published[rate]), sampling, cell, counted_cells(index, totals)
            )
    return {"internet": table(study, facts)}


def _published_cell(figures: pd.DataFrame, figure: str | None, index: Places) -> str:
    return index.cells(figures[figures["id"] == figure], "published_figures", "value")


def _place_cells(counts: pd.DataFrame, index: Places, sites: Sequence[str], places: Sequence[str]) -> str:
    """The cells of the counts of some sites in some places."""
    pairs = set(zip(sites, places, strict=True))
    own = [(site, place) in pairs for site, place in zip(counts["site_code"], counts["place"].fillna(""), strict=True)]
    return index.cells(counts[own], "ad_counts", "count")
