"""Shares, domain shares and means of a stratified sample that is not ours, as R `survey` gives them.

`apistrat.csv`: the 200 schools of the stratified sample `apistrat` (California Academic Performance Index, 2000; data `api` of R
`survey`), eight of its columns. The numbers were printed by R 4.5.0 with survey 4.4-2 (Debian), of
`svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc)`: `svymean` of each indicator, `subset` for domains. The weights that come
with the data are rounded to single precision; ours are N_h / n_h: they differ by 6e-9 of themselves.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnostic.estimate.formulas.linearised import Design, design_of, mean, share

SCHOOLS = pd.read_csv(Path(__file__).with_name("apistrat.csv"))
NEAR = 1e-7
ONES = np.ones(len(SCHOOLS))


def design() -> Design:
    return design_of(SCHOOLS["stype"], SCHOOLS.groupby("stype")["fpc"].first().astype(float))


def yes(name: str) -> np.ndarray:
    return SCHOOLS[name].eq("Yes").to_numpy()


EVERY = np.ones(len(SCHOOLS), dtype=bool)


@pytest.mark.parametrize(
    ("case", "base", "value", "error"),
    [
        (yes("awards"), EVERY, 0.638936064050578, 0.034405917997269),
        (yes("yr.rnd"), EVERY, 0.13748789003744, 0.027713470376394),
        (yes("awards"), yes("comp.imp"), 0.974509306673327, 0.0155087828402165),
    ],
)
def test_a_share_and_its_error_are_those_of_survey(
    case: np.ndarray, base: np.ndarray, value: float, error: float
) -> None:
    found = share(design(), case, base, ONES)
    assert (found.value, found.se) == pytest.approx((value, error), rel=NEAR)


def test_a_mean_in_a_domain_and_its_error_are_those_of_survey() -> None:
    whole = mean(design(), SCHOOLS["enroll"].to_numpy(float), EVERY, ONES)
    assert (whole.value, whole.se) == pytest.approx((595.282137135504, 18.5085109585774), rel=NEAR)
    part = mean(design(), SCHOOLS["api00"].to_numpy(float), yes("yr.rnd"), ONES)
    assert (part.value, part.se) == pytest.approx((574.481610884419, 22.2375657014588), rel=NEAR)
