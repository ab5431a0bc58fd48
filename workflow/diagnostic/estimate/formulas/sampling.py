"""How many ads to code, how precise that is, how to share them over the sites, and intervals of a proportion.

Sizes and margins: Cochran (1977), *Sampling Techniques*, ch. 4. Intervals: Wilson (1927) with finite population
correction, and inversion of the hypergeometric tests.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.core import french

LEVELS = (0.90, 0.95, 0.99)
COCHRAN = "n₀ ÷ (1 + (n₀ − 1) ÷ N)"
VARIANT_COLUMNS = ("variant", "label", "formula", "z", "infinite_size", "unrounded", "size")
_NOISE = 9  # decimals kept before a ceiling: 1.0000000000000002 is 1


def critical_value(confidence: float) -> float:
    """The two-sided normal quantile of a level of confidence in (0, 1): 0.95 → 1.959964."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie strictly between 0 and 1, got {confidence}")
    return float(scipy.special.ndtri((1 + confidence) / 2))


def student_value(confidence: float, degrees: float) -> float:
    """The two-sided quantile of Student's t for `degrees` of freedom, the normal one where they are infinite.

    Raises ValueError as `critical_value`, and without a degree of freedom.
    """
    if math.isinf(degrees):
        return critical_value(confidence)
    if not degrees > 0:
        raise ValueError(f"a variance needs a degree of freedom, got {degrees}")
    critical_value(confidence)
    return float(scipy.special.stdtrit(degrees, (1 + confidence) / 2))


def satterthwaite(variances: Sequence[float], degrees: Sequence[float]) -> float:
    """Degrees of freedom of a sum of independent estimates: (Σ V_i)² ÷ Σ (V_i² ÷ d_i) (Satterthwaite 1946).

    Infinite where all that varies has its variance known, or nothing varies.
    """
    doubt = sum(v * v / d for v, d in zip(variances, degrees, strict=True) if v > 0)
    return sum(variances) ** 2 / doubt if doubt else math.inf


def sample_size(population: int, margin: float, confidence: float, proportion: float = 0.5) -> int:
    """Units to draw to know a proportion of the whole population within ± `margin` (0.05 = 5 points).

    n0 = z² p (1 - p) / margin², n = ceil(n0 / (1 + (n0 - 1) / N)), never more than N; 0 for an empty
    population. Raises ValueError for a negative population or parameters outside (0, 1).
    """
    if population < 0:
        raise ValueError(f"population must not be negative, got {population}")
    infinite = _infinite_size(critical_value(confidence), margin, proportion)
    return _up(_corrected(infinite, population), population) if population else 0


def realised_margin(sample: int, population: int, confidence: float, proportion: float = 0.5) -> float:
    """Half-width z sqrt(p (1 - p) / n × (N - n) / (N - 1)) reached by n of N units (0.05 = 5 points).

    It holds for one proportion of the whole population, not for a sub-group. 0 when all units are taken.
    Raises ValueError unless 1 ≤ sample ≤ population.
    """
    if not 1 <= sample <= population:
        raise ValueError(f"the sample must hold between 1 unit and the population's {population}, got {sample}")
    variance = proportion * (1 - proportion) / sample * _correction(sample, population)
    return critical_value(confidence) * math.sqrt(variance)


def size_variants(population: int, margin: float, confidence: float, proportion: float = 0.5) -> pd.DataFrame:
    """What other formulas, roundings and levels of confidence give: one row each, the retained one first.

    Columns: `variant` (an identifier), `label` and `formula` (French), `z`, `infinite_size` (n0),
    `unrounded`, `size`. Raises ValueError for a population below 1 or parameters outside (0, 1).
    """
    if population < 1:
        raise ValueError(f"population must be at least 1, got {population}")
    z = critical_value(confidence)
    n0 = _infinite_size(z, margin, proportion)
    rows = [
        (
            f"{formula}{start}_{rounding}",
            f"formule {name}{first}, entier {direction}",
            written.format(text) + note,
            z,
            infinite,
            correct(infinite, population),
            rounded(correct(infinite, population), population),
        )
        for infinite, start, first, note in (
            (n0, "", "", ""),
            (math.ceil(round(n0, _NOISE)), "_whole", ", n₀ arrondi d’abord", ", n₀ entier"),
        )
        for formula, name, text, correct in (
            ("cochran", "de Cochran", COCHRAN, _corrected),
            ("simple", "simplifiée", "n₀ ÷ (1 + n₀ ÷ N)", lambda infinite, size: infinite / (1 + infinite / size)),
        )
        for rounding, direction, written, rounded in (
            ("up", "supérieur", "⌈{}⌉", _up),
            ("nearest", "le plus proche", "arrondi({})", _nearest),
        )
    ]
    usual = [
        (f"level_{round(100 * one)}", f"niveau de confiance de {french.percent(100 * one)}", one) for one in LEVELS
    ]
    levels = [*((name, label, critical_value(one)) for name, label, one in usual), ("z_2", "z arrondi à 2", 2.0)]
    for name, label, other in levels:
        if not math.isclose(other, z):
            infinite = _infinite_size(other, margin, proportion)
            exact = _corrected(infinite, population)
            rows.append((name, label, f"⌈{COCHRAN}⌉", other, infinite, exact, _up(exact, population)))
    return pd.DataFrame(rows, columns=list(VARIANT_COLUMNS))


def implied_confidence(size: int, population: int, margin: float, proportion: float = 0.5) -> tuple[float, float]:
    """The levels of confidence, above the first and up to the second, that make Cochran's size `size`.

    Inverts n = n0 / (1 + (n0 - 1) / N): n0 = n (N - 1) / (N - n), then z. A whole population is the size of
    every level above the first. Raises ValueError unless 1 ≤ size ≤ population.
    """
    if not 1 <= size <= population:
        raise ValueError(f"the size must lie between 1 and the population's {population}, got {size}")

    def level(sample: int) -> float:
        if sample == population:
            return 1.0
        squared = sample * (population - 1) / (population - sample) * margin**2 / (proportion * (1 - proportion))
        return float(scipy.special.chdtr(1, squared))

    return level(size - 1), level(size)


def allocate(counts: pd.Series, size: int, floor: int, convention: str = "raise") -> pd.Series:
    """How many ads to code on each site: integers with the index of `counts`, summing to `size`.

    Proportional to N_h by largest remainders; each non-empty site gets at least min(`floor`, N_h). Conventions: "raise"
    gives their floor to the sites whose quota falls under it and shares the rest again among the others, until none
    falls; "reserve" keeps the quotas of the whole frame, raises their whole parts to the floor, and lets the largest
    fractions have what remains. Raises ValueError when the floors do not fit in the size, or the size in the frame.
    """
    sites, n = counts.index, counts.to_numpy(dtype="int64")
    least = np.minimum(n, floor)
    if not least.sum() <= size <= n.sum():
        raise ValueError(f"a sample of {size} cannot hold the floors ({least.sum()}) of a frame of {n.sum()}")
    if convention not in ("raise", "reserve"):
        raise ValueError(f"unknown convention: {convention}")
    if not n.any():
        return pd.Series(n, index=sites, name=counts.name)
    if convention == "reserve":
        return pd.Series(_settle(n, least, np.maximum(n * size // n.sum(), least), size), index=sites)
    fixed = n == 0
    while not fixed.all():
        rest, frame = size - int(least[fixed].sum()), int(n[~fixed].sum())
        under = ~fixed & (n * rest < least * frame)
        if not under.any():
            break
        fixed |= under
    result = np.where(fixed, least, 0)
    shared = n[~fixed]
    if len(shared):
        rest = size - int(result.sum())
        result[~fixed] = _settle(shared, least[~fixed], shared * rest // shared.sum(), rest)
    return pd.Series(result, index=sites, name=counts.name)


def wilson(k: int, n: int, confidence: float, population: int | None = None) -> tuple[float, float]:
    """Wilson interval of a proportion, k of n; drawn from N units, z² becomes z² (N - n) / (N - 1).

    Raises ValueError unless 0 ≤ k ≤ n, n ≥ 1 and n ≤ population.
    """
    _check_draw(k, n, n if population is None else population)
    squared = critical_value(confidence) ** 2 * (1 if population is None else _correction(n, population))
    share, scale = k / n, 1 + squared / n
    centre = (share + squared / (2 * n)) / scale
    half = math.sqrt(squared * (share * (1 - share) / n + squared / (4 * n * n))) / scale
    return (0.0 if k == 0 else centre - half), (1.0 if k == n else centre + half)


def hypergeometric_interval(k: int, n: int, confidence: float, population: int) -> tuple[int, int]:
    """Exact limits of the number M of marked units in the population, k of n drawn ones being marked.

    Every M that neither one-sided test of level (1 - confidence) / 2 rejects. Raises ValueError as `wilson`.
    """
    _check_draw(k, n, population)
    tail = (1 - confidence) / 2
    marked = np.arange(k, population - (n - k) + 1)
    # The only one here that needs `scipy.stats`, which takes half a second to load.
    enough = scipy.stats.hypergeom.sf(k - 1, population, marked, n) > tail
    not_too_many = scipy.stats.hypergeom.cdf(k, population, marked, n) > tail
    kept = marked[enough & not_too_many]
    return int(kept[0]), int(kept[-1])


def _infinite_size(z: float, margin: float, proportion: float) -> float:
    for name, value in (("margin", margin), ("proportion", proportion)):
        if not 0 < value < 1:
            raise ValueError(f"{name} must lie strictly between 0 and 1, got {value}")
    return z * z * proportion * (1 - proportion) / margin**2


def _corrected(infinite: float, population: int) -> float:
    return infinite / (1 + (infinite - 1) / population)


def _up(value: float, population: int) -> int:
    return min(population, max(1, math.ceil(round(value, _NOISE))))


def _nearest(value: float, population: int) -> int:
    return min(population, max(1, math.floor(round(value, _NOISE) + 0.5)))


def _correction(n: int, population: int) -> float:
    return (population - n) / (population - 1) if population > 1 else 0.0


def _check_draw(k: int, n: int, population: int) -> None:
    if not (0 <= k <= n <= population and n >= 1):
        raise ValueError(f"expected 0 ≤ k ≤ n ≤ population and n ≥ 1, got k = {k}, n = {n}, population = {population}")


def _settle(n: np.ndarray, least: np.ndarray, whole: np.ndarray, size: int) -> np.ndarray:
    """Bring whole parts to `size`: one more to the largest fractions, or one less furthest above quota.

    Fractions are compared as integers, N times over: no rounding error can decide a tie.
    """
    result, total = whole.copy(), int(n.sum())
    while (missing := size - int(result.sum())) != 0:
        fraction = n * size - result * total
        if missing > 0:
            result[np.argmax(np.where(result < n, fraction, np.iinfo(np.int64).min))] += 1
        else:
            last_first = np.where(result > least, fraction, np.iinfo(np.int64).max)[::-1]
            result[len(result) - 1 - int(np.argmin(last_first))] -= 1  # of equal sites the last gives up first
    return result


# -- The variance of a mean by stratum, drawn without replacement: the one place where it is written --------------
# V(mean_h) = (1 − n_h / N_h) s²_h / n_h (Cochran 1977, ch. 5). A stratum with one unit drawn of several has no s²_h: the
# square of its unit's distance from the mean of the other strata stands for V(mean_h): too much on average, never too little
# (`lonely.psu = "adjust"` of R survey, which takes the mean of the whole sample, can give half of the variance).
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


def named(strata: Iterable) -> str:
    """The strata that an error is about, each once."""
    return ", ".join(sorted({str(name) for name in strata}))
