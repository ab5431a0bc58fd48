"""Any spreadsheet, through a mapping file: proposed from the headings, confirmed by a person, then read as a layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from diagnostic.collect.exports.binding import numbered
from diagnostic.collect.exports.headings import Headings
from diagnostic.collect.exports.layout import Binding, Layout, Records, Told, header
from diagnostic.collect.grids import Grid, read_export
from diagnostic.problems import column_letter

COLUMNS = ("sheet", "column", "heading", "table", "variable", "option", "number", "confirmed")
YES, NO = "oui", "à confirmer"
KEY = "response_id"  # the variable that names the response, in its own sheet and in a sheet of situations
ORDER = "situation_number"
HELP = (
    "Une ligne par colonne du tableau. Vérifier chaque ligne, puis écrire « oui » dans « confirmed » ; vider « variable » "
    "pour ignorer une colonne. « number » : numéro de la situation quand plusieurs situations sont sur une même ligne. "
    "La colonne qui identifie la réponse porte la variable « response_id »."
)


def propose(grids: Sequence[Grid], headings: Headings) -> bytes:
    """A mapping file for these sheets, as CSV: each heading with the question that it names or is closest to.

    A sure match is confirmed; a close one waits for a person. Headings that match nothing have no variable.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for grid in grids:
        found = [(position, text, headings.find(text)) for position, text in enumerate(header(grid)) if text]
        sure = {b.column: b for b in numbered(grid.number, [(p, n) for p, _, n in found if n], headings)}
        for position, text, _ in found:
            binding = sure.get(position)
            named = binding or next(iter(headings.near(text)), None)
            row = [grid.number, column_letter(position), text]
            if named is None:
                writer.writerow([*row, "", "", "", "", NO])
            else:
                number = getattr(binding, "number", 0) or ""
                writer.writerow([*row, named.table, named.variable, named.option, number, YES if binding else NO])
    return out.getvalue().encode("utf-8-sig")


def layout(content: bytes | None, grids: Sequence[Grid], headings: Headings, told: Told) -> Layout | None:
    """The layout that a confirmed mapping file describes; None, with every fault told, when it cannot be used."""
    if content is None:
        told.block(
            "Le fichier de correspondance manque.",
            f"« diagnostic map ÉTUDE {told.role} » en propose un ; le relire et le confirmer.",
        )
        return None
    file = Told(f"{told.role}.mapping.csv", plain=True)
    read, problems = read_export(content, file.role)
    rows = read[0].rows if read else []
    if not rows or tuple(rows[0]) != COLUMNS:
        file.block(
            "Les colonnes de la correspondance ne sont pas celles attendues.", f"Attendu : {'; '.join(COLUMNS)}."
        )
        told.problems += [*problems, *file.problems]
        return None
    by_number = {grid.number: grid for grid in grids}
    bindings = [
        binding
        for index, cells in enumerate(rows[1:], start=2)
        if any(cells)
        for binding in _binding([*cells, *[""] * len(COLUMNS)], index, by_number, headings, file)
    ]
    told.problems += [*problems, *file.problems]
    if problems or file.problems:
        return None
    records = _records(bindings, told)
    return Layout("mapping", records, tuple(bindings))


def _binding(cells: list[str], row: int, grids: dict[int, Grid], headings: Headings, told: Told) -> list[Binding]:
    sheet, letter, heading, table, name, option, number, confirmed = cells[: len(COLUMNS)]
    if confirmed.strip().casefold() != YES:
        told.block(
            "Cette ligne n’est pas confirmée.", "La vérifier, puis écrire « oui » dans « confirmed ».", 0, row, 7
        )
        return []
    if not name:
        return []
    grid = grids.get(int(sheet)) if sheet.isdecimal() else None
    if grid is None:
        told.block(
            "Cette feuille n’est pas dans le fichier reçu.",
            "Écrire le numéro de la feuille : 1 pour la première.",
            0,
            row,
            0,
        )
        return []
    titles = header(grid)
    position = next((p for p in range(len(titles)) if column_letter(p) == letter), None)
    if position is None or titles[position] != heading:
        told.block(
            "Cette colonne n’a plus cet en-tête dans le fichier reçu.",
            f"Refaire la correspondance : « diagnostic map ÉTUDE {told.role.split('.')[0]} ».",
            0,
            row,
            1,
        )
        return []
    variable = next((v for v in headings.variables if v.name == name and table in ("", v.table)), None)
    if variable is None:
        told.block(
            "Cette variable n’est pas dans le codebook pour ce tableau.", "Voir docs ou dictionnaire.csv.", 0, row, 4
        )
        return []
    if option and (variable.type != "multiple" or option not in {o.code for o in headings.codebook.options(variable)}):
        told.block(
            "Cette réponse proposée n’est pas dans la liste de la variable.", "Voir dictionnaire.csv.", 0, row, 5
        )
        return []
    if number and not number.isdecimal():
        told.block("Le numéro de la situation doit être un nombre entier.", "Écrire 1, 2, 3… ou rien.", 0, row, 6)
        return []
    return [Binding(grid.number, position, table or variable.table, name, option, int(number or 0))]


def _records(bindings: Sequence[Binding], told: Told) -> tuple[Records, ...]:
    """Where records lie: the sheet of each table, told apart by the response's and the situation's numbers."""
    found: list[Records] = []
    for sheet in sorted({b.sheet for b in bindings}):
        own = [b for b in bindings if b.sheet == sheet]
        key = next((b.column for b in own if b.variable == KEY), None)
        order = next((b.column for b in own if b.variable == ORDER), None)
        tables = {b.table for b in own if b.variable not in (KEY, ORDER) and not b.number}
        if key is None:
            told.block(
                "Aucune colonne n’identifie la réponse.",
                "Donner un numéro à chaque ligne et lui attribuer la variable « response_id ».",
                sheet,
            )
        elif tables == {"situations"}:
            found.append(Records("situations", sheet, 1, parent=key, order=order))
        else:
            found.append(Records("responses", sheet, 1, key=key))
    return tuple(sorted(found, key=lambda part: part.parent is not None))
