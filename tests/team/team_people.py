"""What is true of a fictional département before anybody words it: who answered, whom they met, in which situations.

Drawn from SEED alone, in the words of the form that was published in 2020; sizes are near those of the reference study,
and none of them is one of its numbers.
Nothing here is of a real territory, and nothing comes from the project that will read the files.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SEED = 992026
COLLECTIVE, ALONE, CONSULTED = 13, 28, 38  # responses of a team, of one person; professionals behind the former
SILENT = 11  # responses that noticed nothing
BY_FORM, BY_INTERVIEW, TOLD_TWICE = 97, 27, 5  # situations, and those that an interview tells again
MOST = 6  # situations that one form has room for
SIZES = {1: 98, 2: 16, 3: 7, 4: 2, 10: 1}  # persons in a situation → situations: 124 of them, 169 persons
INTERVIEWS, MET, ALREADY, CALLED = 17, 37, 5, 5
OTHER, BOTH_UNKNOWN = "Autre", "ne sait pas"

Choice = tuple[str, ...]

# The closed questions on a situation: what is ticked, and how often out of a hundred.
SITUATION = {
    "statut": {"risque": 10, "probable": 50, "avérée": 40},
    "genre": {"femmes": 78, "hommes": 17, "transidentitaires": 5},
    "âge": {"<15": 3, "15-17": 14, "18-25": 24, "26-35": 27, "36-45": 19, "46-55": 11, ">55": 2},
    "nationalité": {"française": 50, "UE": 10, "hors UE": 40},
    "famille": {"couple/famille": 30, "seul avec enfants ou enceinte": 25, "seul sans enfants": 41, OTHER: 4},
    "logement": {
        "logement autonome": 20,
        "famille": 10,
        "logement étudiant": 5,
        "centre/foyer": 20,
        "hôtel/115": 12,
        "rue": 10,
        "squat": 6,
        "tiers/communauté": 10,
        "camp/bidonville": 4,
        OTHER: 3,
    },
    "activité": {
        "apprenti": 2,
        "demandeur emploi": 46,
        "étranger sans titre de travail": 22,
        "étudiant": 10,
        "indépendant": 3,
        "salarié": 4,
        "scolarisé": 8,
        "retraité": 2,
        OTHER: 3,
    },
    "ressources": {"minima sociaux": 46, "salaire": 9, "sans ressources": 42, OTHER: 3},
    "formes": {
        "appartement": 20,
        "bar/club": 5,
        "forêt/bois": 5,
        "hôtel": 14,
        "route": 9,
        "rue": 16,
        "salon de massage": 4,
        "structure hébergement": 4,
        "Internet": 13,
        "contre hébergement": 6,
        "contre autres biens/services": 4,
    },
    "proxénète": {"oui": 42, "non": 38, BOTH_UNKNOWN: 20},
    "réseau": {"oui": 22, "non": 50, BOTH_UNKNOWN: 28},
}
ELSEWHERE = "ailleurs"  # the question how many other structures know the person
KNOWN = {"aucune": 50, "une": 27, "deux": 13, "trois ou plus": 10}
UNSURE = 12  # of a hundred who are asked do not know how many
MINORS, FRENCH = ("<15", "15-17"), "française"
NEVER = {  # answers that no minor, and that no French person, can have
    "minor": {
        "famille": ("couple/famille", "seul avec enfants ou enceinte"),
        "logement": ("logement autonome", "logement étudiant", "camp/bidonville"),
        "activité": (
            "demandeur emploi",
            "étranger sans titre de travail",
            "étudiant",
            "indépendant",
            "salarié",
            "retraité",
        ),
        "ressources": ("minima sociaux", "salaire"),
        "formes": ("bar/club", "salon de massage"),
    },
    "French": {"activité": ("étranger sans titre de travail",)},
}
SPREAD = ("genre", "âge", "nationalité", "formes")  # what a mixed group may differ in
FREE = {  # what is typed instead of a proposed answer
    "famille": ("hébergée par une sœur", "en garde alternée"),
    "logement": ("dans un véhicule", "caravane"),
    "activité": ("bénévole", "arrêt maladie"),
    "ressources": ("pension alimentaire", "aide d’un proche"),
}
FACTORS = {  # what is read in the descriptions, and how often beside the others
    "violences": 22,
    "conjugales/intrafamiliales": 14,
    "sexuelles": 12,
    "conflit/rupture familiale": 18,
    "pauvreté": 28,
    "troubles psychologiques": 12,
    "carences affectives": 9,
    "addiction": 12,
    "hébergement/rue": 18,
    "décrochage scolaire": 6,
    "absence de titre de séjour": 14,
    "délinquance": 2,
    "vie errante": 4,
    "isolement": 18,
    "migration": 16,
    "estime de soi": 8,
    "fugue": 6,
    "situation de handicap": 2,
    "grossesse adolescente": 1,
    "licenciement": 3,
}
WITHIN = {"conjugales/intrafamiliales": "violences", "sexuelles": "violences"}  # a part → the factor that it implies
REGIONS = {
    "Afrique": ("Nigéria", "Maroc"),
    "Europe": ("Albanie", "Ukraine"),
    "Amérique latine": ("Brésil",),
    "Asie": ("Chine",),
}
UNION = ("Roumanie", "Bulgarie")

# The closed questions to a professional.
RESPONSE = {
    "secteur": {
        "social": 38,
        "hébergement et logement": 25,
        "santé": 15,
        "enseignement et jeunesse": 10,
        "justice et probation": 12,
    },
    "type": {
        "hébergement": 25,
        "accueil et accompagnement": 22,
        "aide sociale à l'enfance": 18,
        "mairie": 15,
        "hôpital": 10,
        "association": 10,
    },
    "fonction": {"encadrement": 33, "éducateur spécialisé": 40, "infirmier": 15, "accueil administratif": 12},
    "prise en charge": {"oui": 66, "non": 34},
    "abordé": {"oui": 70, "non": 30},
    "facile": {"facile": 30, "difficile": 45, "ni l'un ni l'autre": 25},
    "outillé": {"oui": 10, "non": 90},
    "formation": {"oui": 15, "non": 85},
    "réseau local": {"oui": 80, "non": 20},
    "loi racolage": {"Je le savais": 60, "Je ne le savais pas": 40},
    "loi amende": {"Je le savais": 75, "Je ne le savais pas": 25},
    "loi parcours": {"Je le savais": 45, "Je ne le savais pas": 55},
    "loi séjour": {"Je le savais": 30, "Je ne le savais pas": 70},
    "loi jeunes": {"Je le savais": 25, "Je ne le savais pas": 75},
    "loi commission": {"Je le savais": 24, "Je ne le savais pas": 76},
    "prévention": {"oui": 20, "non": 80},
    "ressource": {"oui": 30, "non": 70},
    "recontact": {"oui": 60, "non": 40},
}
EXPOSURE = {  # what was met, and how often out of a hundred
    "risque identifié": 45,
    "situation identifiée probable/avérée": 75,
    "connaissance par tiers": 30,
    "témoin": 15,
}
NEEDS = {
    "information/sensibilisation": 45,
    "appui associations spécialisées": 60,
    "formation": 75,
    "outils prévention": 35,
    "mise en réseau": 50,
}
ONLY_IF_NOTICED = ("prise en charge", "facile", "outillé", "formation", "réseau local")


@dataclass
class Situation:
    """One person or one group. `ticked`: question → the answers that its description has; `typed`: the free ones.
    `each`: question → the true answer of every person of it; `again`: the situation that it tells a second time."""

    source: str
    record: int
    number: int
    persons: int
    ticked: dict[str, Choice]
    each: dict[str, list[str]]
    typed: dict[str, str]
    country: str
    region: str
    factors: Choice
    commune: str
    again: tuple[str, int, int] | None = None

    def truly(self, question: str) -> list[str]:
        """The true answers of its persons: one each, or all that one person has."""
        return list(self.ticked[question]) if self.persons == 1 else self.each[question]

    @property
    def key(self) -> tuple[str, int, int]:
        return self.source, self.record, self.number


@dataclass
class Response:
    """One form: how many professionals it speaks for, and what they answered."""

    number: int
    professionals: int
    exposure: Choice
    answers: dict[str, str]
    needs: Choice
    situations: list[Situation] = field(default_factory=list)


@dataclass
class Interview:
    """One meeting."""

    number: int
    sector: str
    mode: str
    met: int
    already: int
    situations: list[Situation] = field(default_factory=list)


@dataclass(frozen=True)
class People:
    """Everything true of those who spoke and of those of whom they spoke. `decisions`: pairs of keys, and what the team
    decided of them."""

    responses: list[Response]
    interviews: list[Interview]
    decisions: list[tuple[tuple[str, int, int], tuple[str, int, int], str]]

    @property
    def situations(self) -> list[Situation]:
        return [one for record in (*self.responses, *self.interviews) for one in record.situations]


def picked(rng: random.Random, shares: dict[str, int]) -> str:
    """One answer, as often as its share says."""
    return rng.choices(list(shares), list(shares.values()))[0]


def parted(rng: random.Random, total: int, parts: int, least: int, most: int) -> list[int]:
    """`parts` numbers from `least` to `most` whose sum is `total`."""
    numbers = [least] * parts
    while sum(numbers) < total:
        at = rng.randrange(parts)
        numbers[at] += numbers[at] < most
    return numbers


def people(communes: Sequence[str], seed: int = SEED) -> People:
    """The whole truth on people; `communes`: the codes of the territory, the largest first."""
    rng = random.Random(f"people {seed}")
    sizes = [size for size, count in SIZES.items() for _ in range(count)]
    rng.shuffle(sizes)
    responses, interviews = _responses(rng), _interviews(rng)
    spoke = [response for response in responses if response.exposure]
    told = iter(sizes)
    for response, count in zip(spoke, parted(rng, BY_FORM, len(spoke), 1, MOST), strict=True):
        response.situations += _told(rng, "questionnaire", response.number, count, told, communes)
    several = interviews[: INTERVIEWS * 2 // 3]
    for interview, count in zip(several, parted(rng, BY_INTERVIEW, len(several), 1, MOST), strict=True):
        interview.situations += _told(rng, "entretien", interview.number, count, told, communes)
    singles = [one for response in spoke for one in response.situations if one.persons == 1]
    for one in rng.sample(singles, TOLD_TWICE):
        interview = rng.choice(several)
        interview.situations.append(_again(one, interview))
    made = People(responses, interviews, _decisions(rng, responses, interviews))
    _seen_elsewhere(made, seed)
    return made


def _seen_elsewhere(made: People, seed: int) -> None:
    """How many other structures know each person, drawn apart from all else: one at least where two have told of it."""
    twice = {one.again for one in made.situations if one.again}
    for one in made.situations:
        person = one.again or one.key
        known = picked(random.Random(f"known {seed} {person}"), KNOWN)
        if person in twice and known == "aucune":
            known = "une"
        unsure = 100 * random.Random(f"unsure {seed} {one.key}").random() < UNSURE
        one.each[ELSEWHERE] = [known] * one.persons
        one.ticked[ELSEWHERE] = (BOTH_UNKNOWN if unsure else known,)


def _responses(rng: random.Random) -> list[Response]:
    numbers = [1] * ALONE + parted(rng, CONSULTED, COLLECTIVE, 2, 8)
    rng.shuffle(numbers)
    silent = set(rng.sample(range(len(numbers)), SILENT))
    made = []
    for at, professionals in enumerate(numbers):
        exposure = () if at in silent else _several(rng, EXPOSURE)
        answers = {name: picked(rng, shares) for name, shares in RESPONSE.items()}
        if not exposure:
            answers |= dict.fromkeys(ONLY_IF_NOTICED, "")
        if answers["prise en charge"] != "oui":
            answers["abordé"] = ""
        needs = _several(rng, NEEDS) if answers["outillé"] == "non" else ()
        made.append(Response(101 + 3 * at, professionals, exposure, answers, needs))
    return made


def _several(rng: random.Random, options: dict[str, int]) -> Choice:
    """Some of the options, one at least, in their order."""
    chosen = {option for option, share in options.items() if 100 * rng.random() < share} or {picked(rng, options)}
    return tuple(option for option in options if option in chosen)


def _interviews(rng: random.Random) -> list[Interview]:
    met = parted(rng, MET, INTERVIEWS, 1, 5)
    already = [1] * ALREADY + [0] * (INTERVIEWS - ALREADY)
    modes = ["téléphone"] * CALLED + ["présentiel"] * (INTERVIEWS - CALLED)
    rng.shuffle(modes)
    sectors = [picked(rng, RESPONSE["secteur"]) for _ in met]
    return [Interview(at + 1, *row) for at, row in enumerate(zip(sectors, modes, met, already, strict=True))]


def _told(
    rng: random.Random, source: str, record: int, count: int, sizes: Iterator[int], communes: Sequence[str]
) -> Iterator[Situation]:
    for number in range(1, count + 1):
        yield _situation(rng, source, record, number, next(sizes), communes)


def _situation(
    rng: random.Random, source: str, record: int, number: int, persons: int, communes: Sequence[str]
) -> Situation:
    """One situation: a group is alike in all, or its persons differ in one question, each with an answer of its own."""
    mixed = rng.choice(SPREAD) if 1 < persons <= 3 and rng.random() < 0.4 else ""
    each: dict[str, list[str]] = {}
    for name, shares in SITUATION.items():
        if name == mixed:
            left = [option for option in shares if shares[option]]
            each[name] = rng.sample(left, persons)
        else:
            each[name] = [picked(rng, _possible(name, shares, each))] * persons
    ticked = {name: tuple(option for option in SITUATION[name] if option in each[name]) for name in SITUATION}
    if persons == 1 and rng.random() < 0.3:  # one person, two forms
        ticked["formes"] = tuple(
            o
            for o in SITUATION["formes"]
            if o in {*each["formes"], picked(rng, _possible("formes", SITUATION["formes"], each))}
        )
    typed = {name: rng.choice(FREE[name]) for name in FREE if OTHER in ticked[name]}
    region = rng.choice(list(REGIONS)) if "hors UE" in ticked["nationalité"] else ""
    country = rng.choice(REGIONS[region]) if region else rng.choice(UNION) if "UE" in ticked["nationalité"] else ""
    drawn: set[str] = set()
    for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4))):
        drawn.add(picked(rng, {name: share for name, share in FACTORS.items() if name not in drawn}))
    drawn |= {WITHIN[name] for name in drawn if name in WITHIN}
    factors = tuple(name for name in FACTORS if name in drawn)
    commune = rng.choices(communes, [0.6**rank for rank in range(len(communes))])[0] if rng.random() < 0.85 else ""
    return Situation(source, record, number, persons, ticked, each, typed, country, region, factors, commune)


def _possible(question: str, shares: dict[str, int], each: dict[str, list[str]]) -> dict[str, int]:
    """The answers that these persons can have, each as often as it is given."""
    never: set[str] = set()
    if set(each.get("âge", ())) & set(MINORS):
        never.update(NEVER["minor"].get(question, ()))
    if FRENCH in each.get("nationalité", ()):
        never.update(NEVER["French"].get(question, ()))
    return {answer: share for answer, share in shares.items() if answer not in never}


def _again(one: Situation, interview: Interview) -> Situation:
    """The same person, told by somebody else: the same answers."""
    number = len(interview.situations) + 1
    return Situation(
        "entretien", interview.number, number, one.persons, dict(one.ticked), dict(one.each), dict(one.typed),
        one.country, one.region, one.factors, one.commune, one.key,
    )  # fmt: skip


def _decisions(
    rng: random.Random, responses: list[Response], interviews: list[Interview]
) -> list[tuple[tuple[str, int, int], tuple[str, int, int], str]]:
    """The same person told twice, look-alikes that are two persons, and two pairs that nobody could decide."""
    told = [one for interview in interviews for one in interview.situations]
    same = [(one.again, one.key, "same") for one in told if one.again]
    ours = [one for response in responses for one in response.situations if one.key not in {a for a, _, _ in same}]
    alike = [
        (one.key, other.key)
        for one in ours
        for other in told
        if not other.again and one.ticked["genre"] == other.ticked["genre"] and one.ticked["âge"] == other.ticked["âge"]
    ]
    chosen = rng.sample(alike, 10)
    return same + [(*pair, "different") for pair in chosen[:8]] + [(*pair, "unsure") for pair in chosen[8:]]  # type: ignore[list-item]


def tally(found: Iterator[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Question → answer → sum of weights."""
    made: dict[str, Counter[str]] = {}
    for question, answer, weight in found:
        made.setdefault(question, Counter())[answer] += weight
    return {question: dict(sorted(counts.items())) for question, counts in sorted(made.items())}
