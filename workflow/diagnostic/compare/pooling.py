"""Pooling of areas whose numbers compare: a random-effects model on the log of rates, on the logit of shares.

Model (Fay and Herriot 1979, without covariates): yᵢ = θᵢ + eᵢ, eᵢ ~ N(0, Dᵢ) known; θᵢ = μ + uᵢ, uᵢ ~ N(0, A). A by
restricted maximum likelihood, or by its adjusted form (Li and Lahiri 2010), which is never zero, for the shrinkage; μ by
weights 1/(A + Dᵢ). The best predictor of an area is yᵢ − Bᵢ(yᵢ − μ), Bᵢ = Dᵢ/(A + Dᵢ), moved by one standard error at the
most (limited translation: Efron and Morris 1972), so that an area unlike the others is not drawn to them. Heterogeneity:
Cochran's Q, and I² as in Higgins and Thompson (2002) from A (`metafor`'s definition).

The limits of an area stay those of its own number. Those of the model hold on average over areas, and fail for the one that
is unlike the others; `benchmarks/pooling.py` measures both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

FEWEST = 8  # comparable areas under which nothing is pooled
MOVED = 1.0  # standard errors by which a prediction may leave the number of its area


@dataclass(frozen=True)
class Pooled:
    """Areas pooled, on the scale of the model: `mean` and its standard error, variance between areas (restricted maximum
    likelihood), Cochran's Q, I² on 0-1, and one prediction per area."""

    mean: float
    error: float
    between: float
    q: float
    i2: float
    predicted: np.ndarray


def pool(values: np.ndarray, variances: np.ndarray) -> Pooled:
    """The areas of one number (one value and variance per area, on the scale of the model). Raises ValueError under
    `FEWEST` areas, or unless every variance is positive."""
    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} areas; at least {FEWEST} are pooled")
    if not (variances > 0).all():
        raise ValueError("every variance must be positive")
    between = _between(values, variances, adjusted=False)
    weights = 1 / (between + variances)
    mean = _mean(values, weights)
    plain = 1 / variances
    q = float((plain * (values - _mean(values, plain)) ** 2).sum())
    typical = (len(values) - 1) * plain.sum() / (plain.sum() ** 2 - (plain**2).sum())
    shared = _between(values, variances, adjusted=True)
    centre = _mean(values, 1 / (shared + variances))
    shift = variances / (shared + variances) * (centre - values)
    most = MOVED * np.sqrt(variances)
    return Pooled(
        mean=mean,
        error=float(1 / math.sqrt(weights.sum())),
        between=between,
        q=q,
        i2=float(between / (between + typical)),
        predicted=values + np.clip(shift, -most, most),
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float((weights * values).sum() / weights.sum())


def _between(values: np.ndarray, variances: np.ndarray, adjusted: bool) -> float:
    """The variance between areas that makes the restricted likelihood largest; `adjusted`: times that variance, so that it is
    never zero."""
    from scipy.optimize import minimize_scalar  # here: it costs what reading the workflow need not pay

    def unlikely(between: float) -> float:
        weights = 1 / (between + variances)
        squares = (weights * (values - _mean(values, weights)) ** 2).sum()
        likelihood = -(np.log(between + variances).sum() + math.log(weights.sum()) + squares) / 2
        return float(-(likelihood + (math.log(between) if adjusted else 0.0)))

    # The likelihood may have its top at zero, where the search ends; past the spread of the values it only falls.
    most = float(4 * np.var(values) + 4 * variances.max())
    least = most * 1e-9
    found = minimize_scalar(unlikely, bounds=(least, most), method="bounded", options={"xatol": most * 1e-9})
    best = float(found.x)
    return 0.0 if not adjusted and unlikely(least) <= unlikely(best) else best
