"""The persons behind the ads under other choices: one changed at a time, everything else kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.estimate.facts import Builder, Fact

SAME = ["mirror_group", "place"]  # lists that show the same ads
Tables = dict[str, pd.DataFrame]


def facts(
    given: Tables, others: Mapping[str, pd.DataFrame], build: Builder, estimate: Callable[..., float | None]
) -> Iterator[Fact]:
    """What `estimate` (of these tables, as `persons.total` reads them) finds for the headline when a choice is changed;
    nothing without a headline, nor for a choice that the study has not to make.

    `given`: `usable`, `frame` and `searches`. `others`: choice → another frame.
    """
    made = {choice: change(**given) for choice, change in CHOICES.items()}
    kept = given["frame"]["value"].to_numpy()
    made |= {
        choice: {"frame": other}
        for choice, other in others.items()
        if not np.array_equal(other["value"].to_numpy(), kept)
    }
    for choice, changed in made.items():
        value = None if changed is None else estimate(**given | changed)
        if value is not None:
            yield build.fact(f"sensitivity.{choice}.persons_total", value)


def _apart(usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """No doubtful link is true."""
    if not _doubted(usable).any():
        return None
    return {"usable": usable.assign(maybe=None)}


def _together(usable: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Every doubtful link is true: persons that are linked are one, who has the ads of each."""
    doubted = _doubted(usable)
    if not doubted.any():
        return None
    names = pd.Index(usable["person"].unique())
    ends = names.get_indexer(usable.loc[doubted, "person"]), names.get_indexer(usable.loc[doubted, "maybe"])
    links = scipy.sparse.coo_array((np.ones(len(ends[0])), ends), shape=(len(names), len(names)))
    _, one_of = scipy.sparse.csgraph.connected_components(links, directed=False)
    # everybody keeps the name of the first of those that they are
    first = pd.Series(names, index=names).groupby(one_of).transform("first")
    ads = usable.groupby("person")["multiplicity"].max()
    whole = ads.groupby(first).sum(min_count=1)
    person = usable["person"].map(first)
    known = usable["multiplicity"].where(usable["multiplicity"].isna(), person.map(whole))
    return {"usable": usable.assign(person=person, multiplicity=known, maybe=None)}


def _complete(searches: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """The search for copies found them all: what a second search measured of it is left out."""
    return None if searches.empty else {"searches": searches.iloc[:0]}


def _shortest(frame: pd.DataFrame, **others: pd.DataFrame) -> Tables | None:
    """Of lists that show the same ads the shortest counts, and not the longest."""
    same = frame["mirror_group"].fillna("").ne("") & frame["size"].gt(0)
    if not same.any():
        return None
    lists = frame.assign(place=frame["place"].fillna(""))[same]
    least = lists.sort_values("value", kind="stable").groupby(SAME).first()
    kept = lists[lists["kept"]]
    found = least.loc[pd.MultiIndex.from_frame(kept[SAME])].set_axis(kept.index)
    changed = frame.copy()
    for name in ("size", "value", "variance", "degrees", "low", "high"):
        changed.loc[kept.index, name] = found[name]
    return {"frame": changed}


def _doubted(usable: pd.DataFrame) -> pd.Series:
    """Ads whose person may be another of the sample, the copies of both having been searched."""
    known = usable["multiplicity"].notna()
    return known & usable["maybe"].isin(usable.loc[known, "person"]) & usable["maybe"].ne(usable["person"])


CHOICES: Mapping[str, Callable[..., Tables | None]] = {
    "links_apart": _apart,
    "links_together": _together,
    "search_complete": _complete,
    "mirrors_shortest": _shortest,
}
