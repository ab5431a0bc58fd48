"""The typed tables of an export, and what must stay in the vault: free texts, places, contacts. Four states survive
everywhere: ticked, not ticked, not asked, not answered (see `collect.tables`)."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd

from diagnostic.codebook import routing
from diagnostic.codebook.labels import by_spelling, longest, longest_match, normalise
from diagnostic.codebook.model import MERGED, Codebook, Option, Variable
from diagnostic.codebook.routing import And, Answered, Condition, Equals, Has, Not, Or, atoms
from diagnostic.collect.exports.tools import NOT_TICKED as EMPTY_WORDS
from diagnostic.collect.exports.tools import TICKED as TICKED_WORDS
from diagnostic.collect.exports.tools import Raw, Told
from diagnostic.collect.tables import STATES, TICKS
from diagnostic.core.french import number
from diagnostic.counts.reading import read_counts

# -- Texts of records into typed answers, one variable at a time --------------------------------------------------
# What is answered, and everything that cannot be read.
EXACT, AT_LEAST = "exact", "at_least"  # rules by which a number was read


class AtLeast(int):
    """A whole number that is the least there can be: « 5 et plus »."""


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

    def take(self, places: np.ndarray, lost: np.ndarray) -> Answers:
        """The answers of other records: those at these places, which say nothing where they are `lost`."""
        values = self.values.iloc[places] if isinstance(self.values, pd.DataFrame) else self.values[places]
        ticks = {code: ticked[places] for code, ticked in self.ticks.items()}
        return replace(self, given=self.given[places], values=values, ticks=ticks, unread=self.unread[places] | lost)


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
        return by_spelling(self.codebook.spellings(self.variable.list))

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
            "dire ce qu’elle est dans la recette du fichier, et le redonner à « diagnostic recevoir »."
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
        heading = f"{self.variable.name}/{option.code}"
        own = {normalise(text) for text in (option.code, *option.spellings)}

        def tick(text: str) -> tuple[object, str]:
            plain = normalise(text) or text.strip().casefold()
            if plain in TICKED_WORDS or plain in own:
                return True, ""
            if plain in EMPTY_WORDS:
                return False, ""
            return None, (
                f"Cette case de la question « {self.variable.label} » n’est ni cochée, ni non cochée.|"
                "Écrire « coché » ou « non coché », ou laisser vide."
            )

        values, at = self._distinct(self.raw.answers[heading], tick, heading)
        ticked = np.array([value is True for value in values], dtype=bool)
        return ticked[at], np.array([value is not None for value in values], dtype=bool)[at]

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
        open_ = self.variable.pattern and re.fullmatch(self.variable.pattern, text)
        if not open_ and not _NUMBER.fullmatch(plain):
            return (
                None,
                f"Un nombre entier est attendu à la question « {self.variable.label} ».|Écrire un nombre entier{expected}, en chiffres.",
            )
        value = AtLeast(open_.group(1)) if open_ else int(plain)
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
        if self.variable.privacy == "geography":  # « 62041 (Arras) », as it is proposed
            text = re.sub(r" \([^()]*\)$", "", text)
        if self.variable.pattern and not re.fullmatch(self.variable.pattern, text):
            return None, (
                f"Ce code n’a pas la forme attendue à la question « {self.variable.label} ».|"
                f"Forme attendue : {self.variable.pattern}."
            )
        return text, ""

    def _counts(self, texts: np.ndarray) -> pd.DataFrame:
        """Counts read in texts; one that cannot be read is told, and left to the rule of blanks."""
        counts = read_counts(pd.Series(texts, dtype=object).where(texts != "", None))
        for record in np.flatnonzero(counts["for_a_human"].to_numpy(dtype=bool)):
            sheet, row, column = self.raw.place(self.variable.name, int(record))
            message = (
                f"Le nombre donné à la question « {self.variable.label} » n’a pas pu être lu : il est traité comme non "
                "précisé."
            )
            remedy = "Le réécrire dans l’outil : « 3 », « 3 ou 4 », « une dizaine », « au moins 2 »."
            self.told.warn(message, remedy, sheet, row, column)
        return counts


def spaced(text: str, spelled: Mapping[str, str]) -> list[str]:
    """The codes of labels joined by nothing but spaces, the longest label first; empty when a word belongs to none."""
    codes, unknown = longest(normalise(text).split(), {tuple(one.split()): code for one, code in spelled.items()})
    return [] if unknown else codes


# -- The typed tables of an export --------------------------------------------------------------------------------
Pseudonyms = Callable[[str, Iterable[str]], list[str]]  # kind, values → keyed pseudonyms
ANSWERED, NO_ANSWER, NOT_ASKED = tuple(STATES)
TICKED, NOT_TICKED = tuple(TICKS)[:2]
OUT_OF_ROUTE_REMEDY = "Vérifier la réponse qui décide de l’aiguillage ; la corriger dans l’outil si elle est fausse."
REQUIRED_REMEDY = (
    "La demander à la personne qui a répondu, si elle l’a accepté, et la compléter dans l’outil ; sinon, rien à faire : "
    "elle est comptée sans réponse."
)


@dataclass(frozen=True)
class Typed:
    """One table: `frame` for the results, `texts` and `contacts` for the vault, `answers` by variable, `asked` masks."""

    frame: pd.DataFrame
    texts: pd.DataFrame
    contacts: pd.DataFrame
    known: Mapping[str, Answers]


def type_table(
    codebook: Codebook,
    raw: Raw,
    told: Told,
    pseudonyms: Pseudonyms,
    parent: tuple[Raw, Typed] | None = None,
    public: bool = False,
) -> Typed:
    """The typed table of raw records; `parent` is the table of responses that situations belong to. In a `public`
    table short texts (a place, a structure) stay; elsewhere all that is written goes to the vault.

    An answer to a question that was not asked is set aside with a warning at its cell, unless the answer that decides
    could not be read.
    """
    size = len(raw.frame)
    known: dict[str, Answers] = _inherited(raw, parent) if parent else {}
    ids = _ids(raw, pseudonyms, parent)
    columns: dict[str, object] = {"sheet": raw.frame["sheet"].to_numpy(), "row": raw.frame["row"].to_numpy()}
    if codebook.tables[raw.table].form:
        columns["response_id"] = pd.array(ids, dtype="str")
    if parent:
        columns["situation_number"] = raw.frame["number"].to_numpy()
    texts: list[Answers] = []
    vault: dict[str, np.ndarray] = {}
    for variable in codebook.received(raw.table):
        if variable.shape == "sheet" or (variable.shape == MERGED and variable.name not in raw.answers):
            continue
        answers = read(codebook, raw, variable, told)
        condition = routing.together(codebook.condition_of_block(variable), variable.condition)
        unsure = undecided(condition, known, size)
        mask = asked(condition, known, size) & answers.bound
        _out_of_route(raw, answers, mask | unsure, told)
        _required(raw, answers, mask & ~unsure, told)
        answers = known[variable.name] = answers.keep(mask, unsure)
        columns |= _columns(variable, answers, mask, pseudonyms, public)
        if variable.privacy == "vault":
            vault[variable.name] = answers.values
        elif variable.written and variable.privacy != "pseudonym":
            texts.append(answers)
    for variable in codebook.variables:  # « une autre situation ? » is no data, but is told when it cannot be read
        if variable.table == raw.table and variable.shape == "unrolled" and variable.name in raw.answers:
            read(codebook, raw, variable, told)
    return Typed(pd.DataFrame(columns), _written(raw, texts, ids), _contacts(ids, vault, known), known)


def _ids(raw: Raw, pseudonyms: Pseudonyms, parent: tuple[Raw, Typed] | None) -> list[str]:
    """The pseudonyms of the responses that the records are, or belong to: what a response is called in its own table,
    where a name may be longer because of another response."""
    named = dict(zip(parent[0].frame["key"], parent[1].frame["response_id"], strict=True)) if parent else {}
    lost = [key for key in dict.fromkeys(raw.frame["key"]) if key not in named]
    named |= dict(zip(lost, pseudonyms("response", lost), strict=True))
    return [named[key] for key in raw.frame["key"]]


def _inherited(raw: Raw, parent: tuple[Raw, Typed]) -> dict[str, Answers]:
    """The parent's answers, one per record of the child; none where it has no parent, or two may be meant."""
    link = "row" if raw.unrolled else "key"  # side by side, they are the same row
    rows = pd.Series(np.arange(len(parent[0].frame)), index=parent[0].frame[link])
    if not len(rows):
        return {}
    found = raw.frame[link].map(rows[~rows.index.duplicated(keep=False)])
    positions, lost = found.fillna(0).astype(int).to_numpy(), found.isna().to_numpy(dtype=bool)
    return {name: answers.take(positions, lost) for name, answers in parent[1].known.items()}


def _out_of_route(raw: Raw, answers: Answers, mask: np.ndarray, told: Told) -> None:
    for record in np.flatnonzero(answers.given & ~mask):
        heading = next((h for h, t in _headings(raw, answers) if t[record]), answers.variable.name)
        message = (
            f"Une réponse est donnée à la question « {answers.variable.label} », que l’aiguillage ne pose pas ici : "
            "elle n’est pas comptée."
        )
        told.warn(message, OUT_OF_ROUTE_REMEDY, *raw.place(heading, int(record)))


def _required(raw: Raw, answers: Answers, mask: np.ndarray, told: Told) -> None:
    """Tell required answers that are not there: people could not skip them, so the export was altered, or the form."""
    if answers.variable.required and answers.bound:
        heading = next((heading for heading, _ in _headings(raw, answers)), answers.variable.name)
        for record in np.flatnonzero(mask & ~answers.given & ~answers.unread):
            message = f"La question « {answers.variable.label} » est obligatoire, et n’a pas de réponse ici."
            told.warn(message, REQUIRED_REMEDY, *raw.place(heading, int(record)), empty=True)


def _headings(raw: Raw, answers: Answers) -> Iterator[tuple[str, np.ndarray]]:
    own = {answers.variable.name: answers.given}
    own |= {f"{answers.variable.name}/{code}": ticked for code, ticked in answers.ticks.items()}
    return ((heading, filled) for heading, filled in own.items() if heading in raw.answers)


def _columns(
    variable: Variable, answers: Answers, mask: np.ndarray, pseudonyms: Pseudonyms, public: bool
) -> dict[str, object]:
    given, not_asked = answers.given, (~mask, NOT_ASKED)
    if variable.type in ("single", "code"):
        values = np.where(given, answers.values, np.where(mask, NO_ANSWER, NOT_ASKED).astype(object))
        return {f"{variable.name}.code": pd.array(values, dtype="str")}
    if variable.type == "multiple":
        return {
            f"{variable.name}/{code}": _first(TICK, (given & ticked, TICKED), (given, NOT_TICKED), not_asked)
            for code, ticked in answers.ticks.items()
        }
    states = {f"{variable.name}.state": _first(STATE, not_asked, (given, ANSWERED))}
    if isinstance(answers.values, pd.DataFrame):
        counts = answers.values.rename(columns={"study_value": "study"})
        numbers = ("minimum", "central", "maximum", "study", "minors_minimum", "minors_maximum")
        states |= {f"{variable.name}.{name}": counts[name].where(given).array for name in numbers}
        return states | {f"{variable.name}.rule": pd.array(np.where(given, counts["rule"], ""), dtype="str")}
    if variable.type == "integer":
        whole = states | {f"{variable.name}.number": pd.array(list(answers.values), dtype="Int64")}
        if not variable.pattern:
            return whole
        rules = ["" if one is None else AT_LEAST if isinstance(one, AtLeast) else EXACT for one in answers.values]
        return whole | {f"{variable.name}.rule": pd.array(rules, dtype="str")}
    if variable.type == "date":
        return states | {f"{variable.name}.date": pd.to_datetime(pd.Series(answers.values)).array}
    texts = ["" if value is None else str(value) for value in answers.values]
    if variable.privacy == "pseudonym":
        return states | {f"{variable.name}.pseudonym": pd.array(pseudonyms("name", texts), dtype="str")}
    if public and variable.type == "text" and variable.privacy != "free_text":
        return states | {f"{variable.name}.text": pd.array(texts, dtype="str")}
    return states


TICK, STATE = (pd.CategoricalDtype(list(names)) for names in (TICKS, STATES))


def _first(names: pd.CategoricalDtype, *cases: tuple[np.ndarray, str]) -> pd.Categorical:
    """The name of the first case that holds, per record; `no_answer` where none does."""
    place = {name: number for number, name in enumerate(names.categories)}
    codes = np.full(len(cases[0][0]), place[NO_ANSWER], dtype=np.int8)
    for holds, name in reversed(cases):
        codes[holds] = place[name]
    return pd.Categorical.from_codes(codes, dtype=names)


TEXTS = {
    **{"table": "str", "response_id": "str", "situation_number": "int64", "variable": "str", "text": "str"},
    **{"sheet": "int64", "row": "int64", "column": "int64"},
}


def _written(raw: Raw, written: Iterable[Answers], ids: list[str]) -> pd.DataFrame:
    """What was written in text boxes, one row per text, with its place in the export."""
    numbers = raw.frame["number"].to_numpy()
    parts: dict[str, list[Iterable[object]]] = {name: [] for name in TEXTS}
    for answers in written:
        name, at = answers.variable.name, np.flatnonzero(answers.given)
        if len(at):
            sheets, rows, columns = raw.placed(name, at)
            own = ([raw.table] * len(at), [ids[record] for record in at.tolist()], numbers[at], [name] * len(at))
            told: tuple[Iterable[object], ...] = (*own, raw.answers[name][at], sheets, rows, columns + 1)
            for column, values in zip(TEXTS, told, strict=True):
                parts[column].append(values)
    return pd.DataFrame({name: pd.array(list(chain(*parts[name])), dtype=kind) for name, kind in TEXTS.items()})


CONTACT_COLUMNS = ("response_id", "name", "function", "structure", "email", "phone", "recontact", "recontact_until")


def _contacts(ids: list[str], vault: Mapping[str, np.ndarray], known: Mapping[str, Answers]) -> pd.DataFrame:
    """The contacts of people who agreed to be contacted again: the routing has already set aside all others."""
    names = {"respondent_name": "name", "email": "email", "phone": "phone"}
    given = [known[name].given for name in names if name in known and name in vault]
    if not given:
        return pd.DataFrame(columns=CONTACT_COLUMNS)
    at = np.flatnonzero(np.any(given, axis=0))
    frame = pd.DataFrame({"response_id": [ids[record] for record in at]})
    for name, column in names.items():
        frame[column] = ["" if vault[name][r] is None else str(vault[name][r]) for r in at] if name in vault else ""
    return frame.assign(function="", structure="", recontact="oui", recontact_until="").reindex(columns=CONTACT_COLUMNS)


# -- Who was asked what, for whole columns of answers: the same rules as `routing.evaluate`, all records at once --
def undecided(condition: Condition | None, known: Mapping[str, Answers], size: int) -> np.ndarray:
    """Whether an answer that the condition looks at could not be read, for each of `size` records."""
    none = np.zeros(size, dtype=bool)
    return np.any([none, *(known[a.name].unread for a in atoms(condition) if a.name in known)], axis=0)


def asked(condition: Condition | None, known: Mapping[str, Answers], size: int) -> np.ndarray:
    """Whether each of `size` records is asked. A variable that is not known has no answer."""
    none = np.zeros(size, dtype=bool)
    match condition:
        case None:
            return ~none
        case Equals(name, codes):
            return np.isin(known[name].values.astype(object), codes) if name in known else none
        case Has(name, codes):
            found = none.copy()
            for code in codes:
                found |= known[name].ticks.get(code, none) if name in known else none
            return found
        case Answered(name):
            return known[name].given if name in known else none
        case Not(part):
            return ~asked(part, known, size)
        case And(parts):
            return np.all([asked(part, known, size) for part in parts], axis=0)
        case Or(parts):
            return np.any([asked(part, known, size) for part in parts], axis=0)
