"""What is true of the advertisements: who is behind each, where it stands, and which ones a team drew and coded."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from team_people import SEED, parted, picked

ADS, DRAWN, TWICE = 662, 243, 36  # distinct ads; those drawn; those that two persons coded
CATEGORIES = {"E": ("escorting", 18), "C": ("petites annonces", 5), "D": ("rencontres", 12), "M": ("massages", 2)}
SHARE = {"E": 57, "C": 15, "D": 26, "M": 2}  # of the ads, out of a hundred
MIRRORS, PAGED = ("D05", "D06", "D07"), "C01"  # sites that show the same ads; the site whose pages are read one by one
BY_TOWN = ("E01", "E02", "E03", "E04", "D01", "D02")  # the sites that can be searched town by town
CLOSED = ("E18", "D11", "D12")
PAGE = 8  # ads on a page

PROFILE = {
    "genre": {"femme": 79, "homme": 12, "trans": 6, "couple": 3},
    "origine": {"française": 14, "étrangère": 51, "non déclarée": 35},
    "reçoit": {"Reçoit": 55, "Se déplace": 25, "Reçoit;Se déplace": 20},
    "public": {"hommes": 90, "hommes;couples": 6, "hommes;femmes;couples": 4},
    "de passage": {"oui": 35, "non": 65},
    "mots": {"rencontre": 34, "massage": 20, "explicite": 22, "tarif": 14, "aucun": 10},
    "allusions": {"cadeau": 28, "émojis": 18, "aucune": 54},
    "indices": {
        "aucun": 60,
        "de passage": 18,
        "même téléphone": 8,
        "même téléphone;contenu semblable": 6,
        "rédigé en anglais": 8,
    },
}
COUNTRIES = ("Roumanie", "Brésil", "Nigéria", "Chine", "Colombie")


@dataclass(frozen=True)
class Ad:
    """One advertisement at its place; `person` stands for who is behind it."""

    site: str
    town: str
    page: int
    rank: int
    person: int


@dataclass(frozen=True)
class Internet:
    """The sites, every ad on them, who is behind, and the numbers of the ads that were drawn."""

    sites: dict[str, str]
    ads: list[Ad]
    profiles: list[dict[str, str]]
    drawn: list[int]
    twice: list[int]

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Ads by site and town, mirrors included: what a reader of the sites counts."""
        found = Counter((ad.site, ad.town) for ad in self.ads)
        first, *others = MIRRORS
        return dict(found) | {(site, town): n for (own, town), n in found.items() if own == first for site in others}

    def copies(self, person: int) -> dict[str, int]:
        """Site → ads of this person."""
        return dict(sorted(Counter(ad.site for ad in self.ads if ad.person == person).items()))


def internet(towns: list[str], seed: int = SEED) -> Internet:
    """The whole truth on the ads; `towns`: the largest first."""
    rng = random.Random(f"internet {seed}")
    sites = {f"{letter}{n:02d}": name for letter, (name, count) in CATEGORIES.items() for n in range(1, count + 1)}
    places, profiles = _places(rng, sites, towns), []
    owners: list[int] = []
    while len(owners) < ADS:
        owners += [len(profiles)] * min(rng.choice((1, 1, 1, 2, 2, 3, 4, 6)), ADS - len(owners))
        profiles.append(_profile(rng))
    rng.shuffle(owners)
    ads = []
    for site, found in groupby(zip(places, owners, strict=True), lambda pair: pair[0][0]):
        for at, ((_, town), person) in enumerate(found):
            ads.append(Ad(site, town, at // PAGE + 1, at % PAGE + 1, person))
    drawn = _drawn(rng, ads)
    return Internet(sites, ads, profiles, drawn, sorted(rng.sample(drawn, TWICE)))


def _places(rng: random.Random, sites: dict[str, str], towns: list[str]) -> list[tuple[str, str]]:
    """Where each ad stands, in order. Later mirrors have none of their own, nor have closed sites."""
    empty = {*MIRRORS[1:], *CLOSED}
    letters = rng.choices(list(SHARE), list(SHARE.values()), k=ADS)
    made = []
    for letter in letters:
        own = [site for site in sites if site[0] == letter and site not in empty]
        site = rng.choices(own, [1 / (1 + at) for at in range(len(own))])[0]
        made.append((site, rng.choices(towns, [0.6**at for at in range(len(towns))])[0]))
    return sorted(made)


def _profile(rng: random.Random) -> dict[str, str]:
    made = {name: picked(rng, shares) for name, shares in PROFILE.items()}
    made["âge"] = str(rng.randint(19, 52)) if rng.random() < 0.41 else ""
    made["pays"] = rng.choice(COUNTRIES) if made["origine"] == "étrangère" else ""
    return made


def _drawn(rng: random.Random, ads: list[Ad]) -> list[int]:
    """The design: on each site a number of ads proportional to those it has, by largest remainders, at random."""
    own = {site: [at for at, ad in enumerate(ads) if ad.site == site] for site in sorted({ad.site for ad in ads})}
    exact = {site: DRAWN * len(found) / len(ads) for site, found in own.items()}
    take = {site: int(number) for site, number in exact.items()}
    rest = sorted(exact, key=lambda site: (take[site] - exact[site], site))
    for site in rest[: DRAWN - sum(take.values())]:
        take[site] += 1
    return [at for site, found in own.items() for at in sorted(rng.sample(found, take[site]))]


OFF, EMPTY, GONE = "hors sujet", "place vide", "disparue"  # what may stand at a place that holds no ad, or held one


def on_list(truth: Internet, site: str, town: str) -> list[int | str]:
    """What stands at each place of a list: the ad, by its number, or what else there is; `town` is "" for a whole site."""
    own: list[int | str] = [at for at, ad in enumerate(truth.ads) if ad.site == site and town in ("", ad.town)]
    if site != PAGED:
        return own
    rng, made = random.Random(f"places {SEED}"), list[int | str]()
    shown = [row[2] for row in pages(truth)]
    for page, number in enumerate(shown, 1):
        here = [at for at, ad in enumerate(truth.ads) if ad.site == site and ad.page == page]
        ranks = sorted(rng.sample(range(number), len(here)))
        places: list[int | str] = [*[OFF] * number, *[EMPTY] * (max(shown) - number)]
        for rank, at in zip(ranks, here, strict=True):
            places[rank] = at
        made += places
    return made


def hurried(rng: random.Random, own: dict[str, str]) -> dict[str, str]:
    """The same ad as a second person reads it: nearly the same, but for what is a matter of judgement."""
    doubt = {"origine": 0.06, "de passage": 0.06, "mots": 0.2, "allusions": 0.15, "indices": 0.15}
    read = {name: picked(rng, PROFILE[name]) if rng.random() < share else own[name] for name, share in doubt.items()}
    return own | read | {"pays": own["pays"] if read["origine"] == own["origine"] else ""}


def pages(truth: Internet) -> list[tuple[str, int, int, int, int]]:
    """Every page of the site that is read page by page: site, rank, ads shown, relevant ones, pages in all."""
    rng = random.Random(f"pages {SEED}")
    found = Counter(ad.page for ad in truth.ads if ad.site == PAGED)
    others = parted(rng, 5 * len(found), len(found), 2, 8)
    return [
        (PAGED, page, found[page] + more, found[page], len(found))
        for page, more in zip(sorted(found), others, strict=True)
    ]
