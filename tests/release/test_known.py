"""What readers have besides the release: figures published by others, earlier issues, and what populations share."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from simulated import policy

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import ASKED, Fact, table
from diagnostic.release import baseline, issued, linked
from diagnostic.release.attack import attack, interval
from diagnostic.release.decision import frame_of
from diagnostic.release.editions import Previous, joined, newcomers
from diagnostic.release.grouped import Known
from diagnostic.release.groups import Design, Persons, Variable, member
from diagnostic.release.policy import Waiver
from diagnostic.release.populations import Population, populations
from diagnostic.release.questions import questions
from diagnostic.release.siege import Book, separate
from diagnostic.release.targets import as_targets
from diagnostic.release.verdicts import Decided, decide

SHARED = {"unit": "professional", "universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed"}
NONE = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}


def people(codes: str) -> dict[str, Population]:
    """One professional per letter, each of a structure of its own; the letter is what was answered."""
    frame = pd.DataFrame(
        {
            "response_id": [f"R{n:03}" for n in range(len(codes))],
            "professionals": 1,
            "took_charge.code": list(codes),
        }
    )
    return populations(**NONE, respondents=frame)


def facts(codes: str) -> pd.DataFrame:
    made = [
        Fact(fact_id="survey.all", label="tous", measure="count", value=len(codes), group="professionals:", **SHARED)
    ]
    for code in "abc":
        count = codes.count(code)
        given = {"group": f"professionals: took_charge={code}", "base": f"professionals: took_charge={ASKED}"}
        given |= {"numerator": count, "denominator": len(codes)}
        made.append(Fact(fact_id=f"survey.{code}", label=code, measure="count", value=count, **given, **SHARED))
    return table("99-2026", made)


def figures(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "value", "unit", "rounding"]).assign(statement_fr="énoncé")


def shown(decided: Decided) -> dict[str, float]:
    ledger = decided.ledger[decided.ledger["verdict"].eq("shown")]
    return dict(zip(ledger["fact_id"], ledger["shown_value"], strict=True))


# -- What others published ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "rounding", "possible"),
    [
        ("12", "count", "exact", {12}),
        ("10", "count", "at_least", set(range(10, 41))),
        # Half rounds up: 29.5 % of 40 is 11.8, 30.5 % is 12.2.
        ("30", "percent", "integer_percent", {n for n in range(41) if int(100 * n / 40 + 0.5) == 30}),
        ("37.5", "percent", "exact", {15}),
    ],
)
def test_a_published_figure_allows_the_counts_that_print_so(
    value: str, unit: str, rounding: str, possible: set[int]
) -> None:
    groups = {"professionals: took_charge=a": ((0, 1),), f"professionals: took_charge={ASKED}": ()}
    said = baseline.statements(figures(("survey.a", value, unit, rounding)), facts("a" * 40), groups)
    found = set()
    for count in range(41):
        codes = np.array([[1]] * count + [[0]] * (40 - count))
        persons = Persons(codes, np.arange(40), np.arange(40))
        if len(baseline.true(said, persons)) == len(said):
            found.add(count)
    assert said and found == possible


@pytest.mark.parametrize("told", [("3", "count", "exact"), ("5", "percent", "integer_percent")])
def test_what_is_public_is_a_baseline_and_is_withheld_all_the_same(told: tuple[str, str, str]) -> None:
    codes = "a" * 30 + "b" * 24 + "c" * 3  # 3 of 57 is 5.3 %
    known = Known(figures(("survey.c", *told), ("survey.b", "99", "count", "exact")))
    decided = decide(facts(codes), policy(), people(codes), known)
    certificate = decided.audits["professionals"].certificate
    assert decided.audits["professionals"].sendable, decided.audits["professionals"].messages
    assert (certificate["published_figures"], certificate["published_figures_denied"]) == (
        2 if told[1] == "percent" else 1,
        1,
    )
    assert "survey.c" not in shown(decided)


# -- What the team issued before ----------------------------------------------------------------------------------

BEFORE = "a" * 30 + "b" * 24 + "c" * 9
AFTER = BEFORE + "ac"


def first_issue() -> issued.Issued:
    decided = decide(facts(BEFORE), policy(), people(BEFORE))
    (one,) = issued.read(issued.write([issued.record("2026-03-01", decided.claims, people(BEFORE))]))
    return one


def test_an_issue_is_kept_as_it_was() -> None:
    one = first_issue()
    assert one.name == "2026-03-01"
    assert list(one.record.loc[one.record["kind"].eq("row"), "name"]) == list(people(BEFORE)["professionals"].key)


def test_newcomers_are_not_the_difference_of_two_issues() -> None:
    """Every pair of tables that agrees with both issues, enumerated: who came may be nobody of any answer."""
    one = first_issue()
    decided = decide(facts(AFTER), policy(), people(AFTER), Known(figures(), (one,)))
    audit = decided.audits["professionals"]
    assert audit.sendable, audit.messages
    assert audit.certificate["earlier_editions"] == 1 and audit.certificate["earlier_figures"] > 0
    assert audit.certificate["groups_attacked"]["editions"] > 0  # type: ignore[index]
    then = one.record[one.record["kind"].eq("figure")].set_index("name")
    now = decided.claims.set_index("group")
    for code in "abc":
        group = f"professionals: took_charge={code}"
        if group in then.index and group in now.index:
            least = max(0, int(now.loc[group, "low"]) - int(then.loc[group, "high"]))
            assert least == 0, group


def test_without_the_record_they_would_be() -> None:
    plain = decide(facts(AFTER), policy(), people(AFTER))
    then = first_issue().record.set_index("name")
    exact = then.loc["professionals:"]
    assert int(exact["low"]) == int(exact["high"]) == len(BEFORE)
    assert shown(plain)["survey.all"] - len(BEFORE) == 2


def test_a_figure_corrected_since_is_left_out_and_told() -> None:
    then, issue = "a" * 22 + "b" * 32 + "c" * 9, first_issue()  # eight of the first said something else
    told = issue.record[issue.record["kind"].eq("figure")].set_index("name")
    expected = sum(
        not int(told.loc[group, "low"]) <= then.count(code) <= int(told.loc[group, "high"])
        for code in "abc"
        if (group := f"professionals: took_charge={code}") in told.index
    )
    corrected = then + "ac"
    audit = decide(facts(corrected), policy(), people(corrected), Known(figures(), (issue,))).audits
    certificate = audit["professionals"].certificate
    assert certificate["earlier_figures_denied"] == expected > 0
    assert audit["professionals"].sendable


def test_editions_are_cumulative_whatever_the_order_of_the_file() -> None:
    """A row that the second issue forgot was counted by the first: both are read with it, and in order of days."""
    first, second = "a" * 30 + "b" * 24 + "c" * 9, "a" * 30 + "b" * 24 + "c" * 9 + "a" * 9
    records = []
    for day, codes in (("2026-06-01", second), ("2026-03-01", first)):
        said = decide(facts(codes), policy(), people(codes)).claims
        records.append(issued.record(day, said, people(codes)))
    forgot = records[0][~records[0]["name"].eq("R000/0")]
    issues = issued.read(issued.write([forgot, records[1]]))
    assert [one.name for one in issues] == ["2026-03-01", "2026-06-01"]
    population = people(second + "b")["professionals"]
    asked = questions(population, ["professionals:", "professionals: took_charge=a"], {}, policy())
    earlier, later = issued.as_previous(issues, population, asked)
    assert (earlier.counted.sum(), later.counted.sum()) == (len(first), len(second))
    assert later.denied == 0 and later.shown["total"] == (len(second),) * 3


# -- What populations share ---------------------------------------------------------------------------------------


def shared_totals() -> Decided:
    """60 persons concerned: 57 in prostitution, 3 at risk."""
    status = np.array(["yes"] * 57 + ["no"] * 3)
    rows = np.arange(60)
    frame = pd.DataFrame({"in_prostitution.code": status})
    whole = Population("concerned", rows, rows, frame, rows.astype(str))
    part = Population("prostitution", rows[:57], rows[:57], frame[:57], rows[:57].astype(str))
    shared = SHARED | {"unit": "person"}
    made = [
        Fact(fact_id="shared.concerned", label="c", measure="count", value=60, group="concerned:", **shared),
        Fact(fact_id="shared.prostitution", label="p", measure="count", value=57, group="prostitution:", **shared),
        Fact(
            fact_id="shared.risk", label="r", measure="count", value=3, group="concerned: in_prostitution=no", **shared
        ),
    ]
    return decide(table("99-2026", made), policy(), {"concerned": whole, "prostitution": part})


def test_persons_at_risk_are_not_what_is_left_of_two_totals() -> None:
    """Persons concerned, less persons in prostitution: a total of one population, a part of the other."""
    decided = shared_totals()
    assert all(audit.sendable for audit in decided.audits.values())
    claims = decided.claims.set_index("group")
    ends = {
        name: (0, 200) if name not in claims.index else tuple(claims.loc[name, ["low", "high"]])
        for name in ("concerned:", "prostitution:")
    }
    possible = {
        all_ - some
        for all_, some in itertools.product(range(201), repeat=2)
        if all_ >= some
        and ends["concerned:"][0] <= all_ <= ends["concerned:"][1]
        and ends["prostitution:"][0] <= some <= ends["prostitution:"][1]
    }
    assert max(possible) >= 8 and max(possible) - min(possible) >= 7
    assert len(claims) > 0


def test_a_search_without_answer_gives_the_most_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the exact interval of a shared total is not settled, the reader is taken to know the total."""
    told: list[tuple[int | None, int | None]] = []
    monkeypatch.setattr(linked, "_interval", lambda *_: None)
    plain = linked.of_wholes
    monkeypatch.setattr(linked, "of_wholes", lambda *given: told.extend((s.low, s.high) for s in plain(*given)) or ())
    shared_totals()
    assert told == [(57, 57)]


# -- Waivers ------------------------------------------------------------------------------------------------------


def test_a_waiver_names_a_figure() -> None:
    codes = "a" * 30 + "b" * 24 + "c" * 6
    granted = Waiver(figure="survey.c", threshold=5, reason="r", approver="p", date=dt.date(2026, 3, 1))
    rules = policy()
    assert "survey.c" not in shown(decide(facts(codes), rules, people(codes)))
    waived = rules.model_copy(update={"waivers": [granted]})
    decided = decide(facts(codes), waived, people(codes))
    assert "survey.c" in shown(decided)
    assert decided.audits["professionals"].sendable
    assert decided.audits["professionals"].certificate["policy"] == waived.digest()


@pytest.mark.parametrize("seed", range(12))
def test_what_gluing_tells_is_possible(seed: int) -> None:
    """Crossings that the edition alone ties together: what is said to be reachable lies inside their exact interval,
    found with all their variables in one table."""
    draw = np.random.default_rng(seed)
    size = 24
    answers = [Variable(f"v{n}", ("a", "b", "c")) for n in range(3)]
    design = Design(
        tuple(answers), (("v0",), ("v1",), ("v2",), ("v0", "v1")) if seed % 2 else (("v0",), ("v1",), ("v2",))
    )
    codes = draw.integers(0, 3, (size, 3))
    persons = Persons(codes, np.arange(size), draw.integers(0, 6, size))
    counted = np.arange(size) < size - 5
    frame = frame_of(design)
    near = {group: int(member(codes, group).sum()) for group in frame.printed}
    book = Book(frame, {group: (max(0, held - 3), held + 3) for group, held in near.items()})
    then = {
        frame.name(g): (0, int(member(codes[counted], g).sum()), int(member(codes[counted], g).sum())) for g in near
    }
    both, joint, _ = joined(book, persons, (Previous(then, counted),))
    everyone = [one for one in newcomers(both.frame, joint, policy(8)) if len(one.group) > 2]
    across = [one for one in everyone if both.frame.home(one.axes) is None]
    _, system = both.wider()
    _, targets = as_targets(both.frame, newcomers(both.frame, joint, policy(8)))
    pool = attack(system, targets, both.frame.table(joint)[None, :]).pool
    low, high = separate(both.frame, across, pool, (len(both.frame.axes) - 1,))
    assert across and (high > np.array([one.value for one in across])).any()
    for place, one in enumerate(across):
        wider, exact = both.wider(tuple(sorted(one.axes)))
        home = wider.home(one.axes)
        assert home is not None
        found = interval(exact, wider.form([wider.columns(one.group, home)]))
        assert found.low <= low[place] <= high[place] <= found.high, one.name(wider)
