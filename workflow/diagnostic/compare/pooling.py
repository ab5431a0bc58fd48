"""Pooling of areas: per indicator, the largest group of studies whose numbers all compare with each other without caution, and
each of them drawn towards what they have in common, by a random-effects model on the log of rates, on the logit of shares.

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
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from diagnostic.compare.contrasts import SAMPLED, Z, ends
from diagnostic.compare.tables import BARE
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.statement import Statement

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


class Scale(NamedTuple):
    """Where the model works, and the way back; `within`: what a value lies strictly between."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    within: tuple[float, float]


SCALES = {
    "rate": Scale(math.log, math.exp, (0, math.inf)),
    "percent": Scale(
        lambda share: math.log(share / (100 - share)), lambda logit: 100 / (1 + math.exp(-logit)), (0, 100)
    ),
}
METHOD = (
    "Modèle à effets aléatoires sur {number} études comparables entre elles (Fay et Herriot ; variance entre territoires par "
    "maximum de vraisemblance restreint), à partir des seuls nombres imprimés et de leurs limites, arrondi compris. "
)
ONE = (
    "Le nombre d’un territoire y est rapproché de ce que tous ont en commun, d’autant plus qu’il est incertain, et d’une erreur "
    "type au plus. Ses limites restent celles de son propre nombre : celles d’un modèle ne valent qu’en moyenne."
)
MEAN = "Moyenne des territoires, pas celle de leurs habitant·es."
SPREAD = "Part de la dispersion des nombres que le hasard des tirages n’explique pas (I², de Higgins et Thompson)."


def areas(pairs: pd.DataFrame, numbers: pd.DataFrame, statements: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`areas`, one row per indicator and study pooled, and the statements of what is printed of them.

    `pairs`, `numbers`: one row per indicator and pair of studies, and study; `statements`: one row per number that may be
    printed. Rates and shares that were drawn or modelled, of `FEWEST` comparable studies at least; nothing otherwise.
    """
    said = {one.statement_id: one for one in statements.itertuples()}
    rows: list[tuple[str, str, str, str]] = []
    made: list[dict[str, Any]] = []
    for indicator, own in numbers.groupby("indicator", sort=False):
        usable = [one for one in own.itertuples() if _usable(said[one.statement_id])]
        alike = pairs[pairs["indicator"].eq(indicator) & pairs["verdict"].eq("comparable")]
        both = set(map(frozenset, zip(alike["study"], alike["other"], strict=True)))
        group = together([one.study for one in usable], both)
        kept = [one for one in usable if one.study in group]
        if len(kept) >= FEWEST:
            made += _pooled(str(indicator), kept[0].title, {one.study: said[one.statement_id] for one in kept})
            rows += [(indicator, one.study, one.statement_id, f"areas.{indicator}.{one.study}") for one in kept]
    return pd.DataFrame(rows, columns=columns("compare/areas")), pd.DataFrame(
        made, columns=columns("compare/statements")
    )


def _usable(said: Statement) -> bool:
    """Whether a printed number has limits of an estimate and a value that its scale takes, limits included."""
    if said.measure not in SCALES or said.interval_kind not in SAMPLED or math.isnan(said.shown_value):
        return False
    low, high = SCALES[said.measure].within
    return all(low < end < high for end in ends(said))


def together(studies: Collection[str], alike: Collection[frozenset[str]], first: Collection[str] = ()) -> set[str]:
    """Studies of which each compares with every other (`alike`: the pairs that do): the `first` ones, then those that compare with
    most, in the order of the list.

    Verdicts nearly are an equivalence (the rules ask for the same method), so that taking one after the other finds the
    largest group but where limits on ratios chain; it never takes two that do not compare.
    """
    degree = {
        study: sum(frozenset((study, other)) in alike for other in studies if other != study) for study in studies
    }
    group = list(first)
    for study in sorted(studies, key=lambda one: -degree[one]):
        if study not in group and all(frozenset((study, other)) in alike for other in group):
            group.append(study)
    return set(group)


def _pooled(indicator: str, title: str, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The statements of one indicator (`given`: study → its own): each area, the mean, and how much more than chance the areas
    differ."""
    first, whole = next(iter(given.values())), f"areas.{indicator}"
    scale = SCALES[first.measure]
    points = np.array([[scale.there(end) for end in ends(one)] for one in given.values()])
    found = pool(points[:, 0], ((points[:, 2] - points[:, 1]) / (2 * Z)) ** 2)
    method = METHOD.format(number=french.number(len(given)))
    for (study, one), value in zip(given.items(), map(scale.back, found.predicted), strict=True):
        yield _statement(one, f"{whole}.{study}", f"{title}, rapproché de l’ensemble", value, method + ONE)
    low, mean, high = (scale.back(found.mean + Z * sign * found.error) for sign in (-1, 0, 1))
    yield _statement(first, whole, f"{title} : moyenne des territoires", mean, method + MEAN, (low, high))
    label = f"{title} : dispersion entre territoires"
    shared = _statement(first, f"{whole}.spread", label, 100 * found.i2, method + SPREAD)
    yield shared | {"measure": "percent", "decimals": 0, "printed": french.percent(100 * found.i2)}


def _statement(
    one: Any, name: str, label: str, value: float, method: str, limits: tuple[float, float] | None = None
) -> dict[str, Any]:
    decimals = int(one.decimals)
    sign = f"{french.NBSP}%" if one.measure == "percent" else ""
    low, high = limits or (math.nan, math.nan)
    return {
        **BARE,
        "statement_id": name,
        "study": "",
        "label": label,
        "unit": one.unit,
        "measure": one.measure,
        "universe": one.universe,
        "formula": "yᵢ − Dᵢ ÷ (A + Dᵢ) × (yᵢ − μ)",
        "source_table": "compare/numbers",
        "origin": one.origin,
        "decimals": decimals,
        "place": "areas",
        "printed": french.number(value, decimals) + sign,
        "printed_interval": f"{french.number(low, decimals)} à {french.number(high, decimals)}{sign}" if limits else "",
        "interval_kind": "model" if limits else "none",
        "shown_value": value,
        "shown_low": low,
        "shown_high": high,
        "claim_low": value,
        "claim_high": value,
        "method": method,
    }
