"""The purge: what a study must no longer hold is deleted, and a search proves that none of it is left.

First goes what was derived outside the vault, statements aside: the documents can be made again from these, and no count
of persons is left that they do not print. Then a search for every value that the vault holds; only when it finds
nothing do the exports, the private tables and the key go. Without the key, pseudonyms lead nowhere. A search that
finds something stops the purge while the values can still be looked for. The certificate holds counts and dates only.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from diagnostic.core import io, writing
from diagnostic.core.french import NBSP, date
from diagnostic.core.step import EXPORTS
from diagnostic.core.turn import NOW, turn
from diagnostic.core.written import as_json
from diagnostic.privacy import folding, known_values, tripwire
from diagnostic.privacy.vault import (
    ENCRYPTED,
    FILE_MODE,
    KEY,
    PRIVATE,
    RECEIVED,
    SHEETS,
    VAULT,
    VERSIONS,
    Cipher,
    Vault,
    VaultError,
    open_vault,
)
from diagnostic.release.policy import DRAFT
from diagnostic.release.tables import DECIDED
from diagnostic.study import manifest
from diagnostic.study.compliance import Retention
from diagnostic.study.config import protected_files
from diagnostic.study.generations import FOLDER as GENERATIONS
from diagnostic.study.generations import MANIFEST
from diagnostic.study.purge_record import (
    DONE,
    INCOMPLETE,
    PLANNED,
    STOPPED,
    Item,
    Report,
    certificate_path,
    write_certificate,
)
from diagnostic.study.read_back import in_versions

# Phases whose tables have a row per answer, situation or person, or a fact per group of them, however small.
EXACT_PHASES = ("collect", "consolidate", "estimate")
EXACT_RELEASE = (*(f"{name}.parquet" for name in DECIDED), "audit.json", "refus.txt")  # exact numbers and reasons
RECORD = "purge.json"  # of a study's results: what was purged, and when
CONTACTS = "contacts"
CALL_BACK = "annexe_demandes"  # whom to call back: made of contacts, so never older than they are
CONSENT, UNTIL = "recontact", "recontact_until"
CONTACT_COLUMNS = ("name", "function", "structure", "email", "phone", CONSENT, UNTIL)
YES = frozenset({"oui", "yes", "true", "1"})
NOT_SEARCHED = {
    ".git",
    ".venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "__pycache__",
    "node_modules",
}
OWN = ("config/codebook", "workflow", "resources/references")  # the project's own words: they prove nothing anywhere
PROSE = ("config", "report", "docs", "resources")  # a full name here is a leak, a single word is not
PLACES = frozenset({"locations", "origin_countries"})  # answers that name places, as public files may: « Le Touquet »
STRUCTURE = ("table", "variable", "sheet", "row", "column", "situation_number")  # of the private tables, not answers


def plan(
    root: Path,
    study: str,
    retention: Retention,
    today: dt.date,
    place: Path | str = VAULT,
    cipher: Cipher | None = None,
) -> list[Item]:
    """What a purge of this day deletes and what it keeps, with the reason of each. Raises VaultError.

    Contacts without consent are due at once, and so is the list made of them; those with consent on their own date or
    `retention.contacts`, all the rest on `retention.exports`.
    """
    vault = open_vault(root, study, place, cipher, create=False)
    due = today >= retention.exports
    if due:
        why = f"la durée de conservation a pris fin le {date(retention.exports)}"
    else:
        why = f"gardé jusqu’au {date(retention.exports)}"
    lists = [path for path in _inside(vault.folder / RECEIVED) if path.name.startswith(f"{CALL_BACK}.")]
    received = [path for path in _inside(vault.folder / RECEIVED) if path not in lists]
    kept, sheets = (_inside(vault.folder / name) for name in (VERSIONS, SHEETS))
    tables = [path for path in _inside(vault.folder / PRIVATE) if not path.name.startswith(f"{CONTACTS}.")]
    keys = [path for path in (vault.folder / KEY, vault.folder / (KEY + ENCRYPTED)) if path.is_file()]
    items = [
        Item("tables tirées du coffre, nombres exacts compris", len(stages), why, due, tuple(stages))
        for stages in [stage_files(root, study, place)]
    ]
    records = [*snakemake_records(root, study), *_inside(root / "logs" / study), *_inside(root / "benchmarks" / study)]
    items += [
        Item("traces de Snakemake et journaux", len(records), why, due, tuple(records)),
        Item("liste des demandes", len(lists), "se refait tant que les contacts sont gardés", True, tuple(lists)),
        Item("exports reçus", len(received), why, due, tuple(received)),
        Item("versions gardées de ces exports", len(kept), why, due, tuple(kept)),
        Item("feuilles de travail", len(sheets), why, due, tuple(sheets)),
        Item("tables privées", len(tables), why, due, tuple(tables)),
        Item("clé des pseudonymes", len(keys), why, due, tuple(keys)),
    ]
    if due and (left := protected_files(root, study)):  # the documents are made again without them, or with them
        said = "peu de personnes comptées ou des services nommés, à effacer à la main, avec leurs lignes dans la "
        said += f"configuration de l’étude{NBSP}: "
        said += ", ".join(path.relative_to(root).as_posix() for path in left)
        items.append(Item("fichiers de l’étude hors du coffre", len(left), said, False))
    return [item for item in [*items, *_contact_items(vault, retention, today)] if item.count]


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink()) if folder.is_dir() else []


def _contact_items(vault: Vault, retention: Retention, today: dt.date) -> list[Item]:
    if CONTACTS not in vault.private_names():
        return []
    contacts = vault.read_private(CONTACTS)
    agreed, kept = consents(contacts, retention, today)
    return [
        Item(
            "contacts sans accord pour être recontactés",
            int((~agreed).sum()),
            "aucun accord : rien ne les justifie",
            True,
            people=True,
        ),
        Item(
            "contacts dont la date est passée", int((agreed & ~kept).sum()), "l’accord ne court plus", True, people=True
        ),
        Item(
            "contacts gardés",
            int(kept.sum()),
            f"accord donné, au plus tard jusqu’au {date(retention.contacts)}",
            False,
            people=True,
        ),
    ]


def consents(contacts: pd.DataFrame, retention: Retention, today: dt.date) -> tuple[pd.Series, pd.Series]:
    """Which contacts agreed to be contacted again, and which of these are still within their date.

    No column, a blank or an unreadable date count against keeping.
    """
    none = pd.Series("", index=contacts.index, dtype="str")
    said = contacts[CONSENT].astype("str") if CONSENT in contacts else none
    agreed = said.map(lambda text: folding.fold(str(text)) in YES).astype(bool)
    dates = contacts[UNTIL].fillna("").astype("str") if UNTIL in contacts else none
    kept = agreed & dates.map(lambda text: _until(str(text), retention) > today).astype(bool)
    return agreed, kept


def _until(text: str, retention: Retention) -> dt.date:
    if not text.strip():
        return retention.contacts
    try:
        return min(dt.date.fromisoformat(text.strip()[:10]), retention.contacts)
    except ValueError:
        return dt.date.min


# --- what was derived -------------------------------------------------------------------------------------------


def derived(root: Path, study: str, place: Path | str = VAULT) -> set[Path]:
    """The study's tables whose stamp leads back to the vault, through however many stages; so do tables without one.

    A step that read exports has them among its parameters: they are no inputs, which Snakemake would take a digest of.
    """
    sources: dict[Path, set[Path]] = {}
    found: set[Path] = set()
    for path in sorted((root / "results" / study).rglob("*.parquet")):
        try:
            stamp = io.read_stamp(path)
            sources[path] = {root / name for name in stamp["inputs"]}
        except (io.DoorError, KeyError):
            found.add(path)
            continue
        if stamp.get("params", {}).get(EXPORTS):
            found.add(path)
    vault = root / place
    found |= {path for path, inputs in sources.items() if any(name.is_relative_to(vault) for name in inputs)}
    while more := {path for path, inputs in sources.items() if path not in found and inputs & found}:
        found |= more
    return found


def stage_files(root: Path, study: str, place: Path | str = VAULT) -> list[Path]:
    """All files of the phases that hold exact numbers, where a table of theirs is drawn from the vault: lists of errors
    too, what the release decided, drafts, a reviewer's own copy, and generations whole, which hold the same tables.
    Statements stay, and the documents made of them."""
    results = root / "results" / study
    phases = {path.parent.name for path in derived(root, study, place)} & set(EXACT_PHASES)
    if not phases:
        return []
    folders = [results / phase for phase in sorted({*phases, DRAFT, writing.REVIEW, GENERATIONS})]
    files = [path for folder in folders for path in _inside(folder) if path.name != writing.NOTICE]
    return files + [path for name in EXACT_RELEASE if (path := results / "release" / name).is_file()]


def settle(root: Path, study: str, today: dt.date) -> None:
    """Make the results of a purged study whole again: tables that forget what they were made from (a number of rows, a
    digest from which a small table could be guessed), a dated record, and a manifest of what is left."""
    results = root / "results" / study
    for path in [*results.glob("release/*.parquet"), *results.glob(f"{writing.RENDERING}/*.parquet")]:
        stamp = io.read_stamp(path)
        forgotten = {"rule": stamp["rule"], "code": stamp["code"], "params": {}, "inputs": {}, "rows_in": {}}
        io.write_table(io.read_table(path), path, forgotten)
    if (results / MANIFEST).is_file():
        told = {"étude": study, "purgée": today.isoformat(), "reste": "les énoncés et les documents qui en sont faits"}
        writing.write_bytes(as_json(told), results / RECORD)
        manifest.rewrite(results, root)


def snakemake_records(root: Path, study: str) -> list[Path]:
    """Snakemake's records, caches and logs that name the study, in clear or in the base64 of their own name."""
    folder = root / ".snakemake"
    records = []
    for path in _inside(folder):
        if path.relative_to(folder).parts[0] in ("conda", "conda-archive", "singularity"):
            continue
        names = tripwire.decoded_names(path, root)
        if any(study in name for name in names) or (path.is_file() and study.encode() in path.read_bytes()):
            records.append(path)
    return records


# --- proof ------------------------------------------------------------------------------------------------------

_LINK = re.compile(r"[A-Z]-[0-9A-HJKMNP-TV-Z]{6,26}")


def private(vault: Vault) -> list[tuple[str, pd.DataFrame]]:
    """The private tables, by name."""
    return [(name, vault.read_private(name)) for name in vault.private_names()]


def values(tables: Iterable[tuple[str, pd.DataFrame]]) -> dict[str, bool]:
    """The distinct personal texts of private tables → whether one was only given as the name of a place.

    Left out: pseudonyms, consents, dates, short numbers, and counts such as « 3 ou 4 ».
    """
    found: dict[str, bool] = {}
    for name, frame in tables:
        places = frame["variable"].isin(PLACES) if "variable" in frame else pd.Series(False, index=frame.index)
        for column in frame.columns.difference([CONSENT, UNTIL, *STRUCTURE], sort=False):
            cells = pd.DataFrame({"text": frame[column].dropna().astype("str").str.strip(), "place": places}).dropna()
            for text, place in cells.groupby("text", sort=False)["place"].all().items():
                if _sought(str(text), name == CONTACTS):
                    found[str(text)] = found.get(str(text), True) and bool(place)
    return found


def _sought(text: str, contact: bool) -> bool:
    folded = folding.fold(text)
    digits = re.sub(r"\D", "", folded)
    if len(folded) < 3 or _LINK.fullmatch(text) or re.fullmatch(r"\d{4}-\d\d-\d\d.*", text):
        return False
    if len(digits) >= 8 or contact and not folded.replace(" ", "").isdigit():
        return True
    return not digits or any(len(word) >= 4 and not word.isdigit() for word in folded.split())


def ordinary(root: Path, texts: Mapping[str, bool]) -> set[str]:
    """Texts that prove nothing when found: a word under four letters, the project's own words and sentences, a single
    word of its prose or of public files, a place that public files name. Never a phone or an e-mail."""
    worded = [text for text in texts if len(re.sub(r"\D", "", text)) < 8 and "@" not in text]
    single = [text for text in worded if re.fullmatch(r"[^\W\d_]+", text)]
    places = [text for text in worded if texts[text] and len(folding.fold(text).split()) <= 3]
    used = {text for text in single if len(text) < 4}
    for some, folders in ((worded, OWN), (single, PROSE), (places, ("resources",))):
        own = [root / name for name in folders if (root / name).is_dir()]
        used |= {some[found.index] for found in known_values.search(some, own, root)}
    return used


def searched(root: Path, place: Path | str) -> list[Path]:
    vault = (root / place).resolve()
    return sorted(path for path in root.iterdir() if path.name not in NOT_SEARCHED and path.resolve() != vault)


# --- the purge itself -------------------------------------------------------------------------------------------


def purge(
    root: Path,
    study: str,
    retention: Retention,
    today: dt.date,
    execute: bool = False,
    place: Path | str = VAULT,
    cipher: Cipher | None = None,
    contact_columns: Collection[str] = CONTACT_COLUMNS,
) -> Report:
    """Do the plan of the day, and prove it; without `execute`, only tell it. Raises VaultError, Busy.

    Kept contacts lose every column outside `contact_columns` as soon as the key goes: nothing ties them to an answer.
    """
    items = plan(root, study, retention, today, place, cipher)
    if not execute or not any(item.due for item in items):
        return Report(study, items, PLANNED)
    if _inside(root / ".snakemake" / "locks"):
        raise VaultError(f"Purge de {study}{NBSP}: un calcul est en cours dans ce dossier ; attendre sa fin.")
    vault = open_vault(root, study, place, cipher, create=False)
    with turn(root / "results" / study, NOW), turn(vault.folder, NOW):
        full = today >= retention.exports
        texts = values([*private(vault), *in_versions(root, study, vault)]) if full else {}
        plain = ordinary(root, texts)
        sought = [text for text in texts if text not in plain]
        if missed := known_values.self_proof(vault.folder):
            return Report(study, items, STOPPED, missed=missed)
        outside = [path for item in items if item.due for path in item.paths if not path.is_relative_to(vault.folder)]
        erase(outside, root)
        if full:
            settle(root, study, today)
        if found := known_values.search(sought, searched(root, place), root):
            return Report(study, items, STOPPED, found)
        certificate = certificate_path(vault.folder, today, "purge" if full else CONTACTS)
        write_certificate(certificate, study, today, items, None)
        remaining = {folding.fold(text) for text in _empty_vault(vault, items, retention, today, full, contact_columns)}
        gone = [text for text in sought if folding.fold(text) not in remaining]
        if found := known_values.search(gone, [*searched(root, place), vault.folder], root, beside=remaining):
            return Report(study, items, INCOMPLETE, found)
        write_certificate(certificate, study, today, items, (len(sought), len(plain)) if full else None, done=True)
        return Report(study, items, DONE, certificate=certificate)


def _empty_vault(
    vault: Vault, items: list[Item], retention: Retention, today: dt.date, full: bool, columns: Collection[str]
) -> list[str]:
    """Delete what is due inside the vault. Returns the texts of the contacts that stay."""
    remaining: list[str] = []
    if CONTACTS in vault.private_names():
        contacts = vault.read_private(CONTACTS)
        contacts = contacts[consents(contacts, retention, today)[1]]
        if full:
            contacts = contacts[[column for column in contacts.columns if column in columns]]
        old = [path for path in _inside(vault.folder / PRIVATE) if path.name.startswith(f"{CONTACTS}.")]
        if contacts.empty:
            erase(old, vault.folder)
        else:
            vault.write_private(contacts, CONTACTS)
            remaining = [str(cell) for column in contacts for cell in contacts[column].dropna()]
    erase([p for item in items if item.due for p in item.paths if p.is_relative_to(vault.folder)], vault.folder)
    return remaining


def erase(paths: Sequence[Path], root: Path) -> None:
    """Overwrite, then delete, files; then the folders they leave empty, `root` and its first level aside."""
    for path in paths:
        if path.is_file() and not path.is_symlink() and path.stat().st_nlink == 1:
            path.chmod(FILE_MODE)
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        path.unlink(missing_ok=True)
    for folder in sorted({parent for path in paths for parent in path.parents}, key=lambda p: -len(p.parts)):
        inside = folder.is_relative_to(root) and root not in (folder, folder.parent)
        if inside and folder.is_dir() and set(os.listdir(folder)) <= {writing.NOTICE}:
            shutil.rmtree(folder)
