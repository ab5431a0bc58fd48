"""The frame: how many ads each site shows, counted exactly or estimated from the pages read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagnostic.estimate.formulas.draw import strata
from diagnostic.estimate.formulas.pages import PageEstimate, as_planned, estimate_pages
from diagnostic.estimate.formulas.sampling import satterthwaite, student_value
from diagnostic.estimate.places import Places

FRAME = ("sites", "ad_counts")  # the roles whose files make the frame


@dataclass(frozen=True)
class SiteTotal:
    """One site of the register. `size` is the whole number of ads used to draw; `value` is unrounded."""

    site_code: str
    category: str
    mirror_group: str
    under_mirror_label: bool
    site_row: int
    count_rows: tuple[int, ...]
    page_rows: tuple[int, ...]
    value: float
    low: float
    high: float
    variance: float | None
    drawn: bool  # the pages behind the estimate are those that were drawn
    estimates: tuple[PageEstimate, ...]

    @property
    def counted(self) -> bool:
        """Whether anybody counted it: without, its value is no zero."""
        return bool(self.count_rows or self.estimates)

    @property
    def size(self) -> int:
        return int(self.value + 0.5)

    @property
    def degrees(self) -> float:
        """Degrees of freedom of `variance`."""
        return satterthwaite([(e.se or 0) ** 2 for e in self.estimates], [e.degrees for e in self.estimates])


def read_pages(name: str, read: pd.DataFrame, sampling: Mapping[str, Any]) -> PageEstimate:
    """The ads of the list `name` (`draw.strata`), from its pages read, at the level of `sampling`."""
    announced = read["ads_announced"].dropna()
    ranks, total = [int(rank) for rank in read["page_rank"]], int(read["pages_total"].iloc[0])
    return estimate_pages(
        ranks=ranks,
        shown=[int(n) for n in read["ads_shown"]],
        relevant=[int(n) for n in read["ads_relevant"]],
        pages_total=total,
        shown_total=int(announced.iloc[0]) if len(announced) else None,
        confidence=sampling["confidence"],
        planned=as_planned(ranks, name, total, int(sampling["seed"])),
    )


def site_totals(counts: pd.DataFrame, pages: pd.DataFrame, sampling: Mapping[str, Any]) -> list[SiteTotal]:
    """One total per site of the register, in its order: exact counts and page estimates of its places summed.

    `sampling`: the `confidence` of the limits, and the `seed` that named the pages to read.
    """
    totals = []
    for code, rows in counts.groupby("site_code", sort=False):
        exact = rows[rows["method"] == "exact"]
        extrapolated = rows[rows["method"] == "page_extrapolated"]
        own_pages = pages[pages["site_code"] == code]
        estimates, drawn = [], True
        where = extrapolated["place"].fillna("")
        for name, place in zip(strata(extrapolated["site_code"], where), where, strict=True):
            read = own_pages[own_pages["place"].fillna("") == place].sort_values("page_rank")
            estimates.append(read_pages(name, read, sampling))
            drawn &= estimates[-1].drawn
        counted = float(exact["count"].fillna(0).sum())
        first = rows.iloc[0]
        variances = [e.se**2 if e.se is not None else None for e in estimates]
        low, high = _limits(counted, estimates, sampling["confidence"])
        totals.append(
            SiteTotal(
                site_code=str(code),
                category=first["category"],
                mirror_group="" if pd.isna(first["mirror_group"]) else first["mirror_group"],
                under_mirror_label=pd.notna(first["under_mirror_label"]) and bool(first["under_mirror_label"]),
                site_row=int(first["site_row"]),
                count_rows=tuple(int(row) for row in rows["row"].dropna()),
                page_rows=tuple(int(row) for row in own_pages["row"]) if estimates else (),
                value=counted + sum(e.total for e in estimates),
                low=low,
                high=high,
                variance=None if None in variances else sum(v for v in variances if v is not None),
                drawn=drawn,
                estimates=tuple(estimates),
            )
        )
    return totals


def interval(totals: Sequence[SiteTotal], confidence: float) -> dict:
    """The interval of a sum of sites: sampling if all pages read were drawn, bounds if some were chosen."""
    estimates = [one for site in totals for one in site.estimates]
    if all(one.low == one.high for one in estimates):
        return {}
    counted = sum(site.value for site in totals) - sum(one.total for one in estimates)
    low, high = _limits(counted, estimates, confidence)
    return {"low": low, "high": high, "interval_kind": "sampling" if all(e.drawn for e in estimates) else "bounds"}


def _limits(counted: float, estimates: Sequence[PageEstimate], confidence: float) -> tuple[float, float]:
    """Limits of counted ads and lists read by pages. Pages drawn list by list: variances add, and t has Satterthwaite's
    degrees of freedom; never under the ads seen. Else the limits of the lists add.
    """
    if not all(one.drawn for one in estimates):
        return counted + sum(one.low for one in estimates), counted + sum(one.high for one in estimates)
    value, seen = (counted + sum(getattr(one, name) for one in estimates) for name in ("total", "seen"))
    variances = [(one.se or 0) ** 2 for one in estimates]
    degrees = satterthwaite(variances, [one.degrees for one in estimates])
    half = student_value(confidence, degrees) * math.sqrt(sum(variances))
    return max(seen, value - half), value + half


def counted_cells(index: Places, totals: Sequence[SiteTotal]) -> str:
    """The cells behind the totals of some sites: their counts, and their pages where they were extrapolated."""
    counted = index.at((row for site in totals for row in site.count_rows), "ad_counts", "count")
    read = index.at((row for site in totals for row in site.page_rows), "ad_pages", "ads_relevant")
    return " ; ".join(filter(None, (counted, read)))
