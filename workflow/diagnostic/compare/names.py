"""What readers know a study by."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from diagnostic.core import french


def of(known: pd.DataFrame) -> dict[str, str]:
    """Study → what readers know it by, its territory and year, and its own name where another has the same, in the order of
    these names (`known`: one row per study)."""
    found = {one.study: f"{one.territory.partition(' (')[0]} {one.edition}".strip() for one in known.itertuples()}
    count = Counter(found.values())
    told = {study: name if count[name] == 1 else f"{name} ({study})" for study, name in found.items()}
    return dict(sorted(told.items(), key=lambda pair: french.collated(pair[1])))
