"""The release policy: thresholds and rules of `config/release.yaml`, refused in French, hashed into the report; the words of
the closed list, and what it adds for a study of several départements."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, ValidationError

from diagnostic.codebook import model
from diagnostic.codebook.model import Codebook, Meaning, meaning
from diagnostic.codebook.region import QUESTION as DEPARTEMENT
from diagnostic.codebook.routing import Equals
from diagnostic.core.declarations import Day, Section, Text, explain
from diagnostic.core.errors import Refused, few
from diagnostic.core.french import typographic
from diagnostic.release.populations.rounding import widest

CLASSES = {
    "ordinary": "ordinaire",
    "minor": "mineur·es",
    "trans": "personnes trans",
    "place": "lieu",
    "origin": "pays d’origine",
    "procuring": "proxénétisme",
    "disability": "handicap",
    "mental_health": "santé mentale",
    "addiction": "addictions",
    "pregnancy": "grossesse",
    "administrative": "situation administrative",
}
PRESENCE = ("place", "minor", "trans", "procuring")  # classes of which not even one case may be proven
SENSITIVE = tuple(name for name in CLASSES if name != "ordinary")
WHOLE = "complet"
DRAFT = "brouillon"
SYMBOL = "non publié"  # of every figure that is not printed, whatever the reason: another sign would tell the reason
STAMP = "BROUILLON – NE PAS DIFFUSER : la protection n’a pas été vérifiée"
LADDER = ("commune", "intercommunality", "arrondissement", "departement")
CODED_TEXT = "_themes"  # after the name of a question answered by a text, what is coded of it
PLACE = "place"  # the variable of places, which no codebook declares
UNTOLD = frozenset({"?", "!", "*", "no_answer", "not_asked", "dk"})  # answers that say nothing of anybody
# Keys of the policy, never of the file.
OF_CODEBOOK = {"classes", "options", "single", "exclusive", "coded", "open", "strengths", "families", "asked"}
LISTS = ("printed", "professionals")  # keys whose texts may name sets of answers


class PolicyError(Refused):
    """The policy cannot be used; the message lists every problem, one per line, in French."""


class Thresholds(Section):
    """The smallest count published, by class of group. No class may go under 5, whatever the file says."""

    ordinary: int = Field(ge=5, le=1000, description="Groupe ordinaire.")
    minor: int = Field(ge=5, le=1000, description="Groupe qui nomme des mineur·es.")
    trans: int = Field(ge=5, le=1000, description="Groupe qui nomme des personnes trans.")
    place: int = Field(ge=5, le=1000, description="Groupe qui nomme un lieu.")
    origin: int = Field(ge=5, le=1000, description="Groupe qui nomme un pays d’origine.")
    procuring: int = Field(ge=5, le=1000, description="Groupe qui nomme un fait de proxénétisme.")
    disability: int = Field(ge=5, le=1000, description="Groupe qui nomme un handicap.")
    mental_health: int = Field(ge=5, le=1000, description="Groupe qui nomme la santé mentale.")
    addiction: int = Field(ge=5, le=1000, description="Groupe qui nomme une addiction.")
    pregnancy: int = Field(ge=5, le=1000, description="Groupe qui nomme une grossesse.")
    administrative: int = Field(ge=5, le=1000, description="Groupe qui nomme une situation administrative.")

    def of(self, name: str) -> int:
        """The threshold of a class. Raises AttributeError for an unknown one."""
        return int(getattr(self, name))


class Contributors(Section):
    """Who must stand behind a published count: never fewer than three units, none beyond 85 % (Insee's own rule)."""

    structures: int = Field(ge=3, le=1000, description="Structures au moins.")
    situations: int = Field(ge=3, le=1000, description="Situations au moins.")
    largest_percent: float = Field(ge=1, le=85, description="Part au plus de la première structure ou situation.")


class Percentages(Section):
    only_from_shown: bool = Field(description="Un pourcentage se calcule sur des effectifs publiés.")
    decimals: int = Field(ge=0, le=0, description="Jamais de décimale.")
    smallest_base: int = Field(
        ge=1, le=10_000, description="Base imprimée au-dessous de laquelle aucun pourcentage n’est publié."
    )


class Geography(Section):
    ladder: list[Literal["commune", "intercommunality", "arrondissement", "departement"]] = Field(
        min_length=1, description="Échelons permis, du plus fin au plus large ; rien au-dessous de la commune."
    )
    commune_population: int = Field(ge=5000, le=10_000_000, description="Habitant·es au moins pour nommer une commune.")
    commune_ads: int = Field(ge=1, le=100_000, description="Annonces au moins pour nommer une commune.")


class Rounding(Section):
    """Random rounding: one of the two neighbouring multiples of the base, unbiased, drawn with the study's key."""

    base: int = Field(ge=3, le=10, description="Base des effectifs ordinaires.")
    sensitive_base: int = Field(ge=3, le=20, description="Base des classes dont le seuil dépasse le seuil ordinaire.")
    widest_base: int = Field(ge=5, le=50, description="Base la plus large ; au-delà, le nombre est retiré.")
    own_base: int = Field(ge=3, le=10, description="Base de ce que les professionnel·les disent d’elles et eux-mêmes.")
    own_group: int = Field(ge=5, le=1000, description="Professionnel·les au moins, par champ ou fonction.")
    unanimity: int = Field(ge=5, le=1000, description="Groupe au-dessous duquel l’unanimité n’est pas montrée.")


class Rules(Section):
    """One preset: everything that decides a release."""

    mode: Literal["complet", "brouillon"] = Field(description="`brouillon` saute l’attaque et tamponne les pages.")
    thresholds: Thresholds = Field(description="Plus petit effectif publié, par classe.")
    contributors: Contributors = Field(description="Structures et situations derrière un chiffre.")
    percentages: Percentages = Field(description="Pourcentages.")
    geography: Geography = Field(description="Lieux.")
    symbol: Literal["non publié"] = Field(
        description="Signe neutre des chiffres retirés ; un autre signe dirait pourquoi."
    )
    rounding: Rounding = Field(description="Arrondi au hasard.")
    editions: Literal["batches"] = Field(
        description="Une population est mise à jour d’un bloc, quand assez de personnes y ont changé."
    )
    quotations: Literal["none"] = Field(
        description="Aucune parole rapportée : ni texte libre, ni citation dans les blocs de l’équipe."
    )
    attackers: list[Literal["outsider", "structures", "prefecture", "editions"]] = Field(
        description="Qui l’audit imite."
    )


class Listed(Section):
    """What may be printed of a population besides its total, by order of importance; the rest never is."""

    headlines: list[Text] = Field(default=[], description="Chiffres de tête.")
    others: list[Text] = Field(default=[], description="La suite.")
    crossings: list[Text] = Field(default=[], description="Croisements déclarés.")


class Professionals(Section):
    """What professionals say of themselves."""

    participation: list[Text] = Field(
        default=[], description="Qui a répondu : exact, jamais croisé avec des personnes."
    )
    own: list[Text] = Field(default=[], description="Formation, outils, besoins, loi : exact pour toute l’étude.")
    shares: list[Text] = Field(default=[], description="Croisements exacts, si leur base atteint le seuil.")


class Waiver(Section):
    """A lower threshold for one named figure."""

    figure: Text = Field(description="Identifiant du chiffre.")
    threshold: int = Field(ge=3, le=1000, description="Seuil accordé.")
    reason: Text = Field(description="Pourquoi.")
    approver: Text = Field(description="Qui l’accorde.")
    date: Day = Field(description="Quand.")


class Policy(Section):
    """`config/release.yaml`, with what the codebook says of answers (`classes` to `strengths`), which the file may not
    hold."""

    version: int = Field(ge=2, le=2, description="Version du format.")
    preset: Text = Field(description="Jeu de règles appliqué.")
    printed: dict[Text, Listed] = Field(description="Liste fermée de ce qui peut être imprimé, par population.")
    professionals: Professionals = Field(
        description="Ce que les professionnel·les disent d’eux-mêmes et d’elles-mêmes."
    )
    presets: dict[str, Rules] = Field(description="Jeux de règles.")
    waivers: list[Waiver] = Field(default=[], description="Dérogations.")
    classes: dict[str, str] = Field(default={}, description="« variable=réponse » → classe, du codebook.")
    options: dict[str, list[str]] = Field(default={}, description="Variable fermée → ses réponses, du codebook.")
    single: list[str] = Field(default=[], description="Variables d’une seule réponse, du codebook.")
    exclusive: list[str] = Field(
        default=[], description="Variables dont une personne a une seule réponse, du codebook."
    )
    coded: dict[str, list[str]] = Field(default={}, description="Indicateur → ses réponses, du codebook.")
    open: list[str] = Field(default=[], description="Variables dont « autre » est suivi d’un texte, du codebook.")
    strengths: dict[str, int] = Field(default={}, description="Statut → ce qu’il dit de la personne, du codebook.")
    asked: dict[str, str] = Field(default={}, description="Question → la réponse qui la fait poser, du codebook.")
    families: dict[str, str] = Field(
        default={}, description="Réponses → le nom écrit de leur ensemble, qui ne change pas."
    )

    @property
    def rules(self) -> Rules:
        return self.presets[self.preset]

    @property
    def draft(self) -> bool:
        return self.rules.mode == DRAFT

    @property
    def meaning(self) -> Meaning:
        """What counting persons takes from the codebook."""
        return Meaning(frozenset(self.exclusive), frozenset(self.open), self.strengths)

    def threshold(self, name: str, figure: str = "") -> int:
        """The threshold of a class, lowered by the waiver of the figure if there is one."""
        granted = [waiver.threshold for waiver in self.waivers if waiver.figure == figure]
        return min([self.rules.thresholds.of(name), *granted])

    def granting(self, cells: Mapping[str, str]) -> "Policy":
        """The same policy with each waiver given to the cell that its figure counts (`cells`: figure → cell)."""
        given = [
            waiver.model_copy(update={"figure": cells.get(waiver.figure, waiver.figure)}) for waiver in self.waivers
        ]
        return self.model_copy(update={"waivers": given})

    def class_of_answer(self, variable: str, answers: Sequence[str]) -> str:
        """The strictest class that an answer, or a union of answers, belongs to. An answer that a classed variable does
        not declare, or any answer where nothing is declared, is of the strictest class there is."""
        if variable == PLACE:
            return "place"
        told = [answer for answer in answers if answer not in UNTOLD]
        if not self.classes:
            return strictest(list(CLASSES), self) if told else "ordinary"
        if not any(name.startswith(f"{variable}=") for name in self.classes):
            return "ordinary"
        unknown = strictest(list(CLASSES), self)
        return strictest([self.classes.get(f"{variable}={answer}", unknown) for answer in told], self)

    def digest(self) -> str:
        """sha256 of what decides: the chosen rules, the closed list, the classes and the waivers, not the comments."""
        content = {"version": self.version, "preset": self.preset, "rules": self.rules.model_dump(mode="json")}
        content |= {"classes": self.classes, "printed": {k: v.model_dump() for k, v in self.printed.items()}}
        content |= {"professionals": self.professionals.model_dump()}
        content["waivers"] = [waiver.model_dump(mode="json") for waiver in self.waivers]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def strictest(classes: list[str], policy: Policy) -> str:
    """The class that decides for a group that belongs to several: highest threshold, sensitive before ordinary."""
    return max(classes or ["ordinary"], key=lambda name: (policy.threshold(name), name in SENSITIVE, name))


def _incoherent(policy: Policy) -> list[str]:
    """What each key alone does not show."""
    if policy.preset not in policy.presets:
        return [f"preset : « {policy.preset} » n’est pas défini ; jeux connus : {', '.join(policy.presets)}"]
    problems = []
    for name, rules in policy.presets.items():
        floor = rules.thresholds.ordinary
        low = [CLASSES[c] for c in SENSITIVE if rules.thresholds.of(c) < floor]
        if low:
            problems.append(f"presets.{name}.thresholds : sous le seuil ordinaire : {', '.join(low)}")
        if rules.mode == WHOLE and "outsider" not in rules.attackers:
            problems.append(f"presets.{name}.attackers : « outsider » manque ; seul le mode brouillon s’en passe")
        order = [LADDER.index(step) for step in rules.geography.ladder]
        if order != sorted(set(order)):
            problems.append(f"presets.{name}.geography.ladder : du plus fin au plus large, sans répétition")
        if not rules.percentages.only_from_shown:
            problems.append(f"presets.{name}.percentages.only_from_shown : seul « true » est admis")
        bases = rules.rounding
        if not bases.base <= bases.sensitive_base <= bases.widest_base:
            problems.append(f"presets.{name}.rounding : base, sensitive_base et widest_base vont en croissant")
        problems += [f"presets.{name}.rounding.{told}" for told in narrow(rules)]
    return problems


def narrow(rules: Rules) -> list[str]:
    """The bases of rounding that are too small for the thresholds they serve: whatever they print would stand for fewer
    counts than the threshold, so that nothing could be printed."""
    every = [rules.thresholds.of(one) for one in CLASSES]
    served = {"base": rules.thresholds.ordinary, "sensitive_base": max(every)}
    return [
        f"{key} : {getattr(rules.rounding, key)} est trop petit pour un seuil de {least} : un nombre imprimé vaudrait pour "
        f"moins de {least} effectifs ; {math.ceil((least - 1) / 2)} au moins"
        for key, least in served.items()
        if least > widest(getattr(rules.rounding, key))
    ]


def load_policy(
    content: Mapping[str, Any],
    path: str = "config/release.yaml",
    preset: str = "",
    codebook: Mapping[str, Any] | None = None,
) -> Policy:
    """The policy of a YAML mapping; `preset` chooses another preset than the file's. `codebook`: what `of_codebook` gives;
    without it every answer is of the strictest class. Names of sets of answers become the answers (`codebook.model`).

    Raises PolicyError with every problem, each line naming the file and the key.
    """
    told = dict(codebook or {})
    sets = told.pop("sets", {})
    try:
        unknown = sorted(set(content) & OF_CODEBOOK)
        given = {key: _answers(part, sets) if key in LISTS else part for key, part in content.items()}
        terms = sorted({term for name in _texts(content.get("printed")) for term in name.split(" & ")})
        told["families"] = {said: term for term in terms if (said := _answers(term, sets)) != term}
        policy = Policy.model_validate({**given, **told, **({"preset": preset} if preset else {})})
        problems = [f"{name} : clé inconnue" for name in unknown] + _incoherent(policy)
    except ValidationError as errors:
        problems = [explain(error, Policy) for error in errors.errors(include_input=False)]
    if problems:
        raise PolicyError("\n".join(typographic(line) for line in few(f"{path} : {problem}." for problem in problems)))
    return policy


def _texts(part: Any) -> Iterator[str]:
    """Every text of a part of the file."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping | list):
        for one in part.values() if isinstance(part, Mapping) else part:
            yield from _texts(one)


def _answers(part: Any, sets: Mapping[str, model.Sets]) -> Any:
    """A part of the closed list with the answers that its names of sets stand for."""
    if isinstance(part, Mapping):
        return {key: _answers(value, sets) for key, value in part.items()}
    if isinstance(part, list):
        return [_answers(value, sets) for value in part]
    return (
        model.asked_written(model.resolved_names(model.parse_asked(part), sets))
        if isinstance(part, str) and "=" in part
        else part
    )


def of_codebook(codebook: Codebook) -> dict[str, Any]:
    """What the policy takes from the codebook: the class of every answer, the answers of each variable, which variables
    take one answer, of a form or of a person, what the status says, and the `sets` of answers that the list may name."""
    closed = [variable for variable in codebook.variables if variable.closed]
    said = meaning(codebook)
    return {
        "classes": codebook.classes(),
        "options": {one.name: [option.code for option in codebook.options(one)] for one in closed},
        "single": sorted({one.name for one in closed if one.type == "single"}),
        "exclusive": sorted(said.exclusive),
        "coded": {
            name: [f"{variable}={answer}" for variable, answers in one.asked for answer in answers]
            for one in codebook.indicators
            for name in (one.fact_id, one.share_id)
        },
        "open": sorted(said.open),
        "strengths": dict(said.strengths),
        "asked": _asked(codebook),
        "sets": codebook.sets,
    }


def _asked(codebook: Codebook) -> dict[str, str]:
    """Question of the form → the one answer to another that it is put to, as a term; a text that is coded is written by who was
    asked for it. Those put to everybody, or under several conditions, are left out."""
    conditions = {one.name: one.condition for one in codebook.variables}
    return {
        name: f"{condition.name}={condition.codes[0]}"
        for question, condition in conditions.items()
        if isinstance(condition, Equals) and len(condition.codes) == 1
        for name in (question, f"{question}{CODED_TEXT}")
        if name in conditions
    }


# -- The words of the closed list: how a group is named, and what the list names that nobody declares ----------------
# A fact says its group as "population: variable=answer|answer & variable=answer".
POPULATIONS = {
    "": "personne",
    "prostitution": "personnes en situation de prostitution",
    "concerned": "personnes concernées",
    "reported": "personnes des questionnaires",
    "described": "situations des deux sources",
    "cases": "situations des questionnaires",
    "professionals": "professionnel·les",
    "responses": "réponses",
    "interviews": "entretiens",
}
SAME = {"concerned: in_prostitution=yes": "prostitution", "described: source=response": "cases"}  # group → population
Term = tuple[str, tuple[str, ...]]
DERIVED = {"in_prostitution": ("yes", "no", "unknown"), "source": ("response", "interview")}  # not in the codebook
ARRONDISSEMENT = "arrondissement"  # its answers are the study's, by name


def parse(group: str) -> tuple[str, tuple[Term, ...]]:
    """The population and the terms of a group's name."""
    population, _, rest = group.partition(":")
    return population, model.parse_asked(rest)


def problems(policy: Policy) -> list[str]:
    """What the closed list names that no codebook declares; one line each."""
    found: list[str] = []
    if not policy.options:
        return found
    own = {*policy.professionals.participation, *policy.professionals.own}
    found += [f"professionals : « {name} » n’est pas dans le codebook" for name in sorted(own - set(policy.options))]
    found += [
        f"printed.professionals : d’une question de « shares », « {name} » ne peut pas être imprimé"
        for name in _beside_exact(policy)
    ]
    for population, told in policy.printed.items():
        for name in (*told.headlines, *told.others, *told.crossings):
            terms = parse(f"{population}: {name}")[1] if "=" in name else ((name, ()),)
            for variable, answers in terms:
                known = DERIVED.get(variable, policy.options.get(variable, () if variable == ARRONDISSEMENT else None))
                if known is None:
                    found.append(f"printed.{population} : « {variable} » n’est pas dans le codebook")
                    continue
                found += [
                    f"printed.{population} : « {variable}={answer} » n’est pas une réponse du codebook"
                    for answer in answers
                    if answer not in known and answer not in UNTOLD
                ]
    return found


def _beside_exact(policy: Policy) -> list[str]:
    """Listed answers to a question of which another answer is printed exact (`shares`), as is to whom it was put: what the
    exact numbers leave would contradict a drawn one, or narrow it."""
    told = policy.printed.get("professionals")
    exact = {term for said in policy.professionals.shares for term in model.parse_asked(said)}
    exact = {term for term in exact if term[0] not in policy.professionals.own}
    asked = {variable for variable, _ in exact}
    listed = (*told.headlines, *told.others) if told else ()
    return [
        name
        for name in listed
        if any(
            term[0] in asked and term not in exact
            for term in (model.parse_asked(name) if "=" in name else ((name, ()),))
        )
    ]


# -- A study of several départements ------------------------------------------------------------------------------
# A département is to its region what an answer is to its question: the groups of the list by département are groups of the
# same persons, drawn with the same key, and the attack knows that the départements, and those of nowhere known, add up to the
# region. Nothing below the département is printed: what each has of places belongs to a study of its own.
COUNTED = "prostitution"  # the population that is counted by département
FINEST = ["departement"]  # the only step of the ladder


def regional(policy: Policy, departements: Sequence[str]) -> Policy:
    """The policy of a study of several départements, by their codes; the same policy for a study of one.

    Each takes the place of the arrondissements among the others of the list, and is crossed with each headline.
    """
    if len(departements) < 2:
        return policy
    printed = dict(policy.printed)
    if COUNTED in printed:
        told = printed[COUNTED]
        others = [one for one in told.others if one != ARRONDISSEMENT]
        crossings = [f"{DEPARTEMENT}={code} & {one}" for one in told.headlines if "=" in one for code in departements]
        printed[COUNTED] = told.model_copy(
            update={"others": [DEPARTEMENT, *others], "crossings": [*told.crossings, *crossings]}
        )
    ours = policy.professionals
    presets = {
        name: rules.model_copy(update={"geography": rules.geography.model_copy(update={"ladder": FINEST})})
        for name, rules in policy.presets.items()
    }
    return policy.model_copy(
        update={
            "printed": printed,
            "professionals": ours.model_copy(update={"participation": [*ours.participation, DEPARTEMENT]}),
            "presets": presets,
            "classes": policy.classes | {f"{DEPARTEMENT}={code}": "place" for code in departements},
            "options": policy.options | {DEPARTEMENT: list(departements)},
            "single": sorted({*policy.single, DEPARTEMENT}),
        }
    )


def coarse(policy: Policy) -> bool:
    """Whether nothing below the département may be printed."""
    return policy.rules.geography.ladder == FINEST
