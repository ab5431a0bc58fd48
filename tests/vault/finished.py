"""A study whose calculation has ended, as its commands find it: names and wishes in its vault, results and documents in place."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import test_authorities as authorities
import test_follow_up as follow_up
from declared import valid
from openpyxl import load_workbook

from diagnostic.codebook import loading, template
from diagnostic.core import io as door
from diagnostic.core import writing
from diagnostic.privacy.vault import open_vault
from diagnostic.study.publishing import publish

ROOT = Path(__file__).parents[2]
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
NAMES = {"partner_contacts": ("P2", follow_up.HOUSE, "Autre Nom"), "site_names": ("E01", "premier.example")}
EMPTY = [f"consolidate/{name}" for name in ("meetings", "structures", "described", "pairs", "cases")]


def finished(root: Path, study: str) -> None:
    """Give a study of a project what its vault and its results hold once it is calculated, and published."""
    vault = open_vault(root, study)
    vault.write_private(follow_up.CONTACTS, "contacts")
    codebook = loading.load(loading.read_folder(ROOT / loading.FOLDER))
    book = load_workbook(io.BytesIO(template.workbook(codebook, "coffre")))
    for table, cells in NAMES.items():
        for column, value in enumerate(cells, start=1):
            book[codebook.tables[table].sheet].cell(template.FIRST_ROW, column, value)
    vault.receive(template.to_bytes(book), "coffre", ".xlsx")
    names = vault.pseudonyms("name", [follow_up.HOUSE, follow_up.HEALTH, "", ""])
    frames = {
        "consolidate/respondents": follow_up.respondents(names),
        "collect/partners": follow_up.PARTNERS,
        "collect/reminders": follow_up.REMINDERS,
        "consolidate/counts": authorities.COUNTS,
        "consolidate/venues": authorities.VENUES,
        **{name: valid(name)[:0] for name in EMPTY},
        "release/claims": valid("release/claims"),
        "release/ledger": valid("release/ledger").assign(study=study),
    }
    results = root / "results" / study
    for name, frame in frames.items():
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        door.write_table(frame, results / f"{name}.parquet", STAMP)
    written(root, study, "premier")
    published(root, study)


def written(root: Path, study: str, edition: str) -> None:
    """The documents that a calculation has made, before they are in place."""
    for name in ("rapport.html", "figures/une.svg"):
        writing.write_bytes(f"{name} {edition}\n".encode(), root / "results" / study / "rendu" / name)


def published(root: Path, study: str) -> Path:
    """The documents in place, as the last rule puts them there."""
    results = Path("results") / study
    with contextlib.chdir(root):
        return publish(results, [results / "rendu" / name for name in ("rapport.html", "figures")], [], {})
