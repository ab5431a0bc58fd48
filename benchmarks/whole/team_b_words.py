"""How team B words its form and its sheets; code of the codebook → its own words."""

from __future__ import annotations

from .team_truth import Asked

STUDY = "35-2026"
BANDS = {"mineure": (13, 17), "18-30": (18, 30), "plus de 30 ans": (31, 66)}
ASKED = (
    Asked(
        "structure_type",
        "Type d'organisme",
        {
            "house": "CHRS ou hôtel social",
            "dept": "Département (ASE, MDS)",
            "schoo": "Collège, lycée, université",
            "polic": "Commissariat, brigade",
            "assoc": "Association féministe",
        },
    ),
    Asked(
        "activity_field",
        "Domaine",
        {"socia": "Social", "healt": "Soin", "educ": "Jeunesse, école", "safe": "Ordre public"},
    ),
    Asked("answer_mode", "Qui répond ?", {"indiv": "Une personne", "group": "Plusieurs personnes ensemble"}),
    Asked("professionals_consulted", "Combien de personnes répondent ensemble ?"),
    Asked(
        "exposure",
        "Ce que vous avez vu",
        {"proba": "Des personnes prostituées", "third": "Un récit de seconde main", "none": "Rien"},
        boxes="{}",
    ),
    Asked("took_charge", "Suivi assuré", {"yes": "oui", "no": "non"}, of="exposure=some"),
    Asked(
        "needs",
        "Ce qui vous aiderait",
        {
            "tools": "Affiches et vidéos",
            "train": "Se former",
            "netw": "Se réunir",
            "suppo": "Être épaulés par une association",
        },
        boxes="{}",
        blank=0.3,
        of="exposure=some",
    ),
    Asked("law_commission", "La commission départementale", {"knew": "connue", "learn": "découverte ici"}),
)
INNER = (
    Asked(
        "situation_status",
        "certitude",
        {"prov": "prostitution établie", "proba": "prostitution plausible", "risk": "danger seulement"},
    ),
    Asked("gender", "genre", {"women": "féminin", "men": "masculin", "trans": "personne trans"}),
    Asked("age_band", "âge", {band: band for band in BANDS}),
    Asked("nationality", "nationalité", {"fr": "française", "eu": "européenne", "noneu": "hors Europe"}, blank=0.2),
    Asked(
        "prostitution_form",
        "lieux",
        {"inter": "par Internet", "stree": "dehors", "flat": "chez elle ou chez un client"},
        boxes="{}",
    ),
    Asked("network_belief", "un réseau ?", {"yes": "oui", "no": "non", "dk": "?"}),
)
ROOMS = 2
KINDS = {"escorting": "escortes", "massage": "massages", "dating": "rencontres"}
TOWNS = ("Rennes", "Fougères", "Redon")
DETAILS = [
    "Séquentiel",
    "SID",
    "Heure de soumission",
    "Heure de complétion",
    "Heure de modification",
    "Brouillon",
    "Adresse IP",
    "UID",
    "Nom d'utilisateur",
]
MORE, NEW = "Voulez-vous être invité·es à la restitution ?", "pas encore"
AXES = {"shelter": "Hébergement", "care": "Soins", "rights": "Droits"}
