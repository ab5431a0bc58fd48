"""What a team would print of the reference study's own files: the reconstructed ones, taken as observed.

The publication prints of its professionals that none was trained, that 92 % are not equipped enough and that 66 % do not
know the exit pathway. Protection of the persons described must not silence what professionals say of themselves.
"""

from __future__ import annotations

import pandas as pd
import pytest
from replay import ROOT, Estimated

from diagnostic.codebook import loading
from diagnostic.release.populations.people import populations
from diagnostic.release.populations.policy import load_policy, of_codebook
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import Decided, decide
from diagnostic.study.config import load_yaml

SAID = {"pros.training_followed": "0", "pros.under_equipped_pct": "92", "law.pathway_unaware_pct": "66"}
OTHERS = {"law.commission_unaware_pct": "85", "needs.training_pct": "64", "needs.network_pct": "43"}


def decided(of: Estimated, preset: str) -> Decided:
    """The release of the files, as if they were a team's own and nothing had been published of them."""
    codebook = of_codebook(loading.load(loading.read_folder(ROOT / loading.FOLDER)))
    policy = load_policy(load_yaml(ROOT, "config/release.yaml"), preset=preset, codebook=codebook)
    tables = (of.table(f"consolidate/{name}") for name in ("described", "pairs", "cases", "respondents"))
    facts = of.table("estimate/facts")
    facts = facts.assign(origin=facts["origin"].replace("reconstructed", "observed"))
    return decide(facts, policy, populations(*tables, policy.meaning), None, Draw(b"taken as observed"))


@pytest.fixture(scope="module")
def draft(first: Estimated) -> Decided:
    return decided(first, "brouillon")


@pytest.mark.parametrize("preset", ["brouillon", pytest.param("default", marks=pytest.mark.slow)])
def test_what_professionals_say_of_themselves_is_printed_as_it_was(
    first: Estimated, draft: Decided, preset: str
) -> None:
    found = draft if preset == "brouillon" else decided(first, preset)
    assert not any(one.decision.left for one in found.released.values())
    said = made(found.ledger, []).set_index("statement_id")["printed"]
    printed = {name: said[name].removesuffix("%").strip("\u00a0\u202f ") for name in SAID | OTHERS}
    assert printed == SAID | OTHERS


def test_a_count_and_its_share_follow_one_rule(draft: Decided) -> None:
    """Of those who took charge of persons, who is not equipped enough: the count, the base and the share are exact, or none."""
    ledger = draft.ledger
    told = made(ledger, []).set_index("statement_id").loc[["pros.under_equipped", "pros.under_equipped_pct"]]
    (part,), (whole,) = (set(told[f"printed_{name}"]) for name in ("numerator", "denominator"))
    assert told["printed"].tolist() == [part, f"{100 * int(part) / int(whole):.0f}\u00a0%"]
    assert told.loc["pros.under_equipped", "claim_low"] == told.loc["pros.under_equipped", "claim_high"] == int(part)
    assert ledger.set_index("fact_id").loc["pros.took_charge", "shown_value"] == int(whole)


def test_what_they_say_of_persons_is_drawn(draft: Decided) -> None:
    ledger = draft.ledger
    shown = ledger[ledger["verdict"].eq("shown") & ledger["group"].str.startswith("prostitution:")]
    counts = shown[shown["measure"].eq("count")]
    assert len(counts) > 20 and counts["ground"].eq("rounded").all()
    assert (counts["shown_value"] % 5 == 0).all() and (counts["claim_low"] < counts["claim_high"]).all()
    assert pd.Series(counts["value"]).between(counts["claim_low"], counts["claim_high"]).all()
