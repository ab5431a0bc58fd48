"""Rates per 100,000 inhabitants of what was counted or estimated of advertisements; two numbers set against each other.

A rate divides a printed number, and its limits, by a public population: no Poisson interval stands around a count of
ads, which come in clusters and mirrors. What professionals tell of persons gets no rate.

Two numbers of one indicator against each other: a ratio of rates, a difference of shares, from the first study to the
second, with limits by MOVER (Zou and Donner 2008), on the log of rates and on the points of shares: of d = a − b, low d
− √((a − aₗ)² + (bᵤ − b)²), high d + √((aᵤ − a)² + (b − bₗ)²). A number that was rounded at random adds the variance of
its rounding, at most a sixteenth of the square of the width that its claim leaves. Where one of the two has bounds, the
contrast has what both ends allow, and no number between them; where one has no limits, it has none either.

Of all pairs of a family of indicators together one may be said to differ, by chance alone, in one case in twenty (Holm
1979, step down); the printed limits are those of that step.
"""

import math
import re
from collections.abc import Collection, Sequence
from statistics import NormalDist
from typing import Any

import pandas as pd

from diagnostic.compare.tables import BARE
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.facts import ORIGINS
from diagnostic.findings.forms import estimated
from diagnostic.release.printed import read_back

PREFIX = "rate."  # of an id: the rate of the statement that follows
INHABITANTS = 100_000
BASE = "Population municipale de {years} : {people} (Insee)."
BASED = re.compile(re.escape(BASE).replace(r"\{years\}", "(.+?)").replace(r"\{people\}", "(.+?)"))


def rated(
    statements: pd.DataFrame, asked: Collection[str], territory: Sequence[str], year: int | None, people: pd.DataFrame
) -> pd.DataFrame:
    """The statements of one study, and a rate for each that is asked for as `rate.{id}` and prints a number.

    `territory`: Insee codes of départements; `year`: when the ads were counted; `people`: one row per département and
    year, as text. A territory without a known population, or a count without a year, has no rate.
    """
    found = _population(territory, year, people)
    bases = {one.removeprefix(PREFIX) for one in asked if one.startswith(PREFIX)}
    if found is None or not bases:
        return statements
    rows = [_rate(one, *found) for one in statements.itertuples(index=False) if one.statement_id in bases]
    made = pd.DataFrame([row for row in rows if row], columns=columns("compare/statements"))
    return pd.concat([statements, made], ignore_index=True) if len(made) else statements


def _population(territory: Sequence[str], year: int | None, populations: pd.DataFrame) -> tuple[int, str] | None:
    """Inhabitants and the year of their census, each département in the year nearest to `year`, the earlier of two; none
    unless all are known."""
    if year is None or not territory:
        return None
    people, years = 0, set()
    for code in territory:
        own = populations[populations["departement"].eq(code)]
        if own.empty:
            return None
        nearest = min(own.itertuples(), key=lambda one: (abs(int(one.year) - year), int(one.year)))
        people += int(nearest.population)
        years.add(nearest.year)
    return people, " et ".join(sorted(years))


def _rate(one: Statement, people: int, years: str) -> dict[str, Any] | None:
    """The rate of one statement; none if no number is printed."""
    if one.kind != "value" or math.isnan(one.shown_value):
        return None
    told = {name: read_back(one, getattr(one, name)) for name in ("shown_value", "shown_low", "shown_high")}
    told |= {name: getattr(one, name) for name in ("claim_low", "claim_high", "envelope_low", "envelope_high")}
    scaled = {name: value * INHABITANTS / people for name, value in told.items()}
    rounded = not scaled["claim_high"] - scaled["claim_low"] < 1  # of a number to hundreds no tenth of a rate is known
    decimals = 0 if rounded else 1
    low, high = (french.number(scaled[name], decimals) for name in ("shown_low", "shown_high"))
    inhabitants = f"{french.number(INHABITANTS)} habitant·es"
    return {
        **one._asdict(),
        **scaled,
        "statement_id": PREFIX + one.statement_id,
        "label": f"{one.label}, pour {inhabitants}",
        "measure": "rate",
        "formula": f"nombre imprimé × {french.number(INHABITANTS)} ÷ population",
        "decimals": decimals,
        "place": "rate",
        "printed": french.number(scaled["shown_value"], decimals),
        "printed_interval": f"{low} à {high}" if one.printed_interval else "",
        "printed_numerator": "",
        "printed_denominator": "",
        "method": f"{BASE.format(years=years, people=french.number(people))} {one.method}".strip(),
    }


def based(said: Statement) -> tuple[str, str] | None:
    """The inhabitants that a rate is of, as printed, and the year of their census; none of what is no rate."""
    found = BASED.match(said.method) if said.measure == "rate" else None
    return (found[2], found[1]) if found else None


Z = 1.959963984540054  # of limits at 95 %, which are those that statements print
ERROR = 0.05  # the chance that some pair of a family is said to differ where none does
NEAR = 1e-9  # of a limit, the error of its calculation
MOST = 12  # studies of an indicator past which pairs are too many to be printed
ORDER = ("sampling", "model", "bounds")  # from the firmest: the contrast has the weaker of both
MEASURES = {"rate": ("ratio", 2), "percent": ("difference", 1)}  # of a number → of the contrast, its decimals at most
METHODS = {  # kind of the limits of a contrast → how it was made
    "sampling": "Calculé des deux nombres imprimés et de leurs limites, arrondi compris (MOVER) : rien d’autre des deux études n’est "
    "lu. Limites élargies selon le nombre de paires de nombres de la même famille (Holm) : une paire au moins n’y paraîtrait différer, par "
    "hasard, qu’une fois sur vingt.",
    "bounds": "Ce que permettent les deux nombres imprimés, de bout en bout : d’un des deux au moins, les bornes seules sont connues.",
    "none": "Calculé des deux nombres imprimés, dont un au moins l’est sans limites : ce qui sépare les méthodes peut faire tout l’écart, qui ne dit pas si les études diffèrent.",
}
APART, SAME, OPEN = "apart", "same", "open"  # what a contrast says of its two studies
Limits = tuple[float, float, float, str]  # value (nan between bounds), low, high, kind


def contrasts(
    pairs: pd.DataFrame, numbers: pd.DataFrame, statements: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`contrasts`, one row per pair of studies whose numbers compare, with caution or without, and the statements of
    what is printed of them. Rates and shares only: a count is no rate.

    `pairs`, `numbers`: one row per indicator and pair of studies, and study; `statements`: one per printed number.
    """
    said = {one.statement_id: one for one in statements.itertuples()}
    known = {(one.indicator, one.study): said[one.statement_id] for one in numbers.itertuples()}
    first = numbers.drop_duplicates("indicator").set_index("indicator")
    few = {indicator for indicator, own in numbers.groupby("indicator") if len(own) <= MOST}
    kept = list(pairs[pairs["verdict"].ne("not") & pairs["indicator"].isin(few)].itertuples())
    of = [(known[pair.indicator, pair.other], known[pair.indicator, pair.study]) for pair in kept]
    steps = _steps([str(first.at[pair.indicator, "family"]) for pair in kept], of)
    rows, made = [], []
    for pair, both, step in zip(kept, of, steps, strict=True):
        found = contrast(*both, step)
        if found is not None:
            name = f"contrast.{pair.indicator}.{pair.study}.{pair.other}"
            rows.append((pair.indicator, pair.study, pair.other, name, pair.verdict))
            made.append(_statement(name, first.at[pair.indicator, "title"], both[::-1], found))
    return pd.DataFrame(rows, columns=columns("compare/contrasts")), pd.DataFrame(
        made, columns=columns("compare/statements")
    )


def _steps(families: Sequence[str], of: Sequence[tuple[Statement, Statement]]) -> list[float]:
    """The standard errors of the limits of each contrast, among all of its family."""
    steps = [Z] * len(of)
    for family in dict.fromkeys(families):
        own = [at for at, one in enumerate(families) if one == family]
        for at, step in zip(own, holm([apart(*of[at]) for at in own]), strict=True):
            steps[at] = step
    return steps


def contrast(one: Statement, other: Statement, z: float = Z) -> Limits | None:
    """The first number over the second (rates), or less the second (shares), with limits and their kind, or limits alone where
    they are bounds; none where one of the two is not printed as a number, is no rate or share, or a rate is zero. `z`: how many
    standard errors the limits of an estimate are from its value."""
    scaled = _scaled(one, other)
    if scaled is None:
        return None
    first, second = scaled
    back = math.exp if one.measure == "rate" else float
    value = first[0] - second[0]
    if estimated(one) and estimated(other):
        down, up = _errors(first, second)
        low, high = value - z * down, value + z * up
        kind = max(one.interval_kind, other.interval_kind, key=ORDER.index)
    elif "none" in (one.interval_kind, other.interval_kind):
        return back(value), math.nan, math.nan, "none"
    else:
        value, low, high, kind = math.nan, first[1] - second[2], first[2] - second[1], "bounds"
    return back(value), back(low), back(high), kind


def _scaled(one: Statement, other: Statement) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Value and limits of two numbers where their contrast is a difference; none where they have none."""
    unsaid = math.isnan(one.shown_value) or math.isnan(other.shown_value)
    if unsaid or one.measure not in MEASURES or one.measure != other.measure:
        return None
    ratio = one.measure == "rate"
    if ratio and min(*ends(one)[1:], *ends(other)[1:]) <= 0:
        return None
    first, second = (tuple((math.log if ratio else float)(value) for value in ends(each)) for each in (one, other))
    return first, second


def _errors(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The standard errors of a difference, downward and upward."""
    down = math.hypot(first[0] - first[1], second[2] - second[0]) / Z
    return down, math.hypot(first[2] - first[0], second[0] - second[1]) / Z


def apart(one: Statement, other: Statement) -> float:
    """How many standard errors two estimates are apart; nan where one is none."""
    scaled = _scaled(one, other)
    if scaled is None or not (estimated(one) and estimated(other)):
        return math.nan
    difference = scaled[0][0] - scaled[1][0]
    error = _errors(*scaled)[difference < 0]
    return abs(difference) / error if error else math.inf * bool(difference)


def holm(distances: Sequence[float]) -> list[float]:
    """Per pair the number of standard errors of its limits, given how many each is apart (nan: `Z`): of m the furthest
    is judged at 1/m of the error, the next at 1/(m − 1), until one is not apart; all others as that one."""
    normal = NormalDist()
    tested = sorted((at for at, one in enumerate(distances) if not math.isnan(one)), key=lambda at: -distances[at])
    steps, left, failed = [Z] * len(distances), len(tested), False
    for at in tested:
        steps[at] = normal.inv_cdf(1 - ERROR / (2 * left))
        failed = failed or distances[at] <= steps[at]
        left -= not failed
    return steps


def contrast_verdict(said: Statement, asked: bool = False) -> str:
    """Whether a contrast says that its two studies differ, that its limits, as they are printed, do not separate them,
    or neither: it has no limits, or it is of what two sets of professionals were `asked`."""
    if not said.printed_interval:
        return OPEN
    low, high = (read_back(said, end) for end in (said.shown_low, said.shown_high))
    if low <= (said.measure == "ratio") <= high:
        return SAME
    return OPEN if asked else APART


def ends(said: Statement) -> tuple[float, float, float]:
    """Value and limits of a number as printed, its rounding included; of a rate, of the number that it divides."""
    value, low, high = (
        end if said.measure == "rate" else read_back(said, end)
        for end in (said.shown_value, said.shown_low, said.shown_high)
    )
    low, high = (value if math.isnan(end) else end for end in (low, high))
    least, most = (value if math.isnan(end) else float(end) for end in (said.claim_low, said.claim_high))
    if estimated(said):
        rounding = Z * (most - least) / 4
        return value, value - math.hypot(value - low, rounding), value + math.hypot(high - value, rounding)
    return value, min(low, least), max(high, most)


def _statement(name: str, title: str, of: tuple[Statement, Statement], found: Limits) -> dict[str, Any]:
    """What is printed of a contrast of two numbers."""
    value, low, high, kind = found
    one = of[0]
    measure, most = MEASURES[one.measure]
    # a point of a share that was rounded to whole points has no tenth
    decimals = min(most, *(int(said.decimals) for said in of)) if measure == "difference" else most
    if kind == "bounds":  # outward: what they leave out is left out by the printed ones
        low, high = (math.floor(low * 10**decimals + NEAR), math.ceil(high * 10**decimals - NEAR))
        low, high = (end / 10**decimals for end in (low, high))
    sign, signs = (
        f"{french.NBSP}{french.plural(round(number, decimals), 'point')}" if measure == "difference" else ""
        for number in (value, max(abs(low), abs(high)))
    )
    ends = [] if kind == "none" else [french.number(end, decimals) for end in (low, high)]
    limits, alone = f"{' à '.join(ends)}{signs}" if ends else "", math.isnan(value)
    return {
        **BARE,
        "statement_id": name,
        "study": "",
        "label": f"{title} : {'rapport' if measure == 'ratio' else 'différence'} entre les deux études",
        "unit": one.unit,
        "measure": measure,
        "universe": one.universe,
        "formula": "second nombre imprimé ÷ premier" if measure == "ratio" else "second nombre imprimé − premier",
        "source_table": "compare/numbers",
        "origin": max((said.origin for said in of), key=ORIGINS.index),
        "decimals": decimals,
        "place": "contrast",
        "kind": "limits" if alone else "value",
        "printed": limits if alone else french.number(value, decimals) + sign,
        "printed_interval": limits,
        "interval_kind": kind,
        "shown_value": value,
        "shown_low": low,
        "shown_high": high,
        "claim_low": low if ends else value,
        "claim_high": high if ends else value,
        "method": METHODS.get(kind, METHODS["sampling"]),
    }
