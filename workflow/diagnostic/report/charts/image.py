"""A chart as it leaves: one drawing in two formats, as wide as every other, with what it says in words."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass

import altair as alt
import vl_convert as vlc

from diagnostic.core import french
from diagnostic.report.charts.style import EDGE, WIDTH, config, finish

PNG_SCALE = 2
NARROWEST, TRIES = 40.0, 8  # pixels: less is no drawing
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_LOCK = threading.Lock()  # Altair's settings and the one JavaScript engine are shared by all threads


@dataclass(frozen=True)
class Chart:
    """One chart: `svg` and `png` are the same drawing; `width` and `height` are its natural size in pixels.

    `alt` says in one sentence what is drawn; `description` says what it shows, with the numbers.
    """

    name: str
    svg: str
    png: bytes
    alt: str
    description: str
    facts: tuple[str, ...]
    width: int
    height: int


def image(
    drawn: alt.TopLevelMixin, name: str, alternative: str, sentences: Iterable[str], facts: Iterable[str]
) -> Chart:
    """The drawing in both formats; `sentences` may be empty. The PNG is made from the finished SVG."""
    alternative, description = french.typographic(alternative), french.typographic(" ".join(filter(None, sentences)))
    with _LOCK:
        svg, width, height = _fitted(drawn)
        svg = finish(svg, name, (width, height), alternative, description)
        png = vlc.svg_to_png(svg, scale=PNG_SCALE)
    return Chart(name, svg, png, alternative, description, tuple(facts), width, height)


def _fitted(drawn: alt.TopLevelMixin) -> tuple[str, int, int]:
    """The SVG, its width and its height: narrower until axes, labels and keys fit in `WIDTH` beside the drawing.

    A label beside a short bar moves less than the drawing narrows, so that each step is larger than the one before.
    """
    spec = drawn.to_dict(validate=False) | {"config": {}}  # not the theme that some other code may have enabled
    inner = float(WIDTH - 2 * EDGE)
    for attempt in range(TRIES):
        svg = vlc.vegalite_to_svg(spec, config=config(inner))
        width, height = map(float, BOX.search(svg).groups())  # type: ignore[union-attr]
        if width <= WIDTH:
            break
        inner = max(inner - (width - WIDTH) * 2**attempt, NARROWEST)
    return svg, max(WIDTH, math.ceil(width)), math.ceil(height)
