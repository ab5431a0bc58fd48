"""Facts across two sources: what their unpublished overlap would imply. A sensitivity table, never an estimate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas.two_lists import ODDS_RATIOS, sensitivity
from diagnostic.estimate.places import Places


def estimate(
    published_figures: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    publication: Mapping[str, str | None],
    sampling: Mapping[str, float],
) -> dict[str, pd.DataFrame]:
    """One row per case of the table, for a publication that gives the persons seen by two sources together."""
    chosen = published_figures[published_figures["id"] == (publication.get("persons_seen") or "")]
    if chosen.empty:
        return {"across": table(study, [])}
    seen = round(float(chosen["value"].iloc[0]))
    cells = Places(places).cells(chosen.iloc[:1], "published_figures", "value")
    build = Builder("collect/published_figures", "published", cells)
    facts = [build.count("two_lists.seen", seen)]
    for case in sensitivity(seen, confidence=sampling["confidence"]).to_dict("records"):
        facts += _case(case, build)
    return {"across": table(study, facts)}


def _case(case: dict[str, Any], build: Builder) -> Iterator[Fact]:
    split, overlap = case["split"], case["overlap"]
    sizes = " et ".join(french.number(case[name]) for name in ("first", "second"))
    words: dict[str, Any] = {
        "part": round(100 * split),
        "overlap": overlap,
        "lists": f"listes de {sizes} personnes, {french.number(overlap)} en commun",
    }
    limits = (case["low"], case["high"])
    yield build.fact(
        "two_lists.s{part}_m{overlap}",
        case["chapman"],
        limits,
        interval_kind="model",
        split=french.percent(100 * split),
        **words,
    )
    for ratio in ODDS_RATIOS:
        yield build.fact(
            "two_lists.s{part}_m{overlap}_theta_{theta}",
            case[f"odds_{ratio:g}"],
            theta=f"{round(10 * ratio):02d}",
            ratio=french.number(ratio, 1 if ratio % 1 else 0),
            **words,
        )
