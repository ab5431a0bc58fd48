"""Facts on the draw and on what came back of it: frame, sizes, margins by category, losses, codings to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.draw import domain_sizes, frame_digest
from diagnostic.estimate.formulas.profiles import domain_margins
from diagnostic.estimate.sample.coded import CONFLICTS
from diagnostic.estimate.sample.usable import NOT_DRAWN, OUTSIDE
from diagnostic.estimate.texts.sample import ASKED, DRAWN_PLACES, OUT_OF_REACH

REVIEW = CONFLICTS | {
    NOT_DRAWN: "l’annonce n’est pas dans le tirage : elle ne compte pas",
    OUTSIDE: "l’annonce est d’un site que le champ n’a pas (miroir écarté ou site sans décompte) : elle ne compte pas",
}


def facts(frame: pd.DataFrame, draw: pd.DataFrame, sampling: Mapping[str, float], build: Builder) -> Iterator[Fact]:
    """The draw: nothing when nothing was drawn."""
    if draw.empty:
        return
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    measure = "estimate" if kept["page_size"].notna().any() else "count"
    yield build.count("draw.frame_ads", float(kept["value"].sum()), measure=measure)
    to_code, asked = float(kept["coded"].sum()), ASKED[str(sampling["domains"])]
    yield build.count("draw.to_code", to_code, numerator=to_code, asked=asked)
    for text, number in (("draw.positions", float(len(draw))), ("draw.double", float(draw["double"].sum()))):
        yield build.count(text, number, numerator=number)
    if silent := int((frame["kept"] & frame["size"].eq(0) & frame["high"].gt(0)).sum()):
        yield build.count("draw.silent_lists", silent)
    yield build.fact("draw.seed", value_text=str(int(sampling["seed"])))
    yield build.fact("draw.digest", value_text=frame_digest(kept))
    sizes = kept.groupby("category")["size"].sum()
    sizes = sizes[sizes > 0]
    wanted = domain_sizes(
        sizes, *(sampling[name] for name in ("margin", "confidence", "proportion", "design_effect", "loss"))
    )
    for code in (code for code in CATEGORIES if code in wanted.index):
        size, population = float(wanted.at[code, "size"]), float(wanted.at[code, "population"])
        yield build.count(
            "draw.domain_size.{category}", size, denominator=population, category=code, name=CATEGORIES[code]
        )


def returned(
    codings: pd.DataFrame,
    usable: pd.DataFrame,
    conflicts: pd.DataFrame,
    draw: pd.DataFrame,
    build: Builder,
    among: str,
) -> Iterator[Fact]:
    """What came back: codings, ads to look at. `among`: what the coded places are a part of, in French."""
    coded = codings[codings["turn"] == 1]
    drawn = coded[coded["ad_id"].isin(draw["ad_id"])]
    twice = codings.loc[codings["turn"] > 1, "ad_id"].nunique()
    counts: tuple[tuple[str, float, float], ...] = (
        ("sample.coded", len(drawn), len(draw)),
        ("sample.usable", len(usable), len(drawn)),
        ("sample.twice", twice, len(coded)),
        ("sample.searched", int(usable["multiplicity"].notna().sum()), len(usable)),
    )
    if among == DRAWN_PLACES:  # a team's own sample is what it coded
        counts += (("sample.waiting", len(draw) - len(drawn), len(draw)),)
    for text, number, whole in counts:
        yield build.count(text, number, whole, among=among)
    for kind, what in REVIEW.items():
        if number := int((conflicts["conflict"] == kind).sum()):
            ads = coded["ad_id"].nunique()
            yield build.count("sample.review.{conflict}", number, ads, conflict=kind, what=what)


def margins(usable: pd.DataFrame, frame: pd.DataFrame, sampling: Mapping[str, float], build: Builder) -> Iterator[Fact]:
    """The margin that each category, and the whole, really have. `frame`: with the relevant ads of its lists
    (`dispositions.corrected`); in one list of all sites, categories have none."""
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    n = usable.groupby("stratum").size().reindex(kept.index, fill_value=0)
    sizes = kept["size"].clip(lower=n).astype("int64")
    domains: dict[str, pd.Series] = {
        "all": pd.Series("all", index=kept.index),
        "category": kept["category"],
    }
    shared: dict[str, Any] = {"confidence": sampling["confidence"], "proportion": sampling["proportion"]}
    for kind, labels in domains.items():
        for name, row in domain_margins(sizes, n, labels, **shared).iterrows():
            words: dict[str, Any] = {
                "domain": name,
                "name": "l’ensemble" if kind == "all" else f"les {CATEGORIES[str(name)]}",
            }
            if pd.notna(row["margin"]):
                yield build.fact("sample.margin.{domain}", 100 * float(row["margin"]), **words)
            else:
                unknown: dict[str, Any] = {"measure": "text", "value_text": "hors d’atteinte", "method": OUT_OF_REACH}
                yield build.fact("sample.margin.{domain}", **unknown, **words)
            number, size = float(row["drawn"]), float(row["size"])
            yield build.count("sample.coded_in.{domain}", number, denominator=size, **words)
