"""LimeSurvey, export of the responses as CSV: byte order mark, semicolons, quotes, one blank line at the end."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Literal

from diagnostic.codebook import limesurvey
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.trial.answers import RESPONSE, Answers, Row, Value
from diagnostic.trial.exports import unrolled
from diagnostic.trial.exports.common import Labels, by_response, draw, numbers, submitted, ticked, written

ABOUT = {
    "id": "ID de la réponse",
    "submitdate": "Date de soumission",
    "lastpage": "Dernière page",
    "startlanguage": "Langue de départ",
    "seed": "Tête de série",
    "startdate": "Date de lancement",
    "datestamp": "Date de la dernière action",
}
DATED = ("startdate", "datestamp")
UNDATED = "1980-01-01 00:00:00"  # what stands for the date of an anonymous survey without time stamps
NOT_SHOWN = "N/A"
YES, NO, TICKED = "Oui", "Non", "Y"
END = "\r\n"

Cell = str | None  # None: NULL in the database, written as nothing between two separators


def export(
    codebook: Codebook,
    answers: Answers,
    heads: Literal["codes", "texts"] = "codes",
    values: Literal["codes", "labels"] = "codes",
    situations: int = limesurvey.SITUATIONS,
    dates: bool = True,
    seed: int = 0,
) -> bytes:
    """The file as bytes: one line per response. The situation questions are unrolled, `situations` times or more.

    `heads`: question codes (« exposure[risk] », « S1gender[women] »), or wordings (« Question [Option] »), the same
    for every situation. `values`: codes, and Y or "" for an option; or labels, and Oui, Non, N/A. A question that was
    not shown is empty without quotes (options as labels: N/A); shown and left blank, it is "" (Non). Three exceptions
    of the tool: a number left blank is always without quotes; with labels, so is any single answer left blank, and a
    text is always quoted. `dates`: False for a survey without time stamps, whose columns it lacks.
    """
    count = unrolled.needed(answers, situations)
    layout = [c for c in unrolled.columns(codebook, count) if not (c[0].shape == "unrolled" and c[1] == count)]
    about = [name for name in ABOUT if dates or name not in DATED]
    row = _Row(codebook, values == "labels")
    first = [ABOUT[name] if heads == "texts" else name for name in about]
    lines = [_line([*first, *(head for column in layout for head in _heads(codebook, *column, heads == "texts"))])]
    ids = numbers(answers, seed=seed)
    for response, described in by_response(answers):
        meta = _about(response, ids[str(response[RESPONSE])], dates)
        seen = unrolled.Seen(codebook, response, described)
        cells = (cell for variable, number in layout for cell in row.cells(variable, *seen.answer(variable, number)))
        lines.append(_line([*(meta[name] for name in about), *cells]))
    return ("".join(lines) + END).encode("utf-8-sig")


def _line(cells: list[Cell]) -> str:
    return ";".join(_quoted(cell) for cell in cells) + END


def _quoted(cell: Cell) -> str:
    """Quotes doubled, line breaks all alike, as the tool does."""
    if cell is None:
        return ""
    return '"' + re.sub(r"\r\n?|\u2028|\u2029", "\n", cell).replace('"', '""') + '"'


def _about(response: Row, number: int, dates: bool) -> dict[str, Cell]:
    sent = f"{submitted(response):%Y-%m-%d %H:%M:%S}"
    began = submitted(response).replace(second=0)
    return {
        "id": str(number),
        "submitdate": sent if dates else UNDATED,
        "lastpage": str(1 + limesurvey.SITUATIONS),
        "startlanguage": limesurvey.LANGUAGE,
        "seed": str(100_000_000 + draw(response, "seed", 1_900_000_000)),
        "startdate": f"{began:%Y-%m-%d %H:%M:%S}",
        "datestamp": sent,
    }


def _heads(codebook: Codebook, variable: Variable, number: int | None, texts: bool) -> Iterator[str]:
    name = _plain(codebook, variable) if texts else limesurvey.question_code(codebook, variable.name, number)
    if variable.type != "multiple":
        yield name
        return
    for option in codebook.options(variable):
        yield f"{name} [{option.label}]" if texts else f"{name}[{option.code}]"


def _plain(codebook: Codebook, variable: Variable) -> str:
    """The wording that the form shows, warning included, without its tags: nothing stands for a line break."""
    return html.unescape(re.sub(r"<[^>]*>", "", limesurvey.question_text(codebook, variable))).strip()


class _Row:
    """How answers are written."""

    def __init__(self, codebook: Codebook, as_labels: bool) -> None:
        self.codebook, self.as_labels, self.labels = codebook, as_labels, Labels(codebook)

    def cells(self, variable: Variable, shown: bool, value: Value) -> Iterator[Cell]:
        match variable.type:
            case "multiple":
                for option in self.codebook.options(variable):
                    yield self._option(shown, option.code in ticked(value))
            case "single":
                yield self._single(variable, shown, value)
            case "integer" | "date":
                yield written(value) or None
            case _:
                yield _protected(written(value)) if shown or self.as_labels else None

    def _option(self, shown: bool, chosen: bool) -> Cell:
        if not shown:
            return NOT_SHOWN if self.as_labels else None
        return (YES if chosen else NO) if self.as_labels else (TICKED if chosen else "")

    def _single(self, variable: Variable, shown: bool, value: Value) -> Cell:
        if value is None:
            return "" if shown and not self.as_labels else None
        return self.labels.of(variable, str(value)) if self.as_labels else str(value)


def _protected(text: str) -> str:
    """A text that a spreadsheet would take for a formula."""
    return "'" + text if text.startswith("=") else text
