"""The frame of the draw: one row per list of ads (a site, or a site in one place), and how many are drawn in each.

Mirrors are collapsed first. A list read by pages is drawn by positions: every page is given as many places as the
fullest one that was read, so that each ad has the same chance; a place that turns out empty is coded so.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.collect.answers import CLOSED
from diagnostic.collect.checks_region import within
from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.estimate.formulas import draw
from diagnostic.estimate.formulas.sampling import sample_size, satterthwaite
from diagnostic.estimate.internet.frame import read_pages

COLUMNS = (
    *("stratum", "site_code", "place", "category", "mirror_group", "size", "value", "variance", "degrees"),
    *("low", "high", "listed", "page_size"),
)

WHOLE = "whole"  # one margin, for the whole frame


def lists(counts: pd.DataFrame, pages: pd.DataFrame, sampling: Mapping[str, Any]) -> pd.DataFrame:
    """Every list that was counted, by its name: `size` (whole ads), `value` (unrounded), `listed`, `page_size`.

    `variance` is 0 for an exact count, missing where the pages read are not those that the seed of `sampling` names: `low`
    and `high` then bound it. `degrees`: its degrees of freedom, infinite for an exact count.
    """
    counted = counts.dropna(subset=["method"])
    names = draw.strata(counted["site_code"], counted["place"].fillna(""))
    read = dict(iter(pages.groupby([pages["site_code"], pages["place"].fillna("")])))
    rows = [
        _list(name, row, read.get((row.site_code, _text(row.place)), pages[:0]), sampling)
        for name, row in zip(names, counted.itertuples(), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("stratum")


def _list(name: str, row: Any, read: pd.DataFrame, sampling: Mapping[str, Any]) -> tuple:
    place = _text(row.place)
    same = (name, row.site_code, place, row.category, _text(row.mirror_group))
    if row.method == "exact":
        count = 0 if pd.isna(row.count) else int(row.count)
        return (*same, count, float(count), 0.0, np.inf, float(count), float(count), count, pd.NA)
    found = read_pages(name, read.sort_values("page_rank"), sampling)
    page = max(1, int(read["ads_shown"].max()))
    size = int(found.total + 0.5)
    variance = found.se**2 if found.drawn and found.se is not None else np.nan
    listed = page * int(read["pages_total"].iloc[0])
    return (*same, size, found.total, variance, float(found.degrees), found.low, found.high, listed, page)


def planned(frame: pd.DataFrame, sampling: Mapping[str, Any]) -> pd.DataFrame:
    """The frame of `lists` with what is kept once mirrors are collapsed and how many are coded and drawn in each list.

    The margin is that of the whole frame, or of each domain that `sampling["domains"]` names: a column of the frame, or the
    département that its place says (lists that say none are one domain).
    Coded: the ads to code, expected losses included; drawn: the positions to look up.
    """
    collapsed = draw.collapse_mirrors(frame)
    result = frame.assign(stands_for=1, kept=frame.index.isin(collapsed.index), coded=0, drawn=0)
    result.loc[collapsed.index, "stands_for"] = collapsed["stands_for"]
    for _, own in collapsed.groupby(_domains(collapsed, str(sampling["domains"])), sort=False):
        if own["size"].any():
            coded, drawn = _shared_out(own, sampling)
            result.loc[own.index, "coded"], result.loc[own.index, "drawn"] = coded, drawn
    return result


def _domains(collapsed: pd.DataFrame, name: str) -> pd.Series:
    if name == WHOLE:
        return pd.Series(WHOLE, index=collapsed.index)
    return within(collapsed["place"]) if name == DEPARTEMENT else collapsed[name]


def owned(frame: pd.DataFrame, read: Collection[str] = ()) -> pd.DataFrame:
    """The frame of a sample that the project did not draw: one list per site, mirrors collapsed, nothing to draw. The sites of
    `read`, whose pages were drawn first, keep a list for each of their places."""
    apart = frame["site_code"].isin(read) & frame["mirror_group"].fillna("").eq("")
    sites = merged(frame, frame["site_code"].mask(apart, frame.index.to_series()))
    collapsed = draw.collapse_mirrors(sites)
    made = sites.assign(stands_for=1, kept=sites.index.isin(collapsed.index), coded=0, drawn=0)
    made.loc[collapsed.index, "stands_for"] = collapsed["stands_for"]
    return made


def of_sites(frame: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """The frame of a sample of sites: one list per site of the register (`counts`), one kept of each mirror group, the longest
    that was drawn. Those that were not drawn, and nobody counted, have no variance. A closed site without ads is stood for by
    none: it is not kept, whether it was drawn or not."""
    sites = merged(frame, frame["site_code"])
    rest = counts[~counts["site_code"].isin(sites.index)].drop_duplicates("site_code")
    rest = rest.set_index(rest["site_code"].rename("stratum")).reindex(columns=sites.columns)
    rest = rest.fillna({"mirror_group": ""}).assign(
        place="", size=0, listed=0, value=0.0, low=0.0, high=0.0, degrees=np.inf
    )
    made = pd.concat([sites, rest.astype({"page_size": "Int64", "variance": float})])
    longest = made.sort_values("size", ascending=False, kind="stable")
    first = longest.index[~longest["mirror_group"].where(longest["mirror_group"].ne(""), longest.index).duplicated()]
    shut = made.index.isin(counts.loc[counts["status"].isin(CLOSED), "site_code"]) & made["value"].eq(0)
    return made.assign(stands_for=1, kept=made.index.isin(first) & ~shut, coded=0, drawn=0)


def merged(frame: pd.DataFrame, name: pd.Series) -> pd.DataFrame:
    """Lists put together, one row per `name`: their ads and limits add, their variances too.

    The variance is missing as soon as one is: its limits then bound the whole.
    """
    groups = frame.groupby(name.rename("stratum"), sort=False)
    made = groups[["site_code", "category", "mirror_group"]].first()
    made[["value", "low", "high"]] = groups[["value", "low", "high"]].sum()
    made["variance"] = groups["variance"].agg(lambda own: own.sum(skipna=False))
    made["degrees"] = [satterthwaite([*own["variance"]], [*own["degrees"]]) for _, own in groups]
    made["degrees"] = made["degrees"].where(made["variance"].notna(), np.inf)
    made["page_size"] = groups["page_size"].agg(lambda own: own.dropna().max() if own.notna().any() else pd.NA)
    made["page_size"] = made["page_size"].astype("Int64")
    return made.assign(place="", size=np.floor(made["value"] + 0.5).astype("int64"), listed=groups["listed"].sum())


def _shared_out(collapsed: pd.DataFrame, sampling: Mapping[str, Any]) -> tuple[pd.Series, pd.Series]:
    """The ads to code and the positions to draw in each list of one domain.

    A kept mirror is taken whole while that leaves every other list its floor. Each list's share is rounded up, so that
    none loses an ad when the sample grows (the Alabama paradox of largest remainders).
    """
    population = int(collapsed["size"].sum())
    useful = sample_size(population, sampling["margin"], sampling["confidence"], sampling["proportion"])
    wanted = draw.planned_size(useful, population, sampling["design_effect"], sampling["loss"])
    floor, counts = int(sampling["floor"]), collapsed["size"]
    least = counts.clip(upper=floor).where(~collapsed["take_all"], counts)
    if least.sum() > wanted:
        collapsed, least = collapsed.assign(take_all=False), counts.clip(upper=floor)
    size = max(wanted, int(least.sum()))
    coded = draw.plan(collapsed, size, floor)["coded"]
    share = np.ceil((counts * _rate(counts, least, size)).round(9)).clip(upper=counts)
    positions = np.maximum(coded, share.where(~collapsed["take_all"], counts)).astype("int64")
    drawn = np.minimum(-(-positions * collapsed["listed"] // counts.where(counts > 0, 1)), collapsed["listed"])
    return coded, drawn


def _rate(counts: pd.Series, least: pd.Series, size: int) -> float:
    """The rate λ of Σ max(least, λ N) = size: what the lists above their floor are drawn at."""
    fixed = counts == 0
    while not fixed.all():
        rate = float((size - least[fixed].sum()) / counts[~fixed].sum())
        under = ~fixed & (counts * rate < least)
        if not under.any():
            return rate
        fixed |= under
    return 0.0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
