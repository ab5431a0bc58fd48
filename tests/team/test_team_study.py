"""A team follows the README from its own files to the report; what it reads there is compared with what was true.

The study is 99-2026, which the project ships as the team left it. The truth is known before it is worded (`team_people`,
`team_internet`); the counting rules are those of the published study (`team_expected`). What the present project does not
join yet is marked, with its reason.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import team_expected as expected
import team_files
import team_ground as ground
import team_sample
import team_study
import team_waves
from copies import Project
from own import ROOT
from replay import of_project
from team_internet import DRAWN, Internet
from team_people import RESPONSE, People, Situation
from team_places import CODES, INHABITANTS
from team_play import OWN_PAIRS, OWN_SAMPLE, STUDY, Team
from team_words import CODERS

from diagnostic.core import io as tables
from diagnostic.study import compliance

pytestmark = pytest.mark.slow  # a whole study; test_team_form.py has the short form

Once = Callable[[str, Callable[[Path], Any]], Any]
STEPS = 12  # the aim, which has 60 edits
NAMED = 5_000  # inhabitants of a commune that may be named (config/release.yaml)


@dataclass(frozen=True)
class Played:
    """The finished study, what the team had to do for it, and the processor's time from its files to its report."""

    project: Project
    steps: list[str]
    edits: dict[str, int]
    seconds: float

    @property
    def facts(self) -> pd.DataFrame:
        return self.table("estimate/facts").set_index("fact_id")

    def text(self, document: str) -> str:
        """What a page of the report says, without its marks."""
        page = self.project.path(f"results/{STUDY}/report/{document}").read_text(encoding="utf-8")
        return re.sub(r"<[^>]*>", "", page)

    def table(self, name: str) -> pd.DataFrame:
        return tables.read_table(self.project.path(f"results/{STUDY}/{name}.parquet"))


@pytest.fixture(scope="module")
def truth() -> tuple[People, Internet]:
    return team_files.truth()


@pytest.fixture(scope="module")
def totals(truth: tuple[People, Internet]) -> dict[str, Any]:
    return team_files.totals(*truth)


@pytest.fixture(scope="module")
def played(once: Once) -> Played:
    def made(folder: Path) -> Played:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        team = team_study.play(folder)
        team.command("calculer", STUDY)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Played(Project(team.root), team.steps, dict(team.edits), seconds)

    found: Played = once("team", made)
    return found


def told(facts: pd.DataFrame, fact_id: str) -> float | None:
    """The number that a fact counts; None where there is no such fact."""
    if fact_id not in facts.index:
        return None
    row = facts.loc[fact_id]
    return float(row["numerator"] if pd.notna(row["numerator"]) else row["value"])


def differing(found: dict[str, tuple[float | None, float]]) -> dict[str, tuple[float | None, float]]:
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def distinct(people: People) -> list[Situation]:
    """The situations, those that the team found to be told twice once only."""
    return [one for one in people.situations if not one.again]


def test_every_answer_of_the_professionals(played: Played, totals: dict[str, Any]) -> None:
    """Each closed question, each answer: as many professionals as were drawn."""
    assert {*expected.ANSWERED, *expected.NOT_TOLD} == {*RESPONSE, "repéré", "besoins"}
    facts = played.facts
    found = {
        f"survey.{variable}.{code}": (
            told(facts, f"survey.{variable}.{code}"),
            totals["survey"].get(question, {}).get(own, 0),
        )
        for question, (variable, codes) in expected.ANSWERED.items()
        for own, code in codes.items()
    }
    assert len(found) == 51 and not differing(found)


def test_every_answer_on_the_situations(played: Played, truth: tuple[People, Internet]) -> None:
    facts = played.facts
    described = [one for one in truth[0].situations if one.source == "questionnaire"]
    found = {
        f"situations.{variable}.{code}": (
            told(facts, f"situations.{variable}.{code}"),
            sum(own in one.ticked[question] for one in described),
        )
        for question, (variable, codes) in expected.DESCRIBED.items()
        for own, code in codes.items()
    }
    assert len(found) == 65 and not differing(found)


def test_every_answer_in_persons(played: Played, truth: tuple[People, Internet]) -> None:
    """As the published rules count them; and what is true of the distinct persons lies within the bounds."""
    facts = played.facts
    sure = expected.in_prostitution(distinct(truth[0]))
    found, outside = {}, {}
    for question, own, fact_id in expected.of_persons(sure):
        found[fact_id] = (told(facts, fact_id), expected.persons(sure, question)[own])
        true = sum(one.truly(question).count(own) for one in sure)
        low, high = facts.loc[fact_id, ["low", "high"]].fillna(facts.at[fact_id, "value"])
        if not low <= true <= high:
            outside[fact_id] = (low, true, high)
    assert len(found) > 40 and not differing(found) and not outside


def test_every_count_in_words(played: Played, truth: tuple[People, Internet]) -> None:
    """Situation by situation: the smallest number named, and bounds that hold the true one."""
    people, _ = truth
    rows = played.table("collect/situations")
    forms = dict(zip(played.table("collect/responses")["response_id"], people.responses, strict=True))
    keys = [
        ("questionnaire", forms[name].number, number)
        for name, number in zip(rows["response_id"], rows["situation_number"], strict=True)
    ]
    told_there = played.table("collect/interview_situations")
    keys += [
        ("entretien", int(code.removeprefix("E")), number)
        for code, number in zip(told_there["interview_id.code"], told_there["situation_number.number"], strict=True)
    ]
    columns = ["persons_in_situation.study", "persons_in_situation.minimum", "persons_in_situation.maximum"]
    read = dict(zip(keys, pd.concat([rows, told_there])[columns].itertuples(index=False), strict=True))
    assert set(read) == {one.key for one in people.situations}
    for one in people.situations:
        study, low, high = read[one.key]
        text, least = expected.counted(one)
        if not text:
            assert pd.isna(study) and pd.isna(low), one.key
        else:
            assert study == least, (text, study)
            assert low <= one.persons and (pd.isna(high) or one.persons <= high), (text, low, high)


def test_sums_and_what_is_not_about_people(played: Played, totals: dict[str, Any]) -> None:
    facts = played.facts
    wanted = {
        "survey.responses": 41,
        "survey.professionals": 66,
        "pros.total_distinct": 66 + 37 - 5,
        "interviews.total": 17,
        "interviews.by_phone": 5,
        "shared.situations": totals["situations"],
        "shared.persons_concerned": totals["persons_named"],
        "ads.sites": 37,
        "ads.total": sum(totals["site_ads"].values()),
        "press.articles": 23,
        "partners.contacted": 80,
        "pathway.structures": 20,
        "demand.ads": 112,
        "forum.discussions": 69,
        "venues.high_risk": 8,
        "terms.read": sum(row[-1] is not None for row in ground.history()["conditions"][1:]),
        "outreach.2025.sms": 640,
        "outreach.2026.met": 7,
    }
    wanted |= {f"ads.site_count.{site}": count for site, count in totals["site_ads"].items() if count}
    assert not differing({fact_id: (told(facts, fact_id), value) for fact_id, value in wanted.items()})


def test_every_theme_of_what_is_written(played: Played, totals: dict[str, Any]) -> None:
    facts = played.facts
    found = {
        f"survey.{variable}.{code}": (told(facts, f"survey.{variable}.{code}"), totals["themes"][heading][own])
        for heading, (variable, codes) in expected.THEMES.items()
        for own, code in codes.items()
    }
    assert len(found) == 4 and not differing(found)
    noted = {code: totals["noted"][own] for own, code in expected.NOTED.items()}
    found = {code: (told(facts, f"interviews.themes.obstacles_themes.{code}"), n) for code, n in noted.items()}
    assert len(found) == 2 and not differing(found)
    assert facts.at["interviews.themes.obstacles_themes.time", "denominator"] == sum(noted.values())


def test_the_compliance_file_is_complete(played: Played) -> None:
    vault = played.project.path(f"vault/{STUDY}")
    files = compliance.contents(vault / compliance.FOLDER)
    assert not compliance.problems(files, dt.date(2026, 9, 15), dt.date(2026, 6, 30))


def test_a_question_that_the_form_did_not_have_is_no_zero(played: Played) -> None:
    """Nobody was asked what the form lacks, nor to tell a training done from one planned."""
    numbers = played.facts.index
    lacking = (
        "training_followed",
        "training_planned",
        "exchange",
        "pimp_relation",
        "admin_status",
        "fact_source",
        "year",
    )
    counted = ("survey", "situations", "persons")
    assert not [name for name in numbers if name.split(".")[0] in counted and name.split(".")[1] in lacking]
    unasked = ("pros.training_followed", "pimp.spouse", "pimp.parents", "pimp.network", "goods.housing_share")
    assert not numbers.intersection(unasked).tolist()


def test_the_coding_of_situations_is_joined(played: Played, truth: tuple[People, Internet]) -> None:
    """Factors, and communes: those with inhabitants enough to be named, and all of them together."""
    facts, sure = played.facts, expected.in_prostitution(distinct(truth[0]))
    factors, communes = expected.factors(sure), expected.located(sure)
    found = {f"vuln.{code}": (told(facts, f"vuln.{code}"), factors[own]) for own, code in expected.FACTORS.items()}
    found["vuln.none"] = (told(facts, "vuln.none"), sum(expected.counted(one)[1] for one in sure if not one.factors))
    found["located"] = (told(facts, "territory.persons.located"), communes.total())
    named = [code for code, inhabitants in zip(CODES, INHABITANTS, strict=True) if inhabitants >= NAMED]
    found |= {code: (told(facts, f"territory.persons.commune.{code}"), communes[code]) for code in named}
    assert len(named) == 6 and not differing(found)


def test_the_persons_and_the_pairs_that_the_team_decided(played: Played, totals: dict[str, Any]) -> None:
    facts, pairs = played.facts, played.table("consolidate/pairs")
    assert told(facts, "shared.situations_merged") == len(totals["same"]) == (pairs["status"] == "same").sum()
    for fact_id in ("shared.persons_concerned", "shared.persons_concerned_central"):
        assert facts.at[fact_id, "low"] <= totals["persons"] <= facts.at[fact_id, "high"]


def test_the_persons_whom_several_structures_know(played: Played, truth: tuple[People, Internet]) -> None:
    """Beside the enumeration, never in its place: what is true lies between the two bounds, and a model is named."""
    facts, situations = played.facts, truth[0].situations
    again = {one.again: one.ticked["ailleurs"] for one in situations if one.again}
    found = Counter[str]()
    for one in expected.in_prostitution(distinct(truth[0])):
        said = {*one.ticked["ailleurs"], *again.get(one.key, ())} - {"ne sait pas"}  # whoever of the two knows
        found.update(dict.fromkeys(said, expected.counted(one)[1]))
    codes = {own: code for own, code in expected.DESCRIBED["ailleurs"][1].items() if code != "dk"}
    assert not differing(
        {own: (told(facts, f"persons.known_by_others.{code}"), found[own]) for own, code in codes.items()}
    )
    once, whole = facts.loc["shared.persons_known_once"], facts.loc["shared.persons_concerned"]
    assert once["interval_kind"] == "model" and pd.isna(once["value"])
    weights = expected.WEIGHTS | {"trois ou plus": 1 / ground.CONTACTED, "ne sait pas": 1 / ground.CONTACTED}
    named = sum(expected.counted(one)[1] * weights[one.ticked["ailleurs"][0]] for one in situations)
    # « une dizaine » : 8. What pairs show of who is told twice does not cut it.
    assert once["high"] == whole["high"] and named - 2 <= once["low"] <= named < whole["low"]
    assert once["low"] <= sum(one.persons for one in distinct(truth[0])) <= once["high"]
    # Its limits stay with the team: nothing of it is printed, and no section is left without a number.
    assert "Connues de plusieurs structures" not in played.text("rapport.html")


def test_what_comes_and_goes_between_the_days_of_counting(played: Played) -> None:
    """Each day's number is that of the ads there; what stays, leaves and comes, and what was seen once, lies within limits."""
    facts, there = played.facts, team_waves.lived()[2]
    days = list(there)
    assert {day: told(facts, f"waves.ads.{day}") for day in days} == {day: len(there[day]) for day in days}
    true = {"waves.seen_once": len(set[int]().union(*there.values()))}
    for at, (one, other) in enumerate(pairwise(days), start=1):
        true |= {f"waves.gone.{at}": len(there[one] - there[other]), f"waves.new.{at}": len(there[other] - there[one])}
    outside = {name: n for name, n in true.items() if not facts.at[name, "low"] <= n <= facts.at[name, "high"]}
    assert len(true) == 5 and not outside
    assert facts.at["waves.total", "interval_kind"] == "model"
    page = played.text("rapport.html")
    assert all(shown in page for shown in (str(len(there[day])) for day in days)) and "Sous un modèle" in page


def test_the_persons_whom_one_service_met(played: Played) -> None:
    """For that service: in the team's ledger, in no document."""
    _, (service, start, _, once, twice, more) = ground.met()
    facts, name = played.facts, f"{str(service).lower()}.{start}"
    assert facts.at[f"contacts.met.{name}", "value"] == once + twice + more
    ledger = played.table("release/ledger").set_index("fact_id")
    assert ledger.at[f"contacts.met.{name}", "verdict"] == "withheld"


def test_every_ad_that_was_drawn_and_coded(played: Played, truth: tuple[People, Internet]) -> None:
    """Each place looked up: the ad that stands there, as its first coder read it, and all its copies."""
    ads, draw = truth[1], played.table("estimate/draw")
    pages = played.table("estimate/frame").set_index("stratum")["page_size"].dropna()
    stands = team_sample.standing(ads, draw, pages)
    codings = played.table("consolidate/codings")
    first = codings[codings["coder.code"] == CODERS[0]].set_index("ad_id.code")
    usable = played.table("estimate/usable").set_index("ad_id")
    assert set(first.index) == set(stands) and len(stands) >= DRAWN
    assert set(usable.index) == {ad for ad, at in stands.items() if isinstance(at, int)}
    for ad, at in stands.items():
        if isinstance(at, str):
            assert first.at[ad, "disposition.code"] == expected.PLACES[at]
            continue
        own = ads.profiles[ads.ads[at].person]
        for question, (variable, codes) in expected.CODED.items():
            assert first.at[ad, f"{variable}.code"] == codes[own[question]], (ad, question)
        assert usable.at[ad, "multiplicity"] == len([one for one in ads.ads if one.person == ads.ads[at].person])


def test_what_is_true_of_the_ads_lies_within_the_intervals(played: Played, truth: tuple[People, Internet]) -> None:
    """Persons behind the ads, and each share of the ads of the frame: of 95 % intervals, one in five at most misses."""
    facts, ads = played.facts, truth[1]
    persons = sum(expected.SHOWN.get(own["genre"], 1) for own in ads.profiles)
    assert facts.at["persons.total", "low"] <= persons <= facts.at["persons.total", "high"]
    assert facts.at["persons.total", "interval_kind"] == "model"  # nobody searched a second time
    missed, asked = [], 0
    for question, (variable, codes) in expected.CODED.items():
        said = [ads.profiles[ad.person][question] for ad in ads.ads]
        stated = [answer for answer in said if answer not in expected.UNSTATED]
        for own, code in codes.items():
            fact_id = f"profile.ad.{variable}.{code}"
            if own in expected.UNSTATED or fact_id not in facts.index:
                continue
            asked += 1
            low, high = facts.loc[fact_id, ["low", "high"]]
            if not low <= 100 * stated.count(own) / len(stated) <= high:
                missed.append(fact_id)
    assert asked >= 6 and 5 * len(missed) <= asked, missed


def test_ads_that_were_coded_before_are_counted(played: Played, tmp_path: Path) -> None:
    project = played.project.copy(tmp_path / "projet")
    team = Team(project.root, played.project.root.parent / "fichiers", lambda *a: project.diagnostic(*a).output)
    team.mapped(OWN_SAMPLE, "--remplacer")
    config = project.root / f"config/studies/{STUDY}.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("# coded_sample: by_site", "coded_sample: by_site"), encoding="utf-8"
    )
    assert told(of_project(project.root, STUDY).facts, "sample.coded") == DRAWN


def test_decisions_under_the_forms_numbers_are_joined(played: Played, totals: dict[str, Any], tmp_path: Path) -> None:
    project = played.project.copy(tmp_path / "projet")
    team = Team(project.root, played.project.root.parent / "fichiers", lambda *a: project.diagnostic(*a).output)
    team.mapped(OWN_PAIRS, "--remplacer")
    assert told(of_project(project.root, STUDY).facts, "shared.situations_merged") == len(totals["same"])


def test_the_project_ships_what_the_team_left(played: Played) -> None:
    """`python tests/team/team_study.py` writes it again."""
    left = team_study.shipped(played.project.root)
    there = {path for place in (team_study.RESOURCES, team_study.CONFIG / STUDY) for path in (ROOT / place).rglob("*")}
    assert {path.relative_to(ROOT) for path in there if path.is_file()} == set(left) - {
        team_study.CONFIG / f"{STUDY}.yaml"
    }
    assert [str(path) for path, content in left.items() if (ROOT / path).read_bytes() != content] == []


def test_the_report_is_there(played: Played) -> None:
    for name in (
        "rapport.html",
        "rapport.docx",
        "rapport.pdf",
        "dossier.html",
        "dossier.pdf",
        "synthese.pdf",
        "restitution.pptx",
        "tableaux.xlsx",
    ):
        assert played.project.path(f"results/{STUDY}/report/{name}").stat().st_size > 0, name


def test_what_the_team_had_to_do_is_recorded(played: Played) -> None:
    """Measured, not promised: the counts may only go down."""
    done = {"steps": len(played.steps), "edits": sum(played.edits.values())}
    if place := os.environ.get("DIAGNOSTIC_TEAM_EFFORT"):
        content = done | {"seconds": round(played.seconds, 1), "each": played.edits, "commands": played.steps}
        Path(place).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    assert done["steps"] <= STEPS and done["edits"] <= 32
