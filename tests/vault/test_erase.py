"""The right to erasure and the purge reach every version: nothing of the record is left in a single byte of the vault."""

from __future__ import annotations

import datetime as dt
import io as bytes_io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import exported
import own
import pytest
from exported import FORMATS

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.grids import read_export
from diagnostic.commands.program import main
from diagnostic.core import writing
from diagnostic.core.errors import Typeset
from diagnostic.privacy import versions
from diagnostic.privacy.vault import open_vault
from diagnostic.study import config
from diagnostic.study import erase as study_erase
from diagnostic.study.compliance import Retention
from diagnostic.study.erase import DONE, erase
from diagnostic.study.given import Choice, Reader
from diagnostic.study.receive import receive
from diagnostic.trial.answers import generate
from diagnostic.trial.exports import filled

ROOT = Path(__file__).resolve().parents[2]
STUDY, ROLE, CODING, INTERVIEWS = "47-2026", "questionnaire", "situation_coding", "interview_sheets"
DAY, LATER = dt.date(2026, 3, 1), dt.date(2026, 5, 4)
CODEBOOK = load(read_folder(ROOT / FOLDER))
YES = Choice(agree=lambda lines: True)
NAME, MAIL, TEXT = "Zylphe Orvaline", "zylphe.orvaline@exemple.org", "Elle parlait du kiosque vert de la rue Tordue."
AGAIN = "Revue depuis, au kiosque vert."


def answers() -> dict[str, list[dict[str, object]]]:
    """Twelve responses; one that agrees to be called back and describes a situation says what is looked for."""
    drawn = generate(CODEBOOK, seed=5, responses=12, collective=2, most=3)
    rows = {name: [dict(row) for row in table] for name, table in drawn.items()}
    described = {row["response_id"] for row in rows["situations"]}
    row = next(row for row in rows["responses"] if row["response_id"] in described)
    row |= {"accepts_recontact": "yes", "respondent_name": NAME, "email": MAIL, "final_comments": TEXT}
    next(one for one in rows["situations"] if one["response_id"] == row["response_id"])["situation_comments"] = AGAIN
    return rows


ANSWERS = answers()
WHO = str(next(row for row in ANSWERS["responses"] if row.get("email") == MAIL)["response_id"])


def export(tool: str, last: int = 12) -> bytes:
    kept = {row["response_id"] for row in ANSWERS["responses"][:last]} | {WHO}
    return FORMATS[tool](CODEBOOK, {n: [r for r in rows if r["response_id"] in kept] for n, rows in ANSWERS.items()})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(
        tmp_path_factory.mktemp("made") / "project", STUDY, "template", DAY, alone=True, instruments=False
    )
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def give(root: Path, content: bytes, role: str = ROLE, day: dt.date = DAY) -> None:
    path = root.parent / "fichier.bin"
    path.write_bytes(content)
    receive(root, STUDY, role, path, day, YES)
    path.unlink()


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every byte under a folder, archives opened."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield path.name, content
            if zipfile.is_zipfile(bytes_io.BytesIO(content)):
                with zipfile.ZipFile(bytes_io.BytesIO(content)) as archive:
                    yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())


def holding(folder: Path, *values: str) -> set[str]:
    return {name for name, content in everything(folder) if any(value.encode() in content for value in values)}


def coding(records: Iterable[str]) -> bytes:
    rows = [{"record_kind": "response", "record_id": one, "coder": "AB", "situation_number": 1} for one in records]
    return filled(CODEBOOK, "codage", {CODING: rows})


def private(root: Path) -> None:
    """The tables that a run splits off."""
    vault = open_vault(root, STUDY)
    read = Reader(root, STUDY, vault).read(ROLE, vault.read_received(ROLE)).read
    for name, frame in read.private.items():
        vault.write_private(frame, name)


@pytest.mark.slow  # in short: the erasure of `test_returned.py`, after which the same export comes again
@pytest.mark.parametrize("tool", ["template", "kobo", "odk", "limesurvey"])
def test_one_response_leaves_no_byte_in_any_version(root: Path, tool: str) -> None:
    give(root, export(tool, 6))
    give(root, export(tool), day=LATER)
    private(root)
    vault = open_vault(root, STUDY)
    reader = Reader(root, STUDY, vault)
    before = {one.number: reader.read(ROLE, versions.content(vault, one)) for one in versions.versions(vault, ROLE)}
    contacts = before[3].read.private["contacts"]
    whole = str(contacts.loc[contacts["email"] == MAIL, "response_id"].iloc[0])
    number = WHO if tool == "template" else whole[:8]
    give(root, coding([whole[:8], "R-ZZZZZZ"]), CODING)
    pairs = f'first,second,decision,reason,initials,À lire : première\n{whole[:8]}/1,R-ZZZZZZ/1,same,,AB,"{AGAIN}"\n'
    give(root, f"{pairs}R-YYYYYY/1,R-ZZZZZZ/1,same,,AB,\n".encode(), "duplicates")
    stage = root / "results" / STUDY / "collect" / "responses.parquet"
    stage.parent.mkdir(parents=True)
    stage.write_bytes(b"no stamp: nothing proves that it is not drawn from the vault")
    assert holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    plan, _ = erase(root, STUDY, number, LATER)
    assert "À effacer" in plan[0] and holding(root / "vault", NAME)
    own_words = root / "workflow" / "mots.txt"  # of the project itself: found there, a text proves nothing
    own_words.parent.mkdir(exist_ok=True)
    own_words.write_text(AGAIN, encoding="utf-8")
    told, well = erase(root, STUDY, number, LATER, execute=True)
    assert well, "\n".join(told)
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    assert not holding(root / "vault/47-2026/received", whole[:8])
    after = {one.number: reader.read(ROLE, versions.content(vault, one)) for one in versions.versions(vault, ROLE)}
    for version in (2, 3):  # of all others, nothing changed
        assert after[version].records == {k: v for k, v in before[version].records.items() if k != whole}
        assert not after[version].blocking
    number_of_trial = {} if tool == "template" else before[1].records  # whose numbers are those of any workbook
    assert number_of_trial.items() <= after[1].records.items()
    assert config.export_sidecar(root, STUDY, ROLE).accepted == vault.digest(vault.read_received(ROLE))
    assert versions.in_use(vault, ROLE) == versions.versions(vault, ROLE)[-1]
    assert len(Reader(root, STUDY, vault).read(CODING, vault.read_received(CODING)).records) == 1
    assert not stage.exists()
    decisions = root / "resources/studies" / STUDY / "duplicates.csv"
    assert [line[:8] for line in decisions.read_text(encoding="utf-8").splitlines()[1:]] == ["R-YYYYYY"]
    certificate = next((vault.folder / "certificats").glob("effacement-*.json")).read_text(encoding="utf-8")
    done = json.loads(certificate)["réécrit"]
    assert done[ROLE][-2:] == ["version 2", "version 3"] and done[CODING][-1] == "version 2"
    for text in (*told, certificate):
        assert not any(value in text for value in (NAME, MAIL, TEXT, AGAIN, whole[:8], WHO))


@pytest.mark.slow
def test_a_time_of_submission_is_a_number_as_the_sheet_shows_it(root: Path) -> None:
    """The sheet that a Google form fills holds dates, which a French screen shows by day, month and year."""
    sheet = exported.workbook_export(CODEBOOK, ANSWERS, dates="cells")
    give(root, sheet)
    (grid,), _ = read_export(sheet, ROLE)
    at = next(row for row in range(1, len(grid.rows)) if MAIL in grid.rows[row])
    times = [grid.rows[row][0] for row in range(1, len(grid.rows))]
    moment = dt.datetime.fromisoformat(grid.rows[at][0])
    rank = f" {times[:at].count(grid.rows[at][0])}" if times.count(grid.rows[at][0]) > 1 else ""
    shown = f"{moment:%d/%m/%Y %H:%M:%S}{rank}"
    vault = open_vault(root, STUDY)
    read = Reader(root, STUDY, vault).read(ROLE, sheet).read
    person = str(read.private["contacts"].loc[lambda one: one["email"] == MAIL, "response_id"].iloc[0])
    for number in (shown, f"{moment:%Y-%m-%d %H:%M:%S}{rank}"):
        assert read.numbers[number] == person
        plan, _ = erase(root, STUDY, number, LATER)
        assert "À effacer" in plan[0]
    give(root, coding([shown]), CODING)
    _, well = erase(root, STUDY, shown, LATER, execute=True)
    assert well and not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)


@pytest.mark.slow
def test_an_interview_goes_with_its_situations(root: Path) -> None:
    rows = {
        "interview_records": [
            {
                "interview_id": name,
                "date": "2026-02-03",
                "structure": "Accueil",
                "mode": "video",
                "interlocutor": "other",
            }
            | {"interview_notes": notes}
            for name, notes in (("E01", TEXT), ("E02", "Rien à noter de plus."))
        ],
        "interview_situations": [
            {"interview_id": name, "situation_number": 1, "situation_origin": "told", "situation_comments": notes}
            for name, notes in (("E01", AGAIN), ("E02", "Sans suite connue."))
        ],
    }
    origin = CODEBOOK.lists["situation_origin"][0].code
    rows["interview_situations"] = [row | {"situation_origin": origin} for row in rows["interview_situations"]]
    give(root, filled(CODEBOOK, "entretiens", rows), INTERVIEWS)  # type: ignore[arg-type]
    assert holding(root / "vault", TEXT, AGAIN)
    assert erase(root, STUDY, "E01", LATER, execute=True)[1]
    assert not holding(root / "vault", TEXT, AGAIN)
    assert holding(root / "vault", "Sans suite connue.")


@pytest.mark.slow
def test_a_record_that_is_nowhere_is_refused_and_nothing_changes(root: Path) -> None:
    give(root, export("template"))
    before = dict(everything(root))
    with pytest.raises(Typeset, match="Aucune version"):
        erase(root, STUDY, "R-000000", LATER, execute=True)
    assert dict(everything(root)) == before


@pytest.mark.slow
def test_a_text_left_outside_is_told(root: Path) -> None:
    give(root, export("template"))
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs/notes.md").write_text(f"vu : {MAIL}", encoding="utf-8")
    told, well = erase(root, STUDY, WHO, LATER, execute=True)
    assert not well and any("docs/notes.md" in line for line in told) and MAIL not in "".join(told)


@pytest.mark.slow
def test_the_command(root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(root)
    give(root, export("template"))
    assert main(["effacer", STUDY, WHO]) == 0 and holding(root / "vault", NAME)
    assert main(["effacer", STUDY, WHO, "--confirmer", "--date", "2026-05-04"]) == 0
    assert not holding(root / "vault", NAME) and main(["effacer", STUDY, WHO, "--confirmer"]) == 1
    out, err = capfd.readouterr()
    assert "outil de collecte" in out and NAME not in out + err


def test_what_is_rewritten_reads_as_it_did(root: Path) -> None:
    from diagnostic.study.erase import without

    for tool in FORMATS:
        grids = read_export(export(tool), ROLE, short_rows=True)[0]
        last = len(grids[0].rows)
        left = read_export(without(grids, {(1, last)}, ROLE), ROLE, short_rows=True)[0]
        assert [row for row in left[0].rows if any(row)] == [row for row in grids[0].rows[: last - 1] if any(row)], tool


@pytest.mark.slow  # the search through the project's own words; test_purge.py has the short form
def test_the_purge_takes_every_version_and_searches_what_only_an_earlier_one_held(root: Path) -> None:
    """The response is in the first version only; private tables no longer know of it."""
    words = own.copy(root / "own", "workflow/diagnostic/trial", "workflow/diagnostic/codebook")  # which prove nothing
    words.joinpath("workflow").rename(root / "workflow")
    give(root, export("template", 6))
    rest = {n: [r for r in rows if r["response_id"] != WHO] for n, rows in ANSWERS.items()}
    give(root, FORMATS["template"](CODEBOOK, rest), day=LATER)
    private(root)
    assert MAIL not in set(open_vault(root, STUDY).read_private("contacts")["email"])
    leak = root / "results" / STUDY / "report" / "notes.html"
    leak.parent.mkdir(parents=True)
    writing.write_bytes(f"<p>{MAIL}</p>".encode(), leak)
    retention = Retention(exports=dt.date(2027, 1, 1), contacts=dt.date(2028, 1, 1))
    found = study_erase.purge(root, STUDY, retention, dt.date(2027, 1, 1), execute=True)
    assert {one.file for one in found.found} == {f"results/{STUDY}/report/notes.html"}
    leak.unlink()
    assert study_erase.purge(root, STUDY, retention, dt.date(2027, 1, 1), execute=True).state == DONE
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    assert {path.name for path in (root / "vault" / STUDY).rglob("*") if path.is_file()} <= {
        "contacts.parquet",
        "format",
        "purge-2027-01-01.json",
        *(path.name for path in (root / "vault" / STUDY / "conformite").iterdir()),
    }
    assert not list((root / "vault" / STUDY / "versions").glob("*"))
