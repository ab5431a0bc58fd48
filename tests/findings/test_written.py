"""What the team edits: read back as proposed; refused at its line when a number is not, or no longer, its statement's."""

from __future__ import annotations

import pandas as pd
import pytest
from test_computed import said

from diagnostic.estimate.texts.described import UP_TO
from diagnostic.findings import written
from diagnostic.findings.computed import OPEN, PAGE_ONE, computed

STATEMENTS = pd.DataFrame(
    [
        said("ads.top_two_pct", 47.4),
        said("ads.mirror_redundant_pct", 24.3),
        said("ads.total", 1234, measure="count", printed="1\N{NARROW NO-BREAK SPACE}234", claim=0),
        said("cond.housing_pct", 72, claim=10),
        said("cond.resources_pct", 93, claim=5, method=UP_TO),
        said("law.commission_unaware_pct", 45, 45, 69, printed_numerator="27", printed_denominator="60"),
        said("profile.women_pct", 14, 14, 57),
        said("vuln.any_pct", 0, kind="withheld", printed="non publié"),
        said("persons.total", 280, 250, 300, measure="estimate", interval_kind="model"),
    ]
)


def refusals(*lines: str) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in written.problems("\n".join(lines), STATEMENTS)]


def test_a_proposal_has_no_problem_and_reads_back() -> None:
    findings = computed(STATEMENTS)
    text = written.proposal(findings)
    assert written.problems(text, STATEMENTS) == []
    back = written.read(text)
    assert back.signed == ""
    assert [(one.claim, one.detail, one.part) for one in back.findings] == [
        (one.claim, one.detail, one.part) for one in findings
    ]


def test_who_signed_is_read() -> None:
    text = written.proposal(computed(STATEMENTS)).replace("Signé par :", "Signé par : l’équipe, le 3 octobre 2026", 1)
    assert written.read(text).signed == "l’équipe, le 3 octobre 2026"
    assert written.problems(text, STATEMENTS) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "- **Beaucoup l’ignorent.** Soit [28 sur 60](base:law.commission_unaware_pct).",
            "qui dit « 27\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}60 au moins »",
        ),
        ("- **[48 %](fact:ads.top_two_pct) des annonces.**", "qui dit « 47.4\N{NO-BREAK SPACE}% »"),
        ("- **La moitié des annonces.**", "« moitié » n’est pas un indicateur"),
        ("- **[47.4 %](fact:ads.top_two_pct) sur 2 sites.**", "« 2 » n’est pas un indicateur"),
        ("- **[7 %](fact:ads.unheard_of)**", "n’existe pas"),
        ("- **[45 %](fact:law.commission_unaware_pct) l’ignorent.**", "a un intervalle"),
        ("- **De [45 à 70 %](interval:law.commission_unaware_pct)**", "qui dit « 45 à 69\N{NO-BREAK SPACE}% »"),
        ("- **De [14 à 57 %](interval:profile.women_pct) de femmes.**", "trop large"),
        ("- **De [250 à 300](interval:persons.total) personnes.**", "reposent sur une hypothèse"),
        ("- **La plupart : [47.4 %](fact:ads.top_two_pct).**", "« plupart » n’est appuyé par aucune part"),
        ("- **Une majorité, de [45 à 69 %](interval:law.commission_unaware_pct).**", "« majorité »"),
        ("- **[non publié](fact:vuln.any_pct)**", "n’est pas publié"),
        ("- **[72 %](fact:cond.housing_pct) sans logement.**", "se dit « environ »"),
        ("- **Au plus [72 %](fact:cond.housing_pct) sans logement.**", "se dit « environ »"),
        ("- **Au plus [93 %](fact:cond.resources_pct) sans ressources.**", "se dit « jusqu’à »"),
        ("- **Souvent sans ressources : jusqu’à [93 %](fact:cond.resources_pct).**", "« Souvent » n’est appuyé"),
        ("- **La plupart, jusqu’à [93 %](fact:cond.resources_pct).**", "« plupart » n’est appuyé"),
        ("- **Presque toujours : environ [72 %](fact:cond.housing_pct).**", "« Presque toujours » n’est appuyé"),
        ("- > Une parole", "une citation"),
        ("Un paragraphe.", "ce n’est pas un constat"),
        ("## Autre", "n’est pas de ceux-ci"),
    ],
)
def test_a_line_that_its_statements_do_not_bear_out_is_refused_there(line: str, why: str) -> None:
    ((n, message),) = refusals(f"## {PAGE_ONE}", "", line)
    assert n == 3 and why in message


@pytest.mark.parametrize(
    "line",
    [
        "- **Environ [72 %](fact:cond.housing_pct) sans logement.** Une majorité.",
        "- **Souvent sans logement : environ [72 %](fact:cond.housing_pct).**",
        "- **Jusqu’à [93 %](fact:cond.resources_pct) sans ressources.** Le reste est souvent inconnu.",
        "- **[47.4 %](fact:ads.top_two_pct) des annonces.** Et rien d’autre.",
        "- Sans gras, une minorité : [24.3 %](fact:ads.mirror_redundant_pct).",
        "- [1 234](fact:ads.total) annonces, avec l’espace d’un clavier.",
        "- De [250 à 300](interval:persons.total) personnes, sous un modèle.",
        "<!-- 12 pour 100 -->",
    ],
)
def test_what_the_team_may_write(line: str) -> None:
    assert refusals(f"## {PAGE_ONE}", line) == []


def test_what_is_not_known_may_be_wide() -> None:
    assert refusals(f"## {OPEN}", "- **De [14 à 57 %](interval:profile.women_pct) de femmes.**") == []


def test_lines_are_counted_across_a_comment_of_several() -> None:
    assert [n for n, _ in refusals("<!--", "a", "-->", "## L’essentiel", "", "- 12")] == [6]
