"""Outlines as shapely's polygons: read, merged, made coarse. Neighbours share their vertices."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import shapely

Point = tuple[float, float]
Shape: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"
GRID = 1e-6  # degrees: a tenth of a metre
NEAR = 2e-5  # degrees: two metres, so that a point is not on a limit
SLIVER = 2e-5  # square degrees: about 0.15 square kilometre


class ShapeError(ValueError):
    """A geometry that is not a polygon, or is damaged; the message quotes nothing of it."""


def parts(shape: Shape) -> list[shapely.Polygon]:
    """The polygons of a shape."""
    return [part for part in shapely.get_parts(shape) if not part.is_empty]


def _joined(polygons: Iterable[shapely.Polygon]) -> Shape:
    """One shape of polygons apart from each other, whose outer rings turn counterclockwise and whose holes clockwise."""
    found = [shapely.orient_polygons(polygon) for polygon in polygons]
    return found[0] if len(found) == 1 else shapely.MultiPolygon(found)


def _read(given: shapely.Geometry) -> Shape:
    if given.geom_type not in ("Polygon", "MultiPolygon"):
        raise ShapeError("not a polygon")
    valid = shapely.make_valid(given, method="structure", keep_collapsed=False)
    shape = _joined(parts(shapely.set_precision(valid, GRID)))
    if shape.is_empty:
        raise ShapeError("an empty geometry")
    return shape


def from_wkb(content: bytes) -> Shape:
    """A polygon or multipolygon in little-endian well-known binary (OGC 06-103r4). Raises ShapeError."""
    if content[:1] != b"\x01":
        raise ShapeError("not little-endian")
    try:
        return _read(shapely.from_wkb(content))
    except shapely.errors.ShapelyError:
        raise ShapeError("truncated geometry") from None


def from_geojson(geometry: Mapping[str, Any]) -> Shape:
    """A polygon or multipolygon of a GeoJSON (RFC 7946). Raises ShapeError, MemoryError."""
    try:
        return _read(shapely.geometry.shape(geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        if "bad_alloc" in str(error):  # how GEOS says that there is no more memory
            raise MemoryError from None
        raise ShapeError("not a geometry") from None


def dissolved(shapes: Iterable[Shape]) -> Shape:
    """The union of shapes that touch: an edge that two of them share vanishes. A hole smaller than SLIVER is no
    enclave, and a part so small is an island only if it was one before."""
    shapes = list(shapes)
    islands = [part for shape in shapes for part in parts(shape) if part.area < SLIVER]
    union = [
        part
        for part in parts(shapely.union_all(shapes))
        if part.area >= SLIVER or any(part.equals(island) for island in islands)
    ]
    return _joined(
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= SLIVER])
        for part in union
    )


def coarse(shape: Shape, step: float) -> Shape:
    """The shape on a grid of `step` units of its coordinates: neighbours stay neighbours; what becomes flat is dropped."""
    return _joined(parts(shapely.set_precision(shape, step)))


def limits(shapes: Iterable[Shape], drawn: shapely.Geometry, step: float) -> shapely.Geometry:
    """The edges of shapes on a grid of `step` as lines, each edge once, without those already `drawn`."""
    edges = shapely.union_all([shape.boundary for shape in shapes], grid_size=step)
    return shapely.line_merge(shapely.difference(edges, drawn, grid_size=step))


def inside(shape: Shape) -> Point:
    """A point in the shape: the centroid of its largest part if it is inside, else one that is."""
    largest = max(parts(shape), key=lambda part: part.area)
    centre = shapely.Polygon(largest.exterior).centroid
    if not shape.contains(centre.buffer(NEAR)):
        centre = largest.representative_point()
    return round(centre.x, 6), round(centre.y, 6)


def encode(shape: Shape) -> str:
    """The shape as the text of its GeoJSON geometry."""
    text: str = shapely.to_geojson(shapely.transform(shape, lambda found: found + 0.0))  # no -0: GEOS gives either
    return text


def decode(text: str) -> Shape:
    """The shape that `encode` wrote."""
    return shapely.from_geojson(text)
