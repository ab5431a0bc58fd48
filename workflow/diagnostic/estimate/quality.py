"""Facts on the study's own quality: rows received, rules applied, warnings, figures reproduced."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

import pandas as pd

from diagnostic.consolidate.tables import OUTCOMES
from diagnostic.counting import RULES
from diagnostic.estimate.facts import Fact, table, weakest
from diagnostic.estimate.tables import BASES, STATUSES


def estimate(
    rows: pd.DataFrame, reproduction: pd.DataFrame, errors: bytes, study: str, origins: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """One row per fact on rows, rules, warnings and reproduction. `errors` is the error list as CSV."""
    origin = weakest(origins.values()) if origins else "observed"
    warnings = len(pd.read_csv(io.BytesIO(errors), dtype=str))
    row = partial(
        Fact,
        unit="row",
        measure="count",
        universe="lignes des fichiers reçus",
        source_table="consolidate/rows",
        origin=origin,
    )
    facts = [
        row(
            fact_id="quality.rows",
            label="lignes reçues",
            value=len(rows),
            formula="lignes de tous les fichiers, en-têtes à part",
        ),
        row(
            fact_id="quality.warnings",
            label="avertissements",
            value=warnings,
            formula="avertissements de la liste des erreurs",
            source_table="collect/erreurs.csv",
        ),
        *(
            row(
                fact_id=f"quality.outcome.{code}",
                label=f"lignes {label}",
                value=int((rows["outcome"] == code).sum()),
                numerator=int((rows["outcome"] == code).sum()),
                denominator=len(rows),
                formula=f"lignes dont le devenir est : {label}",
            )
            for code, label in OUTCOMES.items()
        ),
    ]
    for role, own in rows.groupby("role"):
        facts.append(
            row(
                fact_id=f"quality.rows.{role}",
                label=f"lignes reçues du fichier {own['file'].iloc[0]}",
                value=len(own),
                numerator=len(own),
                denominator=len(rows),
                formula="lignes de données du fichier",
            )
        )
    applied = rows["rules"].fillna("").str.split("; ").explode()
    for name, touched in applied[applied != ""].value_counts().sort_index().items():
        facts.append(
            row(
                fact_id=f"quality.rule.{name}",
                label=RULES[str(name)],
                value=int(touched),
                numerator=int(touched),
                denominator=len(rows),
                formula=f"lignes touchées par la règle « {name} »",
                rules=(str(name),),
            )
        )
    if len(reproduction):
        facts += _reproduced(reproduction)
    return {"quality": table(study, facts)}


def _reproduced(reproduction: pd.DataFrame) -> list[Fact]:
    total = len(reproduction)
    figure = partial(
        Fact,
        unit="figure",
        measure="count",
        universe="chiffres de la publication",
        source_table="estimate/reproduction",
        origin="published",
        denominator=total,
    )

    def made(fact_id: str, label: str, mask: pd.Series, formula: str) -> Fact:
        return figure(fact_id=fact_id, label=label, value=int(mask.sum()), numerator=int(mask.sum()), formula=formula)

    status, basis = reproduction["status"], reproduction["basis"]
    return [
        made("reproduction.figures", "chiffres publiés examinés", status.notna(), "nombre de chiffres publiés"),
        *(
            made(
                f"reproduction.status.{code}", f"chiffres : {label}", status == code, f"chiffres au verdict « {label} »"
            )
            for code, label in STATUSES.items()
        ),
        *(
            made(
                f"reproduction.basis.{code}",
                f"chiffres reproduits, {label}",
                (status == "reproduced") & (basis == code),
                f"chiffres reproduits, {label}",
            )
            for code, label in BASES.items()
        ),
    ]
