"""The tables of the audit: the structure file that a study drops in, and what the audit says."""

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
