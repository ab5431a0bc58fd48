"""The ground of a map: outlines in pixels, limits drawn once, a scale bar and a locator."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import shapely

from diagnostic.core import french
from diagnostic.geography import shapes
from diagnostic.geography.names import Place
from diagnostic.geography.shapes import Point, Shape
from diagnostic.report.charts.marks import Plane
from diagnostic.report.charts.style import BLUE, INK, LINE, PAPER

RADIUS = 6378.137, 1 / 298.257223563  # kilometres and flattening of the GRS 80 ellipsoid
LAND, FAINT, SOFT, MIDDLE, LOCATOR = "#F3F2EE", "#B9B9B3", "#92928C", "#6F6F6A", "#C9C9C4"
LIMITS = (  # level, its name, its colour, the width of its lines, and that of its sample in a key
    ("commune", "commune", FAINT, 0.5, 0.6),
    ("epci", "intercommunalité", SOFT, 1.0, 1.4),
    ("arrondissement", "arrondissement", MIDDLE, 1.5, 1.8),
    ("departement", "département", INK, 1.8, 2),
)
TERRITORIES = {level: name for level, name, *_ in LIMITS}
READABLE = 60  # more communes than this are not outlined one by one
GRID = 0.5  # pixels: finer details cannot be seen
BARS = (1, 2, 5, 10, 20, 50, 100, 200)  # kilometres
TOWNS = 8  # of those that most people live in, how many may be named where there is room
OVERSEAS = ("971", "972", "973", "974", "976")


def projected(points: np.ndarray, centre: Point) -> np.ndarray:
    """Kilometres east and south of the centre, by Lambert's azimuthal equal-area projection (Snyder 1987, 24-2 to 24-4).

    `points` and the result have a row per point. On the sphere that osculates the ellipsoid at the centre (its radius is
    the mean radius of curvature there): lengths are right within 0.3 % in a département.
    """
    (semi, flattening), (lon0, lat0) = RADIUS, np.radians(centre)
    square = flattening * (2 - flattening)
    radius = semi * math.sqrt(1 - square) / (1 - square * math.sin(lat0) ** 2)
    sine, cosine = math.sin(lat0), math.cos(lat0)
    lon, lat = np.radians(np.asarray(points, dtype=float)).T
    lon = lon - lon0
    across = np.cos(lat) * np.sin(lon)
    along = cosine * np.sin(lat) - sine * np.cos(lat) * np.cos(lon)
    scale = radius * np.sqrt(2 / (1 + sine * np.sin(lat) + cosine * np.cos(lat) * np.cos(lon)))
    return np.column_stack([scale * across, -scale * along])


@dataclass(frozen=True)
class Frame:
    """How kilometres become pixels: `left` and `top` of the box, `scale` in pixels a kilometre, origin of kilometres."""

    centre: Point
    left: float
    top: float
    scale: float
    west: float
    north: float
    height: float

    def place(self, place: Place) -> Point:
        """Where the point of a place stands."""
        x, y = self._pixels(np.array([(place.x, place.y)]))[0]
        return float(x), float(y)

    def pixels(self, shape: Shape) -> Shape:
        return shapely.transform(shape, self._pixels)

    def outline(self, shape: Shape) -> Shape:
        """The shape in pixels, without what cannot be seen."""
        return shapes.coarse(self.pixels(shape), GRID)

    def _pixels(self, points: np.ndarray) -> np.ndarray:
        return (projected(points, self.centre) - (self.west, self.north)) * self.scale + (self.left, self.top)


def fitted(outlines: Sequence[Shape], left: float, top: float, width: float, height: float) -> Frame:
    """The largest frame in a box where all the outlines fit, centred across; its `height` is the one needed."""
    whole = shapely.GeometryCollection(list(outlines))
    xmin, ymin, xmax, ymax = whole.bounds
    centre = (xmin + xmax) / 2, (ymin + ymax) / 2
    west, north, east, south = shapely.transform(whole, partial(projected, centre=centre)).bounds
    scale = min(width / (east - west), height / (south - north))
    return Frame(centre, left + (width - scale * (east - west)) / 2, top, scale, west, north, scale * (south - north))


class Ground:
    """The territories of one département, or of several side by side."""

    def __init__(self, areas: pd.DataFrame) -> None:
        self._shapes: dict[str, dict[str, Shape]] = {}
        self.codes: list[str] = []
        self.name = ""
        for area in areas.itertuples():
            self._shapes.setdefault(area.level, {})[area.code] = shapes.decode(area.outline)
            if area.level == "departement":
                self.codes.append(area.code)
                self.code, self.name = area.code, ", ".join(filter(None, (self.name, area.name)))
        peopled = areas[(areas["level"] == "commune") & areas["population"].gt(0)]
        largest = peopled.sort_values(["population", "code"], ascending=[False, True]).head(TOWNS)
        self.towns = [Place("commune", one.code, one.name, one.x, one.y) for one in largest.itertuples()]

    def count(self, level: str) -> int:
        return len(self._shapes.get(level, {}))

    def outline(self, place: Place, frame: Frame) -> Shape:
        """The outline of a territory in pixels."""
        return frame.outline(self._shapes[place.level][place.code])

    def levels(self) -> list[str]:
        """The levels whose limits are drawn, the finest first; one territory alone has no inner limit."""
        most = {"commune": READABLE}
        return [level for level in TERRITORIES if 1 < self.count(level) <= most.get(level, math.inf)]

    def frame(self, left: float, top: float, width: float, height: float) -> Frame:
        return fitted(self._whole(), left, top, width, height)

    def land(self, area: Plane, frame: Frame) -> None:
        area.shapes([frame.outline(shape) for shape in self._whole()], fill=LAND)

    def _whole(self) -> list[Shape]:
        return [self._shapes["departement"][code] for code in self.codes]

    def border(self, frame: Frame) -> shapely.Geometry:
        """The limits of the départements in pixels."""
        return shapely.unary_union([frame.outline(shape).boundary for shape in self._whole()])

    def limits(self, area: Plane, frame: Frame) -> None:
        """Each limit once, with the line of the largest territory that it bounds."""
        drawn: shapely.Geometry = shapely.MultiLineString()
        found = []
        for level, _, color, stroke, _ in reversed(LIMITS):
            if level == "departement" or level in self.levels():
                lines = shapes.limits(map(frame.outline, self._shapes[level].values()), drawn, GRID)
                found.append((lines, color, stroke))
                drawn = shapely.union(drawn, lines, grid_size=GRID)
        for lines, color, stroke in reversed(found):
            area.shapes([lines], stroke=color, width=stroke)

    def scale_bar(self, area: Plane, frame: Frame, left: float, y: float, most: float, lines: bool = False) -> None:
        """A round number of kilometres, at most `most` pixels long; the north is up, which is said on one line or two."""
        length = max([km for km in BARS if km * frame.scale <= most] or BARS[:1])
        end = left + length * frame.scale
        area.rules([(left, end, y, y)], stroke=2)
        area.rules([(x, x, y - 4, y + 4) for x in (left, end)], stroke=2)
        said, north = f"{french.number(length)}{french.NBSP}km", "nord en haut"
        area.texts([(end + 7, y, said), (left, y + LINE, north)] if lines else [(end + 7, y, f"{said}, {north}")])

    def locator(self, side: float) -> Plane | None:
        """Where the département lies in the country, the overseas ones in insets under the mainland; None where the country is not
        known, or for several."""
        every, area = self._shapes.get("locator", {}), Plane(side, side * 1.25 + 8)
        if len(self.codes) > 1 or self.code not in every:
            return None
        main = {code: shape for code, shape in every.items() if code not in OVERSEAS}
        step = side / len(OVERSEAS)
        frame = fitted(list(main.values()), 0, 0, side, side)
        frames = dict.fromkeys(main, frame)
        low = frame.height + 6
        for number, code in enumerate(code for code in OVERSEAS if code in every):
            frames[code] = fitted([every[code]], number * step + 3, low + 2, step - 5, step - 5)
            x = number * step + 1
            area.bars([(x, x + step - 1, low, low + step - 1)], fill=PAPER, stroke=FAINT)
        others = [shape for code, shape in main.items() if code != self.code]
        area.shapes([frame.pixels(shapes.dissolved(others))], fill=LOCATOR)
        for code in sorted(frames.keys() - main.keys() - {self.code}):
            area.shapes([frames[code].pixels(every[code])], fill=MIDDLE)
        own = frames[self.code].pixels(every[self.code])
        area.shapes([own], fill=BLUE, stroke=BLUE, width=0.8)
        if self.code in main:
            area.discs([(own.centroid.x, own.centroid.y, 15)], fill=None, stroke=INK, strokeWidth=1.75, opacity=1)
        return area
