"""Which question a heading names: by the variable's name, its question code, its wording, its label."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from diagnostic.codebook.labels import by_spelling, normalise
from diagnostic.codebook.model import Codebook, Variable

NEAR = 0.82  # how alike two headings must be for one to be taken for a misspelling of the other
NEAR_WORD = 0.75  # the same for a word that an answer has in the place of another
NEAR_OPTION = 0.7  # the same for an option of a question: there are fewer to choose from
NEGATIONS = {"ne", "n", "pas", "non", "sans", "jamais", "aucun", "aucune", "ni", "hors"}
SLASHES = 20  # more of them in a heading and it is no « question/option »
_BRACKETS = re.compile(r"(.*?)\s*\[(.*)\]\s*", re.DOTALL)
_UNROLLED = re.compile(r"S(?P<number>[1-9][0-9]{0,2})(?P<short>[A-Za-z]\w*)")


@dataclass(frozen=True)
class Named:
    """What a heading names. `number`: the repeat that the heading itself tells, else 0."""

    table: str
    variable: str
    option: str = ""
    number: int = 0


@dataclass(frozen=True)
class Headings:
    """The headings that tables of the codebook may have in an export."""

    codebook: Codebook
    tables: tuple[str, ...]

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The variables of the tables, those of unrolled repeats and merged ones included, notes left out."""
        held = {(v.table, v.name): v for name in self.tables for v in self.codebook.received(name)}
        unrolled = {
            (v.table, v.name): v for v in self.codebook.variables if v.table in self.tables and v.shape == "unrolled"
        }
        return tuple((held | unrolled).values())

    @cached_property
    def _notes(self) -> frozenset[str]:
        notes = [v for v in self.codebook.variables if v.type == "note" and v.table in self.tables]
        texts = [self.codebook.texts[v.text] for v in notes]
        shown = {compact(f"{text.title} {text.body}") for text in texts} | {compact(text.body) for text in texts}
        return frozenset(shown | {name for v in notes for name in (v.name, v.short)})

    def shown(self, heading: str) -> bool:
        """Whether a heading is a displayed text, by its name or wording: some tools give it an empty column."""
        return re.split(r"[/-]", heading)[-1] in self._notes or compact(heading) in self._notes

    @cached_property
    def _names(self) -> dict[str, Named]:
        return {v.name: Named(v.table, v.name) for v in reversed(self.variables)}

    @cached_property
    def _shorts(self) -> dict[str, Named]:
        return {v.short: Named(v.table, v.name) for v in self.variables if v.short}

    @cached_property
    def _wordings(self) -> dict[str, Named]:
        found: dict[str, Named] = {}
        for text in ("label", "question"):  # a question prevails over a label that reads the same
            found |= {compact(getattr(v, text)): Named(v.table, v.name) for v in reversed(self.variables)}
        for v in reversed(self.variables):  # some tools put the warning above a text box into its heading
            found[compact(f"{v.question} {self.codebook.warning(v)}")] = Named(v.table, v.name)
        return found

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Variable]:
        return {(v.table, v.name): v for v in self.variables}

    def variable(self, named: Named) -> Variable:
        """The variable that a heading names."""
        return self._by_name[named.table, named.variable]

    def find(self, heading: str) -> Named | None:
        """What a heading names, or None. Group names before it (`respondent-`, `respondent/`) are left out."""
        heading = heading.strip()
        if whole := self._whole(heading):
            return whole
        for question, option in _cuts(heading):
            found = self._whole(question)
            if found and (code := self._option(self.variable(found), option)):
                return Named(found.table, found.variable, code, found.number)
        return None

    def lost(self, heading: str) -> Variable | None:
        """The question of several answers of which a heading names one that is not in its list."""
        named = [found for question, _ in _cuts(heading.strip()) if (found := self._whole(question))]
        return next((one for one in map(self.variable, named) if one.type == "multiple"), None)

    def names(self, heading: str, variable: str) -> bool:
        """Whether a heading is a name or a wording of a variable, or of an option of it."""
        found = self.find(heading)
        return found is not None and found.variable == variable

    def _whole(self, heading: str) -> Named | None:
        for text in (heading, _plain(heading)):
            if found := self._names.get(text) or self._shorts.get(text):
                return found
        unrolled = _UNROLLED.fullmatch(heading)
        if unrolled and unrolled["short"] in self._shorts:
            return replace(self._shorts[unrolled["short"]], number=int(unrolled["number"]))
        return self._wordings.get(compact(heading)) if compact(heading) else None

    def _option(self, variable: Variable, text: str) -> str:
        return self.spelled[variable.list].get(normalise(text), "") if variable.type == "multiple" else ""

    @cached_property
    def spelled(self) -> dict[str, dict[str, str]]:
        """List → normalised code, label or alias → code."""
        return {name: by_spelling(self.codebook.spellings(name)) for name in {v.list for v in self.variables if v.list}}

    def closest(self, text: str, name: str) -> str:
        """The code of a list whose spelling is the closest to a wording; "" where none is close.
        « je le savais » and « je ne le savais pas » are no writings of one answer, however alike, nor « ne souhaite pas » and
        « ne sait pas »; what is a part of several options (« prostitution ») is none of them."""
        spelled, own = self.spelled[name], normalise(text)
        held = {code for near, code in spelled.items() if set(own.split()) <= set(near.split())}
        return next((spelled[near] for near in _close(own, spelled) if len(held) < 2 and _same(own, near)), "")

    def near(self, heading: str) -> Iterator[Named]:
        """The questions, or the options of one, that a heading may have been meant for, the closest first."""
        heading = heading.strip()
        several = False
        for question, text in _cuts(heading):
            exact = self._whole(question)
            for found in [exact] if exact else self._near(question):
                variable = self.variable(found)
                if variable.type == "multiple":
                    several, spelled = True, self.spelled[variable.list]
                    for option in _close(normalise(text), spelled, NEAR_OPTION):
                        yield replace(found, option=spelled[option])
        if not several:  # an option that is close to none is not its whole question
            yield from self._near(heading)

    def _near(self, question: str) -> Iterator[Named]:
        yield from (self._wordings[text] for text in _close(compact(question), self._wordings))
        yield from (self._names[name] for name in _close(_plain(question), self._names))
        unrolled = _UNROLLED.fullmatch(question)
        for short in _close(unrolled["short"], self._shorts) if unrolled else ():
            yield replace(self._shorts[short], number=int(unrolled["number"]) if unrolled else 0)
        yield from (self._shorts[short] for short in _close(_plain(question), self._shorts))


def compact(text: str) -> str:
    """A wording without case, accents, punctuation or spaces: tools that strip markup glue sentences together."""
    return normalise(text).replace(" ", "")


def _plain(heading: str) -> str:
    """A heading without the names of groups before it."""
    return re.split(r"[/.:-]", heading)[-1] if heading.isascii() and " " not in heading else heading


def _close(text: str, known: Mapping[str, object], alike: float = NEAR) -> list[str]:
    return difflib.get_close_matches(text, list(known), n=3, cutoff=alike)


def _same(own: str, near: str) -> bool:
    """Whether two wordings deny the same, and what one has in the place of the other's words looks like them."""
    left, other = set(own.split()) - set(near.split()), set(near.split()) - set(own.split())
    worded = not other or all(_close(word, dict.fromkeys(other), NEAR_WORD) for word in left)
    return worded and not NEGATIONS & (left | other)


def _cuts(heading: str) -> Iterator[tuple[str, str]]:
    """Each way to read a heading as a question and one of its options: « Q [O] », « Q/O » at each slash."""
    brackets = _BRACKETS.fullmatch(heading)
    if brackets:
        yield brackets[1], brackets[2]
    for slash in islice(re.finditer("/", heading), SLASHES):
        yield heading[: slash.start()], heading[slash.end() :]
