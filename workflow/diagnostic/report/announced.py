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
from diagnostic.estimate.catalogue.ways import WAYS
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
    return any(RULES[name](told) for name in takewhile("exact_but".__ne__, RULES))


EXACT = WAYS["things"].said["exact"]
TEXTS: Mapping[str, tuple[str, str]] = {  # what the ways of release say to readers, then what is said of no way
    **{name: said for way in WAYS.values() for name, said in way.said.items()},
    "exact_but": (EXACT[0], f"{EXACT[1]}, sauf ce que dit une règle ci-dessus."),
    "exact": (EXACT[0], f"{EXACT[1]}."),
    "publication": (
        "Ce qu’une publication a déjà dit des personnes décrites",
        "n’est pas réimprimé ici, sauf leur total et combien sont en situation de prostitution.",
    ),
    "attacked": (
        "Tout est relu ensemble.",
        "Avant la publication, un programme cherche à retrouver chaque groupe dans l’ensemble des documents, comme le ferait "
        "qui les lit tous, qui connaît les situations décrites par sa propre structure, qui suit les parcours de sortie, ou "
        "qui a gardé une édition précédente. S’il y parvient, rien n’est publié.",
    ),
    "draft": (
        "Tout n’a pas été relu ensemble.",
        "Ce brouillon saute l’épreuve qui cherche à retrouver chaque groupe dans l’ensemble des documents : il ne se diffuse "
        "pas.",
    ),
    "withheld": (
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même, et la raison n’est jamais donnée, parce qu’elle en dirait trop. Ce n’est pas zéro. Quand un total "
        "est petit, il arrive aussi qu’une répartition entière soit retirée par tirage au sort, quoi qu’elle contienne : ainsi "
        "le mot ne dit pas que chacun de ses nombres est petit, ni qu’il y a quelqu’un derrière.",
    ),
    "not_again": (
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même quelle que soit la raison, et ce n’est pas zéro.",
    ),
    "names": (
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure qui n’a pas accepté "
        "d’être nommée.",
    ),
    "names_published": (
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure que ni elle-même ni "
        "la publication n’ont nommée.",
    ),
}
RULES: Mapping[str, Callable[[Told], bool]] = {  # name → where it is told, in order
    "small": _persons,
    "rest": _persons,
    "contributors": _persons,
    "rounding": _persons,
    "shares": lambda told: bool(len(told.shares)),
    "own": lambda told: bool(len(told.said)),
    "departements": lambda told: bool(len(told.within)),
    "places": lambda told: bool(len(told.placed)),
    "heard": lambda told: bool(len(told.heard)),
    "fields": lambda told: bool(len(told.fields)),
    "each": lambda told: bool(len(told.each)),
    "kinds": lambda told: bool(len(told.venues)),
    "estimated": lambda told: bool(len(told.estimated)),
    "coded": lambda told: bool(told.coded["measure"].eq("percent").any()),
    "recall": lambda told: told.has(RECALL),
    "exact_but": lambda told: _ruled(told),
    "exact": lambda told: not _ruled(told),
    "acts": lambda told: bool(len(told.leaving("act"))),
    "publication": _published,
    "attacked": lambda told: _persons(told) and not told.draft,
    "draft": lambda told: told.draft,
    "withheld": lambda told: told.withheld and _persons(told),
    "not_again": lambda told: told.withheld and not _persons(told),
    "unnamed": lambda told: told.has("interviews.total", "pathway.structures"),
    "names": lambda told: not _published(told),
    "names_published": _published,
}


def announced(told: Told) -> list[str]:
    """The names of the rules that a study's documents tell, in order."""
    return [name for name, where in RULES.items() if where(told)]


def sentences(told: Told, numbers: Mapping[str, str]) -> list[str]:
    """These rules, the title of each in bold (Markdown); `numbers`: those of the policy, in French."""
    found = []
    for name in announced(told):
        title, text = TEXTS[name]
        said = f"**{title.format(**numbers)}**{'' if text.startswith(',') else ' '}{text.format(**numbers)}"
        found.append(french.typographic(said))
    return found
