"""How studies are told in a sentence or a cell: a few by their names, many by their number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.compare.tables import DEPTHS
from diagnostic.core import french

DOTS = "cote_a_cote_"  # of the name of a figure of dots: the family of its numbers
NAMED = 12  # studies that are named in a cell; more are counted
NOT_SAID = "non dit"
UNSAID = f"*{NOT_SAID}*"
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")  # a number with its card


def told(studies: Sequence[str], names: Mapping[str, str]) -> str:
    """The names of a few studies, the number of many."""
    return ", ".join(names[one] for one in studies) if len(studies) <= NAMED else f"{len(studies)} études"


def depths(known: pd.DataFrame) -> str:
    """« 2 études entières, 13 par des chiffres publiés, 9 dont on sait seulement qu’elles existent » (`known`: a row per study)."""
    count = known["depth"].value_counts()
    said = {
        "full": ("étude entière", "études entières"),
        "published": ("connue par des chiffres publiés", "connues par des chiffres publiés"),
        "existence": ("dont on sait seulement qu’elle existe", "dont on sait seulement qu’elles existent"),
    }
    return ", ".join(f"{count[one]} {french.plural(count[one], *said[one])}" for one in DEPTHS if one in count)


def together(said: Mapping[str, str], values: Mapping[str, float], names: Mapping[str, str]) -> str:
    """What studies say of one item of method, as markdown: the same words told once, with who says them; how many say nothing.

    Of more than `NAMED` studies the same number is told once too, with the card of the first; of more than `NAMED` numbers, the
    smallest and the largest; of more than `NAMED` other answers, how many there are.
    `said`: study → its words, empty where it says nothing; `values`: study → its number, where it has one; `names`: escaped.
    """
    if not any(said.values()):
        return UNSAID if said else ""
    many = sum(map(bool, said.values())) > NAMED
    kinds: dict[str, list[str]] = {}
    for study, words in said.items():
        if words:
            kinds.setdefault(SPAN.sub(r"\1", words) if many else words, []).append(study)
    if len(kinds) <= NAMED or not many:
        parts = [f"{said[studies[0]]} ({told(studies, names)})" for studies in kinds.values()]
    else:
        speaking = [study for study, words in said.items() if words]
        counted = sorted((study for study in speaking if study in values), key=lambda study: values[study])
        others = sum(len(studies) > 0 and studies[0] not in values for studies in kinds.values())
        parts = [f"de {said[counted[0]]} à {said[counted[-1]]} ({len(counted)} études)"] if counted else []
        parts += [f"{others} réponses différentes ({len(speaking) - len(counted)} études)"] if others else []
    unsaid = sum(not words for words in said.values())
    return f"{french.NNBSP}; ".join([*parts, *([f"{UNSAID} ({unsaid} études)"] if unsaid else [])])


def invented(studies: Sequence[str], whole: int, names: Mapping[str, str]) -> str:
    """That these studies, of the `whole` number of those known whole, are invented; empty without any."""
    if not studies:
        return ""
    if len(studies) <= NAMED:
        return f"Une étude inventée ne décrit aucun territoire : {told(studies, names)}."
    every = (
        "Toutes les études entières sont inventées"
        if len(studies) == whole
        else f"{len(studies)} études sont inventées"
    )
    return f"{every} et ne décrivent aucun territoire ; la liste des études le dit de chacune."
