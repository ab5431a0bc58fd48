"""What the check read is what the tables are made of: read once, for the same bytes under the same key only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from drawn import always
from exported import FORMATS
from small_study import SMALL

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect import steps
from diagnostic.collect.steps import check, collect
from diagnostic.trial.answers import generate

ROLE, TOOL = "questionnaire", "google_csv"
CONTENTS = read_folder(Path(__file__).parents[2] / FOLDER)
CODEBOOK = load(CONTENTS)
GIVEN = {f"codebook_{Path(name).stem}": content for name, content in CONTENTS.items()}
EXPORT, OTHER = (FORMATS[TOOL](CODEBOOK, generate(CODEBOOK, seed=seed, responses=20)) for seed in (3, 4))


class Key:
    """Pseudonyms that show their key, and how many were asked for."""

    def __init__(self, name: str) -> None:
        self.name, self.asked = name, 0

    def __call__(self, kind: str, values: Iterable[str]) -> list[str]:
        found = [f"{self.name}-{value}" if value else "" for value in values]
        self.asked += len(found)
        return found


def checked(key: Key, export: bytes = EXPORT) -> str:
    named: dict[str, Any] = {"exports": {ROLE: TOOL}, "received": {ROLE: export}, "pseudonyms": key}
    return check("47-2026", {}, {}, "2026-12-31", {}, **named, **GIVEN)["errors"]


def made(key: Key, export: bytes = EXPORT) -> dict[str, Any]:
    return collect({}, {}, {ROLE: TOOL}, {ROLE: export}, key, **GIVEN)


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for name, frame in one.items():
        if isinstance(frame, pd.DataFrame):
            pd.testing.assert_frame_equal(frame, other[name])
        else:
            same(frame, other[name])


def test_tables_are_made_of_what_the_check_read() -> None:
    alone = Key("a")
    expected = made(alone)
    key = Key("a")
    assert "bloquant," not in checked(key)
    before = key.asked
    same(made(key), expected)
    assert key.asked == before + 1, "only the identity of what was read was asked for"
    assert alone.asked > 20


@pytest.mark.parametrize(("name", "export"), always(1, [("b", EXPORT), ("a", OTHER)]))
def test_another_key_or_other_bytes_are_read_for_themselves(name: str, export: bytes) -> None:
    expected = made(Key(name), export)
    checked(Key("a"))
    same(made(Key(name), export), expected)
    same(made(Key("a")), made(Key("a")))


def test_what_blocks_is_not_kept() -> None:
    given = steps.told_apart({"press": b"outlet,date,title,year_heading\n"}, {"press": "press.csv"})
    told = check("99-2026", {"press": "press.csv"}, {"press": ""}, "2026-12-31", {}, **given.contents)
    assert "bloquant," in told["errors"]
    assert not kept(given)


def test_of_many_studies_the_last_are_kept() -> None:
    files = {role: f"{role}.csv" for role in ("press", "interviews")}
    given = [
        steps.told_apart({role: SMALL[role].encode() for role in files}, files | {"study": str(number)})
        for number in range(steps.MOST + 2)
    ]
    for one in given:
        steps.keep(one, steps.read_all(one))
    assert [kept(one) for one in given] == [0, 0] + [1] * steps.MOST
    for one in given:
        steps.take(one)
    assert not any(map(kept, given))


def test_two_studies_may_have_received_the_same() -> None:
    given = steps.told_apart({"press": SMALL["press"].encode()}, {"press": "press.csv"})
    for _ in range(2):
        steps.keep(given, steps.read_all(given))
    assert kept(given) == 2
    assert steps.take(given) is not steps.take(given)
    assert not kept(given)


def kept(given: steps.Given) -> int:
    return sum(identity == given.identity for identity, _ in steps._kept)
