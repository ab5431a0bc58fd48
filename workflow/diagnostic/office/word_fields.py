"""Numbers of a Word file as Word counts them: headings by their styles, captions and references as fields, lists of both.

The filter has numbered everything (the same in every format); here its numbers become what each field shows until somebody
updates it, so that a heading or a table that the team adds renumbers the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

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
    parts = (f'<w:instrText xml:space="preserve"> {code} </w:instrText>', '<w:fldChar w:fldCharType="separate" />')
    begin, *inside = ('<w:fldChar w:fldCharType="begin" />', *parts)
    runs = "".join(f"<w:r>{look}{part}</w:r>" for part in (begin, *inside))
    return f'{runs}{run(shown, look)}<w:r>{look}<w:fldChar w:fldCharType="end" /></w:r>'


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
    return "".join(_list(kind, title, captions) for kind, title in LISTS.items())


def _list(kind: str, title: str, captions: list[tuple[str, str, str]]) -> str:
    entries = [
        f'<w:hyperlink w:anchor="{_name(kind, number)}" w:history="1">{run(text)}</w:hyperlink>'
        for known, number, text in captions
        if known == kind
    ]
    if not entries:
        return ""
    return f'<w:p><w:pPr><w:pStyle w:val="ListHeading" /></w:pPr>{run(title)}</w:p>' + "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TableofFigures" /></w:pPr>{entry}</w:p>'
        for entry in spanned(f"TOC \\h \\z \\c &quot;{kind}&quot;", entries)
    )


def spanned(code: str, lines: list[str]) -> Iterator[str]:
    """The lines of one field over several paragraphs, the first with its beginning and the last with its end."""
    begin, end = field(code, "").split('<w:r><w:fldChar w:fldCharType="end" /></w:r>')[0], "end"
    for at, line in enumerate(lines, 1):
        last = f'<w:r><w:fldChar w:fldCharType="{end}" /></w:r>' if at == len(lines) else ""
        yield f"{begin if at == 1 else ''}{line}{last}"


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
    """The styles of headings with their place in that list."""

    def placed(found: re.Match[str]) -> str:
        level = int(found[2]) - 1
        number = f'<w:numPr><w:ilvl w:val="{level}" /><w:numId w:val="{NUMBERING}" /></w:numPr>'
        return f"{found[1]}{found[3]}{number}"

    known = re.compile(
        rf'(<w:style [^>]*w:styleId="Heading([1-{LEVELS}])"(?:(?!</w:style>).)*?<w:pPr>)(<w:keepNext ?/><w:keepLines ?/>)',
        re.DOTALL,
    )
    return known.sub(placed, text)
