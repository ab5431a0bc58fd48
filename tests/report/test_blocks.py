"""What the team writes: facts by id and no other number, tracks tied to a fact, refusals with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import edited
import own
import pytest
from drawn import one_in
from released import fact, statements

from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.files.texts import judged
from diagnostic.office.render import RenderError, render
from diagnostic.report import blocks
from diagnostic.study.config import BLOCKS

ROOT = Path(__file__).parents[2]
SHARE = {"measure": "percent"}
STATED = statements(
    fact("ads.total", 699),
    fact("ads.top_two_pct", 47, **SHARE),
    fact("ads.paid_pct", 85, **SHARE),
    fact("ads.copies_pct", 60, **SHARE),
    fact("ads.many_pct", 50, **SHARE, low=40, high=60, interval_kind="model"),
    fact("ads.near_pct", 31, **SHARE, low=25, high=35, interval_kind="bounds"),
    fact("ads.wide_pct", 31, **SHARE, low=25, high=80, interval_kind="bounds"),
).set_index("statement_id", drop=False)
STATED.loc["ads.copies_pct", ["claim_low", "claim_high"]] = (55.0, 65.0)
STATED.loc["ads.many_pct", ["claim_low", "claim_high", "envelope_causes"]] = (45.0, 55.0, ROUNDING)
FACTS = {one.statement_id: one for one in STATED.itertuples()}


TEXTS = [*sorted((ROOT / "config/studies").glob("*/*.md")), ROOT / "config/modeles/cadre.md"]
WIDTH = re.compile(r"ColWidth\w* ?[\d.e-]*")  # of a column, which an editor measures anew


def told(text: str, name: str = "conclusions") -> list[tuple[int, str]]:
    return [(p.line, p.message) for p in blocks.problems(name, text, FACTS)]


def test_a_citation_becomes_the_printed_fact() -> None:
    text = blocks.printed(
        "conclusions", "x.md", "Il y a {fact:ads.total}, de {interval:ads.total}.", FACTS, "<{}:{}>".format
    )
    assert text == "Il y a <fact:ads.total>, de <interval:ads.total>.\n"


TRACKS = "### Former, d’abord\n\nDit {fact:ads.total}.\n\n### Écrire un protocole {#proto}\n\nDit {fact:ads.total}.\n"
PLAN = "| Piste | Action | Pilote |\n|:---|:---|:---|\n| former, d'abord. | tenir | |\n| Écrire  un protocole | signer | |\n"


@pytest.mark.parametrize("again", [str, edited.written], ids=["as typed", "drawn with dashes"])
def test_each_track_of_the_team_has_an_action_and_each_action_a_track(again: Callable[[str], str]) -> None:
    """Whatever capitals, spaces and apostrophes; told at the line, with the other faults of the plan."""
    assert blocks.of_plan(again(PLAN), TRACKS) == []
    other = blocks.of_plan(again(PLAN.replace("Écrire  un protocole", "Ouvrir un lieu")), TRACKS)
    lines = again(PLAN.replace("Écrire  un protocole", "Ouvrir un lieu")).splitlines()
    at = next(n for n, line in enumerate(lines, 1) if "Ouvrir" in line)
    assert [one.line for one in other] == [1, at] and "Écrire un protocole" in other[0].message
    assert "« Ouvrir un lieu » n’est pas une piste" in other[1].message
    (none,) = blocks.of_plan(again(PLAN.replace("Piste", "Sujet")), TRACKS)
    assert none.line == 1 and "colonne « Piste »" in none.message
    made = blocks.printed("plan", "plan.md", PLAN + "\nUn 12.\n", FACTS, str, TRACKS.replace("Former", "Ouvrir"))
    assert made.startswith("::: refus") and "ligne 6" in made and "n’a pas d’action" in made
    assert blocks.printed("plan", "plan.md", PLAN, FACTS, str, TRACKS).count("à décider") == 2


def test_a_plan_of_several_lines_a_row_and_tracks_without_a_plan() -> None:
    wide = edited.written(PLAN.replace("tenir", "tenir " * 30))
    assert blocks.of_plan(wide, TRACKS) == []
    made = blocks.printed("plan", "plan.md", blocks.to_fill(TRACKS), FACTS, str, TRACKS)
    assert made.count("| à décider") == 10 and "| Former, d’abord |" in made and blocks.to_fill("") == ""


@pytest.mark.parametrize("path", one_in(3, TEXTS), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_visual_editor_leaves_a_text_what_it_was(path: Path) -> None:
    """Apostrophes straight again, tables drawn with dashes: it is printed, and says the same."""
    text = path.read_text("utf-8")
    again = edited.written(text)
    assert judged(path.stem, text) == judged(path.stem, again) == []
    trees = {WIDTH.sub("", edited.written(one, "native")) for one in (text, again)}
    assert len({" ".join(tree.split()) for tree in trees}) == 1
    assert blocks.CITED.findall(again) == blocks.CITED.findall(text)


def test_the_word_of_a_number_may_stand_on_the_line_above() -> None:
    text = "Elles seraient environ\n{fact:ads.many_pct}, et {fact:ads.total}."
    assert blocks.printed("cadre", "x.md", text, FACTS, "<{}:{}>".format) == blocks.printed(
        "cadre", "x.md", text.replace("\n", " "), FACTS, "<{}:{}>".format
    )


@pytest.mark.parametrize(
    "number",
    [
        "12",
        "1 204",
        "17,5 %",
        "12e",
        "vingt",
        "Trente",
        "la moitié",
        "une centaine",
        "cent",
        "½",
        "x²",
        "3919",
        "2020",
        "%",
    ],
)
def test_any_other_number_is_refused_at_its_line(number: str) -> None:
    found = told(f"Premier.\n\nIl y en a {number} ici.")
    assert {line for line, _ in found} == {3} and "n’est pas un indicateur" in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "Deux fois plus, par un tiers, une seule, quatrième trimestre, accent, centre, vingtième.",
        "| A | B |\n|---|---|\n| x | {fact:ads.total} |\n\n: Légende. {#tbl-plan-2}",
        "Un [lien](https://exemple.fr) et **gras**.",
    ],
)
def test_words_that_are_no_count_and_identifiers_pass(text: str) -> None:
    assert told(text) == []


def test_a_foreword_says_who_signs_it_and_when_and_no_other_number() -> None:
    signed = "Merci.\n\nSigné par : Une préfète, le 3 mars 2026\n"
    assert judged("preface", signed) == [] and judged("cadre", signed)[0].line == 3
    assert [one.line for one in judged("preface", f"{signed}\nSoit 41 réponses.\n")] == [5]


def test_what_somebody_said_is_not_printed() -> None:
    assert told("Un constat.\n\n> « Je n’ai pas le choix »")[0] == (
        3,
        "une citation ; les paroles des personnes ne sont pas publiées, les résumer",
    )


def test_an_unknown_fact_is_named() -> None:
    assert told("a\n{fact:ads.totl}") == [(2, "l’indicateur « ads.totl » n’existe pas dans cette étude")]


def test_every_track_cites_a_fact() -> None:
    text = "### Une\n\nAppuyée sur {fact:ads.total}.\n\n### Deux\n\nSur rien.\n\n### Trois\n\nSur rien non plus.\n"
    assert [line for line, _ in told(text, "pistes")] == [5, 9]
    assert told(text, "plan") == []


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("Pour {fact:ads.many_pct}.", "Pour <number:ads.many_pct>."),
        ("Pour environ {fact:ads.many_pct}.", "Pour <number:ads.many_pct>."),
        (
            "Environ {fact:ads.many_pct} (de {interval:ads.many_pct}).",
            "Environ <fact:ads.many_pct> (de <interval:ads.many_pct>).",
        ),
        ("Environ {fact:ads.copies_pct}.", "Environ <fact:ads.copies_pct>."),
    ],
)
def test_a_rounded_number_of_people_is_printed_with_its_envelope_once(line: str, printed: str) -> None:
    assert told(line) == [] and blocks.printed("conclusions", "x.md", line, FACTS, "<{}:{}>".format) == f"{printed}\n"


def test_a_refused_block_stops_the_document_with_file_and_line(tmp_path: Path) -> None:
    body = blocks.printed("pistes", "config/studies/62-2020/pistes.md", "### A\n\nIl y a 12 sites_x.", FACTS, str)
    source = tmp_path / "rapport.qmd"
    source.write_text(f'---\ntitle: "T"\n---\n\n# A\n\n{body}', encoding="utf-8")
    with pytest.raises(RenderError) as refused:
        render(source, tmp_path / "rapport.html", ROOT / "report", 1_790_000_000, "embarqué")
    lines = str(refused.value).replace("\u00a0", " ").splitlines()
    assert (
        "  config/studies/62-2020/pistes.md, ligne 1 : cette piste ne cite aucun indicateur qui l’appuie ({fact:…})."
        in lines
    )
    assert any("ligne 3 : « 12 » n’est pas un indicateur" in line for line in lines)


@pytest.mark.parametrize(
    "path",
    [p for s in own.STUDIES for p in sorted((ROOT / "config/studies" / s).glob("*.md"))],
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
def test_the_blocks_of_the_shipped_studies_hold_no_number(path: Path) -> None:
    assert path.stem in BLOCKS
    every = dict.fromkeys((one for _, one in blocks.CITED.findall(path.read_text("utf-8"))), FACTS["ads.paid_pct"])
    assert blocks.problems(path.stem, path.read_text("utf-8"), every) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Pour {fact:ads.copies_pct} d’entre elles.", "se dit « environ »"),
        ("Au plus {fact:ads.copies_pct}.", "se dit « environ »"),
        ("Soit {fact:ads.wide_pct}.", "n’apprennent rien"),
        ("Soit {fact:ads.near_pct}.", "a un intervalle ; le dire sur la même ligne : {interval:ads.near_pct}"),
    ],
)
def test_a_number_is_not_said_as_more_than_it_is(line: str, why: str) -> None:
    ((n, message),) = told(f"Un mot.\n\n{line}")
    assert n == 3 and why in message


@pytest.mark.parametrize(
    "title", ["La précarité, presque toujours", "Un tiers, souvent inconnu", "Rarement dit", "La plupart se taisent"]
)
@pytest.mark.parametrize("under", ["Environ {fact:ads.many_pct}.", "Rien.", "De {interval:ads.wide_pct}."])
def test_a_title_that_no_share_under_it_bears_out_is_refused_there(title: str, under: str) -> None:
    text = (
        f"## Avant\n\nSoit {{fact:ads.paid_pct}}, et {{fact:ads.top_two_pct}}.\n\n## {title}\n\n{under}\n\n## Après\n"
    )
    ((n, message),) = told(text)
    assert n == 5 and "n’est appuyé par aucune part" in message


@pytest.mark.parametrize(
    ("title", "cited"),
    [("Presque toujours payé", "ads.paid_pct"), ("Souvent payé", "ads.paid_pct"), ("Rarement là", "ads.top_two_pct")],
)
def test_a_title_that_a_share_bears_out_is_printed(title: str, cited: str) -> None:
    assert told("Soit {fact:ads.near_pct} ({interval:ads.near_pct}).") == []
    assert told(f"## {title}\n\nSoit {{fact:{cited}}}.\n\n## Souvent, au plus {{fact:ads.paid_pct}}\n") == []


def test_words_of_frequency_are_free_where_they_are_no_title() -> None:
    assert told("## Un titre\n\nSouvent, on ne sait pas.") == []


@pytest.mark.parametrize(("name", "first"), [("conclusions", "##"), ("plan", "###"), ("cadre", "###")])
def test_a_heading_that_skips_a_level_is_refused_at_its_line(name: str, first: str) -> None:
    """Under its chapter a block begins at the second level, in a section at the third, as the report's own order asks."""
    assert told(f"{first} Un titre\n\n{first}# Dessous\n\n{first} Un autre", name) == []
    assert [line for line, _ in told(f"Un mot.\n\n{first}# Trop profond", name)] == [3]
    ((line, message),) = told(f"{first} Un titre\n\n{first}## Trop profond", name)
    assert line == 3 and f"« {first}# »" in message
