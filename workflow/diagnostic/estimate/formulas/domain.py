"""The relevant ads of the lists, from their places that were drawn and seen: a domain of a stratified sample.

Places that are not relevant leave the domain and keep their weight, L_h / n_h (L_h places of the list, n_h seen): N̂_h
= L_h r_h / n_h, V(N̂_h) = L_h² (1 − n_h / L_h) s²_h / n_h (Särndal, Swensson & Wretman 1992, ch. 5.8; `stratified`). Of
these relevant ads the total of any z is N̂_h z̄_h; its variance N̂² V(z̄) + z̄² V(N̂) − V(z̄) V(N̂) (Goodman 1960) is
that of the domain estimator plus L² (1 − f) f (1 − p) s²_z / (n (n − 1)), f = n / L and p = r / n: never less.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.estimate.formulas.linearised import design_of, share_of_seen
from diagnostic.estimate.formulas.sampling import hypergeometric_interval, mean_variances


@dataclass(frozen=True)
class Total:
    """Relevant ads in all. `share`: of the places of the lists where some were seen (0-1), with its own limits.

    `bounded`: some lists have no place seen, all of which may be relevant, or none. `exact`: every place was seen.
    """

    value: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    bounded: bool
    exact: bool


def domain_sizes(listed: pd.Series, stratum: pd.Series, inside: pd.Series, confidence: float = 0.95) -> pd.DataFrame:
    """The relevant ads of each list with a place seen: one row per list, in the order of `listed`.

    `listed`: the places of each list, by its name. `stratum` and `inside`: the list of each place seen, and whether a
    relevant ad is there. Columns `seen`, `inside` (places), `value`, `variance`, `degrees`, and `low` and `high`, the
    exact limits of a simple random draw. Where not all places were seen and none is relevant, or where the only place
    seen of all lists is one of several, the variance is missing: only the limits are known. Raises ValueError for a
    list without name in `listed`, or more places seen than listed.
    """
    places = listed.astype("int64")
    row = places.index.get_indexer(stratum)
    if (row < 0).any():
        raise ValueError(f"lists unknown to the frame: {', '.join(sorted(set(stratum[row < 0])))}")
    size, found = places.to_numpy(), inside.to_numpy(dtype=float)
    seen = np.bincount(row, minlength=len(size))
    relevant = np.bincount(row, weights=found, minlength=len(size)).astype("int64")
    if (seen > size).any():
        raise ValueError(f"more places seen than listed: {', '.join(places.index[seen > size])}")
    many = np.maximum(seen, 1)
    variance = size.astype(float) ** 2 * mean_variances(found, row, size.astype(float), seen)
    unknown = (seen < size) & ((relevant == 0) | ((seen == 1) & (seen.sum() == 1)))
    made = pd.DataFrame(
        {
            "seen": seen,
            "inside": relevant,
            "value": size * relevant / many,
            "variance": np.where(unknown, np.nan, variance),
            "degrees": np.where(seen < size, np.maximum(seen - 1.0, 1.0), np.inf),
        },
        index=places.index,
    )[seen > 0]
    drawn = zip(made["inside"], made["seen"], size[seen > 0], strict=True)
    limits = [hypergeometric_interval(int(r), int(n), confidence, int(whole)) for r, n, whole in drawn]
    return made.assign(low=[float(low) for low, _ in limits], high=[float(high) for _, high in limits])


def domain_total(listed: pd.Series, stratum: pd.Series, inside: pd.Series, confidence: float = 0.95) -> Total:
    """Σ over all the places seen of whether they are relevant, times their weight, with limits that no zero makes narrow.

    The share of relevant places has the interval of `linearised.share_of_seen`; never under what was seen to be relevant, nor
    above what was not seen to be otherwise. A list without any place seen is given the share of the others. Raises
    ValueError as `domain_sizes`, and without any place seen.
    """
    design = design_of(stratum, listed.astype(float))
    case, everything = inside.to_numpy(dtype=bool), np.ones(len(inside), dtype=bool)
    found = share_of_seen(design, case, everything, np.ones(len(case)), confidence)
    assert found.low is not None and found.high is not None
    covered, bare = float(design.size.sum()), design.uncovered
    least, most = float(case.sum()), covered - float((~case).sum())
    low, high = max(least, covered * found.low), min(most, covered * found.high)
    value = min(max(found.value * covered, least), most)
    shares = (found.value, low / covered, high / covered)
    return Total(value + bare * found.value, low, high + bare, *shares, bounded=bare > 0, exact=design.whole)


# -- Non-response classes: units that did not answer stand for by those of their list that are like them ----------
# A list of N_h, of which d_h units were drawn and r_h answered, is cut into the classes c of what is known of every unit drawn,
# answered or not: N_hc = N_h d_hc / d_h, and those of the class that answered stand for all of it (weighting classes; Särndal,
# Swensson & Wretman 1992, ch. 15.6). V(N_hc) = p² V(N_h) + N_h² (1 − d_h / N_h) p (1 − p) / (d_h − 1), p = d_hc / d_h; the
# classes of a list are added as if they were drawn apart, which is too much.
LEAST = 2  # that answered in a class: a variance needs two


def response_classes(
    frame: pd.DataFrame, stratum: pd.Series, label: pd.Series, answered: pd.Series
) -> tuple[pd.DataFrame, pd.Series]:
    """The frame with a row for each class of the lists that are cut, and the name of the class of each unit.

    `frame`, by list: `size`, `variance`, `degrees`, `low`, `high`, where there is one `value`. By unit drawn: its list,
    what is known of it (`label`, missing where nothing is: a class of its own), whether it answered. A list is cut
    where some unit did not answer and each of its classes, two at least, has two units that did.
    """
    if answered.all():
        return frame, stratum
    named = label.astype(object).where(label.notna(), "").astype(str)
    cells = pd.DataFrame({"stratum": stratum, "label": named, "answered": answered.astype(bool)})
    counts = cells.groupby(["stratum", "label"])["answered"].agg(["size", "sum"])
    by_list = counts.groupby("stratum")
    several, enough = by_list["size"].transform("size") > 1, by_list["sum"].transform("min") >= LEAST
    cut = counts[several & enough & by_list["sum"].transform("sum").lt(by_list["size"].transform("sum"))]
    if cut.empty:
        return frame, stratum
    lists = cut.index.get_level_values("stratum")
    name = pd.Series(lists + " · " + cut.index.get_level_values("label"), index=cut.index)
    drawn = cut["size"].groupby("stratum").transform("sum").to_numpy(float)
    part, own = cut["size"].to_numpy(float) / drawn, frame.loc[lists]
    size = own["size"].to_numpy(float)
    left = np.maximum(0, 1 - drawn / size)
    spread = size**2 * left * part * (1 - part) / (drawn - 1)
    made = own.set_axis(pd.Index(name, name=frame.index.name))
    for column in made.columns.intersection(["size", "value", "low", "high"]):
        made[column] = own[column].to_numpy(float) * part
    made["variance"] = own["variance"].to_numpy(float) * part**2 + spread
    made["degrees"] = np.minimum(own["degrees"].to_numpy(float), drawn - 1)
    at = pd.MultiIndex.from_frame(cells[["stratum", "label"]])
    classed = pd.Series(name.reindex(at).to_numpy(), index=stratum.index).fillna(stratum)
    return pd.concat([frame.drop(index=lists.unique()), made]), classed
