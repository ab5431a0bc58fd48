"""Down the ladder: how often each rung is attacked, what is tried next, and what is told with it; and limits that are numbers."""

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
from simulated import invented
from test_lists_and_draws import lists
from test_small_cases import draft
from test_thresholds import at, scope
from test_verdicts import fact

from diagnostic.release import publication
from diagnostic.release.attack import gate
from diagnostic.release.editions import changes
from diagnostic.release.populations import listing, rounding
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import DRAFT, UNTOLD, Listed
from diagnostic.release.ways import listed, model, way
from diagnostic.release.ways.way import Scope


def people(name: str, size: int, largest: int) -> Population:
    """Rows that all answer « femme »; one structure has `largest` of them, the others one each."""
    rows = np.arange(size)
    structure = np.where(rows < largest, 0, rows)
    return Population(name, rows, structure, pd.DataFrame({"gender.code": ["femme"] * size}), rows.astype(str))


class Attacked:
    """Stands for the gate: finds what `script` says of the names that are printed, and keeps what it was asked."""

    def __init__(self, script: Any) -> None:
        self.script, self.asked, self.given = script, [], ()  # type: ignore[var-annotated]

    def __call__(self, *given: Any) -> Attacked:
        self.given = given
        return self

    def findings(self, printed: dict[str, Any], readers: Any) -> list[gate.Finding]:
        self.asked.append(set(printed))
        return self.script(printed)


def decided(monkeypatch: pytest.MonkeyPatch, own: Listing, script: Any, population: Population | None = None) -> tuple[listed.Decision, Attacked]:  # fmt: skip
    one = Attacked(script)
    monkeypatch.setattr(listed, "Gate", one)
    return listed.decide(own, population or people(own.population, 60, 10), at(0.5), {}, {}), one


def test_each_rung_is_attacked_sixteen_times_at_most_then_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"prostitution": Listed(headlines=["gender=femme"], others=["age_band=26-45"], crossings=["gender=femme & age_band=26-45"])}  # fmt: skip
    own = Listing("prostitution", invented().model_copy(update={"printed": told}))
    total, women = own.entries[0].name, own.entries[1].name
    always = [gate.Finding("outsider", "x", (women,))]
    found, one = decided(monkeypatch, own, lambda _: always)
    assert len(one.asked) == 4 * listed.STEPS == 64 and found.rung == 3 and found.left == tuple(always)
    # A group is drawn on two wider bases, then withheld; each rung begins with all bases anew.
    assert [women in names for names in one.asked[:5]] == [True, True, True, False, False]
    assert women in one.asked[16] and women in one.asked[32] and one.asked[48] == {total}
    # Nothing to widen: the next rung at once; nothing found: it is printed.
    silent = [gate.Finding("outsider", "x", ())]
    found, one = decided(monkeypatch, own, lambda printed: silent if women in printed else [])
    assert len(one.asked) == 4 and (found.rung, found.left) == (3, ()) and set(found.printed) == {total}
    found, one = decided(monkeypatch, own, lambda _: [])
    assert len(one.asked) == 1 and found.rung == 0 and set(found.printed) == {total, women}
    rules = own.policy.rules.model_copy(update={"mode": DRAFT})
    early = Listing("prostitution", own.policy.model_copy(update={"presets": {own.policy.preset: rules}}))
    found, one = decided(monkeypatch, early, lambda _: always)
    assert not one.asked and set(found.printed) == {total, women}


@pytest.mark.parametrize(("name", "largest", "told"), [("professionals", 12, True), ("professionals", 11, False), ("prostitution", 12, False)])  # fmt: skip
def test_who_knows_nearly_all_of_those_who_took_part_knows_how_few_the_others_are(
    monkeypatch: pytest.MonkeyPatch, name: str, largest: int, told: bool
) -> None:
    """Of twenty, seven others than those of the two largest structures are fewer than eight: their number is public."""
    own = lists(name, "gender=femme")
    _, one = decided(monkeypatch, own, lambda _: [], people(name, 20, largest))
    public = one.given[1]
    assert [(said.terms, said.low, said.high) for said in public] == ([(((1, ()),), 20, 20)] if told else [])


def test_what_is_exact_is_drawn_once_it_proves_something() -> None:
    total, women, trans = "prostitution: ", "prostitution: gender=femme", "prostitution: gender=trans"
    exact, drawn = rounding.Claim(9, rounding.EXACT, 9, 9), rounding.claim(20, 5, 8, 1)
    for names, left in (([women], {trans: drawn, total: None}), ([trans], {women: exact, trans: drawn, total: None})):
        one = draft({women: exact, trans: drawn, total: None})
        before = dict(one.bases)
        one.widen(names)
        assert one.fixed == left and one.bases == before and not one.withheld


def test_nothing_is_said_of_what_either_edition_drew_anew() -> None:
    own = lists("prostitution", "gender=femme")
    name = own.entries[1].name
    moved, anew = rounding.claim(20, 5, 8, 1), rounding.claim(20, 5, 8, 0)
    found = [changes.moves(own, {name: one}, {name: other}) for one in (moved, anew) for other in (moved, anew)]
    assert [len(one) for one in found] == [1, 0, 0, 0]


def test_a_group_of_all_that_says_nothing_is_silent_and_of_nobody_present() -> None:
    silent = listing.Entry("x", (("gender", tuple(listing.SILENT)),), 0, "ordinary", 8)
    assert silent.silent and not listing.Entry("x", (("gender", (*listing.SILENT, "femme")),), 0, "ordinary", 8).silent
    own = lists("prostitution", "gender=femme", places=("A",)).unknowns
    for answers, present in ((("A",), True), (("?",), False), (tuple(UNTOLD), False), (("A", "?"), True)):
        assert own.presence((("arrondissement", answers),)) == present
        assert own.presence((("arrondissement", answers), ("gender", ("femme",))))


@pytest.mark.parametrize("unit", ["person", "ad"])
def test_what_counts_nobody(unit: str) -> None:
    """A thing, a date, a text or an error; persons that a service published of its own."""
    for kind, origin, measure in itertools.product(("service", "group"), ("observed", "published"), ("count", "date", "text", "error", "estimate")):  # fmt: skip
        made = {"way": kind, "origin": origin, "unit": unit, "measure": measure}
        expected = unit == "ad" or measure in ("date", "text", "error") or (kind, origin) == ("service", "published")
        assert way.counts_nobody(made) == expected, made


def test_a_reader_asks_of_a_printed_group_whether_its_others_are_few() -> None:
    own = lists("prostitution", "gender=femme", "gender=homme")
    women, men = (own.unknowns.groups(one.terms) for one in own.entries[1:])
    targets = [gate._Target("w", women, (), 11, 7, True, 8), gate._Target("m", men, (), 11, 7, False, 0), gate._Target("p", men, (), 11, 7, True, 0)]  # fmt: skip
    for name, told in ((gate.OUTSIDER, [(11, 7, 0, False), (11, 7, np.inf, False), (11, 7, 0, False)]), (gate.STRUCTURE, [(8, 0, 0, True), (10, 7, np.inf, False), (10, 7, np.inf, False)])):  # fmt: skip
        codes = np.array([[0], [1]])[: 0 if name == gate.OUTSIDER else 2]
        found = gate.as_targets(own.unknowns.frame, targets, gate.Reader(name, codes))
        assert list(zip(found.reach, found.width, found.floor, found.either, strict=True)) == told


def test_the_ends_of_an_estimate_are_drawn_each_by_its_own_side() -> None:
    """What is drawn for a name is the same for ever, whatever is printed beside it."""
    draw = rounding.Draw(rounding.PUBLIC_KEY)
    for name in ("persons.total", "persons.seen", "persons.x"):
        made = asdict(replace(fact("person", "estimate", value=143, low=101, high=197), fact_id=name, method=""))
        row = model.estimate(made, Scope(scope().policy, draw))
        value = 10 * math.floor(14.3 + draw.uniform("model", name))
        low = 10 * math.floor((101 - 10 * draw.uniform("range", name, "-1")) / 10)
        high = 10 * math.ceil((197 + 10 * draw.uniform("range", name, "1")) / 10)
        assert [row[one] for one in ("shown_value", "shown_low", "shown_high")] == [value, min(low, value), max(high, value)]  # fmt: skip


def test_of_two_figures_of_the_same_answers_the_larger_counts() -> None:
    """12 and 10 say « a », 12 « b » and 12 « c », of forty: the last of the equals goes, not the smaller of the first two."""
    rules: Any = SimpleNamespace(coded={"a": ["v=a"], "less": ["v=a"], "b": ["v=b"], "c": ["v=c"]})
    part = np.array([12.0, 10, 12, 12])
    names = pd.Series(["a", "less", "b", "c"])
    found = publication._undone(names, part, 40 - part, np.ones(4, bool), np.full(4, 8.0), rules)
    assert found.tolist() == [False, False, False, True]


def test_without_figures_or_relations_no_passage_is_read() -> None:
    none, some = pd.DataFrame({"id": []}), pd.DataFrame({"id": ["a"], "relation": "x"})
    for figures, structure in ((none, some), (some, none), (none, none)):
        assert publication.passages(figures, structure, pd.DataFrame())["readings"].empty


def test_limits_that_are_numbers() -> None:
    """A group of just its threshold is printed six times in ten at most by a longer first step; an error from imperfect recall is
    the next multiple of twenty."""
    assert [rounding.first_step(5, threshold) for threshold in (5, 6, 7, 8)] == [5, 10, 5, 5]
    assert rounding.first_step(10, 11) == 20
    for value, told in ((19.5, 20), (20, 20), (20.5, 40), (0, 0)):
        made = asdict(replace(fact("person", "error", value=value), fact_id=model.RECALL_ERROR))
        assert (model.result(made, scope()) or {})["shown_value"] == told
    other = asdict(replace(fact("person", "error", value=20.5), fact_id="persons.source.links"))
    assert (model.result(other, scope()) or {})["shown_value"] == 21
    assert (model.result(asdict(replace(fact("person", "estimate", value=40), fact_id=model.FROM_DUPLICATES)), scope()) or {})["verdict"] == "withheld"  # fmt: skip
