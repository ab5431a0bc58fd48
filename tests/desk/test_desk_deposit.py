"""« Déposer » on a desk that is open: what is uploaded waits in the vault, is read as somebody says, and leaves what the workbook of
recipes leaves for the same choices."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import adhoc
import pytest
from desks import Answer
from near import Near
from openpyxl import Workbook
from test_desk_play import Person

from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.study.given import Choice, Reader
from diagnostic.study.receive import receive

STUDY = "47-2026"
AT = f"/etude/{STUDY}/deposer"
YES = Choice(agree=lambda lines: True)
SECRET = "gamine de la place Verte"
SITES: Sequence[Sequence[object]] = (
    ("Relevé du 12 mai", "", "", ""),
    ("", "", "", ""),
    ("Code", "Type de site", "État", "Remarque"),
    ("E01", "sites spécialisés escorting", "ouvert", ""),
    ("M01", "salons", "ouvert", SECRET),
    ("M02", "salons", "fermé", ""),
    ("M03", "salons", "ouvert", ""),
)
MASSAGE = "Massages érotiques"
SEEN = "Un risque de prostitution, sans fait établi"
AGES = ("moins de 18 ans", "35 et plus", "18 à 25 ans")
FORM: Sequence[Sequence[object]] = (
    ("Numéro", "Mode de réponse", "Ce qui a été repéré", "Formation suivie", "Nombre de personnes", "Âge", "Statut"),
    *(
        (
            f"Q{n}",
            "À titre individuel",
            SEEN,
            "oui" if n % 5 == 0 else "",
            ("deux", "3", "une")[n % 3],
            AGES[n % 3],
            "Avérée",
        )
        for n in range(30)
    ),
)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def sites(rows: Sequence[Sequence[object]] = SITES, **others: Sequence[Sequence[object]]) -> bytes:
    return workbook({"Registre": rows, **others})


def upload(desk: Near, content: bytes, name: str = "dupont-marie.xlsx") -> Answer:
    return uploads(desk, {name: content})


def uploads(desk: Near, files: Mapping[str, bytes]) -> Answer:
    """What is answered to files that are given at once: name → content."""
    part = "--limite\r\nContent-Disposition: form-data; name="
    body = f'{part}"csrf"\r\n\r\n{desk.csrf}\r\n'.encode()
    for name, content in files.items():
        body += f'{part}"fichier"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=limite"}
    return desk.ask("POST", AT, desk.own | kind, body + b"--limite--\r\n")


def given(desk: Near, content: bytes) -> str:
    """The address of a file once it is uploaded."""
    answer = upload(desk, content)
    assert answer.code == 303, answer.text
    return re.sub(r"(/deposer/\d+)/.*", r"\1", answer.headers["location"])  # not of its sheet


def followed(desk: Near, answer: Answer) -> str:
    """The page that a change leads to."""
    assert answer.code == 303, answer.text
    return desk.get(answer.headers["location"]).text


def received(desk: Near, content: bytes) -> str:
    """What is told once a file of sites is read as it is, its massage parlours said, and received."""
    at = given(desk, content)
    sheet = re.search(r'href="([^"]*/deposer/\d+/\d+)"', desk.get(at).text)
    assert sheet
    own = columns(desk, sheet[1])
    fields = dict(re.findall(r'name="(t-\d+)" value="([^"]*)"', desk.get(own["Type de site"]).text))
    said = {f"a-{name[2:]}": MASSAGE for name, text in fields.items() if text == "salons"}
    assert said
    desk.post(own["Type de site"], dire="oui", question="category", libre="oui", **fields, **said)
    desk.post(own["Remarque"], dire="non")
    desk.post(f"{sheet[1]}/colonnes")
    return followed(desk, desk.post(f"{at}/recevoir"))


def columns(desk: Near, sheet: str) -> dict[str, str]:
    """Heading → address of each column of a sheet."""
    found = re.findall(r'<a href="([^"]*/deposer/\d+/\d+/\d+)">([^<]*)</a>', desk.get(sheet).text)
    return {heading: address for address, heading in found}


def files(root: Path) -> dict[str, str]:
    """What the study holds, the workbooks that the team works in and the journal of versions aside: path → digest."""
    places = [root / "vault" / STUDY / "received", root / "resources/studies" / STUDY, root / "config"]
    found = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.fixture
def desk(root: Path, near: Callable[[Path], Near]) -> Near:
    return near(root)


def test_an_upload_waits_in_the_vault_and_nowhere_else(root: Path, desk: Near) -> None:
    before = {path for path in root.rglob("*") if path.is_file()}
    content = sites()
    given(desk, content)
    new = {path for path in root.rglob("*") if path.is_file()} - before
    assert new and all(path.is_relative_to(root / "vault") for path in new)
    assert any(path.read_bytes() == content for path in new)
    assert all(path.stat().st_mode & 0o077 == 0 for path in new)
    assert not any("dupont" in path.name for path in root.rglob("*"))  # the name of the file may say who answered
    assert open_vault(root, STUDY).received("sites") is None


def test_what_cannot_be_read_is_refused_and_not_kept(root: Path, desk: Near) -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04 no archive"):
        assert upload(desk, content, "../../config/config.yaml").code == 422
    assert not list((root / "vault" / STUDY).rglob("depot*"))


def test_a_large_file_stays_in_memory_until_the_vault(desk: Near, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", written.append)  # to the disk, outside the vault
    assert upload(desk, b"%PDF-1.7" + b"x" * (2 << 20)).code == 422
    assert written == []


@pytest.mark.slow
def test_of_several_files_given_at_once_the_empty_one_is_told_and_the_others_wait(root: Path, desk: Near) -> None:
    first, last = sites(), workbook({"Divers": [["Foo", "Bar"], ["x1", "y2"]]})
    page = followed(desk, uploads(desk, {"sites.xlsx": first, "relevé.csv": b"", "divers.xlsx": last}))
    assert "Fichier 2 sur 3, « relevé.csv » :" in page and "vide" in page
    assert "sites.xlsx" not in page and "divers.xlsx" not in page
    waiting = desk.get(AT).text
    assert "Fichier 1</a>" in waiting and "Fichier 2</a>" in waiting and "Fichier 3</a>" not in waiting
    folder = root / "vault" / STUDY / "feuilles"
    assert [(folder / f"depot-{number}").read_bytes() for number in (1, 2)] == [first, last]
    assert not any("relevé" in path.name for path in root.rglob("*"))
    refused = uploads(desk, {"vide.csv": b"", "image.png": b"%PDF-1.7"})  # none of them can wait
    assert refused.code == 422 and all(f"« {name} » :" in refused.text for name in ("vide.csv", "image.png"))
    assert uploads(desk, {"vide.csv": b"", "rien.csv": b""}).code == 422
    assert "Fichier 3</a>" not in desk.get(AT).text


def test_nothing_of_a_real_study_is_kept_before_its_file_is_decided(root: Path, desk: Near) -> None:
    path = root / "config/studies" / f"{STUDY}.yaml"
    path.write_text(path.read_text("utf-8").replace("fictional: true", "fictional: false"), "utf-8")
    assert "dossier de conformité" in upload(desk, sites()).text
    assert not list((root / "vault" / STUDY).rglob("depot-*"))


@pytest.mark.slow
def test_the_row_of_headings_is_chosen_by_a_click(desk: Near) -> None:
    rows = [("Sites suivis", "par l’équipe", "depuis", "2024", "avec soin"), *SITES]
    at = given(desk, sites(rows))
    page = desk.get(at).text
    sheet = re.search(r'action="([^"]*/deposer/1/\d+)"', page)
    assert sheet and "Titres : ligne" in page
    page = followed(desk, desk.post(sheet[1], titres="4"))
    assert "4, titres" in page and {"Code", "Type de site"} <= columns(desk, sheet[1]).keys()


def test_what_is_no_table_of_the_study_is_asked_and_can_be_said(root: Path, desk: Near) -> None:
    at = given(desk, workbook({"Divers": [["Foo", "Bar"], ["x1", "y2"], ["x3", "y4"]]}))
    page = desk.get(at).text
    assert "rien n’est proposé" in page and "J’ai vu ce tableau" not in page
    sheet = re.search(r'action="([^"]*/deposer/1/\d+)"', page)
    assert sheet
    assert desk.post(sheet[1], dire="oui").code == 422  # nothing is chosen
    page = followed(desk, desk.post(sheet[1], dire="non"))
    assert "Ce n’est pas pour l’étude." in page
    assert "est retiré" in followed(desk, desk.post(f"{at}/retirer"))
    assert not list((root / "vault" / STUDY).rglob("depot-*"))


def test_a_copy_of_a_sheet_is_not_counted_twice(root: Path, desk: Near) -> None:
    at = given(desk, sites(Copie=SITES))
    page = desk.get(at).text
    assert "mêmes titres qu’une feuille plus haut" in page
    sheet = re.search(r'action="([^"]*/deposer/1/(\d+))"', page)
    assert sheet
    page = followed(desk, desk.post(sheet[1], dire="oui", table="sites", place="1", copie=sheet[2]))
    assert "C’est une copie : elle n’est pas lue." in page
    assert ": 4 lignes" in desk.get(sheet[1]).text


def test_nothing_is_guessed_of_an_age_or_a_blank(desk: Near) -> None:
    """The proposal waits: neither the agreement to all columns nor a column's without an answer says them."""
    at = given(desk, workbook({"Form1": FORM}))
    action = re.search(r'action="([^"]*/deposer/1/\d+)"', desk.get(at).text)
    assert action
    sheet = action[1]
    desk.post(sheet, dire="oui", table="questionnaire")
    desk.post(f"{sheet}/colonnes")
    page = desk.get(sheet).text
    assert "à décider" in page and "dire ce que veut dire une case vide" in page
    own = columns(desk, sheet)
    shown = desk.get(own["Âge"]).text
    assert re.search(r"35 et plus</th><td[^>]*>10<", shown)  # all its answers, and how often
    blank = desk.get(own["Formation suivie"]).text
    choices = re.findall(r'<input type="radio" name="vide"[^>]*>', blank)
    assert len(choices) > 2 and not any("checked" in one for one in choices)
    question = re.search(r'id="question".*?<option value="([^"]+)" selected', blank, re.DOTALL)
    assert question and desk.post(own["Formation suivie"], dire="oui", question=question[1]).code == 422
    assert desk.post(own["Formation suivie"], dire="oui", question=question[1], vide=";").code == 303
    assert "dire ce que veut dire une case vide" not in desk.get(sheet).text


def test_the_desk_and_the_workbook_leave_the_same_bytes(
    root: Path, tmp_path: Path, near: Callable[[Path], Near]
) -> None:
    content, today = sites(), dt.date.today()
    other = Path(shutil.copytree(root, tmp_path / "autre"))
    path = tmp_path / "fichier.xlsx"
    path.write_bytes(content)
    receive(other, STUDY, "", path, today, YES)
    view = other / "vault" / STUDY / "feuilles/recettes.xlsx"
    cells: dict[tuple[str, int, int], str] = {("Questions", 1, 2): "AB"}
    for at, row in enumerate(adhoc.rows_of(view.read_bytes(), "Réponses"), start=1):
        cells |= {("Réponses", at, 5): MASSAGE} if "salons" in row else {}
    for at, row in enumerate(adhoc.rows_of(view.read_bytes(), "Questions"), start=1):
        cells |= {("Questions", at, 6): ""} if "Remarque" in row else {}
    view.write_bytes(adhoc.edited(view.read_bytes(), cells))
    told = "\n".join(receive(other, STUDY, "", path, today, YES))
    assert "attend" not in told and open_vault(other, STUDY).received("sites"), told

    desk = near(root)
    page = received(desk, content)
    assert "Lu par sa recette" in page, page
    assert files(root) == files(other)
    assert not list((root / "vault" / STUDY).rglob("depot-*"))
    assert SECRET not in (root / "vault" / STUDY / "bureau/decisions.csv").read_text("utf-8")


def test_the_next_export_of_the_same_form_asks_only_what_is_new(root: Path, desk: Near) -> None:
    received(desk, sites())
    more = [(*row, "Vu le") if row[0] == "Code" else (*row, "") for row in SITES]
    at = given(desk, sites([*more, ("E02", "sites spécialisés escorting", "ouvert", "", "12 mai")]))
    page = desk.get(at).text
    assert "1 nouvelle" in page and "1 colonne nouvelle" in page and "1 colonne à relire" in page
    assert desk.post(f"{at}/recevoir").code == 303  # what is new blocks nothing
    assert len(versions.versions(open_vault(root, STUDY), "sites")) == 3  # that of the trial among them


def decided(desk: Near, sheet: str, readings: Mapping[str, str]) -> dict[str, str]:
    """Agree to the columns of a sheet, and decide one at a time those that it lists, answers read as said in `readings`; heading →
    what was asked of it."""
    asked: dict[str, str] = {}
    desk.post(f"{sheet}/colonnes")
    listed = r'<li><a href="([^"]*)">([^<]*)</a>[^<]*<span class="late">([^<]*)'
    while left := re.findall(listed, desk.get(sheet).text):
        at, heading, state = left[0]
        assert heading not in asked, asked
        asked[heading], shown = state, desk.get(at).text
        question = re.search(r'id="question".*?<option value="([^"]+)" selected', shown, re.DOTALL)
        fields = dict(re.findall(r'name="(t-\d+)" value="([^"]*)"', shown))
        said = {f"a-{name[2:]}": readings[text] for name, text in fields.items() if text in readings}
        blank = {"vide": ";"} if 'name="vide"' in shown else {}
        assert question and desk.post(at, dire="oui", question=question[1], **fields, **said, **blank).code == 303
    return asked


@pytest.mark.slow
def test_a_third_export_with_new_columns_and_other_labels_asks_them_alone(root: Path, desk: Near) -> None:
    """A form, the same columns again, then two that are new, one under another title, and a wording that was never read: what is asked
    is counted, and what is received is what the rows say."""
    heads, *rows = map(list, FORM)

    def sheet_of(content: bytes) -> tuple[str, str]:
        at = given(desk, content)
        found = re.search(r'action="([^"]*/deposer/\d+/\d+)"', desk.get(at).text)
        assert found
        return at, found[1]

    at, sheet = sheet_of(workbook({"Form1": FORM}))
    desk.post(sheet, dire="oui", table="questionnaire")
    assert decided(desk, sheet, {}).keys() == {"Formation suivie", "Âge"}
    assert "30 réponses dans cet export" in followed(desk, desk.post(f"{at}/recevoir"))

    rows.append(["Q30", *rows[0][1:]])
    at, sheet = sheet_of(workbook({"Form1": [heads, *rows]}))
    assert "30 déjà connues, 1 nouvelle" in desk.get(at).text and "Ses colonnes sont relues" in desk.get(at).text
    assert decided(desk, sheet, {}) == {}
    assert "1 nouvelle" in followed(desk, desk.post(f"{at}/recevoir"))

    lands = ("Française", "Roumaine", "Albanaise")
    rows.append(["Q31", *rows[1][1:6], "Avérée (constat)"])
    words = {"Roumaine": "D’un autre pays de l’Union européenne", "Albanaise": "D’un pays hors de l’Union européenne"}
    words["Avérée (constat)"] = "Avérée : dite par la personne ou constatée"
    third = [[*row[:5], row[5].replace("35 et", "35 ans et"), row[6], lands[n % 3], "vu"] for n, row in enumerate(rows)]
    titles = [*heads[:5], "Tranche d’âge", heads[6], "Nationalité", "Note interne"]
    at, sheet = sheet_of(workbook({"Form1": [titles, *third]}))
    page = desk.get(at).text
    assert "3 colonnes nouvelles, 1 colonne disparue" in page, page
    foreign = sum(land != lands[0] for *_, land, _note in third)
    assert decided(desk, sheet, {word: text.replace("’", "'") for word, text in words.items()}) == {
        "Statut": "1 réponse à attribuer",
        "Tranche d’âge": "à décider",
        "Nationalité": f"{foreign} réponses à attribuer",
    }
    page = followed(desk, desk.post(f"{at}/recevoir", voulu="oui"))
    assert "32 réponses dans cet export" in page, page

    read = Reader(root, STUDY, open_vault(root, STUDY)).together().tables["situations"]
    assert len(read) == 32
    for code, land in (("fr", lands[0]), ("eu", lands[1]), ("noneu", lands[2])):
        assert read[f"nationality/{code}"].eq("ticked").sum() == sum(row[7] == land for row in third)
    older = sum("35 ans" in row[5] for row in third)
    assert read["age_band/o55"].eq("ticked").sum() == older and read["age_band/u15"].eq("ticked").sum() > 0
    assert read["persons_in_situation.central"].sum() == sum({"deux": 2, "3": 3, "une": 1}[row[4]] for row in third)
    assert read["situation_status.code"].nunique() == 1


def test_a_cell_that_is_not_read_is_corrected_as_a_rule_and_the_file_stays(root: Path, desk: Near) -> None:
    rows = [
        ("Titre", "Journal", "Date de l’article"),
        ("Procès", "Sud Ouest", "12 mai 2026"),
        ("Suite", "La Dépêche", "mi-mai 2026"),
    ]
    content = workbook({"Presse": rows})
    at = given(desk, content)
    action = re.search(r'action="([^"]*/deposer/1/\d+)"', desk.get(at).text)
    assert action
    desk.post(action[1], dire="oui", table="press")
    page = desk.get(columns(desk, action[1])["Date de l’article"]).text
    assert re.search(r"mi-mai 2026</th><td[^>]*>1</td>\s*<td>non lu<", page) and "<td>2026-05-12<" in page
    fields = dict(re.findall(r'name="(t-\d+)" value="([^"]*)"', page))
    said = {f"a-{name[2:]}": "2026-05-15" for name, text in fields.items() if text == "mi-mai 2026"}
    question = re.search(r'id="question".*?<option value="([^"]+)" selected', page, re.DOTALL)
    assert question
    desk.post(columns(desk, action[1])["Date de l’article"], dire="oui", question=question[1], **fields, **said)
    page = desk.get(columns(desk, action[1])["Date de l’article"]).text
    assert "non lu<" not in page and page.count("2026-05-15") >= 2  # what is said, and the table that results
    assert (root / "vault" / STUDY / "feuilles/depot-1").read_bytes() == content


@pytest.mark.slow
def test_rows_that_are_gone_are_said_before_they_go(root: Path, desk: Near) -> None:
    received(desk, sites())
    at = given(desk, sites(SITES[:-1]))
    answer = desk.post(f"{at}/recevoir")
    assert answer.code == 422 and "1 qui n’y est plus" in answer.text and "--remplacer" not in answer.text
    assert desk.get(at).code == 200  # it still waits
    assert desk.post(f"{at}/recevoir", voulu="oui").code == 303


def test_what_waits_goes_with_an_erasure_and_says_so(root: Path, desk: Near) -> None:
    """An erasure empties the folder of working sheets, where what waits lies, since it may hold the answer."""
    at = given(desk, sites())
    for path in (root / "vault" / STUDY / "feuilles").iterdir():
        path.unlink()
    assert "n’attend plus" in desk.get(at).text


# -- A person and a browser, with the form of the tests' own team -------------------------------------------------------
@pytest.mark.slow
@pytest.mark.acceptance
def test_a_team_s_own_form_is_read_at_the_desk(
    root: Path, tmp_path: Path, near: Callable[[Path], Near], browser: Any
) -> None:
    """From its file to its reception: what is wrong of what is proposed is said, everything is counted, the answers are the truth."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python absent").Axe()
    sys.path.append(str(Path(__file__).parents[1] / "team"))
    import team_files
    from team_columns import FORM as RIGHT
    from team_columns import LAW, SITUATION

    people = team_files.truth()[0]
    path = tmp_path / "formulaire.xlsx"
    path.write_bytes(team_files.xlsx({"Form1": team_files.words.form(people)}))
    desk = near(root)
    name, value = desk.cookie.split("=", 1)
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{desk.port}"}])
    person = Person(context.new_page(), desk, axe)
    page, words = person.page, dict[str, str](RIGHT | SITUATION)
    page.goto(f"http://127.0.0.1:{desk.port}{AT}")
    person.judged()
    page.get_by_label("Un ou plusieurs fichiers").set_input_files(path)
    person.choose("Déposer un fichier")
    page.get_by_role("heading", name="Toutes les colonnes").wait_for()  # all is said of its only sheet but that
    sheet = page.url
    page.goto(f"http://127.0.0.1:{desk.port}{AT}/1")
    page.get_by_role("heading", name="Fichier 1").wait_for()
    person.judged()
    page.goto(sheet)
    person.judged()
    for row in page.locator("table.stack tbody tr").all():
        wanted = words.get(row.locator("a").inner_text(), "")
        if row.locator("select").input_value() != wanted:
            person.chosen += 1
            row.locator("select").select_option(wanted)
    person.choose("Oui, c’est cela")
    page.goto(sheet)
    for _ in range(40):
        left = page.locator("main ul li a")
        if not left.count():
            break
        left.first.click()
        page.locator("#question").wait_for()
        person.chosen += 1
        for at, text in enumerate(page.locator("table.stack tbody th").all_inner_texts()):
            if text in LAW and page.locator(f"[name=a-{at + 1}]").input_value() == "":
                person.chosen += 1
                page.locator(f"[name=a-{at + 1}]").select_option(LAW[text].replace("'", "’"))
        blank = page.locator("[name=vide]")
        if blank.count() and not page.locator("[name=vide]:checked").count():
            person.chosen += 1
            page.get_by_label("rien n’est noté").check()
        person.judged("colonne")
        person.choose("Oui, c’est cela")
        page.wait_for_load_state()
        page.goto(sheet)
    person.choose("Oui, c’est cela")
    page.get_by_role("button", name="J’ai vu ce tableau").wait_for()
    person.judged()
    person.choose("J’ai vu ce tableau")
    page.get_by_text(re.compile("Lu par sa recette")).wait_for()
    assert f"{len(people.responses)} réponses dans cet export" in page.locator(".said").inner_text().replace(
        "\xa0", " "
    )
    print(f"choices: {person.chosen}")
    assert person.chosen <= 60 and person.elsewhere == []
    read = Reader(root, STUDY, open_vault(root, STUDY)).together()
    told = [one for one in people.situations if one.source == "questionnaire"]
    assert len(read.tables["situations"]) == len(told) and not [p for p in read.problems if p.severity == "bloquant"]
    own = read.tables["responses"]["law_soliciting_repealed.code"]
    heads, *rows = team_files.words.form(people)
    at = heads.index("Saviez-vous que le racolage n'est plus puni")
    unknown = sum(row[at] in LAW for row in rows)
    assert 0 < own.eq("learn").sum() == unknown
    context.close()
