"""Facts of the Internet diagnosis: sites, ads, mirrors, places, then the sample and the persons behind the ads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from diagnostic.estimate.facts import Fact, cell_ranges, table, weakest
from diagnostic.estimate.internet import ads as internet_ads
from diagnostic.estimate.internet import places as internet_places
from diagnostic.estimate.internet import readings as internet_readings
from diagnostic.estimate.internet import register as internet_register
from diagnostic.estimate.internet import size as internet_sample
from diagnostic.estimate.internet.frame import COUNT, counted_cells, site_totals


def estimate(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    published_figures: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
    sampling: Mapping[str, float],
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on sites and ads; none when no site was counted.

    `publication` names the published figures that may be used (duplicate rate, neighbouring population): the
    facts computed from them carry the origin `published`.
    """
    if counts["method"].isna().all():
        return {"internet": table(study, [])}
    totals = site_totals(counts, pages)
    origin = weakest(origins[role] for role in ("sites", "ad_counts"))
    facts: list[Fact | None] = [
        *internet_register.sites(totals, files, origin),
        *internet_ads.ads(counts, totals, files, origin),
        *internet_ads.windows(counts, files, origins["ad_counts"]),
        *internet_register.mirrors(totals, files, origin),
        *internet_places.facts(counts, pages, origin, partial(_place_cells, counts, files)),
    ]
    published = dict(zip(published_figures["id"], published_figures["value"], strict=True))
    published_cells = dict(zip(published_figures["id"], published_figures["row"], strict=True))
    total = sum(site.size for site in totals)
    if total:
        facts += internet_sample.facts(totals, sampling, origin, partial(counted_cells, files))
        reference = publication.get("reference_population")
        if reference in published:
            cell = cell_ranges(files["published_figures"], "E", [int(published_cells[reference])])
            facts += internet_sample.reference_facts(round(float(published[reference])), sampling, cell)
        rate = publication.get("duplicate_rate")
        if rate in published:
            cell = cell_ranges(files["published_figures"], "E", [int(published_cells[rate])])
            facts += internet_readings.facts(
                totals, float(published[rate]), sampling, cell, counted_cells(files, totals)
            )
    return {"internet": table(study, facts)}


def _place_cells(counts: pd.DataFrame, files: Mapping[str, str], sites: Sequence[str], places: Sequence[str]) -> str:
    """The cells of the counts of some sites in some places."""
    pairs = set(zip(sites, places, strict=True))
    own = [(site, place) in pairs for site, place in zip(counts["site_code"], counts["place"].fillna(""), strict=True)]
    return cell_ranges(files["ad_counts"], COUNT, [int(row) for row in counts.loc[own, "row"].dropna()])
