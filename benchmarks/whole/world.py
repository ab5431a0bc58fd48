"""A whole study: what is true of a département, and what its team knows, is called and does."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from . import people, sites, told
from .axes import APART, FIELD, SINCE, Choice, apart, fielded, possible
from .axes import AXES as PAIRED
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
    """One study. `codes`: its département, or those of its region. `book`: the questionnaire that it asks. `books`: a table of
    things that are only counted → its rows, as a CSV has them. `themes`: answer or interview → what its texts say hinders."""

    number: int
    study: str
    codes: tuple[str, ...]
    book: Codebook
    choice: Choice
    random: random.Random
    team: str
    responses: list[people.Response] = field(default_factory=list)
    interviews: list[people.Response] = field(default_factory=list)
    internet: sites.Internet | None = None
    waves: sites.Waves | None = None
    books: dict[str, list[Row]] = field(default_factory=dict)
    themes: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def regional(self) -> bool:
        return len(self.codes) > 1

    def has(self, what: str) -> bool:
        return what in HAS[self.choice["roles"]]

    @property
    def described(self) -> list[people.Situation]:
        return [one for told in (*self.responses, *self.interviews) for one in told.situations]

    @property
    def counted(self) -> list[people.Situation]:
        """Those whose facts are not said to be older than the first year that is counted."""
        first = SINCE.get(self.choice["years"], 0)
        years = [next(iter(one.written["year"] or ()), "") for one in self.described]
        return [
            one for one, year in zip(self.described, years, strict=True) if not year.isdigit() or int(year) >= first
        ]


def worlds(
    book: Codebook,
    number: int,
    seed: int,
    to: str = "facts",
    asked: Choice | None = None,
    only: Collection[int] = (),
    planted: int = 1,
) -> list[World]:
    """So many studies, or `only` some of these; the same seed draws the same, whatever their number, but for what `to` has no
    room for. Those that are asked for have these values, and the plainest of all else. One in so many as `planted` keeps the
    fault that it draws. Raises ValueError where no study can have the values asked for."""
    drawn_ = [_plain(asked)] * number if asked else drawn(number, seed)
    beside = apart(drawn_, random.Random(f"apart {seed}"), to)
    choices = [
        one | ({name: values[0] for name, values in (APART | FIELD).items()} | dict(asked) if asked else two)
        for one, two in zip(drawn_, beside, strict=True)
    ]
    choices = choices if asked else [one | fielded(at, seed, one) for at, one in enumerate(choices)]
    choices = [one | ({"fault": "none"} if at % planted else {}) for at, one in enumerate(choices)]
    places = departements(max(number, 101), seed)
    return [world(book, at, places, choices[at], seed) for at in range(number) if not only or at in only]


def _plain(asked: Choice) -> dict[str, str]:
    """The study of these values that is plainest otherwise: axis after axis, the first value that goes with all before it."""
    found = {name: value for name, value in asked.items() if name in PAIRED}
    for name, values in PAIRED.items():
        if name not in found:
            fits = [value for value in values if possible(found | {name: value})]
            if not fits:
                raise ValueError(f"no study has {dict(asked)}: nothing is left for {name}")
            found[name] = fits[0]
    if not possible(found):
        raise ValueError(f"no study has {dict(asked)}")
    return {name: found[name] for name in PAIRED}


def world(book: Codebook, number: int, places: Sequence[str], choice: Choice, seed: int) -> World:
    random_ = random.Random(f"study {seed} {number}")
    # As many départements as studies, a hundred and one at most; what comes after is of another year. The others of a region
    # are far in the list, so that studies walked together share none.
    year, codes = 2026 + number // 101, (places[number % 101],)
    name = codes[0]
    if choice["territory"] == "region":
        codes = tuple(places[(number + more) % 101] for more in (0, 40, 60)[: 2 + number % 2])
        name = f"ensemble-{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}"
        book = book.of_several(codes)
    found = World(number, f"{name}-{year}", codes, book, choice, random_, named(choice["names"], number))
    if found.has("questionnaire"):
        found.responses = people.responses(book, choice, random_)
        people.spoken_for(found.responses, choice["speaks"], random.Random(f"speaks {seed} {number}"))
        for one in found.responses if found.regional else ():
            one.answers["departement"] = frozenset({random_.choice((*codes, "multi"))})
        numbered(found)
    if found.has("interviews"):
        found.interviews = people.interviews(book, choice, random_)
    people.dated(found.described, choice["years"], random.Random(f"years {seed} {number}"))
    if choice["reports"] == "wrong":
        people.misreported(book, found.described, random.Random(f"reports {seed} {number}"))
    if found.has("internet"):
        found.internet = sites.internet(choice, codes, random_)
        found.waves = sites.waves(found.internet, choice, random_)
    found.books = {name: rows for name, rows in _books(found, random_).items() if rows}
    if choice["vignettes"] != "none" and found.responses:
        found.books["vignettes"] = told.stories(found.responses, choice["vignettes"] == "approved")
    if choice["themes"] == "coded":
        answers = [*found.responses, *found.interviews]
        found.themes = told.themes(book, answers, random_, choice["hindered"] == "alike")
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
