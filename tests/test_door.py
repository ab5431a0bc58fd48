"""Every declared table refuses, when it is written and when it is read, whatever its declaration forbids.

Tables and what is planted in them are made from the declarations; those of facts, and what must not be told, by hand.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from declared import PHASES, every, limit, named, valid, values
from drawn import long, one_in

from diagnostic.core import io, step, tables
from diagnostic.core.validation import DoorError

MARK = "Zxq-ne-pas-dire"  # a value that no message may tell
NUMBER = -98765432  # the same as a number
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}

Edit = Callable[[pd.DataFrame], pd.DataFrame]


def replaced(column: str, value: Any, row: int = 1) -> Edit:
    """The table with another value in one cell, whatever its type."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        cells = list(frame[column])
        cells[row] = value
        return frame.assign(**{column: pd.Series(cells, dtype="object")})

    return edit


def again(*columns: str) -> Edit:
    """The table whose second row has the values of the first one in these columns."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        cells = {name: [frame[name].iloc[0], frame[name].iloc[0], *frame[name].iloc[2:]] for name in columns}
        return frame.assign(**{name: pd.Series(column, dtype=frame[name].dtype) for name, column in cells.items()})

    return edit


def planted(name: str) -> Iterator[tuple[str, str, Edit]]:
    """(what is planted, a word that the refusal must hold, the edit) for each thing that a table's declaration forbids."""
    yield "a column more", "not declared", lambda frame: frame.assign(**{MARK: 1})
    for column, part in named(name).items():
        kind = str(part.dtype)
        if not part.regex:
            yield f"{column}: lacking", column, lambda frame, column=column: frame.drop(columns=column)
        if not part.nullable and kind != "bool":
            yield f"{column}: blank", column, replaced(column, None)
        if part.unique:
            yield f"{column}: twice", column, again(column)
        if kind.lower().startswith(("int", "float")) or kind.startswith("datetime"):
            yield f"{column}: a text", column, replaced(column, MARK)
        if kind == "category":
            yield f"{column}: unknown state", column, replaced(column, MARK)
        if kind == "Int64":
            yield f"{column}: a fraction", column, replaced(column, values(part)[1] + 0.5)
        for check, value in (
            ("isin", MARK),
            ("str_matches", f"{MARK} "),
            ("greater_than_or_equal_to", NUMBER),
            ("less_than_or_equal_to", -NUMBER),
        ):
            if limit(part, check) is not None:
                yield f"{column}: {check}", column, replaced(column, value)
    for rule in tables.row_rules(name):
        if rule.name.startswith("one row per"):
            yield rule.name, rule.columns[-1], again(*rule.columns)
        elif " ≤ " in rule.name:
            ranked = [column for column in rule.columns if f" {column} " in f" {rule.name.partition(',')[0]} "]
            largest = values(named(name)[ranked[0]])[-1]
            beyond = largest + (pd.Timedelta(days=400) if isinstance(largest, pd.Timestamp) else 400)
            for lower in ranked[:-1]:
                yield f"{rule.name}: {lower} is larger", lower, chosen(rule, replaced(lower, beyond))
        else:
            for column in rule.name.partition(":")[0].split(", "):
                yield f"{rule.name}: {column} is below", column, chosen(rule, replaced(column, NUMBER))


def chosen(rule: tables.Rule, edit: Edit) -> Edit:
    """The edit on a table whose rows are all of those that the rule is about."""
    among = "percent" if "percent" in rule.name else ""
    return lambda frame: edit(frame.assign(measure=among) if among else frame)


def once() -> Iterator[tuple[str, str, str, Edit]]:
    """What is planted in each table: all that breaks closed lists, keys and rules, and of each other kind one column.

    In a column that tables have in common it is planted in the first of them.
    """
    seen: set[tuple[str, str]] = set()
    for name in every():
        parts, count = named(name), Counter[str]()
        for what, word, edit in planted(name):
            column, _, kind = what.partition(": ")
            told = (what, str(parts[column].properties) if column in parts else name)
            if told not in seen and (
                not count[kind] or kind in ("isin", "str_matches", "twice") or column not in parts
            ):
                seen.add(told)
                count[kind] += 1
                yield name, what, word, edit


PLANTED = list(once())
STEP = 1 if long() else 10  # a tenth of them in the short form


def test_many_things_are_planted_and_every_declaration_has_some() -> None:
    assert len(PLANTED) > 300
    assert {name for name, *_ in PLANTED} == set(every())


@pytest.mark.parametrize("name", one_in(3, every()))
def test_a_table_as_declared_passes_unchanged(name: str, tmp_path: Path) -> None:
    frame, path = valid(name), tmp_path / f"{name}.parquet"
    assert io.write_table(frame, path, STAMP) == len(frame)
    for column, cells in io.read_table(path).items():
        assert list(cells) == list(frame[column])
    nothing = frame.iloc[:0]
    io.write_table(nothing, path, STAMP)
    assert io.read_table(path).empty


@pytest.mark.parametrize("name", one_in(3, every()))
def test_whatever_a_declaration_forbids_is_refused_when_written_and_nothing_of_it_is_told(
    name: str, tmp_path: Path
) -> None:
    frame, path = valid(name), tmp_path / f"{name}.parquet"
    mine = [planted for table, *planted in PLANTED if table == name]
    for what, word, edit in mine[::STEP]:
        with pytest.raises(DoorError) as refusal:
            io.write_table(edit(frame), path, STAMP)
        told = str(refusal.value)
        assert name in told and word in told, (what, told)
        assert MARK not in told and str(abs(NUMBER)) not in told, what
        assert refusal.value.__cause__ is None and refusal.value.__context__ is None, what
        assert not path.exists(), what


def fact(**changed: Any) -> pd.DataFrame:
    """Two shares of the same adverts, 12 and 34 of 100; the second as changed."""
    row = {
        "study": "62-2020",
        "fact_id": "ads.women_pct",
        "label": "Part",
        "unit": "ad",
        "way": "things",
        "measure": "percent",
        "universe": "annonces",
        "formula": "part",
        "source_table": "consolidate/counts",
        "origin": "observed",
        "value": 12.0,
        "value_text": "",
        "decimals": 0,
        "numerator": 12.0,
        "denominator": 100.0,
        "low": 8.0,
        "high": 18.0,
        "interval_kind": "sampling",
        "method": "",
        "rules": "",
        "cells": "",
        "group": "",
        "base": "",
    }
    other = row | {"fact_id": "ads.men_pct", "value": 34.0, "numerator": 34.0, "low": 26.0, "high": 42.0}
    return pd.DataFrame([row, other | changed])


WRONG: dict[str, dict[str, Any]] = {
    "a share of 340 %": {"value": 340.0, "high": 400.0},
    "a share of 100.1 %": {"value": 100.1, "high": 100.1},
    "a share under nothing": {"value": -3.0, "low": -5.0},
    "a high bound over 100 %": {"high": 104.0},
    "a low bound under 0 %": {"low": -1.0},
    "low over high": {"low": 50.0, "high": 40.0, "value": None},
    "low over the value": {"low": 35.0},
    "the value over high": {"high": 33.0},
    "low over the value, no high": {"low": 35.0, "high": None},
    "a numerator over its denominator": {"numerator": 101.0},
    "the same of a count": {"numerator": 101.0, "measure": "count"},
    "a negative count": {"measure": "count", "value": -1.0, "low": None},
    "a negative denominator": {"numerator": -3.0, "denominator": -2.0},
    "the same fact twice": {"fact_id": "ads.women_pct"},
    "no name": {"fact_id": None},
    "a name of another form": {"fact_id": "Ads women"},
    "an unknown unit": {"unit": "people"},
    "no way of release": {"way": ""},
    "an unknown measure": {"measure": "share"},
    "an unknown origin": {"origin": "guessed"},
    "an unknown interval": {"interval_kind": "confidence"},
    "no study": {"study": None},
    "another study": {"study": "99-2026"},
    "a value that is a text": {"value": "34 %"},
    "half a decimal": {"decimals": 0.5},
    "four decimals": {"decimals": 4},
    "no universe": {"universe": None},
}


@pytest.mark.parametrize("what", one_in(3, WRONG))
def test_a_wrong_fact_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "results/62-2020/estimate/facts.parquet"
    with pytest.raises(DoorError, match="estimate/facts"):
        io.write_table(fact(**WRONG[what]), path, STAMP)
    assert not path.exists()


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"low": None, "high": None, "interval_kind": "none"},
        {"value": None, "low": 10.0, "high": 40.0},
        {"value": 100.0, "high": 100.0, "numerator": 100.0},
        {"value": 100.00000000000001, "high": 100.00000000000001},  # what adding shares up in floats may give
        {"low": 34.00000000000001},
        {"measure": "estimate", "value": 340.0, "high": 400.0, "numerator": 150.0},  # no share
        {"measure": "mean", "value": 3.4, "low": 3.0, "high": 4.0, "numerator": 340.0},  # two adverts a person and more
        {"measure": "error", "value": -2.0, "low": None, "high": None},
        {"measure": "date", "value": None, "low": None, "high": None, "numerator": None, "denominator": None},
    ],
)
def test_a_right_fact_passes(right: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "results/62-2020/estimate/facts.parquet"
    assert io.write_table(fact(**right), path, STAMP) == 2
    assert len(io.read_table(path)) == 2


def test_all_that_is_wrong_on_rows_is_told_at_once() -> None:
    with pytest.raises(DoorError) as refusal:
        io.validate(fact(low=50.0, numerator=101.0), "estimate/facts")
    assert "low ≤ value ≤ high" in str(refusal.value)
    assert "numerator ≤ denominator" in str(refusal.value) and "[1]" in str(refusal.value)


# -- One table of another -----------------------------------------------------------------------------------------

REFERENCES = [
    (f"{phase}/{name}", reference)
    for phase in PHASES
    for name in importlib.import_module(f"diagnostic.{phase}.tables").TABLES
    for reference in tables.references(f"{phase}/{name}")
]
IDS = [f"{name}.{reference.column} → {reference.table}.{reference.target}" for name, reference in REFERENCES]


def referring(name: str, reference: tables.Reference) -> dict[str, pd.DataFrame]:
    """A table of three rows that refer to the three of another."""
    keys = [f"cle {row}" for row in range(3)]
    source = pd.DataFrame({reference.column: pd.Series(keys, dtype="str")})
    for column, allowed in (reference.where or {}).items():
        source[column] = allowed[0]
    for column in reference.unless or {}:
        source[column] = "autre"
    return {name: source, reference.table: pd.DataFrame({reference.target: pd.Series(keys[::-1], dtype="str")})}


def test_sites_adverts_responses_and_situations_are_referred_to() -> None:
    assert {reference.target for _, reference in REFERENCES} >= {"site_code", "ad_id.code", "response_id", "situation"}


@pytest.mark.parametrize(("name", "reference"), REFERENCES, ids=IDS)
def test_a_reference_names_declared_columns(name: str, reference: tables.Reference) -> None:
    for table, column in ((name, reference.column), (reference.table, reference.target)):
        forms = tables.schema(table).columns
        assert column in forms or any(
            form.startswith("^") and pd.Series([column]).str.match(form).all() for form in forms
        )


@pytest.mark.parametrize(("name", "reference"), REFERENCES, ids=IDS)
def test_a_reference_to_nothing_is_refused(name: str, reference: tables.Reference) -> None:
    given = referring(name, reference)
    step.check(given)
    source = given[name]
    step.check({name: replaced(reference.column, MARK)(source)})  # the other table is not at hand
    step.check({**given, name: replaced(reference.column, None)(source)})  # a blank refers to nothing
    empty = {reference.table: given[reference.table].iloc[:0]}
    for wrong in ({name: replaced(reference.column, MARK)(source)}, empty, {reference.table: pd.DataFrame()}):
        with pytest.raises(DoorError) as refusal:
            step.check({**given, **wrong})
        told = str(refusal.value)
        assert name in told and reference.column in told and reference.table in told and MARK not in told
    if reference.where:
        (column,) = reference.where
        others = replaced(reference.column, MARK)(source).assign(**{column: "autre"})
        step.check({**given, name: others})
    for column, spared in (reference.unless or {}).items():
        step.check({**given, name: replaced(reference.column, MARK)(source).assign(**{column: spared[0]})})


def test_floats_lie_on_their_limits_and_not_beyond() -> None:
    rule = tables.ordered("low", "high")
    frame = pd.DataFrame(
        {"low": [1.0, 1.0, 1e9, np.nan, 1.0], "high": [1.0 - 1e-12, 1.0 - 1e-6, 1e9 - 1e-3, 0.0, np.nan]}
    )
    assert list(rule.broken(frame)) == [False, True, False, False, False]
