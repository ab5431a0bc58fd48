"""Facts that name a group: decided with all others of their population, so that totals give nothing back."""

from __future__ import annotations

import csv
import itertools

import pandas as pd
import pytest
from simulated import ROOT, policy

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import ASKED, Fact, group_of, table
from diagnostic.estimate.indicators import INDICATORS
from diagnostic.release.populations import parse, populations
from diagnostic.release.verdicts import Decided, decide

ANSWERS = {"a": 30, "b": 24, "c": 3}


def respondents() -> pd.DataFrame:
    codes = [code for code, count in ANSWERS.items() for _ in range(count)]
    return pd.DataFrame(
        {"response_id": [f"R{n:03}" for n in range(len(codes))], "professionals": 1, "took_charge.code": codes}
    )


def facts() -> pd.DataFrame:
    shared = {"unit": "professional", "universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed"}
    whole = sum(ANSWERS.values())
    made = [
        Fact(
            fact_id="survey.professionals", label="tous", measure="count", value=whole, group="professionals:", **shared
        )
    ]
    for code, count in ANSWERS.items():
        given = {"numerator": count, "denominator": whole, "group": f"professionals: took_charge={code}"}
        given |= {"base": f"professionals: took_charge={ASKED}"}
        made.append(Fact(fact_id=f"survey.x.{code}", label=code, measure="count", value=count, **given, **shared))
        made.append(
            Fact(
                fact_id=f"survey.x.{code}_pct",
                label=code,
                measure="percent",
                value=100 * count / whole,
                **given,
                **shared,
            )
        )
    return table("99-2026", made)


@pytest.fixture(scope="module")
def decided() -> Decided:
    none = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}
    return decide(facts(), policy(), populations(**none, respondents=respondents()))


def test_a_hidden_answer_is_not_the_rest_of_the_others(decided: Decided) -> None:
    """Every table that agrees with what is printed, enumerated: the hidden answer may reach the threshold."""
    ledger = decided.ledger.set_index("fact_id")
    assert ledger.loc["survey.x.c", ["verdict", "ground"]].tolist() == ["withheld", "small"]

    def admits(fact: str, value: int) -> bool:
        row = ledger.loc[fact]
        if row["verdict"] != "shown":
            return True
        return abs(value - row["shown_value"]) <= (4 if row["ground"] == "rounded" else 0)

    first, second = ([n for n in range(70) if admits(f"survey.x.{answer}", n)] for answer in "ab")
    whole = {n for n in range(3 * 70) if admits("survey.professionals", n)}
    possible = {c for a, b, c in itertools.product(first, second, range(70)) if a + b + c in whole}
    assert max(possible) >= 8 and max(possible) - min(possible) >= 7
    assert decided.audits["professionals"].sendable


def test_a_share_is_computed_from_what_is_printed(decided: Decided) -> None:
    ledger = decided.ledger.set_index("fact_id")
    for code in ANSWERS:
        count, share = ledger.loc[f"survey.x.{code}"], ledger.loc[f"survey.x.{code}_pct"]
        if share["verdict"] == "shown":
            assert count["shown_value"] == share["shown_numerator"]
            step = 5 if share["shown_denominator"] < 100 else 1
            assert share["shown_value"] % step == 0
            assert abs(share["shown_value"] - 100 * share["shown_numerator"] / share["shown_denominator"]) <= step / 2
        else:
            assert pd.isna(share["shown_value"]) and pd.isna(share["shown_numerator"])


def test_names_of_groups_read_back() -> None:
    name = group_of("prostitution", ("gender", ("women",)), ("age_band", ("u15", "a15")))
    assert name == "prostitution: gender=women & age_band=u15|a15"
    assert parse(name) == ("prostitution", (("gender", ("women",)), ("age_band", ("u15", "a15"))))
    assert parse("prostitution:") == ("prostitution", ())


def test_what_is_regrouped_is_published_as_a_whole() -> None:
    """Every regrouping of the policy has its indicator, which counts just those answers."""
    counted = {one.asked for one in INDICATORS}
    for variable, answers in policy().recode.items():
        for whole in set(answers.values()):
            members = tuple(code for code, name in answers.items() if name == whole)
            assert len(members) > 1 and ((variable, members),) in counted, whole


def codebook(name: str) -> list[dict[str, str]]:
    with (ROOT / f"config/codebook/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_policy_names_variables_and_answers_of_the_codebook() -> None:
    """A name with a fault would protect nothing."""
    rules = policy()
    lists = {row["name"]: row["list"] for name in ("variables", "grids") for row in codebook(name)}
    options = {(row["list"], row["code"]) for row in codebook("options")}
    named = [name for members in rules.classes.values() for name in members] + list(rules.sensitive)
    named += [f"{variable}={answer}" for variable, answers in rules.recode.items() for answer in answers]
    for name in named:
        variable, _, answer = name.partition("=")
        assert variable in lists, name
        assert not answer or (lists[variable], answer) in options, name
