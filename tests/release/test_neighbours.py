"""Whoever knows all of a study but one case does not read that case in it: see `neighbours`.

`benchmarks/neighbours.py` has the long form: hundreds of neighbours, and whole folders of documents.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drawn import long
from laws import exact, moves
from neighbours import ANSWERED, CHANGES, Study, Told, differences, false_claims, finished

from diagnostic.core.tables import columns
from diagnostic.release import printed, statements
from diagnostic.release.editions.ledger import MODEL, put, row
from diagnostic.release.populations import rounding
from diagnostic.release.ways import envelopes, listed, model, things, verdicts
from diagnostic.release.ways.listed import Draft

SHORT = ("situation less",)  # kinds of neighbours of the short form
KINDS = tuple(CHANGES) if long() else SHORT
TRIED = 4  # neighbours of each kind that a planted leak is looked for in, at most
ONE = [kind for kind in ("person less", "other answer") if kind in KINDS]  # of one case in each group


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return finished(tmp_path_factory.mktemp("neighbours") / "projet")


@pytest.fixture(scope="module")
def neighbour(study: Study) -> Callable[[str, int], dict[str, Any]]:
    """The facts of a neighbour, by its kind and its number; of the study itself, without a kind."""

    @cache
    def made(kind: str, number: int) -> dict[str, Any]:
        return study.facts(CHANGES[kind](np.random.default_rng(number), study.collected) if kind else None)

    return made


@pytest.fixture(scope="module")
def facts(neighbour: Callable[[str, int], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The facts of the study (under no name), and of a neighbour of each kind."""
    return {kind: neighbour(kind, 1) for kind in ("", *KINDS)}


@pytest.fixture(scope="module")
def told(study: Study, facts: dict[str, dict[str, Any]]) -> dict[str, Told]:
    return {kind: study.told(made) for kind, made in facts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_differ_in_audited_draws_only(told: dict[str, Told], kind: str) -> None:
    _, unexplained = differences(told[""], told[kind], kind in ANSWERED)
    assert unexplained == []


@pytest.mark.slow
def test_neighbours_are_not_the_same(told: dict[str, Told]) -> None:
    """Else nothing was looked at: some numbers of persons differ, and those who answered are counted as they are."""
    moved = {kind: differences(told[""], told[kind], True)[0] for kind in KINDS}
    for kind, begins in (("response less", "survey."), ("situation less", "shared.")):
        assert kind not in KINDS or any(name.startswith(begins) for name in moved[kind])


@pytest.mark.slow
def test_a_printed_number_is_among_those_that_it_stands_for(told: dict[str, Told]) -> None:
    assert {kind: false_claims(one) for kind, one in told.items()} == dict.fromkeys(told, [])


@pytest.mark.slow
def test_what_an_attack_withholds_is_no_difference_either(study: Study, facts: dict[str, dict[str, Any]]) -> None:
    one, other = (study.told(facts[kind], "default") for kind in ("", "person less"))
    assert differences(one, other, answered=False)[1] == []


@pytest.mark.slow  # `test_laws.py` has the law itself
def test_a_case_moves_the_law_of_a_number_as_far_as_its_draws_at_most(told: dict[str, Told]) -> None:
    """Total variation over all keys, exactly. Where one case crosses the threshold, what is withheld under it adds the chance
    that the threshold itself is printed."""
    looked = 0
    for population in ("prostitution", "concerned"):
        before = exact(told[""], population)
        for kind in ONE:
            found = moves(told[""], told[kind], population, before, exact(told[kind], population))
            assert [one for one in found if one.far > one.allowed + 1e-9] == [], kind
            assert [one for one in found if one.alone and one.far > 1 + 1e-9] == [], kind
            looked += len(found)
    assert looked >= 3


# -- Leaks that the documents have had, planted again -------------------------------------------------------------


def _reasons(fact: Any) -> str:
    return str(fact.reason) if fact.verdict == "withheld" else PRINT(fact)


def _exact_choices(facts: pd.DataFrame, found: pd.DataFrame, _: Any) -> pd.DataFrame:
    own = facts[facts["fact_id"].str.startswith("sensitivity.")].to_dict("index").items()
    return put(found, {at: row(fact, "shown", model.CHOICES, fact["value"]) for at, fact in own})


def _exact_bounds(fact: Any, part: Any, *_: Any) -> tuple[float, float]:
    open_ = not math.isnan(fact["high"])
    return (min(fact["low"], part.value), max(fact["high"], part.value)) if open_ else (math.nan, math.nan)


def _cheapest(draft: Draft, last: int) -> dict[str, Any]:
    """A suppression chosen by true counts: the group furthest from what would be printed of it pays."""
    found = PRINTED_OF(draft, last)
    counted = {name: draft.counted[name].count for name in found if "=" in name}
    paid = max(counted, key=lambda name: (abs(counted[name] - found[name].value), -counted[name]), default="")
    return {name: one for name, one in found.items() if name != paid}


PRINT, PRINTED_OF = printed.value, Draft.printed
LEAKS: dict[str, list[tuple[Any, str, Callable[..., Any] | Any]]] = {
    "bounds of the exact count": [(envelopes, "of_count", _exact_bounds)],
    "other choices, exact": [(verdicts, "PASSES", (verdicts.Pass(_exact_choices), *verdicts.PASSES[1:]))],
    "model to two digits": [
        (model, "estimate", lambda f, *_: row(f, "shown", MODEL, f["value"], low=f["low"], high=f["high"]))
    ],
    "rows received": [
        (things, "OF_PERSONS", ()),
        (statements, "_settled", lambda said, *_: said),
    ],
    "rows, drawn but told": [(statements, "_settled", lambda said, *_: said.assign(rules=str(len(said))))],
    "why a number is withheld": [(printed, "value", _reasons)],
    "digest of an export": [(statements, "_listed", lambda sources: sources[columns("release/sources")])],
    "the cheapest suppression": [(listed.Draft, "printed", _cheapest)],
    "exact totals": [(place, "multiple", lambda count, *_: count) for place in (rounding, listed)],
}


NEAREST = {  # the kind of neighbour that shows the leak, looked at first
    "rows received": "merged",
    "rows, drawn but told": "merged",
    "the cheapest suppression": "response less",
}


def test_each_leak_has_a_place_where_it_is_planted() -> None:
    assert not [leak for leak, planted in LEAKS.items() if not all(hasattr(place, name) for place, name, _ in planted)]


@pytest.mark.slow
@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_planted_again_is_found(
    study: Study, neighbour: Callable[[str, int], dict[str, Any]], monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    for place, name, wrong in LEAKS[leak]:
        monkeypatch.setattr(place, name, wrong)
    one = study.told(neighbour("", 1))
    every = itertools.product(range(1, TRIED + 1), sorted(KINDS, key=lambda kind: kind != NEAREST.get(leak)))
    assert any(differences(one, study.told(neighbour(kind, n)), kind in ANSWERED)[1] for n, kind in every)
