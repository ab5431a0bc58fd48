"""Interviews and their batch: what a reader of two editions learns of those that came between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pandas as pd
import pytest
from drawn import cases, one_in
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import policy

from diagnostic.collect.answers import AXES, FIELDS, MODES
from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate import lists
from diagnostic.core import io
from diagnostic.core.step import check
from diagnostic.estimate.people import interviews
from diagnostic.release.editions import changes, issued
from diagnostic.release.populations import people
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made, only_where_seen
from diagnostic.release.tables import DECIDED
from diagnostic.release.ways import places
from diagnostic.release.ways.listed import Known
from diagnostic.release.ways.verdicts import Decided, decide

STUDY, POLICY = "47-2026", cache(policy)
NO_CODING, NOWHERE = COLLECTED["text_coding"].empty(), COLLECTED["places"].empty()
Met = tuple[str, str, str | None, int, str]  # structure, field, town, month, interlocutor
FIRST: list[Met] = [
    *((f"Foyer {n}", "housing", "Port", 1 + n % 3, "other") for n in range(5)),
    *((f"Accueil {n}", "social", "Ville", 1 + n % 3, "other") for n in range(6)),
    *((f"Centre {n}", "health", None, 2, "other") for n in range(4)),
    ("Parquet", "justice", "Ville", 3, "prosecutor"),
]


def meetings(met: Sequence[Met]) -> pd.DataFrame:
    """Interviews of the team's own list: one row each."""
    rows = pd.DataFrame(met, columns=["structure", "activity_field", "place", "month", "interlocutor"], dtype="object")
    date = pd.to_datetime({"year": 2026, "month": rows.pop("month").astype(int), "day": 4})
    given = rows.assign(date=date, mode=next(iter(MODES)), row=range(2, len(met) + 2), source="interviews.csv")
    return lists.interviews(given, {})["meetings"]


def told(met: Sequence[Met], known: Known) -> tuple[Decided, pd.DataFrame]:
    """What is decided of these interviews, and the statements: one row each, by identifier."""
    rows = meetings(met)
    facts = interviews.estimate(rows, NO_CODING, NOWHERE, STUDY)["interviews"]
    decided = decide(facts, POLICY(), people.interviews(rows), known, Draw(b"k"))
    said = made(decided.ledger, ()).set_index("statement_id").sort_index()
    hidden = said.index.map(only_where_seen) | said.index.map(places.names)
    return decided, said[~(said["kind"].eq("withheld") & hidden)]


def sent(met: Sequence[Met], known: Known, name: str) -> tuple[issued.Issued, ...]:
    """The issues with this one after them."""
    ledger = told(met, known)[0].ledger
    record = issued.record(name, issued.claims({}), people.interviews(meetings(met)), "k", ledger=ledger)
    return tuple(issued.read(issued.write([*(one.record for one in known.issued), record])))


@cache
def first() -> Known:
    return Known(issued=sent(FIRST, Known(), "2026-03-01"))


@cache
def told_first() -> pd.DataFrame:
    """The statements of the first edition."""
    return told(FIRST, Known())[1]


FIELD, TOWN = st.sampled_from(list(FIELDS)), st.sampled_from(["Port", "Ville", "Bourg", None])
NEW = st.tuples(
    st.sampled_from([f"Service {n}" for n in range(20)]),
    FIELD,
    TOWN,
    st.integers(1, 9),
    st.sampled_from(["other", "prosecutor"]),
)


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(15))
@given(come=st.lists(NEW, min_size=1, max_size=7))
def test_a_few_interviews_more_change_no_statement(come: list[Met]) -> None:
    """Neither a number, nor a month or a town of its own, nor the last day, nor a sentence on what is not known."""
    assert told([*FIRST, *come], first())[1].equals(told_first())


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(10))
@given(gone=st.sets(st.integers(0, len(FIRST) - 1), min_size=1, max_size=7))
def test_a_few_interviews_less_change_no_statement(gone: set[int]) -> None:
    """A month that nobody was met in any more is printed again, as the last edition has it."""
    left = [one for at, one in enumerate(FIRST) if at not in gone]
    decided, now = told(left, first())
    ledger = DECIDED["ledger"].validate(io.rounded(decided.ledger))
    of_now = interviews.estimate(meetings(left), NO_CODING, NOWHERE, STUDY)["interviews"]
    check({"release/ledger": ledger, "estimate/facts": of_now})
    words = [
        "printed",
        "printed_denominator",
        "printed_interval",
        "label",
        "unit",
        "kind",
        "claim_low",
        "claim_high",
        "decimals",
    ]
    assert now[words].equals(told_first()[words])


PARTS: dict[str, Callable[[Met], str]] = {
    "interviews.field.": lambda one: one[1],
    "interviews.place.": lambda one: (one[2] or "").lower(),
    "interviews.month.": lambda one: f"2026-{one[3]:02d}",
}


def changed(before: Sequence[Met], after: Sequence[Met], part: str, shown: set[str]) -> dict[str, int]:
    """By what both editions tell apart (a field, a town, a month), and "" for the others: the structures of which more,
    or fewer, interviews are counted now."""
    net: dict[tuple[str, str], int] = {}
    for sign, rows in ((1, after), (-1, before)):
        for one in rows:
            at = PARTS[part](one) if PARTS[part](one) in shown else ""
            net[at, one[0]] = net.get((at, one[0]), 0) + sign
    return {at: sum(1 for (own, _), number in net.items() if own == at and number) for at in {at for at, _ in net}}


@settings(deadline=None, max_examples=cases(20))
@given(come=st.lists(NEW, min_size=8, max_size=30))
def test_a_batch_of_interviews_leaves_no_few_structures_to_who_subtracts(come: list[Met]) -> None:
    """The reader of both editions subtracts field by field, town by town, and what is left of the total: each difference
    is of nobody, or of several structures. Where it would not be, nothing has changed."""
    after = [*FIRST, *come]
    before, now = told_first(), told(after, first())[1]
    if now.equals(before):
        return
    shown = [set(one.index[one["kind"].ne("withheld")]) for one in (before, now)]
    for part in PARTS:
        both = {name.removeprefix(part) for name in shown[0] & shown[1] if name.startswith(part)}
        assert not [at for at, number in changed(FIRST, after, part, both).items() if 0 < number < changes.FEW], part
    assert now.loc["interviews.total", "printed"] == str(len(after))


@pytest.mark.slow
def test_a_batch_is_issued_when_enough_structures_were_met() -> None:
    """Eight more in one field: a new edition; a third edition with one more keeps it, and counts from it, not from the last
    time that nothing changed."""
    batch: list[Met] = [(f"Pension {n}", "housing", "Port", 4, "other") for n in range(8)]
    second = [*FIRST, *batch]
    assert told(second, first())[1].loc["interviews.field.housing", "printed"] == "13"
    more: list[Met] = [(f"Halte {n}", "social", "Ville", 5, "other") for n in range(8)]
    known = Known(issued=sent(second, first(), "2026-04-01"))
    for number in (1, 7):
        now = told([*second, *more[:number]], known)[1]
        assert now.loc["interviews.total", "printed"] == str(len(second))
        known = Known(issued=sent([*second, *more[:number]], known, f"2026-05-{number:02d}"))
    assert told([*second, *more], known)[1].loc["interviews.total", "printed"] == str(len(second) + 8)


@pytest.mark.parametrize(("agreed", "shown"), one_in(2, [(0, True), (3, False), (5, False), (6, True)]))
def test_interviews_of_a_field_are_not_those_of_its_named_structures(agreed: int, shown: bool) -> None:
    """Five homes were met. Where the report names five, or fewer, they would be taken for those."""
    rows = [{"structure_code": f"S{n}", "name": f"Foyer {n}", "activity_field": "housing"} for n in range(agreed)]
    named = pd.DataFrame(rows, columns=["structure_code", "name", "activity_field"]).assign(
        agrees_to_be_named=True, row=range(2, agreed + 2), **dict.fromkeys(AXES, True)
    )
    statements = told(FIRST, Known(structures=named))[1]
    assert (statements.loc["interviews.field.housing", "kind"] == "value") is shown
    others = statements[statements.index.str.startswith(changes.HEARD)]
    assert others["kind"].eq("withheld").sum() >= 2 or others["kind"].eq("value").all()


@pytest.mark.parametrize(
    ("months", "told_of"),
    one_in(
        3,
        [
            ([1, 1, 1, 5, 5, 5], {"month", "year"}),
            ([1, 1, 1, 5, 5], {"year"}),  # whoever knows of one interview of May would know of the other
            ([1, 5], set()),
        ],
    ),
)
def test_interviews_by_month_are_told_of_all_months_or_of_none(months: list[int], told_of: set[str]) -> None:
    met: list[Met] = [(f"Service {n}", "social", "Ville", month, "other") for n, month in enumerate(months)]
    statements = told(met, Known())[1]
    assert {name.split(".")[1] for name in statements.index} & {"month", "year"} == told_of
    again = told([*met, *met[-1:]], Known())[1]  # met once more: no structure more
    assert {name.split(".")[1] for name in again.index} & {"month", "year"} == told_of
    assert statements.loc["interviews.total", "printed"] == str(len(months))
