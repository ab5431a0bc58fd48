"""The texts that a team writes for its report: Markdown of a few kinds of markup, and nothing that a program could act on.

What is refused here needs no result to be judged; that a citation names a statement of the study is looked at where the report
is put together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostic.core.contents import HIDDEN, container
from diagnostic.core.french import number
from diagnostic.core.problems import Problem, blocking

MOST_BYTES, LONGEST_LINE = 300_000, 6_000
TOO_DEEP = re.compile(r"\s{17,}(?:[-*+]|\w{1,3}[.)])\s")  # more than four lists, one in another
FINDINGS = "constats"  # the block whose numbers are links, and which may hold comments
PREFACE = "preface"  # the block that whoever asked for the study signs
CITED = re.compile(r"\{(?:fact|interval):[A-Za-z0-9_.-]+\}")
# Its text, what it prints, of what.
LINK = re.compile(r"\[([^\[\]]*)\]\((fact|interval|claim|base):([A-Za-z0-9_.-]+)\)")
HOW = {CITED: "{fact:…}", LINK: "[nombre](fact:identifiant)"}  # to cite
# The line of either that says who signed, and when.
SIGNED = re.compile(r"^Signé par[^\S\n]*:[^\S\n]*(.*)$", re.MULTILINE)
# As a team writes it; within a line, as a visual editor writes it again.
COMMENT = re.compile(r"`<!--.*?-->`\{=html\}|<!--.*?-->", re.DOTALL)
ATTRIBUTES = re.compile(r"\{[#.][^{}]*\}")  # identifiers and classes of a heading or a table
HEADING = re.compile(r"(#{1,6}) ")
FIRST = {"conclusions": 2}  # the level of the first headings of a block that stands right under its chapter's
UNDER = 3  # the same for one that stands in a section
TRACK = "pistes"  # the block whose every heading is a track for action, tied to a fact
_CITING = re.compile(r"\{\s*(?:fact|interval)\b[^{}\s]*\}?", re.IGNORECASE)
_QUOTED = re.compile(r"\s*(?:(?:[-*+]|\w{1,3}[.)])\s+)*>")
_PLAIN = "écrire du texte, des titres (##), des listes, des tableaux et des liens, rien d’autre"

# What the renderer, or who reads the document, would take for more than text.
MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<[/!?A-Za-z]"), f"du HTML ou un lien entre < et > ; {_PLAIN}"),
    (re.compile(r"`|~~~"), f"du code (accent grave) ; {_PLAIN}"),
    (re.compile(r"^\s*:::"), f"un bloc « ::: » ; {_PLAIN}"),
    (re.compile(r"\{\{|\{%|<#"), "une commande entre accolades, que le rapport ne doit pas exécuter ; l’ôter"),
    (re.compile(r"\\[A-Za-z]"), f"une commande LaTeX ; {_PLAIN}"),
    (re.compile(r"\$[^\s$][^$]*\$"), f"une formule entre $ ; {_PLAIN}"),
    (re.compile(r"!\["), "une image ; le rapport fait les siennes"),
    (re.compile(r"\]\(\s*<?(?!https?://|mailto:|#)", re.IGNORECASE), "un lien qui n’est pas en https:// ; le corriger"),
    (re.compile(r"^\s*\[(?!\^)[^\]]+\]:"), "un lien par référence ; l’écrire à sa place : [mots](https://…)"),
    (re.compile(r"\]\{"), f"des attributs entre accolades ; {_PLAIN}"),
    (re.compile(r"\{#(?:sec|fig|fact)-"), "un identifiant réservé au rapport ; en choisir un autre, ou l’ôter"),
    (re.compile(r"&(?:#\w+|[A-Za-z]+);"), "un signe écrit en code (&…;) ; écrire le signe lui-même"),
    (re.compile(r"(?:^|(?<=[\s(\[;]))-?@\w"), "un renvoi par @ ; l’écrire en toutes lettres"),
    (
        # With spaces before its dashes, the edge of a table that a visual editor has written again.
        re.compile(r"^(?:={2,}|-{3,}|\.{3})\s*$|^\s*(?:\*{3,}|_{3,})\s*$"),
        "une ligne de tirets ou de signes égal ; un titre s’écrit avec ##",
    ),
)


def problems(content: bytes, file: str, name: str) -> list[Problem]:
    """All that keeps a block from being printed, in order of lines, each a blocking problem of `file`."""
    if found := unreadable(content, file):
        return found
    return [
        blocking(file, f"{one.message[0].upper()}{one.message[1:]}.", "Corriger cette ligne.", one.line)
        for one in judged(name, content.decode("utf-8-sig"))
    ]


def unreadable(content: bytes, file: str) -> list[Problem]:
    """What keeps a block from being read as a text at all."""
    remedy = "Reprendre le texte dans un éditeur simple, et l'enregistrer en UTF-8."
    if len(content) > MOST_BYTES:
        message = f"Le texte dépasse {number(MOST_BYTES // 1000)} Ko : il n'est pas lu."
        return [blocking(file, message, "Le raccourcir.")]
    if kind := container(content):
        return [blocking(file, f"Ce fichier est {kind}, pas un texte.", remedy)]
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [blocking(file, "Ce texte n'est pas en UTF-8.", remedy)]
    return []


def without_comments(text: str) -> str:
    """The text without its HTML comments, whose lines still count; one that is never closed stays."""
    *_, rest = text.rpartition("-->")  # in it each mark would be followed to the end of the text in vain
    end = len(text) - len(rest.removeprefix("`{=html}"))
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text[:end]) + text[end:]


def judged(name: str, text: str) -> "list[Fault]":
    """What keeps a text from being printed, by line, whatever the study's results are."""
    if name == FINDINGS:
        text = without_comments(text)
    text = text.removeprefix("\ufeff")
    found = [one for n, line in enumerate(text.splitlines(), 1) for one in of_line(name, n, line)]
    if name != FINDINGS:
        found += _skipped(text, FIRST.get(name, UNDER))
    if name == TRACK:
        found += _without_fact(text)
    return sorted(found, key=lambda one: one.line)


def of_line(name: str, n: int, line: str) -> "Iterator[Fault]":
    """The same of one line, the `n`-th of the block."""
    cited = LINK if name == FINDINGS else CITED
    if len(line) > LONGEST_LINE:
        yield Fault(n, f"la ligne dépasse {number(LONGEST_LINE)} signes ; la couper en paragraphes")
        return
    if HIDDEN.search(line):
        yield Fault(n, "un signe invisible s’y trouve ; retaper le passage")
    if TOO_DEEP.match(line):
        yield Fault(n, "la liste est trop imbriquée ; quatre niveaux au plus")
    bare = cited.sub(" ", line)
    for pattern, message in MARKUP:
        if pattern.search(bare):
            yield Fault(n, message)
    for found in _CITING.finditer(bare):
        yield Fault(n, f"« {found[0][:40]} » est une citation mal écrite ; écrire {HOW[cited]}")
    if not (name in (FINDINGS, PREFACE) and SIGNED.fullmatch(line.rstrip())):  # which says a day
        yield from numbers(n, ATTRIBUTES.sub(" ", bare), HOW[cited])
    if _QUOTED.match(line):
        yield Fault(n, "une citation ; les paroles des personnes ne sont pas publiées, les résumer")


def _skipped(text: str, first: int) -> "Iterator[Fault]":
    """Headings that are more than one level below what stands above them."""
    above = first - 1
    for n, line in enumerate(text.splitlines(), 1):
        if heading := HEADING.match(line):
            level = len(heading[1])
            if level > above + 1:
                yield Fault(n, f"ce titre saute un niveau ; l’écrire avec « {'#' * (above + 1)} »")
            above = level


def _without_fact(text: str) -> "Iterator[Fault]":
    """Headings of tracks under which no fact is cited."""
    heading, cited = 0, True
    for n, line in enumerate([*text.splitlines(), "# "], 1):
        if line.startswith("#"):
            if not cited:
                yield Fault(heading, "cette piste ne cite aucun indicateur qui l’appuie ({fact:…})")
            heading, cited = n, False
        cited = cited or bool(CITED.search(line))


# -- What the team may not write in a text of the report: a number that is no statement, what somebody said -------
# Numbers written as words that can only be a count or a share; « deux », « tiers » or « quart » have other uses.
WORDS = (
    "vingt|trente|quarante|cinquante|soixante|septante|huitante|nonante|cent|cents|mille|million|millions|milliard|"
    "milliards|dizaine|dizaines|douzaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine|centaines|millier|"
    "milliers|moitié|pourcent|pourcentage"
)
NUMERIC = re.compile(rf"[\d⁰¹²³⁴-⁹₀-₉¼-¾⅐-ↈ①-⓿❶-➓]+(?:[ \u202f\u00a0.,]?\d+)*|[%‰]|\b(?:{WORDS})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """One thing to mend, at its line (1 first)."""

    line: int
    message: str


def numbers(line: int, bare: str, how: str) -> Iterator[Fault]:
    """The numbers of a line without its citations; `how` is the way to cite."""
    for one in dict.fromkeys(NUMERIC.findall(bare)):
        yield Fault(line, f"« {one} » n’est pas un indicateur ; le citer par {how} ou l’écrire autrement")
