"""A text in a cell of a sheet to fill."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet


def put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a text: never a formula, whatever it begins with."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
