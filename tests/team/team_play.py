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

import pandas as pd
import team_sample
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from team_columns import BOOKS, DUPLICATES, FORM, KNOWN, LAW, SITUATION, TABLES
from team_files import BLOCKS, truth, xlsx_of
from team_internet import Internet
from team_people import People

STUDY, DAY = "99-2026", "2026-07-01"
OWN_SAMPLE = "annonces"  # coded before the project knew the sites: its design is not the one that is drawn here
Say = Callable[..., str]  # gives a command, and what it said


@dataclass
class Team:
    """One team at work in the project at `root`, with the files of `folder`; `say` gives a command."""

    root: Path
    folder: Path
    say: Say
    people: People = field(default_factory=lambda: truth()[0])
    ads: Internet = field(default_factory=lambda: truth()[1])
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
        books = [self.workbook(name) for name in BOOKS if name != OWN_SAMPLE]
        self.receive(*books, *(self.table(role) for role in TABLES))
        self.command("sceller", STUDY, "--date", DAY)
        self.command("calculer", STUDY)
        self.receive(self.sample(), self.pairs())
        for name in BLOCKS:  # what the team concludes, once it has read its numbers
            self.save(f"config/studies/{STUDY}/{name}", (self.folder / name).read_bytes(), 0, name)

    def receive(self, *paths: Path, options: Sequence[str] = ()) -> str:
        """Files given together; the role of each is recognised."""
        return self.command("recevoir", STUDY, *map(str, paths), "--date", DAY, *options)

    def questionnaire(self) -> None:
        """The form: received as it is, described, its mapping corrected and signed."""
        export = self.folder / "formulaire.xlsx"
        self.command("recevoir", STUDY, "questionnaire", str(export), "--date", DAY)
        self.command("decrire", STUDY, "questionnaire", "--date", DAY)
        place = f"vault/{STUDY}/received/questionnaire_mapping.xlsx"
        mapped, typed = confirmed((self.root / place).read_bytes())
        self.save(place, mapped, typed, "questionnaire_mapping.xlsx")

    def workbook(self, name: str) -> Path:
        """A workbook of the team's own sheets under the project's names."""
        content, typed = renamed([(self.sheet(file, own), *rest) for file, own, *rest in BOOKS[name]])
        return self.save(f"../recus/{name}.xlsx", content, typed, f"{name}.xlsx : feuilles et en-têtes")

    def table(self, role: str) -> Path:
        """A table whose columns are renamed and put in order."""
        name, wanted = TABLES[role]
        content, typed = ordered(self.rows(name), wanted)
        return self.save(f"../recus/{role}.csv", content, typed, f"{role}.csv : en-têtes et codes")

    def sample(self) -> Path:
        """The ads that the first calculation drew, coded in its workbook."""
        made = self.root / f"results/{STUDY}/estimate"
        draw, frame = (pd.read_parquet(made / f"{name}.parquet") for name in ("draw", "frame"))
        book = load_workbook(made / "codage.xlsx")
        team_sample.fill(book, self.ads, draw, frame.set_index("stratum")["page_size"].dropna())
        return self.save("../recus/codage-annonces.xlsx", xlsx_of(book), 0, "codage-annonces.xlsx")

    def pairs(self) -> Path:
        """The pairs of situations alike, decided in the working sheet."""
        self.command("preparer", STUDY, "--initiales", "LM")
        place = f"vault/{STUDY}/feuilles/doublons.xlsx"
        book = load_workbook(self.root / place)
        team_sample.decide(book["Paires"], self.people)
        return self.save(place, xlsx_of(book), 0, "doublons.xlsx")

    def decisions(self) -> Path:
        """The decisions on pairs that the team had taken, keyed as it knows situations: the form's number, the situation's."""
        name, wanted = DUPLICATES
        content, typed = ordered(self.rows(name), wanted)
        return self.save("../recus/duplicates.csv", content, typed, "duplicates.csv : en-têtes et codes")

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
            "Équipe à compléter": "Équipe fictive",
            "ceiling: 10": "ceiling: 6",
            "  questionnaire: template": "  questionnaire: mapping\n  interview_sheets: template",
            "vintage: essai": 'vintage: "2026, fictif"',
        }
        edits = 0
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
            edits += max(1, new.count("\n") - old.count("\n"))
        self.save(place, text.encode(), edits, f"{STUDY}.yaml")
        outlines = f"resources/studies/{STUDY}/communes.geojson"
        self.save(outlines, (self.folder / "communes.geojson").read_bytes(), 0, "communes.geojson")


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
    return xlsx_of(book), typed


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
    return xlsx_of(book), typed


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
    return xlsx_of(book), typed


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
