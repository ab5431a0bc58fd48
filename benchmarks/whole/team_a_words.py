"""How team A words its form and its sheets; code of the codebook → its own words."""

from __future__ import annotations

import datetime as dt

from .team_truth import Asked

STUDY = "47-2026"
SIGN = ";"
BANDS = {"moins de 18 ans": (13, 17), "18-34 ans": (18, 34), "35 et plus": (35, 66)}
ASKED = (
    Asked(
        "structure_type",
        "Dans quel lieu travaillez-vous ?",
        {
            "house": "Hébergement d'urgence, CHRS",
            "recep": "Accueil de jour, permanence sociale",
            "munic": "Mairie, CCAS",
            "healt": "Hôpital, PMI, centre de santé",
            "assoc": "Association d'aide aux victimes",
        },
        other="régie de quartier",
    ),
    Asked(
        "job_function",
        "Votre métier",
        {
            "socwk": "Assistant·e social·e, éducateur·rice",
            "healt": "Soignant·e",
            "manag": "Chef·fe de service",
            "admin": "Agent d'accueil",
        },
    ),
    Asked("answer_mode", "Vous répondez", {"indiv": "en votre seul nom", "group": "au nom de l'équipe"}),
    Asked("professionals_consulted", "Si équipe, combien de collègues ont participé ?"),
    Asked(
        "exposure",
        "Qu'avez-vous rencontré ?",
        {
            "proba": "Prostitution certaine ou très probable",
            "third": "J'en ai entendu parler (collègue, proche)",
            "none": "Rien de tel",
        },
        several=True,
    ),
    Asked("took_charge", "Avez-vous accompagné ces personnes ?", {"yes": "Oui", "no": "Non"}, of="exposure=some"),
    Asked(
        "needs",
        "De quoi auriez-vous besoin ?",
        {
            "tools": "Outils (affiches, films), brochures",
            "train": "Formation",
            "suppo": "Appui d'une association, d'un tiers",
            "netw": "Réunions, groupe local d'échange",
        },
        several=True,
        of="exposure=some",
    ),
    Asked(
        "law_exit_pathway",
        "Connaissiez-vous le parcours de sortie ?",
        {"knew": "Oui, avant l'enquête", "learn": "Non, je le découvre"},
    ),
    Asked(
        "law_commission",
        "Connaissiez-vous la commission départementale ?",
        {"knew": "Oui, avant l'enquête", "learn": "Non, je le découvre"},
    ),
)
INNER = (
    Asked(
        "situation_status",
        "La prostitution est",
        {"prov": "constatée", "proba": "fortement soupçonnée", "risk": "un risque, rien de plus"},
    ),
    Asked("gender", "Sexe", {"women": "F", "men": "H"}),
    Asked("age_band", "Tranche d'âge", {band: band for band in BANDS}),
    Asked(
        "nationality",
        "Nationalité",
        {"fr": "France", "eu": "Autre pays de l'UE", "noneu": "Reste du monde"},
        blank=0.15,
    ),
    Asked(
        "housing",
        "Où dort-elle ?",
        {"hotel": "Hôtel, 115", "stree": "Rue, tente, voiture", "third": "Chez un tiers, un client", "centr": "Foyer"},
        several=True,
        other="péniche",
    ),
    Asked("finances", "Ressources", {"benef": "RSA, AAH", "wage": "Un salaire"}, several=True, blank=0.4, empty="none"),
    Asked(
        "prostitution_form",
        "Où et comment ?",
        {
            "inter": "Internet (annonces, réseaux sociaux)",
            "stree": "Trottoir",
            "hotel": "Hôtel, Airbnb",
            "flat": "Appartement",
        },
        several=True,
    ),
    Asked("pimp_presence", "Y a-t-il un proxénète ?", {"yes": "Oui", "no": "Non", "dk": "Je ne sais pas"}),
)
PERSONS, STORY, REMARK = "Combien de personnes ?", "Quelques mots sur son histoire", "Une remarque pour nous ?"
STORIES = (
    "arrivée seule, peu de repères",
    "elle en parle par bribes",
    "suivie depuis l'hiver",
    "orientée par une collègue",
)
MORE = "Faut-il vous envoyer le rapport ?"  # a column that the third export adds
NEW = "Une crèche, une halte-garderie"  # an answer that the third export adds
FACTORS = {
    "violence": "Violences",
    "isolation": "Isolement",
    "poverty": "Manque d'argent",
    "addiction": "Addictions",
    "homelessness": "Sans logement",
}
TOWNS = ("Agen", "Marmande", "Nérac")
KINDS = {"escorting": "Escortes", "massage": "Salons, massages", "classifieds": "Annonces généralistes"}
ROOMS = 3  # situations that the form has room for
BEGIN = dt.datetime(2026, 2, 3, 9, 14, 20)
