"""A form's own answers in the codebook's codes, before they are read as those of any export are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.collect.exports.layout import OTHER, Layout
from diagnostic.collect.exports.records import Raw


def coded(codebook: Codebook, raws: Mapping[str, Raw], layout: Layout) -> dict[str, Raw]:
    """The records with codes for the wordings that the layout knows.

    Where « Autre » is free, what no list has is that answer, and its text goes to the box of « Autre » of the same
    record, at the same cell. What is known to neither stays as it is, for the reading to tell it.
    """
    return {name: _coded(codebook, raw, layout) for name, raw in raws.items()}


def _coded(codebook: Codebook, raw: Raw, layout: Layout) -> Raw:
    answers, places = dict(raw.answers), dict(raw.places)
    for variable in codebook.received(raw.table):
        place = (raw.table, variable.name)
        if variable.name not in answers or place not in layout.words.keys() | layout.free:
            continue
        known = _spellings(codebook, variable, layout.words.get(place, {}))
        codes, distinct = pd.factorize(answers[variable.name])
        read = [reading(str(text), known, place in layout.free) for text in distinct]
        answers[variable.name] = np.array([text for text, _ in read], dtype=object)[codes]
        if any(written for _, written in read):
            box = f"{variable.name}{OTHER}"
            answers[box] = np.array([written for _, written in read], dtype=object)[codes]
            places[box] = places[variable.name]
    return replace(raw, answers=answers, places=places)


def _spellings(codebook: Codebook, variable: Variable, words: Mapping[str, str]) -> dict[str, str]:
    """Everything that stands for an answer in this form: its own wordings prevail over the codebook's."""
    own = {normalise(text): code for text, code in codebook.spellings(variable.list).items()}
    return own | dict(words)


def reading(text: str, known: Mapping[str, str], free: bool) -> tuple[str, str]:
    """Codes joined as a tool joins them, and what was written under « Autre »; the text itself where it is not known."""
    if not text:
        return text, ""
    found, unknown = longest_match(text, known)
    if (
        unknown and (whole := known.get(normalise(text))) is not None
    ):  # « violences;sexuelles » is not « Violences sexuelles »
        found, unknown = [whole], []
    if unknown and all(part in known for part in normalise(text).split()):  # codes or numbers joined by spaces
        found, unknown = [known[part] for part in normalise(text).split()], []
    if unknown and not free:
        return text, ""
    other = ["other"] if unknown else []
    return " ".join(dict.fromkeys(code for code in [*found, *other] if code)), "; ".join(unknown)
