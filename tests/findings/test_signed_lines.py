"""The findings that a team keeps and signs at the desk: every other line of its file stays as it was."""

from __future__ import annotations

from diagnostic.findings import written

TEXT = """\
Signé par :

<!--
Signé par : ceci est un commentaire.
-->
## L’essentiel

- **Un.** Premier. <!-- rang 1 -->
- **Deux.**

## Dans les chapitres

- **Trois.** Troisième.
"""


def lines() -> list[int]:
    return [one.line for one in written.read(TEXT).findings]


def test_what_is_not_kept_goes_and_nothing_else_but_who_signs() -> None:
    first, second, third = lines()
    assert (first, second, third) == (8, 9, 13)
    left = written.signed(TEXT, [first, third], "l’équipe, le 3 octobre")
    wanted = TEXT.splitlines()
    wanted[0] = "Signé par : l’équipe, le 3 octobre"
    del wanted[second - 1]
    assert left == "\n".join([*wanted, ""])
    again = written.read(left)
    assert again.signed == "l’équipe, le 3 octobre" and [one.claim for one in again.findings] == ["Un", "Trois"]


def test_a_file_without_the_line_has_it_first() -> None:
    text = TEXT.split("\n", 5)[5]
    left = written.signed(text, [2, 3, 7, *range(40)], "AB")
    assert left == f"Signé par : AB\n\n{text}" and written.read(left).signed == "AB"
