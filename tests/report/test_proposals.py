"""What is proposed, what became of the previous plan, who was heard, what a publication prints: from small tables."""

from __future__ import annotations

import re

import ledgers
import pandas as pd
from released import fact, statements

from diagnostic.core.tables import model
from diagnostic.findings.library import read
from diagnostic.findings.tracks import FIRST, Proposals, Proposed, proposed
from diagnostic.report.grids import field, quality
from diagnostic.report.grids.field import evaluation, plan
from diagnostic.report.grids.quality import only_published
from diagnostic.report.printer import Printer

LIBRARY = ledgers.shelf()["library"]
NONE = pd.DataFrame(columns=["fact_id", "statement", "published", "status"])
SAID = statements(
    fact("demand.ads", 112, unit="ad"),
    fact("demand.sites", 1, unit="site"),
    fact("interviews.total", 15, unit="professional"),
)
FIGURES = pd.DataFrame(
    [
        ("needs.training_pct", "besoin de formation", "64", "not_computable"),
        ("ads.city_lens_pct", "part des annonces : Lens", "26", "not_computable"),
        ("ads.city_arras_pct", "part des annonces : Arras", "non publié", "not_computable"),
        ("ads.total", "annonces d’offre répertoriées", "699", "reproduced"),
    ],
    columns=NONE.columns,
)
NBSP = "\N{NO-BREAK SPACE}"


def tracks_of(library: bytes, said: pd.DataFrame, figures: pd.DataFrame) -> list[Proposed]:
    return proposed(read(library), said, only_published(figures))


def test_page_one_names_the_tracks_that_a_number_supports() -> None:
    found = Proposals([], tracks_of(LIBRARY, SAID, NONE), str)
    assert found.first == [
        "Rappeler que l’achat d’actes sexuels est interdit",
        "Réunir les acteurs, deux fois par an au moins",
    ]
    assert len(found.supported) == 2 and len(found.others) == 9 and len(found.titles) == 11


def test_without_any_number_page_one_still_names_some() -> None:
    found = Proposals([], tracks_of(LIBRARY, statements(fact("other.fact", 1)), NONE), str)
    assert not found.supported and found.first == found.titles[:FIRST]


def test_what_the_team_wrote_takes_the_place_of_the_library() -> None:
    found = Proposals(["Une piste", "Une autre"], tracks_of(LIBRARY, SAID, NONE), str)
    assert found.titles == found.first == ["Une piste", "Une autre"]


def test_a_published_figure_supports_a_track_where_it_may_be_printed() -> None:
    tracks = {one.track.name: one.support for one in tracks_of(LIBRARY, SAID, FIGURES)}
    assert tracks["formation"] == f"Selon la publication, 64{NBSP}% des répondant·es demandent une formation."
    hidden = FIGURES.assign(published="non publié")
    assert {one.track.name: one.support for one in tracks_of(LIBRARY, SAID, hidden)}["formation"] == ""


def test_a_track_for_where_nobody_answered_stands_on_who_answered() -> None:
    """An advertisement says nothing of who answered a questionnaire: no number of ads may support that track."""
    (rural,) = [one.track for one in tracks_of(LIBRARY, SAID, NONE) if one.track.name == "rural"]
    cited = re.findall(r"\{[a-z]+:([^{}|]+)", " ".join(rural.support))
    assert cited and not [one for one in cited if one.startswith(("ads.", "places.ads", "profile.ad", "demand."))]
    where = FIGURES.assign(fact_id=FIGURES["fact_id"].replace("ads.city_lens_pct", "ads.five_cities_pct"))
    found = Proposals([], tracks_of(LIBRARY, SAID, where), str)
    assert rural.title not in found.first and rural.title in [title for title, _ in found.others]


def test_the_plan_has_one_row_per_track_and_a_column_to_fill() -> None:
    text = plan(tracks_of(LIBRARY, SAID, NONE), model("release/actions").empty(), "Plan.")
    assert text.count("à décider") == 11 and "{#tbl-plan " in text


def test_the_previous_plan_says_how_far_each_action_went() -> None:
    rows = pd.DataFrame(
        [("Former", "Association", "2025-06", "done", None), ("Ouvrir", None, None, "not_done", "Local à trouver")],
        columns=["action", "lead", "due", "progress", "remarks"],
    )
    text = evaluation(model("release/actions").validate(rows), "Relu.")
    assert "| Former | Association | juin 2025 | Faite |" in text
    assert "| Ouvrir |" in text and "Pas faite | Local à trouver |" in text
    assert evaluation(rows.iloc[:0], "Relu.") == ""


def test_a_silent_field_stands_as_zero() -> None:
    said = statements(
        fact(
            "survey.activity_field.socia",
            9,
            unit="professional",
            label="Champ d’activité : Accueil, accompagnement social, insertion",
        ),
        fact("interviews.field.justice", 0, unit="site"),
    )
    printer = Printer(said)
    text = field.coverage(said, printer.cell, "Qui.")
    assert (
        '[9]{.fact fact="survey.activity_field.socia"}' in text and '[0]{.fact fact="interviews.field.justice"}' in text
    )
    assert "Structures" not in text.splitlines()[0]
    assert field.coverage(SAID, Printer(SAID).cell, "Qui.") == ""
    hidden = said.assign(kind=said["kind"].mask(said["statement_id"].str.startswith("interviews."), "withheld"))
    assert "Entretiens" not in field.coverage(hidden, Printer(hidden).cell, "Qui.").splitlines()[0]


def test_what_a_publication_prints_is_listed_where_it_is_not_made_again() -> None:
    text = quality.reported(FIGURES, ["ads.city_{place}_pct", "needs.", "ads.total"], {}, "Publié.")
    assert f"| 26{NBSP}% |" in text and f"| 64{NBSP}% |" in text
    assert "Arras" not in text and "699" not in text
    assert quality.reported(NONE, ["needs."], {}, "Publié.") == ""


def test_a_published_share_is_told_with_what_it_is_of() -> None:
    """Where the publication prints that number, and the release lets it be printed again."""
    bases = {"ads.": ("ads.total", "annonces"), "needs.": ("survey.professionals", "répondant·es")}
    text = quality.reported(FIGURES, ["ads.city_{place}_pct", "needs."], bases, "Publié.")
    assert f"| 26{NBSP}% | 699 annonces |" in text and f"| 64{NBSP}% |  |" in text


def test_bounds_are_announced_only_where_some_are_printed() -> None:
    open_ = statements(
        fact("profile.women_pct", 70, unit="ad", measure="percent", low=60, high=80, interval_kind="bounds")
    )
    assert Printer(open_).bounded("shared.", "profile.") and not Printer(open_).bounded("survey.")
    assert not Printer(SAID).bounded("demand.")
    drawn = Printer(open_).strokes("shared.", "profile.")
    assert "réponses manquantes ou imprécises en tirets" in drawn and "modèle" not in drawn
    assert Printer(SAID).strokes("demand.") == ""
