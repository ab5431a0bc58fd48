"""A share of the tests that one submission has no time for whole: which of them, by the name of their file and by a number."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence

import pytest

SHARE = "DIAGNOSTIC_SHARE"  # « 7/3 »: of three shares, that of the number 7; without it, all tests


def held(name: str, share: str) -> bool:
    """Whether a file is of a share, « number/shares »: of numbers that follow each other, each file is of one in so many. Raises
    ValueError for what is none."""
    number, shares = map(int, share.split("/"))
    return (zlib.crc32(name.encode()) + number) % shares == 0


def split(items: Sequence[pytest.Item], slow: bool) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests that run, and those of other shares. A share is of the slow tests where they are asked for, and the others all run;
    else of all. A file is whole in one, with what it sets up."""
    share, kept, others = os.environ.get(SHARE), list[pytest.Item](), list[pytest.Item]()
    for item in items:
        drawn = not slow or item.get_closest_marker("slow")
        runs = not (share and drawn) or held(item.nodeid.partition("::")[0], share)
        (kept if runs else others).append(item)
    return kept, others
