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

import heapq
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.formulas.sampling import (
    critical_value,
    mean_variances,
    named,
    satterthwaite,
    student_value,
    sums,
    wilson,
)
from diagnostic.estimate.formulas.stages import Stages, stages


@dataclass(frozen=True)
class Persons:
    """The persons behind the ads: `value` (None where not identified) and the limits to print.

    `kind`: "sampling" when all doubt is a variance, "bounds" as soon as part of it is what must hold, "model" as soon
    as it rests on an assumption. `seen`: distinct persons among all the coded ads: neither the value nor a limit is
    under it. `se`: of sampling, pages and links together. `parts`: what each source adds, in persons: a standard error,
    or for the last two the shift of a limit.
    """

    value: float | None
    low: float
    high: float
    kind: str
    seen: int
    se: float | None
    parts: Mapping[str, float]


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
    recall: "Recall | None" = None,
    check: "PersonsEstimate | None" = None,
    confidence: float = 0.95,
    seen: int = 0,
) -> Persons:
    """D_HH with all its uncertainty, from the usable coded ads: one row each, `stratum`, `person`, `multiplicity`.

    `frame`, by stratum: `size` (N_h, unrounded), and where pages were read `variance` (drawn pages) with its `degrees` of
    freedom or, without variance, `low` and `high` (pages that someone chose). `partitions`: the same ads under other sets of
    links (`draw_partitions`), whose mean becomes the estimate. `seen`: distinct persons on all usable ads, searched or not.
    `recall`: of the search that found `multiplicity` for each ad; 1 / m gives way to `weight`, unbiased if copies are
    missed one apart from another, and the recall's own variance is added. `check`: D_HT of the same sample; it gives the
    width when D_HH varies by less than two persons, m being nearly constant: its normal interval then covers too little. A
    list without usable ad is given the mean of the others, and limits that let all its ads be of persons already counted, or
    each of another. Raises ValueError without any ad, for a multiplicity under 1, an unknown stratum, an unusable recall.

    Limits are Student's, with the degrees of freedom of the lists drawn and of those read by pages (Satterthwaite), or those
    of `rare` where they are wider. What is possible bounds them: the persons seen, and one more for each ad left. The value
    alone may be beyond, and is then the upper limit: it is unbiased. Where ads say how many persons they show (`shown`), each
    counts for shown / m. Where they say how they were drawn (`stages`), the sizes of their lists are those that they stand for.
    """
    if not len(ads):
        raise ValueError("no usable ad: nothing is known of the persons")
    drawn, each = partitions or _certain(ads), _shown(ads)
    row, frame, how = _drawn(ads, frame)
    sizes, top = frame["size"].to_numpy(float), float(each.max())
    n = np.bincount(row, minlength=len(frame))
    shares = each * weight(drawn.multiplicity, recall.value if recall else 1.0)
    value, by_stratum, by_list, links = _moments(shares, row, frame, how)
    missed = _of_recall(drawn, each * (1 if how is None else how.relative), row, frame, recall)
    sampling, pages = float(by_stratum.sum()), float(by_list.sum())
    se, own = math.sqrt(sampling + pages + links + missed), recall.degrees if recall else np.inf
    seen, known, unknown = _seen(drawn, each, frame, seen)
    read = frame["degrees"].to_numpy(float) if "degrees" in frame else np.full(len(frame), np.inf)
    few = np.maximum(n - 1, 1) if how is None else how.degrees
    degrees = satterthwaite([*by_stratum, links, missed, *by_list], [*few, np.inf, own, *read])
    half = _half(se, degrees, confidence, check)
    mean = _by_stratum(np.mean(shares, axis=0) * (1 if how is None else how.relative), row, sizes)
    many, first, held = (np.maximum(sizes, n), n, 1.0) if how is None else how.units(np.maximum(sizes, n))
    below, above = (top * one for one in shifts(mean / top, many, first, unknown, confidence, held))
    most = max(seen, known + top * unknown)  # were each of the ads left another person's
    read_as, bare = _page_shifts(mean, frame), _bare_shifts(mean, row, frame, top)
    less, more = (one + other for one, other in zip(read_as, bare, strict=True))
    low, high = min(max(float(seen), value - less - max(half, below)), most), min(value + more + max(half, above), most)
    value = max(float(seen), value)
    errors = {"sampling": sampling, "pages": pages, "links": links, "recall": missed}
    parts = {name: math.sqrt(one) for name, one in errors.items()}
    parts |= {"page_bounds": max(read_as), "uncovered": max(bare)}
    kind = "model" if recall or links else "bounds" if less > 0 or more > 0 else "sampling"
    return Persons(value, low, max(value, high), kind, seen, se, parts)


def _half(se: float, degrees: float, confidence: float, check: "PersonsEstimate | None") -> float:
    """Student's half-width, or that of D_HT where D_HH varies too little for its own."""
    half = student_value(confidence, degrees) * se
    if se < NARROW and check is not None and check.se is not None:
        return max(half, critical_value(confidence) * check.se)
    return half


def _shown(ads: pd.DataFrame) -> np.ndarray:
    """The persons that each ad shows; one where nobody was asked."""
    return ads["shown"].to_numpy(float) if asked(ads) else np.ones(len(ads))


def asked(ads: pd.DataFrame) -> bool:
    """Whether the ads say how many persons they show; where they do not, advertisers are counted."""
    return "shown" in ads and bool(ads["shown"].notna().all())


def _certain(ads: pd.DataFrame) -> Partitions:
    """The ads of each person as they are, when no link is doubtful."""
    person, multiplicity = pd.factorize(ads["person"])[0], ads["multiplicity"].to_numpy(float)
    return Partitions(person[np.newaxis], multiplicity[np.newaxis])


def without_multiplicities(seen: Mapping[int, int], totals: Sequence[int], confidence: float = 0.95) -> Persons:
    """What the clusters of the sample alone allow: [Chao without replacement, DSh3] inside [d, N − (n − d)].

    `seen`: persons seen i times, by i (`frequencies`). `totals`: the whole number of ads, or its lower limit, itself
    and its upper limit when pages were not all read; the widest limits are kept, never nearer than those of `rare`.
    """
    limits = [_apart(*indicative_interval(seen, total), seen, total, confidence) for total in totals]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    return Persons(None, low, high, "model", sum(seen.values()), None, {})


def _apart(low: float, high: float, seen: Mapping[int, int], total: int, confidence: float) -> tuple[float, float]:
    """The limits, each as far from the other as ads that were all missed would take it, inside the logical bounds."""
    size, drawn = np.array([float(total)]), np.array([sum(times * many for times, many in seen.items())])
    below, _ = shifts(np.array([high / total]), size, drawn, total, confidence)
    _, above = shifts(np.array([low / total]), size, drawn, total, confidence)
    least, most = logical_bounds(seen, total)
    return max(float(least), min(low, high - below)), min(float(most), max(high, low + above))


def draw_partitions(ads: pd.DataFrame, groups: pd.Series, links: pd.DataFrame, draws: int, seed: int) -> Partitions:
    """The coded ads under `draws` random sets of links.

    `ads`: `stratum` and `group`, the certain group of each ad. `groups`: how many ads of the frame each group holds.
    `links`: one row per doubtful pair, `first`, `second` (groups) and `probability` that they are one person. Linked
    groups make one person, whose ads are added. Raises ValueError for an unknown group or a probability outside [0, 1].
    """
    first, second = groups.index.get_indexer(links["first"]), groups.index.get_indexer(links["second"])
    of_ad = groups.index.get_indexer(ads["group"])
    if (np.concatenate([first, second, of_ad]) < 0).any():
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


def _moments(
    shares: np.ndarray, row: np.ndarray, frame: pd.DataFrame, how: Stages | None
) -> tuple[float, np.ndarray, np.ndarray, float]:
    """D_HH, its variance by stratum from the draw and from the pages, and what the doubtful links add (Rubin 1987). A stratum
    without usable ad takes the mean of the others."""
    strata, sizes = len(frame), frame["size"].to_numpy(float)
    n = np.bincount(row, minlength=strata)
    size = np.maximum(sizes, n)
    of_size = frame["variance"].fillna(0).to_numpy(float) if "variance" in frame else np.zeros(strata)
    if how is None:
        mean, of_mean = _by_stratum(shares, row, sizes), mean_variances(shares, row, size, n)
    else:
        mean, of_mean = _by_stratum(shares * how.relative, row, sizes), how.variances(shares) / np.maximum(size, 1) ** 2
    values, sampled, paged = mean @ size, size**2 * of_mean, of_size * (mean**2 - of_mean)
    by_stratum, by_list = (np.mean(one, axis=0).clip(min=0) for one in (sampled, paged))
    links = float(values.var(ddof=1)) * (1 + 1 / len(values)) if len(values) > 1 else 0.0
    return float(values.mean()), by_stratum, by_list, links


def _of_recall(
    drawn: Partitions, each: np.ndarray, row: np.ndarray, frame: pd.DataFrame, recall: "Recall | None"
) -> float:
    """V(r) (dD / dr)²: what not knowing the recall adds to the variance of D_HH."""
    if recall is None:
        return 0.0
    moves = (each * slope(drawn.multiplicity, recall.value)).mean(axis=0)
    sizes = frame["size"].to_numpy(float)
    moved = float(np.maximum(sizes, np.bincount(row, minlength=len(sizes))) @ _by_stratum(moves, row, sizes))
    return recall.variance * moved**2


def _seen(drawn: Partitions, each: np.ndarray, frame: pd.DataFrame, least: int) -> tuple[int, float, float]:
    """The persons seen, `least` of them or more, were the links true; those seen were they false; and the ads that the frame
    has at most and that are of none of them."""
    # The distinct persons of each draw.
    ordered = np.sort(drawn.person, axis=1)
    persons = 1 + (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1)
    apart = int(np.argmax(persons))
    own = np.unique(drawn.person[apart], return_index=True)[1]
    most = float((frame["size"] if "high" not in frame else frame[["size", "high"]].max(axis=1)).sum())
    unknown = max(0.0, most - float(drawn.multiplicity[apart, own].sum()))
    return max(least, int(persons.min())), float(each[own].sum()), unknown


def _drawn(ads: pd.DataFrame, frame: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame, Stages | None]:
    """The row of the frame of each ad's stratum, the frame with the ads that these stand for, and how they were drawn."""
    row = frame.index.get_indexer(ads["stratum"])
    if (row < 0).any():
        raise ValueError(f"strata unknown to the frame: {named(ads['stratum'][row < 0])}")
    how = stages(ads, row, len(frame))
    if how is None:
        return row, frame, None
    return row, frame.assign(size=np.where(how.ads > 0, how.ads, frame["size"])), how


def _by_stratum(values: np.ndarray, row: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The mean of each stratum, for each row of values; where it has none, that of the others, each weighing its ads."""
    n = np.bincount(row, minlength=len(sizes))
    mean = sums(values, row, len(sizes)) / np.maximum(n, 1)
    size = np.where(n > 0, np.maximum(sizes, n), 0)
    return np.where(n > 0, mean, (mean @ size)[..., np.newaxis] / size.sum())


def _page_shifts(mean: np.ndarray, frame: pd.DataFrame) -> tuple[float, float]:
    """How far D_HH moves when the sizes of the lists whose pages someone chose take their limits."""
    if "low" not in frame:
        return 0.0, 0.0
    if "variance" in frame:
        mean = np.where(frame["variance"].isna(), mean, 0)
    below = (frame["size"] - frame["low"]).clip(lower=0).fillna(0)
    above = (frame["high"] - frame["size"]).clip(lower=0).fillna(0)
    return float(below @ mean), float(above @ mean)


def _bare_shifts(mean: np.ndarray, row: np.ndarray, frame: pd.DataFrame, top: float) -> tuple[float, float]:
    """How far the ads of lists without any usable ad may move D_HH: from no new person to `top` for each ad."""
    bare = np.bincount(row, minlength=len(frame)) == 0
    size = np.where(bare, frame["size"].to_numpy(float), 0)
    return float(size @ mean), float(size @ (top - mean))


# -- How many persons stand behind N ads when only the clusters inside a sample of n are known --------------------
# Every estimator takes `seen` (i → f_i, persons seen i times) and the N ads of the frame; n = Σ i f_i, d = Σ f_i, q = n / N. None
# is sound alone: the worst-case ratio error of any is of order √(N / n) (Charikar et al. 2000). All raise ValueError for an
# empty sample, one larger than its frame, or impossible frequencies, and give d when the whole frame was coded.
def frequencies(persons: Iterable[Hashable]) -> dict[int, int]:
    """The person of each sampled ad → how many persons were seen i times, by i."""
    return dict(sorted(Counter(Counter(persons).values()).items()))


def naive(seen: Mapping[int, int], total: int) -> float:
    """N d / n, kept to show its error: never below the truth on average, far above it in small samples."""
    n, d = _sample(seen, total)
    return total * d / n


def logical_bounds(seen: Mapping[int, int], total: int) -> tuple[int, int]:
    """[d, N - (n - d)]: every unseen ad belongs to a person already seen, or each to a new one."""
    n, d = _sample(seen, total)
    return d, total - (n - d)


def chao(seen: Mapping[int, int], total: int) -> float:
    """Lower bound without replacement: d + f1² / (2 f2 n / (n - 1) + f1 q / (1 - q)) (Chao & Lin 2012)."""
    n, d = _sample(seen, total)
    once, twice, q = seen.get(1, 0), seen.get(2, 0), n / total
    if n == total or not once:
        return float(d)
    pairs = 2 * twice * n / (n - 1) if twice else 0.0
    return d + once**2 / (pairs + once * q / (1 - q))


def dsh3(seen: Mapping[int, int], total: int) -> float:
    """Third modified Shlosser estimator (Haas & Stokes 1998): d + f1 A B².

    A = Σ i q² (1 - q²)^(i-1) f_i / Σ ((1 - q²)^i - (1 - q)^i) f_i, B = Σ (1 - q)^i f_i / Σ i q (1 - q)^(i-1)
    f_i.
    """
    n, d = _sample(seen, total)
    once, q = seen.get(1, 0), n / total
    if n == total or not once:
        return float(d)
    first = sum(i * q**2 * (1 - q**2) ** (i - 1) * f for i, f in seen.items())
    second = sum(((1 - q**2) ** i - (1 - q) ** i) * f for i, f in seen.items())
    # Σ (1 - q)^i f_i / Σ i q (1 - q)^(i-1) f_i: persons unseen for one seen once.
    unseen = sum((1 - q) ** i * f for i, f in seen.items())
    unseen_per_once = unseen / sum(i * q * (1 - q) ** (i - 1) * f for i, f in seen.items())
    return d + once * (first / second) * unseen_per_once**2


def indicative_interval(seen: Mapping[int, int], total: int) -> tuple[float, float]:
    """From Chao's lower bound to DSh3, inside the logical bounds: indicative, too low under heavy tails."""
    least, most = logical_bounds(seen, total)
    ends = [min(max(value, least), most) for value in (chao(seen, total), dsh3(seen, total))]
    return min(ends), max(ends)


def _sample(seen: Mapping[int, int], total: int) -> tuple[int, int]:
    """n and d."""
    if any(i < 1 or f < 0 for i, f in seen.items()):
        raise ValueError("frequencies must count persons (0 or more) seen once or more")
    n, d = sum(i * f for i, f in seen.items()), sum(seen.values())
    if not 1 <= n <= total:
        raise ValueError(f"a sample of {n} ads does not fit a frame of {total}")
    return n, d


# -- Copies that a search misses ----------------------------------------------------------------------------------
# A search finds each other copy of an ad with probability r, one apart from another; k copies are found, the ad
# included, of m. 1 / k is then too much on average. The weight g(k) = (r / k) [1 − (−(1 − r) / r)^k] is not: E[g] = 1
# / m exactly, whatever m (the sum over k of a binomial law, by C(m − 1, k − 1) / k = C(m, k) / m). Its terms
# alternate, and grow without end when r is under a half: no weight is then of use, and 1 / k only bounds. Of the copies that the second search found, the share that the first one had found too estimates the first one's
# recall. It is too high when both miss the same copies, and nothing in the two searches can tell.
HALF = 0.5


@dataclass(frozen=True)
class Recall:
    """`value` of `copies` found by a second search over `ads` ads, its variance with the `degrees` of freedom, limits."""

    value: float
    variance: float
    low: float
    high: float
    copies: int
    degrees: float

    @property
    def usable(self) -> bool:
        """More copies are found than missed, so that a weight corrects for these."""
        return self.value > HALF


def measured(second: np.ndarray, both: np.ndarray, confidence: float = 0.95) -> Recall | None:
    """The recall of the first search, Σ both / Σ second; None where the second one found no other copy.

    By ad searched twice: `second`, other copies that the second search found, `both`, how many of them the first one
    had found too. The ads are the units: V = k / (k − 1) × Σ (both − r second)² / (Σ second)² over the k that have
    copies. Where that says nothing (one ad, or all copies found again) the limits are Wilson's.
    """
    if (both > second).any() or (both < 0).any():
        raise ValueError("copies found by both searches are among those of the second")
    copies, found = int(second.sum()), int(both.sum())
    if not copies:
        return None
    value, ads = found / copies, int((second > 0).sum())
    spread = float(((both - value * second) ** 2).sum())
    if ads < 2 or not spread:
        low, high = wilson(found, copies, confidence)
        variance = (max(value - low, high - value) / critical_value(confidence)) ** 2
        return Recall(value, variance, low, high, copies, math.inf)
    variance, degrees = ads / (ads - 1) * spread / copies**2, ads - 1
    half = student_value(confidence, degrees) * math.sqrt(variance)
    return Recall(value, variance, max(0.0, value - half), min(1.0, value + half), copies, degrees)


def weight(found: np.ndarray, share: float = 1.0) -> np.ndarray:
    """g(k) of `found` copies, the ad included, when a `share` r of the others is found; 1 / k when all are.

    Raises ValueError for a count under 1, or a share outside (1/2, 1].
    """
    if not HALF < share <= 1:
        raise ValueError(f"no weight corrects for a recall of {share}")
    if not (found >= 1).all():
        raise ValueError("a coded ad is one of its person's ads: multiplicities start at 1")
    return share / found * (1 - (-(1 - share) / share) ** found)


def extremes(least: np.ndarray, most: np.ndarray, share: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """The counts between `least` and `most` of the smallest and of the largest `weight`: the fewest and the most persons.

    1 / k falls along k; the weight of a recall just above a half does not. Raises ValueError as `weight`.
    """
    pairs, of = np.unique(np.column_stack([least, most]), axis=0, return_inverse=True)
    ends = np.empty_like(pairs)
    for row, (low, high) in enumerate(pairs):
        counts = np.arange(low, high + 1)
        weights = weight(counts, share)
        ends[row] = counts[np.argmin(weights)], counts[np.argmax(weights)]
    return ends[of.ravel(), 0], ends[of.ravel(), 1]


def between(made: Persons, fewest: Persons, most: Persons) -> Persons:
    """The estimate at the declared reading, with limits that hold whatever the counts between their ends: the lower one of
    the `fewest` persons, the upper one of the `most`, each with its own error."""
    low, high = min(made.low, fewest.low), max(made.high, most.high)
    parts = {**made.parts, "copies": max(made.low - low, high - made.high)}
    kind = "bounds" if made.kind == "sampling" and (low, high) != (made.low, made.high) else made.kind
    return replace(made, low=low, high=high, kind=kind, parts=parts)


def searched_once(made: Persons) -> Persons:
    """The estimate where nothing measures the recall: copies that were missed can only swell it. Its lower limit is the
    persons seen, under the model of a complete search; a census needs no search."""
    if made.low == made.high:
        return made
    return replace(made, low=float(made.seen), kind="model")


def slope(found: np.ndarray, share: float) -> np.ndarray:
    """dg / dr: how the weight of `found` copies moves with the recall."""
    ratio = -(1 - share) / share
    return (1 - ratio**found) / found - ratio ** (found - 1) / share


# -- How many persons stand behind the ads of a frame, when all copies of each sampled ad were searched -----------
# Notation: N_h ads on site h, n_h of them drawn at random without replacement; person k has m_kh ads on site h, m_k
# in all; D persons in the frame. Both estimators are unbiased by the design alone: D_HH, the multiplicity estimator (Birnbaum &
# Sirken 1965; weight share method, Lavallée 2007), the headline; D_HT, Horvitz & Thompson at the level of persons (Patone &
# Zhang 2022), the cross-check. Copies must be counted in the frame that was sampled.
NARROW = 2.0  # a standard error of a person or two: m nearly constant, the normal interval covers too little


@dataclass(frozen=True)
class PersonsEstimate:
    """Persons of the frame: value, variance, and the interval [max(seen, value - z SE), value + z SE].

    `seen`: distinct persons in the sample. `variance`, `se`, `low`, `high` are None when the design gives no variance
    (one ad drawn of several in all). `negative`: it was negative, set to 0, and the interval is the other's.
    """

    value: float
    seen: int
    variance: float | None
    low: float | None
    high: float | None
    negative: bool = False

    @property
    def se(self) -> float | None:
        return None if self.variance is None else math.sqrt(self.variance)


def estimate_persons(
    sites: Sequence[Hashable],
    persons: Sequence[Hashable],
    copies: pd.DataFrame,
    sizes: Mapping[Hashable, int],
    confidence: float = 0.95,
    shown: pd.Series | None = None,
) -> tuple[PersonsEstimate, PersonsEstimate]:
    """D_HH and D_HT of one sample: the site and the person of each sampled ad (same length, same order).

    `copies`: ads found of each person (index) on each site of the frame (columns), the sampled ads included.
    `sizes`: the ads of each site. `shown`: the persons that the ads of each show, for D_HT; one where it is None. When V_HT is negative, D_HT takes the interval of D_HH and says so
    (`negative`). Neither has limits nearer than those of `rare`. Raises ValueError when the copies do not hold the sampled ads or exceed a site, and as
    `weight_share`.
    """
    frame = list(sizes)
    drawn = pd.crosstab(pd.Series(list(persons), dtype=object), pd.Series(list(sites), dtype=object))
    drawn = drawn.reindex(columns=frame, fill_value=0)
    found = copies.reindex(index=drawn.index, columns=frame).fillna(0).astype("int64")
    n = drawn.sum().to_numpy()
    counts = np.array([sizes[site] for site in frame])
    if (found.to_numpy() < drawn.to_numpy()).any() or (found.sum().to_numpy() > counts).any():
        raise ValueError("the copies must hold every sampled ad, and no more ads than a site shows")
    multiplicities = found.sum(axis=1).reindex(pd.Index(list(persons))).to_numpy()
    share = weight_share(sites, multiplicities, sizes, seen=len(drawn), confidence=confidence)
    each = None if shown is None else shown.reindex(found.index).to_numpy(float)
    check = horvitz_thompson(found.to_numpy(), counts, n, confidence, each)
    at = pd.Index(frame).get_indexer(pd.Index(list(sites)))
    mean = np.bincount(at, weights=1 / multiplicities, minlength=len(frame)) / np.maximum(n, 1)
    far = shifts(mean, counts, n, counts.sum() - found.to_numpy().sum(), confidence)
    share = _set_apart(share, *far)
    return share, replace(check, low=share.low, high=share.high) if check.negative else _set_apart(check, *far)


def _set_apart(one: PersonsEstimate, below: float, above: float) -> PersonsEstimate:
    """The estimate, its limits at least as far from its value as ads that were all missed may take it."""
    if one.low is None or one.high is None:
        return one
    low = max(float(one.seen), min(one.low, one.value - below))
    return replace(one, low=low, high=max(one.high, one.value + above))


def weight_share(
    sites: Sequence[Hashable],
    multiplicities: Sequence[int] | np.ndarray,
    sizes: Mapping[Hashable, int],
    seen: int,
    confidence: float = 0.95,
) -> PersonsEstimate:
    """D_HH = Σ_h (N_h / n_h) Σ 1 / m_i, variance Σ_h N_h² V(mean_h of 1 / m) (`stratified`).

    One ad drawn of several in all gives no variance. Raises ValueError for a multiplicity under 1.
    """
    m = np.asarray(multiplicities)
    if (m < 1).any():
        raise ValueError("a sampled ad is one of its person's ads: multiplicities start at 1")
    drawn = pd.Series(list(sites), dtype=object).value_counts()
    _check_frame(sizes, drawn.to_dict())
    frame = pd.Series(dict(sizes), dtype=float)[lambda size: size > 0]
    row, n, size = frame.index.get_indexer(list(sites)), drawn.reindex(frame.index).to_numpy(), frame.to_numpy()
    value = float((1 / m) @ (size / n)[row])
    variance = float(size**2 @ mean_variances(1 / m, row, size, n))
    known = None if len(m) == 1 < size.sum() else variance
    return _with_interval(value, seen, known, confidence)


def horvitz_thompson(
    copies: np.ndarray, sizes: np.ndarray, drawn: np.ndarray, confidence: float = 0.95, each: np.ndarray | None = None
) -> PersonsEstimate:
    """D_HT = Σ 1 / pi_k, or Σ `each` / pi_k, over the persons seen, V = Σ_kl (pi_kl - pi_k pi_l) / (pi_kl pi_k pi_l).

    `copies`: m_kh, one row per person seen, one column per site; `sizes`: N_h; `drawn`: n_h. A negative
    variance, which tiny designs give, becomes 0 without interval: use that of D_HH (`estimate_persons` does).
    """
    _check_frame(dict(enumerate(sizes)), dict(enumerate(drawn)))
    first, joint = inclusion(copies, sizes, drawn)
    each = np.ones(len(copies)) if each is None else each
    value = float((each / first).sum())
    product = np.outer(first, first)
    variance = float(each @ ((joint - product) / (joint * product)) @ each)
    seen = int(each.sum())
    if variance < -1e-9 * value**2:
        return PersonsEstimate(value, seen, 0.0, None, None, negative=True)
    return _with_interval(value, seen, max(0.0, variance), confidence)


def inclusion(copies: np.ndarray, sizes: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that each person is seen (K,), and that both of each pair are (K, K), pi_kk = pi_k.

    pi_k = 1 - Π_h C(N_h - m_kh, n_h) / C(N_h, n_h). For a pair the product takes m_kh + m_lh.
    By log-gamma; when draws are simulated, compute them once per frame.
    """
    persons = len(copies)
    missed, neither = np.zeros(persons), np.zeros((persons, persons))
    for ads, size, n in zip(copies.T, sizes, drawn, strict=True):
        missed += _log_missed(ads, size, n)
        neither += _log_missed(ads[:, None] + ads[None, :], size, n)
    first = -np.expm1(missed)
    joint = first[:, None] + first[None, :] - 1 + np.exp(neither)
    np.fill_diagonal(joint, first)
    return first, joint


def _log_missed(ads: np.ndarray, size: int, n: int) -> np.ndarray:
    """ln C(N - m, n) / C(N, n), minus infinity when fewer than n ads are not the person's."""
    others, gammaln = size - ads, scipy.special.gammaln
    possible = others >= n
    kept = np.where(possible, others, n)
    logs = gammaln(kept + 1) - gammaln(kept - n + 1) - gammaln(size + 1) + gammaln(size - n + 1)
    return np.where(possible, logs, -np.inf)


def _with_interval(value: float, seen: int, variance: float | None, confidence: float) -> PersonsEstimate:
    if variance is None:
        return PersonsEstimate(value, seen, None, None, None)
    half = critical_value(confidence) * math.sqrt(variance)
    low, high = max(float(seen), value - half), max(float(seen), value + half)
    return PersonsEstimate(value, seen, variance, low, high)


def _check_frame(sizes: Mapping, drawn: Mapping) -> None:
    for site in {**sizes, **drawn}:
        size, n = sizes.get(site, 0), drawn.get(site, 0)
        if n > size:
            raise ValueError(f"{n} ads drawn on site {site}, which shows {size}")
        if size and not n:
            raise ValueError(f"site {site} shows {size} ads and none was drawn: its persons are out of reach")


# -- What a variance cannot see -----------------------------------------------------------------------------------
# Ads that are all alike have a variance of 0 and prove nothing of the others. Lists are drawn apart, so that K_h ads
# of each list h are all missed with probability Π_h C(N_h − K_h, n_h) / C(N_h, n_h). The limits are those of the
# worst set of ads that is missed more often than (1 − confidence) / 2: one person's, or as many lone persons'. One
# list of N, all of its n ads alone: N − K + 1 at least, K by hypergeometric inversion after 0 of n. All lists are inverted together.
_NOTHING = 1e-9  # of a worth
_TIE = 1e-9  # a chance of exactly half of the level is too small


def unseen(worth: np.ndarray, size: np.ndarray, drawn: np.ndarray, confidence: float) -> np.ndarray:
    """How many ads of each list (K_h) may all have been missed, together the most in Σ `worth` × K.

    By list: `worth` of one ad (≥ 0), `size` N_h and `drawn` n_h ≤ N_h; a list of which nothing was drawn has 0 here. Exact
    where all worths are equal, less than one ad short of the most else: ads are taken by the chance that each costs for its
    worth, ln((N − K) / (N − K − n)) / worth, which grows along a list.
    """
    v, n, whole = worth.tolist(), drawn.tolist(), np.ceil(size - 1e-9).astype("int64")
    others, left = whole.tolist(), -math.log((1 - confidence) / 2) - _TIE

    def cost(row: int) -> float:
        return -math.log1p(-n[row] / others[row]) if others[row] > n[row] else math.inf

    queue = [(cost(row) / v[row], row) for row in range(len(v)) if n[row] and v[row] > _NOTHING]
    heapq.heapify(queue)
    while queue:
        _, row = heapq.heappop(queue)
        if (step := cost(row)) <= left:  # a list whose next ad does not fit has none that ever will
            others[row], left = others[row] - 1, left - step
            heapq.heappush(queue, (cost(row) / v[row], row))
    return whole - others


def shifts(
    mean: np.ndarray,
    size: np.ndarray,
    drawn: np.ndarray,
    unknown: float,
    confidence: float,
    together: np.ndarray | float = 1.0,
) -> tuple[float, float]:
    """How far the number of persons may stand below and above its estimate whatever the variance says, in persons.

    `mean`: of 1 / m over the ads drawn from each list, 0 ≤ mean ≤ 1. `unknown`: the ads of the frame that are not those of a
    person already seen. Below: the ads missed are one person's. Above: each is a person's. (0, 0) for a census. `together`:
    the ads of one unit of `size`, where pages were drawn and are missed whole.
    """
    one, each = mean * together, (1 - mean) * together
    below = float(unseen(one, size, drawn, confidence) @ one)
    above = float(unseen(each, size, drawn, confidence) @ each)
    return max(0.0, min(below, unknown) - 1), min(above, unknown)


# -- What a published « p % of duplicates » can mean for the number of persons behind the ads ---------------------
# Notation: N ads in the frame, n coded, k duplicates among them, d = n − k; U ads without any copy. A printed rate
# alone does not identify the number of persons: each reading gives its own bounds.
@dataclass(frozen=True)
class Reading:
    """The persons that one reading of the rate allows: limits, and a value when the reading identifies one."""

    low: float
    high: float
    value: float | None = None


def half_up(value: float) -> int:
    """Round half up, as the study does."""
    return math.floor(value + 0.5 + 1e-9)


def published_estimate(total: int, rate_pct: float) -> int:
    """The published formula: total × (1 − rate), the rate being the one printed: 699 × (1 − 0.61) → 273."""
    return half_up(total * (100 - rate_pct) / 100)


def duplicate_counts(rate_pct: float, sample: int) -> list[int]:
    """The numbers of duplicates among `sample` ads whose share rounds to the printed one: 61 % of 249 → 151-153."""
    return [k for k in range(sample + 1) if half_up(100 * k / sample) == half_up(rate_pct)]


def central_count(rate_pct: float, sample: int) -> int:
    """The number of duplicates nearest to the printed rate: 61 % of 249 → 152."""
    return half_up(sample * rate_pct / 100)


def reading_in_sample(total: int, sample: int, duplicates: int) -> Reading:
    """Reading A, duplicates inside the sample: d persons were seen; each unseen ad adds a person or none.

    Bounds [d, N − (n − d)].
    """
    return Reading(sample - duplicates, total - duplicates)


def in_sample_ceiling(total: int, sample: int, duplicates: int) -> tuple[float, float]:
    """Under reading A, the largest DUJ1 and GEE whatever the number f1 of persons seen once (f1 ≤ d − 1).

    DUJ1 = d / (1 − (1 − q) f1 / n), GEE = √(N / n) f1 + d − f1 (Haas & Stokes 1998; Charikar et al. 2000).
    Both grow with f1, so that the largest f1 gives the largest value.
    """
    distinct, share = sample - duplicates, sample / total
    once = max(0, distinct - 1) if duplicates else distinct
    return distinct / (1 - (1 - share) * once / sample), math.sqrt(total / sample) * once + distinct - once


def reading_unique_ads(total: int, unique: int, mirrors: Sequence[tuple[int, int]]) -> Reading:
    """Reading B, ads with a copy somewhere: U ads stand alone, one person each; the others come in groups.

    `mirrors` gives (sites, ads per site) of each group: its ads are `ads per site` contents, one person each. The
    remaining N − U − mirror ads form one group at least, and groups of two at most.
    """
    distinct = sum(ads for _, ads in mirrors)
    rest = max(0, total - unique - sum(sites * ads for sites, ads in mirrors))
    fewest = unique + distinct + min(rest, 1)
    return Reading(fewest, max(fewest, unique + distinct + rest // 2))


def reading_multiplicity(total: int, sample: int, duplicates: int, rate_pct: float, confidence: float) -> Reading:
    """Reading C, 1 − persons / ads measured with all copies searched: only here is N (1 − rate) unbiased.

    Limits: N × (1 − Wilson limits of k / n with finite population correction).
    """
    low, high = wilson(duplicates, sample, confidence, total)
    return Reading(total * (1 - high), total * (1 - low), published_estimate(total, rate_pct))
