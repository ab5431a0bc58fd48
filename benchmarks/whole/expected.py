"""What the numbers of a study must be, from its truth: exactly, or between the bounds that are printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .codebook import Codebook
from .coding import pick
from .people import ALONE, SETS, SINGLE, Answers
from .sites import Internet
from .tables import coded_situations, coded_themes, csv_rows, internet_rows
from .world import World

DESCRIBED = "convenience"  # the sample whose ads stand for themselves
STAGED = ("two_stage", "sites")  # those whose ads stand for others, which the project did not draw


@dataclass(frozen=True)
class Expected:
    """One fact. `exact`: its value is this one; else it is between its bounds, and between those of its statement. `near`: how far
    from it the value itself may be, as a part of it, whatever the bounds; 0 where nothing is asked of it."""

    fact: str
    value: float
    exact: bool = True
    near: float = 0.0


def expected(book: Codebook, world: World) -> list[Expected]:
    """Every fact that this world decides."""
    found = [
        *_internet(world),
        *_sampled(world),
        *_waves(world),
        *_counted(world),
        *_people(book, world),
        *_themes(book, world),
    ]
    return found + (_of_each(world) if world.regional else [])


def _of_each(world: World) -> list[Expected]:
    """What is said of each département of a region: its ads, where a place says that they are its own, and who answered."""
    found = []
    for code in world.codes:
        lists = [one for site in (world.internet.sites if world.internet else []) for one in site.known]
        its = [one for one in lists if one.place.endswith(f"({code})")]
        if its:
            ads = sum(one.relevant for one in its)
            found.append(Expected(f"d{code.lower()}.ads.total", ads, not any(one.paged for one in its)))
        answered = sum(one.answers["departement"] == {code} for one in world.responses)
        if answered:
            found.append(Expected(f"d{code.lower()}.survey.responses", answered))
    return found


def _waves(world: World) -> list[Expected]:
    """What two dates say of the same sites."""
    if world.waves is None:
        return []
    counts = world.waves.counts
    found = [Expected("waves.sites", len({site for site, _ in counts}))]
    totals = {on: sum(number for (_, day), number in counts.items() if day == on) for _, on in counts}
    found += [Expected(f"waves.ads.{on}", number) for on, number in totals.items()]
    if world.waves.followed:
        first, last = totals.values()
        stayed = world.waves.stayed
        found += [
            Expected("waves.stayed_pct.1", 100 * stayed / first, exact=False),
            Expected("waves.gone.1", first - stayed, exact=False),
            Expected("waves.new.1", last - stayed, exact=False),
        ]
    return found


def _themes(book: Codebook, world: World) -> list[Expected]:
    """Who says what hinders: professionals of the answers that were read, and interviews."""
    if not world.themes:
        return []
    name, found = "obstacles_themes", []
    for code in book.codes(name, "text_coding"):
        read = [one for one in world.responses if code in world.themes.get(one.number, ())]
        told = [one for one in world.interviews if code in world.themes.get(one.number, ())]
        if any(one.number in world.themes for one in world.responses):
            found.append(Expected(f"survey.{name}.{code}", sum(one.professionals for one in read)))
        if any(one.number in world.themes for one in world.interviews):
            found.append(Expected(f"interviews.themes.{name}.{code}", len(told)))
    return found


def _internet(world: World) -> list[Expected]:
    internet = world.internet
    if internet is None:
        return []
    whole = not any(listing.paged for site in internet.sites for listing in site.known)
    found = [
        Expected("ads.sites", len(internet.sites)),
        Expected("ads.sites_with_ads", sum(one.counted > 0 for one in internet.sites), whole),
        Expected("ads.total", internet.counted, whole),
    ]
    for kind, number in Counter(one.kind for one in internet.sites).items():
        counted = not any(one.paged for site in internet.sites if site.kind == kind for one in site.known)
        found += [
            Expected(f"ads.sites_{kind}", number),
            Expected(f"ads.subtotal_{kind}", internet.category(kind), counted),
        ]
    for one in internet.sites:
        if one.known:
            found.append(Expected(f"ads.site_count.{one.code}", one.counted, not any(each.paged for each in one.known)))
    mirrors = [one for one in internet.sites if one.mirror]
    if mirrors:
        found += [
            Expected("ads.mirror_sites", len(mirrors)),
            Expected("ads.mirror_ads", sum(one.counted for one in mirrors)),
        ]
    return found


def _sampled(world: World) -> list[Expected]:
    """The relevant ads of all lists, as the drawn places say; a list of which no place was seen keeps what was known of it. Not of
    a study whose ads vanished since, or are copied from site to site."""
    choice = world.choice
    if world.internet and choice["groups"] == "own" and choice["chosen"] == DESCRIBED and choice["coded"] == "complete":
        seen = {ad.of for ad in pick(world, world.internet) if ad.of}
        return [Expected("persons.seen", len(seen))]
    if world.internet and choice["chosen"] in STAGED and choice["coded"] == "complete":
        agreed = choice["coders"] == "one"  # else what they do not code alike has no share
        whole = choice["closed"] == "none" and choice["groups"] == "one" and agreed
        return [Expected("profile.ad.passing_through.yes", _passing(world.internet), exact=False)] if whole else []
    told = choice["chosen"] == "drawn" and choice["coded"] in ("complete", "one_kind", "no_closed", "paged_closed")
    if world.internet is None or not told or choice["mirrors"] != "none" or choice["closed"] != "none":
        return []
    return [Expected("sample.relevant", world.internet.counted, exact=False, near=0.25)]


def _passing(internet: Internet) -> float:
    """The share of ads of persons who pass through, the mirror left out."""
    lists = [listing for site in internet.sites if site.code != "D02" for listing in site.listings]
    passing = [ad.of.passing for one in lists for page in one.pages for ad in page if ad.of]
    return 100 * sum(passing) / len(passing)


def _counted(world: World) -> list[Expected]:
    books = world.books
    found = [
        Expected(fact, len(books[name]))
        for fact, name in (
            ("press.articles", "press"),
            ("pathway.structures", "structures"),
            ("partners.contacted", "partners"),
        )
        if name in books
    ]
    if "press" in books:
        found.append(Expected("press.outlets", len({row["outlet"] for row in books["press"]})))
    if "structures" in books:
        found.append(Expected("pathway.named", sum(row["agrees_to_be_named"] == "oui" for row in books["structures"])))
    if "outreach" in books:
        found += [
            Expected(f"outreach.2026.{name}", float(books["outreach"][0][name])) for name in ("sms", "replies", "met")
        ]
    if "demand" in books:
        found.append(Expected("demand.ads", sum(int(row["demand_count"]) for row in books["demand"])))
    if "law_results" in books:
        found += [
            Expected(f"law_results.acts.2025.{row['result']}", float(row["value"])) for row in books["law_results"]
        ]
    if world.has("interviews"):
        found.append(Expected("interviews.total", len(world.interviews)))
    return found


def _people(book: Codebook, world: World) -> list[Expected]:
    if not (world.has("questionnaire") or world.has("interviews")):
        return []
    described = world.counted
    ids = {id(told) for one in world.interviews for told in one.situations}
    responses = [told for told in described if id(told) not in ids]
    interviews = [told for told in described if id(told) in ids]
    every = [person for told in described for person in told.persons]
    base = [person for told in described if told.in_prostitution for person in told.persons]
    found = [
        Expected("shared.situations", len(described)),
        Expected("shared.situations_response", len(responses)),
        Expected("shared.situations_interview", len(interviews)),
        Expected("shared.persons_concerned", len(every), exact=False),
        Expected("shared.persons_prostitution", len(base), exact=False),
        Expected("shared.persons_in_any_case", len(every), exact=False),
    ]
    if world.responses:
        found += [
            Expected("survey.responses", len(world.responses)),
            Expected("survey.situations", len(responses)),
            Expected("survey.professionals", sum(one.professionals for one in world.responses)),
            Expected(
                "survey.responses_collective", sum(one.answers["answer_mode"] == {"group"} for one in world.responses)
            ),
        ]
    for name in (*SINGLE, *ALONE, *SETS) if responses else ():
        for option in book.options[book.variable("situations", name).list]:
            written = sum(option.code in (told.written[name] or ()) for told in responses)
            found.append(Expected(f"situations.{name}.{option.code}", written))
    return found + (_indicators(book, world, base) if world.choice["reports"] == "right" else [])


def _indicators(book: Codebook, world: World, base: list[Answers]) -> list[Expected]:
    """Counts and shares of persons in prostitution: the truth, whatever was written of it, is between the bounds. What nobody
    coded, or answered, is not counted; what is counted among those whose answer is known has a base of its own."""
    found = []
    left_out = ["exchange", "origin_region", "admin_status"]
    answered = {name for told in world.counted for name, said in told.written.items() if said is not None}
    left_out += {*SINGLE, *ALONE, *SETS, "pimp_relation"} - answered
    left_out += [] if any(told.factors is not None for told in world.counted) else ["vulnerability"]
    for one in book.indicators:
        if one.unit != "person" or one.name.startswith("cond.") or any(word in one.asked for word in left_out):
            continue
        within = [person for person in base if not one.within or book.holds(one.within, person)]
        number = sum(book.holds(one.asked, person) for person in within)
        if not one.within and not one.only_share:
            found.append(Expected(one.name, number, exact=False))
        if within:
            found.append(
                Expected(one.name if one.within else f"{one.name}_pct", 100 * number / len(within), exact=False)
            )
    return found


def rows(book: Codebook, world: World) -> dict[str, int]:
    """Role → the rows that the team gave, each of which must be accounted for."""
    found = {name: len(rows) for name, rows in csv_rows(world).items()}
    if world.choice["door"] == "workbooks":
        found |= {name: len(rows) for name, rows in internet_rows(world).items() if rows}
        found |= {name: len(world.books[name]) for name in ("press",) if name in world.books}
    if world.responses:
        told = sum(len(one.situations) for one in world.responses)
        apart = world.choice["tool"] in ("template", "kobo", "odk")
        found["questionnaire"] = len(world.responses) + (told if apart else 0)
        given = coded_situations(book, world)
        coded = len(given)
        if world.choice["sheets"] == "returned":  # the sheet has a line for each situation that nobody coded
            coded += len(world.described) - len({(row["record_id"], row["situation_number"]) for row in given})
        found |= {"situation_coding": coded} if coded else {}
    if world.themes:
        found["text_coding"] = len(coded_themes(book, world))
    if world.interviews:
        found["interview_sheets"] = len(world.interviews) + sum(len(one.situations) for one in world.interviews)
    return found
