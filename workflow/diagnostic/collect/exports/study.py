"""All exports of one study, read at once: format confirmed, records typed, personal data set apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from diagnostic.codebook import routing
from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Block, Codebook, Variable
from diagnostic.collect import keys
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.tools import OTHER, Binding, Layout, Raw, Records, Told, cell, header
from diagnostic.collect.exports.typed import Pseudonyms, Typed, asked, type_table
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import FORMATS, MAPPING, ROLES, WORKBOOKS
from diagnostic.collect.tables import PLACED, RECEIVED
from diagnostic.core.french import plural
from diagnostic.core.problems import BLOCKING, Problem, column_letter
from diagnostic.core.tables import columns, model
from diagnostic.privacy import personal

RESPONSES = "responses"
WHOLE = "Reprendre l’export entier : avec ses feuilles de répétition, sans filtre"
# How a team declares, in the file, that a table has no row.
COLUMN = "ajouter au fichier une colonne vide dont le titre est celui de sa première question, « {} »"
NOTHING = {
    "kobo": f"ajouter au classeur une feuille sans ligne, dont le seul titre est « {tools.TOOLS['kobo'].parent} »",
    "mapping": "dans la correspondance, vider « question » à chacune de ses lignes",
}


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
    mappings: Mapping[str, bytes] | None = None,
) -> Received:
    """Role → content and role → format as the configuration confirms it. Never raises for bad data. `mappings` holds
    the mapping workbook of each role of format `mapping`. The tables of other roles have no row."""
    parts = [
        _export(codebook, role, content, formats[role], pseudonyms, (mappings or {}).get(role))
        for role, content in exports.items()
    ]
    read = Received.together(parts, [name for role in exports for name in ROLES[role]])
    own = {name: name for name in read.numbers.values()}  # the team's own lists show pseudonyms
    for name, under in ((keys.CODING, keys.keyed), (keys.THEMES, keys.named)):
        if name in read.tables:
            read.tables[name] = under(read.tables[name], own | read.numbers)
    return read


def _export(
    codebook: Codebook, role: str, content: bytes, chosen: str, pseudonyms: Pseudonyms, mapped: bytes | None
) -> Received:
    grids, faults = read_export(content, role, short_rows=chosen in ("google_csv", "mapping"))
    told = Told(role, not grids or grids[0].kind == "csv", faults, chosen == "mapping")
    layout = laid_out(codebook, grids, role, chosen, told, mapped) if grids else None
    if layout is None:
        return Received({}, problems=told.problems)
    raws, rows = tools.read_records(layout, grids, told)
    away = [name for name in ROLES[role] if name not in raws and codebook.tables[name].parent in raws]
    for name in away:  # a tool gives no sheet where nobody described anything: a table without a row
        nobody = {variable.name: np.array([], dtype=object) for variable in codebook.received(name)}
        raws[name] = Raw(name, raws[codebook.tables[name].parent].frame.head(0), nobody, {})
    form = without(codebook, layout.absent)
    found = _typed(form, coded(form, raws, layout), told, pseudonyms)
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
        told.problems,
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
    told = Told(file, not grids or grids[0].kind == "csv", faults)
    headings = Headings(codebook, WORKBOOKS[role])
    layout = tools.workbook(grids, headings, told)
    if grids:
        _lacking(layout, headings, told, WORKBOOKS[role])
        tools.unread(codebook, grids, {part.sheet for part in layout.records}, told)
    raws, rows = tools.read_records(layout, grids, told)
    return Received(
        {name: type_table(codebook, raw, told, unchanged, public=True).frame for name, raw in raws.items()},
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
            remedy = "Garder une seule feuille par tableau, qui réunit toutes les lignes."
            told.block(message, remedy, part.sheet)
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


def laid_out(
    codebook: Codebook, grids: Sequence[Grid], role: str, chosen: str, told: Told, mapped: bytes | None = None
) -> Layout | None:
    """The layout of an export in the format that the configuration confirms; None when it is another one's."""
    headings = Headings(codebook, ROLES[role])
    form = all(codebook.tables[table].form for table in ROLES[role])
    if chosen == "mapping":
        layout = mapped_layout(mapped, grids, headings, told)
    else:
        shown = tools.recognise(grids, [codebook.tables[table].key[0] for table in ROLES[role]])
        if shown != chosen:
            if not shown:
                tools.unread(codebook, grids, set(), told)
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
            tools.unread(codebook, grids, {part.sheet for part in layout.records}, told)
    if layout is not None:
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


# -- A form's own answers in the codebook's codes, before they are read as those of any export are ----------------
def coded(codebook: Codebook, raws: Mapping[str, Raw], layout: Layout) -> dict[str, Raw]:
    """The records with codes for the wordings that the layout knows.

    Where « Autre » is free, what no list has is that answer, and its text goes to the box of « Autre » of the same
    record, at the same cell. What is known to neither stays as it is, for the reading to tell it.
    """
    return {name: _coded(codebook, raw, layout) for name, raw in raws.items()}


def _coded(codebook: Codebook, raw: Raw, layout: Layout) -> Raw:
    answers, places = dict(raw.answers), dict(raw.places)
    for variable in codebook.received(raw.table):
        place = (raw.table, variable.name)
        if variable.name not in answers or place not in layout.words.keys() | layout.free:
            continue
        known = {normalise(text): code for text, code in codebook.spellings(variable.list).items()}
        known |= layout.words.get(place, {})  # the form's own wordings prevail
        codes, distinct = pd.factorize(answers[variable.name])
        read = [reading(str(text), known, place in layout.free) for text in distinct]
        answers[variable.name] = np.array([text for text, _ in read], dtype=object)[codes]
        if any(written for _, written in read):
            box = f"{variable.name}{OTHER}"
            answers[box] = np.array([written for _, written in read], dtype=object)[codes]
            places[box] = places[variable.name]
    return replace(raw, answers=answers, places=places)


def reading(text: str, known: Mapping[str, str], free: bool) -> tuple[str, str]:
    """Codes joined as a tool joins them, and what was written under « Autre »; the text itself where it is not known."""
    if not text:
        return text, ""
    found, unknown = longest_match(text, known)
    if (
        unknown and (whole := known.get(normalise(text))) is not None
    ):  # « violences;sexuelles » is not « Violences sexuelles »
        found, unknown = [whole], []
    if unknown and all(part in known for part in normalise(text).split()):  # codes or numbers joined by spaces
        found, unknown = [known[part] for part in normalise(text).split()], []
    if unknown and not free:
        return text, ""
    other = ["other"] if unknown else []
    return " ".join(dict.fromkeys(code for code in [*found, *other] if code)), "; ".join(unknown)


# -- Any form through its mapping workbook ------------------------------------------------------------------------
# Proposed from its headings and answers, signed by a person, read as a layout.
KEY = "response_id"  # the variable that names the response, in its own sheet and in a sheet of situations
ORDER = "situation_number"
SEE = "Écrire le nom d’une question (docs/dictionnaire.md les donne toutes), ou vider la cellule pour ne pas la lire."


def mapped_layout(content: bytes | None, grids: Sequence[Grid], headings: Headings, told: Told) -> Layout | None:
    """The layout that a signed mapping workbook describes; None, with every fault told, when it cannot be used."""
    describe = f"« diagnostic decrire ÉTUDE {told.role} »"
    if content is None:
        told.block("Le classeur de correspondance manque.", f"{describe} en propose un ; le relire et le signer.")
        return None
    file = Told(f"{told.role}{MAPPING}")
    book, problems = read_mapping(content, file.role)
    file.problems += problems
    if book is None:
        file.block(
            "Ce fichier n’est pas un classeur de correspondance, ou ses feuilles et leurs titres ont changé.",
            f"{describe} en refait un ; un fichier de correspondance en CSV ne se lit plus.",
        )
    read = Reading(book or Book(), grids, headings, file)
    bindings = read.bindings()
    words = read.words()
    read.left_out(told)
    told.problems += file.problems
    if any(problem.severity == BLOCKING for problem in file.problems):
        return None
    absent = frozenset(read.variables.keys() - read.lines() - read.book.kept)
    records = _records(bindings, grids, told)
    return Layout("mapping", records, tuple(bindings), words=words, free=read.free(), absent=absent)


def complete(content: bytes) -> bool:
    """Whether no line of a mapping workbook waits for a person."""
    book = read_mapping(content, MAPPING)[0] if content else None
    return book is not None and not book.waiting


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
    return replace(
        codebook, variables=variables, blocks={n: replace(b, routing=freed(b)) for n, b in codebook.blocks.items()}
    )


class Reading:
    """The lines of a workbook, each checked against the sheets received and the codebook."""

    def __init__(self, book: Book, grids: Sequence[Grid], headings: Headings, file: Told) -> None:
        self.book, self.grids, self.headings, self.file = book, grids, headings, file
        self.asked: dict[tuple[str, str], Question] = {
            (str(question.sheet), compact(question.heading)): question for question in questions(grids)
        }
        self.variables = {v.name: v for v in reversed(headings.variables)}
        self.refused: set[int] = set()  # rows of answers that are in no list
        self.named: dict[str, tuple[Line, Variable]] = {}  # number of a line → what it is

    def bindings(self) -> list[Binding]:
        """The columns of every line that names a question of the codebook."""
        if self.book.waiting:
            message = f"{len(self.book.waiting)} lignes de la correspondance attendent d’être relues."
            remedy = f"Les vérifier, puis écrire ses initiales en B1, ou « {YES} » au lieu de « {NO} »."
            self._block(message, remedy, (QUESTIONS, 1, 1))
        taken: dict[tuple[int, str, str], int] = {}
        found: list[Binding] = []
        for line in self.book.lines:
            question = self.asked.get(line.key)
            variable = self._variable(line) if question and line.question else None
            if question is None or variable is None:
                continue
            first = taken.setdefault((question.sheet, variable.table, variable.name), line.row)
            if first != line.row:
                self._refuse(
                    line, f"La ligne {first} donne déjà cette question.", "Vider « question » de l’une des deux."
                )
                continue
            if columns := self._columns(line, question, variable):
                self.named[line.number] = (line, variable)
                found += columns
        return sorted(found, key=lambda binding: (binding.sheet, binding.column))

    def _variable(self, line: Line) -> Variable | None:
        found = self.variables.get(line.question) or self._of_wording(line.question)
        if found is None:
            self._refuse(line, "Cette question n’est pas dans le codebook.", SEE)
        return found

    def _of_wording(self, text: str) -> Variable | None:
        """A person may write the label that the documents show."""
        named = self.headings.find(text)
        return self.headings.variable(named) if named and not named.option else None

    def _columns(self, line: Line, question: Question, variable: Variable) -> list[Binding]:
        repeats = bool(self.headings.codebook.tables[variable.table].parent)
        if question.repeated and not repeats:
            self._refuse(
                line,
                "Cette question se répète dans le formulaire, et n’est pas de celles qui portent sur une situation.",
                SEE,
            )
            return []
        found = []
        for column in question.columns:
            option = self._option(line, variable, column.option) if column.option else ""
            if column.option and not option:
                continue
            found.append(Binding(question.sheet, column.position, variable.table, variable.name, option, column.number))
        return found

    def _option(self, line: Line, variable: Variable, text: str) -> str:
        """The answer that a column of its own ticks; "" where it is none of the codebook's."""
        if variable.type != "multiple":
            self._refuse(
                line, "Ces colonnes sont les réponses d’une question à choix multiple, que celle-ci n’est pas.", SEE
            )
            return ""
        said = {normalise(v.text): v for v in self.book.values if line.number in v.lines}
        value = said.get(normalise(text))
        return (
            self._code(variable, value.answer, value.row) if value and value.answer else self._spelled(variable, text)
        )

    def _spelled(self, variable: Variable, text: str) -> str:
        return self.headings.spelled(variable.list).get(normalise(text), "")

    def _code(self, variable: Variable, answer: str, row: int) -> str:
        """The code of an answer as a person wrote it; "" for none. What is wrong in a cell is told once."""
        if normalise(answer) == normalise(NONE) or row in self.refused:
            return ""
        code = self._spelled(variable, answer)
        if not code:
            self.refused.add(row)
            options = [option.label for option in self.headings.codebook.options(variable)]
            message = f"Cette réponse n’est pas dans la liste de la question « {variable.label} »."
            remedy = f"Écrire l’une de celles-ci, ou « {NONE} » : {' ; '.join(options)}."
            self._block(message, remedy, (ANSWERS, row, VALUES.index("à lire comme")))
        return code

    def lines(self) -> set[str]:
        """The questions of the codebook that a line names, were its column gone: an export that is cut did ask them."""
        named = (self.variables.get(line.question) or self._of_wording(line.question) for line in self.book.lines)
        return {variable.name for variable in named if variable}

    def words(self) -> dict[tuple[str, str], dict[str, str]]:
        """(table, variable) → wordings of this form → codes, those of the workbook before those of the codebook."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for value in self.book.values:
            for number in value.lines:
                line, variable = self.named.get(number, (None, None))
                if line is None or variable is None or not variable.closed:
                    continue
                own = found.setdefault((variable.table, variable.name), {})
                if value.answer:
                    own[normalise(value.text)] = self._code(variable, value.answer, value.row)
                elif not line.free and not self._spelled(variable, value.text):
                    message = f"Cette réponse à la question « {variable.label} » n’est pas attribuée."
                    remedy = f"Écrire la réponse du codebook, ou « {NONE} »."
                    self._block(message, remedy, (ANSWERS, value.row, VALUES.index("à lire comme")))
        return found

    def free(self) -> frozenset[tuple[str, str]]:
        """The questions whose « Autre » was written by hand."""
        own = {name for _, variable in self.named.values() for name in [variable.name]}
        return frozenset(
            (variable.table, variable.name)
            for line, variable in self.named.values()
            if line.free and f"{variable.name}{OTHER}" in self.variables and f"{variable.name}{OTHER}" not in own
        )

    def left_out(self, told: Told) -> None:
        """Tell the columns of the sheets in use that no line speaks of: an export may have gained some."""
        lines = {line.key for line in self.book.lines}
        used = {self.asked[line.key].sheet for line, _ in self.named.values()}
        for grid in self.grids:
            if grid.number in used:
                tools.headless(grid, told, 0)
        for key, question in self.asked.items():
            if question.sheet in used and key not in lines:
                message = "Cette colonne n’est pas dans la correspondance : elle est ignorée."
                remedy = f"Si c’est une question : « diagnostic decrire ÉTUDE {told.role} » l’y ajoute."
                told.warn(message, remedy, question.sheet, 1, question.columns[0].position)

    def _refuse(self, line: Line, message: str, remedy: str) -> None:
        self._block(message, remedy, (QUESTIONS, line.row, COLUMNS.index("question")))

    def _block(self, message: str, remedy: str, place: tuple[str, int, int]) -> None:
        sheet, row, column = place
        self.file.block(message, remedy, self.book.sheets.get(sheet, 0), row, column)


def _records(bindings: list[Binding], grids: Sequence[Grid], told: Told) -> tuple[Records, ...]:
    """Where records lie: the sheet of each table, told apart by the response's and the situation's numbers. A situation
    on the row of a response, in columns that do not come back, is that response's only one."""
    found: list[Records] = []
    by_number = {grid.number: grid for grid in grids}
    for sheet in sorted({b.sheet for b in bindings}):
        own = [b for b in bindings if b.sheet == sheet]
        key = next((b.column for b in own if b.variable == KEY), None)
        order = next((b.column for b in own if b.variable == ORDER), None)
        answers = [b for b in own if b.variable not in (KEY, ORDER)]
        apart = {b.table for b in answers if not b.number} == {"situations"}
        if not answers:
            continue
        if key is None:
            message = "Aucune colonne n’identifie la réponse."
            remedy = f"Donner un numéro à chaque ligne et lui attribuer la question « {KEY} » dans la correspondance."
            told.block(message, remedy, sheet)
        elif apart:
            found.append(Records("situations", sheet, 1, parent=key, order=order))
        else:
            for at, binding in enumerate(bindings):
                if binding in answers and binding.table == "situations" and not binding.number:
                    bindings[at] = replace(binding, number=1)
            timed = normalise(header(by_number[sheet])[key]) in tools.TIMES
            found.append(Records("responses", sheet, 1, key=(key,), timed=timed))
    alone = next((part.sheet for part in found if part.table == "situations"), None)
    if alone is not None and any(b.number for b in bindings):
        message = "Des situations sont dans cette feuille, et d’autres sur les lignes des réponses."
        remedy = "Garder une seule façon : vider « question » pour les colonnes de l’autre."
        told.block(message, remedy, alone)
    return tuple(sorted(found, key=lambda part: part.parent is not None))


# -- The questions of a form that is not the project's ------------------------------------------------------------
# Its columns grouped, with what was answered and how often.
FEW = 14  # different answers of a question that looks closed
SHORT = 90  # signs of an answer that looks chosen, not written
SEVERAL = 2  # columns that make a block of questions, or the options of one question
_NUMBER = re.compile(r"(?<![\w,.-])(\d{1,2})(?![\w,.-]\w)")
_TICK = re.compile(r"(?P<question>.*\S)\s*(?:\[(?P<inside>[^\[\]]+)\]|/(?P<after>[^/]+))", re.DOTALL)
_SIGNS = (
    re.compile(r"\s*;\s*"),
    re.compile(r"\s*,\s+"),
    re.compile(r"(?<=\d)\s+(?=\d)"),
)  # between answers joined in a cell


@dataclass(frozen=True)
class Column:
    """One column of an export. `number`: of the repeat that it belongs to, 0 outside a repeated block; `option`: the
    answer that it ticks, in the form's own words, "" where it holds the whole answer."""

    position: int
    number: int = 0
    option: str = ""


@dataclass
class Question:
    """One question of a form: `heading` without the repeat's number or the option; `filled` cells; `values`: each
    answer chosen → how often, empty for what looks written by hand; `cells`: each cell → how often, which nothing copies;
    `sign`: what joins several answers in a cell."""

    sheet: int
    heading: str
    columns: list[Column]
    filled: int = 0
    different: int = 0
    values: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    sign: re.Pattern[str] | None = None

    def cut(self, text: str) -> list[str]:
        """The answers that a tool joined in one cell."""
        return [part for part in self.sign.split(text) if part] if self.sign else [text]

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from the others, in this export and in the next one."""
        return self.sheet, compact(self.heading)

    @property
    def repeated(self) -> bool:
        """Whether it stands in a block that is asked several times on one row."""
        return any(column.number for column in self.columns)


def questions(grids: Iterable[Grid]) -> list[Question]:
    """The questions of the sheets, in order of their first columns."""
    return [question for grid in grids for question in _of_sheet(grid)]


def _of_sheet(grid: Grid) -> list[Question]:
    texts = {position: text for position, text in enumerate(header(grid)) if text}
    numbers = _repeats(texts)
    bare = {position: numbers[position][0] if position in numbers else text for position, text in texts.items()}
    options = _options(grid, bare)
    found: dict[str, Question] = {}
    for position, text in bare.items():
        heading, option = options.get(position, (text, ""))
        key = compact(heading) or heading
        if position not in numbers and key in found and not option:
            key = f"{key} {position}"  # the same words twice outside a block: two questions
        question = found.setdefault(key, Question(grid.number, heading, []))
        question.columns.append(Column(position, numbers[position][1] if position in numbers else 0, option))
    for question in found.values():
        _count(grid, question)
    return list(found.values())


def _repeats(texts: dict[int, str]) -> dict[int, tuple[str, int]]:
    """Position → heading without its number, and the number, for columns of a block that is repeated side by side.

    A block is several headings that come back with the same numbers, or in the same words equally often: one heading
    that is numbered alone (« loi 1 », « loi 2 ») is several questions.
    """
    by_template: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    same: dict[str, list[int]] = defaultdict(list)
    for position, text in texts.items():
        same[text].append(position)
        for match in _NUMBER.finditer(text):
            template = f"{text[: match.start()]}\0{text[match.end() :]}"
            by_template[template].setdefault(int(match[1]), (position, text))
    blocks: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for template, numbered in by_template.items():
        if 1 in numbered and len(numbered) >= SEVERAL:
            blocks[tuple(sorted(numbered))].append(template)
    found: dict[int, tuple[str, int]] = {}
    longest = max((numbers for numbers, own in blocks.items() if len(own) >= SEVERAL), key=len, default=())
    for numbers, templates in blocks.items():
        if len(templates) >= SEVERAL or set(numbers) <= set(longest):
            for template in templates:
                for number, (position, _) in by_template[template].items():
                    found.setdefault(position, (_without(template), number))
    again = Counter(len(positions) for positions in same.values() if len(positions) >= SEVERAL)
    if not found and any(count >= SEVERAL for count in again.values()):
        for text, positions in same.items():
            if len(positions) >= SEVERAL:
                found |= {position: (text, number) for number, position in enumerate(positions, start=1)}
    return found


def _without(template: str) -> str:
    """A heading without the number of its repeat, nor the name of the block and the sign before or after it."""
    before, _, after = template.partition("\0")
    after = re.sub(r"^[\s:.)\]–—-]+", "", after)
    return after if after.strip() else before.strip(" :([–—-.")


def _options(grid: Grid, bare: dict[int, str]) -> dict[int, tuple[str, str]]:
    """Position → question and option, for columns that tick one option each of the same question."""
    cut = {position: match for position, text in bare.items() if (match := _TICK.fullmatch(text))}
    parts = {position: (match["question"], match["inside"] or match["after"]) for position, match in cut.items()}
    shared = defaultdict(set)
    for question, option in parts.values():
        shared[question].add(option)
    ticked = {
        question
        for question, options in shared.items()
        if len(options) >= SEVERAL and _all_ticks(grid, [p for p, (own, _) in parts.items() if own == question])
    }
    return {position: part for position, part in parts.items() if part[0] in ticked}


def _all_ticks(grid: Grid, positions: Sequence[int]) -> bool:
    """Whether most of the columns hold ticks only: beside « Autre », a text."""
    written = ([text for text in column_of(grid, position) if text] for position in positions)
    plain = [
        all((normalise(text) or text.casefold()) in tools.TICKED | tools.NOT_TICKED for text in texts)
        for texts in written
    ]
    return sum(plain) * 2 > len(plain)


def column_of(grid: Grid, position: int) -> list[str]:
    """The cells of a column under its heading."""
    return [cell(grid, row, position) for row in range(1, len(grid.rows))]


def _count(grid: Grid, question: Question) -> None:
    cells = Counter(
        text for one in question.columns if not one.option for text in column_of(grid, one.position) if text
    )
    question.filled, question.cells = cells.total(), cells
    question.sign = _sign(cells)
    parts = Counter[str]()
    for text, count in cells.items():
        parts.update(dict.fromkeys(question.cut(text), count))
    question.different = len(parts)
    for one in question.columns:
        if one.option:
            texts = [text for text in column_of(grid, one.position) if text and normalise(text) not in tools.NOT_TICKED]
            question.filled += len(texts)
            parts[one.option] += len(texts)
    chosen = Counter({part: count for part, count in parts.items() if len(part) <= SHORT and not personal.find(part)})
    ticks = any(one.option for one in question.columns)
    again = Counter({part: count for part, count in chosen.items() if count > 1})
    if ticks or (len(parts) <= FEW and again.total() * 2 >= parts.total()):
        question.values = chosen
    elif len(again) <= FEW and again.total() * 3 >= parts.total() * 2:
        question.values = again  # a few answers, and what was written under « Autre »


def _sign(cells: Counter[str]) -> re.Pattern[str] | None:
    """The sign that joins answers in the cells: one that ends them, or that leaves fewer answers than cells when cut."""
    ended = any(text.endswith(";") for text in cells)
    for sign in _SIGNS:
        pieces = {part for text in cells for part in sign.split(text) if part}
        if (ended or len(pieces) < len(cells)) and any(len(sign.split(text)) > 1 for text in cells):
            return sign
    return None


# -- The mapping workbook of a form that is not the project’s, read as what a person made of it -------------------
QUESTIONS, ANSWERS, ABSENT = "Questions", "Réponses", "Sans colonne"
COLUMNS = ("n°", "feuille", "colonnes", "en-tête", "remplies", "question", "libellé", "autre libre", "confirmé")
VALUES = ("lignes", "réponse reçue", "fois", "lue comme", "à lire comme")
LEFT = ("question", "libellé", "non posée ici")
YES, NO = "oui", "à confirmer"
REFUSED = "non"
NONE = "sans réponse"  # an answer of the form that is none of the codebook's
SIGNED = "Relu en entier par (initiales) :"


@dataclass(frozen=True)
class Line:
    """One question of the form, as a person left it. `row`: where the workbook has it."""

    row: int
    number: str
    sheet: str
    heading: str
    question: str
    free: bool
    confirmed: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.sheet, compact(self.heading)


@dataclass(frozen=True)
class Value:
    """One answer of the form, and what it is in the codebook. `lines`: the numbers of the questions it answers."""

    row: int
    lines: tuple[str, ...]
    text: str
    answer: str


@dataclass
class Book:
    """A mapping workbook, read. `sheets`: what it names its sheets → their numbers, for messages."""

    signed: bool = False
    lines: list[Line] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)  # questions without a column that were asked all the same
    sheets: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Line]:
        """The lines that nobody confirmed."""
        return [] if self.signed else [line for line in self.lines if not line.confirmed]


def read_mapping(content: bytes, name: str) -> tuple[Book | None, list[Problem]]:
    """A workbook as it was saved; None for a file that is none, with what is wrong in its form."""
    grids, problems = read_export(content, name)
    found = {grid.title: grid for grid in grids}
    if not {QUESTIONS, ANSWERS, ABSENT} <= found.keys():
        return None, problems
    rows = {}
    for title, names in ((QUESTIONS, COLUMNS), (ANSWERS, VALUES), (ABSENT, LEFT)):
        head = list(map(normalise, names))
        cells_of = [[*map(str.strip, cells), *[""] * len(COLUMNS)] for cells in found[title].rows]
        at = next((row for row, cells in enumerate(cells_of) if list(map(normalise, cells[: len(head)])) == head), None)
        if at is None:
            return None, problems
        rows[title] = [(row, cells) for row, cells in enumerate(cells_of, start=1) if row != at + 1]
    book = Book(sheets={title: grid.number for title, grid in found.items()})
    for row, cells in rows[QUESTIONS]:  # in whatever order: a spreadsheet sorts rows, the two at the top with them
        if normalise(cells[0]) == normalise(SIGNED):
            book.signed = bool(cells[1])
            continue
        number, sheet, _, heading, _, question, _, free, confirmed = cells[: len(COLUMNS)]
        if heading:
            yes = normalise(confirmed) in (YES, "o", "x")
            book.lines.append(Line(row, number, sheet, heading, question, normalise(free) != REFUSED, yes))
    for row, cells in rows[ANSWERS]:
        lines, text, _, _, answer = cells[: len(VALUES)]
        if text:
            book.values.append(Value(row, tuple(lines.replace(",", " ").split()), text, answer))
    book.kept = {cells[0] for _, cells in rows[ABSENT] if normalise(cells[2]) == REFUSED}
    return book, problems
