"""What a small team writes, and what it knows of its own sheets: sheet → heading → question."""

from __future__ import annotations

OWN = {"tools": "Outils (affiches, films), brochures", "suppo": "Appui d'une association, d'un tiers"}
BANDS = {"Moins de 15 ans": (11, 14), "15 à 17 ans": (15, 17), "18 à 25 ans": (18, 25), "26 à 35 ans": (26, 35)}
OWN_BANDS = {"moins de 18 ans": (13, 17), "18-34 ans": (18, 34), "35 et plus": (35, 66)}
TWO = "Justice, police, gendarmerie"  # one answer of a form, two of the codebook
ROOMS = 2
TOWNS = ("Valbourg", "Montrel")
FACTORS = ("violence", "isolation", "poverty", "addiction")
SIGNS = {"one": ("Doublon de l’annonce n° {}", "Miroir de {}")}
PEOPLE = ("Camille Zylphe", "Lou Orvaline", "Sacha Brémond")
COLUMNS = {
    "codage": {
        "Source": "record_kind",
        "Numéro": "record_id",
        "Numéro de la situation": "situation_number",
        "Codeur·se": "coder",
        "Facteurs de vulnérabilité": "vulnerability",
        "Commune des faits": "commune",
    },
    "journal": {
        "Numéro de l'entretien": "interview_id",
        "Date": "date",
        "Structure": "structure",
        "Mode": "mode",
        "Personnes rencontrées": "people_met",
    },
    "Sites": {
        "Code du site": "site_code",
        "Catégorie": "category",
        **{town: f"count ; place = {town}" for town in TOWNS},
    },
    "Registre": {"Code du site": "site_code", "Catégorie": "category"},
    "Decomptes": {
        "Code du site": "site_code",
        "Lieu": "place",
        "Annonces": "count",
        "Début": "window_start",
        "Fin": "window_end",
    },
    "Annonces": {
        "Numéro de l'annonce": "ad_id",
        "Codeur·se": "coder",
        "Code du site": "site_code",
        "Constat": "disposition",
        "Groupe de doublons": "cluster_id",
        "Copies cherchées": "copies_searched",
        "Copies en tout": "copies_total",
    },
    "suivi": {
        "Code du partenaire": "partner_code",
        "Date du contact": "contacted_on",
        "Contact nominatif": "contacted_by_name",
        "Suite": "outcome",
        "Nom de la personne à joindre": "",
        "Courriel": "",
    },
    "decisions": {
        "Première situation": "first",
        "Seconde situation": "second",
        "Décision": "decision",
        "Raison": "reason",
        "Initiales": "initials",
    },
    "demande": {
        "Code du site": "site_code",
        "Lieu": "place",
        "Annonces de demande": "demand_count",
        "Jour du relevé": "window_start ; window_end",
    },
}
TABLES = {
    "Réponses": "questionnaire",
    "": "questionnaire",
    "codage": "situation_coding",
    "journal": "interview_records",
    "Sites": "sites ; ad_counts",
    "Registre": "sites",
    "Decomptes": "ad_counts",
    "Annonces": "ads",
    "suivi": "partners",
    "decisions": "duplicates",
    "demande": "demand_ads",
}
