"""Cells to typed tables: headers, every kind of column, every declared check, and the promise of validity."""

import csv
import datetime as dt
import io

import pandas as pd
import pytest
from declared import written
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import SMALL

from diagnostic.collect.grids import read_csv
from diagnostic.collect.parse import parse, source
from diagnostic.collect.tables import INPUTS
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem
from diagnostic.core.tables import Table
from diagnostic.core.validation import validate


def parsed(
    text: str, model: Table = INPUTS["ad_counts"], latest: dt.date | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    cells, problems = read_csv(text.encode(), "f.csv", "")
    assert not problems, problems
    return parse(cells, model, "f.csv", latest)


def places(problems: list[Problem]) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.column) for problem in problems]


HEADER = "site_code,place,count,method,window_start,window_end\n"


def test_a_sound_table_is_typed_and_keeps_its_rows() -> None:
    table, problems = parsed(
        HEADER + "E01,Arras,12,exact,2018-09-20,05/12/2018\nE02,,,page_extrapolated,2018-09-20,05/12/2018\n"
    )
    assert not problems
    assert table["row"].tolist() == [2, 3]
    assert table["site_code"].tolist() == ["E01", "E02"]
    assert table["place"].isna().tolist() == [False, True]
    assert table["count"].tolist() == [12, pd.NA]
    assert table["window_start"].tolist() == [pd.Timestamp(2018, 9, 20)] * 2
    assert table["window_end"].tolist() == [pd.Timestamp(2018, 12, 5)] * 2
    validate(table, "collect/ad_counts")


@pytest.mark.parametrize("role", list(INPUTS))
def test_every_sound_file_validates_unchanged(role: str) -> None:
    table, problems = parsed(SMALL[role], INPUTS[role])
    assert not problems
    pd.testing.assert_frame_equal(validate(table, f"collect/{role}"), table)


@pytest.mark.parametrize("role", list(INPUTS))
def test_a_header_alone_gives_an_empty_typed_table(role: str) -> None:
    table, problems = parsed(SMALL[role].splitlines()[0] + "\n", INPUTS[role])
    assert not problems
    assert table.empty
    pd.testing.assert_frame_equal(validate(table, f"collect/{role}"), table)


def test_columns_come_in_any_order() -> None:
    table, problems = parsed(
        "window_end,count,site_code,method,place,window_start\n2018-12-05,1,E01,exact,,2018-09-20\n"
    )
    assert not problems
    assert table["count"].tolist() == [1]
    assert list(table) == ["row", *HEADER.strip().split(",")]


def test_missing_unknown_and_repeated_headers_at_once() -> None:
    table, problems = parsed("site_code,place,cuont,place,method,window_start,truc\nE1,,3,,exact,2018-09-20,\n")
    header = [(p.row, p.column, p.value) for p in problems if p.row == 1]
    assert header == [(1, "C", "cuont"), (1, "D", "place"), (1, "G", "truc"), (1, "", ""), (1, "", "")]
    words = [p.message for p in problems]
    assert "vouliez-vous «\u00a0count\u00a0»" in words[0]
    assert "en double" in words[1]
    assert "Colonne inconnue." in words[2]
    assert "«\u00a0count\u00a0» (Annonces)" in words[3]
    assert "«\u00a0window_end\u00a0» (Fin)" in words[4]
    assert places(problems[5:]) == [(2, "A")]  # the cells are checked all the same
    assert table["window_end"].isna().all()


def test_a_file_without_header_gives_one_problem_and_quotes_nothing() -> None:
    _, problems = parsed("E01,Arras,12,exact,2018-09-20,2018-12-05\n")
    assert len(problems) == 1
    assert "aucun des en-têtes" in problems[0].message
    assert "Arras" not in str(problems)


def test_places_of_columns_are_those_of_the_file() -> None:
    cells, _ = read_csv(b"count,x,site_code,count\n", "f.csv", "")
    found = source(cells, "f.csv")
    assert found.letters == {"count": "A", "x": "B", "site_code": "C"}


@pytest.mark.parametrize(
    ("cell", "words", "value"),
    [
        ("-3", "négatif", "-3"),
        ('"3,5"', "décimales", "3,5"),
        ("3.0", "décimales", "3.0"),
        ("douze", "texte", "douze"),
        ("3 ou 4", "Plusieurs nombres", "3 ou 4"),
        ('"1,234"', "ambigu", "1,234"),
    ],
)
def test_counts_refused(cell: str, words: str, value: str) -> None:
    table, problems = parsed(HEADER + f"E01,,1,exact,2018-09-20,2018-12-05\nE02,,{cell},exact,2018-09-20,2018-12-05\n")
    assert places(problems) == [(3, "C")]
    assert problems[0].severity == BLOCKING
    assert words in problems[0].message
    assert problems[0].value == value
    assert table["count"].isna().tolist() == [False, True]


def test_thousands_are_read_and_told_once() -> None:
    table, problems = parsed(
        HEADER + "E01,,1 234,exact,2018-09-20,2018-12-05\nE02,,1\u202f000,exact,2018-09-20,2018-12-05\n"
    )
    assert table["count"].tolist() == [1234, 1000]
    assert places(problems) == [(2, "C")]
    assert problems[0].severity == WARNING
    assert problems[0].message.startswith("2 cellules")


def test_mixed_date_notations_are_told_once_and_one_notation_never() -> None:
    table, problems = parsed(HEADER + "E01,,1,exact,20/09/2018,05/12/2018\nE02,,1,exact,2018-09-20,05/12/2018\n")
    assert table["window_start"].nunique() == 1
    assert places(problems) == [(2, "E")]
    assert problems[0].severity == WARNING


def test_dates_refused_say_what_day_it_was() -> None:
    _, problems = parsed(
        HEADER + "E01,,1,exact,2018-02-31,43363\nE02,,1,exact,20/09/18,2021-01-01\n",
        latest=dt.date(2020, 7, 15),
    )
    assert places(problems) == [(2, "E"), (3, "E"), (2, "F"), (3, "F")]
    words = [problem.message for problem in problems]
    assert "le 31 février n’existe pas" in words[0]
    assert "deux chiffres" in words[1]
    assert "20\u00a0septembre 2018" in words[2]
    assert "après le 15\u00a0juillet 2020" in words[3]


def test_blank_required_cells_are_told_and_optional_ones_are_not() -> None:
    _, problems = parsed(HEADER + "E01,,,,2018-09-20,2018-12-05\n")
    assert places(problems) == [(2, "D")]
    assert "obligatoire" in problems[0].message


def test_closed_lists_show_the_choices_and_the_nearest() -> None:
    _, problems = parsed(HEADER + "E01,,1,Exacte,2018-09-20,2018-12-05\n")
    assert places(problems) == [(2, "D")]
    assert "vouliez-vous écrire «\u00a0exact\u00a0»" in problems[0].message
    assert "«\u00a0exact\u00a0» ou «\u00a0page_extrapolated\u00a0»" in problems[0].remedy


def test_codes_show_the_shape_in_words_and_the_likely_code() -> None:
    _, problems = parsed(HEADER + "e01,,1,exact,2018-09-20,2018-12-05\n7,,1,exact,2018-09-20,2018-12-05\n")
    assert places(problems) == [(2, "A"), (3, "A")]
    assert "«\u00a0E01\u00a0»" in problems[0].message
    assert "une lettre majuscule, 2 chiffres" in problems[0].remedy
    assert "nombre au lieu d’un code" in problems[1].message


# A table with INSEE codes, as later ones will have.
COMMUNES = written(
    r"departement,text,Département,Code du département,quote,,,,^(\d{2}|2[AB]|97\d)$",
    r"commune,text,Commune,Code INSEE,quote,,,,^(\d{2}|2[AB])\d{3}$",
)


def test_a_lost_leading_zero_is_told_as_such() -> None:
    _, problems = parsed("departement,commune\n1,1004\n62,62041.0\n1.0,01004\n", COMMUNES)
    assert places(problems) == [(2, "A"), (4, "A"), (2, "B"), (3, "B")]
    assert [("zéro initial" in p.message) for p in problems] == [True, True, True, False]
    assert problems[0].message.endswith("01.")
    assert problems[2].message.endswith("01004.")


def test_duplicates_in_a_unique_column_name_the_first_row() -> None:
    text = "site_code,category,mirror_group,status,under_mirror_label,remarks\n"
    table, problems = parsed(
        text + "E01,escorting,,open,,\nE02,escorting,,open,,\nE01,escorting,,open,,\nE01,escorting,,open,,\n",
        INPUTS["sites"],
    )
    assert places(problems) == [(4, "A"), (5, "A")]
    assert all("ligne 2" in problem.message for problem in problems)
    assert table["site_code"].isna().tolist() == [False, False, True, True]


def test_all_problems_of_a_file_at_once() -> None:
    _, problems = parsed(
        HEADER
        + "E1,,-1,exact,2018-09-20,2018-12-05\nE02,,x,page,20/9/18,\n"
        + "E03,,1,exact,2018-09-20,2018-12-05\n,,,,,31/04/2018\n"
    )
    assert sorted(places(problems)) == [
        (2, "A"),
        (2, "C"),
        (3, "C"),
        (3, "D"),
        (3, "E"),
        (3, "F"),
        (5, "A"),
        (5, "D"),
        (5, "E"),
        (5, "F"),
    ]


def test_values_are_masked_where_the_column_is_not_quoted_and_cut_where_it_is() -> None:
    notes = written(r"secret,text,Secret,Sans espace,,,,,^\S+$", r"open,text,Ouvert,Sans espace,quote,,,,^\S+$")
    _, problems = parsed(f"secret,open\nMarie Durand,{'mot ' * 30}\n", notes)
    assert problems[0].value == MASKED
    assert "Durand" not in str(problems)
    assert len(problems[1].value) == 40
    assert problems[1].value.endswith("…")


# Every check that a table may declare.
CHECKED = [
    "low,integer,Bas,Nombre,blank,,2,,",
    "high,integer,Haut,Nombre,blank quote,,,10,",
    "count,integer,Nombre,Nombre,blank quote,,0,,",
    "day,date,Jour,Date,blank,,,,",
    "choice,text,Choix,Liste,,alpha|bêta,,,",
    "word,text,Mot,Libre,blank,,,,",
    r"code,text,Code,Code,unique,,,,^[A-Z]\d{2}$",
    "yes,yes_no,Oui,Oui ou non,,,,,",
]
CHECKS = written(*CHECKED)


EVERYTHING = ["2", "10", "1", "2000-01-01", "alpha", "libre", "A01", "oui"]
BROKEN = {
    "low": ("1", "le minimum est 2"),
    "high": ("11", "le maximum est 10"),
    "count": ("-1", "Nombre négatif"),
    "day": ("2019-02-31", "n’existe pas"),
    "choice": ("gamma", "hors de la liste"),
    "code": ("A1", "Code mal écrit"),
    "yes": ("peut-être", "Ni «\u00a0oui\u00a0» ni «\u00a0non\u00a0»"),
}
NAMES = [line.partition(",")[0] for line in CHECKED]


def everything(rows: list[list[str]]) -> tuple[pd.DataFrame, list[Problem]]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([NAMES, *rows])
    cells, told = read_csv(out.getvalue().encode(), "f.csv", "")
    table, problems = parse(cells, CHECKS, "f.csv")
    return table, [*told, *problems]


def test_the_table_of_every_check_has_a_sound_row() -> None:
    assert everything([EVERYTHING])[1] == []


@pytest.mark.parametrize("name", list(BROKEN))
def test_every_declared_check_has_its_words(name: str) -> None:
    position = NAMES.index(name)
    value, words = BROKEN[name]
    row = [value if at == position else cell for at, cell in enumerate(EVERYTHING)]
    table, problems = everything([row])
    assert places(problems) == [(2, "ABCDEFGH"[position])]
    assert words in problems[0].message
    assert table[name].isna().all()


HOSTILE = [
    "",
    "0",
    "-1",
    "-77777",
    "3,25",
    "7.0",
    "1 234",
    "1,234",
    "9" * 20,
    "1e9",
    "NA",
    "nan",
    "None",
    "#REF!",
    "douze",
    "2019-02-31",
    "31/02/2019",
    "43363",
    "2018-09-20",
    "20/09/2018",
    "20/09/18",
    "1850-06-07",
    "9999-01-01",
    "E01",
    "e01",
    "A01\n",
    "1",
    "01",
    "ZQ12345X",
    "oui",
    "FAUX",
    "exact",
    "dating",
    "open",
    "social",
    "=1+1",
    "é" * 60,
    "ads.total",
    "percent",
    "\u200b",
    "�",
    "Ã©",
    '"',
    "a;b",
    "\t",
]
CELL = st.sampled_from(HOSTILE) | st.text(max_size=12) | st.integers().map(str) | st.dates().map(str)


@pytest.mark.slow
@settings(max_examples=cases(400), deadline=None)
@given(st.data())
def test_a_table_without_blocking_problem_is_valid(data: st.DataObject) -> None:
    """Whatever is put in whatever cells: nothing raises, and what parse lets through pandera lets through."""
    role = data.draw(st.sampled_from([*INPUTS, "everything"]))
    model = INPUTS.get(role, CHECKS)
    sound = [NAMES, EVERYTHING] if role == "everything" else list(csv.reader(io.StringIO(SMALL[role])))
    rows = [sound[0], *data.draw(st.lists(st.sampled_from(sound[1:]), min_size=1, max_size=4))]
    rows = [list(row) for row in rows]
    for _ in range(data.draw(st.integers(0, 3))):
        row = data.draw(st.sampled_from(rows[1:] if data.draw(st.integers(0, 9)) else rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELL)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    cells, told = read_csv(out.getvalue().encode("utf-8", "replace"), "f.csv", role)
    table, problems = parse(cells, model, "f.csv")
    assert list(table) == list(model.to_schema().columns)
    if not any(problem.severity == BLOCKING for problem in [*told, *problems]):
        pd.testing.assert_frame_equal(model.validate(table), table)


MASKED_ONES = written(*(line.replace("quote", "") for line in CHECKED))  # the same columns, none quoted
EXAMPLES = ("2018-09-20", "20/09/2018", "1 234")  # shown by remedies that do not depend on the cell
SECRETS = [
    *(v for v in HOSTILE if len(v) > 4 and v not in EXAMPLES),
    "2017-03-04",
    "05/06/2016",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(SECRETS), min_size=len(NAMES), max_size=len(NAMES)))
def test_no_message_repeats_a_value_of_an_unquoted_column(row: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([NAMES, row, row])
    cells, told = read_csv(out.getvalue().encode(), "f.csv", "")
    _, problems = parse(cells, MASKED_ONES, "f.csv")
    hidden = [*row, "31 février", "20\u00a0septembre 2018", "année 1850", "9999"]
    for problem in [*told, *problems]:
        text = problem.message + problem.remedy
        assert not [value for value in hidden if value.strip() and value in text]
        assert problem.value in ("", MASKED)


def test_the_real_patterns_are_met_by_the_real_words() -> None:
    """The identifiers of published figures have no simple shape in words: both are told."""
    header = SMALL["published_figures"].splitlines()[0] + "\n"
    _, problems = parsed(header + "Total,,,x,1,count,exact,,,,,,survey,\n", INPUTS["published_figures"])
    assert places(problems) == [(2, "A")]
    assert "motif" in problems[0].remedy


def test_a_year_is_a_number_within_limits() -> None:
    _, problems = parsed("date,outlet,title,year_heading\n2018-01-01,a,b,18\n2018-01-02,a,b,2101\n", INPUTS["press"])
    assert [problem.message for problem in problems] == [
        "Valeur trop petite\u00a0: le minimum est 1900.",
        "Valeur trop grande\u00a0: le maximum est 2100.",
    ]
