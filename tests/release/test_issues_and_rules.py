"""Issues read again, the rules of a region, who reads, and what a refusal looks at: beside second programs."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from simulated import invented, policy
from test_lists_and_draws import lists

from diagnostic.release import steps
from diagnostic.release.attack import gate
from diagnostic.release.editions import issued
from diagnostic.release.populations import policy as written
from diagnostic.release.populations import rounding
from diagnostic.release.populations.people import INTERVIEWS, LOCAL, Population
from diagnostic.release.populations.policy import Listed, Professionals
from diagnostic.release.populations.rounding import EXACT, PUBLIC_KEY, Claim, Draw
from diagnostic.release.ways import listed, verdicts
from diagnostic.release.ways.way import Scope

NAN = math.nan

# -- Rounding ---------------------------------------------------------------------------------------------------------------


def test_how_far_a_count_is_moved_by_editions_before_and_by_its_base() -> None:
    """By one; later by three, from the fourth edition on by six; of a wide base by two; an exact one by nothing."""
    expected = {1: [0] * 5, 3: [1, 3, 3, 6, 6], 9: [1, 3, 3, 6, 6], 10: [1, 2, 2, 2, 2], 20: [1, 2, 2, 2, 2]}
    assert {base: [rounding.reach(base, later) for later in range(5)] for base in expected} == expected
    for base, later in itertools.product((3, 5, 10), range(5)):
        far = rounding.reach(base, later)
        assert rounding.reach_of(rounding.claim(40, base, 8, far)) == far
    assert rounding.reach_of(Claim(40, EXACT, 40, 50)) == 0


def test_a_draw_is_that_of_its_words_under_its_key_for_ever() -> None:
    """Editions are held against what was drawn before: eight bytes of a keyed hash, as a part of all there are."""
    draw = Draw(b"key")
    told = hmac.new(b"key", "a\x1fé".encode(), hashlib.sha256).hexdigest()
    assert draw.uniform("a", "é") == int(told[:16], 16) / 2**64
    assert draw.fingerprint == hmac.new(b"key", b"fingerprint", hashlib.sha256).hexdigest()[:16]
    shifted = int(hmac.new(b"key", b"shift\x1fx", hashlib.sha256).hexdigest()[:16], 16)
    assert draw.shift(3, "x") == 7 * shifted // 2**64 - 3
    rows = np.array([[0, 2], [1, 1]])
    assert draw.of_table(rows) == draw.of_table(rows[::-1]) != draw.of_table(rows[:1])
    one = hashlib.sha256(b"a\x1fb").hexdigest()
    assert rounding.members(["b", "a"]) == rounding.members(["a", "b"]) == one


def test_the_shares_that_two_numbers_leave_possible() -> None:
    """By trying every part, and every whole that holds it."""
    for low, high, least, most in itertools.product((1, 4, 9), (9, 12, 20), (8, 10), (12, 17)):
        shares = [100 * part / whole for part in range(low, high + 1) for whole in range(least, most + 1) if part <= whole]  # fmt: skip
        found = rounding.share(Claim(9, 5, low, high), Claim(10, 5, least, most))
        assert found == (math.floor(min(shares)), math.ceil(max(shares))), (low, high, least, most)


# -- Issues -------------------------------------------------------------------------------------------------------------------


def people(*keys: str, named: tuple[str, ...] | None = None) -> Population:
    rows = np.arange(len(keys))
    words = None if named is None else np.array(named)
    return Population("p", rows, rows, pd.DataFrame(index=rows), np.array(keys), named=words)


def issue(day: str, value: int, keys: tuple[str, ...], key: str = "k1", draft: bool = False) -> issued.Issued:
    claims = issued.claims({"p": {"p: ": Claim(value, 5, value - 5, value + 5)}})
    made = issued.record(day, claims, {"p": people(*keys, named=tuple(f"s{one}" for one in keys))}, key, draft)
    (found,) = issued.read(issued.write([made]))
    return found


def test_editions_that_say_the_same_are_one_with_the_rows_of_the_first() -> None:
    first, again = issue("2026-01-01", 20, ("a", "b")), issue("2026-02-01", 20, ("a", "b", "c"))
    other = issue("2026-03-01", 25, ("b", "c"), key="k2", draft=True)
    assert (first.key, other.key, first.draft, other.draft) == ("k1", "k2", False, True)
    found = issued.editions([first, again, other], "p")
    assert [one.name for one in found] == ["2026-02-01", "2026-03-01"]
    assert [one.keys for one in found] == [{"a", "b"}, {"b", "c"}] and [one.draft for one in found] == [False, True]
    assert found[0].printed == {"p: ": Claim(20, 5, 15, 25)} and found[1].structures == {"b": "sb", "c": "sc"}
    back = issued.editions([first, other, again], "p")
    assert [one.name for one in back] == ["2026-01-01", "2026-03-01", "2026-02-01"]
    assert issued.editions([first], "q") == [] and issued.last([], "p") is None
    assert (issued.last([first, other], "p") or found[0]).name == "2026-03-01"
    bare = issued.Issued("x", first.record[first.record["kind"] != issued.KEY])
    assert bare.key == "" and issued.read(b"") == []
    unnamed = issued.record("2026-01-01", issued.claims({"p": {"p: ": Claim(9, 1, 9, 9)}}), {"p": people("a")})
    (one,) = issued.editions(issued.read(issued.write([unnamed])), "p")
    assert one.structures == {"a": "a"}  # a row of which no structure lasts is one of its own
    old = issued.write([unnamed.drop(columns=["base", issued.STRUCTURE])])  # before rounding was drawn
    (before,) = issued.editions(issued.read(old), "p")
    assert before.printed == {"p: ": Claim(9, 1, 9, 9)} and before.structures == {"a": "a"}


def test_what_was_said_is_that_of_the_last_issue_that_said_some() -> None:
    facts = pd.DataFrame({"kind": ["fact", "row"], "name": ["survey.x", "k"], "ground": "own", "shown_value": ["12", ""], "label": ["l", ""]})  # fmt: skip
    facts = facts.reindex(columns=["kind", "name", "ground", *issued.NUMBERS, *issued.SAID, "issue"], fill_value="")
    older = issued.Issued("2026-01-01", facts.assign(shown_value=["30", ""]))
    issues = [older, issued.Issued("2026-02-01", facts), issued.Issued("2026-03-01", facts[facts["kind"] == "row"])]
    found = issued.said(issues)
    assert found.index.tolist() == ["survey.x"] and found["shown_value"].tolist() == [12]
    assert found["unit"].tolist() == [""] and found["label"].tolist() == ["l"]


@pytest.mark.parametrize(("interviews", "local"), [*itertools.product((True, False), repeat=2)])
def test_which_populations_keep_their_last_edition(
    monkeypatch: pytest.MonkeyPatch, interviews: bool, local: bool
) -> None:
    """Those that the closed list keeps, interviews by what both editions print, structures by what the last one did."""
    seen: list[tuple[str, set[str]]] = []
    kept: list[set[str]] = []
    told = pd.DataFrame({"label": "l"}, index=["a", "b", "gone"])
    monkeypatch.setattr(verdicts.issued, "said", lambda _: told)
    monkeypatch.setattr(verdicts.issued, "last", lambda _, name: None if name == INTERVIEWS and not interviews else name)  # fmt: skip
    monkeypatch.setattr(verdicts.issued, "keep", lambda *given: kept.append(set(given[2])) or "kept")

    def keeps(name: str, before: str, shown: set[str]) -> bool:
        seen.append((before, set(shown)))
        return name == INTERVIEWS or local

    monkeypatch.setattr(verdicts.changes, "interviews_held", lambda before, shown, *_: keeps(INTERVIEWS, before, shown))
    monkeypatch.setattr(verdicts.changes, "structures_held", lambda before, shown, *_: keeps(LOCAL, before, shown))
    released: Any = {"x": SimpleNamespace(held=True), "y": SimpleNamespace(held=False)}
    known: Any = SimpleNamespace(issued=["one"])
    populations: Any = {INTERVIEWS: 1, LOCAL: 1}
    facts = pd.DataFrame({"fact_id": ["a", "b", "new"]})
    shown = pd.DataFrame({"verdict": ["shown", "withheld", "shown"]})
    scope = Scope(policy(), None, populations, released, known)
    assert verdicts.of_last_edition(facts, shown, scope) == "kept"
    assert kept == [{"x", *([INTERVIEWS] if interviews else []), *([LOCAL] if local else [])}]
    assert seen == [*([(INTERVIEWS, {"a"})] if interviews else []), (LOCAL, {"a", "b", "gone"})]
    kept.clear()
    verdicts.of_last_edition(facts, shown, Scope(policy(), None, {}, released, known))
    assert kept == [{"x"}]
    none: Any = SimpleNamespace(issued=[])
    assert verdicts.of_last_edition(facts, shown, Scope(policy(), None, {}, released, none)) == (facts, shown)


# -- Refusals and costs -------------------------------------------------------------------------------------------------------


def test_a_release_is_refused_without_a_key_that_it_needs_or_with_another_or_where_something_is_exposed() -> None:
    draw, other = Draw(PUBLIC_KEY), Draw(b"other")
    for origin, group, populated, drawn, earlier in itertools.product(("observed", "published", "transcribed", "reconstructed"), ("p: ", "", None), (True, False), (True, False), ("", "same", "other")):  # fmt: skip
        facts = pd.DataFrame({"origin": [origin, "published"], "group": [group, "p: "]})
        keys = {"": [], "same": [other.fingerprint, draw.fingerprint], "other": [draw.fingerprint, other.fingerprint, ""]}[earlier]  # fmt: skip
        known: Any = SimpleNamespace(issued=[SimpleNamespace(key=one) for one in keys])
        decided: Any = SimpleNamespace(messages=list)
        found = steps.refused(facts, {"p": None} if populated else {}, decided, policy(), known, draw if drawn else None)  # type: ignore[dict-item]  # fmt: skip
        no_key = not drawn and populated and origin == "observed" and group == "p: "
        another = drawn and earlier == "other"
        assert (bool(found), steps.NO_KEY[:30] in found, steps.OTHER_KEY[:30] in found) == (no_key or another, no_key, another)  # fmt: skip
    exposed: Any = SimpleNamespace(messages=lambda: ["x exposé"])
    nobody: Any = SimpleNamespace(issued=[])
    assert "- x exposé" in steps.refused(facts, {}, exposed, policy(), nobody, draw)


def test_what_a_threshold_costs_is_told_to_five_points() -> None:
    sizes = [0, 4, 5, 7, 8, 10, 11, 12]
    for sensitive in (8, 11):
        entries = [SimpleNamespace(threshold=sensitive)] * len(sizes)
        counted = {at: SimpleNamespace(count=size, entry=entry) for at, (size, entry) in enumerate(zip(sizes, entries, strict=True))}  # fmt: skip
        one: Any = SimpleNamespace(decision=SimpleNamespace(counted=counted, listing=SimpleNamespace(policy=policy())))
        found = steps.cost_table({"p": one})
        large = [sum(size >= max(threshold, sensitive if sensitive > 8 else 0) for size in sizes) for threshold in (5, 8, 11)]  # fmt: skip
        assert found.iloc[:, 1].tolist() == [5, 8, 11] and found.iloc[:, 2].tolist() == [7] * 3
        assert found.iloc[:, 3].tolist() == [5 * round(20 * many / 7) for many in large]
    empty: Any = SimpleNamespace(decision=SimpleNamespace(counted={}, listing=SimpleNamespace(policy=policy())))
    assert steps.cost_table({"p": empty}).iloc[:, 3].tolist() == [0, 0, 0]


# -- Rules --------------------------------------------------------------------------------------------------------------------


def test_a_region_counts_persons_by_departement_and_nothing_below() -> None:
    rules = policy()
    assert written.regional(rules, ["62"]) is rules and not written.coarse(rules)
    found = written.regional(rules, ["22", "35"])
    assert written.coarse(found) and {one.geography.ladder[0] for one in found.presets.values()} == {"departement"}
    before, after = rules.printed["prostitution"], found.printed["prostitution"]
    assert after.others == ["departement", *(one for one in before.others if one != "arrondissement")]
    answers = [one for one in before.headlines if "=" in one]
    crossed = [f"departement={code} & {one}" for one in answers for code in ("22", "35")]
    assert after.crossings == [*before.crossings, *crossed] and after.headlines == before.headlines
    assert {name for name in rules.printed if found.printed[name] != rules.printed[name]} == {"prostitution"}
    assert found.professionals.participation == [*rules.professionals.participation, "departement"]
    assert found.class_of_answer("departement", ["22"]) == "place" and found.options["departement"] == ["22", "35"]
    assert "departement" in found.single
    bare = rules.model_copy(update={"printed": {}})
    assert written.regional(bare, ["22", "35"]).printed == {}


def test_the_class_of_a_union_is_the_strictest_of_what_it_names() -> None:
    rules = invented()
    for answers, named in (
        (("moins de 18",), "minor"),
        (("moins de 18", "26-45"), "minor"),
        (("26-45", "?"), "ordinary"),
        (("?",), "ordinary"),
        (("?", "autre"), written.strictest(list(written.CLASSES), rules)),
    ):
        assert rules.class_of_answer("age_band", answers) == named, answers
    assert rules.class_of_answer("place", ("x",)) == "place" and rules.class_of_answer("never", ("x",)) == "ordinary"
    blank = rules.model_copy(update={"classes": {}})
    strict = written.strictest(list(written.CLASSES), blank)
    assert blank.class_of_answer("age_band", ("26-45",)) == strict
    assert blank.class_of_answer("age_band", ("*",)) == "ordinary"
    assert written.strictest([], rules) == "ordinary"


def test_an_answer_beside_an_exact_one_may_not_be_listed() -> None:
    """« met=yes » is exact beside « trained », of themselves: of « met » no other answer, nor all of them."""
    given = Professionals(participation=[], own=["trained"], shares=["trained=yes & met=yes"])
    for names, told in (
        (["met=yes"], []),
        (["met=no"], ["met=no"]),
        (["met"], ["met"]),
        (["met=yes & form=rue"], []),
        (["trained", "form=rue", "met=no & form=rue"], ["met=no & form=rue"]),
    ):
        for place in ("headlines", "others"):
            rules = invented().model_copy(update={"professionals": given, "printed": {"professionals": Listed(**{place: names})}})  # fmt: skip
            assert written._beside_exact(rules) == told, names
    assert written._beside_exact(invented().model_copy(update={"professionals": given, "printed": {}})) == []


# -- Who reads ------------------------------------------------------------------------------------------------------------------


def test_the_prefecture_knows_one_person_in_ten() -> None:
    """Of keys whose draw is just under a tenth, just above, and far from it."""
    draw = Draw(PUBLIC_KEY)
    every = {f"k{n}": draw.uniform("pathway", f"k{n}") for n in range(2000)}
    near = sorted(every, key=lambda key: abs(every[key] - 0.1))[:6] + ["k1", "k2", "k3"]
    own = lists("prostitution", "gender=femme")
    rows = np.arange(len(near))
    codes = np.zeros((len(near), 1), dtype=int)
    one = Population("prostitution", rows, rows * 0, pd.DataFrame(index=rows), np.array(near))
    (reader,) = (found for found in gate.readers_of(own, one, codes) if found.name == gate.PREFECTURE)
    assert len(reader.codes) == sum(every[key] < 0.1 for key in near)
    far = [key for key in every if every[key] > 0.12][:3]
    none = Population("prostitution", rows[:3], rows[:3] * 0, pd.DataFrame(index=rows[:3]), np.array(far))
    assert gate.PREFECTURE not in {found.name for found in gate.readers_of(own, none, codes[:3])}
    others = Population("professionals", rows, rows * 0, pd.DataFrame(index=rows), np.array(near))
    names = {found.name for found in gate.readers_of(lists("professionals", "gender=femme"), others, codes)}
    assert names == {gate.OUTSIDER, gate.STRUCTURE}
    attackers = own.policy.rules.model_copy(update={"attackers": ["outsider"]})
    alone = own.policy.model_copy(update={"presets": {own.policy.preset: attackers}})
    assert [found.name for found in gate.readers_of(listed.Listing("prostitution", alone), one, codes)] == ["outsider"]


# -- What is asked of what is printed --------------------------------------------------------------------------------------------


def asked(own: Any, printed: dict[str, Claim]) -> dict[str, tuple[float, float, bool, float]]:
    """Each group of the list, each answer, each crossing that is tied and what is left of printed wholes: how large it must stay
    possible, within how many numbers, whether that somebody is there may be known, and under how many others are few."""
    rules, about = own.policy, own.population != "professionals"
    every = [rules.rules.thresholds.of(name) for name in written.CLASSES]
    strict = max(every) if about else rules.rules.thresholds.ordinary
    groups, extra = own.unknowns.groups, own.unknowns.frame.extra
    told = [entry.terms for entry in own.entries if entry.name in printed]
    found: dict[Any, tuple[str, tuple[float, float, bool, float]]] = {}

    def presence(terms: Any) -> bool:
        return about and any(own.class_of(*term) in ("place", "minor", "trans", "procuring") for term in terms)

    def put(name: str, plus: Any, minus: Any, *asks: Any) -> None:
        found.setdefault((frozenset(plus), frozenset(minus)), (name, asks))

    for entry in own.entries:
        if not entry.terms or entry.silent:
            continue
        least, shown = entry.threshold, entry.name in printed
        exact = shown and printed[entry.name].base == EXACT
        width = 0 if exact else (min(least, 8) if shown else least) - 1
        telling = tuple(term for term in entry.terms if not {*term[1]} <= {"?", "*", "!"})
        hidden = presence(entry.terms) and telling not in told
        put(entry.name, groups(entry.terms), (), least if len(entry.terms) > 1 else strict, width, hidden, least if shown else 0)  # fmt: skip
    for at, axis in enumerate(own.unknowns.axes):
        for code, answer in enumerate(axis.variable.modalities if not axis.modality else ()):
            if answer not in ("?", "≠"):
                least = rules.threshold(rules.class_of_answer(axis.variable.name, (answer,)))
                put(axis.name(code), [((at, code),)], (), strict, least - 1, presence([(axis.variable.name, (answer,))]), 0)  # fmt: skip
    for axes in extra:
        said = [[(at, code) for code in (range(axis.size) if not axis.modality else (1,)) if axis.modality or axis.variable.modalities[code] not in ("?", "≠")] for at in axes for axis in [own.unknowns.axes[at]]]  # fmt: skip
        for cell in itertools.product(*said):
            least = max(rules.threshold(own.unknowns.axes[at].level(code)) for at, code in cell)
            put(own.unknowns.frame.name(cell), [cell], (), least, least - 1, False, 0)
    for entry in own.entries:
        for whole in own.wholes[entry.name]:
            if entry.name in printed and not entry.silent and whole.name in printed and len(whole.terms) < 2:
                put(f"{whole.name} ∖ {entry.name}", groups(whole.terms), groups(entry.terms), entry.threshold, 7, False, 0)  # fmt: skip
    exact_ = {frozenset(groups(one.terms)) for one in own.entries if one.name in printed and printed[one.name].base == EXACT}  # fmt: skip
    return {name: asks for (plus, minus), (name, asks) in found.items() if about or not ({plus, minus} - {frozenset()} <= exact_)}  # fmt: skip


@pytest.mark.parametrize("name", ["prostitution", "professionals"])
def test_what_is_asked_of_every_group_answer_crossing_and_rest(name: str) -> None:
    own = lists(name, "zone=Nord", "gender=femme|trans", "gender=?", "form=rue", "age_band=moins de 18", "age_band=moins de 18 & gender=?", "age_band=26-45 & form=rue", "age_band=?")  # fmt: skip
    names = [one.name for one in own.entries]
    for shown in ((), names[:1], names[:4], names[2:], names):
        for exact in ((), names[:1], names[:2]):
            printed = {one: Claim(20, EXACT if one in exact else 5, 14, 26) for one in shown}
            told = gate._targets(own, printed)
            found = {one.name: (one.reach, one.width, one.presence, one.few) for one in told}
            assert found == asked(own, printed), (shown, exact)
            assert len(told) == len(found) and not any(one.outside for one in told)


def test_everything_that_a_reader_has_is_said() -> None:
    """What is printed, of others and of the public, what answers imply, and of what is supposed only what the persons agree with."""
    own = lists("prostitution", "gender=femme", "gender=?", "form=rue", "form=rue|hôtel")
    total, women, unknown = (one.name for one in own.entries[:3])
    margin = "prostitution: gender ±count+"
    printed = {total: Claim(30, 5, 24, 36), women: Claim(20, 5, 14, 26)}
    public = own.unknowns.statement("public", (("gender", ("femme",)),), 3, None)
    one = gate.Gate(own, (public,), {unknown: Claim(9, 5, 3, 15)}, margins={margin: Claim(5, 5, 2, 10), "other ±": Claim(5, 5, 2, 10)})  # fmt: skip
    told = {said.name for said in one.statements(printed)}
    implied = {said.name for said in own.unknowns.implied}
    supposed = {f"{margin}≥", f"{margin}≤"}
    assert told == {total, women, unknown, "public", gate.ANYBODY.name} | implied | supposed and implied
    at = [(axis.variable.name, axis.modality) for axis in own.unknowns.axes].index(("gender", ""))
    for many, holds in ((1, {f"{margin}≤"}), (2, supposed), (11, {f"{margin}≥"})):
        codes = np.zeros((30, len(own.unknowns.axes)), dtype=int)
        codes[:many, at] = own.unknowns.axes[at].variable.modalities.index("?")
        one.truth = codes
        assert {said.name for said in one.statements(printed)} & supposed == holds
    one.truth = None
    assert (
        not {said.name for said in one.statements({total: printed[total]})} & supposed
    )  # of no number that is printed


def test_what_is_left_of_a_whole_is_counted_without_its_part() -> None:
    own = lists("prostitution", "gender=femme", "gender=homme")
    total, women = (own.unknowns.groups(one.terms) for one in own.entries[:2])
    target = gate._Target("left", total, women, 8, 7, False)
    codes = np.array([[0], [1], [1], [2]])
    reader = gate.Reader(gate.STRUCTURE, codes[:2])
    found = gate.as_targets(own.unknowns.frame, [target], reader)
    assert (found.forms @ own.unknowns.frame.table(codes)).tolist() == [3]
    assert (found.reach.tolist(), found.width.tolist(), found.floor.tolist()) == ([7], [7], [math.inf])


def test_the_others_are_asked_once_the_outsider_finds_nothing_until_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    own = lists("prostitution", "gender=femme")
    readers = [gate.Reader(name, np.zeros((0, 1), dtype=int)) for name in (gate.OUTSIDER, "a", "b")]
    asked_: list[str] = []
    for finds, who in (((), "oab"), (("o",), "o"), (("a",), "oa"), (("b",), "oab"), (("o", "a"), "o")):
        asked_.clear()

        def siege(*given: Any, finds: tuple[str, ...] = finds) -> list[Any]:
            asked_.append(given[3].name[0])
            return [gate.Finding(given[3].name, "x", ())] if asked_[-1] in finds else []

        monkeypatch.setattr(gate.Gate, "_siege", lambda _, *given, siege=siege: siege(*given))
        found = gate.Gate(own).findings({}, readers)
        assert "".join(asked_) == who and [one.reader[0] for one in found] == [one for one in who if one in finds]


def test_a_proof_by_margins_alone_names_the_numbers_that_show_them(monkeypatch: pytest.MonkeyPatch) -> None:
    own = lists("prostitution", "gender=femme", "gender=homme")
    total, women, men = (one.name for one in own.entries)
    plus, less = (f"prostitution: gender ±count{side}" for side in "+-")
    printed = {name: Claim(20, 5, 14, 26) for name in (total, women, men)}
    proofs = [(plus, total), (plus,), (less, plus), ()]
    exposed = tuple(gate.attack.__globals__["Exposure"](f"t{at}", proof) for at, proof in enumerate(proofs))
    seen: list[Any] = []

    def attack(*given: Any) -> Any:
        seen.append(given)
        return SimpleNamespace(exposed=exposed, pool=np.ones((2, 3)))

    monkeypatch.setattr(gate, "attack", attack)
    one = gate.Gate(own, truth=np.zeros((4, 1), dtype=int))
    knows = gate.Reader(gate.STRUCTURE, np.array([[0], [0], [1]]))
    found = one.findings(printed, [gate.Reader(gate.OUTSIDER, knows.codes[:0])])
    assert [set(each.proof) for each in found] == [{total}, {women, men}, {women, men}, set()]
    again = one.findings(printed, [knows])
    assert len(again) == 4 and {each.reader for each in again} == {gate.STRUCTURE}
    # Tables that were found, and the true one, less whom the reader knows; what is bounded, less them too.
    assert seen[0][2].tolist() == [[4, 0, 0]] and seen[1][2].tolist() == [[-1, 0, 1], [2, -1, 0]]
    assert (seen[0][0].low - seen[1][0].low).max() == 3 and np.array_equal(seen[1][0].rows.toarray(), seen[0][0].rows.toarray())  # fmt: skip


def test_why_something_is_exposed_is_told_once_in_words() -> None:
    found = [
        gate.Finding("outsider", "a", ("x", "y")),
        gate.Finding("structure", "a", ("z",)),
        gate.Finding("prefecture", "b", ()),
        gate.Finding("outsider", "c", ("x",), settled=False),
    ]
    told = gate.explain(lists("prostitution"), {"a": "Femmes", "x": "Total"}, found)
    assert told == [
        f"« Femmes » se déduit, pour {gate.READERS['outsider']}, de : « Total », « y ».",
        "« b » se déduit sans aucun chiffre.",
        "« c » n’a pas pu être vérifié.",
    ]
