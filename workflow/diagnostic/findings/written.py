"""`constats.md`: the findings as the team reads, edits and signs them, one a line, each number a link to its statement.

    - **[47,4 %](fact:ads.top_two_pct) des annonces sont sur deux sites.** Le reste se disperse.

The link's text is the number as it was read: where the statement no longer says it, the line is refused.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from diagnostic.files.texts import FINDINGS, LINK, SIGNED, Fault, of_line, without_comments
from diagnostic.findings import computed
from diagnostic.findings.computed import CHAPTERS, LINE, MESSAGES, OPEN, PAGE_ONE, PRINTED, Finding
from diagnostic.findings.sentences import PERSONS, SUBJECTS, Clause

NAME = FINDINGS  # the block of the team: config/studies/{study}/constats.md
PARTS = (MESSAGES, PAGE_ONE, CHAPTERS, OPEN)
FORMER = {"En une phrase": MESSAGES}  # the titles of files that were written before
MOST = 3  # messages
HEAD = """\
Signé par :

<!--
Constats de l’étude, une ligne chacun. Les relire, les corriger, en ôter, en ajouter, puis signer ci-dessus : « Signé par : l’équipe,
le 3 octobre ». Tant que la ligne est vide, le rapport dit « proposés, non signés ».
Ce qui est en gras est le constat : il sert aussi de titre. Un nombre ne s’écrit que par [ce que le rapport imprime](fact:identifiant),
[ses limites](interval:identifiant), [sa base](base:identifiant), ou [ce que l’arrondi laisse](claim:identifiant). Quand un énoncé change, sa ligne est refusée jusqu’à ce qu’elle soit relue.
« Trois messages » ouvre la première page ; « L’essentiel » vient juste après elle ; « Dans les chapitres » ne sert qu’aux titres.
-->
"""


class Told(NamedTuple):
    """One finding as it will be printed: the Markdown of its claim and of what goes with it, its part, its line in the file."""

    claim: str
    detail: str
    part: str
    line: int = 0

    @property
    def facts(self) -> list[str]:
        """The statements that it cites, the claim's first."""
        return list(dict.fromkeys(fact for _, _, fact in LINK.findall(f"{self.claim} {self.detail}")))


class Written(NamedTuple):
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
    return computed.written(one.claim, one.detail) + (f" <!-- {one.why} -->" if one.why else "")


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
            part = _part(line)
        elif finding := LINE.fullmatch(line):
            claim, detail = (finding[1], finding[2]) if finding[1] else (finding[2], "")
            found.append(Told(claim.strip().rstrip("."), detail.strip(), part, n))
    return Written(found, signed)


def signed(text: str, kept: Collection[int], who: str) -> str:
    """The same file with the findings of these lines alone, signed; everything else as it was."""
    gone = {one.line for one in read(text).findings} - {*kept}
    lines = [line for n, line in enumerate(text.split("\n"), 1) if n not in gone]
    left, found = SIGNED.subn(lambda match: f"Signé par : {who}", "\n".join(lines), count=1)
    return left if found else f"Signé par : {who}\n\n{left}"


def problems(text: str, statements: pd.DataFrame) -> list[Fault]:
    """What keeps the file from being printed, in order of lines; `statements`: one row each."""
    facts = {said.statement_id: said for said in statements.itertuples()}
    found: list[Fault] = []
    part = PAGE_ONE
    for n, line in _lines(text):
        if SIGNED.fullmatch(line):
            found += of_line(NAME, n, line)
        elif line.startswith("#"):
            part = _part(line)
            if part not in PARTS:
                found.append(Fault(n, f"ce titre n’est pas de ceux-ci : {', '.join(PARTS)}"))
        else:
            found += computed.problems(n, line, facts, part == OPEN)
    return found


def _part(line: str) -> str:
    """The part that a title opens."""
    title = line.lstrip("# ").strip().replace("'", "’")  # which a visual editor writes straight
    return FORMER.get(title, title)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their number; comments are left out, their lines counted."""
    for n, line in enumerate(without_comments(text.lstrip("\ufeff")).splitlines(), 1):
        if line.strip():
            yield n, line.rstrip()


# -- The messages that page 1 begins with: they hold no number of their own, and say nothing that the findings do not --
def messages(statements: pd.DataFrame, findings: Iterable[Finding], published: Mapping[str, str]) -> list[Finding]:
    """Three messages at most, each a finding of its own, in order of importance; none where no subject can be said.

    `statements`: one row each; `findings`: those computed from them; `published`: see `calculated`.
    """
    facts = {said.statement_id: said for said in statements.itertuples()}
    made = {one.name for one in findings if one.part in (PAGE_ONE, OPEN)}

    def told(clause: Clause) -> bool:
        cited = set(PRINTED.findall(clause.text))
        if not (cited <= published.keys() and made.issuperset(clause.where) and computed.sayable(clause.text, facts)):
            return False
        return bool(cited) or computed.signable(
            computed.filled(clause.text, facts), facts, MESSAGES
        )  # no file says the publication's

    clauses = [next((one.text for one in subject if told(one)), "") for subject in SUBJECTS]
    claims = [computed.filled(computed.reprinted(text, published), facts) for text in clauses if text]
    return [
        Finding(f"message.{n}", PERSONS, MESSAGES, claim, "", math.inf, "") for n, claim in enumerate(claims[:MOST], 1)
    ]


def calculated(statements: pd.DataFrame, published: Mapping[str, str]) -> list[Finding]:
    """The findings of a study, the messages first."""
    found = computed.computed(statements, published)
    return [*messages(statements, found, published), *found]
