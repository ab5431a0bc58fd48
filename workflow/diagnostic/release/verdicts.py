"""The release verdict of every fact, with its reason: nothing else can be printed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.core.french import typographic
from diagnostic.core.tables import columns
from diagnostic.estimate.facts import ASKED, UNKNOWN
from diagnostic.estimate.texts import ways
from diagnostic.release import alone, by_place, claims, coded_ads, frozen, heard, own_answers, unclear, unnamed
from diagnostic.release.closed_list import ARRONDISSEMENT, parse
from diagnostic.release.decision import silent
from diagnostic.release.draws import Draw, members
from diagnostic.release.grouped import Known, Released, release_groups
from diagnostic.release.issued import claims as issued_claims
from diagnostic.release.issued import last, said
from diagnostic.release.policy import CLASSES, Policy
from diagnostic.release.populations import INTERVIEWS, LOCAL, Population
from diagnostic.release.primary import holding
from diagnostic.release.region import STEP, coarse
from diagnostic.release.row import Row, discreet, number, put, row
from diagnostic.release.tables import Ledger

PUBLIC = "references/"
WHOLE = "groupe_entier"  # the rule that counts a whole group for each of several answers
OURS = ("professionals", "responses")  # populations that speak of themselves


@dataclass(frozen=True)
class Decided:
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
    progress: Callable[[str], None] = silent,
) -> Decided:
    """The ledger: one row per fact, with what may be printed of it and why. `known`: what readers already have.

    A fact that counts persons or situations is printed where its group is in the closed list, rounded by the draw; what
    professionals say of themselves is exact. Without a `draw` nothing is rounded: the study holds nothing private, and the
    thresholds alone apply.
    """
    facts = facts.assign(group=facts["group"].fillna(""), base=facts["base"].fillna(""))
    every, known = populations or {}, known or Known()
    released = release_groups(facts[facts["group"] != ""], every, policy, draw, known, progress) if draw else {}
    rows = [_told(fact, released, every, policy, draw) for fact in facts.to_dict("records")]
    found = pd.DataFrame(rows, index=facts.index, columns=SHOWN).astype(dict.fromkeys(NUMBERS, float))
    if draw:
        alone.sensitivity(facts, found, draw)
        by_place.drawn_once(facts, found, STEP)
        _withhold(facts, found, "place", facts["fact_id"].isin(by_place.settled(facts, found, policy)))
        if OURS[0] in every:
            _withhold(facts, found, "field", own_answers.telling(facts, found, every[OURS[0]], policy))
        _withhold(facts, found, "thin", coded_ads.thin(facts, found, policy))
        _withhold(facts, found, "secondary", coded_ads.crowded(facts, found, policy))
        _withhold(facts, found, "follows", coded_ads.untold(facts, found))
        _withhold(facts, found, "secondary", coded_ads.duplicates(facts, found))
        made = coded_ads.computed(facts, found)
        found.loc[made.index, list(made)] = made
        coded_ads.at_least(facts, found)
        coded_ads.within(facts, found)
        _withhold(facts, found, "sparse", alone.sparse(facts, found, policy))
        _withhold(facts, found, "unclear", unclear.in_a_departement(facts, found))
    for ground, mask in (("follows", alone.followed), ("cited", alone.cited)):
        _withhold(facts, found, ground, mask(facts, found))
    facts, found = _kept(facts, found, released, every, policy, known)
    hidden = found["verdict"] != "shown"
    found[NUMBERS] = found[NUMBERS].mask(hidden)
    printed = {name: one.decision.printed for name, one in released.items()}
    return Decided(facts.assign(**found)[columns(Ledger)], released, issued_claims(printed))


def _kept(
    facts: pd.DataFrame,
    found: pd.DataFrame,
    released: Mapping[str, Released],
    populations: Mapping[str, Population],
    policy: Policy,
    known: Known,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts and the rows of the ledger, where populations keep their last edition, interviews and local structures
    among them."""
    held = {name for name, one in released.items() if one.held}
    met = populations.get(INTERVIEWS)
    if met is not None:
        _withhold(facts, found, "heard", heard.untold(facts, met.frame, known.structures))
    _withhold(facts, found, "unnamed", unnamed.untold(facts, known.structures))
    if not known.issued:
        return facts, found  # nothing was recorded of any edition
    told = said(known.issued)
    for name, keeps in ((INTERVIEWS, heard.held), (LOCAL, unnamed.held)):
        own = populations.get(name)
        if own is not None and keeps(facts, found, last(known.issued, name), told.index, own, policy):
            held.add(name)
    return frozen.keep(facts, found, held, told)


def _withhold(facts: pd.DataFrame, found: pd.DataFrame, ground: str, mask: pd.Series) -> None:
    """Withhold some facts for what others say; `found`, the rows of the ledger, is changed in place."""
    if not mask.any():  # most often: a table is not cut for nothing
        return
    put(found, {at: row(fact, "withheld", ground) for at, fact in facts[mask].to_dict("index").items()})


NUMBERS = [
    *("shown_value", "shown_low", "shown_high", "claim_low", "claim_high", "shown_numerator", "shown_denominator"),
]
SHOWN = ["verdict", *NUMBERS, "method", "ground", "reason"]


def _told(
    fact: Row,
    released: Mapping[str, Released],
    populations: Mapping[str, Population],
    policy: Policy,
    draw: Draw | None,
) -> Row:
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    if fact["source_table"].startswith(PUBLIC):
        return row(fact, "shown", "public", fact["value"], **exact)
    below = coarse(policy) and (by_place.names(fact["fact_id"]) or by_place.of_ads(fact["fact_id"]))
    if draw and below and fact["origin"] not in by_place.OTHERS:
        return row(fact, "withheld", "place")
    other = alone.harmless(fact, policy, draw, "described" in populations)
    if other is not None:
        return other
    if draw is None:
        return alone.thresholds(fact, policy)
    name = parse(fact["group"])[0] if fact["group"] else ""
    if name in OURS and name in populations and fact["way"] in ("own", "participation") and ways.fits(fact):
        own = _ours(fact, populations[name], policy, draw, released.get(name))
        if own is not None:
            return own
    if fact["group"]:
        return _listed(fact, released.get(name), policy)
    return alone.ungrouped(fact, policy, draw)


def _listed(fact: Row, released: Released | None, policy: Policy) -> Row:
    """A fact on a group of the closed list."""
    entry = released.entry(fact["group"]) if released else None
    if released is None or entry is None or _finer(fact):
        return row(fact, "withheld", "place" if _finer(fact) else "list")
    decision = released.decision
    told = decision.printed.get(entry.name)
    method = discreet(fact["method"], policy)
    if told is None:
        said = {"threshold": entry.threshold, "named": CLASSES[entry.group_class], "date": released.edition}
        return row(fact, "withheld", decision.reason[entry.name], said=said) | {"method": method}
    whole = released.printed(fact["base"]) if fact["base"] else None
    if whole and parse(fact["base"])[1] and _close(told, whole, entry.threshold):
        return row(fact, "withheld", "secondary") | {"method": method}
    if fact["measure"] == "percent":
        return _share(fact, told, whole, released, policy) | {"method": method}
    most = _possible(fact, told, released)
    ground = "edition_kept" if released.edition else "exact" if told.base == claims.EXACT else "rounded"
    given = {"claim": (told.low, told.high), "low": told.value if most else math.nan, "high": most or math.nan}
    given |= {"part": told.value if number(fact["numerator"]) == number(fact["numerator"]) else math.nan}
    based = whole and number(fact["denominator"]) == number(fact["denominator"]) and told.value < whole.value
    given |= {
        "whole": whole.value if whole and based else math.nan
    }  # all of a rounded base: no more a base than a share
    said = {"base": told.base, "date": released.edition}
    return row(fact, "shown", ground, float(told.value), said=said, **given) | {"method": method}


def _close(part: claims.Printed, whole: claims.Printed, threshold: int) -> bool:
    """Whether a drawn part of a group that is printed exact (`shares`) leaves the rest of it fewer numbers than the threshold.
    The attack knows the exact total, not to whom a question was put."""
    return whole.base == claims.EXACT != part.base and claims.rest(whole.value, part.low, part.high) < threshold


def _finer(fact: Row) -> bool:
    """Whether the fact places persons below the arrondissement."""
    return fact["fact_id"].startswith("territory.") and not fact["fact_id"].startswith("territory.persons.arr")


def _share(fact: Row, part: claims.Printed, whole: claims.Printed | None, released: Released, policy: Policy) -> Row:
    """A share of what is printed, with the range that the claims of both numbers allow."""
    smallest = policy.rules.percentages.smallest_base
    if whole is None or whole.value < smallest or part.value >= whole.value:
        return row(fact, "withheld", "base", said={"threshold": smallest})
    value = math.floor(100 * part.value / whole.value + 0.5)
    if value in (0, 100):
        return row(fact, "withheld", "base", said={"threshold": smallest})
    given = {"claim": claims.share(part, whole), "part": part.value, "whole": whole.value}
    most = _possible(fact, part, released)
    if most:
        given |= {"low": value, "high": min(100, math.floor(100 * most / whole.value + 0.5))}
    return row(fact, "shown", "rounded", float(value), said={"base": "1 point"}, **given)


def _possible(fact: Row, part: claims.Printed, released: Released) -> int | None:
    """How many may be in a group, those of whom it is not known included: a sum of printed numbers, where both are."""
    population, every = parse(fact["group"])
    terms = [term for term in every if term[0] != DEPARTEMENT]
    within = "".join(f"{name}={'|'.join(answers)} & " for name, answers in every if name == DEPARTEMENT)
    if WHOLE in fact["rules"].split("; "):
        return None  # « jusqu’à »: the number printed is no lower bound
    if fact["interval_kind"] != "bounds" or len({name for name, _ in terms}) != 1 or terms[0][0] == ARRONDISSEMENT:
        return None
    unknown = released.printed(f"{population}: {within}{terms[0][0]}={UNKNOWN}")
    whole = released.printed(f"{population}: {within.removesuffix(' & ')}")
    if unknown is None or whole is None or terms[0][1] == (UNKNOWN,):
        return None
    return min(part.value + unknown.value, whole.value)


def _ours(fact: Row, population: Population, policy: Policy, draw: Draw, released: Released | None) -> Row | None:
    """What professionals say of themselves; None for what they say of persons."""
    terms = parse(fact["group"])[1]
    own, participation = set(policy.professionals.own), set(policy.professionals.participation)
    named = {name for name, _ in terms}
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    base = {name for name, _ in parse(fact["base"])[1]} if fact["base"] else set()
    if not base <= named | own | participation:
        return None
    if (named <= participation and len(named) <= 1) or named <= own:
        return row(fact, "shown", "participation" if named <= participation else "own", fact["value"], **exact)
    if released and fact["group"] in released.exact and (fact["measure"] == "count" or fact["base"] in released.exact):
        return _exact_share(fact, released)
    crossed = DEPARTEMENT in named and len(named & participation) > 1  # who answers, by département: its number alone
    if named <= own | participation and not crossed:
        return _by_field(fact, population, policy, draw)
    return None


def _exact_share(fact: Row, released: Released) -> Row:
    """A declared crossing of what professionals say of themselves (`shares`), its whole, or the share of one in the other:
    exact, and of one edition. Its limits count blanks, which would leave the other answers exact: a share's go outward to
    whole steps of points, a number has none."""
    part, whole = released.exact[fact["group"]], released.printed(fact["base"]) if fact["base"] else None
    value = 100 * part.value / whole.value if fact["measure"] == "percent" and whole else float(part.value)
    kept = number(fact["numerator"]) != part.value  # of an earlier edition
    limits: Row = {}
    if fact["measure"] == "percent" and not kept and not math.isnan(number(fact["low"]) + number(fact["high"])):
        low, high = STEP * math.floor(fact["low"] / STEP), STEP * math.ceil(fact["high"] / STEP)
        limits = {"low": float(low), "high": float(high)}
    given = {"part": part.value, "whole": whole.value if whole else math.nan, **limits}
    given |= {"claim": (part.low, part.high)} if fact["measure"] == "count" else {}
    return row(fact, "shown", "own", value, **given)


def _by_field(fact: Row, population: Population, policy: Policy, draw: Draw) -> Row:
    """What they say of themselves, by field or function: rounded, from groups that are large enough, unanimity hidden."""
    rules = policy.rules.rounding
    terms = parse(fact["group"])[1]
    participation = set(policy.professionals.participation)
    group = tuple(term for term in terms if term[0] in participation)
    part, whole = (holding(population, one) for one in (terms, group))
    counted, size = int(part.sum()), int(whole.sum())
    unanimous = size < rules.unanimity and counted in (0, size)
    if fact["measure"] != "count" or size < rules.own_group or unanimous or not counted:
        return row(fact, "withheld", "field")
    drawn = draw.multiple(counted, rules.own_base, "professional", members(population.key[part]))
    value = min(drawn, rules.own_base * (size // rules.own_base))  # the size of the field is printed as it is
    if value < rules.own_base or ASKED in fact["group"]:
        return row(fact, "withheld", "field")
    claim = (max(1, value - rules.own_base), min(value + rules.own_base, size))
    return row(fact, "shown", "rounded", float(value), claim=claim, said={"base": rules.own_base})
