"""Phone numbers in French text, written in digits or said in words. Patterns are read on a flat copy (`folding.flat`)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from diagnostic.privacy.folding import clean, flat

Span = tuple[int, int]  # offset and length in the flat text
# Published numbers of help lines and emergency services: 112, 3919, 116 006… are too short to be taken for a
# person's; these have ten digits (Viols Femmes Informations; Non au harcèlement and Stop djihadisme are 4 or 10).
PUBLISHED = frozenset({"0800059595", "0800202223", "0800005696"})

_RUN = re.compile(r"(?<![a-z0-9_])(?:\+|\(\+?)?(?:\d+|o[1-9]\d*)(?:[ .\-/_()]{1,3}\d+)*(?![a-z0-9_])")
_GROUP = re.compile(r"o?\d+")
_FRENCH = re.compile(r"0[1-9]\d{8}")
_FROM_ABROAD = re.compile(r"(?:0033|33)0?[1-9]\d{8}")
_SHORT, _FOREIGN, _PREFIXED = re.compile(r"[1-9]\d{8}"), re.compile(r"[1-9]\d{8,14}"), re.compile(r"00[1-9]\d{8,13}")
_WITHOUT_ZERO = {(9,), (1, 2, 2, 2, 2), (3, 3, 3)}
_SHORTEST, _LONGEST = 9, 17  # digits of a phone number, whatever is written before it
# How people write ten digits. Any other grouping is a row of a table before it is a phone.
_GROUPINGS = {
    (10,), (2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3), (4, 6), (2, 8), (2, 4, 4), (2, 3, 3, 2), (2, 3, 5), (2, 2, 3, 3),
    (2, 2, 6), (3, 3, 4), (3, 7), (1, 9), (1, 1, 8), (1, 1, 2, 2, 2, 2), (1, 3, 2, 2, 2),
}  # fmt: skip
_LABEL = re.compile(
    r"\b(?:tel|tels|telephone\w*|portables?|mobiles?|phones?|gsm|whats ?app|joindre|joignable|appel\w*|rappel\w*|sms|fax|"
    r"numero|num)\b[^\n\d]{0,25}$"
)
_LABEL_HEADING = re.compile(
    r"tel(?:ephone)?s?\b|tel(?:ephone)?_|portable|mobile|phone|gsm|whats ?app|contact|joindre|numero"
)


def _phone_length(groups: list[str], gaps: list[str], plus: str, labelled: bool) -> int:
    """How many of the first groups make a phone number, 0 when none do. `gaps`: what stands between them;
    `plus`: the sign before them, with its space."""
    digits, best, attached = "", 0, plus.endswith(("+", "+("))
    for count, group in enumerate(groups, start=1):
        digits += group
        if len(digits) > _LONGEST:
            break
        if len(digits) < _SHORTEST:
            continue
        shape = tuple(map(len, groups[:count]))
        signs = set("".join(gaps[: count - 1])) - set(" ()")
        if len(signs) > 1 and not (plus or labelled) or groups[0] == "0" and gaps[0].strip() in (".", ","):
            return best  # dates side by side, a decimal number
        if _FRENCH.fullmatch(digits) and (shape in _GROUPINGS or labelled):
            return 0 if digits in PUBLISHED else count
        if _FROM_ABROAD.fullmatch(digits) and (plus or digits.startswith("0033") or count == 1 or labelled):
            return count
        if labelled and shape in _WITHOUT_ZERO and _SHORT.fullmatch(digits):
            best = count  # a spreadsheet took the zero away
        foreign = attached and "/" not in signs and _FOREIGN.fullmatch(digits)
        if foreign and not digits.startswith("33"):
            best = count
        if len(groups[0]) >= 4 and _PREFIXED.fullmatch(digits) and not digits.startswith("0033"):
            best = count
    return best


def written(text: str, labelled: bool) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        if run.end() - run.start() < 9:
            continue
        found = list(_GROUP.finditer(run[0]))
        groups = [g[0].replace("o", "0") for g in found]
        ends = [*(run[0][a.end() : b.start()] for a, b in itertools.pairwise(found)), ""]
        start = 0
        while start < len(groups):
            at = run.start() + found[start].start()
            before = text[max(0, at - 2) : at]
            plus = before if before.endswith("+") or before in ("+(", "+ ") else ""
            called = labelled or bool(_LABEL.search(text[max(0, at - 45) : at]))
            near = slice(start, start + _LONGEST + 1)
            count = _phone_length(groups[near], ends[near], plus, called)
            if count:
                end = run.start() + found[start + count - 1].end()
                if count > 1 or not _decimal(text, at, end):
                    yield at, end - at
                start += count
            else:
                start += 1


def _decimal(text: str, start: int, end: int) -> bool:
    """Whether glued digits are a part of a decimal number: 0.0612345678, not « tel.06… » nor « 33612345678.0 »."""
    head = re.search(r"\d[.,]$", text[max(0, start - 2) : start])
    tail = re.match(r"[.,](?!0(?!\d))\d", text[end : end + 3])
    return bool(head or tail)


_UNITS = ["zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
          "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]  # fmt: skip
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


def _number_words() -> dict[str, int]:
    """Folded French names of 0 to 99, hyphens as spaces: « soixante et onze » → 71."""
    words = {name.replace("-", " "): value for value, name in enumerate(_UNITS)} | {"une": 1, "quatre vingts": 80}
    for ten, name in _TENS.items():
        name = name.replace("-", " ")
        words[name] = ten
        for unit in range(1, 20 if ten in (60, 80) else 10):
            word = _UNITS[unit].replace("-", " ")
            words[f"{name} {word}"] = ten + unit
            if unit in (1, 11):
                words[f"{name} et {word}"] = ten + unit
    return words


_WORDS = _number_words()
_NAMES = "|".join(w.replace(" ", "[ -]") for w in sorted(_WORDS, key=len, reverse=True))
_SPOKEN = re.compile(rf"(?<![a-z0-9])(?:(?P<w>{_NAMES})|(?P<d>\d{{1,10}}))(?![a-z0-9])")
_SPOKEN_PHONE = re.compile(r"(?:0033|33|0)0?[1-9]\d{8}")


def spoken(text: str) -> Iterator[Span]:
    """Phones said in words, or in words and digits: « zéro six, douze, 34, cinquante-six, 78 »."""
    tokens = list(_SPOKEN.finditer(text))
    if not any(token["w"] for token in tokens):
        return
    start = 0
    while start < len(tokens):
        digits, spoken, end = "", False, start
        while end < len(tokens) and len(digits) < 13:
            token = tokens[end]
            if end > start and not re.fullmatch(r"[ ,.;/+\-\n]{1,3}", text[tokens[end - 1].end() : token.start()]):
                break
            spoken = spoken or token["w"] is not None
            digits += token["d"] or str(_WORDS[token["w"].replace("-", " ")])
            end += 1
            if spoken and _SPOKEN_PHONE.fullmatch(digits):
                yield tokens[start].start(), token.end() - tokens[start].start()
                start = end - 1
                break
        start += 1


def labels(heading: str) -> bool:
    """Whether the title of a column says that phones stand in it."""
    return bool(heading and _LABEL_HEADING.search(flat(clean(heading))))
