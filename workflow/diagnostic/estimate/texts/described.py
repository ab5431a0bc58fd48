"""Texts of the facts of the persons described."""

from functools import partial

from diagnostic.estimate.texts.text import Text

CONCERNED = "personnes concernées, à risque ou en situation de prostitution, décrites par les professionnel·les"
UNIVERSE = "personnes en situation de prostitution probable ou avérée, décrites par les professionnel·les"
SITUATIONS = "situations décrites dans les questionnaires et en entretien"
PROSTITUTION = "situations de prostitution probable ou avérée"
OPEN = (
    "Bornes : ce que laissent ouvert les cases vides, les fourchettes, les groupes mixtes et les situations à trancher."
)
UP_TO = "Jusqu’à ce nombre : où plusieurs réponses sont données pour un groupe, chacune compte pour tout le groupe. "
UNDECIDED = (  # said whether or not there are any: a sentence that comes and goes would tell
    "Tant que des paires de situations restent à trancher, la borne basse compte une fois le plus de personnes possible. "
    "Des descriptions trop différentes pour être rapprochées comptent à part."
)
LIMIT = "Borne haute : {ceiling} personnes là où une réponse ne fixe pas de limite, plafond déclaré par l’étude."
WINDOW = "Les faits couvrent plusieurs années : ce nombre ne se compare pas à une photographie."
WIDE = 40.0  # points between the limits of a share past which it says nothing
TOLD = "personnes de la base qui ont la réponse"

situation = partial(Text, unit="situation", way="group", universe=SITUATIONS)
person = partial(Text, unit="person", way="group", universe=CONCERNED)
least = partial(
    person,
    formula="somme des personnes de chaque situation, le plus petit nombre de chaque réponse",
    method="Chaque réponse est lue au plus court : ni un recensement, ni une estimation de toutes les personnes. "
    f"{UNDECIDED} {LIMIT} {WINDOW}",
)
central = partial(
    person,
    formula="somme des nombres écrits ou du milieu des fourchettes ; sans nombre, la moyenne des autres",
    way="model",
    measure="estimate",
    rules=("nombre_central",),
)
of_status = partial(person, formula="somme des personnes des situations de ce statut")
having = partial(Text, unit="person", way="group", universe=f"{UNIVERSE}{{among}}", method=f"{{note}}{OPEN}")
unknown = partial(
    Text,
    formula="personnes de la base, moins celles dont la réponse est connue",
    unit="person",
    way="group",
    universe=UNIVERSE,
    method="Réponse absente, « ne sait pas », ou personne d’un groupe mixte dont la réponse n’est pas connue.",
)
informed = partial(
    Text,
    formula="personnes des situations où la question a une réponse autre que « ne sait pas »",
    unit="person",
    way="group",
    universe=UNIVERSE,
)

TOTALS = {
    "shared.situations": situation("situations décrites", "lignes du tableau des situations"),
    "shared.situations_response": situation(
        "situations décrites dans les questionnaires", "lignes du tableau des situations, par source"
    ),
    "shared.situations_interview": situation(
        "situations décrites en entretien", "lignes du tableau des situations, par source"
    ),
    "shared.situations_merged": situation(
        "situations réunies à une autre", "situations que l’équipe dit être celles d’autres descriptions"
    ),
    "shared.pairs_open": situation(
        "paires de situations à trancher",
        "paires assez semblables pour décrire les mêmes personnes, sans décision",
    ),
    "shared.persons_concerned": least("personnes concernées"),
    "shared.persons_concerned_central": central("personnes concernées, nombre central"),
    "shared.persons_prostitution": least("personnes en situation de prostitution probable ou avérée"),
    "shared.persons_prostitution_central": central(
        "personnes en situation de prostitution probable ou avérée, nombre central"
    ),
    "shared.persons_known_once": person(
        "personnes connues des structures qui ont répondu, chacune comptée une fois",
        "de Σ 1 ÷ (1 + autres structures qui la connaissent) à Σ 1",
        method="Sous un modèle : les réponses sur les autres structures sont tenues pour justes, et chaque structure décrit une "
        "personne une seule fois. « Trois ou plus » et « ne sait pas » y comptent le moins possible{most}. À côté de "
        "l’énumération, jamais à sa place.",
    ),
    "shared.persons_risk": of_status("personnes à risque seulement"),
    "shared.persons_status_unknown": of_status("personnes dont le statut n’est pas dit"),
    **{
        f"shared.persons_{source}": person(
            f"personnes décrites dans les {name}, avant rapprochement",
            "somme des personnes des situations de cette source, sans rapprocher les doublons",
        )
        for source, name in {"response": "questionnaires", "interview": "entretiens"}.items()
    },
}
YEARS = {
    "shared.reference_years": situation(
        "années des faits décrits", "première et dernière année des faits", measure="date"
    ),
    "shared.reference_window_years": situation(
        "écart entre la première et la dernière année",
        "dernière année moins première année",
        method="Les faits touchent {years} années civiles.",
    ),
    "shared.situations_undated": situation(
        "situations sans année",
        "situations dont l’année n’est pas dite, ou n’est pas connue",
        method="Elles sont comptées. {window}",
    ),
}
INDICATORS = {
    "{person_count}": having("{name}", TOLD),
    "{person_share}": having("{name}, part", f"{TOLD}, sur les personnes de la base", measure="percent"),
    "persons.{variable}.{option}": having("{name}", TOLD),
    "persons.{variable}.{option}_pct": having(
        "{name}, part", f"{TOLD}, sur les personnes de la base", measure="percent"
    ),
    "{person_indicator}_situations_pct": Text(
        "{name}, part des situations",
        "situations où la réponse est cochée, sur les situations",
        unit="situation",
        way="group",
        universe=PROSTITUTION,
        measure="percent",
        method=f"{{note}}{OPEN}",
    ),
    "{situation_indicator}": Text(
        "{name}", "situations où la réponse est cochée", unit="situation", way="group", universe=PROSTITUTION
    ),
}
UNKNOWN = {
    name: text
    for start, label in {
        "profile.age_unknown": "âge inconnu",
        "profile.nationality_unknown": "nationalité inconnue",
        "profile.gender_unknown": "genre inconnu",
        "pimp.unknown": "présence d’un·e proxénète inconnue",
        "forms.unknown": "forme inconnue",
        "vuln.none": "aucun facteur repéré",
    }.items()
    for name, text in {
        start: unknown(label),
        f"{start}_pct": unknown(f"{label}, part", measure="percent"),
    }.items()
}
BASES = {
    "cond.base_finance": informed("personnes renseignées : situation financière"),
    "cond.base_occupation": informed("personnes renseignées : situation professionnelle"),
    "cond.base_housing": informed("personnes renseignées : logement"),
}
TEXTS = TOTALS | YEARS | INDICATORS | UNKNOWN | BASES
