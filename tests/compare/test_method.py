"""The method of a study as data: what its statements say of how it was made."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diagnostic.compare import published
from diagnostic.compare.judging import differences, methods
from diagnostic.compare.tables import as_text
from diagnostic.report.grids.method import days, of_statements
from diagnostic.study.config import load
from diagnostic.study.words import method as declared

ROOT = Path(__file__).parents[2]
ITEMS = as_text((ROOT / "config/comparability/items.csv").read_bytes())
# What the two studies of the project and one that is published declare otherwise, read in their files by hand: before any number.
DECLARED = {
    ("62-2020", "99-2026"): {
        "invented",  # `fictional`
        "origin",  # transcribed from a publication; observed
        "territory",
        "edition",
        "author",
        "facts_window",
        "design",  # none is coded, a publication says so; drawn by the project
        "counting",  # the publication's; at most six persons where a response sets no limit
        "instrument",  # the publication's; a form of the team's own
        "release",
    },
    ("99-2026", "bretagne-2019"): {
        *("depth", "invented", "origin", "territory", "extent", "edition", "author", "facts_window", "release"),
    },
}


NONE = pd.DataFrame(columns=["fact_id", "published"])  # figures of a publication


def statements(*rows: tuple[str, float, str]) -> pd.DataFrame:
    """Statements: id, value, what is printed."""
    table = pd.DataFrame(rows, columns=["statement_id", "shown_value", "printed"])
    return table.assign(measure="count", label=table["statement_id"])


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("20 septembre – 5 décembre 2018", "2018-09-20/2018-12-05"),
        ("27 décembre 2016 – 13 février 2017", "2016-12-27/2017-02-13"),
        ("1er août 2020", "2020-08-01/2020-08-01"),
        ("septembre 2018 – décembre 2018", ""),
        ("non publié", ""),
    ],
)
def test_days_are_read_as_they_are_printed(printed: str, iso: str) -> None:
    assert days(printed) == iso


def test_length_and_season_follow_from_the_days() -> None:
    said = of_statements(statements(("ads.collection_period", float("nan"), "20 septembre – 5 décembre 2018")), NONE)
    table = methods(ITEMS, {"62-2020": {}}, {"62-2020": said}).set_index("item")
    assert table.loc["ads_days", "code"] == "77"  # 11 days of September, 31, 30, 5
    assert table.loc["season", "code"] == "automne et hiver"  # December is of winter


def test_what_is_not_published_is_not_said() -> None:
    said = of_statements(
        statements(("survey.professionals", float("nan"), "non publié"), ("ads.sites", 39.0, "39")), NONE
    )
    assert "respondents" not in said and said["sites"][0] == "39"


@pytest.mark.parametrize(
    ("counted", "with_ads", "empty", "uncounted"),
    [
        ({"A": 3, "B": 8, "C": 0}, 2, "1", "aucun"),
        ({"A": 3, "B": 8}, 2, "aucun", "1"),  # nobody counted C
        ({"A": 3, "B": 0}, 1, "1", "1"),
    ],
)
def test_a_site_that_nobody_counted_is_not_an_empty_one(
    counted: dict[str, int], with_ads: int, empty: str, uncounted: str
) -> None:
    """Of the three sites of a register."""
    rows = [(f"ads.site_count.{site}", float(ads), str(ads)) for site, ads in counted.items()]
    totals = [("ads.sites", 3.0, "3"), ("ads.sites_with_ads", float(with_ads), str(with_ads))]
    said = of_statements(statements(*rows, *totals), NONE)
    assert (said["empty_sites"][1], said["uncounted"][1]) == (empty, uncounted)
    assert "uncounted" not in of_statements(statements(*totals), NONE)  # no count of a site: nothing says which were


def test_interviews_whose_fields_are_not_published_are_told_so_and_are_no_code() -> None:
    said = of_statements(statements(("interviews.field.health", float("nan"), "non publié")), NONE)
    assert said["fields"] == ("", "entretiens par champ : non publié", "")
    some = statements(("interviews.field.health", float("nan"), "non publié"), ("interviews.field.social", 4.0, "4"))
    assert of_statements(some, NONE)["fields"][:2] == ("social=4", "dont interviews.field.social 4")
    assert "fields" not in of_statements(statements(("ads.sites", 39.0, "39")), NONE)


def test_a_publication_says_of_what_years_its_facts_are_and_how_many_ads_it_coded() -> None:
    """As printed: 2015-2020, « cinq ans », and a sample of 249 ads, which another study has as a size that it aims at."""
    figures = {"fact_id": ["shared.reference_years", "shared.reference_window_years"], "published": ["2015/2020", "5"]}
    sample = statements(("ads.sample_size", 249.0, "249"))
    said = of_statements(sample, pd.DataFrame(figures), publication=True)
    assert said["facts_window"] == ("2015/2020", "faits de 2015-2020 (5 ans, selon la publication)", "")
    assert said["coded"] == ("249", "249", "ads.sample_size")
    assert {"coded", "facts_window"}.isdisjoint(of_statements(sample, NONE))


def test_published_studies_do_the_same_only_where_their_sources_say_the_same() -> None:
    """Files of judges are not those of social care; seven months of a year are not the year; « around fifty were asked, how
    many answered is not said » is no share that another differs from."""
    listed, said = (as_text((ROOT / f"resources/published/{name}.csv").read_bytes()) for name in ("studies", "methods"))
    table = methods(ITEMS, published.declared(listed, said), {})
    found = {(one.item, frozenset((one.study, one.other))): one.state for one in differences(table).itertuples()}
    assert found["instrument", frozenset(("seine-saint-denis-2019", "seine-saint-denis-2021"))] == "differs"
    assert found["facts_window", frozenset(("indre-et-loire-2017", "loiret-2017"))] == "differs"
    assert found["response", frozenset(("doubs-2020", "indre-et-loire-2017"))] == "unknown"
    words = table.set_index(["study", "item"])["words"]
    assert words["doubs-2020", "sites"] == "au moins 17" and "cinquantaine" in words["doubs-2020", "response"]
    for item, own in table[table["code"].ne("")].groupby("item"):
        kinds = own.groupby("code")["words"].nunique()
        assert item in ("ads_window", "territory") or kinds.max() == 1, item  # one code, one way of saying it


def test_each_study_says_every_item_or_nothing_in_the_order_of_the_items() -> None:
    table = methods(ITEMS, {"b-2020": {"scope": ("all", "toutes")}, "a-2020": {}}, {})
    assert list(table["study"].unique()) == ["b-2020", "a-2020"]
    assert list(table.loc[table["study"].eq("b-2020"), "item"]) == list(ITEMS["item"])
    assert table["code"].ne("").sum() == 1


def test_what_is_declared_otherwise_is_what_a_reader_of_the_files_finds() -> None:
    config = load(ROOT, {})
    listed, said = (as_text((ROOT / f"resources/published/{name}.csv").read_bytes()) for name in ("studies", "methods"))
    known = {name: declared(config, name) for name in ("62-2020", "99-2026")}
    known |= published.declared(listed[listed["study"].eq("bretagne-2019")], said)
    found = differences(methods(ITEMS, known, {}))
    found = found[found["state"].eq("differs")]
    for (one, other), items in DECLARED.items():
        assert set(found.loc[found["study"].eq(one) & found["other"].eq(other), "item"]) == items
