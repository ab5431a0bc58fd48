"""From figures and relations to constraints. Each figure's own constraints fall with it when it is not believed."""

from __future__ import annotations

from decimal import Decimal

from diagnostic.audit.figures import Figure
from diagnostic.audit.grouping import grouped
from diagnostic.audit.model import DAY_LIMIT, Component, Expression, Linear, Product, constant, of
from diagnostic.audit.structure import Relation, Rules, Term
from diagnostic.audit.values import LARGEST


def components(figures: dict[str, Figure], rules: Rules) -> list[Component]:
    """The model of a publication, one component per set of figures that hang together, in the file's order."""
    builder = _Builder(figures, rules)
    builder.build()
    return grouped(figures, rules.questions, builder.linears, list(builder.products.values()), builder.limit)


class _Builder:
    def __init__(self, figures: dict[str, Figure], rules: Rules) -> None:
        self.figures, self.rules = figures, rules
        self.linears: list[Linear] = []
        self.products: dict[str, Product] = {}
        self.rebased = {
            name for rel in rules.relations if rel.kind == "base" for part in rel.parts for name in part.names
        }
        printed = [b for f in figures.values() for bounds in f.variables.values() for b in bounds if b and b < LARGEST]
        counts = [f.base_value or 0 for f in figures.values()] + [high for high in printed if high < DAY_LIMIT]
        self.cap = min(LARGEST, 1000 * max([1000, *counts]))

    def build(self) -> None:
        for figure in self.figures.values():
            self._printed(figure)
        for relation in self.rules.relations:
            self._related(relation)

    # -- Figures

    def _printed(self, figure: Figure) -> None:
        for suffix, (low, high) in figure.variables.items():
            self._add(of(figure.id + suffix), low, high, figure=figure.id)
        if figure.instant:
            self._add(of(f"{figure.id}@start").plus(of(f"{figure.id}@end"), -1), 0, 0, figure=figure.id)
        if figure.share is not None and figure.id not in self.rebased:
            self._declared_base(figure)
        elif figure.countable and figure.share is None and self._countable(figure.base_id):
            self._at_most(of(figure.id), of(figure.base_id), figure=figure.id)
        if figure.countable and self._countable(figure.subset_of):
            self._at_most(of(figure.id), of(figure.subset_of), figure=figure.id)

    def _declared_base(self, figure: Figure) -> None:
        if self._countable(figure.base_id):
            self._share(figure, of(figure.base_id))
            if figure.base_value is not None:
                self._add(of(figure.base_id), figure.base_value, figure.base_value, figure=self._teller(figure))
        elif figure.base_value is not None:
            self._share(figure, constant(figure.base_value))

    def _teller(self, figure: Figure) -> str:
        """Who says that the base is `base_value`: the base itself where that is its printed value, else the share.

        A base printed « au moins 152 » is counted on as 152 by all its shares: it says so once, not each of them.
        """
        base = self.figures[figure.base_id]
        low, high = base.variables[""]
        value = figure.base_value or 0
        stated = base.share is None and low <= value and (high is None or value <= high)
        return base.id if stated else figure.id

    def _share(self, figure: Figure, base: Expression, relation: Relation | None = None) -> None:
        """low·base ≤ 100·k ≤ high·base, scaled to integers; the base is at least 1 and holds its part."""
        window = figure.share
        assert window is not None
        scale = 10 ** max(_decimals(window.low), _decimals(window.high))
        low, high = int(window.low * scale), int(window.high * scale)
        hundred = of(figure.id, 100 * scale)
        self._add(hundred.plus(base, -low), 0, None, figure=figure.id, relation=relation)
        self._add(hundred.plus(base, -high), None, -1 if window.open_high else 0, figure=figure.id, relation=relation)
        self._at_most(of(figure.id), base, figure=figure.id, relation=relation)
        self._add(base, 1, None, figure=figure.id, relation=relation)

    # -- Relations

    def _related(self, relation: Relation) -> None:
        if relation.kind == "within":
            return self._within(relation)
        whole = self._expression(relation.whole)
        parts = [self._expression(part) for part in relation.parts]
        total = Expression()
        for part in parts:
            total = total.plus(part)
        over = total.plus(whole, -1)
        match relation.kind:
            case "sum":
                self._add(over, 0, 0, relation=relation)
            case "disjoint":
                self._add(over, None, 0, relation=relation)
            case "cover":
                self._add(over, 0, None, relation=relation)
            case "exceeds":
                self._add(over, 1, None, relation=relation)
            case "subset" | "union":
                for part in parts:
                    self._at_most(part, whole, relation=relation)
                if relation.kind == "union":
                    self._add(over, 0, None, relation=relation)
            case "same":
                for part in parts:
                    self._add(part.plus(whole, -1), 0, 0, relation=relation)
            case "base":
                for part_term in relation.parts:
                    self._share(self.figures[part_term.names[0]], whole, relation)
            case "remainder_exact" | "remainder_printed":
                self._remainder(relation, whole, parts[0])

    def _within(self, relation: Relation) -> None:
        (period,) = relation.whole.names
        for part in relation.parts:
            (name,) = part.names
            self._at_most(of(f"{period}@start"), of(f"{name}@start"), relation=relation)
            self._at_most(of(f"{name}@end"), of(f"{period}@end"), relation=relation)

    def _remainder(self, relation: Relation, whole: Expression, total: Expression) -> None:
        """whole = total × (1 − share), half rounded up: −1 ≤ 2·(whole − total·(1 − share)) ≤ 1, the lower end excluded."""
        share = self.figures[relation.parts[1].names[0]]
        if relation.kind == "remainder_printed":
            printed = Decimal(share.value)
            scale = 10 ** _decimals(printed)
            left = int((100 - printed) * scale)
            twice = Expression().plus(whole, 200 * scale).plus(total, -2 * left)
            self._add(twice, 1 - 100 * scale, 100 * scale, figure=share.id, relation=relation)
            return
        base = of(share.base_id) if share.base_id else constant(share.base_value or 1)
        kept = base.plus(of(share.id), -1)
        twice = Expression().plus(self._times(whole, base), 2).plus(self._times(total, kept), -2)
        self._add(twice.plus(base, -1), None, 0, figure=share.id, relation=relation)
        self._add(twice.plus(base), 1, None, figure=share.id, relation=relation)

    # -- Pieces

    def _expression(self, term: Term) -> Expression:
        if not term.names:
            return constant(term.coefficient)
        if len(term.names) == 1:
            return of(term.names[0], term.coefficient)
        return Expression().plus(self._times(of(term.names[0]), of(term.names[1])), term.coefficient)

    def _times(self, left: Expression, right: Expression) -> Expression:
        result = constant(left.constant * right.constant)
        result = result.plus(Expression(left.terms), right.constant).plus(Expression(right.terms), left.constant)
        for one, first in left.terms.items():
            for other, second in right.terms.items():
                name = "*".join(sorted((one, other)))
                self.products[name] = Product(name, *sorted((one, other)))
                result.terms[name] += first * second
        return result

    def _at_most(self, part: Expression, whole: Expression, figure: str = "", relation: Relation | None = None) -> None:
        self._add(part.plus(whole, -1), None, 0, figure, relation)

    def _add(
        self,
        expression: Expression,
        low: int | None,
        high: int | None,
        figure: str = "",
        relation: Relation | None = None,
    ) -> None:
        terms = tuple((name, coefficient) for name, coefficient in expression.terms.items() if coefficient)
        low = None if low is None else low - expression.constant
        high = None if high is None else high - expression.constant
        if not terms and (low or 0) <= 0 <= (high or 0):
            return  # numbers that agree among themselves
        where = (relation.name, relation.question, relation.reading) if relation is not None else ("", "", "")
        self.linears.append(Linear(terms, low, high, figure, *where))

    def _countable(self, name: str) -> bool:
        return name in self.figures and self.figures[name].countable

    def limit(self, name: str) -> int:
        if "*" in name:
            left, right = name.split("*")
            return self.limit(left) * self.limit(right)
        return DAY_LIMIT if "@start" in name or "@end" in name else self.cap


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
