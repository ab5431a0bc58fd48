"""A study of several départements: the facts of each, by the functions that make those of the whole, from its own rows.

A row is of the département of its place: of a count or a page the one that it names, of persons that of all
their communes, of a response the one that it gives. What names none is of the region alone, and the facts of the region
are made from all rows: these only add to them (interviews are told of the region alone: of one département they may be
of a single structure), under the identifier of the fact behind « d35. ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect.checks_region import within
from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.core.tables import columns
from diagnostic.estimate.internet import steps as internet
from diagnostic.estimate.people import contributors, questionnaire
from diagnostic.estimate.people import described as people
from diagnostic.estimate.tables import Facts

CODE = f"{DEPARTEMENT}.code"
EXACT = re.compile(r"ads\.(sites|sites_with_ads|total|site_count\..+)")  # what counts no person: sites, their ads
COUNTED = {  # populations whose groups are told by département → the measures of them
    "prostitution": ("count", "percent"),
    "professionals": ("count",),
    "responses": ("count",),
}
ITSELF = f"survey.{DEPARTEMENT}."  # who works in which of them: the region's


def estimate(
    places: pd.DataFrame,
    study: str,
    departements: Mapping[str, str],
    sampling: Mapping[str, float],
    counting: Mapping[str, int | None],
    **given: Any,
) -> dict[str, pd.DataFrame]:
    """One row per fact and département (`departements`: code → name).

    `given`: tables as the steps of the region read them (counts, pages, respondents, cases, professionals,
    described, pairs), and the codebook's files, as `codebook_…`.
    """
    files = {name: content for name, content in given.items() if name.startswith(loading.INPUT)}
    said = {"places": places, "study": study}
    made = []
    for code, name in departements.items():
        own = of(code, given)
        strands = [*_internet(own, said, sampling), *_people(own, {**said, **files}, counting, given["described"])]
        made.append(told(pd.concat(strands), code, name))
    found = [one for one in made if len(one)]
    return {"departements": pd.concat(found, ignore_index=True) if found else Facts.empty()}


def of(code: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows of the tables that are of a département."""
    own = {name: tables[name][within(tables[name]["place"]).eq(code)] for name in ("counts", "pages")}
    own |= {name: _answered(tables[name], code) for name in ("respondents", "described")}
    records, situations = set(own["respondents"]["response_id"]), set(own["described"]["situation"])
    cases, professionals, pairs = (tables[name] for name in ("cases", "professionals", "pairs"))
    own["cases"] = cases[cases["response_id"].isin(records)]
    own["professionals"] = professionals[professionals["source"].eq("response") & professionals["record"].isin(records)]
    both = pairs["first"].isin(situations) & pairs["second"].isin(situations)
    return own | {"pairs": pairs[both].reset_index(drop=True)}


def _answered(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    """The rows that say that they are of a département; none where the question was not put."""
    return (frame[frame[CODE].astype("str").eq(code)] if CODE in frame else frame[:0]).reset_index(drop=True)


def _internet(
    own: Mapping[str, pd.DataFrame], said: Mapping[str, Any], sampling: Mapping[str, float]
) -> Iterator[pd.DataFrame]:
    """Sites and ads of one département."""
    nobody = pd.DataFrame({"id": [], "value": []}, dtype="str")
    counted = {"counts": own["counts"], "pages": own["pages"], "published_figures": nobody, "publication": {}}
    yield internet.estimate(**counted, sampling=sampling, **said)["internet"]


def _people(
    own: Mapping[str, pd.DataFrame],
    said: Mapping[str, Any],
    counting: Mapping[str, int | None],
    every: pd.DataFrame,
) -> Iterator[pd.DataFrame]:
    """Answers and persons described of one département; `every`: all situations of the region."""
    forms = own["respondents"]
    yield questionnaire.estimate(respondents=forms, cases=own["cases"], **said)["questionnaire"]
    yield contributors.estimate(respondents=forms, professionals=own["professionals"], **said)["contributors"]
    seen = {"described": own["described"], "pairs": own["pairs"], "counting": counting, "every": every}
    yield people.estimate(**seen, **said)["described_facts"]


def told(facts: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """The facts that are told of one département, as facts of it: identifier, label, universe, and who is counted."""
    population = facts["group"].fillna("").str.partition(":")[0]
    grouped = [measure in COUNTED.get(own, ()) for own, measure in zip(population, facts["measure"], strict=True)]
    chosen = pd.Series(grouped, index=facts.index, dtype=bool) | facts["fact_id"].str.fullmatch(EXACT.pattern)
    kept = facts[chosen & ~facts["fact_id"].str.startswith(ITSELF)].copy()
    kept["fact_id"] = identifier(code) + kept["fact_id"]
    kept["label"] = f"{name} : " + kept["label"]
    kept["universe"] = kept["universe"] + f" ; {name} ({code})"
    for column in ("group", "base"):
        kept[column] = [inside(text, code) for text in kept[column].fillna("")]
    return kept[columns(Facts)]


def identifier(code: str) -> str:
    """What the identifiers of a département's facts begin with: « d35. », « d2a. »."""
    return f"d{code.lower()}."


def inside(group: str, code: str) -> str:
    """The name of a group, of one département: « prostitution: gender=women » → « prostitution: departement=35 & gender=women »."""
    if not group:
        return ""
    population, _, terms = group.partition(":")
    return f"{population}: " + " & ".join(filter(None, (f"{DEPARTEMENT}={code}", terms.strip())))
