"""Facts of online outreach: what each step reached, and which part of the step before; numbers only, nobody behind them.

The territory's own, year by year (`outreach.{year}.{step}`), and the action that the publication cites, under the ids
of its figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from diagnostic.collect.tables import STEPS
from diagnostic.estimate.facts import Fact, cell_ranges, table

SESSIONS = "sessions"
UNITS = {SESSIONS: "session", "sms": "message", "replies": "reply", "exchanges": "exchange", "met": "meeting"}
COLUMN = {"sessions": "B", "sms": "C", "replies": "D", "exchanges": "E", "met": "F"}
VALUE = "E"  # column of the published values
LABELS = {SESSIONS: "maraudes en ligne", **STEPS}
CITED = "outreach_"  # uses of published figures: `outreach_sms`…
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Count:
    """One number of one action: its fact's id, what it says, where it stands."""

    fact_id: str
    label: str
    value: int
    cells: str


def estimate(
    outreach: pd.DataFrame,
    published_figures: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
    publication: Mapping[str, str | None],
) -> dict[str, pd.DataFrame]:
    """One row per fact on outreach; none where neither the study nor its publication has any.

    `publication` names the published figures of an action that is cited, by use.
    """
    facts: list[Fact] = []
    for row in outreach.itertuples():
        counts = {
            step: Count(
                f"outreach.{row.year}.{step}",
                f"{label}, {row.year}",
                int(getattr(row, step)),
                cell_ranges(files["outreach"], COLUMN[step], [row.row]),
            )
            for step, label in LABELS.items()
            if pd.notna(getattr(row, step))
        }
        made = partial(Fact, source_table="consolidate/outreach", origin=origins["outreach"])
        facts += _facts(counts, made, "aller-vers en ligne de l’année")
    cited = partial(Fact, source_table="collect/published_figures", origin="published")
    facts += _facts(
        _cited(published_figures, publication, files.get("published_figures", "")),
        cited,
        "action d’un autre territoire, citée par la publication",
    )
    return {"outreach": table(study, facts)}


def _cited(figures: pd.DataFrame, publication: Mapping[str, str | None], file: str) -> dict[str, Count]:
    """The steps of the action that the publication cites, from its figures."""
    known = {figure.id: figure for figure in figures.itertuples()}
    named = {step: publication.get(CITED + step) or "" for step in LABELS}
    return {
        step: Count(name, known[name].statement_fr, int(known[name].value), cell_ranges(file, VALUE, [known[name].row]))
        for step, name in named.items()
        if name in known and NUMBER.fullmatch(known[name].value)
    }


def _facts(counts: Mapping[str, Count], fact: partial[Fact], universe: str) -> Iterator[Fact]:
    """Each number, and which part of the step before it is, where both are known."""
    steps = list(STEPS)
    for step, count in counts.items():
        yield fact(
            fact_id=count.fact_id,
            label=count.label,
            unit=UNITS[step],
            measure="count",
            universe=universe,
            value=count.value,
            formula="nombre noté par l’équipe qui mène l’action",
            cells=count.cells,
            method="Un nombre de messages ou d’échanges n’est pas un nombre de personnes.",
        )
        previous = steps[steps.index(step) - 1] if step in steps[1:] else ""
        before = counts.get(previous)
        if before and before.value:
            yield fact(
                fact_id=f"{count.fact_id}_pct",
                label=f"{count.label}, part de l’étape précédente",
                unit=UNITS[step],
                measure="percent",
                universe=STEPS[previous],
                value=100 * count.value / before.value,
                decimals=1,
                numerator=count.value,
                denominator=before.value,
                formula=f"{STEPS[step]}, sur {STEPS[previous]}",
                cells=" ; ".join((count.cells, before.cells)),
            )
