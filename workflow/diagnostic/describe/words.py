"""What people write in cells: dates and numbers in words, bands of ages, other rows' numbers, several answers at once.

A text is read only where every sign of it is understood; what is not is left as it is, for the reading to tell it.
"""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from diagnostic.codebook.labels import by_spelling, longest_match, normalise
from diagnostic.codebook.model import Option
from diagnostic.counts.reading import read_counts

# -- Dates --------------------------------------------------------------------------------------------------------
# Written in French, a day before its month. What names no single day (« mi-mai », « 3 ou 4 mai », « hier ») is not read.
_MONTHS = "janv fevr mars avri mai juin juil aout sept octo nove dece".split()
_DAYS = frozenset("lundi mardi mercredi jeudi vendredi samedi dimanche le".split())


def as_date(text: str, year: str = "") -> str:
    """« le mardi 12 mai 2026 », « 1er févr. 26 », « 12.05.26 » → « 2026-05-12 », « 2026-02-01 »…; a text that names no
    single day stays as it is. `year`: that of a day and a month without one."""
    words = [word for word in normalise(re.sub(r"[./-]", " ", text)).split() if word not in _DAYS]
    if len(words) == 2 and year.isdigit():
        words.append(year)
    if len(words) != 3:
        return text
    if len(words[0]) == 4:
        words = words[::-1]
    day, month = words[0].removesuffix("er"), words[1]
    stems = [at for at, stem in enumerate(_MONTHS, start=1) if month.startswith(stem) or (month == stem[:3] != "jui")]
    number = stems[0] if len(stems) == 1 else int(month) if month.isdigit() else 0
    if not (day.isdigit() and words[2].isdigit() and len(words[2]) in (2, 4)):
        return text
    try:
        return dt.date(int(words[2]) + (2000 if len(words[2]) == 2 else 0), number, int(day)).isoformat()
    except ValueError:
        return text


# -- Whole numbers ------------------------------------------------------------------------------------------------
def as_numbers(texts: Iterable[str]) -> dict[str, str]:
    """Each text that names one number of persons or of things (« deux », « une dizaine », « 3 ou 4 ») → the study's number,
    by the rules that numbers of persons are read with."""
    asked = [text for text in dict.fromkeys(texts) if text and not text.isdigit()]
    if not asked:
        return {}
    read = read_counts(pd.Series(asked, dtype=object))
    pairs = zip(asked, read["study_value"], read["for_a_human"], strict=True)
    return {text: str(int(value)) for text, value, human in pairs if not human and not pd.isna(value)}


# -- Bands of ages, as intervals ----------------------------------------------------------------------------------
_BAND = (
    (re.compile(r"(?:entre )?(\d{1,2})(?: ans)? (?:a|et|ans)? ?(\d{1,2})(?: ans)?"), (0, 0)),
    (re.compile(r"(?:moins de|<) ?(\d{1,2})(?: ans)?"), (None, -1)),
    (re.compile(r"(?:plus de|>) ?(\d{1,2})(?: ans)?"), (1, None)),
    (re.compile(r"(\d{1,2})(?: ans)? ?(?:et plus|ou plus|\+|et au dela)"), (0, None)),
    (re.compile(r"a partir de (\d{1,2})(?: ans)?"), (0, None)),
    (re.compile(r"(\d{1,2})(?: ans)? (?:et|ou) moins|jusqu a (\d{1,2})(?: ans)?"), (None, 0)),
)


def as_band(text: str) -> tuple[float, float] | None:
    """« moins de 18 ans », « 35 et plus », « 18-25 », « mineure » → the first and the last age, both included."""
    plain = normalise(text)
    for stem, ages in {"mineur": (0, 17), "majeur": (18, math.inf), "adulte": (18, math.inf)}.items():
        if re.fullmatch(rf"{stem}(?: ?e)?(?: ?s)?", plain):
            return ages
    if plain.isdigit():
        return None
    for pattern, (low, high) in _BAND:
        if match := pattern.fullmatch(plain):
            ages_ = [int(one) for one in match.groups() if one]
            if len(ages_) == 2:
                return (ages_[0], ages_[1]) if ages_[0] <= ages_[1] else None
            first = 0.0 if low is None else ages_[0] + low
            return (first, math.inf if high is None else float(ages_[0] + high))
    return None


def covered(options: Sequence[Option], ages: tuple[float, float]) -> list[str]:
    """The codes of the bands that an interval of ages touches: a person of it is of one of these, and where they are all
    of one class (minors), of that class."""
    own = [(one.code, one.age_from) for one in options if one.age_from is not None]
    ends = [*(age - 1 for _, age in own[1:]), math.inf]
    return [code for (code, first), last in zip(own, ends, strict=True) if first <= ages[1] and last >= ages[0]]


# -- References to other rows -------------------------------------------------------------------------------------
_REFERENCE = re.compile(r"[^\d]*?([A-Za-z]?-?\d{1,6})\D{0,2}")


def _row_named(text: str, rows: Mapping[str, int]) -> int | None:
    """The row that a text names: by its number, without the zeros before it, or, where identities have letters, by one of them
    as it is written."""
    match = _REFERENCE.fullmatch(text.strip())
    number = re.sub(r"\D", "", match[1]).lstrip("0") if match else ""
    if number in rows:
        return rows[number]
    found = {rows[word] for word in re.split(r"[^\w-]+", text) if word in rows}
    return found.pop() if len(found) == 1 else None


def _rows_of(ids: Iterable[str]) -> dict[str, int]:
    """Each identity, without the zeros before it where it is a number → its row."""
    return {one.lstrip("0") if one.isdigit() else one: at for at, one in enumerate(ids) if one}


def groups(texts: Sequence[str], ids: Sequence[str], sign: str = "") -> list[str]:
    """Cells that hold other rows' numbers (« Doublon de l’annonce n° 12 ») → the label of each row's group: `sign` and the
    identity of the row that they lead to, that row included; a text that names no row stays as it is."""
    rows = _rows_of(ids)
    named = [_row_named(text, rows) if text else None for text in texts]
    lead = [at if one is None else one for at, one in enumerate(named)]
    for _ in range(len(lead)):
        further = [lead[one] for one in lead]
        if further == lead:
            break
        lead = further
    used = {lead[at] for at, one in enumerate(named) if one is not None}
    held = [one is not None or (at in used and not texts[at]) for at, one in enumerate(named)]
    return [f"{sign}{ids[lead[at]]}" if held[at] else text for at, text in enumerate(texts)]


def refers(cells: Mapping[str, int], ids: Iterable[str]) -> bool:
    """Whether most cells of a column name other rows by their identities, in words."""
    rows = _rows_of(ids)
    hits = sum(count for text, count in cells.items() if _row_named(text, rows) is not None)
    return bool(rows) and any(re.search(r"[a-zé]{4}", text) for text in cells) and 2 * hits > sum(cells.values())


# -- Several answers in one cell ----------------------------------------------------------------------------------
def read_answers(text: str, spellings: Mapping[str, str], free: bool) -> tuple[list[str], list[str]]:
    """(codes, what is written that is none). `spellings`: each writing of an answer, as it is written, commas included →
    its code, "" for none; whole options first, the longest. With `free`, what is none is « Autre »."""
    if not text:
        return [], []
    found, unknown = longest_match(text, spellings)
    own, words = by_spelling(spellings), normalise(text).split()
    if unknown and (whole := own.get(normalise(text))) is not None:
        found, unknown = [whole], []
    if unknown and words and all(part in own for part in words):
        found, unknown = [own[part] for part in words], []
    other = ["other"] if unknown and free else []
    return list(dict.fromkeys(code for code in [*found, *other] if code)), unknown


def wholes(cells: Mapping[str, int], parts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Each cell → its answers, whole options put together again: an option that holds the sign that joins answers was cut.

    Two parts are one option where a bracket is open between them, where neither ever comes without the other, or where the
    second begins in lower case, unlike other answers, and never comes without the first.
    """
    alone, pairs = Counter[str](), Counter[tuple[str, str]]()
    for text, count in cells.items():
        alone.update(dict.fromkeys(parts[text], count))
        pairs.update(dict.fromkeys(zip(parts[text], parts[text][1:], strict=False), count))
    capitals = sum(part[:1].isupper() for part in alone) * 2 > len(alone)

    def one(first: str, second: str, before: str) -> bool:
        times = pairs[first, second]
        lower = capitals and second[:1].islower() and times == alone[second]
        return before.count("(") > before.count(")") or lower or (times == alone[first] == alone[second] and times >= 3)

    found = {}
    for text, own in parts.items():
        made: list[str] = []
        for at, part in enumerate(own):
            if at and one(own[at - 1], part, made[-1]):
                start = text.find(made[-1])
                made[-1] = text[start : text.find(part, start + len(made[-1])) + len(part)]
            else:
                made.append(part)
        found[text] = made
    return found
