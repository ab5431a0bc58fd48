"""An identifier written wrong in a chapter that a team edits is told at its line; one that the study lacks takes its sentence."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ledgers
import pytest
from drawn import always
from own import SMALL
from replay import estimated
from test_unsaid import REPORT, TEMPLATES, told, whole

from diagnostic.codebook import loading
from diagnostic.report import misnamed
from diagnostic.report.assemble import environment
from diagnostic.report.blocks import look
from diagnostic.report.grids import internet, method, places
from diagnostic.report.printer import Printer
from diagnostic.report.tables import TABLES

CODEBOOK = loading.read_folder(REPORT.parent / "config/codebook")
ASKED = {f"codebook_{Path(name).stem}": content for name, content in CODEBOOK.items()}
PRESS = TEMPLATES["chapitre_presse"].decode()
LOADED = (internet, method, places)  # whose tables a chapter may ask for


@cache
def known() -> misnamed.Catalogue:
    return misnamed.catalogue(loading.load(CODEBOOK))


def faults(source: str) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in misnamed.unknown(source, known(), environment())]


def test_every_name_of_the_project_s_own_templates_is_in_the_catalogue() -> None:
    assert {name: found for name, text in TEMPLATES.items() if (found := faults(text.decode()))} == {}


@pytest.mark.parametrize("study", always(0, [SMALL, "62-2020"]))
def test_every_id_of_a_study_is_in_the_catalogue(study: str) -> None:
    assert [one for one in estimated(study).table("estimate/facts")["fact_id"] if not known().holds(one)] == []


def test_every_word_that_prints_a_statement_has_its_ids_looked_up() -> None:
    asked = {*misnamed.ASKED, *misnamed.TOLD, *misnamed.BEGINNINGS}
    assert set(Printer(ledgers.statements([])).words()) == asked


@pytest.mark.parametrize(
    ("source", "name", "near"),
    [
        ('{{ fact("press.artcles") }}', "press.artcles", "press.articles"),
        ('{% if has("press.article") %}x{% endif %}', "press.article", "press.articles"),
        ('{{ agree("press.outlet", "titre") }}', "press.outlet", "press.outlets"),
        ('{{ listed({"interviews.mode.phone": "par téléphone", "press.perod": "x"}) }}', "press.perod", "press.period"),
        ('{{ grid.indicators(ids=["profile.minors", "profile.minor_boy"], ident="x") }}', "profile.minor_boy", "profile.minor_boys"),
        ('{{ grid.breakdown(names=["intervews.place.{place}"], ident="x") }}', "intervews.place.{place}", "interviews.place.{place}"),
        ('{% if having("teritory.") %}x{% endif %}', "teritory.", "territory."),
        ('{% for one in ("ads.totl", "ads.total") %}{{ fact(one) }}{% endfor %}', "ads.totl", "ads.total"),
        ('{{ fact("survey.activity_field.other.pct") }}', "survey.activity_field.other.pct", None),
    ],
)  # fmt: skip
def test_a_name_that_no_fact_has_is_told_at_its_line_with_the_nearest(source: str, name: str, near: str | None) -> None:
    ((line, message),) = faults(f"# Un titre\n\n{source}\n")
    assert line == 3 and message.startswith(f"« {name} » n’est l’identifiant d’aucun indicateur")
    assert near is None or ("le plus proche" in message) == bool(near) and near in message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{{ grid.breakdwn(header="x") }}', "« breakdwn » n’est le nom d’aucun tableau du rapport ; le plus proche : « breakdown »"),
        ('{{ grid.breakdown(heder="x") }}', "« heder » n’est pas un paramètre de « grid.breakdown » ; le plus proche : « header »"),
        ('{{ grid.breakdown(prefix="x") }}', "« prefix » n’est pas un paramètre de « grid.breakdown »"),
        ('{{ grid.answers(variable="exposur") }}', "« exposur » n’est le nom d’aucune question (config/codebook/variables.csv) ; le plus proche : « exposure »"),
        ('{{ grid.profiles(variables=["audience", "hostng"]) }}', "« hostng » n’est le nom d’aucune question (config/codebook/variables.csv) ; le plus proche : « hosting »"),
        ('{{ grid.themes(variables={"obstacle_themes": "x"}) }}', "« obstacle_themes » n’est le nom d’aucune question (config/codebook/variables.csv) ; le plus proche : « obstacles_themes »"),
        ('{{ first_figure("reponses_exposur", "x") }}', "« exposur » n’est le nom d’aucune question (config/codebook/variables.csv) ; le plus proche : « exposure »"),
    ],
)  # fmt: skip
def test_a_table_a_parameter_or_a_question_that_there_is_not_is_told_at_its_line(source: str, message: str) -> None:
    assert faults(f"# Un titre\n\n{source}\n") == [(3, message)]


@pytest.mark.parametrize(
    "source",
    [
        '{{ grid.answers(variable="crossed_paths", caption="x", ident="x") }}',  # as of a question taken out of the codebook
        '{{ grid.answers(variable="exposure", caption="x", ident="x") }}{{ figure("reponses_exposure", "x") }}{{ figure("sexe") }}',
        '{{ fact("survey.activity_field.other") }}',  # an answer, by a pattern
        '{{ fact("profile.minors_pct") }}{{ fact("profile.minors") }}',  # a number of the codebook, and its share
        '{{ grid.indicators(ids=["vuln.", "pros.under_equipped_respondents"], ident="x") }}',  # a beginning; a share alone
        '{{ grid.breakdown(names=["interviews.place.{place}"], ident="x") }}{% if having("ads.city_") %}x{% endif %}',
        '{% if having("marseille.") %}x{% endif %}',  # an action that a study cites, by the name that it gives it
        '{{ fact("ads.subtotal_" ~ category) }}{{ document("rapport.docx", "Word") }}',  # put together; no id
    ],
)
def test_a_name_that_a_fact_may_have_is_none(source: str) -> None:
    assert faults(source) == []


@pytest.fixture
def team(monkeypatch: pytest.MonkeyPatch) -> object:
    """The report of a study without a word of its press (`alone`: of anything), with what a team wrote at the end of the
    chapter on it."""

    def report(added: str, alone: bool = False) -> str:
        monkeypatch.setitem(TEMPLATES, "chapitre_presse", f"{PRESS}\n{added}\n".encode())
        facts, tables = whole()
        return told(facts[:0] if alone else facts[~facts["statement_id"].str.startswith("press.")], {**tables, **ASKED})

    return report


@pytest.mark.slow
def test_a_chapter_that_a_team_edits_is_refused_at_its_file_and_line(team: object) -> None:
    line = PRESS.count("\n") + 2
    text = team("Nous y ajoutons {{ fact('press.artcles') }} articles.", alone=True)  # type: ignore[operator]
    found = look(text.encode(), TABLES["figures"].empty())["found"]
    assert (
        f"report/chapitres/presse.qmd, ligne {line} : « press.artcles » n’est l’identifiant d’aucun indicateur" in found
    )
    assert "le plus proche : « press.articles »" in found


@pytest.mark.parametrize(
    "wrong", ['grid.breakdwn(ident="x")', 'grid.breakdown(names=["teritory."], header="x", ident="x", caption="x")']
)
def test_what_cannot_be_filled_is_refused_at_its_line_and_not_a_fault_of_the_program(team: object, wrong: str) -> None:
    line = PRESS.count("\n") + 2
    found = look(team(f"{{{{ {wrong} }}}}").encode(), TABLES["figures"].empty())["found"]  # type: ignore[operator]
    assert f"report/chapitres/presse.qmd, ligne {line} : « " in found and "le plus proche : « " in found


@pytest.mark.slow  # `test_unsaid.py` has it of every family
def test_a_number_that_the_study_does_not_have_takes_its_sentence_alone(team: object) -> None:
    text = team("Rien de cela. Nous y ajoutons {{ fact('press.articles') }} articles. Une phrase demeure.")  # type: ignore[operator]
    assert look(text.encode(), TABLES["figures"].empty())["found"] == ""
    assert "Rien de cela. Une phrase demeure." in text and "Nous y ajoutons" not in text
