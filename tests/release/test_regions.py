"""A region and its départements: who holds all their documents, each drawn under a key of its own, adds and subtracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd
import pytest
from simulated import FEW, decided, departement, invented

from diagnostic.release.attack.solver import Model, interval
from diagnostic.release.editions.changes import stacked
from diagnostic.release.populations.groups import Axis, Variable, columns
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.rounding import Claim
from diagnostic.release.ways.listed import Decision

SIZES = (60, 152)
REGIONS = 2


def exposed(
    listing: Listing, region: Mapping[str, Claim], parts: Sequence[Mapping[str, Claim]]
) -> list[tuple[int, str]]:
    """Number of a département, name of a group: what is printed of all proves it small and not empty, or, where its own
    document withholds it, proves it under its threshold or closes in on it. Exact intervals, of the solver alone."""
    at = len(listing.unknowns.axes)
    axis = Axis(Variable("département", tuple(map(str, range(len(parts))))), "")
    told = [("région", region, tuple(range(len(parts))))]
    told += [(str(code), printed, (code,)) for code, printed in enumerate(parts)]
    frame, statements = stacked(listing, axis, told)
    system = frame.system(statements)
    model, found = Model(system), []
    for code, printed in enumerate(parts):
        for entry in listing.entries:
            if entry.silent or not entry.terms:
                continue
            groups = [(*group, (at, code)) for group in listing.unknowns.groups(entry.terms)]
            seen = interval(system, frame.form([columns(frame, groups)]), model)
            small = seen.low >= 1 and seen.high < entry.threshold
            narrow = seen.high < entry.threshold or seen.high - seen.low < entry.threshold - 1
            if small or not seen.settled or (entry.name not in printed and narrow):
                found.append((code, entry.name))
    return found


@cache
def drawn(region: int) -> tuple[list[Decision], Decision]:
    """The draws of the départements of a region, and those of all their persons under another key."""
    rows = [departement(100 + 10 * region + number, size) for number, size in enumerate(SIZES)]
    for number, one in enumerate(rows):
        one["situation"] += 10_000 * number
        one["structure"] = f"{number}/" + one["structure"]
    rules, every = invented(preset="brouillon", listed=FEW), pd.concat(rows, ignore_index=True)
    parts = [decided(one, rules, f"{region}/{number}".encode()) for number, one in enumerate(rows)]
    return parts, decided(every, rules, f"{region}".encode())


@pytest.mark.slow  # shows why it is refused; `study/test_several_departements.py` has the refusal
def test_a_region_that_draws_for_itself_gives_its_departements_away() -> None:
    """Two draws of nearly the same persons leave the rest of them few numbers: why a region is refused beside the studies of
    its départements, and is of one release with them (`test_one_release_of_a_region.py`)."""
    every = ((whole, [one.printed for one in parts]) for parts, whole in map(drawn, range(6 * REGIONS)))
    assert any(exposed(whole.listing, whole.printed, printed) for whole, printed in every)


@pytest.mark.parametrize("region", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, REGIONS))])
def test_a_region_that_adds_what_its_departements_print_tells_no_more_than_they_do(region: int) -> None:
    """Its numbers are sums of theirs, where all print one."""
    parts, whole = drawn(region)
    told = {
        name: [one.printed[name] for one in parts]
        for name in whole.printed
        if all(name in one.printed for one in parts)
    }
    sums = {
        name: Claim(*(sum(getattr(one, end) for one in own) for end in ("value", "base", "low", "high")))
        for name, own in told.items()
    }
    alone = exposed(whole.listing, {}, [one.printed for one in parts])
    assert len(sums) > 5 and exposed(whole.listing, sums, [one.printed for one in parts]) == alone
    for name, one in sums.items():
        assert one.low <= whole.counted[name].count <= one.high
