"""All exports of one study, read at once: format confirmed, records typed, personal data set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports import mapping, tools
from diagnostic.collect.exports.binding import missing
from diagnostic.collect.exports.headings import Headings
from diagnostic.collect.exports.layout import Layout, Told
from diagnostic.collect.exports.records import Raw, read
from diagnostic.collect.exports.typed import Pseudonyms, Typed, type_table
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.tables import FORMATS, RECEIVED, ROLES, Answered, Places, ReceivedRows
from diagnostic.problems import BLOCKING, Problem, column_letter
from diagnostic.tables import columns


@dataclass(frozen=True)
class Received:
    """What the exports hold: `tables` (shapes of RECEIVED), `places`, `rows`; `private` for the vault; all problems.

    With a blocking problem the tables may lack values and must not be written.
    """

    tables: dict[str, pd.DataFrame]
    places: pd.DataFrame
    rows: pd.DataFrame
    private: dict[str, pd.DataFrame]
    problems: list[Problem] = field(default_factory=list)


def read_exports(
    codebook: Codebook,
    exports: Mapping[str, bytes],
    formats: Mapping[str, str],
    pseudonyms: Pseudonyms,
    mappings: Mapping[str, bytes] | None = None,
) -> Received:
    """Role → content and role → format as the configuration confirms it. Never raises for bad data.

    `mappings` holds the mapping file of each role of format `mapping`.
    """
    tables = {name: nothing(model) for name, model in RECEIVED.items()}
    private: dict[str, list[pd.DataFrame]] = {"texts": [], "contacts": []}
    places, rows, problems = [Places.empty()], [ReceivedRows.empty()], []
    for role, content in exports.items():
        grids, told = read_export(content, role, short_rows=formats[role] in ("google_csv", "mapping"))
        problems += told
        if not grids:
            continue
        layout, headings, more = laid_out(codebook, grids, role, formats[role], (mappings or {}).get(role))
        if layout is None:
            problems += more.problems
            continue
        raws, received = read(layout, grids, more)
        for name, typed in _typed(codebook, raws, more, pseudonyms).items():
            tables[name] = typed.frame
            private["texts"].append(typed.texts)
            private["contacts"].append(typed.contacts)
        problems += more.problems
        places.append(_places(role, layout))
        rows.append(received.assign(role=role)[columns(ReceivedRows)])
    return Received(
        tables,
        pd.concat(places, ignore_index=True),
        pd.concat(rows, ignore_index=True),
        {name: pd.concat(frames, ignore_index=True) for name, frames in private.items() if frames},
        _once(problems),
    )


def laid_out(
    codebook: Codebook, grids: Sequence[Grid], role: str, chosen: str, mapped: bytes | None
) -> tuple[Layout | None, Headings, Told]:
    """The layout of an export in the format that the configuration confirms; None when it is another one's."""
    headings, told = Headings(codebook, ROLES[role]), Told(role, plain=grids[0].kind == "csv")
    if chosen == "mapping":
        layout = mapping.layout(mapped, grids, headings, told)
    else:
        shown = tools.recognise(grids)
        if shown != chosen:
            seen = f"montre un export {FORMATS[shown]}" if shown else "n’est reconnu pour aucun outil"
            told.block(
                f"La configuration annonce « {FORMATS[chosen]} », mais le contenu {seen}.",
                f"Écrire « {role}: {shown} » sous « received » dans la configuration de l’étude, ou reprendre l’export."
                if shown
                else f"Reprendre l’export sans le modifier, ou décrire le tableau : « diagnostic map », puis « {role}: mapping ».",
            )
            return None, headings, told
        layout = tools.LAYERS[chosen](grids, headings, told)
    if layout is not None:
        _complete(layout, headings, told, role)
    return layout, headings, told


def _complete(layout: Layout, headings: Headings, told: Told, role: str) -> None:
    """Tell the tables and questions that an export should hold and does not."""
    held = {b.table for b in layout.bindings} | {part.table for part in layout.records}
    for table in ROLES[role]:
        if table not in held:
            tell = told.warn if headings.codebook.tables[table].parent else told.block  # no repeat, no sheet for it
            tell(
                f"Le tableau « {headings.codebook.tables[table].label} » n’est pas dans le fichier.",
                "Si l’outil en contient, reprendre l’export entier : avec ses feuilles de répétition, sans filtre.",
            )
    missing(layout.bindings, headings, told, [table for table in ROLES[role] if table in held])


def _typed(codebook: Codebook, raws: Mapping[str, Raw], told: Told, pseudonyms: Pseudonyms) -> dict[str, Typed]:
    """Parents first: who is asked about a situation depends on the response it belongs to."""
    done: dict[str, Typed] = {}
    for name in sorted(raws, key=lambda table: bool(codebook.tables[table].parent)):
        parent = codebook.tables[name].parent
        given = (raws[parent], done[parent]) if parent in done else None
        if parent and given is None:
            continue
        done[name] = type_table(codebook, raws[name], told, pseudonyms, given)
    return done


def _places(role: str, layout: Layout) -> pd.DataFrame:
    rows = [
        (role, b.table, b.heading, b.number, b.sheet, column_letter(b.column)) for b in layout.bindings if b.variable
    ]
    return pd.DataFrame(rows, columns=columns(Places))


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Each problem once, and no warning at a cell where something blocks."""
    blocked = {(p.file, p.sheet, p.row, p.column) for p in problems if p.severity == BLOCKING and p.column}
    kept = [p for p in problems if p.severity == BLOCKING or (p.file, p.sheet, p.row, p.column) not in blocked]
    return list(dict.fromkeys(kept))


def nothing(model: type[Answered]) -> pd.DataFrame:
    """The table of a study without export: its own columns, no answer."""
    own = [name for name in columns(model) if name.isidentifier()]
    return model.empty()[own]
