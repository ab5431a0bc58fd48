"""What may be compared with what: each kind of rule on two small methods, and what must never or always follow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from diagnostic.compare import comparability
from diagnostic.compare.judging import ORDER, TESTS, UNRULED, UNSAID, differences, judged, ruling, verdict
from diagnostic.compare.table_names import ALL
from diagnostic.compare.table_names import SHOWN as FAMILIES
from diagnostic.compare.tables import as_text
from diagnostic.compare.words import Reasons

FOLDER = Path(__file__).parents[2] / "config" / "comparability"
RULES, ITEMS, INDICATORS = (as_text((FOLDER / f"{name}.csv").read_bytes()) for name in ("rules", "items", "indicators"))
TOLD = "told"
RATE, COUNT = (INDICATORS[INDICATORS["indicator"].eq(name)] for name in ("ads_rate", "ads_total"))

# A study that says everything, in the codes of `config/comparability/`.
WHOLE = {
    "depth": "full",
    "invented": "no",
    "origin": "observed",
    "scope": "all",
    "territory": "29",
    "extent": "departement",
    "edition": "2025",
    "author": "Équipe A",
    "ads_window": "2025-03-03/2025-03-16",
    "ads_days": "14",
    "count_days": "1",
    "season": "printemps",
    "sites": "40",
    "site_kinds": "dating=10;escorting=30",
    "empty_sites": "3",
    "uncounted": "0",
    "read_pages": "some",
    "design": "project",
    "coded": "250",
    "double": "40",
    "disposition": "one by one",
    "copies": "searched",
    "search": "twice",
    "facts_window": "2025-01/2025-12",
    "counting": "ceiling 10",
    "instrument": "project",
    "respondents": "60",
    "fields": "health=5;social=10",
    "response": "52",
    "release": "keyed abc",
}
ELSEWHERE = {"territory": "35", "author": "Équipe B"}  # what two places never share


FILES = {name: (FOLDER / f"{name}.csv").read_text("utf-8") for name in comparability.FILES}


def told(files: Mapping[str, str]) -> list[str]:
    found = comparability.problems({name: text.encode() for name, text in files.items()}, "comparability")
    return [line.replace("\u00a0", " ").replace("\u202f", " ") for line in found]


def rules(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    named = ["family", "item", "test", "limit", "effect"]
    return pd.DataFrame(rows, columns=named).assign(reason=[f"{row[1]} {row[2]}" for row in rows])


# -- Each test of a rule --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "limit", "one", "other", "holds"),
    [
        ("differs", "", "a", "b", True),
        ("differs", "", "a", "a", False),
        ("differs", "", "a", "", False),  # nobody can say that what is not said differs
        ("unknown", "", "a", "", True),
        ("unknown", "", "a", "b", False),
        ("is", "none", "none", "b", True),
        ("is", "none", "a", "b", False),
        ("ratio", "2", "10", "21", True),
        ("ratio", "2", "20", "10", False),
        ("ratio", "2", "", "10", False),
        ("gap", "3", "2017", "2021", True),
        ("gap", "3", "2020", "2017", False),
        ("apart", "366", "2017-02-13/2017-03-01", "2018-02-15", True),
        ("apart", "366", "2017-02-13", "2018-02-14/2018-09-01", False),
        ("mix", "0.25", "health=1;social=1", "health=3;social=1", False),  # .5 and .75: .25 apart, not more
        ("mix", "0.25", "health=1;social=1", "justice=1;social=1", True),  # half of each is elsewhere
        ("always", "", "a", "a", True),
    ],
)
def test_a_rule_holds_or_not(test: str, limit: str, one: str, other: str, holds: bool) -> None:
    found, why = verdict(ruling(["ads"], rules(("ads", "x", test, limit, "caution"))), {"x": one}, {"x": other})
    if holds or "" in (one, other):  # of what one of the two does not say, nobody knows whether it differs
        assert found == "caution" and bool(why) and (holds or why[0][2] == UNSAID)
    else:
        assert (found, why) == ("comparable", [])
    assert verdict(ruling(["ads"], rules(("ads", "x", test, limit, "caution"))), {"x": other}, {"x": one})[0] == found


def test_the_worst_effect_is_the_verdict_and_rules_of_other_families_say_nothing() -> None:
    declared = rules(
        (ALL, "x", "differs", "", "caution"), ("ads", "y", "differs", "", "not"), ("coded", "z", "always", "", "not")
    )
    assert verdict(ruling(["ads"], declared), {"x": "1", "y": "1"}, {"x": "2", "y": "1"})[0] == "caution"
    assert verdict(ruling(["ads"], declared), {"x": "1", "y": "1"}, {"x": "2", "y": "2"})[0] == "not"
    assert verdict(ruling(["ads", "coded"], declared), {}, {})[0] == "not"


def test_of_two_rules_on_one_item_the_milder_is_not_told_beside_the_stricter() -> None:
    declared = rules(("ads", "n", "ratio", "2", "not"), ("ads", "n", "ratio", "1.25", "caution"))
    assert [effect for _, effect, _ in verdict(ruling(["ads"], declared), {"n": "10"}, {"n": "30"})[1]] == ["not"]
    assert [effect for _, effect, _ in verdict(ruling(["ads"], declared), {"n": "10"}, {"n": "15"})[1]] == ["caution"]


# -- The rules that are declared --------------------------------------------------------------------------------------


def test_what_no_rule_covers_is_never_comparable() -> None:
    declared = rules((ALL, "x", "differs", "", "caution"), ("ads", "y", "differs", "", "not"))
    same = {"x": "1", "y": "1"}
    assert verdict(ruling(["ads"], declared), same, same) == ("comparable", [])
    for families in (["coded"], ["ads", "coded"]):
        assert verdict(ruling(families, declared), same, same) == ("not", [("", "not", UNRULED)])


def test_every_rule_names_what_exists() -> None:
    assert told(FILES) == []
    assert set(TESTS) == {"differs", comparability.IS, *comparability.TESTS}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rules", "*,edition,gap", "*,editions,gap", "ligne 8 : colonne item : « editions » n’existe pas ; vouliez-vous « edition »"),
        ("rules", "coded,coded,", "codes,coded,", "ligne 28 : colonne family : « codes » n’existe pas ; vouliez-vous « coded »"),
        ("rules", "*,edition,gap,3", "*,edition,gaps,3", "colonne test : « gaps » n’existe pas"),
        ("rules", "*,edition,gap,3", "*,edition,gap,trois", "colonne limit : « gap » demande un nombre"),
        ("rules", "*,edition,gap,3", "*,edition,apart,3", "colonne test : « apart » se lit d’un point dont les codes sont « jours »"),
        ("rules", "is,convenience,not", "is,conveniance,not", "colonne limit : « conveniance » n’existe pas ; vouliez-vous « convenience »"),
        ("rules", "*,scope,differs,,", "*,scope,differs,2,", "colonne limit : « differs » n’a pas de limite"),
        ("rules", "*,origin,differs,,caution", "*,origin,differs,,comparable", "colonne effect : « comparable » n’existe pas"),
        ("rules", "*,scope,unknown,,", "*,scope,differs,,", "ligne 3 : « *, scope, differs » est donné plusieurs fois"),
        ("rules", "family,item", "famille,item", "rules.csv, ligne 1 : les colonnes attendues sont family, item"),
        ("indicators", "ads_rate,ads,", "ads_rate,adds,", "indicators.csv, ligne 3 : colonne families : « adds » n’existe pas"),
        ("indicators", "ads_rate,ads,", "ads_rate,,", "colonne families : aucune famille"),
        ("items", "edition,Édition", "editions,Édition", "rules.csv, ligne 8 : colonne item : « edition » n’existe pas"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_at_its_line(file: str, old: str, new: str, said: str) -> None:
    assert old in FILES[file]
    found = told(FILES | {file: FILES[file].replace(old, new, 1)})
    assert any(said in line for line in found), found


def test_a_family_without_a_rule_is_refused() -> None:
    lines = FILES["rules"].splitlines(keepends=True)
    found = told(FILES | {"rules": "".join(one for one in lines if not one.startswith("answers,"))})
    assert len(found) == 5 and all("n’est de la famille" in line for line in found)
    assert [line.rpartition(" : ")[2] for line in told({})] == ["fichier introuvable."] * 3


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_method_in_two_places_is_called_so(family: str) -> None:
    found, _ = verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE)
    assert found == ("caution" if family == "answers" else "comparable")  # who answers is never drawn


OTHER_WAYS = {
    "ads": {"ads_window": "2025-03-03/2025-06-15", "ads_days": "105", "count_days": "105"},
    "coded": {"design": "by_site"},
    "behind": {"copies": "published"},
    "answers": {"instrument": "own 35-2025"},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_two_identical_studies_with_other_methods_are_never_called_comparable(family: str) -> None:
    assert verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE | OTHER_WAYS[family])[0] == "not"
    ruled = set(RULES.loc[RULES["family"].isin([ALL, family]), "item"]) - {"depth"}
    for item in ruled:  # whatever a rule reads, what is not said lowers the verdict or leaves it, and never raises it
        silent = verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE | {item: ""})[0]
        assert ORDER.index(silent) >= ORDER.index(verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE)[0])


@pytest.mark.parametrize(
    ("family", "one", "other", "found"),
    [
        ("ads", {"ads_days": "5"}, {"ads_days": "11"}, "caution"),  # each site was counted on one day
        ("ads", {"ads_days": "5"}, {"ads_days": "10"}, "comparable"),
        ("ads", {"count_days": "5"}, {"count_days": "11"}, "not"),
        ("ads", {}, {"site_kinds": "dating=21;escorting=19"}, "caution"),  # 25 of 100 and 52.5: 27.5 points
        ("ads", {}, {"site_kinds": "dating=20;escorting=20"}, "comparable"),
        ("behind", {}, {"search": "once"}, "not"),
        ("behind", {"search": "once"}, {"search": "once"}, "caution"),
    ],
)
def test_how_long_what_sites_and_how_copies_were_searched(
    family: str, one: dict[str, str], other: dict[str, str], found: str
) -> None:
    assert verdict(ruling([family], RULES), WHOLE | one, WHOLE | ELSEWHERE | other)[0] == found


@pytest.mark.parametrize("family", FAMILIES)
def test_whatever_item_differs_its_rule_is_heard(family: str) -> None:
    """Of two studies alike in all but one item, the verdict is that of its rule at least: none is lost among the others."""
    plain = {"differs", "is", "always", "unknown"}
    own = RULES[RULES["family"].isin([ALL, family])]
    items = {item for item, rules_ in own.groupby("item") if set(rules_["test"]) <= plain and WHOLE.get(item)}
    heard = own[own["test"].eq("differs") & own["item"].isin(items)]
    assert len(heard) > 1
    for rule in heard.itertuples():
        found = verdict(ruling([family], RULES), WHOLE, WHOLE | {rule.item: "autrement"})[0]
        assert ORDER.index(found) >= ORDER.index(rule.effect) > 0, rule.item


@pytest.mark.parametrize("other", [{}, ELSEWHERE, {"depth": "published"}, {"edition": "2024"}], ids=str)
def test_what_professionals_tell_of_persons_never_compares(other: dict[str, str]) -> None:
    assert verdict(ruling([TOLD], RULES), WHOLE, WHOLE | other)[0] == "not"


@pytest.mark.parametrize("family", FAMILIES)
def test_an_invented_study_compares_with_no_real_one(family: str) -> None:
    assert verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE | {"invented": "yes"})[0] == "not"
    both = verdict(ruling([family], RULES), WHOLE | {"invented": "yes"}, WHOLE | ELSEWHERE | {"invented": "yes"})[0]
    assert both != "not"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_second_hand_number_is_never_simply_comparable(family: str) -> None:
    assert verdict(ruling([family], RULES), WHOLE, WHOLE | ELSEWHERE | {"depth": "published"})[0] != "comparable"


# -- Three studies ----------------------------------------------------------------------------------------------------


def methods() -> pd.DataFrame:
    studies = {"a-2025": WHOLE, "b-2025": WHOLE | ELSEWHERE, "c-2025": WHOLE | {"scope": "minors", "sites": ""}}
    rows = [(study, item, code) for study, said in studies.items() for item, code in said.items()]
    return pd.DataFrame(rows, columns=["study", "item", "code"])


def test_the_matrix_says_what_differs_and_what_is_not_said() -> None:
    found = {(one.item, one.study, one.other): one.state for one in differences(methods()).itertuples()}
    assert found == {
        ("territory", "a-2025", "b-2025"): "differs",
        ("author", "a-2025", "b-2025"): "differs",
        ("scope", "a-2025", "c-2025"): "differs",
        ("sites", "a-2025", "c-2025"): "unknown",
        ("territory", "b-2025", "c-2025"): "differs",
        ("author", "b-2025", "c-2025"): "differs",
        ("scope", "b-2025", "c-2025"): "differs",
        ("sites", "b-2025", "c-2025"): "unknown",
    }


def test_each_number_carries_its_verdicts_in_the_order_of_studies() -> None:
    indicators = RATE.assign(indicator="n")
    found = {"n": {study: f"{study}.ads.total" for study in ("a-2025", "b-2025", "c-2025")}}
    pairs, numbers = judged(indicators, methods(), RULES, found)
    assert dict(zip(zip(pairs["study"], pairs["other"], strict=True), pairs["verdict"], strict=True)) == {
        ("a-2025", "b-2025"): "comparable",
        ("a-2025", "c-2025"): "not",
        ("b-2025", "c-2025"): "not",
    }
    assert list(numbers["study"]) == ["a-2025", "b-2025", "c-2025"]
    assert list(numbers["verdict"]) == ["comparable", "comparable", "not"]
    assert list(numbers["comparable"]) == ["b-2025", "a-2025", ""]
    assert list(numbers["apart"]) == ["c-2025", "c-2025", "a-2025; b-2025"]
    assert numbers["reasons"].iloc[0] == "" and "mêmes personnes" in numbers["reasons"].iloc[2]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"edition": "2026"}, "comparable"),  # of one territory
        (ELSEWHERE, "not"),
        ({"territory": ""}, "not"),
        ({"territory": "22;29;35;56", "extent": "several"}, "not"),
        ({"extent": "part"}, "not"),  # Rennes, and Ille-et-Vilaine
    ],
)
def test_counts_of_two_territories_do_not_compare_and_their_rates_do(other: dict[str, str], found: str) -> None:
    """2 391 ads in four départements, 699 in one: there are more people there."""
    table = pd.DataFrame(
        [(name, item, code) for name, said in (("a", WHOLE), ("b", WHOLE | other)) for item, code in said.items()],
        columns=["study", "item", "code"],
    )
    have = {one: {name: f"{name}.{one}" for name in "ab"} for one in ("ads_total", "ads_rate")}
    count, rate = judged(pd.concat([COUNT, RATE]), table, RULES, have)[0].itertuples()
    assert count.verdict == found and rate.verdict in ("comparable", "caution")
    assert (found == "comparable") == ("pas un taux" not in count.reasons)


def test_a_number_alone_is_set_beside_nothing() -> None:
    indicators = RATE.assign(indicator="n")
    pairs, numbers = judged(indicators, methods(), RULES, {"n": {"a-2025": "a-2025.ads.total"}})
    assert pairs.empty and numbers.empty


def test_the_reasons_of_a_pair_are_told_of_that_pair() -> None:
    """a and b were counted in the same month and season, c eighteen months before: only with c is more than a year told."""
    far = {"ads_window": "2023-09-03/2023-09-16", "season": "automne", "territory": "29"}
    studies = {"a-2025": WHOLE, "b-2025": WHOLE | {"extent": "several"} | ELSEWHERE, "c-2025": WHOLE | far}
    table = pd.DataFrame(
        [(study, item, code) for study, said in studies.items() for item, code in said.items()],
        columns=["study", "item", "code"],
    )
    indicators = RATE.assign(indicator="n")
    pairs, numbers = judged(indicators, table, RULES, {"n": {study: f"{study}.ads.total" for study in studies}})
    reasons, names = Reasons(pairs, RULES), {study: study[0].upper() for study in studies}
    letters = reasons.letters(numbers)
    year, season, size = (
        letter for word in ("an sépare", "saisons", "taille") for why, letter in letters.items() if word in why
    )
    a, b, _ = numbers.itertuples()
    assert (
        reasons.cell(a, letters, names) == f"avec prudence, à B : *{size}* ; avec prudence, à C : *{year}*, *{season}*"
    )
    assert reasons.cell(b, letters, names).endswith(f"à C : *{size}*, *{year}*, *{season}*")
    card = dict(reasons.card(a, names))
    assert "an sépare" not in card["Avec prudence à"].partition(" ; ")[0] and "an sépare" in card["Avec prudence à"]
