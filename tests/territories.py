"""Situations with coded communes of the fictional département, small enough to be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from handmade import BOOK
from replay import config, outlined

from diagnostic.consolidate import located
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.tables import model
from diagnostic.estimate.territory import steps as territory

STUDY = "99-2025"
FORMS = ("road", "flat")
Row = tuple[str, int, str, str, str, str]  # who reports it, persons, two communes, status, form
# Villeneuve F23, Croix-du-Schéma F29 and Haute-Fable F15 are in one intercommunality, the last in another
# arrondissement; Port-Neuf F07 is in a second one, Neuf-Brouillon F21, a village, in a third.
EIGHT: list[Row] = [
    ("R1", 60, "F23", "", "prov", "road"),
    ("R2", 45, "F23", "", "proba", "flat"),
    ("R3", 40, "F07", "", "prov", "road"),
    ("R4", 25, "F15", "", "prov", "flat"),
    ("R5", 15, "F21", "", "prov", "road"),
    ("R6", 10, "F23", "F29", "prov", "flat"),
    ("R7", 20, "F23", "", "risk", "road"),  # not in prostitution
    ("R8", 30, "", "", "prov", "flat"),  # out of the département
]


def described(rows: list[Row]) -> pd.DataFrame:
    """Situations as consolidated, each of its own persons."""
    count = len(rows)
    frame = pd.DataFrame(
        {
            "source": "response",
            "record": [row[0] for row in rows],
            "situation": [f"{row[0]}/{at}" for at, row in enumerate(rows, 1)],
            "situation_number": pd.array(range(1, count + 1), dtype="Int64"),
            "sheet": pd.array([1] * count, dtype="Int64"),
            "row": pd.array(range(2, count + 2), dtype="Int64"),
            "situation_status.code": [row[4] for row in rows],
            "territory.code": ["in" if row[2] else "out" for row in rows],
            "commune.code": [row[2] or "no_answer" for row in rows],
            "commune_2.code": [row[3] or "no_answer" for row in rows],
            "persons_blank": pd.array([False] * count, dtype="boolean"),
        }
    )
    for name in ("persons", "persons_low", "persons_high", "persons_most", "persons_central"):
        frame[name] = pd.array([row[1] for row in rows], dtype="Int64")
    for form in FORMS:
        frame[f"prostitution_form/{form}"] = ["ticked" if row[5] == form else "not_ticked" for row in rows]
    return frame.assign(**{located.PLACE: located.placed(frame, np.arange(count), outlined(STUDY))})


def facts(rows: list[Row], areas: pd.DataFrame | None = None, **changes: object) -> pd.DataFrame:
    """The facts by place of these situations."""
    none = {
        "pairs": CONSOLIDATED["pairs"].empty(),
        "counts": CONSOLIDATED["counts"].empty(),
        "places": model("collect/places").empty(),
    }
    given = {
        "described": described(rows),
        "partners": pd.DataFrame(),
        "pages": CONSOLIDATED["pages"].empty(),
        "areas": outlined(STUDY) if areas is None else areas,
        "study": STUDY,
        "sampling": {"confidence": 0.95},
        "geography": config().policy.rules.geography.model_dump(),
    }
    return territory.estimate(**none | given | changes | BOOK)["territory"]  # type: ignore[arg-type]
