"""Contradictions in the press review and in the list of interviews."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostic.collect.findings import (
    Finding,
    Tables,
    may_quote,
    needs,
    repeats,
)


@needs(press=("date", "year_heading"))
def year_as_filed(tables: Tables) -> Iterator[Finding]:
    table = tables["press"].dropna(subset=["date", "year_heading"])
    tell = may_quote("press", "date", "year_heading")
    misfiled = table[table["date"].dt.year != table["year_heading"]]
    for row, date, heading in zip(misfiled["row"], misfiled["date"], misfiled["year_heading"], strict=True):
        years = f" (rubrique {heading}, date de {date.year})" if tell else ""
        message = (
            f"L'article est classé sous une autre année que celle de sa date{years} ; on ne "
            "sait pas laquelle des "
            "deux est la coquille."
        )
        remedy = (
            "Vérifier à la source ; sans certitude, garder les deux : l'article est compté une "
            "fois sous chaque lecture."
        )
        yield Finding("press", int(row), "year_heading", message, remedy, blocks=False)


@needs(press=("date", "outlet", "title"))
def repeated_articles(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["press"], ("date", "outlet", "title")):
        message = f"Article en double : même date, même journal et même titre que la ligne {first}."
        yield Finding("press", row, "title", message, "Supprimer la ligne en trop.")


_INTERVIEW = ("date", "structure", "mode", "place", "activity_field", "interlocutor")


@needs(interviews=_INTERVIEW)
def repeated_interviews(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["interviews"], _INTERVIEW, optional=("place",)):
        message = f"Entretien en double : toutes les cellules sont celles de la ligne {first}."
        remedy = (
            "Supprimer la ligne en trop ; deux entretiens distincts se distinguent par leur structure ou leur service."
        )
        yield Finding("interviews", row, "structure", message, remedy)
