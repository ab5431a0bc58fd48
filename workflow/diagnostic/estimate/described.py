"""Facts of the persons described: how many, who they are, what they live through, where and how.

Each has its base, and bounds that say what the answers leave open; no sampling interval, as nobody was drawn. Counts
are a minima. They cover the years that respondents tell of, and are never added to a snapshot of advertisements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.indicators import Indicator
from diagnostic.codebook.meaning import STATUS, meaning
from diagnostic.codebook.model import DONT_KNOW, Codebook, Variable
from diagnostic.codebook.terms import SOME
from diagnostic.consolidate.people import middle
from diagnostic.estimate.facts import INFORMED, UNKNOWN, Fact, group_of, table, weakest
from diagnostic.estimate.places import Places, finder
from diagnostic.estimate.tally import Choices, Described, Tally, counted, prepare
from diagnostic.french import number

CONCERNED = "personnes concernées, à risque ou en situation de prostitution, décrites par les professionnel·les"
UNIVERSE = "personnes en situation de prostitution probable ou avérée, décrites par les professionnel·les"
SITUATIONS = "situations décrites dans les questionnaires et en entretien"
SOURCE = "consolidate/described"
OPEN = (
    "Bornes : ce que laissent ouvert les cases vides, les fourchettes, les groupes mixtes et les situations à trancher."
)
UNDECIDED = (  # said whether or not there are any: a sentence that comes and goes would tell
    "Tant que des paires de situations restent à trancher, la borne basse compte une fois le plus de personnes possible. "
    "Des descriptions trop différentes pour être rapprochées comptent à part."
)
WINDOW = "Les faits couvrent plusieurs années : ce nombre ne se compare pas à une photographie."
UNCODED = "vulnerability"
BASE = "prostitution"  # the population of persons in prostitution, in the names of groups


def estimate(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    **files: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact on the persons described; none without situations. `files` is the codebook, as `codebook_…`."""
    if described.empty:
        return {"described_facts": table(study, [])}
    codebook = loading.load(loading.given(files))
    said = meaning(codebook)
    ready, alone = prepare(described, pairs, said), prepare(described, pairs, said, Choices(one_per_situation=True))
    used = [
        origin for role, origin in origins.items() if role in ("questionnaire", "interview_sheets", "situation_coding")
    ]
    fact = partial(Fact, unit="person", source_table=SOURCE, origin=weakest(used or ["observed"]))
    cells = finder(Places(places), described)
    common = _rules(described, pairs)
    facts = [
        *_totals(ready, pairs, fact, cells, common),
        *(
            one
            for indicator in codebook.counted("person")
            for one in _indicator(ready, alone, indicator, fact, cells, common)
        ),
        *_unknown(ready, codebook, fact, cells, common),
        *_situation_counts(alone, codebook.counted("situation"), fact, cells, common),
        *(
            one
            for variable in codebook.table("situations")
            if variable.closed and variable.name != STATUS
            for one in _every_option(ready, codebook, variable, fact, cells, common)
        ),
        *_years(described, fact, cells),
    ]
    return {"described_facts": table(study, facts)}


def _rules(described: pd.DataFrame, pairs: pd.DataFrame) -> tuple[str, ...]:
    """The counting rules that touched some number of persons."""
    written = described["persons_low"].ne(described["persons_high"]).fillna(True).astype(bool)
    blank = described["persons_blank"].astype(bool)
    touched = {
        "effectif_non_precise": blank.any(),
        "plus_petit_nombre": (written & ~blank).any(),
        "doublons_reunis": pairs["status"].eq("same").any(),
        "doublons_a_trancher": pairs["status"].isin(["undecided", "contradictory"]).any(),
    }
    return tuple(name for name, found in touched.items() if found)


def _limits(value: float, low: float, high: float) -> dict[str, Any]:
    if low >= value and high <= value:
        return {}
    return {"low": low, "high": high, "interval_kind": "bounds"}


def _totals(
    ready: Described, pairs: pd.DataFrame, fact: partial[Fact], cells: Callable[[str], str], rules: tuple[str, ...]
) -> Iterator[Fact]:
    frame, everyone = ready.frame, ready.everyone
    where = cells("persons_in_situation")
    merged = len(frame) - ready.sizes.groups
    open_ = int(pairs["status"].isin(["undecided", "contradictory"]).sum())
    situation = partial(fact, unit="situation", measure="count", universe=SITUATIONS, cells=where)
    yield situation(
        fact_id="shared.situations",
        label="situations décrites",
        group="described:",
        value=len(frame),
        formula="lignes du tableau des situations",
    )
    for source, label in (("response", "dans les questionnaires"), ("interview", "en entretien")):
        count = int((frame["source"] == source).sum())
        yield situation(
            fact_id=f"shared.situations_{source}",
            label=f"situations décrites {label}",
            group=group_of("described", ("source", (source,))),
            base="described:",
            value=count,
            numerator=count,
            denominator=len(frame),
            formula="lignes du tableau des situations, par source",
        )
    yield situation(
        fact_id="shared.situations_merged",
        label="situations réunies à une autre",
        value=merged,
        numerator=merged,
        denominator=len(frame),
        formula="situations que l’équipe dit être celles d’autres descriptions",
        rules=("doublons_reunis",) if merged else (),
    )
    yield situation(
        fact_id="shared.pairs_open",
        label="paires de situations à trancher",
        value=open_,
        formula="paires assez semblables pour décrire les mêmes personnes, sans décision",
        rules=("doublons_a_trancher",) if open_ else (),
    )
    concerned, prostitution = ready.tally(everyone, everyone), ready.tally(ready.prostitution, everyone)
    central = ready.sizes.largest(middle(frame))
    for name, label, tally, universe in (
        ("persons_concerned", "personnes concernées, a minima", concerned, CONCERNED),
        (
            "persons_prostitution",
            "personnes en situation de prostitution probable ou avérée, a minima",
            prostitution,
            CONCERNED,
        ),
    ):
        yield fact(
            fact_id=f"shared.{name}",
            label=label,
            measure="count",
            universe=universe,
            group="concerned:" if name == "persons_concerned" else "prostitution:",
            value=tally.value,
            formula="somme des personnes de chaque situation, le plus petit nombre de chaque réponse",
            method=f"Nombre a minima : ni un recensement, ni une estimation de toutes les personnes. {UNDECIDED} {WINDOW}",
            rules=rules,
            cells=where if name == "persons_concerned" else f"{where} ; {cells('situation_status')}",
            **_limits(tally.value, tally.low, tally.high),
        )
        inside = central if name == "persons_concerned" else central * (ready.status == 2)
        yield fact(
            fact_id=f"shared.{name}_central",
            label=label.replace("a minima", "nombre central"),
            measure="estimate",
            universe=universe,
            value=float(inside.sum()),
            formula="somme des nombres écrits ou du milieu des fourchettes ; sans nombre, la moyenne des autres",
            rules=("nombre_central",),
            cells=where,
            **_limits(float(inside.sum()), tally.low, max(tally.high, float(inside.sum()))),
        )
    for name, label, mask in (
        ("persons_risk", "personnes à risque seulement", ready.status == 1),
        ("persons_status_unknown", "personnes dont le statut n’est pas dit", ready.status == 0),
    ):
        yield fact(
            fact_id=f"shared.{name}",
            label=label,
            measure="count",
            universe=CONCERNED,
            group=group_of("concerned", ("in_prostitution", ("no" if name == "persons_risk" else "unknown",))),
            base="concerned:",
            value=float((everyone.value * mask).sum()),
            numerator=float((everyone.value * mask).sum()),
            denominator=concerned.value,
            formula="somme des personnes des situations de ce statut",
            rules=rules,
            cells=f"{where} ; {cells('situation_status')}",
        )
    for source, label in (("response", "questionnaires"), ("interview", "entretiens")):
        own = frame["source"].eq(source).to_numpy()
        yield fact(
            fact_id=f"shared.persons_{source}",
            label=f"personnes décrites dans les {label}, avant rapprochement",
            measure="count",
            universe=CONCERNED,
            value=float((ready.sizes.study * own).sum()),
            formula="somme des personnes des situations de cette source, sans rapprocher les doublons",
            rules=tuple(rule for rule in rules if not rule.startswith("doublons")),
            cells=where,
        )


def universe(indicator: Indicator) -> str:
    """Who the base of an indicator is, in words."""
    if indicator.told:
        return f"{UNIVERSE}, renseignées sur ce point"
    return f"{UNIVERSE}, {indicator.within_label}" if indicator.within else UNIVERSE


def _indicator(
    ready: Described,
    alone: Described,
    indicator: Indicator,
    fact: partial[Fact],
    cells: Callable[[str], str],
    rules: tuple[str, ...],
) -> Iterator[Fact]:
    tally = counted(ready, indicator.asked, indicator.told, indicator.within)
    if tally is None:
        return
    variables = indicator.variables
    informed = ((indicator.told, (INFORMED,)),) if indicator.told else ()
    here = partial(
        fact, group=group_of(BASE, *informed, *indicator.asked), base=group_of(BASE, *informed, *indicator.within)
    )
    names = (indicator.count_id, indicator.share_id)
    yield from _both(tally, names, indicator.label, universe(indicator), variables, here, cells, rules, indicator.note)
    if indicator.as_situations:
        told = counted(alone, indicator.asked)
        if told and told.share is not None:
            yield fact(
                fact_id=f"{indicator.fact_id}_situations_pct",
                label=f"{indicator.label}, part des situations",
                unit="situation",
                measure="percent",
                universe="situations de prostitution probable ou avérée",
                value=told.share,
                numerator=told.value,
                denominator=told.base,
                formula="situations où la réponse est cochée, sur les situations",
                method=f"{indicator.note} {OPEN}".strip(),
                rules=tuple(rule for rule in rules if rule.startswith("doublons")),
                cells=" ; ".join(cells(variable) for variable in variables),
                **_limits(told.share, told.share_low or 0.0, told.share_high or 0.0),
            )


def _both(
    tally: Tally,
    names: tuple[str, str],
    label: str,
    universe: str,
    variables: tuple[str, ...],
    fact: partial[Fact],
    cells: Callable[[str], str],
    rules: tuple[str, ...],
    note: str = "",
) -> Iterator[Fact]:
    """The number and its share, under these two names, with what bounds them."""
    shared: dict[str, Any] = {
        "universe": universe,
        "numerator": tally.value,
        "denominator": tally.base,
        "rules": (*rules, "groupe_mixte"),
        "cells": " ; ".join(filter(None, (cells(v) for v in ("persons_in_situation", "situation_status", *variables)))),
    }
    limits = _limits(tally.value, tally.low, tally.high)
    said = f"{note} {OPEN}".strip()
    yield fact(
        fact_id=names[0],
        label=label,
        measure="count",
        value=tally.value,
        formula="personnes de la base qui ont la réponse",
        method=said,
        **shared,
        **limits,
    )
    if tally.share is not None:
        yield fact(
            fact_id=names[1],
            label=f"{label}, part",
            measure="percent",
            value=tally.share,
            formula="personnes de la base qui ont la réponse, sur les personnes de la base",
            method=said,
            **shared,
            **_limits(tally.share, tally.share_low or 0.0, 100.0 if tally.share_high is None else tally.share_high),
        )


def _unknown(
    ready: Described, codebook: Codebook, fact: partial[Fact], cells: Callable[[str], str], rules: tuple[str, ...]
) -> Iterator[Fact]:
    """Persons of whom nothing is known on a point, and the bases of living conditions."""
    base = ready.prostitution
    total = float(base.value.sum())
    for name, label, variable in (
        ("profile.age_unknown", "âge inconnu", "age_band"),
        ("profile.nationality_unknown", "nationalité inconnue", "nationality"),
        ("profile.gender_unknown", "genre inconnu", "gender"),
        ("pimp.unknown", "présence d’un·e proxénète inconnue", "pimp_presence"),
        ("forms.unknown", "forme inconnue", "prostitution_form"),
        ("vuln.none", "aucun facteur repéré", UNCODED),
    ):
        chosen = ready.options(variable)
        names = [code for code in chosen if code in codebook.sets[variable][SOME]]
        if not names:
            continue
        told = (
            sum(ready.tally(ready.having((variable, (code,))), base).value for code in names)
            if variable in ready.meaning.exclusive
            else ready.tally(ready.having((variable, tuple(names))), base).value
        )
        missing = max(0.0, total - told)
        shared: dict[str, Any] = {
            "universe": UNIVERSE,
            "group": group_of(BASE, (variable, (UNKNOWN,))),
            "base": group_of(BASE),
            "numerator": missing,
            "denominator": total,
            "formula": "personnes de la base, moins celles dont la réponse est connue",
            "method": "Réponse absente, « ne sait pas », ou personne d’un groupe mixte dont la réponse n’est pas connue.",
            "rules": (*rules, "groupe_mixte"),
            "cells": f"{cells('persons_in_situation')} ; {cells(variable)}",
        }
        yield fact(fact_id=name, label=label, measure="count", value=missing, **shared)
        if total:
            yield fact(
                fact_id=f"{name}_pct", label=f"{label}, part", measure="percent", value=100 * missing / total, **shared
            )
    for name, variable, label in (
        ("finance", "finances", "situation financière"),
        ("occupation", "occupation", "situation professionnelle"),
        ("housing", "housing", "logement"),
    ):
        if ready.options(variable):
            tally = ready.tally(ready.informed(variable), base)
            yield fact(
                fact_id=f"cond.base_{name}",
                label=f"personnes renseignées : {label}",
                measure="count",
                universe=UNIVERSE,
                group=group_of(BASE, (variable, (INFORMED,))),
                base=group_of(BASE),
                value=tally.value,
                numerator=tally.value,
                denominator=tally.base,
                formula="personnes des situations où la question a une réponse autre que « ne sait pas »",
                rules=rules,
                cells=f"{cells('persons_in_situation')} ; {cells(variable)}",
                **_limits(tally.value, tally.low, tally.high),
            )


def _situation_counts(
    alone: Described,
    indicators: Iterable[Indicator],
    fact: partial[Fact],
    cells: Callable[[str], str],
    rules: tuple[str, ...],
) -> Iterator[Fact]:
    """Situations, and not persons, by place; those that describe the same persons count once."""
    for indicator in indicators:
        tally = counted(alone, indicator.asked)
        if tally is None:
            continue
        yield fact(
            fact_id=indicator.fact_id,
            label=indicator.label,
            unit="situation",
            measure="count",
            universe="situations de prostitution probable ou avérée",
            value=tally.value,
            numerator=tally.value,
            denominator=tally.base,
            formula="situations où la réponse est cochée",
            rules=tuple(rule for rule in rules if rule.startswith("doublons")),
            cells=" ; ".join(cells(variable) for variable in indicator.variables),
            **_limits(tally.value, tally.low, tally.high),
        )


def _every_option(
    ready: Described,
    codebook: Codebook,
    question: Variable,
    fact: partial[Fact],
    cells: Callable[[str], str],
    rules: tuple[str, ...],
) -> Iterator[Fact]:
    """Persons by answer to one closed question; « ne sait pas » is no answer about them."""
    variable, chosen = question.name, ready.options(question.name)
    for option in codebook.options(question):
        if option.code != DONT_KNOW and chosen.get(option.code) is not None and chosen[option.code].any():
            tally = ready.tally(ready.having((variable, (option.code,))), ready.prostitution)
            name = f"persons.{variable}.{option.code}"
            label = f"{question.label} : {option.label}"
            here = partial(fact, group=group_of(BASE, (variable, (option.code,))), base=group_of(BASE))
            yield from _both(tally, (name, f"{name}_pct"), label, UNIVERSE, (variable,), here, cells, rules)


def _years(described: pd.DataFrame, fact: partial[Fact], cells: Callable[[str], str]) -> Iterator[Fact]:
    """The years of the facts told; earlier ones, without a year, are left out."""
    found = described["year.code"].astype("str") if "year.code" in described else pd.Series([], dtype="str")
    years = sorted(int(code) for code in found if code.isdigit())
    if not years:
        return
    shared: dict[str, Any] = {"unit": "situation", "universe": SITUATIONS, "cells": cells("year")}
    yield fact(
        fact_id="shared.reference_years",
        label="années des faits décrits",
        measure="date",
        value_text=f"{years[0]}/{years[-1]}",
        formula="première et dernière année des faits",
        **shared,
    )
    yield fact(
        fact_id="shared.reference_window_years",
        label="écart entre la première et la dernière année",
        measure="count",
        value=years[-1] - years[0],
        formula="dernière année moins première année",
        method=f"Les faits touchent {number(years[-1] - years[0] + 1)} années civiles.",
        **shared,
    )
