"""The sentence that page 1 begins with: of each subject, in order, the first clause that the study can say.

A clause holds no number of its own: it cites statements as findings do (`{n:id}`), or an earlier publication (`{p:id}`). It is
told where all that it cites may be printed and says something, and where the findings that it leans on (`where`) are on page 1,
with their base and what keeps them from being exact: the sentence says nothing that the page does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from diagnostic.findings.computed import ONE_SENTENCE, PAGE_ONE, Finding, computed, filled, sayable, signable
from diagnostic.findings.judged import OPEN
from diagnostic.findings.published import PRINTED
from diagnostic.findings.sentences import PERSONS


@dataclass(frozen=True)
class Clause:
    """One way of saying a subject; `where`: the sentences of findings that must be told on page 1 for it."""

    text: str
    where: tuple[str, ...] = ()


DESCRIBED = "les professionnel·les décrivent {n:shared.persons_prostitution} personnes en situation de prostitution"
PUBLISHED = (
    "selon la publication, les professionnel·les ont décrit {p:shared.persons_concerned} personnes concernées au moins"
)
WOMEN, MINORS = "{n:profile.women_pct} de femmes", "{n:profile.minors_pct} de mineur·es"
UNAWARE = "des répondant·es ignoraient la commission départementale"
OFFERS = "sur Internet, {n:ads.total} annonces d’offre"
TWO_SITES = OFFERS + ", dont {n:ads.top_two_pct} sur deux sites"
# Subject → its clauses, the fullest first: persons, what professionals lack, the Internet.
SUBJECTS: tuple[tuple[Clause, ...], ...] = (
    (
        Clause(f"{DESCRIBED}, dont {WOMEN} et {MINORS}", ("persons.described", "persons.profile")),
        Clause(f"{DESCRIBED}, dont {WOMEN}", ("persons.described", "persons.women")),
        Clause(f"{DESCRIBED}, dont {MINORS}", ("persons.described", "persons.minors")),
        Clause(DESCRIBED, ("persons.described",)),
        Clause(f"{PUBLISHED}, et {{p:law.commission_unaware_pct}} {UNAWARE}"),
        Clause(PUBLISHED),
    ),
    (
        Clause(
            "{n:pros.under_equipped_pct} de celles et ceux qui en ont accompagné ne se disent pas assez outillé·es",
            ("persons.described", "professionals.equipped"),
        ),
        Clause(f"{{n:law.commission_unaware_pct}} {UNAWARE}", ("professionals.commission",)),
        Clause(
            "{n:pros.identified_pct} des professionnel·les ont déjà identifié une situation ou un risque",
            ("professionals.identified",),
        ),
    ),
    (
        Clause(f"{OFFERS}, derrière lesquelles il y a moins de personnes : {{n:persons.total}}", ("internet.persons",)),
        Clause(
            f"{TWO_SITES} : combien de personnes se trouvent derrière n’est pas établi",
            ("internet.concentrated", "unknown.estimate"),
        ),
        Clause(TWO_SITES, ("internet.concentrated",)),
        Clause(OFFERS),
    ),
)


def overall(statements: pd.DataFrame, findings: Iterable[Finding], published: Mapping[str, str]) -> list[Finding]:
    """The sentence as a finding of its own, in a list; empty where no subject can be said.

    `statements`: one row each; `findings`: those computed from them; `published`: the figures of an earlier publication that
    the study does not compute, as printed, by id.
    """
    facts = {said.statement_id: said for said in statements.itertuples()}
    made = {one.name for one in findings if one.part in (PAGE_ONE, OPEN)}

    def told(clause: Clause) -> bool:
        cited = set(PRINTED.findall(clause.text))
        if not (cited <= published.keys() and made.issuperset(clause.where) and sayable(clause.text, facts)):
            return False
        return bool(cited) or signable(
            filled(clause.text, facts), facts, ONE_SENTENCE
        )  # no file says the publication's

    clauses = [next((one.text for one in subject if told(one)), "") for subject in SUBJECTS]
    text = " ; ".join(filter(None, clauses))
    if not text:
        return []
    claim = filled(PRINTED.sub(lambda found: published[found[1]], text), facts)
    return [Finding("overall", PERSONS, ONE_SENTENCE, claim, "", math.inf, "")]


def calculated(statements: pd.DataFrame, published: Mapping[str, str]) -> list[Finding]:
    """The findings of a study, the sentence first."""
    found = computed(statements)
    return [*overall(statements, found, published), *found]
