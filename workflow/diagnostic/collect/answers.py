"""The answers that the files of a study may hold in a closed column: code → its French words."""

from __future__ import annotations

CATEGORIES = {
    "escorting": "sites d’escorting",
    "classifieds": "sites de petites annonces",
    "massage": "sites de massages érotiques",
    "dating": "sites de rencontres",
}
STATUSES = {"open": "ouvert", "suspended": "suspendu", "closed": "fermé", "not_stated": "non précisé"}
CLOSED = ("suspended", "closed")  # states of a site that nobody needs to count
METHODS = {"exact": "décompte exact", "page_extrapolated": "extrapolé des pages lues"}
WAVE_STATES = {  # of an ad that is followed from one count to the next
    "there": "présente",
    "again": "retrouvée hors des places tirées, ou republiée",
    "gone": "absente",
    "unseen": "pas cherchée, ou page inaccessible",
}
SAMPLES = {  # how a sample of ads that the project did not draw was chosen
    "simple": "tirage au sort simple dans la liste entière des annonces",
    "by_site": "tirage au sort dans chaque site",
    "two_stage": "tirage au sort à deux degrés, des pages de chaque site, puis de leurs annonces",
    "sites": "tirage au sort de sites du registre, puis de leurs annonces, toutes ou quelques-unes",
    "convenience": "choix au fil de la lecture, sans tirage au sort",
}
DESCRIBED = ("convenience",)  # of these nothing is estimated: they describe the coded ads alone
CALIBRATED = ("simple", "two_stage")  # whose weights do not already give the known total of each site
MODES = {"in_person": "en présence", "telephone": "par téléphone", "video": "en visioconférence"}
FIELDS = {
    "social": "accueil, accompagnement social, insertion",
    "housing": "hébergement, logement",
    "health": "santé",
    "education": "éducation, jeunesse",
    "public_safety": "sécurité publique",
    "justice": "justice",
}
INTERLOCUTORS = {"prosecutor": "procureur·e", "other": "autre"}
# The eight axes along which a person is supported during the exit pathway, in the order of the reference study.
AXES = {
    "rights": "information et accès aux droits",
    "care": "soins",
    "shelter": "hébergement",
    "essentials": "biens essentiels et ressources",
    "residence": "titre de séjour",
    "violence": "accompagnement des violences",
    "employment": "emploi",
    "housing": "logement",
}
PRACTICES = {"practice": "bonne pratique", "resource": "ressource", "network": "réseau"}
SESSIONS = "sessions"
STEPS = {  # of online outreach, each reached by a part of the one before; sessions are the means
    "sms": "messages envoyés",
    "replies": "réponses reçues",
    "exchanges": "échanges engagés",
    "met": "rencontres",
}
PROGRESS = {"done": "faite", "partial": "en partie", "not_done": "pas faite"}  # of an action of the previous plan
VERSIONS = {
    "approach": "présentation de la démarche",
    "interim": "restitution intermédiaire",
    "final": "restitution finale",
    "update": "mise à jour",
}
CIRCULATIONS = ("équipe", "commission", "public")  # to whom something may go, from the narrowest
