"""Whole studies: every pair of values is drawn, nothing is shared with what is judged, and the judge sees what is planted."""

from __future__ import annotations

import ast
import random
import re
import sys
import zipfile
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # as when a benchmark is run

import wholes  # noqa: E402
from whole import axes, beside, documents, faults, judge, page, pairs, player, tables  # noqa: E402
from whole.codebook import Codebook  # noqa: E402
from whole.expected import Expected, expected, rows  # noqa: E402
from whole.exports import export  # noqa: E402
from whole.walks import Ended  # noqa: E402
from whole.world import World, worlds  # noqa: E402

SOURCES = [BENCHMARKS / "wholes.py", BENCHMARKS / "teams.py", *sorted((BENCHMARKS / "whole").glob("*.py"))]
OURS = {"__future__", "whole", "numpy", "openpyxl", "pyarrow", *sys.stdlib_module_names}


@pytest.mark.slow
def test_every_pair_of_values_is_in_a_study_and_none_that_is_impossible() -> None:
    number = pairs.needed(7)
    drawn = pairs.drawn(number, 7)
    # Counted again, from the table alone.
    seen = {frozenset({(one, study[one]), (two, study[two])}) for study in drawn for one, two in combinations(study, 2)}
    wanted = {
        frozenset({(one, value), (two, other)})
        for one, two in combinations(axes.AXES, 2)
        for value in axes.AXES[one]
        for other in axes.AXES[two]
        if axes.allowed(one, value, two, other)
    }
    assert seen == wanted
    assert number < 120
    assert all(set(study) == set(axes.AXES) and axes.possible(study) for study in drawn)


def test_nothing_is_shared_with_what_is_judged() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            assert {name.split(".")[0] for name in names} <= OURS, path.name
            assert not (isinstance(node, ast.ImportFrom) and node.level > 1), path.name


def test_no_module_is_long() -> None:
    assert {path.name for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 400} == set()


def test_the_same_seed_draws_the_same_worlds_and_their_truth_holds_together() -> None:
    book = Codebook()
    first, again = worlds(book, 6, 3), worlds(book, 6, 3, only={0, 5})
    assert [expected(book, first[at]) for at in (0, 5)] == [expected(book, one) for one in again]
    for one in first:
        facts = {each.fact: each.value for each in expected(book, one)}
        assert facts and len(facts) == len(expected(book, one)) and rows(book, one)
        if one.internet is not None:
            assert facts["ads.total"] == sum(
                value for name, value in facts.items() if name.startswith("ads.site_count.")
            )
            assert facts["ads.total"] == sum(value for name, value in facts.items() if name.startswith("ads.subtotal_"))
        if one.described:
            assert facts["shared.situations"] == int(one.choice["size"]) or one.has("interviews")


@pytest.mark.slow
def test_faults_are_planted_in_turn_where_a_study_can_bear_them() -> None:
    drawn = worlds(Codebook(), 101, 1, "report")
    assert len({one.study for one in drawn}) == 101
    faults_ = [one.choice["fault"] for one in drawn]
    assert set(faults_) == set(axes.APART["fault"])
    assert [at for at, fault in enumerate(faults_) if fault == "none"] == [at for at in range(101) if at % 3 == 2]
    for one in drawn:
        needed = axes.NEEDS.get(one.choice["fault"], {})
        assert all(one.choice[axis] in values for axis, values in needed.items()), one.choice
        assert set(one.choice) == set(axes.EVERY)
    short = axes.apart(pairs.drawn(101, 1), random.Random("apart 1"), "release")
    assert "finding_altered" not in {one["fault"] for one in short}
    assert sum(one.regional for one in drawn) > 5
    # A region shares no département with those that it is walked with.
    for at, one in enumerate(drawn):
        beside = {code for other in drawn[max(0, at - 19) : at + 20] if other is not one for code in other.codes}
        assert not (one.regional and set(one.codes) & beside), one.study


@pytest.mark.slow
def test_of_the_faults_drawn_one_in_so_many_is_kept_and_nothing_else_changes() -> None:
    every, kept = ([one.choice for one in worlds(Codebook(), 30, 3, only=range(5), planted=n)] for n in (1, 3))
    assert [one["fault"] == "none" for one in every] == [False, False, True, False, False]
    assert [one["fault"] == "none" for one in kept] == [False, True, True, False, True]
    assert [dict(one, fault="") for one in kept] == [dict(one, fault="") for one in every]


def test_one_form_of_few_outnumbers_all_the_others_together() -> None:
    every = worlds(Codebook(), 60, 3)
    loud = [one for one in every if one.choice["speaks"] != "each"]
    assert {one.choice["speaks"] for one in loud} == set(axes.FIELD["speaks"][1:])
    for one in loud:
        assert 3 <= len(one.responses) <= 20
        big = next(each for each in one.responses if each.situations)
        others = [each for each in one.responses if each is not big]
        if one.choice["speaks"] != "persons":
            assert big.professionals > sum(each.professionals for each in others)
        if one.choice["speaks"] != "service":
            known = [len(told.persons) for each in others for told in each.situations]
            assert sum(len(told.persons) for told in big.situations) > sum(known)


def test_facts_older_than_the_first_year_counted_are_of_no_number(tmp_path: Path) -> None:
    book = Codebook()
    [every], [recent] = (
        worlds(book, 1, 1, "facts", {"roles": "people", "years": name}) for name in ("since", "recent")
    )
    assert len(every.counted) == len(every.described) == len(recent.described) > len(recent.counted)
    older = [one for one in recent.described if one.written["year"] == {"2024"}]
    assert len(recent.described) - len(recent.counted) == len(older)
    facts = {one.fact: one.value for one in expected(book, recent)}
    assert facts["situations.year.2024"] == 0 and facts["shared.situations"] == len(recent.counted)
    for one, year in ((every, 2023), (recent, 2025)):
        path = tmp_path / "config/studies" / f"{one.study}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("title: x\n", encoding="utf-8")
        tables.write_config(tmp_path, one)
        assert path.read_text(encoding="utf-8").endswith(f"counting:\n  ceiling: 10\n  first_year: {year}\n")


def test_many_small_studies_are_drawn_beside_each_other() -> None:
    for seed in (1, 2, 3):
        *own, real = beside.drawn(Codebook(), seed)
        assert 13 <= len(own) <= 16 and len({one.study for one in [*own, real]}) == len(own) + 1
        assert {one.choice["nature"] for one in own} == {"fictional"} and real.choice["nature"] == "real"
        assert [one.choice["fault"] for one in own] == ["count_word"] + ["none"] * (len(own) - 1)
        assert {one.choice["years"] for one in own} == set(axes.FIELD["years"])
        assert all(axes.possible({name: one.choice[name] for name in axes.AXES}) for one in own)
        codes = [code for one in [*own, real] for code in one.codes]
        assert len(codes) == len(set(codes))


def test_studies_of_given_values_are_the_plainest_otherwise() -> None:
    [asked] = worlds(Codebook(), 1, 1, "facts", {"chosen": "simple", "fault": "count_word"})
    other = {name: value for name, value in asked.choice.items() if value != axes.EVERY[name][0]}
    assert other == {"chosen": "simple", "fault": "count_word"}
    with pytest.raises(ValueError, match="no study has"):
        worlds(Codebook(), 1, 1, "facts", {"roles": "least", "chosen": "simple"})


@pytest.mark.parametrize(
    ("column", "row", "said"), [("C", 2, "ligne 2, colonne C · x"), ("B", 13, "feuille 3, B13 : x")]
)
def test_a_fault_is_told_at_its_cell(column: str, row: int, said: str) -> None:
    assert re.search(faults._at(column, row), said)
    assert not re.search(faults._at(column, row), said.replace("2", "3").replace("13", "14"))


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        (player.Done("x", 1, "ad_counts.csv : ligne 2, colonne C"), 0),
        (player.Done("x", 0, "ad_counts.csv : ligne 2, colonne C"), 1),  # not refused
        (player.Done("x", 2, "ad_counts.csv : ligne 2, colonne C"), 1),
        (player.Done("x", 1, "ligne 2, colonne C"), 1),  # of which file?
        (player.Done("x", 1, "ad_counts.csv : ligne 3, colonne C"), 1),
        (player.Done("x", 1, "ad_counts.csv : ligne 2, colonne C : erreur imprévue"), 1),
        (player.Done("x", 1, f"ad_counts.csv : ligne 2, colonne C : {faults.SOMEBODY}"), 1),
    ],
)
def test_a_refusal_is_judged(tmp_path: Path, done: player.Done, wrong: int) -> None:
    [small] = worlds(Codebook(), 1, 1, "facts", {"roles": "internet", "fault": "count_word"})
    walk = player.Walk(small, tmp_path)
    faults.judged(walk, "count_word", faults._table(small)["count_word"], done, {})
    assert len(walk.wrong) == wrong, walk.wrong


def test_what_was_published_must_stay(tmp_path: Path) -> None:
    [small] = worlds(Codebook(), 1, 1, "facts", {"roles": "internet", "fault": "count_word"})
    walk = player.Walk(small, tmp_path)
    path = walk.results / "report/rapport.html"
    path.parent.mkdir(parents=True)
    path.write_text("avant", encoding="utf-8")
    before = faults.published(walk)
    path.write_text("après", encoding="utf-8")
    done = player.Done("x", 1, "ad_counts.csv : ligne 2, colonne C")
    faults.judged(walk, "count_word", faults._table(small)["count_word"], done, before)
    assert walk.wrong == ["count_word: x: report/rapport.html was replaced"]


def test_each_fault_spoils_what_it_says(tmp_path: Path) -> None:
    [small] = worlds(Codebook(), 1, 1, "facts", {"vignettes": "approved"})
    (tmp_path / "resources/studies" / small.study).mkdir(parents=True)
    tables.write_csv(tmp_path, small)
    for name, fault in faults._table(small).items():
        path = tmp_path / "resources/studies" / small.study / fault.file
        before = path.read_bytes()
        fault.spoil(path)
        assert not path.is_file() or path.read_bytes() != before, name
        path.write_bytes(before)


@pytest.mark.parametrize("tool", ["google_csv", "google_sheets", "kobo", "odk", "limesurvey"])
def test_an_unknown_answer_is_planted_in_the_export_of_each_tool(tool: str, tmp_path: Path) -> None:
    [one] = worlds(Codebook(), 1, 1, "facts", {"roles": "questionnaire", "size": "8", "tool": tool})
    path = export(one.book, tool, one.responses, tmp_path, tmp_path)
    faults._unknown(tool)(path)
    if path.suffix != ".csv":
        with zipfile.ZipFile(path) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    else:
        content = path.read_bytes()
    assert content.count(faults.SOMEBODY.encode()) == 1


@pytest.mark.slow
def test_the_page_is_of_its_tables_and_each_mend_names_a_study_that_can_be_asked() -> None:
    table, mends = page.read(BENCHMARKS / "accepted/wholes.csv"), page.read(BENCHMARKS / "accepted/mends.csv")
    assert (BENCHMARKS / "wholes.md").read_text(encoding="utf-8") == page.written(table, mends)
    for one in mends:
        asked = dict(each.split("=") for each in one["values"].split(",") if "=" in each)
        assert asked and all(value in axes.EVERY[name] for name, value in asked.items()), one
        assert worlds(Codebook(), 1, 1, one["to"], asked)
    assert not any(int(row["unforeseen"]) for row in table)


def test_what_is_typed_is_what_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[list[str], str, int, int]] = []

    def seen(every: list[World], folder: Path, to: str, jobs: int, finished: int) -> list[Ended]:
        found.append(([one.study for one in every], to, jobs, finished))
        return [Ended(player.Walk(one, folder), to, judge.Verdict(), to) for one in every]

    monkeypatch.setattr(wholes, "walked", seen)
    wrong: list[str] = []
    monkeypatch.setattr(wholes.beside, "walked", lambda book, seed, folder: ([], list(wrong)))
    table = tmp_path / "w.csv"

    def typed(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["wholes.py", *words])
        return wholes.main()

    assert typed("--studies", "3", "--seed", "5", "--finished", "1", "--folder", str(tmp_path / "a")) == 0
    assert typed("--studies", "3", "--only", "0,2", "--to", "release", "--out", str(table)) == 0
    assert typed("--studies", "1", "--only", "roles=least,fault=config_key", "--jobs", "4") == 0
    assert [(len(studies), to, jobs, finished) for studies, to, jobs, finished in found] == [
        (3, "facts", 2, 1),
        (2, "release", 2, 0),
        (1, "facts", 1, 0),
    ]
    assert typed("--beside", "--seed", "5") == 0 and len(found) == 3
    wrong.append("one number is otherwise")
    assert typed("--beside", "--seed", "5") == 1
    drawn = [one.study for one in worlds(Codebook(), 3, 1, "release")]
    assert found[1][0] == [drawn[0], drawn[2]] == [row["study"] for row in page.read(table)]
    with pytest.raises(SystemExit, match="the values of an axis are"):
        typed("--studies", "1", "--only", "roles=nobody")


def test_a_table_goes_on_from_its_rows(tmp_path: Path) -> None:
    row = dict.fromkeys(page.COLUMNS, "1") | {"seed": "1", "to": "facts", "number": "10"}
    page.added(tmp_path / "w.csv", [row, row | {"number": "2"}])
    found = page.added(tmp_path / "w.csv", [row | {"outcome": "failed"}])
    assert [(one["number"], one["outcome"]) for one in found] == [("2", "1"), ("10", "failed")]


# -- The judge ---------------------------------------------------------------------------------------------------------


def fact(
    value: float | None, low: float | None = None, high: float | None = None, kind: str = "none", measure: str = "count"
) -> dict[str, object]:
    return {"value": value, "low": low, "high": high, "interval_kind": kind, "measure": measure}


@pytest.mark.parametrize(
    ("found", "wanted", "faults", "misses"),
    [
        (fact(7), Expected("f.x", 7), 0, 0),
        (fact(7), Expected("f.x", 8), 1, 0),  # a total that was changed
        (fact(7, 5, 9, "bounds"), Expected("f.x", 9, exact=False), 0, 0),
        (fact(7, 5, 9, "bounds"), Expected("f.x", 10, exact=False), 1, 0),
        (fact(7, 5, 9, "sampling"), Expected("f.x", 10, exact=False), 0, 1),
        (fact(7, 5, 9, "sampling"), Expected("f.x", 15, exact=False), 0, 1),
        (fact(7, 5, 9, "sampling"), Expected("f.x", 15.1, exact=False), 1, 0),  # no chance has drawn that
        (fact(10, 5, 9, "bounds"), Expected("f.x", 7, exact=False), 1, 0),  # outside its own bounds
        (fact(125, 50, 200, "bounds"), Expected("f.x", 100, exact=False, near=0.25), 0, 0),
        (fact(126, 50, 200, "bounds"), Expected("f.x", 100, exact=False, near=0.25), 1, 0),  # its bounds hold anything
        (fact(7, 9, 5, "bounds"), Expected("f.x", 7), 1, 0),
        (fact(104, measure="percent"), Expected("f.x", 104), 1, 0),
        (fact(float("nan")), Expected("f.x", 7), 2, 0),
        (fact(7), Expected("f.y", 7), 1, 0),  # not there
    ],
)
def test_numbers_are_judged(found: dict[str, object], wanted: Expected, faults: int, misses: int) -> None:
    verdict = judge.numbers({"f.x": found}, [wanted])
    assert (len(verdict.faults), len(verdict.misses)) == (faults, misses), verdict


def test_a_row_that_nobody_accounts_for_is_seen(tmp_path: Path) -> None:
    def told(*fates: tuple[str, int, str]) -> list[str]:
        table = [{"role": role, "sheet": 1, "row": row, "outcome": outcome} for role, row, outcome in fates]
        parquet.write_table(pa.Table.from_pylist(table), tmp_path / "rows.parquet")
        return judge.accounted(tmp_path / "rows.parquet", {"press": 2})

    assert told(("press", 2, "kept"), ("press", 3, "set_aside")) == []
    assert told(("press", 2, "kept")) == ["press: 1 rows accounted for, 2 were given"]
    assert len(told(("press", 2, "kept"), ("press", 2, "kept"))) == 1
    assert len(told(("press", 2, "kept"), ("press", 3, "lost"))) == 1


def test_a_statement_that_excludes_the_truth_is_seen(tmp_path: Path) -> None:
    row = {"statement_id": "f.x", "kind": "value", "printed": "12", "claim_low": 10.0, "claim_high": 14.0}
    parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "statements.parquet")
    assert judge.statements(tmp_path / "statements.parquet", [Expected("f.x", 13), Expected("f.y", 1)]) == []
    assert len(judge.statements(tmp_path / "statements.parquet", [Expected("f.x", 15)])) == 1


def test_what_no_team_should_meet_is_seen_and_a_refusal_says_where_and_what_to_do() -> None:
    assert judge.unforeseen("Tout va bien.") == []
    assert len(judge.unforeseen("arrêté par une erreur imprévue, dite plus haut : la signaler")) == 1
    assert len(judge.unforeseen('Traceback (most recent call last):\n  File "a.py", line 3')) == 1
    assert judge.can_be_acted_on("sites.csv, ligne 4, colonne B : « x ». Corriger le code.")
    assert not judge.can_be_acted_on("Le calcul s’est arrêté.")
    assert not judge.can_be_acted_on("sites.csv, ligne 4 : erreur imprévue")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("La demande se voit : 1 annonces d’achat", 1),
        ("La demande se voit : 1\u00a0annonce d’achat sur 0 site", 0),
        ("1 000 annonces, 12 001 annonces, 21 sites, 0,1 annonces, de 0 à 1 annonces", 1),
    ],
)
def test_one_thing_that_is_said_as_several_is_seen(said: str, wrong: int) -> None:
    assert len(documents.MANY.findall(said)) == wrong


def test_documents_that_are_missing_or_do_not_open_are_seen(tmp_path: Path) -> None:
    assert len(documents.faults(tmp_path, "Équipe")) == len(documents.WANTED)
    (tmp_path / "rapport.html").write_text("<html><body><p>Équipe &amp; <i>amis</body></html>", encoding="utf-8")
    (tmp_path / "rapport.docx").write_bytes(b"PK no archive")
    found = [one for one in documents.faults(tmp_path, "Équipe & amis") if "not there" not in one]
    assert len(found) == 2 and found[0].startswith("rapport.html: <i> is closed by </body>")
