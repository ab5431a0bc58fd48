"""The question that a study of several départements asks besides those of the codebook."""

from __future__ import annotations

import pandas as pd
from handmade import CODEBOOK, FILES

from diagnostic.codebook.loading import load
from diagnostic.codebook.region import WIDER, regional
from diagnostic.core.validation import validate

NAMES = {"22": "Côtes-d’Armor", "2A": "Corse-du-Sud"}


def test_one_question_more_whose_answers_are_the_departements() -> None:
    book = load(regional(FILES, NAMES))
    added = [one for one in book.table("responses") if one.name not in {v.name for v in CODEBOOK.table("responses")}]
    assert [one.name for one in added] == ["departement"]
    assert [(one.code, one.label) for one in book.options(added[0])][:2] == list(NAMES.items())
    assert {one.code for one in book.options(added[0])} == {*NAMES, "multi", "dk"}
    names = [one.name for one in book.table("responses")]
    assert names.index("departement") == names.index("activity_field") + 1


def test_the_table_of_answers_takes_every_departement() -> None:
    book = load(regional(FILES, NAMES))
    (asked,) = (one for one in book.table("responses") if one.name == "departement")
    answers = [f"{asked.name}/{one.code}" for one in book.options(asked)]
    assert "departement/2A" in answers
    assert list(validate(pd.DataFrame({"answer": answers}), "collect/codes")["answer"]) == answers


def test_the_place_of_the_facts_is_asked_of_all_of_them() -> None:
    (asked,) = (one for one in load(regional(FILES, NAMES)).table("situations") if one.name == "territory")
    assert "l’un des départements" in asked.question


def test_no_file_speaks_of_one_departement_where_there_are_several() -> None:
    """Each wording is one of the codebook's, and none is left; the rest is as it was, row by row."""
    told = {name: content.decode("utf-8-sig") for name, content in FILES.items()}
    made = {name: content.decode() for name, content in regional(FILES, NAMES).items()}
    assert made.keys() == told.keys()
    for one in WIDER:
        assert any(one in text for text in told.values()), one
        assert not any(one in text for text in made.values()), one
    book, other = CODEBOOK, load(regional(FILES, NAMES))
    (territory,) = (one for one in book.table("situations") if one.name == "territory")
    assert [o.code for o in other.options(territory)] == [o.code for o in book.options(territory)]
    assert [v.name for v in other.table("situation_coding")] == [v.name for v in book.table("situation_coding")]


def test_of_one_departement_nothing_more_is_asked() -> None:
    assert regional(FILES, {"62": "Pas-de-Calais"}) == FILES
