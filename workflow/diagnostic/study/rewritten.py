"""An export without some of its rows, in the same shape: what is left reads as it did."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from diagnostic.collect.grids import CSV, XLSX, Grid, read_export
from diagnostic.core.errors import Refused
from diagnostic.core.written import as_csv, as_zip
from diagnostic.trial.exports.common import workbook

Places = Collection[tuple[int, int]]  # sheet, row: as a spreadsheet counts them
_UUID = re.compile(r"(uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/.*)?")


def without(grids: Sequence[Grid], places: Places, role: str) -> bytes:
    """The bytes of a file that holds these sheets without the rows at `places`.

    Rows of any other sheet that bear the identifier (UUID) of such a row go too: tools repeat it in sheets that the
    study does not read. Texts, dates and numbers are as they were read; styles, formulas and pictures are lost. Raises
    Refused where what was written does not read as what was to be left.
    """
    own = {
        text
        for grid in grids
        for row, cells in enumerate(grid.rows, start=1)
        if (grid.number, row) in places
        for text in cells
        if _UUID.fullmatch(text)
    }
    left = [
        replace(
            grid,
            rows=[
                cells
                for row, cells in enumerate(grid.rows, start=1)
                if (grid.number, row) not in places and not own & set(cells)
            ],
        )
        for grid in grids
    ]
    made = _bytes(left)
    read = read_export(made, role, short_rows=True)[0]
    if [_filled(grid) for grid in read] != [_filled(grid) for grid in left if _filled(grid)]:
        raise Refused("Ce fichier ne peut pas être réécrit sans ces lignes ; rien n’a été effacé.")
    return made


def _bytes(grids: Sequence[Grid]) -> bytes:
    kind = grids[0].kind
    if kind == XLSX:
        return workbook((f"{grid.title or 'Feuille'}"[:31], grid.rows) for grid in grids)
    tables = [(f"{grid.title or grid.number}.csv", _csv(grid)) for grid in grids]
    if kind == CSV:
        return tables[0][1]
    return as_zip(tables)


def _csv(grid: Grid) -> bytes:
    width = max((len(cells) for cells in grid.rows), default=0)
    rows = ([*cells, *[""] * (width - len(cells))] for cells in grid.rows if any(cells))
    return as_csv(rows, end="\r\n").encode()


def _filled(grid: Grid) -> list[list[str]]:
    """The rows that hold something, without what is empty at their end."""
    return [cells[: max(at for at, text in enumerate(cells, 1) if text)] for cells in grid.rows if any(cells)]
