"""A sentence that could not say its number is not there: « non publié » belongs in tables, never in the prose."""

from __future__ import annotations

import re
from pathlib import Path

import ledgers
import pandas as pd
import pytest
from released import fact, sources, statements

from diagnostic.release.tables import PRINTED
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report.assemble import assemble
from diagnostic.report.tables import TABLES

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "report/chapitres"
PEOPLE = (
    "survey",
    "pros",
    "shared",
    "profile",
    "cond",
    "pimp",
    "partners",
    "needs",
    "law",
    "visible",
    "discreet",
    "forms",
)
FACT = re.compile(rf'"((?:{"|".join(PEOPLE)})\.[a-z0-9_.]+[a-z0-9_])"')
WORDS = {
    "id": "99-2026",
    "date": "2026-09-15",
    "place_noun": "le département",
    "period": "de mars à juin",
    "citation": "",
}


def prose(name: str) -> list[str]:
    """The lines of a chapter that are no table, when every number of persons of it is withheld."""
    template = (CHAPTERS / f"{name}.qmd").read_bytes()
    ids = sorted(set(FACT.findall(template.decode())))
    facts = statements(*(fact(one, 3, unit="person", universe="personnes") for one in ids))
    assert facts.empty or set(facts["kind"]) == {"withheld"}
    return lines(template, facts)


def lines(template: bytes, facts: pd.DataFrame) -> list[str]:
    """The lines of a chapter that are no table, from these statements."""
    tables = {table: model.empty() for table, model in PRINTED.items()}
    given = tables | {
        "statements": facts,
        "sources": sources("form.xlsx"),
        "figures": TABLES["figures"].empty(),
        "lineage": RELEASED["lineage"].empty(),
        **ledgers.shelf(),
        "areas": ledgers.ground()["areas"],
        "source": ledgers.ground()["source"],
        "study": WORDS | {"fictional": False},
    }
    text = assemble(**given, rapport=template)["qmd"].partition("``` {.carte")[0]
    return [line for line in text.splitlines() if line and not line.startswith(("|", ": "))]


@pytest.mark.parametrize("name", ["resume", "questionnaire", "personnes", "synthese", "restitution"])
def test_no_sentence_is_built_on_a_number_that_is_not_published(name: str) -> None:
    assert [line for line in prose(name) if "[non publié]" in line] == []


def test_the_next_study_is_not_told_to_do_what_this_one_did() -> None:
    """Mirrors put together before the draw, copies searched for each ad coded."""

    def advice(*ids: str) -> str:
        facts = statements(*(fact(one, 20, unit="ad", universe="annonces") for one in ids))
        return " ".join(lines((CHAPTERS / "prochaine.qmd").read_bytes(), facts))

    counted = ("ads.mirror_redundant", "ads.frame_collapsed", "persons.indicative")
    before, after = advice(*counted), advice(*counted, "draw.frame_ads", "persons.total")
    for said in ("Regrouper les sites miroirs", "Chercher toutes les copies"):
        assert said in before and said not in after
