"""Controlled rounding: multiples of the base, near their counts, sums kept."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.release.rounding import controlled


def two_way(inner: np.ndarray) -> tuple[dict[str, int], list[tuple[str, list[str]]]]:
    rows, columns = inner.shape
    counts = {f"{r},{c}": int(inner[r, c]) for r in range(rows) for c in range(columns)}
    sums = []
    for r in range(rows):
        counts[f"{r},."] = int(inner[r].sum())
        sums.append((f"{r},.", [f"{r},{c}" for c in range(columns)]))
    for c in range(columns):
        counts[f".,{c}"] = int(inner[:, c].sum())
        sums.append((f".,{c}", [f"{r},{c}" for r in range(rows)]))
    counts[".,."] = int(inner.sum())
    sums += [(".,.", [f"{r},." for r in range(rows)]), (".,.", [f".,{c}" for c in range(columns)])]
    return counts, sums


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda rows: st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=rows, max_size=rows)
    ),
    st.sampled_from([3, 5, 10]),
)
def test_a_two_way_table_always_rounds(rows: list[list[int]], base: int) -> None:
    """Two-way tables always have a zero-restricted controlled rounding (Cox and Ernst, INFOR, 1982)."""
    counts, sums = two_way(np.array(rows))
    done = controlled(counts, sums, base)
    assert done.additive and done.within == base
    for cell, count in counts.items():
        assert done.values[cell] % base == 0 and done.values[cell] >= 0
        assert abs(done.values[cell] - count) < base
        assert count % base or done.values[cell] == count
    for whole, parts in sums:
        assert done.values[whole] == sum(done.values[part] for part in parts)


def test_linked_tables_of_the_notes() -> None:
    """Three linked tables, base 5: additive, largest error 4, mean at most 1.3 (disclosure notes, §5.3 and A9)."""
    for seed in range(5):
        draw = np.random.default_rng(seed)
        gender, age, nationality = (
            draw.choice(len(p), 152, p=p)
            for p in ((0.76, 0.21, 0.03), (0.04, 0.13, 0.19, 0.18, 0.21, 0.10, 0.01, 0.14), (0.43, 0.12, 0.31, 0.14))
        )
        counts: dict[str, int] = {}
        sums: list[tuple[str, list[str]]] = []
        for name, one, other, shape in (
            ("ga", gender, age, (3, 8)),
            ("gn", gender, nationality, (3, 4)),
            ("an", age, nationality, (8, 4)),
        ):
            inner = np.zeros(shape, dtype=int)
            np.add.at(inner, (one, other), 1)
            cells, relations = two_way(inner)

            def shared(cell: str, name: str = name) -> str:
                first, second = cell.split(",")
                if first == "." or second == ".":
                    return (name[0] + first if first != "." else "") + (
                        name[1] + second if second != "." else ""
                    ) or "n"
                return name + cell

            counts |= {shared(cell): value for cell, value in cells.items()}
            sums += [(shared(whole), [shared(part) for part in parts]) for whole, parts in relations]
        done = controlled(counts, sums, 5)
        errors = [abs(done.values[cell] - count) for cell, count in counts.items()]
        assert done.additive and max(errors) <= 4
        assert np.mean(errors) <= 1.3


def test_without_any_additive_rounding_each_figure_goes_to_its_nearest() -> None:
    """a = b + b' and a = c where c is a multiple at least 10 away: impossible at any distance allowed."""
    done = controlled({"a": 7, "b": 52}, [("a", ["b"])], 5)
    assert not done.additive and done.values == {"a": 5, "b": 50}
