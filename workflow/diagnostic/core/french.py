"""French typography for readers: numbers, percentages, dates, agreement."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

NBSP, NNBSP = "\u00a0", "\u202f"
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def reworded(text: str, words: Mapping[str, str]) -> str:
    """A text with some of its words in other words, one after another."""
    for before, after in words.items():
        text = text.replace(before, after)
    return text


def number(value: float, decimals: int = 0) -> str:
    """1234.5 → « 1 234,5 » (narrow no-break spaces, decimal comma, half rounded up as the study does)."""
    if value is None or math.isnan(value):
        return "–"
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9)
    whole, part = divmod(scaled, 10**decimals)
    text = f"{whole:,}".replace(",", NNBSP)
    if decimals:
        text += "," + str(part).zfill(decimals)
    return ("−" if value < 0 and scaled else "") + text


def percent(value: float, decimals: int = 0) -> str:
    """62.96 → « 63 % »."""
    return f"{number(value, decimals)}{NBSP}%"


def date(value: dt.date | str) -> str:
    """2018-12-01 → « 1er décembre 2018 »."""
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{'1er' if day.day == 1 else day.day}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def month(value: str) -> str:
    """2018-09 → « septembre 2018 »."""
    year, number_of_month = value.split("-")
    return f"{MONTHS[int(number_of_month) - 1]} {year}"


def collated(text: str) -> str:
    """The text as French sorts it: « Béthune » before « Boulogne »."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def slug(place: str) -> str:
    """A place's name as the end of an identifier: « Boulogne-sur-Mer » → boulogne-sur-mer. A letter that no accent makes of a
    Latin one is told by its number, so that « Мост » is not « Ἀθῆναι »."""
    text = unicodedata.normalize("NFKD", place.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(
        c if c.isascii() else f"x{ord(c):x}" if c.isalnum() else " " * (not unicodedata.combining(c)) for c in text
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "lieu"


def quoted(text: str) -> str:
    """Straight double quotes as « quotation marks », with the spaces that they ask for."""
    text = re.sub(r'"\s*([^"]*?)\s*"', rf"«{NBSP}\1{NBSP}»", text)
    return re.sub(r"»(?=\w)", "» ", text)


def plural(count: float, one: str, many: str | None = None) -> str:
    """The noun that agrees with a count: French keeps the singular below 2."""
    return one if abs(count) < 2 else (many or one + "s")


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The text with a small first letter, the rest as it is."""
    return text[:1].lower() + text[1:]


@lru_cache(maxsize=4096)  # a faulty column says the same of each of its cells
def typographic(text: str) -> str:
    """Set the no-break spaces that French punctuation asks for, wherever a plain space was typed."""
    text = re.sub(r" ([;!?])", NNBSP + r"\1", text)
    text = re.sub(r" ([:»%€])", NBSP + r"\1", text)
    text = re.sub(r"« ", "«" + NBSP, text)
    text = re.sub(r"\b(n°|p\.) (?=\d)", r"\1" + NBSP, text)
    return text.replace("'", "’")
