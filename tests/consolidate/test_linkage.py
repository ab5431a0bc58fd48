"""What a coded commune says of two descriptions: one in common agrees, two others contradict, one unknown says nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from handmade import CODEBOOK

from diagnostic.consolidate.linkage import COMMUNE_POINTS, candidates
from diagnostic.consolidate.located import COMMUNES

ANSWERS = {"age_band": "a18", "nationality": "fr", "prostitution_form": "inter", "gender": "women"}


def scored(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[int, bool]:
    """The points of two situations that differ in their communes only, and whether these are told to agree."""
    rows = []
    for name, communes in (("a/1", first), ("b/1", second)):
        own = dict(zip((f"{name}.code" for name in COMMUNES), (*communes, "", ""), strict=False))
        ticks = {
            f"{variable}/{option.code}": "ticked" if option.code == ANSWERS[variable] else "not_ticked"
            for variable in ANSWERS
            for option in CODEBOOK.options(next(v for v in CODEBOOK.variables if v.name == variable))
        }
        rows.append({"situation": name, "record": name[0]} | ticks | own)
    (pair,) = candidates(pd.DataFrame(rows), CODEBOOK, enough=0).itertuples()
    return int(pair.score), "commune" in pair.agree.split()


@pytest.mark.parametrize(
    ("first", "second", "points"),
    [
        (("47001",), ("47001",), COMMUNE_POINTS),
        (("47195", "47001"), ("47001", "47300", "47301"), COMMUNE_POINTS),
        (("47001",), ("47195",), -COMMUNE_POINTS),
        (("47001",), ("no_answer",), 0),
        (("no_answer",), ("not_asked",), 0),
        (("",), ("",), 0),
    ],
)
def test_communes_in_the_score(first: tuple[str, ...], second: tuple[str, ...], points: int) -> None:
    bare, _ = scored(("",), ("47001",))
    found, agree = scored(first, second)
    assert (found - bare, agree) == (points, points > 0)
