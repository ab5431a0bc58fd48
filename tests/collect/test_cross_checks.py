"""Contradictions between cells: each is made once in the small sound study and told at its cell."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from drawn import one_in
from small_study import SMALL, beside

from diagnostic.collect.checks import CHECKS, check
from diagnostic.collect.parse import Source
from diagnostic.collect.steps import read_study
from diagnostic.collect.tables import INPUTS
from diagnostic.core.problems import BLOCKING, MOST, WARNING, Problem


def problems(**changed: str) -> list[Problem]:
    contents = {**(beside(*changed) if changed else SMALL), **changed}
    return read_study({r: t.encode() for r, t in contents.items()}, {r: f"{r}.csv" for r in contents}).problems


@dataclass(frozen=True)
class Case:
    """One replacement in one file, and the one problem it makes."""

    role: str
    old: str
    new: str
    place: tuple[str, str, int | None, str]  # severity, role, row, column
    words: str


CASES = [
    Case("sites", "D02,dating,miroir-1", "D02,dating,", (WARNING, "sites", 4, "C"), "n’a qu’un site"),
    Case(
        "sites",
        "C01,classifieds,,closed",
        "C01,classifieds,,open",
        (WARNING, "sites", 6, "A"),
        "aucune ligne",
    ),
    Case(
        "sites",
        "D01,dating,miroir-1,open,oui",
        "D01,dating,miroir-1,open,non",
        (WARNING, "sites", 4, "E"),
        "1 site",
    ),
    Case("ad_counts", "D02,,5", "D02,,6", (WARNING, "sites", 4, "C"), "lignes 5, 6 des décomptes"),
    Case("ad_counts", "D02,,5", "D09,,5", (BLOCKING, "ad_counts", 6, "A"), "pas dans le registre"),
    Case("ad_counts", "D02,,5,exact", "D02,,,exact", (BLOCKING, "ad_counts", 6, "C"), "est vide"),
    Case("ad_counts", "E02,,,page", "E02,,30,page", (BLOCKING, "ad_counts", 4, "C"), "sera calculé"),
    Case("ad_counts", "E02,,,", "E02,Lens,,", (BLOCKING, "ad_counts", 4, "D"), "aucune page lue"),
    Case("ad_counts", "E01,Béthune", "E01,Arras", (BLOCKING, "ad_counts", 3, "A"), "que la ligne 2"),
    Case(
        "ad_counts",
        "D02,,5,exact,2026-01-05",
        "D02,,5,exact,2026-02-05",
        (BLOCKING, "ad_counts", 6, "F"),
        "avant",
    ),
    Case(
        "ad_counts",
        "E02,,,page_extrapolated",
        "E02,,9,exact",
        (WARNING, "ad_pages", 2, "A"),
        "compté exactement",
    ),
    Case("wave_counts", "E01,2026-02-10", "Z01,2026-02-10", (BLOCKING, "wave_counts", 3, "A"), "pas dans le registre"),
    Case("wave_counts", "E01,2026-02-10", "E01,2026-01-10", (BLOCKING, "wave_counts", 3, "A"), "que la ligne 2"),
    Case(
        "wave_counts", "10,4\n", "10,4\nE02,2026-02-10,4\n", (BLOCKING, "wave_counts", 4, "A"), "chaque jour de vague"
    ),
    Case(
        "wave_counts", "E01,2026-01-10,3", "E01,2026-01-10,0", (BLOCKING, "wave_ads", 2, "D"), "Plus d’annonces tirées"
    ),
    Case("wave_ads", "V1,E01,2026-02-10", "V1,E01,2026-01-10", (BLOCKING, "wave_ads", 3, "A"), "que la ligne 2"),
    Case("wave_ads", "V1,E01,2026-02-10", "V1,E02,2026-02-10", (BLOCKING, "wave_ads", 3, "A"), "d’un autre site"),
    Case("wave_ads", "V1,E01,2026-02-10", "V1,E01,2026-03-10", (BLOCKING, "wave_ads", 3, "C"), "Aucun décompte répété"),
    Case("ad_pages", "E02,,2,", "Z02,,2,", (BLOCKING, "ad_pages", 3, "A"), "pas dans le registre"),
    Case("ad_pages", "E02,,2,", "E02,,1,", (BLOCKING, "ad_pages", 3, "C"), "que la ligne 2"),
    Case("ad_pages", "E02,,2,", "E02,,4,", (BLOCKING, "ad_pages", 3, "C"), "dépasse « Pages en tout »"),
    Case("ad_pages", "20,10,3", "20,21,3", (BLOCKING, "ad_pages", 3, "E"), "dépasse « Annonces affichées »"),
    Case("ad_pages", "20,10,3", "20,10,4", (BLOCKING, "ad_pages", 3, "F"), "diffère de la ligne 2"),
    Case("ad_pages", "20,10,3,", "20,10,3,56", (BLOCKING, "ad_pages", 3, "G"), "diffère de la ligne 2"),
    Case("press", 'jugé",2025', 'jugé",2026', (WARNING, "press", 2, "D"), "(rubrique 2026, date de 2025)"),
    Case(
        "published_figures",
        "integer_percent,ads.total",
        "exact,ads.all",
        (BLOCKING, "published_figures", 3, "H"),
        "aucun chiffre",
    ),
    Case(
        "published_figures",
        "25,,,ads.total",
        "25,,,ads.all",
        (BLOCKING, "published_figures", 3, "L"),
        "aucun chiffre",
    ),
    Case(
        "published_figures",
        "rencontres,20,",
        "rencontres,120,",
        (BLOCKING, "published_figures", 3, "E"),
        "entre 0 et 100",
    ),
    Case(
        "published_figures",
        "rencontres,20,",
        'rencontres,"-0,5",',
        (BLOCKING, "published_figures", 3, "E"),
        "entre 0 et 100",
    ),
    Case(
        "published_notes",
        "ads.total",
        "ads.none",
        (WARNING, "published_notes", 2, "A"),
        "pas dans le fichier",
    ),
    Case(
        "published_structure",
        "ads.dating_pct",
        "ads.rencontres_pct",
        (BLOCKING, "published_structure", 2, "D"),
        "ne désigne aucun nombre",
    ),
    Case(
        "published_lists",
        "ads.total,2",
        "ads.none,2",
        (WARNING, "published_lists", 3, "A"),
        "pas dans le fichier",
    ),
    Case(
        "published_lists",
        "ads.total,2",
        "ads.total,1",
        (BLOCKING, "published_lists", 3, "B"),
        "que la ligne 2",
    ),
]


@pytest.mark.parametrize("case", one_in(12, CASES), ids=lambda case: f"{case.role}: {case.new}")
def test_one_contradiction_is_one_problem_at_its_cell(case: Case) -> None:
    assert case.old in SMALL[case.role]
    told = problems(**{case.role: SMALL[case.role].replace(case.old, case.new, 1)})
    told = [p for p in told if case.words in p.message.replace("\u00a0", " ").replace("\u202f", " ")]
    assert [(p.severity, p.file, p.row, p.column) for p in told] == [
        (case.place[0], f"{case.place[1]}.csv", *case.place[2:])
    ]


def test_without_relations_an_unknown_base_is_a_warning() -> None:
    figures = SMALL["published_figures"].replace("integer_percent,ads.total", "exact,ads.all", 1)
    told = problems(published_figures=figures, published_structure=SMALL["published_structure"].splitlines()[0] + "\n")
    assert (WARNING, 3, "H") in [(p.severity, p.row, p.column) for p in told]


def test_repeated_rows_of_lists() -> None:
    lists = {role: SMALL[role] + SMALL[role].splitlines()[1] + "\n" for role in ("press", "interviews")}
    assert [(p.severity, p.file, p.row, p.column) for p in problems(**lists)] == [
        (BLOCKING, "press.csv", 4, "C"),
        (BLOCKING, "interviews.csv", 4, "B"),
    ]


def test_two_interviews_of_one_structure_on_one_day_by_different_means_are_two() -> None:
    more = "2026-02-02,CIDFF,in_person,Arras,social,other\n"
    assert problems(interviews=SMALL["interviews"] + more) == []


def test_a_repeat_is_told_for_each_row_with_its_first_occurrence() -> None:
    told = problems(ad_counts=SMALL["ad_counts"] + "D02,,5,exact,2026-01-05,2026-01-20\n" * 2)
    assert [(p.row, p.column) for p in told] == [(7, "A"), (8, "A")]
    assert all("ligne 6" in p.message for p in told)


def test_another_window_of_the_same_site_is_no_repeat() -> None:
    more = "".join(f"D0{n},,7,exact,2026-02-05,2026-02-20\n" for n in (1, 2))
    assert problems(ad_counts=SMALL["ad_counts"] + more) == []


@pytest.mark.parametrize("name", one_in(3, ["ARRAS", "Arràs", "« Arras »", "Arras (ville)", "Мост"]))
def test_a_place_written_in_two_ways_is_told_at_its_cell(name: str) -> None:
    """Its identifier would be that of the other; another word, or another alphabet, makes another place."""
    told = problems(ad_counts=SMALL["ad_counts"] + f"E01,{name},4,exact,2026-01-05,2026-01-20\n")
    same = name not in ("Arras (ville)", "Мост")
    assert [(p.severity, p.row, p.column) for p in told] == [(BLOCKING, 7, "B")] * same
    assert all("ligne 2" in p.message for p in told)


@pytest.mark.parametrize(
    ("sign", "code"), one_in(3, [("東", "U+6771"), ("👋", "U+1F44B"), ("\ufb01", "U+FB01"), ("Ӿ", ""), ("é", "")])
)
def test_a_sign_that_no_document_draws_is_told_at_its_cell_and_stops_nothing(sign: str, code: str) -> None:
    told = problems(ad_counts=SMALL["ad_counts"] + f"E01,Val {sign},4,exact,2026-01-05,2026-01-20\n")
    assert [(p.severity, p.row, p.column) for p in told] == [(WARNING, 7, "B")] * bool(code)
    assert all(code in p.message for p in told)


def test_no_counts_at_all_is_one_warning_not_one_per_site() -> None:
    told = problems(ad_counts=SMALL["ad_counts"].splitlines()[0] + "\n")
    assert [(p.severity, p.file, p.row) for p in told] == [
        (WARNING, "ad_counts.csv", None),
        (WARNING, "ad_pages.csv", 2),  # pages that no count uses
    ]


@pytest.mark.slow
def test_a_refused_cell_makes_no_second_problem() -> None:
    told = problems(ad_counts=SMALL["ad_counts"].replace("D02,,5,exact", "D02,,cinq,exact"))
    assert [(p.row, p.column) for p in told] == [(6, "C")]
    told = problems(ad_counts=SMALL["ad_counts"].replace("D02,", "d02,"))
    assert [(p.row, p.column) for p in told] == [(6, "A")]
    told = problems(ad_counts=SMALL["ad_counts"].replace("E02,,,page_extrapolated", "E02,,,page"))
    assert [(p.row, p.column) for p in told] == [(4, "D")]


def test_a_ragged_row_of_the_register_hides_no_site() -> None:
    told = problems(sites=SMALL["sites"].replace("trop grand pour", "trop grand, pour"))
    assert [(p.file, p.row, p.column) for p in told] == [("sites.csv", 3, "G")]


def test_letters_follow_the_file_and_not_the_model() -> None:
    swapped = "\n".join(",".join(reversed(line.split(","))) for line in SMALL["ad_counts"].split()) + "\n"
    told = problems(ad_counts=swapped.replace("5,,D02", "5,,D09"))
    assert [(p.row, p.column, p.value) for p in told if p.file == "ad_counts.csv"] == [(6, "F", "D09")]


@pytest.mark.parametrize("missing", one_in(3, range(6)))
def test_a_missing_column_makes_no_contradiction(missing: int) -> None:
    cut = "\n".join(
        ",".join(c for at, c in enumerate(line.split(",")) if at != missing) for line in SMALL["ad_counts"].split()
    )
    told = problems(ad_counts=cut + "\n")
    assert [(p.severity, p.row, p.column) for p in told] == [(BLOCKING, 1, "")]


def test_an_illegible_register_makes_no_unknown_site() -> None:
    assert [(p.file, p.severity) for p in problems(sites="")] == [("sites.csv", BLOCKING)]


def test_checks_name_only_declared_columns() -> None:
    for part in CHECKS:
        for role, names in part.columns.items():
            assert set(names) <= set(INPUTS[role].to_schema().columns)


def test_empty_tables_hold_no_contradiction() -> None:
    sources = {role: Source(role, dict.fromkeys(model.to_schema().columns, "A")) for role, model in INPUTS.items()}
    assert check({role: model.empty() for role, model in INPUTS.items()}, sources) == []


@pytest.mark.parametrize(("number", "made"), [(MOST, MOST), (MOST + 1, MOST + 1), (MOST + 2, MOST + 1)])
def test_of_many_contradictions_of_a_kind_a_thousand_are_made_and_the_others_counted(number: int, made: int) -> None:
    head = SMALL["ad_counts"].splitlines()[0]
    rows = "".join(f"Z{at % 100:02},Lens,1,exact,2026-01-05,2026-01-07\n" for at in range(number))
    told = [one for one in problems(ad_counts=f"{head}\n{rows}") if "pas dans le registre" in one.message]
    assert len(told) == made and made + sum(one.others for one in told) == number
    assert {(one.file, one.column, one.severity) for one in told} == {("ad_counts.csv", "A", BLOCKING)}
