"""Pooling of areas: per indicator, the largest group of studies whose numbers all compare with each other without caution, and
what they have in common, by a random-effects model on the log of rates, on the logit of shares.

Model: yᵢ = θᵢ + eᵢ, eᵢ ~ N(0, Dᵢ) known; θᵢ = μ + uᵢ, uᵢ ~ N(0, A). A by restricted maximum likelihood; μ by weights
wᵢ = 1/(A + Dᵢ), with limits from Student's law (k − 1 degrees) and the variance Σwᵢ(yᵢ − μ)² ÷ ((k − 1)Σwᵢ) of Hartung and
Knapp (2001) and Sidik and Jonkman (2002), since limits from the normal law hold too seldom with few areas. Between which limits
the number of one more such territory would lie: Student's law with k − 2 degrees, variance A + that of μ (Higgins, Thompson and
Spiegelhalter 2009), which says how far territories differ in the unit of the number itself.

No area is drawn towards the others: the limits of such a prediction hold on average over areas, and in two cases of three only
for the one that is unlike the others, so that no number would be printed with limits that hold.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from diagnostic.compare.contrasts import Z, ends
from diagnostic.compare.tables import BARE
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.findings.forms import estimated

FEWEST = 8  # comparable areas under which nothing is pooled
HIGH = 0.975  # of limits at 95 %


class Pooled(NamedTuple):
    """Areas pooled, on the scale of the model: `mean`, its standard error by the normal law and its `limits` at 95 %, those of
    one more area (`predicted`), variance between areas (restricted maximum likelihood)."""

    mean: float
    error: float
    limits: tuple[float, float]
    predicted: tuple[float, float]
    between: float


def pool(values: np.ndarray, variances: np.ndarray) -> Pooled:
    """The areas of one number (one value and variance per area, on the scale of the model). Raises ValueError under
    `FEWEST` areas, or unless every variance is positive."""
    from scipy.stats import t  # here: it costs what reading the workflow need not pay

    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} areas; at least {FEWEST} are pooled")
    if not (variances > 0).all():
        raise ValueError("every variance must be positive")
    more = len(values) - 1
    between = _between(values, variances)
    weights = 1 / (between + variances)
    mean = _mean(values, weights)
    own = float((weights * (values - mean) ** 2).sum() / (more * weights.sum()))
    half, whole = t.ppf(HIGH, more) * math.sqrt(own), t.ppf(HIGH, more - 1) * math.sqrt(between + own)
    return Pooled(
        mean=mean,
        error=float(1 / math.sqrt(weights.sum())),
        limits=(float(mean - half), float(mean + half)),
        predicted=(float(mean - whole), float(mean + whole)),
        between=between,
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float((weights * values).sum() / weights.sum())


def _between(values: np.ndarray, variances: np.ndarray) -> float:
    """The variance between areas that makes the restricted likelihood largest."""
    from scipy.optimize import minimize_scalar

    def unlikely(between: float) -> float:
        weights = 1 / (between + variances)
        squares = (weights * (values - _mean(values, weights)) ** 2).sum()
        return float(np.log(between + variances).sum() + math.log(weights.sum()) + squares) / 2

    # The likelihood may have its top at zero, where the search ends; past the spread of the values it only falls.
    most = float(4 * np.var(values) + 4 * variances.max())
    least = most * 1e-9
    best = float(minimize_scalar(unlikely, bounds=(least, most), method="bounded", options={"xatol": most * 1e-9}).x)
    return 0.0 if unlikely(least) <= unlikely(best) else best


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
    "Modèle à effets aléatoires sur {number} études comparables entre elles (variance entre territoires par maximum de "
    "vraisemblance restreint ; Hartung, Knapp, Sidik et Jonkman), à partir des seuls nombres imprimés et de leurs limites, "
    "arrondi compris. "
)
ONE_MORE = "Entre quoi serait, sous ce modèle, le nombre d’un territoire de plus."


def areas(pairs: pd.DataFrame, numbers: pd.DataFrame, statements: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`areas`, one row per indicator and study pooled, and the statements of what is printed of them together.

    `pairs`, `numbers`: one row per indicator and pair of studies, and study; `statements`: one row per number that may be
    printed. Rates and shares that were drawn or modelled, of `FEWEST` comparable studies at least; nothing otherwise.
    """
    said = {one.statement_id: one for one in statements.itertuples()}
    rows: list[tuple[str, str, str]] = []
    made: list[dict[str, Any]] = []
    for indicator, own in numbers.groupby("indicator", sort=False):
        usable = [one for one in own.itertuples() if _usable(said[one.statement_id])]
        alike = pairs[pairs["indicator"].eq(indicator) & pairs["verdict"].eq("comparable")]
        both = set(map(frozenset, zip(alike["study"], alike["other"], strict=True)))
        group = together([one.study for one in usable], both)
        kept = [one for one in usable if one.study in group]
        if len(kept) >= FEWEST:
            made += _pooled(str(indicator), kept[0].title, [said[one.statement_id] for one in kept])
            rows += [(indicator, one.study, one.statement_id) for one in kept]
    return pd.DataFrame(rows, columns=columns("compare/areas")), pd.DataFrame(
        made, columns=columns("compare/statements")
    )


def _usable(said: Statement) -> bool:
    """Whether a printed number has limits of an estimate and a value that its scale takes, limits included."""
    if said.measure not in SCALES or not estimated(said) or math.isnan(said.shown_value):
        return False
    low, high = SCALES[said.measure].within
    return all(low < end < high for end in ends(said))


def together(studies: Collection[str], alike: Collection[frozenset[str]], first: Collection[str] = ()) -> set[str]:
    """Studies of which each compares with every other (`alike`: the pairs that do): the `first` ones, then those that
    compare with most, in the order of the list. That finds the largest group but where limits on ratios chain."""
    degree = {
        study: sum(frozenset((study, other)) in alike for other in studies if other != study) for study in studies
    }
    group = list(first)
    for study in sorted(studies, key=lambda one: -degree[one]):
        if study not in group and all(frozenset((study, other)) in alike for other in group):
            group.append(study)
    return set(group)


def _pooled(indicator: str, title: str, given: Sequence[Statement]) -> Iterator[dict[str, Any]]:
    """The statements of one indicator (`given`: one per study): the mean and where one more would lie, each with its limits."""
    first, whole = given[0], f"areas.{indicator}"
    scale = SCALES[first.measure]
    points = np.array([[scale.there(end) for end in ends(one)] for one in given])
    found = pool(points[:, 0], ((points[:, 2] - points[:, 1]) / (2 * Z)) ** 2)
    method = METHOD.format(number=french.number(len(given)))
    for name, said, ends_of, told in (
        (whole, "moyenne des territoires", found.limits, "Moyenne des territoires, pas celle de leurs habitant·es."),
        (f"{whole}.predicted", "un territoire de plus", found.predicted, ONE_MORE),
    ):
        yield _statement(first, name, f"{title} : {said}", map(scale.back, (found.mean, *ends_of)), method + told)


def _statement(one: Statement, name: str, label: str, shown: Iterable[float], method: str) -> dict[str, Any]:
    """`shown`: value, low, high."""
    (value, low, high), decimals = shown, int(one.decimals)
    sign = f"{french.NBSP}%" if one.measure == "percent" else ""
    return {
        **one._asdict() | BARE,
        "statement_id": name,
        "study": "",
        "label": label,
        "formula": "μ = Σ wᵢyᵢ ÷ Σ wᵢ, wᵢ = 1 ÷ (A + Dᵢ)",
        "source_table": "compare/numbers",
        "place": "areas",
        "printed": french.number(value, decimals) + sign,
        "printed_interval": f"{french.number(low, decimals)} à {french.number(high, decimals)}{sign}",
        "interval_kind": "model",
        "shown_value": value,
        "shown_low": low,
        "shown_high": high,
        "claim_low": value,
        "claim_high": value,
        "method": method,
    }
