"""CSV bytes to records: the separator that the header shows, strict quoting, a cell per header; nothing guessed."""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostic.core.contents import MOST_BYTES, container
from diagnostic.core.french import number, plural
from diagnostic.core.problems import (
    MASKED,
    MOST,
    Problem,
    UnreadableRow,
    blocking,
    column_letter,
    unreadable_row,
    warning,
)

# -- Signs that no cell should hold -------------------------------------------------------------------------------
# Control, invisible and direction characters, accents damaged by a conversion.
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
        if (whole := "".join(cells)).isascii() and whole.isprintable():
            return
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
    sign = next((sign for sign in _JOINED_PICTURES.sub("", cell) if _refused(sign)), "")
    kinds = {"Cc": "un caractère de contrôle", "Co": "un caractère privé", "Cn": "un caractère inconnu"}
    remedy = "Effacer la cellule et la retaper au clavier, sans copier-coller."
    if not sign:
        message = (
            "Les accents de cette cellule sont abîmés (« Ã© » au lieu de « é ») : le fichier a été enregistré une fois dans un "
            "mauvais encodage."
        )
        remedy = f"Repartir du fichier d'origine, sans recopier celui-ci. {SAVE_AS_UTF8}"
    elif sign == "\ufffd":
        message = "La cellule contient le signe de remplacement (U+FFFD) : une lettre a été perdue dans une conversion."
        remedy = f"Repartir du fichier d'origine. {SAVE_AS_UTF8}"
    else:
        kind = kinds.get(unicodedata.category(sign), "un caractère invisible ou de sens d'écriture")
        message = f"La cellule contient {kind} (U+{ord(sign):04X}), qui ne se voit pas et changerait la valeur."
    return blocking(file, message, remedy, row=row, column=column_letter(position), value=MASKED)


def _refused(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    return sign in _INVISIBLE or sign == "\ufffd" or unicodedata.category(sign) in _REFUSED_CATEGORIES


# -- The lines of a CSV -------------------------------------------------------------------------------------------
SEPARATORS = {",": "la virgule", ";": "le point-virgule", "\t": "la tabulation"}
PROTECTED = "'="  # how LimeSurvey writes a cell that begins with « = », lest a spreadsheet compute it
_WITHOUT_BLANK_ROWS = "Rien à faire ; supprimer ces lignes évite l'avertissement."


@dataclass(frozen=True)
class Limits:
    """The most that is read: rows below the header, columns, filled cells, signs of a cell, of a line, of the whole."""

    rows: int = 200_000
    columns: int = 2_000
    cells: int = 12_000_000
    cell: int = 32_767  # what a spreadsheet's cell holds
    line: int = 1_000_000
    characters: int = 150_000_000


@dataclass(frozen=True)
class Record:
    """One record: its spreadsheet row, its cells cleaned (without the protection of an export)."""

    row: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not any(self.cells)


def read_delimited(
    content: bytes, file: str, limits: Limits, short_rows: bool = False
) -> tuple[list[list[str]], list[Problem]]:
    """The cells of an export, cleaned, from row 1 on, blank rows at the end left out; and all that is odd in it.

    A row that cannot be told apart is left empty, so that the others keep their place. `short_rows`: the tool that
    wrote the file leaves out empty cells at the end of a row.
    """
    records, problems = load(content, file, limits, exported=True)
    if not records:
        return [], problems
    problems += blank_rows(records, file, trailing=False)  # LimeSurvey ends its file with one
    filled = [record for record in records if not record.blank]
    problems += ragged(filled, file, short_rows)
    lost = {problem.row for problem in problems if isinstance(problem, UnreadableRow)}
    rows: list[list[str]] = [[] for _ in range(filled[-1].row)]
    for record in filled:
        if record.row not in lost:
            rows[record.row - 1] = record.cells
    return rows, problems


def load(
    content: bytes, file: str, limits: Limits, known: Collection[str] = (), exported: bool = False
) -> tuple[list[Record], list[Problem]]:
    """All records that can be read, blank ones included, and all that is odd in their cells; no record when the file
    cannot be read at all.

    The first is the header, on row 1. `known`: names of columns, which help to tell the separator. `exported`: a tool
    wrote the file, so that a UTF-8 mark or another separator than the comma is its habit, and nothing to tell.
    """
    text, problems = decode(content, file)
    if text is None:
        return [], problems
    if exported and content.startswith(codecs.BOM_UTF8):
        problems = []
    if not text or text.isspace():
        remedy = "Remettre le fichier complet. Un tableau sans donnée garde sa ligne d'en-têtes."
        return [], [*problems, blocking(file, "Le fichier est vide : il n'a même pas de ligne d'en-têtes.", remedy)]
    lines = list(io.StringIO(text, newline=""))
    del text  # an export may be large
    if max(map(len, lines)) > limits.line:
        return [], [*problems, too_large(file, "une ligne", limits.line, "caractères")]
    separator, told = _separator(lines, file, known)
    if separator is None:
        return [], [*problems, *told]
    problems += [] if exported else told
    records, told, signs = _records(lines, separator, file, limits, Unprotected() if exported else Cleaner())
    problems += told
    if records and (records[0].row > 1 or records[0].blank):
        message = "La première ligne est vide ou illisible : elle doit porter les en-têtes des colonnes."
        remedy = "Remettre les en-têtes sur la ligne 1, sans ligne vide au-dessus."
        return [], [*problems, blocking(file, message, remedy, row=1)]
    return records, problems + signs


def _separator(lines: Sequence[str], file: str, known: Collection[str]) -> tuple[str | None, list[Problem]]:
    """The separator that the header row shows: the one that gives the most known columns or, none being known to
    the project, the most columns. Two that give as many leave a doubt."""
    candidates = {}
    for separator in SEPARATORS:
        header = next((list(map(clean, raw)) for _, raw, fault in _scan(lines, separator) if not fault), [])
        if len(header) > 1:
            candidates[separator] = len(set(known).intersection(header)) if known else len(header)
    best = max(candidates.values(), default=0)
    chosen = [separator for separator, score in candidates.items() if score == best]
    if len(candidates) > 1 and (best == 0 or len(chosen) > 1):
        message = "La ligne d'en-têtes mêle plusieurs séparateurs : on ne peut pas savoir où finissent les cellules."
        return None, [blocking(file, message, f"Garder la virgule seule. {SAVE_AS_UTF8}", row=1)]
    separator = chosen[0] if candidates else ","
    if separator == ",":
        return separator, []
    message = (
        f"Les cellules sont séparées par {SEPARATORS[separator]}, pas par la virgule. La ligne d'en-têtes le montre "
        "sans ambiguïté : tout le fichier est lu ainsi."
    )
    return separator, [warning(file, message, f"Rien à faire si les colonnes sont justes. {SAVE_AS_UTF8}", row=1)]


class Unprotected(Cleaner):
    """The same for an export, whose tool may have protected a cell from the spreadsheet."""

    def __missing__(self, cell: str) -> str:
        cleaned = super().__missing__(cell)
        if cleaned.startswith(PROTECTED):
            self[cell] = cleaned = cleaned[1:]
        return cleaned


def _scan(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str], str]]:
    """The row of each record in turn, and its cells as written, or a fault of quoting; reading goes on after it."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for row in itertools.count(1):
        try:
            raw = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, [], str(error)
        else:
            yield row, raw, ""


def _records(
    lines: Sequence[str], separator: str, file: str, limits: Limits, cleaned: Cleaner
) -> tuple[list[Record], list[Problem], list[Problem]]:
    """All records that can be read, what is wrong in their form, and in their signs; no record past a limit of size."""
    records: list[Record] = []
    problems: list[Problem] = []
    total, signs = 0, Signs(file)
    for row, raw, fault in _scan(lines, separator):
        if row > limits.rows + 1:
            return [], [too_large(file, "le fichier", limits.rows, "lignes")], []
        if fault:
            problems.append(_quoting(file, row, fault))
            continue
        if len(raw) > limits.columns:
            return [], [too_large(file, f"la ligne {row}", limits.columns, "colonnes")], []
        total += len(raw)
        if total > limits.cells:
            return [], [too_large(file, "le fichier", limits.cells, "cellules")], []
        problems += long_cells(row, raw, file, limits)
        signs.look(row, raw)
        records.append(Record(row, list(map(cleaned.__getitem__, raw))))
    return records, problems, signs.problems


def long_cells(row: int, cells: Sequence[str], file: str, limits: Limits) -> list[Problem]:
    """A problem per cell of the row that holds more than a spreadsheet's cell can."""
    if max(map(len, cells), default=0) <= limits.cell:
        return []
    message = f"La cellule dépasse {number(limits.cell)} caractères, la limite d'une cellule de tableur."
    remedy = "Raccourcir le texte, ou vérifier les guillemets : l'un d'eux n'est peut-être pas fermé."
    long = [position for position, cell in enumerate(cells) if len(cell) > limits.cell]
    return [blocking(file, message, remedy, row, column_letter(position), MASKED) for position in long]


def too_large(file: str, what: str, limit: int, unit: str) -> Problem:
    """The problem of a file that passes a limit of size."""
    message = f"Le fichier est trop grand : {what} dépasse la limite de {number(limit)} {unit}. Il n'est pas lu."
    remedy = "Vérifier que c'est le bon fichier, et qu'il n'a pas de lignes ou de colonnes vides."
    return blocking(file, message, remedy)


def _quoting(file: str, row: int, fault: str) -> Problem:
    if "unexpected end" in fault:
        message = "Un guillemet ouvert dans cette ligne n'est jamais fermé : ce qui suit est pris pour une cellule."
    elif "field larger" in fault:
        message = "Une cellule de cette ligne est démesurée : un guillemet n'est sans doute pas fermé."
    else:
        message = "Les guillemets de cette ligne sont mal placés : du texte suit un guillemet fermant."
    remedy = (
        "Ouvrir le fichier dans le tableur et l'enregistrer de nouveau en CSV ; dans un texte, "
        'doubler les guillemets : "".'
    )
    return unreadable_row(file, message, remedy, row)


def blank_rows(records: list[Record], file: str, trailing: bool = True) -> list[Problem]:
    """Rows without any value: those between values and, unless not `trailing`, those after the last value."""
    last = max(record.row for record in records if not record.blank)
    inside = [record.row for record in records if record.blank and record.row < last]
    after = [record.row for record in records if record.row > last and trailing]
    problems = []
    for rows, where in ((inside, "au milieu du tableau"), (after, "à la fin du fichier")):
        if rows:
            many = plural(len(rows), f"ligne vide {where}, ignorée", f"lignes vides {where}, ignorées")
            problems.append(warning(file, f"{number(len(rows))} {many}.", _WITHOUT_BLANK_ROWS, row=rows[0]))
    return problems


def named_width(header: Sequence[str]) -> int:
    """The number of columns up to the last that has a header."""
    return max(position for position, name in enumerate(header) if name) + 1


def ragged(records: list[Record], file: str, short_rows: bool = False) -> list[Problem]:
    """Rows longer or shorter than the header, which is the first record; empty cells beyond it do no harm."""
    header = records[0].cells
    named = named_width(header)
    problems = []
    for record in records[1:]:
        beyond = [position for position, cell in enumerate(record.cells[len(header) :], len(header)) if cell]
        if beyond:
            message = (
                f"La ligne a plus de cellules que l'en-tête ({len(record.cells)} au lieu de {named}) : on ne sait pas "
                "à quelle colonne chacune appartient."
            )
            remedy = "Chercher une virgule de trop, ou un texte à virgule sans guillemets autour."
            problems.append(unreadable_row(file, message, remedy, record.row, column_letter(beyond[0])))
        elif len(record.cells) < named and not short_rows:
            message = f"La ligne a moins de cellules que l'en-tête ({len(record.cells)} au lieu de {named})."
            remedy = "Compléter la ligne : une cellule vide garde sa virgule."
            problems.append(unreadable_row(file, message, remedy, record.row, column_letter(len(record.cells))))
    return problems


# -- Bytes to text, never guessed silently: what is not a text file is named, an encoding is proven or refused ----
SAVE_AS_UTF8 = "Dans le tableur : Fichier, Enregistrer sous, format « CSV UTF-8 (délimité par des virgules) »."

# What French writes beyond ASCII, and cp1252 holds: any other high byte means another encoding.
_SMALL, _CAPITAL = "àâäæçéèêëîïôöœùûüÿ", "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ"
_SIGNS = "«»‹›‘’“”–—…•·€°§²³×±µ©®\u00a0"  # no ½ ¼ ¾: they are œ Œ Ÿ of iso8859-15
FRENCH_CP1252 = frozenset((_SMALL + _CAPITAL + _SIGNS).encode("cp1252"))
# « cœur » or « boîte » written by a Mac gives such a run once read as cp1252: a quotation mark or a capital
# inside a word.
_IMPLAUSIBLE = re.compile(rf"[a-z{_SMALL}][“”«»‹›•{_CAPITAL}][a-z{_SMALL}]")

# UTF-8 read as cp1252, mac-roman or cp850, by whoever saved the file before us.
_TAILS = re.escape("".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0)))
MOJIBAKE = re.compile(rf"[ÂÃ][{_TAILS}]|Å[“’¸]|â[€‚]|ï»¿|√[©®†™ß¥ª´]|├[®¿áº]")


def unusable(content: bytes, file: str) -> Problem | None:
    """The problem of a file that cannot be a CSV at all: too large, or of another kind."""
    if len(content) > MOST_BYTES:
        message = f"Le fichier dépasse {MOST_BYTES // 1024 // 1024} Mo : il n'est pas lu."
        return blocking(file, message, "Vérifier que c'est le bon fichier ; sinon le découper.")
    if kind := container(content):
        message = f"Ce fichier est {kind}, pas un fichier CSV, quel que soit son nom."
        return blocking(file, message, f"Ouvrir l'original. {SAVE_AS_UTF8}")
    return None


def decode(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text of a file, or None, with what must be said of its encoding. A byte order mark decides; else strict
    UTF-8; else cp1252 where every high byte is a letter or sign that French uses (told in a warning); else refused."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None, [blocking(file, "Le fichier est en UTF-32, que le projet ne lit pas.", SAVE_AS_UTF8)]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _marked(content, file, "utf-16", "UTF-16 (« texte Unicode » d'Excel)", SAVE_AS_UTF8)
    if content.startswith(codecs.BOM_UTF8):
        harmless = "Rien à faire : c'est l'usage d'Excel pour « CSV UTF-8 »."
        return _marked(content, file, "utf-8-sig", "UTF-8 précédé d'une marque d'ordre des octets (BOM)", harmless)
    if content.count(0) * 4 > len(content):
        message = "Le fichier est plein d'octets nuls : de l'UTF-16 sans sa marque, ou autre chose que du texte."
        return None, [blocking(file, message, SAVE_AS_UTF8)]
    return _unmarked(content, file)


def _marked(content: bytes, file: str, codec: str, name: str, remedy: str) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode(codec), [warning(file, f"Le fichier est en {name} ; il est lu ainsi.", remedy)]
    except UnicodeDecodeError:
        message = f"Le fichier annonce de l'{codec.upper().removesuffix('-SIG')} mais n'en est pas : il est abîmé."
        return None, [blocking(file, message, f"Repartir de l'original. {SAVE_AS_UTF8}")]


def _unmarked(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        text = content.decode("cp1252") if {byte for byte in set(content) if byte > 0x7F} <= FRENCH_CP1252 else None
    if text is None or _IMPLAUSIBLE.search(text):
        message = (
            "L'encodage du fichier est inconnu : ni UTF-8, ni le jeu de caractères de Windows (cp1252) tel que le français "
            "l'emploie. Lire au hasard abîmerait les accents."
        )
        return None, [blocking(file, message, SAVE_AS_UTF8)]
    message = (
        "Le fichier n'est pas en UTF-8 ; il est lu dans le jeu de caractères de Windows (cp1252), où tous ses accents sont "
        "des lettres ou des signes du français."
    )
    return text, [warning(file, message, f"Vérifier quelques accents. {SAVE_AS_UTF8}")]
