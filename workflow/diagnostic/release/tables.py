"""What may be printed: the ledger with its verdicts, and the lists and records that go with it."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.collect.tables import Sources
from diagnostic.estimate.tables import Facts, Reproduction
from diagnostic.release.populations import POPULATIONS
from diagnostic.tables import Table, field

VERDICTS = {"shown": "publié", "recoded": "regroupé", "withheld": "non publié"}


class Ledger(Facts):
    """All facts of an edition, each with its release verdict: nothing else can be printed."""

    class Config:
        title = "Registre : une ligne par indicateur, avec son verdict de publication"

    verdict: Series[str] = field("Verdict", "Publié, regroupé, non publié", isin=list(VERDICTS))
    shown_value: Series[float] = field("Valeur publiée", "Valeur qui peut être imprimée", nullable=True)
    shown_low: Series[float] = field("Borne basse publiée", "Borne basse qui peut être imprimée", nullable=True)
    shown_high: Series[float] = field("Borne haute publiée", "Borne haute qui peut être imprimée", nullable=True)
    shown_numerator: Series[float] = field("Numérateur publié", "Numérateur qui peut être imprimé", nullable=True)
    shown_denominator: Series[float] = field("Dénominateur publié", "Dénominateur qui peut être imprimé", nullable=True)
    ground: Series[str] = field("Motif", "Classe de la raison du verdict")
    reason: Series[str] = field("Raison", "Pourquoi ce verdict")


class ListedArticle(Table):
    """The press review as printed: one row per article."""

    class Config:
        title = "Revue de presse telle qu'imprimée : une ligne par article"

    date: Series[pd.Timestamp] = field("Date", "Date imprimée de l'article")
    outlet: Series[str] = field("Titre de presse", "Journal ou site d'information")
    title: Series[str] = field("Titre de l'article", "Titre")
    year_heading: Series[pd.Int64Dtype] = field("Rubrique", "Année sous laquelle l'article est classé")


class ListedMeeting(Table):
    """The interviews as printed: one row per interview."""

    class Config:
        title = "Entretiens tels qu'imprimés : une ligne par entretien"

    date: Series[pd.Timestamp] = field("Date", "Date de l'entretien")
    structure: Series[str] = field("Structure", "Structure rencontrée")
    mode: Series[str] = field("Mode", "Mode de l'entretien")
    place: Series[str] = field("Lieu", "Ville ; vide si non précisée", nullable=True)
    activity_field: Series[str] = field("Champ d'activité", "Champ de la structure")


class ListedSite(Table):
    """The register as printed: neutral codes only."""

    class Config:
        title = "Registre des sites tel qu'imprimé : une ligne par site"

    site_code: Series[str] = field("Code du site", "Code neutre", unique=True)
    category: Series[str] = field("Catégorie", "Type de site")
    mirror_group: Series[str] = field("Groupe miroir", "Groupe miroir", nullable=True)
    method: Series[str] = field("Méthode", "Décompte exact ou extrapolé", nullable=True)


class Warned(Table):
    """The warnings that the quality section prints: one row per warning."""

    class Config:
        title = "Avertissements que le rapport imprime : une ligne par avertissement"

    file: Series[str] = field("Fichier", "Nom du fichier")
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", nullable=True)
    column: Series[str] = field("Colonne", "Lettre de la colonne", nullable=True)
    message: Series[str] = field("Message", "Ce qui surprend")
    remedy: Series[str] = field("Que faire", "Que faire")


class Audited(Table):
    """What the attack found: one row per population."""

    class Config:
        title = "Certificat de l'audit : une ligne par population attaquée"

    population: Series[str] = field(
        "Population", "Population attaquée ; vide s'il n'y en a pas", isin=list(POPULATIONS)
    )
    outsider: Series[pd.Int64Dtype] = field("Groupes, lecture", "Groupes attaqués par qui lit tout", ge=0)
    structure: Series[pd.Int64Dtype] = field("Groupes, structures", "Attaqués par les structures", ge=0)
    editions: Series[pd.Int64Dtype] = field("Groupes, éditions", "Attaqués par qui rapproche les éditions", ge=0)
    figures: Series[pd.Int64Dtype] = field("Chiffres", "Groupes dont un chiffre serait imprimé", ge=0)
    engine: Series[str] = field("Moteur", "Moteur de l'attaque", nullable=True)
    result: Series[str] = field("Résultat", "Ce que l'attaque a trouvé")
    preset: Series[str] = field("Jeu de règles", "Jeu de règles appliqué")
    policy: Series[str] = field("Empreinte", "sha256 des règles appliquées", str_matches=r"^[0-9a-f]{64}$")
    waivers: Series[pd.Int64Dtype] = field("Dérogations", "Dérogations accordées", ge=0)


class Costs(Table):
    """What protection costs: one row per population and threshold."""

    class Config:
        title = "Coût de la protection : une ligne par population et par seuil"

    population: Series[str] = field("Population", "Population", isin=list(POPULATIONS))
    threshold: Series[pd.Int64Dtype] = field("Seuil", "Seuil ordinaire", ge=1)
    figures: Series[pd.Int64Dtype] = field("Chiffres", "Groupes qui comptent quelqu'un", ge=0)
    share: Series[pd.Int64Dtype] = field("Part", "Part publiable, à 5 points près", ge=0, le=100)


TABLES: dict[str, type[Table]] = {
    "ledger": Ledger,
    "reproduction": Reproduction,
    "audits": Audited,
    "costs": Costs,
    "articles": ListedArticle,
    "meetings": ListedMeeting,
    "sites": ListedSite,
    "warnings": Warned,
    "sources": Sources,
}
