"""Each exporter against the header samples of the tools' own exports: the lines below are those samples."""

from __future__ import annotations

import csv
import io
import zipfile

import exported
import pytest
import python_calamine

from diagnostic.codebook.model import Codebook
from diagnostic.trial.answers import Answers

GOOGLE = (
    '"Horodateur","Vous répondez :","Nombre de professionnels consultés","Avez-vous déjà :","Nombre de personnes",'
    '"Âge environ","Décrire une autre situation ?","Nombre de personnes","Âge environ","Décrire une autre situation ?"\n'
    '"2019/08/28 10:15:32 AM UTC+2","A titre collectif (service ou structure)","4","Identifié, de manière probable ou '
    'avérée, des situations de prostitution;Eu connaissance, par un tiers, de situations de prostitution",'
    '"3 ou 4","15-17 ans;18-25 ans","Oui","1","26-35 ans","Non, passer à la rubrique suivante"\n'
)
KOBO = (
    "mode_reponse | n_professionnels | reperage | reperage/risque | reperage/probable | reperage/tiers | _id | _uuid | "
    "_submission_time | _validation_status | _notes | _status | _submitted_by | __version__ | _tags | meta/rootUuid | "
    "_index"
)
KOBO_CHILD = (
    "n_personnes | age | age/a15 | age/a18 | age/a26 | _index | _parent_table_name | _parent_index | _submission__id | "
    "_submission__uuid"
)


@pytest.fixture(autouse=True)
def last_answer_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "LAST", ("no",))


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_google_forms_direct(sample_codebook: Codebook, sample_answers: Answers) -> None:
    assert exported.csv_export(sample_codebook, sample_answers, blocks=2).decode() == GOOGLE


def test_google_sheet(sample_codebook: Codebook, sample_answers: Answers) -> None:
    (rows,) = sheets(exported.workbook_export(sample_codebook, sample_answers, blocks=2, numbers=False)).values()
    header, row = csv.reader(io.StringIO(GOOGLE))
    assert rows[0] == header
    joined = [cell.replace(";", ", ") for cell in row[1:]]
    assert rows[1] == ["28/08/2019 10:15:32", *joined]


def test_kobo(sample_codebook: Codebook, sample_answers: Answers) -> None:
    book = sheets(exported.export(sample_codebook, sample_answers, form="diag_62"))
    assert list(book) == ["diag_62", "situations"]
    assert book["diag_62"][0] == ["start", "end", *KOBO.split(" | ")]
    assert book["diag_62"][1][2:8] == ["coll", "4", "probable tiers", "0", "1", "1"]
    child = KOBO_CHILD.split(" | ")
    assert book["situations"][0][: len(child)] == child
    assert [row[:5] for row in book["situations"][1:]] == [
        ["3 ou 4", "a15 a18", "1", "1", "0"],
        ["1", "a26", "0", "0", "1"],
    ]
    assert book["diag_62"][1][10] == "2019-08-28T08:15:32"


def test_kobo_labels_and_numbers(sample_codebook: Codebook, sample_answers: Answers) -> None:
    content = exported.export(
        sample_codebook, sample_answers, heads="labels", values="labels", as_numbers=True, form="f"
    )
    header, row = sheets(content)["f"]
    assert header[2:7] == [
        *("Vous répondez :", "Nombre de professionnels consultés", "Avez-vous déjà :"),
        *("Avez-vous déjà :/Identifié un risque", f"Avez-vous déjà :/{sample_codebook.lists['reperage'][1].label}"),
    ]
    labels = [option.label for option in sample_codebook.lists["reperage"][1:]]
    assert row[2:8] == ["A titre collectif (service ou structure)", 4, " ".join(labels), 0, 1, 1]


def test_odk(sample_codebook: Codebook, sample_answers: Answers) -> None:
    archive = zipfile.ZipFile(io.BytesIO(exported.odk_export(sample_codebook, sample_answers, form="diag_62")))
    assert archive.namelist() == ["diag_62.csv", "diag_62-situations.csv"]
    header, row = csv.reader(io.StringIO(archive.read("diag_62.csv").decode()))
    assert ",".join(header) == (
        "SubmissionDate,debut-mode_reponse,debut-n_professionnels,debut-reperage,debut-reperage/probable,"
        "debut-reperage/tiers,meta-instanceID,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,"
        "Status,ReviewState,DeviceID,Edits,FormVersion"
    )
    assert row[0].startswith("2019-08-28T08:15:32.") and row[0].endswith("Z")
    assert row[1:6] == ["coll", "4", "probable tiers", "1", "1"]
    child = list(csv.reader(io.StringIO(archive.read("diag_62-situations.csv").decode())))
    assert child[0] == ["n_personnes", "age", "age/a15", "age/a18", "age/a26", "PARENT_KEY", "KEY"]
    assert [row[-1] for row in child[1:]] == [f"{row[7]}/situations[{n}]" for n in (1, 2)]
    assert row[7].startswith("uuid:") and {line[-2] for line in child[1:]} == {row[7]}


def test_odk_options_all_or_none(sample_codebook: Codebook, sample_answers: Answers) -> None:
    def header(options: str) -> list[str]:
        content = exported.odk_export(sample_codebook, sample_answers, options=options, form="f")  # type: ignore[arg-type]
        text = zipfile.ZipFile(io.BytesIO(content)).read("f.csv").decode()
        return text.split("\n")[0].split(",")

    assert [h for h in header("all") if "/" in h] == [f"debut-reperage/{c}" for c in ("risque", "probable", "tiers")]
    assert not [h for h in header("none") if "/" in h]


def test_limesurvey_codes(sample_codebook: Codebook, sample_answers: Answers) -> None:
    content = exported.limesurvey_export(sample_codebook, sample_answers, situations=3, dates=False)
    assert content.decode("utf-8") == (
        '\ufeff"id";"submitdate";"lastpage";"startlanguage";"seed";"mode";"npro";"rep[risque]";"rep[probable]";'
        '"rep[tiers]";"S1npers";"S1age[a15]";"S1age[a18]";"S1age[a26]";"S1autre";'
        '"S2npers";"S2age[a15]";"S2age[a18]";"S2age[a26]";"S2autre";"S3npers";"S3age[a15]";"S3age[a18]";"S3age[a26]"\r\n'
        f'"1";"1980-01-01 00:00:00";"6";"fr";"{seed(sample_answers)}";"coll";"4";"";"Y";"Y";'
        '"3 ou 4";"Y";"Y";"";"yes";"1";"";"";"Y";"no";;;;\r\n\r\n'
    )


def test_limesurvey_texts(sample_codebook: Codebook, sample_answers: Answers) -> None:
    content = exported.limesurvey_export(sample_codebook, sample_answers, heads="texts", values="labels", situations=3)
    assert content.decode("utf-8").startswith(
        '\ufeff"ID de la réponse";"Date de soumission";"Dernière page";"Langue de départ";"Tête de série";'
        '"Date de lancement";"Date de la dernière action";"Vous répondez :";"Nombre de professionnels consultés";'
        '"Avez-vous déjà : [Identifié un risque]";'
    )
    row = content.decode().split("\r\n")[1]
    assert row.endswith(';"Non";"Non";"Oui";"Non, passer à la rubrique suivante";"";"N/A";"N/A";"N/A"')
    assert '"2019-08-28 10:15:32"' in row


def seed(answers: Answers) -> int:
    return 100_000_000 + exported.draw(answers["responses"][0], "seed", 1_900_000_000)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ((2026, 3, 28, 23, 59, 1), "2026/03/28 11:59:01 PM UTC+1"),
        ((2026, 3, 29, 12, 0, 0), "2026/03/29 12:00:00 PM UTC+2"),
        ((2026, 10, 25, 0, 5, 9), "2026/10/25 12:05:09 AM UTC+2"),
        ((2026, 10, 25, 9, 5, 9), "2026/10/25 9:05:09 AM UTC+1"),
        ((2027, 1, 1, 1, 0, 0), "2027/01/01 1:00:00 AM UTC+1"),
    ],
)
def test_time_of_google_over_the_changes_of_hour(moment: tuple[int, ...], written: str) -> None:
    import datetime as dt

    assert exported.timestamp(dt.datetime(*moment)) == written
