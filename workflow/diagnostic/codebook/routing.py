"""Who is asked what: a closed grammar, evaluated here and compiled for XLSForm and LimeSurvey.

    condition = and-part { "or" and-part }
    and-part  = part { "and" part }
    part      = "not" part | "(" condition ")" | atom
    atom      = NAME "=" CODE                     single choice
              | NAME "in" "(" CODE { "," CODE } ")"
              | NAME "has" CODE                   several choices
              | NAME "has" "any" "(" CODE { "," CODE } ")"
              | NAME "answered"

A question that was not asked has no answer: every atom about it is false, as in XForms and in LimeSurvey.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from diagnostic.core.errors import Refused

Answer: TypeAlias = str | Collection[str] | None


class RoutingError(Refused):
    """A condition that the grammar does not know; the message is in French."""


@dataclass(frozen=True)
class Equals:
    """The single answer is one of `codes`."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Has:
    """At least one of `codes` is ticked."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """The question has any answer."""

    name: str


@dataclass(frozen=True)
class Not:
    part: "Condition"


@dataclass(frozen=True)
class And:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Or:
    parts: "tuple[Condition, ...]"


Condition: TypeAlias = Equals | Has | Answered | Not | And | Or
Atom: TypeAlias = Equals | Has | Answered

_TOKEN = re.compile(r"\s*(?:([A-Za-z0-9_]+)|([=(),]))")
_WORDS = {"and", "or", "not", "in", "has", "any", "answered"}


class _Reader:
    """The tokens of one condition, read from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise RoutingError(f"signe inattendu « {text[at:].strip()[:1]} »")
            self.tokens.append(found[1] or found[2])
            at = found.end()

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            wanted = f"« {expected} » attendu" if expected else "la condition s'arrête trop tôt"
            raise RoutingError(wanted + (f", « {token} » trouvé" if token else ""))
        return self.tokens.pop(0)

    def word(self) -> str:
        token = self.take()
        if token in _WORDS or not re.fullmatch(r"\w+", token):
            raise RoutingError(f"un nom ou un code est attendu, « {token} » trouvé")
        return token

    def skip(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.tokens.pop(0)
        return True

    def codes(self) -> tuple[str, ...]:
        self.take("(")
        codes = [self.word()]
        while self.skip(","):
            codes.append(self.word())
        self.take(")")
        return tuple(codes)

    def either(self) -> Condition:
        parts = [self.both()]
        while self.skip("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Condition:
        parts = [self.part()]
        while self.skip("and"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def part(self) -> Condition:
        if self.skip("not"):
            return Not(self.part())
        if self.skip("("):
            inner = self.either()
            self.take(")")
            return inner
        return self.atom()

    def atom(self) -> Condition:
        name = self.word()
        if self.skip("answered"):
            return Answered(name)
        if self.skip("="):
            return Equals(name, (self.word(),))
        if self.skip("in"):
            return Equals(name, self.codes())
        if self.skip("has"):
            return Has(name, self.codes() if self.skip("any") else (self.word(),))
        raise RoutingError(f"après « {name} » : « = », « in », « has » ou « answered » attendu")


def parse(text: str) -> Condition | None:
    """The condition that a text states; None for an empty text (always asked). Raises RoutingError."""
    reader = _Reader(text)
    if not reader.tokens:
        return None
    condition = reader.either()
    if reader.tokens:
        raise RoutingError(f"« {reader.peek()} » en trop")
    return condition


def together(*conditions: Condition | None) -> Condition | None:
    """All the conditions at once; None when there is none."""
    given = tuple(condition for condition in conditions if condition is not None)
    return given[0] if len(given) == 1 else And(given) if given else None


def atoms(condition: Condition | None) -> Iterator[Atom]:
    """The atoms of a condition, from left to right."""
    match condition:
        case None:
            return
        case Not(part):
            yield from atoms(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield condition


def requires(condition: Condition | None, name: str, code: str) -> bool:
    """Whether the condition can only hold where `name` is `code` (a conjunct says so)."""
    match condition:
        case Equals(found, codes):
            return found == name and codes == (code,)
        case And(parts):
            return any(requires(part, name, code) for part in parts)
        case _:
            return False


def evaluate(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Whether the question is asked, given answers by name: a code or text, a set of codes, None or absent."""
    match condition:
        case None:
            return True
        case Equals(name, codes):
            return answers.get(name) in codes
        case Has(name, codes):
            return not set(codes).isdisjoint(answers.get(name) or ())
        case Answered(name):
            return bool(answers.get(name))
        case Not(part):
            return not evaluate(part, answers)
        case And(parts):
            return all(evaluate(part, answers) for part in parts)
        case Or(parts):
            return any(evaluate(part, answers) for part in parts)


def render(condition: Condition, atom: Callable[[Atom], list[str]], negation: str, joints: tuple[str, str]) -> str:
    """A condition in another language: its atoms by `atom`, as tests of which one must hold, `negation` with {}, the words for
    and / or."""
    match condition:
        case Not(part):
            return negation.format(render(part, atom, negation, joints))
        case And(parts) | Or(parts):
            joint = joints[0] if isinstance(condition, And) else joints[1]
            return "(" + joint.join(render(part, atom, negation, joints) for part in parts) + ")"
        case _:
            tests = atom(condition)
            return tests[0] if len(tests) == 1 else "(" + joints[1].join(tests) + ")"


def xlsform(condition: Condition) -> str:
    """The condition as an XLSForm `relevant` expression."""

    def atom(of: Atom) -> list[str]:
        field = f"${{{of.name}}}"
        match of:
            case Answered():
                return [f"{field} != ''"]
            case Equals(_, codes):
                return [f"{field} = '{code}'" for code in codes]
            case Has(_, codes):
                return [f"selected({field}, '{code}')" for code in codes]

    return render(condition, atom, "not({})", (" and ", " or "))


def limesurvey(condition: Condition, question: Callable[[str], str], options: Callable[[str], Collection[str]]) -> str:
    """The condition as a LimeSurvey relevance equation.

    `question` gives the question code of a variable, `options` the codes of a multiple one, nothing for others.
    NAOK: a question that was not asked counts as empty instead of making the whole equation false.
    """

    def ticked(name: str, codes: Collection[str]) -> list[str]:
        return [f'{question(name)}_{code}.NAOK == "Y"' for code in codes]

    def atom(of: Atom) -> list[str]:
        match of:
            case Answered(name):
                return ticked(name, options(name)) or [f"!is_empty({question(name)}.NAOK)"]
            case Equals(name, codes):
                return [f'{question(name)}.NAOK == "{code}"' for code in codes]
            case Has(name, codes):
                return ticked(name, codes)

    return render(condition, atom, "!({})", (" and ", " or "))
