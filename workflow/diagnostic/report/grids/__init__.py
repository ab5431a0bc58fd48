"""The tables of the report as markdown: every number in them is a statement, printed through `cell`.

A table is a function under `@grid`, in a module named here: its parameters `statements`, `cell`, `interval`, or the name
of any table that `assemble` gets, are filled by name; the chapter that prints it gives the others.
"""

from diagnostic.report.grids import (
    demand,
    internet,
    persons,
    places,
    press,
    provenance,
    quality,
    questionnaire,
    sites,
    support,
)

__all__ = [
    "demand",
    "internet",
    "persons",
    "places",
    "press",
    "provenance",
    "quality",
    "questionnaire",
    "sites",
    "support",
]
