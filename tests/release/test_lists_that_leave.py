"""Digits, sentences and lists that leave the team: each rule on both of its sides, beside a second program."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from test_second_programs import NAN, said

from diagnostic.collect.answers import AXES
from diagnostic.release import printed, publication, statements

LEDGER = {"shown_value": 40.26, "shown_numerator": NAN, "shown_denominator": NAN, "claim_low": 38.0, "claim_high": 42.0}


@pytest.mark.parametrize("measure", ["count", "percent", "mean", "error", "estimate"])
def test_what_is_on_whole_steps_has_no_decimal_but_for_the_team(measure: str) -> None:
    rows = list(itertools.product(("rounded", "model", "edition_kept", "x"), ("shown", "withheld")))
    given = [vars(said(ground=ground, verdict=verdict, measure=measure, decimals=1, **LEDGER)) for ground, verdict in rows]  # fmt: skip
    ledger = pd.DataFrame(given)
    out = statements.made(ledger, ())
    for (ground, verdict), decimals, value in zip(rows, out["decimals"], out["shown_value"], strict=True):
        coarse = verdict != "shown" or ground in ("rounded", "edition_kept")
        coarse = coarse or (ground == "model" and measure in ("percent", "mean", "error"))
        assert decimals == (0 if coarse else 1), (ground, verdict)
        whole = round(40.26, 0 if coarse else 1)
        assert verdict != "shown" or value == pytest.approx(whole)
    team = statements.made(ledger, None)
    assert team["decimals"].eq(1).all() and set(team.loc[team["kind"].eq("value"), "shown_value"]) == {40.26}


def test_which_statements_are_there_only_where_somebody_was_seen() -> None:
    names = {
        "quality.rows": "row",
        "quality.rows.press": "row",
        "quality.rows.outreach": "row",
        "territory.persons.commune.47001": "person",
        "persons.housing.hotel": "person",
        "persons.housing.hotel_pct": "person",
        "draw.digest": "text",
        "ads.total": "ad",
    }
    for kind, private in itertools.product(("value", "withheld"), ((), ("outreach",), ("outreach", "ad_counts"), ("ad_pages",))):  # fmt: skip
        frame = pd.DataFrame({"statement_id": list(names), "unit": list(names.values()), "kind": kind, "printed": "1", "printed_numerator": ""})  # fmt: skip
        frame = frame.assign(shown_value=1.0, claim_low=1.0, claim_high=1.0)
        empty = pd.DataFrame({"status": pd.Series(dtype="str"), "basis": pd.Series(dtype="str")})
        kept = statements._settled(frame, set(private), empty)["statement_id"].tolist()
        gone = {"quality.rows"} if private else set()
        gone |= {"quality.rows.outreach"} if "outreach" in private else set()
        gone |= {name for name in names if name.startswith(("territory", "persons"))} if kind == "withheld" else set()
        gone |= {"draw.digest"} if {"ad_counts", "ad_pages"} & {*private} else set()
        assert kept == [name for name in names if name not in gone], (kind, private)


def test_verdicts_on_figures_are_counted_where_they_are_printed() -> None:
    names = ["reproduction.figures", "reproduction.status.reproduced", "reproduction.status.unknown", "reproduction.basis.exact", "ads.total"]  # fmt: skip
    frame = pd.DataFrame({"statement_id": names, "printed": "9", "printed_numerator": ["", "9", "9", "", "9"]})
    frame = frame.assign(shown_value=9.0, claim_low=9.0, claim_high=9.0)
    status = ["reproduced", "reproduced", "withheld", "contradicted"]
    told = pd.DataFrame({"status": status, "basis": ["exact", "other", "exact", "exact"]})
    found = statements._recounted(frame, told)
    assert found["shown_value"].tolist() == [4, 2, 0, 1, 9] == found["claim_low"].tolist() == found["claim_high"].tolist()  # fmt: skip
    assert found["printed"].tolist() == ["4", "2", "0", "1", "9"]
    assert found["printed_numerator"].tolist() == ["", "2", "0", "", "9"]


@pytest.mark.parametrize(("kind", "low", "high", "unit", "origin", "exact"), [
    ("value", 3, 3, "person", "observed", True),
    ("value", 3, 4, "person", "observed", False),
    ("value", 3, 4, "ad", "observed", True),
    ("value", 3, 4, "person", "reconstructed", True),
    ("text", NAN, NAN, "person", "observed", True),
    ("limits", NAN, NAN, "person", "observed", True),
    ("withheld", NAN, NAN, "person", "observed", False),
])  # fmt: skip
def test_a_published_figure_is_beside_what_the_study_says_exactly(
    kind: str, low: float, high: float, unit: str, origin: str, exact: bool
) -> None:
    made = pd.DataFrame({"statement_id": ["a"], "kind": kind, "claim_low": low, "claim_high": high, "unit": unit, "origin": origin})  # fmt: skip
    rows = itertools.product(("a", "b"), ("reproduced", "contradicted", "unknown"), ("12", printed.PROTECTED), ("12", printed.PROTECTED), ("situations", "survey"))  # fmt: skip
    compared = pd.DataFrame(rows, columns=["fact_id", "status", "computed", "published", "source_stage"])
    compared = compared.assign(basis="b", reason="r", statement="s")
    for private in (True, False):
        found = statements._reprinted(compared, made, private)
        for before, after in zip(compared.itertuples(), found.itertuples(), strict=True):
            hidden = before.computed == printed.PROTECTED
            hidden |= private and before.fact_id == "a" and not exact and before.status != "unknown"
            assert (after.status, after.computed, after.reason) == (("withheld", printed.WITHHELD, statements.WHY) if hidden else (before.status, before.computed, "r"))  # fmt: skip
            again = before.published == printed.PROTECTED
            words = statements.KINDS["situations"] if before.source_stage == "situations" else statements.KIND
            assert (after.statement, after.published) == ((words, printed.WITHHELD) if again else ("s", "12"))


# -- Lists --------------------------------------------------------------------------------------------------------------------


def structures(**more: Any) -> pd.DataFrame:
    """One that agreed, one that did not, one that has not said, one that agreed without a name."""
    made = pd.DataFrame({"name": ["Oui", "Non", "Rien", None], "agrees_to_be_named": pd.array([True, False, None, True], dtype="boolean"), "row": range(2, 6)})  # fmt: skip
    return made.assign(**{axis: pd.array([None] * 4, dtype="boolean") for axis in AXES} | more)


def test_who_leads_an_action_is_told_where_they_agreed_or_a_publication_said_it() -> None:
    actions = pd.DataFrame({"lead": ["Oui", "Non", "autre", None], "action": "x"})
    found = statements._actions(actions, structures(), private=True)
    assert found["lead"].fillna("").tolist() == ["Oui", "", "", ""]
    public = statements._actions(actions, structures(), private=False)
    assert public["lead"].fillna("").tolist() == ["Oui", "autre", ""]  # a row that names one that did not agree is gone


def test_a_practice_or_a_resource_names_who_agreed() -> None:
    rows = list(itertools.product(("resource", "practice"), ("Oui", "Non", "autre", None)))
    practices = pd.DataFrame(rows, columns=["kind", "offered_by"]).assign(where="là", title="t")
    noted = statements._practices(practices, structures(), noted=True)
    assert noted[["kind", "offered_by", "where"]].fillna("").to_numpy().tolist() == [
        ["resource", "Oui", "là"],
        ["resource", "", ""],
        ["resource", "", ""],
        ["resource", "", "là"],
        ["practice", "Oui", "là"],
        ["practice", "", "là"],
    ]
    printed_ = statements._practices(practices, structures(), noted=False)
    assert printed_["offered_by"].fillna("").tolist() == ["Oui", "autre", "", "Oui", "autre", ""]


def test_a_structure_that_agreed_is_told_with_its_axes() -> None:
    first, second = list(AXES)[:2]
    given = structures(**{first: pd.array([True, True, True, True], dtype="boolean"), second: pd.array([False] * 4, dtype="boolean")})  # fmt: skip
    more = pd.concat([given, given[:1].assign(name="Autre", row=9)], ignore_index=True).assign(structure_code="s", kind="k", activity_field="f", contact="c")  # fmt: skip
    for name in statements.columns("release/structures"):
        more = more if name in more or name in ("answers", "unsaid") else more.assign(**{name: "x"})
    found = statements.named(more)
    assert found["name"].tolist() == ["Autre", "Oui"] and set(found["answers"]) == {first}
    assert set(found["unsaid"]) == {";".join(list(AXES)[2:])}


def test_files_of_cells_are_told_once_in_their_order() -> None:
    cells = "b.xlsx (feuille 1)!A2 ; a.csv!B2 ; b.xlsx (feuille 2)!A3 ; a.csv!B9"
    assert statements.files_of(cells) == ["b.xlsx", "a.csv"] and statements.files_of(None) == [] == statements.files_of("")  # fmt: skip


@pytest.mark.parametrize(("measure", "low", "high", "wide"), [("percent", 10, 50, False), ("percent", 10, 50.5, True), ("count", 10, 30, False), ("count", 10, 31, True), ("count", 0, 0, False)])  # fmt: skip
def test_how_wide_a_number_is_told_as_a_range(measure: str, low: float, high: float, wide: bool) -> None:
    assert statements.wide(measure, low, high) == wide


def test_the_verdict_on_a_figure_goes_with_what_the_ledger_withholds() -> None:
    ledger = pd.DataFrame({"fact_id": ["a", "b"], "verdict": ["withheld", "shown"]})
    table = pd.DataFrame({"fact_id": ["a", "b", "c", "a"], "reason": ["r", "r", "r", publication.NOT_AGAIN], "status": "reproduced", "basis": "x", "computed": "9"})  # fmt: skip
    found = publication.withdraw(table, ledger)
    assert found["status"].tolist() == ["withheld", "reproduced", "reproduced", "withheld"]
    assert found["reason"].tolist() == [publication.WITHHELD, "r", "r", publication.NOT_AGAIN]
    assert found["computed"].tolist() == [publication.PROTECTED, "9", "9", publication.PROTECTED]
