"""One contract for every file that a team can touch: whatever it holds, what is wrong is told in French, in its own file, at
once and briefly; nothing is raised, and nothing that should be refused is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import doors
import own
import pytest
from hostile import CONFIGURATION, OUTLINES, READ, RESOURCES, Case, corpus

from diagnostic.collect.grids import read_csv
from diagnostic.collect.parse import parse
from diagnostic.collect.tables import INPUTS
from diagnostic.core.errors import ALIKE
from diagnostic.core.problems import BLOCKING, MOST
from diagnostic.geography import user_file
from diagnostic.geography.outlines import UnusableError

CASES = corpus()
FAMILIES = list(dict.fromkeys(case.family for case in CASES))
QUICK, LONG = 60, 5  # one case in so many, from the last: the first outlines take a whole child's memory
MOST_LINES = 3 * ALIKE
# Words of the programs underneath that no French sentence has.
ENGLISH = re.compile(r"\b(the|not|invalid|expected|must|error|found|while|could|None|Error|Traceback)\b")


def broken(case: Case, verdict: doors.Verdict) -> list[str]:
    """What of the contract is not kept for one file."""
    blocking = [line for line in verdict.lines if line[0] == BLOCKING]
    there = [line for line in blocking if Path(line[1]).name == Path(case.path).name]
    kept = {
        f"levé : {verdict.raised}": not verdict.raised,
        f"attendu {case.expected}, {verdict.outcome}": verdict.refused != (case.expected == READ),
        "dit ailleurs que dans son fichier": bool(there) or not blocking,
        "dit aussi d’autres fichiers": len(there) == len(blocking) or case.fault,
        "trop long": len(verdict.lines) <= MOST_LINES,
        "en anglais": not any(ENGLISH.search(line[3]) for line in verdict.lines),
        f"{verdict.seconds:.0f} s": verdict.seconds < doors.LIMIT_SECONDS,
        f"{verdict.memory >> 20} Mio": verdict.memory < doors.LIMIT_BYTES,
    }
    return [told for told, holds in kept.items() if not holds]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_contract_is_kept_for_a_few_of_each_family(family: str) -> None:
    _kept([case for case in CASES if case.family == family][::-QUICK])


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_the_contract_is_kept_for_more_of_each_family(family: str) -> None:
    _kept([case for case in CASES if case.family == family][::-LONG])


def _kept(cases: list[Case]) -> None:
    told = {case.id: broken(case, doors.opened(case.path, case.content())) for case in cases}
    assert {name: wrong for name, wrong in told.items() if wrong} == {}


def test_the_corpus_is_as_large_as_was_asked() -> None:
    assert sum(not case.fault for case in CASES) >= 300 and sum(case.fault for case in CASES) >= 80
    assert len({case.id for case in CASES}) == len(CASES)


def _turned(change: Callable[[float, float], list[float]]) -> bytes:
    square = [[1.0, 50.0], [1.1, 50.0], [1.1, 50.1], [1.0, 50.0]]
    geometry = {"type": "Polygon", "coordinates": [[change(*point) for point in square]]}
    feature = {"type": "Feature", "properties": {"code": "62001", "name": "A"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_outlines_lie_where_their_departement_does() -> None:
    assert len(user_file.communes(_turned(lambda x, y: [x, y]), {}, "62")) == 1
    for change, told in (
        (lambda x, y: [y, x], "inversées"),
        (lambda x, y: [x * 111_000, y * 111_000], "pas en degrés"),
        (lambda x, y: [x - 60, y - 40], "pas où est le département"),
    ):
        with pytest.raises(UnusableError, match=told):
            user_file.communes(_turned(change), {}, "62")


def test_many_problems_of_one_kind_are_told_fifty_times_and_once_for_the_others() -> None:
    rows = "".join(f"2025-03-{day % 28 + 1:02},Le Courrier,Titre\x01 {day},deux mille\n" for day in range(3_000))
    verdict = doors.opened(f"{RESOURCES}/press.csv", f"date,outlet,title,year_heading\n{rows}".encode())
    for letter in "CD":
        lines = [line for line in verdict.lines if line[2].endswith(letter)]
        assert len(lines) == ALIKE + 1
        assert "Et 2 950 autres problèmes" in re.sub(r"\s", " ", lines[0][3]) and lines[0][2] == letter


def test_of_many_problems_of_a_column_a_thousand_are_made_and_the_others_counted() -> None:
    rows = "".join(f"2025-03-0{n % 9 + 1},Le Courrier,Titre\x01,{99_999 if n % 2 else 'deux'}\n" for n in range(9_000))
    cells, told = read_csv(f"date,outlet,title,year_heading\n{rows}".encode(), "press.csv", "press")
    _, found = parse(cells, INPUTS["press"], "press.csv")
    for letter in "CD":
        own = [one for one in (*told, *found) if one.column == letter and one.severity == BLOCKING]
        assert len(own) <= MOST + 2 and len(own) + sum(one.others for one in own) == 9_000, letter


def _head(name: str) -> bytes:
    """The first line of a file of the project."""
    return (own.ROOT / name).read_bytes().splitlines(keepends=True)[0]


LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "5 million cells": (f"{RESOURCES}/press.csv", lambda: b"date,outlet,title,year_heading\n" + b"2025-03-30,x,y,2025\n" * 1_250_000),
    "4.9 million bad cells": (f"{RESOURCES}/press.csv", lambda: b"date,outlet,title,year_heading" + b",x" * 21 + b"\n" + (b"hier,x,y,zz" + b",\x01" * 21 + b"\n") * 195_000),
    "199,999 different bad rows": (f"{RESOURCES}/ad_counts.csv", lambda: b"site_code,place,count,method,window_start,window_end\n" + b"".join(b"E%d,a%d,x%d,exact,hier,demain\n" % (n, n, n) for n in range(199_999))),
    "200,000 shifted rows": (f"{RESOURCES}/press.csv", lambda: b"date,outlet,title,year_heading\n" + b"2025-03-30,x,y,z,2025\n" * 199_999),
    "45 MB of digits": (f"{RESOURCES}/press.csv", lambda: b"date,outlet,title,year_heading\n" + b"".join(b'2025-03-30,x,"%d %b",2025\n' % (n, b"1 " * 15_000) for n in range(1_600))),
    "100,000 different rows": (f"{RESOURCES}/press.csv", lambda: b"date,outlet,title,year_heading\n" + b"".join(b"2025-03-30,x%d,y %d,%d\n" % (n, n, n) for n in range(100_000))),
    "95,000 keys": (CONFIGURATION, lambda: b"".join(b"k%d: v\n" % n for n in range(95_000))),
    "480,000 items": ("config/config.yaml", lambda: b"studies: [" + b"a," * 480_000 + b"]"),
    "4,900 variables": ("config/codebook/variables.csv", lambda: (lambda head: head + b"".join(b"v%d" % n + b";x" * head.count(b";") + b"\n" for n in range(4_900)))(_head("config/codebook/variables.csv"))),
    "60 MB outlines": (OUTLINES, lambda: b'{"type": "FeatureCollection", "features": [' + b"[0]," * 15_000_000 + b"[0]]}"),
    "49 MB outlines": (OUTLINES, lambda: b'{"type": "FeatureCollection", "features": [' + b"[0]," * 12_000_000 + b"[0]]}"),
    "900,000-element comment": ("config/config.yaml", lambda: b"# " + b"a " * 900_000),
}  # fmt: skip


BUSY = 2


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_refused_within_the_limits(name: str) -> None:
    path, content = LARGE[name]
    verdict = doors.opened(path, content())
    assert verdict.refused and not verdict.raised, verdict
    # A busy machine counts up to twice the seconds of a quiet one, on which the limit is measured (`benchmarks/faults.py`).
    assert verdict.seconds < BUSY * doors.LIMIT_SECONDS and verdict.memory < doors.LIMIT_BYTES, (
        verdict.seconds,
        verdict.memory,
    )


@pytest.mark.parametrize(
    "path", [f"{RESOURCES}/press.csv", OUTLINES, f"{RESOURCES}/annonces.xlsx", "config/config.yaml"]
)
def test_of_a_file_of_three_gigabytes_only_the_beginning_is_read(path: str) -> None:
    with doors.replaced(path, b"") as project:
        with (project / path).open("wb") as sparse:
            sparse.truncate(3 << 30)
        verdict = doors.opened_as_it_is(path)
    assert verdict.refused and not verdict.raised, verdict
    assert verdict.seconds < doors.LIMIT_SECONDS and verdict.memory < doors.LIMIT_BYTES
