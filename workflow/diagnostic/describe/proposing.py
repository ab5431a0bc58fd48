"""What the program proposes of a file that no recipe knows whole: which table each sheet fills, which question each column is,
what each answer is. A person completes it; what a recipe said already stays."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import DONT_KNOW, Codebook, Variable
from diagnostic.collect.exports import tools
from diagnostic.collect.grids import Grid
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.describe.everything import FORM, KEY, ROLE_OF, TABLES, boxes, of_tables
from diagnostic.describe.known import keyed, tool_of
from diagnostic.describe.proposals import Proposals, known_part
from diagnostic.describe.questions import SHORT, Question, column_of, is_total, questions, ticked
from diagnostic.describe.recipe import ASKED, Answer, Cells, Clean, Line, Names, Recipe, Sheet, State, cleaned, headed
from diagnostic.describe.words import as_band, read_answers, refers
from diagnostic.privacy import personal

Matched = Mapping[tuple[int, str], Variable]  # key of a question → what is proposed for it
LEAST = 0.2  # how alike the headings of a sheet and of a table must be for it to be proposed, from 0 to about 1
CROSS = 3  # columns of numbers under names of places that make a table of sites by place
LISTED = 60  # different answers of one question that are listed
NAMED = {"partner_code": "P", "site_code": "S", "structure_code": "S", "interview_id": "E", "venue_code": "V"}
GROUPS = ("mirror_group", "cluster_id", "cluster_maybe", "same_person")  # variables that put rows together
ALSO = {"partners": "contacted_by_name", "interview_records": "mode"}  # what a rate, or a table made of these, rests on
SIBLINGS = {"sites": "ad_counts", "ad_counts": "sites"}  # tables that one sheet may fill, beside those of one role


def table_of(codebook: Codebook, grid: Grid, roles: Collection[str]) -> str:
    """The table of these roles that a sheet may fill, or `FORM`: the one whose headings and answers are the most alike, for
    the size of both, and which has a place for the most of its columns; "" where none is alike.

    A short table is like each longer one that has its columns: what has no place there tells them apart.
    """
    asked = questions(grid)
    filled = [question for question in asked if question.filled]
    names = [table for role in roles for table in ((FORM,) if role == FORM else TABLES.get(role, (role,)))]
    alike = {}
    for name in names:
        proposals = Proposals(of_tables(codebook, (name,)))
        found = proposals.match(asked)
        score = sum(proposals.alike(question, found[question.key]) for question in asked if question.key in found)
        part = 2 * score / (len(asked) + len(proposals.headings.variables))
        if len(found) > 1 and (part >= LEAST or len(names) == 1):  # a person said which one it is
            placed = proposals.table(asked)
            alike[name] = part * sum(question.key in placed for question in filled) / max(1, len(filled))
    best = max(alike, key=lambda name: alike[name], default="")
    if FORM in names and ROLE_OF.get(best) == "interview_sheets" and any(question.repeated for question in asked):
        best = FORM  # several situations on the row of one record
    parent = codebook.tables[best].parent if ROLE_OF.get(best) in WORKBOOKS else ""
    if parent and ROLE_OF[parent] == ROLE_OF[best] and _each_once(codebook, grid, parent, best):
        best = parent  # what is told of it several times would name it on as many rows
    return best or ("ad_counts" if "ad_counts" in names and _crossed(filled, []) else "")


def _each_once(codebook: Codebook, grid: Grid, table: str, child: str) -> bool:
    """Whether each record of a table is named on one row, which has columns that its child has no place for."""
    asked = questions(grid)
    found, other = (Proposals(of_tables(codebook, (name,))).match(asked) for name in (table, child))
    if not found.keys() - other.keys():
        return False
    key = next((q for q in asked if q.key in found and found[q.key].name == codebook.tables[table].key[0]), None)
    return key is None or all(count == 1 for count in key.cells.values())


def _crossed(filled: Sequence[Question], taken: Collection[tuple[int, str]]) -> list[Question]:
    """The columns of a table of sites by place: counts, each under the name of a place; nothing where there is no site."""
    left = (q for q in filled if q.key not in taken and not (re.search(r"\d", q.heading) or is_total(q.heading)))
    numbers = [q for q in left if q.cells and all(text.isdigit() for text in q.cells)]
    sites = any(q.name.startswith(("site", "codedusite", "codesite")) for q in filled)
    return numbers if sites and len(numbers) >= CROSS else []


def proposed(
    codebook: Codebook, grids: Sequence[Grid], recipe: Recipe, roles: Collection[str], names: Names | None = None
) -> Recipe:
    """The recipe with these sheets: what is new in them proposed, what it said kept, also of what this file lacks."""
    parts: list[tuple[Sheet, Clean]] = []
    number = max((sheet.number for sheet in recipe.sheets), default=0)
    for grid in grids:
        if not any(map(any, grid.rows)):
            continue
        found = recipe.known(grid) or Recipe("", tuple(sheet for sheet, _ in parts)).known(grid)
        if found is None:
            number += 1
            parts.append(_new(codebook, grid, recipe, roles, number))
        elif grid.title not in found[0].copies:
            parts.append((found[0], cleaned(grid, found[1])))
    parts = _together(parts)
    parts = [(sheet, replace(clean, grid=replace(clean.grid, number=sheet.number))) for sheet, clean in parts]
    if FORM in roles and any(FORM in sheet.tables for sheet, _ in parts):
        parts = [(_of_form(codebook, sheet, clean), clean) for sheet, clean in parts]
    form = _form(codebook, [part for part in parts if FORM in part[0].tables])
    done = {sheet.number: _completed(codebook, sheet, clean, recipe.file, form, names or {}) for sheet, clean in parts}
    kept = [done.pop(sheet.number, sheet) for sheet in recipe.sheets if sheet.headings or sheet.number in done]
    return replace(recipe, sheets=(*kept, *done.values()))


def _together(parts: Sequence[tuple[Sheet, Clean]]) -> list[tuple[Sheet, Clean]]:
    """Sheets of the same headings, one of each month say, as one."""
    found: dict[int, tuple[Sheet, Clean]] = {}
    for sheet, clean in parts:
        first = found.get(sheet.number, (sheet, clean))[1]
        if first is not clean and first.grid.rows[0] == clean.grid.rows[0]:
            rows, numbers = [*first.grid.rows, *clean.grid.rows[1:]], (*first.rows, *clean.rows[1:])
            clean = replace(first, grid=replace(first.grid, rows=rows), rows=numbers)
        found[sheet.number] = sheet, clean
    return list(found.values())


def _new(codebook: Codebook, grid: Grid, recipe: Recipe, roles: Collection[str], number: int) -> tuple[Sheet, Clean]:
    """A sheet that the recipe does not know; a person may have said in which row its headings stand."""
    told = next((one for one in recipe.sheets if not one.headings and one.title == grid.title), None)
    header = told.header - 1 if told else headed(grid)
    clean = cleaned(grid, header)
    table = table_of(codebook, clean.grid, roles)
    said = told.tables if told and ASKED not in told.tables else ()
    tables = said or (table or ASKED,)
    heads = tuple(text for text in tools.header(clean.grid) if text)
    return Sheet(told.number if told else number, grid.title, tables, header + 1, heads), clean


def _of_form(codebook: Codebook, sheet: Sheet, clean: Clean) -> Sheet:
    """A sheet beside one of the form: situations are asked of in interviews in the same words."""
    unsure = not sheet.lines and sheet.tables[:1] in ((ASKED,), *((table,) for table in ROLES["interview_sheets"]))
    return replace(sheet, tables=(FORM,)) if unsure and table_of(codebook, clean.grid, (FORM,)) == FORM else sheet


def _form(codebook: Codebook, parts: Sequence[tuple[Sheet, Clean]]) -> Matched:
    """What is proposed of the questions of a form, whose sheets are told apart by what the others hold; what a known tool writes
    beside them left out."""
    asked = list[Question]()
    for _, clean in parts:
        tool = tool_of(tools.header(clean.grid))
        asked += [one for one in questions(clean.grid) if tool is None or one.name not in tool.own]
    return Proposals(of_tables(codebook, (FORM,))).match(asked) if asked else {}


def _completed(codebook: Codebook, sheet: Sheet, clean: Clean, file: str, form: Matched, names: Names) -> Sheet:
    """The sheet with a line for each question, and its answers and counts as this file has them. What a known tool writes beside
    them is said."""
    asked = questions(clean.grid)
    heads = tuple(dict.fromkeys((*sheet.headings, *filter(None, tools.header(clean.grid)))))
    sheet = replace(sheet, headings=heads, rows=len(clean.grid.rows) - 1, title=clean.grid.title)
    if not sheet.tables or ASKED in sheet.tables:
        return sheet
    known, tool = {line.key: line for line in sheet.lines}, tool_of(heads) if FORM in sheet.tables else None
    matched = {key: variable.name for key, variable in form.items()}
    if FORM not in sheet.tables:
        sheet, matched = _matched(codebook, sheet, asked)
    matched |= {one.key: KEY for one in asked if one.name == keyed(heads, tool)}
    maker = _Lines(codebook, of_tables(codebook, sheet.tables), clean, names)
    next_, lines = 1 + max((int(line.name.rpartition(".")[2]) for line in sheet.lines), default=0), []
    for question in asked:
        before = known.pop(question.name, None)
        if before is None:
            name, said = f"{file}-{sheet.number}.{next_}", matched.get(question.key, "")
            state = State.CONFIRMED if tool and question.name in tool.own else State.PROPOSED
            before, next_ = Line(name, question.heading, said, state=state), next_ + 1
        if not before.filled:  # new, or corrected since
            before = maker.judged(before, question)
        lines.append(maker.counted(before, question))
    lines += known.values()
    bound = {name for line in lines for name in (*line.questions, *line.fixed)}
    held = {name: told for name, told in sheet.constants.items() if told != ASKED or name not in bound}
    return replace(sheet, lines=tuple(lines), constants=held)


def _matched(codebook: Codebook, sheet: Sheet, asked: Sequence[Question]) -> tuple[Sheet, dict[tuple[int, str], str]]:
    """The question of each column of a table, those of a second table that the sheet also fills among them."""
    own, tables = sheet.tables[0], list(sheet.tables)
    proposals = Proposals(of_tables(codebook, (own,))) if own in codebook.tables else None
    first = {key: variable.name for key, variable in proposals.match(asked).items()} if proposals else {}
    matched = dict(first)
    filled = [question for question in asked if question.filled]
    beside = [table for table in TABLES.get(ROLE_OF.get(own, ""), ()) if table != own]
    if own in ("sites", "ad_counts") and (crossed := _crossed(filled, matched)):
        matched |= {question.key: f"count ; place = {question.heading}" for question in crossed}
        tables += ["ad_counts"] if own == "sites" else []
    for table in dict.fromkeys([*sheet.tables[1:], *beside, *filter(None, [SIBLINGS.get(own)])]):
        if table not in codebook.tables:
            continue
        held = {variable.name for variable in codebook.table(own)} if own in codebook.tables else set[str]()
        left = [question for question in filled if question.key not in matched]
        more = Proposals(of_tables(codebook, (table,))).beside(left, held)
        matched |= more
        tables += [table] if more else []
    if proposals:  # what is left of a kind, once the other table has its own
        free = proposals.table([q for q in asked if q.key in first or q.key not in matched])
        matched = {key: variable.name for key, variable in free.items()} | matched
    unsaid = {} if sheet.lines else {name: ASKED for one in tables for name in _needed(codebook, one)}
    return replace(sheet, tables=tuple(dict.fromkeys(tables)), constants={**unsaid, **sheet.constants}), matched


def _needed(codebook: Codebook, table: str) -> list[str]:
    """What each row of a table must say and may say of all at once: a day, a year, one of a list."""
    if table not in codebook.tables:
        return []
    declared = INPUTS[table].to_schema().columns.items() if table in INPUTS else ()
    must = {name for name, column in declared if not column.nullable} | {ALSO.get(table, "")}
    own = (v for v in codebook.received(table) if v.closed or v.type == "date" or "year" in v.name)
    return [v.name for v in own if v.name in must]


# -- Lines --------------------------------------------------------------------------------------------------------
class _Lines:
    """The lines of one sheet: what is proposed of a question, and what its cells hold."""

    def __init__(self, codebook: Codebook, headings: Headings, clean: Clean, names: Names) -> None:
        self.codebook, self.headings, self.clean, self.names = codebook, headings, clean, names
        self.variables = {v.name: v for v in reversed(headings.variables)}

    def judged(self, line: Line, question: Question) -> Line:
        """A line of which nothing was counted yet, with what a person has to say of it."""
        variable = self.variables.get(line.questions[0]) if line.questions else None
        if variable is None or not question.filled or len(line.questions) > 1:
            return line
        known = not variable.closed or known_part(question, variable, self.headings) == 1
        sure = known and self.headings.names(question.heading, variable.name)
        cells = line.cells or self._cells(question, variable)
        blank = line.blank or (ASKED if self._asks(question, variable) else "")
        state = State.CONFIRMED if sure and not blank else line.state
        state = State.DECIDES if cells in (Cells.BANDS, Cells.REFERENCES) else state
        return replace(line, cells=cells, blank=blank, state=state)

    def _cells(self, question: Question, variable: Variable) -> Cells:
        if any(one.age_from is not None for one in self.codebook.options(variable)):
            spelled = self.headings.spelled[variable.list]
            parts = [part for text in question.cells for part in question.cut(text) if normalise(part) not in spelled]
            return Cells.BANDS if any(map(as_band, parts)) else Cells.AS_THEY_ARE
        if variable.name in GROUPS and refers(question.cells, self._identities()):
            return Cells.REFERENCES
        if variable.name in NAMED and variable.pattern and question.cells:
            wrong = sum(not re.fullmatch(variable.pattern, text) for text in question.cells)
            return Cells.NAMES if 2 * wrong > len(question.cells) else Cells.AS_THEY_ARE
        return Cells.AS_THEY_ARE

    def _identities(self) -> list[str]:
        """The cells of the first column that tells every row from the others."""
        for position in range(len(tools.header(self.clean.grid))):
            texts = column_of(self.clean.grid, position)
            if all(texts) and len(set(texts)) == len(texts):
                return texts
        return []

    def _asks(self, question: Question, variable: Variable) -> bool:
        """Whether a person has to say what a blank means: there are some, the list has an answer for nothing, or « non », and
        nobody ever gave it."""
        if not variable.closed or not self.empty(question):
            return False
        codes = {one.code for one in self.codebook.options(variable)}
        none = {o.code for o in self.codebook.options(variable) if o.exclusive and o.code != DONT_KNOW}
        none |= {"no"} & codes if codes <= {"yes", "no", DONT_KNOW} else set()
        spelled = self.headings.spelled[variable.list]
        given = {spelled.get(normalise(part)) for text in question.cells for part in question.cut(text)}
        given |= {spelled.get(normalise(c.option)) for c in question.columns if c.option}
        return bool(none) and not none & given and bool(given)

    def empty(self, question: Question) -> int:
        """Rows where the question has no answer; of a repeated block, rows of its first repeat."""
        own = (column_of(self.clean.grid, c.position) for c in question.columns if c.number in (0, 1))
        return sum(not any(map(ticked, row)) for row in zip(*own, strict=True))

    def counted(self, line: Line, question: Question) -> Line:
        """The line with the answers of this file, and how often each; what was said of an answer stays."""
        line = replace(line, filled=question.filled, empty=self.empty(question))
        variable = self.variables.get(line.questions[0]) if line.questions else None
        if variable is None or len(line.questions) > 1:
            return line
        if line.cells == Cells.NAMES:
            return replace(line, answers=self._coded(line, question, variable))
        if not variable.closed:
            kept = (replace(one, count=question.cells.get(one.text, 0)) for one in line.answers if one.read)
            return replace(line, answers=tuple(kept))
        said = {one.text: one for one in line.answers}
        counts = self._answers(question, variable, line)
        made = []
        for text, count in counts.items():
            read = said[text].read if text in said else self._closest(text, variable, line)
            free = line.free and boxes(self.headings, variable.name)
            if read or not free or normalise(text) in self.headings.spelled[variable.list]:
                made.append(Answer(text, count, read))  # what is written under « Autre » stays in the file
        gone = [replace(one, count=0) for text, one in said.items() if text not in counts and one.read]
        return replace(line, answers=(*made, *gone))

    def _answers(self, question: Question, variable: Variable, line: Line) -> dict[str, int]:
        """Each answer → how often, whole options not cut; nothing where it looks written by hand and nobody said that it is not."""
        spellings, own = self.codebook.spellings(variable.list), {one.text for one in line.answers if one.read}
        labels = {option.code: option.label for option in self.codebook.options(variable)}
        chosen = bool(question.values) or known_part(question, variable, self.headings) > 0.5 or line.confirmed
        found = Counter[str]()
        for column in question.columns:
            if column.option:
                found[column.option] += sum(map(ticked, column_of(self.clean.grid, column.position)))
        for text, count in question.cells.items() if chosen else ():
            codes, unknown = read_answers(text, spellings, False)
            if not unknown and (len(codes) == 1 or variable.type == "multiple"):
                found.update(dict.fromkeys((labels[code] for code in codes), count))
                continue
            parts = [text] if variable.type == "single" or text in own else question.cut(text)
            read = {part: read_answers(part, spellings, False) for part in parts}
            named = [labels[codes[0]] if len(codes) == 1 and not rest else part for part, (codes, rest) in read.items()]
            found.update(dict.fromkeys(named, count))
        told = {text: count for text, count in found.items() if len(text) <= SHORT and not personal.find(text)}
        return dict(sorted(told.items(), key=lambda one: -one[1])[:LISTED])

    def _closest(self, text: str, variable: Variable, line: Line) -> str:
        """The answer of the list that a wording is close to; never a band of ages, nor where the list has it."""
        options = self.codebook.options(variable)
        if normalise(text) in self.headings.spelled[variable.list] or any(o.age_from is not None for o in options):
            return ""
        code = self.headings.closest(text, variable.list)
        return next((option.label for option in options if option.code == code), "")

    def _coded(self, line: Line, question: Question, variable: Variable) -> tuple[Answer, ...]:
        """A neutral code for each name, the one that it has wherever it has one."""
        known = {normalise(text): code for text, code in self.names.get(variable.name, {}).items()}
        known |= {normalise(one.text): one.read for one in line.answers if one.read}
        letter, wide, made = NAMED[variable.name], 2 if "{2}" in variable.pattern else 3, []
        for text, count in question.cells.items():
            every = (f"{letter}{at:0{wide}}" for at in range(1, 10**wide))
            code = text if variable.pattern and re.fullmatch(variable.pattern, text) else ""
            code = known.get(normalise(text)) or code or next((one for one in every if one not in known.values()), "")
            known[normalise(text)] = code
            made.append(Answer(text, count, code))
        return (*made, *(one for one in line.answers if one.text not in question.cells))


def names_of(recipes: Collection[Recipe]) -> dict[str, dict[str, str]]:
    """Variable → each name that a recipe knows → its neutral code."""
    found = defaultdict[str, dict[str, str]](dict)
    for line in (line for recipe in recipes for line in recipe.lines if line.cells == Cells.NAMES):
        for name in line.questions:
            found[name] |= {one.text: one.read for one in line.answers if one.read}
    return found
