"""Facts on the register over time: how sites were found and what they sell, then which opened and which closed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.consolidate.lists import HISTORY
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.formulas.answers import NONE, UNKNOWN, known_values, option_columns, ticks
from diagnostic.estimate.formulas.turnover import CHANGES, caveats, tally, turnover
from diagnostic.estimate.places import Places, plain

NOTICED = (
    "Constats, sans erreur d’échantillonnage : un site trouvé tard a pu ouvrir avant, un site que personne n’a revu garde "
    "son dernier état connu."
)


def estimate(
    site_states: pd.DataFrame, site_terms: pd.DataFrame, places: pd.DataFrame, study: str, **codebook: bytes
) -> dict[str, pd.DataFrame]:
    """One row per fact; none for a study without the workbook. `codebook` holds the codebook's files."""
    index = Places(places)
    if HISTORY not in index:
        return {"history": table(study, [])}
    book = loading.load(loading.given(codebook))
    sold = Builder("consolidate/site_terms", index.origin(HISTORY))
    noticed = index.cells(site_states.dropna(subset=["site_state"]), "site_status", "site_state")
    seen = Builder("consolidate/site_states", index.origin(HISTORY), noticed)
    facts = [
        *term_facts(site_terms, book, sold, partial(index.cells, site_terms, TABLE)),
        *turnover_facts(site_states, seen),
    ]
    return {"history": table(study, facts)}


def turnover_facts(site_states: pd.DataFrame, build: Builder) -> Iterator[Fact | None]:
    """Openings and closures; none unless states were noticed on two days at least.

    `site_states`: one row per change noticed, `site_code`, `observed_on`, `site_state`. The share of losses is
    lost / (stayed + lost), that of arrivals gained / (stayed + gained); sites whose state is not known are in neither.
    """
    states = site_states.dropna(subset=["site_state"])
    if states["observed_on"].nunique() < 2:
        return
    first, last = (pd.Timestamp(day).date() for day in (states["observed_on"].min(), states["observed_on"].max()))
    changes = turnover(states, first, last)
    found, number = tally(changes), changes["change"].value_counts()
    build = replace(build, method=f"{NOTICED} {' '.join(caveats([(first, first), (last, last)]))}")
    yield build.fact("turnover.period", value_text=f"{first}/{last}")
    for name in ("open_before", "open_after"):
        yield build.count(f"turnover.{name}", found[name])
    for change, label in CHANGES.items():
        own = int(number.get(change, 0))
        yield build.count("turnover.change.{change}", own, len(changes), change=change, name=label)
    for name, part in (("loss_share", "lost"), ("arrival_share", "gained")):
        yield build.share(f"turnover.{name}_pct", found[part], found["stayed"] + found[part])


# -- Facts on the register: by which search each site was found, and what sites sell to those who publish ---------
TABLE = "site_terms"
ASKED_TERMS = ("paid_options", "subscription", "paid_sign_up", "price_class")
YES = ("subscription", "paid_sign_up")


def term_facts(
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
    told = [_known(answers, name) for name in ASKED_TERMS if name in answers or option_columns(answers, name)]
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
