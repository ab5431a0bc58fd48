"""Tables and workbooks that hold nothing personal, received like exports: kept in versions in the vault, put to use where the
study names them.

A workbook of the project fills several roles at once (sites, counts, pages, history). What the workflow reads as a CSV
is written from its sheet: labels of the lists become codes, and columns that only help a person read are left in the
vault.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.codebook import loading, template
from diagnostic.codebook.headings import Headings
from diagnostic.codebook.labels import by_spelling, normalise
from diagnostic.codebook.model import DONT_KNOW, OTHER, Codebook, Variable
from diagnostic.codebook.region import regional
from diagnostic.collect import keys
from diagnostic.collect.answers import FIELDS
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.study import Received, read_exports, read_workbooks
from diagnostic.collect.exports.tools import cell, header
from diagnostic.collect.grids import CSV, XLSX, Grid, read_csv, read_export
from diagnostic.collect.parse import parse
from diagnostic.collect.table_names import FORMATS, RECIPE, ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core import editing, home, io, writing
from diagnostic.core.declarations import ConfigError, validate
from diagnostic.core.declarations import parse as parsed
from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural
from diagnostic.core.problems import BLOCKING, MASKED, Problem
from diagnostic.core.tables import columns
from diagnostic.core.writing import as_csv, as_yaml, listed
from diagnostic.describe.everything import everything, roles_of
from diagnostic.describe.proposing import names_of
from diagnostic.describe.reading import apply, as_xlsx
from diagnostic.describe.recipe import Recipe, blocks, from_yaml, kind_of
from diagnostic.privacy import personal, versions
from diagnostic.privacy.vault import LONGEST, Vault
from diagnostic.study import territory
from diagnostic.study.changes import wholly
from diagnostic.study.config import RESOURCES, SIDECAR, STUDIES, departements, load_study, load_yaml, sidecar
from diagnostic.study.declared import Sidecar

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
    the columns of the sheet that no table of the workflow reads, which stay in the vault's version; of decisions, how many
    pairs are left open."""

    role: str
    content: bytes
    before: Rows
    after: Rows
    problems: list[Problem]
    unread: tuple[str, ...] = ()
    undecided: int = 0


def prepared(reader: Reader, role: str, content: bytes, grids: Sequence[Grid], own: Callable[[str], str] = str) -> Put:
    """What a file would give for a role that is no export's; nothing is written. `own`: what gives the study's key of a
    situation that a decision names, so that a pair is the same however it is written. Raises ConfigError."""
    root, study, codebook = reader.root, reader.study, reader.codebook
    name = file_of(root, study, role)
    path = root / RESOURCES / study / name
    earlier = path.read_bytes() if path.is_file() and not trial(read_record(root, study, name)) else b""
    if role in WORKBOOKS:
        problems = read_workbooks(codebook, {role: content}, {role: name}).problems
        before = _sheets(codebook, role, read_export(earlier, role)[0]) if earlier else []
        return Put(role, content, before, _sheets(codebook, role, grids), _blocking(problems))
    unread, undecided = tuple[str, ...](), 0
    if grids[0].kind != CSV or role == DUPLICATES or set(header(grids[0])) != set(_columns(role)):
        kept = _csv_rows(earlier) if role == DUPLICATES else []
        content, unread, undecided = drawn_table(everything(codebook), role, grids, kept, own)
    cells, problems = read_csv(content, name, role)
    if len(cells):
        problems = [*problems, *parse(cells, INPUTS[role], name)[1]]
    before, after = _csv_rows(earlier), _csv_rows(content)
    if role == DUPLICATES:
        before, after = (
            [row | dict(zip(PAIR, sorted(_pair(row, own)), strict=False)) for row in rows] for rows in (before, after)
        )
    return Put(role, content, before, after, _blocking(problems), unread, undecided)


def file_of(root: Path, study: str, role: str) -> str:
    """The name of a role's file: what the study's configuration says, else the role's own. Raises ConfigError."""
    inputs = load_yaml(root, STUDIES / f"{study}.yaml").get("inputs")
    named = inputs.get(role) if isinstance(inputs, dict) else None
    plain = f"{role}.xlsx" if role in WORKBOOKS else f"{role}.csv"
    return named if isinstance(named, str) and Path(named).name == named else plain


def write(root: Path, study: str, role: str, content: bytes, today: dt.date, **said: Any) -> None:
    """Put a content to use as a role's file, its digest recorded with those that it replaces; nothing stays of a trial's. `said`: its
    `source`, `blanks` (columns of which a recipe says what a blank means)."""
    write_file(root, study, file_of(root, study, role), content, today, {"title": titled(role), **said})


def write_file(root: Path, study: str, name: str, content: bytes, today: dt.date, origin: Mapping[str, Any]) -> None:
    """A file of the study and its origin record, of which `origin` is what no earlier one says, but for `blanks`, which hold of
    this file alone. Raises ConfigError."""
    said: Record = {"title": "", "origin": "observed", "source": SOURCE, "licence": LICENCE} | dict(origin)
    blanks = said.pop("blanks", ())
    digest = hashlib.sha256(content).hexdigest()
    renewed = renewed_record(read_record(root, study, name), "sha256", digest, today, **said)
    renewed.pop("blanks", None)
    writing.write_bytes(content, root / RESOURCES / study / name, writing.CLOSED)
    write_record(root, study, name, renewed | ({"blanks": list(blanks)} if blanks else {}))


TITLES = {
    "questionnaire": "Réponses au questionnaire, export de l’outil de collecte",
    "interview_sheets": "Entretiens et situations rapportées, sans nom",
    "situation_coding": "Codage des situations",
    "text_coding": "Thèmes des textes, codés",
    "partners": "Structures contactées et relances, sous codes neutres",
    "sites_history": "Historique et conditions des sites, sous codes neutres",
    "coded_ads": "Annonces tirées et codées",
    "demand": "Demande, réponse pénale et établissements, sous codes neutres",
}


def titled(role: str) -> str:
    """What the file of a role is, in French; the role itself where it is none of these."""
    table = INPUTS.get(role)
    return TITLES.get(role) or (str(table.to_schema().title).partition(" : ")[0] if table else role)


def keep(reader: Reader, role: str, content: bytes, kind: str, today: dt.date) -> bool:
    """Keep the file as it was given among the versions of the vault, and first the study's own file that it replaces. False where
    it is the one in use: the same bytes make no other version."""
    root, study, vault = reader.root, reader.study, reader.vault
    if vault.received(role) is not None and vault.read_received(role) == content:
        return False
    name = "" if role == NAMES else file_of(root, study, role)
    path = root / RESOURCES / study / name
    if name and path.is_file() and vault.received(role) is None:
        day = str(read_record(root, study, name).get("date", ""))
        versions.add(vault, path.read_bytes(), role, path.suffix, day)
    versions.add(vault, content, role, f".{kind}", today.isoformat())
    return True


def held(reader: Reader, put: Put, content: bytes) -> bool:
    """Whether the vault and the study already hold this very file. Raises ConfigError, VaultError."""
    root, study, vault = reader.root, reader.study, reader.vault
    path = root / RESOURCES / study / file_of(root, study, put.role)
    same = path.is_file() and path.read_bytes() == put.content and not trial(read_record(root, study, path.name))
    return same and vault.received(put.role) is not None and vault.read_received(put.role) == content


def compared(codebook: Codebook, put: Put) -> tuple[list[str], int]:
    """How many rows there are, are new, changed, gone; French lines, and how many are gone, or codings emptied."""
    before, after = (
        {tuple(row.get(name, "") for name in _key(codebook, put.role, row)): row for row in rows}
        for rows in (put.before, put.after)
    )
    count, new = len(put.after), len(after.keys() - before.keys())
    changed = sum(after[one] != before[one] for one in after.keys() & before.keys())
    gone = len(before.keys() - after.keys())
    line = f"{put.role} : {count} {plural(count, 'ligne')}"
    if put.before:
        line += f", {new} {plural(new, 'nouvelle')}, {changed} {plural(changed, 'modifiée')}, {gone} qui n’y {plural(gone, 'est', 'sont')} plus"
    unread = f"{put.role} : colonnes gardées dans le coffre, qu’aucun indicateur ne lit : {', '.join(put.unread)}."
    left = f"{put.undecided} {plural(put.undecided, 'paire reste à trancher', 'paires restent à trancher')} : sans décision, ou « ? »."
    told = [f"{put.role} : {left}"] if put.undecided else []
    were, are = ({at: {name for name in row if row[name]} for at, row in rows.items()} for rows in (before, after))
    if put.role in CODED and (lost := emptied(were, are)):
        told, gone = [*told, told_emptied(lost)], gone + lost
    return [f"{line}.", *told, *([unread] if put.unread else [])], gone


def _key(codebook: Codebook, role: str, row: Mapping[str, str]) -> Sequence[str]:
    """What names a row of a role: of a workbook, in its table; the whole row where nothing does."""
    if role == DUPLICATES:
        return PAIR
    table = row.get("", role)
    return ("", *codebook.tables[table].key) if table in codebook.tables else [*row]


def drawn_interviews(reader: Reader, grids: Sequence[Grid], today: dt.date) -> list[str]:
    """Write the list of interviews from the workbook that holds them, unless the team keeps a list of its own; French
    lines. Raises ConfigError."""
    root, study, role = reader.root, reader.study, INTERVIEWS
    name = file_of(root, study, role)
    own = read_record(root, study, name)
    if own and not trial(own) and own.get("source") != DRAWN:
        return [f"La liste {name} est celle de l’équipe : elle reste ; les deux doivent dire les mêmes entretiens."]
    put = prepared(reader, role, b"", grids)
    if put.problems:
        return ["La liste des entretiens n’a pas pu en être tirée.", *blocked(put.problems)]
    write(root, study, role, put.content, today, source=DRAWN)
    told = f"La liste des entretiens en est tirée : {RESOURCES / study / name}. Ils ne se saisissent qu’une fois."
    return [told, named(root, study, "inputs", role, name)]


# --- from a sheet to a table ------------------------------------------------------------------------------------
def drawn_table(
    codebook: Codebook,
    role: str,
    grids: Sequence[Grid],
    earlier: Sequence[Mapping[str, str]] = (),
    own: Callable[[str], str] = str,
) -> tuple[bytes, tuple[str, ...], int]:
    """The CSV of a role from the sheet that holds its table, the labels of filled columns that it has no room for, and how many
    rows are not decided yet.

    Of decisions on pairs, these are left out, and `earlier` ones of other pairs stay; `own` as for `prepared`.
    """
    names = _columns(role)
    grid = max(grids, key=lambda grid: len(set(names) & set(header(grid))))
    at = {name: header(grid).index(name) for name in names if name in header(grid)}
    table = RECORDS if role == INTERVIEWS else role
    variables = {v.name: v for v in codebook.table(table)} if table in codebook.tables else {}
    first = template.FIRST_ROW - 1 if grid.kind != CSV else 1
    filled = [row for row in range(first, len(grid.rows)) if any(grid.rows[row])]

    def code(name: str, row: int) -> str:
        return _code(codebook, variables.get(name), cell(grid, row, at[name]), role)

    rows = [{name: code(name, row) for name in at} for row in filled]
    undecided = 0
    if role == DUPLICATES:
        told = {_pair(row, own) for row in rows}  # with those whose decision was taken away
        undecided = sum(not normalise(row["decision"]) for row in rows)
        rows = [row for row in rows if normalise(row["decision"])]
        rows = [*(dict(row) for row in earlier if _pair(row, own) not in told), *rows]
    others = enumerate(header(grid)) if role != INTERVIEWS else ()
    lost = (
        name.partition("/")[0] for at_, name in others if name not in at and any(cell(grid, r, at_) for r in filled)
    )
    labels = dict.fromkeys(variables[name].label for name in lost if name in variables)
    return as_csv(listed(names, rows)).encode(), tuple(labels), undecided


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
    code = by_spelling(codebook.spellings(variable.list)).get(normalise(text), text)
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
        {name: cell(grid, row, at) for at, name in enumerate(names) if name and name != tools.ORIGIN}
        for row in range(first, len(grid.rows))
        if any(grid.rows[row])
    ]


def _blocking(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == BLOCKING]


# -- A role named in the configuration of its study by the command that received its file -------------------------
def named(root: Path, study: str, key: str, role: str, value: str) -> str:
    """Write `role: value` under a key of the study's configuration, everything else as it was, comments too. A French line
    that says it, or what is left to write where the file is not laid out in lines; "" where it was there.

    Raises ConfigError for a configuration that cannot be read.
    """
    place = STUDIES / f"{study}.yaml"
    before = load_yaml(root, place)
    held = before.get(key) or {}
    if isinstance(held, dict) and held.get(role) == value:
        return ""
    edited = editing.put((root / place).read_text(encoding="utf-8"), (key, role), value)
    try:
        safe = isinstance(held, dict) and parsed(edited.encode(), place) == before | {key: held | {role: value}}
    except ConfigError:
        safe = False
    if not safe:
        return f"À écrire dans {place}, sous « {key} » : « {role}: {value} »."
    writing.write_bytes(edited.encode(), root / place)
    return f"{place} : « {role}: {value} » est écrit sous « {key} »."


# -- The origin record of a file or an export (`.meta.yaml`): read, given another digest, written -----------------
Record = dict[str, Any]
TRUE = ("true", "yes", "on", "1")


def read_record(root: Path, study: str, name: str) -> Record:
    """The record of a file, or of the export of a role; empty when there is none. Raises ConfigError."""
    place = RESOURCES / study / f"{name}{SIDECAR}"
    return load_yaml(root, place) if (root / place).is_file() else {}


def trial(record: Mapping[str, Any]) -> bool:
    """Whether what it is of is the trial's."""
    return str(record.get("trial")).casefold() in TRUE


def renewed_record(record: Record, key: str, digest: str, today: dt.date, **said: str) -> Record:
    """The record with the digest (`key` names its kind) of what takes the place of its file, and those that it replaces;
    `said`: what no earlier record says. Nothing stays of a trial's."""
    kept = {} if trial(record) else record
    if kept.get(key, digest) != digest:
        kept = replaced(kept, key, digest, kept[key], today)
    return said | kept | {"date": today.isoformat(), key: digest, "history": kept.get("history", [])}


def replaced(record: Record, key: str, digest: str, before: str, today: dt.date) -> Record:
    """The record with another digest, all else as it was, and the one before in its history."""
    return record | {key: digest, "history": [*record.get("history", []), {"date": today.isoformat(), key: before}]}


def record_text(record: Mapping[str, Any]) -> bytes:
    """The record as it is written, what is true or false as such."""
    plain = {name: value == "true" if value in ("true", "false") else value for name, value in record.items()}
    return as_yaml(plain | ({"trial": True} if trial(record) else {}))


def write_record(root: Path, study: str, name: str, record: Mapping[str, Any]) -> None:
    """Put the record beside its file."""
    writing.write_bytes(record_text(record), root / RESOURCES / study / f"{name}{SIDECAR}", writing.CLOSED)


# -- Sealing: an input that the team corrected is accepted again, its earlier digest kept, its changes listed -------
OUTLINES = "outlines"  # the study's own geography, which is no role of the inputs


@wholly("sceller")
def seal(root: Path, study: str, today: dt.date) -> list[str]:
    """Record the digests of a study's inputs; one French sentence per change. Raises ConfigError.

    Cells are compared with those of the last run (`collect/cells.parquet`) where there is one.
    """
    lines = _begun(root, study)
    loaded, sidecars = load_study(root, study)
    before = root / "results" / study / "collect/cells.parquet"
    cells = io.read_table(before) if before.is_file() else None
    files = dict(loaded.inputs)
    if loaded.outlines:
        files[OUTLINES] = loaded.outlines.file
        sidecars[OUTLINES] = sidecar(root, study, loaded.outlines.file)
    for role, file in files.items():
        path = root / RESOURCES / study / file
        digest, recorded = writing.sha256(path), sidecars[role].accepted.removeprefix("sha256:")
        if digest == recorded:
            continue
        lines.append(f"{file} : empreinte {recorded[:12]}… remplacée par {digest[:12]}…")
        if cells is not None and role in INPUTS:
            new, _ = read_csv(path.read_bytes(), file, role)
            lines += _changes(cells[cells["role"] == role], new, file)
        write_record(root, study, file, replaced(read_record(root, study, file), "sha256", digest, recorded, today))
    return lines


def _begun(root: Path, study: str) -> list[str]:
    """Write the digest into the new origin records that have none, where nothing else lacks; one sentence for each."""
    config, lines = load_yaml(root, STUDIES / f"{study}.yaml"), []
    named = [config.get("inputs"), {OUTLINES: (config.get(OUTLINES) or {}).get("file")} if config.get(OUTLINES) else {}]
    for file in (str(file) for part in named if isinstance(part, dict) for file in part.values()):
        path, place = root / RESOURCES / study / file, RESOURCES / study / f"{file}{SIDECAR}"
        content = load_yaml(root, place) if path.is_file() and (root / place).is_file() else {"sha256": ""}
        if "sha256" in content:
            continue
        digest = writing.sha256(path)
        try:
            validate(Sidecar, content | {"sha256": digest}, place)
        except ConfigError:
            continue  # told with all the rest
        write_record(root, study, file, content | {"sha256": digest})
        lines.append(f"{file} : empreinte {digest[:12]}… écrite dans sa fiche")
    return lines


def _changes(old: pd.DataFrame, new: pd.DataFrame, file: str) -> list[str]:
    """The cells that differ, as « file!C12 : « 3 » devient « 4 » »."""
    key = ["row", "column"]
    both = old[[*key, "value"]].merge(new[[*key, "value"]], on=key, how="outer", suffixes=("_old", "_new"))
    both = both.fillna({"value_old": "", "value_new": ""})
    differ = both[both["value_old"] != both["value_new"]].sort_values(key)
    told = "  {}!{}{} : {} devient {}".format
    return [told(file, c.column, c.row, *map(_quoted, (c.value_old, c.value_new))) for c in differ.itertuples()]


def _quoted(value: str) -> str:
    """A value for the terminal: what looks personal is not repeated there."""
    return MASKED if personal.kind_of(value) else f"« {value} »" if value else "(vide)"


# -- What every reception shares: what a person answers for, what is refused, how problems are told ---------------
SHOWN = 8  # problems told of a file that is refused
NAMES = "coffre"  # the workbook of names, in the vault
KEPT = "Rien n’a été changé ; si c’est voulu, donner de nouveau la commande avec --remplacer."


class ReceiveError(Typeset):
    """The export cannot be registered; the message is in French and names no file received."""


@dataclass(frozen=True)
class Choice:
    """What a person answers for: `replace` takes what would be refused; `agree` is asked, with what was found, where
    records are gone."""

    replace: bool = False
    agree: Callable[[Sequence[str]], bool] = lambda lines: False


def blocked(problems: Sequence[Problem]) -> list[str]:
    """What would stop a run, at its places; never a value."""
    count = len(problems)
    lines = [f"{count} {plural(count, 'problème bloquerait', 'problèmes bloqueraient')} le calcul :"]
    for problem in problems[:SHOWN]:
        at = f"{problem.column}{problem.row or ''}" if problem.column else f"ligne {problem.row}" if problem.row else ""
        place = ", ".join(part for part in (f"feuille {problem.sheet}" if problem.sheet else "", at) if part)
        told = f"{personal.hidden(problem.message)} {personal.hidden(problem.remedy)}"
        lines.append(f"  {place + ' : ' if place else ''}{told}")
    return lines + ([f"  … et {count - SHOWN} autres."] if count > SHOWN else [])


# -- An export of the vault as the study would read it, whichever version -----------------------------------------
# Its records, and what each of them holds.
PLACES = ("sheet", "row", "column")  # where a thing stands says nothing of it


@dataclass(frozen=True)
class Export:
    """One export, read: `records` is each record's identity, under whole pseudonyms, and a digest of all else that it holds."""

    records: Mapping[str, str]
    blocking: list[Problem]
    read: Received


@dataclass(frozen=True)
class Reader:
    """How a study reads its exports: its codebook, the format that it confirms of each role, its recipes."""

    root: Path
    study: str
    vault: Vault

    @cached_property
    def codebook(self) -> Codebook:
        """Raises CodebookError, ConfigError."""
        return codebook(self.root, self.study)

    def chosen(self, role: str) -> str:
        """The format that the study's configuration confirms for the role; "" when it names none that exists."""
        received = load_yaml(self.root, STUDIES / f"{self.study}.yaml").get("received", {})
        chosen = received.get(role) if isinstance(received, dict) else None
        return chosen if isinstance(chosen, str) and chosen in FORMATS else ""

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """What a kind of the team's own files is called → its recipe. Raises VaultError."""
        names = [role for role in versions.roles(self.vault) if role.endswith(RECIPE) and self.vault.received(role)]
        found = (from_yaml(self.vault.read_received(name)) for name in names)
        return {recipe.file: recipe for recipe in found}

    def readable(self, role: str, content: bytes) -> bytes:
        """A file of a role as the study reads it: what a recipe makes of it, or itself."""
        grids = read_export(content, role, short_rows=True)[0]
        if not self.recipes or not grids or tools.recognise(grids) == "recipe" or self.format(role, grids):
            return content
        grids = blocks(grids)
        every = self.recipes.values()
        own = [one for one in every if role in roles_of(t for sheet in one.sheets for t in sheet.tables)]
        if recipe := kind_of(own, grids):
            made = apply(everything(self.codebook), recipe, grids, names_of(self.recipes.values()))
            if role in made.parts:
                return as_xlsx(made.parts[role])
        return content

    def format(self, role: str, grids: Sequence[Grid]) -> str:
        """The format of an export, as its content tells it; "" for a form that is not the project's."""
        own = [self.codebook.tables[table].key[0] for table in ROLES.get(role, ())]  # in the project's own workbooks
        tool = tools.recognise(grids, own) or ""
        if self.chosen(role) == "recipe" and tool == TEMPLATE and kind_of(self.recipes.values(), grids):
            return ""  # a column of the team's is named like one of the project's
        return tool if role in ROLES and tools.ours(grids, Headings(self.codebook, ROLES[role]), tool) else ""

    def together(self) -> Received:
        """All exports that the vault has in use and the study's configuration names, read together as a run reads them: what
        a trial left in the vault is not the team's. Never raises for bad data."""
        named = [role for role in ROLES if self.chosen(role) and self.vault.received(role)]
        held = {role: self.vault.read_received(role) for role in named}
        read = {role: read_export(held[role], role, short_rows=True) for role in held}
        formats = {role: self.format(role, grids) or "recipe" for role, (grids, _) in read.items()}
        known = {role: own for role, own in read.items() if own[0] and own[0][0].kind == XLSX}
        return read_exports(self.codebook, held, formats, self.vault.pseudonyms, known)

    def situations(self) -> Callable[[str], str]:
        """What gives the study's own key of a situation for the one that a person writes (see `keys.resolver`)."""
        read = self.together()
        return keys.resolver(read.tables, read.numbers)

    def read(self, role: str, content: bytes, name: str = "") -> Export:
        """An export of a role, in the format `name` or in the one that it shows. Never raises for bad data."""
        content = self.readable(role, content)
        name = name or self.format(role, read_export(content, role, short_rows=True)[0]) or "recipe"

        def whole(kind: str, values: Iterable[str]) -> list[str]:
            """Pseudonyms that do not depend on what else is in the export, as short ones do where two are alike."""
            return [self.vault.pseudonym(kind, value, LONGEST) for value in values]

        read = read_exports(self.codebook, {role: content}, {role: name}, whole)
        blocking = [problem for problem in read.problems if problem.severity == BLOCKING]
        return Export(_read_records(self.codebook, role, read), blocking, read)


def identities(codebook: Codebook, role: str, table: str, frame: pd.DataFrame) -> pd.Series:
    """The identity of the record that each row of a table of the role belongs to, "" where it has none."""
    key = codebook.tables[table].key
    first = codebook.tables[ROLES[role][0]].key
    ends = ("", ".code", ".number")
    names = [own for name in key[: len(first)] for end in ends if (own := f"{name}{end}") in frame]
    if not names or frame.empty:
        return pd.Series("", index=frame.index, dtype="str")
    return frame[names].astype("str").agg("/".join, axis=1).astype("str")


def _read_records(codebook: Codebook, role: str, read: Received) -> dict[str, str]:
    """Identity → digest of all the rows and texts of the record; a damaged export may lack columns."""
    tables = {table: read.tables[table] for table in ROLES[role]}
    own = {table: identities(codebook, role, table, frame) for table, frame in tables.items()}
    placed = {
        place: identity
        for table, frame in tables.items()
        for place, identity in zip(zip(frame["sheet"], frame["row"], strict=True), own[table], strict=True)
    }
    for name, frame in read.private.items():  # a text belongs to the row that it stands in, a contact to its response
        tables[name] = frame
        keys = zip(frame["sheet"], frame["row"], strict=True) if "sheet" in frame else frame["response_id"]
        own[name] = pd.Series([placed.get(key, "") if "sheet" in frame else key for key in keys], dtype="str")
    said: dict[str, list[str]] = {identity: [] for identity in own[ROLES[role][0]] if identity}
    for table, frame in tables.items():
        columns = (map(str, values.tolist()) for name, values in frame.items() if name not in PLACES)
        for identity, row in zip(own[table].tolist(), zip(*columns, strict=True), strict=True):
            if identity in said:
                said[identity].append("\x1e".join([table, "\x1f".join(row).replace(identity, "")]))
    return {one: hashlib.sha256("\x1d".join(sorted(rows)).encode()).hexdigest() for one, rows in said.items()}


CODED = frozenset({"situation_coding", "text_coding", "coded_ads"})  # what persons coded, in sheets that they give back
UNSAID = frozenset({"", "no_answer", "not_asked", "not_ticked", "nan", "<NA>", "None"})


def answered(codebook: Codebook, role: str, read: Received) -> dict[str, set[str]]:
    """Identity of a record of an export → the questions that it answers."""
    found: dict[str, set[str]] = {}
    for table in ROLES[role]:
        frame = read.tables[table]
        for identity, row in zip(identities(codebook, role, table, frame), frame.to_dict("records"), strict=True):
            said = {str(name) for name, value in row.items() if name not in PLACES and str(value) not in UNSAID}
            found.setdefault(identity, set()).update(re.split(r"[/.]", name)[0] for name in said)
    return found


def emptied(before: Mapping[Any, Collection[str]], after: Mapping[Any, Collection[str]]) -> int:
    """How many answers of records that are in both were given before, and are not any more."""
    return sum(len(set(before[one]) - set(after[one])) for one in before.keys() & after.keys())


def told_emptied(count: int) -> str:
    """That codings are emptied, in French."""
    return (
        f"Attention : {count} {plural(count, 'réponse codée avant est vide', 'réponses codées avant sont vides')} dans ce fichier. "
        "Vérifier que la feuille est celle qui a été remplie, et que ses titres n’ont pas changé."
    )


def in_versions(root: Path, study: str, vault: Vault) -> list[tuple[str, pd.DataFrame]]:
    """What every version of every export split off, by name of private table: a response that is no longer in use may
    stand in an earlier one. Raises ConfigError, CodebookError, VaultError."""
    roles = [role for role in versions.roles(vault) if role in ROLES]
    if not roles:
        return []
    reader = Reader(root, study, vault)
    held = [(role, one) for role in roles for one in versions.versions(vault, role) if one.file]
    read = (reader.read(role, versions.content(vault, one)).read for role, one in held)
    return [table for one in read for table in one.private.items()]


# -- The codebook of a study --------------------------------------------------------------------------------------
# The project's, which asks one question more where the study is of several départements.
def codebook(root: Path, study: str) -> Codebook:
    """The codebook that the study's answers are read with. Raises CodebookError; ConfigError for a configuration that is
    no mapping. One that is absent has no départements."""
    path = STUDIES / f"{study}.yaml"
    told = load_yaml(root, path).get("departements") if (root / path).is_file() else None
    known = departements(root)
    codes = [code for code in told if code in known] if isinstance(told, list) else []
    return loading.load(regional(loading.read_folder(home.found(root, loading.FOLDER)), territory.names(codes, known)))


# -- What a file is, from what it holds and never from its name ---------------------------------------------------
# The roles that it fills, and the tool that made it.
QUESTIONNAIRE = "questionnaire"
TEMPLATE = "template"
NAMED = ("partner_contacts", "site_names", "venue_names")  # tables of the workbook of names, which stays in the vault
PLAIN = ("sites", "ad_counts", "ad_pages", "wave_counts", "wave_ads", "press")  # of a workbook, and read as a CSV
DUPLICATES, OF_DECISIONS = "duplicates", {"first", "second", "decision"}  # decisions, with whatever helps to take them


@dataclass(frozen=True)
class Content:
    """`roles`: those that the file fills, the same workbook may fill several; `tool`: the format of an export that is
    known, "" for another."""

    roles: tuple[str, ...]
    tool: str


def recognise(codebook: Codebook, grids: Sequence[Grid]) -> Content:
    """What the sheets of a file are."""
    if roles := tuple(dict.fromkeys(_inputs(grids) or _workbooks(codebook, grids))):
        return Content(roles, TEMPLATE if roles[0] in ROLES else "")
    if tool := tools.recognise(grids, [codebook.tables[ROLES[QUESTIONNAIRE][0]].key[0]]):
        own = tools.ours(grids, Headings(codebook, ROLES[QUESTIONNAIRE]), tool)
        return Content((QUESTIONNAIRE,), tool if own else "")
    return Content((), "")


def _workbooks(codebook: Codebook, grids: Sequence[Grid]) -> list[str]:
    """The roles of the project's own sheets, each recognised by its key and by the most of its columns."""
    known = keys.ROLE_OF | dict.fromkeys(NAMED, NAMES) | {name: name for name in PLAIN}
    found = [table for grid in grids if (table := tools.table_of(codebook, grid))]
    return [known[table] for table in found if table in known]


def _inputs(grids: Sequence[Grid]) -> list[str]:
    """The role of a CSV whose first row is the header of a table that a team drops as it is, or of decisions on pairs."""
    found = set(header(grids[0])) if len(grids) == 1 and grids[0].kind == CSV else set()
    if any(set(header(grid)) >= OF_DECISIONS for grid in grids):
        return [DUPLICATES]
    own = {role: set(columns(model)) - {ROW} for role, model in INPUTS.items()}
    return [role for role, names in own.items() if names == found]


def shown(vault: Vault, role: str) -> str:
    """Where what the vault holds of a role is, from the project's folder."""
    path = vault.received(role)
    return path.relative_to(vault.folder.parents[1]).as_posix() if path else role
