"""A team that follows the README with the files that it has: its commands, the files it saves, what it types.

A step is one command given or one file saved; an edit is one cell or one line typed (a heading renamed, a value replaced
everywhere by the spreadsheet's own command, a column moved, a line of a recipe corrected). Everything is counted here.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import team_sample
from openpyxl import load_workbook
from team_columns import FORM, LAW, OWN, SITUATION
from team_files import BLOCKS, truth, xlsx_of
from team_internet import Internet
from team_people import People

STUDY, DAY = "99-2026", "2026-07-01"
OWN_SAMPLE, OWN_PAIRS = "annonces.xlsx", "doublons.csv"  # the team's own: the project draws and shows others
TABLES_OF = tuple(name for name in dict.fromkeys(file for file, _ in OWN) if name not in (OWN_SAMPLE, OWN_PAIRS))
BLANK = "[à compléter]"
DECIDED = {  # of the compliance form: what is no free text
    "opinion_date": "2026-06-20",
    "date": "2026-06-10",
    "joint_agreement": "sans objet",
    "outcome": "favorable",
    "residual_risk": "acceptable",
    "cnil_consultation": "sans objet",
    "exports": "2031-12-31",
    "contacts": "2031-12-31",
    # and of what the team declares of its progress
    "started": "2025-10-01",
    "departement_letter": "2025-10-02 LM",
    "prosecutor_letter": "2025-10-02 LM",
    "disk_encrypted": "2025-10-01 SK",
    "form_tried": "2025-10-06 SK",
    "form_emptied": "2026-06-30 SK",
    "report_read": "2026-06-30 SK",
    "copies_erased": "sans objet",
}
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
    blanks: int = 0  # of the compliance file

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
        own = [self.folder / name for name in (*TABLES_OF, "formulaire.xlsx", "communes.geojson")]
        self.receive(*own)  # what the project does not know is proposed, and waits
        self.recipes()
        self.receive(*own)
        self.command("calculer", STUDY)
        texts = [self.folder / name for name in BLOCKS]  # what the team concludes, once it has read its numbers
        self.receive(self.sample(), self.pairs(), *texts)

    def compliance(self) -> None:
        """The compliance file, which the report does not wait for: every blank of its documents, counted apart."""
        for path in sorted((self.root / "vault" / STUDY / "conformite").iterdir()):
            text = path.read_text(encoding="utf-8")
            self.blanks += text.count(BLANK)
            for wanted, said in DECIDED.items():
                text = re.sub(
                    rf'^(\s*(?:- )?{wanted}: )"{re.escape(BLANK)}"', rf'\g<1>"{said}"', text, flags=re.MULTILINE
                )
            path.write_text(text.replace(BLANK, "inventé pour la démonstration"), encoding="utf-8")

    def receive(self, *paths: Path, options: Sequence[str] = ()) -> str:
        """Files given together; the role of each is recognised."""
        return self.command("recevoir", STUDY, *map(str, paths), "--date", DAY, *options)

    def recipes(self) -> None:
        """The proposed recipes corrected and signed, in their one view."""
        place = f"vault/{STUDY}/feuilles/recettes.xlsx"
        seen, typed = completed((self.root / place).read_bytes())
        self.save(place, seen, typed, "recettes.xlsx")

    def mapped(self, name: str, *options: str) -> None:
        """One more file of the team's own, given; its columns confirmed; given again."""
        self.receive(self.folder / name)
        self.recipes()
        self.receive(self.folder / name, options=options)

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

    def configuration(self) -> None:
        """The study's own file: real, its roles, its outlines; and what the team concludes."""
        place = f"config/studies/{STUDY}.yaml"
        text = (self.root / place).read_text(encoding="utf-8")
        changes = {
            "Équipe à compléter": "Équipe fictive\ncontact: préfecture fictive, prefecture.example/diagnostic",
            "ceiling: 10": "ceiling: 6",
            "vintage: essai": 'vintage: "2026, fictif"',
        }
        edits = 0
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
            edits += max(1, new.count("\n") - old.count("\n"))
        self.save(place, text.encode(), edits, f"{STUDY}.yaml")


WORDS = {  # the team's words that the codebook does not know: variable → own word → a label of its list
    "activity_field": {"police": "police, gendarmerie", "hébergement": "Hébergement, logement"},
    "method": {"compté": "Décompte exact", "pages lues": "Extrapolé des pages lues"},
}


def completed(proposal: bytes) -> tuple[bytes, int]:
    """The view of the proposed recipes made right and signed; how many cells had to be typed in."""
    book, typed = load_workbook(io.BytesIO(proposal)), 1
    lines, answers = book["Questions"], book["Réponses"]
    lines["B1"] = "LM"
    right, said = {}, {}  # name of a sheet → own heading → variable, then own word → the study's
    for row in book["Feuilles"].iter_rows(min_row=2, values_only=True):
        number, title, _, table, _, shown = row[:6]
        if table == "questionnaire":
            right[number], said[number] = FORM | SITUATION, {}
            continue
        name = next(
            one for one, held in OWN.items() if one[1] == (title or "") and set(held[1]) <= {*shown.split(" ; ")}
        )
        assert OWN[name][0] in table, (name, table)
        right[number], said[number] = OWN[name][1:]
    names = {}
    for line in lines.iter_rows(min_row=3):
        number, sheet, heading, filled = (str(line[at].value or "") for at in (0, 1, 3, 4))
        wanted = right[sheet].get(heading, "")
        if (line[5].value or "") != wanted and (filled != "0" or line[5].value):
            line[5].value = wanted or None
            typed += 1
        if line[8].value == "à décider":
            line[8].value = "oui"
            typed += 1
        if line[10].value == "à dire":
            line[10].value = "rien n’est noté"
            typed += 1
        names[number] = (sheet, wanted)
    for line in answers.iter_rows(min_row=2):
        sheet, variable = names[str(line[0].value).split(",")[0]]
        word, read = str(line[1].value), str(line[3].value or "")
        wanted = LAW.get(word) or said[sheet].get(variable, {}).get(word) or WORDS.get(variable, {}).get(word)
        if wanted and (word in LAW or read in ("", "à attribuer", "Autre")) and not line[4].value:
            line[4].value = wanted
            typed += 1
    return xlsx_of(book), typed
