"""Every export that came, in its order: what a team gave is never written over, only a purge or an erasure takes it away.

    vault/{study}/versions/{role}-{number}.xlsx    the bytes as received, encrypted when the vault is
    vault/{study}/versions/{role}-{number}.yaml    the origin record that was its own when another took its place
    vault/{study}/versions/journal.csv             what happened, day by day: keyed digests, no content

The file in use is the copy in `received/`; the journal says which version it is.
"""

import contextlib
import csv
import io
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from diagnostic.core.french import NBSP
from diagnostic.core.locks import turn
from diagnostic.core.writing import as_csv, wipe
from diagnostic.privacy.vault import ENCRYPTED, VERSIONS, Vault, VaultError

JOURNAL = "journal.csv"
RECEIVED, RESTORED, ERASED = "reçu", "repris", "effacé"


@dataclass(frozen=True)
class Version:
    """One line of the journal, and so one export that came, as it then was: the day, `what` happened to it, its number
    within the role, its keyed digest, its file ("" where it was erased whole), and the number of the version that was in
    use before, 0 for none."""

    day: str
    role: str
    what: str
    number: int
    digest: str
    file: str
    before: int


def journal(vault: Vault) -> list[Version]:
    """What happened to the exports of a vault, oldest first. Raises VaultError for a journal that cannot be read."""
    path = _path(vault, JOURNAL)
    if not path.is_file():
        return []
    with contextlib.suppress(ValueError):
        headings, *rows = csv.reader(io.StringIO(vault.load(path).decode("utf-8")))
        if headings == [field.name for field in fields(Version)]:
            return [
                Version(day, role, what, int(number), digest, file, int(before))
                for day, role, what, number, digest, file, before in rows
            ]
    raise VaultError(
        f"Coffre de {vault.study}{NBSP}: le journal des versions est abîmé ; le reprendre de la sauvegarde."
    )


def versions(vault: Vault, role: str) -> list[Version]:
    """The exports of a role, in the order they came, as they now are. Raises VaultError."""
    found: dict[int, Version] = {}
    for one in journal(vault):
        if one.role == role and one.what == RECEIVED:
            found[one.number] = one
        elif one.role == role and one.what == ERASED:
            found[one.number] = replace(found[one.number], digest=one.digest, file=one.file)
    return [found[number] for number in sorted(found)]


def roles(vault: Vault) -> list[str]:
    """The roles that have versions. Raises VaultError."""
    return sorted({event.role for event in journal(vault)})


def in_use(vault: Vault, role: str) -> Version | None:
    """The version that `received/` holds; None where its content came another way, or there is none. Raises VaultError."""
    last = next((one.number for one in reversed(journal(vault)) if one.role == role and one.what != ERASED), 0)
    known = {version.number: version for version in versions(vault, role)}
    if last not in known or vault.received(role) is None:
        return None
    return known[last] if vault.digest(vault.read_received(role)) == known[last].digest else None


def content(vault: Vault, version: Version) -> bytes:
    """The bytes of a version, as they came. Raises VaultError when they were erased or are lost."""
    path = _path(vault, version.file)
    if not version.file or not path.is_file():
        raise VaultError(f"Coffre de {vault.study}{NBSP}: la version {version.number} de {version.role} n’y est plus.")
    return vault.load(path)


def record(vault: Vault, version: Version) -> bytes:
    """The origin record that was this version's when another took its place; empty where none did. Raises VaultError."""
    path = _path(vault, _record(version))
    return vault.load(path) if path.is_file() else b""


def add(vault: Vault, given: bytes, role: str, suffix: str, day: str, own: tuple[bytes, str] = (b"", "")) -> Version:
    """Keep an export as a new version, and put it to use. Raises VaultError, Busy.

    `own`: the origin record of what it takes the place of, and the day that came. What had no version of its own yet
    (put there by `creer`, or by hand) gets one first.
    """
    with turn(vault.folder):  # two at once would take the same number
        before = in_use(vault, role)
        if before is None and (path := vault.received(role)) is not None:
            before = _kept(vault, vault.read_received(role), role, extension(path), own[1], 0)
        if before is not None and own[0]:
            vault.store(own[0], vault.folder_of(VERSIONS) / _record(before))
        made = _kept(vault, given, role, suffix.lower(), day, before.number if before else 0)
        vault.receive(given, role, suffix)
        return made


def restore(vault: Vault, version: Version, day: str, own: bytes = b"") -> None:
    """Put an earlier version to use again; `own`: the origin record of the one that it takes the place of.
    Raises VaultError, Busy."""
    with turn(vault.folder):
        before = in_use(vault, version.role)
        if before is not None and own:
            vault.store(own, vault.folder_of(VERSIONS) / _record(before))
        given = content(vault, version)
        _noted(vault, replace(version, day=day, what=RESTORED, before=before.number if before else 0))
        vault.receive(given, version.role, Path(version.file).suffix)


def rewrite(vault: Vault, version: Version, left: bytes, day: str) -> None:
    """Write what is left of a version after an erasure; with nothing left, its file and its record go."""
    with turn(vault.folder):
        path = _path(vault, version.file)
        if left:
            vault.store(left, path.with_name(version.file))
        else:
            for gone in filter(Path.is_file, (path, _path(vault, _record(version)))):
                wipe(gone)
        digest, file = (vault.digest(left), version.file) if left else ("", "")
        _noted(vault, replace(version, day=day, what=ERASED, digest=digest, file=file, before=0))


def _kept(vault: Vault, given: bytes, role: str, suffix: str, day: str, before: int) -> Version:
    number = max((version.number for version in versions(vault, role)), default=0) + 1
    made = Version(day, role, RECEIVED, number, vault.digest(given), f"{role}-{number:03d}{suffix}", before)
    vault.store(given, vault.folder_of(VERSIONS) / made.file)
    _noted(vault, made)
    return made


def _noted(vault: Vault, version: Version) -> None:
    rows = [[field.name for field in fields(Version)], *map(astuple, [*journal(vault), version])]
    vault.store(as_csv(rows).encode(), vault.folder_of(VERSIONS) / JOURNAL)


def _path(vault: Vault, name: str) -> Path:
    """Where a file is, in clear or encrypted."""
    return vault.kept(VERSIONS, name)


def _record(version: Version) -> str:
    return f"{version.role}-{version.number:03d}.yaml"


def extension(path: Path) -> str:
    """What the name of a received file ends with, encrypted or not."""
    return Path(path.name.removesuffix(ENCRYPTED)).suffix
