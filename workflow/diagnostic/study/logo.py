"""The logo of a team, which documents show on their first page: an image that is checked before anything starts."""

import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from diagnostic.core import french

LARGEST = 300_000  # bytes: every document holds it
SIDES = range(16, 4001)  # pixels
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = frozenset(
    "svg g defs title desc metadata path rect circle ellipse line polyline polygon text tspan style use symbol clipPath mask pattern "
    "linearGradient radialGradient stop".split()
)


def refused(path: Path) -> list[str]:
    """Why the file cannot stand in the documents, in French, each after its name; none where it can."""
    if not path.is_file():
        return ["n’est pas là"]
    return [french.typographic(one) for one in problems(path.read_bytes(), path.suffix.lower())]


def problems(content: bytes, suffix: str) -> Iterator[str]:
    """Why an image cannot stand in the documents, in French; nothing where it can."""
    if len(content) > LARGEST:
        yield f"pèse {french.number(len(content) / 1000)} ko, {french.number(LARGEST / 1000)} au plus"
    if suffix == ".png":
        yield from _png(content)
    elif suffix == ".svg":
        yield from _svg(content)
    else:
        yield "n’est ni un PNG, ni un SVG"


def _png(content: bytes) -> Iterator[str]:
    if not content.startswith(PNG) or content[12:16] != b"IHDR" or len(content) < 24:
        yield "n’est pas une image PNG, malgré son nom"
    elif any(side not in SIDES for side in struct.unpack(">II", content[16:24])):
        yield f"doit avoir de {SIDES[0]} à {french.number(SIDES[-1])} pixels de côté"


def _svg(content: bytes) -> Iterator[str]:
    """Only what is drawn by the file itself: no script, no event, no entity, no link out of it."""
    if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        yield "déclare un DOCTYPE ou une entité ; l’enregistrer en « SVG simple »"
        return
    try:
        root = ET.fromstring(content)
    except (ET.ParseError, ValueError):
        yield "n’est pas un SVG lisible"
        return
    if root.tag != f"{SVG}svg" or not (root.get("viewBox") or root.get("width") and root.get("height")):
        yield "n’est pas un SVG qui dit ses dimensions (viewBox)"
    for element in root.iter():
        space, _, tag = str(element.tag).rpartition("}")
        if f"{space}}}" == SVG and tag not in DRAWN:
            yield f"contient « {tag} », qu’un logo ne peut pas avoir"
        texts = [*element.attrib.items(), ("style", element.text or "")] if tag == "style" else element.attrib.items()
        for name, value in texts:
            own = name.rpartition("}")[2].lower()
            out = own == "href" and not value.startswith("#") or re.search(r"url\(\s*['\"]?(?!#)|@import", value)
            if own.startswith("on") or out or "javascript:" in value.lower():
                yield f"contient « {own} », qui exécute ou charge autre chose que l’image"
