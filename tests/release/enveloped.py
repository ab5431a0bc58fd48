"""Drawn populations whose answers leave something open, with exact limits counted here, and what is printed of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from facts_at_hand import Fact
from simulated import departement, invented, population

from diagnostic.estimate.facts import table
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import BLANK
from diagnostic.release.populations.policy import Policy, parse
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made
from diagnostic.release.ways.verdicts import decide


@dataclass(frozen=True)
class Open:
    """A drawn population whose answers leave something open: `twice` may be of a person told elsewhere, `more` stands for as
    many persons more, whom a group may have."""

    rows: pd.DataFrame
    twice: np.ndarray
    more: np.ndarray


def left_open(seed: int, size: int, blanks: float, loose: float) -> Open:
    draw = np.random.default_rng([seed, size])
    rows = departement(seed, size)
    for name in ("gender", "age", "nationality"):
        rows[name] = rows[name].where(draw.random(size) >= blanks, BLANK)
    rows["form"] = rows["form"].where(draw.random(size) >= blanks, pd.Series([()] * size))
    return Open(rows, draw.random(size) < loose, np.where(draw.random(size) < loose, draw.integers(1, 4, size), 0))


def counted(given: Open, rules: Policy) -> pd.DataFrame:
    """The facts of a listing, with exact limits counted here: blanks may have any answer, who may be told twice may be no
    person more, and a group may have more persons of its own answers."""
    people = population(given.rows)
    facts = []
    sure, most = ~given.twice, 1 + given.more
    whole = np.ones(len(given.rows), dtype=bool)
    for entry in Listing("prostitution", rules).entries:
        terms = parse(entry.name)[1]
        held = [people.answers(name).holds(answers) for name, answers in terms]
        blank = [people.answers(name).unknown for name, _ in terms]
        unknown = any("?" in answers for _, answers in terms)
        yes = np.all(held, axis=0) if held else whole
        may = np.all([a | b for a, b in zip(held, blank, strict=True)], axis=0) if held and not unknown else yes
        value, base = int(yes.sum()), len(whole)
        low, high = int((yes & sure).sum()), int(most[may].sum())
        if unknown:
            low = high = value
        shared = {"unit": "person", "universe": "x", "formula": "x", "source_table": "consolidate/described"}
        shared |= {"origin": "observed", "label": entry.name, "group": entry.name, "interval_kind": "bounds"}
        facts.append(Fact(fact_id=f"a.{len(facts)}", measure="count", value=value, low=low, high=high, **shared))
        if entry.terms and value and not unknown:
            others_low, others_high = int((sure & ~may).sum()), int(most[~yes].sum())
            share = [100 * low / max(low + others_high, 1), 100 * high / max(high + others_low, 1)]
            given_ = {"numerator": value, "denominator": base, "base": "prostitution:"}
            ends = {"low": min(share[0], 100 * value / base), "high": max(share[1], 100 * value / base)}
            facts.append(
                Fact(
                    fact_id=f"a.{len(facts)}_pct",
                    measure="percent",
                    value=100 * value / base,
                    **ends,
                    **given_,
                    **shared,
                )
            )
    return table("99-2026", facts)


@cache
def released(seed: int, size: int, blanks: float, loose: float, listed: str = "unknown") -> pd.DataFrame:
    given, rules = left_open(seed, size, blanks, loose), invented(listed=listed)
    facts = counted(given, rules)
    key = str(seed).encode()
    ledger = decide(facts, rules, {"prostitution": population(given.rows)}, None, Draw(key)).ledger
    exact = facts[["fact_id", "value", "low", "high"]].rename(
        columns={"value": "exact", "low": "least", "high": "most"}
    )
    return made(ledger, []).merge(exact, left_on="statement_id", right_on="fact_id")
