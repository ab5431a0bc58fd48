"""Workbooks: texts that are never formulas, and bytes that depend on nothing but the content (fixed dates, sorted entries)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.core.written import as_zip

_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")

TOP = Alignment(wrap_text=True, vertical="top")  # of a cell that holds sentences


def put(sheet: Worksheet, row: int, column: int, value: object, **style: Any) -> Cell:
    """Write a cell, with its `font`, `alignment`…; a text is no formula, whatever it begins with."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def to_bytes(workbook: Workbook, stamp: str = "1980-01-01T00:00:00Z") -> bytes:
    """The workbook as .xlsx bytes: the same for the same content, at any time and on any machine; `stamp`, when it says that
    it was made (ISO, UTC)."""
    saved = io.BytesIO()
    workbook.save(saved)  # writes the time of day into docProps/core.xml
    with zipfile.ZipFile(saved) as source:
        files = {name: source.read(name) for name in sorted(source.namelist())}
    files["docProps/core.xml"] = _STAMP.sub(rb"\g<1>" + stamp.encode(), files["docProps/core.xml"])
    return as_zip(files.items())
