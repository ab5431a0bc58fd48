"""Facts on the register: by which search each site was found, and what sites sell to those who publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.estimate.codings import plain
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.answers import NONE, UNKNOWN, known_values, option_columns, ticks

TABLE = "site_terms"
TERMS = ("paid_options", "subscription", "paid_sign_up", "price_class")
YES = ("subscription", "paid_sign_up")


def facts(
    site_terms: pd.DataFrame, codebook: Codebook, build: Builder, located: Callable[[str], str]
) -> Iterator[Fact]:
    """Counts of sites by search, paid options, subscription, price; each on the sites where the answer is known.

    `site_terms`: one row per site. `located` names the cells of a variable. Nothing for a study without such a sheet.
    """
    if site_terms.empty:
        return
    answers = plain(site_terms)
    labels = {v.name: {o.code: o.label for o in codebook.options(v)} for v in codebook.table(TABLE)}

    def counted(text: str, variable: str, value: Any, whole: Any, **words: str) -> Fact:
        return build.count(text, int(value), int(whole), cells=located(variable), **words)

    if option_columns(answers, "found_by"):
        boxes, names = ticks(answers, "found_by"), labels["found_by"]
        known = boxes.any(axis=1).sum()
        for code in (code for code in boxes if code not in UNKNOWN):
            found = boxes[code].sum()
            yield counted("terms.found_by.{search}", "found_by", found, known, search=code, name=names[code])
    told = [_known(answers, name) for name in TERMS if name in answers or option_columns(answers, name)]
    read = pd.concat(told, axis=1).any(axis=1).sum() if told else 0
    if not read:
        return
    yield counted("terms.read", "paid_options", read, len(answers))
    if option_columns(answers, "paid_options"):
        boxes, asked = ticks(answers, "paid_options"), _known(answers, "paid_options")
        sold, known, names = boxes.drop(columns=[NONE, *UNKNOWN], errors="ignore"), asked.sum(), labels["paid_options"]
        yield counted("terms.paid_options", "paid_options", (sold.any(axis=1) & asked).sum(), known)
        for code in sold:
            own = (sold[code] & asked).sum()
            yield counted("terms.option.{option}", "paid_options", own, known, option=code, name=names[code])
    for variable in (name for name in YES if name in answers):
        own = known_values(answers, variable).eq("yes").sum()
        yield counted(f"terms.{variable}", variable, own, _known(answers, variable).sum())
    if "price_class" in answers:
        values = known_values(answers, "price_class")
        for code, name in labels["price_class"].items():
            if code not in UNKNOWN:
                own, known = values.eq(code).sum(), values.notna().sum()
                yield counted("terms.price.{price}", "price_class", own, known, price=code, name=name)


def _known(answers: pd.DataFrame, name: str) -> pd.Series:
    """The sites where the answer to a question, single or multiple, is known."""
    if option_columns(answers, name):
        boxes = ticks(answers, name)
        return boxes.any(axis=1) & ~boxes[[code for code in boxes if code in UNKNOWN]].any(axis=1)
    return known_values(answers, name).notna()
