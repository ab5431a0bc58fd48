"""The plane a chart is drawn on: marks placed in its coordinates, then one image in two formats."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd
import vl_convert as vlc

from diagnostic import french
from diagnostic.report.chart_style import BLUE, INK, PAPER, WIDTH, config, finish

PNG_SCALE = 2
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


@dataclass
class Plane:
    """Marks in the order they are drawn. `x` and `y` are the domains of an area `height` pixels high.

    The image is always `WIDTH` wide. `margins` are left, right, top and bottom, in pixels; marks may stand in them.
    """

    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    margins: tuple[float, float, float, float]
    axis: dict[str, Any] | None = None  # of x
    layers: list[alt.Chart] = field(default_factory=list)

    @property
    def width(self) -> float:
        return WIDTH - self.margins[0] - self.margins[1]

    def bars(self, boxes: Iterable[Sequence[float]], fill: str = BLUE, stroke: str = BLUE) -> None:
        """Boxes as x0, x1, y0, y1."""
        self._spans(boxes, lambda chart: chart.mark_rect(fill=fill, stroke=stroke, strokeWidth=1.25))

    def rules(self, lines: Iterable[Sequence[float]], dashed: bool = False, stroke: float = 1.5, color: str = INK) -> None:
        """Lines as x0, x1, y0, y1."""
        style: dict[str, Any] = {"strokeDash": [4, 2.5]} if dashed else {}
        self._spans(lines, lambda chart: chart.mark_rule(color=color, strokeWidth=stroke, **style))

    def points(self, places: Iterable[Sequence[float]], shape: str = "circle", color: str = BLUE, size: float = 9, hollow: bool = False) -> None:
        """Symbols centred on x, y; `size` is their height in pixels."""
        table = pd.DataFrame(places, columns=["x", "y"])
        mark = {"shape": shape, "size": size * size * 0.785, "stroke": color, "fill": PAPER if hollow else color}
        self._add(table, lambda chart: chart.mark_point(**mark, strokeWidth=1.75, opacity=1))

    def texts(self, labels: Iterable[tuple[float, float, str]], align: str = "left", dx: float = 0, **style: Any) -> None:
        """Labels at x, y, centred on their line unless `baseline` says otherwise."""
        table = pd.DataFrame(labels, columns=["x", "y", "text"])
        self._add(table, lambda chart: chart.mark_text(**{"align": align, "dx": dx, "baseline": "middle"} | style), text="text:N")

    def image(self, name: str, alternative: str, description: str, facts: Iterable[str]) -> Chart:
        """The drawing as it stands, in both formats. The PNG is made from the finished SVG."""
        left, right, top, bottom = self.margins
        alternative, description = french.typographic(alternative), french.typographic(description)
        with _LOCK:
            spec = alt.layer(*self.layers).properties(width=self.width, height=self.height).to_dict(validate=False)
            spec |= {
                "config": config(),  # instead of the theme that some other code may have enabled
                "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
                "autosize": "none",
            }
            svg = finish(vlc.vegalite_to_svg(spec), name, alternative, description)
            png = vlc.svg_to_png(svg, scale=PNG_SCALE)
        height = round(self.height + top + bottom)
        return Chart(name, svg, png, alternative, description, tuple(facts), WIDTH, height)

    def _spans(self, spans: Iterable[Sequence[float]], mark: Any) -> None:
        self._add(pd.DataFrame(spans, columns=["x", "x2", "y", "y2"]), mark, x2="x2:Q", y2="y2:Q")

    def _add(self, table: pd.DataFrame, mark: Any, **channels: Any) -> None:
        if table.empty:
            return
        x = alt.X("x:Q", scale=alt.Scale(domain=list(self.x), range=[0, self.width], nice=False, zero=False))
        y = alt.Y("y:Q", scale=alt.Scale(domain=list(self.y), range=[0, self.height], nice=False, zero=False))
        axis = alt.Axis(**self.axis) if self.axis else None
        self.layers.append(mark(alt.Chart(table)).encode(x=x.axis(axis), y=y.axis(None), **channels))
