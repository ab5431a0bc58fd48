"""The short form of `test_team_study.py`: the team's form read by its recipe, each answer as often as it was drawn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import recipes
import team_expected as expected
import team_files
from team_columns import OWN
from team_people import People
from team_play import TABLES_OF, completed

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import Received
from diagnostic.collect.grids import read_export
from diagnostic.describe.everything import TABLES, everything
from diagnostic.describe.proposing import table_of

EDITS = 6  # cells typed in the view: initials, one wording, three questions, what a blank means


@pytest.fixture(scope="module")
def people() -> People:
    return team_files.truth()[0]


@pytest.fixture(scope="module")
def read(people: People) -> Received:
    """The form as the team gives it, once its recipe is corrected and signed."""
    codebook = load(read_folder(Path(__file__).parents[2] / FOLDER))
    content = team_files.xlsx({"Form1": team_files.words.form(people)})
    kept = recipes.propose(codebook, content)
    view, typed = completed(kept.view)
    assert typed <= EDITS
    found = kept.completed(view).read(content)
    assert [problem for problem in found.problems if problem.severity == "bloquant"] == []
    return found


def counts(read: Received, table: str, variable: str) -> Counter[str]:
    """Code → rows that have it."""
    frame = read.tables[table]
    if f"{variable}.code" in frame:
        return Counter(frame[f"{variable}.code"])
    ticked = {
        name.partition("/")[2]: frame[name].eq("ticked").sum() for name in frame if name.startswith(f"{variable}/")
    }
    return Counter({code: int(number) for code, number in ticked.items()})


@pytest.mark.parametrize("question", expected.DESCRIBED)
def test_each_answer_on_the_situations(read: Received, people: People, question: str) -> None:
    variable, codes = expected.DESCRIBED[question]
    found = counts(read, "situations", variable)
    told = [one for one in people.situations if one.source == "questionnaire"]
    assert {own: found[code] for own, code in codes.items()} == {
        own: sum(own in one.ticked[question] for one in told) for own in codes
    }


@pytest.mark.parametrize("question", expected.ANSWERED)
def test_each_answer_of_the_professionals(read: Received, people: People, question: str) -> None:
    variable, codes = expected.ANSWERED[question]
    found = counts(read, "responses", variable)
    several = {"repéré": "exposure", "besoins": "needs"}
    said = [
        (getattr(one, several[question]) if question in several else (one.answers[question],))
        for one in people.responses
    ]
    assert {own: found[code] for own, code in codes.items()} == {
        own: sum(own in each for each in said) for own in codes
    }


def test_each_count_in_words(read: Received, people: People) -> None:
    frame = read.tables["situations"]
    studied = frame.set_index(["response_id", "situation_number"])["persons_in_situation.study"]
    told = [one for one in people.situations if one.source == "questionnaire"]
    assert len(told) == len(frame)
    for one in told:
        text, least = expected.counted(one)
        value = studied[str(one.record), one.number]
        assert value == least if text else value is studied.dtype.na_value, (text, value)


@pytest.mark.slow
def test_each_table_of_the_team_is_recognised() -> None:
    codebook = everything(load(read_folder(Path(__file__).parents[2] / FOLDER)))
    given = team_files.files(*team_files.truth())
    found = {
        (name, grid.title or ""): table_of(codebook, grid, list(TABLES))
        for name in TABLES_OF
        for grid in read_export(given[name], name)[0]
    }
    assert found == {place: OWN[place][0] for place in OWN if place[0] in TABLES_OF}
