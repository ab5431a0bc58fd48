"""Who was erased is known again by keyed digests alone, so that no later export, and no old workbook, brings them back.

    vault/{study}/effaces.csv    a line for each record: the day, then digests of its number and of all that it said

A tool's own number, or time of submission, is one person's for ever. A number that a team gives (the project's workbooks, a
form that is described) may be another's in the next file: then only the same answers are taken out, and what cannot be known is said.
"""

from __future__ import annotations

import csv
import datetime as dt
import hmac
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostic.collect import keys
from diagnostic.collect.exports.study import Received
from diagnostic.collect.exports.tools import cell, header
from diagnostic.collect.grids import CSV, XLSX, Grid, read_export
from diagnostic.collect.table_names import FORMATS, ROLES
from diagnostic.core.errors import Refused
from diagnostic.core.french import plural
from diagnostic.core.writing import as_csv, as_zip
from diagnostic.privacy.vault import ALPHABET, LONGEST, Vault
from diagnostic.study import given
from diagnostic.study.given import DUPLICATES, Reader, identities
from diagnostic.trial.exports import workbook

FILE, PURPOSE = "effaces.csv", "erased records"
COLUMNS = ("jour", "empreintes")
RECORDED = ("questionnaire", "interview_sheets")  # roles whose rows are records; those of others name them
PSEUDONYM = re.compile(rf"R-[{ALPHABET}]{{6,{LONGEST}}}")
STABLE = FORMATS.keys() - {"template", "recipe"}  # tools that number records themselves
Rows = set[tuple[int, int]]  # sheet, row: as a spreadsheet counts them


def pseudonyms(vault: Vault, text: str) -> list[str]:
    """A pseudonym itself; else those of a number as it is, and of a time of submission, which has a rank."""
    if PSEUDONYM.fullmatch(text):
        return [text]
    ways = [one for way in keys.spellings(text) for one in (way, f"{way} 1")]
    return [vault.pseudonym("response", one, LONGEST) for one in ways]


@dataclass(frozen=True)
class Erased:
    """The records that a vault knows to have been erased. Not to be shown."""

    vault: Vault
    digests: frozenset[str]

    def named(self, text: str) -> bool:
        """Whether a number or a pseudonym is that of one of them."""
        if not text or not self.digests:
            return False
        return any(self._digest(one) in self.digests for one in pseudonyms(self.vault, text))

    def said(self, print_: str) -> bool:
        """Whether the digest of all that a record holds (`given.Export.records`) is that of one of them."""
        return bool(self.digests) and self._digest(print_) in self.digests

    def with_(self, numbers: Iterable[str], prints: Iterable[str], today: dt.date) -> None:
        """Know one more, under each of its numbers, shortened as pseudonyms are, and by what it said."""
        each = {one for text in numbers for one in pseudonyms(self.vault, text)}
        own = {one[:size] for one in each for size in range(8, len(one) + 1)}
        made = sorted({self._digest(one) for one in {*own, *prints}})
        path = self.vault.folder / FILE
        rows = [*_lines(self.vault), [today.isoformat(), " ".join(made)]]
        self.vault.store(as_csv([COLUMNS, *rows]).encode(), path)

    def _digest(self, text: str) -> str:
        return hmac.digest(self.vault.secret(PURPOSE), text.encode(), "sha256").hex()[:24]


def known(vault: Vault) -> Erased:
    """Those that a vault knows. Raises VaultError."""
    if vault.purged:
        return Erased(vault, frozenset())
    return Erased(vault, frozenset(one for _, digests in _lines(vault) for one in digests.split()))


def _lines(vault: Vault) -> list[list[str]]:
    path = vault.kept(FILE)
    return list(csv.reader(io.StringIO(vault.load(path).decode())))[1:] if path.is_file() else []


# -- What comes back in a file that is received -------------------------------------------------------------------
def returned(
    reader: Reader, role: str, content: bytes, grids: Sequence[Grid], name: str = ""
) -> tuple[Rows, list[str]]:
    """The rows of a file that are those of records which were erased, and what is to be said of them, in French. `role`: an export's or
    that of decisions on pairs; `name`: the format of an export."""
    erased = known(reader.vault)
    if not erased.digests or role not in (*ROLES, DUPLICATES):
        return set(), []
    now = _now(reader)
    if role == DUPLICATES:
        rows = decided(grids, lambda text: erased.named(text) and text not in now)
        return rows, _told(len(rows), role)
    export = reader.read(role, content, name)
    own = dict(owners(reader, role, export.read))
    fresh = {one for one in own.values() if one and one not in now}
    if role not in RECORDED:
        gone, again = {one for one in fresh if erased.named(one)}, set[str]()
    else:
        again = {one for one in fresh if erased.named(one)}
        same = {one for one in fresh if erased.said(export.records.get(one, ""))}
        gone = same | (again if name in STABLE else set())
    told = _told(len(gone) if role in RECORDED else sum(one in gone for one in own.values()), role)
    if role in RECORDED and name not in STABLE:
        told += _unsure(len(again - gone))
    return {place for place, one in own.items() if one in gone}, told


def owners(reader: Reader, role: str, read: Received) -> Iterator[tuple[tuple[int, int], str]]:
    """The sheet and row of each row of an export, table by table, and the record that it is of, "" for none."""
    for table in ROLES[role]:
        frame = read.tables[table]
        named = frame["record_id.code"].astype("str") if "record_id.code" in frame else None
        who = identities(reader.codebook, role, table, frame) if named is None else named
        yield from zip(zip(frame["sheet"].astype(int), frame["row"].astype(int), strict=True), who, strict=True)


def _now(reader: Reader) -> set[str]:
    """The records that the vault has in use, by number and by whole pseudonym."""
    held: set[str] = set()
    for role in RECORDED:
        if reader.vault.received(role) is not None:
            export = reader.read(role, reader.vault.read_received(role))
            held |= export.records.keys() | export.read.numbers.keys()
    return held


NOUNS = {
    "questionnaire": ("réponse effacée revient", "réponses effacées reviennent"),
    "interview_sheets": ("entretien effacé revient", "entretiens effacés reviennent"),
}
OF_THEM = ("ligne sur une réponse effacée revient", "lignes sur des réponses effacées reviennent")


def _told(count: int, role: str) -> list[str]:
    if not count:
        return []
    said = plural(count, *NOUNS.get(role, OF_THEM))
    mind = "Rien n’en est gardé ; l’ôter aussi de ce fichier, et de l’outil de collecte"
    return [f"Attention : {count} {said} dans ce fichier. {mind}."]


def _unsure(again: int) -> list[str]:
    """What is said where numbers are the team's own; `again`: how many records bear that of an erased one and say other things."""
    told = [
        "Des réponses ont été effacées de cette étude, et ce fichier est numéroté par l’équipe : l’une d’elles qui reviendrait "
        "modifiée ne serait pas reconnue. Vérifier qu’elle n’y est plus."
    ]
    if again:
        bear = plural(
            again, "porte le numéro d’une réponse effacée et dit", "portent le numéro de réponses effacées et disent"
        )
        told.append(f"{again} {bear} autre chose : si c’est la même personne, « diagnostic effacer » de nouveau.")
    return told


def decided(grids: Sequence[Grid], named: Callable[[str], bool]) -> Rows:
    """The rows of a sheet of decisions on pairs that name such a record, which may show what it says."""
    rows: Rows = set()
    for grid in grids:
        ends = [at for at, name in enumerate(header(grid)) if name in given.PAIR]
        for row in range(1, len(grid.rows)):
            if any(named(keys.parted(cell(grid, row, at))[1]) for at in ends):
                rows.add((grid.number, row + 1))
    return rows


# -- An export without some of its rows, in the same shape: what is left reads as it did --------------------------
_UUID = re.compile(r"(uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/.*)?")


def without(grids: Sequence[Grid], places: Collection[tuple[int, int]], role: str) -> bytes:
    """The bytes of a file that holds these sheets without the rows at `places`.

    Rows of any other sheet that bear the identifier (UUID) of such a row go too: tools repeat it in sheets that the
    study does not read. Texts, dates and numbers are as they were read; styles, formulas and pictures are lost. Raises
    Refused where what was written does not read as what was to be left.
    """
    every = ((grid.number, row, cells) for grid in grids for row, cells in enumerate(grid.rows, start=1))
    own = {text for number, row, cells in every if (number, row) in places for text in filter(_UUID.fullmatch, cells)}
    left = []
    for grid in grids:
        rows = [cells for row, cells in enumerate(grid.rows, start=1) if (grid.number, row) not in places]
        left.append(replace(grid, rows=[cells for cells in rows if own.isdisjoint(cells)]))
    made = _bytes(left)
    read = read_export(made, role, short_rows=True)[0]
    if [_filled(grid) for grid in read] != [_filled(grid) for grid in left if _filled(grid)]:
        raise Refused("Ce fichier ne peut pas être réécrit sans ces lignes ; rien n’a été effacé.")
    return made


def _bytes(grids: Sequence[Grid]) -> bytes:
    kind = grids[0].kind
    if kind == XLSX:
        return workbook((f"{grid.title or 'Feuille'}"[:31], grid.rows) for grid in grids)
    tables = [(f"{grid.title or grid.number}.csv", _csv(grid)) for grid in grids]
    if kind == CSV:
        return tables[0][1]
    return as_zip(tables)


def _csv(grid: Grid) -> bytes:
    width = max((len(cells) for cells in grid.rows), default=0)
    rows = ([*cells, *[""] * (width - len(cells))] for cells in grid.rows if any(cells))
    return as_csv(rows, end="\r\n").encode()


def _filled(grid: Grid) -> list[list[str]]:
    """The rows that hold something, without what is empty at their end."""
    return [cells[: max(at for at, text in enumerate(cells, 1) if text)] for cells in grid.rows if any(cells)]
