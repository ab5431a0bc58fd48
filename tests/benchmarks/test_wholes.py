"""Whole studies: every pair of values is drawn, nothing is shared with what is judged, and the judge sees what is planted."""

from __future__ import annotations

import ast
import sys
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # as when a benchmark is run

from whole import axes, documents, judge, pairs  # noqa: E402
from whole.codebook import Codebook  # noqa: E402
from whole.expected import Expected, expected, rows  # noqa: E402
from whole.walks import walked  # noqa: E402
from whole.world import worlds  # noqa: E402

SOURCES = [BENCHMARKS / "wholes.py", *sorted((BENCHMARKS / "whole").glob("*.py"))]
OURS = {"__future__", "whole", "numpy", "openpyxl", "pyarrow", *sys.stdlib_module_names}


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
    assert pairs.drawn(number, 7) == drawn != pairs.drawn(number, 8)


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
    first, again = worlds(book, 6, 3), worlds(book, 6, 3)
    assert len({one.study for one in worlds(book, 101, 3)}) == 101
    assert [expected(book, one) for one in first] == [expected(book, one) for one in again]
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
        (fact(10, 5, 9, "bounds"), Expected("f.x", 7, exact=False), 1, 0),  # outside its own bounds
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


def test_documents_that_are_missing_or_do_not_open_are_seen(tmp_path: Path) -> None:
    assert len(documents.faults(tmp_path, "Équipe")) == len(documents.WANTED)
    (tmp_path / "rapport.html").write_text("<html><body><p>Équipe &amp; <i>amis</body></html>", encoding="utf-8")
    (tmp_path / "rapport.docx").write_bytes(b"PK no archive")
    found = [one for one in documents.faults(tmp_path, "Équipe & amis") if "not there" not in one]
    assert len(found) == 2 and found[0].startswith("rapport.html: <i> is closed by </body>")


@pytest.mark.slow
def test_one_study_goes_to_its_facts(tmp_path: Path) -> None:
    book = Codebook()
    small = next(one for one in worlds(book, 60, 3) if (one.choice["roles"], one.choice["size"]) == ("least", "8"))
    [ended] = walked(book, [small], tmp_path, "facts", 1)
    assert (ended.outcome, ended.verdict.faults) == ("facts", [])
    assert ended.verdict.held > 100
