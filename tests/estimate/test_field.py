"""The field simulation in its fast mode: no bias, and intervals that hold as often as their kind says, over fixed seeds."""

from __future__ import annotations

import pytest
from test_simulation import load

DRAWS = 150


@pytest.fixture(scope="module")
def field():
    return load("field")


@pytest.mark.slow
def test_chosen_pages_are_bounds_and_the_sample_without_duplicates_is_no_point(field):
    """The quick part: what no draw may miss more often than it says."""
    for name in ("pages 2 à 11, pertinence de 70 à 40 %", "6 annonces sur 20, 19 personnes"):
        kind, _, scenario = field.SCENARIOS[name]
        outcome = field.Outcome(name, kind, judged=False)
        outcome.truth, once = scenario()
        drawn = [once(seed) for seed in range(1, 101)]
        outcome.limits = [(low, high) for _, low, high in drawn]
        assert outcome.coverage == 1, name
        assert all(low < high for low, high in outcome.limits)


@pytest.mark.slow
def test_every_scenario_holds(field):
    for one in field.run(DRAWS):
        assert one.holds, (one.name, one.coverage)
        if one.judged:
            error = 3 * one.spread / DRAWS**0.5
            assert abs(one.bias) < 1 + error, (one.name, one.bias)
        else:
            assert one.bias > 5, one.name  # the pages that someone chose, the copies that both searches miss
