"""Acceptance against the published study of Pas-de-Calais: its numbers, and none of them taken on trust."""

from __future__ import annotations

import pandas as pd
import pytest
from replay import STUDIES, Change, Estimated, config, estimated

from diagnostic.core.counting import RULES
from diagnostic.estimate.reproduction import MISSING_DATA, TEXT_STAGES

OURS = ["ad_counts", "press", "interviews"]  # the stages whose tables are here


@pytest.fixture(scope="module")
def study() -> Estimated:
    return estimated("62-2020")


# Counted by hand in the published tables, or stated by the note on estimators (sections 1 and 3.1).
VALUES = {
    "ads.sites": 39,
    "ads.sites_with_ads": 29,
    "ads.site_categories": 4,
    "ads.sites_escorting": 20,
    "ads.sites_classifieds": 4,
    "ads.sites_massage": 1,
    "ads.sites_dating": 14,
    "ads.total": 699,
    "ads.subtotal_escorting": 405,
    "ads.subtotal_classifieds": 107,
    "ads.subtotal_massage": 0,
    "ads.subtotal_dating": 187,
    "ads.share_escorting_pct": 100 * 405 / 699,
    "ads.largest_site": 171,
    "ads.second_site": 160,
    "ads.top_two_pct": 100 * 331 / 699,
    "ads.site_count.E15": 171,
    "ads.site_count.D14": 0,
    "ads.mirror_sites": 11,
    "ads.mirror_ads": 187,
    "ads.mirror_per_site": 17,
    "ads.mirror_distinct": 17,
    "ads.mirror_redundant": 170,
    "ads.mirror_redundant_pct": 100 * 170 / 699,
    "ads.mirror_sites_labelled": 9,
    "ads.frame_collapsed": 529,
    "ads.sample_size": 249,
    "idf.sample_size": 366,
    "ads.persons_estimate": 273,
    "press.articles": 26,
    "press.misfiled": 1,
    "interviews.total": 15,
    "interviews.annex_rows": 15,
    "interviews.by_phone": 4,
    "interviews.mode.in_person": 11,
    "interviews.mode.video": 0,
    "interviews.prosecutors": 3,
    "interviews.towns": 3,
    "quality.rows": 39 + 39 + 26 + 15 + 294 + 74 + 133 + 3 + 3 + 209,
    "quality.outcome.set_aside": 0,
    "quality.warnings": 3,
    "reproduction.figures": 294,
}


@pytest.mark.parametrize(("fact_id", "value"), VALUES.items())
def test_values(study: Estimated, fact_id: str, value: float) -> None:
    assert study.facts.at[fact_id, "value"] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("fact_id", "text"),
    [
        ("ads.collection_period", "2018-09-20/2018-12-05"),
        ("ads.study_period_months", "2018-09/2018-12"),
        ("press.period", "2015/2020"),
        ("interviews.first_date", "2019-08-02"),
        ("interviews.last_date", "2020-07-15"),
    ],
)
def test_dates(study: Estimated, fact_id: str, text: str) -> None:
    assert study.facts.at[fact_id, "value_text"] == text


@pytest.mark.parametrize(
    ("fact_id", "low", "high", "kind"),
    [
        ("ads.persons_reading_a", 97, 547, "bounds"),
        ("ads.persons_reading_b", 291, 409, "bounds"),
        ("ads.persons_reading_c", 239, 307, "sampling"),
        ("ads.persons_estimate", 97, 547, "bounds"),  # the readings together
        ("ads.mirror_distinct", 1, 17, "bounds"),
        ("interviews.towns", 3, 10, "bounds"),  # three are written, seven interviews write none
    ],
)
def test_intervals(study: Estimated, fact_id: str, low: float, high: float, kind: str) -> None:
    found = study.facts.loc[fact_id]
    assert (round(found["low"]), round(found["high"]), found["interval_kind"]) == (low, high, kind)


def test_the_published_estimate_of_persons_is_labelled(study: Estimated) -> None:
    found = study.facts.loc["ads.persons_estimate"]
    assert found["origin"] == "published" and "non identifié" in found["label"]
    assert "non_identifie" in found["rules"] and "Ne pas additionner" in found["method"]
    assert pd.isna(study.facts.loc[["ads.persons_reading_a", "ads.persons_reading_b"], "value"]).all()


def test_margins_and_confidence(study: Estimated) -> None:
    """z √(p (1 − p) ÷ n × (N − n) ÷ (N − 1)): 4.99 % for 249 of 699, as the note says."""
    z = 1.959964
    for prefix, population, size in (("ads", 699, 249), ("idf", 7393, 366)):
        margin = 100 * z * (0.25 / size * (population - size) / (population - 1)) ** 0.5
        assert study.facts.at[f"{prefix}.margin_of_error_pct", "value"] == pytest.approx(margin, abs=1e-4)
        implied = study.facts.loc[f"{prefix}.implied_confidence_pct"]
        assert implied["low"] < 95 < implied["high"] and implied["interval_kind"] == "bounds"


def test_each_category_has_a_margin_of_its_own(study: Estimated) -> None:
    """z √(Σ N_h² / 4 n_h × (N_h − n_h) / (N_h − 1)) / N, sizes and codings of the note, 3.1, floor of two."""
    lists = {
        "classifieds": [(20, 7), (43, 15), (41, 14), (3, 2)],
        "dating": [(17, 6)] * 11,
    }
    for category, sites in lists.items():
        parts = [n**2 / (4 * coded) * (n - coded) / (n - 1) for n, coded in sites]
        margin = 100 * 1.959964 * sum(parts) ** 0.5 / sum(n for n, _ in sites)
        assert study.facts.at[f"ads.planned_margin.{category}_pct", "value"] == pytest.approx(margin, rel=1e-6)


def test_the_variants_say_why_others_find_248(study: Estimated) -> None:
    found = study.facts["value"]
    assert found["ads.sample_size_variant.cochran_up"] == 249  # 248.14, to the whole number above
    assert found["ads.sample_size_variant.cochran_nearest"] == 248
    assert found["ads.sample_size_variant.simple_up"] == 248  # 247.91
    assert found["ads.sample_size_variant.simple_whole_up"] == 249  # n0 first rounded up to 385


# Note on estimators, 3.1: convention (i), site by site.
NON_EMPTY = "E01 E02 E04 E05 E06 E07 E08 E09 E12 E14 E15 E16 E19 E20 A01 A02 A03 A04"
ALLOCATIONS = {
    "allocation_raise_0": "12 3 2 2 0 2 1 0 1 0 61 1 3 57 7 15 15 1",
    "allocation_raise_1": "11 3 2 2 1 2 1 1 1 1 60 1 3 56 7 15 15 1",
    "allocation": "11 3 2 2 1 2 2 1 2 1 59 2 2 55 7 15 14 2",
    "allocation_collapsed": "14 4 3 3 1 2 2 1 2 1 75 2 3 71 9 19 18 2",
}
MIRRORS = [f"D{number:02d}" for number in range(1, 12)]


@pytest.mark.parametrize("key", ALLOCATIONS)
def test_allocations(study: Estimated, key: str) -> None:
    values = study.facts["value"]
    assert [values[f"ads.{key}.{site}"] for site in NON_EMPTY.split()] == [float(n) for n in ALLOCATIONS[key].split()]
    block = [17.0] + [0.0] * 10 if key == "allocation_collapsed" else [6.0] * 11
    assert [values[f"ads.{key}.{site}"] for site in MIRRORS] == block
    per_category = values[values.index.str.startswith(f"ads.{key}_category.")]
    assert per_category.sum() == 249


def test_the_other_convention_is_shown_beside(study: Estimated) -> None:
    values = study.facts["value"]
    assert [values[f"ads.allocation_reserve_1.{site}"] for site in ("E15", "E20", "A03", "E07")] == [61, 57, 14, 1]


def test_press_years_under_both_readings(study: Estimated) -> None:
    years = range(2020, 2014, -1)
    heading = [study.facts.loc[f"press.articles_{year}"] for year in years]
    printed = [study.facts.loc[f"press.printed.{year}"] for year in years]
    assert [fact["value"] for fact in heading] == [8, 4, 2, 7, 3, 2]
    assert [fact["value"] for fact in printed] == [8, 4, 1, 8, 3, 2]
    for facts in (heading, printed):
        limits = [(fact["low"], fact["high"]) if fact["interval_kind"] == "bounds" else None for fact in facts]
        assert limits == [None, None, (1, 2), (7, 8), None, None]


def test_interviews_by_month(study: Estimated) -> None:
    months = study.facts["value"][study.facts.index.str.startswith("interviews.month.")]
    assert {month[-7:]: n for month, n in months.items()} == {
        "2019-08": 5,
        "2019-09": 2,
        "2019-10": 1,
        "2019-11": 1,
        "2020-01": 5,
        "2020-07": 1,
    }


# -- The reproduction table ---------------------------------------------------------------------------------------


def test_every_published_figure_has_one_row_and_a_reason(study: Estimated) -> None:
    assert len(study.reproduction) == 294 and study.reproduction.index.is_unique
    assert study.reproduction["reason"].str.len().gt(20).all()


def test_figures_of_the_present_tables_are_reproduced_contradicted_or_say_precisely_why_not(study: Estimated) -> None:
    ours = study.reproduction[study.reproduction["source_stage"].isin(OURS)]
    others = ours[~ours["status"].isin(["reproduced", "contradicted"])]
    assert not others["reason"].isin([*MISSING_DATA.values(), *TEXT_STAGES.values()]).any()
    # Arithmetic on these tables leaves nothing aside: what is not computed is text, places, persons met, or one row.
    assert set(others.index[others["status"] == "not_computable"]) == {
        "ads.communes",
        "ads.intercommunalities",
        "ads.five_cities_pct",
        *(f"ads.city_{city}_pct" for city in ("lens", "arras", "boulogne", "bethune", "calais")),
        "interviews.professionals",
        "interviews.towns",
        *("ads.subtotal_massage", "ads.largest_site", "ads.second_site"),
        "ads.site_categories",
    }


def test_the_one_contradiction_is_explained(study: Estimated) -> None:
    found = study.reproduction[study.reproduction["status"] == "contradicted"]
    assert list(found.index) == ["shared.collection_period_synthesis"]
    first = study.facts.at["interviews.first_date", "value_text"]
    assert first == "2019-08-02" > "2019-07-31" and "2 août 2019" in found["reason"].iloc[0]


def test_verdicts_of_the_same_kind_are_the_same(study: Estimated) -> None:
    """What one printed sentence says, a formula, a list, what was seen once, and a difference that the text explains."""
    found = study.reproduction
    for name in ("process.period", "process.duration_years"):
        assert tuple(found.loc[name, ["status", "basis"]]) == ("reproduced", "by_construction")
    assert tuple(found.loc["idf.sample_size", ["computed", "status", "basis"]]) == (
        "366",
        "reproduced",
        "by_construction",
    )
    countries = found[found.index.str.startswith("ads.countries_")]
    assert len(countries) == 4 and set(countries["status"]) == {"reproduced"}
    seen = found[found.index.str.startswith(("chat.", "landscape."))]
    assert len(seen) == 16 and set(seen["status"]) == {"text_only"}
    row = found.loc["ads.site_categories"]
    assert (row["published"], row["computed"], row["status"]) == ("3", "4", "not_computable")
    assert "mis à part" in row["reason"]


def test_the_towns_are_compatible_not_reproduced(study: Estimated) -> None:
    row = study.reproduction.loc["interviews.towns"]
    assert (row["published"], row["computed"], row["status"]) == ("4", "3", "not_computable")
    assert "3 à 10" in row["reason"]


def test_reproduced_means_equal_as_printed(study: Estimated) -> None:
    found = study.reproduction[study.reproduction["status"] == "reproduced"]
    assert (found["published"] == found["computed"]).all()
    assert found["basis"].isin(["independent", "by_construction"]).all()


def test_a_fact_that_uses_a_published_value_never_counts_as_independent(study: Estimated) -> None:
    origin = study.facts["origin"].reindex(study.reproduction.index)
    compared = study.reproduction.loc[origin == "published", "basis"]
    assert set(compared) - {""} == {"by_construction"}
    assert set(compared[compared == ""].index) == cited()  # shown as an example, compared with nothing


# -- No published value flows into a computed one -----------------------------------------------------------------


OTHER = {"ads.duplicate_rate_pct": "50", "idf.ads_total": "10000", "shared.persons_concerned": "200"}  # possible ones


def perturb(spared: set[str]) -> Change:
    def change(tables: dict[str, pd.DataFrame]) -> None:
        figures = tables["published_figures"]
        touched = ~figures["id"].isin(used() | spared)
        figures.loc[touched, "value"] = "7" + figures.loc[touched, "value"]
        for name, value in OTHER.items():
            if name not in spared:
                figures.loc[figures["id"] == name, "value"] = value
        for column in ("base_value", "candidate_bases", "feasible_k", "notes", "statement_fr"):
            figures[column] = "77"

    return change


NUMBERS = ["value", "value_text", "low", "high", "numerator", "denominator"]


def computed(of: Estimated) -> pd.DataFrame:
    return of.facts.loc[of.facts["origin"] != "published", NUMBERS]


def used() -> set[str]:
    publication = config().studies["62-2020"].publication
    assert publication is not None
    chosen = {publication.duplicate_rate, publication.reference_population, publication.persons_seen}
    return chosen | cited()  # type: ignore[return-value]


def cited() -> set[str]:
    """The figures of the outreach that the publication cites as an example."""
    publication = config().studies["62-2020"].publication
    assert publication is not None
    return {f"{publication.outreach}.{step}" for step in ("sessions", "sms", "replies", "exchanges", "met")}


@pytest.fixture(scope="module")
def perturbed() -> Estimated:
    return estimated("62-2020", perturb(spared=set()))


@pytest.mark.slow
def test_perturbing_every_published_value_changes_no_computed_fact(study: Estimated, perturbed: Estimated) -> None:
    assert used() - cited() == set(OTHER)
    pd.testing.assert_frame_equal(computed(perturbed), computed(study))


@pytest.mark.slow
def test_the_values_that_are_used_are_the_only_ones(study: Estimated) -> None:
    """With these spared, nothing but the comparison itself changes, even among facts of published origin."""
    altered = estimated("62-2020", perturb(spared=used()))
    same = altered.facts.loc[~altered.facts.index.str.startswith("reproduction."), NUMBERS]
    pd.testing.assert_frame_equal(same, study.facts.loc[same.index, NUMBERS])
    assert (altered.reproduction["status"] != study.reproduction["status"]).any()


@pytest.mark.slow
def test_the_values_used_do_reach_the_facts_that_say_so(study: Estimated, perturbed: Estimated) -> None:
    altered = perturbed.facts
    assert altered.at["ads.persons_estimate", "value"] == 350  # 699 × 0.50 = 349.5, half up
    assert altered.at["idf.sample_size", "value"] == 370  # Krejcie & Morgan's 10 000
    assert altered.at["two_lists.seen", "value"] == 200 and "Aucun total" in altered.at["two_lists.seen", "method"]
    gone = set(study.facts.index) - set(altered.index)
    assert gone == {f"ads.persons_exact_rate.{k}" for k in (151, 152, 153)}  # 50 % is another k of 249


# -- What holds for every fact ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STUDIES)
def test_every_rule_named_exists(name: str) -> None:
    named = {rule for text in estimated(name).facts["rules"] for rule in text.split("; ") if rule}
    assert named and named <= set(RULES)


@pytest.mark.parametrize("name", STUDIES)
def test_every_fact_is_coherent(name: str) -> None:
    facts = estimated(name).facts
    assert (facts["value"].notna() | facts["value_text"].ne("") | facts["low"].notna()).all()
    limited = facts[facts["interval_kind"] != "none"]
    assert (limited["low"] <= limited["high"]).all()
    assert facts.loc[facts["interval_kind"] == "none", ["low", "high"]].isna().all(axis=None)
    valued = limited[limited["value"].notna()]
    assert valued["value"].between(valued["low"], valued["high"]).all()
    # a share with sampling weights is not that of the coded ads, which its card gives beside it
    weighted = facts["rules"].str.contains("poids_de_sondage")
    shares = facts[(facts["measure"] == "percent") & facts["numerator"].notna() & ~weighted]
    ratio = (100 * shares["numerator"] / shares["denominator"]).astype(float)
    assert ratio.to_numpy() == pytest.approx(shares["value"].to_numpy())
    counts = facts[(facts["measure"] == "count") & facts["numerator"].notna() & facts["value"].notna()]
    assert (counts["numerator"] == counts["value"]).all()


@pytest.mark.parametrize("name", STUDIES)
def test_computed_facts_name_their_cells(name: str) -> None:
    """All but those that count rows, rules and verdicts, and those that find nothing (no cell holds a zero)."""
    facts = estimated(name).facts
    own = facts[~facts.index.str.startswith(("quality.", "reproduction.")) & facts["value"].fillna(1).gt(0)]
    assert own["cells"].ne("").all()
