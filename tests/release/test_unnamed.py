"""Local structures that are not named: what the list of the others leaves of them, in one edition and between two."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pytest
from drawn import cases, one_in
from hypothesis import example, given, settings
from hypothesis import strategies as st
from simulated import policy

from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.field import support
from diagnostic.release.editions import issued
from diagnostic.release.editions.changes import FEW
from diagnostic.release.populations import people
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.statements import made, named, only_where_seen
from diagnostic.release.ways.listed import Known
from diagnostic.release.ways.verdicts import Decided, decide

STUDY, POLICY = "47-2026", cache(policy)
NOT_COUNTED = {name: CONSOLIDATED[name].empty() for name in ("restitutions", "law_results")}
Local = tuple[str, bool, dict[str, bool | None]]  # field, whether it is named, what it answers of each axis but « no »
CARE: dict[str, bool | None] = {"care": True}
FIRST: list[Local] = [
    *[("health", False, CARE)] * 4,
    *[("social", False, {"care": True, "rights": True})] * 3,
    *[("social", True, {"rights": True, "shelter": None})] * 3,
    ("housing", True, {"shelter": True}),
]


def structures(local: Sequence[Local], codes: str = "S") -> pd.DataFrame:
    """The team's list: one row per structure."""
    rows = [
        {"activity_field": field, "agrees_to_be_named": agrees, "name": f"{field} {at}" if agrees else None}
        | {axis: said.get(axis, False) for axis in AXES}
        for at, (field, agrees, said) in enumerate(local)
    ]
    listed = pd.DataFrame(rows).assign(row=range(2, len(rows) + 2))
    listed = listed.assign(structure_code=[f"{codes}{at:02d}" for at in range(len(rows))])
    listed = listed[list(COLLECTED["structures"].to_schema().columns)]
    return COLLECTED["structures"].validate(listed.astype(dict.fromkeys(["agrees_to_be_named", *AXES], "boolean")))


def told(local: Sequence[Local], known: Known | None = None, codes: str = "S") -> tuple[Decided, pd.DataFrame]:
    """What is decided of these structures, and the statements: one row each, by identifier."""
    rows = structures(local, codes)
    facts = support.estimate(rows, **NOT_COUNTED, places=COLLECTED["places"].empty(), study=STUDY)["support"]
    readers = Known(issued=known.issued if known else (), structures=rows)
    decided = decide(facts, POLICY(), people.local_structures(rows), readers, Draw(b"k"))
    ledger = decided.ledger.assign(cells="vault!A1")  # as `estimate` locates them: rules are told of public files alone
    said = made(ledger, ()).set_index("statement_id").sort_index()
    return decided, said[~(said["kind"].eq("withheld") & said.index.map(only_where_seen))]


def sent(local: Sequence[Local], known: Known | None, name: str) -> Known:
    """What readers have once this is issued too."""
    ledger = told(local, known)[0].ledger
    own = issued.record(name, issued.claims({}), people.local_structures(structures(local)), "k", ledger=ledger)
    before = known.issued if known else ()
    return Known(issued=tuple(issued.read(issued.write([*(one.record for one in before), own]))))


@cache
def told_first() -> tuple[Decided, pd.DataFrame]:
    return told(FIRST)


@cache
def first() -> Known:
    return sent(FIRST, None, "2026-03-01")


# -- one edition ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields, printed",
    [
        ({"social": (5, 5), "health": (4, 1)}, True),  # nobody, or three, left unnamed
        ({"social": (5, 5), "public_safety": (1, 0)}, False),  # the only one of its field
        ({"social": (5, 2), "health": (4, 2)}, False),
    ],
)
def test_structures_by_field_are_printed_only_where_no_unnamed_one_is_alone(
    fields: dict[str, tuple[int, int]], printed: bool
) -> None:
    local: list[Local] = [
        (field, at < agreed, {}) for field, (number, agreed) in fields.items() for at in range(number)
    ]
    shown = told(local)[1].filter(like="pathway.field.", axis="index")
    assert set(shown.index) == ({f"pathway.field.{field}" for field in FIELDS} if printed else set())  # all, or none


@pytest.mark.parametrize(
    "said, printed",
    one_in(
        2,
        [
            ([True, None, False, False, False, False], True),  # who agreed may be counted
            ([True, True, True, True, True, False], True),  # three others
            ([True, True, True, False, False, False], False),  # one other
            ([True, True, None, False, False, False], False),  # one other that has not said
        ],
    ),
)
def test_structures_by_axis_are_withheld_together_where_an_unnamed_one_is_alone(
    said: list[bool | None], printed: bool
) -> None:
    local: list[Local] = [
        ("social" if at < 2 else "health", at < 2, {"shelter": answer}) for at, answer in enumerate(said)
    ]
    shown = told(local)[1]
    axes = shown[shown.index.str.startswith("pathway.ax")]
    assert set(axes["kind"]) == {"value" if printed else "withheld"} and len(axes) == len(AXES) + 1


# -- two editions ---------------------------------------------------------------------------------------------------

ANSWERS = st.dictionaries(st.sampled_from(list(AXES)), st.sampled_from([True, None]), max_size=3)
NEW = st.tuples(st.sampled_from(list(FIELDS)), st.just(False), ANSWERS)


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(15))
@example(come=[("social", False, {"rights": None})])
@given(come=st.lists(NEW, min_size=1, max_size=2))
def test_one_or_two_unnamed_structures_more_change_no_statement(come: list[Local]) -> None:
    assert told([*FIRST, *come], first())[1].equals(told_first()[1])


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(10))
@example(at=0, answers={"rights": None})
@given(at=st.integers(0, 6), answers=st.none() | ANSWERS)
def test_an_unnamed_structure_that_went_or_answers_otherwise_changes_no_statement(
    at: int, answers: dict[str, bool | None] | None
) -> None:
    """That it agrees to be named from now on is told by the list of the named alone."""
    field, _, before = FIRST[at]
    others = [one for place, one in enumerate(FIRST) if place != at]
    after: list[Local] = [*others, (field, False, before | answers)] if answers is not None else others
    for now in (after, [*others, (field, True, before)]):
        assert told(now, first())[1]["printed"].equals(told_first()[1]["printed"])


def left(local: Sequence[Local], statements: pd.DataFrame) -> dict[str, int]:
    """What a reader finds of the unnamed: each number printed, and what its upper limit adds, less the named structures."""
    listed, found = named(structures(local)), {}
    for name, one in statements[statements["kind"].eq("value")].iterrows():
        kind, _, what = str(name).removeprefix("pathway.").partition(".")
        number = int(one["printed"])
        if kind == "structures":
            found["all"] = number - len(listed)
        if kind == "field":
            found[what] = number - int(listed["activity_field"].eq(what).sum())
        if kind == "axis":
            answer, blank = (
                sum(what in axes.split(";") for axes in listed[column]) for column in ("answers", "unsaid")
            )
            found[what] = number - answer
            most = number if pd.isna(one["shown_high"]) else int(one["shown_high"])
            found[f"{what}?"] = most - number - blank
    return found


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(60))
@given(
    batch=st.lists(st.tuples(NEW, st.integers(1, 5)), max_size=3),
    gone=st.sets(st.integers(0, len(FIRST) - 1), max_size=8),
    agreed=st.integers(0, 4),
)
def test_a_batch_leaves_no_few_unnamed_structures_to_who_subtracts(
    batch: list[tuple[Local, int]], gone: set[int], agreed: int
) -> None:
    """The reader of both editions takes the named structures away from each number, and one edition from the other: each
    difference is of nobody, or of several. Where it would not be, nothing has changed."""
    stayed = [one for at, one in enumerate(FIRST) if at not in gone]
    after = [*stayed, *(one for one, times in batch for _ in range(times)), *[("housing", True, {})] * agreed]
    before, now = told_first()[1], told(after, first())[1] if after else None
    if now is None or now["printed"].equals(before["printed"]):
        return
    was, has = left(FIRST, before), left(after, now)
    assert not {part: has[part] - was[part] for part in was.keys() & has if 0 < abs(has[part] - was[part]) < FEW}
    assert now.loc["pathway.structures", "printed"] == str(len(after))


def test_a_named_structure_is_counted_at_once() -> None:
    more: Local = ("housing", True, {"employment": True})
    before, now = told_first()[1]["printed"], told([*FIRST, more], first())[1]["printed"]
    changed = before.index[before.ne(now)]
    assert set(changed) == {f"pathway.{name}" for name in ("structures", "named", "field.housing", "axis.employment", "axes_uncovered")}  # fmt: skip


@pytest.mark.slow
def test_a_batch_is_counted_from_the_edition_that_it_came_after() -> None:
    """Three homes come one after the other: the third makes the number move, whatever was issued between them; a list that
    is numbered again is the same list."""
    more: list[Local] = [("housing", False, CARE)] * 3
    known = first()
    for number in (1, 2):
        assert told([*FIRST, *more[:number]], known)[1].equals(told_first()[1])
        known = sent([*FIRST, *more[:number]], known, f"2026-04-{number:02d}")
    assert told([*FIRST, *more], known)[1].loc["pathway.structures", "printed"] == str(len(FIRST) + 3)
    assert told(FIRST, first(), codes="Z")[1].equals(told_first()[1])
    assert told([FIRST[0], *FIRST], first(), codes="Z")[1].equals(told_first()[1])
