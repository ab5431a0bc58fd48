"""The blocks that the team writes: Markdown whose only numbers are facts, cited as `{fact:id}` or `{interval:id}`.

A block that says a number otherwise, quotes somebody, cites a fact that the study has not, skips a level of headings, gives a
track for action without any fact, says a number as exact that is not, or without its limits, or has a title whose « souvent » no share under it bears
out, is not printed: each problem takes its place, with file and line, and the renderer stops on it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.files.texts import Fault, judged
from diagnostic.findings.computed import miscited
from diagnostic.findings.forms import enveloped
from diagnostic.privacy import contents
from diagnostic.report.printing import escape

CITED = re.compile(r"\{(fact|interval):([A-Za-z0-9_.-]+)\}")
WITH_WORD = re.compile(rf"((?:environ|à peu près) )?{CITED.pattern}", re.IGNORECASE)
WORD_ABOVE = re.compile(r"\b(environ|à peu près)\n\s*(?=\{)", re.IGNORECASE)  # in a text whose lines are cut
PLAN, UNDECIDED = "plan", "à décider"  # the block that is a table, and what its blank cells say
BLANK = re.compile(r"\|[ \t]*(?=\|)")
TRACKS = re.compile(r"pistes?", re.IGNORECASE)  # the column of the plan that names them
DRAWN = re.compile(r"\s*-+(?: +-+)+\s*")  # under the head of a table that a visual editor has written again
TO_FILL = "| Piste | Action | Pilote | Échéance | Moyens | Signe de réussite |\n|:---|:---|:---|:---|:---|:---|"
PLANNED = ": Plan d’action à décider, piste par piste. {#tbl-plan .petit}"
NO_COLUMN = "aucun tableau n’a de colonne « Piste », qui dit quelle piste chaque action suit ; l’ajouter"
NO_TRACK = "« %s » n’est pas une piste de pistes.md ; reprendre le titre d’une piste, ou l’y ajouter"
NO_ACTION = "la piste « %s » de pistes.md n’a pas d’action ; lui donner une ligne"
REFUSED = re.compile(r"^::: refus\n(.*?)\n:::$", re.DOTALL | re.MULTILINE)  # see `refused`


def problems(name: str, text: str, facts: Mapping[str, Any]) -> list[Fault]:
    """What keeps a block from being printed, in order of lines; empty when nothing does. `facts`: the statements of the study by
    id."""
    return sorted([*judged(name, text), *miscited(text, CITED, facts)], key=lambda problem: problem.line)


def printed(
    name: str, where: str, text: str, facts: Mapping[str, Any], cite: Callable[[str, str], str], tracks: str = ""
) -> str:
    """A block as Markdown of the report: each citation through `cite(kind, fact_id)`, `kind` « number » with its
    envelope, or its problems to refuse. A blank cell of the plan is said to be undecided; of the `tracks` that the team wrote
    each has its action, and the reverse."""
    unmatched = of_plan(text, tracks) if name == PLAN and tracks else []
    if found := [*problems(name, text, facts), *unmatched]:
        return refused(where, found)
    if name == PLAN:
        text = BLANK.sub(f"| {UNDECIDED} ", text)
    lines = [_cited(line, facts, cite) for line in WORD_ABOVE.sub(r"\1 ", text.strip()).splitlines()]
    return "\n".join(lines) + "\n"


def _cited(line: str, facts: Mapping[str, Any], cite: Callable[[str, str], str]) -> str:
    """A line with its citations: a rounded number of people with the word and its envelope, where the line says neither."""

    def told(cited: re.Match[str]) -> str:
        before, kind, name = cited.groups()
        whole = kind == "fact" and enveloped(facts[name]) and f"{{interval:{name}}}" not in line
        if not whole:
            return f"{before or ''}{cite(kind, name)}"
        number = cite("number", name)
        return french.capital(number) if before and before[0].isupper() else number

    return WITH_WORD.sub(told, line)


def refused(where: str, found: Iterable[Fault]) -> str:
    """The problems of a file in the place of its text: the renderer tells them and stops."""
    told = "\n\n".join(escape(f"{where}, ligne {problem.line} : {problem.message}.") for problem in found)
    return f"::: refus\n{told}\n:::\n"


def headings(text: str) -> list[str]:
    """The titles of a block, such as those of its tracks for action, in order."""
    return [line.lstrip("#").partition("{#")[0].strip() for line in text.splitlines() if line.startswith("#")]


# -- The plan of action and the tracks of the team answer each other ------------------------------------------------------


def to_fill(tracks: str) -> str:
    """The plan of a team that wrote its tracks alone: a line each, all of it to decide; empty where it wrote none."""
    lines = [f"| {title} | | | | | |" for title in headings(tracks)]
    return "\n".join([TO_FILL, *lines, "", PLANNED]) if lines else ""


def of_plan(plan: str, tracks: str) -> list[Fault]:
    """Lines of a plan that name no track of the team, and, at its first line, the tracks that no action follows."""
    titles, rows = {_plain(title): title for title in headings(tracks)}, list(_rows(plan))
    columns = (at for _, cells in rows for at, cell in enumerate(cells) if TRACKS.fullmatch(cell))
    if (column := next(columns, None)) is None:
        return [Fault(1, NO_COLUMN)]
    named = {n: cells[column] for n, cells in rows if column < len(cells) and not TRACKS.fullmatch(cells[column])}
    followed = set(map(_plain, named.values()))
    alone = [Fault(1, NO_ACTION % title) for key, title in titles.items() if key not in followed]
    return alone + [Fault(n, NO_TRACK % one) for n, one in named.items() if _plain(one) not in titles]


def _plain(title: str) -> str:
    """A title as it is compared: no matter its capitals, its spaces, its apostrophes, its emphasis, its full stop."""
    return " ".join(re.sub(r"[\\*_]", "", title).replace("'", "’").casefold().split()).rstrip(" .")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of the rows of its tables, drawn with bars or, by a visual editor, with dashes, each with its first line."""
    lines = text.splitlines()
    edges = next(filter(DRAWN.fullmatch, lines), "")
    spans = [found.span() for found in re.finditer(r"-+(?: +|$)", edges)]
    apart = any(re.fullmatch(r"\s*-{3,}\s*", line) for line in lines)  # rows of several lines, a blank one between two
    first, row = 0, list[str]()
    for n, line in enumerate([*lines, ""], 1):
        barred = line.lstrip().startswith("|")
        cells = re.sub(r"^\||\|$", "", line.strip()).split("|") if barred else [line[start:end] for start, end in spans]
        told = any(cell.strip(" :-") for cell in cells) and (barred or bool(re.match(r"  +[^\s:]", line)))
        if row and apart and told and not barred:
            row = [f"{above} {cell}" for above, cell in zip(row, cells, strict=False)]
            continue
        if row:
            yield first, [cell.strip() for cell in row]
        first, row = n, cells if told else []


def look(qmd: bytes, figures: pd.DataFrame) -> dict[str, str]:
    """The last look before printing, and what a stopped run prints: what a team has to mend in its texts, by line; what looks
    personal, by place and kind, without any value.

    `figures` (one row per figure) holds their descriptions; what they draw are numbers and labels of the statements.
    """
    described = "\n".join([*figures["alt"], *figures["description"]])
    trips = [*contents.scan(qmd, "rapport.qmd"), *contents.scan(described, "figures")]
    mended = (re.sub(r"\\(.)", r"\1", one) for block in REFUSED.findall(qmd.decode()) for one in block.split("\n\n"))
    return {"found": "".join(f"{one}\n" for one in (*dict.fromkeys(mended), contents.message(trips)) if one)}
