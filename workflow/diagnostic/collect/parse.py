"""Cells to a typed table: the header, then every cell, all problems at once at the place a spreadsheet shows.

The checks come from the table's model and are run by pandera itself, so that a table without blocking problem
validates by construction.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import takewhile

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from diagnostic.collect import kinds, rules
from diagnostic.collect.counted import Sourced
from diagnostic.collect.kinds import Refusal, Typed
from diagnostic.core.french import number, plural
from diagnostic.core.problems import MOST, Problem
from diagnostic.core.tables import columns
from diagnostic.core.validation import HOLD
from diagnostic.core.wording import blocking, either, quoted, warning

ROW = "row"


@dataclass(frozen=True)
class Source:
    """Where a table's columns stand in its file: column name → spreadsheet letter (empty: "
    "header unusable)."""

    file: str
    letters: Mapping[str, str] = field(default_factory=dict)


def source(cells: pd.DataFrame, file: str) -> Source:
    """The places of a file's columns, from its header row; of a header given twice, the first."""
    return _source(_headers(cells), file)


def _source(headers: Iterable[tuple[str, str]], file: str) -> Source:
    letters: dict[str, str] = {}
    for letter, name in headers:
        letters.setdefault(name, letter)
    return Source(file, letters)


def _headers(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """(letter, name) of each header, from left to right: the first cells of the file."""
    places = zip(cells["row"], cells["column"], cells["value"], strict=True)
    return [(letter, name) for _, letter, name in takewhile(lambda place: place[0] == 1, places)]


def empty(model: type[Sourced]) -> pd.DataFrame:
    """The table without any row, typed."""
    return _empty(model).copy()


@cache
def _empty(model: type[Sourced]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([], dtype=_reading(column)[1]) for name, column in model.to_schema().columns.items()}
    )


def parse(
    cells: pd.DataFrame, model: type[Sourced], file: str, latest: dt.date | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """One file's cells as the table `model`, and all that is wrong in them.

    `cells` has the shape of `Cells`, header row included. The table has one row per row of the file that has
    a value; a refused or missing value is missing in it, so that other checks can go on: with a blocking
    problem it may not validate. `latest` is the last day that a date may be (2100 at most).
    """
    schema = model.to_schema()
    expected = [name for name in columns(model) if name != ROW]
    headers = _headers(cells)
    places = _source(headers, file)
    problems = _header(headers, schema, expected, file)
    filled = cells[cells["row"] > 1]
    rows = sorted(map(int, filled["row"].unique()))
    filled = filled[filled["column"].isin([places.letters[name] for name in expected if name in places.letters])]
    texts: dict[str, dict[int, str]] = {}
    for row, letter, text in zip(filled["row"], filled["column"], filled["value"], strict=True):
        texts.setdefault(letter, {})[row] = text
    read = {ROW: pd.Series(rows, dtype="Int64")}
    for name in expected:
        letter = places.letters.get(name, "")
        column = _Column(schema.columns[name], file, letter, texts.get(letter, {}), latest)
        read[name], found = column.read(rows)
        problems += found
    table = pd.DataFrame(read)
    if not problems and (schema.checks or schema.unique):
        problems += _whole(table, model, places)
    return table, problems


def _header(
    headers: list[tuple[str, str]], schema: pa.DataFrameSchema, expected: list[str], file: str
) -> list[Problem]:
    """Columns missing, unknown, or given twice."""
    given = {name for _, name in headers}
    missing = [name for name in expected if name not in given]
    if len(missing) == len(expected):
        message = (
            "La première ligne ne porte aucun des en-têtes attendus : ce n'est pas le bon fichier, ou ils manquent."
        )
        return [blocking(file, message, f"Mettre sur la ligne 1 : {', '.join(expected)}.", row=1)]
    problems = []
    seen: dict[str, str] = {}
    for letter, name in headers:
        if name in seen:
            message = f"En-tête en double : la colonne {seen[name]} porte déjà ce nom ; on ne sait pas laquelle lire."
            problems.append(
                blocking(file, message, "Renommer ou supprimer l'une des deux.", 1, letter, quoted(name, True))
            )
        elif name not in expected:
            problems.append(_unknown(file, letter, name, missing or expected, expected))
        seen.setdefault(name, letter)
    for name in missing:
        message = f"Il manque la colonne « {name} » ({schema.columns[name].title})."
        remedy = f"Ajouter l'en-tête « {name} » sur la ligne 1, même si toutes ses cellules sont vides."
        problems.append(blocking(file, message, remedy, row=1))
    return problems


def _unknown(file: str, letter: str, name: str, likely: list[str], expected: list[str]) -> Problem:
    folded = name.casefold().replace(" ", "_").replace("-", "_")
    near = difflib.get_close_matches(folded, likely, n=1) or difflib.get_close_matches(folded, expected, n=1)
    message = f"Colonne inconnue ; vouliez-vous « {near[0]} » ?" if near else "Colonne inconnue."
    remedy = f"La renommer en « {near[0]} », ou la supprimer." if near else "La renommer, ou la supprimer."
    remedy += f" En-têtes admis : {', '.join(expected)}."
    return blocking(file, message, remedy, 1, letter, quoted(name, True))


@dataclass(frozen=True)
class _Column:
    """One declared column of one file: where it stands, and its texts by row."""

    declared: pa.Column
    file: str
    letter: str
    texts: Mapping[int, str]
    latest: dt.date | None

    def read(self, rows: list[int]) -> tuple[pd.Series, list[Problem]]:
        """The typed values, one per row of `rows`, and the problems of the column's cells."""
        reading, dtype = _reading(self.declared, self.latest)
        results = {text: reading(text) for text in dict.fromkeys(self.texts.values())}
        values: dict[int, object] = {}
        notes: dict[int, str] = {}
        refused: list[tuple[int, Refusal]] = []
        for row, text in self.texts.items():
            result = results[text]
            if isinstance(result, Typed):
                values[row], notes[row] = result.value, result.note
            else:
                refused.append((row, result))
        for row, refusal in self._broken(values, dtype):
            refused.append((row, refusal))
            del values[row], notes[row]
        problems = [self._refused(row, refusal) for row, refusal in refused[:MOST]]
        more = Counter(refusal.plain for _, refusal in refused[MOST:])
        last = {refusal.plain: (row, refusal) for row, refusal in refused[MOST:]}
        problems += [replace(self._refused(*last[plain]), others=count - 1) for plain, count in more.items()]
        if self.letter and not self.declared.nullable:
            blank = [row for row in rows if row not in self.texts]
            problems += [self._blank(row) for row in blank[:MOST]]
            problems += [replace(self._blank(row), others=len(blank) - MOST - 1) for row in blank[MOST : MOST + 1]]
        problems += self._noted(notes)
        return pd.Series([values.get(row) for row in rows], dtype=dtype), problems

    def _broken(self, values: Mapping[int, object], dtype: str) -> list[tuple[int, Refusal]]:
        """Each row that breaks a declared check, once; then each repeat in a column of unique values."""
        broken: dict[int, Refusal] = {}
        if self.declared.checks and values:
            typed = pd.Series(list(values.values()), index=list(values), dtype=dtype)
            for check in self.declared.checks:
                if check.name in HOLD and HOLD[check.name](typed, **check.statistics).all():
                    continue  # known without pandera, which says where it does not hold
                passed = check(typed).check_output
                failed = [int(row) for row in passed.index[~passed.fillna(False).astype(bool)] if row not in broken]
                for at, row in enumerate(failed):  # of many, what would be told of the last ones is not sought
                    own = self.texts[row] if at <= MOST else ""
                    broken[row] = rules.refusal(check, self.declared, own) if own else broken[failed[MOST]]
        if self.declared.unique:
            first: dict[object, int] = {}
            for row in sorted(values.keys() - broken.keys()):
                original = first.setdefault(values[row], row)
                if original != row:
                    broken[row] = Refusal(
                        f"Valeur en double : elle est déjà à la ligne {original}, et doit être unique.",
                        "Corriger l'une des deux, ou supprimer la ligne en trop.",
                    )
        return list(broken.items())

    def _refused(self, row: int, refusal: Refusal) -> Problem:
        quote = bool((self.declared.metadata or {}).get("quote"))
        message = refusal.plain
        if quote and refusal.detail:
            message = f"{refusal.plain.removesuffix('.')} ; {refusal.detail}"
            message += "" if message.endswith("?") else "."
        return blocking(self.file, message, refusal.remedy, row, self.letter, quoted(self.texts[row], quote))

    def _blank(self, row: int) -> Problem:
        message = f"Cellule vide : « {self.declared.title} » est obligatoire."
        remedy = f"Remplir la cellule. Attendu : {self.declared.description}."
        return blocking(self.file, message, remedy, row, self.letter)

    def _noted(self, notes: Mapping[int, str]) -> list[Problem]:
        """One warning per reading rule that was needed: spaces in numbers; day-first dates "
        "among year-first ones."""
        problems = []
        for note in sorted(set(notes.values()) - {""}):
            rows = sorted(row for row, name in notes.items() if name == note)
            if note == kinds.DAY_FIRST and len(rows) == len(notes):
                continue
            cells = plural(len(rows), "cellule de la colonne suit", "cellules de la colonne suivent")
            message = f"{number(len(rows))} {cells} une autre notation : {kinds.NOTES[note]}."
            remedy = "Vérifier la première ; écrire toute la colonne de la même façon évite l'avertissement."
            problems.append(warning(self.file, message, remedy, rows[0], self.letter))
        return problems


def _reading(column: pa.Column, latest: dt.date | None = None) -> tuple[Callable[[str], Typed | Refusal], str]:
    """How a cell of a column is read, and the type of the column in the table."""
    name = str(column.dtype)
    if name.startswith("datetime64"):
        return partial(kinds.date, latest=latest), name
    if name in ("boolean", "bool"):
        return kinds.yes_or_no, "boolean"
    if name.lower().startswith(("int", "uint")):
        return kinds.integer, "Int64"
    if name.startswith(("str", "string", "object")):
        return kinds.text, "str"
    raise TypeError(f"no reading of cells for type {name} (column {column.name})")


def _whole(table: pd.DataFrame, model: type[Sourced], places: Source) -> list[Problem]:
    """What the model asks of the table as a whole: rows unique over several columns, checks "
    "across columns."""
    try:
        model.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    problems = {}
    for case in cases.itertuples():
        row = int(table[ROW].iloc[int(case.index)]) if pd.notna(case.index) else None
        message = f"La ligne ne respecte pas une règle du tableau : {_rule(str(case.check), model)}."
        remedy = "Corriger la ligne, ou celle qui la contredit."
        problems[row, str(case.check)] = blocking(places.file, message, remedy, row=row)
    return list(problems.values())


def _rule(check: str, model: type[Sourced]) -> str:
    unique = model.to_schema().unique
    if unique and "unique" in check:
        return f"une seule ligne pour {either([unique] if isinstance(unique, str) else unique, 'et')}"
    return f"« {check} »"
