"""Ads by place: a place of few is not even named. What is printed of the others, with the exact number of all ads, may not
close in on those; nor may how many places were cited."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from diagnostic.estimate.catalogue import ids
from diagnostic.release.editions.ledger import PLACE, ROUNDED, Ground, Row, number, withheld
from diagnostic.release.populations.policy import Policy, parse
from diagnostic.release.populations.rounding import STEP
from diagnostic.release.ways.listed import PLACED
from diagnostic.release.ways.model import estimate, points, rounded
from diagnostic.release.ways.way import PUBLISHED, Scope, Sentence, Way

# Ads of a place → its part of those whose place is known, where there is one.
FAMILIES = {"places.ads.{place}": "ads.city_{place}_pct", "demand.place.{place}": ""}
NUMBER, SHARE = "places.ads.{place}", "ads.city_{place}_pct"
JOINED = ("ads.joined.{level}.{code}", "ads.joined.rest")  # of places that are too small to be named, together
FIVE = "ads.five_cities_pct"
FIRST = 5  # places of FIVE
STRUCTURES = ("interviews.place.{place}", "partners.place.{code}")  # those of one place
CODED = ("profile.ad.{variable}.{answer}", "profile.person.{variable}.{answer}")
DECLARED, NO_PLACE = (
    "declared_place",
    ("other", "missing", "first_five"),
)  # a coded variable, and answers that name none
# How many places are cited → the level of the places themselves. Once all of them are shown, nobody was seen anywhere
# else; where they are most of the places there are, somebody was seen nearly everywhere.
CITED = {"places.communes": "commune", "places.intercommunalities": "epci"}
OF_OTHERS = Ground("cited", "Dirait d’autres lieux que quelqu’un, ou personne, y a été signalé.")


def of_ads(fact_id: str) -> bool:
    """Whether a fact counts ads by place, as they were counted."""
    return ids.read(fact_id).family == "ads_by_place" and not ids.read(fact_id).departement


def names(fact_id: str) -> bool:
    """Whether the very label of a fact names a place that others must not be known to be one of."""
    return ids.is_one(fact_id, *FAMILIES, SHARE, *JOINED, *STRUCTURES) or bool(declared(fact_id))


def declared(fact_id: str) -> str:
    """The place that a coded answer names; empty where it names none."""
    parts = ids.read(fact_id).parts
    place = parts["answer"] if ids.is_one(fact_id, *CODED) and parts["variable"] == DECLARED else ""
    return "" if place in NO_PLACE else place


def by_place(fact: Row, scope: Scope) -> Row | None:
    """Ads of one place, or of several that have too few each. What is printed of these must leave each of them as many
    numbers as the threshold, whatever the others have: none has as many as are named."""
    if fact["unit"] != "ad":
        return None
    policy, smallest = scope.policy, scope.policy.rules.geography.commune_ads
    if fact["measure"] == "count":
        told = rounded(fact, scope, "place", smallest)
    elif not number(fact["numerator"]) >= smallest:
        return withheld(fact, PLACE)
    else:
        told = estimate(fact, scope, of_place=True) if fact["measure"] == "estimate" else points(fact, scope)
    terms = parse(fact["group"])[1]
    places = len(terms[0][1]) if terms else 0
    most = places * (smallest - 1) - (policy.threshold("place", fact["fact_id"]) - 1)
    narrow = places > 0 and told["verdict"] == "shown" and not told["claim_low"] <= most
    return withheld(fact, PLACE) if narrow else told


class _Part(NamedTuple):
    """What a reader knows of the ads of one place, or of `places` too small to be named."""

    fact_id: str
    low: float
    high: float
    places: int = 0
    shown: float = math.nan


def drawn_once(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The verdicts, with the share of each place made of the number that is printed of it, to the nearest multiple of STEP
    points: the same ads drawn twice would be two numbers that contradict each other, and narrow one another."""
    numbers = {name: at for at, name in facts.loc[verdicts["verdict"].eq("shown"), "fact_id"].items()}
    shares = facts.loc[verdicts["ground"].eq(ROUNDED.name), ["fact_id", "denominator"]]
    changed = verdicts.copy()
    for name, whole in shares.itertuples(index=False):
        count, share = numbers.get(NUMBER.format(place=ids.read(name).place)), numbers.get(name)
        one_place = ids.is_one(name, SHARE) and count is not None and share is not None
        if not one_place or math.isnan(verdicts.at[count, "claim_low"]):
            continue
        value, low, high = (
            100 * verdicts.at[count, one] / number(whole) for one in ("shown_value", "claim_low", "claim_high")
        )
        told = float(min(max(STEP * math.floor(value / STEP + 0.5), STEP), 100 - STEP))
        changed.at[share, "shown_value"] = told
        changed.loc[share, ["claim_low", "claim_high"]] = (
            max(0.0, min(low, told - STEP)),
            min(100.0, max(high, told + STEP)),
        )
        for end, outer in (("shown_low", min), ("shown_high", max)):
            if not math.isnan(verdicts.at[share, end]):
                changed.at[share, end] = outer(told, verdicts.at[share, end])
    return changed


def settled(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """The facts by place to withhold for what the others say: a mask over the facts.

    Every reader is taken to know the exact number of all ads. What is withheld, in order, until each place that is not named
    may have as many numbers of ads as its threshold: the share of the first five, the shares, then the smallest numbers.
    """
    if not any(map(names, facts["fact_id"])):
        return pd.Series(False, index=facts.index)
    policy = scope.policy
    told = facts[["fact_id", "numerator", "denominator", "value", "group"]].assign(**verdicts)
    told = told[~facts["origin"].isin(PUBLISHED)].set_index("fact_id")
    gone: dict[str, None] = {}
    for pattern, share in FAMILIES.items():
        own = told[ids.of(told.index.to_series(), pattern)]
        while len(own):
            left = told.assign(verdict=told["verdict"].mask(told.index.isin(list(gone)), "withheld"))
            parts = _parts(left, pattern, share, policy)
            if not _narrow(parts, left, number(own["denominator"].iloc[0]), policy, share):
                break
            following = _next(left, parts, share)
            if not following:
                break
            gone |= dict.fromkeys(following)
    shown = told["verdict"].eq("shown") & ~told.index.isin(list(gone))
    unnamed = (one for one in told.index[told["verdict"].eq("shown")] if _unnamed(one, shown))
    return facts["fact_id"].isin([*gone, *unnamed])


def _unnamed(fact_id: str, shown: pd.Series) -> bool:
    """Whether a share, or a coded answer, names a place whose ads are counted and not printed."""
    place = ids.read(fact_id).place if ids.is_one(fact_id, SHARE) else declared(fact_id)
    return bool(place) and not shown.get(NUMBER.format(place=place), True)


def _parts(told: pd.DataFrame, pattern: str, share: str, policy: Policy) -> list[_Part]:
    """The places of a family, then those that are counted together."""
    smallest = policy.rules.geography.commune_ads
    own = told[ids.of(told.index.to_series(), pattern)]
    joined = told[ids.of(told.index.to_series(), *JOINED)] if share else told[:0]
    together = {place for group in joined["group"] for place in parse(group)[1][0][1]}
    total, found = number(own["denominator"].iloc[0]), []
    for name, one in own.iterrows():
        place = ids.read(str(name)).place
        if one["verdict"] == "shown":
            low, high = max(smallest, one["claim_low"]), one["claim_high"]
            part = share.format(place=place)
            if part in told.index and told.at[part, "verdict"] == "shown":
                low = max(low, told.at[part, "claim_low"] * total / 100)
                high = min(high, told.at[part, "claim_high"] * total / 100)
            found.append(_Part(str(name), low, high, shown=one["shown_value"]))
        elif place not in together:
            found.append(_Part(str(name), 1, math.inf, 1))
    for name, one in joined.iterrows():
        places = len(parse(one["group"])[1][0][1])
        most = places * (smallest - 1)
        if one["verdict"] == "shown":
            low, high = max(smallest, one["claim_low"]), min(most, one["claim_high"])
            found.append(_Part(str(name), low, high, places, one["shown_value"]))
        else:
            found.append(_Part(str(name), places, most, places))
    return found


def _narrow(parts: list[_Part], told: pd.DataFrame, total: float, policy: Policy, share: str) -> bool:
    """Whether some place that is not named may have fewer numbers of ads than its threshold."""
    wanted, smallest = policy.threshold("place"), policy.rules.geography.commune_ads
    first = sorted((one for one in parts if not one.places), key=lambda one: -one.shown)[:FIRST]
    least = most = math.nan
    if share and FIVE in told.index and told.at[FIVE, "verdict"] == "shown":
        least, most = (told.at[FIVE, name] * total / 100 for name in ("claim_low", "claim_high"))
    for one in (part for part in parts if part.places):
        others = [other for other in parts if other is not one]
        low = max(one.low, total - math.fsum(other.high for other in others))
        high = min(one.high, total - math.fsum(other.low for other in others))
        if not math.isnan(most):  # any five places together have no more than the first five
            low = max(low, total - most - math.fsum(other.high for other in others if other not in first))
        if not math.isnan(least) and len(first) == FIRST:
            high = min(high, total - least - math.fsum(other.low for other in others if other.places))
        rest = one.places - 1
        most_of_one = high - rest if math.isinf(one.high) else min(smallest - 1, high - rest)
        if most_of_one - max(1, low - rest * (smallest - 1)) + 1 < wanted:
            return True
    return False


def _next(told: pd.DataFrame, parts: list[_Part], share: str) -> list[str]:
    """What to withhold next, of what is printed; nothing where nothing is left."""
    shown = set(told.index[told["verdict"].eq("shown")])
    shares = sorted(name for name in shown if share and ids.is_one(name, SHARE))
    numbers = sorted((one.shown, one.fact_id) for one in parts if one.fact_id in shown)
    return [FIVE] if share and FIVE in shown else shares or [name for _, name in numbers[:1]]


def cited(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> np.ndarray:
    """Numbers of places that say of places not shown whether somebody was seen there."""
    mask = np.zeros(len(facts), dtype=bool)
    for counted, level in CITED.items():
        if not facts["fact_id"].eq(counted).any():
            continue
        told = ids.of(facts["fact_id"], PLACED) & facts["measure"].eq("count").to_numpy()
        told &= np.array([ids.read(one).parts.get("level") == level for one in facts["fact_id"]])
        shown = int((told & verdicts["verdict"].eq("shown").to_numpy()).sum())
        all_named = (facts["value"] <= shown) & (shown > 0)
        nearly_all = 2 * facts["value"] > facts["denominator"].astype(float)
        mask |= (facts["fact_id"].eq(counted) & (all_named | nearly_all)).to_numpy(dtype=bool)
    return mask


PLACES = Way(
    decide=by_place,
    sentences={
        "places": Sentence(
            "Les annonces par lieu sont arrondies au hasard",
            ", comme des personnes : leurs nombres aux multiples de {sensitive_rounding}, leurs parts à 5 points près ; celle "
            "d’un lieu vient de son nombre imprimé. Un lieu de moins de {ads} annonces n’est pas nommé.",
            lambda printed: printed.observed[printed.observed["statement_id"].map(of_ads).astype(bool)],
        )
    },
)
