"""The annex for the authorities: both names and counts, in the vault and nowhere else."""

from __future__ import annotations

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
from diagnostic.study.annexes import AnnexError
from diagnostic.study.annexes import for_authorities as annex

ROOT = Path(__file__).parents[2]
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
STUDY = "99-2026"
DAY = pd.Timestamp("2026-03-02")
COUNTS = pd.DataFrame(
    {
        "row": pd.array([2, 3, 4], dtype="Int64"),
        "site_code": ["E01", "E01", "A01"],
        "category": ["escorting", "escorting", "classifieds"],
        "mirror_group": [None, None, "m"],
        "under_mirror_label": pd.array([None] * 3, dtype="boolean"),
        "status": "open",
        "site_row": pd.array([2, 2, 3], dtype="Int64"),
        "place": ["Villeneuve", "Port-Neuf", None],
        "count": pd.array([12, 5, None], dtype="Int64"),
        "method": ["exact", "exact", "page_extrapolated"],
        "window_start": [DAY] * 3,
        "window_end": [DAY] * 3,
    }
)
PLACE = {"sheet": pd.array([4], dtype="Int64"), "row": pd.array([3], dtype="Int64")}
VENUES = pd.DataFrame(PLACE | {"venue_code": ["V01"], "venue_type": ["sauna"], "arrondissement": ["Villeneuve"]})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    own.copy(tmp_path, "config")
    folder = tmp_path / "results" / STUDY / "consolidate"
    folder.mkdir(parents=True)
    for name, frame in (("counts", COUNTS), ("venues", VENUES)):
        door.write_table(frame, folder / f"{name}.parquet", STAMP)
    return tmp_path


def keep_names(root: Path, names: dict[str, list[tuple[str, str]]]) -> None:
    codebook = loading.load(loading.read_folder(ROOT / loading.FOLDER))
    book = load_workbook(io.BytesIO(template.workbook(codebook, "coffre")))
    for table, rows in names.items():
        for at, row in enumerate(rows, start=template.FIRST_ROW):
            for column, value in enumerate(row, start=1):
                book[codebook.tables[table].sheet].cell(at, column, value)
    open_vault(root, STUDY).receive(template.to_bytes(book), "coffre", ".xlsx")


def test_names_and_counts_meet_in_the_vault_only(project: Path) -> None:
    names = {
        "site_names": [("E01", "premier.example"), ("Z99", "inconnu.example")],
        "venue_names": [("V01", "Le Lieu")],
    }
    keep_names(project, names)
    told = " ".join(annex(project, STUDY))
    assert "2 sites, dont 1 sans nom" in told and "1 établissement, dont 0" in told
    assert not any(name in told for name in ("premier", "inconnu", "Le Lieu"))
    path = project / "vault" / STUDY / "received" / "annexe_autorites.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    book = load_workbook(path)
    sites = list(book["Sites"].iter_rows(min_row=2, max_col=5, values_only=True))
    assert [(code, name or "", number) for code, name, _, _, number in sites] == [
        ("E01", "premier.example", 17),
        ("A01", "", None),
    ]
    (venue,) = book["Établissements"].iter_rows(min_row=2, values_only=True)
    assert venue == ("V01", "Le Lieu", "Sauna libertin", "Villeneuve")
    outside = [p for p in project.rglob("*") if p.is_file() and (project / "vault") not in p.parents]
    assert not any(b"premier.example" in p.read_bytes() for p in outside)


def test_it_is_refused_without_names_results_or_vault(project: Path) -> None:
    with pytest.raises(VaultError):
        annex(project, STUDY)
    open_vault(project, STUDY)
    wanted = rf"instruments/{STUDY}/classeur-coffre.xlsx .*«.diagnostic recevoir {STUDY} FICHIER.»"
    with pytest.raises(AnnexError, match=wanted):
        annex(project, STUDY)
    keep_names(project, {})
    with pytest.raises(AnnexError, match="ne nomme ni site"):
        annex(project, STUDY)
    keep_names(project, {"site_names": [("E01", "premier.example")]})
    shutil.rmtree(project / "results")
    with pytest.raises(NoResults, match="diagnostic calculer"):
        annex(project, STUDY)
