"""How far a calculation is: one line that is written over in a terminal; elsewhere, a line now and then."""

from __future__ import annotations

import os
import shutil
import time
from typing import TextIO

from diagnostic.core.french import plural
from diagnostic.core.spoken import spelt
from diagnostic.running.durations import duration

WIDTH = 20  # characters of the bar
EVERY = 5.0  # seconds between two lines where there is no terminal, if something moved
AT_LEAST = 60.0  # and if nothing did


class Progress:
    """The steps done, the one under way and the time since the start, on `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._shown = ""  # what is under way, as last written
        self._last = self._start
        self._width = 0

    def show(self, done: int, total: int, current: str) -> None:
        """Tell where the calculation is; called at each event and each second."""
        now = time.monotonic()
        spent = duration(now - self._start)
        if self._terminal:
            filled = WIDTH * done // total if total else 0
            bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] " + (f"{done}/{total} " if total else "")
            self._over(f"{bar}{spent}  {current}")
            return
        state = f"{done}/{total} {current}"
        if now - self._last >= (EVERY if state != self._shown else AT_LEAST):
            steps = f"{done} {plural(done, 'étape')} sur {total}, " if total else ""
            print(f"{steps}{spent} : {current}", file=self._stream, flush=True)
            self._shown, self._last = state, now

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        print(spelt(text), file=self._stream, flush=True)

    def clear(self) -> None:
        """Take the line that is written over away."""
        if self._width:
            self._over("")
            self._stream.write("\r")
            self._width = 0

    def _over(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)
