"""All exports of one study, read at once: format confirmed, records typed, personal data set apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from diagnostic.codebook import routing
from diagnostic.codebook.headings import Headings
from diagnostic.codebook.model import Block, Codebook, Variable
from diagnostic.collect import keys
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.tools import Layout, Raw, Told, cell, header
from diagnostic.collect.exports.typed import Pseudonyms, Typed, asked, type_table
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import BLANK_READ, EITHER, FORMATS, ROLES, WORKBOOKS
from diagnostic.collect.tables import PLACED, RECEIVED
from diagnostic.core.french import plural
from diagnostic.core.problems import BLOCKING, Problem, column_letter
from diagnostic.core.tables import columns, model

RESPONSES = "responses"
WHOLE = "Reprendre l’export entier : avec ses feuilles de répétition, sans filtre"
# How a team declares, in the file, that a table has no row.
COLUMN = "ajouter au fichier une colonne vide dont le titre est celui de sa première question, « {} »"
NOTHING = {
    "kobo": f"ajouter au classeur une feuille sans ligne, dont le seul titre est « {tools.TOOLS['kobo'].parent} »",
    "recipe": "dans la recette, vider « question » à chacune de ses lignes",
}


Grids = tuple[list[Grid], list[Problem]]  # what `read_export` gives


@dataclass(frozen=True)
class Received:
    """What the files hold: `tables` (shapes of RECEIVED), `places` (shape of `Places` but for the origin), `rows`; `private`
    for the vault; all problems; `cells` (shape of `Cells`) where nothing is personal; `numbers`: each response's number, as
    its form shows it → its pseudonym.

    With a blocking problem the tables may lack values and must not be written.
    """

    tables: dict[str, pd.DataFrame]
    places: pd.DataFrame = field(default_factory=lambda: model("collect/places").empty()[PLACED])
    rows: pd.DataFrame = field(default_factory=model("collect/received_rows").empty)
    private: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cells: pd.DataFrame = field(default_factory=model("collect/cells").empty)
    numbers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def together(cls, parts: Iterable[Received], tables: Iterable[str] = ()) -> Received:
        """What several files hold; `tables`: the names of those that have no row where no file has them."""
        parts = [cls({name: RECEIVED[name].bare() for name in tables}), *parts]

        def stacked(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
            return pd.concat(list(frames), ignore_index=True)

        apart = dict.fromkeys(name for part in parts for name in part.private)
        return cls(
            {name: table for part in parts for name, table in part.tables.items()},
            stacked(part.places for part in parts),
            stacked(part.rows for part in parts),
            {name: stacked(part.private[name] for part in parts if name in part.private) for name in apart},
            _once([problem for part in parts for problem in part.problems]),
            stacked(part.cells for part in parts),
            {shown: own for part in parts for shown, own in part.numbers.items()},
        )


def read_exports(
    codebook: Codebook,
    exports: Mapping[str, bytes],
    formats: Mapping[str, str],
    pseudonyms: Pseudonyms,
    known: Mapping[str, Grids] | None = None,
) -> Received:
    """Role → content and role → format as the configuration confirms it. Never raises for bad data. The tables of other
    roles have no row. `known`: what `read_export` gave for the workbook of a role, where somebody has read it."""
    known = known or {}
    parts = [
        _export(codebook, role, content, formats[role], pseudonyms, known.get(role))
        for role, content in exports.items()
    ]
    read = Received.together(parts, [name for role in exports for name in ROLES[role]])
    own = {name: name for name in read.numbers.values()}  # the team's own lists show pseudonyms
    for name, under in ((keys.CODING, keys.keyed), (keys.THEMES, keys.named)):
        if name in read.tables:
            read.tables[name] = under(read.tables[name], own | read.numbers)
    return read


def _export(
    codebook: Codebook, role: str, content: bytes, chosen: str, pseudonyms: Pseudonyms, known: Grids | None = None
) -> Received:
    grids, faults = known or read_export(content, role, short_rows=chosen == "google_csv")
    faults = list(faults)
    told = Told(role, not grids or grids[0].kind == "csv", faults, chosen == "recipe")
    layout = laid_out(codebook, grids, role, chosen, told) if grids else None
    if layout is None:
        return Received({}, problems=told.problems)
    raws, rows = tools.read_records(layout, grids, told)
    away = [name for name in ROLES[role] if name not in raws and codebook.tables[name].parent in raws]
    for name in away:  # a tool gives no sheet where nobody described anything: a table without a row
        nobody = {variable.name: np.array([], dtype=object) for variable in codebook.received(name)}
        raws[name] = Raw(name, raws[codebook.tables[name].parent].frame.head(0), nobody, {})
    form = without(codebook, layout.absent)
    one = {name: _either(raw) for name, raw in raws.items()}
    found = _typed(form, {name: raw for name, (raw, _) in one.items()}, told, pseudonyms)
    found = {name: _ruled(form, typed, _blanks(grids), one[name][1]) for name, typed in found.items()}
    for name in away if layout.format not in tools.WITH_EMPTY_TABLES else []:
        _lost(form, layout, name, found[form.tables[name].parent], told)
    numbers: dict[str, str] = {}
    if RESPONSES in found:
        shown = zip(raws[RESPONSES].shown, found[RESPONSES].frame["response_id"], strict=True)
        numbers = {way: own for number, own in shown for way in keys.spellings(number)}
    apart = {"texts": [one.texts for one in found.values()], "contacts": [one.contacts for one in found.values()]}
    return Received(
        {name: one.frame for name, one in found.items()},
        _places(role, role, layout),
        rows.assign(role=role)[columns("collect/received_rows")],
        {name: pd.concat(frames, ignore_index=True) for name, frames in apart.items() if frames},
        as_given(grids, told.problems),
        numbers=numbers,
    )


def read_workbooks(codebook: Codebook, workbooks: Mapping[str, bytes], files: Mapping[str, str]) -> Received:
    """The project's own workbooks that hold nothing personal: role → content, role → file name for messages.

    As `read_exports`, but nothing is set apart for the vault: places and labels stay in the tables, and `cells` has
    every cell of the records. Never raises for bad data.
    """
    parts = [_workbook(codebook, role, content, files[role]) for role, content in workbooks.items()]
    return Received.together(parts, [name for role in workbooks for name in WORKBOOKS[role]])


def _workbook(codebook: Codebook, role: str, content: bytes, file: str) -> Received:
    grids, faults = read_export(content, file)
    told = Told(file, not grids or grids[0].kind == "csv", faults, bool(tools.noted(grids)))
    headings = Headings(codebook, WORKBOOKS[role])
    layout = tools.workbook(grids, headings, told)
    if grids:
        _lacking(layout, headings, told, WORKBOOKS[role])
        tools.unread(codebook, grids, {part.sheet for part in layout.records}, told)
    raws, rows = tools.read_records(layout, grids, told)
    typed = {name: type_table(codebook, raw, told, unchanged, public=True) for name, raw in raws.items()}
    blanks = _blanks(grids)
    return Received(
        {name: _ruled(codebook, one, blanks, {}).frame for name, one in typed.items()},
        _places(role, file, layout),
        rows.assign(role=role)[columns("collect/received_rows")],
        problems=told.problems,
        cells=_cells(role, file, layout, grids),
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
        if table not in held:
            told.warn(
                f"La feuille « {headings.codebook.tables[table].label} » n’est pas dans le classeur : elle compte comme vide.",
                "Rien à faire si rien n’a été relevé ; sinon repartir du classeur modèle.",
            )
    _once_each(layout, headings, told, [table for table in tables if table in held])


def _once_each(layout: Layout, headings: Headings, told: Told, tables: Sequence[str]) -> None:
    """Tell the tables that are in two sheets, and the questions of these tables that are in none."""
    for table in tables:
        for part in [part for part in layout.records if part.table == table][1:]:
            message = f"Cette feuille est la seconde qui porte le tableau « {headings.codebook.tables[table].label} »."
            told.block(message, "Garder une seule feuille par tableau, qui réunit toutes les lignes.", part.sheet)
    tools.missing(layout.bindings, headings, told, tables)


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
    return pd.DataFrame(rows, columns=columns("collect/cells"))


def laid_out(codebook: Codebook, grids: Sequence[Grid], role: str, chosen: str, told: Told) -> Layout | None:
    """The layout of an export in the format that the configuration confirms; None when it is another one's."""
    headings = Headings(codebook, ROLES[role])
    form = all(codebook.tables[table].form for table in ROLES[role])
    shown = tools.recognise(grids, [codebook.tables[table].key[0] for table in ROLES[role]])
    if shown != chosen:
        if not shown:
            tools.unread(codebook, grids, set(), told)
        seen = f"montre un export {FORMATS[shown]}" if shown else "n’est reconnu pour aucun outil"
        told.block(
            f"La configuration annonce « {FORMATS[chosen]} », mais le contenu {seen}.",
            f"Écrire « {role}: {shown} » sous « received » dans la configuration de l’étude, ou reprendre l’export."
            if shown
            else f"Le donner à « diagnostic recevoir ÉTUDE {role} FICHIER », qui en propose la recette.",
        )
        return None
    if form and not tools.ours(grids, headings, chosen):
        told.block(
            f"Cet export est celui d’un autre formulaire que celui du projet, fait avec le même outil ({FORMATS[chosen]}).",
            f"Le donner à « diagnostic recevoir ÉTUDE {role} FICHIER », qui en propose la recette.",
        )
        return None
    layout = (tools.LAYERS[chosen] if form else tools.workbook)(grids, headings, told)
    tools.unread(codebook, grids, {part.sheet for part in layout.records}, told)
    _complete(layout, Headings(without(codebook, layout.absent), ROLES[role]), told, role)
    return layout


def _complete(layout: Layout, headings: Headings, told: Told, role: str) -> None:
    """Tell the tables and questions that an export should always hold and does not, or holds twice."""
    held = {b.table for b in layout.bindings} | {part.table for part in layout.records}
    for table in ROLES[role]:
        definition = headings.codebook.tables[table]
        if table not in held and (not definition.parent or layout.format in tools.WITH_EMPTY_TABLES):
            told.block(f"Le tableau « {definition.label} » n’est pas dans le fichier.", f"{WHOLE}.")
    _once_each(layout, headings, told, [table for table in ROLES[role] if table in held])


def _lost(form: Codebook, layout: Layout, name: str, parent: Typed, told: Told) -> None:
    """Tell a table that is not in the file, where the tool gives none if nobody described anything: a sheet that was taken
    away looks the same. It blocks where an answer says that its questions were asked, which nobody may read as nothing."""
    questions = [v for v in form.received(name) if not v.shape and v.name not in layout.absent]
    conditions = [form.condition_of_block(v) for v in questions[:1]]
    number = sum(int(asked(one, parent.known, len(parent.frame)).sum()) for one in conditions)
    message = f"Le tableau « {form.tables[name].label} » n’est pas dans le fichier"
    if not number:
        told.warn(f"{message}.", f"Si l’outil en contient, {WHOLE[:1].lower()}{WHOLE[1:]}.")
        return
    said = plural(number, "réponse dit", "réponses disent")
    way = NOTHING.get(layout.format, COLUMN).format(questions[0].question)
    told.block(
        f"{message}, et {number} {said} que ses questions ont été posées : rien ne permet de le compter comme vide.",
        f"{WHOLE}. Si personne n’y a rien répondu, le déclarer : {way}.",
    )


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


# -- A form that is not the project's, read by its recipe ---------------------------------------------------------
def without(codebook: Codebook, absent: frozenset[str]) -> Codebook:
    """The codebook of a form that did not ask these questions: what they would have decided is decided by the question
    that joins them where the form has one, and was asked of everybody elsewhere."""
    if not absent:
        return codebook
    instead = {
        part.name: merged.name
        for merged in codebook.variables
        if merged.name not in absent
        for part in codebook.joined(merged)
    }

    def freed(one: Block | Variable) -> str:
        names = {atom.name for atom in routing.atoms(one.condition)} & absent
        if not names <= instead.keys():
            return ""
        return re.sub(r"\w+", lambda word: instead[word[0]] if word[0] in names else word[0], one.routing)

    variables = tuple(replace(v, routing=freed(v)) for v in codebook.variables)
    blocks = {name: replace(block, routing=freed(block)) for name, block in codebook.blocks.items()}
    return replace(codebook, variables=variables, blocks=blocks)


OR = "|"  # between codes that stand for one of them, which nobody knows


def _either(raw: Raw) -> tuple[Raw, dict[str, np.ndarray]]:
    """The records with codes joined as a tool joins them, and where they stand for one of them: variable → a mask."""
    held = {name: texts for name, texts in raw.answers.items() if any(OR in str(text) for text in texts)}
    masks = {name: np.array([OR in str(text) for text in texts], dtype=bool) for name, texts in held.items()}
    plain = {name: np.array([str(t).replace(OR, ";") for t in texts], dtype=object) for name, texts in held.items()}
    return (replace(raw, answers={**raw.answers, **plain}) if held else raw), masks


def _blanks(grids: Sequence[Grid]) -> set[str]:
    """The questions of which a recipe says what an empty cell means."""
    return {row[1] for row in tools.noted(grids) if row[0] == tools.BLANK}


def _ruled(form: Codebook, typed: Typed, blanks: set[str], masks: Mapping[str, np.ndarray]) -> Typed:
    """The typed records with the rules by which a recipe read closed questions, in `name.rule`."""
    closed = {v.name for name in form.tables for v in form.received(name) if v.closed}
    own = {name.partition("/")[0].removesuffix(".code") for name in typed.frame}
    rules = {}
    for name in sorted((blanks | masks.keys()) & closed & own):
        either = np.where(masks.get(name, np.zeros(len(typed.frame), dtype=bool)), EITHER, "")
        texts = [" ".join(filter(None, (BLANK_READ if name in blanks else "", one))) for one in either]
        rules[f"{name}.rule"] = pd.array(texts, dtype="str")
    return replace(typed, frame=typed.frame.assign(**rules)) if rules else typed


def as_given(grids: Sequence[Grid], problems: Sequence[Problem]) -> list[Problem]:
    """Problems at the cells of the file that was given, where a recipe wrote what is read in its place; those of the notes it
    left, where a column stands for several, follow the number of the record."""
    sheets = {str(grid.number): grid for grid in grids}
    letters = {(row[1], row[2]): row[3:] for row in tools.noted(grids) if row[0] == tools.COLUMN}
    return [_as_given(problem, sheets.get(problem.sheet), letters) for problem in problems]


def _as_given(problem: Problem, grid: Grid | None, letters: Mapping[tuple[str, str], Sequence[str]]) -> Problem:
    heads = header(grid) if grid is not None else []
    if grid is None or tools.ORIGIN not in heads or not problem.row or problem.row > len(grid.rows):
        return problem
    sheet, _, row = cell(grid, problem.row - 1, heads.index(tools.ORIGIN)).partition(":")
    if not row.isdigit():
        return problem
    own = [one for one in letters.get((problem.sheet, problem.column), ()) if one] or [problem.column]
    number = cell(grid, problem.row - 1, heads.index("situation_number")) if "situation_number" in heads else ""
    at = int(number) - 1 if number.isdigit() and 0 < int(number) <= len(own) else 0
    return replace(problem, sheet=sheet, row=int(row), column=own[at] if problem.column else "")
