"""How many cases a test draws: one in five of its number where the slow tests are asked for, one in sixteen in the README’s
(see `conftest`). Of a list, all, and one in sixteen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import pytest
from hypothesis import settings

WHOLE = 100  # Hypothesis's own default
LONG, SHORT = WHOLE // 5, WHOLE // 16
T = TypeVar("T")


def long() -> bool:
    """Whether the slow tests are asked for."""
    return settings().max_examples > SHORT


def cases(number: int) -> int:
    """The `max_examples` of a test of so many."""
    return max(1, number * settings().max_examples // WHOLE)


def some(every: Iterable[T]) -> list[T]:
    """All of these cases; in the short form one in sixteen, the first and so on."""
    return list(every)[:: 1 if long() else WHOLE // SHORT]


def always(number: int, every: Iterable[Any]) -> list[Any]:
    """The values of a parameter: so many always run, the others with the slow tests."""
    return [_case(one, at < number) for at, one in enumerate(every)]


def one_in(step: int, every: Iterable[Any]) -> list[Any]:
    """The same, of a long list: the first of every so many always run."""
    return [_case(one, at % step == 0) for at, one in enumerate(every)]


def _case(one: Any, always: bool) -> Any:
    return pytest.param(*(one if type(one) is tuple else (one,)), marks=() if always else pytest.mark.slow)
