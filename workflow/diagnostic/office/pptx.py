"""Finishes a presentation as pandoc leaves it: signature, language, sizes of tables, sorted archive."""

import re
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count

from diagnostic.office import docx

LANGUAGE = "fr-FR"
# Rows up to which a table alone may be set larger, and from which one is set smaller, to stay on its slide.
SHORT, LONG = 6, 8
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
# EMU: where an image begins under a title of one line, of two; the foot; the height of a caption's line, and of each one more;
# the width of a letter on average, and of a title's; the insets of a box.
TOP, FOOT, LINE, MORE = (838_200, 1_016_000), 4_680_000, 254_000, 152_400
LETTER, BOLD, INSETS = 63_500, 135_000, 182_880
LOGO, FIRST = (2_000_000, 620_000), "ppt/slides/slide1.xml"  # EMU: its width and height at most
PICTURE = (
    '<p:pic><p:nvPicPr><p:cNvPr id="97" name="Logo" descr="{alt}"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>'
    '<a:blip r:embed="rIdLogo" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
    '<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="{x}" y="228600"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
)
LINKED = (
    b'<Relationship Id="rIdLogo" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    b'Target="../media/logo.png"/></Relationships>'
)
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
_TITLE = re.compile(r'<p:ph type="title" ?/>(?:(?!</p:sp>).)*</p:sp>', re.DOTALL)
_RUN = re.compile(r"<a:rPr\b([^>]*?)(/?)>")


def finish(content: bytes, logo: bytes = b"") -> bytes:
    """The same slides, ready to show, the PNG `logo` on the first. Bytes depend on nothing else."""
    files = docx.parts(content)
    signature = " – ".join(
        filter(None, [docx.told(files, "dc:title"), docx.told(files, "subtitle"), docx.told(files, "date")])
    )
    across = docx.told(files, docx.ACROSS) or docx.WORD
    watermark = WATERMARK.replace("MOT", across.upper()).replace("TAILLE", "8800" if across == docx.WORD else "5400")
    draft, status = docx.told(files, docx.DRAFT), docx.told(files, docx.STATUS)
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
    if logo:
        _logo(files, logo)
    return docx.archive(files)


def _logo(files: dict[str, bytes], logo: bytes) -> None:
    """The logo in the top right corner of the first slide, with the words of who does not see it."""
    slide, rels, types = FIRST, "ppt/slides/_rels/slide1.xml.rels", "[Content_Types].xml"
    wide, high = struct.unpack(">II", logo[16:24])
    height = min(LOGO[1], LOGO[0] * high // wide)
    width = height * wide // high
    picture = PICTURE.format(
        alt=docx.told(files, "logo-alt").replace('"', "&quot;"), x=8_686_800 - width, cx=width, cy=height
    )
    files |= {"ppt/media/logo.png": logo, slide: _with(files[slide], picture)}
    files[rels] = files[rels].replace(b"</Relationships>", LINKED)
    if b'Extension="png"' not in files[types]:
        files[types] = re.sub(
            rb"(<Types [^>]*>)", rb'\1<Default Extension="png" ContentType="image/png"/>', files[types]
        )


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
    top = TOP[_more("".join(_TITLE.findall(text)), 8_229_600, BOLD) > 0]
    text = _CAPTIONED.sub(_under_its_caption, _TALL.sub(partial(_enlarged, top), text))
    text = _TABLE.sub(lambda found: _sized(found[0], _size(found[0])), text)
    text = _CAPTION.sub(lambda found: _sized(found[0], CAPTION_SIZE).replace('algn="ctr"', 'algn="l"'), text)
    text = _DATE.sub(lambda found: _sized(found[0], DATE_SIZE), text)
    return _RUN.sub(rf'<a:rPr lang="{LANGUAGE}"\1\2>', re.sub(r'(<a:rPr\b[^>]*?) lang="[^"]*"', r"\1", text))


def _enlarged(top: int, found: re.Match[str]) -> str:
    """An image that its height alone keeps small, and its caption: all that the slide has from its title, which ends at `top`,
    to its foot, so that what is written on a map can be read (8 points)."""
    before, image, between, caption, end = found[1], found.groups()[1:9], found[10], found.groups()[10:18], found[19]
    left, room, width, height = int(caption[1]), int(caption[5]), int(image[5]), int(image[7])
    words = LINE + MORE * _more(end, room)
    high = min(FOOT - top - words, height * room // width)
    if high <= height:
        return found[0]
    wide = width * high // height
    placed = _at(image, left + (room - wide) // 2, top, wide, high)
    return before + placed + between + _at(caption, left, top + high, room, words) + end


def _under_its_caption(found: re.Match[str]) -> str:
    """A table and its caption, which stands above it, as in the report: pandoc puts it at the foot of the slide."""
    frame, table, content, before, caption, end = (
        found[1], found.groups()[1:9], found[10], found[11], found.groups()[11:19], found[20],
    )  # fmt: skip
    left, top, wide, tall = (int(number) for number in table[1::2])
    words = LINE + MORE * _more(end, wide)
    placed = _at(table, left, top + words, wide, tall)
    return before + _at(caption, left, top, wide, words) + end + frame + placed + content


def _more(box: str, width: int, letter: int = LETTER) -> int:
    """How many lines more than one the words of a box of this width (EMU) take, by its letters."""
    return sum(len(words) for words in re.findall(r"<a:t>([^<]*)", box)) * letter // (width - INSETS)


def _at(place: Sequence[str], *numbers: int) -> str:
    return "".join(f"{words}{number}" for words, number in zip(place[::2], numbers, strict=True))


def _size(table: str) -> int:
    """The size of a table's words: by its rows, then by the room that it has."""
    if table.count("<a:tr ") > LONG:
        return LONG_TABLE_SIZE
    width = sum(int(column) for column in re.findall(r'<a:gridCol w="(\d+)"', table))
    return WIDE_TABLE_SIZE if width >= WIDE and table.count("<a:tr ") <= SHORT else TABLE_SIZE


def _sized(xml: str, size: int) -> str:
    return re.sub(r"<a:rPr\b(?![^>]* sz=)", f'<a:rPr sz="{size}"', xml)
