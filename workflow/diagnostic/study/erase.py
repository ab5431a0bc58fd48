"""The right to erasure: one record is taken out of every version of every export, and out of all that was drawn from it.

What is left of an export is written again without the record's rows; private tables too. Stages are deleted, to be made
again without it. Then a search for every text that only this record held. The certificate has a date and versions, no
content and no name of the record.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from diagnostic.collect import keys
from diagnostic.collect.exports.layout import cell, header
from diagnostic.collect.exports.study import Received
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.core import locks
from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.core.turn import NOW, turn
from diagnostic.core.written import as_json
from diagnostic.describe.sheets import LOWER
from diagnostic.privacy import folding, known_values, versions
from diagnostic.privacy.vault import ALPHABET, CERTIFICATES, LONGEST, RECEIVED, SHEETS, VAULT, Vault, write_closed
from diagnostic.study import given, own_tables, purge, records
from diagnostic.study.config import RESOURCES
from diagnostic.study.contents import DUPLICATES
from diagnostic.study.purge_record import LIMITS, certificate_path
from diagnostic.study.read_back import Reader, identities
from diagnostic.study.receive import INTERVIEWS, origin
from diagnostic.study.rewritten import without
from diagnostic.study.unlocking import opened

PSEUDONYM = re.compile(rf"R-[{ALPHABET}]{{6,{LONGEST}}}")
Rows = set[tuple[int, int]]  # sheet, row
ELSEWHERE = (
    "Ce que cette commande ne peut pas faire : effacer la réponse dans l’outil de collecte (sans quoi le prochain export "
    "la ramène), dans les sauvegardes et les courriels, et dans ce qui a déjà été envoyé."
)


class EraseError(Typeset):
    """Nothing was erased; the message is in French."""


@dataclass(frozen=True)
class _Held:
    """One export that holds rows of the record: its role, its version (None for a file put by hand), those rows, and the
    texts that only they hold."""

    role: str
    version: versions.Version | None
    content: bytes
    rows: Rows
    texts: list[tuple[str, pd.DataFrame]] = field(default_factory=list)


@dataclass(frozen=True)
class _Wanted:
    """The record to erase: its number as the form or the sheet shows it, or its pseudonym."""

    given: str
    vault: Vault

    def named(self, text: str) -> bool:
        """Whether a number that stands in an export, or a pseudonym made of it, is the record's."""
        if not text:
            return False
        return text == self.given or any(
            one.startswith(other) or other.startswith(one)
            for one in self._pseudonyms(text)
            for other in self._pseudonyms(self.given)
        )

    def _pseudonyms(self, text: str) -> list[str]:
        """A pseudonym itself; else those of a number as it is, and of a time of submission, which has a rank."""
        if PSEUDONYM.fullmatch(text):
            return [text]
        ways = [one for way in keys.spellings(text) for one in (way, f"{way} 1")]
        return [self.vault.pseudonym("response", one, LONGEST) for one in ways]


def erase(root: Path, study: str, record: str, today: dt.date, execute: bool = False) -> tuple[list[str], bool]:
    """Erase a response or an interview, with its situations and their coding, from everywhere in the study.

    Without `execute`, only what would be done is told. French lines that name versions, never a value; and whether all
    is well: not where something is still found after. Raises EraseError, VaultError, ConfigError, CodebookError, Busy.
    """
    vault = opened(root, study, create=False)
    reader, wanted = Reader.of(root, study, vault), _Wanted(record.strip(), vault)
    held, unreadable = _search(reader, wanted)
    if not held:
        raise EraseError(
            "Aucune version d’aucun export ne contient cette réponse. Donner son numéro comme le formulaire le montre, ou "
            f"son pseudonyme en entier. {_unread(unreadable)}"
        )
    lines = [f"{one.role}, {_name(one.version)} : {len(one.rows)} {plural(len(one.rows), 'ligne')}" for one in held]
    if not execute:
        lines = ["À effacer, rien ne l’est encore (--confirmer) :", *lines, _unread(unreadable), ELSEWHERE]
        return [typographic(line) for line in lines if line], True
    if locks.standing(root) and locks.holder(root):
        raise EraseError("Un calcul est en cours dans ce dossier ; attendre sa fin. Rien n’a été effacé.")
    with turn(root / "results" / study, NOW):
        left = [without(read_export(one.content, one.role, short_rows=True)[0], one.rows, one.role) for one in held]
        certificate = certificate_path(vault.folder, today, "effacement")
        _certify(certificate, study, today, held, "en cours")
        for one, content in zip(held, left, strict=True):
            _rewrite(reader, one, content, today)
        _decisions(reader, wanted, today)
        _private(vault, wanted, held)
        made_again = [
            path for path in (vault.folder / RECEIVED).iterdir() if path.name.startswith(f"{purge.CALL_BACK}.")
        ]
        made_again += list((vault.folder / SHEETS).glob("*")) if (vault.folder / SHEETS).is_dir() else []
        purge.erase([*purge.stage_files(root, study), *made_again], root)
        found = _still(reader, held)
        if found:
            places = sorted({(one.file, one.where) for one in found})
            lines = [f"Effacé, mais il en reste à {len(places)} {plural(len(places), 'endroit')} :"]
            lines += [f"  {file}{f' ({where})' if where else ''}" for file, where in places]
            return [typographic(line) for line in [*lines, ELSEWHERE]], False
        _certify(certificate, study, today, held, "achevé")
        lines = ["Effacé :", *lines, f"Certificat, sans contenu : {CERTIFICATES}/{certificate.name}."]
        if made_again:
            lines.append("Les feuilles de travail et la liste des demandes sont effacées aussi ; elles se refont.")
        lines += [_unread(unreadable), f"Recalculer : « diagnostic calculer {study} ».", ELSEWHERE]
        return [typographic(line) for line in lines if line], True


def _name(version: versions.Version | None) -> str:
    return f"version {version.number}" if version else "fichier en usage"


def _unread(unreadable: Sequence[str]) -> str:
    if not unreadable:
        return ""
    return f"Versions qui ne peuvent pas être lues, et n’ont donc pas été cherchées : {', '.join(unreadable)}."


# --- where the record is ----------------------------------------------------------------------------------------


def _search(reader: Reader, wanted: _Wanted) -> tuple[list[_Held], list[str]]:
    """Every export that holds the record, and the names of those in which no record can be told apart."""
    held: list[_Held] = []
    unreadable: list[str] = []
    for role in (*ROLES, DUPLICATES, *(f"{role}{own_tables.GIVEN}" for role in ROLES)):
        own = role.removesuffix(own_tables.GIVEN)
        for version, content in _exports(reader.vault, role):
            known, numbers = own_tables.readable(reader, own, content)
            if own == DUPLICATES:
                if rows := _decided(known, wanted):
                    held.append(_Held(role, version, content, _given(rows, numbers)))
                continue
            read = reader.read(own, known).read
            if rows := _rows(reader, own, read, wanted):
                texts = [] if numbers else list(read.private.items())  # of which the export made of it has the same
                held.append(_Held(role, version, content, _given(rows, numbers), texts))
            elif read.tables[ROLES[own][0]].empty and content:
                unreadable.append(f"{role} ({_name(version)})")
    return held, unreadable


def _given(rows: Rows, numbers: Mapping[int, int]) -> Rows:
    """Rows of what the study reads of a file, where they stand in the file that was given."""
    return {(numbers[sheet], row - LOWER) for sheet, row in rows} if numbers else rows


def _rows(reader: Reader, role: str, read: Received, wanted: _Wanted) -> Rows:
    """The record's rows in the tables of an export."""
    rows: Rows = set()
    for table in ROLES[role]:
        frame = read.tables[table]
        named = frame["record_id.code"].astype("str") if "record_id.code" in frame else None
        own = identities(reader.codebook, role, table, frame) if named is None else named
        hits = frame[own.map(wanted.named).astype(bool)]
        rows |= set(zip(hits["sheet"].astype(int), hits["row"].astype(int), strict=True))
    return rows


def _decided(content: bytes, wanted: _Wanted) -> Rows:
    """The rows of a sheet of decisions on pairs that name the record, which may show what it says."""
    rows: Rows = set()
    for grid in read_export(content, DUPLICATES, short_rows=True)[0]:
        ends = [at for at, name in enumerate(header(grid)) if name in given.PAIR]
        for row in range(1, len(grid.rows)):
            if any(wanted.named(keys.parted(cell(grid, row, at))[1]) for at in ends):
                rows.add((grid.number, row + 1))
    return rows


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
        renewed = records.replaced(record, "digest", vault.digest(content), before, today)
        records.write(reader.root, reader.study, one.role, renewed)
    if one.role == INTERVIEWS:
        given.drawn_interviews(reader, read_export(content, one.role, short_rows=True)[0], today)


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


def _still(reader: Reader, held: Sequence[_Held]) -> list[known_values.Found]:
    """Where a text or a contact that only the record held is still found: in the vault, or outside it."""
    before = purge.values(table for one in held for table in one.texts)
    after = purge.values(
        table
        for role in ROLES
        for _, content in _exports(reader.vault, role)
        for table in reader.read(role, content).read.private.items()
    )
    kept = {folding.fold(text) for text in after}
    gone = {text: place for text, place in before.items() if folding.fold(text) not in kept}
    plain = purge.ordinary(reader.root, gone)
    sought = [text for text in gone if text not in plain]
    return known_values.search(sought, [*purge.searched(reader.root, VAULT), reader.vault.folder], reader.root)


def _certify(path: Path, study: str, today: dt.date, held: Sequence[_Held], state: str) -> None:
    touched: dict[str, list[str]] = {}
    for one in held:
        touched.setdefault(one.role, []).append(_name(one.version))
    content = {
        "étude": study,
        "date": today.isoformat(),
        "état": state,
        "motif": "droit à l’effacement",
        "réécrit": touched,
        "limites": LIMITS.replace("La purge", "L’effacement"),
    }
    write_closed(as_json(content), path)
