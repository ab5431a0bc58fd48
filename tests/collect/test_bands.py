"""A code keeps its band of ages as long as answers lie under it."""

from __future__ import annotations

import handmade
import pandas as pd
import pytest

from diagnostic.codebook.loading import load
from diagnostic.codebook.model import Codebook
from diagnostic.collect.steps import moved_bands
from diagnostic.core.problems import BLOCKING

CUT = {  # 36 to 45 cut in two, under a code of its own for the second part
    "options.csv": handmade.FILES["options.csv"]
    .replace(b"age_band;a46;", "age_band;a41;41 à 45 ans;41-45;;;;ordinary;;41\nage_band;a46;".encode())
    .replace("36 à 45 ans;36-45 ans | 36-45;".encode(), "36 à 40 ans;36-40;".encode())
}
BEFORE = {"questionnaire": handmade.CODEBOOK.bands}


def cut() -> Codebook:
    assert CUT["options.csv"] != handmade.FILES["options.csv"]
    return load(handmade.FILES | CUT)


def answered(*codes: str) -> dict[str, pd.DataFrame]:
    """Situations of a questionnaire, each with one age."""
    return {
        "situations": pd.DataFrame(
            {
                f"age_band/{code}": ["ticked" if code == own else "not_ticked" for own in codes]
                for code in ("a26", "a36", "a46")
            }
        )
    }


def test_bands_end_where_the_next_begins() -> None:
    bands = handmade.CODEBOOK.bands
    assert (bands["age_band/u15"], bands["age_band/a36"], bands["age_band/o55"]) == ("0-14", "36-45", "56-")


def test_a_code_whose_band_changed_is_refused_where_answers_lie_under_it() -> None:
    (problem,) = moved_bands(answered("a26", "a36"), cut(), BEFORE)
    assert (problem.severity, problem.file) == (BLOCKING, "questionnaire")
    message = problem.message.replace("\xa0", " ").replace("\u202f", " ")
    assert all(said in message for said in ("« a36 »", "36 à 45 ans", "36 à 40 ans"))
    assert "options.csv" in problem.remedy


@pytest.mark.parametrize(
    ("told", "codebook", "before"),
    [
        (answered("a26", "a46"), "cut", BEFORE),  # nobody answered under that code
        (answered("a36"), "own", BEFORE),  # the band is what it was
        (answered("a36"), "cut", {}),  # nothing says what it was
    ],
)
def test_nothing_else_is_refused(told: dict[str, pd.DataFrame], codebook: str, before: dict) -> None:
    assert not list(moved_bands(told, cut() if codebook == "cut" else handmade.CODEBOOK, before))
