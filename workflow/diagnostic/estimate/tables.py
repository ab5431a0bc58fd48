"""The ledger of facts, and the reproduction of an earlier publication."""

from __future__ import annotations

import math

import pandas as pd
from pandera.typing import Series

from diagnostic.collect.answers import CATEGORIES
from diagnostic.core.tables import Table, field, key, models, ordered, refers, rows, within
from diagnostic.estimate import table_names
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS
from diagnostic.estimate.catalogue.ways import WAYS
from diagnostic.estimate.facts import ORIGINS

INTERVALS = {"sampling": "échantillonnage", "bounds": "bornes", "model": "modèle", "none": "aucun"}
ORIGIN_LABELS = dict(zip(ORIGINS, ("observé", "transcrit", "reconstitué", "publié"), strict=True))
STATUSES = {  # the last: of a figure that the release does not print again, or whose verdict it does not tell
    "reproduced": "reproduit",
    "contradicted": "contredit",
    "not_computable": "non vérifiable avec les données présentes",
    "text_only": "texte seul",
    "withheld": "verdict non publié",
}
BASES = {"independent": "calcul indépendant", "by_construction": "par construction"}


COUNTED = {"measure": ("count", "percent")}
FRAMED = refers("site_code", "estimate/frame.site_code")
LISTED = refers("stratum", "estimate/frame.stratum")
SHARES = {"measure": ("percent",)}


class Facts(Table):
    """One fact per row: see `diagnostic.estimate.facts.Fact`."""

    class Config:
        title = "Indicateurs : une ligne par nombre"
        metadata = rows(
            key("study", "fact_id"),
            ordered("low", "value", "high"),
            ordered("numerator", "denominator", where=COUNTED),  # a mean or an estimate may be above one
            within(0, 100, "value", "low", "high", where=SHARES),
            within(0, math.inf, "value", "low", "numerator", "denominator", where=COUNTED),
        )

    study: Series[str] = field("Étude", "Département et édition")
    fact_id: Series[str] = field(
        "Identifiant", "Identifiant de l'indicateur", unique=True, str_matches=r"^[a-z0-9_]+(\.[A-Za-z0-9_-]+)+$"
    )
    label: Series[str] = field("Indicateur", "Ce que le nombre dit")
    unit: Series[str] = field("Unité", "Ce qui est compté", isin=list(UNITS))
    way: Series[str] = field("Voie de publication", "Comment le nombre peut sortir de l'équipe", isin=list(WAYS))
    measure: Series[str] = field("Mesure", "Effectif, pourcentage, estimation, date…", isin=list(MEASURES))
    universe: Series[str] = field("Univers", "Parmi quoi l'on compte")
    formula: Series[str] = field("Formule", "Comment le nombre est obtenu")
    source_table: Series[str] = field("Table", "Table d'où le nombre est calculé")
    origin: Series[str] = field("Origine", "Observé, transcrit, reconstitué ou publié", isin=list(ORIGINS))
    value: Series[float] = field("Valeur", "Valeur non arrondie ; pourcentages sur 0-100", nullable=True)
    value_text: Series[str] = field("Valeur en texte", "Date, période ou texte", nullable=True)
    decimals: Series[pd.Int64Dtype] = field("Décimales", "Décimales à l'affichage", ge=0, le=3)
    numerator: Series[float] = field("Numérateur", "Numérateur", nullable=True)
    denominator: Series[float] = field("Dénominateur", "Dénominateur", nullable=True)
    low: Series[float] = field("Borne basse", "Borne basse de l'intervalle", nullable=True)
    high: Series[float] = field("Borne haute", "Borne haute de l'intervalle", nullable=True)
    interval_kind: Series[str] = field("Intervalle", "Ce que l'intervalle dit", isin=list(INTERVALS))
    method: Series[str] = field("Méthode", "Méthode et précautions", nullable=True)
    rules: Series[str] = field("Règles", "Règles nommées appliquées, séparées par « ; »", nullable=True)
    cells: Series[str] = field("Cellules", "Cellules d'entrée, comme le tableur les nomme", nullable=True)
    group: Series[str] = field("Groupe", "Qui est compté : population, puis variable=réponse|réponse", nullable=True)
    base: Series[str] = field("Base", "Le groupe du dénominateur", nullable=True)


class Frame(Table):
    """The frame of the draw: one row per list of ads."""

    class Config:
        title = "Champ du tirage : une ligne par liste d'annonces (un site, ou un site dans un lieu)"
        metadata = rows(
            ordered("low", "value", "high"),
            ordered("drawn", "listed"),
            refers("site_code", "consolidate/counts.site_code"),
        )

    stratum: Series[str] = field("Liste", "Nom de la liste : site, ou site et lieu", unique=True)
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    place: Series[str] = field("Lieu", "Lieu du décompte ; vide si non ventilé", nullable=True)
    category: Series[str] = field("Catégorie", "Type de site", isin=list(CATEGORIES))
    mirror_group: Series[str] = field("Groupe miroir", "Sites qui montrent les mêmes annonces", nullable=True)
    size: Series[pd.Int64Dtype] = field("Annonces", "Annonces, au plus proche entier", ge=0)
    value: Series[float] = field("Annonces, sans arrondi", "Annonces comptées ou estimées", ge=0)
    variance: Series[float] = field(
        "Variance", "0 si compté, vide si les pages lues ne sont pas celles du tirage", nullable=True, ge=0
    )
    degrees: Series[float] = field(
        "Degrés de liberté", "Ceux de la variance : pages lues moins une ; infinis si tout est compté", ge=0
    )
    low: Series[float] = field("Borne basse", "Annonces au moins", ge=0)
    high: Series[float] = field("Borne haute", "Annonces au plus", ge=0)
    listed: Series[pd.Int64Dtype] = field("Places", "Places de la liste, annonces pertinentes ou non", ge=0)
    page_size: Series[pd.Int64Dtype] = field("Places par page", "Vide si la liste n'a qu'une page", nullable=True, ge=1)
    stands_for: Series[pd.Int64Dtype] = field("Listes représentées", "1, ou les listes du groupe miroir", ge=1)
    kept: Series[bool] = field("Dans le champ", "Faux pour un miroir d'une liste gardée")
    coded: Series[pd.Int64Dtype] = field("À coder", "Annonces utiles visées", ge=0)
    drawn: Series[pd.Int64Dtype] = field("Tirées", "Places tirées, pertes comprises", ge=0)


class Drawn(Table):
    """The ads drawn: one row per ad."""

    class Config:
        title = "Annonces tirées : une ligne par annonce, sans texte ni adresse"
        metadata = rows(
            key("stratum", "draw_order"),
            key("stratum", "page_rank", "rank_on_page"),
            ordered("draw_order", "drawn", "listed"),
            FRAMED,
            LISTED,
        )

    ad_id: Series[str] = field("Annonce", "Numéro de tirage, le même à chaque tirage de cette graine", unique=True)
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    place: Series[str] = field("Lieu", "Lieu du décompte ; vide si non ventilé", nullable=True)
    page_rank: Series[pd.Int64Dtype] = field("Page", "Rang de la page", ge=1)
    rank_on_page: Series[pd.Int64Dtype] = field("Rang", "Rang dans la page", ge=1)
    stratum: Series[str] = field("Liste", "Nom de la liste")
    draw_order: Series[pd.Int64Dtype] = field("Ordre", "1 pour la première annonce tirée de la liste", ge=1)
    listed: Series[pd.Int64Dtype] = field("Places", "Places de la liste", ge=1)
    drawn: Series[pd.Int64Dtype] = field("Tirées", "Places tirées dans la liste", ge=1)
    weight: Series[float] = field("Poids", "Places de la liste sur places tirées", ge=1)
    double: Series[bool] = field("Deux codages", "Vrai si deux personnes codent l'annonce")


class Usable(Table):
    """The usable coded ads: one row per ad."""

    class Config:
        title = "Annonces codées utilisables : une ligne par annonce pertinente et tirée"
        metadata = rows(
            ordered("found", "multiplicity"),
            LISTED,
            refers("ad_id", "consolidate/codings.ad_id.code"),
            refers("site_code", "consolidate/codings.site_code.code"),
        )

    ad_id: Series[str] = field("Annonce", "Numéro de tirage", unique=True)
    coder: Series[str] = field("Codeur·se", "Qui a fait le codage retenu, le premier", nullable=True)
    stratum: Series[str] = field(
        "Liste", "Nom de la liste où l'annonce a été tirée ; vide si le champ ne l'a pas", nullable=True
    )
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    person: Series[str] = field("Personne", "Groupe de doublons de l'échantillon, ou l'annonce seule")
    maybe: Series[str] = field(
        "Personne possible", "Autre personne qui est peut-être la même ; vide sans doute", nullable=True
    )
    found: Series[float] = field(
        "Annonces trouvées", "Annonces de la même personne trouvées pour celle-ci, elle comprise", nullable=True
    )
    multiplicity: Series[float] = field(
        "Multiplicité",
        "Annonces de la même personne dans le champ ; vide si elles n'ont pas été cherchées",
        nullable=True,
    )


class Held(Table):
    """Copies of each person on each site of the frame: one row per person and site."""

    class Config:
        title = "Copies par personne et par site : une ligne par couple"
        metadata = rows(key("person", "site_code"), FRAMED, refers("person", "estimate/usable.person"))

    person: Series[str] = field("Personne", "Comme dans les annonces utilisables")
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    copies: Series[pd.Int64Dtype] = field("Copies", "Annonces de la personne sur le site", ge=1)


class Conflicts(Table):
    """Codings that contradict each other or the draw: one row per ad and conflict."""

    class Config:
        title = "Codages à revoir : une ligne par annonce et par contradiction"
        metadata = rows(key("ad_id", "conflict"), refers("ad_id", "consolidate/codings.ad_id.code"))

    ad_id: Series[str] = field("Annonce", "Numéro de tirage")
    conflict: Series[str] = field(
        "Contradiction", "Ce qui ne va pas", isin=["total", "detail", "group", "maybe", "not_drawn", "outside"]
    )


class Reproduction(Table):
    """One row per published figure: what the workflow finds, and what it may conclude."""

    class Config:
        title = "Chiffres publiés, recalculés : une ligne par chiffre"
        metadata = rows(refers("fact_id", "collect/published_figures.id"))

    fact_id: Series[str] = field("Identifiant", "Identifiant du chiffre publié", unique=True)
    statement: Series[str] = field("Énoncé", "Ce que le chiffre publié dit")
    source_stage: Series[str] = field("Source", "Données dont le chiffre dépend")
    published: Series[str] = field("Publié", "Valeur publiée, comme imprimée")
    computed: Series[str] = field("Calculé", "Valeur calculée, à la précision publiée", nullable=True)
    status: Series[str] = field(
        "Verdict", "Reproduit, contredit, non vérifiable, texte seul, ou non publié", isin=list(STATUSES)
    )
    basis: Series[str] = field("Nature", "Indépendant ou par construction ; vide sans calcul", isin=["", *BASES])
    reason: Series[str] = field("Raison", "Pourquoi ce verdict")


TABLES: dict[str, type[Table]] = models(table_names.TABLES, globals())
