"""Tables and workbooks that hold nothing personal, received like exports: kept in versions in the vault, put to use where the
study names them.

A workbook of the project fills several roles at once (sites, counts, pages, history). What the workflow reads as a CSV
is written from its sheet: labels of the lists become codes, and columns that only help a person read are left in the
vault.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diagnostic.codebook import template
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.meaning import OTHER
from diagnostic.codebook.model import DONT_KNOW, Codebook, Variable
from diagnostic.collect.answers import FIELDS
from diagnostic.collect.exports.layout import cell, header
from diagnostic.collect.exports.study import read_workbooks
from diagnostic.collect.grids import CSV, Grid, read_export
from diagnostic.collect.parse import parse
from diagnostic.collect.reader import read_csv
from diagnostic.collect.table_names import WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core import writing
from diagnostic.core.french import plural
from diagnostic.core.problems import BLOCKING, Problem
from diagnostic.core.tables import columns
from diagnostic.core.written import as_csv, listed
from diagnostic.describe.tables import everything
from diagnostic.privacy import versions
from diagnostic.study import records
from diagnostic.study.annexes import NAMES
from diagnostic.study.config import RESOURCES, STUDIES, load_yaml
from diagnostic.study.contents import DUPLICATES
from diagnostic.study.named import named
from diagnostic.study.read_back import Reader
from diagnostic.study.reception import blocked

ROW = "row"
PAIR = ("first", "second")
INTERVIEWS, RECORDS = "interviews", "interview_records"
DRAWN = "Classeur des entretiens, rangé dans le coffre"
SOURCE, LICENCE = "Relevé de l’équipe", "Données de l’équipe : non diffusées"
FIELD = "activity_field"
YES_NO = {"yes": "oui", "no": "non"}
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Put:
    """What a file gives for one role: the content of the study's file, its rows before and after, what would block, and
    the columns of the sheet that no table of the workflow reads, which stay in the vault's version."""

    role: str
    content: bytes
    before: Rows
    after: Rows
    problems: list[Problem]
    unread: tuple[str, ...] = ()


def prepared(reader: Reader, role: str, content: bytes, grids: Sequence[Grid], own: Callable[[str], str] = str) -> Put:
    """What a file would give for a role that is no export's; nothing is written. `own`: what gives the study's key of a
    situation that a decision names, so that a pair is the same however it is written. Raises ConfigError."""
    root, study, codebook = reader.root, reader.study, reader.codebook
    name = file_of(root, study, role)
    path = root / RESOURCES / study / name
    earlier = path.read_bytes() if path.is_file() and not records.trial(records.read(root, study, name)) else b""
    if role in WORKBOOKS:
        problems = read_workbooks(codebook, {role: content}, {role: name}).problems
        before = _sheets(codebook, role, read_export(earlier, role)[0]) if earlier else []
        return Put(role, content, before, _sheets(codebook, role, grids), _blocking(problems))
    unread: tuple[str, ...] = ()
    if grids[0].kind != CSV or role == DUPLICATES or set(header(grids[0])) != set(_columns(role)):
        content, unread = drawn_table(
            everything(codebook), role, grids, _csv_rows(earlier) if role == DUPLICATES else [], own
        )
    cells, problems = read_csv(content, name, role)
    if len(cells):
        problems = [*problems, *parse(cells, INPUTS[role], name)[1]]
    before, after = _csv_rows(earlier), _csv_rows(content)
    if role == DUPLICATES:
        before, after = (
            [row | dict(zip(PAIR, sorted(_pair(row, own)), strict=False)) for row in rows] for rows in (before, after)
        )
    return Put(role, content, before, after, _blocking(problems), unread)


def file_of(root: Path, study: str, role: str) -> str:
    """The name of a role's file: what the study's configuration says, else the role's own. Raises ConfigError."""
    inputs = load_yaml(root, STUDIES / f"{study}.yaml").get("inputs")
    named = inputs.get(role) if isinstance(inputs, dict) else None
    plain = f"{role}.xlsx" if role in WORKBOOKS else f"{role}.csv"
    return named if isinstance(named, str) and Path(named).name == named else plain


def write(root: Path, study: str, role: str, content: bytes, today: dt.date, source: str = SOURCE) -> None:
    """Put a content to use as a role's file, its digest recorded with those that it replaces; nothing stays of a trial's."""
    title = WORKBOOK_TITLES.get(role) or str(INPUTS[role].to_schema().title).partition(" : ")[0]
    write_file(root, study, file_of(root, study, role), content, today, {"title": title, "source": source})


def write_file(root: Path, study: str, name: str, content: bytes, today: dt.date, origin: Mapping[str, str]) -> None:
    """A file of the study and its origin record, of which `origin` is what no earlier one says. Raises ConfigError."""
    said = {"title": "", "origin": "observed", "source": SOURCE, "licence": LICENCE} | dict(origin)
    digest = hashlib.sha256(content).hexdigest()
    renewed = records.renewed(records.read(root, study, name), "sha256", digest, today, **said)
    writing.write_bytes(content, root / RESOURCES / study / name)
    records.write(root, study, name, renewed)


WORKBOOK_TITLES = {
    "partners": "Structures contactées et relances, sous codes neutres",
    "sites_history": "Historique et conditions des sites, sous codes neutres",
    "coded_ads": "Annonces tirées et codées",
    "demand": "Demande, réponse pénale et établissements, sous codes neutres",
}


def keep(reader: Reader, role: str, content: bytes, kind: str, today: dt.date) -> None:
    """Keep the file as it was given among the versions of the vault, and first the study's own file that it replaces."""
    root, study, vault = reader.root, reader.study, reader.vault
    name = "" if role == NAMES else file_of(root, study, role)
    path = root / RESOURCES / study / name
    if name and path.is_file() and vault.received(role) is None:
        day = str(records.read(root, study, name).get("date", ""))
        versions.add(vault, path.read_bytes(), role, path.suffix, day)
    versions.add(vault, content, role, f".{kind}", today.isoformat())


def held(reader: Reader, put: Put, content: bytes) -> bool:
    """Whether the vault and the study already hold this very file. Raises ConfigError, VaultError."""
    root, study, vault = reader.root, reader.study, reader.vault
    path = root / RESOURCES / study / file_of(root, study, put.role)
    same = (
        path.is_file() and path.read_bytes() == put.content and not records.trial(records.read(root, study, path.name))
    )
    return same and vault.received(put.role) is not None and vault.read_received(put.role) == content


def compared(codebook: Codebook, put: Put) -> tuple[list[str], int]:
    """How many rows there are, are new, changed, gone; French lines, and how many are gone."""
    keys = PAIR if put.role == DUPLICATES else codebook.tables[put.role].key if put.role in codebook.tables else ()
    before, after = (
        {tuple(row.get(name, "") for name in keys or row): row for row in rows} for rows in (put.before, put.after)
    )
    count, new = len(put.after), len(after.keys() - before.keys())
    changed = sum(after[one] != before[one] for one in after.keys() & before.keys())
    gone = len(before.keys() - after.keys())
    line = f"{put.role} : {count} {plural(count, 'ligne')}"
    if put.before:
        line += f", {new} {plural(new, 'nouvelle')}, {changed} {plural(changed, 'modifiée')}, {gone} qui n’y {plural(gone, 'est', 'sont')} plus"
    lines = [f"{line}."]
    if put.unread:
        lines.append(
            f"{put.role} : colonnes gardées dans le coffre, qu’aucun indicateur ne lit : {', '.join(put.unread)}."
        )
    return lines, gone


def drawn_interviews(reader: Reader, grids: Sequence[Grid], today: dt.date) -> list[str]:
    """Write the list of interviews from the workbook that holds them, unless the team keeps a list of its own; French
    lines. Raises ConfigError."""
    root, study, role = reader.root, reader.study, INTERVIEWS
    name = file_of(root, study, role)
    own = records.read(root, study, name)
    if own and not records.trial(own) and own.get("source") != DRAWN:
        return [f"La liste {name} est celle de l’équipe : elle reste ; les deux doivent dire les mêmes entretiens."]
    put = prepared(reader, role, b"", grids)
    if put.problems:
        return ["La liste des entretiens n’a pas pu en être tirée.", *blocked(put.problems)]
    write(root, study, role, put.content, today, DRAWN)
    place = named(root, study, "inputs", role, name)
    return [
        f"La liste des entretiens en est tirée : {RESOURCES / study / name}. Ils ne se saisissent qu’une fois.",
        place,
    ]


# --- from a sheet to a table ------------------------------------------------------------------------------------


def drawn_table(
    codebook: Codebook,
    role: str,
    grids: Sequence[Grid],
    earlier: Sequence[Mapping[str, str]] = (),
    own: Callable[[str], str] = str,
) -> tuple[bytes, tuple[str, ...]]:
    """The CSV of a role from the sheet that holds its table, and the labels of filled columns that it has no room for.

    Of decisions on pairs, rows not decided yet are left out, and `earlier` ones of other pairs stay; `own` as for
    `prepared`.
    """
    names = _columns(role)
    grid = max(grids, key=lambda grid: len(set(names) & set(header(grid))))
    at = {name: header(grid).index(name) for name in names if name in header(grid)}
    table = RECORDS if role == INTERVIEWS else role
    variables = {v.name: v for v in codebook.table(table)} if table in codebook.tables else {}
    first = template.FIRST_ROW - 1 if grid.kind != CSV else 1
    filled = [row for row in range(first, len(grid.rows)) if any(grid.rows[row])]
    rows = [
        {name: _code(codebook, variables.get(name), cell(grid, row, place), role) for name, place in at.items()}
        for row in filled
    ]
    if role == DUPLICATES:
        told = {_pair(row, own) for row in rows}  # with those whose decision was taken away
        rows = [row for row in rows if row["decision"]]
        rows = [*(dict(row) for row in earlier if _pair(row, own) not in told), *rows]
    others = [
        place for place, name in enumerate(header(grid)) if role != INTERVIEWS and name.partition("/")[0] in variables
    ]
    lost = [place for place in others if header(grid)[place] not in at and any(cell(grid, r, place) for r in filled)]
    labels = dict.fromkeys(variables[header(grid)[place].partition("/")[0]].label for place in lost)
    return as_csv(listed(names, rows)).encode(), tuple(labels)


def _pair(row: Mapping[str, str], own: Callable[[str], str]) -> frozenset[str]:
    """The two situations of a decision, in any order."""
    return frozenset(own(row.get(end, "")) for end in PAIR)


def decisions(root: Path, study: str, own: Callable[[str], str]) -> dict[frozenset[str], dict[str, str]]:
    """What the study's file says of pairs, whether a run has read it or not: a pair, by the study's own keys → its last
    row. Raises ConfigError."""
    path = root / RESOURCES / study / file_of(root, study, DUPLICATES)
    rows = _csv_rows(path.read_bytes()) if path.is_file() else []
    return {_pair(row, own): row for row in rows}


DECISIONS = {"same": "Mêmes personnes", "different": "Personnes différentes", "unsure": "Ne sait pas"}


def _code(codebook: Codebook, variable: Variable | None, text: str, role: str) -> str:
    """What a CSV has for a cell: the code of a label, or of another writing of it, « oui » or « non », or the text itself."""
    if role == DUPLICATES:
        return next((code for code, label in DECISIONS.items() if normalise(label) == normalise(text)), text)
    if variable is None or variable.type != "single":
        return text
    codes = {normalise(writing): code for writing, code in reversed(list(codebook.spellings(variable.list).items()))}
    code = codes.get(normalise(text), text)
    if role == INTERVIEWS and (code == DONT_KNOW or (variable.name == FIELD and code == OTHER)):
        return ""  # the list names the fields that the study tells of
    if variable.name == FIELD:  # one list of words, under two lists of codes
        labels = {option.code: normalise(option.label) for option in codebook.options(variable)}
        return next((own for own, label in FIELDS.items() if normalise(label) == labels.get(code)), code)
    return YES_NO.get(code, code) if variable.list == "yes_no" else code


def _columns(role: str) -> list[str]:
    return [name for name in columns(INPUTS[role]) if name != ROW]


def _csv_rows(content: bytes) -> Rows:
    grids = read_export(content, "fichier", short_rows=True)[0] if content else []
    return _records(grids[0], 1) if grids else []


def _sheets(codebook: Codebook, role: str, grids: Sequence[Grid]) -> Rows:
    """The rows of a role's sheets, each with the table that it is of."""
    found: Rows = []
    for table in WORKBOOKS[role]:
        key = set(codebook.tables[table].key)
        for grid in (grid for grid in grids if key <= set(header(grid)) and grid.title == codebook.tables[table].sheet):
            found += [{"": table} | row for row in _records(grid, template.FIRST_ROW - 1)]
    return found


def _records(grid: Grid, first: int) -> Rows:
    names = header(grid)
    return [
        {name: cell(grid, row, at) for at, name in enumerate(names) if name}
        for row in range(first, len(grid.rows))
        if any(grid.rows[row])
    ]


def _blocking(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == BLOCKING]
