"""Exports of Framaforms, Microsoft Forms and Sphinx, made as public descriptions say that they are: their own columns ask nothing of
anybody, and their answers are read cell for cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from recipes import Kept, propose

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.grids import read_export
from diagnostic.describe.known import TOOLS, tool_of
from diagnostic.describe.recipe import blocks

ROOT = Path(__file__).parents[2]
CODEBOOK = load(read_folder(ROOT / FOLDER))
NEEDS = ("Une formation", "Des outils de prévention", "L'appui d'une association spécialisée")
CHOSEN = ((0, 1), (2,), (), (0, 2), (1,))  # by response: what it needs
MODES = ("À titre individuel", "À plusieurs, pour une équipe ou un service")
MODE, NEED, MANY = "Mode de réponse", "Besoins", "Professionnel·les consulté·es"
Rows = Sequence[Sequence[object]]


def workbook(rows: Rows) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.worksheets[0].append(list(row))
    made.save(out)
    return out.getvalue()


def delimited(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def framaforms(separate: bool) -> Rows:
    """Three rows of headings: the title, the groups and the questions that have several columns, then names or answers."""
    own = ["Séquentiel", "SID", "Heure de soumission", "Heure de complétion", "Heure de modification", "Brouillon"]
    own += ["Adresse IP", "UID", "Nom d'utilisateur"]
    boxes = [*NEEDS] if separate else [NEED]
    rows: list[list[object]] = [
        ["Enquête", *[""] * (len(own) + len(boxes) + 1)],
        ["Détails", *[""] * (len(own) + 1), *([NEED, *[""] * (len(NEEDS) - 1)] if separate else [""])],
        [*own, MODE, MANY, *boxes],
    ]
    for at, chosen in enumerate(CHOSEN):
        held = ["X" if one in chosen else "" for one in range(len(NEEDS))]
        joined = ",".join(NEEDS[one] for one in chosen)
        facts = [at + 1, 4101 + at, "01/04/2026 10:00", "", "", "0", "10.0.0.1", "0", "Anonyme"]
        rows.append([*facts, MODES[at % 2], 3 if at % 2 else "", *(held if separate else [joined])])
    return rows


def microsoft(english: bool) -> Rows:
    """Its five columns first; answers of one question joined by « ; », one at the end too."""
    own = ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"]
    french = [
        "ID",
        "Heure de début",
        "Heure de fin",
        "Adresse de messagerie",
        "Nom",
        "Heure de la dernière modification",
    ]
    rows: list[list[object]] = [[*(own if english else french), MODE, MANY, NEED]]
    for at, chosen in enumerate(CHOSEN):
        text = "".join(f"{NEEDS[one]};" for one in chosen)
        rows.append(
            [
                4101 + at,
                "01/04/2026 10:00",
                "01/04/2026 10:16",
                "anonymous",
                "",
                "",
                MODES[at % 2],
                3 if at % 2 else "",
                text,
            ]
        )
    return rows


def sphinx() -> Rows:
    """The number of the observation first; a numbered column for each answer of a question, the tool's own columns last."""
    own = ["CLE", "DATE_SAISIE", "DATE_ENREG", "DATE_MODIF", "TEMPS_SAISIE", "ORIGINE_SAISIE", "LANG_SAISIE"]
    own += ["APPAREIL_SAISIE", "PROGRESSION", "DERNIERE_QUESTION_SAISIE"]
    rows: list[list[object]] = [["N°Obs", MODE, MANY, *(f"{NEED}_{at}" for at in (1, 2, 3)), *own]]
    for at, chosen in enumerate(CHOSEN):
        texts = [*(NEEDS[one] for one in chosen), "", "", ""][:3]
        facts = [f"k{at}", "01/04/2026", "01/04/2026", "", 420, "Web", "fr", "PC", "Terminé", ""]
        rows.append([4101 + at, MODES[at % 2], 3 if at % 2 else "", *texts, *facts])
    return rows


EXPORTS = {
    "Framaforms, one column an answer": ("Framaforms", delimited(framaforms(True))),
    "Framaforms, compact": ("Framaforms", workbook(framaforms(False))),
    "Microsoft Forms": ("Microsoft Forms", workbook(microsoft(False))),
    "Microsoft Forms, in English": ("Microsoft Forms", workbook(microsoft(True))),
    "Sphinx": ("Sphinx", workbook(sphinx())),
}


def given(content: bytes) -> Kept:
    """Its recipe as proposed."""
    return propose(CODEBOOK, content, roles=("questionnaire",))


@pytest.mark.parametrize("which", EXPORTS)
def test_the_tool_is_known_and_asks_nothing_of_its_own_columns(which: str) -> None:
    name, content = EXPORTS[which]
    kept = given(content)
    (sheet,) = kept.recipe.sheets
    tool = tool_of(sheet.headings)
    assert tool is not None and tool.name == name
    own = [line for line in sheet.lines if line.key in tool.own]
    assert len(own) > 5 and all(line.state == "confirmed" for line in own)
    assert [line.question for line in own if line.question] == ["response_id"]
    said = {line.heading: line.question for line in sheet.lines if line not in own}
    assert said == {MODE: "answer_mode", MANY: "professionals_consulted", NEED: "needs"}


@pytest.mark.parametrize("which", EXPORTS)
def test_answers_are_read_cell_for_cell(which: str) -> None:
    kept = given(EXPORTS[which][1])
    row = next(at for at, line in enumerate(kept.rows("Questions"), 1) if line[3] == NEED)
    signed = kept.typed({("Questions", row, 11): "rien n’est noté"})
    made = signed.made(EXPORTS[which][1])
    assert not made.problems, made.problems
    (grid,) = [one for one in made.parts["questionnaire"] if "answer_mode" in one.rows[0]]
    found = [dict(zip(grid.rows[0], cells, strict=False)) for cells in grid.rows[2:]]
    codes = ("train", "tools", "suppo")
    assert [one["response_id"] for one in found] == [str(4101 + at) for at in range(len(CHOSEN))]
    assert [one["answer_mode"] for one in found] == [("indiv", "group")[at % 2] for at in range(len(CHOSEN))]
    assert [one["professionals_consulted"] for one in found] == ["3" if at % 2 else "" for at in range(len(CHOSEN))]
    needs = [set(filter(None, one["needs"].split(";"))) for one in found]
    assert needs == [{codes[one] for one in chosen} for chosen in CHOSEN]


def test_questions_of_a_table_are_not_answers_of_one() -> None:
    """Two numbered columns that say the same on a row are two questions."""
    rows = [
        ["N°Obs", "DATE_SAISIE", "DATE_ENREG", "Avis_1", "Avis_2"],
        [1, "", "", "oui", "oui"],
        [2, "", "", "non", "oui"],
    ]
    (grid,) = blocks(read_export(workbook(rows), "questionnaire", short_rows=True)[0])
    assert grid.rows[0][3:] == ["Avis_1", "Avis_2"] and grid.rows[1][3:] == ["oui", "oui"]


def test_each_says_what_it_rests_on_in_the_documentation_too() -> None:
    page = (ROOT / "docs/etude.md").read_text("utf-8")
    for tool in TOOLS:
        assert f"**{tool.name}** : {tool.rests}" in page, tool.name
