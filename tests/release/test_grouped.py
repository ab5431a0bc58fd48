"""Facts that name a group: decided with all others of their population, so that totals give nothing back."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import policy

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import ASKED, group_of, table
from diagnostic.release.populations.people import populations
from diagnostic.release.populations.policy import Waiver, parse
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.ways.verdicts import Decided, decide

ANSWERS = {"yes": 60, "no": 24, "dk": 3}


def respondents() -> pd.DataFrame:
    codes = [code for code, count in ANSWERS.items() for _ in range(count)]
    return pd.DataFrame(
        {
            "response_id": [f"R{n:03}" for n in range(len(codes))],
            "professionals": 1,
            "could_refer_to_pathway.code": codes,
        }
    )


def facts(*codes: str) -> pd.DataFrame:
    shared = {
        "unit": "professional",
        "universe": "x",
        "formula": "x",
        "source_table": "consolidate/respondents",
        "origin": "observed",
    }
    whole = sum(ANSWERS.values())
    made = [
        Fact(
            fact_id="survey.professionals", label="tous", measure="count", value=whole, group="professionals:", **shared
        )
    ]
    for code, count in ((code, ANSWERS[code]) for code in codes):
        given = {"numerator": count, "denominator": whole, "group": f"professionals: could_refer_to_pathway={code}"}
        given |= {"base": f"professionals: could_refer_to_pathway={ASKED}"}
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
    people = populations(**none, respondents=respondents(), meaning=policy().meaning)
    return decide(facts("yes", "no", "dk"), policy(), people, None, Draw(PUBLIC_KEY))


@pytest.mark.slow
def test_a_hidden_answer_is_not_the_rest_of_the_others(decided: Decided) -> None:
    """Every table that agrees with what is printed, enumerated: the hidden answer may reach the threshold."""
    ledger = decided.ledger.set_index("fact_id")
    assert ledger.loc["survey.x.dk", ["verdict", "ground"]].tolist() == ["withheld", "small"]
    assert ledger.loc["survey.professionals", "shown_value"] == sum(ANSWERS.values())  # participation is exact

    def admits(fact: str, value: int) -> bool:
        row = ledger.loc[fact]
        return row["verdict"] != "shown" or row["claim_low"] <= value <= row["claim_high"]

    whole = sum(ANSWERS.values())
    possible = {
        whole - a - b
        for a, b in itertools.product(range(whole + 1), repeat=2)
        if a + b <= whole and admits("survey.x.yes", a) and admits("survey.x.no", b)
    }
    assert max(possible) >= 8 and max(possible) - min(possible) >= 7
    assert not decided.released["professionals"].decision.left


@pytest.mark.slow
def test_a_waiver_names_a_figure_and_acts_on_the_group_it_counts() -> None:
    """6 of 90: withheld, or printed where a waiver lowers its threshold to 5."""
    none = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}
    rows = respondents()
    added = pd.DataFrame({"response_id": ["S1", "S2", "S3"], "professionals": 1, "could_refer_to_pathway.code": "dk"})
    every = pd.concat([rows, added], ignore_index=True)
    people = populations(**none, respondents=every, meaning=policy().meaning)
    told = facts("yes", "no", "dk")
    counts = told["measure"].eq("count")
    told.loc[counts & told["fact_id"].eq("survey.x.dk"), ["value", "numerator"]] = 6
    told.loc[counts & told["fact_id"].eq("survey.professionals"), "value"] = 90
    waiver = Waiver(figure="survey.x.dk", threshold=5, reason="r", approver="a", date="2026-03-01")
    grounds = [
        decide(told, rules, people, None, Draw(PUBLIC_KEY)).ledger.set_index("fact_id").loc["survey.x.dk", "ground"]
        for rules in (policy(), policy().model_copy(update={"waivers": [waiver]}))
    ]
    assert grounds == ["small", "rounded"]


def test_a_share_is_computed_from_what_is_printed(decided: Decided) -> None:
    ledger = decided.ledger.set_index("fact_id")
    assert ledger.loc["survey.x.yes_pct", "verdict"] == "shown"
    for code in ANSWERS:
        count, share = ledger.loc[f"survey.x.{code}"], ledger.loc[f"survey.x.{code}_pct"]
        if share["verdict"] == "shown":
            assert count["shown_value"] == share["shown_numerator"]
            assert abs(share["shown_value"] - 100 * share["shown_numerator"] / share["shown_denominator"]) <= 0.5
            assert share["claim_low"] <= share["value"] <= share["claim_high"]
        else:
            assert pd.isna(share["shown_value"]) and pd.isna(share["shown_numerator"])


def test_what_professionals_say_of_themselves_is_exact() -> None:
    """0 trained is printed as 0, and a share of few as it is; what they say of persons is not."""
    none = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}
    shared = {
        "unit": "professional",
        "universe": "x",
        "formula": "x",
        "source_table": "consolidate/respondents",
        "origin": "observed",
    }
    made = [
        Fact(
            fact_id="a.trained",
            label="a",
            measure="count",
            value=0,
            group="professionals: training_followed=yes",
            **shared,
        ),
        Fact(
            fact_id="a.want",
            label="a",
            measure="percent",
            value=66,
            group="professionals: law_exit_pathway=learn",
            **shared,
        ),
        Fact(fact_id="a.seen", label="a", measure="count", value=2, group="professionals: exposure=seen", **shared),
        Fact(fact_id="a.sex", label="a", measure="count", value=9, group="professionals: unheard_of=yes", **shared),
    ]
    people = populations(**none, respondents=respondents(), meaning=policy().meaning)
    ledger = decide(table("99-2026", made), policy(), people, None, Draw(PUBLIC_KEY)).ledger.set_index("fact_id")
    assert ledger.loc["a.trained", "shown_value"] == 0 and ledger.loc["a.want", "shown_value"] == 66
    assert ledger.loc[["a.seen", "a.sex"], "verdict"].eq("withheld").all()


def test_names_of_groups_read_back() -> None:
    name = group_of("prostitution", ("gender", ("women",)), ("age_band", ("u15", "a15")))
    assert name == "prostitution: gender=women & age_band=u15|a15"
    assert parse(name) == ("prostitution", (("gender", ("women",)), ("age_band", ("u15", "a15"))))
    assert parse("prostitution:") == ("prostitution", ())
