"""Any spreadsheet, through a mapping file: proposed from the headings, confirmed by a person, then read as a layout."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from diagnostic.collect.exports.binding import headless, match, numbered
from diagnostic.collect.exports.headings import Headings, compact
from diagnostic.collect.exports.layout import Binding, Layout, Records, Told, header
from diagnostic.collect.grids import Grid, read_export
from diagnostic.core.problems import BLOCKING, column_letter
from diagnostic.privacy import personal

COLUMNS = ("sheet", "column", "heading", "table", "variable", "option", "number", "confirmed")
YES, NO = "oui", "à confirmer"
KEY = "response_id"  # the variable that names the response, in its own sheet and in a sheet of situations
ORDER = "situation_number"
SEE = "Voir dictionnaire.csv : toutes les variables et toutes les réponses y sont."
HELP = (
    "Une ligne par colonne du tableau. Vérifier chaque ligne, puis écrire « oui » dans « confirmed » ; vider « variable » "
    "pour ignorer une colonne. « number » : numéro de la situation quand plusieurs situations sont sur une même ligne. "
    "La colonne qui identifie la réponse porte la variable « response_id »."
)


def propose(grids: Sequence[Grid], headings: Headings) -> bytes:
    """A mapping file for these sheets, as CSV: each heading with the question that it names or is closest to.

    A sure match is confirmed; a close one waits for a person. Headings that match nothing have no variable. The file
    lies outside the vault: what looks personal in a heading is left out, as is a sheet in which no heading is known,
    since its first row may be answers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for grid in grids:
        texts = [(position, text) for position, text in enumerate(header(grid)) if text and not personal.find(text)]
        found = match(texts, headings)
        if not any(named for named, _ in found.values()):
            continue
        bound = {binding.column: binding for binding in numbered(grid.number, found, headings)}
        for position, text in texts:
            row = [grid.number, column_letter(position), text]
            if position in bound:
                b, (_, sure) = bound[position], found[position]
                writer.writerow([*row, b.table, b.variable, b.option, b.number or "", YES if sure else NO])
            else:
                writer.writerow([*row, "", "", "", "", NO])
    return out.getvalue().encode("utf-8-sig")


def layout(content: bytes | None, grids: Sequence[Grid], headings: Headings, told: Told) -> Layout | None:
    """The layout that a confirmed mapping file describes; None, with every fault told, when it cannot be used."""
    if content is None:
        told.block(
            "Le fichier de correspondance manque.",
            f"« diagnostic decrire ÉTUDE {told.role} » en propose un ; le relire et le confirmer.",
        )
        return None
    name = f"{told.role}.mapping.csv"
    read, faults = read_export(content, name)
    file = Told(name, plain=True, problems=faults)
    rows = read[0].rows if read else []
    if not rows or tuple(rows[0][: len(COLUMNS)]) != COLUMNS or any(rows[0][len(COLUMNS) :]):
        file.block(
            "Les colonnes de la correspondance ne sont pas celles attendues.", f"Attendu : {'; '.join(COLUMNS)}."
        )
    else:
        lines = _Lines(grids, headings, told.role, file)
        bindings = [
            binding
            for index, cells in enumerate(rows[1:], start=2)
            if any(cells)
            for binding in lines.binding([*cells, *[""] * len(COLUMNS)], index)
        ]
        _left_out(grids, rows[1:], bindings, told)
    told.problems += file.problems
    if any(problem.severity == BLOCKING for problem in file.problems):
        return None
    return Layout("mapping", _records(bindings, told), tuple(bindings))


def _left_out(grids: Sequence[Grid], lines: Sequence[Sequence[str]], bindings: Sequence[Binding], told: Told) -> None:
    """Tell the columns of the sheets in use that no line speaks of: an export may have gained some."""
    named = {(cells[0], cells[1]) for cells in lines if len(cells) > 1}
    for grid in grids:
        if grid.number in {binding.sheet for binding in bindings}:
            headless(grid, told, 0)
            for position, text in enumerate(header(grid)):
                if text and (str(grid.number), column_letter(position)) not in named:
                    told.warn(
                        "Cette colonne n’est pas dans la correspondance : elle est ignorée.",
                        "Si c’est une question, lui ajouter une ligne dans la correspondance.",
                        grid.number,
                        1,
                        position,
                    )


class _Lines:
    """The lines of a mapping file, each checked against the sheets received, the codebook and the lines before it."""

    def __init__(self, grids: Sequence[Grid], headings: Headings, role: str, file: Told) -> None:
        self.grids = {str(grid.number): grid for grid in grids}
        self.headings, self.role, self.file = headings, role, file
        self.answers: dict[tuple[int, str, str, int], int] = {}  # what a column holds → the line that says so

    def binding(self, cells: Sequence[str], row: int) -> list[Binding]:
        """The binding of a line; nothing where the column is left out, or where a fault is told."""
        sheet, letter, heading, table, name, option, number, confirmed = cells[: len(COLUMNS)]

        def refuse(column: str, message: str, remedy: str) -> list[Binding]:
            self.file.block(message, remedy, 0, row, COLUMNS.index(column))
            return []

        if confirmed.strip().casefold() != YES:
            message = "Cette ligne n’est pas confirmée."
            return refuse("confirmed", message, "La vérifier, puis écrire « oui » dans « confirmed ».")
        if not name:
            return []
        grid = self.grids.get(sheet)
        if grid is None:
            message = "Cette feuille n’est pas dans le fichier reçu."
            return refuse("sheet", message, "Écrire le numéro de la feuille : 1 pour la première.")
        titles = header(grid)
        position = next((p for p in range(len(titles)) if column_letter(p) == letter), None)
        if position is None or compact(titles[position]) != compact(heading):
            message = "Cette colonne n’a plus cet en-tête dans le fichier reçu."
            return refuse("column", message, f"Refaire la correspondance : « diagnostic decrire ÉTUDE {self.role} ».")
        variable = next((v for v in self.headings.variables if v.name == name and table in ("", v.table)), None)
        if variable is None:
            message = "Cette variable n’est pas dans le codebook pour ce tableau."
            return refuse("variable", message, SEE)
        if option and (
            variable.type != "multiple" or option not in {o.code for o in self.headings.codebook.options(variable)}
        ):
            return refuse("option", "Cette réponse proposée n’est pas dans la liste de la variable.", SEE)
        if number and not re.fullmatch("[1-9][0-9]{0,2}", number):
            message = "Le numéro de la situation doit être un nombre entier."
            return refuse("number", message, "Écrire 1, 2, 3… ou rien.")
        if number and not self.headings.codebook.tables[variable.table].parent:
            message = "Seules les questions sur une situation ont un numéro de situation."
            return refuse("number", message, "Vider « number » pour cette variable.")
        bound = Binding(grid.number, position, variable.table, name, option, int(number or 0))
        first = self.answers.setdefault((grid.number, bound.table, bound.heading, bound.number), row)
        if first != row:
            message = f"La ligne {first} donne déjà une colonne à cette réponse."
            return refuse("variable", message, "Garder une seule colonne par réponse ; vider « variable » de l’autre.")
        return [bound]


def _records(bindings: Sequence[Binding], told: Told) -> tuple[Records, ...]:
    """Where records lie: the sheet of each table, told apart by the response's and the situation's numbers."""
    found: list[Records] = []
    for sheet in sorted({b.sheet for b in bindings}):
        own = [b for b in bindings if b.sheet == sheet]
        key = next((b.column for b in own if b.variable == KEY), None)
        order = next((b.column for b in own if b.variable == ORDER), None)
        answers = [b for b in own if b.variable not in (KEY, ORDER)]
        tables = {b.table for b in answers if not b.number}
        if not answers:
            continue
        if key is None:
            told.block(
                "Aucune colonne n’identifie la réponse.",
                "Donner un numéro à chaque ligne et lui attribuer la variable « response_id ».",
                sheet,
            )
        elif tables == {"situations"}:
            found.append(Records("situations", sheet, 1, parent=key, order=order))
        else:
            for binding in answers:
                if binding.table == "situations" and not binding.number:
                    told.block(
                        "Cette question porte sur une situation, dans une feuille de réponses : de laquelle s’agit-il ?",
                        "Écrire le numéro de la situation (1, 2…) dans « number » de la correspondance.",
                        sheet,
                        1,
                        binding.column,
                    )
            found.append(Records("responses", sheet, 1, key=(key,)))
    apart = next((part.sheet for part in found if part.table == "situations"), None)
    if apart is not None and any(b.number for b in bindings):
        told.block(
            "Des situations sont dans cette feuille, et d’autres sur les lignes des réponses.",
            "Garder une seule façon : vider « variable » pour les colonnes de l’autre.",
            apart,
        )
    return tuple(sorted(found, key=lambda part: part.parent is not None))
