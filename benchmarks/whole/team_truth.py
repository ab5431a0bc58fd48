"""What is true of an invented team's département, drawn once: who answered, whom they describe, in the team's own words.

A question of a team's form has its own heading and its own answers; the codebook's are only the truth that is compared.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .codebook import Codebook
from .expected import Expected, _indicators
from .people import NUMBERS, Answers, Response, Situation

AGES = {
    "u15": (11, 14),
    "a15": (15, 17),
    "a18": (18, 25),
    "a26": (26, 35),
    "a36": (36, 45),
    "a46": (46, 55),
    "o55": (56, 70),
}
DECIDED = ("situation_status", "gender", "age_band")  # always noted, whatever the share of blanks


@dataclass(frozen=True)
class Asked:
    """One question: its codebook name, its heading, code → the team's words. `several`: more than one answer in a cell; `boxes`:
    a column an answer, titled so; `blank`: the share of blank cells; `empty`: the code that a blank means, "" for nothing
    noted; `other`: what is written for « Autre »; `of`: the answer of another question on which it is asked, « name=code »."""

    name: str
    heading: str
    words: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    boxes: str = ""
    blank: float = 0.0
    empty: str = ""
    other: str = ""
    of: str = ""


@dataclass
class Told:
    """All that a team knows: its answers, in order, with their situations; its interviews; whom its ads show."""

    book: Codebook
    random: random.Random
    responses: list[Response] = field(default_factory=list)
    interviews: list[Response] = field(default_factory=list)

    @property
    def described(self) -> list[Situation]:
        return [one for told in (*self.responses, *self.interviews) for one in told.situations]


def age_code(age: int) -> str:
    """The codebook's band of an age."""
    return next(code for code, (low, high) in AGES.items() if low <= age <= high)


def response(
    told: Told, asked: Sequence[Asked], inner: Sequence[Asked], bands: Mapping[str, tuple[int, int]]
) -> Response:
    """One more answer, numbered after those there are; one of three speaks for a team."""
    random_ = told.random
    team, described = random_.random() < 0.35, random_.choice((0, 0, 1, 1, 1, 2, 3))
    number = random_.randint(2, 10) if team else 1
    one = Response(str(len(told.responses) + 1), number, {}, rank=len(told.responses) + 1)
    one.answers["answer_mode"] = frozenset({"group" if team else "indiv"})
    one.answers["exposure"] = frozenset({random_.choice(("proba", "third")) if described else "none"})
    for question in asked:
        if question.name in one.answers or not question.words:
            continue
        name, _, code = question.of.partition("=")
        if name and code not in one.answers.get(name, ()) and not (code == "some" and described):
            continue
        one.answers[question.name] = _drawn(question, random_)
    one.situations = [situation(random_, at + 1, inner, bands) for at in range(described)]
    told.responses.append(one)
    return one


def situation(
    random_: random.Random, number: int, asked: Sequence[Asked], bands: Mapping[str, tuple[int, int]]
) -> Situation:
    """One to four persons alike but for their ages, in one of the team's own bands."""
    size = random_.choice((1, 1, 1, 2, 3, 4))
    low, high = bands[band := random_.choice(list(bands))]
    shared: Answers = {one.name: _drawn(one, random_) for one in asked if one.words and one.name != "age_band"}
    ages = [random_.randint(max(low, 11), min(high, 70)) for _ in range(size)]
    persons = [{**shared, "age_band": frozenset({age_code(age)})} for age in ages]
    for one in persons:
        for name in ("gender", "situation_status"):
            one[name] = shared[name]
    written: dict[str, frozenset[str] | None] = dict(shared)
    written["age_band"] = frozenset({band})
    for one in asked:
        if one.blank and not one.empty and random_.random() < one.blank and one.name not in DECIDED:
            written[one.name] = None
    count = random_.choice((str(size), NUMBERS[size], f"{size} ou {size + 1}" if size == 2 else str(size)))
    return Situation(number, persons, count, written)


def _drawn(asked: Asked, random_: random.Random) -> frozenset[str]:
    codes = [*asked.words, *(["other"] if asked.other else [])]
    if asked.empty and random_.random() < asked.blank:
        return frozenset({asked.empty})
    most = min(3, len(codes)) if asked.several or asked.boxes else 1
    return frozenset(random_.sample(codes, random_.randint(1, most)))


def cell(asked: Asked, codes: frozenset[str] | str | None, sign: str, end: str = "") -> str:
    """What is in the cell of a question: the team's words, joined by its tool."""
    if not codes or (asked.empty and codes == {asked.empty}):
        return ""
    if isinstance(codes, str):
        return codes
    words = [text for code, text in asked.words.items() if code in codes]
    words += [f"Autre : {asked.other}"] if "other" in codes else []
    words += [] if words else list(codes)  # a band, which is its own words
    return sign.join(words) + (end if asked.several and words else "")


def counted(told: Told, asked: Sequence[Asked], inner: Sequence[Asked]) -> list[Expected]:
    """What must be printed of the answers and of the persons: exactly, or between bounds."""
    responses, described = told.responses, told.described
    every = [person for one in described for person in one.persons]
    base = [person for one in described if one.in_prostitution for person in one.persons]
    found = [
        Expected("survey.responses", len(responses)),
        Expected("survey.professionals", sum(one.professionals for one in responses)),
        Expected("survey.situations", sum(len(one.situations) for one in responses)),
        Expected("survey.responses_collective", sum(one.answers["answer_mode"] == {"group"} for one in responses)),
        Expected("shared.situations", len(described)),
        Expected("shared.persons_concerned", len(every), exact=False),
        Expected("shared.persons_prostitution", len(base), exact=False),
        Expected("shared.persons_in_any_case", len(every), exact=False),
        Expected("interviews.total", len(told.interviews)),
        Expected("interviews.professionals", sum(one.professionals for one in told.interviews)),
    ]
    for one in asked:
        for code in [*one.words, *(["other"] if one.other else [])]:
            number = sum(each.professionals for each in responses if code in each.answers.get(one.name, ()))
            found.append(Expected(f"survey.{one.name}.{code}", number))
    for one in inner:
        if one.name == "age_band":
            continue
        for code in [*one.words, *(["other"] if one.other else []), *([one.empty] if one.empty else [])]:
            number = sum(code in (each.written[one.name] or ()) for rs in responses for each in rs.situations)
            found.append(Expected(f"situations.{one.name}.{code}", number))
    return found + [
        one
        for one in _indicators(told.book, _World(told, inner), base)
        if not one.fact.startswith("profile.minor_boys")
    ]


class _World:
    """What the indicators are counted of: situations as the codebook's answers say them."""

    def __init__(self, told: Told, inner: Sequence[Asked]) -> None:
        from .people import ALONE, SETS, SINGLE

        names = {one.name for one in inner}
        left = {name: None for name in (*SINGLE, *ALONE, *SETS) if name not in names}
        self.counted = [  # no form of these teams asks when: facts of every year count
            Situation(one.number, one.persons, one.count, {**one.written, **left}, one.factors)
            for one in told.described
        ]
