"""What a long release is doing, told while it goes on."""

import sys
import time

from diagnostic.core.french import typographic

EVERY = 10.0  # seconds between two lines


class Progress:
    """What the release is doing, said in French on the error stream when ten seconds have passed since the last line, so that
    nobody waits in front of a silent screen; nothing of what is quick. It names what is done, never a count of persons."""

    def __init__(self, study: str) -> None:
        self.study = study
        self.last = time.monotonic()

    def tell(self, said: str) -> None:
        """Say what is being done, if it is time."""
        now = time.monotonic()
        if now - self.last >= EVERY:
            self.last = now
            print(typographic(f"{self.study} : {said}"), file=sys.stderr, flush=True)
