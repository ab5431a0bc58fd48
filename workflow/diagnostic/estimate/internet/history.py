"""Facts on the register over time: how sites were found and what they sell, then which opened and which closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.consolidate.history import ROLE
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas.turnover import CHANGES, caveats, tally, turnover
from diagnostic.estimate.internet import site_terms as terms
from diagnostic.estimate.places import Places
from diagnostic.estimate.texts.history import TEXTS
from diagnostic.estimate.texts.site_terms import TEXTS as TERMS

NOTICED = (
    "Constats, sans erreur d’échantillonnage : un site trouvé tard a pu ouvrir avant, un site que personne n’a revu garde "
    "son dernier état connu."
)


def estimate(
    site_states: pd.DataFrame,
    site_terms: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact; none for a study without the workbook. `codebook` holds the codebook's files."""
    index = Places(places)
    if ROLE not in index:
        return {"history": table(study, [])}
    book = loading.load(loading.given(codebook))
    sold = Builder(TERMS, "consolidate/site_terms", index.origin(ROLE))
    noticed = index.cells(site_states.dropna(subset=["site_state"]), "site_status", "site_state")
    seen = Builder(TEXTS, "consolidate/site_states", index.origin(ROLE), noticed)
    facts = [
        *terms.facts(site_terms, book, sold, partial(index.cells, site_terms, terms.TABLE)),
        *turnover_facts(site_states, seen),
    ]
    return {"history": table(study, facts)}


def turnover_facts(site_states: pd.DataFrame, build: Builder) -> Iterator[Fact | None]:
    """Openings and closures; none unless states were noticed on two days at least.

    `site_states`: one row per change noticed, `site_code`, `observed_on`, `site_state`. The share of losses is
    lost / (stayed + lost), that of arrivals gained / (stayed + gained); sites whose state is not known are in neither.
    """
    states = site_states.dropna(subset=["site_state"])
    if states["observed_on"].nunique() < 2:
        return
    first, last = (pd.Timestamp(day).date() for day in (states["observed_on"].min(), states["observed_on"].max()))
    changes = turnover(states, first, last)
    found, number = tally(changes), changes["change"].value_counts()
    build = replace(build, method=f"{NOTICED} {' '.join(caveats([(first, first), (last, last)]))}")
    yield build.fact("turnover.period", value_text=f"{first}/{last}")
    for name in ("open_before", "open_after"):
        yield build.count(f"turnover.{name}", found[name])
    for change, label in CHANGES.items():
        own = int(number.get(change, 0))
        yield build.count("turnover.change.{change}", own, len(changes), change=change, name=label)
    for name, part in (("loss_share", "lost"), ("arrival_share", "gained")):
        yield build.share(f"turnover.{name}_pct", found[part], found["stayed"] + found[part])
