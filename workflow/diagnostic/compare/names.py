"""What readers know a study by."""

from __future__ import annotations

import pandas as pd


def of(known: pd.DataFrame) -> dict[str, str]:
    """Study → what readers know it by, its territory and year (`known`: one row per study)."""
    return {one.study: f"{one.territory.partition(' (')[0]} {one.edition}".strip() for one in known.itertuples()}
