"""The publication of 62-2020: its known contradictions, the readings that lift them, and the integers behind.

Expected values come from the hand-made consistency audit of the publication (exact rationals, no solver), or are
enumerated here one by one.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from generated_reports import half_up

from diagnostic.audit.auditing import Audit, audit
from diagnostic.audit.told import report, tables

pytestmark = pytest.mark.slow  # the whole publication is searched for each; `test_generated_reports` has its search
STUDY = Path(__file__).parents[2] / "resources" / "studies" / "62-2020"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(STUDY / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def result() -> Audit:
    found = audit(read("published_figures.csv"), read("structure.csv"), limit=5)
    assert found.problems == []
    return found


@pytest.fixture(scope="module")
def figures(result: Audit) -> pd.DataFrame:
    return result.tables["figures"].set_index("figure_id")


def bounds(figures: pd.DataFrame, name: str) -> tuple[int, int]:
    return int(figures.loc[name, "low"]), int(figures.loc[name, "high"])


# Question, reading → a set of figures that must be among the minimal ones.
KNOWN = {
    ("pros.union", "without_overlap"): {"survey.professionals", "interviews.professionals", "pros.total_distinct"},
    ("pros.identified_base", "respondents"): {"pros.identified_pct", "survey.professionals"},
    ("pros.identified_base", "responses"): {"pros.identified_pct", "survey.responses"},
    ("equipped.base", "respondents_same"): {
        "pros.under_equipped",
        "pros.under_equipped_pct",
        "survey.professionals",
    },
    ("needs.base", "responses"): {"needs.network_pct", "survey.responses"},
    ("needs.base", "took_charge"): {"needs.network_pct", "pros.took_charge"},
    ("needs.routing", "took_charge"): {"needs.training_pct", "pros.under_equipped", "survey.professionals"},
    ("collection.end", "synthesis"): {"interviews.first_date", "shared.collection_period_synthesis"},
    ("reference.window", "calendar_years"): {"shared.reference_years", "shared.reference_window_years"},
    ("recall.window", "same"): {"shared.reference_years", "survey.recall_window"},
    ("internet.strand", "all_internet"): {"ads.study_period_months", "demand.period"},
    ("study.start", "exchanges_inside"): {"process.ddfe_exchanges_start", "process.period"},
    ("study.duration", "exact"): {"process.period"},
    ("profile.foreign_base", "foreigners"): {"profile.eu_pct", "profile.non_eu_pct"},
    ("pimp.majority", "on_persons"): {
        "pimp.spouse",
        "pimp.parents",
        "pimp.present_pct",
        "shared.persons_prostitution",
    },
    ("ads.mirror", "below_label"): {"ads.subtotal_dating"},
    ("ads.site_categories", "one_each"): {"ads.site_categories"},
    ("ads.estimate", "exact_rate"): {
        "ads.total",
        "ads.duplicate_rate_pct",
        "ads.sample_size",
        "ads.persons_estimate",
    },
    ("audience.reading", "nested"): {"audience.women_pct", "audience.women_exclusive_pct", "ads.sample_size"},
    ("audience.reading", "flat_two"): {"audience.men_exclusive_pct", "audience.women_pct"},
    ("audience.reading", "mixed_two"): None,  # its set depends on the third audience only; see the test of ranges
    ("press.year", "printed_date"): {"press.articles_2018"},
}


def test_the_known_contradictions_are_found_and_no_other(result: Audit) -> None:
    readings = result.tables["readings"]
    refused = readings[readings["verdict"] == "contradicts"]
    assert set(zip(refused["question"], refused["reading"], strict=True)) == set(KNOWN)
    assert (readings.loc[~readings.index.isin(refused.index), "verdict"] == "agrees").all()
    assert not (result.tables["conflicts"]["question"] == "").any(), "all is lifted by some reading"
    assert not result.tables["figures"]["verdict"].isin(["contradicted", "undecided"]).any()


@pytest.mark.parametrize(
    ("key", "expected"),
    [pytest.param(key, ids, id=" ".join(key)) for key, ids in KNOWN.items() if ids],
)
def test_each_known_contradiction_has_its_minimal_set(result: Audit, key: tuple[str, str], expected: set[str]) -> None:
    conflicts = result.tables["conflicts"]
    rows = conflicts[(conflicts["question"] == key[0]) & (conflicts["reading"] == key[1])]
    sets = [set(conflict["figure_id"]) for _, conflict in rows.groupby("conflict", sort=True)]
    assert expected in sets
    assert len(expected) == min(map(len, sets)), "told among the smallest"


def test_what_contradicts_to_the_letter(result: Audit) -> None:
    readings = result.tables["readings"]
    literal = readings[readings["printed"] & (readings["verdict"] == "contradicts")]
    assert set(literal["question"]) == {
        "equipped.base",
        "collection.end",
        "reference.window",
        "internet.strand",
        "profile.foreign_base",
        "ads.mirror",
        "ads.site_categories",
        "audience.reading",
        "press.year",
    }


def test_only_the_five_cities_look_wrong_by_rounding(result: Audit) -> None:
    (row,) = result.tables["roundings"].to_dict("records")
    assert (row["relation"], row["printed_sum"], row["printed_total"]) == ("ads.cities", 81, 80)


UNIQUE = {
    "pros.identified_pct": 58,
    "needs.training_pct": 39,
    "needs.specialised_support_pct": 31,
    "needs.information_pct": 30,
    "needs.network_pct": 26,
    "needs.prevention_tools_pct": 23,
    "law.pathway_unaware_pct": 40,
    "law.commission_unaware_pct": 52,
    "cond.no_resources_pct": 116,
    "cond.unemployed_pct": 104,
    "cond.no_stable_housing_pct": 83,
    "profile.women_pct": 115,
    "profile.minors_pct": 26,
    "profile.under15_pct": 6,
    "profile.age_36_45_pct": 32,
    "profile.age_46_55_pct": 15,
    "profile.age_le25": 55,
    "profile.foreign_pct": 65,
    "profile.eu_pct": 18,
    "profile.non_eu_pct": 47,
    "profile.africa": 24,
    "profile.latin_america": 5,
    "vuln.violence_pct": 76,
    "vuln.economic_pct": 41,
    "vuln.housing_pct": 23,
    "vuln.self_esteem_pct": 3,
}


@pytest.mark.parametrize(("name", "count"), UNIQUE.items(), ids=UNIQUE)
def test_unique_integers(figures: pd.DataFrame, name: str, count: int) -> None:
    assert figures.loc[name, "verdict"] == "unique"
    assert bounds(figures, name) == (count, count)


def test_ranges_that_the_consistency_audit_gives(figures: pd.DataFrame) -> None:
    assert bounds(figures, "profile.women_prior_violence") == (58, 76)
    assert bounds(figures, "vuln.any_pct") == (115, 116)
    assert bounds(figures, "vuln.none_pct") == (36, 37)
    assert bounds(figures, "ads.duplicate_rate_pct") == (151, 153)
    assert bounds(figures, "pros.under_equipped_pct") == (33, 56)  # 33/36, 36/39 or 56/61
    assert figures.loc["shared.persons_concerned", "verdict"] == "open"


@cache
def counts_of(percent: int, base: int) -> list[int]:
    return [k for k in range(base + 1) if half_up(k, base) == percent]


def test_joint_ranges_against_enumeration(figures: pd.DataFrame) -> None:
    """Ages and nationalities of the 152, the five agglomerations of the 699: every combination, one by one."""
    ages = {"26_35": 18, "36_45": 21, "46_55": 10, "gt55": 1, "unknown": 14}
    solutions = [c for c in itertools.product(*(counts_of(p, 152) for p in ages.values())) if 26 + 29 + sum(c) == 152]
    assert len(solutions) == 3
    for position, name in enumerate(ages):
        column = [solution[position] for solution in solutions]
        assert bounds(figures, f"profile.age_{name}_pct") == (min(column), max(column))
    cities = {"lens": 26, "arras": 18, "boulogne": 14, "bethune": 12, "calais": 11}
    solutions = [
        c for c in itertools.product(*(counts_of(p, 699) for p in cities.values())) if sum(c) in counts_of(80, 699)
    ]
    assert len(solutions) == 2667
    assert bounds(figures, "ads.five_cities_pct") == (min(map(sum, solutions)), max(map(sum, solutions)))
    for position, name in enumerate(cities):
        column = [solution[position] for solution in solutions]
        assert bounds(figures, f"ads.city_{name}_pct") == (min(column), max(column))


def test_ranges_under_each_reading_of_the_audience(result: Audit) -> None:
    """Flat with a third audience: men or only-women fit in 249. Nested for men: at least 9 ads with couples."""
    ranges = result.tables["ranges"].set_index(["question", "reading", "figure_id"])

    def under(reading: str, name: str) -> tuple[int, int]:
        row = ranges.loc[("audience.reading", reading, name)]
        return int(row["low"]), int(row["high"])

    flat = [
        solution
        for solution in itertools.product(*(counts_of(p, 249) for p in (96, 91, 8, 4)))
        if solution[0] + solution[3] <= 249 and solution[2] + solution[1] <= 249
    ]
    assert len(flat) == 36
    for position, name in enumerate(("men_pct", "men_exclusive_pct", "women_pct", "women_exclusive_pct")):
        column = [solution[position] for solution in flat]
        assert under("flat_three", f"audience.{name}") == (min(column), max(column))
    assert under("mixed_three", "~aud.men_other")[0] == 9
    distinct = ranges.loc[("ads.base", "distinct", "~ads.distinct")]
    assert (distinct["low"], distinct["high"]) == (97, 97)
    situations = ranges.loc[("pimp.majority", "on_situations", "~situations.pimp")]
    assert situations["high"] == 143  # a majority only on a base under 144


def test_a_wrong_copy_is_found_at_once() -> None:
    """One count of the published table moved by one: it is in every contradiction, whatever the reading."""
    table = read("published_figures.csv")
    table.loc[table["id"] == "profile.men", "value"] = "33"
    found = audit(table, read("structure.csv"), limit=2)
    always = found.tables["conflicts"].query("question == ''")
    sets = [set(conflict["figure_id"]) for _, conflict in always.groupby("conflict")]
    assert sets and all("profile.men" in ids for ids in sets)


def test_what_may_be_sent_names_ids_and_verdicts_only(result: Audit) -> None:
    """No integer, no range, no set: the only digits are those of identifiers and of lines of the publication."""
    shown = tables(result)
    assert {name: list(frame.columns) for name, frame in shown.items()} == {
        "figures": ["figure_id", "verdict"],
        "readings": ["question", "question_label", "reading", "reading_label", "printed", "lines", "verdict"],
    }
    assert set(shown["figures"]["verdict"]) <= {"consistent", "unchecked", "aside", "contradicted", "undecided"}
    text = re.sub(r"\(lignes [\d;-]+\)", "", report(result))
    for name in shown["figures"]["figure_id"]:
        text = text.replace(f"- {name}\n", "")
    assert not re.search(r"\d", text.removesuffix(shown["figures"]["figure_id"].iloc[-1]))
    labels = [*shown["readings"]["question_label"], *shown["readings"]["reading_label"]]
    assert not [label for label in labels if re.search(r"\d", label)]


def test_the_full_report_says_that_it_must_not_leave(result: Audit) -> None:
    text = report(result, safe=False)
    assert text.splitlines()[0].endswith("décrivent des personnes réelles).") and "NE PAS DIFFUSER" in text
    assert "[profile.eu_pct]" in text and "se contredit à la lettre, s’accorde autrement" in text


def test_the_same_every_time(result: Audit) -> None:
    """Rows in another order give the same verdicts and ranges; the same rows, the same tables."""
    table, rules = read("published_figures.csv"), read("structure.csv")
    part = table[table["source_stage"].isin(["survey", "survey+interviews", "interviews"])]
    kept = set(part["id"])
    usable = (
        rules["whole"]
        .str.cat(rules["parts"], sep=";")
        .map(
            lambda text: all(
                name in kept for name in re.findall(r"(?<![~\w.])[a-z]+\.[a-z0-9_.]+", re.sub(r"@\w+", "", text))
            )
        )
    )
    asked = set(rules[usable & (rules["question"] != "") & (rules["whole"] != "")]["question"])
    rules = rules[usable & ((rules["question"] == "") | rules["question"].isin(asked))]
    rules = rules[(rules["kind"] != "question") | rules["relation"].isin(asked)]
    once, again = audit(part, rules, limit=3), audit(part, rules, limit=3)
    for name, frame in once.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    turned = audit(part.iloc[::-1], rules, limit=3).tables["figures"].set_index("figure_id")
    columns = ["verdict", "low", "high"]
    expected = once.tables["figures"].set_index("figure_id")[columns]
    pd.testing.assert_frame_equal(turned.loc[expected.index, columns], expected)
