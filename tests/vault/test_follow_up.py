"""Whom the team may call back: consent decides who is named, the vault is the only place that names them."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import own
import pandas as pd
import pytest
from openpyxl import load_workbook

from diagnostic.codebook import loading, template
from diagnostic.core import io as door
from diagnostic.core.errors import NoResults
from diagnostic.privacy.vault import VaultError, open_vault
from diagnostic.study.annexes import AnnexError, to_remind, wishes
from diagnostic.study.annexes import to_call_back as annex
from diagnostic.study.compliance import Retention
from diagnostic.study.erase import PLANNED, plan, purge

ROOT = Path(__file__).parents[2]
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
STUDY = "99-2026"
HOUSE, HEALTH = "Maison d’accueil fictive", "Centre de santé fictif"
CONTACTS = pd.DataFrame(
    {"response_id": ["R-000001"], "name": ["Nom Fictif"], "email": ["a@b.example"], "phone": [""], "recontact": ["oui"]}
)


def respondents(names: list[str]) -> pd.DataFrame:
    """Four responses: training with consent, network without, nothing wanted, a training already planned."""
    return pd.DataFrame(
        {
            "sheet": pd.array([1] * 4, dtype="Int64"),
            "row": pd.array([2, 3, 4, 5], dtype="Int64"),
            "response_id": [f"R-00000{at}" for at in range(1, 5)],
            "professionals": pd.array([3, 1, 1, 1], dtype="Int64"),
            "organisation.pseudonym": names,
            "structure_type.code": ["house", "healt", "polic", "schoo"],
            "needs/train": ["ticked", "not_asked", "not_ticked", "not_ticked"],
            "needs/netw": ["not_ticked", "not_asked", "not_ticked", "not_ticked"],
            "training_planned.code": ["no", "no", "no_answer", "yes"],
            "network_interest.code": ["no_answer", "yes", "no", "no"],
            "accepts_recontact.code": ["yes", "no", "yes", "yes"],
        }
    )


PARTNERS = pd.DataFrame(
    {
        "sheet": pd.array([1] * 3, dtype="Int64"),
        "row": pd.array([3, 4, 5], dtype="Int64"),
        "partner_code.code": ["P1", "P2", "P3"],
        "outcome.code": ["answered", "no_answer", "declined"],
        "contacted_on.date": pd.to_datetime(["2026-01-05"] * 3),
    }
)
REMINDERS = pd.DataFrame(
    {
        "sheet": pd.array([2, 2], dtype="Int64"),
        "row": pd.array([3, 4], dtype="Int64"),
        "partner_code.code": ["P2", "P2"],
        "reminded_on.date": pd.to_datetime(["2026-02-01", "2026-03-01"]),
    }
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    own.copy(tmp_path, "config")
    vault = open_vault(tmp_path, STUDY)
    vault.write_private(CONTACTS, "contacts")
    codebook = loading.load(loading.read_folder(ROOT / loading.FOLDER))
    book = load_workbook(io.BytesIO(template.workbook(codebook, "coffre")))
    sheet = book[codebook.tables["partner_contacts"].sheet]
    for column, value in enumerate(("P2", HOUSE, "Autre Nom", "c@d.example", ""), start=1):
        sheet.cell(template.FIRST_ROW, column, value)
    vault.receive(template.to_bytes(book), "coffre", ".xlsx")
    names = vault.pseudonyms("name", [HOUSE, HEALTH, "", ""])
    for name, frame in (
        ("consolidate/respondents", respondents(names)),
        ("collect/partners", PARTNERS),
        ("collect/reminders", REMINDERS),
    ):
        path = tmp_path / "results" / STUDY / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        door.write_table(frame, path, STAMP)
    return tmp_path


def test_only_those_who_agreed_are_listed_and_only_in_the_vault(project: Path) -> None:
    told = " ".join(annex(project, STUDY))
    assert "2 réponses demandent" in told and "dont 1 accepte d’être recontactée" in told
    assert "1 structure à relancer" in told and not any(name in told for name in (HOUSE, HEALTH, "Nom Fictif"))
    path = project / "vault" / STUDY / "received" / "annexe_demandes.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    book = load_workbook(path)
    (row,) = book["Formation et réseau"].iter_rows(min_row=2, values_only=True)
    expected = ("R-000001", HOUSE, "Structure d’hébergement", 3, "oui", "non", "", "Nom Fictif", "a@b.example", "")
    assert tuple(value or "" for value in row) == expected
    (late,) = book["À relancer"].iter_rows(min_row=2, values_only=True)
    assert late[:4] == ("P2", HOUSE, "Autre Nom", "c@d.example")
    assert (late[5].date(), late[6], late[7].date()) == (dt.date(2026, 1, 5), 2, dt.date(2026, 3, 1))
    outside = [p for p in project.rglob("*") if p.is_file() and (project / "vault") not in p.parents]
    assert not any(b"Nom Fictif" in p.read_bytes() for p in outside)


def test_a_form_without_these_questions_asks_for_nothing() -> None:
    kept = ["response_id", "professionals"]
    assert wishes(respondents([""] * 4)[kept]).empty
    assert to_remind(pd.DataFrame(), pd.DataFrame(), []) == []


def test_it_is_refused_without_vault_results_or_demands(project: Path) -> None:
    results = project / "results" / STUDY
    quiet = respondents([""] * 4).iloc[2:3]
    door.write_table(quiet, results / "consolidate/respondents.parquet", STAMP)
    door.write_table(PARTNERS.iloc[:1], results / "collect/partners.parquet", STAMP)
    with pytest.raises(AnnexError, match="Aucune réponse"):
        annex(project, STUDY)
    shutil.rmtree(project / "results")
    with pytest.raises(NoResults, match="diagnostic calculer"):
        annex(project, STUDY)
    shutil.rmtree(project / "vault")
    with pytest.raises(VaultError):
        annex(project, STUDY)


@pytest.mark.slow
def test_the_list_never_outlives_the_contacts(project: Path) -> None:
    """It goes at the first purge whatever the dates, and the exports stay."""
    annex(project, STUDY)
    keep = Retention(exports=dt.date(2030, 1, 1), contacts=dt.date(2030, 1, 1))
    today = dt.date(2026, 12, 1)
    due = {item.what: item.due for item in plan(project, STUDY, keep, today)}
    assert due["liste des demandes"] and not due["exports reçus"]
    assert purge(project, STUDY, keep, today).state == PLANNED
    purge(project, STUDY, keep, today, execute=True)
    received = {path.name for path in (project / "vault" / STUDY / "received").iterdir()}
    assert received == {"coffre.xlsx"}
