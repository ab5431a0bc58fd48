"""Tables kept a team's own way: proposed by wording, read once a person has confirmed it, kept as they were given."""

from __future__ import annotations

import csv
import datetime as dt
import io as bytes_io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import own
import pytest
from openpyxl import Workbook, load_workbook

from diagnostic.collect import steps
from diagnostic.collect.grids import read_export
from diagnostic.commands.given import _all
from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.study.erase import erase
from diagnostic.study.given import Choice, ReceiveError
from diagnostic.study.own_files import waiting
from diagnostic.study.receive import Lines, receive, undo

STUDY, DAY, LATER = "47-2026", dt.date(2026, 3, 1), dt.date(2026, 5, 4)
YES = Choice(agree=lambda lines: True)
VIEW = "feuilles/recettes.xlsx"
TEXT = "Elle parlait du kiosque vert de la rue Tordue."
SAID = "gamine de la place Verte"  # an answer that one record gave, and that a person attributed
Rows = Sequence[Sequence[object]]
SITES: Rows = (
    ("Code", "Type de site", "État", "Remarque"),
    ("E01", "sites spécialisés escorting", "ouvert", ""),
    ("M01", "salons", "ouvert", "vu deux fois"),
    ("M02", "salons", "fermé", ""),
    ("M03", "salons", "ouvert", ""),
)
LOG: Rows = (
    ("Numéro de l’entretien", "Date", "Structure", "Mode", "Ville", "Secteur", "Notes"),
    ("E71", dt.date(2026, 2, 3), "Accueil de jour", "présentiel", "Agen", "social", TEXT),
    ("E72", dt.date(2026, 2, 4), "Centre de santé", "téléphone", "Agen", "santé", "Rien de plus."),
)
TOLD: Rows = (
    ("Entretien", "Situation n°", "Genre", "Nationalité", "Commentaire sur la situation"),
    ("E71", 1, SAID, "française", TEXT),
    ("E72", 1, "hommes", "hors UE", ""),
    ("E72", 2, "femmes", "hors UE", ""),
    ("E72", 3, "femmes", "française", ""),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(
        tmp_path_factory.mktemp("made") / "project", STUDY, "template", DAY, alone=True, instruments=False
    )
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def give(
    root: Path,
    content: bytes,
    role: str = "",
    choice: Choice = YES,
    name: str = "fichier",
    day: dt.date = DAY,
    waits: bool | None = None,
) -> str:
    path = root.parent / name
    path.write_bytes(content)
    lines = receive(root, STUDY, role, path, day, choice)
    assert waits in (None, lines.waits), lines
    return "\n".join(lines).replace("\xa0", " ")


def delimited(rows: Rows) -> bytes:
    out = bytes_io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    book, out = Workbook(), bytes_io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def confirm(root: Path, questions: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None) -> None:
    """Sign the mapping, these headings and answers corrected."""
    path = root / "vault" / STUDY / VIEW
    book = load_workbook(path)
    book["Questions"]["B1"] = "AB"
    for line in book["Questions"].iter_rows(min_row=3):
        line[5].value = (questions or {}).get(str(line[3].value), line[5].value)
    for line in book["Réponses"].iter_rows(min_row=2):
        line[4].value = (answers or {}).get(str(line[1].value), line[4].value)
    book.save(path)


def sites(root: Path) -> dict[str, tuple[str, str, str]]:
    path = root / f"resources/studies/{STUDY}/sites.csv"
    table = steps.read_study({"sites": path.read_bytes()}, {"sites": "sites.csv"}).tables["sites"]
    table = table[["site_code", "category", "status", "remarks"]].fillna("")
    return {code: (category, status, note) for code, category, status, note in table.itertuples(index=False)}


def test_nothing_is_received_before_a_person_has_confirmed(root: Path) -> None:
    before = sites(root)
    told = give(root, delimited(SITES), waits=True)
    assert "rien n’en est encore reçu" in told and VIEW in told
    assert sites(root) == before
    assert give(root, delimited(SITES)).count("rien n’en est encore reçu") == 1, "nor by giving it again"
    told = steps.check(STUDY, {}, {}, "2026-09-15", {}, waiting=waiting(root, STUDY))
    (line,) = told["errors"].splitlines()[1:]
    assert line.startswith("bloquant,") and VIEW in line, "and nothing is calculated without it"
    assert "« sites » : un fichier de l’équipe attend" in line.replace("\xa0", " ")


def test_an_answer_that_nobody_attributed_is_told_at_its_cell(root: Path) -> None:
    before = sites(root)
    give(root, delimited(SITES))
    confirm(root, answers={"salons": ""})
    told = give(root, delimited(SITES), waits=True)
    assert "n’est pas attribuée" in told and "Rien n’en est reçu" in told
    assert sites(root) == before


def test_the_command_ends_with_1_and_says_which_files_wait(capsys: pytest.CaptureFixture[str]) -> None:
    given = [Path(name) for name in ("lu.csv", "attend.csv", "lu aussi.csv")]
    assert _all(given, lambda path: Lines(["fait"], path.name == "attend.csv")) == 1
    assert "Fichiers non reçus, en attente de leur recette : 2." in capsys.readouterr().out.replace("\xa0", " ")
    assert _all(given, lambda path: Lines(["fait"], False)) == 0


@pytest.mark.slow
def test_a_new_answer_is_listed_where_the_refusal_says(root: Path) -> None:
    """Of a kind of file that was received before: what it asks stands in the workbook, and is typed there."""
    give(root, delimited(SITES))
    confirm(root, answers={"salons": "Massages érotiques"})
    give(root, delimited(SITES))
    more = delimited([*SITES, ("R01", "petites annonces de rencontre", "ouvert", "")])
    give(root, more, day=LATER, waits=True)
    assert len(sites(root)) == 4
    confirm(root, answers={"petites annonces de rencontre": "Rencontres"})
    give(root, more, day=LATER, waits=False)
    assert sites(root)["R01"][0] == "dating"


@pytest.mark.slow
def test_each_kind_of_file_given_for_a_role_has_its_recipe(root: Path) -> None:
    """The second asks nothing of the first, says that it takes its place, and each replays."""
    give(root, delimited(SITES))
    confirm(root, answers={"salons": "Massages érotiques"})
    give(root, delimited(SITES))
    other = delimited([("Site", "Genre de site", "Ouvert ou fermé"), ("R01", "Rencontres", "ouvert")])
    told = give(root, other, day=LATER, waits=True)
    assert "Registre des sites » a déjà un fichier d’une autre sorte" in told
    confirm(root)
    with pytest.raises(ReceiveError, match="Rien n’a été changé"):
        give(root, other, choice=Choice(), day=LATER)
    give(root, other, day=LATER, waits=False)
    assert list(sites(root)) == ["R01"]
    give(root, delimited(SITES), day=LATER, waits=False)
    assert len(sites(root)) == 4
    kept = {role for role in versions.roles(open_vault(root, STUDY)) if role.endswith("_recipe")}
    assert kept == {"sites_recipe", "sites_2_recipe"}


@pytest.mark.slow
def test_the_rows_are_the_team_s_and_its_file_is_kept_as_it_was(root: Path) -> None:
    given = delimited(SITES)
    give(root, given)
    confirm(root, answers={"salons": "Massages érotiques"})
    give(root, given)
    assert sites(root) == {
        "E01": ("escorting", "open", ""),
        "M01": ("massage", "open", "vu deux fois"),
        "M02": ("massage", "closed", ""),
        "M03": ("massage", "open", ""),
    }
    vault = open_vault(root, STUDY)
    assert not waiting(root, STUDY)
    used = versions.in_use(vault, "sites")
    assert used is not None and versions.content(vault, used) == given
    fewer = delimited(SITES[:3])
    give(root, fewer, day=LATER)
    assert len(sites(root)) == 2
    undo(root, STUDY, "sites", LATER)
    assert len(sites(root)) == 4


@pytest.mark.slow
def test_columns_in_another_order_are_the_same_sheet_and_a_new_one_waits(root: Path) -> None:
    give(root, delimited(SITES))
    confirm(root, answers={"salons": "Massages érotiques"})
    give(root, delimited([row[::-1] for row in SITES]))
    assert len(sites(root)) == 4
    told = give(root, delimited([(*row, "oui" if at else "Même page que") for at, row in enumerate(SITES)]))
    assert "1 colonne de ce fichier à relire" in told


@pytest.mark.slow
def test_the_table_of_a_sheet_can_be_corrected(root: Path) -> None:
    give(root, delimited(SITES))
    path = root / "vault" / STUDY / VIEW
    book = load_workbook(path)
    book["Feuilles"]["D2"] = "venues"
    book.save(path)
    give(root, delimited(SITES))
    asked = [line[5].value for line in load_workbook(path)["Questions"].iter_rows(min_row=3)]
    assert "venue_code" in asked and "site_code" not in asked


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "waits"), [("Salon de quartier", True), ("Massages érotiques", False)])
def test_a_sheet_whose_table_was_corrected_is_signed_again_where_an_answer_is_to_say(
    root: Path, kind: str, waits: bool
) -> None:
    """Although another file is signed already: what is no answer of its new questions, nobody has seen."""
    rows = [*((code, "Massages érotiques", 3, 8) for code in ("E01", "E02", "E03")), ("E04", kind, 1, 2)]
    crossed = [("Code du site", "Catégorie", "Agen", "Nérac"), *rows]
    heads = ("Code du site", "Lieu", "Annonces", "Début", "Fin")
    counts = workbook({"d": [heads, ("E01", "Agen", 3, "12/05/2026", "12/05/2026")]})
    give(root, counts, "ad_counts", name="d.xlsx")
    path = root / "vault" / STUDY / VIEW

    def typed(constants: str, read: str | None = None) -> None:
        book = load_workbook(path)
        assert book["Questions"]["B1"].value is None, "nobody has signed all that is here"
        book["Questions"]["B1"] = "AB"
        for line in book["Feuilles"].iter_rows(min_row=2):
            if line[0].value == "sites-1":
                line[3].value = "sites ; ad_counts"
            line[7].value = constants
        for line in book["Questions"].iter_rows(min_row=3):
            if line[3].value in crossed[0][2:]:
                line[5].value = f"count ; place = {line[3].value}"
        for line in book["Réponses"].iter_rows(min_row=2):
            line[4].value = read if line[1].value == kind else line[4].value
        book.save(path)

    typed("method = Décompte exact")
    give(root, counts, "ad_counts", name="d.xlsx")
    sheet = workbook({"s": crossed})
    give(root, sheet, name="s.xlsx")
    every = "window_start = 2026-05-12 ; window_end = 2026-05-12 ; status = Ouvert ; method = Décompte exact"
    typed(every)
    told = give(root, sheet, name="s.xlsx")
    assert waits == ("1 feuille à signer" in told) == ("rien n’en est encore reçu" in told)
    if waits:
        typed(every, "Massages érotiques")
        told = give(root, sheet, name="s.xlsx")
    assert "ad_counts : 8 lignes" in told


@pytest.mark.parametrize("rows", [(("Menu", "Prix"), ("soupe", "4")), (("x",), ("1",))])
def test_a_file_that_is_no_table_of_the_study_is_refused(root: Path, rows: Rows) -> None:
    with pytest.raises(ReceiveError, match=f"diagnostic recevoir {STUDY} RÔLE"):
        give(root, delimited(rows))
    assert not (root / "vault" / STUDY / VIEW).exists()


@pytest.mark.slow
def test_an_interview_is_erased_from_the_file_given_too(root: Path) -> None:
    given = workbook({"journal": LOG, "situations": TOLD})
    give(root, given)
    right = {"Situation n°": "situation_number", "Commentaire sur la situation": "situation_comments"}
    confirm(root, right | {"Ville": "place"}, {SAID: "Femme(s)"})
    give(root, given)
    vault = open_vault(root, STUDY)
    assert vault.read_received("interview_sheets_original") == given
    recipes = list(vault.folder.rglob("*_recipe*.yaml"))
    assert any(SAID in path.read_text("utf-8") for path in recipes), "how it is read"
    lines, well = erase(root, STUDY, "E71", LATER, execute=True)
    assert well, lines
    assert not any(SAID in path.read_text("utf-8") for path in recipes)
    assert "0 colonne nouvelle" in give(
        root, workbook({"journal": LOG[:1] + LOG[2:], "situations": TOLD[:1] + TOLD[2:]})
    )
    for role in ("interview_sheets", "interview_sheets_original"):
        for version in versions.versions(vault, role):
            cells = [
                text
                for grid in read_export(versions.content(vault, version), role)[0]
                for row in grid.rows
                for text in row
            ]
            assert "E72" in cells and "E71" not in cells and TEXT not in cells, (role, version.number)


@pytest.mark.slow
def test_outlines_and_texts_are_put_in_their_places_and_kept(root: Path) -> None:
    outlines = (root / f"resources/studies/{STUDY}/communes.geojson").read_bytes()
    assert "communes" in give(root, outlines, name="a.geojson")
    assert give(root, b"# Pistes\n", name="pistes.md")
    path = root / f"config/studies/{STUDY}/pistes.md"
    assert path.read_bytes() == b"# Pistes\n"
    with pytest.raises(ReceiveError):
        give(root, b"# Autres\n", name="pistes.md")
    give(root, b"# Autres\n", name="pistes.md", choice=Choice(replace=True))
    vault = open_vault(root, STUDY)
    held = [versions.content(vault, one) for one in versions.versions(vault, "text_pistes")]
    assert held == [b"# Pistes\n", b"# Autres\n"]
    with pytest.raises(ReceiveError):
        give(root, b'{"type": "FeatureCollection", "features": []}', name="b.geojson")
    config = root / f"config/studies/{STUDY}.yaml"
    config.write_text(config.read_text("utf-8").replace("fictional: true", "fictional: false"), "utf-8")
    with pytest.raises(ReceiveError, match="n’est pas celui d’une commune du département 47"):  # invented outlines
        give(root, outlines, name="a.geojson")


def test_the_filled_frame_takes_the_place_of_the_one_to_fill(root: Path) -> None:
    """Without being asked again: nobody has written the one that `creer` left."""
    path = root / f"config/studies/{STUDY}/cadre.md"
    assert "[à compléter" in path.read_text("utf-8")
    give(root, b"# Cadre\n", name="cadre.md")
    assert path.read_bytes() == b"# Cadre\n"
    with pytest.raises(ReceiveError, match="a déjà un texte"):
        give(root, b"# Autre\n", name="cadre.md")
