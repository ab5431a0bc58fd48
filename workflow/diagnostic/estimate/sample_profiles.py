"""Facts on what the coded ads say: shares of ads and of persons side by side, means, missing answers, network signs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.codebook.model import Codebook
from diagnostic.estimate.answers import UNKNOWN, option_columns
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.names_given import grouped
from diagnostic.estimate.profiles import MISSING, SIGNS, network_signs, profiles
from diagnostic.estimate.turnover import SNAPSHOT

SHARES = (
    "gender_presented",
    "declared_origin",
    "passing_through",
    "audience",
    "hosting",
    "vocabulary",
    "euphemism",
    "network_sign",
)
MEANS = ("declared_age",)
TABLE = "ads"
UNITS = {
    "ad": (
        "annonces",
        "part des annonces",
        "Σ poids des annonces concernées ÷ Σ poids des annonces de la base, poids N_h ÷ n_h",
    ),
    "person": (
        "personnes",
        "part des personnes",
        "la même, chaque annonce divisée par les annonces de la même personne",
    ),
}
INTERVALS = {
    "logit": "intervalle logit",
    "korn_graubard": "intervalle de Korn et Graubard",
    "exact": "toutes les annonces sont codées",
}
DECLARED = "Ce que l’annonce déclare, qui peut être faux."


def facts(
    answers: pd.DataFrame,
    frame: pd.DataFrame,
    codebook: Codebook,
    confidence: float,
    base: partial[Fact],
    located: Any,
    doubtful: frozenset[str] = frozenset(),
) -> Iterator[Fact]:
    """`answers`: the usable ads with their answers, stratum and multiplicity. `located` names the cells of a variable.

    Nothing on the variables of `doubtful`, on whose coding two persons do not agree enough.
    """
    if answers.empty:
        return
    answers, names, cited = grouped(answers)
    lists = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    usable = answers.groupby("stratum").size().reindex(lists.index).fillna(0)
    sizes = lists["value"].clip(lower=usable)
    variances = {str(name): float(value) for name, value in lists["variance"].items() if pd.notna(value) and value}
    known = {v.name: v for v in codebook.table(TABLE)}
    options = {
        name: [o.code for o in codebook.options(known[name]) if o.code not in UNKNOWN]
        for name in SHARES
        if known[name].type == "single"
    }
    wanted = [name for name in (*SHARES, *names) if name not in doubtful]
    present = [name for name in wanted if name in answers or option_columns(answers, name)]
    means = [name for name in MEANS if name in answers and name not in doubtful]
    made = profiles(answers, sizes, present, means, options, size_variances=variances, confidence=confidence)
    if "network_sign" in present:
        signs = network_signs(answers, sizes, least=SIGNS, size_variances=variances, confidence=confidence)
        made = pd.concat([made, signs], ignore_index=True)
    head = bool(lists["variance"].isna().any())
    for name, number in cited.items():
        yield base(
            fact_id=f"profile.cited.{name}",
            label=f"{known[name].label} : noms différents dans les annonces codées",
            unit="ad",
            measure="count",
            universe="annonces codées et pertinentes",
            value=number,
            formula="noms différents, accents et majuscules à part",
            cells=located(name),
            rules=("premier_codage",),
            method=f"Un minimum : les annonces non codées peuvent en citer d’autres. {DECLARED}",
        )
    # A name is a name: « that one alone » says nothing. A country is asked of foreign origins only: its blanks say nothing.
    dull = made["measure"].eq("only") & made["variable"].isin(names)
    dull |= made["measure"].eq(MISSING) & made["variable"].eq("declared_country")
    for line in made[~dull].itertuples():
        yield _fact(line, codebook, known, names, base, located(line.variable), head)


def _fact(line: Any, codebook: Codebook, known: dict, names: dict, base: partial[Fact], cells: str, head: bool) -> Fact:
    variable = known[line.variable]
    label, name = _named(line, codebook, variable, names.get(line.variable, {}))
    ads, share, formula = UNITS[line.unit]
    mean = line.measure == "mean"
    scale = 1 if mean else 100
    limits: dict[str, Any] = {}
    if line.interval != "exact" and line.low is not None and pd.notna(line.low):
        limits = {"low": scale * line.low, "high": scale * line.high, "interval_kind": "sampling"}
    counted = {} if mean else {"numerator": line.cases, "denominator": line.units}
    if mean:
        counted = {"denominator": line.units}
    rules = ["poids_de_sondage", "premier_codage"]
    rules += ["partage_des_poids"] if line.unit == "person" else []
    rules += ["bornes_pages"] if head else []
    of_all = "" if line.measure == "missing" else f" où « {variable.label} » est renseigné"
    return base(
        fact_id=f"profile.{line.unit}.{line.variable}.{name}",
        label=f"{label}, {'moyenne' if mean else share}{' par personne' if mean and line.unit == 'person' else ''}",
        unit=line.unit,
        measure="mean" if mean else "percent",
        universe=f"{ads} {'derrière les annonces ' if line.unit == 'person' else ''}du champ, miroirs regroupés{of_all}",
        value=scale * line.value,
        decimals=1,
        formula=formula if not mean else formula.replace("des annonces concernées", "× valeur"),
        cells=cells,
        rules=tuple(rules),
        method=f"{french.capital(INTERVALS.get(line.interval, 'intervalle de Student'))}. {DECLARED} {SNAPSHOT}",
        **counted,
        **limits,
    )


def _named(line: Any, codebook: Codebook, variable: Any, names: dict[str, str]) -> tuple[str, str]:
    """(what the number says, the last part of its id)."""
    labels = {o.code: o.label for o in codebook.options(variable)} | names
    option = labels.get(line.option, line.option)
    if line.measure == "missing":
        return f"{variable.label} : non renseigné", "missing"
    if line.measure == "mean":
        return variable.label, "mean"
    if line.measure == "at_least":
        number = int(line.option)
        return f"au moins {number} {french.plural(number, 'indice')} de réseau", f"at_least_{number}"
    if line.measure == "only":
        return f"{variable.label} : {option} seulement", f"only_{line.option}"
    return f"{variable.label} : {option}", line.option
