"""What the law did in a département, as services count it: the measures of a year and who gives them, code → French words."""

from __future__ import annotations

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
