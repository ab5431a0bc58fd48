"""Which question of the codebook a question of another file may be: by its wording, and by the answers it was given."""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache

from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Variable
from diagnostic.collect.exports.tools import OTHER, TIMES
from diagnostic.describe.everything import CALLED, KEY
from diagnostic.describe.questions import Question
from diagnostic.describe.words import as_date

ALIKE = 0.33  # how alike two questions must be for one to be proposed for the other
BOXES = ("text", "long_text")
WRITTEN = 0.7  # how much less likely a text box is where answers look chosen
PARENTS = ("_submission__uuid", "PARENT_KEY")  # the response, in a sheet of situations
IDENTITIES = (*PARENTS, "_uuid", "KEY", KEY, "id", "n", "no", "numero", "identifiant", *TIMES)
OF_VALUES = 0.45  # the part of answers in how alike a closed question is
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
STEM = 5  # first signs of a word, which its forms share
_EMPTY = frozenset(
    """
    avez vous votre vos etes est elle elles ils une des les que qui quel quelle quels quelles dans pour sur par avec
    ces ses son cette pas plus cela fait faits faut aux leur leurs ont sont etre autre
    """.split()
)


class Proposals:
    """The proposals for the questions of one export."""

    def __init__(self, headings: Headings) -> None:
        self.headings = headings

    def match(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """Key of a question → the variable proposed for it; each variable once in a sheet, the surest first. A heading
        that names a variable is that variable. A question of a repeated block is one on situations."""
        found = self._identities(asked)
        taken = {(sheet, variable.name) for (sheet, _), variable in found.items()}
        beside = self._holding(asked, found)
        scored = [
            (score, -rank, -place, question, variable)
            for rank, question in enumerate(asked)
            for place, variable in enumerate(self.headings.variables)
            if self._possible(question, variable, beside) and (score := self.alike(question, variable)) >= ALIKE
        ]
        for *_, question, variable in sorted(scored, key=lambda one: one[:3], reverse=True):
            if question.key not in found and (question.sheet, variable.name) not in taken:
                found[question.key] = variable
                taken.add((question.sheet, variable.name))
        self._between(asked, found, beside)
        return found

    def table(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """As `match`, for a table that has few columns: what is left of a kind is proposed for what is left of it, where
        there is one of each; dates in their order, since a period has two."""
        found = self.match(asked)
        for kind in ("date", "closed", "integer", "written"):
            self._between(asked, found, {})
            left = [q for q in asked if q.key not in found and q.filled and kind in _kinds(q)]
            own = {variable.name for variable in found.values()}
            asked_ = (v for v in self.headings.variables if v.name not in own and not v.name.endswith(OTHER))
            free = [v for v in asked_ if _kind(v) == kind]
            if len(left) == len(free) and (len(left) == 1 or kind == "date"):
                found |= {question.key: variable for question, variable in zip(left, free, strict=True)}
        return found

    def beside(self, left: Sequence[Question], own: Collection[str]) -> dict[tuple[int, str], str]:
        """The columns that a sheet of another table, which has its `own` variables, holds for this one, as often as they come:
        reminders, each in its column."""
        others = [v for v in self.headings.variables if v.name not in own and _kind(v) != "written"]
        found = dict[tuple[int, str], str]()
        for q in (q for q in left if q.cells):
            score, name = max(((self.alike(q, v), v.name) for v in others if _kind(v) in _kinds(q)), default=(0.0, ""))
            found |= {q.key: name} if score >= ALIKE else {}
        return found

    def _identities(self, asked: Sequence[Question]) -> dict[tuple[int, str], Variable]:
        """The column that names the response, in each sheet: by the names that tools and people give it."""
        named = next((v for v in self.headings.variables if v.name == KEY), None)
        found: dict[int, Question] = {}
        for name in IDENTITIES:  # the surest first
            for question in asked:
                own = name == KEY and self.headings.names(question.heading, KEY)
                if own or name in (question.heading, normalise(question.heading)):
                    found.setdefault(question.sheet, question)
        return {question.key: named for question in found.values()} if named else {}

    def _between(
        self, asked: Sequence[Question], found: dict[tuple[int, str], Variable], beside: Mapping[int, str]
    ) -> None:
        """Forms keep an order: between two questions that are known, the only one of the codebook that is left."""
        variables = self.headings.codebook.variables
        taken = {(sheet, variable.name) for (sheet, _), variable in found.items()}
        own = {v.name: place for place, v in enumerate(variables) if v.table in self.headings.tables}
        order = {v.name: place for place, v in enumerate(variables)} | own
        for rank, question in enumerate(asked):
            before = next((found[q.key] for q in reversed(asked[:rank]) if q.key in found), None)
            after = next((found[q.key] for q in asked[rank + 1 :] if q.key in found), None)
            if question.key in found or before is None or after is None or not question.filled:
                continue
            left = [
                v
                for v in self.headings.variables
                if order[before.name] < order[v.name] < order[after.name]
                and (question.sheet, v.name) not in taken
                and v.table == before.table
                and not v.name.endswith(OTHER)
                and self._possible(question, v, beside)
                and not (v.closed and known_part(question, v, self.headings) <= 0.5)
            ]
            if len(left) == 1:
                found[question.key] = left[0]
                taken.add((question.sheet, left[0].name))

    def _holding(self, asked: Sequence[Question], found: Mapping[tuple[int, str], Variable]) -> dict[int, str]:
        """Sheet → what it holds, where that is sure: responses with their situations beside them, or one of the two."""
        named = [question for question in asked if question.key in found]
        first = min((question.sheet for question in named), default=0)
        children = {q.sheet for q in named if q.heading in PARENTS} or {q.sheet for q in named if q.sheet != first}
        holding = {q.sheet: "children" if q.sheet in children else "parents" for q in named} if children else {}
        return holding | {question.sheet: "beside" for question in asked if question.repeated}

    def _possible(self, question: Question, variable: Variable, holding: Mapping[int, str]) -> bool:
        """Whether the question stands where the variable may, and was answered as it may be."""
        place = holding.get(question.sheet, "")
        child = question.repeated if place == "beside" else place == "children"
        repeats = bool(self.headings.codebook.tables[variable.table].parent)
        if variable.name == KEY or (place and child != repeats):
            return False
        if any(column.option for column in question.columns):
            return variable.type == "multiple"
        written = not question.values and variable.closed  # a box that is written in is no list
        return not (question.filled and written) or known_part(question, variable, self.headings) > 0.5

    def alike(self, question: Question, variable: Variable) -> float:
        """How alike a question and a variable are, by their wording and by the answers that it was given: 1, more or less."""
        if self.headings.names(question.heading, variable.name):
            return 2.0
        worded = max(self._worded(question.heading, text) for text in self._texts[variable.table, variable.name])
        if not variable.closed or not question.cells:
            return worded * WRITTEN if question.values and variable.type in BOXES else worded
        known = known_part(question, variable, self.headings)
        return (1 - OF_VALUES) * worded + OF_VALUES * known if worded or known > 0.5 else 0.0

    @cached_property
    def _texts(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Each variable → how it may be worded: as the codebook asks it, or as people title such a column."""
        return {
            (v.table, v.name): (v.question, v.label, f"{v.label} {v.question}", *CALLED.get(f"{v.table}.{v.name}", ()))
            for v in self.headings.variables
        }

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        """Stem → how much it tells: the fewer questions have it, the more."""
        seen = Counter(stem for texts in self._texts.values() for stem in stems(" ".join(texts[:3])))
        size = len(self._texts)
        return {stem: math.log(1 + size / count) for stem, count in seen.items()}

    def _worded(self, heading: str, text: str) -> float:
        """How alike two wordings are, from 0 to 1: the weight of the stems they share, of the mean of both (Dice)."""
        if compact(heading) == compact(text):
            return 1.0
        own, other = stems(heading), stems(text)
        most = math.log(1 + len(self._texts))

        def weight(some: frozenset[str]) -> float:
            return sum(self._weights.get(stem, most) for stem in some)

        both = weight(own & other)
        return 2 * both / (weight(own) + weight(other)) if both else 0.0


def _kind(variable: Variable) -> str:
    return "closed" if variable.closed else "written" if variable.type in BOXES else variable.type


def _kinds(question: Question) -> tuple[str, ...]:
    """The kinds of variables that the cells of a column may be answers to."""
    if all(_DATE.fullmatch(as_date(text, "2000")[:10]) for text in question.cells):
        return ("date",)
    if all(text.isdigit() for text in question.cells):
        return ("integer",)
    return ("closed", "written") if question.values else ("written",)


@lru_cache(maxsize=4096)  # every question is compared with every variable
def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that tell something, « ou » among them: a question may join two of the codebook."""
    return frozenset(word[:STEM] for word in re.findall(r"[a-z0-9]{3,}|\bou\b", normalise(text)) if word not in _EMPTY)


def known_part(question: Question, variable: Variable, headings: Headings) -> float:
    """The part of the answers that the variable's list has, from 0 to 1: of those given, or of the different ones where
    that is more, since « autre » is written in many ways and one unknown wording may be the most frequent answer."""
    if not variable.closed or variable.list in question.known:
        return question.known[variable.list] if variable.closed else 0.0
    spelled, spellings = headings.spelled[variable.list], headings.codebook.spellings(variable.list)
    parts: dict[str, tuple[int, bool]] = {}
    for text, count in (question.cells or question.values).items():
        whole = not longest_match(text, spellings)[1]
        for part in question.cut(text):
            times, known = parts.get(part, (0, False))
            parts[part] = times + count, known or whole or normalise(part) in spelled
    often = sum(times for times, known in parts.values() if known) / max(1, sum(times for times, _ in parts.values()))
    different = sum(known for _, known in parts.values()) / max(1, len(parts))
    return question.known.setdefault(variable.list, max(different, often))
