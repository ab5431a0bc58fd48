"""Reading one cell: what is accepted, what is refused, and the words of the refusal."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.collect import parse
from diagnostic.collect.parse import Refusal, Typed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("007", 7),
        ("-3", -3),
        ("−3", -3),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234\u202f567", 1234567),
    ],
)
def test_integers_read(text: str, value: int) -> None:
    result = parse.integer(text)
    assert isinstance(result, Typed)
    assert result.value == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,5", "à décimales"),
        ("3.0", "à décimales"),
        ("1 234,5", "à décimales"),
        ("1,234", "ambigu"),
        ("1.234", "ambigu"),
        ("1,234,567", "ambigu"),
        ("1E+05", "notation scientifique"),
        ("#REF!", "Erreur de formule"),
        ("#N/A", "Erreur de formule"),
        ("douze", "texte au lieu"),
        ("NA", "texte au lieu"),
        ("3 ou 4", "Plusieurs nombres"),
        ("12 34", "Plusieurs nombres"),
        ("12 annonces", "mêlé de texte"),
        (">10", "mêlé de texte"),
        ("5 %", "mêlé de texte"),
        ("+5", "mêlé de texte"),
        ("٣", "texte au lieu"),
        ("9" * 16, "démesuré"),
    ],
)
def test_integers_refused(text: str, words: str) -> None:
    result = parse.integer(text)
    assert isinstance(result, Refusal)
    assert words in result.plain


@settings(deadline=None)
@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1), st.sampled_from(["", " ", "\u00a0", "\u202f"]))
def test_integers_written_as_people_do_come_back(value: int, space: str) -> None:
    result = parse.integer(f"{value:,}".replace(",", space))
    assert isinstance(result, Typed)
    assert result.value == value


@settings(deadline=None)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_dates_come_back_from_both_notations(day: dt.date) -> None:
    for text in (day.isoformat(), day.strftime("%d/%m/%Y"), f"{day.day}/{day.month}/{day.year}"):
        result = parse.date(text)
        assert isinstance(result, Typed)
        assert result.value == day


@pytest.mark.parametrize(
    ("text", "plain", "detail"),
    [
        ("2019-02-31", "n'existe pas", "le 31 février n'existe pas"),
        ("31/02/2019", "n'existe pas", "le 31 février n'existe pas"),
        ("2019-02-29", "n'existe pas", "le 29 février n'existe pas en 2019"),
        ("2018-04-31", "n'existe pas", "le 31 avril n'existe pas"),
        ("04/25/2018", "inversés", "il n'y a pas de mois 25"),
        ("2018-13-01", "le mois va de 1 à 12", "il n'y a pas de mois 13"),
        ("2018-01-32", "le jour va de 1 à 31", "il n'y a pas de jour 32"),
        ("43363", "numéro de jour de tableur", "le 20\u00a0septembre 2018"),
        ("43363,5", "numéro de jour de tableur", "le 20\u00a0septembre 2018"),
        ("20/09/18", "deux chiffres", ""),
        ("2018", "année seule", ""),
        ("2018-09-20 00:00:00", "heure", ""),
        ("20/09/2018 10:15", "heure", ""),
        ("1850-01-01", "avant 1900", "année 1850"),
        ("0000-01-01", "avant 1900", "année 0"),
        ("2101-01-01", "après 2100", "année 2101"),
        ("20 septembre 2018", "pas une date", ""),
        ("sept.-18", "pas une date", ""),
        ("20.09.2018", "pas une date", ""),
        ("#VALUE!", "Erreur de formule", ""),
    ],
)
def test_dates_refused(text: str, plain: str, detail: str) -> None:
    result = parse.date(text)
    assert isinstance(result, Refusal)
    assert plain in result.plain
    assert detail in result.detail if detail else not result.detail


def test_serial_day_is_the_one_excel_shows() -> None:
    """Excel's documentation: 1 January 2008 is day 39448 of the 1900 date system."""
    result = parse.date("39448")
    assert isinstance(result, Refusal)
    assert "1er\u00a0janvier 2008" in result.detail


def test_date_after_the_last_possible_day() -> None:
    latest = dt.date(2020, 7, 15)
    assert isinstance(parse.date("2020-07-15", latest), Typed)
    result = parse.date("2020-07-16", latest)
    assert isinstance(result, Refusal)
    assert "futur" in result.plain


@pytest.mark.parametrize("text", ["oui", "OUI", "Vrai", "true", "1"])
def test_yes(text: str) -> None:
    assert parse.yes_or_no(text) == Typed(True)


@pytest.mark.parametrize("text", ["non", "Faux", "FALSE", "0"])
def test_no(text: str) -> None:
    assert parse.yes_or_no(text) == Typed(False)


@pytest.mark.parametrize("text", ["x", "o", "peut-être", "2", "1.0"])
def test_neither_yes_nor_no(text: str) -> None:
    assert isinstance(parse.yes_or_no(text), Refusal)


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_a_reading_raise(text: str) -> None:
    for read in (parse.integer, parse.date, parse.yes_or_no):
        assert isinstance(read(text), Typed | Refusal)
