"""French typography: what readers see, against the rules of the Imprimerie nationale."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core import french

NB, NNB = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (699, 0, "699"),
        (7393, 0, f"7{NNB}393"),
        (1234567.891, 2, f"1{NNB}234{NNB}567,89"),
        (272.61, 0, "273"),
        (47.353, 1, "47,4"),
        (0.5, 0, "1"),  # half up, not to the even neighbour
        (2.5, 0, "3"),
        (1.005, 2, "1,01"),  # 1.00499… in binary: what is printed is the decimal number that was meant
        (-3.25, 1, "−3,3"),
        (-0.001, 1, "0,0"),  # never « −0,0 »
        (5, 2, "5,00"),
        (float("nan"), 0, "–"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert french.number(value, decimals) == text


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_reads_back(value: int) -> None:
    assert int(french.number(value).replace(NNB, "").replace("−", "-")) == value


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_rounding_is_within_half_a_unit(value: float, decimals: int) -> None:
    read = float(french.number(value, decimals).replace(NNB, "").replace("−", "-").replace(",", "."))
    assert abs(read - value) <= 0.5 * 10**-decimals + 1e-6


def test_percentages_keep_their_sign_on_the_line() -> None:
    assert french.percent(62.96) == f"63{NB}%"
    assert french.percent(4.987, 2) == f"4,99{NB}%"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2018-12-01", f"1er{NB}décembre 2018"),
        ("2020-08-11", f"11{NB}août 2020"),
        (dt.date(2019, 2, 28), f"28{NB}février 2019"),
    ],
)
def test_dates(day: dt.date | str, text: str) -> None:
    assert french.date(day) == text


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("Boulogne-sur-Mer", "boulogne-sur-mer"),
        ("L’Haÿ-les-Roses", "l-hay-les-roses"),
        ("Œuilly", "oeuilly"),
        ("Мост", "x43cx43ex441x442"),
        ("《》", "lieu"),
    ],
)
def test_the_end_of_an_identifier(name: str, end: str) -> None:
    assert french.slug(name) == end


def test_names_in_other_alphabets_have_identifiers_of_their_own() -> None:
    names = ["Мост", "Ἀθῆναι", "Łódź", "Lodz", "東京", "京東", "القاهرة"]
    assert len({french.slug(name) for name in names}) == len(names)


def test_months_are_lower_case_words() -> None:
    named = [french.month(f"2018-{number:02d}") for number in range(1, 13)]
    assert named[0] == "janvier 2018" and named[7] == "août 2018" and named[11] == "décembre 2018"
    assert all(name == name.lower() for name in named) and len(set(named)) == 12


@pytest.mark.parametrize(
    ("count", "word"), [(0, "site"), (1, "site"), (1.9, "site"), (2, "sites"), (-1, "site"), (11, "sites")]
)
def test_the_singular_holds_below_two(count: float, word: str) -> None:
    assert french.plural(count, "site") == word


def test_an_irregular_plural_is_given() -> None:
    assert french.plural(3, "procureur·e", "procureur·es") == "procureur·es"


def test_typographic_spaces_and_apostrophes() -> None:
    typed = "Corriger l'un : « a » ou « b » ; sinon ? non ! n° 3, p. 4, 5 % et 3 €"
    assert french.typographic(typed) == (
        f"Corriger l’un{NB}: «{NB}a{NB}» ou «{NB}b{NB}»{NNB}; sinon{NNB}? non{NNB}! n°{NB}3, p.{NB}4, 5{NB}% et 3{NB}€"
    )
    assert french.typographic(french.typographic(typed)) == french.typographic(typed)
