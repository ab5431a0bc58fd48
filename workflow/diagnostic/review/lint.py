"""The documents of a study read back; every number in them is a statement's, nobody is named who did
not agree to it, and what the text says of the rounding is not more than what the numbers stand for."""

import base64
import csv
import datetime as dt
import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO, StringIO
from itertools import accumulate
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pandas as pd

from diagnostic.core import french, io, writing
from diagnostic.office.workbook import HEADER_ROW
from diagnostic.privacy.contents import cell, pdf_pages
from diagnostic.release.populations.people import mentions, refusing

# The head of a column of upper ends; what an end may be followed by.
END, OF_END = re.compile(r"\u00a0: à\b"), re.compile(r"\u00a0(%|points?)$")
# A rounding to the nearest would halve what a number drawn at random may stand for. (« Entier le plus proche » is a sample
# size's, which is exact.)
NEAREST = re.compile(r"\barrondi\w*\s+(?:aux?|à(?!\s*\d))\b[^.,;:(]{0,60}\bplus\s(?:proches?|près)\b", re.IGNORECASE)


def write(inputs: Mapping[str, str | Iterable[str]], output: str, log: str) -> None:
    """Write what `lint` has to tell, where what comes next stops. `inputs`, by name, is a path or several: `qmd`, `statements`,
    `figures`, `documents`, `images`, `departements` (CSV), `structures` where a team wrote some of it, and `areas` where the
    study has a territory."""
    several = {name: [paths] if isinstance(paths, str) else paths for name, paths in inputs.items()}
    given = {name: [Path(one) for one in paths] for name, paths in several.items()}
    (qmd,), (figures,), (structures,) = given["qmd"], given["figures"], given.get("structures", [None])
    names = territory(given["departements"], given.get("areas", []))
    found, told = lint(qmd, given["statements"], figures, structures, [*given["documents"], *given["images"]], names)
    writing.write_bytes(found.encode(), Path(output))
    Path(log).write_text(f"documents: {len(given['documents'])} files\n{told}", encoding="utf-8")


def territory(departements: Iterable[Path], areas: Iterable[Path]) -> list[str]:
    """The names of all départements, and those of the communes and groupings of these territories."""
    own = [io.read_table(path) for path in areas]
    named = [table[name].dropna() for table in own for name in ("name", "epci_name", "arrondissement_name")]
    return [
        *(name for path in departements for name in pd.read_csv(path, dtype=str)["name"]),
        *pd.concat(named or [pd.Series()]),
    ]


def lint(
    qmd: Path,
    statements: Iterable[Path],
    figures: Path,
    structures: Path | None,
    documents: Iterable[Path],
    names: Iterable[str] = (),
) -> tuple[str, str]:
    """What stops the study: the French message of `message`, and one line per document that names a structure which
    did not agree, or that announces another rounding than the one drawn; empty when there is nothing to tell. And what does
    not (`misread_numbers`). A folder stands for what is read in it. Without `structures`, none is looked for: no team
    wrote a word of these documents. `names`: those of the territory."""
    said = pd.concat([io.read_table(path) for path in statements], ignore_index=True)
    hidden = refusing(io.read_table(structures)) if structures else []
    files = [path for given in documents for path in (_inside(given) if given.is_dir() else [given])]
    read = {path: list(blocks(path.name, path.read_bytes())) for path in files}
    drawn = [block for path in files if path.suffix == ".svg" for block in read[path]]
    allowed = known_numbers(qmd.read_text(encoding="utf-8"), said, io.read_table(figures), names, drawn)
    strays = {path.name: stray_numbers(path.name, own, allowed) for path, own in read.items()}
    misread = misread_numbers(strays)
    told = [_named(path.name, own, hidden) + announced(path.name, own) for path, own in read.items()]
    found = [stray for name, own in strays.items() if name not in misread for stray in own]
    return message(found) + "".join(told), "".join(f"misread, not stopped: {name}\n" for name in misread)


def _inside(folder: Path) -> list[Path]:
    """What is read of a folder: its vector images and its data, with what describes these."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".svg", ".csv", ".json", ".cff"))


def announced(name: str, read: "Iterable[Block]") -> str:
    """What to tell of a document, read back, whose text says that numbers are rounded to the nearest."""
    if not any(NEAREST.search(FOLDS.sub(" ", block.text)) for block in read):
        return ""
    more = "dirait ainsi plus que les nombres, qui sont arrondis au hasard ; corriger ce que l’équipe a écrit"
    return french.typographic(f"{name} : le texte annonce un arrondi au plus proche, et {more}.\n")


def _named(name: str, read: "Iterable[Block]", hidden: Sequence[str]) -> str:
    """What to tell of a document that names one of these; never the name."""
    if not hidden or not any(mentions(block.text, hidden) for block in read):
        return ""
    named = "une structure qui n’a pas accepté d’être nommée y est nommée"
    return french.typographic(f"{name} : {named} ; relire ce que l’équipe a écrit.\n")


# -- The number lint ----------------------------------------------------------------------------------------------
# Every rendered document read back, every number in it found in the released text, in its place.
#
# The text is made of released facts and declared words only (`assemble`). A number of a document must stand between
# the same words as in that text; anything else, in a sentence, a cell, an alternative text, a label of an image, a
# script or a property of the file, is told with its place, never with its value.
WORDS = frozenset(
    re.findall(
        r"\w+",
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante "
        "cinquante soixante cent mille dizaine douzaine quinzaine vingtaine trentaine quarantaine cinquantaine centaine "
        "moitié tiers quart",
    )
)
TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|\w*[^\W\d_]\w*|%")
NUMBER = re.compile(r"\d+([.,]\d+)*")
THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3})")
CUTS, HEADING_NUMBER = re.compile(r";|\s:\s|(?<=[.!?])\s+"), re.compile(r"^\s*\d+(?:\.\d+)*\u2002")
IMAGE, ATTRIBUTES = re.compile(r"!\[([^\]]*)\]\([^)]*\)\{([^}]*)\}"), re.compile(r"\{[^{}]*\}")
SPAN = re.compile(r"\[([^\[\]]*)\]\{\.fact(?: \.retenu)? fact=\"([^\"]+)\"\}")
HEAD = re.compile(r"^\|(.*)\|\n\|[-:|]+\|$", re.MULTILINE)
CARDS = re.compile(r'^``` \{\.carte fact="([^"]+)"\}\n(.*?)\n```$', re.DOTALL | re.MULTILINE)
TARGET, ESCAPED, MARKS = re.compile(r"\]\([^)]*\)"), re.compile(r"\\(.)"), re.compile(r"[\[\]|*`]|^:\s|^#+ ")
ROWS = re.compile(  # what images say of files and outlines; the number of a formula
    r"(\s*\d+ règles?, \d+ tables?(, [\d\s]+ lignes?)?)+\s*|\(\d+\)"
    r"|[\d\s]+ communes?, [\d\s]+ intercommunalités?, [\d\s]+ arrondissements?\.?"
)
CREDITS = ("Ouverte 2.0",)  # the licence under a map, which may end a line of its own
NUMBERED = {"tableau", "figure", "page", "section", "chapitre", "note", "annexe", "diapositive", "formule", "millésime"}
SPLIT = re.compile(r"(?<=\d)\s(?=\d{3,4}\b)|(?<=[^\W\d])[-\u2010]\n(?=[^\W\d])")
EDGE = "¶"
NAME = "nomdonné"  # what a given name that holds a number is read as: one word


@dataclass(frozen=True)
class Known:
    """The numbers of the released text with the words around them, and those that may stand alone in an image."""

    left: frozenset[tuple[str, str]]
    right: frozenset[tuple[str, str]]
    both: frozenset[tuple[str, str, str]]
    headings: frozenset[str]  # the first word of each
    ends: frozenset[str]  # the last one
    headed: int  # how many headings there are, of which two may begin alike
    drawn: frozenset[str]
    opening: frozenset[str]  # those that open a card
    facts: Mapping[str, frozenset[str]]
    heads: frozenset[str]  # of the columns of tables
    named: re.Pattern[str]  # the names given to the study that hold a number
    figures: Mapping[str, frozenset[tuple[str, ...]]]  # what is written on images: first word → the words of a string


@dataclass(frozen=True)
class Stray:
    """A number that the released text does not hold there: the document, the place, the words before and after."""

    document: str
    where: str
    before: str
    after: str
    elsewhere: bool = False  # whether the released text has this number, in another place


@cache  # the six documents say the same
def tokens(text: str) -> tuple[str, ...]:
    """Words and numbers of a text, in order; figures of one number together."""
    return tuple(TOKEN.findall(THOUSANDS.sub("", text).replace("sept.", "septembre").lower()))


@cache
def is_number(token: str) -> bool:
    return token in WORDS or token[0].isdigit() and NUMBER.fullmatch(token) is not None


def named(names: Iterable[str]) -> re.Pattern[str]:
    """What finds, in any text, the names that hold a number and something else: Deux-Sèvres, a team called « Collectif 62 »."""
    words = {tuple(re.findall(r"[^\W_]+", name.lower())) for name in names}
    told = [own for own in words if len(own) > 1 and any(map(is_number, tokens(" ".join(own))))]
    told = [own for own in told if not all(map(is_number, tokens(" ".join(own))))]
    one = "|".join(r"[\W_]+".join(map(re.escape, own)) for own in sorted(told, key=lambda own: (-len(own), own)))
    return re.compile(rf"(?<![^\W_])(?:\\*_)*(?:{one})(?:\\*_)*(?![^\W_])" if one else r"(?!)", re.IGNORECASE)


def given(qmd: str) -> list[str]:
    """The names that the header of the source gives: its title, what it is of, who signs it."""
    found = re.findall(r'^(?:title|subtitle|author): (".*")$', qmd.partition("\n---\n")[0], re.MULTILINE)
    return [ESCAPED.sub(r"\1", json.loads(one)) for one in found]


def known_numbers(
    qmd: str, statements: pd.DataFrame, figures: pd.DataFrame, names: Iterable[str] = (), images: "Iterable[Block]" = ()
) -> Known:
    """What may be printed: the numbers of the released text, those of statements, those that figures describe.

    `names`: those of the territory and whatever else was given to the study, allowed as they are. `images`: what was read on
    the figures, which is judged there and not among the text of a page.
    """
    pattern = named([*names, *given(qmd), *CREDITS])
    cards = {fact: _numbers(*card.splitlines()) for fact, card in CARDS.findall(qmd)}
    qmd = pattern.sub(NAME, qmd)
    shown = statements[statements["kind"].ne("withheld")]
    printed = {said.statement_id: (said.printed, said.printed_interval) for said in shown.itertuples()}
    listed = [f"{text} {fact}" for fact, texts in printed.items() for text in texts if text]
    spans = [(released(text), fact) for text, fact in SPAN.findall(qmd)]
    listed += [f"{text} {fact}" for text, fact in spans]
    lines = [*released_lines(qmd), *figures["alt"], *figures["description"], *listed, *shown["label"]]
    both = {found for whole in lines for part in pieces(pattern.sub(NAME, whole)) for found in _around(tokens(part))}
    titles = [tokens(released(line)) for line in qmd.splitlines() if line.startswith("#")]
    strings = {tuple(block.text.split()) for block in images if block.kind == "image"} - {()}
    return Known(
        left=frozenset((before, token) for before, token, _ in both),
        right=frozenset((token, after) for _, token, after in both),
        both=frozenset(both),
        headings=frozenset(title[0] for title in titles if title),
        ends=frozenset(title[-1] for title in titles if title),
        headed=len(titles),
        drawn=_numbers(*(text for texts in printed.values() for text in texts)),
        opening=_numbers(*(text for text, _ in spans)),
        facts={
            one.statement_id: _of_statement(one) | cards.get(one.statement_id, set()) for one in statements.itertuples()
        },
        heads=frozenset(released(cell).strip() for line in HEAD.findall(qmd) for cell in line.split("|")) - {""},
        named=pattern,
        figures={first: frozenset(own for own in strings if own[0] == first) for first, *_ in strings},
    )


def _numbers(*texts: str) -> frozenset[str]:
    return frozenset(token for text in texts for token in tokens(text) if is_number(token))


def _around(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each number with the words on its left and on its right."""
    around = [EDGE, *words, EDGE]
    return (one for one in zip(around, around[1:], around[2:], strict=False) if is_number(one[1]))


def _tiled(lines: Sequence[Sequence[str]], written: Mapping[str, Iterable[tuple[str, ...]]]) -> int:
    """How many of these lines, from the first, are such strings one after another."""
    words = tuple(word for line in lines for word in line)
    ends = {total: n for n, total in enumerate(accumulate(map(len, lines)), 1)}
    reached, most = [0], 0
    for place in reached:  # which grows
        most = max(most, ends.get(place, 0))
        fitting = (own for own in written.get("".join(words[place : place + 1]), ()))
        after = {place + len(own) for own in fitting if words[place : place + len(own)] == own}
        reached += sorted(after.difference(reached))
    return most


def _of_statement(said: Any) -> frozenset[str]:
    """Every number that the card of a statement may hold."""
    texts = [said.printed, said.printed_interval, said.printed_numerator, said.printed_denominator, said.statement_id]
    texts += [said.label, said.universe, said.formula, said.rules, said.source_table, said.method, said.cells]
    return _numbers(*texts)


def pieces(text: str) -> list[str]:
    """A text cut where one thing ends and another starts: between sentences, at semicolons and colons, and after the number of a heading."""
    return [HEADING_NUMBER.sub("", piece) for piece in CUTS.split(text)]


def released_lines(qmd: str) -> Iterable[str]:
    """The lines of the source as a reader sees them; the sentences of a paragraph stay together."""
    for part in re.split(r"\n\s*\n", CARDS.sub("", qmd)):
        rows = part.splitlines()
        whole = [" ".join(rows)] if not any(row.startswith(("|", ":", "#", "-")) for row in rows) else []
        yield from (released(row) for row in [*rows, *whole])
    front = re.match(r"---\n(.*?)\n---", qmd, re.DOTALL)
    if front:
        for left_out in ("description", "author"):
            kept = [line for line in front[1].splitlines() if not line.startswith(("description", left_out))]
            yield " ".join(line.partition(": ")[2] for line in kept)
    for _, card in CARDS.findall(qmd):
        title, *lines = card.splitlines()
        yield from (row.partition(" : ")[2] for row in (title, *lines))
        yield " ".join(row.replace(" : ", " ", 1) for row in lines)


def released(line: str) -> str:
    """One line without its markup."""
    line = IMAGE.sub(r"\1 \2", line)
    line = ATTRIBUTES.sub(" ", line) if "fig-alt" not in line else line
    return MARKS.sub(" ", ESCAPED.sub(r"\1", TARGET.sub("]", line)))


def stray_numbers(name: str, read: "Iterable[Block]", allowed: Known) -> list[Stray]:
    """The numbers of one document, read back, that are not where the released text has them."""
    return [stray for block in read for stray in _of_block(name, block, allowed)]


def _of_block(name: str, block: "Block", allowed: Known) -> Iterable[Stray]:
    if block.kind == "page":
        # A text of a page without its lines that are strings of figures, whole, and nothing else.
        lines, kept, at = block.text.split("\n"), [], 0
        while at < len(lines):
            tiled = _tiled([line.split() for line in lines[at:]], allowed.figures)
            kept += [] if tiled else [lines[at]]
            at += tiled or 1
        block = replace(block, text="\n".join(kept))
    head, cut, below = block.text.partition("\n")
    if block.kind == "page" and cut and head.strip() in allowed.heads:  # the head of a column, said again on a new page
        block = replace(block, text=below)
    block = replace(block, text=allowed.named.sub(NAME, block.text))
    for piece in pieces(block.text):
        found = _strange(name, piece, block, allowed)
        if found and block.kind == "page":  # where the thin space of thousands is a plain one, and a cell cuts a word
            found = min(found, _strange(name, SPLIT.sub("", piece), block, allowed), key=len)
        yield from found


def _strange(name: str, piece: str, block: "Block", allowed: Known) -> list[Stray]:
    own = replace(block, text=piece)
    return [
        Stray(name, block.where, before, after, any(token == known for _, known in allowed.left))
        for before, token, after in _around(tokens(piece))
        if not _allowed(before, token, after, own, allowed)
    ]


def _allowed(before: str, token: str, after: str, block: "Block", allowed: Known) -> bool:
    if (before, token, after) in allowed.both or before in NUMBERED or ROWS.fullmatch(block.text.strip()):
        return True
    if block.fact:
        return token in allowed.facts.get(block.fact, frozenset())
    lefts, rights = (before, token) in allowed.left, (token, after) in allowed.right
    if block.kind == "button":
        return token in allowed.opening
    if block.kind == "image":
        return token in allowed.drawn or token in WORDS or _scale(token) or lefts or rights
    if block.kind == "page":  # lines of a page are folded anywhere
        side_by_side = before[0].isdigit() or after[0].isdigit()  # a table, read across its columns
        if (before, token[:-1].rstrip(".")) in allowed.left or (side_by_side and token in allowed.drawn):
            return True  # the first: the mark of a note against a number
        chapter, numbers = after.partition(".")[0], (token + after.replace(".", "")).isdecimal()
        if before == EDGE and numbers and 0 < int(chapter) <= allowed.headed:
            return True  # a page of the contents, then the number of the next heading: « 3 », « 2.1 »
        cells = (tokens(line) for line in block.text.split("\n") if cell(line))
        drawn = any(token in one for one in cells) and (token in allowed.drawn or token in WORDS or _scale(token))
        lefts = lefts or (after, token) in allowed.left  # the name of a bar, which a page may have below its number
        alone = re.fullmatch(r"\s*\d+\s*(/|sur)?\s*\d*\s*", block.text) is not None  # the number of the page
        return lefts or rights or drawn or after in allowed.headings or before in allowed.ends or alone
    if block.kind == "heading" and before == EDGE or before[0].isdigit() and after in allowed.headings:
        return True
    sides = [side for side, neighbour in ((lefts, before), (rights, after)) if neighbour != EDGE]
    return all(sides) if sides else False


def misread_numbers(found: Mapping[str, Sequence[Stray]]) -> list[str]:
    """The PDFs in which only the order of words is lost, as where a table is read across its columns: each of their strays is a
    number of the released text, and the web pages of the same source have all of theirs in place. `found`: document → its
    strays."""
    pages = [own for name, own in found.items() if name.endswith(".html")]
    return [
        name
        for name, own in found.items()
        if name.endswith(".pdf") and own and all(one.elsewhere for one in own) and pages and not any(pages)
    ]


def _scale(token: str) -> bool:
    """Whether a number of an image may be a mark of its scale: zero, a year, or a round number."""
    return bool(re.fullmatch(r"0+|(19|20)\d\d|[125]0+|\d+0|25|75", token.replace(",", "")))


def message(found: list[Stray]) -> str:
    """The French message; empty when nothing was found."""
    if not found:
        return ""
    head = f"{len(found)} {french.plural(len(found), 'nombre imprimé n’est', 'nombres imprimés ne sont')} pas du registre :"
    end = (
        "Le texte dont ces documents sont faits n’a que des nombres du registre : rien de ce que l’équipe a écrit n’est à "
        "corriger. C’est un défaut du programme, à signaler avec ces lignes, qui ne disent aucun nombre."
    )
    lines = [
        f"- {stray.document}, {stray.where} : entre « {stray.before.strip(EDGE)} » et « {stray.after.strip(EDGE)} »"
        for stray in found[:40]
    ]
    return french.typographic("\n".join([head, *lines, end, ""]))


# -- Rendered documents as blocks of text -------------------------------------------------------------------------
# Everything a reader, a screen reader or a curious program finds in them.
SPOKEN = ("alt", "aria-label", "aria-description", "title", "content", "value", "placeholder")
OPENS = ", ouvrir la fiche"  # what the page says of a number that opens its card
GENERATOR = re.compile(r"(pandoc|Typst|Quarto)\s[\d.]+|initial-scale=[\d.]+|\(16:9\)")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
FOLDS = re.compile(r"[ \t\r\n\f\v]+")  # spaces of layout, the no-break ones apart
FACT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
AROUND = ("lieu", "periode", "chapitre")  # columns of the data that are the study's, or the document's
COUNTS = ("Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Slides", "Notes", "TotalTime")
STATISTICS = re.compile(
    rf"<(?:\w+:)?({'|'.join((*COUNTS, 'HiddenSlides', 'MMClips', 'AppVersion', 'i4'))})>[^<]*</[^>]+>"
)
UNREAD = re.compile(  # parts of a document that hold no word of it
    "theme|styles|settings|fontTable|numbering|slideLayout|slideMaster|presProps|viewProps|notesMaster"
)
PAGINATION = ("PAGE", "NUMPAGES")  # fields of a page foot: the program's own counts
SLIDE_NUMBER = "slidenum"  # the same on a slide and on its notes
DATES = re.compile(r"<dcterms:\w+[^>]*>[^<]*</dcterms:\w+>|<cp:revision>\d+</cp:revision>")


@dataclass(frozen=True)
class Block:
    """One run of text: where it is, and what it is (text, heading, image, page)."""

    where: str
    text: str
    kind: str = "text"
    fact: str = ""  # whose record it is


def blocks(name: str, content: bytes) -> Iterator[Block]:
    """Every block of a document, by the end of its name. Raises ValueError for one that is not known. The programs that
    made it and the counts that they keep of their own (pages, words) are left out."""
    readers = {".html": _html, ".svg": _svg, ".docx": _office, ".pptx": _office, ".xlsx": _sheets, ".pdf": _pdf}
    readers |= {".csv": _csv, ".json": _described, ".cff": _described}
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix not in readers:
        raise ValueError(f"no reader for {suffix}")
    for block in readers[suffix](content):
        named = GENERATOR.sub("", block.text)
        yield block if named == block.text else replace(block, text=named)


def _html(content: bytes) -> Iterator[Block]:
    page = re.sub(r"<style\b.*?</style>", "", content.decode(), flags=re.DOTALL)
    for drawing in DRAWING.findall(page):
        yield from _svg(drawing.encode())
    page = DRAWING.sub(" ", page)
    for encoded in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page):
        yield from _svg(base64.b64decode(encoded))
    for encoded in re.findall(r"data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)", page):
        yield from _csv(base64.b64decode(encoded))
    included = r"<script\b[^>]*type=[\"']application/(?:ld\+)?json[\"'][^>]*>(.*?)</script>"
    yield from (Block("données incluses", script) for script in re.findall(included, page, re.DOTALL))
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    for attribute, value in re.findall(r"\s([\w:-]+)=\"([^\"]*)\"", page):
        if (attribute in SPOKEN or attribute.startswith("data-")) and not value.startswith("data:"):
            label, opens, _ = html.unescape(value).partition(OPENS)
            yield Block(f"attribut {attribute}", label, "button" if opens else "text")
    page = re.sub(r"<math\b.*?</math>|<a[^>]*footnote-ref.*?</a>|<sup>.*?</sup>", " ", page, flags=re.DOTALL)
    page = re.sub(r"<span[^>]*header-section-number[^>]*>.*?</span>", "", page)
    page = re.sub(r"<(h[1-6])\b[^>]*>(.*?)</\1>", r"\n¤\2\n", page, flags=re.DOTALL)
    page = re.sub(r"</?(?:td|th|dt|dd)\b[^>]*>", " ", page)
    page = re.sub(r"\s*\n\s*", " ", page.replace("\n¤", "\ue000")).replace("\ue000", "\n¤")
    broken = "p|li|tr|table|div|section|figure|figcaption|caption|dl|ul|ol|nav|header|br|title|head|h\\d"
    page = re.sub(rf"</?(?:{broken})\b[^>]*>", "\n", page)
    for line in html.unescape(re.sub(r"<[^>]+>", "", page)).split("\n"):
        if line.strip():
            yield Block("texte de la page", line.removeprefix("¤"), "heading" if line.startswith("¤") else "text")


def _csv(content: bytes) -> Iterator[Block]:
    """A row is the record of the statement that it ends with; where statements come first, each cell is, but the name of the
    study, and the words that say of where and when it is."""
    header, *rows = csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";")
    first = header[0] == "identifiant"
    for row in rows if first else [header, *rows]:
        cells = (
            [(name, cell) for name, cell in zip(header, row, strict=False) if name != "etude"]
            if first
            else [("", " ".join(row))]
        )
        fact = row[0] if first else row[-1] if FACT.fullmatch(row[-1]) else ""
        yield from (Block("données", cell, fact="" if name in AROUND else fact) for name, cell in cells if cell)


def _described(content: bytes) -> Iterator[Block]:
    """What describes data: its texts, without dates, versions, lengths and digests."""
    said = re.findall(r'"?\b(?:title|description|abstract|message)"?: (.+?),?\n', content.decode())
    yield from (Block("description des données", one.strip('"')) for one in said)


def _svg(content: bytes) -> Iterator[Block]:
    text = content.decode()
    for attribute in re.findall(r"\s(?:aria-[\w-]+|data-[\w-]+|title|alt)=\"([^\"]*)\"", text):
        yield Block("étiquette cachée d’une image", html.unescape(attribute), "hidden")
    for tag, said in re.findall(r"<(title|desc|metadata)\b[^>]*>(.*?)</\1>", text, re.DOTALL):
        yield Block(f"{tag} d’une image", html.unescape(re.sub(r"<[^>]+>", " ", said)), "hidden")
    text = re.sub(r"<(title|desc|metadata|style|defs)\b.*?</\1>", "", text, flags=re.DOTALL)
    for said in re.findall(r"<text\b[^>]*>(.*?)</text>", text, re.DOTALL):
        yield Block("texte d’une image", html.unescape(re.sub(r"<[^>]+>", " ", said)), "image")


def _office(content: bytes) -> Iterator[Block]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".svg"):
                yield from _svg(archive.read(name))
            elif name.startswith("docProps/"):
                text = DATES.sub("", STATISTICS.sub("", archive.read(name).decode()))
                said = filter(str.strip, re.findall(r">([^<]+)<", text))
                yield from (Block(f"propriétés, {name}", html.unescape(one)) for one in said)
            elif re.fullmatch(r"(word|ppt)/.*\.xml", name) and not UNREAD.search(name):
                yield from _parts(name, ElementTree.fromstring(archive.read(name)))


def _parts(name: str, root: ElementTree.Element) -> Iterator[Block]:
    inside: set[int] = set()
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        for attribute in ("descr", "title"):
            if element.get(attribute):
                yield Block(f"{name}, texte de remplacement", str(element.get(attribute)))
        if kind == "tr" or (kind == "p" and id(element) not in inside and element.tag.endswith("main}p")):
            inside |= {id(one) for one in element.iter()}
            cells = [one for one in element.iter() if one.tag.endswith("}tc")] or [element]
            yield Block(name, " ".join("".join(_said(cell)) for cell in cells))


def _said(element: ElementTree.Element) -> Iterator[str]:
    field, counted = "", False
    numbers = {id(text) for one in element.iter() if one.get("type") == SLIDE_NUMBER for text in one.iter()}
    for one in element.iter():
        kind = one.tag.rpartition("}")[2]
        if kind == "instrText":
            field = (one.text or "").strip()
        elif kind == "fldChar":
            counted = field in PAGINATION and str(one.get(f"{one.tag.rpartition('}')[0]}}}fldCharType")) == "separate"
        elif one.tag.endswith("main}t"):  # not the letters of a formula
            yield "" if counted or id(one) in numbers else one.text or ""
        elif kind in ("tab", "br", "p"):
            yield " "


def _sheets(content: bytes) -> Iterator[Block]:
    for sheet in openpyxl.load_workbook(BytesIO(content)).worksheets:
        of_ends = [at for at, head in enumerate(sheet[HEADER_ROW]) if END.search(str(head.value))]
        for row in sheet.iter_rows():
            said: list[str] = []
            for at, one in enumerate(row):
                if one.value is not None:
                    told = _shown(one.value, one.number_format)
                    ranged = at in of_ends and row[at - 1].value is not None  # printed as one: « 18 à 24 % »
                    said.append(f"{OF_END.sub('', said.pop())} à {told}" if ranged else told)
            fact = said[0] if said and FACT.fullmatch(said[0]) else ""
            if len(said) > 1 and sheet.title == "Sommaire":
                said = said[1:-1]  # the name of the sheet, which is cut from what it holds, and how many lines it has
            yield Block(f"feuille {sheet.title}", " ".join(said), fact=fact)
            yield from (Block(f"feuille {sheet.title}, commentaire", c.comment.text) for c in row if c.comment)


def _shown(value: object, form: str) -> str:
    if isinstance(value, dt.date):
        return french.date(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or form == "0":  # a year
        return str(value)
    before, digits, unit = re.fullmatch(r'(?:"([^"]*)")?([^"]*)(?:"([^"]*)")?', form).groups("")  # type: ignore[union-attr]
    decimals = len(digits.partition(".")[2].strip("%"))
    return before + (french.percent(value, decimals) if "%" in form else french.number(value, decimals) + unit)


def _pdf(content: bytes) -> Iterator[Block]:
    for page in pdf_pages(content):
        yield from (Block(page.where, line, "page") for line in page.text.split("\n\n"))
