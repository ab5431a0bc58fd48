"""The questions of a sheet that is not the project's: its columns grouped, with what was answered and how often."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from diagnostic.codebook.headings import compact
from diagnostic.codebook.labels import normalise
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.tools import cell, header
from diagnostic.collect.grids import Grid
from diagnostic.describe.words import wholes
from diagnostic.privacy import personal

FEW = 14  # different answers of a question that looks closed
SHORT = 90  # signs of an answer that looks chosen, not written
SEVERAL = 2  # columns that make a block of questions, or the options of one question
_NUMBER = re.compile(r"(?<![\w,.-])(\d{1,2})(?![\w,.-]\w)")
_TICK = re.compile(r"(?P<question>.*\S)\s*(?:\[(?P<inside>[^\[\]]+)\]|(?:/|\s[:–-]\s)(?P<after>[^/]+))", re.DOTALL)
_SIGNS = tuple(map(re.compile, (r"\s*;\s*", r"\s*,\s+", r"(?<=\d)\s+(?=\d)")))  # between answers joined in a cell


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
    known: dict[str, float] = field(default_factory=dict, compare=False)  # list → the part of the answers that it has

    def cut(self, text: str) -> list[str]:
        """The answers that a tool joined in one cell, whole options not cut."""
        if self.sign is None:
            return [text]
        return self._parts.get(text) or [part for part in self.sign.split(text) if part]

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        assert self.sign is not None
        return wholes(self.cells, {text: [one for one in self.sign.split(text) if one] for text in self.cells})

    @property
    def name(self) -> str:
        """Its heading, as it is compared."""
        return named(self.heading)

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from the others, in this export and in the next one."""
        return self.sheet, compact(self.heading)

    @property
    def repeated(self) -> bool:
        """Whether it stands in a block that is asked several times on one row."""
        return any(column.number for column in self.columns)


def named(heading: str) -> str:
    """A heading as it is compared with others."""
    return compact(heading) or heading


def is_total(text: str) -> bool:
    """Whether a row or a column of this title adds others up."""
    return compact(text) in ("total", "totaux", "totalgeneral", "ensemble", "soustotal")


def questions(grid: Grid) -> list[Question]:
    """The questions of a sheet, in order of their first columns."""
    texts = {position: text for position, text in enumerate(header(grid)) if text}
    numbers = _repeats(texts)
    bare = {position: numbers[position][0] if position in numbers else text for position, text in texts.items()}
    options = _options(grid, bare)
    found: dict[str, Question] = {}
    for position, text in bare.items():
        heading, option = options.get(position, (text, ""))
        key = named(heading)
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
    found |= {} if found else _numbered(texts)
    again = {text: own for text, own in same.items() if len(own) >= SEVERAL}
    if not found and max(Counter(map(len, again.values())).values(), default=0) >= SEVERAL:
        found = {at: (text, number) for text, own in again.items() for number, at in enumerate(own, start=1)}
    return found


def _numbered(texts: dict[int, str]) -> dict[int, tuple[str, int]]:
    """Position → heading and rank, where headings come back with a number at their end, the same for several: a table of a
    spreadsheet has no heading twice (« Genre », « Genre2 », « Genre3 »)."""
    first = {text: position for position, text in texts.items()}
    own: dict[str, dict[int, int]] = defaultdict(dict)
    for position, text in texts.items():
        if (match := re.fullmatch(r"(.*\D)([2-9]|[1-9]\d)", text, re.DOTALL)) and match[1] in first:
            own[match[1]][int(match[2])] = position
    times = Counter(tuple(sorted(numbers)) for numbers in own.values())
    blocks = {text: {1: first[text], **own[text]} for text in own if times[tuple(sorted(own[text]))] >= SEVERAL}
    return {position: (text, number) for text, block in blocks.items() for number, position in block.items()}


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
    several = [question for question, options in shared.items() if len(options) >= SEVERAL]
    boxes = {one for one in several if _all_ticks(grid, [at for at, (own, _) in parts.items() if own == one])}
    return {position: part for position, part in parts.items() if part[0] in boxes}


def _all_ticks(grid: Grid, positions: Sequence[int]) -> bool:
    """Whether most of the columns hold ticks only: beside « Autre », a text."""
    plain = [all(ticks(text) for text in column_of(grid, position) if text) for position in positions]
    return sum(plain) * 2 > len(plain)


def ticks(text: str) -> bool:
    """Whether a cell holds a tick, or none."""
    return (normalise(text) or text.casefold()) in tools.TICKED | tools.NOT_TICKED


def ticked(text: str) -> bool:
    """Whether the cell of a box says that it is ticked, or what is written there."""
    return bool(text) and (normalise(text) or text.casefold()) not in tools.NOT_TICKED


def column_of(grid: Grid, position: int) -> list[str]:
    """The cells of a column under its heading."""
    return [cell(grid, row, position) for row in range(1, len(grid.rows))]


def _count(grid: Grid, question: Question) -> None:
    whole = (column_of(grid, one.position) for one in question.columns if not one.option)
    cells = Counter(text for texts in whole for text in texts if text)
    question.filled, question.cells = cells.total(), cells
    question.sign = _sign(cells)
    parts = Counter[str]()
    for text, count in cells.items():
        parts.update(dict.fromkeys(question.cut(text), count))
    question.different = len(parts)
    for one in (column for column in question.columns if column.option):
        count = sum(map(ticked, column_of(grid, one.position)))
        question.filled += count
        parts[one.option] += count
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
        cut = {text: [part for part in sign.split(text) if part] for text in cells}
        pieces = {part for parts in wholes(cells, cut).values() for part in parts}
        if (ended or len(pieces) < len(cells)) and any(len(sign.split(text)) > 1 for text in cells):
            return sign
    return None
