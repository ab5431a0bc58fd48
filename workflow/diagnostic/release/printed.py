"""How a fact is written: number, percentage, date or period, interval. These are the printed forms of statements."""

import contextlib
import datetime as dt
import math
import re
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.release.populations.policy import SYMBOL

WITHHELD = SYMBOL
PROTECTED = "(protégé)"  # in the team's own comparison with a publication: not printed again
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
SEASONS = {"spring": "printemps", "summer": "été", "autumn": "automne", "winter": "hiver"}
SEASONS |= {"early": "début", "late": "fin"}
ISO_SEASON = re.compile(rf"\d{{4}}-({'|'.join(SEASONS)})")


def moment(text: str) -> str:
    """An ISO date, month, year or period in French: 2018-09/2018-12 → « septembre 2018 – décembre 2018 »; 2015/2020 → « 2015-2020 »; one end when both are the same, the year or month that both share once. What is no date stays as it is."""
    first, _, last = text.partition("/")
    if _is_day(first) and _is_day(last) and first != last and first[:4] == last[:4]:
        start = french.date(first).removesuffix(f" {first[:4]}")
        if first[:7] == last[:7]:
            start = start.partition(french.NBSP)[0]
        return f"{start} – {french.date(last)}"
    parts = []
    for part in dict.fromkeys(text.split("/")):
        if _is_day(part):
            parts.append(french.date(part))
        elif ISO_MONTH.fullmatch(part):
            parts.append(french.month(part))
        elif ISO_SEASON.fullmatch(part):
            parts.append(f"{SEASONS[part[5:]]} {part[:4]}")
        else:
            parts.append(part)
    return ("-" if all(part.isdigit() for part in parts) else " – ").join(parts)


def _is_day(text: str) -> bool:
    """Whether the text is a day that exists."""
    if ISO_DATE.fullmatch(text):
        with contextlib.suppress(ValueError):
            return bool(dt.date.fromisoformat(text))
    return False


def number(fact: Any, value: float) -> str:
    """One value of a fact at its precision, with its unit sign."""
    decimals = int(fact.decimals)
    return french.percent(value, decimals) if fact.measure == "percent" else french.number(value, decimals)


def read_back(fact: Any, value: float) -> float:
    """One value of a fact as its printed form gives it to who reads it, without what the precision leaves out."""
    if math.isnan(value):
        return value
    scale = 10 ** int(fact.decimals)
    return math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value)


def interval(fact: Any) -> str:
    """The released limits of a fact: « 239 à 307 »; empty without interval."""
    if pd.isna(fact.shown_low) or pd.isna(fact.shown_high):
        return ""
    decimals = int(fact.decimals)
    text = f"{french.number(fact.shown_low, decimals)} à {french.number(fact.shown_high, decimals)}"
    return f"{text}{french.NBSP}%" if fact.measure == "percent" else text


def value(fact: Any) -> str:
    """What may be printed of a fact: its value, else its limits, else that it is not published."""
    if fact.verdict == "withheld":
        return WITHHELD
    if isinstance(fact.value_text, str) and fact.value_text:
        return moment(fact.value_text)
    if pd.isna(fact.shown_value):
        return interval(fact) or WITHHELD
    return number(fact, fact.shown_value)


def count(value: float) -> str:
    """A numerator or a denominator; empty without one."""
    return "" if pd.isna(value) else french.number(value, 0 if float(value).is_integer() else 1)
