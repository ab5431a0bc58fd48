"""The tables of the audit: the structure file that a study drops in, and what the audit says."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.core.tables import Table, field, key, ordered, rows

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


class AuditFigures(Table):
    """Every published figure and what the audit says of it: one row per figure."""

    class Config:
        title = "Audit des chiffres publiés : une ligne par chiffre"
        metadata = rows(key("figure_id"), ordered("low", "high"))

    figure_id: Series[str] = field("Identifiant", "Identifiant du chiffre publié")
    statement: Series[str] = field("Énoncé", "Ce que le chiffre dit")
    published: Series[str] = field("Publié", "Valeur, comme imprimée")
    verdict: Series[str] = field("Verdict", "Ce que l'audit en dit", isin=list(FIGURE_VERDICTS))
    low: Series[pd.Int64Dtype] = field(
        "Minimum", "Plus petit entier possible, tous les chiffres cohérents étant crus ensemble", nullable=True
    )
    high: Series[pd.Int64Dtype] = field("Maximum", "Plus grand entier possible ; vide si sans maximum", nullable=True)
    reason: Series[str] = field("Raison", "Pourquoi ce verdict")


class AuditReadings(Table):
    """The readings of an ambiguous passage and whether the figures bear them: one row per reading."""

    class Config:
        title = "Lectures possibles et leur accord avec les chiffres : une ligne par lecture"
        metadata = rows(key("question", "reading"))

    question: Series[str] = field("Question", "Nom de la question")
    question_label: Series[str] = field("Énoncé de la question", "Ce qui se lit de plusieurs façons")
    reading: Series[str] = field("Lecture", "Nom de la lecture")
    reading_label: Series[str] = field("Énoncé de la lecture", "Ce que cette lecture suppose")
    printed: Series[bool] = field("À la lettre", "La lecture est celle des mots imprimés")
    lines: Series[str] = field("Lignes", "Lignes de la publication")
    verdict: Series[str] = field("Verdict", "Accord avec les chiffres", isin=list(READING_VERDICTS))
    conflicts: Series[pd.Int64Dtype] = field("Contradictions", "Contradictions minimales trouvées", ge=0)
    complete: Series[bool] = field("Liste complète", "Il est prouvé qu'il n'y en a pas d'autre")


class AuditConflicts(Table):
    """The minimal contradictions: one row per contradiction and figure."""

    class Config:
        title = "Contradictions minimales : une ligne par contradiction et chiffre"

    conflict: Series[pd.Int64Dtype] = field("Contradiction", "Numéro de la contradiction", ge=1)
    question: Series[str] = field("Question", "Question ; vide si aucune lecture n'accorde les chiffres")
    reading: Series[str] = field("Lecture", "Lecture sous laquelle les chiffres se contredisent ; vide si toutes")
    size: Series[pd.Int64Dtype] = field("Taille", "Chiffres de la contradiction ; aucun n'est de trop", ge=0)
    figure_id: Series[str] = field("Identifiant", "Identifiant d'un chiffre de la contradiction")
    statement: Series[str] = field("Énoncé", "Ce que le chiffre dit")
    published: Series[str] = field("Publié", "Valeur, comme imprimée")
    relations: Series[str] = field("Relations", "Relations qu'il faut pour que ces chiffres se contredisent")


class AuditRanges(Table):
    """The integers under each reading, where several agree: one row per question, reading and figure."""

    class Config:
        title = "Entiers possibles selon la lecture : une ligne par lecture et chiffre"
        metadata = rows(key("question", "reading", "figure_id"), ordered("low", "high"))

    question: Series[str] = field("Question", "Nom de la question")
    reading: Series[str] = field("Lecture", "Nom de la lecture")
    figure_id: Series[str] = field("Identifiant", "Identifiant du chiffre, ou nombre non publié (~)")
    low: Series[pd.Int64Dtype] = field("Minimum", "Plus petit entier possible sous cette lecture", nullable=True)
    high: Series[pd.Int64Dtype] = field("Maximum", "Plus grand entier possible ; vide si sans maximum", nullable=True)


class AuditRoundings(Table):
    """Printed shares that do not add up as printed, though their integers do: one row per relation."""

    class Config:
        title = "Sommes que les arrondis font paraître fausses : une ligne par relation"
        metadata = rows(key("relation"))

    relation: Series[str] = field("Relation", "Nom de la relation")
    label: Series[str] = field("Énoncé", "Ce que dit la relation")
    figure_ids: Series[str] = field("Chiffres", "Identifiants des parts et de leur total")
    printed_sum: Series[pd.Int64Dtype] = field("Somme imprimée", "Somme des parts, comme imprimées")
    printed_total: Series[pd.Int64Dtype] = field("Total imprimé", "Total imprimé, ou cent")


TABLES: dict[str, type[Table]] = {
    "figures": AuditFigures,
    "readings": AuditReadings,
    "conflicts": AuditConflicts,
    "ranges": AuditRanges,
    "roundings": AuditRoundings,
}
# What may leave the team: identifiers and verdicts. Integers, ranges and contradictory sets describe real people.
SAFE_COLUMNS: dict[str, list[str]] = {
    "figures": ["figure_id", "verdict"],
    "readings": ["question", "question_label", "reading", "reading_label", "printed", "lines", "verdict"],
}
