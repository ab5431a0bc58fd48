"""What is left out of a text of the team before it is judged."""

from __future__ import annotations

import pytest

from diagnostic.files.texts import MOST_BYTES, problems, without_comments


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <!-- b --> c", "a  c"),
        ("a\n<!-- b\nc\n--> d\n", "a\n\n\n d\n"),
        ("<!-- a --> b <!-- c --> d", " b  d"),
        ("<!-- a <!-- b --> c", " c"),
        ("a --> b <!-- c", "a --> b <!-- c"),
        ("<!-- a --> b <!-- c", " b <!-- c"),
        ("-->", "-->"),
        ("", ""),
    ],
)
def test_comments_are_left_out_and_their_lines_count(text: str, left: str) -> None:
    assert without_comments(text) == left


def test_marks_that_no_end_follows_are_not_each_followed_to_the_end() -> None:
    """Of these 75,000 marks each would be: a minute and more, and now the time of a look."""
    text = "<!--" * (MOST_BYTES // 4)
    assert without_comments(text) == text
    assert problems(text.encode(), "constats.md", "constats")
