"""The release step: what it decides is as declared, and nothing withheld comes back beside the ledger."""

from __future__ import annotations

import pandas as pd
import pytest
from simulated import policy

from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import Fact, table
from diagnostic.release.reprinted import PROTECTED
from diagnostic.release.steps import release
from diagnostic.release.tables import DECIDED


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
