"""Facts of the persons described: how many, who they are, what they live through, where and how.

Each has its base, and bounds that say what the answers leave open; no sampling interval, as nobody was drawn.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import DONT_KNOW, OTHER, SOME, STATUS, Codebook, Indicator, Meaning, Variable, meaning
from diagnostic.consolidate.coders import DISPUTED, disputed, readings
from diagnostic.consolidate.gathered import SETS_TWICE
from diagnostic.consolidate.people import SETS, middle, options
from diagnostic.consolidate.questionnaire import EVERYTHING
from diagnostic.consolidate.rows import rules_read
from diagnostic.core.french import number
from diagnostic.estimate.catalogue.entry import UP_TO
from diagnostic.estimate.facts import INFORMED, UNKNOWN, Builder, Fact, group_of, table
from diagnostic.estimate.formulas import visibility
from diagnostic.estimate.formulas.agreement import VERDICTS, set_agreement
from diagnostic.estimate.places import CODING, DESCRIBING, Places, decided, finder
from diagnostic.estimate.tally import Choices, Described, Tally, counted, prepared

BASE = "prostitution"  # the population of persons in prostitution, in the names of groups
SIZE, KNOWN = "persons_in_situation", "known_by_others"
SOURCES = ("response", "interview")
SEED = 1  # of the interval of an agreement, which no reader is shown
UNKNOWNS = {  # fact → the variable of which nothing is known
    "profile.age_unknown": "age_band",
    "profile.nationality_unknown": "nationality",
    "profile.gender_unknown": "gender",
    "pimp.unknown": "pimp_presence",
    "forms.unknown": "prostitution_form",
    "vuln.none": "vulnerability",
}
BASES = {"cond.base_finance": "finances", "cond.base_occupation": "occupation", "cond.base_housing": "housing"}
Cells = Callable[[str], str]


def estimate(
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    counting: Mapping[str, int | None] = EVERYTHING,
    partners: pd.DataFrame | None = None,
    **given: Any,
) -> dict[str, pd.DataFrame]:
    """One row per fact on the persons described; none without situations. `counting`: the `ceiling` and the `first_year`
    that the study declares; `partners`: the structures contacted, one row each; `given`: the codebook, as `codebook_…`, and
    `every`, all situations, where `described` are some of them."""
    if described.empty:
        return {"described_facts": table(study, [])}
    codebook = loading.load(loading.given(given))
    said = meaning(codebook)
    ready, alone = prepared(described, pairs, said, (Choices(), Choices(one_per_situation=True)))
    index = Places(places)
    build = Builder("consolidate/described", index.origin(*DESCRIBING), assumption=ready.assumption)
    uncoded = frozenset(name for name in said.open if np.any(options(described, name).get(OTHER, False)))
    named = finder(index, described, given.get("every"))
    coded = frozenset(name for name in SETS if ready.disputed(name).any())
    make = Maker(build, named, _rules(described, pairs), decided(pairs, index), uncoded, coded, rules_read(described))
    facts = [
        *_totals(ready, pairs, make, counting),
        *_known_once(ready, make, None if partners is None or partners.empty else len(partners)),
        *(one for indicator in codebook.counted("person") for one in _indicator(ready, alone, indicator, make)),
        *_unknown(ready, codebook, make),
        *_situation_counts(alone, codebook.counted("situation"), make),
        *(
            one
            for variable in codebook.table("situations")
            if variable.closed and variable.name != STATUS
            for one in _every_option(ready, codebook, variable, make)
        ),
        *_years(described, make, counting["first_year"]),
        *_coded_twice(described, codebook, make),
    ]
    return {"described_facts": table(study, facts)}


@dataclass(frozen=True)
class Maker:
    """What all facts of persons need: the builder, the cells of variables, the rules that touched numbers of persons,
    the cells of what was decided of pairs, the variables with an « autre » that nobody coded, those in dispute, and the rules
    by which a recipe read the answers of some (`rules_read`)."""

    build: Builder
    named: Cells
    rules: tuple[str, ...]
    decided: str
    uncoded: frozenset[str]
    disputed: frozenset[str]
    read: Mapping[str, Collection[str]] = field(default_factory=dict)

    def cells(self, *variables: str) -> str:
        """The cells of some variables, and those that say which situations are of the same persons."""
        return " ; ".join(filter(None, (*map(self.named, variables), self.decided)))

    def counting_rules(self, *variables: str, meaning: Meaning) -> tuple[str, ...]:
        """The rules on numbers of persons, and on how answers to the variables are read."""
        of = {"groupe_mixte" if name in meaning.exclusive else "groupe_entier" for name in variables}
        uncoded = ("autre_non_code",) if self.uncoded & set(variables) else ()
        disputed = (DISPUTED,) if self.disputed & set(variables) else ()
        read = sorted({rule for name in variables for rule in self.read.get(name, ())})
        return *self.rules, *sorted(of, reverse=True), *uncoded, *disputed, *read

    @property
    def merging(self) -> tuple[str, ...]:
        """The rules on situations that may describe the same persons."""
        return tuple(rule for rule in self.rules if rule.startswith("doublons"))

    def number(self, text: str, tally: Tally, **given: Any) -> Fact:
        """The number of a tally as a part of its base, with what bounds it."""
        return self.build.count(text, tally.value, tally.base, between=(tally.low, tally.high), **given)

    def share(self, text: str, tally: Tally, **given: Any) -> Iterator[Fact]:
        """The share of a tally, with what bounds it; nothing where its base is empty."""
        if tally.share is not None:
            limits = (tally.share_low or 0.0, 100.0 if tally.share_high is None else tally.share_high)
            yield self.build.fact(text, tally.share, limits, numerator=tally.value, denominator=tally.base, **given)


def _rules(described: pd.DataFrame, pairs: pd.DataFrame) -> tuple[str, ...]:
    """The counting rules that touched some number of persons."""
    written = described["persons_low"].ne(described["persons_high"]).fillna(True).astype(bool)
    blank = described["persons_blank"].astype(bool)
    touched = {
        "effectif_non_precise": blank.any(),
        "plus_petit_nombre": (written & ~blank).any(),
        "plafond_declare": described["persons_high"].isna().any(),
        "doublons_reunis": pairs["status"].eq("same").any(),
        "doublons_a_trancher": pairs["status"].isin(["undecided", "contradictory"]).any(),
    }
    return tuple(name for name, found in touched.items() if found)


def _totals(ready: Described, pairs: pd.DataFrame, make: Maker, counting: Mapping[str, int | None]) -> Iterator[Fact]:
    """Situations by source, merged and open; persons concerned, in prostitution, at risk, and by source."""
    yield from _situations(ready, pairs, make)
    build, everyone = make.build, ready.everyone
    where, status = make.cells(SIZE), make.cells(SIZE, STATUS)
    concerned, prostitution = ready.tally(everyone, everyone), ready.tally(ready.prostitution, everyone)
    central = ready.sizes.largest(middle(ready.frame))
    for name, tally, inside, cells in (
        ("concerned", concerned, central, where),
        ("prostitution", prostitution, central * (ready.status == 2), status),
    ):
        text, limits = f"shared.persons_{name}", (tally.low, tally.high)
        given: dict[str, Any] = {"group": f"{name}:", "rules": make.rules, "cells": cells}
        fact = build.count(text, tally.value, between=limits, ceiling=counting["ceiling"], **given)
        # with every pair shown decided no limit is left, and what was never shown is still supposed
        yield replace(fact, interval_kind="model") if ready.assumption else fact
        value = float(inside.sum())
        limits = (tally.low, max(tally.high, value))
        yield build.fact(f"{text}_central", value, limits, cells=where)
    yield _in_any_case(ready, make)
    for text, told, code in (("shared.persons_risk", "no", 1), ("shared.persons_status_unknown", "unknown", 0)):
        number = float((everyone.value * (ready.status == code)).sum())
        given = {"group": group_of("concerned", ("in_prostitution", (told,))), "rules": make.rules, "cells": status}
        yield build.count(text, number, concerned.value, base="concerned:", **given)
    apart = tuple(rule for rule in make.rules if rule not in make.merging)
    for source in SOURCES:
        own = ready.frame["source"].eq(source).to_numpy()
        number = float((ready.sizes.study * own).sum())
        yield build.count(f"shared.persons_{source}", number, rules=apart, cells=make.named(SIZE))


def _in_any_case(ready: Described, make: Maker) -> Fact:
    """What holds whatever is described twice: one respondent tells of a person once, and all told are all there are."""
    own = ready.frame.assign(group=ready.sizes.group).groupby(["record", "group"])["persons_low"].max()
    least, most = float(own.groupby("record").sum().max()), float(ready.frame["persons_most"].sum())
    build = replace(make.build, assumption="", cells=make.named(SIZE))
    return build.fact("shared.persons_in_any_case", between=(least, most), interval_kind="bounds")


def _known_once(ready: Described, make: Maker, structures: int | None) -> Iterator[Fact]:
    """Between which numbers are the persons known to the structures that answered, where they were asked how many
    others know each. `structures`: those that there are."""
    if not ready.posed(KNOWN):
        return
    most = float(ready.everyone.high.sum())
    weighted = visibility.least(ready.frame["persons_low"].to_numpy(float), ready.options(KNOWN), structures)
    said = "" if structures is None else f", au plus {number(structures)} structures"
    given: dict[str, Any] = {"interval_kind": "model", "rules": make.rules, "cells": make.cells(SIZE, KNOWN)}
    build, limits = replace(make.build, assumption=""), (min(weighted, most), most)
    yield build.fact("shared.persons_known_once", between=limits, most=said, **given)


def _situations(ready: Described, pairs: pd.DataFrame, make: Maker) -> Iterator[Fact]:
    frame, build = ready.frame, replace(make.build, cells=make.named(SIZE))
    yield build.count("shared.situations", len(frame), group="described:")
    for source in SOURCES:
        own, group = int((frame["source"] == source).sum()), group_of("described", ("source", (source,)))
        yield build.count(f"shared.situations_{source}", own, len(frame), group=group, base="described:")
    merged, build = len(frame) - ready.sizes.groups, replace(build, cells=make.cells(SIZE))
    rules = ("doublons_reunis",) if merged else ()
    yield build.count("shared.situations_merged", merged, len(frame), rules=rules)
    undecided = int(pairs["status"].isin(["undecided", "contradictory"]).sum())
    yield build.count("shared.pairs_open", undecided, rules=("doublons_a_trancher",) if undecided else ())


def among(indicator: Indicator) -> str:
    """Who of the persons in prostitution the base of an indicator is, in words."""
    if indicator.told:
        return ", renseignées sur ce point"
    return f", {indicator.within_label}" if indicator.within else ""


def _indicator(ready: Described, alone: Described, indicator: Indicator, make: Maker) -> Iterator[Fact]:
    tally = counted(ready, indicator.asked, indicator.told, indicator.within)
    if tally is None:
        return
    informed = ((indicator.told, (INFORMED,)),) if indicator.told else ()
    whole = "" if set(indicator.variables) <= set(ready.meaning.exclusive) else UP_TO
    words = {"name": indicator.label, "note": f"{indicator.note} ".lstrip() + whole}
    given = {
        "among": among(indicator),
        "group": group_of(BASE, *informed, *indicator.asked),
        "base": group_of(BASE, *informed, *indicator.within),
        "rules": make.counting_rules(*indicator.variables, meaning=ready.meaning),
        "cells": make.cells(SIZE, STATUS, *indicator.variables),
    }
    yield make.number("{person_count}", tally, person_count=indicator.count_id, **given, **words)
    yield from make.share("{person_share}", tally, person_share=indicator.share_id, **given, **words)
    told = counted(alone, indicator.asked) if indicator.as_situations else None
    if told:
        words["person_indicator"], cells = indicator.fact_id, make.cells(*indicator.variables)
        text = "{person_indicator}_situations_pct"
        yield from make.share(text, told, rules=make.merging, cells=cells, **words)


def _unknown(ready: Described, codebook: Codebook, make: Maker) -> Iterator[Fact | None]:
    """Persons of whom nothing is known on a point, and the bases of living conditions."""
    build, base = make.build, ready.prostitution
    total = float(base.value.sum())
    for text, variable in UNKNOWNS.items():
        some = set(codebook.sets[variable][SOME]) - set(ready.silent(variable))
        names = [code for code in ready.options(variable) if code in some]
        if not names:
            continue
        asked = [(code,) for code in names] if variable in ready.meaning.exclusive else [tuple(names)]
        known = sum(ready.tally(ready.having((variable, codes)), base).value for codes in asked)
        missing = max(0.0, total - known)
        given: dict[str, Any] = {
            "group": group_of(BASE, (variable, (UNKNOWN,))),
            "base": group_of(BASE),
            "rules": make.counting_rules(variable, meaning=ready.meaning),
            "cells": make.cells(SIZE, variable),
        }
        yield build.count(text, missing, total, **given)
        yield build.share(f"{text}_pct", missing, total, **given)
    for text, variable in BASES.items():
        if ready.options(variable):
            own, tally = group_of(BASE, (variable, (INFORMED,))), ready.tally(ready.informed(variable), base)
            given = {"group": own, "base": group_of(BASE), "rules": make.rules, "cells": make.cells(SIZE, variable)}
            yield make.number(text, tally, **given)


def _situation_counts(alone: Described, indicators: Iterable[Indicator], make: Maker) -> Iterator[Fact]:
    """Situations, and not persons, by place; those that describe the same persons count once."""
    for indicator in indicators:
        if tally := counted(alone, indicator.asked):
            words = {"situation_indicator": indicator.fact_id, "name": indicator.label}
            cells = make.cells(*indicator.variables)
            yield make.number("{situation_indicator}", tally, rules=make.merging, cells=cells, **words)


def _every_option(ready: Described, codebook: Codebook, question: Variable, make: Maker) -> Iterator[Fact]:
    """Persons by answer to one closed question; « ne sait pas » is no answer about them."""
    variable, chosen = question.name, ready.options(question.name)
    for option in codebook.options(question):
        if option.code == DONT_KNOW or chosen.get(option.code) is None or not chosen[option.code].any():
            continue
        tally = ready.tally(ready.having((variable, (option.code,))), ready.prostitution)
        given: dict[str, Any] = {
            "variable": variable,
            "option": option.code,
            "name": f"{question.label} : {option.label}",
            "among": "",
            "note": "" if variable in ready.meaning.exclusive else UP_TO,
            "group": group_of(BASE, (variable, (option.code,))),
            "base": group_of(BASE),
            "rules": make.counting_rules(variable, meaning=ready.meaning),
            "cells": make.cells(SIZE, STATUS, variable),
        }
        yield make.number("persons.{variable}.{option}", tally, **given)
        yield from make.share("persons.{variable}.{option}_pct", tally, **given)


def _coded_twice(described: pd.DataFrame, codebook: Codebook, make: Maker) -> Iterator[Fact]:
    """How well two persons agree on what they coded of the same situations, arbitrated since or not, and what is not."""
    labels = {variable.name: variable.label for variable in codebook.table(CODING)}
    for name in SETS_TWICE:
        said = readings(described, name)
        twice = sum(map(bool, said))
        if not twice:
            continue
        rows = [(at, coder, one) for at, each in enumerate(said) for coder, one in enumerate(each)]
        found = set_agreement(pd.DataFrame(rows, columns=["ad_id", "coder", name]), name, SEED, replicates=200)
        given: dict[str, Any] = {"variable": name, "question": labels[name], "cells": make.named(name)}
        verdict = VERDICTS[found.verdict]
        alpha: dict[str, Any] = {"value_text": verdict, "measure": "text"} if found.alpha is None else {}
        alpha |= {"denominator": twice, "verdict": verdict}
        yield make.build.fact("agreement.situations.{variable}", found.alpha, **alpha, **given)
        open_ = int(disputed(described, name).sum())
        rules = (DISPUTED,) if open_ else ()
        yield make.build.count("agreement.situations_disputed.{variable}", open_, twice, rules=rules, **given)


def _years(described: pd.DataFrame, make: Maker, first_year: int | None) -> Iterator[Fact]:
    """The years of the facts told; earlier ones, without a year, are left out. Situations without any year."""
    found = described["year.code"].astype("str") if "year.code" in described else pd.Series([], dtype="str")
    years = sorted(int(code) for code in found if code.isdigit())
    if not years:
        return
    cells, span = make.named("year"), years[-1] - years[0]
    window = f"Les faits d’avant {first_year} sont mis de côté." if first_year else "Aucune année n’est mise de côté."
    undated = int(found.isin([DONT_KNOW, "no_answer", "not_asked"]).sum())
    yield make.build.count("shared.situations_undated", undated, len(described), cells=cells, window=window)
    yield make.build.fact("shared.reference_years", value_text=f"{years[0]}/{years[-1]}", cells=cells)
    yield make.build.count("shared.reference_window_years", span, cells=cells, years=number(span + 1))
