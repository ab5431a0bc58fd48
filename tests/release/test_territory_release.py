"""Places under the gate: small ones are withheld, and no step of the ladder gives back what another hides."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import SHORT, policy
from territories import Row, described, facts

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.tables import model
from diagnostic.estimate.facts import table
from diagnostic.release.populations.people import populations
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.ways.verdicts import decide

THRESHOLD = 11


def ledger(rows: list[Row]) -> pd.DataFrame:
    """Facts by place and the number of persons, decided together."""
    cases, respondents = (CONSOLIDATED[name].empty() for name in ("cases", "respondents"))
    told = described(rows)
    whole = sum(row[1] for row in rows)
    everyone = Fact(
        fact_id="shared.persons_prostitution",
        label="personnes",
        unit="person",
        measure="count",
        universe="x",
        formula="x",
        source_table="consolidate/described",
        origin="observed",
        value=whole,
        group="prostitution:",
    )
    every = pd.concat(
        [facts(rows, places=model("collect/places").empty()), table("99-2026", [everyone])], ignore_index=True
    )
    people = populations(told, CONSOLIDATED["pairs"].empty(), cases, respondents, policy().meaning)
    return decide(every, policy(brief=SHORT), people, draw=Draw(PUBLIC_KEY)).ledger.set_index("fact_id")


def spread(rng: random.Random, commune: str, sizes: list[int]) -> list[Row]:
    """Situations of one commune, told by different respondents."""
    return [(f"R{rng.randrange(12)}", size, commune, "", "prov", rng.choice(["road", "flat"])) for size in sizes]


@pytest.fixture(scope="module")
def one() -> pd.DataFrame:
    rng = random.Random(1)
    rows = spread(rng, "F23", [10] * 12) + spread(rng, "F15", [2, 2]) + spread(rng, "F07", [5] * 5)
    return ledger(rows + spread(rng, "F25", [3]))


def test_persons_are_placed_by_arrondissement_at_the_finest(one: pd.DataFrame) -> None:
    placed = one[one.index.str.startswith("territory.")]
    shown = placed[placed["verdict"].eq("shown")]
    assert len(placed) > len(shown) > 0
    assert all(name.startswith("territory.persons.arrondissement.") for name in shown.index)


def test_under_eleven_nothing_is_printed(one: pd.DataFrame) -> None:
    placed = one[one.index.str.startswith("territory.")]
    small = placed[placed["value"] < THRESHOLD]
    assert len(small) >= 3 and small["verdict"].eq("withheld").all() and small["shown_value"].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_whatever_the_numbers(seed: int) -> None:
    rng = random.Random(seed)
    town, other, port = ([rng.randint(1, most) for _ in range(count)] for count, most in ((10, 6), (3, 3), (6, 6)))
    found = ledger(spread(rng, "F23", town) + spread(rng, "F15", other) + spread(rng, "F07", port))
    placed = found[found.index.str.startswith("territory.")]
    assert placed.loc[placed["value"] < THRESHOLD, "verdict"].eq("withheld").all()
    shown = placed[placed["verdict"].eq("shown")]
    assert (shown["claim_low"] >= THRESHOLD).all() and (shown["claim_high"] - shown["claim_low"] >= THRESHOLD - 1).all()
