"""Sheets to code and to decide in: what was written beside each situation, and given back as they are, they are accepted."""

from __future__ import annotations

import datetime as dt
import io as bytes_io
import shutil
from pathlib import Path

import own
import pandas as pd
import pytest
from exported import FORMATS
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect import keys
from diagnostic.collect.exports.study import read_exports
from diagnostic.commands.program import main
from diagnostic.consolidate import gathered, questionnaire
from diagnostic.core import io
from diagnostic.core.errors import Typeset
from diagnostic.core.tables import columns, model
from diagnostic.geography.names import Gazetteer
from diagnostic.privacy.vault import open_vault
from diagnostic.study.given import Choice, Reader
from diagnostic.study.receive import receive
from diagnostic.study.sheets import prepare, proposed
from diagnostic.trial.answers import generate

ROOT = Path(__file__).resolve().parents[2]
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
STUDY, ROLE, CODING = "47-2026", "questionnaire", "situation_coding"
DAY = dt.date(2026, 3, 1)
CODEBOOK = load(read_folder(ROOT / FOLDER))
YES = Choice(agree=lambda lines: True)
PLACE, LIFE = "Rencontres à Agen puis Nérac", "Partie de chez ses parents à seize ans."
AREAS = pd.DataFrame(
    {
        "level": ["commune"] * 4,
        "code": ["47001", "47195", "47300", "47301"],
        "name": ["Agen", "Nérac", "Saint-Homonyme", "Saint Homonyme"],
        "departement": "47",
        "x": 0.6,
        "y": 44.2,
        "outline": "[]",
    }
).reindex(columns=columns("geography/areas"))
AREAS = AREAS.astype(
    {"population": "Int64"}
    | {name: "str" for name in columns("geography/areas") if name not in ("population", "x", "y")}
)


def answers() -> dict[str, list[dict[str, object]]]:
    drawn = generate(CODEBOOK, seed=11, responses=30, collective=4, most=3)
    rows = {name: [dict(row) for row in table] for name, table in drawn.items()}
    rows["situations"][0] |= {"locations": PLACE, "life_course": LIFE}
    return rows


ANSWERS = answers()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(tmp_path_factory.mktemp("made") / "project", STUDY, "kobo", DAY, alone=True, instruments=False)
    for role in (CODING,):  # nothing is coded yet
        next((root / "vault" / STUDY / "received").glob(f"{role}.*")).unlink()
    give(root, FORMATS["kobo"](CODEBOOK, ANSWERS))
    path = root / "results" / STUDY / "geography/areas.parquet"
    path.parent.mkdir(parents=True)
    io.write_table(AREAS, path, STAMP)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def give(root: Path, content: bytes, role: str = "") -> str:
    path = root.parent / "fichier.xlsx"
    path.write_bytes(content)
    return "\n".join(receive(root, STUDY, role, path, DAY, YES))


def sheet_of(root: Path, name: str, title: str) -> tuple[Worksheet, dict[str, int]]:
    book = load_workbook(root / "vault" / STUDY / "feuilles" / f"{name}.xlsx")
    sheet = book[title]
    return sheet, {str(cell.value): cell.column for cell in sheet[1]}


def saved(sheet: Worksheet) -> bytes:
    out = bytes_io.BytesIO()
    sheet.parent.save(out)
    return out.getvalue()


def coded(root: Path) -> pd.DataFrame:
    vault = open_vault(root, STUDY)
    held = {role: vault.read_received(role) for role in (ROLE, CODING)}
    read = read_exports(CODEBOOK, held, {ROLE: "kobo", CODING: "template"}, vault.pseudonyms)
    assert not [problem for problem in read.problems if problem.severity == "bloquant"]
    situations = read.tables["situations"]
    known = situations["response_id"] + "/" + situations["situation_number"].astype("str")
    assert set(read.tables[CODING]["situation"]) == set(known)  # every row is joined, and every situation has one
    return read.tables[CODING]


@pytest.mark.slow
def test_situations_are_listed_with_what_was_written_and_given_back_they_are_accepted(root: Path) -> None:
    told = "\n".join(prepare(root, STUDY, "AB"))
    sheet, at = sheet_of(root, "codage", "Codage des situations")
    assert f"{len(ANSWERS['situations'])} situations" in told and PLACE not in told
    rows = {row[at["À lire : où, comme c’est écrit"] - 1].value: row for row in sheet.iter_rows(min_row=3)}
    cells = {name: rows[PLACE][column - 1].value for name, column in at.items()}
    proposed = {"À lire : commune proposée": "47001 (Agen)", "À lire : deuxième proposée": "47195 (Nérac)"}
    assert proposed.items() <= cells.items() and cells["À lire : parcours"] == LIFE
    assert cells["commune"] is None and cells["coder"] == "AB" and not cells["record_id"].startswith("R-")
    give(root, saved(sheet))
    table = coded(root)
    assert set(table["coder.code"]) == {"AB"} and set(table["commune.code"]) == {"no_answer"}
    for heading, name in zip(proposed, ("commune", "commune_2"), strict=True):  # T35: two columns copied as they are
        for row in sheet.iter_rows(min_row=3):
            row[at[name] - 1].value = row[at[heading] - 1].value
    give(root, saved(sheet))
    assert {"47001", "47195"} <= set(coded(root)["commune.code"]) | set(coded(root)["commune_2.code"])


@pytest.mark.slow
def test_what_the_study_does_not_name_any_more_is_not_in_the_sheet(root: Path) -> None:
    """A team takes the codings of the trial out of its configuration; the vault still has them, of the same numbers."""
    prepare(root, STUDY, "AB")
    give(root, saved(sheet_of(root, "codage", "Codage des situations")[0]))
    assert "dont 0 à coder" in "\n".join(prepare(root, STUDY, "AB", replace=True))
    place = root / f"config/studies/{STUDY}.yaml"
    kept = [line for line in place.read_text("utf-8").splitlines() if line.strip() != f"{CODING}: template"]
    place.write_text("\n".join([*kept, ""]), "utf-8")
    told = "\n".join(prepare(root, STUDY, "CD", replace=True))
    assert f"dont {len(ANSWERS['situations'])} à coder" in told


@pytest.mark.slow
def test_what_was_coded_before_is_in_the_next_sheet(root: Path) -> None:
    prepare(root, STUDY, "AB")
    sheet, at = sheet_of(root, "codage", "Codage des situations")
    sheet.cell(3, at["commune"]).value = "47001"
    give(root, saved(sheet))
    with pytest.raises(Typeset, match="n’a pas été rendue"):
        prepare(root, STUDY, "CD")  # the file of the vault is not the one that was given back
    told = "\n".join(prepare(root, STUDY, "CD", replace=True))
    sheet, at = sheet_of(root, "codage", "Codage des situations")
    assert sheet.cell(3, at["commune"]).value == "47001" and sheet.cell(3, at["coder"]).value == "AB"
    assert "dont 0 à coder" in told


def test_a_name_that_two_communes_have_is_not_guessed() -> None:
    gazetteer = Gazetteer(AREAS)
    assert proposed("Saint-Homonyme, Agen", gazetteer) == ("47001 (Agen)", "", "")
    assert proposed("", gazetteer) == proposed("Agen", None) == ("", "", "")


def calculated(root: Path) -> pd.DataFrame:
    """The tables of a run that the sheet of pairs is made of; the pairs."""
    vault = open_vault(root, STUDY)
    read = read_exports(CODEBOOK, {ROLE: vault.read_received(ROLE)}, {ROLE: "kobo"}, vault.pseudonyms)
    tables = questionnaire.consolidate(read.tables["responses"], read.tables["situations"], read.rows)
    place = root / "resources/studies" / STUDY / "duplicates.csv"
    decided = pd.read_csv(place, dtype="str").assign(row=lambda f: range(2, 2 + len(f))) if place.is_file() else None
    duplicates = model("collect/duplicates").empty() if decided is None else decided.astype({"row": "Int64"})
    duplicates = keys.decided(duplicates, keys.resolver(read.tables, read.numbers))
    nobody = pd.DataFrame()
    found = gathered.gather(tables["respondents"], tables["cases"], nobody, nobody, nobody, duplicates, CODEBOOK)
    for name, frame in (
        ("consolidate/pairs", found["pairs"]),
        ("consolidate/described", found["described"]),
        ("collect/duplicates", duplicates),
    ):
        path = root / "results" / STUDY / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        io.write_table(frame, path, STAMP)
    return found["pairs"]


@pytest.mark.slow
def test_pairs_stand_side_by_side_and_decisions_come_back(root: Path) -> None:
    pairs = calculated(root)
    assert len(pairs) >= 2
    prepare(root, STUDY, "AB")
    sheet, at = sheet_of(root, "doublons", "Paires")
    told = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=3)]
    own = Reader(root, STUDY, open_vault(root, STUDY)).situations()
    assert not any(key.startswith("R-") for pair in told for key in pair)  # the numbers that the form shows
    assert {(own(one), own(other)) for one, other in told} == set(zip(pairs["first"], pairs["second"], strict=True))
    assert "Âge :" in str(sheet.cell(3, at["À lire : première situation"]).value).replace("\xa0", " ")
    decided = (sheet.cell(3, 1).value, sheet.cell(3, 2).value)
    sheet.cell(3, at["decision"]).value = "Personnes différentes"
    sheet.cell(3, at["initials"]).value = "AB"
    give(root, saved(sheet))
    text = (root / "resources/studies" / STUDY / "duplicates.csv").read_text(encoding="utf-8")
    assert text.splitlines() == ["first,second,decision,reason,initials", f"{decided[0]},{decided[1]},different,,AB"]
    prepare(root, STUDY, "CD", replace=True)  # no run has read it yet
    sheet, at = sheet_of(root, "doublons", "Paires")
    assert [cell.value for cell in sheet[sheet.max_row][:5]] == [*decided, "Personnes différentes", None, "AB"]
    calculated(root)
    prepare(root, STUDY, "CD", replace=True)
    sheet, at = sheet_of(root, "doublons", "Paires")
    last = sheet.max_row  # decided ones come after those left open
    assert (sheet.cell(last, 1).value, sheet.cell(last, 2).value) == decided
    assert (sheet.cell(last, 3).value, sheet.cell(last, 5).value) == ("Personnes différentes", "AB")
    sheet.cell(3, at["decision"]).value = "Mêmes personnes"
    give(root, saved(sheet))
    text = (root / "resources/studies" / STUDY / "duplicates.csv").read_text(encoding="utf-8")
    assert text.count("different") == 1 and text.count("same") == 1


@pytest.mark.slow
def test_a_pair_is_the_same_however_its_keys_are_written(root: Path) -> None:
    """Decided under the keys of a list of the workflow, then under the form's numbers, in the other order."""
    first, second = calculated(root).loc[0, ["first", "second"]]
    give(root, f"first,second,decision\n{first},{second},same\n".encode(), "duplicates")
    own = Reader(root, STUDY, open_vault(root, STUDY)).situations()
    prepare(root, STUDY, "AB")
    sheet, _ = sheet_of(root, "doublons", "Paires")
    shown = {own(row[at].value): row[at].value for row in sheet.iter_rows(min_row=3) for at in (0, 1)}
    told = give(root, f"first,second,decision\n{shown[second]},{shown[first]},unsure\n".encode(), "duplicates")
    assert "1 ligne, 0 nouvelle" in told.replace("\xa0", " ")
    text = (root / "resources/studies" / STUDY / "duplicates.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [f"{shown[second]},{shown[first]},unsure,,"]


def test_the_list_of_the_workflow_is_given_back_as_it_is(root: Path) -> None:
    content = "first,second,decision,reason,initials,points,en_commun\nR-AAAAAA/1,R-BBBBBB/1,same,,AB,9,age_band\n"
    give(root, content.encode())
    text = (root / "resources/studies" / STUDY / "duplicates.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == "R-AAAAAA/1,R-BBBBBB/1,same,,AB"


@pytest.mark.slow
def test_the_command_and_what_leaves_the_vault(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["preparer", STUDY, "--initiales", "AB"]) == 0
    give(root, (root / "vault" / STUDY / "feuilles/codage.xlsx").read_bytes())
    out = capfd.readouterr().out
    outside = [path for path in root.rglob("*") if path.is_file() and "vault" not in path.relative_to(root).parts]
    assert LIFE not in out and not [path for path in outside if LIFE.encode() in path.read_bytes()]
    assert {path.stat().st_mode & 0o777 for path in (root / "vault" / STUDY / "feuilles").iterdir()} == {0o600}


# --- themes of texts ----------------------------------------------------------------------------------------------

THEMES, TITLE, FEAR = "text_coding", "Thèmes des textes", "La peur de mal faire, et rien pour orienter."


def themes_of(root: Path) -> pd.DataFrame:
    """The professionals, with what was coded of what they wrote; every row of the sheet is joined."""
    vault = open_vault(root, STUDY)
    held = {role: vault.read_received(role) for role in (ROLE, THEMES)}
    read = read_exports(CODEBOOK, held, {ROLE: "kobo", THEMES: "template"}, vault.pseudonyms)
    assert not [problem for problem in read.problems if problem.severity == "bloquant"]
    assert set(read.tables[THEMES]["record_id.code"]) <= set(read.tables["responses"]["response_id"])
    made = questionnaire.consolidate(
        read.tables["responses"], read.tables["situations"], read.rows, text_coding=read.tables[THEMES]
    )
    assert len(made["themes_rows"]) == len(read.tables[THEMES])
    return made["respondents"]


@pytest.mark.slow  # as situations are, in the test above; `benchmarks/wholes.py` gives such sheets back
def test_texts_are_coded_beside_their_number_and_the_sheet_is_accepted_as_it_is(root: Path) -> None:
    answers = {name: [dict(row) for row in table] for name, table in ANSWERS.items()}
    asked = [row for row in answers["responses"] if row.get("obstacles")]
    asked[0]["obstacles"] = FEAR
    told = give(root, FORMATS["kobo"](CODEBOOK, answers))
    told = "\n".join(prepare(root, STUDY, "AB"))
    assert "dont coder les textes" in told and FEAR not in told
    sheet, at = sheet_of(root, "themes", TITLE)
    rows = {row[at["À lire : freins"] - 1].value: row for row in sheet.iter_rows(min_row=3)}
    record = rows[FEAR][at["record_id"] - 1]
    assert not record.value.startswith("R-") and rows[FEAR][at["coder"] - 1].value == "AB"
    assert "text_coding" in give(root, saved(sheet))
    blank = themes_of(root)
    assert set(blank["obstacles_themes/fear"]) <= {"no_answer", "not_asked"}

    for heading in ("obstacles_themes/fear", "obstacles_themes/relay"):
        sheet.cell(record.row, at[heading]).value = "coché"
    give(root, saved(sheet))
    found = themes_of(root)
    assert found["obstacles_themes/fear"].eq("ticked").sum() == 1
    coded = found[found["obstacles_themes/fear"].eq("ticked")].iloc[0]
    assert coded["obstacles_themes/relay"] == "ticked" and coded["obstacles_themes/time"] == "not_ticked"
    asked_for = found["obstacles.state"].ne("not_asked")
    assert found["obstacles_themes/fear"].ne("not_asked").equals(asked_for)

    told = "\n".join(prepare(root, STUDY, "CD", replace=True))
    sheet, at = sheet_of(root, "themes", TITLE)
    kept = next(row for row in sheet.iter_rows(min_row=3) if row[at["record_id"] - 1].value == record.value)
    assert kept[at["obstacles_themes/fear"] - 1].value == "coché" and kept[at["coder"] - 1].value == "AB"
    assert "dont 0 à faire" in told.replace("\xa0", " ")


@pytest.mark.slow
def test_a_number_of_no_response_is_told_at_its_cell(root: Path) -> None:
    prepare(root, STUDY, "AB")
    sheet, at = sheet_of(root, "themes", TITLE)
    sheet.cell(3, at["record_id"]).value = "999999"
    give(root, saved(sheet))
    vault = open_vault(root, STUDY)
    held = {role: vault.read_received(role) for role in (ROLE, THEMES)}
    read = read_exports(CODEBOOK, held, {ROLE: "kobo", THEMES: "template"}, vault.pseudonyms)
    told = list(keys.check(read.tables, read.places, {}))
    assert [(p.file, p.row) for p in told] == [(THEMES, None), (THEMES, 3)]
    assert f"sur {len(read.tables[THEMES])} rattachées à une réponse" in told[0].message.replace("\xa0", " ")
