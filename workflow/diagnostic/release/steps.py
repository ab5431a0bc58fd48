"""The release step: the ledger, with what was decided of each fact and what an attack says of it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used

from diagnostic.consolidate.located import DEPARTEMENT
from diagnostic.core.french import typographic
from diagnostic.core.tables import columns
from diagnostic.estimate.facts import ASKED, UNKNOWN
from diagnostic.estimate.texts import ways
from diagnostic.estimate.texts.described import WIDE
from diagnostic.estimate.texts.ways import PEOPLE
from diagnostic.release import alone, by_place, claims, heard, reconstructed, region, reprinted, unnamed
from diagnostic.release.alone import RANGE, significant, step_of
from diagnostic.release.attack import ENGINE
from diagnostic.release.audit import INTERVIEWS, LOCAL, METHOD, Population, populations
from diagnostic.release.claims import rest
from diagnostic.release.closed_list import ARRONDISSEMENT, parse
from diagnostic.release.draws import PUBLIC_KEY, Draw, members
from diagnostic.release.grouped import Known, Released, holding, release_groups, silent
from diagnostic.release.issued import NUMBERS as ISSUED_NUMBERS
from diagnostic.release.issued import PROFESSIONALS, SAID, held_back, last, said
from diagnostic.release.issued import claims as issued_claims
from diagnostic.release.issued import read as read_issues
from diagnostic.release.policy import CLASSES, STAMP, Policy, Rounding
from diagnostic.release.progress import Progress
from diagnostic.release.region import OF_ONE, STEP, coarse
from diagnostic.release.row import GONE, TEXT, Row, discreet, number, put, row
from diagnostic.release.table_names import ISSUES

REFUSED = "La publication est refusée : des groupes se déduisent de ce qui serait imprimé. Rien n’est publié, rien n’est effacé."
NO_KEY = (
    "- L’étude décrit des personnes et n’a pas de clé : l’arrondi au hasard ne peut pas être tiré. Une étude qui n’est pas "
    "fictive (« fictional: false ») a besoin de son coffre ; « diagnostic recevoir » le crée."
)
OTHER_KEY = (
    "- La clé du coffre n’est pas celle des éditions déjà diffusées : deux tirages des mêmes nombres les resserreraient. "
    "Reprendre la clé de la sauvegarde."
)
READ = {"outsider": "", "structure": "s", "editions": ""}  # column of the audits → end of the reader's name


def release(
    facts: pd.DataFrame,
    reproduction: pd.DataFrame,
    meetings: pd.DataFrame,
    structures: pd.DataFrame,
    published_figures: pd.DataFrame,
    policy: Mapping[str, Any],
    study: str = "",
    received: Mapping[str, bytes] | None = None,
    key: bytes = b"",
    public: bool = False,
    **answers: pd.DataFrame,
) -> dict[str, Any]:
    """The ledger and what was decided beside it, `refused` (a French message, empty when all may be published) and `certificate`.

    `answers`: the tables of `populations`. `policy` is the policy of `config/release.yaml` as a mapping. What may not be printed is withheld, with its reason.
    `received` holds what the team has issued before, from the vault. `key`: derived from the vault's for draws; `public`: a
    study whose inputs are all committed and invented draws with the public key; with neither, nothing may need a draw.
    """
    rules = Policy.model_validate(policy)
    draw = Draw(key or PUBLIC_KEY) if key or public else None
    people = populations(**answers, meaning=rules.meaning)
    every = people | heard.population(meetings) | unnamed.population(structures)
    readers = known(facts, published_figures, structures, (received or {}).get(ISSUES, b""))
    with Progress(study) as progress:
        decided = decide(facts, rules, every, readers, draw, progress.tell)
    protected = reprinted.protect(reproduction, published_figures, rules, decided.ledger)
    ledger, compared = reconstructed.settle(decided.ledger, protected, published_figures)
    return {
        "ledger": ledger,
        "compared": reprinted.withdraw(compared, ledger),
        "claims": decided.claims,
        "audits": _audited(decided.released, rules),
        "costs": cost_table(decided.released),
        "refused": refused(facts, people, decided, rules, readers, draw),
        "certificate": certificate(decided.released, rules),
    }


def known(facts: pd.DataFrame, published_figures: pd.DataFrame, structures: pd.DataFrame, issues: bytes) -> Known:
    """What readers have besides this release; `issues`: the record of what the team has sent, empty without any.

    Of what was reconstructed from a publication nothing is printed but what it says itself (`reconstructed`): there is
    nothing to hold against it.
    """
    made = facts["origin"].eq(reconstructed.ORIGIN).any()
    return Known(published_figures[:0] if made else published_figures, read_issues(issues), structures)


def certificate(released: Mapping[str, Released], policy: Policy) -> str:
    """What was attacked, by whom, with which result, population by population: nothing in it depends on the persons but
    the rung that was reached."""
    content = {
        name: {
            "result": _result(one, policy),
            "rung": one.decision.rung,
            "groups_of_the_list": len(one.decision.listing.entries),
            "readers": policy.rules.attackers,
            "engine": ENGINE,
            "method": METHOD,
        }
        for name, one in sorted(released.items())
    }
    whole = {"policy": policy.digest(), "preset": policy.preset, "populations": content}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _result(one: Released, policy: Policy) -> str:
    return STAMP if policy.draft else "exposé" if one.decision.left else "rien d’exposé"


def refused(
    facts: pd.DataFrame,
    people: Mapping[str, Population],
    decided: Decided,
    policy: Policy,
    known: Known,
    draw: Draw | None,
) -> str:
    """What the gate says when something is exposed, or when no key, or another key, would draw."""
    lines = []
    made = facts["origin"].isin([reconstructed.ORIGIN, "published", "transcribed"])
    if draw is None and people and not made.all() and facts.loc[~made, "group"].fillna("").ne("").any():
        lines.append(NO_KEY)
    earlier = [issue.key for issue in known.issued if issue.key]
    if draw is not None and earlier and earlier[-1] != draw.fingerprint:
        lines.append(OTHER_KEY)
    lines += [f"- {message}" for message in people_messages(decided, policy)]
    return typographic("\n".join([REFUSED, *lines, ""])) if lines else ""


def people_messages(decided: Decided, policy: Policy) -> list[str]:
    """One line per group that is still exposed; none for a draft, which is stamped, not refused."""
    return [] if policy.draft else decided.messages()


def _audited(released: Mapping[str, Released], policy: Policy) -> pd.DataFrame:
    rows = []
    for name, one in sorted(released.items()):
        groups = len(one.decision.listing.entries)
        told = {reader: groups if f"{reader}{end}" in policy.rules.attackers else 0 for reader, end in READ.items()}
        rows.append(
            {
                "population": name,
                **told,
                "figures": groups,
                "engine": ENGINE,
                "result": _result(one, policy),
                "preset": policy.preset,
                "policy": policy.digest(),
                "waivers": len(policy.waivers),
                "published_figures": one.known,
                "earlier_editions": int(bool(one.edition)),
            }
        )
    if not rows:
        rows = [
            dict.fromkeys(columns("release/audits"), 0) | {"population": "", "engine": "", "result": "rien à attaquer"}
        ]
        rows[0] |= {"preset": policy.preset, "policy": policy.digest(), "waivers": len(policy.waivers)}
    found = pd.DataFrame(rows)
    return found.assign(**{name: 0 for name in columns("release/audits") if name not in found})[
        columns("release/audits")
    ]


# -- What protection costs, for the team --------------------------------------------------------------------------
# The groups of the closed list that are printed, and why the others are not.
THRESHOLDS = (5, 8, 11)


def with_threshold(policy: Policy, threshold: int) -> Policy:
    """The same policy with one ordinary threshold, the classes never under it."""
    old = policy.rules.thresholds
    raised = {name: max(threshold, value) if name != "ordinary" else threshold for name, value in old}
    rules = policy.rules.model_copy(update={"thresholds": type(old)(**raised)})
    return policy.model_copy(update={"presets": {**policy.presets, policy.preset: rules}})


def cost_table(released: Mapping[str, Released]) -> pd.DataFrame:
    """One row per population and threshold: groups of the closed list that hold somebody, and the share of them that reach
    the threshold, to 5 points. It stays with the team."""
    rows = []
    for name, one in released.items():
        held = [counted for counted in one.decision.counted.values() if counted.count > 0]
        for threshold in THRESHOLDS:
            ordinary = one.decision.listing.policy.rules.thresholds.ordinary
            asked = [max(threshold, two.entry.threshold if two.entry.threshold > ordinary else 0) for two in held]
            large = sum(two.count >= least for two, least in zip(held, asked, strict=True))
            rows.append((name, threshold, len(held), 5 * round(20 * large / len(held)) if held else 0))
    return pd.DataFrame(rows, columns=columns("release/costs"))


# -- The release verdict of every fact, with its reason: nothing else can be printed ------------------------------
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
            _withhold(facts, found, "field", telling(facts, found, every[OURS[0]], policy))
        _withhold(facts, found, "thin", thin(facts, found, policy))
        _withhold(facts, found, "secondary", crowded(facts, found, policy))
        _withhold(facts, found, "follows", untold(facts, found))
        _withhold(facts, found, "secondary", duplicates(facts, found))
        made = computed(facts, found)
        found.loc[made.index, list(made)] = made
        at_least(facts, found)
        within(facts, found)
        _withhold(facts, found, "sparse", alone.sparse(facts, found, policy))
        _withhold(facts, found, "unclear", in_a_departement(facts, found))
    for ground, mask in (("follows", alone.followed), ("cited", alone.cited)):
        _withhold(facts, found, ground, mask(facts, found))
    facts, found = _kept(facts, found, released, every, policy, known)
    hidden = found["verdict"] != "shown"
    found[NUMBERS] = found[NUMBERS].mask(hidden)
    printed = {name: one.decision.printed for name, one in released.items()}
    return Decided(facts.assign(**found)[columns("release/ledger")], released, issued_claims(printed))


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
    return keep(facts, found, held, told)


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


# -- What the coded ads say of persons and of départements, where one printed number would undo another -----------
# How many persons are behind them is told once, and what is computed of it from what is told. The share of ads that
# are another one of somebody, the formula of the reference study and the logical limits are functions of the persons
# seen and of exact numbers. Each rounded on its own, they would narrow the persons seen to a few numbers; so they are
# made of the printed one, and withheld with it. The interval that the duplicates of the sample alone give hangs on
# how many there are, which no rounding of its ends hides: it is not told where their number is rounded.
SEEN, CODED, FROM_DUPLICATES = "persons.seen", "sample.usable", "persons.indicative"
ALL_ADS = "sample.relevant"  # those that the coded ones stand for
SHARES = region.OF_ONE.pattern + r"profile\.ad\."  # of its ads, by what the coded ones say
TABLE = "consolidate/codings"
Made = tuple[float, float, float, float, float, float, str]  # see `computed`


def crowded(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Persons behind the coded ads to withhold, where these, whose number is exact, leave of the ads that are another one of
    somebody fewer numbers than the threshold. A mask over the facts."""
    seen = facts["fact_id"].map(region.plain).eq(SEEN)
    left = pd.Series(math.nan, index=facts.index)
    for at, name in facts.loc[seen, "fact_id"].items():
        whole = facts.loc[facts["fact_id"].eq(name.replace(SEEN, CODED)), "value"]
        if len(whole):
            left[at] = rest(float(whole.iloc[0]), found.at[at, "claim_low"], found.at[at, "claim_high"])
    return seen & found["verdict"].eq("shown") & left.lt(policy.rules.thresholds.ordinary)


def untold(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """What is computed of persons that are not told: a mask over the facts."""
    hidden = facts["fact_id"].map(region.plain).eq(SEEN) & found["verdict"].ne("shown")
    names = {name.replace(SEEN, one) for name in facts.loc[hidden, "fact_id"] for one in MADE}
    return facts["fact_id"].isin(names) & found["verdict"].eq("shown")


def duplicates(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """The interval that the duplicates of the sample give, to withhold where the persons seen are rounded or withheld: a mask
    over the facts.

    One duplicate more or less moves its ends by hundreds: rounded outward as an estimate is, it leaves one to seven numbers of
    persons seen, where what is printed of these leaves as many as their threshold.
    """
    at = facts["fact_id"].map(region.plain).eq(SEEN)
    exact = found["verdict"].eq("shown") & found["ground"].ne("rounded")
    names = set(facts.loc[at & ~exact, "fact_id"].str.replace(SEEN, FROM_DUPLICATES, regex=False))
    return facts["fact_id"].isin(names) & found["verdict"].eq("shown")


@dataclass(frozen=True)
class Told:
    """The persons seen, the ads that they are behind, and what is printed of them: a number, the least and most it means."""

    true: float
    coded: float
    value: float
    low: float
    high: float


def computed(facts: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """What is computed of persons that are told, from the number that is printed: columns of the ledger, one row per fact.

    With d persons printed from `low` to `high`, of n coded ads that stand for N: 1 − d ÷ n; N d ÷ n, to two significant
    digits; limits from `low`, and up to N − n + `high` where the true ones go to N − n + d, outward.
    """
    at = {name: index for index, name in facts["fact_id"].items()}
    rounded = found["verdict"].eq("shown") & found["ground"].eq("rounded")
    rows = {}
    for seen, name in facts.loc[rounded & facts["fact_id"].map(region.plain).eq(SEEN), "fact_id"].items():
        numbers = found.loc[seen, ["shown_value", "claim_low", "claim_high"]].astype(float)
        coded = facts.loc[facts["fact_id"].eq(name.replace(SEEN, CODED)), "value"].astype(float).max()
        told = Told(float(facts.at[seen, "value"]), coded, *numbers)
        for one, make in MADE.items():
            place = at.get(name.replace(SEEN, one))
            if place is not None and found.at[place, "verdict"] == "shown":
                rows[place] = make(pd.concat([facts.loc[place], found.loc[place, ["shown_high"]]]), told)
    named = ["shown_value", "shown_low", "shown_high", "claim_low", "claim_high", "shown_numerator", "ground"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=named)


def _share_of_ads(fact: pd.Series, told: Told) -> Made:
    whole = float(fact["denominator"])
    value, least, most = (100 * (whole - min(one, whole)) / whole for one in (told.value, told.high, told.low))
    claimed = float(math.floor(least)), float(math.ceil(most))
    return float(math.floor(value + 0.5)), math.nan, math.nan, *claimed, math.nan, "rounded"


def _formula(fact: pd.Series, told: Told) -> Made:
    each = float(fact["value"]) / told.true
    least, most = each * told.low, each * min(told.high, told.coded)
    return significant(each * min(told.value, told.coded)), math.nan, math.nan, least, most, math.nan, "model"


def _logical(fact: pd.Series, told: Told) -> Made:
    return _limits(told.low, float(fact["high"]) - told.true + min(told.high, told.coded))


def _missed(fact: pd.Series, told: Told) -> Made:
    return _limits(told.low, float(fact["shown_high"]))  # an estimate, drawn outward like any other


def _limits(low: float, high: float) -> Made:
    ends = float(RANGE * math.floor(low / RANGE)), float(RANGE * math.ceil(high / RANGE))
    return math.nan, *ends, math.nan, math.nan, math.nan, "model"


def at_least(facts: pd.DataFrame, found: pd.DataFrame) -> None:
    """The lower limit of an estimate that is the persons seen, as where a search misses half of the copies: from the least that
    their printed number means, else from RANGE, which says nothing of them. `found`, the rows of the ledger, is changed in
    place."""
    own = facts["source_table"].eq(TABLE) & facts["measure"].eq("estimate") & found["shown_low"].notna()
    own &= ~facts["fact_id"].isin(MADE)
    for seen in facts.index[facts["fact_id"].eq(SEEN)]:
        shown = found.at[seen, "verdict"] == "shown"
        if shown and found.at[seen, "ground"] != "rounded":
            continue
        same = own & facts["low"].astype(float).eq(float(facts.at[seen, "value"]))
        least = float(found.at[seen, "claim_low"]) if shown else RANGE
        found.loc[same, "shown_low"] = float(RANGE * math.floor(least / RANGE))


def within(facts: pd.DataFrame, found: pd.DataFrame) -> None:
    """No printed limit of the persons above that of the ads, to the next step: an estimate's own may be, and there are never
    more persons than ads. `found`, the rows of the ledger, is changed in place."""
    ads = facts["fact_id"].eq(ALL_ADS) & found["verdict"].eq("shown")
    most = float(found.loc[ads, "shown_high"].max())
    own = facts["source_table"].eq(TABLE) & facts["unit"].eq("person") & facts["measure"].eq("estimate")
    for at in facts.index[own & found["verdict"].eq("shown") & found["shown_high"].gt(most)]:
        step = step_of(most)
        found.at[at, "shown_high"] = min(found.at[at, "shown_high"], float(step * math.ceil(most / step)))


MADE: Mapping[str, Callable[[pd.Series, Told], Made]] = {
    "ads.duplicate_rate_pct": _share_of_ads,
    "persons.published_formula": _formula,
    "persons.logical": _logical,
    "persons.whatever_missed": _missed,
}


def thin(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> pd.Series:
    """Shares of the ads of départements to withhold; a mask over the facts. `found`: their verdicts.

    All shares are drawn to a step of 5 points, and mean as much above as below: what the region's leaves to one département,
    less those of the others, is 10 points of its own coded ads at least, as many ads as the highest threshold where these are
    twice the base that a share is printed of. So a share is told of each département or of none: where fewer ads are coded,
    or answered, in one of them. How many are coded in each is printed. Withheld of one alone, beside the printed shares of the
    others, it would be a small one: it goes with them.
    """
    told = facts["fact_id"].str.contains(SHARES)
    if not told.any():
        return told
    least = 2 * policy.rules.percentages.smallest_base
    coded = facts[facts["fact_id"].str.fullmatch(region.OF_ONE.pattern + r"sample\.usable")]["value"]
    name = facts["fact_id"].map(region.plain)
    few = facts["denominator"].astype(float).where(told).groupby(name).transform("min").lt(least)
    of_all = (told & found["verdict"].eq("shown")).groupby(name).transform("sum").eq(len(coded))
    return told & (few | ~of_all | coded.lt(least).any())


# -- Facts that no closed list holds, kept with the batch of those whom they count --------------------------------
# Who answered, which structures, what they say of themselves, which are printed exactly, interviews, other choices of
# counting, drawn numbers without members.
#
# While a population keeps the statements of its last edition, so do they: one answer, or one interview, more would
# else be read off all that is exact.
RESPONSES = "responses"  # a response is kept with those who gave it
LISTED = ("edition", "edition_kept")  # grounds of what the closed list keeps by itself
WHY = ("verdict", "ground", "reason")
EXACT = {"shown_value": "value", "shown_low": "low", "shown_high": "high"} | {
    f"shown_{one}": one for one in ("numerator", "denominator")
}


def keep(
    facts: pd.DataFrame, found: pd.DataFrame, held: Collection[str], told: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts, and the rows of the ledger (`found`, one per fact), with those of the populations that keep their last
    edition (`held`) as they were: what it did not print is withheld, what has no fact any more is printed again. As they are
    where nothing was recorded of them. `told`: what was, one row per fact (`issued.said`)."""
    if told.empty or not held:
        return facts, found
    words, changed = facts.copy(), found.copy()
    own = facts["origin"].eq("observed") & held_back(facts, held) & ~found["ground"].isin(LISTED)
    for at, fact in facts[own].to_dict("index").items():
        group = parse(fact["group"])[0] if fact["group"] else ""
        if group not in ("", PROFESSIONALS, RESPONSES):
            continue  # of the closed list, or of nothing that is printed
        if fact["fact_id"] not in told.index:
            absent = row(dict(fact), "withheld", "edition", said={"date": told["issue"].iloc[0]})
            changed.loc[at, list(WHY)] = [absent[name] for name in WHY]
            continue
        kept = told.loc[fact["fact_id"]]
        why = typographic(TEXT["edition_kept"].format(date=kept["issue"]))
        changed.loc[at, list(WHY)] = ["shown", kept["ground"], why]
        changed.loc[at, ISSUED_NUMBERS] = kept[ISSUED_NUMBERS].astype(float).to_list()
        if kept["label"]:
            words.loc[at, "value_text"], changed.loc[at, "method"] = kept["value_text"], kept["method"]
    gone = told[told["label"].ne("") & ~told.index.isin(facts["fact_id"])]
    return _again(words, changed, gone[held_back(gone, held)])


def _again(facts: pd.DataFrame, found: pd.DataFrame, gone: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with the facts that only the last edition has."""
    if gone.empty:
        return facts, found
    blank = dict.fromkeys(("rules", "cells", "group", "base"), "")
    shared = blank | {"study": facts["study"].iloc[0], "origin": "observed", "way": "second_hand"}
    gone = gone.assign(fact_id=gone.index, decimals=pd.to_numeric(gone["decimals"]).astype("Int64"))
    gone.index = pd.RangeIndex(facts.index.max() + 1, facts.index.max() + 1 + len(gone))
    fact = gone[["fact_id", *SAID]].assign(**shared).join(gone[list(EXACT)].rename(columns=EXACT))
    told = gone[[*ISSUED_NUMBERS, "method"]].assign(verdict="shown", ground=GONE, reason=typographic(TEXT[GONE]))
    return pd.concat([facts, fact[list(facts)]]), pd.concat([found, told[list(found)]])


# -- What professionals say of themselves, by département ---------------------------------------------------------
# Attacked with the region's exact numbers before it is printed.
#
# The region's answers are exact, those of a département rounded; how many professionals answered is exact in both. A
# group of fewer than `unanimity` professionals may so be proved to have all said yes, or all said no, by what the
# others print; one of fewer than `own_group`, of which nothing is printed, be known better than to `own_base`. The
# answer is then told of no département, and the whole question where that is not enough. It is decided on what is
# printed alone. What the region's own numbers prove is told in any study, and no reason to withhold.
ELSEWHERE = ""  # professionals of no département, or of several: a group like the others
POPULATION = "professionals"
Answers = tuple[str, ...]


@dataclass
class _Question:
    """What is printed of answers that are counted together: those of one question that takes one, else one alone.

    `whole`: answers → the region's number; `told`: département and answers → the least and most that its number means.
    """

    whole: dict[Answers, float] = field(default_factory=dict)
    told: dict[tuple[str, Answers], tuple[float, float]] = field(default_factory=dict)
    at: dict[Answers, list[object]] = field(default_factory=dict)  # rows of the facts of départements


def telling(facts: pd.DataFrame, found: pd.DataFrame, population: Population, policy: Policy) -> pd.Series:
    """The facts of départements to withhold for what they say together; a mask over the facts.

    `facts`: `group`, `measure`; `found`: their verdicts, values and claims.
    """
    gone: set[object] = set()
    sizes = _sizes(population)
    rules = policy.rules.rounding
    if any(size < rules.unanimity for size in sizes.values()):
        for question in _questions(facts, found, policy):
            gone |= set(_withheld(question, sizes, rules))
    return pd.Series(facts.index.isin(list(gone)), index=facts.index)


def _sizes(population: Population) -> dict[str, int]:
    """Professionals of each département, of several, of none that is known, and without an answer, where there are some: all
    printed. Nothing in a study of one département."""
    sizes = {code: int(held.sum()) for code, held in population.answers(DEPARTEMENT).options.items()}
    rest = len(population.key) - sum(sizes.values())
    return sizes | ({ELSEWHERE: rest} if rest else {}) if sizes else {}


def _questions(facts: pd.DataFrame, found: pd.DataFrame, policy: Policy) -> Iterator[_Question]:
    kept = facts["group"].str.startswith(f"{POPULATION}:") & facts["measure"].eq("count")
    kept &= found["verdict"].eq("shown")
    questions: dict[tuple[str, Answers], _Question] = {}
    for at, group in facts.loc[kept, "group"].items():
        terms = dict(parse(group)[1])
        code = terms.pop(DEPARTEMENT, (ELSEWHERE,))[0]
        if len(terms) != 1:
            continue
        ((variable, answers),) = terms.items()
        if variable not in policy.professionals.own:
            continue
        one = questions.setdefault((variable, () if variable in policy.single else answers), _Question())
        if code == ELSEWHERE:
            one.whole[answers] = float(found.at[at, "shown_value"])
        else:
            one.told[code, answers] = (float(found.at[at, "claim_low"]), float(found.at[at, "claim_high"]))
            one.at.setdefault(answers, []).append(at)
    yield from (one for one in questions.values() if one.told)


def _withheld(question: _Question, sizes: Mapping[str, int], rules: Rounding) -> Iterator[object]:
    """The rows of the facts to withhold, of one question: those of an answer that is proved, then all of them."""
    alone = _proved(question, {}, sizes, rules)
    told, gone = dict(question.told), set[Answers]()
    while told and (new := _proved(question, told, sizes, rules) - alone):
        more = {answers for _, answers in new} & {answers for _, answers in told}
        gone |= more or {answers for _, answers in told}
        told = {key: ends for key, ends in told.items() if key[1] not in gone}
    for answers in gone:
        yield from question.at[answers]


def _proved(
    question: _Question,
    told: Mapping[tuple[str, Answers], tuple[float, float]],
    sizes: Mapping[str, int],
    rules: Rounding,
) -> set[tuple[str, Answers]]:
    """Small groups, and answers of which the printed numbers prove what `rules` protect."""
    groups, atoms = list(sizes), sorted({one for answers in question.whole for one in answers})
    width = len(atoms) + 1  # the last: another answer, or none

    def form(inside: Sequence[str], answers: Answers | None) -> np.ndarray:
        cells = np.zeros((len(groups), width))
        columns = range(width) if answers is None else [atoms.index(one) for one in answers]
        cells[np.ix_([groups.index(name) for name in inside], list(columns))] = 1
        return cells.ravel()

    rows: list[tuple[np.ndarray, float, float]] = [(form([name], None), size, size) for name, size in sizes.items()]
    rows += [(form(groups, answers), number, number) for answers, number in question.whole.items()]
    rows += [(form([code], answers), *ends) for (code, answers), ends in told.items() if set(answers) <= set(atoms)]
    matrix, low, high = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    held = scipy.optimize.LinearConstraint(matrix, low, high)

    def proved(form: np.ndarray, size: int) -> bool:
        ends = [scipy.optimize.milp(sign * form, constraints=held, integrality=np.ones(len(form))) for sign in (1, -1)]
        if any(end.status for end in ends):  # numbers of responses that left the question out: nothing follows
            return False
        least, most = round(ends[0].fun), round(-ends[1].fun)
        if size < rules.own_group:
            return most - least < min(size, rules.own_base)
        return least == most and least in (0, size)

    return {
        (name, answers)
        for name, size in sizes.items()
        if size < rules.unanimity
        for answers in question.whole
        if proved(form([name], answers), size)
    }


# -- Numbers of a département that say nothing, of which not even that may stand beside what is withheld ----------
def in_a_departement(facts: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """Numbers of the persons of a département to withhold, whose share has printed limits too far apart to say something: a
    mask over the facts. `found`: their rows of the ledger.

    Of the whole study that is said, between its limits. Where nearly every cell of a table would say so, one that is withheld
    would stand out, and say that its number is small: both are one word here.
    """
    own = facts["fact_id"].str.contains(OF_ONE) & facts["unit"].isin(PEOPLE) & found["verdict"].eq("shown")
    ends = found[["shown_low", "shown_high"]].astype(float)
    reach = ends.join(found[["claim_low", "claim_high"]].astype(float))
    wide = (reach.max(axis=1) - reach.min(axis=1)).gt(WIDE) & ends.notna().all(axis=1)
    shares = facts.loc[own & wide & facts["measure"].eq("percent"), "fact_id"]
    return own & facts["fact_id"].isin({*shares, *shares.str.removesuffix("_pct")})
