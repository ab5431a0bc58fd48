"""Facts of the questionnaire: who answered, what they met, their needs, what they know of the law.

No sampling interval: those who answered were not drawn. What a blank leaves open is a bound.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook, Option, Variable
from diagnostic.collect.tables import THEMES
from diagnostic.consolidate import coders
from diagnostic.consolidate.coders import between
from diagnostic.consolidate.questionnaire import ROLE
from diagnostic.consolidate.rows import rules_read
from diagnostic.estimate.facts import ASKED, Builder, Fact, table
from diagnostic.estimate.places import Places

FORMS, CASES = "responses", "situations"  # tables of the codebook
TO_WHOM, WHERE = ", à qui la question est posée", ", où la question est posée"  # where not everybody was asked
BLOCKS = ("respondent", "identification", "support", "law")


def estimate(
    respondents: pd.DataFrame, cases: pd.DataFrame, places: pd.DataFrame, study: str, **files: bytes
) -> dict[str, pd.DataFrame]:
    """One row per fact on the questionnaire; none without responses. `files` is the codebook, as `codebook_…`."""
    if respondents.empty:
        return {"questionnaire": table(study, [])}
    codebook = loading.load(loading.given(files))
    index = Places(places)
    build = Builder("consolidate/respondents", index.origin(ROLE))
    told = replace(build, source_table="consolidate/cases")
    where = index.cells(cases, CASES, "persons_in_situation", among=cases)
    facts = [
        *_answered(respondents, build, index),
        told.count("survey.situations", len(cases), group="cases:", cells=where),
        *(
            one
            for variable in codebook.received(FORMS)
            if variable.closed and variable.block in BLOCKS
            for one in _shares(codebook, variable, respondents, build, partial(_answers_at, index, variable))
        ),
        *_themes(codebook, respondents, build, index),
        *(
            one
            for variable in codebook.table(CASES)
            if variable.closed
            for one in _seen(codebook, variable, cases, told, index)
        ),
    ]
    return {"questionnaire": table(study, facts, rules_read(respondents) | rules_read(cases))}


def _answered(respondents: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    """Responses, professionals, collective responses, structures."""
    weights, collective = respondents["professionals"], respondents["answer_mode.code"] == "group"
    blank = collective & respondents["professionals_consulted.number"].isna()
    where = partial(index.cells, respondents, FORMS)
    yield build.count("survey.responses", len(respondents), group="responses:", cells=where("answer_mode"))
    own = {"group": "responses: answer_mode=group", "base": "responses:"}
    own["cells"] = index.cells(respondents[collective], FORMS, "answer_mode")
    yield build.count("survey.responses_collective", int(collective.sum()), len(respondents), **own)
    rules, cells = ("collectif_non_precise",) if blank.any() else (), where("professionals_consulted")
    yield build.count("survey.professionals", int(weights.sum()), group="professionals:", rules=rules, cells=cells)
    structures = respondents.get("structure.pseudonym", pd.Series("", index=respondents.index)).fillna("")
    if structures.ne("").any():
        cells = index.cells(respondents[structures != ""], FORMS, "structure")
        yield build.count("survey.structures", structures[structures != ""].nunique(), cells=cells)


def _column(variable: Variable, option: Option) -> tuple[str, str]:
    """(column, value) that says an option was chosen."""
    if variable.type == "multiple":
        return f"{variable.name}/{option.code}", "ticked"
    return f"{variable.name}.code", option.code


def _answers_at(index: Places, variable: Variable, asked: pd.DataFrame) -> str:
    return index.cells(asked, FORMS, variable.name)


def _themes(codebook: Codebook, respondents: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact | None]:
    """Themes coded of what they wrote: read at the texts, and at the sheet of themes; nothing where nobody coded."""
    if not coders.AT.keys() <= set(respondents):
        return
    build = replace(build, origin=index.origin(ROLE, coders.ROLE))
    for variable in codebook.table(coders.ROLE):
        if variable.closed:
            yield from _shares(codebook, variable, respondents, build, partial(_themes_at, index, variable))


def _themes_at(index: Places, variable: Variable, asked: pd.DataFrame) -> str:
    coded = asked[list(coders.AT)].rename(columns=coders.AT).dropna()
    written = index.cells(asked, FORMS, variable.name.removesuffix(THEMES))
    return " ; ".join(filter(None, (written, index.cells(coded, coders.ROLE, variable.name))))


def _shares(
    codebook: Codebook,
    variable: Variable,
    respondents: pd.DataFrame,
    build: Builder,
    where: Callable[[pd.DataFrame], str],
) -> Iterator[Fact | None]:
    """For each option, professionals who chose it, and their share of those who were asked; `where`: the cells of these."""
    options = [o for o in codebook.options(variable) if _column(variable, o)[0] in respondents]
    if not options:
        return
    first = respondents[_column(variable, options[0])[0]]
    weights = respondents["professionals"].to_numpy(dtype="int64")
    asked, silent = first.ne("not_asked").to_numpy(), first.eq("no_answer").to_numpy()
    base, blank = int(weights[asked].sum()), int(weights[silent].sum())
    if not base:
        return
    cells = where(respondents[asked])
    for option in options:
        column, value = _column(variable, option)
        chosen = respondents[column].eq(value).to_numpy(dtype=bool)
        total, *ends = (
            int(weights[at].sum()) for at in (chosen, *between(respondents, variable.name, option.code, chosen))
        )
        given: dict[str, Any] = _words(variable, option) | {
            "asked": "" if asked.all() else TO_WHOM,
            "between": (ends[0], ends[1] + blank),
            "group": f"professionals: {variable.name}={option.code}",
            "base": f"professionals: {variable.name}={ASKED}",
            "cells": cells,
        }
        yield build.count("survey.{variable}.{option}", total, base, **given)
        yield build.share("survey.{variable}.{option}_pct", total, base, **given)


def _words(variable: Variable, option: Option) -> dict[str, str]:
    return {"variable": variable.name, "option": option.code, "question": variable.label, "answer": option.label}


def _seen(codebook: Codebook, variable: Variable, cases: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    """For each option, situations where it was ticked. A group may have several: shares of persons need more."""
    options: Sequence[Option] = [o for o in codebook.options(variable) if _column(variable, o)[0] in cases]
    if cases.empty or not options:
        return
    first = cases[_column(variable, options[0])[0]]
    asked, blank = first.ne("not_asked").to_numpy(), int(first.eq("no_answer").sum())
    if not asked.any():
        return
    cells = index.cells(cases[asked], CASES, variable.name, among=cases)
    for option in options:
        column, value = _column(variable, option)
        total = int(cases[column].eq(value).sum())
        given: dict[str, Any] = _words(variable, option) | {"asked": "" if asked.all() else WHERE, "cells": cells}
        given |= {end: f"cases: {variable.name}={code}" for end, code in (("group", option.code), ("base", ASKED))}
        text, limits = "situations.{variable}.{option}", (total, total + blank)
        yield build.count(text, total, int(asked.sum()), between=limits, **given)
