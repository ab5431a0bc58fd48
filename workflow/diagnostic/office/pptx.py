"""Finishes a presentation as pandoc leaves it: signature, language, sizes of tables, sorted archive."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from diagnostic.office import docx

LANGUAGE = "fr-FR"
LONG = 8  # rows from which a table is set smaller, so that it stays on its slide
WIDE = 7_000_000  # EMU from which a short table, alone on its slide, is set larger
TABLE_SIZE, LONG_TABLE_SIZE, WIDE_TABLE_SIZE = 1200, 1000, 1400  # hundredths of a point
CAPTION_SIZE, DATE_SIZE = 1000, 1200
MARKED = ("ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml")  # the first slide shows no master
WATERMARK = (
    '<p:sp><p:nvSpPr><p:cNvPr id="99" name="Brouillon"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
    '<a:xfrm rot="-1800000"><a:off x="914400" y="1828800"/><a:ext cx="7315200" cy="1463040"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="none" anchor="ctr"/>'
    '<a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="fr-FR" sz="TAILLE" b="1"><a:solidFill><a:srgbClr val="D55E00">'
    '<a:alpha val="14000"/></a:srgbClr></a:solidFill></a:rPr><a:t>MOT</a:t></a:r></a:p></p:txBody></p:sp>'
)
STATUS = (  # under the signature
    '<p:sp><p:nvSpPr><p:cNvPr id="98" name="Statut"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
    '<a:xfrm><a:off x="457200" y="4924000"/><a:ext cx="8229600" cy="182880"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody>'
    '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/><a:lstStyle/><a:p><a:r>'
    '<a:rPr lang="fr-FR" sz="900"><a:solidFill><a:srgbClr val="55606B"/></a:solidFill></a:rPr><a:t>STATUT</a:t></a:r></a:p>'
    "</p:txBody></p:sp>"
)
TOP, TALL, LINE = 1_016_000, 3_410_000, 254_000  # EMU: where a tall image begins, its height, that of a line of caption
MORE, LETTER = 152_400, 68_000  # EMU: the height of each line more, the width of a letter on average
_PLACE = r'(<a:off x=")(\d+)(" y=")(\d+)(" ?/><a:ext cx=")(\d+)(" cy=")(\d+)'
_BOX = r'<p:sp><p:nvSpPr><p:cNvPr [^>]*name="TextBox \d+" ?/>(?:(?!</p:sp>).)*?'
_END = r"((?:(?!</p:sp>).)*</p:sp>)"
_TALL = re.compile(rf"(<p:pic>(?:(?!</p:pic>).)*?){_PLACE}((?:(?!</p:pic>).)*</p:pic>{_BOX}){_PLACE}{_END}", re.DOTALL)
_CAPTIONED = re.compile(
    rf"(<p:graphicFrame>(?:(?!</p:graphicFrame>).)*?){_PLACE}"
    rf"((?:(?!</p:graphicFrame>).)*<a:tbl>(?:(?!</p:graphicFrame>).)*</p:graphicFrame>)({_BOX}){_PLACE}{_END}",
    re.DOTALL,
)
_SLIDE = re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml")
_TABLE = re.compile(r"<a:tbl>.*?</a:tbl>", re.DOTALL)
_DATE = re.compile(r'<p:sp><p:nvSpPr><p:cNvPr [^>]*name="Date Placeholder \d+" ?/>.*?</p:sp>', re.DOTALL)
_CAPTION = re.compile(r'<p:sp><p:nvSpPr><p:cNvPr [^>]*name="TextBox \d+" ?/>.*?</p:sp>', re.DOTALL)
_RUN = re.compile(r"<a:rPr\b([^>]*?)(/?)>")


def finish(content: bytes, numbers: Mapping[str, bytes]) -> bytes:
    """The same slides, ready to show; `numbers`: the table of each figure (CSV). Bytes depend on nothing else."""
    files = native(docx.parts(content), numbers)
    signature = " · ".join(
        filter(None, [docx.core(files, "dc:title"), docx.custom(files, "subtitle"), docx.custom(files, "date")])
    )
    across = docx.custom(files, docx.ACROSS) or docx.WORD
    watermark = WATERMARK.replace("MOT", across.upper()).replace("TAILLE", "8800" if across == docx.WORD else "5400")
    draft, status = docx.custom(files, docx.DRAFT), docx.custom(files, docx.STATUS)
    for name in list(files):
        if _SLIDE.fullmatch(name):
            files[name] = _slide(files[name].decode()).encode()
        elif name == "ppt/slideMasters/slideMaster1.xml":
            files[name] = files[name].replace(b"SIGNATURE", f"{draft} {signature}".strip().encode())
        elif name == "docProps/app.xml":
            files[name] = _application(files).encode()
        if draft and name in MARKED:
            files[name] = _with(files[name], watermark)
        if status and name in MARKED:
            files[name] = _with(files[name], STATUS.replace("STATUT", status))
    return docx.archive(files)


def _application(files: Mapping[str, bytes]) -> str:
    """What made the file and how many slides it has, not those of the file that the layouts come from."""
    counts = {
        kind: sum(bool(re.fullmatch(rf"ppt/{folder}/[^/]+\.xml", name)) for name in files)
        for kind, folder in (("Slides", "slides"), ("Notes", "notesSlides"))
    }
    said = "".join(f"<{kind}>{count}</{kind}>" for kind, count in counts.items())
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="{space}"><Application>pandoc</Application>'
        f"<PresentationFormat>Affichage à l’écran (16:9)</PresentationFormat>{said}</Properties>"
    )


def _with(slides: bytes, shape: str) -> bytes:
    """A master or a layout with one shape more, on top."""
    return slides.replace(b"</p:spTree>", shape.encode() + b"</p:spTree>")


def _slide(text: str) -> str:
    """Alternative texts without the file's name, one id per shape, one language, tables at a size that fits."""
    ids = count(1)
    text = re.sub(r'(<p:cNvPr\b[^>]*? descr="[^"]*?)\s*figures/[^"]*"', r'\1"', text)
    text = re.sub(r'(<p:cNvPr\b[^>]*?\bid=")\d+"', lambda found: f'{found[1]}{next(ids)}"', text)
    text = _CAPTIONED.sub(_under_its_caption, _TALL.sub(_enlarged, text))
    text = _TABLE.sub(lambda found: _sized(found[0], _size(found[0])), text)
    text = _CAPTION.sub(lambda found: _sized(found[0], CAPTION_SIZE).replace('algn="ctr"', 'algn="l"'), text)
    text = _DATE.sub(lambda found: _sized(found[0], DATE_SIZE), text)
    return _RUN.sub(rf'<a:rPr lang="{LANGUAGE}"\1\2>', re.sub(r'(<a:rPr\b[^>]*?) lang="[^"]*"', r"\1", text))


def _enlarged(found: re.Match[str]) -> str:
    """An image that its height alone keeps small, and its caption: all that the slide has from its title to its foot, so that
    what is written on a map can be read (8 points)."""
    before, image, between, caption, end = found[1], found.groups()[1:9], found[10], found.groups()[10:18], found[19]
    left, room, width, height = int(caption[1]), int(caption[5]), int(image[5]), int(image[7])
    words = _high(end, room)
    high = min(TALL + LINE - words, height * room // width)
    if high <= height:
        return found[0]
    wide = width * high // height
    placed = _at(image, left + (room - wide) // 2, TOP, wide, high)
    return before + placed + between + _at(caption, left, TOP + high, room, words) + end


def _under_its_caption(found: re.Match[str]) -> str:
    """A table and its caption, which stands above it, as in the report: pandoc puts it at the foot of the slide."""
    frame, table, content, before, caption, end = (
        found[1], found.groups()[1:9], found[10], found[11], found.groups()[11:19], found[20],
    )  # fmt: skip
    left, top, wide, tall = (int(number) for number in table[1::2])
    words = _high(end, wide)
    placed = _at(table, left, top + words, wide, tall)
    return before + _at(caption, left, top, wide, words) + end + frame + placed + content


def _high(caption: str, width: int) -> int:
    """The height of a caption in a box of this width (EMU), by its letters."""
    letters = sum(len(words) for words in re.findall(r"<a:t>([^<]*)", caption))
    return LINE + MORE * (letters * LETTER // width)


def _at(place: Sequence[str], *numbers: int) -> str:
    return "".join(f"{words}{number}" for words, number in zip(place[::2], numbers, strict=True))


def _size(table: str) -> int:
    """The size of a table's words: by its rows, then by the room that it has."""
    if table.count("<a:tr ") > LONG:
        return LONG_TABLE_SIZE
    width = sum(int(column) for column in re.findall(r'<a:gridCol w="(\d+)"', table))
    return WIDE_TABLE_SIZE if width >= WIDE else TABLE_SIZE


def _sized(xml: str, size: int) -> str:
    return re.sub(r"<a:rPr\b(?![^>]* sz=)", f'<a:rPr sz="{size}"', xml)


# -- Charts of the slides as PowerPoint’s own ---------------------------------------------------------------------
# A team restyles them and opens their numbers; they stand in place of their images.
# Only bars of shares without limits: a native bar would not say of what kind its limits are, and those stay images.
NBSP = "\u00a0"
BARS = ("profil_personnes", "besoins", "vulnerabilites")  # the figures that are such bars
BLUE, INK = "0072B2", "333333"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "application/vnd.openxmlformats-officedocument"
_PICTURE = re.compile(r"<p:pic>(?:(?!</p:pic>).)*?figures/([\w-]+)\.png.*?</p:pic>", re.DOTALL)
MEDIA = "ppt/media/"
_TYPES = "[Content_Types].xml"


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its share in per cent, and how many decimals are printed."""

    name: str
    value: float
    decimals: int


def native(files: dict[str, bytes], numbers: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a presentation with native charts; `numbers`: the table of each figure, as `charts.facts` writes it."""
    out, made = dict(files), 0
    for name in sorted(n for n in files if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)):
        text = files[name].decode()
        found = _PICTURE.search(text)
        bars = _bars(numbers.get(found[1], b"")) if found and found[1] in BARS else []
        if not found or len(bars) < 2:
            continue
        made += 1
        relations = name.replace("slides/", "slides/_rels/") + ".rels"
        target = f'<Relationship Id="rIdChart" Type="{OFFICE}/chart" Target="../charts/chart{made}.xml" />'
        out[name] = text.replace(found[0], _frame(found[0])).encode()
        kept = out[relations].decode()
        if embedded := re.search(r'r:embed="([^"]+)"', found[0]):  # the picture is gone
            kept = re.sub(rf'<Relationship Id="{embedded[1]}"[^>]*/>', "", kept)
        out[relations] = kept.replace("</Relationships>", f"{target}</Relationships>").encode()
        out |= _parts(made, bars)
        out[_TYPES] = out[_TYPES].replace(b"</Types>", f"{_types(made)}</Types>".encode())
    links = "".join(content.decode() for name, content in out.items() if name.endswith(".rels"))
    return {
        name: content for name, content in out.items() if not name.startswith(MEDIA) or name[len("ppt/") :] in links
    }


def _bars(content: bytes) -> list[Bar]:
    """The shares of a figure's table; none where one has limits, or where something else is counted."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    if any(row["Unité"] != "%" or row["De"] for row in rows):
        return []
    return [
        Bar(
            re.sub(r"^[^:]+\s:\s", "", row["Indicateur"]).removesuffix(", part"),  # without the question, said above
            float(row["Valeur"].replace(",", ".")),
            len(row["Valeur"].partition(",")[2]),
        )
        for row in rows
    ]


def _frame(picture: str) -> str:
    """The frame of a chart where the picture stood, with its words."""
    words = re.search(r'descr="([^"]*?)\s*figures/', picture)
    place = re.search(r"<a:off [^>]*/>\s*<a:ext [^>]*/>", picture)
    assert words and place
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="1" name="Graphique" descr="{words[1]}"/><p:cNvGraphicFramePr/>'
        f"<p:nvPr/></p:nvGraphicFramePr><p:xfrm>{place[0]}</p:xfrm><a:graphic><a:graphicData "
        'uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart '
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdChart"/></a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )


def _parts(number: int, bars: Sequence[Bar]) -> dict[str, bytes]:
    """A chart, its relation to the workbook of its numbers, and the workbook."""
    relation = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships '
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/package" Target="../embeddings/nombres{number}.xlsx"/></Relationships>'
    )
    return {
        f"ppt/charts/chart{number}.xml": _chart(bars).encode(),
        f"ppt/charts/_rels/chart{number}.xml.rels": relation.encode(),
        f"ppt/embeddings/nombres{number}.xlsx": _workbook(bars),
    }


def _types(number: int) -> str:
    """What the new parts are, for the list of all parts."""
    kinds = {
        f"/ppt/charts/chart{number}.xml": f"{PACKAGE}.drawingml.chart+xml",
        f"/ppt/embeddings/nombres{number}.xlsx": f"{PACKAGE}.spreadsheetml.sheet",
    }
    return "".join(f'<Override PartName="{part}" ContentType="{kind}" />' for part, kind in kinds.items())


def _form(bars: Sequence[Bar]) -> str:
    decimals = max(bar.decimals for bar in bars)
    return "0" + (f".{'0' * decimals}" if decimals else "") + f'"{NBSP}%"'


def _workbook(bars: Sequence[Bar]) -> bytes:
    from openpyxl import Workbook  # here: it costs as much as the rest, and most presentations do without

    from diagnostic.codebook.template import to_bytes

    book = Workbook()
    sheet = book.active
    sheet.title = "Nombres"
    sheet.append(["Indicateur", "Part"])
    for row, bar in enumerate(bars, 2):
        sheet.cell(row, 1, bar.name).data_type = "s"
        sheet.cell(row, 2, bar.value).number_format = _form(bars)
    sheet.column_dimensions["A"].width = 50
    return to_bytes(book)


def _chart(bars: Sequence[Bar]) -> str:
    """Horizontal bars with their numbers, the first on top, without axis or key: the title of the slide says what is seen."""
    last, form = len(bars) + 1, escape(_form(bars))
    names = "".join(f'<c:pt idx="{at}"><c:v>{escape(bar.name)}</c:v></c:pt>' for at, bar in enumerate(bars))
    values = "".join(f'<c:pt idx="{at}"><c:v>{bar.value:g}</c:v></c:pt>' for at, bar in enumerate(bars))
    total = f'<c:ptCount val="{len(bars)}"/>'
    words = (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1200"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill>'
        '</a:defRPr></a:pPr><a:endParaRPr lang="fr-FR"/></a:p></c:txPr>'
    )
    shown = (("LegendKey", 0), ("Val", 1), ("CatName", 0), ("SerName", 0), ("Percent", 0), ("BubbleSize", 0))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace '
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{OFFICE}"><c:date1904 val="0"/>'
        '<c:lang val="fr-FR"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/>'
        '<c:order val="0"/><c:tx><c:strRef><c:f>Nombres!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>Part'
        f'</c:v></c:pt></c:strCache></c:strRef></c:tx><c:spPr><a:solidFill><a:srgbClr val="{BLUE}"/></a:solidFill></c:spPr>'
        f'<c:invertIfNegative val="0"/><c:dLbls><c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        + words
        + '<c:dLblPos val="outEnd"/>'
        + "".join(f'<c:show{name} val="{on}"/>' for name, on in shown)
        + f"</c:dLbls><c:cat><c:strRef><c:f>Nombres!$A$2:$A${last}</c:f><c:strCache>{total}{names}</c:strCache></c:strRef>"
        f"</c:cat><c:val><c:numRef><c:f>Nombres!$B$2:$B${last}</c:f><c:numCache><c:formatCode>{form}</c:formatCode>{total}"
        f'{values}</c:numCache></c:numRef></c:val></c:ser><c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:solidFill><a:srgbClr val="C9D1D9"/></a:solidFill></a:ln></c:spPr>'
        + words
        + '<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling><c:max val="100"/>'
        f'<c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="{form}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>'
        '<c:crosses val="autoZero"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
