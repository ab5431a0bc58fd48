"""The tripwire: what is planted is found, what is the project's own is not, and nothing found is repeated."""

from __future__ import annotations

import base64
import random
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drawn import cases, one_in
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from planted import EMAIL_FORMATS, PHONE_FORMATS, WRITERS, planted, sentence

from diagnostic.privacy import contents, folding, known_values, personal

ROOT = Path(__file__).parents[2]
DATA = planted()
INVENTED = "resources/studies/99-2026/received"  # exports of nobody, in the open


def kinds(text: str) -> list[str]:
    return [trip.kind for trip in contents.scan(text)]


def scanned(paths: Iterable[Path], root: Path | None = None) -> list[contents.Trip]:
    """What looks personal in the files under the paths, and in their names."""
    found = []
    for path in contents.files(paths):
        name = path.relative_to(root).as_posix() if root else "x" + path.suffix
        found += [trip for one in contents.decoded_names(path, root) for trip in contents.scan(one)]
        found += contents.scan(path.read_bytes(), name) if path.is_file() else []
    return found


@pytest.mark.parametrize("name", one_in(2, WRITERS))
def test_all_500_are_found_in_every_kind_of_file(tmp_path: Path, name: str, record_property: object) -> None:
    """Phones and e-mails by their form, 100 %; names, phones and e-mails by their known values, 100 %."""
    assert Counter(datum.kind for datum in DATA) == {"name": 200, "phone": 160, "email": 140}
    path = tmp_path / name
    WRITERS[name]([sentence(at, datum.value) for at, datum in enumerate(DATA)], path)
    trips = Counter(trip.kind for trip in scanned([path]))
    found = {found.index for found in known_values.search([datum.value for datum in DATA], [path])}
    recall = {kind: trips[kind] / 160 if kind == "phone" else trips[kind] / 140 for kind in ("phone", "email")}
    record_property("recall", {**recall, "search": len(found) / 500})  # type: ignore[operator]
    assert trips == {"phone": 160, "email": 140}
    assert [DATA[at].variety for at in range(500) if at not in found] == []


@pytest.mark.parametrize("change", [str.upper, known_values.unaccented], ids=["upper", "unaccented"])
def test_all_are_found_when_rewritten(tmp_path: Path, change: object) -> None:
    lines = [change(sentence(at, datum.value)) for at, datum in enumerate(DATA)]  # type: ignore[operator]
    (tmp_path / "notes.txt").write_text("\n".join(lines), encoding="utf-8")
    trips = Counter(trip.kind for trip in scanned([tmp_path]))
    assert (trips["phone"], trips["email"]) == (160, 140)
    assert len({found.index for found in known_values.search([datum.value for datum in DATA], [tmp_path])}) == 500


def test_phones_are_found_as_digits_only(tmp_path: Path) -> None:
    phones = [datum.value for datum in DATA if datum.kind == "phone"]
    (tmp_path / "a.txt").write_text("\n".join(folding.phone_digits(phone) for phone in phones))
    assert Counter(trip.kind for trip in scanned([tmp_path])) == {"phone": 160}
    assert len({found.index for found in known_values.search(phones, [tmp_path])}) == 160


@pytest.mark.parametrize(
    "folder",
    [
        *("resources", "config", "report", "docs", "profiles", "envs", "logs"),
        pytest.param("benchmarks", marks=pytest.mark.slow),
        pytest.param(
            ".snakemake", marks=pytest.mark.slow
        ),  # a false alarm in what leaves would stop its own calculation
    ],
)
def test_no_false_alarm_on_the_project_itself(folder: str) -> None:
    if not (ROOT / folder).is_dir():
        pytest.skip(f"{folder}/ absent : rien à lire")
    trips = scanned(
        [one for one in sorted((ROOT / folder).rglob("*")) if one.is_file() and one.parent.name != "__pycache__"],
        root=ROOT,
    )
    alarms = [trip for trip in trips if trip.kind != contents.UNREADABLE]  # a run beside may be writing there
    assert [trip for trip in alarms if not trip.file.startswith(f"{INVENTED}/")] == []


def test_contacts_among_the_exports_of_the_invented_study_can_be_no_one_s() -> None:
    """The range of telephones that Arcep keeps for works of fiction, the domain that RFC 2606 reserves."""
    cells = [
        str(value)
        for path in sorted((ROOT / INVENTED).glob("*.xlsx"))
        for sheet in load_workbook(path, read_only=True)
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value is not None
    ]
    phones = [phone for text in cells for phone in re.findall(r"\b0[1-9](?:[ .-]?[0-9]{2}){4}\b", text)]
    emails = [email for text in cells for email in re.findall(r"\S+@\S+", text)]
    assert len(phones) > 20 and {phone[:8] for phone in phones} == {"06 39 98"}
    assert len(emails) > 10 and all(email.endswith(".example") for email in emails)


@pytest.mark.parametrize(
    "text",
    [
        "Appeler le 119, le 17, le 112, le 115, le 3919 (39 19) ou le 116 006.",
        "Viols Femmes Informations : 0 800 05 95 95",
        "sha256 778f43216e7e0639981234aa9912345678901234567890abcdef0123456789ab",
        "du 2019-09-03/2019-11-25, puis 2015-01-01/2016-04-14 10:15:32",
        "0.0639981234, 0,543209877, 1.2916444 et 12 345 678 901",
        "0 1 2 3 4 5 6 7 8 9 10 20 30 40 50",
        "SIREN 632 012 345, SIRET 632 012 345 00018",
        "34 rue et 20 appartement ; 3 cours de français ; 2 places disponibles",
        "M. le préfet, Mme la procureure, Monsieur X, le commissaire",
        "ET 200 DE, EN 119 DU, étude 62-2020, fait ads.persons_estimate",
        "voir @fig-carte et @tbl-sources. Chaque ligne",
        "job_hash 8746301608013, endtime 1795571278.9160285",
        "professionnel·les interrogé·es : 32 % des 1 234 réponses",
        "Facebook : 12 ; Snapchat : cité 3 fois",
        "deux à cinq, au moins six, une dizaine, dont trois mineures",
        "1804 annonces ; 384.146 / (1 + 383.146 / 1804) = 316.9",
    ],
)
def test_ordinary_text_does_not_trip(text: str) -> None:
    assert kinds(text) == []
    assert kinds(text.upper()) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("(06) 39 98 12 34", "phone"),
        ("06/39/98/12/34", "phone"),
        ("06_39_98_12_34", "phone"),
        ("O6 39 98 12 34", "phone"),
        ("tel.0639981234", "phone"),
        ("téléphone 639981234", "phone"),
        ("+44 7911 123456", "phone"),
        ("0040 721 234 567", "phone"),
        ("zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre", "phone"),
        ("06 trente-neuf 98 12 34", "phone"),
        ("０６３９９８１２３４", "phone"),
        ("06\u200b39\u200b98\u200b1234", "phone"),
        ("zoe [arobase] exemple [point] fr", "email"),
        ("zoe AT exemple DOT fr", "email"),
        ("insta : zoe_62", "handle"),
        ("suivre @zoe_62", "handle"),
        ("https://www.instagram.com/zoe62/", "handle"),
        ("12 bis, rue des Lilas", "address"),
        ("12 rue victor hugo", "address"),
        ("3, place du Marché", "address"),
        ("148 BOULEVARD CARNOT", "address"),
        ("née le 3 mars 1998", "birth"),
        ("Date de naissance : 12/04/2004", "birth"),
        ("AB-123-CD", "plate"),
        ("plaque 1234 AB 62", "plate"),
        ("Mme Diakharéba", "name"),
        ("le docteur, Dr N’Guessolo", "name"),
        ("FR14 2004 1010 0505 0001 3M02 606", "iban"),
    ],
)
def test_each_kind_is_found(text: str, kind: str) -> None:
    assert kinds(f"Vu en 2019 : {text}, puis 3 fois.") == [kind]


def test_numbers_with_a_check_need_it() -> None:
    """NIR example of lbcd78.fr (key 64); for Corsica, 2A counts as 19 and 2B as 18 (Insee)."""
    assert kinds("2 06 12 75 111 005 64") == ["nir"] == kinds("206127511100564")
    assert kinds("2 06 12 75 111 005 65") == [] == kinds("2061275111005")
    assert kinds("NIR : 2061275111005") == ["nir"]
    for department, figures in (("2A", "19"), ("2B", "18")):
        key = 97 - int(f"20612{figures}111005") % 97
        assert kinds(f"2 06 12 {department} 111 005 {key:02d}") == ["nir"]
        assert kinds(f"2 06 12 {department} 111 005 {(key + 1) % 97:02d}") == []


# The examples of the ISO 13616 registry (SWIFT); Morocco's and Algeria's, which it does not list, by their own banks.
IBANS = [
    "FR14 2004 1010 0505 0001 3M02 606", "MC58 1122 2000 0101 2345 6789 030", "BE68 5390 0754 7034",
    "LU28 0019 4006 4475 0000", "DE89 3704 0044 0532 0130 00", "ES91 2100 0418 4502 0005 1332",
    "IT60 X054 2811 1010 0000 0123 456", "PT50 0002 0123 1234 5678 9015 4", "NL91 ABNA 0417 1643 00",
    "CH93 0076 2011 6238 5295 7", "GB29 NWBK 6016 1331 9268 19", "RO49 AAAA 1B31 0075 9384 0000",
    "BG80 BNBG 9661 1020 3456 78", "PL61 1090 1014 0000 0712 1981 2874", "HU42 1177 3016 1111 1018 0000 0000",
    "TN59 1000 6035 1835 9847 8831", "IE29 AIBK 9311 5212 3456 78", "AT61 1904 3002 3457 3201",
    "GR16 0110 1250 0000 0001 2300 695", "LT12 1000 0111 0100 1000", "CZ65 0800 0000 1920 0014 5399",
    "SK31 1200 0000 1987 4263 7541", "HR12 1001 0051 8630 0016 0", "AL47 2121 1009 0000 0002 3569 8741",
    "MD24 AG00 0225 1000 1310 4168", "UA21 3223 1300 0002 6007 2335 6600 1", "TR33 0006 1005 1978 6457 8413 26",
    "RS35 2600 0560 1001 6113 79", "BA39 1290 0794 0102 8494", "MK07 2501 2000 0058 984", "XK05 1212 0123 4567 8906",
    "MA64 0115 1900 0001 2050 0053 4921", "DZ58 0002 1000 0111 3000 0005 70",
]  # fmt: skip


@pytest.mark.parametrize("iban", IBANS)
def test_an_account_of_any_country_is_found_written_as_people_write_it(iban: str) -> None:
    for text in (iban, iban.replace(" ", ""), iban.replace(" ", "-"), iban.lower()):
        assert kinds(f"Compte : {text}, puis 3 fois.") == ["iban"], text
    last = str((int(iban[-1]) + 1) % 10)
    assert "iban" not in kinds(f"Compte : {iban[:-1]}{last}, puis 3 fois.")


def test_two_accounts_in_a_row_are_both_found() -> None:
    assert kinds(f"{IBANS[0]} {IBANS[4]}") == ["iban", "iban"]


def test_a_trip_tells_the_cell() -> None:
    frame = pd.DataFrame({"commune": ["Arras", "Lens"], "remarque": ["rien", "joindre le 06 39 98 12 34 le soir"]})
    assert contents.scan(frame, "collect/x") == [contents.Trip("phone", "collect/x", "", 3, "B", 11, 14)]
    numbers = pd.DataFrame({"telephone": [639981234.0, None], "siren": [632012345, 12]})
    assert [(trip.row, trip.column) for trip in contents.scan(numbers)] == [(2, "A")]


def test_what_cannot_be_read_trips() -> None:
    for content in (b"PAR1" + bytes(40), b"PK\x03\x04" + bytes(40), b"\x1f\x8b" + bytes(40)):
        assert [trip.kind for trip in contents.scan(content, "x")] == ["unreadable"]


def test_names_of_files_and_records_are_read_and_masked(tmp_path: Path) -> None:
    record = tmp_path / ".snakemake/metadata" / base64.b64encode(b"results/62-2020/zoe.grand@exemple.fr.csv").decode()
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    (tmp_path / "0639981234.txt").write_text("rien")
    (tmp_path / "Zoé Beauvannois.txt").write_text("06 39 98 12 34")
    found = known_values.search(["zoe.grand@exemple.fr", "06 39 98 12 34", "Zoé Beauvannois"], [tmp_path], tmp_path)
    assert {one.index for one in found} == {0, 1, 2}
    told = repr(found)
    assert not any(value in told for value in ("0639981234", "Beauvannois", "zoe", record.name))


@settings(deadline=None, max_examples=cases(60))
@given(seed=st.integers(0, 10**6))
def test_nothing_told_holds_a_value(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random_ = random.Random(seed)
    data = planted(seed, 25)
    folder = tmp_path_factory.mktemp("t")
    name = random_.choice(list(WRITERS)[:8])
    WRITERS[name]([sentence(at, datum.value) for at, datum in enumerate(data)], folder / name)
    chosen = random_.choice(data).value.replace("/", "")
    (folder / f"{chosen}.txt").write_text(chosen)
    trips = scanned([folder])
    found = known_values.search([datum.value for datum in data], [folder], folder)
    told = contents.message(trips) + repr(trips) + repr(found)
    folded, digits = folding.fold(told), told.replace(" ", "")
    assert trips and found
    for datum in data:
        assert datum.value not in told and f" {folding.fold(datum.value)} " not in f" {folded} "
        assert datum.kind != "phone" or folding.phone_digits(datum.value)[1:] not in digits


VALUE = "Éloïse N’Grandvaîs"


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("plain", VALUE.encode()),
        ("upper", VALUE.upper().encode()),
        ("unaccented", known_values.unaccented(VALUE).encode()),
        ("decomposed", b"Elo\xcc\x88ise N'Grandvai\xcc\x82s"),
        ("latin", "Éloïse N'Grandvaîs".encode("cp1252")),
        ("utf-16", VALUE.encode("utf-16")),
        ("utf-16 in binary", b"\x00\x01\x02" + VALUE.encode("utf-16-le") + bytes(50)),
        ("base64", base64.b64encode(b"results/" + VALUE.encode())),
        ("base64 unaligned", b"x" + base64.b64encode(b"ab " + VALUE.encode())[1:]),
        ("url", urllib.parse.quote(VALUE).encode()),
        ("json escapes", ascii(VALUE).encode()),
        ("entities", VALUE.encode("ascii", "xmlcharrefreplace")),
        ("turned round", b"N'GRANDVAIS Eloise"),
        ("slug", b"/tmp/eloise-n-grandvais_2.csv"),
    ],
)
def test_search_finds_every_form(tmp_path: Path, form: str, content: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(b"before\n" * (not form.startswith("utf-16")) + content)
    found = known_values.search(["Absente Personne", VALUE], [tmp_path], tmp_path)
    assert {one.index for one in found} == {1}
    assert "randv" not in repr(found).lower()


def test_search_does_not_cry_at_parts_of_words_and_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("réalité, Alizé ; 106399812345 ; 0.0639981234567 ; 06 39 98 et 12 34 2019")
    assert known_values.search(["Ali", "06 39 98 12 34", "", "é"], [tmp_path]) == []


GONE, KEPT = "Personne Fictive 36", "Personne Fictive 3"


@pytest.mark.parametrize(
    "content",
    [f"{KEPT}6", f"{KEPT} ; 6", base64.b64encode(f"xx {KEPT}67".encode()).decode(), f"%20{KEPT.replace(' ', '%20')}67"],
)
def test_a_number_is_no_part_of_a_longer_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.txt").write_text(content)
    found = {one.index for one in known_values.search([KEPT, "Personne Fictive 6"], [tmp_path])}
    assert found == ({0} if ";" in content else set())


@pytest.mark.parametrize("word", ["marine", "Lamarin", "MARINS"])
def test_a_short_word_is_looked_for_whole_in_a_text_and_anywhere_in_bytes(tmp_path: Path, word: str) -> None:
    (tmp_path / "x.txt").write_text(f"La {word} d’hier.", encoding="utf-8")
    assert known_values.search(["Marin"], [tmp_path]) == []
    (tmp_path / "x.txt").write_bytes(b"\x00\x01\x02" + f"La {word} d’hier.".encode())
    assert "octets" in {one.where for one in known_values.search(["Marin"], [tmp_path])}


def test_cells_of_a_table_are_compared_not_what_lies_beside_them(tmp_path: Path) -> None:
    """Fifty-four letters come after the third name: in a Parquet file their number is the byte of a « 6 »."""
    path = tmp_path / "x.parquet"
    names = [KEPT, "x" * 54, "Claire", "Martin"]
    pq.write_table(pa.table({"name": names}), path, use_dictionary=False, compression="none", write_statistics=False)
    assert f"{KEPT}6".encode() in path.read_bytes()
    sought = [GONE, "Claire Martin", "Martin"]
    assert {one.index for one in known_values.search(sought, [path])} == {2}
    assert known_values.search(sought, [path], beside=["martin"]) == []
    assert {one.index for one in known_values.search([GONE[:-1], "Martin"], [path], beside=[KEPT])} == {1}


def test_a_category_without_a_row_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    column = pd.Series(["Claire Durand", VALUE], dtype="category").iloc[:1]
    pd.DataFrame({"name": column}).to_parquet(path)
    assert {one.index for one in known_values.search(["Absente Personne", VALUE], [path])} == {1}


def test_search_proves_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_values.self_proof(tmp_path) == [] and list(tmp_path.iterdir()) == []
    monkeypatch.setattr(known_values, "_search_text", lambda text, needles: [])
    assert {"upper", "digits"} & set(known_values.self_proof(tmp_path))


def test_eight_phone_formats_and_seven_email_formats() -> None:
    phones = [phone("0639981234") for phone in PHONE_FORMATS]
    emails = [email("zoe.1", "exemple.fr") for email in EMAIL_FORMATS]
    assert len(set(phones)) == 8 and [kinds(phone) for phone in phones] == [["phone"]] * 8
    assert len(set(emails)) == 7 and [kinds(email) for email in emails] == [["email"]] * 7


SIGNS = ["@", " @ ", "(at)", " [a] ", "< @ >", "(arrobas) ", "_arobase_", "-arobas-", " arrobase ", "arobase", " at "]
AROUND = [
    "jean",
    "at",
    " dot ",
    "paul",
    "a",
    "b2",
    ".",
    "+",
    "-",
    "_",
    " ",
    ",",
    "free",
    ".fr",
    " point ",
    "(dot)",
    "fr",
    "é",
    "%",
]


@settings(max_examples=cases(200))
@given(st.lists(st.sampled_from([*SIGNS, *AROUND, *AROUND]), max_size=14).map("".join))
def test_addresses_are_those_that_a_search_from_every_letter_finds(text: str) -> None:
    for sign, address in personal.ADDRESSES:
        whole = [match.span() for match in address.finditer(text)]
        assert [match.span() for match in personal._around(sign, address, text)] == whole
