"""Every workbook that `creer` makes is given back: each is recognised, its tables are put to use, and nothing of it is lost."""

from __future__ import annotations

import csv
import datetime as dt
import io as text_io
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import own
import pytest
import yaml
from drawn import always
from openpyxl import Workbook, load_workbook

from diagnostic.codebook import template
from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect import steps
from diagnostic.collect.exports.study import read_exports, read_workbooks
from diagnostic.collect.table_names import WORKBOOKS
from diagnostic.collect.tables import RECEIVED
from diagnostic.commands.program import main
from diagnostic.consolidate import lists
from diagnostic.core import io
from diagnostic.core.tables import model
from diagnostic.estimate.people import interviews as meetings
from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.study.config import load_study
from diagnostic.study.given import Choice, ReceiveError
from diagnostic.study.receive import receive, undo
from diagnostic.trial.exports import filled

ROOT = Path(__file__).resolve().parents[2]
STUDY, DAY, LATER = "47-2026", dt.date(2026, 3, 1), dt.date(2026, 5, 4)
CODEBOOK = load(read_folder(ROOT / FOLDER))
YES = Choice(agree=lambda lines: True)
SITES = [
    {"site_code": "E01", "category": "escorting", "status": "open", "under_mirror_label": "no"},
    {"site_code": "A01", "category": "classifieds", "status": "closed", "remarks": "Fermé ; voir l’historique"},
]
COUNTS = [
    {
        "site_code": "E01",
        "place": "Agen",
        "count": 12,
        "method": "exact",
        "window_start": dt.date(2026, 1, 5),
        "window_end": dt.date(2026, 1, 9),
    }
]
PAGES = [{"site_code": "A01", "page_rank": 3, "ads_shown": 30, "ads_relevant": 18, "pages_total": 40}]
STATES = [{"site_code": "A01", "observed_on": dt.date(2026, 1, 2), "site_state": "closed"}]
ARTICLES = [{"date": dt.date(2026, 2, 3), "outlet": "Journal A", "title": "Un procès", "year_heading": 2026}]
INTERVIEWS = [
    {"interview_id": "E01", "date": dt.date(2026, 2, 3), "structure": "Accueil de jour", "mode": "video"}
    | {"activity_field": "socia", "interlocutor": "other", "interview_notes": "Ce que la personne a confié."}
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(
        tmp_path_factory.mktemp("made") / "project", STUDY, "template", DAY, alone=True, instruments=False
    )
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def give(root: Path, content: bytes, role: str = "", choice: Choice = YES, day: dt.date = DAY) -> str:
    path = root.parent / "fichier"
    path.write_bytes(content)
    return "\n".join(receive(root, STUDY, role, path, day, choice)).replace("\xa0", " ")


def book(name: str, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> bytes:
    return filled(CODEBOOK, name, tables)  # type: ignore[arg-type]


def read(root: Path, *roles: str) -> steps.Collected:
    folder = root / "resources/studies" / STUDY
    return steps.read_study(
        {role: (folder / f"{role}.csv").read_bytes() for role in roles}, {r: f"{r}.csv" for r in roles}
    )


def rows(root: Path, name: str) -> list[dict[str, str]]:
    text = (root / "resources/studies" / STUDY / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text_io.StringIO(text)))


INTERNET = {"sites": SITES, "ad_counts": COUNTS, "ad_pages": PAGES, "site_status": STATES}


@pytest.mark.slow
def test_the_workbook_of_the_internet_fills_four_roles(root: Path) -> None:
    content = book("internet", INTERNET)
    told = give(root, content)
    assert (
        "« sites_history: sites_history.xlsx » est écrit sous « inputs »" in told and "sites: sites.csv »" not in told
    )
    assert load_study(root, STUDY)[0].inputs["sites_history"] == "sites_history.xlsx"
    found = read(root, "sites", "ad_counts", "ad_pages")
    assert not found.blocked, found.problems
    assert found.tables["sites"]["category"].tolist() == ["escorting", "classifieds"]
    assert found.tables["sites"]["under_mirror_label"].tolist()[0] is False
    assert found.tables["ad_counts"][["place", "count", "method"]].values.tolist() == [["Agen", 12, "exact"]]
    assert found.tables["ad_pages"]["page_rank"].tolist() == [3]
    folder = root / "resources/studies" / STUDY
    assert (folder / "sites_history.xlsx").read_bytes() == content
    for name in ("sites.csv", "ad_counts.csv", "ad_pages.csv", "sites_history.xlsx"):
        record = yaml.safe_load((folder / f"{name}.meta.yaml").read_text(encoding="utf-8"))
        assert "trial" not in record and "public" not in record and record["history"] == []


@pytest.mark.slow
def test_several_files_are_received_by_one_command_and_one_that_is_refused_stops_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    contents = (book("internet", INTERNET), b"rien,de,connu\n1,2,3\n", book("presse", {"press": ARTICLES}))
    paths = [root.parent / f"Camille-{at}" for at in range(3)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    assert main(["recevoir", STUDY, *map(str, paths), "--date", "2026-03-01"]) == 1
    said = capsys.readouterr()
    assert [f"Fichier {at} sur 3" in said.out for at in (1, 2, 3)] == [True] * 3
    assert "ne ressemble à un tableau" in said.err and "Camille" not in said.out + said.err
    assert len(rows(root, "press.csv")) == 1 and len(rows(root, "sites.csv")) == 2
    assert main(["recevoir", STUDY, str(paths[0]), str(paths[2])]) == 0


def test_a_column_that_no_table_has_room_for_is_told_and_kept(root: Path) -> None:
    """As where a team adds a question to its press review."""
    grids = root / FOLDER / "grids.csv"
    lines = grids.read_text(encoding="utf-8").splitlines()
    title = next(line for line in lines if line.startswith("press;article;title;"))
    added = title.replace(";title;", ";case_group;").replace("Titre de l'article", "Même affaire")
    lines.append(added.replace("Titre, comme fait bibliographique", "Articles d'une même affaire"))
    grids.write_text("\n".join([*lines, ""]), encoding="utf-8")
    content = sheets(
        [
            ("date", "outlet", "title", "year_heading", "case_group"),
            ("Date", "Titre de presse", "Titre de l’article", "Rubrique", "Même affaire"),
            ("2026-02-03", "Journal A", "Un procès", 2026, "K1"),
        ]
    )
    told = give(root, content)
    assert "qu’aucun indicateur ne lit : Même affaire" in told
    assert not read(root, "press").blocked and rows(root, "press.csv")[0]["title"] == "Un procès"
    assert open_vault(root, STUDY).read_received("press") == content


@pytest.mark.parametrize("name", always(1, template.workbooks(CODEBOOK)))
def test_every_workbook_is_taken_as_it_was_made_and_filled(root: Path, name: str) -> None:
    """One row a table, an answer to every question: taken without « --remplacer », and read."""
    give(root, template.workbook(CODEBOOK, name))
    tables = {table.name: [answered(table.name)] for table in CODEBOOK.tables.values() if table.workbook == name}
    told = give(root, book(name, tables))
    counts = [int(n) for n in re.findall(r"(?:^|: )(\d+) (?:ligne|réponse|entretien)s?\b", told, re.MULTILINE)]
    of_the_vault = {"coffre": 0, "questionnaire": 1, "entretiens": 1, "codage": 1, "themes": 1}  # told in records
    assert sum(counts) == of_the_vault.get(name, len(tables)), told


KEYS = {"coder": "AB", "record_id": "R001", "commune": "47001", "commune_2": "47195", "commune_3": "47300"}


def answered(table: str) -> dict[str, object]:
    """A row that answers every question of a table: the first answer of a list, a number within its limits."""
    row: dict[str, object] = {}
    for variable in CODEBOOK.table(table):
        first = next((option.code for option in CODEBOOK.options(variable)), "")
        least = 1 if variable.minimum is None else max(1, variable.minimum)
        row[variable.name] = {
            "single": first,
            "multiple": (first,),
            "integer": least,
            "date": dt.date(2026, 2, 3),
            "count_text": "3",
            "code": KEYS.get(variable.name, "E01"),
        }.get(variable.type, "écrit")
    return row


def test_interviews_are_entered_once(root: Path) -> None:
    told = give(root, book("entretiens", {"interview_records": INTERVIEWS, "interview_situations": []}))
    assert "ne se saisissent qu’une fois" in told
    found = rows(root, "interviews.csv")
    assert [(row["date"], row["mode"], row["activity_field"]) for row in found] == [("2026-02-03", "video", "social")]
    assert not read(root, "interviews").blocked
    assert b"confi" not in (root / "resources/studies" / STUDY / "interviews.csv").read_bytes()


@pytest.mark.parametrize(
    "missing", always(1, [{"activity_field": "dk", "interlocutor": "dk"}, {}, {"activity_field": "other"}])
)
def test_an_interview_whose_field_nobody_knows_is_one_all_the_same(root: Path, missing: dict[str, str]) -> None:
    """The workbook asks for the field and for who was met where they are known: without them there was no list at all."""
    bare = {name: value for name, value in INTERVIEWS[0].items() if name not in ("activity_field", "interlocutor")}
    told = give(root, book("entretiens", {"interview_records": [bare | missing], "interview_situations": []}))
    assert "ne se saisissent qu’une fois" in told
    assert [(row["activity_field"], row["interlocutor"]) for row in rows(root, "interviews.csv")] == [("", "")]
    collected = read(root, "interviews")
    assert not collected.blocked
    met = lists.interviews(collected.tables["interviews"], {})["meetings"]
    io.validate(met, "consolidate/meetings")
    made = meetings.estimate(met, RECEIVED["text_coding"].empty(), model("collect/places").empty(), STUDY)
    found = next(iter(made.values())).set_index("fact_id")["value"]
    assert found["interviews.total"] == 1 and found["interviews.prosecutors"] == 0
    assert not found[found.index.str.startswith("interviews.field.")].any()


def test_a_list_of_interviews_of_the_team_s_own_is_never_written_over(root: Path) -> None:
    place = root / "resources/studies" / STUDY / "interviews.csv"
    meta = place.with_name("interviews.csv.meta.yaml")
    record = yaml.safe_load(meta.read_text(encoding="utf-8"))
    del record["trial"]
    meta.write_text(yaml.safe_dump(record, allow_unicode=True), encoding="utf-8")
    before = place.read_bytes()
    told = give(root, book("entretiens", {"interview_records": INTERVIEWS, "interview_situations": []}))
    assert place.read_bytes() == before and "celle de l’équipe" in told


@pytest.mark.slow
def test_rows_that_are_gone_are_asked_about_and_an_earlier_file_can_be_had_back(root: Path) -> None:
    give(root, book("internet", INTERNET))
    first = (root / "resources/studies" / STUDY / "sites.csv").read_bytes()
    shrunk = book("internet", INTERNET | {"sites": SITES[:1]})
    with pytest.raises(ReceiveError, match="1 qui n’y est plus"):
        give(root, shrunk, choice=Choice())
    assert (root / "resources/studies" / STUDY / "sites.csv").read_bytes() == first
    give(root, shrunk, day=LATER)
    assert len(rows(root, "sites.csv")) == 1
    undo(root, STUDY, "sites", LATER)
    assert (root / "resources/studies" / STUDY / "sites.csv").read_bytes() == first
    vault = open_vault(root, STUDY)
    assert len(versions.versions(vault, "sites")) == 3  # the trial's, too


def test_a_cell_that_would_block_is_told_at_its_place_and_nothing_is_written(root: Path) -> None:
    before = (root / "resources/studies" / STUDY / "sites.csv").read_bytes()
    with pytest.raises(ReceiveError, match="1 problème bloquerait"):
        give(root, book("internet", INTERNET | {"sites": [SITES[0] | {"site_code": "sans code"}]}))
    assert (root / "resources/studies" / STUDY / "sites.csv").read_bytes() == before


def test_a_csv_is_put_to_use_as_it_is(root: Path) -> None:
    content = b"site_code,category,mirror_group,status,under_mirror_label,remarks\nE07,dating,,open,,\n"
    give(root, content)
    assert (root / "resources/studies" / STUDY / "sites.csv").read_bytes() == content
    kept = versions.versions(open_vault(root, STUDY), "sites")
    assert "rien ne change" in give(root, content) and versions.versions(open_vault(root, STUDY), "sites") == kept


def test_the_workbook_of_names_stays_in_the_vault(root: Path) -> None:
    before = set((root / "resources").rglob("*"))
    content = book("coffre", {"site_names": [{"site_code": "E01", "site_name": "exemple.test"}]})
    give(root, content)
    assert open_vault(root, STUDY).read_received("coffre") == content
    assert set((root / "resources").rglob("*")) == before


def sheets(*given: Sequence[Sequence[object]]) -> bytes:
    """A workbook of these sheets, as a team makes it: names in the first row, labels in the second."""
    book = Workbook()
    book.remove(book.active)
    for rows in given:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    out = text_io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_with_several_answers_in_one_column_is_recognised(root: Path) -> None:
    """And a column fewer than the workbook has; other writings of an answer become its code, as its label does."""
    made = sheets(
        [
            ("site_code", "found_by", "paid_options", "subscription", "price_class", "terms_read_on"),
            ("Code du site", "Trouvé par", "Options payantes", "Abonnement", "Prix", "Lu le"),
            ("E01", "liste antérieure", "photos ; remontée", "oui", "Gratuit", "2026-02-03"),
        ]
    )
    assert "Contenu reconnu : « sites_history »" in give(root, made)
    counted = sheets(
        [
            ("site_code", "place", "count", "method", "window_start", "window_end"),
            ("Code du site", "Lieu", "Annonces", "Méthode", "Début", "Fin"),
            ("E01", "Agen", 12, "exacte", "2026-01-05", "2026-01-09"),
        ]
    )
    assert "Contenu reconnu : « ad_counts »" in give(root, counted)
    place = root / f"resources/studies/{STUDY}/ad_counts.csv"
    assert list(csv.DictReader(place.open(encoding="utf-8")))[0]["method"] == "exact"


def test_a_sheet_that_shares_but_a_key_with_the_names_is_not_one_of_names(root: Path) -> None:
    """It would be shut in the vault, and nothing of it counted."""
    made = sheets([("site_code", "colour"), ("Code du site", "Couleur"), ("E01", "rouge")])
    with pytest.raises(ReceiveError):
        give(root, made)


def test_names_and_tables_in_one_workbook_are_refused(root: Path) -> None:
    """All of it would go to the vault, and the tables would count for nothing."""
    names = [("site_code", "site_name"), ("Code du site", "Nom du site"), ("E01", "Un site")]
    sites = [("site_code", "category", "mirror_group", "status"), ("Code du site", "Catégorie", "Miroir", "État")]
    with pytest.raises(ReceiveError, match="en deux classeurs"):
        give(root, sheets(names, [*sites, ("E01", "Petites annonces", "", "Ouvert")]))


# -- Nothing that is present is read as absent ------------------------------------------------------------------------
LOWER = "Les titres des colonnes sont en ligne 4, et doivent être en ligne 1"
ROLE_OF = {"questionnaire": "questionnaire", "entretiens": "interview_sheets", "codage": "situation_coding"}
ROLE_OF |= {"themes": "text_coding", "partenaires": "partners", "annonces": "coded_ads", "demande": "demand"}
ROLE_OF |= {"internet": "sites_history"}


def full(name: str) -> bytes:
    return book(name, {t.name: [answered(t.name)] for t in CODEBOOK.tables.values() if t.workbook == name})


def lowered(content: bytes, *titles: str) -> bytes:
    """Three lines above the headings of these sheets, the first of them a title."""
    made = load_workbook(text_io.BytesIO(content))
    for title in titles:
        made[title].insert_rows(1, 3)
        made[title]["A1"] = "Relevé de l’équipe"
    return saved(made)


def saved(made: Workbook) -> bytes:
    out = text_io.BytesIO()
    made.save(out)
    return out.getvalue()


def tables_of(name: str) -> list[str]:
    return [table.sheet for table in CODEBOOK.tables.values() if table.workbook == name]


@pytest.mark.slow
@pytest.mark.parametrize("name", template.workbooks(CODEBOOK))
def test_lines_above_the_headings_of_a_sheet_are_told_at_its_row(root: Path, name: str) -> None:
    """Of one sheet, of all: received, and where the file lies in `resources/` or the vault already. None counts as empty."""
    content, titles = full(name), tables_of(name)
    before = {path: path.read_bytes() for path in (root / "resources").rglob("*") if path.is_file()}
    for shifted in [titles, *([title] for title in titles)]:
        given = lowered(content, *shifted)
        with pytest.raises(ReceiveError) as refused:
            give(root, given)
        told = str(refused.value).replace("\xa0", " ")
        assert told.count(f"ligne 4 : {LOWER}") == len(shifted), told
        role = ROLE_OF.get(name, "")
        if role in WORKBOOKS:
            problems = read_workbooks(CODEBOOK, {role: given}, {role: name}).problems
        elif role:
            problems = read_exports(
                CODEBOOK, {role: given}, {role: "template"}, lambda kind, values: [*values]
            ).problems
        else:
            continue  # read by `recevoir` alone, which writes a CSV of it
        found = [(p.severity, p.row) for p in problems if LOWER in p.message.replace("\xa0", " ")]
        assert found == [("bloquant", 4)] * len(shifted)
    assert {path: path.read_bytes() for path in (root / "resources").rglob("*") if path.is_file()} == before


def test_a_sheet_of_nothing_is_refused_unless_its_name_says_that_it_is_to_read(root: Path) -> None:
    made = load_workbook(text_io.BytesIO(full("partenaires")))
    made.create_sheet("Feuil2")  # empty
    sheet = made.create_sheet("Budget")
    sheet.append(["Poste", "Montant"])
    with pytest.raises(ReceiveError, match="n’est d’aucun tableau de l’étude"):
        give(root, saved(made))
    sheet.title = "À lire, budget"
    assert "partners : 2 lignes" in give(root, saved(made))


@pytest.mark.slow
def test_pairs_left_open_are_counted_aloud(root: Path) -> None:
    content = b"first,second,decision,reason,initials\n3/1,7/1,same,,A\n3/1,8/1,?,,A\n4/1,8/1,,,\n4/1,9/1, - ,,\n"
    told = give(root, content).replace("\u202f", " ")
    assert "duplicates : 1 ligne." in told and "3 paires restent à trancher" in told
    assert [row["second"] for row in rows(root, "duplicates.csv")] == ["7/1"]
    assert "3 paires restent à trancher" in give(root, content)
    assert len(versions.versions(open_vault(root, STUDY), "duplicates")) == 1


@pytest.mark.parametrize("name", always(1, template.workbooks(CODEBOOK)))
def test_the_same_bytes_again_make_no_second_version(root: Path, name: str) -> None:
    def kept() -> dict[str, int]:
        vault = open_vault(root, STUDY)
        return {role: len(versions.versions(vault, role)) for role in versions.roles(vault)}

    give(root, full(name))
    before = kept()
    told = give(root, full(name))
    assert kept() == before and before and "rien ne change" in told


@pytest.mark.parametrize("name", always(1, ["codage", "annonces"]))
def test_a_sheet_given_back_that_empties_codings_is_refused_with_their_number(root: Path, name: str) -> None:
    give(root, full(name))
    table = next(table for table in CODEBOOK.tables.values() if table.workbook == name)
    coded = [v.name for v in CODEBOOK.table(table.name) if v.type == "single" and v.name not in table.key][:3]
    row = answered(table.name) | dict.fromkeys(coded)
    others = {t.name: [answered(t.name)] for t in CODEBOOK.tables.values() if t.workbook == name}
    content = book(name, others | {table.name: [row]})
    with pytest.raises(ReceiveError, match=rf"{len(coded)} réponses? codées? avant (est|sont) vides?"):
        give(root, content, choice=Choice())
    give(root, content, choice=Choice(replace=True))
