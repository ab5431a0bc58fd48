"""Five reconstructions of the reference study, made once."""

from __future__ import annotations

import pytest
from rebuilt import Facts, Rebuilt, project, rebuilt

SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="session")
def solutions(tmp_path_factory: pytest.TempPathFactory) -> list[Rebuilt]:
    return [rebuilt(project(tmp_path_factory.mktemp(f"graine-{seed}")), seed) for seed in SEEDS]


@pytest.fixture(scope="session")
def computed(solutions: list[Rebuilt]) -> list[Facts]:
    return [solution.estimated() for solution in solutions]
