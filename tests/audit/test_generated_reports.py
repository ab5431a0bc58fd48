"""On fifty consistent reports the audit finds nothing; on fifty with one impossible figure, it names it every time."""

from __future__ import annotations

import pytest
from generated_reports import PLANTS, Report, generate

from diagnostic.audit.auditing import Audit, audit
from diagnostic.audit.told import report as told

SEEDS = [seed if seed < 2 else pytest.param(seed, marks=pytest.mark.slow) for seed in range(16)]


def audited(report: Report, limit: int = 3) -> Audit:
    figures, rules = report.tables()
    result = audit(figures, rules, limit=limit)
    assert not result.problems
    return result


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_in_a_consistent_report(seed: int) -> None:
    report = generate(seed)
    result = audited(report)
    assert result.tables["conflicts"].empty
    figures = result.tables["figures"].set_index("figure_id")
    assert not figures["verdict"].isin(["contradicted", "undecided"]).any()
    for name, count in report.truth.items():
        assert figures.loc[name, "low"] <= count <= figures.loc[name, "high"], name


def test_what_the_solver_cannot_decide_is_told() -> None:
    """Without effort nothing is claimed: neither a contradiction nor an integer."""
    report = generate(1, "total")
    report.rule("question", "", [], relation="q")
    for reading, kind in (("one", "subset"), ("two", "same")):
        report.rule("reading", "", [], relation=f"q.{reading}", question="q", reading=reading)
        report.rule(kind, "a.total", ["a.inner"], question="q", reading=reading)
    result = audit(*report.tables(), effort=0.0)
    assert set(result.tables["readings"]["verdict"]) == {"undecided"}
    assert set(result.tables["figures"]["verdict"]) == {"undecided"}
    assert result.tables["figures"]["low"].isna().all() and result.tables["conflicts"].empty


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planted_figure_is_in_every_set(seed: int) -> None:
    """Without it the report is consistent, so a set that does not hold it would be a false contradiction."""
    report = generate(seed, PLANTS[seed % len(PLANTS)])
    result = audited(report)
    conflicts = result.tables["conflicts"]
    assert not conflicts.empty, report.planted
    for _, conflict in conflicts.groupby("conflict"):
        assert report.planted in set(conflict["figure_id"])
        assert len(conflict) == conflict["size"].iloc[0]
    verdicts = result.tables["figures"].set_index("figure_id")["verdict"]
    assert verdicts[report.planted] == "contradicted"
    other = verdicts[[name for name in verdicts.index if name.startswith("b.")]]
    assert not other.eq("contradicted").any(), "the other population has nothing to do with it"
    assert report.planted in told(result, safe=False) and report.planted in told(result, safe=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "plant", [plant if at % 8 == 1 else pytest.param(plant, marks=pytest.mark.slow) for at, plant in enumerate(PLANTS)]
)
def test_the_sets_are_minimal(plant: str) -> None:
    """Any figure of a set taken out of the report, the rest of the set has a solution: nothing is found in it."""
    report = generate(7, plant)
    conflicts = audited(report, limit=2).tables["conflicts"]
    for _, conflict in conflicts.groupby("conflict"):
        for dropped in conflict["figure_id"]:
            kept = set(conflict["figure_id"]) - {dropped}
            figures, rules = report.tables()
            freed = figures["id"].isin(kept)
            # A figure that is not believed stays as an unknown count, or an unknown date.
            figures.loc[~freed & figures["unit"].isin(["count", "percent"]), ["value", "unit", "rounding"]] = [
                "0",
                "count",
                "at_least",
            ]
            figures.loc[~freed, ["base_id", "subset_of"]] = ""
            figures["base_value"] = ""  # else a share that is believed would still say what its base is
            figures.loc[~freed & (figures["unit"] == "date_range"), "value"] = "1900/2100"
            figures.loc[~freed & (figures["unit"] == "date"), ["value", "unit"]] = ["2019", "year"]
            assert audit(figures, rules, limit=1).tables["conflicts"].empty, (plant, dropped)
