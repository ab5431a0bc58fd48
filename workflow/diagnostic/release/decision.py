"""The release decision: mark, round, withhold what would give the rest away, for every reader at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.release.apart import Apart
from diagnostic.release.editions import Previous, carried, joined, newcomers
from diagnostic.release.groups import Design, Frame, Group, Persons, Statement, axes_of, printed_groups
from diagnostic.release.policy import Policy
from diagnostic.release.primary import mark
from diagnostic.release.rounding import controlled
from diagnostic.release.siege import (
    EDITIONS,
    Book,
    Finding,
    Reader,
    Tables,
    Watch,
    already_public,
    outsider,
    structures,
)
from diagnostic.release.suppression import costs, suppress
from diagnostic.release.targets import protected

HEADLINE = 1  # variables crossed, at most, by a figure that stays exact where it can


@dataclass(frozen=True)
class Decision:
    """`cells`: one row per printed group (verdict, reason, what is printed). `stuck`: groups that no withholding can
    protect: recode, or ask for a waiver; the audit refuses the release as it is."""

    cells: pd.DataFrame
    stuck: tuple[Finding, ...]
    rounds: int
    cuts: int


def decide(
    persons: Persons,
    design: Design,
    policy: Policy,
    previous: Sequence[Previous] = (),
    public: tuple[Statement, ...] = (),
) -> Decision:
    """What may be printed of these tables.

    `persons`: coded by `groups.encode`, after recoding. `previous`: what earlier editions printed, the oldest first, and which
    persons each counted. `public`: what others have printed on the same persons. In the `brouillon` mode only the primary rules apply.
    """
    return decide_frame(frame_of(design, public), persons, policy, previous, public)


def decide_frame(
    frame: Frame,
    persons: Persons,
    policy: Policy,
    previous: Sequence[Previous] = (),
    public: tuple[Statement, ...] = (),
    told: Mapping[Group, int] | None = None,
    barred: Mapping[Group, str] | None = None,
) -> Decision:
    """What may be printed of a frame's groups, as `decide`. `told`: the figure of a group where the rules of counting
    give another number than the rows do (mixed groups). `barred`: groups not to be printed, and the reason."""
    cells = mark(frame, persons, policy, told, barred)
    rounded = _rounded(frame, cells, policy)
    primary = frozenset(cells.loc[cells["reason"] != "", "cell"])
    if policy.draft:
        return Decision(_printed(frame, cells, rounded, frozenset(), policy, previous), (), 0, 0)
    price = costs(frame, dict(zip(frame.printed, cells["value"], strict=True)))
    tables: dict[tuple[int, ...], Tables] = {}
    apart = Apart(frame, persons, policy)
    while True:
        draft = _printed(frame, cells, rounded, frozenset(), policy, previous)
        watches, fixed = stance(frame, persons, policy, draft, previous, public, tables=tables, apart=apart)
        done = suppress(watches, primary, price, fixed)
        # A headline is rounded before it is withheld.
        exact = {
            cell
            for cell, level in zip(cells["cell"], cells["level"], strict=True)
            if cell in done.secondary and level <= HEADLINE and cell not in rounded
        }
        if not exact or policy.rules.rounding.when == "never":
            break
        rounded = _rounded(frame, cells, policy, frozenset(rounded) | exact)
    printed = _printed(frame, cells, rounded, done.secondary, policy, previous)
    return Decision(printed, done.stuck, done.rounds, len(done.cuts))


def sums(frame: Frame) -> list[tuple[str, list[str]]]:
    """The additive relations of the printed tables: (whole, parts), one per group and variable of one answer."""
    printed, found = set(frame.printed), []
    for group in frame.printed:
        named = {axis for axis, _ in group}
        for axis, told in enumerate(frame.axes):
            if axis not in named and not told.modality:
                parts = [tuple(sorted((*group, (axis, code)))) for code in range(told.size)]
                if all(part in printed for part in parts):
                    found.append((frame.name(group), [frame.name(part) for part in parts]))
    return found


def _rounded(
    frame: Frame, cells: pd.DataFrame, policy: Policy, also: frozenset[str] = frozenset()
) -> Mapping[str, tuple[int, int]]:
    """cell → (rounded figure, distance it may hide), for the cells that are printed rounded."""
    rules = policy.rules.rounding
    if rules.when == "never":
        return {}
    counts = {cell: int(value) for cell, value in zip(cells["cell"], cells["value"], strict=True)}
    done = controlled(counts, sums(frame), rules.base)
    return {
        cell: (done.values[cell], done.within - 1)
        for cell, level in zip(cells["cell"], cells["level"], strict=True)
        if rules.when == "always" or level > HEADLINE or cell in also
    }


def _printed(
    frame: Frame,
    cells: pd.DataFrame,
    rounded: Mapping[str, tuple[int, int]],
    secondary: frozenset[str],
    policy: Policy,
    previous: Sequence[Previous],
) -> pd.DataFrame:
    """The cells with `verdict`, `reason`, `shown_value`, and `shown_low` and `shown_high`: what a reader who knows the
    policy concludes from the figure (a printed count reaches its threshold; a rounded one is near)."""
    unchanged = carried(previous, cells, policy)
    rows = []
    for row in cells.to_dict("records"):
        cell, value, threshold = row["cell"], int(row["value"]), int(row["threshold"])
        if cell in unchanged:
            told, low, high = unchanged[cell]
        elif cell in rounded:
            told, near = rounded[cell]
            low, high = max(told - near, min(threshold, value)), told + near
        else:
            told = low = high = value
        reason = row["reason"] or ("secondary" if cell in secondary else "carried" if cell in unchanged else "")
        hidden = bool(row["reason"]) or cell in secondary
        rows.append(
            {
                **row,
                "verdict": "withheld" if hidden else "shown",
                "reason": reason,
                "shown_value": pd.NA if hidden else told,
                "shown_low": low,
                "shown_high": high,
            }
        )
    table = pd.DataFrame(rows).astype({"shown_value": "Int64"})
    hidden = table["verdict"] == "withheld"
    return table.assign(
        claimed_low=table[["shown_low", "counted"]].min(axis=1),
        claimed_high=table[["shown_high", "counted"]].max(axis=1),
        shown_low=table["shown_low"].astype("Int64").mask(hidden),
        shown_high=table["shown_high"].astype("Int64").mask(hidden),
    )


def stance(
    frame: Frame,
    persons: Persons,
    policy: Policy,
    cells: pd.DataFrame,
    previous: Sequence[Previous] = (),
    public: tuple[Statement, ...] = (),
    statements: tuple[Statement, ...] = (),
    tables: dict[tuple[int, ...], Tables] | None = None,
    apart: Apart | None = None,
) -> tuple[list[Watch], frozenset[str]]:
    """The policy's readers, cheapest first, against the figures as they would be printed, and the facts that nobody
    can withdraw. `public`: what others have printed on the same persons; `statements`: other sentences of ours;
    `tables`: what earlier sieges of the same persons found possible; `apart`: the crossings of this very frame."""
    book = book_of(frame, cells, (*public, *statements))
    book.found = {} if tables is None else tables
    fixed = frozenset(statement.fact for statement in public)
    groups = protected(frame, persons, policy, cells)
    if public:
        groups = already_public(book, persons.codes, groups, outsider(persons), fixed)
    apart = apart or Apart(frame, persons, policy)
    watches = [Watch(book, persons.codes, groups, [outsider(persons)], apart)]
    if "structures" in policy.rules.attackers and public:  # each knows more of what is public by its own cases
        for reader in structures(persons):
            left = already_public(book, persons.codes, groups, reader, fixed)
            watches.append(Watch(book, persons.codes, left, [reader], apart))
    elif "structures" in policy.rules.attackers:
        watches.append(Watch(book, persons.codes, groups, structures(persons), apart))
    if "editions" in policy.rules.attackers and previous:
        both, codes, old = joined(book, persons, previous)
        reader = Reader(EDITIONS, codes[:0])
        targets = newcomers(both.frame, codes, policy)
        if public or len(previous) > 1:  # one earlier edition alone says nothing of those who came since
            targets = already_public(both, codes, targets, reader, fixed | old)
        watches.append(Watch(both, codes, targets, [reader]))
        fixed |= old
    return watches, fixed


def book_of(frame: Frame, cells: pd.DataFrame, public: tuple[Statement, ...] = ()) -> Book:
    """What the figures claim, withheld ones included: the siege frees those that are not printed."""
    claims: dict[Group, tuple[int, int]] = {
        group: (int(low), int(high))
        for group, low, high in zip(frame.printed, cells["claimed_low"], cells["claimed_high"], strict=True)
    }
    return Book(frame, claims, public)


def frame_of(design: Design, public: Sequence[Statement] = ()) -> Frame:
    """The unknown counts behind the tables of a design and what others have printed."""
    named = sorted({tuple(axis for axis, _ in group) for said in public for _, group in said.terms})
    return Frame(axes_of(design), printed_groups(design), tuple(named))
