"""Finishes a Word file as a renderer leaves it: contents filled in, tables set, running title, sorted archive.

The renderers write regular XML of their own; edits are substitutions on it, so that everything else stays byte for
byte as they wrote it.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import count

from diagnostic.core.writing import as_zip

LANGUAGE = "fr-FR"
DRAFT = "brouillon"  # a field of the front matter: the sentence that a document carries which does not leave the team
ACROSS, WORD = "filigrane", "Brouillon"  # the words across its pages: the field that says others, and those without it
STATUS = "statut"  # another: what every page says of the document
CONTENTS_DEPTH, SHORT = 2, 12  # levels of headings; lines of a table that stays on one page
DOTTED = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070" /></w:tabs>'  # to the page of an entry
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
_ABSTRACT = re.compile(r'<property [^>]*name="abstract">.*?</property>', re.DOTALL)  # page 1: no property of a file
_FILE_NAME = re.compile(r'(<pic:cNvPr )descr="[^"]*" ')  # a second alternative text of a picture: where its file was
_LOGO = re.compile(r'<w:p>\s*<w:pPr>\s*<w:pStyle w:val="Logo" ?/>.*?</w:p>', re.DOTALL)
_TITLE = re.compile(r'<w:p>\s*<w:pPr>\s*<w:pStyle w:val="Title" ?/>')
_CELL_TEXT = {"Table": "TableText", "TableSmall": "TableTextSmall"}


def finish(content: bytes) -> bytes:
    """The same document, ready to sign. Only parts that a reader sees are touched; bytes depend on nothing else."""
    files = parts(content)
    title, draft, across = told(files, "dc:title"), told(files, DRAFT), told(files, ACROSS) or WORD
    signature = " – ".join(filter(None, [told(files, "dc:creator"), told(files, "date")]))
    edits: list[tuple[str, Callable[[str], str]]] = [
        ("word/document.xml", _document),
        ("word/settings.xml", _settings),
        ("word/header1.xml", lambda text: _drafted(text.replace("TITRE", title), draft, across)),
        ("word/header2.xml", lambda text: _drafted(text, draft, across)),
        ("word/footer1.xml", lambda text: _with_status(text.replace("SIGNATURE", signature), told(files, STATUS))),
        ("docProps/custom.xml", lambda text: _ABSTRACT.sub("", text)),
        ("word/numbering.xml", numbering),
        ("word/styles.xml", styles),
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
    '<v:textpath style="font-family:Arial;font-size:1pt" string="MOT" /></v:shape></w:pict></w:r>'
)


def _drafted(header: str, draft: str, across: str) -> str:
    """A header with the words `across` the page and the sentence that says why; as it was without a draft."""
    if not draft:
        return header
    line = f'<w:r><w:rPr><w:b /><w:color w:val="A23B00" /></w:rPr><w:t xml:space="preserve"> {draft}</w:t></w:r>'
    return header.replace("</w:p>", f"{line}{WATERMARK.replace('MOT', across.upper())}</w:p>", 1)


def _with_status(footer: str, status: str) -> str:
    """A footer with what the document is on a line of its own."""
    line = f'<w:p><w:pPr><w:pStyle w:val="Footer" /></w:pPr><w:r><w:t xml:space="preserve">{status}</w:t></w:r></w:p>'
    return footer.replace("</w:ftr>", f"{line}</w:ftr>") if status else footer


def _document(text: str) -> str:
    if logo := _LOGO.search(text):
        text = _TITLE.sub(lambda title: logo[0] + title[0], text.replace(logo[0], ""), count=1)
    text = fronted(_FILE_NAME.sub(r"\1", text))
    text = numbered(_contents(text, lists(text)))
    text = _LINKED_NUMBER.sub(lambda found: found[0].replace(_LINK_STYLE, ""), text)
    return _TABLE.sub(lambda found: _table(found[0]), text)


def _contents(text: str, lists: str) -> str:
    """Fill the contents: the renderer leaves an empty field. Entries are links, each with the page of a bookmark of its own,
    which Word works out when it opens the file, with the reader's leave (`_settings`). `lists` stand at the end."""
    shown: list[tuple[str, int, str]] = []

    def marked(found: re.Match[str]) -> str:
        if int(found[3]) > CONTENTS_DEPTH:
            return found[0]
        shown.append((f"_Toc{len(shown)}", int(found[3]), "".join(_TEXT.findall(found[2]))))
        mark = f'w:id="{800_000 + len(shown)}"'
        return f'<w:bookmarkStart {mark} w:name="{shown[-1][0]}" />{found[0]}<w:bookmarkEnd {mark} />'

    text = _HEADING.sub(marked, text)
    if not shown:
        return text
    lines = [_entry(anchor, label) for anchor, _, label in shown]
    spanned = spanned_cells(escape(f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u'), lines)
    filled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{level}" />{DOTTED}</w:pPr>{line}</w:p>'
        for (_, level, _), line in zip(shown, spanned, strict=True)
    )
    body, section, end = _CONTENTS_FIELD.sub(lambda _: filled, text, count=1).rpartition("<w:sectPr")
    return f"{body}{lists}{section}{end}"


def _entry(anchor: str, label: str) -> str:
    """A line of contents: a link, then the page where its bookmark is."""
    page = field(f"PAGEREF {anchor} \\h", "")
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{run(label)}<w:r><w:tab /></w:r>{page}</w:hyperlink>'


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
        # Column widths from the longest text of each: without them LibreOffice makes all columns equal.
        widths = [CELL_MARGINS + CHARACTER * min(max(column), LONGEST) for column in zip(*_lengths(text), strict=False)]
        text = _with_widths(text, [width * TEXT_WIDTH // max(TEXT_WIDTH, sum(widths)) for width in widths])
    return _kept(text, cell)


def _kept(text: str, cell: str) -> str:
    """A low table is not cut by the end of a page; of another, the head, the name of a group and the last row
    are not alone there."""
    rows = text.split("</w:tr>")
    last = len(rows) - 2  # after the last row comes the end of the table
    # About how many lines a table takes, its head apart.
    widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', text)]
    rooms = [max((width - CELL_MARGINS) // CHARACTER, 1) for width in widths]
    height = sum(
        max((-(-length // room) for length, room in zip(row, rooms, strict=False)), default=1) or 1
        for row in _lengths(text)[1:]
    )
    whole = height <= SHORT
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


def _with_widths(text: str, widths: list[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}" />' for width in widths)
    text = re.sub(r"<w:tblGrid>.*?</w:tblGrid>", f"<w:tblGrid>{grid}</w:tblGrid>", text, count=1, flags=re.DOTALL)
    text = re.sub(r"<w:tblW [^>]*/>", f'<w:tblW w:type="dxa" w:w="{sum(widths)}" />', text, count=1)
    cells = (f'<w:tcPr><w:tcW w:w="{widths[n % len(widths)]}" w:type="dxa" /></w:tcPr>' for n in count())
    return re.sub(r"<w:tcPr ?/>", lambda _: next(cells), text)


def _settings(text: str) -> str:
    text = re.sub(r'(<w:themeFontLang w:val=")[^"]*"', rf'\g<1>{LANGUAGE}"', text)
    text = re.sub(r'(<w:decimalSymbol w:val=")[^"]*"', r'\g<1>,"', text)
    text = re.sub(r"(?=<w:footnotePr>|<w:compat>|</w:settings>)", '<w:updateFields w:val="true" />', text, count=1)
    return re.sub(r'(<w:listSeparator w:val=")[^"]*"', r'\g<1>;"', text)


def told(files: dict[str, bytes], name: str) -> str:
    """One property, as XML text: a core one (`dc:title`), else a custom one (the front matter's own fields)."""
    part, form = "custom", rf'name="{name}"><vt:lpwstr>(.*?)</vt:lpwstr>'
    if ":" in name:
        part, form = "core", rf"<{name}>(.*?)</{name}>"
    found = re.search(form, files.get(f"docProps/{part}.xml", b"").decode(), re.DOTALL)
    return escape(unescape(found[1]), quote=False) if found else ""


def parts(content: bytes) -> dict[str, bytes]:
    """Name → content of the files in an office document."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def archive(files: dict[str, bytes]) -> bytes:
    """An office document from its files: sorted, without a date."""
    return as_zip(sorted(files.items()))  # "[Content_Types].xml" sorts first, as Word likes


# -- Numbers of a Word file as Word counts them -------------------------------------------------------------------
# Headings by their styles, captions and references as fields, lists of both.
#
# The filter has numbered everything (the same in every format); here its numbers become what each field shows until
# somebody updates it, so that a heading or a table that the team adds renumbers the rest.
ENSP, NBSP = "\u2002", "\u00a0"
NUMBERING, LEVELS = 900, 4  # the list of headings, which no renderer uses; the levels of headings that have a style
LISTS = {"Tableau": "Liste des tableaux", "Figure": "Liste des figures"}
_NUMBERED = re.compile(
    rf'<w:p><w:pPr><w:pStyle w:val="Heading(\d)" ?/></w:pPr>'
    rf'(?:<w:r><w:t xml:space="preserve">([\d.]+){ENSP}</w:t></w:r>)?(.*?)</w:p>',
    re.DOTALL,
)
_FRONT = re.compile(r'<w:p>\s*<w:pPr>\s*<w:pStyle w:val="AbstractTitle" ?/>\s*</w:pPr>(.*?)</w:p>', re.DOTALL)
_CAPTION = re.compile(
    r'<w:p><w:pPr><w:pStyle w:val="(?:Table|Image)Caption" ?/></w:pPr>'
    rf'<w:r><w:rPr><w:b ?/><w:bCs ?/></w:rPr><w:t xml:space="preserve">(Tableau|Figure){NBSP}(\d+)([^<]*)</w:t></w:r>(.*?)</w:p>',
    re.DOTALL,
)
_LINK = re.compile(
    rf'(<w:hyperlink w:anchor="(?P<kind>tbl|fig|sec)-[^"]*"><w:r>)(?P<look><w:rPr>.*?</w:rPr>)?'
    rf'<w:t xml:space="preserve">(?P<noun>[^<]*?{NBSP})?(?P<number>\d[\d.]*)(?P<part>[a-z]?)</w:t></w:r></w:hyperlink>',
    re.DOTALL,
)
_TEXT = re.compile(r"<w:t[^>]*>([^<]*)</w:t>")
_KINDS = {"tbl": "Tableau", "fig": "Figure", "sec": "Section"}
_BOLD = "<w:rPr><w:b /><w:bCs /></w:rPr>"


def run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""


def field(code: str, shown: str, look: str = "") -> str:
    """A field that shows what it was last worked out to be; `code` and `shown` are XML text."""
    asked = f'<w:instrText xml:space="preserve"> {code} </w:instrText>'
    begin, separate, end = (f'<w:fldChar w:fldCharType="{kind}" />' for kind in ("begin", "separate", "end"))
    runs = "".join(f"<w:r>{look}{part}</w:r>" for part in (begin, asked, separate))
    return f"{runs}{run(shown, look)}<w:r>{look}{end}</w:r>"


def numbered(document: str) -> str:
    """The document with fields for the numbers of captions and of references, and headings that their styles number."""
    marks = count(900_000)

    def marked(kind: str, number: str, inside: str) -> str:
        ident = next(marks)
        name = _name(kind, number)
        return f'<w:bookmarkStart w:id="{ident}" w:name="{name}" />{inside}<w:bookmarkEnd w:id="{ident}" />'

    def heading(found: re.Match[str]) -> str:
        level, number, inside = found.groups()
        none = "" if number else '<w:numPr><w:ilvl w:val="0" /><w:numId w:val="0" /></w:numPr>'
        inside = marked("Section", number, inside) if number else inside
        return f'<w:p><w:pPr><w:pStyle w:val="Heading{level}" />{none}</w:pPr>{inside}</w:p>'

    def caption(found: re.Match[str]) -> str:
        kind, number, after, rest = found.groups()
        counted = marked(kind, number, field(f"SEQ {kind} \\* ARABIC", number, _BOLD))
        head = found[0][: found[0].index("<w:r>")]
        return f"{head}{run(kind + NBSP, _BOLD)}{counted}{run(after, _BOLD)}{rest}</w:p>"

    def link(found: re.Match[str]) -> str:
        look, noun, number = found["look"] or "", found["noun"] or "", found["number"]
        asked = f"REF {_name(_KINDS[found['kind']], number)}" + (" \\r" if found["kind"] == "sec" else "")
        opened = found[1].removesuffix("<w:r>")
        return f"{opened}{run(noun, look)}{field(asked, number, look)}{run(found['part'], look)}</w:hyperlink>"

    return _LINK.sub(link, _CAPTION.sub(caption, _NUMBERED.sub(heading, document)))


def fronted(document: str) -> str:
    """The document with the title of its page 1, which the renderer takes for that of a summary, as a heading like others."""

    def heading(found: re.Match[str]) -> str:
        words = "".join(_TEXT.findall(found[1])).strip()
        opened = (
            '<w:bookmarkStart w:id="899999" w:name="_RefEssentiel" /><w:p><w:pPr><w:pStyle w:val="Heading1" /></w:pPr>'
        )
        return f'{opened}{run(words)}</w:p><w:bookmarkEnd w:id="899999" />' if words else found[0]

    return _FRONT.sub(heading, document)


def lists(document: str) -> str:
    """The lists of tables and of figures, filled: what stands in the fields until somebody updates them."""
    captions = [(found[1], found[2], "".join(_TEXT.findall(found[0]))) for found in _CAPTION.finditer(document)]
    made = []
    for kind, title in LISTS.items():
        if entries := [_entry(_name(kind, number), text) for known, number, text in captions if known == kind]:
            made.append(f'<w:p><w:pPr><w:pStyle w:val="ListHeading" /></w:pPr>{run(title)}</w:p>')
            lines = spanned_cells(f"TOC \\h \\z \\c &quot;{kind}&quot;", entries)
            made += [f'<w:p><w:pPr><w:pStyle w:val="TableofFigures" />{DOTTED}</w:pPr>{one}</w:p>' for one in lines]
    return "".join(made)


def spanned_cells(code: str, lines: list[str]) -> Iterator[str]:
    """The lines of one field over several paragraphs, the first with its beginning and the last with its end."""
    end = '<w:r><w:fldChar w:fldCharType="end" /></w:r>'
    begin = field(code, "").removesuffix(end)
    for at, line in enumerate(lines, 1):
        yield f"{begin if at == 1 else ''}{line}{end if at == len(lines) else ''}"


def _name(kind: str, number: str) -> str:
    """A bookmark as Word allows it: letters, figures and underscores."""
    return f"_Ref{kind}{number.replace('.', '_')}"


def numbering(text: str) -> str:
    """The part of lists with the one that numbers headings, level by level, tied to their styles."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1" /><w:numFmt w:val="decimal" /><w:pStyle w:val="Heading{level + 1}" />'
        f'<w:suff w:val="space" /><w:lvlText w:val="{".".join(f"%{n}" for n in range(1, level + 2))}" />'
        '<w:lvlJc w:val="left" /><w:pPr><w:ind w:left="0" w:firstLine="0" /></w:pPr></w:lvl>'
        for level in range(LEVELS)
    )
    own = (
        f'<w:abstractNum w:abstractNumId="{NUMBERING}"><w:multiLevelType w:val="multilevel" />{levels}</w:abstractNum>'
    )
    used = f'<w:num w:numId="{NUMBERING}"><w:abstractNumId w:val="{NUMBERING}" /></w:num>'
    before, num, after = text.partition("<w:num ")
    whole = f"{before}{own}{num}{after}" if num else text.replace("</w:numbering>", f"{own}</w:numbering>")
    return whole.replace("</w:numbering>", f"{used}</w:numbering>")


def styles(text: str) -> str:
    """The styles in the document's language, those of headings with their place in that list."""

    def placed(found: re.Match[str]) -> str:
        number = f'<w:numPr><w:ilvl w:val="{int(found[2]) - 1}" /><w:numId w:val="{NUMBERING}" /></w:numPr>'
        return f"{found[1]}{found[3]}{number}"

    known = re.compile(
        rf'(<w:style [^>]*w:styleId="Heading([1-{LEVELS}])"(?:(?!</w:style>).)*?<w:pPr>)(<w:keepNext ?/><w:keepLines ?/>)',
        re.DOTALL,
    )
    return known.sub(placed, re.sub(r'(<w:lang [^>]*w:val=")[^"]*"', rf'\g<1>{LANGUAGE}"', text))
