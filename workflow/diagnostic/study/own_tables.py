"""Tables that a team keeps its own way, received: a mapping proposed for all of them in one workbook of the vault, read
once a person has signed it.

What was given stays in the vault as it was, beside what the study reads of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostic.collect import table_names
from diagnostic.collect.grids import Grid, read_export
from diagnostic.core.french import plural
from diagnostic.describe import sheets
from diagnostic.describe.tables import everything
from diagnostic.privacy import versions
from diagnostic.study import contents
from diagnostic.study.read_back import Reader
from diagnostic.study.reception import ReceiveError, blocked

MAPPING = f"tables{table_names.MAPPING}"  # the workbook, in the vault
GIVEN = "_original"  # after the role of an export that the study reads through the mapping: the file as it was given
EVERY = (sheets.FORM, *sheets.TABLES)


@dataclass(frozen=True)
class Taken:
    """What the mapping makes of a file: role → what it gives; nothing while it waits for a person, whom `lines` tell."""

    lines: list[str]
    parts: dict[str, sheets.Read]


def concerns(reader: Reader, role: str, found: contents.Content) -> bool:
    """Whether a file may be a table of the team's own: it is no known workbook or export, nor a form that is described."""
    described = bool(role) and reader.chosen(role) == "mapping"
    return not found.roles and role in ("", *sheets.TABLES) and not described


def taken(reader: Reader, role: str, grids: Sequence[Grid], today: dt.date) -> Taken | None:
    """What the mapping makes of a file that is given for a role, or for whichever it shows; None for one that fills no
    table of the study, or that is a form.

    The mapping is completed with what is new, and stays among the versions of the vault. Raises ReceiveError where what
    a person wrote in it cannot be read.
    """
    codebook = everything(reader.codebook)
    earlier = _mapped(reader)
    known = [earlier.sheet(grid) if earlier else None for grid in grids]
    asked = (role,) if role else EVERY
    tables = [
        one.table if one else sheets.table_of(codebook, grid, asked) for grid, one in zip(grids, known, strict=True)
    ]
    if sheets.FORM in tables or not any(tables):
        return None
    own = [(grid, table) for grid, table in zip(grids, tables, strict=True) if table]
    left = len(grids) - len(own)
    made = sheets.propose(codebook, [grid for grid, _ in own], [table for _, table in own], earlier)
    labels = dict.fromkeys(codebook.tables[table].label if table in codebook.tables else table for _, table in own)
    lines = [f"Tableaux de l’équipe, pour « {' », « '.join(labels)} »."]
    if left:
        lines.append(
            f"{left} {plural(left, 'feuille n’est', 'feuilles ne sont')} d’aucun tableau de l’étude, et n’y entrent pas."
        )
    if earlier is None or made.new:
        versions.add(reader.vault, made.content, MAPPING, ".xlsx", today.isoformat())
        earlier = sheets.read(made.content, MAPPING)
    assert earlier is not None
    numbers = {str(one.number) for grid, _ in own if (one := earlier.sheet(grid))}
    waiting = sum(line.sheet in numbers for line in earlier.book.waiting)
    if waiting:
        place = reader.vault.received(MAPPING)
        shown = place.relative_to(reader.root) if place and place.is_relative_to(reader.root) else MAPPING
        return Taken(
            [
                *lines,
                f"{shown} : {waiting} {plural(waiting, 'colonne')} de ce fichier à relire ; rien n’en est encore reçu. Corriger, "
                "signer en B1 de la feuille « Questions », puis redonner le fichier.",
            ],
            {},
        )
    parts, problems = sheets.translated(codebook, grids, earlier, MAPPING)
    if problems:
        raise ReceiveError("\n".join([*lines, f"Dans {MAPPING}.xlsx :", *blocked(problems)]))
    return Taken(lines, parts)


def keep(reader: Reader, role: str, content: bytes, grids: Sequence[Grid], today: dt.date) -> None:
    """Keep an export as it was given, beside what the study reads of it."""
    versions.add(reader.vault, content, f"{role}{GIVEN}", f".{grids[0].kind}", today.isoformat())


def readable(reader: Reader, role: str, content: bytes) -> tuple[bytes, dict[int, int]]:
    """A file of a role as the study reads it, and, where the mapping makes that of it, the number of each of its sheets →
    that in the file given, where a row stands `sheets.LOWER` higher. Itself, where it is the study's already."""
    grids = read_export(content, role, short_rows=True)[0]
    mapped = _mapped(reader) if grids and not contents.recognise(reader.codebook, grids).roles else None
    if mapped is None:
        return content, {}
    signed = replace(mapped, book=replace(mapped.book, signed=True))
    part = sheets.translated(everything(reader.codebook), grids, signed, MAPPING)[0].get(role)
    if part is None:
        return content, {}
    return part.content, dict(enumerate(part.numbers, start=1))


def _mapped(reader: Reader) -> sheets.Mapped | None:
    content = reader.mapped("tables")
    return sheets.read(content, MAPPING) if content else None
