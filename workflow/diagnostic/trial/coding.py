"""The coding sheet of the fictional situations, as a team would fill it after reading: factors, origins, communes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.trial.answers import AS_EVER, NUMBER, SITUATIONS, Like, Respondent, Row
from diagnostic.trial.exports.template import filled

TABLE, WORKBOOK, CODER, TICKED = "situation_coding", "codage", "AB", "ticked"
CODED = ("vulnerability", "origin_region")
BLANK, SEVERAL = 0.12, 0.08  # shares of situations without a known commune, and in two communes
SHRINK = 0.62  # of each commune's share to the one before it: a few towns gather most situations


def sheet(
    codebook: Codebook,
    situations: pd.DataFrame,
    communes: Sequence[Sequence[str]],
    seed: int,
    like: Like = AS_EVER,
) -> bytes:
    """The filled workbook, as .xlsx bytes: one row per situation, as they were read under the numbers that the form shows.

    `communes`: codes of each département, those with the most situations first.
    """
    rng = random.Random(f"coding {seed}")
    coder = Respondent(codebook, rng, like)
    rows = [_row(coder, situation, communes) for situation in situations.to_dict("records")]
    return filled(codebook, WORKBOOK, {TABLE: rows})


def _row(coder: Respondent, situation: Mapping[Any, Any], communes: Sequence[Sequence[str]]) -> Row:
    row: Row = {"record_kind": "response", "record_id": str(situation["response_id"])}
    row |= {NUMBER: int(situation[NUMBER]), "coder": CODER}
    codebook, rng = coder.codebook, coder.rng
    told = {
        variable.name: tuple(
            o.code for o in codebook.options(variable) if situation[f"{variable.name}/{o.code}"] == TICKED
        )
        for variable in codebook.table(SITUATIONS)
        if variable.type == "multiple"
    }
    row |= {variable.name: coder.answer(variable, told) for variable in codebook.table(TABLE) if variable.name in CODED}
    if rng.random() >= BLANK:
        own = communes[0] if len(communes) == 1 else rng.choice(communes)
        weights = [SHRINK**rank for rank in range(len(own))]
        row["commune"] = rng.choices(own, weights)[0]
        if rng.random() < SEVERAL:
            row["commune_2"] = rng.choice([code for code in own if code != row["commune"]])
    return row
