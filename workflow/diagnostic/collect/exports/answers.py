"""Texts of records into typed answers, one variable at a time: what is answered, and everything that cannot be read."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from diagnostic.codebook.labels import longest_match, normalise
from diagnostic.codebook.model import Codebook, Option, Variable
from diagnostic.collect.counts_in_text import read_counts
from diagnostic.collect.exports.layout import NOT_TICKED, TICKED, Told
from diagnostic.collect.exports.records import Raw
from diagnostic.collect.wording import either
from diagnostic.french import number

_NUMBER = re.compile(r"\d{1,9}")
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")


@dataclass(frozen=True)
class Answers:
    """The answers to one variable, one place per record.

    `given`: whether there is an answer. `values`: codes, numbers, dates or texts (None where not given); for a
    multiple variable nothing, its options being in `ticks`: code → whether it is ticked.
    """

    variable: Variable
    given: np.ndarray
    values: np.ndarray | pd.DataFrame
    ticks: Mapping[str, np.ndarray]
    bound: bool = True

    def keep(self, asked: np.ndarray) -> Answers:
        """The same, without the answers of records that were not asked."""
        given = self.given & asked
        values = self.values
        if isinstance(values, np.ndarray):
            values = values.copy()
            values[~given] = None
        return Answers(self.variable, given, values, {c: t & given for c, t in self.ticks.items()}, self.bound)

    def take(self, positions: np.ndarray) -> Answers:
        """The answers of other records: those at these positions."""
        values = self.values.iloc[positions] if isinstance(self.values, pd.DataFrame) else self.values[positions]
        ticks = {code: ticked[positions] for code, ticked in self.ticks.items()}
        return Answers(self.variable, self.given[positions], values, ticks, self.bound)


def read(codebook: Codebook, raw: Raw, variable: Variable, told: Told) -> Answers:
    """The answers to a variable in the records of an export."""
    return _Reader(codebook, raw, variable, told).read()


class _Reader:
    """The reading of one variable: each distinct text is read once, each fault told at each of its cells."""

    def __init__(self, codebook: Codebook, raw: Raw, variable: Variable, told: Told) -> None:
        self.codebook, self.raw, self.variable, self.told = codebook, raw, variable, told
        self.size = len(raw.frame)

    def read(self) -> Answers:
        whole = self.raw.answers.get(self.variable.name)
        if self.variable.type == "multiple":
            return self._multiple(whole)
        if whole is None:
            nothing = np.full(self.size, None, dtype=object)
            return Answers(self.variable, np.zeros(self.size, dtype=bool), nothing, {}, bound=False)
        if self.variable.type == "count_text":
            return Answers(self.variable, whole != "", self._counts(whole), {})
        readers: dict[str, Callable[[str], tuple[object, str]]] = {
            "single": self._code,
            "integer": self._integer,
            "date": self._date,
            "code": self._pattern,
        }
        values = self._each(whole, readers.get(self.variable.type, lambda text: (text, "")), self.variable.name)
        return Answers(self.variable, np.array([v is not None for v in values], dtype=bool), values, {})

    def _each(self, texts: np.ndarray, reader: Callable[[str], tuple[object, str]], heading: str) -> np.ndarray:
        """The value of each text. `reader` gives a value and what is wrong, if anything: « message|what to do »."""
        codes, distinct = pd.factorize(texts)
        found = [(None, "") if text == "" else reader(str(text)) for text in distinct]
        for index, (_, fault) in enumerate(found):
            if fault:
                message, remedy = fault.split("|", 1)
                for record in np.flatnonzero(codes == index):
                    self._block(message, remedy, heading, int(record))
        values = np.empty(len(found), dtype=object)
        values[:] = [value for value, _ in found]
        return values[codes] if len(found) else np.full(self.size, None, dtype=object)

    def _block(self, message: str, remedy: str, heading: str, record: int) -> None:
        sheet, row, column = self.raw.place(heading, record)
        self.told.block(message, remedy, sheet, row, column)

    # --- closed questions ---

    @cached_property
    def _spelled(self) -> dict[str, str]:
        texts = self.codebook.spellings(self.variable.list)
        return {normalise(text): code for text, code in reversed(list(texts.items()))}

    def _code(self, text: str) -> tuple[object, str]:
        code = self._spelled.get(normalise(text))
        return (code, "") if code else (None, self._unknown([text]))

    def _unknown(self, texts: list[str]) -> str:
        """The nearest options, or all of a short list. What was written is not repeated: it may say who."""
        options = self.codebook.options(self.variable)
        labels = {normalise(o.label): o.label for o in options}
        near = {
            labels[m]: None
            for text in texts
            for m in difflib.get_close_matches(normalise(text), labels, n=3, cutoff=0.5)
        }
        shown = list(near) or [o.label for o in options][:6]
        return (
            f"Cette réponse n’est pas dans la liste de la question « {self.variable.label} ».|"
            f"Les réponses les plus proches : {either(shown)} ; corriger dans l’outil, ou ajouter une autre écriture "
            "de la réponse (« aliases ») dans config/codebook/options.csv."
        )

    def _multiple(self, whole: np.ndarray | None) -> Answers:
        options = self.codebook.options(self.variable)
        by_option = {o.code: self._ticks(o) for o in options if f"{self.variable.name}/{o.code}" in self.raw.answers}
        if whole is not None:
            chosen = self._each(whole, self._codes, self.variable.name)
            ticks = {o.code: np.array([c is not None and o.code in c for c in chosen], dtype=bool) for o in options}
            given = np.array([c is not None for c in chosen], dtype=bool)
            self._disagreements(ticks, given, by_option)
        else:
            none = np.zeros(self.size, dtype=bool)
            ticks = {o.code: by_option[o.code][0] if o.code in by_option else none for o in options}
            given = np.zeros(self.size, dtype=bool)
            for ticked, _ in by_option.values():
                given |= ticked
            if self.raw.explicit and by_option:
                given |= np.logical_and.reduce([written for _, written in by_option.values()])
        self._exclusive(options, ticks, whole is not None)
        nothing = np.full(self.size, None, dtype=object)
        return Answers(self.variable, given, nothing, ticks, bound=whole is not None or bool(by_option))

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

        values = self._each(self.raw.answers[heading], tick, heading)
        return np.array([v is True for v in values], dtype=bool), np.array([v is not None for v in values], dtype=bool)

    def _disagreements(
        self, ticks: Mapping[str, np.ndarray], given: np.ndarray, by_option: Mapping[str, tuple[np.ndarray, np.ndarray]]
    ) -> None:
        """Cells where an option's own column says something else than the column of the whole answer."""
        for code, (ticked, written) in by_option.items():
            differ = written & ((given & (ticked != ticks[code])) | (~given & ticked))
            for record in np.flatnonzero(differ):
                self._block(
                    f"Cette case contredit la colonne de la réponse entière ({self.variable.name}).",
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
                        f"« {option.label} » ne peut pas être coché avec une autre réponse.",
                        "Garder soit cette réponse, soit les autres, d’après la personne qui a répondu.",
                        self.variable.name if whole else f"{self.variable.name}/{option.code}",
                        int(record),
                    )

    # --- numbers, dates, codes ---

    def _integer(self, text: str) -> tuple[object, str]:
        plain = re.sub(r"[ \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
        limits = [limit for limit in (self.variable.minimum, self.variable.maximum) if limit is not None]
        expected = f" de {number(limits[0])} à {number(limits[1])}" if len(limits) == 2 else ""
        if not _NUMBER.fullmatch(plain):
            return (
                None,
                f"Un nombre entier est attendu ({self.variable.label}).|Écrire un nombre entier{expected}, en chiffres.",
            )
        value = int(plain)
        low, high = self.variable.minimum, self.variable.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return None, f"Ce nombre est hors des limites ({self.variable.label}).|Écrire un nombre entier{expected}."
        return value, ""

    def _date(self, text: str) -> tuple[object, str]:
        iso, french = _ISO.fullmatch(text), _FRENCH_DATE.fullmatch(text)
        parts = iso.groups() if iso else french.groups()[::-1] if french else None
        try:
            if parts:
                return dt.date(*map(int, parts)), ""
        except ValueError:
            pass
        return (
            None,
            f"Cette date n’existe pas ou n’est pas lisible ({self.variable.label}).|Écrire AAAA-MM-JJ ou JJ/MM/AAAA.",
        )

    def _pattern(self, text: str) -> tuple[object, str]:
        if self.variable.pattern and not re.fullmatch(self.variable.pattern, text):
            return (
                None,
                f"Ce code n’a pas la forme attendue ({self.variable.label}).|Forme attendue : {self.variable.pattern}.",
            )
        return text, ""

    def _counts(self, texts: np.ndarray) -> pd.DataFrame:
        """Counts read in texts; one that cannot be read is told, and left to the rule of blanks."""
        counts = read_counts(pd.Series(texts, dtype=object).where(texts != "", None), cap=1)
        for record in np.flatnonzero(counts["for_a_human"].to_numpy(dtype=bool)):
            sheet, row, column = self.raw.place(self.variable.name, int(record))
            self.told.warn(
                f"Ce nombre n’a pas pu être lu ({self.variable.label}) : il est traité comme non précisé.",
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
