"""Facts on the draw and on what came back of it: frame, sizes, margins by category, losses, codings to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.collect.tables import CATEGORIES
from diagnostic.estimate.coded import CONFLICTS
from diagnostic.estimate.draw import domain_sizes, frame_digest
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.profiles import domain_margins
from diagnostic.estimate.usable import NOT_DRAWN

FRAME = "annonces du champ, miroirs regroupés"
ASKED = {
    "whole": "La marge est demandée pour l’ensemble.",
    "category": "La marge est demandée pour chaque catégorie de sites à elle seule.",
    "place": "La marge est demandée pour chaque lieu déclaré à lui seul.",
}
REVIEW = CONFLICTS | {NOT_DRAWN: "l’annonce n’est pas dans le tirage : elle ne compte pas"}


def facts(
    frame: pd.DataFrame, draw: pd.DataFrame, sampling: Mapping[str, float], base: partial[Fact]
) -> Iterator[Fact]:
    """The draw: nothing when nothing was drawn."""
    if draw.empty:
        return
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    fact = partial(base, unit="ad", measure="count", universe=FRAME)
    yield fact(
        fact_id="draw.frame_ads",
        label="annonces du champ du tirage, miroirs regroupés",
        measure="estimate" if kept["page_size"].notna().any() else "count",
        value=float(kept["value"].sum()),
        formula="somme des listes gardées, une par groupe miroir",
        rules=("miroirs_regroupes",),
    )
    for name, label, value, formula in (
        (
            "to_code",
            "annonces à coder, pertes attendues comprises",
            kept["coded"].sum(),
            "⌈taille × effet de sondage ÷ (1 − pertes)⌉, planchers compris",
        ),
        (
            "positions",
            "places tirées, à aller voir",
            len(draw),
            "annonces visées × places de la liste ÷ annonces de la liste",
        ),
        (
            "double",
            "annonces à coder deux fois",
            draw["double"].sum(),
            "part des annonces tirées, étalée dans chaque liste",
        ),
    ):
        yield fact(
            fact_id=f"draw.{name}",
            label=label,
            value=float(value),
            numerator=float(value),
            formula=formula,
            rules=("tirage_repetable",),
            method=ASKED[str(sampling["domains"])] if name == "to_code" else "",
        )
    seeds = (
        ("seed", "graine du tirage", str(int(sampling["seed"]))),
        ("digest", "empreinte du champ", frame_digest(kept)),
    )
    for name, label, value in seeds:
        yield fact(
            fact_id=f"draw.{name}",
            label=label,
            measure="text",
            value_text=value,
            formula="même graine, même champ : mêmes annonces",
            rules=("tirage_repetable",),
        )
    sizes = kept.groupby("category")["size"].sum()
    sizes = sizes[sizes > 0]
    wanted = domain_sizes(
        sizes, *(sampling[name] for name in ("margin", "confidence", "proportion", "design_effect", "loss"))
    )
    for code in (code for code in CATEGORIES if code in wanted.index):
        yield fact(
            fact_id=f"draw.domain_size.{code}",
            label=f"annonces à tirer pour la même marge dans les seuls {CATEGORIES[code]}",
            value=float(wanted.at[code, "size"]),
            denominator=float(wanted.at[code, "population"]),
            formula="même formule, appliquée aux annonces de la catégorie",
            rules=("taille_cochran",),
        )


def returned(
    codings: pd.DataFrame,
    usable: pd.DataFrame,
    conflicts: pd.DataFrame,
    frame: pd.DataFrame,
    draw: pd.DataFrame,
    sampling: Mapping[str, float],
    base: partial[Fact],
    cells: str,
) -> Iterator[Fact]:
    """What came back: codings, losses, ads to look at, margins reached."""
    coded = codings[codings["turn"] == 1]
    drawn = coded[coded["ad_id"].isin(draw["ad_id"])]
    twice = codings.loc[codings["turn"] > 1, "ad_id"].nunique()
    fact = partial(base, unit="ad", measure="count", cells=cells)
    counts: tuple[tuple[str, str, float, float | None, str, tuple[str, ...]], ...] = (
        ("coded", "places codées", len(drawn), len(draw), "places tirées qui ont un codage", ("premier_codage",)),
        (
            "usable",
            "annonces utilisables",
            len(usable),
            len(drawn),
            "places codées où une annonce pertinente a été vue",
            (),
        ),
        (
            "out_of_scope",
            "places sans annonce pertinente",
            len(drawn) - len(usable),
            len(drawn),
            "places codées « non pertinente »",
            ("annonce_hors_champ",),
        ),
        (
            "waiting",
            "places tirées pas encore codées",
            len(draw) - len(drawn),
            len(draw),
            "places tirées sans codage",
            (),
        ),
        (
            "twice",
            "annonces codées deux fois",
            twice,
            len(coded),
            "annonces qui ont deux codages ou plus",
            ("second_codage",),
        ),
        (
            "searched",
            "annonces dont les copies ont été cherchées",
            int(usable["multiplicity"].notna().sum()),
            len(usable),
            "annonces utilisables dont le nombre de copies est connu",
            ("copies_dans_le_champ",),
        ),
    )
    for name, label, value, whole, formula, rules in counts:
        yield fact(
            fact_id=f"sample.{name}",
            label=label,
            universe="annonces tirées",
            value=value,
            numerator=value,
            denominator=whole,
            formula=formula,
            rules=rules,
        )
    for kind, told in REVIEW.items():
        number = int((conflicts["conflict"] == kind).sum())
        if number:
            yield fact(
                fact_id=f"sample.review.{kind}",
                label=f"annonces à revoir : {told}",
                universe="annonces codées",
                value=number,
                numerator=number,
                denominator=coded["ad_id"].nunique(),
                formula="contradictions entre codages, copies et tirage",
            )
    yield from _margins(usable, frame, sampling, fact)


def _margins(
    usable: pd.DataFrame, frame: pd.DataFrame, sampling: Mapping[str, float], fact: partial[Fact]
) -> Iterator[Fact]:
    """The margin that each category, and the whole, really have."""
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
            label = "l’ensemble" if kind == "all" else f"les {CATEGORIES[str(name)]}"
            known = pd.notna(row["margin"])
            yield fact(
                fact_id=f"sample.margin.{name}",
                label=f"marge d’erreur réalisée pour {label}",
                measure="percent" if known else "text",
                universe=FRAME,
                value=100 * float(row["margin"]) if known else None,
                value_text="" if known else "hors d’atteinte",
                decimals=1,
                formula="z √(Σ (N_h ÷ N)² p (1 − p) ÷ n_h × (N_h − n_h) ÷ (N_h − 1))",
                method="Une liste qui a des annonces n’a aucun codage utilisable."
                if not known
                else "Pour une proportion de 50 %, listes réunies.",
                rules=("poids_de_sondage",),
            )
            yield fact(
                fact_id=f"sample.coded_in.{name}",
                label=f"annonces utilisables, {label}",
                universe=FRAME,
                value=float(row["drawn"]),
                denominator=float(row["size"]),
                formula="annonces codées, pertinentes et tirées",
            )
