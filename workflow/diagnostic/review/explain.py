"""The card of one fact for a reviewer: with the chain from the fact through the stages down to the cells."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from diagnostic.core import french
from diagnostic.core.errors import NoResults, Refused
from diagnostic.report import exact
from diagnostic.review.trail import Trail, addresses, named, spans
from diagnostic.study.generations import current

LEDGER = "release/ledger.parquet"
SHOWN_CELLS = 40


class UnknownFact(Refused):
    """The study has no such fact; the message is French and names the nearest ones."""


def explain(results: Path, fact_id: str) -> str:
    """The card, chain and cells of one fact, as French text. Raises NoResults, UnknownFact.

    `results` is a study's folder, or one of its generations; where the tables of the folder are not those that the
    documents were made of, the last complete calculation is read, and the text says so first.
    """
    reading = current(results)
    if not (reading.folder / LEDGER).is_file():
        raise NoResults(reading.study)
    trail = Trail(reading.folder)
    ledger = trail.ledger
    found = ledger[ledger["fact_id"] == fact_id]
    if found.empty:
        near = difflib.get_close_matches(fact_id, list(ledger["fact_id"]), n=5)
        hint = f" Les plus proches : {', '.join(near)}." if near else ""
        raise UnknownFact(f"L’étude {reading.study} n’a pas d’indicateur « {fact_id} ».{hint}")
    fact = next(found.itertuples())
    lines = textwrap.wrap(reading.told, 100) + [""] if reading.told else []
    lines += [fact.label[:1].upper() + fact.label[1:], "=" * len(fact.label), ""]
    for title, text in exact.team(fact, ledger, trail.sources):
        lines += textwrap.wrap(f"{title} : {text}", 100, subsequent_indent="    ", break_long_words=False)
    lines += ["", "Chemin, de l’indicateur aux fichiers", "------------------------------------"]
    lines += [f"{'  ' * stage.depth}{_told(trail, stage.path)}" for stage in trail.stages(fact)]
    lines += ["", "Cellules", "--------", *_cells(trail, fact)]
    return "\n".join(lines)


def _told(trail: Trail, path: Path) -> str:
    """One table or file of the way, on one line."""
    place = path.relative_to(trail.root).as_posix()
    if path.suffix != ".parquet":
        return f"{place}  sha256 {trail.digest(path)}"
    stamp = trail.stamp(path)
    rows = f"{stamp['rows_out']} {french.plural(stamp['rows_out'], 'ligne')}"
    return f"{place}  règle {stamp['rule']}, code {stamp['code']}, {rows}, sha256 {trail.digest(path)[:12]}…"


def _cells(trail: Trail, fact: Any) -> Iterator[str]:
    """The input cells of a fact with their content, as the spreadsheet shows them; for exports, the record instead."""
    number = sum(span.size for span in spans(fact.cells))
    if not number:
        yield "Aucune cellule d’entrée : l’indicateur compte des lignes ou des verdicts."
    for cell in islice(addresses(fact.cells), SHOWN_CELLS):
        record = trail.record(cell)
        yield f"{named(cell)}!{cell.column}{cell.row}  {trail.content(cell)}{f'  {record}' if record else ''}"
    if number > SHOWN_CELLS:
        yield f"… et {number - SHOWN_CELLS} autres cellules : {fact.cells}"
