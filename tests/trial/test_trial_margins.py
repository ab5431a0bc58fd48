"""Weights of trial answers: those of the file are obeyed for every study, in their order; what it does not say is dealt as ever."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from diagnostic.codebook.checks import CodebookError
from diagnostic.codebook.loading import Margins, margins
from diagnostic.codebook.model import Codebook
from diagnostic.study.start import ANSWERS, COLLECTIVE, RESPONSES
from diagnostic.trial.answers import FIRST_DAY, Answers, Like, generate

ROOT = Path(__file__).parents[2]
HEAD = "variable;when;answer;weight;source\n"


@pytest.fixture(scope="module")
def shipped(codebook: Codebook) -> Margins:
    return margins(ANSWERS.as_posix(), (ROOT / ANSWERS).read_bytes(), codebook)


def drawn(codebook: Codebook, like: Margins, seed: int, year: int = 2026) -> Answers:
    return generate(codebook, seed, RESPONSES, COLLECTIVE, like=Like(like, first=FIRST_DAY.replace(year=year)))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_shares_are_those_of_the_file_whatever_the_seed(codebook: Codebook, shipped: Margins, seed: int) -> None:
    rows = drawn(codebook, shipped, seed)["situations"]
    assert 120 < len(rows) < 180
    count = {name: Counter(code for row in rows for code in row[name] or ()) for name in ("gender", "age_band")}
    assert 0.63 < count["gender"]["women"] / len(rows) < 0.79
    assert 0.10 < (count["age_band"]["u15"] + count["age_band"]["a15"]) / len(rows) < 0.24
    assert all(count["age_band"][band] / len(rows) > 0.05 for band in ("a18", "a26", "a36", "a46"))


def test_an_answer_that_depends_on_another_is_dealt_from_its_own_weights(codebook: Codebook, shipped: Margins) -> None:
    rows = [row for seed in range(1, 5) for row in drawn(codebook, shipped, seed)["situations"]]
    minors = [row for row in rows if set(row["age_band"] or ()) & {"u15", "a15"}]
    assert len(minors) > 40
    assert {code for row in minors for code in row["occupation"] or ()} <= {"pupil", "other"}
    grown = [row for row in rows if not set(row["age_band"] or ()) & {"u15", "a15"}]
    assert "pupil" not in {code for row in grown for code in row["occupation"] or ()}
    alone = {row["network_belief"] for row in rows if row["pimp_presence"] == "no"}
    assert alone == {"no", "dk", None} and "yes" in {row["network_belief"] for row in rows}


def test_what_no_line_says_is_dealt_from_the_codebook(codebook: Codebook) -> None:
    alone = margins("r.csv", f"{HEAD}gender;;women;1;\nsituation_number;;3;1;\n".encode(), codebook)
    answers = drawn(codebook, alone, 1)
    assert {row["gender"] for row in answers["situations"]} == {("women",)}
    assert set(Counter(row["response_id"] for row in answers["situations"]).values()) == {3}
    assert len({row["age_band"] for row in answers["situations"]}) > 8


@pytest.mark.parametrize("year", [2010, 2019, 2026])
def test_nothing_is_told_of_a_year_after_the_edition(codebook: Codebook, shipped: Margins, year: int) -> None:
    answers = drawn(codebook, shipped, 1, year)
    assert {row["submitted"].year for row in answers["responses"]} == {year}
    told = [row["year"] for row in answers["situations"] if (row["year"] or "").isdigit()]
    assert all(int(one) <= year for one in told) and bool(told) == (year >= 2015)


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ("gendre;;women;1;", "colonne A", "Vouliez-vous « gender » ?"),
        ("gender;;womn;1;", "colonne C", "Vouliez-vous « women » ?"),
        ("gender;age_band=..19;women;1;", "colonne B", "tranches"),
        ("gender;;women;0;", "colonne D", "de 1 à"),
        ("gender;;women;²;", "colonne D", "de 1 à"),
        ("exposure;;;2;", "colonne C", "une réponse, une seule"),
        ("pimp_presence;;yes | no;1;", "colonne C", "une réponse, une seule"),
        ("professionals_consulted;;trois;1;", "colonne C", "nombre entier"),
    ],
)
def test_a_faulty_line_is_told_at_its_cell(codebook: Codebook, line: str, place: str, told: str) -> None:
    with pytest.raises(CodebookError) as error:
        margins("r.csv", f"{HEAD}gender;;men;1;\n{line}\n".encode(), codebook)
    (said,) = str(error.value).replace("\u00a0", " ").replace("\u202f", " ").splitlines()
    assert said.startswith(f"r.csv, ligne 3, {place} : ") and told in said


def test_a_file_that_is_not_there_is_told(codebook: Codebook) -> None:
    with pytest.raises(CodebookError, match="introuvable"):
        margins("r.csv", None, codebook)
