"""Facts of the professionals who contributed: how many, who they are, what they met, what they lack, what they know.

A collective response counts once per professional, but is one opinion. Each share names its base: where the
publication leaves the base open, its readings stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading, terms
from diagnostic.codebook.indicators import CODED, LAW, NEEDS, Indicator
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.terms import Asked
from diagnostic.estimate.facts import Fact, group_of, table, weakest
from diagnostic.estimate.places import Places

EVERYONE = "professionnel·les distinct·es ayant contribué, questionnaires et entretiens"
RESPONDENTS = "professionnel·les ayant répondu au questionnaire"
CHARGED = "professionnel·les ayant répondu qui ont déjà pris en charge des personnes"
SOURCE = "consolidate/professionals"
READINGS = (
    "Ce pourcentage se lit sur trois bases, données côte à côte : celles et ceux qui ont pris en charge des personnes, "
    "tou·tes les répondant·es, ou les réponses."
)


@dataclass(frozen=True)
class Answers:
    """The forms: weights, and what each answered. `places` tells their cells."""

    frame: pd.DataFrame
    weight: pd.Series
    places: Places
    codebook: Codebook

    def asked(self, text: str) -> tuple[Asked, ...]:
        """« took_charge=yes », with the answers that its names stand for."""
        return terms.resolved(terms.parse(text), self.codebook.sets)

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


def counted(codebook: Codebook, start: str) -> tuple[Indicator, ...]:
    """The indicators of professionals whose identifiers begin so."""
    return tuple(one for one in codebook.counted("professional") if one.fact_id.startswith(start))


def estimate(
    respondents: pd.DataFrame,
    professionals: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    **files: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact on the professionals; none where nobody contributed. `files` is the codebook, as `codebook_…`."""
    if professionals.empty:
        return {"contributors": table(study, [])}
    used = [origin for role, origin in origins.items() if role in ("questionnaire", "interview_sheets")]
    fact = partial(Fact, unit="professional", source_table=SOURCE, origin=weakest(used or ["observed"]))
    index = Places(places)
    codebook = loading.load(loading.given(files))
    facts = list(_union(professionals, index, codebook, fact))
    if len(respondents):
        answers = Answers(respondents, respondents["professionals"].astype(int), index, codebook)
        forms = partial(fact, source_table="consolidate/respondents")
        facts += [*_sizes(answers, forms), *_support(answers, forms), *_needs(answers, forms), *_law(answers, forms)]
    return {"contributors": table(study, facts)}


def bounded(value: float, low: float, high: float) -> dict[str, Any]:
    """The bounds of a fact, where they say something."""
    return {} if low >= value and high <= value else {"low": low, "high": high, "interval_kind": "bounds"}


def _union(professionals: pd.DataFrame, places: Places, codebook: Codebook, fact: partial[Fact]) -> Iterator[Fact]:
    forms = professionals["source"].eq("response")
    answered, interviewed = professionals[forms], professionals[~forms]

    def cells(of_forms: str, *of_interviews: str) -> str:
        found = (
            places.cells(answered, "responses", of_forms),
            places.cells(interviewed, "interview_records", *of_interviews),
        )
        return " ; ".join(text for text in found if text)

    where = cells("professionals_consulted", "people_met", "already_answered")
    total, low, high = (int(professionals[f"professionals{end}"].sum()) for end in ("", "_low", "_high"))
    rules = tuple(dict.fromkeys(rule for text in professionals["rules"] for rule in text.split("; ") if rule))
    yield fact(
        fact_id="pros.total_distinct",
        label="professionnel·les distinct·es ayant contribué",
        measure="count",
        universe=EVERYONE,
        value=total,
        formula="répondant·es, plus personnes rencontrées, moins celles qui ont fait les deux",
        method="Qui a rempli le questionnaire et a été rencontré·e ne compte qu’une fois.",
        rules=rules,
        cells=where,
        **bounded(total, low, high),
    )
    if (~forms).any():
        met = interviewed["met"]
        blank = interviewed["rules"].str.contains("rencontre_non_precisee")
        value = int(met.sum())
        yield fact(
            fact_id="interviews.professionals",
            label="professionnel·les rencontré·es en entretien",
            measure="count",
            universe="professionnel·les rencontré·es",
            value=value,
            formula="somme des professionnel·les de chaque entretien",
            rules=("rencontre_non_precisee",) if blank.any() else (),
            cells=places.cells(interviewed, "interview_records", "people_met"),
            **bounded(value, value, value + int(blank.sum()) * (int(met.max()) - 1)),
        )
    yield from _identified(professionals, fact, total, where)
    for indicator in counted(codebook, CODED):
        ((variable, codes),) = indicator.asked
        inside = professionals[variable].isin(codes)
        found = int(professionals.loc[inside, "professionals"].sum())
        uncoded = professionals[variable].isin(["not_asked", "no_answer"])
        most = int(professionals.loc[uncoded | inside, "professionals_high"].sum())
        yield fact(
            fact_id=indicator.fact_id,
            label=indicator.label,
            measure="count",
            universe=EVERYONE,
            value=found,
            numerator=found,
            denominator=total,
            formula="professionnel·les de cette catégorie, une réponse collective y comptant tou·tes les sien·nes",
            method="Là où la catégorie n’est pas dite, dans une réponse ou un entretien, la borne haute la compte.",
            cells=cells(variable, variable),
            **bounded(found, found, most),
        )


def _identified(professionals: pd.DataFrame, fact: partial[Fact], total: int, where: str) -> Iterator[Fact]:
    """Who identified a risk or a situation. The share rises with those who did and falls with those who did not."""
    value, low, high = (int(professionals[f"identified{end}"].sum()) for end in ("", "_low", "_high"))
    told = professionals["identified_high"].gt(0)
    others_high = int(
        (professionals["professionals_high"] - professionals["identified_low"])
        .where(professionals["source"].eq("interview") | ~told, 0)
        .sum()
    )
    others_low = int(professionals.loc[~told, "professionals_low"].sum())
    shared: dict[str, Any] = {
        "universe": EVERYONE,
        "numerator": value,
        "denominator": total,
        "formula": "professionnel·les ayant coché un repérage ou décrit une situation",
        "method": "Un entretien où une situation est décrite compte tou·tes les professionnel·les rencontré·es ; la borne "
        "basse n’en compte qu’un·e.",
        "rules": ("entretien_avec_situation",),
        "cells": where,
    }
    yield fact(
        fact_id="pros.identified",
        label="professionnel·les ayant déjà identifié des situations ou des risques",
        measure="count",
        value=value,
        **shared,
        **bounded(value, low, high),
    )
    if total:
        share = 100 * value / total
        yield fact(
            fact_id="pros.identified_pct",
            label="professionnel·les ayant déjà identifié des situations ou des risques, part",
            measure="percent",
            value=share,
            **shared,
            **bounded(share, _over(low, others_high, share), _over(high, others_low, share)),
        )


def _over(some: float, others: float, otherwise: float) -> float:
    return 100 * some / (some + others) if some + others else otherwise


def _sizes(answers: Answers, fact: partial[Fact]) -> Iterator[Fact]:
    """Collective responses: their sizes, and how few independent opinions the whole amounts to."""
    weight, frame = answers.weight, answers.frame
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    yield fact(
        fact_id="survey.effective_responses",
        label="réponses indépendantes que vaut l’ensemble",
        unit="response",
        measure="estimate",
        universe=RESPONDENTS,
        value=effective,
        formula="effectif de Kish : carré de la somme des professionnel·les, sur la somme de leurs carrés",
        method="Une réponse collective porte un seul avis pour plusieurs. Ce n’est pas une marge d’erreur : personne n’a été tiré·e au sort.",
        cells=answers.cells("professionals_consulted"),
    )
    sizes = frame.loc[frame["answer_mode.code"].eq("group"), "professionals_consulted.number"].dropna()
    if len(sizes):
        yield fact(
            fact_id="survey.collective_size",
            label="taille des réponses collectives",
            unit="response",
            measure="text",
            universe="réponses collectives qui disent leur nombre",
            value_text=f"{sizes.min()}..{sizes.max()}",
            formula="plus petite et plus grande taille",
            cells=answers.cells("professionals_consulted"),
        )


def _support(answers: Answers, fact: partial[Fact]) -> Iterator[Fact]:
    charged, unsaid = answers.says("took_charge=yes"), answers.silent("took_charge")
    took, maybe = answers.count(charged), answers.count(unsaid)
    everyone, responses = int(answers.weight.sum()), len(answers.frame)
    ill, silent = answers.says("sufficiently_equipped=no"), answers.silent("sufficiently_equipped")
    yield fact(
        fact_id="pros.took_charge",
        label="professionnel·les ayant déjà pris en charge des personnes",
        measure="count",
        universe=RESPONDENTS,
        value=took,
        numerator=took,
        denominator=everyone,
        group=answers.group("professionals", "took_charge=yes"),
        base="professionals:",
        formula="réponse « oui » à la prise en charge, une réponse collective comptant pour ses professionnel·les",
        cells=answers.cells("took_charge"),
        **bounded(took, took, took + maybe),
    )
    found = answers.count(charged & ill)
    more = answers.count(charged & silent) + answers.count(unsaid & (ill | silent))
    fine, perhaps = took - found - answers.count(charged & silent), answers.count(unsaid & ~ill)
    shared: dict[str, Any] = {
        "universe": CHARGED,
        "numerator": found,
        "denominator": took,
        "group": answers.group("professionals", "took_charge=yes & sufficiently_equipped=no"),
        "base": answers.group("professionals", "took_charge=yes"),
        "formula": "réponse « non » à « assez outillé·e », parmi celles et ceux qui ont pris en charge des personnes",
        "method": READINGS,
        "cells": answers.cells("took_charge", "sufficiently_equipped"),
    }
    yield fact(
        fact_id="pros.under_equipped",
        label="insuffisamment outillé·es, parmi celles et ceux qui ont pris en charge des personnes",
        measure="count",
        value=found,
        **shared,
        **bounded(found, found, found + more),
    )
    if took:
        share = 100 * found / took
        least = _over(found, fine + answers.count(charged & silent) + perhaps, share)
        yield fact(
            fact_id="pros.under_equipped_pct",
            label="insuffisamment outillé·es, parmi celles et ceux qui ont pris en charge des personnes, part",
            measure="percent",
            value=share,
            **shared,
            **bounded(share, min(share, least), _over(found + more, fine, share)),
        )
    for name, label, unit, some, base, blank, universe in (
        (
            "respondents",
            "parmi tou·tes les répondant·es",
            "professional",
            answers.count(ill),
            everyone,
            answers.count(silent),
            RESPONDENTS,
        ),
        ("responses", "en réponses", "response", int(ill.sum()), responses, int(silent.sum()), "réponses reçues"),
    ):
        yield fact(
            fact_id=f"pros.under_equipped_{name}_pct",
            label=f"insuffisamment outillé·es, {label}, part",
            unit=unit,
            measure="percent",
            universe=universe,
            value=100 * some / base,
            numerator=some,
            denominator=base,
            group=answers.group(f"{unit}s", "sufficiently_equipped=no"),
            base=f"{unit}s:",
            formula="réponse « non » à « assez outillé·e » ; la question non posée ne compte pas comme un « non »",
            method=READINGS,
            rules=("non_pose_compte_non",),
            cells=answers.cells("sufficiently_equipped"),
            **bounded(100 * some / base, 100 * some / base, 100 * (some + blank) / base),
        )
    trained, unknown = (
        answers.count(answers.says("training_followed=yes")),
        answers.count(answers.silent("training_followed")),
    )
    yield fact(
        fact_id="pros.training_followed",
        label="professionnel·les ayant suivi une formation sur la prostitution",
        measure="count",
        universe=RESPONDENTS,
        value=trained,
        numerator=trained,
        denominator=everyone,
        group=answers.group("professionals", "training_followed=yes"),
        base="professionals:",
        formula="réponse « oui » à la formation suivie ; une formation prévue est comptée à part",
        cells=answers.cells("training_followed"),
        **bounded(trained, trained, trained + unknown),
    )


def _needs(answers: Answers, fact: partial[Fact]) -> Iterator[Fact]:
    """Needs over all respondents: who was not asked has not said the need."""
    blank = answers.count(answers.silent("needs") | answers.silent("sufficiently_equipped"))
    for indicator in counted(answers.codebook, NEEDS):
        yield from _over_all(
            answers,
            fact,
            indicator,
            blank,
            "Base : tou·tes les répondant·es ; la question n’est posée qu’à qui ne se sent pas assez outillé·e, les autres comptent comme sans besoin dit.",
            ("non_pose_compte_non",),
            answers.cells("needs", "sufficiently_equipped"),
        )


def _law(answers: Answers, fact: partial[Fact]) -> Iterator[Fact]:
    for indicator in counted(answers.codebook, LAW):
        (variable,) = indicator.variables
        yield from _over_all(
            answers,
            fact,
            indicator,
            answers.count(answers.silent(variable)),
            "« Ne sait pas » n’est pas compté comme une ignorance.",
            (),
            answers.cells(variable),
        )


def _over_all(
    answers: Answers,
    fact: partial[Fact],
    indicator: Indicator,
    blank: int,
    method: str,
    rules: tuple[str, ...],
    cells: str,
) -> Iterator[Fact]:
    name, label = indicator.fact_id, indicator.label
    everyone, found = int(answers.weight.sum()), answers.count(answers.having(indicator.asked))
    shared: dict[str, Any] = {
        "universe": RESPONDENTS,
        "numerator": found,
        "denominator": everyone,
        "group": group_of("professionals", *indicator.asked),
        "base": "professionals:",
        "method": method,
        "rules": rules,
        "cells": cells,
    }
    made = "professionnel·les qui ont cette réponse, une réponse collective comptant pour ses professionnel·les"
    yield fact(
        fact_id=name,
        label=label,
        measure="count",
        value=found,
        formula=made,
        **shared,
        **bounded(found, found, found + blank),
    )
    share = 100 * found / everyone
    yield fact(
        fact_id=f"{name}_pct",
        label=f"{label}, part",
        measure="percent",
        value=share,
        formula=f"{made}, sur tou·tes les répondant·es",
        **shared,
        **bounded(share, share, 100 * (found + blank) / everyone),
    )
