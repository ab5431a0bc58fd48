"""What the coded ads declare, and the persons behind them: shares to 5 points, and what is computed of printed numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from diagnostic.estimate.catalogue import ids, ways
from diagnostic.release.editions.ledger import MODEL, ROUNDED, SMALL, Ground, Row, as_it_is, number, row, withheld
from diagnostic.release.populations.policy import CLASSES, Policy, strictest
from diagnostic.release.populations.rounding import rest
from diagnostic.release.ways import places
from diagnostic.release.ways.model import RANGE, points, rounded, significant, step_of
from diagnostic.release.ways.way import Printed, Scope, Sentence, Way, leaves

RECALL = "persons.recall_pct"  # copies of coded ads that a search found, of few
# Between two coders, on the ads that both could answer of.
AGREEMENT = ("agreement.alpha.{variable}", "agreement.observed.{variable}", "agreement.verdict.{variable}")
PROFILES = tuple(f"profile.{unit}.{{variable}}.{{answer}}" for unit in ("ad", "uncalibrated", "person"))
MISSING = ("profile.ad.{variable}.missing", "profile.person.{variable}.missing")
SAME_PERSONS = ("agreement.groups.pairs_pct", "agreement.groups.b_cubed_pct")
THIN = Ground(
    "thin",
    "Trop peu d’annonces codées, ou une part trop petite, dans l’un des départements : l’ensemble, moins les autres, en dirait trop.",
)
# Coded attributes that are answers to no question of the codebook: what each tells.
HEADLINES = {
    **dict.fromkeys(("ads.nationality_stated_pct", "ads.countries_{continent}"), "origin"),
    **dict.fromkeys(("ads.age_missing_pct", "ads.mean_age", "persons.seen", "profile.cited.{variable}"), "ordinary"),
    **dict.fromkeys(("audience.men_pct", "audience.men_exclusive_pct"), "ordinary"),
    **dict.fromkeys(("audience.women_pct", "audience.women_exclusive_pct", *SAME_PERSONS), "ordinary"),
    "ads.network_pct": "procuring",
}
ASKED_OF = {"declared_country": "origin", "declared_place": "place"}  # whatever the answer


def attribute(fact: Row, scope: Scope) -> Row | None:
    """An attribute of coded ads, or of the persons behind them, under the class of what it tells."""
    if not ways.fits(fact):
        return None
    policy, name = scope.policy, class_of(fact["fact_id"], scope.policy)
    if fact["measure"] == "count":
        return rounded(fact, scope, name)
    threshold = policy.threshold(name, fact["fact_id"])
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    if fact["measure"] == "mean":
        enough = whole >= policy.rules.percentages.smallest_base
        return row(fact, "shown", MODEL, float(round(number(fact["value"])))) if enough else withheld(fact, SMALL)
    if places.declared(fact["fact_id"]):
        threshold = max(threshold, policy.rules.geography.commune_ads)  # ads at least for a place to be named
    if not (part >= threshold and whole - part >= threshold and whole >= policy.rules.percentages.smallest_base):
        return withheld(fact, SMALL, threshold=threshold, named=CLASSES[name])
    return points(fact, scope)


def class_of(fact_id: str, policy: Policy) -> str:
    """The class of a coded attribute: that of an indicator or of an answer of the codebook, or of a headline. Of what none of
    these knows, the strictest."""
    one = ids.read(fact_id).plain
    if str(one) in policy.coded:
        asked = (answer.partition("=") for answer in policy.coded[str(one)])
        return strictest([policy.class_of_answer(variable, [answer]) for variable, _, answer in asked], policy)
    if one.pattern in (*PROFILES, *MISSING):
        variable, answer = one.parts["variable"], one.parts.get("answer", "missing").removeprefix("only_")
        if variable in ASKED_OF:
            return ASKED_OF[variable]
        if answer in ("missing", "first_five") or answer.startswith("at_least_"):
            return "procuring" if variable == "network_sign" else "ordinary"
        if variable in policy.options:
            return policy.class_of_answer(variable, [answer])
    return HEADLINES.get(one.pattern, strictest(list(CLASSES), policy))


# -- What the coded ads say of persons and of départements, where one printed number would undo another -----------
# How many persons are behind them is told once, and what is computed of it from what is told. The share of ads that
# are another one of somebody, the formula of the reference study and the logical limits are functions of the persons
# seen and of exact numbers. Each rounded on its own, they would narrow the persons seen to a few numbers; so they are
# made of the printed one, and withheld with it (`model.FROM_DUPLICATES` always is).
SEEN, CODED = "persons.seen", "sample.usable"
OF_ADS = ("profile.ad.{variable}.{answer}", "profile.ad.{variable}.missing", "profile.ad.{variable}.mean")
ALL_ADS = "sample.relevant"  # those that the coded ones stand for
TABLE = "consolidate/codings"
WAVES = "collect/wave_ads"
Made = tuple[float, float, float, float, float, float, str]  # see `computed`


def _seen(fact_ids: pd.Series) -> pd.Series:
    """Which facts are the persons seen, of the whole study or of a département."""
    return pd.Series([str(ids.read(one).plain) == SEEN for one in fact_ids], index=fact_ids.index, dtype=bool)


def crowded(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """Persons behind the coded ads to withhold, where these, whose number is exact, leave of the ads that are another one of
    somebody fewer numbers than the threshold. A mask over the facts."""
    seen = _seen(facts["fact_id"])
    left = pd.Series(math.nan, index=facts.index)
    for at, name in facts.loc[seen, "fact_id"].items():
        whole = facts.loc[facts["fact_id"].eq(ids.beside(name, CODED)), "value"]
        if len(whole):
            left[at] = rest(float(whole.iloc[0]), verdicts.at[at, "claim_low"], verdicts.at[at, "claim_high"])
    return seen & verdicts["verdict"].eq("shown") & left.lt(scope.policy.rules.thresholds.ordinary)


def untold(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """What is computed of persons that are not told: a mask over the facts."""
    hidden = _seen(facts["fact_id"]) & verdicts["verdict"].ne("shown")
    names = {ids.beside(name, one) for name in facts.loc[hidden, "fact_id"] for one in MADE}
    return facts["fact_id"].isin(names) & verdicts["verdict"].eq("shown")


class Told(NamedTuple):
    """The persons seen, the ads that they are behind, and what is printed of them: a number, the least and most it means."""

    true: float
    coded: float
    value: float
    low: float
    high: float


def computed(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The verdicts, with what is computed of persons that are told, from the number that is printed.

    With d persons printed from `low` to `high`, of n coded ads that stand for N: 1 − d ÷ n; N d ÷ n, to two significant
    digits; limits from `low`, and up to N − n + `high` where the true ones go to N − n + d, outward.
    """
    at = {name: index for index, name in facts["fact_id"].items()}
    rounded = verdicts["verdict"].eq("shown") & verdicts["ground"].eq(ROUNDED.name)
    rows = {}
    for seen, name in facts.loc[rounded & _seen(facts["fact_id"]), "fact_id"].items():
        numbers = verdicts.loc[seen, ["shown_value", "claim_low", "claim_high"]].astype(float)
        coded = facts.loc[facts["fact_id"].eq(ids.beside(name, CODED)), "value"].astype(float).max()
        told = Told(float(facts.at[seen, "value"]), coded, *numbers)
        for one, make in MADE.items():
            place = at.get(ids.beside(name, one))
            if place is not None and verdicts.at[place, "verdict"] == "shown":
                rows[place] = make(pd.concat([facts.loc[place], verdicts.loc[place, ["shown_high"]]]), told)
    if not rows:
        return verdicts
    named = ["shown_value", "shown_low", "shown_high", "claim_low", "claim_high", "shown_numerator", "ground"]
    changed = verdicts.copy()
    changed.loc[list(rows), named] = pd.DataFrame.from_dict(rows, orient="index", columns=named)
    return changed


def _share_of_ads(fact: pd.Series, told: Told) -> Made:
    whole = float(fact["denominator"])
    value, least, most = (100 * (whole - min(one, whole)) / whole for one in (told.value, told.high, told.low))
    claimed = float(math.floor(least)), float(math.ceil(most))
    return float(math.floor(value + 0.5)), math.nan, math.nan, *claimed, math.nan, ROUNDED.name


def _formula(fact: pd.Series, told: Told) -> Made:
    # Ads by coded ad, so that the persons seen have no part in it, not even in the last digit of a division.
    each = round(float(fact["value"]) / told.true, 9)
    least, most = each * told.low, each * min(told.high, told.coded)
    value = significant(round(each * min(told.value, told.coded), 6))
    return value, math.nan, math.nan, least, most, math.nan, MODEL.name


def _limits(low: float, high: float) -> Made:
    ends = float(RANGE * math.floor(low / RANGE)), float(RANGE * math.ceil(high / RANGE))
    return math.nan, *ends, math.nan, math.nan, math.nan, MODEL.name


def at_least(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The verdicts, with the lower limit of an estimate that is the persons seen, as where a search misses half of the copies:
    from the least that their printed number means, else from RANGE, which says nothing of them."""
    if not facts["source_table"].isin([TABLE, WAVES]).any():
        return verdicts
    own = facts["source_table"].eq(TABLE) & facts["measure"].eq("estimate") & verdicts["shown_low"].notna()
    own &= ~facts["fact_id"].isin(MADE)
    changed = verdicts.copy()
    for seen in facts.index[facts["fact_id"].eq(SEEN)]:
        shown = verdicts.at[seen, "verdict"] == "shown"
        if shown and verdicts.at[seen, "ground"] != ROUNDED.name:
            continue
        same = own & facts["low"].astype(float).eq(float(facts.at[seen, "value"]))
        least = float(verdicts.at[seen, "claim_low"]) if shown else RANGE
        changed.loc[same, "shown_low"] = float(RANGE * math.floor(least / RANGE))
    # Of a wave the persons seen are the lower limit, and are not printed: it is RANGE, which says nothing of them.
    waves = facts["source_table"].eq(WAVES) & facts["unit"].eq("person") & facts["measure"].eq("estimate")
    waves &= verdicts["shown_low"].gt(RANGE) & facts["interval_kind"].eq("model")
    changed.loc[waves, "shown_low"] = float(RANGE)
    return changed


def within(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The verdicts, without a printed limit of the persons above that of the ads, to the next step: an estimate's own may be,
    and there are never more persons than ads."""
    ads = facts["fact_id"].eq(ALL_ADS) & verdicts["verdict"].eq("shown")
    most = float(verdicts.loc[ads, "shown_high"].max())
    own = facts["source_table"].eq(TABLE) & facts["unit"].eq("person") & facts["measure"].eq("estimate")
    above = own & verdicts["verdict"].eq("shown") & verdicts["shown_high"].gt(most)
    if not above.any():
        return verdicts
    step = step_of(most)
    high = verdicts["shown_high"].clip(upper=float(step * math.ceil(most / step)))
    return verdicts.assign(shown_high=verdicts["shown_high"].mask(above, high))


MADE: Mapping[str, Callable[[pd.Series, Told], Made]] = {
    "ads.duplicate_rate_pct": _share_of_ads,
    "persons.published_formula": _formula,
    "persons.logical": lambda fact, told: _limits(
        told.low, float(fact["high"]) - told.true + min(told.high, told.coded)
    ),
    # an estimate, drawn outward like any other
    "persons.whatever_missed": lambda fact, told: _limits(told.low, float(fact["shown_high"])),
}


def thin(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """Shares of the ads of départements to withhold; a mask over the facts.

    All shares are drawn to a step of 5 points, and mean as much above as below: what the region's leaves to one département,
    less those of the others, is 10 points of its own coded ads at least, as many ads as the highest threshold where these are
    twice the base that a share is printed of. So a share is told of each département or of none: where fewer ads are coded,
    or answered, in one of them. How many are coded in each is printed. Withheld of one alone, beside the printed shares of the
    others, it would be a small one: it goes with them.
    """
    of_one = ids.departements(facts["fact_id"]).ne("")
    if not of_one.any():
        return of_one
    name = facts["fact_id"].map(lambda one: ids.read(one).plain).astype("str")
    told = of_one & ids.of(name, *OF_ADS)
    least = 2 * scope.policy.rules.percentages.smallest_base
    coded = facts.loc[of_one & name.eq(CODED), "value"]
    few = facts["denominator"].astype(float).where(told).groupby(name).transform("min").lt(least)
    of_all = (told & verdicts["verdict"].eq("shown")).groupby(name).transform("sum").eq(len(coded))
    return told & (few | ~of_all | coded.lt(least).any())


# -- The ways ------------------------------------------------------------------------------------------------------
def of_coding(fact: Row, scope: Scope) -> Row | None:
    """A measure of the coding itself: as it is; without how many of the ads coded twice have an answer, nearly all of them."""
    if fact["fact_id"] == RECALL:
        return points(fact, scope)
    if ids.is_one(fact["fact_id"], *AGREEMENT) and leaves(fact):
        return as_it_is(fact, part=math.nan, whole=math.nan)
    return None


def _shares(printed: Printed) -> pd.DataFrame:
    own = printed.of(("ad", "person"), "percent")
    own = own[ids.of(own["statement_id"], *PROFILES, *MISSING)]
    return own[own["source_table"].eq(TABLE)]


DECLARED = Way(
    decide=attribute,
    sentences={
        "coded": Sentence(
            "Ce que déclarent les annonces codées",
            "est donné à 5 points près, avec les limites du nombre imprimé (erreur de tirage et arrondi, par pas de 5 points), et n’est "
            "pas publié sous les mêmes seuils. Une part d’annonces compte des annonces : elle "
            "ne dit rien des personnes que décrivent les professionnel·les.",
            _shares,
        )
    },
)
CODING = Way(
    decide=of_coding,
    sentences={
        "recall": Sentence(
            "La part des copies d’annonces qu’une recherche retrouve",
            "est donnée de même à 5 points près, sans seuil ; le nombre de ces copies n’est dit qu’à la dizaine, et ce que les copies "
            "manquées ajoutent à l’erreur, à la vingtaine supérieure.",
            lambda printed: printed.observed[printed.observed["statement_id"].eq(RECALL)],
        )
    },
)
