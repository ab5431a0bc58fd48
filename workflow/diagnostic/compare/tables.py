"""The tables of a comparison: methods, what differs between them, what follows for each number, and what is second-hand."""

import io
import math

import pandas as pd

from diagnostic.compare import table_names
from diagnostic.core.tables import Table, models
from diagnostic.release import tables as released  # what some of them begin with
from diagnostic.release.statements import NO_ENVELOPE

STATES = {"same": "la même chose", "differs": "autre chose", "unknown": "non dit"}
DEPTHS = {"full": "étude entière", "published": "chiffres publiés", "existence": "existence seule"}
# What a statement that is a bare number leaves empty.
BARE = {
    "kind": "value",
    "interval_kind": "none",
    **dict.fromkeys(("printed_interval", "printed_numerator", "printed_denominator", "rules", "cells"), ""),
    **dict.fromkeys(("shown_low", "shown_high", "claim_low", "claim_high"), math.nan),
    **NO_ENVELOPE,
}
WORDS = (released, table_names)  # of two, the later


def as_text(content: bytes) -> pd.DataFrame:
    """A CSV of `config/comparability/` or of `resources/`, every cell as text."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


TABLES: dict[str, Table] = models("compare", table_names.TABLES)
