"""Profiles of the coded ads, by ad and by person: shares and means that carry the design and its uncertainty.

A person with m ads counts m times in a share of ads and once in a share of persons: the ads of one person weigh
N_h / n_h each in the first and N_h / n_h × 1 / m in the second (weight share method, Lavallée 2007). The two are
shown side by side.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from diagnostic.estimate.formulas.answers import NONE, UNKNOWN, known_values, option_columns, ticks
from diagnostic.estimate.formulas.linearised import Design, Ratio, design_of, mean, share, share_of_seen
from diagnostic.estimate.formulas.sampling import critical_value, student_value

MISSING, MEAN = "missing", "mean"
SIGNS = (1, 2, 3)
COLUMNS = ("variable", "measure", "option", "unit", *Ratio._fields, "disputed")


@dataclass(frozen=True)
class _Question:
    """One line to estimate: the ads in its base, and of each ad whether it is a case, or the value of a mean. `readings`: what
    each person who coded them said (`said`), where some differ."""

    variable: str
    measure: str
    option: str
    base: np.ndarray
    told: np.ndarray
    readings: tuple[np.ndarray, ...] = ()

    @property
    def name(self) -> tuple[str, str, str]:
        return self.variable, self.measure, self.option

    @property
    def said(self) -> np.ndarray:
        """What each ad is: 1 a case and 0 none, or the value of a mean; missing outside of the base."""
        return np.where(self.base, self.told.astype(float), np.nan)


def profiles(
    ads: pd.DataFrame,
    sizes: Mapping[str, float] | pd.Series,
    variables: Sequence[str],
    means: Sequence[str] = (),
    options: Mapping[str, Sequence[str]] | None = None,
    size_variances: Mapping[str, float] | None = None,
    confidence: float = 0.95,
    others: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """One row per variable, measure, option and unit; values on 0-1, or in the unit of a mean.

    `ads`: the usable coded ads, one row each, with `stratum`, the variables, and `multiplicity` (ads of the same
    person in the frame, itself included; missing where copies were not searched). Measures: `any` (has the option,
    among known answers), `only` (that option alone, same base), `mean` (over known values), and `missing` (no known
    answer, among all). `options` lists the options of single questions to print even when nobody has them, which `others`
    need. Rows of unit `person` stand on the ads whose copies were searched: each counts for 1 / m, or for its `part` where a
    recall corrects it. Where m is only known between `least` and `most` the limits of a share are those of the worst of its values
    (`bounded`). `others`: the same ads, row by row, as each further person coded them; where they differ (`disputed`) the
    limits are those of the lowest and of the highest value so made. A line whose base is empty is left out. Raises ValueError
    as `design_of`.
    """

    def asked(table: pd.DataFrame) -> list[_Question]:
        found = [q for name in variables for q in _questions(table, name, (options or {}).get(name))]
        return found + [q for name in means for q in _mean_questions(table, name)]

    return _estimate(ads, sizes, [*_read(asked, ads, others)], size_variances, confidence)


def network_signs(
    ads: pd.DataFrame,
    sizes: Mapping[str, float] | pd.Series,
    variable: str = "network_sign",
    least: Sequence[int] = SIGNS,
    size_variances: Mapping[str, float] | None = None,
    confidence: float = 0.95,
    others: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """The share of ads, and persons, with at least one, two, three signs: rows as `profiles`, measure `at_least`.

    « Aucun de ces indices » is no sign; nothing ticked, or « ne sait pas », is missing.
    """

    def asked(table: pd.DataFrame) -> list[_Question]:
        known, count = _known_boxes(ticks(table, variable))
        return [_Question(variable, "at_least", str(number), known, count >= number) for number in least]

    return _estimate(ads, sizes, [*_read(asked, ads, others)], size_variances, confidence)


def _read(
    asked: Callable[[pd.DataFrame], list[_Question]], ads: pd.DataFrame, others: Sequence[pd.DataFrame]
) -> Iterator[_Question]:
    """What is asked of the ads, each with what others read of it where they differ."""
    again = [{one.name: one.said for one in asked(table)} for table in others]
    for one in asked(ads):
        said = (one.said, *(of[one.name] for of in again))
        differ = any(not np.array_equal(said[0], other, equal_nan=True) for other in said)
        yield replace(one, readings=said) if differ else one


def domain_margins(
    sizes: pd.Series, drawn: pd.Series, domains: pd.Series, confidence: float = 0.95, proportion: float = 0.5
) -> pd.DataFrame:
    """The margin of error that each published domain (a union of whole strata) really has: one row per domain.

    Columns `size`, `drawn`, `margin` = z sqrt(Σ (N_h / N)² p (1 − p) / n_h × (N_h − n_h) / (N_h − 1)), None where a
    stratum of the domain has ads and none coded. The three series share the names of the strata as index.
    """
    frame = pd.DataFrame({"size": sizes, "drawn": drawn.reindex(sizes.index, fill_value=0), "domain": domains})
    frame = frame[frame["size"] > 0]
    n, size = frame["drawn"].clip(lower=1), frame["size"]
    left = (size - frame["drawn"]).clip(lower=0) / (size - 1).clip(lower=1)
    frame["part"] = size**2 * proportion * (1 - proportion) / n * left
    frame["empty"] = frame["drawn"] == 0
    by_domain = frame.groupby("domain", sort=False).agg({"size": "sum", "drawn": "sum", "part": "sum", "empty": "any"})
    margin = critical_value(confidence) * np.sqrt(by_domain["part"]) / by_domain["size"]
    return by_domain[["size", "drawn"]].assign(margin=margin.where(~by_domain["empty"]))


def staged_margins(
    ads: pd.DataFrame,
    sizes: pd.Series,
    variables: Sequence[str],
    domains: pd.Series,
    confidence: float = 0.95,
    proportion: float = 0.5,
) -> dict[str, float]:
    """The same of ads that were drawn in stages (`formulas.stages`), by domain (`domains`, that of each ad) and for `all`.

    What pages or sites add differs from one answer to the next: the margin is t sqrt(p (1 − p) d), with d the mean over the
    answers k of the `variables` of V(p_k) / (p_k (1 − p_k)) × n_k / n, n_k of the n ads having answered (design effects averaged
    over variables; Kish 1965, ch. 14). Answers are those with a logit interval; a domain without any has no margin.
    """
    design, each = design_of(ads["stratum"], sizes, ads=ads), np.ones(len(ads))
    present = (name for name in variables if name in ads or option_columns(ads, name))
    asked = [one for name in present for one in _questions(ads, name, None) if one.measure == "any"]
    made = {}
    for name in ("all", *domains.dropna().unique()):
        inside = np.ones(len(ads), dtype=bool) if name == "all" else domains.eq(name).to_numpy()
        told = [(one.told, one.base & inside) for one in asked if (one.base & inside).any()]
        found = [share_of_seen(design, case, base, each, confidence) for case, base in told]
        effects = [one.units * one.se**2 / (one.value * (1 - one.value)) for one in found if one.interval == "logit"]
        if effects:
            spread = proportion * (1 - proportion) * float(np.mean(effects)) / int(inside.sum())
            made[name] = student_value(confidence, design.degrees(inside)) * math.sqrt(spread)
    return made


def _questions(ads: pd.DataFrame, name: str, listed: Sequence[str] | None) -> Iterator[_Question]:
    if option_columns(ads, name):
        boxes = ticks(ads, name)
        known, count = _known_boxes(boxes)
        for option in (option for option in boxes if option not in UNKNOWN):
            ticked = boxes[option].to_numpy()
            if option == NONE:
                yield _Question(name, "any", option, known, ticked & (count == 0))
                continue
            yield _Question(name, "any", option, known, ticked)
            yield _Question(name, "only", option, known, ticked & (count == 1))
    else:
        answers = known_values(ads, name)
        known = answers.notna().to_numpy()
        found = sorted(set(answers[known])) if listed is None else [o for o in listed if o not in UNKNOWN]
        for option in found:
            yield _Question(name, "any", str(option), known, (answers == option).to_numpy(dtype=bool))
    yield _Question(name, MISSING, "", np.ones(len(ads), dtype=bool), ~known)


def _known_boxes(boxes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which rows have a known answer, and how many options each ticks (« aucun » and unknowns are not options)."""
    matrix = boxes.to_numpy()
    unknown = matrix[:, boxes.columns.isin(UNKNOWN)].any(axis=1)
    count = matrix[:, ~boxes.columns.isin([NONE, *UNKNOWN])].sum(axis=1)
    return matrix.any(axis=1) & ~unknown, count


def _mean_questions(ads: pd.DataFrame, name: str) -> Iterator[_Question]:
    values = pd.to_numeric(ads[name]).to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(values)
    yield _Question(name, MEAN, "", known, values)
    yield _Question(name, MISSING, "", np.ones(len(ads), dtype=bool), ~known)


def _estimate(
    ads: pd.DataFrame,
    sizes: Mapping[str, float] | pd.Series,
    questions: Sequence[_Question],
    size_variances: Mapping[str, float] | None,
    confidence: float,
) -> pd.DataFrame:
    design = design_of(ads["stratum"], sizes, size_variances, ads)
    rows = []
    for unit, counting in _counting(ads).items():
        for question in questions:
            if (question.base & counting.known).any():
                found = _one(design, question, counting, confidence)
                rows.append((*question.name, unit, *found, bool(question.readings)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class _Counting:
    """What each ad counts for, whether it is known, and the least and the most that it may be; None where nothing is open."""

    each: np.ndarray
    known: np.ndarray
    ends: tuple[np.ndarray, np.ndarray] | None = None


def _one(design: Design, question: _Question, counting: _Counting, confidence: float) -> Ratio:
    each, known, told = counting.each, question.base & counting.known, question.told
    if question.measure == MEAN:
        found = mean(design, told, known, each, confidence)
        if not question.readings:
            return found
        lowest, highest = (_extreme(design, question, counting, way * found.value, way, confidence) for way in (1, -1))
    else:
        found = share(design, told, known, each, confidence)
        if counting.ends is None and not question.readings:
            return found
        few, many = counting.ends or (each, each)
        (least, case), (most, cases) = _worst(question)
        if counting.ends is None:
            least, most = least & counting.known, most & counting.known
        lowest = share(design, case, least, np.where(case, few, many), confidence) if least.any() else found
        highest = share(design, cases, most, np.where(cases, many, few), confidence) if most.any() else found
    ends = (found.low, lowest.low, found.high, highest.high)
    low, lower, high, higher = (found.value if one is None else one for one in ends)
    return found._replace(low=min(low, lower), high=max(high, higher), bounded=True)


def _worst(question: _Question) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """(base, cases) of the lowest share that some reading of each ad makes, and of the highest: outside of the base an ad
    lowers a share less than in it without being a case."""
    said = np.stack(question.readings or [question.said])
    out, never, case = np.isnan(said).any(axis=0), (said == 0).any(axis=0), (said == 1).any(axis=0)
    return (never | ~out, case & ~never & ~out), (case | ~out, case)


def _extreme(
    design: Design, question: _Question, counting: _Counting, bound: float, way: int, confidence: float
) -> Ratio:
    """The lowest mean that some reading of each ad makes, or the highest (`way` −1): of an ad that some leave out, a value
    counts where it brings the mean farther (Dinkelbach 1967)."""
    said = way * np.stack(question.readings)
    least, out = reduce(np.fmin, said), np.isnan(said).any(axis=0)
    told = counting.known & ~np.isnan(least)
    while True:
        base = told & (~out | (least < bound + 1e-9))  # all the same: no base without one
        found = mean(design, way * least, base, counting.each, confidence)
        if not way * found.value < bound - 1e-9:
            return found
        bound = way * found.value


def _counting(ads: pd.DataFrame) -> dict[str, _Counting]:
    """For each unit, what an ad counts for, and whether it can be counted; no persons without multiplicities."""
    made = {"ad": _Counting(np.ones(len(ads)), np.ones(len(ads), dtype=bool))}
    if "multiplicity" not in ads:
        return made
    m = pd.to_numeric(ads["multiplicity"]).to_numpy(dtype=float, na_value=np.nan)
    searched = ~np.isnan(m)
    if (m[searched] < 1).any():
        raise ValueError("a coded ad is one of its person's ads: multiplicities start at 1")
    if not searched.any():
        return made
    each = np.where(searched, ads["part"].to_numpy(dtype=float) if "part" in ads else 1 / m, 0)
    ends = None
    if "least" in ads and ads["least"].lt(ads["most"]).any():
        low, high = (1 / ads[name].to_numpy(dtype=float) for name in ("most", "least"))
        ends = np.where(searched, np.minimum(low, each), low), np.where(searched, np.maximum(high, each), high)
    return made | {"person": _Counting(each, searched, ends)}
