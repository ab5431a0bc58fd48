"""The tables of the report: every number in them is a fact, zeros and order are kept."""

from __future__ import annotations

import pandas as pd
import pytest
from released import fact, statements

from diagnostic.report.grids import field, internet, quality


def rows(markdown: str) -> list[list[str]]:
    """The cells of a pipe table, header first."""
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def cell(fact_id: str) -> str:
    return f"<{fact_id}>"


def known(*names: str):
    return lambda fact_id: cell(fact_id) if fact_id in names else ""


SITES = pd.DataFrame(
    {
        "site_code": ["D01", "E01", "E02"],
        "category": ["dating", "escorting", "escorting"],
        "mirror_group": [None, None, None],
        "method": ["exact", "page_extrapolated", None],
    }
)


def test_categories_come_in_the_declared_order_with_their_total() -> None:
    found = rows(internet.by_category(SITES, cell, lambda fact_id: "", "Essai."))
    assert [row[0] for row in found] == [
        "Catégorie",
        "Sites d’escorting",
        "Sites de rencontres",
        "**Ensemble**",
    ]
    assert found[1][1:] == ["<ads.sites_escorting>", "<ads.subtotal_escorting>", "<ads.share_escorting_pct>"]
    assert found[-1][1:3] == ["<ads.sites>", "<ads.total>"]


def test_an_estimated_number_of_ads_stands_beside_its_limits() -> None:
    """Elsewhere the text says that a number without limits counts what was seen."""

    def interval(fact_id: str) -> str:
        return f"[{fact_id}]" if fact_id in ("ads.total", "ads.share_escorting_pct") else ""

    found = rows(internet.by_category(SITES, cell, interval, "Essai."))
    assert found[0] == ["Catégorie", "Sites", "Annonces", "Intervalle", "Part", "Intervalle"]
    assert found[1][3:] == ["", "<ads.share_escorting_pct>", "[ads.share_escorting_pct]"]
    assert found[-1][2:4] == ["<ads.total>", "[ads.total]"]


def test_sites_come_in_register_order_and_an_uncounted_one_says_so() -> None:
    def interval(fact_id: str) -> str:
        return "[1]" if fact_id.endswith("E01") else ""

    found = rows(internet.by_site(SITES, cell, interval, "Essai."))
    assert [row[0] for row in found[1:]] == ["D01", "E01", "E02"]
    assert [row[-1] for row in found[1:]] == ["décompte exact", "extrapolé des pages lues", "non compté"]
    assert "Miroir" not in found[0] and "Intervalle" in found[0]
    read_whole = rows(internet.by_site(SITES, cell, lambda fact_id: "", "Essai."))
    assert [row[-1] for row in read_whole[2:3]] == ["décompte exact, toutes les pages lues"]


def test_an_allocation_that_does_not_exist_has_no_column() -> None:
    names = [f"ads.{key}.{site}" for key in ("allocation", "allocation_raise_0") for site in ("D01", "E01")]
    found = rows(internet.allocations(SITES, known(*names, "ads.sample_frame", "ads.sample_size"), "Essai."))
    assert found[0] == ["Site", "Annonces", "Retenue", "Sans plancher"]
    assert [row[0] for row in found[1:]] == ["D01", "E01", "**Ensemble**"]  # nothing is drawn on E02
    assert found[-1] == ["**Ensemble**", "<ads.sample_frame>", "<ads.sample_size>", "<ads.sample_size>"]


def test_a_breakdown_leaves_zeros_out_and_keeps_withheld_ones() -> None:
    facts = statements(
        fact("interviews.mode.in_person", 11, label="en présence"),
        fact("interviews.mode.video", 0, label="en visioconférence"),
        fact("interviews.mode.telephone", 4, label="par téléphone", unit="person"),
        fact("interviews.total", 15, label="entretiens"),
    )
    found = rows(field.breakdown(facts, ["interviews.mode.{mode}"], cell, "Mode", "Essai.", "essai"))
    assert [row[0] for row in found] == ["Mode", "En présence", "Par téléphone"]


def test_press_years_cover_every_year_of_the_statements() -> None:
    facts = statements(
        *(fact(f"press.articles_{year}", year - 2015) for year in (2017, 2015, 2016)), fact("press.articles", 3)
    )
    found = rows(field.press_years(facts, cell, "Essai."))
    assert [row[0] for row in found] == ["Année", "2015", "2016", "2017", "**Ensemble**"]
    assert found[1][1:] == ["<press.articles_2015>", "<press.printed.2015>"]


@pytest.mark.parametrize(
    ("computed", "linked", "expected"),
    [("7393", True, '[7 393]{.fact fact="idf.total"}'), ("7393", False, "7 393"), ("", True, "–")],
)
def test_a_reproduced_figure_opens_its_card_only_when_it_is_a_fact(computed: str, linked: bool, expected: str) -> None:
    figure = pd.DataFrame(
        {
            "fact_id": ["idf.total"],
            "statement": ["annonces"],
            "source_stage": ["ad_counts"],
            "published": ["7393"],
            "computed": [computed],
            "status": ["reproduced"],
            "basis": ["independent"],
            "reason": ["Recalculé."],
        }
    )
    figure = pd.concat([figure, figure.assign(fact_id="idf.other")])  # one row alone would be a sentence
    known_facts = {"idf.total"} if linked else set()
    found = rows(quality.reproduction(figure, known_facts, "Essai.", "essai"))[1]
    assert found[2].replace("\N{NARROW NO-BREAK SPACE}", " ") == expected
    assert found[3].startswith("Reproduit \\(calcul indépendant\\)")
    share = quality.reproduction(figure.assign(fact_id="idf.share_pct"), set(), "Essai.", "essai")
    assert rows(share)[1][1].endswith("%")  # what is printed keeps its sign


def test_a_passage_is_told_with_the_readings_that_agree_and_those_that_do_not() -> None:
    readings = pd.DataFrame(
        [
            ("end", "quand finit le recueil", "une seule lecture s’accorde", "à la synthèse", True, "contradicts"),
            ("end", "quand finit le recueil", "une seule lecture s’accorde", "au corps du texte", False, "agrees"),
            ("pros", "professionnel·les", "se contredit sous toutes ces lectures", "", False, "contradicts"),
        ],
        columns=["question", "question_label", "outcome", "reading_label", "printed", "verdict"],
    )
    more = readings.iloc[:2].assign(question="begin", question_label="quand il commence")
    assert rows(quality.passages(pd.concat([readings, more]), "Essai."))[1:] == [
        ["**Une seule lecture s’accorde**", "", ""],
        ["quand finit le recueil", "À la synthèse *(à la lettre)*", "Au corps du texte"],
        ["quand il commence", "À la synthèse *(à la lettre)*", "Au corps du texte"],
    ]
    assert "Une seule lecture s’accorde, quand finit le recueil" in quality.passages(readings, "Essai.")
    assert quality.against_all(readings) == "- Professionnel·les"
    assert quality.passages(readings[2:], "Essai.") == "" == quality.against_all(readings[:2])
