"""The messages that page 1 begins with: persons first, each true of the statements alone."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from test_computed import said

from diagnostic.core.french import NBSP, NNBSP
from diagnostic.files.texts import NUMERIC
from diagnostic.findings import written
from diagnostic.findings.computed import MESSAGES, PAGE_ONE, PRINTED, computed
from diagnostic.findings.sentences import SENTENCES
from diagnostic.findings.written import SUBJECTS, messages

COUNT = {"measure": "count", "claim": 0}
PERSONS = said("shared.persons_prostitution", 145, measure="count", claim=5)
WOMEN, MINORS = said("profile.women_pct", 72, claim=6), said("profile.minors_pct", 21, claim=8)
ADS, TWO = said("ads.total", 724, **COUNT), said("ads.top_two_pct", 47.4, claim=0.05)


def told(*rows: dict[str, object], **published: str) -> list[str]:
    statements = pd.DataFrame(rows)
    figures = {name.replace("__", "."): text for name, text in published.items()}
    found = messages(statements, computed(statements), figures)
    plain = (re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", one.claim) for one in found)
    return [text.replace(NBSP, " ").replace(NNBSP, " ") for text in plain]


PIMP = said("pimp.present_pct", 40, claim=6)
UNEQUIPPED = said("pros.under_equipped_pct", 88)
WHOLE = said("persons.total", 280, 250, 310, measure="estimate", interval_kind="sampling") | {
    "printed_interval": "250 à 310"
}
DESCRIBED = (
    "Les professionnel·les décrivent environ 145 (de 140 à 150) personnes en situation de prostitution (années non demandées ou non "
    "dites). Parmi elles, environ 72 % (de 66 à 78 %) sont des femmes"
)
YOUNG = "Parmi les personnes décrites, environ 21 % (de 13 à 29 %) sont mineur·es"
ONLINE = "Sur Internet, 724 annonces d’offre correspondent à moins de personnes, 280 (de 250 à 310)"
LACKING = "88 % de celles et ceux qui ont accompagné des personnes s’estiment insuffisamment outillé·es"


def test_persons_minors_and_exploitation_come_first_then_the_internet_then_what_lacks() -> None:
    everything = [ADS, WHOLE, UNEQUIPPED, PERSONS, WOMEN, MINORS]
    exploited = "Un·e proxénète est signalé·e pour environ 40 % (de 34 à 46 %) des personnes décrites"
    assert told(*everything, PIMP) == [DESCRIBED, YOUNG, exploited]
    assert told(*everything) == [DESCRIBED, YOUNG, ONLINE]
    assert told(ADS, WHOLE, UNEQUIPPED, PERSONS, WOMEN) == [DESCRIBED, ONLINE, LACKING]


def test_a_message_says_nothing_that_the_findings_do_not() -> None:
    """Where the findings have no room for who is not equipped, the message says another of those on professionals."""
    told_there = [said("survey.training_followed.yes_pct", 90), said("law.commission_unaware_pct", 80)]
    equipped = said("pros.under_equipped_pct", 35, 20, 50)
    page = [one.name for one in computed(pd.DataFrame([PERSONS, *told_there, equipped])) if one.part == PAGE_ONE]
    assert "professionals.equipped" in page, "there is room"
    many = [said(f"profile.{name}_pct", 60) for name in ("women", "foreign")]
    full = [*many, said("cond.no_resources_pct", 60), said("persons.total", 280, measure="count", claim=0), ADS, TWO]
    full += [said("demand.ads", 9, **COUNT), said("demand.sites", 2, **COUNT)]
    statements = [PERSONS, *told_there, equipped, *full]
    page = [one.name for one in computed(pd.DataFrame(statements)) if one.part == PAGE_ONE]
    assert "professionals.equipped" not in page and "professionals.commission" in page
    assert told(*statements)[2].startswith("80 % des répondant·es ignoraient")


def test_a_share_that_says_nothing_is_left_out() -> None:
    assert told(PERSONS, said("profile.women_pct", 30, 30, 90), MINORS) == [DESCRIBED.partition(". Parmi")[0], YOUNG]
    assert told(PERSONS, WOMEN | {"kind": "withheld"})[0].endswith("prostitution (années non demandées ou non dites)")


def test_a_publication_speaks_of_persons_only_where_the_study_does_not() -> None:
    printed = {
        "shared__persons_concerned": "167",
        "shared__persons_prostitution": "152",
        "shared__reference_years": "2015-2020",
        "profile__minors_pct": f"17{NBSP}%",
    }
    assert told(ADS, TWO, said("ads.persons_estimate", 273, 97, 547, measure="estimate"), **printed) == [
        "Selon la publication, les professionnel·les ont décrit 167 personnes concernées au moins (faits de 2015-2020), dont 152 en "
        "situation de prostitution probable ou avérée",
        "Selon la publication, 17 % des personnes en situation de prostitution sont mineur·es",
        "Sur Internet, 724 annonces d’offre, dont 47.4 % sur deux sites : le nombre de personnes qui les publient n’est pas connu",
    ]
    assert not any("publication" in one for one in told(PERSONS, ADS, MINORS, **printed))


def test_a_study_that_can_say_nothing_has_no_message() -> None:
    assert told(said("other.fact", 1)) == []


@pytest.mark.parametrize("clause", [clause for subject in SUBJECTS for clause in subject])
def test_a_clause_holds_no_number_and_leans_on_findings_that_exist(clause: object) -> None:
    text, where = clause.text, clause.where  # type: ignore[attr-defined]
    assert not NUMERIC.search(re.sub(r"\{[^{}]*\}", "", text)) and set(where) <= SENTENCES.keys()
    assert not (PRINTED.search(text) and "{n:" in text), "one voice a clause: the study's, or the publication's"


def test_the_team_rewrites_it_and_a_number_that_moved_is_refused_at_its_line() -> None:
    statements = pd.DataFrame([PERSONS, WOMEN, ADS, TWO])
    found = computed(statements)
    text = written.proposal([*messages(statements, found, {}), *found])
    assert written.problems(text, statements) == []
    assert written.read(text).findings[0].part == MESSAGES
    before = text.replace(f"## {MESSAGES}", "## En une phrase")
    assert written.problems(before, statements) == [] and written.read(before) == written.read(text), "an older file"
    n = next(n for n, line in enumerate(text.splitlines(), 1) if "en situation" in line)
    (problem,) = written.problems(text.replace("[145]", "[150]", 1), statements)
    assert problem.line == n and "ne correspond plus" in problem.message
