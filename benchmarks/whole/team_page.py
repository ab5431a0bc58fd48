"""What a person does on a page of the desk: a click, an option, a word typed, each counted under its kind."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from .codebook import Codebook
from .judge import unforeseen
from .player import Copy
from .team_play import WORD, Play, Team

STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)/\?jeton=(\S+)")
CODED = "coding"  # counted apart: neither a choice nor typed


class Page(Play):
    """A page of the desk, and what a person does there: all of it is counted."""

    def __init__(self, copy: Copy, book: Codebook, team: Team, browser: Any) -> None:
        super().__init__(copy, book, team)
        self.elsewhere: list[str] = []
        self.context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(300_000)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self._asked(request.url))
        self.process: subprocess.Popen[str] | None = None
        self.port, self.initials = 0, ""

    def _asked(self, url: str) -> None:
        if not url.startswith((f"http://127.0.0.1:{self.port}/", "data:", "about:", "blob:")):
            self.elsewhere.append(url)

    # -- What a person does ---------------------------------------------------------------------------------------
    def open(self) -> None:
        """The only command: the desk."""
        words = ["bureau", "--sans-navigateur"]
        self.phase.commands.append(" ".join(words))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "diagnostic", *words],
            cwd=self.copy.home,
            env=self.copy.place,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = next(filter(None, (STARTED.search(line) for line in self.process.stdout or ())), None)
        assert line, "no address"
        self.port = int(line[1])
        self.page.goto(line[0])

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()
        self.context.close()

    def click(self, found: Any, kind: str, about: str = "") -> None:
        self.phase.edits[kind] += 1
        self.phase.asked.append(f"{kind}: {about}")
        with self.page.expect_navigation():
            found.first.click()
        self._read()

    def mark(self, found: Any, kind: str, about: str) -> None:
        """Click what leads nowhere else: a choice among several."""
        self.phase.edits[kind] += 1
        self.phase.asked.append(f"{kind}: {about}")
        found.first.click()

    def pick(self, found: Any, kind: str, about: str, **option: str) -> None:
        """Select one option."""
        self.phase.edits[kind] += 1
        self.phase.asked.append(f"{kind}: {about} → {', '.join(map(str, option.values()))}")
        found.first.select_option(**option)

    def type(self, found: Any, text: str, kind: str) -> None:
        self.phase.edits[f"typed {kind}"] += 1
        self.phase.asked.append(f"typed {kind}: {text}")
        found.first.fill(text)

    def _read(self) -> None:
        """What is on the screen now."""
        text = self.page.locator("body").inner_text()
        self.phase.words += len(WORD.findall(text))
        self.phase.faults += unforeseen(text)

    def button(self, name: str, within: Any = None) -> Any:
        return (within or self.page.locator("main")).get_by_role("button", name=name)

    def go(self, screen: str) -> None:
        self.click(self.page.locator("nav").get_by_role("link", name=screen), "screens", screen)

    def enter(self, initials: str) -> None:
        self.type(self.page.get_by_label("Initiales"), initials, "initials")
        self.click(self.button("Entrer"), "acts", "Entrer")
        self.initials = initials


def counts(phases: Sequence[Any]) -> tuple[int, int, int, int]:
    """Commands, choices, typed things, and what was coded apart."""
    every: dict[str, int] = {}
    for phase in phases:
        for kind, number in phase.edits.items():
            every[kind] = every.get(kind, 0) + number
    typed = sum(number for kind, number in every.items() if kind.startswith("typed"))
    coded = every.get(CODED, 0)
    return sum(len(phase.commands) for phase in phases), sum(every.values()) - typed - coded, typed, coded
