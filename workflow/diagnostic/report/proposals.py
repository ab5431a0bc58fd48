"""What the report proposes: the tracks that the team wrote, else those of the library, and their plan of action."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagnostic.collect.answers import PROGRESS
from diagnostic.core.french import capital
from diagnostic.findings.tracks import Proposed, proposed, read
from diagnostic.release.printed import WITHHELD, moment
from diagnostic.report.grids.quality import printed
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import pipe, text_of


def tracks_of(library: bytes, statements: pd.DataFrame, reproduction: pd.DataFrame) -> list[Proposed]:
    """The tracks of the library for a study, from its statements and its published figures (one row each)."""
    return proposed(read(library), statements, only_published(reproduction))


def only_published(reproduction: pd.DataFrame) -> dict[str, str]:
    """The figures that a publication prints and the study does not compute (`reproduction`, one row per figure), by id."""
    open_ = reproduction[reproduction["status"].eq("not_computable") & reproduction["published"].ne(WITHHELD)]
    return {one.fact_id: printed(one) for one in open_.itertuples()}


@grid
def evaluation(actions: pd.DataFrame, caption: str) -> str:
    """The actions of the previous plan, in its order, with how far each went; empty without any."""
    rows = [
        (
            escape(one.action),
            escape(text_of(one.lead)),
            moment(one.due) if isinstance(one.due, str) else "",
            capital(PROGRESS[one.progress]),
            escape(text_of(one.remarks)),
        )
        for one in actions.itertuples(index=False)
    ]
    header = (
        ("Action prévue", "left", 30),
        ("Qui", "left", 22),
        ("Échéance", "left", 14),
        ("Avancement", "left", 12),
        ("Précisions", "left", 26),
    )
    return pipe(header, rows, caption, "evaluation") if rows else ""


@grid
def plan(proposed: Sequence[Proposed], caption: str) -> str:
    """The plan of action that the library proposes: one row per track, with a column that the team fills in."""
    rows = [
        (
            escape(one.track.action),
            escape(one.track.who),
            escape(one.track.when),
            escape(one.track.indicator),
            "à remplir",
        )
        for one in proposed
    ]
    header = (
        ("Action", "left", 28),
        ("Qui", "left", 24),
        ("Quand", "left", 13),
        ("Signe de réussite", "left", 24),
        ("Moyens, avancement", "left", 15),
    )
    return pipe(header, rows, caption, "plan")
