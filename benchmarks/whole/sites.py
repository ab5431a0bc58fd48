"""The lists of ads of a département, and the persons behind them: every ad has its place, and is of someone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from .axes import Choice
from .names import PLACES

KINDS = ("escorting", "classifieds", "massage", "dating")


@dataclass(frozen=True)
class Behind:
    """A person behind ads, as each ad presents them."""

    name: str
    gender: str
    age: int | None
    origin: str
    passing: bool
    sign: str


@dataclass
class Ad:
    site: str
    place: str
    page: int
    rank: int
    of: Behind | None  # None: an ad of something else


@dataclass
class Listing:
    """One list of a site: counted whole, or known by some of its pages."""

    site: str
    place: str
    paged: bool
    pages: list[list[Ad]]
    read: list[int] = field(default_factory=list)  # ranks of the pages read

    @property
    def relevant(self) -> int:
        return sum(ad.of is not None for page in self.pages for ad in page)


@dataclass
class Site:
    code: str
    kind: str
    status: str
    mirror: str
    listings: list[Listing]
    drawn: bool = True  # False: sites were drawn, and this one was not: nobody counts its ads

    @property
    def relevant(self) -> int:
        return sum(one.relevant for one in self.listings)

    @property
    def known(self) -> list[Listing]:
        """The lists whose ads the team counts, or reads by pages."""
        return self.listings if self.drawn else []

    @property
    def counted(self) -> int:
        return sum(one.relevant for one in self.known)


@dataclass
class Internet:
    sites: list[Site]
    persons: list[Behind]

    def at(self, site: str, place: str, page: int, rank: int) -> Ad | None:
        """The ad of a place that was drawn; None where there is none."""
        for one in self.sites:
            for listing in one.listings:
                if (one.code, listing.place) == (site, place) and page <= len(listing.pages):
                    ads = listing.pages[page - 1]
                    return ads[rank - 1] if rank <= len(ads) else None
        return None

    def copies(self, person: Behind) -> dict[str, int]:
        """Site → ads of this person, on every site."""
        found: dict[str, int] = {}
        for one in self.sites:
            number = sum(ad.of == person for listing in one.listings for page in listing.pages for ad in page)
            if number:
                found[one.code] = number
        return found

    @property
    def counted(self) -> int:
        return sum(one.counted for one in self.sites)

    def category(self, kind: str) -> int:
        return sum(one.counted for one in self.sites if one.kind == kind)


@dataclass
class Waves:
    """The same sites at two dates. `counts`: (site, date) → its ads that day; `stayed`: of those of the first date, how many
    were still there at the second; `followed`: rows of the ads that the team follows."""

    counts: dict[tuple[str, str], int]
    stayed: int
    followed: list[dict[str, str]]


DATES = ("2026-02-01", "2026-04-05")
FOLLOWED = 0.4


def waves(internet: Internet, choice: Choice, random_: random.Random) -> Waves | None:
    """Two sites that are counted whole, at two dates: some of the ads of the first are gone at the second, some are new."""
    if choice["waves"] == "none":
        return None
    found = Waves({}, 0, [])
    for code in ("E02", "D01"):
        first = next(one.relevant for one in internet.sites if one.code == code)
        stay = [random_.random() < 0.6 for _ in range(first)]
        new = random_.randint(1, 8)
        found.counts |= {(code, DATES[0]): first, (code, DATES[1]): sum(stay) + new}
        found.stayed += sum(stay)
        if choice["waves"] == "followed":
            drawn = sorted(random_.sample(range(first), max(2, round(FOLLOWED * first))))
            rows = [(f"{code}-{at}", DATES[0], "there") for at in drawn]
            rows += [(f"{code}-{at}", DATES[1], "there" if stay[at] else "gone") for at in drawn]
            rows += [(f"{code}-N{at}", DATES[1], "there") for at in range(max(1, round(FOLLOWED * new)))]
            found.followed += [
                {"ad_mark": mark, "site_code": code, "wave_on": on, "state": state, "copies": "", "same_person": ""}
                for mark, on, state in rows
            ]
    return found


AGENCY = 14  # ads of the one person who has the most
DRAWN = 3  # sites of five, where sites are drawn


def internet(choice: Choice, codes: Sequence[str], random_: random.Random) -> Internet:
    """Sites of four kinds, one closed, one too large to be counted if the pages are read, a mirror if there are some. Of several
    départements, each place says in which it is."""
    found = Internet([], [])
    names = list(PLACES[choice["names"]])
    if len(codes) > 1:
        names = [f"{name} ({codes[at % len(codes)]})" for at, name in enumerate(names)]
    places = {"named": names[:3], "mixed": [names[0], names[1], ""], "unnamed": [""]}[choice["placed"]]
    for code, kind, many in (("E01", "escorting", places), ("E02", "escorting", [""]), ("M01", "massage", [places[0]])):
        listings = [_counted(found, code, place, random_.randint(3, 35), random_) for place in many]
        found.sites.append(Site(code, kind, "open", "", listings))
    found.sites.append(Site("E03", "escorting", "closed", "", []))
    if choice["pages"] == "none":
        listing = _counted(found, "A01", places[-1], random_.randint(40, 120), random_)
    else:
        listing = _paged(found, "A01", places[-1], choice, random_)
    found.sites.append(Site("A01", "classifieds", "open", "", [listing]))
    group = "" if choice["mirrors"] == "none" else "groupe-1"
    first = _counted(found, "D01", "", random_.randint(4, 20), random_)
    found.sites.append(Site("D01", "dating", "open", group, [first]))
    if choice["agencies"] == "one":
        listings = (listing for site in found.sites for listing in site.listings)
        ads = [ad for listing in listings for page in listing.pages for ad in page if ad.of]
        for ad in ads[:: max(1, len(ads) // AGENCY)]:
            ad.of = found.persons[0]
    if group:
        same = [[Ad("D02", "", ad.page, ad.rank, ad.of) for ad in page] for page in first.pages]
        found.sites.append(Site("D02", "dating", "open", group, [Listing("D02", "", False, same)]))
    if choice["chosen"] == "sites":  # one of a mirror group may be drawn
        units = [one for one in found.sites if one.listings and one.code != "D02"]
        drawn = random_.sample([one.code for one in units], DRAWN)
        for one in found.sites:
            one.drawn = one.code in drawn
    return found


def _person(found: Internet, random_: random.Random) -> Behind:
    """Someone who has ads already, or someone new."""
    if found.persons and random_.random() < 0.3:
        return random_.choice(found.persons)
    one = Behind(
        f"P{len(found.persons):03d}",
        random_.choice(("woman", "woman", "woman", "man", "trans")),
        random_.choice((None, random_.randint(18, 55))),
        random_.choice(("french", "foreign", "not_stated")),
        random_.random() < 0.3,
        random_.choice(("none", "same_phone", "english")),
    )
    found.persons.append(one)
    return one


def _counted(found: Internet, site: str, place: str, number: int, random_: random.Random) -> Listing:
    ads = [Ad(site, place, 1, rank + 1, _person(found, random_)) for rank in range(number)]
    return Listing(site, place, False, [ads])


def _paged(found: Internet, site: str, place: str, choice: Choice, random_: random.Random) -> Listing:
    """A list that mixes other ads in; none is relevant where the state of coding says so."""
    share = 0.0 if choice["coded"] == "irrelevant" else 0.6
    number, last = random_.randint(12, 40), random_.randint(1, 20)
    pages = []
    for page in range(1, number + 1):
        shown = last if page == number else 20
        pages.append(
            [
                Ad(site, place, page, rank + 1, _person(found, random_) if random_.random() < share else None)
                for rank in range(shown)
            ]
        )
    return Listing(site, place, True, pages)
