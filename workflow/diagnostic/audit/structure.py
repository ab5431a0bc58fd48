"""The structure file, read: one row per relation, question or reading. A row without question holds always; one with a
question, under that reading only: readings are alternatives. See `tables.Structure` for the columns."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from functools import reduce

import pandas as pd

from diagnostic.core.problems import BLOCKING, Problem, column_letter

# -- Printed values: the integers that one printed text allows, before any other figure is looked at --------------
ROUNDINGS = (
    *("exact", "integer_percent", "rounded", "approx", "at_least", "at_most"),
    *("more_than", "less_than", "integer"),
)
COUNTS = {"count", "years", "months", "minutes", "euro"}
RANGES = {"range", "age_range"}
INSTANTS = {"date", "month", "year"}
DATES = INSTANTS | {"date_range", "year_range"}
UNITS = COUNTS | RANGES | DATES | {"percent", "rule", "share", "mean_age", "mean"}
LARGEST = 10**8  # beyond it, products of two counts would leave the solver's 64-bit integers

_NUMBER = re.compile(r"^\d+(\.\d+)?$")
_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_SEASON = re.compile(r"^(\d{4})-(early|spring|summer|autumn|winter|late)$")
# Generous on purpose: a season read too narrowly would invent a contradiction.
_SEASON_MONTHS = {
    "early": (1, 4),
    "spring": (3, 6),
    "summer": (6, 9),
    "autumn": (9, 12),
    "winter": (1, 12),
    "late": (9, 12),
}


class Unreadable(ValueError):
    """A value that its unit or its rounding does not allow; the message says why, in French."""


@dataclass(frozen=True)
class Share:
    """A printed percentage: the count k behind it on a base B satisfies low·B ≤ 100·k ≤ high·B. `low` and `high` are in
    percent; `open_high` when the upper bound itself is excluded (half rounds up)."""

    low: Decimal
    high: Decimal
    open_high: bool


Bounds = tuple[int, int | None]


def count_bounds(value: str, rounding: str) -> Bounds:
    """Smallest and largest integer behind a printed count; None where it has no largest one.

    `approx` is a value half-rounded to its last digit that is not zero: « environ 50 » is 45 to 54.
    """
    printed = _number(value)
    if printed != printed.to_integral_value():
        raise Unreadable("un effectif est un nombre entier.")
    whole = int(printed)
    if rounding == "approx":
        half = Decimal(step(printed)) / 2
        return max(0, _ceiling(printed - half)), _ceiling(printed + half) - 1
    bounds: dict[str, Bounds] = {
        "exact": (whole, whole),
        "at_least": (whole, None),
        "more_than": (whole + 1, None),
        "at_most": (0, whole),
        "less_than": (0, whole - 1),
    }
    if rounding not in bounds:
        raise Unreadable(f"l’arrondi « {rounding} » ne convient pas à un effectif.")
    return bounds[rounding]


def share(value: str, rounding: str) -> Share:
    """The window of shares that print as `value`. Half rounds up, as the studies do."""
    printed = _number(value)
    if rounding == "integer_percent" and printed != printed.to_integral_value():
        raise Unreadable("un pourcentage arrondi à l’entier s’écrit sans décimale.")
    if rounding in ("integer_percent", "rounded", "approx"):
        unit = Decimal(step(printed)) if rounding == "approx" else Decimal(1)
        unit = unit.scaleb(-_decimals(printed))
        return Share(printed - unit / 2, printed + unit / 2, True)
    windows = {
        "exact": Share(printed, printed, False),
        "at_least": Share(printed, Decimal(100), False),
        "at_most": Share(Decimal(0), printed, False),
        "more_than": Share(printed, Decimal(100), False),
        "less_than": Share(Decimal(0), printed, True),
    }
    if rounding not in windows:
        raise Unreadable(f"l’arrondi « {rounding} » ne convient pas à un pourcentage.")
    return windows[rounding]


def range_ends(value: str) -> tuple[int, int]:
    """« 2..8 » → (2, 8)."""
    low, dots, high = value.partition("..")
    if not dots or not low.isdigit() or not high.isdigit() or int(low) > int(high):
        raise Unreadable("un intervalle s’écrit « 2..8 », le plus petit d’abord.")
    return int(low), int(high)


def days(value: str, unit: str) -> tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]:
    """First and last possible day of the beginning, and of the end, of a printed date or period."""
    if unit in ("date_range", "year_range"):
        first, slash, last = value.partition("/")
        if not slash:
            raise Unreadable("une période s’écrit « début/fin ».")
        start, end = _day(first), _day(last)
        if start[0] > end[1]:
            raise Unreadable("la période finit avant de commencer.")
        return start, end
    return _day(value), _day(value)


def step(printed: Decimal) -> int:
    """The weight of the last digit that is not zero: 50 → 10, 273 → 1, 300 → 100, 0 → 1."""
    if printed == 0 or printed != printed.to_integral_value():
        return 1
    digits = str(int(printed))
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def _number(value: str) -> Decimal:
    if not _NUMBER.match(value):
        raise Unreadable("la valeur n’est pas un nombre (chiffres, point décimal, sans espace ni signe).")
    printed = Decimal(value)
    if printed > LARGEST:
        raise Unreadable("la valeur dépasse cent millions, plus grand nombre que l’audit sache vérifier.")
    return printed


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _day(text: str) -> tuple[dt.date, dt.date]:
    season = _SEASON.match(text)
    if season:
        first, last = _SEASON_MONTHS[season[2]]
        return dt.date(int(season[1]), first, 1), _month_end(int(season[1]), last)
    found = _DATE.match(text)
    if not found:
        raise Unreadable("une date s’écrit AAAA, AAAA-MM ou AAAA-MM-JJ.")
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day:
            exact = dt.date(year, int(month), int(day))
            return exact, exact
        if month:
            return dt.date(year, int(month), 1), _month_end(year, int(month))
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise Unreadable("cette date n’existe pas.") from error


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


COLUMNS = ("relation", "kind", "whole", "parts", "question", "reading", "printed", "lines", "label_fr")
KINDS = {
    "sum": "le tout est la somme des parties",
    "disjoint": "les parties, sans recouvrement, tiennent dans le tout",
    "cover": "les parties couvrent le tout, avec ou sans recouvrement",
    "union": "le tout est la réunion des parties, qui peuvent se recouvrir",
    "subset": "chaque partie tient dans le tout",
    "same": "les parties et le tout sont le même nombre",
    "exceeds": "la somme des parties dépasse le tout",
    "base": "les parties, des pourcentages, se calculent sur le tout",
    "within": "les dates des parties tombent dans la période du tout",
    "remainder_exact": "le tout est ce qui reste de la première partie, la seconde (une part) ôtée au taux exact",
    "remainder_printed": "le même reste, au taux tel qu’imprimé, donc arrondi",
}
OVER: dict[str, tuple[int | None, int | None]] = {  # kind → limits of the sum of the parts less the whole
    **{"sum": (0, 0), "disjoint": (None, 0), "cover": (0, None), "union": (0, None), "exceeds": (1, None)},
}
DECLARATIONS = ("question", "reading")
NAMES = "Écrire l’identifiant d’un chiffre (avec @start, @end, @low ou @high s’il a deux bouts), ou ~nom."
_NAME = re.compile(r"^(~?[a-z0-9_.]+)(@[a-z_]+)?$")


@dataclass(frozen=True)
class Term:
    """coefficient × product of at most two names; no name for a constant. A name that starts with ~ is unpublished."""

    coefficient: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    name: str
    kind: str
    whole: Term
    parts: tuple[Term, ...]
    question: str
    reading: str
    label: str


@dataclass(frozen=True)
class Reading:
    name: str
    label: str
    printed: bool
    lines: str


@dataclass(frozen=True)
class Question:
    name: str
    label: str
    lines: str
    readings: dict[str, Reading]


@dataclass(frozen=True)
class Rules:
    relations: list[Relation] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)


def read_rules(table: pd.DataFrame | None, figures: "dict[str, Figure]", file: str) -> tuple[Rules, list[Problem]]:
    """The relations, and the problems of the file: all of them, in French. No table: no relation."""
    if table is None:
        return Rules(), []
    if lacking := _lacking(table, COLUMNS, file):
        return Rules(), lacking
    reader = _Reader(table, figures, file)
    return reader.rules(), reader.problems


class _Reader:
    """One pass for the declarations, one for the relations."""

    def __init__(self, table: pd.DataFrame, figures: "dict[str, Figure]", file: str) -> None:
        self.letters, self.rows = _cells(table)
        self.figures, self.file = figures, file
        self.problems: list[Problem] = []

    def rules(self) -> Rules:
        questions = self._questions()
        relations: list[Relation] = []
        names = {cells["relation"] for cells in self.rows if cells["kind"] == "question"}
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] in DECLARATIONS:
                continue
            if cells["kind"] not in KINDS:
                remedy = f"Choisir parmi : {', '.join([*DECLARATIONS, *KINDS])}."
                self._tell(row, cells, "kind", "Genre inconnu.", remedy)
                continue
            if not cells["relation"] or cells["relation"] in names:
                self._tell(row, cells, "relation", "Nom absent ou déjà pris.", "Un nom par ligne de relation.")
            names.add(cells["relation"])
            question, reading = cells["question"], cells["reading"]
            if (question or reading) and not (question in questions and reading in questions[question].readings):
                remedy = "Déclarer la question, puis la lecture, chacune sur sa ligne."
                self._tell(row, cells, "reading", "Lecture ou question non déclarée.", remedy)
            relation = self._relation(row, cells)
            if relation is not None:
                relations.append(relation)
        return Rules(relations, questions)

    def _questions(self) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] == "question":
                if cells["relation"] in questions:
                    self._tell(row, cells, "relation", "Question déclarée deux fois.", "Une ligne par question.")
                questions[cells["relation"]] = Question(cells["relation"], cells["label_fr"], cells["lines"], {})
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] != "reading":
                continue
            if cells["printed"] not in ("", "oui", "non"):
                self._tell(row, cells, "printed", "« oui », « non » ou rien.", "Corriger la cellule.")
            question = questions.get(cells["question"])
            if question is None or not cells["reading"] or cells["reading"] in question.readings:
                self._tell(row, cells, "reading", "Lecture sans question, sans nom ou répétée.", "Corriger la ligne.")
                continue
            printed = cells["printed"] == "oui"
            question.readings[cells["reading"]] = Reading(cells["reading"], cells["label_fr"], printed, cells["lines"])
        for row, cells in enumerate(self.rows, start=2):
            if cells["kind"] == "question" and len(questions[cells["relation"]].readings) < 2:
                self._tell(row, cells, "relation", "Une question a au moins deux lectures.", "Déclarer ses lectures.")
        return questions

    def _relation(self, row: int, cells: dict[str, str]) -> Relation | None:
        before = len(self.problems)
        bare = cells["kind"] == "within"  # whole dates, not one of their integers
        whole = self._term(row, cells, "whole", cells["whole"], bare)
        texts = [text for text in re.split(r"\s*;\s*", cells["parts"]) if text]
        parts = tuple(self._term(row, cells, "parts", text, bare) for text in texts)
        if not parts or not any(term.names for term in (whole, *parts)):
            self._tell(row, cells, "parts", "La relation ne relie aucun chiffre.", "Nommer au moins un chiffre.")
        elif cells["kind"] == "base" and not all(self._is_share(part) for part in parts):
            self._tell(row, cells, "parts", "Seul un pourcentage a une base.", "Ne nommer ici que des pourcentages.")
        elif cells["kind"].startswith("remainder") and not (len(parts) == 2 and self._is_based_share(parts[1])):
            message = "Attendu : un effectif ; un pourcentage dont la base est connue."
            self._tell(row, cells, "parts", message, "Nommer les deux, dans cet ordre.")
        if len(self.problems) > before:
            return None
        own, told = (cells["relation"], cells["kind"]), (cells["question"], cells["reading"], cells["label_fr"])
        return Relation(*own, whole, parts, *told)

    def _is_share(self, term: Term) -> bool:
        figure = self.figures.get(term.names[0]) if len(term.names) == 1 and term.coefficient == 1 else None
        return figure is not None and figure.share is not None

    def _is_based_share(self, term: Term) -> bool:
        figure = self.figures[term.names[0]] if self._is_share(term) else None
        return figure is not None and (bool(figure.base_id) or figure.base_value is not None)

    def _term(self, row: int, cells: dict[str, str], column: str, text: str, bare: bool) -> Term:
        coefficient, names = 1, []
        for factor in text.replace(" ", "").split("*"):
            if re.fullmatch(r"-?\d{1,9}", factor):
                coefficient *= int(factor)
                continue
            names.append(factor)
            if not self._known(factor, bare):
                self._tell(row, cells, column, f"« {factor} » ne désigne aucun nombre du fichier des chiffres.", NAMES)
        if len(names) > 2:
            self._tell(row, cells, column, "Un produit a deux facteurs au plus.", "Passer par un nom ~ intermédiaire.")
        return Term(coefficient, tuple(names))

    def _known(self, factor: str, bare: bool) -> bool:
        found = _NAME.match(factor)
        if not found:
            return False
        name, suffix = found[1], found[2] or ""
        if name.startswith("~"):
            return not suffix
        figure = self.figures.get(name)
        if figure is None:
            return False
        return "@start" in figure.variables and not suffix if bare else suffix in figure.variables

    def _tell(self, row: int, cells: dict[str, str], column: str, message: str, remedy: str) -> None:
        letter = self.letters[column]
        self.problems.append(Problem(BLOCKING, self.file, message, remedy, row=row, column=letter, value=cells[column]))


# -- The integer model: what a publication says, as linear constraints on integers --------------------------------
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

    def plus(self, other: "Expression", times: int = 1) -> "Expression":
        result = Expression(defaultdict(int, self.terms), self.constant + times * other.constant)
        for name, coefficient in other.terms.items():
            result.terms[name] += times * coefficient
        return result


def of(name: str, coefficient: int = 1) -> Expression:
    return Expression(defaultdict(int, {name: coefficient}))


# -- From figures and relations to constraints --------------------------------------------------------------------
def components(figures: "dict[str, Figure]", rules: Rules) -> list[Component]:
    """The model of a publication, one component per set of figures that hang together, in the file's order."""
    return _Builder(figures, rules).components()


class _Builder:
    def __init__(self, figures: "dict[str, Figure]", rules: Rules) -> None:
        self.figures, self.rules = figures, rules
        self.linears: list[Linear] = []
        self.products: dict[str, Product] = {}
        self.rebased = {
            name for rel in rules.relations if rel.kind == "base" for part in rel.parts for name in part.names
        }
        printed = [b for f in figures.values() for bounds in f.variables.values() for b in bounds if b and b < LARGEST]
        counts = [f.base_value or 0 for f in figures.values()] + [high for high in printed if high < DAY_LIMIT]
        self.cap = min(LARGEST, 1000 * max([1000, *counts]))
        for figure in figures.values():
            self._printed(figure)
        for relation in rules.relations:
            self._related(relation)

    # -- Figures

    def _printed(self, figure: "Figure") -> None:
        for suffix, (low, high) in figure.variables.items():
            self._add(of(figure.id + suffix), low, high, figure=figure.id)
        if figure.unit in INSTANTS:
            self._add(of(f"{figure.id}@start").plus(of(f"{figure.id}@end"), -1), 0, 0, figure=figure.id)
        if figure.share is not None and figure.id not in self.rebased:
            if self._countable(figure.base_id):
                self._share(figure, of(figure.base_id))
                if figure.base_value is not None:
                    self._add(of(figure.base_id), figure.base_value, figure.base_value, figure=self._teller(figure))
            elif figure.base_value is not None:
                self._share(figure, Expression(constant=figure.base_value))
        elif figure.countable and figure.share is None and self._countable(figure.base_id):
            self._at_most(of(figure.id), of(figure.base_id), figure=figure.id)
        if figure.countable and self._countable(figure.subset_of):
            self._at_most(of(figure.id), of(figure.subset_of), figure=figure.id)

    def _teller(self, figure: "Figure") -> str:
        """Who says that the base is `base_value`: the base itself where that is its printed value, else the share."""
        base = self.figures[figure.base_id]
        low, high = base.variables[""]
        value = figure.base_value or 0
        stated = base.share is None and low <= value and (high is None or value <= high)
        return base.id if stated else figure.id

    def _share(self, figure: "Figure", base: Expression, relation: Relation | None = None) -> None:
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
        if relation.kind in ("subset", "union"):
            for part in parts:
                self._at_most(part, whole, relation=relation)
        if relation.kind in OVER:
            self._add(reduce(Expression.plus, parts).plus(whole, -1), *OVER[relation.kind], relation=relation)
        elif relation.kind == "same":
            for part in parts:
                self._add(part.plus(whole, -1), 0, 0, relation=relation)
        elif relation.kind == "base":
            for part_term in relation.parts:
                self._share(self.figures[part_term.names[0]], whole, relation)
        elif relation.kind.startswith("remainder"):
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
            twice = Expression().plus(whole, 200 * scale).plus(total, -2 * int((100 - printed) * scale))
            self._add(twice, 1 - 100 * scale, 100 * scale, figure=share.id, relation=relation)
            return
        base = of(share.base_id) if share.base_id else Expression(constant=share.base_value or 1)
        kept = base.plus(of(share.id), -1)
        twice = Expression().plus(self._times(whole, base), 2).plus(self._times(total, kept), -2)
        self._add(twice.plus(base, -1), None, 0, figure=share.id, relation=relation)
        self._add(twice.plus(base), 1, None, figure=share.id, relation=relation)

    # -- Pieces

    def _expression(self, term: Term) -> Expression:
        if not term.names:
            return Expression(constant=term.coefficient)
        if len(term.names) == 1:
            return of(term.names[0], term.coefficient)
        return Expression().plus(self._times(of(term.names[0]), of(term.names[1])), term.coefficient)

    def _times(self, left: Expression, right: Expression) -> Expression:
        result = Expression(constant=left.constant * right.constant)
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

    # -- Cut into independent components: what shares no variable cannot contradict itself

    def components(self) -> list[Component]:
        """In the order of their first figure. Readings of one question are judged together."""
        from scipy.cluster.hierarchy import DisjointSet  # here: it costs what a printed value alone need not pay

        groups = DisjointSet()  # of variables, in the order they come

        def join(names: Sequence[str]) -> None:
            for name in names:
                groups.add(name)
                groups.merge(names[0], name)

        for figure in self.figures.values():
            join([figure.id + suffix for suffix in figure.variables])
        by_question: dict[str, list[str]] = defaultdict(list)
        for linear in self.linears:
            names = [name for name, _ in linear.terms]
            join(names)
            if linear.question:
                by_question[linear.question] += names
        for product in self.products.values():
            join((product.name, product.left, product.right))
        for names in by_question.values():
            join(names)
        parts: dict[str, Component] = {}
        held: dict[str, set[str]] = defaultdict(set)

        def part(name: str) -> Component:
            return parts.setdefault(groups[name], Component({}, [], [], frozenset(), {}))

        for name in groups:
            part(name).variables[name] = (0, self.limit(name))
        for linear in self.linears:
            names = [name for name, _ in linear.terms]
            told = self.figures[linear.figure].variables if linear.figure in self.figures else ()
            where = names or by_question.get(linear.question, []) or [linear.figure + suffix for suffix in told]
            if where:
                part(where[0]).linears.append(linear)
        for product in self.products.values():
            part(product.name).products.append(product)
        for figure in self.figures.values():
            for suffix in list(figure.variables)[:1]:
                held[groups[figure.id + suffix]].add(figure.id)
        for question, names in by_question.items():
            if names:
                part(names[0]).questions[question] = self.rules.questions[question]
        return [replace(one, figures=frozenset(held[root])) for root, one in parts.items()]


def _decimals(value: Decimal) -> int:
    """How many are printed: 92.3 → 1, 92 → 0."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# -- The figures file, read: one record per published figure, and every problem of the file at once ---------------
COUNTED = {*COUNTS, "percent"}
UNSTATED = "unstated"


@dataclass(frozen=True)
class Figure:
    """One published figure.

    `variables` are the integers behind it and their bounds: `{"": (52, 52)}` for a count, `{"@low": …, "@high": …}`
    for a range, `{"@start": …, "@end": …, …}` for a date (days, years and months counted from year 1).
    A percentage has the share that it prints, and the base that the file declares, by id, by value or both.
    """

    id: str
    statement: str
    value: str
    unit: str
    rounding: str
    variables: dict[str, Bounds] = field(default_factory=dict)
    share: Share | None = None
    base_id: str = ""
    base_value: int | None = None
    subset_of: str = ""
    aside: str = ""

    @property
    def countable(self) -> bool:
        """Whether one integer count stands behind it."""
        return "" in self.variables


def read_figures(table: pd.DataFrame, file: str) -> tuple[dict[str, Figure], list[Problem]]:
    """The figures by id, in the file's order, and the problems found: all of them, in French."""
    if lacking := _lacking(table, ("id", "statement_fr", "value", "unit", "rounding"), file):
        return {}, lacking
    letters, rows = _cells(table)
    known = {cells["id"]: cells["unit"] for cells in rows}
    seen: set[str] = set()
    figures: dict[str, Figure] = {}
    problems: list[Problem] = []
    for row, cells in enumerate(rows, start=2):
        found = _problems_of(cells, known, seen)
        seen.add(cells["id"])
        problems += [
            Problem(BLOCKING, file, message, remedy, row=row, column=letters[column], value=cells[column])
            for column, message, remedy in found
        ]
        if not found:
            figures[cells["id"]] = _figure(cells)
    return figures, problems


def _lacking(table: pd.DataFrame, columns: Iterable[str], file: str) -> list[Problem]:
    missing = [f"« {name} »" for name in columns if name not in table.columns]
    message = f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(missing)}."
    return [Problem(BLOCKING, file, message, "Remettre les en-têtes de colonnes attendus.", row=1)] if missing else []


def _cells(table: pd.DataFrame) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The letter of each column, and the cells of each row by column: stripped texts, empty where missing."""
    texts = table.astype("object").where(table.notna(), "").astype(str).apply(lambda column: column.str.strip())
    letters = {str(name): column_letter(position) for position, name in enumerate(table.columns)}
    return letters, [{str(name): str(text) for name, text in row.items()} for row in texts.to_dict("records")]


Found = tuple[str, str, str]  # column, message, remedy: all of them block


def _problems_of(cells: dict[str, str], known: dict[str, str], seen: set[str]) -> list[Found]:
    found: list[Found] = []
    if not cells["id"]:
        found.append(("id", "Le chiffre n’a pas d’identifiant.", "Lui en donner un, unique."))
    elif cells["id"] in seen:
        found.append(("id", "Cet identifiant est déjà pris plus haut.", "Un identifiant par chiffre."))
    if cells["unit"] not in UNITS:
        allowed = ", ".join(sorted(UNITS))
        found.append(("unit", "Cette nature de chiffre est inconnue.", f"Choisir parmi : {allowed}."))
    if cells["rounding"] not in ROUNDINGS:
        allowed = ", ".join(ROUNDINGS)
        found.append(("rounding", "Cet arrondi est inconnu.", f"Choisir parmi : {allowed}."))
    for name in ("base_id", "subset_of"):
        target = cells.get(name, "")
        if target and target != UNSTATED and target not in known:
            message = "Cet identifiant n’est celui d’aucun chiffre du fichier."
            found.append((name, message, "Corriger l’identifiant, ou laisser la cellule vide."))
        elif name == "base_id" and cells["unit"] == "percent" and known.get(target, "count") not in COUNTED:
            message = "La base d’un pourcentage est un effectif ou un pourcentage ; celle-ci n’en est pas un."
            found.append((name, message, f"Corriger l’identifiant, ou écrire « {UNSTATED} »."))
        if target and target == cells["id"]:
            found.append((name, "Un chiffre ne peut pas renvoyer à lui-même.", "Corriger l’identifiant."))
    base = cells.get("base_value", "")
    if base and base != UNSTATED and not (base.isdecimal() and 0 < int(base) <= LARGEST):
        message = "La base n’est pas un nombre entier positif."
        found.append(("base_value", message, f"Écrire un entier, « {UNSTATED} », ou rien."))
    if not found:
        try:
            _figure(cells)
        except Unreadable as error:
            remedy = "Recopier la valeur imprimée, ou corriger sa nature ou son arrondi."
            found.append(("value", f"Valeur illisible : {error}", remedy))
    return found


def _figure(cells: dict[str, str]) -> Figure:
    """Raises Unreadable where value, unit and rounding do not go together."""
    unit, value, rounding = cells["unit"], cells["value"], cells["rounding"]
    base_id, base_value = cells.get("base_id", ""), cells.get("base_value", "")
    variables: dict[str, Bounds] = {}
    window, aside = None, ""
    if unit == "percent":
        window, variables = share(value, rounding), {"": (0, None)}
    elif unit in COUNTS:
        variables = {"": count_bounds(value, rounding)}
    elif unit in RANGES:
        low, high = range_ends(value)
        variables = {"@low": (low, low), "@high": (high, high)}
    elif unit in DATES:
        start, end = days(value, unit)
        for name, (first, last) in (("@start", start), ("@end", end)):
            variables[name] = (first.toordinal(), last.toordinal())
            variables[f"{name}_month"] = (_months(first), _months(last))
            variables[f"{name}_year"] = (first.year, last.year)
    else:
        aside = "Ce n’est ni un effectif, ni une part, ni une date : rien à vérifier sur des entiers."
    return Figure(
        *(cells["id"], cells["statement_fr"], value, unit, rounding, variables, window),
        base_id="" if base_id == UNSTATED else base_id,
        base_value=int(base_value) if base_value.isdecimal() else None,
        subset_of="" if cells.get("subset_of", "") == UNSTATED else cells.get("subset_of", ""),
        aside=aside,
    )


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
