"""The tables of the audit: the structure file that a study drops in, and what the audit says."""

import pandas as pd

from diagnostic.core.tables import Table, models

FIGURE_VERDICTS = {
    "unique": "un seul entier possible, prouvé",
    "several": "plusieurs entiers possibles",
    "open": "sans maximum",
    "consistent": "cohérent",
    "unchecked": "rien à recouper",
    "aside": "hors du calcul",
    "contradicted": "en contradiction",
    "undecided": "non tranché",
}
READING_VERDICTS = {
    "agrees": "s’accorde",
    "contradicts": "se contredit",
    "not_judged": "non jugée : ses chiffres se contredisent déjà",
    "undecided": "non tranchée",
}
SAFE_VERDICTS = {"unique": "consistent", "several": "consistent", "open": "consistent"}


TABLES: dict[str, Table] = models(
    "audit",
    {
        "figures": "AuditFigures",
        "readings": "AuditReadings",
        "conflicts": "AuditConflicts",
        "ranges": "AuditRanges",
        "roundings": "AuditRoundings",
    },
)
# What may leave the team: identifiers and verdicts. Integers, ranges and contradictory sets describe real people.
SAFE_COLUMNS: dict[str, list[str]] = {
    "figures": ["figure_id", "verdict"],
    "readings": ["question", "question_label", "reading", "reading_label", "printed", "lines", "verdict"],
}


def outcome(readings: pd.DataFrame) -> str:
    """What the verdicts of the readings of one question come to (`audit/AuditReadings`)."""
    agrees = readings["verdict"] == "agrees"
    if readings["verdict"].isin(["not_judged", "undecided"]).any():
        return "non tranché"
    if not agrees.any():
        return "se contredit sous toutes ces lectures"
    if (~agrees & readings["printed"]).any():
        return "se contredit à la lettre, s’accorde autrement"
    if agrees.all():
        return "ambigu, sans contradiction"
    return "une seule lecture s’accorde" if agrees.sum() == 1 else "plusieurs lectures s’accordent, pas toutes"
