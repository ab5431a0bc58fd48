"""A study of several départements: the facts of each, by the functions that make those of the whole, from its own rows.

A row is of the département of its place: of a count or a page the one that it names, of persons that of all their
communes, of a response the one that it gives; what names none is of the region alone. Identifiers: that of the fact
behind « d35. ». What has no counterpart in a département, and why, is in docs/decisions.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect.checks_region import within
from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.tables import columns, model
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.facts import table
from diagnostic.estimate.internet import demand
from diagnostic.estimate.internet import steps as internet
from diagnostic.estimate.people import contributors, questionnaire
from diagnostic.estimate.people import described as people
from diagnostic.estimate.sample import steps as sample

CODE = f"{DEPARTEMENT}.code"
EXACT = (  # what counts no person: sites, their ads, those of buyers, threads of a forum; ads drawn and coded
    *("ads.sites", "ads.sites_with_ads", "ads.total", "ads.site_count.{site}", "demand.ads", "demand.sites"),
    *("forum.discussions", "sample.coded", "sample.usable", "sample.coded_in.all", "sample.margin.all"),
)
SHARES = ("profile.ad.{variable}.{answer}", "profile.ad.{variable}.missing")  # of all ads, by what the coded ones say
COUNTED = {  # populations whose groups are told by département → the measures of them
    "prostitution": ("count", "percent"),
    "professionals": ("count",),
    "responses": ("count",),
}
ITSELF = tuple(f"survey.{DEPARTEMENT}.{{option}}{end}" for end in ("", "_pct"))  # who works in which: the region's


def estimate(
    places: pd.DataFrame,
    study: str,
    departements: Mapping[str, str],
    sampling: Mapping[str, Any],
    counting: Mapping[str, int | None],
    **given: Any,
) -> dict[str, pd.DataFrame]:
    """One row per fact and département (`departements`: code → name).

    `given`: tables as the steps of the region read them (counts, pages, demand_ads, forum, respondents, cases,
    professionals, described, pairs, and the coded sample's), and the codebook's files, as `codebook_…`.
    """
    files = {name: content for name, content in given.items() if name.startswith(loading.INPUT)}
    said: dict[str, Any] = {"places": places, "study": study}
    sampled = {name: given[name] for name in ("pages", "frame", "draw", "codings", "usable", "conflicts", "held")}
    # What others published, what the law did and places at risk are told of the region.
    nobody = {"published_figures": pd.DataFrame({"id": [], "value": []}, dtype="str"), "publication": {}}
    none = {name: CONSOLIDATED[name].empty() for name in ("penal", "venues")}
    made = []
    for code, name in departements.items():
        own = of(code, given)
        forms, frame = own["respondents"], given["frame"]
        lists = set(frame.loc[within(frame["place"]).eq(code), "stratum"])
        coded = sample.of_ads(lists, places=places, sampling=sampling, codebook=files, **sampled)
        counted = {"counts": own["counts"], "pages": own["pages"], "sampling": sampling}
        buyers = {"demand_ads": own["demand_ads"], "forum": own["forum"]}
        answered = {"respondents": forms, "professionals": own["professionals"]}
        persons = {"described": own["described"], "pairs": own["pairs"], "every": given["described"]}
        strands = [
            internet.estimate(**counted, **nobody, **said)["internet"],
            demand.estimate(**buyers, **none, **said, **files)["demand"],
            table(study, list(coded)),
            questionnaire.estimate(respondents=forms, cases=own["cases"], **said, **files)["questionnaire"],
            contributors.estimate(**answered, **said, **files)["contributors"],
            people.estimate(**persons, counting=counting, **said, **files)["described_facts"],
        ]
        made.append(told(pd.concat(strands), code, name))
    found = [one for one in made if len(one)]
    return {"departements": pd.concat(found, ignore_index=True) if found else model("estimate/facts").empty()}


def of(code: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows of the tables that are of a département."""
    placed = ("counts", "pages", "demand_ads", "forum")
    own = {name: tables[name][within(tables[name]["place"]).eq(code)] for name in placed}
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


def told(facts: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """The facts that are told of one département, as facts of it: identifier, label, universe, and who is counted."""
    population = [text.partition(":")[0] for text in facts["group"].fillna("")]
    measures = zip(population, facts["measure"], strict=True)
    grouped = np.array([measure in COUNTED.get(own, ()) for own, measure in measures], dtype=bool)
    chosen = grouped | ids.of(facts["fact_id"], *EXACT, *SHARES)
    kept = facts[chosen & ~ids.of(facts["fact_id"], *ITSELF)].copy()
    kept["fact_id"] = ids.within(code) + kept["fact_id"]
    kept["label"] = f"{name} : " + kept["label"]
    kept["universe"] = kept["universe"] + f" ; {name} ({code})"
    for column in ("group", "base"):
        kept[column] = [inside(text, code) for text in kept[column].fillna("")]
    return kept[columns("estimate/facts")]


def inside(group: str, code: str) -> str:
    """The name of a group, of one département: « prostitution: gender=women » → « prostitution: departement=35 & gender=women »."""
    if not group:
        return ""
    population, _, terms = group.partition(":")
    return f"{population}: " + " & ".join(filter(None, (f"{DEPARTEMENT}={code}", terms.strip())))
