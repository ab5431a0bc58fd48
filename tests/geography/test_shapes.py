"""Outlines: read as written, merged without losing or inventing ground, measured from the inside."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
import shapely
from hypothesis import given
from synthetic import Polygons, Ring, square, wkb

from diagnostic.geography import shapes
from diagnostic.geography.shapes import ShapeError, dissolved, inside

CELLS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1)


def signed_area(ring: Ring) -> float:
    """The area of a closed ring, positive when it turns counterclockwise (the shoelace formula)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)) / 2


def rings(shape: shapes.Shape) -> list[Ring]:
    """Outer rings and holes, as they are written."""
    return [list(ring.coords) for part in shapes.parts(shape) for ring in (part.exterior, *part.interiors)]


def area(shape: shapes.Shape) -> float:
    return sum(map(signed_area, rings(shape)))


def read(polygons: Polygons) -> shapes.Shape:
    return shapes.from_geojson({"type": "MultiPolygon", "coordinates": polygons})


def contains(shape: shapes.Shape, point: tuple[float, float]) -> bool:
    """Even-odd rule, counted here edge by edge."""
    x, y = point
    crossed = 0
    for ring in rings(shape):
        for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                crossed += 1
    return crossed % 2 == 1


def test_well_known_binary_is_read_with_its_hole_and_its_parts() -> None:
    shape = shapes.from_wkb(bytes.fromhex(wkb([square(0, 0, 3, holes=[(1, 1)]), square(8, 0)])))
    assert sorted(round(signed_area(ring), 6) for ring in rings(shape)) == [-0.01, 0.01, 0.09]


@pytest.mark.parametrize(
    "content",
    [
        bytes.fromhex(wkb([square(0, 0)]))[:-3],  # truncated
        bytes.fromhex(wkb([square(0, 0)], ">")),  # the other byte order
        bytes.fromhex("0101000000") + b"\0" * 16,  # a point
        bytes.fromhex("010600000000000000"),  # no polygon
        b"",
    ],
)
def test_another_content_is_refused(content: bytes) -> None:
    with pytest.raises(ShapeError):
        shapes.from_wkb(content)


def test_orientation_does_not_depend_on_how_a_ring_was_written() -> None:
    outer, hole = square(0, 0, 3, holes=[(1, 1)])
    given_either_way = {
        tuple(round(signed_area(ring), 9) for ring in rings(read([[a, b]])))
        for a in (outer, outer[::-1])
        for b in (hole, hole[::-1])
    }
    assert given_either_way == {(0.09, -0.01)}
    assert read([[[*outer, outer[0]], hole]]).equals(read([[outer, hole]]))


def test_neighbours_keep_the_vertices_that_they_share() -> None:
    """A side is cut where a neighbour ends, and stays so: limits are drawn from equal edges."""
    assert [len(ring) - 1 for ring in rings(read([square(0, 0, 3, holes=[(1, 1)])]))] == [12, 4]


@pytest.mark.parametrize("order", [1, -1])
def test_a_ring_that_crosses_itself_keeps_its_ground_and_is_sound(order: int) -> None:
    """A bow tie of two triangles, half a square each, as a hand-drawn outline may have."""
    shape = read([[[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)][::order]]])
    assert shape.is_valid and area(shape) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "polygons",
    [
        [[[(0, 0), (1, 1), (2, 2)]]],
        [[[("a", 0), (1, 1), (2, 0)]]],
        [[[(0, 0), (1, 1)]]],
        [[[float("nan")]]],
        [],
        None,
        3,
    ],
)
def test_a_flat_ring_is_dropped_and_nothing_left_is_refused(polygons: object) -> None:
    first = polygons[0] if isinstance(polygons, list) and polygons else polygons
    for kind, coordinates in (("MultiPolygon", polygons), ("Polygon", first)):
        with pytest.raises(ShapeError):
            shapes.from_geojson({"type": kind, "coordinates": coordinates})


@pytest.mark.parametrize("geometry", [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygone"}])
def test_what_is_no_polygon_is_refused(geometry: dict[str, object]) -> None:
    with pytest.raises(ShapeError):
        shapes.from_geojson(geometry)


@given(CELLS)
def test_a_union_covers_what_its_parts_cover(cells: set[tuple[int, int]]) -> None:
    union = dissolved(read([square(*cell)]) for cell in sorted(cells))
    assert area(union) == pytest.approx(len(cells) * 0.01)
    for column in range(-1, 6):
        for row in range(-1, 6):
            assert contains(union, (2.05 + column / 10, 46.05 + row / 10)) == ((column, row) in cells)


@given(CELLS)
def test_the_point_of_a_union_is_inside_it(cells: set[tuple[int, int]]) -> None:
    union = dissolved(read([square(*cell)]) for cell in sorted(cells))
    assert contains(union, inside(union))


def test_the_point_of_a_ring_around_an_enclave_is_not_in_the_enclave() -> None:
    shape = read([square(0, 0, 3, holes=[(1, 1)])])
    assert contains(shape, inside(shape))


def test_a_sliver_between_neighbours_is_no_enclave_and_an_enclave_is_one() -> None:
    outer = square(0, 0, 3)[0]
    sliver = [(2.1, 46.1), (2.1001, 46.1), (2.1, 46.1001)]
    assert len(rings(dissolved([read([[outer, sliver]])]))) == 1
    assert len(rings(dissolved([read([square(0, 0, 3, holes=[(1, 1)])])]))) == 2


def test_a_sliver_where_neighbours_overlap_is_no_island_and_an_islet_is_one() -> None:
    """A shared side was simplified apart, one commune going a little into the other: a triangle of both is left."""
    left = [(0.0, 0.0), (1.0, 0.0), (1.00001, 0.5), (1.0, 1.0), (0.0, 1.0)]
    right = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)]
    islet = [(3.0, 0.0), (3.001, 0.0), (3.0, 0.001)]
    assert 0 < shapely.Polygon(islet).area < shapes.SLIVER
    found = shapes.parts(dissolved([read([[left]]), read([[right]]), read([[islet]])]))
    small = [part for part in found if part.area < shapes.SLIVER]
    assert len(small) == 1 and small[0].equals(shapely.Polygon(islet))
    assert all(not part.interiors for part in found)


def test_shared_limits_are_drawn_once() -> None:
    pair = [read([square(0, 0)]), read([square(1, 0)])]
    lines = shapes.limits(pair, shapely.MultiLineString(), shapes.GRID)
    assert lines.length == pytest.approx(0.7)  # four and four sides, one in common
    assert shapes.limits(pair, lines, shapes.GRID).is_empty
    around = shapes.limits([dissolved(pair)], shapely.MultiLineString(), shapes.GRID)
    assert shapes.limits(pair, around, shapes.GRID).equals(shapely.LineString([(2.1, 46), (2.1, 46.1)]))


def test_a_coarse_shape_keeps_neighbours_together() -> None:
    left, right = read([square(0, 0, 3)]), read([square(3, 0, 3)])
    union = dissolved([shapes.coarse(left, 0.07), shapes.coarse(right, 0.07)])
    assert len(rings(union)) == 1
    assert shapes.coarse(read([square(0, 0)]), 1.0).is_empty


def test_text_and_back() -> None:
    shape = read([square(0, 0, 3, holes=[(1, 1)])])
    assert shapes.decode(shapes.encode(shape)).equals_exact(shape)
