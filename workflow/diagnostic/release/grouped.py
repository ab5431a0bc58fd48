"""The decision on facts that count a group: one joint release per population, attacked before anything is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from diagnostic.estimate.facts import ASKED
from diagnostic.release.audit import Verdict, audit_frame
from diagnostic.release.decision import decide_frame
from diagnostic.release.groups import Frame, Group
from diagnostic.release.policy import Policy
from diagnostic.release.populations import ABOUT_PERSONS, BLANK, Population, parse
from diagnostic.release.primary import mark
from diagnostic.release.questions import questions


@dataclass(frozen=True)
class Released:
    """`cells`: group name → its cell (verdict, reason, class, threshold, what is printed); `audits`: population →
    what the attack found."""

    cells: Mapping[str, Mapping[str, object]]
    audits: Mapping[str, Verdict]


def release_groups(facts: pd.DataFrame, populations: Mapping[str, Population], policy: Policy) -> Released:
    """Decide and attack every population that some fact counts.

    `facts`: those that name a group. A fact whose population is not there has no cell.
    """
    cells: dict[str, Mapping[str, object]] = {}
    audits: dict[str, Verdict] = {}
    for name, population in populations.items():
        own = facts[facts["group"].str.startswith(f"{name}:")]
        if own.empty:
            continue
        asked = questions(population, group_names(own), dict(zip(own["group"], own["label"], strict=True)), policy)
        counts = own[own["measure"].eq("count")].drop_duplicates("group")
        figures = {
            asked.group[group]: round(value) for group, value in zip(counts["group"], counts["value"], strict=True)
        }
        barred = {
            asked.group[group]: "recoded"
            for group in asked.group
            if name in ABOUT_PERSONS and regrouped(group, policy) and asked.group[group]
        }
        first = mark(asked.frame, asked.persons, policy, figures, barred)
        frame = _without_hidden(asked.frame, first)
        decision = decide_frame(frame, asked.persons, policy, told=figures, barred=barred)
        audits[name] = audit_frame(frame, asked.persons, policy, decision.cells, told=figures, barred=barred)
        rows = {row["cell"]: row for row in first.assign(verdict="withheld").to_dict("records")}
        rows |= {row["cell"]: row for row in decision.cells.to_dict("records")}
        cells |= {group: rows[asked.frame.name(asked.group[group])] for group in asked.group}
    return Released(cells, audits)


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
