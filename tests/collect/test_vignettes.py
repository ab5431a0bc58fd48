"""Composite stories: of three situations of three structures, approved by two persons, or told at their cell."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnostic.collect import checks
from diagnostic.collect.checks_vignettes import approved, check
from diagnostic.collect.keys import composed, resolver
from diagnostic.collect.parse import Source
from diagnostic.collect.tables import INPUTS
from diagnostic.consolidate.lists import WAITING
from diagnostic.consolidate.lists import support as consolidate
from diagnostic.core.problems import BLOCKING, MASKED, WARNING
from diagnostic.core.tables import columns
from diagnostic.report.grids.field import vignettes

LETTERS = dict(zip(("title", "text", "situations", "first_approval", "second_approval"), "ABCDE", strict=True))
TOLD = ("une porte ouverte", "Elle trouve un lieu sûr et s’y repose.", "R1/1 ; R2/1 ; E01/1", "AB", "CD")
FILE = "vignettes.csv"


def stories(**changed: object) -> pd.DataFrame:
    row = dict(zip(LETTERS, TOLD, strict=True)) | changed
    return pd.DataFrame([row | {"row": 2}])


def received() -> dict[str, pd.DataFrame]:
    """Five forms and an interview: two forms of one structure (R3 is R1's), one that names none, eight situations."""
    forms = {"R1": "N-A", "R2": "N-B", "R3": "N-A", "R4": None, "R5": "N-D"}
    told = [("R1", "1"), ("R1", "2"), ("R2", "1"), ("R3", "1"), ("R4", "1"), ("R5", "1")]
    return {
        "responses": pd.DataFrame({"response_id": list(forms), "organisation.pseudonym": list(forms.values())}),
        "situations": pd.DataFrame(told, columns=["response_id", "situation_number"]),
        "interview_records": pd.DataFrame({"interview_id.code": ["E01"], "structure.pseudonym": ["N-C"]}),
        "interview_situations": pd.DataFrame({"interview_id.code": ["E01", "E01"], "situation_number.number": [1, 2]}),
    }


def problems(
    told: pd.DataFrame, *decided: tuple[str, str, str], areas: pd.DataFrame | None = None
) -> list[tuple[str, ...]]:
    tables = received() | {"vignettes": told}
    tables["duplicates"] = pd.DataFrame(decided, columns=["first", "second", "decision"])
    places = pd.DataFrame(
        [("vignettes", name, 0, letter) for name, letter in LETTERS.items()],
        columns=["table", "name", "sheet", "column"],
    )
    found = list(check(tables, places, FILE, areas))
    assert all(one.file == FILE and one.row == 2 and one.value == MASKED for one in found)
    return [(one.severity, one.column, one.message.replace("\u00a0", " ")) for one in found]


def test_a_story_of_three_situations_of_three_structures_stands() -> None:
    assert problems(stories()) == []
    assert problems(stories(), ("R1/1", "R2/1", "different")) == []


def test_a_title_said_twice_is_told_at_the_second_story() -> None:
    told = pd.concat([stories(), stories(text="Elle repart.").assign(row=3), stories(title="un refuge").assign(row=4)])
    nothing = {role: model.empty() for role, model in INPUTS.items()}
    found = checks.check(nothing | {"vignettes": told}, {"vignettes": Source(FILE, LETTERS)})
    assert [(one.severity, one.row, one.column) for one in found] == [(BLOCKING, 3, "A")]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("R1/1 ; R2/1", "moins de trois situations"),
        ("R1/1 ; R2/1 ; R2/1", "moins de trois situations"),
        ("R1/1 ; R1/2 ; R2/1", "trois structures"),
        ("R1/1 ; R3/1 ; R2/1", "trois structures"),
        ("R1/1 ; R4/1 ; R2/1", "trois structures"),
        ("R1/1 ; R2/1 ; R9/1", "n’en désigne aucune"),
        ("R1/1 ; R2/1 ; R5/2", "n’en désigne aucune"),
        ("une voisine", "n’en désigne aucune"),
    ],
)
def test_one_that_is_of_fewer_is_refused_at_its_cell(named: str, words: str) -> None:
    ((severity, column, message),) = problems(stories(situations=named))
    assert (severity, column) == (BLOCKING, "C") and words in message
    assert named.split(" ; ")[-1] not in message


@pytest.mark.parametrize("decision", ["same", "unsure"])
def test_situations_that_may_be_of_one_person_count_once(decision: str) -> None:
    """R1/1 and E01/1 through R5/1: two persons at most are behind the three."""
    ((severity, column, message),) = problems(stories(), ("R5/1", "R1/1", decision), ("E01/1", "R5/1", decision))
    assert (severity, column) == (BLOCKING, "C") and "moins de trois situations" in message


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("title", "une porte en mai", "une date"),
        ("text", "Elle vit à Val-Fictif.", "un lieu du département"),
        ("text", "Elle a deux enfants.", "un nombre"),
    ],
)
def test_what_it_may_not_say_is_told_at_its_cell(column: str, text: str, words: str) -> None:
    areas = pd.DataFrame({"level": ["commune", "departement"], "name": ["Val-Fictif", "un lieu"]})
    found = problems(stories(**{column: text}), areas=areas)
    assert all((severity, letter) == (BLOCKING, LETTERS[column]) for severity, letter, _ in found)
    assert any(words in message.lower() for _, _, message in found)


@pytest.mark.parametrize("pair", [(None, None), ("AB", None), (None, "AB"), ("AB", "ab"), ("AB", "")])
def test_without_two_approvals_it_waits_and_is_not_printed(pair: tuple[str | None, str | None]) -> None:
    told = stories(first_approval=pair[0], second_approval=pair[1])
    assert not approved(*pair)
    assert [(one[0], one[1]) for one in problems(told)] == [(WARNING, "E")]
    others = {
        role: INPUTS[role].empty()
        for role in ("structures", "practices", "outreach", "restitutions", "actions", "law_results")
    }
    both = pd.concat([told, stories(row=3, title="une autre")], ignore_index=True)
    made = consolidate(**others, vignettes=both, files={"vignettes": FILE}, circulation="public")
    assert list(made["vignettes"]["title"]) == ["une autre"] and list(made["vignettes"]) == ["row", "title", "text"]
    rows = made["support_rows"]
    assert list(rows["outcome"]) == ["set_aside", "kept"] and list(rows["reason"]) == [WAITING, ""]


def test_a_key_as_a_person_writes_it_becomes_the_study_s_own() -> None:
    own = resolver(received(), {"137": "R1", "140": "R2"})
    told = composed(stories(situations="137/1; 140/1 ;entretien E01/2"), own)
    assert told["situations"].item() == "R1/1 ; R2/1 ; E01/2"


def test_what_is_printed_is_said_to_be_composed_and_names_nothing_it_is_made_of() -> None:
    printed = vignettes(stories()[["title", "text"]])
    assert printed == "**Récit composé : une porte ouverte.** Elle trouve un lieu sûr et s’y repose\\."
    assert vignettes(stories()[["title", "text"]].iloc[:0]) == ""
    assert columns(INPUTS["vignettes"])[1:] == list(LETTERS)
