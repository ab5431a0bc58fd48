"""Tools without a loop (Google Forms, LimeSurvey): the situation block comes back, and ends with « autre situation ? »."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic.codebook.model import Codebook, Variable
from diagnostic.trial.answers import SITUATIONS, Answers, Row, Value, asked, describes
from diagnostic.trial.exports.common import by_response, draw

YES = "yes"
LAST = ("no", "no", "no", "dk", None)  # what is answered to « autre situation ? » at the last one

Column = tuple[Variable, int | None]  # a question, with the number of the situation for those of a block


def needed(answers: Answers, blocks: int) -> int:
    """How many blocks the form must have: `blocks`, or more if a response describes more situations."""
    return max([blocks, *(len(situations) for _, situations in by_response(answers))])


def columns(codebook: Codebook, blocks: int) -> list[Column]:
    """The questions in the order of the form, notes left out."""
    found: list[Column] = []
    for block, variables in codebook.form(unrolled=True):
        kept = [v for v in variables if v.type != "note"]
        repeats: Sequence[int | None] = range(1, blocks + 1) if codebook.repeats(block) else (None,)
        found += [(variable, number) for number in repeats for variable in kept]
    return found


class Seen:
    """What one respondent saw and answered. The first block opens even for those who describe nothing."""

    def __init__(self, codebook: Codebook, response: Row, situations: list[Row]) -> None:
        self.response, self.situations = response, situations
        self.opened = max(1, len(situations)) if describes(codebook, response) else 0
        self.last = LAST[draw(response, "again", len(LAST))]
        empty = not situations and self.opened
        self.empty: Row = dict.fromkeys(asked(codebook, SITUATIONS, {}, response) if empty else ())

    def answer(self, variable: Variable, number: int | None) -> tuple[bool, Value]:
        """(shown, answer) of a question, of situation `number` where it repeats."""
        if number is None:
            return variable.name in self.response, self.response.get(variable.name)
        if number > self.opened:
            return False, None
        if variable.shape == "unrolled":
            return True, YES if number < self.opened else self.last
        row = self.situations[number - 1] if self.situations else self.empty
        return variable.name in row, row.get(variable.name)
