"""The coded ads of a sample, drawn so that all that is published of them holds; each coded ad counts once."""

import calendar
import datetime as dt
import random
from collections.abc import Mapping, Sequence

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.reconstruct.situations import Impossible, Publication, near, solved
from diagnostic.trial.answers import Row, Value

SAMPLE = "ads.sample_size"
COUNTED: dict[str, dict[Value, str]] = {  # question → answer → published figure
    "gender_presented": {"woman": "ads.women_pct", "man": "ads.men_pct", "trans": "ads.trans_pct"},
    "passing_through": {"yes": "ads.passing_through_pct", "no": ""},
    "age_stated": {"no": "ads.age_missing_pct", "yes": ""},
    "declared_origin": {"french": "ads.french_pct", "foreign": "ads.foreign_pct", "not_stated": ""},
    "network_sign": {("same_terms",): "ads.network_pct", ("none",): ""},
}
AUDIENCES: dict[Value, str] = {  # set of audiences → the unpublished number of ads that have it
    ("men",): "audience.men_exclusive_pct",
    ("women",): "audience.women_exclusive_pct",
    ("men", "women"): "~aud.both",
    ("couples",): "~aud.other",
    ("men", "couples"): "~aud.men_other",
    ("women", "couples"): "~aud.women_other",
    ("men", "women", "couples"): "~aud.all",
}
COUNTRIES = {  # any would do: the publication's figures say how many
    "americas": (
        *("Argentine", "Bolivie", "Brésil", "Chili", "Colombie", "Cuba", "Équateur", "Mexique", "Paraguay"),
        "Pérou",
    ),
    "europe": ("Allemagne", "Belgique", "Bulgarie", "Espagne", "Italie", "Pologne", "Portugal", "Roumanie"),
    "asia": ("Chine", "Inde", "Liban", "Thaïlande"),
    "africa": ("Ghana", "Kenya", "Maroc", "Nigeria"),
}
SIGNS = ("similar_content", "same_terms", "same_phone", "third_person", "english", "always_available")
YOUNGEST, OLDEST = 18, 60
MEAN_AGE = 30
CODER, DAYS = "AB", 60


def coded(publication: Publication, draw: pd.DataFrame, first_day: dt.date, seed: int) -> dict[str, list[Row]]:
    """The rows of the coding workbook for the ads drawn; those beyond the published sample, which nobody saw, are out
    of reach: a non-response, so that nothing is estimated from them.

    Only the sample's own duplicates are told. Raises Impossible when fewer ads are drawn than were coded.
    """
    rng = random.Random(f"ads {seed}")
    size = publication.least(SAMPLE)
    if len(draw) < size:
        raise Impossible(f"Le tirage n’a pas les {size} annonces de l’échantillon publié.")
    dealt, persons = _counts(publication, size, seed)
    answers: list[Row] = [{} for _ in range(size)]
    for variable, numbers in dealt.items():
        values = [value for value, number in numbers.items() for _ in range(number)]
        rng.shuffle(values)
        for row, value in zip(answers, values, strict=True):
            row[variable] = value
    stated = [row for row in answers if row["age_stated"] == "yes"]
    # Ages whose mean is the published one, rounded.
    count = len(stated)
    ages = [min(OLDEST, max(YOUNGEST, round(rng.gauss(MEAN_AGE, 7)))) for _ in range(count)]
    while abs(apart := sum(ages) - MEAN_AGE * count) > count // 4:
        at = rng.randrange(count)
        ages[at] = min(OLDEST, max(YOUNGEST, ages[at] - (1 if apart > 0 else -1)))
    for row, age in zip(stated, ages, strict=True):
        row["declared_age"] = age
    for row in answers:
        if row["network_sign"] != ("none",):
            row["network_sign"] = tuple(sorted(rng.sample(SIGNS, rng.randint(1, 3))))
    clusters = [*range(1, persons + 1), *rng.choices(range(1, persons + 1), k=size - persons)]
    rng.shuffle(clusters)
    for row, person in zip(answers, clusters, strict=True):
        row |= {"disposition": "relevant", "cluster_id": f"K{person:03d}", "copies_searched": "no"}
    _countries(rng, publication, [row for row in answers if row["declared_origin"] == "foreign"])
    kept = set(rng.sample(range(len(draw)), size))
    left = iter(answers)
    return {
        "ads": [
            _place(ad, first_day + dt.timedelta(days=rng.randrange(DAYS)))
            | (next(left) if at in kept else {"disposition": "unreachable"})
            for at, ad in enumerate(draw.to_dict("records"))
        ]
    }


def _countries(rng: random.Random, publication: Publication, foreign: Sequence[Row]) -> None:
    """A country for each ad that declares a foreign origin, so that as many of each continent as published are cited."""
    wanted = [
        country
        for continent, own in COUNTRIES.items()
        if (figure := f"ads.countries_{continent}") in publication.figures
        for country in own[: publication.least(figure)]
    ]
    if not wanted:
        return
    if len(foreign) < len(wanted):
        raise Impossible("Trop peu d’annonces déclarent une origine étrangère pour citer tous les pays publiés.")
    cited = [*wanted, *rng.choices(wanted, k=len(foreign) - len(wanted))]
    rng.shuffle(cited)
    for row, country in zip(foreign, cited, strict=True):
        row["declared_country"] = country


def _place(ad: Mapping[str, object], day: dt.date) -> Row:
    ranks = {name: int(str(ad[name])) for name in ("page_rank", "rank_on_page")}
    return {"ad_id": str(ad["ad_id"]), "coder": CODER, "site_code": str(ad["site_code"]), **ranks, "coded_on": day}


def _counts(publication: Publication, size: int, seed: int) -> tuple[dict[str, dict[Value, int]], int]:
    """Ads per answer to each question, and the persons behind them."""
    model = cp_model.CpModel()
    numbers: dict[str, dict[Value, cp_model.IntVar]] = {
        variable: {answer: model.new_int_var(0, size, f"{variable} {answer}") for answer in answers}
        for variable, answers in (*COUNTED.items(), ("audience", AUDIENCES))
    }
    for own in numbers.values():
        model.add(sum(own.values()) == size)
    audience = numbers["audience"]
    persons = model.new_int_var(1, size, "persons")
    stated = numbers["declared_origin"]
    published: dict[str, cp_model.LinearExprT] = {
        figure: numbers[variable][answer]
        for variable, answers in COUNTED.items()
        for answer, figure in answers.items()
        if figure
    }
    publication.hold(
        model,
        published
        | {figure: audience[answer] for answer, figure in AUDIENCES.items()}
        | {
            f"audience.{name}_pct": sum(n for one, n in audience.items() if isinstance(one, tuple) and name in one)
            for name in ("men", "women")
        }
        | {
            "ads.nationality_stated_pct": stated["french"] + stated["foreign"],
            "ads.duplicate_rate_pct": size - persons,
            "~ads.distinct": persons,
            SAMPLE: size,
        },
    )
    found = solved(model, seed)
    dealt = {name: {answer: found.value(one) for answer, one in own.items()} for name, own in numbers.items()}
    return dealt, found.value(persons)


# -- The demand, the archived forum and the venues at risk, as a team notes them: numbers under neutral codes -----
ADS, THREADS, COMMUNES, PSEUDONYMS = "demand.ads", "forum.discussions", "forum.communes", "forum.pseudonyms"
VENUES, DISTRICTS, PERIOD = "venues.high_risk", "venues.arrondissements", "demand.period"
NEEDED = (ADS, THREADS, COMMUNES, PSEUDONYMS, VENUES, DISTRICTS, PERIOD)
CLASSES = ("demand.map_class_low", "demand.map_class_high")
FORUM, YEAR = "F01", "2015"
KINDS = ("hostess_bar", "massage", "swingers_club", "sauna")


def demand_noted(publication: Publication, site: str, seed: int) -> dict[str, list[Row]]:
    """The rows of the workbook; `site` is the code of the one site where the demand was counted. Raises Impossible."""
    rng = random.Random(f"demand {seed}")
    start, end = (dt.date.fromisoformat(f"{month}-01") for month in publication.figures[PERIOD].value.split("/"))
    window: dict[str, Value] = {
        "window_start": start,
        "window_end": end.replace(day=calendar.monthrange(end.year, end.month)[1]),
    }
    counts = _classes(publication, rng)
    communes = publication.least(COMMUNES)
    threads = [1] * communes
    for _ in range(publication.least(THREADS) - communes):
        threads[rng.randrange(communes)] += 1
    venues = publication.least(VENUES)
    districts = [*range(publication.least(DISTRICTS))]
    return {
        "demand_ads": [
            {"site_code": site, "place": f"Lieu fictif D{at:02d}", "demand_count": number, **window}
            for at, number in enumerate(counts, start=1)
        ],
        "forum_threads": [
            # counted once over all places, where a pseudonym may come back
            {**_thread(None, 0), "pseudonyms_minimum": publication.least(PSEUDONYMS)},
            *(_thread(f"Lieu fictif F{at:02d}", number) for at, number in enumerate(threads, start=1)),
        ],
        "venues": [
            {
                "venue_code": f"V{at:02d}",
                "venue_type": rng.choice(KINDS),
                "arrondissement": f"Arrondissement fictif {'ABCDEFGH'[place]}",
                "venue_source": ("search_engine",),
            }
            for at, place in enumerate([*districts, *rng.choices(districts, k=venues - len(districts))], start=1)
        ],
    }


def _thread(place: str | None, number: int) -> Row:
    return {"source_code": FORUM, "place": place, "forum_year": YEAR, "threads_active": number}


def _classes(publication: Publication, rng: random.Random) -> list[int]:
    """Ads by commune, in the classes of the published map: no commune between them."""
    (low, middle), (high, most) = map(publication.ends, CLASSES, ((1, 2), (4, 5)))
    sizes, total = [*range(low, middle + 1), *range(high, most + 1)], publication.least(ADS)
    made = [high]
    while (left := total - sum(made)) > 0:
        possible = [size for size in sizes if left - size == 0 or left - size >= low]
        if not possible:
            raise Impossible("Les classes de la carte des demandes ne permettent pas leur nombre.")
        made.append(rng.choice(possible))
    return made


# -- The ads of each site shared out between places, so that all that is published of places holds ----------------
# The count of each site stays as published. Places that the publication names keep their name; the others are
# invented, and their names say so: nothing can put them on a map.
CITY = "ads.city_"
PLACES = "ads.communes"
FEW, MOST = 10, 16  # ads under which a site is in one place; places of a site at most


def placed(counts: pd.DataFrame, sites: pd.DataFrame, publication: Publication, seed: int) -> pd.DataFrame:
    """`ad_counts` as received (texts), one row per site and place. Raises Impossible.

    Sites that show the same ads show them in the same places.
    """
    # Name of a place → its published figure, "" for an invented one.
    cities = {f.statement.rpartition(": ")[2]: name for name, f in publication.figures.items() if name.startswith(CITY)}
    names = cities | {f"Lieu fictif {at:02d}": "" for at in range(1, publication.least(PLACES) - len(cities) + 1)}
    own = {str(row["site_code"]): int(str(row["count"]) or 0) for row in counts.to_dict("records")}
    mirror = dict(zip(sites["site_code"], sites["mirror_group"], strict=True))
    groups: dict[str, list[str]] = {}
    for site, count in own.items():
        if count:
            groups.setdefault(mirror.get(site) or site, []).append(site)
    shares = _shares({name: own[members[0]] for name, members in groups.items()}, groups, names, publication, seed)
    rows = []
    for row in counts.to_dict("records"):
        group = mirror.get(row["site_code"]) or row["site_code"]
        found = shares.get(group, {}) if own[str(row["site_code"])] else {"": 0}
        rows += [{**row, "place": place, "count": str(count)} for place, count in found.items()]
    return pd.DataFrame(rows, columns=list(counts.columns))


def _shares(
    sizes: Mapping[str, int],
    groups: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    publication: Publication,
    seed: int,
) -> dict[str, dict[str, int]]:
    """Group of sites → place → ads of one of its sites."""
    rng, model = random.Random(f"places {seed}"), cp_model.CpModel()
    ads: dict[tuple[str, str], cp_model.IntVar] = {}
    totals: dict[str, cp_model.IntVar] = {
        place: model.new_int_var(1, sum(sizes[g] * len(members) for g, members in groups.items()), place)
        for place in names
    }
    for group, size in sizes.items():
        used = []
        for place in names:
            number = ads[group, place] = model.new_int_var(0, size, f"{group} {place}")
            there = model.new_bool_var("")
            model.add(number >= 1).only_enforce_if(there)
            model.add(number == 0).only_enforce_if(~there)
            used.append(there)
        model.add(sum(ads[group, place] for place in names) == size)
        model.add(sum(used) <= (1 if size < FEW else MOST))
    for place, total in totals.items():
        model.add(sum(len(groups[group]) * ads[group, place] for group in sizes) == total)
    cities = [place for place, figure in names.items() if figure]
    for city in cities:
        for place in names:
            if place not in cities:
                model.add(totals[city] > totals[place])
    published: dict[str, cp_model.LinearExprT] = {names[city]: totals[city] for city in cities}
    publication.hold(
        model, published | {"ads.five_cities_pct": sum(totals[c] for c in cities), "ads.total": sum(totals.values())}
    )
    near(model, {total: rng.randint(1, 12) for place, total in totals.items() if place not in cities})
    found = solved(model, seed)
    shares: dict[str, dict[str, int]] = {group: {} for group in sizes}
    for (group, place), number in ads.items():
        if found.value(number):
            shares[group][place] = found.value(number)
    return shares
