"""The team's words beside the codebook's codes, by hand, and the numbers that the published counting rules make of the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from team_people import Situation
from team_words import counted

LAW = {"Je le savais": "knew", "Je ne le savais pas": "learn"}
YES_NO = {"oui": "yes", "non": "no"}
YES_NO_DK = YES_NO | {"ne sait pas": "dk"}
DESCRIBED = {  # question on a situation → variable, own answer → code
    "statut": ("situation_status", {"risque": "risk", "probable": "proba", "avérée": "prov"}),
    "genre": ("gender", {"femmes": "women", "hommes": "men", "transidentitaires": "trans"}),
    "âge": (
        "age_band",
        {
            "<15": "u15",
            "15-17": "a15",
            "18-25": "a18",
            "26-35": "a26",
            "36-45": "a36",
            "46-55": "a46",
            ">55": "o55",
        },
    ),
    "nationalité": ("nationality", {"française": "fr", "UE": "eu", "hors UE": "noneu"}),
    "famille": (
        "family",
        {
            "couple/famille": "coupl",
            "seul avec enfants ou enceinte": "kids",
            "seul sans enfants": "alone",
            "Autre": "other",
        },
    ),
    "logement": (
        "housing",
        {
            "logement autonome": "own",
            "famille": "famil",
            "logement étudiant": "stud",
            "centre/foyer": "centr",
            "hôtel/115": "hotel",
            "rue": "stree",
            "squat": "squat",
            "tiers/communauté": "third",
            "camp/bidonville": "camp",
            "Autre": "other",
        },
    ),
    "activité": (
        "occupation",
        {
            "apprenti": "appr",
            "demandeur emploi": "seek",
            "étranger sans titre de travail": "noper",
            "étudiant": "stud",
            "indépendant": "self",
            "salarié": "empl",
            "scolarisé": "pupil",
            "retraité": "retir",
            "Autre": "other",
        },
    ),
    "ressources": (
        "finances",
        {"minima sociaux": "benef", "salaire": "wage", "sans ressources": "none", "Autre": "other"},
    ),
    "formes": (
        "prostitution_form",
        {
            "appartement": "flat",
            "bar/club": "bar",
            "forêt/bois": "wood",
            "hôtel": "hotel",
            "route": "road",
            "rue": "stree",
            "salon de massage": "massa",
            "structure hébergement": "centr",
            "Internet": "inter",
            "contre hébergement": "hous",
            "contre autres biens/services": "goods",
        },
    ),
    "proxénète": ("pimp_presence", YES_NO_DK),
    "réseau": ("network_belief", YES_NO_DK),
    "ailleurs": (
        "known_by_others",
        {"aucune": "none", "une": "one", "deux": "two", "trois ou plus": "three", "ne sait pas": "dk"},
    ),
}
SHOWN = {"couple": 2}  # presented gender → persons that an ad shows, where not one
ONE_EACH = ("genre", "âge", "nationalité")  # a person has one answer only: more than there are persons say nothing
ANSWERED = {  # question to a professional → variable, own answer → code
    "secteur": (
        "activity_field",
        {
            "social": "socia",
            "hébergement et logement": "house",
            "santé": "healt",
            "enseignement et jeunesse": "educ",
            "justice et probation": "just",
        },
    ),
    "type": (
        "structure_type",
        {
            "hébergement": "house",
            "accueil et accompagnement": "recep",
            "aide sociale à l'enfance": "dept",
            "mairie": "munic",
            "hôpital": "healt",
            "association": "assoc",
        },
    ),
    "fonction": (
        "job_function",
        {
            "encadrement": "manag",
            "éducateur spécialisé": "socwk",
            "infirmier": "healt",
            "accueil administratif": "admin",
        },
    ),
    "repéré": (
        "exposure",
        {
            "risque identifié": "risk",
            "situation identifiée probable/avérée": "proba",
            "connaissance par tiers": "third",
            "témoin": "seen",
        },
    ),
    "besoins": (
        "needs",
        {
            "information/sensibilisation": "info",
            "appui associations spécialisées": "suppo",
            "formation": "train",
            "outils prévention": "tools",
            "mise en réseau": "netw",
        },
    ),
    "prise en charge": ("took_charge", YES_NO),
    "abordé": ("talked_about_it", YES_NO),
    "facile": ("ease_of_topic", {"facile": "easy", "difficile": "hard", "ni l'un ni l'autre": "mixed"}),
    "outillé": ("sufficiently_equipped", YES_NO),
    "formation": ("training_done_or_planned", YES_NO),  # one question for two of the codebook
    "réseau local": ("network_interest", YES_NO),
    "prévention": ("prevention_actions_done", YES_NO),
    "loi racolage": ("law_soliciting_repealed", LAW),
    "loi amende": ("law_client_fine", LAW),
    "loi parcours": ("law_exit_pathway", LAW),
    "loi séjour": ("law_residence_permit", LAW),
    "loi jeunes": ("law_prevention_young", LAW),
    "loi commission": ("law_commission", LAW),
}
NOT_TOLD = ("ressource", "recontact")  # no results
FACTORS = {
    "violences": "violence",
    "conjugales/intrafamiliales": "violence_family",
    "sexuelles": "violence_sexual",
    "conflit/rupture familiale": "family_rupture",
    "pauvreté": "economic",
    "troubles psychologiques": "psychological",
    "carences affectives": "deprivation",
    "addiction": "addiction",
    "hébergement/rue": "housing",
    "décrochage scolaire": "school_dropout",
    "absence de titre de séjour": "administrative",
    "délinquance": "delinquency",
    "vie errante": "wandering",
    "isolement": "isolation",
    "migration": "migration",
    "estime de soi": "self_esteem",
    "fugue": "runaway",
    "situation de handicap": "disability",
    "grossesse adolescente": "early_pregnancy",
    "licenciement": "job_loss",
}
PLACES = {"hors sujet": "not_prostitution", "place vide": "no_place", "disparue": "vanished"}
UNSTATED = ("non déclarée",)  # counted apart, and part of no share
CODED = {  # what is coded of an ad → variable, own answer → code
    "genre": ("gender_presented", {"femme": "woman", "homme": "man", "trans": "trans", "couple": "couple"}),
    "origine": ("declared_origin", {"française": "french", "étrangère": "foreign", "non déclarée": "not_stated"}),
    "de passage": ("passing_through", YES_NO),
}


WEIGHTS = {"aucune": 1, "une": 1 / 2, "deux": 1 / 3}  # of a description, by how many others know the person


def in_prostitution(situations: Iterable[Situation]) -> list[Situation]:
    """Those whose status is probable or proven: the base of the published profile."""
    return [one for one in situations if one.ticked["statut"] != ("risque",)]


def shared(found: Iterable[tuple[Situation, Sequence[str]]], one_each: bool = False) -> Counter[str]:
    """Own answer → persons, as the study's rules count them: the smallest number written, 1 for a blank; an answer alone
    is everyone's, as is each of several that a person can hold together. `one_each`: of those that exclude each other,
    one person for each and nothing of the others; more of them than persons say nothing."""
    made: Counter[str] = Counter()
    for one, answers in found:
        number = counted(one)[1]
        if len(answers) == 1 or not one_each:
            made.update(dict.fromkeys(answers, number))
        elif len(answers) <= number:
            made.update(answers)
    return made


def persons(situations: Iterable[Situation], question: str) -> Counter[str]:
    return shared(((one, one.ticked[question]) for one in situations), question in ONE_EACH)


def factors(situations: Iterable[Situation]) -> Counter[str]:
    return shared((one, one.factors) for one in situations)


def located(situations: Iterable[Situation]) -> Counter[str]:
    """Code of a commune → persons."""
    return shared((one, [one.commune]) for one in situations if one.commune)


def of_persons(situations: list[Situation]) -> Iterator[tuple[str, str, str]]:
    """(question, own answer, id of the fact that counts its persons)."""
    for question, (variable, codes) in DESCRIBED.items():
        if question not in ("statut", "ailleurs"):  # the base; what two tellings of one person may say otherwise
            yield from ((question, own, f"persons.{variable}.{code}") for own, code in codes.items() if code != "dk")


THEMES = {  # heading of the form → the question of the coded themes, own theme → code
    "Ce qui freine": ("obstacles_themes", {"moyens": "time"}),
    "Leurs demandes": ("persons_requests_themes", {"logement": "housi"}),
    "Vos orientations": ("referrals_themes", {"droits": "rights"}),
    "Que faudrait-il en prévention": ("prevention_needs_themes", {"jeunes": "young"}),
}
NOTED = {"moyens": "time", "partenaires": "relay"}  # of obstacles, in interviews: own theme → code
