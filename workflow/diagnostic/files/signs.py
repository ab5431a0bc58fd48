"""Signs that no cell should hold: control, invisible and direction characters, accents damaged by a conversion."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from diagnostic.core.problems import MASKED, MOST, Problem, column_letter
from diagnostic.core.wording import blocking
from diagnostic.files.decode import MOJIBAKE, SAVE_AS_UTF8

_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
# Phones write families and trades as several pictures joined by an invisible sign: nothing is hidden there.
_PICTURE = r"[\u2190-\u2bff\U0001f000-\U0001faff]"
_JOINED_PICTURES = re.compile(rf"(?<={_PICTURE})\ufe0f?\u200d(?={_PICTURE})")
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(cell: str) -> str:
    """A cell as it is compared and kept: composed letters, no blank around."""
    return unicodedata.normalize("NFC", cell).strip()


class Cleaner(dict[str, str]):
    """Text → the same cleaned, each distinct text once: for as long as one file is read."""

    def __missing__(self, cell: str) -> str:
        self[cell] = cleaned = clean(cell)
        return cleaned


class Signs:
    """Which cells of a file hold such a sign: each distinct text, and each sign, is looked at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cells: set[str] = set()  # without any
        self.signs: set[str] = set()  # harmless ones
        self.told: dict[int, list[Problem]] = {}  # column → its problems
        self.others: Counter[int] = Counter()  # and how many more it has

    @property
    def problems(self) -> list[Problem]:
        """A problem per cell that holds such a sign, row by row; of a column that has too many, the others counted."""
        last = [replace(self.told[at][-1], others=count - 1) for at, count in self.others.items()]
        return sorted((one for own in self.told.values() for one in own), key=lambda one: one.row or 0) + last

    def look(self, row: int, cells: Sequence[str]) -> None:
        """Look at the cells of a row, as they are written."""
        fresh = set(cells) - self.cells
        bad = {cell for cell in fresh if not (cell.isascii() and cell.isprintable()) and self._bad(cell)}
        self.cells |= fresh - bad
        for at, cell in enumerate(cells) if bad else ():
            if cell in bad:
                told = self.told.setdefault(at, [])
                if len(told) < MOST:
                    told.append(_problem(cell, self.file, row, at))
                else:
                    self.others[at] += 1

    def _bad(self, cell: str) -> bool:
        fresh = set(_JOINED_PICTURES.sub("", cell)) - self.signs
        bad = {sign for sign in fresh if _refused(sign)}
        self.signs |= fresh - bad
        return bool(bad) or bool(MOJIBAKE.search(cell))


def _problem(cell: str, file: str, row: int, position: int) -> Problem:
    """The problem of a bad cell: the first sign that is refused, else its accents."""
    place: dict[str, Any] = {"row": row, "column": column_letter(position), "value": MASKED}
    found = next((sign for sign in _JOINED_PICTURES.sub("", cell) if _refused(sign)), None)
    if found:
        return _bad_sign(file, found, place)
    message = (
        "Les accents de cette cellule sont abîmés (« Ã© » au lieu de « é ») : le fichier a été enregistré une "
        "fois dans un mauvais encodage."
    )
    return blocking(file, message, f"Repartir du fichier d'origine, sans recopier celui-ci. {SAVE_AS_UTF8}", **place)


def _refused(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    return sign in _INVISIBLE or sign == "\ufffd" or unicodedata.category(sign) in _REFUSED_CATEGORIES


def _bad_sign(file: str, sign: str, place: dict[str, Any]) -> Problem:
    code = f"U+{ord(sign):04X}"
    if sign == "\ufffd":
        message = (
            f"La cellule contient le signe de remplacement ({code}) : une lettre a été perdue lors d'une conversion."
        )
        return blocking(file, message, f"Repartir du fichier d'origine. {SAVE_AS_UTF8}", **place)
    kind = {"Cc": "un caractère de contrôle", "Co": "un caractère privé", "Cn": "un caractère inconnu"}.get(
        unicodedata.category(sign), "un caractère invisible ou de sens d'écriture"
    )
    message = f"La cellule contient {kind} ({code}), qui ne se voit pas et changerait la valeur."
    return blocking(file, message, "Effacer la cellule et la retaper au clavier, sans copier-coller.", **place)
