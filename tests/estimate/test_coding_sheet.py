"""The workbook of the coders: places to look up and nothing of the ads; what is coded is not asked again."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from fictional import codebook
from openpyxl import load_workbook

from diagnostic.codebook import template
from diagnostic.codebook.model import TO_READ
from diagnostic.estimate.formulas import draw
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.sample import coding_sheet

FRAME = pd.DataFrame(
    {"site_code": ["A01", "E01"], "place": ["", "Lens"], "size": [400, 60], "page_size": pd.array([20, None], "Int64")}
).set_index(pd.Index(["A01", "E01 / Lens"], name="stratum"))


def rows(content: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(content))["Annonces"]
    width = len(coding_sheet.BEGUN)
    heading = [cell.value for cell in sheet[1]]
    at = [heading.index(name) for name in coding_sheet.BEGUN]
    found = [[row[i] for i in at] for row in sheet.iter_rows(min_row=template.FIRST_ROW, values_only=True)]
    assert all(len(row) == width for row in found)
    return [tuple(row) for row in found if row[0]]


def drawn(size: int) -> pd.DataFrame:
    return draw.draw_ads(FRAME, draw.plan(FRAME, size)["drawn"], 5, 0.2)


def test_only_begun_columns_are_filled_and_no_column_could_hold_an_ad() -> None:
    content = coding_sheet.workbook(codebook(), drawn(80), ["Étude."], pd.Series(dtype="int64"))
    sheet = load_workbook(io.BytesIO(content))["Annonces"]
    heading = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=template.FIRST_ROW, values_only=True):
        filled = {name for name, value in zip(heading, row, strict=True) if value is not None}
        towns = {f"{TO_READ} {coding_sheet.TOWN}"} if "E01" in row else set()
        assert filled in (set(), {*coding_sheet.BEGUN, *towns})
    free = {v.name for v in codebook().table("ads") if v.type in ("text", "long_text")}
    assert free == {"declared_place", "declared_country"}
    assert sheet.data_validations.dataValidation


def test_the_town_is_named_where_a_list_is_of_a_town() -> None:
    sheet = load_workbook(io.BytesIO(coding_sheet.workbook(codebook(), drawn(80), [], pd.Series(dtype="int64"))))[
        "Annonces"
    ]
    heading = [cell.value for cell in sheet[1]]
    at = [heading.index(name) for name in ("site_code", f"{TO_READ} {coding_sheet.TOWN}")]
    found = {tuple(row[i] for i in at) for row in sheet.iter_rows(min_row=template.FIRST_ROW, values_only=True)}
    assert found - {(None, None)} == {("A01", None), ("E01", "Lens")}


def test_a_larger_sample_asks_for_the_new_ads_only() -> None:
    small, large = drawn(80), drawn(200)
    assert set(small["ad_id"]) < set(large["ad_id"])
    done = pd.Series(1 + small["double"].to_numpy(), index=small["ad_id"])
    left = rows(coding_sheet.workbook(codebook(), large, [], done))
    first = [ad for ad, coder, *_ in left if coder == "C1"]
    assert set(first) == set(large["ad_id"]) - set(small["ad_id"])
    second = {ad for ad, coder, *_ in left if coder == "C2"}
    assert second == set(large.loc[large["double"], "ad_id"]) - set(small["ad_id"])


@pytest.mark.parametrize("domains", ["whole", "category", "place"])
def test_the_margin_may_be_asked_of_each_domain(domains: str) -> None:
    sampling = {
        "margin": 0.05,
        "confidence": 0.95,
        "proportion": 0.5,
        "design_effect": 1.0,
        "loss": 0.0,
        "floor": 2,
        "domains": domains,
    }
    lists = FRAME.assign(category=["classifieds", "escorting"], mirror_group="", listed=FRAME["size"])
    coded = register.planned(lists, sampling)["coded"]
    if domains == "whole":
        assert coded.sum() == 210  # 384.15 / (1 + 383.15 / 460) = 209.6
    else:  # 384.15 / (1 + 383.15 / 400) = 196.2 and 384.15 / (1 + 383.15 / 60) = 52.01
        assert coded.tolist() == [197, 53]
