"""Neighbouring studies: a finished study with one person, situation, response or structure more, less or other.

Whoever knows everything but one case must not read that case out of the documents: what two neighbours print differs in
audited draws only, and each draw moves with a small probability. Differences are looked for in all that documents read.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import own
import pandas as pd
from replay import COLLECT, RELEASE, Call, recorded, replayed

from diagnostic.core import io
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.populations import rounding
from diagnostic.release.populations.listing import Listing, plain
from diagnostic.release.populations.people import Population, populations
from diagnostic.release.populations.policy import ARRONDISSEMENT, Policy, Term, parse
from diagnostic.release.statements import only_where_seen
from diagnostic.release.tables import PRINTED
from diagnostic.release.ways.listed import Counted, count
from diagnostic.study.start import init

STUDY, DAY = "47-2026", dt.date(2026, 9, 1)
DRAFT = "brouillon"
FILES = ("Snakefile", "workflow", "config", "resources", "report", "profiles")
Row = Mapping[str, Any]
Group = tuple[str, tuple[Term, ...]]
Tables = dict[str, pd.DataFrame]  # name of a collected table → its rows
PERSONS, EVERYBODY = ("person", "situation", "row", "commune"), (*PEOPLE, "row", "commune")
DRAWN = ("rounded", "choices", "model")  # grounds of the ledger: what a draw stands between the count and the reader
OWN = ("own", "participation")  # what professionals say of themselves, exact for the whole study
HIDDEN = ("small", "contributors", "draw", "base", "follows", "cited", "place", "field", "list")
SECONDARY = ("secondary", "ladder", "split")
SAME = (
    "label",
    "unit",
    "measure",
    "universe",
    "formula",
    "source_table",
    "origin",
    "decimals",
    "place",
    "rules",
    "cells",
)


@dataclass(frozen=True)
class Told:
    """What a study says: `printed`, the tables that documents read; the rest is the team's own."""

    printed: Mapping[str, pd.DataFrame]
    ledger: pd.DataFrame
    people: Mapping[str, Population]
    policy: Policy

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """Statements by id, a missing number as None."""
        table = self.printed["statements"].astype(object)
        return {row["statement_id"]: row for row in table.where(table.notna(), None).to_dict("records")}

    @cached_property
    def values(self) -> set[float]:
        """Every number that a draw printed."""
        return {row["shown_value"] for name, row in self.rows.items() if self.grounds.get(name) == "rounded"}

    @cached_property
    def shown(self) -> Mapping[str, tuple[float, str]]:
        """Name of a group of the closed lists → what is printed of it (below zero: nothing), and on what ground."""
        counts = self.ledger[self.ledger["measure"].eq("count") & self.ledger["group"].ne("")]
        found = {}
        for fact, group, ground in zip(counts["fact_id"], counts["group"], counts["ground"], strict=True):
            name, terms = parse(group)
            value = self.rows.get(fact, {}).get("shown_value")
            found[name, plain(terms)] = (-1.0 if value is None else value, ground)
        entries = [(name, entry) for name, listing in self.listings.items() for entry in listing.entries]
        return {entry.name: found.get((name, entry.terms), (-1.0, "")) for name, entry in entries}

    @property
    def reasoned(self) -> list[str]:
        """What is withheld and says more than the one word for all causes."""
        hidden = self.ledger.loc[self.ledger["verdict"].eq("withheld"), "fact_id"]
        return [name for name in hidden if name in self.rows and self.rows[name]["printed"] != "non publié"]

    @cached_property
    def grounds(self) -> Mapping[str, str]:
        return dict(zip(self.ledger["fact_id"], self.ledger["ground"], strict=True))

    @cached_property
    def counted(self) -> Mapping[str, Counted]:
        """Every group of the closed lists as counted, but those of places, whose names are the study's."""
        counts = self.ledger[self.ledger["measure"].eq("count") & self.ledger["group"].ne("")].drop_duplicates("group")
        told = {
            (parse(group)[0], plain(parse(group)[1])): float(value)
            for group, value in zip(counts["group"], counts["value"], strict=True)
        }
        return {
            entry.name: count(entry, self.people[name], self.policy, told.get((name, entry.terms)), {})
            for name, listing in self.listings.items()
            for entry in listing.entries
        }

    @cached_property
    def listings(self) -> Mapping[str, Listing]:
        named = {group.partition(":")[0] for group in self.ledger["group"] if group}
        return {name: Listing(name, self.policy) for name in self.people if name in named}


@dataclass(frozen=True)
class Study:
    """A trial study up to its collected tables, and the calls that make the rest of them."""

    home: Path
    calls: tuple[Call, ...]
    made: Mapping[str, Any]

    @cached_property
    def collected(self) -> Tables:
        start = f"results/{STUDY}/collect/"
        tables = {path: made for path, made in self.made.items() if path.startswith(start)}
        return {Path(path).stem: made for path, made in tables.items() if isinstance(made, pd.DataFrame)}

    def facts(self, tables: Mapping[str, pd.DataFrame] | None = None) -> dict[str, Any]:
        """All up to the facts, with some of the collected tables replaced; the exports' digests are then others too."""
        if not tables:
            return self._own
        made = dict(self.made)
        for name, table in _digested(self.collected, tables).items():
            path = f"results/{STUDY}/collect/{name}.parquet"
            made[path] = io.rounded(io.validate(table.reset_index(drop=True), f"collect/{name}"))
        return replayed(self.calls[: self._door], self.home, made, before=self._own)

    def told(self, made: Mapping[str, Any], preset: str = DRAFT) -> Told:
        """What the study says of its facts. Without `preset`, by draws alone: nothing is attacked."""
        calls = [_under(call, preset) if call.rule == RELEASE else call for call in self.calls[self._door :]]
        made = replayed(calls, self.home, dict(made))
        found = {path.removeprefix(f"results/{STUDY}/").removesuffix(".parquet"): one for path, one in made.items()}
        assert found["release/refus.txt"] == b"", found["release/refus.txt"].decode()
        policy = Policy.model_validate(calls[0].params["policy"])
        tables = (found[f"consolidate/{name}"] for name in ("described", "pairs", "cases", "respondents"))
        people = populations(*tables, policy.meaning)
        return Told({name: found[f"release/{name}"] for name in PRINTED}, found["release/ledger"], people, policy)

    @cached_property
    def _own(self) -> dict[str, Any]:
        return replayed(self.calls[: self._door], self.home, dict(self.made))

    @cached_property
    def _door(self) -> int:
        return next(at for at, call in enumerate(self.calls) if call.rule == RELEASE)


def _digested(collected: Tables, tables: Mapping[str, pd.DataFrame]) -> Tables:
    sources = collected["sources"]
    other = hashlib.sha256(repr([table.to_dict("records") for table in tables.values()]).encode()).hexdigest()
    return {**tables, "sources": sources.assign(digest=sources["digest"].where(sources["public"], f"sha256:{other}"))}


def _under(call: Call, preset: str) -> Call:
    params = {name: value for name, value in call.params.items() if name != "policy"}
    return dataclasses.replace(call, params=params | {"policy": dict(call.params["policy"]) | {"preset": preset}})


def finished(home: Path) -> Study:
    """A new study as a team makes it, of forty responses, in a copy of the project at `home`."""
    if not home.exists():
        own.copy(home, *FILES)
        with mock.patch("diagnostic.privacy.vault.secrets.token_bytes", bytes):  # a key that is the same each time
            init(home, STUDY, "kobo", DAY)
    calls = recorded(home, STUDY)
    first = next(at for at, call in enumerate(calls) if call.rule == COLLECT) + 1
    return Study(home, calls[first:], replayed(calls[:first], home, change=_looked_at))


def _looked_at(tables: dict[str, Any]) -> None:
    """Pairs of situations that the team has found to be different ones, in a file of its own."""
    situations = tables["situations"]
    keys = (situations["response_id"] + "/" + situations["situation_number"].astype(str)).tolist()
    pairs = pd.DataFrame({"first": keys[:-1:3], "second": keys[1::3][: len(keys[:-1:3])], "decision": "different"})
    pairs = pairs.assign(row=range(2, len(pairs) + 2), reason="essai", initials="AB")
    given = tables["sources"][tables["sources"]["role"].eq("situation_coding")]
    cells = {"role": "duplicates", "file": "duplicates.csv", "sheet": "", "column": "A", "header": "first"}
    filled = pd.DataFrame({"row": pairs["row"], "value": pairs["first"]}).assign(**cells)
    tables["duplicates"] = pairs[list(tables["duplicates"])]
    tables["sources"] = pd.concat([tables["sources"], given.assign(role="duplicates", file="duplicates.csv")])
    tables["cells"] = pd.concat([tables["cells"], filled], ignore_index=True)


# -- One case more, less or other ---------------------------------------------------------------------------------

Change = Callable[[np.random.Generator, Tables], Tables]
PEOPLE_IN = "persons_in_situation"
ENDS = ("minimum", "central", "maximum", "study")


def _some(draw: np.random.Generator, rows: pd.DataFrame) -> Any:
    return rows.index[int(draw.integers(len(rows)))]


def _resized(draw: np.random.Generator, tables: Tables, step: int) -> Tables:
    situations = tables["situations"].copy()
    enough = situations[situations[f"{PEOPLE_IN}.minimum"].fillna(0) >= 1 + (step < 0)]
    at = _some(draw, enough)
    for end in ENDS:
        situations.loc[at, f"{PEOPLE_IN}.{end}"] += step
    return {"situations": situations}


def one_more(draw: np.random.Generator, tables: Tables) -> Tables:
    """A person more in a situation."""
    return _resized(draw, tables, 1)


def one_less(draw: np.random.Generator, tables: Tables) -> Tables:
    """A person less in a situation of several."""
    return _resized(draw, tables, -1)


def merged(draw: np.random.Generator, tables: Tables) -> Tables:
    """Two situations found to be the same one."""
    decided = tables["duplicates"].copy()
    decided.loc[_some(draw, decided), "decision"] = "same"
    return {"duplicates": decided}


def other_answer(draw: np.random.Generator, tables: Tables) -> Tables:
    """Another gender, age or nationality in one situation."""
    situations = tables["situations"].copy()
    variable = str(draw.choice(["gender", "age_band", "nationality"]))
    ticks = [name for name in situations if name.startswith(f"{variable}/")]
    told = situations[situations[ticks].eq("ticked").any(axis=1)]
    at = _some(draw, told)
    others = [name for name in ticks if situations.loc[at, name] != "ticked"]
    situations.loc[at, ticks] = "not_ticked"
    situations.loc[at, str(draw.choice(others))] = "ticked"
    return {"situations": situations}


def without_situation(draw: np.random.Generator, tables: Tables) -> Tables:
    """A situation less."""
    situations = tables["situations"]
    return _without(tables, situations.loc[[_some(draw, situations)]], tables["responses"].iloc[:0])


def without_response(draw: np.random.Generator, tables: Tables) -> Tables:
    """A response less, with its situations."""
    return _unanswered(tables, tables["responses"].loc[[_some(draw, tables["responses"])]])


def without_structure(draw: np.random.Generator, tables: Tables) -> Tables:
    """All responses of a structure less."""
    responses = tables["responses"]
    name = responses.loc[_some(draw, responses), "organisation.pseudonym"]
    return _unanswered(tables, responses[responses["organisation.pseudonym"].eq(name)])


def _unanswered(tables: Tables, gone: pd.DataFrame) -> Tables:
    situations = tables["situations"]
    return _without(tables, situations[situations["response_id"].isin(gone["response_id"])], gone)


def _without(tables: Tables, situations: pd.DataFrame, responses: pd.DataFrame) -> Tables:
    """The tables without some rows, nor the lines of the export and the codings that go with them."""
    coding, received = tables["situation_coding"], tables["received_rows"]
    codes = coding["situation"]
    keys = situations["response_id"] + "/" + situations["situation_number"].astype(str)
    coded = coding[codes.isin(keys)]
    lines = {("questionnaire", int(s), int(r)) for part in (situations, responses) for s, r in _lines(part)}
    lines |= {("situation_coding", int(s), int(r)) for s, r in _lines(coded)}
    told = [(role, *line) in lines for role, line in zip(received["role"], _lines(received), strict=True)]
    return {
        "situations": tables["situations"].drop(situations.index),
        "responses": tables["responses"].drop(responses.index),
        "situation_coding": coding.drop(coded.index),
        "received_rows": received[~np.array(told)],
    }


def _lines(rows: pd.DataFrame) -> list[tuple[int, int]]:
    return [(int(s), int(r)) for s, r in zip(rows["sheet"], rows["row"], strict=True)]


CHANGES: Mapping[str, Change] = {
    "person more": one_more,
    "person less": one_less,
    "merged": merged,
    "other answer": other_answer,
    "situation less": without_situation,
    "response less": without_response,
    "structure less": without_structure,
}
ANSWERED = ("response less", "structure less")  # changes of who answered


# -- What two neighbours print otherwise --------------------------------------------------------------------------


def differences(one: Told, other: Told, answered: bool) -> tuple[list[str], list[str]]:
    """Statements that differ, and what is no audited draw among all that differs. `answered`: whether somebody more or less
    answered, so that participation and what professionals say of themselves may differ too."""
    moved, unexplained = [], []
    for name in PRINTED:
        if name != "statements" and not one.printed[name].equals(other.printed[name]):
            unexplained.append(f"table {name}")
    both = one.rows.keys() & other.rows.keys()
    order = [[name for name in told.rows if name in both] for told in (one, other)]
    unexplained += ["order of statements"] if order[0] != order[1] else []
    unexplained += [f"{name}: its reason" for told in (one, other) for name in told.reasoned]
    for name in dict.fromkeys((*one.rows, *other.rows)):
        rows = [told.rows.get(name) for told in (one, other)]
        if rows[0] == rows[1]:
            continue
        moved.append(name)
        unexplained += [
            f"{name}: {why}" for why in (*_reworded(*rows, answered), *_unaudited(name, rows, (one, other), answered))
        ]
    return moved, unexplained + [f"{name}: same persons" for name in _moved_far(one, other)]


def _reworded(first: Row | None, second: Row | None, answered: bool) -> Iterable[str]:
    """Words of a statement that differ: they say how a number is made, whoever is counted. What professionals left blank gives
    the exact numbers of what they say of themselves limits, and the method says what these count."""
    if first and second:
        limits = answered and first["unit"] not in PERSONS and first["printed_interval"] != second["printed_interval"]
        shown = first["kind"] != "withheld" and second["kind"] != "withheld"
        looked = (*SAME, *(["method"] if shown and not limits else []))
        yield from (name for name in looked if first[name] != second[name])


def _unaudited(name: str, rows: Sequence[Row | None], told: tuple[Told, Told], answered: bool) -> Iterable[str]:
    """Why a statement that differs is no audited draw."""
    for row, study in zip(rows, told, strict=True):
        ground = study.grounds.get(name, "")
        if row is None:
            if not only_where_seen(name):
                yield "not there"
        elif row["kind"] == "withheld":
            if ground not in (*HIDDEN, *SECONDARY):
                yield f"withheld as {ground}"
        elif ground in OWN:
            if not answered:
                yield f"{ground} without anybody who answered"
        elif row["unit"] not in (EVERYBODY if answered else PERSONS):
            yield f"a number of {row['unit']}"
        elif ground not in DRAWN:
            yield f"printed as {ground}"
        else:
            yield from _undrawn(row, ground, study)


def _undrawn(row: Row, ground: str, study: Told) -> Iterable[str]:
    """What a number of persons has that no draw gives."""
    base = study.policy.rules.rounding.base
    value, low, high = (row[name] for name in ("shown_value", "shown_low", "shown_high"))
    if ground == "choices":
        if value is not None:
            yield f"a choice of {value:g}"
    elif row["kind"] != "limits" and not row["claim_low"] < row["claim_high"]:
        yield "exact"
    if row["measure"] in ("count", "estimate") and row["unit"] in PERSONS and (value or 0) % base:
        yield f"no multiple: {value:g}"
    if ground == "rounded" and row["measure"] == "percent":
        return  # its ends are those of the printed counts
    if row["unit"] in PERSONS:
        yield from (f"an end of {end:g}" for end in (low, high) if end and end % base and end not in study.values)


def _moved_far(one: Told, other: Told) -> Iterable[str]:
    """Groups of the same persons that are printed more than a step apart: whoever is counted beside them, their counts are moved
    by one at most."""
    rules = one.policy.rules
    for listing in one.listings.values():
        for entry in listing.entries:
            name, around = entry.name, listing.wholes[entry.name]
            if any(term[0] == ARRONDISSEMENT for part in (entry, *around) for term in part.terms):
                continue
            if not _same(one.counted.get(name), other.counted.get(name)):
                continue
            base = (
                rules.rounding.base if entry.threshold == rules.thresholds.ordinary else rules.rounding.sensitive_base
            )
            lower, higher = sorted((one, other), key=lambda told: told.shown[name][0])
            least, most = lower.shown[name], higher.shown[name][0]
            nested = any(0 <= lower.shown[whole.name][0] < most for whole in around)
            if least[0] < 0 and least[1] in DRAWN:  # printed as a range
                continue
            unprinted = rounding.least(base, entry.threshold) - base  # what is drawn under it is withheld too
            if max(least[0], unprinted) < most - base and least[1] not in SECONDARY and not nested:
                yield name


def _same(first: Counted | None, second: Counted | None) -> bool:
    if first is None or second is None:
        return first is second
    return (first.members, first.count, first.reason) == (second.members, second.count, second.reason)


def false_claims(told: Told) -> list[str]:
    """Counts that are not what their statement says that they may be."""
    ledger = told.ledger[told.ledger["verdict"].eq("shown") & told.ledger["measure"].eq("count")]
    wrong = ~ledger["value"].between(ledger["claim_low"], ledger["claim_high"]) & ledger["claim_low"].notna()
    return sorted(ledger.loc[wrong, "fact_id"])
