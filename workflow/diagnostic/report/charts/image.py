"""A chart as it leaves: one drawing in two formats, as wide as every other, with what it says in words."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import altair as alt
import vl_convert as vlc

from diagnostic.core import french, vega
from diagnostic.report.charts.style import EDGE, WIDTH, config, finish

PNG_SCALE = 2
NARROWEST, TRIES = 40.0, 8  # pixels: less is no drawing
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_LOCK = threading.Lock()  # Altair's settings are shared by all threads


@dataclass(frozen=True)
class Chart:
    """One chart: `svg` and `png` are the same drawing; `width` and `height` are its natural size in pixels.

    `alt` says in one sentence what is drawn; `description` says what it shows, with the numbers. The drawing is made while other
    charts are made ready, and is waited for by whoever looks at it; what goes wrong with it is raised there.
    """

    name: str
    alt: str
    description: str
    facts: tuple[str, ...]
    drawing: Future[tuple[str, int, int]] = field(repr=False)

    @property
    def svg(self) -> str:
        return self.drawing.result()[0]

    @property
    def width(self) -> int:
        return self.drawing.result()[1]

    @property
    def height(self) -> int:
        return self.drawing.result()[2]

    @cached_property
    def png(self) -> bytes:
        """Made from the finished SVG."""
        return vlc.svg_to_png(self.svg, scale=PNG_SCALE)


def image(
    drawn: alt.TopLevelMixin, name: str, alternative: str, sentences: Iterable[str], facts: Iterable[str]
) -> Chart:
    """The chart of a picture; `sentences` may be empty."""
    alternative, description = french.typographic(alternative), french.typographic(" ".join(filter(None, sentences)))
    with _LOCK:
        spec = drawn.to_dict(validate=False) | {"config": {}}  # not the theme that some other code may have enabled
    drawing = vega.aside(_drawn, spec, name, alternative, description)
    return Chart(name, alternative, description, tuple(facts), drawing)


def _drawn(spec: dict[str, Any], name: str, alternative: str, description: str) -> tuple[str, int, int]:
    """The finished SVG, its width and height: narrower until axes, labels and keys fit in `WIDTH` beside the drawing.

    A label beside a short bar moves less than the drawing narrows, so that each step is larger than the one before.
    """
    inner = float(WIDTH - 2 * EDGE)
    for attempt in range(TRIES):
        svg = vega.current().svg(spec, config(inner))
        width, height = map(float, BOX.search(svg).groups())  # type: ignore[union-attr]
        if width <= WIDTH:
            break
        inner = max(inner - (width - WIDTH) * 2**attempt, NARROWEST)
    size = max(WIDTH, math.ceil(width)), math.ceil(height)
    return finish(svg, name, size, alternative, description), *size
