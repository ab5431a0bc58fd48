"""Ratios, shares and means of a stratified sample, with their linearised variance and their intervals.

R = Σ w y / Σ w x with w = N_h / n_h; V = Σ_h N_h² (1 − n_h / N_h) s²_h(e) / n_h, e = (y − R x) / Σ w x, taken over
all the sampled ads of a stratum, those outside the domain counting for 0 (Särndal, Swensson & Wretman 1992, ch.
5.7-5.8; `stratified`). A size N_h estimated from pages adds V(N_h) × (mean of e)². Of two stages, or calibrated, w and
V are those of `stages`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.formulas.sampling import hypergeometric_interval, mean_variances, named, student_value
from diagnostic.estimate.formulas.stages import Stages, stages

LARGE = 10  # effective cases and non-cases from which the logit interval is used
NOISE = 1e-12  # of a value: what the rounding of its sums leaves of an error that is none


@dataclass(frozen=True)
class Design:
    """A stratified sample: `stratum`, the number of the stratum of each ad; by stratum, `size` (N_h), `drawn` (n_h)
    and `size_variance` (0 where the ads were counted). `uncovered`: ads of the strata without any usable ad. `stages`: how the
    ads were drawn, where pages were first, or weights are calibrated.
    """

    stratum: np.ndarray
    size: np.ndarray
    drawn: np.ndarray
    size_variance: np.ndarray
    uncovered: float
    stages: Stages | None = None

    @cached_property
    def weight(self) -> np.ndarray:
        """N_h / n_h of each ad."""
        return (self.size / self.drawn)[self.stratum] if self.stages is None else self.stages.weight

    def degrees(self, base: np.ndarray) -> int:
        """Degrees of freedom of a domain: its ads less the strata that hold them, as R survey and svy count them."""
        if self.stages is not None:
            return self.stages.degrees_of(base)
        by_stratum = np.bincount(self.stratum[base])
        return int(by_stratum.sum()) - int((by_stratum > 0).sum())

    @property
    def simple(self) -> bool:
        """One list, counted: a simple random sample, whose exact laws are known."""
        return len(self.size) == 1 and not self.size_variance.any() and not self.uncovered and self.stages is None

    def variance(self, values: np.ndarray) -> float:
        """That of Σ w `values`, from the draw alone."""
        if self.stages is not None:
            return float(self.stages.variances(values).sum())
        return float(self.size**2 @ mean_variances(values, self.stratum, self.size, self.drawn))

    @property
    def whole(self) -> bool:
        """Every ad was coded and every list counted: nothing is uncertain."""
        read = self.stages is None or bool((self.stages.read >= self.stages.pages).all())
        return read and bool((self.drawn >= self.size).all()) and not self.size_variance.any() and not self.uncovered


class Ratio(NamedTuple):
    """An estimated ratio. `units`: ads of the denominator; `cases`: of the numerator; `effective`: n*, the size of a
    simple random sample as precise (shares only). `low` and `high` are None without degrees of freedom. `bounded`: some
    strata have no usable ad, and the limits let all of theirs be cases, or none.
    """

    value: float
    se: float
    low: float | None
    high: float | None
    units: int
    cases: int
    effective: float | None
    interval: str
    bounded: bool = False


def design_of(
    stratum: pd.Series,
    sizes: Mapping[str, float] | pd.Series,
    size_variances: Mapping[str, float] | None = None,
    ads: pd.DataFrame | None = None,
) -> Design:
    """The design of the usable ads, from the stratum of each and the ads of every stratum of the frame. `ads`: the same with
    the columns of `stages`, where they have them.

    n_h counts the usable ads, and sizes are those of the relevant ones (`domain`): what nobody could see is taken as
    missing at random in its stratum. Raises ValueError
    for a stratum unknown to the frame or with more ads than its size.
    """
    frame = sizes if isinstance(sizes, pd.Series) else pd.Series(sizes, dtype=float)
    row = frame.index.get_indexer(stratum)
    if (row < 0).any():
        raise ValueError(f"strata unknown to the frame: {named(stratum[row < 0])}")
    count = np.bincount(row, minlength=len(frame))
    used = np.flatnonzero(count)
    names, size, drawn = frame.index[used], frame.to_numpy(dtype=float)[used], count[used]
    variance = np.zeros(len(used))
    if size_variances:
        variance = pd.Series(size_variances, dtype=float).reindex(names).fillna(0).to_numpy()
    if (more := (drawn > np.ceil(size)) & (variance == 0)).any():
        raise ValueError(f"more ads coded than the frame holds: {named(names[more])}")
    # an estimated size may fall under what was coded: the list then holds at least that
    number = np.searchsorted(used, row)
    uncovered = float(frame.to_numpy(dtype=float)[count == 0].sum())
    own = None if ads is None else stages(ads, number, len(used))
    return Design(number, np.maximum(size, drawn), drawn, variance, uncovered, own)


def share(design: Design, case: np.ndarray, base: np.ndarray, each: np.ndarray, confidence: float = 0.95) -> Ratio:
    """The share of `case` within `base` (booleans by ad), each ad counting for `each` (1, or 1 / m for persons).

    Logit interval with the domain's degrees of freedom, or, where fewer than ten effective cases or non-cases
    were seen, Clopper-Pearson on the effective size (Korn & Graubard 1998); but where these few are ads of the whole of
    one list, the exact limits of its finite law. Where some strata have no usable ad (`uncovered`), the value is that of the
    others, and the limits are widened by what they weigh: none of theirs is a case, or each is (Manski 2003). Raises
    ValueError for an empty base.
    """
    # The share whose uncovered ads, each of which counts for one at most, are cases or not beside the `covered` ones.
    found = share_of_seen(design, case, base, each, confidence)
    covered = float(design.weight @ (each * base))
    if not design.uncovered or found.low is None or found.high is None:
        return found
    whole = covered + design.uncovered
    low, high = found.low * covered / whole, (found.high * covered + design.uncovered) / whole
    return found._replace(low=low, high=high, bounded=True)


def share_of_seen(design: Design, case: np.ndarray, base: np.ndarray, each: np.ndarray, confidence: float) -> Ratio:
    """The same share, of the strata that have a usable ad alone."""
    value, variance = _linearised(design, each * (case & base), each * base)
    units, cases = int(base.sum()), int((case & base).sum())
    if design.whole:
        return Ratio(value, 0.0, value, value, units, cases, float(units), "exact")
    degrees = design.degrees(base)
    effective = _effective(value, variance, (each * design.weight)[base], degrees, confidence)
    if variance <= 0 or degrees < 1 or effective * min(value, 1 - value) < LARGE:
        if design.simple and base.all() and (each == 1).all():
            (low, high), name = _finite(cases, units, round(float(design.size[0])), confidence), "hypergeometric"
        else:
            (low, high), name = korn_graubard(value, effective, confidence), "korn_graubard"
    else:
        # expit(logit p ± t SE / (p (1 − p))): inside (0, 1), unequal arms.
        half = student_value(confidence, degrees) * math.sqrt(variance) / (value * (1 - value))
        middle, expit = scipy.special.logit(value), scipy.special.expit
        (low, high), name = (float(expit(middle - half)), float(expit(middle + half))), "logit"
    return Ratio(value, math.sqrt(variance), low, high, units, cases, effective, name)


def mean(design: Design, values: np.ndarray, base: np.ndarray, each: np.ndarray, confidence: float = 0.95) -> Ratio:
    """The mean of `values` over `base`, each ad counting for `each`; t interval. Raises ValueError if it is empty."""
    value, variance = _linearised(design, each * np.where(base, values, 0), each * base)
    units, se = int(base.sum()), math.sqrt(variance)
    if design.whole:
        return Ratio(value, 0.0, value, value, units, units, None, "exact")
    if (degrees := design.degrees(base)) < 1:
        return Ratio(value, se, None, None, units, units, None, "t")
    half = student_value(confidence, degrees) * se
    return Ratio(value, se, value - half, value + half, units, units, None, "t")


def korn_graubard(value: float, effective: float, confidence: float) -> tuple[float, float]:
    """Clopper-Pearson with p n* cases of n* (Korn & Graubard 1998): covers at least as often as it says."""
    cases, tail = effective * value, (1 - confidence) / 2
    low = 0.0 if value <= 0 else float(scipy.special.betaincinv(cases, effective - cases + 1, tail))
    high = 1.0 if value >= 1 else float(scipy.special.betaincinv(cases + 1, effective - cases, 1 - tail))
    return low, high


def _finite(cases: int, units: int, size: int, confidence: float) -> tuple[float, float]:
    """Limits of the share of `cases` in a list of `size`; never one point while some ads were not coded."""
    low, high = hypergeometric_interval(cases, units, confidence, size)
    if low == high:
        low, high = max(cases, low - 1), min(cases + size - units, high + 1)
    return low / size, high / size


def _linearised(design: Design, y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    whole = float(design.weight @ x)
    if not whole > 0:
        raise ValueError("an empty base has no ratio")
    value = float(design.weight @ y) / whole
    residual = (y - value * x) / whole
    means = np.bincount(design.stratum, weights=residual, minlength=len(design.size)) / design.drawn
    pages = float((design.size_variance * means**2).sum())
    variance = design.variance(residual) + pages
    return value, variance if variance > (NOISE * value) ** 2 else 0.0


def _effective(value: float, variance: float, weights: np.ndarray, degrees: int, confidence: float) -> float:
    """n* = p (1 − p) / V × (t_{n−1} / t_df)²; where nothing varies, Kish's (Σ w)² / Σ w²."""
    if variance <= 0 or degrees < 1:
        return float(weights.sum() ** 2 / (weights**2).sum())
    narrower = student_value(confidence, len(weights) - 1) / student_value(confidence, degrees)
    return value * (1 - value) / variance * narrower**2
