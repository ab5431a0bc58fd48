"""Texts of the facts of the questionnaire, answer by answer."""

from functools import partial

from diagnostic.estimate.texts.contributors import RESPONDENTS
from diagnostic.estimate.texts.text import Text

DESCRIBED = "situations décrites dans les questionnaires"
TO_WHOM, WHERE = ", à qui la question est posée", ", où la question est posée"  # where not everybody was asked
ANSWER = "réponse « {answer} » à « {question} », une réponse collective comptant pour ses professionnel·les"
response = partial(Text, unit="response", way="participation", universe="réponses reçues")
professional = partial(
    Text,
    unit="professional",
    way="own",
    universe=f"{RESPONDENTS}{{asked}}",
    if_open={"method": "Les bornes comptent les professionnel·les sans réponse tou·tes d’un côté, puis de l’autre."},
)
TEXTS = {
    "survey.responses": response("réponses reçues", "lignes du tableau des réponses"),
    "survey.responses_collective": response("réponses collectives", "réponses remplies à plusieurs"),
    "survey.professionals": Text(
        "professionnel·les ayant répondu",
        "somme des professionnel·les que chaque réponse représente",
        unit="professional",
        way="participation",
        universe=RESPONDENTS,
        method="Une réponse collective porte un seul avis pour plusieurs : pour les parts, l’ensemble vaut moins de réponses "
        "indépendantes qu’il ne compte de professionnel·les.",
    ),
    "survey.structures": response(
        "structures différentes ayant répondu",
        "noms de structure différents, sous pseudonyme",
        unit="structure",
    ),
    "survey.situations": Text(
        DESCRIBED, "lignes du tableau des situations", unit="situation", way="group", universe=DESCRIBED
    ),
    "survey.{variable}.{option}": professional("{question} : {answer}", ANSWER),
    "survey.{variable}.{option}_pct": professional(
        "{question} : {answer}, part",
        f"{ANSWER}, sur les professionnel·les à qui la question est posée",
        measure="percent",
    ),
    "situations.{variable}.{option}": Text(
        "{question} : {answer}",
        "situations où « {answer} » est coché pour « {question} »",
        unit="situation",
        way="group",
        universe=f"{DESCRIBED}{{asked}}",
        if_open={"method": "Les bornes comptent les situations sans réponse toutes d’un côté, puis de l’autre."},
    ),
}
