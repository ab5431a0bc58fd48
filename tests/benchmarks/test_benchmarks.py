"""The benchmarks cannot rot: all are in the check, each has a short form, limits judge counts and ratios only."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pydantic
import pytest

from diagnostic.core import step

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))  # as when a benchmark is run

import check  # noqa: E402
from support import projects, recording, ways  # noqa: E402
from support.costs import COUNT, RATIO, SECONDS, Measure, finish, taken  # noqa: E402

APART = {"check.py", *(f"{name}.py" for name in check.APART)}
FILES = sorted(path.name for path in BENCHMARKS.iterdir() if path.suffix == ".py" and path.name not in APART)
LIMIT = check.Limit("overhead", "codebook readings", 7, 1, "la raison")


# -- The list, the short forms, the limits ------------------------------------------------------------------------


def test_the_check_runs_every_benchmark_and_the_page_tells_of_each() -> None:
    page = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    assert len(FILES) >= 6
    assert [f"{name}.py" for name in check.benchmarks()] == FILES
    assert [name for name in FILES if f"`{name}`" not in page] == []
    assert set(re.findall(r"`(\w+\.py)`", page)) == {*FILES, *APART}


@pytest.mark.parametrize("name", FILES)
def test_a_benchmark_has_a_short_form_and_hands_its_measures_over(name: str) -> None:
    nodes = list(ast.walk(ast.parse((BENCHMARKS / name).read_text(encoding="utf-8"))))
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    asked = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    assert {"parser", "finish"} <= called
    assert {"short", "measures"} <= asked


def test_the_limits_are_of_benchmarks_that_exist_and_each_is_given_once() -> None:
    limits = check.limits()
    assert {limit.benchmark for limit in limits} <= set(check.benchmarks())
    assert len({(limit.benchmark, limit.measure) for limit in limits}) == len(limits)
    assert all(limit.aim <= limit.at_most and limit.why for limit in limits)


def test_estimates_of_survey_designs_are_those_of_another_library() -> None:
    import oracle

    assert len(oracle.apart()) == 9 and max(oracle.apart().values()) < 1e-9


def test_the_full_check_runs_the_benchmarks() -> None:
    assert ".venv/bin/python benchmarks/check.py\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [0, 6.5, 7])
def test_what_is_within_its_limit_passes(value: float) -> None:
    assert check.refused({"overhead": [Measure("codebook readings", value, COUNT)]}, [LIMIT]) == []


@pytest.mark.parametrize(
    "measured",
    [
        [Measure("codebook readings", 8, COUNT)],
        [Measure("codebook readings", 7.01, RATIO)],
        [Measure("codebook readings", float("nan"), RATIO)],
        [Measure("codebook readings", 1, SECONDS)],  # no limit on seconds
        [Measure("codebook read", 1, COUNT)],  # renamed: not judged any more
        [],
    ],
)
def test_what_is_over_its_limit_or_not_judged_is_told(measured: list[Measure]) -> None:
    (problem,) = check.refused({"overhead": measured}, [LIMIT])
    assert problem.startswith("overhead, codebook readings: ")


def test_only_ratios_are_tried_again_and_the_smaller_one_is_judged() -> None:
    ratio, count = check.Limit("overhead", "a", 1.5, 1, "x"), check.Limit("overhead", "n", 7, 1, "x")
    over = [Measure("a", 2, RATIO), Measure("n", 7, COUNT), Measure("s", 9, SECONDS)]
    assert check.again(check.refused({"overhead": over}, [ratio, count]), over)
    both = [over[0], Measure("n", 8, COUNT)]
    assert not check.again(check.refused({"overhead": both}, [ratio, count]), both)
    assert not check.again([], over)
    second = [Measure("a", 1.4, RATIO), Measure("n", 6, COUNT), Measure("s", 1, SECONDS)]
    assert check.calmer(over, second) == [Measure("a", 1.4, RATIO), *over[1:]]
    assert check.calmer(over, [Measure("a", 3, RATIO)]) == over
    assert check.calmer(over, None) is None


def test_a_benchmark_that_did_not_run_is_not_judged() -> None:
    assert check.refused({"national": []}, [LIMIT]) == []


def test_measures_go_through_their_file(tmp_path: Path) -> None:
    measures = [Measure("cpu, of the « workflow »", 12.5, SECONDS), Measure("codebook readings", 7, COUNT)]
    finish(measures, tmp_path / "measures.csv")
    assert taken(tmp_path / "measures.csv") == measures


def test_a_measure_goes_on_from_its_table_and_each_row_keeps_the_version_of_the_code(tmp_path: Path) -> None:
    from support import pieces

    asked: list[tuple[int, str]] = []

    def measure(seed: int, kind: str) -> dict[str, int]:
        asked.append((seed, kind))
        return {"moved": seed} | ({"far": 1} if seed < 2 else {})

    path = tmp_path / "neighbours.csv"
    pieces.pieces(path, ("seed", "kind"), [(1, "a")], measure)
    found = pieces.pieces(path, ("seed", "kind"), [(1, "a"), (1, "b"), (2, "a")], measure)
    assert asked == [(1, "a"), (1, "b"), (2, "a")]
    assert found[["seed", "kind", "moved"]].to_numpy().tolist() == [[1, "a", 1], [1, "b", 1], [2, "a", 2]]
    assert found["far"].isna().tolist() == [False, False, True]  # a later piece may measure less, never more
    assert found[pieces.VERSION].fillna("").eq(pieces.version()).all()
    with pytest.raises(ValueError, match="near"):
        pieces.pieces(path, ("seed", "kind"), [(3, "a")], lambda *_: {"near": 1})


def test_the_page_of_persons_is_what_its_table_says_and_bounds_hold_in_all() -> None:
    import persons

    tables = [BENCHMARKS / f"accepted/{name}.csv" for name in ("persons", "persons_before")]
    rows: list
    rows, before = (list(csv.DictReader(path.open(newline="", encoding="utf-8"))) for path in tables)
    assert (BENCHMARKS / "persons.md").read_text(encoding="utf-8") == persons.page(rows, persons.POPULATIONS, before)
    held = [row["holds"] for row in rows if row["kind"] == "bounds"]
    assert held == ["1"] * (persons.POPULATIONS * len(persons.WORLDS))


def test_the_page_of_copies_is_what_its_table_says() -> None:
    import multiplicity

    rows = pd.read_csv(BENCHMARKS / "accepted/multiplicity.csv")
    assert (BENCHMARKS / "multiplicity.md").read_text(encoding="utf-8") == multiplicity.page(rows)


def test_the_page_of_the_release_is_what_its_tables_say() -> None:
    from support import accepted

    assert (BENCHMARKS / "release.md").read_text(encoding="utf-8") == accepted.page(accepted.TABLES)
    apart = (
        "wholes.csv",
        "mends.csv",
        "persons.csv",
        "persons_before.csv",
        "multiplicity.csv",
    )  # of those that have pages of their own
    paths = [path for path in accepted.TABLES.glob("*.csv") if path.name not in apart]
    rows = [row for path in paths for row in csv.DictReader(path.open(encoding="utf-8"))]
    assert {
        row["version"] for row in rows if not re.fullmatch(r"\d{4}-\d\d-\d\d [0-9a-f]{12}", row["version"])
    } == set()


def test_the_history_is_whole() -> None:
    if not check.HISTORY.exists():
        pytest.skip("no measure was recorded yet")
    with check.HISTORY.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == check.COLUMNS
    for row in rows:
        line = dict(zip(head, row, strict=True))
        assert re.fullmatch(r"[0-9a-f]{12}", line["parent"]) and line["form"] in ("short", "long")
        assert float(line["value"]) >= 0 and int(line["cores"]) > 0


# -- The invented départements -------------------------------------------------------------------------------------


def test_every_departement_has_its_population_and_some_method() -> None:
    from support import departements

    from diagnostic.study.config import departements as known

    found = departements.populations(ROOT)
    assert set(found) == set(known(ROOT)) - {"99"} and len(found) == 101
    assert found["62"] == 1_460_184  # INSEE, population municipale 2022 du Pas-de-Calais
    assert abs(sum(found.values()) / len(found) - departements.MEAN) < 1_000


@pytest.mark.slow
def test_an_invented_study_says_so_and_counts_as_many_ads_as_its_population(tmp_path: Path) -> None:
    from support import departements

    projects.prepare(tmp_path)
    first, *_, earlier = departements.made(tmp_path, 4)
    choices = (tmp_path / f"config/studies/{earlier}.yaml").read_text(encoding="utf-8")
    assert "fictional: 'true'" in choices
    days = []
    for study in (first, earlier):
        path = tmp_path / f"resources/studies/{study}/ad_counts.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        days.append(dt.date.fromisoformat(rows[0]["window_start"]))
        mirrors = {row["count"] for row in rows if row["site_code"] in ("D01", "D02")}
        assert len(mirrors) == 1  # two sites that show the same ads still do
    assert (days[0] - days[1]).days == 100


# -- The record of a run, and the ways to make its calls again ----------------------------------------------------


class Flagged(str):
    """A text as Snakemake has them: with what cannot be pickled."""

    def __init__(self, *_: Any) -> None:
        self.workflow = lambda: None


class Named(list):  # type: ignore[type-arg]
    """A list as Snakemake has them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.workflow = lambda: None


class Sampling(pydantic.BaseModel):
    """A section of the configuration."""

    margin: float


PARAMS = {
    "code": Flagged("0123456789ab"),
    "date": dt.date(2026, 9, 15),
    "place": Path("a/b"),
    "weights": np.array([0.5, 1.5]),
    "sampling": Sampling(margin=0.05),
    "roles": Named([Flagged("sites"), Flagged("press")]),
    "digests": {Flagged("role"): (Flagged("x"), 3, None, 2.5)},
}


def compute(text: bytes, date: dt.date, weights: np.ndarray, sampling: Sampling, **_: Any) -> dict[str, str]:
    return {"made": f"{text.decode()} {date} {weights.sum()} {sampling.margin}"}


def joined(made: bytes) -> dict[str, bytes]:
    return {"whole": made * 2}


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where two steps were recorded while they were run, the second one on what the first made."""
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("words", encoding="utf-8")
    Path("logs").mkdir()
    run = recording._noted(step.run)
    inputs = {"text": Flagged("text.txt"), "gate": Flagged("logs/gate.ok")}
    run(compute, "first", inputs, {"made": Flagged("out/made.txt")}, PARAMS, Flagged("logs/first.log"))
    run(joined, "second", {"made": "out/made.txt"}, {"whole": "out/whole.txt"}, {"code": "1"}, "logs/second.log")
    return tmp_path


def test_a_call_is_recorded_whatever_its_parameters(recorded: Path) -> None:
    first, second = recording.calls(recorded)
    assert (first.function, first.rule, first.name, first.study) == (compute, "first", "logs/first", None)
    assert first.read == ["text.txt"]  # the gate is no file that the step reads
    assert first.params["digests"] == {"role": ("x", 3, None, 2.5)}
    assert [type(text) for text in (first.params["code"], *first.params["roles"], first.log)] == [str] * 4
    assert first.params["sampling"] == PARAMS["sampling"] and first.params["date"] == PARAMS["date"]
    assert second.inputs == first.outputs
    pickle.dumps(first)


@pytest.mark.parametrize("way", [ways.functions, ways.doit])
def test_the_calls_made_again_give_the_same_bytes(recorded: Path, way: Any) -> None:
    made = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    assert made["whole.txt"] == b"words 2026-09-15 2.0 0.05" * 2
    for path in Path("out").iterdir():
        path.unlink()
    way()
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == made


def test_doit_runs_again_what_changed_only(recorded: Path) -> None:
    ways.doit()
    before = {path.name: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    ways.doit()
    assert {path.name: path.stat().st_mtime_ns for path in Path("out").iterdir()} == before
    Path("text.txt").write_text("others", encoding="utf-8")
    ways.doit()
    assert Path("out/whole.txt").read_bytes() == b"others 2026-09-15 2.0 0.05" * 2


def test_ways_that_disagree_conclude_nothing(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results/facts").write_bytes(b"1")
    one = projects.digests(tmp_path)
    (tmp_path / "results/facts").rename(tmp_path / "results/fact")
    projects.agree({"one": one, "again": one})
    with pytest.raises(SystemExit, match=r"results/fact \(by other, unlike one\)"):
        projects.agree({"one": one, "other": projects.digests(tmp_path)})


def test_no_benchmark_has_the_name_of_a_module_of_the_tests() -> None:
    """Both lie on the path of a process that has read all tests: the one would be taken for the other. But for the one that its
    own benchmark reads, and puts first."""
    tests = {path.stem for path in Path(__file__).parents[1].rglob("*.py")} - {"conftest", "__init__"}
    assert tests & {*check.benchmarks(), *check.APART} <= {"neighbours"}
