"""The answers that the files of a study may hold in a closed column: code → its French words."""

from __future__ import annotations

CATEGORIES = {
    "escorting": "sites spécialisés escorting",
    "classifieds": "sites de petites annonces",
    "massage": "sites de massages érotiques",
    "dating": "sites de rencontres",
}
STATUSES = {"open": "ouvert", "suspended": "suspendu", "closed": "fermé", "not_stated": "non précisé"}
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
    "convenience": "choix au fil de la lecture, sans tirage au sort",
}
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
# What the law did in the département in a year, as services count it: group → code → words. Annual totals of public acts.
LAW_RESULTS = {
    "Commission": {
        "installed": "installation de la commission",
        "plenary": "réunions plénières de la commission",
        "on_pathways": "réunions sur les parcours",
        "on_minors": "réunions sur les parcours de mineur·es",
        "approved": "associations agréées",
    },
    "Parcours de sortie": {
        "requested": "demandes de parcours",
        "opinions_for": "avis favorables de la commission",
        "opinions_against": "avis défavorables de la commission",
        "granted": "parcours autorisés par la préfecture",
        "refused": "parcours refusés par la préfecture",
        "renewed": "renouvellements de parcours",
        "running": "parcours en cours au 31 décembre",
        "completed": "fins de parcours après vingt-quatre mois",
        "settled": "fins anticipées avec un emploi ou un logement",
        "left": "fins anticipées pour une autre raison",
        "days_to_decision": "jours de la demande à la décision (médiane)",
        "days_to_permit": "jours de la décision au titre de séjour (médiane)",
    },
    "Droits": {
        "permits": "autorisations provisoires de séjour",
        "allowances": "aides financières (AFIS) ouvertes",
        "housing_asked": "hébergements ou logements demandés",
        "housing_obtained": "hébergements ou logements obtenus",
        "minors": "parcours de mineur·es coordonnés",
    },
    "Achat d’actes sexuels": {
        "fines": "amendes pour achat d’actes sexuels",
        "repeated": "amendes pour récidive",
        "courses": "stages de sensibilisation",
    },
    "Proxénétisme et traite": {
        "procuring_cases": "affaires de proxénétisme",
        "procuring_victims": "victimes de proxénétisme",
        "trafficking_cases": "affaires de traite",
        "trafficking_victims": "victimes de traite",
        "protected": "victimes sous protection",
    },
    "Formation": {"trainings": "formations de professionnel·les", "trained": "professionnel·les formé·es"},
}
INSTALLED = "installed"  # the only one that is a day, and no number
LAW_SOURCES = {
    "prefecture": "préfecture",
    "women_rights": "délégation aux droits des femmes",
    "prosecutor": "parquet",
    "court": "tribunal",
    "police": "police ou gendarmerie",
    "council": "conseil départemental",
    "association": "association agréée",
    "national": "administration nationale",
}
