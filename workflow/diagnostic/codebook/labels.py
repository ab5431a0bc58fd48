"""Labels as people and tools write them: one normal form, and the splitting of several labels joined in a cell."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

_SEPARATORS = re.compile(r"[,;]")
_NOT_KEPT = re.compile(r"[^a-z0-9<>+]+")  # « < 15 » and « 15 » are two labels


@lru_cache(maxsize=4096)  # headings and answers come back again and again
def normalise(text: str) -> str:
    """A label without case, accents or punctuation: « informé·e », « Informé(e) » → « informe e »."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    if not plain.isascii():
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.casefold()
    return _NOT_KEPT.sub(" ", plain).strip()


def by_spelling(spellings: Mapping[str, str]) -> dict[str, str]:
    """Each writing of an answer, normalised → its code; the first of two that are alike."""
    return {normalise(text): code for text, code in reversed(list(spellings.items()))}


def fragments(text: str) -> tuple[str, ...]:
    """The parts that a cell separator (comma or semicolon) would make of a label, each normalised."""
    return tuple(part for part in map(normalise, _SEPARATORS.split(text)) if part)


@lru_cache(maxsize=512)  # spellings are those of a codebook's lists
def _cut(spellings: tuple[tuple[str, str], ...]) -> dict[tuple[str, ...], str]:
    """The code of each spelling, as fragments."""
    return {fragments(spelling): code for spelling, code in spellings}


def longest(parts: Sequence[str], known: Mapping[tuple[str, ...], str]) -> tuple[list[str], list[int]]:
    """The codes of what parts say, one after another: at each place the most parts that are known together, a code written
    twice once; and the places, from 0, of the parts that are of none."""
    most = max(map(len, known), default=0) if len(parts) > 1 else 1
    codes, unknown, at = dict[str, None](), list[int](), 0
    while at < len(parts):
        widths = range(min(most, len(parts) - at), 0, -1)
        if width := next((one for one in widths if tuple(parts[at : at + one]) in known), 0):
            codes[known[tuple(parts[at : at + width])]] = None
        else:
            unknown.append(at)
        at += width or 1
    return list(codes), unknown


def longest_match(cell: str, spellings: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """(codes, unknown parts) of a cell where labels are joined by commas or semicolons.

    `spellings` maps every label and alias to its code. At each place the longest spelling wins, so that a label
    which holds a comma is not cut. A code written twice is kept once; parts that match nothing are given back, as is a cell of
    signs alone (« ? »), which is no blank.
    """
    raw = [part.strip() for part in _SEPARATORS.split(cell)]
    parts = [(plain, part) for part in raw if (plain := normalise(part))]
    codes, unknown = longest([plain for plain, _ in parts], _cut(tuple(spellings.items())))
    return codes, [parts[at][1] for at in unknown] if parts or not cell.strip() else [cell.strip()]


def ambiguous(spellings: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(short, long, next): cells where « short, next… » would be read as `long`.

    Without any, longest match gives back every joined set of spellings: a wrong choice needs a spelling that
    begins another one, whose remainder begins (or is begun by) a third.
    """
    cut = {spelling: fragments(spelling) for spelling in spellings}
    by_first: dict[str, list[str]] = {}
    for spelling, parts in cut.items():
        if parts:
            by_first.setdefault(parts[0], []).append(spelling)
    for long, parts in cut.items():
        for short in by_first.get(parts[0], ()) if len(parts) > 1 else ():
            width = len(cut[short])
            if width >= len(parts) or parts[:width] != cut[short]:
                continue
            rest = parts[width:]
            for following in by_first.get(rest[0], ()):
                shared = min(len(rest), len(cut[following]))
                if rest[:shared] == cut[following][:shared]:
                    yield short, long, following
