"""What a chart shows as a table that a spreadsheet opens: one row per statement in it, as released."""

from __future__ import annotations

from collections.abc import Iterable

from diagnostic.core.french import NBSP, NNBSP
from diagnostic.core.written import as_csv
from diagnostic.estimate.tables import INTERVALS
from diagnostic.report.charts.facts import Released

HEADER = ("Indicateur", "Valeur", "Unité", "De", "À", "Intervalle", "Identifiant")


def table(facts: Released, ids: Iterable[str]) -> bytes:
    """CSV as French spreadsheets read it (semicolons, decimal commas, a byte-order mark); empty without any row.

    Columns: what the number says, its released value, its unit, the released limits and of what kind they are, its id.
    """
    rows = [_row(facts, fact_id) for fact_id in ids if facts.shown(fact_id)]
    if not rows:
        return b""
    return as_csv([HEADER, *rows], ";", "\r\n").encode("utf-8-sig")


def _row(facts: Released, fact_id: str) -> tuple[str, ...]:
    drawn = facts.drawn(fact_id)
    kind = INTERVALS[facts.kind(fact_id)] if drawn["low"] is not None else ""
    value, low, high = (_plain(drawn[name]) for name in ("text", "low_text", "high_text"))
    return facts.label(fact_id), value, facts.unit(fact_id), low, high, kind, fact_id


def _plain(number: str) -> str:
    """« 1 204,5 » without the spaces of thousands, which no spreadsheet reads."""
    return number.replace(NNBSP, "").replace(NBSP, "")
