"""The vault through the whole workflow: 500 invented personal data go in, none comes out; then all of it is purged.

One small study is created, made real and run (`planted_study`); a copy of it is given a broken export, mended and
purged, in this order: each fixture takes the next step and records what the tests then read.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import html
import io as bytes_io
import json
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from copies import Project, Run
from exported import FORMATS
from planted_exports import CONTACTS, COUNT, DATA, Sown, closed, contacts, filled, heads, slug, sought, words
from planted_study import CHOSEN, CODEBOOK, STUDY, Planted, register, run

from diagnostic.collect import steps
from diagnostic.core import io
from diagnostic.core.writing import NOTICE, REVIEW, WORKING
from diagnostic.privacy import contents, known_values
from diagnostic.privacy.vault import Vault, open_vault
from diagnostic.report.assemble import plain
from diagnostic.review.review import NAME as COPY
from diagnostic.study import compliance
from diagnostic.trial import answers as trial

pytestmark = pytest.mark.slow  # whole runs of its own; `tests/vault` and `tests/collect` have the short forms

COUNTRY = ".geographie/geography/country.parquet"
VALUES = sought()
PHONE, MAIL, NAME = ("06 39 98 47 01", "Contact-Fictif@exemple.fr", "Zlatomira Kraševićka")
PUBLIC = [  # file, cell, what someone types there
    ("sites.csv", 3, "F", f"fermé ; demander à {PHONE}"),
    ("press.csv", 2, "C", f"Article d’essai 1 ({MAIL})"),
    ("ad_counts.csv", 4, "C", PHONE),
    ("interviews.csv", 2, "A", MAIL),
]
EXPORTS_UNTIL, CONTACTS_UNTIL = dt.date(2027, 9, 15), dt.date(2027, 12, 15)


@dataclass(frozen=True)
class Step:
    """A state of the project: what its commands said, where values were found, the modes of files and folders."""

    project: Project
    output: str
    found: list[known_values.Found]
    modes: dict[str, int]


def outside(project: Project) -> list[Path]:
    return sorted(path for path in project.root.iterdir() if path.name != "vault")


def recorded(project: Project, *runs: Run, unchanged: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> Step:
    """The state after these runs; their output is searched with the rest, `unchanged` folders aside, and what was made for
    what was `also` typed."""
    output = "\n".join(run.output for run in runs)
    said = project.path("terminal.txt")
    said.write_text(output, encoding="utf-8")
    places = [path for path in outside(project) if path.name not in unchanged]
    given = [place for place in places if place.name in ("config", "resources")]
    made = [place for place in places if place not in given]
    found = [
        *known_values.search(VALUES, given, project.root),
        *known_values.search([*VALUES, *also], made, project.root),
    ]
    modes = {
        path.relative_to(project.root).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in project.root.rglob("*")
    }
    return Step(project, output, found, modes)


@pytest.fixture(scope="module")
def ran(trial: Planted) -> Step:
    """The third study as it was run (see `planted_study.planted`), and the reviewer's copy of its report."""
    reviewed = run(trial.project, "diagnostic", "relire", STUDY)
    assert reviewed.code == 0, reviewed.output
    return recorded(trial.project, *trial.runs, reviewed)


# --- nothing comes out -------------------------------------------------------------------------------------------


def test_the_500_are_in_every_class_of_field(sown: Sown) -> None:
    written = {v.name for v in CODEBOOK.variables if v.type in ("text", "long_text", "count_text") and not v.shape}
    exported = {v.name for table in (trial.RESPONSES, trial.SITUATIONS) for v in CODEBOOK.table(table)}
    assert set(sown.variables) | set(CONTACTS) == written & exported
    classes = {v.privacy for v in CODEBOOK.variables if v.name in {*sown.variables, *CONTACTS}}
    assert classes == {"vault", "pseudonym", "free_text", "geography", "sensitive"}
    assert sown.refused and sown.agreed and not sown.refused & sown.agreed
    everything = "\n".join(sown.values)
    assert [datum.variety for datum in DATA if datum.value not in everything] == []
    assert len({datum.value for datum in DATA}) == COUNT


def test_none_is_found_outside_the_vault(ran: Step) -> None:
    """Plain, upper case, without accents, digits only, base64, URL-encoded, UTF-16; in every file, name and record."""
    for format in ("html", "docx", "pdf"):
        assert ran.project.path(f"results/{STUDY}/report/rapport.{format}").is_file()
    assert ran.found == []
    assert contents.scan(ran.output) == []


def test_the_reviewer_s_copy_holds_the_withheld_numbers_and_the_pseudonyms_and_no_answer(ran: Step) -> None:
    """It is searched with the rest: here, that there was something to find."""
    results = ran.project.path(f"results/{STUDY}")
    text = html.unescape((results / REVIEW / COPY).read_text("utf-8"))
    ledger = pd.read_parquet(results / "release/ledger.parquet")
    withheld = ledger[ledger["verdict"].ne("shown") & ledger["value"].notna()]
    assert len(withheld) > 100
    signs = {plain(value) for value in withheld["value"] if len(plain(value)) > 8}
    assert signs and [sign for sign in signs if sign not in text] == []
    sent = "\n".join(
        path.read_text("utf-8")
        for path in sorted((results / "report").rglob("*"))
        if path.suffix in (".html", ".qmd", ".svg")
    )
    assert [sign for sign in signs if sign in sent] == []
    responses = pd.read_parquet(results / "collect/responses.parquet")["response_id"]
    assert [one for one in responses if one not in text] == [] and [one for one in responses if one in sent] == []


def test_the_run_read_them(ran: Step, sown: Sown) -> None:
    """All that was written in boxes is in the private tables: nothing was missed for want of being read."""
    vault = open_vault(ran.project.root, STUDY)
    texts = set(vault.read_private("texts")["text"])
    written = {v.name for v in CODEBOOK.variables if v.privacy != "pseudonym"}
    expected = set().union(*(texts for name, texts in sown.variables.items() if name in written))
    assert expected <= texts
    responses = pd.read_parquet(ran.project.path(f"results/{STUDY}/collect/responses.parquet"))
    assert len(responses) == 40 and responses["response_id"].str.fullmatch(r"R-[0-9A-Z]{6,}").all()


@pytest.mark.parametrize("place", ["parquet", "docx", "pdf", "html", "record", "log", "temporary"])
@pytest.mark.parametrize("form", ["upper", "unaccented", "digits"])
def test_the_search_finds_one_planted_outside(ran: Step, tmp_path: Path, place: str, form: str) -> None:
    """In a copy of what the run made, each kind of place is given one value, rewritten."""
    value = next(d.value for d in DATA if d.kind == ("phone" if form == "digits" else "name") and d.variety in ("4", "west_african"))  # fmt: skip
    text = {"upper": str.upper, "unaccented": known_values.unaccented, "digits": _national}[form](value)
    path = PLACES[place](ran.project, tmp_path, text)
    assert known_values.search([value], [_original(ran.project, place)], ran.project.root) == []
    found = known_values.search([value], [path], tmp_path)
    assert {one.index for one in found} == {0}
    assert text not in repr(found) and value not in repr(found)


def _national(phone: str) -> str:
    return re.sub(r"\D", "", phone).replace("33", "0", 1)


def _original(project: Project, place: str) -> Path:
    return project.path(
        {
            "parquet": f"results/{STUDY}/collect/responses.parquet",
            "record": ".snakemake/metadata",
            "log": f"logs/{STUDY}/collect_tables.log",
            "temporary": "tmp",
        }.get(place, f"results/{STUDY}/report/rapport.{place}")
    )


def _in_parquet(project: Project, folder: Path, text: str) -> Path:
    frame = pd.read_parquet(_original(project, "parquet"))
    frame.loc[7, "response_id"] = f"R-{text}"
    frame.to_parquet(folder / "responses.parquet")
    return folder / "responses.parquet"


def _in_docx(project: Project, folder: Path, text: str) -> Path:
    """In two runs of one paragraph, as Word cuts what was edited."""
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    paragraph = f"<w:p>{run.format(text[:5])}{run.format(text[5:])}</w:p>"
    with (
        zipfile.ZipFile(_original(project, "docx")) as before,
        zipfile.ZipFile(folder / "rapport.docx", "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                content = content.replace(b"</w:body>", paragraph.encode() + b"</w:body>")
                assert paragraph.encode() in content
            after.writestr(name, content)
    return folder / "rapport.docx"


def _in_pdf(project: Project, folder: Path, text: str) -> Path:
    """In a compressed stream, as the title of a bookmark."""
    stream = zlib.compress(b"<< /Title (" + text.encode("utf-16") + b") >> (" + text.encode() + b") Tj")
    added = b"\n999 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\nendobj\n"
    content = _original(project, "pdf").read_bytes()
    assert text.encode() not in content + added
    (folder / "rapport.pdf").write_bytes(content + added)
    return folder / "rapport.pdf"


def _in_html(project: Project, folder: Path, text: str) -> Path:
    page = _original(project, "html").read_text(encoding="utf-8")
    (folder / "rapport.html").write_text(page.replace("</body>", f'<img alt="{text}"></body>'), encoding="utf-8")
    return folder / "rapport.html"


def _in_record(project: Project, folder: Path, text: str) -> Path:
    """In the name of one of Snakemake's records."""
    name = base64.b64encode(f"results/{STUDY}/collect/{text}.parquet".encode()).decode()
    record = folder / ".snakemake/metadata" / name
    record.parent.mkdir(parents=True)
    record.write_bytes(next(_original(project, "record").iterdir()).read_bytes())
    return record


def _in_log(project: Project, folder: Path, text: str) -> Path:
    (folder / "a.log").write_text(_original(project, "log").read_text() + f"responses: {text}\n", encoding="utf-8")
    return folder / "a.log"


def _in_file_name(project: Project, folder: Path, text: str) -> Path:
    (folder / f"{text}.tmp").write_bytes(b"")
    return folder


PLACES = {
    "parquet": _in_parquet,
    "docx": _in_docx,
    "pdf": _in_pdf,
    "html": _in_html,
    "record": _in_record,
    "log": _in_log,
    "temporary": _in_file_name,
}


def test_the_text_of_the_documents_is_what_was_searched(ran: Step) -> None:
    """What their pages say is read, not only their bytes."""
    documents = [ran.project.path(f"results/{STUDY}/report/rapport.{format}") for format in ("html", "docx", "pdf")]
    found = known_values.search(["Diagnostic départemental de Lot-et-Garonne", "Équipe d’un essai"], documents)
    assert {(one.index, one.file) for one in found} == {(at, path.name) for at in (0, 1) for path in documents}


def test_snakemake_keeps_no_plain_digest_of_the_export_and_no_path_into_the_vault(ran: Step, sown: Sown) -> None:
    """A plain digest would let anyone who has a guess of the export confirm it."""
    digests = [hashlib.new(name, sown.content).hexdigest() for name in ("sha256", "sha1", "md5", "blake2b")]
    vault = ran.project.path(f"vault/{STUDY}")
    private = [hashlib.sha256(path.read_bytes()).hexdigest() for path in vault.rglob("*") if path.is_file()]
    key = (vault / "key").read_bytes()
    received = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (vault / "received").iterdir()}
    marks = {*digests, *private, key.hex(), base64.b64encode(key).decode()}
    for path in ran.project.files(*(path.name for path in outside(ran.project) if path.is_dir())):
        content = path.read_bytes()
        told = received if path.parent.name == REVIEW else set()  # a reviewer in the team compares it with the export
        assert not [mark for mark in marks - told if mark.encode() in content] and key not in content, path
    records = list(ran.project.files(".snakemake/metadata"))
    assert len(records) > 40
    for path in records:
        record = json.loads(path.read_text())
        assert not [name for name in [*record["input"], *record["input_checksums"]] if name.startswith(("vault", "/"))]
        assert str(ran.project.root) not in json.dumps(record)


def test_only_their_owner_opens_what_is_not_released(ran: Step) -> None:
    inside = {name: mode for name, mode in ran.modes.items() if name.split("/")[0] == "vault"}
    folders = {name for name in inside if ran.project.path(name).is_dir()}
    assert {name: oct(mode) for name, mode in inside.items() if mode != (0o700 if name in folders else 0o600)} == {}
    private = {Path(name).name for name in inside if "/private/" in name}
    assert private == {"contacts.parquet", "texts.parquet"}
    received = sorted(Path(name).name for name in inside if "/received/" in name)
    assert received == ["diffusions.csv", "questionnaire.xlsx", "situation_coding.xlsx"]
    for phase in ("collect", "consolidate", "estimate", "release", "generations", "rendu", WORKING, REVIEW):
        assert ran.modes[f"results/{STUDY}/{phase}"] == 0o700
        assert f"results/{STUDY}/{phase}/{NOTICE}" in ran.modes
    assert f"results/{STUDY}/report/{NOTICE}" not in ran.modes


def test_only_those_who_agreed_are_among_the_contacts(ran: Step, sown: Sown) -> None:
    vault = open_vault(ran.project.root, STUDY)
    kept = vault.read_private("contacts")
    assert {cell for name in CONTACTS.values() for cell in kept[name]} == sown.agreed
    assert set(kept["recontact"]) == {"oui"}
    private = words({name: vault.read_private(name) for name in vault.private_names()})
    assert [value for value in sown.refused if value in private] == []


# --- every tool ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_lets_a_value_through(format: str, tmp_path: Path) -> None:
    """Check and collect on the same answers in each tool's shape; what they give back is written and searched."""
    answers, _ = filled(CODEBOOK, trial.generate(CODEBOOK, seed=5), DATA)
    contacts(answers, DATA)
    chosen = {row["response_id"]: slug(DATA[at].value) for at, row in enumerate(answers["responses"])}
    for row in (*answers["responses"], *answers["situations"]):
        row["response_id"] = chosen[row["response_id"]]
    received = {"questionnaire": FORMATS[format](CODEBOOK, answers)}
    given = {f"codebook_{path.stem}": path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("config/codebook/*.csv"))}  # fmt: skip
    vault = Vault(STUDY, tmp_path, bytes(range(32)))
    common = {"exports": {"questionnaire": format}, "received": received, "pseudonyms": vault.pseudonyms}
    told = steps.check(STUDY, {}, {}, "2026-09-15", {}, **common, **given)
    for name, text in told.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    assert "bloquant," not in told["errors"]
    for name, frame in steps.collect({}, {}, **common, **given).items():
        if name == "private":
            assert len(frame["texts"]) > 500
        else:
            frame.to_parquet(tmp_path / f"{name}.parquet")
    assert known_values.search(VALUES, [tmp_path], tmp_path) == []


# --- data typed where it must not be ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stopped:
    """The run that data typed in closed questions and public files stops; `cells` are where."""

    step: Step
    cells: set[tuple[str, str, str, str]]
    errors: list[dict[str, str]]


def typed_in_public_files(project: Project) -> dict[Path, bytes]:
    """Types what PUBLIC says; returns the files as they were."""
    before = {}
    for name, row, column, text in PUBLIC:
        path = project.input(STUDY, name)
        before[path] = path.read_bytes()
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[row - 1][ord(column) - ord("A")] = text
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return before


@pytest.fixture(scope="module")
def stopped(ran: Step, sown: Sown, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    """The same study, given a broken export and public files with personal data, accepted as they are; then mended."""
    project = ran.project.copy(tmp_path_factory.mktemp("coffre") / "projet")
    content, cells = closed(sown.content, DATA)
    before = typed_in_public_files(project)
    runs = [register(project, content), run(project, "diagnostic", "sceller", STUDY, "--date", "2026-07-02")]
    runs.append(run(project, "snakemake", *CHOSEN))
    assert runs[-1].code != 0
    typed = (*(text for *_, text in PUBLIC), PHONE, MAIL)
    kept = ("workflow", "report", "instruments")  # searched after the first run
    step = recorded(project, *runs, unchanged=kept, also=typed)
    with project.path(f"results/{STUDY}/collect/erreurs.csv").open(encoding="utf-8", newline="") as file:
        errors = list(csv.DictReader(file))
    register(project, sown.content)
    for path, bytes_ in before.items():
        path.write_bytes(bytes_)
    sealed = run(project, "diagnostic", "sceller", STUDY, "--date", "2026-07-03")
    assert sealed.code == 0, sealed.output
    wanted = {("questionnaire", *cell) for cell in cells}
    wanted |= {(name, "", str(row), column) for name, row, column, _ in PUBLIC}
    return Stopped(step, wanted, errors)


def blocking(errors: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in errors if row["severity"] == "bloquant"]


def test_each_is_told_at_its_cell(stopped: Stopped) -> None:
    told = {(row["file"], row["sheet"], row["row"], row["column"]) for row in blocking(stopped.errors)}
    assert stopped.cells - told == set()
    # What else blocks is in a record that was spoiled, whose option columns contradict the answer, or is the coding of a
    # situation that a spoiled identity no longer names.
    records = {cell[:3] for cell in stopped.cells}
    others = [cell for cell in told - stopped.cells if cell[:3] not in records]
    assert {cell[0] for cell in others} <= {"situation_coding"}


def test_every_value_is_masked(stopped: Stopped) -> None:
    assert {row["value"] for row in stopped.errors if row["file"] == "questionnaire" and row["column"]} <= {
        "(masquée)",
        "",
    }
    spoiled = [
        row
        for row in blocking(stopped.errors)
        if (row["file"], row["sheet"], row["row"], row["column"]) in stopped.cells
    ]
    assert {row["value"] for row in spoiled} == {"(masquée)"}


def test_none_of_them_is_outside_the_vault_either(stopped: Stopped) -> None:
    assert stopped.step.found == []
    assert contents.scan(stopped.step.output) == []
    assert "Traceback" not in stopped.step.output


# --- the purge ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Purged:
    """What each purge said and left: a plan, the contacts without consent, everything due, the last contacts."""

    project: Project
    runs: Mapping[str, Run]
    files: Mapping[str, set[str]]
    contacts: Mapping[str, int]
    found: list[known_values.Found]
    reports: tuple[Mapping[str, bytes], ...]  # as the last calculation left it; made again once all else is gone


def everything(project: Project) -> set[str]:
    return {path.relative_to(project.root).as_posix() for path in project.root.rglob("*") if path.is_file()}


def in_report(project: Project) -> dict[str, bytes]:
    report = project.path(f"results/{STUDY}/report")
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in report.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def purged(stopped: Stopped) -> Purged:
    project = stopped.step.project
    reports = [in_report(project)]
    project.path("terminal.txt").unlink()
    form = project.path(f"vault/{STUDY}/{compliance.FOLDER}/{compliance.FORM}")
    text = form.read_text(encoding="utf-8")
    blank = re.sub(r"^  (exports|contacts): .*$", r'  \1: "à compléter"', text, flags=re.MULTILINE)
    for key, day in (("exports", EXPORTS_UNTIL), ("contacts", CONTACTS_UNTIL)):
        text, count = re.subn(rf"^  {key}: .*$", f"  {key}: {day}", text, flags=re.MULTILINE)
        assert count == 1
    form.write_text(blank, encoding="utf-8")
    before = run(project, "diagnostic", "purger", STUDY, "--date", "2027-09-15")
    form.write_text(text, encoding="utf-8")
    runs, files, kept = {"undated": before}, {"undated": everything(project)}, {}
    for name, arguments in {
        "early": ("--date", "2027-09-14", "--confirmer"),
        "plan": ("--date", "2027-09-15"),
        "full": ("--date", "2027-09-15", "--confirmer"),
        "last": ("--date", "2027-12-15", "--confirmer"),
    }.items():
        runs[name] = run(project, "diagnostic", "purger", STUDY, *arguments)
        files[name] = everything(project)
        private = project.path(f"vault/{STUDY}/private/contacts.parquet")
        kept[name] = len(pd.read_parquet(private)) if private.is_file() else 0
        if name == "full":
            runs["verified"] = run(project, "diagnostic", "verifier", STUDY)
            shutil.rmtree(project.path(f"results/{STUDY}/report"))
            runs["remade"] = run(project, "diagnostic", "refaire", STUDY)
            runs["again"] = run(project, "diagnostic", "verifier", STUDY)
            reports.append(in_report(project))
    found = known_values.search(VALUES, [project.root], project.root)
    return Purged(project, runs, files, kept, found, tuple(reports))


def test_a_purge_needs_its_dates_and_by_default_only_tells(purged: Purged) -> None:
    assert purged.runs["undated"].code == 1 and "à compléter" in purged.runs["undated"].output
    assert purged.runs["plan"].code == 0 and "rien n’est supprimé" in purged.runs["plan"].output
    assert purged.files["plan"] == purged.files["early"]
    assert purged.files["early"] == purged.files["undated"]  # nobody who did not agree is among the contacts


def agreeing(sown: Sown) -> int:
    """How many people of the export said that they may be called back, and left how."""
    sheet = openpyxl.load_workbook(bytes_io.BytesIO(sown.content)).worksheets[0]
    columns = heads(sheet)
    rows = range(2, sheet.max_row + 1)
    agreed = [row for row in rows if sheet.cell(row, columns["accepts_recontact"]).value == "yes"]
    return sum(any(sheet.cell(row, columns[name]).value for name in CONTACTS) for row in agreed)


def test_everything_due_is_gone(purged: Purged, sown: Sown) -> None:
    assert purged.runs["full"].code == 0, purged.runs["full"].output
    own = {name for name in purged.files["full"] if name.startswith(f"vault/{STUDY}/")}
    assert {name for name in own if "/conformite/" not in name} == {
        f"vault/{STUDY}/private/contacts.parquet",
        f"vault/{STUDY}/certificats/purge-2027-09-15.json",
        f"vault/{STUDY}/format",
    }
    results = {name for name in purged.files["full"] if name.startswith(f"results/{STUDY}/")}
    assert not [
        name for name in results if name.split("/")[2] in ("collect", "consolidate", "estimate", "generations", REVIEW)
    ]
    assert f"results/{STUDY}/release/statements.parquet" in results and f"results/{STUDY}/report/rapport.pdf" in results
    assert not [name for name in purged.files["full"] if name.startswith(f"logs/{STUDY}")]
    records = [name.split("/")[2] for name in purged.files["full"] if name.startswith(".snakemake/metadata/")]
    assert [base64.b64decode(name).decode() for name in records] in ([], [COUNTRY])  # the outlines are nobody's
    kept = agreeing(sown)
    assert kept > 5 and purged.contacts == {"early": kept, "plan": kept, "full": kept, "last": 0}


def test_it_is_proved_and_certified(purged: Purged) -> None:
    content = purged.project.path(f"vault/{STUDY}/certificats/purge-2027-09-15.json").read_text(encoding="utf-8")
    certificate = json.loads(content)
    assert certificate["état"] == "achevée" and certificate["preuve"]["témoin planté puis retrouvé"]
    assert certificate["preuve"]["valeurs recherchées"] > 500
    assert purged.runs["last"].code == 0 and purged.found == []
    told = "\n".join(run.output for run in purged.runs.values())
    assert "Traceback" not in told and [datum for datum in DATA if datum.value in told + content] == []


OF_PEOPLE = ("person", "situation", "professional", "response", "structure")
COUNTED = re.compile(r"\b([1-7])[\s\u00a0\u202f]+(personne|situation|professionnel|réponse|structure|contact|rows?\b)")


ENDS = ("shown_low", "shown_high", "envelope_low", "envelope_high")  # of ranges, on whole steps as they are printed


def small_counts(project: Project) -> list[str]:
    """Every count of people between 1 and the threshold that a table of the results, a footer, a log or a record still
    holds, by its unit; what documents print of those who answered is no secret, and is in the statements alone."""
    results, found = project.path(f"results/{STUDY}"), []
    for path in sorted(results.rglob("*.parquet")):
        name, table = path.relative_to(results).as_posix(), io.read_table(path)
        if not name.startswith("geography/"):  # public outlines
            found += [f"{name}: footer, {key}" for key in ("rows_in", "inputs", "params") if io.read_stamp(path)[key]]
        if "unit" not in table:
            continue
        counts = ~table["measure"].isin(["percent", "mean"]) if "measure" in table else table["unit"].notna()
        for _, row in table[table["unit"].isin(OF_PEOPLE) & counts].iterrows():
            numbers = {key: row[key] for key in table.select_dtypes("number") if key != "decimals"}
            small = [key for key, value in numbers.items() if not pd.isna(value) and 1 <= value < 8]
            stated = name == "release/statements.parquet"
            small = [key for key in small if not (stated and key in ENDS and numbers[key] % 5 == 0)]
            told = stated and row["unit"] not in ("person", "situation")
            found += [] if told else [f"{name}: {row['unit']}, {key}" for key in small]
    records = [results, project.path(f"logs/{STUDY}"), project.path(".snakemake"), project.path(f"vault/{STUDY}")]
    for path in sorted(path for folder in records for path in folder.rglob("*") if path.is_file()):
        if path.suffix in (".json", ".txt", ".log", ".csv", "") and "conformite" not in path.parts:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{path.name}: {told[0]}" for told in COUNTED.finditer(text)]
            if path.suffix == ".json" and "certificats" in path.parts:
                items = [item for key in ("supprimé", "gardé") for item in json.loads(text)[key]]
                small = [item for item in items if item["nombre"] in range(1, 8)]
                found += [f"{path.name}: {item['quoi']}" for item in small if "contacts" in item["quoi"]]
    return found


def test_no_small_count_of_people_is_left(purged: Purged, trial: Planted) -> None:
    before = small_counts(trial.project)
    assert sum(line.startswith("estimate/facts.parquet: person") for line in before) > 10  # the search can find them
    assert small_counts(purged.project) == []


def test_the_documents_are_made_again_from_what_is_left(purged: Purged) -> None:
    for name in ("verified", "remade", "again"):
        assert purged.runs[name].code == 0, purged.runs[name].output
    before, after = purged.reports
    assert len(before) > 10 and before.keys() == after.keys()
    assert [name for name, content in before.items() if content != after[name]] == []


def test_what_stays_outside_the_vault_and_counts_few_is_told(purged: Purged) -> None:
    told = purged.runs["full"].output
    assert f"resources/studies/{STUDY}/outreach.csv" in told and "à effacer à la main" in told
    assert f"resources/studies/{STUDY}/press.csv" not in told


def test_no_other_file_is_touched(purged: Purged) -> None:
    gone = purged.files["undated"] - purged.files["last"]
    kinds = {name.split("/")[0] for name in gone}
    assert kinds == {"vault", "results", "logs", ".snakemake"}
    assert os.access(purged.project.path("Snakefile"), os.R_OK)
