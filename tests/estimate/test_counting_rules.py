"""Rules of counting that a team may question: mixed groups, « autre », the ceiling, the window of years, who stayed silent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import handmade
import pandas as pd
import pytest
from drawn import one_in
from handmade import BOOK, CODEBOOK, FILES, facts, layout

from diagnostic.codebook.loading import CodebookError, load
from diagnostic.codebook.model import meaning
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core.tables import model
from diagnostic.estimate.catalogue.reading import every
from diagnostic.estimate.field import partners
from diagnostic.estimate.people import described
from diagnostic.estimate.tally import Choices, counted, prepare, prepared

REPORT = Path(__file__).parents[2] / "report"


def told(number: str, **answers: str) -> handmade.Row:
    """One situation of response R01; « prov » unless told otherwise."""
    names = handmade.read("situations")[0].keys()
    row = dict.fromkeys(names, "") | {"record": "R01", "number": number, "situation_status": "prov", "year": "2019"}
    return row | answers


@cache
def _made(rows: tuple[tuple[tuple[str, str], ...], ...]) -> dict[str, pd.DataFrame]:
    return handmade.consolidated([dict(row) for row in rows])


def consolidated(rows: list[handmade.Row]) -> dict[str, pd.DataFrame]:
    """The same situations are put together once."""
    return _made(tuple(tuple(row.items()) for row in rows))


def under(rows: list[handmade.Row], fact: str, **choices: bool) -> tuple[float, float, float, float]:
    """Value, bounds and base of an indicator of persons under some choices."""
    made = consolidated(rows)
    (ready,) = prepared(made["described"], made["pairs"], meaning(CODEBOOK), [Choices(**choices)])
    indicator = next(one for one in CODEBOOK.counted("person") if fact in (one.fact_id, one.count_id))
    found = counted(ready, indicator.asked, indicator.told, indicator.within)
    assert found is not None
    return found.value, found.low, found.high, found.base


# -- Mixed groups -------------------------------------------------------------------------------------------------

TEN = [told("1", persons_in_situation="10", prostitution_form="flat+inter")]


@pytest.mark.parametrize("fact", ["forms.indoor", "forms.internet"])
def test_each_place_of_a_group_holds_for_all_of_it_and_for_one_person_at_least(fact: str) -> None:
    assert under(TEN, fact) == (10, 1, 10, 10)
    assert under(TEN, fact, one_each=True) == (1, 1, 10, 10)  # the other rule: eight persons would be nowhere


@pytest.mark.slow
def test_both_places_are_those_of_somebody_and_one_place_is_that_of_all() -> None:
    found = facts(consolidated(TEN))
    assert found.loc["forms.indoor", "rules"] == "groupe_entier"
    assert "chacune compte pour tout le groupe" in found.loc["forms.indoor", "method"]
    alone = [told("1", persons_in_situation="10", prostitution_form="flat")]
    assert under(alone, "forms.indoor") == (10, 10, 10, 10)
    assert under(alone, "forms.internet") == (0, 0, 0, 10)


@pytest.mark.slow
def test_answers_that_exclude_each_other_are_still_one_person_each() -> None:
    rows = [told("1", persons_in_situation="10", gender="women+men")]
    assert under(rows, "profile.women") == (1, 1, 9, 10)
    found = facts(consolidated(rows))
    assert found.loc["profile.women", "rules"] == "groupe_mixte"
    assert "Jusqu’à" not in found.loc["profile.women", "method"]


def test_another_description_of_the_same_persons_bounds_what_a_whole_group_may_be() -> None:
    """Ten told in two places; three of them, told again, in the street alone: seven at most on the Internet."""
    rows = [*TEN, told("1", record="R02", persons_in_situation="3", prostitution_form="stree")]
    forms = [dict(row) for row in handmade.read("responses")]
    parents = {row["response_id"]: row for row in forms}
    typed = handmade.responses(forms)
    asked = questionnaire.consolidate(typed, handmade.situations(rows, parents), model("collect/received_rows").empty())
    same = handmade.decisions([{"first": "R01/1", "second": "R02/1", "decision": "same"}])
    none = handmade.interview_situations([])
    made = gather(asked["respondents"], asked["cases"], pd.DataFrame(), none, pd.DataFrame(), same, CODEBOOK)
    ready = prepare(made["described"], made["pairs"], meaning(CODEBOOK))
    found = ready.tally(ready.having(("prostitution_form", ("inter",))), ready.prostitution)
    assert (found.value, found.low, found.high) == (7, 1, 7)


# -- « Autre » ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_other_alone_says_nothing_of_the_other_answers() -> None:
    rows = [
        told("1", persons_in_situation="4", finances="other"),
        told("2", persons_in_situation="2", finances="none"),
        told("3", persons_in_situation="1", finances="wage+other"),
    ]
    assert under(rows, "cond.no_resources") == (2, 2, 2, 3)  # of the three of whom something is known
    assert under(rows, "cond.no_resources", other_informed=True) == (2, 2, 2, 7)
    found = facts(consolidated(rows))
    assert found.loc["cond.base_finance", "value"] == 3
    assert found.loc["persons.finances.other", "value"] == 5  # who ticked it is still counted
    assert "autre_non_code" in found.loc["cond.no_resources", "rules"]


def test_a_closed_rest_of_a_list_is_an_answer() -> None:
    """No text goes with « autre » where it closes a list: it is known to be none of the others."""
    assert "pimp_relation" not in meaning(CODEBOOK).open and "finances" in meaning(CODEBOOK).open


# -- The ceiling --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ceiling", "high"), one_in(2, [(10, 10 + 12 + 3), (4, 4 + 12 + 3), (25, 25 + 25 + 3)]))
def test_the_ceiling_is_the_one_that_the_study_declares(ceiling: int, high: int) -> None:
    """Without a number, « au moins 12 » (never fewer), and 3: whatever the largest number that somebody wrote."""
    rows = [told("1"), told("2", persons_in_situation="au moins 12"), told("3", persons_in_situation="3")]
    counting = {"ceiling": ceiling, "first_year": None}
    parents = {row["response_id"]: dict(row) for row in handmade.read("responses")}
    own = questionnaire.persons(handmade.situations(rows, parents), counting)
    none = handmade.interview_situations([])
    typed = handmade.responses([dict(row) for row in handmade.read("responses")]).assign(professionals=1)
    empty = pd.DataFrame()
    made = gather(typed, own, empty, none, empty, handmade.decisions([]), CODEBOOK, None, counting)
    found = described.estimate(made["described"], made["pairs"], layout(), "00-2026", counting, **BOOK)[
        "described_facts"
    ].set_index("fact_id")
    persons = found.loc["shared.persons_concerned"]
    assert (persons["value"], persons["low"], persons["high"]) == (1 + 12 + 3, 1 + 12 + 3, high)
    assert "plafond_declare" in persons["rules"] and f"Borne haute : {ceiling} personnes" in persons["method"]


# -- The window of years ------------------------------------------------------------------------------------------

DATED = [
    told("1", year="2015"),
    told("2", year="2019"),
    told("3", year="dk"),
    told("4", year="bef"),
    told("5", year=""),
]


@pytest.mark.parametrize(
    ("first_year", "kept"),
    [(None, ["1", "2", "3", "4", "5"]), (2015, ["1", "2", "3", "5"]), (2016, ["2", "3", "5"]), (2020, ["3", "5"])],
)
def test_facts_older_than_the_window_are_set_aside_and_undated_ones_are_counted(
    first_year: int | None, kept: list[str]
) -> None:
    parents = {row["response_id"]: dict(row) for row in handmade.read("responses")}
    own = handmade.situations([dict(row) for row in DATED], parents)
    counting = {"ceiling": 10, "first_year": first_year}
    made = questionnaire.consolidate(
        handmade.responses(list(parents.values())), own, model("collect/received_rows").empty(), counting
    )
    assert made["cases"]["situation_number"].astype(str).tolist() == kept
    rows = made["questionnaire_rows"]
    aside = rows[rows["outcome"].eq("set_aside")]
    assert len(aside) == len(DATED) - len(kept)
    assert set(aside["reason"]) <= {questionnaire.OLDER} and set(aside["rules"]) <= {
        "hors_fenetre",
        "effectif_non_precise; hors_fenetre",
    }


@pytest.mark.slow
def test_undated_situations_are_said() -> None:
    undated = facts(consolidated(DATED)).loc["shared.situations_undated"]
    assert (undated["value"], undated["denominator"]) == (2, 5)
    assert undated["method"] == "Elles sont comptées. Aucune année n’est mise de côté."


# -- Who stayed silent --------------------------------------------------------------------------------------------


def test_a_structure_that_stayed_silent_has_not_answered() -> None:
    """Of ten contacted by name two answered and seven stayed silent; what came of one is not known."""
    outcomes = ["answered", "interview", *["silent"] * 7, "no_answer"]
    table = pd.DataFrame(
        {
            "partner_code.code": [f"P{n}" for n in range(10)],
            "wave.code": "first",
            "contacted_by_name.code": "yes",
            "outcome.code": outcomes,
            "sheet": 1,
            "row": range(3, 13),
        }
    )
    found = partners.estimate(table, table.iloc[:0], model("collect/places").empty(), "00-2026")["partners_facts"]
    share = found.set_index("fact_id").loc["partners.response_pct"]
    assert (share["value"], share["low"], share["high"]) == (20, 20, 30)


@pytest.mark.parametrize("code", ["no_answer", "not_asked"])
def test_no_answer_may_be_called_as_what_has_none(code: str) -> None:
    options = FILES["options.csv"].decode("utf-8-sig").replace("contact_outcome;silent;", f"contact_outcome;{code};")
    with pytest.raises(CodebookError, match="question sans réponse"):
        load({**FILES, "options.csv": options.encode()})


# -- Words --------------------------------------------------------------------------------------------------------


def test_no_number_that_has_one_below_it_is_called_a_minimum() -> None:
    words = " ".join(f"{text.label} {text.method} {text.formula}" for text in every()["described"].values())
    assert "minima" not in words.replace("minima sociaux", "")
    for chapter in (REPORT / "chapitres").glob("*.qmd"):
        text = chapter.read_text(encoding="utf-8").replace("minima sociaux", "")
        assert "a minima" not in text, chapter.name
        for line in text.splitlines():  # situations of both sources, persons of both sources
            assert not ("survey.situations" in line and "shared.persons" in line), chapter.name
