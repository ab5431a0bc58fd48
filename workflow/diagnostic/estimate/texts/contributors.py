"""Texts of the facts of the professionals who contributed."""

from functools import partial

from diagnostic.estimate.texts.text import Text

EVERYONE = "professionnel·les distinct·es ayant contribué, questionnaires et entretiens"
RESPONDENTS = "professionnel·les ayant répondu au questionnaire"
SAME_ANSWER = "professionnel·les qui ont cette réponse, une réponse collective comptant pour ses professionnel·les"
# What is read with an answer: a need, a knowledge of the law.
NEED = "Base : tou·tes les répondant·es ; la question n’est posée qu’à qui ne se sent pas assez outillé·e, les autres comptent comme sans besoin dit."
KNOWLEDGE = "« Ne sait pas » n’est pas compté comme une ignorance."

everyone = partial(Text, unit="professional", way="participation", universe=EVERYONE)
respondent = partial(Text, unit="professional", way="own", universe=RESPONDENTS)
identified = partial(
    everyone,
    way="own",
    formula="professionnel·les ayant coché un repérage ou décrit une situation",
    method="Un entretien où une situation est décrite compte tou·tes les professionnel·les rencontré·es, même si un·e seul·e la "
    "connaît ; une borne basse, là où elle est donnée, n’en compte qu’un·e.",
    rules=("entretien_avec_situation",),
)
ill_equipped = partial(
    Text,
    unit="professional",
    way="own",
    method="Ce pourcentage se lit sur trois bases, données côte à côte : celles et ceux qui ont pris en charge des personnes, "
    "tou·tes les répondant·es, ou les réponses.",
)
charged = partial(
    ill_equipped,
    formula="réponse « non » à « assez outillé·e », parmi celles et ceux qui ont pris en charge des personnes",
    universe="professionnel·les ayant répondu qui ont déjà pris en charge des personnes",
)
asked_or_not = partial(
    ill_equipped,
    formula="réponse « non » à « assez outillé·e » ; la question non posée ne compte pas comme un « non »",
    measure="percent",
    rules=("non_pose_compte_non",),
)
UNION = {
    "pros.total_distinct": everyone(
        "professionnel·les distinct·es ayant contribué",
        "répondant·es, plus personnes rencontrées, moins celles qui ont fait les deux",
        method="Qui a rempli le questionnaire et a été rencontré·e ne compte qu’une fois.",
    ),
    "interviews.professionals": Text(
        "professionnel·les rencontré·es en entretien",
        "somme des professionnel·les de chaque entretien",
        unit="professional",
        way="participation",
        universe="professionnel·les rencontré·es",
    ),
    "{coded_indicator}": everyone(
        "{name}",
        "professionnel·les de cette catégorie, une réponse collective y comptant tou·tes les sien·nes",
        method="Là où la catégorie n’est pas dite, dans une réponse ou un entretien, la borne haute la compte.",
    ),
    "pros.identified": identified("professionnel·les ayant déjà identifié des situations ou des risques"),
    "pros.identified_pct": identified(
        "professionnel·les ayant déjà identifié des situations ou des risques, part", measure="percent"
    ),
}
FORMS = {
    "survey.effective_responses": respondent(
        "réponses indépendantes que vaut l’ensemble",
        "effectif de Kish : carré de la somme des professionnel·les, sur la somme de leurs carrés",
        unit="response",
        way="participation",
        measure="estimate",
        method="Une réponse collective porte un seul avis pour plusieurs. Ce n’est pas une marge d’erreur : personne n’a été "
        "tiré·e au sort.",
    ),
    "survey.collective_size": Text(
        "taille des réponses collectives",
        "plus petite et plus grande taille",
        unit="response",
        way="participation",
        universe="réponses collectives qui disent leur nombre",
        measure="text",
    ),
    "pros.took_charge": respondent(
        "professionnel·les ayant déjà pris en charge des personnes",
        "réponse « oui » à la prise en charge, une réponse collective comptant pour ses professionnel·les",
    ),
    "pros.under_equipped": charged(
        "insuffisamment outillé·es, parmi celles et ceux qui ont pris en charge des personnes"
    ),
    "pros.under_equipped_pct": charged(
        "insuffisamment outillé·es, parmi celles et ceux qui ont pris en charge des personnes, part",
        measure="percent",
    ),
    "pros.under_equipped_respondents_pct": asked_or_not(
        "insuffisamment outillé·es, parmi tou·tes les répondant·es, part", universe=RESPONDENTS
    ),
    "pros.under_equipped_responses_pct": asked_or_not(
        "insuffisamment outillé·es, en réponses, part", unit="response", universe="réponses reçues"
    ),
    "pros.training_followed": respondent(
        "professionnel·les ayant suivi une formation sur la prostitution",
        "réponse « oui » à la formation suivie ; une formation prévue est comptée à part",
    ),
    "{professional_indicator}": respondent("{name}", SAME_ANSWER, method="{caution}"),
    "{professional_indicator}_pct": respondent(
        "{name}, part", f"{SAME_ANSWER}, sur tou·tes les répondant·es", measure="percent", method="{caution}"
    ),
}
TEXTS = UNION | FORMS
