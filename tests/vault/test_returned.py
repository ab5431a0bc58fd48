"""Who was erased does not come back: with the next export, with an old workbook, under another number; what cannot be known is said."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import own
import pytest
from exported import FORMATS
from test_erase import (
    AGAIN,
    ANSWERS,
    CODEBOOK,
    CODING,
    DAY,
    LATER,
    MAIL,
    NAME,
    ROLE,
    STUDY,
    TEXT,
    WHO,
    YES,
    coding,
    export,
    holding,
)

from diagnostic.core.errors import Typeset
from diagnostic.privacy.vault import laid_out, open_vault
from diagnostic.study.erase import erase
from diagnostic.study.erased import FILE
from diagnostic.study.given import Reader
from diagnostic.study.receive import receive

NEXT = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own.created(tmp_path_factory.mktemp("faite") / "projet", STUDY, "kobo", DAY, alone=True, instruments=False)


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(made, tmp_path / "projet"))


def give(root: Path, content: bytes, role: str = ROLE, day: dt.date = NEXT) -> str:
    path = root.parent / "donné.bin"
    path.write_bytes(content)
    return "\n".join(receive(root, STUDY, role, path, day, YES)).replace("\xa0", " ")


def pseudonym(root: Path) -> str:
    vault = open_vault(root, STUDY)
    contacts = Reader(root, STUDY, vault).read(ROLE, vault.read_received(ROLE)).read.private["contacts"]
    return str(contacts.loc[contacts["email"] == MAIL, "response_id"].iloc[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    # one of each way to name a response: by a number of the tool's, by the team's, by its time; `test_erase.py` has other tools
    "tool",
    ["kobo", *(pytest.param(one, marks=pytest.mark.slow) for one in ("template", "google_csv"))],
)
def test_the_next_export_and_an_old_workbook_bring_nobody_back(root: Path, tool: str) -> None:
    give(root, export(tool), day=DAY)
    who = WHO if tool == "template" else pseudonym(root)
    sheet = coding([who if tool == "template" else who[:8], "R-ZZZZZZ"])
    give(root, sheet, CODING, DAY)
    folder = root / "vault" / STUDY
    (folder / "format").unlink()  # of before there were any: converted, with a copy, which goes too
    assert erase(root, STUDY, who, LATER, execute=True)[1]
    assert laid_out(folder) == 2 and not (folder / "avant").exists()
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    held = open_vault(root, STUDY).folder / FILE
    assert not any(text in held.read_text() for text in (WHO, who, who[:8], MAIL, NAME))
    told = give(root, export(tool))
    assert "1 réponse effacée revient" in told
    assert "C’est l’export que le coffre avait déjà" in told or "11 déjà connues, 0 nouvelle" in told
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    assert ("ne serait pas reconnue" in told) is (tool == "template")
    assert "1 ligne sur une réponse effacée revient" in give(root, sheet, CODING)
    pairs = f'first,second,decision,reason,initials\n{who}/1,R-ZZZZZZ/1,same,"{AGAIN}",AB\n'
    assert "1 ligne sur une réponse effacée revient" in give(root, pairs.encode(), "duplicates")
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN) and not holding(root / "resources", AGAIN)
    with pytest.raises(Typeset, match="déjà effacée"):
        erase(root, STUDY, who, NEXT, execute=True)


@pytest.mark.slow
def test_where_a_team_numbers_a_number_is_not_a_person(root: Path) -> None:
    """Another person under the number of who was erased stays, and is told; the same answers under another number go."""
    give(root, export("template"), day=DAY)
    assert erase(root, STUDY, WHO, LATER, execute=True)[1]
    rows = {name: [dict(row) for row in table] for name, table in ANSWERS.items()}
    for table in rows.values():
        for row in table:
            if row["response_id"] == WHO:
                row["response_id"] = "R999"
    assert "1 réponse effacée revient" in give(root, FORMATS["template"](CODEBOOK, rows))
    assert not holding(root / "vault", NAME, MAIL, TEXT, AGAIN)
    other = {name: [dict(row) for row in table] for name, table in ANSWERS.items()}
    own_ = next(row for row in other["responses"] if row["response_id"] == WHO)
    own_ |= {"final_comments": "Tout autre chose.", "respondent_name": "Autre Personne", "email": "autre@exemple.org"}
    told = give(root, FORMATS["template"](CODEBOOK, other))
    assert "1 porte le numéro d’une réponse effacée et dit autre chose" in told
    assert holding(root / "vault", "Tout autre chose.")


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", [f"results/{STUDY}/report/annexe.zip", f"vault/{STUDY}/conformite/avis.docx", "docs/a.csv.gz"]
)
def test_what_cannot_be_read_whole_is_a_place_to_look(root: Path, place: str) -> None:
    """The only one: what a process that died had half written, or begun beside, goes first."""
    give(root, export("kobo"), day=DAY)
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    content = export("kobo")
    path.write_bytes((gzip.compress(MAIL.encode() * 50) if place.endswith("gz") else content)[:-20])
    path.chmod(0o600)
    left = root / "vault" / STUDY / "received/.ecriture-abcd1234"
    left.write_bytes(content[:-400])
    beside = root / "vault" / f".{STUDY}"
    shutil.copytree(root / "vault" / STUDY, beside / "vault" / STUDY)
    told, well = erase(root, STUDY, pseudonym(root), LATER, execute=True)
    assert not well and {place in line for line in told if line.startswith("  ")} == {True}, told
    assert not left.exists() and not beside.exists()
