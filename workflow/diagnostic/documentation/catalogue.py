"""The catalogue of facts: what each is, from the texts of the strands, and where the report prints it, from its sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from diagnostic.codebook import loading
from diagnostic.codebook.indicators import CODED, Indicator
from diagnostic.codebook.model import Codebook
from diagnostic.estimate.people.described import among
from diagnostic.estimate.tables import UNITS
from diagnostic.estimate.texts.strands import STRANDS, every
from diagnostic.estimate.texts.text import Text, words

CHAPTERS, REPORT = "report/chapitres", "workflow/diagnostic/report"
SOURCES = {
    "chapitres": (CHAPTERS, "*.qmd"),
    "tableaux": (f"{REPORT}/grids", "*.py"),
    "graphiques": (f"{REPORT}/charts", "*.py"),
    "constats": ("workflow/diagnostic/findings", "sentences.py"),
    "pistes": ("config", "pistes.yaml"),
}
QUOTED = re.compile(r'"([^"\n]*)"')
CITED = re.compile(r"\{\w+:([^{}|]+)")  # in a sentence of a finding
NAME = re.compile(r"[a-z_]+\\?\.\S*")

WORD = r"\{\w+\}"
STANDS_FOR = ("a", "01", "2020", "2020-01")  # what a word of an id may be; after a letter it may also be nothing
OR = " ; ou "  # between the formulas of a number that may have an interval
Row = tuple[str, ...]
Named = dict[str, dict[str, list[str]]]  # chapters, tables, charts, findings → file → what it names


def sections(root: Path) -> Iterator[tuple[str, list[Row]]]:
    """Title and rows of each strand: id or pattern, label, unit, universe, formula, where it is printed."""
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    named = {kind: _named(root, *source) for kind, source in SOURCES.items()}
    for strand, table in every().items():
        said = [row for pattern, text in table.items() for row in rows(pattern, text, codebook)]
        yield STRANDS[strand], [(f"`{row[0]}`", *row[1:], _where(row[0], named)) for row in said]


def indicators(codebook: Codebook) -> dict[str, list[tuple[str, Indicator]]]:
    """The words that stand for the whole id of an indicator of the codebook: the ids that they may be."""
    persons, professionals = codebook.counted("person"), codebook.counted("professional")
    return {
        "person_count": [(one.count_id, one) for one in persons],
        "person_share": [(one.share_id, one) for one in persons],
        "person_indicator": [(one.fact_id, one) for one in persons if one.as_situations],
        "situation_indicator": [(one.fact_id, one) for one in codebook.counted("situation")],
        "coded_indicator": [(one.fact_id, one) for one in professionals if one.fact_id.startswith(CODED)],
        "professional_indicator": [(one.fact_id, one) for one in professionals if not one.fact_id.startswith(CODED)],
        "ad_indicator": [(one.share_id, one) for one in codebook.counted("ad")],
    }


def rows(pattern: str, text: Text, codebook: Codebook) -> Iterator[Row]:
    """Id or pattern, label, unit, universe, formula: one row, or one per indicator of the codebook where it stands for them."""
    formulas = dict.fromkeys((text.formula, text.opened.formula))
    said = (text.label, UNITS[text.unit], text.universe, OR.join(formulas))
    known = indicators(codebook)
    whole = [word for word in words(pattern) if word in known]
    if not whole:
        yield pattern, *said
    for fact_id, indicator in (one for word in whole for one in known[word]):
        filled = {f"{{{whole[0]}}}": fact_id, "{name}": indicator.label, "{among}": among(indicator)}
        yield tuple(_filled(part, filled) for part in (pattern, *said))


def _filled(text: str, values: dict[str, str]) -> str:
    for word, value in values.items():
        text = text.replace(word, value)
    return text


def _where(pattern: str, named: Named) -> str:
    """« chapitres presse, synthese ; tableaux press »: the sources that name a fact of this pattern."""
    ids, own = list(_ids(pattern)), matching(pattern)
    found = {
        kind: [
            name
            for name, texts in files.items()
            if any(own.fullmatch(t) or any(map(_regex(t).fullmatch, ids)) for t in texts)
        ]
        for kind, files in named.items()
    }
    return " ; ".join(f"{kind} {', '.join(names)}" for kind, names in found.items() if names)


def matching(pattern: str) -> re.Pattern[str]:
    """The ids of a pattern."""
    first, *others = re.split(WORD, pattern)
    found, before = re.escape(first), first
    for part in others:
        found += ("[^.]*" if before[-1:].isalpha() else "[^.]+") + re.escape(part)
        before = part
    return re.compile(found)


def _ids(pattern: str) -> Iterator[str]:
    """Some ids that a pattern may stand for."""
    parts = re.split(WORD, pattern)
    choices = [(*STANDS_FOR, "") if part[-1:].isalpha() else STANDS_FOR for part in parts[:-1]]
    for chosen in product(*choices):
        yield "".join(part + word for part, word in zip(parts, (*chosen, ""), strict=True))


def _named(root: Path, folder: str, files: str) -> dict[str, list[str]]:
    """File → what it names: ids of facts, patterns of ids, beginnings of ids."""
    return {
        path.stem: [text for text in dict.fromkeys(_texts(path)) if NAME.fullmatch(text)]
        for path in sorted((root / folder).glob(files))
    }


def _texts(path: Path) -> Iterator[str]:
    """The texts of a source between quotes; where a value is put in, `{}`. A table of indicators prints shares too."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        yield from CITED.findall(source)
        return
    if path.suffix != ".py":
        for line in source.splitlines():
            yield from QUOTED.findall(line)
            yield from (f"{name}_pct" for name in QUOTED.findall(line) if "grid." in line)
        return
    nodes = list(ast.walk(ast.parse(source)))
    joined = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for parts in joined for part in parts}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
            yield from CITED.findall(node.value)
    for parts in joined:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


@cache
def _regex(text: str) -> re.Pattern[str]:
    """What a name stands for: a regular expression as it is, a beginning, an id."""
    if "\\" in text:
        return re.compile(text.replace("{}", "[^.]+"))
    end = ".*" if text.endswith((".", "_")) else ""
    return re.compile("[^.]+".join(map(re.escape, text.split("{}"))) + end)
