"""The sheet in which themes of written texts are coded, inside the vault: those of each response, or interview, beside them."""

from __future__ import annotations

import io as bytes_io
from collections.abc import Mapping, Sequence

import pandas as pd
from openpyxl import load_workbook

from diagnostic.codebook import template, xlsx
from diagnostic.codebook.model import TO_READ, Codebook
from diagnostic.collect.answered import THEMES

TABLE, WORKBOOK, RECORD = "text_coding", "themes", "record_id"
NOTES = "interview_notes"
Texts = Mapping[tuple[str, str], str]  # response, variable → what is written


def made(
    codebook: Codebook,
    texts: pd.DataFrame,
    shown: Mapping[str, str],
    coded: Mapping[str, Sequence[Mapping[str, str]]],
    coder: str,
) -> tuple[bytes, int, int]:
    """The workbook, how many responses and interviews it has, and how many of these nobody has coded.

    `texts`: what the vault keeps of written answers, one row per text (`response_id`, `situation_number`, `variable`,
    `text`); `shown`: response → the number that the form shows; `coded`: response → rows of the sheet given back before,
    by heading. A response that wrote nothing of what is coded is not listed.
    """
    labels = _labels(codebook)
    said = written(texts, labels)
    book = load_workbook(bytes_io.BytesIO(template.workbook(codebook, WORKBOOK, tuple(labels.values()))))
    sheet = book[codebook.tables[TABLE].sheet]
    at = {cell.value: cell.column for cell in sheet[1]}
    listed = [response for response in shown if response in coded or any((response, name) in said for name in labels)]
    row = template.FIRST_ROW
    for response in listed:
        beside = {f"{TO_READ} {label}": said.get((response, name), "") for name, label in labels.items()}
        for cells in coded.get(response) or [{RECORD: shown[response], "coder": coder}]:
            kept = {name: text for name, text in cells.items() if not name.startswith(TO_READ)}
            for heading, text in (kept | beside).items():
                if heading in at and text:
                    xlsx.put(sheet, row, at[heading], text, alignment=xlsx.TOP)
            row += 1
    return xlsx.to_bytes(book), len(listed), sum(response not in coded for response in listed)


def _labels(codebook: Codebook) -> dict[str, str]:
    """Each text whose themes are coded → how its column is called; the notes of an interview may say something of all."""
    named = {variable.name: variable.label for variable in codebook.variables}
    coded = (v.name.removesuffix(THEMES) for v in codebook.table(TABLE) if v.name.endswith(THEMES))
    return {name: named[name].lower() for name in [*coded, NOTES]}


def written(texts: pd.DataFrame, names: Mapping[str, str]) -> Texts:
    """What a response wrote, by variable; the texts on its situations together, each after its number."""
    found: dict[tuple[str, str], list[str]] = {}
    for text in texts.itertuples():
        if text.variable in names:
            number = f"{text.situation_number} : " if text.table == "situations" else ""
            found.setdefault((str(text.response_id), str(text.variable)), []).append(f"{number}{text.text}")
    return {key: "\n".join(parts) for key, parts in found.items()}
