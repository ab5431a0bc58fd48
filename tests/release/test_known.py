"""What readers have besides the release: figures published by others, earlier issues, and what populations share."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from facts_at_hand import Fact
from simulated import FEW, SHORT, decided, departement, invented, policy, population

from diagnostic.estimate.facts import table
from diagnostic.release.attack import gate
from diagnostic.release.attack.gate import OUTSIDER, Gate, Reader
from diagnostic.release.editions import issued
from diagnostic.release.editions.changes import Previous, enough, findings
from diagnostic.release.populations.groups import Statement
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import Listed
from diagnostic.release.populations.rounding import EXACT, PUBLIC_KEY, Claim, Draw, claim
from diagnostic.release.steps import refused
from diagnostic.release.ways.listed import Known
from diagnostic.release.ways.verdicts import Decided, decide

SHARED = {"universe": "x", "formula": "x", "source_table": "x/x", "origin": "observed", "unit": "person"}
DRAW = Draw(PUBLIC_KEY)
RULES = invented(listed=FEW)


def counts(people: Population, names: list[str], population_name: str = "prostitution") -> pd.DataFrame:
    """One fact per group: its count."""
    made = []
    for name in names:
        inside = np.ones(len(people.key), dtype=bool)
        if name:
            variable, _, answer = name.partition("=")
            inside = people.answers(variable).holds((answer,))
        given = {"label": name or "total", "group": f"{population_name}: {name}".strip(), "value": int(inside.sum())}
        made.append(Fact(fact_id=f"x.{name or 'total'}", measure="count", **given, **SHARED))
    return table("99-2026", made)


def figures(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "value", "unit", "rounding"]).assign(statement_fr="énoncé")


NAMES = ["", "gender=femme", "gender=homme", "gender=trans", "nationality=française", "form=rue"]


def released(rows: pd.DataFrame, known: Known | None = None, draw: Draw = DRAW) -> Decided:
    people = population(rows)
    return decide(counts(people, NAMES), RULES, {"prostitution": people}, known, draw)


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
    facts = pd.DataFrame({"fact_id": ["survey.a"], "group": ["p: took=a"], "base": ["p: took=*"]})
    groups = {"p: took=a": (((0, 1),),), "p: took=*": ((),)}
    said = gate.published_statements(figures(("survey.a", value, unit, rounding)), facts, groups)
    found = {
        count
        for count in range(41)
        if len(gate.true_values(said, np.array([[1]] * count + [[0]] * (40 - count)))) == len(said)
    }
    assert said and found == possible


@pytest.mark.slow  # six seconds of exact proofs; the next ones read the same figures
def test_what_is_public_is_a_baseline_that_may_not_be_narrowed() -> None:
    """A figure that others printed exposes a small group: the release is not refused for it."""
    rows = departement(5, 120, 12)
    few = int((rows["gender"] == "trans").sum())
    assert 0 < few < 11
    found = released(rows, Known(figures(("x.gender=trans", str(few), "count", "exact"))))
    one = found.released["prostitution"]
    assert one.known == 1 and not one.decision.left
    assert found.ledger.set_index("fact_id").loc["x.gender=trans", "verdict"] == "withheld"


def test_of_what_others_say_of_a_group_nothing_more_is_asked() -> None:
    """« 3 à 5 » trans persons: at least as many as five, at least two apart, and three where nobody may have to be possible.
    Of women, of whom nobody said anything, what is asked of every group."""
    told = {"prostitution": Listed(headlines=["gender=femme", "gender=trans"])}
    own = Listing("prostitution", invented().model_copy(update={"printed": told}))
    trans = own.unknowns.groups((("gender", ("trans",)),))
    one = Gate(own, public=(Statement("x", tuple((1, group) for group in trans), 3, 5),))
    reader = Reader(OUTSIDER, np.zeros((0, len(own.unknowns.axes)), dtype=int))
    facing = gate.as_targets(one.frame, gate._targets(own, {}), reader)
    found = one._not_narrowed(one.frame, facing, reader)
    at = {name.partition("=")[2]: place for place, name in enumerate(facing.names)}
    assert (found.reach[at["trans"]], found.width[at["trans"]], found.floor[at["trans"]]) == (5, 2, 3)
    assert (found.reach[at["femme"]], found.width[at["femme"]]) == (11, 7)


@pytest.mark.slow
def test_a_published_figure_that_the_data_deny_bounds_nobody() -> None:
    found = released(departement(5, 120, 12), Known(figures(("x.gender=femme", "3", "count", "exact"))))
    assert found.released["prostitution"].known == 0


# -- What the team issued before ----------------------------------------------------------------------------------


ISSUED = departement(1, 90, 12)  # the persons of the first edition


@cache
def alone() -> Decided:
    """The first edition, which knows of nothing else."""
    return released(ISSUED)


def first() -> issued.Issued:
    record = issued.record("2026-03-01", alone().claims, {"prostitution": population(ISSUED)}, DRAW.fingerprint)
    (one,) = issued.read(issued.write([record]))
    return one


def test_an_issue_is_kept_as_it_was() -> None:
    one, people = first(), population(ISSUED)
    before = issued.last([one], "prostitution")
    assert before and before.name == "2026-03-01" and before.keys == frozenset(people.key.tolist())
    assert before.printed == alone().released["prostitution"].claims
    assert one.key == DRAW.fingerprint and issued.last([one], "concerned") is None


def test_another_key_than_that_of_an_issue_is_refused() -> None:
    """Two draws of one number would close in on it; the same key, or a first issue, is let through."""
    people = {"prostitution": population(ISSUED)}
    facts, sent = counts(people["prostitution"], NAMES), Known(issued=[first()])
    other = Draw(b"another")
    told = {
        (key, bool(known.issued)): refused(facts, people, alone(), RULES, known, draw)
        for key, draw in (("same", DRAW), ("other", other))
        for known in (sent, Known())
    }
    assert "n’est pas celle des éditions déjà diffusées" in told.pop(("other", True))
    assert set(told.values()) == {""}


@cache
def drafted() -> issued.Issued:
    """A draft of the same persons, which nothing attacked, and which left the team."""
    people = {"prostitution": population(ISSUED)}
    claims = decide(
        counts(people["prostitution"], NAMES), invented(preset="brouillon", listed=FEW), people, None, DRAW
    ).claims
    (one,) = issued.read(issued.write([issued.record("2026-02-01", claims, people, DRAW.fingerprint, draft=True)]))
    return one


def test_a_draft_is_on_the_first_rung_and_tells_the_margins_of_what_it_lists() -> None:
    """Nothing attacks it, so that no rung hides anything. Of all and of gender, of which an answer is listed:
    two persons less, and seven more; of what the list does not name, nothing."""
    people = {"prostitution": population(ISSUED)}
    facts = counts(people["prostitution"], ["", "gender=femme", "age_band=26-45"])
    facts = facts.assign(low=facts["value"] - 2, high=facts["value"] + 7, interval_kind="bounds")
    rules = invented(preset="brouillon").model_copy(
        update={"printed": {"prostitution": Listed(headlines=["gender=femme"])}}
    )
    one = decide(facts, rules, people, None, DRAW).released["prostitution"]
    assert one.decision.rung == 0
    far = {f"prostitution: {one} ±count{side}": move for one in ("", "gender") for side, move in (("-", 2), ("+", 7))}
    assert set(one.margins) == set(far)
    assert all(one.margins[name].low <= move <= one.margins[name].high for name, move in far.items())


def test_an_edition_is_all_the_issues_that_say_the_same() -> None:
    """Two issues of ten and one of twenty: two editions, each under the name of its last issue. Who counted is told by the
    structure behind each row, or by the row where none is known."""

    def issue(day: str, value: int) -> issued.Issued:
        told = [
            ("p", issued.FIGURE, "p: ", value, ""),
            ("p", issued.ROW, "r1", "", "S1"),
            ("p", issued.ROW, "r2", "", None),
        ]
        record = pd.DataFrame(told, columns=["population", "kind", "name", "value", issued.STRUCTURE])
        return issued.Issued(day, record.assign(base=5, low=1, high=30).reindex(columns=list(issued.COLUMNS)))

    found = issued.editions([issue("1", 10), issue("2", 10), issue("3", 20)], "p")
    assert [(one.name, one.printed["p: "].value) for one in found] == [("2", 10), ("3", 20)]
    assert all(one.structures == {"r1": "S1", "r2": "r2"} for one in found)


@pytest.mark.parametrize("newcomers", [0, 3])
def test_after_a_draft_that_left_nothing_else_is_printed(newcomers: int) -> None:
    """Until enough persons came: of what an attack lets through, what the draft printed already, just so."""
    come = departement(2, newcomers, 12).assign(situation=lambda t: t["situation"] + 1000) if newcomers else ISSUED[:0]
    rows = pd.concat([ISSUED, come], ignore_index=True)
    before = issued.last([drafted()], "prostitution")
    assert before and before.draft and not first().draft
    now = released(rows, Known(figures(), (drafted(),))).released["prostitution"]
    assert now.edition == "" and not now.decision.left
    assert now.decision.printed
    for name, one in now.decision.printed.items():
        then = before.printed[name]
        assert one.value == then.value and one.low <= then.low and then.high <= one.high
    assert newcomers or now.decision.printed == alone().released["prostitution"].decision.printed
    assert {name for name, why in now.decision.reason.items() if not why} == set(now.decision.printed)


def test_one_newcomer_changes_nothing() -> None:
    """The whole population keeps its last edition until enough persons came or went."""
    come = departement(2, 3, 12).assign(situation=lambda t: t["situation"] + 1000)
    known = Known(figures(), (first(),))
    now = released(pd.concat([ISSUED, come], ignore_index=True), known)
    assert now.released["prostitution"].edition == "2026-03-01"
    assert now.claims.equals(alone().claims)


def answers(people: Population, trained: int, total: int) -> pd.DataFrame:
    """The facts of `people`, and three on those who answered: how many they are, how many were trained, of how many
    structures they are."""
    own = SHARED | {"unit": "professional", "source_table": "consolidate/respondents", "measure": "count"}
    heard = own | {"unit": "structure", "source_table": "collect/partners"}
    made = [
        Fact(fact_id="survey.professionals", label="x", value=total, **own),
        Fact(fact_id="survey.training_followed.yes", label="x", value=trained, group="professionals: training_followed=yes", **own),
        Fact(fact_id="partners.answered", label="x", value=total - 20, **heard),
        Fact(fact_id="pros.health", label="x", value=total, **own | {"source_table": "consolidate/professionals"}),
    ]  # fmt: skip
    facts = pd.concat([counts(people, NAMES), table("99-2026", made)], ignore_index=True)
    return facts.assign(group=facts["group"].fillna(""), base=facts["base"].fillna(""))


@pytest.mark.parametrize(("held", "heard"), [(True, False), (False, False), (False, True)])
def test_who_answered_is_frozen_with_its_batch(held: bool, heard: bool) -> None:
    """One more answer, and that it tells of a training, is read off nothing; a new batch tells both. What an edition did not
    print stays withheld; what it says of persons is kept by the closed list. What counts those met in interviews too stays while
    these are kept: less who answered, it would tell of them."""
    people = population(ISSUED)
    before, after = answers(people, 4, 39), answers(people, 5, 40)
    more = after.tail(3).head(1).assign(fact_id="survey.new")
    facts = pd.concat([after, more], ignore_index=True)
    exact = {"verdict": "shown", "ground": "own", "reason": "x", **dict.fromkeys(issued.NUMBERS, np.nan)}
    now, then = (one.assign(**exact | {"shown_value": one["value"]}) for one in (facts, before))
    sent = issued.record("2026-03-01", alone().claims, {"prostitution": people}, "k", ledger=then)
    decided = alone().released["prostitution"]
    batches = [
        name for name, own in {"professionals": held, "interviews": heard, "prostitution": decided.held}.items() if own
    ]
    same, found = issued.keep(facts, now, batches, issued.said(issued.read(issued.write([sent]))))
    assert same.equals(facts)
    told = found.assign(fact_id=facts["fact_id"]).set_index("fact_id")[["verdict", "shown_value"]]
    asked = ["survey.professionals", "survey.training_followed.yes", "partners.answered", "pros.health"]
    assert told.loc[asked[:2], "shown_value"].tolist() == ([39, 4] if held else [40, 5])
    assert told.loc[asked[2:], "shown_value"].tolist() == ([19, 39] if held or heard else [20, 40])
    assert told.loc["survey.new", "verdict"] == ("withheld" if held else "shown")
    assert told.drop(index=["survey.new"])["verdict"].eq("shown").all()


def test_a_batch_of_newcomers_is_a_new_edition() -> None:
    come = departement(2, 80, 12).assign(situation=lambda t: t["situation"] + 1000)
    now = released(pd.concat([ISSUED, come], ignore_index=True), Known(figures(), (first(),)))
    one = now.released["prostitution"]
    assert one.edition == "" and not one.decision.left
    total = one.decision.printed["prostitution: "]
    assert total.low <= 170 <= total.high


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 5])
def test_a_batch_prints_no_less_of_those_who_are_still_there(seed: int) -> None:
    """A count moved further down than before would print less, and leave the newcomers few numbers: it prints what it did, and the
    new edition is let through (`test_copies.py` has those that would go down)."""
    rows, rules = departement(seed), invented()
    old = rows[rows["situation"] <= rows["situation"].max() - 12].reset_index(drop=True)
    before = Previous("1", decided(old, rules).printed, frozenset(population(old).key.tolist()))
    after = decided(rows, rules, earlier=before.printed)
    for name, one in after.printed.items():
        assert one.value >= before.printed.get(name, one).value and one.low <= after.counted[name].count <= one.high
    assert (
        enough(before, population(rows), rules)
        and findings(after.listing, [before], after.printed, population(rows).key.tolist()) == []
    )


# -- What populations share ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [0, *(pytest.param(key, marks=pytest.mark.slow) for key in range(1, 3))])
def test_one_set_of_persons_prints_one_number(key: int) -> None:
    """Persons in prostitution: a total of one population, a part of another; persons at risk are not what is left."""
    status = np.array(["yes"] * 57 + ["no"] * 3)
    keys = np.arange(60).astype(str)
    frame = pd.DataFrame({"in_prostitution": status})
    whole = Population("concerned", np.arange(60), np.arange(60), frame, keys)
    part = Population("prostitution", np.arange(57), np.arange(57), frame[:57], keys[:57])
    facts = pd.concat(
        [
            counts(whole, ["", "in_prostitution=yes", "in_prostitution=no"], "concerned"),
            counts(part, [""]).assign(fact_id="x.part"),
        ],
        ignore_index=True,
    )
    found = decide(
        facts, policy(brief=SHORT), {"concerned": whole, "prostitution": part}, None, Draw(str(key).encode())
    )
    assert not any(one.decision.left for one in found.released.values())
    shown = found.ledger[found.ledger["verdict"].eq("shown")].set_index("fact_id")["shown_value"]
    assert "x.in_prostitution=no" not in shown
    if {"x.part", "x.in_prostitution=yes"} <= set(shown.index):
        assert shown["x.part"] == shown["x.in_prostitution=yes"]
    claims = found.claims.set_index("group")
    if {"concerned: ", "prostitution: "} <= set(claims.index):
        most = claims.loc["concerned: ", "high"] - claims.loc["prostitution: ", "low"]
        assert most >= 8


def test_a_whole_that_tells_more_of_the_size_of_its_part_is_found() -> None:
    """The planted leak: 60 in all, exactly, and 19 to 31 who are not leave 29 to 41 in prostitution, printed as 34 to 46."""
    listing, name = Listing("concerned", policy()), "concerned: in_prostitution=yes"
    printed = {"concerned: ": Claim(60, EXACT, 60, 60), "concerned: in_prostitution=no": claim(25, 5, 8, 1)}
    part = {name: claim(40, 5, 8, 1)}
    nobody = [Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))]
    assert name in {one.target for one in Gate(listing, parts=part).findings(printed, nobody)}
    assert name not in {one.target for one in Gate(listing).findings(printed, nobody)}
    wider = printed | {"concerned: ": claim(60, 10, 8, 1)}
    assert not Gate(listing, parts=part).findings(wider, nobody)
