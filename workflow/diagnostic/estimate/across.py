"""The fact across two sources whose overlap is not published: the persons seen, and why no total is estimated from them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.estimate.facts import Builder, table
from diagnostic.estimate.places import Places


def estimate(
    published_figures: pd.DataFrame, places: pd.DataFrame, study: str, publication: Mapping[str, str | None]
) -> dict[str, pd.DataFrame]:
    """One fact, for a publication that gives the persons seen by two sources together; else none."""
    chosen = published_figures[published_figures["id"] == (publication.get("persons_seen") or "")]
    if chosen.empty:
        return {"across": table(study, [])}
    cells = Places(places).cells(chosen.iloc[:1], "published_figures", "value")
    build = Builder("collect/published_figures", "published", cells)
    return {"across": table(study, [build.count("two_lists.seen", round(float(chosen["value"].iloc[0])))])}
