"""The model cut into independent components: what shares no variable cannot contradict itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from diagnostic.audit.figures import Figure
from diagnostic.audit.model import Component, Linear, Product
from diagnostic.audit.structure import Question


def grouped(
    figures: dict[str, Figure],
    questions: dict[str, Question],
    linears: list[Linear],
    products: list[Product],
    limit: Callable[[str], int],
) -> list[Component]:
    """The components, in the order of their first figure. Readings of one question are judged together.

    `limit` gives the largest value that a variable may take.
    """
    groups = _Groups()
    for figure in figures.values():
        groups.join(figure.id + suffix for suffix in figure.variables)
    by_question: dict[str, list[str]] = defaultdict(list)
    for linear in linears:
        names = [name for name, _ in linear.terms]
        groups.join(names)
        if linear.question:
            by_question[linear.question] += names
    for product in products:
        groups.join((product.name, product.left, product.right))
    for names in by_question.values():
        groups.join(names)
    parts = _Parts(groups)
    for name in groups.parent:
        parts.at(name).variables[name] = (0, limit(name))
    for linear in linears:
        names = [name for name, _ in linear.terms]
        where = names or by_question.get(linear.question, []) or _variables(figures, linear.figure)
        if where:
            parts.at(where[0]).linears.append(linear)
    for product in products:
        parts.at(product.name).products.append(product)
    for figure in figures.values():
        for suffix in list(figure.variables)[:1]:
            parts.at(figure.id + suffix).figures.append(figure.id)
    for question, names in by_question.items():
        if names:
            parts.at(names[0]).questions[question] = questions[question]
    return [part.component() for part in parts.all.values()]


def _variables(figures: dict[str, Figure], figure: str) -> list[str]:
    return [figure + suffix for suffix in figures[figure].variables] if figure in figures else []


class _Groups:
    """Union-find over variable names, in the order they come."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def join(self, names: Iterable[str]) -> None:
        first = None
        for name in names:
            root = self.find(name)
            if first is None:
                first = root
            elif root != first:
                self.parent[root] = first


@dataclass
class _Part:
    variables: dict[str, tuple[int, int]] = field(default_factory=dict)
    linears: list[Linear] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)

    def component(self) -> Component:
        return Component(self.variables, self.linears, self.products, frozenset(self.figures), self.questions)


class _Parts:
    def __init__(self, groups: _Groups) -> None:
        self.groups = groups
        self.all: dict[str, _Part] = {}

    def at(self, name: str) -> _Part:
        return self.all.setdefault(self.groups.find(name), _Part())
