"""Whatever the seed: every published figure that data can give is reproduced, the rest moves, nothing that moves is told."""

from __future__ import annotations

import pandas as pd
import pytest
from rebuilt import printable
from replay import Estimated

from diagnostic.release.publication import MOVES, NOT_AGAIN

BOTH = pytest.param((1, 2), id="both", marks=pytest.mark.slow)
STAGES = ["survey", "survey+interviews", "interviews", "situations"]


def test_nothing_blocks_and_nothing_is_odd_in_the_files(computed: list[Estimated]) -> None:
    for one in computed:
        lines = [line for line in one.problems.splitlines()[1:] if "press.csv" not in line and "sites.csv" not in line]
        assert lines == []


def test_every_figure_that_data_give_is_reproduced(computed: list[Estimated]) -> None:
    for one in computed:
        found = one.reproduction
        own = found[found["source_stage"].isin(STAGES)]
        # The synthesis prints a period that dated interviews go beyond.
        contradicted = set(own.index[own["status"].eq("contradicted")])
        assert contradicted == {"shared.collection_period_synthesis"}
        made = own[own["status"] == "reproduced"]
        assert len(made) >= 110
        assert set(own.loc[own["computed"].ne("") & own["status"].eq("not_computable")].index) <= {"interviews.towns"}


def test_none_is_called_independent(computed: list[Estimated]) -> None:
    """Data made from the figures prove the arithmetic only."""
    one = computed[0]
    made = one.facts.index[one.facts["origin"] == "reconstructed"]
    found = one.reproduction
    own = found[found.index.isin(made) & found["status"].eq("reproduced")]
    assert len(own) > 100 and set(own["basis"]) == {"by_construction"}


@pytest.mark.parametrize("computed", [BOTH], indirect=True)
def test_reproduced_figures_stay_and_the_others_move(computed: list[Estimated]) -> None:
    first, *others = computed
    reproduced = set(first.reproduction.query("status == 'reproduced'").index)
    moved: set[str] = set()
    for other in others:
        assert set(other.reproduction.query("status == 'reproduced'").index) == reproduced
        both = first.facts.index.intersection(other.facts.index)
        apart = first.facts.loc[both, "value"].ne(other.facts.loc[both, "value"])
        apart &= first.facts.loc[both, "value"].notna()
        moved |= set(both[apart])
    assert len(moved) > 100
    assert "shared.situations" in moved and any(name.startswith("persons.housing.") for name in moved)


PRINTED = [
    *("verdict", "shown_value", "shown_low", "shown_high", "value", "value_text", "low", "high", "numerator"),
    *("claim_low", "claim_high", "shown_numerator", "shown_denominator"),
    *("denominator", "interval_kind", "method", "reason", "label", "universe", "formula", "rules", "unit", "measure"),
]


def test_nothing_that_moves_is_printed(computed: list[Estimated]) -> None:
    ledgers, tables = zip(*map(printable, computed), strict=True)
    shown = [set(ledger.index[ledger["verdict"] != "withheld"]) for ledger in ledgers]
    assert all(one == shown[0] for one in shown) and len(shown[0]) > 60
    first = ledgers[0].loc[sorted(shown[0]), PRINTED]
    for ledger in ledgers[1:]:
        pd.testing.assert_frame_equal(ledger.loc[sorted(shown[0]), PRINTED], first, check_dtype=False)
    public = tables[0].loc[tables[0]["fact_id"].isin(shown[0])].reset_index(drop=True)
    for table in tables[1:]:
        other = table.loc[table["fact_id"].isin(shown[0])].reset_index(drop=True)
        pd.testing.assert_frame_equal(other, public)


def test_a_share_keeps_the_one_count_of_its_published_base_that_it_allows(computed: list[Estimated]) -> None:
    """85 % of 61 are 52, and no other count; 61 % of 249 are 151, 152 or 153, so that none is told."""
    ledger, _ = printable(computed[0])
    told = ledger[["shown_numerator", "shown_denominator"]]
    assert told.loc["law.commission_unaware_pct"].tolist() == [52, 61]
    assert told.loc["pros.took_charge"].tolist() == [39, 61]
    loose = ledger["shown_numerator"].isna() == ledger["shown_denominator"].isna()
    assert loose.all() and told.notna().all(axis=1).sum() > 10
    made = ledger["origin"].eq("reconstructed")
    assert ledger.loc[made, ["claim_low", "claim_high"]].isna().all(axis=None)
    withheld = ledger[made & ledger["verdict"].eq("withheld")]
    assert withheld["ground"].eq("reconstructed").all() and withheld["reason"].eq(MOVES).all()


def test_what_the_publication_told_already_is_said_to_be_so(computed: list[Estimated]) -> None:
    """Nobody trained: the publication says it, and no reconstruction has another number."""
    ledger, _ = printable(computed[0], ("pros.training_followed",))
    told = ledger.loc["pros.training_followed"]
    assert (told["verdict"], told["reason"]) == ("withheld", NOT_AGAIN)
    assert ledger["reason"].eq(NOT_AGAIN).sum() == 1


def test_what_is_printed_says_that_it_is_reconstructed(computed: list[Estimated]) -> None:
    ledger, _ = printable(computed[0])
    made = ledger[ledger["origin"] == "reconstructed"]
    assert made["reason"].str.startswith("Reconstitué").all()
    assert made["interval_kind"].eq("none").all() and made["low"].isna().all()
    assert not made.loc[made["verdict"] != "withheld", "unit"].eq("ad").any()


@pytest.mark.parametrize("name", ["shared.persons_concerned", "shared.persons_prostitution"])
def test_the_persons_rest_on_the_codings_given(computed: list[Estimated], name: str) -> None:
    for one in computed:
        assert "questionnaire" in one.facts.loc[name, "cells"]
        assert (
            one.facts.loc[name, "value"] == {"shared.persons_concerned": 167, "shared.persons_prostitution": 152}[name]
        )
