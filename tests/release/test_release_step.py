"""The release step: what it decides is as declared, and nothing withheld comes back beside the ledger."""

from __future__ import annotations

import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import departement, policy, population

from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import table
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.printed import PROTECTED
from diagnostic.release.publication import protect
from diagnostic.release.steps import refused, release
from diagnostic.release.tables import DECIDED
from diagnostic.release.ways.listed import Known
from diagnostic.release.ways.verdicts import decide


@pytest.fixture
def released() -> dict[str, pd.DataFrame]:
    common = {
        "label": "x",
        "measure": "count",
        "universe": "x",
        "formula": "x",
        "source_table": "x/x",
        "origin": "observed",
    }
    facts = [
        Fact(fact_id="people.few", unit="person", value=7, **common),
        Fact(fact_id="people.many", unit="person", value=70, **common),
    ]
    reproduction = pd.DataFrame(
        {
            "fact_id": ["people.few", "people.many", "law.date"],
            "statement": "énoncé",
            "source_stage": "survey",
            "published": ["7", "70", "2016"],
            "computed": ["7", "70", ""],
            "status": ["reproduced", "reproduced", "text_only"],
            "basis": ["independent", "independent", ""],
            "reason": "raison",
        }
    )
    return release(
        facts=table("99-2026", facts),
        reproduction=reproduction,
        described=CONSOLIDATED["described"].empty(),
        pairs=CONSOLIDATED["pairs"].empty(),
        cases=CONSOLIDATED["cases"].empty(),
        respondents=CONSOLIDATED["respondents"].empty(),
        meetings=CONSOLIDATED["meetings"].empty(),
        structures=CONSOLIDATED["structures"].empty(),
        published_figures=COLLECTED["published_figures"].empty(),
        policy=policy().model_dump(mode="json"),
    )


def test_every_table_is_as_declared(released: dict[str, pd.DataFrame]) -> None:
    assert set(released) == {*DECIDED, "refused", "certificate"}
    for name, model in DECIDED.items():
        model.validate(released[name])
    assert released["refused"] == "" and policy().digest() in released["certificate"]


def test_a_withheld_number_does_not_come_back_through_the_reproduction(released: dict[str, pd.DataFrame]) -> None:
    computed = released["compared"].set_index("fact_id")["computed"].to_dict()
    assert computed == {"people.few": PROTECTED, "people.many": "70", "law.date": ""}


def test_a_real_study_without_a_key_is_refused() -> None:
    """« fictional: false »: rounding needs the study's own key."""
    rows = departement(1, 90, 12)
    shared = {"unit": "person", "universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed"}
    facts = table(
        "98-2026", [Fact(fact_id="x.a", label="x", measure="count", value=90, group="prostitution:", **shared)]
    )
    people = {"prostitution": population(rows)}
    decided = decide(facts, policy(), people)
    message = refused(facts, people, decided, policy(), Known(), None)
    assert "n’a pas de clé" in message
    drawn = decide(
        facts, policy(preset="brouillon"), people, draw=Draw(b"k")
    )  # a draft, which nothing attacks: draws alone
    assert drawn.ledger["verdict"].tolist() == ["shown"]
    assert refused(facts, people, drawn, policy(), Known(), Draw(b"k")) == ""


def test_what_the_ledger_prints_of_no_person_is_withheld_nowhere() -> None:
    """Four interviews by phone are told in the report: the comparison with the publication tells them too; professionals
    whom nothing counts, and persons described, stay under their own rules."""
    figures = [
        ("interviews.by_phone", "4", "interviews"),
        ("some.few", "4", "interviews"),
        ("profile.men", "4", "situations"),
    ]
    reproduction = pd.DataFrame(figures, columns=["fact_id", "published", "source_stage"]).assign(
        statement="énoncé", computed="4", status="reproduced", basis="independent", reason="raison"
    )
    published = pd.DataFrame(figures, columns=["id", "value", "stage"]).assign(unit="count", base_value="")
    ledger = pd.DataFrame(
        {"fact_id": ["interviews.by_phone"], "verdict": "shown", "unit": "structure", "origin": "transcribed"}
    )
    told = protect(reproduction, published, policy(), ledger).set_index("fact_id")["published"]
    assert told.to_dict() == {"interviews.by_phone": "4", "some.few": PROTECTED, "profile.men": PROTECTED}


def test_what_a_publication_prints_of_persons_is_printed_again_from_the_thresholds_on() -> None:
    """Of 152 persons 115 are women, 32 men, 5 neither: the 5 are few, and the 32 would give them beside the 115. Of 27 that
    are 11 at least, one form counts 10: few. The share of a base that nobody states is judged on each that it may be of. What
    36 of 39 professionals say of their own work is told as it is."""
    figures = [
        ("profile.women", "115", "count", "152", "", "situations"),
        ("profile.men", "32", "count", "152", "", "situations"),
        ("profile.trans", "5", "count", "152", "", "situations"),
        ("profile.minors", "11", "count", "152", "", "situations"),
        ("profile.minor_girls", "10", "count", "27", "", "situations"),
        ("pimp.present_pct", "43", "percent", "unstated", "152(k=65..66);167(k=71..72)", "situations"),
        ("goods.share_pct", "6", "percent", "unstated", "152(k=7);167(k=8)", "situations"),
        ("goods.housing_share", "50", "percent", "unstated", "", "situations"),
        ("visible.networks", "90", "count", "", "", "situations"),
        ("pros.under_equipped", "36", "count", "39", "", "survey"),
    ]
    names = ["id", "value", "unit", "base_value", "candidate_bases", "source_stage"]
    published = pd.DataFrame(figures, columns=names)
    reproduction = published.rename(columns={"id": "fact_id", "value": "published"})[
        ["fact_id", "published", "source_stage"]
    ].assign(statement="énoncé", computed="4", status="contradicted", basis="independent", reason="raison")
    nothing = pd.DataFrame({"fact_id": [], "verdict": [], "unit": [], "origin": []}, dtype=object)
    told = protect(reproduction, published, policy(), nothing).set_index("fact_id")
    again = told.loc[told["published"].ne(PROTECTED), "published"].to_dict()
    assert again == {
        **{"profile.women": "115", "profile.minors": "11", "pimp.present_pct": "43"},
        "pros.under_equipped": "36",
    }
    persons = told[told["source_stage"].eq("situations")]  # what the study finds stays beside none of them
    assert set(persons["computed"]) == {PROTECTED} and set(persons["status"]) == {"withheld"}
