"""Facts on the persons behind the ads when only a published share of duplicates is known: three readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.draw import collapse_mirrors
from diagnostic.estimate.formulas.readings import (
    central_count,
    duplicate_counts,
    half_up,
    in_sample_ceiling,
    published_estimate,
    reading_in_sample,
    reading_multiplicity,
    reading_unique_ads,
)
from diagnostic.estimate.formulas.sampling import sample_size
from diagnostic.estimate.internet.frame import SiteTotal
from diagnostic.estimate.texts.internet import TEXTS


def facts(
    totals: Sequence[SiteTotal],
    lists: pd.DataFrame,
    rate_pct: float,
    sampling: Mapping[str, float],
    rate_cell: str,
    count_cells: str,
) -> Iterator[Fact]:
    """The published estimate, labelled not identified, and the three readings of the rate with their bounds; then what the
    formula gives once mirrors are collapsed.

    `lists`: one row per list of ads (`lists`). `rate_pct` is the published share of duplicates: every fact here carries the origin `published`.
    """
    total = sum(site.size for site in totals)
    sample = sample_size(total, sampling["margin"], sampling["confidence"], sampling["proportion"])
    k, possible = central_count(rate_pct, sample), duplicate_counts(rate_pct, sample)
    others = " ou ".join(str(other) for other in possible if other != k)
    central: dict[str, Any] = {"k": k, "sample": sample, "others": others or "aucun autre entier"}
    published = published_estimate(total, rate_pct)
    groups: dict[str, list[int]] = {}
    for site in totals:
        if site.mirror_group:
            groups.setdefault(site.mirror_group, []).append(site.size)
    mirrors = [(len(sizes), max(sizes)) for sizes in groups.values()]
    a = reading_in_sample(total, sample, k)
    b = reading_unique_ads(total, published, mirrors)
    c = reading_multiplicity(total, sample, k, rate_pct, sampling["confidence"])
    duj1, gee = (french.number(ceiling) for ceiling in in_sample_ceiling(total, sample, k))
    build = Builder(TEXTS, "consolidate/counts", "published", f"{count_cells} ; {rate_cell}")
    widest = min(a.low, b.low, c.low), max(a.high, b.high, c.high)
    yield build.fact("ads.persons_estimate", published, widest)
    yield build.fact("ads.persons_reading_a", between=(a.low, a.high), duj1=duj1, gee=gee, **central)
    yield build.fact("ads.persons_reading_b", between=(b.low, b.high))
    drawn: dict[str, Any] = {"low": c.low, "high": c.high, "interval_kind": "sampling"}
    yield build.fact("ads.persons_reading_c", published, **drawn, **central)
    if groups:
        once = published_estimate(half_up(float(collapse_mirrors(lists)["value"].sum())), rate_pct)
        yield build.fact("sensitivity.mirrors_once.ads_persons_estimate", once)
    for number in possible:
        exact = total * (1 - number / sample)
        yield build.fact("ads.persons_exact_rate.{number}", exact, number=number, sample=sample)
