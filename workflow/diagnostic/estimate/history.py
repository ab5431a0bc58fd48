"""Facts on the register over time: how sites were found and what they sell, then which opened and which closed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.consolidate.history import ROLE
from diagnostic.estimate import site_terms as terms
from diagnostic.estimate.facts import Fact, table
from diagnostic.estimate.places import Places
from diagnostic.estimate.turnover import CHANGES, caveats, rates, turnover

NOTICED = (
    "Constats, sans erreur d’échantillonnage : un site trouvé tard a pu ouvrir avant, un site que personne n’a revu garde "
    "son dernier état connu."
)


def estimate(
    site_states: pd.DataFrame,
    site_terms: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    origins: Mapping[str, str],
    files: Mapping[str, str],
    **codebook: bytes,
) -> dict[str, pd.DataFrame]:
    """One row per fact; none for a study without the workbook. `codebook` holds the codebook's files."""
    if ROLE not in files:
        return {"history": table(study, [])}
    book = loading.load(loading.given(codebook))
    base = partial(Fact, source_table="consolidate/site_terms", origin=origins[ROLE])
    index = Places(places, files)
    cells = partial(index.cells, site_terms, terms.TABLE)
    return {
        "history": table(
            study,
            [
                *terms.facts(site_terms, book, base, cells),
                *_turnover(site_states, index, origins[ROLE]),
            ],
        )
    }


def _turnover(site_states: pd.DataFrame, index: Places, origin: str) -> list[Fact]:
    """Openings and closures; none unless states were noticed on two days at least."""
    states = site_states.dropna(subset=["site_state"])
    if states["observed_on"].nunique() < 2:
        return []
    first, last = states["observed_on"].min().date(), states["observed_on"].max().date()
    changes = turnover(states, first, last)
    found = rates(changes)
    said = " ".join(caveats([(first, first), (last, last)]))
    fact = partial(
        Fact,
        unit="site",
        measure="count",
        universe="sites dont l’état a été constaté",
        source_table="consolidate/site_states",
        origin=origin,
        cells=index.cells(states, "site_status", "site_state"),
        method=f"{NOTICED} {said}",
    )
    facts = [
        fact(
            fact_id="turnover.period",
            label="premier et dernier constats de l’état des sites",
            measure="date",
            value_text=f"{first}/{last}",
            formula="première et dernière dates de l’historique",
        ),
        *(
            fact(fact_id=f"turnover.{name}", label=label, value=found[name], formula=formula)
            for name, label, formula in (
                ("open_before", "sites ouverts au premier constat", "dernier état connu à cette date"),
                ("open_after", "sites ouverts au dernier constat", "dernier état connu à cette date"),
            )
        ),
    ]
    for change, label in CHANGES.items():
        number = int((changes["change"] == change).sum())
        facts.append(
            fact(
                fact_id=f"turnover.change.{change}",
                label=f"sites : {label}",
                value=number,
                numerator=number,
                denominator=len(changes),
                formula="état au premier et au dernier constat",
            )
        )
    shares = (
        (
            "loss_share",
            "part des sites ouverts qui ont fermé ou ont été suspendus",
            "lost",
            "fermés ou suspendus ÷ (restés + fermés ou suspendus)",
        ),
        (
            "arrival_share",
            "part des sites ouverts à la fin qui sont apparus ou ont rouvert",
            "gained",
            "apparus ou rouverts ÷ (restés + apparus ou rouverts)",
        ),
    )
    for name, label, part, formula in shares:
        share = found[name]
        if share is not None:
            facts.append(
                fact(
                    fact_id=f"turnover.{name}_pct",
                    label=label,
                    measure="percent",
                    value=100 * share,
                    numerator=found[part],
                    denominator=(found["stayed"] or 0) + (found[part] or 0),
                    formula=formula,
                )
            )
    return facts
