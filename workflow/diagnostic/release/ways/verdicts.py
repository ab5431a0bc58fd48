"""The release verdict of every fact, with its reason: nothing else can be printed.

Each fact is decided by its way; then passes, in one order, take the verdicts of all facts and give them back, for what some
of them say of others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.release.editions import changes, issued, ledger
from diagnostic.release.editions.ledger import Ground, Row, as_it_is, number, withheld, withhold
from diagnostic.release.populations.people import INTERVIEWS, LOCAL, Population
from diagnostic.release.populations.policy import CLASSES, Policy, coarse
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.ways import coded, envelopes, group, model, own, places, things
from diagnostic.release.ways.listed import Known, Progress, Released, release_groups, silent
from diagnostic.release.ways.way import PUBLISHED, Scope, Way, counts_nobody, leaves

WAYS: Mapping[str, Way] = {  # in the order in which documents tell them
    "group": group.GROUP,
    "own": own.OWN,
    "participation": own.PARTICIPATION,
    "place": places.PLACES,
    "structures": things.STRUCTURES,
    "each": things.ONE_EACH,
    "things": things.THINGS,
    "rows": things.ROWS,
    "model": model.ESTIMATED,
    "declared": coded.DECLARED,
    "coded": coded.CODING,
    "act": things.ACT,
    "service": things.SERVICES,
    "second_hand": Way(),
    "team": Way(),
}
REFERENCES = "references/"
TEAM = "team"
PERSONS = ("consolidate/described", "consolidate/cases")  # tables of persons
FROM_OUTSIDE = Ground("public", "Chiffre public, extérieur à l’étude.")
LARGE = Ground("large", "Atteint le seuil de publication.")
SHOWN = ["verdict", *issued.NUMBERS, "method", "ground", "reason"]


# -- One fact ------------------------------------------------------------------------------------------------------
def verdict(fact: Row, scope: Scope) -> Row:
    """The row of the ledger of one fact: its way first, where the study has a key and counted it; what counts nobody may then
    leave as it is; what is left is told by the closed list or not at all, or, without a key, from the thresholds on."""
    way, ours = WAYS[fact["way"]], fact["origin"] not in PUBLISHED
    if fact["source_table"].startswith(REFERENCES):
        return as_it_is(fact, FROM_OUTSIDE)
    keyed = scope.draw is not None
    if keyed and ours and coarse(scope.policy) and (places.names(fact["fact_id"]) or places.of_ads(fact["fact_id"])):
        return withheld(fact, ledger.PLACE)
    if fact["way"] == TEAM:
        return withheld(fact, ledger.LIST)
    decided = (way.decide(fact, scope) or of_persons(fact, scope)) if keyed and ours else None
    if decided is not None:
        return decided
    if counts_nobody(fact) and (not ours or leaves(fact)):
        return as_it_is(fact)
    if not keyed:
        return thresholds(fact, scope)
    if fact["group"]:
        return way.grouped(fact, scope) or group.listed(fact, scope)
    return way.ungrouped(fact, scope) or withheld(fact, ledger.LIST)


def of_persons(fact: Row, scope: Scope) -> Row | None:
    """What is no number of persons in the tables of persons: no day of anybody, and places drawn as persons are."""
    if fact["source_table"] not in PERSONS:
        return None
    if fact["measure"] in ("date", "text"):
        return withheld(fact, ledger.LIST)
    return model.rounded(fact, scope, "ordinary") if fact["unit"] == "commune" else None


def thresholds(fact: Row, scope: Scope) -> Row:
    """A fact on people, or that does not leave as it is, in a study that holds nothing private: judged by its part and by what
    is left of its base, else by its value, against the highest threshold, but for professionals."""
    policy = scope.policy
    if fact["way"] == "service":
        return withheld(fact, things.SERVICE)
    professionals = fact["unit"] in ("professional", "response")
    name = "ordinary" if professionals else max(CLASSES, key=policy.rules.thresholds.of)
    threshold = policy.threshold(name, fact["fact_id"])
    share = fact["measure"] == "percent"
    part, whole = number(fact["numerator"]), number(fact["denominator"])
    counted = part if not math.isnan(part) else math.nan if share else number(fact["value"])
    left = whole - part if share else math.nan
    if counted < threshold or left < threshold or (share and math.isnan(part)):
        named = CLASSES[name] if name == "ordinary" else "seuil le plus haut"
        return withheld(fact, ledger.SMALL, threshold=threshold, named=named)
    return as_it_is(fact, LARGE, part=part, whole=whole)


# -- Passes ---------------------------------------------------------------------------------------------------------
Change = Callable[[pd.DataFrame, pd.DataFrame, Scope], pd.DataFrame]
Mask = Callable[[pd.DataFrame, pd.DataFrame, Scope], pd.Series]


class Pass(NamedTuple):
    """What the verdicts of all facts make of some: `change` takes the facts, their verdicts (the same rows) and the scope, and
    gives the verdicts back. `keyed`: only in a study with a key."""

    change: Change
    keyed: bool = True


def hiding(ground: Ground, mask: Mask, keyed: bool = True) -> Pass:
    """A pass that withholds the facts of a mask."""
    return Pass(lambda facts, verdicts, scope: withhold(facts, verdicts, ground, mask(facts, verdicts, scope)), keyed)


PASSES = (  # each reads what those before it left: numbers are made before what they would give away is withheld
    Pass(model.sensitivity),  # one range for all choices of counting
    Pass(places.drawn_once),  # the share of a place, of its printed number
    hiding(ledger.PLACE, places.settled),  # what would close in on a place that is not named
    hiding(own.BY_FIELD, own.telling),  # of one département, what the region's exact answers give away
    hiding(coded.THIN, coded.thin),  # shares of ads, of all départements or of none
    hiding(ledger.SECONDARY, coded.crowded),  # persons behind ads, nearly as many as their ads
    hiding(ledger.FOLLOWS, coded.untold),  # what is computed of persons that are not told
    Pass(coded.computed),  # what is computed of persons that are told, of their printed number
    Pass(coded.at_least),
    Pass(coded.within),
    hiding(things.SPARSE, things.sparse),  # kinds of places at risk that a reader could go and find
    hiding(ledger.FOLLOWS, model.followed, keyed=False),  # variants of what is not published by now
    hiding(places.OF_OTHERS, places.cited, keyed=False),  # how many places, beside those that are left
    hiding(things.HEARD_OF, things.heard, keyed=False),
    hiding(things.UNNAMED, things.unnamed, keyed=False),
    Pass(
        lambda facts, verdicts, scope: envelopes.others(facts, verdicts, scope.draws, scope.policy.rules.rounding.base)
    ),
)


class Decided(NamedTuple):
    """The ledger, what was decided of each population, and what each figure printed on a group says of it."""

    ledger: pd.DataFrame
    released: Mapping[str, Released]
    claims: pd.DataFrame

    def messages(self) -> list[str]:
        """What an attack still finds on the last rung, one French line each."""
        labels = dict(zip(self.ledger["group"], self.ledger["label"], strict=True))
        return [typographic(line) for one in self.released.values() for line in one.messages(labels)]


def decide(
    facts: pd.DataFrame,
    policy: Policy,
    populations: Mapping[str, Population] | None = None,
    known: Known | None = None,
    draw: Draw | None = None,
    progress: Progress = silent,
) -> Decided:
    """The ledger: one row per fact, with what may be printed of it and why. `known`: what readers already have.

    A fact that counts persons or situations is printed where its group is in the closed list, rounded by the draw; what
    professionals say of themselves is exact. Without a `draw` nothing is rounded: the study holds nothing private, and the
    thresholds alone apply.
    """
    facts = facts.assign(group=facts["group"].fillna(""), base=facts["base"].fillna(""))
    every, known = populations or {}, known or Known()
    released = release_groups(facts[facts["group"] != ""], every, policy, draw, known, progress) if draw else {}
    scope = Scope(policy, draw, every, released, known)
    rows = [verdict(fact, scope) for fact in facts.to_dict("records")]
    verdicts = pd.DataFrame(rows, index=facts.index, columns=SHOWN).astype(dict.fromkeys(issued.NUMBERS, float))
    for one in PASSES:
        if draw or not one.keyed:
            verdicts = one.change(facts, verdicts, scope)
    facts, verdicts = of_last_edition(facts, verdicts, scope)
    hidden = verdicts["verdict"] != "shown"
    verdicts[issued.NUMBERS] = verdicts[issued.NUMBERS].mask(hidden)
    printed = {name: one.claims for name, one in released.items()}
    return Decided(facts.assign(**verdicts), released, issued.claims(printed))


def of_last_edition(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts and their verdicts, with those of the populations that keep their last edition, interviews and local
    structures among them; as they are where nothing was recorded of any."""
    if not scope.known.issued:
        return facts, verdicts
    told = issued.said(scope.known.issued)
    held = {name for name, one in scope.released.items() if one.held}
    shown = set(facts.loc[verdicts["verdict"].eq("shown"), "fact_id"]) & set(told.index)
    for name, keeps, both in (
        (INTERVIEWS, changes.interviews_held, shown),
        (LOCAL, changes.structures_held, set(told.index)),
    ):
        population, before = scope.populations.get(name), issued.last(scope.known.issued, name)
        if population is not None and before is not None and keeps(before, both, population, scope.policy):
            held.add(name)
    return issued.keep(facts, verdicts, held, told)
