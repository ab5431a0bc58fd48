"""The register: searches, options, subscriptions and prices, each counted on the sites where the answer is known."""

from __future__ import annotations

import pandas as pd
from fictional import answered, codebook

from diagnostic.estimate.facts import Builder
from diagnostic.estimate.internet import history

ROWS = [
    {
        "site_code": "E01",
        "found_by": ("escort", "earlier_list"),
        "paid_options": ("top", "photos"),
        "subscription": "no",
        "price_class": "free",
    },
    {"site_code": "E02", "found_by": ("escort",), "paid_options": ("none",), "subscription": "yes"},
    {"site_code": "A01", "paid_options": ("dk",), "subscription": "dk", "price_class": "dk"},
    {"site_code": "A02"},
]
BUILD = Builder("consolidate/site_terms", "observed")


def counted(rows: list[dict[str, object]]) -> dict[str, tuple[float | None, float | None]]:
    book = codebook()
    table = answered(book, "site_terms", rows, 3)
    found = history.term_facts(table, book, BUILD, lambda name: name)
    return {fact.fact_id.removeprefix("terms."): (fact.value, fact.denominator) for fact in found}


def test_unknown_answers_are_in_no_base() -> None:
    found = counted(ROWS)
    assert found["read"] == (2, 4)  # « ne sait pas » is no reading
    assert found["found_by.escort"] == (2, 2) and found["found_by.earlier_list"] == (1, 2)
    assert found["paid_options"] == (1, 2)  # none is an answer: that site sells nothing
    assert found["option.top"] == (1, 2) and found["option.style"] == (0, 2)
    assert found["subscription"] == (1, 2)
    assert found["price.free"] == (1, 1) and found["price.over_200"] == (0, 1)
    assert not any(name.endswith((".dk", ".none")) for name in found)


def test_nothing_without_a_sheet() -> None:
    assert not list(history.term_facts(pd.DataFrame(), codebook(), BUILD, str))
