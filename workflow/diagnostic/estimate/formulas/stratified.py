"""The variance of a mean by stratum, drawn without replacement: the one place where it is written.

V(mean_h) = (1 − n_h / N_h) s²_h / n_h (Cochran 1977, ch. 5). A stratum with one unit drawn of several has no s²_h: the
square of its unit's distance from the mean of the other strata stands for V(mean_h). They are drawn apart, so that its
expectation is V(mean_h) plus what is added to it: too much on average, never too little. (`lonely.psu = "adjust"` of R
survey takes the mean of the whole sample, the lone unit included, and can give half of the variance.)
"""

from __future__ import annotations

import math

import numpy as np


def sums(values: np.ndarray, stratum: np.ndarray, strata: int) -> np.ndarray:
    """The sum of `values` in each stratum (its row), along their last axis: one column per unit drawn becomes one per stratum."""
    rows = math.prod(values.shape[:-1])  # told, as nothing drawn leaves it open
    flat = values.reshape(rows, values.shape[-1])
    cell = stratum + strata * np.arange(rows)[:, np.newaxis]
    found = np.bincount(cell.ravel(), weights=flat.ravel(), minlength=rows * strata)
    return found.reshape(*values.shape[:-1], strata)


def mean_variances(values: np.ndarray, stratum: np.ndarray, size: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The variance of the mean of `values` in each stratum, in their unit squared; 0 where nothing was drawn.

    `values` and `stratum` (its row) by unit drawn; `size` (N_h) and `drawn` (n_h) by stratum, size ≥ drawn. Of several
    rows of values, one row of variances each. That of a total is `size**2 @ mean_variances(…)`. A unit alone in the whole
    sample deviates from nothing: its variance is 0 here, and unknown.
    """
    many, has = np.maximum(drawn, 1), drawn > 0
    means = sums(values, stratum, len(size)) / many
    squares = sums((values - means[..., stratum]) ** 2, stratum, len(size))
    weight = np.where(has, size, 0)
    others = ((means @ weight)[..., np.newaxis] - weight * means) / np.maximum(weight.sum() - weight, 1)
    alone = np.where((drawn < size) & (weight.sum() > weight), (means - others) ** 2, 0)
    several = (1 - drawn / np.maximum(size, many)) * squares / (np.maximum(drawn - 1, 1) * many)
    return np.where(drawn == 1, alone, several)
