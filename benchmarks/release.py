"""The release decision on invented départements: what is exposed, what is still published, how long it takes.

    .venv/bin/python benchmarks/release.py --number 100 --out mesures.csv
    .venv/bin/python benchmarks/release.py --first 40 --number 20 --out mesures.csv
    .venv/bin/python benchmarks/release.py --headlines --first 5000 --number 400 --out tranches.csv
    .venv/bin/python benchmarks/release.py --envelopes --number 100 --out enveloppes.csv
    .venv/bin/python benchmarks/release.py --page benchmarks/release.md

Each département is decided twice, as an earlier edition (all but its last situations) and as a later one; the later one is
attacked by an outsider, by each structure, by the préfecture, and by a reader of both. One CSV row per département and size; then, for each
size, how many groups are exposed, the share that is printed of the groups of the list that reach their threshold, and in
how many départements each headline is printed. A table that is there is gone on with: pieces sum to the whole.
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import product
from pathlib import Path
from unittest import mock

import pandas as pd
from support.accepted import TABLES, page
from support.costs import COUNT, SECONDS, Measure, finish, load, parser
from support.pieces import pieces

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/release")]

from enveloped import released  # noqa: E402
from simulated import decided, departement, invented, population  # noqa: E402

from diagnostic.release.attack.gate import (  # noqa: E402
    OUTSIDER,
    PREFECTURE,
    STRUCTURE,
    Gate,
    readers_of,
)
from diagnostic.release.editions.changes import Previous, enough, findings  # noqa: E402
from diagnostic.release.populations.listing import Unknowns, coded  # noqa: E402

SIZES = (60, 152, 400)
BATCHES = ((60, 12), (60, 20), *product((152, 400), (12, 20, 33, 50, 66)))  # persons, and situations that came since
BLANK = 0.15  # of the answers to a question
MIDDLE = 152  # persons, of the acceptance by headline
KEYS = ("seed", "persons")
EXPOSED = (OUTSIDER, STRUCTURE, PREFECTURE)  # readers whom a group may be exposed to
ORDINARY = 8  # the ordinary threshold
HEADLINES = {
    "women": "gender=femme",
    "men": "gender=homme",
    "minors": "age_band=moins de 18",
    "adults_18_25": "age_band=18-25",
    "adults_26_45": "age_band=26-45",
    "adults_46": "age_band=46 et plus",
}


def measure(seed: int, size: int, structures: int = 36) -> dict[str, object]:
    """One département: groups of the closed list that hold somebody, those printed, what each reader still proves."""
    rules, rows = invented(), departement(seed, size, structures)
    old = rows[rows["situation"] <= rows["situation"].max() - max(12, size // 12)].reset_index(drop=True)
    before = Previous("1", decided(old, rules).printed, frozenset(population(old).key.tolist()))
    start = time.process_time()
    decision = decided(rows, rules, earlier=before.printed)
    middle = time.process_time()
    listing, people = decision.listing, population(rows)
    codes = coded(listing, people, {})
    found = Gate(listing, truth=codes).findings(decision.printed, readers_of(listing, people, codes))
    exposed = {kind: sum(one.reader == kind for one in found) for kind in EXPOSED}
    batch = enough(before, people, rules)
    both = findings(listing, [before], decision.printed, people.key.tolist()) if batch else []
    end = time.process_time()
    held = [name for name, one in decision.counted.items() if one.count]
    large = [name for name in held if decision.counted[name].count >= decision.counted[name].entry.threshold]
    return {
        "held": len(held),
        "reach_threshold": len(large),
        "printed": len(decision.printed),
        "withheld_for_others": sum(why in ("secondary", "ladder") for why in decision.reason.values()),
        "withheld_by_draw": sum(why == "draw" for why in decision.reason.values()),
        "rung": decision.rung,
        "left": len(decision.left),
        **exposed,
        "batch": int(batch),
        "kept_for_editions": len(both),  # the whole population then keeps its last edition
        **{name: int(f"prostitution: {group}" in decision.printed) for name, group in HEADLINES.items()},
        "decide_cpu_s": round(middle - start, 2),
        "attack_cpu_s": round(end - middle, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def batch(seed: int, size: int, situations: int) -> dict[str, object]:
    """A second edition, by draws alone, of as many situations more: of how many persons they are, and what holds it back, a group
    of which it would be sure that some came, or another."""
    rules, rows = invented(preset="brouillon"), departement(seed, size)
    old = rows[rows["situation"] <= rows["situation"].max() - situations].reset_index(drop=True)
    before = Previous("1", decided(old, rules).printed, frozenset(population(old).key.tolist()))
    decision, people = decided(rows, rules, earlier=before.printed), population(rows)
    found = findings(decision.listing, [before], decision.printed, people.key.tolist())
    named = {entry.name: entry for entry in decision.listing.entries}
    alone = [decision.listing.unknowns.presence(named[one.target.partition(" (")[0]].terms) for one in found]
    return {
        "came": len(rows) - len(old),
        "held": int(bool(found)),
        "presence": sum(alone),
        "others": alone.count(False),
    }


def smallest(seed: int, size: int) -> dict[str, object]:
    """What the smallest multiple that may be printed costs (10; 20 for the classes at 11), by draws alone: the groups that
    the primary rules let through, those printed, those lost because they drew less."""
    decision = decided(departement(seed, size), invented(preset="brouillon"))
    row: dict[str, object] = {}
    for name, wide in (("ordinary", False), ("sensitive", True)):
        own = [one for one in decision.counted.values() if (one.entry.threshold > ORDINARY) is wide and not one.reason]
        lost = sum(one.entry.name not in decision.printed for one in own)
        row |= {f"{name}_allowed": len(own), f"{name}_lost": lost}
    return row


def headlines(seed: int, size: int) -> dict[str, object]:
    """Which headlines are printed by draws alone, and of which the number is under its threshold: with the attack, the same
    where it withdraws nothing."""
    decision = decided(departement(seed, size), invented(preset="brouillon"))
    row: dict[str, object] = {}
    for name, group in HEADLINES.items():
        own = decision.counted[f"prostitution: {group}"]
        row |= {name: int(own.entry.name in decision.printed), f"{name}_under": int(own.count < own.entry.threshold)}
    return row


def enveloped(seed: int, size: int) -> dict[str, object]:
    """With 15 % of answers missing: groups printed without envelopes and with them, shares, and how wide these are."""
    with mock.patch.object(
        Unknowns, "left_open", lambda *_: ()
    ):  # what margins say of the unknown, not given to the attack
        before = released(seed, size, BLANK, 0.0)
    released.cache_clear()
    after = released(seed, size, BLANK, 0.0)
    printed = after[after["kind"].ne("withheld")]
    shares = printed[printed["measure"].eq("percent")]
    held = printed["envelope_low"].le(printed["least"]) & printed["envelope_high"].ge(printed["most"])
    return {
        "before": int(before["kind"].ne("withheld").sum()),
        "after": len(printed),
        "shares": len(shares),
        "ranges": int(printed["kind"].eq("limits").sum()),
        "width": (shares["envelope_high"] - shares["envelope_low"]).median(),
        "known": (shares["most"] - shares["least"]).median(),
        "outside": int((~held).sum()),
    }


def told(rows: pd.DataFrame) -> None:
    """A few lines for each size."""
    for size, own in rows.groupby("persons"):
        exposed = ", ".join(f"{name} {own[name].sum()}" for name in (*EXPOSED, "left"))
        share = 100 * own["printed"].sum() / own["reach_threshold"].sum()
        headlines = ", ".join(f"{name} {own[name].sum()}" for name in HEADLINES)
        held_back = int(own["kept_for_editions"].gt(0).sum())
        print(f"{size} persons, {len(own)} départements: groups exposed: {exposed}")
        print(f"  groups printed: {own['printed'].mean():.1f} of {own['held'].mean():.1f} that hold somebody;", end=" ")
        print(f"{share:.0f} % of those that reach their threshold; headlines: {headlines}")
        print(
            f"  rung above 0: {own['rung'].gt(0).sum()}; editions held back: {held_back} of {own['batch'].sum()};",
            end=" ",
        )
        print(f"CPU of the decision {own['decide_cpu_s'].mean():.1f} s, at most {own['decide_cpu_s'].max():.1f} s")


def short() -> list[Measure]:
    """A département with its earlier edition: who is exposed."""
    row = measure(0, 60)
    exposed = sum(int(str(row[reader])) for reader in EXPOSED)
    return [
        Measure("groups exposed", exposed, COUNT),
        Measure("cpu of decision", float(str(row["decide_cpu_s"])), SECONDS),
        Measure("cpu of audit", float(str(row["attack_cpu_s"])), SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--out", type=Path, default=Path("mesures.csv"))
    options.add_argument("--page", type=Path, help="instead: write the page of results, from the tables kept")
    options.add_argument("--growth", action="store_true", help="instead: one seed, sizes growing")
    options.add_argument("--smallest", action="store_true", help="instead: what the smallest printed multiple costs")
    options.add_argument(
        "--headlines", action="store_true", help="instead: which headlines are printed, by draws alone"
    )
    options.add_argument("--batches", action="store_true", help="instead: which second editions are held back")
    options.add_argument("--envelopes", action="store_true", help="instead: how wide what is printed is")
    chosen = options.parse_args()
    print(load())
    if chosen.short:
        finish(short(), chosen.measures)
        return
    if chosen.page:
        chosen.page.write_text(page(TABLES), encoding="utf-8")
        return
    if chosen.growth:
        pieces(chosen.out, KEYS, product((1,), (60, 100, 152, 260, 400, 1000)), measure)
        return
    if chosen.headlines:
        found = pieces(
            chosen.out, KEYS, product(range(chosen.first, chosen.first + chosen.number), (MIDDLE,)), headlines
        )
        print(found.drop(columns="seed").groupby("persons").mean().T)
        return
    if chosen.envelopes:
        every = product(range(chosen.first, chosen.first + chosen.number), (24, *SIZES))
        print(
            pieces(chosen.out, KEYS, every, enveloped).drop(columns="seed").groupby("persons").mean(numeric_only=True).T
        )
        return
    if chosen.batches:
        every = ((seed, *one) for one in BATCHES for seed in range(chosen.first, chosen.first + chosen.number))
        found = pieces(chosen.out, (*KEYS, "situations"), every, batch).drop(columns="seed")
        print(found.groupby(["persons", "situations"]).mean(numeric_only=True).round(2))
        return
    asked = product(range(chosen.first, chosen.first + chosen.number), SIZES)
    if chosen.smallest:
        print(pieces(chosen.out, KEYS, asked, smallest).drop(columns="seed").groupby("persons").sum(numeric_only=True))
        return
    told(pieces(chosen.out, KEYS, asked, measure))


if __name__ == "__main__":
    main()
