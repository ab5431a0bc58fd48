"""A team at the desk, in a real browser: each click, each option selected and each thing typed is counted, coding and pairs apart.

It looks at the pages as a person does who knows the team's own files: what a column is, how each of its answers is read. A page that
is only looked at again costs nothing; one that has to be opened does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .codebook import Codebook
from .documents import faults as documents
from .judge import facts, numbers
from .people import Situation
from .player import Copy
from .team_page import CODED, Page
from .team_play import DECIDED, Team, plain

FILE, SHEET, COLUMN = (re.compile(rf"/deposer/\d+{more}(\?.*)?$") for more in ("", r"/\d+", r"/\d+/\d+"))
NOT_FOR, RECEIVE, YES = "Ce n’est pas pour l’étude", "J’ai vu ce tableau : recevoir", "Oui, c’est cela"
CALCULATION = 900_000  # ms
STEPS = 200  # clicks in one file, before it is given up


class Desk(Page):
    """One team, a copy of the project, and the desk that is open on it."""

    def __init__(self, copy: Copy, book: Codebook, team: Team, browser: Any) -> None:
        super().__init__(copy, book, team, browser)
        self.right = set[str]()  # columns of which nothing is wrong

    # -- Its study -------------------------------------------------------------------------------------------------
    def create(self) -> None:
        """Create the study, take away what is of trial, say who signs and how ads were chosen."""
        self.open()
        self.enter("AB")
        code, _, year = self.team.study.rpartition("-")
        self.pick(self.page.get_by_label("Département, ou plusieurs"), "settings", "département", value=code)
        if self.page.get_by_label("Année de l’édition").input_value() != year:
            self.type(self.page.get_by_label("Année de l’édition"), year, "date")
        self.click(self.button("Créer l’étude"), "acts", "Créer l’étude")
        if self.team.real:
            self.go("Vie de l’étude")
            for key, day in DECIDED.items():
                self.type(self.page.locator(f"#{key}"), day, "date")
            self.click(self.button("Noter ces trois dates"), "acts", "Noter ces trois dates")
            self.trial_out()
            self.go("Étude")
        self.type(self.page.get_by_label("Équipe qui signe le rapport"), self.team.name, "name")
        if self.team.real:
            self.mark(self.page.get_by_label("Réelles"), "settings", "Réelles")
        sample = dict(line.split(": ") for line in self.team.config)["coded_sample"]
        self.pick(self.page.locator("#coded_sample"), "settings", "choix des annonces", value=sample)
        self.click(self.button("Enregistrer les réglages"), "acts", "Enregistrer les réglages")
        if not self.team.real:
            self.trial_out()

    def trial_out(self) -> None:
        """Leave out what is of trial: of a real study, before it is said to be one."""
        self.go("Déposer")
        self.click(self.button("Ôter les données d’essai"), "acts", "Ôter les données d’essai")

    # -- Files -----------------------------------------------------------------------------------------------------
    def receive(self, *paths: Path) -> bool:
        """Give files, say what they are, receive each."""
        self.right.clear()
        if not self.page.url.endswith("/deposer"):
            self.go("Déposer")
        self.phase.edits["files"] += 1
        self.page.locator("#fichier").set_input_files([str(path) for path in paths])
        self.click(self.button("Déposer un fichier"), "acts", "Déposer un fichier")
        for _ in range(STEPS):
            where = self.page.url
            if COLUMN.search(where):
                self._column()
            elif SHEET.search(where):
                self._sheet()
            elif FILE.search(where):
                self._file()
            elif where.endswith("/recevoir"):
                if not self._refused():
                    return False
            else:
                return True
        self.phase.faults.append(f"not received after {STEPS} steps: {self.page.url}")
        return False

    def _refused(self) -> bool:
        """What stops the reception, if a constant of a sheet answers it; whether there is such a one."""
        said = self.page.locator("main").inner_text()
        asked = [
            phrase
            for phrase in (*self.team.told_then, *self.team.left)
            if plain(phrase) in plain(said) and phrase not in self.met
        ]
        self.met.update(asked)
        if not asked:
            self.phase.faults.append(f"not received: {said[-1500:]}")
            return False
        self.click(self.page.get_by_role("link", name="Revenir au fichier"), "screens", "Revenir au fichier")
        return True

    def _title(self, shown: str) -> str:
        """The team's name of a sheet, of what the page shows of it."""
        return shown if shown in self.team.tables else ""

    def _constants(self, title: str) -> dict[str, str]:
        said = [self.team.constants.get(title, "")]
        said += [text for phrase, (of, text) in self.team.told_then.items() if phrase in self.met and of == title]
        return dict(one.split(" = ") for text in said if text for one in text.split(" ; "))

    def _file(self) -> None:
        """One act on the page of a file: what a sheet is, or to its columns, or its reception."""
        cards = self.page.locator("section.card")
        titles = [self._title(cards.nth(at).locator("h2").first.inner_text()) for at in range(cards.count())]
        if not any(self.team.tables.get(title, NOT_FOR) != "pas pour l’étude" for title in titles):
            self.click(self.button("Ce n’est pas pour l’étude : retirer"), "sheets", ", ".join(titles))
            return
        for at, title in enumerate(titles):
            if self._card(cards.nth(at), title):
                return
        left = cards.filter(has=self.page.locator("span.late")).locator("a.button")
        if not left.count() and self.button(RECEIVE).count():
            self.click(self.button(RECEIVE), "acts", f"{RECEIVE} {titles}")
        else:
            links = self.page.get_by_role("link", name="Relire ses colonnes et le tableau")
            self.click(left if left.count() else links, "screens", f"Relire {titles}")

    def _card(self, card: Any, title: str) -> bool:
        """What is still to be said of a sheet; whether there was something."""
        wanted = self.team.tables.get(title, "pas pour l’étude")
        tables = [] if wanted == "pas pour l’étude" else wanted.split(" ; ")
        if not card.locator("form").count():
            return False
        head = str(self.team.headers.get(title, ""))
        row = card.get_by_role("button", name=f"Titres : ligne {head}", exact=True)
        if tables and head and row.count() and (title, head) not in self.met:
            self.met.add((title, head))
            self.click(row, "sheets", f"{title}, titres en {head}")
            return True
        if not tables:
            if card.get_by_text("Ce n’est pas pour l’étude.").count():
                return False
            self.click(self.button(NOT_FOR, card), "sheets", title)
            return True
        changed = False
        for name, own in zip(("table", "seconde"), [*tables, ""], strict=False):
            found = card.locator(f"select[name={name}]")
            if found.input_value() != own:
                self.pick(found, "sheets", title, value=own)
                changed = True
        for name, text in self._constants(title).items():
            found = card.locator(f"[name='c-{name}']")
            if not found.count():
                continue
            if found.evaluate("one => one.tagName") == "SELECT":
                if plain(found.input_value()) != plain(text):
                    self.pick(found, "sheets", f"{title}, {name}", label=text)
                    changed = True
            elif found.input_value() != text:
                self.type(found, text, "date" if re.fullmatch(r"\d{4}(-\d\d-\d\d)?", text) else "text")
                changed = True
        if changed or card.get_by_text("C’est à dire").count():
            self.click(self.button(YES, card), "acts", f"{YES} {title}")
            return True
        return False

    # -- Columns ---------------------------------------------------------------------------------------------------
    def _sheet(self) -> None:
        """One act on the page of a sheet: all questions that are wrong, then each column of which something is to be said, then its
        reception."""
        title = self._title(self.page.locator("h1").inner_text())
        rows, moved = self.page.locator("table.stack tbody tr").all(), 0
        for row in rows:
            heading, select = row.locator("th").inner_text(), row.locator("select")
            names = self._names(title, heading)
            if len(names) < 2 and select.input_value() != "".join(names):
                self.pick(select, "question", heading, value="".join(names))
                moved += 1
        if not moved:
            for row in rows:
                heading, state, others = (row.locator("th, td").nth(n).inner_text() for n in (0, 4, 3))
                if self._to_open(row.locator("a"), title, state, others):
                    self.click(row.locator("a"), "screens", f"{heading} ({state}, {others} Autre)")
                    return
        if moved or any(row.get_by_text("à confirmer").count() for row in rows):
            self.click(self.button(YES), "acts", f"{YES}, toutes les colonnes de {title}")
        elif self.button(RECEIVE).count():
            self.click(self.button(RECEIVE), "acts", f"{RECEIVE} {title}")
        else:
            self.click(self.page.get_by_role("link", name="Revenir au fichier"), "screens", "Revenir au fichier")

    def _to_open(self, link: Any, title: str, state: str, others: str) -> bool:
        """Whether something is wrong in a column, or is to be said of it."""
        place, flagged = str(link.get_attribute("href")), state not in ("relue", "à confirmer")
        if flagged or place in self.right or not (others or state == "à confirmer"):
            return flagged
        there = self.context.new_page()
        there.goto(f"http://127.0.0.1:{self.port}{place}")
        acts = self._wanted(there, title)
        there.close()
        if not acts:
            self.right.add(place)
        elif not others and acts[0][0] == "answer":
            self.phase.asked.append(f"UNSEEN: {place}")
        return bool(acts)

    def _names(self, title: str, heading: str) -> list[str]:
        """The questions that a column truly answers."""
        known = {plain(text): asked for text, asked in self.team.columns().get(title, {}).items()}
        if plain(heading) not in known:
            self.phase.faults.append(f"a column of none of the team: {title}, « {heading} »")
        if self.met & {phrase for phrase, place in self.team.left.items() if place == (title, heading)}:
            return []
        return [one for one in known.get(plain(heading), "").split(" ; ") if one and "=" not in one]

    def _wanted(self, page: Any, title: str) -> list[tuple[str, Any, str]]:
        """What is wrong on the page of a column: kind, where, what to choose."""
        names = self._names(title, page.locator("h1").inner_text())
        acts: list[tuple[str, Any, str]] = []
        for at, field in enumerate(("question", "seconde")):
            found, own = page.locator(f"select[name={field}]"), names[at] if len(names) > at else ""
            if found.input_value() != own:
                acts.append(("question", found, own))
        if acts or not names:
            return acts
        blank = page.locator("input[name=vide]")
        if blank.count():
            said = self._blank(names[0])
            labels = [one.inner_text().strip() for one in page.locator("label:has(input[name=vide])").all()]
            at = next(n for n, one in enumerate(labels) if plain(one) == plain(said))
            asked = not page.locator("input[name=vide]:checked").count()
            if not blank.nth(at).is_checked() and (asked or self.team.blanks.get(names[0])):
                acts.append(("blank", blank.nth(at), said))
        return acts + self._answers_wanted(page, names[0])

    def _answers_wanted(self, page: Any, name: str) -> list[tuple[str, Any, str]]:
        every = {plain(text): code for text, code in self.team.answers().get(name, {}).items()}
        acts = []
        for row in page.locator("table.stack tbody tr").all():
            text, select = (
                plain(row.locator("th").inner_text()) if row.locator("th").count() else "",
                row.locator("select"),
            )
            if text not in every or not select.count():
                continue
            said = select.input_value() or row.locator("td").nth(1).inner_text()
            label = self._label(name, every[text])
            if plain(said) != plain(label):
                acts.append(("answer", select, label))
        return acts

    def _column(self) -> None:
        """All that is to be said of a column, then yes."""
        title = self._title(
            re.sub(r"^Toutes les colonnes de «\s|\s»$", "", self.page.locator("main > p a").first.inner_text())
        )
        heading = self.page.locator("h1").inner_text()
        for kind, found, text in self._wanted(self.page, title):
            if kind == "blank":
                self.mark(found, kind, f"{heading} → {text}")
            elif kind == "question":
                if not found.is_visible():
                    self.mark(self.page.locator("summary"), "question", "Elle en remplit deux")
                self.pick(found, kind, heading, value=text)
            else:
                options = found.locator("option").all_inner_texts()
                self.pick(found, kind, heading, label=next(one for one in options if plain(one) == plain(text)))
        if not self.page.locator("select[name=question]").input_value():
            self.click(self.button(NOT_FOR), "acts", f"{NOT_FOR} {heading}")
        else:
            self.click(self.button(YES), "acts", f"{YES} {heading}")

    # -- Coding, calculating, what leaves ---------------------------------------------------------------------------
    def code(self, situations: Sequence[Situation]) -> None:
        """Code what nobody has coded, at the desk, and give it back; `situations`: all there are, in the order of the export."""
        self.go("Coder")
        first = self.page.locator("main").get_by_role("link", name="Coder", exact=True)
        if first.count():
            self.click(first, CODED, "Coder")
        while place := re.search(r"/coder/premier/(\d+)$", self.page.url):
            for code in situations[int(place[1]) - 1].factors or ():
                self.mark(self.page.locator(f"input[name=vulnerability][value={code}]"), CODED, code)
            self.click(self.button("Enregistrer et suivant"), CODED, "Enregistrer et suivant")
        self.click(self.button("Rendre ce qui est codé"), "acts", "Rendre ce qui est codé")

    def calculate(self) -> bool:
        """Calculate, wait, and hold what is printed against the truth."""
        self.go("Calculer et relire")
        self.click(self.page.locator("main").get_by_role("button", name="Calculer (environ"), "acts", "Calculer")
        running = self.page.get_by_role("heading", name="Un calcul est en cours")
        running.wait_for(state="detached", timeout=CALCULATION)
        self.page.wait_for_load_state()
        said = self.page.locator("main").inner_text()
        if "le rapport est dans" not in said.replace("\u00a0", " "):
            self.phase.faults.append(f"no report: {said[:2500]}")
            return False
        return self.judged()

    def judged(self) -> bool:
        """Whether numbers are those of the truth, and, of an invented study, its documents whole."""
        results = self.copy.home / "results" / self.team.study
        if not self.team.real:
            self.phase.faults += documents(results / "report", self.team.name)
        verdict = numbers(facts(results / "estimate/facts.parquet"), self.team.expected())
        self.phase.held, self.phase.faults = verdict.held, self.phase.faults + verdict.faults
        return True

    def erase(self, number: str) -> None:
        """Erase an answer, whose number its person gives."""
        self.go("Vie de l’étude")
        self.type(self.page.locator("#record"), number, "number of an answer")
        self.click(self.button("Voir ce qui serait effacé"), "acts", "Voir ce qui serait effacé")
        self.type(self.page.locator("#sure"), self.initials, "initials")
        self.click(self.button("Effacer pour toujours"), "acts", "Effacer pour toujours")

    def send(self) -> None:
        """A second person opens the report, says so, records the edition, and to whom it went."""
        self.click(self.page.locator("header").get_by_role("link", name="en changer"), "screens", "en changer")
        self.enter("CD")
        self.phase.edits["acts"] += 1
        with self.context.expect_page() as opened:
            self.page.get_by_role("link", name="Le rapport, en page").first.click()
        opened.value.wait_for_load_state()
        opened.value.close()
        self.go("Calculer et relire")
        self.click(self.button("J’ai tout relu"), "acts", "J’ai tout relu")
        self.click(self.button("Préparer l’édition qui part"), "acts", "Préparer l’édition qui part")
        self.page.get_by_role("heading", name="Ce qui est parti").wait_for()
        self.type(self.page.locator("#whom"), "commission départementale", "name")
        self.click(self.button("Noter à qui ce rapport a été envoyé"), "acts", "Noter à qui ce rapport a été envoyé")
        results = self.copy.home / "results" / self.team.study
        self.phase.faults += documents(results / "report", self.team.name)
