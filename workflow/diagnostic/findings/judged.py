"""Whether a finding may be printed: the one rule for a line that a team wrote and for one that is proposed to it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from diagnostic.core.french import typographic
from diagnostic.files.lint import Problem
from diagnostic.files.texts import FINDINGS, LINK, of_line
from diagnostic.findings.forms import ABOUT, AT_MOST, about, cited, form, limits, says_something

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


def problems(n: int, line: str, facts: Mapping[str, Any], unknown: bool = False) -> Iterator[Problem]:
    """What keeps a finding, line `n` of its file, from being printed: what no text may hold, and the numbers that its
    statements (`facts`, by id) do not, or no longer, say. `unknown`: it tells what is not known, which may be wide."""
    finding = LINE.fullmatch(line)
    if finding is None:
        yield Problem(n, "ce n’est pas un constat ; écrire « - **Le constat.** Ce qui l’explique. » sur une ligne")
        return
    yield from of_line(FINDINGS, n, line)
    claimed = finding.end(1) if finding[1] else len(line)  # what follows explains: limits told there may be wide
    links = LINK.findall(line)
    told_intervals = {fact for _, kind, fact in links if kind == "interval"}
    for found in LINK.finditer(line):
        text, kind, fact = found.groups()
        said = facts.get(fact)
        if said is None:
            yield Problem(n, f"l’indicateur « {fact} » n’existe pas dans cette étude")
            continue
        now = form(kind, said)
        if _typed(text) != _typed(now):
            yield Problem(
                n, f"« {text} » ne correspond plus à {fact}, qui dit « {now or 'aucun intervalle'} » ; relire la phrase"
            )
        elif said.kind == "withheld":
            yield Problem(n, f"{fact} n’est pas publié")
        elif kind == "fact" and said.printed_interval and fact not in told_intervals:
            yield Problem(n, f"{fact} a un intervalle ; le dire : {cited('interval', said)}")
        elif kind == "interval" and said.interval_kind == "model" and "modèle" not in line:
            yield Problem(n, f"les limites de {fact} reposent sur une hypothèse ; le dire : « sous un modèle »")
        elif not (unknown or says_something(said) or (kind != "fact" and found.start() > claimed)):
            yield Problem(n, f"{fact} est trop large pour un constat ; le mettre sous « {OPEN} »")
        elif kind == "fact":
            yield from careless(n, said, line[: found.start()])
    told = [facts[fact] for _, _, fact in links if fact in facts]
    yield from unsupported(n, line, told)
    yield from unsupported(n, finding[1] or "", told, IN_TITLES[len(SIZES) :])


def miscited(text: str, citation: re.Pattern[str], said: Callable[[str], Any]) -> Iterator[Problem]:
    """What a text that cites statements says of them more than they do. `citation`: its groups are what is cited, « fact » or
    « interval », and the id; `said`: the statement, None where the study has none."""
    heading, under = (0, ""), list[Any]()  # a title, and the statements cited in it and under it
    for n, line in enumerate([*text.splitlines(), "#"], 1):
        if line.startswith("#"):
            yield from unsupported(*heading, under, IN_TITLES)
            heading, under = (n, line), []
        for found in citation.finditer(line):
            one = said(found[2])
            if one is None:
                yield Problem(n, f"l’indicateur « {found[2]} » n’existe pas dans cette étude")
                continue
            under.append(one)
            if found[1] != "fact":
                continue
            yield from careless(n, one, line[: found.start()])
            if one.measure == "percent" and one.printed_interval and not says_something(one):
                yield Problem(n, f"les bornes de {found[2]} n’apprennent rien ; dire que l’on ne sait pas")
            elif one.printed_interval and (limits := f"{{interval:{found[2]}}}") not in line:
                yield Problem(n, f"{found[2]} a un intervalle ; le dire sur la même ligne : {limits}")


def careless(n: int, said: Any, before: str) -> Iterator[Problem]:
    """A number that is not exact, printed without limits, where what stands `before` it does not say so as it has to."""
    word = "" if said.printed_interval or said.kind == "withheld" else about(said)
    if word and not before.rstrip().lower().endswith(CAREFUL[word]):
        yield Problem(n, f"{said.statement_id} se dit « {word} » : ce n’est pas un nombre exact ; l’écrire avant lui")


def _typed(text: str) -> str:
    """A printed form whatever the spaces and apostrophes that a keyboard gave it."""
    return re.sub(r"\s+", " ", typographic(text)).strip()


def unsupported(
    n: int, text: str, said: Iterable[Any], words: Iterable[tuple[re.Pattern[str], float | None, float | None]] = SIZES
) -> Iterator[Problem]:
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
            yield Problem(n, f"« {found[0]} » n’est appuyé par aucune part qui s’y lit ; l’écrire autrement")
