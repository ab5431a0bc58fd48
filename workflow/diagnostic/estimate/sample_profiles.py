"""Facts on what the coded ads say: shares of ads and of persons side by side, means, missing answers, network signs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.codebook.model import Codebook
from diagnostic.estimate.answers import UNKNOWN
from diagnostic.estimate.demand import slug
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.profiles import SIGNS, network_signs, profiles
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
# Names written by coders → what the rest is called: those cited by few ads are not told apart.
NAMES = {"declared_place": "autres lieux", "declared_country": "autres pays"}
CITED, FIRST, REST = 11, 5, "other"
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
    answers: pd.DataFrame, frame: pd.DataFrame, codebook: Codebook, confidence: float, base: partial[Fact], located: Any
) -> Iterator[Fact]:
    """`answers`: the usable ads with their answers, stratum and multiplicity. `located` names the cells of a variable."""
    if answers.empty:
        return
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
    present = [name for name in SHARES if name in answers or any(c.startswith(f"{name}/") for c in answers.columns)]
    means = [name for name in MEANS if name in answers]
    spellings: dict[str, dict[str, str]] = {}
    for name in (name for name in NAMES if name in answers and answers[name].notna().any()):
        keys, spellings[name] = _names(answers[name], NAMES[name])
        yield _cited(name, keys, known[name].label, base, located(name))
        often = keys.value_counts()
        often = often[often >= CITED]
        first = set(often.index[:FIRST]) if len(often) > FIRST else set()
        answers = answers.assign(**{name: keys.where(keys.isna() | keys.isin(often.index), REST)})
        present.append(name)
        if first:
            answers[f"{name}_first"] = keys.map(
                lambda key, first=first: FIRST_KEY if key in first else REST, na_action="ignore"
            )
            options[f"{name}_first"] = [FIRST_KEY]
            present.append(f"{name}_first")
    made = profiles(answers, sizes, present, means, options, size_variances=variances, confidence=confidence)
    if "network_sign" in present:
        signs = network_signs(answers, sizes, least=SIGNS, size_variances=variances, confidence=confidence)
        made = pd.concat([made, signs], ignore_index=True)
    head = bool(lists["variance"].isna().any())
    for line in made.itertuples():
        yield _fact(line, codebook, known, base, located(line.variable), head)


def _fact(line: Any, codebook: Codebook, known: dict, base: partial[Fact], cells: str, head: bool) -> Fact:
    variable = known[line.variable]
    label, name = _named(line, codebook, variable)
    ads, share, formula = UNITS[line.unit]
    mean = line.measure == "mean"
    scale = 1 if mean else 100
    limits: dict[str, Any] = {}
    if line.interval != "exact" and line.low is not None and pd.notna(line.low):
        limits = {"low": scale * line.low, "high": scale * line.high, "interval_kind": "sampling"}
    seen = (
        f"{french.number(line.cases)} sur {french.number(line.units)} annonces codées"
        if not mean
        else f"{french.number(line.units)} annonces codées"
    )
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
        method=f"{seen} ; {INTERVALS.get(line.interval, 'intervalle de Student')}. {DECLARED} {SNAPSHOT}",
        **counted,
        **limits,
    )


def _named(line: Any, codebook: Codebook, variable: Any) -> tuple[str, str]:
    """(what the number says, the last part of its id)."""
    option = next((o.label for o in codebook.options(variable) if o.code == line.option), line.option)
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
