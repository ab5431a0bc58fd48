"""A team that is not one of programmers, its files and the screen: each command typed, each cell typed, each word read is counted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from .codebook import Codebook
from .documents import faults as documents
from .expected import Expected
from .judge import facts, numbers, unforeseen
from .player import TO_WRITE, TO_WRITE_IN, Copy, Done, _write

ROUNDS = 6  # times that the same files are given before it is given up
VIEW = "recettes.xlsx"
SHEETS, QUESTIONS, ANSWERS, ABSENT = "Feuilles", "Questions", "Réponses", "Sans colonne"
SIGNED = "Relu en entier par (initiales) :"
UNSAID, NONE_OF = "rien n’est noté", "aucune de la liste"
DECIDED = {"opinion_date": "2025-08-20", "exports": "2036-12-31", "contacts": "2035-12-31"}
OF_TABLES = {  # answers of tables that the codebook has not
    "yes": "Oui",
    "no": "Non",
    "same": "mêmes personnes",
    "different": "personnes différentes",
    "unsure": "ne sait pas",
}
WAITS = re.compile(r"rien n.en est encore reçu|colonnes? de ce fichier à relire")
UNKNOWN = "Aucune feuille de ce fichier ne ressemble"
WORD = re.compile(r"\w[\w’'-]*")
TRIAL = ("practices", "outreach", "restitutions", "interviews", "structures", "ad_pages", "sites", "ad_counts", "press")


class Team(Protocol):
    """What the play asks of a team."""

    study: str
    name: str
    tables: dict[str, str]
    headers: dict[str, int]
    constants: dict[str, str]
    blanks: dict[str, str]
    config: tuple[str, ...]
    roles: dict[str, str]
    told_then: dict[str, tuple[str, str]]  # what is told → sheet and constant that answer it
    left: dict[str, tuple[str, str]]  # what is told → sheet and column that are then not for the study
    real: bool

    def columns(self) -> dict[str, dict[str, str]]: ...
    def answers(self) -> dict[str, dict[str, str]]: ...
    def expected(self) -> list[Expected]: ...


@dataclass
class Phase:
    """What it took until something was received or printed. `edits`: kind → cells typed; `asked`: what was asked about."""

    name: str
    commands: list[str] = field(default_factory=list)
    edits: Counter[str] = field(default_factory=Counter)
    words: int = 0
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    held: int = 0

    def told(self) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in self.edits.most_common())
        return f"{self.name}: {len(self.commands)} commands, {self.edits.total()} edits ({kinds or 'none'}), {self.words} words, {self.held} numbers compared, {len(self.faults)} faults"


class Play:
    """One team in a copy of the project."""

    def __init__(self, copy: Copy, book: Codebook, team: Team) -> None:
        self.copy, self.book, self.team = copy, book, team
        self.phases: list[Phase] = []
        self.said: list[Done] = []
        self.sent = 0
        self.met: set[str] = set()  # what was told, and is answered by a constant

    @property
    def phase(self) -> Phase:
        return self.phases[-1]

    @property
    def view(self) -> Path:
        return self.copy.home / "vault" / self.team.study / "feuilles" / VIEW

    def begin(self, name: str) -> None:
        self.phases.append(Phase(name))

    def command(self, *words: str) -> Done:
        done = self.copy.run("diagnostic", *words)
        self.said.append(done)
        self.phase.commands.append(" ".join(words)[:60])
        self.phase.words += len(WORD.findall(done.said))
        self.phase.faults += unforeseen(done.said)
        for pattern in (TO_WRITE, TO_WRITE_IN):
            for name, block, line in pattern.findall(done.said):
                _write(self.copy.home / name, block, line)
                self.phase.edits["lines of configuration"] += 1
        return done

    # -- Its study -----------------------------------------------------------------------------------------------
    def create(self) -> None:
        """Create the study, name the team, take away what is of trial."""
        self.command("creer", self.team.study)
        path = self.copy.home / "config/studies" / f"{self.team.study}.yaml"
        kept = []
        for line in path.read_text("utf-8").splitlines():
            name = line.strip().partition(":")[0]
            if line.startswith("team:"):
                line = f"team: {self.team.name}"
                self.phase.edits["lines of configuration"] += 1
            elif (
                line.startswith("  ")
                and name in TRIAL
                or name in ("outlines",)
                or line.startswith(
                    ("  file:", "  vintage:", "  situation_coding: template", "  questionnaire: template")
                )
            ):
                self.phase.edits["lines of configuration"] += 1
                continue
            kept.append(line)
        text = "\n".join([*kept, *self.team.config, ""])
        self.phase.edits["lines of configuration"] += len(self.team.config)
        text = text.replace("\ninputs:\n", "\ninputs: {}\n").replace("\nreceived:\n", "\nreceived: {}\n")
        if self.team.real:
            text = text.replace("fictional: true", "fictional: false")
            decided = self.copy.home / "vault" / self.team.study / "conformite/conformite.yaml"
            said = decided.read_text("utf-8")
            for key, day in DECIDED.items():
                said = re.sub(rf"^(\s+{key}:).*$", rf"\1 {day}", said, flags=re.MULTILINE)
            decided.write_text(said, "utf-8")
            self.phase.edits["lines of configuration"] += 1 + len(DECIDED)
        path.write_text(text, "utf-8")

    def receive(self, *paths: Path) -> bool:
        """Give files until they are received; between two times, complete the recipes where they ask. A file that nothing
        recognises is left, or given as what it is."""
        left = list(paths)
        for _ in range(ROUNDS):
            done = self.command("recevoir", self.team.study, *map(str, left))
            unknown = [path for path, said in parts(left, done.said) if UNKNOWN in said]
            left = [path for path in left if path not in unknown]
            for path in unknown:
                if role := self.team.roles.get(path.name):
                    self.command("recevoir", self.team.study, role, str(path), "--remplacer")
                    left.append(path)
            asked = [
                phrase
                for phrase in (*self.team.told_then, *self.team.left)
                if plain(phrase) in plain(done.said) and phrase not in self.met
            ]
            self.met.update(asked)
            if done.code == 0 and not asked and not WAITS.search(done.said):
                return True
            if not self.view.is_file() or not (self.complete() or unknown):
                break
        self.phase.faults.append(f"not received: {done.said.strip()[-1500:]}")
        return False

    # -- The workbook of recipes ----------------------------------------------------------------------------------
    def complete(self) -> int:
        """Read the whole workbook, type what is wrong, sign it; how many cells were typed."""
        book = openpyxl.load_workbook(self.view)
        kinds = Counter[str]()
        named = {row[0].value: str(row[1].value or "") for row in book[SHEETS].iter_rows(min_row=2) if row[0].value}
        kinds.update(self._sheets(book[SHEETS]))
        lines = self._questions(book[QUESTIONS], named, kinds)
        self._answers(book[ANSWERS], lines, kinds)
        if book[QUESTIONS]["B1"].value != "AB" and kinds.total() >= 0:
            book[QUESTIONS]["B1"].value = "AB"
            kinds["initials"] += 1
        book.save(self.view)
        self.phase.edits += kinds
        return kinds.total()

    def _type(self, cell: openpyxl.cell.Cell, text: str, kind: str, kinds: Counter[str], about: str) -> None:
        cell.value = text
        kinds[kind] += 1
        self.phase.asked.append(f"{kind}: {about} → {text}")

    def _sheets(self, sheet: Worksheet) -> Counter[str]:
        kinds = Counter[str]()
        for row in sheet.iter_rows(min_row=2):
            title = str(row[1].value or "")
            if title not in self.team.tables:
                continue
            wanted = self.team.tables[title]
            if plain(row[3].value) != plain(wanted):
                self._type(row[3], wanted, "table of a sheet", kinds, f"{title} ({row[3].value})")
            if (at := self.team.headers.get(title)) and str(row[6].value) != str(at):
                self._type(row[6], str(at), "row of headings", kinds, f"{title} ({row[6].value})")
            said = " ; ".join(
                [
                    *filter(None, [self.team.constants.get(title, "")]),
                    *(text for phrase, (of, text) in self.team.told_then.items() if phrase in self.met and of == title),
                ]
            )
            if said and plain(row[7].value) != plain(said):
                self._type(row[7], said, "constant", kinds, title)
        return kinds

    def _questions(self, sheet: Worksheet, titles: dict[object, str], kinds: Counter[str]) -> dict[str, str]:
        """Line → the question that it truly is."""
        found: dict[str, str] = {}
        for row in sheet.iter_rows(min_row=3):
            name, title, heading = str(row[0].value), titles.get(row[1].value, ""), str(row[3].value)
            known = {plain(text): asked for text, asked in self.team.columns().get(title, {}).items()}
            if plain(heading) not in known:
                if row[0].value and title in self.team.columns():
                    self.phase.faults.append(f"a line of no column of the team: {title}, « {heading} »")
                continue
            left = [phrase for phrase, place in self.team.left.items() if place == (title, heading)]
            truth = found[name] = "" if self.met & set(left) else known[plain(heading)]
            said = str(row[5].value or "")
            if plain(said) != plain(truth):
                self._type(row[5], truth, "question", kinds, f"{title}, « {heading} » ({said or 'none'})")
            if truth and plain(row[8].value) == plain("à décider"):
                self._type(row[8], "oui", "yes to decide", kinds, f"{title}, « {heading} »")
            blank = plain(row[10].value)
            if truth and (
                blank == plain("à dire")
                or (blank and self.team.blanks.get(truth) and blank != plain(self._blank(truth)))
            ):
                self._type(row[10], self._blank(truth), "blank", kinds, f"{title}, « {heading} »")
        return found

    def _blank(self, name: str) -> str:
        code = self.team.blanks.get(name, "")
        return self._label(name, code) if code else UNSAID

    def _label(self, name: str, code: str) -> str:
        one = next((v for own in self.book.variables.values() for v in own if v.name == name), None)
        return self.book.label(one, code) if one else OF_TABLES[code]

    def _answers(self, sheet: Worksheet, lines: dict[str, str], kinds: Counter[str]) -> None:
        every = {name: {plain(text): code for text, code in own.items()} for name, own in self.team.answers().items()}
        for row in sheet.iter_rows(min_row=2):
            own = [lines[one.strip()] for one in str(row[0].value or "").split(",") if one.strip() in lines]
            text = plain(row[1].value)
            names = [name for name in own if text in every.get(name, {})]
            if not names:
                continue
            said = row[4].value or row[3].value
            labels = {self._label(name, every[name][text]) if name in names else str(said) for name in own}
            if len(set(map(plain, labels))) > 1:
                continue  # of several lists: once their questions are right, each has a row of its own
            label = labels.pop()
            if plain(said) != plain(label):
                self._type(row[4], label, "answer", kinds, f"{names[0]}, « {row[1].value} » ({said or 'none'})")

    # -- What came of it ------------------------------------------------------------------------------------------
    def calculate(self) -> bool:
        done = self.command("calculer", self.team.study)
        if done.code:
            done = self.command("calculer", self.team.study)
        if done.code:
            self.phase.faults.append(f"no report: {done.said.strip()[-2500:]}")
            return False
        if self.team.real:
            done = self.command("diffuser", self.team.study, "--date", f"2026-{10 + self.sent}-02")
            self.sent += 1
            if done.code:
                self.phase.faults.append(f"not sent: {done.said.strip()[-1500:]}")
        found = documents(self.copy.home / "results" / self.team.study / "report", self.team.name)
        self.phase.faults += found
        verdict = numbers(
            facts(self.copy.home / "results" / self.team.study / "estimate/facts.parquet"), self.team.expected()
        )
        self.phase.held, self.phase.faults = verdict.held, self.phase.faults + verdict.faults
        return True


def parts(paths: Sequence[Path], said: str) -> list[tuple[Path, str]]:
    """What is said of each of the files that were given together."""
    if len(paths) == 1:
        return [(paths[0], said)]
    found = re.split(r"^Fichier\s\d+\ssur\s\d+\s:$", said, flags=re.MULTILINE)[1:]
    return list(zip(paths, found, strict=False))


def plain(text: object) -> str:
    """A text without what typography changes."""
    found = unicodedata.normalize("NFKD", str(text or "").replace("’", "'"))
    return " ".join("".join(sign for sign in found if not unicodedata.combining(sign)).casefold().split())
