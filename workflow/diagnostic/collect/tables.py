"""The input tables: what a team drops in `resources/studies/{study}/`, and the same once typed.

A file's header is the model's columns without `row`, which `collect` adds: the row as a spreadsheet shows it.
"""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.collect.answered import RECEIVED
from diagnostic.collect.answers import (
    CATEGORIES,
    FIELDS,
    INTERLOCUTORS,
    METHODS,
    MODES,
    PRACTICES,
    PROGRESS,
    STATUSES,
    VERSIONS,
    WAVE_STATES,
)
from diagnostic.collect.received import Cells, Codes, Places, ReceivedRows, Sources
from diagnostic.core.tables import Table, field, key, ordered, refers, rows

MOMENT = r"^\d{4}(-\d{2}(-\d{2})?)?$"
SITE_CODE = r"^[A-Z]\d{2}$"
REGISTERED = refers("site_code", "collect/sites.site_code")


class Sourced(Table):
    """A table whose rows come from one file."""

    class Config:
        metadata = rows(key("row"))

    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne du fichier reçu, comme le tableur l'affiche", ge=2)


class Sites(Sourced):
    """The register of sites, under neutral codes: one row per site."""

    class Config:
        title = "Registre des sites, sous codes neutres : une ligne par site"

    site_code: Series[str] = field(
        "Code du site", "Code neutre : une lettre, deux chiffres", str_matches=SITE_CODE, unique=True, quote=True
    )
    category: Series[str] = field("Catégorie", "Type de site", isin=list(CATEGORIES), quote=True)
    mirror_group: Series[str] = field(
        "Groupe miroir", "Sites qui montrent les mêmes annonces", nullable=True, quote=True
    )
    status: Series[str] = field("État", "État du site pendant la période", isin=list(STATUSES), quote=True)
    under_mirror_label: Series[pd.BooleanDtype] = field(
        "Sous l'étiquette miroir",
        "Ligne imprimée sous l'étiquette « sites miroirs » du tableau source",
        nullable=True,
        quote=True,
    )
    remarks: Series[str] = field("Remarques", "Remarques, sans nom ni adresse de site", nullable=True)


class AdCounts(Sourced):
    """Advertisements counted: one row per site, place and window."""

    class Config:
        title = "Annonces comptées : une ligne par site, lieu et période de décompte"
        metadata = rows(
            key("row"),
            key("site_code", "place", "window_start"),
            ordered("window_start", "window_end"),
            REGISTERED,
        )

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    place: Series[str] = field(
        "Lieu", "Commune ou agglomération déclarée ; vide si non ventilé", nullable=True, quote=True
    )
    count: Series[pd.Int64Dtype] = field(
        "Annonces", "Annonces comptées ; vide si extrapolé", nullable=True, ge=0, quote=True
    )
    method: Series[str] = field(
        "Méthode", "Décompte exact, ou extrapolé des pages lues", isin=list(METHODS), quote=True
    )
    window_start: Series[pd.Timestamp] = field("Début", "Premier jour du décompte", quote=True)
    window_end: Series[pd.Timestamp] = field("Fin", "Dernier jour du décompte", quote=True)


class AdPages(Sourced):
    """Result pages read where a site is too large to count: one row per page read."""

    class Config:
        title = "Pages lues sur les sites trop grands pour être comptés : une ligne par page"
        metadata = rows(
            key("row"),
            key("site_code", "place", "page_rank"),
            ordered("ads_relevant", "ads_shown"),
            ordered("page_rank", "pages_total"),
            REGISTERED,
        )

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    place: Series[str] = field("Lieu", "Lieu, comme dans le décompte", nullable=True, quote=True)
    page_rank: Series[pd.Int64Dtype] = field("Rang de la page", "1 pour la première page", ge=1, quote=True)
    ads_shown: Series[pd.Int64Dtype] = field(
        "Annonces affichées", "Annonces de la page, pertinentes ou non", ge=0, quote=True
    )
    ads_relevant: Series[pd.Int64Dtype] = field(
        "Annonces pertinentes", "Annonces de prostitution de la page", ge=0, quote=True
    )
    pages_total: Series[pd.Int64Dtype] = field("Pages en tout", "Nombre de pages que le site affiche", ge=1, quote=True)
    ads_announced: Series[pd.Int64Dtype] = field(
        "Annonces en tout",
        "Total que le site affiche lui-même ; vide s'il ne le dit pas",
        nullable=True,
        ge=0,
        quote=True,
    )


class WaveCounts(Sourced):
    """Ads counted again, on the same sites: one row per site and day."""

    class Config:
        title = "Décomptes répétés des mêmes sites : une ligne par site et jour de vague"
        metadata = rows(key("row"), key("site_code", "wave_on"), REGISTERED)

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    wave_on: Series[pd.Timestamp] = field("Vague", "Jour de la vague, le même pour tous les sites", quote=True)
    count: Series[pd.Int64Dtype] = field("Annonces", "Annonces de prostitution du site ce jour-là", ge=0, quote=True)


class WaveAds(Sourced):
    """Ads drawn on a day and looked up on the later ones: one row per ad and day."""

    class Config:
        title = "Annonces suivies d'une vague à l'autre : une ligne par annonce et jour de vague"
        metadata = rows(key("row"), key("ad_mark", "wave_on"), REGISTERED)

    ad_mark: Series[str] = field(
        "Repère de l'annonce",
        "Code neutre, dont la clé reste au coffre de l'équipe ; jamais le numéro du site, un pseudonyme, un téléphone",
        str_matches=r"^[A-Z0-9-]{1,40}$",
    )
    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    wave_on: Series[pd.Timestamp] = field("Vague", "Jour de la vague, le même pour tous les sites", quote=True)
    state: Series[str] = field("État", "Ce que l'annonce est devenue", isin=list(WAVE_STATES), quote=True)
    copies: Series[pd.Int64Dtype] = field(
        "Copies en tout",
        "Annonces de la même personne ce jour-là, sur tous les sites de la vague, elle comprise ; vide si on ne l'a pas cherché",
        nullable=True,
        ge=1,
        quote=True,
    )
    same_person: Series[str] = field(
        "Groupe de doublons",
        "Étiquette commune aux annonces suivies qui montrent la même personne ; vide si l'annonce est seule",
        str_matches=r"^[A-Za-z0-9-]{1,40}$",
        nullable=True,
    )


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
    activity_field: Series[str] = field("Champ d'activité", "Champ de la structure", isin=list(FIELDS), quote=True)
    interlocutor: Series[str] = field("Interlocuteur·rice", "Fonction rencontrée", isin=list(INTERLOCUTORS), quote=True)


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


INPUTS: dict[str, type[Sourced]] = {
    "sites": Sites,
    "ad_counts": AdCounts,
    "ad_pages": AdPages,
    "wave_counts": WaveCounts,
    "wave_ads": WaveAds,
    "press": Press,
    "interviews": Interviews,
    "published_figures": PublishedFigures,
    "published_notes": PublishedNotes,
    "published_lists": PublishedLists,
    "duplicates": Duplicates,
    "structures": Structures,
    "practices": Practices,
    "outreach": Outreach,
    "contacts": Contacts,
    "restitutions": Restitutions,
    "actions": Actions,
}
TABLES: dict[str, type[Table]] = {
    **INPUTS,
    **RECEIVED,
    "codes": Codes,
    "places": Places,
    "received_rows": ReceivedRows,
    "cells": Cells,
    "sources": Sources,
}
