"""Cells to a typed table: the header, then every cell, all problems at once at the place a spreadsheet shows.

The checks come from the table's model and are run by pandera itself, so that a table without blocking problem
validates by construction.
"""

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import Any

import pandas as pd
import pandera.pandas as pa

from diagnostic.collect.tables import SITE_CODE
from diagnostic.core import french
from diagnostic.core.french import number, plural
from diagnostic.core.problems import MOST, Problem, blocking, counted, either, quoted, warning
from diagnostic.core.tables import Table, columns

# -- One cell's text to one value: integers, dates, yes or no. Nothing is guessed; every refusal says why ---------
# A refusal's `plain` part never repeats the cell; its `detail` may, and is shown only where the column allows it.
FIRST_YEAR, LAST_YEAR = 1900, 2100
TRUE, FALSE = ("oui", "true", "vrai", "1"), ("non", "false", "faux", "0")
DAY_FIRST, GROUPED = "day_first", "grouped"
NOTES = {
    DAY_FIRST: "la date est lue jour/mois/année",
    GROUPED: "les espaces sont lus comme des séparateurs de milliers",
}

_SPACES = " \u00a0\u2009\u202f"
_INTEGER = re.compile(r"[-−]?[0-9]+")
_GROUPED = re.compile(rf"[-−]?[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+")
_DECIMAL = re.compile(rf"[-−]?[0-9{_SPACES}]+[.,][0-9]+")
_THREE_DECIMALS = re.compile(r"[-−]?[0-9]{1,3}(?:[.,][0-9]{3})+")
_FORMULA_ERROR = re.compile(r"#[\w/]+[!?]?")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_SERIAL = re.compile(r"[0-9]{5,6}(?:[.,][0-9]+)?")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, for days after 1900-02-28
WRITE_DATE = "Écrire la date ainsi : 2018-09-20 ou 20/09/2018."


@dataclass(frozen=True)
class Typed:
    """A value read, and the name of the reading rule it needed, if any."""

    value: object
    note: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a text is not such a value, and what to do; `detail` repeats something of the text."""

    plain: str
    remedy: str
    detail: str = ""


def integer(text: str) -> Typed | Refusal:
    """A whole number written without decimals; groups of three digits may be parted by spaces."""
    if _INTEGER.fullmatch(text) or _GROUPED.fullmatch(text):
        digits = re.sub(rf"[{_SPACES}]", "", text).replace("−", "-")
        if len(digits.lstrip("-0")) > 15:
            return Refusal("Nombre démesuré : plus de quinze chiffres.", "Vérifier la cellule à la source.")
        return Typed(int(digits), "" if _INTEGER.fullmatch(text) else GROUPED)
    return _not_an_integer(text)


def _not_an_integer(text: str) -> Refusal:
    whole = "Écrire un nombre entier en chiffres, par exemple 12."
    if _THREE_DECIMALS.fullmatch(text):
        plain = "Nombre ambigu : trois chiffres après un point ou une virgule, décimales ou milliers ?"
        return Refusal(plain, "Écrire le nombre sans séparateur, ou avec une espace pour les milliers : 1 234.")
    if _DECIMAL.fullmatch(text):
        return Refusal("Nombre à décimales : un décompte est un entier, écrit sans virgule ni point.", whole)
    if re.fullmatch(r"[-−]?[0-9.,]+[eE][+-]?[0-9]+", text):
        plain = "Nombre en notation scientifique : le tableur l'a abrégé et des chiffres sont peut-être perdus."
        return Refusal(plain, "Donner à la colonne le format « Nombre » sans décimale, puis vérifier la valeur.")
    if _FORMULA_ERROR.fullmatch(text):
        plain = "Erreur de formule du tableur au lieu d'un nombre entier."
        return Refusal(plain, "Corriger la formule, ou saisir le nombre.")
    if len(re.findall(r"[0-9]+", text)) > 1:
        plain = "Plusieurs nombres dans la cellule : un seul nombre entier est attendu."
        return Refusal(plain, "Choisir le nombre à retenir : le plus petit, si la source hésite.")
    if re.search(r"[0-9]", text):
        return Refusal("Un nombre mêlé de texte ou de signes : un nombre entier seul est attendu.", whole)
    return Refusal("Du texte au lieu d'un nombre entier.", whole)


def date(text: str, latest: dt.date | None = None) -> Typed | Refusal:
    """A day, as `datetime.date`, written yyyy-mm-dd or dd/mm/yyyy; from 1900 to `latest` (else 2100)."""
    ordered = _YEAR_FIRST.fullmatch(text)
    slashed = _SLASHED.fullmatch(text)
    if ordered:
        year, month, day = map(int, ordered.groups())
    elif slashed:
        day, month, year = map(int, slashed.groups())
    else:
        return _not_a_date(text)
    refusal = _impossible(year, month, day) or _too_early_or_late(year, month, day, latest)
    return refusal or Typed(dt.date(year, month, day), DAY_FIRST if slashed else "")


def _impossible(year: int, month: int, day: int) -> Refusal | None:
    plain = "Cette date n'existe pas dans le calendrier"
    if not 1 <= month <= 12:
        swapped = " ; le jour et le mois sont peut-être inversés" if 1 <= day <= 12 and month <= 31 else ""
        return Refusal(f"{plain} : le mois va de 1 à 12{swapped}.", WRITE_DATE, f"il n'y a pas de mois {month}")
    if not 1 <= day <= 31:
        return Refusal(f"{plain} : le jour va de 1 à 31.", WRITE_DATE, f"il n'y a pas de jour {day}")
    if year and day > calendar.monthrange(year, month)[1]:
        leap = f" en {year}" if (month, day) == (2, 29) else ""
        detail = f"le {day} {french.MONTHS[month - 1]} n'existe pas{leap}"
        return Refusal(f"{plain}.", "Retrouver la date à la source.", detail)
    return None


def _too_early_or_late(year: int, month: int, day: int, latest: dt.date | None) -> Refusal | None:
    check = "Vérifier l'année à la source."
    if year < FIRST_YEAR:
        return Refusal(f"Date invraisemblable : avant {FIRST_YEAR}.", check, f"année {year}")
    if latest and dt.date(year, month, day) > latest:
        return Refusal(f"Date dans le futur : après le {french.date(latest)}.", check)
    return Refusal(f"Date invraisemblable : après {LAST_YEAR}.", check, f"année {year}") if year > LAST_YEAR else None


def _not_a_date(text: str) -> Refusal:
    if _SERIAL.fullmatch(text):
        plain = "Un numéro de jour de tableur au lieu d'une date : le format « Date » de la colonne a été perdu."
        remedy = (
            "Dans le tableur, donner à la colonne le format « Date » (2018-09-20 ou 20/09/2018), "
            "puis enregistrer en CSV."
        )
        serial = int(re.split("[.,]", text)[0])
        day = _EPOCH + dt.timedelta(days=serial)
        return Refusal(plain, remedy, f"{serial} y serait le {french.date(day)}" if day.year <= LAST_YEAR else "")
    if re.fullmatch(r"[0-9]{4}", text):
        return Refusal("Une année seule au lieu d'une date : il manque le jour et le mois.", WRITE_DATE)
    if _SHORT_YEAR.fullmatch(text):
        return Refusal("Année à deux chiffres : le siècle et l'ordre du jour sont ambigus.", WRITE_DATE)
    if re.match(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ]|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} ", text):
        return Refusal("Une heure suit la date : le jour seul est attendu.", f"Retirer l'heure. {WRITE_DATE}")
    if _FORMULA_ERROR.fullmatch(text):
        return Refusal("Erreur de formule du tableur au lieu d'une date.", f"Corriger la formule. {WRITE_DATE}")
    return Refusal("Ce n'est pas une date écrite année-mois-jour ou jour/mois/année.", WRITE_DATE)


def yes_or_no(text: str) -> Typed | Refusal:
    """Oui or non, in the words of a form or a spreadsheet."""
    word = text.casefold()
    if word in TRUE or word in FALSE:
        return Typed(word in TRUE)
    return Refusal("Ni « oui » ni « non ».", "Écrire oui ou non (true, vrai, 1 ; false, faux, 0 conviennent aussi).")


# -- A received table ---------------------------------------------------------------------------------------------
ROW = "row"


@dataclass(frozen=True)
class Source:
    """Where a table's columns stand in its file: column name → spreadsheet letter (empty: header unusable)."""

    file: str
    letters: Mapping[str, str] = field(default_factory=dict)


def source(cells: pd.DataFrame, file: str) -> Source:
    """The places of a file's columns, from its header row; of a header given twice, the first."""
    letters: dict[str, str] = {}
    for letter, name in _headers(cells):
        letters.setdefault(name, letter)
    return Source(file, letters)


def _headers(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """(letter, name) of each header, from left to right: the first cells of the file."""
    places = zip(cells["row"], cells["column"], cells["value"], strict=True)
    return [(letter, name) for _, letter, name in takewhile(lambda place: place[0] == 1, places)]


def parse(
    cells: pd.DataFrame, model: Table, file: str, latest: dt.date | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """One file's cells as the table `model`, and all that is wrong in them.

    `cells` has the shape of `Cells`, header row included. The table has one row per row of the file that has
    a value; a refused or missing value is missing in it, so that other checks can go on: with a blocking
    problem it may not validate. `latest` is the last day that a date may be (2100 at most).
    """
    schema = model.to_schema()
    expected = [name for name in columns(model) if name != ROW]
    headers = _headers(cells)
    places = source(cells, file)
    problems = _header(headers, schema, expected, file)
    filled = cells[cells["row"] > 1]
    rows = sorted(map(int, filled["row"].unique()))
    filled = filled[filled["column"].isin([places.letters[name] for name in expected if name in places.letters])]
    texts: dict[str, dict[int, str]] = {}
    for row, letter, text in zip(*(filled[name].tolist() for name in ("row", "column", "value")), strict=True):
        texts.setdefault(letter, {})[row] = text
    read = {ROW: pd.Series(rows, dtype="Int64")}
    for name in expected:
        letter = places.letters.get(name, "")
        read[name], found = _Column(schema.columns[name], file, letter, texts.get(letter, {}), latest).read(rows)
        problems += found
    return pd.DataFrame(read), problems


def _header(
    headers: list[tuple[str, str]], schema: pa.DataFrameSchema, expected: list[str], file: str
) -> list[Problem]:
    """Columns missing, unknown, or given twice."""
    given = {name for _, name in headers}
    missing = [name for name in expected if name not in given]
    if len(missing) == len(expected):
        message = "La première ligne n'a aucun des en-têtes attendus : ce n'est pas le bon fichier, ou ils manquent."
        return [blocking(file, message, f"Mettre sur la ligne 1 : {', '.join(expected)}.", row=1)]
    problems = []
    seen: dict[str, str] = {}
    for letter, name in headers:
        if name in seen:
            message = f"En-tête en double : la colonne {seen[name]} porte déjà ce nom ; on ne sait pas laquelle lire."
            problems.append(
                blocking(file, message, "Renommer ou supprimer l'une des deux.", 1, letter, quoted(name, True))
            )
        elif name not in expected:
            problems.append(_unknown(file, letter, name, missing or expected, expected))
        seen.setdefault(name, letter)
    for name in missing:
        message = f"Il manque la colonne « {name} » ({schema.columns[name].title})."
        remedy = f"Ajouter l'en-tête « {name} » sur la ligne 1, même si toutes ses cellules sont vides."
        problems.append(blocking(file, message, remedy, row=1))
    return problems


def _unknown(file: str, letter: str, name: str, likely: list[str], expected: list[str]) -> Problem:
    folded = name.casefold().replace(" ", "_").replace("-", "_")
    near = difflib.get_close_matches(folded, likely, n=1) or difflib.get_close_matches(folded, expected, n=1)
    message = f"Colonne inconnue ; vouliez-vous « {near[0]} » ?" if near else "Colonne inconnue."
    remedy = f"La renommer en « {near[0]} », ou la supprimer." if near else "La renommer, ou la supprimer."
    remedy += f" En-têtes admis : {', '.join(expected)}."
    return blocking(file, message, remedy, 1, letter, quoted(name, True))


@dataclass(frozen=True)
class _Column:
    """One declared column of one file: where it stands, and its texts by row."""

    declared: pa.Column
    file: str
    letter: str
    texts: Mapping[int, str]
    latest: dt.date | None

    def read(self, rows: list[int]) -> tuple[pd.Series, list[Problem]]:
        """The typed values, one per row of `rows`, and the problems of the column's cells."""
        reading, dtype = _reading(self.declared, self.latest)
        results = {text: reading(text) for text in dict.fromkeys(self.texts.values())}
        held = ((row, one) for row, text in self.texts.items() if not isinstance(one := results[text], Refusal))
        values = {row: one.value if isinstance(one, Typed) else one for row, one in held}
        broken = self._broken(values, dtype)
        unread = ((row, one) for row, text in self.texts.items() if isinstance(one := results[text], Refusal))
        refused = counted(chain(unread, broken.items()), lambda one: "", lambda one: one[1].plain)
        problems = [replace(self._refused(*one), others=others) for one, others in refused]
        if self.letter and not self.declared.nullable:
            blank = counted((row for row in rows if row not in self.texts), lambda row: "", lambda row: "")
            problems += [replace(self._blank(row), others=others) for row, others in blank]
        typed = ((row, results[self.texts[row]]) for row in values if row not in broken)
        problems += self._noted({row: one.note for row, one in typed if isinstance(one, Typed)})
        return pd.Series([None if row in broken else values.get(row) for row in rows], dtype=dtype), problems

    def _broken(self, values: Mapping[int, object], dtype: str) -> dict[int, Refusal]:
        """Each row that breaks a declared check, once; then each repeat in a column of unique values."""
        broken: dict[int, Refusal] = {}
        if self.declared.checks and values:
            typed = pd.Series(list(values.values()), index=list(values), dtype=dtype)
            for check in self.declared.checks:
                passed = check(typed).check_output
                failed = [int(row) for row in passed.index[~passed.fillna(False).astype(bool)] if row not in broken]
                for at, row in enumerate(failed):  # of many, what would be told of the last ones is not sought
                    own = self.texts[row] if at <= MOST else ""
                    broken[row] = refusal(check, self.declared, own) if own else broken[failed[MOST]]
        if self.declared.unique:
            first: dict[object, int] = {}
            for row in sorted(values.keys() - broken.keys()):
                original = first.setdefault(values[row], row)
                if original != row:
                    broken[row] = Refusal(
                        f"Valeur en double : elle est déjà à la ligne {original}, et doit être unique.",
                        "Corriger l'une des deux, ou supprimer la ligne en trop.",
                    )
        return broken

    def _refused(self, row: int, refusal: Refusal) -> Problem:
        quote = bool((self.declared.metadata or {}).get("quote"))
        message = refusal.plain
        if quote and refusal.detail:
            message = f"{refusal.plain.removesuffix('.')} ; {refusal.detail}"
            message += "" if message.endswith("?") else "."
        return blocking(self.file, message, refusal.remedy, row, self.letter, quoted(self.texts[row], quote))

    def _blank(self, row: int) -> Problem:
        message = f"Cellule vide : « {self.declared.title} » est obligatoire."
        remedy = f"Remplir la cellule. Attendu : {self.declared.description}."
        return blocking(self.file, message, remedy, row, self.letter)

    def _noted(self, notes: Mapping[int, str]) -> list[Problem]:
        """One warning per reading rule that was needed: spaces in numbers; day-first dates among year-first ones."""
        problems = []
        for note in sorted(set(notes.values()) - {""}):
            rows = sorted(row for row, name in notes.items() if name == note)
            if note == DAY_FIRST and len(rows) == len(notes):
                continue
            cells = plural(len(rows), "cellule de la colonne suit", "cellules de la colonne suivent")
            message = f"{number(len(rows))} {cells} une autre notation : {NOTES[note]}."
            remedy = "Vérifier la première ; écrire toute la colonne de la même façon évite l'avertissement."
            problems.append(warning(self.file, message, remedy, rows[0], self.letter))
        return problems


def _reading(column: pa.Column, latest: dt.date | None = None) -> tuple[Callable[[str], Typed | Refusal | str], str]:
    """How a cell of a column is read, a text as it stands, and the type of the column in the table."""
    name = str(column.dtype)
    if name.startswith("datetime64"):
        return partial(date, latest=latest), name
    if name in ("boolean", "bool"):
        return yes_or_no, "boolean"
    if name.lower().startswith(("int", "uint")):
        return integer, "Int64"
    if name.startswith(("str", "string", "object")):
        return str, "str"
    raise TypeError(f"no reading of cells for type {name} (column {column.name})")


# -- The checks that a table declares, told in French -------------------------------------------------------------
# The check itself is pandera's; only the words are ours, one for each that `core.tables` makes.
LISTED = 12  # a closed list longer than this is not spelled out in a message
SHAPES = {SITE_CODE: "une lettre majuscule, 2 chiffres"}  # pattern → its words, where they say more than its column's


def refusal(check: pa.Check, column: pa.Column, text: str) -> Refusal:
    """Why the value written `text` breaks `check` of `column`."""
    return _WORDED[str(check.name)](check.statistics or {}, column, text)


def _see(column: pa.Column) -> str:
    return f"Attendu dans cette colonne : {column.description or column.title or column.name}."


def _least(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    if limits["min_value"] == 0:
        return Refusal(
            "Nombre négatif : une quantité comptée est au moins 0.", "Vérifier le signe et la valeur à la source."
        )
    return Refusal(f"Valeur trop petite : le minimum est {limits['min_value']}.", _see(column))


def _most(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    return Refusal(f"Valeur trop grande : le maximum est {limits['max_value']}.", _see(column))


def _listed(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    allowed = [str(value) for value in limits["allowed_values"]]
    folded = {value.casefold(): value for value in allowed}
    near = difflib.get_close_matches(text.casefold(), list(folded), n=1)
    words = f"Écrire {either(allowed)}." if len(allowed) <= LISTED else _see(column)
    plain = "Valeur hors de la liste admise par la colonne."
    return Refusal(plain, words, f"vouliez-vous écrire « {folded[near[0]]} » ?" if near else "")


def _shaped(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    pattern = getattr(limits["pattern"], "pattern", limits["pattern"])
    shape = SHAPES.get(pattern)
    remedy = f"Attendu : {shape}." if shape else f"{_see(column).removesuffix('.')} (motif {pattern})."
    number = re.fullmatch(r"([0-9]+)(?:[.,]0+)?", text)
    if number:
        for zeros in ("0", "00", "000"):
            if re.match(pattern, zeros + number[1]):
                plain = "Le zéro initial du code a disparu : le tableur a pris le code pour un nombre."
                return Refusal(
                    plain, f"Donner à la colonne le format « Texte » et retaper le code. {remedy}", zeros + number[1]
                )
        return Refusal("Un nombre au lieu d'un code.", remedy)
    for other in (text.upper(), text.lower(), re.sub(r"[\s.-]", "", text), re.sub(r"[\s.-]", "", text).upper()):
        if other != text and re.match(pattern, other):
            return Refusal(
                "Code mal écrit : majuscules, espaces ou tirets.", remedy, f"vouliez-vous écrire « {other} » ?"
            )
    return Refusal("Code mal écrit : il n'a pas la forme attendue.", remedy)


_WORDED: dict[str, Callable[[Mapping[str, Any], pa.Column, str], Refusal]] = {
    "greater_than_or_equal_to": _least,
    "less_than_or_equal_to": _most,
    "isin": _listed,
    "str_matches": _shaped,
}
