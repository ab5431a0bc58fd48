"""Facts on the register: by which search each site was found, and what sites sell to those who publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.estimate.answers import NONE, UNKNOWN, known_values, option_columns, ticks
from diagnostic.estimate.codings import plain
from diagnostic.estimate.facts import Fact

TABLE = "site_terms"
TERMS = ("paid_options", "subscription", "paid_sign_up", "price_class")
YES = {
    "subscription": "sites qui vendent un abonnement",
    "paid_sign_up": "sites à inscription payante",
}
WHAT_IT_SAYS = (
    "Conditions affichées par les sites le jour où elles ont été lues ; elles changent souvent, et ne disent pas ce "
    "que les personnes ont payé ni à qui."
)
SEARCHES = "Un site peut être trouvé par plusieurs recherches ; celui qu’aucune ne trouve n’est pas dans le registre."


def facts(
    site_terms: pd.DataFrame, codebook: Codebook, base: partial[Fact], located: Callable[[str], str]
) -> Iterator[Fact]:
    """Counts of sites by search, paid options, subscription, price; each on the sites where the answer is known.

    `site_terms`: one row per site. `located` names the cells of a variable. Nothing for a study without such a sheet.
    """
    if site_terms.empty:
        return
    answers = plain(site_terms)
    labels = {v.name: {o.code: o.label for o in codebook.options(v)} for v in codebook.table(TABLE)}
    fact = partial(base, unit="site", measure="count")

    def counted(name: str, variable: str, label: str, value: Any, whole: Any, formula: str, method: str) -> Fact:
        return fact(
            fact_id=f"terms.{name}",
            label=label,
            value=int(value),
            numerator=int(value),
            denominator=int(whole),
            universe="sites du registre" if variable == "found_by" else "sites dont la réponse est connue",
            formula=formula,
            method=method,
            cells=located(variable),
        )

    if option_columns(answers, "found_by"):
        boxes = ticks(answers, "found_by")
        known = boxes.any(axis=1).sum()
        for code in (code for code in boxes if code not in UNKNOWN):
            label = f"sites trouvés par : {labels['found_by'][code]}"
            yield counted(f"found_by.{code}", "found_by", label, boxes[code].sum(), known, "sites cochés", SEARCHES)
    told = [_known(answers, name) for name in TERMS if name in answers or option_columns(answers, name)]
    read = pd.concat(told, axis=1).any(axis=1).sum() if told else 0
    if not read:
        return
    formula = "sites dont une condition au moins est connue"
    yield counted("read", "paid_options", "sites dont les conditions ont été lues", read, len(answers), formula, "")
    if option_columns(answers, "paid_options"):
        boxes, known = ticks(answers, "paid_options"), _known(answers, "paid_options")
        sold = boxes.drop(columns=[NONE, *UNKNOWN], errors="ignore")
        some, label = (sold.any(axis=1) & known).sum(), "sites qui vendent des options payantes"
        yield counted(
            "paid_options", "paid_options", label, some, known.sum(), "sites qui en vendent une", WHAT_IT_SAYS
        )
        for code in sold:
            label, own = f"options payantes : {labels['paid_options'][code]}", (sold[code] & known).sum()
            yield counted(f"option.{code}", "paid_options", label, own, known.sum(), "sites cochés", WHAT_IT_SAYS)
    for name, label in YES.items():
        if name in answers:
            own, known = known_values(answers, name).eq("yes").sum(), _known(answers, name).sum()
            yield counted(name, name, label, own, known, "sites qui répondent oui", WHAT_IT_SAYS)
    if "price_class" in answers:
        values = known_values(answers, "price_class")
        for code, option in labels["price_class"].items():
            if code not in UNKNOWN:
                label, own = f"prix mensuel le plus bas : {option}", values.eq(code).sum()
                yield counted(
                    f"price.{code}", "price_class", label, own, values.notna().sum(), "sites de la classe", WHAT_IT_SAYS
                )


def _known(answers: pd.DataFrame, name: str) -> pd.Series:
    """The sites where the answer to a question, single or multiple, is known."""
    if option_columns(answers, name):
        boxes = ticks(answers, name)
        return boxes.any(axis=1) & ~boxes[[code for code in boxes if code in UNKNOWN]].any(axis=1)
    return known_values(answers, name).notna()
