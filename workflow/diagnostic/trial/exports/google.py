"""What both Google exports share: the columns of the form, where the situation section is copied several times."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostic.codebook.model import Codebook
from diagnostic.trial.answers import Answers, Row
from diagnostic.trial.exports.common import Labels, by_response
from diagnostic.trial.exports.unrolled import Seen, columns, needed

TIME = "Horodateur"


def header(codebook: Codebook, answers: Answers, blocks: int) -> list[str]:
    """The question wordings, in the order of the form; those of a situation come back as many times as blocks."""
    return [TIME, *(variable.question for variable, _ in columns(codebook, needed(answers, blocks)))]


def records(codebook: Codebook, answers: Answers, blocks: int, joint: str) -> Iterator[tuple[Row, list[str]]]:
    """Each response with its cells after the time: labels, several answers joined by `joint`."""
    layout, labels = columns(codebook, needed(answers, blocks)), Labels(codebook)
    for response, situations in by_response(answers):
        seen = Seen(codebook, response, situations)
        yield response, [labels.text(variable, seen.answer(variable, number)[1], joint) for variable, number in layout]
