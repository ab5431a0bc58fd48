"""What the team edits: read back as proposed; refused at its line when a number is not, or no longer, its statement's."""

from __future__ import annotations

import math
import re

import edited
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_computed import said

from diagnostic.core.french import NBSP
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.files import texts
from diagnostic.findings import written
from diagnostic.findings.computed import OPEN, PAGE_ONE, computed
from diagnostic.findings.sentences import SENTENCES
from diagnostic.findings.written import SUBJECTS, calculated

STATEMENTS = pd.DataFrame(
    [
        said("ads.top_two_pct", 47.4),
        said("ads.mirror_redundant_pct", 24.3),
        said("ads.total", 1234, measure="count", printed="1\N{NARROW NO-BREAK SPACE}234", claim=0),
        said("cond.housing_pct", 72, claim=10),
        said("cond.resources_pct", 93, claim=5),
        said("law.commission_unaware_pct", 45, 45, 69, printed_numerator="27", printed_denominator="60"),
        said("profile.women_pct", 14, 14, 57),
        said("vuln.any_pct", 0, kind="withheld", printed="non publié"),
        said("persons.total", 280, 250, 300, measure="estimate", interval_kind="model"),
    ]
)


def refusals(*lines: str) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in written.problems("\n".join(lines), STATEMENTS)]


# Every statement that a sentence cites, and some of each family of which the largest is told.
CITED = re.findall(
    r"\{[nivb]:([^{}|]+?)\}",
    " ".join(
        [text for one in SENTENCES.values() for text in (one.claim, *one.details)]
        + [clause.text for clauses in SUBJECTS for clause in clauses]
    ),
)
FAMILIES = ("vuln.%s_pct", "needs.%s_pct", "survey.obstacles_themes.%s_pct", "ads.share_%s_pct")
CITED += [family % name for family in FAMILIES for name in ("one", "two", "three")]
CITED += [one.beside for one in SENTENCES.values() if one.beside]
IDS = sorted({one for one in CITED if one not in ("first", "second")})
LABELS = "Moins de 25 ans;Souvent sans logement;Une majorité d’hommes;L'accueil d'ici;L’un <b>;A [b];Le quart;Le lieu"


@st.composite
def statement(draw: st.DrawFn, fact: str) -> dict[str, object]:
    """Any statement of this id: whatever is printed of it, however wide, whatever kind of limits it has."""
    share = fact.endswith("_pct")
    value = draw(st.integers(0, 100 if share else 2000))
    low, high = (
        value - draw(st.integers(0, min(value, 80))),
        value + draw(st.integers(0, 100 - value if share else 900)),
    )
    kind = draw(st.sampled_from(("none", "bounds", "sampling", "model")))
    row = said(fact, value, *((low, high) if kind != "none" else ()), claim=draw(st.sampled_from((0, 0.5, 5, 30))))
    words = draw(st.sampled_from(LABELS.split(";")))
    row |= {"measure": "percent" if share else draw(st.sampled_from(("count", "estimate"))), "interval_kind": kind}
    row |= {"label": f"part des {words} dans les annonces" if fact.startswith("ads.") else f"Thème : {words}, part"}
    row |= {"envelope_causes": draw(st.sampled_from(("", ROUNDING))) if kind in ("bounds", "model") else ""}
    row |= dict(
        zip(("printed_numerator", "printed_denominator"), draw(st.sampled_from((("", ""), ("8", "9")))), strict=True)
    )
    if draw(st.integers(0, 9)) == 0:
        text = {
            "printed": draw(st.sampled_from(("2010", "l'an d'avant", "du 3 [sic] au 5"))),
            "kind": "text",
            "measure": "text",
        }
        row |= text | dict.fromkeys(("shown_value", "claim_low", "claim_high"), math.nan)
    return row | ({"kind": "withheld", "printed": "non publié"} if draw(st.integers(0, 9)) == 0 else {})


LEDGERS = st.sets(st.sampled_from(IDS), min_size=1, max_size=30).flatmap(
    lambda ids: st.tuples(*(statement(one) for one in sorted(ids)))
)
DESCRIBED = said("shared.persons_prostitution", 145, measure="count", claim=5)
ENVELOPE = {"envelope_causes": ROUNDING, "shown_low": 130, "shown_high": 190, "printed_interval": "130 à 190"}
ENVELOPE |= {"interval_kind": "model"}
ASSUMED = said("profile.women_pct", 50, 10, 90) | {"interval_kind": "model"}


@given(LEDGERS)
@example(tuple(STATEMENTS.to_dict("records")))
@example((DESCRIBED | ENVELOPE,))
@example((ASSUMED,))
def test_whatever_is_proposed_passes_the_door_and_the_judge_and_reads_back(rows: tuple[dict[str, object], ...]) -> None:
    statements = pd.DataFrame(list(rows))
    findings = calculated(statements, {})
    for signature in ("", " l’équipe & Cie, le 3 octobre 2026"):
        text = written.proposal(findings).replace("Signé par :", f"Signé par :{signature}", 1)
        assert texts.problems(text.encode(), "constats.md", written.NAME) == []
        assert written.problems(text, statements) == []
        back = written.read(text)
        assert back.signed == signature.strip()
        parts = {part: [one for one in findings if one.part == part] for part in written.PARTS}
        assert [(one.claim, one.detail, one.part) for one in back.findings] == [
            (one.claim, one.detail, one.part) for part in parts.values() for one in part
        ]


def test_a_visual_editor_leaves_the_findings_what_they_were() -> None:
    text = written.proposal(calculated(STATEMENTS, {})).replace("Signé par :", "Signé par : l’équipe, le 3 octobre", 1)
    again = edited.written(text)
    assert "`<!--" in again and "## L'essentiel" in again  # what it changes
    assert written.problems(again, STATEMENTS) == [] and texts.judged(texts.FINDINGS, again) == []
    told = [(one.claim, one.detail.replace("’", "'"), one.part) for one in written.read(text).findings]
    assert [(one.claim, one.detail, one.part) for one in written.read(again).findings] == [
        (claim.replace("’", "'"), detail, part) for claim, detail, part in told
    ]
    assert written.read(again).signed == "l'équipe, le 3 octobre"


def test_limits_of_a_model_are_named_however_wide() -> None:
    (described,) = computed(pd.DataFrame([DESCRIBED | ENVELOPE]))[:1]
    assert f"(de [130 à 190](interval:{DESCRIBED['statement_id']}), modèle)" in described.claim
    (unknown,) = (one for one in computed(pd.DataFrame([ASSUMED])) if one.name == "unknown.women")
    assert f"[10 à 90{NBSP}%](interval:profile.women_pct), sous un modèle" in unknown.claim


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("- **Peu.** Soit [14 %](fact:profile.women_pct), de [14 à 57 %](interval:profile.women_pct)", "trop large"),
        (
            "- **Beaucoup l’ignorent.** Soit [28 sur 60](base:law.commission_unaware_pct).",
            "qui dit « au moins 27\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}60 »",
        ),
        ("- **[48 %](fact:ads.top_two_pct) des annonces.**", "qui dit « 47.4\N{NO-BREAK SPACE}% »"),
        ("- **La moitié des annonces.**", "« moitié » n’est pas un indicateur"),
        ("- **[47.4 %](fact:ads.top_two_pct) sur 2 sites.**", "« 2 » n’est pas un indicateur"),
        ("- **[7 %](fact:ads.unheard_of)**", "n’existe pas"),
        ("- **[45 %](fact:law.commission_unaware_pct) l’ignorent.**", "a un intervalle"),
        ("- **De [45 à 70 %](interval:law.commission_unaware_pct)**", "qui dit « 45 à 69\N{NO-BREAK SPACE}% »"),
        ("- **De [14 à 57 %](interval:profile.women_pct) de femmes.**", "trop large"),
        ("- **De [250 à 300](interval:persons.total) personnes.**", "repose sur une hypothèse"),
        ("- **La plupart : [47.4 %](fact:ads.top_two_pct).**", "« plupart » n’est appuyé par aucune part"),
        ("- **Une majorité, de [45 à 69 %](interval:law.commission_unaware_pct).**", "« majorité »"),
        ("- **[non publié](fact:vuln.any_pct)**", "n’est pas publié"),
        ("- **[72 %](fact:cond.housing_pct) sans logement.**", "se dit « environ »"),
        ("- **Au plus [72 %](fact:cond.housing_pct) sans logement.**", "se dit « environ »"),
        ("- **Jusqu’à [93 %](fact:cond.resources_pct) sans ressources.**", "se dit « environ »"),
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
        "- **Environ [93 %](fact:cond.resources_pct) sans ressources.** Le reste est souvent inconnu.",
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
