"""Persons known to several structures: exact by enumeration of small networks, and bounds whoever is silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, combinations, combinations_with_replacement, product

import handmade
import numpy as np
import pandas as pd
import pytest
from drawn import one_in

from diagnostic.estimate.formulas.visibility import OTHERS, least
from diagnostic.estimate.people import described

ANSWERS = list(OTHERS)


def subsets(size: int) -> list[tuple[int, ...]]:
    """The structures that know a person: one at least."""
    return list(chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1)))


def bound(told: Sequence[str | None], structures: int | None) -> float:
    said = {answer: np.array([one == answer for one in told], dtype=bool) for answer in ANSWERS}
    return least(np.ones(len(told)), said, structures)


def networks(size: int, persons: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    return combinations_with_replacement(subsets(size), persons)


@pytest.mark.parametrize("size", one_in(2, [1, 2, 3, 4]))
def test_when_all_answer_each_person_counts_once(size: int) -> None:
    """Every network of up to five persons."""
    for persons in range(1, 6):
        for known in networks(size, persons):
            told = [ANSWERS[len(by) - 1] for by in known for _ in by]
            assert bound(told, size) == pytest.approx(persons)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_whoever_is_silent_and_whatever_is_unknown_the_truth_is_between_the_two(size: int) -> None:
    """One person in every network: both bounds and the truth are sums over persons."""
    for by in subsets(size):
        for answering in subsets(size):
            told = [ANSWERS[len(by) - 1] for one in by if one in answering]
            for unknown in product((False, True), repeat=len(told)):
                given = [None if hidden else answer for hidden, answer in zip(unknown, told, strict=True)]
                for structures in (size, size + 3, None):
                    assert bound(given, structures) <= min(1, len(told)) + 1e-12


def test_eight_structures_of_which_some_are_silent() -> None:
    """More than the question tells apart: « three or more » counts as all the structures that there are."""
    rng = np.random.default_rng(1)
    known = [rng.choice(8, rng.integers(1, 9), replace=False) for _ in range(200)]
    reports = [ANSWERS[min(len(by), 4) - 1] for by in known for one in by if one < 5]
    truth = sum(any(one < 5 for one in by) for by in known)
    assert bound(reports, None) <= bound(reports, 8) <= truth <= len(reports)


@cache
def made() -> dict[str, pd.DataFrame]:
    return handmade.consolidated()


@cache
def fact(answer: str, contacted: int | None) -> pd.DataFrame:
    """What is told of the situations written by hand, each said to be known to so many others."""
    where = handmade.layout(handmade.CODEBOOK)
    told = made()["described"].assign(**{"known_by_others.code": answer})
    partners = None if contacted is None else pd.DataFrame({"row": range(contacted)})
    found = described.estimate(told, made()["pairs"], where, "00-2026", partners=partners, **handmade.BOOK)
    return found["described_facts"].set_index("fact_id")


@pytest.mark.slow
def test_the_bounds_stand_beside_the_enumeration() -> None:
    found = fact("none", None)
    whole, once = found.loc["shared.persons_concerned"], found.loc["shared.persons_known_once"]
    highest = whole["value"] if pd.isna(whole["high"]) else whole["high"]
    assert once["interval_kind"] == "model" and pd.isna(once["value"])
    assert once["low"] == min(highest, made()["described"]["persons_low"].sum())
    assert once["high"] == highest
    fewer = fact("three", None).loc["shared.persons_known_once"]
    assert fewer["low"] <= once["low"] and fewer["high"] == highest
    assert "au plus 12 structures" in fact("dk", 12).loc["shared.persons_known_once", "method"]


@pytest.mark.slow
def test_pairs_do_not_cut_the_visibility_sum() -> None:
    """Everybody said to be known to one other structure: half of the persons told of at least, whatever pairs were shown."""
    found = fact("one", None)
    half = made()["described"]["persons_low"].sum() / 2
    once, whole = found.loc["shared.persons_known_once"], found.loc["shared.persons_concerned"]
    assert once["low"] == half < (whole["value"] if pd.isna(whole["low"]) else whole["low"])


def test_what_is_called_bounds_rests_on_no_pair() -> None:
    found = fact("none", None)
    told = made()["described"]
    sure, whole = found.loc["shared.persons_in_any_case"], found.loc["shared.persons_concerned"]
    assert (sure["interval_kind"], whole["interval_kind"]) == ("bounds", "model")
    assert sure["high"] == told["persons_most"].sum() >= whole["high"]
    assert sure["low"] <= told.groupby("record")["persons_low"].sum().max() <= whole["value"]
    assert whole["method"].startswith("Sous un modèle")
    kinds = found.loc[found["unit"].eq("person") & found["interval_kind"].ne("none"), "interval_kind"]
    assert kinds.drop("shared.persons_in_any_case").eq("model").all()


def test_nothing_where_nobody_was_asked() -> None:
    assert "shared.persons_known_once" not in fact("not_asked", None).index
