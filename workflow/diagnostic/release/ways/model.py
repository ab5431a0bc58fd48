"""Numbers that name no members: how a count, a share or the result of a model is rounded, and other choices of counting."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable

import numpy as np
import pandas as pd

from diagnostic.estimate.catalogue import ids, ways
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.editions import ledger
from diagnostic.release.editions.ledger import Ground, Row, discreet, number, put, row, withheld
from diagnostic.release.populations.policy import CLASSES
from diagnostic.release.populations.rounding import STEP, Draw, claim, first_step, least
from diagnostic.release.ways.way import DESCRIBED, Printed, Scope, Sentence, Way

RANGE = 10  # of the ends of a range of choices
CHOICE = "choices"  # the family of one choice of counting changed: of persons, one range for all (`sensitivity`)
# The standard error from imperfect recall, what the copies that a search missed add, is told as the next multiple.
RECALL_ERROR, RECALL_ERROR_STEP = "persons.source.recall", 20
# What the duplicates of the sample alone give. One duplicate more or less moves its ends by hundreds: rounded outward as an
# estimate is, it would leave one to seven numbers of persons seen, which are rounded.
FROM_DUPLICATES = "persons.indicative"
LIMITS = "Limites : le nombre imprimé, l’erreur de tirage d’une telle part, et l’arrondi, par pas de 5 points."
OF_INTERVAL = re.compile(r"^Intervalle [^.]*\.")  # how the limits of the true share are computed: these are not printed
CHOICES = Ground("choices", "Fourchette des choix de calcul, arrondie vers l’extérieur.")


# -- Counts and shares ---------------------------------------------------------------------------------------------
def _key(fact: Row) -> str:
    """What is counted, for a draw: facts that count the same draw the same."""
    return "/".join(str(fact[name]) for name in ("source_table", "unit", "value", "numerator", "denominator"))


def _either(fact: Row, smaller: float) -> str:
    """What is counted by a share, and what is left of its base, for one draw of both: `smaller` is the smaller of the two."""
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    parts = sorted(str(one) for one in (part, whole - part))
    return "/".join([str(fact["source_table"]), str(fact["unit"]), f"{smaller:.8f}", *parts])


def rounded(fact: Row, scope: Scope, name: str, smallest: int = 0) -> Row:
    """A count without members that can be named, rounded like one with them."""
    policy, threshold = scope.policy, scope.policy.threshold(name, fact["fact_id"])
    rules = policy.rules.rounding
    base = rules.base if threshold <= policy.rules.thresholds.ordinary else rules.sensitive_base
    counted = number(fact["value"])
    if fact["measure"] != "count" or not counted >= max(threshold, smallest):
        return withheld(fact, ledger.SMALL, threshold=max(threshold, smallest), named=CLASSES[name])
    value = scope.draws.random_round(round(counted), base, fact["unit"], _key(fact), first=first_step(base, threshold))
    if value < least(base, threshold):
        return withheld(fact, ledger.DRAW)
    said = claim(value, base, threshold)
    part = float(value) if not math.isnan(number(fact["numerator"])) else math.nan
    return row(fact, "shown", ledger.ROUNDED, float(value), claim=(said.low, said.high), part=part, said={"base": base})


def points(fact: Row, scope: Scope) -> Row:
    """A share to one of its two neighbouring multiples of STEP points, never all or nothing, with the limits of `_around`.

    What is left of its base is drawn with it: two answers of which every one is one or the other add up to 100, and say no
    more together than either does.
    """
    value = number(fact["value"])
    # The same number from both sides: facts have twelve digits, one decimal less above ten than under it.
    smaller = round(100 - round(max(value, 100 - value), 10), 8)
    low = STEP * math.floor(smaller / STEP)
    up = scope.draws.uniform("points", _either(fact, smaller)) < (smaller - low) / STEP
    told = float(max(low + (STEP if up else 0), STEP))
    told = told if value <= 50 else 100 - told
    ends: Row = {}
    if not math.isnan(number(fact["low"]) + number(fact["high"])):
        method = OF_INTERVAL.sub("", discreet(fact["method"], scope.policy))
        half = max(value - fact["low"], fact["high"] - value)
        ends = {**_around(told, value, half), "method": " ".join([LIMITS, *method.split()])}
    claimed = (max(0.0, told - STEP), min(100.0, told + STEP))
    return row(fact, "shown", ledger.ROUNDED, told, claim=claimed, said={"base": f"{STEP} points"}, **ends)


def _around(told: float, value: float, half: float) -> dict[str, float]:
    """The limits of a printed share `told`: the sampling error `half` of the true one, carried to where p (1 − p) is largest
    among what `told` stands for (it goes as its square root), and the rounding, in whole steps on both sides. The limits of
    the true share would say it finer than its rounding does, and a region's less the others would then leave one
    département few ads.
    """
    widest = min(max(50.0, told - STEP), told + STEP)
    spread = math.sqrt(value * (100 - value))
    error = half * math.sqrt(widest * (100 - widest)) / spread if spread else half
    reach = STEP * (math.ceil(error / STEP) + 1)
    return {"low": max(0.0, told - reach), "high": min(100.0, told + reach)}


# -- Results of models ---------------------------------------------------------------------------------------------
def significant(value: float, digits: int = 2) -> float:
    """A number to its first significant digits."""
    if not value or math.isnan(value):
        return value
    step = 10 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(step * math.floor(value / step + 0.5))


def estimate(fact: Row, scope: Scope, of_place: bool = False) -> Row:
    """An output of a model: two significant digits. Of persons or of a place, never finer than RANGE and drawn, its ends
    outward: two digits of a number under a hundred are the number itself."""
    threshold, draw = scope.policy.rules.thresholds.ordinary, scope.draws
    if number(fact["value"]) < threshold:
        return withheld(fact, ledger.SMALL, threshold=threshold)
    value, low, high = (number(fact[name]) for name in ("value", "low", "high"))
    given: Row = {"method": discreet(fact["method"], scope.policy)}
    if fact["unit"] not in DESCRIBED and not of_place:
        ends = {"low": significant(low), "high": significant(high)}
        return row(fact, "shown", ledger.MODEL, significant(value), **ends, **given)
    name, told = fact["fact_id"], math.nan
    if not math.isnan(value):
        step = step_of(value)
        told = float(step * math.floor(value / step + draw.uniform("model", name)))
        given |= {"claim": (max(threshold, told - step), told + step)}
    ends = {}
    if not math.isnan(low + high) and low >= RANGE:
        outer = (outward(low, -1, name, draw, step_of(low)), outward(high, 1, name, draw, step_of(high)))
        ends = {"low": np.fmin(outer[0], told), "high": np.fmax(outer[1], told)} if outer[0] >= RANGE else {}
    # without the limits that it has, a number of persons would be read as a sure one
    bare = not math.isnan(low + high) and fact["unit"] in DESCRIBED
    if told < RANGE or (not ends and (math.isnan(told) or bare)):
        return withheld(fact, ledger.DRAW) | {"method": given["method"]}
    return row(fact, "shown", ledger.MODEL, told, **given, **ends)


def step_of(value: float) -> int:
    """What a model's number on persons is a multiple of: its second digit, RANGE at least."""
    return max(RANGE, int(10 ** (math.floor(math.log10(value)) - 1)))


def outward(value: float, sign: int, name: str, draw: Draw, step: int = RANGE) -> float:
    """The end of a range on a multiple of `step` beyond the value, further by chance the nearer it is: unbiased steps."""
    shift = step * draw.uniform("range", name, str(sign))
    return float(step * (math.floor((value - shift) / step) if sign < 0 else math.ceil((value + shift) / step)))


def result(fact: Row, scope: Scope) -> Row | None:
    """An error, of persons: coarse enough for a draw not to be read off it. Nothing of what the duplicates alone give."""
    if str(ids.read(fact["fact_id"]).plain) == FROM_DUPLICATES:
        return withheld(fact, ledger.SECONDARY)
    if fact["fact_id"] == RECALL_ERROR and fact["measure"] == "error":
        step = RECALL_ERROR_STEP
        return row(fact, "shown", ledger.MODEL, float(step * math.ceil(number(fact["value"]) / step)))
    if fact["measure"] == "error" and ways.fits(fact):
        return row(fact, "shown", ledger.MODEL, math.floor(significant(number(fact["value"])) + 0.5))
    return None


def of_choice(fact: Row) -> bool:
    """Whether a fact is one choice of counting changed."""
    return ids.read(fact["fact_id"]).family == CHOICE


def on_persons(fact: Row, scope: Scope) -> Row:
    """An estimate of persons that names no group."""
    told = ways.fits(fact) and fact["measure"] == "estimate" and not of_choice(fact)
    return estimate(fact, scope) if told else withheld(fact, ledger.LIST)


# -- Other choices of counting --------------------------------------------------------------------------------------
def sensitivity(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Other counting choices on persons: one range per headline, the same in every choice, its ends drawn outward. Not even
    that a choice changes nothing is told: two numbers that happen to be equal would be. The verdicts with them."""
    choices = facts["fact_id"].map(lambda one: ids.read(one).family).eq(CHOICE) & facts["unit"].isin(list(DESCRIBED))
    if not choices.any():
        return verdicts
    plain = facts["fact_id"].map(ids.unchanged)
    places = {ids.flat(name): at for at, name in facts["fact_id"].items()}
    rows: dict[Hashable, Row] = {}
    for name, own in facts[choices].groupby(plain[choices]):
        headline = places.get(str(name))
        if headline is None or verdicts.loc[headline, "verdict"] != "shown":
            continue
        values = [*own["value"], facts.loc[headline, "value"]]
        kept = facts.loc[headline]
        step = step_of(kept["value"]) if kept["measure"] == "estimate" else RANGE  # no finer than the headline
        low, high = (
            outward(end, sign, str(name), scope.draws, step) for end, sign in ((min(values), -1), (max(values), 1))
        )
        # All that the printed headline stands for is inside the range, which narrows it by nothing: no attack need know of it.
        told = verdicts.loc[headline, ["shown_value", "claim_low", "claim_high"]].astype(float)
        low, high = min(low, step * math.floor(told.min() / step)), max(high, step * math.ceil(told.max() / step))
        if own["measure"].eq("percent").all():
            high = min(high, 100.0)
        if low < RANGE:
            continue
        made = (row(fact, "shown", CHOICES, low=float(low), high=float(high)) for fact in own.to_dict("records"))
        rows |= dict(zip(own.index, made, strict=True))
    return put(verdicts, rows)


def followed(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> np.ndarray:
    """Variants of facts that are not published: other counting choices, central numbers, shares of situations."""
    verdict = dict(zip(map(ids.flat, facts["fact_id"]), verdicts["verdict"], strict=True))
    mask = np.zeros(len(facts), dtype=bool)
    for place, (fact, unit, group) in enumerate(zip(facts["fact_id"], facts["unit"], facts["group"], strict=True)):
        if group or unit not in PEOPLE or verdicts["verdict"].iloc[place] != "shown":
            continue
        names = ids.otherwise(fact) - {ids.flat(fact)}
        mask[place] = any(verdict.get(name, "shown") != "shown" for name in names)
    return mask


def _estimated(printed: Printed) -> pd.DataFrame:
    own = printed.of(DESCRIBED, "estimate")
    return own[own["shown_value"].notna()]


ESTIMATED = Way(
    decide=result,
    ungrouped=on_persons,
    sentences={
        "estimated": Sentence(
            "Un nombre estimé de personnes",
            "est arrondi à la dizaine, au hasard, et plus largement au-delà de mille ; ses bornes le sont vers l’extérieur.",
            _estimated,
        )
    },
)
