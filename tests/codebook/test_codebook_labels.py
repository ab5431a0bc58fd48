"""Several labels joined in one cell are told apart, commas in them or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.codebook import loading
from diagnostic.codebook.labels import ambiguous, longest_match, normalise

CODEBOOK = loading.load(loading.read_folder(Path(__file__).parents[2] / loading.FOLDER))
SEVERAL = sorted({v.list for v in CODEBOOK.variables if v.type == "multiple"})


@pytest.mark.parametrize(
    ("one", "other"),
    [("Informé·e", "informé(e)"), ("INFORMÉ.E", "informe e"), ("À\u00a0la rue ", "a la rue"), ("l’hôtel", "L'HOTEL")],
)
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_signs_that_make_a_difference() -> None:
    assert len({normalise(text) for text in ("< 15 ans", "> 15 ans", "15 ans")}) == 3


def test_commas_inside_labels() -> None:
    spellings = CODEBOOK.spellings("exposure")
    cell = (
        "Identifié, de manière probable ou avérée, des situations de prostitution, "
        "Eu connaissance, par un tiers, de situations de prostitution"
    )
    assert longest_match(cell, spellings) == (["proba", "third"], [])
    assert longest_match("Témoin, autre chose", spellings) == (["seen"], ["autre chose"])


def test_ambiguity_is_seen() -> None:
    assert list(ambiguous(["A", "B", "A, B"])) == [("A", "A, B", "B")]
    assert list(ambiguous(["A", "A, B", "B, C"])) == [("A", "A, B", "B, C")]  # « A, B, C » would lose its A
    assert list(ambiguous(["A, B", "C", "D, E, F"])) == []


@given(st.data())
def test_any_set_of_answers_is_read_back(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(SEVERAL))
    options = data.draw(st.lists(st.sampled_from(CODEBOOK.lists[name]), unique=True, min_size=1))
    written = [data.draw(st.sampled_from(option.spellings)) for option in options]
    joint = data.draw(st.sampled_from([", ", ",", ";", " ; ", "; "]))
    trailing = data.draw(st.sampled_from(["", ";", " "]))
    found = longest_match(joint.join(written) + trailing, CODEBOOK.spellings(name))
    assert found == ([option.code for option in options], [])
