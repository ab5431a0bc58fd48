"""The coded ads of a sample, drawn so that all that is published of them holds; each coded ad counts once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.reconstruct.publication import Impossible, Publication, solved
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
        "Argentine",
        "Bolivie",
        "Brésil",
        "Chili",
        "Colombie",
        "Cuba",
        "Équateur",
        "Mexique",
        "Paraguay",
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
    """The rows of the coding workbook for the ads drawn; those beyond the published sample, which nobody
    saw, are out of reach: a non-response, so that nothing is estimated from them.

    Copies are not searched on other sites, as they were not: only the sample's own duplicates are told. Raises
    Impossible when fewer ads are drawn than were coded.
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
    for row, age in zip(stated, _ages(rng, len(stated)), strict=True):
        row["declared_age"] = age
    for row in answers:
        if row["network_sign"] != ("none",):
            row["network_sign"] = tuple(sorted(rng.sample(SIGNS, rng.randint(1, 3))))
    for row, person in zip(answers, _clusters(rng, size, persons), strict=True):
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
    return {
        "ad_id": str(ad["ad_id"]),
        "coder": CODER,
        "site_code": str(ad["site_code"]),
        "page_rank": int(str(ad["page_rank"])),
        "rank_on_page": int(str(ad["rank_on_page"])),
        "coded_on": day,
    }


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
            f"audience.{name}_pct": sum(
                n for answer, n in audience.items() if isinstance(answer, tuple) and name in answer
            )
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


def _ages(rng: random.Random, count: int) -> list[int]:
    """Ages whose mean is the published one, rounded."""
    ages = [min(OLDEST, max(YOUNGEST, round(rng.gauss(MEAN_AGE, 7)))) for _ in range(count)]
    while abs(apart := sum(ages) - MEAN_AGE * count) > count // 4:
        at = rng.randrange(count)
        ages[at] = min(OLDEST, max(YOUNGEST, ages[at] - (1 if apart > 0 else -1)))
    return ages


def _clusters(rng: random.Random, size: int, persons: int) -> Sequence[int]:
    """The person behind each ad."""
    own = [*range(1, persons + 1), *rng.choices(range(1, persons + 1), k=size - persons)]
    rng.shuffle(own)
    return own
