"""An export of the vault as the study would read it, whichever version: its records, and what each of them holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.model import Codebook
from diagnostic.collect import keys
from diagnostic.collect.exports import mapping, tools
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import FORMATS, MAPPING, ROLES
from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.privacy import versions
from diagnostic.privacy.vault import LONGEST, Vault
from diagnostic.study.config import STUDIES, load_yaml
from diagnostic.study.questions import codebook

PLACES = ("sheet", "row", "column")  # where a thing stands says nothing of it


@dataclass(frozen=True)
class Export:
    """One export, read: `records` is each record's identity, under whole pseudonyms, and a digest of all it holds."""

    records: Mapping[str, str]
    blocking: list[Problem]
    read: Received


@dataclass(frozen=True)
class Reader:
    """How a study reads its exports: its codebook, the format that it confirms of each role, its mappings."""

    root: Path
    study: str
    vault: Vault
    codebook: Codebook

    @classmethod
    def of(cls, root: Path, study: str, vault: Vault) -> Reader:
        """Raises CodebookError."""
        return cls(root, study, vault, codebook(root, study))

    def keys(self, role: str) -> list[str]:
        """The columns that name a record in the project's own workbooks of a role."""
        return [self.codebook.tables[table].key[0] for table in ROLES[role]]

    def chosen(self, role: str) -> str:
        """The format that the study's configuration confirms for the role; "" when it names none that exists."""
        received = load_yaml(self.root, STUDIES / f"{self.study}.yaml").get("received", {})
        chosen = received.get(role) if isinstance(received, dict) else None
        return chosen if isinstance(chosen, str) and chosen in FORMATS else ""

    def mapped(self, role: str) -> bytes:
        """The role's mapping workbook; empty when there is none. Raises VaultError."""
        own = role + MAPPING
        return self.vault.read_received(own) if self.vault.received(own) else b""

    def complete(self, role: str) -> bool:
        """Whether no line of the role's mapping waits for a person."""
        return mapping.complete(self.mapped(role))

    def format(self, role: str, grids: Sequence[Grid]) -> str:
        """The format to read an export in: a confirmed mapping reads whatever was mapped, else the content tells."""
        if self.chosen(role) == "mapping":
            return "mapping"
        tool = tools.recognise(grids, self.keys(role)) or "mapping"
        return tool if tools.ours(grids, Headings(self.codebook, ROLES[role]), tool) else "mapping"

    def together(self) -> Received:
        """All exports that the vault has in use, read together as a run reads them. Never raises for bad data."""
        held = {role: self.vault.read_received(role) for role in ROLES if self.vault.received(role)}
        formats = {role: self.format(role, read_export(held[role], role, short_rows=True)[0]) for role in held}
        mappings = {role: mapped for role in held if (mapped := self.mapped(role))}
        return read_exports(self.codebook, held, formats, self.vault.pseudonyms, mappings)

    def situations(self) -> Callable[[str], str]:
        """What gives the study's own key of a situation for the one that a person writes (see `keys.resolver`)."""
        read = self.together()
        return keys.resolver(read.tables, read.numbers)

    def read(self, role: str, content: bytes, name: str = "") -> Export:
        """An export of a role, in the format `name` or in the one that it shows. Never raises for bad data."""
        name = name or self.format(role, read_export(content, role, short_rows=True)[0])
        mapped = self.mapped(role)
        mappings = {role: mapped} if mapped else {}

        def whole(kind: str, values: Iterable[str]) -> list[str]:
            """Pseudonyms that do not depend on what else is in the export, as short ones do where two are alike."""
            return [self.vault.pseudonym(kind, value, LONGEST) for value in values]

        read = read_exports(self.codebook, {role: content}, {role: name}, whole, mappings)
        blocking = [problem for problem in read.problems if problem.severity == BLOCKING]
        return Export(_records(self.codebook, role, read), blocking, read)


def identities(codebook: Codebook, role: str, table: str, frame: pd.DataFrame) -> pd.Series:
    """The identity of the record that each row of a table of the role belongs to, "" where it has none."""
    key = codebook.tables[table].key
    first = codebook.tables[ROLES[role][0]].key
    names = [
        f"{name}{end}" for name in key[: len(first)] for end in ("", ".code", ".number") if f"{name}{end}" in frame
    ]
    if not names or frame.empty:
        return pd.Series("", index=frame.index, dtype="str")
    return frame[names].astype("str").agg("/".join, axis=1).astype("str")


def _records(codebook: Codebook, role: str, read: Received) -> dict[str, str]:
    """Identity → digest of all the rows and texts of the record; a damaged export may lack columns."""
    tables = {table: read.tables[table] for table in ROLES[role]}
    own = {table: identities(codebook, role, table, frame) for table, frame in tables.items()}
    placed = {
        place: identity
        for table, frame in tables.items()
        for place, identity in zip(zip(frame["sheet"], frame["row"], strict=True), own[table], strict=True)
    }
    for name, frame in read.private.items():  # a text belongs to the row that it stands in, a contact to its response
        tables[name] = frame
        keys = zip(frame["sheet"], frame["row"], strict=True) if "sheet" in frame else frame["response_id"]
        own[name] = pd.Series([placed.get(key, "") if "sheet" in frame else key for key in keys], dtype="str")
    said: dict[str, list[str]] = {identity: [] for identity in own[ROLES[role][0]] if identity}
    for table, frame in tables.items():
        columns = (map(str, values.tolist()) for name, values in frame.items() if name not in PLACES)
        for identity, row in zip(own[table].tolist(), zip(*columns, strict=True), strict=True):
            if identity in said:
                said[identity].append(f"{table}\x1e" + "\x1f".join(row))
    return {one: hashlib.sha256("\x1d".join(sorted(rows)).encode()).hexdigest() for one, rows in said.items()}


def in_versions(root: Path, study: str, vault: Vault) -> list[tuple[str, pd.DataFrame]]:
    """What every version of every export split off, by name of private table: a response that is no longer in use may
    stand in an earlier one. Raises ConfigError, CodebookError, VaultError."""
    roles = [role for role in versions.roles(vault) if role in ROLES]
    if not roles:
        return []
    reader = Reader.of(root, study, vault)
    held = [(role, one) for role in roles for one in versions.versions(vault, role) if one.file]
    return [
        table for role, one in held for table in reader.read(role, versions.content(vault, one)).read.private.items()
    ]
