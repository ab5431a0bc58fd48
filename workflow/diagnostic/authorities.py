"""The annex for the authorities: names of sites and venues beside their codes, made on purpose, and inside the vault only.

The report and its tables know codes alone. What links them to names is the workbook of names that the team keeps in
the vault; this is the only code that puts both together, for a person who asks for it, never a step of the workflow.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from diagnostic import io
from diagnostic.codebook import loading, template, xlsx
from diagnostic.codebook.model import Codebook
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.tables import CATEGORIES
from diagnostic.french import NBSP, number, plural, typographic
from diagnostic.unlocking import opened

NAMES, ANNEX = "coffre", "annexe_autorites"  # the workbook of names, and what is made of it, in the vault
WARNINGS = (
    "Annexe réservée aux autorités : procureur·e de la République, services d'enquête. À remettre en main propre, contre "
    "reçu ; ne pas joindre au rapport, ne pas envoyer par courriel sans chiffrement, ne pas copier ailleurs.",
    "Un décompte vaut à sa date : un site a pu ouvrir, fermer ou changer d'adresse depuis.",
    "Un établissement à risque est un risque repéré par mots-clés, annuaires ou partenaires, non un fait établi. Aucune "
    "rumeur ne doit y figurer.",
    "Ce fichier s'efface avec les exports du coffre (« diagnostic purge »).",
)
SITES = ("Code", "Nom ou adresse", "Catégorie", "Groupe miroir", "Annonces, tous lieux", "Premier jour", "Dernier jour")
VENUES = ("Code", "Nom et adresse", "Type", "Arrondissement")


class AuthoritiesError(Exception):
    """The annex cannot be made; the message is in French."""

    def __init__(self, message: str) -> None:
        super().__init__(typographic(message))


def annex(root: Path, study: str) -> list[str]:
    """Write the annex of a study in its vault; French lines that tell what it holds, codes and counts only.

    Raises AuthoritiesError, VaultError, ConfigError, CodebookError.
    """
    vault = opened(root, study, create=False)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    grids, _ = read_export(vault.read_received(NAMES), NAMES, short_rows=True)
    sites = _names(codebook, grids, "site_names")
    venues = _names(codebook, grids, "venue_names")
    if not sites and not venues:
        raise AuthoritiesError(f"Le classeur « {NAMES} » du coffre ne nomme ni site ni établissement.")
    folder = root / "results" / study / "consolidate"
    if not (folder / "counts.parquet").is_file():
        raise AuthoritiesError(f"L'étude {study} n'a pas de résultats ici ; lancer « snakemake » d'abord.")
    seen = _sites(io.read_table(folder / "counts.parquet"), sites)
    risky = _venues(io.read_table(folder / "venues.parquet"), venues, codebook)
    receipt = vault.receive(_workbook(study, seen, risky), ANNEX, ".xlsx")
    found = [
        f"{number(len(rows))} {plural(len(rows), one)}, dont {number(sum(not row[1] for row in rows))} sans nom dans le coffre."
        for rows, one in ((seen, "site"), (risky, "établissement"))
    ]
    where = receipt.path.relative_to(root) if receipt.path.is_relative_to(root) else receipt.path.name
    return [*found, f"L’annexe est dans le coffre{NBSP}: {where}", typographic(WARNINGS[0])]


def _names(codebook: Codebook, grids: Sequence[Grid], table: str) -> dict[str, str]:
    """Code → name, from the sheet of one table of the vault's workbook: its two columns, by their headings."""
    code, name = (heading for heading, _, _ in codebook.columns(table))
    for grid in (grid for grid in grids if grid.title == codebook.tables[table].sheet):
        rows = [[*row, *[""] * len(grid.rows[0])] for row in grid.rows]
        if {code, name} <= set(rows[0]):
            left, right = rows[0].index(code), rows[0].index(name)
            return {row[left]: row[right] for row in rows[template.FIRST_ROW - 1 :] if row[left] and row[right]}
    return {}


def _sites(counts: pd.DataFrame, names: dict[str, str]) -> list[tuple[object, ...]]:
    """One row per site of the register; a site that was extrapolated or never counted has no number."""
    rows = []
    for code, own in counts.groupby("site_code", sort=False):
        whole = int(own["count"].sum()) if own["count"].notna().all() else None
        days = (own["window_start"].min(), own["window_end"].max())
        shown = [None if pd.isna(day) else day.date() for day in days]
        group = own["mirror_group"].iloc[0]
        category = CATEGORIES[own["category"].iloc[0]]
        rows.append((code, names.get(str(code), ""), category, "" if pd.isna(group) else group, whole, *shown))
    return rows


def _venues(venues: pd.DataFrame, names: dict[str, str], codebook: Codebook) -> list[tuple[object, ...]]:
    labels = {o.code: o.label for v in codebook.table("venues") if v.name == "venue_type" for o in codebook.options(v)}
    return [
        (row.venue_code, names.get(row.venue_code, ""), labels.get(row.venue_type, ""), _text(row.arrondissement))
        for row in venues.itertuples()
    ]


def _workbook(study: str, sites: Sequence[Sequence[object]], venues: Sequence[Sequence[object]]) -> bytes:
    """Three sheets: what the annex is, sites, venues. Text is never a formula, whatever it begins with."""
    book = Workbook()
    page = book.active
    page.title = "À lire"
    page.column_dimensions["A"].width = 100
    for row, text in enumerate((f"Étude {study} : annexe aux autorités", *WARNINGS), start=1):
        cell = page.cell(row, 1, typographic(text))
        cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(bold=row <= 2)
    for title, header, rows in (("Sites", SITES, sites), ("Établissements", VENUES, venues)):
        sheet = book.create_sheet(title)
        for at, values in enumerate((header, *rows), start=1):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(at, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.font = Font(bold=at == 1)
                sheet.column_dimensions[cell.column_letter].width = 24
        sheet.freeze_panes = "A2"
    return xlsx.to_bytes(book)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
