"""What a team notes of the ads that it looks at: those of the project's draw, or those that it chose itself."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import openpyxl

from .codebook import Codebook
from .exports import cells, fill
from .sites import Ad, Behind, Internet
from .world import World

ON = "2026-04-10"
Cell = str | int | None


def drawn(book: Codebook, world: World, sheet: Path, folder: Path) -> Path:
    """Fill the places that the project drew, as far as coding has gone; the workbook to give back."""
    internet = _internet(world)
    workbook = openpyxl.load_workbook(sheet)
    ads = workbook["Annonces"]
    columns = {cell.value: cell.column for cell in ads[1] if cell.value}
    places = {cell.value: cell.column for cell in ads[1] if str(cell.value).startswith("À lire")}
    copies, rows = [], []
    for at in range(3, ads.max_row + 1):
        row = {name: ads.cell(at, column).value for name, column in columns.items()}
        if not row["ad_id"]:
            continue
        place = next((row[name] or "" for name in places), "")
        kind = next(one.kind for one in internet.sites if one.code == row["site_code"])
        if _waits(world, kind):
            continue
        ad = internet.at(row["site_code"], place, int(row["page_rank"] or 1), int(row["rank_on_page"]))
        rows.append((at, row, ad, kind))
    seen = Counter(ad.of for _, row, ad, _ in rows if ad and ad.of)
    for at, row, ad, kind in rows:
        told = noted(book, world, ad, kind, seen, closed(world, row["site_code"]))
        if row["coder"] != "C1" and world.choice["search"] == "twice" and "copies_total" in told:
            told["copies_again"] = least(told["copies_total"])
        if row["coder"] != "C1":
            told |= _otherwise(book, world, at, told)
        for name, value in told.items():
            if value is not None:
                ads.cell(at, columns[name], value)
        if row["coder"] == "C1":
            copies += _copies(world, str(row["ad_id"]), ad, told)
    if copies:
        fill(workbook["Copies"], copies)
    path = folder / "annonces-codees.xlsx"
    workbook.save(path)
    return path


def chosen(book: Codebook, world: World, template: Path, folder: Path) -> Path:
    """The ads that the team chose, its own way, in the workbook that `creer` wrote."""
    internet = _internet(world)
    picked = pick(world, internet)
    seen = Counter(ad.of for ad in picked if ad.of)
    ads, copies = [], []
    numbers: dict[str, dict[str, str]] = {"AB": {}, "CD": {}}
    for at, ad in enumerate(picked, 1):
        kind = next(one.kind for one in internet.sites if one.code == ad.site)
        if _waits(world, kind):
            continue
        told = noted(book, world, ad, kind, seen, closed(world, ad.site))
        name = f"AN{at:03d}"
        if world.choice["groups"] == "own":
            coder = _own(told, numbers)
            ads.append(_row(name, coder, ad) | told)
            copies += _copies(world, name, ad, told)
            continue
        coders = ("AB", "CD") if world.choice["coders"] == "two" and at % 5 == 0 else ("AB",)
        for coder in coders:
            other = _otherwise(book, world, at // 5, told) if coder == "CD" else {}
            ads.append(_row(name, coder, ad) | told | other)
        copies += _copies(world, name, ad, told)
    workbook = openpyxl.load_workbook(template)
    fill(workbook["Annonces"], ads)
    fill(workbook["Copies"], copies)
    path = folder / "annonces-codees.xlsx"
    workbook.save(path)
    return path


def _otherwise(book: Codebook, world: World, at: int, told: dict[str, Cell]) -> dict[str, Cell]:
    """What the second of two coders answers otherwise, of every third ad that both have coded."""
    if world.choice["coders"] != "two" or at % 3 or not told.get("passing_through"):
        return {}
    one = book.variable("ads", "passing_through")
    labels = {book.label(one, answer) for answer in ("yes", "no")}
    (other,) = labels - {str(told["passing_through"])}
    return {"passing_through": other}


def _row(name: str, coder: str, ad: Ad) -> dict[str, Cell]:
    return {"ad_id": name, "coder": coder, "site_code": ad.site, "page_rank": ad.page, "rank_on_page": ad.rank}


def _own(told: dict[str, Cell], numbers: dict[str, dict[str, str]]) -> str:
    """Which of two coders has this ad: all ads of a person are one coder's, who gives the group her own next number."""
    known = next((coder for coder, own in numbers.items() if told.get("cluster_id") in own), None)
    coder = known or ("AB", "CD")[len(numbers["AB"]) > len(numbers["CD"])]
    if told.get("cluster_id"):
        own = numbers[coder]
        told["cluster_id"] = own.setdefault(str(told["cluster_id"]), f"G{len(own) + 1:03d}")
    return coder


def pick(world: World, internet: Internet) -> list[Ad]:
    """The ads of a team that chose them: every third at random, in the whole or in each site; the first ones; half of each page
    that was read, and of each site that was counted; or half of each site that was drawn."""
    random_ = random.Random(f"{world.number} {world.choice['chosen']}")
    first = [one for one in internet.sites if one.drawn and not (one.mirror and one.code != "D01")]
    lists = [[ad for listing in one.listings for page in listing.pages for ad in page if ad.of] for one in first]
    every = [ad for ads in lists for ad in ads]
    number = max(6, min(60, len(every) // 3))
    if world.choice["chosen"] == "simple":
        return random_.sample(every, min(number, len(every)))
    if world.choice["chosen"] == "by_site":
        return [
            ad
            for ads in lists
            if ads
            for ad in random_.sample(ads, max(2, len(ads) // 3) if len(ads) > 2 else len(ads))
        ]
    if world.choice["chosen"] == "convenience":
        return every[:number]
    if world.choice["chosen"] == "sites":
        return [ad for ads in lists for ad in random_.sample(ads, min(len(ads), max(2, len(ads) // 2)))]
    read = [one for site in first for one in site.listings if one.paged]
    pages = [[ad for ad in one.pages[rank - 1] if ad.of] for one in read for rank in one.read]
    whole = [ads for site, ads in zip(first, lists, strict=True) if not any(one.paged for one in site.listings)]
    return [ad for ads in (*whole, *pages) for ad in random_.sample(ads, min(len(ads), max(2, len(ads) // 2)))]


def closed(world: World, site: str) -> bool:
    """Whether nobody can see the site any more: one of three, never the first."""
    sites = [one.code for one in _internet(world).sites if one.listings]
    return world.choice["closed"] == "third" and sites.index(site) % 3 == 2


def least(total: Cell) -> int:
    """The number of « 3 et plus », or the number."""
    return int(str(total).split()[0])


def found(world: World, person: Behind) -> dict[str, int]:
    """The copies of a person that a search finds, by site: all, or all but one where she has most."""
    held = _internet(world).copies(person)
    if world.choice["unfound"] == "one" and sum(held.values()) > 1:
        most = max(held, key=lambda site: (held[site], site))
        held[most] -= 1
    return held


def counted(world: World, ad: Ad, total: int) -> Cell:
    """The copies as the sheet has them; None where nobody counted them."""
    how = world.choice["copies"]
    if how == "missing" or (how == "partial" and (ad.page + ad.rank) % 3 == 0):
        return None
    return "3 et plus" if how == "top" and total >= 3 else total


def noted(book: Codebook, world: World, ad: Ad | None, kind: str, seen: Counter, shut: bool = False) -> dict[str, Cell]:
    """The closed answers of one place; `shut`: its site is closed."""
    state = world.choice["coded"]
    disposition = "no_place" if ad is None else "relevant" if ad.of else "not_prostitution"
    if (state == "paged_closed" and kind == "classifieds") or (state == "no_closed" and kind == "dating"):
        disposition = "unreachable"  # a site that closed since its ads were counted
    if shut:
        disposition = "unreachable"
    if state == "kind_vanished" and kind == "massage":
        disposition = "vanished"
    one = book.variable("ads", "disposition")
    told: dict[str, Cell] = {"coded_on": ON, "disposition": book.label(one, disposition)}
    if disposition != "relevant" or ad is None or ad.of is None:
        return told
    person = ad.of
    answers = {
        "gender_presented": {person.gender},
        "age_stated": {"no" if person.age is None else "yes"},
        "declared_origin": {person.origin},
        "passing_through": {"yes" if person.passing else "no"},
        "network_sign": {person.sign},
    }
    total = counted(world, ad, sum(found(world, person).values()))
    searched = world.choice["mirrors"] in ("detailed", "totals") and total is not None
    if world.choice["couples"] == "asked":
        answers["persons_shown"] = {"two" if len(person.name) % 5 == 0 else "one"}
    answers["copies_searched"] = {"yes" if searched else "no"}
    ticked = cells(book, "ads", {name: frozenset(value) for name, value in answers.items()}.get)
    told |= {name: value for name, value in ticked.items() if value is not None}
    if person.age is not None:
        told["declared_age"] = person.age
    if seen[person] > 1:
        told["cluster_id"] = person.name
    if searched:
        told["copies_total"] = total
    return told


def _copies(world: World, name: str, ad: Ad | None, told: dict[str, Cell]) -> list[dict[str, Cell]]:
    if world.choice["mirrors"] != "detailed" or ad is None or ad.of is None or "copies_total" not in told:
        return []
    return [
        {"ad_id": name, "site_code": site, "copies": number} for site, number in found(world, ad.of).items() if number
    ]


def _waits(world: World, kind: str) -> bool:
    """Whether this kind of site is not coded yet."""
    return world.choice["coded"] == "one_kind" and kind != "classifieds"


def _internet(world: World) -> Internet:
    if world.internet is None:
        raise ValueError(f"{world.study} has no ads")
    return world.internet
