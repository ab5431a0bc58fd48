"""A fact: one number with its unit, universe, numerator, denominator, rules, interval and cells.

`origin` is the weakest of its inputs' (`ORIGINS`, strongest first). What is said of a fact is an entry of
`estimate/catalogue`; its numbers are given to a `Builder`, which makes it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from diagnostic.collect import table_names as collect
from diagnostic.core.errors import Refused
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.entry import words
from diagnostic.estimate.catalogue.reading import Entries, known
from diagnostic.estimate.catalogue.ways import PEOPLE

ASKED = "*"  # in a group: any answer, blanks included, where the question was put
UNKNOWN = "?"  # in a group: no known answer
INFORMED = "!"  # in a group: some known answer
ORIGINS = ("observed", "transcribed", "reconstructed", "published")
MAY_BE_PUBLIC = {name for name, one in (collect.INPUTS | collect.RECEIVED).items() if one.public}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One indicator of one study. French in what readers see: `label`, `universe`, `formula`, `method`.

    `value` is unrounded, percentages on 0-100; dates and texts go to `value_text`. `low` and `high` bound the
    value in the sense of `interval_kind`: sampling (only for what was drawn at random), bounds (what must hold, the
    data leaving no more open), model (limits that rest on an assumption, which `method` names) or none. `decimals` is the precision at which the value is printed. `cells` names the input cells as a spreadsheet does: "ad_counts.csv!C2:C40".
    `way` is how it may leave the team (`catalogue/ways`). `group` says who is counted, for the release audit: "population: variable=option|option & variable=option" (after
    the colon nothing: the whole population), empty for what counts nobody; `base` says the same of the denominator.
    """

    fact_id: str
    label: str
    unit: str
    way: str
    measure: str
    universe: str
    formula: str
    source_table: str
    origin: str
    value: float | None = None
    value_text: str = ""
    decimals: int = 0
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    interval_kind: str = "none"
    method: str = ""
    rules: tuple[str, ...] = ()
    cells: str = ""
    group: str = ""
    base: str = ""


SAID = {"fact_id", "label", "formula", "unit", "way", "universe", "decimals"}  # of a fact, what only its text says
GIVEN = {one.name for one in fields(Fact)} - SAID


@dataclass(frozen=True)
class Builder:
    """Makes facts of entries of the catalogue (`texts`), with what they have in common.

    `method` is said of the facts whose text has none. Each call names a text; by keyword come other fields of `Fact`
    (`cells`, `rules`, …) and the words of the text. `between` (at least, at most) are limits of a part, in its own unit:
    bounds unless `interval_kind` says otherwise, or the builder names what they rest on (`assumption`: a model, which
    the method then begins with, open or not); a number that they do not pass beyond has none. Raises KeyError for an
    unknown text or a missing word, TypeError for a word that the text does not hold.
    """

    source_table: str
    origin: str
    cells: str = ""
    method: str = ""
    assumption: str = ""
    texts: Entries = field(default_factory=known)

    def count(self, text: str, value: float, of: float | None = None, **given: Any) -> Fact:
        """A number of things; where they are a part, `of` is the number of the whole."""
        part: dict[str, Any] = {} if of is None else {"numerator": value, "denominator": of}
        return self.fact(text, value, **part, **given)

    def share(
        self, text: str, part: float, of: float, between: tuple[float, float] | None = None, **given: Any
    ) -> Fact | None:
        """The share of a part in a whole, on 0-100; None where the whole is 0."""
        if not of:
            return None
        limits = (100 * between[0] / of, 100 * between[1] / of) if between else None
        return self.fact(text, 100 * part / of, limits, numerator=part, denominator=of, **given)

    def fact(
        self, text: str, value: float | None = None, between: tuple[float, float] | None = None, **given: Any
    ) -> Fact:
        """Any other fact: dates and texts (`value_text`), means, estimates with the interval that they are given."""
        own = self.texts[text]
        made = {name: given.pop(name) for name in GIVEN & given.keys()}
        if unheard := given.keys() - own.words - words(text):
            raise TypeError(f"{text} does not say: {', '.join(sorted(unheard))}")
        if between and (value is None or between[0] < value or between[1] > value):
            made = {"interval_kind": "model" if self.assumption else "bounds"} | made
            made |= {"low": between[0], "high": between[1]}
        elif between:
            made["interval_kind"] = "none"
        if made.get("interval_kind", "none") != "none":
            own = own.opened
        method, assumption = own.method.format(**given) or self.method, self.assumption if between else ""
        said = {name: getattr(own, name).format(**given) for name in ("label", "formula", "universe")}
        said |= {name: getattr(own, name) for name in ("unit", "way", "decimals", "measure", "rules")}
        said |= {name: getattr(self, name) for name in ("source_table", "origin", "cells")}
        said["method"] = f"{assumption} {method}".strip()
        return Fact(fact_id=text.format(**given), value=value, **said | made)


def group_of(population: str, *asked: tuple[str, Iterable[str]]) -> str:
    """The name of a group: ("prostitution", ("age_band", ("u15", "a15"))) → "prostitution: age_band=u15|a15"."""
    terms = " & ".join(f"{variable}={'|'.join(options)}" for variable, options in asked)
    return f"{population}: {terms}".strip()


def weakest(origins: Iterable[str]) -> str:
    """The origin of what is computed from several inputs; observed where there is none."""
    return max(origins, key=ORIGINS.index, default=ORIGINS[0])


def table(study: str, facts: Iterable[Fact | None], read: Mapping[str, Collection[str]] | None = None) -> pd.DataFrame:
    """Facts as a frame, one row per fact. None, a share of nothing, is no fact. `read`: variable → the rules by which its
    answers were read (`rules_read`), which the facts that name it say."""
    names = [one.name for one in fields(Fact)]
    told = [fact for fact in facts if fact]
    for at, fact in enumerate(told if read else []):
        rules = {rule for name in ids.read(fact.fact_id).names for rule in (read or {}).get(name, ())}
        told[at] = replace(fact, rules=tuple(dict.fromkeys((*fact.rules, *sorted(rules)))))
    # Of no fact, columns of texts too: by columns they would be numbers.
    made = {name: [getattr(fact, name) for fact in told] for name in names} if told else []
    frame = pd.DataFrame(made, columns=names)
    frame["rules"] = ["; ".join(rules) for rules in frame["rules"]]
    frame.insert(0, "study", study)
    return frame


def gather(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """One row per fact of all strands, by id. Raises Refused where one counts persons of a table that may be public."""
    facts = pd.concat(tables.values(), ignore_index=True).sort_values("fact_id", ignore_index=True)
    people = facts[facts["unit"].isin(PEOPLE) & facts["origin"].eq(ORIGINS[0])]
    for one in people.itertuples():
        if one.source_table.partition("/")[2] in MAY_BE_PUBLIC:
            raise Refused(f"« {one.fact_id} » compte des personnes : ôter public=True de {one.source_table}.")
    return {"facts": facts}
