"""What professionals say of themselves, by département: attacked with the region's exact numbers before it is printed.

The region's answers are exact, those of a département rounded; how many professionals answered is exact in both. A group
of fewer than `unanimity` professionals may so be proved to have all said yes, or all said no, by what the others print; one
of fewer than `own_group`, of which nothing is printed, be known better than to `own_base`. The answer is then told of no
département, and the whole question where that is not enough. It is decided on what is printed alone. What the region's own
numbers prove is told in any study, and no reason to withhold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.release.closed_list import parse
from diagnostic.release.policy import Policy, Rounding
from diagnostic.release.populations import Population

ELSEWHERE = ""  # professionals of no département, or of several: a group like the others
POPULATION = "professionals"
Answers = tuple[str, ...]


@dataclass
class _Question:
    """What is printed of answers that are counted together: those of one question that takes one, else one alone.

    `whole`: answers → the region's number; `told`: département and answers → the least and most that its number means.
    """

    whole: dict[Answers, float] = field(default_factory=dict)
    told: dict[tuple[str, Answers], tuple[float, float]] = field(default_factory=dict)
    at: dict[Answers, list[object]] = field(default_factory=dict)  # rows of the facts of départements


def telling(facts: pd.DataFrame, found: pd.DataFrame, population: Population, policy: Policy) -> pd.Series:
    """The facts of départements to withhold for what they say together; a mask over the facts.

    `facts`: `group`, `measure`; `found`: their verdicts, values and claims.
    """
    gone: set[object] = set()
    sizes = _sizes(population)
    rules = policy.rules.rounding
    if any(size < rules.unanimity for size in sizes.values()):
        for question in _questions(facts, found, policy):
            gone |= set(_withheld(question, sizes, rules))
    return pd.Series(facts.index.isin(list(gone)), index=facts.index)


def _sizes(population: Population) -> dict[str, int]:
    """Professionals of each département, of several, of none that is known, and without an answer, where there are some: all
    printed. Nothing in a study of one département."""
    sizes = {code: int(held.sum()) for code, held in population.answers(DEPARTEMENT).options.items()}
    rest = len(population.key) - sum(sizes.values())
    return sizes | ({ELSEWHERE: rest} if rest else {}) if sizes else {}


def _questions(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> Iterator[_Question]:
    kept = facts["group"].str.startswith(f"{POPULATION}:") & facts["measure"].eq("count")
    kept &= found["verdict"].eq("shown")
    questions: dict[tuple[str, Answers], _Question] = {}
    for at, group in facts.loc[kept, "group"].items():
        terms = dict(parse(group)[1])
        code = terms.pop(DEPARTEMENT, (ELSEWHERE,))[0]
        if len(terms) != 1:
            continue
        ((variable, answers),) = terms.items()
        if variable not in policy.professionals.own:
            continue
        one = questions.setdefault((variable, () if variable in policy.single else answers), _Question())
        if code == ELSEWHERE:
            one.whole[answers] = float(found.at[at, "shown_value"])
        else:
            one.told[code, answers] = (float(found.at[at, "claim_low"]), float(found.at[at, "claim_high"]))
            one.at.setdefault(answers, []).append(at)
    yield from (one for one in questions.values() if one.told)


def _withheld(question: _Question, sizes: Mapping[str, int], rules: Rounding) -> Iterator[object]:
    """The rows of the facts to withhold, of one question: those of an answer that is proved, then all of them."""
    alone = _proved(question, {}, sizes, rules)
    told, gone = dict(question.told), set[Answers]()
    while told and (new := _proved(question, told, sizes, rules) - alone):
        more = {answers for _, answers in new} & {answers for _, answers in told}
        gone |= more or {answers for _, answers in told}
        told = {key: ends for key, ends in told.items() if key[1] not in gone}
    for answers in gone:
        yield from question.at[answers]


def _proved(
    question: _Question,
    told: Mapping[tuple[str, Answers], tuple[float, float]],
    sizes: Mapping[str, int],
    rules: Rounding,
) -> set[tuple[str, Answers]]:
    """Small groups, and answers of which the printed numbers prove what `rules` protect."""
    groups, atoms = list(sizes), sorted({one for answers in question.whole for one in answers})
    width = len(atoms) + 1  # the last: another answer, or none

    def form(inside: Sequence[str], answers: Answers | None) -> np.ndarray:
        cells = np.zeros((len(groups), width))
        columns = range(width) if answers is None else [atoms.index(one) for one in answers]
        cells[np.ix_([groups.index(name) for name in inside], list(columns))] = 1
        return cells.ravel()

    rows: list[tuple[np.ndarray, float, float]] = [(form([name], None), size, size) for name, size in sizes.items()]
    rows += [(form(groups, answers), number, number) for answers, number in question.whole.items()]
    rows += [(form([code], answers), *ends) for (code, answers), ends in told.items() if set(answers) <= set(atoms)]
    matrix, low, high = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    held = scipy.optimize.LinearConstraint(matrix, low, high)

    def proved(form: np.ndarray, size: int) -> bool:
        ends = [scipy.optimize.milp(sign * form, constraints=held, integrality=np.ones(len(form))) for sign in (1, -1)]
        if any(end.status for end in ends):  # numbers of responses that left the question out: nothing follows
            return False
        least, most = round(ends[0].fun), round(-ends[1].fun)
        if size < rules.own_group:
            return most - least < min(size, rules.own_base)
        return least == most and least in (0, size)

    return {
        (name, answers)
        for name, size in sizes.items()
        if size < rules.unanimity
        for answers in question.whole
        if proved(form([name], answers), size)
    }
