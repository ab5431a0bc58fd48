"""What the team may not write in a text of the report: a number that is no statement, what somebody said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Numbers written as words that can only be a count or a share; « deux », « tiers » or « quart » have other uses.
WORDS = (
    "vingt|trente|quarante|cinquante|soixante|septante|huitante|nonante|cent|cents|mille|million|millions|milliard|"
    "milliards|dizaine|dizaines|douzaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine|centaines|millier|"
    "milliers|moitié|pourcent|pourcentage"
)
NUMERIC = re.compile(rf"[\d⁰¹²³⁴-⁹₀-₉¼-¾⅐-ↈ①-⓿❶-➓]+(?:[ \u202f\u00a0.,]?\d+)*|[%‰]|\b(?:{WORDS})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """One thing to mend, at its line (1 first)."""

    line: int
    message: str


def numbers(line: int, bare: str, how: str) -> Iterator[Problem]:
    """The numbers of a line without its citations; `how` is the way to cite."""
    for number in dict.fromkeys(NUMERIC.findall(bare)):
        yield Problem(line, f"« {number} » n’est pas un indicateur ; le citer par {how} ou l’écrire autrement")


def quotation(line: int, text: str) -> Iterator[Problem]:
    """A line that quotes somebody: what persons said is not published (`quotations` of the release policy)."""
    if text.lstrip().startswith(">"):
        yield Problem(line, "une citation ; les paroles des personnes ne sont pas publiées, les résumer")
