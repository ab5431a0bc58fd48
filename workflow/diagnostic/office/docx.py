"""Finishes a Word file as a renderer leaves it: contents filled in, tables set, running title, sorted archive.

The renderers write regular XML of their own; edits are substitutions on it, so that everything else stays byte for
byte as they wrote it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import escape, unescape
from itertools import count

from diagnostic.core.written import as_zip
from diagnostic.office import word_fields

LANGUAGE = "fr-FR"
DRAFT = "brouillon"  # a field of the front matter: the sentence that a draft carries
STATUS = "statut"  # another: what every page says of the document
CONTENTS_DEPTH, SHORT = 2, 12  # levels of headings; lines of a table that stays on one page
TEXT_WIDTH = 9070  # twentieths of a point between the margins of reference.docx
CHARACTER, CELL_MARGINS, LONGEST = 104, 230, 45  # one character at the tables' size, in the same unit

_HEADING = re.compile(
    r'<w:bookmarkStart [^>]*w:name="([^"]+)" ?/>\s*'
    r'(<w:p><w:pPr><w:pStyle w:val="Heading(\d)" ?/></w:pPr>.*?</w:p>)',
    re.DOTALL,
)
_CONTENTS_FIELD = re.compile(r'<w:p>\s*<w:r>\s*<w:fldChar [^>]*w:dirty="true".*?</w:p>', re.DOTALL)
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_LINKED_NUMBER = re.compile(r'<w:hyperlink w:anchor="fait_\d+">.*?</w:hyperlink>', re.DOTALL)
_LINK_STYLE = '<w:rStyle w:val="Hyperlink" />'  # a number that leads to its identifier keeps the look of the text
_ABSTRACT = re.compile(
    r'<property [^>]*name="abstract">.*?</property>', re.DOTALL
)  # page 1, which is no property of a file
_FILE_NAME = re.compile(r'(<pic:cNvPr )descr="[^"]*" ')  # a second alternative text of a picture: where its file was
_CELL_TEXT = {"Table": "TableText", "TableSmall": "TableTextSmall"}


def finish(content: bytes) -> bytes:
    """The same document, ready to sign. Only parts that a reader sees are touched; bytes depend on nothing else."""
    files = parts(content)
    title = core(files, "dc:title")
    signature = " · ".join(filter(None, [core(files, "dc:creator"), custom(files, "date")]))
    draft = custom(files, DRAFT)
    edits: list[tuple[str, Callable[[str], str]]] = [
        ("word/document.xml", _document),
        ("word/settings.xml", _settings),
        ("word/styles.xml", _language),
        ("word/header1.xml", lambda text: _drafted(text.replace("TITRE", title), draft)),
        ("word/header2.xml", lambda text: _drafted(text, draft)),
        ("word/footer1.xml", lambda text: _with_status(text.replace("SIGNATURE", signature), custom(files, STATUS))),
        ("docProps/custom.xml", lambda text: _ABSTRACT.sub("", text)),
        ("word/numbering.xml", word_fields.numbering),
        ("word/styles.xml", word_fields.styles),
    ]
    for name, edit in edits:
        if name in files:
            files[name] = edit(files[name].decode()).encode()
    return archive(files)


WATERMARK = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:textpath on="t" fitshape="t" /></v:shapetype>'
    '<v:shape id="Brouillon" type="#_x0000_t136" alt="" style="position:absolute;width:480pt;height:105pt;rotation:320;'
    "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#f5c9a8" stroked="f">'
    '<v:textpath style="font-family:Arial;font-size:1pt" string="BROUILLON" /></v:shape></w:pict></w:r>'
)


def _drafted(header: str, draft: str) -> str:
    """A header with the word across the page and the sentence that says why; as it was without a draft."""
    if not draft:
        return header
    line = f'<w:r><w:rPr><w:b /><w:color w:val="A23B00" /></w:rPr><w:t xml:space="preserve"> {draft}</w:t></w:r>'
    return header.replace("</w:p>", f"{line}{WATERMARK}</w:p>", 1)


def _with_status(footer: str, status: str) -> str:
    """A footer with what the document is on a line of its own."""
    line = f'<w:p><w:pPr><w:pStyle w:val="Footer" /></w:pPr><w:r><w:t xml:space="preserve">{status}</w:t></w:r></w:p>'
    return footer.replace("</w:ftr>", f"{line}</w:ftr>") if status else footer


def _document(text: str) -> str:
    text = _FILE_NAME.sub(r"\1", text)
    text = word_fields.fronted(text)
    text = _contents(text, word_fields.lists(text))
    text = word_fields.numbered(text)
    text = _LINKED_NUMBER.sub(lambda found: found[0].replace(_LINK_STYLE, ""), text)
    return _TABLE.sub(lambda found: _table(found[0]), text)


def _contents(text: str, lists: str) -> str:
    """Fill the contents: the renderer leaves an empty field, for which Word asks the reader's leave to update. `lists` stand
    under them.

    Entries are links; Word adds page numbers when the reader updates the field.
    """
    entries = [
        (found[1], int(found[3]), "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", found[2])))
        for found in _HEADING.finditer(text)
    ]
    shown = [entry for entry in entries if entry[1] <= CONTENTS_DEPTH]
    if not shown:
        return text
    lines = [
        f'<w:hyperlink w:anchor="{anchor}" w:history="1">{word_fields.run(label)}</w:hyperlink>'
        for anchor, _, label in shown
    ]
    spanned = word_fields.spanned(escape(f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u'), lines)
    filled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{level}" /></w:pPr>{line}</w:p>'
        for (_, level, _), line in zip(shown, spanned, strict=True)
    )
    filled += lists or '<w:p><w:r><w:br w:type="page" /></w:r></w:p>'  # after long lists a page would be half empty
    return _CONTENTS_FIELD.sub(lambda _: filled, text, count=1)


def _table(text: str) -> str:
    """Cells take the size of their table's style; rows stay whole; columns get widths where none was asked for."""
    style = re.search(r'<w:tblStyle w:val="(\w+)"', text)
    if style and style[1] == "FigureTable":
        columns = text.count("<w:gridCol ")
        return _with_widths(text, [TEXT_WIDTH // columns] * columns)
    cell = _CELL_TEXT.get(style[1]) if style else None
    if cell is None:
        return text
    text = text.replace('<w:pStyle w:val="Compact" />', f'<w:pStyle w:val="{cell}" />')
    text = text.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:cantSplit /></w:trPr><w:tc>")
    text = text.replace("<w:trPr><w:tblHeader", "<w:trPr><w:cantSplit /><w:tblHeader")
    if 'w:tblW w:type="auto"' in text:
        text = _with_widths(text, _natural_widths(text))
    return _kept(text, cell)


def _kept(text: str, cell: str) -> str:
    """A low table is not cut by the end of a page; of another, the head, the name of a group and the last row
    are not alone there."""
    rows = text.split("</w:tr>")
    last = len(rows) - 2  # after the last row comes the end of the table
    whole = _height(text) <= SHORT
    kept = [
        row.replace(f'<w:pStyle w:val="{cell}" />', f'<w:pStyle w:val="{cell}" /><w:keepNext />')
        if at < last and (whole or at in (0, last - 1) or "<w:gridSpan" in row)  # which names the rows after it
        else row
        for at, row in enumerate(rows)
    ]
    return "</w:tr>".join(kept)


def _lengths(text: str) -> list[list[int]]:
    """The characters of each cell, row by row."""
    rows = [re.findall(r"<w:tc>.*?</w:tc>", row, re.DOTALL) for row in re.findall(r"<w:tr>.*?</w:tr>", text, re.DOTALL)]
    return [[len("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", cell))) for cell in row] for row in rows]


def _height(text: str) -> int:
    """About how many lines a table takes, its head apart."""
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', text)]
    rooms = [max((width - CELL_MARGINS) // CHARACTER, 1) for width in widths]
    return sum(
        max((-(-length // room) for length, room in zip(row, rooms, strict=False)), default=1) or 1
        for row in _lengths(text)[1:]
    )


def _natural_widths(text: str) -> list[int]:
    """Column widths from the longest text of each: without them LibreOffice makes all columns equal."""
    lengths = _lengths(text)
    widths = [CELL_MARGINS + CHARACTER * min(max(column), LONGEST) for column in zip(*lengths, strict=False)]
    return [width * TEXT_WIDTH // max(TEXT_WIDTH, sum(widths)) for width in widths]


def _with_widths(text: str, widths: list[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}" />' for width in widths)
    text = re.sub(r"<w:tblGrid>.*?</w:tblGrid>", f"<w:tblGrid>{grid}</w:tblGrid>", text, count=1, flags=re.DOTALL)
    text = re.sub(r"<w:tblW [^>]*/>", f'<w:tblW w:type="dxa" w:w="{sum(widths)}" />', text, count=1)
    cells = (f'<w:tcPr><w:tcW w:w="{widths[n % len(widths)]}" w:type="dxa" /></w:tcPr>' for n in count())
    return re.sub(r"<w:tcPr ?/>", lambda _: next(cells), text)


def _language(text: str) -> str:
    return re.sub(r'(<w:lang [^>]*w:val=")[^"]*"', rf'\g<1>{LANGUAGE}"', text)


def _settings(text: str) -> str:
    text = re.sub(r'(<w:themeFontLang w:val=")[^"]*"', rf'\g<1>{LANGUAGE}"', text)
    text = re.sub(r'(<w:decimalSymbol w:val=")[^"]*"', r'\g<1>,"', text)
    return re.sub(r'(<w:listSeparator w:val=")[^"]*"', r'\g<1>;"', text)


def core(files: dict[str, bytes], name: str) -> str:
    """One core property, as XML text."""
    found = re.search(rf"<{name}>(.*?)</{name}>", files.get("docProps/core.xml", b"").decode(), re.DOTALL)
    return _as_text(found)


def custom(files: dict[str, bytes], name: str) -> str:
    """One custom property (the front matter's own fields), as XML text."""
    custom = files.get("docProps/custom.xml", b"").decode()
    return _as_text(re.search(rf'name="{name}"><vt:lpwstr>(.*?)</vt:lpwstr>', custom, re.DOTALL))


def _as_text(found: re.Match[str] | None) -> str:
    return escape(unescape(found[1]), quote=False) if found else ""


def parts(content: bytes) -> dict[str, bytes]:
    """Name → content of the files in an office document."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def archive(files: dict[str, bytes]) -> bytes:
    """An office document from its files: sorted, without a date."""
    return as_zip(sorted(files.items()))  # "[Content_Types].xml" sorts first, as Word likes
