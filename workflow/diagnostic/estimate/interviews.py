"""Facts of the interviews: how many, when, how, where, in which field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.collect.tables import FIELDS, MODES
from diagnostic.estimate.facts import Fact, cell_ranges, table
from diagnostic.french import collated

COLUMN = {"date": "A", "structure": "B", "mode": "C", "place": "D", "activity_field": "E", "interlocutor": "F"}


def estimate(
    meetings: pd.DataFrame, study: str, origins: Mapping[str, str], files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """One row per fact on the interviews; none when the study has none. An interview is a structure met."""
    if meetings.empty:
        return {"interviews": table(study, [])}
    total = len(meetings)
    cells = partial(cell_ranges, files["interviews"])
    fact = partial(
        Fact,
        unit="structure",
        universe="entretiens menés",
        source_table="consolidate/meetings",
        origin=origins["interviews"],
    )

    def share(fact_id: str, label: str, column: str, formula: str, mask: pd.Series) -> Fact:
        found = meetings[mask]
        return fact(
            fact_id=fact_id,
            label=label,
            measure="count",
            value=len(found),
            numerator=len(found),
            denominator=total,
            formula=formula,
            cells=cells(COLUMN[column], found["row"]),
        )

    dates, every = meetings["date"], meetings["row"]
    first, last = dates.min(), dates.max()
    facts = [
        *(
            fact(
                fact_id=fact_id,
                label=label,
                measure="count",
                value=total,
                formula="nombre de lignes du tableau des entretiens",
                cells=cells(COLUMN["date"], every),
            )
            for fact_id, label in (
                ("interviews.total", "entretiens réalisés"),
                ("interviews.annex_rows", "lignes du tableau des entretiens"),
            )
        ),
        fact(
            fact_id="interviews.first_date",
            label="date du premier entretien",
            measure="date",
            value_text=f"{first:%Y-%m-%d}",
            formula="plus petite date",
            cells=cells(COLUMN["date"], meetings.loc[dates == first, "row"]),
        ),
        fact(
            fact_id="interviews.last_date",
            label="date du dernier entretien",
            measure="date",
            value_text=f"{last:%Y-%m-%d}",
            formula="plus grande date",
            cells=cells(COLUMN["date"], meetings.loc[dates == last, "row"]),
        ),
        fact(
            fact_id="process.mobilisation_phase2",
            label="années des entretiens",
            measure="date",
            value_text=f"{first:%Y}/{last:%Y}",
            formula="années de la première et de la dernière date",
            cells=cells(COLUMN["date"], every),
        ),
        fact(
            fact_id="interviews.days",
            label="jours d’entretien différents",
            measure="count",
            value=dates.nunique(),
            formula="nombre de dates différentes",
            cells=cells(COLUMN["date"], every),
        ),
        share(
            "interviews.by_phone",
            "entretiens menés par téléphone",
            "mode",
            "lignes « par téléphone »",
            meetings["mode"] == "telephone",
        ),
        share(
            "interviews.prosecutors",
            "procureur·es rencontré·es",
            "interlocutor",
            "lignes dont l’interlocuteur·rice est procureur·e",
            meetings["interlocutor"] == "prosecutor",
        ),
        _towns(meetings, fact, cells),
        *(
            share(
                f"interviews.mode.{code}",
                f"entretiens {label}",
                "mode",
                f"lignes « {label} »",
                meetings["mode"] == code,
            )
            for code, label in MODES.items()
        ),
        *(
            share(
                f"interviews.field.{code}",
                f"entretiens : {label}",
                "activity_field",
                f"lignes du champ « {label} »",
                meetings["activity_field"] == code,
            )
            for code, label in FIELDS.items()
        ),
        *(
            share(
                f"interviews.month.{month}",
                f"entretiens de {month}",
                "date",
                f"lignes datées de {month}",
                meetings["month"] == month,
            )
            for month in sorted(meetings["month"].unique())
        ),
        *(
            share(
                f"interviews.year.{year}",
                f"entretiens de {year}",
                "date",
                f"lignes datées de {year}",
                dates.dt.year == year,
            )
            for year in sorted(dates.dt.year.unique())
        ),
        *(
            share(
                f"interviews.place.{number:02d}",
                f"entretiens : {place}",
                "place",
                f"lignes dont le lieu est « {place} »",
                meetings["place"] == place,
            )
            for number, place in enumerate(sorted(meetings["place"].dropna().unique(), key=collated), 1)
        ),
        share(
            "interviews.place_unknown",
            "entretiens sans ville écrite",
            "place",
            "lignes au lieu vide",
            meetings["place"].isna(),
        ),
    ]
    return {"interviews": table(study, facts)}


def _towns(meetings: pd.DataFrame, fact: partial[Fact], cells: partial[str]) -> Fact:
    """Towns of the face-to-face interviews: those written down are a minimum, each unwritten one may be another."""
    met = meetings[meetings["mode"] == "in_person"]
    written, unwritten = met["place"].nunique(), int(met["place"].isna().sum())
    bounds: dict[str, Any] = (
        {"low": written, "high": written + unwritten, "interval_kind": "bounds"} if unwritten else {}
    )
    return fact(
        fact_id="interviews.towns",
        label="villes des entretiens en présence",
        unit="commune",
        measure="count",
        value=written,
        formula="nombre de lieux différents écrits pour les entretiens en présence",
        universe="entretiens en présence",
        cells=cells(COLUMN["place"], met["row"]),
        rules=("lieu_non_precise",) if unwritten else (),
        **bounds,
        method=f"{unwritten} entretiens en présence ne disent pas leur ville : chacun peut en ajouter une."
        if unwritten
        else "",
    )
