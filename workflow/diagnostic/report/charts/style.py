"""How every chart looks: palette, type, French locale; the finish of its SVG for readers who cannot see it; how it leaves."""

import math
import re
import threading
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import altair as alt
import vl_convert as vlc

from diagnostic.core import french
from diagnostic.core.doublets import spoken

# Contrast on white: 12.6, 5.19, 3.87. Blue for what is counted or kept, orange for the other reading of it.
INK, BLUE, ORANGE, PAPER = "#333333", "#0072B2", "#D55E00", "#FFFFFF"
FAMILY = "Liberation Sans, Arial, Helvetica, sans-serif"  # equal widths; vl-convert brings the first one itself
SIZE = 13  # pixels: 8.4 pt when the image is printed 57 % of 16 cm wide, 10 px where a screen of 320 px shows it whole
WIDTH, EDGE = 400, 8  # pixels, of every chart, so that all are set in the same type size; its white edges
WIDE = 520  # pixels, of a map with its keys beside it: 8 pt when it is printed 71 % of 16 cm wide
LINE = 20  # pixels: a line of text
# Pixels: a drawing that is higher leaves a hole on the page before it, whose text it does not follow; this is little more than
# half of a page.
TALL = 600
SVG = "http://www.w3.org/2000/svg"
PLACES = {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"}
LONG = re.compile(r"\d+\.\d{3,}(?:e-\d+)?")  # a hundredth of a pixel is enough, and the same on every machine
SOLID = "1,0"  # what Vega-Lite calls the dashes of a line that has none
NOISE = ("role", "class", "pointer-events", "aria-label", "aria-roledescription", "aria-hidden")


HATCHING = (
    f'<defs xmlns="{SVG}"><pattern id="{{name}}-hachures" width="5" height="5" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{PAPER}" /><line x1="0" y1="0" x2="0" y2="5" '
    f'stroke="{BLUE}" stroke-width="4" /></pattern></defs>'
)


def hatch(name: str) -> str:
    """The fill that hatches a mark of the chart `name`: its pattern is added by `finish`."""
    return f"url(#{name}-hachures)"


def config(width: float) -> dict[str, Any]:
    """The Vega-Lite configuration of a drawing `width` pixels wide between its axes and labels."""
    return theme() | {"view": {"stroke": None, "continuousWidth": width, "discreteWidth": width}}


@cache
def theme() -> dict[str, Any]:
    """One family, one size, French numbers and dates, no frame, no text cut."""
    numbers = vlc.get_format_locale("fr-FR") | {"thousands": french.NNBSP, "percent": f"{french.NBSP}%"}
    label = {"labelFont": FAMILY, "labelFontSize": SIZE, "labelColor": INK, "labelLimit": 0}
    title = {"titleFont": FAMILY, "titleFontSize": SIZE, "titleFontWeight": "normal", "titleColor": INK}
    return {
        "font": FAMILY,
        "background": PAPER,
        "padding": {"left": EDGE, "right": EDGE, "top": 2, "bottom": 2},
        "locale": {"number": numbers, "time": short_dates()},
        "text": {"font": FAMILY, "fontSize": SIZE, "color": INK, "baseline": "middle"},
        "rule": {"color": INK, "strokeWidth": 1.5},
        "tick": {"color": INK, "thickness": 1.5, "opacity": 1},
        "point": {"opacity": 1, "strokeWidth": 1.75},
        "axis": label
        | title
        | {"domainColor": INK, "tickColor": INK, "titlePadding": 6, "labelFlush": False, "grid": False, "aria": False},
        "header": label | title | {"labelFontWeight": "bold"},
        "legend": label
        | title
        | {
            "title": None,
            "titleLimit": 0,
            "offset": 10,
            "rowPadding": 4,
            "symbolOpacity": 1,
            "symbolStrokeColor": INK,
            "aria": False,
        }
        | {"layout": {"bottom": {"direction": "vertical", "anchor": "start"}, "top": {"anchor": "start"}}},
        "title": {"font": FAMILY, "fontSize": SIZE, "fontWeight": "normal", "color": INK, "anchor": "start"}
        | {"frame": "bounds", "offset": 6},
    }


@cache
def short_dates() -> dict[str, Any]:
    """The French names of months and days; « shortMonths » has « janv. », « févr. »…"""
    return dict(vlc.get_time_format_locale("fr-FR"))


def text_width(text: str) -> float:
    """About how many pixels a line takes, rather too many than too few."""
    return len(text) * SIZE * 0.56


def finish(svg: str, name: str, size: tuple[int, int], title: str, description: str) -> str:
    """Vega's SVG with a French title and description instead of its English labels, and the hatching it refers to.

    `size` is its width and height in pixels. Ids begin with the chart's name: several charts may stand in one page. Empty
    groups are dropped.
    """
    root = ET.fromstring(svg)
    _prune(root)
    for element in root.iter():
        for attribute in NOISE:
            element.attrib.pop(attribute, None)
        if element.get("stroke-dasharray") == SOLID:
            del element.attrib["stroke-dasharray"]
        for attribute in PLACES.intersection(element.keys()):
            element.set(attribute, LONG.sub(lambda found: f"{float(found[0]):.2f}", element.get(attribute, "")))
    for text in root.iter(f"{{{SVG}}}text"):
        _lengthened(text)
    ids = f"{name}-titre", f"{name}-description"
    width, height = map(str, size)
    for whole in (root, *root.findall(f"{{{SVG}}}rect")):
        whole.attrib |= {"width": width, "height": height}
    root.set("viewBox", f"0 0 {width} {height}")
    root.attrib |= {"role": "img", "lang": "fr", "aria-labelledby": " ".join(ids)}
    described = []
    for tag, ident, content in (("title", ids[0], title), ("desc", ids[1], description)):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": ident})
        element.text = content
        described.append(element)
    root[:0] = described + ([ET.fromstring(HATCHING.format(name=name))] if hatch(name) in svg else [])
    ET.register_namespace("", SVG)  # here, not once: other libraries claim the empty prefix too
    return ET.tostring(root, encoding="unicode")


def _prune(parent: ET.Element) -> None:
    """Drop the invisible paths and the groups that hold nothing."""
    for child in list(parent):
        _prune(child)
        invisible = child.get("d") == "" or child.get("opacity") == "0"  # a label that its axis has no room for
        invisible |= child.get("class") == "background" and not child.get("stroke")
        empty = child.tag == f"{{{SVG}}}g" and not len(child)
        if invisible or empty:
            parent.remove(child)


def _lengthened(text: ET.Element) -> None:
    """The lines of a text as long as they were drawn, whatever the face of who reads."""
    size, bold = float(text.get("font-size", f"{SIZE}px").removesuffix("px")), text.get("font-weight") == "bold"
    for line in list(text) or [text]:
        if length := text_length(line.text or "", size, bold):
            line.attrib |= {"textLength": f"{length:.2f}", "lengthAdjust": "spacingAndGlyphs"}


# -- How long a text is in the charts' face, Liberation Sans, whose widths Arial and Helvetica have ---------------
# A reader who has none of them sees another face, made as long as what was drawn for this one.
EM = 2048  # units of the widths: each stands before the signs that have it
SAME = {" ": 569, "\u00a0": 569, "\u202f": 410} | dict.fromkeys("0123456789", 1139)
REGULAR = (
    "391' 455ijl‘’ 532| 569!,./:;I[\\]ftìíîï 682()-`r·“” 684{} 717• 727\" 797* 819° 961^ 1024Jcksvxyz 1124±≤≥≠≈ "
    "1139#$?L_abdeghnopqu«»€– 1196+<=>~×− 1251FTZßø 1366&ABEKPSVXY 1479CDHNRUw 1593GOQØ 1706Mm 1821%æ 1933Wœ 2048Æ—…→Œ 2079@"
)
BOLD = (
    "487' 569,./I\\ijl‘’ 573| 682!()-:;[]`ft· 717• 797*r{} 819° 971\" 1024z“” 1124±≤≥≠≈ 1139#$J_aceksvxy«»€– 1196+<=>^~×− "
    "1251?FLTZbdghnopqußø 1366EPSVXY 1479&ABCDHKNRU 1593GOQwØ 1706M 1821%mæ 1933Wœ 1997@ 2048Æ—…→Œ"
)


@cache
def _widths(bold: bool) -> dict[str, int]:
    found = re.findall(r"(\d+)(\S+)", BOLD if bold else REGULAR)
    return SAME | {sign: int(width) for width, signs in found for sign in signs}


def text_length(text: str, size: float, bold: bool) -> float | None:
    """In pixels at a size in pixels; None where a sign is of no French text. A letter is as wide with its accent as without."""
    widths = _widths(bold)
    known = [widths.get(sign, widths.get(unicodedata.normalize("NFD", sign)[0])) for sign in text]
    return None if None in known else sum(filter(None, known)) * size / EM


def wrapped(text: str, width: float) -> list[str]:
    """The text on as many lines as it takes, none for none."""
    lines: list[str] = []
    for word in filter(None, french.typographic(text).split(" ")):
        joined = f"{lines[-1]} {word}" if lines else word
        fits = (text_length(joined, SIZE, False) or text_width(joined)) <= width
        lines[len(lines) - fits :] = [joined if fits else word]
    return lines


# -- A chart as it leaves: one drawing in two formats, as wide as every other, with what it says in words ---------
NARROWEST, TRIES = 40.0, 8  # pixels: less is no drawing
THIN = "-mince"  # after the name of the image for a narrow screen
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_LOCK = threading.Lock()  # Altair's settings are shared by all threads


Spec = dict[str, Any]  # a picture as Vega-Lite has it


@dataclass(frozen=True)
class Chart:
    """One chart: `svg` and `png` are the same drawing; `width` and `height` are its natural size in pixels. `alt` says in one
    sentence what is drawn; `description` says what it shows, with the numbers. One wider than `WIDTH` has a `narrow` picture."""

    name: str
    alt: str
    description: str
    facts: tuple[str, ...]
    svg: str = field(repr=False)
    width: int
    height: int
    spec: Spec = field(repr=False, compare=False)  # what Vega-Lite drew
    narrow: Spec | None = field(default=None, repr=False, compare=False)

    def written(self, way: str) -> "Chart":
        """The same in a way of writing (`core.doublets`), drawn again where its words are others."""
        spec, narrow, *said = spoken([self.spec, self.narrow, self.alt, self.description], way)
        if [spec, narrow, *said] == [self.spec, self.narrow, self.alt, self.description]:
            return self
        return replace(_drawn(spec, self.name, said[0], said[1], self.facts, self.width), narrow=narrow)

    @cached_property
    def thin(self) -> "Chart | None":
        """The same for a narrow screen, where this one is wider than `WIDTH`."""
        said = self.alt, self.description, self.facts
        return _drawn(self.narrow, f"{self.name}{THIN}", *said) if self.narrow else None

    @cached_property
    def png(self) -> bytes:
        """Made from the finished SVG."""
        return vlc.svg_to_png(self.svg, scale=2)


def image(
    drawn: alt.TopLevelMixin | Spec,
    name: str,
    alternative: str,
    sentences: Iterable[str],
    facts: Iterable[str],
    thin: Spec | None = None,
) -> Chart:
    """The chart of a picture; `sentences` may be empty. `thin`: the picture for a narrow screen of one that is `WIDE`."""
    alternative, description = french.typographic(alternative), french.typographic(" ".join(filter(None, sentences)))
    with _LOCK:  # not the theme that some other code may have enabled
        whole = drawn if isinstance(drawn, dict) else drawn.to_dict(validate=False) | {"config": {}}
    said = alternative, description, tuple(facts)
    return replace(_drawn(whole, name, *said, WIDE if thin else WIDTH), narrow=thin)


def _drawn(
    spec: Spec, name: str, alternative: str, description: str, facts: tuple[str, ...], most: int = WIDTH
) -> Chart:
    # The finished SVG, its width and height: narrower until axes, labels and keys fit in `most` beside the drawing.
    # A label beside a short bar moves less than the drawing narrows, so that each step is larger than the one before.
    inner = float(most - 2 * EDGE)
    for attempt in range(TRIES):
        svg = vlc.vegalite_to_svg(spec, config=config(inner))
        width, height = map(float, BOX.search(svg).groups())  # type: ignore[union-attr]
        if width <= most:
            break
        inner = max(inner - (width - most) * 2**attempt, NARROWEST)
    size = max(most, math.ceil(width)), math.ceil(height)
    return Chart(name, alternative, description, facts, finish(svg, name, size, alternative, description), *size, spec)
