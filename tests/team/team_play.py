"""A team that follows the README with the files that it has: its commands, the files it saves, what it types.

A step is one command given or one file saved; an edit is one cell or one line typed (a heading renamed, a value replaced
everywhere by the spreadsheet's own command, a column moved, a line of a mapping corrected). Everything is counted here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from team_columns import DUPLICATES, FORM, KNOWN, LABELS, LAW, SHEETS, SITUATION, TABLES, VAULT, WORDS

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
        self.questionnaire()
        for role in SHEETS:
            self.workbook(role)
        for role in TABLES:
            self.table(role)
        self.configuration()
        self.command("sceller", STUDY, "--date", DAY)

    def questionnaire(self) -> None:
        """The form: received, described, its mapping corrected line by line, its wordings and free answers settled."""
        content, typed = settled((self.folder / "formulaire.xlsx").read_bytes())
        export = self.save("../recus/formulaire.xlsx", content, typed, "formulaire.xlsx : « Autre » écrits à la main")
        self.command("recevoir", STUDY, "questionnaire", str(export), "--date", DAY)
        self.command("decrire", STUDY, "questionnaire")
        place = f"resources/studies/{STUDY}/questionnaire.mapping.csv"
        mapped, lines = confirmed((self.root / place).read_bytes())
        self.save(place, mapped, lines, "questionnaire.mapping.csv")
        options = "config/codebook/options.csv"
        self.save(options, spelled((self.root / options).read_bytes()), len(LAW), "options.csv : autres écritures")

    def workbook(self, role: str) -> None:
        """A workbook whose headings are renamed, into the vault or beside the other files."""
        name, sheets = SHEETS[role]
        content, free = settled((self.folder / name).read_bytes())
        content, typed = renamed(content, sheets)
        typed += free
        if role in VAULT:
            path = self.save(f"../recus/{role}.xlsx", content, typed, f"{name} : en-têtes")
            self.command("recevoir", STUDY, role, str(path), "--date", DAY)
            return
        place = f"resources/studies/{STUDY}/{name}"
        self.save(place, content, typed, f"{name} : en-têtes")
        self.save(f"{place}.meta.yaml", ORIGIN.format(title=name).encode(), 6, f"{name}.meta.yaml")

    def table(self, role: str) -> None:
        """A table whose columns are renamed and put in order, in the place of the trial's."""
        name, wanted = TABLES[role]
        content, typed = ordered(self.rows(name), wanted)
        place = f"resources/studies/{STUDY}/{role}.csv"
        self.save(place, content, typed, f"{role}.csv : en-têtes et codes")
        record = f"{place}.meta.yaml"
        text = (self.root / record).read_text(encoding="utf-8")
        text, count = re.subn(r"^trial: true\n", "", text, flags=re.M)
        text, more = re.subn(r"^source: .*$", "source: Relevé par l’équipe", text, flags=re.M)
        self.save(record, text.encode(), count + more, f"{role}.csv.meta.yaml")

    def decisions(self) -> None:
        """The decisions on pairs, keyed as the team knows situations: the form's number, the situation's."""
        name, wanted = DUPLICATES
        content, typed = ordered(self.rows(name), wanted)
        place = f"resources/studies/{STUDY}/duplicates.csv"
        self.save(place, content, typed, "duplicates.csv : en-têtes et codes")
        self.save(f"{place}.meta.yaml", ORIGIN.format(title=name).encode(), 6, "duplicates.csv.meta.yaml")
        choices = self.root / f"config/studies/{STUDY}.yaml"
        text = choices.read_text(encoding="utf-8").replace("\nreceived:", "\n  duplicates: duplicates.csv\n\nreceived:")
        self.save(choices.relative_to(self.root), text.encode(), 1, f"{STUDY}.yaml : doublons")
        self.command("sceller", STUDY, "--date", DAY)

    def rows(self, name: str) -> list[list[str]]:
        content = (self.folder / name).read_bytes()
        if name.endswith(".csv"):
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
        first = load_workbook(io.BytesIO(content)).worksheets[0]
        return [
            [f"{cell:%Y-%m-%d}" if hasattr(cell, "strftime") else "" if cell is None else str(cell) for cell in row]
            for row in first.iter_rows(values_only=True)
        ]

    def configuration(self) -> None:
        """The study's own file: real, its roles, its outlines; and what the team concludes."""
        place = f"config/studies/{STUDY}.yaml"
        text = (self.root / place).read_text(encoding="utf-8")
        changes = {
            "fictional: true": "fictional: false",
            "Équipe à compléter": "Équipe imaginée",
            "  questionnaire: template": "  questionnaire: mapping\n  interview_sheets: template",
            "vintage: essai": 'vintage: "2026, imaginé"',
            "\nreceived:": "\n" + "".join(f"  {r}: {SHEETS[r][0]}\n" for r in SHEETS if r not in VAULT) + "\nreceived:",
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


ORIGIN = """title: {title}
origin: observed
source: Relevé par l’équipe
licence: Licence Ouverte 2.0
date: '2026-07-01'
sha256: '0000000000000000000000000000000000000000000000000000000000000000'
"""


def settled(content: bytes) -> tuple[bytes, int]:
    """A workbook where each free answer typed in the place of « Autre » is « Autre » again: one cell typed for each."""
    book, typed = load_workbook(io.BytesIO(content)), 0
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
    """The proposed mapping, each line made right and confirmed; how many lines had to be typed in."""
    header, *lines = csv.reader(io.StringIO(proposal.decode("utf-8-sig"), newline=""), delimiter=";")
    out, typed = io.StringIO(), 0
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    for line in lines:
        block = re.fullmatch(r"Situation (\d) : (.*)", line[2])
        variable, number = (SITUATION[block[2]], block[1]) if block else (FORM[line[2]], "")
        table = "situations" if block else "responses"
        right = (
            [*line[:3], table, variable, "", number if variable else "", "oui"]
            if variable
            else [*line[:3], "", "", "", "", "oui"]
        )
        typed += right != line
        writer.writerow(right)
    return out.getvalue().encode("utf-8-sig"), typed


def spelled(content: bytes) -> bytes:
    """The codebook's options with the wordings of this form among the other writings of an answer."""
    text = content.decode("utf-8-sig")
    for wording, code in LAW.items():
        text, count = re.subn(rf"^(law_knowledge;{code};[^;]*;)", rf"\1{wording} | ", text, flags=re.M)
        assert count == 1
    return text.encode("utf-8-sig")


def renamed(content: bytes, sheets: Mapping[str, Mapping[str, str]]) -> tuple[bytes, int]:
    """A workbook under the codebook's names, a row of labels below them. Edits: each heading, line of labels and distinct
    value typed."""
    book, typed = load_workbook(io.BytesIO(content)), 0
    for name, headings in sheets.items():
        sheet = book[name]
        own = [str(cell.value) for cell in sheet[1]]
        for at, head in enumerate(own, start=1):
            sheet.cell(1, at).value = headings.get(head, head)
            typed += headings.get(head, head) != head
        typed += replaced(sheet)
        sheet.insert_rows(2)
        for at, head in enumerate(own, start=1):
            sheet.cell(2, at).value = LABELS.get(headings.get(head, ""), head)
        typed += 1
    return saved(book), typed


def replaced(sheet: Worksheet) -> int:
    """The team's words that the codebook does not know replaced everywhere; how many of them."""
    found = set()
    for column in sheet.iter_cols():
        for cell in column[1:] if column[0].value == "activity_field" else ():
            if cell.value in WORDS:
                found.add(cell.value)
                cell.value = WORDS[str(cell.value)]
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
