"""Outlines as rings of points: read, merged, made coarse, measured. Longitudes and latitudes in degrees.

A shape is a list of closed rings without their last point: outer rings turn counterclockwise, holes clockwise, so that
any even-odd or non-zero filling is right and areas add up. Neighbours must share their vertices, as official ones do.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Ring = list[Point]
Shape = list[Ring]
Edge = tuple[Point, Point]
DIGITS = 6  # a tenth of a metre
NEAR = 2e-5  # degrees: two metres, so that a point is not on a limit
SLIVER = 2e-5  # square degrees: about 0.15 square kilometre
POLYGON, MULTIPOLYGON = 3, 6


class ShapeError(ValueError):
    """A geometry that is not a polygon, or is damaged; the message quotes nothing of it."""


def signed_area(ring: Sequence[Point]) -> float:
    """The area of a ring in squared units of its coordinates, positive when it turns counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def oriented(polygons: Iterable[Sequence[Sequence[Sequence[float]]]]) -> Shape:
    """A shape from polygons, each an outer ring followed by its holes. Flat rings are dropped. Raises ShapeError."""
    shape: Shape = []
    for polygon in polygons:
        for number, given in enumerate(polygon):
            try:
                ring = [(round(float(p[0]), DIGITS), round(float(p[1]), DIGITS)) for p in given]
            except (TypeError, ValueError, IndexError):
                raise ShapeError("coordinates are not numbers") from None
            ring = _without_repeats(ring)
            if len(ring) > 2 and (area := signed_area(ring)):
                shape.append(ring if (area > 0) == (number == 0) else ring[::-1])
    if not shape:
        raise ShapeError("an empty geometry")
    return shape


def _without_repeats(ring: Sequence[Point]) -> Ring:
    """The ring without a point that repeats the one before it, the last point before the first."""
    return [point for number, point in enumerate(ring) if point != ring[number - 1]]


def from_wkb(content: bytes) -> Shape:
    """A polygon or multipolygon in little-endian well-known binary (OGC 06-103r4). Raises ShapeError."""
    at = 0

    def take(form: str) -> tuple[float, ...]:
        nonlocal at
        values = struct.unpack_from(f"<{form}", content, at)
        at += struct.calcsize(f"<{form}")
        return values

    def polygon() -> list[list[Point]]:
        rings = []
        for _ in range(int(take("I")[0])):
            flat = take(f"{2 * int(take('I')[0])}d")
            rings.append(list(zip(flat[::2], flat[1::2], strict=True)))
        return rings

    try:
        order, kind = take("BI")
        if order != 1 or kind not in (POLYGON, MULTIPOLYGON):
            raise ShapeError("not a little-endian polygon")
        if kind == POLYGON:
            return oriented([polygon()])
        polygons = []
        for _ in range(int(take("I")[0])):
            if take("BI") != (1, POLYGON):
                raise ShapeError("not a polygon inside a multipolygon")
            polygons.append(polygon())
    except struct.error:
        raise ShapeError("truncated geometry") from None
    return oriented(polygons)


def dissolved(shapes: Iterable[Shape]) -> Shape:
    """The union of shapes that touch but do not overlap: an edge that two of them share vanishes.

    A hole smaller than SLIVER is no enclave, and a ring so small is an island only if it was one before: neighbours that
    were simplified apart leave some between them.
    """
    shapes = list(shapes)
    edges: Counter[Edge] = Counter()
    for ring in (ring for shape in shapes for ring in shape):
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if edges[b, a]:
                edges[b, a] -= 1
            else:
                edges[a, b] += 1
    following: dict[Point, list[Point]] = {}
    for a, b in edges.elements():
        following.setdefault(a, []).append(b)
    union: Shape = []
    for start in following:
        while following[start]:
            ring, at = [start], following[start].pop()
            while at != start:
                ring.append(at)
                at = following[at].pop()
            union.append(ring)
    islands = {frozenset(ring) for shape in shapes for ring in shape if signed_area(ring) > 0}
    return [ring for ring in union if abs(signed_area(ring)) >= SLIVER or frozenset(ring) in islands]


def coarse(shape: Shape, step: float) -> Shape:
    """The shape on a grid of `step` degrees: neighbours stay neighbours; what becomes flat is dropped."""
    rings = []
    for ring in shape:
        snapped = [(round(round(x / step) * step, DIGITS), round(round(y / step) * step, DIGITS)) for x, y in ring]
        kept = _without_repeats(snapped)
        if len(kept) > 2 and signed_area(kept):
            rings.append(kept)
    return rings


def limits(shapes: Iterable[Shape], drawn: set[Edge]) -> list[Ring]:
    """The edges of shapes as lines, each edge once, without those already `drawn`, which gets them too."""
    joined: dict[Point, list[Point]] = {}
    for shape in shapes:
        for ring in shape:
            for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
                edge = (min(a, b), max(a, b))
                if edge not in drawn:
                    drawn.add(edge)
                    joined.setdefault(a, []).append(b)
                    joined.setdefault(b, []).append(a)
    lines = []
    ends = [point for point, others in joined.items() if len(others) != 2]
    for start in [*ends, *joined]:  # from where lines meet; then what is left, closed loops
        while joined[start]:
            line, at = [start], start
            while joined[at]:
                following = joined[at].pop()
                joined[following].remove(at)
                line.append(following)
                at = following
                if len(joined[at]) != 1:
                    break
            lines.append(line)
    return lines


def inside(shape: Shape) -> Point:
    """A point in the shape: the centroid of its largest ring if it is inside, else the middle of its widest span."""
    largest = max(shape, key=signed_area)
    x, y = _centroid(largest)
    if all(_within(shape, x + across, y + along) for across in (-NEAR, NEAR) for along in (-NEAR, NEAR)):
        return x, y
    low, high = min(y for _, y in largest), max(y for _, y in largest)
    best, width = largest[0], -1.0
    for number in range(1, 10):
        level = low + (high - low) * (number + 0.0137) / 10.05  # never exactly at a vertex of a regular grid
        crossings = _crossings(shape, level)
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            if right - left > width * 1.0001:
                best, width = ((left + right) / 2, level), right - left
    return round(best[0], DIGITS), round(best[1], DIGITS)


def _within(shape: Shape, x: float, y: float) -> bool:
    return sum(left < x for left in _crossings(shape, y)) % 2 == 1


def _crossings(shape: Shape, level: float) -> list[float]:
    """Where a horizontal line crosses the shape, from left to right: inside between the first two, and so on."""
    return sorted(
        a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for ring in shape
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (a[1] > level) != (b[1] > level)
    )


def _centroid(ring: Ring) -> Point:
    x0, y0 = ring[0]  # products of small numbers: differences with the first point
    moved = [(x - x0, y - y0) for x, y in ring]
    parts = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in zip(moved, [*moved[1:], moved[0]], strict=True)]
    whole = 3 * sum(cross for _, _, cross in parts)
    x = x0 + sum((a[0] + b[0]) * cross for a, b, cross in parts) / whole
    y = y0 + sum((a[1] + b[1]) * cross for a, b, cross in parts) / whole
    return round(x, DIGITS), round(y, DIGITS)


def encode(shape: Shape) -> str:
    """The shape as compact JSON."""
    return json.dumps(shape, separators=(",", ":"))


def decode(text: str) -> Shape:
    """The shape that `encode` wrote."""
    return [[(x, y) for x, y in ring] for ring in json.loads(text)]
