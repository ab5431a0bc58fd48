"""What is printed of a group of the closed list, of its shares and of its margins: each condition on both of its sides."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from facts_at_hand import replace
from simulated import policy
from test_lists_and_draws import lists
from test_thresholds import at
from test_verdicts import fact

from diagnostic.estimate.facts import ASKED, UNKNOWN
from diagnostic.release.editions import ledger
from diagnostic.release.editions.changes import Previous
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import PLACE
from diagnostic.release.populations.rounding import EXACT, Claim, claim, reach, share
from diagnostic.release.ways import envelopes, group, listed

NAN = math.nan
GROUP, BASE = "prostitution: gender=femme", "prostitution: "


# -- Margins --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [0, 1])
def test_a_margin_is_as_wide_as_the_number_that_moves_most(later: int) -> None:
    """Of each variable, measure and side; nothing of what no answer leaves open."""
    rows = [
        ("prostitution: gender=femme", "count", 40, 37, 47, NAN),
        ("prostitution: gender=homme", "count", 20, 11, 22, NAN),
        ("prostitution: gender=femme", "percent", 60, 50, 61, 50),
        ("prostitution: age_band=26-45", "count", 20, 20, 26, NAN),
        (f"prostitution: gender={UNKNOWN}", "count", 20, 0, 99, NAN),
        ("cases: gender=femme", "count", 20, 0, 99, NAN),
    ]
    facts = pd.DataFrame(rows, columns=["group", "measure", "value", "low", "high", "denominator"])
    found = envelopes.margins(facts, at(0.7), 5, "t", later)
    most = {"gender ±count-": 9, "gender ±count+": 7, "gender ±percent-": 5, "gender ±percent+": 0.5, "age_band ±count-": 0, "age_band ±count+": 6}  # fmt: skip
    expected = {f"prostitution: {name}": envelopes._margin(far, name, at(0.7), 5, reach(5, later), "t") for name, far in most.items()}  # fmt: skip
    assert found == expected


def test_an_envelope_is_given_to_drawn_numbers_of_people_that_have_none() -> None:
    rows = itertools.product(("rounded", "edition_kept", "x"), ("shown", "withheld"), ("person", "ad"), ("count", "percent", "estimate"), (NAN, 3.0), (20.0, 10.0))  # fmt: skip
    told = pd.DataFrame(rows, columns=["ground", "verdict", "unit", "measure", "shown_low", "claim_high"])
    facts = told[["unit", "measure"]].assign(value=15.0, low=NAN, high=NAN, interval_kind="none", denominator=50.0, fact_id="a")  # fmt: skip
    verdicts = told[["ground", "verdict", "shown_low", "claim_high"]].assign(claim_low=10.0, shown_high=NAN)
    found = envelopes.others(facts, verdicts, at(0.5), 5)
    for at_, row in told.iterrows():
        given = row["ground"] != "x" and row["verdict"] == "shown" and row["unit"] == "person"
        given = given and row["measure"] != "estimate" and math.isnan(row["shown_low"]) and row["claim_high"] > 10
        assert (found.loc[at_, "shown_high"] == 20) == given and math.isnan(found.loc[at_, "shown_high"]) != given
    plain = verdicts.assign(ground="x")
    assert envelopes.others(facts, plain, at(0.5), 5) is plain


def test_the_ends_of_a_share_are_within_its_numbers() -> None:
    """A part that may be more than its whole is no more than all of it; without both margins nothing is known."""
    made = {"group": GROUP, "measure": "percent"}
    less, more = (f"prostitution: gender ±percent{side}" for side in "-+")
    none = Claim(0, EXACT, 0, 0)
    found = envelopes.of_share(made, Claim(45, 5, 41, 49), Claim(40, 5, 36, 40), {less: none, more: none})
    assert found == (100, 100)  # 41 of 41
    for known in ({less: none}, {more: none}, {}):
        assert math.isnan(envelopes.of_share(made, Claim(20, 5, 16, 24), Claim(40, 5, 36, 44), known)[0])
        assert math.isnan(envelopes.of_count(made | {"measure": "count"}, Claim(20, 5, 16, 24), known)[0])
    settled = made | {"group": f"prostitution: gender={UNKNOWN}"}
    assert envelopes.of_share(settled, Claim(20, 5, 16, 24), Claim(40, 5, 40, 50), {}) == (30, 60)


# -- A fact on a listed group -----------------------------------------------------------------------------------------------


def released(printed: dict[str, Claim], reason: str = "", edition: str = "") -> Any:
    entries = {name: SimpleNamespace(name=name, threshold=8, group_class="ordinary") for name in (GROUP, BASE)}
    none = Claim(0, EXACT, 0, 0)
    margins = {f"prostitution: gender ±{measure}{side}": none for measure in ("count", "percent") for side in "-+"}
    return SimpleNamespace(
        entry=entries.get,
        printed=printed.get,
        decision=SimpleNamespace(printed=printed, reason=dict.fromkeys(entries, reason)),
        margins=margins,
        edition=edition,
    )


def told(one: Any, measure: str = "count", base: str = BASE, fact_id: str = "profile.women", **given: Any) -> dict[str, Any]:  # fmt: skip
    made = asdict(replace(fact("person", measure, value=41, **{"numerator": 41, "denominator": 62} | given), fact_id=fact_id, method="Dit."))  # fmt: skip
    scope: Any = SimpleNamespace(policy=policy(), released={"prostitution": one} if one else {})
    return group.listed(made | {"group": GROUP, "base": base}, scope)


NAMES = ("shown_value", "claim_low", "claim_high", "shown_numerator", "shown_denominator", "shown_low", "shown_high")


def numbers(row: dict[str, Any], many: int = 7) -> list[float]:
    return [float(row[name]) for name in NAMES[:many]]


def test_a_number_is_that_of_its_group_with_its_base_where_it_is_less() -> None:
    part, whole = Claim(40, 5, 34, 46), Claim(60, 5, 54, 66)
    both = released({GROUP: part, BASE: whole})
    assert numbers(told(both)) == [40, 34, 46, 40, 60, 30, 50]
    assert numbers(told(both, numerator=NAN), 4)[3] != 40 and told(both)["ground"] == ledger.ROUNDED.name
    alone = [told(both, base=""), told(both, denominator=NAN), told(released({GROUP: part})), told(released({GROUP: part, BASE: part}))]  # fmt: skip
    assert all(math.isnan(row["shown_denominator"]) and row["shown_value"] == 40 for row in alone)
    assert told(released({GROUP: part}, edition="2026-01-01"))["ground"] == ledger.EDITION_KEPT.name
    exact = Claim(40, EXACT, 40, 40)
    assert told(released({GROUP: exact}))["ground"] == group.PARTICIPATION.name
    assert math.isnan(told(released({GROUP: exact}), interval_kind="none")["shown_low"])
    assert told(released({GROUP: exact}), interval_kind="bounds")["shown_low"] == 40
    assert told(released({GROUP: part}), interval_kind="none")["shown_low"] == 30


def test_a_group_that_is_not_printed_says_why() -> None:
    assert told(None)["ground"] == ledger.LIST.name
    assert told(released({}, "secondary"))["ground"] == ledger.SECONDARY.name
    assert told(released({}, "small"))["ground"] == ledger.SMALL.name
    nowhere = released({GROUP: Claim(40, 5, 34, 46)})
    nowhere.entry = {}.get
    assert told(nowhere)["ground"] == ledger.LIST.name
    below = told(released({GROUP: Claim(40, 5, 34, 46)}), fact_id="territory.persons.commune.62041")
    assert (below["verdict"], below["ground"]) == ("withheld", ledger.PLACE.name)


@pytest.mark.parametrize(
    ("part", "whole", "value"),
    [
        (20, 40, 50),
        (1, 8, 13),  # half a point goes up
        (1, 400, None),  # a quarter of a point: none
        (2, 400, 1),
        (397, 400, 99),
        (398, 400, None),  # 99.5: all
        (40, 40, None),
        (45, 40, None),
    ],
)
def test_a_share_is_of_two_printed_numbers_and_neither_none_nor_all(part: int, whole: int, value: int | None) -> None:
    one = released({GROUP: claim(part, 5, 0, 1), BASE: claim(whole, 5, 0, 1)})
    rules = policy().rules
    for smallest, large in ((whole, True), (whole + 1, False)):
        percent = rules.percentages.model_copy(update={"smallest_base": smallest})
        changed = policy().model_copy(update={"presets": {policy().preset: rules.model_copy(update={"percentages": percent})}})  # fmt: skip
        made = asdict(replace(fact("person", "percent", value=41), fact_id="profile.women_pct"))
        scope: Any = SimpleNamespace(policy=changed, released={"prostitution": one})
        row = group.listed(made | {"group": GROUP, "base": BASE}, scope)
        assert (row["verdict"] == "shown") == (large and value is not None), smallest
        if row["verdict"] == "shown":
            ends = share(claim(part, 5, 0, 1), claim(whole, 5, 0, 1))
            assert numbers(row, 5) == [value, *ends, part, whole]
    scope.released["prostitution"] = released({GROUP: claim(part, 5, 0, 1)})
    assert group.listed(made | {"group": GROUP, "base": BASE}, scope)["verdict"] == "withheld"
    assert group.listed(made | {"group": GROUP, "base": ""}, scope)["verdict"] == "withheld"


# -- A population and its list ------------------------------------------------------------------------------------------------


def persons(**answers: list[str]) -> Population:
    size = len(next(iter(answers.values())))
    frame = pd.DataFrame({f"{name}.code": said for name, said in answers.items()})
    return Population("prostitution", *(np.arange(size),) * 2, frame, np.array([f"k{n}" for n in range(size)]))


def test_a_fact_is_of_the_group_of_the_list_that_has_its_terms_or_its_members() -> None:
    places = {"A": ((PLACE, ("x",)),), "B": ((PLACE, ("y", "z")),)}
    assert listed.named("prostitution: place=x", places) == (("arrondissement", ("A",)),)
    assert listed.named("prostitution: place=y", places) == ((PLACE, ("y",)),)
    assert listed.named("prostitution: gender=femme & gender=*", places) == (("gender", ("femme",)),)
    own = lists("prostitution", "gender=femme", "age_band=26-45")
    people = persons(gender=["femme", "femme", "homme"], form=["rue", "rue", "not_asked"], age_band=["26-45"] * 3)
    counted = {one.name: listed.count(one, people, policy(), None, {}) for one in own.entries}
    decision = listed.Decision(own, counted, {own.entries[1].name: Claim(20, 5, 14, 26)}, {})
    one = listed.Released(decision, people, {}, 0)
    assert one.entry("prostitution: gender=femme") == own.entries[1] and one.entry("prostitution: gender=homme") is None
    assert one.entry(f"prostitution: form={ASKED}") == own.entries[1]  # who was asked are the women
    assert one.entry("prostitution: form=rue") is None
    assert one.printed("prostitution: gender=femme") == Claim(20, 5, 14, 26)
    assert one.printed("prostitution: ") is None is one.printed("prostitution: form=rue")
    exact = {name: Claim(9, EXACT, 9, 9) for name in (own.entries[0].name, own.entries[2].name)}
    whole = listed.Released(listed.replace(decision, printed=decision.printed | exact), people, {}, 0)
    assert whole.exact == {own.entries[2].name: Claim(9, EXACT, 9, 9)}
    women = Population("x", *(np.arange(2),) * 2, pd.DataFrame(index=range(2)), np.array(["k1", "k0"]))
    assert listed.same(women, people, GROUP) and not listed.same(women, people, "prostitution: gender=homme")


@pytest.mark.parametrize("size", [7, 8])
def test_a_declared_crossing_is_exact_where_its_whole_is_large_enough(size: int) -> None:
    people = persons(trained=["yes"] * 3 + ["no"] * (size - 3) + ["yes"], met=["yes"] * size + ["no"])
    own: Any = lists("prostitution", "trained=yes & met=yes", "met=yes", classes={})
    professionals = SimpleNamespace(shares=["trained=yes & met=yes", "trained=no & met=yes"], own=["trained"])
    listing: Any = SimpleNamespace(entries=own.entries, policy=SimpleNamespace(professionals=professionals, rules=own.policy.rules))  # fmt: skip
    crossed, whole = own.entries[1].name, own.entries[2].name
    found = listed._own(people, listing, {})
    exact = {crossed: Claim(3, EXACT, 3, 3), whole: Claim(8, EXACT, 8, 8)}
    assert found == (exact if size == 8 else {})  # the second is not listed
    assert listed._own(people, listing, {whole: 12.0, crossed: 4.0})[whole].value == 12
    assert listed._own(people, listing, {whole: 7.0}) == {}


def test_an_edition_is_kept_group_by_group_and_a_draft_where_it_is_no_closer() -> None:
    own = lists("prostitution", "gender=femme", "gender=homme", "gender=trans")
    _, women, men, trans = (one.name for one in own.entries)
    told_ = {women: Claim(20, 5, 10, 30), men: Claim(15, 5, 9, 21)}
    reason = {women: "", men: "", trans: "small"}
    decision = listed.Decision(own, {}, told_, reason, left=("x",))  # type: ignore[arg-type]
    before = {women: Claim(20, 5, 11, 29), trans: Claim(20, 10, 9, 31), "gone": Claim(9, 5, 3, 15)}
    kept = listed._kept(decision, Previous("2026", before, frozenset()))
    assert kept.printed == {women: before[women], trans: before[trans]} and kept.left == ()
    assert kept.reason == {women: "", men: "edition", trans: ""}
    draft = listed._kept(decision, Previous("2026", before, frozenset(), draft=True))
    assert draft.printed == {women: told_[women]} and draft.reason == {women: "", men: "secondary", trans: "small"}
    assert draft.left == ("x",)
    closer = listed._kept(decision, Previous("2026", {women: Claim(20, 5, 9, 29)}, frozenset(), draft=True))
    assert closer.printed == {} and closer.reason[women] == "secondary"
