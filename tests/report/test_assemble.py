"""The assembly: facts by id, a card for each that is printed, and a refusal for what the study does not have."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import ledgers
import pandas as pd
import pytest
from released import fact, sources, statements

from diagnostic.release.tables import PRINTED
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report import assemble
from diagnostic.report.printer import Printer
from diagnostic.report.tables import TABLES as FIGURES

ROOT = Path(__file__).parents[2]
STUDY = {"id": "99-2026", "date": "2026-09-15"}
STATEMENTS = statements(
    fact("ads.total", 7393, cells="ad_counts.csv!C2:C4"),
    fact("ads.persons_reading_a", None, unit="person", measure="estimate", low=97, high=547, interval_kind="bounds"),
    fact("people.few", 4321, unit="person", numerator=5, label="personnes, trop peu"),
)


def report(template: str, **changes: object) -> str:
    tables = {name: table.empty() for name, table in PRINTED.items()}
    given = tables | {
        "statements": STATEMENTS,
        "sources": sources("ad_counts.csv"),
        "figures": FIGURES["figures"].empty(),
        "lineage": RELEASED["lineage"].empty(),
        **ledgers.shelf(),
        "areas": ledgers.ground()["areas"],
        "source": ledgers.ground()["source"],
        "study": STUDY,
    }
    return assemble.assemble(**given | changes, rapport=template.encode())["qmd"]


def test_a_number_is_a_span_that_opens_its_card() -> None:
    text = report('{{ fact("ads.total") }} annonces.')
    assert '[7\N{NARROW NO-BREAK SPACE}393]{.fact fact="ads.total"} annonces.' in text
    assert text.count('``` {.carte fact="ads.total"}') == 1


def test_only_what_is_printed_has_a_card_and_only_one() -> None:
    text = report('{{ fact("ads.total") }} {{ fact("ads.total") }} {{ interval("ads.persons_reading_a") }}')
    assert text.count("``` {.carte") == 2
    assert 'fact="people.few"' not in text


def test_a_fact_that_the_study_does_not_have_takes_its_sentence_with_it_and_has_no_card() -> None:
    text = report('Un. Il y en a {{ fact("ads.unheard_of") }} sur {{ fact("ads.total") }}. Deux.')
    assert text.startswith("Un. Deux.") and "ads.total" not in text


def test_a_cell_of_a_missing_fact_is_empty() -> None:
    assert report('a{{ cell("ads.unheard_of") }}b{% if interval("ads.unheard_of") %}?{% endif %}c').startswith("abc")


MODEL = statements(
    fact(
        "people.supposed",
        None,
        unit="person",
        measure="estimate",
        low=97,
        high=547,
        interval_kind="model",
        method="Trois annonces. Sous le modèle de deux listes. Ne pas additionner.",
    ),
    fact("people.held", 50, unit="person", measure="estimate", low=30, high=90, interval_kind="bounds"),
)


def test_the_limits_of_a_model_are_named_so_in_what_a_team_writes() -> None:
    typed = b"De {interval:people.supposed}, ou de {interval:people.held}."
    text = report('{{ block("conclusions") }}', statements=MODEL, bloc_conclusions=typed)
    assert 'De [97 à 547]{.fact fact="people.supposed"} (modèle), ou de [30 à 90]{.fact fact="people.held"}.' in text


def test_a_template_may_tell_the_assumption_of_a_model_and_nothing_where_there_is_none() -> None:
    words = "{{ modelled(f) }} {{ assumption(f) }}|"
    text = report('{% for f in ("people.supposed", "people.held") %}' + words + "{% endfor %}", statements=MODEL)
    assert text.replace("\\", "").startswith("True Sous le modèle de deux listes.|False |")


def test_a_map_that_is_not_drawn_leaves_a_sentence() -> None:
    """Why there is no outline, else why there is no place."""
    template = '{{ carte("carte_situations", "Légende.", UNPLACED) }}'
    assert "*Pas de carte :* Pas de contours ici" in report(template)
    known = ledgers.ground()["source"].assign(kind="fetched", note=None)
    assert "ne sont pas codés par commune" in report(template, source=known)


def test_a_word_that_the_template_misspells_stops_the_assembly() -> None:
    with pytest.raises(jinja2.UndefinedError):
        report("{{ study.titel }}")


def test_a_withheld_fact_is_named_and_shows_nothing() -> None:
    text = report('{{ fact("people.few") }}{{ cell("people.few") }}')
    assert text.startswith('[non publié]{.fact fact="people.few"}')
    assert "4321" not in text.replace("\N{NARROW NO-BREAK SPACE}", "")


def test_the_noun_agrees_with_the_number() -> None:
    one = statements(fact("a.one", 1), fact("a.two", 2), fact("a.none", 0))
    text = report('{% for f in ("a.none", "a.one", "a.two") %}{{ agree(f, "site") }} {% endfor %}', statements=one)
    assert text.split()[:3] == ["site", "site", "sites"]


def test_a_figure_has_caption_identifier_alternative_text_and_reading() -> None:
    drawn = pd.DataFrame(
        {
            "name": ["sites"],
            "alt": ['Barres "par" site'],
            "description": ["Le site *E15* domine. Un autre suit."],
            "facts": [""],
            "svg": ["0" * 64],
            "png": ["0" * 64],
        }
    )
    text = report('{{ figure("sites", "Par site.") }}{{ figure("absente", "Rien.") }}', figures=drawn)
    assert "![Le site \\*E15\\* domine\\. Par site.](figures/sites.svg){#fig-sites fig-alt=" in text
    assert 'fig-alt="Barres \\"par\\" site"' in text and "*Lecture :* Un autre suit" in text
    assert "absente" not in text


def test_the_date_is_in_french() -> None:
    assert report("{{ study.date }}").startswith("15\N{NO-BREAK SPACE}septembre 2026")


def test_a_card_is_recorded_for_intervals_too() -> None:
    printer = Printer(STATEMENTS)
    assert printer.interval("ads.persons_reading_a") == '[97 à 547]{.fact fact="ads.persons_reading_a"}'
    assert printer.interval("ads.total") == ""
    assert list(printer.printed) == ["ads.persons_reading_a"]


def test_what_follows_a_condition_at_the_end_of_a_line_stays_apart() -> None:
    """The end of a condition takes the line's own end away: without « + », a table would be glued to the text above it."""
    glued = []
    for path in sorted((Path(__file__).parents[2] / "report/chapitres").glob("*.qmd")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for at, (line, blank, after) in enumerate(zip(lines, lines[1:], lines[2:], strict=False), start=1):
            alone = re.fullmatch(r"\{%[^%]*%\}", line)
            if line.endswith("%}") and not line.endswith("+%}") and not alone and not blank and after:
                glued.append(f"{path.name}, {at}")
    assert glued == []


@pytest.mark.parametrize(("value", "positive"), [(0, False), (1, True), (0.5, True), (float("nan"), False)])
def test_a_sentence_on_some_is_built_on_more_than_none(value: float, positive: bool) -> None:
    printer = Printer(ledgers.statements([{"fact_id": "press.articles", "label": "x", "value": value}]))
    assert printer.positive("press.articles") == positive and not printer.positive("press.outlets")
    assert printer.listed({"press.articles": "articles"}).endswith("articles") == positive
