"""Both genders in words: nouns told twice with what determines them, the rest in the form that agrees with the second."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnostic.core.doublets import DOUBLETS, INCLUSIVE, POINT, WAYS, genders, spoken, written
from diagnostic.study.declared import Study

ROOT = Path(__file__).parents[1]
CASES = [
    ("les professionnel·les n’ont pas été tiré·es", "les professionnelles et les professionnels n’ont pas été tirés"),
    ("92 professionnel·les ont contribué", "92 professionnelles et professionnels ont contribué"),
    ("la part de professionnel·les", "la part de professionnelles et de professionnels"),
    ("parmi tou·tes les répondant·es", "parmi toutes les répondantes et tous les répondants"),
    ("en parts de tou·tes les répondant·es", "en parts de toutes les répondantes et tous les répondants"),
    ("Un·e proxénète est signalé·e", "Une ou un proxénète est signalé"),
    ("Un·e mineur·e en danger", "Une mineure ou un mineur en danger"),
    ("d’un·e enquêteur·rice, d’un·e enfant", "d’une enquêtrice ou d’un enquêteur, d’une ou d’un enfant"),
    ("21 % sont mineur·es", "21 % sont mineurs"),
    ("Mineur·es : 13 %", "Mineures et mineurs : 13 %"),
    ("l’accord entre codeur·ses", "l’accord entre codeuses et codeurs"),
    ("aux agent·es public·ques", "aux agentes et aux agents publics"),
    ("les éducateur·rices", "les éducatrices et les éducateurs"),  # a word of a team, by its determiner
    ("n’en compte qu’un·e", "n’en compte qu’une personne"),
    ("même si un·e seul·e la connaît", "même si une seule personne la connaît"),
    ("Col·lectiu d’amics, lecture A · B", "Col·lectiu d’amics, lecture A · B"),
]


@pytest.mark.parametrize(("inclusive", "both"), CASES)
def test_words(inclusive: str, both: str) -> None:
    assert written(inclusive, DOUBLETS) == both and written(inclusive, INCLUSIVE) == inclusive
    assert written(both, DOUBLETS) == both
    assert spoken({"a·e": [inclusive, 1]}, DOUBLETS) == {"a·e": [both, 1]}


def test_genders() -> None:
    assert genders("professionnel", "les") == ("professionnelles", "professionnels")
    assert genders("tou", "tes") == ("toutes", "tous") and genders("mis", "es") == ("mises", "mis")
    assert genders("public", "que") == ("publique", "public") and genders("sien", "nes") == ("siennes", "siens")


def test_no_word_of_the_project_keeps_its_point() -> None:
    places = ("report", "config", "resources/references", "workflow/diagnostic")
    files = [
        path
        for place in places
        for path in (ROOT / place).rglob("*")
        if path.suffix in (".qmd", ".csv", ".yaml", ".py", ".md")
    ]
    assert len(files) > 300
    words = {one for path in files for one in re.findall(r"[^\W\d_]{3,}·[^\W\d_]+", path.read_text("utf-8"))}
    words -= {"Col·lectiu", "low·base", "high·base", "low·B", "high·B", "coefficient·variable", "root·end"}
    assert len(words) > 60 and [one for one in sorted(words) if POINT in written(one, DOUBLETS)] == []


def test_another_way_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="neutre"):
        written("tou·tes", "neutre")
    assert Study.model_fields["ecriture"].default == INCLUSIVE and set(WAYS) == {INCLUSIVE, DOUBLETS}
