"""A digest cut for readers: never what reads as personal data, and nearly always the beginning of the whole."""

from __future__ import annotations

import hashlib

import pytest

from diagnostic.core.writing import short
from diagnostic.privacy import personal


@pytest.mark.parametrize(
    ("digest", "dialled", "cut"),
    [
        ("b107c51f03a565ce4dac", False, "b107c51f03a5"),
        ("004961336552a5ce4dac", True, "04961336552a"),  # a German number, as the code of a step was once printed
        ("3306123456780061234567f5", True, "80061234567f"),
        ("0033612345678c01", False, "33612345678c"),
    ],
)
def test_digits_that_could_be_dialled_are_not_shown(digest: str, dialled: bool, cut: str) -> None:
    assert any(hit.kind == personal.PHONE for hit in personal.find(f"| `{digest[:12]}` |")) is dialled
    assert short(digest) == cut
    assert not list(personal.find(f"| `{short(digest)}` |"))


def test_the_beginning_is_kept_where_it_has_a_letter() -> None:
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(3000)]
    cut = [short(digest) for digest in digests]
    assert all(
        len(one) == 12 and not one.isdecimal() and one in digest for one, digest in zip(cut, digests, strict=True)
    )
    decimal = [digest for digest in digests if digest[:12].isdecimal()]
    assert decimal  # (10/16)^12 of 3,000: some ten
    assert all(one == digest[:12] for one, digest in zip(cut, digests, strict=True) if digest not in decimal)
