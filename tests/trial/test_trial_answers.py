"""Fictional answers: routing followed by another walk, every trap present, the same for the same seed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from exported import FORMATS
from openpyxl import load_workbook

from diagnostic.codebook.model import Codebook, Variable
from diagnostic.trial.answers import Answers, Like, Row, generate

ROOT = Path(__file__).parents[2]
SEEDS = (1, 2, 3, 20260901)
KEYS = {"response_id", "situation_number", "submitted"}

# -- Routing, by a translation of the conditions into Python that shares nothing with the package ------------------

ATOM = re.compile(r"(\w+) (?:(=) (\w+)|(in|has any) \(([^)]*)\)|(has) (\w+)|(answered))")


def holds(text: str, known: Row) -> bool:
    def atom(found: re.Match[str]) -> str:
        value = known.get(found[1])
        values = {value} if isinstance(value, str) else set(value or ()) if isinstance(value, tuple) else set()
        if found[8]:
            return str(value is not None)
        codes = {found[3] or found[7]} if not found[5] else {code.strip() for code in found[5].split(",")}
        return str(bool(values & codes))

    return not text or eval(ATOM.sub(atom, text), {"__builtins__": {}})


def walk(codebook: Codebook, table: str, row: Row, parent: Row) -> set[str]:
    """The questions that a form asks one after the other, given what was answered to those before."""
    known, asked = dict(parent), set()
    for variable in codebook.variables:
        if variable.table != table or variable.type == "note" or variable.shape:
            continue
        if holds(codebook.blocks[variable.block].routing, known) and holds(variable.routing, known):
            asked.add(variable.name)
            known[variable.name] = row.get(variable.name)
    return asked


@pytest.mark.parametrize("seed", SEEDS)
def test_exactly_the_questions_that_the_form_asks_are_there(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    parents = {row["response_id"]: row for row in answers["responses"]}
    for row in answers["responses"]:
        assert set(row) - KEYS == walk(codebook, "responses", row, {})
    for row in answers["situations"]:
        parent = parents[row["response_id"]]
        assert set(parent["exposure"]) & {"risk", "proba", "third", "seen"}
        assert set(row) - KEYS == walk(codebook, "situations", row, parent)


def test_the_walk_itself_sees_a_condition(codebook: Codebook) -> None:
    assert "phone" in walk(codebook, "responses", {"accepts_recontact": "yes"}, {})
    assert "phone" not in walk(codebook, "responses", {"accepts_recontact": "no", "exposure": ("dk",)}, {})


def test_a_question_that_an_answer_closes_is_not_kept(sample_codebook: Codebook) -> None:
    why = Variable("responses", "debut", "pourquoi", "text", "why", question="?", routing="not mode_reponse answered")
    closed = replace(sample_codebook, variables=(*sample_codebook.variables, why))
    rows = generate(closed, 3)["responses"]
    assert {("pourquoi" in row, row["mode_reponse"] is None) for row in rows} == {(True, True), (False, False)}


# -- Shape ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_values(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    assert [row["response_id"] for row in answers["responses"]] == [f"R{n:03d}" for n in range(1, 41)]
    sent = [row["submitted"] for row in answers["responses"]]
    assert sent == sorted(sent) and not any(moment.microsecond for moment in sent)
    for table, rows in answers.items():
        by_name = {v.name: v for v in codebook.table(table)}
        for row in rows:
            for name in set(row) - KEYS:
                check(codebook, by_name[name], row[name])
    counts = Counter(row["response_id"] for row in answers["situations"])
    assert max(counts.values()) == 4
    for response, count in counts.items():
        numbers = [row["situation_number"] for row in answers["situations"] if row["response_id"] == response]
        assert numbers == list(range(1, count + 1))


def check(codebook: Codebook, variable: Variable, value: object) -> None:
    codes = [option.code for option in codebook.options(variable)]
    exclusive = {option.code for option in codebook.options(variable) if option.exclusive}
    if value is None:
        assert not variable.required, variable.name
    elif variable.type == "single":
        assert value in codes
    elif variable.type == "multiple":
        assert isinstance(value, tuple) and value and [c for c in codes if c in value] == list(value)
        assert len(value) == 1 or not exclusive & set(value), variable.name
    elif variable.type == "integer":
        assert isinstance(value, int) and variable.minimum <= value <= variable.maximum
    else:
        assert isinstance(value, str) and value.strip() == value != ""


@pytest.mark.parametrize(("responses", "collective", "most"), [(0, 0, 4), (1, 1, 4), (2, 5, 0), (7, 0, 1)])
def test_other_sizes(codebook: Codebook, responses: int, collective: int, most: int) -> None:
    answers = generate(codebook, 5, responses, collective, most)
    assert len(answers["responses"]) == responses
    modes = [row["answer_mode"] for row in answers["responses"]]
    assert modes.count("group") == min(responses, collective)
    counts = Counter(row["response_id"] for row in answers["situations"])
    assert max(counts.values(), default=0) <= most


# -- Traps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_collective_answers(codebook: Codebook, seed: int) -> None:
    rows = generate(codebook, seed)["responses"]
    teams = [row for row in rows if row["answer_mode"] == "group"]
    assert len(teams) == 12
    assert sum(isinstance(row["professionals_consulted"], int) for row in teams) >= 6
    assert not any("professionals_consulted" in row for row in rows if row["answer_mode"] != "group")


@pytest.mark.parametrize("seed", SEEDS)
def test_nearly_every_option_is_used(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    offered, used = set(), set()
    for table, rows in answers.items():
        for variable in (v for v in codebook.table(table) if v.closed):
            offered |= {(variable.name, option.code) for option in codebook.options(variable)}
            for row in rows:
                value = row.get(variable.name)
                used |= {(variable.name, code) for code in ((value,) if isinstance(value, str) else value or ())}
    assert used <= offered and len(used) >= 0.95 * len(offered), sorted(offered - used)
    labels = {
        option.label
        for variable in codebook.table("situations")
        for option in codebook.options(variable)
        if (variable.name, option.code) in used
    }
    assert sum("," in label for label in labels) >= 5
    assert {name for name, code in used if code == "dk"} >= {"gender", "exposure", "pimp_presence", "ease_of_topic"}


@pytest.mark.parametrize("seed", SEEDS)
def test_blanks_groups_and_respondents_who_describe_nothing(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    optional = [
        row[v.name]
        for table, rows in answers.items()
        for v in codebook.table(table)
        for row in rows
        if v.name in row and not v.required and v.shape != "sheet"
    ]
    assert 0.11 < sum(value is None for value in optional) / len(optional) < 0.19
    assert any(len(row["gender"] or ()) > 1 for row in answers["situations"])
    assert any(len(row["age_band"] or ()) > 2 for row in answers["situations"])
    one = [row for row in answers["situations"] if row["persons_in_situation"] in ("1", "une")]
    assert one and all(len(row["gender"] or ()) <= 1 and len(row["age_band"] or ()) <= 1 for row in one)
    described = {row["response_id"] for row in answers["situations"]}
    silent = [row for row in answers["responses"] if row["response_id"] not in described]
    assert {"took_charge" in row for row in silent} == {True, False}  # asked, yet none; and not asked


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_and_texts(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    counts = {row["persons_in_situation"] for row in answers["situations"]}
    wanted = {"3 ou 4", "une dizaine", "au moins 2", "deux à cinq", "une vingtaine, dont 3 mineures", "plusieurs"}
    assert wanted | {"?", None, "1"} <= counts
    free = [
        row[v.name]
        for table, rows in answers.items()
        for v in codebook.table(table)
        for row in rows
        if v.privacy == "free_text" and row.get(v.name)
    ]
    for sign in ('"', "«", "’", "'", "\n", ";", ",", "🙂", "é", "Œ", "œ", "NA"):
        where = [*free, *(str(row["locations"]) for row in answers["situations"])]
        assert any(sign in text for text in where), sign
    assert any(text.startswith("=") for text in free) and any(text.startswith("-") for text in free)


@pytest.mark.parametrize("seed", SEEDS)
def test_contacts_are_given_after_consent_only_and_are_no_one_s(codebook: Codebook, seed: int) -> None:
    rows = generate(codebook, seed)["responses"]
    agreed = [row for row in rows if row["accepts_recontact"] == "yes"]
    assert agreed and any(row["accepts_recontact"] != "yes" for row in rows)
    for row in rows:
        assert ("email" in row) == (row in agreed)
    shapes = {
        "respondent_name": r"Personne Fictive \d+",
        "email": r"[a-z.0-9]+@exemple\.invalid",
        "phone": r"06 39 98 \d\d \d\d",
    }
    for name, shape in shapes.items():
        given = [row[name] for row in agreed if row[name] is not None]
        assert given and all(re.fullmatch(shape, value) for value in given)


def test_no_contact_of_a_trial_is_one_of_the_shipped_study(codebook: Codebook) -> None:
    """A purge of the trial would find it there, and stop."""
    received = ROOT / "resources/studies/99-2026/received"
    rows = [row for path in received.glob("*.xlsx") for sheet in load_workbook(path) for row in sheet.iter_rows()]
    shipped = {str(cell.value) for row in rows for cell in row}
    given = [row.get(name) for row in generate(codebook, SEEDS[0])["responses"] for name in ("phone", "email")]
    assert any(given) and any(text.startswith("06 39 98") for text in shipped)
    assert not shipped & {str(text) for text in given if text}


@pytest.mark.parametrize("seed", SEEDS)
def test_same_seconds_and_same_answers(codebook: Codebook, seed: int) -> None:
    answers = generate(codebook, seed)
    sent = Counter(row["submitted"] for row in answers["responses"])
    assert max(sent.values()) > 1
    contents = Counter(
        repr((bare(row), [bare(s) for s in answers["situations"] if s["response_id"] == row["response_id"]]))
        for row in answers["responses"]
    )
    assert sorted(contents.values())[-2:] == [1, 2]


def bare(row: Row) -> list[tuple[str, object]]:
    return [(name, value) for name, value in row.items() if name not in ("response_id", "submitted")]


# -- Determinism ---------------------------------------------------------------------------------------------------

SCRIPT = """
import hashlib
from pathlib import Path
from diagnostic.codebook import loading
from diagnostic.trial.answers import generate
from exported import FORMATS
codebook = loading.load(loading.read_folder(Path("config/codebook")))
answers = generate(codebook, 7)
print(hashlib.sha256(repr(answers).encode()).hexdigest())
for name, export in FORMATS.items():
    print(name, hashlib.sha256(export(codebook, answers)).hexdigest())
"""


@pytest.mark.slow
def test_same_seed_same_bytes_whatever_the_hash_seed() -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env=os.environ
            | {
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join((f"{ROOT}/workflow", f"{ROOT}/tests")),
                "TZ": zone,
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Pacific/Auckland"))
    ]
    assert printed[0] == printed[1] and len(printed[0].splitlines()) == 1 + len(FORMATS)


def test_another_seed_or_other_places_give_other_answers(codebook: Codebook) -> None:
    def digest(answers: Answers) -> str:
        return hashlib.sha256(repr(answers).encode()).hexdigest()

    here = generate(codebook, 1, like=Like(places=("Villefictive",)))
    assert {row["locations"] for row in here["situations"]} == {"Villefictive", None}
    assert len({digest(generate(codebook, 1)), digest(generate(codebook, 2)), digest(here)}) == 3
