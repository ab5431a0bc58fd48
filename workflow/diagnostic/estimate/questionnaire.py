"""Facts of the questionnaire: who answered, what they met, their needs, what they know of the law.

Those who answered are no random sample: « parmi les répondant·es », no sampling interval. What a blank leaves open is
a bound. A collective response counts once per professional that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook, Option, Variable
from diagnostic.consolidate.questionnaire import ROLE
from diagnostic.estimate.facts import ASKED, Fact, table
from diagnostic.estimate.places import Places

RESPONDENTS = "professionnel·les ayant répondu au questionnaire"
DESCRIBED = "situations décrites dans les questionnaires"
FORMS, CASES = "responses", "situations"  # tables of the codebook
BLOCKS = ("respondent", "identification", "support", "law")


def estimate(
    respondents: pd.DataFrame,
    cases: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    **files: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact on the questionnaire; none without responses. `files` is the codebook, as `codebook_…`."""
    if respondents.empty:
        return {"questionnaire": table(study, [])}
    codebook = loading.load(loading.given(files))
    index = Places(places)
    fact = partial(Fact, origin=origins[ROLE])
    facts = [
        *_answered(respondents, fact, index),
        *_described(cases, fact, index),
        *(
            one
            for variable in codebook.table(FORMS)
            if variable.closed and variable.block in BLOCKS
            for one in _shares(codebook, variable, respondents, fact, index)
        ),
        *(
            one
            for variable in codebook.table(CASES)
            if variable.closed
            for one in _seen(codebook, variable, cases, fact, index)
        ),
    ]
    return {"questionnaire": table(study, facts)}


def _answered(respondents: pd.DataFrame, fact: partial[Fact], index: Places) -> Iterator[Fact]:
    """Responses, professionals, collective responses, structures."""
    weights, collective = respondents["professionals"], respondents["answer_mode.code"] == "group"
    blank = collective & respondents["professionals_consulted.number"].isna()
    count = partial(fact, measure="count", source_table="consolidate/respondents", universe="réponses reçues")
    yield count(
        fact_id="survey.responses",
        label="réponses reçues",
        unit="response",
        group="responses:",
        value=len(respondents),
        formula="lignes du tableau des réponses",
        cells=index.cells(respondents, FORMS, "answer_mode"),
    )
    yield count(
        fact_id="survey.responses_collective",
        label="réponses collectives",
        unit="response",
        group="responses: answer_mode=group",
        base="responses:",
        value=int(collective.sum()),
        numerator=int(collective.sum()),
        denominator=len(respondents),
        formula="réponses remplies à plusieurs",
        cells=index.cells(respondents[collective], FORMS, "answer_mode"),
    )
    yield count(
        fact_id="survey.professionals",
        label="professionnel·les ayant répondu",
        unit="professional",
        universe=RESPONDENTS,
        group="professionals:",
        value=int(weights.sum()),
        formula="somme des professionnel·les que chaque réponse représente",
        cells=index.cells(respondents, FORMS, "professionals_consulted"),
        rules=("collectif_non_precise",) if blank.any() else (),
        method=(
            "Une réponse collective porte un seul avis pour plusieurs : pour les parts, l’ensemble vaut moins de "
            "réponses indépendantes qu’il ne compte de professionnel·les."
        ),
    )
    structures = respondents.get("structure.pseudonym", pd.Series("", index=respondents.index)).fillna("")
    if structures.ne("").any():
        yield count(
            fact_id="survey.structures",
            label="structures différentes ayant répondu",
            unit="structure",
            value=structures[structures != ""].nunique(),
            formula="noms de structure différents, sous pseudonyme",
            cells=index.cells(respondents[structures != ""], FORMS, "structure"),
        )


def _described(cases: pd.DataFrame, fact: partial[Fact], index: Places) -> Iterator[Fact]:
    """Situations, and the persons they concern: the study's rule with the bounds that answers leave."""
    yield fact(
        fact_id="survey.situations",
        label="situations décrites dans les questionnaires",
        unit="situation",
        measure="count",
        universe=DESCRIBED,
        source_table="consolidate/cases",
        group="cases:",
        value=len(cases),
        formula="lignes du tableau des situations",
        cells=index.cells(cases, CASES, "persons_in_situation"),
    )


def _column(variable: Variable, option: Option) -> tuple[str, str]:
    """(column, value) that says an option was chosen."""
    if variable.type == "multiple":
        return f"{variable.name}/{option.code}", "ticked"
    return f"{variable.name}.code", option.code


def _shares(
    codebook: Codebook, variable: Variable, respondents: pd.DataFrame, fact: partial[Fact], index: Places
) -> Iterator[Fact]:
    """For each option, professionals who chose it, and their share of those who were asked."""
    options = [o for o in codebook.options(variable) if _column(variable, o)[0] in respondents]
    if not options:
        return
    first = respondents[_column(variable, options[0])[0]]
    weights = respondents["professionals"].to_numpy(dtype="int64")
    asked, silent = first.ne("not_asked").to_numpy(), first.eq("no_answer").to_numpy()
    base, blank = int(weights[asked].sum()), int(weights[silent].sum())
    if not base:
        return
    universe = f"{RESPONDENTS}, à qui la question est posée" if not asked.all() else RESPONDENTS
    cells = index.cells(respondents[asked], FORMS, variable.name)
    for option in options:
        column, value = _column(variable, option)
        total = int(weights[respondents[column].eq(value).to_numpy()].sum())
        shared: dict[str, Any] = {
            "unit": "professional",
            "universe": universe,
            "source_table": "consolidate/respondents",
            "numerator": total,
            "denominator": base,
            "group": f"professionals: {variable.name}={option.code}",
            "base": f"professionals: {variable.name}={ASKED}",
            "cells": cells,
        }
        made = f"réponse « {option.label} » à « {variable.label} », une réponse collective comptant pour ses professionnel·les"
        name = f"{variable.name}.{option.code}"
        yield fact(
            fact_id=f"survey.{name}",
            label=f"{variable.label} : {option.label}",
            measure="count",
            value=total,
            formula=made,
            **shared,
            **_bounds(total, total + blank, blank),
        )
        share = 100 * total / base
        yield fact(
            fact_id=f"survey.{name}_pct",
            label=f"{variable.label} : {option.label}, part",
            measure="percent",
            value=share,
            formula=f"{made}, sur les professionnel·les à qui la question est posée",
            **shared,
            **_bounds(share, 100 * (total + blank) / base, blank),
        )


def _bounds(low: float, high: float, blank: int) -> dict[str, Any]:
    """What unanswered questions leave open: none, or all, of those who did not answer would have chosen the option."""
    if not blank:
        return {}
    method = "Les bornes comptent les professionnel·les sans réponse tou·tes d’un côté, puis de l’autre."
    return {"low": low, "high": high, "interval_kind": "bounds", "method": method}


def _seen(
    codebook: Codebook, variable: Variable, cases: pd.DataFrame, fact: partial[Fact], index: Places
) -> Iterator[Fact]:
    """For each option, situations where it was ticked. A group may have several: shares of persons need more."""
    options: Sequence[Option] = [o for o in codebook.options(variable) if _column(variable, o)[0] in cases]
    if cases.empty or not options:
        return
    first = cases[_column(variable, options[0])[0]]
    asked, blank = first.ne("not_asked").to_numpy(), int(first.eq("no_answer").sum())
    if not asked.any():
        return
    cells = index.cells(cases[asked], CASES, variable.name)
    for option in options:
        column, value = _column(variable, option)
        total = int(cases[column].eq(value).sum())
        yield fact(
            fact_id=f"situations.{variable.name}.{option.code}",
            label=f"{variable.label} : {option.label}",
            unit="situation",
            measure="count",
            universe=DESCRIBED if asked.all() else f"{DESCRIBED}, où la question est posée",
            source_table="consolidate/cases",
            value=total,
            numerator=total,
            denominator=int(asked.sum()),
            group=f"cases: {variable.name}={option.code}",
            base=f"cases: {variable.name}={ASKED}",
            formula=f"situations où « {option.label} » est coché pour « {variable.label} »",
            cells=cells,
            **_open(total, blank),
        )


def _open(total: int, blank: int) -> dict[str, Any]:
    if not blank:
        return {}
    method = "Les bornes comptent les situations sans réponse toutes d’un côté, puis de l’autre."
    return {"low": total, "high": total + blank, "interval_kind": "bounds", "method": method}
