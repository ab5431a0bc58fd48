"""What a document says of the rules of publication: those of the policy that its own statements follow, and no other.

A rule is told only where the study has something that it governs: a study that publishes nothing of its own on persons does
not say that it rounds. `tests/workflow/test_protected.py` checks each of them against every statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import of, which
from diagnostic.release.printed import WITHHELD

DESCRIBED = ("person", "situation")
SAID = ("respondents", "answers")  # what professionals answered
RECALL = "persons.recall_pct"


@dataclass(frozen=True)
class Told:
    """What a study's documents print: `statements`, the figures of a publication (`reproduction`), whether it is a draft."""

    statements: pd.DataFrame
    reproduction: pd.DataFrame
    draft: bool

    @cached_property
    def shown(self) -> pd.DataFrame:
        return self.statements[self.statements["kind"].ne("withheld")]

    @cached_property
    def observed(self) -> pd.DataFrame:
        return self.shown[self.shown["origin"].eq("observed")]

    @property
    def withheld(self) -> bool:
        return len(self.shown) < len(self.statements) or bool(self.reproduction["published"].eq(WITHHELD).any())

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The counts of persons or situations described that are rounded."""
        own = self.observed[self.observed["unit"].isin(DESCRIBED) & self.observed["measure"].eq("count")]
        return own[own["claim_low"] < own["claim_high"]]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares of persons or situations described, with the printed numbers that they come from."""
        own = self.observed[self.observed["unit"].isin(DESCRIBED) & self.observed["measure"].eq("percent")]
        return own[own["printed_denominator"].ne("")]

    @cached_property
    def said(self) -> pd.DataFrame:
        """What professionals said, counted exactly."""
        own = self.shown[of(self.shown["statement_id"], *SAID) & self.shown["measure"].eq("count")]
        return own[own["unit"].eq("professional") & own["claim_low"].eq(own["claim_high"])]

    @cached_property
    def within(self) -> pd.DataFrame:
        """What professionals said in one département of several, rounded."""
        of_one = which(self.shown["statement_id"], lambda one: bool(one.departement))
        own = self.shown[of_one & self.shown["measure"].eq("count")]
        return own[own["unit"].eq("professional") & own["claim_low"].lt(own["claim_high"])]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Numbers and shares of ads by place, of the study's own counts."""
        return self._observed("ads_by_place")

    @cached_property
    def heard(self) -> pd.DataFrame:
        """Structures met or heard in one place, of the study's own lists."""
        return self._observed("interviews.place.{place}", "partners.place.{code}")

    @cached_property
    def fields(self) -> pd.DataFrame:
        """Interviews by field, of the team's own list, printed or not."""
        own = self.statements[of(self.statements["statement_id"], "interviews.field.{field}")]
        return own[own["origin"].eq("observed")]

    @cached_property
    def each(self) -> pd.DataFrame:
        """Counts of what stands for one person each, of the study's own."""
        own = self.leaving("each")
        return own[own["measure"].eq("count")]

    @cached_property
    def venues(self) -> pd.DataFrame:
        """Places at risk by kind, of the study's own list."""
        return self._observed("venues.type.{type}")

    @cached_property
    def estimated(self) -> pd.DataFrame:
        """Estimates of numbers of persons."""
        own = self.observed[self.observed["unit"].isin(DESCRIBED) & self.observed["measure"].eq("estimate")]
        return own[own["shown_value"].notna()]

    @cached_property
    def coded(self) -> pd.DataFrame:
        """Shares of what the coded ads declare."""
        own = self._observed("profiles")
        return own[own["source_table"].eq("consolidate/codings")]

    def _observed(self, *names: str) -> pd.DataFrame:
        return self.observed[of(self.observed["statement_id"], *names)]

    def leaving(self, way: str) -> pd.DataFrame:
        """What the study's own facts that leave by this way print."""
        return self.observed[which(self.observed["statement_id"], lambda one: one.entry.way == way)]

    def has(self, *names: str) -> bool:
        """Whether a statement of the study's own has one of these names."""
        return bool(self.observed["statement_id"].isin(names).any())


def _persons(told: Told) -> bool:
    return bool(len(told.drawn))


def _published(told: Told) -> bool:
    return bool(len(told.reproduction))


def _ruled(told: Told) -> bool:
    """Whether a rule is told before that of what is exact."""
    return any(RULES[name][2](told) for name in takewhile("exact_but".__ne__, RULES))


EXACT = "(sites, annonces par site, articles, total des entretiens) est publié tel quel"
Rule = tuple[str, str, Callable[[Told], bool]]
RULES: Mapping[str, Rule] = {  # name → title, text, and where it is told
    "small": (
        "Un petit nombre de personnes n’est pas publié.",
        "Le seuil est de {ordinary}, et de {sensitive} pour les mineur·es, les personnes trans, un lieu, un pays d’origine, un "
        "fait de proxénétisme, la santé ou le droit au séjour. Zéro est un petit nombre comme les autres.",
        _persons,
    ),
    "rest": (
        "Ce qui reste d’un groupe",
        ", une fois ôté ce que l’on publie, ne s’en déduit qu’à une fourchette près, qui va toujours jusqu’au seuil.",
        _persons,
    ),
    "contributors": (
        "Aucune source ne se lit seule.",
        "Derrière un nombre publié de personnes décrites, il y a {structures} structures et {situations} situations au moins, "
        "dont aucune n’en fait plus de {largest}.",
        _persons,
    ),
    "rounding": (
        "Un nombre de personnes ou de situations décrites est arrondi au hasard",
        ": à l’un des multiples de {rounding} voisins (de {sensitive_rounding} pour les groupes au seuil de {sensitive}, "
        "davantage où il le faut), tiré au sort une fois pour toutes, plus souvent le plus proche ; un nombre déjà multiple "
        "peut lui aussi bouger d’un pas. Un même groupe a partout le même nombre. Des parts peuvent donc ne pas faire la "
        "somme annoncée.",
        _persons,
    ),
    "shares": (
        "Une part de ces personnes vient de nombres publiés.",
        "Elle est sans décimale, et sa base vaut {base} au moins.",
        lambda told: bool(len(told.shares)),
    ),
    "own": (
        "Ce que les professionnel·les disent d’elles-mêmes et d’eux-mêmes",
        "(formation, outils, besoins, connaissance de la loi) est exact pour toute l’étude ; le nombre des répondant·es et de qui a été rencontré·e aussi, par champ et par fonction, même "
        "s’il n’y en a qu’un·e : rien de ce que cette personne a dit n’est publié à part. Là "
        "où est dite la part qui ne se sent pas assez outillée parmi qui a accompagné des personnes, son effectif et sa base "
        "sont exacts, et les autres réponses de qui en a accompagné ou non ne sont pas publiées.",
        lambda told: bool(len(told.said)),
    ),
    "departements": (
        "Dans un département, ce qu’elles et ils disent d’elles-mêmes et d’eux-mêmes",
        "est arrondi au hasard, à l’un des multiples de {own_rounding} voisins, même un petit nombre : « {own_rounding} » peut être "
        "un·e seul·e professionnel·le. Où moins de {own_group} ont répondu, rien n’en est dit, ni l’unanimité de moins de {unanimity}.",
        lambda told: bool(len(told.within)),
    ),
    "places": (
        "Les annonces par lieu sont arrondies au hasard",
        ", comme des personnes : leurs nombres aux multiples de {sensitive_rounding}, leurs parts à 5 points près ; celle "
        "d’un lieu vient de son nombre imprimé. Un lieu de moins de {ads} annonces n’est pas nommé.",
        lambda told: bool(len(told.placed)),
    ),
    "heard": (
        "Une commune où moins de {structures} structures ont répondu",
        ", ou ont été rencontrées, n’est pas nommée pour cela. Ni les entretiens dont "
        "la ville n’est pas écrite ni le nombre des villes ne sont dits.",
        lambda told: bool(len(told.heard)),
    ),
    "fields": (
        "Les entretiens d’un champ d’activité où moins de {structures} structures ont été rencontrées",
        "ne sont pas comptés à part, ni ceux d’un autre champ dont ils se déduiraient ; ni ceux d’un champ qui n’a pas plus de "
        "structures nommées que d’entretiens : on croirait savoir lesquelles ont parlé.",
        lambda told: bool(len(told.fields)),
    ),
    "each": (
        "Une mesure pénale concerne une personne, une réponse reçue en ligne ou un pseudonyme en vient :",
        "s’il y en a moins de {ordinary}, le nombre n’est pas donné.",
        lambda told: bool(len(told.each)),
    ),
    "kinds": (
        "Un type d’établissement qui en compte moins de {structures}",
        "n’est pas nommé, ni un autre dont il se déduirait. Moins de {structures} établissements en tout ne sont pas comptés.",
        lambda told: bool(len(told.venues)),
    ),
    "estimated": (
        "Un nombre estimé de personnes",
        "est arrondi à la dizaine, au hasard, et plus largement au-delà de mille ; ses bornes le sont vers l’extérieur.",
        lambda told: bool(len(told.estimated)),
    ),
    "coded": (
        "Ce que déclarent les annonces codées",
        "est donné à 5 points près, avec les limites du nombre imprimé (erreur de tirage et arrondi, par pas de 5 points), et n’est "
        "pas publié sous les mêmes seuils. Une part d’annonces compte des annonces : elle "
        "ne dit rien des personnes que décrivent les professionnel·les.",
        lambda told: bool(told.coded["measure"].eq("percent").any()),
    ),
    "recall": (
        "La part des copies d’annonces qu’une recherche retrouve",
        "est donnée de même à 5 points près, sans seuil ; le nombre de ces copies n’est dit qu’à la dizaine, et ce que les copies "
        "manquées ajoutent à l’erreur, à la vingtaine supérieure.",
        lambda told: told.has(RECALL),
    ),
    "exact_but": (
        "Ce qui ne compte pas des personnes",
        f"{EXACT}, sauf ce que dit une règle ci-dessus.",
        lambda told: _ruled(told),
    ),
    "exact": ("Ce qui ne compte pas des personnes", f"{EXACT}.", lambda told: not _ruled(told)),
    "acts": (
        "Les totaux de l’application de la loi",
        "sont ceux d’actes que leur source permet de dire à qui reçoit ce document ; ils ne viennent pas de cette enquête, et "
        "sont imprimés comme leur source les donne, petits et zéros compris.",
        lambda told: bool(len(told.leaving("act"))),
    ),
    "publication": (
        "Ce qu’une publication a déjà dit des personnes décrites",
        "n’est pas réimprimé ici, sauf leur total et combien sont en situation de prostitution.",
        _published,
    ),
    "attacked": (
        "Tout est relu ensemble.",
        "Avant la publication, un programme cherche à retrouver chaque groupe dans l’ensemble des documents, comme le ferait "
        "qui les lit tous, qui connaît les situations décrites par sa propre structure, qui suit les parcours de sortie, ou "
        "qui a gardé une édition précédente. S’il y parvient, rien n’est publié.",
        lambda told: _persons(told) and not told.draft,
    ),
    "draft": (
        "Tout n’a pas été relu ensemble.",
        "Ce brouillon saute l’épreuve qui cherche à retrouver chaque groupe dans l’ensemble des documents : il ne se diffuse "
        "pas.",
        lambda told: told.draft,
    ),
    "withheld": (
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même, et la raison n’est jamais donnée, parce qu’elle en dirait trop. Ce n’est pas zéro. Quand un total "
        "est petit, il arrive aussi qu’une répartition entière soit retirée par tirage au sort, quoi qu’elle contienne : ainsi "
        "le mot ne dit pas que chacun de ses nombres est petit, ni qu’il y a quelqu’un derrière.",
        lambda told: told.withheld and _persons(told),
    ),
    "not_again": (
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même quelle que soit la raison, et ce n’est pas zéro.",
        lambda told: told.withheld and not _persons(told),
    ),
    "unnamed": (
        "D’une structure qui n’est pas nommée, rien n’est dit",
        ": ni son champ, ni ce qu’elle propose, ni sa ville, ni le jour d’un entretien. Les entretiens menés par l’équipe sont "
        "comptés, et ne sont ni listés ni datés au jour près. Les structures par champ d’activité, ou par axe, ne sont comptées que si aucun champ, ou "
        "aucun axe, n’en a une ou deux qui ne sont pas nommées.",
        lambda told: told.has("interviews.total", "pathway.structures"),
    ),
    "names": (
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure qui n’a pas accepté "
        "d’être nommée.",
        lambda told: not _published(told),
    ),
    "names_published": (
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure que ni elle-même ni "
        "la publication n’ont nommée.",
        _published,
    ),
}


def announced(told: Told) -> list[str]:
    """The names of the rules that a study's documents tell, in order."""
    return [name for name, (_, _, where) in RULES.items() if where(told)]


def sentences(told: Told, numbers: Mapping[str, str]) -> list[str]:
    """These rules, the title of each in bold (Markdown); `numbers`: those of the policy, in French."""
    found = []
    for name in announced(told):
        title, text, _ = RULES[name]
        said = f"**{title.format(**numbers)}**{'' if text.startswith(',') else ' '}{text.format(**numbers)}"
        found.append(french.typographic(said))
    return found
