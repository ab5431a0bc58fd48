"""The release policy: what the project's file says, what is refused, what changes its hash."""

from __future__ import annotations

import ast
import contextlib
import copy
import re
from pathlib import Path
from typing import Any

import pytest
from simulated import ROOT, policy

from diagnostic.codebook import loading
from diagnostic.core.french import NBSP, NNBSP
from diagnostic.release.populations.policy import SENSITIVE, PolicyError, Waiver, load_policy, of_codebook, strictest
from diagnostic.release.populations.policy import problems as unlisted
from diagnostic.study.config import load_yaml


@pytest.fixture
def content() -> dict[str, Any]:
    return copy.deepcopy(load_yaml(ROOT, Path("config/release.yaml")))


def refused(content: dict[str, Any]) -> str:
    with pytest.raises(PolicyError) as error:
        load_policy(content)
    return str(error.value).replace(NBSP, " ").replace(NNBSP, " ")


def test_the_default_thresholds() -> None:
    default = policy()
    assert default.threshold("ordinary") == 8
    assert {default.threshold(name) for name in SENSITIVE} == {11}
    assert not default.draft and policy(preset="brouillon").draft


def test_strict_is_nowhere_looser_than_default() -> None:
    strict, default = policy(preset="strict").rules, policy().rules
    for name in type(default.thresholds).model_fields:
        assert strict.thresholds.of(name) >= default.thresholds.of(name)
    assert strict.contributors.largest_percent <= default.contributors.largest_percent
    assert set(strict.geography.ladder) <= set(default.geography.ladder)
    assert set(strict.attackers) >= set(default.attackers)


@pytest.mark.parametrize(
    ("key", "floor", "beyond"), [("structures", 3, 2), ("situations", 3, 2), ("largest_percent", 85, 85.5)]
)
def test_who_stands_behind_a_count_is_never_fewer_than_the_floor(
    content: dict[str, Any], key: str, floor: float, beyond: float
) -> None:
    """Insee: three units at least, none beyond 85 %."""
    behind = content["presets"]["default"]["contributors"]
    behind[key] = floor
    load_policy(content)
    behind[key] = beyond
    assert key in refused(content)


def test_the_strictest_class_decides() -> None:
    assert strictest(["ordinary", "minor"], policy()) == "minor"
    assert strictest([], policy()) == "ordinary"


def test_a_waiver_lowers_one_figure_and_changes_the_hash(content: dict[str, Any]) -> None:
    before = load_policy(content)
    waiver = {"figure": "gender=trans", "threshold": "5", "reason": "r", "approver": "a", "date": "2026-03-01"}
    after = load_policy({**content, "waivers": [waiver]})
    assert (after.threshold("trans", "gender=trans"), after.threshold("trans")) == (5, 11)
    assert before.digest() != after.digest()


@pytest.mark.parametrize(("threshold", "taken"), [(2, False), (3, True), (1000, True), (1001, False)])
def test_a_waiver_is_from_three_to_a_thousand(threshold: int, taken: bool) -> None:
    given = {"figure": "survey.x", "reason": "r", "approver": "a", "date": "2026-01-31"}
    with contextlib.nullcontext() if taken else pytest.raises(ValueError, match="threshold"):
        assert Waiver(**given, threshold=threshold).threshold == threshold


def test_the_hash_is_that_of_the_rules_applied(content: dict[str, Any]) -> None:
    before = load_policy(content).digest()
    content["presets"]["strict"]["thresholds"]["ordinary"] = "10"
    assert load_policy(content).digest() == before  # another preset
    content["presets"]["default"]["contributors"]["structures"] = "4"
    assert load_policy(content).digest() != before


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("thresholds", "minor"), "4", "presets.default.thresholds.minor"),
        (("thresholds", "minor"), "7", "sous le seuil ordinaire : mineur·es"),
        (("thresholds", "minor"), "onze", "nombre entier"),
        (("percentages", "decimals"), "1", "0 seulement"),
        (("percentages", "only_from_shown"), "false", "only_from_shown"),
        (("thresholds", "ordinary"), "12", "rounding.base : 5 est trop petit pour un seuil de 12"),
        (("thresholds", "minor"), "22", "rounding.sensitive_base : 10 est trop petit pour un seuil de 22"),
        (("symbol",), "<5", "valeur non prévue ; attendu : non publié"),
        (("quotations",), "all", "attendu"),
        (("geography", "ladder"), ["quartier"], "presets.default.geography.ladder.0"),
        (("geography", "ladder"), ["departement", "commune"], "du plus fin au plus large"),
        (("geography", "commune_population"), "2000", "de 5000"),
        (("attackers",), ["structures"], "outsider"),
        (("surprise",), "1", "clé inconnue"),
    ],
)
def test_what_is_refused(content: dict[str, Any], path: tuple[str, ...], value: object, said: str) -> None:
    part = content["presets"]["default"]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    message = refused(content)
    assert said in message and message.startswith("config/release.yaml")


def test_all_problems_are_told_at_once(content: dict[str, Any]) -> None:
    content["presets"]["default"]["thresholds"]["minor"] = "x"
    content["presets"]["strict"]["symbol"] = "5"
    content["waivers"] = [{"figure": "a", "threshold": "5", "reason": "", "date": "2026-13-01"}]
    message = refused(content)
    assert message.count("\n") == 4
    assert "approver" in message and "date impossible" in message


def test_an_unknown_preset_is_refused(content: dict[str, Any]) -> None:
    content["preset"] = "laxiste"
    assert "jeux connus : default, strict, brouillon" in refused(content)


def test_the_file_does_not_say_what_the_codebook_says(content: dict[str, Any]) -> None:
    assert "classes : clé inconnue" in refused({**content, "classes": {"gender=trans": "ordinary"}})


def test_what_no_codebook_declares_is_of_the_strictest_class(content: dict[str, Any]) -> None:
    rules = policy()
    assert rules.class_of_answer("age_band", ["a18"]) == "ordinary"
    assert rules.class_of_answer("age_band", ["u15", "a18"]) == "minor"
    assert rules.threshold(rules.class_of_answer("age_band", ["u12"])) == 11
    bare = load_policy(content)
    assert bare.threshold(bare.class_of_answer("age_band", ["a18"])) == 11


def test_the_closed_list_names_the_codebook(content: dict[str, Any]) -> None:
    assert unlisted(policy()) == []
    content["printed"]["prostitution"]["headlines"] += ["gender=femmes", "genre=women"]
    found = unlisted(
        load_policy(content, codebook=of_codebook(loading.load(loading.read_folder(ROOT / loading.FOLDER))))
    )
    assert len(found) == 2 and "« gender=femmes »" in found[0] and "« genre »" in found[1]


def test_about_forty_groups_and_three_crossings() -> None:
    listed = policy().printed["prostitution"]
    assert 38 <= len(listed.headlines) + len(listed.others) <= 48 and len(listed.crossings) == 3


# -- The closed list and the chapters -----------------------------------------------------------------------------

CALL = re.compile(r"grid\.(?:answers\(variable=|questions\(variables=)(\"\w+\"|\{.*?\})")


def unlisted_questions(chapters: dict[str, str]) -> list[str]:
    """Questions that a chapter prints the answers of, and that the closed list does not name: nothing of them would ever be
    printed, and nothing would say so."""
    rules = policy()
    others = {name.partition("=")[0] for name in rules.printed["professionals"].others}
    listed = {*rules.professionals.own, *rules.professionals.participation, *others}
    asked = {
        (name, one) for name, text in chapters.items() for said in CALL.findall(text) for one in questions_of(said)
    }
    return [f"{name} : {one}" for name, one in sorted(asked) if one not in listed]


def questions_of(said: str) -> list[str]:
    told = ast.literal_eval(said)
    return [told] if isinstance(told, str) else list(told)


def test_every_question_that_a_chapter_prints_is_in_the_closed_list() -> None:
    chapters = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "report").rglob("*.qmd"))}
    assert sum(len(CALL.findall(text)) for text in chapters.values()) > 5
    assert unlisted_questions(chapters) == []
    added = {
        "a.qmd": '{{ grid.answers(variable="needs", caption="x") }} {{ grid.questions(variables={"nowhere": "x"}) }}'
    }
    assert unlisted_questions(added) == ["a.qmd : nowhere"]
