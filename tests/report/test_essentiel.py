"""The findings in the documents: page 1, titles, captions and tiles; a file of the team that is refused at its line."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from released import fact, statements

from diagnostic.estimate.catalogue.ids import chosen
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.findings.sentences import SENTENCES
from diagnostic.findings.written import Told
from diagnostic.report.assemble import LONGEST, PLACES, Essentiel, place
from diagnostic.report.printer import NOT_KNOWN, Pictures, Printer

ROOT = Path(__file__).parents[2]
CHAPTERS = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "report/chapitres").glob("*.qmd")))
WHERE = "config/studies/99-2026/constats.md"
SHARE = {"measure": "percent", "decimals": 1}
STATEMENTS = statements(
    fact("ads.top_two_pct", 47.4, **SHARE, label="part des deux sites les plus fournis"),
    fact("ads.mirror_redundant_pct", 24.3, **SHARE, label="part des annonces en trop"),
    fact("ads.mirror_sites", 11, unit="site"),
    fact("press.articles", 26, unit="article"),
    fact("press.outlets", 8, unit="article"),
    fact("press.period", None, unit="article", measure="date", value_text="2015/2020"),
    fact("law.open_pct", 14, unit="ad", low=14, high=57, interval_kind="bounds", measure="percent"),
)
# What no section of the report prints: on page 1, or in a table of the dossier; no title may say it of another section.
TABLES_ALONE = {"professionals.trained", "professionals.network"}
NBSP = "\N{NO-BREAK SPACE}"


def essentiel(text: str = "") -> Essentiel:
    return Essentiel(STATEMENTS, Printer(STATEMENTS), WHERE, text)


def test_page_one_prints_each_number_as_one_that_opens_its_card() -> None:
    claims = dict(essentiel().page_one())
    assert f'Deux sites portent [47,4{NBSP}%]{{.fact fact="ads.top_two_pct"}} des annonces' in claims
    assert essentiel().signed == ""


def test_what_the_messages_say_is_not_said_again() -> None:
    """That nobody knows the years, and what a model takes for granted: once in the messages, as « ce modèle » after them."""
    persons = fact("shared.persons_prostitution", 145)
    modelled = fact("persons.total", 280, unit="person", measure="estimate", low=180, high=300, interval_kind="model")
    given = statements(persons, modelled, fact("ads.total", 690))
    own = Essentiel(given, Printer(given), WHERE, "")
    above, below = (" ".join(map(" ".join, told)) for told in (own.messages(), own.page_one()))
    for said in ("(années non demandées ou non dites)", f"sous un modèle{NBSP}: recherche"):
        assert above.count(said) == 1 and said not in below
    assert "sous ce modèle" in below


def test_a_section_bears_its_first_finding_and_another_its_topic() -> None:
    assert essentiel().title("sec-annonces", "Sites et annonces").startswith("Deux sites portent [")
    assert essentiel().title("sec-methode", "Méthode") == "Méthode"


def test_a_slide_bears_only_what_its_figure_shows() -> None:
    assert essentiel().title("sec-annonces", "Sites", "annonces_par_site").startswith("Deux sites portent [")
    assert essentiel().title("sec-annonces", "Sites", "carte_annonces") == "Sites"


def test_a_section_bears_what_is_seen_first_in_its_figure_and_its_figure_no_other_finding() -> None:
    """The better known commission is told with more certainty; what the figure shows first is the pathway."""
    bounds = SHARE | {"decimals": 0, "unit": "professional", "interval_kind": "bounds"}
    given = statements(
        fact("law.commission_unaware_pct", 34, low=34, high=41, numerator=34, denominator=100, **bounds),
        fact("law.pathway_unaware_pct", 38, low=38, high=53, numerator=38, denominator=100, **bounds),
    )
    own = Essentiel(given, Printer(given), WHERE, "")
    assert "parcours de sortie" in own.title("sec-loi-connue", "La loi")
    assert own.title("sec-loi-connue", "La loi", "loi_connue") == own.title("sec-loi-connue", "La loi")
    assert "parcours de sortie" in own.seen("loi_connue") and "commission" in own.seen("loi_connue")


def test_a_figure_says_what_no_section_says() -> None:
    """The press has no section of its own; the two sites are already a title."""
    assert (
        essentiel()
        .seen("presse_frise")
        .startswith('La presse en parle dans [26]{.fact fact="press.articles"} articles')
    )
    assert essentiel().seen("annonces_par_site") == ""  # what its reading begins with
    drawn = pd.DataFrame(
        [{"name": "tour", "alt": "Barres.", "description": "Deux (2) sont vus. Un (1) ne l’est pas.", "facts": ""}]
    )
    pictures = Pictures(drawn, pd.DataFrame(), pd.DataFrame())
    assert "![Deux \\(2\\) sont vus\\. Par mois.](" in pictures.figure("tour", "Par mois.")
    claimed = pictures.figure("tour", "Par mois.", claim="On voit [2]{.fact}")
    assert "![On voit [2]{.fact}. Par mois.](" in claimed and "*Lecture :* Deux" in claimed


def test_tiles_are_numbers_with_their_words() -> None:
    assert essentiel().tiles()[0] == (
        f'[47,4{NBSP}%]{{.fact fact="ads.top_two_pct"}}',
        "part des deux sites les plus fournis",
    )
    assert (
        f'[24,3{NBSP}%]{{.fact fact="ads.mirror_redundant_pct"}}',
        "des annonces sont des copies de sites miroirs",
    ) in essentiel().tiles()


def test_a_tile_says_what_keeps_its_number_from_being_exact() -> None:
    """« Environ » stands before it, as in the sentence; its limits, and those of an estimate, after its words. What a message says
    is no tile."""
    given = statements(
        fact(
            "profile.foreign_pct",
            41,
            **SHARE | {"decimals": 0, "low": 30, "high": 60, "interval_kind": "model"},
            label="nationalité étrangère, part",
        ),
        fact("ads.total", 5927, low=5597, high=6256, interval_kind="sampling", measure="estimate"),
        fact("persons.total", 280, low=250, high=300, interval_kind="model", measure="estimate", label="personnes"),
        fact(
            "ads.five_cities_pct",
            80,
            **SHARE | {"decimals": 0, "low": 70, "high": 90, "interval_kind": "sampling"},
            label="cinq lieux",
        ),
    )
    rounded = given["statement_id"].eq("profile.foreign_pct")
    given.loc[rounded, ["claim_low", "claim_high", "envelope_causes"]] = [33.0, 50.0, ROUNDING]
    tiles = dict(Essentiel(given, Printer(given), WHERE, "").tiles())
    said = tiles[f'[environ [41{NBSP}%]{{.fact fact="profile.foreign_pct"}}]{{.approche}}']
    assert said.startswith("des personnes décrites")
    assert said.endswith(f' (de [30 à 60{NBSP}%]{{.fact fact="profile.foreign_pct"}}, modèle)')
    assert tiles[f'[80{NBSP}%]{{.fact fact="ads.five_cities_pct"}}'] == (
        "des annonces dont le lieu est connu sont dans cinq lieux "
        f'(de [70 à 90{NBSP}%]{{.fact fact="ads.five_cities_pct"}})'
    )
    assert not any("persons.total" in number for number in tiles), "its message says it"


def test_a_tile_of_a_rounded_number_says_what_its_rounding_leaves_open() -> None:
    given = statements(fact("ads.five_cities_pct", 90, **SHARE | {"decimals": 0}))
    given[["claim_low", "claim_high"]] = [85.0, 95.0]
    ((number, words),) = Essentiel(given, Printer(given), WHERE, "").tiles()
    assert number.startswith("[environ [90") and f"85 à 95{NBSP}%" in words


def test_a_tile_of_what_comes_first_says_of_whom_it_is_a_share() -> None:
    given = statements(
        *(
            fact(
                f"needs.{name}_pct",
                value,
                **SHARE | {"low": value, "high": value + 6, "interval_kind": "bounds"},
                label=f"besoin de {words}, part",
            )
            for name, value, words in (("suppo", 40, "soutien d’une association"), ("train", 20, "formation"))
        )
    )
    tiles = dict(Essentiel(given, Printer(given), WHERE, "").tiles())
    said = next(words for words in tiles.values() if "association" in words)
    assert said.startswith("des répondant·es") and f"le premier besoin est «{NBSP}soutien" in said


def test_what_the_team_wrote_takes_the_place_of_what_is_computed() -> None:
    text = "Signé par : l’équipe\n\n## L’essentiel\n\n- **[11](fact:ads.mirror_sites) sites se copient.** Voilà.\n"
    own = essentiel(text)
    assert own.signed == "l’équipe" and own.refused == ""
    assert own.page_one() == [('[11]{.fact fact="ads.mirror_sites"} sites se copient', "Voilà.")]
    assert own.title("sec-miroirs", "Sites miroirs") == '[11]{.fact fact="ads.mirror_sites"} sites se copient'


def test_a_number_that_is_no_longer_its_statement_s_stops_the_report() -> None:
    own = essentiel("## L’essentiel\n\n- **[12](fact:ads.mirror_sites) sites se copient.**\n")
    assert own.refused.startswith("::: refus") and "ligne 3" in own.refused and own.page_one() == []


def test_a_share_that_says_nothing_is_not_printed_in_a_table() -> None:
    printer = Printer(STATEMENTS)
    assert printer.cell("law.open_pct") == NOT_KNOWN and printer.interval("law.open_pct")
    assert Printer(STATEMENTS, exact=True).cell("law.open_pct") == printer.fact("law.open_pct")


@pytest.mark.parametrize(("names", "section", "figure"), PLACES)
def test_every_place_is_in_a_chapter(names: list[str], section: str, figure: str) -> None:
    assert names and chosen([], *names) == []  # each of them is known to the catalogue
    assert not section or f"{{#{section}}}" in CHAPTERS
    assert not section or f'title("{section}"' in CHAPTERS or section == "sec-besoins"
    assert not figure or re.search(rf'(figure|carte)\("{figure}"', CHAPTERS)


def test_a_section_bears_no_finding_that_it_does_not_print() -> None:
    """Who has been trained is in no section: that of the needs keeps its topic."""
    share = SHARE | {"unit": "professional", "interval_kind": "bounds"}
    given = statements(
        fact("survey.training_followed.yes_pct", 45, low=45, high=60, numerator=45, denominator=100, **share)
    )
    own = Essentiel(given, Printer(given), WHERE, "")
    assert "ont suivi une formation" in own.page_one()[0][0] and own.title("sec-besoins", "Besoins") == "Besoins"


def test_every_sentence_but_what_is_not_known_has_a_place_of_its_own() -> None:
    for name, row in SENTENCES.items():
        ids = re.findall(r"\{n:([^{}|]+)", row.claim)
        if ids and row.kind == "one" and name not in TABLES_ALONE:
            section, figure = place(Told(f"[x](fact:{ids[0]})", "", ""))
            assert section or figure, name
    assert LONGEST < 140


def test_page_one_sends_to_the_plan_of_action_and_to_what_supports_the_tracks() -> None:
    """Each by the section that bears its name."""
    sections = dict(re.findall(r"^## ([^{]+?) \{#(sec-\w+)\}", CHAPTERS, re.M))
    told = re.search(r"Les pistes sont à la @(sec-\w+), le plan à la @(sec-\w+)", CHAPTERS)
    assert told and told.groups() == (sections["Pistes pour agir"], sections["Plan d’action"])
