"""What a coded commune says of two descriptions: one in common agrees, two others contradict, one unknown says nothing."""

from __future__ import annotations

from random import Random

import handmade
import pandas as pd
import pytest
from handmade import CODEBOOK

from diagnostic.codebook.loading import load
from diagnostic.consolidate.gathered import COMMUNE_POINTS, candidates
from diagnostic.consolidate.located import COMMUNES

YEARS = ("2018", "2019")
ANSWERS = {"age_band": "a18", "nationality": "fr", "prostitution_form": "inter", "gender": "women"}


def scored(*told: tuple[str, ...]) -> tuple[int, bool]:
    """The points of the last two of situations that differ in their communes only, and whether these are told to agree."""
    rows = []
    for name, communes in zip("abc", told, strict=False):
        own = dict(zip((f"{name}.code" for name in COMMUNES), (*communes, "", ""), strict=False))
        ticks = {
            f"{variable}/{option.code}": "ticked" if option.code == ANSWERS[variable] else "not_ticked"
            for variable in ANSWERS
            for option in CODEBOOK.options(next(v for v in CODEBOOK.variables if v.name == variable))
        }
        rows.append({"situation": f"{name}/1", "record": name} | ticks | own)
    *_, pair = candidates(pd.DataFrame(rows), CODEBOOK, enough=0).itertuples()
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


def test_a_commune_contradicts_whichever_was_the_first_of_all() -> None:
    alone, three = scored(("47195",), ("47001",)), scored(("47001",), ("47195",), ("47001",))
    assert alone == three


def test_a_band_that_is_cut_in_two_leaves_the_pairs_of_the_others_as_they_were() -> None:
    """36 to 45 becomes 36 to 40 and 41 to 45: who was said to be 36 and who was said to be 46 stay a pair, and so on."""
    told = [{"age_band": age, "nationality": "fr", "year": year} for age in answers("age_band") for year in YEARS]
    files = dict(handmade.FILES)
    cut = "age_band;a41;41 à 45 ans;41-45;;;;ordinary;;41\nage_band;a46;".encode()
    files["options.csv"] = files["options.csv"].replace(b"age_band;a46;", cut)
    files["options.csv"] = files["options.csv"].replace(
        "36 à 45 ans;36-45 ans | 36-45;".encode(), "36 à 40 ans;;".encode()
    )
    before, after = (candidates(frame(*told), book, enough=1) for book in (CODEBOOK, load(files)))
    pd.testing.assert_frame_equal(before, after)
    ages = {
        frozenset((told[int(p.first[:-2])]["age_band"], told[int(p.second[:-2])]["age_band"]))
        for p in after.itertuples()
    }
    assert {"a36", "a46"} in ages and {"a26", "a46"} not in ages and {"u15", "a18"} not in ages
    assert load(files).sets["age_band"]["some"].index("a46") - answers("age_band").index("a46") == 1


# -- Hand-made pairs, and every pair again by another program -------------------------------------------------------

WORTH = {  # points as docs/decisions and the reader's appendix give them, written here a second time
    "age_band": 3,
    "nationality": 2,
    "year": 2,
    "prostitution_form": 2,
    "gender": 1,
    "territory": 1,
    "family": 1,
    "occupation": 1,
    "housing": 1,
    "pimp_presence": 1,
}


def answers(variable: str) -> list[str]:
    """The answers of a question that tell something, in the order of the codebook."""
    return list(CODEBOOK.sets[variable]["some"])


def frame(*situations: dict[str, str]) -> pd.DataFrame:
    """Situations of different respondents from `variable → answers joined by +`; a variable that is not there was not answered."""
    rows = []
    for at, told in enumerate(situations):
        row = {"situation": f"{at}/1", "record": told.get("record", str(at))}
        for variable in WORTH:
            chosen = set(filter(None, told.get(variable, "").split("+")))
            assert chosen <= set(answers(variable)), (variable, chosen)
            row |= {f"{variable}/{code}": "ticked" if code in chosen else "not_ticked" for code in answers(variable)}
        rows.append(row)
    return pd.DataFrame(rows)


def by_hand(one: dict[str, str], other: dict[str, str]) -> int:
    """The score of a pair, answer by answer; -1 for other persons."""
    score, apart = 0, False
    for variable, points in WORTH.items():
        order = answers(variable)
        here, there = (
            [order.index(code) for code in filter(None, told.get(variable, "").split("+"))] for told in (one, other)
        )
        if not here or not there:
            continue
        distance = min(abs(a - b) for a in here for b in there)
        if distance == 0:
            score += points
        elif not (variable in ("age_band", "year") and distance == 1):
            score -= points
            apart |= variable in ("age_band", "nationality", "gender") and variable in EXCLUSIVE
    return -1 if apart else score


EXCLUSIVE = {"age_band", "nationality", "gender"}


def drawn_situation(random: Random) -> dict[str, str]:
    told = {}
    for variable in WORTH:
        if random.random() < 0.75:
            several = 1 if variable in EXCLUSIVE or random.random() < 0.7 else 2
            told[variable] = "+".join(random.sample(answers(variable)[:3], min(several, len(answers(variable)[:3]))))
    return told


@pytest.mark.slow
def test_every_pair_scores_as_by_hand() -> None:
    """Three hundred situations drawn with seeds 0 to 9: the pairs that another program scores, and no other, at each threshold
    about the one that is used."""
    for seed in range(10):
        random = Random(seed)
        told = [drawn_situation(random) for _ in range(30)]
        expected = {(a, b): by_hand(told[a], told[b]) for a in range(30) for b in range(a + 1, 30)}
        for enough in (7, 8, 9):
            found = candidates(frame(*told), CODEBOOK, enough=enough)
            scores = {
                (int(pair.first[:-2]), int(pair.second[:-2])): int(pair.score) for pair in found.itertuples(index=False)
            }
            assert scores == {pair: score for pair, score in expected.items() if score >= enough}


def test_pairs_come_in_the_order_of_their_first_situation_then_of_their_second() -> None:
    found = candidates(frame(*[{"age_band": "a18"}] * 4), CODEBOOK, enough=1)
    ends = [one[0] + other[0] for one, other in zip(found["first"], found["second"], strict=True)]
    assert ends == ["01", "02", "03", "12", "13", "23"]


def test_a_pair_is_worth_a_look_from_eight_points_on() -> None:
    ages, years, countries, forms = (answers(name) for name in ("age_band", "year", "nationality", "prostitution_form"))
    gender, homes = answers("gender"), answers("housing")
    seven = {"age_band": ages[1], "nationality": countries[0], "prostitution_form": forms[0]}
    eight = seven | {"gender": gender[0]}
    nine = eight | {"housing": homes[0]}
    for told, score in ((seven, 7), (eight, 8), (nine, 9)):
        found = candidates(frame(told, told), CODEBOOK)
        assert found["score"].tolist() == ([score] if score >= 8 else [])
    # The next age and the next year take nothing away; the one after is of other persons, and of a contradiction.
    base = nine | {"year": years[0]}
    near = candidates(frame(base, base | {"age_band": ages[2], "year": years[1]}), CODEBOOK, enough=6)
    assert near["score"].tolist() == [6] and near["agree"].tolist() == ["nationality prostitution_form gender housing"]
    far = frame(base, base | {"age_band": ages[3]}, base | {"year": years[2]})
    assert [(pair.first, pair.second, pair.score) for pair in candidates(far, CODEBOOK).itertuples(index=False)] == [
        ("0/1", "2/1", 7 + 1 + 1 - 2)
    ] * (7 + 1 + 1 - 2 >= 8)
    assert candidates(far, CODEBOOK, enough=7)["second"].tolist() == ["2/1"]
    # One respondent's own situations are never of the same persons.
    assert candidates(frame(nine | {"record": "x"}, nine | {"record": "x"}), CODEBOOK).empty
