"""What the report proposes: the tracks that the team wrote, else those of the library, and their plan of action."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagnostic.collect.answers import PROGRESS
from diagnostic.core.french import capital
from diagnostic.findings.library import read
from diagnostic.findings.tracks import Proposed, proposed
from diagnostic.release.printed import moment
from diagnostic.report.grids.quality import signed, uncomputed
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import table, text_of


def tracks_of(library: bytes, statements: pd.DataFrame, reproduction: pd.DataFrame) -> list[Proposed]:
    """The tracks of the library for a study, from its statements and its published figures (one row each)."""
    return proposed(read(library), statements, only_published(reproduction))


def only_published(reproduction: pd.DataFrame) -> dict[str, str]:
    """The figures that a publication prints and the study does not compute (`reproduction`, one row per figure), by id."""
    return {one.fact_id: signed(one, one.published) for one in uncomputed(reproduction).itertuples()}


@grid
def evaluation(actions: pd.DataFrame, caption: str) -> str:
    """The actions of the previous plan, in its order, with how far each went; empty without any."""
    columns = (
        ("Action prévue", "left", 30, lambda one: escape(one.action)),
        ("Qui", "left", 22, lambda one: escape(text_of(one.lead))),
        ("Échéance", "left", 14, lambda one: moment(one.due) if isinstance(one.due, str) else ""),
        ("Avancement", "left", 12, lambda one: capital(PROGRESS[one.progress])),
        ("Précisions", "left", 26, lambda one: escape(text_of(one.remarks))),
    )
    return table(actions.itertuples(index=False), columns, caption, "evaluation")


@grid
def plan(proposed: Sequence[Proposed], caption: str) -> str:
    """The plan of action that the library proposes: one row per track, with a column that the team fills in."""
    columns = (
        ("Action", "left", 28, lambda one: escape(one.track.action)),
        ("Qui", "left", 24, lambda one: escape(one.track.who)),
        ("Quand", "left", 13, lambda one: escape(one.track.when)),
        ("Signe de réussite", "left", 24, lambda one: escape(one.track.indicator)),
        ("Moyens, avancement", "left", 15, lambda one: "à remplir"),
    )
    return table(proposed, columns, caption, "plan")
