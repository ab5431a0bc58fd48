"""`constats.md`: the findings as the team reads, edits and signs them, one a line, each number a link to its statement.

    - **[47,4 %](fact:ads.top_two_pct) des annonces sont sur deux sites.** Le reste se disperse.

The link's text is the number as it was read: where the statement no longer says it, the line is refused. So is a number that is
no link, an interval left out, a statement too wide to be claimed, and « la plupart » of a share that may be under a half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagnostic.files.lint import Problem, numbers, quotation
from diagnostic.files.texts import without_comments
from diagnostic.findings.computed import (
    ABOUT,
    AT_MOST,
    CHAPTERS,
    ONE_SENTENCE,
    OPEN,
    PAGE_ONE,
    Finding,
    about,
    cited,
    form,
    limits,
    says_something,
)

NAME = "constats"  # the block of the team: config/studies/{study}/constats.md
PARTS = (ONE_SENTENCE, PAGE_ONE, CHAPTERS, OPEN)
LINK = re.compile(r"\[([^\[\]]*)\]\((fact|interval|claim|base):([A-Za-z0-9_.-]+)\)")
LINE = re.compile(r"- (?:\*\*(.+?)\*\*\s*)?(.*)")
SIGNED = re.compile(r"Signé par\s*:\s*(.*)")
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
HOW = "[nombre](fact:identifiant)"
HEAD = """\
Signé par :

<!--
Constats de l’étude, une ligne chacun. Les relire, les corriger, en ôter, en ajouter, puis signer ci-dessus : « Signé par : l’équipe,
le 3 octobre ». Tant que la ligne est vide, le rapport dit « proposés, non signés ».
Ce qui est en gras est le constat : il sert aussi de titre. Un nombre ne s’écrit que par [ce que le rapport imprime](fact:identifiant),
[ses limites](interval:identifiant), [sa base](base:identifiant), ou [ce que l’arrondi laisse](claim:identifiant). Quand un énoncé change, sa ligne est refusée jusqu’à ce qu’elle soit relue.
« En une phrase » ouvre la première page, que « L’essentiel » remplit ; « Dans les chapitres » ne sert qu’aux titres.
-->
"""


@dataclass(frozen=True)
class Told:
    """One finding as it will be printed: the Markdown of its claim and of what goes with it, its part, its line in the file."""

    claim: str
    detail: str
    part: str
    line: int = 0

    @property
    def facts(self) -> list[str]:
        """The statements that it cites, the claim's first."""
        return list(dict.fromkeys(fact for _, _, fact in LINK.findall(f"{self.claim} {self.detail}")))


@dataclass(frozen=True)
class Written:
    """What the team wrote: its findings in order, and who signed them; empty where nobody did."""

    findings: list[Told]
    signed: str


def proposal(findings: Iterable[Finding]) -> str:
    """The text of `constats.md` for computed findings."""
    listed = list(findings)
    parts = []
    for part in PARTS:
        lines = [line(one) for one in listed if one.part == part]
        parts.append("\n".join([f"## {part}", "", *lines]))
    return "\n".join([HEAD, "\n\n".join(parts), ""])


def line(one: Finding) -> str:
    """One finding as a line of the file, with what ranked it as a comment."""
    why = f" <!-- {one.why} -->" if one.why else ""
    end = "" if one.claim.endswith(("?", "!")) else "."
    return f"- **{one.claim}{end}** {one.detail}".rstrip() + why


def told(findings: Iterable[Finding]) -> list[Told]:
    """Computed findings as they are printed where the team wrote none."""
    return [Told(one.claim, one.detail, one.part) for one in findings]


def read(text: str) -> Written:
    """The findings of a file that has no problem (`problems`)."""
    found, part, signed = [], PAGE_ONE, ""
    for n, line in _lines(text):
        if signature := SIGNED.fullmatch(line):
            signed = signature[1].strip()
        elif line.startswith("#"):
            part = line.lstrip("# ").strip()
        elif finding := LINE.fullmatch(line):
            claim, detail = (finding[1], finding[2]) if finding[1] else (finding[2], "")
            found.append(Told(claim.strip().rstrip("."), detail.strip(), part, n))
    return Written(found, signed)


def problems(text: str, statements: pd.DataFrame) -> list[Problem]:
    """What keeps the file from being printed, in order of lines; `statements`: one row each."""
    facts = {said.statement_id: said for said in statements.itertuples()}
    found: list[Problem] = []
    part = PAGE_ONE
    for n, line in _lines(text):
        if SIGNED.fullmatch(line):
            continue
        if line.startswith("#"):
            part = line.lstrip("# ").strip()
            if part not in PARTS:
                found.append(Problem(n, f"ce titre n’est pas de ceux-ci : {', '.join(PARTS)}"))
        elif LINE.fullmatch(line):
            found += [*quotation(n, line[2:]), *numbers(n, LINK.sub(" ", line), HOW)]
            found += _contradicted(n, line, facts, part == OPEN)
        else:
            found.append(
                Problem(n, "ce n’est pas un constat ; écrire « - **Le constat.** Ce qui l’explique. » sur une ligne")
            )
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their number; comments are left out, their lines counted."""
    for n, line in enumerate(without_comments(text.lstrip("\ufeff")).splitlines(), 1):
        if line.strip():
            yield n, line.rstrip()


def _contradicted(n: int, line: str, facts: Mapping[str, Any], unknown: bool) -> Iterator[Problem]:
    """The numbers of a line that its statements do not, or no longer, say; `unknown`: it tells what is not known."""
    links = LINK.findall(line)
    told_intervals = {fact for _, kind, fact in links if kind == "interval"}
    for found in LINK.finditer(line):
        text, kind, fact = found.groups()
        said = facts.get(fact)
        if said is None:
            yield Problem(n, f"l’indicateur « {fact} » n’existe pas dans cette étude")
            continue
        now = form(kind, said)
        if _spaced(text) != _spaced(now):
            yield Problem(
                n, f"« {text} » ne correspond plus à {fact}, qui dit « {now or 'aucun intervalle'} » ; relire la phrase"
            )
        elif said.kind == "withheld":
            yield Problem(n, f"{fact} n’est pas publié")
        elif kind == "fact" and said.printed_interval and fact not in told_intervals:
            yield Problem(n, f"{fact} a un intervalle ; le dire : {cited('interval', said)}")
        elif kind == "interval" and said.interval_kind == "model" and "modèle" not in line:
            yield Problem(n, f"les limites de {fact} reposent sur une hypothèse ; le dire : « sous un modèle »")
        elif not unknown and not says_something(said):
            yield Problem(n, f"{fact} est trop large pour un constat ; le mettre sous « {OPEN} »")
        elif kind == "fact":
            yield from careless(n, said, line[: found.start()])
    told = [facts[fact] for _, _, fact in links if fact in facts]
    finding = LINE.fullmatch(line)
    yield from unsupported(n, line, told)
    yield from unsupported(n, finding[1] or "" if finding else "", told, IN_TITLES[len(SIZES) :])


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


def _spaced(text: str) -> str:
    """A printed form whatever the spaces that a keyboard gave it."""
    return re.sub(r"\s+", " ", text).strip()


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
