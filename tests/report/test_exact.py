"""The reviewer's report: the same text, with the exact numbers of all facts and the evidence on their cards."""

from __future__ import annotations

import re

import pytest
from released import fact, ledger, statements
from test_assemble import report

from diagnostic.report.assemble import Review, exact, plain

RATIO = 100 * 7 / 104
FACTS = (
    fact("ads.total", 7393),
    fact(
        "people.few_pct",
        RATIO,
        unit="person",
        measure="percent",
        numerator=7,
        denominator=104,
        low=2.5,
        high=61.25,
        interval_kind="bounds",
        label="part trop petite",
    ),
)
LEDGER = ledger(*FACTS)
REVIEW = Review(LEDGER, {"people.few_pct": [("Lignes", "2 : R-7RJ36V/1, R-7RJ36V/2")]})
TEMPLATE = (
    '{% if review %}relecture{% else %}rapport{% endif %} {{ fact("people.few_pct") }} {% if interval("people.few_pct") %}{{ interval("people.few_pct") }}{% endif %} '
    '{{ fact("ads.total") }} '
    '{% if review %}{{ grid.register(caption="Tout.") }}{% endif %}'
)


def flat(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text.replace("\\", ""))


@pytest.fixture
def reviewed() -> str:
    return flat(report(TEMPLATE, statements=exact(LEDGER), review=REVIEW))


@pytest.fixture
def released() -> str:
    return flat(report(TEMPLATE, statements=statements(*FACTS)))


def test_a_withheld_number_is_printed_marked_and_its_card_says_all(reviewed: str) -> None:
    assert '[7 %]{.fact .retenu fact="people.few_pct"}' in reviewed
    assert '[3 à 61 %]{.fact .retenu fact="people.few_pct"}' in reviewed
    card = reviewed.partition('``` {.carte fact="people.few_pct"}')[2]
    for title, text in [
        ("Valeur", "7 %"),
        ("Numérateur", "7"),
        ("Dénominateur", "104"),
        ("Imprimé ailleurs", "valeur : non publié"),
        ("Sans arrondi", f"{plain(RATIO)}, de 2,5 à 61,25"),
        ("Lignes", "2 : R-7RJ36V/1, R-7RJ36V/2"),
    ]:
        assert f"\n{title} : {text}\n" in card
    assert re.search(r"\nPublication : Non publié\. \S", card)


def test_a_published_number_is_as_in_the_report(reviewed: str, released: str) -> None:
    for text in (reviewed, released):
        assert '[7 393]{.fact fact="ads.total"}' in text
    assert "Imprimé ailleurs : valeur : 7 393" in reviewed


def test_the_report_itself_says_nothing_of_it(released: str) -> None:
    assert released.startswith("rapport [non publié]{.fact")
    for told in ("retenu", "R-7RJ36V", "104", "Sans arrondi", "61,25"):
        assert told not in released


def test_the_register_lists_every_fact(reviewed: str) -> None:
    rows = [line for line in reviewed.splitlines() if ".identifiant}" in line]
    assert len(rows) == len(LEDGER) and "Non publié." in rows[1] and "[7 %]" in rows[1]


def test_everything_is_exact() -> None:
    made = exact(LEDGER).set_index("statement_id").loc["people.few_pct"]
    assert [made[f"shown_{name}"] for name in ("value", "low", "high")] == [RATIO, 2.5, 61.25]
    assert [made[f"printed_{name}"] for name in ("numerator", "denominator")] == ["7", "104"]


@pytest.mark.parametrize(
    ("value", "text"), [(7.0, "7"), (12345.0, "12\u202f345"), (0.1, "0,1"), (RATIO, "6,730769230769231")]
)
def test_a_plain_number_has_all_its_digits(value: float, text: str) -> None:
    assert plain(value) == text
