"""The card of one fact for a reviewer: with the chain from the fact through the stages down to the cells."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from diagnostic import french, io
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
        near = difflib.get_close_matches(fact_id, list(ledger["fact_id"]), n=5)
        hint = f" Les plus proches : {', '.join(near)}." if near else ""
        raise UnknownFact(f"L’étude {results.name} n’a pas d’indicateur « {fact_id} ».{hint}")
    fact = next(found.itertuples())
    sources = {source.file: source for source in io.read_table(results / "collect/sources.parquet").itertuples()}
    lines = [fact.label[:1].upper() + fact.label[1:], "=" * len(fact.label), ""]
    for title, text in cards.entries(fact, sources):
        lines += textwrap.wrap(f"{title} : {text}", 100, subsequent_indent="    ", break_long_words=False)
    lines += ["", "Chemin, de l’indicateur aux fichiers", "------------------------------------"]
    lines += _chain(
        results,
        fact_id,
        fact.source_table,
        {file.partition(" (feuille ")[0] for file, _, _ in _addresses(fact.cells)} & set(sources),
    )
    lines += ["", "Cellules", "--------", *_cells(results, fact.cells)]
    return "\n".join(lines)


def _chain(results: Path, fact_id: str, source_table: str, files: set[str]) -> Iterator[str]:
    """The stages from the ledger to the input files, one line each, indented by depth, following the stamps.

    Of the many inputs of a stage only those on the fact's own path are followed: the facts, the estimates that hold it
    and are made from its source table, that table, and the typed tables of the input files that its cells name.
    """
    root, own = results.parent.parent, Path(source_table).stem
    given = {s.role: s.file for s in io.read_table(results / "collect/sources.parquet").itertuples() if s.file in files}
    wanted = {"facts", own, *given, *_estimates_of(results, fact_id, own)}

    def on_path(source: Path, stage: Path) -> bool:
        if stage.stem == "ledger":
            return source.stem == "facts"
        if source.suffix == ".parquet":
            return source.stem in wanted
        return source.name == given.get(stage.stem)

    seen: set[Path] = set()

    def follow(path: Path, depth: int) -> Iterator[str]:
        if path in seen:
            return
        seen.add(path)
        place, indent = path.relative_to(root).as_posix(), "  " * depth
        if path.suffix != ".parquet":
            yield f"{indent}{place}  sha256 {io.sha256(path)}"
            return
        stamp = io.read_stamp(path)
        rows = f"{stamp['rows_out']} {french.plural(stamp['rows_out'], 'ligne')}"
        yield f"{indent}{place}  règle {stamp['rule']}, code {stamp['code']}, {rows}, sha256 {io.sha256(path)[:12]}…"
        for source in (root / name for name in stamp["inputs"]):
            if on_path(source, path):
                yield from follow(source, depth + 1)

    return follow(results / "release/ledger.parquet", 0)


def _estimates_of(results: Path, fact_id: str, table: str) -> set[str]:
    """The names of the estimate tables computed from one table that hold a fact."""
    return {
        path.stem
        for path in sorted((results / "estimate").glob("*.parquet"))
        if any(Path(name).stem == table for name in io.read_stamp(path)["inputs"])
        and fact_id in set(io.read_table(path).get("fact_id", ()))
    }


def _cells(results: Path, text: str) -> Iterator[str]:
    """The input cells of a fact with their content, as the spreadsheet shows them."""
    if not isinstance(text, str) or not text:
        yield "Aucune cellule d’entrée : l’indicateur compte des lignes ou des verdicts."
        return
    cells = io.read_table(results / "collect/cells.parquet").set_index(["file", "column", "row"])["value"]
    wanted = list(_addresses(text))
    for file, column, row in wanted[:SHOWN_CELLS]:
        value = cells.get((file, column, row))
        shown = "(vide)" if value is None or pd.isna(value) else value
        yield f"{file}!{column}{row}  {'(dans le coffre)' if ' (feuille ' in file else shown}"
    if len(wanted) > SHOWN_CELLS:
        yield f"… et {len(wanted) - SHOWN_CELLS} autres cellules : {text}"


def _addresses(text: object) -> Iterator[tuple[str, str, int]]:
    if not isinstance(text, str):
        return
    for part in text.split(" ; "):
        file, _, ranges = part.partition("!")
        for column, first, last in CELL.findall(ranges):
            for row in range(int(first), int(last or first) + 1):
                yield file, column, row
