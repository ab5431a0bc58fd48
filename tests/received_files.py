"""Received files made by hand, byte for byte where it matters: archives, workbooks, and what lies about itself."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

CANARY = "Zoé SECRETE"  # stands in cells and names; no message may repeat it

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Styles 0 to 4: general, day, day and time, time, duration.
STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm:ss"/>'
    '</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5">'
    + "".join(f'<xf numFmtId="{code}" applyNumberFormat="1"/>' for code in (0, 14, 164, 21, 46))
    + "</cellXfs></styleSheet>"
)


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(
    *sheets: str, names: tuple[str, ...] = (), attributes: str = "", properties: str = "", strings: tuple[str, ...] = ()
) -> dict[str, str]:
    """The files of a workbook; `sheets` are the rows of each, as XML."""
    tabs = "".join(
        f'<sheet name="{names[i] if names else f"Feuille {i + 1}"}" sheetId="{i + 1}"{attributes} r:id="rId{i + 1}"/>'
        for i in range(len(sheets))
    )
    links = "".join(
        f'<Relationship Id="rId{i + 1}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>'
        for i in range(len(sheets))
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i + 1}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for i in range(len(sheets))
    )
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml"'
        f' ContentType="{_TYPE}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>{tabs}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship '
        f'Id="rId98" Type="{_OFFICE}/styles" Target="styles.xml"/><Relationship Id="rId99" '
        f'Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{shared}</sst>',
        **{
            f"xl/worksheets/sheet{i + 1}.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
            "</worksheet>"
            for i, rows in enumerate(sheets)
        },
    }


def xlsx(*sheets: str, names: tuple[str, ...] = (), properties: str = "", strings: tuple[str, ...] = ()) -> bytes:
    """A workbook; `sheets` are the rows of each, as XML."""
    return zipped(parts(*sheets, names=names, properties=properties, strings=strings))


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def said(place: str, text: str) -> str:
    """A cell of text written in place."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def value(place: str, content: object, kind: str = "n", style: int = 0) -> str:
    """A cell of the given kind: n (number), b, e, str, d."""
    return f'<c r="{place}" s="{style}" t="{kind}"><v>{content}</v></c>'


SMALL_SHEET = row(1, said("A1", "nom"), said("B1", "âge")) + row(2, said("A2", CANARY), value("B2", 31))
SMALL = parts(SMALL_SHEET, names=(CANARY,))


def headers(content: bytes) -> list[int]:
    """Where the entries of the central directory begin."""
    return [found.start() for found in re.finditer(rb"PK\x01\x02", content)]


def declaring(content: bytes, size: int) -> bytes:
    """The archive with another uncompressed size declared for its first file, in both its headers."""
    made = bytearray(content)
    made[22:26] = size.to_bytes(4, "little")
    start = headers(content)[0]
    made[start + 24 : start + 28] = size.to_bytes(4, "little")
    return bytes(made)


def flagged(content: bytes, flag: int) -> bytes:
    """The archive with a general purpose flag set on its first file."""
    made = bytearray(content)
    made[6] |= flag
    made[headers(content)[0] + 8] |= flag
    return bytes(made)


def followed(content: bytes, more: bytes) -> bytes:
    """An archive of one file whose compressed data are followed by others, inside the size declared."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush() + more
    made = bytearray(zipped({"a.csv": packed}, zipfile.ZIP_STORED))
    for start, method, check, size in ((0, 8, 14, 22), (headers(bytes(made))[0], 10, 16, 24)):
        made[start + method] = zipfile.ZIP_DEFLATED
        made[start + check : start + check + 4] = zlib.crc32(content).to_bytes(4, "little")
        made[start + size : start + size + 4] = len(content).to_bytes(4, "little")
    return bytes(made)


def linked(name: str, target: str) -> bytes:
    """An archive of one symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, target)
    return out.getvalue()
