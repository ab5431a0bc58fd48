"""The parts of the release: one object a way, one list of passes, sentences with what they govern, ids read in the catalogue."""

from __future__ import annotations

import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import policy

from diagnostic.estimate.catalogue.ways import WAYS as DECLARED
from diagnostic.estimate.facts import table
from diagnostic.release.editions.issued import NUMBERS
from diagnostic.release.editions.ledger import LIST, withhold
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.publication import class_of_figure
from diagnostic.release.ways.verdicts import PASSES, SHOWN, WAYS, verdict
from diagnostic.release.ways.way import Scope
from diagnostic.report.announced import OF_WAYS, SENTENCES

GIVEN = {"label": "x", "universe": "x", "formula": "x", "source_table": "consolidate/counts", "origin": "observed"}
FACTS = table(
    "47-2026",
    [
        Fact(fact_id="ads.total", unit="ad", measure="count", value=120, numerator=120, denominator=120, **GIVEN),
        Fact(fact_id="venues.type.sauna", unit="venue", measure="count", value=2, numerator=2, denominator=9, **GIVEN),
    ],
)


def decided(facts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The verdict of each fact by itself, before any pass."""
    rows = pd.DataFrame([verdict(one, scope) for one in facts.to_dict("records")], columns=SHOWN)
    return rows.astype(dict.fromkeys(NUMBERS, float))


def test_each_way_of_the_catalogue_is_one_object() -> None:
    assert set(WAYS) == set(DECLARED)
    told = [name for way in WAYS.values() for name in way.sentences]
    assert len(told) == len(set(told)) and set(told) == set(OF_WAYS) <= set(SENTENCES)


@pytest.mark.parametrize("number", range(len(PASSES)))
def test_a_pass_gives_verdicts_back_and_leaves_those_that_it_took(number: int) -> None:
    scope = Scope(policy(), Draw(PUBLIC_KEY))
    facts = FACTS.assign(group="", base="")
    verdicts = decided(facts, scope)
    before = verdicts.copy(deep=True)
    given = PASSES[number].change(facts, verdicts, scope)
    pd.testing.assert_frame_equal(verdicts, before)
    assert list(given) == SHOWN and list(given.index) == list(verdicts.index)


def test_withholding_leaves_the_table_that_it_was_given() -> None:
    scope = Scope(policy(), Draw(PUBLIC_KEY))
    verdicts = decided(FACTS, scope)
    gone = withhold(FACTS, verdicts, LIST, FACTS["fact_id"].eq("ads.total"))
    assert verdicts["verdict"].eq("shown").all() and list(gone["verdict"]) == ["withheld", "shown"]


@pytest.mark.parametrize(
    ("figure", "named"),
    [
        ("needs.network_pct", "ordinary"),  # a need of professionals: « network » had made it procuring
        ("profile.minors_pct", "minor"),
        ("interviews.towns", "place"),
        ("pimp.spouse", "procuring"),
    ],
)
def test_the_class_of_a_figure_is_that_of_the_answers_that_it_counts(figure: str, named: str) -> None:
    assert class_of_figure(figure, policy()) == named


def test_of_persons_of_whom_the_codebook_says_nothing_the_class_is_the_strictest() -> None:
    rules = policy()
    highest = max(rules.rules.thresholds.model_dump().values())
    for figure in ("discreet.massage_women", "nothing.known"):
        assert rules.threshold(class_of_figure(figure, rules)) == highest
