"""Small released tables to draw from, independent of the steps that make them in a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.core import io
from diagnostic.core.tables import columns
from diagnostic.geography.tables import TABLES as GEOGRAPHY
from diagnostic.references.shelf import SHELF
from diagnostic.release.statements import made
from diagnostic.release.tables import TABLES as RELEASED

ROOT = Path(__file__).parents[2]
TABLES = ("statements", "sites", "articles", "meetings")


def statements(facts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The statements of a ledger with these facts: `fact_id`, and what differs from a plain count that is shown.

    `value`, `low` and `high` are what a shown fact prints; a withheld fact keeps them and prints none.
    """
    rows = []
    for given in facts:
        fact = {"verdict": "shown", "interval_kind": "none", "value": None, "low": None, "high": None} | dict(given)
        shown = fact["verdict"] == "shown"
        printed = {f"shown_{name}": fact[name] if shown else None for name in ("value", "low", "high")}
        plain = {"study": "99-2026", "label": fact["fact_id"], "unit": "ad", "way": "things", "measure": "count"} | {
            "decimals": 0
        }
        unsaid = ("numerator", "denominator", "claim_low", "claim_high")
        numbers = {name: None for name in columns("release/ledger") if name.endswith(unsaid)}
        empty = dict.fromkeys(columns("release/ledger"), "") | numbers | {"origin": "observed"}
        rows.append(empty | plain | printed | fact)
    ledger = io.validate(pd.DataFrame(rows, columns=columns("release/ledger")), "release/ledger")
    return io.validate(made(ledger, []), "release/statements")


def sites(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """A register: code, category, mirror group (empty without one)."""
    table = pd.DataFrame(rows, columns=["site_code", "category", "mirror_group"])
    table["mirror_group"] = table["mirror_group"].where(table["mirror_group"] != "")
    return table.assign(method="exact")


def articles(dates: Sequence[str]) -> pd.DataFrame:
    """A press review of these printed dates."""
    days = pd.to_datetime(pd.Series(list(dates), dtype="str"))
    return pd.DataFrame({"date": days, "outlet": "Journal", "title": "Titre secret", "year_heading": days.dt.year})


def meetings() -> pd.DataFrame:
    """No interview: the chart of the interviews reads the ledger only."""
    return pd.DataFrame(columns=["date", "structure", "mode", "place", "activity_field"])


def ground() -> dict[str, pd.DataFrame]:
    """No outline and no publication: these studies have no map (`test_maps.py` has some)."""
    source = {"kind": "absent", "credit": None, "vintage": None, "note": "Pas de contours ici."}
    return {
        "areas": GEOGRAPHY["areas"].empty(),
        "source": pd.DataFrame([source]),
        "reproduction": RELEASED["reproduction"].empty(),
    }


def counts(prefix: str, values: Mapping[str, float], **more: Any) -> list[dict[str, Any]]:
    """One count per key: `prefix` + key."""
    return [{"fact_id": prefix + key, "value": value} | more for key, value in values.items()]


def rich() -> dict[str, pd.DataFrame]:
    """A study with everything the charts distinguish.

    Sites: E01 and E02 counted, E03 withheld, E04 at zero; A01 estimated from drawn pages (sampling), A02 from its
    first pages (bounds), A03 estimated at zero with a limit above it; D01, D02 and D03 mirrors of each other.
    """
    estimated = {"measure": "estimate"}
    facts = [
        *counts("ads.site_count.", {"E01": 40, "E02": 7, "E04": 0, "D01": 12, "D02": 12, "D03": 12}),
        {"fact_id": "ads.site_count.E03", "value": 4321, "verdict": "withheld"},
        {"fact_id": "ads.site_count.A01", "value": 90.4, "low": 71.2, "high": 109.6, "interval_kind": "sampling"}
        | estimated,
        {"fact_id": "ads.site_count.A02", "value": 25, "low": 14, "high": 58, "interval_kind": "bounds"} | estimated,
        {"fact_id": "ads.site_count.A03", "value": 0, "low": 0, "high": 9, "interval_kind": "bounds"} | estimated,
        *counts("ads.allocation.", {"E01": 20, "E02": 4, "A01": 45, "A02": 13, "D01": 6, "D02": 6, "D03": 6}),
        *counts(
            "ads.allocation_collapsed.", {"E01": 23, "E02": 4, "A01": 49, "A02": 12, "D01": 12, "D02": 0, "D03": 0}
        ),
        *readings(),
        *counts("press.articles_", {"2023": 2, "2024": 3, "2025": 1}, unit="article"),
        *counts("press.printed.", {"2023": 2, "2024": 2, "2025": 2}, unit="article"),
        *counts("interviews.month.", {"2025-11": 2, "2026-02": 1}, unit="structure"),
        {"fact_id": "interviews.month.2025-12", "value": 4321, "unit": "structure", "verdict": "withheld"},
        *counts(
            "reproduction.status.",
            {"reproduced": 30, "contradicted": 2, "not_computable": 51, "text_only": 17},
            unit="figure",
        ),
        *counts("reproduction.basis.", {"independent": 18, "by_construction": 12}, unit="figure"),
    ]
    register = [
        *((f"E{i:02d}", "escorting", "") for i in range(1, 5)),
        *((f"A{i:02d}", "classifieds", "") for i in range(1, 4)),
        *((f"D{i:02d}", "dating", "miroir-1") for i in range(1, 4)),
    ]
    dates = ["2023-03-02", "2023-03-30", "2024-01-01", "2024-12-31", "2025-02-14", "2025-02-15"]
    return {
        "statements": statements(facts),
        "sites": sites(register),
        "articles": articles(dates),
        "meetings": meetings(),
        "lineage": RELEASED["lineage"].empty(),
        **ground(),
    }


def readings() -> list[dict[str, Any]]:
    """The published number of persons and the three readings of its rate."""
    person = {"unit": "person", "measure": "estimate"}
    a, b, c = (f"ads.persons_reading_{letter}" for letter in "abc")
    bounds = {"interval_kind": "bounds"}
    return [
        {"fact_id": "ads.persons_estimate", "value": 120, "low": 40, "high": 260, "origin": "published"}
        | bounds
        | person,
        {"fact_id": a, "label": "lecture A : doublons dans l’échantillon", "low": 40, "high": 260} | bounds | person,
        {"fact_id": b, "label": "lecture B : au moins une copie", "low": 130, "high": 190} | bounds | person,
        {"fact_id": c, "label": "lecture C : copies cherchées", "value": 120, "low": 101.6, "high": 139.5}
        | {"interval_kind": "sampling"}
        | person,
    ]


@cache
def _empty() -> pd.DataFrame:
    return statements([])


def nothing() -> dict[str, pd.DataFrame]:
    """A study without sites, press, interviews or publication."""
    return {
        "statements": _empty().copy(),
        "sites": sites([]),
        "articles": articles([]),
        "meetings": meetings(),
        "lineage": RELEASED["lineage"].empty(),
        **ground(),
    }


def crowded() -> dict[str, pd.DataFrame]:
    """More than a page can hold: 60 sites, two mirror groups at the top, 30 years of press, 40 months of interviews."""
    register = [
        (f"{letter}{i:02d}", category, f"groupe-{letter}" if i <= 2 and letter in "DA" else "")
        for letter, category in (("E", "escorting"), ("A", "classifieds"), ("M", "massage"), ("D", "dating"))
        for i in range(1, 16)
    ]
    sizes = {code: 12000 // int(code[1:]) - ord(code[0]) for code, _, mirror in register} | {"D02": 11932, "A02": 11935}
    months = {f"{2020 + i // 12}-{i % 12 + 1:02d}": 1 + i % 13 for i in range(0, 40, 2)}
    facts = [
        *counts("ads.site_count.", sizes),
        *counts("ads.allocation.", {code: size // 40 for code, size in sizes.items()}),
        *counts("ads.allocation_collapsed.", {code: size // 38 for code, size in sizes.items()}),
        *counts("press.articles_", {str(1996 + i): i for i in range(30)}, unit="article"),
        *counts("press.printed.", {str(1996 + i): i for i in range(30)}, unit="article"),
        *counts("interviews.month.", months, unit="structure"),
        *counts("reproduction.status.", {"reproduced": 1200, "contradicted": 0, "text_only": 3}, unit="figure"),
        *counts("reproduction.basis.", {"independent": 1200, "by_construction": 0}, unit="figure"),
    ]
    dates = [f"{1996 + i % 30}-{1 + i % 12:02d}-15" for i in range(400)] + ["2001-05-02"] * 30
    return {
        "statements": statements(facts),
        "sites": sites(register),
        "articles": articles(dates),
        "meetings": meetings(),
        "lineage": RELEASED["lineage"].empty(),
        **ground(),
    }


def shelf() -> dict[str, bytes]:
    """The public references that documents print, by the name of their use."""
    return {name: (ROOT / path).read_bytes() for name, path in SHELF.items()}
