"""The plane a chart is drawn on: marks placed in its coordinates, then one image in two formats.

Altair is imported where something is drawn: it is slow to load, and reading the workflow does not need it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import vl_convert as vlc

from diagnostic.core import french
from diagnostic.report.charts.style import BLUE, INK, PAPER, WIDTH, config, finish

if TYPE_CHECKING:
    import altair as alt

PNG_SCALE = 2
Mark = Literal["rect", "rule", "point", "text", "geoshape"]
SPAN = ("x", "x2", "y", "y2")
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
        self._add(SPAN, boxes, "rect", fill=fill, stroke=stroke, strokeWidth=1.25)

    def rules(
        self, lines: Iterable[Sequence[float]], dashed: bool = False, stroke: float = 1.5, color: str = INK
    ) -> None:
        """Lines as x0, x1, y0, y1."""
        dash = {"strokeDash": [4, 2.5]} if dashed else {}
        self._add(SPAN, lines, "rule", color=color, strokeWidth=stroke, **dash)

    def points(
        self,
        places: Iterable[Sequence[float]],
        height: float,
        shape: str = "circle",
        color: str = BLUE,
        hollow: bool = False,
        empty: bool = False,
    ) -> None:
        """Symbols centred on x, y; `height` in pixels. A hollow one hides what is under it, unless it is empty."""
        fill: dict[str, Any] = (
            {"fill": None if empty else PAPER, "stroke": color, "strokeWidth": 1.75}
            if hollow
            else {"fill": color, "stroke": color, "strokeWidth": 0}
        )
        self._add(("x", "y"), places, "point", shape=shape, size=height * height, opacity=1, **fill)

    def discs(self, places: Iterable[tuple[float, float, float]], **style: Any) -> None:
        """Discs as x, y, diameter in pixels: their area says the number."""
        rows = [(x, y, diameter * diameter) for x, y, diameter in places]
        self._add(("x", "y", "size"), rows, "point", shape="circle", **style)

    def shapes(
        self,
        outlines: Iterable[Sequence[Sequence[tuple[float, float]]]],
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1,
    ) -> None:
        """Outlines in pixels, each a list of rings that are closed here."""
        rings = [[*ring, ring[0]] for outline in outlines for ring in outline]
        if rings:
            self._drawn({"type": "Polygon", "coordinates": rings}, fill=fill, stroke=stroke, strokeWidth=width)

    def lines(self, lines: Sequence[Sequence[tuple[float, float]]], color: str, width: float) -> None:
        """Broken lines in pixels."""
        if lines:
            self._drawn({"type": "MultiLineString", "coordinates": lines}, fill=None, stroke=color, strokeWidth=width)

    def texts(
        self, labels: Iterable[tuple[float, float, str]], align: str = "left", dx: float = 0, **style: Any
    ) -> None:
        """Labels at x, y, centred on their line."""
        self._add(("x", "y", "text"), labels, "text", align=align, dx=dx, baseline="middle", **style)

    def image(self, name: str, alternative: str, description: str, facts: Iterable[str]) -> Chart:
        """The drawing as it stands, in both formats. The PNG is made from the finished SVG."""
        import altair as alt

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

    def _add(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], mark: Mark, **style: Any) -> None:
        """One layer. Built whole: `alt.Chart.mark_*` and `encode` copy the chart at every call, 20 times slower."""
        import altair as alt

        values = [dict(zip(columns, row, strict=True)) for row in rows]
        if values:
            channels = self._scales() | {name: one for name, one in _channels().items() if name in columns}
            encoding = alt.FacetedEncoding(**channels)
            self.layers.append(
                alt.Chart(alt.InlineData(values=values), mark=alt.MarkDef(type=mark, **style), encoding=encoding)
            )

    def _drawn(self, geometry: dict[str, Any], **style: Any) -> None:
        """One layer of pixels, whatever the scales."""
        import altair as alt

        values = [{"type": "Feature", "geometry": geometry, "properties": {}}]
        mark = alt.MarkDef(type="geoshape", clip=False, strokeJoin="round", **style)  # a clip has a new id each time
        flat = alt.Projection(type="identity", scale=1, translate=[0, 0])
        self.layers.append(alt.Chart(alt.InlineData(values=values), mark=mark, projection=flat))

    def _scales(self) -> dict[str, Any]:
        import altair as alt

        def scale(domain: Sequence[float], length: float) -> alt.Scale:
            return alt.Scale(domain=list(domain), range=[0, length], nice=False, zero=False)

        axis = alt.Axis(**self.axis) if self.axis else None
        return {
            "x": alt.X("x:Q", scale=scale(self.x, self.width), axis=axis),
            "y": alt.Y("y:Q", scale=scale(self.y, self.height), axis=None),
        }


@cache
def _channels() -> dict[str, Any]:
    """The channels that are the same in every chart."""
    import altair as alt

    return {
        "size": alt.Size("size:Q", scale=None),
        "x2": alt.X2("x2:Q"),
        "y2": alt.Y2("y2:Q"),
        "text": alt.Text("text:N"),
    }
