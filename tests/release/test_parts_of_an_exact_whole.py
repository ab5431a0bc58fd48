"""What professionals say of persons, beside a whole that is printed exact: who accompanied some, of whom a share is told."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from drawn import always
from facts_at_hand import Fact
from simulated import policy

from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import ASKED, table
from diagnostic.release.populations.people import Population, populations
from diagnostic.release.populations.policy import Policy
from diagnostic.release.populations.policy import problems as unlisted
from diagnostic.release.populations.rounding import EXACT, Claim, Draw, reach
from diagnostic.release.ways.verdicts import decide

THRESHOLD, BASES = 8, (5, 10, 20)  # config/release.yaml
BASE = BASES[0]
CHARGED, ILL = 25, 22  # who accompanied persons; those of them who are not equipped enough
BLANKS = 9  # who left the question of accompaniment out, and may have; all of them equipped, or none
LEAST, MOST = ILL / (CHARGED + BLANKS), (ILL + BLANKS) / (CHARGED + BLANKS)
GROUP = "professionals: took_charge=yes"


@cache
def draft() -> Policy:
    """The draws alone: the attack is not what is tried here."""
    return policy(preset="brouillon")


@cache
def attacked() -> Policy:
    """The project's rules, for a reader who knows nobody, with the question that is looked at alone."""
    rules = policy()
    said = rules.printed["professionals"]
    others = [one for one in said.others if one.partition("=")[0] in ("took_charge", "talked_about_it")]
    printed = rules.printed | {"professionals": said.model_copy(update={"others": others})}
    preset = rules.rules.model_copy(update={"attackers": ["outsider"]})
    return rules.model_copy(update={"printed": printed, "presets": rules.presets | {rules.preset: preset}})


def people(sizes: list[int], charged: int, talked: int, ill: int) -> dict[str, Population]:
    """The professionals of forms filled for so many (`sizes`): those of the first `charged` forms accompanied persons, of the
    first `talked` spoke of it, of the first `ill` are not equipped enough."""
    forms = pd.DataFrame({"response_id": [f"R{at}" for at in range(len(sizes))], "professionals": sizes})
    at = pd.Series(forms.index)
    forms["took_charge.code"] = at.lt(charged).map({True: "yes", False: "no"})
    forms["sufficiently_equipped.code"] = at.lt(ill).map({True: "no", False: "yes"})
    forms["talked_about_it.code"] = at.lt(talked).map({True: "yes", False: "no"}).where(at.lt(charged), "not_asked")
    none = {name: CONSOLIDATED[name].empty() for name in ("described", "pairs", "cases")}
    return populations(**none, respondents=forms, meaning=attacked().meaning)


@cache
def told(talked: int, key: int) -> pd.DataFrame:
    """What is printed of 25 professionals who accompanied persons, `talked` of whom spoke of it, and of 14 who did not."""
    shared = {
        "unit": "professional",
        "universe": "x",
        "formula": "x",
        "source_table": "consolidate/respondents",
        "origin": "observed",
    }
    shared |= {"label": "x"}
    blank = {"low": CHARGED, "high": CHARGED + BLANKS, "interval_kind": "bounds", "measure": "count", **shared}
    ill = {"group": f"{GROUP} & sufficiently_equipped=no", "base": GROUP, "numerator": ILL, "denominator": CHARGED}
    ends = {"low": 100 * LEAST, "high": 100 * MOST, "interval_kind": "bounds"}
    shared |= {"measure": "count"}
    facts = [
        Fact(fact_id="charged", value=CHARGED, group=GROUP, base="professionals:", **blank),
        Fact(fact_id="ill", value=ILL, **ill, **shared),
        Fact(fact_id="ill_pct", value=100 * ILL / CHARGED, **ill, **ends, **shared | {"measure": "percent"}),
        Fact(
            fact_id="talked",
            value=talked,
            group="professionals: talked_about_it=yes",
            base=f"professionals: talked_about_it={ASKED}",
            **shared,
        ),
    ]
    own = people([1] * (CHARGED + 14), CHARGED, talked, ILL)
    return decide(table("47-2026", facts), attacked(), own, draw=Draw(str(key).encode())).ledger.set_index("fact_id")


@pytest.mark.slow
@pytest.mark.parametrize("talked", always(1, [9, 24, 18, 25, 13, 16, 20, 22]))
def test_a_drawn_part_of_an_exact_whole_leaves_the_rest_as_many_numbers_as_the_threshold(talked: int) -> None:
    """Who did not speak of it is the whole, exact, less what the drawn number may be: by trying every number."""
    for key in range(6):
        ledger = told(talked, key)
        assert list(ledger.loc[["charged", "ill"], "shown_value"]) == [CHARGED, ILL]  # exact, as the share is
        if ledger.at["talked", "verdict"] == "shown":
            value, most = (round(ledger.at["talked", name]) for name in ("shown_value", "claim_high"))
            far = most - value
            assert far in {base + reach(base, 0) for base in BASES}
            rest = {CHARGED - n for n in range(max(THRESHOLD, value - far), min(CHARGED, most) + 1)}
            assert CHARGED - talked in rest and len(rest) >= THRESHOLD


@pytest.mark.slow
def test_a_part_that_is_nearly_the_whole_is_told_more_coarsely() -> None:
    """All of them are « 25 » four times in five, which would leave the others none to six: the attack takes a wider base."""
    told_of = {talked: {told(talked, key).at["talked", "shown_value"] % 10 for key in range(6)} for talked in (16, 25)}
    assert told_of == {16: {0.0, 5.0}, 25: {0.0}}


@pytest.mark.parametrize(("largest", "exact"), always(1, [(14, False), (10, False), (9, True)]))
def test_what_is_exact_is_drawn_where_a_form_that_speaks_for_many_leaves_the_others_few(
    largest: int, exact: bool
) -> None:
    """Of eighteen who accompanied persons, who filled a form for fourteen knows that at most four others spoke of it: a whole
    printed exact would say so, and the study would be refused. The two largest forms together leave seven others, or eight."""
    rules = attacked()
    preset = rules.rules.model_copy(update={"attackers": ["outsider", "structures"]})
    rules = rules.model_copy(update={"presets": rules.presets | {rules.preset: preset}})
    sizes = [largest, *[1] * (18 - largest)]
    asked = people([*sizes, *[1] * 20], len(sizes), len(sizes) - 3, len(sizes) - 2)
    given = {"unit": "professional", "universe": "x", "formula": "x", "source_table": "consolidate/respondents"}
    given |= {"label": "x", "origin": "observed", "measure": "count"}
    facts = [Fact(fact_id="charged", value=18, group=GROUP, base="professionals:", **given)]
    decided = decide(table("47-2026", facts), rules, asked, draw=Draw(b"0"))
    said = decided.ledger.set_index("fact_id").loc["charged"]
    assert not decided.messages()
    assert (said["shown_value"] == 18) == exact and (said["claim_low"] == said["claim_high"]) == exact
    if not exact and said["verdict"] == "shown":
        assert said["claim_high"] - said["claim_low"] >= THRESHOLD - 1


@pytest.mark.slow
def test_how_many_took_part_is_exact_for_the_attack_too() -> None:
    """It is printed whatever the rest says: of eighteen by five forms, one for fourteen, the attack may not take it back, and
    nothing is printed that would say more of the four others than it does."""
    rules = attacked()
    preset = rules.rules.model_copy(update={"attackers": ["outsider", "structures"]})
    rules = rules.model_copy(update={"presets": rules.presets | {rules.preset: preset}})
    asked = people([14, 1, 1, 1, 1], 5, 4, 5)
    given = {"unit": "professional", "universe": "x", "formula": "x", "source_table": "consolidate/respondents"}
    facts = [Fact(fact_id="charged", value=18, group=GROUP, label="x", origin="observed", measure="count", **given)]
    decided = decide(table("47-2026", facts), rules, asked, draw=Draw(b"0"))
    printed = decided.released["professionals"].decision.printed
    assert not decided.messages()
    assert printed == {"professionals: ": Claim(18, EXACT, 18, 18)}


def test_the_limits_of_what_is_exact_do_not_count_the_blanks() -> None:
    """Of those asked, printed exact, the upper limit of a number would leave who accompanied nobody; a share's limits hold
    the true ones, and say of them a step of points."""
    ledger = told(16, 0)
    assert ledger.loc[["charged", "ill"], ["shown_low", "shown_high"]].isna().all(axis=None)
    low, high = ledger.loc["ill_pct", ["shown_low", "shown_high"]]
    assert (low, high) == (60, 95)  # 64.7 and 91.2, outward to multiples of five
    assert ledger.at["ill_pct", "shown_value"] == 100 * ILL / CHARGED


@pytest.mark.parametrize("name", ["took_charge", "took_charge=no", "took_charge=yes|no"])
def test_the_other_answers_of_a_question_that_has_an_exact_one_are_not_listed(name: str) -> None:
    """15 beside 25 of 39 is more than is left; they would say so, or narrow each other."""
    rules = policy()
    said = rules.printed["professionals"]
    assert not unlisted(rules)
    more = rules.model_copy(
        update={"printed": rules.printed | {"professionals": said.model_copy(update={"others": [*said.others, name]})}}
    )
    assert any(f"« {name} »" in line for line in unlisted(more))


@pytest.mark.slow
def test_who_identified_a_situation_leaves_the_others_as_many_numbers_as_the_threshold() -> None:
    """`pros.identified` is drawn, beside all who contributed, who are exact: of each number out of 40, by every draw, either
    it is withheld or the others may be THRESHOLD numbers, and it is never more than all."""
    whole, shared = (
        40,
        {
            "unit": "professional",
            "universe": "x",
            "formula": "x",
            "source_table": "consolidate/respondents",
            "label": "x",
        },
    )
    shared |= {"origin": "observed", "measure": "count"}
    facts = [
        Fact(fact_id=f"pros.identified.{number}", value=number, numerator=number, denominator=whole, **shared)
        for number in range(whole + 1)
    ]
    printed: dict[float, set[float]] = {}
    for key in range(12):
        ledger = decide(table("47-2026", facts), draft(), {}, draw=Draw(str(key).encode())).ledger
        for own in ledger[ledger["verdict"].eq("shown")].itertuples():
            printed.setdefault(own.shown_value, set()).add(own.value)
    for told in printed:
        others = {whole - number for number in range(THRESHOLD, whole + 1) if abs(number - told) <= BASE}
        assert len(others) >= THRESHOLD and told <= whole
    assert set(printed) == {10, 15, 20, 25, 30, 35}
