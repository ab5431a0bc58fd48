"""The simulation on the real frame, in its fast mode: the picture of bias and coverage that the chapter relies on.

The long run (`benchmarks/simulation.py`) has 4000 draws per population; here the tolerances grow with the fewer draws, and
what is compared with printed figures has more of them.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
DRAWS = 250
# Bias of N d / n, Chao without replacement, DSh3 (%), and with 20 % of copies missed, D_HH: the note's populations
# without chance in their sizes. The fifth differs from the note's by one person.
PICTURE = {
    "2 annonces chacun·e": (264, 72, -0.3, 20, 20),
    "5 annonces chacun·e": (111, 154, 0.3, 10, 25),
    "152 × 1 et 12 × 30": (172, 29, -7, -5, 4),
}


def load(name: str) -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))  # as when the file is run
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    return load("simulation")


@pytest.fixture(scope="module")
def results(simulation):
    return simulation.run(DRAWS, seed=62)


def test_the_frame_is_the_real_one(simulation):
    frame = simulation.real_frame()
    assert (len(frame), frame["size"].sum(), (frame["size"] > 0).sum()) == (39, 699, 29)
    assert len(simulation.POPULATIONS) == 5


@pytest.mark.slow
def test_with_multiplicities_nothing_is_biased_and_intervals_hold(results):
    for name, designs in results.items():
        for result in designs:
            for estimator in ("D_HH", "D_HT"):
                error = 3 * result.rrmse(estimator) / np.sqrt(DRAWS)
                assert abs(result.bias(estimator)) < 0.5 + error, (name, estimator)
            assert result.coverage("final") >= 0.90 - 3 * np.sqrt(0.09 / DRAWS), name
            assert result.coverage("D_HT") >= 0.90 - 3 * np.sqrt(0.09 / DRAWS), name


@pytest.mark.slow
def test_the_published_formula_is_far_too_high_in_every_population(results):
    biases = [one.bias("naive") for one, _ in results.values()]
    assert min(biases) > 25 and max(biases) == pytest.approx(154, abs=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURE)
def test_the_picture_of_the_note(results, name):
    one, _ = results[name]
    persons, naive, chao, dsh3, missed = PICTURE[name]
    assert one.persons == persons
    found = [one.bias(estimator) for estimator in ("naive", "Chao", "DSh3", "missed")]
    assert found == pytest.approx([naive, chao, dsh3, missed], abs=4)


@pytest.mark.slow
def test_counting_only_ads_without_a_copy_forgets_everyone_with_two(results):
    one, _ = results["2 annonces chacun·e"]
    assert one.bias("unique") == pytest.approx(-100)


@pytest.mark.slow
def test_collapsing_mirrors_first_is_worth_it(results):
    for name, (one, two) in results.items():
        ratio = np.var(two.values["D_HH"]) / np.var(one.values["D_HH"])
        assert ratio < 0.9, name
    one, two = results["2 annonces chacun·e"]
    assert np.var(two.values["D_HH"]) / np.var(one.values["D_HH"]) == pytest.approx(0.10, abs=0.05)


@pytest.mark.slow
def test_the_table_has_a_line_per_population(simulation, results):
    text = simulation.table(results, DRAWS)
    for name in simulation.POPULATIONS:
        assert text.count(f"| {name} |") == 2
    assert "+154" in text or "+153" in text or "+155" in text


def test_the_national_frame_gives_the_estimates_of_the_plain_formulas():
    national = load("national")
    frame = national.national_frame(40_000, 12, 9, np.random.default_rng(1))
    assert frame["size"].sum() == 40_000
    national.check(frame, 900, 3)


@pytest.mark.slow
def test_snapshots_and_turnover_hold_in_every_world_and_the_period_only_in_that_of_its_model() -> None:
    """The short form of `benchmarks/waves.py`, seeds 1 to 60: tolerances are four Monte Carlo errors."""
    waves = load("waves")
    found = dict(waves.run(60))
    for name, outcomes in found.items():
        for key in waves.HOLDS:
            one = outcomes[key]
            assert one.coverage >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 60), (name, key)
            assert abs(one.bias) < 4 * one.spread / np.sqrt(60), (name, key)
    assumed, together, brief = (outcomes["period"] for outcomes in found.values())
    assert assumed.coverage >= 0.83 and together.coverage >= 0.83
    assert brief.coverage < 0.1 and -35 < brief.bias < -20  # whoever came for three days was mostly never seen
