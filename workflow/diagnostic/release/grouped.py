"""The decision on facts that count a group: one joint release per population, attacked before anything is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from diagnostic.estimate.facts import ASKED
from diagnostic.release import baseline, linked
from diagnostic.release.audit import Verdict, audit_frame
from diagnostic.release.decision import Decision, decide_frame
from diagnostic.release.editions import Previous
from diagnostic.release.groups import Frame, Group, Statement
from diagnostic.release.issued import Issued, as_previous
from diagnostic.release.policy import Policy
from diagnostic.release.populations import ABOUT_PERSONS, BLANK, Population, parse
from diagnostic.release.primary import mark
from diagnostic.release.questions import Questions, questions

KNOWN = (
    "published_figures",
    "published_figures_denied",
    "earlier_editions",
    "earlier_figures",
    "earlier_figures_denied",
)


@dataclass(frozen=True)
class Known:
    """What readers have besides this release: `published` figures on the same persons, and what the team issued."""

    published: pd.DataFrame = field(default_factory=pd.DataFrame)
    issued: Sequence[Issued] = ()


@dataclass(frozen=True)
class Released:
    """`cells`: group name → its cell (verdict, reason, class, threshold, what is printed); `audits`: population →
    what the attack found."""

    cells: Mapping[str, Mapping[str, object]]
    audits: Mapping[str, Verdict]


@dataclass(frozen=True)
class _Case:
    """One population before the decision. `frame`: what readers read of it. `policy`: with waivers by cell.
    `outside`: published figures that its rows agree with; `denied`: how many they contradict."""

    asked: Questions
    frame: Frame
    marked: pd.DataFrame
    policy: Policy
    figures: Mapping[Group, int]
    barred: Mapping[Group, str]
    outside: tuple[Statement, ...]
    previous: tuple[Previous, ...]
    denied: int


def release_groups(
    facts: pd.DataFrame, populations: Mapping[str, Population], policy: Policy, known: Known | None = None
) -> Released:
    """Decide and attack every population that some fact counts.

    `facts`: those that name a group. A fact whose population is not there has no cell. A population is decided after
    those that are parts of it, then all are attacked with what each says of the others.
    """
    counted = [name for name in populations if facts["group"].str.startswith(f"{name}:").any()]
    cases = {name: _case(facts, populations[name], policy, known or Known()) for name in counted}
    decided: dict[str, Decision] = {}
    for name in linked.parts_first(counted):
        case = cases[name]
        decided[name] = decide_frame(
            case.frame,
            case.asked.persons,
            case.policy,
            case.previous,
            (*case.outside, *linked.of_parts(name, case.asked, decided)),
            told=case.figures,
            barred=case.barred,
        )
    cells: dict[str, Mapping[str, object]] = {}
    audits: dict[str, Verdict] = {}
    for name, case in cases.items():
        others = linked.of_parts(name, case.asked, decided)
        wholes = linked.of_wholes(name, {whole: (one.asked, one.frame) for whole, one in cases.items()}, decided)
        verdict = audit_frame(
            case.frame,
            case.asked.persons,
            case.policy,
            decided[name].cells,
            wholes,
            case.previous,
            (*case.outside, *others),
            told=case.figures,
            barred=case.barred,
        )
        audits[name] = replace(verdict, certificate={**verdict.certificate, "policy": policy.digest(), **_known(case)})
        rows = {row["cell"]: row for row in case.marked.assign(verdict="withheld").to_dict("records")}
        rows |= {row["cell"]: row for row in decided[name].cells.to_dict("records")}
        own = [
            group for group in case.asked.group if group in rows or case.asked.group[group] in case.asked.frame.printed
        ]
        cells |= {group: rows[case.asked.frame.name(case.asked.group[group])] for group in own}
    return Released(cells, audits)


def _case(facts: pd.DataFrame, population: Population, policy: Policy, known: Known) -> _Case:
    name = population.name
    own = facts[facts["group"].str.startswith(f"{name}:")]
    labels = dict(zip(own["group"], own["label"], strict=True))
    asked = questions(population, group_names(own), labels, policy, linked.beside(name, own))
    counts = own[own["measure"].eq("count")].drop_duplicates("group")
    figures = {asked.group[group]: round(value) for group, value in zip(counts["group"], counts["value"], strict=True)}
    barred = {
        asked.group[group]: "recoded"
        for group in asked.group
        if name in ABOUT_PERSONS and regrouped(group, policy) and asked.group[group]
    }
    granted = dict(zip(own["fact_id"], (asked.frame.name(asked.group[group]) for group in own["group"]), strict=True))
    rules = policy.granting(granted)
    said = baseline.statements(known.published, own, asked.group) if len(known.published) else ()
    outside = baseline.true(said, asked.persons)
    marked = mark(asked.frame, asked.persons, rules, figures, barred)
    spoken = {tuple(axis for axis, _ in group) for one in outside for _, group in one.terms}
    frame = _without_hidden(asked.frame, marked)
    frame = replace(frame, extra=(*frame.extra, *sorted(spoken)))
    previous = as_previous(known.issued, population, asked)
    return _Case(asked, frame, marked, rules, figures, barred, outside, previous, len(said) - len(outside))


def _known(case: _Case) -> dict[str, object]:
    """What readers already had, for the certificate: figures that bound somebody, and those that the data deny."""
    shown, denied = sum(len(one.shown) for one in case.previous), sum(one.denied for one in case.previous)
    return dict(zip(KNOWN, (len(case.outside), case.denied, len(case.previous), shown, denied), strict=True))


def group_names(facts: pd.DataFrame) -> list[str]:
    """Groups and bases of some facts, and the blanks of their questions, which bounds give away."""
    names = [*facts["group"], *facts["base"].loc[facts["base"].fillna("").ne("")]]
    bounded = facts[facts["interval_kind"].eq("bounds") & facts["base"].fillna("").str.endswith(f"={ASKED}")]
    return list(dict.fromkeys([*names, *(blank(group) for group in bounded["group"])]))


def blank(group: str) -> str:
    """The group of those who left the question of a group blank."""
    population, terms = parse(group)
    return f"{population}: {terms[0][0]}={BLANK}"


def regrouped(group: str, policy: Policy) -> str:
    """What a group is published under, where the policy regroups an answer that it names alone; else ""."""
    for variable, answers in parse(group)[1]:
        if len(answers) == 1 and answers[0] in policy.recode.get(variable, {}):
            return policy.recode[variable][answers[0]]
    return ""


def _without_hidden(frame: Frame, marked: pd.DataFrame) -> Frame:
    """The frame without what is withheld from the start and ties variables together: nobody reads it.

    The groups stay under attack; only their rows, which would be freed, are gone.
    """
    hidden = set(marked.loc[marked["reason"] != "", "cell"])
    loose = {
        group[0][0]
        for group in frame.printed
        if len(group) == 1 and frame.axes[group[0][0]].modality and frame.name(group) in hidden
    }
    return replace(
        frame,
        printed=tuple(group for group in frame.printed if len(group) < 2 or frame.name(group) not in hidden),
        extra=tuple(axes for axes in frame.extra if not set(axes) & loose),
        empty=tuple(group for group in frame.empty if not _axes(group) & loose),
    )


def _axes(group: Group) -> set[int]:
    return {axis for axis, _ in group}
