"""Ads of a site too large to count, from the result pages that were read.

Notation: M pages in all, m read; y_k relevant ads and x_k ads shown on page k; X ads shown by the whole site.
Sources: Cochran (1977) ch. 6 and Särndal, Swensson & Wretman (1992) ch. 5 for the ratio estimator; Wolter,
Introduction to Variance Estimation (2007) ch. 8 for successive differences.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import scipy  # its parts are loaded when they are first used

from diagnostic.core import french
from diagnostic.estimate.formulas.sampling import hypergeometric_interval, satterthwaite, student_value

TREND_LEVEL = 0.1
FIRST = "Seules les premières pages ont été lues, elles ne sont pas tirées au sort : bornes, et non intervalle d’échantillonnage."
CHOSEN = (
    "Les pages lues ne sont pas celles que le tirage désigne : elles ont été choisies, et rien ne dit qu’elles ressemblent "
    "aux autres. Bornes, et non intervalle d’échantillonnage."
)
_NOTHING = 1e-9  # a standard error under which pages are alike


@dataclass(frozen=True)
class PageEstimate:
    """The ads of one site in one place: total, standard error, limits, and how they were obtained.

    `drawn`: the pages are those of the plan (a sampling interval holds); else someone chose them and
    `low`, `high` are bounds: every unseen ad irrelevant, or every one relevant. `se` is None with one page; `degrees`
    are its degrees of freedom. `seen`: the relevant ads of the pages read, the least that there can be.
    """

    total: float
    seen: float
    se: float | None
    degrees: int
    low: float
    high: float
    drawn: bool
    description: str


def estimate_pages(
    ranks: Sequence[int],
    shown: Sequence[int],
    relevant: Sequence[int],
    pages_total: int,
    shown_total: int | None,
    confidence: float = 0.95,
    planned: bool = False,
) -> PageEstimate:
    """Ratio estimate T = X Σy / Σx, with V = (X / (M x̄))² M² (1 − m/M) s²_e / m, e = y − R x, t limits.

    Without X, X = M x̄: T is the expansion M ȳ, its variance that of y. `planned`: the pages are those that a draw
    named (`as_planned`); evenly spaced, they take s²_e from successive differences, Σ (e_k − e_k+1)² / (2 (m − 1)). Any
    others were chosen: bounds. All pages read: exact. Limits never fall below the relevant ads seen. Drawn pages that
    are all alike: see `_alike`. Raises ValueError when no page was read.
    """
    x, y, order = np.asarray(shown, float), np.asarray(relevant, float), np.asarray(ranks, int)
    m, big_m = len(y), pages_total
    if not m:
        raise ValueError("no page was read")
    seen = float(y.sum())
    ratio = seen / float(x.sum()) if x.sum() else 0.0
    if m >= big_m:
        text = f"Les {french.number(m)} pages ont été lues : décompte exact."
        return PageEstimate(seen, seen, 0.0, m - 1, seen, seen, True, text)
    known = shown_total is not None and bool(x.sum() > 0)
    scale = big_m * float(x.mean())
    whole = float(shown_total or 0) if known else scale
    total = whole * ratio if known else big_m * float(y.mean())
    residuals = y - ratio * x if known else y - y.mean()
    se = None
    if m > 1:
        spread = float(residuals @ residuals) / (m - 1)
        if planned and np.ptp(np.diff(order)) <= 1:  # evenly spaced, as a systematic draw leaves them
            spread = float((np.diff(residuals) ** 2).sum()) / (2 * (m - 1))
        factor = whole / scale if known else 1.0
        se = factor * big_m * math.sqrt((1 - m / big_m) * spread / m)
    drawn = planned and se is not None
    if drawn and se is not None and se < _NOTHING:
        unseen = math.inf if shown_total is None else max(0.0, shown_total - x.sum())
        se = _alike(m, big_m, seen / m, float(x.max()), unseen, confidence) / student_value(confidence, m - 1)
    if drawn and se is not None:
        half = student_value(confidence, m - 1) * se
        low, high = max(seen, total - half), total + half
    else:
        unseen = (shown_total - x.sum()) if shown_total is not None else (big_m - m) * float(x.max())
        low, high = seen, seen + max(0.0, float(unseen))
    first = FIRST if (np.sort(order) == np.arange(1, m + 1)).all() else CHOSEN  # of pages that no draw named
    text = _describe(m, big_m, ratio, se, None if planned else first, known)
    slope, p = _trend(order, y)
    if p < TREND_LEVEL:
        unread = (whole - float(x.sum())) / (big_m - m) if known else float(x.mean())
        text += _trend_told(slope, p, None if drawn else trend_total(order, x, y, big_m, max(0.0, unread)))
    return PageEstimate(total, seen, se, m - 1, low, max(high, total), drawn, text)


def _alike(m: int, big_m: int, each: float, fullest: float, unseen: float, confidence: float) -> float:
    """How far the total may stand from M ȳ when the m pages drawn have ȳ relevant ads each, `each`.

    As many of the M pages may differ from them as hypergeometric inversion allows after 0 of m, and each by as much as
    the fullest page shows; no more than the ads `unseen`.
    """
    _, others = hypergeometric_interval(0, m, confidence, big_m)
    return min(max(1, others) * max(each, fullest - each), unseen)


def pages_to_read(name: str, pages_total: int, number: int, seed: int) -> list[int]:
    """The ranks of `number` pages spread over the list `name`: every M / m pages from a start that the seed gives.

    Each page has the same chance m / M, and gaps differ by one at most. Raises ValueError for less than one page.
    """
    if pages_total < 1 or number < 1:
        raise ValueError(f"at least one page, got {number} of {pages_total}")
    number = min(number, pages_total)
    digest = hashlib.sha256(f"{seed}\0{name}\0pages".encode()).digest()
    start = int.from_bytes(digest[:8], "little") % pages_total  # in steps of 1 / m of a page
    return [(start + i * pages_total) // number + 1 for i in range(number)]


def as_planned(ranks: Sequence[int], name: str, pages_total: int, seed: int) -> bool:
    """Whether the pages read of the list `name` are those that `pages_to_read` names for as many."""
    return sorted(ranks) == pages_to_read(name, pages_total, len(ranks), seed)


def _trend(ranks: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of the relevant ads on the page's rank, and its p-value: 0 and 1 under three pages, or of a flat series.

    Least squares; t = slope √(d Σ (rank − mean)² ÷ Σ residual²), d = pages − 2 degrees of freedom, two-sided (Student).
    """
    if len(y) < 3 or np.ptp(y) == 0:
        return 0.0, 1.0
    x, y, degrees = ranks - ranks.mean(), y - y.mean(), len(y) - 2
    slope = float(x @ y / (x @ x))
    left = float(((y - slope * x) ** 2).sum())
    t = abs(slope) * math.sqrt(degrees * (x @ x) / left) if left else math.inf
    return slope, 2 * float(scipy.special.stdtr(degrees, -t))


def trend_total(ranks: np.ndarray, shown: np.ndarray, relevant: np.ndarray, pages_total: int, unread: float) -> float:
    """The ads of the site if the share of relevant ones went on changing along the pages: seen + Σ unread × p(k).

    p(k) is the logistic regression of y of x on the page's rank, `unread` the ads shown by each page that was not read
    (model-assisted, Särndal, Swensson & Wretman 1992, ch. 6). The most likely curve is sought from one half everywhere.
    """
    spread = ranks - ranks.mean()
    design = np.column_stack([np.ones(len(ranks)), spread / spread.std()])

    def surprise(slopes: np.ndarray) -> tuple[float, np.ndarray]:
        odds = design @ slopes
        told = shown * np.logaddexp(0, odds) - relevant * odds
        return float(told.sum()), (shown * scipy.special.expit(odds) - relevant) @ design

    slopes = scipy.optimize.minimize(surprise, np.zeros(2), jac=True, options={"gtol": 1e-9}).x
    others = np.setdiff1d(np.arange(1, pages_total + 1), ranks)
    predicted = scipy.special.expit(slopes[0] + slopes[1] * (others - ranks.mean()) / spread.std())
    return float(relevant.sum() + unread * predicted.sum())


def _describe(m: int, big_m: int, ratio: float, se: float | None, chosen: str | None, known: bool) -> str:
    error = f"Erreur type : {french.number(se, 1)}." if se is not None else "Une seule page lue : pas d’erreur type."
    total = "connu." if known else "inconnu : moyenne par page × nombre de pages."
    parts = [
        f"{french.number(m)} pages lues sur {french.number(big_m)}, {french.percent(100 * ratio)} d’annonces pertinentes ; "
        f"total affiché par le site {total}",
        error if chosen is None or se is None else chosen,
    ]
    if chosen is None and ratio == 0 and se is not None:
        parts.append(
            "Aucune annonce pertinente sur les pages lues : le site n’est pas vide pour autant, la limite haute dit ce qu’il peut avoir."
        )
    return " ".join(parts)


def _trend_told(slope: float, p: float, further: float | None) -> str:
    """That relevance changes along the pages, and what the site would have if it went on."""
    sense = "baisse" if slope < 0 else "monte"
    said = f" Attention : le nombre d’annonces pertinentes {sense} de page en page (p = {french.number(p, 3)}) ; l’extrapolation est douteuse."
    return said + ("" if further is None else f" Si cela continuait, le site aurait {french.number(further)} annonces.")


# -- The interval of a part of the ads, when some lists were only read by pages -----------------------------------
class Sized(Protocol):
    """A number of ads: `variance` is None or NaN where only `low` and `high` bound it; `degrees` of freedom."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def variance(self) -> float | None: ...
    @property
    def degrees(self) -> float: ...


def share_interval(part: Sequence[Sized], rest: Sequence[Sized], confidence: float) -> dict[str, Any]:
    """`low`, `high` (0-100) and `interval_kind` of 100 × part ÷ (part + rest); nothing when every list was counted.

    Pages drawn: V = ((1 − p)² V(part) + p² V(rest)) ÷ T², the lists being drawn apart, and t limits. As soon as someone chose
    the pages of one: from the part at its least and the rest at its most to the reverse.
    """
    lists = [*part, *rest]
    if all(_variance(one) == 0 and one.low == one.value for one in lists):
        return {}
    inside, outside = sum(one.value for one in part), sum(one.value for one in rest)
    if not inside + outside:
        return {}
    if any(_variance(one) is None for one in lists):
        least, most = sum(one.low for one in part), sum(one.high for one in part)
        return {
            "low": 100 * least / max(least + sum(one.high for one in rest), 1e-9),
            "high": 100 * most / max(most + sum(one.low for one in rest), 1e-9),
            "interval_kind": "bounds",
        }
    share, total = inside / (inside + outside), inside + outside
    weights = [(1 - share) ** 2] * len(part) + [share**2] * len(rest)
    variances = [weight * (_variance(one) or 0.0) for weight, one in zip(weights, lists, strict=True)]
    degrees = satterthwaite(variances, [one.degrees for one in lists])
    half = student_value(confidence, degrees) * math.sqrt(sum(variances)) / total
    return {"low": 100 * max(0.0, share - half), "high": 100 * min(1.0, share + half), "interval_kind": "sampling"}


def _variance(one: Sized) -> float | None:
    variance = one.variance
    return None if variance is None or math.isnan(variance) else variance


# -- Two measures of how many ads a list has: the pages that were read, and the places of the list that were coded
# Weights are fixed by the design: the inverse of estimated variances would bias totals down by 5 to 10 %.
FAR = 2.0  # standard errors between the two beyond which there is no composite


@dataclass(frozen=True)
class Size:
    """Ads of a list: `value`, limits, and `variance` with its `degrees` of freedom; None where the limits are bounds."""

    value: float
    low: float
    high: float
    variance: float | None
    degrees: float


def apart(pages: Size, coded: Size) -> bool:
    """The two differ by more than two standard errors."""
    return pages.variance is None or abs(pages.value - coded.value) > FAR * math.sqrt(
        pages.variance + (coded.variance or 0.0)
    )


def composite(pages: Size, coded: Size, weight: float, seen: float, confidence: float) -> Size:
    """w × pages + (1 − w) × coded, t limits, never under the ads `seen`; the coded places alone where the pages are `apart`
    or were chosen. `weight`: of the pages, fixed by the design. Raises ValueError outside [0, 1].
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight lies in [0, 1], got {weight}")
    if coded.high <= seen < pages.high and (pages.variance is None or apart(pages, coded)):
        # More was seen than the coded places allow: they prove nothing above it, and the pages only bound.
        return Size(seen, seen, pages.high, None, coded.degrees)
    if pages.variance is None or coded.variance is None or apart(pages, coded):
        return Size(max(seen, coded.value), max(seen, coded.low), max(seen, coded.high), coded.variance, coded.degrees)
    value = weight * pages.value + (1 - weight) * coded.value
    parts = [weight**2 * pages.variance, (1 - weight) ** 2 * coded.variance]
    degrees = satterthwaite(parts, [pages.degrees, coded.degrees])
    half = student_value(confidence, degrees) * math.sqrt(sum(parts))
    return Size(max(seen, value), max(seen, value - half), max(seen, value + half), sum(parts), degrees)
