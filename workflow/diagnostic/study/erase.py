"""The right to erasure: one record is taken out of every version of every export, and out of all that was drawn from it.

What is left of an export is written again without the record's rows; private tables too. Stages are deleted, to be made
again without it. Then a search for every text that only this record held. The certificate has a date and versions, no
content and no name of the record.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pandas as pd

from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.core import io, locks, writing
from diagnostic.core.errors import Typeset
from diagnostic.core.french import NBSP, date, plural, typographic
from diagnostic.core.locks import NOW, turn
from diagnostic.core.writing import as_json
from diagnostic.privacy import contents, folding, known_values, versions
from diagnostic.privacy import vault as vaults
from diagnostic.privacy.vault import CERTIFICATES, PRIVATE, RECEIVED, VAULT, Cipher, Vault, open_vault, write_closed
from diagnostic.release.table_names import PRINTED
from diagnostic.study import compliance, erased, given, manifest, working
from diagnostic.study.changes import places, resume, whole
from diagnostic.study.compliance import Retention
from diagnostic.study.config import RESOURCES, cipher, opened, protected_files
from diagnostic.study.digests import KEY as LOCAL_KEY
from diagnostic.study.erased import RECORDED, Rows, decided, pseudonyms, without
from diagnostic.study.generations import MANIFEST, REPORT
from diagnostic.study.given import DUPLICATES, Reader, in_versions
from diagnostic.study.own_files import GIVEN, drained, origins, without_answers
from diagnostic.study.receive import INTERVIEWS, origin

ELSEWHERE = (
    "Ce que cette commande ne peut pas faire : effacer la réponse dans l’outil de collecte (sans quoi le prochain export "
    "la ramène), dans les sauvegardes et les courriels, et dans ce qui a déjà été envoyé."
)


@dataclass(frozen=True)
class _Held:
    """One export that holds rows of the record: its role, its version (None for a file put by hand), those rows, the texts
    that only they hold, and the identities that are the record's, with digests of what each says."""

    role: str
    version: versions.Version | None
    content: bytes
    rows: Rows
    texts: list[tuple[str, pd.DataFrame]] = field(default_factory=list)
    records: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Wanted:
    """The record to erase: its number as the form or the sheet shows it, or its pseudonym."""

    given: str
    vault: Vault

    def named(self, text: str) -> bool:
        """Whether a number that stands in an export, or a pseudonym made of it, is the record's."""
        if not text:
            return False
        ways = product(pseudonyms(self.vault, text), pseudonyms(self.vault, self.given))
        return text == self.given or any(one.startswith(other) or other.startswith(one) for one, other in ways)


def erase(root: Path, study: str, record: str, today: dt.date, execute: bool = False) -> tuple[list[str], bool]:
    """Erase a response or an interview, with its situations and their coding, from everywhere in the study.

    Without `execute`, only what would be done is told. French lines that name versions, never a value; and whether all
    is well: not where something is still found after. Raises Typeset, VaultError, ConfigError, CodebookError, Busy.
    """
    if not execute:
        held, unreadable, _ = _found(root, study, record)
        lines = ["À effacer, rien ne l’est encore (--confirmer) :", *_listed(held), _unread(unreadable), ELSEWHERE]
        return [typographic(line) for line in lines if line], True
    if locks.standing(root) and locks.holder(root):
        raise Typeset("Un calcul est en cours dans ce dossier ; attendre sa fin. Rien n’a été effacé.")
    with turn(root / "results" / study, NOW):
        asked = ("effacer", study, record, today)
        lines, well = whole(root, study, asked, lambda inside: _erase(root, inside, study, record, today))
    return [typographic(line) for line in lines if line], well


def _found(root: Path, study: str, record: str) -> tuple[list[_Held], list[str], _Wanted]:
    """What holds a record, what cannot be read, and the record. Raises Typeset where nothing holds it."""
    vault = opened(root, study, create=False)
    wanted = _Wanted(record.strip(), vault)
    held, unreadable = _search(Reader(root, study, vault), wanted)
    if not held and erased.known(vault).named(wanted.given):
        raise Typeset("Cette réponse est déjà effacée de toutes les versions ; il n’y a plus rien à effacer.")
    if not held:
        raise Typeset(
            "Aucune version d’aucun export ne contient cette réponse. Donner son numéro comme le formulaire le montre, ou "
            f"son pseudonyme en entier. {_unread(unreadable)}"
        )
    return held, unreadable, wanted


def _listed(held: Sequence[_Held]) -> list[str]:
    return [f"{one.role}, {_name(one.version)} : {len(one.rows)} {plural(len(one.rows), 'ligne')}" for one in held]


def _erase(root: Path, inside: Path, study: str, record: str, today: dt.date) -> tuple[list[str], bool]:
    """Erase a record of the study as it is `inside`, what was drawn from it in the project itself, and search both."""
    held, unreadable, wanted = _found(inside, study, record)
    vault = wanted.vault
    reader = Reader(inside, study, vault)
    left = [without(read_export(one.content, one.role, short_rows=True)[0], one.rows, one.role) for one in held]
    recipes = _recipes(reader, held, left, today)
    for one, content in (*zip(held, left, strict=True), *recipes):
        _rewrite(reader, one, content, today)
    _decisions(reader, wanted, today)
    _private(vault, wanted, held)
    known = {number: print_ for one in held for number, print_ in one.records.items()}
    erased.known(vault).with_([wanted.given, *known], known.values(), today)
    made_again = [path for path in (vault.folder / RECEIVED).iterdir() if path.name.startswith(f"{CALL_BACK}.")]
    working.forget(vault, wanted.named)
    made_again += [path for path in _inside(vault.folder / vaults.SHEETS) if not path.name.startswith(working.FILE)]
    writing.take_away(vault.folder / vaults.BEFORE)
    erase_stages(made_again, inside)
    erase_stages(stage_files(root, study), root)
    _hollow(root / "results" / study)
    found = _still(root, reader, held)
    certificate = certificate_path(vault.folder, today, ERASURE)
    touched = {one.role: [_name(other.version) for other in held if other.role == one.role] for one in held}
    limits = LIMITS.replace("La purge", "L’effacement")
    why = {"motif": "droit à l’effacement", "réécrit": touched, "limites": limits}
    write_certificate(certificate, study, today, BEGUN if found else "achevé", why)
    if found:
        places = _places(found)
        told = [f"Effacé, mais il en reste, ou il peut en rester, à {len(places)} {plural(len(places), 'endroit')} :"]
        return [*told, *places, ELSEWHERE], False
    lines = ["Effacé :", *_listed(held), f"Certificat, sans contenu : {CERTIFICATES}/{certificate.name}."]
    if made_again:
        lines.append(
            "Les feuilles de travail, les fichiers déposés qui attendaient et la liste des demandes sont effacés aussi ; ils se refont."
        )
    return [*lines, _unread(unreadable), f"Recalculer : « diagnostic calculer {study} ».", ELSEWHERE], True


def _places(found: Iterable[known_values.Found]) -> list[str]:
    places = sorted({(one.file, one.where) for one in found})
    return [f"  {file}{f' ({where})' if where else ''}" for file, where in places]


def _name(version: versions.Version | None) -> str:
    return f"version {version.number}" if version else "fichier en usage"


def _unread(unreadable: Sequence[str]) -> str:
    told = "Versions qui ne peuvent pas être lues, et n’ont donc pas été cherchées"
    return f"{told} : {', '.join(unreadable)}." if unreadable else ""


# --- where the record is ----------------------------------------------------------------------------------------
def _search(reader: Reader, wanted: _Wanted) -> tuple[list[_Held], list[str]]:
    """Every export that holds the record, and the names of those in which no record can be told apart."""
    held: list[_Held] = []
    unreadable: list[str] = []
    for role in (*ROLES, DUPLICATES, *(f"{role}{GIVEN}" for role in ROLES)):
        own = role.removesuffix(GIVEN)
        for version, content in _exports(reader.vault, role):
            known = reader.readable(own, content)
            export = None if own == DUPLICATES else reader.read(own, known)
            read = export.read if export else None
            if read:
                rows = {place for place, who in erased.owners(reader, own, read) if wanted.named(who)}
            else:
                rows = _decided(known, wanted)
            if rows:
                said = export.records if export and own in RECORDED else {}
                # of what a recipe read, the rows as they stand in the file given; its texts are in the export made of it
                places = origins(read_export(known, own)[0]) if known != content else {}
                rows = {places[place] for place in rows if place in places} if places else rows
                texts = list(read.private.items()) if read and not places else []
                own_ = {number: one for number, one in said.items() if wanted.named(number)}
                held.append(_Held(role, version, content, rows, texts, own_))
            elif read and read.tables[ROLES[own][0]].empty and content:
                unreadable.append(f"{role} ({_name(version)})")
    return held, unreadable


def _decided(content: bytes, wanted: _Wanted) -> Rows:
    """The rows of a sheet of decisions on pairs that name the record."""
    return decided(read_export(content, DUPLICATES, short_rows=True)[0], wanted.named)


def _exports(vault: Vault, role: str) -> list[tuple[versions.Version | None, bytes]]:
    """All versions of a role that are kept, and the file in use where it is none of them."""
    found: list[tuple[versions.Version | None, bytes]] = [
        (version, versions.content(vault, version)) for version in versions.versions(vault, role) if version.file
    ]
    if vault.received(role) is not None and versions.in_use(vault, role) is None:
        found.append((None, vault.read_received(role)))
    return found


# --- taking it out ----------------------------------------------------------------------------------------------
def _rewrite(reader: Reader, one: _Held, content: bytes, today: dt.date) -> None:
    """Write a version, and the file in use where it is that one, without the record; its origin record follows."""
    vault, used = reader.vault, versions.in_use(reader.vault, one.role)
    current = one.version is None or (used is not None and used.number == one.version.number)
    path = vault.received(one.role)
    if one.version is not None:
        versions.rewrite(vault, one.version, content, today.isoformat())
    if not current or path is None:
        return
    before = vault.digest(vault.read_received(one.role))
    vault.receive(content, one.role, versions.extension(path))
    record = origin(reader.root, reader.study, one.role)
    if record:
        renewed = given.replaced(record, "digest", vault.digest(content), before, today)
        given.write_record(reader.root, reader.study, one.role, renewed)
    if one.role == INTERVIEWS:
        given.drawn_interviews(reader, read_export(content, one.role, short_rows=True)[0], today)


def _recipes(reader: Reader, held: Sequence[_Held], left: Sequence[bytes], today: dt.date) -> list[tuple[_Held, bytes]]:
    """The recipes without the answers that only the record gave, what a person chose in their view among them."""
    drained(reader, today)
    own = [(one, content) for one, content in zip(held, left, strict=True) if one.role.endswith(GIVEN)]
    gone = [text for one, _ in own for text in _cells(one.content, one.rows)]
    kept = [text for _, content in own if content for text in _cells(content)]
    found = without_answers(reader, gone, kept) if gone else []
    return [(_Held(role, version, b"", set()), content) for role, version, content in found]


def _cells(content: bytes, rows: Rows | None = None) -> list[str]:
    """The different filled cells of a file, or of these rows of it."""
    grids = read_export(content, "", short_rows=True)[0]
    every = ((grid.number, at, cells) for grid in grids for at, cells in enumerate(grid.rows, start=1))
    return list({text for number, at, cells in every if rows is None or (number, at) in rows for text in cells if text})


def _decisions(reader: Reader, wanted: _Wanted, today: dt.date) -> None:
    """The study's own list of decisions, without those on the record."""
    name = given.file_of(reader.root, reader.study, DUPLICATES)
    path = reader.root / RESOURCES / reader.study / name
    if path.is_file() and (rows := _decided(path.read_bytes(), wanted)):
        left = without(read_export(path.read_bytes(), DUPLICATES, short_rows=True)[0], rows, DUPLICATES)
        given.write(reader.root, reader.study, DUPLICATES, left, today)


def _private(vault: Vault, wanted: _Wanted, held: Sequence[_Held]) -> None:
    """The private tables without the record's rows: those under its pseudonym, those of the texts found in its rows."""
    texts = {text for one in held for text in _texts(one, inside=True)}
    for name in vault.private_names():
        frame = vault.read_private(name)
        if "response_id" not in frame:
            continue
        own = frame["response_id"].astype("str").map(wanted.named).astype(bool)
        if "text" in frame and "table" in frame:
            interviews = ~frame["table"].isin(ROLES["questionnaire"])  # whose rows bear another pseudonym
            own |= interviews & frame["text"].isin(texts)
        if own.any():
            vault.write_private(frame[~own].reset_index(drop=True), name)


def _texts(one: _Held, inside: bool) -> set[str]:
    """The texts of an export that stand in the record's rows, or in the others."""
    found: set[str] = set()
    for _, frame in one.texts:
        if "sheet" in frame:
            at = [place in one.rows for place in zip(frame["sheet"], frame["row"], strict=True)]
            found |= set(frame.loc[[hit is inside for hit in at], "text"].dropna().astype("str"))
    return found


# --- proof ------------------------------------------------------------------------------------------------------
def _still(root: Path, reader: Reader, held: Sequence[_Held]) -> list[known_values.Found]:
    """Where a text or a contact that only the record held is still found, and what cannot be read whole: in the project, and, of
    the study, where the reader is."""
    before = values(table for one in held for table in one.texts)
    exports = [(role, content) for role in ROLES for _, content in _exports(reader.vault, role)]
    after = values(table for one in exports for table in reader.read(*one).read.private.items())
    kept = {folding.fold(text) for text in after}
    gone = {text: place for text, place in before.items() if folding.fold(text) not in kept}
    plain = ordinary(root, gone)  # the project’s own words: the copy where a command works has but the study
    sought = [text for text in gone if text not in plain]
    return sought_in(sought, root, reader.root, reader.study)


# -- The purge: what a study must no longer hold is deleted, and a search proves that none of it is left ----------
# First goes what was derived outside the vault, statements aside: the documents can be made again from these, and no
# count of persons is left that they do not print. Then a search for every value that the vault holds; only when it
# finds nothing do the exports, the private tables and the key go. Without the key, pseudonyms lead nowhere. A search
# that finds something stops the purge while the values can still be looked for. The certificate holds counts and
# dates only.
RECORD = "purge.json"  # of a study's results: what was purged, and when
# Of the results: what says no more than documents; and the same, of what the release has made.
STAY = {REPORT, writing.RENDERING, "geography", MANIFEST, RECORD, LOCAL_KEY}
STATED = {f"{name}.parquet" for name in (*PRINTED, "lineage")}
VAULT_STAYS = {CERTIFICATES, compliance.FOLDER}  # of a vault, with its number and the contacts that are kept
CONTACTS = "contacts"
CALL_BACK = "annexe_demandes"  # whom to call back: made of contacts, so never older than they are
CONSENT, UNTIL = "recontact", "recontact_until"
CONTACT_COLUMNS = ("name", "function", "structure", "email", "phone", CONSENT, UNTIL)
YES = frozenset({"oui", "yes", "true", "1"})
NOT_SEARCHED = set(".git .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis __pycache__ node_modules".split())
OWN = ("config/codebook", "workflow", "resources/references")  # the project's own words: they prove nothing anywhere
PROSE = ("config", "report", "docs", "resources")  # a full name here is a leak, a single word is not
PLACES = frozenset({"locations", "origin_countries"})  # answers that name places, as public files may: « Le Touquet »
STRUCTURE = ("table", "variable", "sheet", "row", "column", "situation_number")  # of the private tables, not answers


def plan(root: Path, study: str, retention: Retention, today: dt.date, cipher: Cipher | None = None) -> list[Item]:
    """What a purge of this day deletes and what it keeps, with the reason of each. Raises VaultError.

    Contacts without consent are due at once, and so is the list made of them; those with consent on their own date or
    `retention.contacts`, all the rest on `retention.exports`.
    """
    vault = open_vault(root, study, cipher=cipher, create=False)
    due, end = today >= retention.exports, date(retention.exports)
    why = f"la durée de conservation a pris fin le {end}" if due else f"gardé jusqu’au {end}"
    held: dict[str, list[Path]] = {
        "tables tirées du coffre, nombres exacts compris": stage_files(root, study),
        "traces de Snakemake et journaux": _records(root, study),
        **{what: [] for what in KINDS.values()},
    }
    lists = []
    for path in _inside(vault.folder):
        first = path.relative_to(vault.folder).parts[0]
        if first == RECEIVED and path.name.startswith(f"{CALL_BACK}."):
            lists.append(path)
        elif first not in {*VAULT_STAYS, vaults.FORMAT} and not _contacts(vault, path):
            held[KINDS.get(first.removesuffix(vaults.ENCRYPTED), KINDS[""])].append(path)
    items = [Item(what, len(paths), why, due, tuple(paths)) for what, paths in held.items()]
    again = "se refait tant que les contacts sont gardés"
    items.insert(2, Item("liste des demandes", len(lists), again, True, tuple(lists)))
    if due and (left := protected_files(root, study)):  # the documents are made again without them, or with them
        said = "peu de personnes comptées ou des services nommés, à effacer à la main, avec leurs lignes dans la "
        said += f"configuration de l’étude{NBSP}: "
        said += ", ".join(path.relative_to(root).as_posix() for path in left)
        items.append(Item("fichiers de l’étude hors du coffre", len(left), said, False))
    return [item for item in [*items, *_contact_items(vault, retention, today)] if item.count]


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink()) if folder.is_dir() else []


KINDS = {  # of what a vault holds: what it is
    RECEIVED: "exports reçus",
    vaults.VERSIONS: "versions gardées de ces exports",
    vaults.SHEETS: "feuilles de travail",
    PRIVATE: "tables privées",
    vaults.KEY: "clé des pseudonymes",
    "": "autres fichiers du coffre",
}


def _contacts(vault: Vault, path: Path) -> bool:
    return path.parent == vault.folder / PRIVATE and path.name.startswith(f"{CONTACTS}.")


def _records(root: Path, study: str) -> list[Path]:
    return [*snakemake_records(root, study), *_inside(root / "logs" / study), *_inside(root / "benchmarks" / study)]


def _contact_items(vault: Vault, retention: Retention, today: dt.date) -> list[Item]:
    if CONTACTS not in vault.private_names():
        return []
    contacts = vault.read_private(CONTACTS)
    agreed, kept = consents(contacts, retention, today)
    until = f"accord donné, au plus tard jusqu’au {date(retention.contacts)}"
    every = (
        ("sans accord pour être recontactés", ~agreed, "aucun accord : rien ne les justifie", True),
        ("dont la date est passée", agreed & ~kept, "l’accord ne court plus", True),
        ("gardés", kept, until, False),
    )
    return [Item(f"contacts {what}", int(who.sum()), why, due, people=True) for what, who, why, due in every]


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


# --- what goes --------------------------------------------------------------------------------------------------
def stage_files(root: Path, study: str) -> list[Path]:
    """All files of a study's results that are not of what stays: statements, and the documents made of them."""
    results = root / "results" / study
    kept = {("release", name) for name in (*STATED, writing.NOTICE)}
    every = ((path, path.relative_to(results).parts) for path in _inside(results))
    return [path for path, parts in every if parts[0] not in STAY and parts not in kept]


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
        names = contents.decoded_names(path, root)
        if any(study in name for name in names) or (path.is_file() and study.encode() in path.read_bytes()):
            records.append(path)
    return records


# --- proof ------------------------------------------------------------------------------------------------------
_LINK = re.compile(r"[A-Z]-[0-9A-HJKMNP-TV-Z]{6,26}")


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


def searched(root: Path) -> list[Path]:
    """What of the project is searched for what only the vault may hold."""
    return sorted(path for path in root.iterdir() if path.name not in {*NOT_SEARCHED, VAULT})


def sought_in(sought: Sequence[str], root: Path, inside: Path, study: str) -> list[known_values.Found]:
    """Where values are in the project, and, of what is the study's own, in the copy of it where a command works; what cannot be
    read whole is told too."""
    own = [place for place in places(study) if (inside / place).exists()]
    others = list(_apart(searched(root), {root / place for place in own}))
    found = known_values.search(sought, others, root, whole=True)
    return found + known_values.search(sought, [inside / one for one in own], inside, whole=True)


def _apart(paths: Iterable[Path], own: set[Path]) -> Iterator[Path]:
    """The paths without the study's own."""
    above = {parent for path in own for parent in path.parents}
    for path in paths:
        if path in above and path.is_dir() and not path.is_symlink():
            yield from _apart(sorted(path.iterdir()), own)
        elif path not in own:
            yield path


# --- the purge itself -------------------------------------------------------------------------------------------
def purge(
    root: Path,
    study: str,
    retention: Retention,
    today: dt.date,
    execute: bool = False,
    cipher: Cipher | None = None,
    decided: Mapping[str, object] | None = None,
) -> Report:
    """Do the plan of the day, and prove it; without `execute`, only tell it. Raises VaultError, Busy.

    Kept contacts lose every column outside CONTACT_COLUMNS as soon as the key goes: nothing ties them to an answer. `decided`: who
    decided of the dates, as the certificate says it. What was cut is ended by the same command.
    """
    if execute:
        resume(root, study)
    items = plan(root, study, retention, today, cipher)
    if not execute or not any(item.due for item in items):
        return Report(study, items, PLANNED)
    if _inside(root / ".snakemake" / "locks"):
        raise vaults.VaultError(f"Purge de {study}{NBSP}: un calcul est en cours dans ce dossier ; attendre sa fin.")
    full = today >= retention.exports
    told: dict[str, object] = {
        "conservation": {"exports": retention.exports.isoformat(), "contacts": retention.contacts.isoformat()},
        "décidé par": dict(decided or {}),
    }

    def begun(inside: Path) -> tuple[str, list[str]]:
        if missed := known_values.self_proof(inside / VAULT / study):
            return "", missed
        folder = open_vault(inside, study, cipher=cipher, create=False).folder
        path = certificate_path(folder, today, "purge" if full else CONTACTS)
        if not path.exists():
            write_certificate(path, study, today, BEGUN, _purged(items) | told)
        return path.name, []

    def emptied(inside: Path) -> Report:
        vault = open_vault(inside, study, cipher=cipher, create=False)
        return _purge(root, inside, vault, items, retention, today, name)

    with turn(root / "results" / study, NOW):
        name, missed = whole(root, study, ("commencer", study, today), begun, NOW)
        if missed:
            return Report(study, items, STOPPED, missed=missed)
        return whole(root, study, ("purger", study, today), emptied, NOW, again=True)


def purge_decided(root: Path, study: str, today: dt.date, execute: bool = False) -> Report:
    """A purge at the dates that the compliance file has, told or done. Raises ConfigError without them, VaultError, Busy."""
    files = compliance.contents(root / VAULT / study / compliance.FOLDER)
    dates, decided = compliance.retention(files), compliance.decided(files)
    return purge(root, study, dates, today, execute, cipher(root), decided)


def _purge(
    root: Path, inside: Path, vault: Vault, items: list[Item], retention: Retention, today: dt.date, name: str
) -> Report:
    """Delete what is due outside the vault, then what is in it, as it is `inside`; `name`: of the certificate that is begun."""
    study, full = vault.study, today >= retention.exports
    private = [(one, vault.read_private(one)) for one in vault.private_names()]
    texts = values([*private, *in_versions(inside, study, vault)]) if full else {}
    plain = ordinary(root, texts)
    sought = [text for text in texts if text not in plain]
    if full:
        erase_stages([*stage_files(root, study), *_records(root, study)], root)
        for folder in (*(root / one / study for one in ("results", "logs", "benchmarks")), root / ".snakemake"):
            _hollow(folder)
        settle(root, study, today)
    clear: set[tuple[bytes, str]] = set()  # what has none of these values has none of those that are gone either
    if found := known_values.search(sought, searched(root), root, clear=clear):
        return Report(study, items, STOPPED, found)
    own = root / VAULT / study
    due = [path for item in items if item.due for path in item.paths if path.is_relative_to(own)]
    held = [vault.folder / path.relative_to(own) for path in due]
    remaining = {folding.fold(text) for text in _empty_vault(vault, held, retention, today, full)}
    gone = [text for text in sought if folding.fold(text) not in remaining]
    found = known_values.search(gone, searched(root), root, beside=remaining, clear=clear)
    found += known_values.search(gone, [vault.folder], inside, beside=remaining)
    if full:
        rest = [path.relative_to(root) for path in stage_files(root, study)]
        left = (path for path in _inside(vault.folder) if not _contacts(vault, path))
        late = [path for path in left if path.relative_to(vault.folder).parts[0] not in {*VAULT_STAYS, vaults.FORMAT}]
        rest += [path.relative_to(inside) for path in late]
        found += [known_values.Found(known_values.UNREAD, path.as_posix(), "aurait dû partir") for path in rest]
    certificate = vault.folder / CERTIFICATES / name
    if found:
        return Report(study, items, INCOMPLETE, found)
    told = json.loads(certificate.read_bytes()) | {"état": "achevée"}
    if full:
        proof: dict[str, object] = {"valeurs recherchées": len(sought), "mots courants non recherchés": len(plain)}
        proof |= {"formes": list(known_values.FORMS), "valeurs retrouvées": 0, "témoin planté puis retrouvé": True}
        told["preuve"] = proof
    write_closed(as_json(told), certificate)
    return Report(study, items, DONE, certificate=root / certificate.relative_to(inside))


def _empty_vault(vault: Vault, held: Sequence[Path], retention: Retention, today: dt.date, full: bool) -> list[str]:
    """Delete what is due inside the vault. Returns the texts of the contacts that stay."""
    remaining: list[str] = []
    if CONTACTS in vault.private_names():
        contacts = vault.read_private(CONTACTS)
        contacts = contacts[consents(contacts, retention, today)[1]]
        if full:
            contacts = contacts[[column for column in contacts.columns if column in CONTACT_COLUMNS]]
        old = [path for path in _inside(vault.folder / PRIVATE) if path.name.startswith(f"{CONTACTS}.")]
        if contacts.empty:
            erase_stages(old, vault.folder)
        else:
            if not contacts.equals(vault.read_private(CONTACTS)):
                vault.write_private(contacts, CONTACTS)
            remaining = [str(cell) for column in contacts for cell in contacts[column].dropna()]
    erase_stages(held, vault.folder)
    return remaining


def erase_stages(paths: Sequence[Path], root: Path) -> None:
    """Overwrite, then delete, files; then the folders they leave empty, `root` and its first level aside."""
    for path in paths:
        writing.wipe(path)
    for folder in sorted({parent for path in paths for parent in path.parents}, key=lambda p: -len(p.parts)):
        inside = folder.is_relative_to(root) and root not in (folder, folder.parent)
        if inside and folder.is_dir() and set(os.listdir(folder)) <= {writing.NOTICE}:
            shutil.rmtree(folder)


def _hollow(folder: Path) -> None:
    """Take away a folder, and those in it, that hold nothing, as a purge that was cut leaves some."""
    inside = (path for path in [folder, *folder.rglob("*")] if path.is_dir() and not path.is_symlink())
    for one in sorted(inside, key=lambda path: -len(path.parts)):
        if not any(one.iterdir()):
            one.rmdir()


# -- What a purge is to do or has done: its lines, its certificate, what is said of it ----------------------------
FEW = 8  # people whose number a certificate does not keep: the ordinary threshold
LIMITS = (
    "La purge ne touche pas les sauvegardes, les copies faites à la main, les courriels, l’historique de git ni les "
    "exports restés dans l’outil de collecte. Sur un disque SSD, un effacement n’est sûr que si le disque est chiffré."
)


@dataclass(frozen=True)
class Item:
    """One line of the plan: `count` of files or rows of a kind, why, and whether it goes now."""

    what: str
    count: int
    reason: str
    due: bool
    paths: tuple[Path, ...] = ()
    people: bool = False  # whether it counts people


BEGUN, ERASURE = "en cours", "effacement"  # of a certificate: its state, what it is of
PLANNED, STOPPED, INCOMPLETE, DONE = "planned", "stopped", "incomplete", "done"


@dataclass(frozen=True)
class Report:
    """What a purge did. `planned`: nothing was touched. `stopped`: the vault was not touched, since values are still
    found outside or the search itself failed (`missed`: the forms). `incomplete`: values are still found after it."""

    study: str
    items: list[Item]
    state: str
    found: list[known_values.Found] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    certificate: Path | None = None


def certificate_path(folder: Path, today: dt.date, what: str) -> Path:
    """A new name, or that of the certificate that is begun. Only a full purge is called one: it is what tells a deleted key from
    a lost one."""
    place = folder / CERTIFICATES
    place.mkdir(mode=vaults.FOLDER_MODE, exist_ok=True)
    begun = (path for path in sorted(place.glob(f"{what}-*.json")) if json.loads(path.read_bytes())["état"] == BEGUN)
    if what != ERASURE and (left := next(begun, None)):
        return left
    name, number = f"{what}-{today.isoformat()}", 1
    while (path := place / f"{name}{'' if number == 1 else f'-{number}'}.json").exists():
        number += 1
    return path


def write_certificate(path: Path, study: str, today: dt.date, state: str, told: Mapping[str, object]) -> None:
    """What was erased of a study on a day, and how far that went."""
    write_closed(as_json({"étude": study, "date": today.isoformat(), "état": state, **told}), path)


def _purged(items: list[Item]) -> dict[str, object]:
    """Counts of what goes and of what stays, with the reasons; of people, no small number."""
    told: dict[str, list[dict[str, str | int]]] = {"supprimé": [], "gardé": []}
    for item in items:
        count = f"moins de {FEW}" if item.people and item.count < FEW else item.count
        own = {"quoi": item.what, "nombre": count, "motif": item.reason}
        told["supprimé" if item.due else "gardé"].append(own)
    return {**told, "limites": LIMITS}


_HEADINGS = {
    PLANNED: "à faire, rien n’est supprimé",
    STOPPED: "arrêtée, le coffre est intact",
    INCOMPLETE: "faite, mais des données personnelles restent",
    DONE: "faite",
}


def message(report: Report) -> str:
    """The plan or what was done, in French, without a value."""
    lines = [f"Purge de {report.study}{NBSP}: {_HEADINGS[report.state]}"]
    past = report.state in (DONE, INCOMPLETE)
    for item in report.items:
        verb = ("supprimé" if past else "à supprimer") if item.due else "gardé"
        lines.append(f"  {verb}{NBSP}: {item.what}, {item.count} ({item.reason})")
    if report.missed:
        lines.append("La recherche de preuve ne retrouve pas son propre témoin ; rien n’a été supprimé.")
    if report.found:
        places = _places(report.found)
        lines.append(
            f"Il reste des données personnelles à {len(places)} {plural(len(places), 'endroit')} ; "
            "les supprimer, puis relancer la purge."
        )
        lines += places[:50]
    if report.certificate:
        lines.append(f"Certificat{NBSP}: {CERTIFICATES}/{report.certificate.name}. {LIMITS}")
    return "\n".join(lines)
