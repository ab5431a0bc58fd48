"""Profiles of the coded ads, by ad and by person: shares and means that carry the design and its uncertainty.

A person with m ads counts m times in a share of ads and once in a share of persons: the ads of one person weigh
N_h / n_h each in the first and N_h / n_h × 1 / m in the second (weight share method, Lavallée 2007). The two are
shown side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.estimate.formulas.answers import NONE, UNKNOWN, known_values, option_columns, ticks
from diagnostic.estimate.formulas.linearised import Design, Ratio, design_of, mean, share
from diagnostic.estimate.formulas.sampling import critical_value

MISSING, MEAN = "missing", "mean"
SIGNS = (1, 2, 3)
COLUMNS = ("variable", "measure", "option", "unit", *Ratio._fields)


@dataclass(frozen=True)
class _Question:
    """One line to estimate: the ads in its base, and of each ad whether it is a case, or the value of a mean."""

    variable: str
    measure: str
    option: str
    base: np.ndarray
    told: np.ndarray


def profiles(
    ads: pd.DataFrame,
    sizes: Mapping[str, float] | pd.Series,
    variables: Sequence[str],
    means: Sequence[str] = (),
    options: Mapping[str, Sequence[str]] | None = None,
    size_variances: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """One row per variable, measure, option and unit; values on 0-1, or in the unit of a mean.

    `ads`: the usable coded ads, one row each, with `stratum`, the variables, and `multiplicity` (ads of the same
    person in the frame, itself included; missing where copies were not searched). Measures: `any` (has the option,
    among known answers), `only` (that option alone, same base), `mean` (over known values), and `missing` (no known
    answer, among all). `options` lists the options of single questions to print even when nobody has them. Rows of unit
    `person` stand on the ads whose copies were searched: each counts for 1 / m, or for its `part` where a recall corrects
    it. Where m is only known between `least` and `most` the limits of a share are those of the worst of its values
    (`bounded`). A line whose base is empty is left out. Raises ValueError as `design_of`.
    """
    questions = [q for name in variables for q in _questions(ads, name, (options or {}).get(name))]
    questions += [q for name in means for q in _mean_questions(ads, name)]
    return _estimate(ads, sizes, questions, size_variances, confidence)


def network_signs(
    ads: pd.DataFrame,
    sizes: Mapping[str, float] | pd.Series,
    variable: str = "network_sign",
    least: Sequence[int] = SIGNS,
    size_variances: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of ads, and persons, with at least one, two, three signs: rows as `profiles`, measure `at_least`.

    « Aucun de ces indices » is no sign; nothing ticked, or « ne sait pas », is missing.
    """
    boxes = ticks(ads, variable)
    known, count = _known_boxes(boxes)
    questions = [_Question(variable, "at_least", str(number), known, count >= number) for number in least]
    return _estimate(ads, sizes, questions, size_variances, confidence)


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
            base = question.base
            if (base & counting.known).any():
                found = _one(design, question, base, counting, confidence)
                rows.append((question.variable, question.measure, question.option, unit, *found))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class _Counting:
    """What each ad counts for, whether it is known, and the least and the most that it may be; None where nothing is open."""

    each: np.ndarray
    known: np.ndarray
    ends: tuple[np.ndarray, np.ndarray] | None = None


def _one(design: Design, question: _Question, base: np.ndarray, counting: _Counting, confidence: float) -> Ratio:
    each, known, told = counting.each, base & counting.known, question.told
    if question.measure == MEAN:
        return mean(design, told, known, each, confidence)
    found = share(design, told, known, each, confidence)
    if counting.ends is None:
        return found
    few, many = counting.ends
    lowest = share(design, told, base, np.where(told, few, many), confidence)
    highest = share(design, told, base, np.where(told, many, few), confidence)
    ends = (found.low, lowest.low, found.high, highest.high)
    low, lower, high, higher = (found.value if one is None else one for one in ends)
    return found._replace(low=min(low, lower), high=max(high, higher), bounded=True)


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
    each = np.where(searched, 1 / np.where(searched, m, 1), 0)
    if "part" in ads:
        each = np.where(searched, ads["part"].to_numpy(dtype=float), 0)
    ends = None
    if "least" in ads and ads["least"].lt(ads["most"]).any():
        low, high = (1 / ads[name].to_numpy(dtype=float) for name in ("most", "least"))
        ends = np.where(searched, np.minimum(low, each), low), np.where(searched, np.maximum(high, each), high)
    return made | {"person": _Counting(each, searched, ends)}
