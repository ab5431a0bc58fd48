"""The draw beside a second program, list by list in plain loops: who is drawn, in what order, under which number, and how many."""

from __future__ import annotations

import hashlib
import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas import draw

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LISTS = pd.DataFrame(
    {"site_code": ["E1", "A1", "E1", "B7", "C2"], "place": ["Lens", None, "Arras", None, None], "size": [30, 9, 12, 0, 1],
     "listed": [41, None, 12, None, 1], "page_size": [7, None, 5, None, 1]},
)  # fmt: skip
LISTS.index = draw.strata(LISTS["site_code"], LISTS["place"])


def second(name: str, listed: int, page: int, n: int, seed: int, share: float) -> list[tuple[str, int, int, int, bool]]:
    """Identifier, page, rank, order and whether coded twice, by position: the least numbers of the generator of the list."""
    digest = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
    words = [int.from_bytes(digest[at : at + 8], "little") for at in (0, 8, 16)]
    numbers = np.random.Philox(key=np.array(words[:2], dtype="uint64")).random_raw(listed).tolist()
    order = sorted(range(listed), key=numbers.__getitem__)[:n]
    rows = []
    for place in sorted(order):
        shown = "".join(LETTERS[numbers[place] >> 5 * at & 31] for at in range(8))[::-1]
        at = order.index(place)
        turn = (words[2] / 2**64 + at * (math.sqrt(5) - 1) / 2) % 1
        rows.append((f"{name.split(' / ')[0]}-{shown}", place // page + 1, place % page + 1, at + 1, turn < share))
    return rows


@pytest.mark.parametrize("share", [0.0, 0.37, 1.0])
def test_who_is_drawn_is_who_has_the_least_number(share: float) -> None:
    drawn = pd.Series({"E1 / Lens": 6, "A1": 9, "C2": 1, "B7": 0})
    found = draw.draw_ads(LISTS, drawn, 8, share)
    told, expected = ["ad_id", "page_rank", "rank_on_page", "draw_order", "double"], []
    for name, listed, page, n in (("A1", 9, 9, 9), ("C2", 1, 1, 1), ("E1 / Lens", 41, 7, 6)):
        expected += [(*one, name, listed, n, listed / n) for one in second(name, listed, page, n, 8, share)]
    columns = [*told, "stratum", "listed", "drawn", "weight"]
    assert [*found[columns].itertuples(index=False, name=None)] == expected
    assert found["place"].unique().tolist() == ["", "Lens"]


def test_the_places_to_follow_are_those_of_the_least_numbers() -> None:
    for places, number in ((9, 4), (9, 9), (4, 9), (1, 1), (900, 60), (900, 7)):
        expected = [place for _, _, place, *_ in second("A1", places, places, number, 3, 0)]
        assert draw.places_to_follow("A1", places, number, 3) == expected
    # A list whose three hundredth number is not where a partition at the one before it would leave it.
    assert draw.places_to_follow("A1", 900, 300, 26) == [
        place for _, _, place, *_ in second("A1", 900, 900, 300, 26, 0)
    ]


def test_an_impossible_draw_names_the_list_it_is_impossible_in() -> None:
    for drawn, name in (({"A1": 10, "C2": 1}, "A1"), ({"A1": 9, "B7": 1}, "B7"), ({"A1": 1, "Z": 1}, "Z")):
        with pytest.raises(ValueError, match=f": {name}$"):
            draw.draw_ads(LISTS, pd.Series(drawn), 8)
    for share in (-0.01, 1.01):
        with pytest.raises(ValueError, match="coded twice"):
            draw.draw_ads(LISTS, pd.Series({"A1": 1}), 8, share)


def test_two_ads_under_one_number_stop_the_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pair among others is enough; under one number on two sites they are two."""
    frame = LISTS.loc[["A1", "C2"]]
    monkeypatch.setattr(
        draw, "_codes", lambda numbers: np.array([f"{max(1, at)}" for at in range(len(numbers))], object)
    )
    with pytest.raises(ValueError, match="same number"):
        draw.draw_ads(frame, pd.Series({"A1": 4, "C2": 1}), 8)
    monkeypatch.setattr(
        draw, "_codes", lambda numbers: np.array([f"{min(3, at)}" for at in range(len(numbers))], object)
    )
    assert len(draw.draw_ads(frame, pd.Series({"A1": 4, "C2": 1}), 8)) == 5


def test_ads_enough_to_stay_useful_are_the_least_that_do() -> None:
    for size, effect, lost in itertools.product((0, 1, 10, 63), ("1", "1.05", "1.5"), ("0", "0.1", "0.36")):
        least = math.ceil(size * Fraction(effect) / (1 - Fraction(lost)))
        for population in (5, 70, 400):
            assert draw.planned_size(size, population, float(effect), float(lost)) == min(population, least)


def test_positions_to_draw_hold_the_ads_to_code() -> None:
    """n × listed ÷ N rounded up, of lists of which some have no ad: none is drawn there."""
    for size in (0, 7, 25, 40, 52, 60):
        found = draw.plan(LISTS, size, floor=0)
        assert found["coded"].sum() == min(size, 52) and found["size"].tolist() == [30, 9, 12, 0, 1]
        for name, row in found.iterrows():
            listed = {"E1 / Lens": 41, "B7": 0}.get(str(name), row["size"])
            assert row["drawn"] == (
                math.ceil(Fraction(int(row["coded"] * listed), int(row["size"]))) if row["size"] else 0
            )
        assert found["drawn"].dtype == "int64"
    alone = pd.DataFrame({"site_code": ["A"], "place": [None], "size": [1], "listed": [3]}, index=["A"])
    assert draw.plan(alone, 1)["drawn"].tolist() == [3]
    whole = LISTS.assign(take_all=[False, True, False, False, True])
    assert draw.plan(whole, 12, floor=1)["coded"].tolist() == [1, 9, 1, 0, 1]
    assert draw.plan(whole, 10, floor=0)["coded"].tolist() == [0, 9, 0, 0, 1]
    with pytest.raises(ValueError, match="hold 10 ads"):
        draw.plan(whole, 9, floor=0)
    assert draw.plan(LISTS, 7)["coded"].tolist() == [2, 2, 2, 0, 1]  # two of each list, where there are two


def test_each_domain_has_its_own_size_and_the_whole_that_gives_it() -> None:
    found = draw.domain_sizes(pd.Series([171, 1, 0, 40]), 0.1, 0.9, 0.3, 1.2, 0.25)
    infinite = 1.644853627**2 * 0.21 / 0.01
    for (_, row), population in zip(found.iterrows(), (171, 1, 0, 40), strict=True):
        assert row["population"] == population
        if not population:
            assert (row["size"], row["overall"]) == (0, 0) and math.isnan(row["margin"])
            continue
        useful = min(population, math.ceil(infinite / (1 + (infinite - 1) / population)))
        size = min(population, math.ceil(round(useful * 1.2 / 0.75, 9)))
        assert (row["size"], row["overall"]) == (size, min(212, math.ceil(Fraction(size * 212, population))))
        spread = 0.21 / useful * (population - useful) / (population - 1) if population > 1 else 0
        assert row["margin"] == pytest.approx(1.644853627 * math.sqrt(spread), abs=1e-9)


def test_one_list_stands_for_those_of_its_group_and_place() -> None:
    """The longest, of equal ones the first by name; an empty list is not one of them, and no group is none."""
    for sizes in ((0, 0, 0), (0, 0, 1), (3, 3, 0), (4, 3, 4), (3, 4, 4), (1, 0, 1), (4, 4, 4), (3, 1, 0)):
        names = ["D3", "D1", "D2"]
        frame = pd.DataFrame(
            {"site_code": [*names, "E9"], "place": None, "size": [*sizes, 0], "mirror_group": [*"MMM", None]}
        )
        frame.index = draw.strata(frame["site_code"], frame["place"])
        found = draw.collapse_mirrors(frame)
        filled = sorted((-size, name) for size, name in zip(sizes, names, strict=True) if size)
        kept = {filled[0][1]: (len(filled), True)} if filled else {}
        told = {name: (row["stands_for"], row["take_all"]) for name, row in found.iterrows()}
        assert told == kept | {"E9": (1, False)}, sizes
        assert found.index.tolist() == [name for name in frame.index if name in told]
