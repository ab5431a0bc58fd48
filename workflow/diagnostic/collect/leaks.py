"""Personal data in what leaves the vault: told at its cell, never repeated, and it blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnostic import personal
from diagnostic.problems import BLOCKING, MASKED, Problem

# Names of people are not looked for in the public files: a journalist, a town or a structure bears one too.
SOUGHT = (personal.PHONE, personal.EMAIL, personal.HANDLE, personal.NIR, personal.IBAN, personal.BIRTH)
REMEDY = "Retirer la donnée du fichier, à sa source, puis relancer ; rien de personnel ne va hors du coffre."


def in_cells(cells: pd.DataFrame) -> Iterator[Problem]:
    """One blocking problem per cell of the study's public files that holds what looks personal."""
    suspect = {value: kind for value in cells["value"].unique() if (kind := _kind(str(value)))}
    for cell in cells[cells["value"].isin(list(suspect))].itertuples():
        yield Problem(
            BLOCKING,
            cell.file,
            f"Cette cellule contient ce qui ressemble à une donnée personnelle ({personal.KINDS[suspect[cell.value]]}).",
            REMEDY,
            row=int(cell.row),
            column=cell.column,
            value=MASKED,
        )


def in_tables(tables: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """One blocking problem per column of a typed export that holds what looks personal: codes never should."""
    for name, frame in tables.items():
        for column in frame.columns:
            texts = frame[column].astype("str").unique() if not pd.api.types.is_numeric_dtype(frame[column]) else ()
            kind = next((kind for text in texts if (kind := _kind(str(text)))), "")
            if kind:
                yield Problem(
                    BLOCKING,
                    name,
                    f"La variable {column} laisse passer une donnée personnelle ({personal.KINDS[kind]}).",
                    REMEDY,
                )


def _kind(text: str) -> str:
    return next((hit.kind for hit in personal.find(personal.clean(text)) if hit.kind in SOUGHT), "")
