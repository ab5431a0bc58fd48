"""Agreement between the persons who coded the same ads: Krippendorff's alpha and its interval, by variable.

alpha = 1 − D_o / D_e (Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*), by the library `krippendorff`.
Single answers are nominal; of numbers (ratio level) two stand apart by ((a − b) / (a + b))²; sets of answers are
compared whole with the MASI distance (Passonneau 2006). The interval is the percentile bootstrap over ads.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import krippendorff
import numpy as np
import pandas as pd

from diagnostic.core.french import NBSP, number
from diagnostic.estimate.formulas.answers import option_columns, option_sets

RELIABLE, TENTATIVE = 0.800, 0.667  # Krippendorff 2004, *Content Analysis*, ch. 11
VERDICTS = {"reliable": "fiable", "tentative": "prudent", "insufficient": "insuffisant", "undetermined": "indéterminé"}
LEAST_UNITS = 2
_MOST_UNDEFINED = 0.05  # share of replicates without any variation beyond which an interval would be a fiction


@dataclass(frozen=True)
class Agreement:
    """The agreement on one variable. `units`: ads with two codes or more; `observed`: share of pairs of codes in
    agreement (for sets, identical). `alpha`, `low`, `high` are None where nothing varies: agreement on a constant
    proves nothing. `verdict` is a key of `VERDICTS`; `reason` is French.
    """

    variable: str
    units: int
    codes: int
    observed: float | None
    alpha: float | None
    low: float | None
    high: float | None
    verdict: str
    reason: str


def agreements(
    codings: pd.DataFrame,
    variables: list[str],
    seed: int,
    replicates: int,
    confidence: float = 0.95,
    numbers: Collection[str] = (),
) -> pd.DataFrame:
    """The agreement on each variable of a table with one row per ad and coder (`ad_id`, `coder`): one row each.

    Columns are those of `Agreement`. `numbers`: the variables that are numbers. A multiple question gives a row for the
    whole set, then one per option (`audience/men`). Raises ValueError when a coder coded an ad twice.
    """
    if codings.duplicated(["ad_id", "coder"]).any():
        raise ValueError("a coder coded an ad twice")
    ad, ads = pd.factorize(codings["ad_id"], sort=True)
    rows = []
    for variable in variables:
        columns = option_columns(codings, variable)
        if not columns:
            kind = "ratio" if variable in numbers else "nominal"
            rows.append((variable, codings[variable], kind))
            continue
        sets = option_sets(codings, variable)
        rows.append((variable, sets, "set"))
        answered = sets.notna()
        for column in columns.values():
            ticked = codings[column].fillna(False).astype(bool).astype(object)
            rows.append((column, ticked.where(answered, None), "nominal"))
    made = [
        _judged(name, *_value_counts(ad, values, len(ads)), kind, seed, replicates, confidence)
        for name, values, kind in rows
    ]
    return pd.DataFrame([vars(one) for one in made], columns=list(Agreement.__dataclass_fields__))


def set_agreement(codings: pd.DataFrame, variable: str, seed: int, replicates: int) -> Agreement:
    """The agreement on one variable whose values are frozensets of answers: one row per thing coded (`ad_id`) and coder."""
    ad, ads = pd.factorize(codings["ad_id"])
    return _judged(variable, *_value_counts(ad, codings[variable], len(ads)), "set", seed, replicates, 0.95)


def _judged(
    variable: str, counts: np.ndarray, domain: list, kind: str, seed: int, replicates: int, confidence: float
) -> Agreement:
    pairable = counts[counts.sum(axis=1) > 1]
    units, number_of_codes = len(pairable), int(pairable.sum())
    observed = _observed(pairable) if units else None
    if units < LEAST_UNITS or (pairable.sum(axis=0) > 0).sum() < 2:
        few = units < LEAST_UNITS
        reason = "Moins de deux annonces codées deux fois." if few else "Une seule valeur codée : rien ne varie."
        return Agreement(variable, units, number_of_codes, observed, None, None, None, "undetermined", reason)
    distance = _distances(domain, kind)
    alpha = _alpha(pairable, distance)
    low, high = _bootstrap(pairable, distance, np.random.default_rng(seed), replicates, confidence)
    word = verdict(alpha)
    reason = _reason(word, units, low, confidence)
    return Agreement(variable, units, number_of_codes, observed, alpha, low, high, word, reason)


def verdict(alpha: float) -> str:
    """A key of `VERDICTS`: reliable from 0.800, tentative conclusions only from 0.667, insufficient below."""
    return "reliable" if alpha >= RELIABLE else "tentative" if alpha >= TENTATIVE else "insufficient"


def masi_distance(a: frozenset, b: frozenset) -> float:
    """1 − J × M: J = |a ∩ b| / |a ∪ b|; M = 1 for equal sets, 2/3 if one holds the other, else 1/3 (J is 0 where they are apart)."""
    if a == b:
        return 0.0
    common = a & b
    monotonicity = 2 / 3 if common in (a, b) else 1 / 3
    return 1 - len(common) / len(a | b) * monotonicity


def _value_counts(ad: np.ndarray, values: pd.Series, ads: int) -> tuple[np.ndarray, list[Hashable]]:
    """Coders by ad (row) and value (column), and the values in a fixed order. `ad`: the row of each code."""
    given = values.notna().to_numpy()
    codes = values.to_numpy(dtype=object)[given]
    domain: list[Hashable] = sorted(set(codes), key=lambda one: sorted(one) if isinstance(one, frozenset) else str(one))
    place = {value: column for column, value in enumerate(domain)}
    counts = np.zeros((ads, len(domain)), dtype="int64")
    np.add.at(counts, (ad[given], [place[value] for value in codes]), 1)
    return counts, domain


def _distances(domain: list, kind: str) -> np.ndarray:
    """How far two values stand apart, by kind: "nominal", "ratio", or "set" for frozensets."""
    if kind == "set":
        return np.array([[masi_distance(a, b) for b in domain] for a in domain])
    if kind == "ratio":
        values = np.array(domain, dtype=float)
        sums = np.add.outer(values, values)
        return np.divide(np.subtract.outer(values, values), sums, out=np.zeros_like(sums), where=sums > 0) ** 2
    return 1.0 - np.eye(len(domain))


def _alpha(counts: np.ndarray, distance: np.ndarray) -> float:
    def metric(v1, v2, i1, i2, n_v, dtype=float):  # type: ignore[no-untyped-def]  # the library's own protocol
        return distance[i1, i2]

    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=metric))


def _observed(counts: np.ndarray) -> float:
    """Share of agreeing pairs of codes, each ad weighing as many as its codes, as in alpha."""
    n = counts.sum(axis=1)
    return float(((counts * (counts - 1)).sum(axis=1) / (n - 1)).sum() / n.sum())


def _bootstrap(
    counts: np.ndarray, distance: np.ndarray, rng: np.random.Generator, replicates: int, confidence: float
) -> tuple[float | None, float | None]:
    """Percentile limits; None when too many replicates hold one single value, for which alpha is not defined."""
    # Of each replicate: how often it holds each ad, and each value; alpha is 1 − observed / expected disagreement.
    ads = len(counts)
    drawn = rng.integers(ads, size=(replicates, ads)) + ads * np.arange(replicates)[:, np.newaxis]
    times = np.bincount(drawn.ravel(), minlength=replicates * ads).reshape(replicates, ads).astype(float)
    held = times @ counts
    varied = (held > 0).sum(axis=1) > 1
    if varied.sum() < (1 - _MOST_UNDEFINED) * replicates:
        return None, None
    times, held = times[varied], held[varied]
    within = np.einsum("ai,ij,aj->a", counts, distance, counts) / (counts.sum(axis=1) - 1)
    expected = np.einsum("ri,ij,rj->r", held, distance, held) / (held.sum(axis=1) - 1)
    alphas = 1 - (times * within).sum(axis=1) / expected
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _reason(word: str, units: int, low: float | None, confidence: float) -> str:
    level = f"{number(100 * confidence)}{NBSP}%"
    if low is None:
        return f"Trop peu de variation parmi {number(units)} annonces pour un intervalle."
    below = verdict(low)
    if below != word:
        return f"L’intervalle à {level} descend jusqu’au niveau « {VERDICTS[below]} » : coder davantage d’annonces deux fois."
    if word == "insufficient":
        return "Variable à ne pas publier avant une consigne plus précise et un nouveau codage."
    return f"Tout l’intervalle à {level} est au moins à ce niveau."


# -- Agreement between coders on which ads show the same person: pairs put together, and B-cubed ------------------
# The names of groups are each coder's own, so that alpha does not apply; two ads that nobody groups prove little.
@dataclass(frozen=True)
class Groupings:
    """What the coders of the same ads agree on. `ads`: ads grouped by two coders; `both`, `either`: pairs of these ads
    that both coders of a pair put together, or one at least; `b_cubed`: the mean over ads (0-1)."""

    ads: int
    both: int
    either: int
    b_cubed: float | None


def grouping_agreement(codings: pd.DataFrame) -> Groupings:
    """The agreement on groupings of a table with one row per ad and coder: `ad_id`, `coder`, `group`, missing where the
    coder saw the ad alone. Raises ValueError when a coder coded an ad twice."""
    if codings.duplicated(["ad_id", "coder"]).any():
        raise ValueError("a coder coded an ad twice")
    groups: dict[str, dict[str, Hashable]] = {}
    for ad, coder, group in zip(codings["ad_id"], codings["coder"], codings["group"], strict=True):
        groups.setdefault(coder, {})[ad] = ("", ad) if pd.isna(group) else group
    ads, both, either, weighed = 0, 0, 0, 0.0
    for one, other in combinations(sorted(groups), 2):
        common = sorted(groups[one].keys() & groups[other].keys())
        if not common:
            continue
        first, second = ([groups[coder][ad] for ad in common] for coder in (one, other))
        ads += len(common)
        weighed += len(common) * b_cubed(first, second)
        shared = _pairs(zip(first, second, strict=True))
        both, either = both + shared, either + _pairs(first) + _pairs(second) - shared
    return Groupings(ads, both, either, weighed / ads if ads else None)


def b_cubed(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """The harmonic mean of B-cubed precision and recall (Bagga & Baldwin 1998) of two groupings of the same ads: the group of
    each ad, in the same order. It does not matter which is the first. Raises ValueError without ad.

    P = mean over ads of |A ∩ B| / |B|, R = mean of |A ∩ B| / |A|: A and B are the groups of the ad in each grouping.
    """
    if not first:
        raise ValueError("no ad: nothing is grouped")
    of_first, of_second = Counter(first), Counter(second)
    common = Counter(zip(first, second, strict=True))
    precision = sum(n**2 / of_second[b] for (_, b), n in common.items()) / len(first)
    recall = sum(n**2 / of_first[a] for (a, _), n in common.items()) / len(first)
    return 2 * precision * recall / (precision + recall)


def _pairs(groups: Iterable[Hashable]) -> int:
    """The pairs of ads of one group."""
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())
