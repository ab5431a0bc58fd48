"""The sentence that page 1 begins with: its first subject is the persons, each clause true of the statements alone."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from test_computed import said

from diagnostic.core.french import NBSP, NNBSP
from diagnostic.files.texts import NUMERIC
from diagnostic.findings import written
from diagnostic.findings.computed import ONE_SENTENCE, PAGE_ONE, PRINTED, computed
from diagnostic.findings.sentences import SENTENCES
from diagnostic.findings.written import SUBJECTS, overall

COUNT = {"measure": "count", "claim": 0}
PERSONS = said("shared.persons_prostitution", 145, measure="count", claim=5)
WOMEN, MINORS = said("profile.women_pct", 72, claim=6), said("profile.minors_pct", 21, claim=8)
ADS, TWO = said("ads.total", 724, **COUNT), said("ads.top_two_pct", 47.4, claim=0.05)


def told(*rows: dict[str, object], **published: str) -> str:
    statements = pd.DataFrame(rows)
    figures = {name.replace("__", "."): text for name, text in published.items()}
    found = overall(statements, computed(statements), figures)
    return (
        re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", found[0].claim).replace(NBSP, " ").replace(NNBSP, " ")
        if found
        else ""
    )


def test_persons_come_first_then_what_lacks_then_the_internet() -> None:
    least = said("pros.under_equipped_pct", 88)
    whole = said("persons.total", 280, 250, 310, measure="estimate", interval_kind="sampling")
    assert told(ADS, whole | {"printed_interval": "250 à 310"}, least, PERSONS, WOMEN, MINORS) == (
        "Les professionnel·les décrivent environ 145 (de 140 à 150) personnes en situation de prostitution (années non demandées ou non "
        "dites), dont environ 72 % (de 66 à 78 %) de femmes et environ 21 % (de 13 à 29 %) de mineur·es ; 88 % de celles et ceux qui en ont accompagné ne se disent pas assez outillé·es ; "
        "sur Internet, 724 annonces d’offre, qui mènent à moins de personnes : 280 (de 250 à 310)"
    )


def test_the_sentence_says_nothing_that_page_one_does_not() -> None:
    """Where page 1 has no room for who is not equipped, the sentence says another of its findings on professionals."""
    told_there = [said("survey.training_followed.yes_pct", 90), said("law.commission_unaware_pct", 80)]
    equipped = said("pros.under_equipped_pct", 35, 20, 50)
    page = [one.name for one in computed(pd.DataFrame([PERSONS, *told_there, equipped])) if one.part == PAGE_ONE]
    assert "professionals.equipped" in page, "there is room"
    many = [said(f"profile.{name}_pct", 60) for name in ("women", "minors", "foreign")]
    full = [*many, said("pimp.present_pct", 60), said("persons.total", 280, measure="count", claim=0), ADS, TWO]
    full += [said("demand.ads", 9, **COUNT), said("demand.sites", 2, **COUNT)]
    statements = [PERSONS, *told_there, equipped, *full]
    page = [one.name for one in computed(pd.DataFrame(statements)) if one.part == PAGE_ONE]
    assert "professionals.equipped" not in page and "professionals.commission" in page
    assert "80 % des répondant·es ignoraient" in told(*statements) and "outillé" not in told(*statements)


def test_a_share_that_says_nothing_is_left_out() -> None:
    assert told(PERSONS, said("profile.women_pct", 30, 30, 90), MINORS).endswith(
        "(années non demandées ou non dites), dont environ 21 % (de 13 à 29 %) de mineur·es"
    )
    assert told(PERSONS, WOMEN | {"kind": "withheld"}).endswith("prostitution (années non demandées ou non dites)")


def test_a_publication_speaks_of_persons_only_where_the_study_does_not() -> None:
    printed = {
        "shared__persons_concerned": "167",
        "shared__reference_years": "2015-2020",
        "law__commission_unaware_pct": f"85{NBSP}%",
    }
    assert told(ADS, TWO, said("ads.persons_estimate", 273, 97, 547, measure="estimate"), **printed) == (
        "Selon la publication, les professionnel·les ont décrit 167 personnes concernées au moins (faits de "
        "2015-2020), et 85 % des répondant·es ignoraient la commission départementale ; sur Internet, 724 annonces d’offre, dont 47.4 % sur deux sites : "
        "le nombre de personnes qui les publient n’est pas connu"
    )
    assert "publication" not in told(PERSONS, ADS, **printed)


def test_a_study_that_can_say_nothing_has_no_sentence() -> None:
    assert told(said("other.fact", 1)) == ""


@pytest.mark.parametrize("clause", [clause for subject in SUBJECTS for clause in subject])
def test_a_clause_holds_no_number_and_leans_on_findings_that_exist(clause: object) -> None:
    text, where = clause.text, clause.where  # type: ignore[attr-defined]
    assert not NUMERIC.search(re.sub(r"\{[^{}]*\}", "", text)) and set(where) <= SENTENCES.keys()
    assert not (PRINTED.search(text) and "{n:" in text), "one voice a clause: the study's, or the publication's"


def test_the_team_rewrites_it_and_a_number_that_moved_is_refused_at_its_line() -> None:
    statements = pd.DataFrame([PERSONS, WOMEN, ADS, TWO])
    found = computed(statements)
    text = written.proposal([*overall(statements, found, {}), *found])
    assert written.problems(text, statements) == []
    assert written.read(text).findings[0].part == ONE_SENTENCE
    n = next(n for n, line in enumerate(text.splitlines(), 1) if "en situation" in line)
    (problem,) = written.problems(text.replace("[145]", "[150]", 1), statements)
    assert problem.line == n and "ne correspond plus" in problem.message
