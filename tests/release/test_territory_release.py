"""Places under the gate: small ones are withheld, and no step of the ladder gives back what another hides."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from simulated import policy
from territories import Row, described, facts

from diagnostic.collect.tables import Places
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import Fact, table
from diagnostic.release.populations import populations
from diagnostic.release.verdicts import decide

THRESHOLD, BASE = 11, 5
EPCI = "agglomeration-de-villeneuve"


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
    every = pd.concat([facts(rows, places=Places.empty()), table("99-2026", [everyone])], ignore_index=True)
    people = populations(told, CONSOLIDATED["pairs"].empty(), cases, respondents)
    return decide(every, policy(), people).ledger.set_index("fact_id")


def spread(rng: random.Random, commune: str, sizes: list[int]) -> list[Row]:
    """Situations of one commune, told by different respondents."""
    return [(f"R{rng.randrange(12)}", size, commune, "", "prov", rng.choice(["road", "flat"])) for size in sizes]


def between(row: pd.Series) -> tuple[int, int]:
    """What a printed number says of the true one: itself, or less than two bases around it, as rounding keeps sums."""
    value = int(row["shown_value"])
    reach = 2 * BASE - 1 if row["ground"] == "rounded" else 0
    return max(value - reach, 0), value + reach


def hidden(found: pd.DataFrame) -> bool:
    """Whether Haute-Fable may have nobody, or as many as the threshold, given its neighbour and what holds both."""
    commune, around = (found.loc[f"territory.persons.{name}"] for name in ("commune.F23", f"epci.{EPCI}"))
    if "withheld" in (commune["verdict"], around["verdict"]):
        return True
    return between(around)[1] - between(commune)[0] >= THRESHOLD and between(around)[0] <= between(commune)[1]


@pytest.fixture(scope="module")
def one() -> pd.DataFrame:
    rng = random.Random(1)
    rows = spread(rng, "F23", [10] * 12) + spread(rng, "F15", [2, 2]) + spread(rng, "F07", [5] * 5)
    return ledger(rows + spread(rng, "F25", [3]))


def test_under_eleven_nothing_is_printed(one: pd.DataFrame) -> None:
    placed = one[one.index.str.startswith("territory.")]
    small = placed[placed["value"] < THRESHOLD]
    assert len(small) >= 3 and small["verdict"].eq("withheld").all() and small["shown_value"].isna().all()
    assert placed["verdict"].eq("shown").any() and placed.index.str.startswith("territory.visible.").any()


def test_a_commune_is_not_what_is_left_of_its_intercommunality(one: pd.DataFrame) -> None:
    """Haute-Fable has 4 persons, Villeneuve 120, their intercommunality 124, crossed with forms."""
    assert hidden(one)


@pytest.mark.parametrize("seed", [2, 3])
def test_whatever_the_numbers(seed: int) -> None:
    rng = random.Random(seed)
    town, other, port = ([rng.randint(1, most) for _ in range(count)] for count, most in ((10, 6), (3, 3), (6, 6)))
    found = ledger(spread(rng, "F23", town) + spread(rng, "F15", other) + spread(rng, "F07", port))
    placed = found[found.index.str.startswith("territory.")]
    assert placed.loc[placed["value"] < THRESHOLD, "verdict"].eq("withheld").all()
    assert hidden(found)
