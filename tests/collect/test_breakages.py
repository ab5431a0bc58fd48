"""The breakages that the project promises to survive, at the level of the one reading function.

Each breaks the small sound study in one way and says which single problem is told, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from drawn import cases, one_in
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import SMALL, beside

from diagnostic.collect.steps import Collected, read_study
from diagnostic.collect.tables import INPUTS
from diagnostic.core.error_list import table
from diagnostic.core.problems import BLOCKING, WARNING
from diagnostic.core.validation import validate

REAL = Path(__file__).parents[2] / "resources" / "studies" / "62-2020"


def collect(contents: Mapping[str, str | bytes]) -> Collected:
    as_bytes = {role: text.encode() if isinstance(text, str) else text for role, text in contents.items()}
    return read_study(as_bytes, {role: f"{role}.csv" for role in contents})


@pytest.mark.slow
def test_the_small_study_is_sound() -> None:
    collected = collect(SMALL)
    assert collected.problems == []
    assert not collected.blocked
    assert {role: len(part) for role, part in collected.tables.items()} == {
        "sites": 5,
        "ad_counts": 5,
        "ad_pages": 2,
        "wave_counts": 2,
        "wave_ads": 2,
        "press": 2,
        "interviews": 2,
        "published_figures": 3,
        "published_notes": 1,
        "published_structure": 1,
        "published_lists": 2,
        "duplicates": 1,
        "vignettes": 1,
        "structures": 2,
        "practices": 2,
        "outreach": 2,
        "contacts": 1,
        "restitutions": 2,
        "actions": 2,
        "law_results": 2,
    }
    assert list(validate(collected.cells, "collect/cells")["role"].unique()) == list(SMALL)


@dataclass(frozen=True)
class Breakage:
    """How a file is broken, and what must be told: severity, row, column, value, key words of the message."""

    name: str
    role: str
    broken: Callable[[str], str | bytes]
    severity: str
    row: int | None
    column: str
    words: str
    value: str = ""


def swap(old: str, new: str) -> Callable[[str], str]:
    def broken(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return broken


def no_column(position: int) -> Callable[[str], str]:
    def broken(text: str) -> str:
        return "".join(
            ",".join(c for at, c in enumerate(line.split(",")) if at != position) + "\n" for line in text.split()
        )

    return broken


E01, E02 = "E01,Arras,12,exact", "E02,,,page"
BREAKAGES = [
    Breakage(
        "wrong column",
        "ad_counts",
        swap("place,count", "place,total"),
        BLOCKING,
        1,
        "C",
        "Colonne inconnue",
        "total",
    ),
    Breakage(
        "nearest column",
        "ad_counts",
        swap("place,count", "place,counts"),
        BLOCKING,
        1,
        "C",
        "vouliez-vous « count »",
        "counts",
    ),
    Breakage("missing column", "ad_counts", no_column(4), BLOCKING, 1, "", "Il manque la colonne « window_start »"),
    Breakage(
        "duplicated header",
        "ad_counts",
        swap("place,count", "place,place"),
        BLOCKING,
        1,
        "C",
        "En-tête en double",
        "place",
    ),
    Breakage("negative", "ad_counts", swap(E01, "E01,Arras,-12,exact"), BLOCKING, 2, "C", "négatif", "-12"),
    Breakage("decimal", "ad_counts", swap(E01, 'E01,Arras,"3,5",exact'), BLOCKING, 2, "C", "décimales", "3,5"),
    Breakage("text", "ad_counts", swap(E01, "E01,Arras,douze,exact"), BLOCKING, 2, "C", "texte", "douze"),
    Breakage(
        "text 3 or 4",
        "ad_counts",
        swap(E01, "E01,Arras,3 ou 4,exact"),
        BLOCKING,
        2,
        "C",
        "Plusieurs nombres",
        "3 ou 4",
    ),
    Breakage(
        "ambiguous thousands",
        "ad_counts",
        swap(E01, 'E01,Arras,"1,234",exact'),
        BLOCKING,
        2,
        "C",
        "ambigu",
        "1,234",
    ),
    Breakage("blank count", "ad_counts", swap(E01, "E01,Arras,,exact"), BLOCKING, 2, "C", "décompte est vide"),
    Breakage(
        "unknown site",
        "ad_counts",
        swap("E01,Arras", "Z99,Arras"),
        BLOCKING,
        2,
        "A",
        "pas dans le registre",
        "Z99",
    ),
    Breakage(
        "repeated count",
        "ad_counts",
        swap("E01,Béthune", "E01,Arras"),
        BLOCKING,
        3,
        "A",
        "que la ligne 2",
        "E01",
    ),
    Breakage(
        "repeated article",
        "press",
        lambda t: t + t.split("\n")[2],
        BLOCKING,
        4,
        "C",
        "que la ligne 3",
        "Deux ans de prison",
    ),
    Breakage("repeated site", "sites", lambda t: t + "E01,escorting,,open,,\n", BLOCKING, 7, "A", "ligne 2", "E01"),
    Breakage(
        "bad date",
        "press",
        swap("2025-03-30", "30 mars 2025"),
        BLOCKING,
        2,
        "A",
        "pas une date",
        "30 mars 2025",
    ),
    Breakage("short year", "press", swap("2025-03-30", "30/03/25"), BLOCKING, 2, "A", "deux chiffres", "30/03/25"),
    Breakage(
        "31 February",
        "press",
        swap("2025-03-30", "31/02/2025"),
        BLOCKING,
        2,
        "A",
        "le 31 février n’existe pas",
        "31/02/2025",
    ),
    Breakage("Excel serial", "press", swap("2025-03-30", "45746"), BLOCKING, 2, "A", "le 30 mars 2025", "45746"),
    Breakage("cp1252", "press", lambda t: t.encode("cp1252"), WARNING, None, "", "cp1252"),
    Breakage("UTF-16", "press", lambda t: t.encode("utf-16"), WARNING, None, "", "UTF-16"),
    Breakage("BOM", "press", lambda t: t.encode("utf-8-sig"), WARNING, None, "", "BOM"),
    Breakage("unknown encoding", "press", lambda t: t.encode("mac-roman"), BLOCKING, None, "", "encodage"),
    Breakage("mojibake", "press", swap("réseau", "rÃ©seau"), BLOCKING, 2, "C", "accents", "(masquée)"),
    Breakage("semicolons", "sites", lambda t: t.replace(",", ";"), WARNING, 1, "", "point-virgule"),
    Breakage("tabulations", "sites", lambda t: t.replace(",", "\t"), WARNING, 1, "", "tabulation"),
    Breakage("trailing commas", "sites", lambda t: t.replace("\n", ",,\n"), WARNING, 1, "G", "colonnes vides"),
    Breakage("empty file", "press", lambda t: "", BLOCKING, None, "", "vide"),
    Breakage("workbook", "press", lambda t: b"PK\x03\x04[Content_Types].xml", BLOCKING, None, "", "Excel"),
    Breakage("row too long", "press", lambda t: t + "2024-12-02,a,b,2024,c\n", BLOCKING, 4, "E", "plus de cellules"),
    Breakage("row too short", "press", lambda t: t + "2024-12-02,a\n", BLOCKING, 4, "C", "moins de cellules"),
    Breakage("open quote", "press", lambda t: t + '2024-12-02,"a,b,2024\n', BLOCKING, 4, "", "jamais fermé"),
    Breakage("blank rows", "press", lambda t: t + "\n,,,\n", WARNING, 4, "", "2 lignes vides"),
    Breakage("headless", "press", lambda t: t.split("\n", 1)[1], BLOCKING, 1, "", "aucun des en-têtes"),
    Breakage("misfiled article", "press", swap('jugé",2025', 'jugé",2024'), WARNING, 2, "D", "autre année", "2024"),
    Breakage(
        "unprinted mirror",
        "sites",
        swap("miroir-1,open,oui", "miroir-1,open,non"),
        WARNING,
        4,
        "E",
        "1 site au lieu de 2",
        "non",
    ),
]


@cache
def struck(breakage: Breakage) -> Collected:
    """What is read of the small study, so broken."""
    return collect({**beside(breakage.role), breakage.role: breakage.broken(SMALL[breakage.role])})


@pytest.mark.parametrize("breakage", one_in(9, BREAKAGES), ids=lambda breakage: breakage.name)
def test_one_breakage_is_one_problem_at_its_place(breakage: Breakage) -> None:
    collected = struck(breakage)
    told = [p for p in collected.problems if (p.file, p.severity) == (f"{breakage.role}.csv", breakage.severity)]
    told = [p for p in told if breakage.words in p.message.replace("\u00a0", " ").replace("\u202f", " ")]
    assert len(told) == 1, collected.problems
    assert (told[0].row, told[0].column, told[0].value) == (breakage.row, breakage.column, breakage.value)
    assert told[0].remedy
    assert collected.blocked == (breakage.severity == BLOCKING)
    assert set(collected.tables) == set(INPUTS)


@pytest.mark.parametrize("breakage", one_in(9, [b for b in BREAKAGES if b.severity == WARNING]), ids=lambda b: b.name)
def test_what_is_only_told_changes_nothing_else(breakage: Breakage) -> None:
    collected = struck(breakage)
    assert len(collected.problems) == 1
    for role, part in collected.tables.items():
        assert len(validate(part, f"collect/{role}")) == len(part)
    if breakage.name in (
        "cp1252",
        "UTF-16",
        "BOM",
        "semicolons",
        "tabulations",
        "trailing commas",
        "blank rows",
    ):
        pd.testing.assert_frame_equal(collected.tables[breakage.role], collect(SMALL).tables[breakage.role])


CASCADES = {"wrong column": 2, "nearest column": 2, "duplicated header": 2}


@pytest.mark.parametrize("breakage", one_in(8, [b for b in BREAKAGES if b.severity == BLOCKING]), ids=lambda b: b.name)
def test_a_cause_is_told_once(breakage: Breakage) -> None:
    """A renamed column is unknown, and the true one is missing. Everything else is one problem."""
    collected = struck(breakage)
    assert len([p for p in collected.problems if p.severity == BLOCKING]) == CASCADES.get(breakage.name, 1)


def test_several_breakages_in_several_files_are_all_told() -> None:
    broken = dict(SMALL)
    for breakage in BREAKAGES:
        if breakage.name in ("negative", "repeated article", "31 February"):
            broken[breakage.role] = str(breakage.broken(broken[breakage.role]))
    broken["sites"] = broken["sites"].replace("dating,miroir-1,open,oui", "dates,miroir-1,open,parfois", 1)
    collected = collect(broken)
    assert [(p.file, p.row, p.column) for p in collected.problems if p.severity == BLOCKING] == [
        ("sites.csv", 4, "B"),
        ("sites.csv", 4, "E"),
        ("ad_counts.csv", 2, "C"),
        ("press.csv", 2, "A"),
        ("press.csv", 4, "C"),
    ]


def test_an_absent_role_is_an_empty_table() -> None:
    collected = collect({"press": SMALL["press"]})
    assert collected.problems == []
    for role, part in collected.tables.items():
        pd.testing.assert_frame_equal(validate(part, f"collect/{role}"), part)
    assert len(collected.tables["press"]) == 2


def test_counts_without_any_register_are_refused() -> None:
    collected = collect({role: SMALL[role] for role in ("ad_counts", "ad_pages")})
    assert [(p.file, p.severity, p.row) for p in collected.problems] == [
        ("ad_counts.csv", BLOCKING, None),
        ("ad_pages.csv", BLOCKING, None),
    ]


@settings(max_examples=cases(60), deadline=None)
@given(st.dictionaries(st.sampled_from(list(INPUTS)), st.binary(max_size=200) | st.text(max_size=200).map(str.encode)))
def test_no_content_makes_the_reading_raise(contents: dict[str, bytes]) -> None:
    collected = collect(contents)
    table(collected.problems)
    validate(collected.cells, "collect/cells")


MUTATION = st.tuples(
    st.sampled_from(list(SMALL)),
    st.floats(0, 1),
    st.sampled_from([",", ";", '"', "\n", "x", "-", "9", "é", "\0", ""]),
)


@pytest.mark.slow
@settings(max_examples=cases(80), deadline=None)
@given(st.lists(MUTATION, max_size=6))
def test_a_study_without_blocking_problem_is_valid(mutations: list[tuple[str, float, str]]) -> None:
    """Signs struck or typed anywhere in the files: never an exception, never an invalid table let through."""
    contents = dict(SMALL)
    for role, where, sign in mutations:
        at = int(where * len(contents[role]))
        contents[role] = contents[role][:at] + sign + contents[role][at + 1 :]
    collected = collect(contents)
    table(collected.problems)
    if not collected.blocked:
        for role, part in collected.tables.items():
            pd.testing.assert_frame_equal(validate(part, f"collect/{role}"), part)


def test_the_published_tables_have_only_their_known_oddities() -> None:
    collected = collect(
        {role: (REAL / f"{role}.csv").read_bytes() for role in INPUTS if (REAL / f"{role}.csv").exists()}
    )
    assert [(p.severity, p.file, p.row, p.column) for p in collected.problems] == [
        (WARNING, "sites.csv", 27, "E"),
        (WARNING, "sites.csv", 28, "E"),
        (WARNING, "press.csv", 15, "D"),
    ]
    assert all("9 sites au lieu de 11" in p.message for p in collected.problems[:2])
    assert collected.tables["ad_counts"]["count"].sum() == 699
    assert [len(collected.tables[role]) for role in ("sites", "press", "interviews", "published_figures")] == [
        39,
        26,
        15,
        294,
    ]
