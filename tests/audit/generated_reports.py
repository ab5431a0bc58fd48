"""Fictional publications, consistent by construction, and one impossible figure planted in each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pandas as pd

FIGURE_COLUMNS = ["id", "statement_fr", "value", "unit", "rounding", "base_id", "base_value", "subset_of"]
RULE_COLUMNS = ["relation", "kind", "whole", "parts", "question", "reading", "printed", "lines", "label_fr"]
PLANTS = ["total", "share", "subset", "unattainable", "union_high", "union_low", "date", "grouped"]


@dataclass
class Report:
    figures: list[dict[str, str]] = field(default_factory=list)
    rules: list[dict[str, str]] = field(default_factory=list)
    planted: str = ""
    truth: dict[str, int] = field(default_factory=dict)  # the count behind each percentage

    def figure(self, id: str, value: object, unit: str = "count", rounding: str = "exact", **more: str) -> str:
        cells = {"id": id, "statement_fr": id, "value": str(value), "unit": unit, "rounding": rounding, **more}
        self.figures.append({name: cells.get(name, "") for name in FIGURE_COLUMNS})
        return id

    def rule(self, kind: str, whole: str, parts: list[str], **more: str) -> None:
        cells = {"relation": f"r{len(self.rules)}", "kind": kind, "whole": whole, "parts": "; ".join(parts), **more}
        self.rules.append({name: cells.get(name, "") for name in RULE_COLUMNS})

    def change(self, id: str, value: object) -> None:
        (found,) = [cells for cells in self.figures if cells["id"] == id]
        found["value"], self.planted = str(value), id

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return pd.DataFrame(self.figures, columns=FIGURE_COLUMNS), pd.DataFrame(self.rules, columns=RULE_COLUMNS)


def half_up(count: int, base: int) -> int:
    """The integer percentage as studies print it, in integers only."""
    return (200 * count + base) // (2 * base)


def split(chance: random.Random, total: int, parts: int) -> list[int]:
    cuts = sorted(chance.randint(0, total) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


def generate(seed: int, plant: str = "") -> Report:
    """A report on two populations: tables by count and by percentage, sums, subsets, unions, dates, minima."""
    chance, report = random.Random(seed), Report()
    for name in ("a", "b"):
        _population(chance, report, name, plant if name == "a" else "")
    report.figure("period.all", "2018-06/2020-07", "date_range")
    day = f"2019-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    report.figure("period.one", day, "date")
    report.rule("within", "period.all", ["period.one"])
    if plant == "date":
        report.change("period.one", f"2020-08-{chance.randint(1, 28):02d}")
    return report


def _population(chance: random.Random, report: Report, name: str, plant: str) -> None:
    total = chance.randint(40, 90 if plant == "unattainable" else 400)
    base = {"base_id": f"{name}.total", "base_value": str(total)}
    report.figure(f"{name}.total", total)

    counts = split(chance, total, chance.randint(2, 5))
    parts = [report.figure(f"{name}.table.n{i}", k, **base) for i, k in enumerate(counts)]
    report.rule("sum", f"{name}.total", parts)
    for i, k in enumerate(counts):
        report.figure(f"{name}.table.p{i}", half_up(k, total), "percent", "integer_percent", **base)
        report.rule("same", parts[i], [f"{name}.table.p{i}"])
        report.truth[f"{name}.table.p{i}"] = k

    shares = split(chance, total, chance.randint(3, 7))
    names = [
        report.figure(f"{name}.ages.p{i}", half_up(k, total), "percent", "integer_percent", **base)
        for i, k in enumerate(shares)
    ]
    report.truth |= dict(zip(names, shares, strict=True))
    report.rule("sum", f"{name}.total", names)
    report.figure(f"{name}.young", shares[0] + shares[1], **base)
    report.rule("sum", f"{name}.young", names[:2])

    inner = chance.randint(0, counts[0])
    report.figure(f"{name}.inner", inner, subset_of=parts[0])
    report.figure(f"{name}.some", chance.randint(0, inner), "count", "at_least", subset_of=f"{name}.inner")
    left, right = chance.randint(1, total // 2), chance.randint(1, total // 2)
    both = chance.randint(0, min(left, right))
    for part, value in (("left", left), ("right", right), ("union", left + right - both)):
        report.figure(f"{name}.{part}", value)
    report.rule("union", f"{name}.union", [f"{name}.left", f"{name}.right"])

    where = chance.randrange(len(counts))
    if plant == "total":
        report.change(parts[where], counts[where] + chance.choice([1, 2, 7, 40]))
    elif plant == "share":
        report.change(f"{name}.table.p{where}", (half_up(counts[where], total) + chance.randint(3, 90)) % 100)
    elif plant == "subset":
        report.change(f"{name}.inner", counts[0] + chance.randint(1, 9))
    elif plant == "unattainable":
        attained = {half_up(k, total) for k in range(total + 1)}
        report.change(f"{name}.ages.p0", chance.choice([p for p in range(101) if p not in attained]))
    elif plant == "union_high":
        report.change(f"{name}.union", left + right + chance.randint(1, 9))
    elif plant == "union_low":
        report.change(f"{name}.union", max(left, right) - 1)
    elif plant == "grouped":
        rounded = {half_up(k, total) for k in range(max(0, total - 2), total + 1)}
        assert rounded  # a group larger than everyone is impossible whatever the rounding
        report.change(f"{name}.young", total + chance.randint(1, 5))
