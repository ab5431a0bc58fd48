"""Who is described, by whom, and what was written of them: the persons are the truth, the answers what is told of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .axes import Choice
from .codebook import Codebook

BLANKS = {"none": 0.0, "some": 0.12, "many": 0.45}
CEILING = 10  # persons at most where an answer sets no limit; the configuration's default
NUMBERS = ("zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")

# Questions that everybody who tells of a situation is asked; those that depend on an answer come after it.
ALONE = ("gender", "age_band", "nationality")  # a person has one answer
SETS = ("family", "housing", "occupation", "finances", "prostitution_form")
SINGLE = ("situation_status", "fact_source", "year", "territory", "pimp_presence", "network_belief", "known_by_others")
YEARS = ("2024", "2025", "2026")
BEFORE = "bef"  # an answer of its own: before every year that the form names
MOST = 200  # professionals that a form may be filled for
Answers = dict[str, frozenset[str]]


@dataclass
class Situation:
    """One description. `persons`: each person's own answers. `written`: what the form holds; None where it is blank."""

    number: int
    persons: list[Answers]
    count: str
    written: dict[str, frozenset[str] | None]
    factors: frozenset[str] | None = None  # as coded; None where nobody coded

    @property
    def in_prostitution(self) -> bool:
        return bool({"proba", "prov"} & self.persons[0]["situation_status"])


@dataclass
class Response:
    """One form, or one interview. `number`: how the tool shows it; `professionals`: whom it speaks for."""

    number: str
    professionals: int
    answers: dict[str, frozenset[str] | str]
    situations: list[Situation] = field(default_factory=list)
    rank: int = 0  # in the order of arrival; kept when another is erased
    key: str = ""  # what the export itself calls it, where this differs from the number


def responses(book: Codebook, choice: Choice, random_: random.Random) -> list[Response]:
    """Forms until the asked number of situations is described, and some that describe none."""
    wanted, found = int(choice["size"]), []
    while wanted > 0:
        described = min(wanted, random_.choice((1, 1, 2, 3, 5)))
        found.append(_response(book, choice, random_, len(found) + 1, described))
        wanted -= described
    extra = max(3, len(found) // 3)
    return found + [_response(book, choice, random_, len(found) + at + 1, 0) for at in range(extra)]


def interviews(book: Codebook, choice: Choice, random_: random.Random) -> list[Response]:
    """Interviews and what they tell, if they tell of situations."""
    found = []
    for at in range(5):
        tells = 0 if choice["roles"] == "internet" else random_.choice((1, 2, 3))
        one = Response(f"E{at + 1:02d}", random_.randint(1, 3), {})
        one.situations = [situation(book, choice, random_, rank + 1) for rank in range(tells)]
        found.append(one)
    return found


def spoken_for(found: list[Response], how: str, random_: random.Random) -> None:
    """Of a few forms, the first that describes someone is filled by one for a whole service, or describes most of those known: so
    many times what all the others say together. Some of the forms that describe nobody are not there."""
    if how == "each":
        return
    big = next(one for one in found if one.situations)
    silent = [one for one in found if not one.situations]
    for one in silent[: random_.randint(0, max(0, min(len(silent), len(found) - 3)))]:
        found.remove(one)
    if how in ("service", "both"):
        others = sum(one.professionals for one in found if one is not big)
        big.professionals = min(MOST, max(2, round(others * random_.choice((1.5, 3.5, 8)))))
        big.answers |= {"answer_mode": frozenset({"group"}), "professionals_consulted": str(big.professionals)}
        big.answers["took_charge"] = frozenset({"yes"})
        for one in found if random_.random() < 0.5 else ():
            if one.answers.get("took_charge") == {"yes"}:
                one.answers["talked_about_it"] = frozenset({random_.choice(("yes", "no"))})
    if how in ("persons", "both"):
        others = sum(len(told.persons) for one in found if one is not big for told in one.situations)
        times = max(3, round(max(others, 3) * random_.choice((1.5, 3.5, 8)) / len(big.situations)))
        for told in big.situations:
            told.persons *= times
            told.count = str(len(told.persons))


def dated(found: list[Situation], how: str, random_: random.Random) -> None:
    """When the facts are, where their years are not as drawn: some before every year that is named, or all in one."""
    for one in found if how in ("before", "one") else ():
        year = BEFORE if how == "before" and random_.random() < 0.3 else YEARS[1] if how == "one" else ""
        if year and one.written["year"] not in (None, frozenset({"dk"})):
            one.written["year"] = frozenset({year})
        for person in one.persons if year else ():
            person["year"] = frozenset({year})


def word(rank: int) -> str:
    """A word that one answer alone has."""
    return "zq" + "".join(random.Random(rank).choices("bcdfghjklmnpqrstvwx", k=8))


def _response(book: Codebook, choice: Choice, random_: random.Random, rank: int, described: int) -> Response:
    team = random_.random() < 0.25
    number = random_.randint(2, 9) if team else 1
    told: dict[str, frozenset[str] | str] = {
        "organisation": word(rank),
        "answer_mode": frozenset({"group" if team else "indiv"}),
        "exposure": frozenset({random_.choice(("proba", "third", "seen"))} if described else {"none"}),
    }
    if team:
        told["professionals_consulted"] = str(number)
    for name in ("structure_type", "job_function", "law_exit_pathway", "law_commission"):
        told[name] = frozenset({random_.choice(book.codes(name, "responses"))})
    one = Response(f"R{rank:03d}", number, told)
    if described:
        told["took_charge"] = frozenset({random_.choice(("yes", "no"))})
        told["training_followed"] = frozenset({random_.choice(("yes", "no"))})
        told["sufficiently_equipped"] = frozenset({random_.choice(("yes", "no"))})
        one.situations = [situation(book, choice, random_, at + 1) for at in range(described)]
    return one


def situation(book: Codebook, choice: Choice, random_: random.Random, rank: int) -> Situation:
    """A group of one to six persons alike, and what is written of it."""
    size = 1 if random_.random() < 0.55 else random_.randint(2, 6)
    status = random_.choice(("risk", "proba", "prov", "prov"))
    single = {name: frozenset({random_.choice(_told(book, name))}) for name in SINGLE}
    single["situation_status"] = frozenset({status})
    single["year"] = frozenset({random_.choice(YEARS)})
    bands = _bands(book, choice["bands"], random_)
    minor = set(bands) <= {"u15", "a15"}
    genders = random_.choice((["women"], ["women"], ["women"], ["men"], ["trans"], ["women", "men"]))
    shared = {name: _set(book, name, choice, random_, minor) for name in SETS}
    nations = [random_.choice(("fr", "eu", "noneu", "noneu"))]
    if single["pimp_presence"] == {"yes"}:
        shared["pimp_relation"] = _set(book, "pimp_relation", choice, random_, minor)
    factors = frozenset(random_.sample(_told(book, "vulnerability"), random_.randint(1, 4)))
    persons = []
    for at in range(size):
        mine = {"gender": genders, "age_band": bands, "nationality": nations}
        told = {name: frozenset({values[at % len(values)]}) for name, values in mine.items()}
        persons.append({**single, **shared, **told, "vulnerability": factors})
    written = _written(persons, choice, random_)
    coded = {"none": 0.0, "half": 0.5, "all": 1.0}[choice["situations_coded"]]
    return Situation(
        rank, persons, _count(size, choice["counts"], random_), written, factors if random_.random() < coded else None
    )


def _told(book: Codebook, name: str) -> list[str]:
    return book.codes(name, "situation_coding" if name == "vulnerability" else "situations")


def _bands(book: Codebook, choice: str, random_: random.Random) -> list[str]:
    bands = book.codes("age_band")
    minors, adults = bands[:2], bands[2:]
    if choice == "minors":
        return [random_.choice(minors)]
    if choice == "wide":
        return random_.sample(bands, random_.randint(2, 3))
    return [random_.choice(adults if choice == "adults" else bands)]


def _set(book: Codebook, name: str, choice: Choice, random_: random.Random, minor: bool) -> frozenset[str]:
    """What is ticked together: one answer, or several with commas."""
    codes = [one for one in book.codes(name) if one not in ("other", "pupil", "retir", "none")]
    if minor and name == "occupation":
        codes = ["pupil"]
    most = min(4 if choice["commas"] == "many" else 2, len(codes))
    return frozenset(random_.sample(codes, random_.randint(1, most)))


def _count(size: int, choice: str, random_: random.Random) -> str:
    """How so many persons are written."""
    if choice == "ranges":
        low = max(1, size - random_.randint(0, 2))
        high = max(size, low + 1)
        return f"{low} ou {high}" if high == low + 1 else random_.choice((f"entre {low} et {high}", f"{low} à {high}"))
    if choice == "open" and random_.random() < 0.5:
        return random_.choice(("", "plusieurs", "au moins 2") if size >= 2 else ("", ""))
    return random_.choice((str(size), NUMBERS[size]))


def _written(persons: list[Answers], choice: Choice, random_: random.Random) -> dict[str, frozenset[str] | None]:
    """The form: every answer of these persons, some left blank, some unknown; what depends on a blank is not asked."""
    share = BLANKS[choice["blanks"]]
    found: dict[str, frozenset[str] | None] = {}
    for name in (*SINGLE, *ALONE, *SETS):
        whole = frozenset().union(*(one[name] for one in persons))
        drawn = random_.random()
        found[name] = None if drawn < share else frozenset({"dk"}) if drawn < share * 1.3 else whole
    if found["pimp_presence"] == {"yes"}:
        found["pimp_relation"] = persons[0]["pimp_relation"]
    return found


WRONG = {"gender": 0.01, "nationality": 0.03, "age_band": 0.10, "prostitution_form": 0.25}
OTHERS = 0.25  # of year, territory, family, housing


def misreported(book: Codebook, told: list[Situation], random_: random.Random) -> None:
    """Errors in what is written of one person alone: another answer, of a minor another age of a minor, as what is asked of
    them differs."""
    for one in told:
        for name in (*WRONG, "year", "territory", "family", "housing"):
            said = one.written[name]
            codes = list(YEARS) if name == "year" else book.codes(name)
            if name == "age_band":
                young = set(book.codes(name)[:2])
                codes = [code for code in codes if bool(young & (said or frozenset())) == (code in young)]
            others = [code for code in codes if code not in ("dk", "other", "none", *(said or ()))]
            wrong = random_.random() < WRONG.get(name, OTHERS)
            other = random_.choice(others) if others else ""
            if wrong and other and len(one.persons) == 1 and said and "dk" not in said:
                one.written[name] = frozenset({other})
