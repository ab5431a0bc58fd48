"""The fictional study 99-2025, worked out by hand: exact counts, two windows, drawn pages, first pages, a mirror."""

from __future__ import annotations

import math

import pytest
from own import SMALL_FILES
from python_calamine import CalamineWorkbook
from replay import Estimated, estimated

# Site A01: ten pages of 87 drawn systematically (every 8 or 9 pages), 2590 ads announced by the site.
Y = [21, 18, 24, 17, 14, 22, 18, 20, 18, 13]  # relevant: 185 in all
X = [30, 28, 31, 30, 25, 30, 33, 29, 30, 27]  # shown: 293 in all
RATIO = 185 / 293
A01 = 2590 * RATIO  # 1635.3242 in the note on estimators, 3.2
T_975_9 = 2.262157163  # Student, 9 degrees of freedom, 97.5 %


def standard_error() -> float:
    """Ratio estimator, variance of the residuals from successive differences (Wolter 2007)."""
    residuals = [y - RATIO * x for y, x in zip(Y, X, strict=True)]
    spread = sum((b - a) ** 2 for a, b in zip(residuals, residuals[1:], strict=False)) / (2 * 9)
    mean_shown = 293 / 10
    return 2590 / (87 * mean_shown) * 87 * math.sqrt((1 - 10 / 87) * spread / 10)


LOW, HIGH = A01 - T_975_9 * standard_error(), A01 + T_975_9 * standard_error()
# Site A02: the first five pages of twelve, 57 relevant of 100 shown, total unknown: 12 pages of 57 / 5.
A02, A02_LOW, A02_HIGH = 12 * 57 / 5, 57, 57 + 7 * 20
# E01 is counted in two places (12 + 5); E02 keeps its latest window (3, not 7); D01 and D02 are one mirror of 6.
COUNTED = 17 + 3 + 0 + 6 + 6 + 0
# The sheets that hold records, below the two rows of headings; the register itself is in sites.csv.
SHEETS = {
    "annonces": ("Annonces", "Copies"),
    "demande": ("Annonces de demande", "Forum archivé", "Réponse pénale", "Établissements"),
    "internet": ("Historique des sites", "Conditions des sites"),
    "partenaires": ("Partenaires", "Relances"),
}


def records(workbook: str, sheet: str) -> int:
    """Rows of a sheet below its headings that hold something."""
    rows = CalamineWorkbook.from_path(SMALL_FILES / f"{workbook}.xlsx").get_sheet_by_name(sheet).to_python()
    return sum(any(value != "" for value in row) for row in rows[2:])


SUPPORT = (
    7 + 2 + 5 + 3 + 3 + 2
)  # structures, years of outreach, practices, restitutions, actions of the previous plan, contacts
WAVES = 4 + 22  # counts repeated, ads followed
IN_WORKBOOKS = sum(records(workbook, sheet) for workbook, sheets in SHEETS.items() for sheet in sheets)


@pytest.fixture(scope="module")
def study() -> Estimated:
    return estimated("99-2025")


VALUES = {
    "ads.sites": 8,
    "ads.sites_with_ads": 6,
    "ads.site_categories": 3,
    "ads.site_count.E01": 17,
    "ads.site_count.E02": 3,
    "ads.site_count.E03": 0,
    "ads.site_count.A01": A01,
    "ads.site_count.A02": A02,
    "ads.subtotal_escorting": 20,
    "ads.subtotal_classifieds": A01 + A02,
    "ads.subtotal_dating": 12,
    "ads.total": COUNTED + A01 + A02,
    "ads.largest_site": A01,
    "ads.second_site": A02,
    "ads.mirror_sites": 2,
    "ads.mirror_ads": 12,
    "ads.mirror_distinct": 6,
    "ads.mirror_redundant": 6,
    "ads.frame_collapsed": COUNTED + A01 + A02 - 6,
    # 1804 whole ads (17 + 3 + 1635 + 137 + 6 + 6); 384.146 / (1 + 383.146 / 1804) = 316.9
    "ads.sample_size": 317,
    "press.articles": 3,
    "press.outlets": 2,
    "press.misfiled": 0,
    "press.articles_2025": 2,
    "press.articles_2026": 1,
    "interviews.total": 4,
    "interviews.mode.in_person": 2,
    "interviews.mode.telephone": 1,
    "interviews.mode.video": 1,
    "interviews.prosecutors": 1,
    "interviews.towns": 1,
    "interviews.place_unknown": 1,
    "quality.rows": 8 + 10 + 15 + 3 + 4 + SUPPORT + WAVES + IN_WORKBOOKS,
    "quality.outcome.kept": 39 + SUPPORT + WAVES + IN_WORKBOOKS,
    "quality.outcome.set_aside": 1,
    "quality.rule.derniere_fenetre": 1,
    "quality.rule.lieu_non_ventile": 8,
    "quality.rule.lieu_non_precise": 1,
    "quality.warnings": 0,
}


@pytest.mark.parametrize(("fact_id", "value"), VALUES.items())
def test_values(study: Estimated, fact_id: str, value: float) -> None:
    assert study.facts.at[fact_id, "value"] == pytest.approx(value, rel=1e-9)


def test_the_ratio_is_the_one_of_the_note(study: Estimated) -> None:
    assert study.facts.at["ads.site_count.A01", "value"] == pytest.approx(1635.3242, abs=5e-5)


@pytest.mark.parametrize(
    ("fact_id", "low", "high", "kind"),
    [
        ("ads.site_count.A01", LOW, HIGH, "sampling"),
        ("ads.site_count.A02", A02_LOW, A02_HIGH, "bounds"),
        # One site whose first pages only were read, and the sum is bounded, no longer sampled.
        ("ads.subtotal_classifieds", LOW + A02_LOW, HIGH + A02_HIGH, "bounds"),
        ("ads.total", COUNTED + LOW + A02_LOW, COUNTED + HIGH + A02_HIGH, "bounds"),
        ("ads.largest_site", LOW, HIGH, "sampling"),
    ],
)
def test_intervals(study: Estimated, fact_id: str, low: float, high: float, kind: str) -> None:
    found = study.facts.loc[fact_id]
    assert (found["low"], found["high"]) == pytest.approx((low, high), rel=1e-6)
    assert found["interval_kind"] == kind


def test_estimated_sites_say_so_and_say_what_to_beware_of(study: Estimated) -> None:
    facts = study.facts
    for site in ("A01", "A02"):
        found = facts.loc[f"ads.site_count.{site}"]
        assert (found["measure"], found["rules"]) == ("estimate", "extrapolation_pages")
    assert "10 pages lues sur 87" in facts.at["ads.site_count.A01", "method"]
    assert "Seules les premières pages" in facts.at["ads.site_count.A02", "method"]
    assert "baisse de page en page" in facts.at["ads.site_count.A02", "method"]
    assert facts.at["ads.site_count.E01", "measure"] == "count"
    assert facts.at["ads.total", "measure"] == "estimate"


def test_the_cells_are_the_counts_and_the_pages_read(study: Estimated) -> None:
    cells = study.facts["cells"]
    assert cells["ads.site_count.E01"] == "ad_counts.csv!C2:C3"
    assert cells["ads.site_count.E02"] == "ad_counts.csv!C4"  # row 5 is the older window
    assert cells["ads.site_count.A01"] == "ad_counts.csv!C7 ; ad_pages.csv!E2:E11"
    assert cells["ads.site_count.A02"] == "ad_counts.csv!C8 ; ad_pages.csv!E12:E16"


def test_the_sample_is_shared_out_whole(study: Estimated) -> None:
    values = study.facts["value"]
    share = values[values.index.str.match(r"ads\.allocation\.[A-Z]\d\d$")]
    assert share.sum() == 317
    assert (share >= 2).all()  # the floor; no site with ads has less than two
    # 317 × 1635 / 1804 = 287.3 and 317 × 137 / 1804 = 24.07, before the floors of the small sites
    assert 280 <= share["ads.allocation.A01"] <= 288 and 20 <= share["ads.allocation.A02"] <= 25


def test_without_a_publication_nothing_is_reproduced_nor_estimated_from_a_rate(study: Estimated) -> None:
    assert study.reproduction.empty
    assert not study.facts.index.str.startswith(("ads.persons", "idf.", "reproduction.")).any()
    assert set(study.facts["origin"]) == {"observed"}
