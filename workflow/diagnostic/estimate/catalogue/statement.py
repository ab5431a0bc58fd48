"""A statement as a row: what a document may read of a fact (`release/tables.Statements` says what each column is)."""

from typing import Protocol

# Two causes of an envelope: the first of that of a rounded number, and one of that of an estimate.
ROUNDING, DRAW = "arrondi de protection", "tirage"


class Statement(Protocol):
    """One row of statements, as `itertuples` gives it. Of what is not published, numbers are nan and `printed` is one word."""

    statement_id: str
    study: str
    label: str
    unit: str
    measure: str
    universe: str
    formula: str
    source_table: str
    origin: str
    decimals: int
    place: str
    kind: str
    printed: str
    printed_interval: str
    printed_numerator: str
    printed_denominator: str
    interval_kind: str
    shown_value: float
    shown_low: float
    shown_high: float
    claim_low: float
    claim_high: float
    envelope_low: float
    envelope_high: float
    envelope_causes: str
    method: str
    rules: str
    cells: str
