"""Facts on the persons behind the ads, from a coded sample: one final interval, its sources, and what others would say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from diagnostic import french
from diagnostic.estimate import distinct, uncertainty
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.multiplicity import PersonsEstimate, estimate_persons
from diagnostic.estimate.turnover import SNAPSHOT

UNIVERSE = "personnes derrière les annonces du champ, à la date du décompte"
NOT_ADDED = "Ne pas additionner avec les personnes signalées par les professionnel·les."
DOUBTFUL = (
    " Deux personnes ne trouvent pas le même nombre de copies : l’accord est insuffisant, à dire avec le chiffre."
)
EVEN, DRAWS = 0.5, 400  # how likely a doubtful link is, and sets of links drawn
HEADLINE = "Σ N_h ÷ n_h × Σ 1 ÷ m, m étant le nombre d’annonces de la même personne dans le champ"
SOURCES = {
    "sampling": ("erreur type due au tirage", "√ Σ N_h² (1 − n_h ÷ N_h) s²_h(1 ÷ m) ÷ n_h", ""),
    "pages": (
        "erreur type due aux pages non lues",
        "√ Σ V(N_h) (moyenne de 1 ÷ m)², forme sans biais",
        "Sites dont les pages lues ont été tirées sur toute la longueur.",
    ),
    "links": (
        "erreur type due aux rapprochements douteux",
        "variance entre tirages de rapprochements",
        "",
    ),
    "recall": ("décalage de la limite basse dû aux copies non retrouvées", "(1 − rappel) × estimation", ""),
    "page_bounds": (
        "décalage des limites dû aux sites lus par leurs premières pages",
        "écart aux bornes du total × moyenne de 1 ÷ m",
        "Les premières pages ne sont pas tirées au sort : des bornes, et non une erreur type.",
    ),
    "uncovered": (
        "décalage des limites dû aux listes sans annonce utilisable",
        "aucune personne nouvelle, ou une par annonce",
        "",
    ),
}


def facts(
    usable: pd.DataFrame,
    held: pd.DataFrame,
    frame: pd.DataFrame,
    confidence: float,
    base: partial[Fact],
    cells: str,
    seed: int,
    doubtful: frozenset[str] = frozenset(),
) -> Iterator[Fact]:
    """The persons seen and estimated, with what each source of doubt adds; nothing without any usable ad."""
    if usable.empty:
        return
    fact = partial(base, unit="person", measure="estimate", universe=UNIVERSE, cells=cells)
    lists = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    seen = distinct.frequencies(usable["person"])
    yield fact(
        fact_id="persons.seen",
        label="personnes différentes vues dans l’échantillon",
        measure="count",
        value=sum(seen.values()),
        formula="groupes de doublons, et annonces seules",
        rules=("premier_codage",),
        method="Le moins qu’il puisse y avoir : ce sont des personnes vues, pas une estimation.",
    )
    searched = usable[usable["multiplicity"].notna()]
    if len(searched):
        said = DOUBTFUL if "copies_total" in doubtful else ""
        yield from _headline(searched, held, lists, confidence, fact, seed, said)
    yield from _without(seen, lists, len(usable), fact, bool(len(searched)))


def _headline(
    ads: pd.DataFrame,
    held: pd.DataFrame,
    lists: pd.DataFrame,
    confidence: float,
    fact: partial[Fact],
    seed: int,
    said: str,
) -> Iterator[Fact]:
    found, known = _searched_twice(ads)
    share = uncertainty.recall(found, known, confidence) if known else None
    least = max(share[1], 1e-9) if share else 1.0
    given = lists[["variance", "low", "high"]].assign(size=lists["value"])
    check = _check(ads, held, lists, confidence)
    links = _links(ads)
    partitions = _partitions(ads, links, seed)
    made = uncertainty.with_multiplicities(ads, given, partitions, least, check, confidence)
    level = french.percent(100 * confidence)
    yield fact(
        fact_id="persons.total",
        label="personnes derrière les annonces",
        value=made.value,
        low=made.low,
        high=made.high,
        interval_kind=made.kind,
        formula=HEADLINE,
        rules=("partage_des_poids", "copies_dans_le_champ", "miroirs_regroupes"),
        method=f"{french.number(len(ads))} annonces codées dont les copies ont été cherchées ; intervalle à {level}, "
        f"toutes sources réunies. {SNAPSHOT} {NOT_ADDED}{said}",
    )
    shown = {
        name: value
        for name, value in made.parts.items()
        if value > 0 or name in ("sampling", "pages", "links", "recall")
    }
    told = {"recall": _recall_told(share, known), "links": _links_told(len(links))}
    for name, value in shown.items():
        label, formula, method = SOURCES[name]
        yield fact(
            fact_id=f"persons.source.{name}",
            label=label,
            measure="error",
            value=value,
            decimals=1,
            formula=formula,
            method=told.get(name, method),
            rules=("bornes_pages",) if name == "page_bounds" else (),
        )
    if share:
        yield fact(
            fact_id="persons.recall_pct",
            label="part des copies retrouvées d’une recherche à l’autre",
            unit="ad",
            measure="percent",
            universe="copies des annonces dont la personne a été tirée deux fois ou plus",
            value=100 * share[0],
            low=100 * share[1],
            high=100 * share[2],
            interval_kind="sampling",
            decimals=1,
            numerator=found,
            denominator=known,
            formula="Σ copies trouvées ÷ Σ copies connues par les autres annonces de la même personne",
            method="Intervalle de Wilson, comme si les copies étaient tirées une à une.",
        )
    if check is not None:
        yield fact(
            fact_id="persons.horvitz_thompson",
            label="contrôle : estimateur de Horvitz et Thompson par personne",
            value=check.value,
            low=check.low,
            high=check.high,
            interval_kind="sampling" if check.low is not None else "none",
            formula="Σ 1 ÷ π_k sur les personnes vues",
            method="Contrôle, jamais le chiffre retenu. Les lieux d’un même site y sont réunis, et les totaux estimés y sont tenus pour exacts.",
        )


def _without(seen: dict[int, int], lists: pd.DataFrame, n: int, fact: partial[Fact], headline: bool) -> Iterator[Fact]:
    """What the clusters of the sample alone allow, and the published formula beside it."""
    totals = sorted({max(n, int(lists[name].sum() + 0.5)) for name in ("low", "value", "high")})
    made = uncertainty.without_multiplicities(seen, totals)
    note = (
        "Pour comparaison : l’estimation retenue se sert des copies."
        if headline
        else "Les copies n’ont pas été cherchées : aucun chiffre unique n’est donné."
    )
    logical, formula = made.checks["logical_bounds"], made.checks["naive"]
    assert isinstance(logical, tuple) and isinstance(formula, float)
    yield fact(
        fact_id="persons.indicative",
        label="intervalle indicatif, d’après les doublons du seul échantillon",
        low=made.low,
        high=made.high,
        interval_kind="bounds",
        formula="de la borne basse de Chao sans remise à DSh3, dans les bornes logiques",
        rules=("non_identifie",),
        method=f"Trop bas quand quelques personnes publient beaucoup. {note}",
    )
    yield fact(
        fact_id="persons.logical",
        label="bornes logiques",
        low=logical[0],
        high=logical[1],
        interval_kind="bounds",
        formula="de d à N − (n − d) : les annonces non codées n’ajoutent personne, ou une personne chacune",
        method=note,
    )
    yield fact(
        fact_id="persons.published_formula",
        label="formule de l’étude de référence, biaisée, pour comparaison seulement",
        value=formula,
        formula="annonces × (1 − part de doublons de l’échantillon) = N d ÷ n",
        rules=("non_identifie",),
        method="Jamais au-dessous de la vérité en moyenne, et souvent très au-dessus : la part de doublons croît avec la taille de l’échantillon.",
    )


def _searched_twice(ads: pd.DataFrame) -> tuple[int, int]:
    """Copies found and copies known, over the ads whose person was drawn more than once: each search checks the others."""
    several = ads[ads.groupby("person")["ad_id"].transform("size") > 1]
    several = several[several["found"].notna()]
    found, known = several["found"].sub(1).clip(lower=0), several["multiplicity"].sub(1)
    return int(np.minimum(found, known).sum()), int(known.sum())


def _links(ads: pd.DataFrame) -> pd.DataFrame:
    """Pairs of persons of the sample that coders could not tell apart, each once, true as often as not."""
    doubted = ads[ads["maybe"].isin(ads["person"]) & (ads["maybe"] != ads["person"])]
    pairs = sorted({tuple(sorted(pair)) for pair in zip(doubted["person"], doubted["maybe"], strict=True)})
    return pd.DataFrame(pairs, columns=["first", "second"]).assign(probability=EVEN)


def _partitions(ads: pd.DataFrame, links: pd.DataFrame, seed: int) -> uncertainty.Partitions | None:
    """The coded ads under random sets of the doubtful links; none without any."""
    if links.empty:
        return None
    grouped = ads.assign(group=ads["person"])
    return uncertainty.draw_partitions(grouped, ads.groupby("person")["multiplicity"].max(), links, DRAWS, seed)


def _links_told(number: int) -> str:
    if not number:
        return "La feuille de codage ne note aucun groupe possible."
    return f"{french.number(number)} {french.plural(number, 'rapprochement douteux', 'rapprochements douteux')}, tenus pour vrais une fois sur deux."


def _recall_told(share: tuple[float, float, float] | None, known: int) -> str:
    if share is None:
        return "Aucune personne n’a été tirée deux fois : le rappel de la recherche n’est pas mesuré, et tenu pour complet."
    return f"Rappel mesuré sur {french.number(known)} copies connues par ailleurs ; la limite basse de son intervalle est retenue."


def _check(ads: pd.DataFrame, held: pd.DataFrame, lists: pd.DataFrame, confidence: float) -> PersonsEstimate | None:
    """D_HT over the sites; None where some persons' copies by site are not known, or some site has no usable ad."""
    sites = list(dict.fromkeys(lists["site_code"]))
    drawn = pd.crosstab(ads["person"], ads["site_code"]).reindex(columns=sites, fill_value=0)
    table = held.pivot_table(index="person", columns="site_code", values="copies", aggfunc="sum", fill_value=0)
    table = table.reindex(index=drawn.index, columns=sites)
    alone = ads.groupby("person")["multiplicity"].max() == drawn.sum(axis=1)  # all their ads were drawn
    table = table.where(table.notna().any(axis=1) | ~alone, drawn).fillna(0)
    table = table.where(table.sum(axis=1).gt(0), np.nan)
    if table.isna().any(axis=None) or not drawn.sum().gt(0).all():
        return None
    copies = np.maximum(table, drawn).astype("int64")
    sizes = np.maximum(lists.groupby("site_code")["size"].sum().reindex(sites), copies.sum()).astype("int64")
    try:
        return estimate_persons(ads["site_code"], ads["person"], copies, sizes.to_dict(), confidence)[1]
    except ValueError:
        return None
