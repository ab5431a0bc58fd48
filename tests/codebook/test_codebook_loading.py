"""The project's codebook is valid; each defect planted in a copy is reported at its cell, all of them in one run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from drawn import one_in

from diagnostic.codebook import loading
from diagnostic.codebook.checks import CodebookError
from diagnostic.core.problems import BLOCKING, Problem, column_letter

Rows = list[dict[str, str]]
Files = dict[str, bytes]


def _rows(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def _bytes(rows: Rows, delimiter: str = ";", newline: str = "\n", bom: bool = True) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def test_the_codebook_has_no_problem(files: Files) -> None:
    _, found = loading.check(files)
    assert found == []


def test_any_spreadsheet_may_have_saved_it(files: Files) -> None:
    as_french_excel = {name: _bytes(_rows(content), ";", "\r\n") for name, content in files.items()}
    as_libreoffice = {name: _bytes(_rows(content), ",", "\n", bom=False) for name, content in files.items()}
    expected = loading.load(files)
    assert loading.load(as_french_excel) == expected
    assert loading.load(as_libreoffice) == expected


@dataclass(frozen=True)
class Defect:
    """A cell to change: the row where `key` column has `name`, and what the message must say."""

    file: str
    key: str
    name: str
    column: str
    value: str
    says: str
    at: str = ""  # the column of the problem, where it is not the changed one


DEFECTS = [
    Defect("variables.csv", "name", "housing", "list", "hosing", "liste de réponses"),
    Defect("variables.csv", "name", "family", "name", "gender", "existe déjà dans la table"),
    Defect("variables.csv", "name", "email", "name", "locations", "autre définition"),
    Defect("variables.csv", "name", "needs", "routing", "sufficiently_equiped = no", "n'existe pas ici"),
    Defect("variables.csv", "name", "needs", "routing", "sufficiently_equipped = nope", "n'est pas une réponse"),
    Defect("variables.csv", "name", "took_charge", "routing", "needs has info", "plus tard"),
    Defect("variables.csv", "name", "needs_other", "routing", "needs has", "illisible"),
    Defect("variables.csv", "name", "needs_other", "routing", "needs = other", "ne se compare pas ainsi"),
    Defect("variables.csv", "name", "exchange", "routing", "took_charge = yes", "plus tard"),
    Defect("grids.csv", "name", "declared_age", "routing", "gender has women", "n'existe pas ici"),
    Defect("variables.csv", "name", "gender", "label", "", "libellé court"),
    Defect("variables.csv", "name", "gender", "question", "", "la question"),
    Defect("variables.csv", "name", "gender", "privacy", "", "manque une valeur"),
    Defect("variables.csv", "name", "gender", "privacy", "public", "non prévue"),
    Defect("variables.csv", "name", "gender", "type", "choice", "non prévue"),
    Defect("variables.csv", "name", "gender", "type", "text", "n'a pas de liste", "list"),
    Defect("variables.csv", "name", "organisation", "type", "single", "fermée a une liste", "list"),
    Defect("variables.csv", "name", "gender", "block", "", "manque le bloc"),
    Defect("variables.csv", "name", "gender", "block", "support", "appartient à la table"),
    Defect("variables.csv", "name", "gender", "question", "Quel âge, à peu près ?", "même question"),
    Defect("variables.csv", "name", "gender", "short", "gender_of_the_person", "LimeSurvey"),
    Defect("variables.csv", "name", "gender", "short", "AgeBand", "déjà pris par"),
    Defect("variables.csv", "name", "professionals_consulted", "minimum", "deux", "nombre entier"),
    Defect("variables.csv", "name", "professionals_consulted", "minimum", "500", "dépasse le maximum"),
    Defect("variables.csv", "name", "response_id", "pattern", "[A-Z", "mal formée"),
    Defect("variables.csv", "name", "email", "routing", "", "exige pas l'accord"),
    Defect("variables.csv", "name", "email", "consent", "", "après accord"),
    Defect("variables.csv", "name", "email", "consent", "consents", "accord n'existe pas"),
    Defect("variables.csv", "name", "note_pimping", "text", "pimps", "texte"),
    Defect("grids.csv", "name", "measure_count", "unit", "euro", "non prévue"),
    Defect("options.csv", "label", "Appartement", "label", "", "libellé"),
    Defect("options.csv", "label", "18 à 25 ans", "class", "", "manque sa classe"),
    Defect("options.csv", "label", "18 à 25 ans", "class", "adult", "non prévue"),
    Defect("options.csv", "label", "Squat", "label", "À LA RUE", "déjà celui"),
    Defect("options.csv", "label", "Squat", "aliases", "en squat | foyer", "déjà celui", "aliases"),
    Defect("options.csv", "label", "Squat", "code", "camp", "déjà pris"),
    Defect("options.csv", "label", "Squat", "code", "squatting", "LimeSurvey"),
    Defect("options.csv", "label", "Squat", "exclusive", "yes", "non prévue"),
    Defect("options.csv", "label", "Squat", "label", "Foyer, à la rue", "se confond avec"),
    Defect("options.csv", "label", "Violences sexuelles", "parent", "violences", "réponse de cette liste"),
    Defect("options.csv", "label", "Squat", "list", "housings", "Aucune question"),
    Defect("blocks.csv", "block", "support", "routing", "exposure has any (risk", "illisible"),
    Defect("blocks.csv", "block", "support", "universe", "", "univers"),
    Defect("blocks.csv", "block", "support", "table", "reponses", "table"),
    Defect("texts.csv", "text", "pimping", "body", "", "le texte"),
    Defect("texts.csv", "text", "pimping", "text", "life_course", "déjà pris"),
    Defect("texts.csv", "text", "warning_place", "kind", "awareness", "avertissement"),
    Defect("tables.csv", "table", "situations", "parent", "response", "table"),
    Defect("tables.csv", "table", "sites", "key", "site", "variable de cette table"),
    Defect("tables.csv", "table", "ad_counts", "sheet", "Registre: des sites", "nom de feuille"),
    Defect("indicators.csv", "indicator", "pros.function_health", "asked", "needs=train", "n'est pas des deux"),
    Defect("variables.csv", "name", "training_done_or_planned", "published_ref", "A12", "au moins deux autres"),
]


def _plant(files: Files, defect: Defect) -> tuple[Files, int]:
    """The files with one defect, and its row as a spreadsheet counts it."""
    rows = _rows(files[defect.file])
    if defect.name == "Appartement":  # any label will do: the first of the form
        at = next(at for at, row in enumerate(rows) if row["list"] == "prostitution_form")
    else:
        at = next(at for at, row in enumerate(rows) if row[defect.key] == defect.name)
    rows[at] = rows[at] | {defect.column: defect.value}
    return files | {defect.file: _bytes(rows)}, at + 2


@pytest.mark.parametrize(
    "defect", one_in(3, DEFECTS), ids=lambda d: f"{d.file}-{d.name}-{d.column}-{d.value or 'vide'}"
)
def test_each_planted_defect_is_reported(files: Files, defect: Defect) -> None:
    broken, row = _plant(files, defect)
    _, found = loading.check(broken)
    matching = [problem for problem in found if defect.says.replace("'", "’") in problem.message]
    assert matching, [problem.message for problem in found]
    if defect.name == "warning_place":  # the text is missing: its text boxes are where it shows
        assert {problem.file for problem in matching} >= {"variables.csv"}
        return
    heading = list(_rows(files[defect.file])[0]).index(defect.at or defect.column)
    places = {(problem.file, problem.column) for problem in matching}
    assert (defect.file, column_letter(heading)) in places
    if defect.says not in ("existe déjà dans la table", "déjà celui", "même question", "déjà pris", "déjà pris par"):
        assert row in {problem.row for problem in matching}
    assert all(problem.severity == BLOCKING and problem.remedy for problem in found)


def test_defects_of_all_files_are_told_in_one_run(files: Files) -> None:
    chosen = [DEFECTS[0], DEFECTS[3], DEFECTS[9], DEFECTS[29], DEFECTS[35], DEFECTS[42], DEFECTS[44], DEFECTS[48]]
    broken = files
    for defect in chosen:
        broken, _ = _plant(broken, defect)
    _, found = loading.check(broken)
    said = "\n".join(problem.message for problem in found)
    assert [defect for defect in chosen if defect.says.replace("'", "’") not in said] == []
    with pytest.raises(CodebookError) as refused:
        loading.load(broken)
    assert len(str(refused.value).splitlines()) == len(found)


def test_a_row_given_twice_is_reported(files: Files) -> None:
    for name, column in (("tables.csv", "table"), ("blocks.csv", "block"), ("options.csv", "code")):
        rows = _rows(files[name])
        _, found = loading.check(files | {name: _bytes([*rows, rows[-1]])})
        assert any("déjà pris" in problem.message and problem.row == len(rows) + 2 for problem in found), column


def test_a_list_needs_its_dont_know(files: Files) -> None:
    rows = [row for row in _rows(files["options.csv"]) if (row["list"], row["code"]) != ("ease", "dk")]
    _, found = loading.check(files | {"options.csv": _bytes(rows)})
    assert ["ne sait pas" in problem.message for problem in found] == [True]


def swallowed(content: bytes, first: int, last: int, column: int) -> bytes:
    """Two quotes more: before a cell of a line, and at the end of the same cell of a later one."""
    lines = [line.split(b";") for line in content.split(b"\n")]
    lines[first][column] = b'"' + lines[first][column]
    lines[last][column] += b'"'
    return b"\n".join(b";".join(cells) for cells in lines)


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_quote_that_swallows_answers_is_told_where_it_opens_and_nowhere_else(files: Files, column: int) -> None:
    """The row has as many cells as the others: the answers in it are gone, and files that hold them would be accused."""
    _, found = loading.check(files | {"options.csv": swallowed(files["options.csv"], 30, 33, column)})
    assert [(one.file, one.row, one.column) for one in found] == [("options.csv", 31, column_letter(column))]
    assert "retour à la ligne" in found[0].message


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda content: content.decode("utf-8-sig").encode("cp1252", "replace"), "UTF-8"),
        (lambda content: content + b'situations;"ouvert', "guillemet"),
        (lambda content: content + b"a;b;c\n", "décalées"),
        (lambda content: swallowed(content, 3, 7, 2), "retour à la ligne"),
        (lambda content: swallowed(content, 3, 4, 0), "retour à la ligne"),
        (lambda content: content.replace(b"universe", b"univers", 1), "manque"),
        (lambda content: content.replace(b"universe", b"unit", 1), "est répétée"),
    ],
)
def test_a_damaged_file_is_named(files: Files, spoil: Callable[[bytes], bytes], says: str) -> None:
    found: list[Problem] = loading.check(files | {"blocks.csv": spoil(files["blocks.csv"])})[1]
    assert any(problem.file == "blocks.csv" and says in problem.message for problem in found)


def test_a_missing_file_is_named(files: Files) -> None:
    found = loading.check({name: content for name, content in files.items() if name != "texts.csv"})[1]
    assert any(problem.file == "texts.csv" and "introuvable" in problem.message for problem in found)
