"""Composite stories: what each says, the situations that it is made of, and who approved it, each told at its cell."""

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from diagnostic.collect.keys import PAIRS, SITUATION_KEYS, STORIES, Words, at_cell, several
from diagnostic.core.problems import WARNING, Problem
from diagnostic.files import stories

FEWEST = 3  # situations, and structures that described them
DESCRIBED = {  # situations → the records that describe them, and the structure of each
    "situations": ("responses", "organisation.pseudonym"),
    "interview_situations": ("interview_records", "structure.pseudonym"),
}
APART = "different"  # the only decision after which two situations are of different persons
REWRITE = "Le dire autrement, ou l'ôter : rien dans un récit composé ne doit ramener à une personne."
ADD = "Nommer trois situations au moins, décrites par trois structures, ou ôter le récit."
UNKNOWN = Words(
    "Une des situations de ce récit n'en désigne aucune du questionnaire ou des entretiens, ou en désigne deux.",
    "Écrire, pour chacune, le numéro que le formulaire montre, ou celui de l'entretien, une barre, puis le rang de la "
    "situation (« 137/2 ; E04/1 ; 152/1 ») ; si une réponse a été retirée, en choisir une autre ou ôter le récit.",
)
FEW = Words("Ce récit réunit moins de trois situations de personnes différentes.", ADD)
ALONE = Words("Les situations de ce récit ne sont pas de trois structures différentes, connues de l'étude.", ADD)
WAITING = Words(
    "Ce récit n'a pas l'approbation de deux personnes : il n'est pas imprimé.",
    "Deux personnes de l'équipe le relisent, situations en face, et chacune écrit ses initiales.",
    severity=WARNING,
)


def check(
    tables: Mapping[str, pd.DataFrame], places: pd.DataFrame, file: str, areas: pd.DataFrame | None
) -> Iterator[Problem]:
    """What keeps each story from being printed. `tables`: every typed table received, by name, keys being the study's;
    `places` in the shape of `collect/places`; `areas`: the territories of the study, none where they are not known."""
    told = tables.get(STORIES, pd.DataFrame())
    small = set() if areas is None else set(areas.loc[areas["level"] != "departement", "name"].dropna())
    behind, same = _entities(tables), _same(tables.get(PAIRS, pd.DataFrame()))
    for row in told.itertuples():
        for column in ("title", "text"):
            for message in stories.judged(str(getattr(row, column)), small):
                yield at_cell(row, STORIES, column, places, file, Words(f"{message[0].upper()}{message[1:]}.", REWRITE))
        if wrong := _composed(several(row.situations), behind, same):
            yield at_cell(row, STORIES, "situations", places, file, wrong)
        if not approved(row.first_approval, row.second_approval):
            yield at_cell(row, STORIES, "second_approval", places, file, WAITING)


def approved(first: object, second: object) -> bool:
    """Whether two different persons approved."""
    return len({one.casefold() for one in (first, second) if isinstance(one, str) and one}) > 1


def _composed(named: Collection[str], behind: Mapping[str, str], same: Mapping[str, str]) -> Words | None:
    if not set(named) <= behind.keys():
        return UNKNOWN
    if len({same.get(one, one) for one in named}) < FEWEST:
        return FEW
    return ALONE if len({behind[one] for one in named} - {""}) < FEWEST else None


def _entities(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Situation → pseudonym of the structure that described it, empty where it is not known."""
    found = {}
    for told, (records, structure) in DESCRIBED.items():
        (record, number), frame = SITUATION_KEYS[told], tables.get(records, pd.DataFrame())
        rows = tables.get(told, pd.DataFrame())
        if record in rows:
            named = structure in frame
            known = dict(zip(frame[record].astype("str"), frame[structure], strict=True)) if named else {}
            for own, rank in zip(rows[record].astype("str"), rows[number].astype("str"), strict=True):
                name = known.get(own)
                found[f"{own}/{rank}"] = name if isinstance(name, str) else ""
    return found


def _same(decisions: pd.DataFrame) -> dict[str, str]:
    """Situation → the one that stands for all those that are, or may be, of the same persons, as far as the team decided."""
    first: dict[str, str] = {}

    def root(one: str) -> str:
        while first.get(one, one) != one:
            one = first[one]
        return one

    for row in decisions.itertuples():
        if row.decision != APART:
            first[root(str(row.second))] = root(str(row.first))
    return {one: root(one) for one in first}
