"""The integer model: what a publication says, as linear constraints on integers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from diagnostic.audit.structure import Question

DAY_LIMIT = 4_000_000  # beyond the year 9999


@dataclass(frozen=True)
class Linear:
    """low ≤ Σ coefficient·variable ≤ high, in force when its figure is believed and its reading is taken."""

    terms: tuple[tuple[str, int], ...]
    low: int | None
    high: int | None
    figure: str = ""
    relation: str = ""
    question: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Product:
    """name = left × right, always in force: a definition."""

    name: str
    left: str
    right: str


@dataclass(frozen=True)
class Component:
    """Figures that can only be judged together. Variables outside it share no constraint with it."""

    variables: dict[str, tuple[int, int]]
    linears: list[Linear]
    products: list[Product]
    figures: frozenset[str]
    questions: dict[str, Question]


@dataclass
class Expression:
    """Σ coefficient·variable + constant."""

    terms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    constant: int = 0

    def plus(self, other: Expression, times: int = 1) -> Expression:
        result = Expression(defaultdict(int, self.terms), self.constant + times * other.constant)
        for name, coefficient in other.terms.items():
            result.terms[name] += times * coefficient
        return result


def of(name: str, coefficient: int = 1) -> Expression:
    return Expression(defaultdict(int, {name: coefficient}))


def constant(value: int) -> Expression:
    return Expression(constant=value)
