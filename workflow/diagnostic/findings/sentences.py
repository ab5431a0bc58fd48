"""The sentences of findings: one row each, in the order in which they are told where nothing else ranks them.

`{n:id}` is the printed number of a statement with its interval, `{i:id}` the interval alone, `{v:id}` the number alone,
`{agree:id|one|many}` the words that agree with a number, `{w:id}` the years of the facts. A finding exists where every
statement that its claim cites may be printed and says something; a detail that cites another is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSONS, OTHERS, PROFESSIONALS, SUPPORT = "persons", "others", "professionals", "support"
INTERNET, DEMAND, PRESS = "internet", "demand", "press"
# Family → how many of its findings page 1 holds before those of the next; persons first.
FAMILIES = {PERSONS: 4, OTHERS: 1, PROFESSIONALS: 2, SUPPORT: 1, INTERNET: 2, DEMAND: 1, PRESS: 1}
ONE, LARGEST, ABOVE, UNKNOWN, LACKING = "one", "largest", "above", "unknown", "lacking"


@dataclass(frozen=True)
class Sentence:
    """`kind`: what makes it true. ONE: its statements are shown. LARGEST: one share of those that `among` names
    (`catalogue/ids`), `but` aside, is surely above all others (`{n:first}`, and `{first}`, its words); where two are,
    but not apart, `tied` is said, with `{second}`. ABOVE: the first id of `above` is surely above the second. UNKNOWN:
    the interval of `of` is too wide to say anything. LACKING: the study has no statement `of`. `least`: a number that
    may not be above it is not worth a sentence. `beside`: the reference that a share is set against."""

    family: str
    claim: str
    details: tuple[str, ...] = ()
    kind: str = ONE
    of: str = ""
    among: str = ""
    but: tuple[str, ...] = ()
    tied: str = ""
    words: str = ""  # how the label of a statement of `among` becomes words: a pattern whose only group they are
    above: tuple[str, str] = ("", "")
    least: float = 0.0
    beside: str = ""
    first: bool = False  # told before all others of its family
    instead: str = ""  # the sentence that is told in its place, where that one is true
    where: str = ""  # a statement without which it is not told


def _unspecific(variable: str) -> tuple[str, ...]:
    """The answers to a question that name nothing."""
    return tuple(f"survey.{variable}.{code}_pct" for code in ("other", "dk", "none"))


# The reference that a share is set against → of whom it is the share.
REFERENCES = {
    "reference.women_pct": "de femmes",
    "reference.men_pct": "d’hommes",
    "reference.foreign_pct": "de personnes étrangères, vues par la police",
}
NOT_ALL = "Ce ne sont pas toutes les personnes concernées."
SENTENCES: dict[str, Sentence] = {
    # Persons described by professionals
    "persons.described": Sentence(
        PERSONS,
        "Les professionnel·les décrivent {n:shared.persons_prostitution} personnes en situation de prostitution{w:shared.reference_years}",
        (NOT_ALL,),
        first=True,
    ),
    "persons.profile": Sentence(
        PERSONS,
        "Parmi les personnes décrites, {n:profile.women_pct} sont des femmes et {n:profile.minors_pct} sont mineur·es",
        ("L’âge n’est pas dit pour {n:profile.age_unknown_pct} des personnes.",),
        beside="reference.women_pct",
        first=True,
    ),
    "persons.women": Sentence(
        PERSONS,
        "Parmi les personnes décrites, {n:profile.women_pct} sont des femmes",
        beside="reference.women_pct",
        instead="persons.profile",
    ),
    "persons.men": Sentence(
        PERSONS,
        "Parmi les personnes décrites, {n:profile.men_pct} sont des hommes",
        beside="reference.men_pct",
        instead="persons.women",
    ),
    "persons.minors": Sentence(
        PERSONS,
        "Parmi les personnes décrites, {n:profile.minors_pct} sont mineur·es",
        ("L’âge n’est pas dit pour {n:profile.age_unknown_pct} des personnes.",),
        instead="persons.profile",
    ),
    "persons.foreign": Sentence(
        PERSONS,
        "Parmi les personnes décrites, {n:profile.foreign_pct} sont de nationalité étrangère",
        ("La nationalité n’est pas dite pour {n:profile.nationality_unknown_pct} d’entre elles.",),
        beside="reference.foreign_pct",
    ),
    "persons.vulnerable": Sentence(
        PERSONS, "Au moins un facteur de vulnérabilité : {n:vuln.any_pct} des personnes décrites"
    ),
    "persons.factor": Sentence(
        PERSONS,
        "Parmi les facteurs de vulnérabilité publiés, un vient en tête : « {first} », {n:first} des personnes décrites",
        ("L’absence d’un facteur n’est pas la preuve qu’il n’existe pas.",),
        kind=LARGEST,
        among="vuln.",
        but=("vuln.any_pct", "vuln.none_pct"),
        words=r"(?:dont )?(.+), part",
        tied="Parmi les facteurs de vulnérabilité publiés, deux viennent en tête : « {first} » et « {second} »",
    ),
    "persons.resources": Sentence(
        PERSONS,
        "Sans ressources, ou aux minima sociaux : {n:cond.no_resources_pct} des personnes dont on connaît les ressources",
        ("Ressources connues : {n:cond.base_finance} personnes.",),
    ),
    "persons.housing": Sentence(
        PERSONS,
        "Sans logement ni hébergement stable : {n:cond.no_stable_housing_pct} des personnes dont on connaît le logement",
        ("Logement connu : {n:cond.base_housing} personnes.",),
    ),
    "persons.discreet": Sentence(
        PERSONS,
        "La prostitution en intérieur est plus décrite ({n:discreet.persons_pct}) que la prostitution visible "
        "({n:visible.persons_pct})",
        ("Les deux se recouvrent : une même personne peut être décrite dans plusieurs lieux.",),
        kind=ABOVE,
        above=("discreet.persons_pct", "visible.persons_pct"),
    ),
    "persons.visible": Sentence(
        PERSONS,
        "La prostitution visible est plus décrite ({n:visible.persons_pct}) que la prostitution en intérieur "
        "({n:discreet.persons_pct})",
        ("Les deux se recouvrent : une même personne peut être décrite dans plusieurs lieux.",),
        kind=ABOVE,
        above=("visible.persons_pct", "discreet.persons_pct"),
    ),
    "others.pimp": Sentence(
        OTHERS,
        "Un·e proxénète est signalé·e : {n:pimp.present_pct} des personnes décrites",
        ("Pour {n:pimp.unknown_pct}, les professionnel·les ne savent pas : ce n’est pas savoir qu’il n’y en a pas.",),
    ),
    # What is said of professionals, by themselves
    "professionals.identified": Sentence(
        PROFESSIONALS,
        "Parmi les professionnel·les, {n:pros.identified_pct} ont déjà identifié une situation ou un risque",
        (
            "Soit {b:pros.identified_pct}.",
            "Elles et ils n’ont pas été tiré·es au sort : cette part ne s’étend pas aux autres.",
        ),
    ),
    "professionals.equipped": Sentence(
        PROFESSIONALS,
        "Parmi celles et ceux ayant accompagné des personnes, {n:pros.under_equipped_pct} ne se disent pas assez outillé·es",
        (
            "Soit {b:pros.under_equipped_pct}.",
            "Parmi tou·tes les répondant·es : {n:pros.under_equipped_respondents_pct} ({b:pros.under_equipped_respondents_pct}).",
            "Par réponse, une réponse collective comptant pour une : {n:pros.under_equipped_responses_pct} "
            "({b:pros.under_equipped_responses_pct}).",
        ),
        least=10,
    ),
    "professionals.trained": Sentence(
        PROFESSIONALS,
        "Parmi les répondant·es ayant rencontré une situation ou un risque, {n:survey.training_followed.yes_pct} ont suivi une formation",
        ("Soit {b:survey.training_followed.yes_pct}.",),
    ),
    "professionals.commission": Sentence(
        PROFESSIONALS,
        "Parmi les répondant·es, {n:law.commission_unaware_pct} ignoraient qu’une commission départementale existe",
        ("Soit {b:law.commission_unaware_pct}.",),
        least=10,
    ),
    "professionals.pathway": Sentence(
        PROFESSIONALS,
        "Parmi les répondant·es, {n:law.pathway_unaware_pct} ignoraient le parcours de sortie de la prostitution",
        least=10,
    ),
    "professionals.needs": Sentence(
        PROFESSIONALS,
        "Premier besoin : {first}, {n:first} des répondant·es ({b:first})",
        ("La question n’est posée qu’à qui ne se dit pas assez outillé·e : les autres comptent pour « non ».",),
        kind=LARGEST,
        among="needs.",
        words=r"besoin (?:de |d’)(.+), part",
        tied="Deux besoins viennent en tête : {first} ({b:first}) et {second} ({b:second})",
        least=10,
    ),
    "professionals.network": Sentence(
        PROFESSIONALS,
        "Un réseau local intéresserait {n:survey.network_interest.yes_pct} des répondant·es ayant rencontré une situation ou un risque "
        "({b:survey.network_interest.yes_pct})",
        least=30,
    ),
    "professionals.obstacles": Sentence(
        PROFESSIONALS,
        "Premier frein écrit : « {first} », {n:first} des professionnel·les à qui on le demande ({b:first})",
        ("Écrit par {b:first} à qui la question est posée. Un thème que l’on n’écrit pas n’est pas absent.",),
        kind=LARGEST,
        among="survey.obstacles_themes.{option}_pct",
        but=_unspecific("obstacles_themes"),
        words=r"[^:]+:\s(.+), part",
        tied="Deux freins viennent en tête : « {first} » ({b:first}) et « {second} » ({b:second})",
        least=10,
    ),
    "professionals.requests": Sentence(
        PROFESSIONALS,
        "Première demande des personnes, selon les professionnel·les : « {first} », {n:first} ({b:first})",
        ("Écrit par {b:first} à qui la question est posée.",),
        kind=LARGEST,
        among="survey.persons_requests_themes.{option}_pct",
        but=_unspecific("persons_requests_themes"),
        words=r"[^:]+:\s(.+), part",
        tied="Deux demandes des personnes viennent en tête : « {first} » ({b:first}) et « {second} » ({b:second})",
        least=10,
    ),
    # Support
    "support.axes": Sentence(
        SUPPORT,
        "Sans aucune structure connue : {n:pathway.axes_uncovered} {agree:pathway.axes_uncovered|axe|axes} de l’accompagnement",
        ("Structures recensées : {n:pathway.structures}.",),
        least=0.5,
    ),
    # Internet
    "internet.concentrated": Sentence(
        INTERNET,
        "Deux sites portent {n:ads.top_two_pct} des annonces",
        (
            "En tout, {n:ads.total} annonces d’offre sur {n:ads.sites_with_ads} sites, parmi {n:ads.sites} étudiés.",
            "Sites non comptés, que ce total omet : {n:ads.sites_uncounted}.",
            "Le décompte est daté ({n:ads.collection_period}) : il ne s’étend pas à l’année.",
        ),
        least=30,
    ),
    "internet.category": Sentence(
        INTERNET,
        "La plupart des annonces sont sur des {first} : {n:first}",
        kind=LARGEST,
        among="ads.share_{category}_pct",
        words=r"part des (.+) dans les annonces",
        least=50,
    ),
    "internet.copies": Sentence(
        INTERNET,
        "Parmi les annonces, {n:ads.mirror_redundant_pct} sont des copies de sites miroirs",
        (
            "Les mêmes se lisent sur {n:ads.mirror_sites} sites : sans ces copies, le total passe de {n:ads.total} à {n:ads.frame_collapsed}.",
        ),
        least=5,
    ),
    "internet.persons": Sentence(
        INTERNET,
        "Les annonces comptées mènent à moins de personnes : {n:persons.total}",
        ("Annonces : {n:ads.total}.", "Ne pas y ajouter les personnes décrites."),
        first=True,
        instead="internet.persons_at_most",
    ),
    "internet.persons_at_most": Sentence(
        INTERNET,
        "Les annonces comptées mènent à moins de personnes : au plus environ {n:persons.total}",
        (
            "Oubli de copies : {v:persons.source.recall_unmeasured} ; chaque copie oubliée gonfle ce nombre.",
            "Annonces : {n:ads.total}.",
            "Ne pas y ajouter les personnes décrites.",
        ),
        first=True,
        where="persons.source.recall_unmeasured",
    ),
    "internet.women": Sentence(
        INTERNET,
        "Parmi les personnes derrière les annonces, {n:profile.person.gender_presented.woman} sont présentées comme des femmes",
        ("C’est ce que l’annonce déclare, parfois choisi par quelqu’un d’autre.",),
    ),
    "internet.foreign": Sentence(
        INTERNET,
        "Parmi les personnes dont l’annonce déclare une origine, {n:profile.person.declared_origin.foreign} sont présentées comme étrangères",
        (
            "Sans origine déclarée : {n:profile.person.declared_origin.missing}.",
            "C’est ce que l’annonce déclare, parfois choisi par quelqu’un d’autre.",
        ),
    ),
    "internet.network": Sentence(
        INTERNET,
        "Au moins un indice de réseau : {n:profile.person.network_sign.at_least_1} des personnes derrière les annonces",
        ("Aucun indice ne prouve à lui seul qu’un tiers agit, et leur absence ne prouve rien.",),
    ),
    "internet.places": Sentence(
        INTERNET,
        "Cinq lieux réunissent {n:ads.five_cities_pct} des annonces dont le lieu est connu",
        ("Le lieu est connu pour {n:places.placed_pct} des annonces.",),
        least=30,
    ),
    "internet.declared_places": Sentence(
        INTERNET,
        "Cinq lieux réunissent {n:profile.ad.declared_place.first_five} des annonces codées qui en citent un",
        least=30,
        instead="internet.places",
    ),
    "internet.closing": Sentence(
        INTERNET,
        "Parmi les sites ouverts au premier constat, {n:turnover.loss_share_pct} ont fermé ou ont été suspendus",
        ("Constats : {n:turnover.period}.",),
        least=10,
    ),
    "internet.waves": Sentence(
        INTERNET,
        "Les annonces se renouvellent : du premier décompte au suivant, {n:waves.stayed_pct.1} sont restées",
        (
            "Sites suivis : {n:waves.sites}.",
            "Sous un modèle (le renouvellement est régulier), il en est paru au moins {n:waves.times} fois plus, pendant la "
            "période, que n’en montre un jour ; les annonces qui ne durent que quelques jours lui échappent.",
        ),
    ),
    "internet.selling": Sentence(
        INTERNET,
        "Les sites gagnent de l’argent avec les annonces : {n:terms.paid_options} sur {n:terms.read} vendent des options",
    ),
    # Demand, press
    "demand.seen": Sentence(
        DEMAND,
        "La demande se voit : {n:demand.ads} annonces d’achat sur {n:demand.sites} {agree:demand.sites|site|sites}",
        ("Ce sont des annonces, pas autant de client·es.",),
    ),
    "press.articles": Sentence(
        PRESS,
        "La presse en parle : {n:press.articles} articles de {n:press.outlets} titres ({n:press.period})",
        ("Une année riche en articles n’est pas une année riche en faits.",),
        least=9,
    ),
    # What is not known, why, what to collect
    "unknown.persons": Sentence(
        PERSONS,
        "Qui sont les personnes décrites par les professionnel·les",
        (
            "Les réponses au questionnaire et les situations ne sont pas dans cette édition.",
            "À recueillir, en les protégeant.",
        ),
        kind=LACKING,
        of="shared.persons_prostitution",
    ),
    "unknown.women": Sentence(
        PERSONS,
        "La part de femmes : de {i:profile.women_pct}",
        (
            "Le genre n’est pas dit pour {n:profile.gender_unknown_pct} des personnes décrites.",
            "À recueillir : le genre de chaque personne d’un groupe.",
        ),
        kind=UNKNOWN,
        of="profile.women_pct",
    ),
    "unknown.minors": Sentence(
        PERSONS,
        "La part de mineur·es : de {i:profile.minors_pct}",
        (
            "L’âge n’est pas dit pour {n:profile.age_unknown_pct} des personnes décrites.",
            "À recueillir : la tranche d’âge de chaque personne, même incertaine.",
        ),
        kind=UNKNOWN,
        of="profile.minors_pct",
    ),
    "unknown.foreign": Sentence(
        PERSONS,
        "La part de personnes de nationalité étrangère : de {i:profile.foreign_pct}",
        (
            "La nationalité n’est pas dite pour {n:profile.nationality_unknown_pct} des personnes décrites.",
            "À recueillir : la nationalité, française ou étrangère, sans le pays.",
        ),
        kind=UNKNOWN,
        of="profile.foreign_pct",
    ),
    "unknown.equipped": Sentence(
        PROFESSIONALS,
        "La part de professionnel·les qui ne se sentent pas assez outillé·es : de {i:survey.sufficiently_equipped.no_pct}",
        ("À recueillir : une réponse à cette question, même « ne sait pas ».",),
        kind=UNKNOWN,
        of="survey.sufficiently_equipped.no_pct",
    ),
    "unknown.estimate": Sentence(
        INTERNET,
        "Combien de personnes se trouvent derrière ces annonces : de {i:ads.persons_estimate}",
        (
            "La publication en imprime {v:ads.persons_estimate}, sans dire ce qu’elle tient pour un doublon.",
            "À recueillir : toutes les copies.",
        ),
        kind=UNKNOWN,
        of="ads.persons_estimate",
    ),
    "unknown.indicative": Sentence(
        INTERNET,
        "Combien de personnes se trouvent derrière ces annonces : de {i:persons.logical}",
        (
            "Les copies des annonces codées n’ont pas été cherchées.",
            "À recueillir : toutes les copies de chaque annonce codée.",
        ),
        kind=UNKNOWN,
        of="persons.logical",
        instead="internet.persons",
    ),
}
