"""The cells of a workbook (.xlsx) as text, read in the confined child: it loads little, as each workbook has a child."""

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any
from xml.etree import ElementTree

CHUNK, LONGEST_ROW = 1 << 20, 1 << 26
MACROS = "macros"  # a sheet holds programs
ERROR_VALUE, NOT_COMPUTED = "error", "formula"  # what can be wrong with one cell

# Cells that calamine shows empty: an error (#N/A), or a formula whose result was never saved. A text in a sheet's XML
# holds no « < », so these patterns meet cells only.
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt=["']e["'][^>]*>""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)?>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")  # a formula may well give an empty text
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")


def text(value: Any) -> str:
    """A cell as text, nothing lost: 3 (every number is a float in a workbook), 2.5, true, 2019-08-28,
    2019-08-28T10:15:32, 10:15:32; a duration as hours, 26:15:00."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        sign, value = ("-", -value) if value < dt.timedelta(0) else ("", value)
        minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
        part = f".{value.microseconds:06}" if value.microseconds else ""
        return f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{part}"
    return str(value)


@lru_cache(maxsize=1 << 16)
def _float(value: float) -> str:
    return repr(value + 0.0).removesuffix(".0")  # -0.0 + 0.0 is 0.0


def lines(content: bytes, limits: Mapping[str, int]) -> Iterator[Any]:
    """What is written: for each sheet its title, its rows and the cells at fault; then the end, or a refusal."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    archive = zipfile.ZipFile(io.BytesIO(content))
    left = dict(limits)
    # The files of the sheets in the archive, in the order of the tabs.
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    tabs = [tag for tag in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if tag.tag.endswith("}sheet")]
    keys = [next(value for name, value in tab.items() if name.endswith("}id")) for tab in tabs]
    parts = [posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/") for key in keys]
    for index, (about, part) in enumerate(zip(workbook.sheets_metadata, parts, strict=True)):
        number = index + 1
        if about.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
            yield {"refused": MACROS, "sheet": number}
            return
        if about.typ != SheetTypeEnum.WorkSheet:
            continue  # a chart has no cell, and calamine nothing to read
        yield {"number": number, "title": about.name}
        for row in _rows(workbook.get_sheet_by_index(index), left):
            if isinstance(row, str):
                yield {"refused": row, "sheet": number}
                return
            yield row
        yield {"faults": list(islice(_faults(archive, part), limits["rows"]))}
    yield {"end": True}


def _rows(sheet: Any, left: dict[str, int]) -> Iterator[list[str] | str]:
    """The rows of a sheet from row 1 and column A on, or the name of the limit it passes; `left` is counted down."""
    last_row, last_column = sheet.end or (0, 0)  # counted from 0, as total_height and total_width are too
    if last_row > left["rows"] or last_column >= left["columns"]:
        yield "rows" if last_row > left["rows"] else "columns"
        return
    # iter_rows begins at row 1 whatever the first filled row, but at the first filled column
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for values in sheet.iter_rows():
        row = before + [
            value if type(value) is str else _float(value) if type(value) is float else text(value) for value in values
        ]
        while row and not row[-1]:
            row.pop()
        left["cells"] -= len(row) - row.count("")
        left["characters"] -= sum(map(len, row))
        if left["cells"] < 0 or left["characters"] < 0:
            yield "cells" if left["cells"] < 0 else "characters"
            return
        yield row


def _faults(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, str]]:
    """The cells of one sheet that hold an error, or a formula without its result."""
    kept = b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK):
            window = kept + chunk
            end = window.rfind(b"row>") + 4  # rows are searched once, whole
            if end < 4:
                end = 0 if len(window) < LONGEST_ROW else len(window)
            kept = window[end:]
            yield from _found(window[:end])
    yield from _found(kept)


def _found(window: bytes) -> Iterator[tuple[int, int, str]]:
    if b't="e"' in window or b"t='e'" in window:
        yield from ((*_place(found[0]), ERROR_VALUE) for found in _ERROR.finditer(window))
    if b"<f" in window or b":f" in window:
        for found in _FORMULA.finditer(window):
            attributes = found[1] or b""
            if not _TEXT_RESULT.search(attributes):
                yield (*_place(attributes), NOT_COMPUTED)


def _place(cell: bytes) -> tuple[int, int]:
    """Row from 1 and column from 0 of a cell's tag."""
    found = _PLACE.search(cell)
    if not found:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]), column - 1
