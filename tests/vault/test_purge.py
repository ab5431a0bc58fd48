"""The purge: a plan by default, everything due is gone, what is agreed stays, and the proof can fail."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import random
import shutil
from pathlib import Path

import killing
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawn import one_in
from planted import planted
from test_turns import held

from diagnostic.core import io, writing
from diagnostic.core.locks import Busy
from diagnostic.privacy import folding, known_values, versions
from diagnostic.privacy.vault import VaultError, open_vault
from diagnostic.study import erase
from diagnostic.study.compliance import Retention
from diagnostic.study.erase import DONE, INCOMPLETE, PLANNED, STOPPED

STUDY, OTHER = "62-2020", "99-2026"
RETENTION = Retention(exports=dt.date(2027, 1, 1), contacts=dt.date(2028, 1, 1))
BEFORE, AFTER, LATE = dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2028, 1, 1)
DATA = planted(7, 60)
NAMES, PHONES, EMAILS = ([d.value for d in DATA if d.kind == kind] for kind in ("name", "phone", "email"))
COUNT = min(map(len, (NAMES, PHONES, EMAILS)))


def stamped(path: Path, inputs: list[str], values: list[str], **params: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    stamp = {io.STAMP: json.dumps({"inputs": dict.fromkeys(inputs, "0"), "params": params}).encode()}
    pq.write_table(pa.table({"value": values}).replace_schema_metadata(stamp), path)


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two studies with a vault; of the first, stages drawn from the vault, one not, records, logs, and a report."""
    for study in (STUDY, OTHER):
        vault = open_vault(tmp_path, study)
        vault.receive("\n".join(NAMES).encode(), "form", ".csv")
        links = vault.pseudonyms("response", [str(at) for at in range(COUNT)])
        contacts = pd.DataFrame(
            {
                "response_id": links,
                "name": NAMES[:COUNT],
                "phone": PHONES[:COUNT],
                "email": EMAILS[:COUNT],
                "recontact": (["oui", "Oui", "oui", "oui", "non", None] * COUNT)[:COUNT],
                "recontact_until": (["2029-06-01", "", "2026-06-01", "bientôt", "2029-06-01", None] * COUNT)[:COUNT],
            }
        )
        vault.write_private(contacts, "contacts")
        texts = [f"Elle connaît {name} depuis longtemps." for name in NAMES[COUNT:]] + ["oui"]
        written = pd.DataFrame({"response_id": "R-000000", "variable": "final_comments", "text": texts})
        written.loc[len(texts)] = ["R-000000", "locations", "Le Touquet"]
        written.loc[len(texts) + 1] = ["R-000000", "persons_total", "3 ou 4"]
        vault.write_private(written, "texts")
        results = tmp_path / "results" / study
        stamped(results / "collect/responses.parquet", ["config/codebook/tables.csv"], links, exports={"form": "kobo"})
        stamped(results / "collect/sites.parquet", [f"resources/studies/{study}/sites.csv"], ["E01"])
        (results / "collect/erreurs.csv").write_text("severity\n")
        stamped(results / "consolidate/persons.parquet", [f"results/{study}/collect/responses.parquet"], links)
        stamped(results / "estimate/facts.parquet", [f"results/{study}/consolidate/persons.parquet"], ["12 %"])
        (results / "report").mkdir()
        (results / "report/rapport.html").write_text("<p>Le Touquet : 12 %</p>")
        for name in (f"results/{study}/collect/responses.parquet", f"logs/{study}/collect.log"):
            record = tmp_path / ".snakemake/metadata" / base64.b64encode(name.encode()).decode()
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(json.dumps({"rule": "x"}))
        (tmp_path / "logs" / study).mkdir(parents=True)
        (tmp_path / "logs" / study / "collect.log").write_text("12 rows\n")
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources/places.csv").write_text("place,count\nLe Touquet,3 ou 4\n")
    return tmp_path


def test_by_default_nothing_is_touched(root: Path) -> None:
    before = files(root)
    report = erase.purge(root, STUDY, RETENTION, AFTER)
    assert report.state == PLANNED and files(root) == before
    told = {item.what: (item.count, item.due) for item in report.items}
    assert told["exports reçus"] == (1, True) and told["tables privées"] == (1, True)
    assert told["tables tirées du coffre, nombres exacts compris"] == (5, True)
    assert told["traces de Snakemake et journaux"] == (3, True)
    assert told["clé des pseudonymes"] == (1, True)


@pytest.mark.skipif(os.name == "nt", reason="un dossier ne s’y verrouille pas")
@pytest.mark.parametrize("folder", ["results", "vault"])
def test_it_does_not_run_beside_another_command(root: Path, folder: str) -> None:
    before = files(root)
    with held(root / folder / STUDY), pytest.raises(Busy, match="Une autre commande écrit en ce moment"):
        erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert files(root) == before


def test_consent_is_honoured(root: Path) -> None:
    """Of every six: two agreed and are in time, one is past its date, one has no readable date, two did not agree."""
    contacts = open_vault(root, STUDY).read_private("contacts")
    agreed, kept = erase.consents(contacts, RETENTION, BEFORE)
    assert agreed.tolist()[:6] == [True, True, True, True, False, False]
    assert kept.tolist()[:6] == [True, True, False, False, False, False]
    assert not erase.consents(contacts, RETENTION, LATE)[1].any()
    assert not erase.consents(contacts.drop(columns="recontact"), RETENTION, BEFORE)[0].any()


def test_before_its_date_only_contacts_without_consent_go(root: Path) -> None:
    before = files(root)
    report = erase.purge(root, STUDY, RETENTION, BEFORE, execute=True)
    assert report.state == DONE
    assert files(root) - before == {f"vault/{STUDY}/certificats/contacts-2026-12-31.json"} and before <= files(root)
    contacts = open_vault(root, STUDY).read_private("contacts")
    assert contacts["name"].tolist() == [name for at, name in enumerate(NAMES[:COUNT]) if at % 6 < 2]
    assert "response_id" in contacts
    assert "preuve" not in json.loads(report.certificate.read_text())  # type: ignore[union-attr]


def test_everything_due_is_gone_and_proved(root: Path) -> None:
    other = {name for name in files(root) if OTHER in name}
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.state == DONE
    assert {name for name in files(root) if STUDY in name} == {
        f"vault/{STUDY}/private/contacts.parquet",
        f"vault/{STUDY}/certificats/purge-2027-01-01.json",
        f"vault/{STUDY}/format",
        f"results/{STUDY}/report/rapport.html",
    }
    assert other <= files(root)
    vault = open_vault(root, STUDY)
    contacts = vault.read_private("contacts")
    assert set(contacts) == {"name", "email", "phone", "recontact", "recontact_until"}
    kept = {folding.fold(name) for name in contacts["name"]}
    gone = [name for name in NAMES if folding.fold(name) not in kept]
    rest = [root / "results", root / "logs", root / ".snakemake", root / "vault" / STUDY]
    assert known_values.search(gone, rest) == []
    with pytest.raises(VaultError, match="purge"):
        vault.pseudonym("response", "1")
    with pytest.raises(VaultError, match="purgée.*studies"):
        vault.read_received("form")


@pytest.mark.parametrize("live", [True, False], ids=["with its tables", "copies alone"])
def test_no_copy_of_a_calculation_outlives_it(root: Path, live: bool) -> None:
    """Nor before its date where the tables themselves are gone, as after the erasure of a response."""
    results = root / "results" / STUDY
    for number in ("1", "2"):
        shutil.copytree(results, results / "generations" / number, ignore=shutil.ignore_patterns("generations"))
        (results / "generations" / number / "manifest.json").write_text("{}")
    (results / "generations" / writing.NOTICE).write_text(writing.NOTICE_TEXT)
    if not live:
        for phase in ("collect", "consolidate", "estimate"):
            shutil.rmtree(results / phase)
    copies = {name for name in files(root) if "/generations/" in name and not name.endswith(writing.NOTICE)}
    planned = erase.plan(root, STUDY, RETENTION, AFTER)
    told = {path.relative_to(root).as_posix() for item in planned if item.due for path in item.paths}
    assert len(copies) > 10 and copies <= told
    assert erase.purge(root, STUDY, RETENTION, AFTER, execute=True).state == DONE
    assert not (results / "generations").exists() and (results / "report/rapport.html").is_file()


def test_every_version_and_every_sheet_goes_too(root: Path) -> None:
    vault = open_vault(root, STUDY)
    for day, names in (("2026-03-01", NAMES[:4]), ("2026-03-02", NAMES[4:])):
        versions.add(vault, "\n".join(names).encode(), "form", ".csv", day)
    vault.store("\n".join(NAMES).encode(), vault.folder_of("feuilles") / "codage.xlsx")
    assert erase.purge(root, STUDY, RETENTION, BEFORE, execute=True).state == DONE
    assert len(versions.versions(open_vault(root, STUDY), "form")) == 3  # with the one that was there: not yet due
    assert erase.purge(root, STUDY, RETENTION, AFTER, execute=True).state == DONE
    left = [path.read_bytes() for path in (root / "vault" / STUDY).rglob("*") if path.is_file()]
    kept = {str(name) for name in open_vault(root, STUDY).read_private("contacts")["name"]}
    assert not [name for name in NAMES if name not in kept and any(name.encode() in content for content in left)]
    assert not [path for name in ("versions", "feuilles") for path in (root / "vault" / STUDY / name).glob("*")]


def test_the_certificate_holds_counts_and_dates_only(root: Path) -> None:
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.certificate is not None
    text = report.certificate.read_text(encoding="utf-8")
    told = text + erase.message(report) + repr(report.items)
    assert not [datum for datum in DATA if datum.value in told]
    certificate = json.loads(text)
    # every contact's name, phone and e-mail, and the texts; « Le Touquet » is a word of the project's own texts
    assert certificate["preuve"]["valeurs recherchées"] == 3 * COUNT + len(NAMES) - COUNT
    assert certificate["preuve"]["mots courants non recherchés"] == 2
    assert certificate["état"] == "achevée"
    assert report.certificate.stat().st_mode & 0o077 == 0


def test_the_kept_contacts_go_on_their_date(root: Path) -> None:
    erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    report = erase.purge(root, STUDY, RETENTION, LATE, execute=True)
    assert report.state == DONE
    assert {name for name in files(root / "vault" / STUDY) if "certificats" not in name} == {"format"}
    assert erase.purge(root, STUDY, RETENTION, LATE, execute=True).state == PLANNED


@pytest.mark.parametrize(
    "place",
    one_in(
        2,
        ["results/62-2020/report/annexe.html", "docs/notes.md", "results/99-2026/report/x.json", "resources/sites.csv"],
    ),
)
def test_a_value_left_outside_stops_it_before_the_vault(root: Path, place: str) -> None:
    path = root / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"vu : {known_values.unaccented(NAMES[3]).upper()}")
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.state == STOPPED and {found.file for found in report.found} == {place}
    assert open_vault(root, STUDY).read_received("form") and not open_vault(root, STUDY).purged
    assert NAMES[3] not in erase.message(report) and place in erase.message(report)
    path.unlink()
    assert erase.purge(root, STUDY, RETENTION, AFTER, execute=True).state == DONE


def test_the_projects_own_sentences_and_public_places_prove_nothing(root: Path) -> None:
    """An answer that reads like a sentence of the code, and a place or a count that a public file has, stop nothing; a
    full name in the same public file does (see above)."""
    vault = open_vault(root, STUDY)
    own = "Un accueil sans jugement, et du temps."
    texts = vault.read_private("texts")
    texts.loc[len(texts)] = ["R-000000", "final_comments", own]
    vault.write_private(texts, "texts")
    (root / "workflow").mkdir()
    (root / "workflow/trial.py").write_text(f'LONG = ("{own}",)')
    assert erase.purge(root, STUDY, RETENTION, AFTER, execute=True).state == DONE


def test_a_copy_in_what_stays_of_the_vault_is_told(root: Path) -> None:
    copies = root / "vault" / STUDY / "conformite"
    copies.mkdir()
    (copies / "a.txt").write_text(NAMES[2])  # a contact past its date
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.state == INCOMPLETE and report.certificate is None
    assert {found.file for found in report.found} == {f"vault/{STUDY}/conformite/a.txt"}


def test_what_comes_outside_while_it_empties_the_vault_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied = erase._empty_vault

    def meanwhile(*given: object) -> list[str]:
        (root / "notes.md").write_text(f"appeler {NAMES[2]}", "utf-8")
        return emptied(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(erase, "_empty_vault", meanwhile)
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.state == INCOMPLETE and {found.file for found in report.found} == {"notes.md"}


def test_a_blind_search_stops_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(root)
    monkeypatch.setattr(known_values, "search", lambda *_: [])
    report = erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    assert report.state == STOPPED and set(report.missed) == set(known_values.FORMS) and files(root) == before


def test_it_waits_for_a_run_and_needs_a_vault(root: Path) -> None:
    (root / ".snakemake/locks").mkdir()
    (root / ".snakemake/locks/0.input.lock").write_text("x")
    with pytest.raises(VaultError, match="en cours"):
        erase.purge(root, STUDY, RETENTION, AFTER, execute=True)
    with pytest.raises(VaultError, match="n’existe pas"):
        erase.plan(root, "47-2026", RETENTION, AFTER)
    assert not (root / "vault/47-2026").exists()


def unknown(root: Path) -> list[Path]:
    """Files that no manifest and no plan of a program knows, in the results and in the vault."""
    found = [
        root / f"results/{STUDY}/{name}" for name in ("collect/reste.bin", "inconnu/x.csv", "brouillon/a.html", "y.txt")
    ]
    found += [
        root / f"vault/{STUDY}/{name}" for name in ("effaces.csv", "avant/1/received/form.csv", "received/.ecriture-1")
    ]
    for path in found:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"73 914 625")
    return found


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="aucun processus à couper ici")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("kills", [2, 20])
def test_one_that_is_cut_is_ended_by_the_same_command_and_leaves_what_is_listed(
    root: Path, tmp_path_factory: pytest.TempPathFactory, kills: int
) -> None:
    left, copy = unknown(root), tmp_path_factory.mktemp("copie") / "projet"
    decided: dict[str, object] = {"responsables": ["Association du 62"]}

    def work() -> int:
        return int(erase.purge(copy, STUDY, RETENTION, LATE, True, None, decided).state not in (DONE, PLANNED))

    def again() -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(root, copy)

    again()
    code, count, done = killing.run(work, copy)
    whole = killing.state(copy)
    assert code == 0 and {name for name in files(copy) if STUDY in name} == {
        f"vault/{STUDY}/certificats/purge-2028-01-01.json",
        f"vault/{STUDY}/format",
        f"results/{STUDY}/report/rapport.html",
    }
    certificate = json.loads((copy / f"vault/{STUDY}/certificats/purge-2028-01-01.json").read_text(encoding="utf-8"))
    assert certificate["conservation"] == {"exports": "2027-01-01", "contacts": "2028-01-01"}
    assert certificate["décidé par"] == decided and certificate["état"] == "achevée" and len(left) == 7
    ends = random.Random(kills).sample(range(1, count + 1), kills)
    for at, ended in killing.each_ended(work, copy, again, ends, copy.parent):
        assert ended == 0 and killing.state(copy) == whole, (at, done[at - 1])
