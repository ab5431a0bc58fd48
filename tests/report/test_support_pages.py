"""The chapter on support: who agreed is named, the others are counted; the funnel is drawn on one scale."""

from __future__ import annotations

import re

import ledgers
import pandas as pd
import pytest
from replay import ROOT, config, released

from diagnostic.release.statements import named
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report.assemble import assemble
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.people import funnel
from diagnostic.report.grids import field
from diagnostic.report.tables import TABLES
from diagnostic.study.words import study_words

THEME = ROOT / "report"
STEPS = {"sms": "message", "replies": "reply", "exchanges": "exchange", "met": "meeting"}


def report(study: str, preface: str = "") -> str:
    templates = {f"chapitre_{path.stem}": path.read_bytes() for path in (THEME / "chapitres").glob("*.qmd")}
    return assemble(
        **released(study),
        figures=TABLES["figures"].empty(),
        lineage=RELEASED["lineage"].empty(),
        **ledgers.shelf(),
        areas=ledgers.ground()["areas"],
        source=ledgers.ground()["source"],
        study=study_words(config(), study),
        rapport=(THEME / "rapport.qmd").read_bytes(),
        bloc_preface=preface.encode(),
        **templates,
    )["qmd"]


def counts(prefix: str, numbers: dict[str, float], **more: object) -> list[dict[str, object]]:
    return [{"fact_id": f"{prefix}.{step}", "value": n, "unit": STEPS[step]} | more for step, n in numbers.items()]


def boxes(svg: str) -> list[float]:
    return [float(width) for width in re.findall(r'd="M[-\d.]+,[-\d.]+h([\d.]+)v', svg)]


# -- Names ------------------------------------------------------------------------------------------------------------


def test_a_structure_that_did_not_agree_is_counted_and_never_named() -> None:
    answers = {axis: pd.array([True, True, None], dtype="boolean") for axis in field.AXES}
    structures = pd.DataFrame(
        {
            "row": [2, 3, 4],
            "structure_code": ["S01", "S02", "S03"],
            "agrees_to_be_named": pd.array([True, False, True], dtype="boolean"),
            "name": ["B, accueil", "Nom qui ne doit pas sortir", "A, écoute"],
            "activity_field": "social",
            **answers,
        }
    )
    listed = named(structures)
    assert list(listed["name"]) == ["A, écoute", "B, accueil"] and "structure_code" not in listed
    none = pd.DataFrame({"statement_id": [], "kind": []}, dtype="str")
    text = field.axes(none, listed, lambda fact: fact, lambda fact: "", "Axes.") + field.structures(listed, "S.")
    assert "ne doit pas sortir" not in text and "à confirmer\u00a0: A, écoute" in text


@pytest.mark.slow
def test_the_report_names_those_who_agreed_and_who_signed() -> None:
    text = report(
        "99-2025", "Merci à qui a répondu.\n\nSigné par : Une préfète, le 3 mars 2026\nSigné par : Une élue\n"
    )
    assert "# Avant-propos {#sec-preface .unnumbered}" in text and "mars 2026\n\nSigné par" in text
    unsigned = (
        "l’équipe n’a pas encore signé ces constats. Avant-propos signé par Une préfète, le 3 mars 2026, Une élue."
    )
    assert f"Document de travail\u00a0: {unsigned}" in text
    assert "Maison des droits de Villeneuve" in text and "{#tbl-structures " in text
    assert "pathway.axis." not in text  # one unnamed structure alone answers to an axis: how many is told of none
    assert "{#tbl-axes" in text and "{#tbl-aller-vers}" in text
    assert "[droits\\.example/annuaire](https://droits.example/annuaire)" in text


@pytest.mark.slow
def test_where_no_structure_is_known_nothing_is_deduced() -> None:
    text = report("62-2020", "Signé par :\n").replace("\u202f", " ").replace("\u00a0", " ")
    assert "Constats du projet qui relit la publication." in text and "pas encore signé" not in text
    assert "Avant-propos" not in text  # nobody has filled it
    assert "aucune couverture, ni aucun manque" in text and "{#tbl-axes" not in text
    assert "autre territoire (Marseille) ; la publication la cite" in text
    assert "24 septembre 2019" in text and "Conventions hospitalières" in text


def test_a_link_of_a_practice_cannot_end_its_markdown() -> None:
    row = ("resource", "x", None, None, None, "https://a.example/b)c](https://d.example|e")
    columns = ["kind", "title", "offered_by", "audience", "where", "contact"]
    text = field.practices(pd.DataFrame([row], columns=columns), "P.")
    (target,) = re.findall(r"\]\(([^)]*)\)", text)
    assert target == "https://a.example/b%29c%5D%28https://d.example%7Ce"


# -- The chart --------------------------------------------------------------------------------------------------------


def test_lengths_say_the_numbers_of_the_last_year() -> None:
    facts = counts("outreach.2024", {"sms": 50, "replies": 49}) + counts(
        "outreach.2025", {"sms": 400, "replies": 40, "met": 4}
    )
    rate = {"fact_id": "outreach.2025.replies_pct", "value": 10.0, "unit": "reply", "measure": "percent", "decimals": 1}
    chart = funnel(Released(ledgers.statements([*facts, rate])))
    assert chart is not None
    widths = boxes(chart.svg)
    assert [round(width / widths[0], 3) for width in widths] == [1, 0.1, 0.01]
    assert "en 2025" in chart.alt and "soit 10,0\u00a0% des messages" in chart.description
    assert set(chart.facts) == {f"outreach.2025.{name}" for name in ("sms", "replies", "met", "replies_pct")}


def test_the_cited_action_is_drawn_where_there_is_no_own() -> None:
    chart = funnel(
        Released(ledgers.statements(counts("ailleurs", {"sms": 1791, "replies": 145, "exchanges": 37, "met": 4})))
    )
    assert chart is not None and "action citée" in chart.alt and "1\u202f791" in chart.description


@pytest.mark.parametrize("numbers", [{}, {"sms": 12}, {"sms": 0, "replies": 0}])
def test_nothing_is_drawn_without_two_steps_to_compare(numbers: dict[str, float]) -> None:
    assert funnel(Released(ledgers.statements(counts("outreach.2025", numbers)))) is None


def test_a_withheld_step_is_neither_drawn_nor_told() -> None:
    facts = counts("outreach.2025", {"sms": 400, "replies": 40}) + counts(
        "outreach.2025", {"met": 4321}, verdict="withheld"
    )
    chart = funnel(Released(ledgers.statements(facts)))
    assert chart is not None and "4321" not in chart.svg + chart.description and "4\u202f321" not in chart.description
    assert "Non publié, et non dessiné" in chart.description
