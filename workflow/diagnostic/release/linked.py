"""Groups that two populations share: what the release of one says of the other.

Persons in prostitution are part of the persons concerned, the situations of the form are part of all of them. A total
printed on one side is printed on the other. Persons and situations of one answer do not bound each other in a small
group: a situation may be merged with another, or tell of persons at risk only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from diagnostic.release.attack import interval
from diagnostic.release.decision import Decision, book_of
from diagnostic.release.groups import Frame, Group, Statement, member
from diagnostic.release.populations import POPULATIONS, parse
from diagnostic.release.questions import Questions

SAME = {
    "prostitution": "concerned: in_prostitution=yes",
    "cases": "described: source=response",
}  # part → group of a whole


def parts_first(names: Iterable[str]) -> list[str]:
    """Populations in the order of decision: those that are parts of another before it."""
    wholes = {parse(group)[0] for group in SAME.values()}
    return sorted(names, key=lambda name: (name in wholes, name))


def beside(name: str, facts: pd.DataFrame) -> list[str]:
    """The groups of a population that are whole populations themselves, where some fact names their variable."""
    found = [group for group in SAME.values() if parse(group)[0] == name]
    return [group for group in found if facts["group"].str.contains(f" {parse(group)[1][0][0]}=", regex=False).any()]


def of_parts(name: str, asked: Questions, decided: Mapping[str, Decision]) -> tuple[Statement, ...]:
    """What the totals printed for the parts of a population say of it, where its rows agree."""
    found = []
    for part, group in SAME.items():
        if parse(group)[0] != name or group not in asked.group or part not in decided:
            continue
        total = decided[part].cells.iloc[0]
        held = int(member(asked.persons.codes, asked.group[group]).sum())
        if total["verdict"] == "shown" and total["shown_low"] <= held <= total["shown_high"]:
            terms = ((1, asked.group[group]),)
            low, high = int(total["shown_low"]), int(total["shown_high"])
            found.append(Statement(f"{POPULATIONS[part]} : total", terms, low, high))
    return tuple(found)


def of_wholes(
    name: str, cases: Mapping[str, tuple[Questions, Frame]], decided: Mapping[str, Decision]
) -> tuple[Statement, ...]:
    """What all that is printed of the population that holds this one says of its number of rows: its exact interval."""
    whole = parse(SAME.get(name, ""))[0]
    if not whole or whole not in decided or SAME[name] not in cases[whole][0].group:
        return ()
    asked, frame = cases[whole]
    group = asked.group[SAME[name]]
    held = int(member(asked.persons.codes, group).sum())
    if held != len(cases[name][0].persons.codes):
        return ()
    # A search without an answer counts as if it had given the number.
    low, high = _interval(frame, decided[whole], group) or (held, held)
    return (Statement(f"{POPULATIONS[whole]} : tout ce qui en est imprimé", ((1, ()),), low, high),)


def _interval(frame: Frame, decision: Decision, group: Group) -> tuple[int, int | None] | None:
    """What the printed figures of a population say of one of its groups; None when the search has no answer."""
    book = book_of(frame, decision.cells)
    wider, system = book.wider(tuple(axis for axis, _ in group))
    cells = decision.cells
    hidden = frozenset(cells.loc[cells["verdict"] == "withheld", "cell"])
    home = wider.home(axis for axis, _ in group)
    if home is None:
        return None
    found = interval(system.free(hidden), wider.form([wider.columns(group, home)]))
    if not found.settled:
        return None
    return int(found.low), None if np.isinf(found.high) else int(found.high)
