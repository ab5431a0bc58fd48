"""Who contributed, response by response and interview by interview, in cases worked out by hand."""

from __future__ import annotations

import pandas as pd

from diagnostic.consolidate import gathered, questionnaire

MISSING = None


def numbers(*values: int | None) -> pd.Series:
    return pd.Series(pd.array(values, dtype="Int64"))


def test_a_collective_response_stands_for_those_consulted_two_where_it_does_not_say() -> None:
    modes = ["self", "self", "group", "group", "group", "group"]
    consulted = numbers(MISSING, 5, MISSING, 0, 1, 4)
    made, blank = questionnaire._professionals(
        pd.DataFrame({"answer_mode.code": modes, "professionals_consulted.number": consulted})
    )
    assert made["professionals"].tolist() == [1, 1, 2, 1, 1, 4]
    assert blank.tolist() == [False, False, True, False, False, False]


def test_professionals_of_responses_with_their_bounds() -> None:
    responses = pd.DataFrame(
        {
            "response_id": ["R1", "R2", "R3", "R4"],
            "answer_mode.code": ["self", "group", "group", "self"],
            "professionals_consulted.number": numbers(MISSING, MISSING, 5, MISSING),
            "professionals": numbers(1, 2, 5, 1),
            "exposure/seen": ["not_ticked", "not_ticked", "ticked", "not_ticked"],
            "sheet": 1,
            "row": range(2, 6),
        }
    )
    described = pd.DataFrame({"source": ["response", "interview"], "record": ["R2", "R4"]})
    found = gathered.professionals(responses, pd.DataFrame(), described, ["seen", "not_there"])["professionals"]
    # A blank number may be as many as the largest that is written; who told of a situation, or ticked it, identified one.
    assert found["professionals"].tolist() == found["professionals_low"].tolist() == [1, 2, 5, 1]
    assert found["professionals_high"].tolist() == [1, 5, 5, 1]
    assert found["identified"].tolist() == found["identified_low"].tolist() == [0, 2, 5, 0]
    assert found["identified_high"].tolist() == [0, 5, 5, 0]
    assert found["rules"].tolist() == ["", "collectif_non_precise", "", ""]
    alone = responses.assign(professionals=numbers(1, 2, 1, 1))  # nobody else answered for several: two, not more
    found = gathered.professionals(alone, pd.DataFrame(), described, ["seen"])["professionals"]
    assert found["professionals_high"].tolist() == [1, 2, 1, 1]


def test_professionals_of_interviews_less_those_who_answered_the_form() -> None:
    interviews = pd.DataFrame(
        {
            "interview_id.code": ["I1", "I2", "I3", "I4", "I5"],
            "people_met.number": numbers(4, MISSING, 2, 2, 3),
            "already_answered.number": numbers(1, MISSING, MISSING, 3, 0),
            "sheet": 1,
            "row": range(2, 7),
        }
    )
    told = pd.DataFrame({"source": "interview", "record": ["I1", "I3", "I4"]})
    found = gathered.professionals(pd.DataFrame(), interviews, told, [])["professionals"]
    assert found["met"].tolist() == [4, 1, 2, 2, 3]
    assert found["professionals"].tolist() == [3, 1, 2, 0, 3]
    assert found["professionals_low"].tolist() == [3, 0, 0, 0, 3]  # all of them, where it is not said
    assert found["professionals_high"].tolist() == [3, 4, 2, 0, 3]  # of an unknown number met, the largest written
    assert found["identified"].tolist() == [3, 0, 2, 0, 0]
    assert found["identified_low"].tolist() == [1, 0, 0, 0, 0]  # one of those met at least
    assert found["identified_high"].tolist() == [3, 0, 2, 0, 0]
    both = "rencontre_non_precisee; deja_repondu_non_precise"
    assert found["rules"].tolist() == ["", both, "deja_repondu_non_precise", "", ""]


def test_the_largest_of_an_unknown_number_met_is_one_where_none_is_written() -> None:
    interviews = pd.DataFrame(
        {"interview_id.code": ["I1"], "people_met.number": numbers(0), "already_answered.number": numbers(0)}
    ).assign(sheet=1, row=2)
    both = pd.concat([interviews, interviews.assign(**{"people_met.number": numbers(MISSING)})], ignore_index=True)
    found = gathered.professionals(pd.DataFrame(), both, pd.DataFrame({"source": [], "record": []}), [])[
        "professionals"
    ]
    assert found["professionals_high"].tolist() == [0, 1]


def test_each_row_of_interviews_says_what_became_of_it() -> None:
    """One interview, a situation that counts, one of another's persons, one too old and one without any answer."""
    records = pd.DataFrame(
        {"interview_id.code": ["I1"], "people_met.number": numbers(2), "already_answered.number": numbers(MISSING)}
    ).assign(sheet=1, row=2)
    told = pd.DataFrame(
        {
            "interview_id.code": ["I1"] * 4,
            "situation_number.number": numbers(1, 2, 3, 4),
            "persons_in_situation.rule": ["number", "range", "blank", "blank"],
            "persons_in_situation.minimum": numbers(2, 3, MISSING, MISSING),
            "persons_in_situation.maximum": numbers(2, 4, MISSING, MISSING),
            "year.code": ["2025", "2025", "2019", "no_answer"],
            "sheet": 2,
            "row": range(2, 6),
        }
    )
    merged = pd.DataFrame({"source": ["interview"], "sheet": [2], "row": [3], "into": ["R1/1"]})
    received = pd.DataFrame({"role": gathered.INTERVIEWS, "sheet": [1, 2, 2, 2, 2], "row": [2, 2, 3, 4, 5]})
    tables = {"interview_records": records, "interview_situations": told}
    found = gathered._interview_rows(tables, merged, received, {gathered.INTERVIEWS: "i.xlsx"}, 2020)
    into = ["professionals/I1", "described/I1/1", "described/R1/1", "described/I1/3", "described/I1/4"]
    assert list(zip(found["row"], found["outcome"], found["into"].fillna(""), strict=True)) == list(
        zip([2, 2, 3, 4, 5], ["kept", "kept", "merged", "set_aside", "set_aside"], into, strict=True)
    )
    rules = ["deja_repondu_non_precise", "", "plus_petit_nombre; doublons_reunis", None, None]
    assert list(found["rules"])[:3] == rules[:3]
    assert list(found["reason"].fillna(""))[3:] == [gathered.OLDER, gathered.EMPTY]
