"""What counting persons takes from the codebook."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from diagnostic.codebook.model import Codebook

STATUS, OTHER = "situation_status", "other"
STRENGTHS = {"at_risk": 1, "in_prostitution": 2}  # set of answers to STATUS → what the answer says, the strongest last


@dataclass(frozen=True)
class Meaning:
    """`exclusive`: the variables of which a person has one answer, so that several ticked are several persons.
    `open`: those whose « autre » is followed by a text: uncoded, it says nothing of the other answers.
    `strengths`: answer to STATUS → 2 in prostitution, probable or proven, 1 at risk only."""

    exclusive: Collection[str]
    open: Collection[str]
    strengths: Mapping[str, int]


def meaning(codebook: Codebook) -> Meaning:
    """What the codebook says of persons."""
    said = codebook.sets.get(STATUS, {})
    strengths = {code: strength for name, strength in STRENGTHS.items() for code in said.get(name, ())}
    names = {v.name for v in codebook.variables}
    return Meaning(
        exclusive=frozenset(v.name for v in codebook.variables if v.exclusive),
        open=frozenset(name for name in names if f"{name}_{OTHER}" in names),
        strengths=strengths,
    )
