"""Makes `reference.docx`, the Word styles of the report, from pandoc's own reference document.

    python report/faire_reference.py

Same pandoc, same bytes: the archive is sorted and carries no date. Run it again after editing, and commit both.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pypandoc  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent / "_extensions/diagnostic"
EPOCH = (1980, 1, 1, 0, 0, 0)

INK, MUTED, TITLE, LINK = "1F2328", "55606B", "00224E", "005A8F"
RULE, SOFT, HEAD = "C9D1D9", "F5F7FA", "E9EEF4"
CALLOUTS = {
    "note": ("0072B2", "EEF5FA"),
    "tip": ("009E73", "EDF7F3"),
    "important": ("A2457A", "F9F0F5"),
    "warning": ("D55E00", "FDF3EB"),
    "caution": ("D55E00", "FDF3EB"),
}
# Arial has the same widths as Liberation Sans: the charts' face, and the same pages in Word and LibreOffice.
FACE = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Arial" />'
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}" /><w:szCs w:val="{half_points}" />'


def spacing(before: int, after: int, line: int | None = None) -> str:
    """In twentieths of a point; `line` in 240ths of a line."""
    rest = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{rest} />'


def color(value: str) -> str:
    return f'<w:color w:val="{value}" />'


BOLD, ITALIC, KEEP = "<w:b /><w:bCs />", "<w:i /><w:iCs />", "<w:keepNext /><w:keepLines />"
BARE_LEFT = '<w:ind w:left="0" w:firstLine="0" /><w:jc w:val="left" />'


def paragraph(ident: str, name: str, based: str, follower: str, layout: str, face: str = "") -> tuple[str, str]:
    custom = "" if name[0].islower() or name in BUILT_IN else ' w:customStyle="1"'
    return ident, (
        f'<w:style w:type="paragraph" w:styleId="{ident}"{custom}><w:name w:val="{name}" />'
        f'<w:basedOn w:val="{based}" /><w:next w:val="{follower}" /><w:qFormat />'
        f"<w:pPr>{layout}</w:pPr><w:rPr>{face}</w:rPr></w:style>"
    )


BUILT_IN = {"Body Text", "Title", "Subtitle", "Date", "Block Text", "TOC Heading"}


def heading(level: int, half_points: int, before: int, after: int) -> tuple[str, str]:
    layout = f'{KEEP}{spacing(before, after, 252)}<w:jc w:val="left" /><w:outlineLvl w:val="{level - 1}" />'
    face = BOLD + color(TITLE) + size(half_points)
    return paragraph(f"Heading{level}", f"heading {level}", "Normal", "BodyText", layout, face)


def contents_entry(level: int, before: int, indent: int, face: str) -> tuple[str, str]:
    layout = (
        f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070" /></w:tabs>{spacing(before, 10, 240)}'
        f'<w:ind w:left="{indent}" /><w:jc w:val="left" />'
    )
    return paragraph(f"TOC{level}", f"toc {level}", "Normal", "Normal", layout, face)


def border(side: str, points8: int, value: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{points8}" w:space="0" w:color="{value}" />'


def shading(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}" />'


def margins(vertical: int, horizontal: int, bottom: int | None = None) -> str:
    return (
        f'<w:tblCellMar><w:top w:w="{vertical}" w:type="dxa" /><w:left w:w="{horizontal}" w:type="dxa" />'
        f'<w:bottom w:w="{vertical if bottom is None else bottom}" w:type="dxa" /><w:right w:w="{horizontal}" w:type="dxa" /></w:tblCellMar>'
    )


def table_style(ident: str, name: str, vertical: int, horizontal: int, default: str = "") -> tuple[str, str]:
    return ident, (
        f'<w:style w:type="table" w:styleId="{ident}"{default}><w:name w:val="{name}" /><w:qFormat />'
        f'<w:pPr>{spacing(0, 0)}</w:pPr><w:tblPr><w:tblStyleRowBandSize w:val="1" /><w:tblInd w:w="0" w:type="dxa" />'
        f"<w:tblBorders>{border('top', 4, RULE)}{border('bottom', 6, TITLE)}{border('insideH', 4, RULE)}</w:tblBorders>"
        f"{margins(vertical, horizontal)}</w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:rPr>{BOLD}{color(TITLE)}</w:rPr><w:tblPr />'
        f"<w:tcPr><w:tcBorders>{border('bottom', 12, TITLE)}</w:tcBorders>{shading(HEAD)}"
        f'<w:vAlign w:val="bottom" /></w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="band2Horz"><w:tblPr /><w:tcPr>{shading(SOFT)}</w:tcPr></w:tblStylePr></w:style>'
    )


BARE_TABLE = (
    '<w:style w:type="table" w:styleId="FigureTable" w:customStyle="1"><w:name w:val="Figure Table" />'
    f"<w:tblPr>{margins(0, 40)}</w:tblPr></w:style>"
)


def callout_style(kind: str) -> tuple[str, str]:
    rule, ground = CALLOUTS[kind]
    return f"Callout{kind}", (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="Callout{kind}"><w:name w:val="Callout {kind}" />'
        f'<w:qFormat /><w:tblPr><w:tblInd w:w="0" w:type="dxa" /><w:tblBorders>{border("left", 36, rule)}</w:tblBorders>'
        f"{margins(110, 200, 10)}</w:tblPr><w:tcPr>{shading(ground)}</w:tcPr></w:style>"
    )


def character(ident: str, name: str, face: str) -> tuple[str, str]:
    return ident, (
        f'<w:style w:type="character" w:styleId="{ident}"><w:name w:val="{name}" />'
        f'<w:basedOn w:val="DefaultParagraphFont" /><w:qFormat /><w:rPr>{face}</w:rPr></w:style>'
    )


def styles() -> dict[str, str]:
    """Style id → its XML; they replace pandoc's styles of the same id."""
    thin_rule = f"<w:pBdr>{border('bottom', 4, RULE)}</w:pBdr>"
    title_rule = f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="14" w:color="{TITLE}" /></w:pBdr>'
    quote = f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="10" w:color="{RULE}" /></w:pBdr>'
    return dict(
        [
            paragraph("BodyText", "Body Text", "Normal", "BodyText", spacing(0, 130, 286) + '<w:jc w:val="left" />'),
            paragraph("FirstParagraph", "First Paragraph", "BodyText", "BodyText", ""),
            paragraph("Compact", "Compact", "BodyText", "Compact", spacing(0, 40, 246)),
            paragraph(
                "Title", "Title", "Normal", "Subtitle", KEEP + title_rule + spacing(0, 80, 240) + BARE_LEFT,
                BOLD + color(TITLE) + size(37),
            ),
            paragraph("Subtitle", "Subtitle", "Normal", "Author", KEEP + spacing(0, 120), size(26)),
            paragraph("Author", "Author", "Normal", "Date", KEEP + spacing(0, 40), BOLD),
            paragraph("Date", "Date", "Normal", "BodyText", KEEP + spacing(0, 0), color(MUTED)),
            paragraph("AbstractTitle", "Abstract Title", "Normal", "Abstract", spacing(0, 0, 20), size(2)),
            paragraph("Abstract", "Abstract", "Normal", "BodyText", spacing(40, 100, 246)),
            paragraph("Lead", "Lead", "BodyText", "BodyText", spacing(60, 100, 252), color(TITLE) + size(22)),
            heading(1, 34, 480, 180),
            heading(2, 26, 360, 130),
            heading(3, 22, 280, 110),
            heading(4, 20, 240, 90),
            paragraph(
                "TOCHeading", "TOC Heading", "Normal", "BodyText", KEEP + "<w:pageBreakBefore />" + spacing(0, 160),
                BOLD + color(TITLE) + size(26),
            ),
            paragraph(
                "ListHeading", "List Heading", "Normal", "TableofFigures", KEEP + spacing(320, 120), BOLD + color(TITLE) + size(26),
            ),
            paragraph("TableofFigures", "table of figures", "Normal", "Normal", spacing(0, 20, 240) + '<w:jc w:val="left" />', size(18)),
            contents_entry(1, 60, 0, BOLD + size(18)),
            contents_entry(2, 0, 340, size(18)),
            contents_entry(3, 0, 680, ""),
            paragraph("BlockText", "Block Text", "BodyText", "BodyText", quote + spacing(120, 160) + '<w:ind w:left="300" />', color(MUTED)),
            paragraph("FootnoteText", "footnote text", "Normal", "FootnoteText", spacing(0, 50, 250), size(16)),
            paragraph("FootnoteBlockText", "Footnote Block Text", "FootnoteText", "FootnoteText", ""),
            paragraph("Caption", "caption", "Normal", "BodyText", spacing(60, 220, 264) + BARE_LEFT, size(18)),
            paragraph("TableCaption", "Table Caption", "Caption", "BodyText", KEEP + spacing(300, 100, 264)),
            paragraph("ImageCaption", "Image Caption", "Caption", "BodyText", "<w:keepNext />"),
            paragraph("Figure", "Figure", "Normal", "BodyText", '<w:jc w:val="left" />'),
            paragraph("CaptionedFigure", "Captioned Figure", "Figure", "ImageCaption", "<w:keepNext />" + spacing(260, 60)),
            paragraph("TableText", "Table Text", "Normal", "TableText", spacing(0, 0, 252), size(17)),
            paragraph("TableTextSmall", "Table Text Small", "TableText", "TableTextSmall", "", size(16)),
            paragraph("CalloutTitle", "Callout Title", "Normal", "BodyText", KEEP + spacing(0, 70), BOLD + color(TITLE)),
            paragraph("CalloutSpace", "Callout Space", "Normal", "BodyText", spacing(0, 0, 240), size(16)),
            paragraph("DefinitionTerm", "Definition Term", "Normal", "Definition", KEEP + spacing(60, 20), BOLD),
            paragraph("Definition", "Definition", "BodyText", "BodyText", spacing(0, 90, 276) + '<w:ind w:left="340" />'),
            paragraph("Header", "header", "Normal", "Header", thin_rule + spacing(0, 0), color(MUTED) + size(16)),
            paragraph(
                "Footer", "footer", "Normal", "Footer",
                f'<w:tabs><w:tab w:val="right" w:pos="9070" /></w:tabs>{spacing(0, 0)}', color(MUTED) + size(16),
            ),
            table_style("Table", "Table", 46, 90, ' w:default="1"'),
            ("FigureTable", BARE_TABLE),
            table_style("TableSmall", "Table Small", 30, 75),
            *(callout_style(kind) for kind in CALLOUTS),
            character("Hyperlink", "Hyperlink", color(LINK)),
            character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript" />'),
            character("VerbatimChar", "Verbatim Char", '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New" />' + size(16)),
        ]
    )  # fmt: skip


DEFAULTS = f"""<w:docDefaults><w:rPrDefault><w:rPr>{FACE}{color(INK)}{size(20)}\
<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA" /></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto" /></w:pPr></w:pPrDefault></w:docDefaults>"""


def styled(text: str) -> str:
    """pandoc's styles.xml with our defaults and styles."""
    ours = styles()
    text = re.sub(r"<w:docDefaults>.*?</w:docDefaults>", DEFAULTS, text, flags=re.DOTALL)

    def kept(found: re.Match[str]) -> str:
        return "" if found[1] in ours else found[0]

    text = re.sub(r'\s*<w:style [^>]*w:styleId="([^"]+)"[^>]*>.*?</w:style>', kept, text, flags=re.DOTALL)
    text = re.sub(r'<w:link w:val="[^"]+" />', "", text)
    return text.replace("</w:styles>", "\n".join(ours.values()) + "</w:styles>")


# Header and footer: fields that Word fills; the renderer writes the title that a reader sees before any update.

FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin" /></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate" /></w:r><w:r><w:t xml:space="preserve">{shown}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end" /></w:r>'
)


def part(tag: str, style: str, content: str) -> str:
    body = f'<w:p><w:pPr><w:pStyle w:val="{style}" /></w:pPr>{content}</w:p>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:{tag} {NAMESPACES}>{body}</w:{tag}>'


def text_run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


PAGES = FIELD.format(code="PAGE", shown="1") + text_run(" / ") + FIELD.format(code="NUMPAGES", shown="1")
PARTS = {
    "word/header1.xml": part("hdr", "Header", FIELD.format(code="TITLE", shown="TITRE")),
    "word/header2.xml": part("hdr", "Normal", ""),
    "word/footer1.xml": part("ftr", "Footer", text_run("SIGNATURE") + "<w:r><w:tab /></w:r>" + PAGES),
}
SECTION = """<w:sectPr><w:headerReference w:type="default" r:id="rIdEntete" />\
<w:headerReference w:type="first" r:id="rIdEnteteVide" /><w:footerReference w:type="default" r:id="rIdPied" />\
<w:footerReference w:type="first" r:id="rIdPied" /><w:pgSz w:w="11906" w:h="16838" />\
<w:pgMar w:top="1530" w:right="1418" w:bottom="1418" w:left="1418" w:header="750" w:footer="680" w:gutter="0" />\
<w:titlePg /></w:sectPr>"""
APPLICATION = """<?xml version="1.0" encoding="UTF-8"?>
<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">\
<Application>pandoc</Application></Properties>"""


def relation(ident: str, kind: str, target: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="{ident}" Type="{base}/{kind}" Target="{target}" />'


def edited(files: dict[str, str]) -> dict[str, str]:
    files = files | PARTS | {"docProps/app.xml": APPLICATION}
    files["word/styles.xml"] = styled(files["word/styles.xml"])
    document = re.sub(r"<w:sectPr.*?</w:sectPr>", "", files["word/document.xml"], flags=re.DOTALL)
    files["word/document.xml"] = document.replace("</w:body>", SECTION + "</w:body>")
    relations = (
        relation("rIdEntete", "header", "header1.xml")
        + relation("rIdEnteteVide", "header", "header2.xml")
        + relation("rIdPied", "footer", "footer1.xml")
    )
    name = "word/_rels/document.xml.rels"
    files[name] = files[name].replace("</Relationships>", relations + "</Relationships>")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{kind}.{"header" if "header" in path else "footer"}+xml" />'
        for path in sorted(PARTS)
    )
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace("</Types>", overrides + "</Types>")
    return files


def main() -> None:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    original = subprocess.run(command, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(HERE / "reference.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(edited(files).items()):  # "[Content_Types].xml" sorts first, as Word likes
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())


if __name__ == "__main__":
    main()
