"""Findings of a study from its statements alone: which sentences are true, and in what order they are told. No exact
value, no verdict and no reason is read, so that a finding says nothing that the statements do not."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from diagnostic.core.french import capital, plural, typographic
from diagnostic.estimate.catalogue.entry import WIDE
from diagnostic.estimate.catalogue.ids import chosen, number_of
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.files.texts import FINDINGS, LINK, Fault, of_line
from diagnostic.findings.forms import WHOLE, between, cited, enveloped, form, limits, number, says_something, surely
from diagnostic.findings.sentences import FAMILIES, PUBLISHED_SENTENCES, REFERENCES, SENTENCES, Said, Sentence
from diagnostic.findings.wording import IN_TITLES, SIZES, above, before, careless, overstated, unsupported

PAGE = 9  # findings of page 1
MESSAGES, PAGE_ONE, CHAPTERS = "Trois messages", "L’essentiel", "Dans les chapitres"
MACRO = re.compile(r"\{(n|i|v|b|w|agree):([^{}|]+)(?:\|([^{}|]*)\|([^{}|]*))?\}")
YEAR = "_year"  # in the place of `_pct`: the year of a reference, where its source prints one
BRACKETED = re.compile(r" \(\{b:([^{}]+)\}\)")
UNDATED = " (années non demandées ou non dites)"  # in the place of the years of the facts, which are never left out
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


def computed(statements: pd.DataFrame, published: Collection[str] = ()) -> list[Finding]:
    """The findings of a study, from its `statements` (one row each): page 1, then those of chapters, then what is not
    known; persons first, and in a family the most certain and the largest first. `published`: the figures of an earlier
    publication that are printed again, by id: what it says is not said to be unknown."""
    facts = {said.statement_id: said for said in statements.itertuples()}
    names = [name for name, row in SENTENCES.items() if row.kind != "lacking" or row.of not in published]
    found = [finding for name in names if (finding := _finding(name, facts))]
    order = list(FAMILIES)
    ranked = sorted(found, key=lambda one: (order.index(one.family), -one.rank))
    known = [one for one in ranked if one.part != OPEN]
    # The names of page 1: as many of each family as it is worth, then, while there is room, the others. What is not
    # known of a family (one of `unknown` each) is on that page too, in the place of as many findings.
    unknown = [one.family for one in ranked if one.part == OPEN]
    before: dict[str, int] = {}
    worth: list[str] = []
    others: list[str] = []
    for one in known:
        before[one.family] = before.get(one.family, 0) + 1
        (worth if before[one.family] <= FAMILIES[one.family] - unknown.count(one.family) else others).append(one.name)
    first = set([*worth, *others][: PAGE - len(unknown)])
    return [
        *(replace(one, part=PAGE_ONE) for one in known if one.name in first),
        *(one for one in known if one.name not in first),
        *(one for one in ranked if one.part == OPEN),
    ]


def _finding(name: str, facts: Mapping[str, Statement]) -> Finding | None:
    """The finding that a sentence makes of these statements; None where it is not true of them, or says nothing."""
    row = SENTENCES[name]
    if _replaced(row, facts) or (row.where and not sayable(f"{{v:{row.where}}}", facts)):
        return None
    if row.kind == "lacking":
        return None if row.of in facts else _told(name, row, facts, OPEN, 0.0, "")
    if row.kind == "unknown":
        said = facts.get(row.of)
        open_ = said is not None and said.kind != "withheld" and said.printed_interval and not says_something(said)
        return _told(name, row, facts, OPEN, 0.0, "") if open_ else None
    if row.kind == "largest":
        return _largest(name, row, facts)
    if row.kind == "above" and not above(*(facts.get(one) for one in row.above)):
        return None
    cited = [fact for kind, fact in _cited(row.claim) if kind not in ("agree", "w")]
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


def _largest(name: str, row: Sentence, facts: Mapping[str, Statement]) -> Finding | None:
    """The one statement, or the two, surely above all others of a family."""
    among = (facts[name] for name in chosen(facts, row.among) if name not in row.but)
    family = [said for said in among if said.measure == "percent" and says_something(said)]
    family.sort(key=lambda said: -said.shown_value)
    if len(family) < 2 or not surely(family[0])[0] > row.least:
        return None
    words = [found[1] for said in family if (found := re.fullmatch(row.words, said.label))]
    first, second, *rest = family
    if before(first, second, facts):
        claim = row.claim
        why = f"le plus grand de {len(family)}"
    elif row.tied and rest and all(before(one, other, facts) for one in (first, second) for other in rest):
        claim = row.tied
        why = f"les deux plus grands de {len(family)}"
    else:
        return None
    claim = claim.replace("{first}", words[0]).replace("{second}", words[1])
    claim, *details = (
        text.replace(":first}", f":{first.statement_id}}}").replace(":second}", f":{second.statement_id}}}")
        for text in (claim, *row.details)
    )
    named = row.model_copy(update={"claim": claim, "details": tuple(details)})
    return _told(name, named, facts, CHAPTERS, _rank(row, first, facts)[0], why)


def _rank(row: Sentence, said: Statement, facts: Mapping[str, Statement]) -> tuple[float, str]:
    """How early a finding is told: by its size and certainty (a number: half), and how far it lies from its reference."""
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
    """Points between a share and its reference; 0 within limits, or where these rest on a model."""
    reference = facts.get(row.beside)
    if reference is None or math.isnan(reference.shown_value) or said.interval_kind == "model":
        return 0.0
    low, high = limits(said)
    return float(max(low - reference.shown_value, reference.shown_value - high, 0.0))


def _told(name: str, row: Sentence, facts: Mapping[str, Statement], part: str, rank: float, why: str) -> Finding | None:
    """The finding as it is told: each of its sentences is one that the team may sign as it is (`judged`), or None."""
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
    signed = [one for one in told if not any(problems(0, written(claim, one), facts, part == OPEN))]
    return Finding(name, row.family, part, claim, " ".join(signed), rank, why)


def signable(claim: str, facts: Mapping[str, Statement], part: str) -> bool:
    """Whether a claim has nothing that would be refused in the file of the team."""
    return not any(problems(0, written(claim), facts, part == OPEN))


def sayable(text: str, facts: Mapping[str, Statement]) -> bool:
    """Whether every statement that a sentence cites exists, may be printed and says something; of one cited by its limits
    alone, that it has some, however wide; of one cited without them (`v`), that it may be printed; of its part and its whole (`b`), that they
    are; of years (`w`), nothing: without any, that is said."""

    def holds(kind: str, said: Statement | None) -> bool:
        if kind == "w":
            return True
        if said is None or said.kind == "withheld":
            return False
        if kind == "b":
            return bool(said.printed_denominator)
        return bool(said.printed_interval) if kind == "i" else kind == "v" or says_something(said)

    return all(holds(kind, facts.get(fact)) for kind, fact in _cited(BRACKETED.sub("", text)))


def filled(text: str, facts: Mapping[str, Statement]) -> str:
    """A sentence with its numbers, as Markdown: each a link to its statement; a base in brackets goes if not printed."""
    text = BRACKETED.sub(lambda found: found[0] if facts[found[1]].printed_denominator else "", text)

    def put(found: re.Match[str]) -> str:
        kind, fact, one, many = found.groups()
        if kind == "w":
            return dated(cited("fact", facts[fact]) if fact in facts and facts[fact].kind != "withheld" else "")
        said = facts[fact]
        if kind == "agree":
            return plural(2 if math.isnan(said.shown_value) else limits(said)[1], one, many)
        written = {"n": number, "i": between}.get(kind)
        return written(said) if written else cited("fact" if kind == "v" else "base", said)

    return typographic(capital(MACRO.sub(put, text))).replace(" de environ", " d’environ")


def dated(years: str) -> str:
    """What follows a number of persons: the years of the facts, or that nobody knows them."""
    return f" (faits de {years})" if years else UNDATED


# -- Whether a finding may be printed -----------------------------------------------------------------------------
# The one rule for a line that a team wrote and for one that is proposed to it.
OPEN = "Ce que l’on ne sait pas"  # the part whose numbers may be wide
LINE = re.compile(r"- (?:\*\*(.+?)\*\*\s*)?(.*)")


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
        elif not (unknown or says_something(said) or (kind != "fact" and found.start() > claimed)):
            yield Fault(n, f"{fact} est trop large pour un constat ; le mettre sous « {OPEN} »")
        elif kind == "fact":
            yield from careless(n, said, line[: found.start()])
    told = [facts[fact] for _, _, fact in links if fact in facts]
    yield from unsupported(n, line, told, facts)
    yield from unsupported(n, finding[1] or "", told, facts, IN_TITLES[len(SIZES) :])
    yield from overstated(n, line, LINK, facts)


def miscited(text: str, citation: re.Pattern[str], facts: Mapping[str, Statement]) -> Iterator[Fault]:
    """What a text that cites statements says of them more than they do. `citation`: its groups are what is cited, « fact » or
    « interval », and the id; `facts`: the statements of the study, by id."""
    heading, under = (0, ""), list[Statement]()  # a title, and the statements cited in it and under it
    for n, line in enumerate([*text.splitlines(), "#"], 1):
        if line.startswith("#"):
            yield from unsupported(*heading, under, facts, IN_TITLES)
            heading, under = (n, line), []
        yield from overstated(n, line, citation, facts, named=("interval",))
        for found in citation.finditer(line):
            one = facts.get(found[2])
            if one is None:
                yield Fault(n, f"l’indicateur « {found[2]} » n’existe pas dans cette étude")
                continue
            under.append(one)
            if found[1] != "fact" or enveloped(one):  # which is printed with its envelope, and the word
                continue
            yield from careless(n, one, line[: found.start()])
            if one.measure == "percent" and one.printed_interval and not says_something(one):
                yield Fault(n, f"les bornes de {found[2]} n’apprennent rien ; dire que l’on ne sait pas")
            elif one.printed_interval and (limits := f"{{interval:{found[2]}}}") not in line:
                yield Fault(n, f"{found[2]} a un intervalle ; le dire sur la même ligne : {limits}")


def _typed(text: str) -> str:
    """A printed form whatever the spaces and apostrophes that a keyboard gave it."""
    return re.sub(r"\s+", " ", typographic(text)).strip()


# -- What an earlier publication prints and the study does not compute --------------------------------------------
# A sentence is told, before the study's own findings, where all that it cites may be printed.
PRINTED = re.compile(r"\{p:([^{}]+)\}")
YEARS = "shared.reference_years"
STATED = re.compile(r"\{v:([^{}]+)\}")


def reprinted(text: str, published: Mapping[str, str]) -> str:
    """A text with the figures that it cites of the publication, and the years of its facts (`{years}`)."""
    return PRINTED.sub(lambda found: published[found[1]], text.replace("{years}", dated(published.get(YEARS, ""))))


def said(statements: pd.DataFrame, published: Mapping[str, str]) -> list[Said]:
    """The sentences of a study, each number of the study a link to its statement.

    `statements`: one row each; `published`: the figures of the publication that the study does not compute, as printed, by id.
    """
    facts = {one.statement_id: one for one in statements.itertuples() if one.kind != "withheld"}

    def told(text: str) -> str:
        return filled(reprinted(text, published), facts)

    return [
        Said(text=told(one.text), tile=told(one.tile), words=typographic(reprinted(one.words, published)))
        for one in PUBLISHED_SENTENCES
        if set(PRINTED.findall(one.text)) <= published.keys() and set(STATED.findall(one.text)) <= facts.keys()
    ]
