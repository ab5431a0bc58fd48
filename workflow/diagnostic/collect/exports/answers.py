"""Texts of records into typed answers, one variable at a time: what is answered, and everything that cannot be read."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Codebook, Option, Variable
from diagnostic.collect.exports.layout import NOT_TICKED, TICKED, Told
from diagnostic.collect.exports.records import Raw
from diagnostic.core.french import number
from diagnostic.counts.reading import read_counts

_NUMBER = re.compile(r"\d{1,9}")
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_YEARS = range(1900, 2101)  # a year beyond is a slip
ALIKE, LONGEST = 0.5, 200  # how alike a text and a spelling must be for one to be proposed; signs that are compared
MOST = 6  # options named where none is close
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")


@dataclass(frozen=True)
class Answers:
    """The answers to one variable, one place per record.

    `given`: whether there is an answer. `values`: codes, numbers, dates or texts (None where not given); for a
    multiple variable nothing, its options being in `ticks`: code → whether it is ticked. `unread`: whether something
    is written that cannot be read, which has been told: what depends on it is not judged.
    """

    variable: Variable
    given: np.ndarray
    values: np.ndarray | pd.DataFrame
    ticks: Mapping[str, np.ndarray]
    unread: np.ndarray
    bound: bool = True

    def keep(self, asked: np.ndarray, unsure: np.ndarray) -> Answers:
        """The same, without the answers of records that were not asked; `unsure`: nobody can tell whether they were."""
        given = self.given & asked
        values = self.values
        if isinstance(values, np.ndarray):
            values = values.copy()
            values[~given] = None
        ticks = {code: ticked & given for code, ticked in self.ticks.items()}
        return replace(self, given=given, values=values, ticks=ticks, unread=self.unread | unsure)

    def take(self, positions: np.ndarray, lost: np.ndarray) -> Answers:
        """The answers of other records: those at these positions, which say nothing where they are `lost`."""
        values = self.values.iloc[positions] if isinstance(self.values, pd.DataFrame) else self.values[positions]
        ticks = {code: ticked[positions] for code, ticked in self.ticks.items()}
        return replace(
            self, given=self.given[positions], values=values, ticks=ticks, unread=self.unread[positions] | lost
        )


def read(codebook: Codebook, raw: Raw, variable: Variable, told: Told) -> Answers:
    """The answers to a variable in the records of an export."""
    return _Reader(codebook, raw, variable, told).read()


class _Reader:
    """The reading of one variable: each distinct text is read once, each fault told at each of its cells."""

    def __init__(self, codebook: Codebook, raw: Raw, variable: Variable, told: Told) -> None:
        self.codebook, self.raw, self.variable, self.told = codebook, raw, variable, told
        self.size = len(raw.frame)
        self.unread = raw.damaged(variable.name, told)

    def read(self) -> Answers:
        whole = self.raw.answers.get(self.variable.name)
        if self.variable.type == "multiple":
            return self._multiple(whole)
        if whole is None:
            return self._answers(np.zeros(self.size, dtype=bool), bound=False)
        if self.variable.type == "count_text":
            return self._answers(whole != "", self._counts(whole))
        readers: dict[str, Callable[[str], tuple[object, str]]] = {
            "single": self._code,
            "integer": self._integer,
            "date": self._date,
            "code": self._pattern,
        }
        values = self._each(whole, readers.get(self.variable.type, lambda text: (text, "")), self.variable.name)
        return self._answers(np.array([v is not None for v in values], dtype=bool), values)

    def _answers(
        self,
        given: np.ndarray,
        values: np.ndarray | pd.DataFrame | None = None,
        ticks: Mapping[str, np.ndarray] | None = None,
        bound: bool = True,
    ) -> Answers:
        nothing = np.full(self.size, None, dtype=object)
        return Answers(self.variable, given, nothing if values is None else values, ticks or {}, self.unread, bound)

    def _each(self, texts: np.ndarray, reader: Callable[[str], tuple[object, str]], heading: str) -> np.ndarray:
        """The value of each text. `reader` gives a value and what is wrong, if anything: « message|what to do »."""
        values, codes = self._distinct(texts, reader, heading)
        return values[codes] if len(values) else np.full(self.size, None, dtype=object)

    def _distinct(
        self, texts: np.ndarray, reader: Callable[[str], tuple[object, str]], heading: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """The same: the value of each distinct text, and which of them each text is."""
        codes, distinct = pd.factorize(texts)
        found = [(None, "") if text == "" else reader(str(text)) for text in distinct]
        for index, (_, fault) in enumerate(found):
            if fault:
                message, remedy = fault.split("|", 1)
                at = np.flatnonzero(codes == index)
                self.unread[at] = True
                for record in at:
                    self._block(message, remedy, heading, int(record))
        values = np.empty(len(found), dtype=object)
        values[:] = [value for value, _ in found]
        return values, codes

    def _block(self, message: str, remedy: str, heading: str, record: int) -> None:
        sheet, row, column = self.raw.place(heading, record)
        self.told.block(message, remedy, sheet, row, column)

    # --- closed questions ---

    @cached_property
    def _spelled(self) -> dict[str, str]:
        texts = self.codebook.spellings(self.variable.list)
        return {normalise(text): code for text, code in reversed(list(texts.items()))}

    @cached_property
    def _coded(self) -> bool:
        """Whether the export writes this question's answers as codes."""
        codes = {option.code for option in self.codebook.options(self.variable)}
        labels = {normalise(option.label) for option in self.codebook.options(self.variable)}
        texts = pd.unique(self.raw.answers.get(self.variable.name, np.array([], dtype=object)))
        return any(text and codes.issuperset(text.split()) and text not in labels for text in map(str, texts))

    def _code(self, text: str) -> tuple[object, str]:
        code = self._spelled.get(normalise(text))
        return (code, "") if code else (None, self._unknown([text]))

    def _unknown(self, texts: list[str]) -> str:
        """The nearest options, else the first of the list. What was written is not repeated: it may say who."""
        labels = {option.code: option.label for option in self.codebook.options(self.variable)}
        near = dict.fromkeys(
            self._spelled[match]
            for text in texts
            for match in difflib.get_close_matches(normalise(text)[:LONGEST], self._spelled, n=3, cutoff=ALIKE)
        )
        shown = [
            f"« {labels[code]} »" + (f" ({code})" if self._coded and code != labels[code] else "")
            for code in list(near) or [*labels][:MOST]
        ]
        start = "Réponses les plus proches" if near else "Réponses de la liste"
        more = ", etc." if not near and len(labels) > MOST else ""
        written = (
            f"« diagnostic decrire ÉTUDE {self.told.role} » la met dans la correspondance, où dire ce qu’elle est."
            if self.told.described
            else "corriger dans l’outil ou, si ce n’est qu’une autre écriture d’une réponse, sans rien de personnel, "
            "l’ajouter à ses « aliases » dans config/codebook/options.csv."
        )
        return (
            f"Cette réponse n’est pas dans la liste de la question « {self.variable.label} ».|"
            f"{start} : {', '.join(shown)}{more} ; {written}"
        )

    def _multiple(self, whole: np.ndarray | None) -> Answers:
        options = self.codebook.options(self.variable)
        if whole is not None:
            chosen, at = self._distinct(whole, self._codes, self.variable.name)
            ticks = {o.code: np.array([o.code in (c or ()) for c in chosen], dtype=bool)[at] for o in options}
            given = np.array([c is not None for c in chosen], dtype=bool)[at]
            unread = self.unread.copy()
        by_option = {o.code: self._ticks(o) for o in options if f"{self.variable.name}/{o.code}" in self.raw.answers}
        if whole is not None:
            self._disagreements(ticks, given, unread, by_option)
        else:
            none = np.zeros(self.size, dtype=bool)
            ticks = {o.code: by_option[o.code][0] if o.code in by_option else none for o in options}
            given = np.any([none, *ticks.values()], axis=0)
            if self.raw.explicit and by_option:
                given |= np.all([written for _, written in by_option.values()], axis=0)
        self._exclusive(options, ticks, whole is not None)
        return self._answers(given, ticks=ticks, bound=whole is not None or bool(by_option))

    def _codes(self, text: str) -> tuple[object, str]:
        spelled = self._spelled
        parts = [spelled.get(part) for part in text.split()]
        if all(parts):
            return tuple(dict.fromkeys(parts)), ""  # codes separated by spaces
        codes, unknown = longest_match(text, self.codebook.spellings(self.variable.list))
        codes = codes if not unknown else spaced(text, self._spelled)
        return (tuple(codes), "") if codes else (None, self._unknown(unknown or [text]))

    def _ticks(self, option: Option) -> tuple[np.ndarray, np.ndarray]:
        """(ticked, written) of one option's column."""
        heading = f"{self.variable.name}/{option.code}"
        own = {normalise(text) for text in (option.code, *option.spellings)}

        def tick(text: str) -> tuple[object, str]:
            plain = normalise(text) or text.strip().casefold()
            if plain in TICKED or plain in own:
                return True, ""
            if plain in NOT_TICKED:
                return False, ""
            return None, (
                f"Cette case de la question « {self.variable.label} » n’est ni cochée, ni non cochée.|"
                "Écrire « coché » ou « non coché », ou laisser vide."
            )

        values, at = self._distinct(self.raw.answers[heading], tick, heading)
        ticked = np.array([value is True for value in values], dtype=bool)
        written = np.array([value is not None for value in values], dtype=bool)
        return ticked[at], written[at]

    def _disagreements(
        self,
        ticks: Mapping[str, np.ndarray],
        given: np.ndarray,
        unread: np.ndarray,
        by_option: Mapping[str, tuple[np.ndarray, np.ndarray]],
    ) -> None:
        """Cells where an option's own column says something else than the column of the whole answer, if it was read."""
        for code, (ticked, written) in by_option.items():
            differ = written & ~unread & ((given & (ticked != ticks[code])) | (~given & ticked))
            for record in np.flatnonzero(differ):
                self._block(
                    f"Cette case contredit la réponse entière à la question « {self.variable.label} », dans sa colonne "
                    f"({self.variable.name}).",
                    "Reprendre l’export de l’outil sans le modifier.",
                    f"{self.variable.name}/{code}",
                    int(record),
                )

    def _exclusive(self, options: tuple[Option, ...], ticks: Mapping[str, np.ndarray], whole: bool) -> None:
        total = sum(t.astype(int) for t in ticks.values()) if ticks else np.zeros(self.size, dtype=int)
        for option in options:
            if option.exclusive:
                for record in np.flatnonzero(ticks[option.code] & (total > 1)):
                    self._block(
                        f"À la question « {self.variable.label} », « {option.label} » ne peut pas être coché avec une "
                        "autre réponse.",
                        "Garder soit cette réponse, soit les autres, d’après la personne qui a répondu.",
                        self.variable.name if whole else f"{self.variable.name}/{option.code}",
                        int(record),
                    )

    # --- numbers, dates, codes ---

    def _integer(self, text: str) -> tuple[object, str]:
        plain = re.sub(r"[ \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
        low, high = self.variable.minimum, self.variable.maximum
        expected = "" if low is None else f" à partir de {number(low)}"
        if high is not None:
            expected = f" jusqu’à {number(high)}" if low is None else f" de {number(low)} à {number(high)}"
        if not _NUMBER.fullmatch(plain):
            return (
                None,
                f"Un nombre entier est attendu à la question « {self.variable.label} ».|Écrire un nombre entier{expected}, en chiffres.",
            )
        value = int(plain)
        if (low is not None and value < low) or (high is not None and value > high):
            return None, (
                f"Ce nombre est hors des limites de la question « {self.variable.label} ».|"
                f"Écrire un nombre entier{expected}."
            )
        return value, ""

    def _date(self, text: str) -> tuple[object, str]:
        iso, french = _ISO.fullmatch(text), _FRENCH_DATE.fullmatch(text)
        parts = iso.groups() if iso else french.groups()[::-1] if french else None
        try:
            if parts and int(parts[0]) in _YEARS:
                return dt.date(*map(int, parts)), ""
        except ValueError:
            pass
        return None, (
            f"Cette date, à la question « {self.variable.label} », n’existe pas ou n’est pas lisible.|"
            "Écrire AAAA-MM-JJ ou JJ/MM/AAAA, avec l’année entière."
        )

    def _pattern(self, text: str) -> tuple[object, str]:
        if self.variable.pattern and not re.fullmatch(self.variable.pattern, text):
            return None, (
                f"Ce code n’a pas la forme attendue à la question « {self.variable.label} ».|"
                f"Forme attendue : {self.variable.pattern}."
            )
        return text, ""

    def _counts(self, texts: np.ndarray) -> pd.DataFrame:
        """Counts read in texts; one that cannot be read is told, and left to the rule of blanks."""
        counts = read_counts(pd.Series(texts, dtype=object).where(texts != "", None), cap=1)
        for record in np.flatnonzero(counts["for_a_human"].to_numpy(dtype=bool)):
            sheet, row, column = self.raw.place(self.variable.name, int(record))
            self.told.warn(
                f"Le nombre donné à la question « {self.variable.label} » n’a pas pu être lu : il est traité comme non "
                "précisé.",
                "Le réécrire dans l’outil : « 3 », « 3 ou 4 », « une dizaine », « au moins 2 ».",
                sheet,
                row,
                column,
            )
        return counts


def spaced(text: str, spelled: Mapping[str, str]) -> list[str]:
    """The codes of labels joined by nothing but spaces, the longest label first; empty when a word belongs to none."""
    known = {tuple(label.split()): code for label, code in spelled.items()}
    longest = max(map(len, known), default=0)
    words, codes, at = normalise(text).split(), dict[str, None](), 0
    while at < len(words):
        widths = range(min(longest, len(words) - at), 0, -1)
        width = next((w for w in widths if tuple(words[at : at + w]) in known), 0)
        if not width:
            return []
        codes[known[tuple(words[at : at + width])]] = None
        at += width
    return list(codes)
