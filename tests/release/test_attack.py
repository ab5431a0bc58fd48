"""The attacker: published tables with known answers, exhaustive enumeration, a second engine where it is installed."""

from __future__ import annotations

import itertools
import math
import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
import scipy
from drawn import cases

from diagnostic.release.attack.solver import Model, Targets, attack, examine, interval
from diagnostic.release.populations.groups import System


@dataclass(frozen=True)
class Cells(System):
    """A system whose columns are the cells of a table."""

    cells: tuple[str, ...]

    def form(self, names: Iterable[str]) -> scipy.sparse.csr_array:
        return scipy.sparse.csr_array(np.array([[float(cell == name) for cell in self.cells] for name in names]))

    def free(self, hidden: Collection[str]) -> Cells:
        """The same once these cells are withheld."""
        kept = np.flatnonzero([not fact or fact not in hidden for fact in self.facts])
        facts = tuple(self.facts[at] for at in kept)
        return Cells(self.rows[kept], self.low[kept], self.high[kept], facts, self.cells)


def line(
    relation: str, cell: str, coefficient: int, low: int | None, high: int | None, printed: bool
) -> dict[str, object]:
    said = {"relation": relation, "cell": cell, "coefficient": coefficient}
    return {**said, "low": low, "high": high, "printed": printed}


def subset(relation: str, part: str, whole: str) -> list[dict[str, object]]:
    """The rows of « part ≤ whole »."""
    return [line(relation, whole, 1, 0, None, False), line(relation, part, -1, 0, None, False)]


def percentage(
    fact: str, part: str, base: str, shown: float, decimals: int = 0, half_up: bool = True
) -> list[dict[str, object]]:
    """The rows that « part is `shown` % of base » says, rounded at `decimals`: two relations.

    In integers, with P the printed digits and k = 10^decimals: (2P−1)·base ≤ 200k·part < (2P+1)·base. `half_up` false:
    a tie may have gone either way (the figures of others).
    """
    digits, unit = round(shown * 10**decimals), 200 * 10**decimals
    most = -1 if half_up else 0
    above, below = f"{fact}≥", f"{fact}≤"
    return [
        line(above, part, unit, 0, None, True),
        line(above, base, 1 - 2 * digits, 0, None, True),
        line(below, part, unit, None, most, True),
        line(below, base, -1 - 2 * digits, None, most, True),
    ]


def total(relation: str, whole: str, parts: Iterable[str]) -> list[dict[str, object]]:
    """The rows of « whole = sum of the parts »."""
    return [line(relation, cell, times, 0, 0, False) for cell, times in [(whole, 1), *((part, -1) for part in parts)]]


def compiled(shown: Mapping[str, tuple[float, float] | None], relations: list[dict[str, object]]) -> Cells:
    """`shown`: cell → what its number says, None for a cell never printed."""
    cells = tuple(shown)
    rows = [(np.eye(len(cells))[at], *ends, cell) for at, (cell, ends) in enumerate(shown.items()) if ends]
    for name in dict.fromkeys(str(one["relation"]) for one in relations):
        own, form = [one for one in relations if one["relation"] == name], np.zeros(len(cells))
        for one in own:
            form[cells.index(str(one["cell"]))] += float(str(one["coefficient"]))
        low, high = (otherwise if end is None else float(str(end)) for end, otherwise in ends_of(own[0]))
        rows.append((form, low, high, name.rstrip("≥≤") if own[0]["printed"] else ""))
    forms, low_, high_, facts = zip(*rows, strict=True)
    return Cells(scipy.sparse.csr_array(np.array(forms)), np.array(low_), np.array(high_), tuple(facts), cells)


def ends_of(one: Mapping[str, object]) -> list[tuple[object, float]]:
    return [(one["low"], -math.inf), (one["high"], math.inf)]


def system(shown: Mapping[str, int | None], relations: list[dict[str, object]], hidden: Collection[str] = ()) -> Cells:
    """`shown`: cell → printed count, None for a cell never printed."""
    printed = {cell: None if value is None or cell in hidden else (value, value) for cell, value in shown.items()}
    return compiled(printed, relations)


def bounds(found: Cells, cell: str) -> tuple[float, float]:
    result = interval(found, found.form([cell]))
    assert result.settled
    return result.low, result.high


def table(rows: Mapping[str, Sequence[int]], columns: str) -> tuple[dict[str, int | None], list[dict[str, object]]]:
    """A two-way table with all its totals: cells "rc", totals "r.", ".c" and ".."."""
    cells: dict[str, int | None] = {}
    for row, values in rows.items():
        cells |= {row + column: value for column, value in zip(columns, values, strict=True)}
        cells[row + "."] = sum(values)
    for place, column in enumerate(columns):
        cells["." + column] = sum(values[place] for values in rows.values())
    cells[".."] = sum(map(sum, rows.values()))
    relations = [line for row in rows for line in total(f"{row}.", f"{row}.", [row + c for c in columns])]
    relations += [line for c in columns for line in total(f".{c}", f".{c}", [row + c for row in rows])]
    relations += total("rows", "..", [row + "." for row in rows])
    relations += total("columns", "..", ["." + c for c in columns])
    return cells, relations


# -- Published tables ---------------------------------------------------------------------------------------------

# Fischetti and Salazar, Solving the Cell Suppression Problem on Tabular Data with Linear Constraints,
# Management Science 47(7), 2001, investments by activity and region.
FISCHETTI = table({"1": (20, 50, 10), "2": (8, 19, 22), "3": (17, 32, 12)}, "ABC")
# sdcTable, R/test_problems.R, problemdata().
SDCTABLE = table(
    {"w": (30, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 100, 59, 85), "z": (800, 991, 651, 685)}, "abcd"
)
SDCTABLE_HIDDEN = ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")


@pytest.mark.slow
def test_one_hidden_cell_is_the_difference() -> None:
    assert bounds(system(*FISCHETTI, ["2C"]), "2C") == (22, 22)


def test_a_square_of_hidden_cells() -> None:
    assert bounds(system(*FISCHETTI, ["2A", "2C", "3A", "3C"]), "2C") == (5, 30)


def test_two_hidden_cells_in_each_line_are_not_enough() -> None:
    assert bounds(system(*SDCTABLE, SDCTABLE_HIDDEN), "wb") == (47, 47)
    assert bounds(system(*SDCTABLE, (*SDCTABLE_HIDDEN, "xb")), "wb") == (0, 141)


def test_linked_groupings() -> None:
    """sdcTools/UserSupport #136: two groupings of the same cells."""
    cells: dict[str, int | None] = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    groups = {"1": "ABIJ", "2": "KLMN", "3": "ABIJKN", "4": "LM"}
    relations = []
    for name, members in groups.items():
        cells[name] = sum(cells[member] or 0 for member in members)
        relations += total(name, name, members)
    found = system(cells, relations, "ABKLMN")
    assert bounds(found, "K") == bounds(found, "N") == (0, 10)


def test_hidden_cells_that_sum_to_zero_are_zeros() -> None:
    """sdcTools/UserSupport #194."""
    found = system({"a": 0, "b": 0, "t": 0}, total("t", "t", "ab"), "ab")
    assert bounds(found, "a") == bounds(found, "b") == (0, 0)


@pytest.mark.parametrize(("whole", "parts"), [(51, (10, 15, 25)), (276, (100, 90, 85)), (8, (7,))])
def test_the_rest_of_a_total(whole: int, parts: tuple[int, ...]) -> None:
    """OpenSAFELY, statistical disclosure control, worked examples: one is left each time."""
    names = [f"p{number}" for number in range(len(parts))]
    cells = {"t": whole, **dict(zip(names, parts, strict=True)), "rest": whole - sum(parts)}
    assert bounds(system(cells, total("t", "t", [*names, "rest"]), ["rest"]), "rest") == (1, 1)


AGES = {"0-14": 4, "18-25": 19, "26-35": 18, "36-45": 21, "46-55": 10, "56+": 1, "?": 14}


@pytest.fixture(scope="module")
def published() -> Cells:
    """The published figures of the reference report on gender and age, whole percentages of a stated base."""
    names = ["n", "F", "M", "T", "<18", "15-17", "<26", "F<18", "M<18", "T<18", "F<15", "M<15", "T<15", *AGES]
    cells: dict[str, int | None] = dict.fromkeys(names)
    cells |= {"n": 152, "F": 115, "M": 32, "T": 5, "<18": 26, "F<18": 21, "M<18": 5, "18-25": 29, "<26": 55}
    relations = total("gender", "n", "FMT") + total("minors", "<18", ["0-14", "15-17"])
    relations += total("age", "n", ["<18", *list(AGES)[1:]]) + total("young", "<26", ["<18", "18-25"])
    relations += total("minors by gender", "<18", ["F<18", "M<18", "T<18"])
    relations += total("youngest by gender", "0-14", ["F<15", "M<15", "T<15"])
    relations += [line for g in "FMT" for line in subset(f"{g}<18 ⊂ {g}", f"{g}<18", g)]
    relations += [line for g in "FMT" for line in subset(f"{g}<15 ⊂ {g}<18", f"{g}<15", f"{g}<18")]
    for age, share in {**AGES, "<18": 17}.items():
        relations += percentage(f"{age} %", age, "n", share)
    return system(cells, relations)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0-14", (6, 6)),
        ("15-17", (20, 20)),
        ("18-25", (29, 29)),
        ("26-35", (27, 28)),
        ("36-45", (32, 32)),
        ("46-55", (15, 15)),
        ("56+", (1, 2)),
        ("?", (21, 22)),
        ("F<15", (1, 6)),
        ("T<18", (0, 0)),
    ],
)
def test_what_the_published_report_gives_away(published: Cells, cell: str, expected: tuple[int, int]) -> None:
    assert bounds(published, cell) == expected


def test_one_percent_of_152_is_one_or_two_and_two_percent_is_three() -> None:
    for share, expected in ((1, (1, 2)), (2, (3, 3)), (3, (4, 5))):
        found = system({"n": 152, "a": None}, subset("a ⊂ n", "a", "n") + percentage("%", "a", "n", share))
        assert bounds(found, "a") == expected


@pytest.mark.slow
def test_how_many_whole_percentages_of_152_pin_their_count() -> None:
    """45 of the 101 pin one count, the others leave two (disclosure notes, §2; ties may have been rounded either way)."""
    widths = []
    for share in range(101):
        said = percentage("%", "a", "n", share, half_up=False)
        low, high = bounds(system({"n": 152, "a": None}, subset("s", "a", "n") + said), "a")
        widths.append(high - low + 1)
    assert (widths.count(1), widths.count(2)) == (45, 56)


def test_a_tie_is_known_to_go_up_in_our_own_figures() -> None:
    """12,5 % of 152 is 19, printed 13."""
    for half_up, expected in ((False, (19, 20)), (True, (19, 20))):
        said = percentage("%", "a", "n", 13, half_up=half_up)
        assert bounds(system({"n": 152, "a": None}, subset("s", "a", "n") + said), "a") == expected
    for half_up, expected in ((False, (18, 19)), (True, (18, 18))):
        said = percentage("%", "a", "n", 12, half_up=half_up)
        assert bounds(system({"n": 152, "a": None}, subset("s", "a", "n") + said), "a") == expected


def test_one_decimal_always_pins() -> None:
    for count in (1, 37, 100):
        shown = math.floor(1000 * count / 152 + 0.5) / 10
        found = system({"n": 152, "a": None}, subset("s", "a", "n") + percentage("%", "a", "n", shown, decimals=1))
        assert bounds(found, "a") == (count, count)


# -- Exhaustive enumeration ---------------------------------------------------------------------------------------


def enumerate_tables(rows: np.ndarray, low: np.ndarray, high: np.ndarray, size: int, most: int) -> np.ndarray:
    """Every table of `size` counts from 0 to `most` with low ≤ rows · x ≤ high: a plain search, no solver."""
    found = np.array(list(itertools.product(range(most + 1), repeat=size)))
    said = found @ rows.T
    return found[((said >= low) & (said <= high)).all(axis=1)]


@pytest.mark.parametrize("targets", [100, pytest.param(400, marks=pytest.mark.slow)])
def test_exact_intervals_against_enumeration(targets: int) -> None:
    """So many targets and more: 2×3 tables with some totals and cells shown, some of them rounded to multiples of 3."""
    draw = np.random.default_rng(20201)
    compared = 0
    sums = np.array(
        [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]]
    )
    forms = np.vstack([np.eye(6, dtype=int), sums, np.ones((1, 6), dtype=int)])
    names = [*"abcdef", "r1", "r2", "c1", "c2", "c3", "n"]
    most = 4
    while compared < targets:
        truth = draw.integers(0, 3, 6)
        counts = forms @ truth
        shown = draw.random(12) < 0.45
        near = np.where(draw.random(12) < 0.3, 1, 0)
        low = np.where(shown, np.maximum(counts - near, 0), 0)
        high = np.where(shown, counts + near, most * 6)
        cells: dict[str, tuple[float, float] | None] = {
            name: (low[at], high[at]) if shown[at] else (0, most) if at < 6 else None for at, name in enumerate(names)
        }  # bounds the enumeration; the attacker knows it too
        relations = [
            line
            for place in range(6, 12)
            for line in total(names[place], names[place], [names[part] for part in np.flatnonzero(forms[place])])
        ]
        found = compiled(cells, relations)
        limit = np.where(np.arange(12) < 6, np.minimum(high, most), high)
        every = enumerate_tables(forms, low, limit, 6, most) @ forms.T
        model = Model(found)
        for place, name in enumerate(names):
            result = interval(found, found.form([name]), model)
            assert (result.low, result.high) == (every[:, place].min(), every[:, place].max()), (name, cells)
            compared += 1


def test_the_quick_attack_agrees_with_exact_intervals() -> None:
    """Witnesses, real bounds and exact bounds together find the targets that the intervals alone find, and only them;
    and what a proof names is enough to prove it."""
    draw = np.random.default_rng(7)
    for _ in range(cases(40)):
        truth = draw.poisson(2.0, 9)
        rows = {row: [int(v) for v in truth[3 * place : 3 * place + 3]] for place, row in enumerate("123")}
        cells, relations = table(rows, "ABC")
        inner = [row + column for row in "123" for column in "ABC"]
        hidden = [cell for cell in cells if (cells[cell] or 0) < 3 or draw.random() < 0.3]
        found = system(cells, relations, [])
        names = tuple(cell for cell in inner if 0 < (cells[cell] or 0) < 3)
        if not names:
            continue
        free = found.free(hidden)
        count = len(names)
        targets = Targets(
            names,
            free.form(names),
            np.full(count, 3.0),
            np.full(count, 2.0),
            np.full(count, math.inf),
            np.zeros(count, dtype=bool),
        )
        pool = np.array([[float(cells[cell] or 0) for cell in found.cells]])
        exposed = {one.target: one.proof for one in attack(free, targets, pool).exposed}
        for place, name in enumerate(names):
            exact = interval(free, free.form([name]))
            safe = exact.high >= 3 and exact.high - exact.low >= 2
            assert (name in exposed) != safe, name
            if name in exposed:
                others = set(found.facts) - set(exposed[name])
                assert examine(Model(found.free(others)), targets.take([place])), name
        few = replace(targets, floor=np.zeros(count), width=np.zeros(count), either=np.ones(count, dtype=bool))
        told = {one.target for one in attack(free, few, pool).exposed}
        exact = {name: interval(free, free.form([name])) for name in names}
        assert told == {name for name, seen in exact.items() if seen.low >= 1 and seen.high < 3}


def test_a_search_without_an_answer_counts_as_exposed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = system(*SDCTABLE, (*SDCTABLE_HIDDEN, "xb"))
    target = Targets(
        ("wb",), found.form(["wb"]), *(np.array([value]) for value in (50.0, 49.0, 0.0)), np.array([False])
    )
    assert examine(Model(found), target) is None
    silent = types.SimpleNamespace(status=1, x=None)
    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: silent)
    assert not interval(found, found.form(["wb"])).settled
    assert examine(Model(found), target) is None  # both ends are whole tables already
    real = Model.relaxed
    monkeypatch.setattr(Model, "relaxed", lambda *given: (*real(*given)[:3], None))
    exposure = examine(Model(found), target)
    assert exposure and not exposure.settled and exposure.proof


def test_a_second_engine_agrees() -> None:
    cp_model = pytest.importorskip("ortools.sat.python.cp_model")
    found = system(*SDCTABLE, (*SDCTABLE_HIDDEN, "xb"))
    rows = found.rows.toarray().astype(int)
    for cell in (*SDCTABLE_HIDDEN, "xb"):
        ends = []
        for sign in (-1, 1):
            model = cp_model.CpModel()
            x = [model.new_int_var(0, 10_000, f"x{place}") for place in range(found.columns)]
            for row, low, high in zip(rows, found.low, found.high, strict=True):
                said = sum(int(c) * v for c, v in zip(row, x, strict=True) if c)
                model.add_linear_constraint(said, int(max(low, -(10**6))), int(min(high, 10**6)))
            form = found.form([cell]).toarray().ravel().astype(int)
            model.maximize(sign * sum(int(c) * v for c, v in zip(form, x, strict=True) if c))
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            assert solver.solve(model) == cp_model.OPTIMAL
            ends.append(sign * solver.objective_value)
        assert bounds(found, cell) == tuple(ends)
