"""Workbooks as bytes that depend on nothing but their content: fixed dates, sorted entries."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip entry can have
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def to_bytes(workbook: Workbook, stamp: str = "1980-01-01T00:00:00Z") -> bytes:
    """The workbook as .xlsx bytes: the same for the same content, at any time and on any machine; `stamp`, when it says that
    it was made (ISO, UTC)."""
    saved, out = io.BytesIO(), io.BytesIO()
    workbook.save(saved)  # writes the time of day into docProps/core.xml
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp.encode(), content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(entry, content)
    return out.getvalue()
