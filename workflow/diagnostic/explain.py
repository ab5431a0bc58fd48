"""The card of one fact for a reviewer: with the chain from the fact through the stages down to the cells."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from diagnostic import io
from diagnostic.report import cards

CELL = re.compile(r"([A-Z]+)(\d+)(?::[A-Z]+(\d+))?")
SHOWN_CELLS = 40


class UnknownFact(Exception):
    """The study has no such fact; the message is French and names the nearest ones."""


def explain(results: Path, fact_id: str) -> str:
    """The card, chain and cells of one fact, as French text. Raises UnknownFact, FileNotFoundError."""
    ledger = io.read_table(results / "release/ledger.parquet")
    found = ledger[ledger["fact_id"] == fact_id]
    if found.empty:
        import difflib

        near = difflib.get_close_matches(fact_id, list(ledger["fact_id"]), n=5)
        hint = f" Les plus proches : {', '.join(near)}." if near else ""
        raise UnknownFact(f"L’étude {results.name} n’a pas d’indicateur « {fact_id} ».{hint}")
    fact = next(found.itertuples())
    sources = {source.file: source for source in io.read_table(results / "collect/sources.parquet").itertuples()}
    lines = [fact.label[:1].upper() + fact.label[1:], "=" * len(fact.label), ""]
    for title, text in cards.entries(fact, sources):
        lines += textwrap.wrap(f"{title} : {text}", 100, subsequent_indent="    ", break_long_words=False)
    lines += ["", "Chemin, de l’indicateur aux fichiers", "------------------------------------"]
    lines += _chain(results, results / "release/ledger.parquet", fact.source_table)
    lines += ["", "Cellules", "--------", *_cells(results, fact.cells)]
    return "\n".join(lines)


def _chain(results: Path, start: Path, source_table: str) -> list[str]:
    """The stages from the ledger to the input files, following the stamps through the fact's own table."""
    root = results.parent.parent
    lines, seen, todo = [], set(), [(start, 0)]
    wanted = {"ledger", "facts", *_ancestors(results, source_table)}
    while todo:
        path, depth = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        place = path.relative_to(root) if path.is_relative_to(root) else path
        indent = "  " * depth
        if path.suffix != ".parquet":
            lines.append(f"{indent}{place}  sha256 {io.sha256(path)}")
            continue
        stamp = io.read_stamp(path)
        lines.append(
            f"{indent}{place}  règle {stamp['rule']}, code {stamp['code']}, {stamp['rows_out']} lignes, sha256 {io.sha256(path)[:12]}…"
        )
        for name in reversed(list(stamp["inputs"])):
            source = root / name
            if source.suffix != ".parquet" and path.parent.name != "collect":
                continue
            if (
                source.suffix == ".parquet"
                and path.parent.name in ("release", "estimate")
                and source.stem not in wanted
            ):
                continue
            todo.append((source, depth + 1))
    return lines


def _ancestors(results: Path, source_table: str) -> set[str]:
    """The names of the estimate tables computed from the fact's own table, and of that table."""
    own = Path(source_table).stem
    names = {own}
    for path in sorted((results / "estimate").glob("*.parquet")):
        if any(Path(name).stem == own for name in io.read_stamp(path)["inputs"]):
            names.add(path.stem)
    return names


def _cells(results: Path, text: str) -> Iterator[str]:
    """The input cells of a fact with their content, as the spreadsheet shows them."""
    if not isinstance(text, str) or not text:
        yield "Aucune cellule d’entrée : l’indicateur compte des lignes ou des verdicts."
        return
    cells = io.read_table(results / "collect/cells.parquet").set_index(["file", "column", "row"])["value"]
    wanted = list(_addresses(text))
    for file, column, row in wanted[:SHOWN_CELLS]:
        value = cells.get((file, column, row))
        yield f"{file}!{column}{row}  {'(vide)' if value is None or pd.isna(value) else value}"
    if len(wanted) > SHOWN_CELLS:
        yield f"… et {len(wanted) - SHOWN_CELLS} autres cellules : {text}"


def _addresses(text: str) -> Iterator[tuple[str, str, int]]:
    for part in text.split(" ; "):
        file, _, ranges = part.partition("!")
        for column, first, last in CELL.findall(ranges):
            for row in range(int(first), int(last or first) + 1):
                yield file, column, row
