"""A sentence that could not say its number is not there: « non publié » belongs in tables, never in the prose."""

from __future__ import annotations

import re
from pathlib import Path

import ledgers
import pandas as pd
import pytest
from drawn import one_in
from released import fact, sources, statements

from diagnostic.release.printed import WITHHELD
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
    "contact": "",
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


@pytest.mark.parametrize("name", one_in(3, ["resume", "questionnaire", "personnes", "synthese", "restitution"]))
def test_no_sentence_is_built_on_a_number_that_is_not_published(name: str) -> None:
    assert [line for line in prose(name) if "[non publié]" in line] == []


LINK = re.compile(r"\[([^]]*)\]\{\.fact[^}]*\}")


@pytest.mark.slow
def test_a_sentence_of_limits_that_are_not_published_is_not_there() -> None:
    """The number of persons behind the ads is printed, and nothing that stands beside it."""
    template = (CHAPTERS / "estimation.qmd").read_bytes()
    ids = ("total", "recall_pct", "whatever_missed", "logical", "published_formula")
    ids = tuple(f"persons.{one}" for one in ids)
    known = statements(*(fact(one, 900, low=800, high=1000, interval_kind="bounds") for one in (*ids, "persons.seen")))
    assert set(known["kind"]) == {"value"}
    whole = " ".join(lines(template, known))
    for one, said in dict(
        zip(
            ids[1:],
            ("a été cherchée deux fois", "il va de", "bornes logiques", "formule de l’étude de référence"),
            strict=True,
        )
    ).items():
        gone = known["statement_id"].eq(one)
        text = {"kind": "withheld", "printed": WITHHELD, "printed_interval": ""}
        facts = known.copy()
        facts.loc[gone, list(text)] = list(text.values())
        left = LINK.sub(r"\1", " ".join(lines(template, facts)))
        assert said in whole and said not in left and WITHHELD not in left, one


@pytest.mark.parametrize("name", one_in(2, ["estimation", "internet"]))
@pytest.mark.parametrize("ids", [("persons.total",), ("persons.indicative", "persons.logical")])
def test_a_number_of_persons_behind_the_ads_that_is_withheld_leaves_no_sentence(
    name: str, ids: tuple[str, ...]
) -> None:
    """Nor the limits of a study without searched copies; the register and its counts are not withheld."""
    ads = ("ads.total", "ads.sites", "ads.site_categories")
    counted = statements(*(fact(one, 900) for one in ads), *(fact(one, 3, unit="person") for one in ids))
    assert set(counted.loc[counted["statement_id"].isin(ids), "kind"]) == {"withheld"}
    said = LINK.sub(r"\1", " ".join(lines((CHAPTERS / f"{name}.qmd").read_bytes(), counted)))
    assert "copies des annonces codées" in said and WITHHELD not in said and not re.search(r"\bde [,.]", said)


def test_no_map_is_promised_that_was_not_drawn() -> None:
    """Of a study without a map of the persons: its tables, and no map, are in the dossier."""
    (said,) = [line for line in prose("personnes") if line.startswith("Les autres tableaux")]
    assert "cartes" not in said


def test_the_next_study_is_told_what_page_one_says_is_not_known() -> None:
    """Each share too wide to say something, with what to ask; a site that nobody counted."""
    told = ("profile.women_pct", "profile.minors_pct", "profile.foreign_pct")
    wide = {"measure": "percent", "unit": "person", "interval_kind": "bounds", "low": 10, "high": 70}
    facts = statements(*(fact(one, 10, **wide) for one in told), fact("ads.sites_uncounted", 1, unit="site"))
    facts = facts.assign(kind="value", printed=facts["printed"].replace(WITHHELD, "10"), shown_low=10, shown_high=70)
    facts["printed_interval"] = "10 à 70"
    advice = " ".join(lines((CHAPTERS / "prochaine.qmd").read_bytes(), facts))
    for said in ("Demander le genre", "Demander la tranche d’âge", "Demander la nationalité", "Compter tous les sites"):
        assert said in advice
    known = " ".join(lines((CHAPTERS / "prochaine.qmd").read_bytes(), facts.assign(shown_high=40, claim_high=40)))
    assert "Demander" not in known


def test_the_next_study_is_not_told_to_do_what_this_one_did() -> None:
    """Mirrors put together before the draw, copies searched for each ad coded."""

    def advice(*ids: str) -> str:
        facts = statements(*(fact(one, 20, unit="ad", universe="annonces") for one in ids))
        return " ".join(lines((CHAPTERS / "prochaine.qmd").read_bytes(), facts))

    counted = ("ads.mirror_redundant", "ads.frame_collapsed", "persons.indicative")
    before, after = advice(*counted), advice(*counted, "draw.frame_ads", "persons.total")
    for said in ("Regrouper les sites miroirs", "Chercher toutes les copies"):
        assert said in before and said not in after
