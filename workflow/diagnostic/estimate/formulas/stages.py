"""Samples of two stages, pages of a list and then ads on each, and weights calibrated to known totals.

Of the M_h pages of a list m_h were drawn, and of the N_k ads of such a page n_k: w = (M_h / m_h) (N_k / n_k), t_k = N_k z̄_k and
V(Σ w z) = Σ_h M_h² (1 − m_h / M_h) s²_h(t) / m_h + Σ_h (M_h / m_h) Σ_k N_k² (1 − n_k / N_k) s²_k(z) / n_k (Cochran 1977, ch.
11; R survey, `svydesign(id = ~page + ad, fpc = ~M + N)`). A list of one page is a simple random sample (`stratified`). One ad
drawn of several on a page has no s²_k: its list then loses the (1 − m_h / M_h) of the first stage, whose s²_h(t) alone has on
average what both stages make, and M_h S²_h more. One page alone stands as far from the others as from 0: t², never less on
average. Pages that have ads and of which none was coded are stood for by those of their list that have some: m_h falls as
these do, pages without any ad included.

Weights are calibrated by cells of which the ads N_g are known: w N_g / Σ_g w, with the variance of the residuals z − z̄_g
(post-stratification; Särndal, Swensson & Wretman 1992, ch. 7.6; R survey, `postStratify`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from diagnostic.estimate.formulas.sampling import mean_variances, sums

# By ad: its page, the ads of that page; of its list, the pages that have ads among those read, those read, those there are; its
# cell, and the ads that this one is known to have (missing where they are not).
COLUMNS = ("page", "page_ads", "pages_filled", "pages_read", "pages_total", "cell", "cell_ads")


@dataclass(frozen=True)
class Stages:
    """Rows of the `page` and of the `cell` of each ad. By page: `of`, the row of its list, `size` (N_k), `drawn` (n_k). By list:
    `read` (m_h), `pages` (M_h), both 1 where none was drawn. By cell: `known` (N_g), missing where it is not."""

    page: np.ndarray
    cell: np.ndarray
    of: np.ndarray
    size: np.ndarray
    drawn: np.ndarray
    read: np.ndarray
    pages: np.ndarray
    known: np.ndarray

    @property
    def row(self) -> np.ndarray:
        """The row of the list of each ad."""
        return self.of[self.page]

    @cached_property
    def designed(self) -> np.ndarray:
        """The ads that each ad stands for by the draw alone."""
        return ((self.pages / self.read)[self.of] * self.size / self.drawn)[self.page]

    @cached_property
    def factor(self) -> np.ndarray:
        """What calibration multiplies it by."""
        drawn = np.bincount(self.cell, weights=self.designed, minlength=len(self.known))
        return np.where(np.isnan(self.known), 1.0, self.known / drawn)[self.cell]

    @cached_property
    def weight(self) -> np.ndarray:
        return self.designed * self.factor

    @cached_property
    def ads(self) -> np.ndarray:
        """By list, the ads that those drawn stand for."""
        return sums(self.weight, self.row, len(self.pages))

    @cached_property
    def relative(self) -> np.ndarray:
        """The weight of each ad over the mean weight of its list."""
        mean = self.ads / np.maximum(np.bincount(self.row, minlength=len(self.pages)), 1)
        return self.weight / mean[self.row]

    @property
    def single(self) -> np.ndarray:
        """Lists of one page."""
        return self.pages == 1

    @property
    def degrees(self) -> np.ndarray:
        """Degrees of freedom by list, one at least: its pages less one; of one page, its ads less one."""
        ads = np.bincount(self.row, minlength=len(self.pages))
        return np.maximum(np.where(self.single, ads, self.read) - 1, 1)

    def degrees_of(self, base: np.ndarray) -> int:
        """Of the ads of a domain: the pages that hold them less their lists, or the ads where a list is one page."""
        own, pages = self.row[base], self.of[np.unique(self.page[base])]
        ads, held = (np.bincount(one, minlength=len(self.pages)) for one in (own, pages))
        return int(np.maximum(np.where(self.single, ads, held) - 1, 0).sum())

    def units(self, size: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """By list, what is drawn first of its ads (`size`) and may be missed whole: how many, how many drawn, the ads of each."""
        ads = np.bincount(self.row, minlength=len(self.pages))
        several = np.where(self.single, size, self.pages), np.where(self.single, ads, self.read)
        return *several, np.where(self.single, 1.0, size / self.pages)

    def variances(self, values: np.ndarray) -> np.ndarray:
        """V of Σ w `values` by list, in their unit squared; `values` by ad along the last axis, one row of variances each."""
        cells, lists = len(self.known), len(self.pages)
        mean = sums(values * self.weight, self.cell, cells) / np.bincount(self.cell, self.weight, cells)
        rest = self.factor * (values - np.where(np.isnan(self.known), 0, mean)[..., self.cell])
        m, coded = self.read, np.bincount(self.of, minlength=lists)
        own = sums(rest, self.page, len(self.of)) / self.drawn
        squares = sums((rest - own[..., self.page]) ** 2, self.page, len(self.of))
        within = self.size * (self.size - self.drawn) * squares / (self.drawn * np.maximum(self.drawn - 1, 1))
        totals = own * self.size
        middle = np.where(m < 2, 0, sums(totals, self.of, lists) / m)
        spread = sums((totals - middle[..., self.of]) ** 2, self.of, lists) + (m - coded) * middle**2
        lone = np.bincount(self.of, weights=(self.drawn == 1) & (self.size > 1), minlength=lists) > 0
        apart = lone | (m < 2)
        first = self.pages**2 * np.where(apart, 1, 1 - m / self.pages) * spread / (m * np.maximum(m - 1, 1))
        second = np.where(apart, 0, self.pages / m) * sums(within, self.of, lists)
        size = sums(self.designed, self.row, lists)
        ads = np.bincount(self.row, minlength=lists)
        return np.where(self.single, size**2 * mean_variances(rest, self.row, size, ads), first + second)


def stages(ads: pd.DataFrame, row: np.ndarray, lists: int) -> Stages | None:
    """How the ads were drawn, from their own columns (`COLUMNS`) and the row of the list of each; None where they say nothing.

    Raises ValueError for more ads drawn of a page than it has, more pages than there are, or a page of two lists.
    """
    if "page" not in ads:
        return None
    page, first = pd.factorize(ads["page"])[0], ~ads["page"].duplicated().to_numpy()
    drawn, of = np.bincount(page), row[first]
    if (of[page] != row).any():
        raise ValueError("a page is of one list")
    size = ads["page_ads"].to_numpy(float)[first]
    filled, read, pages = (np.ones(lists) for _ in range(3))
    for into, name in ((filled, "pages_filled"), (read, "pages_read"), (pages, "pages_total")):
        into[row] = ads[name].to_numpy(float)
    if (drawn > size + 1e-9).any() or (read > pages).any():
        raise ValueError("more was drawn than there is: ads of a page, or pages of a list")
    coded = np.maximum(np.bincount(of, minlength=lists), 1)
    read = read * coded / np.maximum(filled, coded)
    cell, at = pd.factorize(ads["cell"])[0], ~ads["cell"].duplicated().to_numpy()
    return Stages(page, cell, of, size, drawn, read, pages, ads["cell_ads"].to_numpy(float)[at])
