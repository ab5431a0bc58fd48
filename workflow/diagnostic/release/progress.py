"""What the release is doing, said in French every ten seconds at most, so that nobody waits in front of a silent screen."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from diagnostic.core.french import typographic

EVERY = 10.0  # seconds


class Progress:
    """A line on the error stream when ten seconds have passed since the last; nothing for what is quick. It names what is
    done, never a count of persons."""

    def __init__(self, study: str) -> None:
        self.study = study
        self.last = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def tell(self, said: str) -> None:
        """Say what is being done, if it is time."""
        now = time.monotonic()
        if now - self.last >= EVERY:
            self.last = now
            print(typographic(f"{self.study} : {said}"), file=sys.stderr, flush=True)
