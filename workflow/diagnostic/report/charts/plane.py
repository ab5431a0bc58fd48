"""The plane of what has no scale of its own, a map or a diagram: marks placed in its coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import shapely

from diagnostic.report.charts.style import BLUE

Mark = Literal["rect", "rule", "point", "text", "geoshape"]
SPAN = ("x", "x2", "y", "y2")
CHANNELS: dict[str, dict[str, Any]] = {
    "size": {"field": "size", "type": "quantitative", "scale": None},
    "x2": {"field": "x2"},
    "y2": {"field": "y2"},
    "text": {"field": "text", "type": "nominal"},
}


LOOKS = ("fill", "stroke", "strokeWidth", "strokeDash", "size", "shape")


@dataclass
class Plane:
    """Marks in the order they are drawn, in pixels: x to the right, y down."""

    width: float
    height: float
    layers: list[alt.Chart] = field(default_factory=list)

    def bars(self, boxes: Iterable[Sequence[float]], fill: str = BLUE, stroke: str = BLUE) -> None:
        """Boxes as x0, x1, y0, y1."""
        self._add(SPAN, boxes, "rect", fill=fill, stroke=stroke, strokeWidth=1.25)

    def rules(self, lines: Iterable[Sequence[float]], stroke: float = 1.5) -> None:
        """Lines as x0, x1, y0, y1."""
        self._add(SPAN, lines, "rule", strokeWidth=stroke)

    def points(
        self, places: Iterable[Sequence[float]], height: float, shape: str = "circle", color: str = BLUE
    ) -> None:
        """Symbols centred on x, y; `height` in pixels."""
        style = {"fill": color, "stroke": color, "strokeWidth": 0}
        self._add(("x", "y"), places, "point", shape=shape, size=height * height, opacity=1, **style)

    def discs(self, places: Iterable[tuple[float, float, float]], **style: Any) -> None:
        """Discs as x, y, diameter in pixels: their area says the number."""
        rows = [(x, y, diameter * diameter) for x, y, diameter in places]
        self._add(("x", "y", "size"), rows, "point", shape="circle", **style)

    def shapes(
        self, shapes: Iterable[shapely.Geometry], fill: str | None = None, stroke: str | None = None, width: float = 1
    ) -> None:
        """Outlines and lines in pixels, whatever the scales; empty ones are left out."""
        drawn = ",".join(shapely.to_geojson(shape) for shape in shapes if not shape.is_empty)
        if drawn:
            # As text, which Altair does not copy point by point at each step.
            data = alt.InlineData(values=f"[{drawn}]", format=alt.JsonDataFormat(type="json"))
            style = {"fill": fill, "stroke": stroke, "strokeWidth": width, "strokeJoin": "round"}
            mark: Any = {"type": "geoshape", "clip": False, **style}  # a clip has a new id each time
            flat = alt.Projection(type="identity", scale=1, translate=[0, 0])
            self.layers.append(alt.Chart(data, mark=mark, projection=flat))

    def texts(self, labels: Iterable[tuple[float, float, str]], align: str = "left", **style: Any) -> None:
        """Labels at x, y, centred on their line."""
        self._add(("x", "y", "text"), labels, "text", align=align, baseline="middle", **style)

    def drawn(self, *keys: alt.Chart, title: str = "") -> alt.LayerChart:
        """The drawing as it stands, with its keys under it and its title above."""
        picture = alt.layer(*self.layers, *keys).properties(width=self.width, height=self.height)
        apart: dict[str, Any] = dict.fromkeys(LOOKS, "independent")  # each key has its own samples
        picture = picture.resolve_scale(**apart)
        return picture.properties(title=alt.Title(title, fontWeight="bold")) if title else picture

    def _add(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], mark: Mark, **style: Any) -> None:
        """One layer, whole and as Vega-Lite has it: `alt.Chart.mark_*` and `encode` copy the chart at every call, and each
        combination of charts copies all that their marks and channels might say."""
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        if values:
            channels = self._scales() | {name: CHANNELS[name] for name in columns if name in CHANNELS}
            drawn: Any = {"type": mark, **style}
            encoding = alt.FacetedEncoding(**channels)
            self.layers.append(alt.Chart(alt.InlineData(values=values), mark=drawn, encoding=encoding))

    def _scales(self) -> dict[str, Any]:
        return {
            name: {
                "field": name,
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [0, end], "nice": False, "range": [0, end]},
            }
            for name, end in (("x", self.width), ("y", self.height))
        }
