"""Fictional answers to the questionnaire, drawn from a seed, with everything that makes real ones hard to read. They
obey the routing: options are dealt like cards, or as often as the weights of `config/modeles/reponses.csv` say."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeAlias, TypeVar, cast

from diagnostic.codebook import routing
from diagnostic.codebook.loading import Margins
from diagnostic.codebook.model import DONT_KNOW, Codebook, Option, Variable
from diagnostic.core.declarations import parse

# -- What fictional respondents write: counts in words, short texts, contacts that can be no one's ----------------
FILE = Path(__file__).with_suffix(".yaml")
TEXTS = {name: tuple(texts) for name, texts in parse(FILE.read_bytes(), FILE.name).items()}
PLACES, COUNTRIES, COUNTS, SHORT, LONG = (TEXTS[name] for name in ("places", "countries", "counts", "short", "long"))
ONE = ("1", "une")


def contact(variable: Variable, number: int) -> str:
    """A plainly fictional contact: reserved domain, telephone range that Arcep keeps for works of fiction. Of that range the
    last thousand numbers, which no study of the project has: a purge would find them there."""
    if variable.name == "email":
        return f"personne.fictive.{number}@exemple.invalid"
    if variable.name == "phone":
        return f"06 39 98 9{number // 100 % 10} {number % 100:02d}"
    return f"Personne Fictive {number}"


def text_pool(variable: Variable, places: tuple[str, ...]) -> tuple[str, ...]:
    """What may be written in a text box."""
    if variable.type == "count_text":
        return COUNTS
    if variable.privacy == "geography":
        return COUNTRIES if "countr" in variable.name else places
    if variable.privacy == "pseudonym":
        return tuple(f"Structure fictive {number}" for number in range(1, 31))
    return LONG if variable.type == "long_text" else SHORT


# -- What they answer ---------------------------------------------------------------------------------------------
Value: TypeAlias = str | tuple[str, ...] | int | dt.date | None
Row: TypeAlias = dict[str, Value]
Answers: TypeAlias = dict[str, list[Row]]

RESPONSES, SITUATIONS = "responses", "situations"
YEAR = "year"  # of the facts told
RESPONSE, NUMBER, SUBMITTED = "response_id", "situation_number", "submitted"
IDENTITY = (RESPONSE, NUMBER, SUBMITTED)
MODE, INDIVIDUAL, COLLECTIVE = "answer_mode", "indiv", "group"
PERSONS = "persons_in_situation"

RESPONSES_DRAWN, COLLECTIVE_DRAWN = 40, 12
Card = TypeVar("Card")
UNANSWERED = 0.15  # share of questions left blank, where they may be
ALONE = 0.15  # share of answers that exclude the others, « ne sait pas » among them
TICKS, TICK_WEIGHTS = (1, 2, 3, 4), (50, 28, 15, 7)
SAME_SECOND = 0.15  # share of responses sent within the same second as the one before
FIRST_DAY, DAYS = dt.date(2026, 1, 12), 120  # over the change to summer time
OPENS, CLOSES = 8 * 3600, 20 * 3600  # seconds of the day


class Like(NamedTuple):
    """What answers are like: as often as which weights, of which places, sent from which day on."""

    margins: Margins = MappingProxyType({})
    places: tuple[str, ...] = PLACES
    first: dt.date = FIRST_DAY


AS_EVER = Like()


class _Deck(Generic[Card]):
    """Cards dealt one by one and shuffled again when none is left, so that all are seen early."""

    def __init__(self, cards: Sequence[Card], rng: random.Random) -> None:
        self.cards, self.rng = tuple(cards), rng
        self.left: list[Card] = []

    def deal(self) -> Card:
        if not self.left:
            self.left = self.rng.sample(self.cards, len(self.cards))
        return self.left.pop()


class Respondent:
    """Draws the answer of any question from decks of options and texts. `year`: no fact is later."""

    def __init__(self, codebook: Codebook, rng: random.Random, like: Like) -> None:
        self.codebook, self.rng, self.places, self.year = codebook, rng, like.places, like.first.year
        self.decks: dict[tuple[str, bool], _Deck[str]] = {}
        self.weighted = {
            name: [(asked, _Deck(cards, rng)) for asked, cards in own.items()] for name, own in like.margins.items()
        }
        self.person = 0

    def dealt(self, name: str, row: Mapping[str, Value]) -> tuple[str, ...] | None:
        """What the margins say of a question, given the answers so far; None where they say nothing."""
        for asked, deck in self.weighted.get(name, ()):
            if all(not set(codes).isdisjoint(_codes(row.get(variable))) for variable, codes in asked):
                return deck.deal()
        return None

    def _deck(self, variable: Variable, exclusive: bool, cards: Sequence[str]) -> _Deck[str]:
        return self.decks.setdefault((variable.name, exclusive), _Deck(cards, self.rng))

    def answer(self, variable: Variable, row: Mapping[str, Value]) -> Value:
        if (codes := self.dealt(variable.name, row)) is not None:
            one = variable.exclusive and row.get(PERSONS) in ONE
            return _as_answered(variable, codes[:1] if one else codes)
        if not variable.required and self.rng.random() < UNANSWERED:
            return None
        match variable.type:
            case "single" | "multiple":
                return self._choice(variable, row)
            case "integer":
                low = variable.minimum or 0
                return self.rng.randint(low, min(low + 12, variable.maximum or low + 12))
            case "date":
                return FIRST_DAY - dt.timedelta(days=self.rng.randrange(365))
        if variable.privacy == "vault":
            return contact(variable, self.person)
        return self._deck(variable, False, text_pool(variable, self.places)).deal()

    def _choice(self, variable: Variable, row: Mapping[str, Value]) -> Value:
        options = self.codebook.options(variable)
        alone = [o.code for o in options if _alone(o)]
        others = [o.code for o in options if not _alone(o)]
        if not others or (alone and self.rng.random() < ALONE):
            code = self._deck(variable, True, alone).deal()
            return (code,) if variable.type == "multiple" else code
        deck = self._deck(variable, False, others)
        if variable.type == "single":
            code = deck.deal()
            return self._past(code, others) if variable.name == YEAR else code
        (ticks,) = self.rng.choices(TICKS, TICK_WEIGHTS)
        if variable.exclusive and row.get(PERSONS) in ONE:
            ticks = 1
        ticked = {deck.deal() for _ in range(ticks)}
        return tuple(code for code in others if code in ticked)

    def _past(self, code: str, codes: Sequence[str]) -> str:
        """Facts are not told before they happen: a year to come is as far back instead."""
        told = [one for one in codes if not one.isdigit() or int(one) <= self.year]
        return code if code in told else told[-1 - (int(code) - self.year) % len(told)]

    def row(self, table: str, given: Row, parent: Row | None = None) -> Row:
        """The given cells, then an answer to every question that they and the answers so far make asked."""
        row = dict(given)
        self.person += table == RESPONSES
        while True:
            wanted = asked(self.codebook, table, row, parent)
            new = [v for v in self.codebook.table(table) if v.name in wanted and v.name not in row]
            if not new:
                break
            for variable in new:
                row[variable.name] = self.answer(variable, row)
        order = dict.fromkeys((*IDENTITY, *(v.name for v in self.codebook.table(table))))
        return {name: row[name] for name in order if name in row and (name in wanted or name in IDENTITY)}


def _codes(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _as_answered(variable: Variable, codes: tuple[str, ...]) -> Value:
    if variable.type == "multiple" or not codes:
        return codes or None
    return int(codes[0]) if variable.type == "integer" else codes[0]


def _alone(option: Option) -> bool:
    return option.exclusive or option.code == DONT_KNOW


def asked(codebook: Codebook, table: str, row: Mapping[str, Value], parent: Mapping[str, Value] | None) -> set[str]:
    """`Codebook.asked` for rows of answers: numbers and dates are in no condition."""
    given = cast(Mapping[str, routing.Answer], row)
    return codebook.asked(table, given, cast(Mapping[str, routing.Answer] | None, parent))


def describes(codebook: Codebook, response: Mapping[str, Value]) -> bool:
    """Whether the respondent was asked to describe situations."""
    wanted = asked(codebook, SITUATIONS, {}, response)
    return any(v.name in wanted for v in codebook.table(SITUATIONS) if v.shape != "sheet")


def _moments(rng: random.Random, count: int, first: dt.date) -> list[dt.datetime]:
    """When each response was sent, local time, in order; some in the same second."""
    sent = sorted(rng.randrange(DAYS) * 86400 + rng.randrange(OPENS, CLOSES) for _ in range(count))
    for at in range(1, count):
        if rng.random() < SAME_SECOND:
            sent[at] = sent[at - 1]
    return [dt.datetime.combine(first, dt.time()) + dt.timedelta(seconds=second) for second in sent]


def _twins(rng: random.Random, modes: Sequence[bool]) -> tuple[int, int] | None:
    """(first, second): two responses of the same mode that will have the same answers; None when too few."""
    same = [at for at, mode in enumerate(modes) if mode == (modes.count(True) > len(modes) / 2)]
    if len(same) < 2:
        return None
    first, second = sorted(rng.sample(same, 2))
    return first, second


def generate(
    codebook: Codebook,
    seed: int,
    responses: int = RESPONSES_DRAWN,
    collective: int = COLLECTIVE_DRAWN,
    most: int = 4,
    like: Like = AS_EVER,
) -> Answers:
    """`responses` rows of `responses`, in order of `submitted`, the first day or later, and 0 to `most` rows of `situations` for each,
    or as many as the weights say of `situation_number`.

    `collective` of them are answers of a team. A row holds every question that the routing asks, None where it was
    left blank, and no other; two responses have the same answers throughout. Same seed, same answers.
    """
    rng = random.Random(seed)
    respondent = Respondent(codebook, rng, like)
    modes = [number < collective for number in range(responses)]
    rng.shuffle(modes)
    moments = _moments(rng, responses, like.first)
    twins = _twins(rng, modes)
    numbers = _Deck(range(most + 1), rng)
    width = max(3, len(str(responses)))
    made: Answers = {RESPONSES: [], SITUATIONS: []}
    described: list[list[Row]] = []
    for at in range(responses):
        identity: Row = {RESPONSE: f"R{at + 1:0{width}d}", SUBMITTED: moments[at]}
        if twins and at == twins[1]:
            row, rows = made[RESPONSES][twins[0]] | identity, [dict(r) for r in described[twins[0]]]
        else:
            mode = COLLECTIVE if modes[at] else (DONT_KNOW if rng.random() < 0.05 else INDIVIDUAL)
            row = respondent.row(RESPONSES, identity | {MODE: mode})
            count = 0
            if describes(codebook, row):
                said = respondent.dealt(NUMBER, row)
                count = int(said[0]) if said else numbers.deal()
            rows = [_situation(respondent, number, row) for number in range(1, count + 1)]
        described.append(rows)
        made[RESPONSES].append(row)
        made[SITUATIONS] += [situation | {RESPONSE: row[RESPONSE]} for situation in rows]
    return made


def _situation(respondent: Respondent, number: int, response: Row) -> Row:
    """A situation with at least one answer: an empty one cannot be told from none where blocks are unrolled."""
    while True:
        row = respondent.row(SITUATIONS, {RESPONSE: response[RESPONSE], NUMBER: number}, response)
        if any(value is not None for name, value in row.items() if name not in (RESPONSE, NUMBER)):
            return row
