"""Reconstructions of the reference study, each made once: one, and three where the slow tests are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rebuilt import Rebuilt, project, rebuilt
from replay import Estimated

SEEDS = [pytest.param((1,), id="one"), pytest.param((1, 2), id="two", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def of_seed(once: Callable[..., Any]) -> Callable[[int], tuple[Rebuilt, Estimated]]:
    """The reconstruction of a seed, and its facts."""

    @cache
    def found(seed: int) -> tuple[Rebuilt, Estimated]:
        def made(folder: Path) -> tuple[Rebuilt, Estimated]:
            one = rebuilt(project(folder), seed)
            return one, one.estimated()

        return once(f"graine-{seed}", made)  # type: ignore[no-any-return]

    return found


@pytest.fixture(scope="session")
def solution(of_seed: Callable[[int], tuple[Rebuilt, Estimated]]) -> Rebuilt:
    return of_seed(1)[0]


@pytest.fixture(scope="session")
def first(of_seed: Callable[[int], tuple[Rebuilt, Estimated]]) -> Estimated:
    return of_seed(1)[1]


@pytest.fixture(scope="session", params=SEEDS)
def computed(request: pytest.FixtureRequest, of_seed: Callable[[int], tuple[Rebuilt, Estimated]]) -> list[Estimated]:
    """The facts of several reconstructions."""
    return [of_seed(seed)[1] for seed in request.param]
