"""The marks that charts share: Altair draws them, their axes, their keys and the names of their rows.

Each reads by name the columns of one table, a line per mark: `name` of the row it stands in, `value`, `low` and `high`,
`kind` of the interval, `series`, and what is written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import pandas as pd
import shapely

from diagnostic.report.charts.facts import KINDS
from diagnostic.report.charts.style import BLUE, EDGE, INK, ORANGE, PAPER, WIDTH, Spec, wrapped

BAND, DOWN = 36, 5  # pixels: from row to row where names stand above, from the middle of a row to its marks
PITCH, CLOSE = 18, 16  # pixels from row to row where names stand at the left; from line to line of one name
BAR, END = 11, 10  # pixels: the height of a bar, of the end of an interval
OPEN = 36  # square pixels: the open disc that ends an interval of a model
DASHES: dict[str, Any] = {"sampling": [1, 0], "bounds": [4, 2.5], "model": [1, 3]}
PERCENT: dict[str, Any] = {"most": 100, "title": "Part (%)", "values": [0, 25, 50, 75, 100]}
BELOW: dict[str, Any] = {"orient": "bottom", "direction": "vertical"}  # a key under the drawing, a line an entry
SYMBOLS: list[tuple[str, Any, list[Any]]] = [  # a disc and a diamond; sizes in square pixels
    ("shape", alt.Shape, ["circle", "diamond"]),
    ("stroke", alt.Stroke, [BLUE, ORANGE]),
    ("fill", alt.Fill, [BLUE, PAPER]),
    ("size", alt.Size, [64, 144]),
]


def rows(
    table: pd.DataFrame, *layers: alt.Chart, y: alt.Y | None = None, pitch: float = BAND, **more: Any
) -> alt.LayerChart:
    """One drawing of the layers, a row per `name`, which stands above its marks where `y` does not say otherwise; `more` are
    channels that all share."""
    names = {name: wrapped(name, WIDTH - 2 * EDGE) for name in table["name"].unique()}
    more_lines = max(map(len, names.values()), default=1) - 1
    y, pitch = (above(names, more_lines), pitch + CLOSE * more_lines) if y is None else (y, pitch)
    return alt.layer(*layers, data=table).encode(y=y, **more).properties(height=pitch * len(names))


def blocks(
    table: pd.DataFrame, *layers: alt.Chart, y: alt.Y, by: alt.Row, title: str, apart: float, pitch: float = PITCH
) -> alt.FacetChart:
    """As `rows`, in blocks under one another, each with its own names."""
    inside = alt.layer(*layers).encode(y=y).properties(height=alt.Step(pitch))
    return inside.facet(row=by, data=table, spacing=apart, title=title).resolve_scale(y="independent")


def above(names: Mapping[str, Sequence[str]], more_lines: int) -> alt.Y:
    """Names above their marks, in the order of the table, each on its lines: long ones fit on a phone."""
    lines = {name: [*[""] * (1 + more_lines - len(own)), *own] for name, own in names.items()}
    place: dict[str, Any] = {"labelAlign": "left", "labelPadding": 0, "labelOffset": DOWN - 16 - CLOSE * more_lines}
    if more_lines:
        place |= {"labelExpr": f"({json.dumps(lines, ensure_ascii=False)})[datum.value]", "labelLineHeight": CLOSE}
    axis = alt.Axis(domain=False, ticks=False, **place)
    return alt.Y("name:N", sort=None, title=None, axis=axis, scale=alt.Scale(type="band", padding=0))


def beside(named: bool = True, gap: float = 6) -> alt.Y:
    """Names at the left of their marks, in the order of the table; or rows whose marks say it."""
    axis = alt.Axis(domain=False, ticks=False, labelPadding=gap) if named else None
    return alt.Y("name:N", sort=None, title=None, axis=axis, scale=alt.Scale(type="band", padding=0))


def across(field: str, most: float | None = None, **axis: Any) -> alt.X:
    """The horizontal scale from zero to `most`, or to the largest number drawn; without axis where nothing is said of it."""
    scale = alt.Scale(nice=False, zero=True, domain=alt.Undefined if most is None else [0, most])
    return alt.X(f"{field}:Q", scale=scale, axis=alt.Axis(**axis) if axis else None)


def counted(title: str) -> dict[str, Any]:
    """The axis of whole numbers."""
    return {"title": title, "format": ",.0f", "tickCount": 5}


def bars(x: alt.X, size: float = BAR, down: float = 0, **channels: Any) -> alt.Chart:
    """Bars from zero, those of one row end to end; none for a zero. `channels` say their fill where it is not one."""
    mark = alt.Chart().mark_bar(size=size, fill=BLUE, stroke=BLUE, strokeWidth=1.25, yOffset=down)
    return mark.encode(x=x, **channels).transform_filter("datum.value > 0")


def intervals(kinds: Iterable[str], down: float = 0, **scale: Any) -> list[alt.Chart]:
    """From `low` to `high`: dashed for bounds; for a model dotted, between open discs; `kinds`, those that the key explains."""
    explained = [KINDS[kind] for kind in kinds]
    dash = alt.StrokeDash(
        "kind:N",
        scale=alt.Scale(domain=list(KINDS.values()), range=[DASHES[kind] for kind in KINDS]),
        legend=alt.Legend(**BELOW, symbolSize=400, values=explained) if explained else None,
    )
    line = alt.Chart().mark_rule(yOffset=down).encode(x=across("low", **scale), x2="high:Q", strokeDash=dash)
    modelled = f"datum.kind === '{KINDS['model']}'"
    tick = alt.Chart().mark_tick(size=END, yOffset=down).transform_filter(f"!({modelled})")
    disc = alt.Chart().mark_point(size=OPEN, fill=PAPER, stroke=INK, yOffset=down).transform_filter(modelled)
    ends = [mark.encode(x=across(end, **scale)) for mark in (tick, disc) for end in ("low", "high")]
    return [mark.transform_filter("isValid(datum.low)") for mark in (line, *ends)]


def points(x: alt.X, series: Sequence[str], down: float = 0, key: bool = True, **place: Any) -> alt.Chart:
    """A disc for the first of `series`, a diamond for the second, with a key above, or where `place` says."""
    legend = alt.Legend(**(place or {"orient": "top", "columns": len(series)})) if key else None
    styles = {
        name: channel("series:N", legend=legend, scale=alt.Scale(type="ordinal", domain=list(series), range=kinds))
        for name, channel, kinds in SYMBOLS
    }
    return alt.Chart().mark_point(yOffset=down).encode(x=x, **styles).transform_filter("isValid(datum.value)")


def labels(
    x: alt.X, text: str = "label", align: str = "left", gap: float = 6, down: float = 0, halo: bool = False
) -> list[alt.Chart]:
    """What is written beside a mark; with a halo, white around it where a line passes under it."""
    place: dict[str, Any] = {"align": align, "dx": gap if align == "left" else -gap, "yOffset": down}
    written = alt.Chart().encode(x=x, text=f"{text}:N").transform_filter(f"datum.{text}")
    around = [written.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", **place)] if halo else []
    return [*around, written.mark_text(color=INK, **place)]


def ranges(
    table: pd.DataFrame, kinds: Iterable[str], title: str, *under: alt.Chart, series: Sequence[str] = ("",)
) -> alt.LayerChart:
    """Intervals with their ends written, a point where there is a `value`; what is `under` them is drawn first."""
    axis = counted(title)
    marks = [
        *intervals(kinds, DOWN, **axis),
        *labels(across("low", **axis), "low_text", "right", down=DOWN, halo=bool(under)),
        *labels(across("high", **axis), "high_text", down=DOWN, halo=bool(under)),
        points(across("value", **axis), series, DOWN, key=False),
        *labels(across("value", **axis), "label", gap=9, down=DOWN),
    ]
    return rows(table, *under, *marks)


# -- The plane of what has no scale of its own, a map or a diagram: marks placed in its coordinates. As Vega-Lite has them:
# Altair copies all that each mark and channel might say whenever pictures are put together, half of the time of a map. ---
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
    layers: list[Spec] = field(default_factory=list)

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
            data = {"values": f"[{drawn}]", "format": {"type": "json"}}
            style = {"fill": fill, "stroke": stroke, "strokeWidth": width, "strokeJoin": "round"}
            mark = {"type": "geoshape", "clip": False, **style}  # a clip has a new id each time
            flat = {"type": "identity", "scale": 1, "translate": [0, 0]}
            self.layers.append({"data": data, "mark": mark, "projection": flat})

    def texts(self, labels: Iterable[tuple[float, float, str]], align: str = "left", **style: Any) -> None:
        """Labels at x, y, centred on their line."""
        self._add(("x", "y", "text"), labels, "text", align=align, baseline="middle", **style)

    def drawn(self, *keys: Spec, title: str = "") -> Spec:
        """The drawing as it stands, with its keys under it and its title above."""
        apart = dict.fromkeys(LOOKS, "independent")  # each key has its own samples
        picture: Spec = {"layer": [*self.layers, *keys], "width": self.width, "height": self.height}
        picture |= {"resolve": {"scale": apart}}
        return picture | ({"title": {"text": title, "fontWeight": "bold"}} if title else {})

    def _add(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], mark: Mark, **style: Any) -> None:
        """One layer."""
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        if values:
            scales = {
                name: {
                    "field": name,
                    "type": "quantitative",
                    "axis": None,
                    "scale": {"domain": [0, end], "nice": False, "range": [0, end]},
                }
                for name, end in (("x", self.width), ("y", self.height))
            }
            channels = scales | {name: CHANNELS[name] for name in columns if name in CHANNELS}
            self.layers.append({"data": {"values": values}, "mark": {"type": mark, **style}, "encoding": channels})
