"""The structures that a report may name: those that agreed to it, with the axes that they answer to and leave unsaid."""

from __future__ import annotations

import pandas as pd

from diagnostic.collect.tables import AXES
from diagnostic.release.tables import ListedStructure
from diagnostic.tables import columns


def named(structures: pd.DataFrame) -> pd.DataFrame:
    """One row per structure that agreed to be named, in the order of the names; no code, which the team alone keeps."""
    agreed = structures[structures["agrees_to_be_named"] & structures["name"].notna()]
    answers, unsaid = (
        [";".join(axis for axis in AXES if asked(row[axis])) for row in agreed.to_dict("records")]
        for asked in (lambda said: not pd.isna(said) and bool(said), pd.isna)
    )
    listed = agreed.assign(answers=answers, unsaid=unsaid)
    return listed.sort_values(["name", "row"])[columns(ListedStructure)].reset_index(drop=True)
