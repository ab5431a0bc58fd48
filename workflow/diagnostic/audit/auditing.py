"""The audit of a publication: its figures, their structure, and what exact integers say of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from diagnostic.audit.building import components
from diagnostic.audit.figures import Figure, read_figures
from diagnostic.audit.judging import Judgement, judge
from diagnostic.audit.solving import EFFORT
from diagnostic.audit.structure import Rules, read_rules
from diagnostic.audit.tables import TABLES
from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.core.tables import columns

LIMIT = 20
BASE_UNSTATED = "La base n’est pas imprimée et aucune relation ne la donne."
ALONE = "Aucun autre chiffre ne le recoupe."
MOMENT = "Date ou intervalle : vérifié, sans effectif derrière lui."


@dataclass(frozen=True)
class Audit:
    """`tables` by the names of `audit.tables.TABLES`, in the figures file's order; empty where a problem blocks."""

    problems: list[Problem]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        return any(problem.severity == BLOCKING for problem in self.problems)


def audit(
    figures: pd.DataFrame,
    rules: pd.DataFrame | None = None,
    *,
    figures_file: str = "figures.csv",
    rules_file: str = "structure.csv",
    limit: int = LIMIT,
    effort: float = EFFORT,
) -> Audit:
    """Audit the figures of one publication, whose cells are text as printed (see `collect.tables.PublishedFigures`).

    `rules` is the structure file; without it, only the bases and the `subset_of` of the figures file are used.
    `limit`: minimal contradictions listed at most, per reading. `effort`: the solver's deterministic seconds per
    question; what it cannot decide within them is said « non tranché », never guessed.
    """
    known, problems = read_figures(figures, figures_file)
    told: list[Problem] = []
    structure = Rules()
    if not problems:
        structure, told = read_rules(rules, known, rules_file)
    problems = [*problems, *told]
    if any(problem.severity == BLOCKING for problem in problems):
        return Audit(problems, {name: model.empty() for name, model in TABLES.items()})
    judgements = [judge(component, limit, effort) for component in components(known, structure)]
    found = {
        "figures": _figure_rows(known, structure, judgements),
        "readings": _reading_rows(structure, judgements),
        "conflicts": _conflict_rows(known, structure, judgements),
        "ranges": _range_rows(structure, judgements),
        "roundings": _rounding_rows(known, structure, judgements),
    }
    frames = {name: pd.DataFrame(rows, columns=columns(TABLES[name])) for name, rows in found.items()}
    return Audit(problems, {name: TABLES[name].validate(frame) for name, frame in frames.items()})


def _figure_rows(known: dict[str, Figure], structure: Rules, judgements: list[Judgement]) -> Iterable[tuple]:
    by_figure = {name: judgement for judgement in judgements for name in judgement.component.figures}
    for figure in known.values():
        judgement = by_figure.get(figure.id)
        low, high = judgement.ranges.get(figure.id, (None, None)) if judgement is not None else (None, None)
        verdict, reason = _verdict(figure, judgement)
        if verdict not in ("unique", "several", "open"):
            low, high = None, None
        yield (figure.id, figure.statement, figure.value, verdict, low, high, reason)


def _verdict(figure: Figure, judgement: Judgement | None) -> tuple[str, str]:
    if figure.aside or judgement is None:
        return "aside", figure.aside
    if figure.id in judgement.contradicted:
        return "contradicted", "Aucune lecture ne l’accorde avec les autres : voir les contradictions."
    alone = len(judgement.component.figures) == 1 and not any(lin.relation for lin in judgement.component.linears)
    if alone and figure.share is not None and not figure.base_id and figure.base_value is None:
        return "aside", BASE_UNSTATED
    if alone and figure.share is None:
        return "unchecked", ALONE
    if figure.id in judgement.undecided or judgement.failed:
        return "undecided", "Le solveur n’a ni trouvé ni réfuté dans l’effort permis."
    but = " Les chiffres en contradiction sont écartés." if judgement.contradicted else ""
    if not figure.countable:
        return "consistent", MOMENT + but
    low, high = judgement.ranges[figure.id]
    if high is None:
        return "open", "Les chiffres ne donnent qu’un minimum." + but
    if low == high:
        return "unique", "Toute autre valeur est prouvée impossible." + but
    return "several", "Chaque borne est atteinte par une solution ; au-delà, prouvé impossible." + but


def _reading_rows(structure: Rules, judgements: list[Judgement]) -> Iterable[tuple]:
    judged = {key: pair for judgement in judgements for key, pair in judgement.readings.items()}
    for question in structure.questions.values():
        for reading in question.readings.values():
            verdict, found = judged.get((question.name, reading.name), ("agrees", None))
            yield (
                question.name,
                question.label,
                reading.name,
                reading.label,
                reading.printed,
                reading.lines or question.lines,
                verdict,
                len(found.conflicts) if found else 0,
                found.complete if found else True,
            )


def _conflict_rows(known: dict[str, Figure], structure: Rules, judgements: list[Judgement]) -> Iterable[tuple]:
    labels = {relation.name: relation.label for relation in structure.relations}
    order = [("", ""), *((q.name, reading) for q in structure.questions.values() for reading in q.readings)]
    found = [
        (key, conflict)
        for judgement in judgements
        for key, enumeration in judgement.conflicts.items()
        for conflict in enumeration.conflicts
    ]
    found.sort(key=lambda entry: (order.index(entry[0]), len(entry[1].figures)))  # stable: preferred ones stay first
    for number, ((question, reading), conflict) in enumerate(found, start=1):
        relations = " ; ".join(labels[name] or name for name in conflict.relations)
        for name in conflict.figures or ("",):
            statement, value = (known[name].statement, known[name].value) if name else ("", "")
            yield (number, question, reading, len(conflict.figures), name, statement, value, relations)


def _range_rows(structure: Rules, judgements: list[Judgement]) -> Iterable[tuple]:
    for judgement in judgements:
        for (question, reading), ranges in judgement.by_reading.items():
            for name, (low, high) in ranges.items():
                yield (question, reading, name, low, high)


def _rounding_rows(known: dict[str, Figure], structure: Rules, judgements: list[Judgement]) -> Iterable[tuple]:
    """Partitions of integer percentages whose printed sum is not the printed total, though the integers agree."""
    contradicted = {name for judgement in judgements for name in judgement.contradicted}
    for relation in structure.relations:
        if relation.kind != "sum" or relation.question:
            continue
        terms = [relation.whole, *relation.parts]
        if any(len(term.names) != 1 or term.coefficient != 1 or term.names[0] not in known for term in terms):
            continue
        whole, *parts = [known[term.names[0]] for term in terms]
        if any(part.rounding != "integer_percent" for part in parts) or contradicted & {f.id for f in (whole, *parts)}:
            continue
        if all(part.base_id == whole.id for part in parts):
            total = 100
        elif whole.rounding == "integer_percent" and all(_same_base(part, whole) for part in parts):
            total = int(whole.value)
        else:
            continue
        printed = sum(int(part.value) for part in parts)
        if printed != total:
            ids = " ; ".join(figure.id for figure in (*parts, whole))
            yield (relation.name, relation.label, ids, printed, total)


def _same_base(part: Figure, whole: Figure) -> bool:
    return (part.base_id, part.base_value) == (whole.base_id, whole.base_value)
