"""The coding sheet of the fictional situations, as a team would fill it after reading: factors, origins, communes."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pandas as pd

from diagnostic.codebook.model import DONT_KNOW, Codebook, Option
from diagnostic.trial.answers import NUMBER, Row
from diagnostic.trial.exports.template import filled

TABLE, WORKBOOK, CODER = "situation_coding", "codage", "AB"
BLANK, SEVERAL = 0.12, 0.08  # shares of situations without a known commune, and in two communes
SHRINK = 0.62  # of each commune's share to the one before it: a few towns gather most situations
FACTORS = (0, 1, 1, 2, 3)


def sheet(codebook: Codebook, situations: pd.DataFrame, communes: Sequence[Sequence[str]], seed: int) -> bytes:
    """The filled workbook, as .xlsx bytes: one row per situation (`response_id`, `situation_number`) but a few.

    `communes`: codes of each département, those with the most situations first.
    """
    rng = random.Random(f"coding {seed}")
    found = zip(situations["response_id"], situations["situation_number"], strict=True)
    rows = [_row(codebook, str(record), int(number), communes, rng) for record, number in found]
    return filled(codebook, WORKBOOK, {TABLE: rows})


def _alone(option: Option) -> bool:
    return option.exclusive or option.code == DONT_KNOW


def _row(codebook: Codebook, record: str, number: int, communes: Sequence[Sequence[str]], rng: random.Random) -> Row:
    row: Row = {"record_kind": "response", "record_id": record, NUMBER: number, "coder": CODER}
    factors = [option for option in codebook.lists["vulnerability"] if not option.parent and not _alone(option)]
    chosen = rng.sample(factors, rng.choice(FACTORS))
    row["vulnerability"] = tuple(option.code for option in factors if option in chosen) or None
    regions = [option.code for option in codebook.lists["origin_region"] if not _alone(option)]
    row["origin_region"] = (rng.choice(regions),)
    if rng.random() >= BLANK:
        own = communes[0] if len(communes) == 1 else rng.choice(communes)
        weights = [SHRINK**rank for rank in range(len(own))]
        row["commune"] = rng.choices(own, weights)[0]
        if rng.random() < SEVERAL:
            row["commune_2"] = rng.choice([code for code in own if code != row["commune"]])
    return row
