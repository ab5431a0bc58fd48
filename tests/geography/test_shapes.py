"""Outlines: read as written, merged without losing or inventing ground, measured from the inside."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given
from synthetic import square, wkb

from diagnostic.geography import shapes
from diagnostic.geography.shapes import ShapeError, dissolved, inside, oriented, signed_area

CELLS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1)


def area(shape: shapes.Shape) -> float:
    return sum(map(signed_area, shape))


def contains(shape: shapes.Shape, point: tuple[float, float]) -> bool:
    """Even-odd rule, counted here edge by edge."""
    x, y = point
    crossed = 0
    for ring in shape:
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                crossed += 1
    return crossed % 2 == 1


def test_well_known_binary_is_read_with_its_hole_and_its_parts() -> None:
    shape = shapes.from_wkb(bytes.fromhex(wkb([square(0, 0, 3, holes=[(1, 1)]), square(8, 0)])))
    assert [round(signed_area(ring), 6) for ring in shape] == [0.09, -0.01, 0.01]


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
        tuple(map(signed_area, oriented([[a, b]]))) for a in (outer, outer[::-1]) for b in (hole, hole[::-1])
    }
    assert len(given_either_way) == 1
    closed, given_open = oriented([[[*outer, outer[0]], hole]]), oriented([[outer, hole]])
    assert [set(ring) for ring in closed] == [set(ring) for ring in given_open]
    assert list(map(len, closed)) == list(map(len, given_open)) == [12, 4]


def test_a_flat_ring_is_dropped_and_nothing_left_is_refused() -> None:
    with pytest.raises(ShapeError):
        oriented([[[(0, 0), (1, 1), (2, 2)]]])
    with pytest.raises(ShapeError):
        oriented([[[("a", 0), (1, 1), (2, 0)]]])


@given(CELLS)
def test_a_union_covers_what_its_parts_cover(cells: set[tuple[int, int]]) -> None:
    union = dissolved(oriented([square(*cell)]) for cell in sorted(cells))
    assert area(union) == pytest.approx(len(cells) * 0.01)
    for column in range(-1, 6):
        for row in range(-1, 6):
            assert contains(union, (2.05 + column / 10, 46.05 + row / 10)) == ((column, row) in cells)


@given(CELLS)
def test_the_point_of_a_union_is_inside_it(cells: set[tuple[int, int]]) -> None:
    union = dissolved(oriented([square(*cell)]) for cell in sorted(cells))
    assert contains(union, inside(union))


def test_the_point_of_a_ring_around_an_enclave_is_not_in_the_enclave() -> None:
    shape = oriented([square(0, 0, 3, holes=[(1, 1)])])
    assert contains(shape, inside(shape))


def test_a_sliver_between_neighbours_is_no_enclave_and_an_enclave_is_one() -> None:
    outer = square(0, 0, 3)[0]
    sliver = [(2.1, 46.1), (2.1001, 46.1), (2.1, 46.1001)]
    assert len(dissolved([oriented([[outer, sliver]])])) == 1
    assert len(dissolved([oriented([square(0, 0, 3, holes=[(1, 1)])])])) == 2


def test_a_sliver_where_neighbours_overlap_is_no_island_and_an_islet_is_one() -> None:
    """A shared side was simplified apart, one commune going a little into the other: a triangle of both is left."""
    left = [(0.0, 0.0), (1.0, 0.0), (1.00001, 0.5), (1.0, 1.0), (0.0, 1.0)]
    right = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)]
    islet = [(3.0, 0.0), (3.001, 0.0), (3.0, 0.001)]
    assert 0 < signed_area(islet) < shapes.SLIVER
    found = dissolved([[left], [right], [islet]])
    assert islet in [sorted(ring, key=islet.index) for ring in found if set(ring) == set(islet)]
    assert all(abs(signed_area(ring)) >= shapes.SLIVER for ring in found if set(ring) != set(islet))


def test_shared_limits_are_drawn_once() -> None:
    pair = [oriented([square(0, 0)]), oriented([square(1, 0)])]
    drawn: set[shapes.Edge] = set()
    lines = shapes.limits(pair, drawn)
    assert sum(len(line) - 1 for line in lines) == 7 == len(drawn)  # four and four sides, one in common
    assert shapes.limits(pair, drawn) == []


def test_a_coarse_shape_keeps_neighbours_together() -> None:
    left, right = oriented([square(0, 0, 3)]), oriented([square(3, 0, 3)])
    union = dissolved([shapes.coarse(left, 0.07), shapes.coarse(right, 0.07)])
    assert len(union) == 1
    assert shapes.coarse(oriented([square(0, 0)]), 1.0) == []


def test_text_and_back() -> None:
    shape = oriented([square(0, 0, 3, holes=[(1, 1)])])
    assert shapes.decode(shapes.encode(shape)) == shape
