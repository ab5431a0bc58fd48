"""Columns bound to questions: by their headings, by position where a block of questions is repeated side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from diagnostic.codebook import routing
from diagnostic.collect.exports.headings import Headings, Named
from diagnostic.collect.exports.layout import Binding, Told, header
from diagnostic.collect.grids import Grid

_UNKNOWN_REMEDY = (
    "Rien à faire si cette colonne n’est pas une question du codebook ; sinon corriger l’en-tête, ou ajouter la "
    "question au codebook."
)


def bind(grid: Grid, headings: Headings, told: Told, own: Callable[[str], bool], row: int = 0) -> list[Binding]:
    """The bindings of one sheet, in order of columns. `own` says which headings are the tool's own records.

    What cannot be bound is told: an unknown column is ignored with a warning, one that looks like a misspelled
    question blocks, as do two columns for one answer and repeats of a block that differ.
    """
    named = [(position, text, headings.find(text)) for position, text in enumerate(header(grid)) if text]
    asked = [(position, text, found) for position, text, found in named if not _own(text, headings, own)]
    bindings = numbered(grid.number, [(position, found) for position, _, found in asked if found], headings)
    bound = {(b.table, b.variable) for b in bindings}
    for position, text, found in asked:
        if found is None:
            _unknown(grid, headings, told, position, text, bound)
    _headless(grid, told, row)
    _twice(bindings, told)
    _uneven(bindings, headings, told)
    return bindings


def _own(text: str, headings: Headings, own: Callable[[str], bool]) -> bool:
    return own(text) or headings.shown(text)


def numbered(sheet: int, named: Sequence[tuple[int, Named]], headings: Headings) -> list[Binding]:
    """Bindings with the number of their repeat: told by the heading, else a new one begins where a question comes
    back or after the question that asks for another."""
    repeated = _repeated(headings, [found for _, found in named])
    bindings: list[Binding] = []
    number, seen, closed = 1, set[tuple[str, str]](), False
    for position, found in named:
        if found.table not in repeated:
            bindings.append(Binding(sheet, position, found.table, found.variable, found.option))
            continue
        if not found.number:
            if closed or (found.variable, found.option) in seen:
                number, seen, closed = number + 1, set(), False
            seen.add((found.variable, found.option))
            closed = headings.variable(found).shape == "unrolled"
        bindings.append(Binding(sheet, position, found.table, found.variable, found.option, found.number or number))
    return bindings


def _repeated(headings: Headings, named: Iterable[Named]) -> set[str]:
    """Tables of repeats that this sheet holds side by side: those whose parent's answers stand in the same sheet."""
    tables = {found.table for found in named}
    return {name for name in tables if headings.codebook.tables[name].parent in tables}


def _unknown(grid: Grid, headings: Headings, told: Told, position: int, text: str, bound: set[tuple[str, str]]) -> None:
    near = next((n for n in headings.near(text) if (n.table, n.variable) not in bound), None)
    if near:
        message = (
            f"Cet en-tête n’est pas reconnu ; il ressemble à la question « {headings.variable(near).label} », "
            "qui manque dans le fichier."
        )
        told.block(message, f"Remettre l’en-tête exact de la question ({near.variable}).", grid.number, 1, position)
    else:
        told.warn(
            "Cette colonne n’est pas une question connue : elle est ignorée.", _UNKNOWN_REMEDY, grid.number, 1, position
        )


def _headless(grid: Grid, told: Told, row: int) -> None:
    """Columns that hold something under an empty heading."""
    titles = header(grid)
    filled: dict[int, int] = {}
    for index, cells in enumerate(grid.rows[row + 1 :], start=row + 2):
        if len(cells) > len(titles) or "" in titles:
            for position, text in enumerate(cells):
                if text and (position >= len(titles) or not titles[position]):
                    filled.setdefault(position, index)
    for position, index in filled.items():
        told.block(
            "Cette colonne contient des valeurs sous un en-tête vide.",
            "Remettre l’en-tête de la question, ou vider la colonne.",
            grid.number,
            index,
            position,
        )


def _twice(bindings: Sequence[Binding], told: Told) -> None:
    first: dict[tuple[str, str, int], Binding] = {}
    for binding in bindings:
        key = (binding.table, binding.heading, binding.number)
        if key in first:
            told.block(
                f"Cette colonne et la colonne {first[key].column + 1} portent la même question ({binding.heading}).",
                "Garder une seule colonne par question.",
                binding.sheet,
                1,
                binding.column,
            )
        first.setdefault(key, binding)


def _uneven(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    """Repeats that do not hold the same questions in the same order as the first one."""
    blocks: dict[tuple[str, int], list[Binding]] = {}
    for binding in bindings:
        if binding.number:
            blocks.setdefault((binding.table, binding.number), []).append(binding)
    last = {table: max(n for t, n in blocks if t == table) for table, _ in blocks}
    for (table, number), block in blocks.items():
        model = [b.heading for b in blocks.get((table, 1), [])]
        found = [b.heading for b in block]
        closing = {v.name for v in headings.variables if v.table == table and v.shape == "unrolled"}
        if number == last[table]:  # the last block need not ask for another one
            model = [name for name in model if name not in closing]
            found = [name for name in found if name not in closing]
        if found != model:
            told.block(
                f"Le bloc répété n° {number} n’a pas les mêmes questions, dans le même ordre, que le premier "
                f"({len(found)} colonnes au lieu de {len(model)}) : les réponses ne peuvent pas être attribuées.",
                "Reprendre l’export entier, sans supprimer ni déplacer de colonne.",
                block[0].sheet,
                1,
                block[0].column,
            )


def missing(bindings: Iterable[Binding], headings: Headings, told: Told, tables: Iterable[str]) -> None:
    """Tell the questions of the tables that no column holds: their answers count as not asked.

    One that decides whether others are asked blocks: without it nothing could be attributed.
    """
    bound = {(b.table, b.variable) for b in bindings}
    kept = [
        v
        for v in headings.variables
        if v.table in set(tables) and not v.shape and v.privacy != "vault" and (v.table, v.name) not in bound
    ]
    deciding = _deciding(headings)
    for variable in kept:
        if variable.name in deciding:
            told.block(
                f"La question « {variable.label} » ({variable.name}) manque : elle décide de qui répond à d’autres questions.",
                "Reprendre l’export entier, avec toutes ses colonnes.",
            )
    lacking = [v.label for v in kept if v.name not in deciding]
    if lacking:
        names = ", ".join(f"« {label} »" for label in lacking)
        told.warn(
            f"Questions absentes de l’export, comptées comme non posées : {names}.",
            "Rien à faire si le formulaire ne les posait pas ; sinon reprendre l’export entier.",
        )


def _deciding(headings: Headings) -> set[str]:
    conditions = [v.condition for v in headings.variables] + [
        headings.codebook.condition_of_block(v) for v in headings.variables
    ]
    return {atom.name for condition in conditions for atom in routing.atoms(condition)}
