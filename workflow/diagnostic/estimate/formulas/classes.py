"""Non-response classes: units that did not answer stand for by those of their list that are like them.

A list of N_h, of which d_h units were drawn and r_h answered, is cut into the classes c of what is known of every unit drawn,
answered or not: N_hc = N_h d_hc / d_h, and those of the class that answered stand for all of it (weighting classes; Särndal,
Swensson & Wretman 1992, ch. 15.6). Units are then taken as lost at random in their class, where they were so in their list.
V(N_hc) = p² V(N_h) + N_h² (1 − d_h / N_h) p (1 − p) / (d_h − 1), p = d_hc / d_h; the classes of a list are added as if they
were drawn apart, which is too much, since what one has the others have not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LEAST = 2  # that answered in a class: a variance needs two


def response_classes(
    frame: pd.DataFrame, stratum: pd.Series, label: pd.Series, answered: pd.Series
) -> tuple[pd.DataFrame, pd.Series]:
    """The frame with a row for each class of the lists that are cut, and the name of the class of each unit.

    `frame`, by list: `size`, `variance`, `degrees`, `low`, `high` (as `uncertainty.with_multiplicities` has them; `value` too
    where it is there). By unit
    drawn: its list, what is known of it (`label`, missing where nothing is: a class of its own), whether it answered. A list
    is cut where some unit did not answer and each of its classes, two at least, has two units that did; elsewhere it is one
    class, and keeps its name.
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
    left = np.maximum(0, 1 - drawn / np.maximum(size, 1))
    spread = size**2 * left * part * (1 - part) / np.maximum(drawn - 1, 1)
    made = own.set_axis(pd.Index(name, name=frame.index.name))
    for column in made.columns.intersection(["size", "value", "low", "high"]):
        made[column] = own[column].to_numpy(float) * part
    made["variance"] = own["variance"].to_numpy(float) * part**2 + spread
    made["degrees"] = np.minimum(own["degrees"].to_numpy(float), np.maximum(drawn - 1, 1))
    at = pd.MultiIndex.from_frame(cells[["stratum", "label"]])
    classed = pd.Series(name.reindex(at).to_numpy(), index=stratum.index).fillna(stratum)
    return pd.concat([frame.drop(index=lists.unique()), made]), classed
