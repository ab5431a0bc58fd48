"""What may be said of the readings of a publication, where not all of its figures are printed again."""

from __future__ import annotations

import pandas as pd

from diagnostic.audit.auditing import readings

FIGURES = pd.DataFrame(
    [
        {"id": name, "statement_fr": name, "value": value, "unit": "count", "rounding": "exact"}
        for name, value in (
            ("a.total", "10"),
            ("a.part", "4"),
            ("a.rest", "7"),
            ("b.one", "3"),
            ("b.two", "5"),
            ("c.one", "2"),
        )
    ]
).assign(base_id="", base_value="", subset_of="")
RULES = pd.DataFrame(
    [
        ("a.parts", "sum", "a.total", "a.part; ~other", "", "", "", "Le total est la somme"),
        ("a.rest_is", "question", "", "", "", "", "", "Ce qu’est le reste"),
        ("", "reading", "", "", "a.rest_is", "other", "oui", "ce qui n’est pas la part"),
        ("a.same", "same", "a.rest", "~other", "a.rest_is", "other", "", "Le même nombre"),
        ("", "reading", "", "", "a.rest_is", "free", "non", "autre chose"),
        ("a.free", "subset", "a.total", "a.rest", "a.rest_is", "free", "", "Une partie du total"),
        ("c.of", "question", "", "", "", "", "", "De quoi c’est la partie"),
        ("", "reading", "", "", "c.of", "total", "non", "du total"),
        ("c.total", "subset", "a.total", "c.one", "c.of", "total", "", "Une partie du total"),
        ("", "reading", "", "", "c.of", "part", "non", "de la part"),
        ("c.part", "subset", "a.part", "c.one", "c.of", "part", "", "Une partie de la part"),
        ("b.same", "same", "b.one", "b.two", "", "", "", "Le même nombre"),
    ],
    columns=["relation", "kind", "whole", "parts", "question", "reading", "printed", "label_fr"],
).assign(lines="1")
A = ["a.total", "a.part", "a.rest"]
B = ["b.one", "b.two"]


def said(*told: str) -> list[tuple[str, str, str]]:
    found = readings(FIGURES, RULES, told)
    return list(found[["question", "reading_label", "verdict"]].itertuples(index=False, name=None))


def test_every_reading_is_told_and_what_contradicts_under_all() -> None:
    assert said(*A, *B, "c.one") == [
        ("a.rest_is", "ce qui n’est pas la part", "contradicts"),  # 10 - 4 is not 7
        ("a.rest_is", "autre chose", "agrees"),
        ("c.of", "du total", "agrees"),
        ("c.of", "de la part", "agrees"),
        ("b.one", "", "contradicts"),
        ("b.two", "", "contradicts"),
    ]


def test_nothing_is_told_of_a_figure_that_is_not_printed_again() -> None:
    assert {row[0] for row in said(*A, "b.one")} == {"a.rest_is"}


def test_a_verdict_that_another_figure_gives_is_not_told_without_it() -> None:
    """The part is in no reading; without it, nothing says that the rest is not what is left of the total."""
    assert said("a.total", "a.rest") == []
