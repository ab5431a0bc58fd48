"""The frame: how many ads each site shows, counted exactly or estimated from the pages read."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from diagnostic.estimate.pages import PageEstimate, estimate_pages


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
    low: float | None
    high: float | None
    variance: float | None
    drawn: bool  # the pages behind the estimate were drawn, not just the first ones
    estimates: tuple[PageEstimate, ...]

    @property
    def size(self) -> int:
        return int(self.value + 0.5)


def read_pages(read: pd.DataFrame) -> PageEstimate:
    """The ads of one list, from the rows of its pages that were read."""
    announced = read["ads_announced"].dropna()
    return estimate_pages(
        ranks=[int(rank) for rank in read["page_rank"]],
        shown=[int(n) for n in read["ads_shown"]],
        relevant=[int(n) for n in read["ads_relevant"]],
        pages_total=int(read["pages_total"].iloc[0]),
        shown_total=int(announced.iloc[0]) if len(announced) else None,
    )


def site_totals(counts: pd.DataFrame, pages: pd.DataFrame) -> list[SiteTotal]:
    """One total per site of the register, in its order: exact counts and page estimates of its places summed."""
    totals = []
    for code, rows in counts.groupby("site_code", sort=False):
        exact = rows[rows["method"] == "exact"]
        extrapolated = rows[rows["method"] == "page_extrapolated"]
        own_pages = pages[pages["site_code"] == code]
        estimates, drawn = [], True
        for place in extrapolated["place"].fillna(""):
            read = own_pages[own_pages["place"].fillna("") == place].sort_values("page_rank")
            estimates.append(read_pages(read))
            drawn &= estimates[-1].drawn
        counted = float(exact["count"].fillna(0).sum())
        first = rows.iloc[0]
        variances = [e.se**2 if e.se is not None else None for e in estimates]
        bounded = bool(estimates)
        totals.append(
            SiteTotal(
                site_code=str(code),
                category=first["category"],
                mirror_group="" if pd.isna(first["mirror_group"]) else first["mirror_group"],
                under_mirror_label=pd.notna(first["under_mirror_label"]) and bool(first["under_mirror_label"]),
                site_row=int(first["site_row"]),
                count_rows=tuple(int(row) for row in rows["row"].dropna()),
                page_rows=tuple(int(row) for row in own_pages["row"]) if bounded else (),
                value=counted + sum(e.total for e in estimates),
                low=counted + sum(e.low for e in estimates) if bounded else None,
                high=counted + sum(e.high for e in estimates) if bounded else None,
                variance=None if None in variances else sum(v for v in variances if v is not None),
                drawn=drawn,
                estimates=tuple(estimates),
            )
        )
    return totals
