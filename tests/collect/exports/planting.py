"""Defects planted one by one in the cells of a generated export, each with what must be said of it, and where."""

from __future__ import annotations

import copy
import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook

from diagnostic.codebook.instruments import question_code
from diagnostic.codebook.model import Codebook, Variable
from diagnostic.core.problems import BLOCKING, WARNING, Problem, column_letter

Row = dict[str, Any]
Place = tuple[str, str, int | None, str]  # severity, sheet, row, column
WHOLE_FILE = ("", None, "")


class Cells:
    """The cells of an export: `put` and `get` by sheet number, row and column as a spreadsheet counts them (from 1)."""

    def __init__(self, content: bytes) -> None:
        self.book: Any = None
        self.names: list[str] = []
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.names = [name for name in archive.namelist() if name.endswith(".csv")]
                texts = [archive.read(name).decode() for name in self.names]
            if not self.names:
                self.book = load_workbook(io.BytesIO(content))
        else:
            texts = [content.decode("utf-8-sig")]
        if self.book:
            return
        self.marked = content.startswith(b"\xef\xbb\xbf")
        self.separator = ";" if self.marked else ","
        self.tables = [list(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator)) for text in texts]
        self.tables = [[row for row in rows if row] for rows in self.tables]  # LimeSurvey ends with a blank line

    def get(self, sheet: int, row: int, column: int) -> str:
        if self.book:
            value = self.book.worksheets[sheet - 1].cell(row, column).value
            return "" if value is None else str(value)
        cells = self.tables[sheet - 1][row - 1]
        return cells[column - 1] if column <= len(cells) else ""

    def put(self, sheet: int, row: int, column: int, value: Any) -> None:
        if self.book:
            cell = self.book.worksheets[sheet - 1].cell(row, column)
            cell.value = None if value == "" else value
            if isinstance(value, str) and value and not value.startswith("#"):
                cell.data_type = "s"
            return
        cells = self.tables[sheet - 1][row - 1]
        cells += [""] * (column - len(cells))
        cells[column - 1] = str(value)

    def size(self, sheet: int) -> tuple[int, int]:
        """(rows, columns) of a sheet."""
        if self.book:
            found = self.book.worksheets[sheet - 1]
            return found.max_row, found.max_column
        rows = self.tables[sheet - 1]
        return len(rows), len(rows[0])

    def header(self, sheet: int) -> list[str]:
        return [self.get(sheet, 1, column) for column in range(1, self.size(sheet)[1] + 1)]

    @property
    def sheets(self) -> range:
        return range(1, 1 + (len(self.book.worksheets) if self.book else len(self.tables)))

    def append_column(self, sheet: int, heading: str, model: int | None = None) -> int:
        """A new last column, empty or a copy of another one below its heading; gives its number."""
        rows, width = self.size(sheet)
        self.put(sheet, 1, width + 1, heading)
        for row in range(2, rows + 1):
            self.put(sheet, row, width + 1, self.get(sheet, row, model) if model else "")
        return width + 1

    def delete_column(self, sheet: int, column: int) -> None:
        if self.book:
            self.book.worksheets[sheet - 1].delete_cols(column)
        else:
            for cells in self.tables[sheet - 1]:
                del cells[column - 1 : column]

    def swap_columns(self, sheet: int, first: int, second: int) -> None:
        for row in range(1, self.size(sheet)[0] + 1):
            one, two = self.get(sheet, row, first), self.get(sheet, row, second)
            self.put(sheet, row, first, two)
            self.put(sheet, row, second, one)

    def content(self, encoding: str | None = None) -> bytes:
        """The file with its changes. `encoding`: another one than the tool's own."""
        out = io.BytesIO()
        if self.book:
            self.book.save(out)
            return out.getvalue()
        if self.names:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, rows in zip(self.names, self.tables, strict=True):
                    archive.writestr(name, self._text(rows).encode())
            return out.getvalue()
        text = self._text(self.tables[0])
        if encoding == "cp1252":
            text = text.replace("🙂", ":-)").replace("\u202f", "\u00a0")  # signs that it does not have
        return text.encode(encoding or ("utf-8-sig" if self.marked else "utf-8"))

    def _text(self, rows: list[list[str]]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
        return out.getvalue()


@dataclass(frozen=True)
class Defect:
    """What was planted: its kind, its place, and words that the message or the remedy must hold."""

    kind: str
    place: Place
    words: tuple[str, ...] = ()


@dataclass
class Plan:
    """An export in one format, being damaged. Each defect has a record of its own, so that none hides another."""

    codebook: Codebook
    answers: Mapping[str, list[Row]]
    format: str
    cells: Cells
    planted: list[Defect] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    worded: bool = False  # LimeSurvey: headings and answers as texts

    # --- where things are ---

    def variable(self, name: str) -> Variable:
        return next(v for v in self.codebook.variables if v.name == name and v.type != "note")

    def label(self, name: str) -> str:
        return self.variable(name).label.replace("'", "’")

    def heading(self, name: str, option: str = "", block: int = 1) -> str:
        """How the tool writes a question's heading."""
        variable = self.variable(name)
        if self.format.startswith("google"):
            return variable.question
        if self.format == "limesurvey":
            repeats = variable.table == "situations"
            code = question_code(self.codebook, name, block if repeats else None)
            return f"{code}[{option}]" if option else code
        text = f"{name}/{option}" if option else name
        group = f"{variable.block}-" if self.format == "odk" and variable.table == "responses" else ""
        return group + text

    def column(self, name: str, option: str = "", block: int = 1) -> tuple[int, int]:
        """(sheet, column) of a question's answers; `block`: of which situation, where they lie side by side."""
        if self.worded:
            return 1, self._worded(name, option, block)
        text, nth = self.heading(name, option, block), block if self.format.startswith("google") else 1
        table = self.variable(name).table
        for sheet in self.cells.sheets:
            found = [at for at, title in enumerate(self.cells.header(sheet), start=1) if title == text]
            if len(found) >= nth and (name != "response_id" or sheet == self.sheet(table)):
                return sheet, found[nth - 1]
        raise LookupError(text)

    def _worded(self, name: str, option: str, block: int) -> int:
        variable = self.variable(name)
        end = next((f"[{o.label}]" for o in self.codebook.options(variable) if o.code == option), "")
        titles = enumerate(self.cells.header(1), start=1)
        return [at for at, text in titles if text.startswith(variable.question) and text.endswith(end)][block - 1]

    def sheet(self, table: str) -> int:
        """The sheet of a table's records."""
        if self.format == "template":
            names = [sheet.title for sheet in self.cells.book.worksheets]
            return 1 + names.index(self.codebook.tables[table].sheet)
        return 2 if table == "situations" and self.format in ("kobo", "odk") else 1

    def row(self, record: Row) -> int:
        """The spreadsheet row of a response or a situation."""
        first = 3 if self.format == "template" else 2
        order = [row["response_id"] for row in self.answers["responses"]]
        if self.format == "odk":
            order.reverse()
        if "situation_number" not in record or self.format in ("google_csv", "google_sheets", "limesurvey"):
            return first + order.index(record["response_id"])
        rows = sorted(self.answers["situations"], key=lambda row: order.index(row["response_id"]))
        return first + next(at for at, row in enumerate(rows) if row is record)

    def pick(self, table: str, wanted: Callable[[Row], bool] = lambda row: True) -> Row:
        """The first record of a response that has no defect yet."""
        record = next(r for r in self.answers[table] if r["response_id"] not in self.used and wanted(r))
        self.used.add(record["response_id"])
        return record

    def spelled(self, name: str, *codes: str) -> str:
        """An answer as the tool writes it."""
        if self.format in ("kobo", "odk", "limesurvey") and not self.worded:
            return " ".join(codes)
        labels = {o.code: o.label for o in self.codebook.options(self.variable(name))}
        return {"google_csv": ";", "google_sheets": ", "}.get(self.format, "").join(labels[code] for code in codes)

    def at(self, record: Row, name: str, option: str = "") -> tuple[int, int, int]:
        sheet, column = self.column(name, option, record.get("situation_number", 1))
        return sheet, self.row(record), column

    # --- planting ---

    def expect(self, kind: str, place: tuple[int, int, int] | None, *words: str, severity: str = BLOCKING) -> None:
        """Say that a defect is at (sheet, row, column), or, with None, that the whole file is told of."""
        if place is None:
            self.planted.append(Defect(kind, (severity, *WHOLE_FILE), words))
            return
        sheet, row, column = place
        named = "" if self.format in ("google_csv", "limesurvey") else str(sheet)
        self.planted.append(Defect(kind, (severity, named, row, column_letter(column - 1)), words))

    def write(self, record: Row, name: str, value: Any, option: str = "") -> tuple[int, int, int]:
        """Change an answer, which is not a defect by itself."""
        place = self.at(record, name, option)
        self.cells.put(*place, value)
        return place

    def plant(
        self,
        kind: str,
        record: Row,
        name: str,
        value: Any,
        *words: str,
        option: str = "",
        severity: str = BLOCKING,
    ) -> None:
        """Change an answer into a defect; its message must name the question and hold the words."""
        self.expect(kind, self.write(record, name, value, option), self.label(name), *words, severity=severity)
        self.texts += [str(value)] if len(str(value)) > 3 else []

    def retitle(self, kind: str, place: tuple[int, int], text: str, *words: str, severity: str = BLOCKING) -> None:
        """Change a heading into a defect."""
        sheet, column = place
        self.cells.put(sheet, 1, column, text)
        self.texts.append(text)
        self.expect(kind, (sheet, 1, column), *words, severity=severity)


def plan(codebook: Codebook, answers: Mapping[str, list[Row]], format: str, content: bytes) -> Plan:
    return Plan(codebook, copy.deepcopy(dict(answers)), format, Cells(content))


def places(problems: list[Problem], files: str = "questionnaire") -> list[Place]:
    """Where problems are told; those of the encoding of a CSV, of use to know, aside."""
    return [
        (p.severity, p.sheet, p.row, p.column)
        for p in problems
        if p.file == files and not (p.severity == WARNING and "lu" in p.message and "UTF" in p.message)
    ]
