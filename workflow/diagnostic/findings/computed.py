"""Findings of a study from its statements alone: which sentences are true, and in what order they are told.

Whether a sentence may be said, and before which others, follows from printed forms and claims: no exact value, no verdict and
no reason is read, so that a finding says nothing that the statements do not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from diagnostic.core.french import capital, plural, typographic
from diagnostic.estimate.catalogue.entry import WIDE
from diagnostic.estimate.catalogue.ids import chosen, number_of
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.files.texts import FINDINGS, LINK, Fault, of_line
from diagnostic.findings.forms import (
    ABOUT,
    AT_MOST,
    WHOLE,
    about,
    between,
    cited,
    form,
    limits,
    number,
    says_something,
    surely,
)
from diagnostic.findings.sentences import ABOVE, FAMILIES, LACKING, LARGEST, REFERENCES, SENTENCES, UNKNOWN, Sentence

PAGE = 9  # findings of page 1
ONE_SENTENCE, PAGE_ONE, CHAPTERS = "En une phrase", "L’essentiel", "Dans les chapitres"
MACRO = re.compile(r"\{(n|i|v|b|agree):([^{}|]+)(?:\|([^{}|]*)\|([^{}|]*))?\}")
YEAR = "_year"  # in the place of `_pct`: the year of a reference, where its source prints one
APART = "La référence nationale citée, {n:%s} %s (%s), ne mesure pas la même chose."


@dataclass(frozen=True)
class Finding:
    """One finding: a claim and what goes with it, in Markdown; a number is a link, its printed form to `fact:id`,
    `interval:id`, `base:id` or `claim:id`. `part` is where it stands; `why`, for the team, what ranked it."""

    name: str
    family: str
    part: str
    claim: str
    detail: str
    rank: float
    why: str


def computed(statements: pd.DataFrame) -> list[Finding]:
    """The findings of a study, from its `statements` (one row each): page 1, then those of chapters, then what is not
    known; persons first, and in a family the most certain and the largest first."""
    facts = {said.statement_id: said for said in statements.itertuples()}
    found = [finding for name in SENTENCES if (finding := _finding(name, facts))]
    order = list(FAMILIES)
    ranked = sorted(found, key=lambda one: (order.index(one.family), -one.rank))
    known = [one for one in ranked if one.part != OPEN]
    first = _page_one(known, [one.family for one in ranked if one.part == OPEN])
    return [
        *(replace(one, part=PAGE_ONE) for one in known if one.name in first),
        *(one for one in known if one.name not in first),
        *(one for one in ranked if one.part == OPEN),
    ]


def _page_one(ranked: list[Finding], unknown: list[str]) -> set[str]:
    """The names of page 1: as many of each family as it is worth, then, while there is room, the others. What is not known of
    a family (one of `unknown` each) is on that page too, in the place of as many findings."""
    before: dict[str, int] = {}
    worth: list[str] = []
    others: list[str] = []
    for one in ranked:
        before[one.family] = before.get(one.family, 0) + 1
        (worth if before[one.family] <= FAMILIES[one.family] - unknown.count(one.family) else others).append(one.name)
    return set([*worth, *others][: PAGE - len(unknown)])


def _finding(name: str, facts: Mapping[str, Statement]) -> Finding | None:
    """The finding that a sentence makes of these statements; None where it is not true of them, or says nothing."""
    row = SENTENCES[name]
    if _replaced(row, facts):
        return None
    if row.kind == LACKING:
        return None if row.of in facts else _told(name, row, facts, OPEN, 0.0, "")
    if row.kind == UNKNOWN:
        said = facts.get(row.of)
        open_ = said is not None and said.kind != "withheld" and said.printed_interval and not says_something(said)
        return _told(name, row, facts, OPEN, 0.0, "") if open_ else None
    if row.kind == LARGEST:
        return _largest(name, row, facts)
    if row.kind == ABOVE and not _above(*(facts.get(one) for one in row.above)):
        return None
    cited = [fact for kind, fact in _cited(row.claim) if kind != "agree"]
    if not all(fact in facts and says_something(facts[fact]) for fact in cited):
        return None
    lead = facts[cited[0]]
    if row.least and not surely(lead)[0] > row.least:
        return None
    rank, why = _rank(row, lead, facts)
    return _told(name, row, facts, CHAPTERS, rank, why)


def _replaced(row: Sentence, facts: Mapping[str, Statement]) -> bool:
    """Whether another sentence is told in the place of this one, or of that other."""
    other = SENTENCES.get(row.instead)
    return other is not None and (_replaced(other, facts) or _finding(row.instead, facts) is not None)


def _cited(text: str) -> list[tuple[str, str]]:
    return [(kind, fact) for kind, fact, *_ in MACRO.findall(text)]


def _above(one: Statement | None, other: Statement | None) -> bool:
    """Whether the first statement is surely above the second; of two that are « jusqu’à », printed without limits, nobody knows."""
    if one is None or other is None or not (says_something(one) and says_something(other)):
        return False
    if any(about(said) == AT_MOST and not said.printed_interval for said in (one, other)):
        return False  # how many it counts at least is not printed, and a blank may hide more
    return bool(surely(one)[0] > surely(other)[1])


def _largest(name: str, row: Sentence, facts: Mapping[str, Statement]) -> Finding | None:
    """The one statement, or the two, surely above all others of a family."""
    among = (facts[name] for name in chosen(facts, row.among) if name not in row.but)
    family = [said for said in among if said.measure == "percent" and says_something(said)]
    family.sort(key=lambda said: -said.shown_value)
    if len(family) < 2 or not surely(family[0])[0] > row.least:
        return None
    words = [found[1] for said in family if (found := re.fullmatch(row.words, said.label))]
    first, second, *rest = family
    if _above(first, second):
        claim = row.claim
        why = f"le plus grand de {len(family)}"
    elif row.tied and rest and all(_above(one, other) for one in (first, second) for other in rest):
        claim = row.tied
        why = f"les deux plus grands de {len(family)}"
    else:
        return None
    named = replace(
        row,
        claim=claim.replace("{first}", words[0])
        .replace("{second}", words[1])
        .replace(":first}", f":{first.statement_id}}}"),
        details=tuple(one.replace(":first}", f":{first.statement_id}}}") for one in row.details),
    )
    return _told(name, named, facts, CHAPTERS, _rank(row, first, facts)[0], why)


def _rank(row: Sentence, said: Statement, facts: Mapping[str, Statement]) -> tuple[float, str]:
    """How early a finding is told: by its size and its certainty, and by how far it lies from its reference."""
    if row.first:
        return math.inf, "dit d’abord"
    if said.measure != "percent":
        return 0.5, "un nombre"
    low, high = limits(said)
    rank = (1 - (high - low) / WIDE) * said.shown_value / 100
    why = (
        "sous un modèle"
        if said.interval_kind == "model"
        else "exact"
        if high - low <= WHOLE
        else f"à {math.ceil(high - low)} points près"
    )
    away = _away(row, said, facts)
    return rank + away / 100, f"{why}, à {math.ceil(away)} points de la référence" if away else why


def _away(row: Sentence, said: Statement, facts: Mapping[str, Statement]) -> float:
    """Points between a share and its reference; 0 where the reference lies within its limits, where these rest on a model, or
    there is none."""
    reference = facts.get(row.beside)
    if reference is None or math.isnan(reference.shown_value) or said.interval_kind == "model":
        return 0.0
    low, high = limits(said)
    return float(max(low - reference.shown_value, reference.shown_value - high, 0.0))


def _told(name: str, row: Sentence, facts: Mapping[str, Statement], part: str, rank: float, why: str) -> Finding | None:
    """The finding as it is told: each of its sentences is one that the team may sign as it is (`judged`); None where the claim
    itself is not."""
    claim = filled(row.claim, facts)
    if not signable(claim, facts, part):
        return None
    lead = facts.get(_cited(row.claim)[0][1]) if _cited(row.claim) else None
    details = list(row.details)
    if lead is not None and _away(row, lead, facts):
        year = number_of(row.beside) + YEAR
        details.append(
            APART % (row.beside, REFERENCES[row.beside], f"{{n:{year}}}" if year in facts else "année non précisée")
        )
    told = [filled(one, facts) for one in details if sayable(one, facts)]
    if not any(kind == "i" for one in details if sayable(one, facts) for kind, _ in _cited(one)):
        told += _rounding([facts[fact] for kind, fact in _cited(row.claim) if kind == "n"])
    signed = [one for one in told if not any(problems(0, written(claim, one), facts, part == OPEN))]
    return Finding(name, row.family, part, claim, " ".join(signed), rank, why)


def signable(claim: str, facts: Mapping[str, Statement], part: str) -> bool:
    """Whether a claim has nothing that would be refused in the file of the team."""
    return not any(problems(0, written(claim), facts, part == OPEN))


def _rounding(said: Iterable[Statement]) -> Iterator[str]:
    """What each rounded number of a claim stands for, where it has no interval of its own."""
    rounded = [one for one in said if not one.printed_interval and about(one) == ABOUT]
    ranges = [f"{number(one)} veut dire de {cited('claim', one)}" for one in rounded]
    if ranges:
        yield f"{capital(', et '.join(ranges))}."


def sayable(text: str, facts: Mapping[str, Statement]) -> bool:
    """Whether every statement that a sentence cites exists, may be printed and says something; of one cited by its limits
    alone, that it has some, however wide; of one cited without them (`v`), that it may be printed; of its part and its whole (`b`), that they
    are."""

    def holds(kind: str, said: Statement | None) -> bool:
        if said is None or said.kind == "withheld":
            return False
        if kind == "b":
            return bool(said.printed_denominator)
        return bool(said.printed_interval) if kind == "i" else kind == "v" or says_something(said)

    return all(holds(kind, facts.get(fact)) for kind, fact in _cited(text))


def filled(text: str, facts: Mapping[str, Statement]) -> str:
    """A sentence with its numbers, as Markdown: each a link to its statement."""

    def put(found: re.Match[str]) -> str:
        kind, fact, one, many = found.groups()
        said = facts[fact]
        if kind == "agree":
            return plural(2 if math.isnan(said.shown_value) else limits(said)[1], one, many)
        written = {"n": number, "i": between}.get(kind)
        return written(said) if written else cited("fact" if kind == "v" else "base", said)

    return typographic(capital(MACRO.sub(put, text))).replace(" de environ", " d’environ")


# -- Whether a finding may be printed -----------------------------------------------------------------------------
# The one rule for a line that a team wrote and for one that is proposed to it.
OPEN = "Ce que l’on ne sait pas"  # the part whose numbers may be wide
LINE = re.compile(r"- (?:\*\*(.+?)\*\*\s*)?(.*)")
MOST = re.compile(r"\b(plupart|majorit\w+|plus d(?:e la|’une) moitié)\b", re.IGNORECASE)
LEAST = re.compile(r"\bminorit\w+\b", re.IGNORECASE)
NEARLY_ALWAYS = re.compile(r"\b(presque toujours|presque tou(?:s|tes|·tes)|quasi-totalité)\b", re.IGNORECASE)
OFTEN = re.compile(r"\b(souvent|fréquemment|fréquente?s?)\b", re.IGNORECASE)
SELDOM = re.compile(r"\brarement\b", re.IGNORECASE)
HALF, NEARLY = 50.0, 80.0
SIZES = ((MOST, HALF, None), (LEAST, None, HALF))  # words of size, and what a share has to be above, or under
IN_TITLES = (*SIZES, (NEARLY_ALWAYS, NEARLY, None), (OFTEN, HALF, None), (SELDOM, None, HALF))
CAREFUL = {
    AT_MOST: (AT_MOST,),
    ABOUT: (ABOUT, "à peu près", "autour de"),
}  # what may stand before a number that is not exact


def written(claim: str, detail: str = "") -> str:
    """One finding as a line of the file."""
    end = "" if claim.endswith(("?", "!")) else "."
    return f"- **{claim}{end}** {detail}".rstrip()


def problems(n: int, line: str, facts: Mapping[str, Statement], unknown: bool = False) -> Iterator[Fault]:
    """What keeps a finding, line `n` of its file, from being printed: what no text may hold, and the numbers that its
    statements (`facts`, by id) do not, or no longer, say. `unknown`: it tells what is not known, which may be wide."""
    finding = LINE.fullmatch(line)
    if finding is None:
        yield Fault(n, "ce n’est pas un constat ; écrire « - **Le constat.** Ce qui l’explique. » sur une ligne")
        return
    yield from of_line(FINDINGS, n, line)
    claimed = finding.end(1) if finding[1] else len(line)  # what follows explains: limits told there may be wide
    links = LINK.findall(line)
    told_intervals = {fact for _, kind, fact in links if kind == "interval"}
    for found in LINK.finditer(line):
        text, kind, fact = found.groups()
        said = facts.get(fact)
        if said is None:
            yield Fault(n, f"l’indicateur « {fact} » n’existe pas dans cette étude")
            continue
        now = form(kind, said)
        if _typed(text) != _typed(now):
            yield Fault(
                n, f"« {text} » ne correspond plus à {fact}, qui dit « {now or 'aucun intervalle'} » ; relire la phrase"
            )
        elif said.kind == "withheld":
            yield Fault(n, f"{fact} n’est pas publié")
        elif kind == "fact" and said.printed_interval and fact not in told_intervals:
            yield Fault(n, f"{fact} a un intervalle ; le dire : {cited('interval', said)}")
        elif kind == "interval" and said.interval_kind == "model" and "modèle" not in line:
            yield Fault(n, f"les limites de {fact} reposent sur une hypothèse ; le dire : « sous un modèle »")
        elif not (unknown or says_something(said) or (kind != "fact" and found.start() > claimed)):
            yield Fault(n, f"{fact} est trop large pour un constat ; le mettre sous « {OPEN} »")
        elif kind == "fact":
            yield from careless(n, said, line[: found.start()])
    told = [facts[fact] for _, _, fact in links if fact in facts]
    yield from unsupported(n, line, told)
    yield from unsupported(n, finding[1] or "", told, IN_TITLES[len(SIZES) :])


def miscited(text: str, citation: re.Pattern[str], said: Callable[[str], Any]) -> Iterator[Fault]:
    """What a text that cites statements says of them more than they do. `citation`: its groups are what is cited, « fact » or
    « interval », and the id; `said`: the statement, None where the study has none."""
    heading, under = (0, ""), list[Statement]()  # a title, and the statements cited in it and under it
    for n, line in enumerate([*text.splitlines(), "#"], 1):
        if line.startswith("#"):
            yield from unsupported(*heading, under, IN_TITLES)
            heading, under = (n, line), []
        for found in citation.finditer(line):
            one = said(found[2])
            if one is None:
                yield Fault(n, f"l’indicateur « {found[2]} » n’existe pas dans cette étude")
                continue
            under.append(one)
            if found[1] != "fact":
                continue
            yield from careless(n, one, line[: found.start()])
            if one.measure == "percent" and one.printed_interval and not says_something(one):
                yield Fault(n, f"les bornes de {found[2]} n’apprennent rien ; dire que l’on ne sait pas")
            elif one.printed_interval and (limits := f"{{interval:{found[2]}}}") not in line:
                yield Fault(n, f"{found[2]} a un intervalle ; le dire sur la même ligne : {limits}")


def careless(n: int, said: Statement, before: str) -> Iterator[Fault]:
    """A number that is not exact, printed without limits, where what stands `before` it does not say so as it has to."""
    word = "" if said.printed_interval or said.kind == "withheld" else about(said)
    if word and not before.rstrip().lower().endswith(CAREFUL[word]):
        yield Fault(n, f"{said.statement_id} se dit « {word} » : ce n’est pas un nombre exact ; l’écrire avant lui")


def _typed(text: str) -> str:
    """A printed form whatever the spaces and apostrophes that a keyboard gave it."""
    return re.sub(r"\s+", " ", typographic(text)).strip()


def unsupported(
    n: int,
    text: str,
    said: Iterable[Statement],
    words: Iterable[tuple[re.Pattern[str], float | None, float | None]] = SIZES,
) -> Iterator[Fault]:
    """A word of size that none of these shares bears out. One said « jusqu’à » bears out none: how many it counts at least is
    not printed, and a blank may hide more."""
    shares = [
        limits(one)
        for one in said
        if one.measure == "percent" and one.kind != "withheld" and (one.printed_interval or about(one) != AT_MOST)
    ]
    for pattern, above, under in words:
        found = pattern.search(text)
        if found and not any((above or -math.inf) < low and high < (under or math.inf) for low, high in shares):
            yield Fault(n, f"« {found[0]} » n’est appuyé par aucune part qui s’y lit ; l’écrire autrement")


# -- What an earlier publication prints and the study does not compute --------------------------------------------
# The sentences that come before its own findings.
#
# `{p:id}` is a figure as the publication prints it, `{v:id}` the number of a statement, whose limits are told among
# what is not known. A sentence is told where all that it cites may be printed.
PRINTED = re.compile(r"\{p:([^{}]+)\}")
STATED = re.compile(r"\{v:([^{}]+)\}")


@dataclass(frozen=True)
class Said:
    """One line of page 1, in Markdown; `tile`: its number that stands first in the synthesis, `words`: what that counts."""

    text: str
    tile: str
    words: str


PUBLISHED_SENTENCES = (
    Said(
        "Les professionnel·les ont décrit {p:shared.persons_concerned} personnes concernées au moins, dont "
        "{p:shared.persons_prostitution} en situation de prostitution probable ou avérée",
        "{p:shared.persons_concerned}",
        "personnes concernées au moins, décrites par les professionnel·les",
    ),
    Said(
        "Ont contribué {p:pros.total_distinct} professionnel·les ; {p:law.commission_unaware_pct} des répondant·es ignoraient la "
        "commission départementale, {p:law.pathway_unaware_pct} le parcours de sortie, et {p:needs.training_pct} "
        "demandent une formation",
        "{p:law.commission_unaware_pct}",
        "des répondant·es ignoraient la commission départementale",
    ),
    Said(
        "Cinq agglomérations réunissent {p:ads.five_cities_pct} des annonces. Derrière toutes les annonces, "
        "{v:ads.persons_estimate} personnes ({p:ads.duplicate_rate_pct} de doublons) : ce nombre n’est pas établi",
        "{p:ads.five_cities_pct}",
        "des annonces dans cinq agglomérations",
    ),
)


def said(statements: pd.DataFrame, published: Mapping[str, str]) -> list[Said]:
    """The sentences of a study, each number of the study a link to its statement.

    `statements`: one row each; `published`: the figures of the publication that the study does not compute, as printed, by id.
    """
    facts = {one.statement_id: one for one in statements.itertuples() if one.kind != "withheld"}

    def told(text: str) -> str:
        text = PRINTED.sub(lambda found: published[found[1]], text)
        return filled(text, facts)

    return [
        Said(told(one.text), told(one.tile), typographic(one.words))
        for one in PUBLISHED_SENTENCES
        if set(PRINTED.findall(one.text)) <= published.keys() and set(STATED.findall(one.text)) <= facts.keys()
    ]
