"""All exports of one study, read at once: format confirmed, records typed, personal data set apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.model import Codebook
from diagnostic.collect import keys
from diagnostic.collect.answered import RECEIVED, Answered
from diagnostic.collect.exports import mapping, tools
from diagnostic.collect.exports.binding import missing
from diagnostic.collect.exports.layout import Layout, Told
from diagnostic.collect.exports.own_words import coded
from diagnostic.collect.exports.records import Raw, read
from diagnostic.collect.exports.typed import Pseudonyms, Typed, type_table
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.received import PLACED, Cells, Places, ReceivedRows
from diagnostic.collect.table_names import FORMATS, ROLES, WORKBOOKS
from diagnostic.core.problems import BLOCKING, Problem, column_letter
from diagnostic.core.tables import columns

RESPONSES = "responses"


@dataclass(frozen=True)
class Received:
    """What the files hold: `tables` (shapes of RECEIVED), `places` (shape of `Places` but for the origin), `rows`; `private`
    for the vault; all problems; `cells` (shape of `Cells`) where nothing is personal; `numbers`: each response's number, as
    its form shows it → its pseudonym.

    With a blocking problem the tables may lack values and must not be written.
    """

    tables: dict[str, pd.DataFrame]
    places: pd.DataFrame
    rows: pd.DataFrame
    private: dict[str, pd.DataFrame]
    problems: list[Problem] = field(default_factory=list)
    cells: pd.DataFrame = field(default_factory=Cells.empty)
    numbers: dict[str, str] = field(default_factory=dict)


def read_exports(
    codebook: Codebook,
    exports: Mapping[str, bytes],
    formats: Mapping[str, str],
    pseudonyms: Pseudonyms,
    mappings: Mapping[str, bytes] | None = None,
) -> Received:
    """Role → content and role → format as the configuration confirms it. Never raises for bad data.

    `mappings` holds the mapping workbook of each role of format `mapping`. The tables of other roles have no row.
    """
    tables = {name: nothing(RECEIVED[name]) for role in exports for name in ROLES[role]}
    private: dict[str, list[pd.DataFrame]] = {"texts": [], "contacts": []}
    places, rows, problems = [Places.empty()[PLACED]], [ReceivedRows.empty()], []
    numbers: dict[str, str] = {}
    for role, content in exports.items():
        grids, faults = read_export(content, role, short_rows=formats[role] in ("google_csv", "mapping"))
        told = Told(role, not grids or grids[0].kind == "csv", faults, formats[role] == "mapping")
        layout = laid_out(codebook, grids, role, formats[role], told, (mappings or {}).get(role)) if grids else None
        if layout is None:
            problems += told.problems
            continue
        raws, received = read(layout, grids, told)
        form = mapping.without(codebook, layout.absent)
        for name, typed in _typed(form, coded(form, raws, layout), told, pseudonyms).items():
            tables[name] = typed.frame
            if name == RESPONSES:
                shown = zip(raws[name].shown, typed.frame["response_id"], strict=True)
                numbers = {way: own for number, own in shown for way in keys.spellings(number)}
            private["texts"].append(typed.texts)
            private["contacts"].append(typed.contacts)
        problems += told.problems
        places.append(_places(role, role, layout))
        rows.append(received.assign(role=role)[columns(ReceivedRows)])
    own = {name: name for name in numbers.values()}  # the team's own lists show pseudonyms
    if keys.CODING in tables:
        tables[keys.CODING] = keys.keyed(tables[keys.CODING], own | numbers)
    if keys.THEMES in tables:
        tables[keys.THEMES] = keys.named(tables[keys.THEMES], own | numbers)
    return Received(
        tables,
        pd.concat(places, ignore_index=True),
        pd.concat(rows, ignore_index=True),
        {name: pd.concat(frames, ignore_index=True) for name, frames in private.items() if frames},
        _once(problems),
        numbers=numbers,
    )


def read_workbooks(codebook: Codebook, workbooks: Mapping[str, bytes], files: Mapping[str, str]) -> Received:
    """The project's own workbooks that hold nothing personal: role → content, role → file name for messages.

    As `read_exports`, but nothing is set apart for the vault: places and labels stay in the tables, and `cells` has
    every cell of the records. Never raises for bad data.
    """
    tables = {name: nothing(RECEIVED[name]) for role in workbooks for name in WORKBOOKS[role]}
    cells, places, rows, problems = [Cells.empty()], [Places.empty()[PLACED]], [ReceivedRows.empty()], []
    for role, content in workbooks.items():
        grids, faults = read_export(content, files[role])
        told = Told(files[role], not grids or grids[0].kind == "csv", faults)
        headings = Headings(codebook, WORKBOOKS[role])
        layout = tools.workbook(grids, headings, told)
        if grids:
            _lacking(layout, headings, told, WORKBOOKS[role])
        raws, received = read(layout, grids, told)
        for name, raw in raws.items():
            tables[name] = type_table(codebook, raw, told, unchanged, public=True).frame
        problems += told.problems
        places.append(_places(role, files[role], layout))
        rows.append(received.assign(role=role)[columns(ReceivedRows)])
        cells.append(_cells(role, files[role], layout, grids))
    return Received(
        tables,
        pd.concat(places, ignore_index=True),
        pd.concat(rows, ignore_index=True),
        {},
        _once(problems),
        pd.concat(cells, ignore_index=True),
    )


def unchanged(kind: str, values: Iterable[str]) -> list[str]:
    """The pseudonyms of what needs none: neutral codes stay as they are."""
    return list(values)


def _lacking(layout: Layout, headings: Headings, told: Told, tables: Sequence[str]) -> None:
    """Tell the sheets and questions that a workbook of the project should hold and does not, or holds twice."""
    held = {part.table for part in layout.records}
    if not held:
        told.block(
            "Aucune feuille attendue n’est dans ce fichier : c’est peut-être celui d’un autre rôle ; rien n’y a été lu.",
            f"Donner le classeur qui a les feuilles « {' », « '.join(headings.codebook.tables[t].label for t in tables)} ».",
        )
        return
    for table in tables:
        label = headings.codebook.tables[table].label
        if table not in held:
            told.warn(
                f"La feuille « {label} » n’est pas dans le classeur : elle compte comme vide.",
                "Rien à faire si rien n’a été relevé ; sinon repartir du classeur modèle.",
            )
        for part in [part for part in layout.records if part.table == table][1:]:
            told.block(
                f"Cette feuille est la seconde qui porte le tableau « {label} ».",
                "Garder une seule feuille par tableau, qui réunit toutes les lignes.",
                part.sheet,
            )
    missing(layout.bindings, headings, told, [table for table in tables if table in held])


def _cells(role: str, file: str, layout: Layout, grids: Sequence[Grid]) -> pd.DataFrame:
    """The filled cells of the records, as text, at their places."""
    rows = []
    by_number = {grid.number: grid for grid in grids}
    for part in layout.records:
        grid, sheet = by_number[part.sheet], str(part.sheet)
        bound = {b.column: b.heading for b in layout.bindings if b.sheet == part.sheet}
        places = [(column, column_letter(column), heading) for column, heading in bound.items()]
        for row, cells in enumerate(grid.rows[part.first :], start=part.first + 1):
            rows += [
                (role, file, sheet, row, letter, heading, cells[column])
                for column, letter, heading in places
                if column < len(cells) and cells[column]
            ]
    return pd.DataFrame(rows, columns=columns(Cells))


def laid_out(
    codebook: Codebook, grids: Sequence[Grid], role: str, chosen: str, told: Told, mapped: bytes | None = None
) -> Layout | None:
    """The layout of an export in the format that the configuration confirms; None when it is another one's."""
    headings = Headings(codebook, ROLES[role])
    form = all(codebook.tables[table].form for table in ROLES[role])
    if chosen == "mapping":
        layout = mapping.layout(mapped, grids, headings, told)
    else:
        shown = tools.recognise(grids, [codebook.tables[table].key[0] for table in ROLES[role]])
        if shown != chosen:
            seen = f"montre un export {FORMATS[shown]}" if shown else "n’est reconnu pour aucun outil"
            told.block(
                f"La configuration annonce « {FORMATS[chosen]} », mais le contenu {seen}.",
                f"Écrire « {role}: {shown} » sous « received » dans la configuration de l’étude, ou reprendre l’export."
                if shown
                else f"Reprendre l’export sans le modifier, ou décrire le tableau : « diagnostic decrire », puis « {role}: mapping ».",
            )
            return None
        if form and not tools.ours(grids, headings, chosen):
            told.block(
                f"Cet export est celui d’un autre formulaire que celui du projet, fait avec le même outil ({FORMATS[chosen]}).",
                f"Le décrire : « diagnostic decrire ÉTUDE {role} », puis « {role}: mapping » dans la configuration de l’étude.",
            )
            return None
        layout = (tools.LAYERS[chosen] if form else tools.workbook)(grids, headings, told)
    if layout is not None:
        _complete(layout, Headings(mapping.without(codebook, layout.absent), ROLES[role]), told, role)
    return layout


def _complete(layout: Layout, headings: Headings, told: Told, role: str) -> None:
    """Tell the tables and questions that an export should hold and does not, or holds twice."""
    held = {b.table for b in layout.bindings} | {part.table for part in layout.records}
    for table in ROLES[role]:
        definition = headings.codebook.tables[table]
        if table not in held:
            # where nobody described anything, some tools give no sheet for it
            tell = told.warn if definition.parent and layout.format not in tools.WITH_EMPTY_TABLES else told.block
            tell(
                f"Le tableau « {definition.label} » n’est pas dans le fichier.",
                "Si l’outil en contient, reprendre l’export entier : avec ses feuilles de répétition, sans filtre.",
            )
        for part in [part for part in layout.records if part.table == table][1:]:
            told.block(
                f"Cette feuille est la seconde qui porte le tableau « {definition.label} ».",
                "Garder une seule feuille par tableau, qui réunit toutes les lignes.",
                part.sheet,
            )
    missing(layout.bindings, headings, told, [table for table in ROLES[role] if table in held])


def _typed(codebook: Codebook, raws: Mapping[str, Raw], told: Told, pseudonyms: Pseudonyms) -> dict[str, Typed]:
    """Parents first: who is asked about a situation depends on the response it belongs to."""
    done: dict[str, Typed] = {}
    for name in sorted(raws, key=lambda table: bool(codebook.tables[table].parent)):
        parent = codebook.tables[name].parent
        form = codebook.tables[name].form
        given = (raws[parent], done[parent]) if form and parent in done else None
        if form and parent and given is None:
            continue
        done[name] = type_table(codebook, raws[name], told, pseudonyms, given)
    return done


def _places(role: str, file: str, layout: Layout) -> pd.DataFrame:
    rows = [
        (role, file, b.table, b.heading, b.number, b.sheet, column_letter(b.column))
        for b in layout.bindings
        if b.variable
    ]
    return pd.DataFrame(rows, columns=PLACED)


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, and no warning at a cell where something blocks."""
    blocked = {(p.file, p.sheet, p.row, p.column) for p in problems if p.severity == BLOCKING and p.column}
    kept = [p for p in problems if p.severity == BLOCKING or (p.file, p.sheet, p.row, p.column) not in blocked]
    return list(dict.fromkeys(kept))


def nothing(model: type[Answered]) -> pd.DataFrame:
    """The table of a study without export: its own columns, no answer."""
    return _nothing(model).copy()


@cache
def _nothing(model: type[Answered]) -> pd.DataFrame:
    own = [name for name in columns(model) if name.isidentifier()]
    return model.empty()[own]
