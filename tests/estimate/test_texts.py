"""Facts and what is said of them: the builder, and texts that all facts use and that all are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import handmade
import pandas as pd
import pytest
import territories
from reference_pages import OR, WORD, matching, rows
from replay import estimated
from test_copies_between import forty
from test_persons import counted
from test_support_facts import TOTALS, enacted
from test_themes import coding_of_interviews

from diagnostic.codebook.model import indicators
from diagnostic.collect.answers import SAMPLES
from diagnostic.core.counting import RULES
from diagnostic.core.errors import Refused
from diagnostic.core.tables import model
from diagnostic.estimate.catalogue import reading
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS, Entry, words
from diagnostic.estimate.catalogue.reading import STRANDS, known
from diagnostic.estimate.facts import MAY_BE_PUBLIC, SAID, Builder, Fact, gather, table
from diagnostic.estimate.people import described, interviews, questionnaire, sensitivity
from diagnostic.estimate.reproduction import national
from diagnostic.estimate.sample import persons as persons_of_ads
from diagnostic.estimate.sample import steps, usable

ROOT = Path(__file__).parents[2]
STUDY = "99-2025"
site = partial(Entry, unit="site", way="things", family="sites", universe="sites")
BUILD = Builder(
    "consolidate/x",
    "observed",
    cells="x.csv!A2",
    method="Dit de tous.",
    texts={
        "a.open_{year}": site(
            label="ouverts en {year}",
            formula="nombre",
            method="Comptés.",
            rules=("plancher",),
            if_open={"method": "Entre {year} et après.", "measure": "estimate"},
        ),
        "a.share_pct": site(label="part", formula="part ÷ tout", measure="percent", decimals=1),
    },
)


def test_a_count_of_a_part_has_its_numerator_and_its_whole() -> None:
    made = BUILD.count("a.open_{year}", 3, 4, year=2018)
    assert (made.fact_id, made.label, made.method) == ("a.open_2018", "ouverts en 2018", "Comptés.")
    assert (made.value, made.numerator, made.denominator, made.cells) == (3, 3, 4, "x.csv!A2")
    assert (made.low, made.high, made.interval_kind, made.measure) == (None, None, "none", "count")
    alone = BUILD.count("a.open_{year}", 3, year=2018, cells="")
    assert (alone.numerator, alone.denominator, alone.cells) == (None, None, "")


@pytest.mark.parametrize(("between", "kind"), [((3, 3), "none"), ((2, 3), "bounds"), ((3, 5), "bounds")])
def test_bounds_are_given_where_they_pass_beyond_the_number(between: tuple[int, int], kind: str) -> None:
    made = BUILD.count("a.open_{year}", 3, between=between, year=2018)
    assert made.interval_kind == kind
    assert (made.low, made.high) == (between if kind == "bounds" else (None, None))
    said = ("Entre 2018 et après.", "estimate") if kind == "bounds" else ("Comptés.", "count")
    assert (made.method, made.measure, made.rules) == (*said, ("plancher",))


def test_bounds_without_a_number_are_kept_even_where_they_are_one() -> None:
    made = BUILD.fact("a.share_pct", between=(2.0, 2.0))
    assert (made.value, made.low, made.high, made.interval_kind) == (None, 2.0, 2.0, "bounds")


def test_a_share_and_its_bounds_are_percents_of_the_whole() -> None:
    made = BUILD.share("a.share_pct", 3, 8, between=(3, 4))
    assert made is not None
    assert (made.value, made.low, made.high, made.decimals) == (37.5, 37.5, 50.0, 1)
    assert (made.numerator, made.denominator, made.method) == (3, 8, "Dit de tous.")
    assert BUILD.share("a.share_pct", 0, 0) is None


def test_what_a_text_does_not_say_is_refused() -> None:
    with pytest.raises(TypeError, match="a.share_pct does not say: label, year"):
        BUILD.share("a.share_pct", 3, 8, year=2018, label="autre")
    with pytest.raises(KeyError, match="year"):
        BUILD.count("a.open_{year}", 3)
    with pytest.raises(KeyError, match="a.closed"):
        BUILD.count("a.closed", 3)


# -- The texts ----------------------------------------------------------------------------------------------------

SPOKEN = known()


def test_every_file_is_in_the_catalogue_and_no_id_stands_twice() -> None:
    files = {path.stem for path in Path(reading.__file__).parent.glob("*.yaml")}
    assert files == set(STRANDS) and len(STRANDS) == len(files)
    assert len(SPOKEN) == sum(map(len, reading.every().values()))
    assert reading.problems() == []


def test_a_text_is_whole() -> None:
    fields = set(Fact.__dataclass_fields__) - SAID
    for pattern, text in SPOKEN.items():
        assert text.unit in UNITS and text.measure in MEASURES, pattern
        assert text.label and text.formula and text.universe, pattern
        assert set(text.opened.rules) | set(text.rules) <= set(RULES), pattern
        assert not (words(pattern) | text.words) & fields, f"{pattern}: a word that is a field would be lost"


def spread(tables: dict[str, pd.DataFrame]) -> None:
    """Ads declared in seven places, two of which have enough for their intercommunality alone; one site whose ads nobody
    coded, one of which nobody saw a place, after its pages were chosen, and one of which a place that was counted is empty;
    copies that nobody searched twice."""
    counts, ads = tables["ad_counts"], tables["ads"]
    small = (("D01", "Étang-Peint", 11), ("D02", "Basse-Fable", 12))
    for code, place, count in (("E02", "Un", 3), ("E03", "Deux", 1), ("D03", "Quatre", 1), *small):
        counts.loc[counts["site_code"].eq(code), ["place", "count"]] = place, count
    ads.loc[
        ads["ad_id.code"].eq(ads.loc[ads["site_code.code"].eq("E01"), "ad_id.code"].iloc[0]), "disposition.code"
    ] = "no_place"
    ads["copies_again.number"] = pd.NA
    tables["ads"] = ads[~ads["site_code.code"].isin(("D01", "A02"))].reset_index(drop=True)


def silent_pages(tables: dict[str, pd.DataFrame]) -> None:
    """The pages read of one site show no relevant ad; another was never counted."""
    pages, counts = tables["ad_pages"], tables["ad_counts"]
    counts.loc[counts["site_code"].eq("E03"), ["site_code", "place"]] = "E02", "Deux"
    pages.loc[pages["site_code"].eq("A02"), "ads_relevant"] = 0


@cache
def altered() -> pd.DataFrame:
    return estimated(STUDY, spread).facts


@cache
def used() -> pd.DataFrame:
    """Facts of the committed studies, one of them with more in it, and of the studies written by hand."""
    made = handmade.consolidated()
    twice = {"vulnerability.codings": "poverty / addiction", "coding_settled": False}  # by two persons, who differ
    asked = made["respondents"].assign(**{"structure.pseudonym": "s1"})
    here = (made["cases"], handmade.layout(handmade.CODEBOOK), "00-2026")
    people = handmade.facts(made).reset_index()
    lists = counted(E01=200).assign(mirror_group=None, place=None)
    calibrated = {"usable": forty(10).assign(cell_ads=200.0), "frame": lists, "searches": pd.DataFrame()}
    uncalibrated = {"variable": "hosting", "answer": "yes", "what": "Reçoit", "question": "Reçoit", "interval": "Logit"}
    found = [
        estimated("62-2020").facts.reset_index(),
        estimated(STUDY).facts.reset_index(),
        altered().reset_index(),
        estimated(STUDY, silent_pages, roles=("sites", "ad_counts", "ad_pages")).facts.reset_index(),
        people,
        described.estimate(
            made["described"].assign(**{"known_by_others.code": "one", **twice}),
            made["pairs"],
            here[1],
            "00-2026",
            **handmade.BOOK,
        )["described_facts"],
        questionnaire.estimate(asked, *here, **handmade.BOOK)["questionnaire"],
        sensitivity.estimate(made["described"], made["pairs"], made["respondents"], *here[1:], **handmade.BOOK)[
            "sensitivity"
        ],
        interviews.estimate(
            model("consolidate/meetings").empty(), coding_of_interviews(), here[1], "00-2026", **handmade.BOOK
        )["interviews"],
        enacted("commission", *TOTALS)[0].reset_index(),
        territories.facts(territories.EIGHT, places=here[1]).reset_index(),
        table(
            "00-2026",
            [
                *(usable.design_fact(design, Builder("x", "observed")) for design in SAMPLES),
                Builder("x", "observed").fact("sample.calibration", value_text=usable.CALIBRATIONS["sites"]),
                Builder("x", "observed").fact(steps.UNCALIBRATED, 50.0, **uncalibrated),
            ],
        ),
        table(
            "00-2026",
            persons_of_ads.facts(
                forty(10), model("estimate/held").empty(), counted(E01=200), 0.95, Builder("x", "observed"), 1
            ),
        ),
        table("00-2026", persons_of_ads.choice_facts(calibrated, {}, Builder("x", "observed"), lambda **given: 1.0)),
        national(people, (ROOT / "resources/references/national.csv").read_bytes(), "00-2026")["national"],
    ]
    return pd.concat(found).drop_duplicates(["fact_id", "label", "unit", "universe", "formula"])


def said(pattern: str, text: Entry) -> Iterator[tuple[int, str, list[re.Pattern[str]]]]:
    """How much of the id is written out, how it begins, and what id, label, unit, universe and formula of a fact match."""
    for own, *others in rows(pattern, text, handmade.CODEBOOK):
        anything = ("|".join(map(filled, part.split(OR))) for part in others)
        yield len(re.sub(WORD, "", own)), re.split(WORD, own)[0], [matching(own), *map(re.compile, anything)]


def filled(part: str) -> str:
    """A regular expression for a text whose words are filled in."""
    return ".*".join(map(re.escape, re.split(WORD, part)))


@pytest.mark.slow
def test_every_fact_has_one_text_and_every_text_has_a_fact() -> None:
    """Where two patterns match an id, the one that says more of it stands."""
    patterns = [(*one, pattern) for pattern, text in SPOKEN.items() for one in said(pattern, text)]
    patterns.sort(key=lambda one: -one[0])
    spoken, silent = set(), []
    for fact in used().itertuples():
        parts = (fact.fact_id, fact.label, UNITS[fact.unit], fact.universe, fact.formula)
        own = (
            pattern
            for _, begins, found, pattern in patterns
            if fact.fact_id.startswith(begins)
            and all(one.fullmatch(part) for one, part in zip(found, parts, strict=True))
        )
        first = next(own, None)
        spoken |= {first} - {None}
        silent += [fact.fact_id] if first is None else []
    assert not silent
    assert set(SPOKEN) - spoken == set()


def test_the_catalogue_names_each_indicator_of_the_codebook() -> None:
    known = {one.fact_id for found in indicators(handmade.CODEBOOK).values() for _, one in found}
    assert known == {one.fact_id for one in handmade.CODEBOOK.indicators}


@pytest.mark.slow
def test_five_places_of_seven_are_told_together() -> None:
    """Villeneuve 12, Port-Neuf 5, then 3, 1, 1, 11 and 12: all but two ads of 45."""
    fact = altered().loc["ads.five_cities_pct"]
    assert (fact["numerator"], fact["denominator"]) == (43, 45)


@pytest.mark.parametrize("phase", ["collect", "consolidate"])
def test_a_table_that_may_be_declared_public_counts_no_persons(phase: str) -> None:
    """Its digest, its cells and its rows are printed: a count of two would be read there whatever its way of release."""
    met = {
        "maraudes.met": Entry(unit="met", way="service", family="rounds", universe="maraudes", label="x", formula="x")
    }
    assert "press" in MAY_BE_PUBLIC and "outreach" not in MAY_BE_PUBLIC
    for role, origin in (("press", "observed"), ("press", "published"), ("outreach", "observed")):
        facts = table(STUDY, [Builder(f"{phase}/{role}", origin, texts=met).count("maraudes.met", 2)])
        if (role, origin) == ("press", "observed"):
            with pytest.raises(
                Refused, match=f"« maraudes.met » compte des personnes : ôter public=True de {phase}/press"
            ):
                gather(rounds=facts)
        else:
            assert len(gather(rounds=facts)["facts"]) == 1
