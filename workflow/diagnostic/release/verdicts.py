"""The release verdict of every fact, with its reason: nothing else can be printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.french import typographic
from diagnostic.release.audit import Verdict
from diagnostic.release.grouped import Known, Released, blank, regrouped, release_groups
from diagnostic.release.issued import claims
from diagnostic.release.policy import CLASSES, Policy
from diagnostic.release.populations import Population
from diagnostic.release.tables import Ledger
from diagnostic.tables import columns

# Counting these may give someone away; sites, ads, articles, structures and rows may not.
PROTECTED_UNITS = ("person", "situation", "professional", "response", "exchange", "meeting")
ELSEWHERE = ("exchange", "meeting")  # with persons; those that a publication cites took place in another territory
# How many places are cited → the places themselves. Once all of them are shown, nobody was seen anywhere else; where
# they are most of the places there are, somebody was seen nearly everywhere.
CITED = {
    "places.communes": "territory.persons.commune.",
    "places.intercommunalities": "territory.persons.epci.",
}
DESCRIBED = ("consolidate/described", "consolidate/cases")  # tables of persons: what is derived from them is coarse
COARSE = 5  # step of a derived figure, and of bounds
PUBLIC = "references/"
TEXT = {
    "harmless": "Ne compte pas des personnes.",
    "public": "Chiffre public, extérieur à l’étude.",
    "large": "Atteint le seuil de publication.",
    "exact": "Exact : l’audit montre que rien ne s’en déduit.",
    "rounded": "Arrondi au multiple de {base} : exact, il en dirait trop.",
    "coarse": "Chiffre dérivé : arrondi au multiple de {step}.",
    "small": "Sous le seuil de publication ({threshold}, {named}).",
    "contributors": "Trop peu de structures ou de situations derrière ce nombre, ou l’une domine.",
    "remainder": "Le reste du groupe est sous le seuil ({threshold}, {named}).",
    "place": "Échelon géographique trop fin.",
    "secondary": "Permettrait de retrouver un nombre protégé.",
    "recoded": "Regroupé : {named}.",
    "carried": "Valeur de l’édition précédente : elle a changé de moins que le seuil.",
    "base": "Base de moins de {threshold} : aucun pourcentage.",
    "cited": "Dirait d’autres lieux que quelqu’un, ou personne, y a été signalé.",
    "follows": "Variante d’un nombre non publié.",
}


@dataclass(frozen=True)
class Decided:
    """The ledger, what the attack says of each population, and what each figure printed on a group says of it."""

    ledger: pd.DataFrame
    audits: Mapping[str, Verdict]
    claims: pd.DataFrame


def decide(
    facts: pd.DataFrame,
    policy: Policy,
    populations: Mapping[str, Population] | None = None,
    known: Known | None = None,
) -> Decided:
    """The ledger: one row per fact, with what may be printed of it and why. `known`: what readers already have.

    A fact that names a group is decided with all the others of its population (`grouped`). Any other count of people,
    or share of them, is withheld under the threshold; zero is withheld like any small count.
    """
    facts = facts.assign(group=facts["group"].fillna(""), base=facts["base"].fillna(""))
    released = release_groups(facts[facts["group"] != ""], populations or {}, policy, known)
    rows = [_told(fact, released, policy) for fact in facts.to_dict("records")]
    found = pd.DataFrame(rows, index=facts.index, columns=SHOWN)
    followed = _followed(facts, found)
    found.loc[followed, ["verdict", "ground"]] = "withheld", "follows"
    found.loc[followed, "reason"] = typographic(TEXT["follows"])
    cited = _cited(facts, found)
    found.loc[cited, ["verdict", "ground"]] = "withheld", "cited"
    found.loc[cited, "reason"] = typographic(TEXT["cited"])
    hidden = found["verdict"] != "shown"
    numbers = ["shown_value", "shown_low", "shown_high", "shown_numerator", "shown_denominator"]
    found[numbers] = found[numbers].astype(float).mask(hidden)
    return Decided(facts.assign(**found)[columns(Ledger)], released.audits, claims(released.cells))


SHOWN = [
    "verdict",
    "shown_value",
    "shown_low",
    "shown_high",
    "shown_numerator",
    "shown_denominator",
    "method",
    "ground",
    "reason",
]
Row = dict[str, Any]


def _row(fact: Row, verdict: str, ground: str, value: float = math.nan, **more: Any) -> Row:
    told = {"threshold": "", "named": "", "base": "", "step": COARSE} | more.pop("said", {})
    given = {"low": math.nan, "high": math.nan, "part": math.nan, "whole": math.nan} | more
    return {
        "verdict": verdict,
        "shown_value": value,
        "shown_low": given["low"],
        "shown_high": given["high"],
        "shown_numerator": given["part"],
        "shown_denominator": given["whole"],
        "method": given.get("method", fact["method"]),
        "ground": ground,
        "reason": typographic(TEXT[ground].format(**told)),
    }


def _told(fact: Row, released: Released, policy: Policy) -> Row:
    exact = {"low": fact["low"], "high": fact["high"], "part": fact["numerator"], "whole": fact["denominator"]}
    own = fact["unit"] not in ELSEWHERE or fact["origin"] != "published"
    if fact["unit"] not in PROTECTED_UNITS or not own or fact["measure"] in ("date", "text", "error"):
        return _row(fact, "shown", "harmless", fact["value"], **exact)
    if fact["source_table"].startswith(PUBLIC):
        return _row(fact, "shown", "public", fact["value"], **exact)
    cell = released.cells.get(fact["group"])
    if cell is None:
        return _alone(fact, policy)
    method = _discreet(fact["method"], policy)
    if cell["verdict"] != "shown":
        return _hidden(fact, cell, policy) | {"method": method}
    bounds = released.cells.get(blank(fact["group"])) if _terms(fact["group"]) else None
    bounded = bounds is None or bounds["verdict"] == "shown"
    if fact["measure"] == "percent":
        return _share(fact, cell, released.cells.get(fact["base"]), bounded, policy) | {"method": method}
    value = float(cell["shown_value"])  # type: ignore[arg-type]
    low, high = _outward(fact, value, COARSE, policy) if bounded else (math.nan, math.nan)
    base = released.cells.get(fact["base"], {})
    whole = (
        base.get("shown_value") if base.get("verdict") == "shown" and not math.isnan(_n(fact["denominator"])) else None
    )
    rounded = int(cell["shown_low"]) != int(cell["shown_high"])  # type: ignore[call-overload]
    part = value if not math.isnan(_n(fact["numerator"])) else math.nan
    ground = "carried" if cell["reason"] == "carried" else "rounded" if rounded else "exact"
    said = {"base": policy.rules.rounding.base}
    found = _row(fact, "shown", ground, value, low=low, high=high, part=part, whole=_n(whole), said=said)
    return found | {"method": method}


def _terms(group: str) -> str:
    return group.partition(":")[2].strip()


def _n(value: Any) -> float:
    return math.nan if value is None or value is pd.NA else float(value)


def _hidden(fact: Row, cell: Mapping[str, object], policy: Policy) -> Row:
    ground = str(cell["reason"])
    named = CLASSES[str(cell["group_class"])]
    if ground == "recoded":
        return _row(fact, "recoded", ground, said={"named": regrouped(fact["group"], policy)})
    return _row(fact, "withheld", ground, said={"threshold": cell["threshold"], "named": named})


def _share(
    fact: Row, cell: Mapping[str, object], base: Mapping[str, object] | None, bounded: bool, policy: Policy
) -> Row:
    """A percentage of what is printed, never of anything else, and never with decimals."""
    rules = policy.rules.percentages
    if base is None or base["verdict"] != "shown":
        return _row(fact, "withheld", "secondary" if base is None else str(base["reason"]) or "secondary")
    part, whole = float(cell["shown_value"]), float(base["shown_value"])  # type: ignore[arg-type]
    if whole < rules.smallest_base:
        return _row(fact, "withheld", "base", said={"threshold": rules.smallest_base})
    step = rules.coarse_step if whole < rules.exact_base else 1
    value = step * math.floor(100 * part / whole / step + 0.5)
    low, high = _outward(fact, value, COARSE, policy, share=True) if bounded else (math.nan, math.nan)
    said = {"base": f"{step} points" if step > 1 else "1 point"}
    return _row(
        fact, "shown", "rounded" if step > 1 else "exact", value, low=low, high=high, part=part, whole=whole, said=said
    )


def _outward(fact: Row, value: float, step: int, policy: Policy, share: bool = False) -> tuple[float, float]:
    """The bounds of a fact, wider by up to a step, so that they tell no small number."""
    low, high = _n(fact["low"]), _n(fact["high"])
    if math.isnan(low) or math.isnan(high):
        return low, high
    low = 0.0 if not share and low < policy.rules.thresholds.ordinary else step * math.floor(low / step)
    return min(low, value), max(
        min(step * math.ceil(high / step), 100.0) if share else step * math.ceil(high / step), value
    )


def _alone(fact: Row, policy: Policy) -> Row:
    """A fact that names no group: judged by its part and by what is left of its base, else by its value."""
    persons = fact["unit"] in ("person", "situation")
    name = max(CLASSES, key=policy.rules.thresholds.of) if persons else "ordinary"
    threshold = policy.threshold(name, fact["fact_id"])
    share = fact["measure"] == "percent"
    part, whole = _n(fact["numerator"]), _n(fact["denominator"])
    counted = part if not math.isnan(part) else math.nan if share else _n(fact["value"])
    rest = whole - part if share else math.nan
    said = {"threshold": threshold, "named": CLASSES[name] if name == "ordinary" else "seuil le plus haut"}
    if counted < threshold or rest < threshold:
        return _row(fact, "withheld", "small", said=said)
    exact = {"low": fact["low"], "high": fact["high"], "part": part, "whole": whole}
    if fact["source_table"] not in DESCRIBED:
        return _row(fact, "shown", "large", fact["value"], **exact)
    value = COARSE * math.floor(_n(fact["value"]) / COARSE + 0.5)
    low, high = _outward(fact, value, COARSE, policy, share)
    return _row(fact, "shown", "coarse", value, low=low, high=high, method=_discreet(fact["method"], policy))


def _discreet(method: Any, policy: Policy) -> str:
    """The method without the sentences that tell a small number."""
    text = method if isinstance(method, str) else ""
    small = max(policy.rules.thresholds.of(name) for name in CLASSES)
    kept = [
        sentence
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if not any(int(digits) < small for digits in re.findall(r"(?<![\d\u202f,])\d+(?![\d\u202f,])", sentence))
    ]
    return " ".join(kept)


def _cited(facts: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Numbers of places that say of places not shown whether somebody was seen there."""
    mask = np.zeros(len(facts), dtype=bool)
    for number, places in CITED.items():
        named = facts["fact_id"].str.startswith(places) & facts["measure"].eq("count")
        shown = int((named & found["verdict"].eq("shown")).sum())
        all_named = (facts["value"] <= shown) & (shown > 0)
        nearly_all = 2 * facts["value"] > facts["denominator"].astype(float)
        mask |= (facts["fact_id"].eq(number) & (all_named | nearly_all)).to_numpy(dtype=bool)
    return mask


def _followed(facts: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Variants of facts that are not published: other counting choices, central numbers, shares of situations."""
    verdict = dict(zip(facts["fact_id"].str.replace(".", "_", regex=False), found["verdict"], strict=True))
    mask = np.zeros(len(facts), dtype=bool)
    for place, (fact, unit, group) in enumerate(zip(facts["fact_id"], facts["unit"], facts["group"], strict=True)):
        if group or unit not in PROTECTED_UNITS:
            continue
        plain = re.sub(r"^sensitivity\.[^.]+\.", "", fact).replace(".", "_")
        names = {plain, *(plain.removesuffix(end) for end in ("_pct", "_central", "_situations_pct"))}
        own = fact.replace(".", "_")
        mask[place] = any(verdict.get(name, "shown") != "shown" for name in names if name != own)
    return mask
