"""Makes `reference.pptx`, the slide layouts of the report, from pandoc's own reference presentation.

    python report/faire_diapositives.py

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

INK, MUTED, TITLE, RULE = "1F2328", "55606B", "00224E", "C9D1D9"
COLOURS = {
    "dk1": INK, "lt1": "FFFFFF", "dk2": TITLE, "lt2": "F5F7FA", "accent1": "0072B2", "accent2": "D55E00",
    "accent3": "009E73", "accent4": "A2457A", "accent5": TITLE, "accent6": MUTED, "hlink": "005A8F", "folHlink": "005A8F",
}  # fmt: skip
FACE = "Arial"  # the same widths as Liberation Sans, the charts' face

# Units of the slide, 914 400 to the inch; it measures 9 144 000 by 5 143 500.
LEFT, WIDTH = 457200, 8229600
TITLE_BOX, BODY_BOX = (LEFT, 311150, WIDTH, 694944), (LEFT, 1143000, WIDTH, 3474720)
WIDE_BOX, SIDE_BOX = (LEFT, 1143000, 5120640, 3474720), (5760720, 1143000, 2926080, 3474720)
FRONT_TITLE, FRONT_WORDS = (LEFT, 1325880, WIDTH, 1463040), (LEFT, 2834640, WIDTH, 914400)
FRONT_DATE = (LEFT, 3840480, WIDTH, 274320)


def frame(box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def placed(xml: str, kind: str, box: tuple[int, int, int, int]) -> str:
    """The placeholder of one kind (as its attributes are written), at a place."""

    def moved(found: re.Match[str]) -> str:
        shape = found[0]
        if f"<p:ph {kind}" not in shape:
            return shape
        shape = re.sub(r"<a:xfrm>.*?</a:xfrm>", "", shape)
        return shape.replace("<p:spPr/>", "<p:spPr></p:spPr>").replace("<p:spPr>", f"<p:spPr>{frame(box)}", 1)

    return re.sub(r"<p:sp>.*?</p:sp>", moved, xml, flags=re.DOTALL)


def without(xml: str, *kinds: str) -> str:
    """Without the placeholders of some kinds: date, footer and number are drawn on the master."""

    def kept(found: re.Match[str]) -> str:
        return "" if any(f'<p:ph type="{kind}"' in found[0] for kind in kinds) else found[0]

    return re.sub(r"<p:sp>.*?</p:sp>", kept, xml, flags=re.DOTALL)


def text_box(ident: int, name: str, box: tuple[int, int, int, int], run: str, side: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{ident}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody>'
        '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>'
        f'<a:p><a:pPr algn="{side}"/>{run}</a:p></p:txBody></p:sp>'
    )


def bar(ident: int, box: tuple[int, int, int, int], colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{ident}" name="Filet {ident}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def face(size: int) -> str:
    return f'<a:rPr lang="fr-FR" sz="{size}"><a:solidFill><a:srgbClr val="{MUTED}"/></a:solidFill></a:rPr>'


FOOTER = text_box(90, "Signature", (LEFT, 4754880, 7315200, 182880), f"<a:r>{face(900)}<a:t>SIGNATURE</a:t></a:r>", "l")
NUMBER = text_box(
    91, "Numéro", (7863840, 4754880, 822960, 182880),
    f'<a:fld id="{{C5EF2332-01BF-834F-8236-50238282D533}}" type="slidenum">{face(900)}<a:t>1</a:t></a:fld>', "r",
)  # fmt: skip


def master(xml: str) -> str:
    xml = without(xml, "ftr", "sldNum")  # pandoc writes the date of the first slide into this placeholder
    xml = placed(placed(xml, 'type="title"', TITLE_BOX), 'type="body"', BODY_BOX)
    drawn = bar(92, (LEFT, 228600, WIDTH, 36576), TITLE) + bar(93, (LEFT, 4681728, WIDTH, 9144), RULE) + FOOTER + NUMBER
    xml = xml.replace("</p:spTree>", drawn + "</p:spTree>")
    style, rest = re.search(r"<p:titleStyle>.*?</p:titleStyle>", xml, re.DOTALL), xml
    assert style
    titled = (
        style[0].replace('algn="ctr"', 'algn="l"').replace('sz="3300"', 'sz="2000" b="1"').replace('"tx1"', '"tx2"')
    )
    rest = rest.replace(style[0], titled)
    body = re.search(r"<p:bodyStyle>.*?</p:bodyStyle>", rest, re.DOTALL)
    assert body
    sized = body[0].replace('sz="2400"', 'sz="1800"').replace('sz="2100"', 'sz="1600"').replace('"20000"', '"45000"')
    sized = sized.replace('marL="342900" indent="-342900"', 'marL="228600" indent="-228600"')
    return rest.replace(body[0], sized)


def layouts(files: dict[str, str]) -> dict[str, str]:
    out = {}
    for name, xml in files.items():
        if not re.fullmatch(r"ppt/slideLayouts/slideLayout\d+\.xml", name):
            continue
        front = '<p:cSld name="Title Slide"' in xml
        xml = without(xml, "ftr", "sldNum") if front else without(xml, "dt", "ftr", "sldNum")
        if front:
            xml = xml.replace('type="title" preserve="1"', 'type="title" preserve="1" showMasterSp="0"', 1)
            xml = placed(xml, 'type="dt"', FRONT_DATE)
            soft = '<a:schemeClr val="tx1"><a:tint val="75000"/></a:schemeClr>'
            xml = xml.replace(soft, f'<a:srgbClr val="{MUTED}"/>')
            xml = placed(placed(xml, 'type="ctrTitle"', FRONT_TITLE), 'type="subTitle"', FRONT_WORDS).replace(
                'algn="ctr"', 'algn="l"'
            )
            xml = xml.replace(
                "<a:bodyPr/><a:lstStyle/>",
                '<a:bodyPr anchor="t"/><a:lstStyle><a:lvl1pPr><a:defRPr sz="2800"/></a:lvl1pPr></a:lstStyle>',
                1,
            )
            xml = xml.replace("<a:buNone/><a:defRPr>", '<a:buNone/><a:defRPr sz="1600">', 1)
            xml = xml.replace("</p:spTree>", bar(92, (LEFT, 1143000, WIDTH, 54864), TITLE) + "</p:spTree>")
        if '<p:cSld name="Two Content"' in xml:
            xml = placed(placed(xml, 'sz="half" idx="1"', WIDE_BOX), 'sz="half" idx="2"', SIDE_BOX)
            xml = re.sub(r'(<a:lvl1pPr>)<a:defRPr sz="\d+"/>', r'\1<a:defRPr sz="1500"/>', xml)
        out[name] = xml
    return out


def theme(xml: str) -> str:
    for name, value in COLOURS.items():
        xml = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>', xml, flags=re.DOTALL
        )
    return re.sub(r'(<a:(?:major|minor)Font><a:latin typeface=")[^"]*', rf"\g<1>{FACE}", xml)


def edited(files: dict[str, str]) -> dict[str, str]:
    files = files | layouts(files)
    for name in ("ppt/theme/theme1.xml", "ppt/theme/theme2.xml"):
        files[name] = theme(files[name])
    files["ppt/slideMasters/slideMaster1.xml"] = master(files["ppt/slideMasters/slideMaster1.xml"])
    return {name: xml.replace('lang="en-US"', 'lang="fr-FR"') for name, xml in files.items()}


def main() -> None:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.pptx"]
    original = subprocess.run(command, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(HERE / "reference.pptx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(edited(files).items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())


if __name__ == "__main__":
    main()
