"""Themes of what professionals wrote: counted in professionals, over those to whom the question was put, blanks in the bounds."""

from __future__ import annotations

from pathlib import Path

import handmade
import pandas as pd
import pytest
from drawn import one_in

from diagnostic.codebook.loading import FOLDER, read_folder
from diagnostic.collect import keys
from diagnostic.consolidate import questionnaire
from diagnostic.core.tables import model
from diagnostic.estimate.people import interviews
from diagnostic.estimate.people.questionnaire import estimate

ROOT = Path(__file__).resolve().parents[2]

RESPONSES = [  # response, professionals, whether something was written, themes coded
    ("R1", 1, True, ("relay", "fear")),
    ("R2", 3, True, ("fear",)),
    ("R3", 1, True, ("none",)),
    ("R4", 2, True, None),  # written, not coded
    ("R5", 1, False, None),  # nothing written
]
NOBODY = ("R6", 1, False, None)  # saw nothing: not asked


def made(second_coder: bool = False) -> dict[str, pd.DataFrame]:
    rows = [
        {
            "response_id": name,
            "answer_mode": "group" if number > 1 else "indiv",
            "professionals_consulted": number if number > 1 else "",
            "obstacles": "écrit" if written else "",
            "exposure": "none" if name == NOBODY[0] else "seen",
        }
        for name, number, written, _ in (*RESPONSES, NOBODY)
    ]
    typed = handmade.responses(rows)
    told = handmade.situations(
        [{"record": "R1", "number": "1", "persons_in_situation": "1"}], {row["response_id"]: row for row in rows}
    )
    options = [option.code for option in handmade.CODEBOOK.lists["obstacle_theme"]]
    coded = [(name, "AB", themes) for name, *_, themes in RESPONSES if themes]
    coded += [("R1", "CD", ("time",))] if second_coder else []
    coding = pd.DataFrame(
        {
            "sheet": 3,
            "row": range(3, 3 + len(coded)),
            "record_id.code": [name for name, *_ in coded],
            "source": "response",
            "coder.code": [coder for _, coder, _ in coded],
            **{
                f"obstacles_themes/{code}": ["ticked" if code in themes else "not_ticked" for *_, themes in coded]
                for code in options
            },
        }
    ).astype({"sheet": "Int64", "row": "Int64"})
    received = pd.DataFrame({"role": "text_coding", "sheet": coding["sheet"], "row": coding["row"]})
    received = received.reindex(columns=list(model("collect/received_rows").empty().columns))
    return questionnaire.consolidate(typed, told, received, text_coding=coding, files={"text_coding": "text_coding"})


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    done = made()
    places = handmade.layout()
    at = {"role": "text_coding", "file": "text_coding", "origin": "observed", "table": "text_coding"}
    at |= {"name": "obstacles_themes/fear", "number": 0, "sheet": 3, "column": "F"}
    places = pd.concat([places, pd.DataFrame([at])], ignore_index=True)
    found = estimate(done["respondents"], done["cases"], places, "00-2026", **handmade.BOOK)["questionnaire"]
    return found.set_index("fact_id")


@pytest.mark.parametrize(("theme", "count"), [("relay", 1), ("fear", 4), ("none", 1), ("time", 0)])
def test_professionals_by_theme(facts: pd.DataFrame, theme: str, count: int) -> None:
    """Eight are asked; three of them wrote nothing that was coded, whom the bounds put on either side."""
    part, share = facts.loc[f"survey.obstacles_themes.{theme}"], facts.loc[f"survey.obstacles_themes.{theme}_pct"]
    assert (part["value"], part["denominator"]) == (count, 8)
    assert share["value"] == pytest.approx(100 * count / 8)
    assert (share["low"], share["high"]) == (pytest.approx(100 * count / 8), pytest.approx(100 * (count + 3) / 8))
    assert part["unit"] == "professional" and part["group"] == f"professionals: obstacles_themes={theme}"


def test_the_sheet_and_the_texts_are_where_a_theme_is_read(facts: pd.DataFrame) -> None:
    cells = facts.loc["survey.obstacles_themes.fear", "cells"]
    assert "text_coding (feuille 3)!F3:F5" in cells and "questionnaire (feuille 1)!" in cells


@pytest.mark.slow
def test_without_coding_nothing_is_said() -> None:
    done = handmade.consolidated()
    assert not [name for name in done["respondents"] if "_themes" in name or name.startswith("themes_")]
    assert not [name for name in handmade.facts(done).index if "_themes" in name]


def test_a_second_coder_opens_the_limits_until_it_is_arbitrated() -> None:
    """R1, one professional: « relay » and « fear » by the first coder, « time » by the second; three professionals are open anyway."""
    done = made(second_coder=True)
    rows, respondents = done["themes_rows"], done["respondents"].set_index("response_id")
    assert rows["outcome"].tolist() == ["kept", "kept", "kept", "set_aside"]
    assert respondents.loc["R1", "obstacles_themes/time"] == "not_ticked"
    assert rows["into"].tolist()[:3] == ["respondents/R1", "respondents/R2", "respondents/R3"]
    found = estimate(done["respondents"], done["cases"], handmade.layout(), "00-2026", **handmade.BOOK)["questionnaire"]
    facts = found.set_index("fact_id").loc[
        [f"survey.obstacles_themes.{name}" for name in ("relay", "fear", "none", "time")]
    ]
    assert facts["value"].tolist() == [1, 4, 1, 0]
    assert facts[["low", "high"]].to_numpy().tolist() == [[0, 4], [3, 7], [1, 4], [0, 4]]


# --- what was said in interviews -----------------------------------------------------------------------------------

SAID = (("E1", "AB", ("fear", "time")), ("E1", "CD", ("relay",)), ("E2", "AB", ("fear",)), ("E3", "AB", ("none",)))


def coding_of_interviews() -> pd.DataFrame:
    """Three interviews, the first of them coded twice, and a form."""
    coded = (*SAID, ("R-ABCDEF", "AB", ("time",)))
    options = [option.code for option in handmade.CODEBOOK.lists["obstacle_theme"]]
    columns = {
        f"obstacles_themes/{code}": ["ticked" if code in themes else "not_ticked" for *_, themes in coded]
        for code in options
    }
    names = [name for name, *_ in coded]
    made = {"sheet": 1, "row": range(3, 8), "record_id.code": names, "coder.code": [coder for _, coder, _ in coded]}
    return keys.named(pd.DataFrame(made | columns), {"12": "R-ABCDEF", "R-ABCDEF": "R-ABCDEF"})


@pytest.mark.parametrize(
    ("code", "count", "low", "high"),
    one_in(3, [("fear", 2, 1, 2), ("time", 1, 0, 1), ("relay", 0, 0, 1), ("none", 1, 1, 1)]),
)
@pytest.mark.parametrize("settled", [False, True])
def test_interviews_by_theme_between_their_coders(code: str, count: int, low: int, high: int, settled: bool) -> None:
    """Limits from one coder of the first interview to the other; arbitrated, it is as its second coder had it."""
    coding = coding_of_interviews()
    assert coding["source"].tolist() == ["interview"] * 4 + ["response"]
    if settled:
        coding = pd.concat([coding, coding.iloc[[1]].assign(row=8, **{"coder.code": "Arbitrage"})], ignore_index=True)
        count = {"relay": 1, "fear": 1, "time": 0}.get(code, count)
        low = high = count
    empty = model("consolidate/meetings").empty()
    files = {f"codebook_{Path(name).stem}": content for name, content in read_folder(ROOT / FOLDER).items()}
    facts = interviews.estimate(empty, coding, model("collect/places").empty(), "99-2026", **files)[
        "interviews"
    ].set_index("fact_id")
    row = facts.loc[f"interviews.themes.obstacles_themes.{code}"]
    assert (row["numerator"], row["denominator"], row["unit"]) == (count, 3, "structure")
    limits = (count, count) if row["interval_kind"] == "none" else (row["low"], row["high"])
    assert limits == (low, high) and (row["interval_kind"] == "bounds") == (low < high)


def test_a_number_that_a_form_has_too_is_told_to_be_an_interview_s() -> None:
    coding = pd.DataFrame({"record_id.code": ["12", "entretien 12", "réponse 12"], "coder.code": "AB"})
    found = keys.named(coding, {"12": "R-ABCDEF"})
    assert found["record_id.code"].tolist() == ["R-ABCDEF", "12", "R-ABCDEF"]
    assert found["source"].tolist() == ["response", "interview", "response"]
