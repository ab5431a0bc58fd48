"""What an earlier publication prints and the study does not compute: the sentences that come before its own findings.

`{p:id}` is a figure as the publication prints it, `{v:id}` the number of a statement, whose limits are told among what is not
known. A sentence is told where all that it cites may be printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.findings.computed import filled

PRINTED = re.compile(r"\{p:([^{}]+)\}")
STATED = re.compile(r"\{v:([^{}]+)\}")


@dataclass(frozen=True)
class Said:
    """One line of page 1, in Markdown; `tile`: its number that stands first in the synthesis, `words`: what that counts."""

    text: str
    tile: str
    words: str


SENTENCES = (
    Said(
        "Les professionnel·les ont décrit {p:shared.persons_concerned} personnes concernées au moins, dont "
        "{p:shared.persons_prostitution} en situation de prostitution probable ou avérée",
        "{p:shared.persons_concerned}",
        "personnes concernées au moins, décrites par les professionnel·les",
    ),
    Said(
        "Ont contribué {p:pros.total_distinct} professionnel·les ; {p:law.commission_unaware_pct} des répondant·es ignoraient la "
        "commission départementale, {p:law.pathway_unaware_pct} le parcours de sortie, et {p:needs.training_pct} "
        "demandent une formation",
        "{p:law.commission_unaware_pct}",
        "des répondant·es ignoraient la commission départementale",
    ),
    Said(
        "Cinq agglomérations réunissent {p:ads.five_cities_pct} des annonces. Derrière toutes les annonces, "
        "{v:ads.persons_estimate} personnes ({p:ads.duplicate_rate_pct} de doublons) : ce nombre n’est pas établi",
        "{p:ads.five_cities_pct}",
        "des annonces dans cinq agglomérations",
    ),
)


def said(statements: pd.DataFrame, published: Mapping[str, str]) -> list[Said]:
    """The sentences of a study, each number of the study a link to its statement.

    `statements`: one row each; `published`: the figures of the publication that the study does not compute, as printed, by id.
    """
    facts = {one.statement_id: one for one in statements.itertuples() if one.kind != "withheld"}

    def told(text: str) -> str:
        text = PRINTED.sub(lambda found: published[found[1]], text)
        return filled(text, facts)

    return [
        Said(told(one.text), told(one.tile), typographic(one.words))
        for one in SENTENCES
        if set(PRINTED.findall(one.text)) <= published.keys() and set(STATED.findall(one.text)) <= facts.keys()
    ]
