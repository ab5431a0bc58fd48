"""A sentence that could not say its number is not there: every chapter with every fact absent, in turn and at random; and of
each way of choosing ads, and of a coding that has only begun, what may be said and nothing else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import ledgers
import pandas as pd
import pytest
from begun import STATES, begun
from drawn import always, cases
from hypothesis import given, settings
from hypothesis import strategies as st
from own import SMALL
from replay import config, released

from diagnostic.collect.answers import DESCRIBED, SAMPLES
from diagnostic.core.unsaid import MARK, UNSAID, spoken
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report.assemble import assemble
from diagnostic.report.tables import TABLES
from diagnostic.study.words import study_words

REPORT = Path(__file__).parents[2] / "report"
TEMPLATES = {f"chapitre_{path.stem}": path.read_bytes() for path in (REPORT / "chapitres").glob("*.qmd")}
TEMPLATES["rapport"] = (REPORT / "rapport.qmd").read_bytes()
SOURCE = "\n".join(text.decode() for text in TEMPLATES.values())
NAMED = sorted(set(re.findall(r'"((?:[a-z_]+\d*\.)+[a-z0-9_]*[a-z0-9])"', SOURCE)) - {"actions.csv"})
SPAN = re.compile(r'\[([^\]]*)\]\{\.fact[^}]*fact="([^"]+)"\}')
EMPTY = (r"\( ?[),;.]", r"\b(?:de|des|à|et|sur|parmi|soit) ?[,.;)]", r" ,", r"«\s*»", r": ?[.;]", r"^[-*] *$")
ABSENCES = {  # what says that there is nothing → the fact that makes it false
    "Aucun site n’a été compté": "ads.total",
    "pas d’échantillon à tirer": "ads.sample_size",
    "n’est pas codé dans cette édition": "sample.coded",
    "Cette étude n’en a pas encore": "sample.coded",
    "ne disent pas qui a été sollicité": "partners.contacted",
    "n’ont pas été recensées": "pathway.structures",
}


def told(statements: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> str:
    return assemble(
        **tables | {"statements": statements},
        figures=TABLES["figures"].empty(),
        lineage=RELEASED["lineage"].empty(),
        **ledgers.shelf(),
        areas=ledgers.ground()["areas"],
        source=ledgers.ground()["source"],
        study=study_words(config(), SMALL),
        **TEMPLATES,
    )["qmd"]


@cache
def whole() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """A study that has every fact that a template names, and the lists of a publication and of a press review beside."""
    tables = released("62-2020")
    own = [tables["statements"], released(SMALL)["statements"]]
    facts = pd.concat(own, ignore_index=True).drop_duplicates("statement_id")
    others = [one for one in NAMED if one not in set(facts["statement_id"]) and not one.endswith("_pct")]
    shares = [one for one in NAMED if one not in set(facts["statement_id"]) and one.endswith("_pct")]
    limits = {"low": 30, "high": 50, "interval_kind": "bounds"}
    rows = [{"fact_id": one, "label": f"indicateur : {one}", "value": 40} | limits for one in others]
    rows += [
        {"fact_id": one, "label": f"indicateur : {one}", "value": 40, "measure": "percent"} | limits for one in shares
    ]
    return pd.concat([facts, ledgers.statements(rows)], ignore_index=True), tables


def faults(text: str, ids: set[str]) -> list[str]:
    """What is said of nothing, or of what is not there."""
    body = text.partition("``` {.carte")[0]
    prose = [SPAN.sub(r"\1", line) for line in body.splitlines() if not line.startswith(("|", "$$", ": "))]
    found = [line for line in prose if any(re.search(one, line) for one in EMPTY)]
    here = set(re.findall(r"\{[^{}\n]*#([\w-]+)", body))
    found += [f"@{one}" for one in re.findall(r"@((?:sec|tbl|fig|eq)-[\w-]*\w)", body) if one not in here]
    found += [f"#{one}" for one in re.findall(r"\(\w*\.?\w*#(sec-[\w-]+)\)", body) if one not in here]
    found += [said for said, fact in ABSENCES.items() if said in body and fact in ids]
    lines = [line for line in body.splitlines() if line.strip()]
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        level = len(line) - len(line.lstrip("#")) if re.match("#+ ", line) else 0
        other = len(after) - len(after.lstrip("#")) if re.match("#+ ", after) else 0
        if level and (not after or re.fullmatch(":{3,}", after.strip()) or 0 < other <= level):
            found.append(f"nothing under {line}")
    printed = {fact for _, fact in SPAN.findall(body)}
    cards = set(re.findall(r'^``` \{\.carte fact="([^"]+)"\}', text, re.MULTILINE))
    found += [f"{one} is printed, and absent" for one in printed - ids]
    return found + [f"no card of {one}" for one in printed - cards] + [MARK] * (MARK in text)


def without(dropped: set[str]) -> list[str]:
    facts, tables = whole()
    kept = facts[~facts["statement_id"].isin(dropped)]
    return faults(told(kept, tables), set(kept["statement_id"]))


def families() -> list[str]:
    return sorted({one.partition(".")[0] for one in NAMED})


@pytest.mark.slow
def test_a_study_that_has_every_fact_is_told_whole() -> None:
    facts, tables = whole()
    text = told(facts, tables)
    assert faults(text, set(facts["statement_id"])) == []
    assert len({fact for _, fact in SPAN.findall(text)} & set(NAMED)) > 100


@pytest.mark.slow
def test_a_study_without_any_fact_has_its_chapters_and_says_what_is_not_known() -> None:
    facts, tables = whole()
    text = told(facts[:0], tables)
    assert faults(text, set()) == []
    assert "Aucun site n’a été compté" in text and not SPAN.findall(text)


@pytest.mark.slow  # the next test has any of them
@pytest.mark.parametrize("family", families()[::2])
def test_a_family_that_is_absent_takes_its_sentences_with_it(family: str) -> None:
    assert without({one for one in whole()[0]["statement_id"] if one.startswith(f"{family}.")}) == []


@pytest.mark.slow
@settings(max_examples=cases(10))
@given(st.sets(st.sampled_from(NAMED), min_size=1, max_size=60))
def test_any_facts_may_be_absent(dropped: set[str]) -> None:
    assert without(dropped) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Un. Deux {MARK} trois. Quatre.", "Un. Quatre."),
        (f"- **Un.** Deux {MARK}.", "- **Un.**"),
        (f"a\n- Deux {MARK}.\nb", "a\nb"),
        (f"# Un {{#sec-un}}\n\nDeux {MARK}.\n\n# Trois\n\nQuatre (@sec-un).", "# Trois\n\nQuatre."),
        ("Voir le @tbl-rien. Et [le dossier](dossier.html#sec-rien), [ici](#sec-rien).", "Et [le dossier](dossier.html), ici."),
        (f"Un {MARK}[^a]. Deux.\n\n[^a]: Trois.", "Deux."),
        ("## Un\n\n### Deux\n\nTrois.", "## Un\n\n### Deux\n\nTrois."),
        ('[7,5]{.fact fact="a.b"} sites. M. X. Fin.', '[7,5]{.fact fact="a.b"} sites. M. X. Fin.'),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_left_out_whole(text: str, left: str) -> None:
    assert re.sub(r"\n{2,}", "\n\n", spoken(text)).strip() == left and not UNSAID


# Of the ads that were coded: what each way of choosing them may say, and may not.
OURS = "tirée"
SAID = {
    None: ("tirées au sort parmi", "La marge"),
    "simple": ("de son propre tirage au sort, fait dans la liste entière", "La marge"),
    "by_site": ("de son propre tirage au sort, fait dans chaque site", "La marge"),
    "convenience": ("au fil de sa lecture, sans tirage au sort", "ni poids, ni marge, ni intervalle"),
    "two_stage": ("de son propre tirage au sort, fait à deux degrés", "erreur de tirage"),
    "sites": ("de son propre tirage au sort, fait de sites du registre", "erreur de tirage"),
}
FORBIDDEN = {
    **dict.fromkeys(
        ("simple", "by_site", "two_stage", "sites"), r"places tirées|tirées au sort parmi|le champ du tirage"
    ),
    **dict.fromkeys(
        DESCRIBED,
        r"tirée?s? au sort parmi|annonces?, tirée|place[^.]* tirée|échantillonnage|[Mm]arge (?:d|est|de)|représente d’autres|"
        r"pondérée|incertitudes mesurées|erreur de tirage",
    ),
}
PARTS = (
    "sec-echantillon",
    "sec-profils",
    "sec-personnes-annonces",
    "sec-echantillon-dossier",
    "sec-codage",
    "sec-accord",
)


def of_the_sample(text: str) -> str:
    """The sections about the coded ads, without what reads as a link."""
    body = SPAN.sub(r"\1", text.partition("``` {.carte")[0])
    sections = re.split(r"^(?=#+ )", body, flags=re.MULTILINE)
    return "\n".join(one for one in sections if any(f"#{part}}}" in one.split("\n")[0] for part in PARTS))


@pytest.mark.parametrize("design", always(0, [(one,) for one in reversed(SAID)]))
def test_each_way_of_choosing_ads_is_said_as_it_is(design: str | None) -> None:
    tables = begun("whole", design).released()
    text = told(tables["statements"], tables)
    said = of_the_sample(text)
    assert faults(text, set(tables["statements"]["statement_id"])) == []
    assert all(words in said for words in SAID[design])
    if design:
        assert re.findall(FORBIDDEN[design], said) == []
    if design in DESCRIBED:
        own = tables["statements"][
            tables["statements"]["statement_id"].str.match(r"sample\.|agreement\.|persons\.|profile\.ad")
        ]
        own = own[~own["envelope_causes"].str.startswith(ROUNDING)]  # of the persons described
        assert (
            own["printed_interval"].eq("").all()
            and not tables["statements"]["statement_id"].str.contains("margin").any()
        )


# Every state of the project's own draw, and of each other choice three; `estimate/test_coding_begun.py` has the numbers of all.
LATER = [one for one in STATES if one != "whole"]
TOLD = [(None, one) for one in LATER]
TOLD += [(design, one) for at, design in enumerate(SAMPLES) for one in LATER[at::5]]


@pytest.mark.parametrize(("design", "state"), always(0, TOLD))  # `test_any_facts_may_be_absent` has any of them
def test_a_coding_that_has_begun_is_told_as_far_as_it_goes(design: str | None, state: str) -> None:
    tables = begun(state, design).released()
    text = told(tables["statements"], tables)
    assert faults(text, set(tables["statements"]["statement_id"])) == []
    if design in DESCRIBED:
        assert re.findall(FORBIDDEN[design], of_the_sample(text)) == []
