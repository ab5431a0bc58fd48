"""A text cut into words, numbers and signs: every sign of it is understood, or it is not read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from diagnostic.counts.numerals import GLUE, numeral
from diagnostic.counts.words import GROUP_OF

YEARS = range(1900, 2101)


class NotRead(Exception):
    """The text is outside the grammar."""


class Token(NamedTuple):
    text: str
    number: int | None = None
    spelled: bool = False
    like_a_year: bool = False


_ACCENTS = frozenset("\u0300\u0301\u0302\u0308\u0327")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SIGNS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "−": "-", "—": "–"})
# Thousands are parted by a space; a line break or a tab between two digits parts two answers.
_BROKEN_NUMBER = re.compile(r"(?<=[0-9])\s*[^\S \u00a0\u2007\u2009\u202f]\s*(?=[0-9])")
_INCLUSIVE = re.compile(
    r"\b([a-z]+)(?:[·•‧∙⋅.](?:(?:e|ne|le)[·•‧∙⋅.]?s?|s)|\((?:(?:e|ne|le)s?|s)\)s?|-e(?:-s)?)(?![a-z0-9])"
)
_UNDER_AGE = re.compile(r"\b(?:agee?s? )?de moins de (?:18|dix[- ]huit) ans\b")
_LEXER = re.compile(
    r"(?P<space> )"
    r"|(?P<bad>[0-9]+(?:[.,][0-9])|0[0-9]|[0-9]{10,})"
    r"|(?P<aine>(?:8|10|12|15|20|30|40|50|60|100)aines?(?![a-z]))"
    r"|(?P<grouped>[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]))"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<short>(?:pers|env|approx|max|maxi|mini|min)\.)"
    r"|(?P<word>[a-z]+'?)"
    r"|(?P<sign>\+/-|\+-|>=|<=|[≥≤><~≈±+\-–/&,()])"
)


def fold(text: str) -> str:
    """Lower case, without the accents of French, one plain space for any white space, one kind of sign."""
    decomposed = unicodedata.normalize("NFD", text.translate(_INVISIBLE).casefold())
    letters: list[str] = []
    for sign in decomposed:
        if sign in _ACCENTS and letters and letters[-1].isalpha():
            continue
        letters.append(sign)
    broken = _BROKEN_NUMBER.sub(" ; ", "".join(letters).translate(_SIGNS))
    folded = re.sub(r"\s+", " ", broken).strip()
    return folded if folded.endswith("..") else folded.removesuffix(".").rstrip()


def _inclusive(match: re.Match[str]) -> str:
    stem = match[1]
    return stem if stem in ("un", "aucun", "seul") else f"{stem}s"


def tokenise(folded: str) -> list[Token]:
    """The text cut into words, numbers and signs; raises NotRead on anything else."""
    words = _UNDER_AGE.sub("mineurs", _INCLUSIVE.sub(_inclusive, folded))
    words = re.sub(r"\+ ?ou ?-(?= |[0-9]|$)|\+/-|\+-", "±", words)
    cut = list(_cut(words))
    tokens: list[Token] = []
    texts = [token.text for token in cut]
    at = 0
    while at < len(cut):
        found = numeral(texts, at)
        if found is None:
            tokens.append(cut[at])
            at += 1
            continue
        loose = numeral(texts, at, GLUE | {"–"})
        if loose and loose[1] > found[1]:  # "quatre - vingt": 80, or from 4 to 20?
            raise NotRead
        value, at = found
        tokens.append(Token("", value, spelled=True, like_a_year=value in YEARS))
    return tokens


def _cut(text: str) -> Iterable[Token]:
    at = 0
    while at < len(text):
        match = _LEXER.match(text, at)
        if match is None or match.lastgroup == "bad":
            raise NotRead
        yield from _token(match, text)
        at = match.end()


def _token(match: re.Match[str], text: str) -> Iterable[Token]:
    kind, found = match.lastgroup, match[0]
    if kind in ("digits", "grouped"):
        value = int(found.replace(" ", ""))
        yield Token("", value, like_a_year=kind == "digits" and value in YEARS)
    elif kind == "aine":
        size = int(found.split("a")[0])
        yield Token(GROUP_OF[size])
    elif kind == "word" and found in ("zero", "aucun", "aucune"):
        yield Token("", 0, spelled=True)
    elif kind == "sign" and found == "-":
        glued = text[match.start() - 1 : match.start()].strip() and text[match.end() : match.end() + 1].strip()
        yield Token("-" if glued else "–")
    elif kind != "space":
        yield Token({"d'": "de", "jusqu'": "jusque"}.get(found, found.removesuffix(".")))
