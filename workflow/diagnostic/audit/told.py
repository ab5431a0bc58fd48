"""What the audit of a publication says, in French: for the reviewer alone, or in the form that may leave the team."""

import pandas as pd

from diagnostic.audit.auditing import Audit
from diagnostic.audit.tables import FIGURE_VERDICTS, READING_VERDICTS, SAFE_COLUMNS, SAFE_VERDICTS, outcome
from diagnostic.core.french import number, typographic
from diagnostic.core.problems import Problem

SHOWN = 3  # contradictions told per reading; the table has them all


def tables(audit: Audit, safe: bool = True) -> dict[str, pd.DataFrame]:
    """The audit's tables. `safe`: identifiers and verdicts only; no integer, no range, no contradictory set."""
    if not safe:
        return dict(audit.tables)
    shown = {name: audit.tables[name][columns].copy() for name, columns in SAFE_COLUMNS.items()}
    shown["figures"]["verdict"] = shown["figures"]["verdict"].replace(SAFE_VERDICTS)
    return shown


def report(audit: Audit, safe: bool = True) -> str:
    """The audit as text for a terminal. `safe` as in `tables`."""
    if audit.blocked:
        lines = ["L’audit n’a pas eu lieu : le fichier a des erreurs.", *map(_problem, audit.problems)]
        return typographic("\n".join(lines))
    found = tables(audit, safe)
    mode = (
        "forme diffusable : identifiants et verdicts"
        if safe
        else "NE PAS DIFFUSER : les entiers décrivent des personnes réelles"
    )
    sections = [[f"Audit des chiffres publiés ({mode})."], _overall(audit, safe), _questions(audit, found, safe)]
    if not safe:
        sections.append(_roundings(audit))
    sections.append(_figures(found["figures"], safe))
    return typographic("\n\n".join("\n".join(section) for section in sections if section))


def _problem(problem: Problem) -> str:
    cell = f", cellule {problem.column}{problem.row}" if problem.column else f", ligne {problem.row}"
    return f"- {problem.severity} : {problem.file}{cell} : {problem.message} {problem.remedy}"


def _overall(audit: Audit, safe: bool) -> list[str]:
    conflicts = audit.tables["conflicts"]
    always = conflicts[conflicts["question"] == ""]
    contradicted = audit.tables["figures"].query("verdict == 'contradicted'")["figure_id"]
    if always.empty and contradicted.empty:
        return ["Aucune contradiction qui tienne sous toutes les lectures."]
    lines = ["Contradictions sous toutes les lectures :"]
    if safe:
        return [*lines, *(f"- {figure_id}" for figure_id in contradicted)]
    return lines + _conflicts(always)


def _questions(audit: Audit, found: dict[str, pd.DataFrame], safe: bool) -> list[str]:
    lines: list[str] = []
    conflicts = audit.tables["conflicts"]
    for question, readings in found["readings"].groupby("question", sort=False):
        lines += ["", f"{readings.iloc[0]['question_label']} ({question}) : {outcome(readings)}"]
        for reading in readings.to_dict("records"):
            literal = ", lecture à la lettre" if reading["printed"] else ""
            verdict = READING_VERDICTS[reading["verdict"]]
            lines.append(f"- {verdict}{literal} : {reading['reading_label']} (lignes {reading['lines']})")
            if not safe:
                under = conflicts[(conflicts["question"] == question) & (conflicts["reading"] == reading["reading"])]
                lines += ["  " + line for line in _conflicts(under)]
    return ["Passages qui se lisent de plusieurs façons :", *lines] if lines else []


def _conflicts(rows: pd.DataFrame) -> list[str]:
    """The smallest contradictions, then how many more there are."""
    lines: list[str] = []
    groups = list(rows.groupby("conflict", sort=True))
    for _, conflict in groups[:SHOWN]:
        figures = [
            f"{row['statement']} = {row['published']} [{row['figure_id']}]"
            for row in conflict.to_dict("records")
            if row["figure_id"]
        ]
        told = " ; ".join(figures) if figures else "les relations elles-mêmes, quels que soient les chiffres"
        relations = conflict.iloc[0]["relations"]
        lines.append(f"- ne vont pas ensemble : {told}." + (f" Car : {relations}." if relations else ""))
    more = len(groups) - SHOWN
    if more > 0:
        lines.append(f"- et {number(more)} autre{'s' if more > 1 else ''}, dans la table des contradictions.")
    return lines


def _roundings(audit: Audit) -> list[str]:
    rows = audit.tables["roundings"].to_dict("records")
    if not rows:
        return []
    return [
        "Sommes imprimées que les seuls arrondis font paraître fausses :",
        *(
            f"- {r['label']} : {number(r['printed_sum'])} pour {number(r['printed_total'])} [{r['figure_ids']}]"
            for r in rows
        ),
    ]


def _figures(figures: pd.DataFrame, safe: bool) -> list[str]:
    lines = ["Chiffres, par verdict :"]
    for verdict, label in FIGURE_VERDICTS.items():
        rows = figures[figures["verdict"] == verdict]
        if rows.empty:
            continue
        lines.append(f"{label[0].upper()}{label[1:]} :")
        lines += [f"- {row['figure_id']}{'' if safe else _integers(row)}" for row in rows.to_dict("records")]
    return lines


def _integers(row: dict) -> str:
    text = f" : {row['statement']}, publié {row['published']}"
    if row["verdict"] == "unique":
        return f"{text}, donc {number(row['low'])}"
    if row["verdict"] == "several":
        return f"{text}, donc de {number(row['low'])} à {number(row['high'])}"
    return f"{text}, donc au moins {number(row['low'])}" if row["verdict"] == "open" else text
