"""Facts on what the coded ads say: shares of ads and of persons side by side, means, missing answers, network signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.core import french
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.answers import UNKNOWN, option_columns
from diagnostic.estimate.formulas.profiles import MISSING, SIGNS, network_signs, profiles
from diagnostic.estimate.internet.names_given import grouped
from diagnostic.estimate.texts import profiles as texts

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
INTERVALS = {
    "logit": "intervalle logit",
    "korn_graubard": "intervalle de Korn et Graubard",
    "hypergeometric": "intervalle exact d’un tirage sans remise",
    "exact": "toutes les annonces sont codées",
}


def facts(
    answers: pd.DataFrame,
    frame: pd.DataFrame,
    codebook: Codebook,
    confidence: float,
    build: Builder,
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
        label = known[name].label
        yield build.count("profile.cited.{variable}", number, cells=located(name), variable=name, question=label)
    # A name is a name: « that one alone » says nothing. A country is asked of foreign origins only: its blanks say nothing.
    dull = made["measure"].eq("only") & made["variable"].isin(names)
    dull |= made["measure"].eq(MISSING) & made["variable"].eq("declared_country")
    for line in made[~dull].itertuples():
        variable = known[line.variable]
        labels = {o.code: o.label for o in codebook.options(variable)} | names.get(line.variable, {})
        yield _fact(line, variable.label, labels, build, located(line.variable), head)


def _fact(line: Any, question: str, labels: dict[str, str], build: Builder, cells: str, head: bool) -> Fact:
    """The fact of a line of `profiles`; `labels` are those of the answers by code, `head` says that first pages were read."""
    kinds = {MISSING: texts.MISSING, "mean": texts.MEAN}
    text, mean = kinds.get(line.measure, texts.PROFILE) % line.unit, line.measure == "mean"
    words = {"variable": line.variable, "question": question}
    if line.measure not in kinds:
        words["what"], words["answer"] = _named(line, question, labels)
    scale = 1 if mean else 100
    made: dict[str, Any] = {"denominator": line.units} if mean else {"numerator": line.cases, "denominator": line.units}
    if line.interval != "exact" and line.low is not None and pd.notna(line.low):
        made |= {"low": scale * line.low, "high": scale * line.high, "interval_kind": "sampling"}
    if head:
        made["rules"] = (*texts.TEXTS[text].rules, "bornes_pages")
    interval = french.capital(INTERVALS.get(line.interval, "intervalle de Student"))
    return build.fact(text, scale * line.value, cells=cells, interval=interval, **made, **words)


def _named(line: Any, question: str, labels: dict[str, str]) -> tuple[str, str]:
    """(what the number says, the last part of its id)."""
    option = labels.get(line.option, line.option)
    if line.measure == "at_least":
        number = int(line.option)
        return f"au moins {number} {french.plural(number, 'indice')} de réseau", f"at_least_{number}"
    if line.measure == "only":
        return f"{question} : {option} seulement", f"only_{line.option}"
    return f"{question} : {option}", line.option
