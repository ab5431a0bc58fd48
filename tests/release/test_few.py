"""What counts no persons and still tells of few: interviews of one structure, an office, a penal measure, a reply."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pytest
from drawn import always, cases, one_in
from facts_at_hand import Fact
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import policy

from diagnostic.collect.answers import FIELDS
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import table
from diagnostic.release.editions.changes import MEETINGS, TOWNS
from diagnostic.release.populations.people import interviews as population
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import state
from diagnostic.release.ways.listed import Known
from diagnostic.release.ways.things import untold_fields, untold_towns
from diagnostic.release.ways.verdicts import decide

LEAST = 3
ERRORS = b"severity,file,sheet,row,column,value,message,remedy\n"
POLICY = cache(policy)
HELD = {"source_table": MEETINGS}
COMMON = {"measure": "count", "universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed"}
COMPARED = pd.DataFrame(
    columns=["fact_id", "statement", "source_stage", "published", "computed", "status", "basis", "reason"], dtype="str"
)


def meetings(met: Sequence[tuple[str | None, str, str | None]]) -> pd.DataFrame:
    """Interviews: the structure, its field, the town."""
    rows = pd.DataFrame(met, columns=["structure", "activity_field", "place"], dtype="object")
    return rows.assign(
        mode="in_person", interlocutor="other", row=range(2, len(met) + 2), date=pd.Timestamp("2026-02-04")
    )


def counted(unit: str, numbers: dict[str, float], labels: dict[str, str] | None = None, **more: object) -> list[Fact]:
    told = labels or {}
    return [
        Fact(fact_id=name, unit=unit, value=value, numerator=value, denominator=99, label=told.get(name, "x"), **more)
        for name, value in numbers.items()
    ]


def said(
    facts: Sequence[Fact],
    met: pd.DataFrame | None = None,
    role: str = "interviews",
    structures: pd.DataFrame | None = None,
) -> dict[str, str]:
    """Statement → what is printed of it."""
    people = {} if met is None else population(met)
    known = Known() if structures is None else Known(structures=structures)
    ledger = decide(table("47-2026", list(facts)), POLICY(), people, known, Draw(b"k")).ledger
    given = {name: CONSOLIDATED[name].empty() for name in ("articles", "counts", "structures", "practices")}
    given |= {name: CONSOLIDATED[name].empty() for name in ("restitutions", "actions", "vignettes")}
    source = {
        "role": role,
        "file": f"{role}.csv",
        "title": "x",
        "origin": facts[0].origin,
        "source": "x",
        "licence": "x",
    }
    sources = pd.DataFrame([source | {"date": pd.Timestamp("2026-03-06"), "digest": "", "rows": 3, "lines": ""}])
    heard = CONSOLIDATED["meetings"].empty() if met is None else met
    found = state(ledger, COMPARED, meetings=heard, sources=sources.assign(public=False), errors=ERRORS, **given)
    return dict(zip(found["statements"]["statement_id"], found["statements"]["printed"], strict=True))


# -- interviews by field --------------------------------------------------------------------------------------------

FIELD = st.sampled_from(list(FIELDS))
WHO = st.sampled_from(["Accueil", "Foyer", "Mission", "accueil ", None])


@settings(deadline=None, max_examples=cases(200))
@given(met=st.lists(st.tuples(WHO, FIELD), max_size=16))
def test_interviews_by_field_leave_no_few_structures(met: list[tuple[str | None, str]]) -> None:
    """Who reads the total and what is printed, and subtracts, is left with nobody, or with several structures in fields that
    no word tells apart from a field where nobody was met."""
    rows = meetings([(f"{field} {who}" if who else None, field, None) for who, field in met])
    hidden = untold_fields(rows, {})
    number = {
        field: len({w.strip().lower() for w, f in met if f == field and w}) + met.count((None, field))
        for field in FIELDS
    }
    shown = [field for field in FIELDS if field not in hidden]
    assert not [field for field in shown if 0 < number[field] < LEAST]
    left = sum(number[field] for field in hidden)
    assert not hidden or len(hidden) == len(FIELDS) or (left >= LEAST and len(hidden) > 1)
    assert not hidden or not [field for field in shown if number[field] == 0]  # else a word would say: not nobody


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    one_in(
        2,
        [
            ({"social": 5, "health": 3}, set()),  # the others are silent, and are told so
            ({"social": 5, "health": 3, "housing": 2, "justice": 1}, {"housing", "justice"}),
            ({"social": 5, "health": 3, "justice": 1}, {"health", "justice"}),  # the total would leave one structure
            ({"social": 1}, {"social", "health"}),
        ],
    ),
)
def test_a_field_where_few_were_met_is_not_told(numbers: dict[str, int], hidden: set[str]) -> None:
    met = meetings([(f"{field} {n}", field, None) for field, number in numbers.items() for n in range(number)])
    facts = counted("structure", {f"interviews.field.{one}": numbers.get(one, 0) for one in FIELDS}, **COMMON | HELD)
    told = said(facts, met)
    silent = {field for field in FIELDS if field not in numbers} if hidden else set()
    withheld = {name.rpartition(".")[2] for name, printed in told.items() if printed == "non publié"}
    assert len(told) == len(FIELDS) and hidden <= withheld
    assert withheld - hidden <= silent | (set(FIELDS) if sum(numbers.values()) < LEAST else set())
    assert set(said(counted("structure", {"interviews.field.social": 1}, **COMMON | HELD | {"origin": "transcribed"}), met).values()) == {"1"}  # fmt: skip


def test_one_structure_met_again_and_again_is_one() -> None:
    """Four interviews with one home, in a field or in a town, are of one structure."""
    same = [("Foyer", "housing", "Bourg")] * 4 + [(f"Accueil {n}", "social", "Ville") for n in range(3)]
    met = meetings([*same, (None, "housing", "Ville")])
    assert {"housing"} < set(untold_fields(met, {})) and untold_towns(met) == ["bourg"]
    labels = {"interviews.place.bourg": "entretiens : Bourg", "interviews.place.ville": "entretiens : Ville"}
    told = said(counted("structure", dict.fromkeys(labels, 4), labels, **COMMON | HELD), met)
    assert told == {"interviews.place.ville": "4"}


@pytest.mark.parametrize(
    ("numbers", "unwritten", "shown"),
    one_in(
        2,
        [
            ({"Port": 3, "Ville": 3, "Bourg": 1, "Hameau": 2}, 6, {"port", "ville"}),  # nine for two towns, or more
            ({"Port": 4, "Ville": 3, "Bourg": 1, "Hameau": 2}, 0, {"port"}),  # three for two towns: Ville too
            ({"Port": 4, "Ville": 3, "Bourg": 1}, 1, {"port"}),
            ({"Port": 4, "Ville": 3}, 1, {"port", "ville"}),
        ],
    ),
)
def test_the_towns_that_are_not_told_have_several_numbers_each(
    numbers: dict[str, int], unwritten: int, shown: set[str]
) -> None:
    """What one town that is not told may have, by trying every sum of the others and of the interviews without a town."""
    met = meetings([(f"{town} {n}", "social", town) for town, number in numbers.items() for n in range(number)])
    met = pd.concat([met, meetings([(f"Sans {n}", "social", None) for n in range(unwritten)])], ignore_index=True)
    facts = {f"interviews.place.{town.lower()}": number for town, number in numbers.items()}
    others = {"interviews.place_unknown": unwritten, "interviews.towns": len(numbers), "interviews.total": len(met)}
    labels = {name: f"entretiens : {name.rpartition('.')[2].title()}" for name in facts}
    told = said(counted("structure", facts | others, labels, **COMMON | HELD), met)
    assert {name.rpartition(".")[2] for name in told if name in facts} == shown
    hidden = set(numbers) - {town.title() for town in shown}
    assert {told[name] for name in TOWNS} == {
        "non publié"
    }  # where no town is hidden too, or the word would say where one is
    left = len(met) - sum(numbers[town.title()] for town in shown)
    assert not hidden or len(range(1, left - len(hidden) + 2)) >= LEAST


@pytest.mark.parametrize("origin", ["observed", "published", "transcribed"])
def test_of_the_days_of_interviews_the_months_are_told(origin: str) -> None:
    """One interview a day: both ends of the period, and as many days as interviews, are the days of some. What a publication
    says of its own is told."""
    met = meetings([(f"S{n}", "social", None) for n in range(6)])
    given = COMMON | HELD | {"origin": origin}
    dates = {"first_date": "2018-09-22", "last_date": "2019-05-13", "months": "2018-09/2019-05"}
    facts = counted("structure", {"interviews.total": 6, "interviews.days": 6}, **given)
    dated = given | {"unit": "structure", "measure": "date", "label": "x"}
    facts += [Fact(fact_id=f"interviews.{name}", value_text=text, **dated) for name, text in dates.items()]
    told = said(facts, met)
    days = {told[f"interviews.{name}"] for name in ("first_date", "last_date", "days")}
    assert days == ({"non publié"} if origin == "observed" else {"22\u00a0septembre 2018", "13\u00a0mai 2019", "6"})
    assert told["interviews.total"] == "6"
    assert told["interviews.months"] == "septembre 2018 – mai 2019"


# -- offices, measures, replies, places at risk, digests -------------------------------------------------------------


@pytest.mark.parametrize("value", always(2, [2, 0, 1]))
def test_few_holders_of_an_office_are_not_counted(value: int) -> None:
    for met, told in ((value, "non publié"), (3, "3")):
        facts = counted("structure", {"interviews.prosecutors": met}, **COMMON | HELD)
        assert said(facts) == {"interviews.prosecutors": told}


@pytest.mark.parametrize("value", always(2, [7, 8, 0, 1, 93]))
def test_pseudonyms_are_told_from_the_threshold_on(value: int) -> None:
    """Each is somebody's, as a reply is; from then on with what the rows leave open."""
    fact = counted("pseudonym", {"forum.pseudonyms": value}, **COMMON | {"low": value, "high": 2 * value})
    assert said(fact, role="demand") == {"forum.pseudonyms": str(value) if value >= 8 else "non publié"}


@pytest.mark.parametrize("value", always(2, [7, 8, 0, 1, 93]))
def test_a_measure_or_a_reply_is_told_from_the_threshold_on(value: int) -> None:
    """A measure withheld has no row: that there is one would say that somebody was fined."""
    name, shown = "penal.2025.fine.police", value >= 8
    assert said(counted("measure", {name: value}, **COMMON), role="demand") == ({name: str(value)} if shown else {})
    reply = counted("reply", {"outreach.2026.replies": value}, **COMMON)
    share = Fact(fact_id="outreach.2026.replies_pct", unit="reply", value=100 * value / 640, numerator=value, denominator=640, label="x", **COMMON | {"measure": "percent"})  # fmt: skip
    assert {printed == "non publié" for printed in said([*reply, share], role="outreach").values()} == {not shown}
    assert said(counted("measure", {name: value}, **COMMON | {"origin": "transcribed"}), role="demand") == {
        name: str(value)
    }


@pytest.mark.parametrize(
    ("values", "total"), one_in(2, [([2], ""), ([1, 1], ""), ([3], "3"), ([2, 2], "4"), ([1, 9], "10")])
)
def test_too_few_places_at_risk_leave_no_total(values: list[int], total: str) -> None:
    """Of one kind, or of all kinds, the total would be the number that no row tells."""
    kinds = counted("venue", {f"venues.type.k{at}": value for at, value in enumerate(values)}, **COMMON)
    every = counted("venue", {"venues.high_risk": sum(values)}, **COMMON)
    told = said([*kinds, *every, *counted("commune", {"venues.arrondissements": 1}, **COMMON)], role="demand")
    assert told.get("venues.high_risk", "") == total and ("venues.arrondissements" in told) == bool(total)


@pytest.mark.parametrize(("role", "told"), [("ad_counts", False), ("ad_pages", False), ("press", True)])
def test_no_digest_of_ads_by_place_is_printed_where_they_are_not_public(role: str, told: bool) -> None:
    digest = Fact(
        fact_id="draw.digest", unit="ad", value_text="24e21ed0dd1b", label="x", **COMMON | {"measure": "text"}
    )
    assert ("draw.digest" in said([digest], role=role)) is told
