"""What a person may say of a recipe, in its workbook or at the desk, and what becomes of it. Pure: the recipe with it is given back.

Another question, table or row of headings is proposed again, by `proposing.proposed`, with the file that it is of.
"""

from collections.abc import Sequence
from dataclasses import replace

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.describe.everything import boxes, of_tables
from diagnostic.describe.recipe import NOT_READ, Answer, Cells, Line, Sheet, State
from diagnostic.describe.words import as_band, covered, read_answers

NO_ANSWER, NONE_OF = "sans réponse", "aucune de la liste"


# -- What may be said ---------------------------------------------------------------------------------------------
def variable_of(headings: Headings, line: Line) -> Variable | None:
    """The first question of a column, if it is one of these."""
    return next((v for v in headings.variables if line.questions and v.name == line.questions[0]), None)


def read_as(codebook: Codebook, headings: Headings, variable: Variable, line: Line, answer: Answer) -> str:
    """How the codebook reads an answer, in words."""
    options = codebook.options(variable)
    labels = {option.code: option.label for option in options}
    codes, unknown = read_answers(answer.text, codebook.spellings(variable.list), False)
    ages = as_band(answer.text) if line.cells == Cells.BANDS else None
    if unknown and ages:
        return "entre " + ", ".join(labels[code] for code in covered(options, ages))
    if unknown:
        return labels.get("other", "Autre") if line.free and boxes(headings, variable.name) else "à attribuer"
    if variable.type == "single" and len(codes) > 1:
        return "deux réponses : à attribuer"
    return ", ".join(labels[code] for code in codes)


def none_of(codebook: Codebook, variable: Variable) -> str:
    """What says that an answer is none of a list: another word where « sans réponse » is one of it."""
    own = normalise(NO_ANSWER) in (normalise(option.label) for option in codebook.options(variable))
    return NONE_OF if own else NO_ANSWER


# -- What becomes of it -------------------------------------------------------------------------------------------
def filling(codebook: Codebook, sheet: Sheet, tables: tuple[str, ...]) -> Sheet:
    """The sheet once it is said which tables it fills: what its questions are in the new ones stays."""
    if tables == sheet.tables:
        return sheet
    names = {v.name for v in of_tables(codebook, tables).variables}
    kept = (line for line in sheet.lines if line.questions and names.issuperset(line.questions))
    return replace(sheet, tables=tables, lines=tuple(replace(line, filled=0) for line in kept))


def headed_at(sheet: Sheet, header: int) -> Sheet:
    """The sheet once it is said in which row (from 1) its headings stand."""
    return sheet if header == sheet.header else replace(sheet, header=header, headings=(), lines=())


def answering(headings: Headings, line: Line, question: str, state: State = State.PROPOSED) -> Line:
    """The line once it is said which question its column answers: nothing is counted of it yet."""
    variable = variable_of(headings, replace(line, question=question))
    own = headings.spelled[variable.list] if variable is not None and variable.closed else {}
    answers = [one for one in line.answers if one.read == NOT_READ or normalise(one.read) in own]
    state = State.PROPOSED if state == State.DECIDES else state
    return Line(line.name, line.heading, question, line.free, state=state, answers=tuple(answers))


def reading(line: Line, said: Sequence[tuple[str, str]]) -> Line:
    """The line once it is said what answers are: each as it is written, and a label, `NOT_READ`, or "" for what the codebook
    has."""
    before = {one.text: one for one in line.answers}
    for text, read in said:
        before[text] = replace(before.get(text, Answer(text)), read=read)
    known = {one.text for one in line.answers}
    return replace(line, answers=tuple(one for one in before.values() if one.read or one.text in known))
