"""A whole study: what is true of a département, and what its team knows, is called and does."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from . import people, sites
from .axes import Choice
from .codebook import Codebook
from .exports import shown
from .names import departements, named
from .pairs import drawn

# Roles of a study → what its team has. The lists of ads and the questionnaire are drawn on their own.
HAS = {
    "all": ("internet", "questionnaire", "interviews", "press", "structures", "outreach", "partners", "demand", "law"),
    "internet": ("internet", "press"),
    "people": ("questionnaire", "interviews", "structures", "partners"),
    "interviews": ("interviews", "press", "structures"),
    "questionnaire": ("questionnaire",),
    "least": ("questionnaire",),
}
FIELDS = ("social", "housing", "health", "education", "public_safety", "justice")
AXES = ("rights", "care", "shelter", "essentials", "residence", "violence", "employment", "housing")
Row = dict[str, str]


@dataclass
class World:
    """One study. `books`: a table of things that are only counted → its rows, as a CSV has them."""

    number: int
    study: str
    choice: Choice
    random: random.Random
    team: str
    responses: list[people.Response] = field(default_factory=list)
    interviews: list[people.Response] = field(default_factory=list)
    internet: sites.Internet | None = None
    books: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def departement(self) -> str:
        return self.study.split("-")[0]

    def has(self, what: str) -> bool:
        return what in HAS[self.choice["roles"]]

    @property
    def described(self) -> list[people.Situation]:
        return [one for told in (*self.responses, *self.interviews) for one in told.situations]


def worlds(book: Codebook, number: int, seed: int) -> list[World]:
    """So many studies; the same seed draws the same, whatever their number."""
    choices, codes = drawn(number, seed), departements(number, seed)
    # As many départements as studies, a hundred and one at most; what comes after is of another year.
    return [world(book, at, f"{codes[at]}-{2026 + at // 101}", choices[at], seed) for at in range(number)]


def world(book: Codebook, number: int, study: str, choice: Choice, seed: int) -> World:
    random_ = random.Random(f"study {seed} {number}")
    found = World(number, study, choice, random_, named(choice["names"], number))
    if found.has("questionnaire"):
        found.responses = people.responses(book, choice, random_)
        numbered(found)
    if found.has("interviews"):
        found.interviews = people.interviews(book, choice, random_)
    if found.has("internet"):
        found.internet = sites.internet(choice, random_)
    found.books = {name: rows for name, rows in _books(found, random_).items() if rows}
    return found


def numbered(found: World) -> None:
    """Each answer as the tool shows it."""
    for rank, one in enumerate(found.responses, 1):
        one.rank = rank
        one.number, one.key = shown(found.choice["tool"], rank)


def _books(found: World, random_: random.Random) -> dict[str, list[Row]]:
    style = found.choice["names"]
    press = [
        {
            "date": f"2026-{1 + at % 5:02d}-{10 + at}",
            "outlet": named(style, at % 3),
            "title": named(style, at, "Article :"),
            "year_heading": "2026",
        }
        for at in range(random_.randint(1, 8))
    ]
    structures = [
        {
            "structure_code": f"S{at + 1:02d}",
            "agrees_to_be_named": "oui" if at % 3 else "non",
            "name": named(style, at) if at % 3 else "",
            "activity_field": FIELDS[at % len(FIELDS)],
            **{axis: random_.choice(("oui", "non", "")) for axis in AXES},
        }
        for at in range(random_.randint(2, 8))
    ]
    outreach = [{"year": "2026", "sessions": "12", "sms": "240", "replies": "60", "exchanges": "18", "met": "5"}]
    partners = [
        {
            "partner_code": f"P{at + 1:02d}",
            "activity_field": random_.choice(("socia", "healt", "educ")),
            "contacted_on": f"2026-01-{10 + at}",
            "contacted_by_name": random_.choice(("yes", "no")),
            "outcome": random_.choice(("answered", "silent", "declined")),
        }
        for at in range(random_.randint(4, 12))
    ]
    demand = [
        {
            "site_code": "A01",
            "place": "",
            "demand_count": str(random_.randint(0, 60)),
            "window_start": "2026-02-01",
            "window_end": "2026-02-05",
        }
    ]
    law = [
        {
            "year": "2025",
            "result": name,
            "value": str(random_.randint(0, 30)),
            "source": "prefecture",
            "reference_date": "2026-01",
            "circulation": "équipe",
            "link": "",
        }
        for name in ("fines", "requested", "granted")
    ]
    every = {
        "press": press,
        "structures": structures,
        "outreach": outreach,
        "partners": partners,
        "demand": demand,
        "law_results": law,
    }
    of = {"law_results": "law"}
    return {name: rows for name, rows in every.items() if found.has(of.get(name, name))}
