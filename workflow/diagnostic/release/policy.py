"""The release policy: thresholds and rules of `config/release.yaml`, refused in French, hashed into the report."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from diagnostic.french import typographic

CLASSES = {
    "ordinary": "ordinaire",
    "minor": "mineur·es",
    "trans": "personnes trans",
    "place": "lieu",
    "origin": "pays d’origine",
    "procuring": "proxénétisme",
}
PRESENCE = ("place", "minor", "trans", "procuring")  # classes of which not even one case may be proven
SENSITIVE = tuple(name for name in CLASSES if name != "ordinary")
WHOLE = "complet"
DRAFT = "brouillon"
SYMBOL = "non publié"  # of every figure that is not printed, whatever the reason: another sign would tell the reason
STAMP = "BROUILLON – NE PAS DIFFUSER : la protection n’a pas été vérifiée"
LADDER = ("commune", "intercommunality", "arrondissement", "departement")
Class = Literal["ordinary", "minor", "trans", "place", "origin", "procuring"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class PolicyError(Exception):
    """The policy cannot be used; the message lists every problem, one per line, in French."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Thresholds(Part):
    """The smallest count published, by class of group. No class may go under 5, whatever the file says."""

    ordinary: int = Field(ge=5, description="Croisement ordinaire.")
    minor: int = Field(ge=5, description="Groupe qui nomme des mineur·es.")
    trans: int = Field(ge=5, description="Groupe qui nomme des personnes trans.")
    place: int = Field(ge=5, description="Groupe qui nomme une commune.")
    origin: int = Field(ge=5, description="Groupe qui nomme un pays d’origine.")
    procuring: int = Field(ge=5, description="Groupe qui nomme un fait de proxénétisme.")

    def of(self, name: str) -> int:
        """The threshold of a class. Raises AttributeError for an unknown one."""
        return int(getattr(self, name))


class Contributors(Part):
    """Who must stand behind a published count."""

    structures: int = Field(ge=1, description="Structures au moins.")
    situations: int = Field(ge=1, description="Situations au moins.")
    largest_percent: float = Field(gt=0, le=100, description="Part au plus de la première structure ou situation.")


class Percentages(Part):
    only_from_shown: bool = Field(description="Un pourcentage se calcule sur des effectifs publiés.")
    decimals: int = Field(ge=0, le=0, description="Jamais de décimale.")
    smallest_base: int = Field(ge=1, description="Base au-dessous de laquelle aucun pourcentage n’est publié.")
    exact_base: int = Field(ge=1, description="Base au-dessous de laquelle le pourcentage est arrondi.")
    coarse_step: int = Field(ge=1, le=50, description="Pas de cet arrondi, en points.")


class Geography(Part):
    ladder: list[Literal["commune", "intercommunality", "arrondissement", "departement"]] = Field(
        min_length=1, description="Échelons permis, du plus fin au plus large ; rien au-dessous de la commune."
    )
    commune_population: int = Field(ge=5000, description="Habitant·es au moins pour nommer une commune.")


class Rounding(Part):
    base: int = Field(ge=3, le=10, description="Base de l’arrondi contrôlé.")
    when: Literal["never", "crossings", "always"] = Field(
        description="`crossings` arrondit les croisements, et un total seulement si l’audit le refuse exact ; "
        "`always` arrondit tout effectif de personnes."
    )


class Rules(Part):
    """One preset: everything that decides a release."""

    mode: Literal["complet", "brouillon"] = Field(description="`brouillon` saute l’attaque et tamponne les pages.")
    thresholds: Thresholds = Field(description="Plus petit effectif publié, par classe.")
    contributors: Contributors = Field(description="Structures et situations derrière un chiffre.")
    attribute_below: int = Field(ge=0, description="Groupe sous lequel ni 0 ni 100 % ne doit être prouvé.")
    complements: bool = Field(description="Le reste du groupe suit la règle du groupe.")
    percentages: Percentages = Field(description="Pourcentages.")
    geography: Geography = Field(description="Échelons géographiques.")
    symbol: Literal["non publié"] = Field(
        description="Ce qui tient lieu d’un chiffre non publié, quelle qu’en soit la raison ; rien d’autre n’est admis."
    )
    zeros: Literal["withheld", "shown"] = Field(description="Zéros : non publiés, ou publiés hors lieux.")
    rounding: Rounding = Field(description="Arrondi contrôlé.")
    editions: Literal["carry", "exact"] = Field(description="Chiffre à peine changé depuis l’édition précédente.")
    quotations: Literal["none"] = Field(
        description="Aucune parole rapportée : ni texte libre, ni citation dans les blocs de l’équipe."
    )
    attackers: list[Literal["outsider", "structures", "editions"]] = Field(description="Qui l’audit imite.")
    largest_crossing: int = Field(ge=1, le=3, description="Variables croisées au plus dans les groupes attaqués.")


class Waiver(Part):
    """A lower threshold for one named figure."""

    figure: Text = Field(description="Identifiant du chiffre.")
    threshold: int = Field(ge=3, description="Seuil accordé.")
    reason: Text = Field(description="Pourquoi.")
    approver: Text = Field(description="Qui l’accorde.")
    date: dt.date = Field(description="Quand.")


class Policy(Part):
    """`config/release.yaml`."""

    version: int = Field(ge=1, le=1, description="Version du format.")
    preset: Text = Field(description="Jeu de règles appliqué.")
    classes: dict[Literal["minor", "trans", "place", "origin", "procuring"], list[Text]] = Field(
        default={}, description="Ce qui relève de chaque classe : variables, ou `variable=réponse`."
    )
    sensitive: list[Text] = Field(
        default=[], description="Variables dont ni 0 ni 100 % ne doit être prouvé dans un petit groupe."
    )
    recode: dict[str, dict[str, Text]] = Field(
        default={}, description="Regroupements, décidés avant de voir : variable, puis réponse → regroupement."
    )
    presets: dict[str, Rules] = Field(description="Jeux de règles.")
    waivers: list[Waiver] = Field(default=[], description="Dérogations.")

    @property
    def rules(self) -> Rules:
        return self.presets[self.preset]

    @property
    def draft(self) -> bool:
        return self.rules.mode == DRAFT

    def threshold(self, name: str, figure: str = "") -> int:
        """The threshold of a class, lowered by the waiver of the figure if there is one."""
        granted = [waiver.threshold for waiver in self.waivers if waiver.figure == figure]
        return min([self.rules.thresholds.of(name), *granted])

    def granting(self, cells: Mapping[str, str]) -> Policy:
        """The same policy with each waiver given to the cell that its figure counts (`cells`: figure → cell)."""
        given = [
            waiver.model_copy(update={"figure": cells.get(waiver.figure, waiver.figure)}) for waiver in self.waivers
        ]
        return self.model_copy(update={"waivers": given})

    def class_of_answer(self, variable: str, answers: Sequence[str]) -> str:
        """The strictest class that an answer, or a union of answers, belongs to."""
        named = {variable, *(f"{variable}={answer}" for answer in answers)}
        return strictest([name for name, members in self.classes.items() if named & set(members)], self)

    def digest(self) -> str:
        """sha256 of what decides: the chosen rules and the waivers, not the comments of the file."""
        content = {"version": self.version, "preset": self.preset, "rules": self.rules.model_dump(mode="json")}
        content |= {"classes": self.classes, "sensitive": self.sensitive, "recode": self.recode}
        content["waivers"] = [waiver.model_dump(mode="json") for waiver in self.waivers]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def strictest(classes: list[str], policy: Policy) -> str:
    """The class that decides for a group that belongs to several: highest threshold, sensitive before ordinary."""
    return max(classes or ["ordinary"], key=lambda name: (policy.threshold(name), name in SENSITIVE, name))


_MESSAGES = {
    "missing": "clé obligatoire absente",
    "extra_forbidden": "clé inconnue",
    "int_parsing": "un nombre entier est attendu",
    "int_type": "un nombre entier est attendu",
    "float_parsing": "un nombre est attendu (avec un point : 0.05)",
    "bool_parsing": "« true » ou « false » est attendu",
    "list_type": "une liste est attendue",
    "dict_type": "un bloc « clé: valeur » est attendu",
    "model_type": "un bloc « clé: valeur » est attendu",
    "string_too_short": "la valeur est vide",
    "too_short": "la liste est vide",
}


def _explain(error: Mapping[str, Any]) -> str:
    key, kind, context = ".".join(str(part) for part in error["loc"]), error["type"], error.get("ctx", {})
    if kind == "literal_error":
        return f"{key} : valeur non prévue ; attendu : {str(context['expected']).replace(' or ', ' ou ').replace(chr(39), '')}"
    if kind.startswith("date"):
        return f"{key} : date impossible ; écrire AAAA-MM-JJ, par exemple 2026-03-01"
    bounds = {"greater_than": "plus grand que", "greater_than_equal": "au moins", "less_than_equal": "au plus"}
    if kind in bounds:
        return f"{key} : doit être {bounds[kind]} {next(iter(context.values()))}"
    return f"{key} : {_MESSAGES.get(kind, 'valeur refusée')}"


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
        if rules.percentages.exact_base < rules.percentages.smallest_base:
            problems.append(f"presets.{name}.percentages : exact_base est au moins smallest_base")
    return problems


def load_policy(content: Mapping[str, Any], path: str = "config/release.yaml", preset: str = "") -> Policy:
    """The policy of a YAML mapping; `preset` chooses another preset than the file's.

    Raises PolicyError with every problem, each line naming the file and the key.
    """
    try:
        policy = Policy.model_validate({**content, "preset": preset} if preset else dict(content))
        problems = _incoherent(policy)
    except ValidationError as errors:
        problems = [_explain(error) for error in errors.errors(include_input=False)]
    if problems:
        raise PolicyError("\n".join(typographic(f"{path} : {problem}.") for problem in problems))
    return policy
