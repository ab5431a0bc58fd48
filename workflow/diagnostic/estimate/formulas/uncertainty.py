"""One final interval for the number of persons behind the ads, and what each source of doubt adds to it.

With multiplicities (all copies of each coded ad were searched), the headline is D_HH = Σ N_h z̄_h, z = 1 / m:

- sampling and pages: V = Σ N_h² V(z̄_h) + z̄_h² V(N_h) − V(z̄_h) V(N_h), for sizes estimated from drawn pages
  (Goodman 1960, the unbiased form), with Satterthwaite's degrees of freedom; sizes whose pages someone chose have no variance but bounds;
- links: doubtful pairs are drawn as true or false, all at once, and D_HH is computed again each time: mean of the
  variances + (1 + 1 / B) × variance between the draws (Rubin 1987);
- copies missed by the search: where a second search measured its recall, weights that correct for them (`recall`) and
  V(r) (dD / dr)²;
- what no ad drawn shows: the limits are never nearer than those of `rare`, so that no interval is a point but a census's.

Without multiplicities there is no estimate: an indicative interval, of a model, inside logical bounds (`distinct`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.formulas import rare
from diagnostic.estimate.formulas.distinct import indicative_interval, logical_bounds, naive
from diagnostic.estimate.formulas.multiplicity import NARROW, PersonsEstimate
from diagnostic.estimate.formulas.recall import Recall, slope, weight
from diagnostic.estimate.formulas.sampling import critical_value, satterthwaite, student_value
from diagnostic.estimate.formulas.stratified import mean_variances, sums


@dataclass(frozen=True)
class Persons:
    """The persons behind the ads: `value` (None where not identified) and the limits to print.

    `kind`: "sampling" when all doubt is a variance, "bounds" as soon as part of it is what must hold, "model" as soon as
    it rests on an assumption: copies missed alike everywhere, how likely a link is, how many ads a person has. `seen`: distinct persons
    among all the coded ads, the least there can be: neither the value nor a limit is under it. `se`: of sampling, pages and links together. `parts`: what each
    source adds, in persons: a standard error, or for the last two the shift of a limit. `checks`: other
    estimates of the same number, never the headline.
    """

    value: float | None
    low: float
    high: float
    kind: str
    seen: int
    se: float | None
    parts: Mapping[str, float]
    checks: Mapping[str, float | tuple[float, float]]


@dataclass(frozen=True)
class Partitions:
    """The same ads under random sets of links, one row per draw and one column per ad: `person`, the number of its
    person in that draw, and `multiplicity`, how many ads that person has."""

    person: np.ndarray
    multiplicity: np.ndarray


def with_multiplicities(
    ads: pd.DataFrame,
    frame: pd.DataFrame,
    partitions: Partitions | None = None,
    recall: Recall | None = None,
    check: PersonsEstimate | None = None,
    confidence: float = 0.95,
    seen: int = 0,
) -> Persons:
    """D_HH with all its uncertainty, from the usable coded ads: one row each, `stratum`, `person`, `multiplicity`.

    `frame`, by stratum: `size` (N_h, unrounded), and where pages were read `variance` (drawn pages) with its `degrees` of
    freedom or, without variance, `low` and `high` (pages that someone chose). `partitions`: the same ads under other sets of
    links (`draw_partitions`), whose mean becomes the estimate. `seen`: distinct persons on all usable ads, searched or not.
    `recall`: of the search that found `multiplicity` for each ad; 1 / m gives way to `recall.weight`, unbiased if copies are
    missed one apart from another, and the recall's own variance is added. `check`: D_HT of the same sample; it gives the
    width when D_HH varies by less than two persons, m being nearly constant: its normal interval then covers too little. A
    list without usable ad is given the mean of the others, and limits that let all its ads be of persons already counted, or
    each of another. Raises ValueError without any ad, for a multiplicity under 1, an unknown stratum, an unusable recall.

    Limits are Student's, with the degrees of freedom of the lists drawn and of those read by pages (Satterthwaite), or those
    of `rare` where they are wider. What is possible bounds them: the persons seen, and one more for each ad left. The value
    alone may be beyond, and is then the upper limit: it is unbiased.
    """
    if not len(ads):
        raise ValueError("no usable ad: nothing is known of the persons")
    row, drawn = _strata(ads, frame), partitions or _certain(ads)
    sizes = frame["size"].to_numpy(float)
    n = np.bincount(row, minlength=len(frame))
    shares = weight(drawn.multiplicity, recall.value if recall else 1.0)
    value, by_stratum, by_list, links = _moments(shares, row, frame)
    sampling, pages, missed = float(by_stratum.sum()), float(by_list.sum()), _of_recall(drawn, row, frame, recall)
    se = math.sqrt(sampling + pages + links + missed)
    seen, known, unknown = _seen(drawn, frame, seen)
    read = frame["degrees"].to_numpy(float) if "degrees" in frame else np.full(len(frame), np.inf)
    own = recall.degrees if recall else np.inf
    degrees = satterthwaite([*by_stratum, links, missed, *by_list], [*np.maximum(n - 1, 1), np.inf, own, *read])
    half = student_value(confidence, degrees) * se
    if se < NARROW and check is not None and check.se is not None:
        half = max(half, critical_value(confidence) * check.se)
    mean = _by_stratum(np.mean(shares, axis=0), row, sizes)
    few, many = rare.shifts(mean, np.maximum(sizes, n), n, unknown, confidence)
    most = max(seen, known + unknown)  # were each of the ads left another person's
    read_as, bare = _page_shifts(mean, frame), _bare_shifts(mean, row, frame)
    below, above = (one + other for one, other in zip(read_as, bare, strict=True))
    low, high = min(max(float(seen), value - below - max(half, few)), most), min(value + above + max(half, many), most)
    value = max(float(seen), value)
    parts = {
        "sampling": math.sqrt(sampling),
        "pages": math.sqrt(pages),
        "links": math.sqrt(links),
        "recall": math.sqrt(missed),
        "page_bounds": max(read_as),
        "uncovered": max(bare),
    }
    kind = "model" if recall or links else "bounds" if below > 0 or above > 0 else "sampling"
    return Persons(value, low, max(value, high), kind, seen, se, parts, _told(check))


def value_of(
    ads: pd.DataFrame,
    frame: pd.DataFrame,
    partitions: Partitions | None = None,
    recall: Recall | None = None,
    seen: int = 0,
) -> float:
    """The value of `with_multiplicities` alone, from the same tables."""
    drawn = partitions or _certain(ads)
    shares = weight(drawn.multiplicity, recall.value if recall else 1.0)
    value, _, _, _ = _moments(shares, _strata(ads, frame), frame)
    return max(float(seen), float(_persons(drawn).min()), value)


def _certain(ads: pd.DataFrame) -> Partitions:
    """The ads of each person as they are, when no link is doubtful."""
    person, multiplicity = pd.factorize(ads["person"])[0], ads["multiplicity"].to_numpy(float)
    return Partitions(person[np.newaxis], multiplicity[np.newaxis])


def without_multiplicities(seen: Mapping[int, int], totals: Sequence[int], confidence: float = 0.95) -> Persons:
    """What the clusters of the sample alone allow: [Chao without replacement, DSh3] inside [d, N − (n − d)].

    `seen`: persons seen i times, by i (`distinct.frequencies`). `totals`: the whole number of ads, or its lower limit, itself
    and its upper limit when pages were not all read; the widest limits are kept. No value: the number is not identified.
    The limits are never nearer than those of `rare`: ads that are all alone are no census.
    The published formula stands among the checks, as `naive`, of the number of ads itself: it is never below the truth on
    average, nor above that number.
    """
    limits = [_apart(*indicative_interval(seen, total), seen, total, confidence) for total in totals]
    logical = [logical_bounds(seen, total) for total in totals]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    checks: dict[str, float | tuple[float, float]] = {
        "logical_bounds": (min(low for low, _ in logical), max(high for _, high in logical)),
        "naive": naive(seen, sorted(totals)[len(totals) // 2]),
    }
    return Persons(None, low, high, "model", sum(seen.values()), None, {}, checks)


def _apart(low: float, high: float, seen: Mapping[int, int], total: int, confidence: float) -> tuple[float, float]:
    """The limits, each as far from the other as ads that were all missed would take it, inside the logical bounds."""
    size, drawn = np.array([float(total)]), np.array([sum(times * many for times, many in seen.items())])
    below, _ = rare.shifts(np.array([high / total]), size, drawn, total, confidence)
    _, above = rare.shifts(np.array([low / total]), size, drawn, total, confidence)
    least, most = logical_bounds(seen, total)
    return max(float(least), min(low, high - below)), min(float(most), max(high, low + above))


def draw_partitions(ads: pd.DataFrame, groups: pd.Series, links: pd.DataFrame, draws: int, seed: int) -> Partitions:
    """The coded ads under `draws` random sets of links.

    `ads`: `stratum` and `group`, the certain group of each ad (ads of one person beyond doubt). `groups`: how many
    ads of the frame each group holds, whether drawn or only found by the search. `links`: one row per doubtful pair,
    `first`, `second` (groups) and `probability` that they are one person. A draw keeps each link by its probability,
    and linked groups make one person, whose ads are added. Raises ValueError for an unknown group or a probability
    outside [0, 1].
    """
    first, second = groups.index.get_indexer(links["first"]), groups.index.get_indexer(links["second"])
    of_ad = groups.index.get_indexer(ads["group"])
    if min(first.min(initial=0), second.min(initial=0), of_ad.min(initial=0)) < 0:
        raise ValueError("a link or an ad names a group that the table of groups does not have")
    probability = links["probability"].to_numpy(float)
    if ((probability < 0) | (probability > 1)).any():
        raise ValueError("a probability of being one person lies in [0, 1]")
    kept = np.random.default_rng(seed).random((draws, len(links))) < probability
    draw, link = np.nonzero(kept)  # all draws are one graph, where each has its own copy of the groups
    size, start = draws * len(groups), len(groups) * np.arange(draws)[:, np.newaxis]
    pairs = (np.ones(len(draw)), (start[draw, 0] + first[link], start[draw, 0] + second[link]))
    graph = scipy.sparse.coo_array(pairs, shape=(size, size))
    _, person = scipy.sparse.csgraph.connected_components(graph, directed=False)
    ads_of = np.bincount(person, weights=np.tile(groups.to_numpy(float), draws))
    own = person[start + of_ad]
    return Partitions(own, ads_of[own])


def _moments(shares: np.ndarray, row: np.ndarray, frame: pd.DataFrame) -> tuple[float, np.ndarray, np.ndarray, float]:
    """D_HH, its variance by stratum from the draw and from the pages, and what the doubtful links add (Rubin 1987)."""
    values, sampled, paged = _weight_shares(shares, row, frame)
    by_stratum, by_list = (np.mean(one, axis=0).clip(min=0) for one in (sampled, paged))
    links = float(values.var(ddof=1)) * (1 + 1 / len(values)) if len(values) > 1 else 0.0
    return float(values.mean()), by_stratum, by_list, links


def _of_recall(drawn: Partitions, row: np.ndarray, frame: pd.DataFrame, recall: Recall | None) -> float:
    """V(r) (dD / dr)²: what not knowing the recall adds to the variance of D_HH."""
    if recall is None:
        return 0.0
    moves = slope(drawn.multiplicity, recall.value).mean(axis=0)
    sizes = frame["size"].to_numpy(float)
    moved = float(np.maximum(sizes, np.bincount(row, minlength=len(sizes))) @ _by_stratum(moves, row, sizes))
    return recall.variance * moved**2


def _seen(drawn: Partitions, frame: pd.DataFrame, least: int) -> tuple[int, int, float]:
    """The persons seen, `least` of them or more, were the links true; those seen were they false; and the ads that the frame
    has at most and that are of none of them."""
    persons = _persons(drawn)
    apart = int(np.argmax(persons))
    own = np.unique(drawn.person[apart], return_index=True)[1]
    most = float((frame["size"] if "high" not in frame else frame[["size", "high"]].max(axis=1)).sum())
    unknown = max(0.0, most - float(drawn.multiplicity[apart, own].sum()))
    return max(least, int(persons.min())), len(own), unknown


def _persons(drawn: Partitions) -> np.ndarray:
    """The distinct persons of each draw."""
    ordered = np.sort(drawn.person, axis=1)
    return 1 + (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1)


def _told(check: PersonsEstimate | None) -> dict[str, float | tuple[float, float]]:
    """What D_HT says of the same number, for the checks."""
    if check is None:
        return {}
    limits = {} if check.low is None or check.high is None else {"horvitz_thompson_interval": (check.low, check.high)}
    return {"horvitz_thompson": check.value, **limits}


def _strata(ads: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    """The row of the frame of each ad's stratum."""
    row = frame.index.get_indexer(ads["stratum"])
    if (row < 0).any():
        raise ValueError(f"strata unknown to the frame: {_named(ads['stratum'][row < 0])}")
    return row


def _weight_shares(
    shares: np.ndarray, row: np.ndarray, frame: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """D_HH (draws,), and by stratum its sampling variance and what V(N_h) adds (draws, strata), for each row of shares,
    one column per ad.

    A stratum without usable ad takes the mean of the others.
    """
    strata, sizes = len(frame), frame["size"].to_numpy(float)
    n = np.bincount(row, minlength=strata)
    size = np.maximum(sizes, n)
    of_size = frame["variance"].fillna(0).to_numpy(float) if "variance" in frame else np.zeros(strata)
    mean, of_mean = _by_stratum(shares, row, sizes), mean_variances(shares, row, size, n)
    return mean @ size, size**2 * of_mean, of_size * (mean**2 - of_mean)


def _by_stratum(values: np.ndarray, row: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The mean of each stratum, for each row of values; where it has none, that of the others, each weighing its ads."""
    n = np.bincount(row, minlength=len(sizes))
    mean = sums(values, row, len(sizes)) / np.maximum(n, 1)
    size = np.where(n > 0, np.maximum(sizes, n), 0)
    return np.where(n > 0, mean, (mean @ size)[..., np.newaxis] / size.sum())


def _page_shifts(mean: np.ndarray, frame: pd.DataFrame) -> tuple[float, float]:
    """How far D_HH moves when the sizes of the lists whose pages someone chose take their limits."""
    if "low" not in frame or "high" not in frame:
        return 0.0, 0.0
    if "variance" in frame:
        mean = np.where(frame["variance"].isna(), mean, 0)
    below = (frame["size"] - frame["low"]).clip(lower=0).fillna(0)
    above = (frame["high"] - frame["size"]).clip(lower=0).fillna(0)
    return float(below @ mean), float(above @ mean)


def _bare_shifts(mean: np.ndarray, row: np.ndarray, frame: pd.DataFrame) -> tuple[float, float]:
    """How far the ads of lists without any usable ad may move D_HH: from no new person to one for each ad."""
    bare = np.bincount(row, minlength=len(frame)) == 0
    size = np.where(bare, frame["size"].to_numpy(float), 0)
    return float(size @ mean), float(size @ (1 - mean))


def _named(strata: Iterable) -> str:
    return ", ".join(sorted({str(name) for name in strata}))
