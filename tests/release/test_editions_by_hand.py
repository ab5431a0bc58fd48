"""What changes between editions, and what a group needs to be printed: beside second programs, case by case."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from simulated import policy

from diagnostic.collect.answers import AXES
from diagnostic.release.editions import changes
from diagnostic.release.editions.changes import Previous
from diagnostic.release.populations import people
from diagnostic.release.populations.policy import DRAFT, Policy
from diagnostic.release.ways import listed


def draft() -> Policy:
    rules = policy().rules.model_copy(update={"mode": DRAFT})
    return policy().model_copy(update={"presets": {policy().preset: rules}})


# -- Batches ------------------------------------------------------------------------------------------------------------


def rows(came: int, from_: int, stayed: int = 4) -> Any:
    """Rows that stayed, of one structure each, and rows that came, of so many structures."""
    keys = [f"s{n}" for n in range(stayed)] + [f"c{n}" for n in range(came)]
    structure = [90 + n for n in range(stayed)] + [n % max(from_, 1) for n in range(came)]
    return SimpleNamespace(key=np.array(keys), structure=np.array(structure, dtype=int))


def test_a_batch_is_of_eight_of_whom_those_that_are_more_are_of_three_structures() -> None:
    for came, gone, from_, left_from in itertools.product(range(8), range(8), range(1, 5), range(1, 5)):
        keys = [f"g{n}" for n in range(gone)]
        named = {key: f"S{n % left_from}" for n, key in enumerate(keys)}
        before = Previous("2026", {}, frozenset([*keys, *(f"s{n}" for n in range(4))]), structures=named)
        arrived, left = len({n % from_ for n in range(came)}), len({n % left_from for n in range(gone)})
        enough = came + gone >= 8 and (came < gone or arrived >= 3) and (gone < came or left >= 3)
        assert changes.enough(before, rows(came, from_), policy()) == enough, (came, gone, from_, left_from)
        assert changes.gone(before, rows(came, from_)) == (gone > 0)
    unnamed = Previous("2026", {}, frozenset(f"g{n}" for n in range(8)))  # each row then is one of its own
    assert changes.enough(unnamed, rows(0, 1), policy())


def test_who_may_have_been_in_which_editions() -> None:
    """From one edition on, to the last or to one after which somebody left; and as somebody was."""

    def told(*held: str) -> set[str]:
        found = changes._histories([frozenset(one) for one in held])
        assert found == sorted(found, reverse=True)
        return {"".join("01"[there] for there in one) for one in found}

    assert told("ab", "bc", "bcd") == {"100", "111", "011", "001"}
    assert told("a", "b", "a") == {"100", "110", "111", "010", "011", "001", "101"}
    assert told("a", "ab") == {"11", "01"}
    assert told("ab", "a", "ab") == {"100", "111", "011", "001", "101"}
    histories = [(True, True), (True, False), (False, True)]
    codes = [changes._codes(histories, between) for between in ((0, 1), (1, 0), (None, 0), (None, 1))]
    assert codes == [(2,), (1,), (0, 1), (0, 2)]


@pytest.mark.parametrize("fewest", [54, 55])
def test_what_is_asked_of_those_who_came_and_of_those_who_went(monkeypatch: pytest.MonkeyPatch, fewest: int) -> None:
    """Since each edition, and from each to the next; that somebody is of a class is news among fewer than five thresholds."""
    entries = [SimpleNamespace(name=name, silent=name == "?", terms=name, threshold=11) for name in ("a", "b", "?")]
    unknowns = SimpleNamespace(presence=lambda terms: terms == "a", groups=lambda terms: ((terms,),))
    listing: Any = SimpleNamespace(entries=entries, unknowns=unknowns, policy=policy())
    monkeypatch.setattr(changes, "columns", lambda _, groups: groups)
    frame: Any = SimpleNamespace(form=lambda groups: [sorted(code for _, (at, code) in one) for one in groups])
    asked: list[tuple[list[int], int]] = []

    def relaxed(form: Any, sign: int) -> tuple[int]:
        asked.append((np.flatnonzero(form.toarray()[0]).tolist(), sign))
        return (fewest,)

    histories = [(True, True, True), (True, False, False), (False, True, True), (False, False, True)]
    found = changes._targets(listing, frame, SimpleNamespace(relaxed=relaxed), histories, 7)  # type: ignore[arg-type]
    expected, forms = [], []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for said, before, after in (("venues", one, other), ("parties", other, one)):
            codes = [code for code, history in enumerate(histories) if history[after] and not history[before]]
            for name in ("a", "b") if codes else ():
                expected.append(f"{name} ({said})" + ("" if (one, other) == (1, 2) else f" entre {one} {other}"))
                forms.append(codes)
    assert list(found.names) == expected and found.forms == forms
    assert asked == [(forms[at], -1) for at in range(0, len(forms), 2)]
    alone = math.inf if fewest < 55 else 11
    assert found.reach.tolist() == [alone if name.startswith("a") else 11 for name in expected]
    assert set(found.width) == {7} and set(found.floor) == {0} and found.either.all()


def test_interviews_wait_for_a_batch_that_tells_of_no_few(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(n: int, field: str = "social") -> str:
        return "\x1f".join([field, "agen", f"s{n}", "x", "2026-01-05", "0"])

    keys = [key(n) for n in range(20)]
    population: Any = SimpleNamespace(key=np.array(keys), structure=np.arange(20))
    for gone, held in ((8, False), (7, True)):
        before = Previous("2026", {}, frozenset(keys[gone:]))
        assert changes.interviews_held(before, ["interviews.field.social"], population, policy()) == held
        assert changes.interviews_held(before, [], population, draft())
    seen: list[pd.DataFrame] = []
    monkeypatch.setattr(changes, "_few", lambda rows, _: seen.append(rows) or False)
    before = Previous("2026", {}, frozenset([*keys[8:], key(30), key(31)]))
    assert not changes.interviews_held(before, [], population, policy())
    assert sorted(zip(seen[0]["structure"], seen[0]["times"], strict=True)) == sorted(
        [*((f"s{n}", 1) for n in range(8)), ("s30", -1), ("s31", -1)]
    )


def test_local_structures_wait_where_one_or_two_are_told_apart() -> None:
    """Of all that are not named, of a field that both editions print, or of an axis: none, or three."""
    size = len(AXES)

    def key(field: str, axis: bool | None, at: int) -> str:
        first = people.UNSAID if axis is None else "1" if axis else people.NO
        return f"{field}{people.APART}{first}{people.NO * (size - 1)}{people.APART}{at}"

    axis_ = changes.AXIS.format(axis=next(iter(AXES)))
    old = [key("social", False, n) for n in range(5)]
    field = changes.FIELD.format(field="social")
    for shown, came, held in (
        ((), [], False),
        ((), [key("health", True, 0)], True),
        ((), [key("health", True, n) for n in range(2)], True),
        ((), [key("health", True, n) for n in range(3)], False),
        ((field,), [key("social", False, 9), *(key("health", False, n) for n in range(3))], True),
        ((), [key("social", False, 9), *(key("health", False, n) for n in range(3))], False),
        ((axis_,), [key("health", n == 0, n) for n in range(3)], True),
        ((axis_,), [key("health", None if n == 0 else False, n) for n in range(3)], True),  # has not said
        ((axis_,), [key("health", True, n) for n in range(3)], False),
    ):
        own: Any = SimpleNamespace(key=np.array([*old, *came]))
        before = Previous("2026", {}, frozenset(old))
        assert changes.structures_held(before, shown, own, policy()) == held, (shown, came)
        assert changes.structures_held(before, shown, own, draft())
        fewer: Any = SimpleNamespace(key=np.array(old))
        assert changes.structures_held(Previous("x", {}, frozenset([*old, *came])), shown, fewer, policy()) == held


# -- What a group needs to be printed -----------------------------------------------------------------------------------


def test_a_group_is_of_enough_persons_structures_and_situations_and_of_none_for_most() -> None:
    """From its threshold of eight on; of three structures and three situations at least, none of which is more than 85 %."""
    wanted = policy().rules.contributors
    assert (wanted.structures, wanted.situations) == (3, 3)
    most = int(wanted.largest_percent)
    for structures, situations in itertools.product(
        ((8, 0, 0), (6, 2, 0), (6, 1, 1), (40, 30, 30), (7, 1, 1), (most, 5, 95 - most), (most + 1, 4, 95 - most), (3, 2, 2)), repeat=2
    ):  # fmt: skip
        if sum(structures) != sum(situations):
            continue
        size = sum(structures)
        inside = np.array([True] * size + [False] * 3)
        groups = [np.array([*np.repeat(range(3), of), 7, 8, 9]) for of in (structures, situations)]
        held: Any = SimpleNamespace(structure=groups[0], situation=groups[1])
        entry: Any = SimpleNamespace(threshold=8)
        few = min(np.count_nonzero(structures), np.count_nonzero(situations)) < 3
        largest = max(*structures, *situations) * 100 > most * size
        expected = "small" if size < 8 else "contributors" if few or largest else ""
        assert listed._reason(size, inside, held, entry, policy()) == expected, (structures, situations)
        assert listed._reason(7, inside, held, entry, policy()) == "small"
        assert listed._reason(99, np.zeros_like(inside), held, entry, policy()) == "small"


def test_what_a_draft_told_is_told_again_where_it_is_no_closer() -> None:
    claim = listed.Claim
    for low, high, value in itertools.product((9, 10, 11), (29, 30, 31), (20, 25)):
        no_closer = value == 20 and low <= 10 and high >= 30
        assert listed._no_closer(claim(value, 5, low, high), claim(20, 5, 10, 30)) == no_closer
