"""Printed values: the integers that one printed text allows, before any other figure is looked at."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ROUNDINGS = (
    *("exact", "integer_percent", "rounded", "approx", "at_least", "at_most"),
    *("more_than", "less_than", "integer"),
)
COUNTS = {"count", "years", "months", "minutes", "euro"}
RANGES = {"range", "age_range"}
DATES = {"date", "month", "year", "date_range", "year_range"}
UNCOUNTED = {"rule", "share", "mean_age", "mean"}
UNITS = COUNTS | RANGES | DATES | UNCOUNTED | {"percent"}
LARGEST = 10**8  # beyond it, products of two counts would leave the solver's 64-bit integers

_NUMBER = re.compile(r"^\d+(\.\d+)?$")
_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_SEASON = re.compile(r"^(\d{4})-(early|spring|summer|autumn|winter|late)$")
# Generous on purpose: a season read too narrowly would invent a contradiction.
_SEASON_MONTHS = {
    "early": (1, 4),
    "spring": (3, 6),
    "summer": (6, 9),
    "autumn": (9, 12),
    "winter": (1, 12),
    "late": (9, 12),
}


class Unreadable(ValueError):
    """A value that its unit or its rounding does not allow; the message says why, in French."""


@dataclass(frozen=True)
class Share:
    """A printed percentage: the count k behind it on a base B satisfies low·B ≤ 100·k ≤ high·B.

    `low` and `high` are in percent; `open_high` when the upper bound itself is excluded (half rounds up).
    """

    low: Decimal
    high: Decimal
    open_high: bool


Bounds = tuple[int, int | None]


def count_bounds(value: str, rounding: str) -> Bounds:
    """Smallest and largest integer behind a printed count; None where it has no largest one.

    `approx` is a value half-rounded to its last digit that is not zero: « environ 50 » is 45 to 54.
    """
    printed = _number(value)
    if printed != printed.to_integral_value():
        raise Unreadable("un effectif est un nombre entier.")
    whole = int(printed)
    if rounding == "approx":
        half = Decimal(step(printed)) / 2
        return max(0, _ceiling(printed - half)), _ceiling(printed + half) - 1
    bounds: dict[str, Bounds] = {
        "exact": (whole, whole),
        "at_least": (whole, None),
        "more_than": (whole + 1, None),
        "at_most": (0, whole),
        "less_than": (0, whole - 1),
    }
    if rounding not in bounds:
        raise Unreadable(f"l’arrondi « {rounding} » ne convient pas à un effectif.")
    return bounds[rounding]


def share(value: str, rounding: str) -> Share:
    """The window of shares that print as `value`. Half rounds up, as the studies do."""
    printed = _number(value)
    if rounding == "integer_percent" and printed != printed.to_integral_value():
        raise Unreadable("un pourcentage arrondi à l’entier s’écrit sans décimale.")
    if rounding in ("integer_percent", "rounded", "approx"):
        unit = Decimal(step(printed)) if rounding == "approx" else Decimal(1)
        unit = unit.scaleb(_exponent(printed))
        return Share(printed - unit / 2, printed + unit / 2, True)
    windows = {
        "exact": Share(printed, printed, False),
        "at_least": Share(printed, Decimal(100), False),
        "at_most": Share(Decimal(0), printed, False),
        "more_than": Share(printed, Decimal(100), False),
        "less_than": Share(Decimal(0), printed, True),
    }
    if rounding not in windows:
        raise Unreadable(f"l’arrondi « {rounding} » ne convient pas à un pourcentage.")
    return windows[rounding]


def range_ends(value: str) -> tuple[int, int]:
    """« 2..8 » → (2, 8)."""
    low, dots, high = value.partition("..")
    if not dots or not low.isdigit() or not high.isdigit() or int(low) > int(high):
        raise Unreadable("un intervalle s’écrit « 2..8 », le plus petit d’abord.")
    return int(low), int(high)


def days(value: str, unit: str) -> tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]:
    """First and last possible day of the beginning, and of the end, of a printed date or period."""
    if unit in ("date_range", "year_range"):
        first, slash, last = value.partition("/")
        if not slash:
            raise Unreadable("une période s’écrit « début/fin ».")
        start, end = _day(first), _day(last)
        if start[0] > end[1]:
            raise Unreadable("la période finit avant de commencer.")
        return start, end
    return _day(value), _day(value)


def step(printed: Decimal) -> int:
    """The weight of the last digit that is not zero: 50 → 10, 273 → 1, 300 → 100, 0 → 1."""
    if printed == 0 or printed != printed.to_integral_value():
        return 1
    digits = str(int(printed))
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def _number(value: str) -> Decimal:
    if not _NUMBER.match(value):
        raise Unreadable("la valeur n’est pas un nombre (chiffres, point décimal, sans espace ni signe).")
    printed = Decimal(value)
    if printed > LARGEST:
        raise Unreadable("la valeur dépasse cent millions, plus grand nombre que l’audit sache vérifier.")
    return printed


def _exponent(printed: Decimal) -> int:
    """Minus the number of decimals printed: 92.3 → -1, 92 → 0."""
    exponent = printed.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _ceiling(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _day(text: str) -> tuple[dt.date, dt.date]:
    season = _SEASON.match(text)
    if season:
        first, last = _SEASON_MONTHS[season[2]]
        return dt.date(int(season[1]), first, 1), _month_end(int(season[1]), last)
    found = _DATE.match(text)
    if not found:
        raise Unreadable("une date s’écrit AAAA, AAAA-MM ou AAAA-MM-JJ.")
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day:
            exact = dt.date(year, int(month), int(day))
            return exact, exact
        if month:
            return dt.date(year, int(month), 1), _month_end(year, int(month))
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise Unreadable("cette date n’existe pas.") from error


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
