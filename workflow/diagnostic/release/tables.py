"""What may be printed: the ledger with its verdicts, and the lists and records that go with it."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.core.tables import Table, field, models, ordered, refers, rows, within
from diagnostic.estimate import tables as estimated
from diagnostic.estimate.tables import INTERVALS, MEASURES, ORIGINS, SHARES, UNITS, Facts
from diagnostic.release import table_names
from diagnostic.release.editions.ledger import EDITION_GONE
from diagnostic.release.populations.policy import POPULATIONS

VERDICTS = {"shown": "publié", "recoded": "regroupé", "withheld": "non publié"}
KINDS = {"value": "nombre", "limits": "intervalle seul", "text": "date ou texte", "withheld": "non publié"}


class Ledger(Facts):
    """All facts of an edition, each with its release verdict: nothing else can be printed."""

    class Config:
        title = "Registre : une ligne par indicateur, avec son verdict de publication"
        metadata = rows(
            *Facts.Config.metadata["rows"],
            ordered("shown_low", "shown_high"),
            within(0, 100, "shown_value", "shown_low", "shown_high", where=SHARES),
            refers("fact_id", "estimate/facts.fact_id", unless={"ground": [EDITION_GONE.name]}),
        )

    verdict: Series[str] = field("Verdict", "Publié, regroupé, non publié", isin=list(VERDICTS))
    shown_value: Series[float] = field("Valeur publiée", "Valeur qui peut être imprimée", nullable=True)
    shown_low: Series[float] = field("Borne basse publiée", "Borne basse qui peut être imprimée", nullable=True)
    shown_high: Series[float] = field("Borne haute publiée", "Borne haute qui peut être imprimée", nullable=True)
    claim_low: Series[float] = field("Dit au moins", "Le moins qu'un lecteur averti en conclut", nullable=True)
    claim_high: Series[float] = field("Dit au plus", "Le plus qu'un lecteur averti en conclut", nullable=True)
    shown_numerator: Series[float] = field("Numérateur publié", "Numérateur qui peut être imprimé", nullable=True)
    shown_denominator: Series[float] = field("Dénominateur publié", "Dénominateur qui peut être imprimé", nullable=True)
    ground: Series[str] = field("Motif", "Classe de la raison du verdict")
    reason: Series[str] = field("Raison", "Pourquoi ce verdict")


class Statements(Table):
    """All that a document may say of the study in numbers: one row per statement. Nothing else of the ledger leaves."""

    class Config:
        title = "Énoncés : une ligne par nombre, date ou « non publié » qu'un document peut imprimer"

    statement_id: Series[str] = field("Identifiant", "Identifiant de l'indicateur énoncé", unique=True)
    study: Series[str] = field("Étude", "Département et édition")
    label: Series[str] = field("Indicateur", "Ce que le nombre dit")
    unit: Series[str] = field("Unité", "Ce qui est compté", isin=list(UNITS))
    measure: Series[str] = field("Mesure", "Effectif, pourcentage, estimation, date…", isin=list(MEASURES))
    universe: Series[str] = field("Univers", "Parmi quoi l'on compte")
    formula: Series[str] = field("Formule", "Comment le nombre est obtenu")
    source_table: Series[str] = field("Table", "Table d'où le nombre est calculé")
    origin: Series[str] = field("Origine", "Observé, transcrit, reconstitué ou publié", isin=list(ORIGINS))
    decimals: Series[pd.Int64Dtype] = field("Décimales", "Décimales à l'affichage", ge=0, le=3)
    place: Series[str] = field("Sujet", "Sujet de l'énoncé : le début de son identifiant")
    kind: Series[str] = field("Nature", "Nombre, intervalle seul, texte, non publié", isin=list(KINDS))
    printed: Series[str] = field("Imprimé", "Forme imprimée de la valeur")
    printed_interval: Series[str] = field("Intervalle imprimé", "Forme imprimée des limites ; vide sans intervalle")
    printed_numerator: Series[str] = field("Numérateur imprimé", "Forme imprimée ; vide sans numérateur")
    printed_denominator: Series[str] = field("Dénominateur imprimé", "Forme imprimée ; vide sans dénominateur")
    interval_kind: Series[str] = field("Intervalle", "Ce que disent les limites imprimées", isin=list(INTERVALS))
    shown_value: Series[float] = field("Valeur", "La valeur imprimée, en nombre", nullable=True)
    shown_low: Series[float] = field("Borne basse", "La borne basse imprimée, en nombre", nullable=True)
    shown_high: Series[float] = field("Borne haute", "La borne haute imprimée, en nombre", nullable=True)
    claim_low: Series[float] = field("Au moins", "La plus petite valeur que la forme imprimée permet", nullable=True)
    claim_high: Series[float] = field("Au plus", "La plus grande valeur que la forme imprimée permet", nullable=True)
    method: Series[str] = field("Méthode", "Méthode et précautions ; vide si rien n'est imprimé")
    rules: Series[str] = field("Règles", "Règles nommées ; vide pour ce qui vient d'un fichier non public")
    cells: Series[str] = field("Cellules", "Cellules d'entrée ; vide pour ce qui vient d'un fichier non public")


class Claims(Table):
    """What each figure printed on a group says of it: one row per group shown. It stays with the team."""

    class Config:
        title = "Ce que chaque nombre publié dit d'un groupe : une ligne par groupe publié"
        metadata = rows(ordered("low", "high"))

    population: Series[str] = field("Population", "Population comptée", isin=list(POPULATIONS))
    group: Series[str] = field("Groupe", "Groupe compté", unique=True)
    value: Series[pd.Int64Dtype] = field("Valeur publiée", "Nombre imprimé", ge=0)
    base: Series[pd.Int64Dtype] = field("Arrondi", "Base de l'arrondi au hasard ; 1 : exact", ge=1)
    low: Series[pd.Int64Dtype] = field("Au moins", "Le moins qu'un lecteur averti en conclut", ge=0)
    high: Series[pd.Int64Dtype] = field("Au plus", "Le plus qu'un lecteur averti en conclut", ge=0)


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
    activity_field: Series[str] = field("Champ d'activité", "Champ de la structure ; vide si inconnu", nullable=True)


class ListedSite(Table):
    """The register as printed: neutral codes only."""

    class Config:
        title = "Registre des sites tel qu'imprimé : une ligne par site"

    site_code: Series[str] = field("Code du site", "Code neutre", unique=True)
    category: Series[str] = field("Catégorie", "Type de site")
    mirror_group: Series[str] = field("Groupe miroir", "Groupe miroir", nullable=True)
    method: Series[str] = field("Méthode", "Décompte exact ou extrapolé", nullable=True)


class ListedSource(Table):
    """Where each input comes from, as printed: one row per file, with the digest of those that are public."""

    class Config:
        title = "Origine des fichiers telle qu'imprimée : une ligne par fichier"

    file: Series[str] = field("Fichier", "Nom du fichier", unique=True)
    title: Series[str] = field("Titre", "Ce que le fichier contient")
    origin: Series[str] = field("Origine", "Observé, transcrit ou reconstitué")
    source: Series[str] = field("Source", "D'où vient le contenu")
    lines: Series[str] = field("Lignes", "Lignes de la publication transcrite", nullable=True)
    licence: Series[str] = field("Licence", "Licence du contenu")
    date: Series[pd.Timestamp] = field("Date", "Date de la transcription ou de l'export")
    digest: Series[str] = field("Empreinte", "Empreinte d'un fichier public ; vide pour un autre")


class ListedStructure(Table):
    """The structures that agreed to be named: one row per structure."""

    class Config:
        title = "Structures qui acceptent d'être nommées : une ligne par structure"

    name: Series[str] = field("Nom", "Nom du service")
    activity_field: Series[str] = field("Champ d'activité", "Champ de la structure")
    answers: Series[str] = field("Axes", "Axes auxquels elle répond, séparés par « ; »", nullable=True)
    unsaid: Series[str] = field("Axes à confirmer", "Axes dont elle ne dit rien, séparés par « ; »", nullable=True)


class ListedPractice(Table):
    """The good practices and resources as printed: one row per practice or resource."""

    class Config:
        title = "Bonnes pratiques et ressources telles qu'imprimées : une ligne par pratique"

    kind: Series[str] = field("Nature", "Bonne pratique, ressource, réseau")
    title: Series[str] = field("Intitulé", "Ce que c'est")
    offered_by: Series[str] = field("Qui la propose", "Service ou structure", nullable=True)
    audience: Series[str] = field("Pour qui", "À qui elle s'adresse", nullable=True)
    where: Series[str] = field("Où", "Villes ou territoire", nullable=True)
    contact: Series[str] = field("Contact public", "Adresse ou numéro d'un service public", nullable=True)


class ListedRestitution(Table):
    """The presentations of the study as printed: one row per presentation."""

    class Config:
        title = "Restitutions telles qu'imprimées : une ligne par présentation"

    date: Series[str] = field("Date", "Jour, mois ou année")
    version: Series[str] = field("Version", "Ce qui a été présenté")
    audience: Series[str] = field("À qui", "Instance")
    data_until: Series[str] = field("Données jusqu'à", "Jour, mois ou année des dernières données", nullable=True)
    remarks: Series[str] = field("Remarques", "Ce qui a changé depuis la précédente", nullable=True)


class ListedAction(Table):
    """The actions of the previous plan as printed: one row per action."""

    class Config:
        title = "Plan d'action précédent, tel qu'imprimé : une ligne par action"

    action: Series[str] = field("Action", "Ce qui était prévu")
    lead: Series[str] = field("Qui", "Service ou instance", nullable=True)
    due: Series[str] = field("Échéance", "Jour, mois ou année prévus", nullable=True)
    progress: Series[str] = field("Avancement", "Faite, en partie, pas faite")
    remarks: Series[str] = field("Précisions", "Ce qui a aidé, ce qui manque", nullable=True)


class ListedVignette(Table):
    """The composite stories as printed: one row per story."""

    class Config:
        title = "Récits composés, tels qu'imprimés : une ligne par récit"

    title: Series[str] = field("Titre", "De quoi parle le récit")
    text: Series[str] = field("Récit", "Le récit, qui n'est l'histoire de personne")


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
    published_figures: Series[pd.Int64Dtype] = field("Déjà publics", "Chiffres d'une publication sur elles", ge=0)
    earlier_editions: Series[pd.Int64Dtype] = field("Éditions", "Éditions déjà diffusées", ge=0)


class Costs(Table):
    """What protection costs: one row per population and threshold."""

    class Config:
        title = "Coût de la protection : une ligne par population et par seuil"

    population: Series[str] = field("Population", "Population", isin=list(POPULATIONS))
    threshold: Series[pd.Int64Dtype] = field("Seuil", "Seuil ordinaire", ge=1)
    figures: Series[pd.Int64Dtype] = field("Chiffres", "Groupes qui comptent quelqu'un", ge=0)
    share: Series[pd.Int64Dtype] = field("Part", "Part publiable, à 5 points près", ge=0, le=100)


class Lineage(Table):
    """One row per table of the run, as the provenance page shows it: without rows or digests where a file is not public."""

    class Config:
        title = "Provenance : une ligne par table de ce calcul"

    phase: Series[str] = field("Étape", "Étape qui a produit la table")
    table: Series[str] = field("Table", "Étape et nom de la table", unique=True)
    title: Series[str] = field("Contenu", "Ce que la table contient")
    rule: Series[str] = field("Règle", "Règle du workflow qui l'a produite")
    code: Series[str] = field("Code", "Empreinte du code de cette règle")
    rows: Series[pd.Int64Dtype] = field(
        "Lignes", "Nombre de lignes ; vide si un fichier n'est pas public", nullable=True
    )
    digest: Series[str] = field("Empreinte", "sha256 du fichier ; vide si un fichier n'est pas public")
    made_from: Series[str] = field("À partir de", "Tables et fichiers lus, séparés par « ; »")


DECIDED: dict[str, type[Table]] = models(table_names.DECIDED, globals(), vars(estimated))
PRINTED: dict[str, type[Table]] = models(table_names.PRINTED, globals(), vars(estimated))
TABLES: dict[str, type[Table]] = DECIDED | PRINTED | {"lineage": Lineage}
