"""Which of many byte strings stand in a content: all looked for at once, in a time that hardly grows with their number.

A string is first known by a hash of its beginning (after Rabin and Karp 1987): hashes of every position of the
content are computed together, and only where one is that of a beginning are strings compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

LONG, SHORT = 8, 4  # bytes of a beginning; a string shorter than the second is looked for by itself
_BITS = 22
_CHUNK = 1 << 20  # positions hashed together


class Occurrences:
    """Byte strings, ready to be looked for in any number of contents. An empty string is never found."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        self._tiny: list[bytes] = []
        self._starts: dict[int, dict[bytes, list[bytes]]] = {LONG: {}, SHORT: {}}
        for string in dict.fromkeys(strings):
            if len(string) < SHORT:
                self._tiny += [string] if string else []
                continue
            width = LONG if len(string) >= LONG else SHORT
            self._starts[width].setdefault(string[:width], []).append(string)
        self._known = {width: _known(starts, width) for width, starts in self._starts.items() if starts}

    def within(self, content: bytes) -> set[bytes]:
        """Those that stand in the content."""
        found = {string for string in self._tiny if string in content}
        for width, known in self._known.items():
            starts = self._starts[width]
            for first in range(0, len(content) - width + 1, _CHUNK):
                part = np.frombuffer(content[first : first + _CHUNK + width - 1], dtype=np.uint8)
                shifted = [part[at : len(part) - width + 1 + at] for at in range(width)]
                for at in np.flatnonzero(known[_hashes(shifted)]).tolist():
                    place = first + at
                    for string in starts.get(content[place : place + width], ()):
                        if string not in found and content.startswith(string, place):
                            found.add(string)
        return found


def _hashes(columns: Sequence[np.ndarray]) -> np.ndarray:
    """The hash of each row of bytes, given by columns (Fowler, Noll and Vo, then folded)."""
    found = np.zeros(len(columns[0]), dtype=np.uint32)
    for column in columns:
        found ^= column
        found *= np.uint32(16777619)
    return (found ^ found >> np.uint32(_BITS // 2)) & np.uint32((1 << _BITS) - 1)


def _known(starts: Iterable[bytes], width: int) -> np.ndarray:
    """Hash → whether a beginning has it."""
    known = np.zeros(1 << _BITS, dtype=bool)
    table = np.frombuffer(b"".join(starts), dtype=np.uint8).reshape(-1, width)
    known[_hashes([table[:, at] for at in range(width)])] = True
    return known
