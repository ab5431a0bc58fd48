"""How many persons stand behind the ads of a frame, when all copies of each sampled ad were searched.

Notation: N_h ads on site h, n_h of them drawn at random without replacement; person k has m_kh ads on site h,
m_k in all; D persons in the frame. Both estimators are unbiased by the design alone, with no model of the
persons:

- D_HH, the multiplicity estimator (Birnbaum & Sirken 1965; weight share method, Lavallée 2007): the headline;
- D_HT, Horvitz & Thompson at the level of persons (Patone & Zhang 2022): the cross-check.

Copies must be counted in the frame that was sampled: where mirrors were collapsed, the mirrors left out count
neither in the multiplicities nor in the sizes.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.formulas.rare import shifts
from diagnostic.estimate.formulas.sampling import critical_value
from diagnostic.estimate.formulas.stratified import mean_variances

NARROW = 2.0  # a standard error of a person or two: m nearly constant, the normal interval covers too little


@dataclass(frozen=True)
class PersonsEstimate:
    """Persons of the frame: value, variance, and the interval [max(seen, value - z SE), value + z SE].

    `seen`: distinct persons in the sample. `variance`, `se`, `low`, `high` are None when the design gives no
    variance (one ad drawn of several in all). `design_variance`: the variance is unbiased,
    every site having two ads drawn or all. `narrow`: the standard error is under two persons, prefer the
    interval of D_HT. `negative`: the variance estimate was negative, set to 0, and the interval is that of
    the other estimator.
    """

    method: str
    value: float
    seen: int
    variance: float | None
    low: float | None
    high: float | None
    design_variance: bool
    negative: bool = False

    @property
    def se(self) -> float | None:
        return None if self.variance is None else math.sqrt(self.variance)

    @property
    def narrow(self) -> bool:
        return self.se is not None and self.se < NARROW


def estimate_persons(
    sites: Sequence[Hashable],
    persons: Sequence[Hashable],
    copies: pd.DataFrame,
    sizes: Mapping[Hashable, int],
    confidence: float = 0.95,
) -> tuple[PersonsEstimate, PersonsEstimate]:
    """D_HH and D_HT of one sample: the site and the person of each sampled ad (same length, same order).

    `copies`: ads found of each person (index) on each site of the frame (columns), the sampled ads included.
    `sizes`: the ads of each site. When V_HT is negative, D_HT takes the interval of D_HH and says so
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
    check = horvitz_thompson(found.to_numpy(), counts, n, confidence)
    at = pd.Index(frame).get_indexer(pd.Index(list(sites)))
    mean = np.bincount(at, weights=1 / multiplicities, minlength=len(frame)) / np.maximum(n, 1)
    far = shifts(mean, counts, n, counts.sum() - found.to_numpy().sum(), confidence)
    share = _apart(share, *far)
    return share, replace(check, low=share.low, high=share.high) if check.negative else _apart(check, *far)


def _apart(one: PersonsEstimate, below: float, above: float) -> PersonsEstimate:
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

    One ad drawn of several in all gives no variance. Raises ValueError for a multiplicity under 1, a site with ads but
    none drawn, or more ads drawn than shown.
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
    return _with_interval("weight_share", value, seen, known, bool(((n > 1) | (n == size)).all()), confidence)


def horvitz_thompson(
    copies: np.ndarray, sizes: np.ndarray, drawn: np.ndarray, confidence: float = 0.95
) -> PersonsEstimate:
    """D_HT = Σ 1 / pi_k over the persons seen, V = Σ_kl (pi_kl - pi_k pi_l) / (pi_kl pi_k pi_l).

    `copies`: m_kh, one row per person seen, one column per site; `sizes`: N_h; `drawn`: n_h. A negative
    variance, which tiny designs give, becomes 0 without interval: use that of D_HH (`estimate_persons` does).
    """
    _check_frame(dict(enumerate(sizes)), dict(enumerate(drawn)))
    first, joint = inclusion(copies, sizes, drawn)
    value = float((1 / first).sum())
    product = np.outer(first, first)
    variance = float(((joint - product) / (joint * product)).sum())
    whole = bool(((drawn >= 2) | (drawn == sizes)).all())
    if variance < -1e-9 * value**2:
        return PersonsEstimate("horvitz_thompson", value, len(copies), 0.0, None, None, whole, negative=True)
    return _with_interval("horvitz_thompson", value, len(copies), max(0.0, variance), whole, confidence)


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


def _with_interval(
    method: str, value: float, seen: int, variance: float | None, design_variance: bool, confidence: float
) -> PersonsEstimate:
    if variance is None:
        return PersonsEstimate(method, value, seen, None, None, None, design_variance)
    half = critical_value(confidence) * math.sqrt(variance)
    low, high = max(float(seen), value - half), max(float(seen), value + half)
    return PersonsEstimate(method, value, seen, variance, low, high, design_variance)


def _check_frame(sizes: Mapping, drawn: Mapping) -> None:
    for site in {**sizes, **drawn}:
        size, n = sizes.get(site, 0), drawn.get(site, 0)
        if n > size:
            raise ValueError(f"{n} ads drawn on site {site}, which shows {size}")
        if size and not n:
            raise ValueError(f"site {site} shows {size} ads and none was drawn: its persons are out of reach")
