"""Keyed random rounding: a count becomes one of the multiples next to it, drawn with the study's key.

Up with probability remainder ÷ base, so that it is unbiased (Fellegi, *Controlled random rounding*, Survey Methodology 1,
1975); the draw depends on who is counted, not on what the group is called: one set of persons prints one number under
every name (as in the cell-key method). A count that is a multiple already moves too, down or up with probability
1 ÷ 2 base each: unbiased still, and « 10 » means 8 to 15, as many values as the threshold, so that whoever counted some of
them never knows of a few others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

PURPOSE = "release draws"  # of the key derived from the vault's
PUBLIC_KEY = b"diagnostic departemental : etudes dont toutes les donnees sont publiees ou inventees"


@dataclass(frozen=True)
class Draw:
    """Draws under one key. `key`: derived from the vault's, or PUBLIC_KEY; empty: nothing is rounded."""

    key: bytes = field(repr=False)

    def uniform(self, *said: str) -> float:
        """A number of [0, 1) for what is said, the same each time under the same key."""
        content = "\x1f".join(said).encode()
        return int.from_bytes(hmac.digest(self.key, content, "sha256")[:8], "big") / 2**64

    def random_round(self, count: int, base: int, unit: str, members: str, first: int = 0) -> int:
        """A multiple of `base` next to a count of `unit`, less than a step away, or one step where it is a multiple
        itself; 0 stays. `members`: see `members`. `first`: the multiple that the first step leads to (`base` without it)."""
        first = first or base
        rest, drawn = count % base, self.uniform(unit, str(base), members)
        if count < first:
            return first if drawn < count / first else 0
        if rest:
            return count - rest + (base if drawn < rest / base else 0)
        below = first if count == first else base
        return count + (-below if drawn < 1 / (2 * below) else base if drawn >= 1 - 1 / (2 * base) else 0)

    @property
    def fingerprint(self) -> str:
        """Which key drew: another one later is refused. It tells nothing of the key."""
        return hmac.digest(self.key, b"fingerprint", "sha256").hex()[:16]


def members(keys: Iterable[str]) -> str:
    """One word for a set of members, whatever their order."""
    return hashlib.sha256("\x1f".join(sorted(keys)).encode()).hexdigest()
