"""A table of one row is a sentence: each number under its name, with its own limits in brackets."""

from __future__ import annotations

import pytest

from diagnostic.report.tabular import LIMITS, pipe

HEADER = (("Ce qui est dit", "left", 30), ("Personnes", "right", 10), (LIMITS, "right", 10), ("Part", "right", 10))
HEADER = (*HEADER, (LIMITS, "right", 10))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("mineur·e", "20", "10 à 30", "13 %", "5 à 20 %"), "personnes : 20 (de 10 à 30) ; part : 13 % (de 5 à 20 %)"),
        (
            ("mineur·e", "–", "10 à 30 (modèle)", "13 %", "5 à 20 % (modèle)"),
            "personnes : de 10 à 30 (modèle) ; part : 13 % (de 5 à 20 %, modèle)",
        ),
        (("mineur·e", "20", "", "–", "5 à 20 %"), "personnes : 20 ; part : de 5 à 20 %"),
        (("mineur·e", "", "", "13 %", "5 à 20 %"), "13 % (de 5 à 20 %)"),  # of one number the name is not said
    ],
)
def test_limits_stand_with_their_number(row: tuple[str, ...], said: str) -> None:
    text = pipe(HEADER, [row], "Une réponse.", "reponse").replace("\u00a0", " ").replace("\u202f", " ")
    assert f"*Une réponse.* Mineur·e : {said}.\n" in text
