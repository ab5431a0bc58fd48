"""Columns bound to questions: by their headings, by position where a block of questions is repeated side by side."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from diagnostic.codebook import routing
from diagnostic.codebook.headings import Headings, Named
from diagnostic.codebook.model import OTHER_FIELDS, Variable
from diagnostic.codebook.routing import Atom
from diagnostic.collect.exports.layout import Binding, Told, header
from diagnostic.collect.grids import Grid
from diagnostic.core.problems import column_letter

_UNKNOWN_REMEDY = (
    "Rien à faire si cette colonne n’est pas une question du codebook ; sinon corriger l’en-tête, ou ajouter la "
    "question au codebook."
)


def bind(grid: Grid, headings: Headings, told: Told, own: Callable[[str], bool], row: int = 0) -> list[Binding]:
    """The bindings of one sheet, in order of columns. `own` says which headings are the tool's own records.

    What cannot be bound is told: an unknown column is ignored with a warning; one that looks like a misspelled
    question blocks, and is read as that question so that the rest can be checked; two columns for one answer and
    repeats of a block that differ block too.
    """
    texts = [(position, text) for position, text in enumerate(header(grid)) if text]
    asked = [(position, text) for position, text in texts if not (own(text) or headings.shown(text))]
    found = match(asked, headings)
    for position, (named, sure) in found.items():
        if not sure:
            _unknown(grid, headings, told, position, named)
    bindings = numbered(grid.number, found, headings)
    headless(grid, told, row)
    _twice(bindings, headings, told)
    _uneven(bindings, headings, told)
    return bindings


def match(texts: Sequence[tuple[int, str]], headings: Headings) -> dict[int, tuple[Named | None, bool]]:
    """Column → what its heading names, for sure or not: the answer without a column whose heading is the closest."""
    exact = {position: headings.find(text) for position, text in texts}
    room = _Room([named for named in exact.values() if named], headings)
    return {
        position: (exact[position] or room.take(headings.near(text)), exact[position] is not None)
        for position, text in texts
    }


class _Room:
    """Which answers still lack a column: a heading that nobody knows may be a misspelling of theirs only."""

    def __init__(self, named: Sequence[Named], headings: Headings) -> None:
        self.taken = Counter(named)
        self.blocks: dict[str, int] = {}  # table of repeats side by side → how many, as most of its headings show
        for table in _repeated(headings, named):
            counts = [count for name, count in self.taken.items() if name.table == table and not name.number]
            self.blocks[table] = statistics.mode(counts) if counts else 1

    def take(self, near: Iterable[Named]) -> Named | None:
        """The first that has room, which it then has no more."""
        for named in near:
            if self.taken[named] < (1 if named.number else self.blocks.get(named.table, 1)):
                self.taken[named] += 1
                return named
        return None


def numbered(sheet: int, matched: Mapping[int, tuple[Named | None, bool]], headings: Headings) -> list[Binding]:
    """Bindings with the number of their repeat: told by the heading, else a new one begins after the question that
    asks for another, or where the first question of a repeat comes back."""
    named = [(position, found) for position, (found, _) in matched.items() if found]
    repeated = _repeated(headings, [found for _, found in named])
    bindings: list[Binding] = []
    number, opening, held, closed = 1, dict[str, tuple[str, str]](), 0, False
    for position, found in named:
        if found.table not in repeated:
            bindings.append(Binding(sheet, position, found.table, found.variable, found.option))
            continue
        if not found.number:
            name = (found.variable, found.option)
            if closed or (held > 1 and name == opening.get(found.table)):
                number, held = number + 1, 0
            opening.setdefault(found.table, name)
            held, closed = held + 1, headings.variable(found).shape == "unrolled"
        bindings.append(Binding(sheet, position, found.table, found.variable, found.option, found.number or number))
    return bindings


def _repeated(headings: Headings, named: Iterable[Named]) -> set[str]:
    """Tables of repeats that this sheet holds side by side: those whose parent's answers stand in the same sheet."""
    tables = {found.table for found in named if headings.variable(found).shape != "sheet"}
    return {name for name in tables if headings.codebook.tables[name].parent in tables}


def _unknown(grid: Grid, headings: Headings, told: Told, position: int, near: Named | None) -> None:
    if near is None:
        message = "Cette colonne n’est pas une question connue : elle est ignorée."
        told.warn(message, _UNKNOWN_REMEDY, grid.number, 1, position)
        return
    variable = headings.variable(near)
    options = {option.code: option.label for option in headings.codebook.options(variable)}
    answer = f", réponse « {options[near.option]} »" if near.option else ""
    name = f"« {variable.question} »" + (f" et la réponse « {options[near.option]} »" if near.option else "")
    told.block(
        f"Cet en-tête n’est pas reconnu ; il ressemble à la question « {variable.label} »{answer}, qui manque ici.",
        f"Remettre l’en-tête exact de l’outil : {name}, ou {near.variable}{OTHER_FIELDS if near.option else ''}{near.option}.",
        grid.number,
        1,
        position,
    )


def headless(grid: Grid, told: Told, row: int) -> None:
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


def _twice(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    first: dict[tuple[str, str, int], Binding] = {}
    for binding in bindings:
        key = (binding.table, binding.heading, binding.number)
        if key in first:
            label = headings.variable(Named(binding.table, binding.variable)).label
            told.block(
                f"Cette colonne et la colonne {column_letter(first[key].column)} portent la même question, « {label} » "
                f"({binding.heading}).",
                "Garder une seule colonne par question.",
                binding.sheet,
                1,
                binding.column,
            )
        first.setdefault(key, binding)


def _uneven(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    """Repeats that do not hold the same questions in the same order as most of them: told where they part."""
    closing = {(v.table, v.name) for v in headings.variables if v.shape == "unrolled"}
    blocks: dict[str, dict[int, dict[str, Binding]]] = {}
    for binding in bindings:
        if binding.number:
            block = blocks.setdefault(binding.table, {}).setdefault(binding.number, {})
            block.setdefault(binding.heading, binding)
    for table, numbered_blocks in blocks.items():
        orders = {number: tuple(block) for number, block in numbered_blocks.items()}
        model = max(Counter(orders.values()).items(), key=lambda item: (item[1], len(item[0])))[0]
        ending = tuple(name for name in model if (table, name) not in closing)  # the last need not ask for another one
        for number, order in orders.items():
            if order != model and not (number == max(orders) and order == ending):
                _apart(number, order, model, numbered_blocks[number], headings, told)


def _apart(
    number: int,
    order: Sequence[str],
    model: Sequence[str],
    block: Mapping[str, Binding],
    headings: Headings,
    told: Told,
) -> None:
    at = next((i for i, (here, there) in enumerate(zip(order, model, strict=False)) if here != there), None)
    at = min(len(order), len(model)) if at is None else at
    place = [*block.values()][-1] if at >= len(order) else block[order[at]]
    label = ""
    if at < len(model):
        variable = headings.variable(Named(place.table, model[at].split("/")[0]))
        label = f" : la question « {variable.label} » était attendue ici"
    told.block(
        f"Le bloc répété n° {number} n’a pas les mêmes questions, dans le même ordre, que les autres{label} ; les "
        "réponses ne peuvent pas être attribuées.",
        "Reprendre l’export entier, sans supprimer ni déplacer de colonne.",
        place.sheet,
        1,
        place.column,
    )


def missing(bindings: Sequence[Binding], headings: Headings, told: Told, tables: Iterable[str]) -> None:
    """Tell the questions of the tables that no column holds: their answers count as not asked.

    One that decides whether others that are there were asked blocks: without it nothing could be attributed to them.
    """
    bound = {(b.table, b.variable) for b in bindings}
    kept = [
        v
        for v in headings.variables
        if v.table in set(tables) and not v.shape and v.privacy != "vault" and (v.table, v.name) not in bound
    ]
    deciding = _deciding(headings, bound)
    for variable in kept:
        if variable.name in deciding:
            told.block(
                f"La question « {variable.label} » ({variable.name}) manque : elle décide de qui répond à d’autres questions.",
                "Reprendre l’export entier, avec toutes ses colonnes.",
            )
    _options(bindings, headings, told)
    joined = {
        v.name: merged.label
        for merged in headings.variables
        if (merged.table, merged.name) in bound
        for v in headings.codebook.joined(merged)
    }
    for label in dict.fromkeys(joined[v.name] for v in kept if v.name in joined):
        parts = " et ".join(f"« {v.label} »" for v in kept if joined.get(v.name) == label)
        told.warn(
            f"Le formulaire réunit {parts} en une question, « {label} » : elle est comptée, et ce qui demande de les "
            "distinguer compte comme non posé.",
            "Rien à faire.",
        )
    lacking = [v.label for v in kept if v.name not in {*deciding, *joined}]
    if lacking:
        names = ", ".join(f"« {label} »" for label in lacking)
        told.warn(
            f"Questions absentes de l’export, comptées comme non posées : {names}.",
            "Rien à faire si le formulaire ne les posait pas ; sinon reprendre l’export entier.",
        )


def _options(bindings: Sequence[Binding], headings: Headings, told: Told) -> None:
    """Tell the options that no column holds, of questions whose options have a column each and nothing else."""
    held: dict[tuple[str, str], set[str]] = {}
    for binding in bindings:
        held.setdefault((binding.table, binding.variable), set()).add(binding.option)
    deciding = {
        (atom.name, code) for atom in _atoms(headings, headings.variables) for code in getattr(atom, "codes", ())
    }
    for variable in headings.variables:
        columns = held.get((variable.table, variable.name), set())
        if variable.type != "multiple" or not columns or "" in columns:
            continue
        lacking = [option for option in headings.codebook.options(variable) if option.code not in columns]
        if not lacking:
            continue
        names = ", ".join(f"« {option.label} »" for option in lacking)
        tell = told.block if any((variable.name, option.code) in deciding for option in lacking) else told.warn
        tell(
            f"Réponses sans colonne à la question « {variable.label} », comptées comme non cochées : {names}.",
            "Rien à faire si le formulaire ne les proposait pas ; sinon reprendre l’export entier."
            if tell == told.warn
            else "Reprendre l’export entier : ces réponses décident de qui répond à d’autres questions.",
        )


def _deciding(headings: Headings, bound: Collection[tuple[str, str]]) -> set[str]:
    """The questions that decide whether one of those that have a column was asked."""
    return {atom.name for atom in _atoms(headings, [v for v in headings.variables if (v.table, v.name) in bound])}


def _atoms(headings: Headings, variables: Iterable[Variable]) -> list[Atom]:
    conditions = [c for v in variables for c in (v.condition, headings.codebook.condition_of_block(v))]
    return [atom for condition in conditions for atom in routing.atoms(condition)]
