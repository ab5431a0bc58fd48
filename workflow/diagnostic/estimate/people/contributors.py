"""Facts of the professionals who contributed: how many, who they are, what they met, what they lack, what they know.

A collective response counts once per professional, but is one opinion. Each share names its base: where the
publication leaves the base open, its readings stand side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook import loading, model
from diagnostic.codebook.model import CODED, LAW, NEEDS, Asked, Codebook, Indicator
from diagnostic.estimate.facts import Builder, Fact, group_of, table
from diagnostic.estimate.places import Places

# What is read with an answer: a need, a knowledge of the law.
NEED = "Base : tou·tes les répondant·es ; la question n’est posée qu’à qui ne se sent pas assez outillé·e, les autres comptent comme sans besoin dit."
KNOWLEDGE = "« Ne sait pas » n’est pas compté comme une ignorance."


@dataclass(frozen=True)
class Answers:
    """The forms: weights, and what each answered. `places` tells their cells."""

    frame: pd.DataFrame
    weight: pd.Series
    places: Places
    codebook: Codebook

    def asked(self, text: str) -> tuple[Asked, ...]:
        """« took_charge=yes », with the answers that its names stand for."""
        return model.resolved_names(model.parse_asked(text), self.codebook.sets)

    def says(self, text: str) -> pd.Series:
        """Responses that say this (see `asked`)."""
        return self.having(self.asked(text))

    def having(self, asked: Sequence[Asked]) -> pd.Series:
        """Responses where one option at least of each variable was chosen."""
        found = pd.Series(True, index=self.frame.index)
        for variable, codes in asked:
            found &= chosen(self.frame, variable, codes)
        return found

    def group(self, population: str, text: str) -> str:
        """The name of a group (see `facts.group_of`) of those who say this."""
        return group_of(population, *self.asked(text))

    def silent(self, variable: str) -> pd.Series:
        """Responses that were asked and did not answer."""
        return self._column(variable).eq("no_answer")

    def posed(self, variable: str) -> bool:
        """Whether anybody was asked: where a form has not the question, nobody said anything, not even no."""
        return bool(self._column(variable).ne("not_asked").any())

    def _column(self, variable: str) -> pd.Series:
        own = [name for name in self.frame if name == f"{variable}.code" or name.startswith(f"{variable}/")]
        return self.frame[own[0]].astype("str") if own else pd.Series("not_asked", index=self.frame.index)

    def count(self, mask: pd.Series) -> int:
        return int(self.weight[mask].sum())

    def cells(self, *variables: str) -> str:
        return self.places.cells(self.frame, "responses", *variables)


def chosen(frame: pd.DataFrame, variable: str, codes: Sequence[str]) -> pd.Series:
    """Rows where one of the answers was chosen, whether the question takes one or several."""
    found = pd.Series(False, index=frame.index)
    for code in codes:
        if f"{variable}/{code}" in frame:
            found |= frame[f"{variable}/{code}"].astype("str").eq("ticked")
    return found | frame[f"{variable}.code"].astype("str").isin(codes) if f"{variable}.code" in frame else found


def counted(codebook: Codebook, subject: str) -> tuple[Indicator, ...]:
    """The indicators of professionals of a subject."""
    return tuple(one for one in codebook.counted("professional") if one.subject == subject)


def estimate(
    respondents: pd.DataFrame, professionals: pd.DataFrame, places: pd.DataFrame, study: str, **files: bytes
) -> dict[str, pd.DataFrame]:
    """One row per fact on the professionals; none where nobody contributed. `files` is the codebook, as `codebook_…`."""
    if professionals.empty:
        return {"contributors": table(study, [])}
    index = Places(places)
    build = Builder("consolidate/professionals", index.origin("questionnaire", "interview_sheets"))
    codebook = loading.load(loading.given(files))
    facts: list[Fact | None] = list(_union(professionals, index, codebook, build))
    if len(respondents):
        answers = Answers(respondents, respondents["professionals"].astype(int), index, codebook)
        forms = replace(build, source_table="consolidate/respondents")
        facts += [*_sizes(answers, forms), *_support(answers, forms), *_of_all(answers, forms)]
    return {"contributors": table(study, facts)}


def _union(professionals: pd.DataFrame, places: Places, codebook: Codebook, build: Builder) -> Iterator[Fact]:
    forms = professionals["source"].eq("response")
    answered, interviewed = professionals[forms], professionals[~forms]

    def cells(of_forms: str, *of_interviews: str) -> str:
        met = places.cells(interviewed, "interview_records", *of_interviews)
        return " ; ".join(filter(None, (places.cells(answered, "responses", of_forms), met)))

    where = cells("professionals_consulted", "people_met", "already_answered")
    total, low, high = (int(professionals[f"professionals{end}"].sum()) for end in ("", "_low", "_high"))
    rules = tuple(dict.fromkeys(rule for text in professionals["rules"] for rule in text.split("; ") if rule))
    yield build.count("pros.total_distinct", total, between=(low, high), rules=rules, cells=where)
    if (~forms).any():
        met = interviewed["met"]
        blank = interviewed["rules"].str.contains("rencontre_non_precisee")
        value = int(met.sum())
        limits = (value, value + int(blank.sum()) * (int(met.max()) - 1))
        rules = ("rencontre_non_precisee",) if blank.any() else ()
        own = places.cells(interviewed, "interview_records", "people_met")
        yield build.count("interviews.professionals", value, between=limits, rules=rules, cells=own)
    yield from _identified(professionals, replace(build, cells=where), total)
    for indicator in counted(codebook, CODED):
        ((variable, codes),) = indicator.asked
        inside = professionals[variable].isin(codes)
        found = int(professionals.loc[inside, "professionals"].sum())
        uncoded = professionals[variable].isin(["not_asked", "no_answer"])
        most = int(professionals.loc[uncoded | inside, "professionals_high"].sum())
        words = {"coded_indicator": indicator.fact_id, "name": indicator.label, "cells": cells(variable, variable)}
        yield build.count("{coded_indicator}", found, total, between=(found, most), **words)


def _identified(professionals: pd.DataFrame, build: Builder, total: int) -> Iterator[Fact]:
    """Who identified a risk or a situation. The share rises with those who did and falls with those who did not."""
    value, low, high = (int(professionals[f"identified{end}"].sum()) for end in ("", "_low", "_high"))
    told = professionals["identified_high"].gt(0)
    others = professionals[professionals["source"].eq("interview") | ~told]
    others_high = int((others["professionals_high"] - others["identified_low"]).sum())
    others_low = int(professionals.loc[~told, "professionals_low"].sum())
    yield build.count("pros.identified", value, total, between=(low, high))
    if total:
        share = 100 * value / total
        limits = (_over(low, others_high, share), _over(high, others_low, share))
        yield build.fact("pros.identified_pct", share, limits, numerator=value, denominator=total)


def _over(some: float, others: float, otherwise: float) -> float:
    return 100 * some / (some + others) if some + others else otherwise


def _sizes(answers: Answers, build: Builder) -> Iterator[Fact]:
    """Collective responses: their sizes, and how few independent opinions the whole amounts to."""
    weight, frame = answers.weight, answers.frame
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    build = replace(build, cells=answers.cells("professionals_consulted"))
    yield build.fact("survey.effective_responses", effective)
    sizes = frame.loc[frame["answer_mode.code"].eq("group"), "professionals_consulted.number"].dropna()
    if len(sizes):
        yield build.fact("survey.collective_size", value_text=f"{sizes.min()}..{sizes.max()}")


def _support(answers: Answers, build: Builder) -> Iterator[Fact | None]:
    """Who took charge of persons, who of them is not equipped enough and on which bases, who was trained."""
    everyone, responses = int(answers.weight.sum()), len(answers.frame)
    took, maybe = (answers.count(said) for said in _asked(answers, "took_charge", "yes"))
    given: dict[str, Any] = {
        "base": "professionals:",
        "group": answers.group("professionals", "took_charge=yes"),
        "cells": answers.cells("took_charge"),
    }
    yield build.count("pros.took_charge", took, everyone, between=(took, took + maybe), **given)
    yield from _under_equipped(answers, took, build)
    ill, silent = _asked(answers, "sufficiently_equipped", "no")
    for name, unit, some, blank, base in (
        ("respondents", "professional", answers.count(ill), answers.count(silent), everyone),
        ("responses", "response", int(ill.sum()), int(silent.sum()), responses),
    ):
        own = {"group": answers.group(f"{unit}s", "sufficiently_equipped=no"), "base": f"{unit}s:"}
        text, cells = f"pros.under_equipped_{name}_pct", answers.cells("sufficiently_equipped")
        yield build.share(text, some, base, between=(some, some + blank), cells=cells, **own)
    if answers.posed("training_followed"):
        trained, unknown = (answers.count(said) for said in _asked(answers, "training_followed", "yes"))
        given["group"] = answers.group("professionals", "training_followed=yes")
        given["cells"] = answers.cells("training_followed")
        yield build.count("pros.training_followed", trained, everyone, between=(trained, trained + unknown), **given)


def _asked(answers: Answers, variable: str, code: str) -> tuple[pd.Series, pd.Series]:
    """Responses that give this answer, and those that give none where the question was put."""
    return answers.says(f"{variable}={code}"), answers.silent(variable)


def _under_equipped(answers: Answers, took: int, build: Builder) -> Iterator[Fact]:
    """Of those who took charge of persons, the ones who are not equipped enough; a blank on either leaves both open."""
    charged, unsaid = _asked(answers, "took_charge", "yes")
    ill, silent = _asked(answers, "sufficiently_equipped", "no")
    found, quiet = answers.count(charged & ill), answers.count(charged & silent)
    more = quiet + answers.count(unsaid & (ill | silent))
    fine, perhaps = took - found - quiet, answers.count(unsaid & ~ill)
    given: dict[str, Any] = {
        "numerator": found,
        "denominator": took,
        "group": answers.group("professionals", "took_charge=yes & sufficiently_equipped=no"),
        "base": answers.group("professionals", "took_charge=yes"),
        "cells": answers.cells("took_charge", "sufficiently_equipped"),
    }
    yield build.fact("pros.under_equipped", found, (found, found + more), **given)
    if took:
        share = 100 * found / took
        least = _over(found, fine + quiet + perhaps, share)
        limits = (min(share, least), _over(found + more, fine, share))
        yield build.fact("pros.under_equipped_pct", share, limits, **given)


def _of_all(answers: Answers, build: Builder) -> Iterator[Fact | None]:
    """Needs, and what is known of the law, over all respondents: who was not asked has not said the need."""
    for indicator in counted(answers.codebook, NEEDS):
        given: dict[str, Any] = {"rules": ("non_pose_compte_non",), "caution": NEED}
        yield from _over_all(answers, build, indicator, "needs", "sufficiently_equipped", **given)
    for indicator in counted(answers.codebook, LAW):
        yield from _over_all(answers, build, indicator, *indicator.variables, caution=KNOWLEDGE)


def _over_all(
    answers: Answers, build: Builder, indicator: Indicator, *variables: str, **given: Any
) -> Iterator[Fact | None]:
    """An answer of professionals and its share of all respondents; a blank to one of the `variables` leaves it open."""
    everyone, found = int(answers.weight.sum()), answers.count(answers.having(indicator.asked))
    blank = answers.count(np.any([answers.silent(name) for name in variables], axis=0))
    given |= {
        "between": (found, found + blank),
        "group": group_of("professionals", *indicator.asked),
        "base": "professionals:",
        "cells": answers.cells(*variables),
        "professional_indicator": indicator.fact_id,
        "name": indicator.label,
    }
    yield build.count("{professional_indicator}", found, everyone, **given)
    yield build.share("{professional_indicator}_pct", found, everyone, **given)
