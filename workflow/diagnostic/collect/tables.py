"""The input tables: what a team drops in `resources/studies/{study}/`, and the same once typed.

A file's header is the model's columns without `row`, which `collect` adds: the row as a spreadsheet shows it.
"""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.codebook.results import LAW_RESULTS, LAW_SOURCES
from diagnostic.collect import answered, counted, table_names
from diagnostic.collect.answers import CIRCULATIONS, FIELDS, INTERLOCUTORS, MODES, PRACTICES, PROGRESS, VERSIONS
from diagnostic.collect.counted import SITE_CODE, Sourced
from diagnostic.core.tables import Table, field, key, models, ordered, rows

INITIALS = r"^[^\W\d_]{2,4}$"
MOMENT = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class Press(Sourced):
    """The press review: one row per article."""

    class Config:
        title = "Revue de presse : une ligne par article"

    date: Series[pd.Timestamp] = field("Date", "Date imprimée de l'article", quote=True)
    outlet: Series[str] = field("Titre de presse", "Journal ou site d'information", quote=True)
    title: Series[str] = field("Titre de l'article", "Titre, comme fait bibliographique", quote=True)
    year_heading: Series[pd.Int64Dtype] = field(
        "Rubrique", "Année sous laquelle l'article est classé", ge=1900, le=2100, quote=True
    )


class Interviews(Sourced):
    """The interviews: one row per interview, without any name of a person."""

    class Config:
        title = "Entretiens : une ligne par entretien, sans nom de personne"

    date: Series[pd.Timestamp] = field("Date", "Date de l'entretien", quote=True)
    structure: Series[str] = field("Structure", "Structure rencontrée", quote=True)
    mode: Series[str] = field("Mode", "En présence, par téléphone, en visioconférence", isin=list(MODES), quote=True)
    place: Series[str] = field("Lieu", "Ville de l'entretien ; vide si non précisée", nullable=True, quote=True)
    activity_field: Series[str] = field(
        "Champ d'activité", "Champ de la structure ; vide si inconnu", isin=list(FIELDS), nullable=True, quote=True
    )
    interlocutor: Series[str] = field(
        "Interlocuteur·rice",
        "Fonction rencontrée ; vide si inconnue",
        isin=list(INTERLOCUTORS),
        nullable=True,
        quote=True,
    )


class PublishedFigures(Sourced):
    """The figures that an earlier publication prints: one row per figure, all text as printed."""

    class Config:
        title = "Chiffres d'une publication antérieure : une ligne par chiffre, comme imprimé"

    id: Series[str] = field(
        "Identifiant",
        "Identifiant de l'indicateur",
        str_matches=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$",
        unique=True,
        quote=True,
    )
    section: Series[str] = field("Section", "Section de la publication", nullable=True, quote=True)
    line: Series[str] = field("Lignes", "Lignes de la publication", nullable=True, quote=True)
    statement_fr: Series[str] = field("Énoncé", "Ce que le chiffre dit", quote=True)
    value: Series[str] = field("Valeur publiée", "Valeur, comme imprimée", quote=True)
    unit: Series[str] = field("Nature", "count, percent, date…", quote=True)
    rounding: Series[str] = field("Arrondi", "exact, integer_percent, approx, at_least…", quote=True)
    base_id: Series[str] = field("Base", "Identifiant de la base, ou unstated", nullable=True, quote=True)
    base_value: Series[str] = field("Valeur de la base", "Valeur de la base, ou unstated", nullable=True, quote=True)
    candidate_bases: Series[str] = field("Bases possibles", "Bases qui conviennent", nullable=True, quote=True)
    feasible_k: Series[str] = field("Effectifs possibles", "Entiers possibles sur la base", nullable=True, quote=True)
    subset_of: Series[str] = field("Partie de", "Indicateur dont celui-ci est une partie", nullable=True, quote=True)
    source_stage: Series[str] = field("Source", "Données dont le chiffre dépend", quote=True)
    notes: Series[str] = field("Notes", "Notes de transcription", nullable=True)


class PublishedNotes(Sourced):
    """What the transcription knows of a published figure: one row per figure that needs a word."""

    class Config:
        title = "Notes de transcription : une ligne par chiffre publié qui demande un mot"

    id: Series[str] = field("Identifiant", "Identifiant du chiffre publié", unique=True, quote=True)
    in_tables: Series[pd.BooleanDtype] = field(
        "Imprimé dans les seules tables",
        "Le chiffre n'est imprimé nulle part ailleurs que dans les tables transcrites ici",
        nullable=True,
        quote=True,
    )
    without_fact: Series[str] = field(
        "Sans calcul",
        "Verdict quand aucun calcul n'existe",
        isin=["not_computable", "text_only"],
        nullable=True,
        quote=True,
    )
    explanation: Series[str] = field("Explication", "Pourquoi, en français", quote=True)


class PublishedLists(Sourced):
    """What a published figure counts, where the publication lists it: one row per element."""

    class Config:
        title = "Listes imprimées dans la publication, dont un chiffre est la longueur : une ligne par élément"
        metadata = rows(key("row"), key("figure", "rank"))

    figure: Series[str] = field("Chiffre", "Identifiant du chiffre publié qui compte la liste", quote=True)
    rank: Series[pd.Int64Dtype] = field("Rang", "Place dans la liste imprimée", ge=1, quote=True)
    element: Series[str] = field("Élément", "L'élément, en quelques mots, sans nom de personne ni de lieu", quote=True)


class Duplicates(Sourced):
    """What the team decided of pairs of situations: one row per decision."""

    class Config:
        title = "Décisions sur les doublons : une ligne par décision"

    first: Series[str] = field(
        "Première situation",
        "Numéro que le formulaire montre, ou celui de l'entretien, « / » et le rang de la situation",
    )
    second: Series[str] = field("Seconde situation", "L'autre situation de la paire, de même")
    decision: Series[str] = field(
        "Décision", "same, different ou unsure", isin=["same", "different", "unsure"], quote=True
    )
    reason: Series[str] = field("Raison", "Pourquoi, sans rien qui permette de reconnaître quelqu'un", nullable=True)
    initials: Series[str] = field("Initiales", "Qui a décidé", nullable=True)


class Vignettes(Sourced):
    """Composite stories that the team writes: one row per story."""

    class Config:
        title = "Récits composés : un récit par ligne, fait de plusieurs situations, qui n'est l'histoire de personne"
        metadata = rows(key("row"), key("title"))

    title: Series[str] = field("Titre du récit", "En quelques mots, sans nombre, date, lieu, origine ni nom")
    text: Series[str] = field(
        "Récit", "Au présent, en texte courant : ni nombre, ni date, ni lieu, ni origine, ni nom, ni parole rapportée"
    )
    situations: Series[str] = field(
        "Situations réunies",
        "Trois au moins, de trois structures au moins, séparées par « ; » : numéro que le formulaire montre, ou celui de "
        "l'entretien, « / » et le rang de la situation ; jamais imprimées",
    )
    first_approval: Series[str] = field(
        "Première approbation",
        "Initiales de qui a relu le récit et l'approuve ; vide tant qu'il n'est pas approuvé, et il n'est pas imprimé",
        str_matches=INITIALS,
        nullable=True,
        quote=True,
    )
    second_approval: Series[str] = field(
        "Seconde approbation",
        "Initiales d'une autre personne, de même",
        str_matches=INITIALS,
        nullable=True,
        quote=True,
    )


class Structures(Sourced):
    """Local structures and the axes of support that they answer to: one row per structure."""

    class Config:
        title = "Structures locales et axes d'accompagnement : une ligne par structure"

    structure_code: Series[str] = field(
        "Code de la structure", "Code neutre de la structure", str_matches=SITE_CODE, unique=True, quote=True
    )
    agrees_to_be_named: Series[pd.BooleanDtype] = field(
        "Accepte d'être nommée", "La structure accepte que le rapport la nomme", quote=True
    )
    name: Series[str] = field("Nom", "Nom du service ; vide si la structure n'accepte pas d'être nommée", nullable=True)
    activity_field: Series[str] = field("Champ d'activité", "Champ de la structure", isin=list(FIELDS), quote=True)
    rights: Series[pd.BooleanDtype] = field("Droits", "Information et accès aux droits", nullable=True, quote=True)
    care: Series[pd.BooleanDtype] = field("Soins", "Soins du corps et de l'esprit", nullable=True, quote=True)
    shelter: Series[pd.BooleanDtype] = field("Hébergement", "Mise à l'abri, hébergement", nullable=True, quote=True)
    essentials: Series[pd.BooleanDtype] = field(
        "Biens essentiels", "Biens essentiels et ressources : aides, allocation", nullable=True, quote=True
    )
    residence: Series[pd.BooleanDtype] = field(
        "Titre de séjour", "Démarches de titre de séjour", nullable=True, quote=True
    )
    violence: Series[pd.BooleanDtype] = field(
        "Violences", "Accompagnement des violences subies", nullable=True, quote=True
    )
    employment: Series[pd.BooleanDtype] = field(
        "Emploi", "Formation, insertion, accès à l'emploi", nullable=True, quote=True
    )
    housing: Series[pd.BooleanDtype] = field("Logement", "Accès à un logement à soi", nullable=True, quote=True)


class Practices(Sourced):
    """Good practices and resources: one row per practice or resource."""

    class Config:
        title = "Bonnes pratiques et ressources : une ligne par pratique ou ressource"

    kind: Series[str] = field("Nature", "Bonne pratique, ressource, réseau", isin=list(PRACTICES), quote=True)
    title: Series[str] = field("Intitulé", "Ce que c'est, en quelques mots, sans nombre", quote=True)
    offered_by: Series[str] = field(
        "Qui la propose", "Service ou structure publique, jamais une personne ; vide si inconnu", nullable=True
    )
    audience: Series[str] = field("Pour qui", "À qui elle s'adresse, sans nombre", nullable=True, quote=True)
    where: Series[str] = field("Où", "Villes ou territoire ; vide si partout", nullable=True, quote=True)
    contact: Series[str] = field(
        "Contact public",
        "Adresse https:// d'un service public, ou numéro national court (3919) ; jamais un courriel ni un téléphone",
        str_matches=r"^(https://[^\s@]+|\d{2,4}|\d{2} \d{2}|\d{3} \d{3})$",
        nullable=True,
    )


class Outreach(Sourced):
    """Online outreach of the territory, in numbers: one row per year."""

    class Config:
        title = "Aller-vers en ligne, en nombres : une ligne par année, sans numéro ni message"
        metadata = rows(key("row"), ordered("met", "exchanges", "replies", "sms"))

    year: Series[pd.Int64Dtype] = field("Année", "Année civile", ge=1990, le=2100, unique=True, quote=True)
    sessions: Series[pd.Int64Dtype] = field("Maraudes", "Maraudes en ligne", nullable=True, ge=0, quote=True)
    sms: Series[pd.Int64Dtype] = field("Messages", "Messages envoyés", nullable=True, ge=0, quote=True)
    replies: Series[pd.Int64Dtype] = field(
        "Réponses", "Messages qui ont reçu une réponse", nullable=True, ge=0, quote=True
    )
    exchanges: Series[pd.Int64Dtype] = field(
        "Échanges", "Réponses suivies d'un échange", nullable=True, ge=0, quote=True
    )
    met: Series[pd.Int64Dtype] = field(
        "Rencontres", "Échanges suivis d'une rencontre, pour un accompagnement", nullable=True, ge=0, quote=True
    )


class Contacts(Sourced):
    """How often a service met each person, without saying whom: one row per service and period."""

    class Config:
        title = "Personnes rencontrées par un service, selon le nombre de fois : une ligne par service et période"
        metadata = rows(key("row"), key("structure_code", "period_start"), ordered("period_start", "period_end"))

    structure_code: Series[str] = field(
        "Code du service", "Code neutre du service qui compte", str_matches=SITE_CODE, quote=True
    )
    period_start: Series[pd.Timestamp] = field("Début", "Premier jour compté", quote=True)
    period_end: Series[pd.Timestamp] = field("Fin", "Dernier jour compté", quote=True)
    once: Series[pd.Int64Dtype] = field("Une fois", "Personnes rencontrées une seule fois", ge=0)
    twice: Series[pd.Int64Dtype] = field("Deux fois", "Personnes rencontrées deux fois", ge=0)
    more: Series[pd.Int64Dtype] = field("Trois fois et plus", "Personnes rencontrées trois fois ou plus", ge=0)


class Restitutions(Sourced):
    """When the study was presented, and on which data: one row per presentation."""

    class Config:
        title = "Restitutions de l'étude : une ligne par présentation"

    date: Series[str] = field(
        "Date", "Jour, mois ou année : 2026-04-14, 2026-04 ou 2026", str_matches=MOMENT, quote=True
    )
    version: Series[str] = field("Version", "Ce qui a été présenté", isin=list(VERSIONS), quote=True)
    audience: Series[str] = field("À qui", "Instance, jamais une personne", quote=True)
    data_until: Series[str] = field(
        "Données jusqu'à",
        "Dernier jour, mois ou année des données présentées ; vide si inconnu",
        str_matches=MOMENT,
        nullable=True,
        quote=True,
    )
    remarks: Series[str] = field("Remarques", "Ce qui a changé depuis la précédente", nullable=True, quote=True)


class Actions(Sourced):
    """The actions of the previous plan, as the commission finds them now: one row per action."""

    class Config:
        title = "Plan d'action précédent, relu : une ligne par action"
        metadata = rows(key("row"), key("action"))

    action: Series[str] = field("Action", "Ce qui était prévu, sans nombre", quote=True)
    lead: Series[str] = field("Qui", "Service ou instance, jamais une personne", nullable=True, quote=True)
    due: Series[str] = field(
        "Échéance", "Jour, mois ou année prévus ; vide sans échéance", str_matches=MOMENT, nullable=True, quote=True
    )
    progress: Series[str] = field("Avancement", "Faite, en partie, pas faite", isin=list(PROGRESS), quote=True)
    remarks: Series[str] = field("Précisions", "Ce qui a aidé, ce qui manque, sans nombre", nullable=True, quote=True)


class LawResults(Sourced):
    """What the law did in the département, as services count it: one row per year and measure."""

    class Config:
        title = "Ce que la loi a permis, en nombres : une ligne par année et par mesure"
        metadata = rows(key("row"), key("year", "result"))

    year: Series[pd.Int64Dtype] = field("Année", "Année civile", ge=1990, le=2100, quote=True)
    result: Series[str] = field(
        "Mesure",
        "Ce qui est compté : " + ", ".join(code for group in LAW_RESULTS.values() for code in group),
        isin=[code for group in LAW_RESULTS.values() for code in group],
        quote=True,
    )
    value: Series[str] = field(
        "Valeur",
        "Nombre entier ; pour l'installation de la commission, un jour : 2017-11-25",
        str_matches=r"^(\d{1,6}|\d{4}-\d{2}-\d{2})$",
    )
    source: Series[str] = field("Source", "Qui donne ce nombre", isin=list(LAW_SOURCES), quote=True)
    reference_date: Series[str] = field(
        "Date de référence",
        "Jour, mois ou année où ce nombre est arrêté : 2026-01-31, 2026-01 ou 2026",
        str_matches=MOMENT,
        quote=True,
    )
    circulation: Series[str] = field(
        "Diffusion",
        "À qui ce total peut aller : équipe, commission ; public s'il est déjà publié, avec l'adresse",
        isin=list(CIRCULATIONS),
        quote=True,
    )
    link: Series[str] = field(
        "Où il est publié", "Adresse https:// de la publication", str_matches=r"^https://[^\s@]+$", nullable=True
    )


INPUTS: dict[str, type[Sourced]] = models(table_names.named(table_names.INPUTS), vars(counted), globals())
TABLES: dict[str, type[Table]] = models(table_names.TABLES, vars(answered), vars(counted), vars(counted), globals())
