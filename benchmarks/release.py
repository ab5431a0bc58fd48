"""The release decision on invented départements: what is exposed, what is still published, how long it takes.

    .venv/bin/python benchmarks/release.py --number 100 --out mesures.csv

Each département is decided twice, as an earlier edition (all but its last situations) and as a later one; the later one is
attacked by an outsider, by each structure, and by a reader of both. One CSV row per département and size.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from support.costs import COUNT, SECONDS, Measure, finish, load, parser

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "release")]

from simulated import decided, departement, invented, population  # noqa: E402

from diagnostic.release.audit import Gate  # noqa: E402
from diagnostic.release.decision import coded, readers_of  # noqa: E402
from diagnostic.release.draws import Draw, members  # noqa: E402
from diagnostic.release.editions import Previous, enough, findings  # noqa: E402

SIZES = (60, 152, 400)
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
    start = time.process_time()
    decision = decided(rows, rules)
    middle = time.process_time()
    listing, people = decision.listing, population(rows)
    codes = coded(listing, people, {})
    found = Gate(listing, truth=codes).findings(decision.printed, readers_of(listing, people, codes))
    exposed = {kind: sum(one.reader == kind for one in found) for kind in ("outsider", "structure")}
    old = rows[rows["situation"] <= rows["situation"].max() - max(12, size // 12)].reset_index(drop=True)
    before = Previous("1", decided(old, rules).printed, frozenset(population(old).key.tolist()))
    batch = enough(before, people, rules)
    both = findings(listing, before, decision.printed, went=False) if batch else []
    end = time.process_time()
    held = [name for name, one in decision.counted.items() if one.count]
    large = [name for name in held if decision.counted[name].count >= decision.counted[name].entry.threshold]
    return {
        "seed": seed,
        "persons": size,
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


def neighbours(number: int, keys: int, size: int = 152) -> Iterator[dict[str, object]]:
    """Pairs of tables one person apart: over `keys` keys, the largest distance between the laws of a statement, for the
    groups that both print; `changed`: groups whose members changed."""
    draw = np.random.default_rng(11)
    for seed in range(number):
        rows = departement(seed % 40, size, 36)
        other = rows.drop(index=[int(draw.integers(len(rows)))]).reset_index(drop=True)
        rules = invented(preset="brouillon")  # the draws alone
        one, two = (decided(each, rules).counted for each in (rows, other))
        distance, changed = 0.0, 0
        for name in one:
            first, second, entry = one[name], two[name], one[name].entry
            if first.reason or second.reason or first.members == second.members:
                continue
            changed += 1
            base = 5 if entry.threshold <= 8 else 10
            laws = []
            for counted in (first, second):
                ids = members([counted.members])
                drawn = [Draw(str(k).encode()).multiple(counted.count, base, "person", ids) for k in range(keys)]
                laws.append({value: drawn.count(value) / keys for value in set(drawn)})
            gap = sum(abs(laws[0].get(v, 0) - laws[1].get(v, 0)) for v in laws[0].keys() | laws[1].keys()) / 2
            distance = max(distance, gap * base)
        yield {"seed": seed, "changed": changed, "largest_distance_times_base": round(distance, 3)}


def short() -> list[Measure]:
    """A département with its earlier edition, and pairs one person apart: who is exposed, how far a statement moves."""
    row = measure(0, 60)
    exposed = sum(int(str(row[reader])) for reader in ("outsider", "structure"))
    pairs = list(neighbours(4, 200))
    return [
        Measure("groups exposed", exposed, COUNT),
        Measure("pairs of neighbours", len(pairs), COUNT),
        Measure("cpu of decision", float(str(row["decide_cpu_s"])), SECONDS),
        Measure("cpu of audit", float(str(row["attack_cpu_s"])), SECONDS),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=100)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--out", type=Path, default=Path("mesures.csv"))
    options.add_argument("--growth", action="store_true", help="instead: one seed, sizes growing")
    options.add_argument("--neighbours", type=int, default=0, help="instead: so many pairs of tables one person apart")
    options.add_argument("--keys", type=int, default=1000, help="of each pair of neighbours")
    chosen = options.parse_args()
    print(load())
    if chosen.short:
        finish(short(), chosen.measures)
        return
    if chosen.neighbours:
        write(chosen.out, neighbours(chosen.neighbours, chosen.keys))
        return
    if chosen.growth:
        write(chosen.out, (measure(1, size) for size in (60, 100, 152, 260, 400, 1000)))
        return
    seeds = range(chosen.first, chosen.first + chosen.number)
    write(chosen.out, (measure(seed, size) for seed in seeds for size in SIZES))


def write(path: Path, rows: Iterator[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)
            file.flush()


if __name__ == "__main__":
    main()
