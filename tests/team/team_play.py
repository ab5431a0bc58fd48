"""A team that follows the README with the files that it has: its commands, the files it saves, what it types.

A step is one command given or one file saved; an edit is one cell or one line typed (a heading renamed, a value replaced
everywhere by the spreadsheet's own command, a column moved, a line of a mapping corrected). Everything is counted here.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from team_columns import BOOKS, DUPLICATES, FORM, KNOWN, LAW, ROLES, SITUATION, TABLES

STUDY, DAY = "47-2026", "2026-07-01"
Say = Callable[..., str]  # gives a command, and what it said


@dataclass
class Team:
    """One team at work in the project at `root`, with the files of `folder`; `say` gives a command."""

    root: Path
    folder: Path
    say: Say
    steps: list[str] = field(default_factory=list)
    edits: Counter[str] = field(default_factory=Counter)

    def command(self, *arguments: str) -> str:
        self.steps.append(" ".join(arguments))
        return self.say(*arguments)

    def save(self, place: str | Path, content: bytes, edits: int, why: str) -> Path:
        """A file saved, of which so many cells or lines were typed."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.steps.append(f"enregistrer {why}")
        self.edits[why] += edits
        return path

    # --- in the order of the documentation ---

    def work(self) -> None:
        """Everything from the files to the calculation, which is left to the caller."""
        self.command("creer", STUDY, "--date", DAY)
        self.configuration()
        self.questionnaire()
        for name in BOOKS:
            self.workbook(name)
        for role in TABLES:
            self.table(role)
        self.command("sceller", STUDY, "--date", DAY)

    def questionnaire(self) -> None:
        """The form: received as it is, described, its mapping corrected and signed."""
        export = self.folder / "formulaire.xlsx"
        self.command("recevoir", STUDY, "questionnaire", str(export), "--date", DAY)
        self.command("decrire", STUDY, "questionnaire", "--date", DAY)
        place = f"vault/{STUDY}/received/questionnaire_mapping.xlsx"
        mapped, typed = confirmed((self.root / place).read_bytes())
        self.save(place, mapped, typed, "questionnaire_mapping.xlsx")

    def workbook(self, name: str) -> None:
        """A workbook of the team's own sheets under the project's names, received; its role is recognised."""
        content, typed = renamed([(self.sheet(file, own), *rest) for file, own, *rest in BOOKS[name]])
        path = self.save(f"../recus/{name}.xlsx", content, typed, f"{name}.xlsx : feuilles et en-têtes")
        self.command("recevoir", STUDY, str(path), "--date", DAY)

    def table(self, role: str) -> None:
        """A table whose columns are renamed and put in order, received."""
        name, wanted = TABLES[role]
        content, typed = ordered(self.rows(name), wanted)
        path = self.save(f"../recus/{role}.csv", content, typed, f"{role}.csv : en-têtes et codes")
        self.command("recevoir", STUDY, str(path), "--date", DAY)

    def decisions(self) -> str:
        """The decisions on pairs, keyed as the team knows situations: the form's number, the situation's."""
        name, wanted = DUPLICATES
        content, typed = ordered(self.rows(name), wanted)
        path = self.save("../recus/duplicates.csv", content, typed, "duplicates.csv : en-têtes et codes")
        choices = self.root / f"config/studies/{STUDY}.yaml"
        text = choices.read_text(encoding="utf-8").replace("\nreceived:", "\n  duplicates: duplicates.csv\n\nreceived:")
        self.save(choices.relative_to(self.root), text.encode(), 1, f"{STUDY}.yaml : doublons")
        return self.command("recevoir", STUDY, "duplicates", str(path), "--date", DAY)

    def sheet(self, file: str, own: str) -> list[list[Any]]:
        """The rows of a sheet, headings included, as a spreadsheet shows them."""
        if not own:
            return [[cell or None for cell in row] for row in self.rows(file)]
        return [list(row) for row in load_workbook(self.folder / file)[own].iter_rows(values_only=True)]

    def rows(self, name: str) -> list[list[str]]:
        content = (self.folder / name).read_bytes()
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))

    def configuration(self) -> None:
        """The study's own file: real, its roles, its outlines; and what the team concludes."""
        place = f"config/studies/{STUDY}.yaml"
        text = (self.root / place).read_text(encoding="utf-8")
        changes = {
            "fictional: true": "fictional: false",
            "Équipe à compléter": "Équipe imaginée",
            "  questionnaire: template": "  questionnaire: mapping\n  interview_sheets: template",
            "vintage: essai": 'vintage: "2026, imaginé"',
            "\nreceived:": "".join(f"\n  {role}: {file}" for role, file in ROLES.items() if file) + "\n\nreceived:",
        }
        edits = 0
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
            edits += max(1, new.count("\n") - old.count("\n"))
        self.save(place, text.encode(), edits, f"{STUDY}.yaml")
        outlines = f"resources/studies/{STUDY}/communes.geojson"
        self.save(outlines, (self.folder / "communes.geojson").read_bytes(), 0, "communes.geojson")
        record = (self.root / f"{outlines}.meta.yaml").read_text(encoding="utf-8").replace("trial: true\n", "")
        self.save(f"{outlines}.meta.yaml", record.encode(), 1, "communes.geojson.meta.yaml")
        for name in ("conclusions.md", "pistes.md"):
            self.save(f"config/studies/{STUDY}/{name}", (self.folder / name).read_bytes(), 0, name)


def settled(book: Workbook) -> tuple[bytes, int]:
    """A workbook where each free answer typed in the place of « Autre » is « Autre » again: one cell typed for each."""
    typed = 0
    for sheet in book.worksheets:
        for column in sheet.iter_cols():
            known = KNOWN.get(str(column[0].value).rpartition(" : ")[2], set())
            for cell in column[1:] if known else ():
                parts = [part for part in str(cell.value or "").split(";") if part]
                if not known.issuperset(parts):
                    cell.value = "".join(f"{part if part in known else 'Autre'};" for part in parts)
                    typed += 1
    return saved(book), typed


def confirmed(proposal: bytes) -> tuple[bytes, int]:
    """The proposed mapping made right and signed; how many cells had to be typed in."""
    book, typed = load_workbook(io.BytesIO(proposal)), 1
    sheet, answers = book["Questions"], book["Réponses"]
    sheet["B1"] = "LM"
    for line in sheet.iter_rows(min_row=3):
        right = (FORM | SITUATION)[line[3].value]
        if (line[5].value or "") != right:
            line[5].value = right or None
            typed += 1
    for line in answers.iter_rows(min_row=2):
        if line[1].value in LAW:
            line[4].value = LAW[line[1].value]
            typed += 1
    return saved(book), typed


def renamed(sheets: Sequence[tuple[list[list[Any]], str, Mapping[str, str]]]) -> tuple[bytes, int]:
    """One workbook of several sheets (rows, the project's name of the sheet, own heading → variable), a row of labels
    below the names. Edits: each sheet named, each heading, line of labels, free answer and distinct word typed."""
    book, typed = Workbook(), 0
    book.remove(book.active)
    for rows, title, _ in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content, typed = settled(book)
    book = load_workbook(io.BytesIO(content))
    for (rows, _, headings), sheet in zip(sheets, book.worksheets, strict=True):
        own = [str(head) for head in rows[0]]
        names = [headings.get(head, head) for head in own]
        for at, (head, name) in enumerate(zip(own, names, strict=True), start=1):
            sheet.cell(1, at).value = name
            typed += name != head
        typed += 2 + replaced(sheet)  # the sheet's name, the line of labels
        sheet.insert_rows(2)
        for at, (head, name) in enumerate(zip(own, names, strict=True), start=1):
            sheet.cell(2, at).value = LABELS.get(name, head)
    return saved(book), typed


WORDS = {  # the team's words that the codebook does not know: variable → own word → a label of its list
    "activity_field": {"police": "police, gendarmerie", "hébergement": "Hébergement, logement"},
    "category": {"massages": "Massages érotiques"},
    "method": {"compté": "Décompte exact", "pages lues": "Extrapolé des pages lues"},
}
LABELS = {  # the label of each table's first key, which the second row must bear
    "record_id": "Numéro",
    "record_kind": "Source",
    "interview_id": "Numéro de l'entretien",
    "ad_id": "Numéro de l'annonce",
    "partner_code": "Code du partenaire",
    "site_code": "Code du site",
    "date": "Date",
    "source_code": "Code du forum",
    "penal_year": "Année",
    "venue_code": "Code de l'établissement",
}


def replaced(sheet: Worksheet) -> int:
    """The team's words that the codebook does not know replaced everywhere in their column; how many of them."""
    found = set()
    for column in sheet.iter_cols():
        words = WORDS.get(str(column[0].value), {})
        for cell in column[1:] if words else ():
            if cell.value in words:
                found.add((column[0].value, cell.value))
                cell.value = words[str(cell.value)]
    return len(found)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ordered(rows: Sequence[Sequence[str]], wanted: Sequence[tuple[str, str, Mapping[str, str]]]) -> tuple[bytes, int]:
    """The columns wanted, in their order and under their names, with codes for the team's words. Edits: each heading
    typed, each column moved, each distinct value replaced."""
    own = list(rows[0])
    places = [own.index(head) if head else None for _, head, _ in wanted]
    kept = [place for place in places if place is not None]
    moved = sum(place != rank for rank, place in enumerate(kept))
    replaced = {
        (name, row[place])
        for (name, _, values), place in zip(wanted, places, strict=True)
        for row in rows[1:]
        if place is not None and values.get(row[place], row[place]) != row[place]
    }
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _, _ in wanted])
    for row in rows[1:]:
        cells = [
            "" if place is None else values.get(row[place], row[place])
            for (_, _, values), place in zip(wanted, places, strict=True)
        ]
        writer.writerow(cells)
    return out.getvalue().encode(), len(wanted) + moved + len(replaced)
