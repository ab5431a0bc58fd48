"""Facts that name no group of the closed list: judged by what they count, and by where it comes from."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd

from diagnostic.estimate.catalogue import ways
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release import by_place, region
from diagnostic.release.claims import claim, first_step, least, rest
from diagnostic.release.closed_list import parse
from diagnostic.release.draws import Draw
from diagnostic.release.policy import CLASSES, Policy, strictest
from diagnostic.release.row import Row, discreet, number, put, row

# How many places are cited → the places themselves. Once all of them are shown, nobody was seen anywhere else; where
# they are most of the places there are, somebody was seen nearly everywhere.
CITED = {
    "places.communes": "territory.persons.commune.",
    "places.intercommunalities": "territory.persons.epci.",
}
DESCRIBED = ("consolidate/described", "consolidate/cases")  # tables of persons
RECALL = "persons.recall_pct"  # copies of coded ads that a search found, of few
# What those that it missed add to the error, told as the next multiple.
MISSED, MISSED_STEP = "persons.source.recall", 20
AGREEMENT = "agreement."  # between two coders, on the ads that both could answer of
CHOICE = "sensitivity."  # one choice of counting changed: of persons, one range for all of them (`sensitivity`)
VENUES = "venues.type."  # places at risk of one kind
ALL_VENUES = ("venues.high_risk", "venues.arrondissements")
OFFICE = "interviews.prosecutors"  # of an office that very few people hold
LIMITS = "Limites : le nombre imprimé, l’erreur de tirage d’une telle part, et l’arrondi, par pas de 5 points."
OF_INTERVAL = re.compile(r"^Intervalle [^.]*\.")  # how the limits of the true share are computed: these are not printed
RANGE = 10  # of the ends of a range of choices
LISTED = re.compile(
    r"quality\.rows\.(sites|ad_counts|ad_pages|press|practices|restitutions|actions)$"
)  # printed whole, of nobody
OF_PERSONS = re.compile(r"quality\.(rows|outcome|rule)(\.|$)")
# Coded attributes of no question of the codebook, by how their identifiers begin: what each tells.
HEADLINES = {
    **dict.fromkeys(("ads.nationality_stated_pct", "ads.countries_"), "origin"),
    **dict.fromkeys(("ads.age_missing_pct", "ads.mean_age", "audience.", "persons.seen"), "ordinary"),
    **{"ads.network_pct": "procuring", "profile.cited.": "ordinary", AGREEMENT: "ordinary"},
}


def harmless(fact: Row, policy: Policy, draw: Draw | None, described: bool) -> Row | None:
    """What counts no people, as it is, but coded attributes and places of ads, and rows of answers (`described`: where the
    study describes persons); None for the rest."""
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    way, elsewhere = fact["way"], fact["origin"] in by_place.OTHERS
    if way == "team":
        return row(fact, "withheld", "list")
    observed = draw is not None and not elsewhere
    if observed and draw is not None:
        if way == "declared" and ways.fits(fact):
            return _attribute(fact, policy, draw)
        if fact["fact_id"] == RECALL:
            return _points(fact, policy, draw)
        if by_place.of_ads(fact["fact_id"]):
            return _by_place(fact, policy, draw)
        if fact["fact_id"].startswith(by_place.ANSWERED):
            exact["whole"] = math.nan  # whose commune is known: less the communes that are named, the others
        if fact["fact_id"].startswith(AGREEMENT):
            exact |= {
                "part": math.nan,
                "whole": math.nan,
            }  # how many of the ads coded twice have an answer: nearly all of them
        few = by_place.STRUCTURES.fullmatch(fact["fact_id"]) or fact["fact_id"] == OFFICE
        if few and number(fact["value"]) < policy.rules.contributors.structures:
            return row(fact, "withheld", "contributors")
        if way == "each" and ways.fits(fact):
            return _each(fact, policy)
        if fact["fact_id"] == MISSED and fact["measure"] == "error":
            return row(fact, "shown", "model", float(MISSED_STEP * math.ceil(number(fact["value"]) / MISSED_STEP)))
        if fact["measure"] == "error" and way == "model" and ways.fits(fact):
            return row(fact, "shown", "model", math.floor(significant(number(fact["value"])) + 0.5))
        if described and LISTED.match(fact["fact_id"]):
            return row(fact, "shown", "harmless", fact["value"])  # without all rows, which count people
        if described and OF_PERSONS.match(fact["fact_id"]):
            return _rounded(fact, policy, draw, "ordinary")
        if fact["source_table"] in DESCRIBED and fact["measure"] in ("date", "text"):
            return row(fact, "withheld", "list")
        if fact["source_table"] in DESCRIBED and fact["unit"] == "commune":
            return _rounded(fact, policy, draw, "ordinary")
    cited = way == "service" and fact["origin"] == "published"  # with persons, of a service of another territory
    of_none = fact["unit"] not in PEOPLE or cited or fact["measure"] in ("date", "text", "error")
    if of_none and (elsewhere or ways.exact(fact)):
        return row(fact, "shown", "harmless", fact["value"], **exact)
    return None


def _each(fact: Row, policy: Policy) -> Row:
    """A number of what stands for one person each, or its share: as it is from the threshold on."""
    least = policy.rules.thresholds.ordinary
    share = fact["measure"] == "percent"
    if not number(fact["numerator"] if share else fact["value"]) >= least:
        return row(fact, "withheld", "small", said={"threshold": least, "named": CLASSES["ordinary"]})
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    return row(fact, "shown", "harmless", fact["value"], **exact)


def ungrouped(fact: Row, policy: Policy, draw: Draw) -> Row:
    """A fact on people that names no group, in a study with a key."""
    way = fact["way"]
    if way == "service":
        return row(fact, "withheld", "service")
    if not ways.fits(fact):
        return row(fact, "withheld", "list")
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    if fact["measure"] == "estimate" and not fact["fact_id"].startswith(CHOICE) and way in ("model", "participation"):
        return _model(fact, policy, draw)
    if way == "participation" and fact["unit"] in ("professional", "response"):
        return row(fact, "shown", "participation", fact["value"], **exact)
    if way == "own" and fact["unit"] == "professional" and fact["measure"] == "count":
        return _of_exact(fact, policy, draw)
    return row(fact, "withheld", "list")


def _of_exact(fact: Row, policy: Policy, draw: Draw) -> Row:
    """A count of those who took part, rounded, beside how many they are, which is exact: what is left, those of whom it is
    not true, may be as many numbers as the threshold."""
    told = _rounded(fact, policy, draw, "ordinary")
    left = rest(number(fact["denominator"]), told["claim_low"], told["claim_high"])
    return row(fact, "withheld", "secondary") if left < policy.rules.thresholds.ordinary else told


def thresholds(fact: Row, policy: Policy) -> Row:
    """A fact on people, or that does not leave as it is, in a study that holds nothing private: judged by its part and by what
    is left of its base, else by its value, against the highest threshold, but for professionals."""
    if fact["way"] == "service":
        return row(fact, "withheld", "service")
    professionals = fact["unit"] in ("professional", "response")
    name = "ordinary" if professionals else max(CLASSES, key=policy.rules.thresholds.of)
    threshold = policy.threshold(name, fact["fact_id"])
    share = fact["measure"] == "percent"
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    counted = part if not math.isnan(part) else math.nan if share else number(fact["value"])
    rest = whole - part if share else math.nan
    if counted < threshold or rest < threshold or (share and math.isnan(part)):
        said = {"threshold": threshold, "named": CLASSES[name] if name == "ordinary" else "seuil le plus haut"}
        return row(fact, "withheld", "small", said=said)
    exact = {"low": fact["low"], "high": fact["high"], "part": part, "whole": whole}
    return row(fact, "shown", "large", fact["value"], **exact)


def _key(fact: Row) -> str:
    """What is counted, for a draw: facts that count the same draw the same."""
    return "/".join(str(fact[name]) for name in ("source_table", "unit", "value", "numerator", "denominator"))


def _either(fact: Row, smaller: float) -> str:
    """What is counted by a share, and what is left of its base, for one draw of both: `smaller` is the smaller of the two."""
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    parts = sorted(str(one) for one in (part, whole - part))
    return "/".join([str(fact["source_table"]), str(fact["unit"]), f"{smaller:.8f}", *parts])


def _rounded(fact: Row, policy: Policy, draw: Draw, name: str, smallest: int = 0) -> Row:
    """A count without members that can be named, rounded like one with them."""
    rules, threshold = policy.rules.rounding, policy.threshold(name, fact["fact_id"])
    base = rules.base if threshold <= policy.rules.thresholds.ordinary else rules.sensitive_base
    counted = number(fact["value"])
    if fact["measure"] != "count" or not counted >= max(threshold, smallest):
        return row(fact, "withheld", "small", said={"threshold": max(threshold, smallest), "named": CLASSES[name]})
    value = draw.multiple(round(counted), base, fact["unit"], _key(fact), first_step(base, threshold))
    if value < least(base, threshold):
        return row(fact, "withheld", "draw")
    told = claim(value, base, threshold)
    part = float(value) if not math.isnan(number(fact["numerator"])) else math.nan
    return row(fact, "shown", "rounded", float(value), claim=(told.low, told.high), part=part, said={"base": base})


def _by_place(fact: Row, policy: Policy, draw: Draw) -> Row:
    """Ads of one place, or of several that have too few each. What is printed of these must leave each of them as many
    numbers as the threshold, whatever the others have: none has as many as are named."""
    smallest = policy.rules.geography.commune_ads
    if fact["measure"] == "count":
        told = _rounded(fact, policy, draw, "place", smallest)
    elif not number(fact["numerator"]) >= smallest:
        return row(fact, "withheld", "place")
    else:
        told = _model(fact, policy, draw) if fact["measure"] == "estimate" else _points(fact, policy, draw)
    places = len(parse(fact["group"])[1][0][1]) if fact["group"] else 0
    most = places * (smallest - 1) - (policy.threshold("place", fact["fact_id"]) - 1)
    narrow = places > 0 and told["verdict"] == "shown" and not told["claim_low"] <= most
    return row(fact, "withheld", "place") if narrow else told


def _attribute(fact: Row, policy: Policy, draw: Draw) -> Row:
    """An attribute of coded ads, or of the persons behind them, under the class of what it tells."""
    if fact["measure"] == "count":
        return _rounded(fact, policy, draw, class_of(fact["fact_id"], policy))
    name = class_of(fact["fact_id"], policy)
    threshold = policy.threshold(name, fact["fact_id"])
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    if fact["measure"] == "mean":
        enough = whole >= policy.rules.percentages.smallest_base
        return (
            row(fact, "shown", "model", float(round(number(fact["value"]))))
            if enough
            else row(fact, "withheld", "small")
        )
    if by_place.CODED.fullmatch(fact["fact_id"]):
        threshold = max(threshold, policy.rules.geography.commune_ads)  # ads at least for a place to be named
    if not (part >= threshold and whole - part >= threshold and whole >= policy.rules.percentages.smallest_base):
        return row(fact, "withheld", "small", said={"threshold": threshold, "named": CLASSES[name]})
    return _points(fact, policy, draw)


def class_of(fact_id: str, policy: Policy) -> str:
    """The class of a coded attribute, by its identifier: « profile.ad.variable.answer », an indicator of the codebook, or the
    name of a headline. Of what none of these knows, the strictest."""
    name = region.plain(fact_id)
    parts = name.split(".")
    if name in policy.coded:
        asked = (answer.partition("=") for answer in policy.coded[name])
        return strictest([policy.class_of_answer(variable, [answer]) for variable, _, answer in asked], policy)
    if parts[0] == "profile" and len(parts) > 3:
        variable, answer = parts[2], parts[3].removeprefix("only_")
        known = {"declared_country": "origin", "declared_place": "place"}
        if variable in known:
            return known[variable]
        if answer in ("missing", "first_five") or answer.startswith("at_least_"):
            return "procuring" if variable == "network_sign" else "ordinary"
        if variable in policy.options:
            return policy.class_of_answer(variable, [answer])
    told = (one for start, one in HEADLINES.items() if name.startswith(start))
    return next(told, strictest(list(CLASSES), policy))


def _points(fact: Row, policy: Policy, draw: Draw) -> Row:
    """A share to one of its two neighbouring multiples of STEP points, never all or nothing, with the limits of `_around`.

    What is left of its base is drawn with it: two answers of which every one is one or the other add up to 100, and say no
    more together than either does.
    """
    value = number(fact["value"])
    smaller = round(min(value, 100 - value), 8)  # the same number from both sides
    low = region.STEP * math.floor(smaller / region.STEP)
    up = draw.uniform("points", _either(fact, smaller)) < (smaller - low) / region.STEP
    told = float(max(low + (region.STEP if up else 0), region.STEP))
    told = told if value <= 50 else 100 - told
    ends: Row = {}
    if not math.isnan(number(fact["low"]) + number(fact["high"])):
        method = OF_INTERVAL.sub("", discreet(fact["method"], policy))
        half = max(value - fact["low"], fact["high"] - value)
        ends = {**_around(told, value, half), "method": " ".join([LIMITS, *method.split()])}
    claimed = (max(0.0, told - region.STEP), min(100.0, told + region.STEP))
    return row(fact, "shown", "rounded", told, claim=claimed, said={"base": f"{region.STEP} points"}, **ends)


def _around(told: float, value: float, half: float) -> dict[str, float]:
    """The limits of a printed share `told`: the sampling error `half` of the true one, carried to where p (1 − p) is largest
    among what `told` stands for (it goes as its square root), and the rounding, in whole steps on both sides. The limits of
    the true share would say it finer than its rounding does, and a region's less the others would then leave one
    département few ads.
    """
    widest = min(max(50.0, told - region.STEP), told + region.STEP)
    spread = math.sqrt(value * (100 - value))
    error = half * math.sqrt(widest * (100 - widest)) / spread if spread else half
    reach = region.STEP * (math.ceil(error / region.STEP) + 1)
    return {"low": max(0.0, told - reach), "high": min(100.0, told + reach)}


def significant(value: float, digits: int = 2) -> float:
    """A number to its first significant digits."""
    if not value or math.isnan(value):
        return value
    step = 10 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(step * math.floor(value / step + 0.5))


def _model(fact: Row, policy: Policy, draw: Draw) -> Row:
    """An output of a model: two significant digits. Of persons or of a place, never finer than RANGE and drawn, its ends
    outward: two digits of a number under a hundred are the number itself."""
    least = policy.rules.thresholds.ordinary
    if number(fact["value"]) < least:
        return row(fact, "withheld", "small", said={"threshold": least, "named": ""})
    value, low, high = (number(fact[name]) for name in ("value", "low", "high"))
    given: Row = {"method": discreet(fact["method"], policy)}
    if fact["unit"] not in ("person", "situation") and not by_place.of_ads(fact["fact_id"]):
        return row(fact, "shown", "model", significant(value), low=significant(low), high=significant(high), **given)
    name, told = fact["fact_id"], math.nan
    if not math.isnan(value):
        step = step_of(value)
        told = float(step * math.floor(value / step + draw.uniform("model", name)))
        given |= {"claim": (max(least, told - step), told + step)}
    ends = {}
    if not math.isnan(low + high) and low >= RANGE:
        outer = (_outward(low, -1, name, draw, step_of(low)), _outward(high, 1, name, draw, step_of(high)))
        ends = {"low": np.fmin(outer[0], told), "high": np.fmax(outer[1], told)} if outer[0] >= RANGE else {}
    # without the limits that it has, a number of persons would be read as a sure one
    bare = not math.isnan(low + high) and fact["unit"] in ("person", "situation")
    if told < RANGE or (not ends and (math.isnan(told) or bare)):
        return row(fact, "withheld", "draw") | {"method": given["method"]}
    return row(fact, "shown", "model", told, **given, **ends)


def step_of(value: float) -> int:
    """What a model's number on persons is a multiple of: its second digit, RANGE at least."""
    return max(RANGE, int(10 ** (math.floor(math.log10(value)) - 1)))


def sparse(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Kinds of places at risk to withhold, of the study's own: those of too few places, which a reader could go and find;
    then the smallest others, until the exact total leaves several kinds and enough places; and a total of too few, which is
    that of their kinds. A mask over the facts."""
    least = policy.rules.contributors.structures
    of_kinds = facts["fact_id"].str.startswith(VENUES)
    if not of_kinds.any():
        return of_kinds
    own = facts[of_kinds & ~facts["origin"].isin(by_place.OTHERS)]
    values = own.loc[found.loc[own.index, "verdict"].eq("shown"), "value"].sort_values(kind="stable")
    hidden = int(values.lt(least).sum())
    while 0 < hidden < len(values) and (hidden == 1 or values.iloc[:hidden].sum() < least):
        hidden += 1
    gone = facts.index.isin(values.index[:hidden]) & of_kinds
    few = len(own) and own["value"].sum() < least
    return gone | (facts["fact_id"].isin(ALL_VENUES) & ~facts["origin"].isin(by_place.OTHERS) if few else False)


def sensitivity(facts: pd.DataFrame, found: pd.DataFrame, draw: Draw) -> None:
    """Other counting choices on persons: one range per headline, the same in every choice, its ends drawn outward. Not even
    that a choice changes nothing is told: two numbers that happen to be equal would be. `found`, the rows of the ledger, is
    changed in place."""
    choices = facts["fact_id"].str.startswith(CHOICE) & facts["unit"].isin(["person", "situation"])
    if not choices.any():
        return
    plain = facts["fact_id"].str.replace(r"^sensitivity\.[^.]+\.", "", regex=True).str.replace(".", "_", regex=False)
    places = {
        name: at for at, name in zip(facts.index, facts["fact_id"].str.replace(".", "_", regex=False), strict=True)
    }
    for name, own in facts[choices].groupby(plain[choices]):
        headline = places.get(str(name))
        if headline is None or found.loc[headline, "verdict"] != "shown":
            continue
        values = [*own["value"], facts.loc[headline, "value"]]
        kept = facts.loc[headline]
        step = step_of(kept["value"]) if kept["measure"] == "estimate" else RANGE  # no finer than the headline
        low, high = (_outward(end, sign, str(name), draw, step) for end, sign in ((min(values), -1), (max(values), 1)))
        told = found.loc[headline, "shown_value"]  # inside the range: its ends move out to the next step
        low, high = min(low, step * math.floor(told / step)), max(high, step * math.ceil(told / step))
        if own["measure"].eq("percent").all():
            high = min(high, 100.0)
        if low < RANGE:
            continue
        made = (row(fact, "shown", "choices", low=float(low), high=float(high)) for fact in own.to_dict("records"))
        put(found, dict(zip(own.index, made, strict=True)))


def _outward(value: float, sign: int, name: str, draw: Draw, step: int = RANGE) -> float:
    """The end of a range on a multiple of `step` beyond the value, further by chance the nearer it is: unbiased steps."""
    shift = step * draw.uniform("range", name, str(sign))
    return float(step * (math.floor((value - shift) / step) if sign < 0 else math.ceil((value + shift) / step)))


def cited(facts: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Numbers of places that say of places not shown whether somebody was seen there."""
    mask = np.zeros(len(facts), dtype=bool)
    for counted, places in CITED.items():
        if not facts["fact_id"].eq(counted).any():
            continue
        named = facts["fact_id"].str.startswith(places) & facts["measure"].eq("count")
        shown = int((named & found["verdict"].eq("shown")).sum())
        all_named = (facts["value"] <= shown) & (shown > 0)
        nearly_all = 2 * facts["value"] > facts["denominator"].astype(float)
        mask |= (facts["fact_id"].eq(counted) & (all_named | nearly_all)).to_numpy(dtype=bool)
    return mask


def followed(facts: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Variants of facts that are not published: other counting choices, central numbers, shares of situations."""
    verdict = dict(zip(facts["fact_id"].str.replace(".", "_", regex=False), found["verdict"], strict=True))
    mask = np.zeros(len(facts), dtype=bool)
    for place, (fact, unit, group) in enumerate(zip(facts["fact_id"], facts["unit"], facts["group"], strict=True)):
        if group or unit not in PEOPLE or found["verdict"].iloc[place] != "shown":
            continue
        plain = re.sub(r"^sensitivity\.[^.]+\.", "", fact).replace(".", "_")
        names = {plain, *(plain.removesuffix(end) for end in ("_pct", "_central", "_situations_pct"))}
        own = fact.replace(".", "_")
        mask[place] = any(verdict.get(name, "shown") != "shown" for name in names if name != own)
    return mask
