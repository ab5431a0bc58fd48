"""The one-way door: from the ledger and the lists of a study to statements, which are all that leaves the team.

A statement is what a document may say: a printed form, and its claim, the true values that this form stands for. No
exact value, no reason, no verdict and no count of the rows behind it goes through: what is withheld is one word,
whatever the cause. What a statement says of its making (rules, cells, digests of files) is said of public files only.
"""

import io
import math
import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from diagnostic.collect.answers import AXES
from diagnostic.core.french import NBSP
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.entry import FAR, WIDE
from diagnostic.estimate.catalogue.statement import DRAW as OF_DRAW
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release import printed
from diagnostic.release.populations.people import agreed, agreeing, printable
from diagnostic.release.publication import RECONSTRUCTED, without
from diagnostic.release.ways import places
from diagnostic.release.ways.way import DESCRIBED, PUBLISHED

WORDS = ("label", "unit", "measure", "universe", "formula", "source_table", "origin", "decimals")
NUMBERS = ("shown_value", "shown_low", "shown_high")
DRAWN, WHOLE = ("rounded", "model"), ("percent", "mean", "error")  # grounds, and measures that a draw keeps whole
DATED = ("date", "text")  # measures without a number: of persons, they may be one person's
# Facts that exist only where somebody, or some place at risk, was seen or an answer was given: withheld, their very row would say so.
FOUND = (
    *("persons.{variable}.{option}", "persons.{variable}.{option}_pct", "situations.{variable}.{option}"),
    *("persons.source.sampling", "persons.source.pages", "persons.source.links", "persons.source.recall"),
    *("persons.source.recall_unmeasured", "persons.source.page_bounds", "persons.source.uncovered"),
    *("interviews.month.{month}", "interviews.year.{year}", "pathway.field.{field}"),
)
FAMILIES = ("territory", "venues", "penal")  # so too
COARSE = ("rounded", "edition_kept")  # values on whole steps: a decimal would tell of a precision that they do not have
# How many published figures the study finds again.
COUNTED = FIGURES, STATUS, BASIS = "reproduction.figures", "reproduction.status.{status}", "reproduction.basis.{basis}"
WHY = "Non publié, pour protéger des personnes."  # the one sentence for every cause
# What a published figure that is not printed again is said to be: its own words would tell what it counts, and how many.
KINDS = {"situations": "chiffres sur les personnes décrites"}
KIND = "chiffres sur ce que disent les professionnel·les"
DRAW, DRAWN_FROM = "draw.digest", {"ad_counts", "ad_pages"}  # of small numbers by place, and the roles that hold them
ROWS = "row"  # unit of the rows received
AGE = re.compile(
    r"\b(?:trentenaire|(?:quadra|quinqua|sexa|septua|octo|nona)génaire)s?\b|\b\d{1,2}(?:\s*(?:et|ou|à)\s*\d{1,2})?\s+ans?\b(?!\s+(?:(?:de|d[’'])\s*(?:prison|réclusion|détention|sursis|emprisonnement)|"
    r"ferme|après|plus tard|avant))",
    re.IGNORECASE,
)
# A sentence on limits: without any, it would say that somebody left a blank.
OF_LIMITS = re.compile(r"(?<!\S)Les bornes [^.]*\.\s*")
PERSONS = ("consolidate/described", "consolidate/cases")  # tables of persons described
NO_ENVELOPE = {"envelope_low": math.nan, "envelope_high": math.nan, "envelope_causes": ""}
Claim = tuple[float, float]
NOTHING = (math.nan, math.nan)


def named(structures: pd.DataFrame) -> pd.DataFrame:
    """One row per structure that agreed to be named, in the order of the names, with the axes that it answers to and
    leaves unsaid; no code, which the team alone keeps."""
    known = agreed(structures)
    answers, unsaid = (
        [";".join(axis for axis in AXES if asked(row[axis])) for row in known.to_dict("records")]
        for asked in (lambda said: not pd.isna(said) and bool(said), pd.isna)
    )
    listed = known.assign(answers=answers, unsaid=unsaid)
    return listed.sort_values(["name", "row"])[columns("release/structures")].reset_index(drop=True)


def state(
    ledger: pd.DataFrame,
    compared: pd.DataFrame,
    articles: pd.DataFrame,
    meetings: pd.DataFrame,
    counts: pd.DataFrame,
    structures: pd.DataFrame,
    practices: pd.DataFrame,
    restitutions: pd.DataFrame,
    actions: pd.DataFrame,
    vignettes: pd.DataFrame,
    sources: pd.DataFrame,
    errors: bytes,
) -> dict[str, pd.DataFrame]:
    """Everything that a document may read of the study: `statements`, and the lists printed beside them.

    `ledger` (one row per fact) is the release's, `compared` (one row per published figure) what it leaves of the
    comparison with a publication; the others are the team's own tables.
    """
    public = set(sources.loc[sources["public"], "file"])
    private = set(sources.loc[~sources["public"], "role"])
    # by the team: nobody published whom they name
    noted = set(sources.loc[sources["origin"].ne("transcribed"), "role"])
    said = made(ledger, public)
    reproduction = _reprinted(compared, said, bool(private))
    # A structure agrees to be named for what it offers, not for having been heard: of interviews that the team noted,
    # documents have totals alone; the others are those that a publication lists.
    met = meetings[columns("release/meetings")].iloc[: 0 if "interviews" in noted else None]
    return {
        "statements": _settled(said, private, reproduction),
        "reproduction": reproduction,
        "articles": articles[columns("release/articles")].assign(title=articles["title"].map(ageless)),
        "meetings": printable(met, structures),
        "sites": counts.drop_duplicates("site_code")[columns("release/sites")],
        "structures": named(structures),
        "practices": _practices(practices[columns("release/practices")], structures, "practices" in noted),
        "restitutions": restitutions[columns("release/restitutions")],
        "actions": _actions(actions[columns("release/actions")], structures, "actions" in private),
        "vignettes": vignettes[columns("release/vignettes")],
        "warnings": _warned(errors, public),
        "sources": _listed(sources),
    }


def made(ledger: pd.DataFrame, public: Collection[str] | None) -> pd.DataFrame:
    """One statement per fact of the ledger. `public`: the public files; None for the team's own eyes, which may read rules
    and cells of all of them."""
    if public is not None:  # what is on whole steps is printed without decimals, which would claim more
        drawn = ledger["ground"].isin(DRAWN) & ledger["measure"].isin(WHOLE)
        coarse = drawn | ledger["ground"].isin(COARSE) | ledger["verdict"].ne("shown")
        ledger = ledger.assign(decimals=ledger["decimals"].mask(coarse, 0))
        facts = list(ledger.itertuples())  # a number is what its printed form says: its other digits stay with the team
        ledger = ledger.assign(
            **{name: [printed.read_back(one, getattr(one, name)) for one in facts] for name in NUMBERS}
        )
    rows = [_statement(fact, public) for fact in ledger.itertuples()]
    return pd.DataFrame(rows, columns=columns("release/statements"))


def _statement(fact: Any, public: Collection[str] | None) -> dict[str, Any]:
    text, limits = printed.value(fact), printed.interval(fact)
    if public is not None and fact.unit in PEOPLE and fact.measure in DATED:
        text, limits = printed.WITHHELD, ""
    ours = public is not None and fact.origin not in PUBLISHED  # what a publication prints is told as it prints it
    if ours and limits and fact.unit in DESCRIBED and wide(fact.measure, fact.shown_low, fact.shown_high):
        text = limits  # a number that may be nearly any other is a range
    shown = text != printed.WITHHELD
    if fact.unit not in PEOPLE and limits == f"{text.removesuffix(f'{NBSP}%')} à {text}":
        limits = ""  # a census, or limits nearer than what is printed: « de 724 à 724 » says no more
    kind = _kind(fact, text, limits)
    told = public is None or (fact.unit not in PEOPLE and set(files_of(fact.cells)) <= set(public))
    low, high = _claim(fact) if kind == "value" else NOTHING
    counted = shown and kind != "limits"
    drawn = fact.interval_kind == "none" and not math.isnan(fact.claim_low)
    interval_kind = "bounds" if drawn else fact.interval_kind
    return {
        "statement_id": fact.fact_id,
        "study": fact.study,
        **{name: getattr(fact, name) for name in WORDS},
        "place": ids.read(fact.fact_id).subject,
        "kind": kind,
        "printed": text,
        "printed_interval": limits if shown else "",
        "printed_numerator": printed.count(fact.shown_numerator) if counted else "" if shown else text,
        "printed_denominator": printed.count(fact.shown_denominator) if counted else "" if shown else text,
        "interval_kind": interval_kind if limits and shown else "none",
        **{name: getattr(fact, name) if shown and (counted or name != NUMBERS[0]) else math.nan for name in NUMBERS},
        "claim_low": low,
        "claim_high": high,
        **(_envelope(fact, interval_kind, (low, high)) if limits and shown else NO_ENVELOPE),
        "method": (_text(fact.method) if limits else OF_LIMITS.sub("", _text(fact.method)).strip()) if shown else "",
        "rules": _text(fact.rules) if told else "",
        "cells": _text(fact.cells) if told and shown else "",
    }


def _kind(fact: Any, text: str, limits: str) -> str:
    if text == printed.WITHHELD:
        return "withheld"
    if _text(fact.value_text):
        return "text"
    return "limits" if text == limits else "value"


def _claim(fact: Any) -> Claim:
    """What the printed value of a fact stands for: the claim of the ledger; of what is printed as it is, its last digit."""
    if not math.isnan(fact.claim_low):
        return fact.claim_low, fact.claim_high
    if fact.measure == "count" and not fact.decimals:
        return fact.shown_value, fact.shown_value
    half = 0.5 / 10 ** int(fact.decimals)
    return fact.shown_value - half, fact.shown_value + half


def wide(measure: str, low: float, high: float) -> bool:
    """Whether a number may be so many others that it is told as a range: a share within more than 40 points, a number between
    ends of which one is more than three times the other."""
    return bool(high - low > WIDE if measure == "percent" else high > FAR * low)


def _envelope(fact: Any, kind: str, claim: Claim) -> dict[str, Any]:
    """What the true value lies between, from the printed forms alone, and why: its limits and what its rounding stands for."""
    rounded = fact.unit in PEOPLE and fact.ground in (*COARSE, "model")
    half = 0.0 if rounded or fact.measure == "count" else 0.5 / 10 ** int(fact.decimals)  # of ends to the nearest digit
    ends = [fact.shown_low - half, fact.shown_high + half, *(end for end in claim if not math.isnan(end))]
    about = fact.unit in DESCRIBED and fact.source_table in PERSONS
    causes = {
        ROUNDING: rounded,
        "réponses manquantes": (kind == "bounds" and fact.unit in PEOPLE) or about,
        "doublons possibles": about,
        OF_DRAW: kind in ("sampling", "model") and not about,
        "hypothèse": kind == "model",
    }
    told = " ; ".join(name for name, found in causes.items() if found)
    low, high = (max(0.0, min(ends)), min(100.0, max(ends))) if fact.measure == "percent" else (min(ends), max(ends))
    return {"envelope_low": low, "envelope_high": high, "envelope_causes": told}


def files_of(cells: Any) -> list[str]:
    """The files that the cells of a fact lie in, in the order of its cells."""
    found = (part.partition("!")[0].partition(" (feuille ")[0] for part in _text(cells).split(" ; ") if part)
    return list(dict.fromkeys(found))


def _settled(said: pd.DataFrame, private: Collection[str], reproduction: pd.DataFrame) -> pd.DataFrame:
    """The statements without those whose very presence tells of a row of `private` roles; verdicts on published figures
    are counted as they are printed."""
    name = said["statement_id"]
    rows = said["unit"].eq(ROWS)
    role = name.map(lambda one: dict(ids.read(one).parts).get("role", ""))
    hidden = rows & (role.isin(private) | role.eq("") & bool(private))
    hidden |= name.map(only_where_seen) & said["kind"].eq("withheld")
    hidden |= name.eq(DRAW) & bool(DRAWN_FROM & set(private))
    return _recounted(said[~hidden].reset_index(drop=True), reproduction)


def only_where_seen(statement_id: str) -> bool:
    """Whether there is such a statement only where somebody, or some place, was seen: withheld, its very row would say so."""
    one = ids.read(statement_id)
    found = one.family in FAMILIES and not one.departement
    return found or places.names(statement_id) or ids.is_one(statement_id, *FOUND)


def _recounted(said: pd.DataFrame, reproduction: pd.DataFrame) -> pd.DataFrame:
    """The numbers of published figures by verdict, as the table that is printed has them."""
    status, basis = reproduction["status"], reproduction["basis"]
    numbers = {FIGURES: len(reproduction)}
    numbers |= {STATUS.format(status=code): int(n) for code, n in status.value_counts().items()}
    reproduced = basis[status.eq("reproduced")].value_counts()
    numbers |= {BASIS.format(basis=code): int(n) for code, n in reproduced.items()}
    at = ids.of(said["statement_id"], *COUNTED)
    found = said.loc[at, "statement_id"].map(numbers).fillna(0).astype(float)
    part = at & said["printed_numerator"].ne("")
    told = found.map(printed.count)
    said.loc[at, ["shown_value", "claim_low", "claim_high"]] = pd.concat([found] * 3, axis=1).to_numpy()
    said.loc[at, "printed"] = told
    said.loc[part, "printed_numerator"] = told[part[at]]
    return said


def ageless(title: str) -> str:
    """The title of an article, a reference, without the age of anybody: beside the town and the day it would be one person's.
    Years of a sentence, or since something, stay."""
    return AGE.sub("[âge]", title)


def _practices(practices: pd.DataFrame, structures: pd.DataFrame, noted: bool) -> pd.DataFrame:
    """The practices of structures that agreed to be named. A public resource stays with its public contact, without who
    offers it and where. `noted`: by the team, and not printed by a publication."""
    own = "offered_by" if noted else ""
    resource = practices["kind"].eq("resource")
    public = practices[resource]
    if own:
        private = ~agreeing(public[own], structures)
        public = public.assign(**{name: public[name].mask(private) for name in (own, "where")})
    return pd.concat([printable(public, structures), printable(practices[~resource], structures, own)]).sort_index()


def _actions(actions: pd.DataFrame, structures: pd.DataFrame, private: bool) -> pd.DataFrame:
    """The actions of the previous plan; of a plan that nobody published, without who was to lead and did not agree."""
    if private:
        actions = actions.assign(lead=actions["lead"].where(agreeing(actions["lead"], structures)))
    return printable(actions, structures)


def _reprinted(compared: pd.DataFrame, said: pd.DataFrame, private: bool) -> pd.DataFrame:
    """The published figures beside what the study finds; in a study with a `private` file, where that is a statement
    that says a number exactly."""
    exact = said["kind"].eq("value") & (said["claim_low"].eq(said["claim_high"]) | ~said["unit"].isin(PEOPLE))
    exact |= said["kind"].isin(["text", "limits"]) | said["origin"].eq(RECONSTRUCTED)  # true of every reconstruction
    hidden = compared["fact_id"].isin(set(said.loc[~exact, "statement_id"]))
    hidden &= private & compared["status"].isin(["reproduced", "contradicted"])
    hidden |= compared["computed"].eq(printed.PROTECTED)
    again = compared["published"].eq(printed.PROTECTED)
    return without(compared, hidden, computed=printed.WITHHELD, reason=WHY).assign(
        statement=compared["statement"].mask(again, compared["source_stage"].map(KINDS).fillna(KIND)),
        published=compared["published"].mask(again, printed.WITHHELD),
    )


def _warned(errors: bytes, public: Collection[str]) -> pd.DataFrame:
    """The warnings on public files; those on others are the team's."""
    found = pd.read_csv(
        io.BytesIO(errors), dtype={"row": "Int64", "column": "str"}, keep_default_na=False, na_values={"row": [""]}
    )
    return found.loc[found["file"].isin(list(public)), columns("release/warnings")].drop_duplicates(ignore_index=True)


def _listed(sources: pd.DataFrame) -> pd.DataFrame:
    """The files of the study, with the digest of those that are public."""
    return sources.assign(digest=sources["digest"].where(sources["public"], ""))[columns("release/sources")]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
