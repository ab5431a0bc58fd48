"""Facts of outreach: online, what each step reached, and which part of the step before; how many persons a service met.

The territory's own, year by year, and the action that the publication cites, under the ids of its figures.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagnostic.collect.answers import STEPS
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places

LABELS = {"sessions": "maraudes en ligne", **STEPS}
BEFORE = dict(zip(list(STEPS)[1:], STEPS, strict=False))  # step → the one before
OWN, CITED = "outreach.{year}.%s", "{action}.%s"  # the cited one under the ids of its published figures
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Count:
    """One number of one action: the words of its fact's id, what it says, where it stands."""

    words: Mapping[str, Any]
    what: str
    value: int
    cells: str


def estimate(
    outreach: pd.DataFrame,
    published_figures: pd.DataFrame,
    contacts: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on outreach; none where neither the study nor its publication has any.

    `publication.outreach` is the beginning of the published figures of an action that is cited.
    """
    index, facts = Places(places), list[Fact | None]()
    for row in outreach.itertuples():
        said = {step: value for step in LABELS if pd.notna(value := getattr(row, step))}
        counts = {}
        for step, value in said.items():
            where = index.at([row.row], "outreach", step)
            counts[step] = Count({"year": row.year}, f"{LABELS[step]}, {row.year}", int(value), where)
        facts += _facts(counts, OWN, Builder("consolidate/outreach", index.origin("outreach")))
    cited = _cited(published_figures, publication, index)
    facts += _facts(cited, CITED, Builder("collect/published_figures", "published"))
    facts += _met(contacts, index)
    return {"outreach": table(study, facts)}


def _met(contacts: pd.DataFrame, index: Places) -> Iterator[Fact]:
    """By service and period, the persons met. One service's numbers are for that service."""
    build = Builder("collect/contacts", index.origin("contacts"))
    for row in contacts.itertuples():
        first, last = (french.date(day.date()) for day in (row.period_start, row.period_end))
        words: dict[str, Any] = {"code": row.structure_code, "service": row.structure_code.lower()}
        words |= {"start": f"{row.period_start:%Y-%m-%d}", "period": f"du {first} au {last}"}
        words["cells"] = index.at([row.row], "contacts", "once", "twice", "more")
        number = int(row.once) + int(row.twice) + int(row.more)
        yield build.count("contacts.met.{service}.{start}", number, **words)


def _cited(figures: pd.DataFrame, publication: Mapping[str, str | None], index: Places) -> dict[str, Count]:
    """The steps of the action that the publication cites, from its figures."""
    known = {figure.id: figure for figure in figures.itertuples()}
    action = publication.get("outreach")
    named = {step: known[name] for step in LABELS if (name := f"{action}.{step}") in known}
    said = {step: one for step, one in named.items() if NUMBER.fullmatch(one.value)}
    cells = {step: index.at([one.row], "published_figures", "value") for step, one in said.items()}
    return {
        step: Count({"action": action}, one.statement_fr, int(one.value), cells[step]) for step, one in said.items()
    }


def _facts(counts: Mapping[str, Count], pattern: str, build: Builder) -> Iterator[Fact | None]:
    """Each number, and which part of the step before it is, where both are known."""
    for step, count in counts.items():
        text = pattern % step
        yield build.count(text, count.value, cells=count.cells, what=count.what, **count.words)
        if before := counts.get(BEFORE.get(step, "")):
            where = f"{count.cells} ; {before.cells}"
            yield build.share(f"{text}_pct", count.value, before.value, cells=where, what=count.what, **count.words)
