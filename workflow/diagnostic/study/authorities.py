"""The annex for the authorities: names of sites and venues beside their codes, made on purpose, and inside the vault only.

The report and its tables know codes alone. What links them to names is the workbook of names that the team keeps in
the vault; this is the only code that puts both together, for a person who asks for it, never a step of the workflow.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.answers import CATEGORIES
from diagnostic.core import io
from diagnostic.core.errors import NoResults
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.study.given import NAMES, AnnexError, kept, records, workbook
from diagnostic.study.unlocking import opened

ANNEX = "annexe_autorites"  # in the vault
WARNINGS = (
    "Annexe réservée aux autorités : procureur·e de la République, services d'enquête. À remettre en main propre, contre "
    "reçu ; ne pas joindre au rapport, ne pas envoyer par courriel sans chiffrement, ne pas copier ailleurs.",
    "Un décompte vaut à sa date : un site a pu ouvrir, fermer ou changer d'adresse depuis.",
    "Un établissement à risque est un risque repéré par mots-clés, annuaires ou partenaires, non un fait établi. Aucune "
    "rumeur ne doit y figurer.",
    "Ce fichier s'efface avec les exports du coffre (« diagnostic purger »).",
)
SITES = ("Code", "Nom ou adresse", "Catégorie", "Groupe miroir", "Annonces, tous lieux", "Premier jour", "Dernier jour")
VENUES = ("Code", "Nom et adresse", "Type", "Arrondissement")


def annex(root: Path, study: str) -> list[str]:
    """Write the annex of a study in its vault; French lines that tell what it holds, codes and counts only.

    Raises AnnexError, VaultError, ConfigError, CodebookError.
    """
    vault = opened(root, study, create=False)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    grids = kept(vault)
    sites, venues = (
        {row[code]: row[name] for row in records(codebook, grids, table) if row[code] and row[name]}
        for table, code, name in (("site_names", "site_code", "site_name"), ("venue_names", "venue_code", "venue_name"))
    )
    if not sites and not venues:
        raise AnnexError(f"Le classeur « {NAMES} » du coffre ne nomme ni site ni établissement.")
    folder = root / "results" / study / "consolidate"
    if not (folder / "counts.parquet").is_file():
        raise NoResults(study)
    seen = _sites(io.read_table(folder / "counts.parquet"), sites)
    risky = _venues(io.read_table(folder / "venues.parquet"), venues, codebook)
    sheets = (("Sites", SITES, seen), ("Établissements", VENUES, risky))
    receipt = vault.receive(workbook(f"Étude {study} : annexe aux autorités", WARNINGS, sheets), ANNEX, ".xlsx")
    found = [
        f"{number(len(rows))} {plural(len(rows), one)}, dont {number(sum(not row[1] for row in rows))} sans nom dans le coffre."
        for rows, one in ((seen, "site"), (risky, "établissement"))
    ]
    where = receipt.path.relative_to(root) if receipt.path.is_relative_to(root) else receipt.path.name
    return [*found, f"L’annexe est dans le coffre{NBSP}: {where}", typographic(WARNINGS[0])]


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


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
