"""The blocks that the team writes: Markdown whose only numbers are facts, cited as `{fact:id}` or `{interval:id}`.

A block that says a number otherwise, quotes somebody, cites a fact that the study has not, skips a level of headings, or gives
a track for action without any fact, is not printed: each problem takes its place, with file and line, and the renderer stops on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from diagnostic.report.printing import escape

CITED = re.compile(r"\{(fact|interval):([A-Za-z0-9_.-]+)\}")
HEADING = re.compile(r"(#{1,6}) ")
ATTRIBUTES = re.compile(r"\{[#.][^{}]*\}")  # identifiers and classes of a heading or a table
# Numbers written as words that can only be a count or a share; « deux », « tiers » or « quart » have other uses.
WORDS = (
    "vingt|trente|quarante|cinquante|soixante|septante|huitante|nonante|cent|cents|mille|million|millions|milliard|"
    "milliards|dizaine|dizaines|douzaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine|centaines|millier|"
    "milliers|moitié|pourcent|pourcentage"
)
NUMERIC = re.compile(rf"[0-9⁰¹²³⁴-⁹₀-₉½⅓⅔¼¾]+(?:[ \u202f\u00a0.,]?[0-9]+)*|[%‰]|\b(?:{WORDS})\b", re.IGNORECASE)
FIRST = {"conclusions": 2}  # the level of the first headings of a block that stands right under its chapter's
UNDER = 3  # the same for one that stands in a section
TRACK = "pistes"  # the block whose every heading is a track for action, tied to a fact


@dataclass(frozen=True)
class Problem:
    """One thing to mend, at its line (1 first)."""

    line: int
    message: str


def problems(name: str, text: str, known: Callable[[str], bool]) -> list[Problem]:
    """What keeps a block from being printed, in order of lines; empty when nothing does. `known`: is this a fact?"""
    found = [*_numbers(text), *_quoted(text), *_skipped(text, FIRST.get(name, UNDER))] + [
        Problem(n, f"l’indicateur « {cited[1]} » n’existe pas dans cette étude")
        for n, line in enumerate(text.splitlines(), 1)
        for cited in CITED.findall(line)
        if not known(cited[1])
    ]
    if name == TRACK:
        found += _without_fact(text)
    return sorted(found, key=lambda problem: problem.line)


def printed(name: str, where: str, text: str, known: Callable[[str], bool], cite: Callable[[str, str], str]) -> str:
    """A block as Markdown of the report: each citation through `cite(kind, fact_id)`, or its problems to refuse."""
    found = problems(name, text, known)
    if found:
        told = "\n\n".join(escape(f"{where}, ligne {problem.line} : {problem.message}.") for problem in found)
        return f"::: refus\n{told}\n:::\n"
    return CITED.sub(lambda cited: cite(cited[1], cited[2]), text.strip()) + "\n"


def headings(text: str) -> list[str]:
    """The titles of a block, such as those of its tracks for action, in order."""
    return [line.lstrip("#").partition("{#")[0].strip() for line in text.splitlines() if line.startswith("#")]


def _numbers(text: str) -> Iterator[Problem]:
    for n, line in enumerate(text.splitlines(), 1):
        bare = ATTRIBUTES.sub(" ", CITED.sub(" ", line))
        for number in dict.fromkeys(NUMERIC.findall(bare)):
            yield Problem(n, f"« {number} » n’est pas un indicateur ; le citer par {{fact:…}} ou l’écrire autrement")


def _quoted(text: str) -> Iterator[Problem]:
    """Lines that quote somebody: what persons said is not published (`quotations` of the release policy)."""
    for n, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(">"):
            yield Problem(n, "une citation ; les paroles des personnes ne sont pas publiées, les résumer")


def _skipped(text: str, first: int) -> Iterator[Problem]:
    """Headings that are more than one level below what stands above them."""
    above = first - 1
    for n, line in enumerate(text.splitlines(), 1):
        if heading := HEADING.match(line):
            level = len(heading[1])
            if level > above + 1:
                yield Problem(n, f"ce titre saute un niveau ; l’écrire avec « {'#' * (above + 1)} »")
            above = level


def _without_fact(text: str) -> Iterator[Problem]:
    """Headings of tracks under which no fact is cited."""
    heading, cited = 0, True
    for n, line in enumerate([*text.splitlines(), "# "], 1):
        if line.startswith("#"):
            if not cited:
                yield Problem(heading, "cette piste ne cite aucun indicateur qui l’appuie ({fact:…})")
            heading, cited = n, False
        cited = cited or bool(CITED.search(line))
