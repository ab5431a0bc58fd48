"""Studies generated from a known truth: bounds hold it every time, and the decisions file fixes it exactly.

Persons live in groups; each group is told once or several times, by forms and in interviews, with numbers written as
ranges or left blank, answers left out, and several answers for mixed groups.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import handmade
import numpy as np
import pandas as pd
import pytest

from diagnostic.consolidate import decisions, people, questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core.tables import model
from diagnostic.estimate.catalogue.entry import UNSEEN
from diagnostic.estimate.people import described as estimates

Row = dict[str, Any]
GENDERS, AGES = ("women", "men", "trans"), ("u15", "a15", "a18", "a26", "a36", "a46", "o55")
NATIONS, FORMS, HOMES = (
    ("fr", "eu", "noneu"),
    ("flat", "stree", "hotel", "hous", "massa"),
    ("own", "stree", "centr", "third"),
)
TRUTHS = {  # fact → whether a true person counts
    "shared.persons_concerned": lambda p: True,
    "shared.persons_prostitution": lambda p: p["status"] != "risk",
    "profile.women": lambda p: p["status"] != "risk" and p["gender"] == "women",
    "profile.trans": lambda p: p["status"] != "risk" and p["gender"] == "trans",
    "profile.minors": lambda p: p["status"] != "risk" and p["age"] in AGES[:2],
    "profile.minor_girls": lambda p: p["status"] != "risk" and p["gender"] == "women" and p["age"] in AGES[:2],
    "profile.foreign": lambda p: p["status"] != "risk" and p["nation"] != "fr",
    "forms.street": lambda p: p["status"] != "risk" and "stree" in p["forms"],
    "goods.share": lambda p: p["status"] != "risk" and "hous" in p["forms"],
}
SHARES = ("profile.women", "profile.minors", "profile.foreign", "forms.street", "goods.share")


@cache
def study(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """True persons, the situations that tell of them (`group` is whom they tell of), and the decisions that say so."""
    rng = np.random.default_rng(seed)
    persons: list[Row] = []
    told: list[Row] = []
    respondents = [f"R{n}" for n in range(8)] + [f"E{n}" for n in range(4)]
    numbers = dict.fromkeys(respondents, 0)
    for group in range(14):
        size = int(rng.choice([1, 1, 1, 2, 3, 5, 8]))
        mixed = size > 1 and rng.random() < 0.5
        common = {
            "gender": rng.choice(GENDERS),
            "age": rng.choice(AGES),
            "nation": rng.choice(NATIONS),
            "forms": tuple(sorted({str(f) for f in rng.choice(FORMS, int(rng.integers(1, 3)))})),
        }
        status, year = str(rng.choice(["risk", "proba", "prov"])), str(rng.integers(2016, 2020))
        own = []
        for _ in range(size):
            one = dict(common) | {"status": status, "group": group}
            if mixed:
                one |= {"gender": rng.choice(GENDERS), "age": rng.choice(AGES[:4]), "nation": rng.choice(NATIONS)}
            own.append(one)
        persons += own
        for record in rng.choice(respondents, int(rng.choice([1, 1, 2, 3])), replace=False):
            numbers[record] += 1
            told.append(_told(rng, str(record), numbers[record], own, status, year, group))
    return persons, told, _decided(told)


def _told(rng: Any, record: str, number: int, own: list[Row], status: str, year: str, group: int) -> Row:
    def ticked(name: str) -> str:
        return "+".join(sorted({str(person[name]) for person in own}))

    size = len(own)
    kind = rng.choice(["exact", "range", "blank"], p=[0.6, 0.25, 0.15])
    written = {"exact": str(size), "range": f"entre {max(1, size - 1)} et {size + 2}", "blank": ""}[kind]
    forms = "+".join(sorted({form for person in own for form in person["forms"]}))
    row = {
        "record": record,
        "number": str(number),
        "persons_in_situation": written,
        "situation_status": status if rng.random() < 0.95 else "",
        "year": year,
        "territory": "in",
        "gender": ticked("gender"),
        "age_band": ticked("age"),
        "nationality": ticked("nation"),
        "prostitution_form": forms,
        "pimp_presence": "no",
        "vulnerability": "",
        "group": group,
    }
    if rng.random() < 0.1:
        row[str(rng.choice(["gender", "prostitution_form"]))] = ""
    return row


def _decided(told: list[Row]) -> list[Row]:
    """What a team that knew everything would decide of every pair of different respondents."""
    return [
        {
            "first": f"{a['record']}/{a['number']}",
            "second": f"{b['record']}/{b['number']}",
            "decision": "same" if a["group"] == b["group"] else "different",
        }
        for a, b in itertools.combinations(told, 2)
        if a["record"] != b["record"]
    ]


def made(told: list[Row], decided: list[Row]) -> dict[str, pd.DataFrame]:
    rows = [{name: value for name, value in row.items() if name != "group"} for row in told]
    forms = sorted({row["record"] for row in rows if row["record"][0] == "R"})
    parents = {name: {"response_id": name, "answer_mode": "indiv", "exposure": "proba"} for name in forms}
    own = questionnaire.persons(handmade.situations([r for r in rows if r["record"] in parents], parents))
    other = handmade.interview_situations([r for r in rows if r["record"] not in parents])
    typed = handmade.responses(list(parents.values())).assign(professionals=1)
    return gather(typed, own, pd.DataFrame(), other, pd.DataFrame(), handmade.decisions(decided), handmade.CODEBOOK)


def facts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found = estimates.estimate(
        tables["described"], tables["pairs"], model("collect/places").empty(), "00-2026", **handmade.BOOK
    )
    return found["described_facts"].set_index("fact_id")


@cache
def settled(seed: int) -> dict[str, pd.DataFrame]:
    """A study's tables where all of its pairs are decided."""
    _, told, decided = study(seed)
    return made(told, decided)


SEEDS = [seed if seed < 1 else pytest.param(seed, marks=pytest.mark.slow) for seed in range(5)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bounds_hold_the_truth(seed: int) -> None:
    persons, told, _ = study(seed)
    found = facts(made(told, []))
    base = sum(TRUTHS["shared.persons_prostitution"](person) for person in persons)
    for name, counts in TRUTHS.items():
        if name in found.index:
            true = sum(counts(person) for person in persons)
            low, high = limits(found.loc[name])
            assert low <= true <= high, name
            if name in SHARES and base:
                low, high = limits(found.loc[f"{name}_pct"])
                assert low - 1e-9 <= 100 * true / base <= high + 1e-9, name


def limits(fact: pd.Series) -> tuple[float, float]:
    return (fact["value"], fact["value"]) if fact["interval_kind"] == "none" else (fact["low"], fact["high"])


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_leave_no_pair_open_and_no_truth_out(seed: int) -> None:
    persons, _, _ = study(seed)
    tables = settled(seed)
    assert not tables["pairs"]["status"].isin(["undecided", "contradictory"]).any()
    found = facts(tables)
    assert "model" not in set(found.loc[found.index.isin(TRUTHS), "interval_kind"])  # every pair was looked at
    for name, counts in TRUTHS.items():
        if name in found.index:
            low, high = limits(found.loc[name])
            assert low <= sum(counts(person) for person in persons) <= high, name


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_fix_the_number_of_persons_where_numbers_are_exact(seed: int) -> None:
    """Every count written exactly, every status said: what is left open is the duplicates alone."""
    persons, told, decided = study(seed)
    size = pd.Series([person["group"] for person in persons]).value_counts()
    status = {person["group"]: person["status"] for person in persons}
    told = [
        row | {"persons_in_situation": str(size[row["group"]]), "situation_status": status[row["group"]]}
        for row in told
    ]
    found = facts(made(told, decided))
    assert found.loc["shared.persons_concerned", "value"] == len(persons)
    assert found.loc["shared.persons_concerned", "interval_kind"] == "none"
    true = sum(person["status"] != "risk" for person in persons)
    assert found.loc["shared.persons_prostitution", "value"] == true
    open_ = facts(made(told, []))
    low, high = limits(open_.loc["shared.persons_concerned"])
    assert low <= len(persons) <= high


@pytest.mark.parametrize("seed", SEEDS)
def test_a_person_gets_no_answer_that_nobody_ticked(seed: int) -> None:
    """At least one person per ticked answer, as many rows as persons, and never two answers that exclude each other."""
    tables = settled(seed)
    group = decisions.groups(tables["described"], tables["pairs"])
    sizes = people.sizes(tables["described"], group)
    rows = tables["persons"]
    assert len(rows) == sizes.largest(sizes.study).sum() and rows["person"].is_unique
    for variable in ("gender", "age_band", "nationality"):
        own = [name for name in rows if name.startswith(f"{variable}/")]
        assert rows[own].eq("yes").sum(axis=1).max() <= 1
        ticks = tables["described"][own].eq("ticked").groupby(group).any()
        carried = rows.groupby("group", sort=False)[own].agg(lambda column: column.eq("yes").any())
        assert not (carried.to_numpy() & ~ticks.to_numpy()).any()
        known = carried.to_numpy().any(axis=1)
        assert (carried.to_numpy()[known] == ticks.to_numpy()[known]).all()


def test_contrary_decisions_are_not_applied() -> None:
    """A is B, B is C, and A is not C: none of it is used, and all stays open."""
    row = {
        "persons_in_situation": "1",
        "situation_status": "prov",
        "year": "2019",
        "gender": "women",
        "age_band": "a18",
        "nationality": "fr",
        "vulnerability": "",
        "number": "1",
        "group": 0,
    }
    told = [row | {"record": record} for record in ("R0", "R1", "E0")]
    decided = [
        {"first": "R1/1", "second": "R0/1", "decision": "same"},
        {"first": "R1/1", "second": "E0/1", "decision": "same"},
        {"first": "R0/1", "second": "E0/1", "decision": "different"},
    ]
    tables = made(told, decided)
    assert set(tables["pairs"]["status"]) == {"contradictory"}
    fact = facts(tables).loc["shared.persons_concerned"]
    assert (fact["value"], fact["low"]) == (3, 1)


def test_pairs_that_nobody_was_shown_are_a_model_and_not_a_count() -> None:
    """Nothing is left to decide; that two situations as unlike as these are of two persons is supposed, and said."""
    one = {"persons_in_situation": "1", "situation_status": "prov", "year": "2019", "vulnerability": "", "number": "1"}
    first = one | {"gender": "women", "age_band": "a18", "nationality": "fr", "group": 0}
    other = one | {"gender": "men", "age_band": "o55", "nationality": "noneu", "group": 1}
    tables = made([first | {"record": "R0"}, other | {"record": "R1"}], [])
    assert tables["pairs"].empty
    for name in ("shared.persons_concerned", "shared.persons_prostitution"):
        fact = facts(tables).loc[name]
        assert (fact["value"], fact["interval_kind"]) == (2, "model") and pd.isna(fact["low"])
        assert fact["method"].startswith(UNSEEN)
