"""The records of an export as text: one row per response or situation, one column per answer, each cell at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from diagnostic.codebook.labels import normalise
from diagnostic.collect.exports.layout import NOT_TICKED, Binding, Layout, Records, Told, cell
from diagnostic.collect.grids import Grid

MOST = 200  # situations in one response
IDENTITY_REMEDY = "Reprendre l’export de l’outil sans le modifier ; dans un tableur, donner un numéro à chaque ligne."


@dataclass(frozen=True)
class Raw:
    """The records of one table, as text ("" where nothing is written).

    `frame`: one row per record: sheet, row (as a spreadsheet shows it), key (the identity of the response),
    number (of the situation in it; 0 for a response). `answers`: heading → one text per record. `places`: heading →
    repeat → (sheet, column position); the repeat is 0 where each record has its own row (not `unrolled`). `timed`: a
    key is a time of submission and its rank.
    """

    table: str
    frame: pd.DataFrame
    answers: Mapping[str, np.ndarray]
    places: Mapping[str, Mapping[int, tuple[int, int]]]
    unrolled: bool = False
    explicit: bool = False
    timed: bool = False

    @property
    def shown(self) -> list[str]:
        """The identity of each record as the tool shows it: its number, or the time of submission, with its rank among
        those of the same second where there are several."""
        if not self.timed:
            return self.frame["key"].tolist()
        keys = self.frame["key"].tolist()
        several = {key.rpartition(" ")[0] for key in keys if not key.endswith(" 1")}
        return [key if key.rpartition(" ")[0] in several else key.removesuffix(" 1") for key in keys]

    def place(self, heading: str, record: int) -> tuple[int, int, int]:
        """(sheet, row, column position) of an answer of the record at a position; the sheet's first column if it has none."""
        sheet, row, number = self._where[record]
        sheet, column = self.places.get(heading, {}).get(number if self.unrolled else 0, (sheet, 0))
        return sheet, row, column

    def placed(self, heading: str, records: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same for records at several positions: sheets, rows and column positions."""
        at = self.frame.iloc[records]
        sheets, columns = at["sheet"].to_numpy().copy(), np.zeros(len(at), dtype=np.int64)
        numbers = at["number"].to_numpy() if self.unrolled else columns.copy()
        for number, (sheet, column) in self.places.get(heading, {}).items():
            here = numbers == number
            sheets[here], columns[here] = sheet, column
        return sheets, at["row"].to_numpy(), columns

    def damaged(self, name: str, told: Told) -> np.ndarray:
        """Whether each record's answer to a variable lies in a cell that could not even be read."""
        damaged = np.zeros(len(self.frame), dtype=bool)
        headings = [heading for heading in self.places if heading.split("/")[0] == name]
        for record in np.flatnonzero(self.frame["row"].isin(told.damaged_rows)) if told.damaged_rows else ():
            damaged[record] = any(told.damaged(*self.place(heading, int(record))) for heading in headings)
        return damaged

    @cached_property
    def _where(self) -> list[tuple[int, int, int]]:
        """(sheet, row, number) of each record, as plain numbers: a place is asked for at every text."""
        return list(zip(*(self.frame[name].tolist() for name in ("sheet", "row", "number")), strict=True))


def read(layout: Layout, grids: Sequence[Grid], told: Told) -> tuple[dict[str, Raw], pd.DataFrame]:
    """Table → its records, and every row of data of the sheets that hold records (sheet, row).

    Tells at their cells: a record without identity, an identity given twice, a repeat whose parent is not there.
    """
    by_number = {grid.number: grid for grid in grids}
    raws: dict[str, Raw] = {}
    rows: list[pd.DataFrame] = []
    for part in layout.records:
        grid = by_number[part.sheet]
        kept = [index for index in range(part.first, len(grid.rows)) if any(grid.rows[index])]
        rows.append(pd.DataFrame({"sheet": part.sheet, "row": [index + 1 for index in kept]}, dtype="int64"))
        bound = [b for b in layout.bindings if b.sheet == part.sheet]
        texts = _texts(grid, kept, bound, layout.blank)
        if part.parent is None:
            raws[part.table] = _parents(part, grid, kept, [b for b in bound if not b.number], texts, told)
            repeated = [b for b in bound if b.number]
            if repeated:
                raws[repeated[0].table] = _unrolled(raws[part.table], repeated, texts)
        else:
            raws[part.table] = _children(part, grid, kept, bound, texts, raws.get("responses"), told)
    raws = {name: replace(raw, explicit=layout.explicit) for name, raw in raws.items()}
    return raws, pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"sheet": [], "row": []}, dtype="int64")


def _texts(
    grid: Grid, kept: Sequence[int], bound: Sequence[Binding], blank: frozenset[str]
) -> dict[tuple[int, int], np.ndarray]:
    """(sheet, column) → the texts of the kept rows."""
    found = {}
    width = max((binding.column + 1 for binding in bound), default=0)
    padding = [""] * width
    rows = (grid.rows[index] for index in kept)
    columns = list(
        zip(*(cells if len(cells) >= width else cells + padding[len(cells) :] for cells in rows), strict=False)
    )
    for binding in bound:
        column = binding.column
        texts: Sequence[str] = columns[column] if kept else ()
        if blank:
            texts = ["" if text in blank else text for text in texts]
        found[binding.sheet, column] = np.array(texts, dtype=object)
    return found


def _parents(
    part: Records,
    grid: Grid,
    kept: Sequence[int],
    bound: Sequence[Binding],
    texts: Mapping[tuple[int, int], np.ndarray],
    told: Told,
) -> Raw:
    column = part.key[0] if part.key else 0
    keys = [_joined(cell(grid, index, at) for at in part.key) for index in kept]
    if part.timed:  # two answers of the same second stay two: their order in the file tells them apart
        seen: dict[str, int] = {}
        ranked = []
        for key in keys:
            seen[key] = seen.get(key, 0) + 1
            ranked.append(f"{key} {seen[key]}" if key else "")
        keys = ranked
    first: dict[str, int] = {}
    for index, key in zip(kept, keys, strict=True):
        if not key:
            message = "Cette ligne n’a pas d’identifiant."
            told.block(message, IDENTITY_REMEDY, grid.number, index + 1, column, empty=True)
        elif key in first:
            message = f"Cet identifiant est déjà celui de la ligne {first[key] + 1}."
            told.block(message, IDENTITY_REMEDY, grid.number, index + 1, column)
        first.setdefault(key, index)
    frame = pd.DataFrame({"sheet": grid.number, "row": [i + 1 for i in kept], "key": keys, "number": 0})
    frame = frame.astype({"sheet": "int64", "row": "int64", "key": "object", "number": "int64"})
    return Raw(part.table, frame, *_columns(bound, texts), timed=part.timed)


def _joined(parts: Iterable[str]) -> str:
    """One identity out of the cells that make it: empty when the first one is."""
    texts = list(parts)
    return "/".join(texts) if texts and texts[0] else ""


def _children(
    part: Records,
    grid: Grid,
    kept: Sequence[int],
    bound: Sequence[Binding],
    texts: Mapping[tuple[int, int], np.ndarray],
    parents: Raw | None,
    told: Told,
) -> Raw:
    column = part.parent or 0
    keys = [cell(grid, index, column) for index in kept]
    known = set(keys) if parents is None else set(parents.frame["key"])  # without the parents' sheet: told once
    cut = parents is not None and any(told.lacks_rows(int(sheet)) for sheet in parents.frame["sheet"].unique())
    for index, key in zip(kept, keys, strict=True):
        if not key or (key not in known and not cut):
            told.block(
                "Cette situation se rattache à une réponse qui n’est pas dans le fichier.",
                "Reprendre l’export entier : un export filtré perd des feuilles ou des lignes.",
                grid.number,
                index + 1,
                column,
            )
    frame = pd.DataFrame({"sheet": grid.number, "row": [i + 1 for i in kept], "key": keys})
    frame["number"] = _numbers(part, grid, kept, frame["key"], told)
    frame = frame.astype({"sheet": "int64", "row": "int64", "key": "object", "number": "int64"})
    return Raw(part.table, frame, *_columns(bound, texts))


def _numbers(part: Records, grid: Grid, kept: Sequence[int], keys: pd.Series, told: Told) -> pd.Series:
    """The number of each repeat: the one written, else its order in the file."""
    counted = keys.groupby(keys).cumcount() + 1
    if part.order is None:
        return counted
    seen: dict[tuple[str, int], int] = {}
    numbers = []
    for position, index in enumerate(kept):
        text, key = cell(grid, index, part.order), str(keys.iat[position])
        written = int(text) if text.isdecimal() and len(text) < 4 else 0
        number = written or int(counted.iat[position])
        if not 0 < written <= MOST:
            told.block(
                "Le numéro de la situation doit être un nombre entier, à partir de 1.",
                "Numéroter les situations de chaque réponse : 1, 2, 3…",
                grid.number,
                index + 1,
                part.order,
            )
        elif (key, number) in seen:
            told.block(
                f"Ce numéro est déjà celui de la ligne {seen[key, number]}, dans la même réponse.",
                "Numéroter les situations de chaque réponse : 1, 2, 3…",
                grid.number,
                index + 1,
                part.order,
            )
        if written:
            seen.setdefault((key, number), index + 1)
        numbers.append(number)
    return pd.Series(numbers, dtype="int64", index=keys.index)


def _unrolled(parents: Raw, bound: Sequence[Binding], texts: Mapping[tuple[int, int], np.ndarray]) -> Raw:
    """Repeats laid side by side: a record where its block holds an answer, or where the block before asks for it."""
    numbers = sorted({b.number for b in bound})
    positions, repeats = [], []
    announced = np.zeros(len(parents.frame), dtype=bool)
    for number in numbers:
        block = [b for b in bound if b.number == number]
        closing = [b for b in block if b.variable == "add_situation"]
        filled = np.zeros(len(parents.frame), dtype=bool)
        for binding in block:
            if binding not in closing:
                filled |= _filled(texts[binding.sheet, binding.column], bool(binding.option))
        present = filled | announced
        positions.append(np.flatnonzero(present))
        repeats.append(np.full(int(present.sum()), number))
        announced = np.zeros(len(parents.frame), dtype=bool)
        for binding in closing:
            announced |= np.array([_wants_more(text) for text in texts[binding.sheet, binding.column]], dtype=bool)
    at, repeat = np.concatenate(positions), np.concatenate(repeats)
    order = np.lexsort((repeat, at))
    at, repeat = at[order], repeat[order]
    frame = parents.frame.iloc[at].reset_index(drop=True).assign(number=repeat)
    answers: dict[str, np.ndarray] = {}
    places: dict[str, dict[int, tuple[int, int]]] = {}
    for binding in bound:
        column = answers.setdefault(binding.heading, np.full(len(frame), "", dtype=object))
        chosen = repeat == binding.number
        column[chosen] = texts[binding.sheet, binding.column][at[chosen]]
        places.setdefault(binding.heading, {})[binding.number] = (binding.sheet, binding.column)
    return Raw(bound[0].table, frame, answers, places, unrolled=True)


def _filled(texts: np.ndarray, option: bool) -> np.ndarray:
    """Where something is answered; an option that is written as not ticked answers nothing by itself."""
    if not option:
        return np.asarray(texts != "", dtype=bool)
    codes, distinct = pd.factorize(texts)
    return np.array([text != "" and normalise(text) not in NOT_TICKED for text in distinct], dtype=bool)[codes]


def _wants_more(text: str) -> bool:
    """Whether the answer to « une autre situation ? » is yes."""
    return text.strip().casefold().startswith(("oui", "yes", "y")) if text else False


def _columns(
    bound: Sequence[Binding], texts: Mapping[tuple[int, int], np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, dict[int, tuple[int, int]]]]:
    answers = {b.heading: texts[b.sheet, b.column] for b in bound}
    return answers, {b.heading: {0: (b.sheet, b.column)} for b in bound}
