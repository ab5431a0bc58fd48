"""What professionals say of persons, beside a whole that is printed exact: who accompanied some, of whom a share is told."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from simulated import policy

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import ASKED, Fact, table
from diagnostic.release.draws import Draw
from diagnostic.release.policy import Policy
from diagnostic.release.populations import populations
from diagnostic.release.verdicts import decide

THRESHOLD, BASE = 8, 5  # config/release.yaml
CHARGED, ILL = 25, 22  # who accompanied persons; those of them who are not equipped enough
GROUP = "professionals: took_charge=yes"


@cache
def draft() -> Policy:
    """The draws alone: the attack is not what is tried here."""
    return policy(preset="brouillon")


@cache
def told(talked: int, key: int) -> pd.DataFrame:
    """What is printed of 25 professionals who accompanied persons, `talked` of whom spoke of it, and of 14 who did not."""
    forms = pd.DataFrame({"response_id": [f"R{at}" for at in range(CHARGED + 14)], "professionals": 1})
    charged, at = forms.index < CHARGED, pd.Series(forms.index)
    forms["took_charge.code"] = pd.Series(charged).map({True: "yes", False: "no"})
    forms["sufficiently_equipped.code"] = at.lt(ILL).map({True: "no", False: "yes"})
    forms["talked_about_it.code"] = at.lt(talked).map({True: "yes", False: "no"}).where(charged, "not_asked")
    none = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}
    people = populations(**none, respondents=forms, meaning=draft().meaning)
    shared = {"unit": "professional", "universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed"}
    shared |= {"label": "x", "measure": "count"}
    facts = [
        Fact(fact_id="charged", value=CHARGED, group=GROUP, base="professionals:", **shared),
        Fact(fact_id="ill", value=ILL, group=f"{GROUP} & sufficiently_equipped=no", base=GROUP, **shared),
        Fact(
            fact_id="talked",
            value=talked,
            group="professionals: talked_about_it=yes",
            base=f"professionals: talked_about_it={ASKED}",
            **shared,
        ),
    ]
    return decide(table("47-2026", facts), draft(), people, draw=Draw(str(key).encode())).ledger.set_index("fact_id")


@pytest.mark.parametrize("talked", [9, 13, 16, 18, 20, 22, 24, 25])
def test_a_drawn_part_of_an_exact_whole_leaves_the_rest_as_many_numbers_as_the_threshold(talked: int) -> None:
    """Who did not speak of it is the whole, exact, less what the drawn number may be: by trying every number."""
    for key in range(6):
        ledger = told(talked, key)
        assert list(ledger.loc[["charged", "ill"], "shown_value"]) == [CHARGED, ILL]  # exact, as the share is
        if ledger.at["talked", "verdict"] == "shown":
            value = round(ledger.at["talked", "shown_value"])
            rest = {CHARGED - n for n in range(max(THRESHOLD, value - BASE), min(CHARGED, value + BASE) + 1)}
            assert CHARGED - talked in rest and len(rest) >= THRESHOLD


def test_a_part_is_told_unless_it_is_nearly_the_whole() -> None:
    """All of them are « 25 » four times in five, which would leave the others none to five."""
    told_of = {talked: {told(talked, key).at["talked", "verdict"] for key in range(6)} for talked in (16, 18, 25)}
    assert told_of[16] == told_of[18] == {"shown"} and "withheld" in told_of[25]
