"""How much each headline depends on a rule of counting: one rule changed at a time, everything else kept.

Each line says the value that the other choice gives, and no difference: that could give away a withheld value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import LAW, NEEDS, Codebook, meaning
from diagnostic.estimate import tally
from diagnostic.estimate.catalogue.ids import flat
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.people.contributors import chosen, counted
from diagnostic.estimate.places import DESCRIBING, Places
from diagnostic.estimate.tally import Choices, prepared

SCENARIOS: Mapping[str, tuple[str, str, Choices]] = {  # code → rule, the other choice in words, choices
    "blanks_excluded": ("effectif_non_precise", "hors situations sans nombre", Choices(blanks_excluded=True)),
    "ranges_central": ("nombre_central", "milieu des fourchettes, moyenne pour les blancs", Choices(central=True)),
    "pairs_same": ("doublons_a_trancher", "paires à trancher réunies", Choices(open_pairs_same=True)),
    "one_each": (
        "une_personne_par_reponse",
        "une personne par réponse d’un groupe qui en a plusieurs",
        Choices(one_each=True),
    ),
    "other_informed": ("autre_renseigne", "« autre » seul compté comme renseigné", Choices(other_informed=True)),
    "per_situation": ("une_par_situation", "une situation compte pour une", Choices(one_per_situation=True)),
}
PER_RESPONSE = ("poids_des_reponses", "une réponse collective compte pour une")
HEADLINES = (
    *("profile.women", "profile.minors", "profile.foreign", "vuln.any", "cond.no_resources", "cond.unemployed"),
    *("cond.no_stable_housing", "goods.share", "pimp.present"),
)
TOTALS = {
    "shared.persons_concerned": "personnes concernées",
    "shared.persons_prostitution": "personnes en situation de prostitution",
}
SITUATIONS, RESPONSES = "per_situation", "per_response"  # where something else than a person is counted
TOTAL = "sensitivity.%s.{total}"
SHARE = "sensitivity.%s.{headline}"


def estimate(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    respondents: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    **files: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per headline and changed rule, under `sensitivity.{rule code}.{headline}`. `files`: the codebook."""
    codebook = loading.load(loading.given(files))
    build = Builder("consolidate/described", Places(places).origin(*DESCRIBING))
    facts: list[Fact] = []
    if len(described):
        facts += _of_persons(described, pairs, codebook, build)
    if len(respondents):
        facts += _of_professionals(respondents, codebook, replace(build, source_table="consolidate/respondents"))
    return {"sensitivity": table(study, facts)}


def _of_persons(described: pd.DataFrame, pairs: pd.DataFrame, codebook: Codebook, build: Builder) -> Iterator[Fact]:
    several = (choices for _, _, choices in SCENARIOS.values())
    ready_each = prepared(described, pairs, meaning(codebook), several)
    for (code, (rule, choice, _)), ready in zip(SCENARIOS.items(), ready_each, strict=True):
        if not len(ready.frame):
            continue
        of, words = (code, {}) if code == SITUATIONS else ("{rule}", {"rule": code})
        given: dict[str, Any] = {"rules": (rule,), "choice": choice, **words}
        own = replace(build, assumption=ready.assumption)
        for (total, name), who in zip(TOTALS.items(), (ready.everyone, ready.prostitution), strict=True):
            value, counted = float(who.value.sum()), ready.tally(who, ready.everyone)
            limits = (counted.low, max(counted.high, value))  # the mean of the others may pass the ceiling of a blank
            yield own.fact(TOTAL % of, value, limits, numerator=value, total=flat(total), name=name, **given)
        for one in codebook.counted("person"):
            told = tally.counted(ready, one.asked, one.told, one.within) if one.fact_id in HEADLINES else None
            if told and told.share is not None:
                part: dict[str, Any] = {"numerator": told.value, "denominator": told.base}
                headline = flat(f"{one.fact_id}_pct")
                yield build.fact(SHARE % of, told.share, headline=headline, name=one.label, **part, **given)


def _of_professionals(respondents: pd.DataFrame, codebook: Codebook, build: Builder) -> Iterator[Fact]:
    """Shares of professionals, each response counting for one."""
    rule, choice = PER_RESPONSE
    for indicator in (*counted(codebook, NEEDS), *counted(codebook, LAW)):
        ((variable, codes),) = indicator.asked
        if not {f"{variable}.code", *(f"{variable}/{code}" for code in codes)} & set(respondents):
            continue
        said = chosen(respondents, variable, codes)
        given: dict[str, Any] = {"numerator": int(said.sum()), "denominator": len(said), "rules": (rule,)}
        given |= {"headline": flat(indicator.share_id), "name": indicator.label, "choice": choice}
        yield build.fact(SHARE % RESPONSES, float(100 * said.mean()), **given)
